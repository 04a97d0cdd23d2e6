/* request-import.c - the verb import-mail: old mail, many in one request
 *
 * Mails are decided in the order in which they come, each by a job of the
 * writer, which commits them together and lets other mail in between. */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/clock.h>
#include <ticketd/error.h>
#include <ticketd/log.h>
#include <ticketd/text.h>

#include "server/request-import.h"
#include "server/service-private.h"

#define MAILS_MAX 200u

typedef struct Batch Batch;

typedef struct {
	Batch *batch;
	GBytes *raw;
	TdMessage *message;
	guint note; /* of poison.h */
	char *sender;
	const TdQueue *queue; /* borrowed */
	gint64 time;
	/* what became of it */
	GError *error;
	TdOutcome outcome;
	TdRule rule;
	TdClass class;
} Mail;

struct Batch {
	const TdCall *call;
	TdDesk *desk;
	const TdQueue *queue; /* asked for; or NULL */
	TdStatus status;
	Mail *mails;
	guint count;
	GMutex lock;
	GCond changed;
	guint waiting; /* mails that the writer has */
};

static void
batch_clear(Batch *batch)
{
	for (guint i = 0; i < batch->count; i++) {
		Mail *mail = &batch->mails[i];

		td_poison_done(
		    td_service_poison(batch->call->service), mail->note);
		g_bytes_unref(mail->raw);
		td_message_free(mail->message);
		g_free(mail->sender);
		g_clear_error(&mail->error);
	}
	g_free(batch->mails);
	td_desk_unref(batch->desk);
	g_mutex_clear(&batch->lock);
	g_cond_clear(&batch->changed);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Batch, batch_clear)

/* ---- one mail ---- */

/* The envelope's, as the mail server wrote it on top; NULL: not known. */
static char *
find_sender(const TdMessage *message)
{
	const char *path = td_message_header(message, "Return-Path", 0);
	g_autofree char *trimmed = NULL;

	if (path == NULL)
		return NULL;
	trimmed = g_strstrip(g_strdup(path));
	if (g_str_equal(trimmed, "<>") || *trimmed == '\0')
		return g_strdup("");
	return td_address_fold(trimmed);
}

/* When it came, as well as that can be told: our own mail server's word before
 * the writer's, and that before what the file says, which is often when the
 * mail was moved there. */
static gint64
find_time(const TdMessage *message, gint64 hint, gint64 now)
{
	gint64 time = td_message_delivered(message);

	if (time == 0 || time > now)
		time = message->date;
	if (time == 0 || time > now)
		time = hint;
	return time == 0 || time > now ? now : time;
}

static const TdQueue *
find_named(const TdDesk *desk, const GPtrArray *addresses)
{
	for (guint i = 0; i < addresses->len; i++) {
		const TdAddress *address = g_ptr_array_index(addresses, i);
		const TdQueue *queue;

		if (td_desk_recipient(desk, address->address, &queue))
			return queue;
	}
	return NULL;
}

/* The queue it was for; the only one if it names none; else NULL. */
static const TdQueue *
find_queue(const TdDesk *desk, const TdMessage *message)
{
	static const char *const names[] = { "X-Original-To", "Delivered-To" };
	const TdConf *conf = td_desk_conf(desk);
	const TdQueue *queue = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		const char *to = td_message_header(message, names[i], 0);

		if (to != NULL && td_desk_recipient(desk, to, &queue))
			return queue;
	}
	queue = find_named(desk, message->to);
	if (queue == NULL)
		queue = find_named(desk, message->cc);
	/* What was sent from a mailbox. */
	if (queue == NULL)
		queue = find_named(desk, message->from);
	if (queue == NULL && conf->queues->len == 1)
		queue = g_ptr_array_index(conf->queues, 0);
	return queue;
}

static gboolean
decide(Mail *mail, TdTxn *txn, TdPlan **plan, GError **error)
{
	const Batch *batch = mail->batch;
	const TdEnvelope envelope = {
		.sender = mail->sender,
		.recipient = mail->queue->address,
		.raw = mail->raw,
		.import = &batch->status,
	};

	if (!td_desk_decide(batch->desk, txn, mail->message, &envelope,
	        mail->time, plan, error))
		return FALSE;
	mail->rule = (*plan)->rule;
	mail->class = (*plan)->class.class;
	return TRUE;
}

/* TdWriteFunc */
static gboolean
file_mail(TdTxn *txn, gpointer data, GError **error)
{
	Mail *mail = data;
	const TdEnvelope envelope = {
		.sender = mail->sender,
		.recipient = mail->queue->address,
		.raw = mail->raw,
		.import = &mail->batch->status,
	};
	g_autoptr(TdPlan) plan = NULL;
	gsize size;
	const char *bytes = g_bytes_get_data(mail->raw, &size);

	memset(&mail->outcome, 0, sizeof(mail->outcome));
	return decide(mail, txn, &plan, error) &&
	    td_desk_apply(mail->batch->desk, txn, plan, mail->message,
	        &envelope, bytes, size, &mail->outcome, error);
}

static void
log_mail(const Mail *mail)
{
	g_autofree char *id = td_text_printable(mail->message->message_id, 200);
	char ticket[24], size[24];

	g_snprintf(
	    ticket, sizeof(ticket), "%" G_GUINT64_FORMAT, mail->outcome.ticket);
	g_snprintf(size, sizeof(size), "%zu", g_bytes_get_size(mail->raw));
	td_log(mail->error == NULL ? TD_LOG_INFO : TD_LOG_WARNING, "imported",
	    "ticket", mail->error == NULL ? ticket : NULL, "as",
	    mail->error == NULL ? td_rule_name(mail->rule) : NULL, "class",
	    mail->error == NULL ? td_class_name(mail->class) : NULL, "from",
	    td_message_from(mail->message), "message_id", id, "size", size,
	    "result", mail->error == NULL ? "ok" : mail->error->message, NULL);
}

/* TdWrittenFunc */
static void
mail_filed(gpointer data, const GError *error)
{
	Mail *mail = data;
	Batch *batch = mail->batch;

	if (error != NULL)
		mail->error = g_error_copy(error);
	log_mail(mail);
	g_mutex_lock(&batch->lock);
	batch->waiting--;
	g_cond_signal(&batch->changed);
	g_mutex_unlock(&batch->lock);
}

/* ---- all of them ---- */

/* One that cannot be read now is left out and named: it can come again. */
static void
read_mail(Batch *batch, Mail *mail, GBytes *raw, gint64 hint)
{
	g_autoptr(GError) later = NULL;

	mail->batch = batch;
	mail->raw = raw;
	mail->message = td_poison_take(
	    td_service_poison(batch->call->service), raw, &mail->note, &later);
	if (mail->message == NULL) {
		td_fail(&mail->error, TD_ERROR_REFUSED, "%s", later->message);
		return;
	}
	mail->sender = find_sender(mail->message);
	mail->time = find_time(mail->message, hint, td_clock_now());
	mail->queue = batch->queue != NULL
	    ? batch->queue
	    : find_queue(batch->desk, mail->message);
	if (mail->queue == NULL)
		g_set_error_literal(&mail->error, TD_ERROR, TD_ERROR_REFUSED,
		    "it names no queue; say which: --queue");
}

/* Sizes and times fit each other and the bytes. */
static gboolean
check_sizes(const TdCall *call, const GArray *sizes, const GArray *times,
    GError **error)
{
	gsize bytes = call->bytes == NULL ? 0 : g_bytes_get_size(call->bytes);
	guint64 sum = 0;

	for (guint i = 0; i < sizes->len; i++) {
		guint64 size = g_array_index(sizes, guint64, i);

		if (size > bytes - sum)
			break;
		sum += size;
	}
	return (sizes->len <= MAILS_MAX && sizes->len == times->len &&
	           sum == bytes) ||
	    td_fail(error, TD_ERROR_USAGE,
	        "\"sizes\" and \"times\" must tell of all mails, at most %u, "
	        "and of all bytes",
	        MAILS_MAX);
}

static gboolean
read_mails(Batch *batch, GError **error)
{
	const TdCall *call = batch->call;
	g_autoptr(GArray) sizes = td_call_numbers(call, "sizes");
	g_autoptr(GArray) times = td_call_numbers(call, "times");
	gsize at = 0;

	if (!check_sizes(call, sizes, times, error))
		return FALSE;
	batch->mails = g_new0(Mail, sizes->len);
	for (batch->count = 0; batch->count < sizes->len; batch->count++) {
		guint i = batch->count;
		gsize size = g_array_index(sizes, guint64, i);

		read_mail(batch, &batch->mails[i],
		    g_bytes_new_from_bytes(call->bytes, at, size),
		    (gint64)g_array_index(times, guint64, i));
		at += size;
	}
	return TRUE;
}

static void
file_mails(Batch *batch)
{
	for (guint i = 0; i < batch->count; i++)
		batch->waiting += batch->mails[i].error == NULL;
	for (guint i = 0; i < batch->count; i++)
		if (batch->mails[i].queue != NULL)
			td_writer_push(td_service_writer(batch->call->service),
			    file_mail, mail_filed, &batch->mails[i]);
	g_mutex_lock(&batch->lock);
	while (batch->waiting > 0)
		g_cond_wait(&batch->changed, &batch->lock);
	g_mutex_unlock(&batch->lock);
}

/* A dry run does not see what the mails before would have done. */
static void
think_mails(Batch *batch)
{
	for (guint i = 0; i < batch->count; i++) {
		g_autoptr(TdTxn)
		    txn = td_txn_read(td_service_store(batch->call->service));
		Mail *mail = &batch->mails[i];
		g_autoptr(TdPlan) plan = NULL;

		if (mail->error == NULL &&
		    decide(mail, txn, &plan, &mail->error) &&
		    !TD_TICKET_IS_NEW(plan->ticket))
			mail->outcome.ticket = plan->ticket;
	}
}

/* ---- the verb ---- */

static JsonObject *
mail_json(const Mail *mail)
{
	JsonObject *object = json_object_new();
	const char *result = "filed";

	if (mail->error != NULL)
		result = "refused";
	else if (mail->rule == TD_RULE_DUPLICATE)
		result = "duplicate";
	json_object_set_string_member(object, "result", result);
	if (mail->error != NULL) {
		json_object_set_string_member(
		    object, "error", mail->error->message);
		return object;
	}
	td_json_set_number(object, "ticket", mail->outcome.ticket);
	json_object_set_string_member(object, "rule", td_rule_name(mail->rule));
	json_object_set_boolean_member(object, "opened",
	    mail->rule == TD_RULE_NEW && mail->outcome.ticket != 0);
	return object;
}

/* Not the mail is at fault, so that it can be filed later. */
static gboolean
check_failed(const Batch *batch, GError **error)
{
	for (guint i = 0; i < batch->count; i++) {
		const GError *failed = batch->mails[i].error;

		if (failed == NULL ||
		    g_error_matches(failed, TD_ERROR, TD_ERROR_REFUSED) ||
		    g_error_matches(failed, TD_ERROR, TD_ERROR_NOT_OURS))
			continue;
		if (error != NULL)
			*error = g_error_copy(failed);
		return FALSE;
	}
	return TRUE;
}

static gboolean
read_words(Batch *batch, GError **error)
{
	const TdConf *conf = td_desk_conf(batch->desk);
	const char *queue = td_call_text(batch->call, "queue");
	const char *status = td_call_text(batch->call, "status");

	if (queue != NULL) {
		batch->queue = td_conf_queue(conf, queue);
		if (batch->queue == NULL)
			return td_request_fail_no_queue(conf, queue, error);
	}
	batch->status = TD_STATUS_CLOSED;
	if (status == NULL ||
	    (td_status_from_name(status, &batch->status) &&
	        (batch->status == TD_STATUS_OPEN ||
	            batch->status == TD_STATUS_CLOSED)))
		return TRUE;
	return td_fail(error, TD_ERROR_USAGE,
	    "old mail is \"open\" or \"closed\", not \"%s\"", status);
}

gboolean
td_request_import_mail(const TdCall *call, GError **error)
{
	g_auto(Batch)
	    batch = { .call = call, .desk = td_service_desk(call->service) };
	JsonArray *array;
	JsonObject *result;

	g_mutex_init(&batch.lock);
	g_cond_init(&batch.changed);
	if (!read_words(&batch, error) || !read_mails(&batch, error))
		return FALSE;
	if (td_call_flag(call, "dry_run"))
		think_mails(&batch);
	else
		file_mails(&batch);
	if (!check_failed(&batch, error))
		return FALSE;

	array = json_array_sized_new(batch.count);
	for (guint i = 0; i < batch.count; i++)
		json_array_add_object_element(
		    array, mail_json(&batch.mails[i]));
	result = json_object_new();
	json_object_set_array_member(result, "mails", array);
	td_call_answer(call, result);
	return TRUE;
}
