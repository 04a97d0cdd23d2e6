/* text-fixture.h - a directory of texts that an administrator wrote, for tests
 */

#ifndef TICKETD_TESTS_TEXT_FIXTURE_H
#define TICKETD_TESTS_TEXT_FIXTURE_H

#include <string.h>

#include <glib/gstdio.h>

#include <ticketd/conf.h>

/* Queues support, sales (in Russian) and one that is called en. */
typedef struct {
	char *directory; /* of the texts */
	char *top;       /* what it is in */
	TdConf *conf;
} Texts;

/* @path below the directory, and the folders that it needs. */
static inline void
texts_put_bytes(
    const Texts *texts, const char *path, const char *text, gssize size)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *whole = g_build_filename(texts->directory, path, NULL);
	g_autofree char *folder = g_path_get_dirname(whole);

	g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
	g_file_set_contents(whole, text, size, &error);
	g_assert_no_error(error);
}

static inline void
texts_put(const Texts *texts, const char *path, const char *text)
{
	texts_put_bytes(texts, path, text, -1);
}

static inline void
texts_remove_tree(const char *path)
{
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	const char *name;

	while (folder != NULL && (name = g_dir_read_name(folder)) != NULL) {
		g_autofree char *below = g_build_filename(path, name, NULL);

		texts_remove_tree(below);
	}
	g_remove(path);
}

static inline TdConf *
texts_load_conf(const Texts *texts, const char *extra)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_build_filename(
	    texts->top, "ticketd.conf", NULL);
	g_autofree char *text = NULL;
	TdConf *conf;

	text = g_strdup_printf(
	    "[desk]\nname = support\ndomain = example.com\ntimezone = UTC\n"
	    "store = /nonexistent/store\nrun = /nonexistent/run\n"
	    "templates = %s\ncanned = %s\n"
	    "[queue support]\naddress = support@example.com\n"
	    "from-name = Example Support\n"
	    "[queue sales]\naddress = sales@example.com\nlanguage = ru\n"
	    "[queue en]\naddress = english@example.com\n%s",
	    texts->directory, texts->directory, extra);
	g_file_set_contents(path, text, -1, &error);
	g_assert_no_error(error);
	conf = td_conf_load(path, &error);
	g_assert_no_error(error);
	return conf;
}

/* For g_test_add(); @extra: further groups of the configuration, or NULL. */
static inline void
texts_open(Texts *texts, gconstpointer extra)
{
	g_autoptr(GError) error = NULL;

	texts->top = g_dir_make_tmp("ticketd-test-XXXXXX", &error);
	g_assert_no_error(error);
	texts->directory = g_build_filename(texts->top, "texts", NULL);
	g_assert_cmpint(g_mkdir(texts->directory, 0700), ==, 0);
	texts->conf = texts_load_conf(texts, extra == NULL ? "" : extra);
}

static inline void
texts_close(Texts *texts, gconstpointer extra G_GNUC_UNUSED)
{
	td_conf_free(texts->conf);
	texts_remove_tree(texts->top);
	g_free(texts->top);
	g_free(texts->directory);
}

#endif
