/* fuzz-pattern.c - any text as what a rule looks for, and any as where
 *
 * The first byte says how; the first line is the pattern, the second what is to
 * be filled in, the rest the text. */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/pattern.h>

#include "fuzz.h"

/* The texts of mails are UTF-8 when rules see them. */
static char *
take_text(const guint8 **data, size_t *size, size_t most)
{
	g_autofree char *line = fuzz_take_line(data, size, most);

	return g_utf8_make_valid(line, -1);
}

static void
check_captures(TdCaptures *captures, const TdPattern *pattern, const char *fill)
{
	g_autofree char *filled = td_captures_fill(captures, fill);
	g_auto(GStrv) names = td_captures_names(fill);
	GHashTableIter iter;
	gpointer name, value;

	fuzz_check_text(filled);
	for (char **each = names; each != NULL && *each != NULL; each++) {
		fuzz_check_text(*each);
		g_assert_true(**each != '\0');
	}
	g_hash_table_iter_init(&iter, captures);
	while (g_hash_table_iter_next(&iter, &name, &value)) {
		fuzz_check_text(value);
		g_assert_true(td_pattern_has_group(pattern, name));
	}
}

/* Looked for twice, in the two ways that there are. */
static void
check_pattern(const TdPattern *pattern, const char *fill, const char *text)
{
	g_autoptr(GHashTable) captures = td_captures_new();
	g_auto(TdPatternText) shared = { .text = text };
	g_autofree char *found = NULL;
	gboolean cut = FALSE, cut_again = FALSE;
	gboolean matches = td_pattern_match(pattern, text, captures, &cut);

	g_assert_true(!matches || !cut);
	check_captures(captures, pattern, fill);
	g_assert_true(matches ==
	    td_pattern_search(pattern, &shared, NULL, &found, &cut_again));
	g_assert_true(matches == (found != NULL));
	g_assert_true(cut == cut_again);
	if (found != NULL)
		fuzz_check_text(found);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
	g_autoptr(TdPattern) pattern = NULL;
	g_autoptr(GError) error = NULL;
	g_autofree char *wanted = NULL;
	g_autofree char *fill = NULL;
	g_autofree char *text = NULL;
	TdPatternUse use;

	if (size == 0)
		return 0;
	use = (data[0] & 1) != 0 ? TD_PATTERN_PART : TD_PATTERN_WHOLE;
	data++;
	size--;
	wanted = take_text(&data, &size, 512);
	fill = take_text(&data, &size, 512);
	text = g_utf8_make_valid(fuzz_bytes(data, size), (gssize)size);
	pattern = td_pattern_new(wanted, use, &error);
	if (pattern == NULL) {
		g_assert_error(error, TD_ERROR, TD_ERROR_CONFIG);
		fuzz_check_text(error->message);
		return 0;
	}
	check_pattern(pattern, fill, text);
	return 0;
}
