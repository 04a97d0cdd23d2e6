#!/bin/sh
# 610-export.t - tickets as files, and out of these a desk that is the same
. "${0%/*}/lib.sh"
need flock

# pick NAME: which desk desk_new and its like are about.
pick() {
	deskdir=$work/$1 conf=$work/$1/ticketd.conf store=$work/$1/store
	run=$work/$1/run desk_log=$work/$1/log
}

# files NAME: a directory that the desk's user may write to, in $out.
files() {
	out=$work/$1
	mkdir "$out"
	[ -z "$as_desk" ] || chown "$desk_user:nogroup" "$out"
}

desk_sections='[queue sales]
address = sales@example.org
'
pick a
desk_new
desk_start
check 'there is an agent' ticket agent add olga olga@example.net
check 'another one' ticket agent add ivan ivan@example.net --role lead
check 'and a customer with a name' ticket customer add anna@example.com \
	--name 'Анна' --company 'ООО «Ромашка»' --address anna@home.example

hand() { # SENDER FILE [RECIPIENT]
	deliver -f "$1" -- "${3:-support@example.org}" <"$work/$2" || return 1
}
letter 1 'Anna <anna@example.com>' 'support@example.org, bob@example.com' \
	'Принтер' >"$work/1.eml"
# Lines that a mailbox must quote, and no line end at the end.
printf '%s\n' '' 'From here on it is broken.' '>From there too.' \
	'>>From deep inside.' 'From: is a word' '>from' >>"$work/1.eml"
printf 'From the end' >>"$work/1.eml"
ends 'the first ticket' 0 hand anna@example.com 1.eml
letter 2 'Bob <bob@example.com>' support@example.org 'Network' |
	sed 's/$/\r/' >"$work/2.eml"
ends 'the second, with CR LF' 0 hand bob@example.com 2.eml
letter 3 'Bob <bob@example.com>' sales@example.org 'Network' >"$work/3.eml"
ends 'the third' 0 hand bob@example.com 3.eml sales@example.org
letter 4 'Spam <spam@example.com>' support@example.org 'Win!' \
	'X-Spam-Flag: YES' >"$work/4.eml"
ends 'one that is spam' 0 hand spam@example.com 4.eml
letter 5 'Robot <robot@example.com>' support@example.org 'Away' \
	'Auto-Submitted: auto-replied' >"$work/5.eml"
ends 'a mail of a machine' 0 hand '' 5.eml
check 'commands' ticket do 1 \
	'assign olga; priority 1; tag +hardware; type incident; watch; time 15' \
	--as olga
check 'a note' sh -c "echo 'Between us.' >'$work/text'"
ends 'inside' 0 ticket note 1 --as olga <"$work/text"
echo 'We look at it.' >"$work/text"
ends 'a reply' 0 ticket reply 1 --as olga <"$work/text"
check 'reminders, dates' ticket do 2 \
	'remind 2099-01-01: call; due 2099-02-02; pending 2099-03-03' --as ivan
check 'a merge' ticket do 3 'merge 2' --as ivan
check 'a link' ticket do 1 'link 2' --as ivan
check 'and a title' ticket do 2 'title: Сеть: "всё" \ медленно' --as ivan

files a1
is 'all is exported' "$(ticket export -o "$out")" \
	'tickets 5, unchanged 0, people 3'
is 'a mailbox and a JSON text each' "$(cd "$out" && echo *)" \
	'0.json 0.mbox 1.json 1.mbox 2.json 2.mbox 3.json 3.mbox 4.json 4.mbox people.json'
# shellcheck disable=SC2012
is 'for nobody else' "$(ls -l "$out" | sed 1d | cut -c1-10 | sort -u)" \
	'-rw-------'
is 'it tells its form' "$(json ticketd-export <"$out/1.json")" 2
is 'all that show tells' "$(perl -MJSON::PP -e '
	local $/; my ($file, $show) = map { open my $f, "<", $_ or die;
		decode_json(<$f>) } @ARGV;
	my $text = JSON::PP->new->canonical;
	for my $name (sort keys %$show) {
		my ($a, $b) = ($file->{$name}, $show->{$name});
		if ($name eq "messages") {
			for (@$a) { delete $_->{digest}; delete $_->{stated} }
		}
		print "$name " if $text->encode([$a]) ne $text->encode([$b]);
	}' "$out/1.json" "$(ticket show 1 --all --format=json >"$work/show.json";
	echo "$work/show.json")")" ''
is 'and as many mails' "$(grep -c '^From ' "$out/1.mbox")" \
	"$(json messages.# <"$out/1.json")"
like 'lines like those between mails are quoted' "$(cat "$out/1.mbox")" \
	'^>>>From deep'
is 'the mails are all there' "$(perl -e '
	local $/; my $mbox = <STDIN>; $mbox =~ s/^>(>*From )/$1/mg;
	open my $f, "<", $ARGV[0] or die; my $mail = <$f>;
	print index($mbox, $mail) > 0 ? "yes" : "no"' \
	"$work/1.eml" <"$out/1.mbox")" yes

is 'again with --update nothing is written' \
	"$(ticket export --update -o "$out")" 'tickets 0, unchanged 5, people 3'
sed -i 's/^  "ticketd-export": 2,/  "ticketd-export": 1,/' "$out/2.json"
is 'one of a former form is written anew' \
	"$(ticket export --update -o "$out")" 'tickets 1, unchanged 4, people 3'
check 'one goes on' ticket do 4 'priority 5'
is 'and is written' "$(ticket export --update -o "$out")" \
	'tickets 1, unchanged 4, people 3'
files some
is 'only some' "$(ticket export '#1' 2 -o "$out" --format=json | json tickets)" 2
is 'and nothing else' "$(cd "$out" && echo *)" '1.json 1.mbox 2.json 2.mbox'
files sales
is 'those of a queue' "$(ticket export --queue support -o "$out")" \
	'tickets 2, unchanged 0, people 0'
is 'not even spam' "$(cd "$out" && echo *.json)" '1.json 2.json'
is 'nothing happened since' "$(ticket export --since 2099-01-01 -o "$out")" \
	'tickets 0, unchanged 0, people 0'
ends 'there is no such ticket' 1 ticket export 77 -o "$out"
ends 'one or the other' 64 ticket export 1 --queue sales -o "$out"
ends 'where nobody may write' 73 ticket export -o /proc/nowhere
# shellcheck disable=SC2086
ends 'nor two at a time' 75 \
	flock "$out" $as_desk "$bin/ticket" -c "$conf" export -o "$out"

# ---- a desk out of these files ----

ends 'the first desk stops' 0 desk_stop
out=$work/a1
is 'the same without a daemon' "$(ticket export --update -o "$out")" \
	'tickets 0, unchanged 5, people 3'
[ -z "$as_desk" ] || {
	mkdir -m 700 "$work/root"
	is 'root writes where only root may' \
		"$("$bin/ticket" -c "$conf" export -o "$work/root")" \
		'tickets 5, unchanged 0, people 3'
	is 'the same' "$(diff -r "$work/root" "$out")" ''
}
log_of_a=$(ticket log --limit 0)
stat_of_a=$(ticket stat --format=json | perl -MJSON::PP -e 'local $/;
	my $s = decode_json(<STDIN>);
	print JSON::PP->new->canonical->encode($s->{queues} // $s)')
list_of_a=$(ticket list --all --format=json)

pick b
desk_new
desk_start
is 'a dry run says what would be' "$(ticket import --dry-run "$out")" \
	'tickets 5 (0 under new numbers), there already 0, people 3, known already 0, refused 0 (a dry run)'
is 'and does nothing' "$(ticket list --all --format=ids)" ''
is 'all of it comes' "$(ticket import "$out")" \
	'tickets 5 (0 under new numbers), there already 0, people 3, known already 0, refused 0'
is 'once' "$(ticket import "$out")" \
	'tickets 0 (0 under new numbers), there already 5, people 0, known already 3, refused 0'
is 'the list is the same' "$(ticket list --all --format=json)" "$list_of_a"
# What the import itself wrote is the last event of number 0.
is 'the log too' "$(ticket log --limit 0 | grep -v 'import: ')" "$log_of_a"
files b1
check 'it is exported again' ticket export -o "$out"
for n in 1 2 3 4; do
	check "$n.json is what it was" cmp "$work/a1/$n.json" "$out/$n.json"
	check "$n.mbox too" cmp "$work/a1/$n.mbox" "$out/$n.mbox"
done
check 'the record of the desk too' cmp "$work/a1/0.mbox" "$out/0.mbox"
is 'but for one event' "$(diff "$work/a1/0.json" "$out/0.json" |
	grep -c '^> .*import: 2 agents, 1 customers added')" 1
check 'people are who they were' cmp "$work/a1/people.json" "$out/people.json"
is 'nobody got a mail' "$(ticket outbox list)" ''
check_store 'the store is sound'
ends 'nothing was changed' 0 ticket log --verify
letter 6 'New <new@example.com>' support@example.org 'New' >"$work/6.eml"
ends 'a new mail' 0 hand new@example.com 6.eml
is 'gets the next number' "$(ticket list --format=ids | head -n 1)" 5

# ---- mail that goes on ----

reply() { # ID REFERENCE
	letter "$1" 'Anna <anna@example.com>' support@example.org 'Re: x' \
		"References: <$2>" >"$work/$1.eml"
	hand anna@example.com "$1.eml"
}
ends 'an answer to a mail of the customer' 0 reply r1 1@client.example
like 'belongs to the ticket' "$(ticket show 1)" 'This is the text of r1'
ours=$(perl -MJSON::PP -e 'local $/; my $t = decode_json(<STDIN>);
	print map { $_->{message_id} } grep { $_->{rule} eq "reply" }
		@{$t->{messages}}' <"$work/a1/1.json")
ends 'so does one to a mail of the old desk' 0 reply r2 "$ours"
like 'by its Message-ID' "$(ticket show 1)" 'This is the text of r2'
old=$(grep -o 'support+1-t[a-z0-9]*@example.org' "$work/a1/1.mbox" | head -n 1)
like 'the old desk signed an address' "$old" '^support\+1-t'
letter s1 'Eve <eve@evil.example>' "$old" 'Hello' >"$work/s1.eml"
ends 'which comes here' 0 hand eve@evil.example s1.eml "$old"
is 'and means nothing' "$(ticket list --format=ids | head -n 1)" 6

# ---- files that were changed ----

pick d
desk_new
desk_start
forge() { # DESCRIPTION FILE EXPRESSION REGEXP
	rm -rf "$work/forged"
	cp -r "$work/a1" "$work/forged"
	chmod -R a+rX "$work/forged"
	sed "$3" "$work/a1/$2" >"$work/forged/$2"
	ends "$1" 1 ticket import "$work/forged/${2%%.*}.json"
	like 'it is told' "$(cat "$work/.output")" "$4"
	is 'and not there' "$(ticket list --all --format=ids)" ''
}
forge 'another text of a mail is found out' 1.mbox 's/it is broken/it is mended/' \
	'1.json: message 1 is not what event 1 says'
forge 'another actor too' 4.json '/"kind":"priority"/s/control:/agent:/' \
	'4.json: the events do not make the chain'
forge 'an event that is missing' 4.json '/"kind":"message"/d' \
	'4.json: event [0-9]+ is missing'
forge 'a mail that is missing' 4.mbox '/^From /,$d' \
	'4.json: the mailbox beside it has not all of its messages'
forge 'a form of tomorrow' 4.json 's/"ticketd-export": 2/"ticketd-export": 3/' \
	'4.json: it was written by a newer ticketd'

forge 'an actor where links lead nowhere' 2.json \
	'/"kind":"due"/s/control:/agent:/' \
	'2.json: the events do not make the chain'
forge 'a file that says it is of another kind of machine' 4.json \
	'/"kind":"priority"/s/control:/agent:/;/"byte_order"/{s/little/xxx/;s/big/little/;s/xxx/big/}' \
	'4.json: the events do not make the chain'
forge 'or of none' 4.json '/"byte_order"/d' '4.json: member "byte_order" must'
ends 'a dry run tells it too' 1 ticket import --dry-run "$work/forged/4.json"

# ---- one ticket alone ----

check 'one ticket alone comes' ticket import "$work/a1/4.json"
is 'under its number' "$(ticket list --spam --all --format=ids)" 4
ends 'numbers that are left out are not missing' 0 ticket log --verify
ends 'nor are they tickets' 1 ticket do 2 close
ends 'to be shown' 1 ticket show 2
letter d1 'Dan <dan@example.com>' support@example.org '[support #2] x' \
	>"$work/d1.eml"
ends 'mail that speaks of one' 0 hand dan@example.com d1.eml
is 'opens the next one' "$(ticket list --all --format=ids)" 5
check_store 'and all is well'

# ---- numbers that are taken ----

pick c
desk_new
desk_start
check 'a third desk has an agent' ticket agent add carla carla@example.net
letter c1 'Carl <carl@example.com>' support@example.org 'Mine' >"$work/c1.eml"
ends 'and a ticket' 0 hand carl@example.com c1.eml
sed '/"kind":"priority"/s/control:/agent:/' "$work/a1/1.json" \
	>"$work/forged/1.json"
ends 'one that was changed gets no number' 1 \
	ticket import "$work/forged/1.json"
like 'for it was changed' "$(cat "$work/.output")" \
	'1.json: the events do not make the chain'
is 'nothing of it is there' "$(ticket list --all --format=ids)" 1
is 'others come beside it' \
	"$(ticket import "$work/a1" 2>"$work/err" | sed 's/, people.*//')" \
	'tickets 4 (1 under new numbers), there already 0'
like 'a record of its own stays' "$(cat "$work/err")" '0.json: this desk has'
moved=$(ticket list --requester anna@example.com --all --format=ids)
like 'under a new number' "$moved" '^[0-9]+$'
unlike 'not that one' "$moved" '^1$'
like 'it says so' "$(ticket log "$moved" | tail -n 1)" 'imported_from=1$'
is 'what it told of others is only text' \
	"$(ticket show "$moved" --format=json | json links.#)" 1
is 'who told of it, too' "$(ticket show 2 --format=json | json links.#)" 0
like 'to be read' "$(ticket log 2)" 'to_there=1'
is 'it comes once' "$(ticket import "$work/a1" 2>/dev/null |
	sed 's/, people.*//')" \
	'tickets 0 (0 under new numbers), there already 4'
check_store 'that store is sound'
ends 'nothing of it was changed' 0 ticket log --verify

# ---- a ticket that is sent in pieces ----

pick e
desk_new
desk_start
quotes=$(printf '%04200d' 0 | tr 0 '>')
for n in 1 2 3; do
	{
		letter "big$n" 'Dan <dan@example.com>' support@example.org 'Big' \
			'References: <big1@client.example>'
		[ "$n" -eq 1 ] || printf '%sFrom here\n' "$quotes"
		[ "$n" -eq 3 ] && lines=2000 || lines=12000
		perl -e 'print "0123456789" x 6, "\n" for 1 .. shift' "$lines"
	} >"$work/big.eml"
	ends "large mail $n" 0 hand dan@example.com big.eml
	[ "$n" -gt 1 ] || check 'a priority' ticket do 1 'priority 1'
done
files e1
check 'it is exported' ticket export 1 -o "$out"
mkdir "$work/wrong"
sed '/"kind":"priority"/s/control:/agent:/' "$out/1.json" >"$work/wrong/1.json"
cp "$out/1.mbox" "$work/wrong"
chmod -R a+rX "$work/wrong"
pick f
desk_new
desk_start
ends 'another actor at its beginning is found out' 1 \
	ticket import "$work/wrong/1.json"
like 'at its end' "$(cat "$work/.output")" \
	'1.json: the events do not make the chain'
is 'before anything is sent' "$(ticket list --all --format=ids)" ''
is 'so the true file comes' "$(ticket import "$out/1.json")" \
	'tickets 1 (0 under new numbers), there already 0, people 0, known already 0, refused 0'
files f1
check 'and goes' ticket export 1 -o "$out"
check 'as it was' cmp "$work/e1/1.json" "$out/1.json"
check 'with all lines that look like those between mails' \
	cmp "$work/e1/1.mbox" "$out/1.mbox"

# ---- people with many keys ----

# More than a request may have words, the largest alone too.
perl -MMIME::Base64 -MJSON::PP -e '
	my @people = map { my $n = $_; my $key = "openpgp:" . sprintf("%040X", $n);
		{ role => "agent", name => "agent$n",
		addresses => ["agent$n\@example.net"], keys => [$key],
		key_data => { $key => encode_base64(chr(65 + $n) x
			($n == 1 ? 1500000 : 60000), "") } } } 1 .. 40;
	delete $people[4]{key_data};
	push @people, { role => "customer", addresses => ["c\@example.com"],
		phone => "1" x 700000 };
	print encode_json({ "ticketd-people" => 1, people => \@people })' |
	sed 's/^{"people":\(.*\),"ticketd-people":1}$/{"ticketd-people":1,"people":\1}/' \
		>"$work/people.json"
chmod a+r "$work/people.json"
ends 'all come but two' 1 ticket import "$work/people.json"
like 'of whom one has no key' "$(cat "$work/.output")" \
	'people.json: number 5: person: member "key_data" must be'
like 'and one is too large' "$(cat "$work/.output")" \
	'people.json: number 41: all that is told of somebody'
like 'they are 39' "$(cat "$work/.output")" 'people 39, .*refused 2'
files people
check 'they are exported' ticket export -o "$out"
is 'with all bytes of their keys' "$(perl -MMIME::Base64 -MJSON::PP -e 'local $/;
	my $all = decode_json(<STDIN>)->{people};
	my $sum = 0;
	for (@$all) {
		my ($n) = $_->{name} =~ /(\d+)/;
		my $key = decode_base64((values %{$_->{key_data}})[0]);
		$sum += length $key if $key =~ /^\Q@{[chr(65 + $n)]}\E*$/;
	}
	print $sum' <"$out/people.json")" $((1500000 + 38 * 60000))

# ---- where no request may be as large as a piece is elsewhere ----

pick g
desk_new
# limit BYTES: the largest mail and request
limit() {
	sed "/^max-message-size/d; /^store = /a\\
max-message-size = $1" "$conf" >"$work/conf"
	cat "$work/conf" >"$conf"
}
limit 800000
desk_start
is 'the ticket comes, mail by mail' "$(ticket import "$work/e1/1.json" 2>&1)" \
	'tickets 1 (0 under new numbers), there already 0, people 0, known already 0, refused 0'
ends 'people come, but for those who are too large' 1 \
	ticket import "$work/people.json"
like 'and are 38' "$(cat "$work/.output")" 'people 38, .*refused 3'
ends 'the desk stops' 0 desk_stop
limit 100000
desk_start
for n in 1 2 3; do
	printf 'From dan@example.com Sun Nov 22 10:00:0%d 2026\n' "$n"
	letter "old$n" 'Dan <dan@example.com>' support@example.org "Old $n"
	perl -e 'print "0123456789" x 6, "\n" for 1 .. 1000'
	echo
done >"$work/old.mbox"
chmod a+r "$work/old.mbox"
is 'so does old mail' "$(ticket import "$work/old.mbox" 2>&1)" \
	'filed 3, new tickets 3, duplicates 0, refused 0'
finish
