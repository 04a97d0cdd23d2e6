/* test-template.c - texts of outgoing mail */

#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include <ticketd/error.h>

#include "letter/template.h"

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

/* Writes @text as @name in the directory of one language. */
static void
put(Dir *dir, const char *name, const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_build_filename(dir->language, name, NULL);

	g_file_set_contents(path, text, -1, &error);
	g_assert_no_error(error);
}

static void
take_away(Dir *dir, const char *name)
{
	g_autofree char *path = g_build_filename(dir->language, name, NULL);

	g_remove(path);
}

static TdTemplates *
load(Dir *dir, const char *text, GError **error)
{
	g_autoptr(GError) writing = NULL;

	g_file_set_contents(dir->file, text, -1, &writing);
	g_assert_no_error(writing);
	return td_templates_load(NULL, dir->directory, NULL, NULL, error);
}

static void
test_values_are_put_in_once(Dir *dir, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTemplates) templates = NULL;
	g_autofree char *subject = NULL;
	g_autoptr(GPtrArray) parts = NULL;
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
	    td_template_find(templates, "acknowledgement", NULL, "en", NULL),
	    &values, &subject, &parts);
	text = td_parts_join(parts);
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
test_word_alone_that_stands_for_nothing_leaves_no_gap(
    Dir *dir, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTemplates) templates = NULL;
	g_autofree char *subject = NULL;
	g_autoptr(GPtrArray) parts = NULL;
	g_autofree char *text = NULL;
	const TdTemplateValues values = { .text = "a\n\nb\n\n" };

	templates = load(dir,
	    "Subject: x\n\nOne\n\n{warning}\n\n{text}\n\nTwo\n{ask}\n{links}\n",
	    &error);
	g_assert_no_error(error);
	td_template_fill(
	    td_template_find(templates, "acknowledgement", NULL, "en", NULL),
	    &values, &subject, &parts);
	text = td_parts_join(parts);
	g_assert_cmpstr(text, ==, "One\n\na\n\nb\n\nTwo\n");
	g_assert_cmpuint(parts->len, ==, 3);
	g_assert_cmpint(
	    ((TdPart *)g_ptr_array_index(parts, 1))->kind, ==, TD_PART_TEXT);
}

static void
test_phrases_of_the_directory_stand_over_the_built_in_ones(
    Dir *dir, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const pairs[] = { "name", "{name} {x}", NULL };
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTemplates) templates = NULL;
	g_autofree char *text = NULL;
	g_autofree char *other = NULL;

	put(dir, "phrases.txt", "# comment\n\nhello: Dear {{ {name}:\\nhi\r\n");
	templates = td_templates_load(NULL, dir->directory, NULL, NULL, &error);
	take_away(dir, "phrases.txt");
	g_assert_no_error(error);
	text = td_phrase_fill(templates, "en", "hello", pairs);
	g_assert_cmpstr(text, ==, "Dear { {name} {x}:\nhi");
	other = td_phrase_fill(templates, "ru-RU", "hello", pairs);
	g_assert_cmpstr(other, ==, "Здравствуйте, {name} {x}!");
	g_assert_null(td_phrase_fill(templates, "en", "no-such", NULL));
}

static void
test_mistake_in_phrases_is_told_with_file_and_line(
    Dir *dir, gconstpointer unused G_GNUC_UNUSED)
{
	static const struct {
		const char *text;
		const char *want;
	} cases[] = {
		{ "# x\nnonsense: x\n",
		    "phrases.txt:2: there is no phrase \"nonsense\"" },
		{ "hello\n", "phrases.txt:1: expected \"key: text\"" },
		{ ": x\n", "phrases.txt:1: expected \"key: text\"" },
		{ "hello:  \n", "phrases.txt:1: the text is empty" },
		{ "\n\nhello: {nam}\n",
		    "phrases.txt:3: unknown word {nam}; "
		    "known are {name}" },
		{ "nobody: {name}\n",
		    "phrases.txt:1: unknown word {name}; known are none" },
		{ "hello: {name\n", "phrases.txt:1: \"{\" without \"}\"" },
		{ "hello: a\nhello: b\n",
		    "phrases.txt:2: the key stands above already" },
		{ "hello: \xff\n", "phrases.txt:1: not UTF-8" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;

		put(dir, "phrases.txt", cases[i].text);
		g_assert_null(td_templates_load(
		    NULL, dir->directory, NULL, NULL, &error));
		g_assert_error(error, TD_ERROR, TD_ERROR_CONFIG);
		g_test_message("%s", error->message);
		g_assert_nonnull(strstr(error->message, cases[i].want));
	}
	take_away(dir, "phrases.txt");
}

/* The keys of the built-in phrases of a language, with the file they are in. */
static GHashTable *
list_keys(const char *language)
{
	static const char *const files[] = { "phrases", "results", "refusals",
		NULL };
	GHashTable *keys = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; td_builtin_templates[i].name != NULL; i++) {
		const TdBuiltinTemplate *builtin = &td_builtin_templates[i];
		g_auto(GStrv) lines = NULL;

		if (strcmp(builtin->language, language) != 0 ||
		    !g_strv_contains(files, builtin->name))
			continue;
		lines = g_strsplit(builtin->text, "\n", -1);
		for (guint j = 0; lines[j] != NULL; j++) {
			gsize length = strcspn(lines[j], ":");

			if (lines[j][0] == '#' || lines[j][0] == '\0')
				continue;
			g_test_message("%s: %s", builtin->name, lines[j]);
			g_assert_true(g_hash_table_add(
			    keys, g_strndup(lines[j], length)));
		}
	}
	return keys;
}

static void
test_every_phrase_exists_once_in_both_languages(void)
{
	g_autoptr(GHashTable) english = list_keys("en");
	g_autoptr(GHashTable) russian = list_keys("ru");
	GHashTableIter iter;
	gpointer key;

	g_assert_cmpuint(g_hash_table_size(english), >, 0);
	g_hash_table_iter_init(&iter, english);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		g_test_message("%s", (const char *)key);
		g_assert_true(g_hash_table_contains(russian, key));
	}
	g_assert_cmpuint(
	    g_hash_table_size(english), ==, g_hash_table_size(russian));
}

static void
test_language_without_template_falls_back_to_english(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTemplates) templates = NULL;
	g_autofree char *subject = NULL;
	g_autoptr(GPtrArray) parts = NULL;
	g_autofree char *text = NULL;
	const TdTemplateValues values = { .number = "42" };

	templates = td_templates_load(NULL, NULL, NULL, NULL, &error);
	g_assert_no_error(error);
	td_template_fill(
	    td_template_find(templates, "acknowledgement", NULL, "xx", NULL),
	    &values, &subject, &parts);
	text = td_parts_join(parts);
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
	g_assert_null(
	    td_templates_load(NULL, dir->directory, NULL, NULL, &error));
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
	ADD("/template/gap",
	    test_word_alone_that_stands_for_nothing_leaves_no_gap);
	ADD("/template/phrases",
	    test_phrases_of_the_directory_stand_over_the_built_in_ones);
	ADD("/template/phrases/mistake",
	    test_mistake_in_phrases_is_told_with_file_and_line);
	g_test_add_func("/template/phrases/languages",
	    test_every_phrase_exists_once_in_both_languages);
	g_test_add_func("/template/fallback",
	    test_language_without_template_falls_back_to_english);
	g_test_add_func("/template/languages",
	    test_every_builtin_template_exists_in_both_languages);

	return g_test_run();
}
