#!/bin/sh
# 100-deliver-status.t - what ticket-deliver tells the mail server
. "${0%/*}/lib.sh"

desk_keys='max-message-size = 20000
	deliver-fallback = false'
desk_new

letter first 'Anna <anna@example.net>' support@example.org 'One' >"$work/mail"
to=support@example.org

# refused DESCRIPTION STATUS CODE ARG...: ends so, with one line that begins
# with the enhanced status code and names no path.
refused() {
	refused_text=$1 refused_code=$3
	ends "$1" "$2" deliver_with "$@"
	is "$refused_text: in one line" "$(wc -l <"$work/.output")" 1
	like "$refused_text: with a status code" "$(cat "$work/.output")" \
		"^$refused_code ticket-deliver: "
	unlike "$refused_text: without a path" "$(cat "$work/.output")" \
		"$work|/ticketd|/lmtp"
}

deliver_with() {
	shift 3
	deliver "$@"
}

refused 'without a daemon the mail is kept' 75 '4\.3\.2' $to <"$work/mail"

desk_start

# ---- taken ----

ends 'a mail is taken' 0 deliver -f anna@example.net -o $to -q 4Abc -- $to \
	<"$work/mail"
is 'and nothing is said' "$(cat "$work/.output")" ''
is 'and a ticket is there' "$(tickets)" 1
ends 'the same mail is taken again' 0 deliver -f anna@example.net $to \
	<"$work/mail"
is 'and changes nothing' "$(tickets)" 1

letter second 'Berta <berta@example.net>' $to 'Two' >"$work/second"
ends 'a mail without a known sender is taken' 0 deliver $to <"$work/second"
is 'and is a ticket' "$(tickets)" 2

letter third 'Carl <carl@example.net>' $to 'Three' >"$work/third"
export TICKETD_CONF="$conf"
# shellcheck disable=SC2086
ends 'the configuration may be named by the environment' 0 \
	$as_desk "$bin/ticket-deliver" -f carl@example.net $to <"$work/third"
unset TICKETD_CONF
is 'and the ticket is there' "$(tickets)" 3

for sender in '' MAILER-DAEMON; do
	letter "null-$sender" 'Dora <dora@example.net>' $to 'Null' \
		>"$work/null"
	ends "the null sender may be written '$sender'" 0 \
		deliver -f "$sender" $to <"$work/null"
done
is 'and nobody is answered' \
	"$(ticket outbox list --format=json | grep -c dora)" 0

# ---- refused for good ----

refused 'a recipient that is no queue'"'"'s' 67 '5\.1\.1' \
	-f anna@example.net other@example.org <"$work/mail"
refused 'one of two recipients that is no queue'"'"'s' 67 '5\.1\.1' \
	-f anna@example.net -- $to other@example.org <"$work/mail"
{
	letter large 'Anna <anna@example.net>' $to 'Large'
	awk 'BEGIN { for (i = 0; i < 1000; i++) print "012345678901234567890" }'
} >"$work/large"
refused 'a mail that is too large' 65 '5\.3\.4' \
	-f anna@example.net -q 4Abd -- $to <"$work/large"

# ---- trouble of ours ----

before=$(tickets)
refused 'no recipient' 75 '4\.3\.5' -f anna@example.net <"$work/mail"
refused 'an option that there is not' 75 '4\.3\.5' -x -- $to <"$work/mail"
refused 'an option without its word' 75 '4\.3\.5' -f <"$work/mail"
refused 'an original recipient for two' 75 '4\.3\.5' \
	-o help@example.org -- $to $to <"$work/mail"
refused 'an empty recipient' 75 '4\.3\.5' '' <"$work/mail"
refused 'a recipient that would be a command' 75 '4\.3\.5' "$to>
RCPT TO:<$to" <"$work/mail"
refused 'a missing configuration' 75 '4\.3\.5' -c "$work/none" $to \
	<"$work/mail"
printf '[desk]\nrun = nowhere\n' >"$work/wrong.conf"
refused 'a wrong configuration' 75 '4\.3\.5' -c "$work/wrong.conf" $to \
	<"$work/mail"
refused 'a closed input' 75 '4\.3\.0' -f anna@example.net $to <&-
chmod 000 "$run/lmtp"
refused 'a socket that is closed to us' 75 '4\.3\.2' $to <"$work/mail"
chmod 660 "$run/lmtp"
is 'none of these was filed' "$(tickets)" "$before"

if [ "$(id -u)" -eq 0 ]; then
	ends 'root is refused' 75 \
		"$bin/ticket-deliver" -c "$conf" $to <"$work/mail"
else
	skip 'root is refused' 'not run by root'
fi

finish
