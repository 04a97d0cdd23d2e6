/* run-answers.c - commands that are answered by a text about a ticket */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "desk/clocks.h"
#include "desk/run-verbs.h"

#define HISTORY_DEFAULT 10
#define VALUE_SHOWN 60
/* Pages of events that one history looks through. */
#define PAGES_MAX 5
/* Of the year 9999. */
#define LAST_TIME G_GUINT64_CONSTANT(253402300799)

/* ---- status ---- */

/* A line of the answer, by the phrase @key whose word is {value}; none if there
 * is nothing to say. */
static void
add_line(GString *text, const TdStep *step, const char *key, const char *value)
{
	g_autofree char *line = NULL;
	g_autofree char *shown = td_text_printable(value, 300);

	if (*shown == '\0')
		return;
	line = td_step_say(step, key, "value", shown, NULL);
	g_string_append_printf(text, "%s%s", text->len == 0 ? "" : "\n", line);
}

static void
add_time(GString *text, const TdStep *step, const char *key, gint64 time)
{
	g_autofree char *shown = NULL;

	if (time == 0)
		return;
	shown = td_run_time(step, time);
	add_line(text, step, key, shown);
}

static void
add_number(GString *text, const TdStep *step, const char *key, guint64 number)
{
	g_autofree char *shown = NULL;

	if (number == 0)
		return;
	shown = td_run_number(number);
	add_line(text, step, key, shown);
}

static void
add_links(GString *text, const TdStep *step)
{
	const GPtrArray *links = step->ticket->links;

	for (guint i = 0; i < links->len; i++) {
		const TdLink *link = g_ptr_array_index(links, i);
		g_autofree char *number = td_run_number(link->number);
		g_autofree char *key = g_strconcat("tie-", link->type, NULL);
		g_autofree char *line = td_step_say(
		    step, key, "number", number, NULL);

		g_string_append_printf(text, "\n%s", line);
	}
}

static char *
list_participants(const TdTicket *ticket)
{
	g_autoptr(GString) list = g_string_new(NULL);

	for (guint i = 0; i < ticket->participants->len; i++)
		g_string_append_printf(list, "%s%s", i == 0 ? "" : ", ",
		    ((TdParticipant *)g_ptr_array_index(
		         ticket->participants, i))
		        ->address);
	return g_string_free(g_steal_pointer(&list), FALSE);
}

static void
add_fields(GString *text, const TdStep *step)
{
	const GPtrArray *fields = step->ticket->fields;

	for (guint i = 0; i < fields->len; i++) {
		const TdField *field = g_ptr_array_index(fields, i);
		g_autofree char *label = td_field_label(step->run->draft->desk,
		    step->run->who->language, field->name);

		g_string_append_printf(text, "\n%s: %s", label, field->value);
	}
}

/* By when it is to be answered and solved, and what else goes by time. */
static void
add_clocks(GString *text, const TdStep *step)
{
	const TdRun *run = step->run;

	for (guint i = 0; i < TD_CLOCKS; i++) {
		g_autofree char *line = td_clocks_say_clock(
		    run->draft, run->who->language, step->ticket, i);

		if (line != NULL)
			g_string_append_printf(text, "\n%s", line);
	}
}

/* What is the desk's alone. */
static void
add_inside(GString *text, const TdStep *step)
{
	const TdTicket *ticket = step->ticket;
	g_autofree char *participants = list_participants(ticket);
	g_autofree char *tags = g_strjoinv(", ", ticket->tags);
	g_autofree char *watchers = g_strjoinv(", ", ticket->watchers);

	add_line(text, step, "card-queue", ticket->queue);
	add_line(text, step, "card-owner",
	    *ticket->owner == '\0' ? "-" : ticket->owner);
	add_number(text, step, "card-priority", ticket->priority);
	add_number(text, step, "card-urgency", ticket->urgency);
	add_number(text, step, "card-impact", ticket->impact);
	add_line(text, step, "card-type", ticket->type);
	add_fields(text, step);
	add_clocks(text, step);
	add_line(text, step, "card-requester", ticket->requester);
	add_line(text, step, "card-participants", participants);
	add_line(text, step, "card-watchers", watchers);
	add_line(text, step, "card-tags", tags);
	add_number(text, step, "card-minutes", ticket->minutes);
	add_number(text, step, "card-rating", ticket->rating);
	add_links(text, step);
}

gboolean
td_run_status(const TdStep *step, GError **error G_GNUC_UNUSED)
{
	const TdWho *who = step->run->who;
	const TdTicket *ticket = step->ticket;
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *number = td_run_number(ticket->number);
	g_autofree char *subject = td_text_printable(ticket->subject, 200);
	g_autofree char *status = td_step_status(step, ticket->status);
	g_autofree char *title = td_step_say(
	    step, "card-title", "number", number, "subject", subject, NULL);

	g_string_append(text, title);
	add_line(text, step, "card-status", status);
	add_time(text, step, "card-until", ticket->until);
	if (ticket->spam && (who->agent || who->control))
		add_line(text, step, "card-spam", "1");
	if (who->agent || who->control)
		add_inside(text, step);
	add_time(text, step, "card-created", ticket->created);
	add_time(text, step, "card-updated", ticket->updated);
	return td_step_answer(
	    step, g_string_free(g_steal_pointer(&text), FALSE));
}

/* ---- history ---- */

/* The number that @event has by @key, put into the phrase @phrase with @sign
 * before it; NULL if it has none.  The caller's. */
static char *
tell_number(const TdStep *step, const TdEvent *event, const char *key,
    const char *phrase, const char *sign)
{
	guint64 number = td_event_get_number(event, key);
	g_autofree char *shown = g_strdup_printf(
	    "%s%" G_GUINT64_FORMAT, sign, number);

	return number == 0 ? NULL
	                   : td_step_say(step, phrase, "value", shown, NULL);
}

/* The same of a text. */
static char *
tell_text(const TdStep *step, const TdEvent *event, const char *key,
    const char *phrase, const char *sign)
{
	g_autofree char *text = td_text_printable(
	    td_event_get(event, key), VALUE_SHOWN);
	g_autofree char *shown = g_strconcat(sign, text, NULL);

	return *text == '\0' ? NULL
	                     : td_step_say(step, phrase, "value", shown, NULL);
}

/* The same of a time. */
static char *
tell_time(const TdStep *step, const TdEvent *event, const char *key,
    const char *phrase)
{
	guint64 time = td_event_get_number(event, key);
	g_autofree char *shown = NULL;

	if (time == 0 || time > LAST_TIME)
		return NULL;
	shown = td_run_time(step, (gint64)time);
	return td_step_say(step, phrase, "value", shown, NULL);
}

/* What customers wrote or were answered.  What agents wrote is told by what
 * became of it, and the desk's own letters say again what is told anyway. */
static char *
tell_message(const TdStep *step, const TdEvent *event)
{
	const char *letter = td_event_get(event, "letter");
	g_autofree char *number = td_run_number(event->message);
	g_autofree char *to = td_text_printable(
	    td_event_get(event, "to"), VALUE_SHOWN);
	TdLetterKind kind;

	if (*letter != '\0')
		return td_letter_kind_from_name(letter, &kind) &&
		        (kind == TD_LETTER_REPLY || kind == TD_LETTER_FORWARD)
		    ? td_step_say(step,
		          kind == TD_LETTER_REPLY ? "told-reply"
		                                  : "told-forward",
		          "number", number, "to", to, NULL)
		    : NULL;
	if (g_str_has_prefix(event->actor, "agent:"))
		return NULL;
	return td_step_say(step,
	    td_event_get_number(event, "marked") != 0 ? "told-marked"
	                                              : "told-message",
	    "number", number, NULL);
}

static char *
tell_note(const TdStep *step, const TdEvent *event)
{
	char *text = tell_text(step, event, "text", "told-note-text", "");
	g_autofree char *number = td_run_number(event->message);

	if (text != NULL)
		return text;
	return td_step_say(step, "told-note", "number", number, NULL);
}

static char *
tell_people(const TdStep *step, const TdEvent *event)
{
	static const struct {
		const char *key;
		const char *phrase;
		const char *sign;
	} rows[] = {
		{ "add", "card-participants", "+" },
		{ "remove", "card-participants", "-" },
		{ "watcher", "card-watchers", "+" },
		{ "unwatch", "card-watchers", "-" },
		{ "watch", "told-watching-queue", "" },
		{ "mute", "told-mute", "" },
		{ "unmute", "told-unmute", "" },
	};
	char *text = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(rows) && text == NULL; i++)
		text = tell_text(
		    step, event, rows[i].key, rows[i].phrase, rows[i].sign);
	return text;
}

static char *
tell_link(const TdStep *step, const TdEvent *event)
{
	g_autofree char *number = td_run_number(
	    td_event_get_number(event, "to"));
	const char *type = td_event_get(event, "type");
	g_autofree char *key = g_strconcat("tie-", type, NULL);

	if (td_event_get_number(event, "remove") == 1)
		return td_step_say(step, "did-unlink", "number", number, NULL);
	/* Where a message of another ticket went is told there. */
	if (strcmp(type, "moved") == 0 || *type == '\0')
		return NULL;
	return td_step_say(step, key, "number", number, NULL);
}

static char *
tell_grade(const TdStep *step, const TdEvent *event)
{
	char *text = tell_number(step, event, "to", "card-priority", "");

	if (text == NULL)
		text = tell_number(step, event, "urgency", "card-urgency", "");
	if (text == NULL)
		text = tell_number(step, event, "impact", "card-impact", "");
	return text;
}

static char *
tell_reminder(const TdStep *step, const TdEvent *event)
{
	return *td_event_get(event, "agent") == '\0'
	    ? NULL
	    : tell_time(step, event, "at", "told-reminder");
}

/* Back and forth: a merge is told on both tickets, and so is a split. */
static char *
tell_move(const TdStep *step, const TdEvent *event)
{
	gboolean split = event->kind == TD_EVENT_SPLIT;
	char *text = tell_number(step, event, split ? "to" : "into",
	    split ? "told-split-to" : "told-merged-into", "");

	return text != NULL
	    ? text
	    : tell_number(step, event, "from",
	          split ? "told-split-from" : "told-merged", "");
}

static char *
tell_status(const TdStep *step, const TdEvent *event)
{
	const TdRun *run = step->run;
	g_autofree char *status = td_talk_change(
	    run->draft, run->who->language, event);
	g_autofree char *until = tell_time(step, event, "until", "card-until");

	return status == NULL || until == NULL
	    ? g_steal_pointer(&status)
	    : g_strconcat(status, ". ", until, NULL);
}

/* A mark as spam, or an automatic answer that was held back. */
static const char *
pick_suppressed(const TdEvent *event)
{
	guint64 spam;

	if (!td_event_find_number(event, "spam", &spam))
		return "told-suppressed";
	return spam != 0 ? "told-spam" : "told-no-spam";
}

/* What happened, in words; NULL if it is of no interest.  The caller's. */
static char *
tell_event(const TdStep *step, const TdEvent *event)
{
	switch ((int)event->kind) {
	case TD_EVENT_CREATED:
		return td_step_say(step, "told-created", NULL);
	case TD_EVENT_MESSAGE:
		return tell_message(step, event);
	case TD_EVENT_ACKNOWLEDGED:
	case TD_EVENT_SENT:
		return NULL;
	case TD_EVENT_NOT_DELIVERED:
		return tell_text(step, event, "to", "told-not-delivered", "");
	case TD_EVENT_STATUS:
		return tell_status(step, event);
	case TD_EVENT_PRIORITY:
		return tell_grade(step, event);
	case TD_EVENT_PARTICIPANT:
		return tell_people(step, event);
	case TD_EVENT_NOTE:
		return tell_note(step, event);
	case TD_EVENT_MERGED:
	case TD_EVENT_SPLIT:
		return tell_move(step, event);
	case TD_EVENT_LINKED:
		return tell_link(step, event);
	case TD_EVENT_RATED:
		return tell_number(step, event, "score", "card-rating", "");
	case TD_EVENT_TIME:
		return td_event_get_number(event, "less") != 0
		    ? tell_number(step, event, "less", "card-minutes", "-")
		    : tell_number(step, event, "minutes", "card-minutes", "+");
	case TD_EVENT_REMINDER:
		return tell_reminder(step, event);
	case TD_EVENT_ESCALATED:
		return td_clocks_say_event(
		    step->run->draft, step->run->who->language, event);
	case TD_EVENT_SUPPRESSED:
		return td_step_say(step, pick_suppressed(event), NULL);
	case TD_EVENT_REFUSED:
		return td_step_say(step, "told-refused", NULL);
	case TD_EVENT_REPORT:
		return td_step_say(step, "told-report", NULL);
	case TD_EVENT_AUTO_REPLY:
		return td_step_say(step, "told-auto-reply", NULL);
	default:
		return td_talk_change(
		    step->run->draft, step->run->who->language, event);
	}
}

/* Who did it, less what he is: "olga", "anna@example.net".  The caller's. */
static char *
tell_actor(const TdStep *step, const TdEvent *event)
{
	const char *colon = strchr(event->actor, ':');

	if (strcmp(event->actor, "desk") == 0)
		return td_step_say(step, "told-desk", NULL);
	return td_text_printable(
	    colon == NULL ? event->actor : colon + 1, VALUE_SHOWN);
}

/* A line on @event, NULL if it is of no interest; the caller's. */
static char *
describe(const TdStep *step, const TdEvent *event)
{
	g_autofree char *what = tell_event(step, event);
	g_autofree char *time = NULL;
	g_autofree char *actor = NULL;

	if (what == NULL)
		return NULL;
	time = td_run_time(step, event->time);
	actor = tell_actor(step, event);
	return td_step_say(step,
	    td_event_get_number(event, "undone") != 0 ? "told-back" : "told",
	    "time", time, "who", actor, "what", what, NULL);
}

/* Puts lines about the newest @wanted events of interest in @lines, the newest
 * first; of no more than PAGES_MAX pages. */
static gboolean
collect_lines(const TdStep *step, guint64 last, guint wanted, GPtrArray *lines,
    GError **error)
{
	for (guint page = 0; page < PAGES_MAX && last > 0; page++) {
		guint64 count = MIN(last, TD_READ_MAX);
		g_autoptr(GPtrArray) events = NULL;

		if (!td_event_list(step->run->draft->txn, step->number,
		        last - count, (guint)count, &events, error))
			return FALSE;
		for (guint i = events->len; i > 0; i--) {
			char *line = describe(
			    step, g_ptr_array_index(events, i - 1));

			if (line != NULL)
				g_ptr_array_add(lines, line);
			if (lines->len == wanted)
				return TRUE;
		}
		last -= count;
	}
	return TRUE;
}

/* The newest events that are stored: what this mail does is told by the other
 * results. */
gboolean
td_run_history(const TdStep *step, GError **error)
{
	guint64 wanted = step->command->number;
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(TdTicket) stored = NULL;

	wanted = wanted == 0 ? HISTORY_DEFAULT : MIN(wanted, TD_RUN_LINES_MAX);
	if (!td_ticket_get(step->run->draft->txn, step->number, &stored, error))
		return FALSE;
	if (stored != NULL &&
	    !collect_lines(step, stored->events, (guint)wanted, lines, error))
		return FALSE;
	if (lines->len == 0)
		return td_step_done(step, "list-empty", NULL);
	for (guint i = lines->len; i > 0; i--)
		g_string_append_printf(text, "%s%s", text->len == 0 ? "" : "\n",
		    (char *)g_ptr_array_index(lines, i - 1));
	return td_step_answer(
	    step, g_string_free(g_steal_pointer(&text), FALSE));
}

/* ---- help ---- */

gboolean
td_run_help(const TdStep *step, GError **error G_GNUC_UNUSED)
{
	const TdWho *who = step->run->who;

	return td_step_answer(
	    step, td_command_help(who->language, !who->agent && !who->control));
}
