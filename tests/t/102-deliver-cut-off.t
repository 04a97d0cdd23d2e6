#!/bin/sh
# 102-deliver-cut-off.t - half a mail is never filed
. "${0%/*}/lib.sh"

desk_new
desk_start

to=support@example.org
letter half 'Anna <anna@example.net>' $to 'Half' | tr -d '\r' >"$work/mail"

ends 'an empty mail is kept' 75 deliver $to </dev/null
echo 'From anna@example.net Sat Nov 21 10:00:00 2026' >"$work/line"
ends 'a mbox line alone is kept' 75 deliver $to <"$work/line"

{
	cat "$work/mail"
	printf 'half a li'
} >"$work/half"
ends 'a mail of pipe(8) that does not end in a line end is kept' 75 \
	deliver -q 4Abc -- $to <"$work/half"
like 'and says why' "$(cat "$work/.output")" '^4\.3\.0 .*cut off'
is 'none of these was filed' "$(tickets)" 0

# One of more than a chunk: much of it is sent before its end is seen.
{
	cat "$work/mail"
	awk 'BEGIN { for (i = 0; i < 20000; i++) print "0123456789" }'
	printf 'half a li'
} >"$work/large"
ends 'a large one is kept too' 75 deliver -q 4Abd -- $to <"$work/large"
is 'and is not filed either' "$(tickets)" 0

# The process that started it ends in the middle of the mail, behind a line
# end.  Nobody can ask for the exit status then; what it says is enough.
mkfifo -m 666 "$work/fifo"
: >"$work/said"
(
	# Not by the function, whose own process would be the parent.
	# shellcheck disable=SC2086
	$as_desk "$bin/ticket-deliver" -c "$conf" -f anna@example.net \
		-q 4Abe -- $to <"$work/fifo" 2>"$work/said" &
	wait
) &
parent=$!
exec 3>"$work/fifo"
# More than a pipe holds: once all is written, it has begun to read.
{
	cat "$work/mail"
	awk 'BEGIN { for (i = 0; i < 20000; i++) print "0123456789" }'
} >&3
kill "$parent"
wait "$parent" 2>/dev/null
exec 3>&-
check 'an orphan ends' wait_for test -s "$work/said"
like 'it says that the mail server went away' "$(cat "$work/said")" \
	'^4\.3\.0 ticket-deliver: .*went away'
is 'and nothing was filed' "$(tickets)" 0

finish
