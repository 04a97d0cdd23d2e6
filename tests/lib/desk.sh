# desk.sh - a desk of one's own below $work, run by an unprivileged user
#
#	desk_new                  writes $conf and makes the store
#	desk_start                starts the daemon, waits until it is ready
#	desk_stop                 SIGTERM; its exit status
#	desk_kill                 SIGKILL
#	ticket ARG...             the tool on this desk, as the desk's user
#	deliver ARG...            ticket-deliver on this desk, as the desk's user
#	check_store DESCRIPTION   a test: records, events and indexes agree
#	json PATH                 a value out of the JSON on stdin
#
# The caller sets, before desk_new, what it wants otherwise:
#	desk_keys='max-message-size = 1000'    further lines for [desk]
#	desk_digest=08:00                      else none: tests know no clock
#	desk_sections='[lmtp] ...'             further sections
#	queue_keys                             further lines for [queue support]
#	smtp_keys                              further lines for [smtp]
#	smtp_server                            else nobody listens there
# Needs $work, wait_for, at_exit and end_process.

# The programs are copied into $work, because other users, to whom the build
# folder may be closed, run them too.
find_programs() {
	if [ -z "${TD_BUILDDIR:-}" ]; then
		for find_dir in "$srcdir/build" "$srcdir"; do
			[ -x "$find_dir/ticketd" ] && TD_BUILDDIR=$find_dir
		done
	fi
	bin=$work/bin
	mkdir "$bin"
	for find_name in ticketd ticket ticket-desk ticket-deliver; do
		[ -x "${TD_BUILDDIR:-}/$find_name" ] || {
			echo "desk.sh: no $find_name in ${TD_BUILDDIR:-.}:" \
				"run make, or set TD_BUILDDIR" >&2
			return 1
		}
		cp "$TD_BUILDDIR/$find_name" "$bin/$find_name" || return 1
	done
	# What ticket-deliver runs when no daemon listens.
	export TICKETD_PROGRAM="$bin/ticketd"
}

if [ "$(id -u)" -eq 0 ]; then
	desk_user=nobody
	as_desk='setpriv --reuid=nobody --regid=nogroup --clear-groups --'
else
	desk_user=$(id -un)
	as_desk=
fi
desk_pid=
deskdir=$work/desk
conf=$deskdir/ticketd.conf
store=$deskdir/store
run=$deskdir/run
desk_log=$deskdir/log
desk_keys=
desk_sections=
queue_keys=
smtp_keys=
smtp_server=

desk_conf() {
	cat <<-CONF
	[desk]
	name = support
	domain = example.org
	language = en
	store = $store
	run = $run
	digest = ${desk_digest:-none}
	$desk_keys
	[smtp]
	server = ${smtp_server:-127.0.0.1:9}
	$smtp_keys
	[queue support]
	address = support@example.org
	$queue_keys
	$desk_sections
	CONF
}

desk_new() {
	mkdir -p "$run"
	desk_conf >"$conf"
	: >"$desk_log"
	if [ -n "$as_desk" ]; then
		chown -R "$desk_user:nogroup" "$deskdir"
	fi
	ticket init >"$work/.output" 2>&1 || die 'ticket init makes a store'
}

desk_start() {
	: >"$desk_log"
	# shellcheck disable=SC2086
	$as_desk ${TD_WRAP:-} "$bin/ticketd" -c "$conf" 2>>"$desk_log" >&2 \
		</dev/null &
	desk_pid=$!
	at_exit "end_process $desk_pid"
	wait_for desk_up || true
	grep -qx ready "$desk_log" || {
		diag "$(tail -n 20 "$desk_log")"
		die 'the daemon says that it is ready'
	}
}

# Ready, or dead already.
desk_up() {
	grep -qx ready "$desk_log" || ! kill -0 "$desk_pid"
}

desk_stop() {
	kill "$desk_pid"
	wait "$desk_pid"
}

desk_kill() {
	kill -9 "$desk_pid"
	wait "$desk_pid" 2>/dev/null
	return 0
}

ticket() {
	# shellcheck disable=SC2086
	$as_desk ${TD_WRAP:-} "$bin/ticket" -c "$conf" "$@"
}

deliver() {
	# shellcheck disable=SC2086
	$as_desk "$bin/ticket-deliver" -c "$conf" "$@"
}

json() {
	perl "$libdir/json.pl" "$@"
}

# tickets: how many there are, closed ones too.
tickets() {
	ticket list --format=json --limit 0 | json '#'
}

# check_store DESCRIPTION: records, events and indexes of all tickets agree.
check_store() {
	like "$1" "$(ticket check)" '^ok +store'
}

find_programs || exit 1
