#!/bin/sh
# 508-killed-daemon.t - SIGKILL in the middle of a thousand deliveries
#
# Four senders hand in mails by LMTP as a mail server does: what was not
# answered by 250 is sent again.  The daemon is killed again and again
# meanwhile.
. "${0%/*}/lib.sh"

# Where the desk's user, to whom the checkout may be closed, can read it.
cp "$libdir/storm.pl" "$work/storm.pl"
senders=4
each=250
# One writer sends more than a desk would answer.
desk_keys="answers-per-day = 1000000
answers-per-hour = 1000000"
desk_new
desk_start

pids=
first=1
for sender in $(seq "$senders"); do
	# shellcheck disable=SC2086
	$as_desk perl "$work/storm.pl" "$run/lmtp" support@example.org \
		"$first" $((first + each - 1)) \
		>"$work/storm.$sender" 2>"$work/storm.$sender.log" &
	pids="$pids $!"
	at_exit "end_process $!"
	first=$((first + each))
done

taken() {
	cat "$work"/storm.[0-9] | wc -l
}
taken_at_least() {
	[ "$(taken)" -ge "$1" ]
}
kills=0
for mark in 50 150 250 400 600 800; do
	wait_for taken_at_least "$mark" || die "$mark mails are taken"
	desk_kill
	kills=$((kills + 1))
	desk_start
done
failed=0
for pid in $pids; do
	wait "$pid" || failed=1
done
is 'every mail is taken in the end' "$failed $(taken)" \
	"0 $((senders * each))"
diag "killed $kills times"

cat "$work"/storm.[0-9] | sort -n >"$work/answers"
is 'no number was given to two mails' \
	"$(cut -d' ' -f2 "$work/answers" | sort | uniq -d | wc -l)" 0
is 'the numbers are 1 to 1000 without a gap' \
	"$(cut -d' ' -f2 "$work/answers" | sort -n | uniq)" \
	"$(seq $((senders * each)))"

# Every answer was true: the ticket of that number is that mail's.
ticket list --limit 0 --format=json | perl -MJSON::PP -e '
	print "$_->{subject} $_->{number}\n"
		for @{decode_json(join "", <STDIN>)}' |
	sed 's/^storm //' | sort -n >"$work/listed"
check 'each ticket belongs to the mail that was told its number' \
	cmp "$work/answers" "$work/listed"
check_store 'the store is whole'
is 'each ticket has its acknowledgement, sent or waiting' \
	"$(ticket outbox list --format=json | json '#')" \
	$((senders * each))
check 'the daemon stops cleanly' desk_stop
finish
