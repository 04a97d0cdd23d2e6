#!/usr/bin/perl
# letters.pl - looks for what strangers put into mails and onto terminals
#
# letters.pl mails FOLDER      each mail of the Maildirs in FOLDER, as sink.pl
#                              writes them, is well-formed: the fields that the
#                              desk writes, each once, no control or format
#                              character in them, bare or encoded, lines not
#                              too long
# letters.pl shown < TEXT      the text is UTF-8 without characters that a
#                              terminal obeys or that turn words round
# letters.pl make TO FOLDER    writes hostile mails there, a file each
# letters.pl attached TO       prints a mail with attachments of hostile names
#
# mails and shown print what is wrong, nothing when all is well.

use strict;
use warnings;
use Encode;

# All that the desk may write, small letters.
my %known = map { $_ => 1 } qw(return-path x-envelope-to from to cc subject date
	message-id in-reply-to references reply-to mime-version content-type
	content-transfer-encoding auto-submitted precedence
	x-auto-response-suppress x-ticketd-loop);
# Controls but for tab and line feed, format characters, other line ends.
my $bad = qr/[\x00-\x08\x0b-\x1f\x7f-\x9f\x{ad}\x{61c}\x{200b}-\x{200f}\x{2028}-\x{202e}\x{2060}-\x{206f}\x{feff}\x{fff9}-\x{fffb}\x{e0001}-\x{e007f}]/;

sub slurp {
	my ($path) = @_;
	open my $file, '<:raw', $path or die "letters.pl: $path: $!\n";
	local $/;
	return <$file>;
}

sub complain { printf "%s: %s\n", @_ }

# What the encoded words of an unfolded value stand for.
sub words {
	my ($value) = @_;
	my $text = eval { decode('MIME-Header', $value, Encode::FB_CROAK) };
	return $text // '(undecodable)';
}

sub look_at_field {
	my ($path, $field, $seen) = @_;
	my ($name, $value) = $field =~ /\A([A-Za-z][A-Za-z0-9-]*):[ ](.*)\z/s
		or return complain($path, "no field: $field");
	complain($path, "unknown field $name") unless $known{lc $name};
	complain($path, "a second $name") if $seen->{lc $name}++;
	(my $line = $value) =~ s/\n([ \t])/$1/g;
	complain($path, "bytes beyond ASCII in $name")
		if $name ne 'X-Envelope-To' && $line =~ /[^\x00-\x7f]/;
	complain($path, "control character in $name") if $line =~ /[\x00-\x08\x0a-\x1f\x7f]/;
	my $text = words($line);
	complain($path, "character in $name that is not to be seen: "
		. join ' ', map { sprintf 'U+%04X', ord } $text =~ /($bad)/g)
		if $text =~ $bad || $text =~ /\n/;
	complain($path, "undecodable $name") if $text eq '(undecodable)';
}

sub look_at_mail {
	my ($path) = @_;
	my ($head, $body) = split /\n\n/, slurp($path), 2;
	my %seen;
	look_at_field($path, $_, \%seen) for split /\n(?![ \t])/, $head;
	for my $need (qw(from date message-id subject mime-version)) {
		complain($path, "no $need") unless $seen{$need};
	}
	for my $line (split /\n/, "$head\n\n" . ($body // '')) {
		next if length $line <= 998;
		complain($path, 'a line of ' . length $line);
		last;
	}
	complain($path, 'a bare CR') if "$head$body" =~ /\r/;
	complain($path, 'no text') unless defined $body && $body =~ /\S/;
}

sub look_at_text {
	local $/;
	my $bytes = <STDIN> // '';
	$bytes =~ s/\r\n/\n/g;
	my $text = eval { decode('UTF-8', $bytes, Encode::FB_CROAK) };
	return print "no UTF-8\n" unless defined $text;
	my %found;
	$found{sprintf 'U+%04X', ord $1}++ while $text =~ /($bad)/g;
	print "$_\n" for sort keys %found;
}

# ---- what is tried ----

my $esc = "\e]0;pwned\a\e[31m\e[2J";
my $odd = "\xc2\x85\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xae\xe2\x81\xa6\xc2\x9b31m";
my $inner = '=0D=0ABcc:_victim@example.net=0D=0AX-Evil:_yes=0D=0A=0D=0AText';
my $format = '%n%s%n%x%p%99999d {number} {{subject}} {requester} ${IFS} $(id)';

my %fields = (
	words => ["Subject: =?utf-8?Q?Hi$inner?=",
		"From: =?utf-8?Q?Eve$inner?= <eve\@example.net>"],
	base64 => ['Subject: =?utf-8?B?SGkNCkJjYzogdmljdGltQGV4YW1wbGUubmV0DQo=?=',
		'From: =?utf-8?B?RQ0KQmNjOiB2aWN0aW1AZXhhbXBsZS5uZXQNCg==?= '
		. '<eve@example.net>'],
	returns => ["Subject: Hi\rBcc: victim\@example.net\rX-Evil: yes",
		"From: Eve\rBcc: victim\@example.net\r <eve\@example.net>",
		"Message-ID: <returns\rBcc: victim\@example.net\@example.net>",
		"References: <a\rBcc: victim\@example.net> <b\0c\@d>",
		"Reply-To: eve\@example.net\rBcc: victim\@example.net"],
	odd => ["Subject: A $odd$esc B", "From: Eve $odd$esc <eve\@example.net>",
		"To: Support $odd <support\@example.org>, \"$odd\" <odd\@example.net>",
		'MIME-Version: 1.0', 'Content-Type: text/plain; charset=UTF-8'],
	hidden => ['Subject: =?utf-8?Q?=1B]0;x=07=E2=80=AEgnp=00=C2=9B2J=EF=BB=BF?=',
		'From: =?utf-8?Q?=E2=80=AEeve=00=1B[31m?= <eve@example.net>'],
	format => ["Subject: $format", "From: \"$format\" <eve\@example.net>",
		"Message-ID: <%n%s.{number}\@example.net>"],
	quoted => ["From: \"Eve\\\r\n Bcc: victim\@example.net\" <eve\@example.net>",
		"Subject: folded\r\n Bcc: victim\@example.net\r\n\tX-Evil: yes"],
	address => ['From: "eve\" <victim@example.net>, \"" <eve@example.net>',
		'Cc: "x\r\nBcc: victim"@example.net, a@[b]victim,'
		. ' =?utf-8?Q?"=0D=0ABcc:?= <third@example.net>',
		'Subject: addresses'],
	long => ['Subject: ' . 'long ' x 5000, 'From: ' . 'Eve ' x 5000
		. '<eve@example.net>', 'Message-ID: <' . 'l' x 5000 . '@example.net>',
		'Subject: another', 'From: victim@example.net'],
	formula => ['Subject: =cmd|\' /C calc\'!A0',
		'From: "@SUM(1+1)" <eve@example.net>'],
	marks => ['Subject: [support #1] [support #{number}] Re: =?x?Q?=00?=',
		'From: <eve@example.net> =?utf-8?Q?=0D?='],
);

# Each with a text of the same kind, which is quoted in some mails.
sub make {
	my ($recipient, $folder) = @_;
	for my $name (sort keys %fields) {
		my @lines = @{$fields{$name}};
		my %given = map { /\A([^:]+)/ ? (lc $1 => 1) : () } @lines;
		unshift @lines, "To: $recipient" unless $given{to};
		push @lines, "Message-ID: <inject.$name\@example.net>"
			unless $given{'message-id'};
		open my $file, '>:raw', "$folder/$name" or die "$folder: $!\n";
		print $file join('', map { "$_\r\n" } @lines), "\r\n",
			"Text $odd$esc\r\n$format\r\n.\r\nBcc: victim\@example.net\r\n";
	}
}

my @names = ('filename="../../../outside"', 'filename="/etc/outside"',
	'filename*=utf-8\'\'a%00b', 'filename="."', 'filename=".."',
	'filename="..."', 'filename="' . 'n' x 5000 . '"',
	"filename=\"\xff\xfe\x80\"", 'filename="-rf"', 'filename=".bashrc"',
	'filename*=utf-8\'\'a%0D%0Ab%1B%5B2J', 'filename="C:\\\\windows\\\\x"',
	'filename=""', "filename=\"gnp\xe2\x80\xae.exe\"",
	'filename*=utf-8\'\'..%2F..%2Foutside', 'filename="~"',
	'filename="a b; rm -rf $HOME `id` \'x"', 'filename="%n%s%n"',
	'filename="/dev/stdout"', 'filename="..\\\\..\\\\outside"');

sub attached {
	my ($recipient) = @_;
	my $number = 0;
	print "From: eve\@example.net\r\nTo: $recipient\r\nSubject: names\r\n"
		. "Message-ID: <names\@example.net>\r\n"
		. "Content-Type: multipart/mixed; boundary=b\r\n\r\n",
		(map { $number++; "--b\r\nContent-Type: application/octet-stream\r\n"
			. "Content-Disposition: attachment; $_\r\n\r\n"
			. "content $number\r\n" } @names), "--b--\r\n";
}

my $what = shift // '';
if ($what eq 'mails') {
	look_at_mail($_) for glob "$ARGV[0]/*/new/*";
} elsif ($what eq 'shown') {
	look_at_text();
} elsif ($what eq 'make') {
	make(@ARGV);
} elsif ($what eq 'attached') {
	binmode STDOUT;
	attached(@ARGV);
} else {
	die "usage: see letters.pl\n";
}
