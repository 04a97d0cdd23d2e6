#!/bin/sh
# 402-ticket-list.t - ticket list in all its forms, with and without a daemon
. "${0%/*}/lib.sh"

desk_sections='[queue sales]
address = sales@example.org'

new() { # QUEUE REQUESTER SUBJECT
	echo 'Text.' | ticket new --queue "$1" --requester "$2" --subject "$3"
}

desk_new
tab=$(printf '\t')
is 'new prints the number' "$(new support anna@example.net 'Printer, "old"')" 1
new sales bob@example.com '=1+2' >"$work/.output"
new support anna@example.net 'Scanner' >"$work/.output"

forms() {
	is "ids are numbers, newest first $1" \
		"$(ticket list --format=ids | tr '\n' ' ')" '3 2 1 '
	is "a limit counts $1" "$(ticket list --limit 1 --format ids)" 3
	is "limit 0 is all $1" \
		"$(ticket list --format=ids --limit 0 | wc -l)" 3
	is "a queue can be chosen $1" \
		"$(ticket list --queue sales --format=ids)" 2
	ends "a mistyped one is none $1" 1 ticket list --queue slaes
	ends "nor is a mistyped agent $1" 1 ticket list --owner nobdy
	is "and a customer, however written $1" \
		"$(ticket list --format=ids --requester ANNA@example.net |
			tr '\n' ' ')" '3 1 '
	is "and words of the subject $1" \
		"$(ticket list --subject 'old print' --format=ids)" 1
	is "and a status $1" \
		"$(ticket list --status closed --format=json)" '[]'
	is "active ones are left $1" \
		"$(ticket list --active --format=ids | wc -l)" 3
	ends "an unknown status is a mistake $1" 64 ticket list --status odd
	like "which is told with what is right $1" \
		"$(cat "$work/.output")" 'new, open, pending'
	is "a line of text has its fields parted by TABs $1" \
		"$(ticket list | sed -n 1p | cut -f1-5,7)" \
		"3${tab}new${tab}3${tab}support${tab}anna@example.net${tab}Scanner"
	is "json is an array $1" "$(ticket list --format=json | json '#')" 3
	is "of tickets $1" \
		"$(ticket list --format=json | json 2.subject)" 'Printer, "old"'
	is "without an owner $1" \
		"$(ticket list --format=json | json 0.owner)" '(null)'
	like "times are UTC $1" \
		"$(ticket list --format=json | json 0.created)" \
		'^20[0-9-]*T[0-9:]*Z$'
	is "csv has a heading $1" "$(ticket list --format=csv | sed -n 1p)" \
		"number,status,queue,priority,owner,requester,subject,created,updated,type,deadline,breached$(
			printf '\r')"
	like "csv has no formulas $1" "$(ticket list --format=csv)" \
		"^2,new,sales,3,,bob@example.com,'=1\\+2,"
	like "and quotes by doubling $1" "$(ticket list --format=csv)" \
		'^1,.*,"Printer, ""old""",'
}

forms '(no daemon)'
desk_start
forms '(daemon)'

# On a terminal: columns that fit, colours unless they are not wanted.
if command -v script >/dev/null; then
	seen() { # COLUMNS ARG...
		seen_columns=$1
		shift
		TERM=xterm script -qec "stty cols $seen_columns; $as_desk \
			$bin/ticket -c $conf list $*" /dev/null </dev/null |
			tr -d '\r'
	}
	wide=$(seen 100 --color=never)
	like 'a terminal sees a heading' "$wide" '^NUMBER  STATUS .*SUBJECT$'
	like 'and columns' "$wide" '^3 +new +3 +support +anna@example.net +now'
	narrow=$(seen 70 --color=never --limit 1 | awk 'length > 70')
	is 'which fit' "$narrow" ''
	like 'and colours' "$(seen 100)" "$(printf '\033')\\[1;32mnew"
	unlike 'but not with NO_COLOR' "$(NO_COLOR=1 seen 100)" \
		"$(printf '\033')\\["
else
	for description in 'a heading' columns 'which fit' colours NO_COLOR; do
		skip "a terminal: $description" 'no script(1)'
	done
fi
finish
