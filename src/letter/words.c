/* words.c - {word}s in texts of ours: checking and filling */

#include "config.h"

#include <stdarg.h>
#include <string.h>

#include <ticketd/text.h>

#include "letter/template-private.h"

gboolean
td_origin_say(TdOrigin *origin, const char *format, ...)
{
	g_autofree char *what = NULL;
	va_list arguments;

	va_start(arguments, format);
	what = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	td_mistake_add(origin->mistakes, origin->file, origin->line,
	    origin->stops, "%s", what);
	return FALSE;
}

static gboolean
say_unknown(TdOrigin *origin, const char *word, gsize length, const char *known)
{
	g_autofree char *bare = g_strndup(word, length);
	g_autofree char *shown = td_text_printable(bare, 40);

	return td_origin_say(origin, "unknown word {%s}; known are %s", shown,
	    *known == '\0' ? "none" : known);
}

gboolean
td_words_check(const char *line, TdWordFunc value, gconstpointer data,
    const char *known, TdOrigin *origin)
{
	const char *at = line;
	gboolean good = TRUE;

	while ((at = strchr(at, '{')) != NULL) {
		const char *end;

		if (at[1] == '{') {
			at += 2;
			continue;
		}
		end = strchr(at, '}');
		if (end == NULL)
			return td_origin_say(origin,
			    "\"{\" without \"}\"; write {{ for a brace");
		if (value(at + 1, (gsize)(end - at) - 1, data) == NULL)
			good = say_unknown(
			    origin, at + 1, (gsize)(end - at) - 1, known);
		at = end;
	}
	return good;
}

const char *
td_words_next(const char **at, gsize *length)
{
	const char *brace;

	while ((brace = strchr(*at, '{')) != NULL) {
		const char *end = strchr(brace, '}');

		if (brace[1] == '{') {
			*at = brace + 2;
			continue;
		}
		if (end == NULL)
			return NULL;
		*at = end + 1;
		*length = (gsize)(end - brace) - 1;
		return brace + 1;
	}
	return NULL;
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
