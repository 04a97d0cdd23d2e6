#!/bin/sh
# 553-monitor.t - problems and recoveries that monitoring systems tell by mail
. "${0%/*}/lib.sh"

desk_sections='[queue network]
address = network@example.org

[monitor nagios]
sender = nagios@mon.example
format = nagios
queue = network
on-recovery = close
answer = ack@example.net

[monitor backup]
sender = backup@mon.example
format = pattern
problem = /^Backup of (?<host>\\S+) (?<state>failed)/
recovery = /^Backup of (?<host>\\S+) succeeded/
priority = 3'
port=$(free_port)
sink_start "$port"
smtp_server=127.0.0.1:$port
desk_new
desk_start
check 'an agent works there' ticket agent add olga olga@example.com \
	--queue network

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

problem='** PROBLEM Service Alert: web01/HTTP is CRITICAL **'
letter zero nagios@mon.example support@example.org "$problem" \
	>"$work/mail.eml"
is 'explain names the monitor' "$(explain rules.0.name)" 'monitor nagios'
is 'and what it says' "$(explain rules.0.why)" \
	'says problem of web01/HTTP: CRITICAL'
is 'and what that does' "$(explain rules.0.what)" 'new ticket, priority 2'
is 'who is not answered' "$(explain answer_to)" '(null)'

check 'a problem is taken' send nagios@mon.example one "$problem"
is 'it opens a ticket' "$(show 1 subject)" 'web01/HTTP is CRITICAL'
is 'in the queue of the monitor' "$(show 1 queue)" network
is 'of its priority' "$(show 1 priority)" 2
is 'which has no requester' "$(show 1 requester)" '(null)'
check 'it comes again' send nagios@mon.example two "$problem"
is 'that is no other ticket' "$(tickets)" 1
check 'somebody takes it' ticket do 1 take --as olga
ticket outbox flush --wait
wait_mail ack 1
answer=$(mail_of ack 1)
is 'the monitor hears it' "$(header "$answer" Subject)" 'Taken: web01/HTTP'
like 'with the lines that a program reads' "$(text "$answer")" \
	'^Service: HTTP$'
like 'the ticket among them' "$(text "$answer")" '^Ticket: \[support #1\]$'
check 'it recovers' send nagios@mon.example three \
	'** RECOVERY Service Alert: web01/HTTP is OK **'
is 'that closes the ticket' "$(show 1 status)" closed
check 'a recovery of nothing is taken' send nagios@mon.example four \
	'** RECOVERY Host Alert: db1 is UP **'
is 'and opens none' "$(tickets)" 1

check 'an own format is read' send backup@mon.example five \
	'Backup of files02 failed after 3 hours'
is 'by its expression' "$(show 2 subject)" 'files02 is failed'
check 'and its recovery' send backup@mon.example six \
	'Backup of files02 succeeded'
is 'resolves it' "$(show 2 status)" resolved
check 'other mail of a monitor is taken' send backup@mon.example seven \
	'Backup needs a new disk'
is 'as that of anybody' "$(show 3 subject)" 'Backup needs a new disk'
check_store 'the store is well'
finish
