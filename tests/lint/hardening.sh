#!/bin/sh
# hardening.sh - the programs are hardened, and the user's own flags are kept
. "${0%/*}/../lib/lint.sh"

need readelf
# Not so when it was configured --disable-hardening.
grep -q '^BUILD_CFLAGS = .*-fstack-protector' "$TD_BUILDDIR/Makefile" || {
	echo '1..0 # SKIP built without hardening'
	exit 0
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
faults=0

fault() { # PROGRAM WHAT
	echo "${1##*/}: $2"
	faults=$((faults + 1))
}

# has FILE REGEX PROGRAM WHAT: FILE has a line like that.
has() {
	grep -qE "$2" "$1" || fault "$3" "$4"
}

# lacks FILE REGEX PROGRAM WHAT: it has none.
lacks() {
	! grep -qE "$2" "$1" || fault "$3" "$4"
}

# What libtool or make may have put around a program is not there: these are
# ELF files themselves.
look_at() { # PROGRAM
	readelf -hW "$1" >"$work/header"
	readelf -lW "$1" >"$work/segments"
	readelf -dW "$1" >"$work/dynamic"
	readelf -sW --dyn-syms "$1" >"$work/symbols"
	has "$work/header" 'Type: +DYN' "$1" 'is not position independent'
	has "$work/dynamic" 'FLAGS_1.*PIE' "$1" 'is not position independent'
	has "$work/segments" 'GNU_RELRO' "$1" 'has no RELRO'
	has "$work/dynamic" 'BIND_NOW|FLAGS_1.*NOW' "$1" 'does not bind at start'
	has "$work/segments" 'GNU_STACK.* RW ' "$1" 'has an executable stack'
	lacks "$work/segments" 'LOAD.* RWE ' "$1" 'has code that can be written'
	lacks "$work/dynamic" 'RPATH|RUNPATH' "$1" 'looks for libraries elsewhere'
	lacks "$work/dynamic" 'TEXTREL' "$1" 'has its code relocated'
	has "$work/symbols" ' __stack_chk_fail' "$1" 'has no stack protector'
	has "$work/symbols" ' __[a-z]+_chk@' "$1" 'has no fortified call'
	# Headers and tables are not mapped together with code.
	[ "$(grep -cE 'LOAD.* R ' "$work/segments")" -ge 1 ] ||
		fault "$1" 'has its code in one segment with its tables'
}

# A build of ticket-deliver, which is small, with flags of the user's.
build_as_user() {
	top=$PWD
	cd "$work" &&
		"$top/configure" -q --srcdir="$top" \
			CFLAGS='-g -O1 -fno-omit-frame-pointer' \
			LDFLAGS=-Wl,--build-id=sha1 &&
		make -s ticket-deliver
	cd "$top"
}

check() {
	for program in ticketd ticket ticket-desk ticket-deliver; do
		look_at "$TD_BUILDDIR/$program"
	done
	build_as_user
	look_at "$work/ticket-deliver"
	readelf --debug-dump=info "$work/ticket-deliver" >"$work/info"
	has "$work/info" 'DW_AT_producer.*-O1.*-fno-omit-frame-pointer' \
		"$work/ticket-deliver" "has lost the user's own CFLAGS"
	lacks "$work/info" 'DW_AT_producer.* -O2' "$work/ticket-deliver" \
		"has flags above the user's own"
	[ "$faults" -eq 0 ]
}
lint 'programs are hardened, with flags of the user too' check
