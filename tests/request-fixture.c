/* request-fixture.c - see request-fixture.h */

#include "config.h"

#include <string.h>

#include <ticketd/clock.h>
#include <ticketd/error.h>

#include "request-fixture.h"

#define ACTOR "control:tester"

JsonObject *
ask_with(const Desk *desk, const char *json, GBytes *bytes, GBytes **got,
    GError **error)
{
	g_autoptr(JsonNode) node = json_from_string(json, NULL);
	g_auto(TdRequest) request = { NULL, NULL };
	g_auto(TdAnswer) answer = { NULL, NULL };

	g_assert_nonnull(node);
	request.words = json_node_dup_object(node);
	request.bytes = bytes == NULL ? NULL : g_bytes_ref(bytes);
	if (!td_request_run(desk->service, &request, ACTOR, &answer, error)) {
		g_assert_null(answer.result);
		g_assert_null(answer.bytes);
		return NULL;
	}
	if (got != NULL)
		*got = g_steal_pointer(&answer.bytes);
	return json_node_dup_object(answer.result);
}

JsonObject *
ask(const Desk *desk, const char *json)
{
	g_autoptr(GError) error = NULL;
	JsonObject *result = ask_with(desk, json, NULL, NULL, &error);

	g_assert_no_error(error);
	return result;
}

void
ask_refused(const Desk *desk, const char *json, int code, const char *part)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) result = ask_with(desk, json, NULL, NULL, &error);

	g_assert_null(result);
	g_assert_error(error, TD_ERROR, code);
	if (strstr(error->message, part) == NULL)
		g_error("\"%s\" does not say \"%s\"", error->message, part);
}

TdOutcome
file_mail(
    const Desk *desk, const char *from, const char *headers, const char *text)
{
	g_autofree char *raw = g_strdup_printf(
	    "From: %s\nTo: support@example.com\n%s\n%s", from, headers, text);
	g_autoptr(TdIntake) intake = td_intake_new();
	const TdIntakeRecipient *recipient;

	intake->sender = g_strdup(from);
	intake->raw = g_bytes_new(raw, strlen(raw));
	intake->received = td_clock_now();
	intake->started = g_get_monotonic_time();
	td_intake_add_recipient(intake, "support@example.com", NULL);
	td_service_take_wait(desk->service, intake);
	recipient = g_ptr_array_index(intake->recipients, 0);
	g_assert_no_error(recipient->error);
	return recipient->outcome;
}

guint64
file_ticket(const Desk *desk, guint n)
{
	g_autofree char *headers = g_strdup_printf(
	    "Subject: Printer %u\nMessage-ID: <%u@example.net>\n", n, n);

	return file_mail(desk, "anna@example.net", headers, "Broken.\n").ticket;
}
