/* values.c - what the {word}s of a letter's template stand for */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "letter/letter-private.h"

#define NAME_MAX_SIZE 100
#define SUBJECT_MAX 150
#define FIELD_MAX 500

/* A text of many lines as it may go out: UTF-8, LF, no control characters, no
 * secrets.  Other than for a terminal, joiners of scripts and emoji stay. */
static char *
clean_text(const TdDraftLetter *draft, const char *text)
{
	g_autofree char *valid = td_text_utf8(text, -1);
	char *to = valid;

	for (const char *at = valid; *at != '\0'; at++) {
		if (at[0] == '\r' && at[1] == '\n')
			continue;
		if (*at == '\r')
			*to++ = '\n';
		else if ((guchar)*at < ' ' && *at != '\n' && *at != '\t')
			*to++ = ' ';
		else
			*to++ = *at;
	}
	*to = '\0';
	return td_token_redact(valid, draft->queue->address);
}

static char *
clean_line(const TdDraftLetter *draft, const char *text, gsize max)
{
	g_autofree char *shown = td_text_printable(text, max);

	return g_strstrip(td_token_redact(shown, draft->queue->address));
}

char *
td_letter_tag(const TdDraftLetter *draft)
{
	if (draft->ticket->number == TD_TICKET_DESK)
		return g_strdup("");
	return g_strdup_printf("[%s #%" G_GUINT64_FORMAT "]",
	    draft->letters->conf->name, draft->ticket->number);
}

char *
td_letter_subject(const TdDraftLetter *draft)
{
	const char *subject = draft->letter->subject;

	if (subject == NULL)
		subject = draft->ticket->subject;
	return clean_line(draft, subject, SUBJECT_MAX);
}

/* @text becomes the words'; borrowed from them. */
static const char *
own(TdLetterWords *words, char *text)
{
	g_ptr_array_add(words->owned, text);
	return text;
}

static char *
phrase(const TdDraftLetter *draft, const char *key)
{
	return td_letters_phrase(draft->letters, draft->language, key);
}

/* ---- people ---- */

/* Sets author, author_address and writer: of the letter, else, where the text
 * is the ticket's, of its requester, else the queue. */
static void
set_author(TdLetterWords *words, const TdDraftLetter *draft)
{
	const TdLetter *letter = draft->letter;
	const char *name = letter->author;
	const char *address = letter->author_address;
	TdTemplateValues *values = &words->values;
	gboolean known = (name != NULL && *name != '\0') ||
	    (address != NULL && *address != '\0');

	if (!known &&
	    (td_letter_manner(letter->kind) & TD_MANNER_TICKET) != 0) {
		name = draft->ticket->requester_name;
		address = draft->ticket->requester;
	}
	values->author_address = own(
	    words, clean_line(draft, address, NAME_MAX_SIZE));
	values->author = own(words, clean_line(draft, name, NAME_MAX_SIZE));
	if (*values->author == '\0')
		values->author = values->author_address;
	if (*values->author == '\0')
		values->author = draft->queue->from_name;
	values->writer = values->author;
	if (*values->author_address != '\0' &&
	    strcmp(values->author, values->author_address) != 0)
		values->writer = own(words,
		    g_strdup_printf(
		        "%s <%s>", values->author, values->author_address));
}

/* A name for From: of an address the part in front, for it must not look as if
 * the mail came from there. */
static char *
short_name(const char *name)
{
	gsize length = strcspn(name, "@");

	return name[length] == '@' && strchr(name, ' ') == NULL
	    ? g_strndup(name, length)
	    : g_strdup(name);
}

/* Sets what From is called, and how it signs. */
static void
set_sender(TdLetterWords *words, const TdDraftLetter *draft)
{
	const TdLetter *letter = draft->letter;
	TdManner manner = td_letter_manner(letter->kind);
	TdTemplateValues *values = &words->values;
	const char *queue = draft->queue->from_name;
	g_autofree char *author = short_name(values->author);
	g_autofree char *name = clean_line(
	    draft, letter->from_name, NAME_MAX_SIZE);

	if ((manner & TD_MANNER_VIA) != 0 && strcmp(author, queue) != 0)
		words->from_name = td_letters_say(draft->letters,
		    draft->language, "via", "author", author, "queue", queue,
		    NULL);
	else if ((manner & TD_MANNER_PERSON) != 0 && *name != '\0')
		words->from_name = g_strdup(name);
	else
		words->from_name = g_strdup(queue);
	values->sender = own(words, g_strdup(*name == '\0' ? queue : name));
	values->signature = strcmp(values->sender, queue) == 0
	    ? queue
	    : own(words, g_strdup_printf("%s, %s", values->sender, queue));
}

/* Sets who reads, if it is one person, and the greeting. */
static void
set_reader(TdLetterWords *words, const TdDraftLetter *draft)
{
	const GPtrArray *to = draft->letter->to;
	const TdTicket *ticket = draft->ticket;
	const TdAddress *first = NULL;
	const char *name = NULL;

	if (to != NULL && to->len == 1)
		first = g_ptr_array_index(to, 0);
	if (first != NULL && *first->name != '\0')
		name = first->name;
	else if (first != NULL &&
	    strcmp(first->address, ticket->requester) == 0)
		name = ticket->requester_name;
	name = own(words, clean_line(draft, name, NAME_MAX_SIZE));
	words->values.requester = *name != '\0' ? name
	    : first != NULL                     ? first->address
	                                        : "";
	words->values.hello = own(words,
	    *name == '\0' || strchr(name, '@') != NULL
	        ? phrase(draft, "hello-nobody")
	        : td_letters_say(draft->letters, draft->language, "hello",
	              "name", name, NULL));
}

/* ---- the ticket ---- */

/* @when as a date, with the time of day if @exact; "" for 0. */
static char *
tell_date(const TdDraftLetter *draft, gint64 when, gboolean exact)
{
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(when);
	g_autoptr(GDateTime) date = NULL;
	g_autofree char *day = NULL;
	g_autofree char *key = NULL;
	g_autofree char *month = NULL;
	g_autofree char *year = NULL;
	g_autofree char *time = NULL;

	if (when <= 0 || utc == NULL)
		return g_strdup("");
	date = g_date_time_to_timezone(utc, draft->letters->zone);
	day = g_strdup_printf("%d", g_date_time_get_day_of_month(date));
	key = g_strdup_printf("month-%d", g_date_time_get_month(date));
	month = phrase(draft, key);
	year = g_strdup_printf("%d", g_date_time_get_year(date));
	if (!exact)
		return td_letters_say(draft->letters, draft->language, "date",
		    "day", day, "month", month, "year", year, NULL);
	time = g_strdup_printf("%02d:%02d", g_date_time_get_hour(date),
	    g_date_time_get_minute(date));
	return td_letters_say(draft->letters, draft->language, "date-time",
	    "day", day, "month", month, "year", year, "time", time, "zone",
	    g_date_time_get_timezone_abbreviation(date), NULL);
}

static void
free_field(TdField *field)
{
	g_free(field->name);
	g_free(field->value);
	g_free(field);
}

static void
set_ticket(TdLetterWords *words, const TdDraftLetter *draft)
{
	const TdTicket *ticket = draft->ticket;
	TdTemplateValues *values = &words->values;
	g_autofree char *status = g_strconcat(
	    "status-", td_status_name(ticket->status), NULL);
	g_autofree char *priority = g_strdup_printf(
	    "priority-%u", CLAMP((guint)ticket->priority, 1u, 5u));

	values->number = own(words,
	    ticket->number == TD_TICKET_DESK
	        ? g_strdup("")
	        : g_strdup_printf("%" G_GUINT64_FORMAT, ticket->number));
	values->tag = own(words, td_letter_tag(draft));
	values->subject = own(words, td_letter_subject(draft));
	values->ticket = own(words,
	    td_letters_say(draft->letters, draft->language,
	        *values->subject == '\0' ? "ticket-bare" : "ticket", "number",
	        values->number, "subject", values->subject, NULL));
	values->status = own(words, phrase(draft, status));
	values->priority = own(words, phrase(draft, priority));
	values->owner = own(words,
	    *ticket->owner == '\0'
	        ? phrase(draft, "nobody")
	        : td_text_printable(ticket->owner, NAME_MAX_SIZE));
	values->type = own(
	    words, clean_line(draft, ticket->type, NAME_MAX_SIZE));
	values->due = own(words, tell_date(draft, ticket->due, TRUE));
}

/* Values of fields were written by people, too. */
static void
set_fields(TdLetterWords *words, const TdDraftLetter *draft)
{
	const GPtrArray *fields = draft->ticket->fields;
	TdTemplateValues *values = &words->values;

	words->fields = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)free_field);
	for (guint i = 0; i < fields->len; i++) {
		const TdField *from = g_ptr_array_index(fields, i);
		TdField *field = g_new0(TdField, 1);

		field->name = g_strdup(from->name);
		field->value = clean_line(draft, from->value, FIELD_MAX);
		g_ptr_array_add(words->fields, field);
		if (strcmp(field->name, TD_FIELD_SERVICE) == 0)
			values->service = field->value;
		else if (strcmp(field->name, TD_FIELD_EQUIPMENT) == 0)
			values->equipment = field->value;
	}
	values->fields = words->fields;
}

/* What is said to customers at the end of a ticket. */
static void
set_end(TdLetterWords *words, const TdDraftLetter *draft)
{
	const TdLetter *letter = draft->letter;
	TdTemplateValues *values = &words->values;

	/* A matter of hours, all else of days. */
	values->until = own(words,
	    tell_date(draft, letter->until,
	        letter->kind == TD_LETTER_CONFIRM ||
	            letter->kind == TD_LETTER_OUT_OF_HOURS));
	if (*values->until != '\0')
		values->closing = own(words,
		    td_letters_say(draft->letters, draft->language, "closing",
		        "until", values->until, NULL));
	else if (letter->kind == TD_LETTER_REPLY &&
	    draft->ticket->status == TD_STATUS_CLOSED)
		values->closing = own(words, phrase(draft, "closing-now"));
	values->more = own(words,
	    td_letters_say(draft->letters, draft->language,
	        draft->queue->closed == TD_CLOSED_ANSWER ? "more-anew"
	                                                 : "more-reply",
	        "address", draft->queue->address, NULL));
	if (letter->rate)
		values->ask = own(words, phrase(draft, "ask"));
}

/* ---- what was written ---- */

/* @text as mail programs quote it (RFC 3676 4.5). */
static char *
quote_text(const char *text)
{
	g_autoptr(GString) out = g_string_sized_new(strlen(text) * 9 / 8 + 8);
	const char *at = text;

	while (*at != '\0') {
		gsize size = strcspn(at, "\n");

		g_string_append_c(out, '>');
		if (size > 0 && *at != '>')
			g_string_append_c(out, ' ');
		g_string_append_len(out, at, (gssize)size);
		g_string_append_c(out, '\n');
		at += size + (at[size] == '\n');
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}

/* The line above a quote; NULL if nobody knows whose it is. */
static char *
tell_quote(const TdDraftLetter *draft)
{
	const TdLetter *letter = draft->letter;
	g_autofree char *date = tell_date(draft, letter->quote_date, FALSE);
	g_autofree char *author = clean_line(
	    draft, letter->quote_author, NAME_MAX_SIZE);

	if (*author == '\0')
		return NULL;
	return td_letters_say(draft->letters, draft->language,
	    *date == '\0' ? "quoted-once" : "quoted", "date", date, "author",
	    author, NULL);
}

static char *
make_quote(const TdDraftLetter *draft)
{
	g_autofree char *text = g_strchomp(
	    clean_text(draft, draft->letter->quote));
	g_autofree char *quote = quote_text(text);
	g_autofree char *above = *text == '\0' ? NULL : tell_quote(draft);

	return above == NULL ? g_steal_pointer(&quote)
	                     : g_strconcat(above, "\n", quote, NULL);
}

static char *
list_taps(const GPtrArray *taps)
{
	g_autoptr(GString) out = g_string_new(NULL);

	for (guint i = 0; i < taps->len; i++) {
		const TdTap *tap = g_ptr_array_index(taps, i);

		g_string_append_printf(out, "%s: %s\n", tap->label, tap->url);
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}

static void
set_texts(
    TdLetterWords *words, const TdDraftLetter *draft, const GPtrArray *taps)
{
	const TdLetter *letter = draft->letter;
	TdTemplateValues *values = &words->values;

	values->text = own(words, g_strchomp(clean_text(draft, letter->text)));
	values->warning = own(
	    words, g_strchomp(clean_text(draft, letter->warning)));
	values->quote = own(words, make_quote(draft));
	values->links = own(words, list_taps(taps));
	if (*values->text != '\0')
		values->wrote = own(words,
		    td_letters_say(draft->letters, draft->language, "wrote",
		        "writer", values->writer, NULL));
}

void
td_letter_words_init(
    TdLetterWords *words, const TdDraftLetter *draft, const GPtrArray *taps)
{
	*words = (TdLetterWords){ 0 };
	words->owned = g_ptr_array_new_with_free_func(g_free);
	words->values.queue = draft->queue->from_name;
	words->values.name_of_queue = draft->queue->name;
	words->values.desk = draft->letters->conf->name;
	words->values.address = draft->queue->address;
	set_author(words, draft);
	set_sender(words, draft);
	set_reader(words, draft);
	set_ticket(words, draft);
	set_fields(words, draft);
	set_end(words, draft);
	set_texts(words, draft, taps);
}

void
td_letter_words_canned(
    TdLetterWords *words, const TdDraftLetter *draft, const char *owner)
{
	const TdTicket *ticket = draft->ticket;
	g_autoptr(GPtrArray) taps = g_ptr_array_new();

	td_letter_words_init(words, draft, taps);
	/* Put off is a matter of hours, all else of days. */
	words->values.until = own(words,
	    tell_date(
	        draft, ticket->until, ticket->status == TD_STATUS_PENDING));
	if (owner != NULL)
		words->values.owner = own(
		    words, clean_line(draft, owner, NAME_MAX_SIZE));
}

void
td_letter_words_clear(TdLetterWords *words)
{
	g_clear_pointer(&words->owned, g_ptr_array_unref);
	g_clear_pointer(&words->fields, g_ptr_array_unref);
	g_clear_pointer(&words->from_name, g_free);
}
