#!/bin/sh
# 532-refusals.t - what nobody gets by a wrong name, an old link, or a slip
. "${0%/*}/lib.sh"
. "$libdir/postfix.sh"
. "$libdir/story.sh"

story_begin en 'Help desk'
agent olga 'Olga Petrova' en
agent ivan 'Ivan Orlov' en

# write FROM TO ANSWERED: the text on stdin as a mail in answer to that in the
# file ANSWERED, from the envelope sender in $sender, else FROM.
sender=
write() {
	# At the end of a pipe no variable can be counted up.
	echo >>"$work/numbers"
	number=$(wc -l <"$work/numbers" | tr -d ' ')
	{
		cat <<-MAIL
		From: <$1>
		To: <$2>
		Subject: Re: $(header "$3" Subject)
		Message-ID: <refusals-$number@client.example>
		In-Reply-To: $(header "$3" Message-ID)
		Date: Sat, 21 Nov 2026 10:00:00 +0000
		MIME-Version: 1.0
		Content-Type: ${type:-text/plain; charset=utf-8}

		MAIL
		cat
	} >"$work/written.eml"
	post "${sender:-$1}" "$2" <"$work/written.eml" >"$work/.output" ||
		die 'the mail is taken'
	story_settle
}

letter question 'Anna <anna@example.net>' support@example.org \
	'The door does not close' |
	post anna@example.net support@example.org >/dev/null
story_settle
arrived 'a customer writes' anna ivan olga
thread=$(address "$(last anna)" Reply-To)
notice=$(last olga)
personal=$(address "$notice" Reply-To)
like 'an agent is told by a personal address' "$personal" \
	'^support[+]1-p[a-z2-7]{17}[.]1@example[.]org$'

# ---- in the name of an agent ----

sender=eve@example.com
echo 'close: Go away!' | write olga@example.org "$thread" "$(last anna)"
arrived 'who writes in the name of an agent makes the agent be asked' olga
told status new 'and nothing is done'
told owner '(null)' 'and nobody gets the ticket'
question=$(last olga)
like 'the question shows what was asked' "$(text "$question")" '^> close: Go away!'
confirm=$(address "$question" Reply-To)
like 'and has an address that is good once' "$confirm" \
	'^support[+]1-c[a-z2-7]{17}[.]1[.][0-9]+@example[.]org$'

echo 'close' | write olga@example.org support@example.org "$(last anna)"
arrived 'it is the same by the address of the queue' olga
other=$(last olga)
told status new 'and nothing is done either'

echo go | write eve@example.com "$confirm" "$question"
arrived 'nobody else can confirm it'
told status new 'and nothing is done'
sender=

echo go | write olga@example.org "$(address "$other" Reply-To)" "$other"
arrived 'the agent can, and the customer hears of it' anna
told status closed 'and it is done'
echo reopen | write olga@example.org "$personal" "$notice"
arrived 'nobody is told what he did himself'
told status open 'and the ticket is open again'
echo go | write olga@example.org "$(address "$other" Reply-To)" "$other"
arrived 'what was confirmed cannot be confirmed twice, and he hears so' olga
told status open 'and nothing is done'

# ---- links ----

taps_link() { # WHO FILE LABEL
	story tap "$2" "$3" >"$work/tap" || die "there is a link $3"
	sed -n '3p' "$work/tap" | sed 's/\\n/\n/g' |
		write "$1" "$(sed -n 1p "$work/tap")" "$2"
}
echo 'Is it the front door?' | write olga@example.org "$personal" "$notice"
arrived 'a reply goes to the customer' anna
is 'the ticket shows it once' \
	"$(ticket show 1 | grep -c '^Is it the front door')" 1
is 'unless all is wanted' \
	"$(ticket show 1 --all | grep -c '^Is it the front door')" 2
is 'and json has all' "$(ticket show 1 --format=json |
	perl -MJSON::PP -e '
		my $ticket = decode_json(join "", <STDIN>);
		print scalar grep { $_->{reply_text} =~ /front door/ }
			@{$ticket->{messages}}')" 2
printf 'note\n\nThe one with the bell.\n' |
	write olga@example.org "$personal" "$notice"
arrived 'her own note is no news to an agent'
is 'it is shown, too' \
	"$(ticket show 1 | grep -c '^The one with the bell')" 1
echo 'Yes, it is.' | write anna@example.net "$thread" "$(last anna)"
arrived 'and the answer to the owner' olga
notice=$(last olga)
taps_link ivan@example.org "$notice" Close
arrived 'the link of one agent does nothing for another' ivan
told status open 'and the ticket stays open'
taps_link olga@example.org "$notice" 'Make urgent'
arrived 'a link does what it says'
told priority 1 'and the ticket is urgent'
taps_link olga@example.org "$notice" Close
arrived 'after a change the old links are spent, and say so' olga
like 'in words' "$(text "$(last olga)")" 'This link does nothing'
told status open 'and the ticket stays open'

# ---- a personal address in other hands ----

personal=$(address "$notice" Reply-To)
echo close | write eve@example.com "$personal" "$notice"
arrived 'the mail of a stranger comes with a warning' olga
like 'which says that he is not on the ticket' "$(text "$(last olga)")" \
	'^Careful: eve@example.com is not on this ticket'
told status open 'and his command is but text'
is 'his mail is marked' "$(ticket show 1 --format=json |
	perl -MJSON::PP -e '
		my $ticket = decode_json(join "", <STDIN>);
		print scalar grep { $_->{marked} && $_->{from} =~ /eve/ }
			@{$ticket->{messages}}')" 1
echo close | write ivan@example.org "$personal" "$notice"
arrived 'another agent who writes there is asked whether it was he' ivan
told status open 'and nothing is done'

# ---- slips ----

echo "I write to you from <$personal>, and you?" |
	write olga@example.org "$personal" "$notice"
arrived 'a reply that gives a personal address away goes out' anna
like 'with the address of the queue in its place' "$(text "$(last anna)")" \
	'^I write to you from <support@example[.]org>, and you[?]'

type='multipart/mixed; boundary=b'
{
	printf '%s\n' --b 'Content-Type: text/plain' '' 'See attached.' '' --b \
		'Content-Type: message/rfc822' \
		'Content-Disposition: attachment; filename="mail.eml"' ''
	cat "$notice"
	printf '%s\n' --b--
} | write olga@example.org "$personal" "$notice"
type=
arrived 'a reply with a notification attached is held' olga
like 'and its writer is told' "$(text "$(last olga)")" 'secret address'
echo go | write olga@example.org "$(address "$(last olga)" Reply-To)" \
	"$(last olga)"
arrived 'it goes out without the attachment when he says so' anna
unlike 'and has none' "$(story sample "$(last anna)")" '^Attached:'

unlike 'no customer ever got a personal address or a link of an agent' \
	"$(customers_read)" '[0-9]-[pac][a-z2-7]{17}'
check_store 'records, events and indexes agree'
finish
