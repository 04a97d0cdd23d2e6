/* test-command.c - which lines of a mail are commands */

#include "config.h"

#include "command-fixture.h"

static const CommandRow blocks[] = {
	{ "\n\n  \n", "" },
	{ "Hello", "/ Hello" },
	{ "Hello\n\n\nthere\n\n", "/ Hello|||there|" },
	{ "\n\n Hello\n", "/  Hello|" },
	{ "close", "close" },
	{ "close\n", "close" },
	{ "close\n\nHello Anna,\nit is done.\n\nRegards\n",
	    "close / Hello Anna,|it is done.||Regards|" },
	{ "close\nassign me\n\nHello", "close, assign me / Hello" },
	{ "close\n\n\nassign me\n\nHello", "close, assign me / Hello" },
	{ "close\nHello\nassign me", "close / Hello|assign me" },
	{ "Hello\nclose", "/ Hello|close" },
	{ "Hello\n\nclose\n", "/ Hello||close|" },
	{ "close; assign me; priority 1\nHello",
	    "close, assign me, priority 1 / Hello" },
	{ "close;assign me;", "close, assign me" },
	{ "Hello\n\n#close\n#assign me\n", "close, assign me / Hello|" },
	{ "Hello\n\n#close\n\n!assign me\n\n", "close, assign me / Hello|" },
	{ "Hello\n#close\nregards", "/ Hello|#close|regards" },
	{ "Hello\n#12 close", "#12 close / Hello|" },
	{ "Hello\n#12 is done", "/ Hello|#12 is done" },
	{ "Hello\n#1 fan\n#close", "close / Hello|#1 fan|" },
	{ "assign me\nHello\n\n#close", "assign me, close / Hello|" },
	{ "Hello\n#colour", "?unknown 2 / Hello|" },
	{ "Hello\n#colour\n#close", "close ?unknown 2 / Hello|" },
	{ "Hello\n#close; drop", "close, drop / Hello|" },
	{ "Hello\n#close; hello", "?doubt 2 / Hello|" },
	{ "stop", "stop" },
	{ "stop\nHello", "stop" },
	{ "close\nstop\nHello\n\n#assign me", "close, stop" },
	{ "Hello\n#stop\n-- \nOlga", "stop / Hello|" },
	{ "Hello\n\n#close\n#stop\nOlga", "close, stop / Hello|" },
	{ "Hello\n#close\nx\n#stop\nOlga", "stop / Hello|#close|x|" },
	{ "Hello\n#stop it\nOlga", "/ Hello|#stop it|Olga" },
	{ "close; stop; hello\nHello", "close, stop" },
	{ "go", "go" },
	{ "go\nclose", "go, close" },
	{ "priority 9\nclose\nHello",
	    "close ?argument 1 (priority 1-5|urgent|...|low) / Hello" },
	{ "clsoe\nassign me\n\nHello", "assign me ?doubt 1 <close> / Hello" },
	{ "Hello\nclsoe", "/ Hello|clsoe" },
	{ "#a\n#b\n#c\n#d\n#e",
	    "?unknown 1 ?unknown 2 ?unknown 3 ?unknown 4 ?unknown 5" },
	{ "#a\n#b\n#c\n#d\n#e\n#f\n#g\nHello",
	    "?unknown 1 ?unknown 2 ?unknown 3 ?unknown 4 ?unknown 5 ?too-many "
	    "6 / #g|Hello" },
	{ "#a; #b; #c", "?unknown 1" },
	{ "close\n> quoted", "close / > quoted" },
	{ "> close", "/ > close" },
	{ "done", "resolve" },
	{ "done\n\nassign me", "resolve, assign me" },
	{ "done\nPlease try again.", "/ done|Please try again." },
	{ "Done.\n\n#close", "resolve, close" },
	{ "done; assign me\nPlease try again.",
	    "resolve, assign me / Please try again." },
	{ "#done\nPlease try again.", "resolve / Please try again." },
	{ "\357\273\277close", "close" },
	{ "note: a\nb", "note \"a\" / b" },
	{ "reply\nHello", "reply / Hello" },
};

static void
test_commands_stand_at_the_top_or_the_end(void)
{
	TdCommandContext context = english_agent();

	check_rows(blocks, G_N_ELEMENTS(blocks), &context);
}

static void
test_banners_of_gateways_are_passed_over(void)
{
	static const char *const globs[] = { "CAUTION:*", "\\[external\\]*",
		"*Внешний отправитель*", "-- ?oday --", NULL };
	static const CommandRow rows[] = {
		{ "CAUTION: external sender\n\nclose\nCaution: again\nHello",
		    "close / Hello" },
		{ "ВНИМАНИЕ! ВНЕШНИЙ ОТПРАВИТЕЛЬ!\nclose", "close" },
		{ "-- today --\nclose", "close" },
		{ "-- holiday --\nclose", "/ -- holiday --|close" },
		{ "caution: x\nHello\ncaution: y", "/ Hello|caution: y" },
		{ "close\nHello\n\ncaution: y\n#drop",
		    "close, drop / Hello||caution: y|" },
	};
	TdCommandContext context = english_agent();

	context.ignore_lines = globs;
	check_rows(rows, G_N_ELEMENTS(rows), &context);
}

static void
test_a_command_line_has_no_text(void)
{
	static const CommandRow rows[] = {
		{ "assign me; priority 1", "assign me, priority 1" },
		{ "assign me\n\nclose: done; thanks\n",
		    "assign me, close \"done; thanks\"" },
		{ "hello", "?unknown 1" },
		{ "clsoe", "?unknown 1 <close>" },
		{ "сдщыу", "?unknown 1 <close>" },
		{ "close the window",
		    "?argument 1 <close: the window> (close[: TEXT])" },
		{ "close\nhello\nassign me", "close, assign me ?unknown 2" },
		{ "stop\nhello", "stop" },
		{ "done\nassign me", "resolve, assign me" },
		{ "#12 close; !take", "#12 close, take" },
		{ "a\nb\nc\nd\ne\nf\ng",
		    "?unknown 1 ?unknown 2 ?unknown 3 ?unknown 4 ?unknown 5 "
		    "?too-many 6 / g" },
		{ ";", "?unknown 1" },
	};
	TdCommandContext context = english_agent();

	context.strict = TRUE;
	check_rows(rows, G_N_ELEMENTS(rows), &context);
}

static void
test_an_address_can_have_a_verb(void)
{
	static const struct {
		const char *verb;
		const char *text;
		const char *want;
	} rows[] = {
		{ "close", "", "close" },
		{ "note", "Hello\n", "note / Hello|" },
		{ "priority-1", "assign me\nHello",
		    "priority 1, assign me / Hello" },
		{ "pending-1d", "", "pending @2026-11-23T10:00:00Z" },
		{ "pending-2026-12-01", "", "pending @2026-12-01T09:00:00Z" },
		{ "add-address", "", "?argument 0 (add-address ADDR)" },
		{ "list-mine", "", "list mine" },
		{ "CLOSE", "", "close" },
		{ "done", "Hello", "resolve / Hello" },
		{ "stop", "Hello", "stop" },
		{ "clsoe", "Hello", "?unknown 0 <close> / Hello" },
		{ "priority-9", "",
		    "?argument 0 (priority 1-5|urgent|...|low)" },
		{ "", "Hello", "/ Hello" },
		{ "-", "Hello", "?unknown 0 / Hello" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		TdCommandContext context = english_agent();
		g_autofree char *printed = NULL;

		context.verb = rows[i].verb;
		printed = print_parsed(rows[i].text, &context);
		g_assert_cmpstr(printed, ==, rows[i].want);
	}
}

static void
test_a_customers_address_has_his_verbs_alone(void)
{
	TdCommandContext context = customer();
	g_autofree char *rate = NULL, *solved = NULL, *assign = NULL;

	context.verb = "rate-5";
	rate = print_parsed("Great!", &context);
	g_assert_cmpstr(rate, ==, "rate 5 / Great!");
	context.verb = "solved";
	solved = print_parsed("", &context);
	g_assert_cmpstr(solved, ==, "close");
	context.verb = "assign-me";
	assign = print_parsed("", &context);
	g_assert_cmpstr(assign, ==, "?customer 0");
}

static void
test_mended_lines_stand_for_bad_ones(void)
{
	static const struct {
		const char *mended;
		const char *text;
		const char *want;
	} rows[] = {
		{ "close", "clsoe\n\nHello\n", "close / Hello|" },
		{ "\n  close  \n\n", "clsoe\nHello", "close / Hello" },
		{ "close\npriority 1", "clsoe\ntake\npriority 9\nHello",
		    "close, take, priority 1 / Hello" },
		{ "close", "clsoe\npriority 9\nHello",
		    "close ?argument 2 (priority 1-5|urgent|...|low) / Hello" },
		{ "clsoe", "tkae\nHello", "?unknown 1 <close> / Hello" },
		{ "thanks", "tkae\nHello", "?unknown 1 / Hello" },
		{ "assign me; close", "assign me; clsoe\nHello",
		    "assign me, close / Hello" },
		{ "assign me\nclose", "assign me; clsoe\nHello",
		    "assign me, close / Hello" },
		{ "close\ntake\nhello", "clsoe\nHello",
		    "close, take ?unknown 0 / Hello" },
		{ "#close", "Hello\n#clsoe", "close / Hello|" },
		{ "take", "close\nHello", "close, take / Hello" },
		/* As it was, and taken for text. */
		{ "", "clsoe\nHello", "/ clsoe|Hello" },
		{ " \n", "priority 9\nHello", "/ priority 9|Hello" },
		{ "", "take\nclsoe\nassign me", "take / clsoe|assign me" },
		{ "", "search: x\nHello", "/ search: x|Hello" },
		{ "", "#clsoe\nHello", "?unknown 1 <#close> / Hello" },
		{ NULL, "clsoe\nHello", "?doubt 1 <close> / Hello" },
		{ "1\n2\n3\n4\n5\n6\n7", "clsoe",
		    "?unknown 1 ?unknown 0 ?unknown 0 ?unknown 0 ?unknown 0 "
		    "?too-many 0" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		TdCommandContext context = english_agent();
		g_autofree char *printed = NULL;

		context.mended = rows[i].mended;
		printed = print_parsed(rows[i].text, &context);
		g_assert_cmpstr(printed, ==, rows[i].want);
	}
}

static void
test_lines_that_are_too_long_are_text(void)
{
	TdCommandContext context = english_agent();

	for (gsize size = 490; size < 510; size++) {
		g_autofree char *filler = g_strnfill(size - 7, 'x');
		g_autofree char *text = g_strconcat("close: ", filler, NULL);
		g_autoptr(TdCommands)
		    commands = td_command_parse(text, &context);

		g_assert_cmpuint(
		    commands->commands->len, ==, size <= 500 ? 1 : 0);
		g_assert_cmpstr(commands->text, ==, size <= 500 ? "" : text);
	}
}

/* It would go to the customer. */
static void
test_a_long_note_stays_a_note(void)
{
	TdCommandContext context = english_agent();
	g_autofree char *filler = g_strnfill(5000, 'x');
	g_autofree char *text = g_strconcat("note: a; ", filler, NULL);
	g_autoptr(TdCommands) commands = td_command_parse(text, &context);
	const TdCommand *command;

	g_assert_cmpuint(commands->commands->len, ==, 1);
	command = g_ptr_array_index(commands->commands, 0);
	g_assert_cmpint(command->verb, ==, TD_VERB_NOTE);
	g_assert_cmpstr(command->text, ==, text + strlen("note: "));
	g_assert_cmpuint(g_utf8_strlen(command->line, -1), ==, 200);
	g_assert_cmpstr(commands->text, ==, "");
}

static void
test_more_than_fifty_commands_are_too_many(void)
{
	TdCommandContext context = english_agent();
	GString *text = g_string_new(NULL);
	g_autoptr(TdCommands) fifty = NULL, more = NULL;

	for (guint i = 1; i <= 50; i++)
		g_string_append_printf(text, "#%u close\n", i);
	fifty = td_command_parse(text->str, &context);
	g_assert_cmpuint(fifty->commands->len, ==, 50);
	g_assert_cmpuint(fifty->mistakes->len, ==, 0);
	g_string_append(text, "#51 close\n");
	more = td_command_parse(text->str, &context);
	g_assert_cmpuint(more->mistakes->len, ==, 1);
	g_string_free(text, TRUE);
}

static void
test_lines_are_kept_as_written_but_printable(void)
{
	TdCommandContext context = english_agent();
	g_autoptr(TdCommands) commands = td_command_parse(
	    " CLOSE: \033[1mdone ; #12  Take.\n#\u202ebad", &context);
	const TdCommand *first, *second;
	const TdMistake *mistake;

	g_assert_cmpuint(commands->commands->len, ==, 2);
	first = g_ptr_array_index(commands->commands, 0);
	second = g_ptr_array_index(commands->commands, 1);
	g_assert_cmpstr(first->line, ==, "CLOSE: [1mdone");
	g_assert_cmpstr(first->text, ==, "[1mdone");
	g_assert_cmpstr(second->line, ==, "#12 Take.");
	g_assert_cmpuint(commands->mistakes->len, ==, 1);
	mistake = g_ptr_array_index(commands->mistakes, 0);
	g_assert_cmpstr(mistake->line, ==, "#?bad");
	g_assert_cmpuint(mistake->number, ==, 2);
}

static void
test_what_is_wanted_is_told_in_the_readers_language(void)
{
	static const CommandRow rows[] = {
		{ "priority 9",
		    "?argument 1 (приоритет 1-5|срочный|...|низкий)" },
		{ "эхо громко", "?argument 1 (эхо вкл|выкл)" },
	};
	static const char *const german_first[] = { "de", "en", "ru-RU", NULL };
	TdCommandContext context = russian_agent();
	g_autofree char *printed = NULL;

	check_rows(rows, G_N_ELEMENTS(rows), &context);
	context.languages = german_first;
	printed = print_parsed("приоритет 9", &context);
	g_assert_cmpstr(
	    printed, ==, "?argument 1 (priority 1-5|urgent|...|low)");
}

static void
test_bytes_that_are_no_text_do_no_harm(void)
{
	TdCommandContext context = english_agent();
	g_autoptr(TdCommands)
	    bad = td_command_parse("close\n\xff\xfe\xc3 hello", &context);
	g_autoptr(TdCommands)
	    controls = td_command_parse("\001close\002\nHello\003", &context);

	g_assert_cmpuint(bad->commands->len, ==, 1);
	g_assert_true(g_utf8_validate(bad->text, -1, NULL));
	g_assert_cmpuint(controls->commands->len, ==, 1);
	g_assert_cmpstr(controls->text, ==, "Hello\003");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func(
	    "/command/block", test_commands_stand_at_the_top_or_the_end);
	g_test_add_func(
	    "/command/banners", test_banners_of_gateways_are_passed_over);
	g_test_add_func("/command/strict", test_a_command_line_has_no_text);
	g_test_add_func(
	    "/command/address/agent", test_an_address_can_have_a_verb);
	g_test_add_func("/command/address/customer",
	    test_a_customers_address_has_his_verbs_alone);
	g_test_add_func(
	    "/command/mended", test_mended_lines_stand_for_bad_ones);
	g_test_add_func(
	    "/command/limit/line", test_lines_that_are_too_long_are_text);
	g_test_add_func("/command/limit/note", test_a_long_note_stays_a_note);
	g_test_add_func("/command/limit/commands",
	    test_more_than_fifty_commands_are_too_many);
	g_test_add_func(
	    "/command/lines", test_lines_are_kept_as_written_but_printable);
	g_test_add_func("/command/want",
	    test_what_is_wanted_is_told_in_the_readers_language);
	g_test_add_func(
	    "/command/bytes", test_bytes_that_are_no_text_do_no_harm);
	return g_test_run();
}
