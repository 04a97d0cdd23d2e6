/* distribute.c - who gets a ticket
 *
 * Each agent of the queue has a place in the round.  Who is away leaves his to
 * his deputy, who then has two: his share is the work of both.  Deciding runs
 * on one thread, and sees what the plan and all before it gave to whom, so no
 * turn is taken twice. */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "desk/clocks.h"

/* A place, and who takes what falls on it. */
typedef struct {
	const TdPerson *place;
	const TdPerson *taker; /* the same, or while he is away a deputy */
	guint64 rank;          /* less is better */
} Seat;

typedef struct {
	TdDraft *draft;
	const TdTicket *ticket; /* as the draft has it; good until the next
	                         * event is added */
	const TdQueue *queue;
	GPtrArray *losers; /* of char *: who did not answer, and so lost it,
	                    * since the customer wrote last */
	GArray *seats;     /* of Seat: those at work, by name */
	gint64 opens; /* when the first comes to work, if nobody is there; 0:
	               * never */
	const char *why;
} Round;

static void
clear_round(Round *round)
{
	g_clear_pointer(&round->losers, g_ptr_array_unref);
	g_clear_pointer(&round->seats, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Round, clear_round)

/* ---- who is there ---- */

/* Such a one is not asked again. */
static gboolean
has_lost(const Round *round, const TdPerson *agent)
{
	return g_ptr_array_find_with_equal_func(
	    round->losers, agent->name, g_str_equal, NULL);
}

/* The plan itself may say that he goes away. */
static const TdPerson *
as_planned(const TdDraft *draft, const TdPerson *person)
{
	for (guint i = 0; i < draft->plan->people->len; i++) {
		const TdPerson *each = g_ptr_array_index(
		    draft->plan->people, i);

		if (each->id == person->id)
			return each;
	}
	return person;
}

/* The hours of @agent, NULL: always. */
static const TdCalendar *
find_hours(const Round *round, const TdPerson *agent)
{
	const TdConf *conf = round->draft->desk->conf;
	const TdCalendar *own = td_conf_calendar_named(conf, agent->calendar);

	if (own != NULL || strcmp(agent->calendar, TD_CALENDAR_ALWAYS) == 0)
		return own;
	return td_conf_calendar(conf, round->queue);
}

/* The first moment at which @agent is at work; 0: there is none. */
static gint64
find_work(const Round *round, const TdPerson *agent)
{
	gint64 from = MAX(round->draft->now, agent->away);
	const TdCalendar *hours = NULL;

	if (round->queue->working_hours)
		hours = find_hours(round, agent);
	return hours == NULL ? from : td_calendar_next_open(hours, from);
}

static gboolean
find_deputy(const Round *round, const TdPerson *agent, const TdPerson **deputy,
    GError **error)
{
	const TdPerson *found = NULL;

	if (*agent->deputy != '\0' &&
	    !td_draft_agent(round->draft, agent->deputy, &found, error))
		return FALSE;
	*deputy = found == NULL ? NULL : as_planned(round->draft, found);
	return TRUE;
}

/* Adds the place of @place with who is there: he, or while he is away his
 * deputy, or the deputy's. */
static gboolean
add_seat(Round *round, const TdPerson *place, GError **error)
{
	g_autoptr(GPtrArray) seen = g_ptr_array_new();
	gint64 now = round->draft->now;
	const TdPerson *each = place;
	gint64 until = G_MAXINT64;

	while (each != NULL && !g_ptr_array_find(seen, each, NULL)) {
		gint64 at = find_work(round, each);

		g_ptr_array_add(seen, (gpointer)each);
		if (at == now) {
			Seat seat = { .place = place, .taker = each };

			if (!has_lost(round, each))
				g_array_append_val(round->seats, seat);
			return TRUE;
		}
		/* A deputy stands in until the other is back. */
		if (at != 0 && at < until && !has_lost(round, each) &&
		    (round->opens == 0 || at < round->opens))
			round->opens = at;
		if (each->away <= now)
			return TRUE;
		until = MIN(until, each->away);
		if (!find_deputy(round, each, &each, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
find_seats(Round *round, GError **error)
{
	GPtrArray *agents;

	if (!td_draft_agents(round->draft, &agents, error))
		return FALSE;
	for (guint i = 0; i < agents->len; i++) {
		const TdPerson *agent = as_planned(
		    round->draft, g_ptr_array_index(agents, i));

		if (td_person_has_queue(agent, round->queue->name) &&
		    !add_seat(round, agent, error))
			return FALSE;
	}
	return TRUE;
}

/* ---- whose turn it is ---- */

/* Leaves those of the least rank. */
static void
keep_best(GArray *seats)
{
	guint64 least = G_MAXUINT64;
	guint count = 0;

	for (guint i = 0; i < seats->len; i++)
		least = MIN(least, g_array_index(seats, Seat, i).rank);
	for (guint i = 0; i < seats->len; i++)
		if (g_array_index(seats, Seat, i).rank == least)
			g_array_index(seats, Seat, count++) = g_array_index(
			    seats, Seat, i);
	g_array_set_size(seats, count);
}

/* Who has just given the ticket away gets it again only if nobody else is
 * there. */
static void
leave_out_former(const Round *round)
{
	const GPtrArray *events = round->draft->plan->events;
	const char *former = "";

	for (guint i = 0; i < events->len; i++) {
		const TdEvent *event = g_ptr_array_index(events, i);

		if (event->kind == TD_EVENT_OWNER &&
		    event->ticket == round->ticket->number &&
		    *td_event_get(event, "to") == '\0')
			former = td_event_get(event, "from");
	}
	for (guint i = 0; i < round->seats->len; i++) {
		Seat *seat = &g_array_index(round->seats, Seat, i);

		seat->rank = strcmp(seat->taker->name, former) == 0 ? 1 : 0;
	}
	keep_best(round->seats);
}

/* Whether @agent knows @matter, which may be "". */
static guint
knows(const TdPerson *agent, const char *matter)
{
	g_autofree char *folded = td_text_fold(matter);

	return *folded != '\0' &&
	        g_strv_contains((const char *const *)agent->skills, folded)
	    ? 1
	    : 0;
}

/* How much of what the ticket is about @agent knows. */
static guint
count_skills(const TdTicket *ticket, const TdPerson *agent)
{
	guint count = knows(agent, ticket->type);

	if (g_ascii_strcasecmp(
	        ticket->type, td_ticket_field(ticket, TD_FIELD_SERVICE)) != 0)
		count += knows(
		    agent, td_ticket_field(ticket, TD_FIELD_SERVICE));
	for (guint i = 0; ticket->tags[i] != NULL; i++)
		count += knows(agent, ticket->tags[i]);
	return count;
}

/* Leaves those who know most; all if nobody knows anything. */
static void
keep_skilled(Round *round)
{
	guint most = 0;

	for (guint i = 0; i < round->seats->len; i++) {
		Seat *seat = &g_array_index(round->seats, Seat, i);
		guint count = count_skills(round->ticket, seat->taker);

		most = MAX(most, count);
		seat->rank = G_MAXUINT - count;
	}
	keep_best(round->seats);
	round->why = most == 0 ? "least-loaded" : "skill";
}

/* Counts what the plan gives to those on @seats, and takes from them. */
static void
count_planned(const TdPlan *plan, GArray *seats)
{
	for (guint i = 0; i < plan->events->len; i++) {
		const TdEvent *event = g_ptr_array_index(plan->events, i);
		const char *from, *to;

		if (event->kind != TD_EVENT_OWNER)
			continue;
		from = td_event_get(event, "from");
		to = td_event_get(event, "to");
		for (guint j = 0; j < seats->len; j++) {
			Seat *seat = &g_array_index(seats, Seat, j);

			if (strcmp(seat->taker->name, to) == 0)
				seat->rank++;
			if (strcmp(seat->taker->name, from) == 0 &&
			    seat->rank > 0)
				seat->rank--;
		}
	}
}

static gboolean
keep_idle(Round *round, GError **error)
{
	const TdDraft *draft = round->draft;

	for (guint i = 0; i < round->seats->len; i++) {
		Seat *seat = &g_array_index(round->seats, Seat, i);

		if (!td_ticket_count_active(draft->txn, seat->taker->name, NULL,
		        &seat->rank, error))
			return FALSE;
	}
	count_planned(draft->plan, round->seats);
	keep_best(round->seats);
	return TRUE;
}

/* ---- the round ---- */

static char *
name_memo(const TdQueue *queue)
{
	return g_strconcat("distribute/", queue->name, NULL);
}

/* Whose place the last ticket fell on, "" for nobody's; the caller's. */
static gboolean
read_last(const Round *round, char **last, GError **error)
{
	const GPtrArray *memos = round->draft->plan->memos;
	g_autofree char *key = name_memo(round->queue);
	g_autoptr(GBytes) value = NULL;
	const char *text = "";
	gsize size = 0;

	for (guint i = memos->len; i > 0 && value == NULL; i--) {
		const TdMemo *memo = g_ptr_array_index(memos, i - 1);

		if (strcmp(memo->key, key) == 0)
			value = g_bytes_ref(memo->value);
	}
	if (value == NULL &&
	    !td_meta_get(round->draft->txn, key, &value, error))
		return FALSE;
	if (value != NULL)
		text = g_bytes_get_data(value, &size);
	*last = g_strndup(text, size);
	return TRUE;
}

static void
keep_last(const Round *round, const Seat *seat)
{
	const char *name = seat->place->name;

	g_ptr_array_add(round->draft->plan->memos,
	    td_memo_new(
	        name_memo(round->queue), g_bytes_new(name, strlen(name))));
}

/* The seat behind the last one, by name: agents may come and go between. */
static gboolean
next_seat(const Round *round, Seat *result, GError **error)
{
	g_autofree char *last = NULL;
	g_autofree char *behind = NULL;

	if (!read_last(round, &last, error))
		return FALSE;
	behind = td_text_fold(last);
	*result = g_array_index(round->seats, Seat, 0);
	for (guint i = 0; i < round->seats->len; i++) {
		const Seat *seat = &g_array_index(round->seats, Seat, i);
		g_autofree char *name = td_text_fold(seat->place->name);

		if (strcmp(name, behind) > 0) {
			*result = *seat;
			break;
		}
	}
	return TRUE;
}

/* ---- what becomes of the ticket ---- */

/* An event that nobody but the desk is to be asked about. */
static TdEvent *
add_event(const Round *round, TdEventKind kind)
{
	TdEvent *event = td_draft_add(
	    round->draft, kind, round->ticket->number);

	g_free(event->actor);
	event->actor = g_strdup("desk");
	g_free(event->evidence);
	event->evidence = g_strdup("");
	return event;
}

/* The clock for when somebody is at work, as it is from now on; 0: none. */
static void
set_clock(const Round *round, gint64 due)
{
	const TdClock *before = &round->ticket->clocks[TD_CLOCK_ASSIGN];
	const TdClock after = {
		.state = due == 0 ? TD_CLOCK_NONE : TD_CLOCK_RUNNING,
		.due = due,
		.next = due,
		.rule = (char *)"",
		.calendar = (char *)"",
	};

	if (before->state == after.state && before->due == after.due)
		return;
	td_event_set_clock(
	    add_event(round, TD_EVENT_DUE), TD_CLOCK_ASSIGN, &after);
}

static gboolean
give(Round *round, GError **error)
{
	guint64 number = round->ticket->number;
	TdEvent *event;
	Seat seat;

	leave_out_former(round);
	if (round->queue->distribute == TD_DISTRIBUTE_SKILL)
		keep_skilled(round);
	if (round->queue->distribute != TD_DISTRIBUTE_ROUND_ROBIN &&
	    !keep_idle(round, error))
		return FALSE;
	if (!next_seat(round, &seat, error))
		return FALSE;
	keep_last(round, &seat);
	set_clock(round, 0);
	event = add_event(round, TD_EVENT_OWNER);
	td_event_set(event, "to", seat.taker->name);
	td_event_set(event, "why", round->why);
	if (seat.place != seat.taker)
		td_event_set(event, "for", seat.place->name);
	return TD_TICKET_IS_NEW(number) ||
	    td_talk_assigned(round->draft, NULL, number, error);
}

static const char *
find_method(TdDistribute distribute)
{
	switch (distribute) {
	case TD_DISTRIBUTE_FIRST:
	case TD_DISTRIBUTE_NONE:
		break;
	case TD_DISTRIBUTE_ROUND_ROBIN:
		return "round-robin";
	case TD_DISTRIBUTE_LEAST_LOADED:
		return "least-loaded";
	case TD_DISTRIBUTE_SKILL:
		return "skill";
	}
	return NULL;
}

gboolean
td_distribute(TdDraft *draft, guint64 number, GError **error)
{
	g_auto(Round) round = {
		.draft = draft,
		.losers = g_ptr_array_new_with_free_func(g_free),
		.seats = g_array_new(FALSE, TRUE, sizeof(Seat)),
	};

	round.ticket = td_draft_need(draft, number, error);
	if (round.ticket == NULL)
		return FALSE;
	round.queue = td_conf_queue(draft->desk->conf, round.ticket->queue);
	if (round.queue != NULL)
		round.why = find_method(round.queue->distribute);
	if (round.why == NULL || *round.ticket->owner != '\0' ||
	    !td_ticket_is_active(round.ticket)) {
		set_clock(&round, 0);
		return TRUE;
	}
	if ((round.queue->release > 0 &&
	        !td_clocks_losers(draft, number, round.losers, error)) ||
	    !find_seats(&round, error))
		return FALSE;
	if (round.seats->len > 0)
		return give(&round, error);
	set_clock(&round, round.opens);
	return TRUE;
}
