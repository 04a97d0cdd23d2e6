#!/bin/sh
# 406-ticket-outbox.t - mail that waits: listed, dropped, sent with no daemon
. "${0%/*}/lib.sh"

port=$(free_port)
smtp_server=127.0.0.1:$port
desk_new

new() {
	echo Hi | ticket new --queue support --requester "$1@example.net" \
		--subject "From $1"
}
waiting() {
	ticket outbox list --format=json | json '#'
}

new anna >"$work/.output"
new bob >"$work/.output"
is 'two acknowledgements wait' "$(waiting)" 2
is 'a line has id, place and kind' \
	"$(ticket outbox list | sed -n 1p | cut -f1-3)" \
	"$(printf '1\t1/2\tacknowledgement')"
is 'and the recipient' "$(ticket outbox list | sed -n 2p | cut -f6)" \
	bob@example.net

check 'flush tries them while the server is down' ticket outbox flush --wait
is 'they wait on' "$(waiting)" 2
like 'with what became of it' \
	"$(ticket outbox list --format=json | json 0.answer)" .
is 'and were tried once' \
	"$(ticket outbox list --format=json | json 0.attempts)" 1
check 'retry makes one due' ticket outbox retry 1
ends 'one that is not there' 1 ticket outbox retry 99

ends 'drop of one that is not there drops none' 1 ticket outbox drop 2 99
is 'two wait still' "$(waiting)" 2
like 'a mail can be dropped' "$(ticket outbox drop 2)" '^1 dropped$'
is 'one waits' "$(waiting)" 1
is 'it is an event of its ticket' \
	"$(ticket log 2 | tail -n 1 | cut -f3)" not-delivered

sink_start "$port"
check 'flush sends with no daemon' ticket outbox flush --all --wait
wait_mail anna 1
is 'none waits' "$(waiting)" 0
is 'the other one is never sent' "$(mail_count bob)" 0
like 'it was sent by this' "$(ticket log 1 | cut -f3)" '^sent$'

like 'a key can be added' "$(ticket secret rotate)" '^key 2 '
is 'as json' "$(ticket secret rotate --format=json | json version)" 3
like 'stat counts tickets' "$(ticket stat)" '^support +2 '
is 'stat counts waiting mail' \
	"$(ticket stat --format=json | json outbox.waiting)" 0
finish
