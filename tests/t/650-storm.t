#!/bin/sh
# 650-storm.t - nothing is lost and nothing happens twice, whatever dies
#
# 650-storm.t [SECONDS [SEED]]      (20 seconds; tests/storm is a name for it)
#
# Customers write by LMTP and by ticket-deliver, new mails and further ones to
# their tickets; agents answer with commands what they hear of; all as fast as
# they can, and what is not taken is sent again.  Meanwhile the daemon is killed
# at random moments and started again, so is ticket-deliver, and the SMTP server
# that the desk's letters go to comes and goes, asks to come later and breaks
# off.  Then every note of those who sent and of the one who received is
# compared with what the desk has.  STORM_KEEP=FOLDER keeps all of it there.
. "${0%/*}/lib.sh"
seconds=${1:-${STORM_SECONDS:-20}}
seed=${2:-$$}

storm=$work/storm
mkdir "$storm"
# Where the desk's user, to whom the checkout may be closed, can read it.
cp "$libdir"/storm-*.pl "$libdir/LmtpClient.pm" "$storm"
[ -z "$as_desk" ] || chown "$desk_user" "$storm"
port=$(perl "$libdir/free-port.pl")
smtp_server=127.0.0.1:$port
# Senders differ, but one domain of one letter is shared by the agents.
desk_keys='answers-per-day = 1000000
answers-per-hour = 1000000'
desk_sections='[queue help]
address = help@example.org'
desk_new
ticket agent add olga olga@example.net --queue help >"$work/.output" &&
	ticket agent add ivan ivan@example.net --queue help >"$work/.output" ||
	die 'there are agents'

# ---- who takes part ----

sink_pid=
sink_start() {
	# shellcheck disable=SC2086
	$as_desk perl "$storm/storm-sink.pl" "$port" "$storm/letters" "$seed" \
		>"$storm/sink.ready" 2>>"$storm/sink.log" &
	sink_pid=$!
	at_exit "sink_kill $sink_pid"
	wait_for grep -q ready "$storm/sink.ready" || die 'the sink listens'
}

# With all that serve a connection: they are of one process group.
sink_kill() { # PID
	kill -9 "-$1" 2>/dev/null
	wait "$1" 2>/dev/null
	return 0
}

senders=
sender() { # ROLE NAME HOW...
	sender_role=$1 sender_name=$2
	shift 2
	# shellcheck disable=SC2086
	$as_desk perl "$storm/storm-send.pl" "$sender_role" "$sender_name" \
		"$storm/end" "$storm/sent.$sender_name" \
		"$((seed + sender_count))" "$@" \
		>"$storm/$sender_name.log" 2>&1 &
	senders="$senders $!"
	sender_count=$((sender_count + 1))
	at_exit "end_process $!"
}

sender_count=1
all_senders() {
	: >"$storm/letters"
	[ -z "$as_desk" ] || chown "$desk_user" "$storm/letters"
	for name in anna boris clara dmitri emma fedor; do
		sender lmtp "$name" "$run/lmtp"
	done
	for name in galina hugo; do
		sender pipe "$name" "$bin/ticket-deliver" -c "$conf" -f %s -- %r
	done
	for name in olga ivan; do
		sender agent "$name" "$run/lmtp" "$storm/letters"
	done
}

# ---- the storm ----

# Numbers without end, the same for the same seed: milliseconds below a bound.
random_ms() { # BOUND
	seed_state=$(((${seed_state:-$seed} * 1103515245 + 12345) & 2147483647))
	echo $((seed_state / 65536 % $1))
}

nap() { # MILLISECONDS
	sleep "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))"
}

# In this shell, not in one below it: the state must go on.
draw() { # BOUND: into $drawn
	random_ms "$1" >"$storm/drawn"
	read -r drawn <"$storm/drawn"
}

strikes=0 kills=0 sink_kills=0
keep_log() {
	cat "$desk_log" >>"$storm/daemon.log"
}
kill_something() {
	strikes=$((strikes + 1))
	if [ $((strikes % 3)) -eq 2 ]; then
		sink_kill "$sink_pid"
		sink_kills=$((sink_kills + 1))
		draw 1500
		nap "$drawn"
		sink_start
		return
	fi
	desk_kill
	keep_log
	kills=$((kills + 1))
	# What ticket-deliver brings meanwhile, ticketd --deliver files.
	draw 700
	nap "$drawn"
	desk_start
}

rage() {
	rage_end=$(($(date +%s) + seconds))
	while [ "$(date +%s)" -lt "$rage_end" ]; do
		draw 2500
		nap $((drawn + 50))
		kill_something
	done
}

desk_start
sink_start
all_senders
rage
: >"$storm/end"
failed=0
for pid in $senders; do
	wait "$pid" || failed=$((failed + 1))
done
is 'every sender has got rid of its mail' "$failed" 0

# ---- after the storm ----

# Letters that somebody was asked to send later are sent now.
nothing_waits() {
	ticket outbox retry && ticket outbox flush --wait
	[ "$(ticket outbox list --format=json | json '#')" -eq 0 ]
}
check 'all letters go out in the end' wait_for nothing_waits
check_store 'the store is whole'
check 'the chains of events are whole' ticket log --verify
is 'nobody was convicted' \
	"$(grep -c 'convicted' "$storm/daemon.log" "$desk_log" |
		sed 's/.*://' | sort -u)" 0
ticket log --limit 0 --format=json >"$storm/log.json" ||
	die 'the desk tells what happened'
perl "$storm/storm-judge.pl" "$storm" <"$storm/log.json" \
	>"$storm/verdict" 2>"$storm/judge.log"
diag "$(cat "$storm/judge.log")"
is 'all was judged' "$(grep -c '	' "$storm/verdict")" 14
grep '	' "$storm/verdict" >"$storm/problems"
while read -r number problem; do
	is "never: $problem" "$number" 0
done <"$storm/problems"

# Who never finds anything proves nothing.
blind() { # SED-COMMAND: the verdict on a log changed by it
	sed "$1" "$storm/log.json" | perl "$storm/storm-judge.pl" "$storm" \
		2>"$storm/blind.log" | awk '/\t/ { n += $1 } END { print n + 0 }'
}
unlike 'a mail that is gone is noticed' \
	"$(blind '0,/"message_id":"[a-z0-9-]*@storm/{//d}')" '^0$'
unlike 'an acknowledgement that is not there is noticed' \
	"$(blind '0,/"kind":"acknowledged"/{//d}')" '^0$'
unlike 'a mail that is there twice is noticed' \
	"$(blind '0,/"message_id":"[a-z0-9-]*@storm/{//p}')" '^0$'
diag "seed $seed; the daemon was killed $kills times, the sink $sink_kills times"
diag "$(sed -n 's/^# //p' "$storm/verdict")"
check 'the daemon stops cleanly' desk_stop
[ -z "${STORM_KEEP:-}" ] || cp -r "$storm" "$store" "$STORM_KEEP"
finish
