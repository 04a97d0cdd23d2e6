#!/bin/sh
# 220-suspect.t - a mail that was in hand when the process died
. "${0%/*}/lib.sh"

desk_new
printf 'From: anna@example.net\r\nSubject: Hello\r\n\r\nHi.\r\n' >"$work/mail"

# What a crash leaves behind: the digest of the mail in the first place.
mkdir "$store/tmp"
{
	sha256sum "$work/mail" | cut -c1-64 |
		perl -ne 'chomp; print pack("H*", $_)'
	head -c 16352 /dev/zero
} >"$store/tmp/in-hand"
[ -z "$as_desk" ] || chown -R "$desk_user:nogroup" "$store/tmp"

desk_start
check 'the mail is taken' \
	deliver -f anna@example.net support@example.org <"$work/mail"
like 'after a child has tried it' "$(cat "$desk_log")" \
	'event=poison digest=[0-9a-f]{64} result=.*harmless'
is 'and read' "$(ticket list --format=json | json 0.subject)" Hello
is 'nothing is in hand any more' \
	"$(tr -d '\0' <"$store/tmp/in-hand" | wc -c)" 0

printf 'From: boris@example.net\r\n\r\nHi.\r\n' |
	deliver -f boris@example.net support@example.org
is 'another mail is no suspect' "$(grep -c event=poison "$desk_log")" 1
desk_stop
finish
