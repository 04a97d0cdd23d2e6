#!/bin/sh
# 540-two-desks.t - two desks that write to each other come to an end
. "${0%/*}/lib.sh"

# pick DESK [NAME]: which one desk_new and its like, ticket and json are about;
# its domain is DESK.example.
pick() {
	desk_id=$1 desk_name=${2:-$desk_name}
	deskdir=$work/$1 conf=$work/$1/ticketd.conf store=$work/$1/store
	run=$work/$1/run desk_log=$work/$1/log
}
desk_name=support

desk_conf() {
	cat <<-CONF
	[desk]
	name = $desk_name
	domain = $desk_id.example
	store = $store
	run = $run
	digest = none
	admin = root-$desk_id@elsewhere.example
	[smtp]
	server = $smtp_server
	[queue support]
	address = support@$desk_id.example
	$queue_keys
	CONF
}

# Stands for a mail server.  The socket of a desk is where its conf says.
relay_start() { # OPTION... DESK DESK
	port=$(free_port)
	smtp_server=127.0.0.1:$port
	relay_log=$work/relay.$port
	: >"$relay_log"
	relay_options=
	while [ "${1#-}" != "$1" ]; do
		relay_options="$relay_options $1"
		shift
	done
	# shellcheck disable=SC2086
	perl "$libdir/relay.pl" $relay_options "$port" "$relay_log" \
		"$work/mail" "$1.example=$work/$1/run/lmtp" \
		"$2.example=$work/$2/run/lmtp" >"$relay_log.out" 2>&1 &
	at_exit "end_process $!"
	wait_for grep -qx ready "$relay_log.out" || die 'the relay starts'
}

mails() {
	wc -l <"$relay_log"
}

waiting() {
	ticket outbox list --format=json | json '#'
}

# Until neither desk has anything to say any more.
settle() { # DESK DESK
	settle_before=-1
	while [ "$settle_before" != "$(mails)" ]; do
		settle_before=$(mails)
		for settle_desk; do
			pick "$settle_desk"
			ticket outbox flush --wait >/dev/null ||
				die "the outbox of $settle_desk is flushed"
		done
	done
}

both_are_quiet() { # DESK DESK
	for quiet_desk; do
		pick "$quiet_desk"
		is "nothing waits in $quiet_desk" "$(waiting)" 0
	done
}

# A mail to the first desk, forged in the second one's name.
forge() { # DESK DESK
	letter forged "Support <support@$2.example>" "support@$1.example" \
		'Hello' | smtp -f "support@$2.example" "$smtp_server" \
		"support@$1.example" >/dev/null || die 'the forged mail is taken'
}

start_both() { # DESK NAME DESK NAME
	pick "$1" "$2"
	desk_new
	desk_start
	pick "$3" "$4"
	desk_new
	desk_start
}

# ---- as it should be ----

relay_start a b
start_both a support b support

forge a b
settle a b
is 'a forged mail is answered once: two mails in all' "$(mails)" 2
is 'the answer is no ticket of the other desk' "$(tickets)" 0
like 'but an auto-reply' "$(ticket show 0)" 'auto-reply'
both_are_quiet a b

: >"$relay_log"
pick a
ticket new --queue support --requester support@b.example --subject 'Question' \
	>"$work/number" || die 'a ticket can be opened'
settle a b
opened=$(mails)
pick a
echo 'When do you open?' | ticket reply "$(cat "$work/number")" >/dev/null ||
	die 'an agent can write'
settle a b
is 'what an agent writes is answered once' "$(($(mails) - opened))" 2
like 'a ticket that a tool opens says so at most' "$opened" '^[01]$'
pick b
is 'his mail is a ticket there' "$(tickets)" 1
pick a
unlike 'whose acknowledgement opens none here' \
	"$(ticket list --format=csv --limit 0)" '\[support #1\]'
both_are_quiet a b

# ---- through a gateway that takes all marks away ----

# Each desk answers at most three mails of the other one: seven with the first.
queue_keys='acknowledge = always'
relay_start -s c d
start_both c support d support
forge c d
settle c d
like 'desks that acknowledge all stop after seven mails at most' "$(mails)" \
	'^[3-7]$'
both_are_quiet c d
muted() {
	for muted_desk; do
		pick "$muted_desk"
		ticket suppress list
	done
}
like 'because one is muted' "$(muted c d)" 'muted'
notices() {
	echo $(($(mail_count "root-$1") + $(mail_count "root-$2")))
}
is 'an administrator is told once' "$(notices c d)" 1

queue_keys=
relay_start -s -r e f
start_both e east f west
forge e f
settle e f
like 'so do desks that know nothing again' "$(mails)" '^[3-7]$'
both_are_quiet e f
like 'because the subject only grows' "$(muted e f)" 'only grow'
is 'of which an administrator is told once' "$(notices e f)" 1

forge e f
settle e f
pick e
like 'a mail of who is muted is a ticket as ever' \
	"$(ticket list --format=csv --limit 0 | wc -l)" '^[5-9]$'
finish
