/* cli.h - what the parts of `ticket` share: commands, options, the client,
 * output */

#ifndef TICKETD_CLI_CLI_H
#define TICKETD_CLI_CLI_H

#include <stdio.h>
#include <sys/types.h>

#include <json-glib/json-glib.h>

#include <ticketd/conf.h>

/* ---- commands.c: the tables ---- */

typedef struct {
	const char *name; /* long name; NULL ends the table */
	char letter;      /* 0: none */
	const char
	    *value; /* what to call its value, NULL: it takes none; words
	             * with '|' between are the only values it may have */
	const char *help;
} TdOption;

typedef struct {
	const struct TdCliCommand *command; /* NULL: none was named */
	const char *conf_path;              /* borrowed */
	char **argv;         /* what it was read from; borrowed */
	GHashTable *options; /* name -> GPtrArray of values, "" for a flag */
	GPtrArray *words;    /* of char *, behind the command */
	gboolean colour;
} TdCli;

/* Does the command; the exit status. */
typedef int (*TdCliFunc)(const TdCli *cli);

typedef struct TdCliCommand {
	const char *name; /* "list", "outbox list" */
	TdCliFunc run;
	const TdOption *options;
	guint min_words;
	guint max_words;
	const char *words; /* "N/SEQ", for the usage line */
	const char *help;
} TdCliCommand;

extern const TdOption td_global_options[];
extern const TdCliCommand td_cli_commands[]; /* ended by .name NULL */

/* The command of that name, or NULL. */
const TdCliCommand *td_cli_command_find(const char *name);
/* The name of a command most like @name, NULL when none is near. */
const char *td_cli_command_nearest(const char *name);

/* ---- help.c ---- */

void td_help_print(void);
void td_help_print_command(const TdCliCommand *command);
int td_cli_help(const TdCli *cli);

/* ---- options.c: the words of the command line ---- */

/* Reads @argv into @cli, which is the caller's to td_cli_clear() whatever the
 * outcome.  Options may follow arguments; "--" ends them.  TD_ERROR_USAGE. */
gboolean td_cli_parse(TdCli *cli, char **argv, GError **error);
void td_cli_clear(TdCli *cli);

/* The word of that @index behind the command, NULL when there is none. */
const char *td_cli_word(const TdCli *cli, guint index);
/* NULL when it was not given; borrowed.  The last of several. */
const char *td_cli_text(const TdCli *cli, const char *option);
/* All of them, of char *; NULL when it was not given; borrowed. */
const GPtrArray *td_cli_texts(const TdCli *cli, const char *option);
gboolean td_cli_flag(const TdCli *cli, const char *option);
/* @otherwise when it was not given. */
gboolean td_cli_number(const TdCli *cli, const char *option, guint64 otherwise,
    guint64 *number, GError **error);
/* Whether --format names @format; "text" when it was not given. */
gboolean td_cli_format(const TdCli *cli, const char *format);

/* Reads "42", "42/1" or "42/1/2" (with or without '#' in front): @least to
 * @most numbers, as many as there are set.  TD_ERROR_USAGE. */
gboolean td_cli_handle(const char *word, guint least, guint most,
    guint64 numbers[3], GError **error);

/* Says @error on stderr; the exit status that belongs to it. */
int td_cli_fail(const GError *error);
/* Says on stderr what errno tells of @path; the exit status: @status, 1 where
 * a file is in the way. */
int td_cli_fail_path(const char *doing, const char *path, int status);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TdCli, td_cli_clear)

/* ---- user.c ---- */

typedef struct {
	char *name;
	uid_t uid;
	gid_t gid; /* the first group */
} TdUser;

/* NULL when there is none; the caller owns the result. */
TdUser *td_user_by_name(const char *name);
TdUser *td_user_by_id(uid_t uid);
void td_user_free(TdUser *user);

/* Root becomes @user, for good.  TD_ERROR_DENIED. */
gboolean td_user_become(const TdUser *user, GError **error);

/* Who runs this, as events call him: "control:anna", or "control:" and a
 * number; the caller owns it. */
char *td_user_actor(void);

/* FALSE when there is no such group. */
gboolean td_group_find(const char *name, gid_t *gid);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdUser, td_user_free)

/* ---- client.c: a daemon, or the desk in this process (here.h) ---- */

typedef struct TdClient TdClient;

typedef enum {
	TD_CLIENT_PLAIN = 0,
	TD_CLIENT_EMPTY = 1 << 0,  /* where there is no store, an empty desk */
	TD_CLIENT_OUTBOX = 1 << 1, /* without a daemon mail can be sent too */
	TD_CLIENT_APART = 1 << 2,  /* without a daemon another process opens
	                            * the store: this one stays who it is */
} TdClientFlags;

/* Before the store is opened here: root becomes its owner; the owner stays;
 * anybody else is refused by TD_ERROR_DENIED.  That there is no store is left
 * to be told by whoever opens it. */
gboolean td_client_become_owner(const char *store, GError **error);

/* Whether there is a daemon.  What else is wrong is left to be told by
 * td_client_open(), which connects anew: by then a text may have been written.
 */
gboolean td_client_reach(const char *conf_path);

/* Loads the configuration and connects to the daemon; without one opens the
 * store, as its owner: root becomes the owner for the rest of the process.
 * Fails with TD_ERROR_CONFIG, TD_ERROR_DENIED and td_service_open()'s
 * errors.  The caller owns the result. */
TdClient *td_client_open(
    const char *conf_path, TdClientFlags flags, GError **error);
void td_client_free(TdClient *client);

/* Whether a daemon answers. */
gboolean td_client_has_daemon(const TdClient *client);
const TdConf *td_client_conf(const TdClient *client);

/* The words of a request; the caller owns them. */
JsonObject *td_client_words(const char *verb);

/* One request.  @words are taken over.  @got may be NULL.  The result is the
 * caller's, NULL on failure: td_request_run()'s errors. */
JsonObject *td_client_ask(TdClient *client, JsonObject *words, GBytes *bytes,
    GBytes **got, GError **error);

/* The same for a command that asks once: opens, asks, closes.  @bytes may be
 * NULL.  NULL with the exit status when that failed, and was said. */
JsonObject *td_client_once(
    const TdCli *cli, JsonObject *words, GBytes *bytes, int *status);

/* Copies what the option was given, if it was, into the member @name: a text,
 * or an array of all texts. */
void td_client_copy_text(
    const TdCli *cli, const char *option, JsonObject *words, const char *name);
void td_client_copy_texts(
    const TdCli *cli, const char *option, JsonObject *words, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdClient, td_client_free)

/* ---- init.c ---- */

/* Makes the directory of the store, if there is none, for --user, and that of
 * the sockets.  *@owner is the caller's, NULL: whoever runs this. */
gboolean td_init_directory(
    const TdCli *cli, const TdConf *conf, TdUser **owner, GError **error);

/* ---- input.c ---- */

/* All of the standard input; the caller owns it.  TD_ERROR_USAGE. */
GBytes *td_input_read(GError **error);
/* All of @path, "-" for the standard input; the caller owns it.  NULL, with
 * what is wrong said, @what being what was wanted of it: EX_NOINPUT. */
GBytes *td_input_file(const char *path, const char *what);

/* ---- editor.c: a text that somebody writes ---- */

/* The standard input, or if that is a terminal, what was written in an editor;
 * then *@path is the file it is in, the caller's.  TD_ERROR_REFUSED: nothing
 * was written. */
GBytes *td_editor_ask(char **path, GError **error);

/* What somebody wrote is not thrown away because it could not be filed: says
 * where it is kept.  @path and @text may be NULL. */
void td_editor_keep(const char *path, GBytes *text);
/* It was filed. */
void td_editor_done(const char *path);

/* ---- output.c ---- */

/* Members of a result: "" or 0 where they are absent or null. */
const char *td_get_text(JsonObject *object, const char *name);
gint64 td_get_number(JsonObject *object, const char *name);
gboolean td_get_flag(JsonObject *object, const char *name);
/* NULL where absent; borrowed. */
JsonArray *td_get_array(JsonObject *object, const char *name);
JsonObject *td_get_object(JsonObject *object, const char *name);
guint td_get_length(JsonObject *object, const char *name);

/* Whether stdout is a terminal, and its columns. */
gboolean td_output_terminal(void);
gsize td_output_width(void);

/* Whether to colour, by --color=@when (NULL: auto), NO_COLOR and TERM. */
gboolean td_output_colour(const char *when);

/* Prints @text, which is mail's, as one safe line without an end. */
void td_output_text(const char *text);
/* As text of many lines, with an end. */
void td_output_block(const char *text);
/* The fields with a TAB between (stdout no terminal) or two blanks. */
void td_output_fields(const char *const *fields);

/* A member of an array of JSON that is printed piece by piece: @index counts
 * from 0. */
void td_output_json_element(guint64 index, JsonObject *object);
void td_output_json_end(guint64 count);
/* One object, indented. */
void td_output_json_object(JsonObject *object);

/* A table: columns under a heading on a terminal, else lines of fields with a
 * TAB between.  @headings, ended by NULL, are borrowed; @colour is for a
 * terminal. */
typedef struct TdTable TdTable;
TdTable *td_table_new(const char *const *headings, gboolean colour);
/* As many fields as headings; copied. */
void td_table_add(TdTable *table, const char *const *fields);
/* Prints what was not yet, and frees it. */
void td_table_free(TdTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdTable, td_table_free)

/* A line "name  value" of a record, unless @value is "". */
void td_output_line(gboolean colour, const char *name, const char *value);
/* The texts of an array, with ", " between; the caller owns it. */
char *td_output_joined(JsonObject *object, const char *name);

/* "Anna <anna@example.net>", or what there is of it; the caller owns it. */
char *td_output_mailbox(const char *name, const char *address);

/* A field of RFC 4180, safe from being read as a formula. */
char *td_output_csv_field(const char *text);

/* "5 min", "3 h", "2 d", a date: how long ago the RFC 3339 @time was. */
char *td_output_age(const char *time, gint64 now);
/* RFC 3339 @time as "2026-11-22 10:00", local. */
char *td_output_time(const char *time);

/* "key=value key=value" of an event's detail, without the checksums of what was
 * filed; the caller owns it. */
char *td_output_detail(JsonObject *detail);

/* ---- show-head.c ---- */

/* What is known of the ticket besides messages and events.  @conf tells who is
 * next in an escalation. */
void td_show_head(const TdCli *cli, const TdConf *conf, JsonObject *ticket);

/* ---- moment.c ---- */

/* When the value of @option is: "2026-11-22", "2026-11-22 10:00", as in RFC
 * 3339, "today", "yesterday", "now", or "-2d" (w, d, h, m).  *@time, seconds
 * UTC, stays if it was not given.  With @end a date is the end of that day.
 * TD_ERROR_USAGE. */
gboolean td_cli_moment(const TdCli *cli, const char *option, gboolean end,
    gint64 now, gint64 *time, GError **error);

/* ---- progress.c ---- */

typedef struct TdProgress TdProgress;

/* A bar on stderr, if that is a terminal; @label is borrowed. */
TdProgress *td_progress_new(const char *label);
void td_progress_set(TdProgress *progress, guint64 done, guint64 total);
/* Wipes it. */
void td_progress_free(TdProgress *progress);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdProgress, td_progress_free)

/* ---- the commands ---- */

int td_cli_init(const TdCli *cli);
int td_cli_list(const TdCli *cli);
int td_cli_show(const TdCli *cli);
int td_cli_raw(const TdCli *cli);
int td_cli_attachment(const TdCli *cli);
int td_cli_new(const TdCli *cli);
int td_cli_do(const TdCli *cli);
int td_cli_note(const TdCli *cli);
int td_cli_reply(const TdCli *cli);
int td_cli_agent_add(const TdCli *cli);
int td_cli_agent_set(const TdCli *cli);
int td_cli_agent_list(const TdCli *cli);
int td_cli_agent_show(const TdCli *cli);
int td_cli_agent_remove(const TdCli *cli);
int td_cli_agent_key(const TdCli *cli);
int td_cli_customer_add(const TdCli *cli);
int td_cli_customer_set(const TdCli *cli);
int td_cli_customer_list(const TdCli *cli);
int td_cli_customer_show(const TdCli *cli);
int td_cli_customer_remove(const TdCli *cli);
int td_cli_customer_import(const TdCli *cli);
int td_cli_log(const TdCli *cli);
int td_cli_explain(const TdCli *cli);
int td_cli_reprocess(const TdCli *cli);
int td_cli_outbox_list(const TdCli *cli);
int td_cli_outbox_retry(const TdCli *cli);
int td_cli_outbox_drop(const TdCli *cli);
int td_cli_outbox_flush(const TdCli *cli);
int td_cli_suppress_list(const TdCli *cli);
int td_cli_suppress_add(const TdCli *cli);
int td_cli_suppress_clear(const TdCli *cli);
int td_cli_ban(const TdCli *cli);
int td_cli_unban(const TdCli *cli);
int td_cli_secret_rotate(const TdCli *cli);
int td_cli_purge(const TdCli *cli);
int td_cli_erase(const TdCli *cli);
int td_cli_stat(const TdCli *cli);
int td_cli_check(const TdCli *cli);
int td_cli_backup(const TdCli *cli);
int td_cli_restore(const TdCli *cli);
int td_cli_export(const TdCli *cli);
int td_cli_import(const TdCli *cli);
int td_cli_canned_list(const TdCli *cli);
int td_cli_canned_show(const TdCli *cli);
int td_cli_canned_check(const TdCli *cli);
int td_cli_template_list(const TdCli *cli);
int td_cli_template_show(const TdCli *cli);
int td_cli_template_check(const TdCli *cli);

#endif
