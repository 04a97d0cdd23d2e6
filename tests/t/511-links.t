#!/bin/sh
# 511-links.t - what starts often starts fast: it links little
. "${0%/*}/lib.sh"

# needed PROGRAM: the libraries that it names itself, one a line.
needed() {
	readelf -d "$bin/$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'
}

need readelf
case $(needed ticket-deliver) in
*libasan*) skip_all 'the sanitizers add libraries of their own' ;;
esac
is 'ticket-deliver links the C library alone' "$(needed ticket-deliver)" \
	libc.so.6
is 'ticket links GLib, json-glib and the C library' \
	"$(needed ticket | grep -vE '^lib(gio|gobject|glib)-2\.0\.so')" \
	"libjson-glib-1.0.so.0
libc.so.6"
finish
