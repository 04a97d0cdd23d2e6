#!/bin/sh
# 412-ticket-do.t - ticket do, note and reply: commands without a mail
. "${0%/*}/lib.sh"

desk_sections='[queue sales]
address = sales@example.org
'
desk_new
desk_start
check 'there are agents' ticket agent add olga olga@example.net --language ru
check 'two of them' ticket agent add ivan ivan@example.net
letter 1 'Anna <anna@example.com>' support@example.org Printer >"$work/1.eml"
ends 'and a ticket' 0 \
	deliver -f anna@example.com -- support@example.org <"$work/1.eml"

ticket_has() { # MEMBER
	ticket show 1 --format=json | json "$1"
}

answer=$(ticket do 1 'assign olga; priority 1')
like 'each command is told' "$answer" '^> assign olga$'
like 'with the next one' "$answer" '^> priority 1$'
is 'and its result' "$(printf '%s\n' "$answer" | wc -l)" 4
is 'the owner is new' "$(ticket_has owner)" olga
is 'the priority too' "$(ticket_has priority)" 1
like 'by who asked' "$(ticket log 1 | grep priority)" 'control:'
like 'olga is told by mail' "$(ticket outbox list)" 'olga@example.net'
check 'words need no quotes' ticket do 1 queue sales
is 'where they are plain' "$(ticket_has queue)" sales
check 'an agent'\''s own language does' \
	ticket do '#1' 'приоритет 2; тег +касса' --as olga
is 'as well' "$(ticket_has priority) $(ticket_has tags.0)" '2 касса'

ends 'what is refused' 1 ticket do 1 'priority 3; assign oleg'
like 'is told' "$(cat "$work/.output")" 'nothing was done'
is 'and nothing of it is done' "$(ticket_has priority)" 2
ends 'what is no command' 1 ticket do 1 'priority 3; frobnicate'
is 'nor of that' "$(ticket_has priority)" 2
is 'json says so' "$(ticket do 1 'priority 9' --format=json | json refused)" true
is 'and why' "$(ticket do 1 'priority 9' --format=json |
	json results.0.refused)" true
is 'or what was done' "$(ticket do 1 'priority 4' --format=json |
	json results.0.line)" 'priority 4'
ends 'there is no such ticket' 1 ticket do 7 close
ends 'nor agent' 1 ticket do 1 take --as nobody
ends 'the desk'\''s own record cannot be closed' 1 ticket do 0 close
check 'but commands may be aimed' ticket do 0 '#1 priority 5'
is 'at a ticket' "$(ticket_has priority)" 5
ends 'commands are wanted' 64 ticket do 1

check 'an agent takes it' ticket do 1 take --as ivan
is 'in his own name' "$(ticket_has owner)" ivan

count() { # how many mails wait for ADDRESS
	ticket outbox list | grep -c "	$1	"
}
before=$(count anna@example.com)
check 'a note is added' sh -c "echo 'Between us.' >'$work/text'"
ends 'from the standard input' 0 ticket note 1 --as olga <"$work/text"
is 'the customer gets nothing' "$(count anna@example.com)" "$before"
like 'it stands in the ticket' "$(ticket show 1)" 'Between us'
echo 'We are looking at it.' >"$work/text"
ends 'a reply is sent' 0 ticket reply 1 --as ivan <"$work/text"
is 'to the customer' "$(count anna@example.com)" $((before + 1))
like 'and stands in the ticket' "$(ticket show 1)" '^We are looking at it\.$'
is 'the ticket waits for her' "$(ticket_has status)" waiting
ends 'an empty text is none' 1 ticket reply 1 --as ivan </dev/null
is 'and not sent' "$(count anna@example.com)" $((before + 1))

shown=$(ticket show 1)
like 'mail to agents is hidden' "$shown" 'notifications? to agents not shown'
unlike 'in text' "$shown" '^--- [0-9]+  out  internal'
like 'unless all is asked for' "$(ticket show 1 --all)" \
	'^--- [0-9]+  out  internal'
check 'pending' ticket do 1 'pending 2099-06-01; watch; time 15' --as olga
shown=$(ticket show 1)
like 'until when is shown' "$shown" '^pending until +2099-0'
like 'who watches' "$shown" '^watchers +olga'
like 'the minutes' "$shown" '^minutes +15'

if command -v script >/dev/null; then
	printf '#!/bin/sh\necho "By hand." >"$1"\n' >"$work/editor"
	chmod 755 "$work/editor"
	edit() { # TICKET
		EDITOR=$work/editor VISUAL='' TMPDIR=$deskdir script -qec \
			"$as_desk $bin/ticket -c $conf note $1 --as olga" \
			/dev/null </dev/null
	}
	edit 1 >"$work/.output" 2>&1
	like 'on a terminal an editor is asked' "$(ticket show 1)" 'By hand\.'
	like 'whose text is kept when it fails' "$(edit 9)" 'your text is kept'
else
	skip 'an editor' 'no script(1)'
	skip 'whose text is kept' 'no script(1)'
fi

# ---- a text that takes its time ----

mkfifo "$work/typed"
ticket note 1 --as olga <"$work/typed" >"$work/.output" 2>&1 &
note_pid=$!
exec 9>"$work/typed"
echo 'Begun before' >&9
desk_stop 9>&-
desk_start 9>&-
echo 'and ended after.' >&9
exec 9>&-
check 'a note is taken by a daemon that was started meanwhile' wait "$note_pid"
like 'as a whole' "$(ticket show 1)" 'and ended after\.'
ticket note 1 --as olga <"$work/typed" >"$work/.output" 2>&1 &
note_pid=$!
exec 9>"$work/typed"
# More than a pipe holds: it is being read then.
yes 'Never taken.' | head -c 100000 >&9
desk_stop 9>&-
exec 9>&-
note_status=0
wait "$note_pid" || note_status=$?
is 'where none was started it is not' "$note_status" 75
like 'which is said' "$(cat "$work/.output")" \
	'ticketd ended just now; see whether anything was done'
desk_start
unlike 'and true' "$(ticket show 1)" 'Never taken'

# ---- explain ----

ticket explain --format=json "$work/1.eml" >"$work/explained"
is 'explain has no commands of customers'\'' mail' \
	"$(json 'commands.#' <"$work/explained")" 0
letter 2 'Anna <anna@example.com>' support@example.org New >"$work/2.eml"
like 'but letters' "$(ticket explain --format=json "$work/2.eml" |
	json plan | tr -d '\n')" 'new-ticket'
check_store 'the store is sound after all that'
finish
