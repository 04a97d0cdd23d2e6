#!/usr/bin/perl
# storm-send.pl - one sender in the storm
#
# storm-send.pl ROLE NAME END OUT SEED LETTERS HOW...
#
#	lmtp SOCKET       customers, by LMTP
#	pipe COMMAND...   customers, by a program a mail, which is killed now and
#	                  then; %s, %r in COMMAND: sender and recipient
#	agent SOCKET      answers with a command the letters to NAME@example.net
#	                  that storm-sink.pl noted in LETTERS
#
# Sends until the file END exists, and waits while too many of its tickets have
# no acknowledgement in LETTERS yet (the sink's notes, or - for none): else what
# waits to go out grows without end, for mail comes in faster than it goes out.
# A mail that is not taken is sent again, as a mail server does; one that nobody
# takes for five minutes ends it with status 1.
# Appends a line to OUT for each mail that was taken:
#
#	KIND ID TICKET OPENING
#
# KIND is new, more (of a customer who has a ticket) or command; <ID@storm.example>
# the Message-ID; TICKET what the server answered, - if it says no number; OPENING
# the ID or the number of the ticket that it belongs to.  An exit status of
# COMMAND that would bounce the mail is noted as "status ID NUMBER -".

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use IO::Handle;
use LmtpClient;
use Time::HiRes qw(sleep time);

my ($role, $name, $end, $out, $seed, $path, @how) = @ARGV;
my $count = 0;
my ($opened, $acknowledged) = (0, 0);
my @openings; # [ID, address], some of the last

# Of a program that was killed.
$SIG{PIPE} = 'IGNORE';
srand($seed);
open my $taken, '>>', $out or die "$out: $!\n";
$taken->autoflush(1);
my $client = $role eq 'pipe' ? undef : LmtpClient->new($how[0]);

sub note {
	print $taken "@_\n" or die "$out: $!\n";
}

sub mail {
	my ($id, $from, $to, $subject, $fields, $text) = @_;
	return join "\r\n", "From: <$from>", "To: <$to>",
		"Subject: $subject", "Message-ID: <$id\@storm.example>",
		'Date: Sat, 21 Nov 2026 10:00:00 +0000', @$fields, '',
		$text, '';
}

# ---- ways to hand it in: the ticket, '-' if that is not said, undef: again ----

sub by_lmtp {
	my ($id, $from, $to, $mail) = @_;
	my $answer = $client->send($from, $to, $mail) // return undef;
	return $answer =~ /ticket=(\d+)/ ? $1 : '-';
}

sub by_program {
	my ($id, $from, $to, $mail) = @_;
	my %words = ('%s' => $from, '%r' => $to);
	my @command = map { $words{$_} // $_ } @how;
	my $doomed = rand() < 0.1;
	my $pid = open(my $program, '|-', @command) // die "fork: $!\n";
	print $program $mail;
	if ($doomed) {
		sleep rand 0.01;
		kill 'KILL', $pid;
	}
	close $program;
	return '-' if $? == 0;
	return undef if $? == -1; # It read nothing.
	note('status', $id, $? >> 8, '-') if $? >> 8 && $? >> 8 != 75;
	return undef;
}

sub send_mail {
	my ($id, $from, $to, $mail) = @_;
	my $give_up = time + 300;
	my $ticket;
	until (defined($ticket = $role eq 'pipe'
		? by_program($id, $from, $to, $mail)
		: by_lmtp($id, $from, $to, $mail))) {
		die "$name: nobody takes $id\n" if time > $give_up;
		sleep 0.02 + rand 0.1;
	}
	return $ticket;
}

# ---- what is sent ----

sub open_ticket {
	my $id = $name . '-' . ++$count;
	my $from = "$id\@$id.example.net";
	my $to = $count % 8 ? 'support@example.org' : 'help@example.org';
	my $ticket = send_mail($id, $from, $to,
		mail($id, $from, $to, "storm $id", [], "This is $id."));
	note('new', $id, $ticket, $id);
	$opened++;
	push @openings, [$id, $from, $to];
	shift @openings if @openings > 500;
}

sub write_more {
	my ($opening, $from, $to) = @{$openings[rand @openings]};
	my $id = $name . '-' . ++$count;
	my $ticket = send_mail($id, $from, $to, mail($id, $from, $to,
		"Re: storm $opening", ["References: <$opening\@storm.example>"],
		"More of $opening: $id."));
	note('more', $id, $ticket, $opening);
}

sub answer_letter {
	my ($number, $address) = @_;
	my $id = $name . '-' . ++$count;
	my $from = "$name\@example.net";
	my $ticket = send_mail($id, $from, $address, mail($id, $from, $address,
		"Re: [support #$number]", [],
		"tag mark-$id\r\n\r\nThe answer is answer-mark-$id-."));
	note('command', $id, $ticket, $number);
}

# ---- what was received ----

my $letters;

# The next line of the sink's notes, undef if there is none yet.
sub next_line {
	$letters //= do {
		open my $file, '<', $path or return;
		$file;
	};
	seek $letters, 0, 1;
	my $line = <$letters> // return;
	return $line if $line =~ /\n\z/;
	seek $letters, -length $line, 1;
	return;
}

# The next letter to answer: each ticket once.
my %answered;
sub next_letter {
	while (defined(my $line = next_line())) {
		my ($to, undef, $number, undef, $reply_to) = split /\t/, $line;
		next unless $to eq "$name\@example.net" && $reply_to =~ /-p/;
		return ($number, $reply_to) unless $answered{$number}++;
	}
	return;
}

# Some acknowledgements are put off for minutes, and must not stop it all.
sub is_ahead {
	return 0 if $path eq '-';
	while (defined(my $line = next_line())) {
		$acknowledged++ if $line =~ /\A\Q$name\E-.*\tauto-replied/;
	}
	return $opened - $acknowledged > 50 + $opened / 10;
}

until (-e $end) {
	if ($role eq 'agent') {
		my @letter = next_letter();
		@letter ? answer_letter(@letter) : sleep 0.05;
	} elsif (is_ahead()) {
		sleep 0.02;
	} elsif (@openings && rand() < 0.2) {
		write_more();
	} else {
		open_ticket();
	}
}
