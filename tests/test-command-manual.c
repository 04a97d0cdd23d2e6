/* test-command-manual.c - the table of commands, its help and its manual */

#include "config.h"

#include "command-fixture.h"

static void
test_every_verb_has_a_name_and_words(void)
{
	static const char *const languages[] = { "en", "ru", "ru-RU" };

	for (guint verb = TD_VERB_NONE + 1; verb < TD_VERBS; verb++) {
		g_assert_cmpstr(td_verb_name((TdVerb)verb), !=, "");
		for (gsize i = 0; i < G_N_ELEMENTS(languages); i++) {
			const char *words = td_command_words(
			    (TdVerb)verb, languages[i]);

			if (verb == TD_VERB_SEARCH || verb == TD_VERB_REPORT)
				g_assert_null(words);
			else
				g_assert_nonnull(words);
		}
	}
	g_assert_cmpstr(td_verb_name(TD_VERB_NONE), ==, "");
	g_assert_cmpstr(td_verb_name(TD_VERBS), ==, "");
	g_assert_cmpstr(td_verb_name(TD_VERB_ADD_ADDRESS), ==, "add-address");
	g_assert_null(td_command_words(TD_VERB_NONE, "en"));
	g_assert_null(td_command_words(TD_VERBS, "en"));
	g_assert_null(td_command_words(TD_VERB_CLOSE, "xx"));
	g_assert_null(td_command_words(TD_VERB_CLOSE, NULL));
}

static void
test_every_word_is_its_verb(void)
{
	static const char *const languages[] = { "en", "ru" };
	TdCommandContext context = russian_agent();

	context.strict = TRUE;
	for (guint verb = TD_VERB_NONE + 1; verb < TD_VERB_RATE; verb++) {
		for (gsize i = 0; i < G_N_ELEMENTS(languages); i++) {
			const char *list = td_command_words(
			    (TdVerb)verb, languages[i]);
			g_auto(GStrv) words = g_strsplit(
			    list == NULL ? "" : list, ", ", -1);

			for (guint j = 0; words[j] != NULL; j++) {
				g_autoptr(TdCommands)
				    read = td_command_parse(words[j], &context);

				g_test_message("%s", words[j]);
				if (read->commands->len > 0)
					g_assert_cmpint(
					    ((TdCommand *)g_ptr_array_index(
					         read->commands, 0))
					        ->verb,
					    ==, verb);
				else
					g_assert_cmpint(
					    ((TdMistake *)g_ptr_array_index(
					         read->mistakes, 0))
					        ->kind,
					    ==, TD_MISTAKE_ARGUMENT);
			}
		}
	}
}

static void
test_questions_change_nothing(void)
{
	static const TdVerb questions[] = { TD_VERB_NONE, TD_VERB_STATUS,
		TD_VERB_HISTORY, TD_VERB_LIST, TD_VERB_SEARCH, TD_VERB_REPORT,
		TD_VERB_HELP, TD_VERB_STOP };

	for (guint verb = 0; verb < TD_VERBS; verb++) {
		gboolean question = FALSE;

		for (gsize i = 0; i < G_N_ELEMENTS(questions); i++)
			question = question || questions[i] == verb;
		g_test_message("%s", td_verb_name((TdVerb)verb));
		g_assert_cmpint(td_verb_changes((TdVerb)verb), ==, !question);
	}
}

static void
check_help(const char *language, gboolean is_customer, guint least, guint most)
{
	g_autofree char *help = td_command_help(language, is_customer);
	g_auto(GStrv) lines = g_strsplit(help, "\n", -1);
	guint count = g_strv_length(lines);

	g_assert_cmpstr(lines[count - 1], ==, "");
	g_assert_cmpuint(count - 1, >=, least);
	g_assert_cmpuint(count - 1, <=, most);
	for (guint i = 0; i + 1 < count; i++) {
		g_test_message("%s", lines[i]);
		g_assert_cmpuint(td_text_columns(lines[i]), <=, 72);
		g_assert_cmpuint(td_text_columns(lines[i]), >, 4);
		g_assert_false(g_str_has_suffix(lines[i], " "));
	}
}

static void
test_help_is_a_narrow_table(void)
{
	static const char *const languages[] = { "en", "ru", "xx", NULL };

	for (gsize i = 0; i < G_N_ELEMENTS(languages); i++) {
		check_help(languages[i], FALSE, 40, 50);
		check_help(languages[i], TRUE, 9, 12);
	}
}

static void
test_help_is_in_the_readers_language(void)
{
	g_autofree char *russian = td_command_help("ru", FALSE);
	g_autofree char *english = td_command_help("xx", FALSE);
	g_autofree char *customers = td_command_help("en", TRUE);

	g_assert_nonnull(strstr(russian, "назначить КТО|мне|- "));
	g_assert_nonnull(strstr(english, "assign WHO|me|- "));
	g_assert_null(strstr(english, "search"));
	g_assert_nonnull(strstr(customers, "close, solved[: TEXT] "));
	g_assert_null(strstr(customers, "assign"));
}

/* Each example of the manual works. */
static void
test_examples_of_the_manual_work(void)
{
	g_autofree char *path = g_test_build_filename(
	    G_TEST_DIST, "..", "man", "ticket-commands.7", NULL);
	g_autofree char *page = NULL;
	g_auto(GStrv) lines = NULL;
	gboolean for_customer = FALSE;
	guint examples = 0;

	g_assert_true(g_file_get_contents(path, &page, NULL, NULL));
	lines = g_strsplit(page, "\n", -1);
	for (guint i = 0; lines[i] != NULL; i++) {
		TdCommandContext context = russian_agent();
		g_autoptr(TdCommands) read = NULL;

		if (g_str_has_prefix(lines[i], ".Sh "))
			for_customer = strcmp(lines[i], ".Sh CUSTOMERS") == 0;
		if (!g_str_has_prefix(lines[i], ".Dl "))
			continue;
		context.customer = for_customer;
		read = td_command_parse(lines[i] + strlen(".Dl "), &context);
		g_test_message("%s", lines[i]);
		g_assert_cmpuint(read->commands->len, >, 0);
		g_assert_cmpuint(read->mistakes->len, ==, 0);
		g_assert_cmpstr(read->text, ==, "");
		examples++;
	}
	g_assert_cmpuint(examples, >, 60);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func(
	    "/command/table/complete", test_every_verb_has_a_name_and_words);
	g_test_add_func("/command/table/words", test_every_word_is_its_verb);
	g_test_add_func(
	    "/command/table/changes", test_questions_change_nothing);
	g_test_add_func("/command/help/table", test_help_is_a_narrow_table);
	g_test_add_func(
	    "/command/help/language", test_help_is_in_the_readers_language);
	g_test_add_func(
	    "/command/manual/examples", test_examples_of_the_manual_work);
	return g_test_run();
}
