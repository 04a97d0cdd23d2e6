/* intake.c - one mail, all its recipients, one transaction */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/clock.h>
#include <ticketd/error.h>
#include <ticketd/log.h>
#include <ticketd/text.h>

#include "server/service-private.h"
#include "server/verify.h"

/* Threads that parse: as many as processors, and at least so many, for one may
 * wait for the disk. */
#define PARSERS_MIN 2u
/* A mail above this waits its turn in a thread of its own until it is filed:
 * parsed, it takes several times its size. */
#define LARGE_MAIL ((gsize)256 * 1024)
/* Signed mails that wait to be looked at; each may take 20 s. */
#define SIGNED_MAX 8u
/* Threads that wait for signatures to be checked and suspects to be tried, so
 * that no other mail does. */
#define SIGNERS 2
/* Each byte of a mail that waits to be read puts it so much behind others, up
 * to so much, so that what small ones wait for is not a heap of large ones. */
#define BYTE_US 100
#define BEHIND_MAX_US (60 * G_USEC_PER_SEC)

/* Those of the first two can do nothing but parse (see
 * td_service_set_parser_start()): all else about a mail is for the others.
 * Each pool has its own threads from the start, for one that is shared is
 * started by whoever needs it, and can then do no more than he. */
struct TdParsers {
	GThreadPool *small;
	GThreadPool *large;
	GThreadPool *lookers; /* in the store, for keys */
	GThreadPool *signers;
};

/* One mail on its way through the threads. */
typedef struct {
	TdService *service;
	TdIntake *intake;
	TdDesk *desk;
	TdMessage *message;
	GBytes *packed;  /* as the store wants it, or NULL */
	GPtrArray *keys; /* to check its signature with, or NULL */
	TdSignature signature;
	guint note;  /* of poison.h */
	gsize room;  /* of reading.h, 0: none */
	gint64 turn; /* in the queue to be read: the least first */
	TdIntakeDone done;
	gpointer data;
} Task;

/* For threads that wait until a task is over. */
typedef struct {
	GMutex lock;
	GCond changed;
	gboolean over;
} Latch;

/* ---- the job of the writer ---- */

/* Whether the address is more than a queue's own. */
static gboolean
is_extended(TdDesk *desk, const char *address)
{
	const TdQueue *queue = NULL;
	g_autofree char *folded = td_address_fold(address);

	if (folded == NULL || !td_desk_recipient(desk, folded, &queue))
		return FALSE;
	return !g_str_equal(folded, queue->address) &&
	    !g_strv_contains((const char *const *)queue->aliases, folded);
}

static void
begin_afresh(TdIntakeRecipient *recipient)
{
	memset(&recipient->outcome, 0, sizeof(recipient->outcome));
	g_clear_error(&recipient->error);
	g_clear_pointer(&recipient->rule, g_free);
	g_clear_pointer(&recipient->class_name, g_free);
	recipient->agent = FALSE;
}

/* A recipient that is none of ours has failed, the others need not suffer:
 * nothing was written for it. */
static gboolean
file_for(Task *task, TdTxn *txn, TdIntakeRecipient *recipient, GError **error)
{
	const TdIntake *intake = task->intake;
	const TdEnvelope envelope = {
		.sender = intake->sender,
		.recipient = recipient->recipient,
		.original_recipient = recipient->original_recipient,
		.queue_id = intake->queue_id,
		.actor = intake->actor,
		.quiet = intake->quiet,
		.raw = intake->raw,
		.packed = task->packed,
		.signature = task->signature.key,
		.signature_digest = task->signature.digest,
		.signature_time = task->signature.time,
	};
	g_autoptr(TdPlan) plan = NULL;
	g_autoptr(GError) failed = NULL;
	const char *raw;
	gsize size;

	begin_afresh(recipient);
	if (!td_desk_decide(task->desk, txn, task->message, &envelope,
	        intake->received, &plan, &failed)) {
		if (g_error_matches(failed, TD_ERROR, TD_ERROR_NOT_OURS)) {
			recipient->error = g_steal_pointer(&failed);
			return TRUE;
		}
		g_propagate_error(error, g_steal_pointer(&failed));
		return FALSE;
	}

	td_intake_note(recipient, plan);
	recipient->guess = td_desk_is_guess(task->desk, recipient->recipient);
	raw = g_bytes_get_data(intake->raw, &size);
	return td_desk_apply(task->desk, txn, plan, task->message, &envelope,
	    raw, size, &recipient->outcome, error);
}

/* Whether a recipient, or what it was before an alias, may tell where the mail
 * belongs. */
static gboolean
says_where(TdDesk *desk, const TdIntakeRecipient *recipient)
{
	return is_extended(desk, recipient->recipient) ||
	    (recipient->original_recipient != NULL &&
	        is_extended(desk, recipient->original_recipient));
}

/* Files for those recipients that say where the mail belongs, or the others. */
static gboolean
file_for_those(Task *task, TdTxn *txn, gboolean that_say, GError **error)
{
	GPtrArray *recipients = task->intake->recipients;

	for (guint i = 0; i < recipients->len; i++) {
		TdIntakeRecipient *recipient = g_ptr_array_index(recipients, i);

		if (says_where(task->desk, recipient) == that_say &&
		    !file_for(task, txn, recipient, error))
			return FALSE;
	}
	return TRUE;
}

/* TdWriteFunc.  Addresses with a token first: what they find out (this mail
 * belongs to ticket 42) the bare ones shall see. */
static gboolean
file_mail(TdTxn *txn, gpointer data, GError **error)
{
	Task *task = data;
	gboolean filed;

	td_poison_enter(td_service_poison(task->service), task->note);
	filed = file_for_those(task, txn, TRUE, error) &&
	    file_for_those(task, txn, FALSE, error);
	td_poison_leave();
	return filed;
}

/* ---- afterwards ---- */

static void
free_task(Task *task)
{
	td_poison_done(td_service_poison(task->service), task->note);
	if (task->room > 0)
		td_reading_end(td_service_reading(task->service), task->room);
	g_clear_pointer(&task->packed, g_bytes_unref);
	g_clear_pointer(&task->keys, g_ptr_array_unref);
	td_signature_clear(&task->signature);
	td_desk_unref(task->desk);
	g_free(task);
}

/* TdWrittenFunc. */
static void
mail_filed(gpointer data, const GError *error)
{
	Task *task = data;
	GPtrArray *recipients = task->intake->recipients;
	TdIntakeDone done = task->done;
	TdIntake *intake = task->intake;
	gpointer done_data = task->data;
	gboolean queued = FALSE;

	for (guint i = 0; i < recipients->len; i++) {
		TdIntakeRecipient *recipient = g_ptr_array_index(recipients, i);

		if (error != NULL) {
			begin_afresh(recipient);
			recipient->error = g_error_copy(error);
		}
		queued = queued || recipient->outcome.outbox != 0;
	}
	td_poison_enter(td_service_poison(task->service), task->note);
	td_intake_log(task->intake, task->message);
	g_clear_pointer(&task->message, td_message_free);
	td_poison_leave();
	if (error == NULL)
		td_poison_spare(td_service_poison(task->service), task->note);
	if (queued)
		td_service_wake_outbox(task->service);
	free_task(task);
	done(intake, done_data);
}

/* ---- parsing ---- */

static void
push(Task *task)
{
	td_writer_push(
	    td_service_writer(task->service), file_mail, mail_filed, task);
}

static void
check_signature(Task *task)
{
	td_poison_enter(td_service_poison(task->service), task->note);
	td_verify_mail(task->service, task->message, task->intake->raw,
	    task->keys, &task->signature);
	td_poison_leave();
	push(task);
}

static void
find_keys_of(Task *task)
{
	td_poison_enter(td_service_poison(task->service), task->note);
	task->keys = td_verify_keys(task->service, task->desk, task->message);
	td_poison_leave();
}

/* Whoever floods us with signed mail in an agent's name gets no more than the
 * places there are: the rest counts as unsigned. */
static void
find_keys(gpointer data, gpointer unused G_GNUC_UNUSED)
{
	Task *task = data;
	TdParsers *parsers = td_service_parsers(task->service);

	find_keys_of(task);
	if (task->keys != NULL &&
	    g_thread_pool_unprocessed(parsers->signers) >= SIGNED_MAX) {
		td_log(TD_LOG_WARNING, "signature", "result",
		    "not looked at: too many signed mails wait", NULL);
		g_clear_pointer(&task->keys, g_ptr_array_unref);
	}
	if (task->keys != NULL)
		g_thread_pool_push(parsers->signers, task, NULL);
	else
		push(task);
}

/* FALSE: it is not taken now, and @task is done with. */
static gboolean
parse(Task *task)
{
	TdPoison *poison = td_service_poison(task->service);
	g_autoptr(GError) error = NULL;
	const char *raw;
	gsize size;

	task->message = td_poison_take(
	    poison, task->intake->raw, &task->note, &error);
	if (task->message == NULL) {
		mail_filed(task, error);
		return FALSE;
	}
	task->desk = td_service_desk(task->service);
	/* Small ones, of which there are many: the writer has the most to do
	 * of all threads. */
	raw = g_bytes_get_data(task->intake->raw, &size);
	td_poison_enter(poison, task->note);
	if (size <= LARGE_MAIL)
		task->packed = td_filed_pack(raw, size);
	td_poison_leave();
	return TRUE;
}

/* On a thread that may do anything. */
static void
parse_here_and_push(Task *task)
{
	if (!parse(task))
		return;
	find_keys_of(task);
	if (task->keys != NULL)
		check_signature(task);
	else
		push(task);
}

/* In the pool of signers: a mail with a signature, or a suspect. */
static void
work_aside(gpointer data, gpointer unused G_GNUC_UNUSED)
{
	Task *task = data;

	if (task->message == NULL)
		parse_here_and_push(task);
	else
		check_signature(task);
}

/* Of large mails there is one at a time anyway.  A suspect has none, for those
 * who have may wait for the same threads. */
static void
take_room(Task *task)
{
	gsize size = g_bytes_get_size(task->intake->raw);

	if (size > LARGE_MAIL)
		return;
	td_reading_begin(td_service_reading(task->service), size);
	task->room = size;
}

/* On a thread that can only parse. */
static void
parse_and_push(Task *task)
{
	TdParsers *parsers = td_service_parsers(task->service);

	if (td_poison_is_suspect(
	        td_service_poison(task->service), task->intake->raw)) {
		g_thread_pool_push(parsers->signers, task, NULL);
		return;
	}
	take_room(task);
	if (!parse(task))
		return;
	if (td_message_is_signed(task->message))
		g_thread_pool_push(parsers->lookers, task, NULL);
	else
		push(task);
}

static void
open_latch(TdIntake *intake G_GNUC_UNUSED, gpointer data)
{
	Latch *latch = data;

	g_mutex_lock(&latch->lock);
	latch->over = TRUE;
	g_cond_signal(&latch->changed);
	g_mutex_unlock(&latch->lock);
}

/* Parses by @begin, and waits until the mail is filed. */
static void
do_and_wait(Task *task, void (*begin)(Task *task))
{
	Latch latch = { .over = FALSE };

	g_mutex_init(&latch.lock);
	g_cond_init(&latch.changed);
	task->done = open_latch;
	task->data = &latch;
	begin(task);

	g_mutex_lock(&latch.lock);
	while (!latch.over)
		g_cond_wait(&latch.changed, &latch.lock);
	g_mutex_unlock(&latch.lock);
	g_cond_clear(&latch.changed);
	g_mutex_clear(&latch.lock);
}

/* Once in each thread. */
static void
start_thread(TdService *service)
{
	static GPrivate started;

	if (g_private_get(&started) != NULL)
		return;
	g_private_set(&started, service);
	td_service_start_parser(service);
}

static void
parse_small(gpointer data, gpointer unused G_GNUC_UNUSED)
{
	Task *task = data;

	start_thread(task->service);
	parse_and_push(task);
}

static void
parse_large(gpointer data, gpointer unused G_GNUC_UNUSED)
{
	Task *task = data;
	TdIntake *intake = task->intake;
	TdIntakeDone done = task->done;
	gpointer done_data = task->data;

	start_thread(task->service);
	do_and_wait(task, parse_and_push);
	done(intake, done_data);
}

/* GCompareDataFunc: whose turn is first. */
static gint
by_turn(gconstpointer a, gconstpointer b, gpointer unused G_GNUC_UNUSED)
{
	const Task *one = a, *other = b;

	return one->turn < other->turn ? -1 : one->turn > other->turn;
}

TdParsers *
td_parsers_new(void)
{
	TdParsers *parsers = g_new0(TdParsers, 1);
	guint threads = MAX(PARSERS_MIN, g_get_num_processors());

	parsers->small = g_thread_pool_new(
	    parse_small, NULL, (gint)threads, TRUE, NULL);
	parsers->large = g_thread_pool_new(parse_large, NULL, 1, TRUE, NULL);
	g_thread_pool_set_sort_function(parsers->small, by_turn, NULL);
	g_thread_pool_set_sort_function(parsers->large, by_turn, NULL);
	parsers->lookers = g_thread_pool_new(find_keys, NULL, 1, TRUE, NULL);
	parsers->signers = g_thread_pool_new(
	    work_aside, NULL, SIGNERS, TRUE, NULL);
	return parsers;
}

void
td_parsers_free(TdParsers *parsers)
{
	if (parsers == NULL)
		return;
	g_thread_pool_free(parsers->small, FALSE, TRUE);
	g_thread_pool_free(parsers->large, FALSE, TRUE);
	g_thread_pool_free(parsers->lookers, FALSE, TRUE);
	g_thread_pool_free(parsers->signers, FALSE, TRUE);
	g_free(parsers);
}

static Task *
new_task(TdService *service, TdIntake *intake)
{
	Task *task = g_new0(Task, 1);

	task->service = service;
	task->intake = intake;
	if (intake->received == 0)
		intake->received = td_clock_now();
	if (intake->started == 0)
		intake->started = g_get_monotonic_time();
	task->turn = intake->started +
	    MIN((gint64)g_bytes_get_size(intake->raw) * BYTE_US, BEHIND_MAX_US);
	return task;
}

void
td_service_take(
    TdService *service, TdIntake *intake, TdIntakeDone done, gpointer data)
{
	TdParsers *parsers = td_service_parsers(service);
	Task *task = new_task(service, intake);

	task->done = done;
	task->data = data;
	/* Opened here if it is not yet: a parser cannot. */
	td_service_poison(service);
	g_thread_pool_push(g_bytes_get_size(intake->raw) > LARGE_MAIL
	        ? parsers->large
	        : parsers->small,
	    task, NULL);
}

void
td_service_take_wait(TdService *service, TdIntake *intake)
{
	do_and_wait(new_task(service, intake), parse_here_and_push);
}
