/* test-template.c - texts of outgoing mail */

#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include <ticketd/error.h>

#include "desk/template.h"

typedef struct {
	char *directory;
	char *language;
	char *file;
} Dir;

static void
make_dir(Dir *dir, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;

	dir->directory = g_dir_make_tmp("ticketd-test-XXXXXX", &error);
	g_assert_no_error(error);
	dir->language = g_build_filename(dir->directory, "en", NULL);
	g_mkdir(dir->language, 0700);
	dir->file = g_build_filename(
	    dir->language, "acknowledgement.txt", NULL);
}

static void
remove_dir(Dir *dir, gconstpointer unused G_GNUC_UNUSED)
{
	g_remove(dir->file);
	g_rmdir(dir->language);
	g_rmdir(dir->directory);
	g_free(dir->file);
	g_free(dir->language);
	g_free(dir->directory);
}

static TdTemplates *
load(Dir *dir, const char *text, GError **error)
{
	g_autoptr(GError) writing = NULL;

	g_file_set_contents(dir->file, text, -1, &writing);
	g_assert_no_error(writing);
	return td_templates_load(dir->directory, error);
}

static void
test_values_are_put_in_once(Dir *dir, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTemplates) templates = NULL;
	g_autofree char *subject = NULL;
	g_autofree char *text = NULL;
	const TdTemplateValues values = { .number = "42",
		.tag = "[support #42]",
		.subject = "{requester} {{ {nonsense}",
		.requester = "Анна" };

	templates = load(dir,
	    "# comment\nSubject: {tag} {subject}\n\n"
	    "{{x} {requester}: {subject}\n#{number}\n",
	    &error);
	g_assert_no_error(error);
	td_template_fill(
	    templates, "acknowledgement", "en", &values, &subject, &text);
	g_assert_cmpstr(subject, ==, "[support #42] {requester} {{ {nonsense}");
	g_assert_cmpstr(text, ==, "{x} Анна: {requester} {{ {nonsense}\n#42\n");
}

static void
test_mistake_is_told_with_file_and_line(
    Dir *dir, gconstpointer unused G_GNUC_UNUSED)
{
	static const struct {
		const char *text;
		const char *want;
	} cases[] = {
		{ "", ":1: expected \"Subject: ...\"" },
		{ "# x\nHello\n", ":2: expected \"Subject: ...\"" },
		{ "Subject: x\nHello\n", ":2: expected an empty line" },
		{ "Subject: x\n\n", "the text is empty" },
		{ "Subject: x\n\na\n{nummer}\n", ":4: unknown word {nummer}" },
		{ "Subject: {x\n\na\n", ":1: \"{\" without \"}\"" },
		{ "Subject: \xff\n\na\n", ":1: not UTF-8" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(load(dir, cases[i].text, &error));
		g_assert_error(error, TD_ERROR, TD_ERROR_CONFIG);
		g_assert_nonnull(strstr(error->message, dir->file));
		g_assert_nonnull(strstr(error->message, cases[i].want));
	}
}

static void
test_language_without_template_falls_back_to_english(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTemplates) templates = NULL;
	g_autofree char *subject = NULL;
	g_autofree char *text = NULL;
	const TdTemplateValues values = { .number = "42" };

	templates = td_templates_load(NULL, &error);
	g_assert_no_error(error);
	td_template_fill(
	    templates, "acknowledgement", "xx", &values, &subject, &text);
	g_assert_nonnull(strstr(text, "ticket #42"));
}

static void
test_every_builtin_template_exists_in_both_languages(void)
{
	static const char *const languages[] = { "en", "ru" };
	g_autoptr(GHashTable) known = NULL;

	known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; td_builtin_templates[i].name != NULL; i++)
		g_hash_table_add(known,
		    g_strdup_printf("%s/%s", td_builtin_templates[i].language,
		        td_builtin_templates[i].name));
	for (guint i = 0; td_builtin_templates[i].name != NULL; i++)
		for (guint j = 0; j < G_N_ELEMENTS(languages); j++) {
			g_autofree char *key = g_strdup_printf("%s/%s",
			    languages[j], td_builtin_templates[i].name);

			g_assert_true(g_hash_table_contains(known, key));
		}
}

static void
test_template_of_unknown_name_is_refused(
    Dir *dir, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_build_filename(
	    dir->language, "acknowledgment.txt", NULL);

	g_file_set_contents(path, "Subject: x\n\ny\n", -1, &error);
	g_assert_no_error(error);
	g_assert_null(td_templates_load(dir->directory, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_CONFIG);
	g_remove(path);
}

#define ADD(path, test) g_test_add(path, Dir, NULL, make_dir, test, remove_dir)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);

	ADD("/template/once", test_values_are_put_in_once);
	ADD("/template/mistake", test_mistake_is_told_with_file_and_line);
	ADD("/template/unknown-name", test_template_of_unknown_name_is_refused);
	g_test_add_func("/template/fallback",
	    test_language_without_template_falls_back_to_english);
	g_test_add_func("/template/languages",
	    test_every_builtin_template_exists_in_both_languages);

	return g_test_run();
}
