/* manifest.c - what a backup consists of, see ticketd/backup.h
 *
 * The file is JSON, and begins with the digest of all that comes behind it, so
 * that no byte of it counts before it is known to be whole:
 *
 *   {"sha256":"HEX",
 *   "backup":{...}}
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <json-glib/json-glib.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "store/store-private.h"

/* Raised when an older ticketd must not read it. */
#define FORMAT 1
#define HEAD "{\"sha256\":\""
#define HEAD_END "\",\n"
#define HEX_SIZE (2u * TD_SHA256_SIZE)
#define BODY (strlen(HEAD) + HEX_SIZE + strlen(HEAD_END))
/* A hundred bytes a file. */
#define MANIFEST_MAX (16u * 1024 * 1024)

TdManifest *
td_manifest_new(void)
{
	TdManifest *manifest = g_new0(TdManifest, 1);

	manifest->version = g_strdup("");
	manifest->desk = g_strdup("");
	manifest->domain = g_strdup("");
	manifest->files = g_ptr_array_new();
	return manifest;
}

void
td_manifest_free(TdManifest *manifest)
{
	if (manifest == NULL)
		return;
	for (guint i = 0; i < manifest->files->len; i++) {
		TdBackupFile *file = g_ptr_array_index(manifest->files, i);

		g_free(file->name);
		g_free(file->sha256);
		g_free(file);
	}
	g_ptr_array_unref(manifest->files);
	g_free(manifest->version);
	g_free(manifest->desk);
	g_free(manifest->domain);
	g_free(manifest);
}

TdBackupFile *
td_manifest_find(const TdManifest *manifest, const char *name)
{
	for (guint i = 0; i < manifest->files->len; i++) {
		TdBackupFile *file = g_ptr_array_index(manifest->files, i);

		if (g_str_equal(file->name, name))
			return file;
	}
	return NULL;
}

TdBackupFile *
td_manifest_add(TdManifest *manifest, const char *name)
{
	TdBackupFile *file = g_new0(TdBackupFile, 1);

	file->name = g_strdup(name);
	file->sha256 = g_strdup("");
	g_ptr_array_add(manifest->files, file);
	return file;
}

/* ---- writing ---- */

static JsonArray *
write_files(const TdManifest *manifest)
{
	JsonArray *array = json_array_new();

	for (guint i = 0; i < manifest->files->len; i++) {
		const TdBackupFile *file = g_ptr_array_index(
		    manifest->files, i);
		JsonObject *object = json_object_new();

		json_object_set_string_member(object, "name", file->name);
		json_object_set_int_member(object, "size", (gint64)file->size);
		json_object_set_string_member(object, "sha256", file->sha256);
		json_array_add_object_element(array, object);
	}
	return array;
}

static JsonObject *
write_log(const TdManifest *manifest)
{
	JsonObject *object = json_object_new();

	json_object_set_int_member(object, "first", manifest->first_log);
	json_object_set_int_member(object, "last", manifest->end.file);
	json_object_set_int_member(
	    object, "offset", (gint64)manifest->end.offset);
	return object;
}

static char *
write_body(const TdManifest *manifest)
{
	g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);
	JsonObject *object = json_object_new();
	g_autofree char *begun = td_text_rfc3339(manifest->begun);
	g_autofree char *until = td_text_rfc3339(manifest->until);

	json_object_set_int_member(object, "format", FORMAT);
	json_object_set_string_member(object, "version", manifest->version);
	json_object_set_int_member(object, "schema", (gint64)manifest->schema);
	json_object_set_int_member(object, "byte_order", manifest->byte_order);
	json_object_set_string_member(object, "desk", manifest->desk);
	json_object_set_string_member(object, "domain", manifest->domain);
	json_object_set_string_member(object, "begun", begun);
	json_object_set_string_member(object, "until", until);
	json_object_set_int_member(object, "additions", manifest->additions);
	json_object_set_int_member(
	    object, "last_ticket", (gint64)manifest->last_ticket);
	json_object_set_object_member(object, "log", write_log(manifest));
	json_object_set_array_member(object, "files", write_files(manifest));
	json_node_take_object(root, object);
	return json_to_string(root, TRUE);
}

static char *
digest_text(const char *text, gsize size)
{
	guint8 digest[TD_SHA256_SIZE];

	td_sha256(text, size, digest);
	return td_text_hex(digest, sizeof(digest));
}

char *
td_manifest_write(const TdManifest *manifest)
{
	g_autofree char *object = write_body(manifest);
	g_autofree char *body = g_strconcat("\"backup\":", object, "}\n", NULL);
	g_autofree char *digest = digest_text(body, strlen(body));

	return g_strconcat(HEAD, digest, HEAD_END, body, NULL);
}

/* ---- reading ---- */

static const char *
get_text(JsonObject *object, const char *name)
{
	JsonNode *node = json_object_get_member(object, name);

	if (node == NULL || !JSON_NODE_HOLDS_VALUE(node) ||
	    json_node_get_value_type(node) != G_TYPE_STRING)
		return NULL;
	return json_node_get_string(node);
}

static gboolean
get_number(JsonObject *object, const char *name, guint64 most, guint64 *number)
{
	JsonNode *node = json_object_get_member(object, name);
	gint64 value;

	if (node == NULL || !JSON_NODE_HOLDS_VALUE(node) ||
	    json_node_get_value_type(node) != G_TYPE_INT64)
		return FALSE;
	value = json_node_get_int(node);
	if (value < 0 || (guint64)value > most)
		return FALSE;
	*number = (guint64)value;
	return TRUE;
}

static gboolean
get_time(JsonObject *object, const char *name, gint64 *time)
{
	const char *text = get_text(object, name);
	g_autoptr(GDateTime) date = NULL;

	if (text != NULL)
		date = g_date_time_new_from_iso8601(text, NULL);
	if (date == NULL)
		return FALSE;
	*time = g_date_time_to_unix(date);
	return TRUE;
}

gboolean
td_manifest_is_name(const char *name)
{
	const char *base = NULL;

	if (g_str_has_prefix(name, "db/"))
		base = name + strlen("db/");
	else if (g_str_has_prefix(name, "log/"))
		base = name + strlen("log/");
	return base != NULL && g_ascii_isalnum(*base) && strlen(base) < 100 &&
	    base[strspn(base, "abcdefghijklmnopqrstuvwxyz0123456789-.")] ==
	    '\0';
}

static gboolean
read_file(TdManifest *manifest, JsonNode *node)
{
	JsonObject *object = JSON_NODE_HOLDS_OBJECT(node)
	    ? json_node_get_object(node)
	    : NULL;
	const char *name = object != NULL ? get_text(object, "name") : NULL;
	const char *sha256 = object != NULL ? get_text(object, "sha256") : NULL;
	TdBackupFile *file;
	guint64 size;

	if (name == NULL || !td_manifest_is_name(name) || sha256 == NULL ||
	    !get_number(object, "size", G_MAXINT64, &size))
		return FALSE;
	file = td_manifest_add(manifest, name);
	file->size = size;
	g_free(file->sha256);
	file->sha256 = g_strdup(sha256);
	return TRUE;
}

static gboolean
read_files(TdManifest *manifest, JsonObject *object)
{
	JsonNode *node = json_object_get_member(object, "files");
	JsonArray *array;

	if (node == NULL || !JSON_NODE_HOLDS_ARRAY(node))
		return FALSE;
	array = json_node_get_array(node);
	for (guint i = 0; i < json_array_get_length(array); i++)
		if (!read_file(manifest, json_array_get_element(array, i)))
			return FALSE;
	return TRUE;
}

static gboolean
read_log(TdManifest *manifest, JsonObject *object)
{
	JsonNode *node = json_object_get_member(object, "log");
	JsonObject *log;
	guint64 first;
	guint64 last;

	if (node == NULL || !JSON_NODE_HOLDS_OBJECT(node))
		return FALSE;
	log = json_node_get_object(node);
	if (!get_number(log, "first", G_MAXUINT32, &first) ||
	    !get_number(log, "last", G_MAXUINT32, &last) ||
	    !get_number(log, "offset", G_MAXINT64, &manifest->end.offset))
		return FALSE;
	manifest->first_log = (guint32)first;
	manifest->end.file = (guint32)last;
	return TRUE;
}

static gboolean
read_rest(TdManifest *manifest, JsonObject *object)
{
	const char *version = get_text(object, "version");
	const char *desk = get_text(object, "desk");
	const char *domain = get_text(object, "domain");
	guint64 byte_order;
	guint64 additions;

	if (version == NULL || desk == NULL || domain == NULL ||
	    !get_number(object, "schema", G_MAXINT64, &manifest->schema) ||
	    !get_number(object, "byte_order", G_MAXUINT32, &byte_order) ||
	    !get_number(object, "additions", G_MAXUINT32, &additions) ||
	    !get_number(
	        object, "last_ticket", G_MAXINT64, &manifest->last_ticket) ||
	    !get_time(object, "begun", &manifest->begun) ||
	    !get_time(object, "until", &manifest->until))
		return FALSE;
	manifest->byte_order = (guint)byte_order;
	manifest->additions = (guint)additions;
	g_free(manifest->version);
	manifest->version = g_strdup(version);
	g_free(manifest->desk);
	manifest->desk = g_strdup(desk);
	g_free(manifest->domain);
	manifest->domain = g_strdup(domain);
	return read_log(manifest, object) && read_files(manifest, object);
}

static gboolean
fail_damaged(GError **error, const char *path)
{
	return td_fail(error, TD_ERROR_REFUSED,
	    "%s is damaged: this backup cannot be used; take an older one",
	    path);
}

static gboolean
is_whole(const char *text, gsize size)
{
	g_autofree char *digest = NULL;

	if (size < BODY || !g_str_has_prefix(text, HEAD))
		return FALSE;
	digest = digest_text(text + BODY, size - BODY);
	return strncmp(text + strlen(HEAD), digest, HEX_SIZE) == 0;
}

static TdManifest *
parse(const char *path, const char *text, gsize size, GError **error)
{
	g_autoptr(TdManifest) manifest = td_manifest_new();
	g_autoptr(JsonParser) parser = json_parser_new();
	JsonObject *object = NULL;
	JsonNode *root;
	guint64 format;

	if (is_whole(text, size) &&
	    json_parser_load_from_data(parser, text, (gssize)size, NULL)) {
		root = json_parser_get_root(parser);
		if (JSON_NODE_HOLDS_OBJECT(root))
			root = json_object_get_member(
			    json_node_get_object(root), "backup");
		if (root != NULL && JSON_NODE_HOLDS_OBJECT(root))
			object = json_node_get_object(root);
	}
	if (object == NULL ||
	    !get_number(object, "format", G_MAXUINT32, &format)) {
		fail_damaged(error, path);
		return NULL;
	}
	if (format > FORMAT) {
		td_fail(error, TD_ERROR_REFUSED,
		    "%s was written by a newer ticketd", path);
		return NULL;
	}
	if (!read_rest(manifest, object)) {
		fail_damaged(error, path);
		return NULL;
	}
	return g_steal_pointer(&manifest);
}

TdManifest *
td_manifest_read(const char *directory, GError **error)
{
	g_autofree char *path = g_build_filename(
	    directory, TD_MANIFEST_NAME, NULL);
	g_autofree char *text = NULL;
	struct stat status;
	gsize size;

	if (stat(path, &status) != 0) {
		td_fail(error,
		    errno == EACCES ? TD_ERROR_DENIED : TD_ERROR_REFUSED,
		    "%s: %s%s", path, g_strerror(errno),
		    errno == ENOENT ? "; this is no backup, or was never "
		                      "finished"
		                    : "");
		return NULL;
	}
	if (!S_ISREG(status.st_mode) || status.st_size > MANIFEST_MAX) {
		fail_damaged(error, path);
		return NULL;
	}
	if (!g_file_get_contents(path, &text, &size, NULL)) {
		td_fail(error,
		    errno == EACCES ? TD_ERROR_DENIED : TD_ERROR_AGAIN,
		    "read %s: %s", path, g_strerror(errno));
		return NULL;
	}
	return parse(path, text, size, error);
}

gboolean
td_manifest_log_end(const TdManifest *manifest, const char *directory,
    TdLogEnd *end, GError **error)
{
	TdLogEnd found = { .end = manifest->end };

	if (!td_log_tail(directory, &found.end, found.tail))
		return td_fail(error, TD_ERROR_REFUSED,
		    "%s/log/log.%010u is missing or cut short: this backup is "
		    "damaged",
		    directory, found.end.file);
	*end = found;
	return TRUE;
}
