/* test-request-text.c - requests about templates and prepared answers */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/log.h>
#include <ticketd/message.h>

#include "request-fixture.h"
#include "text-fixture.h"

typedef struct {
	Texts texts;
	Desk desk;
} Service;

static void
open_service(Service *service, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *extra = NULL;

	texts_open(&service->texts, NULL);
	texts_put(&service->texts, "en/reset.txt",
	    "Commands: resolve\n\n{hello}\n\nTicket #{number}, {owner}.\n");
	texts_put(&service->texts, "ru/reset.txt", "Новый.\n");
	texts_put(&service->texts, "en/visit.txt", "At {service}.\n");
	extra = g_strdup_printf("canned = %s\n", service->texts.directory);
	server_open(&service->desk, extra);
}

static void
close_service(Service *service, gconstpointer unused)
{
	server_close(&service->desk, unused);
	texts_close(&service->texts, unused);
}

static const char *
text(JsonObject *object, const char *name)
{
	return json_object_get_string_member_with_default(object, name, "");
}

/* The record at @index of the member @array. */
static JsonObject *
row(JsonObject *object, const char *array, guint index)
{
	return json_array_get_object_element(
	    json_object_get_array_member(object, array), index);
}

static void
test_templates_are_listed(Service *service, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(JsonObject)
	    result = ask(&service->desk, "{\"verb\":\"template-list\"}");
	JsonArray *array = json_object_get_array_member(result, "templates");
	JsonObject *first = row(result, "templates", 0);

	g_assert_cmpuint(json_array_get_length(array), >=, 50);
	g_assert_cmpstr(text(first, "name"), ==, "acknowledgement");
	g_assert_cmpstr(text(first, "language"), ==, "en");
	g_assert_true(json_object_get_null_member(first, "queue"));
	g_assert_true(json_object_get_null_member(first, "path"));
}

static void
test_template_is_shown(Service *service, gconstpointer unused G_GNUC_UNUSED)
{
	const Desk *desk = &service->desk;
	g_autoptr(JsonObject) result = ask(desk,
	    "{\"verb\":\"template-show\",\"name\":\"closed\","
	    "\"language\":\"ru\"}");

	g_assert_cmpstr(text(result, "language"), ==, "ru");
	g_assert_nonnull(strstr(text(result, "text"), "\nSubject: "));
	ask_refused(desk, "{\"verb\":\"template-show\",\"name\":\"none\"}",
	    TD_ERROR_REFUSED, "ticket template list");
	ask_refused(desk,
	    "{\"verb\":\"template-show\",\"name\":\"closed\","
	    "\"queue\":\"none\"}",
	    TD_ERROR_REFUSED, "there is no queue \"none\"");
}

static void
test_answers_are_listed(Service *service, gconstpointer unused G_GNUC_UNUSED)
{
	const Desk *desk = &service->desk;
	g_autoptr(JsonObject) all = ask(desk, "{\"verb\":\"canned-list\"}");
	g_autoptr(JsonObject) some = ask(desk,
	    "{\"verb\":\"canned-list\",\"queue\":\"support\","
	    "\"language\":\"ru\"}");

	g_assert_cmpuint(
	    json_array_get_length(json_object_get_array_member(all, "answers")),
	    ==, 3);
	g_assert_cmpstr(
	    text(row(all, "answers", 0), "commands"), ==, "resolve");
	g_assert_cmpuint(json_array_get_length(
	                     json_object_get_array_member(some, "answers")),
	    ==, 2);
	g_assert_cmpstr(text(row(some, "answers", 0), "language"), ==, "ru");
	ask_refused(desk, "{\"verb\":\"canned-list\",\"queue\":\"none\"}",
	    TD_ERROR_REFUSED, "there is no queue \"none\"");
}

static void
test_answer_is_shown_as_written_or_filled(
    Service *service, gconstpointer unused G_GNUC_UNUSED)
{
	const Desk *desk = &service->desk;
	g_autoptr(JsonObject) written = NULL;
	g_autoptr(JsonObject) filled = NULL;

	file_ticket(desk, 1);
	written = ask(desk, "{\"verb\":\"canned-show\",\"name\":\"Reset\"}");
	g_assert_cmpstr(
	    text(written, "text"), ==, "{hello}\n\nTicket #{number}, {owner}.");
	filled = ask(
	    desk, "{\"verb\":\"canned-show\",\"name\":\"reset\",\"number\":1}");
	g_assert_cmpstr(text(filled, "commands"), ==, "resolve");
	g_assert_nonnull(
	    strstr(text(filled, "text"), "\n\nTicket #1, nobody."));
	ask_refused(desk,
	    "{\"verb\":\"canned-show\",\"name\":\"visit\",\"number\":1}",
	    TD_ERROR_REFUSED, "the answer says {service}, and ticket 1");
	ask_refused(desk,
	    "{\"verb\":\"canned-show\",\"name\":\"reset\",\"number\":7}",
	    TD_ERROR_REFUSED, "there is no ticket 7");
	ask_refused(desk, "{\"verb\":\"canned-show\",\"name\":\"rest\"}",
	    TD_ERROR_REFUSED, "did you mean: reset");
	ask_refused(desk, "{\"verb\":\"canned-show\",\"name\":\"../reset\"}",
	    TD_ERROR_REFUSED, "there is no canned answer");
}

#define TEST(path, function)                                                   \
	g_test_add("/request-text/" path, Service, NULL, open_service,         \
	    function, close_service)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_log_open("test", TD_LOG_CRITICAL);
	td_message_init();
	TEST("templates", test_templates_are_listed);
	TEST("template", test_template_is_shown);
	TEST("answers", test_answers_are_listed);
	TEST("answer", test_answer_is_shown_as_written_or_filled);
	return g_test_run();
}
