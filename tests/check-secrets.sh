#!/bin/sh
# check-secrets.sh - tokens are compared in constant time
#
# check-secrets.sh [TOP]
#
# How long a comparison takes cannot be tested reliably.  That there is none but
# td_text_same_secret() where tokens are, and that it leaves no loop early, can.

set -u
cd "${1:-$(dirname "$0")/..}" || exit 1

files_compare_by_nothing_else() {
	for file in src/letter/token.c src/letter/token-private.h \
		src/letter/extension.c include/ticketd/token.h; do
		[ -f "$file" ] || echo "$file is gone; what is there instead?"
		grep -HnE '(str|mem|b)(n|case|ncase)?cmp|str_equal|strcmp0|has_prefix' \
			"$file" | sed 's/$/ - compares by itself/'
	done
	grep -q 'td_text_same_secret(got, want)' src/letter/token.c ||
		echo 'td_token_verify() does not use td_text_same_secret()'
}

# From the name of the function to the closing brace in the first column.
body_of() {
	awk -v name="$1(" 'index($0, name) == 1 { on = 1 } on { print }
		on && /^}/ { exit }' src/base/text.c
}

comparison_runs_to_the_end() {
	body=$(body_of td_text_same_secret)
	loop=$(printf '%s\n' "$body" | sed -n '/for (/,$p')
	[ -n "$loop" ] || echo 'td_text_same_secret() has no loop'
	printf '%s\n' "$loop" | grep -E 'break|goto|if \(|\?|&&|\|\|' |
		sed 's/$/ - may end before the last character/'
	printf '%s\n' "$body" | grep -q volatile ||
		echo 'a compiler may make td_text_same_secret() end early'
}

# report NUMBER NAME - findings on standard input; none is a pass.
report() {
	found=$(cat)
	if [ -z "$found" ]; then
		echo "ok $1 - $2"
	else
		printf '%s\n' "$found" | sed 's/^/# /'
		echo "not ok $1 - $2"
		bad=1
	fi
}

bad=0
echo 1..2
report 1 'tokens are compared by td_text_same_secret() alone' <<-FOUND
	$(files_compare_by_nothing_else)
FOUND
report 2 'td_text_same_secret() looks at every character' <<-FOUND
	$(comparison_runs_to_the_end)
FOUND
exit $bad
