/* check.c - ticket check: whether all is well, for people and for monitoring */

#include "config.h"

#include <errno.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <ticketd/desk.h>
#include <ticketd/error.h>
#include <ticketd/server.h>
#include <ticketd/store.h>
#include <ticketd/text.h>

#include "cli/check.h"
#include "cli/cli.h"

#define COULD_NOT_LOOK 3

/* Mail that has been due for longer than this. */
#define OUTBOX_WARNING (15 * 60)
#define OUTBOX_CRITICAL (4 * 60 * 60)

/* Free bytes; below 16 MiB no mail is taken. */
#define SPACE_WARNING (G_GUINT64_CONSTANT(1024) * 1024 * 1024)
#define SPACE_CRITICAL (G_GUINT64_CONSTANT(128) * 1024 * 1024)
#define FILES_WARNING 1000
#define FILES_CRITICAL 100

/* How long a process that has the store open is waited for. */
#define UPGRADE_WAIT_MS 5000u

/* More findings about records than these are counted, not told. */
#define MAX_RECORDS 100u

/* ---- findings ---- */

static void
finding_free(gpointer data)
{
	TdFinding *finding = data;

	g_free(finding->what);
	g_free(finding->detail);
	g_free(finding);
}

void
td_finding_add(GPtrArray *findings, TdLevel level, const char *what,
    const char *format, ...)
{
	TdFinding *finding = g_new0(TdFinding, 1);
	va_list arguments;

	va_start(arguments, format);
	finding->level = level;
	finding->what = g_strdup(what);
	finding->detail = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_ptr_array_add(findings, finding);
}

static const char *
level_name(TdLevel level)
{
	switch (level) {
	case TD_LEVEL_OK:
		return "ok";
	case TD_LEVEL_WARNING:
		return "warning";
	case TD_LEVEL_CRITICAL:
		return "critical";
	}
	return "";
}

static const char *
level_colour(TdLevel level)
{
	switch (level) {
	case TD_LEVEL_OK:
		return "\033[32m";
	case TD_LEVEL_WARNING:
		return "\033[33m";
	case TD_LEVEL_CRITICAL:
		return "\033[1;31m";
	}
	return "";
}

static void
print_finding(const TdCli *cli, guint index, const TdFinding *finding)
{
	if (td_cli_format(cli, "json")) {
		g_autoptr(JsonObject) object = json_object_new();
		g_autofree char *detail = td_text_utf8(finding->detail, -1);

		json_object_set_string_member(
		    object, "level", level_name(finding->level));
		json_object_set_string_member(object, "what", finding->what);
		json_object_set_string_member(object, "detail", detail);
		td_output_json_element(index, object);
		return;
	}
	printf("%s%-8s%s  ", cli->colour ? level_colour(finding->level) : "",
	    level_name(finding->level), cli->colour ? "\033[0m" : "");
	td_output_text(finding->what);
	printf("  ");
	td_output_text(finding->detail);
	putchar('\n');
}

/* Prints all; the worst of them is the exit status. */
static int
print_findings(const TdCli *cli, const GPtrArray *findings)
{
	TdLevel worst = TD_LEVEL_OK;

	for (guint i = 0; i < findings->len; i++) {
		const TdFinding *finding = g_ptr_array_index(findings, i);

		print_finding(cli, i, finding);
		worst = MAX(worst, finding->level);
	}
	if (td_cli_format(cli, "json"))
		td_output_json_end(findings->len);
	return (int)worst;
}

/* ---- configuration and templates ---- */

/* The configuration, or NULL with a finding. */
static TdConf *
check_configuration(const TdCli *cli, GPtrArray *findings)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdConf) conf = td_conf_load(cli->conf_path, &error);

	if (conf == NULL) {
		td_finding_add(findings, TD_LEVEL_CRITICAL, "configuration",
		    "%s", error->message);
		return NULL;
	}
	td_finding_add(findings, TD_LEVEL_OK, "configuration", "%s, %u queue%s",
	    cli->conf_path, conf->queues->len,
	    conf->queues->len == 1 ? "" : "s");

	if (td_desk_check_templates(conf, &error))
		td_finding_add(findings, TD_LEVEL_OK, "templates", "%s",
		    conf->templates == NULL ? "built in" : conf->templates);
	else
		td_finding_add(findings, TD_LEVEL_CRITICAL, "templates", "%s",
		    error->message);
	return g_steal_pointer(&conf);
}

/* ---- the store ---- */

/* One page, from *@number on, which moves on to 0 at the end. */
static JsonObject *
check_page(TdClient *client, guint64 number, gboolean rebuild, GError **error)
{
	JsonObject *words = td_client_words("check");

	json_object_set_int_member(words, "number", (gint64)number);
	json_object_set_boolean_member(words, "rebuild", rebuild);
	return td_client_ask(client, words, NULL, NULL, error);
}

static void
keep_records(JsonObject *page, TdLevel level, GPtrArray *findings)
{
	JsonArray *array = td_get_array(page, "findings");

	for (guint i = 0; i < td_get_length(page, "findings"); i++) {
		if (findings->len >= MAX_RECORDS)
			return;
		td_finding_add(findings, level, "record", "%s",
		    json_array_get_string_element(array, i));
	}
}

static gboolean
check_records(
    TdClient *client, gboolean rebuild, GPtrArray *findings, GError **error)
{
	g_autoptr(TdProgress)
	    progress = td_progress_new(rebuild ? "rebuilding" : "checking");
	TdLevel level = rebuild ? TD_LEVEL_WARNING : TD_LEVEL_CRITICAL;
	guint64 number = 0, last = 0;
	gint64 wrong = 0;

	do {
		g_autoptr(JsonObject)
		    page = check_page(client, number, rebuild, error);

		if (page == NULL)
			return FALSE;
		keep_records(page, level, findings);
		wrong += td_get_number(page, "wrong");
		last = (guint64)td_get_number(page, "last");
		number = (guint64)td_get_number(page, "next");
		td_progress_set(progress, number == 0 ? last : number, last);
	} while (number != 0);

	if (rebuild)
		td_finding_add(findings, TD_LEVEL_OK, "store",
		    "records up to %" G_GUINT64_FORMAT
		    " compared with their events, %" G_GINT64_FORMAT " rebuilt",
		    last, wrong);
	/* What cannot be rebuilt shows when one looks again. */
	if (rebuild)
		return wrong == 0 ||
		    check_records(client, FALSE, findings, error);
	if (wrong > 0)
		td_finding_add(findings, TD_LEVEL_CRITICAL, "store",
		    "%" G_GINT64_FORMAT
		    " wrong records; try: ticket check --rebuild, and if that "
		    "does not help restore a backup: ticket restore",
		    wrong);
	else
		td_finding_add(findings, TD_LEVEL_OK, "store",
		    "records up to %" G_GUINT64_FORMAT
		    " are the sum of their events",
		    last);
	return TRUE;
}

/* ---- outbox and disk ---- */

static void
check_outbox(JsonObject *stat, GPtrArray *findings)
{
	JsonObject *outbox = td_get_object(stat, "outbox");
	gint64 age = td_get_number(outbox, "overdue_seconds");
	TdLevel level = TD_LEVEL_OK;

	if (age > OUTBOX_CRITICAL)
		level = TD_LEVEL_CRITICAL;
	else if (age > OUTBOX_WARNING)
		level = TD_LEVEL_WARNING;
	td_finding_add(findings, level, "outbox",
	    "%" G_GINT64_FORMAT " waiting, %" G_GINT64_FORMAT
	    " of them due, the oldest for %" G_GINT64_FORMAT " min%s",
	    td_get_number(outbox, "waiting"), td_get_number(outbox, "due"),
	    age / 60, level == TD_LEVEL_OK ? "" : "; try: ticket outbox list");
}

static void
check_space(JsonObject *stat, GPtrArray *findings)
{
	guint64 space = (guint64)td_get_number(stat, "disk_free");
	g_autofree char *text = g_format_size_full(
	    space, G_FORMAT_SIZE_IEC_UNITS);
	TdLevel level = TD_LEVEL_OK;

	if (space < SPACE_CRITICAL)
		level = TD_LEVEL_CRITICAL;
	else if (space < SPACE_WARNING)
		level = TD_LEVEL_WARNING;
	td_finding_add(findings, level, "disk", "%s free for the store", text);
}

/* A file system may have bytes left, and no room for another file. */
static void
check_files(JsonObject *stat, GPtrArray *findings)
{
	gint64 files = td_get_number(stat, "disk_files");

	if (!json_object_has_member(stat, "disk_files") ||
	    files >= FILES_WARNING)
		return;
	td_finding_add(findings,
	    files < FILES_CRITICAL ? TD_LEVEL_CRITICAL : TD_LEVEL_WARNING,
	    "disk", "room for %" G_GINT64_FORMAT " more files (inodes)", files);
}

/* ---- all of it ---- */

/* A store that is broken or not there is a finding; one that may not be looked
 * at is not.  Takes over @error. */
static int
fail_open(const TdCli *cli, GPtrArray *findings, GError *error)
{
	g_autoptr(GError) problem = error;

	if (!g_error_matches(problem, TD_ERROR, TD_ERROR_BROKEN) &&
	    !g_error_matches(problem, TD_ERROR, TD_ERROR_NO_STORE) &&
	    !g_error_matches(problem, TD_ERROR, TD_ERROR_CONFIG)) {
		print_findings(cli, findings);
		td_cli_fail(problem);
		return COULD_NOT_LOOK;
	}
	td_finding_add(
	    findings, TD_LEVEL_CRITICAL, "store", "%s", problem->message);
	return print_findings(cli, findings);
}

static gboolean
check_client(TdClient *client, GPtrArray *findings, GError **error)
{
	g_autoptr(JsonObject) ping = td_client_ask(
	    client, td_client_words("ping"), NULL, NULL, error);
	g_autoptr(JsonObject) stat = NULL;

	if (ping == NULL)
		return FALSE;
	if (td_client_has_daemon(client)) {
		td_finding_add(findings, TD_LEVEL_OK, "daemon",
		    "ticketd %s answers", td_get_text(ping, "version"));
		td_check_sockets(td_client_conf(client), findings);
	} else {
		td_finding_add(findings, TD_LEVEL_WARNING, "daemon",
		    "no ticketd is running; mail waits in the mail server, or "
		    "is filed one by one");
	}

	stat = td_client_ask(
	    client, td_client_words("stat"), NULL, NULL, error);
	if (stat == NULL)
		return FALSE;
	check_outbox(stat, findings);
	check_space(stat, findings);
	check_files(stat, findings);
	return check_records(client, FALSE, findings, error);
}

/* ---- --upgrade ---- */

typedef struct {
	TdProgress *progress;
	GPtrArray *findings;
} Upgrading;

static void
show_progress(guint64 done, guint64 last, gpointer data)
{
	const Upgrading *upgrading = data;

	td_progress_set(upgrading->progress, done, last);
}

static void
keep_damage(const char *finding, gpointer data)
{
	const Upgrading *upgrading = data;

	if (upgrading->findings->len < MAX_RECORDS)
		td_finding_add(upgrading->findings, TD_LEVEL_CRITICAL, "record",
		    "%s", finding);
}

static void
tell_upgrade(const TdUpgrade *upgrade, GPtrArray *findings)
{
	if (upgrade->schema == TD_STORE_SCHEMA) {
		td_finding_add(findings, TD_LEVEL_OK, "schema",
		    "%u, which is the newest: nothing to upgrade",
		    TD_STORE_SCHEMA);
		return;
	}
	td_finding_add(findings, TD_LEVEL_OK, "schema",
	    "%u; it was %" G_GUINT64_FORMAT ", and %" G_GUINT64_FORMAT
	    " records were written anew",
	    TD_STORE_SCHEMA, upgrade->schema, upgrade->tickets);
	if (upgrade->damaged > 0)
		td_finding_add(findings, TD_LEVEL_CRITICAL, "store",
		    "%" G_GUINT64_FORMAT
		    " damaged tickets keep their records; try: ticket log "
		    "--verify",
		    upgrade->damaged);
}

static gboolean
upgrade_here(const TdConf *conf, GPtrArray *findings, GError **error)
{
	g_autoptr(TdProgress) progress = td_progress_new("upgrading");
	Upgrading upgrading = { progress, findings };
	TdUpgrade upgrade = { .progress = show_progress,
		.finding = keep_damage,
		.data = &upgrading };

	if (!td_client_become_owner(conf->store, error) ||
	    !td_store_upgrade(conf->store, conf->cache_size, UPGRADE_WAIT_MS,
	        &upgrade, error))
		return FALSE;
	tell_upgrade(&upgrade, findings);
	return TRUE;
}

/* A daemon that runs has opened the store, so that is of its own schema. */
static gboolean
ask_schema(TdControl *control, GPtrArray *findings, GError **error)
{
	g_auto(TdRequest) request = { td_client_words("stat"), NULL };
	g_auto(TdAnswer) answer = { NULL, NULL };
	gint64 schema = 0;

	if (!td_control_call(control, &request, &answer, error))
		return FALSE;
	if (answer.result != NULL && JSON_NODE_HOLDS_OBJECT(answer.result))
		schema = td_get_number(
		    json_node_get_object(answer.result), "schema");
	if (schema == TD_STORE_SCHEMA)
		td_finding_add(findings, TD_LEVEL_OK, "schema",
		    "%u, which is the newest: nothing to upgrade",
		    TD_STORE_SCHEMA);
	else
		td_finding_add(findings, TD_LEVEL_CRITICAL, "schema",
		    "the daemon that is running is of another version; stop "
		    "it, then try again");
	return TRUE;
}

static gboolean
upgrade_store(const TdConf *conf, GPtrArray *findings, GError **error)
{
	g_autoptr(TdControl) control = NULL;

	if (!td_control_connect(conf, &control, error))
		return FALSE;
	return control != NULL ? ask_schema(control, findings, error)
	                       : upgrade_here(conf, findings, error);
}

/* --rebuild and --upgrade do what they say and look at nothing else. */
static gboolean
look(const TdCli *cli, const TdConf *conf, GPtrArray *findings, GError **error)
{
	g_autoptr(TdClient) client = NULL;

	if (td_cli_flag(cli, "upgrade"))
		return upgrade_store(conf, findings, error);
	client = td_client_open(cli->conf_path, TD_CLIENT_PLAIN, error);
	if (client == NULL)
		return FALSE;
	if (td_cli_flag(cli, "rebuild"))
		return check_records(client, TRUE, findings, error);
	return check_client(client, findings, error);
}

int
td_cli_check(const TdCli *cli)
{
	g_autoptr(GPtrArray)
	    findings = g_ptr_array_new_with_free_func(finding_free);
	g_autoptr(TdConf) conf = NULL;
	GError *error = NULL;

	if (access(cli->conf_path, R_OK) != 0 && errno == EACCES) {
		fprintf(stderr, "ticket: cannot read %s: %s\n", cli->conf_path,
		    g_strerror(errno));
		return COULD_NOT_LOOK;
	}
	conf = check_configuration(cli, findings);
	if (conf == NULL)
		return print_findings(cli, findings);
	if (!td_cli_flag(cli, "rebuild") && !td_cli_flag(cli, "upgrade"))
		td_check_groups(conf, findings);
	/* Asked about its recipients, the mail server may ask us: by then the
	 * store is closed again. */
	if (!look(cli, conf, findings, &error))
		return fail_open(cli, findings, error);
	if (td_cli_flag(cli, "mail")) {
		td_check_mail(conf, findings);
		td_check_postfix(conf, findings);
	}
	return print_findings(cli, findings);
}
