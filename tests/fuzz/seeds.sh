#!/bin/sh
# seeds.sh - what fuzzing begins with: small inputs of our own
#
# seeds.sh ENTRY FOLDER
#
# Fills FOLDER with inputs for ENTRY ("fuzz-html"), made of the mails in
# tests/data and of what stands here.  Records are written by a program of the
# build whose folder is in FUZZ_BUILD; mails of the user's own, if TICKETD_CORPUS
# names a folder of them, are seeds where a whole mail is read: small ones, and
# so many that there is time for more than to read them.

set -eu
entry=$1 folder=$2
data=$(cd "$(dirname "$0")/../data" && pwd)
mkdir -p "$folder"

count=0
# put FORMAT ARG...: a seed, as printf writes it.
put() {
	count=$((count + 1))
	put_format=$1
	shift
	# shellcheck disable=SC2059
	printf "$put_format" "$@" >"$folder/$entry-$count"
}

# files PREFIX FILE...: each as a seed, behind PREFIX.
files() {
	files_prefix=$1
	shift
	for file; do
		count=$((count + 1))
		{
			# shellcheck disable=SC2059
			printf "$files_prefix"
			cat "$file"
		} >"$folder/$entry-$count"
	done
}

# body FILE...: what stands below the header of each.
body() {
	for file; do
		count=$((count + 1))
		sed '1,/^\r*$/d' "$file" >"$folder/$entry-$count"
	done
}

# What Outlook packs: texts of each kind, an attachment with a long name, a mail
# in a mail.
packed() {
	count=$((count + 3))
	perl -e '
		use strict;
		sub attribute { my ($id, $bytes) = @_;
			my $inside = $id =~ /^(?:69002|18010|6800f|69005)$/;
			return pack("CVVa*v", $inside ? 2 : 1, hex $id,
				length $bytes, $bytes, unpack("%16C*", $bytes)) }
		sub property { my ($type, $number, $bytes) = @_;
			return pack("vv", $type, $number) .
				($type == 3 || $type == 0x40 ? "" :
				pack("VV", 1, length $bytes)) . $bytes .
				"\0" x (-length($bytes) % 4) }
		sub unicode { my ($number, $text) = @_;
			return property(0x1f, $number,
				pack("v*", unpack("C*", $text), 0)) }
		sub block { return pack("V", scalar @_) . join "", @_ }
		my $head = pack("Vv", 0x223e9f78, 1);
		my $rtf = "{\\rtf1\\ansi\\ansicpg1251\\fromhtml1 {\\*\\htmltag84 <p>}" .
			"Hello \\u1055?\\u1088? \\\x27ef\\par{\\*\\htmltag92 </p>}\\tab x}";
		my $plain = pack("VVa4V", length($rtf) + 12, length $rtf, "MELA", 0) . $rtf;
		# Eight as they are; then a copy of what stands before, and the end.
		my $packed = "";
		$packed .= "\0" . substr($rtf, $_ * 8, 8) for 0 .. 7;
		$packed .= pack("Cnn", 3, (207 << 4) | 4, (207 + 64 + 6) << 4);
		$packed = pack("VVa4V", length($packed) + 12, 70, "LZFu", 0) . $packed;
		my $page = attribute("69007", pack("VV", 1251, 1251));
		my $mail = $head . $page . attribute("2800c", "a text\0") .
			attribute("69003", block(unicode(0x37, "a subject"),
			property(0x40, 0x39, "12345678"),
			property(0x102, 0x1009, $packed)));
		my @seeds = ($mail, $head . $page . attribute("69003",
			block(property(0x102, 0x1009, $plain),
			property(0x102, 0x1013, "<p>Hello</p>"))) .
			attribute("69002", pack("v7", 1, (0) x 6)) .
			attribute("18010", "SHORT~1.PDF\0") .
			attribute("6800f", "%PDF") . attribute("69005",
			block(unicode(0x3707, "a long name.pdf"),
			unicode(0x370e, "application/pdf"))));
		push @seeds, $head . attribute("2800c", "outer\0") .
			attribute("69002", pack("v7", 1, (0) x 6)) .
			attribute("69005", block(unicode(0x3001, "A mail"),
			property(0x0d, 0x3701, "0123456789abcdef" . $mail)));
		for my $at (0 .. $#seeds) {
			open my $out, ">:raw", "$ARGV[0]-packed-$at" or die;
			print $out $seeds[$at];
		}' "$folder/$entry"
}

# corpus MOST PREFIX: so many mails of TICKETD_CORPUS, each behind PREFIX.
corpus() {
	[ -d "${TICKETD_CORPUS:-}" ] || return 0
	find "$TICKETD_CORPUS" -type f -name '*.eml' -size -9k | sort |
		head -n "$1" >"$folder.list"
	while read -r file; do
		files "$2" "$file"
	done <"$folder.list"
	rm -f "$folder.list"
}

# mails ADDRESS FROM: answers to what fuzz-decide's desk wrote, by the address
# and the Message-ID that it names in their place.
mails() {
	for index in 000 001 002 003 004 005 006 007 010 011 012 013 014 015 \
		016 017 020 021 022 023 024 025 026 027 030 031; do
		put '\032\'$index'\n%s\nFrom: %s\nTo: \032\'$index'\nSubject: Re: x\nMessage-ID: <%s%s@example.net>\nIn-Reply-To: <\034\'$index'>\n\n%s\n' \
			"$1" "$1" "$index" "$2" "$3"
	done
}

case $entry in
fuzz-message)
	files '' "$data"/mail/*.eml "$data"/story/*/*.eml
	corpus 1000 ''
	;;
fuzz-record)
	"${FUZZ_BUILD:-$data/../../build-fuzz}/tests/fuzz/write-records" \
		"$folder"
	# An empty record.
	put '\001\000\010\000\000\000\000\000\000\000\000\000\001'
	;;
fuzz-decide)
	files 'support@example.com\nanna@example.net\n' "$data"/mail/*.eml
	files 'sales@example.com\n<>\n' "$data"/mail/dsn.eml \
		"$data"/mail/mdn.eml "$data"/mail/arf.eml
	mails anna@example.net anna 'Thanks.'
	mails olga@example.com olga "close
note seen

Done."
	put 'support@example.com\nnagios@mon.example\nFrom: nagios@mon.example\nSubject: ** RECOVERY Service Alert: web01/HTTP is OK **\nMessage-ID: <5@mon.example>\n\nService: HTTP\nHost: web01\nState: OK\n'
	put 'sales@example.com\nzabbix@mon.example\nFrom: zabbix@mon.example\nSubject: Problem: High load\n\nHost: srv1\nOriginal problem ID: 4711\n'
	put 'support@example.com\nolga@example.com\nAuthentication-Results: mx.example.com; dmarc=pass header.from=example.com\nFrom: olga@example.com\nSubject: [support #2] x\nMessage-ID: <6@example.com>\n\nmerge #1\nassign ivan\n'
	put 'support@example.com\nb@vip.example\nFrom: b@vip.example\nTo: support@example.com, sales@example.com\nList-Id: <news.example>\nSubject: printer ink-2\nMessage-ID: <7@vip.example>\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nSee.\n--b\nContent-Type: application/octet-stream; name=a.exe\n\nx\n--b--\n'
	corpus 200 'support@example.com\nanna@example.net\n'
	;;
fuzz-request)
	put '{"verb":"list","limit":10}\n{"verb":"list","queue":"support","status":"open","words":"printer","active":true}\n{"verb":"list","owner":"olga","overdue":true,"next":"3"}\n'
	put '{"verb":"show","number":1}\n{"verb":"raw","number":1,"sequence":1}\n{"verb":"attachment","number":1,"sequence":1,"part":1}\n'
	put '{"verb":"order","number":1,"commands":"close\\nnote x","as":"olga"}\n{"verb":"order","number":2,"commands":"merge #1"}\n{"verb":"log","number":1,"kinds":["status","note"],"since":0,"limit":5}\n'
	put '{"verb":"order","number":4,"commands":"reply","as":"rita","bytes":6}\nHello.{"verb":"log","newest":3,"person":"olga"}\n'
	put '{"verb":"new","queue":"support","requester":"a@b.example","name":"A","subject":"x","quiet":false,"bytes":5}\nabcde{"verb":"stat","as":"olga"}\n'
	put '{"verb":"explain","sender":"a@b.example","recipient":"support@example.com","bytes":30}\nFrom: a@b.example\nSubject: x\n\n{"verb":"reprocess","number":1,"sequence":1}\n'
	put '{"verb":"agent-add","name":"otto","addresses":["o@example.com"],"queues":["sales"],"role":"lead","language":"ru","skills":"a;b","calendar":"office"}\n{"verb":"agent-set","name":"otto","away":"2026-12-01","deputy":"olga","echo":true,"remove_addresses":["o@example.com"]}\n{"verb":"agent-list"}\n{"verb":"agent-show","name":"otto"}\n{"verb":"agent-remove","name":"otto"}\n'
	put '{"verb":"customer-add","address":"c@example.org","name":"C","company":"X"}\n{"verb":"customer-set","address":"c@example.org","addresses":["d@example.org"],"phone":"1"}\n{"verb":"customer-list","company":"X","limit":1}\n{"verb":"customer-show","address":"d@example.org"}\n{"verb":"customer-remove","address":"c@example.org"}\n'
	put '{"verb":"customer-import","dry_run":true,"bytes":61}\n[{"address":"e@example.org","name":"E","company":"Y","line":2}]{"verb":"ping"}\n'
	put '{"verb":"outbox-list","limit":2}\n{"verb":"outbox-retry","id":1}\n{"verb":"outbox-drop","ids":[1,2]}\n{"verb":"outbox-flush","all":true}\n'
	put '{"verb":"suppress-add","address":"f@example.org","why":"x","days":3}\n{"verb":"ban-add","what":["@example.org","/a+b/"],"why":"y","force":true}\n{"verb":"suppress-list","kind":"banned"}\n{"verb":"suppress-clear","addresses":["f@example.org"]}\n{"verb":"ban-clear","what":["@example.org"]}\n'
	put '{"verb":"verify","heads":true}\n{"verb":"verify","number":1,"until":2,"seals":["1/1 00"]}\n{"verb":"check","number":0}\n{"verb":"secret-rotate"}\n{"verb":"stat"}\n'
	put '{"verb":"canned-list","queue":"support","language":"ru"}\n{"verb":"canned-show","name":"x","number":1}\n{"verb":"template-list"}\n{"verb":"template-show","name":"reply","queue":"sales","language":"ru"}\n'
	;;
fuzz-pattern)
	put '\000*@example.org; anna@example.net\n{1}\nanna@mail.example.org'
	put '\001/printer (?<machine>[a-z]+-[0-9]+)/\nmachine {machine} {{ {0} {2}\nthe printer laser-7 is on fire'
	put '\001/(a+)+$/\n{1}\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab'
	put '\001жалоб*; Complaint\n{\nМоя ЖАЛОБА'
	put '\000/^(?-i)([^x]*)x(?:\\d{2,4}|y)?\\b\\1/\n{1}{1}{\nabcx12 abc'
	;;
fuzz-charset)
	put 'koi8-r\n\377\360\322\311\327\305\324, \315\311\322'
	put 'windows-1251\n\377\317\360\350\342\345\362'
	put 'iso-2022-jp\n\377\033$B$3$s$K$A$O\033(B'
	put 'utf-7\n\377Hi Mom +-; +BB8EQAQ4BDI-'
	put 'utf-8\n\377\320\237\321\200\320\270\320\262\320\265\321\202'
	put '\n\377\317\360\350\342\345\362, \354\350\360!'
	put 'gb18030\n\377\304\343\272\303'
	put 'shift_jis\n\377\202\261\202\361'
	put 'euc-kr\n\377\276\310\263\347'
	put 'utf-16\n\377\377\376a\000b\000'
	put 'iso-8859-1\n\377\223quoted\224'
	put 'x-unknown\n\377abc\344'
	put 'koi8-r\n\006\360\322\311\327\305\324windows-1251\n\003\317\360\350cp866\n\001\217'
	;;
fuzz-words)
	put '=?utf-8?B?0J/RgNC40LLQtdGC?= =?utf-8?Q?=2C_=D0=BC=D0=B8=D1=80?='
	put '=?koi8-r?B?8NLJ18XU?= <anna@example.net>, "B, C" <b@example.net>'
	put 'Team: a@example.net, =?iso-8859-1?q?J=F6rg?= <j@example.net>;'
	put 'text/plain; charset="utf-8"; format=flowed; delsp=yes'
	put "attachment; filename*0*=utf-8''%%D0%%9F; filename*1=\"b.txt\""
	put 'attachment; filename="=?utf-8?B?0J8=?="; size=3'
	put 'a@example.net (a (nested) comment) , <@relay:b@example.net>'
	put 'multipart/mixed; boundary="a b"; boundary=c'
	put 'raw \320\237 and =?x?q?broken'
	;;
fuzz-html)
	put '<p>One<br>two</p><ul><li>a<li>b</ul><a href="http://x">y</a>'
	put '<blockquote type=cite><p>old</p></blockquote><p>new'
	put '<table><tr><td>1</td><td>2</td></tr></table><!-- c --><style>p{}'
	put '<div class="gmail_quote">On Monday Anna wrote:<pre>x\n  y</pre>'
	put '&lt;&#1055;&amp;&nbsp;&#x1F600;&bogus;<script>1<2</script>'
	put '<div id=appendonsend></div><hr><b>From:</b> Anna<br><b>Sent:</b>'
	;;
fuzz-reply)
	put 'Thanks.\n\nOn Mon, 2 Nov 2026 Anna <a@x> wrote:\n> It burns.\n'
	put '> It burns.\n\nSince when?\n\n> Today.\n\nI see.\n-- \nOlga\n'
	put 'Yes.\n\n-----Original Message-----\nFrom: a\nSent: b\nTo: c\n'
	put 'Да.\n\n2 ноября 2026 г. Анна <a@x> пишет:\n> Горит.\n'
	put 'Да.\n\nОт: a\nОтправлено: b\nКому: c\nТема: d\n\nстарое\n'
	put 'Ok\n\n────────────────────\n#42 support\n> x\ny\n> z\n'
	put 'Am 02.11.2026 um 10:00 schrieb\nAnna <a@x>:\n\n> alt\nneu\n'
	put 'Fine.\n\nSent from my iPhone\n\n> old\n\n____________\nlist\n'
	body "$data"/story/*/*.eml
	;;
fuzz-bounce)
	for form in 0 1 2 3 4 5 6 7; do
		put "\\00$form"'<b@example.net>: host mx said: 550 5.1.1 no user\n'
		put "\\00$form"'Final-Recipient: rfc822; b@example.net\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 no\n'
		put "\\00$form"'The following addresses had permanent errors:\n\n    b@example.net\n    (reason: mailbox full)\n\n--- Original ---\nReceived: x\nMessage-ID: <2@example.org>\n'
		put "\\00$form"'Не удалось доставить письмо:\nb@example.net\nunknown user\n'
	done
	body "$data"/mail/dsn.eml "$data"/mail/mdn.eml "$data"/mail/arf.eml
	;;
fuzz-tnef)
	# Signature, key, version; an attachment's title and data.
	put '\170\237\076\042\001\000\001\006\220\010\000\004\000\000\000\000\000\001\000\001\000\001'
	put '\170\237\076\042\001\000\002\020\200\001\000\006\000\000\000a.txt\000\331\001\002\017\200\006\000\003\000\000\000abc\046\001'
	put '\170\237\076\042\001\000\001\003\220\006\000\020\000\000\000\001\000\000\000\003\000\376\017\005\000\000\000\001\000'
	packed
	;;
fuzz-calendar)
	put 'BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Talk\\, long\r\nDTSTART;TZID=Europe/Moscow:20261122T100000\r\nDTEND:20261122T110000Z\r\nLOCATION:Room\r\n 1\r\nORGANIZER;CN="A B":mailto:a@example.net\r\nATTENDEE:mailto:b@example.net\r\nRRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n'
	put 'BEGIN:VCALENDAR\nMETHOD:CANCEL\nBEGIN:VTIMEZONE\nEND:VTIMEZONE\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261122\nDURATION:PT1H\nDESCRIPTION:a\\nb\nEND:VEVENT\n'
	;;
fuzz-holidays)
	files '\000' "$data"/calendar/*.ics
	files '\001' "$data"/calendar/*.ics
	put '\002BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20260329T023000\nDURATION:P1DT2H\nRRULE:FREQ=WEEKLY;BYDAY=MO,FR;COUNT=5\nEXRULE:FREQ=DAILY;COUNT=2\nEXDATE:20260330,20260401T100000Z\nRDATE;VALUE=PERIOD:20260501T100000Z/PT1H,20260502T100000/20260503T100000\nEND:VEVENT\nBEGIN:VEVENT\nUID:a\nRECURRENCE-ID:20260330T023000\nSTATUS:CANCELLED\nDTSTART:20260330\nEND:VEVENT\nEND:VCALENDAR\n'
	put '\003BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:x\nBEGIN:STANDARD\nDTSTART:20000101T000000\nTZOFFSETFROM:+0545\nTZOFFSETTO:-0330\nRDATE:20260101T000000\nRRULE:FREQ=YEARLY;UNTIL=20300101T000000Z\nEND:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT\nDTSTART;TZID=x:20260101T000000\nDTEND;TZID=Asia/Kolkata:20260102T000000\nRRULE:FREQ=MONTHLY;BYDAY=-1SU;BYSETPOS=1;BYMONTH=1,2;WKST=SU;INTERVAL=2\nEND:VEVENT\nEND:VCALENDAR\n'
	;;
fuzz-uuencode)
	put 'Here:\n\nbegin 644 a.txt\n#86)C\n`\nend\n\nThat is it.\n'
	put 'begin 600 b c.bin\n$86)C9```\n \nend\nbegin-base64 644 x\nYWJj\n====\n'
	;;
fuzz-flowed)
	put '\000It is \nlong.\n> and \n> old\n>> older\n-- \nAnna\n'
	put '\001It i \ns long.\n > stuffed\n From here\n\n> a \nb\n'
	;;
fuzz-cms)
	put '\060\202\000\040\006\011\052\206\110\206\367\015\001\007\002\240\023\060\021\002\001\001\061\000\060\012\006\011\052\206\110\206\367\015\001\007\001'
	put '\060\200\006\011\052\206\110\206\367\015\001\007\002\240\200\060\200\002\001\001\061\000\060\200\006\011\052\206\110\206\367\015\001\007\001\240\200\044\200\004\003abc\000\000\000\000\000\000\000\000\000\000\000\000'
	;;
fuzz-auth)
	put 'a@example.net\nspf=pass smtp.mailfrom=a@example.net; dkim=pass header.d=example.net; dmarc=pass (p=reject) header.from=example.net\n'
	put '"A B" <a@mail.example.net>\n dkim=fail\ndkim=pass header.i=@example.net\n mx.evil.example; dmarc=pass\ndmarc=fail action=none header.from=example.net\n'
	;;
fuzz-command)
	files '' "$data"/command-*
	for mode in 000 001 002 003 004 007 011; do
		files "\\$mode" "$data"/command-*
	done
	;;
fuzz-conf)
	files '' "$data"/conf/*.conf
	files '' "$data/../../conf/ticketd.conf"
	put '[desk]\nname = support\ndomain = example.com\nstore = /s\nrun = /r\n[queue support]\naddress = support@example.com\nalias = help@example.com\n[calendar office]\ntimezone = Europe/Moscow\nhours = Mon-Fri 09:00-18:00\n[message]\nmax-depth = 10\n[smtp]\nserver = localhost:25\n'
	put '[desk]\nname = support\ndomain = example.com\n[queue support]\naddress = support@example.com\n'
	;;
fuzz-token)
	put '\001'
	put '42-t\002\003'
	put '\003.close \004 x+\005@example.org'
	put '<\006> \007'
	put '42-p1abcdefghijklmnop.7.close'
	put 'support%%2B\004%%40example.org support+\003@example.org'
	;;
fuzz-lmtp)
	put '\377LHLO mx\r\nMAIL FROM:<a@example.net> SIZE=10 BODY=8BITMIME\r\nRCPT TO:<support@example.org> ORCPT=rfc822;b+2Bc@example.org\r\nDATA\r\nFrom: a\r\n\r\n..x\r\n.\r\nQUIT\r\n'
	put '\003LHLO mx\r\nMAIL FROM:<>\r\nRCPT TO:<"support x"@example.org>\r\nBDAT 5\r\nabcdeBDAT 2 LAST\r\nfgRSET\r\nNOOP\r\nVRFY a\r\n'
	put '\020HELO x\r\nLHLO\r\nDATA\r\nMAIL FROM: <@r:a@b> ENVID=1+20 SMTPUTF8\nRCPT TO:<support@x>\nRCPT TO:<support2@x>\nDATA\n\r\n.\r\n'
	;;
fuzz-deliver)
	put '250-mx\r\n250 SIZE\r\n'
	put '550 5.1.1 no such recipient here\r\n452 4.3.1 full\r\n'
	put 'Return-Path: <a@example.net>\nFrom: b\n\ntext\n'
	put '"a b"@example.net'
	;;
fuzz-frame)
	put '{"version":1,"verb":"list","arguments":{"status":["open"],"limit":10},"bytes":3}'
	put '{"a":[[[{"b":null}]]],"bytes":-1,"c":"\\u0000\\ud83d\\ude00",'
	put '{"a":1e400,"b":true,"bytes":99999999999999999999}'
	;;
fuzz-csv)
	put 'name,address\nAnna,anna@example.net\n"B ""x"", C",b@example.net\n'
	put '\357\273\277name;address\r\nAnna;"a\nb"\r\n'
	put '\377\376n\000a\000\t\000b\000\n\000'
	put '\350\354\377\tc\n"open'
	;;
fuzz-template)
	files '' "$data"/../../conf/templates/*/*.txt \
		"$data"/../../conf/canned/*/*.txt
	;;
fuzz-monitor)
	put '\000** PROBLEM Service Alert: web01/HTTP is CRITICAL **\nHost: web01\n'
	put '\000[RECOVERY] Host db1 is UP!\n'
	put '\000PROBLEM - web01 - HTTP is WARNING\n'
	put '\000Shop\n*Notification Type:* PROBLEM\nHost: web01\nService: HTTP\nState: CRITICAL\nAdditional Info:\nHost: x\n'
	put '\001Problem: High CPU load\nProblem started\nHost: srv1\nSeverity: High\nOriginal problem ID: 4711\n'
	put '\001OK: Disk full on srv1\nTrigger: Disk full\nTrigger status: OK\n\n1. Disk (srv1:vfs): 3\n'
	put '\002[FIRING:2] Slow (api)\n[1] Firing\nLabels\nalertname = Slow\ninstance = a\nAnnotations\nx = y\nSource\n[1] Resolved\nLabels\nalertname = Slow\njob = b\n'
	put '\002[RESOLVED] Slow (job=api instance=a:9090)\n'
	;;
fuzz-keys)
	put 'pub:-:255:22:0123456789ABCDEF:1700000000:::-:::scESC:\nfpr:::::::::0123456789ABCDEF0123456789ABCDEF01234567:\nuid:-::::1700000000::X::Anna <anna@example.net>:\nsub:-:255:18:0123456789ABCDEF:::::::e:\nfpr:::::::::0123:\n'
	put 'crt:?:2048:1:ABCDEF:20260101T000000:20270101T000000:1:CN=x::CN=Anna\\x3a,O=y::esES:\nfpr:::::::::ABCDEF:\nuid:?::::::::<anna@example.net>:\n'
	put '%s\n' '-----BEGIN PGP PUBLIC KEY BLOCK-----' '' 'mDMEZ' '=abcd'
	;;
*)
	echo "seeds.sh: unknown entry $entry" >&2
	exit 64
	;;
esac
