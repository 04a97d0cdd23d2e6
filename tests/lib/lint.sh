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

