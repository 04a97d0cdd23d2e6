#!/bin/sh
# 631-lmtp-abuse.t - talk on the LMTP socket as no mail server has it
#
# The talks are in ../lib/abuse.pl.  HOSTILE=full holds longer ones, and prints
# what they cost.
. "${0%/*}/lib.sh"
. "$libdir/hostile.sh"

desk_keys=$hostile_keys
desk_sections="$hostile_conf"
desk_new
desk_start

echo '# talk               CPU  MiB   wait refused'
check 'each talk ends' abuse
others_are_served 4
memory_is_bounded 3

# TALK WANT DESCRIPTION: a regular expression for what was answered.
answered() {
	like "$3" "$(sed -n "s/^$1  *[0-9.]*  *[0-9]*  *[0-9.]* [0-9]*  //p" \
		"$hostile_table")" "^$2\$"
}

answered noops '220 250x10000( 421)?' 'so many commands, and no more'
answered greetings '220 250x10000( 421)?' 'whatever they are'
answered errors '220 500x20 421' 'of mistakes fewer'
answered resets '220 250x10000( 421)?' 'nor does one undo another'
answered deaf 'stopped reading' 'who does not read is not read'
answered endless '220 500 221' 'a line without end is one mistake'
answered returns '220 500 221' 'a CR ends no line'
answered nothing '220 500x2 221' 'nor is NUL part of a command'
answered high '220 250x2 550 500 221' 'bytes beyond ASCII harm nobody'
answered smuggle '220 250x3 354 250 221' 'only CRLF, dot, CRLF ends a text'
answered chunk-zero '220 250x1003 451 221' 'chunks may be empty, the mail not'
answered chunk-huge '220 250x3 501 421' 'a size beyond all is none'
answered chunk-negative '220 250x3 501 421' 'nor one below zero'
answered chunk-words '220 250x3 501 421' 'nor one with other words'
answered chunk-mixed '220 250x4 503 250 221' 'DATA does not go with BDAT'
answered chunk-alone '220 250 503 221' 'a chunk without a mail is swallowed'
answered chunk-bytes '220 250x[0-9]* 221' 'a byte in each is a mail as well'
answered size-lie '220 250x3 354 250 221' 'SIZE is a guess'
answered size-huge '220 250 552 501x2 221' 'and tells what is too large'
answered gigabyte '220 250x3 354 552 221' 'a mail that is too large is refused'
answered gigabyte-chunks '220 250x[0-9]*( 552x[0-9]*)?( 421)?' \
	'in chunks too'
answered more-recipients '220 250x1002 452x[0-9]*( 421)?' \
	'ten thousand are too many'
answered recipients '220 250x1002 452x4001, 354 250x1000 221' \
	'a thousand recipients, the others later'
answered long-recipients '220 250x3 550x999 452 221' 'refused ones count'
answered half '220 250x3 354 250' 'who closed his side is answered'
answered half-cut '220 250x3 354' 'half a mail is none'
for talk in idle dribble dribble-text dribble-chunk; do
	answered $talk 'thrown out' "who holds places gives way: $talk"
done
like 'an admin is told' "$(cat "$desk_log")" \
	'event=lmtp peer="uid [0-9]*" result="too many connections'

is 'no mail was smuggled in' "$(grep -c 'sender=smuggled' "$desk_log")" 0
smuggled=$(sed -n 's/.*ticket=\([0-9]*\) .*sender=abuse.* size=[3-9][0-9][0-9] .*/\1/p' \
	"$desk_log" | head -1)
is 'what looked like one is text of another' \
	"$(ticket raw "${smuggled:-0}" | grep -c 'MAIL FROM:<smuggled')" 10
is 'no file of a mail is left' \
	"$(find "$store/tmp" -type f ! -name in-hand | wc -l)" 0
is 'no descriptor either' \
	"$(find "/proc/$desk_pid/fd" -lname '*tmp*deleted*' 2>/dev/null | wc -l)" 0
letter guess anna@example.net support@example.org Guess |
	deliver -f anna@example.net support+1-taaaaaaaaaaaaaaaaa@example.org
like 'who guesses a token is seen' "$(cat "$desk_log")" \
	'as=new .*recipient=support\+1-taaa.* token=wrong'
check 'it is the same daemon' kill -0 "$desk_pid"
check_store 'the store is whole'
desk_stop
finish
