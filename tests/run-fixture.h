/* run-fixture.h - commands run on a desk over a store in memory */

#ifndef TICKETD_TESTS_RUN_FIXTURE_H
#define TICKETD_TESTS_RUN_FIXTURE_H

#include "desk-fixture.h"

#include "desk/run.h"

/* A time of day of the fixture: 2023-11-14 22:13:20 UTC and on. */
#define RUN_MINUTE 60
#define RUN_HOUR 3600
#define RUN_DAY 86400

typedef struct {
	Fixture fixture;
	guint64 number;  /* Anna's ticket in queue support; Boris has copies */
	guint64 other;   /* another of hers there */
	guint64 foreign; /* one in queue sales */

	/* The mail of the next commands. */
	guint64 ticket; /* .number unless it is changed; 0: a digest's answer */
	guint64 answers;
	const char *said; /* its text */
	const char *language;

	/* What became of the last ones. */
	GPtrArray *results; /* of char *, "! " in front of those refused */
	gboolean refused;
	gboolean changed;
	gboolean answered;
	gboolean silent;
	TdTextUse use;
	char *text;    /* of the mail afterwards */
	char *letters; /* "assigned:ivan@example.com reply:anna@example.net" */
	guint events;  /* of the plan */
} Run;

/* For g_test_add(), with further lines for [desk] or NULL.  Agents: olga and
 * ivan work in support, petr in sales, rita (a lead) everywhere. */
void run_open(Run *run, gconstpointer extra);
void run_close(Run *run, gconstpointer extra);

/* Runs the lines of @commands for @speaker, an agent's name, a customer's
 * address or "tool", and applies what was planned; then a minute passes. */
void run_do(Run *run, const char *speaker, const char *commands);
/* The same for one command that no parser made. */
void run_verb(Run *run, const char *speaker, TdVerb verb);

/* The agent writes to the customer, and does nothing else. */
void run_reply(Run *run, const char *speaker, const char *text);

/* What the line of that index came to. */
const char *run_result(const Run *run, guint line);
/* All were done, and the first says @want. */
void run_assert_done(const Run *run, const char *want);
/* One was refused, nothing was changed, and the first says @want. */
void run_assert_refused(const Run *run, const char *want);

/* The ticket as it is now; the caller's. */
TdTicket *run_ticket(Run *run, guint64 number);
/* The newest event of @kind on the ticket, NULL if there is none; good until
 * the test ends. */
const TdEvent *run_event(Run *run, guint64 number, TdEventKind kind);
/* Changes an agent's record. */
void run_agent(Run *run, const char *name, gint64 away, const char *deputy);
TdPerson *run_person(Run *run, const char *address);
/* Another mail of @from ("Anna <a@b>") on the ticket; its sequence. */
guint64 run_mail(Run *run, guint64 number, const char *from);
/* Adds to the fixture's clock. */
void run_wait(Run *run, gint64 seconds);

#endif
