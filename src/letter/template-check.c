/* template-check.c - what a reader of templates cannot see in one of them:
 * names that nothing uses, words that are missing, languages nobody speaks */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "letter/template-private.h"

/* ---- names ---- */

static gboolean
is_builtin(const char *name)
{
	for (guint i = 0; td_builtin_templates[i].name != NULL; i++)
		if (strcmp(td_builtin_templates[i].name, name) == 0)
			return TRUE;
	return FALSE;
}

/* The built-in name most like @name; NULL when none is near. */
static const char *
find_nearest(const char *name)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (guint i = 0; td_builtin_templates[i].name != NULL; i++)
		g_ptr_array_add(names, (char *)td_builtin_templates[i].name);
	g_ptr_array_add(names, NULL);
	return td_text_nearest(name, (const char *const *)names->pdata);
}

static gboolean
is_named_by_rule(const TdConf *conf, const char *name)
{
	for (guint i = 0; conf != NULL && i < conf->rules->len; i++) {
		const TdRoutingRule *rule = g_ptr_array_index(conf->rules, i);

		if (g_strcmp0(rule->template, name) == 0)
			return TRUE;
	}
	return FALSE;
}

gboolean
td_template_check_name(
    const TdConf *conf, const TdTextFile *file, GPtrArray *mistakes)
{
	g_autofree char *shown = td_text_printable(file->name, 40);
	const char *near;

	if (td_phrase_is_file(file->name)) {
		if (file->queue != NULL)
			td_mistake_add(mistakes, file->path, 0, FALSE,
			    "phrases are for all queues: they belong into "
			    "%s/%s.txt",
			    file->language, file->name);
		return file->queue == NULL;
	}
	if (is_builtin(file->name) || is_named_by_rule(conf, file->name))
		return TRUE;
	near = find_nearest(file->name);
	if (near != NULL)
		td_mistake_add(mistakes, file->path, 0, TRUE,
		    "there is no template \"%s\"; did you mean \"%s\"?", shown,
		    near);
	else
		td_mistake_add(mistakes, file->path, 0, FALSE,
		    "there is no template \"%s\", and no rule that names it",
		    shown);
	return near == NULL;
}

/* ---- words ---- */

void
td_template_check_kind(const TdTemplates *templates, const TdTemplate *template,
    const char *name, TdOrigin *origin)
{
	g_autofree char *key = td_text_key(NULL, "en", name);
	const TdTemplate *model = g_hash_table_lookup(templates->table, key);

	/* Some sites may want it so. */
	origin->stops = FALSE;
	origin->line = 0;
	if (model != NULL && model->tells && !template->tells)
		td_origin_say(origin,
		    "has no line {text}: what it is about would not be told");
	/* Of other kinds the links are a comfort. */
	if (strcmp(name, td_letter_kind_name(TD_LETTER_CONFIRM)) == 0 &&
	    !template->links)
		td_origin_say(origin,
		    "has no line {links}: nobody could confirm anything");
	origin->stops = TRUE;
}

/* ---- what is not there ---- */

static gboolean
is_there(const TdTemplates *templates, const char *name)
{
	for (guint i = 0; i < templates->files->len; i++) {
		const TdTemplateFile *file = g_ptr_array_index(
		    templates->files, i);

		if (strcmp(file->name, name) == 0)
			return TRUE;
	}
	return FALSE;
}

static void
check_rules(
    const TdTemplates *templates, const TdConf *conf, GPtrArray *mistakes)
{
	for (guint i = 0; conf != NULL && i < conf->rules->len; i++) {
		const TdRoutingRule *rule = g_ptr_array_index(conf->rules, i);

		if (rule->template != NULL &&
		    !is_there(templates, rule->template))
			td_mistake_add(mistakes, conf->path, 0, FALSE,
			    "[rule %s] names the template \"%s\", which is "
			    "not there: the usual one is used",
			    rule->name, rule->template);
	}
}

/* A queue cannot speak what the desk does not: its phrases would be English. */
static void
check_languages(
    const TdTemplates *templates, const GPtrArray *files, GPtrArray *mistakes)
{
	g_autoptr(GHashTable) told = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; files != NULL && i < files->len; i++) {
		const TdTextFile *file = g_ptr_array_index(files, i);

		if (td_templates_have(templates, file->language) ||
		    !g_hash_table_add(told, file->language))
			continue;
		td_mistake_add(mistakes, file->path, 0, FALSE,
		    "the desk does not speak \"%s\" yet: %s/phrases.txt is "
		    "needed, for all queues",
		    file->language, file->language);
	}
}

void
td_templates_check(const TdTemplates *templates, const TdConf *conf,
    const GPtrArray *files, GPtrArray *mistakes)
{
	check_rules(templates, conf, mistakes);
	check_languages(templates, files, mistakes);
}
