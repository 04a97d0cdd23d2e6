#!/bin/sh
# 500-pipe.t - a mail comes through pipe(8), its acknowledgement goes out
. "${0%/*}/lib.sh"
. "$libdir/postfix.sh"

postfix_need
postfix_new pipe
desk_new
desk_start
postfix_start

letter first 'Anna Petrova <anna@example.net>' support@example.org \
	'The printer burns' >"$work/mail.eml"
check 'Postfix takes the mail' \
	post anna@example.net support@example.org <"$work/mail.eml"
wait_mail anna 1
ack=$(mail_of anna 1)

is 'one ticket is there' "$(tickets)" 1
ticket show 1 --format=json >"$work/show"
is 'it is number 1' "$(json number <"$work/show")" 1
is 'it is in the queue of the address' \
	"$(json queue <"$work/show")" support
is 'its requester is who wrote' \
	"$(json requester <"$work/show")" anna@example.net
is 'its subject is the mail'"'"'s' \
	"$(json subject <"$work/show")" 'The printer burns'
is 'the message says which rule filed it' \
	"$(json messages.0.rule <"$work/show")" new
ticket raw 1 | tr -d '\r' >"$work/raw"
check 'the raw message ends as it was sent' \
	grep -qx 'This is the text of first.' "$work/raw"

like 'the acknowledgement bears the number in its subject' \
	"$(header "$ack" Subject)" '\[support #1\].*The printer burns'
is 'it answers the mail' \
	"$(header "$ack" In-Reply-To)" '<first@client.example>'
is 'it says that it was written by a program' \
	"$(header "$ack" Auto-Submitted)" auto-replied
is 'it has the null return path' "$(header "$ack" Return-Path)" '<>'
is 'it goes to the customer' "$(address "$ack" To)" anna@example.net
like 'it can be answered at the address of the ticket' \
	"$(address "$ack" Reply-To)" '^support\+1-t[^@]*@example\.org$'
like 'its text names the ticket' "$(text "$ack")" '#1'
like 'the log has a line for the mail' "$(cat "$desk_log")" \
	'event=filed ticket=1 .*result=ok$'

ticket outbox flush --wait
is 'nothing waits to be sent' \
	"$(ticket outbox list --format=json | json '#')" 0
check 'the daemon stops cleanly' desk_stop
finish
