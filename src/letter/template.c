/* template.c - one template: reading and filling, see letter/template.h */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "letter/template-private.h"

#define SUBJECT_MAX 200

void
td_template_free(TdTemplate *template)
{
	if (template == NULL)
		return;
	g_free(template->language);
	g_free(template->subject);
	g_strfreev(template->lines);
	g_free(template);
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

/* Whether one of @lines is a word alone that goes there. */
static gboolean
has_part(GStrv lines, TdPartKind kind)
{
	static const TdTemplateValues none;

	for (guint i = 0; lines[i] != NULL; i++) {
		const char *value;
		TdPartKind here;

		if (td_template_lone_word(lines[i], &none, &value, &here) &&
		    here == kind)
			return TRUE;
	}
	return FALSE;
}

/* Whether the text, from line @at on, is one. */
static gboolean
check_text(GStrv lines, guint at, const TdConf *conf, TdOrigin *origin)
{
	gboolean good = TRUE;
	gboolean empty = TRUE;

	for (guint i = at; lines[i] != NULL; i++) {
		origin->line = i + 1;
		empty = empty && lines[i][0] == '\0';
		if (!td_template_check_line(lines[i], conf, FALSE, origin))
			good = FALSE;
	}
	return empty ? td_origin_say(origin, "the text is empty") : good;
}

TdTemplate *
td_template_parse(GStrv lines, const TdConf *conf, TdOrigin *origin)
{
	TdTemplate *template;
	const char *subject;
	gboolean good;
	guint at;

	for (at = 0; lines[at] != NULL && lines[at][0] == '#'; at++)
		;
	origin->line = at + 1;
	if (lines[at] == NULL || !g_str_has_prefix(lines[at], "Subject:")) {
		td_origin_say(origin, "expected \"Subject: ...\"");
		return NULL;
	}
	subject = lines[at] + strlen("Subject:");
	good = td_template_check_line(subject, conf, FALSE, origin);
	if (td_text_is_blank(subject))
		td_mistake_add(origin->mistakes, origin->file, origin->line,
		    FALSE, "the Subject is empty");

	origin->line = ++at + 1;
	if (lines[at] == NULL || lines[at][0] != '\0') {
		td_origin_say(origin, "expected an empty line after Subject");
		return NULL;
	}
	if (!check_text(lines, at + 1, conf, origin) || !good)
		return NULL;

	template = g_new0(TdTemplate, 1);
	template->subject = g_strstrip(g_strdup(subject));
	template->lines = copy_lines(lines + at + 1);
	template->tells = has_part(template->lines, TD_PART_TEXT);
	template->links = has_part(template->lines, TD_PART_LINKS);
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

/* Adds what a word stands for that has a line of its own; FALSE if that is
 * nothing. */
static gboolean
add_word(GPtrArray *parts, TdPartKind kind, const char *value)
{
	g_autoptr(GString) text = g_string_new(value);

	while (text->len > 0 && text->str[text->len - 1] == '\n')
		g_string_truncate(text, text->len - 1);
	if (text->len == 0)
		return FALSE;
	g_string_append_c(text, '\n');
	add_part(parts, kind, text->str);
	return TRUE;
}

GPtrArray *
td_template_fill_lines(GStrv lines, const TdTemplateValues *values)
{
	GPtrArray *parts = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)free_part);

	for (guint i = 0; lines[i] != NULL; i++) {
		const char *next = lines[i + 1];
		g_autoptr(GString) text = NULL;
		const char *value;
		TdPartKind kind;

		if (td_template_lone_word(lines[i], values, &value, &kind)) {
			if (!add_word(parts, kind, value) && next != NULL &&
			    *next == '\0')
				i++;
			continue;
		}
		text = g_string_new(NULL);
		td_words_fill(text, lines[i], td_template_value, values);
		g_string_append_c(text, '\n');
		add_part(parts, TD_PART_PROSE, text->str);
	}
	return parts;
}

char *
td_parts_join(const GPtrArray *parts)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < parts->len; i++) {
		const TdPart *part = g_ptr_array_index(parts, i);

		g_string_append(text, part->text);
	}
	while (g_str_has_suffix(text->str, "\n\n"))
		g_string_truncate(text, text->len - 1);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

char *
td_template_hole(GStrv lines, const TdTemplateValues *values)
{
	for (guint i = 0; lines[i] != NULL; i++) {
		const char *at = lines[i];
		const char *value;
		const char *word;
		TdPartKind kind;
		gsize length;

		if (td_template_lone_word(lines[i], values, &value, &kind))
			continue;
		while ((word = td_words_next(&at, &length)) != NULL) {
			value = td_template_value(word, length, values);
			if (value == NULL || *value == '\0')
				return g_strdup_printf(
				    "{%.*s}", (int)length, word);
		}
	}
	return NULL;
}

/* ---- which one ---- */

/* What @table has for @name: see td_template_find(). */
static gpointer
find(GHashTable *table, const char *name, const char *queue,
    const char *language, const char *other)
{
	g_autofree char *stem = language == NULL
	    ? NULL
	    : g_strndup(language, strcspn(language, "-_"));
	const char *languages[] = { language, stem, other, "en" };

	for (guint i = 0; i < G_N_ELEMENTS(languages); i++) {
		g_autofree char *own = NULL;
		g_autofree char *common = NULL;
		gpointer found;

		if (languages[i] == NULL)
			continue;
		own = td_text_key(queue, languages[i], name);
		common = td_text_key(NULL, languages[i], name);
		found = g_hash_table_lookup(table, own);
		if (found == NULL)
			found = g_hash_table_lookup(table, common);
		if (found != NULL)
			return found;
	}
	return NULL;
}

const TdTemplate *
td_template_find(const TdTemplates *templates, const char *name,
    const char *queue, const char *language, const char *other)
{
	return find(templates->table, name, queue, language, other);
}

const TdTemplateFile *
td_templates_file(const TdTemplates *templates, const char *name,
    const char *queue, const char *language, const char *other)
{
	guint index = GPOINTER_TO_UINT(
	    find(templates->origins, name, queue, language, other));

	return index == 0 ? NULL
	                  : g_ptr_array_index(templates->files, index - 1);
}

const char *
td_template_language(const TdTemplate *template)
{
	return template->language;
}

gboolean
td_template_tells(const TdTemplate *template)
{
	return template->tells;
}

void
td_template_fill(const TdTemplate *template, const TdTemplateValues *values,
    char **subject, GPtrArray **parts)
{
	g_autoptr(GString) line = g_string_new(NULL);

	td_words_fill(line, template->subject, td_template_value, values);
	*subject = g_strstrip(td_text_printable(line->str, SUBJECT_MAX));
	*parts = td_template_fill_lines(template->lines, values);
}
