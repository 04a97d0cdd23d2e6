#!/bin/sh
# 410-ticket-agent.t - agents, as the command line keeps them
. "${0%/*}/lib.sh"

desk_sections='[queue sales]
address = sales@example.org
aliases = shop@example.org
'
desk_new
desk_start

agent() { # NAME MEMBER
	ticket agent show "$1" --format=json | json "$2"
}

check 'an agent is added' ticket agent add olga olga@example.net \
	Olga.Petrova@Example.NET --queue support --queue sales --role lead \
	--language ru --full-name 'Ольга Петрова'
is 'with her addresses, folded' "$(agent olga addresses.1)" \
	olga.petrova@example.net
is 'and queues' "$(agent olga queues.1)" sales
is 'and role' "$(agent olga role)" lead
is 'and language' "$(agent olga language)" ru
is 'and what customers see' "$(agent olga full_name)" 'Ольга Петрова'
check 'another one needs no more than an address' \
	ticket agent add 'Ivan Ivanov' ivan@example.net
is 'and works in every queue' \
	"$(ticket agent show 'ivan ivanov' | grep '^queues')" 'queues        all'

ends 'a name is one agent'\''s' 1 ticket agent add OLGA other@example.net
ends 'so is an address' 1 ticket agent add pete olga@example.net
like 'which is told by both names' "$(cat "$work/.output")" 'pete.*olga'
ends 'a name is no word of a command' 1 ticket agent add me me@example.net
ends 'nor has it its signs' 64 ticket agent add 'a;b' me@example.net
ends 'an address is one' 64 ticket agent add pete pete
for address in support@example.org support+1@example.org shop@example.org; do
	ends "the desk's own address $address is nobody's" 1 \
		ticket agent add pete "$address"
done
ends 'a queue must be there' 1 ticket agent add pete p@example.net --queue x
like 'else all are named' "$(cat "$work/.output")" 'support, sales'
ends 'a language must be spoken' 1 \
	ticket agent add pete p@example.net --language xx
like 'else all that are' "$(cat "$work/.output")" 'en, ru'
ends 'a role is agent or lead' 64 ticket agent add pete p@example.net --role boss
ends 'an agent needs an address' 64 ticket agent add pete
is 'none of these was added' "$(ticket agent list | wc -l)" 2
ends 'a customer is no agent' 0 ticket customer add carl@example.net
ends 'unless removed first' 1 ticket agent add carl carl@example.net
like 'as is told' "$(cat "$work/.output")" 'ticket customer remove carl@'

check 'what is known is changed' ticket agent set olga \
	--add-address o@example.net --remove-address olga@example.net \
	--queue support --role agent --echo on --language none
is 'addresses' "$(agent o@example.net addresses.1)" o@example.net
is 'queues' "$(ticket agent show olga --format=json | json 'queues.#')" 1
is 'role' "$(agent olga role)" agent
is 'echo' "$(agent olga echo)" true
check 'every queue again' ticket agent set olga --queue all
is 'all' "$(ticket agent show olga --format=json | json 'queues.#')" 0
ends 'there must be something to change' 64 ticket agent set olga
ends 'and somebody' 1 ticket agent set oleg --echo on
like 'who is there is told' "$(cat "$work/.output")" 'Ivan Ivanov, olga'
ends 'the start of a name is not enough' 1 ticket agent set ol --echo on
like 'but helps' "$(cat "$work/.output")" 'did you mean olga'
ends 'an address that is not hers' 1 \
	ticket agent set olga --remove-address ivan@example.net
check 'all but one may go' \
	ticket agent set olga --remove-address olga.petrova@example.net
ends 'the last one may not' 1 \
	ticket agent set olga --remove-address o@example.net

check 'away until a day, with a deputy' ticket agent set olga \
	--away 2099-12-31 --deputy 'ivan ivanov'
like 'is kept as a time' "$(agent olga away)" '^20(99-12-3|100-01-0)'
is 'and a name' "$(agent olga deputy)" 'Ivan Ivanov'
ends 'nonsense is no time' 64 ticket agent set olga --away sometime
ends 'nor are more commands' 64 ticket agent set olga --away '2d; help'
ends 'nobody is his own deputy' 1 ticket agent set olga --deputy olga
check 'back again' ticket agent set olga --away none --deputy none
is 'and here' "$(agent olga away)$(agent olga deputy)" '(null)(null)'

is 'the list is by name' "$(ticket agent list | cut -f1 | tr '\n' ' ')" \
	'Ivan Ivanov olga '
is 'one row each, parted by TABs' "$(ticket agent list | sed -n 2p)" \
	"olga	agent			all	o@example.net"
is 'or json' "$(ticket agent list --format=json | json 1.name)" olga
if command -v script >/dev/null; then
	like 'with a heading on a terminal' "$(
		script -qec "$as_desk $bin/ticket -c $conf agent list" \
			/dev/null </dev/null)" 'NAME +ROLE'
else
	skip 'a heading on a terminal' 'no script(1)'
fi

check 'Ivan is her deputy' ticket agent set olga --deputy ivan@example.net
check 'and owns a ticket' ticket new --queue support --quiet \
	--requester anna@example.net --subject Printer </dev/null
check 'by his own wish' ticket do 1 take --as ivan@example.net
is 'which the list tells' "$(ticket list | cut -f8)" 'Ivan Ivanov'
is 'by his name' "$(ticket list --owner 'ivan ivanov' --format=ids)" 1
is 'or address' "$(ticket list --owner ivan@example.net --format=ids)" 1
check 'he is removed' ticket agent remove 'Ivan Ivanov'
like 'what is his still is told' "$(cat "$work/.output")" \
	"that owner: 1; .* --owner 'Ivan Ivanov'"
is 'and found' "$(ticket list --owner 'Ivan Ivanov' --format=ids)" 1
ends 'he is no agent any more' 1 ticket agent show 'Ivan Ivanov'
is 'nor a deputy' "$(agent olga deputy)" '(null)'
check 'his address is free' ticket agent add igor ivan@example.net
like 'all that stands in the log of the desk' "$(ticket log 0)" \
	'note	control:.*person=olga what=added'
like 'by what was changed' "$(ticket log 0)" 'person=olga what=.*echo'

# ---- keys ----

gpg_key() { # NAME
	mkdir -p "$work/gnupg" && chmod 700 "$work/gnupg"
	gpg --homedir "$work/gnupg" --batch --quiet --passphrase '' \
		--quick-generate-key "$1" ed25519 sign never \
		>"$work/.output" 2>&1 &&
		gpg --homedir "$work/gnupg" --export --armor "$1" \
			>"$work/$1.asc"
}

echo nothing >"$work/nothing"
if command -v gpg >/dev/null && gpg_key olga@example.net; then
	at_exit "gpgconf --homedir '$work/gnupg' --kill all"
	check 'a key is added' ticket agent key olga "$work/olga@example.net.asc"
	like 'by its fingerprint' "$(cat "$work/.output")" \
		'^openpgp:[0-9A-F]{40}	.*olga@example.net'
	key=$(ticket agent key olga --list)
	like 'and listed' "$key" '^openpgp:[0-9A-F]{40}$'
	ends 'it is one agent'\''s' 1 \
		ticket agent key igor "$work/olga@example.net.asc"
	check 'it is taken away by its end' ticket agent key olga --remove \
		"$(printf '%s' "$key" | tail -c 16)"
	is 'and gone' "$(ticket agent key olga --list)" ''
	ends 'once' 1 ticket agent key olga --remove "$key"
	desk_stop
	check 'without a daemon it is added too' \
		ticket agent key olga "$work/olga@example.net.asc"
	desk_start
	is 'and kept' "$(ticket agent key olga --list)" "$key"
	ends 'a file of something else has no key' 64 \
		ticket agent key olga "$work/nothing"
else
	for description in added fingerprint listed one taken gone once alone \
		kept none; do
		skip "a key: $description" 'no gpg'
	done
fi
ends 'a file must be there' 66 ticket agent key olga "$work/not-there"
ends 'or something else be asked' 64 ticket agent key olga
check_store 'the store is sound after all that'
finish
