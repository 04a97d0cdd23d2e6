# LmtpClient.pm - hands mails to an LMTP socket, one after the other
#
#	my $client = LmtpClient->new('/run/ticketd/lmtp');
#	my $answer = $client->send($sender, $recipient, $mail);
#
# $mail has CRLF line ends.  The answer is the line that the server gave after
# the data ("250 2.0.0 ticket=42"), or undef when it refused, or when there is
# no connection; the next call then makes a new one.

package LmtpClient;

use strict;
use warnings;
use IO::Socket::UNIX;

sub new {
	my ($class, $path) = @_;
	$SIG{PIPE} = 'IGNORE';
	return bless { path => $path }, $class;
}

# The last line of an answer, undef when the connection is gone.
sub answer {
	my ($self) = @_;
	my $socket = $self->{socket};
	while (defined(my $line = <$socket>)) {
		return $line if $line =~ /\A\d{3} /;
	}
	return undef;
}

sub ask {
	my ($self, $text, $want) = @_;
	my $socket = $self->{socket};
	print $socket "$text\r\n" or return undef;
	my $answer = $self->answer // return undef;
	return $answer =~ /\A$want/ ? $answer : undef;
}

sub connected {
	my ($self) = @_;
	return 1 if $self->{socket} && $self->{socket}->connected;
	$self->{socket} = IO::Socket::UNIX->new(Peer => $self->{path})
		or return 0;
	$self->{socket}->autoflush(1);
	return defined $self->answer
		&& defined $self->ask('LHLO client.example', 250);
}

sub transfer {
	my ($self, $sender, $recipient, $mail) = @_;
	return undef unless $self->connected
		&& $self->ask("MAIL FROM:<$sender>", 250)
		&& $self->ask("RCPT TO:<$recipient>", 250)
		&& $self->ask('DATA', 354);
	$mail =~ s/^\./../mg;
	return $self->ask("$mail.", 250);
}

sub send {
	my ($self, @mail) = @_;
	my $answer = $self->transfer(@mail);
	delete $self->{socket} unless defined $answer;
	return $answer;
}

1;
