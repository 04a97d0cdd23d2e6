#!/usr/bin/perl
# storm-sink.pl - an SMTP server that takes mail, mostly
#
# storm-sink.pl PORT NOTES SEED
#
# Listens on 127.0.0.1:PORT, a process for each connection.  For each recipient
# of each mail a line goes to NOTES, before the mail is answered:
#
#	TO <tab> MESSAGE-ID <tab> TICKET <tab> AUTO <tab> REPLY-TO <tab> MARK
#
# TICKET is the number in the subject, AUTO what Auto-Submitted says, MARK the
# word that begins with answer-mark- in the text; - stands for what is not there.
# Some recipients are asked to come later, and some connections break when the
# mail has been noted but not answered.  Prints "ready" when it listens.

use strict;
use warnings;
use Fcntl;
use IO::Socket::INET;

my ($port, $path, $seed) = @ARGV;
my $notes;

sub value {
	my ($head, $name) = @_;
	return $head =~ /^\Q$name\E: *(.*)$/mi ? $1 : '-';
}

sub note {
	my ($mail, @recipients) = @_;
	my ($head, $text) = split /\n\n/, $mail, 2;
	$head =~ s/\n[ \t]+/ /g;
	my ($ticket) = value($head, 'Subject') =~ /#(\d+)\]/;
	my ($id) = value($head, 'Message-ID') =~ /<([^>]*)>/;
	$text =~ s/=\n//g;
	my ($mark) = $text =~ /answer-mark-([\w-]+?)-\./;
	my ($reply_to) = value($head, 'Reply-To') =~ /([^\s<>]+@[^\s<>]+)/;
	syswrite $notes, join("\t", $_, $id // '-', $ticket // '-',
		value($head, 'Auto-Submitted'), $reply_to // '-', $mark // '-')
		. "\n" or die "$path: $!\n" for @recipients;
}

sub read_mail {
	my ($client) = @_;
	my $mail = '';
	while (defined(my $line = <$client>)) {
		$line =~ s/\r\n\z/\n/;
		return $mail if $line eq ".\n";
		$line =~ s/\A\.//;
		$mail .= $line;
	}
	return undef;
}

sub serve {
	my ($client) = @_;
	my @recipients;
	print $client "220 sink.example ESMTP\r\n";
	while (defined(my $line = <$client>)) {
		if ($line =~ /\AEHLO/i) {
			print $client "250-sink.example\r\n250 PIPELINING\r\n";
		} elsif ($line =~ /\AMAIL/i) {
			@recipients = ();
			print $client "250 2.1.0 Ok\r\n";
		} elsif ($line =~ /\ARCPT TO:\s*<([^>]*)>/i) {
			my $later = rand() < 0.02;
			push @recipients, $1 unless $later;
			print $client $later ? "451 4.7.1 Later\r\n"
				: "250 2.1.5 Ok\r\n";
		} elsif ($line =~ /\ADATA/i) {
			print $client @recipients ? "354 Go on\r\n"
				: "554 5.5.1 No recipients\r\n";
			next unless @recipients;
			my $mail = read_mail($client) // return;
			note($mail, @recipients);
			return if rand() < 0.005;
			print $client "250 2.0.0 Ok\r\n";
		} elsif ($line =~ /\AQUIT/i) {
			print $client "221 2.0.0 Bye\r\n";
			return;
		} else {
			print $client "250 2.0.0 Ok\r\n";
		}
	}
}

$SIG{PIPE} = 'IGNORE';
$SIG{CHLD} = 'IGNORE';
$| = 1;
setpgrp;
sysopen $notes, $path, O_WRONLY | O_APPEND | O_CREAT or die "$path: $!\n";
my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
	LocalPort => $port, Proto => 'tcp', Listen => 64, ReuseAddr => 1)
	or die "storm-sink.pl: 127.0.0.1:$port: $!\n";
print "ready\n";
while (1) {
	my $client = $server->accept or next;
	my $pid = fork // die "fork: $!\n";
	if (!$pid) {
		srand($seed + $$);
		binmode $client;
		$client->autoflush(1);
		serve($client);
		exit 0;
	}
	close $client;
}
