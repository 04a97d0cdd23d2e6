/* clocks-words.c - letters that tell of deadlines */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "desk/clocks.h"

#define MINUTE 60
#define HOUR (60 * MINUTE)
#define NAMES_SHOWN 200

void
td_clocks_add_line(GString *lines, char *text)
{
	if (text == NULL)
		return;
	g_string_append_printf(
	    lines, "%s%s", lines->len == 0 ? "" : "\n", text);
	g_free(text);
}

/* ---- sentences ---- */

char *
td_clocks_say_deadline(const TdDraft *draft, const char *language,
    const TdTicket *ticket, TdClockKind kind)
{
	const TdClock *clock = &ticket->clocks[kind];
	gboolean broken = clock->breached && clock->next == 0;
	g_autofree char *key = g_strdup_printf("deadline-%s-%s",
	    broken ? "broken" : "near",
	    kind == TD_CLOCK_RESPONSE && *ticket->requester == '\0'
	        ? "taken"
	        : td_clock_name(kind));
	g_autofree char *time = NULL;

	if (clock->state != TD_CLOCK_RUNNING)
		return NULL;
	time = td_talk_time(draft->desk, clock->due);
	return td_talk_say(draft, language, key, "time", time, NULL);
}

char *
td_clocks_say_step(
    const TdDraft *draft, const char *language, const TdEscalationStep *step)
{
	switch (step->kind) {
	case TD_STEP_OWNER:
		return td_talk_say(draft, language, "step-owner", NULL);
	case TD_STEP_LEADS:
		return td_talk_say(draft, language, "step-leads", NULL);
	case TD_STEP_QUEUE:
		return td_talk_say(draft, language, "step-queue", NULL);
	case TD_STEP_AGENT:
	case TD_STEP_ADDRESS:
		break;
	}
	return g_strdup(step->who);
}

/* ---- how clocks stand ---- */

/* "3 h 20 min" */
static char *
say_seconds(const TdDraft *draft, const char *language, gint64 seconds)
{
	g_autofree char *hours = g_strdup_printf(
	    "%" G_GINT64_FORMAT, seconds / HOUR);
	g_autofree char *minutes = g_strdup_printf(
	    "%" G_GINT64_FORMAT, seconds % HOUR / MINUTE);
	g_autofree char *first = td_talk_say(
	    draft, language, "digest-hours", "count", hours, NULL);
	g_autofree char *second = td_talk_say(
	    draft, language, "digest-minutes", "count", minutes, NULL);

	return g_strconcat(seconds < HOUR ? "" : first,
	    seconds < HOUR ? "" : " ", second, NULL);
}

/* The state of a deadline; NULL if there is none. */
static char *
say_state(const TdDraft *draft, const char *language, const TdClock *clock)
{
	g_autofree char *time = NULL;
	g_autofree char *left = NULL;

	switch (clock->state) {
	case TD_CLOCK_NONE:
		return NULL;
	case TD_CLOCK_RUNNING:
		time = td_talk_time(draft->desk, clock->due);
		return clock->due > draft->now
		    ? g_steal_pointer(&time)
		    : td_talk_say(
		          draft, language, "clock-overdue", "time", time, NULL);
	case TD_CLOCK_STOPPED:
		left = say_seconds(draft, language, clock->left);
		return td_talk_say(
		    draft, language, "clock-stopped", "left", left, NULL);
	case TD_CLOCK_MET:
		return clock->breached
		    ? td_talk_say(draft, language, "clock-late", NULL)
		    : NULL;
	}
	return NULL;
}

/* The next step of an escalation. */
static char *
say_escalation(const TdDraft *draft, const char *language, const TdClock *clock)
{
	const TdEscalation *escalation = td_conf_escalation(
	    draft->desk->conf, clock->rule);
	g_autofree char *time = NULL;
	g_autofree char *who = NULL;

	if (clock->state != TD_CLOCK_RUNNING || escalation == NULL ||
	    clock->step >= escalation->steps->len)
		return NULL;
	time = td_talk_time(draft->desk, clock->due);
	who = td_clocks_say_step(
	    draft, language, g_ptr_array_index(escalation->steps, clock->step));
	return g_strdup_printf("%s, %s", time, who);
}

char *
td_clocks_say_clock(const TdDraft *draft, const char *language,
    const TdTicket *ticket, TdClockKind kind)
{
	const TdClock *clock = &ticket->clocks[kind];
	g_autofree char *key = g_strconcat("clock-", td_clock_name(kind), NULL);
	g_autofree char *state = NULL;

	/* What was agreed counts instead. */
	if (kind == TD_CLOCK_SOLUTION && ticket->due != 0)
		return NULL;
	if (kind == TD_CLOCK_ESCALATION)
		state = say_escalation(draft, language, clock);
	else if (TD_CLOCK_IS_DEADLINE(kind) || clock->state == TD_CLOCK_RUNNING)
		state = say_state(draft, language, clock);
	return state == NULL
	    ? NULL
	    : td_talk_say(draft, language, key, "value", state, NULL);
}

/* ---- what happened ---- */

static char *
say_step_event(const TdDraft *draft, const char *language, const TdEvent *event)
{
	g_autofree char *to = td_text_printable(
	    td_event_get(event, "to"), NAMES_SHOWN);
	const char *why = td_event_get(event, "why");
	const char *key = "told-escalated";

	if (*td_event_get(event, "ack") != '\0')
		key = "told-acknowledged";
	else if (*to != '\0')
		key = "told-escalated-to";
	else if (strcmp(why, "nobody there") == 0)
		key = "told-escalated-nobody";
	else if (strcmp(why, "end") == 0)
		key = "told-escalation-end";
	return td_talk_say(draft, language, key, "value", to, NULL);
}

char *
td_clocks_say_event(
    const TdDraft *draft, const char *language, const TdEvent *event)
{
	gboolean broken = td_event_get_number(event, "breached") != 0 &&
	    td_event_get_number(event, "next") == 0;
	g_autofree char *key = NULL;
	g_autofree char *what = NULL;
	TdClockKind kind;

	if (!td_clock_from_name(td_event_get(event, "clock"), &kind))
		return td_talk_say(draft, language, "told-escalated", NULL);
	if (!TD_CLOCK_IS_DEADLINE(kind))
		return say_step_event(draft, language, event);
	key = g_strconcat("deadline-", td_clock_name(kind), NULL);
	what = td_talk_say(draft, language, key, NULL);
	return td_talk_say(draft, language,
	    broken ? "told-missed" : "told-warned", "value", what, NULL);
}

/* ---- letters ---- */

/* What the customer said last. */
typedef struct {
	char *text;
	char *author;
	gint64 written;
} Newest;

static void
clear_newest(Newest *newest)
{
	g_clear_pointer(&newest->text, g_free);
	g_clear_pointer(&newest->author, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Newest, clear_newest)

static gboolean
find_newest(const TdAudience *audience, Newest *newest, GError **error)
{
	g_autoptr(TdMessage) message = NULL;
	g_autoptr(TdFiled) filed = NULL;

	if (!td_talk_newest(
	        audience->draft, audience->ticket, &message, &filed, error))
		return FALSE;
	if (message != NULL) {
		newest->text = td_talk_new_text(message);
		newest->author = td_talk_author(filed);
		newest->written = filed->received;
	}
	return TRUE;
}

gboolean
td_clocks_tell(TdAudience *audience, TdLetterKind kind, TdNewsWriter write,
    gconstpointer data, GError **error)
{
	g_auto(Newest) newest = { 0 };

	if (audience->agents->len == 0 && audience->teams->len == 0)
		return TRUE;
	if (!find_newest(audience, &newest, error))
		return FALSE;
	td_audience_tell(audience,
	    &(TdNews){
	        .kind = kind,
	        .write = write,
	        .data = data,
	        .quote = newest.text,
	        .quote_author = newest.author,
	        .written = newest.written,
	    });
	return TRUE;
}

gboolean
td_clocks_tell_address(TdAudience *audience, TdLetterKind kind,
    const char *address, TdNewsWriter write, gconstpointer data, GError **error)
{
	const char *language = audience->queue->language;
	g_auto(Newest) newest = { 0 };
	TdLetter *letter;

	if (!find_newest(audience, &newest, error))
		return FALSE;
	letter = td_talk_letter(
	    audience->draft, kind, audience->ticket, language);
	letter->text = write(audience, language, data);
	letter->quote = g_steal_pointer(&newest.text);
	letter->quote_author = g_steal_pointer(&newest.author);
	letter->quote_date = newest.written;
	td_letter_to(letter, NULL, address);
	td_draft_letter(audience->draft, letter);
	return TRUE;
}

/* ---- a deadline ---- */

/* What a warning says of the time after it. */
static char *
say_after(const TdDraft *draft, const char *language, const TdSla *sla,
    const TdClock *clock)
{
	const TdEscalation *escalation = sla == NULL || sla->escalation == NULL
	    ? NULL
	    : td_conf_escalation(draft->desk->conf, sla->escalation);
	const TdEscalationStep *first;
	g_autofree char *time = NULL;
	g_autofree char *who = NULL;

	if (escalation == NULL)
		return td_talk_say(draft, language, "deadline-leads", NULL);
	/* It has begun already. */
	if (sla->at_warning)
		return NULL;
	first = g_ptr_array_index(escalation->steps, 0);
	time = td_talk_time(draft->desk,
	    td_calendar_add(
	        td_conf_calendar_named(draft->desk->conf, clock->calendar),
	        clock->due, first->after));
	who = td_clocks_say_step(draft, language, first);
	return td_talk_say(draft, language, "deadline-chain", "chain",
	    escalation->name, "time", time, "who", who, NULL);
}

/* TdNewsWriter; @data is the TdClockKind. */
static char *
write_deadline(
    const TdAudience *audience, const char *language, gconstpointer data)
{
	const TdDraft *draft = audience->draft;
	TdClockKind kind = *(const TdClockKind *)data;
	const TdClock *clock = &audience->ticket->clocks[kind];
	const TdSla *sla = td_conf_sla(draft->desk->conf, clock->rule);
	g_autoptr(GString) text = g_string_new(NULL);

	td_clocks_add_line(text,
	    td_clocks_say_deadline(draft, language, audience->ticket, kind));
	if (kind != TD_CLOCK_AGREED && *clock->rule != '\0')
		td_clocks_add_line(text,
		    td_talk_say(draft, language, "deadline-rule", "rule",
		        clock->rule, NULL));
	if (clock->next != 0)
		td_clocks_add_line(
		    text, say_after(draft, language, sla, clock));
	return g_string_free(g_steal_pointer(&text), FALSE);
}

gboolean
td_clocks_tell_deadline(
    TdDraft *draft, guint64 number, TdClockKind kind, GError **error)
{
	g_auto(TdAudience) audience = { 0 };

	if (!td_audience_open(&audience, draft, NULL, NULL, number, error))
		return FALSE;
	audience.insist = TRUE;
	if (!td_audience_responsible(&audience, error))
		return FALSE;
	if (audience.ticket->clocks[kind].next == 0 &&
	    !td_audience_leads(&audience, audience.ticket->queue, error))
		return FALSE;
	return td_clocks_tell(
	    &audience, TD_LETTER_DEADLINE, write_deadline, &kind, error);
}
