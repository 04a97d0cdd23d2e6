/* template.c - one template: reading and filling, see letter/template.h */

#include "config.h"

#include <stddef.h>
#include <string.h>

#include <ticketd/text.h>

#include "letter/template-private.h"

#define SUBJECT_MAX 200

struct TdTemplate {
	char *subject;
	GStrv lines;
};

#define WORD(field) offsetof(TdTemplateValues, field)

static const struct {
	const char *word;
	gsize offset;
	TdPartKind part; /* where it stands on a line of its own */
} words[] = {
	{ "number", WORD(number), TD_PART_PROSE },
	{ "tag", WORD(tag), TD_PART_PROSE },
	{ "subject", WORD(subject), TD_PART_PROSE },
	{ "ticket", WORD(ticket), TD_PART_PROSE },
	{ "requester", WORD(requester), TD_PART_PROSE },
	{ "hello", WORD(hello), TD_PART_PROSE },
	{ "queue", WORD(queue), TD_PART_PROSE },
	{ "name_of_queue", WORD(name_of_queue), TD_PART_PROSE },
	{ "desk", WORD(desk), TD_PART_PROSE },
	{ "address", WORD(address), TD_PART_PROSE },
	{ "author", WORD(author), TD_PART_PROSE },
	{ "address_of_author", WORD(author_address), TD_PART_PROSE },
	{ "writer", WORD(writer), TD_PART_PROSE },
	{ "sender", WORD(sender), TD_PART_PROSE },
	{ "signature", WORD(signature), TD_PART_PROSE },
	{ "status", WORD(status), TD_PART_PROSE },
	{ "priority", WORD(priority), TD_PART_PROSE },
	{ "owner", WORD(owner), TD_PART_PROSE },
	{ "until", WORD(until), TD_PART_PROSE },
	{ "warning", WORD(warning), TD_PART_PROSE },
	{ "wrote", WORD(wrote), TD_PART_PROSE },
	{ "closing", WORD(closing), TD_PART_PROSE },
	{ "more", WORD(more), TD_PART_PROSE },
	{ "ask", WORD(ask), TD_PART_PROSE },
	{ "text", WORD(text), TD_PART_TEXT },
	{ "links", WORD(links), TD_PART_LINKS },
	{ "quote", WORD(quote), TD_PART_QUOTE },
};

void
td_template_free(TdTemplate *template)
{
	if (template == NULL)
		return;
	g_free(template->subject);
	g_strfreev(template->lines);
	g_free(template);
}

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

/* @data are TdTemplateValues. */
static const char *
get_value(const char *word, gsize length, gconstpointer data)
{
	int index = find_word(word, length);
	const char *value;

	if (index < 0)
		return NULL;
	value = G_STRUCT_MEMBER(const char *, data, words[index].offset);
	return value == NULL ? "" : value;
}

static gboolean
check_line(const char *line, const TdOrigin *origin, GError **error)
{
	static const TdTemplateValues none;
	g_autoptr(GString) known = g_string_new(NULL);

	for (guint i = 0; i < G_N_ELEMENTS(words); i++)
		g_string_append_printf(
		    known, "%s{%s}", i == 0 ? "" : " ", words[i].word);
	return td_words_check(
	    line, get_value, &none, known->str, origin, error);
}

/* The text of a template without empty lines at its end. */
static GStrv
copy_lines(GStrv lines)
{
	guint length = g_strv_length(lines);

	while (length > 0 && lines[length - 1][0] == '\0')
		g_clear_pointer(&lines[--length], g_free);
	return g_strdupv(lines);
}

TdTemplate *
td_template_parse(GStrv lines, TdOrigin *origin, GError **error)
{
	TdTemplate *template;
	const char *subject;
	guint at;

	for (at = 0; lines[at] != NULL && lines[at][0] == '#'; at++)
		;
	origin->line = at + 1;
	if (lines[at] == NULL || !g_str_has_prefix(lines[at], "Subject:")) {
		td_origin_fail(error, origin, "expected \"Subject: ...\"");
		return NULL;
	}
	subject = lines[at] + strlen("Subject:");
	if (!check_line(subject, origin, error))
		return NULL;

	origin->line = ++at + 1;
	if (lines[at] == NULL || lines[at][0] != '\0') {
		td_origin_fail(
		    error, origin, "expected an empty line after Subject");
		return NULL;
	}
	for (guint i = ++at; lines[i] != NULL; i++) {
		origin->line = i + 1;
		if (!check_line(lines[i], origin, error))
			return NULL;
	}

	template = g_new0(TdTemplate, 1);
	template->subject = g_strstrip(g_strdup(subject));
	template->lines = copy_lines(lines + at);
	if (template->lines[0] == NULL) {
		td_origin_fail(error, origin, "the text is empty");
		g_clear_pointer(&template, td_template_free);
	}
	return template;
}

static void
free_part(TdPart *part)
{
	g_free(part->text);
	g_free(part);
}

/* Adds @text as a part, or to the prose before it. */
static void
add_part(GPtrArray *parts, TdPartKind kind, const char *text)
{
	TdPart *part;

	if (parts->len > 0 && kind == TD_PART_PROSE) {
		TdPart *last = g_ptr_array_index(parts, parts->len - 1);

		if (last->kind == TD_PART_PROSE) {
			g_autofree char *before = last->text;

			last->text = g_strconcat(before, text, NULL);
			return;
		}
	}
	part = g_new0(TdPart, 1);
	part->kind = kind;
	part->text = g_strdup(text);
	g_ptr_array_add(parts, part);
}

/* The index in words[] of the word that @line is, -1 if it is more. */
static int
lone_word(const char *line)
{
	gsize length = strlen(line);

	if (length < 3 || line[0] != '{' || line[length - 1] != '}')
		return -1;
	return find_word(line + 1, length - 2);
}

/* Adds what a word stands for that has a line of its own; FALSE if that is
 * nothing. */
static gboolean
add_word(GPtrArray *parts, int index, const TdTemplateValues *values)
{
	const char *value = G_STRUCT_MEMBER(
	    const char *, values, words[index].offset);
	g_autoptr(GString) text = g_string_new(value);

	while (text->len > 0 && text->str[text->len - 1] == '\n')
		g_string_truncate(text, text->len - 1);
	if (text->len == 0)
		return FALSE;
	g_string_append_c(text, '\n');
	add_part(parts, words[index].part, text->str);
	return TRUE;
}

static GPtrArray *
fill_lines(const TdTemplate *template, const TdTemplateValues *values)
{
	GPtrArray *parts = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)free_part);

	for (guint i = 0; template->lines[i] != NULL; i++) {
		const char *line = template->lines[i];
		int index = lone_word(line);
		g_autoptr(GString) text = NULL;

		if (index >= 0) {
			const char *next = template->lines[i + 1];

			if (!add_word(parts, index, values) && next != NULL &&
			    *next == '\0')
				i++;
			continue;
		}
		text = g_string_new(NULL);
		td_words_fill(text, line, get_value, values);
		g_string_append_c(text, '\n');
		add_part(parts, TD_PART_PROSE, text->str);
	}
	return parts;
}

static const TdTemplate *
find_template(
    const TdTemplates *templates, const char *name, const char *language)
{
	g_autofree char *key = g_strdup_printf(
	    "%s/%s", td_templates_language(templates, language), name);
	g_autofree char *english = g_strconcat("en/", name, NULL);
	const TdTemplate *template;

	template = g_hash_table_lookup(templates->table, key);
	return template != NULL
	    ? template
	    : g_hash_table_lookup(templates->table, english);
}

void
td_template_fill(const TdTemplates *templates, const char *name,
    const char *language, const TdTemplateValues *values, char **subject,
    GPtrArray **parts)
{
	const TdTemplate *template = find_template(templates, name, language);
	g_autoptr(GString) line = g_string_new(NULL);

	g_return_if_fail(template != NULL);
	td_words_fill(line, template->subject, get_value, values);
	*subject = g_strstrip(td_text_printable(line->str, SUBJECT_MAX));
	*parts = fill_lines(template, values);
}
