#!/bin/sh
# 503-utf8.t - SMTPUTF8: a subject and an address in Cyrillic
. "${0%/*}/lib.sh"
. "$libdir/postfix.sh"

postfix_need

try() { # TRANSPORT
	letter utf8 'Анна <анна@example.net>' support@example.org \
		'Принтер горит' |
		smtp -u -f анна@example.net "$smtp_server" \
			support@example.org >"$work/answer"
	like "$1: Postfix takes a mail from a Cyrillic address" \
		"$(cat "$work/answer")" '^250'
	postfix_idle
	is "$1: it makes a ticket" "$(tickets)" 1
	ticket show 1 --format=json >"$work/show"
	is "$1: the subject is readable" \
		"$(json subject <"$work/show")" 'Принтер горит'
	is "$1: so is the requester" \
		"$(json requester <"$work/show")" 'анна@example.net'
	is "$1: so is the name" \
		"$(json requester_name <"$work/show")" 'Анна'
	unlike "$1: nothing bounced" "$(cat "$postfix_log")" status=bounced
	letter ascii 'Anna <anna@example.net>' support@example.org \
		'=?koi8-r?B?8NLJztTF0iDHz9LJ1A==?=' |
		post anna@example.net support@example.org >/dev/null
	wait_mail anna 1
	like "$1: a subject in KOI8-R is answered in kind" \
		"$(header "$(mail_of anna 1)" Subject)" \
		'\[support #2\].*Принтер горит'
}

postfix_new pipe
desk_new
desk_start
postfix_start
try pipe
postfix_stop
desk_stop
rm -rf "$store" "$run" "$postfixdir" "$work/mail"

postfix_new lmtp
desk_sections="[lmtp]
sockets = $run/lmtp;$postfix_spool/ticketd/lmtp"
desk_new
desk_start
postfix_start
try lmtp
finish
