/* test-control.c - requests over the control socket */

#include "config.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <glib-unix.h>

#include <ticketd/error.h>

#include "server/control-frame.h"
#include "server/control-server.h"
#include "server-fixture.h"

/* ---- raw lines ---- */

/* The answer to @line must be a refusal with @code. */
static void
assert_refused(const Desk *desk, const char *line, const char *code)
{
	g_autofree char *answer = server_talk(desk, "run/control", line);
	g_autofree char *want = g_strdup_printf(
	    "{\"ok\":false,\"code\":\"%s\",\"error\":\"", code);

	g_assert_true(g_str_has_prefix(answer, want));
	g_assert_true(g_str_has_suffix(answer, "\"}\n"));
}

static void
test_nonsense_is_refused(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *deep = g_strnfill(100000, '[');
	g_autofree char *line = g_strconcat(deep, "\n", NULL);

	server_start(desk);
	assert_refused(desk, "\n", "usage");
	assert_refused(desk, "hello\n", "usage");
	assert_refused(desk, "[1]\n", "usage");
	assert_refused(desk, "{\"verb\":\"list\",\"bytes\":-1}\n", "usage");
	assert_refused(desk, "{\"verb\":\"list\",\"bytes\":\"1\"}\n", "usage");
	assert_refused(desk, "{\"verb\":\"\xff\"}\n", "usage");
	assert_refused(desk, "{\"verb\":\"no such verb\"}\n", "usage");
	assert_refused(desk, "{}\n", "usage");
	assert_refused(desk, line, "usage");
}

static void
test_too_much_is_refused(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *line = g_strnfill(1024 * 1024 + 1, 'x');

	server_start(desk);
	assert_refused(
	    desk, "{\"verb\":\"explain\",\"bytes\":200001}\n", "too_large");
	assert_refused(desk, line, "usage");
}

static void
test_requests_are_answered_in_order(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *answer = NULL;
	g_auto(GStrv) lines = NULL;

	server_start(desk);
	answer = server_talk(desk, "run/control",
	    "{\"verb\":\"list\"}\n{\"verb\":\"show\",\"number\":7}\n"
	    "{\"verb\":\"list\"}\n");
	lines = g_strsplit(answer, "\n", -1);
	g_assert_cmpuint(g_strv_length(lines), ==, 4);
	g_assert_true(g_str_has_prefix(lines[0], "{\"ok\":true,\"result\":"));
	g_assert_true(g_str_has_prefix(lines[1], "{\"ok\":false,"));
	g_assert_cmpstr(lines[0], ==, lines[2]);
}

static void
close_all(const int *fds, gsize count)
{
	for (gsize i = 0; i < count; i++)
		close(fds[i]);
}

static gpointer
connect_many(gpointer data)
{
	g_autofree char *answer = NULL;
	int fds[33];

	for (gsize i = 0; i < G_N_ELEMENTS(fds); i++)
		fds[i] = client_connect(data, "run/control");
	answer = client_read(fds[32], NULL);
	g_assert_true(
	    g_str_has_prefix(answer, "{\"ok\":false,\"code\":\"again\""));
	close_all(fds, G_N_ELEMENTS(fds));
	return NULL;
}

static void
test_one_connection_too_many_is_told(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	server_start(desk);
	server_turn(connect_many, desk);
}

/* ---- by the client of control.c ---- */

typedef struct {
	const TdConf *conf;
	TdControl *control;
	GError *error;
	JsonNode *result;
	GBytes *bytes;
} Call;

static void
clear_call(Call *call)
{
	td_control_free(call->control);
	g_clear_error(&call->error);
	g_clear_pointer(&call->result, json_node_unref);
	g_clear_pointer(&call->bytes, g_bytes_unref);
}

/* Asks what becomes of a mail, which goes along as bytes. */
static gpointer
ask_to_explain(gpointer data)
{
	Call *call = data;
	g_auto(TdRequest) request = { json_object_new(), NULL };
	g_auto(TdAnswer) answer = { NULL, NULL };

	td_control_connect(call->conf, &call->control, &call->error);
	g_assert_no_error(call->error);
	g_assert_nonnull(call->control);
	json_object_set_string_member(request.words, "verb", "explain");
	request.bytes = g_bytes_new_static("From: a@b.example\n\nhi\n", 22);
	td_control_call(call->control, &request, &answer, &call->error);
	call->result = g_steal_pointer(&answer.result);
	call->bytes = g_steal_pointer(&answer.bytes);
	return NULL;
}

static void
test_client_brings_bytes(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdDesk) rules = td_service_desk(desk->service);
	Call call = { .conf = td_desk_conf(rules) };

	server_start(desk);
	server_turn(ask_to_explain, &call);
	g_assert_no_error(call.error);
	g_assert_cmpstr(json_object_get_string_member(
	                    json_node_get_object(call.result), "class"),
	    ==, "human");
	clear_call(&call);
}

/* Asks for the bytes of a message there is, then for one there is none. */
static gpointer
ask_for_bytes(gpointer data)
{
	Call *call = data;
	g_auto(TdRequest) request = { json_object_new(), NULL };
	g_auto(TdAnswer) answer = { NULL, NULL };
	g_auto(TdAnswer) none = { NULL, NULL };

	td_control_connect(call->conf, &call->control, &call->error);
	g_assert_no_error(call->error);
	json_object_set_string_member(request.words, "verb", "raw");
	json_object_set_int_member(request.words, "number", 1);
	json_object_set_int_member(request.words, "sequence", 1);
	g_assert_true(
	    td_control_call(call->control, &request, &answer, &call->error));
	call->bytes = g_steal_pointer(&answer.bytes);
	json_object_set_int_member(request.words, "number", 2);
	g_assert_false(
	    td_control_call(call->control, &request, &none, &call->error));
	return NULL;
}

static void
test_client_gets_bytes_and_errors(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const char mail[] = "From: a@b.example\r\n\r\nhi\r\n";
	g_autoptr(TdDesk) rules = td_service_desk(desk->service);
	g_autoptr(TdIntake) intake = td_intake_new();
	Call call = { .conf = td_desk_conf(rules) };

	intake->sender = g_strdup("a@b.example");
	intake->raw = g_bytes_new_static(mail, strlen(mail));
	td_intake_add_recipient(intake, "support@example.com", NULL);
	td_service_take_wait(desk->service, intake);
	server_start(desk);
	server_turn(ask_for_bytes, &call);
	g_assert_error(call.error, TD_ERROR, TD_ERROR_REFUSED);
	g_assert_cmpmem(g_bytes_get_data(call.bytes, NULL),
	    g_bytes_get_size(call.bytes), mail, strlen(mail));
	clear_call(&call);
}

static void
test_nobody_listening_is_no_error(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdDesk) rules = td_service_desk(desk->service);
	g_autoptr(GError) error = NULL;
	TdControl *control = (TdControl *)desk;

	g_assert_true(
	    td_control_connect(td_desk_conf(rules), &control, &error));
	g_assert_no_error(error);
	g_assert_null(control);
}

/* ---- patience ---- */

static void
ignore(gpointer data G_GNUC_UNUSED)
{
}

#define LIST "{\"verb\":\"list\"}\n"

/* Of the thread alone, and it can go back. */
static void
become(uid_t uid)
{
	g_assert_cmpint(syscall(SYS_setresuid, -1, uid, -1), ==, 0);
}

/* The client's end of a new connection of the user @uid to @server, with @text
 * sent before anybody could be silent. */
static int
connect_as(uid_t uid, TdControlServer *server, const char *text)
{
	uid_t own = geteuid();
	int pair[2], done;

	become(uid);
	done = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);
	become(own);
	g_assert_cmpint(done, ==, 0);
	g_assert_true(g_unix_set_fd_nonblocking(pair[1], TRUE, NULL));
	client_send(pair[0], text, strlen(text));
	td_control_server_accept(pair[1], server);
	return pair[0];
}

static int
connect_to(TdControlServer *server, const char *text)
{
	return connect_as(geteuid(), server, text);
}

static void
assert_answered(int fd)
{
	g_autofree char *answer = client_read(fd, "\n");

	g_assert_true(g_str_has_prefix(answer, "{\"ok\":true,"));
}

/* A backup flushes a table between two requests.  When the second connection
 * is hung up on, which is younger, the first one would have been before. */
static gpointer
ask_again_later(gpointer data)
{
	const int *fds = data;
	g_autofree char *nothing = NULL;

	assert_answered(fds[0]);
	nothing = client_read(fds[1], NULL);
	g_assert_cmpstr(nothing, ==, "");
	client_send(fds[0], LIST, strlen(LIST));
	assert_answered(fds[0]);
	return NULL;
}

static void
test_who_was_answered_may_be_silent(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	TdControlServer *server = td_control_server_new(
	    desk->service, ignore, NULL, 1, 60);
	int fds[2];

	fds[0] = connect_to(server, LIST);
	fds[1] = connect_to(server, "");
	server_turn(ask_again_later, fds);
	td_control_server_free(server);
	close_all(fds, G_N_ELEMENTS(fds));
}

/* ---- members of control-group ---- */

#define MEMBER 65533
#define PING "{\"verb\":\"ping\"}\n"
#define PEOPLE "{\"verb\":\"export-people\"}\n"
#define GUARDED "{\"verb\":\"secret-rotate\"}\n"

static gboolean
skip_without_users(void)
{
	if (geteuid() == 0)
		return FALSE;
	g_test_skip("not root");
	return TRUE;
}

/* Those of members are hung up on first, though they asked last. */
static gpointer
ask_after_members(gpointer data)
{
	const int *fds = data;
	g_autofree char *pong = NULL;
	g_autofree char *refusal = NULL;

	pong = client_read(fds[2], NULL);
	g_assert_true(g_str_has_prefix(pong, "{\"ok\":true,"));
	refusal = client_read(fds[3], NULL);
	g_assert_true(
	    g_str_has_prefix(refusal, "{\"ok\":false,\"code\":\"denied\""));
	for (gsize i = 0; i < 2; i++) {
		assert_answered(fds[i]);
		client_send(fds[i], LIST, strlen(LIST));
		assert_answered(fds[i]);
	}
	return NULL;
}

static void
test_members_may_be_silent_when_busy(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	TdControlServer *server;
	int fds[4];

	if (skip_without_users())
		return;
	server = td_control_server_new(desk->service, ignore, NULL, 1, 3);
	fds[0] = connect_to(server, PING);
	fds[1] = connect_as(MEMBER, server, PEOPLE);
	fds[2] = connect_as(MEMBER, server, PING);
	fds[3] = connect_as(MEMBER, server, GUARDED);
	server_turn(ask_after_members, fds);
	td_control_server_free(server);
	close_all(fds, G_N_ELEMENTS(fds));
}

static gpointer
read_two(gpointer data)
{
	const int *fds = data;
	g_autofree char *answer = client_read(fds[0], NULL);

	g_assert_true(
	    g_str_has_prefix(answer, "{\"ok\":false,\"code\":\"again\""));
	assert_answered(fds[1]);
	return NULL;
}

static void
test_members_leave_room_for_root(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	TdControlServer *server;
	int fds[34];

	if (skip_without_users())
		return;
	server = td_control_server_new(desk->service, ignore, NULL, 60, 60);
	for (gsize i = 0; i < 33; i++)
		fds[i] = connect_as(MEMBER, server, "");
	g_assert_cmpuint(td_control_server_connections(server), ==, 28);
	fds[33] = connect_to(server, PING);
	server_turn(read_two, &fds[32]);
	td_control_server_free(server);
	close_all(fds, G_N_ELEMENTS(fds));
}

/* ---- frames ---- */

static void
test_each_error_survives_the_way(void)
{
	for (int code = TD_ERROR_AGAIN; code <= TD_ERROR_REFUSED; code++) {
		g_autoptr(GError) error = g_error_new(TD_ERROR, code, "why");
		g_autoptr(GError) back = NULL;

		g_assert_false(
		    td_frame_fail(&back, td_frame_code(error), "why"));
		g_assert_error(back, TD_ERROR, code);
	}
}

static void
test_no_bytes_and_none_are_told_apart(void)
{
	g_autoptr(GBytes) empty = g_bytes_new_static("", 0);
	g_autoptr(JsonObject) head = json_object_new();
	g_autoptr(JsonObject) with = NULL;
	g_autoptr(JsonObject) without = NULL;
	g_autoptr(GError) error = NULL;
	GString *first = td_frame_write(head, empty);
	GString *second = td_frame_write(head, NULL);
	gint64 size = 7;

	g_assert_cmpstr(first->str, ==, "{\"bytes\":0}\n");
	g_assert_true(
	    td_frame_read(first->str, first->len - 1, &with, &size, &error));
	g_assert_cmpint(size, ==, 0);
	g_assert_false(json_object_has_member(with, "bytes"));
	g_assert_true(td_frame_read(
	    second->str, second->len - 1, &without, &size, &error));
	g_assert_cmpint(size, ==, -1);
	g_string_free(first, TRUE);
	g_string_free(second, TRUE);
}

static void
test_escape_that_is_no_character_is_refused(void)
{
	static const struct {
		const char *line;
		gboolean good;
	} table[] = {
		{ "{\"a\":\"\\ud83d\\ude00\"}", TRUE },
		{ "{\"a\":\"\\\\ud83d\"}", TRUE },
		{ "{\"a\":\"\\u00e9\"}", TRUE },
		{ "{\"a\":\"\\ud83d\"}", FALSE },
		{ "{\"a\":\"\\uDE00x\"}", FALSE },
		{ "{\"a\":\"\\ud83d\\ud83d\\ude00\"}", FALSE },
		{ "{\"b\\ud83dc\":1}", FALSE },
		{ "{\"\\udby\":1}", FALSE },
		{ "{\"a\":\"\\u00\"}", FALSE },
		{ "{\"a\":\"\\b\\f\\n\\r\\t\\/\\\"\"}", TRUE },
		{ "{\"a\":\"\\215\"}", FALSE },
		{ "{\"a\\7\":1}", FALSE },
		{ "{\"a\":\"\\x41\"}", FALSE },
		{ "{\"a\":\"\\ud83d", FALSE },
		{ "{\"a\":\"\\ud83", FALSE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
		g_autofree char *line = g_memdup2(
		    table[i].line, strlen(table[i].line));
		g_autoptr(JsonObject) head = NULL;
		g_autoptr(GError) error = NULL;
		gint64 size;

		g_test_message("case %zu", i);
		g_assert_cmpint(td_frame_read(line, strlen(table[i].line),
		                    &head, &size, &error),
		    ==, table[i].good);
		if (table[i].good)
			g_assert_no_error(error);
		else
			g_assert_error(error, TD_ERROR, TD_ERROR_USAGE);
	}
}

#define ADD(path, extra, test)                                                 \
	g_test_add(                                                            \
	    "/control/" path, Desk, extra, server_open, test, server_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();
	ADD("nonsense", NULL, test_nonsense_is_refused);
	ADD("too-much", "max-message-size = 200000\n",
	    test_too_much_is_refused);
	ADD("order", NULL, test_requests_are_answered_in_order);
	ADD("connections", NULL, test_one_connection_too_many_is_told);
	ADD("bytes-in", NULL, test_client_brings_bytes);
	ADD("bytes-out", NULL, test_client_gets_bytes_and_errors);
	ADD("nobody", NULL, test_nobody_listening_is_no_error);
	ADD("patience", NULL, test_who_was_answered_may_be_silent);
	ADD("members-patience", "control-group = root\n",
	    test_members_may_be_silent_when_busy);
	ADD("members-room", NULL, test_members_leave_room_for_root);
	g_test_add_func(
	    "/control/bad-escape", test_escape_that_is_no_character_is_refused);
	g_test_add_func("/control/codes", test_each_error_survives_the_way);
	g_test_add_func(
	    "/control/no-bytes", test_no_bytes_and_none_are_told_apart);
	return g_test_run();
}
