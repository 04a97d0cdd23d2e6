#!/bin/sh
# 511-deliver-links.t - ticket-deliver starts fast: it links the C library alone
. "${0%/*}/lib.sh"

need readelf
needed=$(readelf -d "$bin/ticket-deliver" |
	sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
case $needed in
*libasan*) skip_all 'the sanitizers add libraries of their own' ;;
esac
is 'ticket-deliver links the C library alone' "$needed" libc.so.6
finish
