/* conf-fixture.h - a ticketd.conf of one's own for a test */

#ifndef TESTS_CONF_FIXTURE_H
#define TESTS_CONF_FIXTURE_H

#include <glib/gstdio.h>

#include <ticketd/conf.h>

/* The fewest lines that are a desk: three and two. */
#define DESK "[desk]\nname = support\ndomain = example.com\n"
#define QUEUE "[queue support]\naddress = support@example.com\n"

typedef struct {
	char *path;
} Fixture;

static inline void
make_file(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;
	int file = g_file_open_tmp(
	    "ticketd-test-XXXXXX", &fixture->path, &error);

	g_assert_no_error(error);
	g_close(file, NULL);
}

static inline void
remove_file(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_unlink(fixture->path);
	g_free(fixture->path);
}

static inline TdConf *
load_bytes(Fixture *fixture, const char *bytes, gssize size, GError **error)
{
	g_assert_true(g_file_set_contents(fixture->path, bytes, size, NULL));
	return td_conf_load(fixture->path, error);
}

/* Loads what is well; the test fails if it is not. */
static inline TdConf *
load(Fixture *fixture, const char *text)
{
	g_autoptr(GError) error = NULL;
	TdConf *conf = load_bytes(fixture, text, -1, &error);

	g_assert_no_error(error);
	g_assert_nonnull(conf);
	return conf;
}

#define ADD(path, test)                                                        \
	g_test_add(path, Fixture, NULL, make_file, test, remove_file)

#endif
