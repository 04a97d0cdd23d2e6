/* desk-fixture.h - a desk over a store in memory, for tests of the rules */

#ifndef TICKETD_TESTS_DESK_FIXTURE_H
#define TICKETD_TESTS_DESK_FIXTURE_H

#include <ticketd/desk.h>

typedef struct {
	char *directory;
	TdConf *conf;
	TdStore *store;
	TdDesk *desk;
	gint64 now; /* of the next mail; goes on by a minute each */
} Fixture;

/* For g_test_add(): a desk "support" with queues support@example.com (alias
 * help@) and sales@example.com.  @extra, a text or NULL: further lines for
 * [desk], '|', further lines for the first queue. */
void fixture_open(Fixture *fixture, gconstpointer extra);
void fixture_close(Fixture *fixture, gconstpointer extra);

typedef struct {
	TdRule rule;
	TdClass class;
	gboolean marked;
	gboolean acknowledge;
	gboolean follow_up;
	char silence[200];
	char evidence[20];
	gboolean refused;
	guint letters; /* how many went out */
	TdOutcome outcome;
} Filing;

/* Files @raw ('\n' line ends) that came from envelope @sender to @recipient.
 * The test fails if that fails. */
Filing fixture_file(Fixture *fixture, const char *sender, const char *recipient,
    const char *raw);

/* The same with all of the envelope told. */
Filing fixture_file_as(
    Fixture *fixture, const TdEnvelope *envelope, const char *raw);

/* A new ticket by anna@example.net to support@example.com; its number. */
guint64 fixture_open_ticket(Fixture *fixture);

/* The ticket as it is now; the caller's. */
TdTicket *fixture_ticket(Fixture *fixture, guint64 number);

/* All events of a ticket; the caller's. */
GPtrArray *fixture_events(Fixture *fixture, guint64 number);

/* The newest outgoing mail of a ticket, parsed; the caller's. */
TdMessage *fixture_answer(Fixture *fixture, guint64 number);

/* An agent of queue support, by his main address; his id. */
guint64 fixture_agent(Fixture *fixture, const char *name, const char *address);

/* The newest mail of @kind ("note") that went out to @to (an address) for a
 * ticket, parsed; the caller's, NULL if there is none. */
TdMessage *fixture_letter(
    Fixture *fixture, guint64 number, const char *kind, const char *to);

/* How many mails of @kind (NULL: any) went out for a ticket. */
guint fixture_count(Fixture *fixture, guint64 number, const char *kind);

/* What answers to such a mail are sent to; the caller's. */
char *fixture_reply_address(
    Fixture *fixture, guint64 number, const char *kind, const char *to);

/* The address of its first link that holds @word ("close", "rate"); the
 * caller's. */
char *fixture_link(const TdMessage *letter, const char *word);

/* Moves the clock on by @seconds and does what it brings. */
void fixture_tick(Fixture *fixture, gint64 seconds);

/* Writes an event by hand, e.g. to close a ticket. */
void fixture_event(Fixture *fixture, guint64 number, TdEventKind kind,
    const char *key, const char *value);

#endif
