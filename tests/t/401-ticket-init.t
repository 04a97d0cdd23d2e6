#!/bin/sh
# 401-ticket-init.t - ticket init makes a store, once, and says what next
. "${0%/*}/lib.sh"

desk_keys='first-number = 1000'
mkdir -p "$deskdir"
desk_conf >"$conf"
[ -z "$as_desk" ] || chown -R "$desk_user:nogroup" "$deskdir"

ends 'init makes the store' 0 ticket init
like 'and says where' "$(cat "$work/.output")" "$store"
like 'and what next' "$(cat "$work/.output")" 'ticketd -c '
is 'nobody else may look into it' "$(stat -c %a "$store")" 700
is 'the directory for the sockets is there' \
	"$(test -d "$run" && echo yes)" yes
is 'an empty list is no failure' "$(ticket list --format=json)" '[]'
ends 'there is no ticket yet' 1 ticket show 1000

ends 'a second init is refused' 1 ticket init
like 'and says that there is one' "$(cat "$work/.output")" 'already'
is 'the first number is that of the configuration' "$(echo Hi |
	ticket new --queue support --requester a@example.net --subject x)" 1000

store=$deskdir/second
desk_conf >"$conf"
check 'the option is stronger' ticket init --first-number 7
is 'and counts' "$(echo Hi |
	ticket new --queue support --requester a@example.net --subject x)" 7
ends 'tickets do not begin at 0' 64 ticket init --first-number 0
ends 'an unknown user cannot own a store' 64 ticket init --user no-such-user

if [ "$(id -u)" -eq 0 ]; then
	ends 'only root makes a store for others' 77 ticket init --user root
	store=$work/lib/third
	desk_conf >"$conf"
	ends 'root makes a store for the user' 0 \
		"$bin/ticket" -c "$conf" init --user nobody
	is 'who owns it' "$(stat -c %U "$store" "$store/db" | uniq)" nobody
else
	ends 'only root makes a store for others' 77 ticket init --user root
	skip 'root makes a store for the user' 'not root'
	skip 'who owns it' 'not root'
fi
finish
