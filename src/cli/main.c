/* main.c - ticket: the command-line tool of the desk */

#include "config.h"

#include <locale.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include <ticketd/error.h>
#include <ticketd/log.h>

#include "cli/cli.h"
#include "cli/here.h"

static int
run(const TdCli *cli)
{
	int status;

	if (td_cli_flag(cli, "version")) {
		printf("ticket %s\n", PACKAGE_VERSION);
		return EX_OK;
	}
	if (cli->command == NULL) {
		if (td_cli_flag(cli, "help")) {
			td_help_print();
			return EX_OK;
		}
		fprintf(stderr, "ticket: no command given; try: ticket help\n");
		return EX_USAGE;
	}
	if (td_cli_flag(cli, "help")) {
		td_help_print_command(cli->command);
		return EX_OK;
	}
	return td_here_begin(cli, &status) ? cli->command->run(cli) : status;
}

/* Monitoring reads any status of check but these four as trouble of its own
 * making: a mistaken call is "could not look". */
static int
check_status(const TdCli *cli, int status)
{
	gboolean check = cli->command != NULL &&
	    g_str_equal(cli->command->name, "check");

	return check && status > 3 ? 3 : status;
}

int
main(int argc G_GNUC_UNUSED, char **argv)
{
	g_auto(TdCli) cli = { 0 };
	g_autoptr(GError) error = NULL;
	int status;

	/* What we write holds mail, wherever it goes. */
	umask(077);
	setlocale(LC_CTYPE, "");
	td_log_open("ticket", TD_LOG_WARNING);

	if (td_cli_parse(&cli, argv, &error))
		status = run(&cli);
	else
		status = td_cli_fail(error);

	/* What was printed counts only if it arrived. */
	if ((fflush(stdout) != 0 || ferror(stdout)) && status == EX_OK) {
		fprintf(stderr,
		    "ticket: cannot write to the standard "
		    "output\n");
		status = EX_IOERR;
	}
	return check_status(&cli, status);
}
