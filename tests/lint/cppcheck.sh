#!/bin/sh
# cppcheck.sh - a second opinion on the C files
. "${0%/*}/../lib/lint.sh"

need cppcheck
# Not told, since it is no fault here:
# - a closing NULL without a cast: NULL is a pointer in glibc;
# - getpwuid() and getgrnam(): called before there are threads;
# - readdir(): glibc keeps what it returns with the directory, and each is one
#   thread's;
# - what side effects an assertion has: g_assert_* is never compiled out;
# - the address of a local given away: intake.c waits until it is done with;
# - words[i] before i < 2: NULL ends the words, so the order does not matter.
# The libraries' headers are not read: what is known of GLib is in gtk.cfg.
check() {
	# shellcheck disable=SC2046
	cppcheck --quiet --error-exitcode=1 --inline-suppr -j2 \
		--std=c11 --enable=warning,portability \
		--library=gtk --library=posix \
		--suppress=varFuncNullUB \
		--suppress=getpwuidCalled --suppress=getgrnamCalled \
		--suppress=readdirCalled \
		--suppress=assertWithSideEffect \
		--suppress=autoVariables:src/server/intake.c \
		--suppress=arrayIndexThenCheck:src/desk/delivered.c \
		-Iinclude -Isrc $(find src -name '*.c' | sort)
}
lint 'cppcheck finds no fault' check
