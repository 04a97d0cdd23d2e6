#!/bin/sh
# 541-not-by-hand.t - mail of persons that comes by a form, a list, a forwarder
. "${0%/*}/lib.sh"

port=$(free_port)
smtp_server=127.0.0.1:$port
sink_start "$port"
desk_keys='form-senders = support@example.org
transparent-lists = team@lists.example.org
forwarders = info@example.org
admin = root@example.net'
desk_new
desk_start

# hand_in ENVELOPE-SENDER ID FROM TO SUBJECT [FIELDS]
hand_in() {
	hand_sender=$1
	shift
	letter "$@" >"$work/mail.eml"
	deliver -f "$hand_sender" -- support@example.org <"$work/mail.eml" ||
		die "mail $1 is taken"
}

# said MEMBER: what explain says of the last mail.
said() {
	ticket explain --format=json --sender "$hand_sender" \
		--recipient support@example.org "$work/mail.eml" | json "$1"
}

ticket_has() { # NUMBER MEMBER
	ticket show "$1" --format=json | json "$2"
}

# ---- a web form writes as the desk itself ----

hand_in www-data@web.example.org form 'Web form <support@example.org>' \
	support@example.org 'Order' 'Reply-To: Clara <clara@example.net>'
is 'a form is a person' "$(said class)" human
wait_mail clara 1
ack=$(mail_of clara 1)
like 'the customer of Reply-To is answered' "$(header "$ack" Subject)" \
	'\[support #1\] Order'
is 'the ticket is hers' "$(ticket_has 1 requester)" clara@example.net
is 'by From alone' "$(ticket_has 1 messages.0.evidence)" from

hand_in www-data@web.example.org again 'Web form <support@example.org>' \
	support@example.org '[support #1] Order' \
	'Reply-To: Clara <clara@example.net>'
is 'the form knows her again' "$(said thread.ticket)" 1
is 'on the ticket that she names' "$(tickets)" 1
hand_in www-data@web.example.org thief 'Web form <support@example.org>' \
	support@example.org '[support #1] Order' \
	'Reply-To: Thief <thief@example.com>'
is 'and nobody else' "$(tickets)" 2
hand_in www-data@web.example.org nobody 'Web form <support@example.org>' \
	support@example.org 'No address'
is 'a form without a customer is a ticket too' "$(tickets)" 3
unlike 'that is answered to nobody' "$(ticket_has 3 'events.*.kind')" \
	'^acknowledged$'

thread=$(address "$ack" Reply-To)
letter answer 'Clara <clara@example.net>' "$thread" 'Re: Order' \
	"In-Reply-To: $(header "$ack" Message-ID)" |
	deliver -f clara@example.net -- "$thread"
is 'she answers by mail as everybody does' \
	"$(ticket_has 1 'messages.*.rule' | grep -cx address)" 1

# ---- a list that only carries the desk's address ----

hand_in team-bounces@lists.example.org list 'Dora <dora@example.net>' \
	team@lists.example.org 'By the list' \
	'List-Id: Team <team.lists.example.org>
List-Post: <mailto:team@lists.example.org>
Precedence: list
X-BeenThere: team@lists.example.org'
is 'mail by the group mailbox is a person' "$(said class)" human
wait_mail dora 1
like 'who is answered' "$(header "$(mail_of dora 1)" Subject)" 'By the list'
hand_in news-bounces@lists.example.org news 'Dora <dora@example.net>' \
	support@example.org 'News' 'List-Id: News <news.lists.example.org>'
is 'any other list is a list' "$(said class)" list

# ---- a mailbox of ours that passes mail on ----

hand_in egon@example.net forwarded 'Egon <egon@example.net>' \
	info@example.org 'By the mailbox' \
	'X-MS-Exchange-Inbox-Rules-Loop: info@example.org
X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent'
is 'mail that our own mailbox passes on is a person' "$(said class)" human
wait_mail egon 1
like 'who is answered, too' "$(header "$(mail_of egon 1)" Subject)" \
	'By the mailbox'
hand_in egon@example.net strange 'Egon <egon@example.net>' \
	support@example.org 'By another' \
	'X-MS-Exchange-Inbox-Rules-Loop: boss@example.com'
is 'anybody else'\''s is a machine' "$(said class)" notification

ticket outbox flush --wait
is 'nobody got more' "$(mail_count clara) $(mail_count dora) $(mail_count egon)" \
	'1 1 1'
is 'and nobody else got anything but the second writer of the form' \
	"$(ls "$work/mail" | sort | tr '\n' ' ')" 'clara dora egon thief '
check_store 'the store is well'
finish
