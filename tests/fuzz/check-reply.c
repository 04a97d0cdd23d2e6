/* check-reply.c - whether a reply was split without loss, see fuzz.h */

#include "config.h"

#include <string.h>

#include "fuzz.h"

static gboolean
shows_nothing(gunichar c)
{
	return g_unichar_isspace(c) || g_unichar_iszerowidth(c);
}

/* @line without what does not show at its ends: a reply may end there. */
static char *
trimmed(const char *line)
{
	const char *end = line + strlen(line);

	while (*line != '\0' && shows_nothing(g_utf8_get_char(line)))
		line = g_utf8_next_char(line);
	while (
	    end > line && shows_nothing(g_utf8_get_char(g_utf8_prev_char(end))))
		end = g_utf8_prev_char(end);
	return g_strndup(line, (gsize)(end - line));
}

/* Adds the lines of @text that are not blank, trimmed, each as often as it is
 * there; @by is 1, or -1 to take them out. */
static void
count_lines(GHashTable *lines, const char *text, int by)
{
	g_auto(GStrv) split = g_strsplit(text, "\n", -1);

	for (guint i = 0; split[i] != NULL; i++) {
		char *line = trimmed(split[i]);
		int count = GPOINTER_TO_INT(g_hash_table_lookup(lines, line)) +
		    by;

		if (*line == '\0')
			g_free(line);
		else
			g_hash_table_replace(
			    lines, line, GINT_TO_POINTER(count));
	}
}

static GHashTable *
new_lines(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

/* Each line of @part stands in @text, and no more often. */
static void
check_part(const char *text, const char *part)
{
	g_autoptr(GHashTable) lines = new_lines();
	GHashTableIter iter;
	gpointer count;

	fuzz_check_text(part);
	count_lines(lines, text, 1);
	count_lines(lines, part, -1);
	g_hash_table_iter_init(&iter, lines);
	while (g_hash_table_iter_next(&iter, NULL, &count))
		g_assert_cmpint(GPOINTER_TO_INT(count), >=, 0);
}

/* Each line of @text is on one of the two sides, and nothing else. */
static void
check_sides(const char *text, const char *one, const char *other)
{
	g_autoptr(GHashTable) lines = new_lines();
	GHashTableIter iter;
	gpointer count;

	count_lines(lines, text, 1);
	count_lines(lines, one, -1);
	count_lines(lines, other, -1);
	g_hash_table_iter_init(&iter, lines);
	while (g_hash_table_iter_next(&iter, NULL, &count))
		g_assert_cmpint(GPOINTER_TO_INT(count), ==, 0);
}

void
fuzz_check_reply(const char *text)
{
	g_autofree char *reply = NULL;
	g_autofree char *quoted = NULL;
	g_autofree char *inlined = NULL;

	td_message_split_reply(text, &reply, &quoted);
	fuzz_check_text(reply);
	fuzz_check_text(quoted);
	check_sides(text, reply, quoted);
	inlined = td_message_inline_reply(text);
	check_part(text, inlined);
	for (int quotes = 0; quotes <= 1; quotes++) {
		g_autofree char *above = NULL;
		g_autofree char *below = NULL;
		g_autofree char *both = NULL;

		td_message_split_written(text, quotes, &above, &below);
		fuzz_check_text(above);
		fuzz_check_text(below);
		both = g_strconcat(above, "\n", below, NULL);
		check_part(text, both);
	}
}
