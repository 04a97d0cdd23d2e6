/* test-template-check.c - what is wrong with texts that an administrator wrote
 */

#include "config.h"

#include <string.h>
#include <sys/stat.h>

#include <ticketd/error.h>
#include <ticketd/letter.h>

#include "text-fixture.h"

#define TEXT(text) "Subject: x\n\n" text "\n"

/* The mistakes as they are told, without the directory in front, a line each;
 * "! " in front of those that stop. */
static char *
join(const Texts *texts, const GPtrArray *mistakes)
{
	g_autoptr(GString) whole = g_string_new(NULL);

	for (guint i = 0; i < mistakes->len; i++) {
		const TdTextMistake *mistake = g_ptr_array_index(mistakes, i);
		g_autofree char *line = td_text_mistake_say(mistake);

		g_string_append_printf(
		    whole, "%s%s\n", mistake->stops ? "! " : "", line);
	}
	g_string_replace(whole, texts->directory, "DIR", 0);
	g_string_replace(whole, texts->conf->path, "CONF", 0);
	return g_string_free(g_steal_pointer(&whole), FALSE);
}

static void
assert_check(const Texts *texts, const char *want)
{
	guint files = 0;
	g_autoptr(GPtrArray)
	    mistakes = td_letters_check(texts->conf, texts->directory, &files);
	g_autofree char *got = join(texts, mistakes);

	g_assert_cmpstr(got, ==, want);
}

/* One file with one mistake. */
static void
assert_one(Texts *texts, const char *path, const char *text, const char *want)
{
	g_autofree char *whole = g_build_filename(texts->directory, path, NULL);
	guint files = 0;
	g_autoptr(GPtrArray) mistakes = NULL;
	g_autofree char *got = NULL;

	texts_put(texts, path, text);
	mistakes = td_letters_check(texts->conf, texts->directory, &files);
	got = join(texts, mistakes);
	g_remove(whole);
	if (strstr(got, want) != got)
		g_test_message("%s: not \"%s\" but: %s", path, want, got);
	g_assert_true(strstr(got, want) == got);
	g_assert_cmpuint(mistakes->len, ==, 1);
}

static void
test_good_directory_has_no_mistake(
    Texts *texts, gconstpointer unused G_GNUC_UNUSED)
{
	guint files = 0;
	g_autoptr(GPtrArray) mistakes = NULL;

	texts_put(texts, "en/acknowledgement.txt", TEXT("{hello}"));
	texts_put(texts, "support/ru/reply.txt", TEXT("{text}"));
	texts_put(texts, "en/vip.txt", TEXT("{hello}"));
	texts_put(texts, "ru/phrases.txt", "nobody: никто\n");
	texts_put(texts, "en/README", "not a text");
	texts_put(texts, "en/reply.txt~", "not a text");
	texts_put(texts, ".git/en/reply.txt", "not a text");
	mistakes = td_letters_check(texts->conf, texts->directory, &files);
	g_assert_cmpuint(mistakes->len, ==, 0);
	g_assert_cmpuint(files, ==, 4);
}

static void
test_built_in_texts_have_no_mistake(
    Texts *texts, gconstpointer unused G_GNUC_UNUSED)
{
	guint files = 1;
	g_autoptr(GPtrArray)
	    mistakes = td_letters_check(texts->conf, NULL, &files);

	g_assert_cmpuint(mistakes->len, ==, 0);
	g_assert_cmpuint(files, ==, 0);
}

static void
test_each_mistake_is_told_with_file_and_line(
    Texts *texts, gconstpointer unused G_GNUC_UNUSED)
{
	static const struct {
		const char *path;
		const char *text;
		const char *want;
	} cases[] = {
		{ "en/reply.txt", TEXT("a\n{txt}\n\n{text}"),
		    "! DIR/en/reply.txt:4: unknown word {txt}; known are " },
		{ "en/closed.txt", "Subject: {nummer}\n\na\n",
		    "! DIR/en/closed.txt:1: unknown word {nummer}" },
		{ "en/closed.txt", TEXT("a {number b"),
		    "! DIR/en/closed.txt:3: \"{\" without \"}\"" },
		{ "en/closed.txt", "Hello\n",
		    "! DIR/en/closed.txt:1: expected \"Subject: ...\"" },
		{ "en/closed.txt", "Subject:\n\nx\n",
		    "DIR/en/closed.txt:1: the Subject is empty" },
		{ "en/closed.txt", "Subject: x\n\nx\n\n\xff\n",
		    "! DIR/en/closed.txt:5: not UTF-8" },
		{ "en/reply.txt", TEXT("Bye"),
		    "DIR/en/reply.txt: has no line {text}" },
		{ "en/confirm.txt", TEXT("{text}"),
		    "DIR/en/confirm.txt: has no line {links}" },
		{ "en/acknowledgment.txt", TEXT("x"),
		    "! DIR/en/acknowledgment.txt: there is no template "
		    "\"acknowledgment\"; did you mean \"acknowledgement\"?" },
		{ "en/christmas.txt", TEXT("x"),
		    "DIR/en/christmas.txt: there is no template "
		    "\"christmas\", and no rule that names it" },
		{ "en/phrases.txt", "nobdy: x\n",
		    "! DIR/en/phrases.txt:1: there is no phrase \"nobdy\"; "
		    "did you mean \"nobody\"?" },
		{ "support/en/phrases.txt", "nobody: x\n",
		    "DIR/support/en/phrases.txt: phrases are for all queues: "
		    "they belong into en/phrases.txt" },
		{ "suport/en/closed.txt", TEXT("x"),
		    "DIR/suport: there is no queue \"suport\"; did you mean "
		    "\"support\"?" },
		{ "support/closed.txt", TEXT("x"),
		    "DIR/support: texts of queue \"support\" stand one folder "
		    "deeper" },
		{ "english/closed.txt", TEXT("x"),
		    "DIR/english: \"english\" is no language such as en" },
		{ "support/deutsch/closed.txt", TEXT("x"),
		    "DIR/support/deutsch: \"deutsch\" is no language" },
		{ "closed.txt", TEXT("x"),
		    "DIR/closed.txt: texts stand one folder deeper" },
		{ "support/de/closed.txt", TEXT("x"),
		    "DIR/support/de/closed.txt: the desk does not speak \"de\" "
		    "yet: de/phrases.txt is needed" },
	};

	texts_put(texts, "en/vip.txt", TEXT("x"));
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		assert_one(texts, cases[i].path, cases[i].text, cases[i].want);
}

static void
test_all_mistakes_of_all_files_are_told(
    Texts *texts, gconstpointer unused G_GNUC_UNUSED)
{
	texts_put(texts, "en/closed.txt", "# x\nSubject: {a}\n\n{\n");
	texts_put(texts, "ru/phrases.txt", "nobody: {x}\nhello\n");
	texts_put(texts, "ru/vip.txt", TEXT("x"));
	assert_check(texts,
	    "! DIR/en/closed.txt:2: unknown word {a}; known are {number} {tag} "
	    "{subject} {ticket} {requester} {hello} {queue} {name_of_queue} "
	    "{desk} {address} {author} {address_of_author} {writer} {sender} "
	    "{signature} {status} {priority} {type} {service} {equipment} "
	    "{owner} {until} {due} {warning} {wrote} {closing} {more} {ask} "
	    "{text} {links} {quote}\n"
	    "! DIR/en/closed.txt:4: \"{\" without \"}\"; write {{ for a brace\n"
	    "! DIR/ru/phrases.txt:1: unknown word {x}; known are none\n"
	    "! DIR/ru/phrases.txt:2: expected \"key: text\"\n");
}

static void
test_rule_that_names_nothing_is_told(
    Texts *texts, gconstpointer unused G_GNUC_UNUSED)
{
	assert_check(texts,
	    "CONF: [rule vip] names the template \"vip\", which is not there: "
	    "the usual one is used\n");
	texts_put(texts, "sales/ru/vip.txt", TEXT("x"));
	assert_check(texts, "");
}

static void
test_mistakes_that_stop_nobody_let_the_desk_begin(
    Texts *texts, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdLetters) letters = NULL;

	texts_put(texts, "en/christmas.txt", TEXT("x"));
	texts_put(texts, "support/closed.txt", TEXT("x"));
	letters = td_letters_new(texts->conf, NULL, &error);
	g_assert_no_error(error);
	g_assert_nonnull(letters);
	td_letters_free(g_steal_pointer(&letters));
	texts_put(texts, "en/closed.txt", TEXT("{x}"));
	letters = td_letters_new(texts->conf, NULL, &error);
	g_assert_error(error, TD_ERROR, TD_ERROR_CONFIG);
	g_assert_null(letters);
}

static void
test_what_cannot_be_read_is_told(
    Texts *texts, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *large = g_strnfill(70000, 'x');
	g_autofree char *none = g_build_filename(texts->top, "none", NULL);
	g_autoptr(GPtrArray) mistakes = NULL;
	guint files = 0;

	assert_one(texts, "en/closed.txt", large,
	    "! DIR/en/closed.txt:1: larger than 65536 bytes");
	texts_put_bytes(texts, "en/closed.txt", "Subject: x\n\n\0\n", 14);
	assert_check(texts,
	    "! DIR/en/closed.txt:3: holds a NUL byte; it must be text\n");
	mistakes = td_letters_check(texts->conf, none, &files);
	g_assert_cmpuint(mistakes->len, ==, 1);
	g_assert_true(((TdTextMistake *)g_ptr_array_index(mistakes, 0))->stops);
}

static void
test_pipe_is_not_waited_for(Texts *texts, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *path = g_build_filename(
	    texts->directory, "en", "closed.txt", NULL);

	texts_put(texts, "en/README", "x");
	g_assert_cmpint(mkfifo(path, 0600), ==, 0);
	assert_check(texts, "! DIR/en/closed.txt: is no file\n");
}

static void
test_mark_of_windows_and_its_line_ends_do_no_harm(
    Texts *texts, gconstpointer unused G_GNUC_UNUSED)
{
	texts_put(texts, "en/closed.txt",
	    "\xef\xbb\xbfSubject: x\r\n\r\n{hello}\r\n");
	assert_check(texts, "");
}

static void
assert_last(const GPtrArray *mistakes, const char *want, gboolean stops)
{
	const TdTextMistake *last = g_ptr_array_index(
	    mistakes, mistakes->len - 1);
	g_autofree char *got = td_text_mistake_say(last);

	g_assert_cmpstr(got, ==, want);
	g_assert_cmpint(last->stops, ==, stops);
}

static void
test_very_many_mistakes_come_to_an_end(
    Texts *texts, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GPtrArray) mistakes = NULL;
	guint files = 0;

	for (guint i = 0; i < 3000; i++)
		g_string_append_printf(text, "nonsense-%u: x\n", i);
	texts_put(texts, "en/phrases.txt", text->str);
	mistakes = td_letters_check(texts->conf, texts->directory, &files);
	g_assert_cmpuint(mistakes->len, ==, 201);
	assert_last(mistakes, "and 2800 more", TRUE);
}

static void
test_many_harmless_mistakes_hide_none_that_stops(
    Texts *texts, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GPtrArray) mistakes = NULL;
	g_autoptr(TdLetters) letters = NULL;
	g_autoptr(GError) error = NULL;
	g_autofree char *got = NULL;
	guint files = 0;

	for (guint i = 0; i < 205; i++) {
		g_autofree char *path = g_strdup_printf("de-a%u/x.txt", i);

		texts_put(texts, path, TEXT("x"));
	}
	mistakes = td_letters_check(texts->conf, texts->directory, &files);
	g_assert_cmpuint(mistakes->len, ==, 201);
	assert_last(mistakes, "and 5 more", FALSE);
	g_ptr_array_unref(mistakes);

	texts_put(texts, "en/closed.txt", TEXT("{nosuchword}"));
	texts_put(texts, "ru/phrases.txt", "nonsense: x\n");
	mistakes = td_letters_check(texts->conf, texts->directory, &files);
	got = join(texts, mistakes);
	g_assert_cmpuint(mistakes->len, ==, 201);
	assert_last(mistakes, "and 7 more", FALSE);
	g_assert_nonnull(
	    strstr(got, "\n! DIR/en/closed.txt:3: unknown word {nosuchword}"));
	g_assert_nonnull(strstr(got, "\n! DIR/ru/phrases.txt:1: there is no"));
	letters = td_letters_new(texts->conf, NULL, &error);
	g_assert_error(error, TD_ERROR, TD_ERROR_CONFIG);
	g_assert_null(letters);
}

#define ADD(path, extra, test)                                                 \
	g_test_add("/template-check/" path, Texts, extra, texts_open, test,    \
	    texts_close)

int
main(int argc, char **argv)
{
	static const char rule[] = "[rule vip]\nsender = *@vip.example\n"
	                           "template = vip\n";

	g_test_init(&argc, &argv, NULL);
	ADD("good", rule, test_good_directory_has_no_mistake);
	ADD("built-in", NULL, test_built_in_texts_have_no_mistake);
	ADD("each", rule, test_each_mistake_is_told_with_file_and_line);
	ADD("all", rule, test_all_mistakes_of_all_files_are_told);
	ADD("rule", rule, test_rule_that_names_nothing_is_told);
	ADD("stops", NULL, test_mistakes_that_stop_nobody_let_the_desk_begin);
	ADD("unreadable", NULL, test_what_cannot_be_read_is_told);
	ADD("pipe", NULL, test_pipe_is_not_waited_for);
	ADD("windows", NULL, test_mark_of_windows_and_its_line_ends_do_no_harm);
	ADD("many", NULL, test_very_many_mistakes_come_to_an_end);
	ADD("hidden", NULL, test_many_harmless_mistakes_hide_none_that_stops);
	return g_test_run();
}
