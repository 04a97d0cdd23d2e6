/* outbox-fixture.c - see outbox-fixture.h */

#include "config.h"

#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>
#include <glib/gstdio.h>

#include <ticketd/clock.h>
#include <ticketd/error.h>

#include "outbox-fixture.h"

#define PATIENCE (25 * G_TIME_SPAN_SECOND)

/* ---- the outbox ---- */

static const char *
fate_name(TdFate fate)
{
	static const char *const names[] = { "sent", "deferred", "failed" };

	return names[fate];
}

/* Does to the row what a desk would do. */
static gboolean
settle_row(TdTxn *txn, const TdDelivery *delivery, GError **error)
{
	const TdOutboxRow *row = delivery->row;
	g_autoptr(GPtrArray) later = g_ptr_array_new();
	g_autoptr(TdOutboxRow) next = td_outbox_row_new();

	if (!td_outbox_row_delete(txn, row, error))
		return FALSE;
	for (guint i = 0; row->recipients[i] != NULL; i++) {
		if (delivery->fates[i] != TD_FATE_DEFERRED)
			continue;
		g_ptr_array_add(later, g_strdup(row->recipients[i]));
		g_free(next->answer);
		next->answer = g_strdup(delivery->answers[i]);
	}
	if (later->len == 0)
		return TRUE;

	g_ptr_array_add(later, NULL);
	g_strfreev(next->recipients);
	next->recipients = (GStrv)g_ptr_array_free(
	    g_steal_pointer(&later), FALSE);
	next->id = row->id;
	next->ticket = row->ticket;
	next->sequence = row->sequence;
	next->created = row->created;
	next->attempts = row->attempts + 1;
	next->due = delivery->next_due;
	return td_outbox_row_put(txn, next, error);
}

static gboolean
report(TdTxn *txn, const TdDelivery *delivery, gpointer data, GError **error)
{
	Outbox *outbox = data;
	const TdOutboxRow *row = delivery->row;
	gboolean done;

	if (outbox->on_report != NULL)
		outbox->on_report();
	g_mutex_lock(&outbox->lock);
	if (outbox->refusal != NULL) {
		g_propagate_error(error, g_error_copy(outbox->refusal));
		done = FALSE;
	} else if (g_strcmp0(row->recipients[0], outbox->bad_recipient) == 0) {
		done = td_fail(error, TD_ERROR_BROKEN, "a bad row");
	} else {
		done = settle_row(txn, delivery, error);
	}
	for (guint i = 0; done && row->recipients[i] != NULL; i++)
		g_ptr_array_add(outbox->reports,
		    g_strdup_printf("%s %s %s", row->recipients[i],
		        fate_name(delivery->fates[i]), delivery->answers[i]));
	if (done)
		outbox->next_due = delivery->next_due;
	g_cond_broadcast(&outbox->reported);
	g_mutex_unlock(&outbox->lock);
	return done;
}

void
outbox_reopen(Outbox *outbox, const char *home)
{
	g_autoptr(GError) error = NULL;

	signal(SIGPIPE, SIG_IGN);
	outbox->store = td_store_open(home, 4 * 1024 * 1024, 0, &error);
	g_assert_no_error(error);
	outbox->writer = td_writer_new(outbox->store);
	if (outbox->reports != NULL)
		return;

	g_mutex_init(&outbox->lock);
	g_cond_init(&outbox->reported);
	outbox->reports = g_ptr_array_new_with_free_func(g_free);
	outbox->conf.path = g_strdup("ticketd.conf");
	outbox->conf.domain = g_strdup("example.com");
	outbox->conf.smtp_timeout = 20;
	outbox->conf.smtp_give_up = 5 * 24 * 3600;
}

void
outbox_let_go(Outbox *outbox)
{
	g_clear_pointer(&outbox->writer, td_writer_free);
	g_clear_pointer(&outbox->store, td_store_close);
}

void
outbox_open(Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;

	memset(outbox, 0, sizeof(*outbox));
	outbox->directory = g_dir_make_tmp("ticketd-test-XXXXXX", &error);
	g_assert_no_error(error);
	outbox->home = g_build_filename(outbox->directory, "store", NULL);
	td_store_create(outbox->home, 1, &error);
	g_assert_no_error(error);
	outbox_reopen(outbox, outbox->home);
}

void
outbox_refuse(Outbox *outbox, GError *refusal)
{
	g_mutex_lock(&outbox->lock);
	g_clear_error(&outbox->refusal);
	outbox->refusal = refusal;
	g_mutex_unlock(&outbox->lock);
}

static void
remove_tree(const char *path)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *inner = g_build_filename(path, name, NULL);

		remove_tree(inner);
	}
	g_remove(path);
}

void
outbox_close(Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	outbox_stop(outbox);
	server_stop(outbox);
	outbox_let_go(outbox);
	remove_tree(outbox->directory);
	g_ptr_array_unref(outbox->reports);
	g_clear_error(&outbox->refusal);
	g_free(outbox->conf.path);
	g_free(outbox->conf.domain);
	g_free(outbox->conf.smtp_server);
	g_free(outbox->conf.smtp_user);
	g_free(outbox->conf.smtp_password_file);
	g_free(outbox->directory);
	g_free(outbox->home);
	g_cond_clear(&outbox->reported);
	g_mutex_clear(&outbox->lock);
}

void
outbox_start(Outbox *outbox)
{
	g_autoptr(GError) error = NULL;

	if (outbox->conf.smtp_server == NULL)
		outbox->conf.smtp_server = g_strdup_printf(
		    "127.0.0.1:%u", outbox->port);
	outbox->outbox = td_outbox_new(&outbox->conf, outbox->store,
	    outbox->writer, report, outbox, &error);
	g_assert_no_error(error);
	g_assert_nonnull(outbox->outbox);
}

void
outbox_stop(Outbox *outbox)
{
	g_clear_pointer(&outbox->outbox, td_outbox_free);
}

void
outbox_flush(Outbox *outbox)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(td_outbox_flush(outbox->outbox, TRUE, TRUE, &error));
	g_assert_no_error(error);
}

/* ---- rows ---- */

TdOutboxRow *
row_new(const char *recipient)
{
	TdOutboxRow *row = td_outbox_row_new();

	g_strfreev(row->recipients);
	row->recipients = g_strsplit(recipient, " ", 0);
	row->due = row->created = td_clock_now();
	return row;
}

typedef struct {
	TdOutboxRow *row;
	const char *text;
	gsize size;
} Queueing;

static gboolean
queue(TdTxn *txn, gpointer data, GError **error)
{
	Queueing *job = data;
	g_autoptr(TdFiled) filed = td_filed_new();

	filed->ticket = job->row->ticket;
	filed->sequence = job->row->sequence;
	filed->size = job->size;
	return (job->text == NULL ||
	           td_filed_put(txn, filed, job->text, job->size, error)) &&
	    td_outbox_row_put(txn, job->row, error);
}

void
row_queue(Outbox *outbox, TdOutboxRow *row, const char *text, gsize size)
{
	Queueing job = { row, text, size };
	g_autoptr(GError) error = NULL;

	row->sequence = ++outbox->messages;
	td_writer_run(outbox->writer, queue, &job, &error);
	g_assert_no_error(error);
	td_outbox_row_free(row);
}

char *
large_text(guint mebibytes)
{
	GString *text = g_string_new(MAIL_HEADER "\r\n");

	while (text->len < mebibytes * 1024 * 1024)
		g_string_append_printf(
		    text, "%070d\r\n", g_random_int_range(0, G_MAXINT32));
	return g_string_free(text, FALSE);
}

void
row_queue_to(Outbox *outbox, const char *recipients)
{
	row_queue(outbox, row_new(recipients), MAIL_TEXT, strlen(MAIL_TEXT));
}

GPtrArray *
rows_left(Outbox *outbox)
{
	g_autoptr(TdTxn) txn = td_txn_read(outbox->store);
	g_autoptr(GError) error = NULL;
	GPtrArray *rows = NULL;

	td_outbox_rows(txn, 0, 0, G_MAXINT64, TD_READ_MAX, &rows, &error);
	g_assert_no_error(error);
	return rows;
}

guint
count_rows(Outbox *outbox)
{
	g_autoptr(GPtrArray) rows = rows_left(outbox);

	return rows->len;
}

/* ---- reports ---- */

void
wait_reports(Outbox *outbox, guint count)
{
	gint64 until = g_get_monotonic_time() + PATIENCE;

	g_mutex_lock(&outbox->lock);
	while (outbox->reports->len < count) {
		if (!g_cond_wait_until(&outbox->reported, &outbox->lock, until))
			break;
	}
	g_assert_cmpuint(outbox->reports->len, ==, count);
	g_mutex_unlock(&outbox->lock);
}

guint
count_reports(Outbox *outbox)
{
	guint count;

	g_mutex_lock(&outbox->lock);
	count = outbox->reports->len;
	g_mutex_unlock(&outbox->lock);
	return count;
}

gboolean
has_report(Outbox *outbox, const char *text)
{
	gboolean found = FALSE;

	g_mutex_lock(&outbox->lock);
	for (guint i = 0; i < outbox->reports->len; i++)
		found = found ||
		    g_str_has_prefix(
		        g_ptr_array_index(outbox->reports, i), text);
	for (guint i = 0; !found && i < outbox->reports->len; i++)
		g_test_message("report: %s",
		    (char *)g_ptr_array_index(outbox->reports, i));
	g_mutex_unlock(&outbox->lock);
	return found;
}
