# demo.sh - a conversation with a private desk, for somebody who is new to it
#
# demo.sh postfix|lmtp yes|no
#
# With postfix the mail goes through a private Postfix, which wants root; with
# lmtp it is handed straight to the daemon, and a small SMTP server of the
# tests' takes what the desk sends.  The last word says whether the desk is to
# be kept running.

mode=$1 keep=$2
. "${0%/*}/../t/lib.sh"
. "$libdir/postfix.sh"
postfix_people="$postfix_people olga clara"
trap 'echo; echo "Interrupted."; exit 1' HUP INT TERM

die() {
	echo "demo: this did not work: $1" >&2
	[ ! -s "$desk_log" ] || tail -n 10 "$desk_log" >&2
	exit 1
}

heading() {
	printf '\n== %s\n\n' "$1"
}

indent() {
	sed 's/^/    /'
}

# The command as one would type it, and what it prints; by script(1), for to a
# terminal it prints more readably than to a pipe.  Where there is no terminal to
# be had, as in a container without /dev/pts, to a pipe.
run_ticket() {
	echo "    \$ ticket $*"
	echo
	set -- "$as_desk $bin/ticket -c $conf --color never $*"
	if script -qec true /dev/null </dev/null >/dev/null 2>&1; then
		script -qec "stty cols 96; $1" /dev/null </dev/null |
			tr -d '\r' | indent
	else
		sh -c "$1" </dev/null | indent
	fi
}

# A mail as it arrived, without the long tails of its links.
show_mail() { # PATH
	perl "$libdir/mail.pl" show "$1" |
		sed 's/\(mailto:.\{44\}\).*/\1.../' | indent
}

send_in() { # MAIL FROM TO
	if [ "$mode" = postfix ]; then
		post "$2" "$3" <"$1" >/dev/null
	else
		deliver -f "$2" -- "$3" <"$1"
	fi || die 'the mail is taken'
}

begin() {
	case $mode in
	postfix)
		echo 'A private Postfix and a private desk, in a temporary folder.'
		postfix_new pipe ;;
	lmtp)
		echo 'A private desk in a temporary folder.  Postfix is not used:' \
			'it is not installed, or there is neither root nor sudo.'
		smtp_server=127.0.0.1:$(free_port)
		sink_start "${smtp_server#*:}" ;;
	esac
	desk_new
	desk_start
	[ "$mode" = lmtp ] || postfix_start
}

add_agent() {
	heading 'Olga is to answer the customers'
	run_ticket agent add olga olga@example.net --queue support \
		--full-name "'Olga Petrova'"
}

ask_mail() {
	heading 'A customer writes to support@example.org'
	cat >"$work/question.eml" <<-MAIL
	From: Anna Carter <anna@example.net>
	To: support@example.org
	Subject: The printer on the second floor
	Message-ID: <question@mail.example.net>
	Date: $(date -R)
	MIME-Version: 1.0
	Content-Type: text/plain; charset=UTF-8

	Hello,

	it prints every page twice since this morning.

	Anna
	MAIL
	indent <"$work/question.eml"
	send_in "$work/question.eml" anna@example.net support@example.org
	wait_mail anna 1
	wait_mail olga 1
}

show_acknowledgement() {
	heading 'The desk has opened a ticket, and tells her its number'
	show_mail "$(mail_of anna 1)"
}

show_notification() {
	heading 'Olga is told, too; her links and her address are hers alone'
	show_mail "$(mail_of olga 1)"
}

# reply FILE NAME SHOWN: the text on the standard input, in answer to the mail
# that NAME got last.
reply() {
	reply_to=$(mail_of "$2" "$(mail_count "$2")")
	reply_address=$(address "$reply_to" Reply-To)
	{
		cat <<-MAIL
		From: $3 <$2@example.net>
		To: $reply_address
		Subject: $(header "$reply_to" Subject)
		Message-ID: <${1%.eml}@mail.example.net>
		In-Reply-To: $(header "$reply_to" Message-ID)
		Date: $(date -R)
		MIME-Version: 1.0
		Content-Type: text/plain; charset=UTF-8

		MAIL
		cat
	} >"$work/$1"
	indent <"$work/$1"
	send_in "$work/$1" "$2@example.net" "$reply_address"
}

agent_answers() {
	heading 'She answers from her mail program: commands on top, then text'
	reply reply.eml olga 'Olga Petrova' <<-TEXT
	take
	priority high

	Hello Anna,

	is that the grey printer beside the lift?

	Olga
	TEXT
	wait_mail anna 2
}

show_reply() {
	heading 'What Anna gets: the text, from the desk'
	show_mail "$(mail_of anna 2)"
}

customer_answers() {
	heading 'Anna answers it: her mail goes to the address of the ticket'
	reply answer.eml anna 'Anna Carter' <<-TEXT
	Yes, that one.

	Anna
	TEXT
	wait_mail olga 2
}

old_charset() {
	heading 'Борис пишет по-русски, in KOI8-R that his program does not declare'
	{
		cat <<-MAIL
		From: Борис Орлов <boris@example.net>
		To: support@example.org
		Subject: Не работает сканер
		Message-ID: <scanner@mail.example.net>
		Date: $(date -R)

		Здравствуйте!

		Сканер на третьем этаже не видит бумагу.

		Борис
		MAIL
	} | iconv -f utf-8 -t koi8-r >"$work/scanner.eml"
	echo '    The raw bytes:'
	sed -n 's/^Subject/    &/p' "$work/scanner.eml" | LC_ALL=C cat -v
	echo
	send_in "$work/scanner.eml" boris@example.net support@example.org
	wait_mail boris 1
	echo '    What he is answered, in his language:'
	echo
	show_mail "$(mail_of boris 1)"
}

html_only() {
	heading 'Another mail is HTML alone; Olga gets it as text'
	cat >"$work/html.eml" <<-MAIL
	From: Clara <clara@example.net>
	To: support@example.org
	Subject: Three things
	Message-ID: <html@mail.example.net>
	Date: $(date -R)
	MIME-Version: 1.0
	Content-Type: text/html; charset=UTF-8

	<html><head><style>p { color: navy }</style></head><body>
	<p>Hi, please <b>order</b>:</p>
	<ol><li>toner, <a href="https://shop.example/toner">this one</a></li>
	<li>paper</li></ol>
	<table><tr><th>Room</th><th>Printer</th></tr>
	<tr><td>201</td><td>HP&nbsp;1020</td></tr></table>
	<div>Clara</div></body></html>
	MAIL
	send_in "$work/html.eml" clara@example.net support@example.org
	wait_mail clara 1
	wait_for told_of_html || die "Olga is told of it"
	show_mail "$html_mail"
}

told_of_html() {
	for html_mail in "$(inbox olga)"/*; do
		grep -q '^Subject:.*Three things' "$html_mail" && return 0
	done
	return 1
}

bounce_comes() {
	heading "A mail system says that Anna's mailbox is gone"
	bounce_to=$(header "$(mail_of anna 2)" Return-Path | tr -d '<>')
	cat >"$work/bounce.eml" <<-MAIL
	From: Mail Delivery System <MAILER-DAEMON@mx.example.net>
	To: $bounce_to
	Subject: Undelivered Mail Returned to Sender
	Message-ID: <bounce@mx.example.net>
	Date: $(date -R)
	MIME-Version: 1.0
	Content-Type: multipart/report; report-type=delivery-status; boundary=b

	--b
	Content-Type: text/plain

	<anna@example.net>: this mailbox does not exist any more.

	--b
	Content-Type: message/delivery-status

	Reporting-MTA: dns; mx.example.net

	Final-Recipient: rfc822; anna@example.net
	Action: failed
	Status: 5.1.1
	Diagnostic-Code: smtp; 550 5.1.1 no such user

	--b
	Content-Type: text/rfc822-headers

	Message-ID: $(header "$(mail_of anna 2)" Message-ID)

	--b--
	MAIL
	bounce_count=$(mail_count olga)
	send_in "$work/bounce.eml" '' "$bounce_to"
	wait_mail olga $((bounce_count + 1))
	echo '    Olga, who wrote it, is told:'
	echo
	show_mail "$(mail_of olga $((bounce_count + 1)))"
	echo
	echo '    and Anna gets no automatic mail until somebody clears it:'
	echo
	run_ticket suppress list
}

show_ticket() {
	heading 'The administrator looks at the ticket'
	run_ticket list
	echo
	# What happened stands in the log as well.
	run_ticket show 1 | sed '/^ *--- events/,$d'
	run_ticket log 1
}

write_stop() {
	{
		echo '#!/bin/sh'
		echo '# stop - ends the demo and removes its folder'
		[ "$mode" = lmtp ] ||
			echo "/usr/sbin/postfix -c $postfix_etc stop 2>/dev/null"
		echo "kill $desk_pid ${sink_pid:-}"
		echo "sleep 1"
		echo "rm -rf $work"
	} >"$work/stop"
	cat >"$work/ticket" <<-WRAP
	#!/bin/sh
	# ticket - the tool on this desk
	exec $as_desk $bin/ticket -c $conf "\$@"
	WRAP
	chmod 755 "$work/stop" "$work/ticket"
}

leave_running() {
	write_stop
	heading 'The desk is left running'
	as=
	[ -z "$as_desk" ] || [ -z "${SUDO_USER:-}" ] || as='sudo '
	cat <<-TEXT
	Use it:
	    $as$work/ticket list
	    $as$work/ticket show 1
	    $as$work/ticket log 1
	    $as$work/ticket do 1 'close: It is repaired.'
	    $as$work/ticket agent add you you@example.net
	    $as$work/ticket explain MAIL-FILE
	TEXT
	if [ "$mode" = postfix ]; then
		cat <<-TEXT
		Write to it (SMTP on $smtp_server; recipient support@example.org):
		    perl $libdir/smtp.pl -f you@example.net $smtp_server support@example.org < MAIL-FILE
		TEXT
	else
		cat <<-TEXT
		Write to it:
		    $as_desk $bin/ticket-deliver -c $conf -f you@example.net -- support@example.org < MAIL-FILE
		TEXT
	fi
	cat <<-TEXT
	Read what it sends to you@example.net:
	    $(inbox you)/
	Its configuration and log:
	    $conf
	    $desk_log
	Stop it and remove all of it:
	    ${as}sh $work/stop
	TEXT
	trap - EXIT HUP INT TERM
}

trap '' HUP
begin
add_agent
ask_mail
show_acknowledgement
show_notification
agent_answers
show_reply
customer_answers
old_charset
html_only
bounce_comes
show_ticket
if [ "$keep" = yes ]; then
	leave_running
else
	heading 'The end'
	echo 'All of it is removed again.  ./bootstrap demo --keep leaves it running.'
fi
