#!/usr/bin/perl
# soak-load.pl - a week of a desk's mail, by a clock that runs faster
#
# soak-load.pl SOCKET MAILS SPEED BASE START SEED
#
# It is START, in seconds since 1970, when it is BASE by the machine's clock, and
# time runs SPEED times as fast.  From START for seven days MAILS mails are
# handed in by LMTP, more by day than by night: customers open tickets and write
# more to them, an agent (olga@example.net, vouched for by DMARC) takes, answers,
# puts off, resolves and closes them by the number in the subject.  What becomes
# of each ticket is reckoned here, and the counts that `ticket stat` should give
# some hours after the week are printed:
#
#	STATUS COUNT     and "unowned COUNT", "last COUNT" (tickets in all),
#	                 "mails COUNT" (handed in: on a slow machine fewer)
#
# Put off is for a day, and what is resolved is to be closed after a day; since
# nobody knows when a busy machine lets the desk notice, what is nearer to that
# than an hour, and a second of the machine's, is left alone.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use LmtpClient;
use Time::HiRes qw(sleep time);

use constant { HOUR => 3600, DAY => 86400, WEEK => 7 * 86400 };

my ($socket, $mails, $speed, $base, $start, $seed) = @ARGV;
my $margin = $speed > HOUR ? $speed : HOUR;
die "seven days in less than 28 seconds leave no room for doubt\n"
	if $margin > 6 * HOUR;
my $client = LmtpClient->new($socket);
my $count = 0;
my (@tickets, @young); # all; numbers of those that are written about
srand $seed;

sub now { # seconds of the week
	return (time - $base) * $speed;
}

# How much of the week's mail has come after so many seconds: three parts of a
# day's mail between 8 and 18 hours, one in the rest.
sub share {
	my ($seconds) = @_;
	my ($days, $hour) = (int($seconds / DAY), ($seconds % DAY) / HOUR);
	my $part = $hour < 8 ? $hour / 14 * 0.25
		: $hour < 18 ? 8 / 14 * 0.25 + ($hour - 8) / 10 * 0.75
		: 8 / 14 * 0.25 + 0.75 + ($hour - 18) / 14 * 0.25;
	return ($days + $part) / 7;
}

# ---- mails ----

sub send_mail {
	my ($from, $subject, $text, @fields) = @_;
	my $id = 'soak-' . ++$count;
	my $mail = join "\r\n",
		"Authentication-Results: mx.example.org; dmarc=pass header.from=example.net",
		"From: <$from>", 'To: <support@example.org>',
		"Subject: $subject", "Message-ID: <$id\@example.net>", @fields,
		'', $text, '';
	my ($answer, $tries);
	until (defined($answer = $client->send(
		$from, 'support@example.org', $mail))) {
		die "nobody takes mail $count\n" if ++$tries > 1000;
		sleep 0.005 * $tries;
	}
	my ($ticket) = $answer =~ /ticket=(\d+)/;
	return ($ticket // die("no ticket: $answer"), $id);
}

sub open_ticket {
	my $from = 'customer-' . ($count + 1) . '@example.net';
	my ($number, $id) = send_mail($from, 'soak ' . ($count + 1),
		'Something does not work. ' . 'It is broken. ' x rand 100);
	die "ticket $number comes after " . @tickets . "\n"
		if $number != @tickets + 1;
	push @tickets, { number => $number, status => 'new', from => $from,
		id => $id };
	push @young, $number;
	shift @young if @young > 3000;
}

sub write_more {
	my ($ticket) = @_;
	send_mail($ticket->{from}, 'Re: soak', 'There is more to say.',
		"References: <$ticket->{id}\@example.net>");
	$ticket->{status} = 'open' if $ticket->{status} ne 'new';
}

sub command {
	my ($ticket, $text) = @_;
	send_mail('olga@example.net', "Re: [support #$ticket->{number}] soak",
		$text);
}

# ---- what becomes of a ticket ----

sub is_settled { # what nobody wrote about for a day
	my ($ticket) = @_;
	my $since = $ticket->{since} // return;
	return if now() < $since + DAY;
	$ticket->{status} = { resolved => 'closed', pending => 'open' }
		->{$ticket->{status}} // $ticket->{status};
	delete $ticket->{since};
}

# Whether it is too near to its day's end to know.
sub is_doubtful {
	my ($ticket) = @_;
	my $since = $ticket->{since} // return 0;
	return abs(now() - $since - DAY) < $margin;
}

sub wait_is_sure {
	my $left = WEEK - now();
	return $left > DAY + 2 * $margin || $left < DAY - 3 * $margin;
}

sub put_aside {
	my ($ticket, $status, $words) = @_;
	return command($ticket, "note\r\nNot yet.") unless wait_is_sure();
	command($ticket, $words);
	@{$ticket}{qw(status since)} = ($status, now());
}

sub agent_acts {
	my ($ticket) = @_;
	my $status = $ticket->{status};
	if (!$ticket->{owned}) {
		command($ticket, "take\r\nstop");
		$ticket->{owned} = 1;
	} elsif ($status eq 'open' && rand() < 0.2) {
		put_aside($ticket, 'pending', "pending 1d\r\nstop");
	} elsif ($status eq 'open' || $status eq 'new') {
		command($ticket, 'Try to switch it off and on again.');
		$ticket->{status} = 'waiting';
	} elsif ($status eq 'waiting' && rand() < 0.5) {
		put_aside($ticket, 'resolved', "resolve\r\nstop");
	} elsif ($status eq 'closed') {
		command($ticket, "note\r\nThat was that.");
	} else {
		command($ticket, "close\r\nstop");
		$ticket->{status} = 'closed';
		delete $ticket->{since};
	}
}

sub one_mail {
	return open_ticket() if rand() < 0.3 || !@young;
	my $ticket = $tickets[$young[rand @young] - 1];
	is_settled($ticket);
	return open_ticket() if is_doubtful($ticket);
	if (rand() < 0.3) {
		write_more($ticket);
		delete $ticket->{since};
	} else {
		agent_acts($ticket);
	}
}

while ((my $now = now()) < WEEK && $count < $mails) {
	if ($count < share($now) * $mails) {
		one_mail();
	} else {
		sleep 0.002;
	}
}
sleep 0.01 while now() < WEEK + 2 * $margin;

my %counts = map { $_ => 0 }
	qw(new open pending waiting resolved closed unowned);
for my $ticket (@tickets) {
	is_settled($ticket);
	$counts{$ticket->{status}}++;
	$counts{unowned}++ if !$ticket->{owned} && $ticket->{status} ne 'closed'
		&& $ticket->{status} ne 'resolved';
}
print "$_ $counts{$_}\n" for sort keys %counts;
print 'last ', scalar(@tickets), "\n";
print "mails $count\n";
