#!/bin/sh
# 502-lmtp.t - mail by the chrooted lmtp(8), over a socket in Postfix's queue
. "${0%/*}/lib.sh"
. "$libdir/postfix.sh"

postfix_need
postfix_new lmtp
desk_sections="[lmtp]
sockets = $run/lmtp;$postfix_spool/ticketd/lmtp"
desk_new
desk_start
postfix_start

letter first 'Anna <anna@example.net>' support@example.org 'By LMTP' |
	post anna@example.net support@example.org support+x@example.org \
		>/dev/null
wait_mail anna 1
ack=$(mail_of anna 1)
like 'the mail is acknowledged' "$(header "$ack" Subject)" '\[support #1\]'
postfix_idle
is 'two recipients of one queue make one ticket' "$(tickets)" 1
is 'and one acknowledgement' "$(mail_count anna)" 1
like 'Postfix notes the answer with the number' \
	"$(cat "$postfix_log")" 'status=sent \(250 2\.0\.0 .*ticket=1'

thread=$(address "$ack" Reply-To)
letter second 'Anna <anna@example.net>' "$thread" 'Re: By LMTP' \
	"In-Reply-To: $(header "$ack" Message-ID)" |
	post anna@example.net "$thread" >/dev/null
postfix_idle
is 'the answer is on the same ticket' "$(tickets)" 1
is 'by the rule address' "$(ticket show 1 --format=json |
	json 'messages.*.rule' | grep -cx address)" 1

# lmtp(8) folds lines over 998 bytes unless told otherwise; the desk takes
# what comes.
{
	letter long 'Anna <anna@example.net>' support@example.org 'Long line'
	perl -e 'print "x" x 5000, "\n"'
} | post anna@example.net support@example.org >/dev/null
postfix_idle
is 'a mail with a long line makes a ticket' "$(tickets)" 2

desk_stop
check 'the socket is gone when the daemon has stopped' \
	test ! -e "$postfix_spool/ticketd/lmtp"
letter third 'Anna <anna@example.net>' support@example.org 'While down' |
	post anna@example.net support@example.org >/dev/null
deferred() {
	grep -q 'status=deferred' "$postfix_log"
}
check 'Postfix keeps what comes while the daemon is down' wait_for deferred
desk_start
postfix_idle
is 'and delivers it later' "$(tickets)" 3
unlike 'nothing bounced' "$(cat "$postfix_log")" 'status=bounced'
finish
