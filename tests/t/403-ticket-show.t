#!/bin/sh
# 403-ticket-show.t - a ticket, its bytes and attachments; hostile mail
. "${0%/*}/lib.sh"

desk_new
desk_start
esc=$(printf '\033')

cat >"$work/mail.eml" <<'EOM'
From: =?utf-8?q?Eve=1B=5B31m?= <eve@example.net>
To: support@example.org
Subject: =?utf-8?q?=1B=5D0;mine=07_=C2=9B31m_=E2=80=AEgnp?=
Message-ID: <1@example.net>
Date: Sat, 21 Nov 2026 10:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Look at =1B[2J this.

> All that was said before.
--b
Content-Type: application/octet-stream
Content-Disposition: attachment; filename="../../.profile"
Content-Transfer-Encoding: base64

AAEC/w==
--b--
EOM
ends 'the mail is taken' 0 \
	deliver -f eve@example.net -- support@example.org <"$work/mail.eml"

shown=$(ticket show 1)
like 'show has the customer' "$shown" '^requester +Eve.* <eve@example.net>$'
like 'and a heading for each message' "$shown" \
	'^--- 1  in  public  human  2026-11-21 10:00  Eve'
like 'and its text' "$shown" '^Look at '
unlike 'but not what it quotes' "$shown" 'said before'
like 'and a handle for each attachment' "$shown" '^\[1/1/1  .*4 bytes\]$'
like 'and events' "$shown" '^2[0-9: -]+ +acknowledged '
unlike 'no control character comes through' "$shown$(ticket list)$(ticket log)" \
	"$esc|$(printf '\302\233')|$(printf '\007')|$(printf '\342\200\256')"
is 'a number may have its sign' "$(ticket show '#1' | sed -n 1p)" \
	"$(ticket show 1 | sed -n 1p)"
is 'json has the number' "$(ticket show 1 --format=json | json number)" 1
is 'and messages' "$(ticket show 1 --format=json |
	json messages.0.attachments.0.size)" 4
is 'which have a rule' \
	"$(ticket show 1 --format=json | json messages.0.rule)" new
is 'and events' \
	"$(ticket show 1 --format=json | json events.0.kind)" created
is 'the desk has a record of its own' \
	"$(ticket show 0 --format=json | json number)" 0
if command -v script >/dev/null; then
	unlike 'json on a terminal has no control characters either' "$(
		script -qec "$as_desk $bin/ticket -c $conf show 1 --format=json" \
			/dev/null </dev/null)" "$esc|$(printf '\302\233')"
else
	skip 'json on a terminal has no control characters' 'no script(1)'
fi

ticket raw 1 >"$work/raw"
check 'raw gives the bytes as they came' cmp "$work/mail.eml" "$work/raw"
ticket raw 1/1 >"$work/raw"
check 'and of a message by its number' cmp "$work/mail.eml" "$work/raw"
like 'and of mail that went out' "$(ticket raw 1/2)" '^Auto-Submitted: '
ends 'there is no such ticket' 1 ticket show 2
ends 'there is no such message' 1 ticket raw 1/9
ends 'there is no such attachment' 1 ticket attachment 1/1/9

printf '\000\001\002\377' >"$work/wanted"
ticket attachment 1/1/1 >"$work/part"
check 'an attachment goes to a pipe' cmp "$work/wanted" "$work/part"
mkdir "$deskdir/out"
[ -z "$as_desk" ] || chown "$desk_user" "$deskdir/out"
check 'or to a file' ticket attachment 1/1/1 -o "$deskdir/out/x"
check 'which has its bytes' cmp "$work/wanted" "$deskdir/out/x"
ends 'a file that is there stays' 1 ticket attachment 1/1/1 -o "$deskdir/out/x"
check 'unless forced' ticket attachment 1/1/1 -o "$deskdir/out/x" --force
check 'or into a directory' ticket attachment 1/1/1 --output="$deskdir/out"
is 'by a name that does not lead out of it' \
	"$(cd "$deskdir/out" && ls -A | tr '\n' ' ')" 'profile x '
ends 'where there is no directory' 73 \
	ticket attachment 1/1/1 -o "$deskdir/none/x"

like 'the log is newest first' "$(ticket log | sed -n 1p | cut -f3)" acknowledged
is 'that of a ticket is oldest first' \
	"$(ticket log 1 | sed -n 1p | cut -f3)" created
is 'and can be cut to the newest' \
	"$(ticket log 1 --limit 1 | cut -f3)" acknowledged
is 'the log as json' "$(ticket log 1 --format=json | json 0.kind)" created
ends 'no log of what is not there' 1 ticket log 2
finish
