/* fuzz-words.c - any bytes as a header field: encoded words, addresses,
 * parameters */

#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "message/addresses.h"
#include "message/charset.h"
#include "message/limits.h"
#include "message/params.h"
#include "message/words.h"

/* No text of others' may begin a line of a header that we write. */
static void
check_encoded(const char *text)
{
	g_autoptr(GString) out = g_string_new(NULL);
	g_autofree char *again = NULL;

	td_words_encode(out, text, 10);
	for (const char *at = out->str; *at != '\0'; at++) {
		g_assert_cmpuint((guchar)*at, <, 0x80);
		if (*at == '\n')
			g_assert_true(at[1] == ' ' || at[1] == '\t');
	}
	again = td_words_decode(out->str);
	fuzz_check_text(again);
}

static void
check_words(const char *text)
{
	g_autoptr(GPtrArray) hidden = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *decoded = td_words_decode(text);
	g_autofree char *hiding = td_words_hide(text, hidden);
	g_autofree char *shown = td_words_show(hiding, hidden);

	fuzz_check_text(decoded);
	g_assert_null(strpbrk(decoded, "\r\n"));
	fuzz_check_text(hiding);
	fuzz_check_text(shown);
	check_encoded(decoded);
}

static void
check_addresses(const char *text)
{
	g_autoptr(GPtrArray) addresses = td_addresses_new();

	td_addresses_read(text, addresses);
	g_assert_cmpuint(addresses->len, <=, TD_LIMIT_ADDRESSES);
	for (guint i = 0; i < addresses->len; i++) {
		const TdAddress *address = g_ptr_array_index(addresses, i);

		fuzz_check_text(address->name);
		fuzz_check_text(address->address);
	}
}

static void
check_params(const char *text)
{
	static const char *const names[] = { "charset", "boundary", "name",
		"filename", "format", "protocol" };
	TdParams *params = td_params_parse(text);

	fuzz_check_text(td_params_value(params));
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		const char *value = td_params_get(params, names[i]);

		if (value != NULL)
			fuzz_check_text(value);
	}
	td_params_free(params);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
	g_autofree char *line = NULL;
	g_autofree char *text = NULL;

	fuzz_init();
	td_charset_begin();
	line = g_strndup(fuzz_bytes(data, size), size);
	/* As a field comes: on one line. */
	g_strdelimit(line, "\r\n", ' ');
	text = td_words_utf8(line, NULL);
	fuzz_check_text(text);
	check_words(text);
	check_addresses(text);
	check_params(text);
	return 0;
}
