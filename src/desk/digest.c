/* digest.c - once a day each agent hears of what is his to do
 *
 * The mail can be answered: each line has its ticket's number, and commands
 * that begin with one work on that ticket. */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "desk/talk-private.h"

/* Lines of one list; the rest is counted. */
#define LINES_MAX 50

/* Rows of one query that are read: a desk that has more is beyond lists. */
#define PAGES_MAX 5

#define SUBJECT_MAX 60

#define MINUTE 60
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/* What is the same for all agents. */
typedef struct {
	TdDraft *draft;
	gint64 midnight;    /* end of the day */
	GPtrArray *unowned; /* of TdTicket: new or open, without an owner */
	GPtrArray *unowned_waking; /* of TdTicket: pending, likewise */
} Digest;

static void
digest_clear(Digest *digest)
{
	g_clear_pointer(&digest->unowned, g_ptr_array_unref);
	g_clear_pointer(&digest->unowned_waking, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Digest, digest_clear)

/* One agent's; lists are of TdTicket, borrowed. */
typedef struct {
	const Digest *digest;
	const TdPerson *agent;
	const char *language;
	GPtrArray *own;
	GPtrArray *unowned;
	GPtrArray *waking;
} Lists;

static void
lists_clear(Lists *lists)
{
	g_clear_pointer(&lists->own, g_ptr_array_unref);
	g_clear_pointer(&lists->unowned, g_ptr_array_unref);
	g_clear_pointer(&lists->waking, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Lists, lists_clear)

/* ---- time ---- */

GDateTime *
td_desk_local_time(const TdDesk *desk, gint64 time)
{
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(time);
	g_autoptr(GTimeZone) zone = td_conf_zone(desk->conf);

	return g_date_time_to_timezone(utc, zone);
}

char *
td_talk_time(const TdDesk *desk, gint64 time)
{
	g_autoptr(GDateTime) local = td_desk_local_time(desk, time);

	return g_date_time_format(local, "%Y-%m-%d %H:%M");
}

gint64
td_desk_midnight(const TdDesk *desk, gint64 now, gint days)
{
	g_autoptr(GDateTime) local = td_desk_local_time(desk, now);
	g_autoptr(GDateTime)
	    today = g_date_time_new(g_date_time_get_timezone(local),
	        g_date_time_get_year(local), g_date_time_get_month(local),
	        g_date_time_get_day_of_month(local), 0, 0, 0);
	g_autoptr(GDateTime) end = g_date_time_add_days(today, 1 + days);

	return g_date_time_to_unix(end);
}

/* ---- reading ---- */

/* Adds a page of tickets, and sets where the next begins. */
static gboolean
read_page(
    TdDraft *draft, TdTicketQuery *page, GPtrArray *tickets, GError **error)
{
	g_autoptr(GPtrArray) found = NULL;
	guint64 next;

	if (!td_ticket_list(draft->txn, page, &found, &next, error))
		return FALSE;
	for (guint i = 0; i < found->len; i++)
		g_ptr_array_add(
		    tickets, td_ticket_copy(g_ptr_array_index(found, i)));
	page->before = next;
	return TRUE;
}

/* Adds the tickets of @query, the newest first, to @tickets. */
static gboolean
read_tickets(TdDraft *draft, const TdTicketQuery *query, GPtrArray *tickets,
    GError **error)
{
	TdTicketQuery page = *query;
	guint pages = 0;

	page.active = TRUE;
	page.limit = TD_READ_MAX;
	do {
		if (!read_page(draft, &page, tickets, error))
			return FALSE;
	} while (page.before != 0 && ++pages < PAGES_MAX);
	return TRUE;
}

static gboolean
wakes_today(const Digest *digest, const TdTicket *ticket)
{
	return ticket->status == TD_STATUS_PENDING && ticket->until != 0 &&
	    ticket->until < digest->midnight;
}

/* Tickets of @queue that nobody owns. */
static gboolean
read_queue(Digest *digest, const TdQueue *queue, GError **error)
{
	static const TdStatus statuses[] = { TD_STATUS_NEW, TD_STATUS_OPEN,
		TD_STATUS_PENDING };
	g_autoptr(GPtrArray) tickets = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_ticket_free);

	for (guint i = 0; i < G_N_ELEMENTS(statuses); i++)
		if (!read_tickets(digest->draft,
		        &(TdTicketQuery){
		            .queue = queue->name, .status = statuses[i] },
		        tickets, error))
			return FALSE;
	for (guint i = 0; i < tickets->len; i++) {
		const TdTicket *ticket = g_ptr_array_index(tickets, i);

		if (*ticket->owner != '\0')
			continue;
		if (ticket->status != TD_STATUS_PENDING)
			g_ptr_array_add(
			    digest->unowned, td_ticket_copy(ticket));
		else if (wakes_today(digest, ticket))
			g_ptr_array_add(
			    digest->unowned_waking, td_ticket_copy(ticket));
	}
	return TRUE;
}

static gboolean
open_digest(Digest *digest, TdDraft *draft, GError **error)
{
	const GPtrArray *queues = draft->desk->conf->queues;

	digest->draft = draft;
	digest->midnight = td_desk_midnight(draft->desk, draft->now, 0);
	digest->unowned = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_ticket_free);
	digest->unowned_waking = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_ticket_free);
	for (guint i = 0; i < queues->len; i++)
		if (!read_queue(digest, g_ptr_array_index(queues, i), error))
			return FALSE;
	return TRUE;
}

/* ---- one agent's lists ---- */

static gint
compare_tickets(gconstpointer a, gconstpointer b)
{
	const TdTicket *one = *(const TdTicket *const *)a;
	const TdTicket *other = *(const TdTicket *const *)b;

	if (one->priority != other->priority)
		return one->priority < other->priority ? -1 : 1;
	return one->number < other->number ? -1 : one->number > other->number;
}

/* Those of @tickets that are in queues of the agent. */
static void
pick_unowned(const Lists *lists, const GPtrArray *tickets, GPtrArray *picked)
{
	for (guint i = 0; i < tickets->len; i++) {
		TdTicket *ticket = g_ptr_array_index(tickets, i);

		if (td_person_has_queue(lists->agent, ticket->queue))
			g_ptr_array_add(picked, ticket);
	}
}

/* @own: tickets that the agent owns. */
static void
fill_lists(Lists *lists, const GPtrArray *own)
{
	const Digest *digest = lists->digest;

	lists->own = g_ptr_array_new();
	lists->unowned = g_ptr_array_new();
	lists->waking = g_ptr_array_new();
	for (guint i = 0; i < own->len; i++) {
		TdTicket *ticket = g_ptr_array_index(own, i);

		if (wakes_today(digest, ticket))
			g_ptr_array_add(lists->waking, ticket);
		else if (ticket->status == TD_STATUS_NEW ||
		    ticket->status == TD_STATUS_OPEN ||
		    ticket->status == TD_STATUS_WAITING)
			g_ptr_array_add(lists->own, ticket);
	}
	pick_unowned(lists, digest->unowned, lists->unowned);
	pick_unowned(lists, digest->unowned_waking, lists->waking);
	g_ptr_array_sort(lists->own, compare_tickets);
	g_ptr_array_sort(lists->unowned, compare_tickets);
	g_ptr_array_sort(lists->waking, compare_tickets);
}

/* ---- text ---- */

char *
td_talk_status(const TdDraft *draft, const char *language, TdStatus status)
{
	g_autofree char *key = g_strconcat(
	    "status-", td_status_name(status), NULL);

	return td_talk_say(draft, language, key, NULL);
}

/* "3 d": how long ago @since was. */
static char *
show_age(const TdDraft *draft, const char *language, gint64 since)
{
	gint64 age = MAX(draft->now - since, 0);
	const char *key = age >= DAY ? "digest-days"
	    : age >= HOUR            ? "digest-hours"
	                             : "digest-minutes";
	gint64 unit = age >= DAY ? DAY : age >= HOUR ? HOUR : MINUTE;
	g_autofree char *count = g_strdup_printf(
	    "%" G_GINT64_FORMAT, age / unit);

	return td_talk_say(draft, language, key, "count", count, NULL);
}

static void
append_ticket(GString *text, const Lists *lists, const TdTicket *ticket)
{
	const TdDraft *draft = lists->digest->draft;
	const char *language = lists->language;
	g_autofree char *subject = td_text_printable(
	    ticket->subject, SUBJECT_MAX);
	g_autofree char *status = td_talk_status(
	    draft, language, ticket->status);
	g_autofree char *age = show_age(draft, language, ticket->created);
	g_autofree char *number = g_strdup_printf("%u", ticket->priority);
	g_autofree char *priority = td_talk_say(
	    draft, language, "digest-priority", "number", number, NULL);
	g_autofree char *overdue = NULL;

	if (ticket->deadline != 0 && ticket->deadline <= draft->now)
		overdue = td_talk_say(draft, language, "digest-overdue", NULL);
	else if (ticket->breached)
		overdue = td_talk_say(draft, language, "digest-breached", NULL);
	g_string_append_printf(text,
	    "#%" G_GUINT64_FORMAT "  %s  (%s, %s, %s%s%s)\n", ticket->number,
	    subject, status, age, priority, overdue == NULL ? "" : ", ",
	    overdue == NULL ? "" : overdue);
}

static void
append_list(GString *text, const Lists *lists, const char *key,
    const GPtrArray *tickets)
{
	const TdDraft *draft = lists->digest->draft;
	g_autofree char *heading = NULL;

	if (tickets->len == 0)
		return;
	heading = td_talk_say(draft, lists->language, key, NULL);
	g_string_append_printf(text, "%s\n\n", heading);
	for (guint i = 0; i < MIN(tickets->len, LINES_MAX); i++)
		append_ticket(text, lists, g_ptr_array_index(tickets, i));
	if (tickets->len > LINES_MAX) {
		g_autofree char *count = g_strdup_printf(
		    "%u", tickets->len - LINES_MAX);
		g_autofree char *more = td_talk_say(draft, lists->language,
		    "digest-more", "count", count, NULL);

		g_string_append_printf(text, "%s\n", more);
	}
	g_string_append_c(text, '\n');
}

/* An example with numbers of his own. */
static void
append_hint(GString *text, const Lists *lists)
{
	const GPtrArray *all[] = { lists->own, lists->unowned, lists->waking };
	guint64 shown[2] = { 0, 0 };
	g_autofree char *one = NULL;
	g_autofree char *other = NULL;
	g_autofree char *hint = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(all); i++)
		for (guint j = 0; j < all[i]->len && shown[1] == 0; j++) {
			const TdTicket *ticket = g_ptr_array_index(all[i], j);

			shown[shown[0] == 0 ? 0 : 1] = ticket->number;
		}
	one = g_strdup_printf("%" G_GUINT64_FORMAT, shown[0]);
	other = g_strdup_printf("%" G_GUINT64_FORMAT, shown[1]);
	hint = td_talk_say(lists->digest->draft, lists->language,
	    shown[1] == 0 ? "digest-hint-one" : "digest-hint", "one", one,
	    "other", other, NULL);
	g_string_append(text, hint);
}

/* ---- letters ---- */

/* The queue from whose address the agent's digest comes: his first. */
static const TdQueue *
find_queue(const TdDraft *draft, const TdPerson *agent)
{
	const TdConf *conf = draft->desk->conf;

	for (guint i = 0; i < conf->queues->len; i++) {
		const TdQueue *queue = g_ptr_array_index(conf->queues, i);

		if (td_person_has_queue(agent, queue->name))
			return queue;
	}
	return g_ptr_array_index(conf->queues, 0);
}

static void
send_digest(TdDraft *draft, const Lists *lists, const TdQueue *queue)
{
	const TdPerson *agent = lists->agent;
	g_autoptr(GDateTime)
	    today = td_desk_local_time(draft->desk, draft->now);
	g_autofree char *date = g_date_time_format(today, "%Y-%m-%d");
	g_autoptr(GString) text = g_string_new(NULL);
	TdLetter *letter;

	append_list(text, lists, "digest-waking", lists->waking);
	append_list(text, lists, "digest-own", lists->own);
	append_list(text, lists, "digest-unowned", lists->unowned);
	if (text->len == 0)
		return;
	append_hint(text, lists);

	letter = td_letter_new(TD_LETTER_DIGEST, TD_TICKET_DESK);
	td_talk_set(&letter->queue, queue->name);
	td_talk_set(&letter->language, lists->language);
	g_free(letter->subject);
	letter->subject = td_talk_say(
	    draft, lists->language, "digest-subject", "date", date, NULL);
	td_talk_set(&letter->text, text->str);
	letter->person = agent->id;
	td_letter_to(letter, td_agent_shown_name(agent), agent->addresses[0]);
	td_draft_letter(draft, letter);
}

gboolean
td_talk_digests(TdDraft *draft, GError **error)
{
	g_auto(Digest) digest = { 0 };
	GPtrArray *agents;

	if (!td_draft_agents(draft, &agents, error) ||
	    !open_digest(&digest, draft, error))
		return FALSE;
	for (guint i = 0; i < agents->len; i++) {
		const TdPerson *agent = g_ptr_array_index(agents, i);
		const TdQueue *queue = find_queue(draft, agent);
		g_auto(Lists) lists = { .digest = &digest, .agent = agent };
		g_autoptr(GPtrArray) own = g_ptr_array_new_with_free_func(
		    (GDestroyNotify)td_ticket_free);

		if (agent->addresses[0] == NULL || agent->away > draft->now)
			continue;
		if (!read_tickets(draft,
		        &(TdTicketQuery){ .status = -1, .owner = agent->name },
		        own, error))
			return FALSE;
		lists.language = td_talk_language(
		    draft, agent->language, queue);
		fill_lists(&lists, own);
		send_digest(draft, &lists, queue);
	}
	return TRUE;
}
