/* test-limits.c - how much the desk says by itself */

#include "config.h"

#include <string.h>

#include "desk-fixture.h"

#define ANNA "anna@example.net"
#define SUPPORT "support@example.com"
#define ALWAYS "|acknowledge = always\n"

/* A mail from @from under @subject that answers @answers (an id, or NULL). */
static Filing
write_mail(Fixture *fixture, const char *from, const char *subject,
    const char *answers)
{
	static guint count = 0;
	g_autofree char *reference = answers == NULL
	    ? g_strdup("")
	    : g_strdup_printf("In-Reply-To: <%s>\n", answers);
	g_autofree char *raw = g_strdup_printf(
	    "From: %s\nTo: %s\nSubject: %s\nMessage-ID: <limit-%u@x>\n%s\n"
	    "Hello.\n",
	    from, SUPPORT, subject, ++count, reference);

	return fixture_file(fixture, from, SUPPORT, raw);
}

static void
assert_silent(const Filing *filing, const char *why)
{
	g_assert_false(filing->acknowledge);
	g_assert_cmpuint(filing->outcome.ticket, >, 0);
	g_test_message("%s", filing->silence);
	g_assert_nonnull(strstr(filing->silence, why));
}

/* Why @number was not answered, by its newest event of that kind; the
 * caller's, NULL if there is none. */
static char *
suppressed_event(Fixture *fixture, guint64 number)
{
	g_autoptr(GPtrArray) events = fixture_events(fixture, number);

	for (guint i = events->len; i > 0; i--) {
		const TdEvent *event = g_ptr_array_index(events, i - 1);

		if (event->kind == TD_EVENT_SUPPRESSED) {
			g_assert_cmpstr(event->actor, ==, "desk");
			return g_strdup(td_event_get(event, "why"));
		}
	}
	return NULL;
}

static TdSuppression *
find_muted(Fixture *fixture, const char *address)
{
	g_autoptr(TdTxn) txn = td_txn_read(fixture->store);
	g_autoptr(GError) error = NULL;
	TdSuppression *suppression = NULL;

	td_suppression_get(
	    txn, TD_SUPPRESSED_MUTED, address, &suppression, &error);
	g_assert_no_error(error);
	return suppression;
}

/* ---- people ---- */

static void
test_an_address_is_answered_so_often_a_day(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *why = NULL;
	Filing filing;

	for (guint i = 0; i < 3; i++) {
		g_autofree char *subject = g_strdup_printf("%u times", i);

		filing = write_mail(fixture, ANNA, subject, NULL);
		g_assert_true(filing.acknowledge);
	}
	filing = write_mail(fixture, ANNA, "Once more", NULL);
	assert_silent(&filing, "rule 11: 3 automatic answers to " ANNA);
	why = suppressed_event(fixture, filing.outcome.ticket);
	g_assert_cmpstr(why, ==, filing.silence);

	filing = write_mail(fixture, "boris@example.net", "Another", NULL);
	g_assert_true(filing.acknowledge);
	fixture->now += 24 * 60 * 60;
	filing = write_mail(fixture, ANNA, "The next day", NULL);
	g_assert_true(filing.acknowledge);
}

static void
test_a_clock_turned_back_starts_no_new_count(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const subjects[] = { "One", "Two", "Three" };
	const gint64 day = 24 * 60 * 60;
	Filing filing;

	for (gsize i = 0; i < G_N_ELEMENTS(subjects); i++)
		filing = write_mail(fixture, ANNA, subjects[i], NULL);
	g_assert_true(filing.acknowledge);
	fixture->now -= 60 * 60;
	filing = write_mail(fixture, ANNA, "An hour before", NULL);
	assert_silent(&filing, "rule 11: 3 automatic answers to " ANNA);
	fixture->now += day + 60 * 60;
	filing = write_mail(fixture, ANNA, "The next day", NULL);
	g_assert_true(filing.acknowledge);
	/* One from so far ahead would never end. */
	fixture->now -= 400 * day;
	filing = write_mail(fixture, ANNA, "Last year", NULL);
	g_assert_true(filing.acknowledge);
}

static void
test_extensions_are_of_one_mailbox(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const addresses[] = { "anna@gmail.com",
		"anna+a@gmail.com", "anna+b@gmail.com" };
	Filing filing;

	for (gsize i = 0; i < G_N_ELEMENTS(addresses); i++)
		filing = write_mail(fixture, addresses[i], "Hi", NULL);
	g_assert_true(filing.acknowledge);
	filing = write_mail(fixture, "anna+c@gmail.com", "Hi", NULL);
	assert_silent(&filing, "rule 11: 3 automatic answers to anna+c@");
}

static void
test_a_domain_is_answered_so_often_an_hour(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing;

	for (guint i = 0; i < 3; i++) {
		g_autofree char *from = g_strdup_printf("p%u@firm.example", i);

		filing = write_mail(fixture, from, "Hi", NULL);
		g_assert_true(filing.acknowledge);
	}
	filing = write_mail(fixture, "p3@firm.example", "Hi", NULL);
	assert_silent(&filing,
	    "rule 11: 3 automatic answers to firm.example within an hour");
	fixture->now += 60 * 60;
	filing = write_mail(fixture, "p3@firm.example", "Hi", NULL);
	g_assert_true(filing.acknowledge);
}

static void
test_a_mailbox_provider_is_no_firm(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	for (guint i = 0; i < 5; i++) {
		g_autofree char *from = g_strdup_printf("p%u@gmail.com", i);
		Filing filing = write_mail(fixture, from, "Hi", NULL);

		g_assert_true(filing.acknowledge);
	}
}

/* ---- suppressed addresses ---- */

static void
suppress(Fixture *fixture, TdSuppressedKind kind, gint64 expires)
{
	g_autoptr(TdSuppression) suppression = td_suppression_new(kind, ANNA);
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(fixture->store, &error);

	g_assert_no_error(error);
	g_free(suppression->why);
	suppression->why = g_strdup("5.1.1 no such user");
	suppression->created = suppression->updated = fixture->now;
	suppression->expires = expires;
	td_suppression_put(txn, suppression, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

static void
test_who_bounced_is_not_answered(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *why = NULL;
	Filing filing;

	suppress(fixture, TD_SUPPRESSED_BOUNCED, 0);
	filing = write_mail(fixture, ANNA, "Hi", NULL);
	assert_silent(
	    &filing, "rule 12: mail to " ANNA " came back: 5.1.1 no such user");
	why = suppressed_event(fixture, filing.outcome.ticket);
	g_assert_cmpstr(why, ==, filing.silence);
}

static void
test_who_is_muted_is_not_answered(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing;

	suppress(fixture, TD_SUPPRESSED_MUTED, fixture->now + 3600);
	filing = write_mail(fixture, ANNA, "Hi", NULL);
	assert_silent(&filing, "rule 11: muted until 2023-");
}

static void
test_a_suppression_ends(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing;

	suppress(fixture, TD_SUPPRESSED_BOUNCED, fixture->now);
	suppress(fixture, TD_SUPPRESSED_MUTED, fixture->now);
	filing = write_mail(fixture, ANNA, "Hi", NULL);
	g_assert_true(filing.acknowledge);
}

/* ---- machines that look human ---- */

/* @count mails, each of which answers the answer to the one before, @seconds
 * between them; the last one's fate. */
static Filing
play(Fixture *fixture, guint count, gint64 seconds)
{
	Filing filing = write_mail(fixture, ANNA, "Hi", NULL);

	for (guint i = 1; i < count; i++) {
		g_autoptr(TdMessage)
		    answer = fixture_answer(fixture, filing.outcome.ticket);

		fixture->now += seconds - 60;
		filing = write_mail(
		    fixture, ANNA, "Re: Hi", answer->message_id);
	}
	return filing;
}

static void
test_who_answers_every_answer_is_muted(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing = play(fixture, 3, 60);
	g_autoptr(TdSuppression) muted = NULL;
	gint64 then;

	g_assert_true(filing.acknowledge);
	then = fixture->now;
	filing = write_mail(fixture, ANNA, "[support #1] again", NULL);
	assert_silent(&filing, "rule 11: muted until ");
	muted = find_muted(fixture, ANNA);
	g_assert_nonnull(muted);
	g_assert_cmpstr(muted->why, ==, "answers every answer at once");
	g_assert_cmpstr(muted->by, ==, "desk");
	g_assert_cmpint(muted->expires, ==, then + 24 * 60 * 60);
	g_assert_cmpuint(muted->evidence.ticket, ==, 1);
	g_assert_cmpuint(fixture_count(fixture, 0, "notice"), ==, 1);
}

static void
test_the_administrator_is_told_once(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdMessage) notice = NULL;
	Filing filing;

	play(fixture, 4, 60);
	for (guint i = 0; i < 4; i++)
		write_mail(fixture, ANNA, "[support #1] again", NULL);
	filing = write_mail(fixture, ANNA, "Hi again", NULL);
	assert_silent(&filing, ": answers every answer at once");
	g_assert_cmpuint(fixture_count(fixture, 0, "notice"), ==, 1);
	notice = fixture_letter(fixture, 0, "notice", "root@example.com");
	g_assert_nonnull(notice);
	g_assert_nonnull(strstr(notice->subject, ANNA));
	g_assert_nonnull(strstr(notice->text, "within ten minutes"));
}

static void
test_who_takes_time_is_a_person(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing = play(fixture, 8, 200);

	g_assert_true(filing.acknowledge);
	g_assert_null(find_muted(fixture, ANNA));
}

static void
test_new_matters_are_no_answers(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const subjects[] = { "One", "Two", "Three", "Four",
		"Five", "Six" };

	for (gsize i = 0; i < G_N_ELEMENTS(subjects); i++) {
		Filing filing = write_mail(fixture, ANNA, subjects[i], NULL);

		g_assert_true(filing.acknowledge);
	}
}

static void
test_muting_touches_answers_alone(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = NULL;
	Filing filing;

	fixture_agent(fixture, "olga", "olga@example.com");
	play(fixture, 4, 60);
	filing = write_mail(fixture, ANNA, "Another thing", NULL);
	g_assert_false(filing.acknowledge);
	ticket = fixture_ticket(fixture, filing.outcome.ticket);
	g_assert_cmpuint(ticket->messages, ==, 2);
	g_assert_cmpuint(
	    fixture_count(fixture, ticket->number, "new-ticket"), ==, 1);
}

static void
test_no_time_is_no_muting(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing = play(fixture, 8, 60);

	g_assert_true(filing.acknowledge);
	g_assert_null(find_muted(fixture, ANNA));
}

static void
test_a_subject_that_only_grows_is_a_machine(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const subjects[] = { "Hi", "[x #1] Hi",
		"[x #2] [support #1] [x #1] Hi",
		"[x #3] [x #2] [support #1] [x #1] Hi" };
	g_autoptr(TdSuppression) muted = NULL;
	Filing filing;

	for (gsize i = 0; i < G_N_ELEMENTS(subjects); i++) {
		g_assert_null(find_muted(fixture, ANNA));
		fixture->now += 9 * 60;
		filing = write_mail(fixture, ANNA, subjects[i], NULL);
	}
	assert_silent(&filing, "rule 11: muted until ");
	muted = find_muted(fixture, ANNA);
	g_assert_nonnull(muted);
	g_assert_cmpstr(muted->why, ==, "its subjects only grow");
	g_assert_cmpuint(fixture_count(fixture, 0, "notice"), ==, 1);
}

static void
test_a_subject_may_stay_and_change(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const subjects[] = { "Hi", "Re: Hi", "Re: Re: Hi",
		"Re: Re: Hi", "Fwd: Re: Re: Hi", "Ho", "Ahoi Ho", "", "Hi" };

	for (gsize i = 0; i < G_N_ELEMENTS(subjects); i++) {
		Filing filing = write_mail(fixture, ANNA, subjects[i], NULL);

		g_assert_true(filing.acknowledge);
	}
}

/* ---- business hours ---- */

static void
test_out_of_hours_the_acknowledgement_says_so(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdMessage) letter = NULL;
	g_autoptr(GPtrArray) events = NULL;
	gboolean acknowledged = FALSE;
	Filing filing = write_mail(fixture, ANNA, "Hi", NULL);

	g_assert_true(filing.acknowledge);
	letter = fixture_letter(fixture, 1, "out-of-hours", ANNA);
	g_assert_nonnull(letter);
	g_assert_nonnull(strstr(letter->text, "15 November 2023, 09:00"));
	events = fixture_events(fixture, 1);
	for (guint i = 0; i < events->len; i++) {
		const TdEvent *event = g_ptr_array_index(events, i);

		acknowledged = acknowledged ||
		    event->kind == TD_EVENT_ACKNOWLEDGED;
	}
	g_assert_true(acknowledged);

	fixture->now += 12 * 60 * 60;
	filing = write_mail(fixture, ANNA, "Ho", NULL);
	g_assert_cmpuint(
	    fixture_count(fixture, filing.outcome.ticket, "acknowledgement"),
	    ==, 1);
}

static void
test_without_a_calendar_it_is_always_open(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	Filing filing = write_mail(fixture, ANNA, "Hi", NULL);

	g_assert_true(filing.acknowledge);
	g_assert_cmpuint(fixture_count(fixture, 1, "acknowledgement"), ==, 1);
}

#define ADD(path, extra, test)                                                 \
	g_test_add(path, Fixture, extra, fixture_open, test, fixture_close)
#define ADMIN "admin = root@example.com\n"

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	ADD("/limits/day", "answers-per-day = 3\n",
	    test_an_address_is_answered_so_often_a_day);
	ADD("/limits/turned-back", "answers-per-day = 3\n",
	    test_a_clock_turned_back_starts_no_new_count);
	ADD("/limits/mailbox", "answers-per-day = 3\n",
	    test_extensions_are_of_one_mailbox);
	ADD("/limits/domain", "answers-per-hour = 3\n",
	    test_a_domain_is_answered_so_often_an_hour);
	ADD("/limits/provider", "answers-per-hour = 3\n",
	    test_a_mailbox_provider_is_no_firm);
	ADD("/limits/bounced", NULL, test_who_bounced_is_not_answered);
	ADD("/limits/muted", NULL, test_who_is_muted_is_not_answered);
	ADD("/limits/ends", NULL, test_a_suppression_ends);
	ADD("/limits/turns", ADMIN ALWAYS,
	    test_who_answers_every_answer_is_muted);
	ADD("/limits/once", ADMIN ALWAYS, test_the_administrator_is_told_once);
	ADD("/limits/slow", ALWAYS, test_who_takes_time_is_a_person);
	ADD("/limits/new", ALWAYS, test_new_matters_are_no_answers);
	ADD("/limits/answers-alone", ALWAYS, test_muting_touches_answers_alone);
	ADD("/limits/mute-0", "mute = 0\n" ALWAYS, test_no_time_is_no_muting);
	ADD("/limits/growth", ADMIN,
	    test_a_subject_that_only_grows_is_a_machine);
	ADD("/limits/no-growth", NULL, test_a_subject_may_stay_and_change);
	ADD("/limits/hours",
	    "timezone = UTC\ncalendar = office\n"
	    "|[calendar office]\nhours = Mon-Fri 09:00-17:00\n",
	    test_out_of_hours_the_acknowledgement_says_so);
	ADD("/limits/no-calendar", NULL,
	    test_without_a_calendar_it_is_always_open);

	return g_test_run();
}
