#!/bin/sh
# 602-rights.t - what members of control-group may do, and those of admin-group
. "${0%/*}/lib.sh"

[ "$(id -u)" -eq 0 ] || skip_all 'not root'
need setpriv
# The daemon must be in the group to give it the socket.
as_desk='setpriv --reuid=nobody --regid=nogroup --groups=nogroup,daemon --'
as_agent='setpriv --reuid=65533 --regid=daemon --clear-groups --'
desk_keys='control-group = daemon'
desk_new
agent() {
	$as_agent "$bin/ticket" -c "$conf" "$@"
}
out=$work/out
mkdir -m 0777 "$out"
letter one anna@example.net support@example.org Printer >"$work/mail.eml"
{
	echo 'From anna@example.net Sat Nov 21 10:00:00 2026'
	cat "$work/mail.eml"
} >"$out/mbox"

# ---- a member ----

desk_start
deliver -f anna@example.net -- support@example.org <"$work/mail.eml"
is 'a member sees tickets' "$(agent list --format=ids)" 1
ends 'and works on them' 0 agent do 1 'priority 2'
ends 'and takes along what he sees' 0 agent export -o "$out/export"

refused() { # ARG...
	ends "but may not $1" 77 agent "$@"
	like 'and is told who may' "$(cat "$work/.output")" 'admin-group'
}
refused backup "$out/backups"
refused erase --yes anna@example.net
refused purge --older-than 1d --dry-run
refused import "$out/mbox" --queue support
refused secret rotate
is 'nothing was saved' "$(find "$out" -name 'manifest.json')" ''
is 'nothing was brought in or lost' "$(tickets)" 1
check 'root may all that' "$bin/ticket" -c "$conf" backup "$out/roots"
like 'and the desk itself; no key was added before' "$(ticket secret rotate)" \
	'^key 2 '
desk_stop

# ---- a keeper ----

desk_keys="$desk_keys
admin-group = root"
desk_conf >"$conf"
desk_start
refused backup "$out/backups"
is 'a group that exists is no news' "$(grep -c 'no group' "$desk_log")" 0
keepers() { # GROUP
	sed "s/^admin-group = .*/admin-group = $1/" "$conf" >"$work/conf" &&
		cat "$work/conf" >"$conf"
	kill -HUP "$desk_pid"
}
keepers demon
check 'one that does not is told at SIGHUP' \
	wait_for grep -q 'no group .*demon.*, which admin-group' "$desk_log"
like 'and by check' "$(ticket check)" \
	'^warning +group  there is no group "demon", which admin-group names'
desk_stop
desk_start
check 'and at the start' \
	wait_for grep -q 'no group .*demon.*, which admin-group' "$desk_log"
keepers daemon
saved() {
	agent backup "$out/backups"
}
check 'a member of both groups may, from the next SIGHUP on' wait_for saved
ends 'and purge' 0 agent purge --older-than 1d --dry-run
ends 'and import' 0 agent import "$out/export"
ends 'and erase' 0 agent erase --yes anna@example.net
desk_stop

# ---- a mistake ----

sed '/^control-group/d' "$conf" >"$work/conf" && cat "$work/conf" >"$conf"
ends 'nobody is in one group alone' 78 agent list
like 'as the line says' "$(cat "$work/.output")" 'without "control-group"'
finish
