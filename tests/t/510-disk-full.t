#!/bin/sh
# 510-disk-full.t - the disk is full: 75, and on it goes once there is space
. "${0%/*}/lib.sh"

[ "$(id -u)" -eq 0 ] || skip_all 'a small file system needs root'
mkdir -p "$store"
mount -t tmpfs -o size=400m ticketd-test "$store" 2>/dev/null ||
	skip_all 'a small file system cannot be mounted here'
at_exit "umount '$store'"
mkdir "$store/desk"
small=$store
store=$store/desk
rmdir "$store"
chmod 777 "$small"
desk_new
desk_start

mail() { # ID
	letter "$1" 'Anna <anna@example.net>' support@example.org "Mail $1" \
		>"$work/mail.eml"
	deliver -f anna@example.net -- support@example.org <"$work/mail.eml"
}
fill() {
	dd if=/dev/zero of="$small/filling" bs=1M 2>/dev/null
	dd if=/dev/zero of="$small/filling.rest" bs=1k 2>/dev/null
	return 0
}
# What finds room in the files that are there already may still be taken.
taken=1
mail_until_refused() {
	for number in $(seq 1000); do
		mail "full-$number" >"$work/answer" 2>&1
		refusal=$?
		[ "$refusal" -eq 0 ] || return 0
		taken=$((taken + 1))
		sleep 0.1
	done
	return 1
}

ends 'mail is taken while there is space' 0 mail before
fill
mail_until_refused
is 'on a full disk mail is to be delivered later' "$refusal" 75
check 'the daemon lives' kill -0 "$desk_pid"
is 'each mail that was taken is a ticket, and no other' \
	"$(tickets)" "$taken"
is 'what was filed can be read' \
	"$(ticket show 1 --format=json | json subject)" 'Mail before'
rm "$small/filling" "$small/filling.rest"
check 'once there is space mail is taken again' wait_for mail after
ends 'also the one that was put off' 0 mail "full-$number"
is 'both are tickets' "$(tickets)" $((taken + 2))
check_store 'the store is whole'
check 'the daemon stops cleanly' desk_stop
finish
