#!/bin/sh
# check-options.sh - the options and commands of the code and the man pages
#
# Run at the top of the tree.  Each option that a program knows has its item in
# the program's man page, and each command of ticket(1); and nothing else has.
# Read are, of the code, the tables of src/cli/commands.c, the letters given to
# getopt, the long names beside them, and the words that main() of ticketd looks
# for; of a page, lines ".It Fl OPTION" and ".It Ic COMMAND", and for those
# words ".Fl WORD" and ".Nm Fl WORD".

set -eu
cd "${1:-$(dirname "$0")/..}"

# "COMMAND OPTION" for each, COMMAND - for itself; global options have none.
ticket_in_code() {
	awk -F'"' '
	/^(static )?const TdOption / {
		split($0, word, /[ \[]+/)
		table = $0 ~ /^static/ ? word[4] : word[3]
	}
	/^const TdCliCommand / { table = "" ; commands = 1 }
	/^}/ { table = ""; commands = 0 }
	table != "" && /^\t\{ "/ {
		options[table] = options[table] " --" $2
		if (match($3, /\047.\047/))
			options[table] = options[table] " -" \
				substr($3, RSTART + 1, 1)
	}
	commands && /^\t\{ "/ {
		split($3, word, /[, ]+/)
		print $2 " -"
		count = split(options[word[3]], option, " ")
		for (i = 1; i <= count; i++)
			print $2 " " option[i]
	}
	END {
		count = split(options["td_global_options"], option, " ")
		for (i = 1; i <= count; i++)
			print "(all) " option[i]
	}
	' src/cli/commands.c
}

# The same of a page; what stands in lists of a section that is no list of
# options does not begin with Fl.
options_in_page() { # PAGE
	awk '
	/^\.Sh / { section = $2; command = "(all)" }
	section != "DESCRIPTION" && section != "COMMANDS" { next }
	/^\.It Ic / {
		command = ""
		for (i = 3; i <= NF && $i ~ /^[a-z-]+$/; i++)
			command = command (i > 3 ? " " : "") $i
		print command " -"
	}
	/^\.It Fl / {
		for (i = 2; i < NF; i++)
			if ($i == "Fl")
				print command " -" $(i + 1)
	}
	' "$1"
}

# --deliver and the like: each makes another program of ticketd.
words_in_page() { # PAGE
	sed -nE 's/^\.(Nm )?Fl -([a-z]+).*/(all) --\2/p' "$1"
}

letters_in_code() { # FILE
	sed -n 's/.*getopt[a-z_]*(argc, argv, "\([^"]*\)".*/\1/p' "$1" |
		tr -d '+:' | fold -w 1 | sed 's/^/(all) -/'
}

ticketd_in_code() {
	letters_in_code src/daemon/main.c
	letters_in_code src/daemon/deliver.c
	sed -n -e 's/^[[:blank:]]*{ "\([a-z-]*\)", [a-z]*_argument, .*/(all) --\1/p' \
		-e 's/.*strcmp(argv\[1], "\(--[a-z-]*\)").*/(all) \1/p' \
		src/daemon/main.c
}

number=0
bad=0

compare() { # PAGE CODE [FUNCTION]: what else the page has
	number=$((number + 1))
	page=$(options_in_page "$1"; ${3:-:} "$1")
	differ=$(
		printf '%s\n' "$2" | while read -r line; do
			printf '%s\n' "$page" | grep -qxF -e "$line" ||
				echo "# only in the code: $line"
		done
		printf '%s\n' "$page" | while read -r line; do
			printf '%s\n' "$2" | grep -qxF -e "$line" ||
				echo "# only in the page: $line"
		done
	)
	if [ -n "$2" ] && [ -z "$differ" ]; then
		echo "ok $number - $1 has the options of the code"
	else
		printf '%s\n' "$differ"
		echo "not ok $number - $1 has the options of the code"
		bad=1
	fi
}

echo 1..3
compare man/ticket.1 "$(ticket_in_code)"
compare man/ticketd.8 "$(ticketd_in_code)" words_in_page
compare man/ticket-deliver.8 "$(letters_in_code src/deliver/main.c)"
exit $bad
