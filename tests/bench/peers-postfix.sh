# peers-postfix.sh - the part of peers.sh that needs Postfix
#
# One private instance takes the mails by SMTP; the domain of the recipient says
# where it hands them to.  pipe(8) starts four programs at a time, as
# conf/postfix has it; ticketd's rows differ from those of the ceilings in
# nothing but what is at the end: a program that does nothing, or smtp-sink(1)
# as an LMTP server.

. "$libdir/postfix.sh"

postfix_here=

# lmtp_socket DESK: where the chrooted lmtp(8) finds it.
lmtp_socket() {
	[ -z "$postfix_here" ] || echo ";$postfix_spool/ticketd/$1"
}

# pipe_service NAME PROGRAM CONF
pipe_service() {
	cat <<-CONF
	$1 unix - n n - 4 pipe
	  flags=Rhuq null_sender= user=nobody argv=$2
	  -c $3 -f \${sender} -o \${original_recipient} -q \${queue_id}
	  -- \${recipient}
	CONF
}

# Before the desks, which make a socket in the queue directory.
postfix_prepare() {
	if [ "$(id -u)" -ne 0 ] || ! command -v postfix >/dev/null; then
		left_out Postfix 'not installed, or not root'
		return
	fi
	postfix_here=yes
	postfix_new lmtp
	{
		pipe_service pipe-empty "$load/empty-static" none
		for service_desk in paused running; do
			pipe_service "pipe-$service_desk" \
				"$bin/ticket-deliver" \
				"$work/$service_desk/ticketd.conf"
		done
	} >>"$postfix_etc/master.cf"
	{
		echo 'relay_domains ='
		for service in pipe-empty pipe-paused pipe-running lmtp-sink \
			lmtp-paused lmtp-running; do
			echo "  $service.example"
		done
		for service in pipe-empty pipe-paused pipe-running; do
			echo "${service}_destination_recipient_limit = 1"
		done
	} >>"$postfix_etc/main.cf"
	for service in pipe-empty pipe-paused pipe-running; do
		echo "$service.example $service:"
	done >>"$postfix_etc/transport"
	for service in sink paused running; do
		echo "lmtp-$service.example" \
			"ticketd-lmtp:unix:ticketd/$service"
	done >>"$postfix_etc/transport"
}

postfix_begin() {
	[ -n "$postfix_here" ] || return 0
	# shellcheck disable=SC2086
	(umask 0; exec smtp-sink $sink_user -L \
		"unix:$postfix_spool/ticketd/sink" 200) \
		>"$work/lmtp-sink.log" 2>&1 &
	lmtp_sink_pid=$!
	at_exit "end_process $lmtp_sink_pid"
	postfix_start
	postfix_pid=$(tr -d ' ' <"$postfix_spool/pid/master.pid")
}

name_postfix() {
	name pipe-empty pipe 'Postfix, pipe(8), an empty program'
	name ticketd-pipe pipe '  ticket-deliver, outbox paused'
	name pipe-running pipe '  ticket-deliver, outbox running'
	name lmtp-sink lmtp8 'Postfix, lmtp(8), smtp-sink -L'
	name ticketd-lmtp8 lmtp8 '  ticketd, outbox paused'
	name lmtp8-running lmtp8 '  ticketd, outbox running'
}

# through KEY DOMAIN PID MIB-OF: everything from the first connection.
through() { # KEY SERVICE [DESK]
	through_pids=$postfix_pid
	if [ -n "${3:-}" ]; then
		use "$3"
		through_pids="$postfix_pid $desk_pid"
	elif [ "$2" = lmtp-sink ]; then
		through_pids="$postfix_pid $lmtp_sink_pid"
	fi
	# shellcheck disable=SC2086
	through_before=$(tree_ticks $through_pids)
	through_seconds=$("$load/await-lines" -n "$mails" status=sent \
		"$postfix_log" "$load/lmtp-load" -r "$1-$round" -n "$mails" \
		-c 4 -t "support@$2.example" "127.0.0.1:$postfix_port" \
		2>"$work/.errors") || failed "$1"
	[ -z "${3:-}" ] || all_sent
	# shellcheck disable=SC2086
	through_used=$(($(tree_ticks $through_pids) - through_before))
	through_mib=-
	[ -z "${3:-}" ] || through_mib=$(desk_mib)
	note "$1" "$(awk -v n="$mails" -v s="$through_seconds" \
		'BEGIN { printf "%.0f", n / s }')" \
		"$(cpu_ms "$through_used" "$mails")" "$through_mib"
}

postfix_round() {
	[ -n "$postfix_here" ] || return 0
	through pipe-empty pipe-empty
	through ticketd-pipe pipe-paused paused
	[ -z "$sink_port" ] || through pipe-running pipe-running running
	[ -z "$sink_port" ] || through lmtp-sink lmtp-sink
	through ticketd-lmtp8 lmtp-paused paused
	[ -z "$sink_port" ] || through lmtp8-running lmtp-running running
}
