#!/bin/sh
# 551-fields.t - a customer is asked for what his ticket lacks, and tells it
. "${0%/*}/lib.sh"

port=$(free_port)
smtp_server=127.0.0.1:$port
queue_keys='
[type incident]
required = service;equipment
[field service]
labels = en: Service;ru: Услуга
values = mail;network
[rule broken]
subject = broken
type = incident'
desk_new
desk_start
sink_start "$port"

# say ID TO TEXT: a mail of Anna's that answers the newest one she got.
say() {
	{
		letter "$1" 'Anna <anna@example.net>' "$2" 'Re: It is broken' \
			"In-Reply-To: <question@example.org>" | sed '/^$/q'
		printf '%s\n' "$3"
	} | deliver -f anna@example.net -- "$2"
}

has() { # MEMBER
	ticket show 1 --format=json | json "$1"
}

letter 1 'Anna <anna@example.net>' support@example.org 'It is broken' |
	deliver -f anna@example.net -- support@example.org
wait_mail anna 1
question=$(mail_of anna 1)
thread=$(address "$question" Reply-To)
like 'the customer is asked' "$(text "$question")" \
	'^Service: \(mail, network\)$'
like 'for all that is missing' "$(text "$question")" '^Equipment:$'
is 'and the ticket waits' "$(has status)" waiting

say 2 "$thread" 'Оборудование: ПК-17

> Service: mail'
wait_mail anna 2
question=$(mail_of anna 2)
like 'what is still missing is asked for' "$(text "$question")" \
	'^Service: \(mail, network\)$'
unlike 'but not what is known' "$(text "$question")" '^Equipment'
is 'which is kept' "$(has fields.equipment)" 'ПК-17'
is 'and the ticket still waits' "$(has status)" waiting

say 3 "$thread" 'Service: NETWORK, please'
is 'nobody is asked a third time' "$(has status)" open
say 4 "$thread" 'service = NETWORK'
is 'but may tell it' "$(has fields.service)" network
check 'all has gone out' ticket outbox flush --wait
is 'two questions were all' "$(mail_count anna)" 2

check 'agents set fields by command' ticket do 1 'field Услуга: Mail'
is 'as they are configured' "$(has fields.service)" mail
ends 'other values are refused' 1 ticket do 1 'service: coffee'
like 'with those that there are' "$(cat "$work/.output")" 'mail, network'
ends 'and so are other types' 1 ticket do 1 'type printer'
check 'urgency and impact' ticket do 1 'urgency 1; impact 1'
is 'make the priority' "$(has priority)" 1
check_store 'the store is whole'
finish
