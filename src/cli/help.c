/* help.c - how to use `ticket`, out of the tables of commands.c */

#include "config.h"

#include <sysexits.h>

#include "cli/cli.h"

static void
print_options(const TdOption *options)
{
	for (const TdOption *o = options; o->name != NULL; o++) {
		g_autofree char *letter = o->letter == 0
		    ? g_strdup("    ")
		    : g_strdup_printf("-%c, ", o->letter);
		g_autofree char *name = g_strdup_printf("%s--%s%s%s", letter,
		    o->name, o->value == NULL ? "" : " ",
		    o->value == NULL ? "" : o->value);

		printf("  %-32s %s\n", name, o->help);
	}
}

void
td_help_print(void)
{
	printf("usage: ticket [-c FILE] COMMAND [ARG...]\n\n");
	for (const TdCliCommand *c = td_cli_commands; c->name != NULL; c++) {
		g_autofree char *use = g_strdup_printf(
		    "%s %s", c->name, c->words);

		printf("  %-24s %s\n", use, c->help);
	}
	printf("\n");
	print_options(td_global_options);
	printf("\nticket help COMMAND tells of one command, ticket(1) of "
	       "all.\n");
}

void
td_help_print_command(const TdCliCommand *command)
{
	printf("usage: ticket %s%s%s%s\n\n%s\n", command->name,
	    command->options->name == NULL ? "" : " [OPTION...]",
	    *command->words == '\0' ? "" : " ", command->words, command->help);
	if (command->options->name != NULL) {
		printf("\n");
		print_options(command->options);
	}
}

int
td_cli_help(const TdCli *cli)
{
	g_autofree char *name = NULL;
	const TdCliCommand *command;
	const char *nearest;

	if (cli->words->len == 0) {
		td_help_print();
		return EX_OK;
	}

	g_ptr_array_add(cli->words, NULL);
	name = g_strjoinv(" ", (char **)cli->words->pdata);
	command = td_cli_command_find(name);
	if (command != NULL) {
		td_help_print_command(command);
		return EX_OK;
	}
	nearest = td_cli_command_nearest(name);
	fprintf(stderr,
	    "ticket: there is no command of that name; try: "
	    "ticket help%s%s\n",
	    nearest == NULL ? "" : " ", nearest == NULL ? "" : nearest);
	return EX_USAGE;
}
