#!/bin/sh
# 505-killed-pipe.t - pipe(8) is killed in the middle of a large mail
. "${0%/*}/lib.sh"
. "$libdir/postfix.sh"

postfix_need
postfix_new pipe
desk_new
desk_start
postfix_start

# Process ids of this Postfix's workers of that name.
workers() {
	for status in /proc/[0-9]*/status; do
		grep -sq "^Name:[[:space:]]*$1\$" "$status" || continue
		parent=$(sed -n 's/^PPid:[[:space:]]*//p' "$status" 2>/dev/null)
		[ "$parent" = "$master" ] && basename "${status%/status}"
	done
	return 0
}
master=$(tr -d ' ' <"$postfix_spool/pid/master.pid")

{
	letter large 'Anna <anna@example.net>' support@example.org 'Large'
	perl -e 'print "line $_ of a large mail\n" x 1 for 1 .. 300000'
	echo 'the very last line'
} >"$work/large.eml"

# The daemon stands still, so that ticket-deliver and with it pipe(8) wait in
# the middle of the mail.
kill -STOP "$desk_pid"
post anna@example.net support@example.org <"$work/large.eml" >/dev/null
pipe_waits() {
	[ -n "$(workers pipe)" ]
}
delivering() {
	for command in /proc/[0-9]*/cmdline; do
		tr '\0' ' ' <"$command" 2>/dev/null |
			grep -q "^$bin/ticket-deliver" && return 0
	done
	return 1
}
check 'pipe(8) is at work' wait_for pipe_waits
check 'ticket-deliver has begun' wait_for delivering
for pid in $(workers pipe); do
	kill -9 "$pid"
done
kill -CONT "$desk_pid"

postfix_idle
is 'in the end there is one ticket' "$(tickets)" 1
is 'with one message from the customer' "$(ticket show 1 --format=json |
	json 'messages.*.direction' | grep -cx in)" 1
ticket raw 1 | tr -d '\r' | tail -n 1 >"$work/last"
is 'which is there to its last line' \
	"$(cat "$work/last")" 'the very last line'
wait_mail anna 1
ticket outbox flush --wait
postfix_idle
is 'and one acknowledgement went out' "$(mail_count anna)" 1
unlike 'nothing bounced' "$(cat "$postfix_log")" status=bounced
finish
