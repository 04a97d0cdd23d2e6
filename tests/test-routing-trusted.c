/* test-routing-trusted.c - X-Ticketd-* fields of senders who are trusted, and
 * of all others */

#include "config.h"

#include <string.h>

#include "routing-fixture.h"

#define AUTH "Authentication-Results: mx.example.com; "
#define PASS                                                                   \
	AUTH "spf=pass smtp.mailfrom=bank.example; "                           \
	     "dmarc=pass header.from=bank.example\n"

/* What becomes of a mail of these fields whose envelope names @sender. */
static void
assert_told_from(
    Fixture *fixture, const char *sender, const char *fields, const char *want)
{
	g_autofree char *raw = mail(fields, "Text.");
	g_autoptr(TdMessage) message = td_message_parse(raw, strlen(raw));
	g_autoptr(GBytes) bytes = g_bytes_new(raw, strlen(raw));
	const TdEnvelope envelope = { .sender = sender,
		.recipient = "support@example.com",
		.raw = bytes };
	g_autoptr(TdTxn) txn = td_txn_read(fixture->store);
	g_autoptr(TdPlan) made = NULL;
	g_autoptr(GError) error = NULL;
	g_autofree char *got = NULL;

	td_desk_decide(fixture->desk, txn, message, &envelope, fixture->now,
	    &made, &error);
	g_assert_no_error(error);
	got = told(made);
	g_assert_cmpstr(got, ==, want);
}

static void
test_a_trusted_sender_sets_all(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const char fields[] = PASS
	    "Subject: a\nX-Ticketd-Queue: Sales\nX-Ticketd-Priority: 1\n"
	    "X-Ticketd-Type: outage\nX-Ticketd-Tags: night, Core\n"
	    "X-Ticketd-Owner: olga@example.com\nX-Ticketd-Service: mail\n"
	    "X-Ticketd-Equipment: =?UTF-8?Q?St=C3=B6rer?=\n"
	    "x-ticketd-field: Room: hall\n";
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(GPtrArray) events = NULL;
	const TdEvent *event;

	fixture_agent(fixture, "olga", "olga@example.com");
	ticket = file(fixture, fields, "Text.");
	g_assert_cmpstr(ticket->queue, ==, "sales");
	g_assert_cmpuint(ticket->priority, ==, 1);
	g_assert_cmpstr(ticket->type, ==, "outage");
	g_assert_cmpstr(ticket->tags[0], ==, "night");
	g_assert_cmpstr(ticket->tags[1], ==, "core");
	g_assert_cmpstr(ticket->owner, ==, "olga");
	g_assert_cmpstr(td_ticket_field(ticket, "service"), ==, "mail");
	g_assert_cmpstr(
	    td_ticket_field(ticket, "equipment"), ==, "St\xc3\xb6rer");
	g_assert_cmpstr(td_ticket_field(ticket, "room"), ==, "Hall");

	events = fixture_events(fixture, ticket->number);
	event = find_event(events, TD_EVENT_PRIORITY, "to");
	g_assert_cmpstr(td_event_get(event, "rule"), ==, "X-Ticketd-Priority");
	g_assert_cmpstr(event->evidence, ==, "dmarc");
	g_assert_true(g_str_has_suffix(event->actor, ":anna@bank.example"));
	event = find_event(events, TD_EVENT_CREATED, "rules");
	g_assert_nonnull(
	    strstr(td_event_get(event, "rules"), "X-Ticketd-Queue"));
}

static void
test_others_set_nothing(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const struct {
		const char *fields;
		const char *why;
	} rows[] = {
		{ "", "only From says that it is by a trusted sender" },
		{ AUTH "spf=pass smtp.mailfrom=bank.example\n",
		    "only From says that it is by a trusted sender" },
		{ AUTH "dmarc=fail header.from=bank.example\n",
		    "only From says that it is by a trusted sender" },
		/* By another server. */
		{ "Authentication-Results: mx.bad.example; dmarc=pass "
		  "header.from=bank.example\n",
		    "only From says that it is by a trusted sender" },
		{ PASS "X-Spam-Flag: YES\n", "the mail is taken for spam" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *fields = g_strconcat(rows[i].fields,
		    "Subject: a\nX-Ticketd-Queue: sales\n", NULL);
		g_autofree char *want = g_strdup_printf(
		    "X-Ticketd-Queue[%s](ignored)", rows[i].why);
		g_autoptr(TdTicket) ticket = NULL;
		g_autoptr(GPtrArray) events = NULL;

		assert_told(fixture, fields, "Text.", want);
		ticket = file(fixture, fields, "Text.");
		g_assert_cmpstr(ticket->queue, ==, "support");
		events = fixture_events(fixture, ticket->number);
		g_assert_cmpstr(
		    td_event_get(g_ptr_array_index(events, 0), "rules"), ==,
		    "");
	}
}

#define TRUSTED "anna@bank.example is in trusted-senders, by dmarc and spf"
#define ADDED                                                                  \
	"others may have added it: DMARC and SPF do not both pass for the "    \
	"domain in From"

/* A signature that names no such field lets everybody who has the mail put one
 * in front. */
static void
test_a_signature_proves_no_field_that_it_does_not_name(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const struct {
		const char *sender;
		const char *results;
		const char *why;
	} rows[] = {
		{ "backup@bank.example",
		    "spf=pass smtp.mailfrom=bank.example; dmarc=pass "
		    "header.from=bank.example",
		    TRUSTED },
		{ "backup@Bank.Example",
		    "spf=pass smtp.mailfrom=bank.example; dkim=pass "
		    "header.d=bank.example; dmarc=pass "
		    "header.from=bank.example",
		    TRUSTED },
		{ "backup@bank.example",
		    "dkim=pass header.d=bank.example; dmarc=pass "
		    "header.from=bank.example",
		    ADDED },
		{ "backup@bank.example",
		    "spf=softfail smtp.mailfrom=bank.example; dkim=pass "
		    "header.d=bank.example; dmarc=pass "
		    "header.from=bank.example",
		    ADDED },
		{ "backup@bank.example",
		    "spf=pass smtp.mailfrom=bank.example; dkim=pass "
		    "header.d=bank.example",
		    ADDED },
		{ "eve@evil.example",
		    "spf=pass smtp.mailfrom=evil.example; dkim=pass "
		    "header.d=bank.example; dmarc=pass "
		    "header.from=bank.example",
		    ADDED },
		{ "eve@evil.bank.example",
		    "spf=pass smtp.mailfrom=evil.bank.example; dmarc=pass "
		    "header.from=bank.example",
		    ADDED },
		{ NULL,
		    "spf=pass smtp.mailfrom=bank.example; dmarc=pass "
		    "header.from=bank.example",
		    ADDED },
		{ "eve@evil.example", "dkim=pass header.d=evil.example",
		    "only From says that it is by a trusted sender" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *fields = g_strdup_printf(AUTH
		    "%s\nSubject: a\nX-Ticketd-Priority: 2\n",
		    rows[i].results);
		g_autofree char *want = g_strdup_printf(
		    "X-Ticketd-Priority[%s](%s)", rows[i].why,
		    strcmp(rows[i].why, TRUSTED) == 0 ? "priority 2"
		                                      : "ignored");

		assert_told_from(fixture, rows[i].sender, fields, want);
	}
}

static void
test_only_those_named_are_trusted(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	assert_told(fixture, PASS "Subject: a\nX-Ticketd-Tags: b\n", "Text.",
	    "X-Ticketd-Tags[the sender is not in trusted-senders](ignored)");
}

static void
test_by_default_nobody_is_trusted(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	assert_told(fixture,
	    PASS "Subject: a\nX-Ticketd-Tags: b\nX-Ticketd-Tags: c\n"
	         "X-Ticketd-Type: x\n",
	    "Text.",
	    "X-Ticketd-Type[there are no trusted-senders](ignored) "
	    "X-Ticketd-Tags[there are no trusted-senders](ignored)");
}

static void
test_a_tool_speaks_for_a_trusted_sender(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *raw = mail(
	    "Subject: a\nX-Ticketd-Priority: 1\n", "Text.");
	const TdEnvelope envelope = { .sender = "anna@bank.example",
		.recipient = "support@example.com",
		.actor = "control:root" };
	Filing filing = fixture_file_as(fixture, &envelope, raw);
	g_autoptr(TdTicket)
	    ticket = fixture_ticket(fixture, filing.outcome.ticket);

	g_assert_cmpuint(ticket->priority, ==, 1);
}

static void
test_trusted_fields_are_the_last_word(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = file(fixture,
	    PASS "Subject: a\nX-Ticketd-Priority: 4\nX-Ticketd-Tags: b\n",
	    "Text.");

	g_assert_cmpuint(ticket->priority, ==, 4);
	g_assert_cmpuint(ticket->urgency, ==, 1);
	g_assert_cmpstr(ticket->tags[0], ==, "a");
	g_assert_cmpstr(ticket->tags[1], ==, "b");
}

static void
test_of_two_the_topmost_counts(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = file(fixture,
	    PASS "Subject: a\nX-Ticketd-Priority: 4\nX-Ticketd-Priority: 1\n"
	         "X-Ticketd-Field: service: a\nX-Ticketd-Field: room: cellar\n",
	    "Text.");

	g_assert_cmpuint(ticket->priority, ==, 4);
	g_assert_cmpstr(td_ticket_field(ticket, "service"), ==, "a");
	g_assert_cmpstr(td_ticket_field(ticket, "room"), ==, "Cellar");
}

static void
test_what_a_trusted_sender_gets_wrong_is_told(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const struct {
		const char *field;
		const char *what;
	} rows[] = {
		{ "Queue: moon", "no queue \"moon\"" },
		{ "Priority: 0", "no priority \"0\"" },
		{ "Priority: 6", "no priority \"6\"" },
		{ "Priority: 1.5", "no priority \"1.5\"" },
		{ "Priority: high", "no priority \"high\"" },
		{ "Type:", "no type" },
		{ "Tags: ,", "nothing" },
		{ "Owner: nobody", "no agent \"nobody\"" },
		{ "Owner:", "no agent \"\"" },
		{ "Service:", "field service cannot be \"\"" },
		{ "Field: room", "no \"NAME: VALUE\" in \"room\"" },
		{ "Field: room: roof", "field room cannot be \"roof\"" },
		{ "Field: floor: 1", "no field \"floor\"" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *fields = g_strdup_printf(
		    PASS "Subject: a\nX-Ticketd-%s\n", rows[i].field);
		g_autofree char *name = g_strndup(
		    rows[i].field, strcspn(rows[i].field, ":"));
		g_autofree char *want = g_strdup_printf(
		    "X-Ticketd-%s[anna@bank.example is in trusted-senders, by "
		    "dmarc and spf](%s)",
		    name, rows[i].what);

		assert_told(fixture, fields, "Text.", want);
	}
}

static void
test_mail_full_of_such_fields_is_no_matter(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GString) fields = g_string_new(PASS "Subject: a\n");
	g_autoptr(TdTicket) ticket = NULL;

	for (guint i = 0; i < 900; i++)
		g_string_append_printf(fields, "X-Ticketd-Tags: a%u\n", i);
	ticket = file(fixture, fields->str, "Text.");
	g_assert_cmpuint(g_strv_length(ticket->tags), ==, 50);
}

#define KEYS "authserv-id = mx.example.com\ntrusted-senders = @bank.example\n"
#define ADD(path, test, extra)                                                 \
	g_test_add("/trusted/" path, Fixture, extra, fixture_open, test,       \
	    fixture_close)

int
main(int argc, char **argv)
{
	td_message_init();
	g_test_init(&argc, &argv, NULL);

	ADD("all", test_a_trusted_sender_sets_all,
	    KEYS "|[field room]\nvalues = Hall;Cellar\n");
	ADD("others", test_others_set_nothing, KEYS);
	ADD("dkim", test_a_signature_proves_no_field_that_it_does_not_name,
	    KEYS);
	ADD("named", test_only_those_named_are_trusted,
	    "authserv-id = mx.example.com\n"
	    "trusted-senders = bank.example;@bank.example.com;"
	    "/@bank\\\\.example/\n");
	ADD("nobody", test_by_default_nobody_is_trusted,
	    "authserv-id = mx.example.com\n");
	ADD("tool", test_a_tool_speaks_for_a_trusted_sender, KEYS);
	ADD("last", test_trusted_fields_are_the_last_word,
	    KEYS "|[rule one]\npriority = 1\nurgency = 1\ntags = a\n"
	         "stop = true\n");
	ADD("topmost", test_of_two_the_topmost_counts,
	    KEYS "|[field room]\nvalues = Hall;Cellar\n");
	ADD("wrong", test_what_a_trusted_sender_gets_wrong_is_told,
	    KEYS "|[field room]\nvalues = Hall;Cellar\n");
	ADD("many", test_mail_full_of_such_fields_is_no_matter, KEYS);

	return g_test_run();
}
