#!/bin/sh
# 408-ticket-owner.t - who may open the store when no daemon runs
. "${0%/*}/lib.sh"

[ "$(id -u)" -eq 0 ] || skip_all 'not root'
need setpriv
desk_new
as_other='setpriv --reuid=65533 --regid=65533 --clear-groups --'
other() {
	$as_other "$bin/ticket" -c "$conf" "$@"
}
root() {
	"$bin/ticket" -c "$conf" "$@"
}

ends 'another user is refused' 77 other list
like 'and told whose store it is' "$(cat "$work/.output")" \
	"belongs to $desk_user"
letter one anna@example.net support@example.org Printer >"$work/mail.eml"
ends 'for explain too' 77 other explain "$work/mail.eml"
ends 'a check could not look' 3 other check

is 'root may' "$(echo Hi |
	root new --queue support --requester a@example.net --subject x)" 1
is 'and is named' "$(root log 1 --format=json | json 0.actor)" control:root
is 'but leaves nothing of his own in the store' \
	"$(find "$store" ! -user "$desk_user")" ''

desk_start
ends 'the daemon refuses another user' 77 other list
is 'and answers root' "$(root list --format=ids)" 1
is 'and its own user' "$(ticket list --format=ids)" 1
is 'who is named' "$(echo Hi | ticket new --queue support \
	--requester a@example.net --subject x && ticket log 2 --format=json |
	json 0.actor)" "2
control:$desk_user"
finish
