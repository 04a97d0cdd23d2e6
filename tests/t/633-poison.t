#!/bin/sh
# 633-poison.t - mails that kill the daemon are convicted, and no other is
#
# ../lib/poison.c gives the program faults for it, and holds up flushes of the
# disk, so that other mails are in hand at the moment of a crash.
. "${0%/*}/lib.sh"
. "$libdir/preload.sh"

preload_need
cp "$TD_BUILDDIR/tests/poison.so" "$bin/poison.so" 2>/dev/null ||
	skip_all "no poison.so in $TD_BUILDDIR/tests"

port=$(free_port)
sink_start "$port"
smtp_server=127.0.0.1:$port
desk_keys='admin = admin@example.net
answers-per-day = 1000'
desk_sections='[message]
seconds = 2'
desk_new

# So that all memory is not that of the machine.
hold=$work/hold
start() {
	TD_WRAP="env LD_PRELOAD=$bin/poison.so POISON_HOLD=$hold"
	TD_WRAP="prlimit --as=6000000000 --core=0 $TD_WRAP"
	desk_start
	TD_WRAP=
}

poison() { # KIND: such a mail
	printf 'From: mallory@example.net\r\nSubject: %s\r\n' "$1"
	printf 'Message-ID: <%s@example.net>\r\nMIME-Version: 1.0\r\n' "$1"
	printf 'Content-Type: text/plain\r\n'
	printf 'Content-Transfer-Encoding: x-%s\r\n\r\nHello.\r\n' "$1"
}

innocent() { # NAME
	letter "$1" "$1@example.com" support@example.org "From $1"
}

give() { # NAME FILE: its exit status
	give_status=0
	deliver -f "$1@example.com" support@example.org <"$2" \
		>/dev/null 2>&1 || give_status=$?
	echo "$give_status"
}

# So many mails are noted, those that were in hand at crashes too.
notes() {
	perl -e 'read STDIN, my $all, 512 * 32;
		print scalar grep { /[^\0]/ } unpack "(a32)*", $all' \
		<"$store/tmp/in-hand"
}

noted() { # COUNT
	[ "$(notes)" -ge "$1" ]
}

# Gives it behind one's back, and waits until it is in hand.
give_and_hold() { # NAME FILE
	give_notes=$(notes)
	give "$1" "$2" >"$work/$1.status" &
	given="$given $!"
	wait_for noted $((give_notes + 1)) || die "$1's mail is in hand"
}
given=

gone() {
	! kill -0 "$desk_pid"
}

subject_of() { # NUMBER
	ticket show "$1" --format=json | json subject
}

# ---- what crashes ----

need prlimit
# One that waits for ever, for the end of this test.
poison sleep >"$work/sleep"
env LD_PRELOAD="$bin/poison.so" "$bin/ticketd" --parse --seconds=1 \
	<"$work/sleep" &
sleeper_pid=$!

start
for name in anna boris; do
	innocent "$name" >"$work/$name"
done
poison crash >"$work/crash"
: >"$hold"
give_and_hold anna "$work/anna"
give_and_hold boris "$work/boris"
is 'one that kills the daemon is deferred' "$(give mallory "$work/crash")" 75
rm "$hold"
check 'the daemon is dead' wait_for gone
wait "$desk_pid"
is 'of what the mail did' $? 139
# shellcheck disable=SC2086
wait $given
is 'what was in hand beside it is deferred' \
	"$(cat "$work/anna.status" "$work/boris.status" | sort -u)" 75

start
is 'it comes again and is taken' "$(give mallory "$work/crash")" 0
like 'after it killed a child' "$(cat "$desk_log")" \
	'event=poison digest=[0-9a-f]{64} result=.*filed unread'
number=$(sed -n 's/.*event=filed ticket=\([0-9]*\) .*sender=mallory.*/\1/p' \
	"$desk_log")
is 'it is filed under its own heading' "$(subject_of "$number")" \
	'unreadable message'
ticket raw "$number" >"$work/raw"
check 'as it came' cmp -s "$work/raw" "$work/crash"
is 'the others are taken too' \
	"$(give anna "$work/anna")$(give boris "$work/boris")" 00
is 'after a child read each of them' \
	"$(grep -c 'event=poison.*harmless' "$desk_log")" 2
is 'and none more is convicted' "$(grep -c 'filed unread' "$desk_log")" 1
subjects=$(ticket list --format=json --limit 0 | json '*.subject')
like 'one is read' "$subjects" '^From anna$'
like 'so is the other' "$subjects" '^From boris$'
is 'there are three tickets' "$(tickets)" 3
is 'once more, it is known' "$(give mallory "$work/crash")" 0
is 'and opens nothing' "$(tickets)" 3
ticket outbox flush --wait
is 'an administrator is told once' "$(mail_count admin)" 1
like 'of what' "$(text "$(mail_of admin 1)")" 'filed as'

# ---- what never ends ----

poison hang >"$work/hang"
give mallory "$work/hang" >"$work/hang.status" &
hang_pid=$!
innocent vera >"$work/vera"
is 'beside one that never ends others are served' "$(give vera "$work/vera")" 0
check 'the daemon ends then' wait_for gone
wait "$desk_pid"
is 'to be started anew' $? 70
like 'and says why' "$(cat "$desk_log")" \
	'event=poison digest=[0-9a-f]{64} result="takes too long to read'
wait "$hang_pid"
is 'the mail is deferred' "$(cat "$work/hang.status")" 75
start
is 'it comes again and is taken' "$(give mallory "$work/hang")" 0
is 'unread as well' "$(grep -c 'filed unread' "$desk_log")" 1

# A mail that is being sent when the daemon dies is sent again.
ticket outbox flush --wait

# ---- what crashes when it is filed ----

{
	printf 'From: mallory@example.net\r\nMessage-ID: <filed@example.net>\r\n'
	printf 'Subject: At the writer, it crashes\r\n\r\nHello.\r\n'
} >"$work/filed"
tickets_before=$(tickets)
for turn in 1 2 3; do
	innocent "conny$turn" >"$work/conny$turn"
	innocent "doris$turn" >"$work/doris$turn"
	: >"$hold"
	# What is filed with this one cannot end while that is.
	give_and_hold "conny$turn" "$work/conny$turn"
	give_and_hold "doris$turn" "$work/doris$turn"
	give mallory "$work/filed" >"$work/filed.status" &
	filed_pid=$!
	if [ $turn -eq 1 ]; then
		wait_for noted $((give_notes + 2))
	else
		wait_for grep -q 'event=poison.*harmless' "$desk_log"
	fi
	rm "$hold"
	check "time $turn: the daemon is dead" wait_for gone
	wait "$desk_pid"
	is "time $turn: of its own fault" $? 139
	wait "$filed_pid"
	is "time $turn: the mail is deferred" "$(cat "$work/filed.status")" 75
	# shellcheck disable=SC2086
	wait $given
	start
done
is 'the fourth time it is taken' "$(give mallory "$work/filed")" 0
like 'for it was always that mail' "$(cat "$desk_log")" \
	'event=poison digest=[0-9a-f]{64} result=".*again and again; filed unread'
number=$(sed -n 's/.*event=filed ticket=\([0-9]*\) .*sender=mallory.*/\1/p' \
	"$desk_log")
is 'under the same heading' "$(subject_of "$number")" 'unreadable message'
ticket raw "$number" >"$work/raw"
check 'and as it came' cmp -s "$work/raw" "$work/filed"
is 'what came again is known' "$(give mallory "$work/filed")" 0
failed=
for turn in 1 2 3; do
	for name in conny$turn doris$turn; do
		[ "$(give $name "$work/$name")" -eq 0 ] || failed="$failed $name"
	done
done
is 'all that was filed with it is taken' "$failed" ''
is 'once each' "$(tickets)" $((tickets_before + 7))
is 'and read' "$(ticket list --format=json --limit 0 | json '*.subject' |
	grep -cE '^From (conny|doris)[123]$')" 6
ticket outbox flush --wait

# ---- what eats memory ----

poison eat >"$work/eat"
is 'one that eats all memory is deferred' "$(give mallory "$work/eat")" 75
check 'the daemon is dead of it' wait_for gone
wait "$desk_pid"
# Or by its own clock, where the machine is slow to give so much.
like 'by its own hand' $? '^(134|133|139|70)$'
start
is 'it comes again and is taken' "$(give mallory "$work/eat")" 0
is 'unread too' "$(grep -c 'filed unread' "$desk_log")" 1
is 'others are read' "$(give carl "$work/anna")" 0
ticket outbox flush --wait
is 'an administrator is told of each' \
	"$(for mail in "$work"/mail/admin/new/*; do header "$mail" Subject; done |
		grep -c 'cannot be read')" 4
is 'nothing is in hand any more but convicts' "$(notes)" 4

# ---- the children end with their parent ----

alive() { # PID; where nobody waits for it, what is left of it stays
	[ -e "/proc/$1" ] && ! grep -q '^State:.*zombie' "/proc/$1/status"
}

ended() {
	! alive "$1"
}

child_of() { # PID: as $child_pid
	child_pid=$(grep -l "^PPid:[[:blank:]]*$1\$" /proc/[0-9]*/status \
		2>"$work/.output" | sed -n 's,/proc/\(.*\)/status,\1,p')
	[ -n "$child_pid" ]
}

give mallory "$work/sleep" >"$work/sleep.status" &
sleep_pid=$!
wait_for noted 5
desk_kill
wait "$sleep_pid"
sed 's/^seconds = .*/seconds = 600/' "$conf" >"$conf.new"
cat "$conf.new" >"$conf"
start
give mallory "$work/sleep" >"$work/sleep.status" &
sleep_pid=$!
check 'a child reads a suspect' wait_for child_of "$desk_pid"
kill -9 "$child_pid"
wait "$sleep_pid"
is 'a child that is killed from outside proves nothing' \
	"$(cat "$work/sleep.status")" 75
like 'as the log tells' "$(grep event=poison "$desk_log" | tail -n 1)" \
	'result="in hand at a crash, and cannot be tried now'
give mallory "$work/sleep" >"$work/sleep.status" &
sleep_pid=$!
check 'another tries it' wait_for child_of "$desk_pid"
desk_kill
check 'it does not outlive the daemon' wait_for ended "$child_pid"
wait "$sleep_pid"
is 'the mail is deferred' "$(cat "$work/sleep.status")" 75

mkfifo "$work/fifo"
for job in parse verify; do
	ends "--$job does nothing for a parent that is gone" 71 \
		"$bin/ticketd" --$job --parent=1 <"$work/anna"
	# shellcheck disable=SC2016
	sh -c '"$1" "$2" --parent=$$ <"$3" & echo $! >"$4"; wait' - \
		"$bin/ticketd" "--$job" "$work/fifo" "$work/child" &
	parent_pid=$!
	exec 9>"$work/fifo"
	wait_for test -s "$work/child"
	child_pid=$(cat "$work/child")
	kill -9 "$parent_pid"
	wait "$parent_pid" 2>"$work/.output"
	check "nor does --$job wait for one" wait_for ended "$child_pid"
	exec 9>&-
	rm "$work/child"
done
wait "$sleeper_pid"
is 'a mail that waits for ever is ended by the clock' $? 142

# ---- faults behind the filing ----

# faulted FILE TIMES: such records stand behind the notes.
faulted() {
	perl -MDigest::SHA=sha256 -0777 -ne 'BEGIN { $times = pop }
		print "\0" x (512 * 32), sha256($_) x $times,
		"\0" x ((64 - $times) * 32)' "$1" "$2" >"$store/tmp/in-hand"
}

start
for name in clara dora; do
	innocent "$name" >"$work/$name"
	is "$name's mail is filed" "$(give "$name" "$work/$name")" 0
done
tickets_before=$(tickets)
desk_stop
faulted "$work/clara" 3
start
is 'one at which the desk faulted after it was filed comes again' \
	"$(give clara "$work/clara")" 0
is 'it is not read any more, but known' "$(tickets)" "$tickets_before"
like 'by no more than its header' "$(cat "$desk_log")" \
	'result=".*again and again; filed unread if it is not filed yet"'
desk_stop
faulted "$work/dora" 4
start
is 'one whose header may be to blame is not looked at' \
	"$(give dora "$work/dora")" 0
is 'and filed by itself' "$(tickets)" $((tickets_before + 1))
is 'once' "$(give dora "$work/dora"; tickets)" "0
$((tickets_before + 1))"
like 'as nobody knows whose it is' "$(ticket list --all --format=json |
	json '*.subject')" '^unreadable message$'
check_store 'the store is whole'
desk_stop
finish
