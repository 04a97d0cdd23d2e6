/* init.c - ticket init: makes the store that the configuration names */

#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <ticketd/error.h>
#include <ticketd/store.h>

#include "cli/cli.h"

#define DEFAULT_USER "ticketd"

/* ---- the owner ---- */

/* Who is to own the store; NULL: whoever runs this. */
static gboolean
find_owner(const TdCli *cli, TdUser **owner, GError **error)
{
	const char *name = td_cli_text(cli, "user");
	g_autoptr(TdUser)
	    user = td_user_by_name(name == NULL ? DEFAULT_USER : name);

	if (name != NULL && user == NULL)
		return td_fail(error, TD_ERROR_USAGE,
		    "there is no user \"%s\"; try: useradd --system "
		    "--home-dir / --shell /usr/sbin/nologin %s",
		    name, name);
	if (geteuid() == 0) {
		*owner = g_steal_pointer(&user);
		return TRUE;
	}
	if (name != NULL && user->uid != geteuid())
		return td_fail(error, TD_ERROR_DENIED,
		    "only root can make a store for another user; try: sudo "
		    "ticket init --user %s",
		    name);
	return TRUE;
}

static gboolean
become(const TdUser *owner, GError **error)
{
	if (owner == NULL || owner->uid == geteuid())
		return TRUE;
	return td_user_become(owner, error);
}

/* ---- directories ---- */

static gboolean
fail_directory(const char *doing, const char *path, GError **error)
{
	int errnum = errno;
	gboolean denied = errnum == EACCES || errnum == EPERM;

	return td_fail(error, denied ? TD_ERROR_DENIED : TD_ERROR_AGAIN,
	    "cannot %s %s: %s%s", doing, path, g_strerror(errnum),
	    denied && geteuid() != 0 ? "; try: sudo ticket init" : "");
}

/* With the modes that they have to have: the umask is for what is in them. */
static int
make_with_parents(const char *path, mode_t mode)
{
	g_autofree char *parent = g_path_get_dirname(path);
	mode_t before = umask(022);
	int rc = g_mkdir_with_parents(parent, 0755);

	if (rc == 0)
		rc = mkdir(path, mode);
	umask(before);
	return rc;
}

/* Makes @path with all above it for @owner; *@made says whether it was not
 * there.  One that is there is left as it is. */
static gboolean
make_directory(const char *path, mode_t mode, const TdUser *owner,
    gboolean *made, GError **error)
{
	*made = FALSE;
	if (make_with_parents(path, mode) != 0) {
		struct stat status;

		/* What is above it may be a file. */
		return (errno == EEXIST && stat(path, &status) == 0) ||
		    fail_directory("make", path, error);
	}
	*made = TRUE;
	if (owner != NULL && geteuid() == 0 &&
	    chown(path, owner->uid, owner->gid) != 0)
		return fail_directory("give away", path, error);
	return TRUE;
}

/* A directory for the sockets; where it cannot be made the service manager
 * has to. */
static void
make_run_directory(const TdConf *conf, const TdUser *owner)
{
	gboolean made;

	if (make_directory(conf->run, 0755, owner, &made, NULL) && made)
		printf("made the directory for the sockets, %s\n", conf->run);
}

static void
print_next(const TdCli *cli, const TdConf *conf, const TdUser *owner)
{
	printf("made an empty store in %s", conf->store);
	if (owner != NULL)
		printf(", owned by %s", owner->name);
	printf("\nnext:\n");
	printf("  start the daemon:      ticketd -c %s\n", cli->conf_path);
	printf("  point the mail server at %s (ticketd(8) says how)\n",
	    conf->lmtp_sockets[0] != NULL ? conf->lmtp_sockets[0] : "it");
	printf("  see whether all is well:  ticket -c %s check --mail\n",
	    cli->conf_path);
}

gboolean
td_init_directory(
    const TdCli *cli, const TdConf *conf, TdUser **owner, GError **error)
{
	gboolean made;

	if (!find_owner(cli, owner, error) ||
	    !make_directory(conf->store, 0700, *owner, &made, error))
		return FALSE;
	make_run_directory(conf, *owner);
	return TRUE;
}

static gboolean
init(const TdCli *cli, GError **error)
{
	g_autoptr(TdConf) conf = td_conf_load(cli->conf_path, error);
	g_autoptr(TdUser) owner = NULL;
	guint64 first = 0;

	if (conf == NULL ||
	    !td_cli_number(
	        cli, "first-number", conf->first_number, &first, error))
		return FALSE;
	if (first == 0)
		return td_fail(error, TD_ERROR_USAGE,
		    "--first-number 0: tickets begin at 1");

	if (!td_init_directory(cli, conf, &owner, error) ||
	    !become(owner, error) ||
	    !td_store_create(conf->store, first, error))
		return FALSE;
	print_next(cli, conf, owner);
	return TRUE;
}

int
td_cli_init(const TdCli *cli)
{
	g_autoptr(GError) error = NULL;

	return init(cli, &error) ? EX_OK : td_cli_fail(error);
}
