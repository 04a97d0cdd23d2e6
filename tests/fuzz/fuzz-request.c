/* fuzz-request.c - any bytes as what `ticket` asks of a desk at work
 *
 * As on the control socket: a line of JSON, then as many bytes as it says, then
 * the next.  Keys that agents sign with are read by other programs, so that is
 * left out. */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>

#include "desk-at-work.h"
#include "fuzz.h"
#include "server/control-frame.h"

#define REQUESTS_MOST 8u

/* The head of a frame as its reader will see it; the caller's. */
static JsonObject *
check_frame(const GString *frame)
{
	const char *end = memchr(frame->str, '\n', frame->len);
	g_autoptr(GError) error = NULL;
	JsonObject *head = NULL;
	gint64 bytes = 0;

	g_assert_nonnull(end);
	td_frame_read(
	    frame->str, (gsize)(end - frame->str), &head, &bytes, &error);
	g_assert_no_error(error);
	g_assert_cmpint(
	    MAX(bytes, 0), ==, (gint64)frame->len - (end + 1 - frame->str));
	g_assert_true(json_object_has_member(head, "ok"));
	return head;
}

static void
check_refusal(const GError *problem)
{
	g_autoptr(GString) frame = NULL;
	g_autoptr(JsonObject) head = NULL;

	g_assert_nonnull(problem);
	g_assert_true(problem->domain == TD_ERROR);
	/* Whatever was asked, nothing is broken by it. */
	g_assert_cmpint(problem->code, !=, TD_ERROR_BROKEN);
	fuzz_check_text(problem->message);
	frame = td_frame_error(problem);
	head = check_frame(frame);
	g_assert_false(json_object_get_boolean_member(head, "ok"));
	g_assert_cmpstr(
	    json_object_get_string_member(head, "error"), ==, problem->message);
}

static void
ask(TdService *service, TdRequest *request)
{
	g_auto(TdAnswer) answer = { NULL, NULL };
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) frame = NULL;
	g_autoptr(JsonObject) head = NULL;

	if (!td_request_run(
	        service, request, "control:root", &answer, &error)) {
		g_assert_null(answer.result);
		g_assert_null(answer.bytes);
		check_refusal(error);
		return;
	}
	g_assert_no_error(error);
	frame = td_frame_answer(&answer);
	head = check_frame(frame);
	g_assert_true(json_object_get_boolean_member(head, "ok"));
}

static gboolean
is_left_out(JsonObject *words)
{
	JsonNode *verb = json_object_get_member(words, "verb");

	return verb != NULL && JSON_NODE_HOLDS_VALUE(verb) &&
	    json_node_get_value_type(verb) == G_TYPE_STRING &&
	    g_str_has_prefix(json_node_get_string(verb), "agent-key-");
}

/* Takes one request off the input. */
static gboolean
take_request(const guint8 **data, size_t *size, TdRequest *request)
{
	const char *line = fuzz_bytes(*data, *size);
	const char *end = memchr(line, '\n', *size);
	size_t length = end == NULL ? *size : (size_t)(end - line);
	gint64 bytes = -1;

	if (!td_frame_read(line, length, &request->words, &bytes, NULL))
		return FALSE;
	length += end != NULL;
	*data += length;
	*size -= length;
	if (bytes >= 0) {
		gsize most = MIN((guint64)bytes, *size);

		request->bytes = g_bytes_new(fuzz_bytes(*data, *size), most);
		*data += most;
		*size -= most;
	}
	return TRUE;
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
	TdService *service = fuzz_desk();

	for (guint i = 0; i < REQUESTS_MOST && size > 0; i++) {
		g_auto(TdRequest) request = { NULL, NULL };

		if (!take_request(&data, &size, &request))
			break;
		if (!is_left_out(request.words))
			ask(service, &request);
	}
	fuzz_desk_check(service);
	return 0;
}
