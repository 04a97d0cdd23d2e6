#!/bin/sh
# 641-full-disk.t - no room and no inodes, for the store, the outbox, at the
# start, and where the sockets are: all of it is put off, and goes on by itself
. "${0%/*}/lib.sh"

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
like 'so does the log' "$(cat "$desk_log")" 'disk nearly full: [0-9]+ MiB free'
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
desk_start
ends 'mail is filed while nobody takes ours' 0 mail
fill $((1024 * 1024))
sink_start "${smtp_server#*:}"
ticket outbox flush >/dev/null 2>&1
wait_mail "m$mails" 1
check 'what is sent from a full disk is noted as trouble' \
	wait_for grep -q 'event=outbox-trouble.*disk nearly full' "$desk_log"
ticket outbox flush --wait >/dev/null 2>&1
is 'but not sent again' "$(mail_count "m$mails")" 1
rm "$deskdir/filling"
noted() {
	[ "$(ticket outbox list --format=json | json '#')" -eq 0 ]
}
check 'it is noted once there is room' wait_for noted
is 'and was sent once' "$(mail_count "m$mails")" 1
check_store 'the store is whole'
check 'the daemon stops' desk_stop

# ---- inodes ----

small "$deskdir" size=200m,nr_inodes=100
desk_new
desk_start
before=$mails
ends 'mail is filed' 0 mail
fill_inodes
ends 'a small mail needs no inode' 0 mail
ends 'one that does not fit into memory is put off' 75 mail 4000000
like 'as the log says' "$(cat "$desk_log")" 'No space left on device'
large=$mails
# The log goes on in another file after 16 MiB; these fit into memory.
new_log() {
	for number in $(seq 200); do
		mail 180000 >/dev/null 2>&1
		status=$?
		[ "$status" -eq 0 ] || break
	done
	[ "$status" -eq 75 ]
}
check 'so is any that wants a new file of the log' new_log
like 'as the log says' "$(cat "$desk_log")" 'log\.0000000002.*No space left'
check 'the daemon lives' kill -0 "$desk_pid"
taken=$((mails - before - 2))
is 'what was taken is there' "$(tickets)" "$taken"
desk_kill
start
ended() {
	grep -qx ready "$desk_log" || ! kill -0 "$desk_pid"
}
check 'it starts, or says why not' wait_for ended
alive() {
	kill -0 "$desk_pid" 2>/dev/null
}
alive || {
	like 'it says why not' "$(cat "$desk_log")" 'No space left on device'
	wait "$desk_pid"
	is 'and asks to be started again' $? 75
}
rm -r "$deskdir/full"
alive || desk_start
check 'with inodes it takes what it put off' wait_for again
mails=$large
check 'the large one, too' wait_for again
is 'each once' "$(tickets)" $((taken + 2))
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
check 'and the daemon stops' desk_stop
finish
