#!/bin/sh
# 555-audit.t - ticket log and its filters, --verify, seals; what is late is
# listed and counted
. "${0%/*}/lib.sh"

desk_sections='[queue sales]
address = sales@example.org
[sla all]
first-response = 4h
calendar = always
'
desk_new
desk_start
check 'there is an agent' ticket agent add olga olga@example.net
letter 1 'Anna <anna@example.com>' support@example.org Printer >"$work/1.eml"
letter 2 'Boris <boris@example.com>' sales@example.org Offer >"$work/2.eml"
ends 'a ticket by mail' 0 \
	deliver -f anna@example.com -- support@example.org <"$work/1.eml"
ends 'and another' 0 \
	deliver -f boris@example.com -- sales@example.org <"$work/2.eml"
check 'olga works on the first' ticket do 1 'take; priority 1' --as olga

# ---- log ----

log=$(ticket log 1)
like 'an event tells its mail' "$log" \
	'^20[^	]*	1	created	customer:anna@example.com	[^	]+	1/1	'
like 'or that it came by the control socket' "$log" \
	'	1	owner	agent:olga	[^	]+	control	from="" to=olga$'
like 'what was sent tells what for, and which message it is' "$log" \
	'	acknowledged	desk	-	1/1	message=2 .*'
unlike 'checksums are no text for people' "$log" 'sha256='
is 'json has them' "$(ticket log 1 --format=json | json 0.detail.sha256)" \
	"$(ticket raw 1/1 | sha256sum | cut -d' ' -f1)"
is 'and the source' "$(ticket log 1 --format=json | json 0.source)" 1/1

kinds() { # OPTION...: kinds of events, newest first
	ticket log "$@" | cut -f3 | tr '\n' ' '
}

is 'by person' "$(kinds --person olga --kind owner,priority)" 'owner priority '
is 'by address' "$(kinds --person olga@example.net --kind owner)" 'owner '
is 'as it stands there' \
	"$(kinds --person CUSTOMER:Anna@example.com)" 'message created '
is 'of one ticket' "$(kinds 2 --person boris@example.com)" 'created message '
is 'the newest of those' "$(kinds 1 --person olga --limit 1)" 'owner '
is 'nobody did it' "$(kinds --person eve)" ''
is 'by kind' "$(kinds --kind created)" 'created created '
is 'more than one kind' "$(kinds 1 --kind created --kind owner)" \
	'created owner '
is 'since today' "$(kinds --since today --kind created)" 'created created '
is 'not since tomorrow' "$(kinds --since 2999-01-01)" ''
is 'until yesterday' "$(kinds --until yesterday)" ''
is 'since an hour ago' "$(kinds --since -1h --kind created)" \
	'created created '
is 'until an hour ago' "$(kinds --until=-1h)" ''
ends 'an unknown kind' 64 ticket log --kind breakfast
like 'says which there are' "$(cat "$work/.output")" 'escalated'
ends 'an unknown time' 64 ticket log --since noon
like 'says how it is written' "$(cat "$work/.output")" '2026-11-22 10:00'

# ---- what is late ----

is 'nobody has the second' "$(ticket list --unowned --format=ids)" 2
is 'olga the first' "$(ticket list --mine --as olga --format=ids)" 1
is 'nothing waits' "$(ticket list --waiting --format=ids)" ''
is 'nothing is late' "$(ticket list --overdue --format=ids)" ''
is 'nor broken' "$(ticket list --breached --format=ids)" ''
check 'a deadline in the past' ticket do 1 'due 2020-01-01 10:00' --as olga
is 'is late' "$(ticket list --overdue --format=ids)" 1
is 'in its queue' "$(ticket list --overdue --queue sales --format=ids)" ''
is 'with an owner' "$(ticket list --overdue --owner olga --format=ids)" 1
is 'and not without' "$(ticket list --overdue --unowned --format=ids)" ''
ends 'nobody and somebody' 64 ticket list --unowned --owner olga
ends 'who is me' 1 ticket list --mine --as eve
is 'json has the soonest deadline' \
	"$(ticket list --overdue --format=json | json 0.deadline)" \
	2020-01-01T10:00:00Z
like 'show tells of it' "$(ticket show 1)" '^ +agreed: 2020-01-01 10:00'
is 'stat counts it' "$(ticket stat --format=json | json total.overdue)" 1
is 'of its queue' "$(ticket stat --format=json | json queues.0.overdue)" 1
is 'not of the other' "$(ticket stat --format=json | json queues.1.overdue)" 0
is 'and who has none' "$(ticket stat --format=json | json total.unowned)" 1
is 'and hers' "$(ticket stat --as olga --format=json | json total.mine)" 1

# ---- verify ----

verify() { # DESCRIPTION: all is well
	ends "$1" 0 ticket log --verify
	like "$1, and says so" "$(cat "$work/.output")" 'nothing was changed$'
}

verify 'nothing was changed'
ends 'one ticket' 0 ticket log 1 --verify
like 'is one ticket' "$(cat "$work/.output")" '^1 tickets'
ends 'one that is not there' 1 ticket log 9 --verify
is 'no findings in json' "$(ticket log --verify --format=json)" '[]'

seal=$work/seal
# The files are those of the user who asks.
mkdir "$seal"
[ -z "$as_desk" ] || chown "$desk_user" "$seal"
ends 'a seal' 0 ticket log --seal "$seal/1"
like 'has a line for each ticket' "$(cat "$seal/1")" '^2 [0-9]+ [0-9a-f]{64}$'
ends 'is not written over' 1 ticket log --seal "$seal/1"
ends 'nothing was changed since' 0 ticket log --against "$seal/1"
check 'what happens later' ticket do 2 'take; priority 2' --as olga
ends 'is no change' 0 ticket log --verify --against "$seal/1"
ends 'nor of one ticket' 0 ticket log 2 --verify --against "$seal/1"
ends 'a seal of one ticket alone' 64 ticket log 1 --seal "$seal/2"
sed 's/^1 /3 /' "$seal/1" >"$seal/3"
ends 'a seal that was changed' 1 ticket log --against "$seal/3"
like 'is none' "$(cat "$work/.output")" 'no seal of ticketd, or was changed'
sed '$d' "$seal/1" >"$seal/4"
ends 'nor is half of one' 1 ticket log --against "$seal/4"
ends 'nor is what is not there' 66 ticket log --against "$seal/5"
ends 'a seal where nothing can be' 73 ticket log --seal "$seal/none/5"
is 'nothing else is left there' "$(ls -A "$seal" | tr '\n' ' ')" '1 3 4 '
for option in --person=olga --kind=owner --since=today --until=today --limit=3
do
	ends "$option picks nothing to verify" 64 \
		ticket log --verify "$option"
	like "$option is told" "$(cat "$work/.output")" \
		"${option%%=*} picks events to be printed"
done
ends 'nor to compare' 64 ticket log --against "$seal/1" --limit 3

# Another desk, with tickets of the same numbers: as if it had been rewritten.
desk_stop >/dev/null
mv "$store" "$work/sealed"
check 'another store' ticket init
desk_start
ends 'has other tickets' 0 \
	deliver -f anna@example.com -- support@example.org <"$work/2.eml"
verify 'it is whole in itself'
ends 'but not what was sealed' 1 ticket log --against "$seal/1"
like 'of what is there' "$(cat "$work/.output")" \
	'^event 1/[0-9]+ (was sealed|is not what was sealed)'
like 'and what is not' "$(cat "$work/.output")" \
	'^event 2/[0-9]+ was sealed, and nothing of the ticket is there$'
like 'with a count' "$(cat "$work/.output")" ' findings$'
is 'as json' "$(ticket log --against "$seal/1" --format=json |
	json 0.finding)" 'was sealed, and is missing with all behind event 0'
desk_stop >/dev/null
verify 'without a daemon it is the same'
finish
