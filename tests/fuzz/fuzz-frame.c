/* fuzz-frame.c - any bytes as a line of the control socket */

#include "config.h"

#include <ticketd/error.h>

#include "fuzz.h"
#include "server/control-frame.h"

static void
check_head(JsonObject *head)
{
	g_autoptr(GString) frame = td_frame_write(head, NULL);

	g_assert_false(json_object_has_member(head, "bytes"));
	g_assert_cmpuint(frame->len, >, 0);
	g_assert_true(frame->str[frame->len - 1] == '\n');
	g_assert_true(g_utf8_validate(frame->str, (gssize)frame->len, NULL));
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
	g_autoptr(JsonObject) head = NULL;
	g_autoptr(GError) error = NULL;
	gint64 bytes = 0;

	if (!td_frame_read(
	        fuzz_bytes(data, size), size, &head, &bytes, &error)) {
		g_assert_nonnull(error);
		g_assert_true(error->domain == TD_ERROR);
		fuzz_check_text(error->message);
		return 0;
	}
	g_assert_nonnull(head);
	g_assert_cmpint(bytes, >=, -1);
	check_head(head);
	return 0;
}
