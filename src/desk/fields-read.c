/* fields-read.c - fields of tickets as people write them: "Equipment: PC-17"
 *
 * What stands there is hostile: it is cut, made printable and compared, and
 * never more than that. */

#include "config.h"

#include <string.h>

#include <ticketd/command.h>
#include <ticketd/text.h>

#include "desk/fields.h"
#include "desk/policy.h"

/* Bytes in which the end of a label is looked for, and of a value that are
 * looked at: more than what is kept of it. */
#define LABEL_SIZE 120
#define VALUE_SIZE ((gsize)TD_FIELD_VALUE_MAX * 6)

/* ---- labels ---- */

static gboolean
is_ornament(gunichar c)
{
	/* Bullets, and what mail programs put around bold letters. */
	return g_unichar_isspace(c) || c == '*' || c == '_' || c == '-' ||
	    c == 0x00b7 || c == 0x2013 || c == 0x2022;
}

/* @text without ornaments around; the caller's. */
static char *
strip_ornaments(const char *text)
{
	const char *end = text + strlen(text);

	while (*text != '\0' && is_ornament(g_utf8_get_char(text)))
		text = g_utf8_next_char(text);
	while (end > text) {
		const char *last = g_utf8_prev_char(end);

		if (!is_ornament(g_utf8_get_char(last)))
			break;
		end = last;
	}
	return g_strndup(text, (gsize)(end - text));
}

char *
td_field_key(const char *text)
{
	g_autofree char *plain = td_text_printable(text, 0);
	g_autofree char *folded = td_text_fold(plain);

	return strip_ornaments(folded);
}

static void
add_word(GHashTable *words, const char *word, const char *name)
{
	char *key = td_field_key(word);

	/* Who comes first keeps it. */
	if (*key == '\0' || g_hash_table_contains(words, key))
		g_free(key);
	else
		g_hash_table_insert(words, key, (gpointer)name);
}

static void
add_labels(GHashTable *words, const TdFieldKind *kind, const char *name)
{
	for (gsize i = 0; kind != NULL && kind->labels[i] != NULL; i++)
		add_word(words, strchr(kind->labels[i], ':') + 1, name);
}

/* Those that have a command are called what the command is. */
static void
add_command_words(GHashTable *words, const TdDesk *desk, const char *name)
{
	g_autofree char *list = td_letters_languages(desk->letters);
	g_auto(GStrv) languages = g_strsplit(list, ", ", -1);
	TdVerb verb = TD_VERB_NONE;

	if (strcmp(name, TD_FIELD_SERVICE) == 0)
		verb = TD_VERB_SERVICE;
	else if (strcmp(name, TD_FIELD_EQUIPMENT) == 0)
		verb = TD_VERB_EQUIPMENT;
	for (gsize i = 0; verb != TD_VERB_NONE && languages[i] != NULL; i++) {
		g_autofree char *label = td_field_label(
		    desk, languages[i], name);
		const char *all = td_command_words(verb, languages[i]);
		g_auto(GStrv)
		    each = g_strsplit(all == NULL ? "" : all, ", ", -1);

		add_word(words, label, name);
		for (gsize j = 0; each[j] != NULL; j++)
			add_word(words, each[j], name);
	}
}

GHashTable *
td_field_words(const TdDesk *desk, const GPtrArray *names)
{
	GHashTable *words = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < names->len; i++) {
		const char *name = g_ptr_array_index(names, i);

		add_word(words, name, name);
	}
	for (guint i = 0; i < names->len; i++) {
		const char *name = g_ptr_array_index(names, i);

		add_labels(words, td_conf_field(desk->conf, name), name);
		add_command_words(words, desk, name);
	}
	return words;
}

const char *
td_field_read_line(
    GHashTable *words, const char *line, gsize size, char **value)
{
	gsize most = MIN(size, LABEL_SIZE);
	gsize end = 0;
	g_autofree char *start = NULL;
	g_autofree char *key = NULL;
	g_autofree char *rest = NULL;
	const char *name;

	while (end < most && strchr(":=\n", line[end]) == NULL)
		end++;
	if (end == 0 || end == most || line[end] == '\n')
		return NULL;
	start = g_strndup(line, end);
	key = td_field_key(start);
	name = g_hash_table_lookup(words, key);
	if (name == NULL)
		return NULL;
	rest = g_strndup(line + end + 1, MIN(size - end - 1, VALUE_SIZE));
	*value = strip_ornaments(rest);
	return name;
}

/* ---- values ---- */

/* What may have been meant by "(mail, network) mail", for the question has the
 * values in brackets, or by "(mail)"; the caller's. */
static char *
strip_hint(const char *text)
{
	const char *close = *text == '(' ? strchr(text, ')') : NULL;
	g_autofree char *rest = NULL;

	if (close == NULL)
		return g_strdup(text);
	rest = g_strstrip(g_strdup(close + 1));
	return *rest != '\0' ? g_steal_pointer(&rest)
	                     : g_strndup(text + 1, (gsize)(close - text - 1));
}

/* @text for comparing, without a final dot; the caller's. */
static char *
make_key(const char *text)
{
	char *key = g_strstrip(td_text_fold(text));
	gsize size = strlen(key);

	while (size > 0 && strchr(".,;! ", key[size - 1]) != NULL)
		key[--size] = '\0';
	return key;
}

static const char *
find_value(const TdFieldKind *kind, const char *text)
{
	g_autofree char *key = make_key(text);

	for (gsize i = 0; kind->values[i] != NULL; i++) {
		g_autofree char *each = make_key(kind->values[i]);

		if (strcmp(each, key) == 0)
			return kind->values[i];
	}
	return NULL;
}

char *
td_field_value(const TdConf *conf, const char *name, const char *text)
{
	const TdFieldKind *kind = td_conf_field(conf, name);
	g_autofree char *value = g_strstrip(
	    td_text_printable(text, TD_FIELD_VALUE_MAX));
	g_autofree char *meant = NULL;
	const char *known;

	if (*value == '\0')
		return NULL;
	if (kind == NULL || kind->values[0] == NULL)
		return g_steal_pointer(&value);
	known = find_value(kind, value);
	if (known == NULL) {
		meant = strip_hint(value);
		known = find_value(kind, meant);
	}
	return g_strdup(known);
}
