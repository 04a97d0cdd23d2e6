#!/bin/sh
# 201-notify.t - what ticketd tells the service manager
. "${0%/*}/lib.sh"

# Listens as the service manager does, on an abstract socket.
listen='
	use strict; use warnings; use Socket;
	$| = 1;
	socket(my $s, PF_UNIX, SOCK_DGRAM, 0) or die;
	bind($s, pack_sockaddr_un("\0$ARGV[0]")) or die $!;
	print "listening\n";
	while (defined(recv($s, my $text, 4096, 0))) {
		print "$_\n" for split /\n/, $text;
	}'
said=$work/said
perl -e "$listen" "ticketd-test-$$" >"$said" &
listener=$!
at_exit "end_process $listener"
told() {
	grep -q "^$1" "$said"
}
wait_for told listening

desk_new
export NOTIFY_SOCKET="@ticketd-test-$$" WATCHDOG_USEC=200000
desk_start
check 'it says when it is ready' wait_for told READY=1
check 'and that it lives' wait_for told WATCHDOG=1
kill -HUP "$desk_pid"
check 'that it reloads' wait_for told RELOADING=1
check 'since when' wait_for told MONOTONIC_USEC=[0-9]
desk_stop
check 'that it stops' wait_for told STOPPING=1
is 'it was ready once more after the reload' "$(grep -c READY=1 "$said")" 2
finish
