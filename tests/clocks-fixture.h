/* clocks-fixture.h - a desk whose time the test moves on, for tests of
 * deadlines and what follows from them */

#ifndef TICKETD_TESTS_CLOCKS_FIXTURE_H
#define TICKETD_TESTS_CLOCKS_FIXTURE_H

#include "desk-fixture.h"

/* Monday, 2023-11-20 09:00 UTC, when the ticket is opened. */
#define CLOCKS_START G_GINT64_CONSTANT(1700470800)

#define CLOCKS_MINUTE 60
#define CLOCKS_HOUR 3600
#define CLOCKS_DAY 86400
/* Seconds after the start. */
#define AT(hours, minutes) ((hours)*CLOCKS_HOUR + (minutes)*CLOCKS_MINUTE)

/* Business hours, as a group of the configuration. */
#define CLOCKS_OFFICE "[calendar office]\nhours = Mon-Fri 09:00-17:00\n"

typedef struct {
	Fixture fixture;
	guint64 number; /* Anna's ticket in queue support */
	GString *told;  /* letters of the last decision, sorted */
} Clocks;

/* For g_test_add(): @extra is as for fixture_open(), without digests and in UTC
 * unless it has a timezone, or NULL; groups stand behind the first queue's
 * keys.  Agents of support olga, ivan, of sales petr; rita is a lead. */
void clocks_open(Clocks *clocks, gconstpointer extra);
void clocks_close(Clocks *clocks, gconstpointer extra);

/* From now on it is @seconds after the start. */
void clocks_at(Clocks *clocks, gint64 seconds);
/* Command lines of an agent, or, with NULL, a tool, on the ticket; the test
 * fails if one is refused. */
void clocks_do(Clocks *clocks, const char *agent, const char *commands);
/* The same where a refusal is fine; then nothing was done. */
void clocks_try(Clocks *clocks, const char *agent, const char *commands);
/* An agent answers the customer. */
void clocks_reply(Clocks *clocks, const char *agent);
/* Anna writes on; the sequence of her message. */
guint64 clocks_write(Clocks *clocks);
/* The clock of the desk, then nothing must be due any more. */
void clocks_tick(Clocks *clocks);
/* The same at @seconds, with the letters that it must bring:
 * "deadline:olga@example.com", sorted; "" for none. */
void clocks_assert_tick(Clocks *clocks, gint64 seconds, const char *want);

/* Another ticket of Anna's; the ones above are about it from now on. */
void clocks_open_ticket(Clocks *clocks);
/* Changes an agent's record: away until @away (0: here), with a deputy. */
void clocks_agent(Clocks *clocks, const char *name, TdRole role, gint64 away,
    const char *deputy);
/* The ticket as it is now; the caller's. */
TdTicket *clocks_ticket(Clocks *clocks);

/* What clock @kind is: "none", "running 10:00", "running 21 10:00 warned
 * breached", "stopped 30m", "met 30m": the day only if it is another one than
 * the first. */
void clocks_assert(Clocks *clocks, TdClockKind kind, const char *want);
/* How many events of @kind the ticket has that tell of clock @which. */
guint clocks_count(Clocks *clocks, TdEventKind kind, TdClockKind which);
/* The newest event of @kind that tells of clock @which, with the value of @key;
 * the caller's, NULL if there is none. */
char *clocks_value(
    Clocks *clocks, TdEventKind kind, TdClockKind which, const char *key);

#endif
