#!/bin/sh
# 622-unit.t - what the service manager leaves to the daemon
. "${0%/*}/lib.sh"
. "$libdir/preload.sh"
need systemd-analyze

unit=$work/ticketd.service
sed 's,@sbindir@,/usr/sbin,; s,@sysconfdir@,/etc,' \
	"$srcdir/conf/systemd/ticketd.service.in" >"$unit"

# exposed TENTHS: whether systemd counts more than that.
exposed() {
	! systemd-analyze security --offline=true --no-pager \
		--threshold="$1" "$unit"
}
systemd-analyze security --offline=true --no-pager "$unit" \
	>"$work/score" 2>&1 || skip_all 'this systemd-analyze cannot score a file'
like 'the unit gets a score' "$(cat "$work/score")" 'exposure level for ticketd'
check 'which can be too high' exposed 1
check 'and is 1.5 at most' eval '! exposed 15'

is 'every line of it is known' \
	"$(systemd-analyze verify "$unit" 2>&1 | grep -F "${unit##*/}:" |
		grep -E 'Unknown|Failed to parse|ignoring')" ''

# ---- a daemon that has no other system calls ----

# calls_of SET: the names of a set, those of sets within it too.
calls_of() {
	systemd-analyze syscall-filter --no-pager "$1" |
		sed 1d | while read -r word rest; do
		case $word in
		\#* | '') ;;
		@*)	calls_of "$word" ;;
		*)	echo "$word" ;;
		esac
	done
}
# What the lines of the unit come to: the first is what there is at all, then
# some are taken and some are given.
calls_of_unit() {
	sed -n 's/^SystemCallFilter=//p' "$unit" | while read -r words; do
		sign=+
		case $words in
		~*)	sign=- words=${words#?} ;;
		esac
		for word in $words; do
			case $word in
			@*)	calls_of "$word" ;;
			*)	echo "$word" ;;
			esac | sed "s/^/$sign /"
		done
	done | awk '$1 == "+" { left[$2] = 1 }
		$1 == "-" { delete left[$2] }
		END { for (name in left) print name }'
}
calls_of_unit >"$work/calls"
check 'it leaves some hundred calls' test "$(wc -l <"$work/calls")" -gt 100
check 'none to trace others by' \
	test "$(grep -cx 'ptrace\|mount\|reboot\|capset' "$work/calls")" -eq 0

# A sanitizer makes calls of its own.
if built_with_asan; then
	finish
	exit
fi
cp "$TD_BUILDDIR/tests/filtered" "$work" ||
	die 'make check-programs builds tests/filtered'
desk_port=$(free_port)
smtp_server=127.0.0.1:$desk_port
sink_start "$desk_port"
desk_keys='sandbox = must'
desk_new
TD_WRAP="$work/filtered $work/calls"
desk_start
TD_WRAP=
letter first 'Anna <anna@example.net>' support@example.org 'Printer' |
	deliver -f anna@example.net -- support@example.org
check 'with these it takes a mail' test $? -eq 0
wait_mail anna 1
like 'and answers it' "$(header "$(mail_of anna 1)" Subject)" \
	'\[support #1\]'
like 'closed up by its own tools besides' "$(cat "$desk_log")" \
	'event=sandbox landlock=[1-9].* seccomp=yes'
check 'and stops' desk_stop
finish
