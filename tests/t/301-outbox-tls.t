#!/bin/sh
# 301-outbox-tls.t - an SMTP server that wants TLS and a password
. "${0%/*}/lib.sh"

need openssl
umask 077
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
	-subj /CN=test -addext subjectAltName=DNS:localhost \
	-keyout "$work/key.pem" -out "$work/cert.pem" 2>"$work/.output" ||
	skip_all 'openssl makes no certificate'
umask 022
chmod 644 "$work/cert.pem"

perl "$srcdir/tests/smtp-server.pl" --seconds 300 \
	--port-file "$work/smtp.port" --log "$work/smtp.log" \
	--tls "$work/cert.pem,$work/key.pem" --auth desk:secret &
smtp_pid=$!
at_exit "end_process $smtp_pid"
wait_for test -s "$work/smtp.port" || die 'the SMTP server starts'
smtp_server="localhost:$(cat "$work/smtp.port")
starttls = must
user = desk
password-file = $work/password"
waiting() {
	ticket outbox list --format=json | json '#'
}

echo secret >"$work/password"
chown "$desk_user" "$work/password"
desk_new
"$bin/ticketd" -c "$conf" 2>"$work/.output" </dev/null
is 'a password that others can read is a mistake' $? 78
like 'that names the file' "$(cat "$work/.output")" "$work/password"

chmod 600 "$work/password"
desk_start
letter one 'Anna <anna@example.net>' support@example.org Hello |
	deliver -f anna@example.net -- support@example.org
ticket outbox flush --wait
is 'mail waits while nobody vouches for the server' "$(waiting)" 1
like 'and tells why' "$(ticket outbox list)" 'self-signed certificate'
unlike 'the password did not go out' "$(cat "$work/smtp.log")" '^AUTH'
desk_stop

export SSL_CERT_FILE="$work/cert.pem"
desk_start
ticket outbox flush --all --wait
is 'mail goes out when somebody does' "$(waiting)" 0
like 'over TLS' "$(cat "$work/smtp.log")" '^tls$'
like 'with the password' "$(cat "$work/smtp.log")" '^AUTH PLAIN'
unlike 'that no log has' "$(cat "$desk_log")" secret
check 'the daemon stops cleanly' desk_stop
finish
