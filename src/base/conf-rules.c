/* conf-rules.c - what [rule], [sla], [escalation] and their kin say together */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "base/conf-private.h"

/* One group whose keys are looked at. */
typedef struct {
	TdConfFile *file;
	const TdConf *conf;
	const TdConfGroup *at;
} Group;

static void complain(const Group *group, const char *key, const char *format,
    ...) G_GNUC_PRINTF(3, 4);

/* Notes a mistake in @key of @group; NULL: in all of it. */
static void
complain(const Group *group, const char *key, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	if (key == NULL)
		td_conf_file_complain(group->file, group->at->line, "[%s] %s",
		    group->at->name, text);
	else
		td_conf_file_complain(group->file,
		    td_conf_file_line(group->file, group->at->name, key),
		    "\"%s\" of [%s] %s", key, group->at->name, text);
}

static void
complain_name(
    const Group *group, const char *key, const char *expected, const char *name)
{
	complain(group, key, "names \"%s\", which there is not; expected %s",
	    name, expected);
}

/* ---- names ---- */

static void
check_queue(const Group *group, const char *key, const char *name)
{
	if (name != NULL && td_conf_queue(group->conf, name) == NULL)
		complain_name(group, key, "the name of a [queue NAME]", name);
}

static void
check_queues(const Group *group, const char *key, GStrv names)
{
	for (gsize i = 0; names != NULL && names[i] != NULL; i++)
		check_queue(group, key, names[i]);
}

static void
check_calendar(const Group *group, const char *name)
{
	if (name != NULL && strcmp(name, TD_CALENDAR_ALWAYS) != 0 &&
	    td_conf_calendar_named(group->conf, name) == NULL)
		complain_name(group, "calendar",
		    "the name of a [calendar NAME], or always", name);
}

static gboolean
check_field(const Group *group, const char *key, const char *name)
{
	if (td_conf_has_field(group->conf, name))
		return TRUE;
	complain_name(group, key,
	    "service, equipment or the name of a [field NAME]", name);
	return FALSE;
}

/* ---- [rule NAME] ---- */

/* Whether an expression of @rule may catch @name. */
static gboolean
may_catch(const TdRoutingRule *rule, const char *name)
{
	const TdPattern *const patterns[] = { rule->recipient, rule->sender,
		rule->company, rule->subject, rule->text, rule->attachments };

	for (guint i = 0; i < G_N_ELEMENTS(patterns); i++)
		if (patterns[i] != NULL &&
		    td_pattern_has_group(patterns[i], name))
			return TRUE;
	for (guint i = 0; rule->headers != NULL && i < rule->headers->len;
	     i++) {
		const TdHeaderPattern *header = g_ptr_array_index(
		    rule->headers, i);

		if (td_pattern_has_group(header->pattern, name))
			return TRUE;
	}
	return FALSE;
}

/* Whether @text, a value of @key, has nothing to be filled in; what is to be
 * must come from an expression. */
static gboolean
check_text(const Group *group, const TdRoutingRule *rule, const char *key,
    const char *text)
{
	g_auto(GStrv) names = td_captures_names(text);

	if (names == NULL) {
		complain(group, key,
		    "has a brace without its other; expected the name of a "
		    "group between two, or {{ for a brace");
		return FALSE;
	}
	for (gsize i = 0; names[i] != NULL; i++)
		if (!may_catch(rule, names[i]))
			complain(group, key,
			    "wants {%s}, which nothing catches; expected an "
			    "expression of this rule with such a group, or {{ "
			    "for a brace",
			    names[i]);
	return strchr(text, '{') == NULL;
}

static void
check_texts(
    const Group *group, const TdRoutingRule *rule, const char *key, GStrv texts)
{
	for (gsize i = 0; texts != NULL && texts[i] != NULL; i++)
		check_text(group, rule, key, texts[i]);
}

/* Whether field @name may have @value. */
static gboolean
may_have(const TdConf *conf, const char *name, const char *value)
{
	const TdFieldKind *kind = td_conf_field(conf, name);
	g_autofree char *wanted = td_text_fold(value);

	if (kind == NULL || kind->values == NULL || kind->values[0] == NULL)
		return TRUE;
	for (gsize i = 0; kind->values[i] != NULL; i++) {
		g_autofree char *each = td_text_fold(kind->values[i]);

		if (strcmp(each, wanted) == 0)
			return TRUE;
	}
	return FALSE;
}

/* "name: value" */
static void
check_value(const Group *group, const TdRoutingRule *rule, const char *text)
{
	const char *colon = strchr(text, ':');
	g_autofree char *name = g_strndup(text, (gsize)(colon - text));
	const char *value = colon + strlen(": ");

	if (!check_field(group, "fields", name) ||
	    !check_text(group, rule, "fields", value) ||
	    may_have(group->conf, name, value))
		return;
	complain(group, "fields",
	    "gives %s a value \"%s\"; expected one of those in [field %s]",
	    name, value, name);
}

/* A key whose value was a mistake does something as well. */
static gboolean
does_something(const Group *group)
{
	static const char *const acts[] = { "queue", "priority", "urgency",
		"impact", "type", "tags", "owner", "fields", "watch",
		"template", "acknowledge", "stop" };

	for (guint i = 0; i < G_N_ELEMENTS(acts); i++) {
		g_autofree char *value = NULL;
		const char *idle = td_conf_key_find("rule", acts[i])->fallback;

		if (!g_hash_table_contains(group->at->lines, acts[i]))
			continue;
		value = g_key_file_get_value(
		    group->file->values, group->at->name, acts[i], NULL);
		if (*value != '\0' && g_strcmp0(value, idle) != 0)
			return TRUE;
	}
	return FALSE;
}

static void
check_rule(const Group *group, gconstpointer data)
{
	const TdRoutingRule *rule = data;

	if (!does_something(group))
		complain(group, NULL,
		    "does nothing; expected queue, priority, tags or another "
		    "act of ticketd.conf(5)");
	if (rule->smaller != 0 && rule->larger >= rule->smaller - 1)
		complain(group, "smaller",
		    "leaves no size that is larger than %" G_GUINT64_FORMAT
		    "; expected more",
		    rule->larger);
	if (rule->queue != NULL &&
	    check_text(group, rule, "queue", rule->queue))
		check_queue(group, "queue", rule->queue);
	check_queues(group, "in-queue", rule->in_queues);
	if (rule->type != NULL)
		check_text(group, rule, "type", rule->type);
	if (rule->owner != NULL)
		check_text(group, rule, "owner", rule->owner);
	check_texts(group, rule, "tags", rule->tags);
	check_texts(group, rule, "watch", rule->watch);
	for (gsize i = 0; rule->fields != NULL && rule->fields[i] != NULL; i++)
		check_value(group, rule, rule->fields[i]);
}

/* ---- the others ---- */

static void
check_type(const Group *group, gconstpointer data)
{
	const TdTicketType *type = data;

	for (gsize i = 0; type->required != NULL && type->required[i] != NULL;
	     i++)
		check_field(group, "required", type->required[i]);
}

static void
check_labels(const Group *group, gconstpointer data)
{
	const TdFieldKind *field = data;

	for (gsize i = 0; field->labels != NULL && field->labels[i] != NULL;
	     i++) {
		const char *label = field->labels[i];
		g_autofree char *language = g_strndup(
		    label, strcspn(label, ":"));
		g_autofree char *good = td_conf_take_language(language);

		if (good == NULL)
			complain(group, "labels",
			    "has a language \"%s\"; expected two or three "
			    "letters such as en",
			    language);
	}
}

static void
check_sla(const Group *group, gconstpointer data)
{
	const TdSla *sla = data;

	if (sla->response == 0 && sla->update == 0 && sla->solution == 0 &&
	    !g_hash_table_contains(group->at->lines, "first-response") &&
	    !g_hash_table_contains(group->at->lines, "next-update") &&
	    !g_hash_table_contains(group->at->lines, "solution"))
		complain(group, NULL,
		    "sets no time; expected first-response, next-update or "
		    "solution");
	check_queues(group, "queues", sla->queues);
	check_calendar(group, sla->calendar);
	if (sla->escalation != NULL &&
	    td_conf_escalation(group->conf, sla->escalation) == NULL)
		complain_name(group, "escalation",
		    "the name of an [escalation NAME]", sla->escalation);
}

/* Whom a mail is about must be in it. */
static void
check_host(const Group *group, const char *key, const TdPattern *pattern)
{
	/* What was no pattern is told already. */
	if (pattern == NULL && g_hash_table_contains(group->at->lines, key))
		return;
	if (pattern == NULL)
		complain(group, NULL,
		    "has no key \"%s\"; expected it with format = pattern",
		    key);
	else if (!td_pattern_has_group(pattern, "host"))
		complain(group, key,
		    "names no host; expected an expression with a group "
		    "(?<host>...)");
}

static void
check_monitor(const Group *group, gconstpointer data)
{
	const TdMonitor *monitor = data;

	check_queue(group, "queue", monitor->queue);
	if (monitor->format == TD_MONITOR_PATTERN) {
		check_host(group, "problem", monitor->problem);
		check_host(group, "recovery", monitor->recovery);
	}
}

/* ---- all ---- */

/* Names that people cannot tell apart are the same. */
static void
check_twice(TdConfFile *file, const char *kind)
{
	g_autoptr(GHashTable)
	    seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	const TdConfGroup *group;

	for (guint i = 0; (group = td_conf_group_at(file, kind, i)) != NULL;
	     i++) {
		const char *name = td_conf_group_name(group->name, kind);

		if (!g_hash_table_add(seen, td_text_fold(name)))
			td_conf_file_complain(file, group->line,
			    "%s \"%s\" again; expected names that differ in "
			    "more than case",
			    kind, name);
	}
}

void
td_conf_check_rules(TdConfFile *file, const TdConf *conf)
{
	const struct {
		const char *kind;
		const GPtrArray *list;
		void (*check)(const Group *group, gconstpointer data);
	} kinds[] = {
		{ "rule", conf->rules, check_rule },
		{ "type", conf->types, check_type },
		{ "field", conf->fields, check_labels },
		{ "sla", conf->slas, check_sla },
		{ "escalation", conf->escalations, NULL },
		{ "monitor", conf->monitors, check_monitor },
	};

	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		Group group = { file, conf, NULL };

		check_twice(file, kinds[i].kind);
		if (kinds[i].check == NULL)
			continue;
		for (guint j = 0; j < kinds[i].list->len; j++) {
			group.at = td_conf_group_at(file, kinds[i].kind, j);
			kinds[i].check(
			    &group, g_ptr_array_index(kinds[i].list, j));
		}
	}
}
