# peers-others.sh - the part of peers.sh that knows procmail and its like
#
# Each delivers for $desk_user into a folder of its own below $work.

# other KEY COUNT PROGRAM ARG...: a program that needs no daemon.
other() {
	other_key=$1 other_count=$2
	shift 2
	# shellcheck disable=SC2086
	figures=$($as_desk env HOME="$work/home" USER="$desk_user" \
		"$load/pipe-load" -r "$other_key-$round" -n "$other_count" \
		-- "$@" 2>"$work/.errors") || failed "$other_key"
	# shellcheck disable=SC2086
	set -- $figures
	note "$other_key" "$2" "$3" "$5"
}

# Slow ones get as many mails as the others by the second.
few() { # DIVISOR
	few_count=$((mails / $1))
	echo $((few_count < 5 ? 5 : few_count))
}

peer_program() { # NAME PATH
	[ -x "$2" ] && return
	left_out "$1" 'not installed'
	return 1
}

# ---- how each is told where to deliver ----

prepare_procmail() {
	procmail=$(command -v procmail)
	peer_program procmail "$procmail" || return 1
	echo "DEFAULT=$work/home/procmail/" >"$work/home/procmailrc"
}

prepare_maildrop() {
	maildrop=$(command -v maildrop)
	peer_program maildrop "$maildrop" || return 1
	mkdir -p "$work/home/maildrop/cur" "$work/home/maildrop/new" \
		"$work/home/maildrop/tmp"
	echo "to \"$work/home/maildrop\"" >"$work/home/mailfilter"
	chmod 600 "$work/home/mailfilter"
}

prepare_dovecot() {
	dovecot=/usr/lib/dovecot/dovecot-lda
	[ -x "$dovecot" ] || dovecot=/usr/libexec/dovecot/dovecot-lda
	peer_program dovecot-lda "$dovecot" || return 1
	cat >"$work/home/dovecot.conf" <<-CONF
	mail_location = maildir:$work/home/dovecot
	base_dir = $work/home
	log_path = $work/home/dovecot.log
	postmaster_address = postmaster@example.org
	hostname = mail.example.org
	ssl = no
	CONF
}

prepare_notmuch() {
	notmuch=$(command -v notmuch)
	peer_program notmuch "$notmuch" || return 1
	mkdir -p "$work/home/notmuch/cur" "$work/home/notmuch/new" \
		"$work/home/notmuch/tmp"
	cat >"$work/home/notmuch-config" <<-CONF
	[database]
	path=$work/home/notmuch
	[user]
	name=Desk
	primary_email=support@example.org
	[new]
	tags=new
	CONF
}

prepare_tracker() {
	tracker=$(command -v rt-mailgate || command -v rt-mailgate-5)
	peer_program rt-mailgate "$tracker" || return 1
	[ -z "${PEERS_RT_URL:-}" ] || [ -z "${PEERS_RT_PID:-}" ] || return 0
	left_out rt-mailgate 'no PEERS_RT_URL and PEERS_RT_PID'
	return 1
}

others=

others_prepare() {
	mkdir "$work/home"
	for prepare_name in procmail maildrop dovecot notmuch tracker; do
		! "prepare_$prepare_name" || others="$others $prepare_name"
	done
	if [ -n "$as_desk" ]; then
		chown -R "$desk_user:nogroup" "$work/home"
	fi
	case $others in
	*notmuch*)
		# shellcheck disable=SC2086
		$as_desk env HOME="$work/home" "$notmuch" \
			"--config=$work/home/notmuch-config" new \
			>/dev/null 2>&1 || exit 1
		;;
	esac
}

name_others() {
	name procmail program 'procmail'
	name maildrop program 'maildrop'
	name dovecot program 'dovecot-lda'
	name notmuch program 'notmuch insert'
	name tracker program 'rt-mailgate and Request Tracker'
}

# ---- runs ----

# with_other NAME COMMAND ARG...: puts the program's words at the end.
with_other() {
	with_name=$1
	shift
	case $with_name in
	procmail) "$@" "$procmail" -p -m "$work/home/procmailrc" ;;
	maildrop) "$@" "$maildrop" "$work/home/mailfilter" ;;
	dovecot) "$@" "$dovecot" -c "$work/home/dovecot.conf" -k -e -f %s \
		-a support@example.org ;;
	notmuch) "$@" "$notmuch" "--config=$work/home/notmuch-config" insert ;;
	tracker) "$@" "$tracker" --queue General --action correspond \
		--url "$PEERS_RT_URL" ;;
	esac
}

# rt-mailgate is one half of it, its server the other.
tracker_round() {
	tracker_count=$(few 50)
	tracker_before=$(tree_ticks "$PEERS_RT_PID")
	with_other tracker other tracker "$tracker_count"
	tracker_used=$(($(tree_ticks "$PEERS_RT_PID") - tracker_before))
	tracker_mib=$(awk '/^VmHWM/ { printf "%.0f", $2 / 1024 }' \
		"/proc/$PEERS_RT_PID/status")
	# shellcheck disable=SC2046
	set -- $(tail -n 1 "$work/results")
	sed -i '$d' "$work/results"
	note "$1" "$3" "$(cpu_ms "$tracker_used" "$tracker_count" "$4")" \
		"$(($5 + tracker_mib))"
}

others_round() {
	for other_name in $others; do
		case $other_name in
		tracker) tracker_round ;;
		notmuch | dovecot)
			with_other "$other_name" other "$other_name" "$(few 5)"
			;;
		*) with_other "$other_name" other "$other_name" "$mails" ;;
		esac
	done
}

others_flushes() {
	for other_name in $others; do
		[ "$other_name" = tracker ] ||
			with_other "$other_name" flushes_of_program "$other_name"
	done
	flushes_of_program empty-static "$load/empty-static"
}
