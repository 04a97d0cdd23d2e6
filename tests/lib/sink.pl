#!/usr/bin/perl
# sink.pl - an SMTP server that puts all mail into Maildirs
#
# sink.pl PORT FOLDER
#
# Listens on 127.0.0.1:PORT, one connection at a time, and writes each mail to
# FOLDER/NAME/new/NUMBER, NAME being the local part of each recipient.  On top
# of the mail stand Return-Path, with the envelope's sender, and X-Envelope-To,
# with the recipient and its parameters.  Prints "ready" when it listens.
#
# While the file $SINK_HOLD is there, a mail is written but not yet answered.

use strict;
use warnings;
use File::Path qw(make_path);
use IO::Socket::INET;
use Time::HiRes qw(sleep);

my ($port, $folder) = @ARGV;
my $number = 0;

sub store {
	my ($sender, $recipient, $mail) = @_;
	my ($name) = $recipient =~ /<([^@>+]*)/;
	my $maildir = "$folder/$name";
	make_path("$maildir/new", "$maildir/tmp");
	my $file = sprintf '%06d.%d', ++$number, $$;
	open my $out, '>:raw', "$maildir/tmp/$file" or die "$maildir: $!\n";
	print $out "Return-Path: $sender\nX-Envelope-To: $recipient\n", $mail;
	close $out or die "$maildir: $!\n";
	rename "$maildir/tmp/$file", "$maildir/new/$file" or die "$file: $!\n";
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
	my ($sender, @recipients) = ('');
	print $client "220 sink.example ESMTP\r\n";
	while (defined(my $line = <$client>)) {
		$line =~ s/\r?\n\z//;
		if ($line =~ /\AEHLO/i) {
			print $client "250-sink.example\r\n250-8BITMIME\r\n",
				"250-ENHANCEDSTATUSCODES\r\n250 DSN\r\n";
		} elsif ($line =~ /\AMAIL FROM:\s*(<[^>]*>)/i) {
			($sender, @recipients) = ($1);
			print $client "250 2.1.0 Ok\r\n";
		} elsif ($line =~ /\ARCPT TO:\s*(.*)/i) {
			push @recipients, $1;
			print $client "250 2.1.5 Ok\r\n";
		} elsif ($line =~ /\ADATA/i) {
			print $client "354 Go on\r\n";
			my $mail = read_mail($client);
			return unless defined $mail;
			store($sender, $_, $mail) for @recipients;
			sleep 0.05 while -e ($ENV{SINK_HOLD} // '');
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
$| = 1;
my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
	LocalPort => $port, Proto => 'tcp', Listen => 16, ReuseAddr => 1)
	or die "sink.pl: 127.0.0.1:$port: $!\n";
print "ready\n";
while (my $client = $server->accept) {
	binmode $client;
	$client->autoflush(1);
	serve($client);
	close $client;
}
