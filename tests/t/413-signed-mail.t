#!/bin/sh
# 413-signed-mail.t - an agent's signature counts as evidence
. "${0%/*}/lib.sh"
need gpg

desk_keys='agent-evidence = signature'
desk_new
desk_start

mkdir -p "$work/gnupg" && chmod 700 "$work/gnupg"
at_exit "gpgconf --homedir '$work/gnupg' --kill all"
pgp() {
	gpg --homedir "$work/gnupg" --batch --quiet --passphrase '' "$@"
}
pgp --quick-generate-key olga@example.net ed25519 sign never \
	>"$work/.output" 2>&1 || skip_all 'gpg makes no key here'
pgp --export --armor olga@example.net >"$work/key.asc"

# signed ID TO TEXT: a mail by olga, to stdout (RFC 3156 5).
signed() {
	printf 'Content-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n' "$3" \
		>"$work/part"
	pgp --detach-sign --armor --digest-algo SHA256 \
		--local-user olga@example.net \
		--output - "$work/part" >"$work/part.sig"
	cat <<-MAIL
	From: Olga <olga@example.net>
	To: $2
	Subject: Re: [support #1] Printer
	Message-ID: <$1@example.net>
	Date: Sat, 21 Nov 2026 10:00:00 +0000
	MIME-Version: 1.0
	Content-Type: multipart/signed; micalg=pgp-sha256; boundary=b;
	 protocol="application/pgp-signature"

	--b
	MAIL
	tr -d '\r' <"$work/part"
	printf '\n--b\nContent-Type: application/pgp-signature\n\n'
	cat "$work/part.sig"
	printf '\n--b--\n'
}

letter 1 'Anna <anna@example.com>' support@example.org Printer >"$work/1.eml"
deliver -f anna@example.com -- support@example.org <"$work/1.eml"
check 'there is an agent' ticket agent add olga olga@example.net
check 'with a key' ticket agent key olga "$work/key.asc"
key=$(ticket agent key olga --list)

address=$(ticket raw 1/2 >"$work/ack" && address "$work/ack" Reply-To)
signed 2 "$address" 'priority 1' >"$work/2.eml"
is 'explain knows the signature' "$(ticket explain --format=json \
	--recipient "$address" "$work/2.eml" | json auth.signature)" "$key"
ends 'a signed mail is taken' 0 \
	deliver -f olga@example.net -- "$address" <"$work/2.eml"
is 'and what it asks for is done' \
	"$(ticket show 1 --format=json | json priority)" 1
like 'as the log tells' "$(grep "recipient=$address" "$desk_log")" \
	'event=filed .*commands=1 refused=no'

signed 3 "$address" 'priority 2' | sed 's/priority 2/priority 5/' \
	>"$work/3.eml"
is 'of one that was changed there is none' "$(ticket explain --format=json \
	--recipient "$address" "$work/3.eml" | json auth.signature)" none
ends 'it is taken' 0 deliver -f olga@example.net -- "$address" <"$work/3.eml"
is 'but does nothing' "$(ticket show 1 --format=json | json priority)" 1
like 'as the log tells' "$(cat "$desk_log")" \
	'event=signature from=olga@example.net .*result='

check 'without the key' ticket agent key olga --remove "$key"
signed 4 "$address" 'priority 4' >"$work/4.eml"
is 'nothing is checked' "$(ticket explain --format=json \
	--recipient "$address" "$work/4.eml" | json auth.signature)" none
check_store 'the store is sound after all that'
finish
