/* words.c - {word}s in texts of ours: checking and filling */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "letter/template-private.h"

gboolean
td_origin_fail(GError **error, const TdOrigin *origin, const char *what)
{
	return td_fail(error, TD_ERROR_CONFIG, "%s:%u: %s", origin->file,
	    origin->line, what);
}

static gboolean
fail_unknown(GError **error, const TdOrigin *origin, const char *word,
    gsize length, const char *known)
{
	g_autofree char *bare = g_strndup(word, length);
	g_autofree char *shown = td_text_printable(bare, 40);
	g_autofree char *what = NULL;

	what = g_strdup_printf("unknown word {%s}; known are %s", shown,
	    *known == '\0' ? "none" : known);
	return td_origin_fail(error, origin, what);
}

gboolean
td_words_check(const char *line, TdWordFunc value, gconstpointer data,
    const char *known, const TdOrigin *origin, GError **error)
{
	const char *at = line;

	while ((at = strchr(at, '{')) != NULL) {
		const char *end;

		if (at[1] == '{') {
			at += 2;
			continue;
		}
		end = strchr(at, '}');
		if (end == NULL)
			return td_origin_fail(error, origin,
			    "\"{\" without \"}\"; write {{ for a brace");
		if (value(at + 1, (gsize)(end - at) - 1, data) == NULL)
			return fail_unknown(error, origin, at + 1,
			    (gsize)(end - at) - 1, known);
		at = end;
	}
	return TRUE;
}

void
td_words_fill(
    GString *out, const char *text, TdWordFunc value, gconstpointer data)
{
	const char *at = text;

	while (*at != '\0') {
		const char *brace = strchrnul(at, '{');
		const char *found;
		const char *end;

		g_string_append_len(out, at, brace - at);
		if (*brace == '\0')
			break;
		if (brace[1] == '{') {
			g_string_append_c(out, '{');
			at = brace + 2;
			continue;
		}
		/* Loading has checked that the word is closed and known. */
		end = strchr(brace, '}');
		found = value(brace + 1, (gsize)(end - brace) - 1, data);
		g_string_append(out, found == NULL ? "" : found);
		at = end + 1;
	}
}
