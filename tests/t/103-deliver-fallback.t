#!/bin/sh
# 103-deliver-fallback.t - mail is filed while no daemon runs, too
. "${0%/*}/lib.sh"

desk_new
to=support@example.org
letter first 'Anna <anna@example.net>' $to 'One' >"$work/mail"

# What ticket-deliver becomes is known by what it does.
cat >"$work/program" <<'PROGRAM'
#!/bin/sh
[ "$1" != --version ] || exit 0
printf '<%s>\n' "$@"
cat
exit 67
PROGRAM
chmod 755 "$work/program"
export TICKETD_PROGRAM="$work/program"
ends 'without a daemon the other program gives the exit status' 67 \
	deliver -f '' -o help@example.org -q 4Abc -- $to <"$work/mail"
mv "$work/.output" "$work/got"
{
	printf '<%s>\n' --deliver -c "$conf" -f '' -o help@example.org \
		-q 4Abc -- $to
	cat "$work/mail"
} >"$work/want"
check 'it gets the same arguments and the whole mail' \
	cmp "$work/want" "$work/got"

# What the loader says and does when a library is missing.
cat >"$work/broken" <<'PROGRAM'
#!/bin/sh
echo 'error while loading shared libraries: /lib/libx.so' >&2
exit 127
PROGRAM
chmod 755 "$work/broken"
export TICKETD_PROGRAM="$work/broken"
ends 'a program that breaks at its start keeps the mail' 75 \
	deliver $to <"$work/mail"
unlike 'and its words stay inside' "$(cat "$work/.output")" librar

export TICKETD_PROGRAM="$work/no-program"
ends 'a program that cannot be started keeps the mail' 75 \
	deliver $to <"$work/mail"
like 'and says so' "$(cat "$work/.output")" '^4\.3\.2 ticket-deliver: '
unlike 'without a path' "$(cat "$work/.output")" /

export TICKETD_PROGRAM="$bin/ticketd"
ends 'ticketd files the mail alone' 0 \
	deliver -f anna@example.net -q 4Abd -- $to <"$work/mail"
is 'and the ticket is there' "$(tickets)" 1
ends 'it refuses a recipient as the daemon does' 67 \
	deliver -f anna@example.net other@example.org <"$work/mail"
ends 'and half a mail' 75 deliver -q 4Abe -- $to </dev/null

# A socket that a dead daemon left behind.
export TICKETD_PROGRAM="$work/program"
desk_start
desk_kill
check 'a killed daemon leaves its socket' test -S "$run/lmtp"
ends 'a socket where nobody listens counts as none' 67 \
	deliver $to <"$work/mail"
desk_start
letter second 'Berta <berta@example.net>' $to 'Two' >"$work/second"
ends 'with a daemon the other program is not asked' 0 \
	deliver -f berta@example.net $to <"$work/second"
is 'and the ticket is there' "$(tickets)" 2

finish
