#!/usr/bin/perl
# hostile.pl - sends mails that mean no good, and tells what they cost
#
# hostile.pl names
# hostile.pl mail NAME [SIZE]
# hostile.pl run [-f] [-n SENDERS] [-s FROM] PID SOCKET RECIPIENT [NAME[=SIZE]...]
#	-f   full sizes, where none is given
#	-n   so many connections send the same at once
#	-s   the mails are from FROM, and answers
#
# mail prints one.  run sends each attack to the LMTP socket of the daemon PID,
# beside a polite sender, and prints a line for each with columns:
#
#	NAME  BYTES  ANSWER  MS  CPU  PEAK  WAIT  REFUSED
#
# The polite sender writes to the part of RECIPIENT before its first plus sign.
# ANSWER is the code of the worst answer (0: the connection broke), MS the
# milliseconds until it came, CPU the daemon's seconds, PEAK its greatest size in
# MiB, WAIT the longest wait of the polite sender in seconds, REFUSED how often
# it was told to come again.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Getopt::Std;
use IO::Socket::UNIX;
use HostileMail;
use Polite;
use Time::HiRes qw(time);

$| = 1;
$SIG{PIPE} = 'IGNORE';
my $what = shift // '';

# Hands over one mail; the code of the answer.
sub hand_over {
	my ($path, $recipient, $name, $mail) = @_;
	my $socket = IO::Socket::UNIX->new(Peer => $path) or return 0;
	binmode $socket;
	my $code = Polite::code($socket);
	for my $line ('LHLO mallory.example',
		"MAIL FROM:<mallory\@$name.example>", "RCPT TO:<$recipient>",
		'DATA') {
		print $socket "$line\r\n";
		$socket->flush;
		$code = Polite::code($socket);
		return $code unless $code =~ /\A[23]/;
	}
	$mail =~ s/^\./../mg;
	$mail .= "\r\n" unless $mail =~ /\r\n\z/;
	print $socket $mail, ".\r\n";
	$socket->flush;
	return Polite::code($socket);
}

sub worst { return (sort { $b <=> $a } @_)[0] }

# Sends @count copies at once; the worst answer.
sub send_copies {
	my ($count, $path, $recipient, $name, $size, $from) = @_;
	my @pids;
	for my $copy (1 .. $count) {
		my $mail = HostileMail::make($name, $size);
		$mail =~ s/^From:[^\r]*(\r\n[ \t][^\r]*)*/From: $from\r\nIn-Reply-To: <an\@answer>/m
			if $from;
		my $pid = fork // die "fork: $!\n";
		if ($pid == 0) {
			my $code = hand_over($path, $recipient, $name, $mail);
			require POSIX;
			POSIX::_exit($code == 250 ? 0 : int($code / 100) + 1);
		}
		push @pids, $pid;
	}
	my $status = 0;
	for my $pid (@pids) {
		waitpid $pid, 0;
		$status = worst($status, $? >> 8);
	}
	return $status == 0 ? 250 : ($status - 1) * 100;
}

sub attack {
	my ($option, $pid, $path, $recipient, $what) = @_;
	my ($name, $size) = split /=/, $what;
	$size //= 'full' if $option->{f};
	my $bytes = length HostileMail::make($name, $size);
	my $meter = Meter->new($pid);
	my ($plain) = $recipient =~ s/\+[^\@]*//r;
	my $polite = Polite->start($path, $plain);
	my $before = time;
	my $code = send_copies($option->{n} // 1, $path, $recipient, $name, $size,
		$option->{s});
	my $ms = 1000 * (time - $before);
	my ($longest, undef, $refused) = $polite->stop;
	my ($cpu, $peak) = $meter->read;
	printf "%-14s %9d %3d %6.0f %6.2f %4d %6.3f %d\n", $name, $bytes, $code,
		$ms, $cpu, $peak, $longest, $refused;
}

if ($what eq 'names') {
	print "$_\n" for HostileMail::names();
} elsif ($what eq 'mail') {
	binmode STDOUT;
	print HostileMail::make(@ARGV);
} elsif ($what eq 'run') {
	getopts('fn:s:', \my %option);
	my ($pid, $path, $recipient, @names) = @ARGV;
	@names = HostileMail::names() unless @names;
	attack(\%option, $pid, $path, $recipient, $_) for @names;
} else {
	die "usage: see hostile.pl\n";
}
