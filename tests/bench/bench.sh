#!/bin/sh
# bench.sh - what a mail costs on this machine
#
# bench.sh [BUILDDIR]
#
# Delivers mails of 2 KiB, all different, to a private desk: by ticket-deliver,
# one process per mail as pipe(8) starts them, and by LMTP over 1, 8 and 64
# connections.  Each is a new ticket.  The acknowledgements go to smtp-sink(1)
# where that is installed; else none are asked for.  Prints a table:
#
#	mails/s    until the last mail was answered
#	ms         the median time of a mail, where one is measured
#	sender     CPU ms a mail of ticket-deliver, starting it included
#	daemon     CPU ms a mail of ticketd, until all acknowledgements are out
#	MiB        the most memory that ticketd had
#	commits    of the store, per mail; those that send mail are among them
#
# Command mail follows: answers of an agent with three commands each, all to one
# ticket, and how many commands a second that are, beside those that the parser
# alone reads.  Then, for comparison in the same run, an empty C program and
# procmail.  Rows that say "queued" leave the acknowledgements in the outbox: what it takes to
# send them is not in.
#
#	TD_BENCH_MAILS    mails by ticket-deliver (1000), ten times as many by LMTP

if [ $# -gt 0 ]; then
	TD_BUILDDIR=$1
	export TD_BUILDDIR
fi
. "${0%/*}/../t/lib.sh"

mails=${TD_BENCH_MAILS:-1000}
ticks=$(getconf CLK_TCK)

# ---- what is needed ----

build_generators() {
	: "${CC:=cc}"
	mkdir "$work/load"
	for build_name in lmtp-load pipe-load; do
		$CC -O2 -o "$work/load/$build_name" \
			"$srcdir/tests/bench/$build_name.c" || exit 1
	done
	echo 'int main(void) { return 0; }' >"$work/load/empty.c"
	$CC -O2 -o "$work/load/empty" "$work/load/empty.c" || exit 1
}

# Where acknowledgements go.
start_sink() {
	PATH=$PATH:/usr/sbin
	if ! command -v smtp-sink >/dev/null; then
		queue_keys='acknowledge = never'
		echo 'No smtp-sink here: without acknowledgements.'
		return
	fi
	smtp_server=127.0.0.1:$(perl "$libdir/free-port.pl")
	# smtp-sink does not stay root.
	sink_user=
	[ "$(id -u)" -ne 0 ] || sink_user='-u nobody'
	# shellcheck disable=SC2086
	smtp-sink $sink_user -c "$smtp_server" 200 >"$work/sink.log" 2>&1 &
	at_exit "end_process $!"
}

# ---- figures of the daemon ----

# Clock ticks of user and system time.
daemon_ticks() {
	sed 's/.*) //' "/proc/$desk_pid/stat" | awk '{ print $12 + $13 }'
}

daemon_commits() {
	ticket stat --format=json | json writer.commits
}

daemon_mib() {
	awk '/^VmHWM/ { printf "%.0f", $2 / 1024 }' "/proc/$desk_pid/status"
}

# ---- a row of the table ----

row() { # NAME MAILS/S MS SENDER DAEMON MIB COMMITS
	printf '%-30s %8s %7s %7s %7s %5s %8s\n' "$@"
}

# measure NAME COUNT COMMAND ARG...: the daemon's share is noted in $daemon,
# $peak and $commits, what the command printed in $figures.
measure() {
	measure_name=$1 measure_count=$2
	shift 2
	desk_start
	before_ticks=$(daemon_ticks)
	before_commits=$(daemon_commits)
	figures=$("$@") || {
		diag "$(tail -n 5 "$desk_log")"
		echo "bench: $measure_name: not all mails were taken: $figures" >&2
		exit 1
	}
	ticket outbox flush --wait >/dev/null
	daemon=$(awk -v t="$(($(daemon_ticks) - before_ticks))" -v hz="$ticks" \
		-v n="$measure_count" 'BEGIN { printf "%.2f", 1000 * t / hz / n }')
	commits=$(awk -v c="$(($(daemon_commits) - before_commits))" \
		-v n="$measure_count" 'BEGIN { printf "%.3f", c / n }')
	peak=$(daemon_mib)
	desk_stop
}

pipe_row() { # NAME JOBS [WHAT]
	# shellcheck disable=SC2086
	measure "$1" "$mails" $as_desk "$work/load/pipe-load" -r "pipe-$2${3-}" \
		-n "$mails" -j "$2" -- "$bin/ticket-deliver" -c "$conf" \
		-f %s -o support@example.org -q %q -- support@example.org
	# shellcheck disable=SC2086
	set -- "$1" $figures
	row "$1" "$3" - "$4" "$daemon" "$peak" "$commits"
}

lmtp_row() { # CONNECTIONS [TEXT [WHAT]]
	# shellcheck disable=SC2086
	measure "LMTP, $1" "$((mails * 10))" $as_desk "$work/load/lmtp-load" \
		-r "lmtp-$1${3-}" -n "$((mails * 10))" -c "$1" "$run/lmtp"
	# shellcheck disable=SC2086
	set -- "$1${2-}" $figures
	row "LMTP over $1" "$3" "$4" - "$daemon" "$peak" "$commits"
}

# An agent's answers with commands, to his personal address of ticket 1.
command_rows() {
	desk_start
	ticket agent add olga olga@example.net --queue support >/dev/null
	ticket new --queue support --requester anna@example.net \
		--subject 'The printer' </dev/null >"$work/number"
	number=$(cat "$work/number")
	personal=$(ticket raw "$number/$(ticket show "$number" --format=json |
		json messages.#)" | tr -d '\r' |
		sed -n 's/^Reply-To: *<\{0,1\}\([^>]*\)>\{0,1\}$/\1/p')
	desk_stop
	# shellcheck disable=SC2086
	measure 'commands' "$mails" $as_desk "$work/load/lmtp-load" \
		-r commands -n "$mails" -c 8 -a olga@example.net \
		-t "$personal" "$run/lmtp"
	# shellcheck disable=SC2086
	set -- 'LMTP over 8, 3 commands each' $figures
	row "$1" "$3" "$4" - "$daemon" "$peak" "$commits"
	awk -v m="$3" 'BEGIN { printf "%.0f commands a second\n", 3 * m }'
}

parser_rows() {
	[ -f "$TD_BUILDDIR/libticketd.a" ] || return 0
	parser_libs=$(sed -n 's/^DEPS_LIBS = //p' "$TD_BUILDDIR/Makefile")
	parser_flags=$(sed -n 's/^DEPS_CFLAGS = //p' "$TD_BUILDDIR/Makefile")
	# shellcheck disable=SC2086
	$CC -O2 -I"$TD_BUILDDIR" -I"$srcdir/include" -I"$srcdir/tests/bench" \
		$parser_flags -o "$work/load/bench-command" \
		"$srcdir/tests/bench/bench-command.c" \
		"$TD_BUILDDIR/libticketd.a" $parser_libs || return 0
	"$work/load/bench-command" 1 | awk '{
		printf "Parser alone, mail with %s: %d mails/s, ", $1, $2
		printf "%d commands/s\n", $3 }'
}

# other NAME JOBS PROGRAM ARG...: a program that needs no daemon.
other() {
	other_name=$1 other_jobs=$2
	shift 2
	# shellcheck disable=SC2046,SC2086
	set -- "$other_name" $($as_desk "$work/load/pipe-load" -r other \
		-n "$mails" -j "$other_jobs" -- "$@" 2>/dev/null)
	if [ "$5" = 0 ]; then
		row "$1" "$3" - "$4" - - -
	else
		echo "$1: failed for $5 mails"
	fi
}

procmail_rows() {
	command -v procmail >/dev/null || return 0
	mkdir -p "$work/maildir"
	chown "$desk_user" "$work/maildir"
	cat >"$work/procmailrc" <<-RC
	DEFAULT=$work/maildir/
	RC
	procmail=$(command -v procmail)
	other 'procmail, one by one' 1 "$procmail" -p -m "$work/procmailrc"
	other 'procmail, 4 at a time' 4 "$procmail" -p -m "$work/procmailrc"
}

# What one by one costs on the disk.
flushes() {
	command -v strace >/dev/null || return 0
	desk_start
	strace -f -c -e trace=fsync,fdatasync -p "$desk_pid" \
		-o "$work/flushes" 2>/dev/null &
	flushes_strace=$!
	sleep 1
	# shellcheck disable=SC2086
	$as_desk "$work/load/pipe-load" -r flushes -n 100 -- \
		"$bin/ticket-deliver" -c "$conf" -f %s -q %q \
		-- support@example.org >/dev/null
	ticket outbox flush --wait >/dev/null
	kill -INT "$flushes_strace"
	wait "$flushes_strace"
	awk '$NF ~ /^f(data)?sync$/ { n += $4 } END {
		printf "One by one: %.2f flushes of the disk per mail,", n / 100
		print " its acknowledgement included."
	}' "$work/flushes"
	desk_stop
}

# From now on nobody takes the acknowledgements.
queue_only() {
	sed -i 's/^server *=.*/server = 127.0.0.1:9/' "$conf"
}

build_generators
start_sink
# One writer sends more than a desk would answer.
desk_keys="${desk_keys:-}
answers-per-day = 1000000
answers-per-hour = 1000000"
desk_new >/dev/null

echo "$(getconf _NPROCESSORS_ONLN) processors; mails of 2 KiB, each a new ticket"
row '' mails/s ms sender daemon MiB commits
pipe_row 'ticket-deliver, one by one' 1
pipe_row 'ticket-deliver, 4 at a time' 4
lmtp_row 1
lmtp_row 8
lmtp_row 64
command_rows
parser_rows
other 'an empty program, one by one' 1 "$work/load/empty"
other 'an empty program, 4 at a time' 4 "$work/load/empty"
procmail_rows
flushes
queue_only
# Mails of their own: what came before would be known again, and not filed.
pipe_row 'ticket-deliver, queued' 1 q
lmtp_row 64 ', queued' q
