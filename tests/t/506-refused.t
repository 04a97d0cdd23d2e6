#!/bin/sh
# 506-refused.t - what bounces, and what Postfix keeps for later
. "${0%/*}/lib.sh"
. "$libdir/postfix.sh"

postfix_need
postfix_new pipe
desk_keys='max-message-size = 20000'
desk_new
desk_start
postfix_start

small() { # ID RECIPIENT
	letter "$1" 'Anna <anna@example.net>' "$2" "Small $1" |
		post anna@example.net "$2" >/dev/null
}
delivered() { # QUEUE-LOG-WORD COUNT
	[ "$(grep -c "relay=ticketd.*status=$1" "$postfix_log")" -ge "$2" ]
}

small unknown nobody@example.org
wait_mail anna 1
is 'mail to no queue bounces' \
	"$(header "$(mail_of anna 1)" Return-Path)" '<>'
like 'with the status of an unknown recipient' \
	"$(cat "$(mail_of anna 1)")" '^Status: 5\.1\.1'
is 'and makes no ticket' "$(tickets)" 0

{
	letter huge 'Anna <anna@example.net>' support@example.org Huge
	perl -e 'print "line $_\n" for 1 .. 5000'
} | post anna@example.net support@example.org >/dev/null
wait_mail anna 2
like 'too large a mail bounces with the status of one' \
	"$(cat "$(mail_of anna 2)")" '^Status: 5\.3\.4|^Status: 5\.2\.3'
is 'and makes no ticket' "$(tickets)" 0

desk_stop
small fallback support@example.org
wait_for delivered sent 1
is 'without a daemon the mail is filed by ticketd --deliver' \
	"$(tickets)" 1

sed -i '/^\[desk\]/a deliver-fallback = false' "$conf"
small deferred support@example.org
check 'without the fallback Postfix keeps it' wait_for delivered deferred 1
is 'and there is no ticket of it' "$(tickets)" 1
desk_start
postfix_idle
is 'the daemon is back and it is delivered' "$(tickets)" 2

sed -i 's/^domain = .*/domian = example.org/' "$conf"
small misspelt support@example.org
postfix_idle
is 'a mistake made in the file later does not hurt the running desk' \
	"$(sed -i 's/^domian/domain/' "$conf"; tickets)" 3
finish
