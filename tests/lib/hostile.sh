# hostile.sh - what the tests of hostile mail and talk share
#
#	hostile ARG...      hostile.pl run on this desk, full sizes if wanted;
#	                    its lines go to $hostile_table
#	abuse ARG...        the same of abuse.pl
#	others_are_served   a test: whoever sent mail beside an attack got it
#	                    taken; shows the table, with how long that took
#	memory_is_bounded   a test: the process stayed below what ticketd.conf(5)
#	                    says of it
#
# HOSTILE=full takes sizes that one does not wait for at each check.  To be read
# in after lib.sh, and before desk_new: it sets [lmtp] to what it measures with.

. "$libdir/preload.sh"

hostile_full=
[ "${HOSTILE:-}" != full ] || hostile_full=-f
hostile_table=$work/table
: >"$hostile_table"

# MiB of [lmtp] memory and of max-message-size, and connections.
if [ -n "$hostile_full" ]; then
	hostile_memory=16 hostile_size=32 hostile_connections=1000
else
	hostile_memory=4 hostile_size=8 hostile_connections=100
fi
hostile_conf="[lmtp]
memory = ${hostile_memory}M
connections = $hostile_connections
connections-per-peer = $hostile_connections
[store]
cache-size = 24M"
hostile_keys="max-message-size = ${hostile_size}M"

hostile_run() { # PROGRAM ARG...
	hostile_program=$1
	shift
	# shellcheck disable=SC2086
	perl "$libdir/$hostile_program" run $hostile_full "$@" \
		>>"$hostile_table"
}

# The daemon's id and the socket stand behind the options.
hostile() { # [-n COUNT] [-s FROM] RECIPIENT [NAME[=SIZE]...]
	hostile_options=
	while [ "${1#-}" != "$1" ]; do
		hostile_options="$hostile_options $1 $2"
		shift 2
	done
	# shellcheck disable=SC2086
	hostile_run hostile.pl $hostile_options "$desk_pid" "$run/lmtp" "$@"
}

abuse() { # [NAME...]
	hostile_run abuse.pl "$desk_pid" "$run/lmtp" support@example.org "$@"
}

# COLUMN: the greatest number there.
hostile_most() {
	awk -v column="$1" '$column > most { most = $column }
		END { print most + 0 }' "$hostile_table"
}

# One second is what is aimed at; on a machine that is busy with something else
# that is not for a test to say.
others_are_served() { # COLUMN of the waits
	sed 's/^/# /' "$hostile_table"
	hostile_longest=$(hostile_most "$1")
	echo "# longest wait of the polite sender: $hostile_longest s"
	is 'nobody beside them waited in vain' \
		"$(grep -c ' 9999\.000 ' "$hostile_table")" 0
}

# As ticketd.conf(5) has it, in MiB.
memory_is_bounded() {
	hostile_bound=$((32 + 24 + hostile_connections / 16 +
		3 * hostile_memory + 4 * hostile_size))
	if built_with_asan || [ -n "${TD_WRAP:-}" ]; then
		skip 'memory stays below its bound' 'not of this build'
		return
	fi
	hostile_peak=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' \
		"/proc/$desk_pid/status")
	hostile_peak=$((hostile_peak / 1024))
	[ "$(hostile_most "$1")" -le "$hostile_peak" ] ||
		hostile_peak=$(hostile_most "$1")
	echo "# greatest size: $hostile_peak MiB of $hostile_bound"
	check 'memory stays below its bound' \
		test "$hostile_peak" -lt "$hostile_bound"
}
