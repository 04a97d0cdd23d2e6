#!/bin/sh
# 644-lost-flush.t - one flush fails, and the kernel drops what it could not
# write; the next flush succeeds again.  Nothing is taken, and nobody hears of
# a ticket, that is not on the disk.
. "${0%/*}/lib.sh"
. "$libdir/preload.sh"

preload_need
smtp_server=127.0.0.1:$(free_port)
desk_new
sink_start "${smtp_server#*:}"
watched="$preload_wrap TD_PRELOAD_CONTROL=$fault_file TD_PRELOAD_UNDER=$store"
fault_off
: >"$work/taken"
: >"$work/bad"

# One connection's mails: all of them are tried, whatever becomes of one.
send() { # ROUND CONNECTION
	for mail in 1 2 3 4 5; do
		name=r$1c$2m$mail
		[ -s "$work/$name.eml" ] ||
			letter "$name" "$name@example.net" \
				support@example.org "$name" >"$work/$name.eml"
		smtp -l -f "$name@example.net" "$run/lmtp" \
			support@example.org <"$work/$name.eml" |
			sed -n "s/^250 .*ticket=\([0-9]*\).*/\1 $name/p"
	done
}
send_all() { # ROUND
	send "$1" 1 >"$work/taken.1" 2>/dev/null &
	first=$!
	send "$1" 2 >"$work/taken.2" 2>/dev/null &
	second=$!
	send "$1" 3 >"$work/taken.3" 2>/dev/null
	wait "$first" "$second"
	cat "$work/taken.1" "$work/taken.2" "$work/taken.3" >"$work/now"
}
list() { # lines of NUMBER SUBJECT
	ticket list --format=json --limit 0 | json '*' |
		sed 's/.*"number":\([0-9]*\).*"subject":"\([^"]*\)".*/\1 \2/' |
		sort >"$work/list"
}
bad() { # TEXT
	echo "flush $flush: $1" >>"$work/bad"
}
# What was taken has the ticket that was named; who was answered has one.
look() {
	sort -u "$work/taken" | comm -23 - "$work/list" >"$work/lost"
	[ ! -s "$work/lost" ] || bad "lost: $(tr '\n' ' ' <"$work/lost")"
	for inbox in "$work"/mail/r*; do
		[ -d "$inbox" ] || continue
		grep -q " ${inbox##*/}\$" "$work/list" ||
			bad "${inbox##*/} was told of a ticket that is not there"
	done
}

# On a slow disk many mails share a flush: sends until it has failed, and once
# more.
send_until_failed() {
	round=0 failed=0
	while [ "$round" -lt 10 ] && [ "$failed" -eq 0 ]; do
		failed=$(fault_failed)
		round=$((round + 1))
		send_all "$flush-$round"
		cat "$work/now" >>"$work/taken"
	done
}

lost=0
for flush in 1 2 3 5 8 13; do
	TD_WRAP=$watched
	desk_start
	TD_WRAP=
	fault "fdatasync:$flush:EIO:1:drop"
	send_until_failed
	desk_stop
	status=$?
	fault_off
	[ "$failed" -eq 1 ] || bad 'it did not fail while mail came'
	[ "$status" -eq 75 ] || bad "exit status $status"
	[ "$(wc -l <"$work/now")" -eq 0 ] || bad 'mail was taken after it'
	desk_start
	list
	look
	while [ "$round" -gt 0 ]; do
		send_all "$flush-$round"
		cat "$work/now" >>"$work/taken"
		[ "$(wc -l <"$work/now")" -eq 15 ] ||
			bad 'mail is not taken again'
		round=$((round - 1))
	done
	desk_stop
	lost=$((lost + 1))
done
is "$lost flushes that lose what was written: nothing taken is lost" \
	"$(cat "$work/bad")" ''

# ---- at the end: a checkpoint whose flush fails ----

TD_WRAP=$watched
desk_start
TD_WRAP=
send_all end
cat "$work/now" >>"$work/taken"
check 'nothing is left to be written but that' ticket outbox flush --wait
fault "fdatasync:1:EIO:1:drop"
desk_stop
is 'the last flush failed' "$(fault_failed)" 1
fault_off
desk_start
list
cut -d' ' -f2 "$work/taken" | sort -u >"$work/names"
is 'each mail has one ticket' "$(cut -d' ' -f2 "$work/list" | sort)" \
	"$(cat "$work/names")"
sort -u "$work/taken" | comm -3 - "$work/list" >"$work/differ"
is 'which is the one that was named, each time' "$(cat "$work/differ")" ''
ends 'the outbox is empty' 0 ticket outbox flush --wait
twice=
while read -r name; do
	[ "$(mail_count "$name")" -ge 1 ] || twice="$twice no:$name"
	cat "$(inbox "$name")"/* | grep -i '^Message-ID:' | sort -u |
		wc -l | grep -qx 1 || twice="$twice two:$name"
done <"$work/names"
is 'each writer has one acknowledgement' "$twice" ''
check_store 'the store is whole'
check 'the daemon stops cleanly' desk_stop
finish
