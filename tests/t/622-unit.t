#!/bin/sh
# 622-unit.t - what the service manager leaves to the daemon
. "${0%/*}/lib.sh"
need systemd-analyze

unit=$work/ticketd.service
sed 's,@sbindir@,/usr/sbin,; s,@sysconfdir@,/etc,' \
	"$srcdir/conf/systemd/ticketd.service.in" >"$unit"

# exposed TENTHS: whether systemd counts more than that.
exposed() {
	! systemd-analyze security --offline=true --no-pager \
		--threshold="$1" "$unit"
}
systemd-analyze security --offline=true --no-pager "$unit" \
	>"$work/score" 2>&1 || skip_all 'this systemd-analyze cannot score a file'
like 'the unit gets a score' "$(cat "$work/score")" 'exposure level for ticketd'
check 'which can be too high' exposed 1
check 'and is 1.5 at most' eval '! exposed 15'

is 'every line of it is known' \
	"$(systemd-analyze verify "$unit" 2>&1 |
		grep -E 'Unknown|Failed to parse|ignoring')" ''

# A service that may use it would lose its own walls without these.
for call in landlock_create_ruleset landlock_add_rule landlock_restrict_self \
	seccomp; do
	like "$call is left to it" "$(cat "$unit")" "^SystemCallFilter=.* $call"
done
finish
