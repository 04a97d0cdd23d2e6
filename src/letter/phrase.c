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
	return td_text_key(NULL, language, key);
}

/* Whether the phrase @data has the word; "" then. */
static const char *
has_word(const char *word, gsize length, gconstpointer data)
{
	const char *at = data;
	const char *found;
	gsize size = 0;

	while ((found = td_words_next(&at, &size)) != NULL)
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

	while ((word = td_words_next(&at, &length)) != NULL)
		g_string_append_printf(list, "%s{%.*s}",
		    list->len == 0 ? "" : " ", (int)length, word);
	return g_string_free(g_steal_pointer(&list), FALSE);
}

static gint
compare_keys(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The key of English most like @key, NULL when none is near; the caller's. */
static char *
find_nearest(const TdTemplates *templates, const char *key)
{
	g_autofree char *english = make_key("en", "");
	g_autoptr(GPtrArray) keys = g_ptr_array_new();
	GHashTableIter iter;
	gpointer each;

	g_hash_table_iter_init(&iter, templates->phrases);
	while (g_hash_table_iter_next(&iter, &each, NULL))
		if (g_str_has_prefix(each, english))
			g_ptr_array_add(keys, (char *)each + strlen(english));
	g_ptr_array_sort(keys, compare_keys);
	g_ptr_array_add(keys, NULL);
	return g_strdup(td_text_nearest(key, (const char *const *)keys->pdata));
}

/* Whether @key may be set to @text: English has it, with these words. */
static gboolean
check_phrase(const TdTemplates *templates, const char *key, const char *text,
    gboolean define, TdOrigin *origin)
{
	g_autofree char *english = make_key("en", key);
	const char *model = g_hash_table_lookup(templates->phrases, english);
	g_autofree char *known = NULL;

	if (model == NULL && define)
		model = text;
	if (model == NULL) {
		g_autofree char *shown = td_text_printable(key, 40);
		/* It takes long. */
		g_autofree char *near = td_mistakes_full(origin->mistakes)
		    ? NULL
		    : find_nearest(templates, key);

		return td_origin_say(origin, "there is no phrase \"%s\"%s%s%s",
		    shown, near == NULL ? "" : "; did you mean \"",
		    near == NULL ? "" : near, near == NULL ? "" : "\"?");
	}
	known = list_words(model);
	return td_words_check(text, has_word, model, known, origin);
}

/* @text with "\n" as a line break. */
static char *
break_lines(const char *text)
{
	g_autoptr(GString) out = g_string_new(text);

	g_string_replace(out, "\\n", "\n", 0);
	return g_string_free(g_steal_pointer(&out), FALSE);
}

/* What may be wrong is told; the rest goes on. */
static gboolean
add_line(TdTemplates *templates, const char *language, const char *line,
    gboolean define, GHashTable *seen, TdOrigin *origin)
{
	const char *colon = strchr(line, ':');
	g_autofree char *key = NULL;
	g_autofree char *text = NULL;

	if (colon == NULL || colon == line)
		return td_origin_say(origin, "expected \"key: text\"");
	key = g_strstrip(g_strndup(line, (gsize)(colon - line)));
	text = g_strstrip(g_strdup(colon + 1));
	if (*text == '\0')
		return td_origin_say(origin, "the text is empty");
	if (!check_phrase(templates, key, text, define, origin))
		return FALSE;
	if (!g_hash_table_add(seen, g_strdup(key)))
		return td_origin_say(origin, "the key stands above already");

	g_hash_table_replace(
	    templates->phrases, make_key(language, key), break_lines(text));
	return TRUE;
}

void
td_phrase_parse(TdTemplates *templates, const char *language, GStrv lines,
    gboolean define, TdOrigin *origin)
{
	g_autoptr(GHashTable)
	    seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; lines[i] != NULL; i++) {
		origin->line = i + 1;
		if (lines[i][0] == '\0' || lines[i][0] == '#')
			continue;
		add_line(templates, language, lines[i], define, seen, origin);
	}
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
