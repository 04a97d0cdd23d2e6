/* test-export-file.c - files of an export: whole, counted, or why they are not
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "cli/transfer.h"

/* What was said last. */
static int failed_errno;

int
td_cli_fail_path(
    const char *doing G_GNUC_UNUSED, const char *path G_GNUC_UNUSED, int status)
{
	failed_errno = errno;
	return status;
}

typedef struct {
	char *path;
	int fd;
	TdExportBatch *batch;
	guint64 count;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer extra G_GNUC_UNUSED)
{
	fixture->path = g_dir_make_tmp("ticketd-test-XXXXXX", NULL);
	fixture->fd = open(fixture->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	g_assert_cmpint(fixture->fd, >=, 0);
	fixture->batch = td_export_batch_new(fixture->fd);
	failed_errno = 0;
}

static void
tear_down(Fixture *fixture, gconstpointer extra G_GNUC_UNUSED)
{
	td_export_batch_free(fixture->batch);
	unlinkat(fixture->fd, "a", 0);
	unlinkat(fixture->fd, "b", AT_REMOVEDIR);
	close(fixture->fd);
	/* Nothing else is left. */
	g_assert_cmpint(g_rmdir(fixture->path), ==, 0);
	g_free(fixture->path);
}

static gboolean
add(Fixture *fixture, const char *name, guint64 many)
{
	TdExportFile *file = td_export_file_new(fixture->fd, name);

	fputs(name, td_export_file_stream(file));
	return td_export_batch_add(fixture->batch, file, &fixture->count, many);
}

static void
test_files_are_counted_when_they_have_their_names(
    Fixture *fixture, gconstpointer extra G_GNUC_UNUSED)
{
	g_assert_true(add(fixture, "a", 7));
	g_assert_cmpuint(fixture->count, ==, 0);
	g_assert_true(td_export_batch_flush(fixture->batch));
	g_assert_cmpuint(fixture->count, ==, 7);
}

static void
test_one_that_gets_no_name_is_not_counted(
    Fixture *fixture, gconstpointer extra G_GNUC_UNUSED)
{
	/* No file takes the place of a folder. */
	g_assert_cmpint(mkdirat(fixture->fd, "b", 0700), ==, 0);
	g_assert_true(add(fixture, "a", 1));
	g_assert_true(add(fixture, "b", 1));
	g_assert_false(td_export_batch_flush(fixture->batch));
	g_assert_cmpuint(fixture->count, ==, 1);
	g_assert_cmpint(failed_errno, ==, EISDIR);
}

static void
set_limit(rlim_t bytes)
{
	struct rlimit limit;

	g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &limit), ==, 0);
	limit.rlim_cur = MIN(bytes, limit.rlim_max);
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &limit), ==, 0);
}

static void
test_the_reason_is_that_of_the_first_failure(
    Fixture *fixture, gconstpointer extra G_GNUC_UNUSED)
{
	g_autofree char *text = g_strnfill(1000000, 'x');
	TdExportFile *file = td_export_file_new(fixture->fd, "a");

	signal(SIGXFSZ, SIG_IGN);
	set_limit(100000);
	fputs(text, td_export_file_stream(file));
	set_limit(RLIM_INFINITY);
	errno = ENOENT;
	g_assert_false(
	    td_export_batch_add(fixture->batch, file, &fixture->count, 1));
	g_assert_cmpint(failed_errno, ==, EFBIG);
	g_assert_true(td_export_batch_flush(fixture->batch));
	g_assert_cmpuint(fixture->count, ==, 0);
}

#define ADD(name, function)                                                    \
	g_test_add("/export/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("files are counted when they have their names",
	    test_files_are_counted_when_they_have_their_names);
	ADD("one that gets no name is not counted",
	    test_one_that_gets_no_name_is_not_counted);
	ADD("the reason is that of the first failure",
	    test_the_reason_is_that_of_the_first_failure);
	return g_test_run();
}
