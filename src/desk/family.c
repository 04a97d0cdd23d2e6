/* family.c - what the end of a ticket means for those that are tied to it
 *
 * A walk along links looks at a bounded number of tickets, each once: links may
 * go in circles where a merge or an old record made them.  A damaged ticket at
 * the end of a link is left out: what happens to this one does not hang on
 * it. */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>

#include "desk/policy.h"
#include "desk/run-verbs.h"
#include "desk/talk-private.h"

#define DAY (24 * 60 * 60)

/* Tickets that a walk looks at, over or not. */
#define SEEN_MAX 2000
/* Tickets that end with another, or are told of it: with that one as many as
 * "undo" takes back. */
#define FAMILY_MAX 199

/* ---- walking ---- */

typedef struct {
	GArray *numbers;  /* of guint64, in the order in which they were met */
	GHashTable *seen; /* of guint64 * */
	gboolean cut;     /* there are more than SEEN_MAX */
} Walk;

static void
init_walk(Walk *way)
{
	*way = (Walk){
		.numbers = g_array_new(FALSE, FALSE, sizeof(guint64)),
		.seen = g_hash_table_new_full(
		    g_int64_hash, g_int64_equal, g_free, NULL),
	};
}

static void
clear_walk(Walk *way)
{
	g_clear_pointer(&way->numbers, g_array_unref);
	g_clear_pointer(&way->seen, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Walk, clear_walk)

static void
meet(Walk *way, guint64 number)
{
	if (g_hash_table_contains(way->seen, &number))
		return;
	if (way->numbers->len >= SEEN_MAX) {
		way->cut = TRUE;
		return;
	}
	g_hash_table_add(way->seen, g_memdup2(&number, sizeof(number)));
	g_array_append_val(way->numbers, number);
}

/* As td_run_find_ticket(), but there is no ticket where it is damaged. */
static gboolean
find_end(
    TdDraft *draft, guint64 *number, const TdTicket **ticket, GError **error)
{
	g_autoptr(GError) failed = NULL;

	if (td_run_find_ticket(draft, number, ticket, &failed))
		return TRUE;
	*ticket = NULL;
	if (g_error_matches(failed, TD_ERROR, TD_ERROR_BROKEN))
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&failed));
	return FALSE;
}

/* Adds to @way those that links of @type lead to from ticket @number, where
 * they are after merges.  *@active is whether that ticket itself is. */
static gboolean
follow(TdDraft *draft, guint64 number, const char *type, Walk *way,
    gboolean *active, GError **error)
{
	g_autoptr(GArray) ends = g_array_new(FALSE, FALSE, sizeof(guint64));
	const TdTicket *ticket;

	*active = FALSE;
	if (!td_draft_ticket(draft, number, &ticket, error))
		return FALSE;
	if (ticket == NULL)
		return TRUE;
	*active = td_ticket_is_active(ticket);
	for (guint i = 0; i < ticket->links->len; i++) {
		const TdLink *link = g_ptr_array_index(ticket->links, i);

		if (strcmp(link->type, type) == 0)
			g_array_append_val(ends, link->number);
	}
	for (guint i = 0; i < ends->len && !way->cut; i++) {
		guint64 end = g_array_index(ends, guint64, i);

		if (!find_end(draft, &end, &ticket, error))
			return FALSE;
		if (ticket != NULL)
			meet(way, end);
	}
	return TRUE;
}

/* Those that links of @type lead to from ticket @number itself. */
static gboolean
look_around(
    TdDraft *draft, guint64 number, const char *type, Walk *way, GError **error)
{
	gboolean active;

	init_walk(way);
	return follow(draft, number, type, way, &active, error);
}

/* All that links of @type lead to from ticket @number, and from there; those
 * that are active alone if @active is set.  The caller's.  *@cut: there were
 * too many to look at all of them. */
static gboolean
walk(TdDraft *draft, guint64 number, const char *type, gboolean active,
    GArray **result, gboolean *cut, GError **error)
{
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(guint64));
	g_auto(Walk) way = { 0 };

	init_walk(&way);
	meet(&way, number);
	for (guint i = 0; i < way.numbers->len; i++) {
		guint64 each = g_array_index(way.numbers, guint64, i);
		gboolean is_active;

		if (!follow(draft, each, type, &way, &is_active, error))
			return FALSE;
		if (i > 0 && (is_active || !active))
			g_array_append_val(found, each);
	}
	*cut = way.cut;
	*result = g_steal_pointer(&found);
	return TRUE;
}

gboolean
td_family_open(TdDraft *draft, guint64 number, GArray **numbers, gboolean *cut,
    GError **error)
{
	return walk(draft, number, "child", TRUE, numbers, cut, error);
}

/* The nearest ones alone: what holds those up is their matter. */
gboolean
td_family_blockers(
    TdDraft *draft, guint64 number, GArray **numbers, GError **error)
{
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(guint64));
	g_auto(Walk) way = { 0 };

	if (!look_around(draft, number, "blocked-by", &way, error))
		return FALSE;
	for (guint i = 0; i < way.numbers->len; i++) {
		guint64 each = g_array_index(way.numbers, guint64, i);
		const TdTicket *ticket = td_draft_need(draft, each, error);

		if (ticket == NULL)
			return FALSE;
		if (each != number && td_ticket_is_active(ticket))
			g_array_append_val(found, each);
	}
	*numbers = g_steal_pointer(&found);
	return TRUE;
}

gboolean
td_family_is_circle(TdDraft *draft, const char *type, guint64 above,
    guint64 below, gboolean *circle, gboolean *cut, GError **error)
{
	g_autoptr(GArray) ancestors = NULL;

	if (!walk(draft, above, type, FALSE, &ancestors, cut, error))
		return FALSE;
	*circle = above == below;
	for (guint i = 0; i < ancestors->len && !*circle; i++)
		*circle = g_array_index(ancestors, guint64, i) == below;
	return TRUE;
}

/* ---- telling ---- */

/* Whoever works on ticket @number (its owner; with @queue, without one, the
 * queue) hears by the phrase @key of ticket @other. */
static gboolean
tell(TdDraft *draft, const TdWho *who, guint64 number, gboolean queue,
    const char *key, guint64 other, GError **error)
{
	g_auto(TdAudience) audience = { 0 };

	if (!td_audience_open(&audience, draft, who, NULL, number, error))
		return FALSE;
	if (queue ? !td_audience_responsible(&audience, error)
	          : !td_audience_name(&audience, audience.ticket->owner, error))
		return FALSE;
	td_audience_tell(&audience,
	    &(TdNews){
	        .kind = TD_LETTER_CHANGED,
	        .author = who->name,
	        .author_address = who->address,
	        .warning = key,
	        .same = other,
	    });
	return TRUE;
}

gboolean
td_family_unblocked(
    TdDraft *draft, const TdWho *who, guint64 number, GError **error)
{
	g_auto(Walk) way = { 0 };
	guint told = 0;

	if (!look_around(draft, number, "blocks", &way, error))
		return FALSE;
	for (guint i = 0; i < way.numbers->len && told < FAMILY_MAX; i++) {
		guint64 each = g_array_index(way.numbers, guint64, i);
		g_autoptr(GArray) others = NULL;
		const TdTicket *ticket = td_draft_need(draft, each, error);

		if (ticket == NULL)
			return FALSE;
		if (each == number || !td_ticket_is_active(ticket))
			continue;
		if (!td_family_blockers(draft, each, &others, error) ||
		    !tell(draft, who, each, TRUE,
		        others->len == 0 ? "notice-unblocked"
		                         : "notice-unblocked-partly",
		        number, error))
			return FALSE;
		told++;
	}
	return TRUE;
}

gboolean
td_family_reopened(
    TdDraft *draft, const TdWho *who, guint64 number, GError **error)
{
	g_auto(Walk) way = { 0 };
	guint told = 0;

	if (!look_around(draft, number, "parent", &way, error))
		return FALSE;
	for (guint i = 0; i < way.numbers->len && told < FAMILY_MAX; i++) {
		guint64 each = g_array_index(way.numbers, guint64, i);
		const TdTicket *ticket = td_draft_need(draft, each, error);

		if (ticket == NULL)
			return FALSE;
		if (each == number || ticket->spam ||
		    td_ticket_is_active(ticket))
			continue;
		if (!tell(draft, who, each, FALSE, "notice-part-open", number,
		        error))
			return FALSE;
		told++;
	}
	return TRUE;
}

/* ---- the end of a parent ---- */

/* The event by which the parent ended names those that ended with it, for who
 * takes it back. */
static void
note_children(const TdDraft *draft, guint64 number, const GArray *children)
{
	g_autoptr(GString) list = g_string_new(NULL);

	for (guint i = 0; i < children->len; i++)
		g_string_append_printf(list, "%s%" G_GUINT64_FORMAT,
		    i == 0 ? "" : " ", g_array_index(children, guint64, i));
	for (guint i = draft->plan->events->len; i > 0; i--) {
		TdEvent *event = g_ptr_array_index(draft->plan->events, i - 1);

		if (event->ticket == number && event->kind == TD_EVENT_STATUS) {
			td_event_set(event, "children", list->str);
			return;
		}
	}
}

/* Ticket @number ends as its parent @parent did, which has @status. */
static gboolean
end_child(TdDraft *draft, const TdWho *who, guint64 number, guint64 parent,
    TdStatus status, GError **error)
{
	const TdTicket *ticket = td_draft_need(draft, number, error);
	g_autofree char *why = NULL;
	TdStatus from;
	gint64 until;
	TdEvent *event;

	if (ticket == NULL)
		return FALSE;
	from = ticket->status;
	until = ticket->until;
	why = g_strdup_printf("parent #%" G_GUINT64_FORMAT, parent);
	event = td_draft_add(draft, TD_EVENT_STATUS, number);
	td_event_set(event, "from", td_status_name(from));
	if (until != 0)
		td_event_set_number(event, "from_until", (guint64)until);
	td_event_set(event, "to", td_status_name(status));
	if (status == TD_STATUS_RESOLVED)
		td_event_set_number(event, "until",
		    (guint64)(draft->now +
		        (gint64)draft->desk->conf->resolve_days * DAY));
	td_event_set(event, "why", why);
	td_event_set_number(event, "parent", parent);
	return td_talk_finished(draft, who, number, error) &&
	    td_talk_changed(draft, who, number, error);
}

static gboolean
end_children(TdDraft *draft, const TdWho *who, guint64 number, TdStatus status,
    const GArray *children, GError **error)
{
	for (guint i = 0; i < children->len; i++)
		if (!end_child(draft, who, g_array_index(children, guint64, i),
		        number, status, error))
			return FALSE;
	if (children->len > 0)
		note_children(draft, number, children);
	/* When all of them are over: who waits for one of them may be one. */
	for (guint i = 0; i < children->len; i++)
		if (!td_family_unblocked(
		        draft, who, g_array_index(children, guint64, i), error))
			return FALSE;
	return TRUE;
}

static gboolean
ask_owners(TdDraft *draft, const TdWho *who, guint64 number,
    const GArray *children, GError **error)
{
	for (guint i = 0; i < children->len; i++)
		if (!tell(draft, who, g_array_index(children, guint64, i),
		        FALSE, "notice-parent-over", number, error))
			return FALSE;
	return TRUE;
}

gboolean
td_family_finished(
    TdDraft *draft, const TdWho *who, guint64 number, GError **error)
{
	const TdTicket *ticket = td_draft_need(draft, number, error);
	g_autoptr(GArray) children = NULL;
	TdChildren rule;
	TdStatus status;
	gboolean cut;

	if (ticket == NULL)
		return FALSE;
	status = ticket->status;
	if (status < TD_STATUS_RESOLVED || ticket->merged_into != 0)
		return TRUE;
	rule = td_talk_queue(draft, ticket)->children;
	/* Parts of a customer's ticket may be those of others. */
	if (rule == TD_CHILDREN_CLOSE && !who->agent && !who->control)
		rule = TD_CHILDREN_ASK;
	if (!td_family_open(draft, number, &children, &cut, error))
		return FALSE;
	/* Who ended it hears which ones are left. */
	g_array_set_size(children, MIN(children->len, FAMILY_MAX));
	if (rule == TD_CHILDREN_CLOSE &&
	    !end_children(draft, who, number, status, children, error))
		return FALSE;
	if (rule == TD_CHILDREN_ASK &&
	    !ask_owners(draft, who, number, children, error))
		return FALSE;
	return td_family_unblocked(draft, who, number, error);
}
