/* test-conf-rules.c - the groups of ticketd.conf that are rules of the desk */

#include "config.h"

#include <string.h>

#include <ticketd/conf.h>
#include <ticketd/error.h>

#include "base/conf-private.h"

#include "conf-fixture.h"

/* Five lines. */
#define BASE DESK QUEUE

static void
test_a_rule_is_read(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdConf) conf = load(fixture,
	    BASE "[rule one]\nrecipient = help@example.com\n"
	         "sender = @Example.org;anna@b\ncompany = Great Bank\n"
	         "subject = /\\\\[(?<site>\\\\w+)\\\\]/\ntext = a;b\n"
	         "attachments = *.pdf\nheaders = X-A: b\\;c;X-D:/e/\n"
	         "larger = 1K\nsmaller = 2M\nclass = human; spam\n"
	         "in-queue = support\nqueue = support\npriority = 1\n"
	         "urgency = 2\nimpact = 5\ntype = incident\n"
	         "tags = vip;{site}\nowner = olga\n"
	         "fields = service : mail;Equipment:PC;equipment: {1}\n"
	         "watch = boris;support\ntemplate = vip\n"
	         "acknowledge = false\nstop = true\n"
	         "[field Equipment]\n");
	const TdRoutingRule *rule = g_ptr_array_index(conf->rules, 0);
	const TdHeaderPattern *first = g_ptr_array_index(rule->headers, 0);

	g_assert_cmpstr(rule->name, ==, "one");
	g_assert_true(
	    td_pattern_match(rule->sender, "x@example.org", NULL, NULL));
	g_assert_true(td_pattern_match(rule->subject, "a [b] c", NULL, NULL));
	g_assert_true(td_pattern_match(rule->text, "cab", NULL, NULL));
	g_assert_cmpuint(rule->headers->len, ==, 2);
	g_assert_cmpstr(first->field, ==, "x-a");
	g_assert_true(td_pattern_match(first->pattern, "c", NULL, NULL));
	g_assert_cmpuint(rule->larger, ==, 1024);
	g_assert_cmpuint(rule->smaller, ==, 2 << 20);
	g_assert_cmpstr(rule->classes[1], ==, "spam");
	g_assert_cmpstr(rule->in_queues[0], ==, "support");
	g_assert_cmpstr(rule->queue, ==, "support");
	g_assert_cmpuint(rule->priority, ==, 1);
	g_assert_cmpuint(rule->urgency, ==, 2);
	g_assert_cmpuint(rule->impact, ==, 5);
	g_assert_cmpstr(rule->type, ==, "incident");
	g_assert_cmpstr(rule->tags[1], ==, "{site}");
	g_assert_cmpstr(rule->owner, ==, "olga");
	g_assert_cmpstr(rule->fields[0], ==, "service: mail");
	g_assert_cmpstr(rule->fields[1], ==, "Equipment: PC");
	g_assert_cmpstr(rule->watch[0], ==, "boris");
	g_assert_cmpstr(rule->template, ==, "vip");
	g_assert_false(rule->acknowledge);
	g_assert_true(rule->stop);
}

static void
test_a_rule_of_one_act_is_enough(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const acts[] = { "queue = support", "priority = 3",
		"urgency = 1", "impact = 1", "type = x", "tags = x",
		"owner = x", "fields = service: x", "watch = x", "template = x",
		"acknowledge = false", "stop = true" };

	for (guint i = 0; i < G_N_ELEMENTS(acts); i++) {
		g_autofree char *text = g_strdup_printf(
		    BASE "[rule a]\n%s\n", acts[i]);
		g_autoptr(TdConf) conf = load(fixture, text);
		const TdRoutingRule *rule = g_ptr_array_index(conf->rules, 0);

		g_assert_null(rule->subject);
		g_assert_cmpuint(rule->headers->len, ==, 0);
		g_assert_cmpuint(rule->larger, ==, 0);
		g_assert_cmpuint(g_strv_length(rule->classes), ==, 0);
		g_assert_true(rule->acknowledge ||
		    strcmp(acts[i], "acknowledge = false") == 0);
	}
}

static void
test_rules_keep_their_order(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdConf) conf = load(fixture,
	    "[rule b]\nstop = 1\n" BASE "[rule a]\nstop = 1\n"
	    "[rule \xd0\xb1\xd0\xb0\xd0\xbd\xd0\xba]\nstop = 1\n");
	static const char *const names[] = { "b", "a",
		"\xd0\xb1\xd0\xb0\xd0\xbd\xd0\xba" };

	g_assert_cmpuint(conf->rules->len, ==, G_N_ELEMENTS(names));
	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		g_assert_cmpstr(
		    ((TdRoutingRule *)g_ptr_array_index(conf->rules, i))->name,
		    ==, names[i]);
}

static void
test_types_and_fields_are_read(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdConf) conf = load(fixture,
	    BASE "[type incident]\nrequired = service;Room\n[type wish]\n"
	         "[field Room]\nlabels = en: Room; ru: Кабинет\n"
	         "values = 101;cellar\n[field service]\nvalues = mail\n");
	const TdFieldKind *room = td_conf_field(conf, "Room");

	g_assert_cmpstr(
	    td_conf_type(conf, "incident")->required[1], ==, "Room");
	g_assert_cmpuint(
	    g_strv_length(td_conf_type(conf, "wish")->required), ==, 0);
	g_assert_null(td_conf_type(conf, "Wish"));
	g_assert_cmpstr(room->labels[1], ==, "ru: Кабинет");
	g_assert_cmpstr(room->values[1], ==, "cellar");
	g_assert_true(td_conf_has_field(conf, "equipment"));
	g_assert_true(td_conf_has_field(conf, "Room"));
	g_assert_false(td_conf_has_field(conf, "floor"));
	g_assert_null(td_conf_field(conf, "equipment"));
	g_assert_nonnull(td_conf_field(conf, "service"));
}

static void
test_deadlines_and_escalations_are_read(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdConf) conf = load(fixture,
	    BASE "[sla a]\nfirst-response = 90m\n"
	         "[sla b]\nqueues = support\ntypes = incident;my wish\n"
	         "priorities = 1; 2\nfirst-response = 1h\nnext-update = 1d\n"
	         "solution = 2d\nwarn = 0\ncalendar = always\n"
	         "escalation = up\nescalate-at = warning\n"
	         "[escalation up]\nsteps = owner; lead 0;leads 30m;"
	         "queue 1h;olga 90;Olga P. 2h;Boss@Example.com 1d\n");
	const TdSla *few = td_conf_sla(conf, "a");
	const TdSla *sla = td_conf_sla(conf, "b");
	const struct {
		TdStepKind kind;
		const char *who;
		guint after;
	} want[] = {
		{ TD_STEP_OWNER, "", 0 },
		{ TD_STEP_LEADS, "", 0 },
		{ TD_STEP_LEADS, "", 1800 },
		{ TD_STEP_QUEUE, "", 3600 },
		{ TD_STEP_AGENT, "olga", 90 },
		{ TD_STEP_AGENT, "Olga P.", 7200 },
		{ TD_STEP_ADDRESS, "boss@example.com", 86400 },
	};
	const GPtrArray *steps = td_conf_escalation(conf, "up")->steps;

	g_assert_cmpuint(few->response, ==, 5400);
	g_assert_cmpuint(few->update, ==, 0);
	g_assert_cmpuint(few->warn, ==, 80);
	g_assert_null(few->calendar);
	g_assert_null(few->escalation);
	g_assert_false(few->at_warning);
	g_assert_cmpuint(few->priorities->len, ==, 0);
	g_assert_cmpstr(sla->queues[0], ==, "support");
	g_assert_cmpstr(sla->types[1], ==, "my wish");
	g_assert_cmpuint(g_array_index(sla->priorities, guint, 1), ==, 2);
	g_assert_cmpuint(sla->update, ==, 86400);
	g_assert_cmpuint(sla->solution, ==, 2 * 86400);
	g_assert_cmpuint(sla->warn, ==, 0);
	g_assert_cmpstr(sla->calendar, ==, "always");
	g_assert_true(sla->at_warning);
	g_assert_null(td_conf_calendar_named(conf, "always"));

	g_assert_cmpuint(steps->len, ==, G_N_ELEMENTS(want));
	for (guint i = 0; i < G_N_ELEMENTS(want); i++) {
		const TdEscalationStep *step = g_ptr_array_index(steps, i);

		g_assert_cmpint(step->kind, ==, want[i].kind);
		g_assert_cmpstr(step->who, ==, want[i].who);
		g_assert_cmpuint(step->after, ==, want[i].after);
	}
}

static void
test_monitors_are_read(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdConf) conf = load(fixture,
	    BASE "[monitor a]\nsender = nagios@example.com\nformat = nagios\n"
	         "[monitor b]\nsender = @b\nevidence = dmarc\n"
	         "format = pattern\nproblem = /DOWN (?<host>\\\\S+)/\n"
	         "recovery = /UP (?<host>\\\\S+)/\nqueue = support\n"
	         "type = outage\npriority = 1\non-recovery = note\n"
	         "flap-changes = 0\nflap-window = 1h\n"
	         "answer = Nagios@Example.com\n");
	const TdMonitor *few = g_ptr_array_index(conf->monitors, 0);
	const TdMonitor *monitor = g_ptr_array_index(conf->monitors, 1);

	g_assert_false(few->dmarc);
	g_assert_cmpint(few->format, ==, TD_MONITOR_NAGIOS);
	g_assert_cmpint(few->on_recovery, ==, TD_RECOVERY_RESOLVE);
	g_assert_cmpuint(few->flap_changes, ==, 6);
	g_assert_cmpuint(few->flap_window, ==, 1800);
	g_assert_null(few->problem);
	g_assert_null(few->queue);
	g_assert_null(few->answer);
	g_assert_true(monitor->dmarc);
	g_assert_cmpint(monitor->format, ==, TD_MONITOR_PATTERN);
	g_assert_true(td_pattern_has_group(monitor->recovery, "host"));
	g_assert_cmpint(monitor->on_recovery, ==, TD_RECOVERY_NOTE);
	g_assert_cmpuint(monitor->flap_changes, ==, 0);
	g_assert_cmpstr(monitor->answer, ==, "nagios@example.com");
}

/* Asserts that @group, put behind BASE (line 6), has one mistake, in @line, and
 * that it is told with @words and with what was expected. */
static void
assert_mistake(
    Fixture *fixture, const char *group, guint line, const char *words)
{
	g_autofree char *text = g_strconcat(BASE, group, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(TdConf) conf = load_bytes(fixture, text, -1, &error);
	g_autofree char *begin = g_strdup_printf(
	    "%s:%u: ", fixture->path, line);

	if (error == NULL)
		g_error("no mistake in:\n%s", text);
	g_assert_null(conf);
	g_assert_error(error, TD_ERROR, TD_ERROR_CONFIG);
	if (!g_str_has_prefix(error->message, begin) ||
	    strstr(error->message, words) == NULL ||
	    strstr(error->message, "; expected ") == NULL ||
	    strchr(error->message, '\n') != NULL)
		g_error("wanted line %u, \"%s\"; got \"%s\" for:\n%s", line,
		    words, error->message, text);
}

typedef struct {
	const char *group;
	guint line;
	const char *words;
} Mistake;

static void
test_mistakes_in_rules_are_told_with_their_line(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const Mistake rows[] = {
		{ "[rule a b]\nstop = true\n", 6, "bad rule name" },
		{ "[rule a]\n", 6, "[rule a] does nothing" },
		{ "[rule a]\nsubject = x\nacknowledge = true\nstop = false\n",
		    6, "[rule a] does nothing" },
		{ "[rule a]\npriority = 0\nqueue =\n", 6, "does nothing" },
		{ "[rule a]\nstop = 1\n[rule A]\nstop = 1\n", 8,
		    "rule \"A\" again" },
		{ "[rule a]\nstop = 1\n[rule  a]\nstop = 1\n", 8,
		    "rule \"a\" again" },
		{ "[rule a]\nstop = 1\n[rule a]\nstop = 1\n", 8,
		    "group [rule a] again" },
		{ "[rule a]\npriority = 6\n", 7, "from 0 to 5" },
		{ "[rule a]\nstop = 1\ncolour = red\n", 8, "unknown key" },
		{ "[rule a]\nstop = 1\nsubject = /(/\n", 8, "at char" },
		{ "[rule a]\nstop = 1\nsubject = ;\n", 8, "no word" },
		{ "[rule a]\nstop = 1\nheaders = X-Spam\n", 8, "no FIELD:" },
		{ "[rule a]\nstop = 1\nheaders = X-A: b;X-C: /(/\n", 8,
		    "at char" },
		{ "[rule a]\nstop = 1\nclass = bounce\n", 8,
		    "expected human, notification, list or spam" },
		{ "[rule a]\nstop = 1\nlarger = 10\nsmaller = 11\n", 9,
		    "no size that is larger than 10" },
		{ "[rule a]\nstop = 1\nsmaller = 1\n", 8, "no size" },
		{ "[rule a]\nstop = 1\nin-queue = support;sales\n", 8,
		    "names \"sales\"" },
		{ "[rule a]\nqueue = Support\n", 7, "names \"Support\"" },
		{ "[rule a]\nsubject = /(.)/\nqueue = {2}\n", 8,
		    "wants {2}, which nothing catches" },
		{ "[rule a]\nsubject = (.)\ntype = {1}\n", 8, "wants {1}" },
		{ "[rule a]\nsubject = /(?<x>.)/\ntags = a;b{y}\n", 8,
		    "wants {y}" },
		{ "[rule a]\nowner = {1\n", 7, "a brace without its other" },
		{ "[rule a]\nwatch = {}\n", 7, "a brace without its other" },
		{ "[rule a]\nfields = service\n", 7, "FIELD: TEXT" },
		{ "[rule a]\nfields = service:\n", 7, "FIELD: TEXT" },
		{ "[rule a]\nfields = a b: c\n", 7, "FIELD: TEXT" },
		{ "[rule a]\nfields = room: 1\n", 7, "names \"room\"" },
		{ "[rule a]\nfields = service: {a}\n", 7, "wants {a}" },
		{ "[rule a]\nfields = room: 2\n[field room]\nvalues = 1;3\n", 7,
		    "a value \"2\"; expected one of those" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		assert_mistake(
		    fixture, rows[i].group, rows[i].line, rows[i].words);
}

static void
test_mistakes_in_other_groups_are_told_with_their_line(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const Mistake rows[] = {
		{ "[type a]\n[type A]\n", 7, "type \"A\" again" },
		{ "[type a]\nrequired = room\n", 7, "names \"room\"" },
		{ "[type a]\nrequired = a b\n", 7, "names with ;" },
		{ "[field a]\nlabels = Room\n", 7, "FIELD: TEXT" },
		{ "[field a]\nlabels = english: Room\n", 7,
		    "a language \"english\"" },
		{ "[sla a]\n", 6, "[sla a] sets no time" },
		{ "[sla a]\nsolution = 1y\n", 7, "s, m, h or d" },
		{ "[sla a]\nsolution = 1d\nwarn = 101\n", 8, "from 0 to 100" },
		{ "[sla a]\nsolution = 1d\nqueues = a\n", 8, "names \"a\"" },
		{ "[sla a]\nsolution = 1d\npriorities = 1;6\n", 8, "\"6\"" },
		{ "[sla a]\nsolution = 1d\npriorities = 1 2\n", 8, "\"1 2\"" },
		{ "[sla a]\nsolution = 1d\ncalendar = office\n", 8,
		    "or always" },
		{ "[sla a]\nsolution = 1d\nescalation = up\n", 8,
		    "the name of an [escalation NAME]" },
		{ "[sla a]\nsolution = 1d\nescalate-at = once\n", 8,
		    "expected breach or warning" },
		{ "[escalation a]\n", 6, "no key \"steps\"" },
		{ "[escalation a]\nsteps =\n", 7, "no step" },
		{ "[escalation a]\nsteps = owner;leads soon\n", 7,
		    "\"leads soon\"" },
		{ "[escalation a]\nsteps = owner;a@@b 1h\n", 7, "\"a@@b 1h\"" },
		{ "[escalation a]\nsteps = owner;1h\n", 7, "\"1h\"" },
		{ "[escalation a]\nsteps = owner\n"
		  "[escalation A]\nsteps = owner\n",
		    8, "escalation \"A\" again" },
		{ "[monitor a]\nformat = nagios\n", 6, "no key \"sender\"" },
		{ "[monitor a]\nsender = a@b\n", 6, "no key \"format\"" },
		{ "[monitor a]\nsender = a@b\nformat = smoke\n", 8,
		    "expected nagios or zabbix or alertmanager or pattern" },
		{ "[monitor a]\nsender = a@b\nformat = nagios\nqueue = x\n", 9,
		    "names \"x\"" },
		{ "[monitor a]\nsender = a@b\nformat = pattern\n"
		  "problem = /(?<host>.)/\n",
		    6, "has no key \"recovery\"" },
		{ "[monitor a]\nsender = a@b\nformat = pattern\n"
		  "problem = /(?<host>.)/\nrecovery = up\n",
		    10, "names no host" },
		{ "[monitor a]\nsender = a@b\nformat = pattern\n"
		  "problem = /(/\nrecovery = /(?<host>.)/\n",
		    9, "at char" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		assert_mistake(
		    fixture, rows[i].group, rows[i].line, rows[i].words);
}

static void
test_mail_of_the_desk_may_not_come_back_to_it(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const struct {
		const char *desk; /* a line of [desk] */
		const char *group;
		const char *words; /* NULL: it is fine */
	} rows[] = {
		{ "", "[escalation a]\nsteps = owner;Support@Example.com 1h\n",
		    "steps support@example.com comes back" },
		{ "", "[escalation a]\nsteps = support+a@example.com\n",
		    "steps support+a@example.com comes back" },
		{ "own-aliases = all@example.net\n",
		    "[escalation a]\nsteps = all@example.net\n",
		    "steps all@example.net comes back" },
		{ "",
		    "[monitor a]\nanswer = support@example.com\n"
		    "sender = a@b\nformat = nagios\n",
		    "answer support@example.com comes back" },
		{ "own-aliases = all@example.net\n",
		    "[monitor a]\nanswer = all@example.net\n"
		    "sender = a@b\nformat = nagios\n",
		    "answer all@example.net comes back" },
		{ "own-aliases = all@example.net\n",
		    "[escalation a]\nsteps = owner;boss@example.com\n"
		    "[monitor a]\nanswer = supporter@example.com\n"
		    "sender = a@b\nformat = nagios\n",
		    NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = g_strconcat(
		    DESK, rows[i].desk, QUEUE, rows[i].group, NULL);
		g_autofree char *begin = g_strdup_printf(
		    "%s:%u: ", fixture->path, *rows[i].desk == '\0' ? 7u : 8u);
		g_autoptr(GError) error = NULL;
		g_autoptr(TdConf) conf = load_bytes(fixture, text, -1, &error);

		if (rows[i].words == NULL) {
			g_assert_no_error(error);
			continue;
		}
		g_assert_error(error, TD_ERROR, TD_ERROR_CONFIG);
		g_assert_true(g_str_has_prefix(error->message, begin));
		g_assert_nonnull(strstr(error->message, rows[i].words));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);

	ADD("/conf/rules/rule", test_a_rule_is_read);
	ADD("/conf/rules/acts", test_a_rule_of_one_act_is_enough);
	ADD("/conf/rules/order", test_rules_keep_their_order);
	ADD("/conf/rules/types", test_types_and_fields_are_read);
	ADD("/conf/rules/deadlines", test_deadlines_and_escalations_are_read);
	ADD("/conf/rules/monitors", test_monitors_are_read);
	ADD("/conf/rules/mistakes",
	    test_mistakes_in_rules_are_told_with_their_line);
	ADD("/conf/rules/others",
	    test_mistakes_in_other_groups_are_told_with_their_line);
	ADD("/conf/rules/round", test_mail_of_the_desk_may_not_come_back_to_it);

	return g_test_run();
}
