#!/bin/sh
# 507-smtp-down.t - the SMTP server is away: mail is taken, answered later
. "${0%/*}/lib.sh"

port=$(free_port)
smtp_server=127.0.0.1:$port
desk_new
desk_start

letter first 'Anna <anna@example.net>' support@example.org 'Nobody there' \
	>"$work/mail.eml"
ends 'mail is taken while the SMTP server is down' 0 \
	deliver -f anna@example.net -- support@example.org <"$work/mail.eml"
is 'the ticket is there' "$(tickets)" 1
check 'the outbox can be told to try' ticket outbox flush --wait
is 'the acknowledgement waits' \
	"$(ticket outbox list --format=json | json '#')" 1

check 'the daemon stops cleanly' desk_stop
desk_start
is 'it still waits after a restart' \
	"$(ticket outbox list --format=json | json '#')" 1

sink_start "$port"
check 'all that waits can be tried again' ticket outbox retry
ticket outbox flush --wait
wait_mail anna 1
like 'the acknowledgement goes out' \
	"$(header "$(mail_of anna 1)" Subject)" '\[support #1\]'
is 'once' "$(mail_count anna)" 1
is 'and nothing waits any more' \
	"$(ticket outbox list --format=json | json '#')" 0
finish
