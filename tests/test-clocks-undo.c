/* test-clocks-undo.c - clocks of what is merged, spam, or undone */

#include "config.h"

#include "clocks-fixture.h"

/* Times are those of a clock that never rests. */
#define PLAIN                                                                  \
	"|[sla plain]\nfirst-response = 1h\nnext-update = 2h\n"                \
	"solution = 10h\nwarn = 75\n"
#define CHAIN                                                                  \
	"|[sla a]\nfirst-response = 1h\nwarn = 0\nescalation = up\n"           \
	"[escalation up]\nsteps = owner;leads 30m;queue 1h\n"
#define HELD "reply-hold = 20m\n"

/* ---- merged, and spam ---- */

static void
test_merged_and_spam(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 first = clocks->number;
	g_autofree char *merge = g_strdup_printf(
	    "merge %" G_GUINT64_FORMAT, first);

	clocks_open_ticket(clocks);
	clocks_do(clocks, "olga", merge);
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "stopped 60m");
	clocks_assert(clocks, TD_CLOCK_SOLUTION, "stopped 600m");
	clocks_at(clocks, AT(0, 20));
	clocks_do(clocks, "olga", "undo");
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "running 10:20");
	clocks_do(clocks, "olga", "spam");
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "stopped 60m");
	clocks_at(clocks, AT(0, 30));
	clocks_do(clocks, "olga", "undo");
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "running 10:30");
	clocks->number = first;
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "running 10:00");
}

/* What was told before is not told again. */
static void
test_unmerged(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	guint64 first = clocks->number;
	g_autofree char *merge = NULL;

	clocks_do(clocks, "olga", "take; due 2023-11-20 10:00");
	clocks_assert_tick(clocks, AT(1, 0),
	    "deadline:olga@example.com deadline:olga@example.com "
	    "deadline:rita@example.com deadline:rita@example.com");
	clocks_open_ticket(clocks);
	merge = g_strdup_printf("merge %" G_GUINT64_FORMAT, clocks->number);
	clocks->number = first;
	clocks_at(clocks, AT(1, 10));
	clocks_do(clocks, "olga", merge);
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "stopped 0m breached");
	clocks_assert(clocks, TD_CLOCK_AGREED, "stopped 0m breached");
	clocks_assert_tick(clocks, AT(1, 20), "");
	clocks_do(clocks, "olga", "undo");
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "running 10:20 breached");
	clocks_assert(clocks, TD_CLOCK_AGREED, "running 10:00 breached");
	clocks_assert_tick(clocks, AT(1, 30), "");
}

static void
test_spam_until_due(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_do(clocks, "olga", "take; due 2023-11-20 11:00");
	clocks_at(clocks, AT(0, 10));
	clocks_do(clocks, "olga", "spam");
	clocks_assert_tick(clocks, AT(1, 10), "");
	clocks_do(clocks, "olga", "undo");
	clocks_assert(clocks, TD_CLOCK_AGREED, "running 11:00");
	clocks_assert_tick(clocks, AT(1, 36) - 1, "");
	clocks_assert_tick(clocks, AT(1, 36), "deadline:olga@example.com");
	clocks_assert_tick(clocks, AT(2, 0),
	    "deadline:olga@example.com deadline:rita@example.com");
}

/* ---- undo ---- */

static void
test_status_undone(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_at(clocks, AT(0, 30));
	clocks_do(clocks, "olga", "close");
	clocks_at(clocks, AT(0, 40));
	clocks_do(clocks, "olga", "undo");
	clocks_assert(clocks, TD_CLOCK_SOLUTION, "running 19:10");
}

/* Nobody answered. */
static void
test_close_undone(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_at(clocks, AT(0, 10));
	clocks_do(clocks, "olga", "close");
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "met 50m");
	clocks_at(clocks, AT(0, 11));
	clocks_do(clocks, "olga", "undo");
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "running 10:01");
	clocks_do(clocks, "olga", "resolve");
	clocks_do(clocks, "olga", "undo");
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "running 10:01");
}

/* Opened anew there is no first answer to be given, whatever is undone. */
static void
test_reopened_undone(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_at(clocks, AT(0, 10));
	clocks_do(clocks, "olga", "close");
	clocks_at(clocks, AT(0, 11));
	clocks_do(clocks, "ivan", "reopen");
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "met 50m");
	clocks_at(clocks, AT(0, 12));
	clocks_do(clocks, "olga", "close");
	clocks_do(clocks, "olga", "undo");
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "met 50m");
	clocks_at(clocks, AT(0, 13));
	clocks_do(clocks, "olga", "pending 2023-11-20 12:00");
	clocks_do(clocks, "olga", "undo");
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "met 50m");
}

static void
test_close_undone_update(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_at(clocks, AT(0, 10));
	clocks_reply(clocks, "olga");
	clocks_at(clocks, AT(0, 20));
	clocks_write(clocks);
	clocks_at(clocks, AT(1, 20));
	clocks_do(clocks, "olga", "close");
	clocks_assert(clocks, TD_CLOCK_UPDATE, "met 60m");
	clocks_at(clocks, AT(1, 21));
	clocks_do(clocks, "olga", "undo");
	clocks_assert(clocks, TD_CLOCK_UPDATE, "running 11:21");
}

/* The answer waited in the outbox, and was taken back: nobody answered. */
static void
test_reply_undone(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;

	clocks_at(clocks, AT(0, 30));
	clocks_reply(clocks, "olga");
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "met 30m");
	clocks_at(clocks, AT(0, 40));
	clocks_do(clocks, "olga", "undo");
	ticket = clocks_ticket(clocks);
	g_assert_cmpint(ticket->answered, ==, 0);
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "running 10:00");
	clocks_at(clocks, AT(0, 50));
	clocks_reply(clocks, "olga");
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "met 10m");
}

static void
test_later_reply_undone(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_at(clocks, AT(0, 10));
	clocks_reply(clocks, "olga");
	clocks_at(clocks, AT(1, 20));
	clocks_write(clocks);
	clocks_at(clocks, AT(2, 0));
	clocks_reply(clocks, "olga");
	clocks_assert(clocks, TD_CLOCK_UPDATE, "stopped 120m");
	clocks_at(clocks, AT(2, 10));
	clocks_do(clocks, "olga", "undo");
	clocks_assert(clocks, TD_CLOCK_UPDATE, "running 12:20");
	clocks_assert(clocks, TD_CLOCK_RESPONSE, "met 50m");
}

/* The customer wrote on before it was taken back. */
static void
test_reply_undone_late(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_at(clocks, AT(0, 10));
	clocks_reply(clocks, "olga");
	clocks_at(clocks, AT(1, 20));
	clocks_write(clocks);
	clocks_at(clocks, AT(2, 0));
	clocks_reply(clocks, "olga");
	clocks_at(clocks, AT(2, 5));
	clocks_write(clocks);
	clocks_assert(clocks, TD_CLOCK_UPDATE, "running 13:05");
	clocks_at(clocks, AT(2, 10));
	clocks_do(clocks, "olga", "undo");
	clocks_assert(clocks, TD_CLOCK_UPDATE, "running 12:20");
}

static void
test_other_reply_counts(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	clocks_at(clocks, AT(0, 10));
	clocks_reply(clocks, "olga");
	clocks_at(clocks, AT(1, 20));
	clocks_write(clocks);
	clocks_at(clocks, AT(2, 0));
	clocks_reply(clocks, "olga");
	clocks_at(clocks, AT(2, 5));
	clocks_reply(clocks, "ivan");
	clocks_at(clocks, AT(2, 10));
	clocks_do(clocks, "olga", "undo");
	clocks_assert(clocks, TD_CLOCK_UPDATE, "running 13:10");
}

/* ---- escalations ---- */

/* At the breach. */
static void
begin(Clocks *clocks)
{
	clocks_do(clocks, "olga", "take");
	clocks_assert_tick(clocks, AT(1, 0), "escalation:olga@example.com");
}

static void
test_escalation_merged(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *merge = NULL;
	g_autofree char *other = NULL;
	guint64 first = clocks->number;

	begin(clocks);
	clocks_open_ticket(clocks);
	other = g_strdup_printf("#%" G_GUINT64_FORMAT " close", clocks->number);
	merge = g_strdup_printf("#%" G_GUINT64_FORMAT
	                        " merge %" G_GUINT64_FORMAT,
	    first, clocks->number);
	clocks_do(clocks, "olga", merge);
	clocks->number = first;
	clocks_assert(clocks, TD_CLOCK_ESCALATION, "stopped 30m");
	clocks_assert_tick(clocks, AT(1, 40), "");
	clocks_do(clocks, "olga", "undo");
	clocks_assert(clocks, TD_CLOCK_ESCALATION, "running 11:10");
	clocks_at(clocks, AT(1, 50));
	clocks_do(clocks, "olga", other);
	clocks_assert_tick(clocks, AT(2, 10) - 1, "");
	clocks_assert_tick(clocks, AT(2, 10), "escalation:rita@example.com");
}

static void
test_escalation_close(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	begin(clocks);
	clocks_at(clocks, AT(1, 10));
	clocks_do(clocks, "olga", "close");
	clocks_assert(clocks, TD_CLOCK_ESCALATION, "met 0m");
	clocks_at(clocks, AT(1, 11));
	clocks_do(clocks, "olga", "undo");
	clocks_assert(clocks, TD_CLOCK_ESCALATION, "running 10:30");
	clocks_assert_tick(clocks, AT(1, 30) - 1, "");
	clocks_assert_tick(clocks, AT(1, 30), "escalation:rita@example.com");
}

static void
test_escalation_reply(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	begin(clocks);
	clocks_at(clocks, AT(1, 10));
	clocks_reply(clocks, "olga");
	clocks_assert(clocks, TD_CLOCK_ESCALATION, "met 0m");
	clocks_at(clocks, AT(1, 11));
	clocks_do(clocks, "olga", "undo");
	clocks_assert_tick(clocks, AT(1, 30) - 1, "");
	clocks_assert_tick(clocks, AT(1, 30), "escalation:rita@example.com");
}

static void
test_escalation_pending(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	begin(clocks);
	clocks_at(clocks, AT(1, 10));
	clocks_do(clocks, "olga", "pending 2023-11-20 12:00");
	clocks_assert(clocks, TD_CLOCK_ESCALATION, "met 0m");
	clocks_at(clocks, AT(1, 11));
	clocks_do(clocks, "olga", "undo");
	clocks_assert(clocks, TD_CLOCK_ESCALATION, "running 10:30");
}

/* What "ack" ended is over, whatever is undone. */
static void
test_escalation_ack(Clocks *clocks, gconstpointer unused G_GNUC_UNUSED)
{
	begin(clocks);
	clocks_at(clocks, AT(1, 10));
	clocks_do(clocks, "olga", "ack");
	clocks_at(clocks, AT(1, 11));
	clocks_do(clocks, "olga", "close");
	clocks_at(clocks, AT(1, 12));
	clocks_do(clocks, "olga", "undo");
	clocks_at(clocks, AT(1, 13));
	clocks_do(clocks, "olga", "pending 2023-11-20 12:00");
	clocks_at(clocks, AT(1, 14));
	clocks_do(clocks, "olga", "undo");
	clocks_assert_tick(clocks, AT(9, 0), "");
	clocks_assert(clocks, TD_CLOCK_ESCALATION, "met 0m");
}

#define ADD(name, extra, test)                                                 \
	g_test_add("/clocks-undo/" name, Clocks, extra, clocks_open, test,     \
	    clocks_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	ADD("the clocks of merged tickets and spam stand still", PLAIN,
	    test_merged_and_spam);
	ADD("a breach is known after merge and undo",
	    "|[sla plain]\nfirst-response = 1h\nwarn = 0\n", test_unmerged);
	ADD("a date of what was spam for a while is warned of", NULL,
	    test_spam_until_due);
	ADD("undo of a status lets it run on", PLAIN, test_status_undone);
	ADD("undo of an end leaves it unanswered", PLAIN, test_close_undone);
	ADD("undo brings no first answer back that is over", PLAIN,
	    test_reopened_undone);
	ADD("undo of an end leaves the next answer what it had", PLAIN,
	    test_close_undone_update);
	ADD("undo of the answer leaves none", HELD PLAIN, test_reply_undone);
	ADD("undo of a later answer leaves the next one due", HELD PLAIN,
	    test_later_reply_undone);
	ADD("undo of it does so after another mail", HELD PLAIN,
	    test_reply_undone_late);
	ADD("undo of it leaves that of another agent", HELD PLAIN,
	    test_other_reply_counts);
	ADD("while merged an escalation waits", CHAIN, test_escalation_merged);
	ADD("an escalation goes on when the end is undone", CHAIN,
	    test_escalation_close);
	ADD("an escalation goes on when the answer is undone", HELD CHAIN,
	    test_escalation_reply);
	ADD("an escalation goes on when the delay is undone", CHAIN,
	    test_escalation_pending);
	ADD("undo does not bring back what was acknowledged", CHAIN,
	    test_escalation_ack);
	return g_test_run();
}
