# postfix.sh - a private Postfix below $work: own configuration, queue and port
#
#	postfix_need              skips the test where Postfix cannot be run
#	postfix_new TRANSPORT     writes the configuration; TRANSPORT is pipe or
#	                          lmtp and says how mail gets to the desk
#	postfix_start, postfix_stop
#	post FROM TO... <MAIL     hands a mail to it by SMTP
#	postfix_idle              waits until no mail is in the queue
#
# Mail to example.org goes to the desk, help@alias.example is an alias of
# support@example.org.  The people in $postfix_people have a Maildir at
# example.net and example.com.  Nothing leaves the machine.
#
# Needs lib.sh and desk.sh.  master(8) wants root.

postfixdir=$work/postfix
postfix_etc=$postfixdir/etc
postfix_spool=$postfixdir/spool
postfix_log=$postfixdir/log/maillog
postfix_port=
postfix_people='anna boris eve you анна'

postfix_need() {
	PATH=$PATH:/usr/sbin:/sbin
	[ "$(id -u)" -eq 0 ] || skip_all 'a private Postfix needs root'
	command -v postfix >/dev/null || skip_all 'Postfix is not installed'
}

postfix_main_cf() {
	cat <<-CONF
	compatibility_level = 3.6
	queue_directory = $postfix_spool
	data_directory = $postfixdir/lib
	command_directory = /usr/sbin
	daemon_directory = /usr/lib/postfix/sbin
	mail_owner = postfix
	setgid_group = postdrop
	maillog_file = $postfix_log
	maillog_file_prefixes = $postfixdir/log
	inet_interfaces = loopback-only
	inet_protocols = ipv4
	myhostname = mail.example.org
	mydomain = example.org
	myorigin = example.org
	mynetworks = 127.0.0.0/8
	mydestination =
	alias_maps =
	alias_database =
	local_recipient_maps =
	local_transport = error:no local delivery
	relay_domains = example.org
	relay_transport = $1
	virtual_alias_domains = alias.example
	virtual_mailbox_domains = example.net example.com
	virtual_mailbox_base = $work/mail
	virtual_mailbox_maps = texthash:$postfix_etc/mailboxes
	virtual_uid_maps = static:$(id -u nobody)
	virtual_gid_maps = static:$(id -g nobody)
	default_transport = error:no outside delivery
	smtputf8_enable = yes
	disable_dns_lookups = yes
	smtp_host_lookup = native
	lmtp_host_lookup = native
	smtpd_peername_lookup = no
	smtpd_relay_restrictions = permit_mynetworks, reject
	smtpd_recipient_restrictions =
	smtpd_client_connection_count_limit = 0
	minimal_backoff_time = 3s
	maximal_backoff_time = 3s
	queue_run_delay = 2s
	transport_retry_time = 1s
	service_throttle_time = 1s
	in_flow_delay = 0
	biff = no
	append_dot_mydomain = no
	export_environment = TZ=UTC LANG=C TICKETD_CONF=$conf
	  TICKETD_PROGRAM=$bin/ticketd
	CONF
	# The rest is what the administrator is told to write.
	sed "s,hash:/etc/postfix/,texthash:$postfix_etc/," \
		"$srcdir/conf/postfix/main.cf"
}

postfix_master_cf() {
	cat <<-CONF
	127.0.0.1:$postfix_port inet n - n - - smtpd
	pickup     unix  n - n 60 1 pickup
	cleanup    unix  n - n - 0 cleanup
	qmgr       unix  n - n 300 1 qmgr
	tlsmgr     unix  - - n 1000? 1 tlsmgr
	rewrite    unix  - - n - - trivial-rewrite
	bounce     unix  - - n - 0 bounce
	defer      unix  - - n - 0 bounce
	trace      unix  - - n - 0 bounce
	verify     unix  - - n - 1 verify
	flush      unix  n - n 1000? 0 flush
	proxymap   unix  - - n - - proxymap
	proxywrite unix  - - n - 1 proxymap
	smtp       unix  - - n - - smtp
	relay      unix  - - n - - smtp
	showq      unix  n - n - - showq
	error      unix  - - n - - error
	retry      unix  - - n - - error
	discard    unix  - - n - - discard
	local      unix  - n n - - local
	virtual    unix  - n n - - virtual
	lmtp       unix  - - y - - lmtp
	anvil      unix  - - n - 1 anvil
	scache     unix  - - n - 1 scache
	postlog    unix-dgram n - n - 1 postlogd
	CONF
	sed -e "s,@libexecdir@,$bin," -e 's,user=ticketd,user=nobody,' \
		"$srcdir/conf/postfix/master.cf.in"
}

# The administrator's maps, for our domain, and the mailboxes of the people.
postfix_maps() { # TRANSPORT
	sed "s,example\\.com.*ticketd:,example.org $1," \
		"$srcdir/conf/postfix/transport" >"$postfix_etc/transport"
	{
		sed 's/example\.com/example.org/g' \
			"$srcdir/conf/postfix/virtual"
		echo 'help@alias.example support@example.org'
	} >"$postfix_etc/virtual"
	for person in $postfix_people; do
		echo "$person@example.net $person/"
		echo "$person@example.com $person/"
	done >"$postfix_etc/mailboxes"
}

postfix_new() {
	postfix_port=$(free_port)
	mkdir -p "$postfix_etc" "$postfix_spool" "$postfixdir/lib" \
		"$postfixdir/log" "$work/mail"
	chown postfix "$postfixdir/lib"
	chown nobody:nogroup "$work/mail"
	case $1 in
	pipe) postfix_transport=ticketd: ;;
	lmtp) postfix_transport=ticketd-lmtp:unix:ticketd/lmtp ;;
	esac
	postfix_main_cf "$postfix_transport" >"$postfix_etc/main.cf"
	postfix_maps "$postfix_transport"
	postfix_master_cf >"$postfix_etc/master.cf"
	if [ "$1" = lmtp ]; then
		# A folder for the socket, where the chrooted lmtp(8) sees it.
		install -d -o nobody -g postfix -m 2750 \
			"$postfix_spool/ticketd"
	fi
	smtp_server=127.0.0.1:$postfix_port
}

postfix_start() {
	mkdir -p "$postfixdir/log"
	at_exit postfix_stop
	postfix -c "$postfix_etc" check >"$postfixdir/start.log" 2>&1 &&
		postfix -c "$postfix_etc" start >>"$postfixdir/start.log" 2>&1 &&
		return
	diag "$(cat "$postfixdir/start.log" "$postfix_log" 2>&1)"
	die 'the private Postfix starts'
}

# `postfix stop` asks master(8) to end; its workers end with it.
postfix_stop() {
	postfix -c "$postfix_etc" stop >/dev/null 2>&1 || return 0
	wait_for postfix_ended
}

postfix_ended() {
	! postfix -c "$postfix_etc" status
}

post() {
	post_from=$1
	shift
	smtp -f "$post_from" "127.0.0.1:$postfix_port" "$@"
}

postfix_queue_empty() {
	[ -z "$(find "$postfix_spool/incoming" "$postfix_spool/active" \
		"$postfix_spool/deferred" "$postfix_spool/maildrop" \
		-type f 2>/dev/null)" ]
}

# A mail that is due again while the delivery agent still holds it stays in the
# active queue until the queue manager starts anew: a retry within seconds has
# that price.
postfix_idle() {
	for idle_try in 1 2 3 4 5; do
		(TD_PATIENCE=30 && wait_for postfix_queue_empty) && return
		postfix -c "$postfix_etc" reload >/dev/null 2>&1
	done
	diag "$(tail -n 20 "$postfix_log")"
	die 'the mail queue runs empty'
}
