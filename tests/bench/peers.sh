#!/bin/sh
# peers.sh - what a mail costs here, and with other programs that take mail
#
# peers.sh [BUILDDIR]
#
# Delivers the same mails, of 2 KiB and all different, to ticketd and to those
# of procmail, maildrop, dovecot-lda, notmuch and Request Tracker that are
# installed, in rounds, one program after the other in each: a machine that
# drifts drifts for all.  An empty program is the yardstick.  Prints a table,
# the median of the rounds:
#
#	mails/s   until the last mail was delivered
#	CPU ms    of all processes that a mail keeps busy: those started for it,
#	          daemons, and behind Postfix all of Postfix, the mail's way
#	          into its queue included
#	x         times the figure of ticketd in the same section, the median of
#	          the rounds' own
#	flushes   of the disk per mail, counted in a run of its own by strace(1)
#	MiB       the most memory that one process had (ticketd: all of it)
#
# and then what ticketd aims at, with what was found.  Nothing fails for being
# slow.
#
# What each makes of a mail is not the same: ticketd a ticket with its
# acknowledgement; procmail and maildrop a file in a Maildir; dovecot-lda a file
# in a Maildir and its index; notmuch a file in a Maildir and its full-text
# index; all as they do it by default.  "Paused": nobody takes the
# acknowledgements, they wait in the outbox.  "Running": they go to
# smtp-sink(1), and are out before the clock of the CPU stops.
#
# All is below a temporary folder, run by an ordinary user; Postfix, an instance
# of its own, wants root.  What is not there is left out, and a line says so.
#
#	PEERS_MAILS    mails a round for programs started one by one and for
#	               Postfix (1000); LMTP gets five times as many, slow
#	               programs fewer.  100 will do to see whether it works
#	PEERS_ROUNDS   how many (3)
#	PEERS_RT_URL   of a Request Tracker that runs, e.g. http://127.0.0.1:8080,
#	               whose queue General takes mail; and
#	PEERS_RT_PID   the process that serves it

if [ $# -gt 0 ]; then
	TD_BUILDDIR=$1
	export TD_BUILDDIR
fi
. "${0%/*}/../t/lib.sh"

mails=${PEERS_MAILS:-1000}
rounds=${PEERS_ROUNDS:-3}
benchdir=$srcdir/tests/bench
load=$work/load
ticks=$(getconf CLK_TCK)
PATH=$PATH:/usr/sbin:/sbin

# ---- what is needed ----

build_generators() {
	: "${CC:=cc}"
	mkdir "$load"
	for build_name in lmtp-load pipe-load await-lines; do
		$CC -O2 -o "$load/$build_name" "$benchdir/$build_name.c" ||
			exit 1
	done
	echo 'int main(void) { return 0; }' >"$load/empty.c"
	$CC -O2 -o "$load/empty" "$load/empty.c" &&
		$CC -O2 -static -o "$load/empty-static" "$load/empty.c" ||
		exit 1
}

left_out() { # WHAT WHY
	echo "Left out: $1: $2"
}

# smtp-sink does not stay root.
sink_user=
[ "$(id -u)" -ne 0 ] || sink_user='-u nobody'

start_sink() {
	if ! command -v smtp-sink >/dev/null; then
		sink_port=
		left_out 'acknowledgements going out' 'no smtp-sink'
		return
	fi
	sink_port=$(free_port)
	# shellcheck disable=SC2086
	smtp-sink $sink_user -c "127.0.0.1:$sink_port" 200 \
		>"$work/sink.log" 2>&1 &
	at_exit "end_process $!"
}

# ---- desks, which all run to the end ----

# use NAME: what desk.sh does is done with this one.
use() {
	desk_name=$1
	deskdir=$work/$1
	conf=$deskdir/ticketd.conf
	store=$deskdir/store
	run=$deskdir/run
	desk_log=$deskdir/log
	[ ! -e "$deskdir/pid" ] || desk_pid=$(cat "$deskdir/pid")
}

# One writer sends more than a desk would answer.
open_desk() { # NAME SMTP-SERVER
	use "$1"
	smtp_server=$2
	desk_keys='answers-per-day = 1000000
answers-per-hour = 1000000'
	queue_keys="aliases = support@pipe-$1.example;support@lmtp-$1.example"
	desk_sections="[lmtp]
sockets = $run/lmtp$(lmtp_socket "$1")"
	desk_new >/dev/null
	desk_start
	echo "$desk_pid" >"$deskdir/pid"
}

# ---- figures ----

# Clock ticks of all that process PID is the ancestor of, itself and the dead
# included.
tree_ticks() { # PID...
	cat /proc/[0-9]*/stat 2>/dev/null | sed 's/ (.*) / /' |
		awk -v roots="$*" '
		{ parent[$1] = $3; used[$1] = $13 + $14 + $15 + $16 }
		END {
			count = split(roots, root)
			for (i = 1; i <= count; i++)
				wanted[root[i]] = 1
			for (pid in used) {
				at = pid
				while (at in parent && !(at in wanted))
					at = parent[at]
				if (at in wanted)
					sum += used[pid]
			}
			print sum + 0
		}'
}

# The most memory that the desk had, of all its processes.
desk_mib() {
	cat /proc/[0-9]*/status 2>/dev/null | awk -v root="$desk_pid" '
		/^Pid:/ { pid = $2 }
		/^PPid:/ { parent[pid] = $2 }
		/^VmHWM:/ { kib[pid] = $2 }
		END {
			for (pid in kib)
				if (pid == root || parent[pid] == root)
					sum += kib[pid]
			printf "%.0f", sum / 1024
		}'
}

# note KEY MAILS/S CPU-MS MIB [MEDIAN-MS P99-MS]
note() {
	echo "$1 $round $2 $3 $4 ${5:--} ${6:--}" >>"$work/results"
}

# name KEY SECTION TEXT: a row of the table; all CPU and mails/s are set beside
# those of the section's row ticketd-SECTION.
name() {
	printf '%s\t%s\t%s\n' "$@" >>"$work/names"
}

# cpu_ms TICKS COUNT [MS]: per mail, and so many more.
cpu_ms() {
	awk -v t="$1" -v hz="$ticks" -v n="$2" -v more="${3:-0}" \
		'BEGIN { printf "%.3f", 1000 * t / hz / n + more }'
}

failed() { # KEY
	echo "peers.sh: $1: not all mails were taken" >&2
	diag "$(tail -n 5 "$work/.errors" "$desk_log")"
	exit 1
}

# ---- ticketd itself ----

all_sent() {
	[ "$desk_name" != running ] || ticket outbox flush --wait >/dev/null
}

by_program() { # KEY DESK: ticket-deliver
	use "$2"
	set -- "$1" "$(tree_ticks "$desk_pid")"
	# shellcheck disable=SC2086
	figures=$($as_desk "$load/pipe-load" -r "$1-$round" -n "$mails" -- \
		"$bin/ticket-deliver" -c "$conf" -f %s \
		-o support@example.org -q %q -- support@example.org \
		2>"$work/.errors") || failed "$1"
	all_sent
	set -- "$1" "$(($(tree_ticks "$desk_pid") - $2))"
	# shellcheck disable=SC2086
	set -- "$1" "$2" $figures
	note "$1" "$4" "$(cpu_ms "$2" "$mails" "$5")" "$(desk_mib)"
}

by_lmtp() { # KEY DESK [OPTION...]
	lmtp_key=$1
	use "$2"
	shift 2
	lmtp_before=$(tree_ticks "$desk_pid")
	# shellcheck disable=SC2086
	figures=$($as_desk "$load/lmtp-load" -r "$lmtp_key-$round" \
		-n "$((mails * 5))" -c 64 "$@" "$run/lmtp" \
		2>"$work/.errors") || failed "$lmtp_key"
	all_sent
	lmtp_before=$(($(tree_ticks "$desk_pid") - lmtp_before))
	# shellcheck disable=SC2086
	set -- $figures
	note "$lmtp_key" "$2" "$(cpu_ms "$lmtp_before" "$((mails * 5))")" \
		"$(desk_mib)" "$3" "$4"
}

# The library that makes flushes slow; FALSE with a line if it does not go.
slow_flushes() {
	slow_library=$work/bin/preload.so
	if grep -q __asan_init "$bin/ticketd" || [ -n "${TD_WRAP:-}" ]; then
		left_out 'slow flushes' 'no library can be preloaded'
		return 1
	fi
	$CC -shared -fPIC -O2 -o "$slow_library" "$libdir/preload.c" -ldl ||
		exit 1
}

open_slow_desk() {
	TD_WRAP="env LD_PRELOAD=$slow_library TD_PRELOAD_FLUSH_MS=5"
	open_desk slow 127.0.0.1:9
	TD_WRAP=
}

# ---- flushes of the disk, in runs of their own ----

note_flushes() { # KEY COUNT
	awk -v key="$1" -v n="$2" '
		$NF ~ /sync/ { sum += $4 }
		END { printf "%s %.2f\n", key, sum / n }' \
		"$work/.flushes" >>"$work/flushes"
}

can_trace() {
	command -v strace >/dev/null &&
		strace -o /dev/null true >/dev/null 2>&1 && return
	left_out 'flushes of the disk' 'strace does not work'
	return 1
}

traced_calls=fsync,fdatasync,sync_file_range,msync,sync,syncfs

# flushes_of_program KEY PROGRAM ARG...: one that needs no daemon.
flushes_of_program() {
	flush_key=$1
	shift
	# shellcheck disable=SC2086
	strace -f -c -e "trace=$traced_calls" -o "$work/.flushes" $as_desk \
		env HOME="$work/home" USER="$desk_user" "$load/pipe-load" \
		-r flushes -n 20 -- "$@" >/dev/null 2>&1
	note_flushes "$flush_key" 20
}

# flushes_of_desk KEY COUNT COMMAND ARG...
flushes_of_desk() {
	flush_key=$1 flush_count=$2
	shift 2
	strace -f -c -e "trace=$traced_calls" -p "$desk_pid" \
		-o "$work/.flushes" 2>"$work/.strace" &
	flush_pid=$!
	wait_for grep -q attached "$work/.strace"
	# shellcheck disable=SC2086
	$as_desk "$@" >/dev/null 2>&1 || failed "$flush_key"
	all_sent
	kill -INT "$flush_pid"
	wait "$flush_pid"
	note_flushes "$flush_key" "$flush_count"
}

flushes_of_ticketd() { # DESK KEY-BY-PROGRAM KEY-BY-LMTP
	use "$1"
	flushes_of_desk "$2" 50 "$load/pipe-load" -r flushes -n 50 -- \
		"$bin/ticket-deliver" -c "$conf" -f %s -q %q \
		-- support@example.org
	flushes_of_desk "$3" 500 "$load/lmtp-load" -r flushes-64 -n 500 \
		-c 64 "$run/lmtp"
}

. "$benchdir/peers-others.sh"
. "$benchdir/peers-postfix.sh"

# ---- all of it ----

name_rows() {
	name empty-static program 'an empty program, static'
	name empty program 'an empty program, with libc'
	name ticketd-program program 'ticket-deliver, outbox paused'
	name deliver-running program 'ticket-deliver, outbox running'
	name_others
	name ticketd-lmtp lmtp 'LMTP over 64, outbox paused'
	name lmtp-running lmtp 'LMTP over 64, outbox running'
	name lmtp-slow lmtp 'LMTP over 64, a flush takes 5 ms'
	name offered-paused lmtp '1500/s offered, outbox paused'
	name offered-running lmtp '1500/s offered, outbox running'
	name_postfix
}

run_round() {
	other empty-static "$mails" "$load/empty-static"
	other empty "$mails" "$load/empty"
	by_program ticketd-program paused
	[ -z "$sink_port" ] || by_program deliver-running running
	others_round
	by_lmtp ticketd-lmtp paused
	[ -z "$sink_port" ] || by_lmtp lmtp-running running
	[ -z "$slow" ] || by_lmtp lmtp-slow slow
	by_lmtp offered-paused paused -R 1500
	[ -z "$sink_port" ] || by_lmtp offered-running running -R 1500
	postfix_round
}

build_generators
: >"$work/results"
: >"$work/names"
: >"$work/flushes"
start_sink
postfix_prepare
open_desk paused 127.0.0.1:9
[ -z "$sink_port" ] || open_desk running "127.0.0.1:$sink_port"
slow=
! slow_flushes || slow=yes
[ -z "$slow" ] || open_slow_desk
others_prepare
postfix_begin
name_rows

echo "$(getconf _NPROCESSORS_ONLN) processors; mails of 2 KiB;" \
	"$mails a row and round ($((mails * 5)) by LMTP), $rounds rounds"
round=0
while [ "$round" -lt "$rounds" ]; do
	round=$((round + 1))
	[ ! -t 2 ] || printf 'Round %s of %s\r' "$round" "$rounds" >&2
	run_round
done
if can_trace; then
	flushes_of_ticketd paused ticketd-program ticketd-lmtp
	[ -z "$sink_port" ] ||
		flushes_of_ticketd running deliver-running lmtp-running
	others_flushes
fi
awk -f "$benchdir/peers.awk" "$work/names" "$work/flushes" "$work/results"
