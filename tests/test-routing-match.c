/* test-routing-match.c - what rules of the configuration look for in a mail */

#include "config.h"

#include <string.h>

#include "routing-fixture.h"

typedef struct {
	const char *fields;
	const char *text;
	const char *why; /* NULL: the rule does not fire */
} Row;

static void
assert_rows(Fixture *fixture, const Row *rows, gsize count)
{
	for (gsize i = 0; i < count; i++) {
		g_autofree char *want = rows[i].why == NULL
		    ? g_strdup("")
		    : g_strdup_printf("rule one[%s](tag x)", rows[i].why);

		assert_told(fixture, rows[i].fields, rows[i].text, want);
	}
}

static void
test_all_conditions_must_hold(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const Row rows[] = {
		{ "Subject: a\n", "Toner.",
		    "subject has \"a\", text has \"toner\"" },
		{ "Subject: b\n", "Toner.", NULL },
		{ "Subject: a\n", "Paper.", NULL },
	};

	assert_rows(fixture, rows, G_N_ELEMENTS(rows));
}

static void
test_headers_are_looked_at_in_all_instances(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const Row rows[] = {
		{ "X-Site: Moon\nX-Site: berlin\nX-Kind: a\n", "",
		    "x-site has \"berlin\", x-kind has \"a\"" },
		{ "x-site: =?UTF-8?Q?Stra=C3=9Fe?=\nX-KIND: a\n", "",
		    "x-site has \"strasse\", x-kind has \"a\"" },
		{ "X-Site: =?koi8-r?B?xdPB?= \nX-Kind: a\n", "", NULL },
		{ "X-Site: Moon\nX-Kind: a\n", "", NULL },
		{ "X-Site: berlin\n", "", NULL },
		{ "X-Site-Kind: berlin\nX-Kind: a\n", "", NULL },
	};

	assert_rows(fixture, rows, G_N_ELEMENTS(rows));
}

static void
test_words_are_folded(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const Row rows[] = {
		{ "Subject: =?UTF-8?B?0JXQqdCBINCg0JDQlw==?=\n", "",
		    "subject has \"ещё раз\"" },
		{ "Subject: =?koi8-r?B?xdPAIPLh+g==?=\n", "", NULL },
		{ "Subject: еще раз\n", "", "subject has \"ещё раз\"" },
		{ "Subject: еще\n", "", NULL },
	};

	assert_rows(fixture, rows, G_N_ELEMENTS(rows));
}

static void
test_attachments_are_known_by_name_or_type(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
#define PARTS(name, type)                                                      \
	"--b\n\nText.\n--b\nContent-Type: " type                               \
	"\nContent-Disposition: attachment; filename=\"" name                  \
	"\"\n\nabc\n--b--\n"
	static const char head[] = "MIME-Version: 1.0\nContent-Type: "
	                           "multipart/mixed; boundary=b\n";
	static const struct {
		const char *parts;
		const char *want;
	} rows[] = {
		{ PARTS("Setup.EXE", "application/octet-stream"),
		    "rule one[attachment is Setup.EXE](tag x)" },
		{ PARTS("a.bin", "image/png"),
		    "rule one[attachment is image/png](tag x)" },
		{ PARTS("setup.exe.txt", "text/html"), "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *raw = g_strconcat(
		    "From: anna@bank.example\nTo: support@example.com\n"
		    "Message-ID: <parts@bank.example>\n",
		    head, "\n", rows[i].parts, NULL);
		g_autoptr(TdMessage)
		    message = td_message_parse(raw, strlen(raw));
		const TdEnvelope envelope = {
			.recipient = "support@example.com"
		};
		g_autoptr(TdTxn) txn = td_txn_read(fixture->store);
		g_autoptr(GError) error = NULL;
		g_autoptr(TdPlan) made = NULL;
		g_autofree char *got = NULL;

		td_desk_decide(fixture->desk, txn, message, &envelope,
		    fixture->now, &made, &error);
		g_assert_no_error(error);
		got = told(made);
		g_assert_cmpstr(got, ==, rows[i].want);
	}
}

static void
test_sizes_are_exact(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *sample = mail("Subject: size\n", "");
	static const struct {
		gsize size;
		gboolean fires;
	} rows[] = { { 1000, FALSE }, { 1001, TRUE }, { 1099, TRUE },
		{ 1100, FALSE } };

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = g_strnfill(
		    rows[i].size - strlen(sample), 'x');
		g_autofree char *want = g_strdup_printf(
		    "rule one[size is %" G_GSIZE_FORMAT "](tag x)",
		    rows[i].size);

		assert_told(fixture, "Subject: size\n", text,
		    rows[i].fires ? want : "");
	}
}

static void
test_recipients_are_compared_without_extension(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const struct {
		const char *recipient;
		const char *want;
	} rows[] = {
		{ "Help@Example.com",
		    "rule one[recipient is help@example.com](tag x)" },
		{ "help+news@example.com",
		    "rule one[recipient is help@example.com](tag x)" },
		{ "support@example.com", "" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(TdPlan) made = plan(
		    fixture, rows[i].recipient, "Subject: a\n", "Text.");
		g_autofree char *got = told(made);

		g_assert_cmpstr(got, ==, rows[i].want);
	}
}

static void
test_companies_are_those_of_people_or_domains(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	assert_told(fixture, "Subject: a\n", "Text.",
	    "rule one[company is bank.example](tag x)");
	change_person(fixture, "anna@bank.example", 0, "GREAT bank");
	assert_told(fixture, "Subject: a\n", "Text.",
	    "rule one[company is GREAT bank](tag x)");
	change_person(fixture, "anna@bank.example", 0, "Other");
	assert_told(fixture, "Subject: a\n", "Text.", "");
}

static void
test_public_domains_are_no_companies(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	assert_told(fixture, "Subject: a\n", "Text.", "");
}

static void
test_rules_for_classes_and_queues(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdPlan) other = NULL;
	g_autofree char *got = NULL;

	assert_told(fixture, "Subject: a\nPrecedence: bulk\n", "Text.",
	    "rule machine[class is list, queue is support](tag x)");
	assert_told(fixture, "Subject: a\n", "Text.", "");
	/* The queue that the writer put first, whichever door it came by. */
	other = plan(fixture, "sales@example.com",
	    "Subject: a\nPrecedence: bulk\nCc: sales@example.com\n", "Text.");
	got = told(other);
	g_assert_cmpstr(
	    got, ==, "rule machine[class is list, queue is support](tag x)");
}

static void
test_spam_is_for_rules_that_name_it(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket)
	    ticket = file(fixture, "Subject: a\nX-Spam-Flag: YES\n", "Text.");

	g_assert_true(ticket->spam);
	g_assert_cmpstr(ticket->tags[0], ==, "junk");
	g_assert_null(ticket->tags[1]);
	g_assert_cmpuint(fixture_count(fixture, ticket->number, NULL), ==, 0);
	assert_told(fixture, "Subject: a\nX-Spam-Flag: YES\n", "Text.",
	    "rule spam[class is spam](tag junk)");
	assert_told(
	    fixture, "Subject: a\n", "Text.", "rule all[always](tag seen)");
}

static void
test_expressions_that_run_away_do_not_match(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *bait = g_strnfill(3000, 'a');
	g_autofree char *text = g_strconcat(bait, "!", NULL);
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(GPtrArray) events = NULL;

	assert_told(fixture, "Subject: a\n", text,
	    "rule one (ran away)[the expression for text ran away](nothing) "
	    "rule two[always](tag y)");
	ticket = file(fixture, "Subject: a\n", text);
	events = fixture_events(fixture, ticket->number);
	g_assert_cmpstr(
	    td_event_get(
	        find_event(events, TD_EVENT_CREATED, "rules"), "rules"),
	    ==, "rule one (ran away), rule two");
	g_assert_null(ticket->tags[1]);
	assert_told(fixture, "Subject: a\n", "aaaa",
	    "rule one[text has \"aaaa\"](tag x) rule two[always](tag y)");
}

static void
test_only_the_beginning_of_a_text_is_looked_at(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *fill = g_strnfill(65536 - 5, 'x');
	g_autofree char *in = g_strconcat(fill, "toner", NULL);
	g_autofree char *out = g_strconcat(fill, "xtoner", NULL);
	static const char fields[] = "Subject: a\n"
	                             "Content-Transfer-Encoding: 8bit\n";

	assert_told(fixture, fields, in, "rule one[text has \"toner\"](tag x)");
	assert_told(fixture, fields, out, "");
}

#define ONE(condition) "[rule one]\n" condition "\ntags = x\n"

int
main(int argc, char **argv)
{
	td_message_init();
	g_test_init(&argc, &argv, NULL);

	T("conditions", test_all_conditions_must_hold,
	    ONE("subject = a\ntext = toner"));
	T("headers", test_headers_are_looked_at_in_all_instances,
	    ONE("headers = X-Site: berlin\\;strasse;X-Kind: a"));
	T("folded", test_words_are_folded, ONE("subject = ещё раз"));
	T("attachments", test_attachments_are_known_by_name_or_type,
	    ONE("attachments = *.exe;image/*"));
	T("size", test_sizes_are_exact, ONE("larger = 1000\nsmaller = 1100"));
	T("recipient", test_recipients_are_compared_without_extension,
	    ONE("recipient = help@example.com"));
	T("company", test_companies_are_those_of_people_or_domains,
	    ONE("company = Great Bank;bank.example"));
	g_test_add("/routing/company/public", Fixture,
	    "public-domains = bank.example\n|" ONE("company = *"), fixture_open,
	    test_public_domains_are_no_companies, fixture_close);
	T("classes", test_rules_for_classes_and_queues,
	    "[rule machine]\nclass = notification;list\nin-queue = support\n"
	    "tags = x\n");
	T("spam", test_spam_is_for_rules_that_name_it,
	    "[rule all]\ntags = seen\n"
	    "[rule spam]\nclass = spam\ntags = junk\n");
	T("bombs", test_expressions_that_run_away_do_not_match,
	    ONE("text = /(a+)+$/") "[rule two]\ntags = y\n");
	T("beginning", test_only_the_beginning_of_a_text_is_looked_at,
	    ONE("text = toner"));

	return g_test_run();
}
