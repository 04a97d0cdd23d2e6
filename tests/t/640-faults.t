#!/bin/sh
# 640-faults.t - one call fails, the n-th of a delivery: nothing is lost, nothing
# happens twice, and the mail server is told to try again
#
#	FAULTS=all     every n; else a few, from a place that FAULTS_SEED tells
#	FAULTS_SEED    else the time of day
#	FAULTS_OF      daemon, pipe (ticket-deliver) or alone (ticketd --deliver)
#
# mmap(2) is called by the C library alone, for memory and threads: these fail
# instead.
. "${0%/*}/lib.sh"
. "$libdir/preload.sh"

preload_need
# shellcheck disable=SC3045 # which dash and bash have
ulimit -c 0
seed=${FAULTS_SEED:-$(date +%s)}
diag "FAULTS_SEED=$seed"
desk_new
taken=$work/taken
: >"$taken"
watched="env LD_PRELOAD=$preload TD_PRELOAD_CONTROL=$fault_file"
under=TD_PRELOAD_UNDER=$store:$run
of_libdb=TD_PRELOAD_CALLER=libdb
daemon="$bin/ticketd -c $conf"
# libseccomp without memory makes a filter for ever.
open_conf=$deskdir/open.conf
sed '/^language/a sandbox = off' "$conf" >"$open_conf"

# some COUNT [MANY]: words that choose so many, unless all are asked for; then
# MANY, if all are too many.
some() {
	if [ "${FAULTS:-}" != all ]; then
		echo "--some $1 --seed $seed"
	elif [ -n "${2:-}" ]; then
		echo "--some $2 --seed $seed"
	fi
}

is_asked_for() { # daemon|pipe|alone
	[ "${FAULTS_OF:-$1}" = "$1" ]
}

faults() { # WORDS OF faults.pl...
	perl "$libdir/faults.pl" --control "$fault_file" --taken "$taken" \
		--log "$desk_log" --socket "$run/lmtp" "$@"
}

# What a sweep found goes to the log, if all was as it should be, too.
sweep() { # DESCRIPTION WORDS...
	sweep_text=$1
	shift
	check "$sweep_text" faults "$@"
	[ "$check_status" -ne 0 ] || diag "$(cat "$work/.output")"
}

# shellcheck disable=SC2046
{
if is_asked_for daemon; then
sweep 'the daemon survives a disk that fails or fills up' $(some 3) \
	--daemon "$as_desk $watched $under $daemon" \
	disk:EIO:0 disk:KILL fdatasync:EIO \
	space:ENOSPC:0 space:ENOSPC:1 space:ENOSPC:0:short space:EDQUOT:0
sweep 'the daemon survives connections that fail' $(some 2) \
	--daemon "$as_desk $watched $daemon" \
	accept:EMFILE accept:ENFILE accept:ECONNABORTED send:EIO recv:EIO
sweep 'the daemon survives a store without memory' $(some 4) \
	--daemon "$as_desk $watched $of_libdb $daemon" \
	memory:ENOMEM memory:ENOMEM:0
sweep 'the daemon dies for want of memory, and nothing else is lost' \
	$(some 4) --daemon "$as_desk $watched $bin/ticketd -c $open_conf" \
	memory:ENOMEM
fi
if is_asked_for pipe; then
sweep 'ticket-deliver says "later" when a call of its own fails' $(some 3) \
	--daemon "$as_desk $daemon" --way pipe \
	--program "$as_desk $watched $bin/ticket-deliver -c $conf" \
	read:EIO open:EMFILE:0 open:EIO socket:EMFILE \
	socket:EMFILE:0 connect:EAGAIN connect:EIO:0 send:EIO recv:EIO \
	memory:ENOMEM memory:ENOMEM:0
fi
if is_asked_for alone; then
sweep 'ticketd --deliver says "later" when its files fail' $(some 2) \
	--way pipe \
	--program "$as_desk $watched $under $bin/ticketd --deliver -c $conf" \
	open:EIO pread:EIO pwrite:KILL fdatasync:EIO
# At each start Berkeley DB writes zeros behind the log: thousands of calls.
sweep 'ticketd --deliver says "later" when the disk fails or fills up' \
	$(some 3 400) --way pipe \
	--program "$as_desk $watched $under $bin/ticketd --deliver -c $conf" \
	disk:EIO:0 disk:KILL space:ENOSPC:0
# While there is none at all, Berkeley DB may try for ever to open a table.
sweep 'ticketd --deliver says "later" without memory for the store' \
	$(some 3 600) --way pipe \
	--program "$as_desk $watched $of_libdb $bin/ticketd --deliver -c $conf" \
	memory:ENOMEM memory:ENOMEM:30
sweep 'ticketd --deliver dies for want of memory, and nothing else is lost' \
	$(some 3 600) --way pipe \
	--program "$as_desk $watched $bin/ticketd --deliver -c $open_conf" \
	memory:ENOMEM thread:EAGAIN
fi
}

desk_start
count=$(wc -l <"$taken")
diag "$count mails"
ticket list --format=json --limit 0 >"$work/list"
is 'each mail is one ticket' "$(json '#' <"$work/list")" "$count"
json '*' <"$work/list" | sed 's/.*"subject":"\([^"]*\)".*/\1/' | sort \
	>"$work/subjects"
sort "$taken" >"$work/wanted"
check 'and no ticket is anything else' cmp "$work/wanted" "$work/subjects"
# A mail that is put off while it is listed stands there twice: in the place
# that it had, and in the one that it has.
ticket outbox list --format=json | json '*' |
	sed 's/.*"id":\([0-9]*\).*/\1/' | sort -u >"$work/acknowledged"
is 'each was acknowledged once' "$(wc -l <"$work/acknowledged")" "$count"
check_store 'the store is whole'
check 'the daemon stops cleanly' desk_stop
finish
