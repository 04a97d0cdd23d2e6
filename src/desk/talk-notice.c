/* talk-notice.c - to the administrator, and to authors of lost mail */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "desk/talk-private.h"
#include "desk/undelivered.h"

#define DAY (24 * 60 * 60)

/* Remembered notices; two that share a place may both come again too soon. */
#define SLOTS 1024u

/* Longest headline. */
#define SUBJECT_MAX 120

/* Of a text, as its event keeps it. */
#define TEXT_MAX ((gsize)2000)

/* Recipients that a letter lists. */
#define LISTED_MAX 20u

/* ---- once a day ---- */

static char *
name_slot(const char *about)
{
	return g_strdup_printf("notice/%03x", g_str_hash(about) % SLOTS);
}

/* When he was told, big-endian, and what of. */
static GBytes *
make_value(const char *about, gint64 now)
{
	g_autoptr(GByteArray) value = g_byte_array_new();
	gint64 since = GINT64_TO_BE(now);

	g_byte_array_append(value, (const guint8 *)&since, sizeof(since));
	g_byte_array_append(value, (const guint8 *)about, (guint)strlen(about));
	return g_byte_array_free_to_bytes(g_steal_pointer(&value));
}

/* Whether @value says that he was told of @about within the day. */
static gboolean
says_told(GBytes *value, const char *about, gint64 now)
{
	gint64 since;
	gsize size;
	const char *data = g_bytes_get_data(value, &size);

	if (size != sizeof(since) + strlen(about) ||
	    memcmp(data + sizeof(since), about, strlen(about)) != 0)
		return FALSE;
	memcpy(&since, data, sizeof(since));
	since = GINT64_FROM_BE(since);
	/* One of a time to come is of a clock that was wrong. */
	return since <= now && since > now - DAY;
}

/* Whether the administrator was told of @about, or is by this plan. */
static gboolean
was_told(
    const TdDraft *draft, const char *about, gboolean *told, GError **error)
{
	const GPtrArray *memos = draft->plan->memos;
	g_autofree char *key = name_slot(about);
	g_autoptr(GBytes) value = NULL;

	*told = FALSE;
	for (guint i = 0; i < memos->len && !*told; i++) {
		const TdMemo *memo = g_ptr_array_index(memos, i);

		*told = strcmp(memo->key, key) == 0 &&
		    says_told(memo->value, about, draft->now);
	}
	if (*told)
		return TRUE;
	if (!td_meta_get(draft->txn, key, &value, error))
		return FALSE;
	*told = value != NULL && says_told(value, about, draft->now);
	return TRUE;
}

/* ---- the administrator ---- */

/* The first line of @text, for Subject; the caller's. */
static char *
make_subject(const TdDraft *draft, const char *text)
{
	const TdConf *conf = draft->desk->conf;
	g_autofree char *line = g_strndup(text, strcspn(text, "\n"));
	g_autofree char *what = td_text_printable(line, SUBJECT_MAX);

	return td_talk_say(draft, conf->language, "notice-subject", "desk",
	    conf->name, "what", what, NULL);
}

/* He has no rights by this letter: who answers it writes to the desk like
 * anybody else. */
static void
write_notice(TdDraft *draft, const char *text)
{
	const TdConf *conf = draft->desk->conf;
	const TdQueue *queue = g_ptr_array_index(conf->queues, 0);
	TdLetter *letter = td_letter_new(TD_LETTER_NOTICE, TD_TICKET_DESK);

	td_talk_set(&letter->queue, queue->name);
	td_talk_set(&letter->language, conf->language);
	letter->subject = make_subject(draft, text);
	letter->text = td_talk_trim(text, TD_TALK_TEXT_MAX);
	td_letter_to(letter, NULL, conf->admin);
	td_draft_letter(draft, letter);
}

gboolean
td_talk_notice(
    TdDraft *draft, const char *about, const char *text, GError **error)
{
	g_autofree char *kept = NULL;
	gboolean told;
	TdEvent *event;

	if (!was_told(draft, about, &told, error))
		return FALSE;
	if (told)
		return TRUE;
	g_ptr_array_add(draft->plan->memos,
	    td_memo_new(name_slot(about), make_value(about, draft->now)));
	kept = td_talk_trim(text, TEXT_MAX);
	event = td_draft_add(draft, TD_EVENT_NOTE, TD_TICKET_DESK);
	td_event_set(event, "what", "notice");
	td_event_set(event, "about", about);
	td_event_set(event, "text", kept);
	if (draft->desk->conf->admin != NULL)
		write_notice(draft, text);
	return TRUE;
}

/* ---- the words for a failure ---- */

static void
append_failure(GString *text, const TdDraft *draft, const char *language,
    const TdFailure *failure)
{
	g_autofree char *nobody = td_talk_say(
	    draft, language, "lost-somebody", NULL);
	g_autofree char *reason = NULL;
	const char *why, *todo;

	td_failure_explain(failure, &why, &todo);
	reason = td_talk_say(draft, language, why, NULL);
	g_string_append_printf(text, "    %s\n\n%s",
	    *failure->to == '\0' ? nobody : failure->to, reason);
	if (*failure->status != '\0')
		g_string_append_printf(text, " (%s)", failure->status);
	g_string_append(text, "\n");
	if (*failure->diagnostic != '\0')
		g_string_append_printf(text, "> %s\n", failure->diagnostic);
	g_string_append(text, "\n");
}

static void
append_failures(GString *text, const TdDraft *draft, const char *language,
    const GPtrArray *failures)
{
	g_autofree char *left = NULL;
	g_autofree char *more = NULL;

	for (guint i = 0; i < MIN(failures->len, LISTED_MAX); i++)
		append_failure(
		    text, draft, language, g_ptr_array_index(failures, i));
	if (failures->len <= LISTED_MAX)
		return;
	left = g_strdup_printf("%u", failures->len - LISTED_MAX);
	more = td_talk_say(draft, language, "lost-more", "count", left, NULL);
	g_string_append_printf(text, "%s\n\n", more);
}

/* ---- authors ---- */

static char *
name_ticket(const TdDraft *draft, const char *language, const TdTicket *ticket)
{
	g_autofree char *number = g_strdup_printf(
	    "%" G_GUINT64_FORMAT, ticket->number);

	return td_talk_say(draft, language,
	    *ticket->subject == '\0' ? "ticket-bare" : "ticket", "number",
	    number, "subject", ticket->subject, NULL);
}

/* What @reader is told, who may be the author himself. */
static char *
make_text(const TdAudience *audience, const char *language, const char *reader,
    const char *author, const GPtrArray *failures)
{
	const TdDraft *draft = audience->draft;
	g_autofree char *ticket = name_ticket(
	    draft, language, audience->ticket);
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *heading = NULL;
	g_autofree char *advice = NULL;
	const char *why, *todo;

	heading = author == NULL
	    ? td_talk_say(
	          draft, language, "lost-nobodys", "ticket", ticket, NULL)
	    : td_talk_say(draft, language,
	          g_strcmp0(reader, author) == 0 ? "lost-yours" : "lost-of",
	          "ticket", ticket, "name", author, NULL);
	g_string_append_printf(text, "%s\n\n", heading);
	append_failures(text, draft, language, failures);
	td_failure_explain(g_ptr_array_index(failures, 0), &why, &todo);
	advice = td_talk_say(draft, language, todo, NULL);
	g_string_append(text, advice);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static gboolean
find_readers(TdAudience *audience, const char *author, GError **error)
{
	audience->insist = TRUE;
	if (author != NULL && !td_audience_name(audience, author, error))
		return FALSE;
	if (audience->agents->len > 0)
		return TRUE;
	return td_audience_responsible(audience, error);
}

gboolean
td_talk_undelivered(TdDraft *draft, guint64 number, const char *author,
    const GPtrArray *failures, GError **error)
{
	g_auto(TdAudience) audience = { 0 };
	g_autoptr(GPtrArray) agents = NULL;
	TdNews news = { .kind = TD_LETTER_UNDELIVERED };
	g_autofree char *team = NULL;

	if (!td_audience_open(&audience, draft, NULL, NULL, number, error) ||
	    !find_readers(&audience, author, error))
		return FALSE;
	for (guint i = 0; i < audience.agents->len; i++) {
		const TdPerson *agent = g_ptr_array_index(audience.agents, i);
		const char *language = td_talk_language(
		    draft, agent->language, audience.queue);
		g_autofree char *text = make_text(
		    &audience, language, agent->name, author, failures);

		news.text = text;
		td_audience_tell_one(&audience, &news, agent);
	}
	if (audience.teams->len == 0)
		return TRUE;
	/* The teams alone now. */
	g_ptr_array_set_size(audience.agents, 0);
	team = make_text(
	    &audience, audience.queue->language, NULL, author, failures);
	news.text = team;
	td_audience_tell(&audience, &news);
	return TRUE;
}

/* ---- mail that is the administrator's to mend ---- */

/* Who complains may name anybody, as often as he likes. */
static char *
name_trouble(guint64 number, const TdFailure *failure, gboolean is_reader)
{
	if (!td_failure_is_complaint(failure))
		return g_strconcat("undelivered ", failure->to, NULL);
	return is_reader
	    ? g_strconcat("complaint ", failure->to, NULL)
	    : g_strdup_printf("complaint #%" G_GUINT64_FORMAT, number);
}

gboolean
td_talk_mail_trouble(TdDraft *draft, guint64 number, const TdFailure *failure,
    gboolean is_reader, GError **error)
{
	const char *language = draft->desk->conf->language;
	gboolean complaint = td_failure_is_complaint(failure);
	const char *kind = complaint ? "trouble-complaint" : "trouble-agent";
	g_autofree char *about = name_trouble(number, failure, is_reader);
	g_autofree char *shown = g_strdup_printf("%" G_GUINT64_FORMAT, number);
	g_autofree char *what_key = g_strconcat(kind, "-what", NULL);
	g_autofree char *do_key = g_strconcat(kind, "-do", NULL);
	g_autofree char *headline = td_talk_say(draft, language, kind,
	    "address", *failure->to == '\0' ? "?" : failure->to, "number",
	    shown, NULL);
	g_autofree char *what = td_talk_say(
	    draft, language, what_key, "type", failure->action, NULL);
	g_autofree char *todo = td_talk_say(draft, language, do_key, NULL);
	g_autoptr(GString) text = g_string_new(headline);

	g_string_append_printf(text, "\n\n%s\n\n", what);
	if (!complaint)
		append_failure(text, draft, language, failure);
	g_string_append(text, todo);
	return td_talk_notice(draft, about, text->str, error);
}

gboolean
td_talk_unreadable(TdDraft *draft, const TdMessage *message, GError **error)
{
	const char *language = draft->desk->conf->language;
	g_autofree char *id = td_text_printable(message->message_id, 200);
	g_autofree char *headline = td_talk_say(
	    draft, language, "trouble-unreadable", NULL);
	g_autofree char *what = td_talk_say(
	    draft, language, "trouble-unreadable-what", "id", id, NULL);
	g_autofree char *todo = td_talk_say(
	    draft, language, "trouble-unreadable-do", NULL);
	g_autofree char *about = g_strconcat("unreadable ", id, NULL);
	g_autofree char *text = g_strdup_printf(
	    "%s\n\n%s\n\n%s", headline, what, todo);

	return td_talk_notice(draft, about, text, error);
}
