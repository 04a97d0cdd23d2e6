#!/bin/sh
# 632-injection.t - what strangers write stays text: in our mails, on terminals,
# in file names
#
# The mails are in ../lib/letters.pl, which also looks at ours.
. "${0%/*}/lib.sh"

port=$(free_port)
sink_start "$port"
smtp_server=127.0.0.1:$port
desk_keys='admin = admin@example.net
answers-per-day = 1000'
desk_new
desk_start
check 'there is an agent' ticket agent add olga olga@example.com --queue support

letters() {
	perl "$libdir/letters.pl" "$@"
}

mkdir "$work/mails"
letters make support@example.org "$work/mails"
failed=
for mail in "$work"/mails/*; do
	deliver -f eve@example.net support@example.org <"$mail" ||
		failed="$failed ${mail##*/}"
done
is 'each mail is taken' "$failed" ''
wait_mail olga 10

# The agent answers one of them, with words of its own kind, and changes others:
# that makes mails of all the other kinds.
notice=$(mail_of olga 3)
personal=$(address "$notice" Reply-To)
{
	printf 'From: Olga <olga@example.com>\r\nTo: %s\r\n' "$personal"
	printf 'Subject: =?utf-8?Q?Re:_x=0D=0ABcc:_victim@example.net?=\r\n'
	printf 'Message-ID: <answer@example.com>\r\n'
	printf 'In-Reply-To: <a@b>\r\n\r\n'
	printf '#assign me\r\n#cc carl@example.net\r\n'
	printf '#title: {number} %%n \033[2J\r\n\r\nAnswer {requester} %%s.\r\n'
} >"$work/answer"
deliver -f olga@example.com "$personal" <"$work/answer"
sed 's/<answer@/<again@/; s/^#title:/#frobnicate/' "$work/answer" |
	deliver -f olga@example.com "$personal"
for number in 1 2 3 4 5 6 7 8 9 10; do
	printf 'Answer {requester} %%n \033[2J\n' |
		ticket reply $number --as olga
	ticket do $number close
done >/dev/null 2>&1
check 'all is sent' ticket outbox flush --wait

is 'each of our mails has our fields and no other' "$(letters mails "$work/mail")" ''
# shellcheck disable=SC2012
like 'there were many' "$(ls "$work"/mail/*/new/* | wc -l)" '^([3-9].|...)$'
like 'those who were named got theirs' "$(ls "$work/mail")" '^carl$'
unlike 'and nobody who was slipped in' "$(ls "$work/mail")" '^victim'
unlike 'nothing in a value is filled in' "$(header "$notice" Subject)" \
	'Subject: .*example.net'
subjects=$(for mail in "$work"/mail/eve/new/*; do header "$mail" Subject; done)
like 'what looks like a template stays what it was' "$subjects" \
	'%n%s%n%x%p%99999d \{number\} \{\{subject\}\} \{requester\}'

# ---- the terminal ----

failed=
shown() { # ARG...: what ticket prints is safe to look at
	ticket "$@" >"$work/shown" 2>&1
	[ -z "$(letters shown <"$work/shown")" ] || failed="$failed $*;"
}
shown list --limit 0
shown list --limit 0 --format=csv
shown log
shown stat
shown outbox list
shown suppress list
shown customer list
for number in 0 1 2 3 4 5 6 7 8 9 10; do
	shown show $number
	shown log $number
done
for mail in "$work"/mails/*; do
	chmod a+r "$mail"
	shown explain "$mail"
done
is 'what is printed has nothing that a terminal obeys' "$failed" ''
is 'nor has the log' "$(letters shown <"$desk_log")" ''

if command -v script >/dev/null; then
	for number in 1 3 5 7 9; do
		for what in show raw 'show --format=json'; do
			# shellcheck disable=SC2086
			TERM=xterm script -qec \
				"$as_desk $bin/ticket -c $conf $what $number --" \
				"$work/typescript" </dev/null |
				sed 's/\x1b\[[012]m//g; s/^^D\x08\x08//' \
					>"$work/shown"
			[ -z "$(letters shown <"$work/shown")" ] ||
				failed="$failed $what $number;"
		done
	done
	is 'on a terminal neither, JSON and raw mail included' "$failed" ''
else
	skip 'on a terminal neither' 'script(1) is not installed'
fi
like 'a spreadsheet finds no formula' "$(ticket list --format=csv --limit 0)" \
	",'=cmd\\|"

# ---- attachments ----

letters attached support@example.org |
	deliver -f eve@example.net support@example.org
names=$(ticket list --format=json | json 0.number)
count=$(ticket show "$names" --format=json | json 'messages.0.attachments.#')
is 'all attachments are there' "$count" 20
saved=$work/saved/in/side
mkdir -p "$saved"
[ -z "$as_desk" ] || chown -R "$desk_user" "$work/saved"
failed=
part=0
while [ $part -lt "$count" ]; do
	part=$((part + 1))
	mkdir "$saved/$part"
	[ -z "$as_desk" ] || chown "$desk_user" "$saved/$part"
	ticket attachment "$names/1/$part" -o "$saved/$part" >"$work/shown" 2>&1 ||
		failed="$failed $part"
	[ -z "$(letters shown <"$work/shown")" ] || failed="$failed $part(shown)"
	[ "$(find "$saved/$part" -type f -links 1 | wc -l)" -eq 1 ] ||
		failed="$failed $part(count)"
	cat "$saved/$part"/* 2>/dev/null | grep -q "^content $part" ||
		failed="$failed $part(content)"
done
is 'each is one file in the directory that was named' "$failed" ''
is 'none is elsewhere' "$(find "$work/saved" -type f | wc -l)" "$count"
is 'none is hidden, or looks like an option' \
	"$(find "$saved" -mindepth 2 \( -name '.*' -o -name '-*' \) | wc -l)" 0

file=$(basename "$saved"/1/*)
echo precious >"$work/precious"
mkdir "$work/trap" "$work/free"
ln -s "$work/precious" "$work/trap/$file"
ln -s "$work/free/made" "$work/free/$file"
[ -z "$as_desk" ] ||
	chown -R "$desk_user" "$work/trap" "$work/free" "$work/precious"
ends 'a link in the way is not followed' 1 \
	ticket attachment "$names/1/1" -o "$work/trap"
is 'what it points to is untouched' "$(cat "$work/precious")" precious
ends 'nor is one that points nowhere' 1 \
	ticket attachment "$names/1/1" -o "$work/free/$file"
check 'nothing is made there' test ! -e "$work/free/made"
check 'by force the link goes' \
	ticket attachment "$names/1/1" --force -o "$work/trap"
is 'not what it points to' "$(cat "$work/precious")" precious
check_store 'the store is whole'
desk_stop
finish
