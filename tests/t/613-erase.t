#!/bin/sh
# 613-erase.t - somebody is forgotten, and the chain of events still holds
. "${0%/*}/lib.sh"

port=$(free_port)
smtp_server=127.0.0.1:$port
sink_start "$port"
desk_new
desk_start

check 'an agent' ticket agent add olga olga@example.net

# hand_in ENVELOPE-SENDER ID FROM TO SUBJECT [FIELDS]
hand_in() {
	hand_sender=$1
	shift
	letter "$@" >"$work/mail.eml"
	printf 'The wombat of %s.\n' "$hand_sender" >>"$work/mail.eml"
	deliver -f "$hand_sender" -- support@example.org <"$work/mail.eml" ||
		die "mail $1 is taken"
}

hand_in anna@example.com a1 '"Anna Quokka" <anna@example.com>' \
	support@example.org 'Printer platypus broken'
hand_in boris@example.com b1 'Boris <boris@example.com>' \
	support@example.org 'Another matter' \
	'Cc: Anna Quokka <Anna@Example.com>'
hand_in joanna@example.com j1 'Joanna <joanna@example.com>' \
	support@example.org 'Not hers'
wait_mail anna 1
hand_in anna@example.com a2 'Anna Quokka <anna@example.com>' \
	"$(address "$(mail_of anna 1)" Reply-To)" 'Re: Printer platypus broken' \
	'In-Reply-To: <a1@client.example>'
check 'a customer on record' ticket customer add anna@example.com \
	--name 'Anna Quokka' --phone 5550100
check 'an agent answers' ticket do 1 'take; priority 2' --as olga
echo 'Dear Anna Quokka, mail <anna@example.com> works again.' |
	ticket note 1 --as olga >/dev/null
echo 'It was the fuse.' | ticket reply 1 --as olga >/dev/null
check 'mail goes out' ticket outbox flush --wait
check 'she gets no automatic mail' ticket suppress add anna@example.com
mkdir "$work/seal"
[ -z "$as_desk" ] || chown "$desk_user" "$work/seal"
check 'all is sealed' ticket log --seal "$work/seal/1"

# ---- what is refused, and what is only said ----

ends 'nobody to ask' 64 ticket erase anna@example.com </dev/null
like 'says what to give' "$(cat "$work/.output")" 'give --yes, or --dry-run'
ends 'an agent' 1 ticket erase olga@example.net --yes
like 'says what is first' "$(cat "$work/.output")" \
	'first: ticket agent remove olga'
ends 'the desk itself' 1 ticket erase support@example.org --yes
ends 'no address' 64 ticket erase anna --yes
ends 'nobody knows her' 1 ticket erase eve@example.com --yes
like 'is said' "$(cat "$work/.output")" 'nothing is known of eve@example.com'

events=$(ticket log --format=json --limit 0 | json '#')
check 'a dry run' ticket erase anna@example.com --dry-run
like 'counts' "$(cat "$work/.output")" \
	'^2 tickets, [0-9]+ events, [0-9]+ messages would be erased$'
like 'names the tickets' "$(cat "$work/.output")" '^1	[0-9]+ events	[0-9]+ messages$'
like 'and what others wrote' "$(cat "$work/.output")" '^still named in .*2/1'
is 'and changes nothing' "$(ticket log --format=json --limit 0 | json '#')" \
	"$events"

# ---- erased ----

ends 'erased' 0 ticket erase Anna@example.com --yes --format=json
cp "$work/.output" "$work/erased.json"
is 'she is a number' "$(json person <"$work/erased.json")" erased-1
is 'with two tickets of three' \
	"$(ticket log 0 | grep -c 'what="person erased".* tickets=2 ')" 1
is 'no log file is left that has her' "$(json logs <"$work/erased.json")" 0
is 'what was deleted is overwritten' \
	"$(json wiped <"$work/erased.json")" true
like 'a note of another still names her' \
	"$(json named.0 <"$work/erased.json") $(json named.1 <"$work/erased.json")" \
	'2/1'

shown() { # everything that the tool tells of all
	ticket list --format=json
	ticket list
	for shown_number in 0 1 2 3; do
		ticket show "$shown_number" --all
		ticket show "$shown_number" --all --format=json
	done
	ticket log --format=json --limit 0
	ticket customer list
	ticket suppress list
	ticket outbox list
	ticket raw 1/1
}

# Joanna's address has hers inside, and the agent's note names her.
shown | sed 's/joanna@example.com//g' | grep -v 'works again' >"$work/shown"
unlike 'no address in what is shown' "$(cat "$work/shown")" \
	'[Aa]nna@[Ee]xample'
unlike 'and no name' "$(cat "$work/shown")" '[Qq]uokka'
unlike 'nor anything she wrote' "$(cat "$work/shown")" \
	'wombat of anna|[Pp]latypus|5550100'
like 'ticket 1 is of a number' "$(ticket list)" 'erased-1'
is 'and can be listed by it' \
	"$(ticket list --requester erased-1 --format=ids)" 1
is 'without its subject' \
	"$(ticket show 1 --format=json | json subject)" '(erased)'
is 'and name' "$(ticket show 1 --format=json | json requester_name)" ''
is 'a participant is too' \
	"$(ticket show 2 --format=json | json participants.0.address)" erased-1
is 'her mail is empty' "$(ticket raw 1/1 | wc -c | tr -d ' ')" 0
is 'of the other one all is there' \
	"$(ticket show 3 --format=json | json requester)" joanna@example.com
is 'what the agent did is there' \
	"$(ticket show 1 --format=json | json owner)" olga
like 'the other customer has his text' "$(ticket raw 2/1)" 'wombat of boris'
is 'she is no customer' "$(ticket customer list)" ''
is 'nor suppressed' "$(ticket suppress list)" ''

check_store 'the store is well'
ends 'nothing was changed' 0 ticket log --verify
like 'is said' "$(cat "$work/.output")" 'nothing was changed$'
ends 'nor since the seal' 0 ticket log --against "$work/seal/1"
like 'the ticket tells of it' "$(ticket log 1 | tail -n 1)" \
	'note.*what=erased.*person=erased-1'
ends 'a second time there is nothing' 1 ticket erase anna@example.com --yes

# ---- on the disk ----

desk_stop >/dev/null
on_disk() { # WHAT: files of the store that have it
	grep -rlia "$1" "$store/db" "$store/log" | tr '\n' ' '
}
# Joanna's address has hers inside.
is 'the address is on no page' "$(grep -raoi \
	'[a-z0-9.]*anna@example.com' "$store/db" "$store/log" |
	grep -vi 'joanna@' | grep -c .)" 0
is 'nor the name' "$(on_disk 'Anna Quokka')" ''
is 'nor the subject' "$(on_disk platypus)" ''
is 'nor the phone number' "$(on_disk 5550100)" ''
like 'another is' "$(on_disk 'joanna@example.com')" 'tickets.db'
desk_start

# ---- elsewhere: what is left, with its chain of events ----

# elsewhere NAME: the same desk with another store, made of nothing.
elsewhere() {
	desk_stop >/dev/null
	sed "s|^store = .*|store = $deskdir/$1|" "$conf" >"$work/conf" &&
		cat "$work/conf" >"$conf"
	[ -e "$deskdir/$1" ] || ticket init >"$work/.output" 2>&1 ||
		die "ticket init makes $1"
	desk_start
}
out=$work/export
mkdir "$out"
[ -z "$as_desk" ] || chown "$desk_user" "$out"
check 'all is exported' ticket export -o "$out"
like 'an event tells what stood there by a hash alone' \
	"$(grep '"kind":"created"' "$out/1.json")" '"hash":"[0-9a-f]{64}"'
unlike 'of the others' "$(cat "$out/3.json")" '"hash"'
elsewhere copy
is 'and comes to another desk' "$(ticket import "$out" |
	sed 's/, people.*//')" \
	'tickets 4 (0 under new numbers), there already 0'
ends 'where nothing was changed' 0 ticket log --verify
ends 'nor since the seal of the other' 0 ticket log --against "$work/seal/1"
check_store 'that store is well'
mkdir "$work/export2"
[ -z "$as_desk" ] || chown "$desk_user" "$work/export2"
check 'it is exported again' ticket export -o "$work/export2"
for n in 1 2 3; do
	check "$n.json is what it was" cmp "$out/$n.json" "$work/export2/$n.json"
	check "$n.mbox too" cmp "$out/$n.mbox" "$work/export2/$n.mbox"
done

# forge DESCRIPTION SED-COMMAND: on 1.json, for a desk that has nothing yet.
forged=0
forge() {
	forged=$((forged + 1))
	rm -rf "$work/forged"
	cp -r "$out" "$work/forged"
	sed "$2" "$out/1.json" >"$work/forged/1.json"
	chmod -R a+rX "$work/forged"
	ends "$1 is found out" 1 ticket import "$work/forged/1.json"
	like 'by its event' "$(cat "$work/.output")" \
		'1.json: (event [0-9]+ is not what|the events do not make)'
	is 'and nothing is there' "$(ticket list --all --format=ids)" ''
}
elsewhere empty
forge 'another text in place of what was erased' \
	'/"kind":"created"/s/(erased)/(changed)/'
forge 'another hash of it' \
	'/"kind":"created"/s/"hash":"[0-9a-f]*"/"hash":"'"$(printf '%064d' 0)"'"/'
forge 'a text that was changed and is called erased' \
	'/"kind":"owner"/s/"evidence":/"hash":"'"$(printf '%064d' 1)"'","evidence":/'

# What a ticketd wrote that told no hashes of what was erased.
rm -rf "$work/forged"
mkdir "$work/forged"
sed 's/^  "ticketd-export": [0-9]*,/  "ticketd-export": 1,/
	s/, *"hash": *"[0-9a-f]*"//' "$out/1.json" >"$work/forged/1.json"
cp "$out/1.mbox" "$work/forged"
chmod -R a+rX "$work/forged"
unlike 'a file of the first form has no hashes' \
	"$(cat "$work/forged/1.json")" '"hash"'
cp "$work/forged/1.json" "$work/old.json"
sed 's/"ticketd-export": 1,/"ticketd-export": 2,/' "$work/old.json" \
	>"$work/forged/1.json"
ends 'which is no excuse for a newer one' 1 \
	ticket import --dry-run "$work/forged/1.json"
like 'it was changed' "$(cat "$work/.output")" '1.json: event [0-9]+ is not what'
cp "$work/old.json" "$work/forged/1.json"
is 'it comes nevertheless' "$(ticket import "$work/forged/1.json" 2>&1 |
	sed 's/, people.*//')" \
	'tickets 1 (0 under new numbers), there already 0'
# marks NUMBER: what the events of a ticket here call their hashes
marks() {
	rm -rf "$work/marks"
	mkdir "$work/marks"
	[ -z "$as_desk" ] || chown "$desk_user" "$work/marks"
	ticket export "$1" -o "$work/marks" >/dev/null
	grep -o '"marks[a-z_]*"' "$work/marks/$1.json" | sort -u
}
is 'with marks that mean nothing here' "$(marks 1)" '"marks_there"'

# A machine of the other byte order wrote (and hashed) this one.
big() {
	echo '{"ticketd-export": 2, "number": 7, "revision": 2, "chain":'
	echo '"3d9a7e60b8ee6db6a4c3794857fc4d2649905154f6c4e6fb2a46b8d1b2647359",'
	echo '"byte_order": "big", "events": [{"sequence": 1, "ticket": 7,'
	echo '"time": "2020-01-01T00:00:00Z", "kind": "created",'
	echo '"actor": "erased-1", "evidence": "", "message": null,'
	echo '"detail": {"queue": "support", "requester": "erased-1",'
	echo '"subject": "(erased)"}, "hash":'
	echo '"6db7d803e74f1ffa7d8f5adc0bf95b3e15bf4c8373fffadf546227cc6c6742cb"},'
	echo '{"sequence": 2, "ticket": 7, "time": "2020-01-02T00:00:00Z",'
	echo '"kind": "note", "actor": "desk", "evidence": "control",'
	echo '"message": null, "detail": {"what": "erased",'
	echo '"person": "erased-1", "marks": {"bytes":'
	echo '"AAAAAAAAAAFmkSGI83Xifdfjv0xjJj1BSnv7/RUVJEDrEB6vOlrpMg=="}}}]}'
}
big >"$work/forged/7.json"
: >"$work/forged/7.mbox"
chmod -R a+rX "$work/forged"
is 'a dry run finds it good' "$(ticket import --dry-run \
	"$work/forged/7.json" 2>&1 | sed 's/, people.*//')" \
	'tickets 1 (0 under new numbers), there already 0'
is 'it comes' "$(ticket import "$work/forged/7.json" 2>&1 |
	sed 's/, people.*//')" \
	'tickets 1 (0 under new numbers), there already 0'
like 'with marks that mean nothing here either' "$(marks 7)" '"marks'
ends 'and verifies' 0 ticket log --verify
check_store 'that store is well, too'
elsewhere store

# ---- later ----

hand_in anna@example.com a3 'Anna Quokka <anna@example.com>' \
	support@example.org 'A new matter'
is 'who writes again is a new customer' \
	"$(ticket list --requester anna@example.com --format=ids)" 4
echo 'Is anybody there?' | ticket reply 1 --as olga >"$work/.output" 2>&1
check 'mail is tried' ticket outbox flush --wait
is 'nothing goes to a number' "$(ticket outbox list | grep -c erased)" 0

# ---- cut short ----

hand_in anna@example.com a4 'Anna Quokka <anna@example.com>' \
	support@example.org 'Once more'
ticket erase anna@example.com --yes >/dev/null 2>&1 &
cut_pid=$!
sleep 0.05
desk_kill
wait "$cut_pid" 2>/dev/null
desk_start
ticket erase anna@example.com --yes >/dev/null 2>&1
is 'killed meanwhile, it is finished the next time' \
	"$(ticket list --requester anna@example.com --format=ids)" ''
is 'by one number' "$(ticket list --requester erased-2 --format=ids |
	tr '\n' ' ')" '5 4 '
ends 'and verifies' 0 ticket log --verify
check_store 'and is well'

# ---- all of a ticket ----

hand_in dora@example.com d1 'Dora Dingo <dora@example.com>' \
	support@example.org 'Whole'
# Words that the desk goes by are hers, and stay its own.
hand_in ella@example.com e1 'Ella Emu <ella@example.com>' \
	support@example.org 'Support'
hand_in ella@example.com e2 'Ella Emu <ella@example.com>' \
	support@example.org 'resolved'
check 'one is done' ticket do 8 resolve --as olga
echo 'Dora Dingo wants a refund.' | ticket note 6 --as olga >/dev/null
desk_stop >/dev/null # It can be done without a daemon.
ends 'whole tickets' 0 ticket erase dora@example.com --yes --whole-tickets \
	--format=json
is 'name nobody' "$(json 'named.#' <"$work/.output")" 0
is 'no mail of it has a text' \
	"$(for n in 1 2 3; do ticket raw "6/$n" 2>/dev/null; done | wc -c |
		tr -d ' ')" 0
ends 'and verify' 0 ticket log --verify

# ---- on a terminal ----

is_asked() { grep -q 'for ever' "$work/seen"; }
is_asked_again() { grep -q 'More has come.*for ever' "$work/seen"; }
if command -v script >/dev/null; then
	mkfifo "$work/answer"
	script -qec "$as_desk $bin/ticket -c $conf erase ella@example.com" \
		/dev/null <"$work/answer" >"$work/seen" 2>&1 &
	asked=$!
	exec 9>"$work/answer"
	check 'it is asked' wait_for is_asked
	ends 'nobody has the store meanwhile' 0 ticket list
	echo 'It was the emu.' | ticket new --quiet --queue support \
		--requester ella@example.com --subject 'Emu' \
		>"$work/.output" 2>&1
	echo y >&9
	check 'when more came it is asked again' wait_for is_asked_again
	echo y >&9
	exec 9>&-
	status=0
	wait "$asked" || status=$?
	is 'then it is done' "$status" 0
else
	skip 'it is asked' 'no script(1)'
	skip 'nobody has the store meanwhile' 'no script(1)'
	skip 'when more came it is asked again' 'no script(1)'
	ends 'it is done' 0 ticket erase ella@example.com --yes
fi
is 'she is gone' "$(ticket list --requester ella@example.com --format=ids)" ''
is 'with what she called it' \
	"$(ticket show 7 --format=json | json subject)" '(erased)'
is 'which is in the queue that it was in' \
	"$(ticket show 7 --format=json | json queue)" support
is 'and as far as it was' \
	"$(ticket show 8 --format=json | json status)" resolved
ends 'all of that verifies' 0 ticket log --verify
finish
