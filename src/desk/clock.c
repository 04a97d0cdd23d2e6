/* clock.c - what time alone brings: pending tickets wake up, resolved ones are
 * closed, reminders and the digest of the day are sent */

#include "config.h"

#include <stdio.h>
#include <string.h>

#include <ticketd/error.h>

#include "desk/clocks.h"

/* Tickets that one tick looks at however many of them are damaged. */
#define DAMAGED_MAX 10000u

/* Days that a clock may go back without a second digest of one. */
#define DAYS_AGAIN 31

/* ---- timers ---- */

/* The status of @ticket is over at this moment. */
static gboolean
end_status(TdDraft *draft, const TdTicket *ticket, GError **error)
{
	TdStatus next = ticket->status;
	TdEvent *event;

	if (ticket->status == TD_STATUS_PENDING)
		next = TD_STATUS_OPEN;
	else if (ticket->status == TD_STATUS_RESOLVED)
		next = TD_STATUS_CLOSED;
	event = td_draft_add(draft, TD_EVENT_STATUS, ticket->number);
	td_event_set(event, "from", td_status_name(ticket->status));
	td_event_set(event, "to", td_status_name(next));
	td_event_set(event, "why", "time");

	return next != TD_STATUS_OPEN ||
	    td_talk_clock(
	        draft, TD_LETTER_AWAKE, ticket->number, NULL, NULL, error);
}

/* Takes away the reminders of @agent up to @time. */
static void
finish_reminders(TdDraft *draft, guint64 number, const char *agent, gint64 time)
{
	TdEvent *event = td_draft_add(draft, TD_EVENT_REMINDER, number);

	td_event_set(event, "done", agent);
	td_event_set_number(event, "at", (guint64)time);
}

static gboolean
remind(TdDraft *draft, const TdTicket *ticket, GError **error)
{
	g_autoptr(GHashTable) done = g_hash_table_new(g_str_hash, g_str_equal);
	guint64 number = ticket->number;

	/* What was merged is spoken of where it is now. */
	if (!td_ticket_resolve(draft->txn, &number, error))
		return FALSE;
	for (guint i = 0; i < ticket->reminders->len; i++) {
		const TdReminder *reminder = g_ptr_array_index(
		    ticket->reminders, i);

		if (reminder->time > draft->now)
			continue;
		if (!td_talk_clock(draft, TD_LETTER_REMINDER, number,
		        reminder->agent, reminder->text, error))
			return FALSE;
		if (g_hash_table_add(done, reminder->agent))
			finish_reminders(
			    draft, ticket->number, reminder->agent, draft->now);
	}
	return TRUE;
}

static gboolean
look_at(TdDraft *draft, guint64 number, GError **error)
{
	TdDraftMark mark = td_draft_mark(draft);
	const TdTicket *current = td_draft_need(draft, number, error);
	g_autoptr(TdTicket) ticket = NULL;

	if (current == NULL)
		return FALSE;
	ticket = td_ticket_copy(current);
	if (ticket->until != 0 && ticket->until <= draft->now &&
	    !end_status(draft, ticket, error))
		return FALSE;
	return remind(draft, ticket, error) &&
	    td_clocks_look(draft, ticket, error) &&
	    td_clocks_settle_since(draft, mark.events, mark.letters, error);
}

/* One damaged ticket must not stop the clock of all; `ticket check` tells of
 * it.  *@damaged is then one more. */
static gboolean
look_or_leave(TdDraft *draft, guint64 number, guint *damaged, GError **error)
{
	TdDraftMark mark = td_draft_mark(draft);
	g_autoptr(GError) failed = NULL;

	if (look_at(draft, number, &failed))
		return TRUE;
	if (!g_error_matches(failed, TD_ERROR, TD_ERROR_BROKEN)) {
		g_propagate_error(error, g_steal_pointer(&failed));
		return FALSE;
	}
	td_draft_undo(draft, &mark);
	(*damaged)++;
	return TRUE;
}

/* Tickets that are passed over: those of @leave (NULL: none). */
static gboolean
is_left(GHashTable *leave, guint64 number)
{
	return leave != NULL && g_hash_table_contains(leave, &number);
}

/* Damaged tickets stay due, and others must have their turn behind them. */
static gboolean
look_at_timers(TdDraft *draft, guint limit, GHashTable *leave, GError **error)
{
	guint passed = 0;
	guint looked = 0;
	gboolean more = TRUE;

	while (more) {
		guint wanted = limit + passed;
		g_autoptr(GArray) numbers = NULL;

		if (!td_ticket_timers(
		        draft->txn, draft->now, wanted, &numbers, error))
			return FALSE;
		for (; looked < numbers->len; looked++) {
			guint64 number = g_array_index(
			    numbers, guint64, looked);

			if (is_left(leave, number))
				passed++;
			else if (!look_or_leave(draft, number, &passed, error))
				return FALSE;
		}
		more = numbers->len == wanted && limit + passed > wanted &&
		    wanted < DAMAGED_MAX;
	}
	return TRUE;
}

/* The first one that is due and not of @leave; 0: none. */
static gboolean
find_timer(
    TdTxn *txn, gint64 now, GHashTable *leave, guint64 *number, GError **error)
{
	guint most = leave == NULL ? 0 : g_hash_table_size(leave);
	g_autoptr(GArray) numbers = NULL;

	*number = 0;
	if (!td_ticket_timers(txn, now, most + 1, &numbers, error))
		return FALSE;
	for (guint i = 0; i < numbers->len && *number == 0; i++)
		if (!is_left(leave, g_array_index(numbers, guint64, i)))
			*number = g_array_index(numbers, guint64, i);
	return TRUE;
}

/* ---- the digest ---- */

static gboolean
read_day(const char *text, GDate *day)
{
	guint year, month, date;

	/* NOLINTNEXTLINE(cert-err34-c): no number is too long. */
	if (sscanf(text, "%4u-%2u-%2u", &year, &month, &date) != 3 ||
	    !g_date_valid_dmy(
	        (GDateDay)date, (GDateMonth)month, (GDateYear)year))
		return FALSE;
	g_date_clear(day, 1);
	g_date_set_dmy(day, (GDateDay)date, (GDateMonth)month, (GDateYear)year);
	return TRUE;
}

/* Whether that of @day was sent, @last being the last one.  A clock that was
 * turned back has some days again, but one that was years ahead once must not
 * end all digests. */
static gboolean
was_sent(const char *day, const char *last)
{
	GDate ours, theirs;
	int ahead;

	if (!read_day(day, &ours) || !read_day(last, &theirs))
		return FALSE;
	ahead = g_date_days_between(&ours, &theirs);
	return ahead >= 0 && ahead <= DAYS_AGAIN;
}

/* The day whose digest is due and was not sent; NULL if none is; the
 * caller's. */
static gboolean
find_day(const TdDraft *draft, char **result, GError **error)
{
	guint digest = draft->desk->conf->digest;
	g_autoptr(GDateTime) local = NULL;
	g_autofree char *day = NULL;
	g_autoptr(GBytes) sent = NULL;
	guint minutes;
	gsize size;

	*result = NULL;
	if (digest == TD_DIGEST_NONE)
		return TRUE;
	local = td_desk_local_time(draft->desk, draft->now);
	minutes = (guint)g_date_time_get_hour(local) * 60 +
	    (guint)g_date_time_get_minute(local);
	if (minutes < digest)
		return TRUE;
	if (!td_meta_get(draft->txn, TD_META_DIGEST, &sent, error))
		return FALSE;
	day = g_date_time_format(local, "%Y-%m-%d");
	if (sent != NULL) {
		const char *bytes = g_bytes_get_data(sent, &size);
		g_autofree char *last = g_strndup(bytes, size);

		if (was_sent(day, last))
			return TRUE;
	}
	*result = g_steal_pointer(&day);
	return TRUE;
}

static gboolean
send_digests(TdDraft *draft, GError **error)
{
	g_autofree char *day = NULL;
	TdEvent *event;

	if (!find_day(draft, &day, error))
		return FALSE;
	if (day == NULL)
		return TRUE;
	event = td_draft_add(draft, TD_EVENT_REMINDER, TD_TICKET_DESK);
	td_event_set(event, "digest", day);
	draft->plan->digest_day = g_steal_pointer(&day);
	return td_talk_digests(draft, error);
}

gboolean
td_desk_tick(const TdDesk *desk, TdTxn *txn, gint64 now, guint limit,
    TdPlan **result, GError **error)
{
	return td_desk_tick_but(desk, txn, now, limit, NULL, result, error);
}

gboolean
td_desk_tick_but(const TdDesk *desk, TdTxn *txn, gint64 now, guint limit,
    GHashTable *leave, TdPlan **result, GError **error)
{
	g_autoptr(TdPlan) plan = td_plan_new(now);
	g_auto(TdDraft) draft = { 0 };

	td_draft_init(&draft, desk, txn, plan, now);
	if (!look_at_timers(&draft, limit, leave, error) ||
	    !send_digests(&draft, error))
		return FALSE;
	/* Holds and suppressions, when it is applied. */
	plan->expire = TRUE;
	*result = g_steal_pointer(&plan);
	return TRUE;
}

gboolean
td_desk_tick_one(const TdDesk *desk, TdTxn *txn, gint64 now, GHashTable *leave,
    guint64 *number, TdPlan **result, GError **error)
{
	g_autoptr(TdPlan) plan = td_plan_new(now);
	g_auto(TdDraft) draft = { 0 };

	td_draft_init(&draft, desk, txn, plan, now);
	if (!find_timer(txn, now, leave, number, error) ||
	    !(*number != 0 ? look_at(&draft, *number, error)
	                   : send_digests(&draft, error)))
		return FALSE;
	plan->expire = *number == 0;
	*result = g_steal_pointer(&plan);
	return TRUE;
}
