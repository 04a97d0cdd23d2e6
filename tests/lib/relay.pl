#!/usr/bin/perl
# relay.pl - a mail server between desks: SMTP in, LMTP out
#
# relay.pl [-s] [-r] PORT LOG FOLDER DOMAIN=SOCKET...
#	-s   a careless gateway: takes away all that marks automatic mail, gives
#	     each mail another Message-ID, and the null sender the address of From
#	-r   takes away References and In-Reply-To too
#
# Listens on 127.0.0.1:PORT.  Mail to a DOMAIN goes to its SOCKET, all other
# mail into Maildirs, FOLDER/NAME/new, NAME being the local part.  Each mail to
# a DOMAIN is a line "SENDER RECIPIENT SUBJECT" in LOG.  Prints "ready" when it
# listens.

use strict;
use warnings;
use Fcntl qw(:flock);
use File::Path qw(make_path);
use Getopt::Std;
use IO::Socket::INET;
use IO::Socket::UNIX;

my %option;
getopts('sr', \%option) && @ARGV >= 4 or die "usage: see relay.pl\n";
my ($port, $log, $folder, @routes) = @ARGV;
my %sockets = map { split /=/, $_, 2 } @routes;
my $number = 0;

sub note {
	my ($sender, $recipient, $mail) = @_;
	my ($subject) = $mail =~ /^Subject: ?([^\n]*)/mi;
	open my $out, '>>:raw', $log or die "$log: $!\n";
	flock $out, LOCK_EX;
	print $out "<$sender> <$recipient> ", $subject // '', "\n";
	close $out;
}

sub store {
	my ($recipient, $mail) = @_;
	my ($name) = $recipient =~ /\A([^@+]*)/;
	my $maildir = "$folder/$name";
	make_path("$maildir/new", "$maildir/tmp");
	my $file = sprintf '%06d.%d', ++$number, $$;
	open my $out, '>:raw', "$maildir/tmp/$file" or die "$maildir: $!\n";
	print $out $mail;
	close $out or die "$maildir: $!\n";
	rename "$maildir/tmp/$file", "$maildir/new/$file" or die "$file: $!\n";
}

sub answer {
	my ($server) = @_;
	while (defined(my $line = <$server>)) {
		return $line if $line =~ /\A\d{3} /;
	}
	return '451 connection lost';
}

sub ask {
	my ($server, $text) = @_;
	print $server "$text\r\n";
	return answer($server);
}

# Hands the mail on; the answer of the desk.
sub deliver {
	my ($socket, $sender, $recipient, $mail) = @_;
	my $server = IO::Socket::UNIX->new(Peer => $socket)
		or return '451 nobody there';
	$server->autoflush(1);
	answer($server);
	ask($server, 'LHLO relay.example');
	my $answer = ask($server, "MAIL FROM:<$sender>");
	return $answer unless $answer =~ /\A2/;
	$answer = ask($server, "RCPT TO:<$recipient>");
	return $answer unless $answer =~ /\A2/;
	$answer = ask($server, 'DATA');
	return $answer unless $answer =~ /\A3/;
	$mail =~ s/^\./../mg;
	$mail =~ s/\n/\r\n/g;
	$answer = ask($server, "$mail.");
	ask($server, 'QUIT');
	return $answer;
}

sub without {
	my ($head, @names) = @_;
	for my $name (@names) {
		$head =~ s/^\Q$name\E:[^\n]*\n(?:[ \t][^\n]*\n)*//gmi;
	}
	return $head;
}

sub careless {
	my ($sender, $mail) = @_;
	my ($head, $body) = $mail =~ /\A(.*?\n)(\n.*)\z/s;
	$head = without($head, 'Auto-Submitted', 'Precedence',
		'X-Auto-Response-Suppress', 'X-Ticketd-Loop', 'Message-ID');
	$head = without($head, 'References', 'In-Reply-To') if $option{r};
	my $id = $$ . '.' . ++$number;
	$head .= "Message-ID: <$id\@relay.example>\n";
	($sender) = $head =~ /^From:[^\n]*?([^\s<>]+@[^\s<>]+)/mi
		if $sender eq '';
	return ($sender, $head . $body);
}

sub pass_on {
	my ($sender, $recipient, $mail) = @_;
	my ($domain) = $recipient =~ /@(.*)\z/;
	my $socket = $sockets{$domain};
	if (!defined $socket) {
		store($recipient, $mail);
		return '250 2.0.0 kept';
	}
	($sender, $mail) = careless($sender, $mail) if $option{s};
	note($sender, $recipient, $mail);
	my $answer = deliver($socket, $sender, $recipient, $mail);
	$answer =~ s/\s+\z//;
	return $answer;
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

sub take_mail {
	my ($client, $sender, @recipients) = @_;
	print $client "354 Go on\r\n";
	my $mail = read_mail($client);
	return 0 unless defined $mail;
	my $last = '250 2.0.0 Ok';
	for my $recipient (@recipients) {
		my $answer = pass_on($sender, $recipient, $mail);
		$last = $answer unless $answer =~ /\A2/;
	}
	print $client "$last\r\n";
	return 1;
}

sub serve {
	my ($client) = @_;
	my ($sender, @recipients) = ('');
	print $client "220 relay.example ESMTP\r\n";
	while (defined(my $line = <$client>)) {
		$line =~ s/\r?\n\z//;
		if ($line =~ /\AEHLO/i) {
			print $client "250-relay.example\r\n250-8BITMIME\r\n",
				"250 DSN\r\n";
		} elsif ($line =~ /\AMAIL FROM:\s*<([^>]*)>/i) {
			($sender, @recipients) = ($1);
			print $client "250 2.1.0 Ok\r\n";
		} elsif ($line =~ /\ARCPT TO:\s*<([^>]*)>/i) {
			push @recipients, $1;
			print $client "250 2.1.5 Ok\r\n";
		} elsif ($line =~ /\ADATA/i) {
			take_mail($client, $sender, @recipients) or return;
		} elsif ($line =~ /\AQUIT/i) {
			print $client "221 2.0.0 Bye\r\n";
			return;
		} else {
			print $client "250 2.0.0 Ok\r\n";
		}
	}
}

# A desk may keep its connection while the other one writes.
$SIG{PIPE} = 'IGNORE';
$SIG{CHLD} = 'IGNORE';
$| = 1;
my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
	LocalPort => $port, Proto => 'tcp', Listen => 16, ReuseAddr => 1)
	or die "relay.pl: 127.0.0.1:$port: $!\n";
print "ready\n";
while (1) {
	my $client = $server->accept or next;
	my $child = fork;
	if (defined $child && $child == 0) {
		close $server;
		binmode $client;
		$client->autoflush(1);
		serve($client);
		exit 0;
	}
	close $client;
}
