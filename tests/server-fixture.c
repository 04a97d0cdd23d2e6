/* server-fixture.c - see server-fixture.h */

#include "config.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "server-fixture.h"

#define CONFIGURATION                                                          \
	"[queue support]\naddress = support@example.com\n"                     \
	"[desk]\nname = support\ndomain = example.com\n"                       \
	"store = %s/store\nrun = %s/run\n%s"

/* ---- desk ---- */

static guint
find_port(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	g_assert_cmpint(
	    bind(fd, (struct sockaddr *)&address, sizeof(address)), ==, 0);
	g_assert_cmpint(
	    getsockname(fd, (struct sockaddr *)&address, &size), ==, 0);
	close(fd);
	return ntohs(address.sin_port);
}

static void
write_conf(Desk *desk, const char *extra)
{
	g_auto(GStrv) parts = g_strsplit(extra == NULL ? "" : extra, "%d", 2);
	g_autofree char *more = NULL;
	g_autofree char *text = NULL;

	if (parts[0] != NULL && parts[1] != NULL) {
		desk->port = find_port();
		more = g_strdup_printf(
		    "%s%u%s", parts[0], desk->port, parts[1]);
	}
	text = g_strdup_printf(CONFIGURATION, desk->directory, desk->directory,
	    more != NULL ? more : (extra == NULL ? "" : (const char *)extra));
	desk->conf_path = server_path(desk, "ticketd.conf");
	g_assert_true(g_file_set_contents(desk->conf_path, text, -1, NULL));
}

void
server_open(Desk *desk, gconstpointer extra)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *home = NULL;
	TdConf *conf;

	desk->directory = g_dir_make_tmp("ticketd-test-XXXXXX", &error);
	g_assert_no_error(error);
	home = server_path(desk, "store");
	write_conf(desk, extra);
	td_store_create(home, 1, &error);
	g_assert_no_error(error);
	conf = td_conf_load(desk->conf_path, &error);
	g_assert_no_error(error);
	desk->service = td_service_open(conf, 0, &error);
	g_assert_no_error(error);
}

static void
remove_tree(const char *path)
{
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	const char *name;

	while (
	    directory != NULL && (name = g_dir_read_name(directory)) != NULL) {
		g_autofree char *whole = g_build_filename(path, name, NULL);

		remove_tree(whole);
	}
	g_remove(path);
}

void
server_close(Desk *desk, gconstpointer extra G_GNUC_UNUSED)
{
	td_server_free(desk->server);
	td_service_free(desk->service);
	remove_tree(desk->directory);
	g_free(desk->conf_path);
	g_free(desk->directory);
}

void
server_start(Desk *desk)
{
	g_autoptr(GError) error = NULL;

	desk->server = td_server_new(desk->service, &error);
	g_assert_no_error(error);
}

char *
server_path(const Desk *desk, const char *name)
{
	return g_build_filename(desk->directory, name, NULL);
}

/* ---- threads ---- */

typedef struct {
	GThreadFunc work;
	gpointer data;
	int over;
} Turn;

static gpointer
run_turn(gpointer data)
{
	Turn *turn = data;

	turn->work(turn->data);
	g_atomic_int_set(&turn->over, 1);
	g_main_context_wakeup(NULL);
	return NULL;
}

void
server_turn(GThreadFunc work, gpointer data)
{
	Turn turn = { work, data, 0 };
	GThread *thread = g_thread_new("client", run_turn, &turn);

	while (!g_atomic_int_get(&turn.over))
		g_main_context_iteration(NULL, TRUE);
	g_thread_join(thread);
}

/* ---- clients ---- */

int
client_connect(const Desk *desk, const char *name)
{
	struct sockaddr_un local = { .sun_family = AF_UNIX };
	struct sockaddr_in remote = { .sin_family = AF_INET };
	g_autofree char *path = NULL;
	int fd;

	if (name == NULL) {
		fd = socket(AF_INET, SOCK_STREAM, 0);
		remote.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		remote.sin_port = htons((guint16)desk->port);
		g_assert_cmpint(
		    connect(fd, (struct sockaddr *)&remote, sizeof(remote)), ==,
		    0);
		return fd;
	}
	path = server_path(desk, name);
	g_assert_cmpuint(strlen(path), <, sizeof(local.sun_path));
	strcpy(local.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	g_assert_cmpint(
	    connect(fd, (struct sockaddr *)&local, sizeof(local)), ==, 0);
	return fd;
}

void
client_send(int fd, const char *bytes, gsize size)
{
	while (size > 0) {
		ssize_t sent = send(fd, bytes, size, MSG_NOSIGNAL);

		g_assert_cmpint(sent, >, 0);
		bytes += sent;
		size -= (gsize)sent;
	}
}

char *
client_read(int fd, const char *until)
{
	GString *text = g_string_new(NULL);
	char buffer[4096];
	ssize_t size;

	while (until == NULL || strstr(text->str, until) == NULL) {
		size = recv(fd, buffer, sizeof(buffer), 0);
		if (size <= 0)
			break;
		g_string_append_len(text, buffer, size);
	}
	return g_string_free(text, FALSE);
}

typedef struct {
	const Desk *desk;
	const char *name;
	const char *text;
	char *answer;
} Talk;

static gpointer
run_talk(gpointer data)
{
	Talk *talk = data;
	int fd = client_connect(talk->desk, talk->name);

	client_send(fd, talk->text, strlen(talk->text));
	shutdown(fd, SHUT_WR);
	talk->answer = client_read(fd, NULL);
	close(fd);
	return NULL;
}

char *
server_talk(const Desk *desk, const char *name, const char *text)
{
	Talk talk = { desk, name, text, NULL };

	server_turn(run_talk, &talk);
	return talk.answer;
}

guint64
server_tickets(const Desk *desk)
{
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(desk->service));
	g_autoptr(GError) error = NULL;
	guint64 first = 0, last = 0;

	td_ticket_range(txn, &first, &last, &error);
	g_assert_no_error(error);
	return last + 1 - first;
}
