#!/bin/sh
# 409-ticket-check-postfix.t - check --mail asks a real Postfix
. "${0%/*}/lib.sh"
. "$libdir/postfix.sh"

postfix_need
postfix_new lmtp
desk_sections="[lmtp]
sockets = $run/lmtp;$postfix_spool/ticketd/lmtp"
desk_new
desk_start
postfix_start
MAIL_CONFIG=$postfix_etc
export MAIL_CONFIG

found=$(ticket check --mail)
like 'Postfix takes mail to the queue' "$found" \
	'^ok +mail to support@example.org'
like 'and with an extension' "$found" '^ok +mail to support\+check@'
like 'its limit is compared' "$found" '^(ok|warning) +mail size .*[0-9]'
like 'its transport leads to our socket in the chroot' "$found" \
	"^ok +transport +relay_transport leads to $postfix_spool/ticketd/lmtp"
like 'and so does that of the queue' "$found" \
	"^ok +transport +transport of support@example.org leads to "

desk_sections=
desk_conf >"$conf"
like 'a socket that the chroot does not have is told' \
	"$(ticket check --mail)" \
	"^warning +transport .*sockets = $postfix_spool/ticketd/lmtp"

postconf -c "$postfix_etc" -e 'recipient_delimiter =' \
	'relay_recipient_maps = inline:{x@example.org=x}'
postfix -c "$postfix_etc" reload >/dev/null 2>&1
refused() {
	ticket check --mail | grep -q '^critical  mail to support+'
}
check 'extensions that Postfix does not know are critical' wait_for refused
like 'with the setting that mends it' "$(ticket check --mail)" \
	'^critical +mail to support\+.*recipient_delimiter = \+'
finish
