#!/bin/sh
# 101-deliver-bytes.t - every byte of a mail is kept as it came
. "${0%/*}/lib.sh"

desk_new
desk_start

to=support@example.org
number=0

# kept DESCRIPTION FILE [INPUT]: FILE, or INPUT in its place, is delivered and
# comes out again as FILE.
kept() {
	number=$((number + 1))
	ends "$1: taken" 0 deliver -f a@example.net $to <"${3:-$2}"
	ticket raw "$number" >"$work/raw" 2>/dev/null
	check "$1: kept" cmp "$2" "$work/raw"
}

letter lf 'Anna <a@example.net>' $to 'LF' | tr -d '\r' >"$work/lf"
kept 'lines that end in LF' "$work/lf"

sed 's/lf@/crlf@/; s/$/\r/' "$work/lf" >"$work/crlf"
kept 'lines that end in CRLF' "$work/crlf"

{
	sed 's/lf@/odd@/' "$work/lf"
	printf '.\n..\n.\r\n\rCR\r\r\n\n\001\177\200\377\n'
	printf 'MAIL FROM:<x@example.net>\r\n.\r\nQUIT\r\n'
	printf 'From here\n>From there\n'
} >"$work/odd"
kept 'dots, CR, controls and 8-bit bytes' "$work/odd"

{
	sed 's/lf@/open@/' "$work/lf"
	printf 'no end of line'
} >"$work/open"
kept 'a last line without an end' "$work/open"

sed 's/lf@/mbox@/' "$work/lf" >"$work/mbox"
{
	echo 'From a@example.net Sat Nov 21 10:00:00 2026'
	cat "$work/mbox"
} >"$work/mbox.in"
kept 'all but a mbox line' "$work/mbox" "$work/mbox.in"

{
	sed 's/lf@/long@/' "$work/lf"
	awk 'BEGIN { for (i = 0; i < 50000; i++) printf "0123456789"; print "" }'
} >"$work/long"
kept 'a line of 500,000 bytes' "$work/long"

{
	sed 's/lf@/large@/' "$work/lf"
	awk 'BEGIN { for (i = 0; i < 100000; i++) print i, "0123456789012345" }'
} >"$work/large"
kept 'a mail of 2 MB' "$work/large"

# pipe(8) writes pieces, not the whole.
sed 's/lf@/slow@/' "$work/lf" >"$work/slow"
number=$((number + 1))
{
	head -c 10 "$work/slow"
	sleep 0.3
	tail -c +11 "$work/slow"
} | deliver -f a@example.net -q 4Abc -- $to
ticket raw "$number" >"$work/raw" 2>/dev/null
check 'a mail that comes in pieces: kept' cmp "$work/slow" "$work/raw"

finish
