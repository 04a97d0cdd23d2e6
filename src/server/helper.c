/* helper.c - see server/helper.h */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <ticketd/error.h>

#include "server/helper.h"

extern char **environ;

/* Nobody has more to say. */
#define OUTPUT_MAX ((gsize)16 * 1024)
#define END "end\n"
#define DESCRIPTORS 8

char *
td_helper_program(void)
{
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *name = self == NULL ? NULL : g_path_get_basename(self);
	const char *program = g_getenv("TICKETD_PROGRAM");

	if (name != NULL && g_str_equal(name, "ticketd"))
		program = self;
	else if (program == NULL || *program == '\0')
		program = TD_SBINDIR "/ticketd";
	return access(program, X_OK) < 0 ? NULL : g_strdup(program);
}

char **
td_helper_arguments(const TdConf *conf, const char *job, const char *option)
{
	g_autoptr(GPtrArray) arguments = g_ptr_array_new_with_free_func(g_free);
	char *program = td_helper_program();

	if (program == NULL)
		return NULL;
	g_ptr_array_add(arguments, program);
	g_ptr_array_add(arguments, g_strdup(job));
	g_ptr_array_add(
	    arguments, g_strdup_printf("--parent=%ld", (long)getpid()));
	if (option != NULL)
		g_ptr_array_add(arguments, g_strdup(option));
	if (conf != NULL && conf->sandbox == TD_SANDBOX_OFF)
		g_ptr_array_add(arguments, g_strdup("--no-sandbox"));
	if (conf != NULL && conf->sandbox == TD_SANDBOX_MUST)
		g_ptr_array_add(arguments, g_strdup("--sandbox=must"));
	g_ptr_array_add(arguments, NULL);
	return (char **)g_ptr_array_steal(arguments, NULL);
}

int
td_helper_input(const char *bytes, gsize size)
{
	int fd = memfd_create("input", MFD_CLOEXEC);

	while (fd >= 0 && size > 0) {
		ssize_t written = write(fd, bytes, size);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0) {
			close(fd);
			return -1;
		}
		bytes += written;
		size -= (gsize)written;
	}
	if (fd >= 0)
		lseek(fd, 0, SEEK_SET);
	return fd;
}

static int
remove_one(const char *path, const struct stat *status G_GNUC_UNUSED,
    int type G_GNUC_UNUSED, struct FTW *where G_GNUC_UNUSED)
{
	remove(path);
	return 0;
}

void
td_helper_remove(const char *path)
{
	nftw(path, remove_one, DESCRIPTORS, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* ---- trying ---- */

static TdTrial
trial_of(int status)
{
	static const int faults[] = { SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL,
		SIGTRAP, SIGSYS, SIGXCPU };

	if (WIFEXITED(status))
		return WEXITSTATUS(status) == EX_OK ? TD_TRIAL_WELL
		                                    : TD_TRIAL_UNTRIED;
	if (WTERMSIG(status) == SIGALRM)
		return TD_TRIAL_WAITED;
	for (gsize i = 0; i < G_N_ELEMENTS(faults); i++)
		if (WTERMSIG(status) == faults[i])
			return TD_TRIAL_KILLED;
	return TD_TRIAL_UNTRIED;
}

TdTrial
td_helper_try(char **argv, const char *bytes, gsize size)
{
	posix_spawn_file_actions_t actions;
	int fd = td_helper_input(bytes, size);
	int rc, status = 0;
	pid_t child;

	if (fd < 0)
		return TD_TRIAL_UNTRIED;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fd, STDIN_FILENO);
	rc = posix_spawn(&child, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(fd);
	if (rc != 0)
		return TD_TRIAL_UNTRIED;
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return TD_TRIAL_UNTRIED;
	return trial_of(status);
}

/* ---- running ---- */

/* A process group of its own, so that all of it can be ended, and the signals
 * as a program expects them. */
static void
set_attributes(posix_spawnattr_t *attributes)
{
	sigset_t signals;

	posix_spawnattr_init(attributes);
	posix_spawnattr_setpgroup(attributes, 0);
	sigemptyset(&signals);
	posix_spawnattr_setsigmask(attributes, &signals);
	sigaddset(&signals, SIGPIPE);
	sigaddset(&signals, SIGHUP);
	posix_spawnattr_setsigdefault(attributes, &signals);
	posix_spawnattr_setflags(attributes,
	    POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
	        POSIX_SPAWN_SETSIGDEF);
}

/* 0, or the error's number. */
static int
spawn(char **argv, const char *scratch, int input, int output, pid_t *child)
{
	g_autofree char *home = g_strconcat("HOME=", scratch, NULL);
	g_autofree char *tmp = g_strconcat("TMPDIR=", scratch, NULL);
	char path[] = "PATH=/usr/local/bin:/usr/bin:/bin";
	char locale[] = "LC_ALL=C.UTF-8";
	char *environment[] = { path, locale, home, tmp, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int rc;

	set_attributes(&attributes);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(
	    &actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	rc = posix_spawn(
	    child, argv[0], &actions, &attributes, argv, environment);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return rc;
}

/* Whether the last line is there; it is cut. */
static gboolean
has_ended(GString *output)
{
	gsize size = strlen(END);

	if (output->len < size || !g_str_has_suffix(output->str, END) ||
	    (output->len > size && output->str[output->len - size - 1] != '\n'))
		return FALSE;
	g_string_truncate(output, output->len - size);
	return TRUE;
}

/* What @fd says until it is complete; FALSE when it ends before that, or the
 * time is over. */
static gboolean
read_output(int fd, guint timeout_ms, GString *output)
{
	gint64 until = g_get_monotonic_time() + (gint64)timeout_ms * 1000;
	char buffer[1024];

	while (output->len < OUTPUT_MAX) {
		gint64 left_ms = (until - g_get_monotonic_time()) / 1000;
		struct pollfd ready = { .fd = fd, .events = POLLIN };
		ssize_t size;
		int rc;

		if (left_ms <= 0)
			return FALSE;
		rc = poll(&ready, 1, (int)left_ms);
		if (rc < 0 && errno != EINTR)
			return FALSE;
		if (rc <= 0)
			continue;
		size = read(fd, buffer, sizeof(buffer));
		if (size == 0 || (size < 0 && errno != EINTR))
			return FALSE;
		g_string_append_len(output, buffer, MAX(size, 0));
		if (has_ended(output))
			return TRUE;
	}
	return FALSE;
}

/* What it started first, for afterwards its number may be another's. */
static void
end_child(pid_t child)
{
	int status;

	kill(-child, SIGKILL);
	kill(child, SIGKILL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
}

static gboolean
run(char **argv, int input, const char *scratch, guint timeout_ms,
    GString *output, GError **error)
{
	int ends[2], rc;
	gboolean ended;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return td_fail(error, TD_ERROR_AGAIN, "make a pipe: %s",
		    g_strerror(errno));
	rc = spawn(argv, scratch, input, ends[1], &child);
	close(ends[1]);
	if (rc != 0) {
		close(ends[0]);
		return td_fail(error, TD_ERROR_AGAIN, "run %s: %s", argv[0],
		    g_strerror(rc));
	}

	ended = read_output(ends[0], timeout_ms, output);
	close(ends[0]);
	end_child(child);
	return ended ||
	    td_fail(error, TD_ERROR_AGAIN, "%s %s did not come to an end",
	        argv[0], argv[1]);
}

gboolean
td_helper_run(char **argv, GBytes *input, const char *scratch, guint timeout_ms,
    char **output, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);
	gsize size;
	const char *bytes = g_bytes_get_data(input, &size);
	int fd = td_helper_input(bytes, size);
	gboolean done;

	if (fd < 0)
		return td_fail(error, TD_ERROR_AGAIN, "keep %zu bytes: %s",
		    size, g_strerror(errno));
	done = run(argv, fd, scratch, timeout_ms, text, error);
	close(fd);
	if (done)
		*output = g_string_free(g_steal_pointer(&text), FALSE);
	return done;
}
