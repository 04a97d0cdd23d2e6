#!/bin/sh
# 612-purge.t - old tickets are thrown away, and their numbers stay
. "${0%/*}/lib.sh"

port=$(free_port)
smtp_server=127.0.0.1:$port
sink_start "$port"
desk_new
desk_start
check 'an agent' ticket agent add olga olga@example.net

hand_in() { # ID FROM TO SUBJECT [FIELDS]
	letter "$@" >"$work/mail.eml"
	deliver -f "${2#*<}" -- support@example.org <"$work/mail.eml" ||
		die "mail $1 is taken"
}

for n in 1 2 3 4 5 6; do
	hand_in "m$n" "c$n@example.com" support@example.org "Matter wombat$n"
done
wait_mail c1 1
wait_mail c2 1
check 'all is sent' ticket outbox flush --wait
check 'three are closed' ticket do 1 close --as olga
check 'the second' ticket do 2 close --as olga
check 'one is merged into another' ticket do 4 'merge 3' --as olga
check 'which is closed' ticket do 3 close --as olga
check 'one is tied to an open one' ticket do 5 'link parent 6' --as olga
check 'and closed' ticket do 5 close --as olga
check 'all is sent' ticket outbox flush --wait
mkdir "$work/seal"
[ -z "$as_desk" ] || chown "$desk_user" "$work/seal"
check 'all is sealed' ticket log --seal "$work/seal/1"

ends 'how old' 64 ticket purge --yes
ends 'an age' 64 ticket purge --older-than old --yes
like 'is said how' "$(cat "$work/.output")" '2y, 6w, 90d or 12h'
ends 'nobody to ask' 64 ticket purge --older-than 1d </dev/null
ends 'no such queue' 1 ticket purge --older-than 1d --queue none --yes
ends 'none are so old' 0 ticket purge --older-than 1d --yes
is 'is said' "$(cat "$work/.output")" \
	'0 tickets, with 0 messages and 0 events: purged'

# The clock has seconds.
sleep 1.1
ends 'a dry run' 0 ticket purge --older-than 0d --dry-run --format=json
is 'counts' "$(json 'purged.#' <"$work/.output")" 4
is 'and says why one stays' "$(json kept.0.number <"$work/.output") $(
	json kept.0.why <"$work/.output")" '5 ticket 6 (parent) is not done'
is 'and changes nothing' "$(ticket list --limit 0 --format=ids | wc -l |
	tr -d ' ')" 6
reply=$(address "$(mail_of c1 1)" Reply-To)
root=$(header "$(mail_of c2 1)" Message-ID)
ends 'purged' 0 ticket purge --older-than 0d --yes
like 'is said' "$(cat "$work/.output")" '^4 tickets, .*: purged$'

# ---- what is left ----

is 'the others are listed' "$(ticket list --limit 0 --format=ids |
	tr '\n' ' ')" '6 5 '
is 'and counted' "$(ticket stat --format=json | json total.closed)" 1
ends 'show' 1 ticket show 1
like 'says when' "$(cat "$work/.output")" \
	'ticket 1 was purged on [0-9]{4}-[0-9][0-9]-[0-9][0-9]$'
ends 'so does one that was merged' 1 ticket show 4
like 'of what it was merged into' "$(cat "$work/.output")" \
	'ticket 3 was purged'
ends 'raw too' 1 ticket raw 1/1
like 'says it' "$(cat "$work/.output")" 'ticket 1 was purged'
ends 'nor is there a customer' 1 ticket canned show none --ticket 1
ends 'nothing can be done' 1 ticket do 1 reopen --as olga
like 'to it' "$(cat "$work/.output")" 'ticket 1 was purged'
is 'its log is one event' "$(ticket log 1 --format=json | json '#')" 1
like 'which tells' "$(ticket log 1)" 'what=purged'
like 'so does the record of the desk' "$(ticket log 0 | tail -n 1)" \
	'what="tickets purged" count=4 tickets=1-4'
check_store 'the store is well'
ends 'nothing was changed' 0 ticket log --verify
ends 'nor since the seal' 0 ticket log --against "$work/seal/1"
ends 'nothing more to purge' 0 ticket purge --older-than 0d --yes
like 'is said' "$(cat "$work/.output")" '^0 tickets'
ends 'one that was purged is no target' 1 ticket do 6 'merge 1' --as olga

# ---- mail that comes for it ----

hand_in late1 c1@example.com "$reply" 'Re: Matter wombat1' \
	'In-Reply-To: <m1@client.example>'
is 'its signed address opens a new ticket' \
	"$(ticket list --requester c1@example.com --format=ids)" 7
hand_in late2 c2@example.com support@example.org 'Re: Matter wombat2' \
	"In-Reply-To: $root"
is 'so does a reference' \
	"$(ticket list --requester c2@example.com --format=ids)" 8
hand_in m2 c2@example.com support@example.org 'Matter wombat2'
is 'and the same mail once more' \
	"$(ticket list --requester c2@example.com --format=ids | tr '\n' ' ')" \
	'9 8 '
check 'what was tied to it goes on' ticket do 6 close --as olga
sleep 1.1
ends 'and then' 0 ticket purge --older-than 0d --yes
like 'both go' "$(cat "$work/.output")" '^2 tickets'

# ---- on the disk ----

desk_stop >/dev/null
is 'no text of them is on the disk' \
	"$(grep -rlia 'wombat[3-6]' "$store/db" "$store/log")" ''
is 'without a daemon all is as it was' \
	"$(ticket list --limit 0 --format=ids | tr '\n' ' ')" '9 8 7 '
ends 'and verifies' 0 ticket log --verify
desk_start
check_store 'so it is after a restart'
hand_in new c9@example.com support@example.org 'New'
is 'no number is handed out twice' \
	"$(ticket list --requester c9@example.com --format=ids)" 10

# ---- on a terminal ----

is_asked() { grep -q 'for ever?' "$work/seen"; }
if command -v script >/dev/null; then
	check 'one is closed' ticket do 7 close --as olga
	check 'another too' ticket do 10 close --as olga
	check 'all is sent' ticket outbox flush --wait
	sleep 1.1
	mkfifo "$work/answer"
	script -qec "$as_desk $bin/ticket -c $conf purge --older-than 0d" \
		/dev/null <"$work/answer" >"$work/seen" 2>&1 &
	asked=$!
	exec 9>"$work/answer"
	check 'it is asked' wait_for is_asked
	# Who thinks about it keeps nobody waiting, and knows of two tickets.
	desk_stop >/dev/null
	desk_start
	check 'another is closed' ticket do 8 close --as olga
	check 'one of the two is not' ticket do 10 reopen --as olga
	check 'all is sent' ticket outbox flush --wait
	sleep 1.1
	echo y >&9
	exec 9>&-
	status=0
	wait "$asked" || status=$?
	is 'after a restart of the desk the answer still counts' "$status" 0
	like 'for what was asked' "$(cat "$work/seen")" \
		'1 tickets, .*: purged'
	like 'and the other is named' "$(cat "$work/seen")" \
		'10 stays: something happened to it'
	is 'and nothing else' "$(ticket list --limit 0 --format=ids |
		tr '\n' ' ')" '10 9 8 '
else
	for description in closed closed sent asked closed open sent answered \
		said named left; do
		skip "a terminal: $description" 'no script(1)'
	done
fi

# ---- for a program ----

check 'one more is closed' ticket do 9 close --as olga
check 'all is sent' ticket outbox flush --wait
sleep 1.1
$as_desk mkdir "$store/replaced-2026-11-22T120000Z"
ends 'purged' 0 ticket purge --older-than 0d --yes --format=json
is 'what was is overwritten' "$(json wiped <"$work/.output") $(
	json logs <"$work/.output")" 'true 0'
is 'what is made anew at the next start is counted' \
	"$(json indexes <"$work/.output")" 4
is 'what was not looked into is named' \
	"$(json replaced.0 <"$work/.output")" \
	"$store/replaced-2026-11-22T120000Z"
finish
