#!/bin/sh
# 210-alone.t - ticketd --deliver: one mail, no daemon
. "${0%/*}/lib.sh"

desk_keys='max-message-size = 20000'
desk_new

alone() {
	# shellcheck disable=SC2086
	$as_desk ${TD_WRAP:-} "$bin/ticketd" --deliver -c "$conf" "$@"
}

# fails DESCRIPTION STATUS CODE ARG...: the mail on stdin is not taken.
fails() {
	fails_text=$1 fails_status=$2 fails_code=$3
	shift 3
	ends "$fails_text" "$fails_status" alone "$@"
	like "$fails_text: stderr begins with $fails_code" \
		"$(cat "$work/.output")" "^$fails_code [^/]*\$"
	is "$fails_text: one line" "$(grep -c '' "$work/.output")" 1
}

mail() {
	letter "$1" 'Anna <anna@example.net>' support@example.org "$1"
}

mail first >"$work/mail"
ends 'a mail is filed' 0 alone -f anna@example.net -q 4F1 -- \
	support@example.org <"$work/mail"
is 'nothing is said' "$(cat "$work/.output")" ''
is 'there is a ticket' "$(tickets)" 1
is 'its acknowledgement waits for the daemon' \
	"$(ticket outbox list --format=json | json '#')" 1
ends 'the same mail again' 0 alone -f anna@example.net -q 4F1 -- \
	support@example.org <"$work/mail"
is 'changes nothing' "$(tickets)" 1

{
	echo 'From anna@example.net Sun Nov 22 10:00:00 2026'
	mail second
} >"$work/mail"
check 'a leading mbox line is borne' alone support@example.org <"$work/mail"
ticket raw 2 >"$work/raw"
mail second >"$work/mail"
check 'and cut, all else is as it came' cmp "$work/raw" "$work/mail"

mail bounce >"$work/mail"
check 'a mail with a null sender' alone -f MAILER-DAEMON \
	support@example.org <"$work/mail"
is 'is never answered' \
	"$(ticket outbox list --format=json | json '#')" 2

mail third >"$work/mail"
fails 'a recipient of others' 67 5.1.1 sales@example.org <"$work/mail"
fails 'one of two of others' 67 5.1.1 support@example.org \
	sales@example.org <"$work/mail"
is 'the other is served' "$(tickets)" 3
{
	mail large
	head -c 30000 /dev/zero | tr '\0' x
} >"$work/large"
fails 'a mail that is too large' 65 5.3.4 support@example.org <"$work/large"
fails 'no mail at all' 75 4.3.0 support@example.org </dev/null
printf 'From: a@b.example\n\ncut of' >"$work/cut"
fails 'a mail that was cut off' 75 4.3.0 -q 4F2 support@example.org \
	<"$work/cut"
fails 'no recipient' 75 4.3.5 <"$work/mail"
fails 'a wrong option' 75 4.3.5 -x support@example.org <"$work/mail"
fails 'an original for two' 75 4.3.5 -o a@example.org support@example.org \
	support+x@example.org <"$work/mail"

good=$(cat "$conf")
printf '%s\ncolour = red\n' "$good" >"$conf"
fails 'a mistake in the configuration' 75 4.3.5 support@example.org \
	<"$work/mail"
printf '%s\n' "$good" >"$conf"
is 'nothing of that is filed' "$(tickets)" 3

desk_start
mail fourth >"$work/mail"
check 'while a daemon has the store, it takes the mail' \
	alone -f anna@example.net -q 4F3 support@example.org <"$work/mail"
like 'by LMTP, with the queue id' "$(cat "$desk_log")" \
	'event=filed ticket=4 .* queue_id=4F3 '
desk_stop
finish
