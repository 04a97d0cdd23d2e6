/* sandbox-fixture.c - a desk to close up, and what can be tried from inside */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "sandbox-fixture.h"

/* Nobody listens there, or on the next one. */
#define SMTP_PORT 9
#define NO_SUCH_CALL 9999

static char *
make_folder(const char *top, const char *name)
{
	char *path = g_build_filename(top, name, NULL);

	g_assert_cmpint(g_mkdir(path, 0700), ==, 0);
	return path;
}

static void
make_file(const char *folder, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	g_autoptr(GError) error = NULL;

	g_file_set_contents(path, text, -1, &error);
	g_assert_no_error(error);
}

void
open_place(Place *place, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *folder = NULL;
	g_autofree char *path = NULL;
	g_autofree char *text = NULL;

	place->top = g_dir_make_tmp("ticketd-test-XXXXXX", &error);
	g_assert_no_error(error);
	place->store = make_folder(place->top, "store");
	place->run = g_build_filename(place->top, "run", NULL);
	place->outside = make_folder(place->top, "outside");
	make_file(place->outside, "secret", "secret\n");
	make_file(place->store, "table", "rows\n");

	folder = make_folder(place->top, "etc");
	path = g_build_filename(folder, "ticketd.conf", NULL);
	text = g_strdup_printf(
	    "[desk]\nname = support\ndomain = example.com\nstore = %s\n"
	    "run = %s\n[smtp]\nserver = 127.0.0.1:%d\n"
	    "[queue support]\naddress = support@example.com\n",
	    place->store, place->run, SMTP_PORT);
	make_file(folder, "ticketd.conf", text);
	place->conf = td_conf_load(path, &error);
	g_assert_no_error(error);
}

static void
remove_folder(const char *path)
{
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	const char *name;

	while (folder != NULL && (name = g_dir_read_name(folder)) != NULL) {
		g_autofree char *inside = g_build_filename(path, name, NULL);

		if (g_remove(inside) != 0)
			remove_folder(inside);
	}
	g_rmdir(path);
}

void
close_place(Place *place, gconstpointer unused G_GNUC_UNUSED)
{
	remove_folder(place->top);
	g_free(place->top);
	g_free(place->store);
	g_free(place->run);
	g_free(place->outside);
	td_conf_free(place->conf);
}

/* ---- attempts: 0, or errno ---- */

static int
outcome(long result)
{
	return result < 0 ? errno : 0;
}

static int
open_in(const char *folder, const char *name, int flags)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);

	return outcome(open(path, flags | O_CLOEXEC, 0600));
}

int
read_system(const Place *place G_GNUC_UNUSED)
{
	return open_in("/etc", "passwd", O_RDONLY);
}

int
read_outside(const Place *place)
{
	return open_in(place->outside, "secret", O_RDONLY);
}

int
write_outside(const Place *place)
{
	return open_in(place->outside, "new", O_WRONLY | O_CREAT);
}

int
remove_outside(const Place *place)
{
	g_autofree char *path = g_build_filename(
	    place->outside, "secret", NULL);

	return outcome(unlink(path));
}

int
empty_outside(const Place *place)
{
	g_autofree char *path = g_build_filename(
	    place->outside, "secret", NULL);

	return outcome(truncate(path, 0));
}

int
move_outside(const Place *place)
{
	g_autofree char *from = g_build_filename(place->store, "table", NULL);
	g_autofree char *to = g_build_filename(place->outside, "table", NULL);

	return outcome(rename(from, to));
}

int
read_own(const Place *place)
{
	return open_in(place->store, "table", O_RDONLY);
}

int
write_own(const Place *place)
{
	return open_in(place->store, "log", O_RDWR | O_CREAT | O_TRUNC);
}

int
write_conf(const Place *place)
{
	g_autofree char *folder = g_build_filename(place->top, "etc", NULL);

	return open_in(folder, "ticketd.conf", O_WRONLY);
}

int
read_conf(const Place *place)
{
	g_autofree char *folder = g_build_filename(place->top, "etc", NULL);

	return open_in(folder, "ticketd.conf", O_RDONLY);
}

int
make_socket_in_run(const Place *place)
{
	g_autofree char *path = g_build_filename(place->run, "s", NULL);

	return outcome(mknod(path, S_IFSOCK | 0600, 0));
}

static int
run_program(char *path)
{
	char *argv[] = { path, NULL };
	int status = 0;
	pid_t child = fork();

	if (child < 0)
		return errno;
	if (child == 0) {
		close(STDOUT_FILENO);
		execv(path, argv);
		_exit(errno);
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int
run_system(const Place *place G_GNUC_UNUSED)
{
	char path[] = "/usr/bin/true";

	return run_program(path);
}

int
run_gpg(const Place *place G_GNUC_UNUSED)
{
	char path[] = "/usr/bin/gpgconf";

	/* Without words it does nothing, and says so. */
	return g_access(path, X_OK) < 0 || run_program(path) != EACCES ? 0
	                                                               : EACCES;
}

int
run_written(const Place *place)
{
	g_autofree char *path = g_build_filename(place->store, "table", NULL);

	return chmod(path, 0700) < 0 ? errno : run_program(path);
}

int
fork_once(const Place *place G_GNUC_UNUSED)
{
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	return outcome(child);
}

int
make_tcp(const Place *place G_GNUC_UNUSED)
{
	return outcome(socket(AF_INET, SOCK_STREAM, 0));
}

int
make_netlink(const Place *place G_GNUC_UNUSED)
{
	return outcome(socket(AF_NETLINK, SOCK_RAW, 0));
}

int
make_datagram(const Place *place G_GNUC_UNUSED)
{
	return outcome(socket(AF_UNIX, SOCK_DGRAM, 0));
}

int
connect_to_agent(const Place *place)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return errno;
	g_snprintf(address.sun_path, sizeof(address.sun_path), "%s/S.agent",
	    place->store);
	return outcome(
	    connect(fd, (const struct sockaddr *)&address, sizeof(address)));
}

static int
connect_to(guint16 port)
{
	const struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = g_htons(port),
		.sin_addr.s_addr = g_htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0)
		return errno;
	return outcome(
	    connect(fd, (const struct sockaddr *)&address, sizeof(address)));
}

int
connect_to_smtp(const Place *place G_GNUC_UNUSED)
{
	return connect_to(SMTP_PORT);
}

int
connect_elsewhere(const Place *place G_GNUC_UNUSED)
{
	return connect_to(SMTP_PORT + 1);
}

int
bind_tcp(const Place *place G_GNUC_UNUSED)
{
	const struct sockaddr_in address = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0)
		return errno;
	return outcome(
	    bind(fd, (const struct sockaddr *)&address, sizeof(address)));
}

int
map_writable_code(const Place *place G_GNUC_UNUSED)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return page == MAP_FAILED ? errno : 0;
}

int
make_user_namespace(const Place *place G_GNUC_UNUSED)
{
	return outcome(
	    syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, 0L));
}

int
call_unknown(const Place *place G_GNUC_UNUSED)
{
	return outcome(syscall(NO_SUCH_CALL));
}

int
trace_itself(const Place *place G_GNUC_UNUSED)
{
	return outcome(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

int
mount_something(const Place *place)
{
	return outcome(mount("none", place->store, "tmpfs", 0, NULL));
}

int
unshare_user(const Place *place G_GNUC_UNUSED)
{
	return outcome(unshare(CLONE_NEWUSER));
}

int
signal_parent(const Place *place G_GNUC_UNUSED)
{
	return outcome(kill(getppid(), SIGCONT));
}

int
convert_charset(const Place *place G_GNUC_UNUSED)
{
	g_autofree char *text = g_convert(
	    "\xd0\xd2\xc9", 3, "UTF-8", "KOI8-R", NULL, NULL, NULL);

	return g_strcmp0(text, "\xd0\xbf\xd1\x80\xd0\xb8") == 0 ? 0 : EILSEQ;
}

int
load_zone(const Place *place G_GNUC_UNUSED)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Europe/Berlin");

	return zone == NULL &&
	        g_file_test(
	            "/usr/share/zoneinfo/Europe/Berlin", G_FILE_TEST_EXISTS)
	    ? EACCES
	    : 0;
}
