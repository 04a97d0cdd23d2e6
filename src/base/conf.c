/* conf.c - see ticketd/conf.h */

#include "config.h"

#include <string.h>

#include <ticketd/conf.h>
#include <ticketd/text.h>

#include "base/conf-private.h"

/* Frees what the keys of @kind made in @base. */
static void
clear_group(const char *kind, gpointer base)
{
	for (const TdConfKey *key = td_conf_keys; key->group != NULL; key++)
		if (strcmp(key->group, kind) == 0)
			td_conf_value_clear(key, base);
}

/* What a group with a name was read into. */
typedef struct {
	char *name;
} Named;

static GPtrArray **
named_list(TdConf *conf, const TdConfNamed *named)
{
	return &G_STRUCT_MEMBER(GPtrArray *, conf, named->offset);
}

static void
free_named(TdConf *conf, const TdConfNamed *named)
{
	GPtrArray *list = *named_list(conf, named);

	for (guint i = 0; i < list->len; i++) {
		Named *each = g_ptr_array_index(list, i);

		clear_group(named->kind, each);
		g_free(each->name);
		g_free(each);
	}
	g_ptr_array_unref(list);
}

static void
clear_calendar(TdCalendar *calendar)
{
	g_clear_pointer(&calendar->zone, g_time_zone_unref);
	g_clear_pointer(&calendar->holidays, g_array_unref);
	g_clear_pointer(&calendar->openings, g_array_unref);
}

void
td_conf_free(TdConf *conf)
{
	if (conf == NULL)
		return;

	for (const TdConfKey *key = td_conf_keys; key->group != NULL; key++)
		if (!td_conf_kind_is_named(key->group))
			td_conf_value_clear(key, conf);
	for (guint i = 0; i < conf->calendars->len; i++)
		clear_calendar(g_ptr_array_index(conf->calendars, i));
	for (const TdConfNamed *at = td_conf_named; at->kind != NULL; at++)
		free_named(conf, at);
	g_free(conf->path);
	g_free(conf);
}

/* What the table calls @group: "queue" for a queue's; NULL if nothing. */
static const char *
kind_of_group(const char *group)
{
	for (const TdConfKey *key = td_conf_keys; key->group != NULL; key++) {
		const char *kind = key->group;

		if (td_conf_kind_is_named(kind)
		        ? td_conf_group_name(group, kind) != NULL
		        : strcmp(kind, group) == 0)
			return kind;
	}
	return NULL;
}

/* The group other than @kind that has a key @key, or NULL. */
static const char *
other_home(const char *kind, const char *key)
{
	for (const TdConfKey *at = td_conf_keys; at->group != NULL; at++)
		if (strcmp(at->key, key) == 0 && strcmp(at->group, kind) != 0)
			return at->group;
	return NULL;
}

static void
check_keys(TdConfFile *file, const TdConfGroup *group, const char *kind)
{
	GHashTableIter iter;
	gpointer key, line;

	g_hash_table_iter_init(&iter, group->lines);
	while (g_hash_table_iter_next(&iter, &key, &line)) {
		const char *home = other_home(kind, key);

		if (td_conf_key_find(kind, key) != NULL)
			continue;
		if (home != NULL)
			td_conf_file_complain(file, GPOINTER_TO_UINT(line),
			    "unknown key \"%s\" in [%s]; expected it in [%s%s]",
			    (const char *)key, group->name, home,
			    td_conf_kind_is_named(home) ? " NAME" : "");
		else
			td_conf_file_complain(file, GPOINTER_TO_UINT(line),
			    "unknown key \"%s\" in [%s]; expected one of "
			    "ticketd.conf(5)",
			    (const char *)key, group->name);
	}
}

static void
check_group(TdConfFile *file, const TdConfGroup *group)
{
	const char *kind = kind_of_group(group->name);
	const char *name = NULL;
	g_autofree char *good = NULL;

	if (kind == NULL) {
		td_conf_file_complain(file, group->line,
		    "unknown group [%s]; expected [desk], [store], [lmtp], "
		    "[smtp], [message], [queue NAME] or another one of "
		    "ticketd.conf(5)",
		    group->name);
		return;
	}
	if (td_conf_kind_is_named(kind))
		name = td_conf_group_name(group->name, kind);
	good = name == NULL ? NULL : td_conf_take_name(name);
	if (name != NULL && good == NULL)
		td_conf_file_complain(file, group->line,
		    "bad %s name \"%s\"; expected 1 to 32 letters, digits, "
		    "- and _",
		    kind, name);
	check_keys(file, group, kind);
}

static void
read_group(
    TdConfFile *file, const TdConfGroup *group, const char *kind, gpointer base)
{
	for (const TdConfKey *key = td_conf_keys; key->group != NULL; key++)
		if (strcmp(key->group, kind) == 0)
			td_conf_value_read(file, key, group->name, base);
}

static void
read_named(TdConfFile *file, const TdConfGroup *group, TdConf *conf,
    const TdConfNamed *named)
{
	const char *name = td_conf_group_name(group->name, named->kind);
	Named *each;

	if (name == NULL)
		return;
	each = g_malloc0(named->size);
	each->name = g_strdup(name);
	read_group(file, group, named->kind, each);
	g_ptr_array_add(*named_list(conf, named), each);
}

static TdConf *
read_conf(TdConfFile *file)
{
	TdConf *conf = g_new0(TdConf, 1);

	conf->path = g_strdup(file->path);
	for (const TdConfNamed *at = td_conf_named; at->kind != NULL; at++)
		*named_list(conf, at) = g_ptr_array_new();
	for (const TdConfKey *key = td_conf_keys; key->group != NULL; key++)
		if (!td_conf_kind_is_named(key->group))
			td_conf_value_read(file, key, key->group, conf);
	for (guint i = 0; i < file->groups->len; i++) {
		const TdConfGroup *group = g_ptr_array_index(file->groups, i);

		for (const TdConfNamed *at = td_conf_named; at->kind != NULL;
		     at++)
			read_named(file, group, conf, at);
	}
	return conf;
}

TdConf *
td_conf_load_by(const char *path, TdEventsReader reader, GError **error)
{
	g_autoptr(TdConfFile) file = td_conf_file_read(path, error);
	g_autoptr(TdConf) conf = NULL;

	if (file == NULL)
		return NULL;

	for (guint i = 0; i < file->groups->len; i++)
		check_group(file, g_ptr_array_index(file->groups, i));
	conf = read_conf(file);
	td_conf_check(file, conf, reader);
	if (!td_conf_file_finish(file, error))
		return NULL;
	return g_steal_pointer(&conf);
}

TdConf *
td_conf_load_without_events(const char *path, GError **error)
{
	return td_conf_load_by(path, NULL, error);
}

const TdQueue *
td_conf_queue(const TdConf *conf, const char *name)
{
	for (guint i = 0; name != NULL && i < conf->queues->len; i++) {
		const TdQueue *queue = g_ptr_array_index(conf->queues, i);

		if (strcmp(queue->name, name) == 0)
			return queue;
	}
	return NULL;
}

/* The one of @list, whose items begin with their names, that is called @name.
 */
static gconstpointer
find_named(const GPtrArray *list, const char *name)
{
	for (guint i = 0; name != NULL && i < list->len; i++) {
		const Named *each = g_ptr_array_index(list, i);

		if (strcmp(each->name, name) == 0)
			return each;
	}
	return NULL;
}

const TdCalendar *
td_conf_calendar_named(const TdConf *conf, const char *name)
{
	return find_named(conf->calendars, name);
}

const TdCalendar *
td_conf_calendar(const TdConf *conf, const TdQueue *queue)
{
	return td_conf_calendar_named(
	    conf, queue == NULL ? conf->calendar : queue->calendar);
}

const TdTicketType *
td_conf_type(const TdConf *conf, const char *name)
{
	return find_named(conf->types, name);
}

const TdFieldKind *
td_conf_field(const TdConf *conf, const char *name)
{
	return find_named(conf->fields, name);
}

const TdSla *
td_conf_sla(const TdConf *conf, const char *name)
{
	return find_named(conf->slas, name);
}

const TdEscalation *
td_conf_escalation(const TdConf *conf, const char *name)
{
	return find_named(conf->escalations, name);
}

gboolean
td_conf_has_field(const TdConf *conf, const char *name)
{
	return strcmp(name, TD_FIELD_SERVICE) == 0 ||
	    strcmp(name, TD_FIELD_EQUIPMENT) == 0 ||
	    td_conf_field(conf, name) != NULL;
}

guint
td_conf_priority(const TdConf *conf, guint urgency, guint impact)
{
	guint row = (urgency == 0 ? 3 : MIN(urgency, 5)) - 1;
	guint column = (impact == 0 ? 3 : MIN(impact, 5)) - 1;

	return g_array_index(conf->priority_matrix, guint, row * 5 + column);
}

GTimeZone *
td_conf_zone(const TdConf *conf)
{
	GTimeZone *zone = conf->timezone == NULL
	    ? NULL
	    : g_time_zone_new_identifier(conf->timezone);

	return zone != NULL ? zone : g_time_zone_new_local();
}

const char *
td_conf_path(const char *option)
{
	const char *environment = g_getenv("TICKETD_CONF");

	if (option != NULL)
		return option;
	if (environment != NULL && *environment != '\0')
		return environment;
	return TD_SYSCONFDIR "/ticketd/ticketd.conf";
}
