/* fuzz-command.c - any text at all as command mail
 *
 * The first byte chooses who reads it; the rest is the text, and after a byte
 * 0xff what mends it.  Links with libFuzzer, or with run-standalone.c. */

#include "config.h"

#include <string.h>

#include <ticketd/command.h>

#define NOW G_GINT64_CONSTANT(1795341600)

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

static void
check(const TdCommands *commands)
{
	g_assert_cmpuint(commands->commands->len, <=, 50);
	g_assert_cmpuint(commands->mistakes->len, <=, 6);
	g_assert_true(g_utf8_validate(commands->text, -1, NULL));
	for (guint i = 0; i < commands->commands->len; i++) {
		const TdCommand *command = g_ptr_array_index(
		    commands->commands, i);

		g_assert_true(command->verb > TD_VERB_NONE);
		g_assert_true(command->verb < TD_VERBS);
		g_assert_true(g_utf8_validate(command->line, -1, NULL));
		g_assert_true(g_utf8_validate(command->word, -1, NULL));
		g_assert_true(g_utf8_validate(command->text, -1, NULL));
		g_assert_cmpint(g_utf8_strlen(command->line, -1), <=, 200);
		g_assert_null(strchr(command->line, '\n'));
		g_assert_true(command->add != NULL && command->remove != NULL &&
		    command->set != NULL);
	}
	for (guint i = 0; i < commands->mistakes->len; i++) {
		const TdMistake *mistake = g_ptr_array_index(
		    commands->mistakes, i);

		g_assert_cmpint(g_utf8_strlen(mistake->line, -1), <=, 200);
		g_assert_true(g_utf8_validate(mistake->suggest, -1, NULL));
		g_assert_nonnull(mistake->want);
	}
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
	static const char *const languages[] = { "ru", "en", NULL };
	static const char *const globs[] = { "caution*", "*ext?rnal*", NULL };
	g_autofree char *text = NULL;
	g_autoptr(TdCommands) commands = NULL;
	TdCommandContext context = { .now = NOW, .ignore_lines = globs };
	char *mended;

	if (size == 0)
		return 0;
	text = g_strndup((const char *)data + 1, size - 1);
	mended = strchr(text, '\xff');
	if (mended != NULL)
		*mended++ = '\0';
	context.customer = (data[0] & 1) != 0;
	context.strict = (data[0] & 2) != 0;
	context.languages = (data[0] & 4) != 0 ? NULL : languages;
	context.mended = mended;
	context.verb = (data[0] & 8) != 0 ? text : NULL;
	commands = td_command_parse(text, &context);
	check(commands);
	td_command_is_thanks(text);
	return 0;
}
