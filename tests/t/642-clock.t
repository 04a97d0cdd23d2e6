#!/bin/sh
# 642-clock.t - the wall clock jumps while the desk works: nothing is lost, sent
# twice, or waits for a time that comes again
. "${0%/*}/lib.sh"
. "$libdir/preload.sh"

preload_need
hour=3600 day=86400
clock_at 0
smtp_server=127.0.0.1:$(free_port)
desk_new
sink_start "${smtp_server#*:}"
# All programs of this desk go by the same clock.
TD_WRAP="$preload_wrap TD_PRELOAD_CLOCK=$clock_file"
desk_start

mails=0
# write SUBJECT: a mail of somebody new, whose name is then in $writer.
write() {
	mails=$((mails + 1))
	writer=writer$mails
	letter "$writer" "$writer@example.net" support@example.org "$1" \
		>"$work/$writer.eml"
	deliver -f "$writer@example.net" -- support@example.org \
		<"$work/$writer.eml"
}
# Time passes the desk by: it looks at its clock when it starts, too.
restart_at() { # SECONDS
	desk_stop
	clock_at "$1"
	desk_start
}
reminders() { # how many olga got
	reminders=0
	for reminder in "$(inbox olga)"/*; do
		text "$reminder" | grep -q 'wanted to be reminded' &&
			reminders=$((reminders + 1))
	done
	echo "$reminders"
}
reminded() {
	[ "$(reminders)" -ge 1 ]
}

check 'there is an agent' ticket agent add olga olga@example.net --queue support
ends 'a mail is filed' 0 write Before
wait_mail "$writer" 1
wait_mail olga 1

# ---- to and fro ----

for jump in $day -$hour -$((2 * day)) -$((31 * day)) 400000000 2500000000 \
	-1780000000 0; do
	clock_at "$jump"
	ends "a mail is filed with the clock $jump seconds off" 0 \
		write "Off by $jump"
	wait_mail "$writer" 1
done
is 'each has a ticket' "$(tickets)" "$mails"
is 'in the order in which they came' \
	"$(ticket list --format=json | json 0.subject)" 'Off by 0'
ends 'the chain of events verifies' 0 ticket log --verify
check_store 'the store is whole'

# ---- the outbox ----

end_process "$sink_pid"
clock_at $((30 * day))
ends 'a mail is filed while nobody takes ours, a month ahead' 0 write Ahead
waits=$writer
put_off() {
	[ "$(ticket outbox list --format=json | json 0.attempts)" != 0 ]
}
check 'what is to be sent is put off' wait_for put_off
clock_at 0
ends 'and one when the clock is right again' 0 write Right
sink_start "${smtp_server#*:}"
ends 'somebody takes them' 0 ticket outbox flush --wait
wait_mail "$writer" 1
wait_mail "$waits" 1
is 'both are acknowledged, and not in a month' \
	"$(mail_count "$writer") $(mail_count "$waits")" '1 1'
restart_at $((30 * day))
end_process "$sink_pid"
ends 'the same ahead of a stop' 0 write 'Ahead of a stop'
waits=$writer
restart_at 0
sink_start "${smtp_server#*:}"
wait_mail "$waits" 1
is 'it is acknowledged after it' "$(mail_count "$waits")" 1
end_process "$sink_pid"
ends 'a mail is filed while nobody takes ours' 0 write Aged
waits=$writer
check 'what is to be sent is put off' wait_for put_off
clock_at $((30 * day))
ends 'a month passes at once' 0 ticket outbox flush --wait
like 'and it is not given up for that' "$(ticket outbox list)" "$waits@"
sink_start "${smtp_server#*:}"
restart_at 0
wait_mail "$waits" 1

# ---- what is due once ----

check 'olga wants to be reminded' ticket do 1 'remind 2h: look at it' --as olga
is 'not yet' "$(reminders)" 0
restart_at $((3 * hour))
check 'in time she is' wait_for reminded
for jump in -$hour $((3 * hour)) 0; do
	restart_at "$jump"
done
ends 'all that is due is sent' 0 ticket outbox flush --wait
is 'once' "$(reminders)" 1

# ---- at the end ----

is 'each mail has a ticket' "$(tickets)" "$mails"
twice=
for number in $(seq "$mails"); do
	[ "$(mail_count "writer$number")" -eq 1 ] || twice="$twice $number"
done
is 'and each writer one acknowledgement' "$twice" ''
ends 'the chain of events verifies' 0 ticket log --verify
check_store 'the store is whole'
check 'the daemon stops cleanly' desk_stop
finish
