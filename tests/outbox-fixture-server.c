/* outbox-fixture-server.c - the SMTP servers of outbox-fixture.h */

#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "outbox-fixture.h"

static void
spawn(Outbox *outbox, char **argv)
{
	g_autoptr(GError) error = NULL;

	g_spawn_async(NULL, argv, NULL,
	    G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH |
	        G_SPAWN_STDERR_TO_DEV_NULL | G_SPAWN_STDOUT_TO_DEV_NULL,
	    NULL, NULL, &outbox->server, &error);
	g_assert_no_error(error);
}

static void
add(GPtrArray *argv, const char *word)
{
	g_ptr_array_add(argv, g_strdup(word));
}

static char *
path_in(Outbox *outbox, const char *name)
{
	return g_build_filename(outbox->directory, name, NULL);
}

static void
wait_port(Outbox *outbox, const char *path)
{
	for (guint i = 0; i < 500; i++) {
		g_autofree char *text = NULL;

		if (g_file_get_contents(path, &text, NULL, NULL)) {
			outbox->port = (guint)g_ascii_strtoull(text, NULL, 10);
			break;
		}
		g_usleep(10 * 1000);
	}
	g_assert_cmpuint(outbox->port, >, 0);
	g_remove(path);
}

void
server_start(Outbox *outbox, ...)
{
	g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *script = g_test_build_filename(
	    G_TEST_DIST, "smtp-server.pl", NULL);
	g_autofree char *port_file = path_in(outbox, "port");
	g_autofree char *log = path_in(outbox, "log");
	const char *word;
	va_list more;

	add(argv, "perl");
	add(argv, script);
	add(argv, "--port");
	g_ptr_array_add(argv, g_strdup_printf("%u", outbox->port));
	add(argv, "--port-file");
	add(argv, port_file);
	add(argv, "--log");
	add(argv, log);
	add(argv, "--mail-dir");
	add(argv, outbox->directory);
	va_start(more, outbox);
	while ((word = va_arg(more, const char *)) != NULL)
		add(argv, word);
	va_end(more);
	g_ptr_array_add(argv, NULL);

	spawn(outbox, (char **)argv->pdata);
	wait_port(outbox, port_file);
}

static int
bind_loopback(struct sockaddr_in *address, socklen_t *size)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	g_assert_cmpint(fd, >=, 0);
	g_assert_cmpint(
	    bind(fd, (struct sockaddr *)address, sizeof(*address)), ==, 0);
	g_assert_cmpint(
	    getsockname(fd, (struct sockaddr *)address, size), ==, 0);
	return fd;
}

guint
free_port(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t size = sizeof(address);
	int fd;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fd = bind_loopback(&address, &size);
	close(fd);
	return ntohs(address.sin_port);
}

static void
wait_listening(guint port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_port = htons(port) };

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	for (guint i = 0; i < 500; i++) {
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		int rc = connect(
		    fd, (struct sockaddr *)&address, sizeof(address));

		close(fd);
		if (rc == 0)
			return;
		g_usleep(10 * 1000);
	}
	g_assert_not_reached();
}

gboolean
sink_start(Outbox *outbox)
{
	g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *path = g_find_program_in_path("smtp-sink");

	if (path == NULL &&
	    g_file_test("/usr/sbin/smtp-sink", G_FILE_TEST_IS_EXECUTABLE))
		path = g_strdup("/usr/sbin/smtp-sink");
	if (path == NULL)
		return FALSE;

	outbox->port = free_port();
	add(argv, path);
	if (geteuid() == 0) {
		add(argv, "-u");
		add(argv, "nobody");
	}
	g_ptr_array_add(argv, g_strdup_printf("127.0.0.1:%u", outbox->port));
	add(argv, "100");
	g_ptr_array_add(argv, NULL);
	spawn(outbox, (char **)argv->pdata);
	wait_listening(outbox->port);
	return TRUE;
}

void
server_stop(Outbox *outbox)
{
	if (outbox->server == 0)
		return;
	kill(outbox->server, SIGTERM);
	waitpid(outbox->server, NULL, 0);
	g_spawn_close_pid(outbox->server);
	outbox->server = 0;
}

guint
count_log(Outbox *outbox, const char *regex)
{
	g_autofree char *path = path_in(outbox, "log");
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;
	guint count = 0;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return 0;
	lines = g_strsplit(text, "\n", 0);
	for (guint i = 0; lines[i] != NULL; i++)
		count += g_regex_match_simple(regex, lines[i], 0, 0) ? 1 : 0;
	return count;
}

char *
server_mail(Outbox *outbox, guint number, gsize *size)
{
	g_autofree char *name = g_strdup_printf("%u.eml", number);
	g_autofree char *path = path_in(outbox, name);
	g_autoptr(GError) error = NULL;
	char *text = NULL;

	g_file_get_contents(path, &text, size, &error);
	g_assert_no_error(error);
	return text;
}

char *
make_certificate(Outbox *outbox, const char *name)
{
	g_autofree char *certificate = path_in(outbox, "cert.pem");
	g_autofree char *key = path_in(outbox, "key.pem");
	g_autofree char *extension = g_strconcat("subjectAltName=", name, NULL);
	const char *argv[] = { "openssl", "req", "-x509", "-newkey", "ec",
		"-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
		"-subj", "/CN=test", "-addext", extension, "-keyout", key,
		"-out", certificate, NULL };
	g_autoptr(GError) error = NULL;
	int status = -1;

	g_spawn_sync(NULL, (char **)argv, NULL,
	    G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL |
	        G_SPAWN_STDOUT_TO_DEV_NULL,
	    NULL, NULL, NULL, NULL, &status, &error);
	g_assert_no_error(error);
	g_assert_cmpint(status, ==, 0);
	return g_strconcat(certificate, ",", key, NULL);
}

char *
make_file(Outbox *outbox, const char *name, const char *text, int mode)
{
	g_autoptr(GError) error = NULL;
	char *path = path_in(outbox, name);

	g_file_set_contents(path, text, -1, &error);
	g_assert_no_error(error);
	g_assert_cmpint(g_chmod(path, mode), ==, 0);
	return path;
}
