/* seal.c - ticket log --seal: a file that is whole, or is not there
 *
 * It has the line "ticketd-seal 1 TIME", then "N SEQ CHAIN" for each ticket in
 * order, where CHAIN is what event SEQ, the newest then, made of the chain, and
 * "sha256 HEX" of all lines before.
 *
 * Root becomes the owner of the store for good when that is opened, and may not
 * write where the file belongs any more.  So a process of its own, forked
 * before, gives the file its name, or removes it when that is not asked for,
 * even if we are killed. */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <ticketd/clock.h>
#include <ticketd/sha256.h>
#include <ticketd/text.h>

#include "cli/cli.h"
#include "cli/verify.h"

struct TdSealFile {
	int fd;           /* under the name .temporary; -1 when it is closed */
	GString *waiting; /* to be written */
	int errnum;       /* of what could not be; 0 */
	const char *path; /* borrowed */
	char *temporary;
	pid_t keeper; /* 0: there is none */
	int to_keeper;
	TdSha256 *sum;
};

/* So many bytes are written at once. */
#define BLOCK (64 * 1024)

/* What is not published by then is removed by the keeper. */
static void
end_keeper(TdSealFile *seal)
{
	if (seal->keeper == 0)
		return;
	close(seal->to_keeper);
	while (waitpid(seal->keeper, NULL, 0) < 0 && errno == EINTR)
		;
	seal->keeper = 0;
}

static gboolean
sync_directory(const char *path)
{
	g_autofree char *directory = g_path_get_dirname(path);
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	gboolean well = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return well;
}

/* Waits for a byte, which asks to publish; answers with errno. */
static void G_GNUC_NORETURN
keep(const TdSealFile *seal, int socket)
{
	char asked;
	ssize_t got;
	int errnum = 0;

	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	do
		got = read(socket, &asked, 1);
	while (got < 0 && errno == EINTR);
	/* An older seal is not written over. */
	if (got == 1 && link(seal->temporary, seal->path) != 0)
		errnum = errno;
	unlink(seal->temporary);
	if (got == 1 && errnum == 0 && !sync_directory(seal->path))
		errnum = errno;
	_exit(
	    got == 1 && write(socket, &errnum, sizeof(errnum)) != sizeof(errnum)
	        ? 1
	        : 0);
}

static gboolean
start_keeper(TdSealFile *seal)
{
	int pair[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return FALSE;
	pid = fork();
	if (pid == 0) {
		close(pair[0]);
		keep(seal, pair[1]);
	}
	close(pair[1]);
	if (pid < 0) {
		close(pair[0]);
		return FALSE;
	}
	seal->keeper = pid;
	seal->to_keeper = pair[0];
	return TRUE;
}

/* errno tells what was in the way. */
static gboolean
publish(TdSealFile *seal)
{
	int errnum = EIO;
	ssize_t got = -1;

	if (send(seal->to_keeper, "p", 1, MSG_NOSIGNAL) == 1)
		do
			got = read(seal->to_keeper, &errnum, sizeof(errnum));
		while (got < 0 && errno == EINTR);
	end_keeper(seal);
	errno = got == (ssize_t)sizeof(errnum) ? errnum : EIO;
	return errno == 0;
}

/* Writes what waits. */
static void
flush(TdSealFile *seal)
{
	gsize done = 0;

	while (seal->errnum == 0 && done < seal->waiting->len) {
		ssize_t part = write(seal->fd, seal->waiting->str + done,
		    seal->waiting->len - done);

		if (part > 0)
			done += (gsize)part;
		else if (part < 0 && errno != EINTR)
			seal->errnum = errno;
	}
	g_string_truncate(seal->waiting, 0);
}

void
td_seal_write(TdSealFile *seal, const char *line)
{
	td_sha256_update(seal->sum, line, strlen(line));
	td_sha256_update(seal->sum, "\n", 1);
	g_string_append_printf(seal->waiting, "%s\n", line);
	if (seal->waiting->len >= BLOCK)
		flush(seal);
}

static gboolean
open_temporary(TdSealFile *seal, const char *path)
{
	g_autofree char *directory = g_path_get_dirname(path);
	struct stat status;
	int errnum;

	if (lstat(path, &status) == 0) {
		errno = EEXIST;
		return FALSE;
	}
	seal->temporary = g_build_filename(
	    directory, ".ticketd-seal-XXXXXX", NULL);
	seal->fd = g_mkstemp_full(seal->temporary, O_WRONLY | O_CLOEXEC, 0666);
	if (seal->fd < 0)
		return FALSE;
	if (start_keeper(seal))
		return TRUE;
	errnum = errno;
	unlink(seal->temporary);
	errno = errnum;
	return FALSE;
}

int
td_seal_new(const char *path, TdSealFile **result)
{
	g_autoptr(TdSealFile) seal = g_new0(TdSealFile, 1);
	g_autofree char *now = td_text_rfc3339(td_clock_now());
	g_autofree char *head = g_strconcat(TD_SEAL_HEAD, now, NULL);

	seal->fd = -1;
	seal->waiting = g_string_new(NULL);
	if (path == NULL)
		return EX_OK;
	seal->path = path;
	if (!open_temporary(seal, path))
		return td_cli_fail_path("write", path, EX_CANTCREAT);
	seal->sum = td_sha256_new();
	td_seal_write(seal, head);
	*result = g_steal_pointer(&seal);
	return EX_OK;
}

int
td_seal_publish(TdSealFile *seal)
{
	g_autofree char *sum = td_sha256_finish_hex(seal->sum);
	gboolean well;

	g_string_append_printf(seal->waiting, TD_SEAL_END "%s\n", sum);
	flush(seal);
	errno = seal->errnum;
	well = seal->errnum == 0 && fsync(seal->fd) == 0;
	if (!well || !publish(seal))
		return td_cli_fail_path("write", seal->path, EX_CANTCREAT);
	return EX_OK;
}

void
td_seal_free(TdSealFile *seal)
{
	if (seal == NULL)
		return;
	if (seal->fd >= 0)
		close(seal->fd);
	g_string_free(seal->waiting, TRUE);
	end_keeper(seal);
	g_free(seal->temporary);
	td_sha256_free(seal->sum);
	g_free(seal);
}
