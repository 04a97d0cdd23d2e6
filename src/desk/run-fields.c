/* run-fields.c - commands that set a date, the title or tags of a ticket */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "desk/run-verbs.h"

#define TITLE_MAX_SHOWN 200
#define TAG_MAX_SHOWN 50
#define TAGS_MAX 50

/* ---- numbers ---- */

gboolean
td_run_due(const TdStep *step, GError **error G_GNUC_UNUSED)
{
	gint64 to = step->command->time;
	gint64 from = step->ticket->due;
	g_autofree char *time = td_run_time(step, to);
	g_autofree char *verb = td_step_verb(step);
	TdEvent *event;

	if (to == from)
		return td_step_done(step, to == 0 ? "same-none" : "same-text",
		    "command", verb, "text", time, NULL);
	event = td_step_add(step, TD_EVENT_DUE);
	td_event_set_number(event, "from", (guint64)from);
	td_event_set_number(event, "to", (guint64)to);
	if (to == 0)
		return td_step_done(step, "did-clear", "command", verb, NULL);
	return td_step_done(
	    step, "did-text", "command", verb, "text", time, NULL);
}

gboolean
td_run_minutes(const TdStep *step, GError **error G_GNUC_UNUSED)
{
	guint64 more = step->command->number;
	guint64 most = G_MAXUINT64 - step->ticket->minutes;
	g_autofree char *minutes = td_run_number(more);
	g_autofree char *sum = NULL;
	TdEvent *event;

	if (more == 0 || more > most)
		return td_step_refuse(step, "no-minutes", NULL);
	sum = td_run_number(step->ticket->minutes + more);
	event = td_step_add(step, TD_EVENT_TIME);
	td_event_set_number(event, "minutes", more);
	return td_step_done(
	    step, "did-minutes", "minutes", minutes, "sum", sum, NULL);
}

/* ---- the title ---- */

gboolean
td_run_title(const TdStep *step, GError **error G_GNUC_UNUSED)
{
	const char *from = step->ticket->subject;
	g_autofree char *title = g_strstrip(
	    td_text_printable(step->command->text, TITLE_MAX_SHOWN));
	g_autofree char *verb = td_step_verb(step);
	TdEvent *event;

	if (*title == '\0')
		return td_step_refuse(step, "no-title", NULL);
	if (strcmp(from, title) == 0)
		return td_step_done(
		    step, "same-text", "command", verb, "text", title, NULL);
	event = td_step_add(step, TD_EVENT_TITLE);
	td_event_set(event, "from", from);
	td_event_set(event, "to", title);
	return td_step_done(
	    step, "did-text", "command", verb, "text", title, NULL);
}

/* ---- tags ---- */

static void
change_tag(const TdStep *step, const char *key, const char *tag)
{
	td_event_set(td_step_add(step, TD_EVENT_TAG), key, tag);
}

static void
add_tags(const TdStep *step, GStrv tags, const TdTicket **now, GError **error)
{
	for (guint i = 0; tags[i] != NULL && *now != NULL; i++) {
		g_autofree char *tag = td_text_printable(
		    tags[i], TAG_MAX_SHOWN);

		if (*tag == '\0' ||
		    g_strv_contains((const char *const *)(*now)->tags, tag))
			continue;
		if (g_strv_length((*now)->tags) >= TAGS_MAX) {
			td_step_refuse(step, "no-more-tags", NULL);
			return;
		}
		change_tag(step, "add", tag);
		*now = td_draft_need(step->run->draft, step->number, error);
	}
}

/* Takes away those of @tags that the ticket has: all but those of @but, if that
 * is not NULL. */
static void
remove_tags(const TdStep *step, GStrv tags, GStrv but)
{
	g_auto(GStrv) now = g_strdupv(step->ticket->tags);

	for (guint i = 0; tags[i] != NULL; i++)
		if (g_strv_contains((const char *const *)now, tags[i]) &&
		    (but == NULL ||
		        !g_strv_contains((const char *const *)but, tags[i])))
			change_tag(step, "remove", tags[i]);
}

/* The whole set is named, or cleared. */
static gboolean
is_whole(const TdCommand *command)
{
	return command->set[0] != NULL ||
	    (command->add[0] == NULL && command->remove[0] == NULL);
}

gboolean
td_run_tag(const TdStep *step, GError **error)
{
	const TdCommand *command = step->command;
	guint64 before = step->ticket->events;
	g_auto(GStrv) tags = g_strdupv(step->ticket->tags);
	g_autofree char *verb = td_step_verb(step);
	g_autofree char *list = NULL;
	const TdTicket *now;

	if (is_whole(command))
		remove_tags(step, tags, command->set);
	remove_tags(step, command->remove, NULL);
	now = td_draft_need(step->run->draft, step->number, error);
	add_tags(step, command->set, &now, error);
	if (!*step->refused)
		add_tags(step, command->add, &now, error);
	if (now == NULL)
		return FALSE;
	if (*step->refused)
		return TRUE;
	list = g_strjoinv(", ", now->tags);
	if (*list == '\0')
		return td_step_done(step,
		    now->events == before ? "same-none" : "did-clear",
		    "command", verb, NULL);
	return td_step_done(step,
	    now->events == before ? "same-text" : "did-text", "command", verb,
	    "text", list, NULL);
}
