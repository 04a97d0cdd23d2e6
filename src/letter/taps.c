/* taps.c - links in letters: a tap makes a mail that is ready to be sent
 *
 * Each is a mailto URL (RFC 6068) to an address that proves what is needed, so
 * it works in any mail program. */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/text.h>

#include "letter/letter-private.h"

#define DAY (24 * 60 * 60)

/* RFC 5321 4.5.3.1.1.  A link that cannot be mailed to is left out. */
#define LOCAL_MAX 64

/* Of the subject in a link that has no tag: enough to be known by. */
#define SUBJECT_MAX 40

static void
free_tap(TdTap *tap)
{
	g_free(tap->label);
	g_free(tap->url);
	g_free(tap);
}

/* What may stay as it is: "unreserved" of RFC 3986 by default; in an address
 * also what RFC 6068 section 2 lets stand there. */
#define IN_ADDRESS "!$'*+@"

static char *
make_url(const char *address, const char *subject, const char *body)
{
	g_autofree char *to = g_uri_escape_string(address, IN_ADDRESS, FALSE);
	g_autofree char *escaped = g_uri_escape_string(subject, NULL, FALSE);
	g_autofree char *text = g_uri_escape_string(body, NULL, FALSE);

	return g_strdup_printf(
	    "mailto:%s?subject=%s&body=%s", to, escaped, text);
}

/* The tag alone, for it is what leads to the ticket: in an encoded link each
 * letter of a subject that is not English takes six. */
static char *
make_subject(const TdDraftLetter *draft)
{
	g_autofree char *tag = td_letter_tag(draft);
	g_autofree char *whole = td_letter_subject(draft);
	g_autofree char *shown = td_text_printable(whole, SUBJECT_MAX);

	return g_strconcat("Re: ", *tag == '\0' ? shown : tag, NULL);
}

/* Adds a link to @address, which is taken over, whose mail says @command.
 * Lines end with CR LF (RFC 6068 section 5). */
static void
add_tap(GPtrArray *taps, const TdDraftLetter *draft, const char *label,
    char *address, const char *command)
{
	g_autofree char *to = address;
	g_autofree char *subject = make_subject(draft);
	g_autofree char *body = g_strconcat(command, "\r\nstop", NULL);
	g_autofree char *local = td_address_local(to);
	TdTap *tap;

	if (strlen(local) > LOCAL_MAX)
		return;
	tap = g_new0(TdTap, 1);
	tap->label = td_letters_phrase(draft->letters, draft->language, label);
	tap->url = make_url(to, subject, body);
	g_ptr_array_add(taps, tap);
}

/* A link that does @command, to an agent alone or to the team. */
static void
add_action(GPtrArray *taps, const TdDraftLetter *draft, const char *label,
    const char *command)
{
	const TdLetters *letters = draft->letters;
	const TdTicket *ticket = draft->ticket;
	gint64 expires = draft->now + (gint64)letters->conf->link_days * DAY;
	g_autofree char *verb = g_strdelimit(g_strdup(command), " ", '-');
	char *extension;

	extension = draft->letter->person != 0
	    ? td_token_action(letters->keys, ticket->number,
	          draft->letter->person, ticket->state, verb, expires)
	    : td_token_personal(letters->keys, ticket->number, 0, NULL);
	add_tap(taps, draft, label,
	    td_letters_address(letters, draft->queue, extension), command);
}

/* Whether the ticket is his who reads. */
static gboolean
is_readers(const TdDraftLetter *draft)
{
	const TdLetter *letter = draft->letter;
	const char *owner = draft->ticket->owner;

	return letter->kind == TD_LETTER_ASSIGNED ||
	    letter->kind == TD_LETTER_CHANGED ||
	    (*owner != '\0' && g_strcmp0(letter->reader, owner) == 0);
}

static void
add_actions(GPtrArray *taps, const TdDraftLetter *draft)
{
	const TdTicket *ticket = draft->ticket;

	if (ticket->status == TD_STATUS_CLOSED) {
		add_action(taps, draft, "link-reopen", "reopen");
		return;
	}
	if (draft->letter->kind == TD_LETTER_ESCALATION)
		add_action(taps, draft, "link-ack", "ack");
	if (!is_readers(draft))
		add_action(taps, draft, "link-take", "take");
	add_action(taps, draft, "link-close", "close");
	if (ticket->status == TD_STATUS_RESOLVED) {
		add_action(taps, draft, "link-reopen", "reopen");
		return;
	}
	add_action(taps, draft, "link-pending", "pending 1d");
	if (ticket->priority != 1)
		add_action(taps, draft, "link-priority", "priority 1");
}

/* A link for a customer. */
static void
add_customer(GPtrArray *taps, const TdDraftLetter *draft, const char *label,
    const char *command)
{
	char *extension = td_token_thread(
	    draft->letters->keys, draft->ticket->number);

	add_tap(taps, draft, label,
	    td_letters_address(draft->letters, draft->queue, extension),
	    command);
}

static void
add_rating(GPtrArray *taps, const TdDraftLetter *draft)
{
	for (guint score = 5; score >= 1; score--) {
		g_autofree char *label = g_strdup_printf("link-rate-%u", score);
		g_autofree char *command = g_strdup_printf("rate %u", score);

		add_customer(taps, draft, label, command);
	}
}

char *
td_letter_confirm_address(const TdDraftLetter *draft)
{
	const TdLetter *letter = draft->letter;

	return td_letters_address(draft->letters, draft->queue,
	    td_token_confirm(draft->letters->keys, draft->ticket->number,
	        letter->person, letter->hold));
}

GPtrArray *
td_letter_taps(const TdDraftLetter *draft)
{
	const TdLetter *letter = draft->letter;
	GPtrArray *taps = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)free_tap);

	if (letter->kind == TD_LETTER_CONFIRM)
		add_tap(taps, draft, "link-confirm",
		    td_letter_confirm_address(draft), "go");
	if (draft->ticket->number == TD_TICKET_DESK)
		return taps;
	if ((td_letter_manner(letter->kind) & TD_MANNER_ACTIONS) != 0 &&
	    (letter->person != 0 || letter->team))
		add_actions(taps, draft);
	if (letter->kind == TD_LETTER_REPLY &&
	    draft->ticket->status != TD_STATUS_CLOSED &&
	    draft->ticket->status != TD_STATUS_RESOLVED)
		add_customer(taps, draft, "link-solved", "solved");
	if (letter->rate &&
	    (letter->kind == TD_LETTER_RESOLVED ||
	        letter->kind == TD_LETTER_FINISHED ||
	        letter->kind == TD_LETTER_REPLY))
		add_rating(taps, draft);
	return taps;
}
