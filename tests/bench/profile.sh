#!/bin/sh
# profile.sh - whose the cost of a mail is
#
# profile.sh [BUILDDIR]
#
# Delivers mails of 2 KiB to ticketd, by ticket-deliver one by one and by LMTP
# over 64 connections, with the outbox paused, and samples with perf(1) what the
# daemon does meanwhile.  Prints for each way the CPU of the daemon for a mail
# (perf's own part of it included), and what part of it was spent where:
#
#	by owner    the kernel, by what it was asked for; each library; each room of
#	            ticketd, which is a folder of the source
#	by thread   ticketd: sockets; pool: parsing; writer: deciding, storing;
#	            flusher: the disk, answers
#
# Ways differ in what mails share: over many connections one transaction, one
# flush and one wakeup serve many mails.  Wants root, or a kernel whose
# perf_event_paranoid lets perf look into the kernel.
#
#	PROFILE_MAILS   mails one by one (2000); LMTP gets five times as many

if [ $# -gt 0 ]; then
	TD_BUILDDIR=$1
	export TD_BUILDDIR
fi
. "${0%/*}/../t/lib.sh"

mails=${PROFILE_MAILS:-2000}
load=$work/load

build_generators() {
	: "${CC:=cc}"
	mkdir "$load"
	for build_name in lmtp-load pipe-load; do
		$CC -O2 -o "$load/$build_name" \
			"$srcdir/tests/bench/$build_name.c" || exit 1
	done
}

# SYMBOL ROOM, of all that is in the programs.
list_rooms() {
	find "$TD_BUILDDIR/src" -name '*.o' | while read -r object; do
		room=${object#"$TD_BUILDDIR/src/"}
		nm "$object" | awk -v room="${room%%/*}" '
			$2 ~ /[Tt]/ { print $3, room }'
	done
}

deliver_one_by_one() { # RUN MAILS
	# shellcheck disable=SC2086
	$as_desk "$load/pipe-load" -r "$1" -n "$2" \
		-t support@example.org -- "$bin/ticket-deliver" -c "$conf" \
		-f %s -o support@example.org -q %q -- support@example.org
}

deliver_together() { # RUN MAILS
	# shellcheck disable=SC2086
	$as_desk "$load/lmtp-load" -r "$1" -n "$2" -c 64 "$run/lmtp"
}

# Clock ticks of the daemon.
desk_ticks() {
	sed 's/.*) //' "/proc/$desk_pid/stat" | awk '{ print $12 + $13 }'
}

# sample NAME MAILS COMMAND: what the daemon does while COMMAND delivers.
sample() {
	"$3" "$1-warm" 200 >/dev/null || die 'mails are taken'
	mkfifo "$work/$1.tell" "$work/$1.told"
	perf record -q -g -F 1999 -p "$desk_pid" -o "$work/$1.data" -D -1 \
		--control="fifo:$work/$1.tell,$work/$1.told" \
		>"$work/perf.log" 2>&1 &
	sample_pid=$!
	timeout 20 sh -c 'echo enable >"$1.tell" && read -r _ <"$1.told"' \
		sh "$work/$1" ||
		die "perf samples: $(tail -n 3 "$work/perf.log")"
	sample_before=$(desk_ticks)
	"$3" "$1" "$2" >/dev/null || die 'mails are taken'
	echo "$(($(desk_ticks) - sample_before))" >"$work/$1.ticks"
	kill -INT "$sample_pid"
	wait "$sample_pid"
	perf script -i "$work/$1.data" -F comm,period,ip,sym,dso \
		>"$work/$1.script" 2>>"$work/perf.log"
	[ -s "$work/$1.script" ] ||
		die "perf has samples: $(tail -n 3 "$work/perf.log")"
}

report() { # NAME MAILS TITLE
	awk -v mails="$2" -v title="$3" -v ticks="$(cat "$work/$1.ticks")" \
		-v hertz="$(getconf CLK_TCK)" \
		-f "$srcdir/tests/bench/profile.awk" \
		"$work/rooms" "$work/$1.script"
}

perf record -q -g -o "$work/try.data" true >/dev/null 2>&1 ||
	{
		echo 'Left out: perf does not work here, or not for this user.'
		exit 0
	}
build_generators
list_rooms >"$work/rooms"
smtp_server=127.0.0.1:9
desk_keys='answers-per-day = 1000000
answers-per-hour = 1000000'
desk_new >/dev/null
desk_start
sample alone "$mails" deliver_one_by_one
sample together "$((mails * 5))" deliver_together
desk_stop
report alone "$mails" 'One by one, by ticket-deliver'
report together "$((mails * 5))" 'LMTP over 64 connections'
