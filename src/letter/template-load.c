/* template-load.c - all templates and phrases: built in, and from a directory
 */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>

#include "letter/template-private.h"

/* What is read in. */
typedef struct {
	TdTemplates *templates;
	const TdConf *conf; /* or NULL */
	GPtrArray *mistakes;
} Load;

static void
free_file(TdTemplateFile *file)
{
	g_free(file->name);
	g_free(file->queue);
	g_free(file->language);
	g_free(file->path);
	g_free(file->text);
	g_free(file);
}

/* Keeps what was read of @file, whose text is @text, in the place of what stood
 * there before. */
static void
keep_file(TdTemplates *templates, const TdTextFile *file, gboolean builtin,
    const char *text)
{
	g_autofree char *key = td_text_key(
	    file->queue, file->language, file->name);
	guint index = GPOINTER_TO_UINT(
	    g_hash_table_lookup(templates->origins, key));
	TdTemplateFile *kept = g_new0(TdTemplateFile, 1);

	kept->name = g_strdup(file->name);
	kept->queue = g_strdup(file->queue);
	kept->language = g_strdup(file->language);
	kept->path = builtin ? NULL : g_strdup(file->path);
	kept->text = g_strdup(text);
	if (index != 0) {
		free_file(templates->files->pdata[index - 1]);
		templates->files->pdata[index - 1] = kept;
		return;
	}
	g_ptr_array_add(templates->files, kept);
	g_hash_table_insert(templates->origins, g_steal_pointer(&key),
	    GUINT_TO_POINTER(templates->files->len));
}

static void
add_template(const Load *load, const TdTextFile *file, gboolean builtin,
    GStrv lines, TdOrigin *origin)
{
	TdTemplate *template = td_template_parse(lines, load->conf, origin);

	if (template == NULL)
		return;
	template->language = g_strdup(file->language);
	if (!builtin)
		td_template_check_kind(
		    load->templates, template, file->name, origin);
	g_hash_table_replace(load->templates->table,
	    td_text_key(file->queue, file->language, file->name), template);
}

/* Adds @file, which is @text.  @define: phrases may be new. */
static void
add_text(const Load *load, const TdTextFile *file, gboolean builtin,
    gboolean define, const char *text)
{
	TdOrigin origin = { .file = file->path,
		.line = 1,
		.mistakes = load->mistakes,
		.stops = TRUE };
	g_auto(GStrv) lines = td_text_lines(text);

	if (file->queue == NULL)
		g_hash_table_add(
		    load->templates->languages, g_strdup(file->language));
	keep_file(load->templates, file, builtin, text);
	if (td_phrase_is_file(file->name))
		td_phrase_parse(
		    load->templates, file->language, lines, define, &origin);
	else
		add_template(load, file, builtin, lines, &origin);
}

/* Adds the built-in texts in English, or those in all other languages. */
static void
add_builtin(const Load *load, gboolean english)
{
	for (guint i = 0; td_builtin_templates[i].name != NULL; i++) {
		const TdBuiltinTemplate *builtin = &td_builtin_templates[i];
		g_autofree char *path = NULL;
		TdTextFile file = { .language = (char *)builtin->language,
			.name = (char *)builtin->name };

		if ((strcmp(builtin->language, "en") == 0) != english)
			continue;
		path = g_strdup_printf(
		    "built-in %s/%s.txt", builtin->language, builtin->name);
		file.path = path;
		add_text(load, &file, TRUE, english, builtin->text);
	}
}

static void
add_directory(const Load *load, const char *directory, guint *count)
{
	g_autoptr(GPtrArray)
	    files = td_text_files(directory, load->conf, TRUE, load->mistakes);

	for (guint i = 0; i < files->len; i++) {
		const TdTextFile *file = g_ptr_array_index(files, i);
		g_autofree char *text = NULL;

		if (!td_template_check_name(load->conf, file, load->mistakes))
			continue;
		text = td_text_file_read(file, TRUE, load->mistakes);
		if (text != NULL)
			add_text(load, file, FALSE, FALSE, text);
	}
	td_templates_check(load->templates, load->conf, files, load->mistakes);
	*count = files->len;
}

static gint
compare_files(gconstpointer a, gconstpointer b)
{
	const TdTemplateFile *one = *(TdTemplateFile *const *)a;
	const TdTemplateFile *other = *(TdTemplateFile *const *)b;
	gint order = strcmp(one->name, other->name);

	if (order == 0)
		order = g_strcmp0(one->queue, other->queue);
	return order != 0 ? order : strcmp(one->language, other->language);
}

/* Where each stands, now that they are in order. */
static void
index_files(TdTemplates *templates)
{
	g_hash_table_remove_all(templates->origins);
	for (guint i = 0; i < templates->files->len; i++) {
		const TdTemplateFile *file = g_ptr_array_index(
		    templates->files, i);

		g_hash_table_insert(templates->origins,
		    td_text_key(file->queue, file->language, file->name),
		    GUINT_TO_POINTER(i + 1));
	}
}

static TdTemplates *
new_templates(void)
{
	TdTemplates *templates = g_new0(TdTemplates, 1);

	templates->table = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, (GDestroyNotify)td_template_free);
	templates->phrases = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, g_free);
	templates->languages = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, NULL);
	templates->files = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)free_file);
	templates->origins = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, NULL);
	return templates;
}

TdTemplates *
td_templates_load(const TdConf *conf, const char *directory,
    GPtrArray *mistakes, guint *files, GError **error)
{
	g_autoptr(GPtrArray) own = mistakes == NULL ? td_mistakes_new()
	                                            : g_ptr_array_ref(mistakes);
	g_autoptr(TdTemplates) templates = new_templates();
	Load load = { templates, conf, own };
	guint count = 0;

	/* English first: it tells which phrases and words there are. */
	add_builtin(&load, TRUE);
	add_builtin(&load, FALSE);
	if (directory != NULL)
		add_directory(&load, directory, &count);
	else
		td_templates_check(templates, conf, NULL, own);
	if (!td_mistakes_good(own, error))
		return NULL;
	g_ptr_array_sort(templates->files, compare_files);
	index_files(templates);
	if (files != NULL)
		*files = count;
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
	g_hash_table_unref(templates->origins);
	g_ptr_array_unref(templates->files);
	g_free(templates);
}

const GPtrArray *
td_templates_files(const TdTemplates *templates)
{
	return templates->files;
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
