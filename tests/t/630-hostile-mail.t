#!/bin/sh
# 630-hostile-mail.t - mails that mean no good: each is filed, none is felt
#
# The mails are in ../lib/HostileMail.pm.  HOSTILE=full sends them as large as
# the desk takes them, and prints what they cost.
. "${0%/*}/lib.sh"
. "$libdir/hostile.sh"

# What strangers write is looked at by expressions that run away.
desk_keys="$hostile_keys
authserv-id = mx.example.org
tag-patterns = (?:a+)+([0-9])
machine-senders = (m+)+(a+)+x
admin = admin@example.net"
desk_sections="$hostile_conf
[rule subject]
subject = /^(a+)+\$/
tags = s
[rule text]
text = /(a|aa)+[bc]/
tags = t
[rule words]
text = a*a*a*a*a*a*zz
tags = w
[rule header]
headers = X-Long: /(x+)+[yz]/
tags = h
[monitor alerts]
sender = *@alerts.example
format = alertmanager
[monitor braces]
sender = *@braces.example
format = pattern
problem = /^(?<host>(.*)*) is (?<state>down)\$/
recovery = /^(?<host>(.*)*) is up\$/"
port=$(free_port)
sink_start "$port"
smtp_server=127.0.0.1:$port
desk_new
desk_start
check 'there is an agent' ticket agent add olga olga@example.net --queue support

# With a key, so that what is signed in his name is looked at.
if command -v gpg >/dev/null; then
	mkdir "$work/gnupg" && chmod 700 "$work/gnupg"
	at_exit "gpgconf --homedir '$work/gnupg' --kill all"
	gpg --homedir "$work/gnupg" --batch --quiet --passphrase '' \
		--quick-generate-key olga@example.net ed25519 sign never \
		>"$work/.output" 2>&1
	gpg --homedir "$work/gnupg" --batch --export --armor olga@example.net \
		>"$work/key.asc" 2>/dev/null
	ticket agent key olga "$work/key.asc" >"$work/.output" 2>&1
fi
letter first anna@example.com support@example.org Printer |
	deliver -f anna@example.com support@example.org
wait_mail olga 1
personal=$(address "$(mail_of olga 1)" Reply-To)

check 'each attack ends' hostile support@example.org
is 'each was taken' "$(awk '$3 != 250' "$hostile_table")" ''
is 'there were all of them' "$(perl "$libdir/hostile.pl" names | wc -l)" \
	"$(wc -l <"$hostile_table")"
check 'an agent'\''s mails end too' hostile -s olga@example.net \
	"$personal" commands copies quoting marks forwarded attribution words \
	armour signed
check 'many at once do' hostile -n 20 support@example.org \
	parts=1000 letters marks=50000 large=1000000 noise=3000000
is 'all of these were taken as well' "$(awk '$3 != 250' "$hostile_table")" ''
echo '# attack           bytes        ms    CPU  MiB   wait refused'
others_are_served 7
is 'nobody was told to come again' "$(hostile_most 8)" 0
memory_is_bounded 6
check 'it is the same daemon' kill -0 "$desk_pid"
unlike 'which complains of nothing' "$(cat "$desk_log")" \
	'event=poison|level=critical|CRITICAL|assertion'

# Whatever was in them can be looked at.
failed=
for number in $(sed -n 's/.*event=filed ticket=\([0-9]*\) .*from=mallory@.*/\1/p' \
	"$desk_log" | sort -un); do
	ticket show "$number" >"$work/shown" 2>&1 || failed="$failed $number"
	! grep -q "$(printf '[\001-\010\013-\037\177]')" "$work/shown" ||
		failed="$failed $number(control)"
done
is 'each can be shown, and has no control character' "$failed" ''
check 'all can be listed' ticket list --limit 0 --format=csv
check_store 'the store is whole'
desk_stop
finish
