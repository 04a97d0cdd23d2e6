/* test-log.c - one line per thing that happened */

#include "config.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include <ticketd/error.h>
#include <ticketd/log.h>

/* stderr goes to a file while a test runs. */
typedef struct {
	char *path;
	int file;
	int kept; /* the real stderr */
} Log;

static void
open_log(Log *log, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;

	log->file = g_file_open_tmp("ticketd-test-XXXXXX", &log->path, &error);
	g_assert_no_error(error);
	log->kept = dup(STDERR_FILENO);
	g_assert_cmpint(dup2(log->file, STDERR_FILENO), >=, 0);
	g_unsetenv("JOURNAL_STREAM");
	td_log_open("test", TD_LOG_INFO);
}

static void
give_back_stderr(Log *log)
{
	if (log->kept < 0)
		return;
	g_assert_cmpint(dup2(log->kept, STDERR_FILENO), >=, 0);
	close(log->kept);
	log->kept = -1;
}

static void
close_log(Log *log, gconstpointer unused G_GNUC_UNUSED)
{
	give_back_stderr(log);
	close(log->file);
	g_unlink(log->path);
	g_free(log->path);
}

/* Asserts what was written, after stderr is itself again. */
static void
assert_log(Log *log, const char *want)
{
	g_autofree char *got = NULL;

	give_back_stderr(log);
	g_assert_true(g_file_get_contents(log->path, &got, NULL, NULL));
	g_assert_cmpstr(got, ==, want);
}

static void
test_pairs_stand_on_one_line(Log *log, gconstpointer unused G_GNUC_UNUSED)
{
	td_log(TD_LOG_INFO, "filed", "ticket", "42", "from", "<a@b>", "id",
	    "x#1", NULL);
	td_log(TD_LOG_NOTICE, "start", NULL);
	assert_log(log,
	    "test: event=filed ticket=42 from=<a@b> id=x#1\n"
	    "test: event=start\n");
}

static void
test_odd_values_are_quoted(Log *log, gconstpointer unused G_GNUC_UNUSED)
{
	td_log(TD_LOG_INFO, "e", "a", "two words", "b", "", "c", "say \"x\" \\",
	    "d", "k=v", "f", "\xd0\xb6", NULL);
	assert_log(log,
	    "test: event=e a=\"two words\" b=\"\" c=\"say \\\"x\\\" \\\\\" "
	    "d=\"k=v\" f=\"\xd0\xb6\"\n");
}

static void
test_mail_text_cannot_forge_a_line(Log *log, gconstpointer unused G_GNUC_UNUSED)
{
	td_log(TD_LOG_INFO, "filed", "subject",
	    "x\nticketd: event=filed\r\x1b[2J\xff", NULL);
	assert_log(log,
	    "test: event=filed subject=\"x?ticketd: event=filed??[2J?\"\n");
}

static void
test_null_values_are_left_out(Log *log, gconstpointer unused G_GNUC_UNUSED)
{
	td_log(TD_LOG_INFO, "e", "a", NULL, "b", "1", "c", NULL, NULL);
	assert_log(log, "test: event=e b=1\n");
}

static void
test_lines_below_the_level_are_dropped(
    Log *log, gconstpointer unused G_GNUC_UNUSED)
{
	td_log(TD_LOG_DEBUG, "hidden", NULL);
	td_log_open("test", TD_LOG_WARNING);
	td_log(TD_LOG_NOTICE, "hidden", NULL);
	td_log(TD_LOG_WARNING, "shown", NULL);
	td_log_open("test", TD_LOG_DEBUG);
	td_log(TD_LOG_DEBUG, "shown", NULL);
	assert_log(log, "test: event=shown\ntest: event=shown\n");
}

static void
test_the_journal_is_told_the_level(Log *log, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *stream = NULL;
	struct stat status;

	g_assert_cmpint(fstat(STDERR_FILENO, &status), ==, 0);
	stream = g_strdup_printf("%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT,
	    (guint64)status.st_dev, (guint64)status.st_ino);
	g_setenv("JOURNAL_STREAM", stream, TRUE);
	td_log_open("test", TD_LOG_DEBUG);
	td_log(TD_LOG_DEBUG, "a", NULL);
	td_log(TD_LOG_INFO, "b", "c", "<d>", "e", "f", NULL);
	td_log(TD_LOG_NOTICE, "g", NULL);
	td_log(TD_LOG_WARNING, "h", NULL);
	td_log(TD_LOG_CRITICAL, "i", NULL);
	assert_log(log,
	    "<7>event=a\n<6>event=b c=<d> e=f\n<5>event=g\n<4>event=h\n"
	    "<2>event=i\n");
}

static void
test_a_journal_that_is_not_our_stderr_does_not_count(
    Log *log, gconstpointer unused G_GNUC_UNUSED)
{
	g_setenv("JOURNAL_STREAM", "1:1", TRUE);
	td_log_open("test", TD_LOG_INFO);
	td_log(TD_LOG_INFO, "a", NULL);
	assert_log(log, "test: event=a\n");
}

static void
test_an_error_takes_a_line_for_each_of_its_own(
    Log *log, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;

	td_fail(&error, TD_ERROR_CONFIG, "f:1: one\nf:2: two\n");
	td_log_error("configuration", error);
	td_log_error("configuration", NULL);
	assert_log(log,
	    "test: event=configuration error=\"f:1: one\"\n"
	    "test: event=configuration error=\"f:2: two\"\n"
	    "test: event=configuration error=unknown\n");
}

#define ADD(path, test) g_test_add(path, Log, NULL, open_log, test, close_log)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);

	ADD("/log/pairs", test_pairs_stand_on_one_line);
	ADD("/log/quotes", test_odd_values_are_quoted);
	ADD("/log/forged", test_mail_text_cannot_forge_a_line);
	ADD("/log/null", test_null_values_are_left_out);
	ADD("/log/level", test_lines_below_the_level_are_dropped);
	ADD("/log/journal", test_the_journal_is_told_the_level);
	ADD("/log/other-journal",
	    test_a_journal_that_is_not_our_stderr_does_not_count);
	ADD("/log/error", test_an_error_takes_a_line_for_each_of_its_own);

	return g_test_run();
}
