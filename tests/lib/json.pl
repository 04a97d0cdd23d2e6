#!/usr/bin/perl
# json.pl - prints one value of the JSON text on the standard input
#
# json.pl PATH: keys and indexes joined by dots, e.g. messages.0.rule.  A last
# part # gives the number of members, * prints each member on a line of its
# own.  A value that is not there is printed as (none), null as (null).

use strict;
use warnings;
use JSON::PP;

sub print_value {
	my ($value) = @_;
	if (!defined $value) {
		$value = '(null)';
	} elsif (JSON::PP::is_bool($value)) {
		$value = $value ? 'true' : 'false';
	} elsif (ref $value) {
		$value = JSON::PP->new->canonical->encode($value);
	}
	print "$value\n";
}

sub members {
	my ($value) = @_;
	return @$value if ref $value eq 'ARRAY';
	return map { $value->{$_} } sort keys %$value if ref $value eq 'HASH';
	return ();
}

sub walk {
	my ($value, @parts) = @_;
	return print_value($value) unless @parts;
	my $part = shift @parts;
	if ($part eq '#') {
		print scalar(members($value)), "\n";
	} elsif ($part eq '*') {
		walk($_, @parts) for members($value);
	} elsif (ref $value eq 'ARRAY' && $part =~ /\A-?\d+\z/
		&& defined $value->[$part]) {
		walk($value->[$part], @parts);
	} elsif (ref $value eq 'HASH' && exists $value->{$part}) {
		walk($value->{$part}, @parts);
	} else {
		print "(none)\n";
	}
}

binmode STDOUT, ':encoding(UTF-8)';
my $text = do { local $/; <STDIN> };
walk(JSON::PP->new->utf8->decode($text), split /\./, $ARGV[0] // '');
