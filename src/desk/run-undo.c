/* run-undo.c - undo: the speaker's last change of a ticket is taken back
 *
 * One mail makes events that share time and source, on one ticket or, where it
 * tied tickets together, on several: they are taken back together.  A reply is
 * taken back as long as it waits in the outbox. */

#include "config.h"

#include <string.h>

#include "desk/run-verbs.h"

/* How long a change can be taken back. */
#define UNDO_TIME (60 * 60)
/* Tickets that one change reaches. */
#define TICKETS_MAX 200

/* A change on its way back. */
typedef struct {
	const TdStep *step;
	gint64 time;       /* of the change; 0: none was found */
	char *source;      /* of its events */
	GPtrArray *events; /* of TdEvent: the change, newest first by ticket */
	GArray *tickets;   /* of guint64: looked at */
	gboolean held;     /* a reply of it waits, and is dropped */
	gboolean gone;     /* a reply of it has gone */
	gboolean fixed;    /* a note or a split is part of it */
	GPtrArray *back;   /* of char *: phrases for what was taken back */
	GPtrArray *left;   /* of char *: for what was changed since */
} Undo;

static void
clear_undo(Undo *undo)
{
	g_clear_pointer(&undo->source, g_free);
	g_clear_pointer(&undo->events, g_ptr_array_unref);
	g_clear_pointer(&undo->tickets, g_array_unref);
	g_clear_pointer(&undo->back, g_ptr_array_unref);
	g_clear_pointer(&undo->left, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Undo, clear_undo)

/* ---- which change ---- */

/* Whether a letter of @kind is what somebody says, rather than the desk. */
static gboolean
is_said(const char *kind)
{
	return strcmp(kind, td_letter_kind_name(TD_LETTER_REPLY)) == 0 ||
	    strcmp(kind, td_letter_kind_name(TD_LETTER_FORWARD)) == 0;
}

static gboolean
is_letter(const TdEvent *event)
{
	return event->kind == TD_EVENT_MESSAGE &&
	    is_said(td_event_get(event, "letter"));
}

static gboolean
is_fixed(const TdEvent *event)
{
	return event->kind == TD_EVENT_NOTE || event->kind == TD_EVENT_SPLIT;
}

/* Whether @event is a change by the speaker, and not an undoing itself. */
static gboolean
is_change(const Undo *undo, const TdEvent *event)
{
	return strcmp(event->actor, undo->step->run->draft->actor) == 0 &&
	    td_event_get_number(event, "undone") == 0 &&
	    (td_run_has_inverse(event) || is_letter(event) || is_fixed(event));
}

/* The mail or command line that an event came from; the caller's.  What a
 * letter of ours came from is not its own place. */
static char *
name_source(const TdEvent *event)
{
	if (event->message != 0 && !is_letter(event))
		return g_strdup_printf("%" G_GUINT64_FORMAT
		                       "/%" G_GUINT64_FORMAT,
		    event->ticket, event->message);
	return g_strdup(td_event_get(event, "raw"));
}

/* Moves events of @page since @since to @list, newest first. */
static void
take_recent(GPtrArray *list, GPtrArray *page, gint64 since)
{
	for (guint i = page->len; i > 0; i--) {
		TdEvent *event = g_ptr_array_index(page, i - 1);

		if (event->time < since)
			return;
		g_ptr_array_add(list, g_ptr_array_steal_index(page, i - 1));
	}
}

/* Events of ticket @number since @since, newest first; the caller's. */
static gboolean
read_recent(const Undo *undo, guint64 number, gint64 since, GPtrArray **result,
    GError **error)
{
	TdTxn *txn = undo->step->run->draft->txn;
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_event_free);
	g_autoptr(TdTicket) ticket = NULL;
	guint64 end;

	if (!td_ticket_get(txn, number, &ticket, error))
		return FALSE;
	end = ticket == NULL ? 0 : ticket->events;
	while (end > 0) {
		guint limit = (guint)MIN(end, TD_READ_MAX);
		g_autoptr(GPtrArray) page = NULL;

		if (!td_event_list(
		        txn, number, end - limit, limit, &page, error))
			return FALSE;
		take_recent(list, page, since);
		if (page->len > 0)
			break;
		end -= limit;
	}
	*result = g_steal_pointer(&list);
	return TRUE;
}

/* Whether an event of @events undid that of @sequence. */
static gboolean
is_undone(const GPtrArray *events, guint64 sequence)
{
	for (guint i = 0; i < events->len; i++)
		if (td_event_get_number(
		        g_ptr_array_index(events, i), "undone") == sequence)
			return TRUE;
	return FALSE;
}

/* Finds the newest change in @events: its time and source. */
static void
find_change(Undo *undo, const GPtrArray *events)
{
	for (guint i = 0; i < events->len; i++) {
		const TdEvent *event = g_ptr_array_index(events, i);

		if (!is_change(undo, event) ||
		    is_undone(events, event->sequence))
			continue;
		if (undo->time != 0 && event->time != undo->time)
			return;
		if (undo->time == 0)
			undo->source = name_source(event);
		undo->time = event->time;
		/* A letter does not tell which mail it came from. */
		if (strcmp(undo->source, "*") != 0)
			return;
		g_free(undo->source);
		undo->source = name_source(event);
	}
}

/* Takes the events of the change out of @events. */
static void
take_events(Undo *undo, GPtrArray *events)
{
	guint i = 0;

	while (i < events->len) {
		TdEvent *event = g_ptr_array_index(events, i);
		g_autofree char *source = name_source(event);

		if (event->time == undo->time && is_change(undo, event) &&
		    strcmp(source, undo->source) == 0 &&
		    !is_undone(events, event->sequence))
			g_ptr_array_add(
			    undo->events, g_ptr_array_steal_index(events, i));
		else
			i++;
	}
}

static gboolean
knows(const Undo *undo, guint64 number)
{
	for (guint i = 0; i < undo->tickets->len; i++)
		if (g_array_index(undo->tickets, guint64, i) == number)
			return TRUE;
	return FALSE;
}

/* Those that ended with the ticket whose end @event is. */
static void
add_children(Undo *undo, const TdEvent *event)
{
	g_auto(GStrv)
	    numbers = g_strsplit(td_event_get(event, "children"), " ", -1);

	for (guint i = 0; numbers[i] != NULL; i++) {
		guint64 number = g_ascii_strtoull(numbers[i], NULL, 10);

		if (number != 0 && !knows(undo, number) &&
		    undo->tickets->len < TICKETS_MAX)
			g_array_append_val(undo->tickets, number);
	}
}

/* The other tickets that @event speaks of. */
static void
add_others(Undo *undo, const TdEvent *event)
{
	static const char *const keys[] = { "to", "from", "into" };

	if (event->kind == TD_EVENT_STATUS)
		add_children(undo, event);
	if (event->kind != TD_EVENT_MERGED && event->kind != TD_EVENT_LINKED)
		return;
	for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
		guint64 number = td_event_get_number(event, keys[i]);

		if (number != 0 && !knows(undo, number) &&
		    undo->tickets->len < TICKETS_MAX)
			g_array_append_val(undo->tickets, number);
	}
}

/* Gathers the change: on the step's ticket, then on those that it was tied to
 * by it. */
static gboolean
gather(Undo *undo, GError **error)
{
	gint64 since = undo->step->run->draft->now - UNDO_TIME;

	g_array_append_val(undo->tickets, undo->step->number);
	for (guint i = 0; i < undo->tickets->len; i++) {
		guint64 number = g_array_index(undo->tickets, guint64, i);
		g_autoptr(GPtrArray) events = NULL;
		guint first = undo->events->len;

		if (!read_recent(undo, number, since, &events, error))
			return FALSE;
		if (i == 0)
			find_change(undo, events);
		if (undo->time == 0)
			return TRUE;
		take_events(undo, events);
		for (guint j = first; j < undo->events->len; j++)
			add_others(undo, g_ptr_array_index(undo->events, j));
	}
	return TRUE;
}

/* ---- letters ---- */

/* Whether @row is a letter of the change that can still be stopped: the reply,
 * or what others are told of it. */
static gboolean
is_waiting(const Undo *undo, const TdOutboxRow *row)
{
	const char *const kinds[] = { td_letter_kind_name(TD_LETTER_REPLY),
		td_letter_kind_name(TD_LETTER_FORWARD),
		td_letter_kind_name(TD_LETTER_REPLIED),
		td_letter_kind_name(TD_LETTER_RESOLVED),
		td_letter_kind_name(TD_LETTER_FINISHED), NULL };

	return row->created == undo->time && row->attempts == 0 &&
	    knows(undo, row->ticket) && g_strv_contains(kinds, row->kind);
}

static gboolean
holds_message(const TdOutboxRow *row, const TdEvent *event)
{
	return row->ticket == event->ticket && row->sequence == event->message;
}

/* Whether @event is the letter that first answered its ticket. */
static gboolean
is_first_answer(const TdTicket *ticket, const TdEvent *event)
{
	return ticket != NULL && ticket->answered == event->time &&
	    strcmp(td_event_get(event, "letter"),
	        td_letter_kind_name(TD_LETTER_REPLY)) == 0;
}

static gboolean
add_stopped(const Undo *undo, const TdOutboxRow *row, const TdEvent *event,
    GError **error)
{
	TdDraft *draft = undo->step->run->draft;
	g_autofree char *to = g_strjoinv(", ", row->recipients);
	const TdTicket *ticket;
	gboolean first;
	TdEvent *stopped;

	if (!td_draft_ticket(draft, event->ticket, &ticket, error))
		return FALSE;
	first = is_first_answer(ticket, event);
	stopped = td_draft_add(draft, TD_EVENT_NOT_DELIVERED, event->ticket);
	stopped->message = event->message;
	td_event_set(stopped, "letter", row->kind);
	td_event_set(stopped, "to", to);
	td_event_set(stopped, "diagnostic", "taken back by its writer");
	td_event_set_number(stopped, "undone", event->sequence);
	if (first)
		td_event_set_number(
		    stopped, "unanswered", (guint64)event->time);
	return TRUE;
}

/* Marks the letter of the change that @row is, if it is one (*@found), as
 * stopped. */
static gboolean
stop_letter(Undo *undo, const TdOutboxRow *row, gboolean *found, GError **error)
{
	*found = FALSE;
	for (guint i = 0; i < undo->events->len; i++) {
		const TdEvent *event = g_ptr_array_index(undo->events, i);

		if (!is_letter(event) || !holds_message(row, event))
			continue;
		if (!add_stopped(undo, row, event, error))
			return FALSE;
		g_ptr_array_remove_index(undo->events, i);
		*found = TRUE;
		return TRUE;
	}
	return TRUE;
}

static gboolean
drop(Undo *undo, const TdOutboxRow *row, GError **error)
{
	gboolean found;
	guint64 *id;

	if (!is_waiting(undo, row))
		return TRUE;
	if (!stop_letter(undo, row, &found, error))
		return FALSE;
	if (!found && is_said(row->kind))
		return TRUE;
	undo->held = undo->held || found;
	id = g_new(guint64, 1);
	*id = row->id;
	g_ptr_array_add(undo->step->run->draft->plan->drops, id);
	return TRUE;
}

/* Drops the letters of the change that wait; those that remain have gone. */
static gboolean
drop_letters(Undo *undo, GError **error)
{
	TdDraft *draft = undo->step->run->draft;
	gint64 until = undo->time + draft->desk->conf->reply_hold;
	gint64 due = draft->now;
	guint64 id = G_MAXUINT64;
	gboolean more = until > due;

	while (more) {
		g_autoptr(GPtrArray) rows = NULL;

		if (!td_outbox_rows(
		        draft->txn, due, id, until, TD_READ_MAX, &rows, error))
			return FALSE;
		for (guint i = 0; i < rows->len; i++) {
			const TdOutboxRow *row = g_ptr_array_index(rows, i);

			if (!drop(undo, row, error))
				return FALSE;
			due = row->due;
			id = row->id;
		}
		more = rows->len == TD_READ_MAX;
	}
	for (guint i = 0; i < undo->events->len; i++)
		undo->gone = undo->gone ||
		    is_letter(g_ptr_array_index(undo->events, i));
	return TRUE;
}

/* ---- taking back ---- */

/* What a reply that has gone did to the ticket stays: it waits for the
 * customer, and is whose who answered first. */
static gboolean
goes_with_letter(const Undo *undo, const TdEvent *event)
{
	if (!undo->gone)
		return FALSE;
	if (event->kind == TD_EVENT_STATUS)
		return strcmp(td_event_get(event, "to"),
		           td_status_name(TD_STATUS_WAITING)) == 0;
	return event->kind == TD_EVENT_OWNER &&
	    *td_event_get(event, "from") == '\0';
}

static void
note_kind(const TdStep *step, GPtrArray *list, const char *kind)
{
	g_autofree char *key = g_strconcat("kind-", kind, NULL);
	g_autofree char *word = td_step_say(step, key, NULL);

	for (guint i = 0; i < list->len; i++)
		if (strcmp(g_ptr_array_index(list, i), word) == 0)
			return;
	g_ptr_array_add(list, g_steal_pointer(&word));
}

static gboolean
take_back(Undo *undo, const TdEvent *event, GError **error)
{
	TdDraft *draft = undo->step->run->draft;
	const char *kind = *td_event_get(event, "field") != '\0'
	    ? "field"
	    : td_event_kind_name(event->kind);
	TdTakeBack back = { .draft = draft, .event = event };

	if (is_letter(event) || goes_with_letter(undo, event))
		return TRUE;
	if (is_fixed(event)) {
		undo->fixed = TRUE;
		return TRUE;
	}
	back.ticket = td_draft_need(draft, event->ticket, error);
	if (back.ticket == NULL)
		return FALSE;
	note_kind(undo->step, td_run_take_back(&back) ? undo->back : undo->left,
	    kind);
	return TRUE;
}

static char *
join(GPtrArray *words)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < words->len; i++)
		g_string_append_printf(text, "%s%s", i == 0 ? "" : ", ",
		    (const char *)g_ptr_array_index(words, i));
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static gboolean
say_result(const Undo *undo)
{
	const TdStep *step = undo->step;
	g_autofree char *back = join(undo->back);
	g_autofree char *left = join(undo->left);

	if (undo->back->len == 0) {
		if (undo->gone)
			return td_step_refuse(step, "no-undo-gone", NULL);
		if (undo->left->len > 0)
			return td_step_refuse(
			    step, "no-undo-changed", "list", left, NULL);
		return td_step_refuse(step, "no-undo-fixed", NULL);
	}
	td_step_done(step, "did-undo", "list", back, NULL);
	if (undo->left->len > 0)
		td_step_more(step, "more-undo-left", "list", left, NULL);
	if (undo->gone)
		td_step_more(step, "more-undo-gone", NULL);
	if (undo->fixed)
		td_step_more(step, "more-undo-fixed", NULL);
	return TRUE;
}

gboolean
td_run_undo(const TdStep *step, GError **error)
{
	g_auto(Undo) undo = {
		.step = step,
		.events = g_ptr_array_new_with_free_func(
		    (GDestroyNotify)td_event_free),
		.tickets = g_array_new(FALSE, FALSE, sizeof(guint64)),
		.back = g_ptr_array_new_with_free_func(g_free),
		.left = g_ptr_array_new_with_free_func(g_free),
	};

	if (!gather(&undo, error))
		return FALSE;
	if (undo.time == 0)
		return td_step_refuse(step, "no-undo", NULL);
	if (!drop_letters(&undo, error))
		return FALSE;
	if (undo.held)
		note_kind(step, undo.back, "message");
	for (guint i = 0; i < undo.events->len; i++)
		if (!take_back(&undo, g_ptr_array_index(undo.events, i), error))
			return FALSE;
	return say_result(&undo);
}
