/* command-fixture.h - what is read of command mail, printed in one line */

#ifndef TICKETD_TESTS_COMMAND_FIXTURE_H
#define TICKETD_TESTS_COMMAND_FIXTURE_H

#include <string.h>

#include <ticketd/command.h>
#include <ticketd/text.h>

/* Sunday, 2026-11-22 10:00 UTC. */
#define FIXTURE_NOW G_GINT64_CONSTANT(1795341600)

typedef struct {
	const char *text;
	const char *want;
} CommandRow;

static inline void
print_list(GString *out, char sign, char *const *list)
{
	for (; *list != NULL; list++)
		g_string_append_printf(out, " %c%s", sign, *list);
}

static inline void
print_command(GString *out, const TdCommand *command)
{
	if (command->ticket != 0)
		g_string_append_printf(
		    out, "#%" G_GUINT64_FORMAT " ", command->ticket);
	g_string_append(out, td_verb_name(command->verb));
	if (*command->word != '\0')
		g_string_append_printf(out, " %s", command->word);
	print_list(out, '+', command->add);
	print_list(out, '-', command->remove);
	print_list(out, '=', command->set);
	if (command->number != 0)
		g_string_append_printf(
		    out, " %" G_GUINT64_FORMAT, command->number);
	if (command->time != 0) {
		g_autofree char *time = td_text_rfc3339(command->time);

		g_string_append_printf(out, " @%s", time);
	}
	if (*command->text != '\0')
		g_string_append_printf(out, " \"%s\"", command->text);
}

static inline void
print_mistake(GString *out, const TdMistake *mistake)
{
	static const char *const kinds[] = { "unknown", "doubt", "argument",
		"not-yet", "customer", "too-many" };

	g_string_append_printf(
	    out, "?%s %u", kinds[mistake->kind], mistake->number);
	if (*mistake->suggest != '\0')
		g_string_append_printf(out, " <%s>", mistake->suggest);
	if (*mistake->want != '\0')
		g_string_append_printf(out, " (%s)", mistake->want);
}

/* "COMMAND, COMMAND ?MISTAKE LINE <SUGGESTION> (WANT) / TEXT", line ends as
 * '|'.  The caller owns the result. */
static inline char *
print_commands(const TdCommands *commands)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < commands->commands->len; i++) {
		if (out->len > 0)
			g_string_append(out, ", ");
		print_command(out, g_ptr_array_index(commands->commands, i));
	}
	for (guint i = 0; i < commands->mistakes->len; i++) {
		if (out->len > 0)
			g_string_append_c(out, ' ');
		print_mistake(out, g_ptr_array_index(commands->mistakes, i));
	}
	if (*commands->text != '\0') {
		g_autofree char *text = g_strdelimit(
		    g_strdup(commands->text), "\n", '|');

		g_string_append_printf(
		    out, "%s/ %s", out->len > 0 ? " " : "", text);
	}
	return g_string_free(out, FALSE);
}

/* The same of @text, copied to exactly its size. */
static inline char *
print_parsed(const char *text, const TdCommandContext *context)
{
	g_autofree char *copy = g_memdup2(text, strlen(text) + 1);
	g_autoptr(TdCommands) commands = td_command_parse(copy, context);

	return print_commands(commands);
}

static inline void
check_rows(const CommandRow *rows, gsize count, const TdCommandContext *context)
{
	for (gsize i = 0; i < count; i++) {
		g_autofree char *printed = print_parsed(rows[i].text, context);

		g_test_message("%s", rows[i].text);
		g_assert_cmpstr(printed, ==, rows[i].want);
	}
}

static const char *const fixture_russian[] = { "ru", NULL };

/* An agent who reads English, one who reads Russian, a customer. */
static inline TdCommandContext
english_agent(void)
{
	return (TdCommandContext){ .now = FIXTURE_NOW };
}

static inline TdCommandContext
russian_agent(void)
{
	return (TdCommandContext){ .now = FIXTURE_NOW,
		.languages = fixture_russian };
}

static inline TdCommandContext
customer(void)
{
	return (TdCommandContext){ .now = FIXTURE_NOW,
		.languages = fixture_russian,
		.customer = TRUE };
}

#endif
