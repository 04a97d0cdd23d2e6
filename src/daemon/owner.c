/* owner.c - only the owner of the store works with it */

#include "config.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ticketd/error.h>
#include <ticketd/log.h>

#include "daemon/daemon.h"
#include "daemon/sandbox.h"

/* The directory of the sockets may be where only root can make it. */
static void
make_run_for(const TdConf *conf, const struct stat *owner)
{
	if (mkdir(conf->run, 0755) == 0 &&
	    (chown(conf->run, owner->st_uid, owner->st_gid) < 0 ||
	        chmod(conf->run, 0755) < 0))
		rmdir(conf->run);
}

static gboolean
change_user(const struct stat *owner)
{
	const struct passwd *user = getpwuid(owner->st_uid);

	if (user == NULL)
		return setgroups(0, NULL) == 0 && setgid(owner->st_gid) == 0 &&
		    setuid(owner->st_uid) == 0;
	return initgroups(user->pw_name, user->pw_gid) == 0 &&
	    setgid(user->pw_gid) == 0 && setuid(user->pw_uid) == 0;
}

/* Whether root is what we were, in every respect. */
static gboolean
is_changed(const struct stat *owner)
{
	uid_t real, effective, saved;

	errno = EPERM;
	return getresuid(&real, &effective, &saved) == 0 &&
	    real == owner->st_uid && effective == owner->st_uid &&
	    saved == owner->st_uid;
}

static gboolean
become(const TdConf *conf, const struct stat *owner, GError **error)
{
	if (owner->st_uid == geteuid())
		return TRUE;
	if (geteuid() != 0)
		return td_fail(error, TD_ERROR_DENIED,
		    "%s belongs to another user: run as that user or root",
		    conf->store);

	make_run_for(conf, owner);
	if (!change_user(owner) || !is_changed(owner))
		return td_fail(error, TD_ERROR_DENIED,
		    "become the owner of %s: %s", conf->store,
		    g_strerror(errno));
	return TRUE;
}

gboolean
td_owner_become(const TdConf *conf, GError **error)
{
	struct stat owner;

	if (stat(conf->store, &owner) < 0)
		return errno == ENOENT ||
		    td_fail(error, TD_ERROR_DENIED, "look at %s: %s",
		        conf->store, g_strerror(errno));

	td_privileges_bound();
	if (!become(conf, &owner, error))
		return FALSE;
	if (!td_privileges_drop())
		return td_fail(error, TD_ERROR_DENIED, "give up privileges: %s",
		    g_strerror(errno));
	if (owner.st_uid == 0)
		td_log(TD_LOG_WARNING, "privileges", "error",
		    "the store belongs to root, so this runs as root, if "
		    "without capabilities; give it to a user of its own",
		    NULL);
	return TRUE;
}
