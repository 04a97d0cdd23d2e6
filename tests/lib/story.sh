# story.sh - a tale of one ticket, told by mail, and the mails that it makes
#
#	story_begin LANGUAGE NAME a private Postfix, and a desk of that name in From
#	agent NAME SHOWN LANGUAGE adds an agent, NAME@example.org
#	says WHO MAIL [ANSWERED]  posts data/story/LANGUAGE/MAIL.eml as WHO, in
#	                          answer to the mail that ANSWERED got last
#	taps WHO MAIL LABEL       sends what the link of that label makes
#	mails TEXT [MAIL...]      a test: these mails went out since, and no other
#	got MAIL                  path of the last one of that name
#	arrived TEXT [READER...]  the same of mails that are not compared: who got
#	                          them; the last of a reader is $(last READER)
#	told PATH WANT TEXT       a test on the JSON of ticket 1
#	story_tell RATE CLOSE     the tale itself, which 530-story-en.t and
#	                          531-story-ru.t share; labels of two links
#
# A MAIL is called READER-KIND, or READER+READER-KIND when one mail goes to
# several.  Each is compared with the sample data/story/LANGUAGE/NN-MAIL.txt, as
# story.pl shows it; with +html behind its name the HTML is compared as well.
#
# STORY_UPDATE=1 writes the samples anew rather than comparing them.  Look at
# what changed before you commit it.
#
# Needs lib.sh, desk.sh and postfix.sh.

story_dir=
story_count=0
story_seen=$work/story-seen
story_got=$work/story-got

story() {
	perl "$libdir/story.pl" "$@"
}

# Agents live in the desk's own domain, beside the queue.
story_mailboxes() {
	for person in olga ivan; do
		echo "$person@example.org $person/" >>"$postfix_etc/mailboxes"
		echo "$person@example.org virtual:" >>"$postfix_etc/transport"
	done
}

story_begin() { # LANGUAGE FROM-NAME
	postfix_need
	story_dir=$srcdir/tests/data/story/$1
	mkdir -p "$story_got"
	: >"$story_seen"
	desk_keys="timezone = UTC
$desk_keys"
	queue_keys="language = $1
from-name = $2
$queue_keys"
	postfix_new pipe
	story_mailboxes
	desk_new
	desk_start
	postfix_start
}

agent() { # NAME SHOWN LANGUAGE
	check "$1 is made an agent" ticket agent add "$1" "$1@example.org" \
		--queue support --full-name "$2" --language "$3"
}

# Until all mail is where it belongs: what people wrote is with the desk, and
# what the desk wrote is with the people.
story_settle() {
	postfix_idle
	ticket outbox flush --wait >/dev/null
	postfix_idle
}

address_of() { # WHO
	case $1 in
	olga | ivan) echo "$1@example.org" ;;
	*) echo "$1@example.net" ;;
	esac
}

# Everybody in To and Cc of the mail in FILE.
story_recipients() { # FILE
	{
		header "$1" To
		header "$1" Cc
	} | tr ',' '\n' | sed 's/.*<\([^>]*\)>.*/\1/; s/[[:blank:]]//g; /^$/d'
}

story_post() { # WHO FILE
	# shellcheck disable=SC2046
	post "$(address_of "$1")" $(story_recipients "$2") <"$2" \
		>"$work/.output" || die "$1's mail is taken"
}

says() { # WHO MAIL [ANSWERED]
	says_answered=
	if [ -n "${3:-}" ]; then
		need_mail "$3"
		says_answered=$(got "$3")
	fi
	# shellcheck disable=SC2086
	story write "$story_dir/$2.eml" $says_answered >"$work/said.eml" ||
		die "$2 is written"
	story_post "$1" "$work/said.eml"
	story_settle
}

# What a mail program makes of a link: a mail that is ready to be sent.
taps() { # WHO MAIL LABEL
	need_mail "$2"
	story tap "$(got "$2")" "$3" >"$work/tap" || die "there is a link $3"
	{
		echo "From: $(address_of "$1")"
		echo "To: $(sed -n 1p "$work/tap")"
		printf 'Subject: %s\n' "$(sed -n 2p "$work/tap" |
			perl -MEncode -ne 'chomp; print encode("MIME-Header",
				decode("UTF-8", $_))')"
		echo "Message-ID: <tap-$1-$story_count@phone.example>"
		echo "Date: $(date -R)"
		echo 'MIME-Version: 1.0'
		echo 'Content-Type: text/plain; charset=utf-8'
		echo 'Content-Transfer-Encoding: 8bit'
		echo
		sed -n 3p "$work/tap" | sed 's/\\n/\n/g'
	} >"$work/said.eml"
	story_post "$1" "$work/said.eml"
	story_settle
}

got() { # MAIL
	cat "$story_got/$1"
}

need_mail() { # MAIL
	[ -e "$story_got/$1" ] || die "there is a mail $1"
}

# The mails of the desk that nobody looked at yet.
story_new() {
	story list "$work/mail" | grep -v '^0\.0 ' |
		grep -Fvx -f "$story_seen"
}

story_compare() { # MAIL [-h] PATH...
	compare_name=$1
	shift
	story_count=$((story_count + 1))
	compare_file=$(printf '%s/%02d-%s.txt' "$story_dir" "$story_count" \
		"$compare_name")
	story sample "$@" >"$work/sample" || die "$compare_name can be read"
	if [ "${STORY_UPDATE:-0}" = 1 ]; then
		cp "$work/sample" "$compare_file"
	fi
	check "$compare_name is as it should be" \
		diff -u "$compare_file" "$work/sample"
}

mails() { # TEXT [MAIL...]
	mails_text=$1
	shift
	mails_wanted=$(echo "$*" | sed 's/+html//g')
	mails_found=
	story_new >"$work/story-new"
	cat "$work/story-new" >>"$story_seen"
	exec 4<"$work/story-new"
	for mails_name; do
		read -r _ mails_readers mails_paths <&4 || break
		mails_html=
		case $mails_name in
		*+html) mails_html=-h mails_name=${mails_name%+html} ;;
		esac
		mails_found="$mails_found $mails_readers-${mails_name#*-}"
		echo "${mails_paths%% *}" >"$story_got/$mails_name"
		# shellcheck disable=SC2086
		story_compare "$mails_name" $mails_html $mails_paths
	done
	while read -r _ mails_readers mails_paths <&4; do
		mails_found="$mails_found $mails_readers-unexpected"
		diag "$(story sample "${mails_paths%% *}")"
	done
	exec 4<&-
	is "$mails_text" "${mails_found# }" "$mails_wanted"
}

arrived() { # TEXT [READER...]
	arrived_text=$1
	shift
	story_new >"$work/story-new"
	cat "$work/story-new" >>"$story_seen"
	arrived_got=$(cut -d' ' -f2 "$work/story-new" | tr '\n' ' ')
	is "$arrived_text" "${arrived_got% }" "$*"
	[ "${arrived_got% }" = "$*" ] || while read -r _ _ arrived_path _; do
		diag "$(story sample "$arrived_path")"
	done <"$work/story-new"
}

last() { # READER
	story list "$work/mail" | awk -v name="$1" '
		$2 ~ "(^|[+])" name "($|[+])" {
			for (i = 3; i <= NF; i++)
				if ($i ~ "/" name "/") path = $i
		}
		END { print path }'
}

told() { # PATH WANT TEXT
	is "$3" "$(ticket show 1 --format=json | json "$1")" "$2"
}

# Anna (customer) and her colleague Boris; Olga and Ivan (agents).
story_tell() {
	says anna question
	mails 'a new ticket is acknowledged, and the agents are told' \
		anna-acknowledgement ivan-new-ticket olga-new-ticket+html

	says olga takes olga-new-ticket
	mails 'an answer from a phone goes to the customer and to Cc' \
		anna+boris-reply+html
	told owner olga 'and the command on top of it was obeyed'
	told status waiting 'and the ticket waits for the customer'

	says boris colleague anna+boris-reply
	mails 'the owner hears of the answer of a colleague in Cc' olga-message
	told status open 'and it is the turn of the desk again'

	says olga note olga-message
	mails 'a note goes to agents alone' ivan-note
	told priority 2 'the commands above it were obeyed'
	says ivan shelf ivan-note
	mails 'the answer to a note is a note' olga-note

	says olga misspelt olga-message
	mails 'a misspelt command holds all of the mail' olga-transcript
	told priority 2 'and nothing was done'
	says olga go olga-transcript
	mails 'mended, it goes out as it was written' \
		anna+boris-reply ivan-replied
	told priority 3 'and the mended command was obeyed'

	says anna bright anna+boris-reply
	mails 'owner and watcher hear of the answer' olga-message ivan-message
	says olga close olga-message
	mails 'the end is told with the answer that ends it' \
		anna+boris-reply+html ivan-replied
	told status closed 'and it is the end'

	taps anna anna+boris-reply "$1"
	mails 'the owner hears of the rating' olga-changed
	told rating 5 'and it counts'
	told status closed 'and opens nothing again'

	says anna again anna+boris-reply
	mails 'what comes after the end is told' olga-message ivan-message
	told status open 'and opens the ticket again'
	taps olga olga-message "$2"
	mails 'a tap ends it, and nobody is asked for a rating twice' \
		anna-finished
	told status closed 'and it is the end again'

	says anna thanks anna-finished
	mails 'thanks are passed on' olga-message ivan-message
	told status closed 'and open nothing again'
}

# All that customers got, decoded, with the fields of note.
customers_read() {
	for read_mail in "$work"/mail/anna/new/* "$work"/mail/boris/new/*; do
		[ ! -e "$read_mail" ] || story whole "$read_mail"
	done
}

# What is left of it on record.  The WORDS are of notes.
story_ends() { # WORDS...
	story_log=$(ticket log 1)
	diag "$story_log"
	like 'the log says who took the ticket' "$story_log" \
		'[[:blank:]]owner[[:blank:]]+agent:olga[[:blank:]]'
	like 'and who rated it' "$story_log" \
		'[[:blank:]]rated[[:blank:]]+customer:anna@example.net'
	told requester anna@example.net 'the ticket is the customer'"'"'s'
	told owner olga 'and the agent'"'"'s'
	told minutes 40 'her work was counted'
	for ends_words; do
		unlike "customers never see: $ends_words" "$(customers_read)" \
			"$ends_words"
	done
	unlike 'nor an address of an agent' "$(customers_read)" \
		'(olga|ivan)@example'
	unlike 'nor a personal address or link of one' "$(customers_read)" \
		'1-[pac][a-z2-7]{17}'
	check_store 'records, events and indexes agree'
}
