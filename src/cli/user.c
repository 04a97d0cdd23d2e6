/* user.c - users of the system, and becoming one */

#include "config.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <ticketd/error.h>

#include "cli/cli.h"

/* Long enough for a line of passwd(5), or of group(5) with its members. */
#define BUFFER_SIZE ((gsize)256 * 1024)

static TdUser *
copy_user(const struct passwd *found)
{
	TdUser *user;

	if (found == NULL)
		return NULL;
	user = g_new0(TdUser, 1);
	user->name = g_strdup(found->pw_name);
	user->uid = found->pw_uid;
	user->gid = found->pw_gid;
	return user;
}

TdUser *
td_user_by_name(const char *name)
{
	g_autofree char *buffer = g_malloc(BUFFER_SIZE);
	struct passwd entry, *found = NULL;

	if (getpwnam_r(name, &entry, buffer, BUFFER_SIZE, &found) != 0)
		return NULL;
	return copy_user(found);
}

TdUser *
td_user_by_id(uid_t uid)
{
	g_autofree char *buffer = g_malloc(BUFFER_SIZE);
	struct passwd entry, *found = NULL;

	if (getpwuid_r(uid, &entry, buffer, BUFFER_SIZE, &found) != 0)
		return NULL;
	return copy_user(found);
}

void
td_user_free(TdUser *user)
{
	if (user == NULL)
		return;
	g_free(user->name);
	g_free(user);
}

gboolean
td_user_become(const TdUser *user, GError **error)
{
	if (initgroups(user->name, user->gid) != 0 || setgid(user->gid) != 0 ||
	    setuid(user->uid) != 0)
		return td_fail(error, TD_ERROR_DENIED,
		    "cannot become user %s: %s", user->name, g_strerror(errno));
	return TRUE;
}

gboolean
td_group_find(const char *name, gid_t *gid)
{
	g_autofree char *buffer = g_malloc(BUFFER_SIZE);
	struct group entry, *found = NULL;

	if (getgrnam_r(name, &entry, buffer, BUFFER_SIZE, &found) != 0 ||
	    found == NULL)
		return FALSE;
	*gid = found->gr_gid;
	return TRUE;
}

char *
td_user_actor(void)
{
	g_autoptr(TdUser) user = td_user_by_id(getuid());

	if (user == NULL)
		return g_strdup_printf("control:%u", (unsigned)getuid());
	return g_strconcat("control:", user->name, NULL);
}
