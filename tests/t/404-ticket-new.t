#!/bin/sh
# 404-ticket-new.t - ticket new and reprocess
. "${0%/*}/lib.sh"

desk_new
desk_start

new() {
	ticket new --queue support --requester anna@example.net "$@"
}

is 'new prints the number' "$(echo 'No paper.' |
	new --subject 'Printer' --name 'Anna')" 1
like 'the ticket is the customer'\''s' "$(ticket show 1)" \
	'^requester +Anna <anna@example.net>$'
like 'with the text' "$(ticket show 1)" '^No paper\.$'
like 'by whoever used the tool' \
	"$(ticket show 1 --format=json | json events.0.actor)" '^control:'
is 'an acknowledgement waits' "$(ticket outbox list | wc -l)" 1
is 'unless it is to be quiet' \
	"$(echo Hi | new --subject Quiet --quiet) $(ticket outbox list | wc -l)" \
	'2 1'
is 'the text may be empty' "$(new --subject Empty </dev/null)" 3
is 'and json' "$(echo Hi | new --subject J --format=json | json number)" 4
echo Hi >"$work/text"
ends 'an unknown queue is refused' 1 ticket new --queue sales \
	--requester a@example.net --subject x <"$work/text"
like 'with the names of those there are' "$(cat "$work/.output")" support
ends 'an address that is none is a mistake' 64 \
	ticket new --queue support --requester anna --subject x <"$work/text"
is 'neither opened a ticket' "$(tickets)" 4

if command -v script >/dev/null; then
	printf '#!/bin/sh\necho "Written by hand." >"$1"\n' >"$work/editor"
	printf '#!/bin/sh\n:\n' >"$work/lazy"
	chmod 755 "$work/editor" "$work/lazy"
	edit() { # EDITOR
		EDITOR=$1 VISUAL='' script -qec "$as_desk $bin/ticket \
			-c $conf new --queue support --requester \
			anna@example.net --subject Edited" /dev/null </dev/null
	}
	like 'on a terminal an editor is asked' "$(edit "$work/editor")" '^5'
	like 'and its text taken' "$(ticket show 5)" '^Written by hand\.$'
	like 'nothing written, nothing opened' "$(edit "$work/lazy")" \
		'nothing was written'
	is 'no ticket for that' "$(tickets)" 5
else
	for description in asked taken nothing; do
		skip "an editor: $description" 'no script(1)'
	done
	skip 'no ticket for that' 'no script(1)'
	echo Hi | new --subject Fifth >"$work/.output"
fi

like 'a message that is right stays' "$(ticket reprocess 1/1)" '^stays 1/1 '
ends 'our own mail is not decided about' 1 ticket reprocess 1/2
ends 'nor is what is not there' 1 ticket reprocess 9/1

letter answer 'Anna <anna@example.net>' support@example.org 'Late' \
	'In-Reply-To: <question@example.net>' >"$work/answer.eml"
letter question 'Anna <anna@example.net>' support@example.org 'Early' |
	sed 's/^Message-ID: .*/Message-ID: <question@example.net>/' \
	>"$work/question.eml"
deliver -f anna@example.net -- support@example.org <"$work/answer.eml"
deliver -f anna@example.net -- support@example.org <"$work/question.eml"
like 'an answer that came before its question finds it' \
	"$(ticket reprocess 6/1)" '^moved to 7/[0-9]+  rule references$'
like 'its old place stays readable' "$(ticket raw 6/1)" '^Subject: Late'
check_store 'the store is sound after all that'
finish
