# lint.sh - what the static checks share
#
# Each check is one TAP test: `lint DESCRIPTION COMMAND...` runs the command at
# the top of the tree; what it prints is shown if it fails.

set -eu
cd "$(dirname "$0")/../.."
: "${TD_BUILDDIR:=$PWD/build}"

lint() {
	lint_text=$1
	shift
	echo 1..1
	if lint_output=$("$@" 2>&1); then
		echo "ok 1 - $lint_text"
	else
		printf '%s\n' "$lint_output" | tail -n 200 | sed 's/^/# /' >&2
		echo "not ok 1 - $lint_text"
		exit 1
	fi
}

need() {
	command -v "$1" >/dev/null && return
	echo "1..0 # SKIP $1 is not installed"
	exit 0
}

# Words for compilers that look at sources without making anything of them.
lint_flags() {
	echo "-std=gnu11 -I$TD_BUILDDIR -Iinclude -Isrc" \
		"-DTD_SYSCONFDIR='\"/etc\"' -DTD_SBINDIR='\"/sbin\"'" \
		"-DTD_DATADIR='\"/usr/share\"'" \
		"$(sed -n 's/^DEPS_CFLAGS = //p' "$TD_BUILDDIR/Makefile")"
}

# lint_each NAME COMMAND: each C file of the programs as $1 of COMMAND, a line
# for sh, on all processors.  What was well is looked at again only when the
# file, a header, COMMAND or one of the files LINT_KNOWS (and what is on its
# standard input) has changed since.
lint_each() {
	lint_stamps=$TD_BUILDDIR/logs/lint-$1
	mkdir -p "$lint_stamps"
	# shellcheck disable=SC2046,SC2086
	lint_key=$({
		printf '%s\n' "$2"
		cat - ${LINT_KNOWS:-} "$TD_BUILDDIR/config.h" \
			$(find include src -name '*.h' | sort)
	} | sha256sum)
	export lint_key lint_stamps
	# shellcheck disable=SC2016
	find src -name '*.c' | sort | xargs -P "$(nproc)" -I@ sh -c '
		stamp=$lint_stamps/$(echo "$1" | tr / -)
		key="$lint_key $(sha256sum <"$1")"
		[ "$(cat "$stamp" 2>/dev/null)" != "$key" ] || exit 0
		'"$2"' || exit 1
		echo "$key" >"$stamp"' sh @
}
