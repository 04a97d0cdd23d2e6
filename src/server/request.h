/* request.h - the verbs of the control socket: one function each
 *
 * A verb finds its words checked against its table of arguments, takes turns
 * of reading or gives a job to the writer, and builds its result when the gate
 * is open again. */

#ifndef TICKETD_SERVER_REQUEST_H
#define TICKETD_SERVER_REQUEST_H

#include <ticketd/server.h>

/* One request in hand; all is borrowed. */
typedef struct {
	TdService *service;
	JsonObject *words;
	GBytes *bytes;     /* or NULL */
	const char *actor; /* "control:root" */
	TdAnswer *answer;  /* filled in on success alone */
} TdCall;

typedef gboolean (*TdVerbFunc)(const TdCall *call, GError **error);

typedef enum {
	TD_ARGUMENT_TEXT,
	TD_ARGUMENT_NUMBER,  /* 0 and up */
	TD_ARGUMENT_FLAG,    /* true or false */
	TD_ARGUMENT_NUMBERS, /* an array of them */
	TD_ARGUMENT_TEXTS,   /* an array of texts */
} TdArgumentType;

typedef struct {
	const char *name; /* NULL ends the table */
	TdArgumentType type;
	gboolean required;
} TdArgument;

/* ---- request-verbs.c ---- */

/* Of those who may use the control socket; 0 is none of them, so that each
 * verb says it. */
typedef enum {
	TD_VERB_MEMBERS = 1, /* all */
	TD_VERB_KEEPERS,     /* root, the desk's user, admin-group */
} TdVerbWho;

typedef struct {
	const char *name;
	TdVerbFunc run;
	const TdArgument *arguments;
	TdVerbWho who;
} TdVerbEntry;

/* All of them. */
const TdVerbEntry *td_verb_table(gsize *count);

/* NULL when there is none of that name. */
const TdVerbEntry *td_verb_find(const char *name);
/* Whether it takes more than to be a member of control-group. */
gboolean td_verb_is_guarded(const char *name);

/* ---- request.c: words of a request ---- */

/* NULL when it was not given. */
const char *td_call_text(const TdCall *call, const char *name);
/* @otherwise when it was not given. */
guint64 td_call_number(const TdCall *call, const char *name, guint64 otherwise);
gboolean td_call_flag(const TdCall *call, const char *name);
/* Of guint64; empty when it was not given.  The caller owns the result. */
GArray *td_call_numbers(const TdCall *call, const char *name);
/* Empty when it was not given; the caller owns the result. */
GStrv td_call_texts(const TdCall *call, const char *name);
gboolean td_call_has(const TdCall *call, const char *name);
/* Rows wanted in a page: the argument "limit", 1 to TD_READ_MAX. */
guint td_call_limit(const TdCall *call);
/* The number in the argument "next", 0 when it was not given.  TD_ERROR_USAGE.
 */
gboolean td_call_cursor(const TdCall *call, guint64 *cursor, GError **error);
/* The member "next" of a page, unless @cursor is 0. */
void td_call_set_cursor(JsonObject *result, guint64 cursor);
/* Takes over @result. */
void td_call_answer(const TdCall *call, JsonObject *result);

/* ---- the verbs ---- */

gboolean td_request_list(const TdCall *call, GError **error);
gboolean td_request_log(const TdCall *call, GError **error);
gboolean td_request_show(const TdCall *call, GError **error);
gboolean td_request_raw(const TdCall *call, GError **error);
gboolean td_request_attachment(const TdCall *call, GError **error);
gboolean td_request_new(const TdCall *call, GError **error);
gboolean td_request_reprocess(const TdCall *call, GError **error);
gboolean td_request_order(const TdCall *call, GError **error);
gboolean td_request_agent_add(const TdCall *call, GError **error);
gboolean td_request_agent_set(const TdCall *call, GError **error);
gboolean td_request_agent_list(const TdCall *call, GError **error);
gboolean td_request_agent_show(const TdCall *call, GError **error);
gboolean td_request_agent_remove(const TdCall *call, GError **error);
gboolean td_request_agent_key_add(const TdCall *call, GError **error);
gboolean td_request_agent_key_remove(const TdCall *call, GError **error);
gboolean td_request_customer_add(const TdCall *call, GError **error);
gboolean td_request_customer_set(const TdCall *call, GError **error);
gboolean td_request_customer_list(const TdCall *call, GError **error);
gboolean td_request_customer_show(const TdCall *call, GError **error);
gboolean td_request_customer_remove(const TdCall *call, GError **error);
gboolean td_request_customer_import(const TdCall *call, GError **error);
gboolean td_request_explain(const TdCall *call, GError **error);
gboolean td_request_outbox_list(const TdCall *call, GError **error);
gboolean td_request_outbox_retry(const TdCall *call, GError **error);
gboolean td_request_outbox_drop(const TdCall *call, GError **error);
gboolean td_request_outbox_flush(const TdCall *call, GError **error);
gboolean td_request_suppress_list(const TdCall *call, GError **error);
gboolean td_request_suppress_add(const TdCall *call, GError **error);
gboolean td_request_suppress_clear(const TdCall *call, GError **error);
gboolean td_request_ban_add(const TdCall *call, GError **error);
gboolean td_request_ban_clear(const TdCall *call, GError **error);
gboolean td_request_secret_rotate(const TdCall *call, GError **error);
gboolean td_request_stat(const TdCall *call, GError **error);
gboolean td_request_verify(const TdCall *call, GError **error);
gboolean td_request_check(const TdCall *call, GError **error);
gboolean td_request_purge(const TdCall *call, GError **error);
gboolean td_request_erase_look(const TdCall *call, GError **error);
gboolean td_request_erase(const TdCall *call, GError **error);
gboolean td_request_erase_end(const TdCall *call, GError **error);
gboolean td_request_wipe(const TdCall *call, GError **error);
gboolean td_request_backup_begin(const TdCall *call, GError **error);
gboolean td_request_backup_next(const TdCall *call, GError **error);
gboolean td_request_backup_cancel(const TdCall *call, GError **error);
gboolean td_request_backup_end(const TdCall *call, GError **error);
gboolean td_request_canned_list(const TdCall *call, GError **error);
gboolean td_request_canned_show(const TdCall *call, GError **error);
gboolean td_request_export(const TdCall *call, GError **error);
gboolean td_request_export_messages(const TdCall *call, GError **error);
gboolean td_request_export_events(const TdCall *call, GError **error);
gboolean td_request_export_people(const TdCall *call, GError **error);
gboolean td_request_import_mail(const TdCall *call, GError **error);
gboolean td_request_import_look(const TdCall *call, GError **error);
gboolean td_request_import_ticket(const TdCall *call, GError **error);
gboolean td_request_import_people(const TdCall *call, GError **error);
gboolean td_request_template_list(const TdCall *call, GError **error);
gboolean td_request_template_show(const TdCall *call, GError **error);

/* ---- request-purge.c ---- */

/* What is to be forgotten is looked at and done by one request at a time:
 * between the two nothing else is forgotten. */
void td_request_forget_begin(void);
void td_request_forget_end(void);
/* The member "unwiped" of @result: whether something that was deleted is to be
 * overwritten. */
gboolean td_request_unwiped(
    const TdCall *call, JsonObject *result, GError **error);

/* ---- request-stat.c ---- */

/* 64 hexadecimal digits into @digest, of TD_SHA256_SIZE; FALSE if @hex (or
 * NULL) is something else. */
gboolean td_request_read_digest(const char *hex, guint8 *digest);

/* The name of the agent who asks: whom "as" names, else who is called as the
 * user is; the caller's.  Where that is nobody, TD_ERROR_REFUSED if @must, else
 * *@name stays. */
gboolean td_request_me(
    const TdCall *call, gboolean must, char **name, GError **error);

/* ---- request-write.c ---- */

/* There is no queue @name, but others.  Always FALSE, TD_ERROR_REFUSED. */
gboolean td_request_fail_no_queue(
    const TdConf *conf, const char *name, GError **error);

/* ---- request-show.c: shared with reprocess ---- */

/* The message (*@number, @sequence), or that of the ticket which *@number was
 * merged into; TD_ERROR_REFUSED says what there is instead.  @raw may be
 * NULL. */
gboolean td_request_filed(const TdCall *call, guint64 *number, guint64 sequence,
    TdFiled **filed, GBytes **raw, GError **error);

/* What the bytes of a filed message say; those that were found unreadable are
 * not read again.  The caller owns the result. */
TdMessage *td_request_parse(
    const TdCall *call, const TdFiled *filed, GBytes *raw);
/* The same for what is to be decided: NULL with TD_ERROR_AGAIN if the mail
 * cannot be read now. */
TdMessage *td_request_read(const TdCall *call, GBytes *raw, GError **error);

/* ---- request-json.c: records as JSON; the caller owns the results ---- */

/* A member that is null where @text is NULL or "". */
void td_json_set_text(JsonObject *object, const char *name, const char *text);
/* RFC 3339, or null where @time is 0. */
void td_json_set_time(JsonObject *object, const char *name, gint64 time);
/* An integer, or null where it is too large for one (TD_TICKET_NEW). */
void td_json_set_number(JsonObject *object, const char *name, guint64 number);
JsonArray *td_json_texts(char **texts);

JsonObject *td_json_ticket(const TdTicket *ticket);
JsonObject *td_json_event(const TdEvent *event);
JsonArray *td_json_events(const GPtrArray *events);
/* @message is what the bytes say. */
JsonObject *td_json_filed(const TdFiled *filed, const TdMessage *message);
/* With handles N/SEQ/PART when @filed is not NULL. */
JsonArray *td_json_attachments(
    const GPtrArray *attachments, const TdFiled *filed);
JsonObject *td_json_outbox_row(const TdOutboxRow *row);

#endif
