#!/bin/sh
# check-rooms.sh - a room includes only itself and rooms below it
#
# check-rooms.sh [TOP]
#
# Rooms are the folders in src/, with the public headers that belong to them:
#
#	daemon  cli  deliver
#	server  outbox
#	desk
#	letter
#	store  command  message
#	base
#
# Rooms of one row do not know each other; deliver knows none at all.

set -eu
cd "${1:-$(dirname "$0")/..}"

# below ROOM: the rooms that it may know.
below() {
	case $1 in
	base) ;;
	message | store | command) echo base ;;
	letter) echo base message store command ;;
	desk) echo base message store command letter ;;
	outbox) echo base message store ;;
	server) echo base message store command letter desk ;;
	daemon | cli) echo base message store command letter desk server outbox ;;
	deliver) ;;
	*) echo "check-rooms.sh: unknown room $1" >&2; return 1 ;;
	esac
}

# room_of HEADER: the room that a public header belongs to.
room_of() {
	case $1 in
	address | calendar | clock | conf | error | io | language | log | \
		pattern | rules | sha256 | text) echo base ;;
	message) echo message ;;
	backup | erase | object | people | store | suppress | ticket | writer)
		echo store ;;
	command) echo command ;;
	letter | token) echo letter ;;
	desk | privacy) echo desk ;;
	server) echo server ;;
	outbox) echo outbox ;;
	*) echo "no-room($1.h)" ;;
	esac
}

# only ROOM HEADER: a library's header that one room alone may include.
only='
base	libical/.*
store	db\.h
message	gmime/.*
message	ytnef\.h
message	uchardet\.h
outbox	libesmtp\.h
daemon	seccomp\.h
'

may_know() { # ROOM OTHER
	case " $1 $(below "$1" | tr '\n' ' ') " in
	*" $2 "*) return 0 ;;
	esac
	return 1
}

# Every include of the tree: FILE LINE HEADER, the header with its < or ".
includes() {
	grep -nE '^[[:space:]]*#[[:space:]]*include' "$@" /dev/null |
		sed -nE 's/^([^:]+):([0-9]+):[^<"]*([<"][^>"]*).*/\1 \2 \3/p'
}

look_at_room() { # ROOM < includes
	while read -r file line header; do
		other=
		case $header in
		'<ticketd/'*)
			other=${header#<ticketd/}
			other=$(room_of "${other%.h}") ;;
		'"config.h') ;;
		'"'*/*)
			other=${header#\"}
			other=${other%%/*} ;;
		esac
		if [ -n "$other" ] && ! may_know "$1" "$other"; then
			echo "$file:$line: $1 may not know $other"
		fi
	done
}

look_at_libraries() {
	echo "$only" | while read -r room pattern; do
		[ -n "$room" ] || continue
		grep -rnE "#[[:space:]]*include[[:space:]]*[<\"]$pattern" \
			src include --include='*.[ch]' |
			grep -v "^src/$room/" |
			sed "s,\$,: for src/$room alone," || :
	done
}

# The C library's own headers, and deliver's.
look_at_deliver() {
	includes $(find src/deliver -name '*.[ch]') |
		while read -r file line header; do
			case $header in
			'"config.h' | '"deliver/'* | '<sys/'* | '<netinet/'*) ;;
			*/* | '<db.h' | '<glib'* | '<gmime'* | '<libesmtp'*)
				echo "$file:$line: deliver links the C library alone" ;;
			esac
		done
}

# A public header counts as a file of its room.
findings() {
	for header in include/ticketd/*.h; do
		room=$(room_of "$(basename "$header" .h)")
		includes "$header" | look_at_room "$room"
	done
	for folder in src/*/; do
		room=$(basename "$folder")
		below "$room" >/dev/null || continue
		includes $(find "$folder" -name '*.[ch]') | look_at_room "$room"
	done
	look_at_libraries
	look_at_deliver
}

echo 1..1
found=$(findings 2>&1)
if [ -z "$found" ]; then
	echo 'ok 1 - every include points down'
else
	echo "$found" | sed 's/^/# /'
	echo 'not ok 1 - every include points down'
	exit 1
fi
