/* import-export.c - all that a directory of ticket export has
 *
 * First it is found out which tickets keep their numbers, for what one ticket
 * tells of another holds only then. */

#include "config.h"

#include <string.h>
#include <sys/stat.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "cli/transfer.h"

#define LOOKS 50u

/* ---- which files ---- */

gboolean
td_export_is_file(const char *path)
{
	return g_str_has_suffix(path, ".json");
}

static gboolean
is_name(const char *name)
{
	gsize digits = strspn(name, "0123456789");

	return g_str_equal(name, TD_PEOPLE_NAME) ||
	    (digits > 0 && g_str_equal(name + digits, ".json"));
}

GPtrArray *
td_export_list(const char *path)
{
	GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	const char *name;

	while (directory != NULL && (name = g_dir_read_name(directory)) != NULL)
		if (is_name(name))
			g_ptr_array_add(
			    files, g_build_filename(path, name, NULL));
	return files;
}

/* The desk's own record first, people last: what happens to these is written
 * there.  Who gets a new number comes behind those who keep theirs. */
static gint
compare(gconstpointer a, gconstpointer b)
{
	const TdExported *one = *(const TdExported *const *)a;
	const TdExported *two = *(const TdExported *const *)b;

	if (one->people != two->people)
		return one->people ? 1 : -1;
	if (one->renumber != two->renumber)
		return one->renumber ? 1 : -1;
	if (one->number != two->number)
		return one->number < two->number ? -1 : 1;
	return strcmp(one->path, two->path);
}

/* Its text names the file. */
static void
refuse(TdImport *import, const GError *error)
{
	td_import_refuse(import, NULL, "%s", error->message);
}

/* Not the file is at fault. */
static gboolean
is_ours(const GError *error)
{
	return !g_error_matches(error, TD_ERROR, TD_ERROR_REFUSED) &&
	    !g_error_matches(error, TD_ERROR, TD_ERROR_USAGE) &&
	    !g_error_matches(error, TD_ERROR, TD_ERROR_TOO_LARGE);
}

static guint64
size_of(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 ? (guint64)status.st_size : 0;
}

/* In the order in which they are brought back; of TdExported, the caller's. */
static GPtrArray *
read_heads(TdImport *import, const GPtrArray *paths)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_exported_free);

	for (guint i = 0; i < paths->len && !td_interrupted(); i++) {
		g_autoptr(GError) error = NULL;
		const char *path = g_ptr_array_index(paths, i);
		TdExported *exported = td_exported_read(path, &error);

		if (exported == NULL) {
			refuse(import, error);
			td_import_progress(import, size_of(path));
			continue;
		}
		exported->size = size_of(path);
		g_ptr_array_add(all, exported);
	}
	g_ptr_array_sort(all, compare);
	return all;
}

/* ---- which of them are here ---- */

typedef struct {
	TdImport *import;
	GHashTable *kept; /* of guint64 * */
	JsonArray *first;
	JsonArray *identities;
	GPtrArray *asked; /* of TdExported, borrowed */
	GHashTable *done; /* TdExported, borrowed: nothing is to do */
} Look;

static void
look_begin(Look *look)
{
	look->first = json_array_new();
	look->identities = json_array_new();
	look->asked = g_ptr_array_new();
}

static void
look_end(Look *look)
{
	g_clear_pointer(&look->first, json_array_unref);
	g_clear_pointer(&look->identities, json_array_unref);
	g_clear_pointer(&look->asked, g_ptr_array_unref);
}

static void
look_clear(Look *look)
{
	look_end(look);
	g_clear_pointer(&look->done, g_hash_table_unref);
	g_clear_pointer(&look->kept, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Look, look_clear)

static void
take_state(Look *look, TdExported *exported, JsonObject *state)
{
	TdImport *import = look->import;
	const char *name = td_get_text(state, "state");
	guint64 events = (guint64)td_get_number(state, "events");
	gboolean taken = g_str_equal(name, "taken");

	if (g_str_equal(name, "bad")) {
		td_import_refuse(
		    import, exported->path, "%s", td_get_text(state, "error"));
		g_hash_table_add(look->done, exported);
		return;
	}
	exported->renumber = taken || g_str_equal(name, "as");
	if (!exported->renumber)
		g_hash_table_add(look->kept,
		    g_memdup2(&exported->number, sizeof(exported->number)));
	if (exported->number == 0 && taken) {
		td_import_refuse(import, exported->path,
		    "this desk has a record of its own already, to which that "
		    "of another is not added");
		g_hash_table_add(look->done, exported);
	} else if (!taken && events >= exported->revision &&
	    !g_str_equal(name, "free")) {
		import->there++;
		g_hash_table_add(look->done, exported);
	}
}

static gboolean
ask(Look *look, GError **error)
{
	JsonObject *words;
	g_autoptr(JsonObject) answer = NULL;
	JsonArray *states;

	if (look->asked->len == 0)
		return TRUE;
	words = td_client_words("import-look");
	json_object_set_array_member(
	    words, "first", json_array_ref(look->first));
	json_object_set_array_member(
	    words, "identities", json_array_ref(look->identities));
	answer = td_client_ask(look->import->client, words, NULL, NULL, error);
	if (answer == NULL)
		return FALSE;
	states = td_get_array(answer, "tickets");
	for (guint i = 0;
	     i < MIN(look->asked->len, td_get_length(answer, "tickets")); i++)
		take_state(look, g_ptr_array_index(look->asked, i),
		    json_array_get_object_element(states, i));
	look_end(look);
	look_begin(look);
	return TRUE;
}

static gboolean
ask_for(Look *look, TdExported *exported, GError **error)
{
	json_array_add_string_element(look->first, exported->first);
	json_array_add_string_element(look->identities, exported->identity);
	g_ptr_array_add(look->asked, exported);
	return look->asked->len < LOOKS || ask(look, error);
}

static gboolean
look_at(Look *look, GPtrArray *all, GError **error)
{
	for (guint i = 0; i < all->len && !td_interrupted(); i++) {
		TdExported *exported = g_ptr_array_index(all, i);

		/* An empty record of a desk. */
		if (!exported->people && exported->first == NULL)
			g_hash_table_add(look->done, exported);
		else if (!exported->people && !ask_for(look, exported, error))
			return FALSE;
	}
	return ask(look, error);
}

/* ---- all of it ---- */

static gboolean
bring_back(Look *look, const TdExported *exported, GError **error)
{
	TdImport *import = look->import;

	if (exported->people)
		return td_import_people(import, exported->path, error);
	if (g_hash_table_contains(look->done, exported))
		return TRUE;
	if (!td_import_verify(import, exported, error))
		return FALSE;
	if (td_interrupted())
		return TRUE;
	if (import->dry_run) {
		import->tickets++;
		import->renumbered += exported->renumber;
		return TRUE;
	}
	return td_import_ticket(import, exported, look->kept, error);
}

gboolean
td_import_exports(TdImport *import, const GPtrArray *paths, GError **error)
{
	g_autoptr(GPtrArray) all = read_heads(import, paths);
	g_auto(Look) look = { .import = import,
		.kept = g_hash_table_new_full(
		    g_int64_hash, g_int64_equal, g_free, NULL),
		.done = g_hash_table_new(NULL, NULL) };

	look_begin(&look);
	if (!look_at(&look, all, error))
		return FALSE;
	g_ptr_array_sort(all, compare);
	for (guint i = 0; i < all->len && !td_interrupted(); i++) {
		const TdExported *exported = g_ptr_array_index(all, i);
		g_autoptr(GError) failed = NULL;

		if (!bring_back(&look, exported, &failed)) {
			if (is_ours(failed)) {
				g_propagate_error(
				    error, g_steal_pointer(&failed));
				return FALSE;
			}
			refuse(import, failed);
		}
		td_import_progress(import, exported->size);
	}
	return TRUE;
}
