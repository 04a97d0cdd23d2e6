/* conf-check.c - what the keys of ticketd.conf say together */

#include "config.h"

#include <string.h>
#include <sys/un.h>

#include <ticketd/address.h>
#include <ticketd/text.h>

#include "base/conf-private.h"

/* RFC 5321 4.5.3.1.1. */
#define LOCAL_PART_MAX 64

/* What the extension of a signed address takes at most: the largest number, a
 * kind, a version, a mac, and some for what stands behind it. */
#define EXTENSION_MAX 45

/* Who has an address: told when somebody else wants it too. */
typedef struct {
	TdConfFile *file;
	GHashTable *owners; /* folded address (borrowed) -> TdQueue */
} Owners;

static guint
queue_line(const TdConfFile *file, guint index, const char *key)
{
	const TdConfGroup *group = td_conf_group_at(file, "queue", index);

	return td_conf_file_line(file, group->name, key);
}

static void
fill_queue(TdQueue *queue, const TdConf *conf)
{
	if (queue->from_name == NULL)
		queue->from_name = g_strdup(queue->name);
	if (queue->language == NULL)
		queue->language = g_strdup(conf->language);
	if (queue->calendar == NULL)
		queue->calendar = g_strdup(conf->calendar);
}

/* The events of @files; NULL, and a mistake is noted, if they cannot be read.
 */
static GArray *
read_events(TdConfFile *file, TdEventsReader reader, const TdCalendar *calendar,
    guint index, const char *key, GStrv files)
{
	const TdConfGroup *group = td_conf_group_at(file, "calendar", index);
	g_autoptr(GError) error = NULL;
	GArray *stretches = NULL;

	if (reader != NULL &&
	    !reader(files, calendar->zone, &stretches, &error))
		td_conf_file_complain(file,
		    td_conf_file_line(file, group->name, key), "%s",
		    error->message);
	return stretches;
}

static void
fill_calendar(
    TdConfFile *file, const TdConf *conf, TdEventsReader reader, guint index)
{
	TdCalendar *calendar = g_ptr_array_index(conf->calendars, index);

	if (calendar->timezone != NULL)
		calendar->zone = g_time_zone_new_identifier(calendar->timezone);
	if (calendar->zone == NULL)
		calendar->zone = td_conf_zone(conf);
	calendar->holidays = read_events(
	    file, reader, calendar, index, "holidays", calendar->holiday_files);
	calendar->openings = read_events(
	    file, reader, calendar, index, "openings", calendar->opening_files);
}

static void
check_calendar_name(
    TdConfFile *file, const TdConf *conf, const char *name, guint line)
{
	const TdQueue asked = { .calendar = (char *)name };

	if (name != NULL && td_conf_calendar(conf, &asked) == NULL)
		td_conf_file_complain(file, line,
		    "no calendar \"%s\"; expected the name of a [calendar "
		    "NAME]",
		    name);
}

static void
check_calendars(TdConfFile *file, const TdConf *conf)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < conf->calendars->len; i++) {
		const TdCalendar *calendar = g_ptr_array_index(
		    conf->calendars, i);
		const TdConfGroup *group = td_conf_group_at(
		    file, "calendar", i);

		if (!g_hash_table_add(seen, calendar->name))
			td_conf_file_complain(file, group->line,
			    "calendar \"%s\" again; expected each once",
			    calendar->name);
	}
	check_calendar_name(file, conf, conf->calendar,
	    td_conf_file_line(file, "desk", "calendar"));
	for (guint i = 0; i < conf->queues->len; i++) {
		const TdQueue *queue = g_ptr_array_index(conf->queues, i);

		if (g_strcmp0(queue->calendar, conf->calendar) != 0)
			check_calendar_name(file, conf, queue->calendar,
			    queue_line(file, i, "calendar"));
	}
}

/* Names that people cannot tell apart are the same. */
static void
check_queue_names(TdConfFile *file, const TdConf *conf)
{
	g_autoptr(GHashTable)
	    seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < conf->queues->len; i++) {
		const TdQueue *queue = g_ptr_array_index(conf->queues, i);

		if (!g_hash_table_add(seen, td_text_fold(queue->name)))
			td_conf_file_complain(file, queue_line(file, i, NULL),
			    "queue \"%s\" again; expected names that differ in "
			    "more than case",
			    queue->name);
	}
}

/* Notes that @address is of the @index-th queue. */
static void
own_address(
    Owners *owners, TdQueue *queue, guint index, const char *key, char *address)
{
	const TdQueue *owner = g_hash_table_lookup(owners->owners, address);

	if (owner != NULL && owner != queue)
		td_conf_file_complain(owners->file,
		    queue_line(owners->file, index, key),
		    "address %s is in [queue %s] too; expected it in one queue",
		    address, owner->name);
	else
		g_hash_table_insert(owners->owners, address, queue);
}

/* Whether a local part has a character that parts an extension from it. */
static gboolean
has_delimiter(const TdConf *conf, const char *address)
{
	g_autofree char *local = td_address_local(address);

	return conf->recipient_delimiter != NULL &&
	    strpbrk(local, conf->recipient_delimiter) != NULL;
}

/* The queue's address is the stem of addresses that we make and send from. */
static void
check_queue_address(TdConfFile *file, const TdConf *conf, guint index)
{
	const TdQueue *queue = g_ptr_array_index(conf->queues, index);
	guint line = queue_line(file, index, "address");
	g_autofree char *local = td_address_local(queue->address);

	if (*local == '"' || !g_str_is_ascii(local))
		td_conf_file_complain(file, line,
		    "address %s cannot be extended; expected ASCII without "
		    "quotes in front of the @",
		    queue->address);
	if (has_delimiter(conf, queue->address))
		td_conf_file_complain(file, line,
		    "address %s has a character of recipient-delimiter \"%s\" "
		    "in its local part; expected none",
		    queue->address, conf->recipient_delimiter);
}

/* Octets of the longest local part that reply-address makes for a queue. */
static gsize
extended_length(const char *pattern, const char *address)
{
	g_autofree char *local = td_address_local(address);
	gsize length = strcspn(pattern, "@");

	return length - strlen("{local}{extension}") + strlen(local) +
	    EXTENSION_MAX;
}

static void
check_reply_address(TdConfFile *file, const TdConf *conf)
{
	for (guint i = 0; conf->reply_address != NULL && i < conf->queues->len;
	     i++) {
		const TdQueue *queue = g_ptr_array_index(conf->queues, i);
		gsize length;

		if (queue->address == NULL)
			continue;
		length = extended_length(conf->reply_address, queue->address);
		if (length > LOCAL_PART_MAX)
			td_conf_file_complain(file,
			    queue_line(file, i, "address"),
			    "address %s makes a reply-address \"%s\" of up to "
			    "%" G_GSIZE_FORMAT
			    " octets before the @; expected at most %d",
			    queue->address, conf->reply_address, length,
			    LOCAL_PART_MAX);
	}
}

/* Whether @address is of a queue, with or without an extension. */
static gboolean
is_owned(Owners *owners, const TdConf *conf, const char *address)
{
	g_autofree char *local = td_address_local(address);
	g_autofree char *stem = NULL;

	if (g_hash_table_contains(owners->owners, address))
		return TRUE;
	if (conf->recipient_delimiter == NULL)
		return FALSE;
	local[strcspn(local, conf->recipient_delimiter)] = '\0';
	stem = g_strdup_printf("%s@%s", local, td_address_domain(address));
	return g_hash_table_contains(owners->owners, stem);
}

/* Our own mail to @address, a value of @key in the @index-th group of @kind,
 * would go round for ever if it came back to the desk. */
static void
check_reader(Owners *owners, const TdConf *conf, const char *kind, guint index,
    const char *key, const char *address)
{
	const TdConfGroup *group = td_conf_group_at(owners->file, kind, index);

	if (is_owned(owners, conf, address) ||
	    g_strv_contains((const char *const *)conf->own_aliases, address))
		td_conf_file_complain(owners->file,
		    td_conf_file_line(owners->file, group->name, key),
		    "%s %s comes back to this desk; expected addresses of "
		    "others",
		    key, address);
}

static void
check_notify(Owners *owners, const TdConf *conf, guint index)
{
	const TdQueue *queue = g_ptr_array_index(conf->queues, index);
	GStrv notify = queue->notify;

	for (gsize i = 0; notify[i] != NULL; i++)
		check_reader(owners, conf, "queue", index, "notify", notify[i]);
}

static void
check_steps(Owners *owners, const TdConf *conf, guint index)
{
	const TdEscalation *escalation = g_ptr_array_index(
	    conf->escalations, index);
	const GPtrArray *steps = escalation->steps;

	for (guint i = 0; steps != NULL && i < steps->len; i++) {
		const TdEscalationStep *step = g_ptr_array_index(steps, i);

		if (step->kind == TD_STEP_ADDRESS)
			check_reader(owners, conf, "escalation", index, "steps",
			    step->who);
	}
}

static void
check_answer(Owners *owners, const TdConf *conf, guint index)
{
	const TdMonitor *monitor = g_ptr_array_index(conf->monitors, index);

	if (monitor->answer != NULL)
		check_reader(
		    owners, conf, "monitor", index, "answer", monitor->answer);
}

static void
check_addresses(TdConfFile *file, const TdConf *conf)
{
	g_autoptr(GHashTable) table = g_hash_table_new(g_str_hash, g_str_equal);
	Owners owners = { file, table };

	for (guint i = 0; i < conf->queues->len; i++) {
		TdQueue *queue = g_ptr_array_index(conf->queues, i);
		GStrv aliases = queue->aliases;

		if (queue->address != NULL) {
			own_address(
			    &owners, queue, i, "address", queue->address);
			check_queue_address(file, conf, i);
		}
		for (gsize j = 0; aliases[j] != NULL; j++)
			own_address(&owners, queue, i, "aliases", aliases[j]);
	}
	for (guint i = 0; i < conf->queues->len; i++)
		check_notify(&owners, conf, i);
	for (guint i = 0; i < conf->escalations->len; i++)
		check_steps(&owners, conf, i);
	for (guint i = 0; i < conf->monitors->len; i++)
		check_answer(&owners, conf, i);
	if (conf->admin != NULL && is_owned(&owners, conf, conf->admin))
		td_conf_file_complain(file,
		    td_conf_file_line(file, "desk", "admin"),
		    "admin %s is a queue's address; expected a person's",
		    conf->admin);
}

/* sockaddr_un has room for 107 octets. */
static void
check_socket_path(
    TdConfFile *file, const char *group, const char *key, const char *path)
{
	const gsize most = sizeof(((struct sockaddr_un *)NULL)->sun_path) - 1;

	if (strlen(path) > most)
		td_conf_file_complain(file, td_conf_file_line(file, group, key),
		    "\"%s\" makes a socket's path of %" G_GSIZE_FORMAT
		    " octets; expected at most %" G_GSIZE_FORMAT,
		    key, strlen(path), most);
}

static void
check_sockets(TdConfFile *file, TdConf *conf)
{
	g_autofree char *control = NULL;
	GStrv sockets;

	if (conf->run != NULL) {
		control = g_build_filename(conf->run, "control", NULL);
		check_socket_path(file, "desk", "run", control);
	}
	if (conf->lmtp_sockets == NULL && conf->run != NULL) {
		conf->lmtp_sockets = g_new0(char *, 2);
		conf->lmtp_sockets[0] = g_build_filename(
		    conf->run, "lmtp", NULL);
		return;
	}
	sockets = conf->lmtp_sockets;
	for (gsize i = 0; sockets != NULL && sockets[i] != NULL; i++)
		check_socket_path(file, "lmtp", "sockets", sockets[i]);
}

/* Who is not in the one group cannot connect. */
static void
check_groups(TdConfFile *file, const TdConf *conf)
{
	if (conf->admin_group != NULL && conf->control_group == NULL)
		td_conf_file_complain(file,
		    td_conf_file_line(file, "desk", "admin-group"),
		    "\"admin-group\" without \"control-group\" in [desk]; "
		    "expected that too");
}

static void
check_smtp(TdConfFile *file, const TdConf *conf)
{
	gboolean user = conf->smtp_user != NULL;
	const char *there = user ? "user" : "password-file";
	const char *missing = user ? "password-file" : "user";

	if (user != (conf->smtp_password_file != NULL))
		td_conf_file_complain(file,
		    td_conf_file_line(file, "smtp", there),
		    "\"%s\" without \"%s\" in [smtp]; expected both or neither",
		    there, missing);
}

void
td_conf_check(TdConfFile *file, TdConf *conf, TdEventsReader reader)
{
	for (guint i = 0; i < conf->queues->len; i++)
		fill_queue(g_ptr_array_index(conf->queues, i), conf);
	for (guint i = 0; i < conf->calendars->len; i++)
		fill_calendar(file, conf, reader, i);
	if (conf->queues->len == 0)
		td_conf_file_complain(
		    file, 1, "no queue; expected at least one [queue NAME]");
	check_queue_names(file, conf);
	check_calendars(file, conf);
	td_conf_check_rules(file, conf);
	check_addresses(file, conf);
	check_reply_address(file, conf);
	check_sockets(file, conf);
	check_groups(file, conf);
	check_smtp(file, conf);
}
