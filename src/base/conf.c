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

static void
queue_free(gpointer data)
{
	TdQueue *queue = data;

	clear_group("queue", queue);
	g_free(queue->name);
	g_free(queue);
}

static void
calendar_free(gpointer data)
{
	TdCalendar *calendar = data;

	clear_group("calendar", calendar);
	g_clear_pointer(&calendar->zone, g_time_zone_unref);
	g_free(calendar->name);
	g_free(calendar);
}

void
td_conf_free(TdConf *conf)
{
	if (conf == NULL)
		return;

	for (const TdConfKey *key = td_conf_keys; key->group != NULL; key++)
		if (!td_conf_kind_is_named(key->group))
			td_conf_value_clear(key, conf);
	g_ptr_array_unref(conf->queues);
	g_ptr_array_unref(conf->calendars);
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
		    "[smtp], [message], [queue NAME] or [calendar NAME]",
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
read_queue(TdConfFile *file, const TdConfGroup *group, TdConf *conf)
{
	const char *name = td_conf_group_name(group->name, "queue");
	TdQueue *queue;

	if (name == NULL)
		return;
	queue = g_new0(TdQueue, 1);
	queue->name = g_strdup(name);
	read_group(file, group, "queue", queue);
	g_ptr_array_add(conf->queues, queue);
}

static void
read_calendar(TdConfFile *file, const TdConfGroup *group, TdConf *conf)
{
	const char *name = td_conf_group_name(group->name, "calendar");
	TdCalendar *calendar;

	if (name == NULL)
		return;
	calendar = g_new0(TdCalendar, 1);
	calendar->name = g_strdup(name);
	read_group(file, group, "calendar", calendar);
	g_ptr_array_add(conf->calendars, calendar);
}

static TdConf *
read_conf(TdConfFile *file)
{
	TdConf *conf = g_new0(TdConf, 1);

	conf->path = g_strdup(file->path);
	conf->queues = g_ptr_array_new_with_free_func(queue_free);
	conf->calendars = g_ptr_array_new_with_free_func(calendar_free);
	for (const TdConfKey *key = td_conf_keys; key->group != NULL; key++)
		if (!td_conf_kind_is_named(key->group))
			td_conf_value_read(file, key, key->group, conf);
	for (guint i = 0; i < file->groups->len; i++) {
		const TdConfGroup *group = g_ptr_array_index(file->groups, i);

		read_queue(file, group, conf);
		read_calendar(file, group, conf);
	}
	return conf;
}

TdConf *
td_conf_load(const char *path, GError **error)
{
	g_autoptr(TdConfFile) file = td_conf_file_read(path, error);
	g_autoptr(TdConf) conf = NULL;

	if (file == NULL)
		return NULL;

	for (guint i = 0; i < file->groups->len; i++)
		check_group(file, g_ptr_array_index(file->groups, i));
	conf = read_conf(file);
	td_conf_check(file, conf);
	if (!td_conf_file_finish(file, error))
		return NULL;
	return g_steal_pointer(&conf);
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

const TdCalendar *
td_conf_calendar(const TdConf *conf, const TdQueue *queue)
{
	const char *name = queue == NULL ? conf->calendar : queue->calendar;

	for (guint i = 0; name != NULL && i < conf->calendars->len; i++) {
		const TdCalendar *calendar = g_ptr_array_index(
		    conf->calendars, i);

		if (strcmp(calendar->name, name) == 0)
			return calendar;
	}
	return NULL;
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
