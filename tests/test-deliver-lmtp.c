/* test-deliver-lmtp.c - how ticket-deliver hands a mail over, and what it makes
 * of the answers */

#include "config.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "deliver/deliver.h"

#define MAIL "Subject: hello\r\n\r\nHello.\r\n"

/* The first replies of a daemon that takes all but maybe the recipient. */
#define HELLO "220 desk LMTP\r\n250-desk\r\n250-PIPELINING\r\n250 CHUNKING\r\n"
#define READY HELLO "250 2.1.0 ok\r\n"

/* A daemon at the other end of a socket, who says all he has to say before he
 * hears anything: ticket-deliver does not wait for replies. */
typedef struct {
	int ours;
	int daemons;
	TdInput input;
	TdVerdict verdict;
} Talk;

static void
open_talk(Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	int ends[2];

	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), ==, 0);
	talk->ours = ends[0];
	talk->daemons = ends[1];
	talk->input.fd = -1;
	talk->input.parent = getppid();
}

static void
close_talk(Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	if (talk->ours >= 0)
		close(talk->ours);
	if (talk->daemons >= 0)
		close(talk->daemons);
	if (talk->input.fd >= 0)
		close(talk->input.fd);
}

/* A descriptor to read @size bytes of @text from. */
static int
text_to_read(const char *text, gsize size)
{
	g_autofree char *path = NULL;
	g_autoptr(GError) error = NULL;
	int fd = g_file_open_tmp("ticketd-test-XXXXXX", &path, &error);

	g_assert_no_error(error);
	g_unlink(path);
	g_assert_cmpint(write(fd, text, size), ==, size);
	g_assert_cmpint(lseek(fd, 0, SEEK_SET), ==, 0);
	return fd;
}

static void
daemon_says(Talk *talk, const char *replies)
{
	gsize size = strlen(replies);

	g_assert_cmpint(write(talk->daemons, replies, size), ==, size);
}

/* Hands @mail over to @count recipients; the exit status. */
static int
hand_over(Talk *talk, const char *mail, unsigned count)
{
	static char *recipients[] = { (char *)"a@example.org",
		(char *)"b@example.org", (char *)"c@example.org" };
	TdDeliverEnvelope envelope = {
		.sender = "", .recipients = recipients, .count = count
	};

	g_assert_cmpuint(count, <=, G_N_ELEMENTS(recipients));
	talk->input.fd = text_to_read(mail, strlen(mail));
	g_assert_true(td_input_fill(&talk->input, &talk->verdict));
	td_lmtp_deliver(talk->ours, &envelope, &talk->input, &talk->verdict);
	close(talk->ours);
	talk->ours = -1;
	return talk->verdict.status;
}

/* All that was sent; the caller owns it. */
static char *
heard(Talk *talk)
{
	g_autoptr(GString) text = g_string_new(NULL);
	char buffer[4096];
	ssize_t size;

	while ((size = read(talk->daemons, buffer, sizeof buffer)) > 0)
		g_string_append_len(text, buffer, size);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* ---- replies ---- */

static void
test_replies_are_read_line_by_line(void)
{
	static const struct {
		const char *data;
		long used;
		int code;
		const char *text;
	} table[] = {
		{ "250 2.0.0 ok\r\nmore", 14, 250, "2.0.0 ok" },
		{ "250 ok\n", 7, 250, "ok" },
		{ "250\r\n", 5, 250, "" },
		{ "250 \r\n", 6, 250, "" },
		{ "250-a\r\n250-b\r\n250 c\r\n", 21, 250, "c" },
		{ "250-\r\n250\r\n", 11, 250, "" },
		{ "", 0, 0, NULL },
		{ "250 ok", 0, 0, NULL },
		{ "250-a\r\n", 0, 0, NULL },
		{ "250-a\r\n250-b\r\n25", 0, 0, NULL },
		{ "\r\n", -1, 0, NULL },
		{ "25\r\n", -1, 0, NULL },
		{ "2500 ok\r\n", -1, 0, NULL },
		{ "hello\r\n", -1, 0, NULL },
		{ "099 ok\r\n", -1, 0, NULL },
		{ "600 ok\r\n", -1, 0, NULL },
		{ "250-a\r\n251 b\r\n", -1, 0, NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
		gsize size = strlen(table[i].data);
		g_autofree char *copy = g_memdup2(table[i].data, size);
		g_autofree char *text = NULL;
		TdReply reply = { .code = 0 };

		g_assert_cmpint(
		    td_reply_parse(size > 0 ? copy : "", size, &reply), ==,
		    table[i].used);
		g_assert_cmpint(reply.code, ==, table[i].code);
		if (table[i].text == NULL)
			continue;
		text = g_strndup(reply.text, reply.size);
		g_assert_cmpstr(text, ==, table[i].text);
	}
}

/* ---- the talk ---- */

static void
test_a_mail_goes_over_byte_for_byte(
    Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *sent = NULL;

	daemon_says(talk,
	    READY "250 ok\r\n250 chunk\r\n"
	          "250 2.0.0 ticket=1\r\n");
	g_assert_cmpint(
	    hand_over(talk, "From x\n" MAIL ".\n", 1), ==, TD_EXIT_DELIVERED);
	g_assert_cmpstr(talk->verdict.line, ==, "");
	sent = heard(talk);
	g_assert_cmpstr(sent, ==,
	    "LHLO ticket-deliver\r\n"
	    "MAIL FROM:<> BODY=8BITMIME\r\n"
	    "RCPT TO:<a@example.org>\r\n"
	    "BDAT 28\r\n" MAIL ".\n"
	    "BDAT 0 LAST\r\n"
	    "QUIT\r\n");
}

static const struct {
	const char *name;
	unsigned recipients;
	const char *replies;
	int status;
	const char *line; /* begins so */
} answers[] = {
	{ "no-recipient", 1, READY "550 5.1.1 no\r\n503 no\r\n503 no\r\n", 67,
	    "5.1.1 ticket-deliver: " },
	{ "recipient-later", 1, READY "451 4.3.0 no\r\n503 no\r\n503 no\r\n",
	    75, "4.3.0 ticket-deliver: ticketd answered 451" },
	{ "recipient-refused", 1, READY "554 no\r\n503 no\r\n503 no\r\n", 75,
	    "4.3.0 " },
	{ "too-large", 1, READY "250 ok\r\n552 5.3.4 no\r\n552 5.3.4 no\r\n",
	    65, "5.3.4 ticket-deliver: " },
	{ "too-large-at-end", 1, READY "250 ok\r\n250 ok\r\n552 5.3.4 no\r\n",
	    65, "5.3.4 " },
	{ "not-ours-at-end", 1, READY "250 ok\r\n250 ok\r\n550 5.1.1 no\r\n",
	    67, "5.1.1 " },
	{ "later-at-end", 1, READY "250 ok\r\n250 ok\r\n452 4.3.1 full\r\n", 75,
	    "4.3.0 ticket-deliver: ticketd answered 452 4.3.1 full" },
	{ "trouble-at-end", 1, READY "250 ok\r\n250 ok\r\n554 5.3.0 no\r\n", 75,
	    "4.3.0 " },
	{ "sender-refused", 1, HELLO "501 no\r\n503 no\r\n503 no\r\n503 no\r\n",
	    75, "4.3.0 ticket-deliver: ticketd answered 501" },
	{ "sender-too-large", 1, HELLO "552 no\r\n503 no\r\n503 no\r\n", 65,
	    "5.3.4 " },
	{ "busy", 1, "421 4.3.2 too many\r\n", 75,
	    "4.3.0 ticket-deliver: ticketd answered 421 4.3.2 too many" },
	{ "greeting-refused", 1, "550 no\r\n", 75, "4.3.0 " },
	{ "hello-refused", 1, "220 hi\r\n552 no\r\n", 75, "4.3.0 " },
	{ "no-lmtp", 1, "SSH-2.0-x\r\n", 75, "4.5.0 " },
	{ "intermediate", 1, READY "250 ok\r\n354 go\r\n", 75, "4.3.0 " },
	{ "gives-up", 1, READY "250 ok\r\n250 ok\r\n421 4.3.2 bye\r\n", 75,
	    "4.3.0 ticket-deliver: ticketd answered 421" },
	{ "drops", 1, READY "250 ok\r\n250 ok\r\n", 75, "4.4.2 " },
	{ "silent", 1, "", 75, "4.4.2 " },
	{ "drops-in-reply", 1, READY "250 ok\r\n250 ok\r\n250", 75, "4.4.2 " },
	{ "both-taken", 2,
	    READY "250 a\r\n250 b\r\n250 ok\r\n250 a\r\n250 b\r\n", 0, "" },
	{ "one-answer-of-two", 2, READY "250 a\r\n250 b\r\n250 ok\r\n250 a\r\n",
	    75, "4.4.2 " },
	{ "one-of-two-unknown", 2,
	    READY "550 a\r\n250 b\r\n250 ok\r\n250 b\r\n", 67, "5.1.1 " },
	{ "none-of-two-known", 2, READY "550 a\r\n550 b\r\n503 no\r\n", 67,
	    "5.1.1 " },
	{ "later-outdoes-unknown", 2,
	    READY "550 a\r\n250 b\r\n250 ok\r\n451 b\r\n", 75, "4.3.0 " },
	{ "later-outdoes-unknown-in-any-order", 2,
	    READY "452 a\r\n550 b\r\n503 no\r\n", 75, "4.3.0 " },
	{ "trouble-outdoes-taken", 3,
	    READY "250 a\r\n250 b\r\n250 c\r\n250 ok\r\n"
	          "250 a\r\n554 b\r\n250 c\r\n",
	    75, "4.3.0 " },
};

/* The daemon hangs up behind his last reply. */
static void
test_answers_become_an_exit_status(Talk *talk, gconstpointer data)
{
	gsize i = GPOINTER_TO_SIZE(data);

	daemon_says(talk, answers[i].replies);
	g_assert_cmpint(shutdown(talk->daemons, SHUT_WR), ==, 0);
	g_assert_cmpint(hand_over(talk, MAIL, answers[i].recipients), ==,
	    answers[i].status);
	g_test_message("%s", talk->verdict.line);
	if (*answers[i].line == '\0')
		g_assert_cmpstr(talk->verdict.line, ==, "");
	g_assert_true(g_str_has_prefix(talk->verdict.line, answers[i].line));
}

static void
test_a_daemon_that_hangs_up_at_once_is_no_signal(
    Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	close(talk->daemons);
	talk->daemons = -1;
	g_assert_cmpint(hand_over(talk, MAIL, 1), ==, TD_EXIT_DEFER);
}

static void
test_nothing_is_ended_that_was_cut_off(
    Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *sent = NULL;

	daemon_says(talk, READY "250 ok\r\n250 ok\r\n250 ok\r\n");
	talk->input.ends_in_line = true;
	g_assert_cmpint(hand_over(talk, MAIL "half a li", 1), ==, 75);
	sent = heard(talk);
	g_assert_null(strstr(sent, "LAST"));
}

static void
test_an_empty_mail_is_not_sent(Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *sent = NULL;

	daemon_says(talk, READY "250 ok\r\n");
	g_assert_cmpint(hand_over(talk, "", 1), ==, TD_EXIT_DEFER);
	sent = heard(talk);
	g_assert_cmpstr(sent, ==, "");
}

/* ---- large mails ---- */

/* A daemon that reads before he speaks: takes chunks into text until that is
 * longer than limit, and answers the last one twice, for two recipients. */
typedef struct {
	int fd;
	gsize limit;
	GString *text;
} Reader;

/* The other side may have hung up by now. */
static void
say(int fd, const char *reply)
{
	if (send(fd, reply, strlen(reply), MSG_NOSIGNAL) < 0)
		g_test_message("not said: %s", reply);
}

static void
answer_command(Reader *reader, const char *line)
{
	const char *answer = reader->text->len > reader->limit
	    ? "552 5.3.4 no\r\n"
	    : "250 ok\r\n";

	say(reader->fd, answer);
	if (strstr(line, " LAST") != NULL)
		say(reader->fd, answer);
}

static gpointer
play_daemon(gpointer data)
{
	Reader *reader = data;
	FILE *in = fdopen(dup(reader->fd), "r");
	g_autofree char *buffer = g_malloc(TD_CHUNK);
	char line[512];

	say(reader->fd, "220 desk LMTP\r\n");
	while (fgets(line, sizeof line, in) != NULL &&
	    !g_str_has_prefix(line, "QUIT")) {
		guint64 size = 0;

		if (g_str_has_prefix(line, "BDAT "))
			size = g_ascii_strtoull(line + 5, NULL, 10);
		g_assert_cmpuint(size, <=, TD_CHUNK);
		if (fread(buffer, 1, size, in) != size)
			break;
		g_string_append_len(reader->text, buffer, (gssize)size);
		answer_command(reader, line);
	}
	fclose(in);
	shutdown(reader->fd, SHUT_RDWR);
	return NULL;
}

static int
hand_over_large(Talk *talk, gsize size, gsize limit, GString *got)
{
	g_autofree char *text = g_strnfill(size, 'x');
	Reader reader = { talk->daemons, limit, got };
	GThread *thread = g_thread_new("daemon", play_daemon, &reader);
	int status;

	for (gsize i = 0; i < size; i += 61)
		text[i] = (char)('a' + i % 26);
	status = hand_over(talk, text, 2);
	g_thread_join(thread);
	if (status == TD_EXIT_DELIVERED)
		g_assert_cmpstr(got->str, ==, text);
	return status;
}

static void
test_a_large_mail_goes_over_in_chunks(
    Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GString) got = g_string_new(NULL);

	g_assert_cmpint(hand_over_large(talk, 9 * TD_CHUNK + 5, G_MAXSIZE, got),
	    ==, TD_EXIT_DELIVERED);
	g_assert_cmpuint(got->len, ==, 9 * TD_CHUNK + 5);
}

static void
test_a_mail_that_grows_too_large_is_not_read_to_its_end(
    Talk *talk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GString) got = g_string_new(NULL);

	g_assert_cmpint(hand_over_large(talk, 200 * TD_CHUNK, TD_CHUNK, got),
	    ==, TD_EXIT_TOO_LARGE);
	g_assert_cmpuint(got->len, <, 100 * TD_CHUNK);
}

static void
add_answers(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(answers); i++) {
		g_autofree char *path = g_strconcat(
		    "/deliver/answers/", answers[i].name, NULL);

		g_test_add(path, Talk, GSIZE_TO_POINTER(i), open_talk,
		    test_answers_become_an_exit_status, close_talk);
	}
}

#define TALK(path, test)                                                       \
	g_test_add(path, Talk, NULL, open_talk, test, close_talk)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);

	g_test_add_func(
	    "/deliver/reply/parse", test_replies_are_read_line_by_line);
	add_answers();
	TALK("/deliver/talk/bytes", test_a_mail_goes_over_byte_for_byte);
	TALK("/deliver/talk/gone",
	    test_a_daemon_that_hangs_up_at_once_is_no_signal);
	TALK("/deliver/talk/cut-off", test_nothing_is_ended_that_was_cut_off);
	TALK("/deliver/talk/empty", test_an_empty_mail_is_not_sent);
	TALK("/deliver/talk/large", test_a_large_mail_goes_over_in_chunks);
	TALK("/deliver/talk/too-large",
	    test_a_mail_that_grows_too_large_is_not_read_to_its_end);

	return g_test_run();
}
