#!/bin/sh
# 621-modes.t - files of a desk are their owner's alone, whatever the umask is
. "${0%/*}/lib.sh"

# others PATH...: what is there with another mode than 700 for directories and
# 600 for files.
others() {
	find "$@" ! \( -type d -perm 0700 \) ! \( -type f -perm 0600 \) \
		-printf '%y %m %P\n'
}

attached() { # ID
	cat <<-MAIL
	From: Anna <anna@example.net>
	To: support@example.org
	Subject: $1
	Message-ID: <$1@client.example>
	MIME-Version: 1.0
	Content-Type: multipart/mixed; boundary=b

	--b
	Content-Type: text/plain

	Here it is.
	--b
	Content-Type: application/pdf
	Content-Disposition: attachment; filename=bill.pdf

	%PDF-1.4
	--b--
	MAIL
}

head -c 600000 /dev/zero | tr '\0' x | fold -w 70 >"$work/large"
# Not what pipe(8) gives, but what anybody may.
unset TICKETD_CONF
attached one >"$work/one.eml"
{ attached two; cat "$work/large"; } >"$work/two.eml"
chmod 644 "$work"/*.eml

# try UMASK: a desk whose programs are all started with it.
try() {
	try_name="umask $1"
	deskdir=$work/desk$1
	conf=$deskdir/ticketd.conf store=$deskdir/var/lib/store
	run=$deskdir/run/ticketd desk_log=$work/log$1
	desk_sections="[lmtp]
mode = 0666
sockets = $run/lmtp;$deskdir/spool"
	mkdir "$deskdir"
	desk_conf >"$conf"
	: >"$desk_log"
	chmod 666 "$desk_log"
	[ -z "$as_desk" ] || chown -R "$desk_user:nogroup" "$deskdir"

	umask "$1"
	ticket init >"$work/.output" 2>&1
	try_status=$?
	umask 022
	is "$try_name: init makes the store" "$try_status" 0
	is "$try_name: of one owner" "$(others "$store")" ''
	is "$try_name: what is above it can be searched" \
		"$(stat -c %a "$deskdir/var" "$deskdir/var/lib" \
			"$deskdir/run" | tr '\n' ' ')" '755 755 755 '
	is "$try_name: as can the directory of the sockets" \
		"$(stat -c %a "$run")" 755

	# Alone, then by the daemon.
	umask "$1"
	deliver -f anna@example.net support@example.org <"$work/one.eml"
	try_status=$?
	umask 022
	is "$try_name: a mail is filed alone" "$try_status" 0
	is "$try_name: and nobody else's file made" "$(others "$store")" ''
	is "$try_name: nor one in the way" \
		"$(cd "$deskdir" && echo *) $(ls "$run")" \
		'run ticketd.conf var '

	umask "$1"
	desk_start
	umask 022
	is "$try_name: the sockets have their modes" \
		"$(stat -c '%F %a' "$run/lmtp" "$deskdir/spool" \
			"$run/control" | tr '\n' ,)" \
		'socket 666,socket 666,socket 600,'
	deliver -f anna@example.net support@example.org <"$work/two.eml"
	is "$try_name: mail comes in" "$(tickets)" 2
	ticket check >"$work/.output" 2>&1
	is "$try_name: no other file is made" "$(others "$store")" ''
	[ -f "$store/lock" ] && [ -f "$store/tmp/in-hand" ] &&
		[ -d "$store/db" ] && [ -d "$store/log" ]
	result $? "$try_name: those looked at are all there are"

	mkdir "$deskdir/out"
	[ -z "$as_desk" ] || chown "$desk_user" "$deskdir/out"
	umask "$1"
	ticket attachment 1/1/1 -o "$deskdir/out/bill.pdf" >"$work/.output" 2>&1
	try_status=$?
	ticket attachment 1/1/1 --force -o "$deskdir/out/bill.pdf" \
		>"$work/.output" 2>&1 || try_status=$?
	ticket log --seal "$deskdir/out/seal" >"$work/.output" 2>&1 ||
		try_status=$?
	umask 022
	is "$try_name: the tool writes files" "$try_status" 0
	is "$try_name: for who runs it" \
		"$(stat -c '%n %a' "$deskdir"/out/* | sed 's,.*/,,' |
			tr '\n' ,)" 'bill.pdf 600,seal 600,'
	ends "$try_name: it stops as told" 0 desk_stop
}

try 000
try 022
# Nothing at all for nobody.
try 0777

# ---- a control socket for a group ----

if [ "$(id -u)" -eq 0 ]; then
	as_desk='setpriv --reuid=nobody --regid=nogroup --groups=nogroup,daemon --'
	desk_keys='control-group = daemon'
	desk_sections='[lmtp]
group = daemon'
	deskdir=$work/grouped
	conf=$deskdir/ticketd.conf store=$deskdir/store run=$deskdir/run
	desk_new
	desk_start
	is 'sockets are for the groups that are named' \
		"$(stat -c '%a %G' "$run/control" "$run/lmtp" | tr '\n' ,)" \
		'660 daemon,660 daemon,'
	desk_stop
else
	skip 'sockets are for the groups that are named' 'not root'
fi
finish
