# HostileMail.pm - mails that mean no good, one attack a sub
#
#	my @names = HostileMail::names();
#	my $mail = HostileMail::make('deep', 1000);
#
# Each sub takes a size, whose meaning the table below tells, and returns a
# whole mail with CRLF line ends.  make() takes the table's first size when none
# is given, its second for the word "full".

package HostileMail;

use strict;
use warnings;
use MIME::Base64;
use HostileParts;

# Name, the sub, size in a quick run, size in a full one, what they count.
my @attacks = (
	['deep', \&deep, 1000, 20000, 'multiparts inside each other'],
	['attached', \&attached, 1000, 5000, 'mails inside each other'],
	['packed', \&packed, 12, 28, 'mails in base64 inside each other'],
	['parts', \&parts, 20000, 300000, 'parts'],
	['prefixes', \&prefixes, 60, 900, 'boundaries, each a prefix of the next'],
	['same-boundary', \&same_boundary, 300, 20000, 'of one boundary'],
	['dashes', \&dashes, 60000, 5000000, 'lines that are almost delimiters'],
	['fields', \&fields, 100000, 1000000, 'header fields'],
	['field', \&field, 200000, 30000000, 'bytes of a field'],
	['folds', \&folds, 30000, 5000000, 'continuation lines'],
	['no-end', \&no_end, 200000, 30000000, 'bytes of a header without end'],
	['references', \&references, 6000, 950000, 'references'],
	['message-id', \&message_id, 200000, 30000000, 'bytes of a Message-ID'],
	['words', \&words, 200000, 16000000, 'bytes of encoded words'],
	['word', \&word, 200000, 30000000, 'bytes of one encoded word'],
	['continued', \&continued, 10000, 500000, 'sections of a parameter'],
	['parameters', \&parameters, 10000, 500000, 'parameters'],
	['groups', \&groups, 10000, 1000000, 'groups inside each other'],
	['comments', \&comments, 30000, 1000000, 'comments inside each other'],
	['recipients', \&recipients, 20000, 900000, 'addresses in To'],
	['quotes', \&quotes, 30000, 10000000, 'quotation marks'],
	['date', \&date, 4, 1000000, 'digits of a year'],
	['received', \&received, 3000, 100000, 'Received fields'],
	['results', \&results, 3000, 300000, 'Authentication-Results'],
	['tags', \&tags, 20000, 1000000, 'ticket tags in a subject'],
	['replies', \&replies, 20000, 1000000, 'Re: in a subject'],
	['tables', \&tables, 30000, 2000000, 'HTML tables inside each other'],
	['elements', \&elements, 30000, 2000000, 'HTML elements never closed'],
	['attributes', \&attributes, 30000, 1500000, 'HTML attributes'],
	['entities', \&entities, 30000, 3000000, 'HTML entities'],
	['comment-marks', \&comment_marks, 30000, 1200000, 'comments not closed'],
	['styles', \&styles, 8000, 500000, 'rules of a style sheet'],
	['quoting', \&quoting, 1000, 8000, 'marks of quotation, each line more'],
	['lines', \&lines, 200000, 15000000, 'empty lines'],
	['line', \&line, 200000, 30000000, 'bytes of one line'],
	['returns', \&returns, 200000, 30000000, 'bare CR'],
	['nothing', \&nothing, 200000, 30000000, 'NUL bytes'],
	['marks', \&marks, 100000, 10000000, 'combining marks on one letter'],
	['ligatures', \&ligatures, 30000, 10000000, 'letters that fold to many'],
	['utf-7', \&utf7, 100000, 7500000, 'shifts of UTF-7'],
	['iso-2022', \&iso2022, 100000, 10000000, 'shifts of ISO-2022-JP'],
	['base64', \&base64, 200000, 20000000, 'bytes in one line of base64'],
	['quoted', \&quoted, 100000, 10000000, 'soft line breaks'],
	['uuencoded', \&uuencoded, 5000, 200000, 'uuencoded files'],
	['flowed', \&flowed, 100000, 5000000, 'lines of one flowed paragraph'],
	['enriched', \&enriched, 30000, 3000000, 'enriched commands not ended'],
	['rich-text', \&rich_text, 60000, 5000000, 'RTF groups inside each other'],
	['tnef', \&tnef, 4000, 440000, 'attributes in a winmail.dat'],
	['tnef-rtf', \&tnef_rtf, 1000, 100000, 'bytes packed, 4 GB promised'],
	['calendar', \&calendar, 4000, 280000, 'events in an invitation'],
	['components', \&components, 8000, 800000, 'components never ended'],
	['recurrence', \&recurrence, 100, 20000, 'rules of an event'],
	['card', \&card, 5000, 500000, 'lines of a vCard'],
	['bounce', \&bounce, 3000, 220000, 'recipients of a bounce'],
	['notice', \&notice, 3000, 280000, 'addresses in a free bounce'],
	['alerts', \&alerts, 4000, 450000, 'alerts in a monitor\'s mail'],
	['braces', \&braces, 100000, 15000000, 'brackets of JSON'],
	['commands', \&commands, 10000, 300000, 'lines of commands'],
	['copies', \&copies, 10000, 300000, 'addresses after cc'],
	['forwarded', \&forwarded, 2000, 190000, 'forwarded heads'],
	['attribution', \&attribution, 3000, 300000, '"On ... wrote" in a row'],
	['signed', \&signed, 200000, 20000000, 'bytes in an S/MIME signature'],
	['opaque', \&opaque, 30000, 5000000, 'nested elements of ASN.1'],
	['sealed', \&sealed, 200000, 13000000, 'bytes in mails within mails'],
	['armour', \&armour, 3000000, 1000000000, 'bytes packed in a signature'],
	['letters', \&letters, 32768, 32768, 'letters a, for rules'],
	['large', \&large, 1000000, 30000000, 'bytes of an attachment'],
	['noise', \&noise, 1000000, 30000000, 'bytes that cannot be packed'],
	['large-text', \&large_text, 1000000, 30000000, 'bytes of text'],
);

sub names { return map { $_->[0] } @attacks }

sub find {
	my ($name) = @_;
	my ($found) = grep { $_->[0] eq $name } @attacks;
	return $found // die "HostileMail: no attack is called $name\n";
}

sub size_of {
	my ($name, $size) = @_;
	my (undef, undef, $quick, $full) = @{find($name)};
	return $size && $size eq 'full' ? $full : $size || $quick;
}

sub what { return find($_[0])->[4] }

sub make {
	my ($name, $size) = @_;
	return find($name)->[1]->(size_of($name, $size));
}

# ---- what they are made of ----

my $number = 0;

# The fields before those of note; each mail has an id of its own.
sub head {
	my ($name, @fields) = @_;
	$number++;
	my %given = map { /\A([^:]+):/ ? (lc $1 => 1) : () } @fields;
	my @usual = grep { /\A([^:]+):/ && !$given{lc $1} } (
		"From: Mallory <mallory\@$name.example>",
		'To: support@example.org',
		"Subject: Hostile $name",
		"Message-ID: <$name.$number.$$\@mallory.example>",
		'Date: Sat, 21 Nov 2026 10:00:00 +0000',
		'MIME-Version: 1.0');
	return join('', map { "$_\r\n" } @usual, @fields);
}

sub text { return head(@_[0 .. $#_ - 1]) . "\r\n" . $_[-1] }

sub typed {
	my ($name, $type, $body, @fields) = @_;
	return text($name, "Content-Type: $type", @fields, $body);
}

sub mixed {
	my ($name, @parts) = @_;
	return typed($name, 'multipart/mixed; boundary="limit"',
		join('', map { "--limit\r\n$_\r\n" } @parts) . "--limit--\r\n");
}

# ---- MIME ----

sub deep {
	my ($size) = @_;
	my $open = join '', map { "--b$_\r\nContent-Type: multipart/mixed; "
		. "boundary=\"b" . ($_ + 1) . "\"\r\n\r\n" } 1 .. $size;
	return typed('deep', 'multipart/mixed; boundary="b1"', $open);
}

sub attached {
	my ($size) = @_;
	return typed('attached', 'message/rfc822', join '',
		map { "Subject: $_\r\nContent-Type: message/rfc822\r\n\r\n" }
		1 .. $size);
}

# A third more with each.
sub packed {
	my ($size) = @_;
	my $inner = "Subject: the innermost\r\n\r\n" . 'x' x 1000;
	for (1 .. $size) {
		$inner = "Content-Type: message/rfc822\r\n"
			. "Content-Transfer-Encoding: base64\r\n\r\n"
			. encode_base64($inner, "\r\n");
	}
	return head('packed') . $inner;
}

sub parts {
	my ($size) = @_;
	return typed('parts', 'multipart/mixed; boundary=b',
		"--b\r\n\r\nx\r\n" x $size . "--b--\r\n");
}

sub prefixes {
	my ($size) = @_;
	my @names = map { 'b' x $_ } 1 .. $size;
	my $open = join '', map { "--$_\r\nContent-Type: multipart/mixed; "
		. "boundary=\"b$_\"\r\n\r\n" } @names;
	my $close = join '', map { "--$_\r\n\r\nx\r\n--$_--\r\n" }
		reverse @names;
	return typed('prefixes', 'multipart/mixed; boundary=b', $open . $close);
}

sub same_boundary {
	my ($size) = @_;
	my $one = "--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n";
	return typed('same-boundary', 'multipart/mixed; boundary=b',
		$one x $size . "--b\r\n\r\nx\r\n--b--\r\n" x $size);
}

sub dashes {
	my ($size) = @_;
	return typed('dashes', 'multipart/mixed; boundary=b',
		"--b\r\n\r\n" . "--bx\r\n" x $size . "--b--\r\n");
}

# ---- the header ----

sub fields {
	my ($size) = @_;
	return text('fields', (map { "X-Field-$_: $_" } 1 .. $size), "Hello.\r\n");
}

sub field {
	my ($size) = @_;
	return text('field', 'X-Long: ' . 'x' x $size, "Hello.\r\n");
}

sub folds {
	my ($size) = @_;
	return text('folds', 'Subject: a' . "\r\n b" x $size, "Hello.\r\n");
}

sub no_end {
	my ($size) = @_;
	return head('no-end') . 'X-Open: ' . 'y' x $size;
}

sub references {
	my ($size) = @_;
	return text('references',
		'References:' . join('', map { "\r\n <$_.1.maaaaaaaaaaaaaaaa\@a>" }
			1 .. $size),
		'In-Reply-To: ' . '<1.1.maaaaaaaaaaaaaaaaa@example.org> ' x 1000,
		"Hello.\r\n");
}

sub message_id {
	my ($size) = @_;
	return text('message-id',
		'Message-ID: <' . 'm' x $size . '@mallory.example>', "Hello.\r\n");
}

sub words {
	my ($size) = @_;
	return text('words', 'Subject:' . "\r\n =?UTF-8?B?0J/RgNC40LLQtdGC?="
		x ($size / 32), 'From: ' . '=?utf-8?q?M=61?= ' x ($size / 17)
		. '<mallory@words.example>', "Hello.\r\n");
}

sub word {
	my ($size) = @_;
	return text('word', 'Subject: =?UTF-8?Q?' . '=41' x ($size / 3) . '?=',
		"Hello.\r\n");
}

sub continued {
	my ($size) = @_;
	return mixed('continued', "Content-Type: application/octet-stream\r\n"
		. 'Content-Disposition: attachment'
		. join('', map { ";\r\n filename*$_*=%41" } 0 .. $size)
		. "\r\n\r\nx");
}

sub parameters {
	my ($size) = @_;
	return typed('parameters', 'text/plain'
		. join('', map { ";\r\n p$_=\"\\\"$_\\\"\"" } 1 .. $size),
		"Hello.\r\n");
}

sub groups {
	my ($size) = @_;
	return text('groups', 'To: ' . 'a: ' x $size . 'b@example.net'
		. ';' x $size, 'Cc: ' . 'g: x@example.net;, ' x $size,
		"Hello.\r\n");
}

sub comments {
	my ($size) = @_;
	return text('comments', 'From: ' . '(' x $size . 'x' . ')' x $size
		. ' mallory@comments.example', 'To: ' . '(' x $size,
		'Content-Type: text/plain ' . '(' x $size,
		'Date: ' . '(' x $size . ' Sat, 21 Nov 2026 10:00:00 +0000',
		"Hello.\r\n");
}

sub recipients {
	my ($size) = @_;
	return text('recipients', 'To: support@example.org'
		. join('', map { ",\r\n P. $_ <p$_\@example.net>" } 1 .. $size),
		"Hello.\r\n");
}

sub quotes {
	my ($size) = @_;
	return text('quotes', 'From: ' . '"' x $size . ' <mallory@quotes.example>',
		'To: ' . '\\' x $size . '<a@example.net>',
		'Cc: ' . '<' x $size . 'a@example.net', 'Subject: ' . '%n%s' x 1000,
		"Hello.\r\n");
}

sub date {
	my ($size) = @_;
	return text('date', 'Date: Sat, 21 Nov ' . '9' x $size
		. ' 99:99:99 +9999', "Hello.\r\n");
}

sub received {
	my ($size) = @_;
	return text('received', ('Received: from a (b [192.0.2.1]) by c with '
		. 'ESMTP id 1; Sat, 21 Nov 2026 10:00:00 +0000') x $size,
		"Hello.\r\n");
}

sub results {
	my ($size) = @_;
	return text('results', ('Authentication-Results: mx.example.org; '
		. 'dmarc=pass header.from=results.example;') x $size,
		'Authentication-Results: mx.example.org' . '; spf=pass (x) a.b=c'
		x $size, "Hello.\r\n");
}

sub tags {
	my ($size) = @_;
	return text('tags', 'Subject: '
		. join(' ', map { "[support #$_]" } 1 .. $size), "Hello.\r\n");
}

sub replies {
	my ($size) = @_;
	return text('replies', 'Subject: ' . 'Re: AW: Fwd[2]: ' x $size,
		"Hello.\r\n");
}

1;
