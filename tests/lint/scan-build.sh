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
# SCAN_NODES says how far it follows one function.  Its own default, 225000,
# takes three times as long as the 50000 here.
. "${0%/*}/../lib/lint.sh"

need clang
check() {
	clang --version | LINT_KNOWS=tests/lint/scan-build.h lint_each scan-build '
		set -- "$1" -include config.h -include tests/lint/scan-build.h
		case $1 in
		src/base/error.c | src/deliver/*) set -- "$1" ;;
		src/store/row.c) ;;
		src/store/*) set -- "$@" -DTD_SCAN_STORE ;;
		esac
		findings=$(clang --analyze -Xclang -analyzer-output=text \
			-Xclang -analyzer-disable-checker=deadcode.DeadStores \
			-Xclang -analyzer-config \
			-Xclang max-nodes='"${SCAN_NODES:-50000}"' \
			'"$(lint_flags)"' "$@" 2>&1) || { echo "$findings"; exit 1; }
		echo "$findings" | awk '"'"'
			/: (warning|error): / { told = !/Potential leak of memory/ }
			/(control|lmtp)-server.c:.*after it is freed/ { told = 0 }
			told && !/^[0-9]+ warnings? generated/
			told { bad = 1 }
			END { exit bad }'"'"
}
lint "clang's analyzer finds no fault" check
