#!/usr/bin/perl
# storm.pl - hands many mails to an LMTP socket, as a mail server would
#
# storm.pl SOCKET RECIPIENT FIRST LAST
#
# Sends mails with the Message-IDs <storm-NUMBER@client.example>, one after the
# other.  A mail that is not answered by 250 is kept and sent again, over a new
# connection if the old one broke.  Prints "NUMBER TICKET" for each mail that
# was taken.  Gives up, with exit status 1, when one mail is not taken within
# two minutes.

use strict;
use warnings;
use IO::Socket::UNIX;

my ($path, $recipient, $first, $last) = @ARGV;
my $socket;

sub mail {
	my ($number) = @_;
	return join "\r\n", "From: Customer $number <c$number\@example.net>",
		"To: $recipient", "Subject: storm $number",
		"Message-ID: <storm-$number\@client.example>",
		'Date: Sat, 21 Nov 2026 10:00:00 +0000', '',
		"This is mail number $number.", '';
}

# The last line of an answer, undef when the connection is gone.
sub answer {
	while (defined(my $line = <$socket>)) {
		return $line if $line =~ /\A\d{3} /;
	}
	return undef;
}

sub ask {
	my ($text, $want) = @_;
	print $socket "$text\r\n" or return undef;
	my $answer = answer() // return undef;
	return $answer =~ /\A$want/ ? $answer : undef;
}

sub connected {
	return 1 if $socket && $socket->connected;
	$socket = IO::Socket::UNIX->new(Peer => $path) or return 0;
	$socket->autoflush(1);
	return defined answer() && defined ask('LHLO storm.example', 250);
}

sub deliver {
	my ($number) = @_;
	return undef unless connected();
	return undef unless ask("MAIL FROM:<c$number\@example.net>", 250)
		&& ask("RCPT TO:<$recipient>", 250) && ask('DATA', 354);
	my $answer = ask(mail($number) . '.', 250) // return undef;
	my ($ticket) = $answer =~ /ticket=(\d+)/;
	return $ticket;
}

$SIG{PIPE} = 'IGNORE';
$| = 1;
for my $number ($first .. $last) {
	my ($ticket, $tries);
	until (defined($ticket = deliver($number))) {
		undef $socket;
		exit 1 if ++$tries > 1200;
		select undef, undef, undef, 0.1;
	}
	print "$number $ticket\n";
}
