#!/bin/sh
# 200-daemon.t - how ticketd starts, reloads, stops, and why it does not start
. "${0%/*}/lib.sh"

# start_fails DESCRIPTION STATUS REGEXP: one line tells why.
start_fails() {
	# shellcheck disable=SC2086
	ends "$1: exit status" "$2" $as_desk "$bin/ticketd" -c "$conf"
	like "$1: one line says so" "$(cat "$work/.output")" "^ticketd: .*$3"
	is "$1: and no more" "$(grep -c '' "$work/.output")" 1
}

ends 'an unknown option is an error of use' 64 "$bin/ticketd" -x
ends 'so is a word too many' 64 "$bin/ticketd" here
like 'the version' "$("$bin/ticketd" -V)" '^ticketd [0-9]'

mkdir -p "$run"
desk_conf >"$conf"
chmod 755 "$deskdir"
start_fails 'no store' 66 'ticket init'
rm -r "$deskdir"
desk_new
good=$(cat "$conf")
printf '%s\ncolour = red\n' "$good" >"$conf"
start_fails 'a mistake in the configuration' 78 "ticketd.conf:[0-9]+: .*colour"
printf '%s\n' "$good" >"$conf"

desk_start
is 'the line is exactly ready' "$(grep -c '^ready$' "$desk_log")" 1
check 'it listens for mail' test -S "$run/lmtp"
check 'and for requests' test -S "$run/control"
start_fails 'a second daemon' 75 'in use'
check 'the first one goes on' ticket list
check 'its sockets are there still' test -S "$run/lmtp"

kill -HUP "$desk_pid"
reloaded() {
	grep -q "event=reload.*$1" "$desk_log"
}
check 'SIGHUP reads the configuration again' wait_for reloaded result=ok
printf '%s\ncolour = red\n' "$good" >"$conf"
kill -HUP "$desk_pid"
check 'a mistake in it is logged' wait_for reloaded colour
printf '%s\n' "$good" >"$conf"
letter one 'Anna <anna@example.net>' support@example.org Hello >"$work/mail"
check 'and all goes on' deliver -f anna@example.net support@example.org \
	<"$work/mail"

desk_stop
is 'SIGTERM ends it with status 0' "$?" 0
check 'the LMTP socket is gone' test ! -e "$run/lmtp"
check 'the control socket is gone' test ! -e "$run/control"
is 'the ticket is there' "$(tickets)" 1

desk_start
desk_kill
check 'a killed daemon leaves its sockets' test -S "$run/lmtp"
desk_start
check 'the next one replaces them' ticket list
kill -INT "$desk_pid"
wait "$desk_pid"
is 'SIGINT ends it too' "$?" 0

if [ "$(id -u)" -eq 0 ]; then
	as_desk=
	desk_start
	is 'started by root it becomes the owner of the store' \
		"$(stat -c %U "/proc/$desk_pid")" "$desk_user"
	desk_stop
	as_desk='setpriv --reuid=daemon --regid=nogroup --clear-groups --'
	start_fails 'another user' 77 'another user'
else
	skip 'started by root it becomes the owner' 'needs root'
	skip 'another user may not start it' 'needs root'
fi
finish
