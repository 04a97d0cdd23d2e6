/* bench-command.c - how fast command mail is read
 *
 * bench-command [SECONDS]
 *
 * Reads a typical answer of an agent, one with a mistake, and one without any
 * command, over and over, and prints one line for each:
 *
 *	WHAT MAILS/S COMMANDS/S */

#include "config.h"

#include <stdlib.h>

#include <ticketd/command.h>

#include "bench.h"

static const struct {
	const char *what;
	const char *text;
} mails[] = {
	{ "commands",
	    "assign me; priority 1\ntag +vip -new\npending fri 10:00\n\n"
	    "Dear Anna,\n\nwe are looking into it.\n\nRegards\nOlga\n" },
	{ "mistake", "asign me\npriority 1\n\nDear Anna,\n\nit works.\n" },
	{ "text",
	    "Dear Anna,\n\nthe printer on the second floor prints every page "
	    "twice because\nof a setting in the driver; I have changed it.\n\n"
	    "Regards\nOlga\n" },
};

static void
measure(const char *what, const char *text, double seconds)
{
	static const char *const languages[] = { "ru", NULL };
	TdCommandContext context = {
		.languages = languages,
		.now = G_GINT64_CONSTANT(1795341600),
	};
	double start = now_seconds(), end;
	unsigned long count = 0, commands = 0;

	do {
		g_autoptr(TdCommands) read = td_command_parse(text, &context);

		count++;
		commands += read->commands->len;
		end = now_seconds();
	} while (end - start < seconds);
	printf("%s %.0f %.0f\n", what, (double)count / (end - start),
	    (double)commands / (end - start));
}

int
main(int argc, char **argv)
{
	double seconds = argc > 1 ? atof(argv[1]) : 1;

	for (gsize i = 0; i < G_N_ELEMENTS(mails); i++)
		measure(mails[i].what, mails[i].text, seconds);
	return 0;
}
