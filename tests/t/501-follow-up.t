#!/bin/sh
# 501-follow-up.t - later mails find their ticket
. "${0%/*}/lib.sh"
. "$libdir/postfix.sh"

postfix_need
postfix_new pipe
desk_new
desk_start
postfix_start

anna='Anna <anna@example.net>'
from_anna() {
	post anna@example.net "$1"
}

rule_of() { # TICKET MESSAGE-ID
	ticket show "$1" --format=json |
		perl -MJSON::PP -e '
			my $ticket = decode_json(join "", <STDIN>);
			for (@{$ticket->{messages}}) {
				print $_->{rule} if index($_->{message_id},
					$ARGV[0]) >= 0;
			}' "$2"
}

letter first "$anna" support@example.org 'The printer burns' |
	from_anna support@example.org >/dev/null
wait_mail anna 1
ack=$(mail_of anna 1)
ack_id=$(header "$ack" Message-ID)
thread=$(address "$ack" Reply-To)

letter answer "$anna" "$thread" 'Re: The printer burns' \
	"In-Reply-To: $ack_id" | from_anna "$thread" >/dev/null
postfix_idle
is 'an answer to the acknowledgement is filed by its address' \
	"$(rule_of 1 answer@)" address

letter colleague "$anna" support@example.org 'Re: something else' \
	"References: <first@client.example>" |
	from_anna support@example.org >/dev/null
postfix_idle
is 'a mail that refers to the first one is filed by its references' \
	"$(rule_of 1 colleague@)" references

letter typed "$anna" support@example.org '[support #1] still burning' |
	from_anna support@example.org >/dev/null
postfix_idle
is 'a tag typed by the requester counts' "$(rule_of 1 typed@)" tag
is 'all that made one ticket' "$(tickets)" 1

letter stranger 'Eve <eve@example.com>' support@example.org \
	'Re: [support #1] The printer burns' |
	post eve@example.com support@example.org >/dev/null
postfix_idle
is 'a stranger with the tag opens a ticket of his own' "$(tickets)" 2
is 'which is his' "$(ticket show 2 --format=json | json requester)" \
	eve@example.com
is 'and the first ticket has nothing of his' "$(rule_of 1 stranger@)" ''

letter first "$anna" support@example.org 'The printer burns' |
	from_anna support@example.org >/dev/null
postfix_idle
is 'the same mail again makes no ticket' "$(tickets)" 2

wait_mail eve 1
is 'the stranger is told the number of his ticket alone' \
	"$(text "$(mail_of eve 1)" | grep -c '#1')" 0
finish
