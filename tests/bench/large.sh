#!/bin/sh
# large.sh - what a desk with many tickets costs
#
# large.sh [--tickets=N] [--open=N] [--mails=N] [--keep] [FOLDER]
#
# Builds a store of N tickets (1000000), N of them open with deadlines (50000),
# in a temporary folder in FOLDER (else $TMPDIR or /tmp), which every user must
# be able to search; it takes some GiB and is removed at the end unless --keep is
# given.  Then prints, with what it should be beside it:
#
#	idle     CPU of a tick of the clock when nothing is due
#	due      until 1000 tickets that are due at once are handled, round by
#	         round as the daemon does it
#	mail     CPU of ticket-deliver and ticketd for one new ticket (N of them,
#	         500, one by one), here and in an empty store, in turns: until
#	         all who hear of it got their mail, and where nobody does
#	list,    the time of a whole command, beside one that only starts and
#	show     ends; "list" shows what it shows without options, "show" a
#	         ticket in the middle
#
# The store is not read into memory beforehand, but what was just written is
# likely to be in the system's page cache: a machine with less memory than the
# store reads the disk more often.  Nothing here fails for being slow.

usage() {
	sed -n 's/^# \{0,1\}//; 3p' "$0" >&2
	exit 64
}

number() { # TEXT
	case $1 in
	'' | *[!0-9]*) usage ;;
	esac
	printf '%s\n' "$1"
}

tickets=1000000 open=50000 mails=500 keep=no
for argument; do
	case $argument in
	--tickets=*) tickets=$(number "${argument#*=}") || exit ;;
	--open=*) open=$(number "${argument#*=}") || exit ;;
	--mails=*) mails=$(number "${argument#*=}") || exit ;;
	--keep) keep=yes ;;
	-*) usage ;;
	*) TMPDIR=$(cd "$argument" && pwd) || exit
		export TMPDIR ;;
	esac
done
[ "$open" -le "$tickets" ] || open=$tickets
soon=1000 rounds=5
[ "$soon" -le "$((open / 2))" ] || soon=$((open / 2))
each=$((mails / rounds))
[ "$each" -gt 0 ] || usage
. "${0%/*}/../t/lib.sh"

ticks=$(getconf CLK_TCK)

# ---- what is needed ----

setting() { # NAME: of the build
	sed -n "s/^$1 = //p" "$TD_BUILDDIR/Makefile"
}

build_programs() {
	: "${CC:=cc}"
	mkdir "$work/load"
	$CC -O2 -o "$work/load/pipe-load" "$srcdir/tests/bench/pipe-load.c" ||
		exit 1
	# shellcheck disable=SC2046
	$CC -O2 -I"$TD_BUILDDIR" -I"$srcdir/include" -I"$srcdir/tests/bench" \
		$(setting DEPS_CFLAGS) -o "$work/load/bench-large" \
		"$srcdir/tests/bench/bench-large.c" \
		"$srcdir/tests/bench/large-store.c" \
		"$TD_BUILDDIR/libticketd.a" $(setting DEPS_LIBS) || exit 1
}

# Where acknowledgements and notices go.
start_sink() {
	PATH=$PATH:/usr/sbin
	if ! command -v smtp-sink >/dev/null; then
		echo 'No smtp-sink here: mail waits in the outbox.'
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

# ---- two desks ----

# use NAME: what desk.sh does is done with this one.
use() {
	deskdir=$work/$1
	conf=$deskdir/ticketd.conf
	store=$deskdir/store
	run=$deskdir/run
	desk_log=$deskdir/log
}

large() { # COMMAND ARG...
	large_command=$1
	shift
	# shellcheck disable=SC2086
	$as_desk "$work/load/bench-large" "$large_command" "$conf" "$@" || {
		echo "large.sh: $large_command failed" >&2
		exit 1
	}
}

new_desk() { # NAME TICKETS OPEN SOON
	use "$1"
	shift
	desk_new >/dev/null
	large build "$@"
}

# Clock ticks of user and system time.
daemon_ticks() { # PID
	sed 's/.*) //' "/proc/$1/stat" | awk '{ print $12 + $13 }'
}

# send NAME QUEUE RUN COUNT: prints CPU milliseconds a mail.
send() {
	use "$1"
	send_pid=$(cat "$deskdir/pid") send_queue=$2 send_count=$4
	before=$(daemon_ticks "$send_pid")
	# shellcheck disable=SC2086
	figures=$($as_desk "$work/load/pipe-load" -r "$2-$3" -n "$4" \
		-t "$send_queue@example.org" -- \
		"$bin/ticket-deliver" -c "$conf" -f %s \
		-o "$send_queue@example.org" -q %q -- \
		"$send_queue@example.org") || {
		diag "$(tail -n 5 "$desk_log")"
		echo 'large.sh: not all mails were taken' >&2
		exit 1
	}
	[ -z "$smtp_server" ] || ticket outbox flush --wait >/dev/null
	# shellcheck disable=SC2086
	set -- $figures
	awk -v cpu="$3" -v n="$send_count" -v hz="$ticks" \
		-v t="$(($(daemon_ticks "$send_pid") - before))" \
		'BEGIN { printf "%.3f\n", cpu + 1000 * t / hz / n }'
}

start() { # NAME
	use "$1"
	desk_start
	echo "$desk_pid" >"$deskdir/pid"
}

# send_rounds QUEUE: the figures of each round in $work/QUEUE.ms, those of the
# empty store first.
send_rounds() {
	for desk in empty large; do
		send "$desk" "$1" warm 50 >/dev/null || exit 1
	done
	round=0
	while [ "$round" -lt "$rounds" ]; do
		round=$((round + 1))
		in_empty=$(send empty "$1" "$round" "$each") || exit 1
		in_large=$(send large "$1" "$round" "$each") || exit 1
		echo "$in_empty $in_large" >>"$work/$1.ms"
	done
}

# ---- the table ----

row() { # WHAT FOUND AIM
	printf '%-44s %20s   %s\n' "$@"
}

mib() { # FOLDER
	du -sm "$1" | awk '{ print $1 }'
}

peak() { # PID
	awk '/^VmHWM/ { printf "%.0f", $2 / 1024 }' "/proc/$1/status"
}

build_row() {
	built=$(new_desk large "$tickets" "$open" "$soon") || exit 1
	use large
	row "$tickets tickets, $open open: built in" "${built% *} s" ''
	row '  memory for that' "${built#* } MiB" ''
	row '  on the disk' "$(mib "$store/db") MiB" \
		"and $(mib "$store/log") MiB of log"
}

idle_row() {
	idle=$(large idle) || exit 1
	# shellcheck disable=SC2086
	set -- $idle
	row 'a tick with nothing due, CPU' "$2 us" 'under 1000 us'
	row '  the first one, and the 990th of 1000' "$1 and $3 us" ''
}

due_row() {
	due=$(large due) || exit 1
	# shellcheck disable=SC2086
	set -- $due
	row "$1 tickets due, until handled" "$2 s" 'under 2 s'
	row '  CPU' "$3 s" "$4 rounds, $5 events, $6 letters"
}

# mail_rows QUEUE WHAT
mail_rows() {
	send_rounds "$1"
	# shellcheck disable=SC2046
	set -- "$2" $(awk '
		{ e += $1; l += $2; r = r sprintf(",%.2f", $2 / $1) }
		END { printf "%.2f %.2f %.2f %s", e / NR, l / NR, l / e,
			substr(r, 2) }' "$work/$1.ms")
	row "$1, CPU" "$3 ms" "$2 ms in an empty store"
	row '  times that' "$4" 'at most 1.30'
	row '  round by round' "$5" ''
}

# command_row WHAT AIM ARG...: the milliseconds of one `ticket ARG...`.
command_row() {
	command_what=$1 command_aim=$2
	shift 2
	use large
	# shellcheck disable=SC2086
	figures=$($as_desk "$work/load/pipe-load" -n 40 -- "$bin/ticket" \
		-c "$conf" "$@") || {
		echo "large.sh: ticket $* failed" >&2
		exit 1
	}
	# shellcheck disable=SC2086
	set -- $figures
	row "$command_what" "$(awk -v s="$1" 'BEGIN { printf "%.1f", 25 * s }') ms" \
		"$command_aim"
}

command_rows() {
	command_row 'ticket list' 'under 20 ms' list
	command_row 'ticket list --queue support' 'under 20 ms' \
		list --queue support
	command_row "ticket show $((tickets / 2))" 'under 10 ms' \
		show "$((tickets / 2))"
	command_row '  ticket --version' '' --version
}

memory_row() {
	use empty
	memory_empty=$(peak "$(cat "$deskdir/pid")")
	use large
	row 'memory of ticketd' "$(peak "$(cat "$deskdir/pid")") MiB" \
		"$memory_empty MiB with the empty store"
}

keep_work() {
	eval "$exit_commands"
	echo "Kept in $work."
}

[ "$keep" = no ] || trap keep_work EXIT
build_programs
start_sink
# Nothing of this changes by the hour, and one writer may send it all.
desk_keys='answers-per-day = 1000000
answers-per-hour = 1000000
calendar = office'
desk_sections='[queue network]
address = network@example.org
[queue sales]
address = sales@example.org
[queue billing]
address = billing@example.org
[queue quiet]
address = quiet@example.org
acknowledge = never
[calendar office]
hours = Mon-Sun 00:00-24:00
[sla ordinary]
first-response = 4h
solution = 80h
escalation = up
[escalation up]
steps = owner;leads 30m;queue 1h'

echo "$(getconf _NPROCESSORS_ONLN) processors; the store may be in the page cache"
row '' found 'should be'
build_row
idle_row
due_row
new_desk empty 0 0 0 >/dev/null
start empty
start large
mail_rows support 'a mail of which four hear'
mail_rows quiet 'a mail of which nobody hears'
command_rows
memory_row
