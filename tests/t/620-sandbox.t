#!/bin/sh
# 620-sandbox.t - the daemon has what it needs and no more
. "${0%/*}/lib.sh"
. "$libdir/preload.sh"

# state NAME [PID]: what the kernel says of the daemon, or another.
state() {
	sed -n "s/^$1:[[:blank:]]*//p" "/proc/${2:-$desk_pid}/status"
}

# logged EVENT: its last line.
logged() {
	grep "event=$1 " "$desk_log" | tail -n 1
}

has_reloaded() { # COUNT
	[ "$(grep -c event=reload "$desk_log")" -ge "$1" ]
}

reload() { # COUNT: so many lines "reload" are there then
	kill -HUP "$desk_pid"
	wait_for has_reloaded "$1" || die 'the daemon reads its configuration'
}

port=$(free_port)
# Its address has to be found, too.
smtp_server=localhost:$port
sink_start "$port"
mkdir -p "$work/texts/en" "$work/later/en"
printf 'Subject: Taken\n\nThank you for [support #{number}].\n' \
	>"$work/good.txt"
desk_keys="templates = $work/texts"
desk_new
desk_start

# ---- privileges ----

is 'no program that it runs gets privileges' "$(state NoNewPrivs)" 1
for set in CapEff CapPrm CapInh CapAmb; do
	is "no capability is left ($set)" "$(state $set)" 0000000000000000
done
is 'there are no core files' \
	"$(awk '/^Max core file size/ { print $5, $6 }' "/proc/$desk_pid/limits")" \
	'0 0'
if built_with_asan; then
	skip 'system calls are filtered' 'the sanitizers make calls of their own'
	skip 'in every thread' 'the sanitizers make calls of their own'
else
	is 'system calls are filtered' "$(state Seccomp)" 2
	is 'in every thread' "$(sed -n 's/^Seccomp:[[:blank:]]*//p' \
		/proc/"$desk_pid"/task/*/status | sort -u)" 2
fi
like 'the log tells what holds' "$(logged sandbox)" \
	'event=sandbox landlock=([1-9][0-9]*|no) seccomp=(yes|no)'

# ---- its work is the same ----

letter one 'Anna <anna@example.net>' support@example.org Printer |
	deliver -f anna@example.net support@example.org
wait_mail anna 1
is 'mail is answered' "$(tickets)" 1
head -c 400000 /dev/zero | tr '\0' x | fold -w 70 >"$work/large"
{ letter two 'Boris <boris@example.net>' support@example.org Large
	cat "$work/large"; } >"$work/large.eml"
ends 'large mail goes to a file and is filed' 0 \
	deliver -f boris@example.net support@example.org <"$work/large.eml"
letter three 'Clara <clara@example.net>' support@example.org Koi |
	sed 's/charset=UTF-8/charset=KOI8-R/; $d' >"$work/koi.eml"
printf '\320\322\311\327\305\324\n' >>"$work/koi.eml"
deliver -f clara@example.net support@example.org <"$work/koi.eml"
like 'charsets are found' "$(ticket show 3)" привет

cp "$conf" "$work/before.conf"
sed 's/^name = support/name = helpdesk/' "$work/before.conf" >"$conf.new"
chmod 644 "$conf.new" && mv "$conf.new" "$conf"
reload 1
like 'a configuration that was replaced is read' "$(logged reload)" result=ok
letter four 'Dora <dora@example.net>' support@example.org Next |
	deliver -f dora@example.net support@example.org
wait_mail dora 1
like 'and counts' "$(header "$(mail_of dora 1)" Subject)" '\[helpdesk #4\]'

# ---- a signature, by a program in a cage of its own ----

if command -v gpgsm >/dev/null && openssl req -x509 -newkey rsa:2048 -nodes \
	-keyout "$work/key.pem" -out "$work/carl.pem" -days 2 \
	-subj /CN=Carl/emailAddress=carl@example.net >"$work/.output" 2>&1; then
	ticket agent add carl carl@example.net >"$work/.output" 2>&1
	check 'gpgsm reads a certificate' ticket agent key carl "$work/carl.pem"
	printf 'Content-Type: text/plain\r\n\r\nHello.\r\n' >"$work/part"
	{
		printf 'From: Carl <carl@example.net>\nSubject: Signed\n'
		openssl smime -sign -in "$work/part" -binary \
			-signer "$work/carl.pem" -inkey "$work/key.pem"
	} >"$work/signed.eml" 2>"$work/.output"
	like 'and checks a signature with it' "$(ticket explain --format=json \
		--recipient support@example.org "$work/signed.eml" |
		json auth.signature)" '^smime:'
else
	skip 'gpgsm reads a certificate' 'no gpgsm or no openssl'
	skip 'and checks a signature with it' 'no gpgsm or no openssl'
fi

# ---- a place that was not named at the start ----

chmod 755 "$work/later" "$work/later/en"
sed "s,^templates = .*,templates = $work/later," "$work/before.conf" >"$conf"
reload 2
if [ "$(logged sandbox | grep -c landlock=no)" -eq 0 ]; then
	is 'one that is named later is not read' \
		"$(logged reload | grep -c result=ok)" 0
	like 'and a restart advised' "$(logged reload)" 'restart'
	letter five 'Egon <egon@example.net>' support@example.org Still |
		deliver -f egon@example.net support@example.org
	wait_mail egon 1
	like 'all stays as it was' "$(header "$(mail_of egon 1)" Subject)" \
		'\[helpdesk #5\]'
	desk_stop
	desk_start
	reload 1
	like 'after it all is well' "$(logged reload)" result=ok
else
	skip 'one that is named later is not read' 'no Landlock'
	skip 'and a restart advised' 'no Landlock'
	skip 'all stays as it was' 'no Landlock'
	skip 'after it all is well' 'no Landlock'
fi

# ---- threads that parse ----

if built_with_asan || [ "$(state Seccomp_filters)" = '' ]; then
	skip 'threads that parse have a filter more' 'no filters, or not counted'
else
	letter six 'Fritz <fritz@example.net>' support@example.org Threads |
		deliver -f fritz@example.net support@example.org
	like 'threads that parse have a filter more' \
		"$(sed -n 's/^Seccomp_filters:[[:blank:]]*//p' \
			/proc/"$desk_pid"/task/*/status)" \
		"^$(($(state Seccomp_filters) + 1))\$"
fi
check_store 'the store is well'
ends 'it stops as told' 0 desk_stop

# ---- switched off, and not to be had ----

desk_keys='sandbox = off'
desk_conf >"$conf"
desk_start
is 'off it does not filter' "$(state Seccomp)" "$(state Seccomp $$)"
like 'and says so' "$(logged sandbox)" \
	'landlock=no seccomp=no reason="sandbox = off"'
is 'privileges are given up all the same' \
	"$(state NoNewPrivs) $(state CapEff)" '1 0000000000000000'
desk_stop

desk_keys='sandbox = must'
desk_conf >"$conf"
if built_with_asan; then
	# shellcheck disable=SC2086
	ends 'must is a reason not to start' 78 \
		$as_desk "$bin/ticketd" -c "$conf"
	like 'that is told' "$(cat "$work/.output")" 'sandbox = must.*seccomp'
else
	desk_start
	like 'must is had' "$(logged sandbox)" 'landlock=[1-9].* seccomp=yes'
	ends 'it stops as told' 0 desk_stop
fi

# ---- alone ----

desk_keys=
desk_conf >"$conf"
letter seven 'Gerd <gerd@example.net>' support@example.org Alone |
	deliver -f gerd@example.net support@example.org
is 'without a daemon mail is filed too' "$(ticket list --limit 1 \
	--format=json | json 0.subject)" Alone

# ---- started by root ----

if [ "$(id -u)" -eq 0 ]; then
	as_desk_before=$as_desk
	as_desk=
	desk_start
	is 'started by root it becomes the owner' \
		"$(state Uid | tr '\t' ' ')" \
		"$(id -u nobody) $(id -u nobody) $(id -u nobody) $(id -u nobody)"
	is 'in all groups' "$(state Gid | tr '\t' '\n' | sort -u)" \
		"$(id -g nobody)"
	is 'which had no capability left to give' "$(state CapBnd)" \
		0000000000000000
	ends 'and stops as told' 0 desk_stop
	as_desk=$as_desk_before
else
	skip 'started by root it becomes the owner' 'not root'
	skip 'in all groups' 'not root'
	skip 'which had no capability left to give' 'not root'
	skip 'and stops as told' 'not root'
fi

if [ "$(id -u)" -eq 0 ]; then
	letter eight 'Hans <hans@example.net>' support@example.org Root \
		>"$work/8.eml"
	ends 'ticket-deliver refuses root' 75 \
		"$bin/ticket-deliver" -c "$conf" support@example.org \
		<"$work/8.eml"
	is 'in one line' "$(cat "$work/.output")" \
		'4.3.5 ticket-deliver: not to be run as root'
else
	skip 'ticket-deliver refuses root' 'not root'
	skip 'in one line' 'not root'
fi
finish
