/* phrase.c - short texts by a key, see letter/template.h */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "letter/template-private.h"

gboolean
td_phrase_is_file(const char *name)
{
	static const char *const names[] = { "phrases", "results", "refusals",
		NULL };

	return g_strv_contains(names, name);
}

static char *
make_key(const char *language, const char *key)
{
	return g_strdup_printf("%s/%s", language, key);
}

/* The next {word} of a phrase at or behind *@at, which is moved behind it; NULL
 * when there are no more.  Ends at a word that is not closed. */
static const char *
next_word(const char **at, gsize *length)
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

/* Whether the phrase @data has the word; "" then. */
static const char *
has_word(const char *word, gsize length, gconstpointer data)
{
	const char *at = data;
	const char *found;
	gsize size = 0;

	while ((found = next_word(&at, &size)) != NULL)
		if (size == length && strncmp(found, word, length) == 0)
			return "";
	return NULL;
}

static char *
list_words(const char *phrase)
{
	g_autoptr(GString) list = g_string_new(NULL);
	const char *at = phrase;
	const char *word;
	gsize length = 0;

	while ((word = next_word(&at, &length)) != NULL)
		g_string_append_printf(list, "%s{%.*s}",
		    list->len == 0 ? "" : " ", (int)length, word);
	return g_string_free(g_steal_pointer(&list), FALSE);
}

/* Whether @key may be set to @text: English has it, with these words. */
static gboolean
check_phrase(const TdTemplates *templates, const char *key, const char *text,
    gboolean define, const TdOrigin *origin, GError **error)
{
	g_autofree char *english = make_key("en", key);
	const char *model = g_hash_table_lookup(templates->phrases, english);
	g_autofree char *known = NULL;

	if (model == NULL && define)
		model = text;
	if (model == NULL) {
		g_autofree char *shown = td_text_printable(key, 40);
		g_autofree char *what = g_strdup_printf(
		    "there is no phrase \"%s\"", shown);

		return td_origin_fail(error, origin, what);
	}
	known = list_words(model);
	return td_words_check(text, has_word, model, known, origin, error);
}

/* @text with "\n" as a line break. */
static char *
break_lines(const char *text)
{
	g_autoptr(GString) out = g_string_new(text);

	g_string_replace(out, "\\n", "\n", 0);
	return g_string_free(g_steal_pointer(&out), FALSE);
}

static gboolean
add_line(TdTemplates *templates, const char *language, const char *line,
    gboolean define, GHashTable *seen, TdOrigin *origin, GError **error)
{
	const char *colon = strchr(line, ':');
	g_autofree char *key = NULL;
	g_autofree char *text = NULL;

	if (colon == NULL || colon == line)
		return td_origin_fail(error, origin, "expected \"key: text\"");
	key = g_strstrip(g_strndup(line, (gsize)(colon - line)));
	text = g_strstrip(g_strdup(colon + 1));
	if (*text == '\0')
		return td_origin_fail(error, origin, "the text is empty");
	if (!check_phrase(templates, key, text, define, origin, error))
		return FALSE;
	if (!g_hash_table_add(seen, g_strdup(key)))
		return td_origin_fail(
		    error, origin, "the key stands above already");

	g_hash_table_replace(
	    templates->phrases, make_key(language, key), break_lines(text));
	return TRUE;
}

gboolean
td_phrase_parse(TdTemplates *templates, const char *language, GStrv lines,
    gboolean define, TdOrigin *origin, GError **error)
{
	g_autoptr(GHashTable)
	    seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; lines[i] != NULL; i++) {
		origin->line = i + 1;
		if (lines[i][0] == '\0' || lines[i][0] == '#')
			continue;
		if (!add_line(templates, language, lines[i], define, seen,
		        origin, error))
			return FALSE;
	}
	return TRUE;
}

/* @data is a list of word, value, ..., NULL. */
static const char *
find_pair(const char *word, gsize length, gconstpointer data)
{
	const char *const *pairs = data;

	for (; pairs != NULL && pairs[0] != NULL; pairs += 2)
		if (strlen(pairs[0]) == length &&
		    strncmp(pairs[0], word, length) == 0)
			return pairs[1];
	return NULL;
}

char *
td_phrase_fill(const TdTemplates *templates, const char *language,
    const char *key, const char *const *pairs)
{
	g_autofree char *own = make_key(
	    td_templates_language(templates, language), key);
	g_autofree char *english = make_key("en", key);
	g_autoptr(GString) out = g_string_new(NULL);
	const char *text = g_hash_table_lookup(templates->phrases, own);

	if (text == NULL)
		text = g_hash_table_lookup(templates->phrases, english);
	if (text == NULL)
		return NULL;
	td_words_fill(out, text, find_pair, pairs);
	return g_string_free(g_steal_pointer(&out), FALSE);
}
