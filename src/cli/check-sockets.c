/* check-sockets.c - whether the mail server can reach the daemon */

#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/check.h"
#include "cli/cli.h"

/* Postfix's user; its LMTP client runs as that, without further groups. */
#define MAIL_USER "postfix"

static gboolean
look_at(const char *path, struct stat *status, GPtrArray *findings)
{
	if (lstat(path, status) != 0) {
		td_finding_add(findings,
		    errno == EACCES ? TD_LEVEL_WARNING : TD_LEVEL_CRITICAL,
		    "socket", "%s: %s%s", path, g_strerror(errno),
		    errno == ENOENT ? "; something removed it, restart ticketd"
		                    : "");
		return FALSE;
	}
	if (!S_ISSOCK(status->st_mode)) {
		td_finding_add(findings, TD_LEVEL_CRITICAL, "socket",
		    "%s is no socket; remove it and restart ticketd", path);
		return FALSE;
	}
	return TRUE;
}

/* To connect is to write. */
static gboolean
may_write(const TdUser *user, const struct stat *status)
{
	if (user->uid == status->st_uid)
		return (status->st_mode & S_IWUSR) != 0;
	if (user->gid == status->st_gid)
		return (status->st_mode & S_IWGRP) != 0;
	return (status->st_mode & S_IWOTH) != 0;
}

static void
check_mail_user(
    const char *path, const struct stat *status, GPtrArray *findings)
{
	g_autoptr(TdUser) user = td_user_by_name(MAIL_USER);

	if (user != NULL && !may_write(user, status))
		td_finding_add(findings, TD_LEVEL_WARNING, "socket",
		    "%s is closed to user %s, so Postfix's lmtp(8) cannot "
		    "deliver (ticket-deliver may still, as another user); try "
		    "in [lmtp]: group = %s",
		    path, MAIL_USER, MAIL_USER);
}

static void
check_group(const TdConf *conf, const char *path, const struct stat *status,
    GPtrArray *findings)
{
	gid_t gid = 0;

	if (conf->lmtp_group == NULL)
		return;
	if (!td_group_find(conf->lmtp_group, &gid) || gid != status->st_gid)
		td_finding_add(findings, TD_LEVEL_WARNING, "socket",
		    "%s does not belong to group %s as [lmtp] group says; "
		    "restart ticketd",
		    path, conf->lmtp_group);
}

static void
check_lmtp(const TdConf *conf, const char *path, GPtrArray *findings)
{
	struct stat status;
	guint mode;

	if (!look_at(path, &status, findings))
		return;
	mode = status.st_mode & 0777;
	if (mode != conf->lmtp_mode)
		td_finding_add(findings, TD_LEVEL_WARNING, "socket",
		    "%s has mode %04o, [lmtp] mode says %04o; restart ticketd",
		    path, mode, conf->lmtp_mode);
	else
		td_finding_add(findings, TD_LEVEL_OK, "socket", "%s, mode %04o",
		    path, mode);
	check_group(conf, path, &status, findings);
	check_mail_user(path, &status, findings);
}

void
td_check_groups(const TdConf *conf, GPtrArray *findings)
{
	const char *const names[] = { conf->control_group, conf->admin_group };
	const char *const keys[] = { "control-group", "admin-group" };
	gid_t gid;

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		if (names[i] != NULL && !td_group_find(names[i], &gid))
			td_finding_add(findings, TD_LEVEL_WARNING, "group",
			    "there is no group \"%s\", which %s names",
			    names[i], keys[i]);
}

void
td_check_sockets(const TdConf *conf, GPtrArray *findings)
{
	g_autofree char *control = g_build_filename(conf->run, "control", NULL);
	struct stat status;

	for (gsize i = 0; conf->lmtp_sockets[i] != NULL; i++)
		check_lmtp(conf, conf->lmtp_sockets[i], findings);
	if (look_at(control, &status, findings))
		td_finding_add(findings, TD_LEVEL_OK, "socket", "%s", control);
}
