/* fuzz-charset.c - any bytes as the texts of one mail, in any charsets
 *
 * A text is a line that names its charset, a byte that tells its length, and
 * the bytes; as many as there are. */

#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "message/charset.h"

/* Longest name that is tried, and how many. */
#define NAME 64
#define TEXTS 200
/* Bytes of UTF-8 that one byte can become: some charsets have characters that
 * Unicode writes as four. */
#define GROWTH 12

static void
check(const char *name, const char *bytes, size_t size)
{
	/* Of exactly its size, so that a byte read too many is seen. */
	g_autofree char *copy = g_memdup2(bytes, size);
	g_autofree char *text = NULL;
	const char *guess = NULL;

	text = td_charset_decode(copy == NULL ? "" : copy, size,
	    *name == '\0' ? NULL : name, &guess);
	fuzz_check_text(text);
	g_assert_nonnull(guess);
	g_assert_cmpuint(strlen(text), <=, GROWTH * size + GROWTH);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
	fuzz_init();
	td_charset_begin();
	for (guint i = 0; i < TEXTS && size > 0; i++) {
		g_autofree char *name = fuzz_take_line(&data, &size, NAME);
		size_t length;

		if (size == 0)
			break;
		length = *data++;
		size--;
		if (length == 0xff || length > size)
			length = size;
		check(name, (const char *)data, length);
		data += length;
		size -= length;
	}
	return 0;
}
