#!/usr/bin/perl
# story.pl - mails of a story: written by people, and looked at by a test
#
# story.pl list FOLDER
#	The mails in the Maildirs below FOLDER, one a line, in the order in which
#	the desk wrote them: ticket.number, its readers with "+" between, paths.
# story.pl sample [-h] FILE...
#	One mail, which FILEs are copies of for its readers, as it is kept for
#	comparison: fields of note and the text, decoded; what differs each time
#	is replaced by words.  -h: the HTML is shown, too.
# story.pl write TEMPLATE [FILE]
#	A mail by TEMPLATE, in answer to that in FILE.  {to}, {subject}, {id} and
#	{references} are filled in, {quote} is its text with "> " in front of each
#	line, {bare} its text, {html} its HTML.  Parts stand in the template as
#	they read; they are encoded as their fields say.
# story.pl whole FILE
#	All of a mail, each part decoded, links too.
# story.pl tap FILE LABEL
#	The link of that label: address, subject and text that a mail program
#	makes of it, a line each (the text's line ends as "\n").

use strict;
use warnings;
use utf8;
use Encode;
use File::Basename;
use MIME::Base64;
use MIME::QuotedPrint;

binmode STDOUT, ':encoding(UTF-8)';
binmode STDERR, ':encoding(UTF-8)';

# ---- reading ----

sub slurp {
	my ($path) = @_;
	open my $file, '<:raw', $path or die "story.pl: $path: $!\n";
	local $/;
	my $bytes = <$file>;
	$bytes =~ s/\r\n/\n/g;
	return $bytes;
}

sub split_mail {
	my ($mail) = @_;
	my ($head, $body) = split /\n\n/, $mail, 2;
	$head =~ s/\n[ \t]+/ /g;
	my @fields = map { [split /:[ \t]*/, $_, 2] } split /\n/, $head;
	return (\@fields, $body // '');
}

sub words {
	my ($value) = @_;
	return $value =~ /=\?/ ? decode('MIME-Header', $value)
		: decode('UTF-8', $value);
}

sub field {
	my ($fields, $name) = @_;
	my @values = map { words($_->[1] // '') }
		grep { lc $_->[0] eq lc $name } @$fields;
	return wantarray ? @values : $values[0] // '';
}

sub decoded {
	my ($fields, $body) = @_;
	my $encoding = field($fields, 'Content-Transfer-Encoding');
	$body = decode_base64($body) if $encoding =~ /base64/i;
	$body = decode_qp($body) if $encoding =~ /quoted-printable/i;
	$body =~ s/\r\n/\n/g;
	return $body;
}

# Calls $visit with fields and body of each part that is no multipart.
sub walk {
	my ($mail, $visit) = @_;
	my ($fields, $body) = split_mail($mail);
	my $type = field($fields, 'Content-Type') || 'text/plain';
	if ($type !~ m{\Amultipart/}i || $type !~ /boundary="?([^";]+)/i) {
		return $visit->($fields, $type, $body);
	}
	my (undef, @parts) = split /^--\Q$1\E[^\n]*\n/m, $body, -1;
	pop @parts;
	walk($_, $visit) for @parts;
}

# ---- samples ----

my $months = join '|', qw(January February March April May June July August
	September October November December января февраля марта апреля мая июня
	июля августа сентября октября ноября декабря);

# What differs each time, by the word that stands for it.
sub steady {
	my ($text) = @_;
	$text =~ s/\n+\z/\n/;
	$text =~ s/(\d+(?:-|%2D)[tbpac])[a-z2-7]{17}/$1TOKEN/g;
	$text =~ s/(\.[a-z0-9-]+)\.\d{8}\b(?=@|%40)/$1.EXPIRY/g;
	$text =~ s/\b(\d+\.\d+\.[me])[a-z2-7]{17}/$1TOKEN/g;
	$text =~ s/\b\d{1,2} (?:$months) \d{4}(?: г\.)?(?:, \d\d:\d\d \w+)?/DATE/g;
	$text =~ s/\b\d{4}-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?)?/DATE/g;
	return $text;
}

sub recipients {
	return join ', ', sort map {
		my ($fields) = split_mail(slurp($_));
		my $address = field($fields, 'X-Original-To')
			|| field($fields, 'X-Envelope-To');
		$address =~ s/\A<([^>]*)>.*/$1/;
		$address;
	} @_;
}

sub print_parts {
	my ($mail, $html) = @_;
	my (@attached, $text, $page);
	walk($mail, sub {
		my ($fields, $type, $body) = @_;
		my $content = decoded($fields, $body);
		if (field($fields, 'Content-Disposition') =~ /\Aattachment/i) {
			my ($name) = $type =~ /name="?([^";]+)/;
			push @attached, ($name // '?') . ' (' .
				length($content) . ' bytes)';
		} elsif ($type =~ m{\Atext/html}i) {
			$page //= decode('UTF-8', $content);
		} else {
			$text //= decode('UTF-8', $content);
		}
	});
	print "Attached: $_\n" for @attached;
	print 'HTML: ', defined $page ? 'yes' : 'no', "\n\n";
	print steady($text // '(no text)');
	print "\n---- HTML ----\n\n", steady($page) if $html && defined $page;
}

sub sample {
	my ($html, @paths) = @_;
	my $mail = slurp($paths[0]);
	my ($fields) = split_mail($mail);
	print 'Envelope: ', steady(field($fields, 'Return-Path') || '<>'),
		' to ', steady(recipients(@paths)), "\n";
	for my $name (qw(From To Cc Reply-To Subject Message-ID In-Reply-To
		References Auto-Submitted Precedence
		X-Auto-Response-Suppress)) {
		print "$name: ", steady($_), "\n" for field($fields, $name);
	}
	print_parts($mail, $html);
}

# ---- which mails there are ----

sub list {
	my ($folder) = @_;
	my %mails;
	for my $path (glob "$folder/*/new/*") {
		my ($fields) = split_mail(slurp($path));
		my $id = field($fields, 'Message-ID');
		push @{$mails{$id}}, $path;
	}
	my %place = map {
		$_ => [/\A<(\d+)\.(\d+)\./ ? ($1, $2) : (0, 0)]
	} keys %mails;
	for my $id (sort { $place{$a}[0] <=> $place{$b}[0]
		|| $place{$a}[1] <=> $place{$b}[1] } keys %mails) {
		my @paths = sort @{$mails{$id}};
		my @names = map { basename(dirname(dirname($_))) } @paths;
		print join(' ', join('.', @{$place{$id}}),
			join('+', @names), @paths), "\n";
	}
}

# ---- writing ----

sub quoted {
	my ($text) = @_;
	$text =~ s/\n+\z//;
	return join "\n", map { /\A>/ ? ">$_" : $_ eq '' ? '>' : "> $_" }
		split /\n/, $text, -1;
}

sub answered {
	my ($path) = @_;
	my $mail = slurp($path);
	my ($fields) = split_mail($mail);
	my ($text, $html);
	walk($mail, sub {
		my ($part, $type, $body) = @_;
		my $content = decode('UTF-8', decoded($part, $body));
		$html //= $content if $type =~ m{\Atext/html}i;
		$text //= $content if $type =~ m{\Atext/plain}i;
	});
	$html //= '';
	$html =~ s/.*<body[^>]*>\s*(.*?)\s*<\/body>.*/$1/s;
	my $subject = field($fields, 'Subject');
	$subject = "Re: $subject" unless $subject =~ /\ARe: /;
	my $to = field($fields, 'Reply-To') || field($fields, 'From');
	$to =~ s/.*<([^>]*)>.*/$1/;
	my $id = field($fields, 'Message-ID');
	return (to => $to, subject => $subject, id => $id,
		references => join("\n ", split(/\s+/,
			field($fields, 'References')), $id),
		quote => quoted($text), bare => $text, html => $html);
}

# A field as it may be sent (RFC 2047).
sub encoded_field {
	my ($line) = @_;
	return $line if $line !~ /[^\x00-\x7f]/;
	my ($name, $value) = split /: /, $line, 2;
	my ($phrase, $rest) = ($value, '');
	($phrase, $rest) = ($1, $2) if $value =~ /\A(.*?)( <[^>]*>.*)\z/s;
	$phrase =~ s/\A"(.*)"\z/$1/;
	return "$name: " . encode('MIME-Header', $phrase) . $rest;
}

sub encoded_part {
	my ($part) = @_;
	my ($head, $body) = split /\n\n/, $part, 2;
	$body //= '';
	my $charset = $head =~ /charset="?([\w-]+)/i ? $1 : 'utf-8';
	my $bytes = encode($charset, $body);
	$bytes = encode_qp($bytes)
		if $head =~ /^Content-Transfer-Encoding: quoted-printable/mi;
	$bytes = encode_base64($bytes)
		if $head =~ /^Content-Transfer-Encoding: base64/mi;
	my @lines = map { encoded_field($_) } split /\n(?![ \t])/, $head;
	return join("\n", @lines) . "\n\n" . $bytes;
}

sub write_mail {
	my ($template, $path) = @_;
	my %value = defined $path ? answered($path) : ();
	my $mail = decode('UTF-8', slurp($template));
	$mail =~ s/\{(to|subject|id|references|quote|bare|html)\}/
		$value{$1} \/\/ die "story.pl: $template: nothing for {$1}\n"/gex;
	my ($boundary) = $mail =~ /\A.*?boundary="?([^"\n;]+)/s;
	my ($head) = split /\n\n/, $mail, 2;
	binmode STDOUT, ':raw';
	if (!defined $boundary || index($head, $boundary) < 0) {
		print encoded_part($mail);
		return;
	}
	my ($first, @parts) = split /^--\Q$boundary\E(?:--)?\n/m, $mail;
	print encoded_part($first);
	print "--$boundary\n", encoded_part($_), /\n\z/ ? '' : "\n" for @parts;
	print "--$boundary--\n";
}

# ---- searching ----

sub whole {
	my ($path) = @_;
	my $mail = slurp($path);
	my ($fields) = split_mail($mail);
	print "$_->[0]: ", words($_->[1] // ''), "\n" for @$fields;
	walk($mail, sub {
		my ($part, $type, $body) = @_;
		print unescaped(encode('UTF-8', decode('UTF-8',
			decoded($part, $body)))), "\n";
	});
}

# ---- links ----

sub unescaped {
	my ($text) = @_;
	$text =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ge;
	return decode('UTF-8', $text);
}

sub tap {
	my ($path, $label) = @_;
	my $text;
	walk(slurp($path), sub {
		my ($fields, $type, $body) = @_;
		$text //= decode('UTF-8', decoded($fields, $body));
	});
	my ($to, $subject, $body) = $text =~
		/^\Q$label\E: mailto:([^?\s]+)\?subject=([^&\s]*)&body=(\S*)$/m
		or die "story.pl: $path: no link \"$label\"\n";
	$body = unescaped($body);
	$body =~ s/\r?\n/\\n/g;
	print unescaped($to), "\n", unescaped($subject), "\n$body\n";
}

@ARGV = map { decode('UTF-8', $_) } @ARGV;
my $what = shift @ARGV // '';
my $html = $what eq 'sample' && @ARGV && $ARGV[0] eq '-h' && shift @ARGV;
my %does = (
	list => \&list,
	sample => sub { sample($html, @_) },
	write => \&write_mail,
	whole => \&whole,
	tap => \&tap,
);
@ARGV && $does{$what} or die "usage: see story.pl\n";
$does{$what}->(@ARGV);
