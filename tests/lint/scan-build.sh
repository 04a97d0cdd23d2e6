#!/bin/sh
# scan-build.sh - clang's static analyzer finds no fault
#
# What scan-build runs beside the compiler is run without one, for each C file
# alone.  Not told, since it is no fault here:
# - what is "potentially leaked", and stores that are "never read": clang does
#   not see that g_autoptr() and its like free a variable at its end, which is
#   how all of it is freed here.  Leaks are found by gcc -fanalyzer, LeakSanitizer
#   and valgrind;
# - in two files, "use of memory after it is freed": a connection takes itself
#   off the list of the server that it names, which clang does not know to be
#   the one whose list is gone through.
#
# SCAN_NODES says how far it follows one function, 10000 if it is not set: with
# clang's own default, 225000, all this takes eight times as long.
. "${0%/*}/../lib/lint.sh"

need clang
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export work

# What nearly each file includes is read once.
headers() { # NAME FLAG
	printf '#include <%s>\n' config.h glib.h gio/gio.h \
		json-glib/json-glib.h >"$work/$1.h"
	echo '#include "tests/lint/scan-build.h"' >>"$work/$1.h"
	eval "clang -w -x c-header $(lint_flags) -I. $2 \
		'$work/$1.h' -o '$work/$1.pch'"
}

check() {
	headers all ''
	headers store -DTD_SCAN_STORE
	clang --version | LINT_KNOWS=tests/lint/scan-build.h lint_each scan-build '
		for file; do
			set -- "$file" -include-pch $work/all.pch
			case $file in
			src/base/error.c | src/deliver/*) set -- "$file" ;;
			src/store/row.c) ;;
			src/store/*) set -- "$file" -DTD_SCAN_STORE \
				-include-pch $work/store.pch ;;
			esac
			clang --analyze -w -ferror-limit=0 -Xclang -analyzer-output=text \
				-Xclang -analyzer-werror \
				-Xclang -analyzer-disable-checker=deadcode.DeadStores \
				-Xclang -analyzer-config \
				-Xclang max-nodes='"${SCAN_NODES:-10000}"' \
				'"$(lint_flags)"' -I. "$@" 2>&1 || {
				status=$?
				[ $status -eq 1 ] ||
					echo "$file: error: clang ended with $status"
			}
		done | awk '"'"'
			/(^|: )(fatal error|warning|error): / {
				told = !/Potential leak of memory/
			}
			/(control|lmtp)-server.c:.*after it is freed/ { told = 0 }
			/^[0-9]+ (warning|error)s? generated/ { told = 0 }
			told
			told { bad = 1 }
			END { exit bad }'"'"
}
lint "clang's analyzer finds no fault" check
