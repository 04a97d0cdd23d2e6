#!/bin/sh
# 611-import.t - old mail becomes tickets, and nobody hears of it
. "${0%/*}/lib.sh"
. "$libdir/preload.sh"

desk_sections='[queue sales]
address = sales@example.org
acknowledge = always
[rule vip]
subject = /./
priority = 1
'
queue_keys='acknowledge = always'
desk_new
desk_start
check 'there is an agent' ticket agent add olga olga@example.net

counts() { # what ticket import prints at its end
	ticket import "$@" 2>"$work/err"
}
shown() { # N MEMBER
	ticket show "$1" --all --format=json | json "$2"
}
data=$srcdir/tests/data
cp "$data"/import-*.mbox "$work"
chmod 644 "$work"/*.mbox

# ---- a mailbox in one file ----

is 'a dry run says what would be' \
	"$(counts --dry-run --queue support "$work/import-support.mbox")" \
	'filed 7, new tickets ?, duplicates 0, refused 0 (a dry run)'
is 'and does nothing' "$(ticket list --all --format=ids)" ''
is 'a mailbox is filed' \
	"$(counts --queue support "$work/import-support.mbox")" \
	'filed 7, new tickets 3, duplicates 0, refused 0'
is 'once' "$(counts --queue support "$work/import-support.mbox")" \
	'filed 0, new tickets 0, duplicates 7, refused 0'
is 'nobody gets a mail' "$(ticket outbox list)" ''
is 'the customer and our answer are one ticket' "$(shown 1 messages.#)" 3
is 'of the customer' "$(shown 1 requester)" anna@example.com
is 'its time is that of the mail' "$(shown 1 created)" 2019-03-04T09:15:30Z
is 'it is closed' "$(shown 1 status)" closed
is 'no rule was asked' "$(shown 1 priority)" 3
is 'no command was done' "$(shown 1 owner)" '(null)'
is 'no clock runs' "$(shown 1 deadlines.#)" 0
is 'an answer without its question is of whom it went to' \
	"$(shown 3 requester)" carl@example.com
is 'a bounce opens nothing' "$(ticket list --all --format=ids | wc -l)" 3
like 'but is kept' "$(ticket show 0)" 'mailer-daemon@example.com'
like 'lines that were quoted are what they were' "$(ticket raw 2)" \
	'^From here on'
unlike 'all of them' "$(ticket raw 2)" '^>From'
like 'the log of the daemon tells each' "$(cat "$desk_log")" \
	'event=imported ticket=1 as=new class=human from=anna@example.com'

is 'what is no mailbox is told' "$(counts "$conf")" 'filed 0, new tickets 0, duplicates 0, refused 1'
like 'with its name' "$(cat "$work/err")" 'ticketd.conf: it is no mailbox'
ends 'and is a failure' 1 ticket import "$conf"
ends 'so is what is not there' 1 ticket import "$work/none"
ends 'a status is open or closed' 64 ticket import --status new "$conf"
ends 'a queue must be one' 1 \
	ticket import --queue none "$work/import-support.mbox"
mkdir "$work/empty"
ends 'a directory must be something' 1 ticket import "$work/empty"

# ---- Maildir ----

maildir=$work/Maildir
mkdir -p "$maildir/cur" "$maildir/new" "$maildir/tmp" \
	"$maildir/.Sent/cur" "$maildir/.Sent/new"
mail() { # ID DATE [REFERENCE]
	letter "$1" 'Dora <dora@example.com>' sales@example.org "Offer $1" \
		"${3:+References: <$3@client.example>}" |
		sed "s/^Date: .*/Date: $2/;/^\$/,\$!{/^\$/d}"
}
mail d2 'Tue, 02 Jan 2018 10:00:00 +0000' d1 >"$maildir/new/1514887200.2.x"
mail d1 'Mon, 01 Jan 2018 10:00:00 +0000' >"$maildir/cur/1514800800.1.x:2,S"
mail d3 'Wed, 03 Jan 2018 10:00:00 +0000' d2 \
	>"$maildir/.Sent/cur/1514973600.3.x:2,S"
: >"$maildir/cur/1514800900.4.x:2,S"
ln -s /etc/hostname "$maildir/cur/1514800901.5.x:2,S"
head -c 40000000 /dev/zero >"$maildir/new/1514887300.6.x"
chmod -R a+rX "$maildir"
is 'a Maildir is filed' "$(counts --status open "$maildir")" \
	'filed 2, new tickets 1, duplicates 0, refused 2'
like 'but for what is empty' "$(cat "$work/err")" '800900.4.x:2,S: it is empty'
like 'or too large' "$(cat "$work/err")" '887300.6.x: it has 40000000 bytes'
unlike 'links are not followed' "$(cat "$work/err")" '800901'
is 'in order of time, by the queue it was sent to' \
	"$(shown 4 queue) $(shown 4 messages.#)" 'sales 2'
is 'open, if that was asked for' "$(shown 4 status)" open
is 'its folders are left out' "$(counts --subfolders --quiet "$maildir")" ''
is 'unless asked for' "$(shown 4 messages.#)" 3
is 'and still nobody got a mail' "$(ticket outbox list)" ''

# Who may write there puts a link in the place of a folder, again and again.
mkdir -p "$work/swapped/cur" "$work/swapped/new" "$work/secret"
mail d8 'Mon, 08 Jan 2018 10:00:00 +0000' >"$work/secret/1514800800.8.x"
ln -s "$work/secret" "$work/swapped/link"
chmod -R a+rX "$work/swapped" "$work/secret"
perl -e 'chdir $ARGV[0] or die;
	while (1) {
		rename "cur", "real"; rename "link", "cur";
		rename "cur", "link"; rename "real", "cur";
	}' "$work/swapped" &
swap_pid=$!
at_exit "end_process $swap_pid"
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	ticket import --dry-run "$work/swapped" 2>&1
done >"$work/swaps"
kill "$swap_pid"
wait "$swap_pid" 2>/dev/null
unlike 'nor links that take the place of a folder' "$(cat "$work/swaps")" \
	'filed [1-9]|d8|secret'

# ---- cut short ----

perl -e 'for my $n (1..999) {
	my $r = $n % 3 ? sprintf("References: <big%d\@x.example>\n", $n - $n % 3)
		: "";
	printf "From a\@x.example Mon Jan  1 10:00:00 2018\nFrom: User <u%d" .
		"\@x.example>\nTo: support\@example.org\nSubject: S%d\n" .
		"Message-ID: <big%d\@x.example>\nDate: Mon, 01 Jan 2018 " .
		"10:%02d:%02d +0000\n%s\nText %d.\n\n", $n % 7, $n, $n,
		$n / 60 % 60, $n % 60, $r, $n }' >"$work/big.mbox"
chmod 644 "$work/big.mbox"
before=$(ticket list --all --format=ids | wc -l)
# The daemon dies in the midst of it: at the tenth flush, of one for each 32
# mails or more.
if preload_works; then
	desk_stop
	fault_off
	TD_WRAP="$preload_wrap TD_PRELOAD_CONTROL=$fault_file"
	TD_WRAP="$TD_WRAP TD_PRELOAD_UNDER=$store"
	desk_start
	TD_WRAP=
	fault fdatasync:10:KILL
	ends 'an import without its daemon fails' 75 \
		ticket import --queue support "$work/big.mbox"
	wait "$desk_pid" 2>/dev/null
	fault_off
	desk_start
	there=$(ticket list --all --format=ids | wc -l)
	like 'some of it is there' \
		"$((there > before && there < before + 334))" '^1$'
else
	skip 'an import without its daemon fails' 'no preloaded library'
fi
# Then the tool.
$as_desk "$bin/ticket" -c "$conf" import --queue support "$work/big.mbox" \
	>"$work/cut" 2>&1 &
cut_pid=$!
sleep 0.1
kill -9 "$cut_pid" 2>/dev/null
wait "$cut_pid" 2>/dev/null
# Then somebody who has enough.
$as_desk "$bin/ticket" -c "$conf" import --queue support "$work/big.mbox" \
	>"$work/cut" 2>&1 &
cut_pid=$!
sleep 0.1
kill -INT "$cut_pid" 2>/dev/null
wait "$cut_pid"
cut_status=$?
case $cut_status in
0 | 75) result 0 'one may stop it' ;;
*) result 1 "one may stop it: $cut_status" ;;
esac
check 'then it goes on' ticket import --queue support "$work/big.mbox"
is 'each thread is one ticket' "$(ticket list --all --format=ids | wc -l)" \
	$((before + 334))
is 'nothing is there twice' "$(counts --queue support "$work/big.mbox")" \
	'filed 0, new tickets 0, duplicates 999, refused 0'
is 'nobody heard of it' "$(ticket outbox list)" ''
check_store 'the store is sound'
ends 'the daemon stops' 0 desk_stop

# ---- without a daemon ----

is 'the same without a daemon' \
	"$(counts --queue support "$work/import-support.mbox")" \
	'filed 0, new tickets 0, duplicates 7, refused 0'
is 'a mail that names no queue is refused where there are two' \
	"$(counts "$work/import-support.mbox")" \
	'filed 0, new tickets 0, duplicates 1, refused 6'
like 'with its place in the file' "$(cat "$work/err")" \
	'import-support.mbox: mail 2, at byte [0-9]+: it names no queue'
[ -z "$as_desk" ] || {
	mail d9 'Fri, 05 Jan 2018 10:00:00 +0000' >"$work/mail"
	{
		echo 'From dora@example.com Fri Jan  5 10:00:00 2018'
		cat "$work/mail"
		echo
	} >"$work/private.mbox"
	chmod 600 "$work/private.mbox"
	is 'root reads what only root may' \
		"$("$bin/ticket" -c "$conf" import "$work/private.mbox")" \
		'filed 1, new tickets 1, duplicates 0, refused 0'
}

# ---- files that lie ----

bad() { # DESCRIPTION TEXT REGEXP
	printf '%s' "$2" >"$work/7000.json"
	: >"$work/7000.mbox"
	chmod 644 "$work"/7000.*
	ticket import "$work/7000.json" >"$work/.output" 2>&1
	like "$1" "$(cat "$work/.output")" "$3"
}
head='{"ticketd-export":1,"number":7000,"revision":1,"events":['
event='"sequence":1,"ticket":7000,"time":"2020-01-01T00:00:00Z","actor":"x"'
bad 'no JSON' '{"a":' '7000.json: byte 5: it is no good JSON'
bad 'not ours' '{"a":1}' '7000.json: .*not a file that ticket export wrote'
bad 'of another version' '{"ticketd-export":3,"number":1,"revision":1}' 'newer'
bad 'no number' '{"ticketd-export":1,"number":"x","revision":1}' '"number"'
bad 'no time' "$head{\"sequence\":1,\"kind\":\"created\"}]}" \
	'event 1: member "time" must be'
bad 'no kind' "$head{$event,\"kind\":\"frob\",\"detail\":{}}]}" \
	'event 1: member "kind" must be'
bad 'a detail that is none' \
	"$head{$event,\"kind\":\"created\",\"detail\":{\"a\":[1]}}]}" \
	'event 1: member "a" must be'
bad 'a message that is not there' \
	"$head{$event,\"kind\":\"created\",\"detail\":{},\"message\":1}]}" \
	'missing'
bad 'a place that is a number' \
	"$head{$event,\"kind\":\"created\",\"detail\":{\"raw\":5}}]}" \
	'tickets 1 '
bad 'far too deep' "$(perl -e 'print "{\"a\":", "[" x 5000')" 'too many brackets'
bad 'a number far too high' \
	"{\"ticketd-export\":1,\"number\":9000000000000000000,\"revision\":1,\"events\":[{$event,\"kind\":\"created\",\"detail\":{}}]}" \
	'[(]1 under new numbers[)]|refused 1'
check_store 'none of that did any harm'
finish
