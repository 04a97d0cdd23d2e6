#!/bin/sh
# clang-tidy.sh - clang-tidy finds no mistake; .clang-tidy says what it looks
# for
. "${0%/*}/../lib/lint.sh"

need clang-tidy
# The compilers' own warnings (-w) are told by gcc.
check() {
	clang-tidy --version | LINT_KNOWS=.clang-tidy lint_each clang-tidy '
		findings=$(clang-tidy --quiet "$@" -- -w '"$(lint_flags)"' 2>&1) || {
			echo "$findings" | grep -v "^[0-9]* warnings\{0,1\} generated"
			exit 1
		}'
}
lint 'clang-tidy finds no mistake' check
