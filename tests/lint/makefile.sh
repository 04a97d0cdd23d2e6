#!/bin/sh
# makefile.sh - Makefile.am names every file that a release needs
. "${0%/*}/../lib/lint.sh"

# Of a unit test and an entry of the fuzzer the program is named, of a generated file what it becomes.
unnamed() {
	find .clang-format .clang-tidy include src conf man tests -type f \
		! -name '*~' |
		while read -r file; do
			name=${file%.in}
			case $file in
			tests/test-*.c | tests/fuzz/fuzz-*.c) name=${file%.c} ;;
			esac
			grep -qF -e "$name" Makefile.am || echo "$file"
		done
}
named() {
	[ -z "$(unnamed)" ] || {
		unnamed
		return 1
	}
}
lint 'every file is named in Makefile.am' named
