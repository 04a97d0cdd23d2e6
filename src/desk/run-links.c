/* run-links.c - commands that tie tickets together */

#include "config.h"

#include <string.h>

#include "desk/policy.h"
#include "desk/run-verbs.h"

/* Tags of a ticket, and links of one that a merge brings along. */
#define TAGS_MAX 50
#define LINKS_MAX 200

/* What a link is called at its other end. */
static const struct {
	const char *type;
	const char *reverse;
} types[] = {
	{ "parent", "child" },
	{ "child", "parent" },
	{ "related", "related" },
	{ "duplicate", "duplicate" },
	{ "blocks", "blocked-by" },
	{ "blocked-by", "blocks" },
};

static const char *
find_reverse(const char *type)
{
	for (guint i = 0; i < G_N_ELEMENTS(types); i++)
		if (strcmp(types[i].type, type) == 0)
			return types[i].reverse;
	return NULL;
}

static gboolean
has_link(const TdTicket *ticket, const char *type, guint64 number)
{
	for (guint i = 0; i < ticket->links->len; i++) {
		const TdLink *link = g_ptr_array_index(ticket->links, i);

		if (link->number == number && strcmp(link->type, type) == 0)
			return TRUE;
	}
	return FALSE;
}

static TdEvent *
add_link(const TdStep *step, guint64 from, const char *type, guint64 to)
{
	TdEvent *event = td_draft_add(step->run->draft, TD_EVENT_LINKED, from);

	td_event_set(event, "type", type);
	td_event_set_number(event, "to", to);
	return event;
}

/* Links the step's ticket and @other at both ends.  FALSE if they are so
 * already. */
static gboolean
tie(const TdStep *step, const char *type, const TdTicket *other)
{
	const char *known = find_reverse(type);
	const char *reverse = known == NULL ? type : known;
	guint64 number = other->number;
	gboolean here = has_link(step->ticket, type, number);
	gboolean there = has_link(other, reverse, step->number);

	if (!here)
		add_link(step, step->number, type, number);
	if (!there)
		add_link(step, number, reverse, step->number);
	return !here || !there;
}

/* Takes the link of @type from the step's ticket to ticket @number away, at
 * both ends. */
static void
cut(const TdStep *step, const char *type, guint64 number)
{
	td_event_set_number(
	    add_link(step, step->number, type, number), "remove", 1);
	td_event_set_number(
	    add_link(step, number, find_reverse(type), step->number), "remove",
	    1);
}

/* Takes away all links between the step's ticket and @other, at
 * both ends.  FALSE if there is none. */
static gboolean
untie(const TdStep *step, const TdTicket *other)
{
	g_autoptr(TdTicket) ticket = td_ticket_copy(step->ticket);
	guint64 number = other->number;
	gboolean found = FALSE;

	for (guint i = 0; i < ticket->links->len; i++) {
		const TdLink *link = g_ptr_array_index(ticket->links, i);

		if (link->number != number || find_reverse(link->type) == NULL)
			continue;
		cut(step, link->type, number);
		found = TRUE;
	}
	return found;
}

/* Whether a link of @type from ticket @from to ticket @to would make one of
 * them a part of itself, or let it wait for itself.  *@many: too many tickets
 * are above them to be sure that it would not. */
static gboolean
is_circle(TdDraft *draft, guint64 from, const char *type, guint64 to,
    gboolean *circle, gboolean *many, GError **error)
{
	*circle = FALSE;
	*many = FALSE;
	if (strcmp(type, "parent") == 0 || strcmp(type, "blocked-by") == 0)
		return td_family_is_circle(
		    draft, type, to, from, circle, many, error);
	if (strcmp(type, "child") == 0 || strcmp(type, "blocks") == 0)
		return td_family_is_circle(
		    draft, find_reverse(type), from, to, circle, many, error);
	return TRUE;
}

gboolean
td_run_link(const TdStep *step, GError **error)
{
	const char *type = step->command->word;
	g_autofree char *number = NULL;
	g_autofree char *named = NULL;
	const TdTicket *ticket;
	guint64 other;
	gboolean changed;
	gboolean circle, many;

	if (*type != '\0' && find_reverse(type) == NULL)
		return td_step_refuse(step, "no-type", "type", type, NULL);
	if (!td_step_other(step, &other, &ticket, error))
		return FALSE;
	if (ticket == NULL)
		return TRUE;
	number = td_run_number(other);
	if (*type == '\0')
		return td_step_done(step,
		    untie(step, ticket) ? "did-unlink" : "same-unlink",
		    "number", number, NULL);
	if (!is_circle(step->run->draft, step->number, type, other, &circle,
	        &many, error))
		return FALSE;
	if (many && !circle)
		return td_step_refuse(
		    step, "no-circle-sure", "number", number, NULL);
	named = g_strconcat(circle ? "no-circle-" : "tie-", type, NULL);
	if (circle)
		return td_step_refuse(step, named, "number", number, NULL);
	changed = tie(step, type, ticket);
	td_step_done(step, named, "number", number, NULL);
	if (!changed)
		return td_step_more(step, "more-linked", NULL);
	return TRUE;
}

gboolean
td_run_duplicate(const TdStep *step, GError **error)
{
	g_autofree char *number = NULL;
	const TdTicket *ticket;
	TdStatus before;
	guint64 other;

	if (!td_step_other(step, &other, &ticket, error))
		return FALSE;
	if (ticket == NULL)
		return TRUE;
	if (td_step_is_own(step))
		step->run->silent = TRUE;
	number = td_run_number(other);
	if (!tie(step, "duplicate", ticket) &&
	    step->ticket->status == TD_STATUS_CLOSED)
		return td_step_done(
		    step, "same-duplicate", "number", number, NULL);
	before = step->ticket->status;
	if (before != TD_STATUS_CLOSED)
		td_step_set_status(step, TD_STATUS_CLOSED, 0);
	td_step_done(step, "did-duplicate", "number", number, NULL);
	return td_step_left(step, before, error);
}

/* ---- merge ---- */

/* Two tickets on their way to be one. */
typedef struct {
	const TdStep *step;
	TdTicket *from; /* owned; as it was */
	guint64 to;
} Merge;

static void
clear_merge(Merge *merge)
{
	g_clear_pointer(&merge->from, td_ticket_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Merge, clear_merge)

static TdEvent *
add_there(const Merge *merge, TdEventKind kind)
{
	return td_draft_add(merge->step->run->draft, kind, merge->to);
}

/* The customer at @address is on the target too; who wanted no mail of the one
 * wants none of the other. */
static gboolean
bring_customer(
    const Merge *merge, const char *address, const char *name, GError **error)
{
	const char *const *muted = (const char *const *)merge->from->muted;
	const TdTicket *to = td_draft_need(
	    merge->step->run->draft, merge->to, error);
	TdEvent *event;

	if (to == NULL)
		return FALSE;
	if (*address == '\0' || td_ticket_has_participant(to, address) ||
	    to->participants->len >= TD_RUN_PARTICIPANTS_MAX)
		return TRUE;
	event = add_there(merge, TD_EVENT_PARTICIPANT);
	td_event_set(event, "add", address);
	td_event_set(event, "name", name);
	if (g_strv_contains(muted, address))
		td_event_set(event, "mute", address);
	return TRUE;
}

static gboolean
bring_customers(const Merge *merge, GError **error)
{
	const TdTicket *from = merge->from;

	if (!bring_customer(
	        merge, from->requester, from->requester_name, error))
		return FALSE;
	for (guint i = 0; i < from->participants->len; i++) {
		const TdParticipant *each = g_ptr_array_index(
		    from->participants, i);

		if (!bring_customer(merge, each->address, each->name, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
bring_watcher(const Merge *merge, const char *name, GError **error)
{
	const TdTicket *to = td_draft_need(
	    merge->step->run->draft, merge->to, error);

	if (to == NULL)
		return FALSE;
	if (*name == '\0' || strcmp(to->owner, name) == 0 ||
	    g_strv_contains((const char *const *)to->watchers, name))
		return TRUE;
	td_event_set(add_there(merge, TD_EVENT_PARTICIPANT), "watcher", name);
	return TRUE;
}

static gboolean
bring_queue(const Merge *merge, const char *queue, GError **error)
{
	const TdTicket *to = td_draft_need(
	    merge->step->run->draft, merge->to, error);

	if (to == NULL)
		return FALSE;
	if (strcmp(to->queue, queue) != 0 &&
	    !g_strv_contains((const char *const *)to->watching_queues, queue))
		td_event_set(
		    add_there(merge, TD_EVENT_PARTICIPANT), "watch", queue);
	return TRUE;
}

/* Whoever cared for the one cares for the other: its owner too. */
static gboolean
bring_agents(const Merge *merge, GError **error)
{
	const TdTicket *from = merge->from;

	if (!bring_watcher(merge, from->owner, error))
		return FALSE;
	for (guint i = 0; from->watchers[i] != NULL; i++)
		if (!bring_watcher(merge, from->watchers[i], error))
			return FALSE;
	for (guint i = 0; from->watching_queues[i] != NULL; i++)
		if (!bring_queue(merge, from->watching_queues[i], error))
			return FALSE;
	return TRUE;
}

static gboolean
bring_tags(const Merge *merge, GError **error)
{
	GStrv tags = merge->from->tags;

	for (guint i = 0; tags[i] != NULL; i++) {
		const TdTicket *to = td_draft_need(
		    merge->step->run->draft, merge->to, error);

		if (to == NULL)
			return FALSE;
		if (!g_strv_contains((const char *const *)to->tags, tags[i]) &&
		    g_strv_length(to->tags) < TAGS_MAX)
			td_event_set(
			    add_there(merge, TD_EVENT_TAG), "add", tags[i]);
	}
	return TRUE;
}

/* The time goes over, so that no sum counts it twice. */
static void
bring_time(const Merge *merge)
{
	guint64 minutes = merge->from->minutes;

	if (minutes == 0)
		return;
	td_event_set_number(
	    td_step_add(merge->step, TD_EVENT_TIME), "less", minutes);
	td_event_set_number(
	    add_there(merge, TD_EVENT_TIME), "minutes", minutes);
}

/* A link of the one becomes one of the other; what it was to the other itself
 * is over. */
static gboolean
bring_link(const Merge *merge, const TdLink *link, GError **error)
{
	const TdStep *step = merge->step;
	const char *reverse = find_reverse(link->type);
	guint64 end = link->number;
	const TdTicket *ticket;
	gboolean circle, many;

	if (reverse == NULL)
		return TRUE;
	cut(step, link->type, end);
	if (!td_run_find_ticket(step->run->draft, &end, &ticket, error))
		return FALSE;
	if (ticket == NULL || end == merge->to)
		return TRUE;
	if (!is_circle(step->run->draft, merge->to, link->type, end, &circle,
	        &many, error))
		return FALSE;
	/* Where nobody can be sure the tie is kept: walks bear circles. */
	if (circle)
		return TRUE;
	ticket = td_draft_need(step->run->draft, merge->to, error);
	if (ticket == NULL)
		return FALSE;
	if (!has_link(ticket, link->type, end)) {
		add_link(step, merge->to, link->type, end);
		add_link(step, end, reverse, merge->to);
	}
	return TRUE;
}

static gboolean
bring_links(const Merge *merge, GError **error)
{
	const GPtrArray *links = merge->from->links;

	for (guint i = 0; i < links->len && i < LINKS_MAX; i++)
		if (!bring_link(merge, g_ptr_array_index(links, i), error))
			return FALSE;
	return TRUE;
}

static void
add_merged(const Merge *merge)
{
	const TdTicket *from = merge->from;
	TdEvent *event = td_step_add(merge->step, TD_EVENT_MERGED);

	td_event_set_number(event, "into", merge->to);
	td_event_set(event, "was", td_status_name(from->status));
	if (from->until != 0)
		td_event_set_number(event, "was_until", (guint64)from->until);
	event = add_there(merge, TD_EVENT_MERGED);
	td_event_set_number(event, "from", from->number);
}

gboolean
td_run_merge(const TdStep *step, GError **error)
{
	g_auto(Merge) merge = { .step = step };
	g_autofree char *number = NULL;
	const TdTicket *ticket;
	gboolean closed;

	if (!td_step_other(step, &merge.to, &ticket, error))
		return FALSE;
	if (ticket == NULL)
		return TRUE;
	closed = ticket->status == TD_STATUS_CLOSED;
	merge.from = td_ticket_copy(step->ticket);
	add_merged(&merge);
	if (!bring_customers(&merge, error) || !bring_agents(&merge, error) ||
	    !bring_tags(&merge, error) || !bring_links(&merge, error))
		return FALSE;
	bring_time(&merge);
	if (td_step_is_own(step))
		step->run->silent = TRUE;
	number = td_run_number(merge.to);
	td_step_done(step, "did-merge", "number", number, NULL);
	return !closed ||
	    td_step_more(step, "more-closed", "number", number, NULL);
}
