#!/bin/sh
# clang-tidy.sh - clang-tidy finds no mistake; .clang-tidy says what it looks
# for
. "${0%/*}/../lib/lint.sh"

need clang-tidy
check() {
	clang-tidy --version |
		LINT_KNOWS=.clang-tidy lint_each clang-tidy \
			'clang-tidy --quiet "$1" -- '"$(lint_flags)"' 2>&1'
}
lint 'clang-tidy finds no mistake' check
