/* test-request-change.c - requests that file, move, explain and send mail */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/log.h>

#include "request-fixture.h"

/* ---- new ---- */

#define NEW(more)                                                              \
	"{\"verb\":\"new\",\"queue\":\"support\","                             \
	"\"requester\":\"Anna@Example.NET\",\"subject\":\"Printer\"" more "}"

static void
test_new_opens_a_ticket_by_the_tool(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GBytes) text = g_bytes_new_static("No paper.\n", 10);
	g_autoptr(JsonObject) result = NULL, ticket = NULL;
	JsonObject *message, *event;

	result = ask_with(desk, NEW(",\"name\":\"Anna\""), text, NULL, NULL);
	g_assert_nonnull(result);
	g_assert_cmpint(json_object_get_int_member(result, "number"), ==, 1);
	g_assert_true(json_object_get_boolean_member(result, "acknowledged"));

	ticket = ask(desk, "{\"verb\":\"show\",\"number\":1}");
	g_assert_cmpstr(json_object_get_string_member(ticket, "requester"), ==,
	    "anna@example.net");
	message = json_array_get_object_element(
	    json_object_get_array_member(ticket, "messages"), 0);
	g_assert_cmpstr(
	    json_object_get_string_member(message, "text"), ==, "No paper.\n");
	event = json_array_get_object_element(
	    json_object_get_array_member(ticket, "events"), 0);
	g_assert_cmpstr(json_object_get_string_member(event, "actor"), ==,
	    "control:tester");
}

static void
test_quiet_new_sends_nothing(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) result = ask(desk, NEW(",\"quiet\":true"));
	g_autoptr(JsonObject) page = ask(desk, "{\"verb\":\"outbox-list\"}");

	g_assert_false(json_object_get_boolean_member(result, "acknowledged"));
	g_assert_cmpuint(
	    json_array_get_length(json_object_get_array_member(page, "rows")),
	    ==, 0);
}

static void
test_new_that_cannot_be_opens_nothing(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	ask_refused(desk,
	    "{\"verb\":\"new\",\"queue\":\"sales\",\"requester\":\"a@b.c\","
	    "\"subject\":\"x\"}",
	    TD_ERROR_REFUSED, "queues are: support");
	ask_refused(desk,
	    "{\"verb\":\"new\",\"queue\":\"support\",\"requester\":\"anna\","
	    "\"subject\":\"x\"}",
	    TD_ERROR_USAGE, "mail address");
	g_assert_cmpuint(server_tickets(desk), ==, 0);
}

static void
test_subject_cannot_bring_headers(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) result = NULL, raw_result = NULL;
	g_autoptr(GBytes) raw = NULL;

	result = ask(desk,
	    "{\"verb\":\"new\",\"queue\":\"support\",\"requester\":\"a@b.c\","
	    "\"subject\":\"x\\r\\nCc: d@e.f\"}");
	raw_result = ask_with(desk,
	    "{\"verb\":\"raw\",\"number\":1,\"sequence\":1}", NULL, &raw, NULL);
	g_assert_nonnull(raw_result);
	g_assert_null(g_strstr_len(g_bytes_get_data(raw, NULL),
	    (gssize)g_bytes_get_size(raw), "\nCc:"));
}

/* ---- reprocess ---- */

#define REPROCESS "{\"verb\":\"reprocess\",\"number\":1,\"sequence\":1}"

static void
test_reprocess_leaves_a_message_where_it_belongs(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) result = NULL;

	file_ticket(desk, 1);
	result = ask(desk, REPROCESS);
	g_assert_false(json_object_get_boolean_member(result, "moved"));
	g_assert_cmpint(json_object_get_int_member(result, "number"), ==, 1);
	g_assert_cmpuint(server_tickets(desk), ==, 1);
}

static void
test_reprocess_moves_an_answer_that_came_before_its_question(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) result = NULL, old = NULL;
	TdOutcome question;

	file_mail(desk, "anna@example.net",
	    "Subject: Re: Printer\nMessage-ID: <2@example.net>\n"
	    "In-Reply-To: <1@example.net>\n",
	    "Any news?\n");
	question = file_mail(desk, "anna@example.net",
	    "Subject: Printer\nMessage-ID: <1@example.net>\n", "Broken.\n");
	g_assert_cmpuint(question.ticket, ==, 2);

	result = ask(desk, REPROCESS);
	g_assert_true(json_object_get_boolean_member(result, "moved"));
	g_assert_cmpint(json_object_get_int_member(result, "number"), ==, 2);
	g_assert_cmpstr(
	    json_object_get_string_member(result, "rule"), ==, "references");

	/* It had opened a ticket of its own, which goes with it. */
	old = ask(desk, "{\"verb\":\"show\",\"number\":1}");
	g_assert_cmpint(json_object_get_int_member(old, "number"), ==, 2);
	g_assert_cmpint(json_object_get_int_member(old, "merged_from"), ==, 1);
	ask_refused(desk, REPROCESS, TD_ERROR_REFUSED, "was moved to 2/");
}

static void
test_reprocess_does_not_vouch_for_a_stranger(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) result = NULL, ticket = NULL;
	JsonArray *messages;
	TdOutcome stranger;

	stranger = file_mail(desk, "eve@example.org",
	    "Subject: Re: Printer\nMessage-ID: <2@example.org>\n"
	    "In-Reply-To: <1@example.net>\n",
	    "Tell me all.\n");
	g_assert_cmpuint(stranger.ticket, ==, 1);
	g_assert_cmpuint(file_ticket(desk, 1), ==, 2);
	result = ask(desk, REPROCESS);
	g_assert_cmpint(json_object_get_int_member(result, "number"), ==, 2);

	ticket = ask(desk, "{\"verb\":\"show\",\"number\":2}");
	messages = json_object_get_array_member(ticket, "messages");
	g_assert_true(json_object_get_boolean_member(
	    json_array_get_object_element(
	        messages, json_array_get_length(messages) - 1),
	    "marked"));
	g_assert_cmpuint(json_array_get_length(json_object_get_array_member(
	                     ticket, "participants")),
	    ==, 0);
}

static void
test_reprocess_refuses_mail_of_our_own(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	file_ticket(desk, 1);
	ask_refused(desk,
	    "{\"verb\":\"reprocess\",\"number\":1,\"sequence\":2}",
	    TD_ERROR_REFUSED, "of our own");
}

/* ---- explain ---- */

#define MAIL                                                                   \
	"From: Anna <anna@example.net>\nTo: support+x@example.com\n"           \
	"Subject: Printer\nMessage-ID: <1@example.net>\n\nBroken.\n\n"         \
	"> What is?\n"

static JsonObject *
explain(const Desk *desk, const char *mail, const char *more)
{
	g_autoptr(GBytes) bytes = g_bytes_new(mail, strlen(mail));
	g_autofree char *json = g_strdup_printf(
	    "{\"verb\":\"explain\"%s}", more);
	g_autoptr(GError) error = NULL;
	JsonObject *result = ask_with(desk, json, bytes, NULL, &error);

	g_assert_no_error(error);
	return result;
}

static void
test_explain_tells_all_and_changes_nothing(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const members[] = { "class", "class_reason",
		"message_id", "from", "subject", "date", "references",
		"reply_text", "quoted_text", "attachments", "charset_guess",
		"auth", "dsn", "thread", "commands", "plan", "answer_to",
		"silence" };
	g_autoptr(JsonObject) result = explain(desk, MAIL, "");
	JsonObject *thread = json_object_get_object_member(result, "thread");
	JsonObject *auth = json_object_get_object_member(result, "auth");

	for (gsize i = 0; i < G_N_ELEMENTS(members); i++)
		g_assert_true(json_object_has_member(result, members[i]));
	g_assert_cmpstr(
	    json_object_get_string_member(result, "class"), ==, "human");
	g_assert_cmpstr(
	    json_object_get_string_member(thread, "rule"), ==, "new");
	g_assert_true(json_object_get_null_member(thread, "ticket"));
	g_assert_cmpstr(
	    json_object_get_string_member(auth, "signature"), ==, "none");
	g_assert_cmpstr(json_object_get_string_member(result, "answer_to"), ==,
	    "anna@example.net");
	g_assert_cmpuint(server_tickets(desk), ==, 0);
}

static void
test_explain_finds_the_envelope_in_the_headers(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const struct {
		const char *mail;
		const char *more;
		const char *sender;
		const char *recipient;
	} cases[] = {
		{ MAIL, "", "anna@example.net", "support+x@example.com" },
		{ "Return-Path: <b@example.net>\nX-Original-To: "
		  "support+y@example.com\n" MAIL,
		    "", "b@example.net", "support+y@example.com" },
		{ "X-Original-To: other@example.com\n" MAIL, "",
		    "anna@example.net", "support+x@example.com" },
		{ "Return-Path: <>\n" MAIL, "", "", "support+x@example.com" },
		{ "From: a@b.c\nTo: x@y.z\nCc: support@example.com\n\nHi\n", "",
		    "a@b.c", "support@example.com" },
		{ "From: a@b.c\n\nHi\n", "", "a@b.c", "support@example.com" },
		{ "Return-Path: <b@example.net>\n" MAIL,
		    ",\"sender\":\"\",\"recipient\":\"support@example.com\"",
		    "", "support@example.com" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(JsonObject)
		    result = explain(desk, cases[i].mail, cases[i].more);

		g_assert_cmpstr(json_object_get_string_member(result, "sender"),
		    ==, cases[i].sender);
		g_assert_cmpstr(
		    json_object_get_string_member(result, "recipient"), ==,
		    cases[i].recipient);
	}
}

static void
test_explain_refuses_what_the_desk_would(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdDesk) rules = td_service_desk(desk->service);
	gsize size = td_desk_conf(rules)->max_message_size + 1;
	g_autoptr(GBytes) big = g_bytes_new_take(g_strnfill(size, 'x'), size);
	g_autoptr(GBytes) mail = g_bytes_new_static(MAIL, strlen(MAIL));
	g_autoptr(GError) too_large = NULL, not_ours = NULL;

	g_assert_null(
	    ask_with(desk, "{\"verb\":\"explain\"}", big, NULL, &too_large));
	g_assert_error(too_large, TD_ERROR, TD_ERROR_TOO_LARGE);
	g_assert_null(
	    ask_with(desk, "{\"verb\":\"explain\",\"recipient\":\"x@y.z\"}",
	        mail, NULL, &not_ours));
	g_assert_error(not_ours, TD_ERROR, TD_ERROR_NOT_OURS);
}

/* ---- outbox ---- */

static JsonArray *
rows_of(JsonObject *page)
{
	return json_object_get_array_member(page, "rows");
}

static void
test_outbox_lists_rows_in_pages(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) first = NULL, second = NULL;
	g_autofree char *request = NULL;
	JsonObject *row;

	file_ticket(desk, 1);
	file_ticket(desk, 2);
	first = ask(desk, "{\"verb\":\"outbox-list\",\"limit\":1}");
	g_assert_cmpuint(json_array_get_length(rows_of(first)), ==, 1);
	row = json_array_get_object_element(rows_of(first), 0);
	g_assert_cmpint(json_object_get_int_member(row, "ticket"), ==, 1);
	g_assert_cmpstr(
	    json_object_get_string_member(row, "mail_from"), ==, "");

	request = g_strdup_printf("{\"verb\":\"outbox-list\",\"next\":\"%s\"}",
	    json_object_get_string_member(first, "next"));
	second = ask(desk, request);
	g_assert_cmpuint(json_array_get_length(rows_of(second)), ==, 1);
	row = json_array_get_object_element(rows_of(second), 0);
	g_assert_cmpint(json_object_get_int_member(row, "ticket"), ==, 2);
}

static gint64
first_id(const Desk *desk)
{
	g_autoptr(JsonObject) page = ask(desk, "{\"verb\":\"outbox-list\"}");

	return json_object_get_int_member(
	    json_array_get_object_element(rows_of(page), 0), "id");
}

static void
test_drop_is_all_or_nothing_and_leaves_an_event(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) dropped = NULL, page = NULL, log = NULL;
	g_autofree char *wrong = NULL, *right = NULL;
	JsonArray *events;

	file_ticket(desk, 1);
	wrong = g_strdup_printf(
	    "{\"verb\":\"outbox-drop\",\"ids\":[%" G_GINT64_FORMAT ",999]}",
	    first_id(desk));
	ask_refused(desk, wrong, TD_ERROR_REFUSED, "no mail 999");
	right = g_strdup_printf(
	    "{\"verb\":\"outbox-drop\",\"ids\":[%" G_GINT64_FORMAT "]}",
	    first_id(desk));
	dropped = ask(desk, right);
	g_assert_cmpint(json_object_get_int_member(dropped, "dropped"), ==, 1);

	page = ask(desk, "{\"verb\":\"outbox-list\"}");
	g_assert_cmpuint(json_array_get_length(rows_of(page)), ==, 0);
	log = ask(desk, "{\"verb\":\"log\",\"number\":1}");
	events = json_object_get_array_member(log, "events");
	g_assert_cmpstr(json_object_get_string_member(
	                    json_array_get_object_element(
	                        events, json_array_get_length(events) - 1),
	                    "kind"),
	    ==, "not-delivered");
}

/* Puts the only row off by an hour. */
static gboolean
put_off(TdTxn *txn, gpointer data G_GNUC_UNUSED, GError **error)
{
	g_autoptr(GPtrArray) rows = NULL;
	TdOutboxRow *row;

	if (!td_outbox_rows(txn, 0, 0, G_MAXINT64, 1, &rows, error))
		return FALSE;
	row = g_ptr_array_index(rows, 0);
	if (!td_outbox_row_delete(txn, row, error))
		return FALSE;
	row->due += 3600;
	return td_outbox_row_put(txn, row, error);
}

static void
put_row_off(const Desk *desk)
{
	g_autoptr(GError) error = NULL;

	td_writer_run(td_service_writer(desk->service), put_off, NULL, &error);
	g_assert_no_error(error);
}

static gint64
due_rows(const Desk *desk)
{
	g_autoptr(JsonObject) stat = ask(desk, "{\"verb\":\"stat\"}");

	return json_object_get_int_member(
	    json_object_get_object_member(stat, "outbox"), "due");
}

static void
test_retry_makes_mail_due_that_was_put_off(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) all = NULL, one = NULL;
	g_autofree char *request = NULL;
	gint64 id;

	file_ticket(desk, 1);
	id = first_id(desk);
	put_row_off(desk);
	g_assert_cmpint(due_rows(desk), ==, 0);
	all = ask(desk, "{\"verb\":\"outbox-retry\"}");
	g_assert_cmpint(json_object_get_int_member(all, "due"), ==, 1);
	g_assert_cmpint(due_rows(desk), ==, 1);

	put_row_off(desk);
	request = g_strdup_printf(
	    "{\"verb\":\"outbox-retry\",\"id\":%" G_GINT64_FORMAT "}", id);
	one = ask(desk, request);
	g_assert_cmpint(due_rows(desk), ==, 1);
	g_assert_cmpint(first_id(desk), ==, id);
	ask_refused(desk, "{\"verb\":\"outbox-retry\",\"id\":999}",
	    TD_ERROR_REFUSED, "no mail 999");
}

static gboolean
note_flush(
    gpointer data, gboolean all, gboolean wait, GError **error G_GNUC_UNUSED)
{
	int *flags = data;

	*flags = 1 + (all ? 2 : 0) + (wait ? 4 : 0);
	return TRUE;
}

static void
note_wake(gpointer data G_GNUC_UNUSED)
{
}

static void
test_flush_is_passed_on(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) result = NULL;
	int flags = 0;

	td_service_set_outbox(desk->service, note_wake, note_flush, &flags);
	result = ask(desk, "{\"verb\":\"outbox-flush\",\"wait\":true}");
	g_assert_cmpint(flags, ==, 5);
	td_service_set_outbox(desk->service, NULL, NULL, NULL);
	ask_refused(desk, "{\"verb\":\"outbox-flush\"}", TD_ERROR_REFUSED, "");
}

/* ---- secret ---- */

static void
test_a_new_key_signs_at_once(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdDesk) before = td_service_desk(desk->service);
	g_autoptr(TdDesk) after = NULL;
	g_autoptr(JsonObject) result = NULL;
	const TdQueue *queue = td_conf_queue(td_desk_conf(before), "support");
	g_autofree char *old = td_desk_thread_address(before, queue, 1);
	g_autofree char *now = NULL;

	result = ask(desk, "{\"verb\":\"secret-rotate\"}");
	g_assert_cmpint(json_object_get_int_member(result, "version"), ==, 2);
	after = td_service_desk(desk->service);
	now = td_desk_thread_address(after, queue, 1);
	g_assert_cmpstr(old, !=, now);
}

#define ADD(path, test)                                                        \
	g_test_add(path, Desk, NULL, server_open, test, server_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_log_open("test", TD_LOG_CRITICAL);
	td_message_init();

	ADD("/request/new", test_new_opens_a_ticket_by_the_tool);
	ADD("/request/new/quiet", test_quiet_new_sends_nothing);
	ADD("/request/new/refused", test_new_that_cannot_be_opens_nothing);
	ADD("/request/new/headers", test_subject_cannot_bring_headers);
	ADD("/request/reprocess/stays",
	    test_reprocess_leaves_a_message_where_it_belongs);
	ADD("/request/reprocess/moves",
	    test_reprocess_moves_an_answer_that_came_before_its_question);
	ADD("/request/reprocess/stranger",
	    test_reprocess_does_not_vouch_for_a_stranger);
	ADD("/request/reprocess/outgoing",
	    test_reprocess_refuses_mail_of_our_own);
	ADD("/request/explain", test_explain_tells_all_and_changes_nothing);
	ADD("/request/explain/envelope",
	    test_explain_finds_the_envelope_in_the_headers);
	ADD("/request/explain/refused",
	    test_explain_refuses_what_the_desk_would);
	ADD("/request/outbox/list", test_outbox_lists_rows_in_pages);
	ADD("/request/outbox/drop",
	    test_drop_is_all_or_nothing_and_leaves_an_event);
	ADD("/request/outbox/retry",
	    test_retry_makes_mail_due_that_was_put_off);
	ADD("/request/outbox/flush", test_flush_is_passed_on);
	ADD("/request/secret", test_a_new_key_signs_at_once);

	return g_test_run();
}
