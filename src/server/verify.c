/* verify.c - see server/verify.h */

#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include <ticketd/error.h>
#include <ticketd/log.h>

#include "server/helper.h"
#include "server/service-private.h"
#include "server/verify.h"

#define TIMEOUT_MS 20000u
#define AT_ONCE 2u
#define PREFIX "verify-"

void
td_signature_clear(TdSignature *signature)
{
	g_clear_pointer(&signature->key, g_free);
	g_clear_pointer(&signature->digest, g_free);
	signature->time = 0;
}

/* ---- turns ---- */

/* Of the whole process: each child is as large as any. */
static GMutex turn_lock;
static GCond turn_over;
static guint turns;

static void
take_turn(void)
{
	g_mutex_lock(&turn_lock);
	while (turns == AT_ONCE)
		g_cond_wait(&turn_over, &turn_lock);
	turns++;
	g_mutex_unlock(&turn_lock);
}

static void
end_turn(void)
{
	g_mutex_lock(&turn_lock);
	turns--;
	g_cond_signal(&turn_over);
	g_mutex_unlock(&turn_lock);
}

/* ---- directories ---- */

/* Left over by a process that was killed; nobody else has the store open. */
static void
remove_leftovers(const char *scratch)
{
	g_autoptr(GDir) directory = g_dir_open(scratch, 0, NULL);
	const char *name;

	while (
	    directory != NULL && (name = g_dir_read_name(directory)) != NULL) {
		g_autofree char *path = g_build_filename(scratch, name, NULL);

		if (g_str_has_prefix(name, PREFIX))
			td_helper_remove(path);
	}
}

/* A new directory for one child; NULL: errno says why. */
static char *
make_directory(TdService *service)
{
	static gsize cleaned;
	const char *scratch = td_service_scratch(service);
	g_autofree char *path = NULL;

	if (scratch != NULL) {
		g_mkdir(scratch, 0700);
		if (g_once_init_enter(&cleaned)) {
			remove_leftovers(scratch);
			g_once_init_leave(&cleaned, 1);
		}
	}
	path = g_build_filename(
	    scratch != NULL ? scratch : g_get_tmp_dir(), PREFIX "XXXXXX", NULL);
	return g_mkdtemp(path) == NULL ? NULL : g_steal_pointer(&path);
}

/* ---- one question ---- */

static void
add_block(GByteArray *question, const char *name, GBytes *bytes)
{
	gsize size;
	const guint8 *data = g_bytes_get_data(bytes, &size);
	g_autofree char *line = g_strdup_printf(
	    "%s %" G_GSIZE_FORMAT "\n", name, size);

	g_byte_array_append(
	    question, (const guint8 *)line, (guint)strlen(line));
	if (size > 0)
		g_byte_array_append(question, data, (guint)size);
}

/* The value of the line that begins with @word; the caller's, or NULL. */
static char *
find_line(const char *answer, const char *word)
{
	g_auto(GStrv) lines = g_strsplit(answer, "\n", -1);
	g_autofree char *start = g_strconcat(word, " ", NULL);

	for (gsize i = 0; lines[i] != NULL; i++) {
		if (g_str_has_prefix(lines[i], start))
			return g_strdup(lines[i] + strlen(start));
	}
	return NULL;
}

static gboolean
ask_in(TdService *service, const char *directory, GByteArray *question,
    gboolean read_key, char **answer, GError **error)
{
	g_autoptr(TdDesk) desk = td_service_desk(service);
	g_auto(GStrv) argv = td_helper_arguments(
	    td_desk_conf(desk), "--verify", read_key ? "--read-key" : NULL);
	g_autoptr(GBytes)
	    input = g_bytes_new_static(question->data, question->len);

	if (argv == NULL)
		return td_fail(error, TD_ERROR_AGAIN,
		    "the program ticketd is not there; TICKETD_PROGRAM may "
		    "name it");
	return td_helper_run(argv, input, directory, TIMEOUT_MS, answer, error);
}

static gboolean
ask(TdService *service, GByteArray *question, gboolean read_key, char **answer,
    GError **error)
{
	g_autofree char *directory = NULL;
	g_autofree char *failure = NULL;
	g_autofree char *said = NULL;
	gboolean done;

	take_turn();
	directory = make_directory(service);
	done = directory == NULL
	    ? td_fail(
	          error, TD_ERROR_AGAIN, "there is no room for temporary files")
	    : ask_in(service, directory, question, read_key, &said, error);
	if (directory != NULL)
		td_helper_remove(directory);
	end_turn();
	if (!done)
		return FALSE;

	if ((failure = find_line(said, "usage")) != NULL)
		return td_fail(error, TD_ERROR_USAGE, "%s", failure);
	if ((failure = find_line(said, "error")) != NULL)
		return td_fail(error, TD_ERROR_AGAIN, "%s", failure);
	*answer = g_steal_pointer(&said);
	return TRUE;
}

/* ---- mail ---- */

GPtrArray *
td_verify_keys(TdService *service, const TdDesk *desk, const TdMessage *message)
{
	const char *from = td_message_from(message);
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = NULL;
	GPtrArray *keys = NULL;

	if (*from == '\0' || !td_message_is_signed(message))
		return NULL;
	txn = td_txn_read(td_service_store(service));
	if (!td_desk_signature_keys(desk, txn, from, &keys, &error))
		td_log_error("signature", error);
	return keys;
}

static gboolean
verify(TdService *service, GBytes *raw, const GPtrArray *keys,
    TdSignature *signature, GError **error)
{
	g_autoptr(GByteArray) question = g_byte_array_new();
	g_autofree char *answer = NULL;
	g_autofree char *time = NULL;

	add_block(question, "mail", raw);
	for (guint i = 0; i < keys->len; i++)
		add_block(question, "key", g_ptr_array_index(keys, i));
	if (!ask(service, question, FALSE, &answer, error))
		return FALSE;

	signature->key = find_line(answer, "key");
	signature->digest = find_line(answer, "digest");
	time = find_line(answer, "time");
	if (time != NULL)
		signature->time = g_ascii_strtoll(time, NULL, 10);
	return TRUE;
}

void
td_verify_mail(TdService *service, const TdMessage *message, GBytes *raw,
    const GPtrArray *keys, TdSignature *signature)
{
	g_autoptr(GError) error = NULL;

	memset(signature, 0, sizeof(*signature));
	if (verify(service, raw, keys, signature, &error) &&
	    signature->key != NULL)
		return;
	td_signature_clear(signature);
	td_log(error == NULL ? TD_LOG_INFO : TD_LOG_WARNING, "signature",
	    "from", td_message_from(message), "message_id", message->message_id,
	    "result",
	    error == NULL ? "bad, or by no key of this agent" : error->message,
	    NULL);
}

void
td_verify_message(TdService *service, const TdDesk *desk,
    const TdMessage *message, GBytes *raw, TdSignature *signature)
{
	g_autoptr(GPtrArray) keys = td_verify_keys(service, desk, message);

	memset(signature, 0, sizeof(*signature));
	if (keys != NULL)
		td_verify_mail(service, message, raw, keys, signature);
}

/* ---- keys ---- */

gboolean
td_verify_read_key(
    TdService *service, GBytes *bytes, char **key, char **user, GError **error)
{
	g_autoptr(GByteArray) question = g_byte_array_new();
	g_autofree char *answer = NULL;
	g_autofree char *found = NULL;

	add_block(question, "key", bytes);
	if (!ask(service, question, TRUE, &answer, error))
		return FALSE;
	found = find_line(answer, "key");
	if (found == NULL)
		return td_fail(
		    error, TD_ERROR_AGAIN, "ticketd --verify gave no answer");

	*user = find_line(answer, "user");
	if (*user == NULL)
		*user = g_strdup("");
	*key = g_steal_pointer(&found);
	return TRUE;
}
