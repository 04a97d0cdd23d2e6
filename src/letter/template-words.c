/* template-words.c - the {word}s of templates and canned answers */

#include "config.h"

#include <stddef.h>
#include <string.h>

#include "letter/template-private.h"

/* In front of the name of any field of a ticket. */
#define FIELD "field:"

#define WORD(field) offsetof(TdTemplateValues, field)

/* What belongs to one kind of letter alone is no word of a canned answer. */
#define EVERYWHERE TRUE
#define TEMPLATES FALSE

static const struct {
	const char *word;
	gsize offset;
	TdPartKind part; /* where it stands on a line of its own */
	gboolean everywhere;
} words[] = {
	{ "number", WORD(number), TD_PART_PROSE, EVERYWHERE },
	{ "tag", WORD(tag), TD_PART_PROSE, EVERYWHERE },
	{ "subject", WORD(subject), TD_PART_PROSE, EVERYWHERE },
	{ "ticket", WORD(ticket), TD_PART_PROSE, EVERYWHERE },
	{ "requester", WORD(requester), TD_PART_PROSE, EVERYWHERE },
	{ "hello", WORD(hello), TD_PART_PROSE, EVERYWHERE },
	{ "queue", WORD(queue), TD_PART_PROSE, EVERYWHERE },
	{ "name_of_queue", WORD(name_of_queue), TD_PART_PROSE, EVERYWHERE },
	{ "desk", WORD(desk), TD_PART_PROSE, EVERYWHERE },
	{ "address", WORD(address), TD_PART_PROSE, EVERYWHERE },
	{ "author", WORD(author), TD_PART_PROSE, EVERYWHERE },
	{ "address_of_author", WORD(author_address), TD_PART_PROSE, TEMPLATES },
	{ "writer", WORD(writer), TD_PART_PROSE, TEMPLATES },
	{ "sender", WORD(sender), TD_PART_PROSE, EVERYWHERE },
	{ "signature", WORD(signature), TD_PART_PROSE, EVERYWHERE },
	{ "status", WORD(status), TD_PART_PROSE, EVERYWHERE },
	{ "priority", WORD(priority), TD_PART_PROSE, EVERYWHERE },
	{ "type", WORD(type), TD_PART_PROSE, EVERYWHERE },
	{ "service", WORD(service), TD_PART_PROSE, EVERYWHERE },
	{ "equipment", WORD(equipment), TD_PART_PROSE, EVERYWHERE },
	{ "owner", WORD(owner), TD_PART_PROSE, EVERYWHERE },
	{ "until", WORD(until), TD_PART_PROSE, EVERYWHERE },
	{ "due", WORD(due), TD_PART_PROSE, EVERYWHERE },
	{ "warning", WORD(warning), TD_PART_PROSE, TEMPLATES },
	{ "wrote", WORD(wrote), TD_PART_PROSE, TEMPLATES },
	{ "closing", WORD(closing), TD_PART_PROSE, TEMPLATES },
	{ "more", WORD(more), TD_PART_PROSE, TEMPLATES },
	{ "ask", WORD(ask), TD_PART_PROSE, TEMPLATES },
	{ "text", WORD(text), TD_PART_TEXT, TEMPLATES },
	{ "links", WORD(links), TD_PART_LINKS, TEMPLATES },
	{ "quote", WORD(quote), TD_PART_QUOTE, TEMPLATES },
};

/* The index in words[] of the @length bytes at @word, -1 if it is none. */
static int
find_word(const char *word, gsize length)
{
	for (guint i = 0; i < G_N_ELEMENTS(words); i++)
		if (strlen(words[i].word) == length &&
		    strncmp(words[i].word, word, length) == 0)
			return (int)i;
	return -1;
}

/* The name of the field that a word stands for; NULL if it is of none; the
 * caller's. */
static char *
field_name(const char *word, gsize length)
{
	gsize prefix = strlen(FIELD);

	if (length <= prefix || strncmp(word, FIELD, prefix) != 0)
		return NULL;
	return g_strndup(word + prefix, length - prefix);
}

/* ---- which there are ---- */

typedef struct {
	const TdConf *conf;
	gboolean canned;
} Known;

/* TdWordFunc: "" for each word that may be written. */
static const char *
known_word(const char *word, gsize length, gconstpointer data)
{
	const Known *known = data;
	g_autofree char *field = field_name(word, length);
	int index = find_word(word, length);

	if (field != NULL)
		return known->conf != NULL &&
		        td_conf_has_field(known->conf, field)
		    ? ""
		    : NULL;
	return index >= 0 && (words[index].everywhere || !known->canned) ? ""
	                                                                 : NULL;
}

static char *
list_words(const Known *known)
{
	const TdConf *conf = known->conf;
	g_autoptr(GString) list = g_string_new(NULL);

	for (guint i = 0; i < G_N_ELEMENTS(words); i++)
		if (words[i].everywhere || !known->canned)
			g_string_append_printf(list, "%s{%s}",
			    list->len == 0 ? "" : " ", words[i].word);
	for (guint i = 0; conf != NULL && i < conf->fields->len; i++) {
		const TdFieldKind *field = g_ptr_array_index(conf->fields, i);

		g_string_append_printf(list, " {" FIELD "%s}", field->name);
	}
	return g_string_free(g_steal_pointer(&list), FALSE);
}

gboolean
td_template_check_line(
    const char *line, const TdConf *conf, gboolean canned, TdOrigin *origin)
{
	const Known known = { conf, canned };
	g_autofree char *list = NULL;

	if (strchr(line, '{') == NULL)
		return TRUE;
	list = list_words(&known);
	return td_words_check(line, known_word, &known, list, origin);
}

/* ---- what they stand for ---- */

/* The value of field @name, "" if there is none; borrowed. */
static const char *
find_field(const TdTemplateValues *values, const char *name)
{
	const GPtrArray *fields = values->fields;

	for (guint i = 0; fields != NULL && i < fields->len; i++) {
		const TdField *field = g_ptr_array_index(fields, i);

		if (strcmp(field->name, name) == 0)
			return field->value;
	}
	return "";
}

const char *
td_template_value(const char *word, gsize length, gconstpointer data)
{
	g_autofree char *field = field_name(word, length);
	int index = find_word(word, length);
	const char *value;

	if (field != NULL)
		return find_field(data, field);
	if (index < 0)
		return NULL;
	value = G_STRUCT_MEMBER(const char *, data, words[index].offset);
	return value == NULL ? "" : value;
}

gboolean
td_template_lone_word(const char *line, const TdTemplateValues *values,
    const char **value, TdPartKind *kind)
{
	gsize length = strlen(line);
	const char *found;
	int index;

	if (length < 3 || line[0] != '{' || line[1] == '{' ||
	    strchr(line, '}') != line + length - 1)
		return FALSE;
	found = td_template_value(line + 1, length - 2, values);
	if (found == NULL)
		return FALSE;
	index = find_word(line + 1, length - 2);
	*value = found;
	*kind = index < 0 ? TD_PART_PROSE : words[index].part;
	return TRUE;
}
