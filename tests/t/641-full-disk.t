#!/bin/sh
# 641-full-disk.t - no room and no inodes, for the store, the outbox, the log, at
# the start, and where the sockets are: all of it is put off, and goes on
. "${0%/*}/lib.sh"
. "$libdir/preload.sh"

[ "$(id -u)" -eq 0 ] || skip_all 'a small file system needs root'

# small FOLDER OPTIONS: a file system in its place.
small() {
	mkdir -p "$1"
	mount -t tmpfs -o "$2" ticketd-test "$1" 2>/dev/null ||
		skip_all 'a small file system cannot be mounted here'
	at_exit "umount -l '$1' 2>/dev/null"
	chmod 777 "$1"
}
# Without waiting until it is ready.
start() {
	# shellcheck disable=SC2086
	$as_desk "$bin/ticketd" -c "$conf" 2>"$desk_log" >&2 </dev/null &
	desk_pid=$!
	at_exit "end_process $desk_pid"
}
# Takes all but so many bytes.
fill() { # BYTES
	left=$(df --output=avail -B1 "$deskdir" | tail -n 1)
	[ "$left" -le "$1" ] ||
		fallocate -l $((left - $1)) "$deskdir/filling"
}
fill_inodes() {
	mkdir -p "$deskdir/full"
	inode=0
	while touch "$deskdir/full/$inode" 2>/dev/null; do
		inode=$((inode + 1))
	done
}
daemon_is_gone() {
	! kill -0 "$desk_pid" 2>/dev/null
}
mails=0
mail_of_size() { # BYTES
	mails=$((mails + 1))
	{
		letter "m$mails" "m$mails@example.net" support@example.org \
			"Mail $mails"
		head -c "$1" /dev/urandom | base64
	} >"$work/m$mails.eml"
}
again() { # the mail that was made last
	deliver -f "m$mails@example.net" -- support@example.org \
		<"$work/m$mails.eml"
}
mail() {
	mail_of_size "${1:-100}"
	again
}
by_lmtp() { # the same, by LMTP
	smtp -l -f "m$mails@example.net" "$run/lmtp" support@example.org \
		<"$work/m$mails.eml"
}

# ---- blocks ----

small "$deskdir" size=100m
smtp_server=127.0.0.1:$(free_port)
sink_start "${smtp_server#*:}"
desk_new
desk_start
check 'there is an agent' ticket agent add olga olga@example.net
ends 'mail is filed' 0 mail
wait_mail m1 1
fill $((1024 * 1024))
# The room is looked at once a second.
full() {
	mail >/dev/null 2>&1
	[ $? -eq 75 ]
}
check 'a full disk puts mail off' wait_for full
taken=$((mails - 1))
ends 'by LMTP as well' 75 by_lmtp
like 'which says why' "$(cat "$work/.output")" '^452 4\.3\.1 '
check 'so does the log' wait_for grep -q \
	'disk nearly full: [0-9]* MiB free' "$desk_log"
ends 'ticket check tells of it' 2 ticket check
like 'naming the disk' "$(cat "$work/.output")" '^critical +disk .* free'
is 'what is there can be read' "$(tickets)" "$taken"
ends 'a command is put off too' 75 ticket do 1 'priority 2' --as olga
check 'the daemon lives' kill -0 "$desk_pid"
desk_kill
start
check 'started on a full disk it works, or waits and says why' \
	wait_for grep -Eqx 'ready|.*disk nearly full: .*' "$desk_log"
ends 'and puts mail off' 75 again
ends 'so does ticketd --deliver, alone' 75 \
	sh -c "$as_desk $bin/ticketd --deliver -c $conf -f a@example.net -- \
		support@example.org <$work/m$mails.eml"
rm "$deskdir/filling"
check 'once there is room it is there by itself' \
	wait_for grep -qx ready "$desk_log"
check 'and takes what it put off' wait_for again
is 'once' "$(tickets)" $((taken + 1))
wait_mail "m$mails" 1

# ---- what was sent while its fate could not be written ----

desk_stop
end_process "$sink_pid"
export SINK_HOLD="$work/hold"
touch "$SINK_HOLD"
sink_start "${smtp_server#*:}"
desk_start
ends 'mail is filed' 0 mail
sent=$mails
wait_mail "m$sent" 1
fill $((1024 * 1024))
check 'the disk is full before the server answers' wait_for full
rm "$SINK_HOLD"
check 'what is sent from a full disk is noted as trouble' \
	wait_for grep -q 'event=outbox-trouble.*disk nearly full' "$desk_log"
ticket outbox flush --wait >/dev/null 2>&1
is 'but not sent again' "$(mail_count "m$sent")" 1
rm "$deskdir/filling"
noted() {
	[ "$(ticket outbox list --format=json | json '#')" -eq 0 ]
}
check 'it is noted once there is room' wait_for noted
is 'and was sent once' "$(mail_count "m$sent")" 1
check_store 'the store is whole'
check 'the daemon stops' desk_stop

# ---- inodes ----

small "$deskdir" size=200m,nr_inodes=100
desk_new
desk_start
before=$mails
ends 'mail is filed' 0 mail
fill_inodes
check 'a disk without inodes puts mail off' wait_for full
taken=$((mails - before - 1))
ends 'by LMTP as well' 75 by_lmtp
like 'which says why' "$(cat "$work/.output")" '^452 4\.3\.1 '
check 'so does the log' wait_for grep -q \
	'disk nearly full: room for [0-9]* more files in ' "$desk_log"
ends 'a large mail, which wants a file of its own, is put off, too' 75 \
	mail 4000000
large=$mails
mails=$((mails - 1))
ends 'ticket check tells of it' 2 ticket check
like 'naming the inodes' "$(cat "$work/.output")" \
	'^critical +disk +room for [0-9]+ more files \(inodes\)'
is 'what is there can be read' "$(tickets)" "$taken"
check 'the daemon lives' kill -0 "$desk_pid"
desk_kill
start
check 'started without inodes it works, or waits and says why' \
	wait_for grep -Eqx 'ready|.*(disk nearly full|on a full disk): .*' "$desk_log"
ends 'and puts mail off' 75 again
check 'without ending' kill -0 "$desk_pid"
rm -r "$deskdir/full"
check 'once there are inodes it is there by itself' \
	wait_for grep -qx ready "$desk_log"
check 'and takes what it put off' wait_for again
mails=$large
check 'the large one, too' wait_for again
is 'each once' "$(tickets)" $((taken + 2))

# ---- a new file of the log that cannot be made ----

# All inodes may be gone within the second between two looks at them.
if preload_works; then
	desk_stop
	fault_off
	TD_WRAP="$preload_wrap TD_PRELOAD_CONTROL=$fault_file"
	TD_WRAP="$TD_WRAP TD_PRELOAD_UNDER=$store/log"
	desk_start
	TD_WRAP=
	before=$(tickets)
	# Berkeley DB would wait for room.
	fault open:1:EIO:0
	{
		letter 'l%d' 'l%d@example.net' support@example.org 'Log %d'
		head -c 600000 /dev/urandom | base64
	} >"$work/log.eml"
	smtp -l -r 30 -f l@example.net "$run/lmtp" support@example.org \
		<"$work/log.eml" >"$work/answers" 2>&1
	fault_off
	unlike 'nothing is refused for good' "$(cat "$work/answers")" '^5'
	check 'mail waits for it' [ "$(grep -c '^250' "$work/answers")" -lt 30 ]
	check 'the log names the file' \
		wait_for grep -q 'log\.0000000002.*Input/output error' "$desk_log"
	wait_for daemon_is_gone || desk_kill
	wait "$desk_pid"
	is 'the daemon asks to be started again' $? 75
	desk_start
	is 'what was taken is there' "$(tickets)" \
		$((before + $(grep -c '^250' "$work/answers")))
	check 'and it goes on' again
else
	skip 'a new file of the log that cannot be made' 'no preloaded library'
fi
check_store 'the store is whole'
check 'the daemon stops' desk_stop

# ---- sockets ----

small "$run" size=1m,nr_inodes=1
start
wait "$desk_pid"
is 'without an inode for its sockets the daemon asks for another start' $? 75
like 'and names them' "$(cat "$desk_log")" \
	"^ticketd: listen on $run/control: No space left on device"
mount -o remount,nr_inodes=100 "$run"
desk_start
mails=$((mails + 1000))
ends 'then mail is filed' 0 mail

# ---- an index that is missing ----

mount -o remount,size=200m "$deskdir"
letter 'n%d' 'n%d@example.net' support@example.org 'Many %d' >"$work/many.eml"
check 'there are many mails' smtp -l -r 400 -f n@example.net "$run/lmtp" \
	support@example.org <"$work/many.eml"
check 'and the daemon stops' desk_stop
before=$(tickets)
rm "$store/db/events-by-time.db"
# Not full, but less than it takes.
fill $((32 * 1024 * 1024 + 300 * 1024))
start
check 'a start without the room for an index says how much it wants' \
	wait_for grep -Eq 'event=start error="make index events-by-time: [0-9]+ MiB must be free on the disk: 32 MiB' \
	"$desk_log"
rm "$deskdir/filling"
check 'and goes on by itself when it is there' \
	wait_for grep -q '^ready' "$desk_log"
is 'with all tickets' "$(tickets)" "$before"
check_store 'the store is whole'
check 'the daemon stops' desk_stop
finish
