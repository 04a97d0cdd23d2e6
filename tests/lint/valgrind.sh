#!/bin/sh
# valgrind.sh - one delivery from end to end, the programs run by valgrind
. "${0%/*}/../t/lib.sh"

need valgrind
TD_PATIENCE=300
port=$(free_port)
smtp_server=127.0.0.1:$port
sink_start "$port"
mkdir -m 777 "$work/valgrind"
# Where the desk's user, to whom the checkout may be closed, can read it.
cp "$libdir/valgrind.supp" "$work/valgrind.supp"
TD_WRAP="valgrind -q --leak-check=full --errors-for-leak-kinds=definite
    --show-leak-kinds=definite
    --suppressions=$work/valgrind.supp --num-callers=30
    --log-file=$work/valgrind/%p"
# It knows neither Landlock nor seccomp.
desk_keys='sandbox = off'
desk_new
desk_start

letter first 'Anna <anna@example.net>' support@example.org 'Slowly' |
	deliver -f anna@example.net -- support@example.org
check 'a mail is taken' test $? -eq 0
wait_mail anna 1
like 'it is acknowledged' "$(header "$(mail_of anna 1)" Subject)" \
	'\[support #1\]'
check 'the ticket is listed' ticket list
check 'and shown' ticket show 1 --format=json
letter second 'Anna <anna@example.net>' support@example.org 'Explained' \
	>"$work/mail.eml"
check 'a mail is explained' ticket explain "$work/mail.eml"
check 'the daemon stops cleanly' desk_stop
unset TD_WRAP
is 'valgrind finds no fault' "$(cat "$work"/valgrind/*)" ''
finish
