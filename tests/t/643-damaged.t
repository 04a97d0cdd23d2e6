#!/bin/sh
# 643-damaged.t - files of the store cut short, changed, gone or somebody else's:
# who opens it says which and what to do, and mail waits
#
#	DAMAGED=all     every file and every damage; else some, from a place that
#	                DAMAGED_SEED tells
#	DAMAGED_SEED    else the time of day
. "${0%/*}/lib.sh"

seed=${DAMAGED_SEED:-$(date +%s)}
diag "DAMAGED_SEED=$seed"
count=40
desk_new
desk_start
{
	letter 'm%d' 'a%d@example.net' support@example.org 'Mail %d word%d'
	head -c 3000 /dev/urandom | base64
} >"$work/mails.eml"
check 'mails are filed' smtp -l -r "$count" -f a@example.net "$run/lmtp" \
	support@example.org <"$work/mails.eml"
check 'there is an agent' ticket agent add olga olga@example.net
mkdir -m 777 "$work/backups"
ends 'there is a backup' 0 ticket backup "$work/backups/b"
check 'the daemon stops' desk_stop
cp -a "$store" "$work/whole"
letter new new@example.net support@example.org New >"$work/new.eml"

# ---- damage ----

flip() { # FILE OFFSET: one bit
	perl -e 'open my $file, "+<", $ARGV[0] or die; seek $file, $ARGV[1], 0;
		read $file, my $byte, 1; seek $file, $ARGV[1], 0;
		print $file chr(ord($byte) ^ 32)' "$1" "$2"
}

damage() { # PATH KIND
	size=$(stat -c %s "$1")
	case $1 in
	*/messages.db) page=32768 ;;
	*) page=8192 ;;
	esac
	case $2 in
	empty) truncate -s 0 "$1" ;;
	half) truncate -s $((size / 2)) "$1" ;;
	less-a-byte) truncate -s $((size - 1)) "$1" ;;
	less-a-page) truncate -s $((size - page)) "$1" ;;
	magic) flip "$1" 12 ;;
	header) flip "$1" 100 ;;
	second) flip "$1" $((page + page / 2)) ;;
	middle) flip "$1" $((size / 2 + 500)) ;;
	last) flip "$1" $((size - 300)) ;;
	gone) rm "$1" ;;
	mode) chmod 0 "$1" ;;
	owner) chown root:root "$1" && chmod 600 "$1" ;;
	esac
}

whole_again() {
	rm -rf "$store"
	cp -a "$work/whole" "$store"
}

# ---- what comes of it ----

bad() { # TEXT
	echo "$file $kind: $1" >>"$work/bad"
	sed 's/^/    /' "$work/out" | tail -n 4 >>"$work/bad"
}

# run STATUSES COMMAND...: its status must be one of them.
run() {
	wanted=$1
	shift
	status=0
	timeout -s KILL 60 "$@" >"$work/out" 2>&1 </dev/null || status=$?
	case " $wanted " in
	*" $status "*) ;;
	*) bad "status $status of $*" ;;
	esac
}

# Up, or ended by itself; not told to.
up_or_ended() {
	grep -qx ready "$work/out" || ! kill -0 "$desk_pid"
}

try_daemon() {
	# shellcheck disable=SC2086
	$as_desk "$bin/ticketd" -c "$conf" >"$work/out" 2>&1 </dev/null &
	desk_pid=$!
	wait_for up_or_ended || bad 'the daemon neither starts nor ends'
	kill "$desk_pid" 2>/dev/null
	status=0
	wait "$desk_pid" 2>/dev/null || status=$?
	case $status in
	0 | 74 | 75 | 77) ;;
	*) bad "status $status of the daemon" ;;
	esac
}

# Nothing was noticed: then nothing may be missing.
look_for_loss() {
	run 0 $as_desk "$bin/ticket" -c "$conf" list --limit 0 --format=ids
	[ "$(wc -l <"$work/out")" -eq $((count + 1)) ] || bad 'tickets are missing'
	run 0 $as_desk "$bin/ticket" -c "$conf" log --verify
}

# Which file it is Berkeley DB tells but where a page is not there at all.
look_at_words() {
	[ "$status" -eq 3 ] || grep -q '^critical' "$work/out" ||
		bad 'no word of it'
	grep -Eq 'ticket restore|is made anew|must belong' "$work/out" ||
		bad 'no word of what to do'
	name=${file##*/}
	case $kind in
	half | less-a-page) ;;
	*) grep -q -e "${name%.db}" -e '/log ends before' "$work/out" ||
		bad 'the file is not named' ;;
	esac
}

try() { # FILE KIND
	file=$1 kind=$2
	whole_again
	damage "$store/$file" "$kind"
	# shellcheck disable=SC2086
	{
	run '0 75' $as_desk sh -c "exec $bin/ticketd --deliver -c $conf \
		-f new@example.net -- support@example.org <$work/new.eml"
	delivered=$status
	case $kind in
	mode | owner) run 3 $as_desk "$bin/ticket" -c "$conf" check ;;
	*) run '1 2' $as_desk "$bin/ticket" -c "$conf" check ;;
	esac
	if [ "$status" -ge 2 ]; then
		look_at_words
	elif [ "$delivered" -ne 0 ]; then
		bad 'mail waits, and ticket check finds nothing'
	else
		look_for_loss
	fi
	run '0 74 77' $as_desk "$bin/ticket" -c "$conf" list
	}
	try_daemon
}

# ---- all that can be ----

if [ "$(id -u)" -eq 0 ]; then
	kinds='empty half less-a-byte less-a-page magic header second middle last
		gone mode owner'
else
	kinds='empty half less-a-byte less-a-page magic header second middle last
		gone mode'
fi
for path in "$work"/whole/db/*.db "$work"/whole/log/log.*; do
	for kind in $kinds; do
		echo "${path#"$work/whole/"} $kind"
	done
done >"$work/all"
if [ "${DAMAGED:-}" = all ]; then
	cp "$work/all" "$work/some"
else
	all=$(wc -l <"$work/all")
	awk -v at="$((seed % 29))" 'NR % 29 == at' "$work/all" >"$work/some"
fi
: >"$work/bad"
while read -r file kind <&3; do
	try "$file" "$kind"
done 3<"$work/some"
is "$(wc -l <"$work/some") damages: each is told, and mail waits" \
	"$(cat "$work/bad")" ''

# ---- the file that shows that there is a store ----

whole_again
rm "$store/lock"
ends 'without its lock file a store is none' 66 ticket list
ends 'and none is made over it' 1 ticket init
like 'which says what to do' "$(cat "$work/.output")" \
	'no file "lock"; make an empty one'
# shellcheck disable=SC2086
$as_desk touch "$store/lock"
is 'then it is there again' "$(tickets)" "$count"

# ---- an index ----

whole_again
damage "$store/db/tickets-by-word.db" last
ends 'a damaged index is told of' 2 ticket check
like 'and that it is one' "$(cat "$work/.output")" \
	'stop ticketd, remove tickets-by-word\.db .*is made anew'
rm "$store/db/tickets-by-word.db"
ends 'without it the store is opened' 0 ticket list --subject word7
is 'and it is there again' "$(ticket list --subject word7 --format=ids | wc -l)" 1
check_store 'the store is whole'

# ---- from the backup ----

damage "$store/db/messages.db" second
ends 'damage that no index is' 74 ticket raw 1
ends 'is restored from the backup' 0 \
	ticket restore --replace "$work/backups/b"
is 'all tickets are there' "$(tickets)" "$count"
check_store 'the store is whole'
desk_start
ends 'mail is filed again' 0 \
	deliver -f new@example.net -- support@example.org <"$work/new.eml"
check 'the daemon stops cleanly' desk_stop
finish
