#!/bin/sh
# check-commands.sh - the commands of the code and of ticket-commands(7)
#
# Run at the top of the tree.  Each command that is available has its item in
# the manual, with all its words in each language, in the code's order; and
# nothing else has.  Read are, of the code, the table of rules in words.c (the
# names, and which are not available yet) and the tables of verbs in words-*.c;
# of the page, "Words: ..." under each ".It Ic NAME" for English, and the line
# under it in the section of another language.

set -eu
cd "${1:-$(dirname "$0")/..}"

# "VERB NAME" of each that is available.
rules() {
	tr '\n' ' ' <src/command/words.c | tr '\t' ' ' |
		grep -o '\[TD_VERB_[A-Z_]*\] = { "[a-z-]*", [^}]*}' |
		grep -v NOT_YET |
		sed -E 's/\[TD_VERB_([A-Z_]*)\] = \{ "([a-z-]*)".*/\1 \2/'
}

# "NAME: WORDS" of each.
words_in_code() { # LANGUAGE
	tr '\n' ' ' <"src/command/words-$1.c" | tr -s '\t ' ' ' |
		sed 's/" "//g' | grep -o '\[TD_VERB_[A-Z_]*\] = { "[^"]*"' |
		sed -E 's/\[TD_VERB_([A-Z_]*)\] = \{ "(.*)"/\1 \2/' |
		while read -r verb words; do
			name=$(rules | sed -n "s/^$verb //p")
			[ -z "$name" ] || echo "$name: $words"
		done
}

english_in_page() {
	awk '
	/^\.Sh / { on = $2 == "COMMANDS" || $2 == "CUSTOMERS" }
	on && /^\.It Ic / { name = $3 }
	on && sub(/^Words: /, "") && sub(/\.$/, "") { print name ": " $0 }
	' man/ticket-commands.7
}

other_in_page() { # SECTION
	awk -v section="$1" '
	/^\.Sh / { on = $2 == section }
	on && name != "" && sub(/\.$/, "") { print name ": " $0 }
	{ name = "" }
	on && /^\.It Ic / { name = $3 }
	' man/ticket-commands.7
}

number=0
bad=0

compare() { # LANGUAGE CODE PAGE
	number=$((number + 1))
	differ=$(
		printf '%s\n' "$2" | while read -r line; do
			printf '%s\n' "$3" | grep -qxF -e "$line" ||
				echo "# only in the code: $line"
		done
		printf '%s\n' "$3" | while read -r line; do
			printf '%s\n' "$2" | grep -qxF -e "$line" ||
				echo "# only in the page: $line"
		done
	)
	if [ -n "$2" ] && [ -z "$differ" ]; then
		echo "ok $number - ticket-commands(7) has the words in $1"
	else
		printf '%s\n' "$differ"
		echo "not ok $number - ticket-commands(7) has the words in $1"
		bad=1
	fi
}

echo 1..2
compare English "$(words_in_code en)" "$(english_in_page)"
compare Russian "$(words_in_code ru)" "$(other_in_page RUSSIAN)"
exit $bad
