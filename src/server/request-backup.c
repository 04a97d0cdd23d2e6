/* request-backup.c - the verbs of a backup: begin, fetch piece by piece, end
 *
 * The store is copied in a thread of its own, which stops when nobody fetches.
 * A backup belongs to the connection that began it, and ends with that. */

#include "config.h"

#include <string.h>

#include <ticketd/backup.h>
#include <ticketd/clock.h>
#include <ticketd/error.h>

#include "server/request.h"
#include "server/service-private.h"

/* How long a request waits for a piece before it answers that there is none
 * yet: a checkpoint may take longer. */
#define WAIT_MS 5000u

/* ---- backup-begin ---- */

gboolean
td_request_read_digest(const char *hex, guint8 *digest)
{
	if (hex == NULL || strlen(hex) != 2u * TD_SHA256_SIZE)
		return FALSE;
	for (guint i = 0; i < TD_SHA256_SIZE; i++) {
		int high = g_ascii_xdigit_value(hex[2u * i]);
		int low = g_ascii_xdigit_value(hex[2u * i + 1]);

		if (high < 0 || low < 0)
			return FALSE;
		digest[i] = (guint8)(high * 16 + low);
	}
	return TRUE;
}

/* *@wanted is FALSE if all of the store is. */
static gboolean
read_since(
    const TdCall *call, gboolean *wanted, TdLogEnd *since, GError **error)
{
	guint64 file = td_call_number(call, "log", 0);

	*wanted = td_call_has(call, "log");
	if (!*wanted)
		return TRUE;
	since->end.file = (guint32)file;
	since->end.offset = td_call_number(call, "offset", 0);
	if (file == 0 || file > G_MAXUINT32 ||
	    !td_request_read_digest(td_call_text(call, "tail"), since->tail))
		return td_fail(error, TD_ERROR_USAGE,
		    "\"log\", \"offset\" and \"tail\" name no place in the "
		    "log");
	return TRUE;
}

/* It is in the copy that is begun next; later ones may be. */
static gboolean
read_last(const TdCall *call, guint64 *last, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(call->service));
	guint64 first = 0;

	return td_ticket_range(txn, &first, last, error);
}

static void
answer_begun(const TdCall *call, TdBackup *backup, guint64 last, gint64 now)
{
	g_autoptr(TdDesk) desk = td_service_desk(call->service);
	const TdConf *conf = td_desk_conf(desk);
	JsonObject *result = json_object_new();

	td_json_set_number(result, "size", td_backup_size(backup));
	td_json_set_number(
	    result, "id", td_service_set_backup(call->service, backup));
	json_object_set_string_member(result, "version", PACKAGE_VERSION);
	json_object_set_int_member(result, "schema", TD_STORE_SCHEMA);
	json_object_set_int_member(result, "byte_order", G_BYTE_ORDER);
	json_object_set_string_member(result, "desk", conf->name);
	json_object_set_string_member(result, "domain", conf->domain);
	json_object_set_int_member(result, "time", now);
	td_json_set_number(result, "last_ticket", last);
	td_call_answer(call, result);
}

gboolean
td_request_backup_begin(const TdCall *call, GError **error)
{
	gint64 now = td_clock_now();
	TdLogEnd since = { 0 };
	gboolean wanted = FALSE;
	TdBackup *backup;
	guint64 last = 0;

	if (!read_since(call, &wanted, &since, error) ||
	    !read_last(call, &last, error))
		return FALSE;
	backup = td_backup_new(
	    td_service_store(call->service), wanted ? &since : NULL, error);
	if (backup == NULL)
		return FALSE;
	answer_begun(call, backup, last, now);
	return TRUE;
}

/* ---- backup-next ---- */

static TdBackup *
find_backup(const TdCall *call, GError **error)
{
	TdBackup *backup = td_service_backup(
	    call->service, td_call_number(call, "id", 0));

	if (backup == NULL)
		td_fail(error, TD_ERROR_REFUSED,
		    "this backup was given up; run ticket backup again");
	return backup;
}

static void
answer_over(const TdCall *call, TdBackup *backup)
{
	JsonObject *result = json_object_new();
	guint32 first;
	TdLogPlace end;

	td_backup_log(backup, &first, &end);
	json_object_set_boolean_member(result, "over", TRUE);
	td_json_set_number(result, "first_log", first);
	td_json_set_number(result, "last_log", end.file);
	td_json_set_number(result, "offset", end.offset);
	td_call_answer(call, result);
}

gboolean
td_request_backup_next(const TdCall *call, GError **error)
{
	g_autoptr(TdBackup) backup = find_backup(call, error);
	g_auto(TdBackupPiece) piece = { 0 };
	JsonObject *result;
	gboolean over = FALSE;

	if (backup == NULL)
		return FALSE;
	if (!td_backup_next(backup, WAIT_MS, &piece, &over, error)) {
		td_backup_cancel(backup);
		return FALSE;
	}
	if (over) {
		answer_over(call, backup);
		return TRUE;
	}
	result = json_object_new();
	if (piece.file != NULL) {
		json_object_set_string_member(result, "file", piece.file);
		td_json_set_number(result, "offset", piece.offset);
		call->answer->bytes = g_steal_pointer(&piece.bytes);
	}
	td_call_answer(call, result);
	return TRUE;
}

/* ---- backup-cancel, backup-end ---- */

gboolean
td_request_backup_cancel(const TdCall *call, GError **error)
{
	g_autoptr(TdBackup) backup = find_backup(call, error);

	if (backup == NULL)
		return FALSE;
	td_backup_cancel(backup);
	td_call_answer(call, json_object_new());
	return TRUE;
}

typedef struct {
	TdLogPlace end;
	gint64 now;
} Keep;

static gboolean
keep_log(TdTxn *txn, gpointer data, GError **error)
{
	const Keep *keep = data;

	return td_backup_keep_log(txn, &keep->end, keep->now, error);
}

gboolean
td_request_backup_end(const TdCall *call, GError **error)
{
	g_autoptr(TdBackup) backup = find_backup(call, error);
	Keep keep = { .now = td_clock_now() };
	guint32 first;

	if (backup == NULL)
		return FALSE;
	td_backup_log(backup, &first, &keep.end);
	if (keep.end.file == 0)
		return td_fail(error, TD_ERROR_REFUSED,
		    "the backup was not fetched to its end");
	if (!td_writer_run(
	        td_service_writer(call->service), keep_log, &keep, error))
		return FALSE;
	td_backup_cancel(backup);
	td_call_answer(call, json_object_new());
	return TRUE;
}
