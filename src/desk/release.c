/* release.c - an owner who does not answer loses the ticket; one that nobody
 * could take gets an owner once somebody is at work */

#include "config.h"

#include <string.h>

#include "desk/clocks.h"

/* Pages of events of a ticket, from the newest on, in which those who lost it
 * are looked for. */
#define PAGES_MAX 10u

static const char why[] = "no answer";

/* What is told of a release. */
typedef struct {
	const char *former; /* name */
	const char *shown;
	gint64 due;
} Release;

/* ---- letters ---- */

/* TdNewsWriter: to the former owner. */
static char *
write_former(
    const TdAudience *audience, const char *language, gconstpointer data)
{
	const Release *release = data;
	const TdDraft *draft = audience->draft;
	const TdTicket *ticket = audience->ticket;
	g_autofree char *time = td_talk_time(draft->desk, release->due);
	g_autoptr(GString) text = g_string_new(NULL);

	td_clocks_add_line(text,
	    td_talk_say(draft, language, "release-former", "name",
	        release->shown, "time", time, NULL));
	td_clocks_add_line(text,
	    td_talk_say(draft, language,
	        *ticket->owner == '\0' ? "release-nobody" : "release-taken",
	        "name", ticket->owner, NULL));
	td_clocks_add_line(text,
	    td_talk_say(draft, language, "release-rule", "queue",
	        audience->queue->name, NULL));
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* TdNewsWriter: to the queue. */
static char *
write_queue(
    const TdAudience *audience, const char *language, gconstpointer data)
{
	const Release *release = data;
	const TdDraft *draft = audience->draft;
	g_autofree char *time = td_talk_time(draft->desk, release->due);

	return td_talk_say(draft, language, "release-queue", "name",
	    release->shown, "time", time, NULL);
}

/* Those who answer for the ticket now: a new owner was told that he is. */
static gboolean
tell_queue(TdDraft *draft, guint64 number, const Release *release,
    const TdPerson *former, GError **error)
{
	g_auto(TdAudience) audience = { 0 };

	if (!td_audience_open(&audience, draft, NULL, NULL, number, error))
		return FALSE;
	if (*audience.ticket->owner != '\0')
		return TRUE;
	if (!td_audience_queue(&audience, audience.queue->name, error))
		return FALSE;
	g_ptr_array_remove(audience.agents, (gpointer)former);
	return td_clocks_tell(
	    &audience, TD_LETTER_DEADLINE, write_queue, release, error);
}

static gboolean
tell(TdDraft *draft, guint64 number, Release *release, GError **error)
{
	g_auto(TdAudience) audience = { 0 };
	const TdPerson *former;

	if (!td_draft_agent(draft, release->former, &former, error) ||
	    !td_audience_open(&audience, draft, NULL, NULL, number, error))
		return FALSE;
	release->shown = former == NULL ? release->former
	                                : td_agent_shown_name(former);
	audience.insist = TRUE;
	return td_audience_name(&audience, release->former, error) &&
	    td_clocks_tell(
	        &audience, TD_LETTER_DEADLINE, write_former, release, error) &&
	    tell_queue(draft, number, release, former, error);
}

/* ---- who had it ---- */

/* FALSE if what stands before @event does not count any more. */
static gboolean
note_loser(const TdEvent *event, GPtrArray *losers)
{
	if (event->kind == TD_EVENT_OWNER &&
	    strcmp(td_event_get(event, "why"), why) == 0)
		g_ptr_array_add(losers, g_strdup(td_event_get(event, "from")));
	return event->kind != TD_EVENT_MESSAGE ||
	    !g_str_has_prefix(event->actor, "customer:") ||
	    td_event_get_number(event, "marked") != 0;
}

static gboolean
find_stored(TdTxn *txn, guint64 number, GPtrArray *losers, GError **error)
{
	g_autoptr(TdTicket) ticket = NULL;
	guint64 end;

	if (!td_ticket_get(txn, number, &ticket, error))
		return FALSE;
	end = ticket == NULL ? 0 : ticket->events;
	for (guint i = 0; i < PAGES_MAX && end > 0; i++) {
		guint64 after = end - MIN(end, TD_READ_MAX);
		g_autoptr(GPtrArray) events = NULL;

		if (!td_event_list(txn, number, after, (guint)(end - after),
		        &events, error))
			return FALSE;
		for (guint j = events->len; j > 0; j--)
			if (!note_loser(
			        g_ptr_array_index(events, j - 1), losers))
				return TRUE;
		end = after;
	}
	return TRUE;
}

gboolean
td_clocks_losers(
    const TdDraft *draft, guint64 number, GPtrArray *losers, GError **error)
{
	const GPtrArray *events = draft->plan->events;

	for (guint i = events->len; i > 0; i--) {
		const TdEvent *event = g_ptr_array_index(events, i - 1);

		if (event->ticket == number && !note_loser(event, losers))
			return TRUE;
	}
	return TD_TICKET_IS_NEW(number) ||
	    find_stored(draft->txn, number, losers, error);
}

/* ---- what is done ---- */

static void
drop(TdDraft *draft, guint64 number, TdClockKind kind)
{
	const TdClock none = { .rule = (char *)"", .calendar = (char *)"" };

	td_clocks_add(draft, TD_EVENT_DUE, number, kind, &none);
}

gboolean
td_clocks_release(TdDraft *draft, guint64 number, GError **error)
{
	const TdTicket *ticket = td_draft_need(draft, number, error);
	g_autofree char *former = NULL;
	Release release = { 0 };
	TdEvent *event;

	if (ticket == NULL)
		return FALSE;
	former = g_strdup(ticket->owner);
	release.former = former;
	release.due = ticket->clocks[TD_CLOCK_RELEASE].due;
	drop(draft, number, TD_CLOCK_RELEASE);
	event = td_draft_add(draft, TD_EVENT_OWNER, number);
	td_event_set(event, "from", former);
	td_event_set(event, "to", "");
	td_event_set(event, "why", why);
	return td_distribute(draft, number, error) &&
	    tell(draft, number, &release, error);
}

gboolean
td_clocks_assign(TdDraft *draft, guint64 number, GError **error)
{
	drop(draft, number, TD_CLOCK_ASSIGN);
	return td_distribute(draft, number, error);
}
