#!/bin/sh
# fuzz.sh - no input makes a parser fail
#
# Each entry of tests/fuzz runs for FUZZ_SECONDS (5), FUZZ_JOBS (as many as
# there are processors) at a time: with libFuzzer where ./bootstrap check built
# them in build-fuzz, else some thousand mutations of the seeds by those of
# build-asan.  By hand, one of them for longer:
#
#	FUZZ_SECONDS=3600 sh tests/lint/fuzz.sh fuzz-message
#
# What was found is kept in the folder logs/fuzz of the build.  With libFuzzer,
# FUZZ_CORPUS=FOLDER keeps what the entries learned in FOLDER/ENTRY/new, without
# what teaches nothing besides, and begins with it the next time; and mails in
# TICKETD_CORPUS are seeds too (they are not copied anywhere that stays, but what
# grew out of them is).  How much of the code all that reaches is told by
# tests/fuzz/coverage.sh.
. "${0%/*}/../lib/lint.sh"

top=$PWD
for build in "${TD_BUILDDIR%/*}/build-fuzz" "${TD_BUILDDIR%/*}/build-asan" ''; do
	[ -z "$build" ] || [ ! -x "$build/tests/fuzz/fuzz-message" ] || break
done
[ -n "$build" ] || {
	echo '1..0 # SKIP build-fuzz and build-asan have no entries for fuzzing'
	exit 0
}
logs=$build/logs/fuzz
mkdir -p "$logs"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
FUZZ_BUILD=$build
[ -z "${FUZZ_CORPUS:-}" ] || {
	mkdir -p "$FUZZ_CORPUS"
	FUZZ_CORPUS=$(cd "$FUZZ_CORPUS" && pwd)
	export FUZZ_CORPUS
}
export build logs work top FUZZ_BUILD
export ASAN_OPTIONS=detect_leaks=1:intercept_strstr=0
export LSAN_OPTIONS="suppressions=$top/tests/lib/leaks.supp:print_suppressions=0"
export UBSAN_OPTIONS=print_stacktrace=1 G_SLICE=always-malloc G_DEBUG=fatal-warnings

cat >"$work/one" <<'SCRIPT'
set -eu
entry=$1
program=$build/tests/fuzz/$entry
seeds=$work/$entry
sh "$top/tests/fuzz/seeds.sh" "$entry" "$seeds/seeds"
new=${FUZZ_CORPUS:-$work}/$entry/new
mkdir -p "$new"
cd "$seeds"
set -- # words for libFuzzer
[ ! -f "$top/tests/fuzz/${entry#fuzz-}.dict" ] ||
	set -- "-dict=$top/tests/fuzz/${entry#fuzz-}.dict"
# json-glib 1.6 loses what it has read of a line that is more than one value.
case $entry in
fuzz-frame | fuzz-request) ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0 ;;
esac
# What is no longer found again is not kept.
rm -f "$logs/$entry"-*
status=0
if [ "${build##*/}" = build-fuzz ]; then
	"$program" -max_total_time="${FUZZ_SECONDS:-5}" -timeout=10 \
		-rss_limit_mb=1024 -max_len=8192 -print_final_stats=1 \
		-artifact_prefix="$logs/$entry-" "$@" "$new" seeds \
		>"$logs/$entry.log" 2>&1 || status=$?
	if [ "$status" -eq 0 ] && [ -n "${FUZZ_CORPUS:-}" ]; then
		mkdir merged
		"$program" -merge=1 -timeout=10 -rss_limit_mb=1024 \
			-max_len=8192 merged "$new" >/dev/null 2>&1 &&
			rm -rf "$new" && mv merged "$new"
	fi
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' \
		"$logs/$entry.log")
else
	ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0 \
		"$program" -n "${FUZZ_ROUNDS:-2000}" -s 1 seeds/* \
		>"$logs/$entry.log" 2>&1 || status=$?
	runs=$(sed -n 's/.* \([0-9]*\) mutations$/\1/p' "$logs/$entry.log")
	[ ! -f fuzz-last ] || cp fuzz-last "$logs/$entry-last"
fi
if [ "$status" -eq 0 ]; then
	echo "ok - $entry: nothing in ${runs:-?} runs"
else
	grep -v '^#[0-9]' "$logs/$entry.log" | tail -n 40 | sed 's/^/# /' >&2
	echo "# what did it: $(ls "$logs/$entry"-* 2>/dev/null)" >&2
	echo "not ok - $entry: see $logs/$entry.log"
	exit 1
fi
SCRIPT

if [ $# -eq 0 ]; then
	for file in tests/fuzz/fuzz-*.c; do
		name=${file##*/}
		[ -x "$build/tests/fuzz/${name%.c}" ] || continue
		set -- "$@" "${name%.c}"
	done
fi
echo "1..$#"
printf '%s\n' "$@" |
	xargs -P "${FUZZ_JOBS:-$(nproc)}" -I@ sh "$work/one" @
