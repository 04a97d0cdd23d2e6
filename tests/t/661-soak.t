#!/bin/sh
# 661-soak.t - a week of a desk in some minutes: nothing grows
#
# 661-soak.t [MAILS [SECONDS]]      (1,500 mails within 30 seconds; tests/soak
#                                   takes 200,000 and 30 minutes unless told)
#
# A library that is preloaded makes all clocks run faster, so that a week with
# days and nights passes within SECONDS, with its ticks, checkpoints, time limits
# and all that falls due.  Meanwhile customers and an agent write.  Memory, open
# files and log files are looked at the whole time; in the end `ticket stat` must
# say what the one who wrote it all has reckoned.
. "${0%/*}/lib.sh"
mails=${1:-1500}
seconds=${2:-30}
grep -q __asan_init "$bin/ticketd" &&
	skip_all 'the address sanitizer wants to be loaded first'
cp "$TD_BUILDDIR/tests/fast-clock.so" "$work" ||
	skip_all 'make check-programs builds fast-clock.so'
cp "$libdir/soak-load.pl" "$libdir/storm-sink.pl" "$libdir/LmtpClient.pm" \
	"$work"
speed=$((7 * 86400 / seconds))
monday=1795996800 # 2026-11-30
port=$(perl "$libdir/free-port.pl")
smtp_server=127.0.0.1:$port
# So many seconds pass in no time.
smtp_keys='timeout = 1d'
desk_sections='[lmtp]
timeout = 1d'
desk_keys='authserv-id = mx.example.org
agent-evidence = dmarc
resolve-days = 1
answers-per-day = 1000000
answers-per-hour = 1000000'
desk_new
ticket agent add olga olga@example.net --queue support >"$work/.output" ||
	die 'there is an agent'

: >"$work/letters"
[ -z "$as_desk" ] || chown "$desk_user" "$work/letters"
# shellcheck disable=SC2086
$as_desk perl "$work/storm-sink.pl" "$port" "$work/letters" 1 \
	>"$work/sink.ready" 2>"$work/sink.log" &
sink_pid=$!
at_exit "kill -9 -$sink_pid 2>/dev/null"
wait_for grep -q ready "$work/sink.ready" || die 'the sink listens'

base=$(date +%s)
TD_WRAP="env LD_PRELOAD=$work/fast-clock.so FAST_CLOCK=$speed:$base:$monday"
desk_start
perl "$work/soak-load.pl" "$run/lmtp" "$mails" "$speed" "$base" "$monday" 1 \
	>"$work/reckoned" 2>"$work/load.log" &
load_pid=$!
at_exit "end_process $load_pid"

# Hours of the week, KiB of memory, open files, log files.
sample() {
	printf '%d %d %d %d\n' \
		"$((($(date +%s) - base) * speed / 3600))" \
		"$(awk '/^VmRSS/ { print $2 }' "/proc/$desk_pid/status")" \
		"$(find "/proc/$desk_pid/fd" -mindepth 1 | wc -l)" \
		"$(find "$store/log" -name 'log.*' | wc -l)"
}
# So short that the end is seen while what was reckoned for it still holds.
nap=$(awk -v s="$seconds" 'BEGIN { print s < 200 ? s / 100 : 2 }')
while kill -0 "$load_pid" 2>/dev/null; do
	sample >>"$work/samples"
	sleep "$nap"
done
wait "$load_pid"
is 'all mail of the week was taken' "$? $(cat "$work/load.log")" '0 '

# most COLUMN FROM TO: the most of a column, from a part of the samples to
# another, in hundredths.
most() {
	awk -v c="$1" -v from="$2" -v to="$3" '{ value[NR] = $c }
		END { for (i = 1; i <= NR; i++)
			if (i * 100 > from * NR && i * 100 <= to * NR &&
				value[i] > most)
				most = value[i]
		print most + 0 }' "$work/samples"
}
flat() { # DESCRIPTION COLUMN SLACK: at most so much more in the second half
	flat_first=$(most "$2" 0 50) flat_second=$(most "$2" 50 100)
	diag "$1: $flat_first in the first half, $flat_second in the second"
	check "$1" test "$flat_second" -le $((flat_first + $3))
}
# Few mails have not filled the store's cache (32 MiB) when half of them are in.
slack=$(($(most 2 0 50) / 10))
[ "$mails" -ge 50000 ] || slack=$((slack + 16384))
flat 'memory does not grow (KiB)' 2 "$slack"
flat 'open files do not get more' 3 4
check 'log files are removed' test "$(most 4 0 100)" -le 8
like 'what was due was done' "$(cat "$desk_log")" 'event=tick '

reckoned() { # NAME
	sed -n "s/^$1 //p" "$work/reckoned"
}
# A client that is silent for a minute is hung up on, and that passes quickly.
tell_counts() {
	ticket stat --format=json >"$work/stat"
}
wait_for tell_counts || die 'the desk tells its counts'
[ "$(reckoned mails)" -eq "$mails" ] ||
	diag "this machine took $(reckoned mails) of $mails mails in the time"
for name in new open pending waiting resolved closed unowned; do
	is "as many are $name as was reckoned" \
		"$(json "total.$name" <"$work/stat")" "$(reckoned $name)"
done
is 'and all are there' "$(json last <"$work/stat")" "$(reckoned last)"
diag "$(sed -n '1p;$p' "$work/samples")"
diag "$(wc -l <"$work/letters") letters; $(du -sk "$store" | cut -f1) KiB of store"
diag "$(cat "$work/reckoned" | tr '\n' ' ')"
TD_WRAP=
check 'the daemon stops cleanly' desk_stop
check_store 'the store is whole'
check 'the chains of events are whole' ticket log --verify
[ -z "${SOAK_KEEP:-}" ] || cp "$work/samples" "$work/stat" "$SOAK_KEEP"
finish
