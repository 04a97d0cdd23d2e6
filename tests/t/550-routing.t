#!/bin/sh
# 550-routing.t - rules of the configuration, and fields of trusted senders
. "${0%/*}/lib.sh"

# The rules stand in ticketd.conf(5) like this.
desk_keys='authserv-id = mail.example.org
trusted-senders = backup@example.org;@monitor.example.org'
desk_sections='[queue sales]
address = sales@example.org
[queue berlin]
address = berlin@example.org

[rule great-bank]
company = Great Bank;bank.example
priority = 2
tags = vip
watch = sales

[rule site]
subject = /\\[(?<site>[a-z]+)\\]/
queue = {site}
fields = service: site {site}

[rule small-pages]
sender = scanner@example.net
smaller = 20K
acknowledge = false
tags = scan
stop = true

[rule bomb]
text = /(a+)+$/
tags = bomb'
desk_new
desk_start

send() { # SENDER ID SUBJECT [FIELDS]: delivers a mail
	letter "$2" "$1" support@example.org "$3" "${4:-}" >"$work/mail.eml"
	deliver -f "$1" -- support@example.org <"$work/mail.eml"
}

explain() { # PATH: out of what is said of the mail that was written last
	ticket explain --format=json "$work/mail.eml" | json "$1"
}

show() { # NUMBER PATH
	ticket show "$1" --format=json | json "$2"
}

letter one anna@bank.example support@example.org 'Printer [Berlin]' \
	>"$work/mail.eml"
is 'explain names the first rule that fires' "$(explain rules.0.name)" \
	'rule great-bank'
is 'and why' "$(explain rules.0.why)" 'company is bank.example'
is 'and what it does' "$(explain rules.0.what)" \
	'priority 2, tag vip, watched by sales'
is 'and the second' "$(explain rules.1.why)" 'subject has "[Berlin]"'
is 'and the queue that it gets' "$(explain queue)" berlin
like 'in a text too' "$(ticket explain "$work/mail.eml")" \
	'^rules +rule great-bank: company is bank\.example -> priority 2, tag'
like 'a line each' "$(ticket explain "$work/mail.eml")" \
	'^ +rule site: .* -> queue berlin, field service: site Berlin'

deliver -f anna@bank.example -- support@example.org <"$work/mail.eml"
is 'the mail goes that way' "$(show 1 queue)" berlin
is 'with its priority' "$(show 1 priority)" 2
is 'and its tag' "$(show 1 tags.0)" vip
like 'the record tells the rules' "$(ticket log 1)" \
	'created.*rules="rule great-bank, rule site"'
like 'and which did what' "$(ticket log 1)" \
	'priority.*desk.*rule="rule great-bank"'

send boris@example.net two 'Where is [moscow]?'
is 'what there is not changes nothing' "$(show 2 queue)" support
letter also boris@example.net support@example.org 'Where is [moscow]?' \
	>"$work/mail.eml"
is 'and is told' "$(explain rules.0.what)" \
	'no queue "moscow", field service: site moscow'

send scanner@example.net three 'Page of [berlin]'
is 'the scanner is routed too' "$(show 3 queue)" berlin
is 'but not answered' "$(ticket log 3 | grep -c acknowledged)" 0

send backup@example.org four 'Backup failed' 'X-Ticketd-Priority: 1'
is 'whoever only says that he is trusted is not' "$(show 4 priority)" 3
letter five backup@example.org support@example.org 'Backup' \
	'X-Ticketd-Priority: 1' >"$work/mail.eml"
is 'explain says why' "$(explain rules.0.why)" \
	'only From says that it is by a trusted sender'
is 'and that it does not count' "$(explain rules.0.what)" ignored
send backup@example.org six 'Backup failed again' \
	'X-Ticketd-Priority: 1
X-Ticketd-Queue: sales
Authentication-Results: mail.example.org; dmarc=pass header.from=example.org;
 spf=pass smtp.mailfrom=backup@example.org'
is 'whoever is proven to be is' "$(show 5 priority)" 1
is 'in all he says' "$(show 5 queue)" sales

{
	letter seven eve@example.net support@example.org Bomb
	perl -e 'print "a" x 3000, "!\n"'
} >"$work/mail.eml"
is 'an expression that runs away is told' "$(explain rules.0.name)" \
	'rule bomb (ran away)'
is 'and does nothing' "$(explain rules.0.what)" nothing

check_store 'records, events and indexes agree'
check 'the daemon stops' desk_stop

echo '[rule broken]' >>"$conf"
ends 'a rule that does nothing is a mistake' 78 ticket list
like 'told with its line' "$(cat "$work/.output")" \
	'ticketd.conf:[0-9]+: \[rule broken\] does nothing; expected'
finish
