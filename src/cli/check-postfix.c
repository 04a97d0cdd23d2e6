/* check-postfix.c - where Postfix, on this machine, sends our mail
 *
 * Its LMTP client may live in a chroot, where a path means another file.
 * MAIL_CONFIG names another configuration, as for all programs of Postfix. */

#include "config.h"

#include <string.h>
#include <sys/stat.h>

#include "cli/check.h"
#include "cli/cli.h"

/* Transports of others are none of our business. */
#define OURS "ticketd"

/* Parameters that name a transport for a class of addresses. */
static const char *const transports[] = { "virtual_transport",
	"mailbox_transport", "local_transport", "relay_transport",
	"default_transport" };

/* What a program of Postfix prints, its last line end cut; NULL when it fails,
 * or is not there. */
static char *
ask_program(
    const char *program, const char *option, const char *name, const char *more)
{
	g_autofree char *installed = g_strconcat("/usr/sbin/", program, NULL);
	const char *const programs[] = { program, installed };

	for (gsize i = 0; i < G_N_ELEMENTS(programs); i++) {
		const char *const argv[] = { programs[i], option, name, more,
			NULL };
		g_autofree char *output = NULL;
		int status = -1;

		if (g_spawn_sync(NULL, (char **)argv, NULL,
		        G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
		        NULL, &output, NULL, &status, NULL) &&
		    status == 0)
			return g_strchomp(g_steal_pointer(&output));
	}
	return NULL;
}

static char *
postconf(const char *option, const char *name)
{
	return ask_program("postconf", option, name, NULL);
}

/* What the first of @maps that knows @address says of it, or NULL. */
static char *
look_up(const char *maps, const char *address)
{
	g_auto(GStrv) words = g_strsplit_set(maps, ", \t", -1);

	for (gsize i = 0; words[i] != NULL; i++) {
		char *found = strchr(words[i], ':') == NULL
		    ? NULL
		    : ask_program("postmap", "-q", address, words[i]);

		if (found != NULL)
			return found;
	}
	return NULL;
}

/* The file that Postfix's lmtp(8) means by @path: it runs in the queue
 * directory, and in its chroot that is the root. */
static char *
meant_path(const char *path, const char *queue_directory, gboolean chrooted)
{
	if (g_path_is_absolute(path) && !chrooted)
		return g_strdup(path);
	return g_build_filename(queue_directory, path, NULL);
}

static gboolean
is_ours(const TdConf *conf, const char *path)
{
	struct stat theirs, ours;

	for (gsize i = 0; conf->lmtp_sockets[i] != NULL; i++) {
		if (g_str_equal(conf->lmtp_sockets[i], path))
			return TRUE;
		if (stat(path, &theirs) == 0 &&
		    stat(conf->lmtp_sockets[i], &ours) == 0 &&
		    theirs.st_dev == ours.st_dev &&
		    theirs.st_ino == ours.st_ino)
			return TRUE;
	}
	return FALSE;
}

/* Whether the service of master.cf(5) lives in the queue directory. */
static gboolean
is_chrooted(const char *service)
{
	g_autofree char *name = g_strconcat(service, "/unix/chroot", NULL);
	g_autofree char *chroot = postconf("-Fh", name);

	return g_strcmp0(chroot, "y") == 0;
}

/* @value is "SERVICE:unix:PATH", or of no interest here. */
static void
check_transport(const TdConf *conf, const char *name, const char *value,
    const char *queue_directory, GPtrArray *findings)
{
	g_auto(GStrv) parts = g_strsplit(value, ":", 3);
	g_autofree char *path = NULL;
	gboolean chrooted;

	if (g_strv_length(parts) != 3 || !g_str_equal(parts[1], "unix") ||
	    strstr(value, OURS) == NULL)
		return;

	chrooted = is_chrooted(parts[0]);
	path = meant_path(parts[2], queue_directory, chrooted);
	if (is_ours(conf, path))
		td_finding_add(findings, TD_LEVEL_OK, "transport",
		    "%s leads to %s", name, path);
	else
		td_finding_add(findings, TD_LEVEL_WARNING, "transport",
		    "%s = %s means %s%s, which is no socket of ticketd; try in "
		    "[lmtp]: sockets = %s",
		    name, value, path,
		    chrooted ? " to a lmtp(8) in its chroot" : "", path);
}

/* The queues' own lines in transport(5). */
static void
check_maps(const TdConf *conf, const char *queue_directory, GPtrArray *findings)
{
	g_autofree char *maps = postconf("-xh", "transport_maps");

	for (guint i = 0; maps != NULL && i < conf->queues->len; i++) {
		const TdQueue *queue = g_ptr_array_index(conf->queues, i);
		g_autofree char *value = look_up(maps, queue->address);
		g_autofree char *name = g_strconcat(
		    "transport of ", queue->address, NULL);

		if (value != NULL)
			check_transport(
			    conf, name, value, queue_directory, findings);
	}
}

/* Whether the SMTP server of the configuration is this machine's. */
static gboolean
is_here(const char *server)
{
	return g_str_has_prefix(server, "127.") ||
	    g_str_has_prefix(server, "localhost:") ||
	    g_str_has_prefix(server, "[::1]:");
}

void
td_check_postfix(const TdConf *conf, GPtrArray *findings)
{
	g_autofree char *queue_directory = NULL;

	if (!is_here(conf->smtp_server))
		return;
	queue_directory = postconf("-xh", "queue_directory");
	if (queue_directory == NULL)
		return;

	for (gsize i = 0; i < G_N_ELEMENTS(transports); i++) {
		g_autofree char *value = postconf("-xh", transports[i]);

		if (value != NULL)
			check_transport(conf, transports[i], value,
			    queue_directory, findings);
	}
	check_maps(conf, queue_directory, findings);
}
