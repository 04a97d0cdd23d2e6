#!/bin/sh
# check-secrets.sh - tokens are compared in constant time
#
# check-secrets.sh [TOP]
#
# How long a comparison takes cannot be tested reliably.  That there is none but
# td_text_same_secret() where tokens are, and that it leaves no loop early, can.

set -eu
cd "${1:-$(dirname "$0")/..}"
status=0

complain() {
	echo "check-secrets.sh: $1" >&2
	status=1
}

for file in src/letter/token.c src/letter/token-private.h \
	src/letter/extension.c include/ticketd/token.h; do
	[ -f "$file" ] || complain "$file is gone; what is there instead?"
	found=$(grep -nE '(str|mem|b)(n|case|ncase)?cmp|str_equal|strcmp0|has_prefix' \
		"$file" || true)
	[ -z "$found" ] || complain "$file compares by itself: $found"
done

grep -q 'td_text_same_secret(got, want)' src/letter/token.c ||
	complain 'td_token_verify() does not use td_text_same_secret()'

# The body, from the name to the closing brace in the first column.
body=$(awk '/^td_text_same_secret\(/ { on = 1 } on { print } on && /^}/ { exit }' \
	src/base/text.c)
loop=$(printf '%s\n' "$body" | sed -n '/for (/,$p')
[ -n "$loop" ] || complain 'td_text_same_secret() has no loop'
! printf '%s\n' "$loop" | grep -qE 'break|goto|if \(|\?|&&|\|\|' ||
	complain 'td_text_same_secret() may end before the last character'
printf '%s\n' "$body" | grep -q volatile ||
	complain 'a compiler may make td_text_same_secret() end early'
exit "$status"
