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
		"-DTD_LIBEXECDIR='\"/usr/libexec\"'" \
		"-DTD_DATADIR='\"/usr/share\"'" \
		"$(sed -n 's/^DEPS_CFLAGS = //p' "$TD_BUILDDIR/Makefile")"
}

# lint_each NAME COMMAND: all C files of the programs, some at a time as "$@" of
# COMMAND, a line for sh, on all processors; what that leaves in $lint_stamps
# stays.  What was well is looked at again only when the file, a header, COMMAND
# or one of the files LINT_KNOWS (and what is on its standard input) has changed
# since.
lint_each() {
	lint_stamps=$TD_BUILDDIR/logs/lint-$1
	mkdir -p "$lint_stamps"
	for lint_known in ${LINT_KNOWS:-}; do
		[ -r "$lint_known" ] || {
			echo "$lint_known is missing"
			return 1
		}
	done
	# shellcheck disable=SC2046,SC2086
	lint_key=$({
		printf '%s\n' "$2"
		cat - ${LINT_KNOWS:-} "$TD_BUILDDIR/config.h" \
			$(find include src -name '*.h' | sort)
	} | sha256sum)
	if [ "$(cat "$lint_stamps/key" 2>/dev/null)" != "$lint_key" ]; then
		: >"$lint_stamps/well"
		echo "$lint_key" >"$lint_stamps/key"
	fi
	export lint_stamps
	find src -name '*.c' -exec sha256sum {} + | sort -k2 |
		grep -vxFf "$lint_stamps/well" | sed 's/^[^ ]*  //' |
		xargs -r -P "$(nproc)" -n 12 sh -c '
			sums=$(sha256sum "$@")
			'"$2"' || exit 1
			printf "%s\n" "$sums" >>"$lint_stamps/well"' sh
}
