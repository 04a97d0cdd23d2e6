#!/bin/sh
# 633-poison.t - mails that kill the daemon are convicted, and no other is
#
# ../lib/poison.c gives the parser faults for it; preload.c makes the disk slow,
# so that other mails are in hand at the moment of a crash.
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
start() { # FLUSH-MILLISECONDS
	TD_WRAP="env LD_PRELOAD=$preload:$bin/poison.so TD_PRELOAD_FLUSH_MS=$1"
	TD_WRAP="prlimit --as=6000000000 --core=0 $TD_WRAP"
	desk_start
	TD_WRAP=
	before=$before$(cat "$desk_log")
}
before=

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

gone() {
	! kill -0 "$desk_pid"
}

subject_of() { # NUMBER
	ticket show "$1" --format=json | json subject
}

# ---- what crashes ----

need prlimit
start 700
for name in anna boris; do
	innocent "$name" >"$work/$name"
done
poison crash >"$work/crash"
give anna "$work/anna" >"$work/anna.status" &
anna_pid=$!
give boris "$work/boris" >"$work/boris.status" &
boris_pid=$!
in_hand() {
	[ "$(tr -d '\0' <"$store/tmp/in-hand" | wc -c)" -gt 40 ]
}
check 'two mails are in hand' wait_for in_hand
is 'one that kills the daemon is deferred' "$(give mallory "$work/crash")" 75
check 'the daemon is dead' wait_for gone
wait "$desk_pid"
is 'of what the mail did' $? 139
wait "$anna_pid" "$boris_pid"
is 'what was in hand beside it is deferred' \
	"$(cat "$work/anna.status" "$work/boris.status" | sort -u)" 75

start 0
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
start 0
is 'it comes again and is taken' "$(give mallory "$work/hang")" 0
is 'unread as well' "$(grep -c 'filed unread' "$desk_log")" 1

# A mail that is being sent when the daemon dies is sent again.
ticket outbox flush --wait

# ---- what eats memory ----

poison eat >"$work/eat"
is 'one that eats all memory is deferred' "$(give mallory "$work/eat")" 75
check 'the daemon is dead of it' wait_for gone
wait "$desk_pid"
like 'by its own hand' $? '^(134|133|139)$'
start 0
is 'it comes again and is taken' "$(give mallory "$work/eat")" 0
is 'unread too' "$(grep -c 'filed unread' "$desk_log")" 1
is 'others are read' "$(give carl "$work/anna")" 0
ticket outbox flush --wait
is 'an administrator is told of each' \
	"$(for mail in "$work"/mail/admin/new/*; do header "$mail" Subject; done |
		grep -c 'cannot be read')" 3
is 'nothing is in hand any more but convicts' \
	"$(perl -0777 -ne 'print scalar grep { /[^\0]/ } unpack "(a32)*", $_' \
		"$store/tmp/in-hand")" 3
check_store 'the store is whole'
desk_stop
finish
