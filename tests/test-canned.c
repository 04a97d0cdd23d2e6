/* test-canned.c - canned answers: read, found, filled */

#include "config.h"

#include <ticketd/error.h>
#include <ticketd/letter.h>

#include "text-fixture.h"

/* 2026-11-22 08:00 UTC */
#define NOW G_GINT64_CONSTANT(1795334400)
#define DAY (24 * 60 * 60)

static TdLetters *
load(const Texts *texts)
{
	g_autoptr(GError) error = NULL;
	TdLetters *letters = td_letters_new(texts->conf, NULL, &error);

	g_assert_no_error(error);
	return letters;
}

static void
set_text(char **field, const char *value)
{
	g_free(*field);
	*field = g_strdup(value);
}

static TdTicket *
make_ticket(void)
{
	TdTicket *ticket = td_ticket_new(42);

	ticket->status = TD_STATUS_OPEN;
	set_text(&ticket->queue, "support");
	set_text(&ticket->requester, "anna@example.net");
	set_text(&ticket->requester_name, "Anna");
	set_text(&ticket->subject, "Printer on fire");
	return ticket;
}

static void
set_field(TdTicket *ticket, const char *name, const char *value)
{
	TdField *field = g_new0(TdField, 1);

	field->name = g_strdup(name);
	field->value = g_strdup(value);
	g_ptr_array_add(ticket->fields, field);
}

/* The text of @name for @ticket, in English; a hole is told as "? {word}". */
static char *
fill(const TdLetters *letters, const TdTicket *ticket, const char *name)
{
	const TdCanned *canned = td_letters_canned(
	    letters, ticket->queue, "en", name);
	g_autofree char *hole = NULL;
	char *text;

	g_assert_nonnull(canned);
	text = td_letters_canned_fill(
	    letters, canned, ticket, "Olga Petrova", NULL, NOW, &hole);
	if (text != NULL)
		return text;
	g_assert_nonnull(hole);
	return g_strconcat("? ", hole, NULL);
}

static void
assert_fill(const Texts *texts, const TdTicket *ticket, const char *text,
    const char *want)
{
	g_autoptr(TdLetters) letters = NULL;
	g_autofree char *got = NULL;

	texts_put(texts, "en/it.txt", text);
	letters = load(texts);
	got = fill(letters, ticket, "it");
	g_assert_cmpstr(got, ==, want);
}

/* ---- reading ---- */

static void
test_each_mistake_is_told_and_the_file_not_offered(
    Texts *texts, gconstpointer unused G_GNUC_UNUSED)
{
	static const struct {
		const char *path;
		const char *text;
		const char *want;
	} cases[] = {
		{ "en/it.txt", "a\n{txt}\n",
		    "/en/it.txt:2: unknown word {txt}; known are {number}" },
		{ "en/it.txt", "{text}\n", ":1: unknown word {text}" },
		{ "en/it.txt", "{field:sight}\n",
		    ":1: unknown word {field:sight}" },
		{ "en/it.txt", "a { b\n", ":1: \"{\" without \"}\"" },
		{ "en/it.txt", "\n\n", "the text is empty" },
		{ "en/it.txt", "Subject: x\n\na\n",
		    ":1: an answer has no Subject" },
		{ "en/it.txt", "# x\nCommands: clsoe\n\na\n",
		    ":2: \"clsoe\" is not understood as a command" },
		{ "en/it.txt", "Commands: priority 9\n\na\n",
		    ":1: \"priority 9\" is not understood as a command; "
		    "expected: priority" },
		{ "en/it.txt", "Commands: #7 close\n\na\n",
		    ":1: \"#7 close\" is about another ticket" },
		{ "en/it.txt", "Commands: canned other\n\na\n",
		    ":1: \"canned other\" has no use here" },
		{ "en/it.txt", "Commands: stop\n\na\n", "has no use here" },
		{ "en/it.txt", "Commands: title: {subject}\n\na\n",
		    ":1: commands take no {words}" },
		{ "en/it.txt", "Commands:\n\na\n", ":1: there is no command" },
		{ "en/it.txt", "Commands: close\na\n",
		    ":2: expected an empty line behind Commands" },
		{ "en/it.txt", "a\n\xff\n", ":2: not UTF-8" },
		{ "en/-it.txt", "a\n", "no command can name it" },
		{ "it.txt", "a\n", "texts stand one folder deeper" },
		{ "other/en/it.txt", "a\n", "there is no queue \"other\"" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path = g_build_filename(
		    texts->directory, cases[i].path, NULL);
		g_autoptr(TdLetters) letters = NULL;
		g_autoptr(GPtrArray) mistakes = NULL;
		g_autofree char *said = NULL;
		guint files = 0;

		texts_put(texts, cases[i].path, cases[i].text);
		mistakes = td_letters_check_canned(
		    texts->conf, texts->directory, &files);
		g_assert_cmpuint(mistakes->len, >, 0);
		said = td_text_mistake_say(g_ptr_array_index(mistakes, 0));
		g_test_message("%s", said);
		g_assert_nonnull(strstr(said, cases[i].want));
		g_assert_false(
		    ((TdTextMistake *)g_ptr_array_index(mistakes, 0))->stops);
		td_conf_free(texts->conf);
		texts->conf = texts_load_conf(texts, "[field site]\n");
		/* As the templates of a desk they would stop it. */
		g_clear_pointer(&texts->conf->templates, g_free);
		letters = load(texts);
		g_assert_null(td_letters_canned(letters, NULL, "en", "it"));
		g_remove(path);
	}
}

static void
test_good_files_are_counted(Texts *texts, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GPtrArray) mistakes = NULL;
	guint files = 0;

	texts_put(texts, "en/it.txt", "{hello}\n");
	texts_put(texts, "ru/ответ 2.txt", "Commands: решить\n\n{hello}\n");
	texts_put(texts, "support/ru/it.txt", "Commands: pending 3d\n");
	mistakes = td_letters_check_canned(
	    texts->conf, texts->directory, &files);
	g_assert_cmpuint(mistakes->len, ==, 0);
	g_assert_cmpuint(files, ==, 3);
	g_ptr_array_unref(mistakes);
	mistakes = td_letters_check_canned(texts->conf, NULL, &files);
	g_assert_cmpuint(mistakes->len, ==, 0);
	g_assert_cmpuint(files, ==, 0);
}

static void
test_names_that_differ_in_case_are_one(
    Texts *texts, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GPtrArray) mistakes = NULL;
	g_autofree char *said = NULL;
	guint files = 0;

	texts_put(texts, "ru/Ёлка.txt", "a\n");
	texts_put(texts, "ru/елка.txt", "b\n");
	mistakes = td_letters_check_canned(
	    texts->conf, texts->directory, &files);
	g_assert_cmpuint(mistakes->len, ==, 1);
	said = td_text_mistake_say(g_ptr_array_index(mistakes, 0));
	g_assert_nonnull(strstr(said, "the same name as"));
}

static void
test_head_is_cut_off(Texts *texts, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdLetters) letters = NULL;
	g_autoptr(TdCommands) commands = NULL;
	const TdCanned *canned;

	texts_put(texts, "en/it.txt",
	    "# For the night.\r\ncommands:  resolve; tag +x\r\n# And:\r\n"
	    "Commands: time 5\r\n\r\n\r\n#1 of all\r\n\r\nText.\r\n\r\n");
	letters = load(texts);
	canned = td_letters_canned(letters, "support", "en", "IT");
	g_assert_nonnull(canned);
	g_assert_cmpstr(canned->commands, ==, "resolve; tag +x\ntime 5");
	g_assert_cmpstr(canned->text, ==, "#1 of all\n\nText.");
	commands = td_letters_canned_commands(letters, canned, NOW);
	g_assert_cmpuint(commands->mistakes->len, ==, 0);
	g_assert_cmpuint(commands->commands->len, ==, 3);
}

/* ---- which one ---- */

static void
assert_found(const TdLetters *letters, const char *queue, const char *language,
    const char *name, const char *want)
{
	const TdCanned *canned = td_letters_canned(
	    letters, queue, language, name);

	g_assert_nonnull(canned);
	g_assert_cmpstr(canned->text, ==, want);
}

static void
test_language_goes_before_queue(
    Texts *texts, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdLetters) letters = NULL;

	texts_put(texts, "en/it.txt", "en");
	texts_put(texts, "ru/it.txt", "ru");
	texts_put(texts, "support/en/it.txt", "support en");
	texts_put(texts, "de/only.txt", "de");
	texts_put(texts, "sales/fr/only.txt", "sales fr");
	texts_put(texts, "support/en/own.txt", "own");
	letters = load(texts);
	assert_found(letters, "support", "en", "it", "support en");
	assert_found(letters, "sales", "en", "it", "en");
	assert_found(letters, "support", "ru", "it", "ru");
	assert_found(letters, "support", "ru-RU", "it", "ru");
	/* The queue's language, the desk's, any. */
	assert_found(letters, "sales", "es", "it", "ru");
	assert_found(letters, "support", "es", "it", "support en");
	assert_found(letters, "support", NULL, "it", "support en");
	assert_found(letters, "support", "es", "only", "de");
	assert_found(letters, "sales", "es", "only", "sales fr");
	assert_found(letters, "sales", "de", "only", "de");
	/* One of another queue is none. */
	g_assert_null(td_letters_canned(letters, "sales", "en", "own"));
	g_assert_null(td_letters_canned(letters, "support", "en", "none"));
	g_assert_null(td_letters_canned(letters, "support", "en", "../it"));
}

static char *
join_names(const GPtrArray *list)
{
	g_autoptr(GString) names = g_string_new(NULL);

	for (guint i = 0; i < list->len; i++) {
		const TdCanned *canned = g_ptr_array_index(list, i);

		g_string_append_printf(names, "%s/%s/%s ",
		    canned->queue == NULL ? "" : canned->queue,
		    canned->language, canned->name);
	}
	return g_string_free(g_steal_pointer(&names), FALSE);
}

static void
test_list_has_what_a_name_stands_for(
    Texts *texts, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdLetters) letters = NULL;
	g_autoptr(GPtrArray) here = NULL;
	g_autoptr(GPtrArray) all = NULL;
	g_autofree char *some = NULL;
	g_autofree char *every = NULL;

	texts_put(texts, "en/b.txt", "x");
	texts_put(texts, "ru/b.txt", "x");
	texts_put(texts, "support/en/b.txt", "x");
	texts_put(texts, "ru/a.txt", "x");
	texts_put(texts, "sales/ru/c.txt", "x");
	letters = load(texts);
	here = td_letters_canned_list(letters, "support", "en");
	some = join_names(here);
	g_assert_cmpstr(some, ==, "/ru/a support/en/b ");
	all = td_letters_canned_list(letters, NULL, NULL);
	every = join_names(all);
	g_assert_cmpstr(
	    every, ==, "/ru/a /en/b /ru/b support/en/b sales/ru/c ");
}

static void
test_misspelt_name_is_guessed(Texts *texts, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdLetters) letters = NULL;

	texts_put(texts, "en/password.txt", "x");
	texts_put(texts, "ru/пароль.txt", "x");
	letters = load(texts);
	g_assert_cmpstr(
	    td_letters_canned_nearest(letters, "support", "pasword"), ==,
	    "password");
	g_assert_cmpstr(td_letters_canned_nearest(letters, "support", "ПАРОЛ"),
	    ==, "пароль");
	g_assert_null(td_letters_canned_nearest(letters, "support", "vpn"));
}

/* ---- filling ---- */

static void
test_words_stand_for_the_ticket(
    Texts *texts, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = make_ticket();

	set_field(ticket, "site", "Minsk");
	set_field(ticket, "service", "mail");
	ticket->due = NOW + DAY;
	assert_fill(texts, ticket,
	    "{hello}\n\n{ticket}: {status}, {priority}. {field:site}, "
	    "{service}. {{x}\n{tag} {queue} {address}\nBy {due}.\n"
	    "{owner}\n{author}\n{signature}\n",
	    "Hello Anna,\n\n#42 “Printer on fire”: open, 3 (normal). Minsk, "
	    "mail. {x}\n[support #42] Example Support support@example.com\n"
	    "By 23 November 2026, 08:00 UTC.\n"
	    "nobody\nOlga Petrova\nOlga Petrova, Example Support");
}

static void
test_until_tells_the_hour_of_what_is_put_off(
    Texts *texts, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = make_ticket();

	ticket->until = NOW + DAY;
	ticket->status = TD_STATUS_PENDING;
	assert_fill(texts, ticket, "Until {until}.",
	    "Until 23 November 2026, 08:00 UTC.");
	ticket->status = TD_STATUS_RESOLVED;
	assert_fill(texts, ticket, "Until {until}.", "Until 23 November 2026.");
}

static void
test_hole_in_a_line_is_told(Texts *texts, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = make_ticket();

	assert_fill(texts, ticket, "a {number} {until} {service}", "? {until}");
	assert_fill(texts, ticket, "a\nAt {field:site}.", "? {field:site}");
	set_text(&ticket->requester_name, "");
	assert_fill(texts, ticket, "{requester}!", "anna@example.net!");
}

static void
test_word_alone_that_stands_for_nothing_leaves_no_gap(
    Texts *texts, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTicket) ticket = make_ticket();

	assert_fill(
	    texts, ticket, "a\n\n{until}\n\n{field:site}\n\nb\n", "a\n\nb");
	assert_fill(texts, ticket, "{until}\n", "");
}

static void
test_hostile_values_are_put_in_once(
    Texts *texts, gconstpointer unused G_GNUC_UNUSED)
{
	static const char evil[] = "{author}\r#close {{ \x1b[2J\n x";
	g_autoptr(TdTicket) ticket = make_ticket();

	set_text(&ticket->subject, evil);
	set_field(ticket, "site", evil);
	assert_fill(texts, ticket, "[{subject}]\n[{field:site}]\n",
	    "[{author}?#close {{ ?[2J? x]\n[{author}?#close {{ ?[2J? x]");
}

static void
test_phrases_are_in_the_language_of_the_answer(
    Texts *texts, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdLetters) letters = NULL;
	g_autoptr(TdTicket) ticket = make_ticket();
	g_autofree char *hole = NULL;
	g_autofree char *text = NULL;

	texts_put(texts, "ru/it.txt", "{hello} {owner}");
	letters = load(texts);
	text = td_letters_canned_fill(letters,
	    td_letters_canned(letters, "support", "en", "it"), ticket, NULL,
	    "Иван", NOW, &hole);
	g_assert_cmpstr(text, ==, "Здравствуйте, Anna! Иван");
}

/* ---- samples ---- */

static void
test_samples_have_no_mistake(Texts *texts, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *path = g_test_build_filename(
	    G_TEST_DIST, "..", "conf", "canned", NULL);
	g_autoptr(GPtrArray) mistakes = NULL;
	guint files = 0;

	mistakes = td_letters_check_canned(texts->conf, path, &files);
	for (guint i = 0; i < mistakes->len; i++) {
		g_autofree char *said = td_text_mistake_say(
		    g_ptr_array_index(mistakes, i));

		g_test_message("%s", said);
	}
	g_assert_cmpuint(mistakes->len, ==, 0);
	g_assert_cmpuint(files, >=, 6);
}

#define ADD(path, test)                                                        \
	g_test_add("/canned/" path, Texts, "[field site]\n", open_canned,      \
	    test, texts_close)

/* The directory is one of canned answers alone. */
static void
open_canned(Texts *texts, gconstpointer extra)
{
	texts_open(texts, extra);
	g_clear_pointer(&texts->conf->templates, g_free);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("mistakes", test_each_mistake_is_told_and_the_file_not_offered);
	ADD("good", test_good_files_are_counted);
	ADD("case", test_names_that_differ_in_case_are_one);
	ADD("head", test_head_is_cut_off);
	ADD("which", test_language_goes_before_queue);
	ADD("list", test_list_has_what_a_name_stands_for);
	ADD("guess", test_misspelt_name_is_guessed);
	ADD("words", test_words_stand_for_the_ticket);
	ADD("until", test_until_tells_the_hour_of_what_is_put_off);
	ADD("hole", test_hole_in_a_line_is_told);
	ADD("gap", test_word_alone_that_stands_for_nothing_leaves_no_gap);
	ADD("hostile", test_hostile_values_are_put_in_once);
	ADD("phrases", test_phrases_are_in_the_language_of_the_answer);
	ADD("samples", test_samples_have_no_mistake);
	return g_test_run();
}
