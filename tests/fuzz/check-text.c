/* check-text.c - texts, see fuzz.h */

#include "config.h"

#include <string.h>

#include "fuzz.h"

void
fuzz_check_text(const char *text)
{
	g_assert_nonnull(text);
	g_assert_true(g_utf8_validate(text, -1, NULL));
}

char *
fuzz_take_line(const guint8 **data, size_t *size, size_t most)
{
	const char *bytes = fuzz_bytes(*data, *size);
	const char *end = memchr(bytes, '\n', MIN(*size, most));
	size_t length = end == NULL ? MIN(*size, most) : (size_t)(end - bytes);
	char *line = g_strndup(bytes, length);

	length += end != NULL;
	*data += length;
	*size -= length;
	return line;
}
