/* import-mail.c - old mails, sent to the desk some at a time */

#include "config.h"

#include <ticketd/error.h>

#include "cli/transfer.h"

/* So many mails, or bytes of mail, are sent at once. */
#define BATCH_MAILS 32u
#define BATCH_BYTES ((gsize)512 * 1024)

struct TdMailBatch {
	TdImport *import;  /* borrowed */
	GByteArray *bytes; /* of all */
	JsonArray *sizes;
	JsonArray *times;
	GPtrArray *places; /* of char * */
	guint64 progress;
};

static void
begin(TdMailBatch *batch)
{
	batch->bytes = g_byte_array_new();
	batch->sizes = json_array_new();
	batch->times = json_array_new();
	batch->places = g_ptr_array_new_with_free_func(g_free);
	batch->progress = 0;
}

static void
end(TdMailBatch *batch)
{
	g_clear_pointer(&batch->bytes, g_byte_array_unref);
	g_clear_pointer(&batch->sizes, json_array_unref);
	g_clear_pointer(&batch->times, json_array_unref);
	g_clear_pointer(&batch->places, g_ptr_array_unref);
}

TdMailBatch *
td_mail_batch_new(TdImport *import)
{
	TdMailBatch *batch = g_new0(TdMailBatch, 1);

	batch->import = import;
	begin(batch);
	return batch;
}

void
td_mail_batch_free(TdMailBatch *batch)
{
	if (batch == NULL)
		return;
	end(batch);
	g_free(batch);
}

static JsonObject *
make_words(TdMailBatch *batch)
{
	TdImport *import = batch->import;
	JsonObject *words = td_client_words("import-mail");

	td_client_copy_text(import->cli, "queue", words, "queue");
	td_client_copy_text(import->cli, "status", words, "status");
	json_object_set_array_member(
	    words, "sizes", json_array_ref(batch->sizes));
	json_object_set_array_member(
	    words, "times", json_array_ref(batch->times));
	json_object_set_boolean_member(words, "dry_run", import->dry_run);
	return words;
}

static void
take_result(TdImport *import, JsonObject *mail, const char *place)
{
	const char *result = td_get_text(mail, "result");

	if (g_str_equal(result, "filed"))
		import->filed++;
	else if (g_str_equal(result, "duplicate"))
		import->duplicates++;
	else
		td_import_refuse(
		    import, place, "%s", td_get_text(mail, "error"));
	import->opened += td_get_flag(mail, "opened");
}

static gboolean
flush(TdMailBatch *batch, GError **error)
{
	TdImport *import = batch->import;
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(JsonObject) answer = NULL;
	JsonArray *mails;

	if (batch->places->len == 0)
		return TRUE;
	bytes = g_bytes_new(batch->bytes->data, batch->bytes->len);
	answer = td_client_ask(
	    import->client, make_words(batch), bytes, NULL, error);
	if (answer == NULL)
		return FALSE;
	mails = td_get_array(answer, "mails");
	for (guint i = 0;
	     i < MIN(batch->places->len, td_get_length(answer, "mails")); i++)
		take_result(import, json_array_get_object_element(mails, i),
		    g_ptr_array_index(batch->places, i));
	td_import_progress(import, batch->progress);
	end(batch);
	begin(batch);
	return TRUE;
}

gboolean
td_mail_batch_add(TdMailBatch *batch, GBytes *raw, gint64 time, char *place,
    guint64 bytes, GError **error)
{
	gsize size = g_bytes_get_size(raw);

	if ((batch->bytes->len + size >
	            td_import_bytes(batch->import, BATCH_BYTES) ||
	        batch->places->len == BATCH_MAILS) &&
	    !flush(batch, error)) {
		g_bytes_unref(raw);
		g_free(place);
		return FALSE;
	}
	g_byte_array_append(
	    batch->bytes, g_bytes_get_data(raw, NULL), (guint)size);
	json_array_add_int_element(batch->sizes, (gint64)size);
	json_array_add_int_element(batch->times, MAX(time, 0));
	g_ptr_array_add(batch->places, place);
	batch->progress += bytes;
	g_bytes_unref(raw);
	return TRUE;
}

gboolean
td_mail_batch_end(TdMailBatch *batch, GError **error)
{
	return flush(batch, error);
}

/* ---- a mailbox in one file ---- */

static gboolean
take_mail(TdImport *import, TdMailBatch *batch, const char *path,
    TdMboxMail *mail, guint64 bytes, GError **error)
{
	g_autofree char *place = g_strdup_printf("%s: mail %" G_GUINT64_FORMAT
	                                         ", at byte %" G_GUINT64_FORMAT,
	    path, mail->index, mail->offset);

	if (mail->raw == NULL) {
		td_import_refuse(import, place,
		    "it has %" G_GUINT64_FORMAT
		    " bytes, more than max-message-size (%" G_GUINT64_FORMAT
		    ")",
		    mail->size,
		    td_client_conf(import->client)->max_message_size);
		td_import_progress(import, bytes);
		return TRUE;
	}
	if (mail->size == 0) {
		td_import_refuse(import, place, "it is empty");
		td_import_progress(import, bytes);
		return TRUE;
	}
	return td_mail_batch_add(batch, g_steal_pointer(&mail->raw), mail->time,
	    g_steal_pointer(&place), bytes, error);
}

gboolean
td_import_mbox(
    TdImport *import, TdMailBatch *batch, const char *path, GError **error)
{
	gsize largest = td_client_conf(import->client)->max_message_size;
	g_autoptr(GError) failed = NULL;
	g_autoptr(TdMbox) mbox = td_mbox_open(path, largest, FALSE, &failed);
	guint64 before = 0, done = 0, total;
	gboolean found = mbox != NULL;

	while (found && !td_interrupted()) {
		g_auto(TdMboxMail) mail = { 0 };

		if (!td_mbox_next(mbox, &mail, &found, &failed) || !found)
			break;
		td_mbox_position(mbox, &done, &total);
		if (!take_mail(
		        import, batch, path, &mail, done - before, error))
			return FALSE;
		before = done;
	}
	/* Its text names the file. */
	if (failed != NULL)
		td_import_refuse(import, NULL, "%s", failed->message);
	return TRUE;
}
