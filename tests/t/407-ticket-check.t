#!/bin/sh
# 407-ticket-check.t - check tells what is wrong and how to mend it
. "${0%/*}/lib.sh"

need perl
desk_new

# asked OPTION...: check --mail against a server that answers so.
asked() {
	rm -f "$work/port"
	perl "$srcdir/tests/smtp-server.pl" --port-file "$work/port" \
		--log "$work/smtp.log" --seconds 120 "$@" &
	asked_pid=$!
	at_exit "end_process $asked_pid"
	wait_for test -s "$work/port" || die 'the server listens'
	smtp_server=127.0.0.1:$(cat "$work/port")
	desk_conf >"$conf"
	ticket check --mail >"$work/asked" 2>&1
	echo "exit $?" >>"$work/asked"
	end_process "$asked_pid"
	cat "$work/asked"
}

ends 'no daemon is a warning' 1 ticket check
like 'and says so' "$(cat "$work/.output")" '^warning +daemon +no ticketd'
check_store 'the store is sound'
like 'the templates are' "$(ticket check)" '^ok +templates'
like 'rebuild compares records' "$(ticket check --rebuild)" ' 0 rebuilt$'
like 'upgrade has nothing to do' "$(ticket check --upgrade)" '^ok +schema'

desk_start
# The socket may be closed to the mail server's user, which is a warning.
like 'the daemon answers' "$(ticket check)" '^ok +daemon'
like 'its sockets are there' "$(ticket check)" "^ok +socket +$run/lmtp"
is 'json is an array of findings' \
	"$(ticket check --format=json | json 0.level)" ok
chmod 600 "$run/lmtp"
like 'a socket of another mode is a warning' "$(ticket check)" \
	'^warning +socket .*0600, .*0660'
like 'rebuild is done by the daemon' "$(ticket check --rebuild)" ' 0 rebuilt$'

good=$(asked --offer 'SIZE 33554432')
like 'the mail server is asked' "$good" '^ok +mail server'
like 'about the queue' "$good" '^ok +mail to support@example.org'
like 'with an extension' "$good" '^ok +mail to support\+check@example.org'
like 'and the size' "$good" '^ok +mail size'
unlike 'nothing is sent' "$(cat "$work/smtp.log")" '^DATA'

bad=$(asked --offer 'SIZE 99999999' \
	--on 'RCPT.*[+]=550 5.1.1 unknown user')
like 'extensions that are not known' "$bad" \
	'^critical +mail to support\+.*recipient_delimiter'
like 'a limit above ours' "$bad" \
	'^warning +mail size .*message_size_limit=33554432'
like 'critical is 2' "$bad" '^exit 2$'
like 'a queue that is not known' \
	"$(asked --on 'RCPT=550 5.1.1 User unknown')" \
	'^critical +mail to support@.*virtual_mailbox_maps'
like 'a domain that is not' \
	"$(asked --on 'RCPT=554 5.7.1 Relay access denied')" \
	'^critical +mail to support@.*mydestination'
like 'a server that puts off' "$(asked --on 'RCPT=450 4.3.0 table')" \
	'^critical +mail to support@.*mail log'
like 'a server that hangs up' "$(asked --on 'RCPT=drop')" \
	'^critical +mail server .*closed the connection'
like 'a server that says no' "$(asked --on 'CONNECT=554 5.3.2 no')" \
	'^critical +mail server .*5.3.2 no'
smtp_server=127.0.0.1:$(free_port)
desk_conf >"$conf"
like 'no server at all' "$(ticket check --mail)" \
	'^critical +mail server .*refused'

echo 'colour = red' >>"$conf"
ends 'a mistake in the configuration is critical' 2 ticket check
like 'and has its line' "$(cat "$work/.output")" \
	'^critical +configuration .*ticketd.conf:[0-9]+: '
desk_conf >"$conf"
check 'the daemon stops' desk_stop
mv "$store" "$store.away"
ends 'no store is critical' 2 ticket check
like 'and says how to make one' "$(cat "$work/.output")" \
	'^critical +store .*ticket init'
finish
