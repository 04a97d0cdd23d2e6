#!/bin/sh
# 300-outbox-refused.t - recipients that the SMTP server does not want
. "${0%/*}/lib.sh"

# smtp_start OPTION...: an SMTP server that does as it is told.
smtp_start() {
	mkdir -p "$work/taken"
	perl "$srcdir/tests/smtp-server.pl" --seconds 300 \
		--port-file "$work/smtp.port" --log "$work/smtp.log" \
		--mail-dir "$work/taken" "$@" &
	smtp_pid=$!
	at_exit "end_process $smtp_pid"
	wait_for test -s "$work/smtp.port" || die 'the SMTP server starts'
	smtp_server=127.0.0.1:$(cat "$work/smtp.port")
}
write() { # NAME
	letter "$1" "$1 <$1@example.net>" support@example.org "From $1" |
		deliver -f "$1@example.net" -- support@example.org
}
row() { # PATH
	ticket outbox list --format=json | json "$1"
}

smtp_start --offer DSN --on 'TO:<gone=550 5.1.1 no such user' \
	--on 'TO:<grey=1*450 4.7.1 come back later'
desk_new
desk_start

check 'a mail of somebody who cannot be answered is taken' write gone
ticket outbox flush --wait
like 'the ticket tells that the acknowledgement did not arrive' \
	"$(ticket show 1 --format=json)" 'not-delivered'
like 'and what the server said' "$(ticket show 1 --format=json)" \
	'550 5\.1\.1 no such user'
is 'nothing waits' "$(row '#')" 0

check 'a mail of somebody behind greylisting is taken' write grey
ticket outbox flush --wait
is 'the acknowledgement waits' "$(row '#')" 1
like 'with the answer of the server' "$(ticket outbox list)" \
	'450 4\.7\.1 come back later'
check 'a flush of all tries it again' ticket outbox flush --all --wait
is 'it went out' "$(row '#')" 0
is 'once' "$(find "$work/taken" -name '*.eml' | wc -l)" 1
like 'and asked for no notifications' "$(cat "$work/smtp.log")" \
	'^RCPT TO:<grey@example\.net> NOTIFY=NEVER'
check 'the daemon stops cleanly' desk_stop
check_store 'the store is whole'
finish
