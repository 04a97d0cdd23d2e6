#!/usr/bin/perl
# free-port.pl - prints a port of 127.0.0.1 on which nobody listens
#
# Ports below the range that the system gives to outgoing connections, tried
# from a place that depends on the process, so that tests which run at the
# same time do not meet.

use strict;
use warnings;
use IO::Socket::INET;

use constant { FIRST => 10000, COUNT => 20000 };

for my $try (0 .. 999) {
	my $port = FIRST + ($$ * 17 + $try * 7) % COUNT;
	my $socket = IO::Socket::INET->new(
		LocalAddr => '127.0.0.1', LocalPort => $port,
		Proto => 'tcp', Listen => 1, ReuseAddr => 1);
	next unless $socket;
	print "$port\n";
	exit 0;
}
die "free-port.pl: no free port found\n";
