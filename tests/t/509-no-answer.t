#!/bin/sh
# 509-no-answer.t - bounces, auto-replies and lists get no answer
. "${0%/*}/lib.sh"

port=$(free_port)
smtp_server=127.0.0.1:$port
sink_start "$port"
desk_new
desk_start

send() { # ENVELOPE-SENDER
	deliver -f "$1" -- support@example.org ||
		die "a mail from <$1> is taken"
}
anna='Anna <anna@example.net>'
class_of() { # ID
	letter "$@" | ticket explain --format=json --sender "$envelope" \
		--recipient support@example.org - | json class
}

# try CLASS ENVELOPE-SENDER ID FROM SUBJECT [FIELDS]
try() {
	class=$1 envelope=$2 id=$3 from=$4 subject=$5 fields=${6:-}
	is "$id: explain calls it $class" "$(class_of "$id" "$from" \
		support@example.org "$subject" "$fields")" "$class"
	letter "$id" "$from" support@example.org "$subject" "$fields" |
		send "$envelope"
}

try auto-reply anna@example.net vacation "$anna" 'Out of office' \
	'Auto-Submitted: auto-replied'
try notification anna@example.net monitor "$anna" 'Disk is full' \
	'Auto-Submitted: auto-generated'
try list anna@example.net list "$anna" 'News' 'List-Id: <news.example.net>
Precedence: list'
try auto-reply '' null "$anna" 'Nobody'
try bounce '' bounce 'Mail Delivery <mailer-daemon@example.net>' \
	'Undelivered Mail Returned to Sender' \
	'Content-Type: multipart/report; report-type=delivery-status;
 boundary=b
X-Failed-Recipients: x@example.net'

letter human 'Boris <boris@example.net>' support@example.org 'Hello' |
	send boris@example.net
wait_mail boris 1
ticket outbox flush --wait
is 'a person is answered' "$(mail_count boris)" 1
is 'no machine is' "$(mail_count anna)$(mail_count mailer-daemon)" 00
is 'nothing waits to be sent' \
	"$(ticket outbox list --format=json | json '#')" 0
finish
