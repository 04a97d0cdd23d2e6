#!/bin/sh
# 554-templates.t - templates and prepared answers of one's own
. "${0%/*}/lib.sh"

texts=$work/texts
mkdir -p "$texts/templates/en" "$texts/canned/en" "$texts/canned/support/en" \
	"$texts/canned/ru"
desk_keys="templates = $texts/templates
canned = $texts/canned"
desk_sections="[queue sales]
address = sales@example.org
language = ru
[rule vip]
sender = *@vip.example
template = vip"
desk_new

# put FILE: what is on the standard input, below $texts.
put() {
	mkdir -p "$texts/$(dirname "$1")"
	cat >"$texts/$1"
	chmod -R a+rX "$texts"
}

# acknowledgement N FROM RECIPIENT: the text of the answer to a mail that opens
# ticket N.
acknowledgement() {
	letter "$1" "$2" "$3" Printer >"$work/mail.eml"
	deliver -f "$2" -- "$3" <"$work/mail.eml" || return 1
	ticket raw "$1/2" >"$work/answer.eml"
	text "$work/answer.eml"
}

# ---- without a daemon ----

ends 'what a rule names must be there' 1 ticket template check
like 'it is told' "$(cat "$work/.output")" \
	'\[rule vip\] names the template "vip", which is not there'
ends 'a folder that is none' 66 ticket template check "$work/none"
is 'the built-in texts are listed' "$(ticket template list |
	grep -c '	built in$')" "$(ls "$srcdir"/conf/templates/*/*.txt | wc -l)"
ticket template show acknowledgement --language=ru >"$work/shown"
check 'and shown as they are' cmp "$work/shown" \
	"$srcdir/conf/templates/ru/acknowledgement.txt"
ends 'what is none is not' 1 ticket template show nonsense

# ---- templates ----

put templates/en/acknowledgement.txt <<'TEXT'
# Ours.
Subject: {tag} Thanks

All: #{number}
TEXT
put templates/sales/en/acknowledgement.txt <<'TEXT'
Subject: {tag} Thanks

Sales: #{number}
TEXT
put templates/en/vip.txt <<'TEXT'
Subject: {tag} {subject}

VIP: #{number}
TEXT
ends 'good files are well' 0 ticket template check
like 'and counted' "$(cat "$work/.output")" ': 3 files, no mistake$'
is 'as JSON too' "$(ticket template check --format=json | json '#')" 0
desk_start
like 'one stands in for the built-in text' \
	"$(acknowledgement 1 anna@example.com support@example.org)" '^All: #1$'
like 'one of a queue goes before it' \
	"$(acknowledgement 2 anna@example.com sales@example.org)" '^Sales: #2$'
like 'and one that a rule names' \
	"$(acknowledgement 3 boss@vip.example support@example.org)" '^VIP: #3$'
like 'they are listed' "$(ticket template list)" \
	"^acknowledgement	en	sales	$texts/templates/sales/en/"
is 'as JSON' "$(ticket template show acknowledgement --queue=sales \
	--format=json --language=en | json queue)" sales

put templates/en/closed.txt <<'TEXT'
Subject: {tag} {subject}

{nummer}
TEXT
put templates/en/aknowledgement.txt <<'TEXT'
Subject: x

x
TEXT
ends 'mistakes are found' 1 ticket template check
like 'with file and line' "$(cat "$work/.output")" \
	"^$texts/templates/en/closed.txt:3: unknown word [{]nummer[}]"
like 'a name that is none' "$(cat "$work/.output")" \
	'did you mean "acknowledgement"'
is 'as JSON' "$(ticket template check --format=json | json 1.line)" 3
ends 'in any folder' 1 ticket template check "$texts/templates"
ends 'check tells of them' 2 ticket check
like 'too' "$(cat "$work/.output")" 'closed.txt:3: unknown word'
kill -HUP "$desk_pid"
wait_for grep -q 'event=reload error=' "$desk_log"
like 'the daemon goes on with what it has' \
	"$(acknowledgement 4 anna@example.com support@example.org)" '^All: #4$'
rm "$texts"/templates/en/closed.txt "$texts"/templates/en/aknow*

# ---- prepared answers ----

put canned/en/reset.txt <<'TEXT'
# For who forgot.
Commands: resolve; tag +password

{hello}

Your password is new, says {author}.
TEXT
put canned/ru/reset.txt <<'TEXT'
{hello}

Пароль новый.
TEXT
put canned/support/en/hours.txt <<'TEXT'
We work from nine to five.
TEXT
put canned/en/broken.txt <<'TEXT'
Hello {nme}
TEXT
ends 'a mistake is found' 1 ticket canned check
like 'with file and line' "$(cat "$work/.output")" \
	"^$texts/canned/en/broken.txt:1: unknown word [{]nme[}]"
kill -HUP "$desk_pid"
wait_for grep -q 'event=reload result=ok' "$desk_log"
like 'the daemon starts all the same, and tells' "$(cat "$desk_log")" \
	'event=text error="[^"]*broken.txt:1: unknown word'
is 'what is good is offered' "$(ticket canned list | cut -f 1,2,3)" \
"$(printf 'hours\ten\tsupport\nreset\ten\t\nreset\tru\t')"
is 'what a name stands for in a queue' \
	"$(ticket canned list --queue=sales | cut -f 1,2)" \
	"$(printf 'reset\tru')"
is 'one is shown' "$(ticket canned show RESET --language=ru)" \
	"$(printf '{hello}\n\nПароль новый.')"
like 'with its commands' "$(ticket canned show reset)" \
	'^Commands: resolve; tag \+password$'
like 'as a customer would get it' "$(ticket canned show reset --ticket=1)" \
	'^Hello,$'
ends 'there is no such one' 1 ticket canned show rest
like 'but one like it' "$(cat "$work/.output")" 'did you mean: reset'
ends 'nor that which is broken' 1 ticket canned show broken

check 'there is an agent' ticket agent add olga olga@example.net \
	--full-name='Olga Petrova'
answer=$(ticket do 1 'canned reset' --as=olga)
like 'it is sent by command' "$answer" 'goes to the customer'
is 'its own commands are done' \
	"$(ticket show 1 --format=json | json status)" resolved
like 'with it' "$(ticket show 1 --format=json | json tags.0)" password
said=$(ticket show 1 --all)
like 'the customer reads the text' "$said" \
	'Your password is new, says Olga Petrova'
ends 'what is none is refused' 1 ticket do 1 'canned rest' --as=olga
like 'with a guess' "$(ticket do 1 'canned rest' --as=olga 2>&1)" \
	'Did you mean: canned reset'
check_store 'records and events agree'
finish
