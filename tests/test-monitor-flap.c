/* test-monitor-flap.c - things that come and go, and mails of many things */

#include "config.h"

#include "desk/monitor.h"

#include "monitor-fixture.h"

/* ---- flapping: four changes within ten minutes ---- */

#define FLAPS                                                                  \
	MONITOR("on-recovery = close\nflap-changes = 4\n"                      \
	        "flap-window = 10m\n")

static gboolean
is_flapping(Fixture *fixture)
{
	g_autoptr(TdObject) object = monitor_object(fixture, "web01", "HTTP");

	return object->flapping;
}

static void
test_before(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	monitor_says(fixture, WEB_CRITICAL);
	monitor_says(fixture, WEB_OK);
	monitor_says(fixture, WEB_CRITICAL);
	g_assert_false(is_flapping(fixture));
	g_assert_cmpuint(monitor_tickets(fixture), ==, 2);
	g_assert_false(monitor_has_tag(fixture, 2, "flapping"));
}

static void
test_begins(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdMessage) letter = NULL;
	Filing filing;

	test_before(fixture, NULL);
	filing = monitor_says(fixture, WEB_OK);
	g_assert_true(is_flapping(fixture));
	g_assert_cmpuint(filing.outcome.filed.ticket, ==, 2);
	g_assert_cmpuint(filing.letters, ==, 2);
	monitor_assert_status(fixture, 2, "new");
	g_assert_true(monitor_has_tag(fixture, 2, "flapping"));
	letter = fixture_letter(fixture, 2, "message", IVAN);
	g_assert_nonnull(strstr(letter->text, "keeps coming and going"));
}

static void
test_silent(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdObject) object = NULL;

	test_begins(fixture, NULL);
	for (guint i = 0; i < 10; i++) {
		Filing filing = monitor_says(
		    fixture, i % 2 == 0 ? WEB_CRITICAL : WEB_OK);

		g_assert_cmpuint(filing.outcome.filed.ticket, ==, 2);
		g_assert_cmpuint(filing.letters, ==, 0);
	}
	monitor_assert_status(fixture, 2, "new");
	g_assert_cmpuint(monitor_tickets(fixture), ==, 2);
	object = monitor_object(fixture, "web01", "HTTP");
	g_assert_cmpuint(object->changes->len, ==, 14);
}

/* The fourth change so many seconds after the first. */
static gboolean
flaps_after(Fixture *fixture, gint64 seconds)
{
	gint64 start = fixture->now;

	monitor_says_at(fixture, start, 0, WEB_CRITICAL);
	monitor_says_at(fixture, start, 60, WEB_OK);
	monitor_says_at(fixture, start, 120, WEB_CRITICAL);
	monitor_says_at(fixture, start, seconds, WEB_OK);
	return is_flapping(fixture);
}

static void
test_window_before(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_assert_true(flaps_after(fixture, 10 * MINUTE - 1));
}

static void
test_window_exact(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_assert_true(flaps_after(fixture, 10 * MINUTE));
}

static void
test_window_after(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_assert_false(flaps_after(fixture, 10 * MINUTE + 1));
	monitor_assert_status(fixture, 2, "closed");
}

/* A problem so many seconds after the last change of what flaps. */
static Filing
problem_after(Fixture *fixture, gint64 seconds)
{
	test_begins(fixture, NULL);
	return monitor_says_at(
	    fixture, fixture->now - MINUTE, seconds, WEB_CRITICAL);
}

static void
test_quiet_not(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing = problem_after(fixture, 10 * MINUTE);

	g_assert_true(is_flapping(fixture));
	g_assert_cmpuint(filing.letters, ==, 0);
	g_assert_true(monitor_has_tag(fixture, 2, "flapping"));
}

static void
test_quiet(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing = problem_after(fixture, 10 * MINUTE + 1);

	g_assert_false(is_flapping(fixture));
	g_assert_cmpuint(filing.outcome.ticket, ==, 2);
	g_assert_cmpuint(filing.letters, ==, 2);
	g_assert_false(monitor_has_tag(fixture, 2, "flapping"));
	monitor_says(fixture, WEB_OK);
	monitor_assert_status(fixture, 2, "closed");
}

/* A long problem behind the flapping ends as any other. */
static void
test_settled(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	gint64 start;

	test_begins(fixture, NULL);
	start = fixture->now;
	monitor_says_at(fixture, start, 0, WEB_CRITICAL);
	monitor_says_at(fixture, start, 10 * MINUTE + 1, WEB_OK);
	g_assert_false(is_flapping(fixture));
	monitor_assert_status(fixture, 2, "closed");
	g_assert_false(monitor_has_tag(fixture, 2, "flapping"));
}

static void
test_closed_by_hand(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing;

	test_begins(fixture, NULL);
	monitor_order(fixture, 2, "olga", "close");
	filing = monitor_says(fixture, WEB_CRITICAL);
	g_assert_cmpuint(filing.outcome.ticket, ==, 3);
	monitor_says(fixture, WEB_OK);
	monitor_assert_status(fixture, 3, "new");
}

static void
test_never(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	for (guint i = 0; i < 60; i++)
		monitor_says(fixture, i % 2 == 0 ? WEB_CRITICAL : WEB_OK);
	g_assert_false(is_flapping(fixture));
}

/* At the fifth change a new ticket is opened, and flaps. */
static void
test_new_flaps(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	monitor_says(fixture, WEB_CRITICAL);
	monitor_says(fixture, WEB_OK);
	g_assert_cmpuint(
	    monitor_says(fixture, WEB_CRITICAL).outcome.ticket, ==, 2);
	g_assert_true(monitor_has_tag(fixture, 2, "flapping"));
	g_assert_cmpuint(fixture_count(fixture, 2, "new-ticket"), ==, 2);
	g_assert_cmpuint(fixture_count(fixture, 2, "message"), ==, 2);
}

/* ---- many things in one mail ---- */

#define ALERTS                                                                 \
	"timezone = UTC\n|[monitor prometheus]\nsender = alerts@mon.example\n" \
	"format = alertmanager\nflap-changes = 0\n"

/* Instances that fire and that are well, with ' ' between. */
static Filing
alert(Fixture *fixture, const char *firing, const char *resolved)
{
	const char *const lists[] = { firing, resolved };
	const char *const heads[] = { "[1] Firing\n", "[1] Resolved\n" };
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
		g_auto(GStrv) names = g_strsplit(lists[i], " ", 0);

		g_string_append(text, heads[i]);
		for (guint j = 0; names[j] != NULL; j++)
			g_string_append_printf(text,
			    "Labels\nalertname = Slow\ninstance = %s\n"
			    "severity = %s\nSource\n",
			    names[j],
			    *names[j] == 'c' ? "critical" : "warning");
	}
	return monitor_mail(fixture, "alerts@mon.example", "alerts@mon.example",
	    "", *firing == '\0' ? "[RESOLVED] Slow" : "[FIRING:9] Slow",
	    text->str);
}

static guint64
ticket_of(Fixture *fixture, const char *instance)
{
	g_autoptr(TdTxn) txn = td_txn_read(fixture->store);
	g_autoptr(TdObject) object = NULL;

	td_object_get(txn, "prometheus", instance, "Slow", &object, NULL);
	return object == NULL ? 0 : object->ticket;
}

static void
test_one_ticket(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(TdEvent) event = NULL;

	alert(fixture, "a b c", "");
	ticket = fixture_ticket(fixture, 1);
	g_assert_cmpstr(ticket->subject, ==, "a/Slow is warning (+2)");
	g_assert_cmpuint(ticket->priority, ==, 2);
	g_assert_cmpuint(ticket_of(fixture, "b"), ==, 1);
	g_assert_cmpuint(ticket_of(fixture, "c"), ==, 1);
	event = monitor_event(fixture, 1, TD_EVENT_MESSAGE);
	g_assert_cmpstr(td_event_get(event, "direction"), ==, "out");
}

static void
test_all_well(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	alert(fixture, "a b", "");
	g_assert_cmpuint(alert(fixture, "b", "a").letters, ==, 0);
	monitor_assert_status(fixture, 1, "new");
	g_assert_cmpuint(alert(fixture, "", "a b").letters, ==, 2);
	monitor_assert_status(fixture, 1, "resolved");
}

static void
test_some_new(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdEvent) event = NULL;
	Filing filing;

	alert(fixture, "a", "");
	filing = alert(fixture, "a b d", "");
	g_assert_cmpuint(filing.outcome.ticket, ==, 2);
	g_assert_cmpuint(filing.outcome.filed.ticket, ==, 2);
	g_assert_cmpuint(ticket_of(fixture, "a"), ==, 1);
	g_assert_cmpuint(ticket_of(fixture, "d"), ==, 2);
	/* Where the mail is not filed there is an event that names it. */
	event = monitor_event(fixture, 1, TD_EVENT_MESSAGE);
	g_assert_cmpuint(td_event_get_number(event, "repeat"), ==, 1);
	g_assert_cmpuint(event->message, ==, 0);
	g_assert_cmpstr(td_event_get(event, "raw"), ==, "2/1");
}

/* One ticket is over, another begins, a third goes on. */
static void
test_each_its_own(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing;

	alert(fixture, "a", "");
	alert(fixture, "b", "");
	filing = alert(fixture, "b c", "a x");
	g_assert_cmpuint(filing.outcome.ticket, ==, 3);
	monitor_assert_status(fixture, 1, "resolved");
	monitor_assert_status(fixture, 2, "new");
	monitor_assert_status(fixture, 3, "new");
	g_assert_cmpuint(ticket_of(fixture, "x"), ==, 0);
}

/* ---- the monitor hears who took it ---- */

#define ALERTS_ANSWERED ALERTS "answer = ack@mon.example\n"

static guint
count_words(const char *text, const char *words)
{
	guint count = 0;

	for (const char *at = text; (at = strstr(at, words)) != NULL; at++)
		count++;
	return count;
}

static void
test_one_answer(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdMessage) letter = NULL;

	alert(fixture, "a c", "");
	monitor_order(fixture, 1, "olga", "take");
	g_assert_cmpuint(fixture_count(fixture, 1, "monitor"), ==, 1);
	letter = fixture_letter(fixture, 1, "monitor", "ack@mon.example");
	g_assert_cmpstr(letter->subject, ==, "Taken: a/Slow (+1)");
	g_assert_nonnull(strstr(letter->text,
	    "Host: a\nService: Slow\nState: warning\nTicket: [support #1]\n"
	    "Taken-by: olga\nAction: acknowledge\n\n"
	    "Host: c\nService: Slow\nState: critical\nTicket: [support #1]\n"
	    "Taken-by: olga\nAction: acknowledge\n"));
	/* What came since is told, and nothing twice. */
	g_assert_cmpuint(alert(fixture, "b", "").outcome.ticket, ==, 2);
	monitor_order(fixture, 2, "olga", "merge 1");
	monitor_order(fixture, 1, "olga", "assign ivan");
	g_assert_cmpuint(fixture_count(fixture, 1, "monitor"), ==, 2);
	g_clear_pointer(&letter, td_message_free);
	letter = fixture_letter(fixture, 1, "monitor", "ack@mon.example");
	g_assert_cmpstr(letter->subject, ==, "Taken: b/Slow");
	monitor_order(fixture, 1, "olga", "take");
	g_assert_cmpuint(fixture_count(fixture, 1, "monitor"), ==, 2);
}

/* Files an alert of @count instances, whose names begin with @name. */
static Filing
alert_many(Fixture *fixture, char name, guint count)
{
	g_autoptr(GString) names = g_string_new(NULL);

	for (guint i = 0; i < count; i++)
		g_string_append_printf(
		    names, "%s%c%03u", i == 0 ? "" : " ", name, i);
	return alert(fixture, names->str, "");
}

static void
test_long_answer(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdMessage) letter = NULL;
	g_autoptr(TdMessage) longer = NULL;

	alert_many(fixture, 'a', TD_SIGNALS_MAX);
	monitor_order(fixture, 1, "olga", "take");
	letter = fixture_letter(fixture, 1, "monitor", "ack@mon.example");
	g_assert_cmpuint(
	    count_words(letter->text, "Host: "), ==, TD_SIGNALS_MAX);
	g_assert_null(strstr(letter->text, "More:"));
	alert_many(fixture, 'b', TD_SIGNALS_MAX);
	alert_many(fixture, 'd', 1);
	monitor_order(fixture, 3, "olga", "merge 2");
	monitor_order(fixture, 2, "olga", "take");
	g_assert_cmpuint(fixture_count(fixture, 2, "monitor"), ==, 1);
	longer = fixture_letter(fixture, 2, "monitor", "ack@mon.example");
	g_assert_cmpuint(
	    count_words(longer->text, "Host: "), ==, TD_SIGNALS_MAX);
	g_assert_nonnull(strstr(longer->text, "\n\nMore: 1\n"));
}

/* ---- as they really come: HTML ---- */

/* Files the mail tests/data/mail/@name; the title of its ticket. */
static void
assert_title(Fixture *fixture, const char *name, const char *want)
{
	g_autofree char *path = g_test_build_filename(
	    G_TEST_DIST, "data", "mail", name, NULL);
	g_autofree char *raw = NULL;
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(GError) error = NULL;

	g_file_get_contents(path, &raw, NULL, &error);
	g_assert_no_error(error);
	fixture_file(fixture, "x@mon.example", "support@example.com", raw);
	ticket = fixture_ticket(fixture, 1);
	g_assert_cmpstr(ticket->subject, ==, want);
}

static void
test_alertmanager_html(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	assert_title(fixture, "monitor-alertmanager.eml",
	    "shop1:8080/SlowAnswers is warning");
}

static void
test_zabbix_html(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdObject) object = NULL;

	assert_title(fixture, "monitor-zabbix.eml",
	    "srv1/Диск полон на srv1 is Disaster");
	object = monitor_object(fixture, "srv1", "диск полон на SRV1");
	g_assert_cmpstr(object->reference, ==, "4711");
	g_assert_cmpuint(object->grade, ==, 1);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();
	MONITOR_TEST("one change less than configured is no flapping", FLAPS,
	    test_before);
	MONITOR_TEST("as many are: agents hear it, the ticket stays open",
	    FLAPS, test_begins);
	MONITOR_TEST(
	    "further ones are counted and not told", FLAPS, test_silent);
	MONITOR_TEST("a second before the window ends they count", FLAPS,
	    test_window_before);
	MONITOR_TEST("at its end, too", FLAPS, test_window_exact);
	MONITOR_TEST("a second later no more", FLAPS, test_window_after);
	MONITOR_TEST(
	    "what was quiet for the window still flaps", FLAPS, test_quiet_not);
	MONITOR_TEST(
	    "what was so a second longer does no more", FLAPS, test_quiet);
	MONITOR_TEST("a long problem settles it, too", FLAPS, test_settled);
	MONITOR_TEST("a ticket that was closed by hand stays so", FLAPS,
	    test_closed_by_hand);
	MONITOR_TEST("without flap-changes nothing flaps",
	    MONITOR("flap-changes = 0\n"), test_never);
	MONITOR_TEST("a new ticket may flap at once",
	    MONITOR("on-recovery = close\nflap-changes = 3\n"), test_new_flaps);
	MONITOR_TEST(
	    "all new things of a mail are one ticket", ALERTS, test_one_ticket);
	MONITOR_TEST(
	    "which is over when all of them are well", ALERTS, test_all_well);
	MONITOR_TEST("known ones stay on theirs", ALERTS, test_some_new);
	MONITOR_TEST("a mail may end one, begin one and repeat one", ALERTS,
	    test_each_its_own);
	MONITOR_TEST("who took them is told in one mail", ALERTS_ANSWERED,
	    test_one_answer);
	MONITOR_TEST("which names so many and counts the others",
	    ALERTS_ANSWERED, test_long_answer);
	MONITOR_TEST(
	    "HTML of Alertmanager is read", ALERTS, test_alertmanager_html);
	MONITOR_TEST("HTML of Zabbix is read",
	    "timezone = UTC\n|[monitor nagios]\nsender = @mon.example\n"
	    "format = zabbix\n",
	    test_zabbix_html);
	return g_test_run();
}
