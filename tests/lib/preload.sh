# preload.sh - programs with preload.so in front of the C library; see preload.c
#
#	preload_need                 skips the test where it cannot be had
#	preload_works                the same as a question
#	preload_run CMD ARG...       runs it with the library; the variables
#	                             TD_PRELOAD_... are the caller's
#	fault [FAULT]                clears, counts, and lets a call fail
#	fault_off                    counts no more
#	fault_count CALL             how often the call was made
#	fault_failed                 how many calls failed
#	clock_at SECONDS             moves the wall clock by so many
#
# A daemon has the library by TD_WRAP=$preload_wrap before desk_start.  The
# files of the last five are $fault_file and $clock_file, which are the
# environment's TD_PRELOAD_CONTROL and TD_PRELOAD_CLOCK.  To be read in after
# lib.sh.

preload=$bin/preload.so
preload_wrap="env LD_PRELOAD=$preload"
fault_file=$work/faults
clock_file=$work/clock

# A program with ASan in it wants that library to be the first; one that is
# wrapped, by valgrind say, would have the wrapper fail.
preload_works() {
	[ -e "$preload" ] || cp "$TD_BUILDDIR/tests/preload.so" "$preload" \
		2>/dev/null || return 1
	! built_with_asan && [ -z "${TD_WRAP:-}" ]
}

built_with_asan() {
	grep -q __asan_init "$bin/ticketd"
}

preload_need() {
	built_with_asan && skip_all 'a preloaded library does not go with ASan'
	[ -z "${TD_WRAP:-}" ] || skip_all "not under ${TD_WRAP%% *}"
	preload_works || skip_all "no preload.so in $TD_BUILDDIR/tests"
}

preload_run() {
	# shellcheck disable=SC2086
	$as_desk env LD_PRELOAD="$preload" "$@"
}

fault() {
	perl "$libdir/preload.pl" arm "$fault_file" "$@"
}

fault_off() {
	perl "$libdir/preload.pl" disarm "$fault_file"
}

fault_count() {
	perl "$libdir/preload.pl" count "$fault_file" "$1"
}

fault_failed() {
	perl "$libdir/preload.pl" failed "$fault_file"
}

clock_at() {
	perl "$libdir/preload.pl" clock "$clock_file" "$1"
}
