#!/bin/sh
# 552-distribute.t - tickets find their agents, and end with their parents
. "${0%/*}/lib.sh"

queue_keys='distribute = round-robin
children = close'
desk_sections='[queue network]
address = network@example.org
distribute = skill
[queue shop]
address = shop@example.org
distribute = none
[calendar early]
hours = Mon-Fri 06:00-14:00'
port=$(free_port)
smtp_server=127.0.0.1:$port
sink_start "$port"
desk_new
desk_start

# opens NUMBER QUEUE: a ticket of that number in that queue
opens() {
	letter "m$1" "Anna <anna@example.net>" "$2@example.org" "Matter $1" |
		deliver -f anna@example.net -- "$2@example.org" ||
		die "mail $1 is taken"
}
of() { # NUMBER KEY
	ticket show "$1" --format=json | json "$2"
}

# ---- agents ----

ticket agent add olga olga@desk.example --queue support --queue network \
	>/dev/null
ticket agent add ivan ivan@desk.example --queue support --queue network \
	>/dev/null
ticket agent add rita rita@desk.example --queue shop --role lead >/dev/null
ticket agent set olga --skills vpn,Firewall --calendar early >/dev/null
is 'skills are kept in lower case' \
	"$(ticket agent show olga --format=json | json 'skills.1')" firewall
like 'and shown' "$(ticket agent show olga)" '^skills +vpn, *firewall'
like 'with the hours' "$(ticket agent show olga)" '^calendar +early'
ends 'an unknown calendar is refused' 1 ticket agent set olga --calendar late
like 'and the known ones are named' "$(cat "$work/.output")" 'always, early'

# ---- round robin ----

for n in 1 2 3; do opens $n support; done
is 'the first by name has the first turn' "$(of 1 owner)" ivan
is 'the next one the second' "$(of 2 owner)" olga
is 'and so on' "$(of 3 owner)" ivan
ticket agent set olga --away 3d --deputy rita >/dev/null
opens 4 support
is 'a deputy has the turn of who is away' "$(of 4 owner)" rita
ticket agent set olga --away none --deputy none >/dev/null
like 'the log tells why' "$(ticket log 1)" 'owner.*round-robin'
wait_mail ivan 2
ticket outbox flush --wait
is 'who got two has two mails' "$(mail_count ivan)" 2
is 'and who got one has one' "$(mail_count olga)" 1

# ---- skill, none ----

opens 5 shop
is 'where nobody is to get it nobody does' "$(of 5 owner)" '(null)'
ticket do --as rita 5 'tag +vpn; queue network' >"$work/.output" ||
	die 'a ticket moves'
like 'who knows it gets it, and the mover hears so' \
	"$(cat "$work/.output")" 'goes to olga'
is 'and it is so' "$(of 5 owner)" olga
ticket do --as rita 5 'assign ivan' >/dev/null || die 'a lead gives'
is 'a lead gives it to somebody else' "$(of 5 owner)" ivan

# ---- parents ----

ticket do 1 'link child 2; link child 3' >/dev/null || die 'tickets are tied'
ends 'no ticket is a part of itself' 1 ticket do 2 'link child 1'
like 'and why is told' "$(cat "$work/.output")" 'cannot be parts of each other'
like 'children end with it' "$(ticket do 1 close)" 'ended with it: #2, #3'
is 'the first' "$(of 2 status)" closed
is 'and the second' "$(of 3 status)" closed
ticket do 2 reopen >/dev/null
is 'one that comes back leaves the other alone' "$(of 1 status)" closed
ticket do 4 'link blocked-by 2' >/dev/null
like 'who ends what still waits hears so' "$(ticket do 4 close)" \
	'still waiting for: #2'
check_store 'all records are the sum of their events'
desk_stop
finish
