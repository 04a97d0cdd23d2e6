#!/bin/sh
# 414-ticket-suppress.t - addresses that get no automatic mail
. "${0%/*}/lib.sh"

desk_new
tab=$(printf '\t')

listed() { # [OPTION...]: the addresses of the list
	ticket suppress list "$@" | cut -f1 | tr '\n' ' '
}

is 'nobody is suppressed at first' "$(ticket suppress list)" ''
is 'which is an empty array' "$(ticket suppress list --format=json)" '[]'
like 'one is added without a daemon' \
	"$(ticket suppress add Robot@Example.NET --why 'answers  all')" \
	'^robot@example.net gets no automatic mail$'
desk_start
like 'and with one, for some days' \
	"$(ticket suppress add bob@example.net --days 30)" \
	'^bob@example.net gets no automatic mail until 20[0-9-]* [0-9:]*$'
is 'they are listed' "$(listed)" 'bob@example.net robot@example.net '
is 'as muted' "$(listed --kind muted)" 'bob@example.net robot@example.net '
is 'and not as bounced' "$(listed --kind bounced)" ''
like 'a line of text has its fields parted by TABs' \
	"$(ticket suppress list | sed -n 2p)" \
	"^robot@example.net${tab}muted${tab}1${tab}20[0-9-]*T[0-9:]*Z${tab}${tab}${tab}answers all$"

row() { # NUMBER MEMBER
	ticket suppress list --format=json | json "$1.$2"
}

is 'json has an array' "$(ticket suppress list --format=json | json '#')" 2
is 'of what' "$(row 1 what)" robot@example.net
is 'and why' "$(row 1 why)" 'answers all'
is 'of what kind' "$(row 1 kind)" muted
like 'by whom' "$(row 1 by)" '^control:'
is 'no mail was the reason' "$(row 1 ticket) $(row 1 message)" \
	'(null) (null)'
like 'since when' "$(row 1 created)" '^20[0-9-]*T[0-9:]*Z$'
is 'for ever' "$(row 1 expires)" '(null)'
like 'or not' "$(row 0 expires)" '^20[0-9-]*T[0-9:]*Z$'
is 'again counts' "$(ticket suppress add robot@example.net --format=json |
	json count)" 2
is 'and the record tells' "$(ticket log 0 --format=json | json '#')" 3
like 'by whom and what' "$(ticket log 0 | sed -n 1p)" \
	'suppressed.*change=added list=muted what=robot@example.net why="answers all"'

is 'an address is cleared' "$(ticket suppress clear ROBOT@example.net)" \
	'robot@example.net gets automatic mail again'
is 'and not there any more' "$(listed)" 'bob@example.net '
ends 'so it cannot be cleared' 1 ticket suppress clear robot@example.net
like 'which is said' "$(cat "$work/.output")" 'robot@example.net is not supp'
ends 'nor is anything, if one is not there' 1 \
	ticket suppress clear bob@example.net robot@example.net
is 'then the other one stays' "$(listed)" 'bob@example.net '
is 'json has what was cleared' \
	"$(ticket suppress clear bob@example.net --format=json |
		json cleared.0)" bob@example.net
like 'of which the record tells too' "$(ticket log 0 | tail -n 1)" \
	'change=cleared list=muted what=bob@example.net'

ends 'an address is one' 64 ticket suppress add robot
ends 'days are a number' 64 ticket suppress add a@example.net --days x
ends 'and at least one' 64 ticket suppress add a@example.net --days 0
ends 'a kind is one' 64 ticket suppress list --kind banned
ends 'what is to be cleared must be said' 64 ticket suppress clear
ends 'the group is half a command' 64 ticket suppress
like 'of which the others are named' "$(cat "$work/.output")" \
	'ticket suppress list, ticket suppress add, ticket suppress clear'

# ---- what is suppressed gets no acknowledgement ----

silence() { # SENDER
	letter silent "$1" support@example.org Printer |
		ticket explain --sender "$1" --recipient support@example.org \
			--format=json - | json silence
}

is 'who is not suppressed is answered' "$(silence anna@example.net)" '(null)'
check 'one is suppressed' ticket suppress add anna@example.net
unlike 'and gets no answer' "$(silence anna@example.net)" '^\(null\)$'
check 'until that is taken back' ticket suppress clear anna@example.net
is 'then it gets one' "$(silence anna@example.net)" '(null)'

# ---- many; and text that a terminal would obey ----

for i in 1 2 3 4 5 6; do
	ticket suppress add "user$i@many.example" --why "$(printf '\033[2J')" \
		>"$work/.output"
done
is 'many are listed' "$(ticket suppress list | wc -l)" 6
unlike 'without what a terminal obeys' "$(ticket suppress list)" \
	"$(printf '\033')"
is 'and counted' "$(ticket stat --format=json | json suppressed.muted)" 6
like 'in text too' "$(ticket stat)" '^suppressed +0 bounced, 6 muted, 0 banned$'
if command -v script >/dev/null; then
	seen=$(TERM=xterm script -qec "stty cols 100; $as_desk \
		$bin/ticket -c $conf suppress list --color=never" /dev/null \
		</dev/null | tr -d '\r')
	like 'a terminal sees a heading' "$seen" '^ADDRESS +KIND +TIMES +LAST'
	like 'and columns' "$seen" '^user1@many.example +muted +1 +20'
else
	skip 'a terminal sees a heading' 'no script(1)'
	skip 'and columns' 'no script(1)'
fi
check_store 'the store is sound after all that'
finish
