#!/usr/bin/perl
# preload.pl - Preload.pm for shell scripts
#
# preload.pl clock FILE SECONDS    moves the wall clock (TD_PRELOAD_CLOCK)
# preload.pl arm FILE [FAULT]      clears the counters, counts from now on, and
#                                  lets FAULT happen: CALL:N:ERRNO[:COUNT[:short|drop]]
# preload.pl disarm FILE           counts no more, fails no more
# preload.pl counts FILE           lines of CALL and how often it was made
# preload.pl count FILE CALL       how often CALL was made
# preload.pl failed FILE           how many calls were made to fail
#
# FILE of the last five is that of TD_PRELOAD_CONTROL.

use strict;
use warnings;
use FindBin ();
use lib $FindBin::Bin;
use Preload;

my ($verb, $path, @rest) = @ARGV;
my %verbs = (
	clock => sub { $_[0]->put(0, $rest[0]) },
	arm => sub { $_[0]->arm($rest[0]) },
	disarm => sub { $_[0]->disarm },
	failed => sub { print $_[0]->failed, "\n" },
	count => sub { print $_[0]->count($rest[0]), "\n" },
	counts => sub {
		my %counts = $_[0]->counts;
		print "$_ $counts{$_}\n" for sort keys %counts;
	},
);

die "usage: preload.pl clock|arm|disarm|counts|count|failed FILE ...\n"
	unless defined $path && $verbs{$verb};
$verbs{$verb}->(Preload->new($path));
