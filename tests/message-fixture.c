/* message-fixture.c - see message-fixture.h */

#include "config.h"

#include <string.h>

#include "message-fixture.h"

TdMessage *
parse_text(const char *raw)
{
	gsize size = strlen(raw);
	g_autofree char *copy = g_memdup2(raw, size);

	return td_message_parse(copy == NULL ? "" : copy, size);
}

char *
load_file(const char *name, gsize *size)
{
	g_autofree char *path = g_test_build_filename(
	    G_TEST_DIST, "data", "mail", name, NULL);
	g_autoptr(GError) error = NULL;
	g_autofree char *raw = NULL;

	g_file_get_contents(path, &raw, size, &error);
	g_assert_no_error(error);
	return g_memdup2(raw, *size);
}

TdMessage *
parse_file(const char *name)
{
	gsize size;
	g_autofree char *raw = load_file(name, &size);

	return td_message_parse(raw, size);
}

const TdAddress *
address_at(const GPtrArray *addresses, guint index)
{
	g_assert_cmpuint(index, <, addresses->len);
	return g_ptr_array_index(addresses, index);
}

const TdAttachment *
attachment_at(const TdMessage *message, guint index)
{
	g_assert_cmpuint(index, <, message->attachments->len);
	return g_ptr_array_index(message->attachments, index);
}

gboolean
has_problem(const TdMessage *message, const char *words)
{
	for (char **at = message->problems; *at != NULL; at++)
		if (strstr(*at, words) != NULL)
			return TRUE;
	return FALSE;
}
