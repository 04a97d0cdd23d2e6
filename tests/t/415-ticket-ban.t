#!/bin/sh
# 415-ticket-ban.t - senders whose mail is not wanted
. "${0%/*}/lib.sh"

desk_keys='admin = root@admin.example'
desk_new
tab=$(printf '\t')

what() { # [MEMBER]: of all bans
	ticket ban --format=json | json '#' >"$work/.count"
	for i in $(seq 0 $(($(cat "$work/.count") - 1))); do
		ticket ban --format=json | json "$i.${1:-what}"
	done | tr '\n' ' '
}

class() { # SENDER
	letter "$1" "$1" support@example.org Prize |
		ticket explain --sender "$1" --recipient support@example.org \
			--format=json - | json class
}

is 'nobody is banned at first' "$(ticket ban)" ''
is 'which is an empty array' "$(ticket ban --format=json)" '[]'
is 'mail is mail' "$(class eve@example.net)" human
is 'an address is banned without a daemon' \
	"$(ticket ban Eve@Example.NET --why 'threatens us')" \
	'eve@example.net is banned'
is 'and is at once' "$(class eve@example.net)" spam
desk_start
is 'also by the daemon' "$(class eve@example.net)" spam
is 'a domain is banned by it' "$(ticket ban example.com)" \
	'@example.com is banned'
is 'at once' "$(class anybody@example.com)" spam
is 'and what is below' "$(class anybody@mail.example.com)" spam
is 'not what looks like it' "$(class anybody@notexample.com)" human
like 'an expression, for some days' \
	"$(ticket ban --days 7 '/^casino[0-9]*@/')" \
	'^/\^casino\[0-9\]\*@/ is banned until 20[0-9-]* [0-9:]*$'
is 'at once too' "$(class Casino17@bets.example)" spam
is 'and nothing else' "$(class mycasino17@bets.example)" human
is 'they are listed in order' "$(what)" \
	'/^casino[0-9]*@/ @example.com eve@example.net '
like 'a line has its fields parted by TABs' "$(ticket ban | tail -n 1)" \
	"^eve@example.net${tab}20[0-9-]*T[0-9:]*Z${tab}${tab}control:[a-z_-]*${tab}threatens us$"
is 'as bans' "$(what kind)" 'banned banned banned '
is 'they are no suppressions' "$(ticket suppress list)" ''
like 'the record tells of them' "$(ticket log 0 | sed -n 1p)" \
	'suppressed.*change=added list=banned what=eve@example.net why="threatens us"'
is 'and stat counts them' "$(ticket stat --format=json | json suppressed.banned)" 3

# ---- what comes from them ----

letter one eve@example.net support@example.org 'Pay!' |
	deliver -f eve@example.net support@example.org
is 'their mail is filed' "$?" 0
is 'in no list' "$(ticket list --format=ids)" ''
is 'but that of spam' "$(ticket list --spam --format=ids)" 1
is 'where it is marked' "$(ticket show 1 --format=json | json spam)" true
is 'nobody is answered' "$(ticket outbox list)" ''
is 'it is counted apart' "$(ticket stat --format=json | json queues.0.spam)" 1
is 'and not among the new' "$(ticket stat --format=json | json queues.0.new)" 0
like 'in text too' "$(ticket stat)" '^support +0 +0 +0 +0 +0 +0 +1 '

# ---- ending them ----

is 'a ban is ended' "$(ticket unban '*.example.com' EVE@example.net)" \
	'@example.com is not banned any more
eve@example.net is not banned any more'
is 'at once' "$(class eve@example.net)" human
is 'the others stay' "$(what)" '/^casino[0-9]*@/ '
ends 'what is not banned' 1 ticket unban example.com
like 'is said' "$(cat "$work/.output")" '@example.com is not banned; try:'
ends 'or nothing is ended' 1 ticket unban '/^casino[0-9]*@/' example.com
is 'then all stay' "$(what)" '/^casino[0-9]*@/ '
is 'json has what was ended' \
	"$(ticket unban --format=json '/^casino[0-9]*@/' | json cleared.0)" \
	'/^casino[0-9]*@/'
like 'of which the record tells too' "$(ticket log 0 | tail -n 1)" \
	'change=cleared list=banned'

# ---- what is refused ----

refused() { # DESCRIPTION WHAT REGEXP
	ends "$1" 1 ticket ban "$2"
	like "... with the reason: $2" "$(cat "$work/.output")" "$3"
}

check 'there is an agent' ticket agent add olga olga@agents.example
refused 'not the desk' support@example.org 'an address of this desk'
refused 'nor one with an extension' support+x@example.org 'of this desk'
refused 'nor its domain' example.org 'hit support@example.org'
refused 'nor what matches it' '/support/' 'hit support@example.org'
refused 'not an agent' olga@agents.example 'agent olga'
refused 'nor the agents'\'' domain' agents.example 'agent olga'
refused 'not the administrator' root@admin.example administrator
refused 'not where many are' gmail.com 'hit anybody@gmail.com.*--force'
ends 'unless that is meant' 0 ticket ban --force gmail.com
ends 'an expression must be one' 64 ticket ban '/(/'
ends 'what else it could be is said' 64 ticket ban eve
like 'namely' "$(cat "$work/.output")" 'mail address, domain or /regular'
ends 'days are a number' 64 ticket ban a.example --days many
ends 'options need something to ban' 64 ticket ban --why because
ends 'one that is wrong' 1 ticket ban a.example b.example example.org
is 'bans none of them' "$(what)" '@gmail.com '
ends 'what is to be ended must be said' 64 ticket unban

check 'what backtracks for ever is banned' ticket ban '/^((a+)+)+$/'
many=$(printf '%060d' 0 | tr 0 a)
is 'and holds up nothing' "$(class "$many@example.net")" human
check_store 'the store is sound after all that'
check 'the daemon is well' desk_stop
is 'bans outlive it' "$(what)" '/^((a+)+)+$/ @gmail.com '
finish
