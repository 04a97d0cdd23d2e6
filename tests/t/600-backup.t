#!/bin/sh
# 600-backup.t - a backup of a desk at work, and a desk made of it
. "${0%/*}/lib.sh"

smtp_port=$(free_port)
smtp_server=127.0.0.1:$smtp_port
sink_start "$smtp_port"
desk_sections='[queue help]
address = help@example.org'
desk_new
desk_start
# Whoever makes backups need not be the desk's user.
backups=$work/backups
if [ -n "$as_desk" ]; then
	asker() {
		"$bin/ticket" -c "$conf" "$@"
	}
else
	asker() {
		ticket "$@"
	}
fi

mail() { # ID FROM TO SUBJECT
	letter "$1" "$2" "$3" "$4" >"$work/mail.eml"
	deliver -f "$2" -- "$3" <"$work/mail.eml"
}
# What the mail in FILE is answered by: WHO writes TEXT.
answer() { # ID WHO FILE TEXT
	{
		letter "$1" "$2" "$(address "$3" Reply-To)" \
			"Re: $(header "$3" Subject)" \
			"In-Reply-To: $(header "$3" Message-ID)" | sed '/^$/q'
		echo "$4"
	} >"$work/mail.eml"
	deliver -f "$2" -- "$(address "$3" Reply-To)" <"$work/mail.eml"
}
told() { # NUMBER PATH
	ticket show "$1" --format=json | json "$2"
}
# The mail that NAME got of ticket NUMBER.
mail_about() { # NAME NUMBER
	grep -l "^Subject:.*#$2\\]" "$(inbox "$1")"/* | head -n 1
}
newest() {
	find "$backups" -mindepth 1 -maxdepth 1 -name '2*' | sort | tail -n 1
}

check 'an agent is added' ticket agent add olga olga@example.net
mail before anna@example.net support@example.org 'Before the backup'
wait_mail anna 1
wait_mail olga 1
cp "$(mail_about anna 1)" "$work/anna-before"
cp "$(mail_about olga 1)" "$work/olga-before"
answer first olga@example.net "$work/olga-before" 'priority 2'
is 'whose personal address is a proof' "$(told 1 priority)" 2

# ---- under load ----

perl "$libdir/storm-send.pl" lmtp load "$work/end" "$work/taken" 1 - \
	"$run/lmtp" &
storm_pid=$!
at_exit "end_process $storm_pid"
many_taken() {
	[ "$(wc -l <"$work/taken")" -ge 60 ]
}
wait_for many_taken
cp "$work/taken" "$work/taken.before"
ends 'a backup is made while mail pours in' 0 \
	asker backup --format=json "$backups"
full=$(newest)
is 'and says where it is' "$(json backup <"$work/.output")" "$full"
check 'mail went on meanwhile' kill -0 "$storm_pid"
: >"$work/end"
wait "$storm_pid"
settled() {
	settled_before=$(tickets)
	sleep 0.3
	[ "$settled_before" -eq "$(tickets)" ]
}
check 'then there is no more' wait_for settled
is 'only its owner may read the backup' \
	"$(find "$full" -type d ! -perm 0700; find "$full" -type f ! -perm 0600)" ''
if [ "$(id -u)" -eq 0 ]; then
	is 'who is the one who asked for it' \
		"$(find "$backups" ! -user root)" ''
else
	skip 'who is the one who asked for it' 'not root'
fi
check 'nothing is left half written' test ! -e "$backups/.partial"
mkdir "$work/shut"
chmod 555 "$work/shut"
ends 'where nothing may be written, nothing is' 77 ticket backup "$work/shut"
like 'and the whole path is told' "$(cat "$work/.output")" \
	"cannot make $work/shut/\\.partial: "
ends 'the backup is whole' 0 asker restore --dry-run "$backups"

# ---- log is added ----

mail after anna@example.net support@example.org 'After the backup'
last_taken=$(tickets)
ends 'log is added to it' 0 \
	asker backup --incremental --format=json "$backups"
is 'and no more than log' "$(json kind <"$work/.output")" addition
is 'to the same backup' "$(newest)" "$full"

# ---- lost afterwards ----

lost=$((last_taken + 2))
mail lost-1 carl@example.com support@example.org 'Never saved'
mail lost-2 dora@example.com support@example.org 'Never saved either'
is 'what came later is ticket' "$(tickets)" "$lost"
lost_told() {
	[ -n "$(mail_about olga "$lost")" ]
}
wait_mail dora 1
wait_for lost_told
cp "$(mail_about dora "$lost")" "$work/dora-lost"
cp "$(mail_about olga "$lost")" "$work/olga-lost"

# ---- elsewhere ----

check 'the daemon stops' desk_stop
elsewhere=$work/desk/elsewhere
sed "s|^store = .*|store = $elsewhere|" "$conf" >"$work/conf" &&
	cat "$work/conf" >"$conf"
user=
[ -z "$as_desk" ] || user="--user $desk_user"
# shellcheck disable=SC2086
ends 'a store is made of the backup elsewhere' 0 \
	asker restore --skip 1 --format=json $user "$backups"
store=$elsewhere
is 'up to the last mail that log was added for' \
	"$(json last_ticket <"$work/.output")" "$last_taken"
is 'the check found nothing' "$(json wrong <"$work/.output")" 0
is 'one number is left out' \
	"$(json skipped_to <"$work/.output")" $((last_taken + 1))
if [ -n "$as_desk" ]; then
	is 'the store is the desk'\''s' \
		"$(find "$elsewhere" ! -user "$desk_user")" ''
else
	skip 'the store is the desk'\''s' 'not root'
fi
desk_start
check_store 'the store is whole'
is 'each mail that was taken before the backup began is there' \
	"$(awk '{ print $3 }' "$work/taken.before" | while read -r number; do
		ticket show "$number" --format=json >/dev/null 2>&1 ||
			echo "$number is lost"
	done)" ''
is 'what log was added for too' "$(ticket show "$last_taken" --format=json |
	json subject)" 'After the backup'
ends 'what came later is lost' 1 ticket show $((last_taken + 1))
ends 'nothing was tampered with' 0 ticket log --verify
like 'the desk'\''s own record tells of the restore' \
	"$(ticket log 0)" "report.*skipped_to=$((last_taken + 1))"

# ---- numbers and addresses ----

mail new-1 eve@example.net support@example.org 'Somebody else'
is 'the number of a lost ticket is another one now' \
	"$(told "$lost" requester)" eve@example.net
answer old-thread anna@example.net "$work/anna-before" 'Is it done?'
like 'who answers an old ticket is heard' \
	"$(ticket show 1 --format=json)" 'old-thread@client.example'
answer lost-thread dora@example.com "$work/dora-lost" 'Is mine done?'
is 'who answers a lost one opens a new one' \
	"$(told $((lost + 1)) requester)" dora@example.com
answer lost-order olga@example.net "$work/olga-lost" 'priority 1'
is 'the personal address of a lost ticket does nothing to a new one' \
	"$(told "$lost" priority)" 3
answer old-order olga@example.net "$work/olga-before" 'priority 1'
is 'that of an old one is no proof any more' "$(told 1 priority)" 2
finish
