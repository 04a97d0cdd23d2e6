#!/usr/bin/perl
# faults.pl - delivers mails while calls fail, one failing call a mail
#
# faults.pl OPTIONS CALL:ERRNO[:COUNT[:short]]...
#	--way lmtp|pipe     to a daemon's socket, or by a program that reads it
#	--daemon 'WORDS'    how to start the daemon; restarted when it ends
#	--log FILE          its stderr
#	--socket PATH       where it takes LMTP
#	--program 'WORDS'   of a pipe: gets "-f SENDER -- RECIPIENT" behind it
#	--control FILE      that of TD_PRELOAD_CONTROL, which the caller put into
#	                    the environment of what shall fail
#	--some COUNT        of all n that there are only so many, spread evenly
#	                    from a place that the seed tells; else all
#	--seed NUMBER
#	--taken FILE        the subject of each mail that was taken is added
#
# For each fault and each n: the n-th call from the start of one delivery on
# fails; then the same mail is delivered, without a fault, until it is taken.
# The only answers allowed are "taken" and "not now": exit status 0 or 75, 250
# or 4xx, or a connection that ends without an answer.  A line for each fault
# tells how many calls a delivery makes, how many n were tried, and what came
# of it.  Exit status 1 if anything else happened; that is told by lines that
# begin with BAD.

use strict;
use warnings;
use FindBin ();
use lib $FindBin::Bin;
use Getopt::Long;
use IO::Socket::UNIX;
use POSIX qw(:sys_wait_h);
use Preload;
use Time::HiRes qw(sleep);

use constant RECIPIENT => 'support@example.org';
use constant PATIENCE => 60;    # seconds for one answer; a hang is a mistake
use constant TRIES => 40;
use constant MOST => 1_000_000;

my %option = (way => 'lmtp', seed => 0);
GetOptions(\%option, 'way=s', 'daemon=s', 'log=s', 'socket=s', 'program=s',
	'control=s', 'some=i', 'seed=i', 'taken=s') && @ARGV
	or die "usage: see faults.pl\n";
$SIG{PIPE} = 'IGNORE';
my ($daemon, $bad, $mails, %ends) = (undef, 0, 0);
my $preload = Preload->new($option{control});
open my $taken, '>>', $option{taken} or die "$option{taken}: $!\n";
$taken->autoflush(1);

sub bad {
	my ($text) = @_;
	$bad = 1;
	print "BAD $text\n";
}

# ---- the daemon ----

sub start_daemon {
	my $log = $option{log};
	my $from = -s $log // 0;
	$daemon = fork // die "fork: $!\n";
	if ($daemon == 0) {
		open STDIN, '<', '/dev/null';
		open STDOUT, '>>', $log;
		open STDERR, '>>', $log;
		{ exec split ' ', $option{daemon} }
	}
	for (1 .. PATIENCE * 50) {
		if (open my $file, '<', $log) {
			seek $file, $from, 0;
			return if grep { $_ eq "ready\n" } <$file>;
		}
		last if waitpid($daemon, WNOHANG) != 0;
		sleep 0.02;
	}
	die "faults.pl: the daemon does not start\n";
}

# A daemon that ended is started again, as its supervisor would; how it ended.
sub look_after_daemon {
	return unless $option{daemon};
	my $pid = defined $daemon ? waitpid($daemon, WNOHANG) : -1;
	return if $pid == 0;
	my $end = '';
	if (defined $daemon) {
		my $status = $?;
		$end = $status & 127 ? 'killed by ' . ($status & 127)
			: 'exit ' . ($status >> 8);
		$ends{$end}++;
		bad("the daemon ended with status 0") if $status == 0;
	}
	start_daemon();
}

# A daemon that gave up may take a moment until it has ended.
sub stop_daemon {
	return unless defined $daemon;
	kill 'TERM', $daemon;
	waitpid $daemon, 0;
	$daemon = undef;
}

# ---- one delivery: taken, deferred, closed, or what is wrong ----

sub read_answer {
	my ($socket) = @_;
	while (defined(my $line = <$socket>)) {
		return $line if $line =~ /\A\d{3} /;
	}
	return '';
}

sub by_lmtp {
	my ($sender, $mail) = @_;
	my $socket = IO::Socket::UNIX->new(Peer => $option{socket})
		or return 'closed';
	my $answer = read_answer($socket);
	for my $word ('LHLO client.example', "MAIL FROM:<$sender>",
		'RCPT TO:<' . RECIPIENT . '>', 'DATA', "$mail.") {
		last unless $answer =~ /\A[23]/;
		print $socket "$word\r\n";
		$socket->flush;
		$answer = read_answer($socket);
	}
	return 'closed' if $answer eq '';
	return $answer =~ /\A250/ ? 'taken' : $answer =~ /\A4/ ? 'deferred'
		: "the answer $answer";
}

sub by_pipe {
	my ($sender, $mail) = @_;
	my @words = (split(' ', $option{program}), '-f', $sender, '--', RECIPIENT);
	$mail =~ s/\r\n/\n/g;
	my $pid = open(my $pipe, '|-') // die "fork: $!\n";
	if ($pid == 0) {
		open STDERR, '>', '/dev/null';
		{ exec @words }
		POSIX::_exit(127);
	}
	print $pipe $mail;
	close $pipe;
	# pipe(8) puts off the mail of a program that was killed, too.
	return 'killed' if $? & 127;
	my $status = $? >> 8;
	return $status == 0 ? 'taken' : $status == 75 ? 'deferred'
		: "exit status $status";
}

sub deliver {
	my ($sender, $mail) = @_;
	local $SIG{ALRM} = sub { die "hangs\n" };
	alarm PATIENCE;
	my $result = eval {
		$option{way} eq 'lmtp' ? by_lmtp($sender, $mail)
			: by_pipe($sender, $mail);
	} // "a delivery that hangs";
	alarm 0;
	return $result;
}

# All senders are strangers to each other, so that no limit of answers applies.
sub new_mail {
	my ($subject) = @_;
	$mails++;
	my $sender = "u$mails\@d$$-$mails.example.net";
	return ($sender, join "\r\n", "From: $sender", 'To: ' . RECIPIENT,
		"Subject: $subject", "Message-ID: <$$.$mails\@client.example>",
		'Date: Sat, 21 Nov 2026 10:00:00 +0000', '',
		"This is the text of mail $mails.", '');
}

# ---- faults ----

my @allowed = qw(taken deferred closed killed);

sub deliver_until_taken {
	my ($what, @mail) = @_;
	for (1 .. TRIES) {
		look_after_daemon();
		return 1 if deliver(@mail) eq 'taken';
		sleep 0.1;
	}
	bad("$what: the mail is not taken afterwards");
	return 0;
}

# Whether the fault came about.
sub try_fault {
	my ($fault, $n, $results) = @_;
	my ($call, $rest) = split /:/, $fault, 2;
	my $subject = "$option{way} $fault $n";
	my @mail = new_mail($subject);

	look_after_daemon();
	$preload->arm("$call:$n:$rest");
	my $result = deliver(@mail);
	# What comes of the answer belongs to the delivery.
	$preload->disarm;
	my $failed = $preload->failed;
	bad("$subject: $result") unless grep { $_ eq $result } @allowed;
	$results->{$result}++ if $failed;
	if ($result eq 'taken' ||
		deliver_until_taken($subject, @mail)) {
		print $taken "$subject\n";
	}
	return $failed;
}

# How many of a call a delivery makes that nothing happens to; the first one
# after a start makes more of them than the next.
sub count_calls {
	my ($call) = @_;
	my $count = 0;
	for my $time (1 .. 2) {
		my $subject = "$option{way} count $call $time";
		my @mail = new_mail($subject);
		look_after_daemon();
		$preload->arm;
		my $result = deliver(@mail);
		$preload->disarm;
		$count = $preload->count($call);
		bad("$subject: $result") unless $result eq 'taken';
		print $taken "$subject\n";
	}
	return $count;
}

sub choose {
	my ($count) = @_;
	my $step = $option{some} && $count > $option{some}
		? $count / $option{some} : 1;
	my $at = $step > 1 ? $option{seed} % $step : 0;
	my @chosen;
	for (; $at < $count; $at += $step) {
		push @chosen, int($at) + 1;
	}
	return @chosen;
}

sub try_all {
	my ($fault) = @_;
	my ($call) = split /:/, $fault;
	my $count = count_calls($call);
	my ($tried, %results) = (0);
	%ends = ();
	if ($option{some}) {
		$tried += try_fault($fault, $_, \%results) ? 1 : 0
			for choose($count);
	} else {
		# The number differs from one delivery to the next.
		my $missed = 0;
		for (my $n = 1; $n < MOST && $missed < 3; $n++) {
			my $failed = try_fault($fault, $n, \%results);
			$missed = $failed ? 0 : $missed + 1 if $n > $count;
			$tried++ if $failed;
		}
	}
	look_after_daemon();
	my @ends = map { "; daemon $_: $ends{$_}" } sort keys %ends;
	print "$fault: calls $count, tried $tried",
		(map { ", $_ $results{$_}" } grep { $results{$_} } @allowed),
		@ends, "\n";
}

$| = 1;
$preload->disarm;
start_daemon() if $option{daemon};
try_all($_) for @ARGV;
stop_daemon();
exit $bad;
