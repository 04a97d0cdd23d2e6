/* test-conf-sample.c - the sample of ticketd.conf that comes along */

#include "config.h"

#include <string.h>

#include <ticketd/conf.h>

#include "base/conf-private.h"

#include "conf-fixture.h"

static char *
read_sample(void)
{
	g_autofree char *path = g_test_build_filename(
	    G_TEST_DIST, "..", "conf", "ticketd.conf", NULL);
	g_autoptr(GError) error = NULL;
	char *text = NULL;

	g_file_get_contents(path, &text, NULL, &error);
	g_assert_no_error(error);
	return text;
}

static void
test_the_sample_is_a_desk(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *text = read_sample();
	g_autoptr(TdConf) conf = load(fixture, text);

	g_assert_nonnull(td_conf_queue(conf, "support"));
}

/* What the sample says of a key whose default is made of another key's. */
static const char *
made_default(const TdConfKey *key)
{
	if (strcmp(key->key, "sockets") == 0)
		return "/run/ticketd/lmtp";
	return key->fallback == NULL ? "" : key->fallback;
}

/* The sample with its commented lines that are no prose, from @from on. */
static char *
uncomment(const char *sample, const char *from)
{
	g_autoptr(GRegex) mark = NULL;
	g_autoptr(GError) error = NULL;
	const char *at = strstr(sample, from);
	g_autofree char *live = NULL;
	char *text;

	g_assert_nonnull(at);
	mark = g_regex_new("^#([a-z-]+ =|\\[)", G_REGEX_MULTILINE, 0, NULL);
	live = g_regex_replace(mark, at, -1, 0, "\\1", 0, &error);
	g_assert_no_error(error);
	text = g_strdup_printf("%.*s%s", (int)(at - sample), sample, live);
	return text;
}

/* Groups of which the sample shows an example. */
static gboolean
is_example(const char *group)
{
	static const char *const examples[] = { "calendar", "rule", "type",
		"field", "sla", "escalation", "monitor", NULL };

	return g_strv_contains(examples, group);
}

static void
test_the_sample_tells_the_defaults(
    Fixture *unused G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
	g_autofree char *text = read_sample();
	g_autofree char *live = uncomment(text, "[desk]");
	g_autoptr(GKeyFile) sample = g_key_file_new();
	g_autoptr(GError) error = NULL;

	g_key_file_load_from_data(sample, live, (gsize)-1, 0, &error);
	g_assert_no_error(error);

	for (const TdConfKey *key = td_conf_keys; key->group != NULL; key++) {
		const char *group = key->group;
		g_autofree char *value = NULL;

		/* The directories are named by the build. */
		if (key->fallback == td_conf_required ||
		    key->kind == TD_CONF_TEMPLATES || is_example(group))
			continue;
		if (strcmp(group, "queue") == 0)
			group = "queue support";
		value = g_key_file_get_value(sample, group, key->key, &error);
		g_assert_no_error(error);
		g_assert_cmpstr(value, ==, made_default(key));
	}
}

/* Makes a comment of the line that begins with @start: its file is not here. */
static void
blank_out(char *text, const char *start)
{
	char *line = strstr(text, start);

	if (line != NULL)
		line[1] = '#';
}

static void
test_the_examples_of_the_sample_are_good(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *text = read_sample();
	g_autofree char *live = uncomment(text, "#[calendar office]");
	g_autoptr(TdConf) conf = NULL;
	const TdRoutingRule *rule;

	blank_out(live, "\nholidays = /");
	blank_out(live, "\nopenings = /");
	conf = load(fixture, live);
	rule = g_ptr_array_index(conf->rules, 1);
	g_assert_nonnull(td_conf_calendar_named(conf, "office"));
	g_assert_cmpuint(conf->rules->len, ==, 3);
	g_assert_cmpstr(rule->fields[1], ==, "room: {site}");
	g_assert_true(
	    td_pattern_match(rule->subject, "[Minsk] it smokes", NULL, NULL));
	g_assert_nonnull(td_conf_type(conf, "incident"));
	g_assert_nonnull(td_conf_field(conf, "room"));
	g_assert_cmpstr(td_conf_sla(conf, "urgent")->escalation, ==, "up");
	g_assert_cmpuint(td_conf_escalation(conf, "up")->steps->len, ==, 4);
	g_assert_cmpuint(conf->monitors->len, ==, 1);
}

static void
test_damaged_files_are_read_to_the_end(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *text = read_sample();
	gsize size = strlen(text);

	for (guint i = 0; i < 300; i++) {
		g_autofree char *copy = g_memdup2(text, size);
		g_autoptr(TdConf) conf = NULL;
		g_autoptr(GError) error = NULL;
		gssize cut = g_test_rand_int_range(1, (gint32)size);

		for (guint j = 0; j < 20; j++)
			copy[g_test_rand_int_range(0, (gint32)size)] =
			    "[]=#\n\\;\"{}@+ \0\xff"[g_test_rand_int_range(
			        0, 15)];
		conf = load_bytes(fixture, copy, cut, &error);
		g_assert_true((conf == NULL) == (error != NULL));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);

	ADD("/conf/sample/desk", test_the_sample_is_a_desk);
	ADD("/conf/sample/defaults", test_the_sample_tells_the_defaults);
	ADD("/conf/sample/examples", test_the_examples_of_the_sample_are_good);
	ADD("/conf/sample/damaged", test_damaged_files_are_read_to_the_end);

	return g_test_run();
}
