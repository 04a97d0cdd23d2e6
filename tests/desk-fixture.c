/* desk-fixture.c - see desk-fixture.h */

#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "desk-fixture.h"

/* %s: further keys of [desk], then further keys of the first queue. */
#define CONFIGURATION                                                          \
	"[desk]\nname = support\ndomain = example.com\n"                       \
	"store = /nonexistent/store\nrun = /nonexistent/run\n%s"               \
	"[queue support]\naddress = support@example.com\n"                     \
	"aliases = help@example.com\nfrom-name = Example Support\n%s"          \
	"[queue sales]\naddress = sales@example.com\n"

void
fixture_open(Fixture *fixture, gconstpointer extra)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = NULL;
	g_autofree char *path = NULL;
	g_autofree char *text = NULL;
	g_auto(GStrv) keys = NULL;

	fixture->now = 1700000000;
	fixture->directory = g_dir_make_tmp("ticketd-test-XXXXXX", &error);
	g_assert_no_error(error);
	path = g_build_filename(fixture->directory, "ticketd.conf", NULL);
	keys = g_strsplit(extra == NULL ? "" : extra, "|", 2);
	text = g_strdup_printf(CONFIGURATION, keys[0] == NULL ? "" : keys[0],
	    keys[0] == NULL || keys[1] == NULL ? "" : keys[1]);
	g_file_set_contents(path, text, -1, &error);
	g_assert_no_error(error);

	fixture->conf = td_conf_load(path, &error);
	g_assert_no_error(error);
	fixture->store = td_store_open_memory(&error);
	g_assert_no_error(error);
	txn = td_txn_begin(fixture->store, &error);
	g_assert_no_error(error);
	fixture->desk = td_desk_new(fixture->conf, txn, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

static void
fail_on_finding(const char *finding, gpointer unused G_GNUC_UNUSED)
{
	g_test_message("%s", finding);
	g_test_fail();
}

/* Whatever a test did, each record is the sum of its events. */
static void
check_store(TdStore *store)
{
	g_autoptr(TdTxn) txn = td_txn_read(store);
	g_autoptr(GError) error = NULL;
	guint64 number = 0;
	guint64 wrong = 0;

	do {
		td_store_check(
		    txn, FALSE, &number, &wrong, fail_on_finding, NULL, &error);
		g_assert_no_error(error);
	} while (number != 0);
	g_assert_cmpuint(wrong, ==, 0);
}

void
fixture_close(Fixture *fixture, gconstpointer extra G_GNUC_UNUSED)
{
	g_autofree char *path = NULL;

	check_store(fixture->store);

	path = g_build_filename(fixture->directory, "ticketd.conf", NULL);
	td_desk_unref(fixture->desk);
	td_store_close(fixture->store);
	td_conf_free(fixture->conf);
	g_remove(path);
	g_rmdir(fixture->directory);
	g_free(fixture->directory);
}

Filing
fixture_file_as(Fixture *fixture, const TdEnvelope *envelope, const char *raw)
{
	g_autoptr(TdMessage) message = td_message_parse(raw, strlen(raw));
	g_autoptr(GBytes) bytes = g_bytes_new(raw, strlen(raw));
	TdEnvelope whole = *envelope;
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = NULL;
	g_autoptr(TdPlan) plan = NULL;
	Filing filing = { 0 };

	whole.raw = bytes;

	txn = td_txn_begin(fixture->store, &error);
	g_assert_no_error(error);
	td_desk_decide(
	    fixture->desk, txn, message, &whole, fixture->now, &plan, &error);
	g_assert_no_error(error);
	filing.refused = plan->refused;
	filing.letters = plan->letters->len;
	filing.rule = plan->rule;
	filing.class = plan->class.class;
	filing.marked = plan->marked;
	filing.acknowledge = plan->acknowledge;
	filing.follow_up = plan->follow_up;
	g_strlcpy(filing.silence, plan->silence, sizeof(filing.silence));
	g_strlcpy(filing.evidence, plan->evidence, sizeof(filing.evidence));
	td_desk_apply(fixture->desk, txn, plan, message, &whole, raw,
	    strlen(raw), &filing.outcome, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
	fixture->now += 60;
	return filing;
}

Filing
fixture_file(Fixture *fixture, const char *sender, const char *recipient,
    const char *raw)
{
	const TdEnvelope envelope = { .sender = sender,
		.recipient = recipient };

	return fixture_file_as(fixture, &envelope, raw);
}

guint64
fixture_open_ticket(Fixture *fixture)
{
	static guint count;
	g_autofree char *raw = NULL;
	Filing filing;

	raw = g_strdup_printf("From: Anna <anna@example.net>\n"
	                      "To: support@example.com\n"
	                      "Cc: Boris <boris@example.org>\n"
	                      "Subject: Printer on fire\n"
	                      "Message-ID: <first-%u@example.net>\n"
	                      "\n"
	                      "It burns.\n",
	    ++count);
	filing = fixture_file(
	    fixture, "anna@example.net", "support@example.com", raw);
	g_assert_cmpint(filing.rule, ==, TD_RULE_NEW);
	return filing.outcome.ticket;
}

TdTicket *
fixture_ticket(Fixture *fixture, guint64 number)
{
	g_autoptr(TdTxn) txn = td_txn_read(fixture->store);
	g_autoptr(GError) error = NULL;
	TdTicket *ticket = NULL;

	td_ticket_get(txn, number, &ticket, &error);
	g_assert_no_error(error);
	g_assert_nonnull(ticket);
	return ticket;
}

GPtrArray *
fixture_events(Fixture *fixture, guint64 number)
{
	g_autoptr(TdTxn) txn = td_txn_read(fixture->store);
	g_autoptr(GError) error = NULL;
	GPtrArray *events = NULL;

	td_event_list(txn, number, 0, TD_READ_MAX, &events, &error);
	g_assert_no_error(error);
	return events;
}

TdMessage *
fixture_answer(Fixture *fixture, guint64 number)
{
	g_autoptr(TdTicket) ticket = fixture_ticket(fixture, number);
	g_autoptr(TdTxn) txn = td_txn_read(fixture->store);
	g_autoptr(GError) error = NULL;

	for (guint64 i = ticket->messages; i >= 1; i--) {
		g_autoptr(TdFiled) filed = NULL;
		g_autoptr(GBytes) raw = NULL;

		td_filed_get(txn, number, i, &filed, &raw, &error);
		g_assert_no_error(error);
		if (filed != NULL && filed->outgoing) {
			gsize size;
			const char *bytes = g_bytes_get_data(raw, &size);

			return td_message_parse(bytes, size);
		}
	}
	g_assert_not_reached();
}

void
fixture_event(Fixture *fixture, guint64 number, TdEventKind kind,
    const char *key, const char *value)
{
	g_autoptr(TdTicket) ticket = fixture_ticket(fixture, number);
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(fixture->store, &error);
	g_autoptr(TdEvent) event = NULL;

	g_assert_no_error(error);
	event = td_event_new(kind, number, fixture->now, "control:test");
	td_event_set(event, key, value);
	td_event_append(txn, ticket, event, &error);
	g_assert_no_error(error);
	td_ticket_put(txn, ticket, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

guint64
fixture_agent(Fixture *fixture, const char *name, const char *address)
{
	static char *queues[] = { (char *)"support", NULL };
	g_autoptr(TdPerson) person = td_person_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = NULL;
	char *addresses[] = { (char *)address, NULL };

	person->role = TD_ROLE_AGENT;
	g_free(person->name);
	person->name = g_strdup(name);
	g_strfreev(person->addresses);
	person->addresses = g_strdupv(addresses);
	g_strfreev(person->queues);
	person->queues = g_strdupv(queues);
	txn = td_txn_begin(fixture->store, &error);
	g_assert_no_error(error);
	td_person_put(txn, person, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
	return person->id;
}

/* Whether a filed mail is one that went out, of @kind and to @to (NULL: of any,
 * to anybody). */
static gboolean
is_letter(const TdFiled *filed, const char *kind, const char *to)
{
	if (filed == NULL || !filed->outgoing)
		return FALSE;
	if (kind != NULL && !g_str_equal(filed->rule, kind))
		return FALSE;
	return to == NULL || strstr(filed->to, to) != NULL;
}

TdMessage *
fixture_letter(
    Fixture *fixture, guint64 number, const char *kind, const char *to)
{
	g_autoptr(TdTicket) ticket = fixture_ticket(fixture, number);
	g_autoptr(TdTxn) txn = td_txn_read(fixture->store);
	g_autoptr(GError) error = NULL;

	for (guint64 i = ticket->messages; i > 0; i--) {
		g_autoptr(TdFiled) filed = NULL;
		g_autoptr(GBytes) raw = NULL;
		gsize size;
		const char *bytes;

		td_filed_get(txn, number, i, &filed, &raw, &error);
		g_assert_no_error(error);
		if (!is_letter(filed, kind, to))
			continue;
		bytes = g_bytes_get_data(raw, &size);
		return td_message_parse(bytes, size);
	}
	return NULL;
}

guint
fixture_count(Fixture *fixture, guint64 number, const char *kind)
{
	g_autoptr(TdTicket) ticket = fixture_ticket(fixture, number);
	g_autoptr(TdTxn) txn = td_txn_read(fixture->store);
	g_autoptr(GError) error = NULL;
	guint count = 0;

	for (guint64 i = 1; i <= ticket->messages; i++) {
		g_autoptr(TdFiled) filed = NULL;

		td_filed_get(txn, number, i, &filed, NULL, &error);
		g_assert_no_error(error);
		count += is_letter(filed, kind, NULL);
	}
	return count;
}

char *
fixture_reply_address(
    Fixture *fixture, guint64 number, const char *kind, const char *to)
{
	g_autoptr(TdMessage) letter = fixture_letter(fixture, number, kind, to);
	const TdAddress *address;

	g_assert_nonnull(letter);
	g_assert_cmpuint(letter->reply_to->len, ==, 1);
	address = g_ptr_array_index(letter->reply_to, 0);
	return g_strdup(address->address);
}

char *
fixture_link(const TdMessage *letter, const char *word)
{
	const char *at = letter->text;

	while ((at = strstr(at, "mailto:")) != NULL) {
		g_autofree char *link = g_strndup(at, strcspn(at, " >\n"));
		g_autofree char *address = NULL;

		at += strlen("mailto:");
		if (strstr(link, word) == NULL)
			continue;
		address = g_strndup(at, strcspn(at, "?"));
		return g_uri_unescape_string(address, NULL);
	}
	return NULL;
}

void
fixture_tick(Fixture *fixture, gint64 seconds)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(fixture->store, &error);
	g_autoptr(TdPlan) plan = NULL;
	TdOutcome outcome;

	g_assert_no_error(error);
	fixture->now += seconds;
	td_desk_tick(fixture->desk, txn, fixture->now, 100, &plan, &error);
	g_assert_no_error(error);
	td_desk_apply(
	    fixture->desk, txn, plan, NULL, NULL, NULL, 0, &outcome, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}
