/* fuzz-template.c - any text as a template, as a canned answer, and as phrases
 * in two languages */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "fuzz.h"
#include "letter/letter-private.h"

static void
check_mistakes(const GPtrArray *mistakes)
{
	for (guint i = 0; i < mistakes->len; i++) {
		const TdTextMistake *mistake = g_ptr_array_index(mistakes, i);
		g_autofree char *said = td_text_mistake_say(mistake);

		fuzz_check_text(said);
	}
}

/* The values are words themselves: none is looked at a second time. */
static const TdTemplateValues values = { .number = "42",
	.subject = "{nonsense} {{",
	.text = "{text}\n{quote}",
	.until = "" };

static void
check_parts(const GPtrArray *parts)
{
	g_autofree char *text = td_parts_join(parts);

	fuzz_check_text(text);
}

static void
check_template(GStrv lines, const TdConf *conf)
{
	g_autoptr(GPtrArray) mistakes = td_mistakes_new();
	TdOrigin origin = { .file = "fuzz.txt",
		.line = 1,
		.mistakes = mistakes,
		.stops = TRUE };
	TdTemplate *template = td_template_parse(lines, conf, &origin);
	g_autoptr(GPtrArray) parts = NULL;
	g_autofree char *subject = NULL;

	check_mistakes(mistakes);
	g_assert_true(template != NULL || mistakes->len > 0);
	if (template == NULL)
		return;
	td_template_fill(template, &values, &subject, &parts);
	fuzz_check_text(subject);
	g_assert_null(strchr(subject, '\n'));
	check_parts(parts);
	td_template_free(template);
}

static void
clear_canned(TdCanned *canned)
{
	g_free(canned->commands);
	g_free(canned->text);
}

static void
check_canned(GStrv lines, const TdConf *conf)
{
	g_autoptr(GPtrArray) mistakes = td_mistakes_new();
	TdOrigin origin = {
		.file = "fuzz.txt", .line = 1, .mistakes = mistakes
	};
	TdCanned canned = { .language = (char *)"ru" };
	gboolean good = td_canned_parse(&canned, lines, conf, &origin);

	check_mistakes(mistakes);
	g_assert_true(good == (mistakes->len == 0));
	if (good) {
		g_auto(GStrv) text = g_strsplit(canned.text, "\n", -1);
		g_autofree char *hole = td_template_hole(text, &values);
		g_autoptr(GPtrArray)
		    parts = td_template_fill_lines(text, &values);

		check_parts(parts);
	}
	clear_canned(&canned);
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
	templates->origins = g_hash_table_new(g_str_hash, g_str_equal);
	templates->files = g_ptr_array_new();
	g_hash_table_add(templates->languages, g_strdup("en"));
	g_hash_table_add(templates->languages, g_strdup("ru"));
	return templates;
}

static void
parse_phrases(TdTemplates *templates, const char *language, GStrv lines)
{
	g_autoptr(GPtrArray) mistakes = td_mistakes_new();
	TdOrigin origin = {
		.file = "phrases.txt", .line = 1, .mistakes = mistakes
	};

	td_phrase_parse(
	    templates, language, lines, g_str_equal(language, "en"), &origin);
	check_mistakes(mistakes);
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
	g_auto(GStrv) lines = td_text_lines(text);
	g_autoptr(TdTemplates) templates = new_templates();
	g_autoptr(GPtrArray) none = g_ptr_array_new();
	const TdConf conf = { .language = (char *)"en",
		.queues = none,
		.rules = none,
		.fields = none };

	check_template(lines, &conf);
	check_canned(lines, &conf);
	parse_phrases(templates, "en", lines);
	parse_phrases(templates, "ru", lines);
	fill_phrases(templates, lines);
	return 0;
}
