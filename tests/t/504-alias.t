#!/bin/sh
# 504-alias.t - an alias in front of the desk: the first recipient is kept
. "${0%/*}/lib.sh"
. "$libdir/postfix.sh"

postfix_need
postfix_new pipe
desk_keys='own-aliases = help@alias.example'
desk_new
desk_start
postfix_start

letter first 'Anna <anna@example.net>' help@alias.example 'By the alias' |
	post anna@example.net help@alias.example >/dev/null
wait_mail anna 1
is 'mail to the alias makes a ticket' "$(tickets)" 1
like 'pipe(8) was given both addresses' "$(cat "$postfix_log")" \
	'to=<support@example\.org>, orig_to=<help@alias\.example>'
is 'the ticket knows the original recipient' \
	"$(ticket show 1 --format=json | json messages.0.original_recipient)" \
	help@alias.example
like 'the acknowledgement comes from the desk' \
	"$(address "$(mail_of anna 1)" From)" '@example\.org$'
finish
