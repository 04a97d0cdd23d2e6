#!/bin/sh
# coverage.sh - how much of what they aim at the entries for fuzzing reach
#
# coverage.sh [ENTRY...]
#
# Builds the entries in build-coverage, gives each its seeds and what
# FUZZ_CORPUS/ENTRY holds from earlier runs of tests/lint/fuzz.sh, and prints a
# line for each: inputs, then how many regions (pieces of code without a
# branch), lines and functions they reach of the files that it is for, in
# percent of all there are.  TICKETD_CORPUS adds mails, as it does there.
# Wants clang, llvm-profdata and llvm-cov: apt-get install clang llvm.

set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
cd "$top"
build=$top/build-coverage

tool() { # NAME: as it is called here
	for name in "$1" "$1-14" "$1-15" "$1-16"; do
		! command -v "$name" || return 0
	done
	echo "coverage.sh: $1 is needed: apt-get install llvm" >&2
	return 69
}
profdata=$(tool llvm-profdata)
cov=$(tool llvm-cov)

# The files that each entry is for.
aims() {
	m=src/message
	case $1 in
	fuzz-auth) echo $m/auth.c $m/ids.c ;;
	fuzz-bounce) echo $m/bounce*.c $m/report*.c ;;
	fuzz-calendar) echo $m/calendar-*.c ;;
	fuzz-charset) echo $m/charset*.c $m/codepage.c ;;
	fuzz-cms) echo $m/cms.c $m/signed.c ;;
	fuzz-command) echo src/command/*.c ;;
	fuzz-conf) echo src/base/conf*.c src/deliver/conf.c ;;
	fuzz-csv) echo src/cli/csv.c ;;
	fuzz-decide) echo src/desk/*.c src/letter/*.c ;;
	fuzz-deliver) echo src/deliver/envelope.c src/deliver/verdict.c ;;
	fuzz-flowed) echo $m/flowed.c ;;
	fuzz-frame) echo src/server/control-frame.c ;;
	fuzz-holidays) echo src/base/calendar.c src/base/holidays.c \
		src/base/ical-*.c ;;
	fuzz-html) echo $m/html*.c ;;
	fuzz-keys) echo $m/keyring.c $m/keys.c ;;
	fuzz-lmtp) echo src/server/lmtp-commands.c src/server/lmtp-session.c \
		src/server/lmtp-syntax.c ;;
	fuzz-message) find $m -name '*.c' ! -name 'verify.c' ! -name 'key*' \
		! -name 'compose*' ;;
	fuzz-monitor) echo src/desk/monitor-read*.c ;;
	fuzz-pattern) echo src/base/pattern.c ;;
	fuzz-record) find src/store -name '*.c' ! -name 'environment.c' \
		! -name 'create.c' ! -name 'lock.c' ! -name 'upgrade.c' \
		! -name 'writer.c' ! -name 'checkpoint.c' ! -name 'reindex.c' \
		! -name 'backup*' ! -name 'restore*' ;;
	fuzz-reply) echo $m/marks*.c $m/quote*.c $m/reply.c $m/signature.c ;;
	fuzz-request) echo src/server/request*.c ;;
	fuzz-template) echo src/letter/template.c src/letter/template-check.c \
		src/letter/template-words.c src/letter/canned.c \
		src/letter/phrase.c ;;
	fuzz-tnef) echo $m/tnef*.c $m/rtf.c ;;
	fuzz-token) echo src/letter/token.c src/letter/extension.c \
		src/letter/leak.c ;;
	fuzz-uuencode) echo $m/uuencode.c ;;
	fuzz-words) echo $m/addresses.c $m/params.c $m/word*.c ;;
	*)	echo "coverage.sh: what is $1 for?" >&2
		return 64 ;;
	esac
}

build_entries() {
	[ -x configure ] || autoreconf -i
	mkdir -p "$build"
	flags='-g -O0 -fprofile-instr-generate -fcoverage-mapping'
	[ -f "$build/Makefile" ] || (cd "$build" && "$top/configure" -q \
		--disable-hardening CC="${CC:-clang}" CFLAGS="$flags")
	make -s -C "$build" -j"$(nproc)" fuzzers
}

# The inputs of $1, a name a line.
inputs() {
	mkdir -p "$work/$1"
	FUZZ_BUILD=$build sh tests/fuzz/seeds.sh "$1" "$work/$1"
	find "$work/$1" ${FUZZ_CORPUS:+"$FUZZ_CORPUS"} -type f \
		\( -path "$work/*" -o -path "*/$1/new/*" -o -path "*/$1/seeds/*" \)
}

measure() { # ENTRY
	list=$work/$1.inputs
	inputs "$1" >"$list"
	# Many at a time: each process adds to the same file.
	LLVM_PROFILE_FILE=$work/$1-%m.profraw G_DEBUG=fatal-warnings \
		xargs -n 200 "$build/tests/fuzz/$1" <"$list" >/dev/null
	"$profdata" merge -o "$work/$1.profdata" "$work/$1"-*.profraw
	# shellcheck disable=SC2046
	"$cov" report "$build/tests/fuzz/$1" \
		-instr-profile="$work/$1.profdata" \
		$(aims "$1" | tr ' ' '\n' | sed "s,^,$top/,") \
		>"$work/$1.report"
	awk -v entry="$1" -v count="$(wc -l <"$list")" '
		$1 == "TOTAL" {
			printf "%-15s %7d %7d of %6d %6s %7s %7s\n", entry,
				count, $2 - $3, $2, $4, $10, $7
		}' "$work/$1.report"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
build_entries >&2
if [ $# -eq 0 ]; then
	for file in tests/fuzz/fuzz-*.c; do
		name=${file##*/}
		set -- "$@" "${name%.c}"
	done
fi
printf '%-15s %7s %17s %6s %7s %7s\n' entry inputs regions '' lines functions
for entry; do
	measure "$entry"
done
