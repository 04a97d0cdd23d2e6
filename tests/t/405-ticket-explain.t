#!/bin/sh
# 405-ticket-explain.t - explain tells which rule fired, and changes nothing
. "${0%/*}/lib.sh"

mkdir -p "$run"
desk_conf >"$conf"
letter one 'Anna <anna@example.net>' support@example.org 'Printer' \
	>"$work/mail.eml"
explain() {
	ticket explain --format=json "$@"
}

# No store, no daemon: an empty desk decides.
is 'it needs no store' "$(explain "$work/mail.eml" | json thread.rule)" new
is 'and makes none' "$(test -e "$store" || echo none)" none
is 'a new ticket has no number yet' \
	"$(explain "$work/mail.eml" | json thread.ticket)" '(null)'
is 'the class is told' "$(explain "$work/mail.eml" | json class)" human
is 'and the first event' \
	"$(explain "$work/mail.eml" | json plan.0.kind)" created
is 'and who gets an answer' \
	"$(explain "$work/mail.eml" | json answer_to)" anna@example.net
is 'the null sender gets none' \
	"$(explain --sender '' "$work/mail.eml" | json answer_to)" '(null)'
like 'for a reason' \
	"$(explain --sender '' "$work/mail.eml" | json silence)" .
is 'stdin is -' "$(explain - <"$work/mail.eml" | json from.address)" \
	anna@example.net
is 'a pipe will do' "$(cat "$work/mail.eml" | explain - | json subject)" Printer
like 'people can read it' "$(ticket explain "$work/mail.eml")" '^class +human'
like 'with the name of who wrote it' "$(ticket explain "$work/mail.eml")" \
	'^from +Anna <anna@example\.net>$'
letter two bob@example.net support@example.org 'Printer' >"$work/two.eml"
like 'who may have none' "$(ticket explain "$work/two.eml")" \
	'^from        <bob@example\.net>$'
ends 'a recipient that is not ours is told' 67 \
	ticket explain --recipient x@example.com "$work/mail.eml"
ends 'a file that is not there' 66 ticket explain "$work/none"
: >"$work/empty"
ends 'an empty file is no mail' 66 ticket explain "$work/empty"

for members in class class_reason message_id from.name subject date \
	references reply_text quoted_text attachments charset_guess auth.spf \
	auth.dkim auth.dmarc auth.signature auth.address dsn.recipients \
	thread.reason rules commands plan; do
	unlike "json has $members" \
		"$(explain "$work/mail.eml" | json "$members")" '^\(none\)$'
done

known() {
	is "a known mail is a duplicate $1" \
		"$(explain "$work/mail.eml" | json thread.rule)" duplicate
	is "of that ticket $1" \
		"$(explain "$work/mail.eml" | json thread.ticket)" 1
	is "and nothing would happen $1" \
		"$(explain "$work/mail.eml" | json plan)" '[]'
	is "nor did it $1" "$(ticket log | wc -l)" 3
}

[ -z "$as_desk" ] || chown -R "$desk_user:nogroup" "$deskdir"
check 'a store is made' ticket init
desk_start
deliver -f anna@example.net -- support@example.org <"$work/mail.eml"
known '(daemon)'
letter three eve@example.com support@example.org '[support #1] Printer' \
	>"$work/three.eml"
like 'a stranger with a number is told apart' \
	"$(explain "$work/three.eml" | json thread.reason)" \
	'its writer is not on$'
check 'the daemon stops' desk_stop
known '(no daemon)'
finish
