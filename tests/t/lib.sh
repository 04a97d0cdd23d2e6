# lib.sh - what the whole-program tests share: TAP, a folder of their own, a desk
#
# A test is a POSIX shell script that begins with
#
#	. "${0%/*}/lib.sh"
#
# and ends with `finish`.  It has a temporary folder in $work, which every user
# may search and which is gone afterwards with all that was started, and the
# programs in $bin.  Further functions: ../lib/desk.sh (read in by this file),
# ../lib/postfix.sh (read in by the tests that want a mail server).
#
#	TD_BUILDDIR   where the programs were built; found by itself if unset
#	TD_WRAP       words to put before ticketd and ticket, e.g. valgrind -q
#	TD_PATIENCE   seconds after which wait_for gives up (120)

set -u
unset TICKETD_CONF CDPATH
export LC_ALL=C.UTF-8 TZ=UTC
umask 022

testdir=$(cd "${0%/*}" && pwd)
srcdir=$(cd "$testdir/../.." && pwd)
libdir=$srcdir/tests/lib

test_number=0
test_failures=0
exit_commands=

# ---- TAP ----

# diag TEXT: lines for the reader of the log.
diag() {
	printf '%s\n' "$1" | sed 's/^/# /' >&2
}

result() { # STATUS DESCRIPTION
	test_number=$((test_number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $test_number - $2"
	else
		test_failures=$((test_failures + 1))
		echo "not ok $test_number - $2"
	fi
}

# check DESCRIPTION COMMAND ARG...: the command must succeed.
check() {
	check_text=$1
	shift
	check_status=0
	"$@" >"$work/.output" 2>&1 || check_status=$?
	result "$check_status" "$check_text"
	[ "$check_status" -eq 0 ] || {
		diag "exit status $check_status of: $*"
		diag "$(tail -n 40 "$work/.output")"
	}
}

# ends DESCRIPTION STATUS COMMAND ARG...: the command must exit with STATUS.
# What it printed is in $work/.output.
ends() {
	ends_text=$1 ends_want=$2
	shift 2
	ends_status=0
	"$@" >"$work/.output" 2>&1 || ends_status=$?
	is "$ends_text" "$ends_status" "$ends_want"
	[ "$ends_status" -eq "$ends_want" ] ||
		diag "$(tail -n 40 "$work/.output")"
}

# is DESCRIPTION GOT WANT: the same text.
is() {
	if [ "$2" = "$3" ]; then
		result 0 "$1"
	else
		result 1 "$1"
		diag "got:  $2"
		diag "want: $3"
	fi
}

# like DESCRIPTION TEXT REGEXP: a line of the text matches (grep -E).
like() {
	if printf '%s\n' "$2" | grep -Eq -e "$3"; then
		result 0 "$1"
	else
		result 1 "$1"
		diag "no line matches: $3"
		diag "$2"
	fi
}

# unlike DESCRIPTION TEXT REGEXP: no line of the text matches.
unlike() {
	if printf '%s\n' "$2" | grep -Eq -e "$3"; then
		result 1 "$1"
		diag "a line matches: $3"
		diag "$2"
	else
		result 0 "$1"
	fi
}

# skip DESCRIPTION REASON: one test that cannot be run here.
skip() {
	test_number=$((test_number + 1))
	echo "ok $test_number - $1 # SKIP $2"
}

# skip_all REASON: nothing of this file can be run here.
skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

# die TEXT: the test cannot go on.
die() {
	result 1 "$1"
	finish
}

# finish: the plan, and the end of the test.
finish() {
	echo "1..$test_number"
	[ "$test_failures" -eq 0 ]
	exit
}

# ---- waiting, cleaning up ----

# wait_for COMMAND ARG...: tries it ten times a second until it succeeds.
wait_for() {
	wait_left=$((${TD_PATIENCE:-120} * 10))
	until "$@" >/dev/null 2>&1; do
		wait_left=$((wait_left - 1))
		[ "$wait_left" -gt 0 ] || return 1
		sleep 0.1
	done
}

# at_exit COMMAND: run at the end, the last one first.
at_exit() {
	exit_commands="$1
$exit_commands"
}

clean_up() {
	clean_status=$?
	trap '' HUP INT PIPE TERM
	trap - EXIT
	eval "$exit_commands"
	cd /
	rm -rf "$work"
	exit "$clean_status"
}

# is_ours PID: a child of this shell or of the one that began the test.  Else it
# got a number that was free again, and is somebody else's.
is_ours() {
	read -r ours_self ours_rest </proc/self/stat
	ours_parent=$(sed -n 's/^PPid:[[:blank:]]*//p' "/proc/$1/status" \
		2>/dev/null)
	[ "$ours_parent" = "$$" ] || [ "$ours_parent" = "$ours_self" ]
}

# end_process PID: asks, insists after a while; by process id alone.
end_process() {
	is_ours "$1" || return 0
	kill "$1" 2>/dev/null || return 0
	end_left=100
	while kill -0 "$1" 2>/dev/null && [ "$end_left" -gt 0 ]; do
		end_left=$((end_left - 1))
		sleep 0.1
	done
	kill -9 "$1" 2>/dev/null
	wait "$1" 2>/dev/null
	return 0
}

# need PROGRAM...: skips the whole test if one is missing.
need() {
	for need_name; do
		PATH=$PATH:/usr/sbin:/sbin command -v "$need_name" >/dev/null ||
			skip_all "$need_name is not installed"
	done
}

# ---- mails ----

# letter ID FROM TO SUBJECT [FIELDS]: a plain mail with the Message-ID
# <ID@client.example>.
letter() {
	cat <<-MAIL
	From: $2
	To: $3
	Subject: $4
	Message-ID: <$1@client.example>
	Date: Sat, 21 Nov 2026 10:00:00 +0000
	MIME-Version: 1.0
	Content-Type: text/plain; charset=UTF-8
	Content-Transfer-Encoding: 8bit
	MAIL
	[ -z "${5:-}" ] || printf '%s\n' "$5"
	printf '\nThis is the text of %s.\n' "$1"
}

# header FILE NAME: the field's value, unfolded and decoded.
header() {
	perl "$libdir/mail.pl" header "$1" "$2"
}

# text FILE: the first text part, decoded.
text() {
	perl "$libdir/mail.pl" text "$1"
}

# address FILE NAME: the bare address in the field.
address() {
	header "$1" "$2" | sed 's/.*<\([^>]*\)>.*/\1/'
}

# smtp ARG...: hands the mail on stdin to a server; see smtp.pl.
smtp() {
	perl "$libdir/smtp.pl" "$@"
}

free_port() {
	perl "$libdir/free-port.pl"
}

# sink_start PORT: an SMTP server that keeps all mail in $work/mail.
sink_start() {
	mkdir -p "$work/mail"
	perl "$libdir/sink.pl" "$1" "$work/mail" >"$work/sink.log" 2>&1 &
	sink_pid=$!
	at_exit "end_process $sink_pid"
	wait_for grep -qx ready "$work/sink.log" ||
		die 'the SMTP sink starts'
}

# inbox NAME: the Maildir folder of NAME@example.net (or .com).
inbox() {
	echo "$work/mail/$1/new"
}

mail_count() {
	# shellcheck disable=SC2012
	ls "$(inbox "$1")" 2>/dev/null | wc -l
}

has_mail() {
	[ "$(mail_count "$1")" -ge "$2" ]
}

# wait_mail NAME COUNT: until NAME has that many mails.
wait_mail() {
	wait_for has_mail "$1" "$2" || {
		diag "$(tail -n 20 "$desk_log" "$work"/postfix/log/maillog 2>&1)"
		die "$1 gets mail number $2"
	}
}

# mail_of NAME NUMBER: the path of the NUMBERth mail in the order of arrival.
mail_of() {
	# shellcheck disable=SC2012
	mail_name=$(ls -tr "$(inbox "$1")" | sed -n "${2}p")
	echo "$(inbox "$1")/$mail_name"
}

work=$(mktemp -d "${TMPDIR:-/tmp}/ticketd.XXXXXX") || exit 1
chmod 755 "$work"
trap clean_up EXIT
trap 'exit 1' HUP INT PIPE TERM

. "$libdir/desk.sh"
