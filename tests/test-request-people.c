/* test-request-people.c - requests about agents and customers */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/log.h>

#include "request-fixture.h"

#define OLGA                                                                   \
	"{\"verb\":\"agent-add\",\"name\":\"olga\","                           \
	"\"addresses\":[\"Olga@Example.NET\"],\"queues\":[\"support\"]}"
#define ANNA                                                                   \
	"{\"verb\":\"customer-add\",\"address\":\"anna@example.net\","         \
	"\"name\":\"Anna\",\"company\":\"Rose Ltd\"}"

static void
ask_only(const Desk *desk, const char *json)
{
	g_autoptr(JsonObject) result = ask(desk, json);

	g_assert_nonnull(result);
}

static const char *
text_of(JsonObject *object, const char *member)
{
	return json_object_get_string_member_with_default(object, member, NULL);
}

static const char *
text_at(JsonObject *object, const char *member, guint i)
{
	return json_array_get_string_element(
	    json_object_get_array_member(object, member), i);
}

/* The details of the newest event of the desk's own record. */
static JsonObject *
newest_detail(const Desk *desk)
{
	g_autoptr(JsonObject)
	    page = ask(desk, "{\"verb\":\"log\",\"number\":0,\"newest\":1}");
	JsonObject *event = json_array_get_object_element(
	    json_object_get_array_member(page, "events"), 0);

	g_assert_cmpstr(text_of(event, "kind"), ==, "note");
	g_assert_cmpstr(text_of(event, "actor"), ==, "control:tester");
	return json_object_ref(json_object_get_object_member(event, "detail"));
}

/* ---- agents ---- */

static void
test_agent_is_kept_folded_and_recorded(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) added = ask(desk, OLGA);
	g_autoptr(JsonObject) detail = newest_detail(desk);

	g_assert_cmpstr(text_at(added, "addresses", 0), ==, "olga@example.net");
	g_assert_cmpstr(text_at(added, "queues", 0), ==, "support");
	g_assert_cmpstr(text_of(added, "role"), ==, "agent");
	g_assert_cmpstr(text_of(detail, "person"), ==, "olga");
	g_assert_cmpstr(text_of(detail, "what"), ==, "added");
}

static void
test_agent_that_cannot_be_changes_nothing(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const struct {
		const char *json;
		int code;
		const char *says;
	} cases[] = {
		{ "{\"verb\":\"agent-add\",\"name\":\"\",\"addresses\":[\"a@b."
		  "c\"]}",
		    TD_ERROR_USAGE, "name" },
		{ "{\"verb\":\"agent-add\",\"name\":\"-x\",\"addresses\":[\"a@"
		  "b.c\"]}",
		    TD_ERROR_USAGE, "name" },
		{ "{\"verb\":\"agent-add\",\"name\":\"a\\u202eb\","
		  "\"addresses\":[\"a@b.c\"]}",
		    TD_ERROR_USAGE, "name" },
		{ "{\"verb\":\"agent-add\",\"name\":\"None\",\"addresses\":"
		  "[\"a@b.c\"]}",
		    TD_ERROR_REFUSED, "another name" },
		{ "{\"verb\":\"agent-add\",\"name\":\"x\",\"addresses\":[]}",
		    TD_ERROR_USAGE, "needs an address" },
		{ "{\"verb\":\"agent-add\",\"name\":\"x\",\"addresses\":[\"x\"]"
		  "}",
		    TD_ERROR_USAGE, "mail address" },
		{ "{\"verb\":\"agent-add\",\"name\":\"x\",\"addresses\":\"a@b."
		  "c\"}",
		    TD_ERROR_USAGE, "array of texts" },
		{ "{\"verb\":\"agent-add\",\"name\":\"x\","
		  "\"addresses\":[\"support+42@example.com\"]}",
		    TD_ERROR_REFUSED, "for ever" },
		{ "{\"verb\":\"agent-add\",\"name\":\"x\",\"addresses\":[\"a@b."
		  "c\"],"
		  "\"role\":\"customer\"}",
		    TD_ERROR_USAGE, "agent or lead" },
		{ "{\"verb\":\"agent-set\",\"name\":\"olga\",\"deputy\":"
		  "\"olga\"}",
		    TD_ERROR_REFUSED, "deputy" },
		{ "{\"verb\":\"agent-set\",\"name\":\"olga\",\"calendar\":"
		  "\"moon\"}",
		    TD_ERROR_REFUSED, "there are: always" },
		{ "{\"verb\":\"agent-set\",\"name\":\"olga\",\"skills\":"
		  "\"a,,b\"}",
		    TD_ERROR_USAGE, "cannot be a skill" },
		{ "{\"verb\":\"agent-set\",\"name\":\"olga\",\"skills\":"
		  "\"two words\"}",
		    TD_ERROR_USAGE, "without blanks" },
		{ "{\"verb\":\"agent-set\",\"name\":\"olga\",\"away\":"
		  "\"soon\"}",
		    TD_ERROR_USAGE, "no time" },
		{ "{\"verb\":\"agent-set\",\"name\":\"olga\","
		  "\"addresses\":[\"anna@example.net\"]}",
		    TD_ERROR_REFUSED, "customer remove anna@example.net" },
		{ "{\"verb\":\"agent-set\",\"name\":\"olga\",\"echo\":true,"
		  "\"queues\":[\"sales\"]}",
		    TD_ERROR_REFUSED, "support" },
	};
	g_autoptr(JsonObject) olga = NULL;
	g_autoptr(JsonObject) list = NULL;

	ask_only(desk, OLGA);
	ask_only(desk, ANNA);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("case %zu", i);
		ask_refused(desk, cases[i].json, cases[i].code, cases[i].says);
	}
	list = ask(desk, "{\"verb\":\"agent-list\"}");
	g_assert_cmpuint(
	    json_array_get_length(json_object_get_array_member(list, "agents")),
	    ==, 1);
	olga = ask(desk, "{\"verb\":\"agent-show\",\"name\":\"OLGA\"}");
	g_assert_false(json_object_get_boolean_member(olga, "echo"));
}

static void
test_removed_agent_frees_his_address_and_is_no_deputy(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) olga = NULL;

	ask_only(desk, OLGA);
	ask_only(desk,
	    "{\"verb\":\"agent-add\",\"name\":\"ivan\",\"addresses\":"
	    "[\"i@example.net\"]}");
	ask_only(desk,
	    "{\"verb\":\"agent-set\",\"name\":\"olga\",\"deputy\":\"ivan\","
	    "\"away\":\"none\"}");
	ask_only(desk, "{\"verb\":\"agent-remove\",\"name\":\"ivan\"}");
	olga = ask(desk, "{\"verb\":\"agent-show\",\"name\":\"olga\"}");
	g_assert_true(json_object_get_null_member(olga, "deputy"));
	ask_only(
	    desk, "{\"verb\":\"customer-add\",\"address\":\"i@example.net\"}");
	ask_refused(desk, "{\"verb\":\"agent-show\",\"name\":\"ivan\"}",
	    TD_ERROR_REFUSED, "the agents are: olga");
}

static void
test_agent_has_skills_and_hours(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) olga = NULL;
	g_autoptr(JsonObject) none = NULL;
	g_autoptr(JsonObject) detail = NULL;

	ask_only(desk, OLGA);
	olga = ask(desk,
	    "{\"verb\":\"agent-set\",\"name\":\"olga\",\"calendar\":"
	    "\"always\",\"skills\":\"Printer, network,printer\"}");
	g_assert_cmpstr(text_at(olga, "skills", 0), ==, "printer");
	g_assert_cmpstr(text_at(olga, "skills", 1), ==, "network");
	g_assert_cmpuint(
	    json_array_get_length(json_object_get_array_member(olga, "skills")),
	    ==, 2);
	g_assert_cmpstr(text_of(olga, "calendar"), ==, "always");
	detail = newest_detail(desk);
	g_assert_cmpstr(text_of(detail, "what"), ==, "skills, calendar");
	none = ask(desk,
	    "{\"verb\":\"agent-set\",\"name\":\"olga\",\"calendar\":"
	    "\"none\",\"skills\":\"none\"}");
	g_assert_cmpuint(
	    json_array_get_length(json_object_get_array_member(none, "skills")),
	    ==, 0);
	g_assert_true(json_object_get_null_member(none, "calendar"));
}

static void
test_request_that_changes_nothing_records_nothing(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) detail = NULL;

	ask_only(desk, OLGA);
	ask_only(desk,
	    "{\"verb\":\"agent-set\",\"name\":\"olga\",\"queues\":[\"support\","
	    "\"support\"],\"addresses\":[\"olga@example.net\"]}");
	detail = newest_detail(desk);
	g_assert_cmpstr(text_of(detail, "what"), ==, "added");
}

/* ---- customers ---- */

static void
test_customer_goes_by_any_address(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) changed = NULL;
	g_autoptr(JsonObject) detail = NULL;

	ask_only(desk, ANNA);
	ask_only(desk,
	    "{\"verb\":\"customer-set\",\"address\":\"Anna@Example.net\","
	    "\"addresses\":[\"a@home.example\"]}");
	changed = ask(desk,
	    "{\"verb\":\"customer-set\",\"address\":\"a@home.example\","
	    "\"phone\":\" 1\\n2 \",\"company\":\"\",\"language\":\"EN\"}");
	g_assert_cmpstr(text_of(changed, "phone"), ==, "1 2");
	g_assert_true(json_object_get_null_member(changed, "company"));
	g_assert_cmpstr(text_of(changed, "language"), ==, "en");
	detail = newest_detail(desk);
	g_assert_cmpstr(text_of(detail, "person"), ==, "anna@example.net");
	g_assert_cmpstr(
	    text_of(detail, "what"), ==, "company, phone, language");
}

static void
test_customers_come_in_pages(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *next = NULL;
	guint count = 0, pages = 0;

	for (guint i = 0; i < 5; i++) {
		g_autofree char *json = g_strdup_printf(
		    "{\"verb\":\"customer-add\",\"address\":\"u%u@b.c\","
		    "\"company\":\"%s\"}",
		    i, i % 2 == 0 ? "Rose" : "Oak");

		ask_only(desk, json);
	}
	do {
		g_autofree char *json = g_strdup_printf(
		    "{\"verb\":\"customer-list\",\"company\":\"ROSE\","
		    "\"limit\":2%s%s%s}",
		    next == NULL ? "" : ",\"next\":\"",
		    next == NULL ? "" : next, next == NULL ? "" : "\"");
		g_autoptr(JsonObject) page = ask(desk, json);

		g_free(next);
		next = g_strdup(text_of(page, "next"));
		count += json_array_get_length(
		    json_object_get_array_member(page, "customers"));
		pages++;
	} while (next != NULL && pages < 10);
	g_assert_cmpuint(count, ==, 3);
	g_assert_cmpuint(pages, ==, 3);
}

/* ---- import ---- */

static JsonObject *
import(const Desk *desk, const char *rows, gboolean dry_run)
{
	g_autoptr(GBytes) bytes = g_bytes_new(rows, strlen(rows));
	g_autoptr(GError) error = NULL;
	JsonObject *result = ask_with(desk,
	    dry_run ? "{\"verb\":\"customer-import\",\"dry_run\":true}"
	            : "{\"verb\":\"customer-import\"}",
	    bytes, NULL, &error);

	g_assert_no_error(error);
	return result;
}

static void
assert_counts(JsonObject *result, const char *want)
{
	g_autofree char *got = g_strdup_printf("%d %d %d %u",
	    (int)json_object_get_int_member(result, "added"),
	    (int)json_object_get_int_member(result, "changed"),
	    (int)json_object_get_int_member(result, "unchanged"),
	    json_array_get_length(
	        json_object_get_array_member(result, "refused")));

	g_assert_cmpstr(got, ==, want);
}

#define ROWS                                                                   \
	"[{\"address\":\"anna@example.net\",\"name\":\"Anna K\","              \
	"\"company\":\"\"},"                                                   \
	"{\"address\":\"bob@example.net\",\"addresses\":[\"b@b.c\"]},"         \
	"{\"address\":\"b@b.c\",\"phone\":\"1\"},"                             \
	"{\"address\":\"bob@example.net\"},"                                   \
	"{\"address\":\"eve@example.net\",\"addresses\":[\"b@b.c\"]},"         \
	"{\"name\":\"Nobody\"}]"

static void
test_dry_run_counts_what_the_import_does(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject) dry = NULL, done = NULL, anna = NULL;
	JsonObject *refused;

	ask_only(desk, ANNA);
	dry = import(desk, ROWS, TRUE);
	assert_counts(dry, "1 2 1 2");
	ask_refused(desk,
	    "{\"verb\":\"customer-show\",\"address\":\"bob@example.net\"}",
	    TD_ERROR_REFUSED, "no customer");

	done = import(desk, ROWS, FALSE);
	assert_counts(done, "1 2 1 2");
	refused = json_array_get_object_element(
	    json_object_get_array_member(done, "refused"), 0);
	g_assert_cmpint(json_object_get_int_member(refused, "row"), ==, 4);
	anna = ask(desk,
	    "{\"verb\":\"customer-show\",\"address\":\"anna@example.net\"}");
	g_assert_cmpstr(text_of(anna, "name"), ==, "Anna K");
	g_assert_cmpstr(text_of(anna, "company"), ==, "Rose Ltd");
	ask_refused(desk,
	    "{\"verb\":\"customer-show\",\"address\":\"eve@example.net\"}",
	    TD_ERROR_REFUSED, "no customer");
}

static void
test_import_wants_rows(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const wrong[] = { "", "{}", "[1]", "[[]]",
		"[{\"address\":\"a@b.c\",\"addresses\":\"x\"}]",
		"[{\"address\":\"a@b.c\",\"addresses\":[1]}]", "[{]" };
	g_autofree char *deep = g_strnfill(100000, '[');
	g_autoptr(GBytes) nested = g_bytes_new_static(deep, 100000);
	g_autoptr(GError) error = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GBytes)
		    bytes = g_bytes_new(wrong[i], strlen(wrong[i]));
		g_autoptr(GError) failed = NULL;

		g_assert_null(ask_with(desk, "{\"verb\":\"customer-import\"}",
		    bytes, NULL, &failed));
		g_assert_error(failed, TD_ERROR, TD_ERROR_USAGE);
	}
	g_assert_null(ask_with(
	    desk, "{\"verb\":\"customer-import\"}", nested, NULL, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_USAGE);
}

#define ADD(path, function)                                                    \
	g_test_add(                                                            \
	    "/request/" path, Desk, NULL, server_open, function, server_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_log_open("test", (TdLogLevel)(TD_LOG_CRITICAL + 1));
	td_message_init();
	ADD("agent/add", test_agent_is_kept_folded_and_recorded);
	ADD("agent/skills", test_agent_has_skills_and_hours);
	ADD("agent/wrong", test_agent_that_cannot_be_changes_nothing);
	ADD("agent/remove",
	    test_removed_agent_frees_his_address_and_is_no_deputy);
	ADD("agent/same", test_request_that_changes_nothing_records_nothing);
	ADD("customer/address", test_customer_goes_by_any_address);
	ADD("customer/pages", test_customers_come_in_pages);
	ADD("import/dry", test_dry_run_counts_what_the_import_does);
	ADD("import/wrong", test_import_wants_rows);
	return g_test_run();
}
