/* leave.c - what ticket leaves to ticket-desk
 *
 * ticket links GLib and json-glib, and starts in a fourth of the time that all
 * the libraries of the desk take.  Commands that have to open the store by
 * themselves, and any command while no daemon runs, are done by ticket-desk,
 * which is the same program with the desk in it. */

#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/auxv.h>
#include <sysexits.h>
#include <unistd.h>

#include <ticketd/error.h>

#include "cli/here.h"
#include "cli/verify.h"

#define PROGRAM "ticket-desk"

/* The one that was built or copied beside this one; the caller's, NULL if there
 * is none.  Who has more rights than whoever started it trusts no folder that
 * this one could choose. */
static char *
find_beside(void)
{
	g_autofree char *self = NULL;
	g_autofree char *folder = NULL;
	g_autofree char *beside = NULL;

	if (getauxval(AT_SECURE) != 0)
		return NULL;
	self = g_file_read_link("/proc/self/exe", NULL);
	if (self == NULL)
		return NULL;
	folder = g_path_get_dirname(self);
	beside = g_build_filename(folder, PROGRAM, NULL);
	return g_file_test(beside, G_FILE_TEST_IS_REGULAR) &&
	        g_file_test(beside, G_FILE_TEST_IS_EXECUTABLE)
	    ? g_steal_pointer(&beside)
	    : NULL;
}

static char *
find_program(void)
{
	char *beside = find_beside();

	return beside != NULL ? beside : g_strdup(TD_LIBEXECDIR "/" PROGRAM);
}

/* The exit status, if that cannot be. */
static int
become(const TdCli *cli)
{
	g_autofree char *program = find_program();

	execv(program, cli->argv);
	fprintf(stderr,
	    "ticket: cannot run %s: %s; is ticketd installed whole?\n", program,
	    g_strerror(errno));
	return EX_UNAVAILABLE;
}

gboolean
td_here_begin(const TdCli *cli, int *status)
{
	if (td_client_reach(cli->conf_path))
		return TRUE;
	*status = become(cli);
	return FALSE;
}

/* ---- the daemon ended meanwhile ---- */

gboolean
td_here_open(const char *conf_path G_GNUC_UNUSED,
    TdClientFlags flags G_GNUC_UNUSED, const char *actor G_GNUC_UNUSED,
    TdHere **here G_GNUC_UNUSED, TdControl **control G_GNUC_UNUSED,
    GError **error)
{
	return td_fail(error, TD_ERROR_AGAIN,
	    "ticketd ended just now; see whether anything was done, and if not "
	    "run the same command again");
}

gboolean
td_here_run(TdHere *here G_GNUC_UNUSED, const TdRequest *request G_GNUC_UNUSED,
    const char *actor G_GNUC_UNUSED, TdAnswer *answer G_GNUC_UNUSED,
    GError **error G_GNUC_UNUSED)
{
	g_return_val_if_reached(FALSE);
}

void
td_here_free(TdHere *here G_GNUC_UNUSED)
{
}

/* ---- commands with a store of their own, or with its formats ---- */

int
td_cli_init(const TdCli *cli)
{
	return become(cli);
}

int
td_cli_check(const TdCli *cli)
{
	return become(cli);
}

int
td_cli_verify(const TdCli *cli)
{
	return become(cli);
}

int
td_cli_backup(const TdCli *cli)
{
	return become(cli);
}

int
td_cli_restore(const TdCli *cli)
{
	return become(cli);
}

int
td_cli_import(const TdCli *cli)
{
	return become(cli);
}
