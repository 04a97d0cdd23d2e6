/* monitor-fixture.h - a desk that gets the mail of monitoring systems */

#ifndef TICKETD_TESTS_MONITOR_FIXTURE_H
#define TICKETD_TESTS_MONITOR_FIXTURE_H

#include <string.h>

#include <ticketd/object.h>

#include "desk-fixture.h"

#define OLGA "olga@example.com"
#define IVAN "ivan@example.com"
#define NAGIOS "nagios@mon.example"

#define MINUTE 60
#define DAY (24 * 60 * 60)

/* What fixture_open() takes: further lines of [monitor nagios], after the keys
 * of the first queue. */
#define NAGIOS_ONLY "|[monitor nagios]\nsender = " NAGIOS "\nformat = nagios\n"
#define MONITOR(lines)                                                         \
	"timezone = UTC\nauthserv-id = mx.example.com\n" NAGIOS_ONLY lines

#define WEB_CRITICAL "** PROBLEM Service Alert: web01/HTTP is CRITICAL **"
#define WEB_WARNING "** PROBLEM Service Alert: web01/HTTP is WARNING **"
#define WEB_OK "** RECOVERY Service Alert: web01/HTTP is OK **"
#define DB_DOWN "** PROBLEM Host Alert: db1 is DOWN **"
#define DB_UP "** RECOVERY Host Alert: db1 is UP **"

/* For g_test_add(): the desk, with agents olga and ivan. */
static inline void
monitor_open(Fixture *fixture, gconstpointer extra)
{
	fixture_open(fixture, extra == NULL ? MONITOR("") : extra);
	fixture_agent(fixture, "olga", OLGA);
	fixture_agent(fixture, "ivan", IVAN);
}

/* A mail of a monitor, with further @fields and a text. */
static inline Filing
monitor_mail(Fixture *fixture, const char *sender, const char *from,
    const char *fields, const char *subject, const char *text)
{
	static guint count;
	g_autofree char *raw = g_strdup_printf(
	    "%sFrom: Monitor <%s>\nTo: support@example.com\nSubject: %s\n"
	    "Message-ID: <alert-%u@mon.example>\n\n%s\n",
	    fields, from, subject, ++count, text);

	return fixture_file(fixture, sender, "support@example.com", raw);
}

static inline Filing
monitor_says(Fixture *fixture, const char *subject)
{
	return monitor_mail(fixture, NAGIOS, NAGIOS, "", subject,
	    "Additional Info:\n\nAs measured.");
}

/* The same at an exact moment, so many seconds after @start. */
static inline Filing
monitor_says_at(
    Fixture *fixture, gint64 start, gint64 seconds, const char *subject)
{
	fixture->now = start + seconds;
	return monitor_says(fixture, subject);
}

/* Commands of agent @as on ticket @number. */
static inline void
monitor_order(
    Fixture *fixture, guint64 number, const char *as, const char *commands)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(fixture->store, &error);
	g_autoptr(TdPlan) plan = NULL;
	TdOutcome outcome;

	g_assert_no_error(error);
	td_desk_order(fixture->desk, txn,
	    &(TdOrder){
	        .number = number,
	        .commands = commands,
	        .actor = "control:test",
	        .as = as,
	        .now = fixture->now,
	    },
	    &plan, &error);
	g_assert_no_error(error);
	td_desk_apply(
	    fixture->desk, txn, plan, NULL, NULL, NULL, 0, &outcome, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
	fixture->now += MINUTE;
}

/* What is known of a thing of monitor nagios; the caller's, NULL if nothing
 * is. */
static inline TdObject *
monitor_object(Fixture *fixture, const char *host, const char *service)
{
	g_autoptr(TdTxn) txn = td_txn_read(fixture->store);
	g_autoptr(GError) error = NULL;
	TdObject *object = NULL;

	td_object_get(txn, "nagios", host, service, &object, &error);
	g_assert_no_error(error);
	return object;
}

static inline guint64
monitor_tickets(Fixture *fixture)
{
	g_autoptr(TdTxn) txn = td_txn_read(fixture->store);
	g_autoptr(GError) error = NULL;
	guint64 first, last;

	td_ticket_range(txn, &first, &last, &error);
	g_assert_no_error(error);
	return last;
}

static inline void
monitor_assert_status(Fixture *fixture, guint64 number, const char *want)
{
	g_autoptr(TdTicket) ticket = fixture_ticket(fixture, number);

	g_assert_cmpstr(td_status_name(ticket->status), ==, want);
}

/* The newest event of @kind on the ticket; the caller's, NULL if there is
 * none. */
static inline TdEvent *
monitor_event(Fixture *fixture, guint64 number, TdEventKind kind)
{
	g_autoptr(GPtrArray) events = fixture_events(fixture, number);

	for (guint i = events->len; i > 0; i--) {
		const TdEvent *event = events->pdata[i - 1];

		if (event->kind == kind)
			return g_ptr_array_steal_index(events, i - 1);
	}
	return NULL;
}

static inline void
monitor_assert_link(Fixture *fixture, guint64 number, guint64 other)
{
	g_autoptr(TdTicket) ticket = fixture_ticket(fixture, number);
	const TdLink *link;

	g_assert_cmpuint(ticket->links->len, ==, 1);
	link = ticket->links->pdata[0];
	g_assert_cmpstr(link->type, ==, "related");
	g_assert_cmpuint(link->number, ==, other);
}

static inline gboolean
monitor_has_tag(Fixture *fixture, guint64 number, const char *tag)
{
	g_autoptr(TdTicket) ticket = fixture_ticket(fixture, number);

	return g_strv_contains((const char *const *)ticket->tags, tag);
}

#define MONITOR_TEST(name, extra, test)                                        \
	g_test_add("/monitor/" name, Fixture, extra, monitor_open, test,       \
	    fixture_close)

#endif
