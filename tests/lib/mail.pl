#!/usr/bin/perl
# mail.pl - shows a mail as a person would read it
#
# mail.pl header FILE NAME    the value of the field (each instance on a line)
# mail.pl text FILE           the first text part
# mail.pl show FILE           the fields of note, and the text
#
# Knows just as much of MIME as the mails that the tests and the demo look at.

use strict;
use warnings;
use Encode;
use MIME::Base64;
use MIME::QuotedPrint;

sub read_mail {
	my ($path) = @_;
	open my $file, '<:raw', $path or die "mail.pl: $path: $!\n";
	local $/;
	my $mail = <$file>;
	$mail =~ s/\r\n/\n/g;
	return $mail;
}

sub parts {
	my ($mail) = @_;
	my ($head, $body) = split /\n\n/, $mail, 2;
	$head =~ s/\n[ \t]+/ /g;
	my @fields = map { [split /:\s*/, $_, 2] } grep { /:/ } split /\n/, $head;
	return (\@fields, $body // '');
}

sub values_of {
	my ($fields, $name) = @_;
	return map { $_->[1] // '' } grep { lc $_->[0] eq lc $name } @$fields;
}

sub words {
	my ($value) = @_;
	return decode('MIME-Header', $value) if $value =~ /=\?/;
	return decode('UTF-8', $value);
}

sub text_of {
	my ($mail) = @_;
	my ($fields, $body) = parts($mail);
	my ($type) = (values_of($fields, 'Content-Type'), 'text/plain');
	if ($type =~ m{\Amultipart/}i && $type =~ /boundary="?([^";]+)/i) {
		my (undef, $first) = split /^--\Q$1\E[^\n]*\n/m, $body;
		return text_of($first // '');
	}
	my ($encoding) = (values_of($fields, 'Content-Transfer-Encoding'), '');
	$body = decode_base64($body) if $encoding =~ /base64/i;
	$body = decode_qp($body) if $encoding =~ /quoted-printable/i;
	my ($charset) = $type =~ /charset="?([\w-]+)/i;
	return decode($charset // 'UTF-8', $body);
}

binmode STDOUT, ':encoding(UTF-8)';
my ($what, $path, $name) = @ARGV;
my $mail = read_mail($path);
my ($fields) = parts($mail);
if ($what eq 'header') {
	print words($_), "\n" for values_of($fields, $name);
} elsif ($what eq 'text') {
	print text_of($mail);
} else {
	for my $field (qw(Return-Path From To Reply-To Subject Date Message-ID
		In-Reply-To References Auto-Submitted)) {
		print "$field: ", words($_), "\n" for values_of($fields, $field);
	}
	print "\n", text_of($mail);
}
