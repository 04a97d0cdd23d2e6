#!/bin/sh
# 400-ticket-usage.t - the command line: help, mistakes and their exit status
. "${0%/*}/lib.sh"

says() { # DESCRIPTION STATUS REGEXP ARG...: exit status and text on stderr
	says_text=$1 says_status=$2 says_regexp=$3
	shift 3
	ends "$says_text" "$says_status" ticket "$@"
	like "$says_text: it says so" "$(cat "$work/.output")" "$says_regexp"
}

mkdir -p "$run"
desk_conf >"$conf"

like 'help lists the commands' "$(ticket help)" '^  outbox flush '
like 'help tells of one command' "$(ticket help list)" '--requester ADDRESS'
like 'a command has --help' "$(ticket show --help)" '^usage: ticket show'
like 'the version is told' "$(ticket --version)" '^ticket [0-9]'

says 'no command is a mistake' 64 'try: ticket help'
says 'a command is mistyped' 64 'did you mean: ticket list' lst
says 'half a command is named' 64 'ticket outbox flush' outbox
says 'half a command is mistyped' 64 'unknown command "outbox lst"' outbox lst
says 'an option is unknown' 64 'unknown option --foo' list --foo
says 'an option lacks its value' 64 '--queue needs a value' list --queue
says 'an option has a wrong value' 64 'text\|json' show 1 --format=csv
says 'a flag has a value' 64 'takes no value' list --spam=yes
says 'a number is none' 64 'must be a number' list --limit=x
says 'a ticket is no number' 64 'is not N, as in 42' show forty
says 'a message is no number' 64 'is not N/SEQ' raw 1/x
says 'message 0 does not exist' 64 'is not N/SEQ' raw 1/0
says 'an attachment is half named' 64 'N/SEQ/PART' attachment 1/1
says 'an argument is missing' 64 'needs N' show
says 'there is an argument too many' 64 'one word too many' show 1 2
says 'an id is no number' 64 'ticket outbox list' outbox drop x
says 'new lacks the subject' 64 '--subject is missing' \
	new --queue support --requester a@example.net
says 'the check of a wrong call could not look' 3 'unknown option' check --foo

says 'there is no store yet' 66 'ticket init' list
echo 'colour = red' >>"$conf"
says 'a mistake in the configuration has its line' 78 \
	"ticketd.conf:$(grep -n colour "$conf" | cut -d: -f1): " list
echo '[desk]' >"$work/other.conf"
TICKETD_CONF=$work/other.conf
export TICKETD_CONF
says '-c is stronger than TICKETD_CONF' 78 'desk/ticketd.conf' list
ends 'TICKETD_CONF names the configuration' 78 "$bin/ticket" list
like 'TICKETD_CONF names the configuration: it is that file' \
	"$(cat "$work/.output")" 'other.conf'
finish
