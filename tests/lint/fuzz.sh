#!/bin/sh
# fuzz.sh - random texts as command mail, under the sanitizers
#
# A few thousand mutations of the seeds in tests/data; by hand, for longer:
#
#	FUZZ_ROUNDS=1000000 sh tests/lint/fuzz.sh
. "${0%/*}/../lib/lint.sh"

asan=${TD_BUILDDIR%/*}/build-asan
[ -f "$asan/libticketd.a" ] || {
	echo '1..0 # SKIP there is no build with sanitizers in build-asan'
	exit 0
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fuzz() {
	# shellcheck disable=SC2046
	cc -g -O1 -fsanitize=address,undefined -I"$asan" -Iinclude \
		$(pkg-config --cflags glib-2.0) -o "$work/fuzz" \
		tests/fuzz/fuzz-command.c tests/fuzz/run-standalone.c \
		"$asan/libticketd.a" $(pkg-config --libs glib-2.0) &&
		top=$PWD && cd "$work" &&
		./fuzz -n "${FUZZ_ROUNDS:-3000}" -s 1 \
			"$top"/tests/data/command-*
}
lint 'no text makes the parser of commands fail' fuzz
