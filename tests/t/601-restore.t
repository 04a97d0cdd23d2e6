#!/bin/sh
# 601-restore.t - backups that are damaged, cut short or in the way
. "${0%/*}/lib.sh"

desk_new
backups=$work/backups
mkdir -m 0777 "$backups"
mail() { # ID
	letter "$1" "$1@example.net" support@example.org "Mail $1" \
		>"$work/mail.eml"
	deliver -f "$1@example.net" -- support@example.org <"$work/mail.eml"
}
newest() { # DIR
	find "$1" -mindepth 1 -maxdepth 1 -name '2*' | sort | tail -n 1
}
file_some() { # FIRST LAST
	for number in $(seq "$1" "$2"); do
		mail "m$number" || return 1
	done
}

# ---- without a daemon ----

desk_start
check 'mail is filed' file_some 1 5
check 'the daemon stops' desk_stop
ends 'without a daemon a backup is made too' 0 ticket backup "$backups/a"
like 'and told' "$(cat "$work/.output")" 'wrote .*/a/2.*, tickets up to 5$'
ends 'and log added' 0 ticket backup --incremental "$backups/a"
like 'which is told' "$(cat "$work/.output")" '^added .* of log'
if [ "$(id -u)" -eq 0 ]; then
	mkdir -m 0700 "$work/roots"
	ends 'root keeps it where nobody else can look' 0 \
		"$bin/ticket" -c "$conf" backup "$work/roots/b"
	is 'as his own' "$(find "$work/roots" ! -user root)" ''
	is 'and leaves nothing of his own in the store' \
		"$(find "$store" ! -user "$desk_user")" ''
	other='setpriv --reuid=65533 --regid=65533 --clear-groups --'
	# shellcheck disable=SC2086
	ends 'another user is refused' 77 \
		$other "$bin/ticket" -c "$conf" backup "$backups/c"
	desk_start
	# shellcheck disable=SC2086
	ends 'by the daemon as well' 77 \
		$other "$bin/ticket" -c "$conf" backup "$backups/c"
	check 'which goes on' desk_stop
else
	skip 'root keeps it where nobody else can look' 'not root'
fi

# ---- what may be in the way ----

mkdir -m 0777 "$backups/other"
: >"$backups/other/letter.txt"
ends 'a directory with something else in it is refused' 1 \
	ticket backup "$backups/other"
like 'which is named' "$(cat "$work/.output")" 'letter.txt'
ends 'a store that is there is not written over' 1 \
	ticket restore "$backups/a"
like 'but there is a way' "$(cat "$work/.output")" '[-]-replace'
desk_start
ends 'nor while the daemon runs' 1 ticket restore --replace "$backups/a"
like 'which is to be stopped' "$(cat "$work/.output")" 'stop it first'

# ---- who fetches it is killed ----

# A process that is stopped keeps its place; one that is killed loses it.
head -c 3000000 /dev/urandom | base64 >"$work/large"
{
	letter large large@example.net support@example.org Large
	cat "$work/large"
} >"$work/mail.eml"
check 'a large mail is filed' \
	deliver -f large@example.net -- support@example.org <"$work/mail.eml"
# shellcheck disable=SC2086
$as_desk "$bin/ticket" -c "$conf" backup "$backups/k" >"$work/killed" 2>&1 &
killed=$!
partial_there() {
	[ -e "$backups/k/.partial/db/messages.db" ] ||
		[ -n "$(newest "$backups/k" 2>/dev/null)" ]
}
wait_for partial_there
kill -9 "$killed"
wait "$killed" 2>/dev/null
second() {
	ticket backup "$backups/k"
}
check 'who asks after one that was killed gets a backup' wait_for second
is 'of the other nothing is left' "$(ls -A "$backups/k" | grep -c partial)" 0
check 'mail is filed as before' file_some 6 7
ends 'older backups may go' 0 ticket backup --keep 1 "$backups/k"
is 'all but one' "$(find "$backups/k" -mindepth 1 -maxdepth 1 | wc -l)" 1

# ---- put in the place of another ----

mail lost
check 'the daemon stops' desk_stop
ends 'a store is replaced' 0 ticket restore --replace "$backups/k"
cp "$work/.output" "$work/told"
like 'it is told what was restored' "$(cat "$work/told")" '^restored .*, as of'
like 'and how many mails are held' "$(cat "$work/told")" '^outbox: 8 mails'
aside=$(sed -n 's/^the store that was there is in //p' "$work/told")
check 'and where the other one is' test -f "$aside/lock"
sed "s|^store = .*|store = $aside|" "$conf" >"$work/aside.conf"
# shellcheck disable=SC2086
is 'in which nothing is lost' \
	"$($as_desk "$bin/ticket" -c "$work/aside.conf" list --format=ids |
		wc -l)" 9
is 'the lost one is lost here' "$(tickets)" 8
is 'the next number is behind those that were given out' \
	"$(echo Hi | ticket new --queue support --requester a@example.net \
		--subject Next)" 1010
check_store 'the store is whole'
ends 'and verified' 0 ticket log --verify

# ---- mail that may have been sent ----

smtp_port=$(free_port)
sed "s|^server = .*|server = 127.0.0.1:$smtp_port|" "$conf" >"$work/conf" &&
	cat "$work/conf" >"$conf"
sink_start "$smtp_port"
desk_start
check 'what is new is sent' wait_for has_mail a 1
check 'all that is due was tried' ticket outbox flush --all --wait
is 'but nothing that is held' "$(mail_count m1)" 0
like 'which is listed as such' "$(ticket outbox list)" 'held: restored from'
ends 'all of it may be sent after all' 0 ticket outbox retry --held
check 'and is' wait_for has_mail m1 1
check 'the daemon stops' desk_stop

# ---- damage ----

damaged() { # FILE HOW...
	damaged_file=$1
	shift
	rm -rf "$work/damaged"
	cp -R "$(newest "$backups/a")" "$work/damaged"
	chmod -R a+rX "$work/damaged"
	"$@" "$work/damaged/$damaged_file"
	ends "$damaged_file after $1 is refused" 1 \
		ticket restore --replace "$work/damaged"
	like 'by name' "$(cat "$work/.output")" "$damaged_file"
}
flip() {
	perl -e 'open my $f, "+<", $ARGV[0]; my $at = (-s $f) / 2;
		seek $f, $at, 0; read $f, my $byte, 1; seek $f, $at, 0;
		print $f $byte ^ "\x10"' "$1"
}
damaged db/events.db truncate -s -100
damaged log/log.0000000001 flip
damaged manifest.json flip
damaged db/tickets.db rm
is 'the store is what it was' "$(tickets)" 9

# ---- a clock that was wrong ----

. "$libdir/preload.sh"
if preload_works; then
	clock_at 86400
	ends 'a backup of tomorrow is made' 0 preload_run \
		TD_PRELOAD_CLOCK="$clock_file" "$bin/ticket" -c "$conf" \
		backup "$backups/t"
	ahead=$(newest "$backups/t")
	ends 'then one of today' 0 ticket backup --keep 1 "$backups/t"
	like 'which is told that the clock was wrong' \
		"$(cat "$work/.output")" "note: $ahead is of .*later than now"
	is 'but is the newest, and stays' "$(newest "$backups/t")" "$ahead-2"
	ends 'log is added to it' 0 \
		ticket backup --incremental --keep 1 "$backups/t"
	is 'and to no other' "$(newest "$backups/t")" "$ahead-2"
else
	skip 'a backup of tomorrow is made' 'no preloaded library goes with it'
fi
ends 'a directory without backups too' 1 ticket restore "$work/mail"
finish
