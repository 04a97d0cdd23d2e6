/* test-mbox.c - mailboxes in one file, read and written */

#include "config.h"

#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include <ticketd/error.h>

#include "cli/transfer.h"

#define FROM "From a@example.com Sat Nov 21 10:00:00 2026\n"
#define OTHER "From b@example.com Sun Nov 22 11:00:00 2026\n"

/* A file with these bytes; the caller unlinks and frees the name. */
static char *
make_file(const char *bytes, gsize size)
{
	char *path = NULL;
	int fd = g_file_open_tmp("ticketd-test-XXXXXX", &path, NULL);

	g_assert_cmpint(fd, >=, 0);
	g_assert_cmpint(write(fd, bytes, size), ==, (gssize)size);
	close(fd);
	return path;
}

/* The mails in @text, with '|' between; the caller's. */
static char *
split(const char *text, gsize largest, gboolean exact)
{
	g_autofree char *path = make_file(text, strlen(text));
	g_autoptr(GError) error = NULL;
	g_autoptr(TdMbox) mbox = td_mbox_open(path, largest, exact, &error);
	GString *all = g_string_new(NULL);
	gboolean found = TRUE;

	g_assert_no_error(error);
	while (found) {
		g_auto(TdMboxMail) mail = { 0 };

		g_assert_true(td_mbox_next(mbox, &mail, &found, &error));
		g_assert_no_error(error);
		if (!found)
			break;
		if (mail.raw == NULL)
			g_string_append_printf(
			    all, "large:%" G_GUINT64_FORMAT "|", mail.size);
		else
			g_string_append_printf(all, "%.*s|",
			    (int)g_bytes_get_size(mail.raw),
			    (const char *)g_bytes_get_data(mail.raw, NULL));
	}
	g_unlink(path);
	return g_string_free(all, FALSE);
}

static void
test_mails_are_told_apart(void)
{
	static const struct {
		const char *text;
		const char *want;
	} rows[] = {
		{ "", "" },
		{ "\n\n", "" },
		{ FROM "A: 1\n\nx\n\n" OTHER "A: 2\n\ny\n",
		    "A: 1\n\nx\n|A: 2\n\ny\n|" },
		/* no line end, or no empty line, at the end */
		{ FROM "A: 1\n\nx", "A: 1\n\nx|" },
		{ FROM "A: 1\n\nx\n\n", "A: 1\n\nx\n|" },
		{ FROM, "|" },
		/* more empty lines belong to the mail */
		{ FROM "A: 1\n\nx\n\n\n" OTHER "A: 2\n\n",
		    "A: 1\n\nx\n\n|A: 2\n|" },
		/* CR LF */
		{ "From a@b Sat Nov 21 10:00:00 2026\r\nA: 1\r\n\r\nx\r\n\r\n"
		  "From a@b Sat Nov 21 10:00:00 2026\r\nA: 2\r\n\r\ny\r\n",
		    "A: 1\r\n\r\nx\r\n|A: 2\r\n\r\ny\r\n|" },
		/* a line of the text that only begins so */
		{ FROM "A: 1\n\nx\n\nFrom here on\n",
		    "A: 1\n\nx\n\nFrom here on\n|" },
		{ FROM "A: 1\n\nx\n" OTHER "y\n", "A: 1\n\nx\n" OTHER "y\n|" },
		/* quotes */
		{ FROM "A: 1\n\n>From x\n>>From y\n> From z\n>Fro\n",
		    "A: 1\n\nFrom x\n>From y\n> From z\n>Fro\n|" },
		/* a length that fits, and two that do not */
		{ FROM "Content-Length: 48\n\nx\n\n" OTHER "y\n\n" OTHER
		       "A: 2\n\n",
		    "Content-Length: 48\n\nx\n\n" OTHER "y\n|A: 2\n|" },
		{ FROM "Content-Length: 7\n\nx\n\n" OTHER "A: 2\n\n",
		    "Content-Length: 7\n\nx\n|A: 2\n|" },
		{ FROM "Content-Length: -1\n\nx\n\n" OTHER "A: 2\n\n",
		    "Content-Length: -1\n\nx\n|A: 2\n|" },
		{ FROM "content-length: 18446744073709551615\n\nx\n",
		    "content-length: 18446744073709551615\n\nx\n|" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = split(rows[i].text, 10000, FALSE);

		g_assert_cmpstr(got, ==, rows[i].want);
	}
}

static void
test_a_large_mail_is_passed_over(void)
{
	g_autofree char *got = split(FROM "A: 1\n\nfar too long\n\n" OTHER
	                                  "A: 2\n\n" OTHER "A: 345\n\n" OTHER
	                                  "A: 3456\n\n",
	    7, FALSE);

	g_assert_cmpstr(got, ==, "large:19|A: 2\n|A: 345\n|large:8|");
}

static void
test_a_line_may_be_of_any_length(void)
{
	g_autofree char *line = g_strnfill(1000000, 'x');
	g_autofree char *text = g_strconcat(
	    FROM "A: ", line, "\n\n", line, "\n\n", OTHER, "A: 2\n", NULL);
	g_autofree char *want = g_strconcat(
	    "A: ", line, "\n\n", line, "\n|A: 2\n|", NULL);
	g_autofree char *got = split(text, 10000000, FALSE);

	g_assert_cmpstr(got, ==, want);
}

static void
test_what_is_no_mailbox_is_refused(void)
{
	static const char *const texts[] = { "Subject: x\n\ny\n", "From here\n",
		"{}", "\1\2\3", "\nFrom: a@b\n" };

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *path = make_file(texts[i], strlen(texts[i]));
		g_autoptr(GError) error = NULL;
		g_autoptr(TdMbox) mbox = td_mbox_open(path, 100, FALSE, &error);
		g_auto(TdMboxMail) mail = { 0 };
		gboolean found = TRUE;

		g_assert_no_error(error);
		g_assert_false(td_mbox_next(mbox, &mail, &found, &error));
		g_assert_error(error, TD_ERROR, TD_ERROR_REFUSED);
		g_assert_true(found);
		g_assert_null(mail.raw);
		g_unlink(path);
	}
}

static void
test_a_directory_is_no_mailbox(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(td_mbox_open("/", 100, FALSE, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_REFUSED);
}

static void
test_a_mail_is_told_with_its_place(void)
{
	const char *text = "\n" FROM "A: 1\n\n" OTHER "A: 2\n\n";
	g_autofree char *path = make_file(text, strlen(text));
	g_autoptr(TdMbox) mbox = td_mbox_open(path, 100, FALSE, NULL);
	g_auto(TdMboxMail) one = { 0 };
	g_auto(TdMboxMail) two = { 0 };
	gboolean found;

	g_assert_true(td_mbox_next(mbox, &one, &found, NULL));
	g_assert_true(td_mbox_next(mbox, &two, &found, NULL));
	g_assert_cmpuint(one.index, ==, 1);
	g_assert_cmpuint(one.offset, ==, 1);
	g_assert_cmpint(one.time, ==, 1795255200);
	g_assert_cmpuint(two.index, ==, 2);
	g_assert_cmpuint(two.offset, ==, 1 + strlen(FROM "A: 1\n\n"));
	g_unlink(path);
}

/* ---- writing ---- */

static void
test_what_was_written_is_read_as_it_was(void)
{
	static const char *const mails[] = { "", "\n", "x", "A: 1\n\nx\n",
		"A: 1\n\nx\n\n", "A: 1\r\n\r\nx\r\n", "From x\n", ">From x",
		"A: 1\n\nFrom x\n>From y\n>>>From z\n> From\n",
		"A: 1\n\n\n\n" FROM "\n\n", "A: 1\n\nno end: From",
		"Content-Length: 3\n\nabcdef\n" };
	char *path = NULL;
	int fd = g_file_open_tmp("ticketd-test-XXXXXX", &path, NULL);
	FILE *stream = fdopen(fd, "w");
	g_autoptr(TdMbox) mbox = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(mails); i++)
		td_mbox_write(stream, i % 2 == 0 ? "" : "a b@c\n", 1795255200,
		    mails[i], strlen(mails[i]));
	g_assert_cmpint(fclose(stream), ==, 0);
	mbox = td_mbox_open(path, 1000, TRUE, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(mails); i++) {
		g_auto(TdMboxMail) mail = { 0 };
		gboolean found;
		gsize size = strlen(mails[i]);

		g_assert_true(td_mbox_next(mbox, &mail, &found, NULL));
		g_assert_true(found);
		g_assert_cmpuint(g_bytes_get_size(mail.raw), >=, size);
		g_assert_cmpmem(
		    g_bytes_get_data(mail.raw, NULL), size, mails[i], size);
		g_assert_cmpint(mail.time, ==, 1795255200);
	}
	g_unlink(path);
	g_free(path);
}

/* What comes back of @mail behind another one from @sender, read exactly or as
 * anybody's; the caller's. */
static char *
round_trip(const char *sender, const char *mail, gboolean exact)
{
	char *path = NULL;
	int fd = g_file_open_tmp("ticketd-test-XXXXXX", &path, NULL);
	FILE *stream = fdopen(fd, "w");
	g_autoptr(TdMbox) mbox = NULL;
	g_auto(TdMboxMail) first = { 0 };
	g_auto(TdMboxMail) second = { 0 };
	gboolean found;

	td_mbox_write(stream, sender, 1795255200, "A: 1\n\nx\n", 8);
	td_mbox_write(stream, sender, 1795255200, mail, strlen(mail));
	g_assert_cmpint(fclose(stream), ==, 0);
	mbox = td_mbox_open(path, 100000, exact, NULL);
	g_assert_true(td_mbox_next(mbox, &first, &found, NULL) && found);
	g_assert_true(td_mbox_next(mbox, &second, &found, NULL) && found);
	g_unlink(path);
	g_free(path);
	return g_strndup(g_bytes_get_data(second.raw, NULL),
	    MIN(g_bytes_get_size(second.raw), strlen(mail)));
}

static void
test_any_number_of_quotes_is_undone(void)
{
	/* Around the size of what is read at once, and twice that. */
	static const gsize counts[] = { 1, 4089, 4090, 4091, 4092, 4093, 4094,
		4095, 4096, 4097, 4200, 8185, 8190, 8191, 8192, 8193, 20000 };
	static const char *const ends[] = { "From here\n", "From ", "From",
		"from x\n", "\n", "" };

	for (guint i = 0; i < G_N_ELEMENTS(counts) * 2; i++)
		for (guint j = 0; j < G_N_ELEMENTS(ends); j++) {
			g_autofree char *quotes = g_strnfill(
			    counts[i / 2], '>');
			g_autofree char *mail = g_strconcat(
			    "A: 1\n\n", quotes, ends[j], NULL);
			g_autofree char *got = round_trip(
			    "a@b", mail, i % 2 == 0);

			if (strcmp(got, mail) != 0)
				g_error("%zu quotes and \"%s\"", counts[i / 2],
				    ends[j]);
		}
}

static void
test_a_sender_may_be_of_any_length(void)
{
	g_autofree char *sender = g_strnfill(10000, 'a');
	g_autofree char *got = round_trip(sender, "A: 1\n\nx\n", TRUE);

	g_assert_cmpstr(got, ==, "A: 1\n\nx\n");
}

static void
test_from_lines_are_known(void)
{
	static const struct {
		const char *line;
		gint64 time; /* 0: it is none */
	} rows[] = {
		{ "From a@b Sat Nov 21 10:00:00 2026", 1795255200 },
		{ "From a@b  Sat Nov 21 10:00 2026\r\n", 1795255200 },
		{ "From - Sat Nov 21 10:00:00 2026", 1795255200 },
		{ "From Sat Nov 21 10:00:00 2026", 1795255200 },
		{ "From a@b Sat Nov 21 12:00:00 2026 +0200", 1795255200 },
		{ "From a@b Sat Nov 21 12:00:00 +0200 2026", 1795255200 },
		{ "From a@b Sat, 21 Nov 2026 10:00:00 +0000", 1795255200 },
		{ "From \"a b\" sat nov 21 10:00:00 UTC 2026", 1795255200 },
		{ "From a@b Sat Nov 31 10:00:00 2026", 0 },
		{ "From a@b Sat Nov 21 25:00:00 2026", 0 },
		{ "From a@b Sat Nov 21 2026", 0 },
		{ "From a@b Nov 21 10:00:00 2026", 0 },
		{ "From: a@b Sat Nov 21 10:00:00 2026", 0 },
		{ "from a@b Sat Nov 21 10:00:00 2026", 0 },
		{ "From the Sun at 10:00 it is hot", 0 },
		{ "From ", 0 },
		{ "", 0 },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		/* Of its own size, so that a sanitizer sees what is read
		 * behind it. */
		gsize size = strlen(rows[i].line);
		g_autofree char *line = g_memdup2(rows[i].line, MAX(size, 1));
		gint64 time = 0;

		g_assert_cmpint(td_from_line_read(line, size, &time), ==,
		    rows[i].time != 0);
		g_assert_cmpint(time, ==, rows[i].time);
	}
}

/* ---- JSON in pieces ---- */

/* "member[index]=text;" for each piece; "!" if it ends in an error. */
static char *
pieces(const char *text)
{
	g_autofree char *path = make_file(text, strlen(text));
	g_autoptr(GError) error = NULL;
	g_autoptr(TdPieces) reader = td_pieces_open(path, &error);
	GString *all = g_string_new(NULL);
	const char *member = "", *piece;
	gint64 index;

	while (member != NULL) {
		if (!td_pieces_next(reader, &member, &index, &piece, &error)) {
			g_assert_error(error, TD_ERROR, TD_ERROR_REFUSED);
			g_string_append_c(all, '!');
			break;
		}
		if (member != NULL)
			g_string_append_printf(all,
			    "%s[%" G_GINT64_FORMAT "]=%s;", member, index,
			    piece);
	}
	g_unlink(path);
	return g_string_free(all, FALSE);
}

static void
test_json_comes_in_pieces(void)
{
	static const struct {
		const char *text;
		const char *want;
	} rows[] = {
		{ "{}", "" },
		{ " { \"a\" : 1 , \"b\":null}\n", "a[-1]=1;b[-1]=null;" },
		{ "{\"a\":[],\"b\":[1, {\"c\":[\"]\"]} ,\"}\"]}",
		    "b[0]=1;b[1]={\"c\":[\"]\"]};b[2]=\"}\";" },
		{ "{\"\\u0061\\\"\":\"\\\\\"}", "a\"[-1]=\"\\\\\";" },
		{ "{\"a\":[[1],[2]]}", "a[0]=[1];a[1]=[2];" },
		{ "", "!" },
		{ "[]", "!" },
		{ "{", "!" },
		{ "{\"a\"", "!" },
		{ "{\"a\":}", "!" },
		{ "{\"a\":1", "a[-1]=1;!" },
		{ "{\"a\":1 \"b\":2}", "a[-1]=1;!" },
		{ "{\"a\":[1", "a[0]=1;!" },
		{ "{\"a\":[1 2]}", "a[0]=1;!" },
		{ "{\"a\":\"x", "!" },
		{ "{\"a\":{\"b\":1}", "a[-1]={\"b\":1};!" },
		{ "{a:1}", "!" },
		{ "{}x", "!" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = pieces(rows[i].text);

		g_assert_cmpstr(got, ==, rows[i].want);
	}
}

static void
test_json_may_not_be_deep(void)
{
	g_autofree char *deep = g_strnfill(1000, '[');
	g_autofree char *text = g_strconcat("{\"a\":{\"b\":", deep, NULL);
	g_autofree char *got = pieces(text);

	g_assert_cmpstr(got, ==, "!");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func(
	    "/mbox/mails are told apart", test_mails_are_told_apart);
	g_test_add_func("/mbox/a large mail is passed over",
	    test_a_large_mail_is_passed_over);
	g_test_add_func("/mbox/a line may be of any length",
	    test_a_line_may_be_of_any_length);
	g_test_add_func("/mbox/what is no mailbox is refused",
	    test_what_is_no_mailbox_is_refused);
	g_test_add_func(
	    "/mbox/a directory is no mailbox", test_a_directory_is_no_mailbox);
	g_test_add_func("/mbox/a mail is told with its place",
	    test_a_mail_is_told_with_its_place);
	g_test_add_func("/mbox/what was written is read as it was",
	    test_what_was_written_is_read_as_it_was);
	g_test_add_func("/mbox/any number of quotes is undone",
	    test_any_number_of_quotes_is_undone);
	g_test_add_func("/mbox/a sender may be of any length",
	    test_a_sender_may_be_of_any_length);
	g_test_add_func(
	    "/mbox/From lines are known", test_from_lines_are_known);
	g_test_add_func("/json/comes in pieces", test_json_comes_in_pieces);
	g_test_add_func("/json/may not be deep", test_json_may_not_be_deep);
	return g_test_run();
}
