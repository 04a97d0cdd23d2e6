#!/bin/sh
# 660-bench-smoke.t - the comparison with other programs runs, with few mails,
# and so does the look at where the time goes
. "${0%/*}/lib.sh"

for each in cc strace smtp-sink; do
	PATH=$PATH:/usr/sbin:/sbin command -v "$each" >/dev/null ||
		skip_all "$each is not installed"
done
[ -z "${TD_WRAP:-}" ] || skip_all "not under ${TD_WRAP%% *}"

bench() {
	PEERS_MAILS=10 PEERS_ROUNDS=1 TMPDIR=$work \
		sh "$srcdir/tests/bench/peers.sh" >"$work/table" \
		2>"$work/errors"
}

# row TEXT: has figures for mails a second and for CPU.
row() {
	like "a row: $1" "$table" \
		"^$1 +[0-9]+ +[-0-9.]+ +[0-9.]+ +[-0-9.]+ "
}

check 'the comparison ends well' bench
table=$(cat "$work/table")
[ "$test_failures" -eq 0 ] || diag "$table
$(tail -n 20 "$work/errors")"
row 'an empty program, static'
row 'ticket-deliver, outbox paused'
row 'ticket-deliver, outbox running'
row 'LMTP over 64, outbox paused'
row 'LMTP over 64, outbox running'
row '1500/s offered, outbox paused'
for each in procmail maildrop dovecot-lda 'notmuch insert'; do
	printf '%s\n' "$table" | grep -q "^Left out: ${each%% *}" || row "$each"
done
if ! printf '%s\n' "$table" | grep -q '^Left out: Postfix'; then
	row 'Postfix, pipe\(8\), an empty program'
	row '  ticket-deliver, outbox paused'
	row 'Postfix, lmtp\(8\), smtp-sink -L'
	row '  ticketd, outbox paused'
fi
is 'each aim is judged' "$(printf '%s\n' "$table" |
	grep -Ec ' (met|not met|not measured)$')" 11
like 'flushes of the disk are counted, or it is said why not' "$table" \
	'^ticket-deliver, outbox paused .* 1\.[0-9]+ +[0-9]+ |^Left out: flushes'

profile() {
	PROFILE_MAILS=50 TMPDIR=$work sh "$srcdir/tests/bench/profile.sh" \
		>"$work/profile" 2>"$work/errors"
}

check 'a profile ends well' profile
profile=$(cat "$work/profile")
[ "$test_failures" -eq 0 ] || diag "$(tail -n 20 "$work/errors")"
like 'it tells whose the time is, or why not' "$profile" \
	'^  by owner  +[a-z]|^Left out: perf'
finish
