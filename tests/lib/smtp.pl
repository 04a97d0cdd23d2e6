#!/usr/bin/perl
# smtp.pl - hands the mail on the standard input to an SMTP or LMTP server
#
# smtp.pl [-l] [-u] [-r COUNT] [-f FROM] SERVER TO... < MAIL
#	-l   LMTP rather than SMTP
#	-u   ask for SMTPUTF8
#	-r   send it COUNT times over one connection; %d in the mail's header and
#	     body is replaced by the number
# SERVER is HOST:PORT or the path of a Unix socket.  Prints the server's last
# answer for each mail (by LMTP one for each recipient).  Exit status: 0 all
# taken, 75 some not now, 69 some refused.  A connection that breaks is 75.

use strict;
use warnings;
use IO::Socket::INET;
use IO::Socket::UNIX;
use Getopt::Std;

my %option;
getopts('luf:r:', \%option) && @ARGV >= 2 or die "usage: see smtp.pl\n";
my ($server, @recipients) = @ARGV;
my $status = 0;
my $socket;

sub finish {
	my ($line) = @_;
	print "$line\n" if defined $line;
	exit($status || 75);
}

sub note_code {
	my ($code) = @_;
	$status = 75 if $code =~ /\A4/;
	$status ||= 69 if $code =~ /\A5/;
}

sub answer {
	my $text = '';
	while (defined(my $line = <$socket>)) {
		$line =~ s/\r?\n\z//;
		$text .= ($text eq '' ? '' : ' ') . $line;
		return $text if $line =~ /\A\d{3}(?: |\z)/;
	}
	finish("connection lost");
}

sub ask {
	my ($line) = @_;
	print $socket "$line\r\n" or finish("connection lost");
	$socket->flush;
	return answer();
}

sub wanted {
	my ($answer) = @_;
	return if $answer =~ /\A[23]/;
	note_code($answer);
	finish($answer);
}

sub send_mail {
	my ($mail) = @_;
	my $from = $option{f} // '';
	wanted(ask("MAIL FROM:<$from>" . ($option{u} ? ' SMTPUTF8' : '')));
	my $taken = 0;
	for my $recipient (@recipients) {
		my $answer = ask("RCPT TO:<$recipient>");
		if ($answer =~ /\A2/) {
			$taken++;
			next;
		}
		note_code($answer);
		print "$answer\n";
	}
	return wanted(ask('RSET')) unless $taken;
	wanted(ask('DATA'));
	$mail =~ s/\r?\n/\r\n/g;
	$mail =~ s/^\./../mg;
	$mail .= "\r\n" unless $mail =~ /\r\n\z/;
	my $answers = $option{l} ? $taken : 1;
	print $socket $mail or finish("connection lost");
	for my $number (1 .. $answers) {
		my $answer = $number == 1 ? ask('.') : answer();
		note_code($answer);
		print "$answer\n";
	}
}

$SIG{PIPE} = 'IGNORE';
$| = 1;
binmode STDIN;
my $mail = do { local $/; <STDIN> };
$socket = $server =~ m{/}
	? IO::Socket::UNIX->new(Peer => $server)
	: IO::Socket::INET->new(PeerAddr => $server, Proto => 'tcp');
finish("no connection to $server") unless $socket;
binmode $socket;
wanted(answer());
wanted(ask(($option{l} ? 'LHLO' : 'EHLO') . ' client.example'));
for my $number (1 .. $option{r} // 1) {
	(my $one = $mail) =~ s/%d/$number/g;
	send_mail($option{r} ? $one : $mail);
}
ask('QUIT');
exit $status;
