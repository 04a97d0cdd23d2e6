#!/bin/sh
# 542-bounces.t - mail of the desk comes back from a real mail server
. "${0%/*}/lib.sh"
. "$libdir/postfix.sh"
. "$libdir/story.sh"

postfix_need
desk_keys='timezone = UTC
admin = you@example.net'
postfix_new pipe
# Whom nobody knows is found out behind the desk's back.
echo 'smtpd_reject_unlisted_recipient = no' >>"$postfix_etc/main.cf"
story_mailboxes
echo 'lost@example.org virtual:' >>"$postfix_etc/transport"
: >"$story_seen"
mkdir -p "$story_got"
desk_new
desk_start
postfix_start

# events KIND: the events of ticket 1 of that kind, as JSON lines.
events() {
	ticket show 1 --format=json | perl -MJSON::PP -e '
		my $json = JSON::PP->new->canonical;
		my $ticket = decode_json(join "", <STDIN>);
		print $json->encode($_), "\n"
			for grep { $_->{kind} eq $ARGV[0] } @{$ticket->{events}}' "$1"
}

agent olga 'Olga Petrova' en
letter question 'Nobody <nobody@example.net>' support@example.org \
	'The door does not close' |
	post nobody@example.net support@example.org >/dev/null
story_settle
arrived 'an agent hears of a new ticket' olga
notice=$(last olga)

# ---- a reply ----

{
	cat <<-MAIL
	From: <olga@example.org>
	To: <$(address "$notice" Reply-To)>
	Subject: Re: $(header "$notice" Subject)
	Message-ID: <reply@agents.example>
	In-Reply-To: $(header "$notice" Message-ID)
	Date: Sat, 21 Nov 2026 10:00:00 +0000
	MIME-Version: 1.0
	Content-Type: text/plain; charset=utf-8

	Try to push it.
	MAIL
} | post olga@example.org "$(address "$notice" Reply-To)" >/dev/null
story_settle
story_settle
arrived 'whose reply comes back hears of it' olga
lost=$(last olga)
like 'by a mail that says so' "$(header "$lost" Subject)" \
	'^\[support #1\] Not delivered: The door does not close'
like 'and to whom' "$(text "$lost")" '^ *nobody@example[.]net'
like 'and why, in words' "$(text "$lost")" '^There is no such mailbox[.] \(5[.]1[.]1\)'
like 'and in those of the server' "$(text "$lost")" '^> .*unknown user'
is 'no machine is to answer it' "$(header "$lost" Auto-Submitted)" \
	auto-generated
like 'the ticket has an event' "$(events not-delivered)" \
	'"by":"envid".*"status":"5[.]1[.]1".*"to":"nobody@example[.]net"'
is 'one' "$(events not-delivered | wc -l)" 1
is 'and is the only one' "$(tickets)" 1
told status waiting 'and its status is as it was'
is 'the bounce is no message of it' "$(ticket show 1 --format=json |
	perl -MJSON::PP -e '
		my $ticket = decode_json(join "", <STDIN>);
		print scalar grep { $_->{from} =~ /mailer-daemon/i }
			@{$ticket->{messages}}')" 0

# ---- mail to an agent ----

check 'there is an agent without a mailbox' ticket agent add lost \
	lost@example.org --queue support
letter second 'Anna <anna@example.net>' support@example.org 'The window' |
	post anna@example.net support@example.org >/dev/null
story_settle
story_settle
arrived 'the administrator hears of an agent who gets no mail' \
	you anna olga
mail=$(last you)
like 'and of whom' "$(header "$mail" Subject)" \
	'^\[support\] Mail to lost@example[.]org does not arrive'
is 'he has no rights by that mail' "$(header "$mail" Reply-To)" ''
is 'no ticket was made of it' "$(tickets)" 2
letter third 'Anna <anna@example.net>' support@example.org 'The roof' |
	post anna@example.net support@example.org >/dev/null
story_settle
story_settle
arrived 'once a day' anna olga

# ---- nothing goes round ----

is 'no mail is left anywhere' \
	"$(ticket outbox list --format=json | json '#')" 0
check_store 'records, events and indexes agree'
finish
