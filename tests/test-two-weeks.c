/* test-two-weeks.c - two weeks of a desk: two queues, five agents, holidays, a
 * change of the clock and a night, played from a file
 *
 * tests/data/two-weeks/play tells what people do, sample what must come of it.
 * TD_WRITE_SAMPLE=FILE writes what comes of it now, to be read and kept. */

#include "config.h"

#include <locale.h>
#include <string.h>

#include "play-fixture.h"

static const PlayAgent agents[] = {
	{ "olga", TD_ROLE_LEAD, "support;network", "", "", "" },
	{ "ivan", TD_ROLE_AGENT, "support", "mail", "", "" },
	{ "petr", TD_ROLE_AGENT, "support", "printer", "early", "" },
	{ "nina", TD_ROLE_AGENT, "network", "", "", "ru" },
	{ "max", TD_ROLE_AGENT, "network", "", "", "" },
	{ NULL, TD_ROLE_AGENT, NULL, NULL, NULL, NULL },
};

/* Tells the first line that differs: the texts are long. */
static void
assert_same_lines(const char *got, const char *want)
{
	g_auto(GStrv) ours = g_strsplit(got, "\n", 0);
	g_auto(GStrv) theirs = g_strsplit(want, "\n", 0);

	for (gsize i = 0; ours[i] != NULL && theirs[i] != NULL; i++)
		if (strcmp(ours[i], theirs[i]) != 0) {
			g_test_message("line %" G_GSIZE_FORMAT, i + 1);
			g_assert_cmpstr(ours[i], ==, theirs[i]);
		}
	g_assert_cmpuint(g_strv_length(ours), ==, g_strv_length(theirs));
}

static void
test_mails_and_events_are_those_of_the_sample(void)
{
	const char *write = g_getenv("TD_WRITE_SAMPLE");
	g_autofree char *told = play("two-weeks", agents);
	g_autofree char *path = g_test_build_filename(
	    G_TEST_DIST, "data", "two-weeks", "sample", NULL);
	g_autofree char *want = NULL;
	g_autoptr(GError) error = NULL;

	if (write != NULL) {
		g_file_set_contents(write, told, -1, &error);
		g_assert_no_error(error);
	}
	g_file_get_contents(path, &want, NULL, &error);
	g_assert_no_error(error);
	assert_same_lines(told, want);
}

int
main(int argc, char **argv)
{
	setlocale(LC_ALL, "C.UTF-8");
	g_test_init(&argc, &argv, NULL);
	td_message_init();
	g_test_add_func("/two-weeks/mails and events are those of the sample",
	    test_mails_and_events_are_those_of_the_sample);
	return g_test_run();
}
