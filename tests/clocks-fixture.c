/* clocks-fixture.c - see clocks-fixture.h */

#include "config.h"

#include <string.h>

#include "clocks-fixture.h"

void
clocks_open_ticket(Clocks *clocks)
{
	gint64 now = clocks->fixture.now;

	clocks->number = fixture_open_ticket(&clocks->fixture);
	clocks->fixture.now = now;
}

void
clocks_open(Clocks *clocks, gconstpointer extra)
{
	const char *more = extra == NULL ? "|" : extra;
	g_autofree char *lines = g_strconcat("digest = none\n",
	    strstr(more, "timezone") == NULL ? "timezone = UTC\n" : "", more,
	    NULL);

	fixture_open(&clocks->fixture, lines);
	clocks->told = g_string_new(NULL);
	clocks->fixture.now = CLOCKS_START;
	fixture_agent(&clocks->fixture, "ivan", "ivan@example.com");
	fixture_agent(&clocks->fixture, "olga", "olga@example.com");
	fixture_agent(&clocks->fixture, "petr", "petr@example.com");
	fixture_agent(&clocks->fixture, "rita", "rita@example.com");
	clocks_agent(clocks, "petr", TD_ROLE_AGENT, 0, "");
	clocks_agent(clocks, "rita", TD_ROLE_LEAD, 0, "");
	clocks_open_ticket(clocks);
}

void
clocks_close(Clocks *clocks, gconstpointer extra)
{
	g_string_free(clocks->told, TRUE);
	fixture_close(&clocks->fixture, extra);
}

void
clocks_agent(Clocks *clocks, const char *name, TdRole role, gint64 away,
    const char *deputy)
{
	static char *sales[] = { (char *)"sales", NULL };
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(clocks->fixture.store, &error);
	g_autoptr(TdPerson) person = NULL;

	g_assert_no_error(error);
	td_person_find_agent(txn, name, &person, NULL, &error);
	g_assert_nonnull(person);
	person->role = role;
	person->away = away;
	g_free(person->deputy);
	person->deputy = g_strdup(deputy);
	if (strcmp(name, "petr") == 0) {
		g_strfreev(person->queues);
		person->queues = g_strdupv(sales);
	}
	td_person_put(txn, person, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

void
clocks_at(Clocks *clocks, gint64 seconds)
{
	clocks->fixture.now = CLOCKS_START + seconds;
}

/* ---- what happens ---- */

static int
compare(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
keep_told(Clocks *clocks, const TdPlan *plan)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < plan->letters->len; i++) {
		const TdLetter *letter = g_ptr_array_index(plan->letters, i);
		const TdEvent *event = g_ptr_array_index(
		    plan->letter_events, i);

		g_ptr_array_add(list,
		    g_strdup_printf("%s:%s", td_letter_kind_name(letter->kind),
		        td_event_get(event, "to")));
	}
	g_ptr_array_sort(list, compare);
	for (guint i = 0; i < list->len; i++)
		g_string_append_printf(clocks->told, "%s%s",
		    clocks->told->len == 0 ? "" : " ",
		    (const char *)g_ptr_array_index(list, i));
}

static void
apply(Clocks *clocks, TdTxn *txn, TdPlan *plan)
{
	g_autoptr(GError) error = NULL;
	TdOutcome outcome;

	td_desk_apply(clocks->fixture.desk, txn, plan, NULL, NULL, NULL, 0,
	    &outcome, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

/* Whether it was done. */
static gboolean
order(Clocks *clocks, const char *agent, const char *commands, const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(clocks->fixture.store, &error);
	g_autoptr(TdPlan) plan = NULL;
	const TdOrder wanted = {
		.number = clocks->number,
		.commands = commands,
		.text = text,
		.actor = "control:root",
		.as = agent,
		.now = clocks->fixture.now,
	};

	g_assert_no_error(error);
	td_desk_order(clocks->fixture.desk, txn, &wanted, &plan, &error);
	g_assert_no_error(error);
	for (guint i = 0; i < plan->results->len; i++) {
		const TdResult *result = g_ptr_array_index(plan->results, i);

		if (result->refused)
			g_test_message("%s: %s", result->line, result->text);
	}
	if (plan->refused)
		return FALSE;
	g_string_truncate(clocks->told, 0);
	keep_told(clocks, plan);
	apply(clocks, txn, plan);
	return TRUE;
}

void
clocks_do(Clocks *clocks, const char *agent, const char *commands)
{
	g_assert_true(order(clocks, agent, commands, NULL));
}

void
clocks_try(Clocks *clocks, const char *agent, const char *commands)
{
	order(clocks, agent, commands, NULL);
}

void
clocks_reply(Clocks *clocks, const char *agent)
{
	g_assert_true(order(clocks, agent, "reply", "We look at it."));
}

guint64
clocks_write(Clocks *clocks)
{
	static guint count;
	g_autofree char *to = td_desk_thread_address(clocks->fixture.desk,
	    td_conf_queue(clocks->fixture.conf, "support"), clocks->number);
	g_autofree char *raw = NULL;
	gint64 now = clocks->fixture.now;
	Filing filing;

	raw = g_strdup_printf("From: Anna <anna@example.net>\nTo: %s\n"
	                      "Subject: Re: Printer on fire\n"
	                      "Message-ID: <on-%u@example.net>\n"
	                      "In-Reply-To: <older@example.net>\n\n"
	                      "It still burns.\n",
	    to, ++count);
	filing = fixture_file(&clocks->fixture, "anna@example.net", to, raw);
	g_assert_cmpuint(filing.outcome.ticket, ==, clocks->number);
	clocks->fixture.now = now;
	return filing.outcome.filed.sequence;
}

/* How many events a tick brought. */
static guint
tick(Clocks *clocks)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(clocks->fixture.store, &error);
	g_autoptr(TdPlan) plan = NULL;
	guint events;

	g_assert_no_error(error);
	td_desk_tick(
	    clocks->fixture.desk, txn, clocks->fixture.now, 100, &plan, &error);
	g_assert_no_error(error);
	keep_told(clocks, plan);
	events = plan->events->len;
	apply(clocks, txn, plan);
	return events;
}

void
clocks_tick(Clocks *clocks)
{
	g_string_truncate(clocks->told, 0);
	tick(clocks);
	g_assert_cmpuint(tick(clocks), ==, 0);
}

void
clocks_assert_tick(Clocks *clocks, gint64 seconds, const char *want)
{
	clocks_at(clocks, seconds);
	clocks_tick(clocks);
	g_assert_cmpstr(clocks->told->str, ==, want);
}

/* ---- looking ---- */

TdTicket *
clocks_ticket(Clocks *clocks)
{
	return fixture_ticket(&clocks->fixture, clocks->number);
}

static char *
describe_time(gint64 time)
{
	g_autoptr(GDateTime) when = g_date_time_new_from_unix_utc(time);

	return g_date_time_format(when,
	    time / CLOCKS_DAY == CLOCKS_START / CLOCKS_DAY ? "%H:%M"
	                                                   : "%d %H:%M");
}

static char *
describe(const TdClock *clock)
{
	g_autoptr(GString)
	    text = g_string_new(td_clock_state_name(clock->state));
	g_autofree char *due = describe_time(clock->due);

	if (clock->state == TD_CLOCK_RUNNING)
		g_string_append_printf(text, " %s", due);
	else if (clock->state != TD_CLOCK_NONE)
		g_string_append_printf(text, " %" G_GINT64_FORMAT "m",
		    clock->left / CLOCKS_MINUTE);
	if (clock->warned)
		g_string_append(text, " warned");
	if (clock->breached)
		g_string_append(text, " breached");
	return g_string_free(g_steal_pointer(&text), FALSE);
}

void
clocks_assert(Clocks *clocks, TdClockKind kind, const char *want)
{
	g_autoptr(TdTicket) ticket = clocks_ticket(clocks);
	g_autofree char *text = describe(&ticket->clocks[kind]);

	g_assert_cmpstr(text, ==, want);
}

static gboolean
tells(const TdEvent *event, TdEventKind kind, TdClockKind which)
{
	return event->kind == kind &&
	    strcmp(td_event_get(event, "clock"), td_clock_name(which)) == 0;
}

guint
clocks_count(Clocks *clocks, TdEventKind kind, TdClockKind which)
{
	g_autoptr(GPtrArray)
	    events = fixture_events(&clocks->fixture, clocks->number);
	guint count = 0;

	for (guint i = 0; i < events->len; i++)
		count += tells(g_ptr_array_index(events, i), kind, which);
	return count;
}

char *
clocks_value(
    Clocks *clocks, TdEventKind kind, TdClockKind which, const char *key)
{
	g_autoptr(GPtrArray)
	    events = fixture_events(&clocks->fixture, clocks->number);

	for (guint i = events->len; i > 0; i--) {
		const TdEvent *event = g_ptr_array_index(events, i - 1);

		if (tells(event, kind, which))
			return g_strdup(td_event_get(event, key));
	}
	return NULL;
}
