/* template.c - see desk/template.h */

#include "config.h"

#include <stddef.h>
#include <string.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "desk/template.h"

#define TEMPLATE_MAX (64 * 1024)

typedef struct {
	char *subject;
	char *text;
} Template;

struct TdTemplates {
	GHashTable *table; /* "en/acknowledgement" -> Template */
};

/* Where a template came from, for messages. */
typedef struct {
	const char *file;
	guint line;
} Origin;

static const struct {
	const char *word;
	gsize offset;
} words[] = {
	{ "number", offsetof(TdTemplateValues, number) },
	{ "tag", offsetof(TdTemplateValues, tag) },
	{ "subject", offsetof(TdTemplateValues, subject) },
	{ "requester", offsetof(TdTemplateValues, requester) },
	{ "queue", offsetof(TdTemplateValues, queue) },
	{ "desk", offsetof(TdTemplateValues, desk) },
	{ "address", offsetof(TdTemplateValues, address) },
};

static void
free_template(Template *template)
{
	g_free(template->subject);
	g_free(template->text);
	g_free(template);
}

static gboolean
fail_at(GError **error, const Origin *origin, const char *what)
{
	return td_fail(error, TD_ERROR_CONFIG, "%s:%u: %s", origin->file,
	    origin->line, what);
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

static char *
list_words(void)
{
	g_autoptr(GString) list = g_string_new(NULL);

	for (guint i = 0; i < G_N_ELEMENTS(words); i++)
		g_string_append_printf(
		    list, "%s{%s}", i == 0 ? "" : " ", words[i].word);
	return g_string_free(g_steal_pointer(&list), FALSE);
}

/* Whether every {word} of one line is known. */
static gboolean
check_line(const char *line, const Origin *origin, GError **error)
{
	for (const char *at = strchr(line, '{'); at != NULL;
	     at = strchr(at, '{')) {
		const char *end;

		if (at[1] == '{') {
			at += 2;
			continue;
		}
		end = strchr(at, '}');
		if (end == NULL)
			return fail_at(error, origin,
			    "\"{\" without \"}\"; write {{ for a brace");
		if (find_word(at + 1, (gsize)(end - at) - 1) < 0) {
			g_autofree char *known = list_words();
			g_autofree char *word = g_strndup(
			    at, (gsize)(end - at) + 1);
			g_autofree char *shown = td_text_printable(word, 40);
			g_autofree char *what = NULL;

			what = g_strdup_printf(
			    "unknown word %s; known are %s", shown, known);
			return fail_at(error, origin, what);
		}
		at = end;
	}
	return TRUE;
}

/* Reads "Subject: ..." and what follows from @lines, from origin->line on. */
static Template *
parse_lines(GStrv lines, Origin *origin, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);
	Template *template;
	const char *subject;
	guint at = 0;

	for (at = 0; lines[at] != NULL && lines[at][0] == '#'; at++)
		;
	origin->line = at + 1;
	if (lines[at] == NULL || !g_str_has_prefix(lines[at], "Subject:")) {
		fail_at(error, origin, "expected \"Subject: ...\"");
		return NULL;
	}
	subject = lines[at] + strlen("Subject:");
	if (!check_line(subject, origin, error))
		return NULL;

	origin->line = ++at + 1;
	if (lines[at] == NULL || lines[at][0] != '\0') {
		fail_at(error, origin, "expected an empty line after Subject");
		return NULL;
	}
	for (at++; lines[at] != NULL; at++) {
		origin->line = at + 1;
		if (!check_line(lines[at], origin, error))
			return NULL;
		g_string_append_printf(text, "%s\n", lines[at]);
	}
	while (text->len > 0 && text->str[text->len - 1] == '\n')
		g_string_truncate(text, text->len - 1);
	if (text->len == 0) {
		fail_at(error, origin, "the text is empty");
		return NULL;
	}
	g_string_append_c(text, '\n');

	template = g_new0(Template, 1);
	template->subject = g_strstrip(g_strdup(subject));
	template->text = g_string_free(g_steal_pointer(&text), FALSE);
	return template;
}

static gboolean
check_utf8(const char *content, Origin *origin, GError **error)
{
	const char *bad;

	if (g_utf8_validate(content, -1, &bad))
		return TRUE;
	for (const char *at = content; at < bad; at++)
		if (*at == '\n')
			origin->line++;
	return fail_at(error, origin, "not UTF-8");
}

static gboolean
add_template(TdTemplates *templates, const char *language, const char *name,
    const char *file, const char *content, GError **error)
{
	g_auto(GStrv) lines = g_strsplit(content, "\n", -1);
	Origin origin = { .file = file, .line = 1 };
	Template *template;

	if (!check_utf8(content, &origin, error))
		return FALSE;
	for (guint i = 0; lines[i] != NULL; i++)
		if (g_str_has_suffix(lines[i], "\r"))
			lines[i][strlen(lines[i]) - 1] = '\0';

	template = parse_lines(lines, &origin, error);
	if (template == NULL)
		return FALSE;
	g_hash_table_replace(templates->table,
	    g_strdup_printf("%s/%s", language, name), template);
	return TRUE;
}

static gboolean
is_builtin_name(const char *name)
{
	for (guint i = 0; td_builtin_templates[i].name != NULL; i++)
		if (strcmp(td_builtin_templates[i].name, name) == 0)
			return TRUE;
	return FALSE;
}

/* Adds @directory/@language/@file if it is a template. */
static gboolean
load_file(TdTemplates *templates, const char *directory, const char *language,
    const char *file, GError **error)
{
	g_autofree char *path = NULL;
	g_autofree char *name = NULL;
	g_autofree char *content = NULL;
	g_autoptr(GError) reading = NULL;
	gsize size = 0;

	if (!g_str_has_suffix(file, ".txt") || file[0] == '.')
		return TRUE;
	path = g_build_filename(directory, language, file, NULL);
	name = g_strndup(file, strlen(file) - strlen(".txt"));
	if (!is_builtin_name(name))
		return td_fail(error, TD_ERROR_CONFIG,
		    "%s:1: there is no template of that name", path);
	if (!g_file_get_contents(path, &content, &size, &reading))
		return td_fail(error, TD_ERROR_CONFIG, "%s", reading->message);
	if (strlen(content) != size)
		return td_fail(error, TD_ERROR_CONFIG,
		    "%s:1: holds a NUL byte; a template is text", path);
	if (size > TEMPLATE_MAX)
		return td_fail(error, TD_ERROR_CONFIG,
		    "%s:1: larger than %d bytes", path, TEMPLATE_MAX);
	return add_template(templates, language, name, path, content, error);
}

static gboolean
load_language(TdTemplates *templates, const char *directory,
    const char *language, GError **error)
{
	g_autofree char *path = g_build_filename(directory, language, NULL);
	g_autoptr(GDir) dir = NULL;
	const char *file;

	if (language[0] == '.' || !g_file_test(path, G_FILE_TEST_IS_DIR))
		return TRUE;
	dir = g_dir_open(path, 0, NULL);
	if (dir == NULL)
		return td_fail(
		    error, TD_ERROR_CONFIG, "%s: cannot be read", path);
	while ((file = g_dir_read_name(dir)) != NULL)
		if (!load_file(templates, directory, language, file, error))
			return FALSE;
	return TRUE;
}

TdTemplates *
td_templates_load(const char *directory, GError **error)
{
	g_autoptr(TdTemplates) templates = g_new0(TdTemplates, 1);
	g_autoptr(GDir) dir = NULL;
	const char *language;

	templates->table = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, (GDestroyNotify)free_template);
	for (guint i = 0; td_builtin_templates[i].name != NULL; i++) {
		const TdBuiltinTemplate *builtin = &td_builtin_templates[i];

		if (!add_template(templates, builtin->language, builtin->name,
		        "built-in template", builtin->text, error))
			return NULL;
	}
	if (directory == NULL)
		return g_steal_pointer(&templates);

	dir = g_dir_open(directory, 0, NULL);
	if (dir == NULL) {
		td_fail(error, TD_ERROR_CONFIG,
		    "%s: the directory of templates cannot be read", directory);
		return NULL;
	}
	while ((language = g_dir_read_name(dir)) != NULL)
		if (!load_language(templates, directory, language, error))
			return NULL;
	return g_steal_pointer(&templates);
}

void
td_templates_free(TdTemplates *templates)
{
	if (templates == NULL)
		return;
	g_hash_table_unref(templates->table);
	g_free(templates);
}

static char *
fill(const char *text, const TdTemplateValues *values)
{
	g_autoptr(GString) out = g_string_sized_new(strlen(text) + 256);
	const char *at = text;

	while (*at != '\0') {
		const char *brace = strchrnul(at, '{');
		const char *end;
		const char *value;

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
		value = G_STRUCT_MEMBER(const char *, values,
		    words[find_word(brace + 1, (gsize)(end - brace) - 1)]
		        .offset);
		g_string_append(out, value == NULL ? "" : value);
		at = end + 1;
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}

void
td_template_fill(const TdTemplates *templates, const char *name,
    const char *language, const TdTemplateValues *values, char **subject,
    char **text)
{
	g_autofree char *key = g_strdup_printf("%s/%s", language, name);
	const Template *template;
	g_autofree char *line = NULL;

	template = g_hash_table_lookup(templates->table, key);
	if (template == NULL) {
		g_autofree char *english = g_strconcat("en/", name, NULL);

		template = g_hash_table_lookup(templates->table, english);
	}
	g_return_if_fail(template != NULL);

	line = fill(template->subject, values);
	*subject = td_text_printable(line, 200);
	*text = fill(template->text, values);
}
