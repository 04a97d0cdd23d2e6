/* template-load.c - all templates and phrases: built in, and from a directory
 */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>

#include "letter/template-private.h"

#define FILE_MAX_SIZE (64 * 1024)

static gboolean
check_utf8(const char *content, TdOrigin *origin, GError **error)
{
	const char *bad;

	if (g_utf8_validate(content, -1, &bad))
		return TRUE;
	for (const char *at = content; at < bad; at++)
		if (*at == '\n')
			origin->line++;
	return td_origin_fail(error, origin, "not UTF-8");
}

/* Adds the file @name in @language, whose @content comes from @file. */
static gboolean
add_text(TdTemplates *templates, const char *language, const char *name,
    const char *file, const char *content, gboolean define, GError **error)
{
	TdOrigin origin = { .file = file, .line = 1 };
	g_auto(GStrv) lines = NULL;
	TdTemplate *template;

	if (!check_utf8(content, &origin, error))
		return FALSE;
	lines = g_strsplit(content, "\n", -1);
	for (guint i = 0; lines[i] != NULL; i++)
		if (g_str_has_suffix(lines[i], "\r"))
			lines[i][strlen(lines[i]) - 1] = '\0';

	g_hash_table_add(templates->languages, g_strdup(language));
	if (td_phrase_is_file(name))
		return td_phrase_parse(
		    templates, language, lines, define, &origin, error);
	template = td_template_parse(lines, &origin, error);
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
	if (!is_builtin_name(name) && !td_phrase_is_file(name))
		return td_fail(error, TD_ERROR_CONFIG,
		    "%s:1: there is no template of that name", path);
	if (!g_file_get_contents(path, &content, &size, &reading))
		return td_fail(error, TD_ERROR_CONFIG, "%s", reading->message);
	if (strlen(content) != size)
		return td_fail(error, TD_ERROR_CONFIG,
		    "%s:1: holds a NUL byte; a template is text", path);
	if (size > FILE_MAX_SIZE)
		return td_fail(error, TD_ERROR_CONFIG,
		    "%s:1: larger than %d bytes", path, FILE_MAX_SIZE);
	return add_text(templates, language, name, path, content, FALSE, error);
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

static gboolean
load_directory(TdTemplates *templates, const char *directory, GError **error)
{
	g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
	const char *language;

	if (dir == NULL)
		return td_fail(error, TD_ERROR_CONFIG,
		    "%s: the directory of templates cannot be read", directory);
	while ((language = g_dir_read_name(dir)) != NULL)
		if (!load_language(templates, directory, language, error))
			return FALSE;
	return TRUE;
}

/* Adds the built-in texts in English, or those in all other languages. */
static gboolean
add_builtin(TdTemplates *templates, gboolean english, GError **error)
{
	for (guint i = 0; td_builtin_templates[i].name != NULL; i++) {
		const TdBuiltinTemplate *builtin = &td_builtin_templates[i];
		g_autofree char *file = NULL;

		if ((strcmp(builtin->language, "en") == 0) != english)
			continue;
		file = g_strdup_printf(
		    "built-in %s/%s.txt", builtin->language, builtin->name);
		if (!add_text(templates, builtin->language, builtin->name, file,
		        builtin->text, english, error))
			return FALSE;
	}
	return TRUE;
}

TdTemplates *
td_templates_load(const char *directory, GError **error)
{
	g_autoptr(TdTemplates) templates = g_new0(TdTemplates, 1);

	templates->table = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, (GDestroyNotify)td_template_free);
	templates->phrases = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, g_free);
	templates->languages = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, NULL);

	/* English first: it tells which phrases and words there are. */
	if (!add_builtin(templates, TRUE, error) ||
	    !add_builtin(templates, FALSE, error))
		return NULL;
	if (directory != NULL && !load_directory(templates, directory, error))
		return NULL;
	return g_steal_pointer(&templates);
}

void
td_templates_free(TdTemplates *templates)
{
	if (templates == NULL)
		return;
	g_hash_table_unref(templates->table);
	g_hash_table_unref(templates->phrases);
	g_hash_table_unref(templates->languages);
	g_free(templates);
}

gboolean
td_templates_have(const TdTemplates *templates, const char *language)
{
	return language != NULL &&
	    g_hash_table_contains(templates->languages, language);
}

static int
compare_languages(gconstpointer a, gconstpointer b)
{
	return strcmp(a, b);
}

char *
td_templates_list(const TdTemplates *templates)
{
	GList *languages = g_hash_table_get_keys(templates->languages);
	g_autoptr(GString) list = g_string_new(NULL);

	languages = g_list_sort(languages, compare_languages);
	for (const GList *at = languages; at != NULL; at = at->next)
		g_string_append_printf(list, "%s%s", list->len == 0 ? "" : ", ",
		    (const char *)at->data);
	g_list_free(languages);
	return g_string_free(g_steal_pointer(&list), FALSE);
}

const char *
td_templates_language(const TdTemplates *templates, const char *language)
{
	g_autofree char *stem = NULL;
	gpointer found = NULL;

	if (language == NULL)
		return "en";
	if (g_hash_table_lookup_extended(
	        templates->languages, language, &found, NULL))
		return found;
	stem = g_strndup(language, strcspn(language, "-_"));
	if (g_hash_table_lookup_extended(
	        templates->languages, stem, &found, NULL))
		return found;
	return "en";
}
