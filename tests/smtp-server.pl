#!/usr/bin/perl
# smtp-server.pl - an SMTP server for tests that answers what it is told to
#
# Listens on 127.0.0.1 and serves one connection after the other.
#   --port N           (default: any free one)
#   --port-file FILE   the port is written there once it listens
#   --log FILE         what was received: "connect", "tls", each command, "text"
#   --mail-dir DIR     each accepted text as DIR/1.eml ..., dots unstuffed
#   --offer KEYWORD    in the answer to EHLO; may be repeated
#   --on REGEX=ACTION  what to do about a command that matches; may be repeated.
#                      The first rule wins.  ACTION is a reply, "drop" (close
#                      the connection), "hang" (say nothing any more) or
#                      "stall" (and read nothing); with "3*" in front it
#                      counts for three times, then no more.
#                      Further "commands": CONNECT, TEXT (the first line of a
#                      text) and END (its last).
#   --tls CERT,KEY     offer STARTTLS (by "openssl s_server")
#   --auth USER:PASS   offer AUTH PLAIN LOGIN, and take no mail without
#   --seconds N        ends after so long (default 60)

use strict;
use warnings;
use File::Temp qw(tempdir);
use Getopt::Long;
use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;
use IPC::Open2;
use MIME::Base64;

my %option = (port => 0, seconds => 60, offer => [], on => []);
GetOptions(\%option, 'port=i', 'port-file=s', 'log=s', 'mail-dir=s', 'offer=s@',
	'on=s@', 'tls=s', 'auth=s', 'seconds=i')
	or die "usage: see the head of this file\n";

my @rules;
for my $rule (@{ $option{on} }) {
	my ($regex, $action) = $rule =~ /^(.*?)=(.+)$/s
		or die "bad rule: $rule\n";
	my $left = $action =~ s/^(\d+)\*// ? $1 : -1;
	push @rules, { regex => qr/$regex/, action => $action, left => $left };
}

my $mails = 0;
my %tls; # pids and directory of the connection that has TLS

$SIG{PIPE} = 'IGNORE';
$SIG{TERM} = sub { end_tls(); exit 0 };
$SIG{ALRM} = sub { end_tls(); exit 1 };
alarm $option{seconds};

my $listener = IO::Socket::INET->new(
	LocalAddr => '127.0.0.1', LocalPort => $option{port}, Listen => 20,
	ReuseAddr => 1) or die "listen: $!\n";
if (my $file = $option{'port-file'}) {
	open my $out, '>', "$file.new" or die "$file: $!\n";
	print $out $listener->sockport, "\n";
	close $out;
	rename "$file.new", $file or die "$file: $!\n";
}
while (my $client = $listener->accept) {
	serve($client);
	end_tls();
	close $client;
}

sub note {
	my ($line) = @_;
	return unless $option{log};
	open my $out, '>>', $option{log} or die "$option{log}: $!\n";
	print $out "$line\n";
	close $out;
}

# The action for a command, or undef.
sub action {
	my ($command) = @_;
	for my $rule (@rules) {
		next if $rule->{left} == 0 || $command !~ $rule->{regex};
		$rule->{left}-- if $rule->{left} > 0;
		return $rule->{action};
	}
	return undef;
}

# ---- one connection ----

my ($in, $out, $buffer);

sub read_line {
	my $end;
	while (($end = index $buffer, "\n") < 0) {
		sysread($in, $buffer, 65536, length $buffer) or return undef;
	}
	return substr $buffer, 0, $end + 1, '';
}

sub read_bytes {
	my ($size) = @_;
	while (length $buffer < $size) {
		sysread($in, $buffer, 65536, length $buffer) or return undef;
	}
	return substr $buffer, 0, $size, '';
}

sub answer {
	my ($text) = @_;
	if ($text =~ /\r\n/) { # as it is
		syswrite $out, "$text\r\n";
		return;
	}
	my @lines = split /\n/, $text;
	my $last = pop @lines;
	syswrite $out, join('', map { s/^(\d+) /$1-/r . "\r\n" } @lines)
		. "$last\r\n";
}

# Whether the connection is to end because of $action, perhaps after a while.
sub ends {
	my ($action) = @_;
	sleep $option{seconds} if $action eq 'stall';
	if ($action eq 'hang') {
		1 while sysread $in, my $ignored, 65536;
	}
	return $action =~ /^(drop|hang|stall)$/;
}

# Answers by the rule for $command, else by $default.  The code of the answer,
# or undef if the connection is to end.
sub respond {
	my ($command, $default) = @_;
	my $action = action($command) // $default;
	return undef if ends($action);
	answer($action);
	return $action =~ /^421/ ? undef : substr $action, 0, 3;
}

sub keep_mail {
	my ($text) = @_;
	my $directory = $option{'mail-dir'} or return;
	$mails++;
	open my $file, '>:raw', "$directory/$mails.eml"
		or die "$mails.eml: $!\n";
	print $file $text;
	close $file;
}

sub take_text {
	my $text = '';
	my $first = 1;
	while (defined(my $line = read_line())) {
		if ($first) {
			return undef if ends(action('TEXT') // '');
			$first = 0;
		}
		if ($line eq ".\r\n") {
			note('text');
			my $code = respond('END', '250 2.0.0 taken')
				// return undef;
			keep_mail($text) if $code =~ /^2/;
			return $code;
		}
		$line =~ s/^\.//;
		$text .= $line;
	}
	return undef;
}

sub take_auth {
	my ($line) = @_;
	my ($mechanism, $first) = $line =~ /^AUTH (\S+)(?: (\S+))?/i;
	my ($user, $password) = ('', '');
	if (uc $mechanism eq 'PLAIN') {
		if (!defined $first) {
			answer('334 ');
			$first = read_line() // return 0;
		}
		(undef, $user, $password) = split /\0/, decode_base64($first);
	} else {
		if (!defined $first) {
			answer('334 VXNlcm5hbWU6');
			$first = read_line() // return 0;
		}
		$user = decode_base64($first);
		answer('334 UGFzc3dvcmQ6');
		$password = decode_base64(read_line() // return 0);
	}
	my $right = ($user // '') . ':' . ($password // '') eq $option{auth};
	answer($right ? '235 2.7.0 welcome' : '535 5.7.8 wrong password');
	return $right;
}

sub offers {
	my ($with_tls) = @_;
	my @lines = ('smtp-server.pl', @{ $option{offer} });
	push @lines, 'STARTTLS' if $option{tls} && !$with_tls;
	push @lines, 'AUTH PLAIN LOGIN' if $option{auth};
	return join "\n", map { "250 $_" } @lines;
}

sub serve {
	my ($client) = @_;
	my ($with_tls, $known, $recipients) = (0, 0, 0);
	($in, $out, $buffer) = ($client, $client, '');
	note('connect');
	my $code = respond('CONNECT', '220 smtp-server.pl ESMTP') // return;
	while (defined(my $line = read_line())) {
		$line =~ s/\r?\n$//;
		note($line =~ /^AUTH (\S+)/i ? "AUTH $1" : $line);
		if ($line =~ /^EHLO/i) {
			respond($line, offers($with_tls)) // return;
		} elsif ($line =~ /^STARTTLS$/i && $option{tls}) {
			my $code = respond($line, '220 2.0.0 ready') // return;
			next if $code ne '220';
			begin_tls($client) or return;
			$with_tls = 1;
			note('tls');
		} elsif ($line =~ /^AUTH/i && $option{auth}) {
			$known = take_auth($line);
		} elsif ($line =~ /^MAIL/i && $option{auth} && !$known) {
			respond($line, '530 5.7.0 log in first') // return;
		} elsif ($line =~ /^DATA$/i) {
			my $code = respond($line, $recipients ? '354 go on'
				: '554 5.5.1 for whom?') // return;
			next if $code ne '354';
			take_text() // return;
		} elsif ($line =~ /^BDAT (\d+)/i) {
			read_bytes($1) // return;
			respond($line, '250 2.0.0 taken') // return;
		} elsif ($line =~ /^QUIT$/i) {
			respond($line, '221 2.0.0 bye');
			return;
		} else {
			my $reply = respond($line, '250 2.0.0 well') // return;
			$recipients = 0 if $line =~ /^(MAIL|RSET)/i;
			$recipients++ if $line =~ /^RCPT/i && $reply =~ /^2/;
		}
	}
}

# ---- TLS ----

# Puts "openssl s_server" between the client and us: bytes of TLS go to its
# socket, what it decrypts comes by its standard output.
sub begin_tls {
	my ($client) = @_;
	my ($certificate, $key) = split /,/, $option{tls};
	my $directory = tempdir(CLEANUP => 0);
	my $path = "$directory/socket";
	my ($plain_in, $plain_out);

	$tls{directory} = $directory;
	$tls{server} = open2($plain_in, $plain_out, 'sh', '-c',
		'exec openssl s_server "$@" 2>/dev/null', 'sh', '-quiet',
		'-naccept', '1', '-cert', $certificate, '-key', $key,
		'-unix', $path);
	my $secret;
	for (1 .. 500) {
		last if $secret = IO::Socket::UNIX->new(Peer => $path);
		select undef, undef, undef, 0.01;
	}
	return 0 unless $secret;
	$tls{relay} = fork // die "fork: $!\n";
	if ($tls{relay} == 0) {
		close $plain_in;
		close $plain_out;
		copy_both_ways($client, $secret);
		exit 0;
	}
	close $secret;
	($in, $out, $buffer) = ($plain_in, $plain_out, '');
	return 1;
}

sub copy_both_ways {
	my ($left, $right) = @_;
	my %other = ($left => $right, $right => $left);
	my $select = IO::Select->new($left, $right);
	$SIG{TERM} = 'DEFAULT';
	while (1) {
		for my $from ($select->can_read) {
			sysread($from, my $bytes, 65536) or return;
			syswrite $other{$from}, $bytes;
		}
	}
}

sub end_tls {
	return unless %tls;
	close $out;
	close $in;
	for my $pid (grep { $_ } @tls{qw(relay server)}) {
		kill 'TERM', $pid;
		waitpid $pid, 0;
	}
	unlink "$tls{directory}/socket";
	rmdir $tls{directory};
	%tls = ();
}
