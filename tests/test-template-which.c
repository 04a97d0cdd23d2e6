/* test-template-which.c - which template is used: by queue, by language, by a
 * name of one's own; fields as words */

#include "config.h"

#include <ticketd/error.h>

#include "letter/template.h"
#include "text-fixture.h"

/* The text that a reader of @language in @queue, whose own is @other, gets. */
static void
assert_text(const TdTemplates *templates, const char *name, const char *queue,
    const char *language, const char *other, const char *want)
{
	const TdTemplateValues values = { .number = "42" };
	const TdTemplate *template = td_template_find(
	    templates, name, queue, language, other);
	g_autofree char *subject = NULL;
	g_autoptr(GPtrArray) parts = NULL;
	g_autofree char *text = NULL;

	g_assert_nonnull(template);
	td_template_fill(template, &values, &subject, &parts);
	text = td_parts_join(parts);
	if (strstr(text, want) == NULL)
		g_test_message("no \"%s\" in: %s", want, text);
	g_assert_nonnull(strstr(text, want));
}

#define TEXT(text) "Subject: x\n\n" text "\n"

static void
test_queue_goes_before_all_and_language_before_queue(
    Texts *texts, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTemplates) templates = NULL;

	texts_put(texts, "en/closed.txt", TEXT("all en"));
	texts_put(texts, "support/en/closed.txt", TEXT("support en"));
	texts_put(texts, "de/closed.txt", TEXT("all de"));
	texts_put(texts, "sales/de/closed.txt", TEXT("sales de"));
	texts_put(texts, "en/ru/closed.txt", TEXT("en ru"));
	templates = td_templates_load(
	    texts->conf, texts->directory, NULL, NULL, &error);
	g_assert_no_error(error);
	assert_text(templates, "closed", "support", "en", NULL, "support en");
	assert_text(templates, "closed", "sales", "en", NULL, "all en");
	assert_text(templates, "closed", NULL, "en", NULL, "all en");
	assert_text(templates, "closed", "sales", "de", "en", "sales de");
	assert_text(templates, "closed", "support", "de-AT", "en", "all de");
	/* The built-in text in the reader's language goes before others. */
	assert_text(templates, "closed", "support", "ru", "en", "закрыта");
	/* A queue may have the name of a language. */
	assert_text(templates, "closed", "en", "ru", "en", "en ru");
	assert_text(templates, "closed", "en", "en", "en", "all en");
	/* A language without this text: the queue's, then English. */
	assert_text(templates, "closed", "support", "fr", "de", "all de");
	assert_text(templates, "closed", "support", "fr", NULL, "support en");
	assert_text(templates, "resolved", "support", "de", NULL, "solved");
}

static void
test_name_of_ones_own_is_found_where_it_is(
    Texts *texts, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTemplates) templates = NULL;

	texts_put(texts, "ru/vip.txt", TEXT("vip ru"));
	texts_put(texts, "support/en/vip.txt", TEXT("vip en"));
	templates = td_templates_load(
	    texts->conf, texts->directory, NULL, NULL, &error);
	g_assert_no_error(error);
	assert_text(templates, "vip", "support", "en", "ru", "vip en");
	assert_text(templates, "vip", "sales", "en", "ru", "vip ru");
	g_assert_null(td_template_find(templates, "vip", "sales", "en", "en"));
	g_assert_null(
	    td_template_find(templates, "other", "support", "en", "ru"));
}

static void
test_file_that_would_be_used_is_known(
    Texts *texts, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTemplates) templates = NULL;
	const TdTemplateFile *file;
	guint files = 0;

	texts_put(texts, "support/ru/closed.txt", TEXT("here"));
	texts_put(texts, "ru/phrases.txt", "nobody: никого\n");
	templates = td_templates_load(
	    texts->conf, texts->directory, NULL, &files, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(files, ==, 2);
	file = td_templates_file(templates, "closed", "support", "ru", "en");
	g_assert_cmpstr(file->text, ==, TEXT("here"));
	g_assert_true(g_str_has_suffix(file->path, "/support/ru/closed.txt"));
	g_assert_cmpstr(file->queue, ==, "support");
	file = td_templates_file(templates, "closed", "sales", "ru", "en");
	g_assert_null(file->path);
	g_assert_null(file->queue);
	g_assert_nonnull(strstr(file->text, "Subject: "));
	file = td_templates_file(templates, "phrases", "sales", "ru", "en");
	g_assert_cmpstr(file->text, ==, "nobody: никого\n");
	g_assert_null(
	    td_templates_file(templates, "none", "sales", "ru", "en"));
}

/* ---- fields ---- */

static void
test_fields_are_words(Texts *texts, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTemplates) templates = NULL;
	TdField site = { (char *)"site", (char *)"{number}" };
	g_autoptr(GPtrArray) fields = g_ptr_array_new();
	const TdTemplateValues values = {
		.fields = fields, .service = "mail", .number = "42"
	};
	g_autofree char *subject = NULL;
	g_autoptr(GPtrArray) parts = NULL;
	g_autofree char *text = NULL;

	g_ptr_array_add(fields, &site);
	texts_put(texts, "en/closed.txt",
	    "Subject: {field:site}\n\n{field:site} {service}"
	    "[{equipment}]\n{field:service}\n");
	templates = td_templates_load(
	    texts->conf, texts->directory, NULL, NULL, &error);
	g_assert_no_error(error);
	td_template_fill(
	    td_template_find(templates, "closed", NULL, "en", NULL), &values,
	    &subject, &parts);
	text = td_parts_join(parts);
	g_assert_cmpstr(subject, ==, "{number}");
	g_assert_cmpstr(text, ==, "{number} mail[]\n");
}

static void
test_field_that_is_not_configured_is_no_word(
    Texts *texts, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;

	texts_put(texts, "en/closed.txt", TEXT("{field:sight}"));
	g_assert_null(td_templates_load(
	    texts->conf, texts->directory, NULL, NULL, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_CONFIG);
	g_assert_nonnull(
	    strstr(error->message, ":3: unknown word {field:sight}"));
	g_assert_nonnull(strstr(error->message, " {field:site}"));
}

static void
test_all_mistakes_that_stop_are_told_at_once(
    Texts *texts, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) lines = NULL;

	texts_put(texts, "en/closed.txt", TEXT("{a}\n{b"));
	texts_put(texts, "ru/phrases.txt", "nonsense: x\nhelo: x\n");
	g_assert_null(td_templates_load(
	    texts->conf, texts->directory, NULL, NULL, &error));
	lines = g_strsplit(error->message, "\n", -1);
	g_assert_cmpuint(g_strv_length(lines), ==, 4);
	g_assert_nonnull(strstr(lines[0], "en/closed.txt:3: unknown word {a}"));
	g_assert_nonnull(strstr(lines[1], "en/closed.txt:4: \"{\" without"));
	g_assert_nonnull(strstr(
	    lines[2], "ru/phrases.txt:1: there is no phrase \"nonsense\""));
	g_assert_nonnull(strstr(lines[3],
	    "ru/phrases.txt:2: there is no phrase \"helo\"; did "
	    "you mean \"hello\"?"));
}

#define ADD(path, extra, test)                                                 \
	g_test_add("/template-which/" path, Texts, extra, texts_open, test,    \
	    texts_close)

int
main(int argc, char **argv)
{
	static const char rule[] = "[rule vip]\nsender = *@vip.example\n"
	                           "template = vip\n";
	static const char field[] = "[field site]\n";

	g_test_init(&argc, &argv, NULL);
	ADD("which", NULL,
	    test_queue_goes_before_all_and_language_before_queue);
	ADD("own-name", rule, test_name_of_ones_own_is_found_where_it_is);
	ADD("file", NULL, test_file_that_would_be_used_is_known);
	ADD("fields", field, test_fields_are_words);
	ADD("fields/unknown", field,
	    test_field_that_is_not_configured_is_no_word);
	ADD("all-mistakes", NULL, test_all_mistakes_that_stop_are_told_at_once);
	return g_test_run();
}
