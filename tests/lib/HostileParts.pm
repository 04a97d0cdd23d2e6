# HostileParts.pm - the rest of HostileMail: what parts and texts may do to us

package HostileMail;

use strict;
use warnings;
use Compress::Raw::Zlib;
use MIME::Base64;

# ---- HTML ----

sub html { my ($name, $body) = @_; return typed($name, 'text/html', $body) }

sub tables {
	my ($size) = @_;
	return html('tables', '<table><tr><td>' x $size . 'x');
}

sub elements {
	my ($size) = @_;
	return html('elements', '<div><b><p><a href=x><ul><li><blockquote>'
		x ($size / 7) . 'x');
}

sub attributes {
	my ($size) = @_;
	return html('attributes', '<p ' . join(' ', map { "a$_=\"$_\"" }
		1 .. $size) . '>x</p><p ' . 'a=' x $size);
}

sub entities {
	my ($size) = @_;
	return html('entities', '&amp;&#x1F600;&' x ($size / 3) . '&' x $size);
}

sub comment_marks {
	my ($size) = @_;
	return html('comment-marks', '<!--' x $size . '<![CDATA[' x $size
		. '<' x $size . '</' x $size . '<a href="' x $size);
}

sub styles {
	my ($size) = @_;
	return html('styles', '<style>' . join('', map { ".c$_ { display: none }\n" }
		1 .. $size) . '</style>' . join('',
		map { "<span class=\"c$_ x\">$_</span>" } 1 .. $size));
}

# ---- text ----

sub quoting {
	my ($size) = @_;
	return text('quoting', join('', map { '>' x $_ . " x\r\n" } 1 .. $size));
}

sub lines { return text('lines', "\r\n" x $_[0] . "end\r\n") }
sub line { return text('line', 'x' x $_[0] . "\r\n") }
sub returns { return text('returns', "Subject: a\rb", "\r" x $_[0]) }

sub nothing {
	return text('nothing', "Subject: a\0b\0", "X\0Y: z", "\0" x $_[0]);
}

sub utf8 {
	my ($name, $body, @fields) = @_;
	return typed($name, 'text/plain; charset=UTF-8', $body, @fields,
		'Content-Transfer-Encoding: 8bit');
}

# Two classes of marks in turn: whoever puts them in order one by one takes the
# square of their number.
sub marks {
	my ($size) = @_;
	my $marks = "\xcc\x81\xcc\x96" x ($size / 2);
	return utf8('marks', "a$marks\r\n", 'Subject: a'
		. "\xcc\x81\xcc\x96" x ($size < 60000 ? $size / 2 : 15000),
		'From: a' . "\xcc\x81\xcc\x96" x 5000 . ' <mallory@marks.example>');
}

sub ligatures {
	my ($size) = @_;
	return utf8('ligatures', "\xef\xb7\xba" x $size . "\r\n",
		'Subject: ' . "\xef\xb7\xba" x 20000);
}

sub utf7 {
	return typed('utf-7', 'text/plain; charset=UTF-7',
		'+AGE-+' x ($_[0] / 2) . '+' x $_[0]);
}

sub iso2022 {
	return typed('iso-2022', 'text/plain; charset=ISO-2022-JP',
		"\e\$B\e(B\e(J\e\$\@" x ($_[0] / 4));
}

# ---- encodings ----

sub encoded {
	my ($name, $encoding, $body) = @_;
	return typed($name, 'text/plain; charset=UTF-8', $body,
		"Content-Transfer-Encoding: $encoding");
}

sub base64 {
	return encoded('base64', 'base64', encode_base64('x' x $_[0], ''));
}

sub quoted { return encoded('quoted', 'quoted-printable', "=\r\n" x $_[0]) }

sub uuencoded {
	my ($size) = @_;
	return text('uuencoded', join('', map { "begin 644 f$_\r\n#86%A\r\n`\r\n"
		. ($_ % 2 ? "end\r\n" : '') } 1 .. $size));
}

sub flowed {
	return typed('flowed', 'text/plain; format=flowed; delsp=yes',
		"> a \r\n" x $_[0]);
}

sub enriched {
	return typed('enriched', 'text/enriched',
		'<bold><excerpt><indent>' x ($_[0] / 3) . '<<' x $_[0]);
}

sub rich_text {
	return typed('rich-text', 'text/rtf', '{\\rtf1 ' . '{\\b ' x $_[0] . 'x');
}

# ---- formats in attachments ----

sub attachment {
	my ($name, $type, $bytes) = @_;
	return mixed($name, "Content-Type: text/plain\r\n\r\nHello.",
		"Content-Type: $type\r\nContent-Disposition: attachment; "
		. "filename=a\r\nContent-Transfer-Encoding: base64\r\n\r\n"
		. encode_base64($bytes, "\r\n"));
}

# One attribute of a winmail.dat: level, id and type, bytes, their sum.
sub attribute {
	my ($level, $id, $bytes) = @_;
	return pack('CVV', $level, $id, length $bytes) . $bytes
		. pack('v', unpack('%16C*', $bytes));
}

sub tnef {
	my ($size) = @_;
	return attachment('tnef', 'application/ms-tnef',
		pack('Vv', 0x223e9f78, 1) . attribute(1, 0x0002800c, 'Hello.')
		. (attribute(2, 0x00069002, 'x' x 14)
			. attribute(2, 0x00018010, "a.txt\0")
			. attribute(2, 0x0006800f, 'x')) x $size
		. pack('CVV', 2, 0x0006800f, 0xfffffff0));
}

# A list of properties with PR_RTF_COMPRESSED in it, and as many that promise
# more values than there are bytes.
sub tnef_rtf {
	my ($size) = @_;
	my $rtf = pack('VVVV', $size + 12, 0xfffffff0, 0x75465a4c, 0)
		. "\0\0\xff\xff" x ($size / 4);
	my $properties = pack('VVVV', 1001, 0x10090102, 1, length $rtf) . $rtf
		. pack('VV', 0x0037101f, 0xffffffff) x 1000;
	return attachment('tnef-rtf', 'application/ms-tnef',
		pack('Vv', 0x223e9f78, 1) . attribute(1, 0x00069003, $properties));
}

sub invitation {
	my ($name, @lines) = @_;
	return typed($name, 'text/calendar; method=REQUEST; charset=UTF-8',
		join('', map { "$_\r\n" } 'BEGIN:VCALENDAR', 'VERSION:2.0', @lines));
}

sub calendar {
	my ($size) = @_;
	return invitation('calendar', ('BEGIN:VEVENT', 'SUMMARY:x',
		'DTSTART;TZID=Nowhere:99991231T235959', 'END:VEVENT') x $size,
		'BEGIN:VEVENT', ('ATTENDEE;CN="x":mailto:a@example.net') x $size,
		'DESCRIPTION:' . '\\n' x $size, 'END:VEVENT', 'END:VCALENDAR');
}

sub components {
	my ($size) = @_;
	return invitation('components', ('BEGIN:VEVENT', 'BEGIN:VALARM') x $size,
		'DESCRIPTION' . ';a=b' x $size . ':x', "X:\r\n y" x $size);
}

sub recurrence {
	my ($size) = @_;
	return invitation('recurrence', 'BEGIN:VTIMEZONE', 'TZID:Odd',
		('BEGIN:STANDARD', 'DTSTART:00010101T000000',
			'RRULE:FREQ=SECONDLY;INTERVAL=1;COUNT=2147483647',
			'TZOFFSETFROM:+0000', 'TZOFFSETTO:+0001', 'END:STANDARD')
		x $size, 'END:VTIMEZONE', 'BEGIN:VEVENT', 'UID:1',
		'DTSTART;TZID=Odd:99991231T235959', ('RRULE:FREQ=SECONDLY;'
		. 'BYMONTH=2;BYMONTHDAY=30;COUNT=2147483647') x $size,
		'DURATION:P99999999999W', 'END:VEVENT', 'END:VCALENDAR');
}

sub card {
	my ($size) = @_;
	return attachment('card', 'text/vcard', "BEGIN:VCARD\r\nVERSION:4.0\r\n"
		. 'TEL;TYPE=' . 'x,' x $size . ":1\r\n"
		. join('', map { "ORG:$_\r\n NOTE\r\n" } 1 .. $size)
		. "BEGIN:VCARD\r\n" x $size);
}

sub bounce {
	my ($size) = @_;
	return text('bounce', 'Content-Type: multipart/report; '
		. 'report-type=delivery-status; boundary="limit"',
		'From: MAILER-DAEMON@bounce.example',
		"--limit\r\nContent-Type: message/delivery-status\r\n\r\n"
		. "Reporting-MTA: dns; mx\r\n\r\n" . join('', map {
			"Final-Recipient: rfc822; p$_\@example.net\r\nAction: failed"
			. "\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; "
			. "550 <p$_\@example.net> unknown\r\n\r\n" } 1 .. $size)
		. "--limit--\r\n");
}

sub notice {
	my ($size) = @_;
	return text('notice', 'From: MAILER-DAEMON@notice.example',
		'Subject: Undelivered Mail Returned to Sender',
		"I could not deliver your mail to these addresses:\r\n\r\n"
		. join('', map { "<p$_\@example.net>: 550 5.1.1 user unknown, host "
			. "mx$_.example.net said so\r\n\r\n" } 1 .. $size)
		. "--- Below this line is a copy of the message.\r\n\r\n"
		. "Message-ID: <1\@example.org>\r\n" x $size);
}

sub alerts {
	my ($size) = @_;
	return text('alerts', 'From: prometheus@alerts.example',
		"Subject: [FIRING:$size] x (job=" . 'x' x 1000 . ')',
		"[$size] Firing\r\n" . join('', map { "Labels\r\n alertname = a$_\r\n"
			. " instance = h$_\r\n severity = critical\r\n" } 1 .. $size));
}

sub braces {
	my ($size) = @_;
	return typed('braces', 'application/json', '[{"a":' x ($size / 6)
		. '"' . '\\u0000' x ($size / 6));
}

# ---- what people write ----

sub commands {
	my ($size) = @_;
	return text('commands', "#assign me\r\n#priority 1\r\ntag "
		. 'x' x 1000 . "\r\n#note\r\n" . "#tag +a +b\r\nclose\r\n"
		x ($size / 2));
}

sub copies {
	my ($size) = @_;
	return text('copies', '#cc ' . join(' ', map { "p$_\@example.net" }
		1 .. $size) . "\r\n#tag " . 'y' x 1000000 . "\r\n");
}

sub forwarded {
	my ($size) = @_;
	return text('forwarded', 'Subject: Fwd: x', join '', map {
		"---------- Forwarded message ---------\r\nFrom: P $_ "
		. "<p$_\@example.net>\r\nDate: Mon\r\nSubject: s\r\nTo: x\@y\r\n\r\n"
		. '> ' x ($_ % 50) . "\r\n" } 1 .. $size);
}

sub attribution {
	my ($size) = @_;
	return text('attribution', "On Mon, Nov 23, 2026 at 10:00 AM P <p\@q> "
		x $size . "wrote:\r\n"
		. "On Mon, 23 Nov 2026, P wrote\r\n\r\n" x $size
		. "-----Original Message-----\r\nFrom: x\r\n" x $size);
}

# ---- signatures ----

sub signed {
	my ($size) = @_;
	return typed('signed', 'multipart/signed; boundary="limit"; micalg=sha-256;'
		. ' protocol="application/pkcs7-signature"',
		"--limit\r\nContent-Type: text/plain\r\n\r\nclose\r\n--limit\r\n"
		. "Content-Type: application/pkcs7-signature\r\n"
		. "Content-Transfer-Encoding: base64\r\n\r\n"
		. encode_base64("\x30\x84\x7f\xff\xff\xff" . 'x' x $size, "\r\n")
		. "--limit--\r\n");
}

# A SEQUENCE in a SEQUENCE, all without a length.
sub opaque {
	my ($size) = @_;
	return head('opaque', 'Content-Type: application/pkcs7-mime; '
		. 'smime-type=signed-data', 'Content-Transfer-Encoding: base64')
		. "\r\n" . encode_base64("\x30\x80" x $size, "\r\n");
}

sub der {
	my ($tag, $bytes) = @_;
	return pack('CCN', $tag, 0x84, length $bytes) . $bytes;
}

# What has to be decoded thrice to be seen: an S/MIME mail in one piece, with a
# mail in base64 in it, which has a file in base64.
sub sealed {
	my ($size) = @_;
	my $inner = "Content-Type: message/rfc822\r\n"
		. "Content-Transfer-Encoding: base64\r\n\r\n" . encode_base64(
			"Content-Type: text/html\r\n"
			. "Content-Transfer-Encoding: base64\r\n\r\n"
			. encode_base64('<p>x</p>' x ($size / 8), "\r\n"), "\r\n");
	my $data = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07";
	my $signed = der(0x30, "\x02\x01\x01" . "\x31\x00"
		. der(0x30, "$data\x01" . der(0xa0, der(0x04, $inner)))
		. "\x31\x00");
	return head('sealed', 'Content-Type: application/pkcs7-mime; '
		. 'smime-type=signed-data', 'Content-Transfer-Encoding: base64')
		. "\r\n" . encode_base64(
			der(0x30, "$data\x02" . der(0xa0, $signed)), "\r\n");
}

# A packet that holds so many zeros, compressed, where a signature should be.
sub armour {
	my ($size) = @_;
	my ($deflate) = Compress::Raw::Zlib::Deflate->new(
		-WindowBits => -15, -AppendOutput => 1);
	my ($zeros, $packed) = ("\0" x 1000000, '');
	$deflate->deflate($zeros, $packed) for 1 .. $size / 1000000;
	$deflate->flush($packed);
	return typed('armour', 'multipart/signed; boundary="limit"; '
		. 'micalg=pgp-sha256; protocol="application/pgp-signature"',
		"--limit\r\nContent-Type: text/plain\r\n\r\n#close\r\n--limit\r\n"
		. "Content-Type: application/pgp-signature\r\n\r\n"
		. "-----BEGIN PGP SIGNATURE-----\r\n\r\n"
		. encode_base64("\xa3\x01$packed", "\r\n")
		. "-----END PGP SIGNATURE-----\r\n--limit--\r\n");
}

# ---- size ----

sub letters {
	my ($size) = @_;
	return text('letters', 'Subject: ' . 'a' x ($size / 4) . '!',
		'a' x $size . "!\r\n");
}

sub large {
	my ($size) = @_;
	return attachment('large', 'application/octet-stream',
		'0123456789abcdef' x ($size / 22));
}

sub noise {
	my ($size) = @_;
	open my $file, '<:raw', '/dev/urandom' or die "urandom: $!\n";
	read $file, my $bytes, $size / 1.37;
	return attachment('noise', 'application/octet-stream', $bytes);
}

sub large_text {
	my ($size) = @_;
	return text('large-text', "Some words of no importance at all.\r\n"
		x ($size / 37));
}

1;
