#!/bin/sh
# 650-storm.t - nothing is lost and nothing happens twice, whatever dies
#
# 650-storm.t [SECONDS [SEED]]      (20 seconds; tests/storm is a name for it)
#
# Customers write by LMTP and by ticket-deliver, new mails and further ones to
# their tickets; agents answer with commands what they hear of; all as fast as
# the letters about them go out, and what is not taken is sent again.  Meanwhile
# the daemon is killed at random moments and started again, so is
# ticket-deliver, and the SMTP server that the desk's letters go to comes and
# goes, asks to come later and breaks off; and backups are made of all that, one
# after the other.  Then every note of those who sent and of the one who received
# is compared with what the desk has, and with what a desk has that is made of
# the newest backup.  STORM_KEEP=FOLDER keeps all of it there.
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
at_exit 'sink_kill "$sink_pid"'
sink_start() {
	# shellcheck disable=SC2086
	$as_desk perl "$storm/storm-sink.pl" "$port" "$storm/letters" "$seed" \
		>"$storm/sink.ready" 2>>"$storm/sink.log" &
	sink_pid=$!
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
		"$((seed + sender_count))" "$storm/letters" "$@" \
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
		sender agent "$name" "$run/lmtp"
	done
}

# ---- backups ----

backups=$deskdir/backups
saved=0 refused=0 broken=0
: >"$storm/backup.log"

# What was taken before a backup began must be in it.
save() { # KIND
	cat "$storm"/sent.* >"$storm/before.now" 2>/dev/null
	# shellcheck disable=SC2086
	if ticket backup $1 "$backups" >"$storm/backup.now" 2>&1; then
		saved=$((saved + 1))
		mv "$storm/before.now" "$storm/before"
		return
	fi
	refused=$((refused + 1))
	tail -n 1 "$storm/backup.now" >>"$storm/backup.log"
	[ "$saved" -eq 0 ] ||
		ticket restore --dry-run "$backups" >>"$storm/broken" 2>&1 ||
		broken=$((broken + 1))
}

saver() {
	while [ ! -e "$storm/end" ]; do
		kind=
		[ $(((saved + refused) % 4)) -eq 0 ] || kind=--incremental
		save "$kind"
		sleep 0.2
	done
	echo "$saved $refused $broken" >"$storm/saved"
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
saver &
saver_pid=$!
at_exit "end_process $saver_pid"
rage
: >"$storm/end"
failed=0
for pid in $senders; do
	wait "$pid" || failed=$((failed + 1))
done
is 'every sender has got rid of its mail' "$failed" 0
wait "$saver_pid"
read -r saved refused broken <"$storm/saved"

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
	"$(grep -c 'filed unread' "$storm/daemon.log" "$desk_log" |
		sed 's/.*://' | sort -u)" 0

# judge NAME COUNT [BEFORE]: nothing is wrong with the log in $storm/NAME.json,
# and all COUNT things were looked at.
judge() {
	judge_name=$1 judge_count=$2
	shift 2
	ticket log --limit 0 --format=json >"$storm/$judge_name.json" ||
		die 'the desk tells what happened'
	perl "$storm/storm-judge.pl" "$storm" "$@" <"$storm/$judge_name.json" \
		>"$storm/$judge_name.verdict" 2>"$storm/judge.log"
	diag "$(cat "$storm/judge.log")"
	is 'all was judged' \
		"$(grep -c '	' "$storm/$judge_name.verdict")" "$judge_count"
	grep '	' "$storm/$judge_name.verdict" >"$storm/problems"
	while read -r number problem; do
		is "never: $problem" "$number" 0
	done <"$storm/problems"
}

# Who never finds anything proves nothing.  PROBLEM is found in the log of the
# last judge() when SED-COMMAND has changed it.
notices() { # PROBLEM SED-COMMAND [BEFORE]
	notices_problem=$1 notices_change=$2
	shift 2
	sed "$notices_change" "$storm/$judge_name.json" |
		perl "$storm/storm-judge.pl" "$storm" "$@" 2>"$storm/blind.log" |
		grep "	$notices_problem" >"$storm/noticed"
	like "noticed: $notices_problem" "$(cat "$storm/noticed")" '^[1-9]'
}

judge log 14
mail='"message_id":"[a-z0-9-]*@storm'
notices 'mail was taken and is in no ticket' "0,/$mail/{//d}"
notices 'mail is in two tickets' "0,/$mail/{//p}"
notices 'ticket has no acknowledgement' '0,/"kind":"acknowledged"/{//d}'
notices 'number is missing, or was given twice' '0,/"kind":"created"/{//p}'
notices 'command was done twice' '0,/"mark-[a-z0-9-]*"/{//p}'
check 'the daemon stops cleanly' desk_stop

# ---- a desk made of the newest backup ----

diag "$(sort "$storm/backup.log" | uniq -c)"
like 'backups were made in the storm' "$saved" '^[1-9]'
is 'each that was not says why' \
	"$(grep -c '^ticket: .' "$storm/backup.log")" "$refused"
is 'and leaves the one before whole' "$broken" 0
highest=$(awk '{ if ($3 + 0 > most) most = $3 + 0 } END { print most + 0 }' \
	"$storm/letters" "$storm"/sent.*)
key=$(sed -n 's/.*+[0-9]*-t\(.\).*/\1/p' "$storm/letters" | sort -u)
store=$deskdir/restored
sed "s|^store = .*|store = $store|" "$conf" >"$storm/conf" &&
	cat "$storm/conf" >"$conf"
ends 'a store is made of the newest one' 0 \
	ticket restore --format=json "$backups"
cp "$work/.output" "$storm/restored"
is 'the check found nothing' "$(json wrong <"$storm/restored")" 0
desk_start
check_store 'that store is whole'
check 'and its chains of events are' ticket log --verify
judge restored 12 "$storm/before"
# One of those that must be there.
mail="\"message_id\":\"$(awk '$1 == "new" { id = $2 } END { print id }' \
	"$storm/before")@storm"
notices 'mail was taken and is in no ticket' "/$mail/d" "$storm/before"
notices 'mail is in two tickets' "/$mail/p" "$storm/before"
notices 'number is missing, or was given twice' \
	'/"ticket":1,.*"kind":"created"/d' "$storm/before"
letter next next@example.com support@example.org 'After the storm' \
	>"$storm/next"
check 'it takes mail' deliver -f next@example.com -- support@example.org \
	<"$storm/next"
next=$(ticket list --requester next@example.com --format=ids)
check "under a number that nobody was told before: $next, not up to $highest" \
	test "$next" -gt "$highest"
next_told() {
	grep -q "^next@example.com	" "$storm/letters"
}
check 'the letter about it arrives' wait_for next_told
like 'with an address that another key signed' \
	"$(sed -n '/^next@/s/.*+[0-9]*-t\(.\).*/\1/p' "$storm/letters")" \
	"^[^$key]\$"
check 'the daemon stops cleanly again' desk_stop

diag "seed $seed; the daemon was killed $kills times, the sink $sink_kills times"
diag "$(sed -n 's/^# //p' "$storm/log.verdict")"
diag "backups: $saved made, $refused not; of the newest one:"
diag "$(sed -n 's/^# //p' "$storm/restored.verdict")"
[ -z "${STORM_KEEP:-}" ] ||
	cp -r "$storm" "$backups" "$deskdir/store" "$store" "$STORM_KEEP"
finish
