#!/usr/bin/perl
# abuse.pl - talks to the LMTP socket as no mail server would
#
# abuse.pl run [-f] PID SOCKET RECIPIENT [NAME...]
# abuse.pl names
#
# Each talk is held beside a polite sender; a line tells of it:
#
#	NAME  CPU  PEAK  WAIT  REFUSED  WHAT
#
# with columns as those of hostile.pl run; WHAT is what was answered, in words
# that the test knows.  -f talks longer.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Getopt::Std;
use IO::Socket::UNIX;
use Socket qw(MSG_DONTWAIT);
use Polite;

$| = 1;
$SIG{PIPE} = 'IGNORE';
my ($path, $recipient, %option);

# ---- a connection ----

sub open_one { return IO::Socket::UNIX->new(Peer => $path) }

# All of @$texts is written while answers are read, so that neither side waits
# for the other; returns the codes of the final lines, one space between them.
# Ends when the peer hangs up, or with @$until that many answers.
sub talk {
	my ($socket, $text, $until) = @_;
	my ($got, $codes, $done, $deaf) = ('', '', 0, 0);
	my $next = ref $text ? $text : sub { my $t = $text; $text = ''; $t };
	my $waiting = '';
	$socket->blocking(0);
	while ($done < $until) {
		$waiting = $next->() if $waiting eq '' && !$deaf;
		my ($read, $write) = ('', '');
		vec($read, fileno $socket, 1) = 1;
		vec($write, fileno $socket, 1) = 1 if $waiting ne '';
		select($read, $write, undef, 60) > 0 or last;
		if ($waiting ne '' && vec($write, fileno $socket, 1)) {
			my $sent = syswrite $socket, $waiting;
			# It hung up: what it said before is still to be read.
			if (!defined $sent && !$!{EAGAIN}) {
				($waiting, $deaf) = ('', 1);
				next;
			}
			substr($waiting, 0, $sent // 0) = '';
		}
		next unless vec($read, fileno $socket, 1);
		my $size = sysread $socket, $got, 65536, length $got;
		last if defined $size && $size == 0;
		last if !defined $size && !$!{EAGAIN};
		while ($got =~ s/\A([^\n]*)\n//) {
			next unless $1 =~ /\A(\d{3}) /;
			$codes .= "$1 ";
			$done++;
		}
	}
	$codes =~ s/ \z//;
	return $codes;
}

# Repeated codes are counted: "250x3 451".
sub short {
	my ($codes) = @_;
	my @found;
	for my $code (split ' ', $codes) {
		if (@found && $found[-1][0] eq $code) {
			$found[-1][1]++;
		} else {
			push @found, [$code, 1];
		}
	}
	return join ' ', map { $_->[1] > 1 ? "$_->[0]x$_->[1]" : $_->[0] } @found;
}

my $number = 0;

sub start {
	my $name = sprintf 'abuse%d.%d', $$, ++$number;
	return "LHLO abuse.example\r\nMAIL FROM:<$name\@abuse.example>\r\n"
		. "RCPT TO:<$recipient>\r\n";
}

sub mail {
	return "From: abuse\@abuse.example\r\nSubject: abuse\r\n"
		. "Message-ID: <$$." . ++$number . "\@abuse.example>\r\n\r\nHi.\r\n";
}

# One connection: all of that text, then what it answers.
sub say {
	my ($text, $until) = @_;
	return short(talk(open_one(), $text, $until));
}

# The same @count times, then @last.
sub repeat {
	my ($first, $line, $count, $last) = @_;
	my $block = $line x 1000;
	my $left = $count;
	return sub {
		if ($first ne '') {
			my $text = $first;
			$first = '';
			return $text;
		}
		if ($left > 0) {
			my $part = $left >= 1000 ? $block : $line x $left;
			$left -= 1000;
			return $part;
		}
		my $text = $last;
		$last = '';
		return $text;
	};
}

sub often { return $option{f} ? $_[1] : $_[0] }

# Holds all places for some seconds: begins on each with $first, then sends a
# byte at a time, and comes again when it was thrown out.
sub besiege {
	my ($first) = @_;
	my ($many, $until, $again) = (often(150, 900), time + often(1.5, 10), 0);
	my @sockets;
	while (time < $until) {
		for my $place (0 .. $many - 1) {
			my $old = $sockets[$place];
			my $there = defined $old
				&& defined syswrite $old, $first eq '' ? '' : 'x';
			# What it was told meanwhile; at the end nothing.
			my $size = $there ? sysread $old, my $told, 4096 : 0;
			next if $there && !(defined $size && $size == 0);
			$again++ if defined $old;
			my $new = open_one() or next;
			$new->blocking(0);
			syswrite $new, $first;
			$sockets[$place] = $new;
		}
		select undef, undef, undef, 0.1;
	}
	return $again ? 'thrown out' : 'left alone';
}

# ---- talks ----

my %talks = (
	noops => sub {
		my $count = often(20000, 2000000);
		return say(repeat('', "NOOP\r\n", $count, "QUIT\r\n"), $count + 2);
	},
	resets => sub {
		my $count = often(10000, 1000000);
		return say(repeat("LHLO x\r\n", "MAIL FROM:<>\r\nRSET\r\n",
			$count, "QUIT\r\n"), 2 * $count + 3);
	},
	greetings => sub {
		my $count = often(10000, 500000);
		return say(repeat('', "LHLO x\r\n", $count, "QUIT\r\n"),
			$count + 2);
	},
	# Nobody reads the answers: the server must not keep them all.
	deaf => sub {
		my $socket = open_one();
		$socket->blocking(0);
		my ($sent, $stuck) = (0, 0);
		my $block = "HELP\r\n" x 10000;
		while ($stuck < 20 && $sent < often(20e6, 2e9)) {
			my $size = syswrite $socket, $block;
			$sent += $size // 0;
			$stuck = defined $size ? 0 : $stuck + 1;
			select undef, undef, undef, 0.05 unless defined $size;
		}
		return $stuck ? 'stopped reading' : 'read all';
	},
	endless => sub {
		my $count = often(20000, 1000000);
		return say(repeat('', 'x' x 1000, $count, "\r\nQUIT\r\n"), 3);
	},
	returns => sub {
		return say(repeat('', "NOOP\r", 1000, "\r\nQUIT\r\n"), 3);
	},
	nothing => sub { return say("\0" x 100 . "\r\nNO\0OP\r\nQUIT\r\n", 4) },
	high => sub {
		return say("LHLO \xff\xfe\r\nMAIL FROM:<\xe9\xff\@x>\r\n"
			. "RCPT TO:<\xff\xc3\x28\@\xfe>\r\n\xff\xff\r\nQUIT\r\n", 6);
	},
	errors => sub { return say("BAD\r\n" x 100, 102) },
	# None of these ends the text of a mail (RFC 5321, section 4.1.1.4).
	smuggle => sub {
		my $inner = 'MAIL FROM:<smuggled@abuse.example>';
		return say(start() . "DATA\r\n" . mail() . join('',
			map { "x$_$inner\r\n" } "\n.\n", "\n.\r\n", "\r.\r", "\r\n.\r",
			"\r\n.\n", "\r.\r\n", "\r\n.\r\r\n", "\r\n..\r\n", "\n.\r",
			"\r\n.\0\r\n") . "\r\n.\r\nQUIT\r\n", 7);
	},
	'chunk-zero' => sub {
		return say(start() . "BDAT 0\r\n" x 1000 . "BDAT 0 LAST\r\nQUIT\r\n",
			4 + 1001 + 1);
	},
	'chunk-huge' => sub {
		return say(start() . "BDAT 9223372036854775808\r\n" . mail(), 99);
	},
	'chunk-most' => sub {
		return say(repeat(start() . "BDAT 9223372036854775807\r\n",
			'x' x 1000, often(50000, 1000000), ''), 4);
	},
	'chunk-negative' => sub { return say(start() . "BDAT -1\r\nHi.", 99) },
	'chunk-words' => sub { return say(start() . "BDAT 3 FIRST\r\nHi.", 99) },
	'chunk-mixed' => sub {
		return say(start() . "BDAT 3\r\nHi.DATA\r\nRSET\r\nQUIT\r\n", 8);
	},
	'chunk-alone' => sub {
		return say("LHLO x\r\nBDAT 6\r\nQUIT\r\nQUIT\r\n", 4);
	},
	'chunk-bytes' => sub {
		my $mail = mail();
		return say(start() . join('', map { "BDAT 1\r\n$_" } split //, $mail)
			. "BDAT 0 LAST\r\nQUIT\r\n", 4 + length($mail) + 2);
	},
	'size-lie' => sub {
		(my $text = start()) =~ s/(example>)\r/$1 SIZE=1\r/;
		return say($text . "DATA\r\n" . mail() . ".\r\nQUIT\r\n", 7);
	},
	'size-huge' => sub {
		return say("LHLO x\r\nMAIL FROM:<> SIZE=99999999999\r\n"
			. "MAIL FROM:<> SIZE=-1\r\n"
			. "MAIL FROM:<> SIZE=99999999999999999999999\r\nQUIT\r\n", 6);
	},
	gigabyte => sub {
		my $count = often(60000, 1000000);
		return say(repeat(start() . "DATA\r\n", 'x' x 998 . "\r\n", $count,
			".\r\nQUIT\r\n"), 7);
	},
	'gigabyte-chunks' => sub {
		my $count = often(60000, 1000000);
		return say(repeat(start(), "BDAT 1000\r\n" . 'x' x 1000, $count,
			"BDAT 0 LAST\r\nQUIT\r\n"), $count + 6);
	},
	recipients => sub {
		my ($name, $domain) = split /\@/, $recipient;
		my $text = join '', map { "RCPT TO:<$name+r$_\@$domain>\r\n" }
			1 .. 5000;
		my $socket = open_one();
		my $codes = short(talk($socket, start() . $text, 5004));
		# Those that were taken each want an answer.
		return $codes . ', ' . short(talk($socket, "DATA\r\n" . mail()
			. ".\r\nQUIT\r\n", 1002));
	},
	'more-recipients' => sub {
		my ($name, $domain) = split /\@/, $recipient;
		return say(start() . join('', map {
			"RCPT TO:<$name+r$_\@$domain>\r\n" } 1 .. 10000), 10004);
	},
	'long-recipients' => sub {
		my ($name, $domain) = split /\@/, $recipient;
		my $text = join '', map { "RCPT TO:<$name+" . $_ x 3900
			. "\@$domain>\r\n" } 0 .. 9;
		return say(start() . $text x 100 . "QUIT\r\n", 1005);
	},
	# More connections than there are places, and nothing on them.
	idle => sub { return besiege('') },
	dribble => sub { return besiege('NOOP' x 100) },
	'dribble-text' => sub { return besiege(start() . "DATA\r\n") },
	'dribble-chunk' => sub { return besiege(start() . "BDAT 1000000\r\n") },
	# Gone in each state, without a word.
	gone => sub {
		my @texts = ('', 'LHL', "LHLO x\r\n", start(), start() . "DATA\r\n",
			start() . "DATA\r\nFrom: a", start() . "DATA\r\nHi.\r\n.",
			start() . "BDAT 10\r\n", start() . "BDAT 10\r\n12345",
			start() . "BDAT 10 LAST\r\n123456789",
			start() . "BDAT 10\r\n1234567890");
		for my $text (@texts, @texts) {
			my $socket = open_one() or return 'no connection';
			print $socket $text;
			$socket->flush;
			shutdown $socket, 2 if $number % 2;
			close $socket;
		}
		return 'gone';
	},
	# One side closed behind the mail: it is answered all the same.
	half => sub {
		my $socket = open_one();
		print $socket start() . "DATA\r\n" . mail() . ".\r\n";
		$socket->flush;
		shutdown $socket, 1;
		return short(talk($socket, '', 9));
	},
	'half-cut' => sub {
		my $socket = open_one();
		print $socket start() . "DATA\r\n" . mail();
		$socket->flush;
		shutdown $socket, 1;
		return short(talk($socket, '', 9));
	},
);

sub hold {
	my ($pid, $name) = @_;
	my $meter = Meter->new($pid);
	my $polite = Polite->start($path, $recipient);
	my $what = $talks{$name}->();
	my ($longest, undef, $refused) = $polite->stop;
	my ($cpu, $peak) = $meter->read;
	printf "%-16s %6.2f %4d %6.3f %d  %s\n", $name, $cpu, $peak, $longest,
		$refused, $what;
}

my $what = shift // '';
if ($what eq 'names') {
	print "$_\n" for sort keys %talks;
} elsif ($what eq 'run') {
	getopts('f', \%option);
	(my $pid, $path, $recipient, my @names) = @ARGV;
	hold($pid, $_) for @names ? @names : sort keys %talks;
} else {
	die "usage: see abuse.pl\n";
}
