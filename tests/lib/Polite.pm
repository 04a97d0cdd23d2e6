# Polite.pm - an ordinary sender beside an attack, and what the attack costs
#
#	my $polite = Polite->start('/run/ticketd/lmtp', 'support@example.org');
#	...
#	my ($longest, $mails, $refused) = $polite->stop;
#
# It sends a small mail some times a second, each over a connection of its
# own, as often as it must until it is taken, and notes the longest time in
# seconds that this took one of them; 9999 if one was not taken until it gave up,
# after as many seconds as TD_PATIENCE says.  Every mail has another sender.
#
#	my $meter = Meter->new($pid);
#	my ($cpu, $peak) = $meter->read;
#
# CPU seconds of the process and its ended children since then; its greatest
# size in MiB since then where the system lets us ask for that, else ever.

package Polite;

use strict;
use warnings;
use IO::Socket::UNIX;
use Time::HiRes qw(time);

use constant NEVER => 9999;
my $patience = $ENV{TD_PATIENCE} // 120;
my $starts = 0;

# The code of the last line of an answer, 0 when the connection is gone.
sub code {
	my ($socket) = @_;
	while (defined(my $line = <$socket>)) {
		return $1 if $line =~ /\A(\d{3}) /;
	}
	return 0;
}

sub send_one {
	my ($path, $recipient, $name) = @_;
	my $socket = IO::Socket::UNIX->new(Peer => $path) or return 0;
	$socket->autoflush(1);
	code($socket) == 220 or return 0;
	for my $line ('LHLO polite.example',
		"MAIL FROM:<$name\@polite.example>",
		"RCPT TO:<$recipient>", 'DATA') {
		print $socket "$line\r\n";
		code($socket) =~ /\A[23]/ or return 0;
	}
	print $socket "From: $name\@polite.example\r\nSubject: $name\r\n"
		. "Message-ID: <$name\@polite.example>\r\n\r\nHello.\r\n.\r\n";
	return code($socket) == 250;
}

sub run {
	my ($path, $recipient, $start, $stop) = @_;
	my ($longest, $mails, $refused, $bits) = (0, 0, 0, '');
	vec($bits, fileno $stop, 1) = 1;
	do {
		my ($before, $never) = (time, 0);
		my $name = sprintf 'p%d.%d.%d', $$, $start, $mails++;
		while (!send_one($path, $recipient, $name)) {
			$refused++;
			last if $never = time - $before > $patience;
			select undef, undef, undef, 0.05;
		}
		my $took = $never ? NEVER : time - $before;
		$longest = $took if $took > $longest;
	} until (select(my $ready = $bits, undef, undef, 0.03));
	return ($longest, $mails, $refused);
}

sub start {
	my ($class, $path, $recipient) = @_;
	pipe(my $stop_out, my $stop_in) or die "pipe: $!\n";
	pipe(my $result_out, my $result_in) or die "pipe: $!\n";
	my $start = ++$starts;
	my $pid = fork // die "fork: $!\n";
	if ($pid == 0) {
		close $stop_in;
		$SIG{PIPE} = 'IGNORE';
		my @result = run($path, $recipient, $start, $stop_out);
		syswrite $result_in, "@result\n";
		require POSIX;
		POSIX::_exit(0);
	}
	return bless { stop => $stop_in, result => $result_out, pid => $pid },
		$class;
}

sub stop {
	my ($self) = @_;
	close $self->{stop};
	my $result = readline $self->{result};
	waitpid $self->{pid}, 0;
	return split ' ', $result // '0 0 1';
}

package Meter;

use strict;
use warnings;

sub slurp {
	my ($path) = @_;
	open my $file, '<', $path or return '';
	local $/;
	return <$file> // '';
}

# User and system, its own and its children's, in hundredths of seconds.
sub ticks {
	my ($self) = @_;
	my ($rest) = slurp("/proc/$self->{pid}/stat") =~ /\) (.*)/;
	my @fields = split ' ', $rest // '';
	return ($fields[11] // 0) + ($fields[12] // 0) + ($fields[13] // 0)
		+ ($fields[14] // 0);
}

sub new {
	my ($class, $pid) = @_;
	my $self = bless { pid => $pid }, $class;
	if (open my $file, '>', "/proc/$pid/clear_refs") {
		syswrite $file, '5';
	}
	$self->{ticks} = $self->ticks;
	return $self;
}

sub read {
	my ($self) = @_;
	my ($peak) = slurp("/proc/$self->{pid}/status") =~ /^VmHWM:\s+(\d+)/m;
	return (($self->ticks - $self->{ticks}) / 100,
		int(($peak // 0) / 1024));
}

1;
