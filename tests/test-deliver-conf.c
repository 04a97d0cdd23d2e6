/* test-deliver-conf.c - what ticket-deliver reads of ticketd.conf
 *
 * The files in data/conf have a sidecar .want that the daemon's own reader is
 * tried on as well, so the two agree. */

#include "config.h"

#include <string.h>

#include <glib.h>

#include "deliver/deliver.h"

/* Parses a copy of exactly that size, so that ASan sees overreads. */
static gboolean
parse(const char *text, gsize size, TdDeliverConf *conf)
{
	g_autofree char *copy = g_memdup2(text, size);

	return td_deliver_conf_parse(copy, size, conf);
}

/* In the form of the .want files. */
static char *
describe(const char *text, gsize size)
{
	TdDeliverConf conf;

	if (!parse(text, size, &conf))
		return g_strdup("error\n");
	return g_strdup_printf("run=%s\ndeliver-fallback=%s\n", conf.run,
	    conf.fallback ? "true" : "false");
}

static void
test_file_reads_as_the_daemon_reads_it(gconstpointer data)
{
	const char *path = data;
	g_autofree char *stem = g_strndup(path, strlen(path) - strlen(".conf"));
	g_autofree char *wanted = g_strconcat(stem, ".want", NULL);
	g_autofree char *text = NULL;
	g_autofree char *want = NULL;
	g_autofree char *got = NULL;
	g_autoptr(GError) error = NULL;
	gsize size;

	g_file_get_contents(path, &text, &size, &error);
	g_assert_no_error(error);
	g_file_get_contents(wanted, &want, NULL, &error);
	g_assert_no_error(error);
	got = describe(text, size);
	g_assert_cmpstr(got, ==, want);
}

static void
add_files(void)
{
	g_autofree char *folder = g_test_build_filename(
	    G_TEST_DIST, "data", "conf", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(GDir) dir = g_dir_open(folder, 0, &error);
	const char *name;

	g_assert_no_error(error);
	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_strconcat(
		    "/deliver/conf/", name, NULL);

		if (g_str_has_suffix(name, ".conf"))
			g_test_add_data_func_full(path,
			    g_build_filename(folder, name, NULL),
			    test_file_reads_as_the_daemon_reads_it, g_free);
	}
}

static const struct {
	const char *text;
	const char *want; /* run and fallback, or NULL: error */
} cases[] = {
	{ "", "/run/ticketd 1" },
	{ "\n\r\n \t\n# run = 1\n", "/run/ticketd 1" },
	{ "[desk]\nrun=/a\n", "/a 1" },
	{ "[desk]\nrun=/a\r\n", "/a 1" },
	{ "[desk]\nrun=/a", "/a 1" },
	{ "[desk]\n\trun \t=\t /a b \t\n", "/a b 1" },
	{ "[desk]\nrun=/a\\sb\\\\c\\s\n", "/a b\\c  1" },
	{ "[desk]\nrun=/a=b\n", "/a=b 1" },
	{ "[desk]\nrun=/a # b\n", "/a # b 1" },
	{ "[desk]\nrun=/\303\244\n", "/\303\244 1" },
	{ "[desk]\nrun=/\360\237\230\200\340\240\200\n",
	    "/\360\237\230\200\340\240\200 1" },
	{ "[desk]\ndeliver-fallback=0\n", "/run/ticketd 0" },
	{ "[desk]\ndeliver-fallback = true\n", "/run/ticketd 1" },
	{ "[Desk]\nrun=/a\n", "/run/ticketd 1" },
	{ "[queue a]\nrun=/a\ndeliver-fallback=no\n", "/run/ticketd 1" },
	{ "[desk]\nrunning=/a\nru=/b\n", "/run/ticketd 1" },
	{ "[smtp]\nrun=/b\n[desk]\nrun=/a\n[lmtp]\nrun=/c\n", "/a 1" },
	{ "[desk]\nrun=a\n", NULL },
	{ "[desk]\nrun=\n", NULL },
	{ "[desk]\nrun=/a\\\n", NULL },
	{ "[desk]\nrun=/a\\q\n", NULL },
	{ "[desk]\nrun=/a\\tb\n", NULL },
	{ "[desk]\nrun=/a\tb\n", NULL },
	{ "[desk]\nrun=/a\nrun=/a\n", NULL },
	{ "[desk]\nrun=/a\n[smtp]\n[desk]\n", NULL },
	{ "[desk]\ndeliver-fallback=1\ndeliver-fallback=1\n", NULL },
	{ "[desk]\ndeliver-fallback=\n", NULL },
	{ "[desk]\ndeliver-fallback=TRUE\n", NULL },
	{ "[desk]\ndeliver-fallback=true yes\n", NULL },
	{ "[desk]\nrun=/\303\n", NULL },
	{ "[desk]\nrun=/\300\257\n", NULL },
	{ "[desk]\nrun=/\355\240\200\n", NULL },
	{ "[desk]\nrun=/\364\220\200\200\n", NULL },
	{ "# \377\n[desk]\nrun=/a\n", NULL },
	{ "run=/a\n[desk]\n", NULL },
	{ "[desk\n", NULL },
	{ "[]\n", NULL },
	{ "[\n", NULL },
	{ "[de[sk]\n", NULL },
	{ "[desk] x\n", NULL },
	{ "[desk]\nhello\n", NULL },
	{ "[desk]\n=x\n", NULL },
	{ "[desk]\nrun[de]=/a\n", NULL },
};

static void
test_lines_read_as_in_a_key_file(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		TdDeliverConf conf = { .run = "untouched" };
		g_autofree char *got = NULL;

		g_autofree char *shown = g_strescape(cases[i].text, NULL);

		g_test_message("%s", shown);
		if (!parse(cases[i].text, strlen(cases[i].text), &conf)) {
			g_assert_null(cases[i].want);
			g_assert_cmpstr(conf.run, ==, "untouched");
			continue;
		}
		got = g_strdup_printf("%s %d", conf.run, conf.fallback);
		g_assert_cmpstr(got, ==, cases[i].want);
	}
}

static void
test_a_zero_byte_is_no_text(void)
{
	static const char text[] = "[desk]\nrun=/a\0b\n";
	TdDeliverConf conf;

	g_assert_false(parse(text, sizeof text - 1, &conf));
}

static void
test_a_path_too_long_for_us_is_wrong(void)
{
	g_autofree char *path = g_strnfill(
	    sizeof((TdDeliverConf *)0)->run, '/');
	g_autofree char *text = g_strconcat("[desk]\nrun=", path, NULL);
	TdDeliverConf conf;

	g_assert_false(parse(text, strlen(text), &conf));
	g_assert_true(parse(text, strlen(text) - 1, &conf));
}

static void
test_a_missing_file_defers_and_names_no_path(void)
{
	TdDeliverConf conf;
	TdVerdict verdict = { .status = TD_EXIT_DELIVERED };

	g_assert_false(
	    td_deliver_conf_load("/nowhere/at/all", &conf, &verdict));
	g_assert_cmpint(verdict.status, ==, TD_EXIT_DEFER);
	g_assert_true(g_str_has_prefix(verdict.line, "4.3.5 ticket-deliver: "));
	g_assert_null(strstr(verdict.line, "nowhere"));
}

static void
test_a_folder_is_no_configuration(void)
{
	TdDeliverConf conf;
	TdVerdict verdict = { .status = TD_EXIT_DELIVERED };

	g_assert_false(td_deliver_conf_load("/", &conf, &verdict));
	g_assert_cmpint(verdict.status, ==, TD_EXIT_DEFER);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);

	add_files();
	g_test_add_func(
	    "/deliver/conf/lines", test_lines_read_as_in_a_key_file);
	g_test_add_func("/deliver/conf/zero", test_a_zero_byte_is_no_text);
	g_test_add_func(
	    "/deliver/conf/long", test_a_path_too_long_for_us_is_wrong);
	g_test_add_func("/deliver/conf/missing",
	    test_a_missing_file_defers_and_names_no_path);
	g_test_add_func(
	    "/deliver/conf/folder", test_a_folder_is_no_configuration);

	return g_test_run();
}
