/* fuzz-template.c - any text as a template, and as phrases in two languages */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "fuzz.h"
#include "letter/template-private.h"

static void
check_error(const GError *error)
{
	g_assert_error(error, TD_ERROR, TD_ERROR_CONFIG);
	fuzz_check_text(error->message);
}

static void
check_template(GStrv lines)
{
	TdOrigin origin = { .file = "fuzz.txt", .line = 1 };
	g_autoptr(GError) error = NULL;
	TdTemplate *template = td_template_parse(lines, &origin, &error);

	if (template == NULL)
		check_error(error);
	td_template_free(template);
}

/* Without the built-in ones, of which there are many. */
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
	g_hash_table_add(templates->languages, g_strdup("en"));
	g_hash_table_add(templates->languages, g_strdup("ru"));
	return templates;
}

static void
parse_phrases(TdTemplates *templates, const char *language, GStrv lines)
{
	TdOrigin origin = { .file = "phrases.txt", .line = 1 };
	g_autoptr(GError) error = NULL;
	gboolean define = g_str_equal(language, "en");

	if (!td_phrase_parse(
	        templates, language, lines, define, &origin, &error))
		check_error(error);
}

static void
fill_phrases(const TdTemplates *templates, GStrv lines)
{
	static const char *const pairs[] = { "number", "42", "text", "{text}",
		NULL };

	for (guint i = 0; lines[i] != NULL && i < 20; i++) {
		g_autofree char *key = g_strndup(
		    lines[i], strcspn(lines[i], ":"));
		g_autofree char *filled = td_phrase_fill(
		    templates, "ru", g_strstrip(key), pairs);

		if (filled != NULL)
			fuzz_check_text(filled);
	}
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
	g_autofree char *text = td_text_utf8((const char *)data, (gssize)size);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	g_autoptr(TdTemplates) templates = new_templates();

	check_template(lines);
	parse_phrases(templates, "en", lines);
	parse_phrases(templates, "ru", lines);
	fill_phrases(templates, lines);
	return 0;
}
