/* customer-import.c - ticket customer import: customers out of a spreadsheet
 *
 * Rows go to the desk in batches.  One that is wrong is named by file and line,
 * and left out whole. */

#include "config.h"

#include <string.h>
#include <sysexits.h>

#include <ticketd/error.h>
#include <ticketd/server.h>
#include <ticketd/text.h>

#include "cli/cli.h"
#include "cli/csv.h"

#define BATCH 200u

typedef enum {
	COLUMN_ADDRESS,
	COLUMN_NAME,
	COLUMN_COMPANY,
	COLUMN_OFFICE,
	COLUMN_PHONE,
	COLUMN_EQUIPMENT,
	COLUMN_LANGUAGE,
	COLUMN_ADDRESSES,
	COLUMNS,
} Column;

static const char *const column_names[COLUMNS] = { "address", "name", "company",
	"office", "phone", "equipment", "language", "addresses" };

typedef struct {
	const TdCli *cli;
	const char *path;
	TdClient *client;
	TdProgress *progress;
	TdCsv *csv;
	GArray *columns;  /* of Column, as the heading has them */
	JsonArray *batch; /* rows to be sent */
	GArray *lines;    /* of guint, where they are */
	JsonArray *mistakes;
	guint64 counts[3]; /* added, changed, unchanged */
} Import;

static const char *const count_names[3] = { "added", "changed", "unchanged" };

static void
import_clear(Import *import)
{
	g_clear_pointer(&import->client, td_client_free);
	g_clear_pointer(&import->progress, td_progress_free);
	g_clear_pointer(&import->csv, td_csv_free);
	g_clear_pointer(&import->columns, g_array_unref);
	g_clear_pointer(&import->batch, json_array_unref);
	g_clear_pointer(&import->lines, g_array_unref);
	g_clear_pointer(&import->mistakes, json_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Import, import_clear)

/* ---- mistakes ---- */

static void
add_mistake(Import *import, guint line, const char *text)
{
	JsonObject *mistake = json_object_new();

	json_object_set_string_member(mistake, "file", import->path);
	json_object_set_int_member(mistake, "line", line);
	json_object_set_string_member(mistake, "text", text);
	json_array_add_object_element(import->mistakes, mistake);
}

static gint
compare_lines(gconstpointer a, gconstpointer b)
{
	JsonObject *first = *(JsonObject *const *)a;
	JsonObject *second = *(JsonObject *const *)b;
	gint64 one = td_get_number(first, "line");
	gint64 two = td_get_number(second, "line");

	return (one > two) - (one < two);
}

/* In the order of the file: some were known before the desk was asked. */
static void
sort_mistakes(Import *import)
{
	g_autoptr(GPtrArray) sorted = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)json_object_unref);
	guint count = json_array_get_length(import->mistakes);

	for (guint i = 0; i < count; i++)
		g_ptr_array_add(sorted,
		    json_object_ref(
		        json_array_get_object_element(import->mistakes, i)));
	g_ptr_array_sort(sorted, compare_lines);
	json_array_unref(import->mistakes);
	import->mistakes = json_array_sized_new(count);
	for (guint i = 0; i < count; i++)
		json_array_add_object_element(import->mistakes,
		    json_object_ref(g_ptr_array_index(sorted, i)));
}

/* ---- the heading ---- */

/* What others call the columns, and what Russian spreadsheets do. */
static int
find_column(const char *name)
{
	static const struct {
		const char *name;
		Column column;
	} others[] = {
		{ "e-mail", COLUMN_ADDRESS },
		{ "email", COLUMN_ADDRESS },
		{ "mail", COLUMN_ADDRESS },
		{ "адрес", COLUMN_ADDRESS },
		{ "почта", COLUMN_ADDRESS },
		{ "имя", COLUMN_NAME },
		{ "фио", COLUMN_NAME },
		{ "компания", COLUMN_COMPANY },
		{ "организация", COLUMN_COMPANY },
		{ "офис", COLUMN_OFFICE },
		{ "кабинет", COLUMN_OFFICE },
		{ "телефон", COLUMN_PHONE },
		{ "оборудование", COLUMN_EQUIPMENT },
		{ "язык", COLUMN_LANGUAGE },
		{ "адреса", COLUMN_ADDRESSES },
	};
	g_autofree char *folded = td_text_fold(name);

	for (int i = 0; i < COLUMNS; i++) {
		if (g_str_equal(column_names[i], folded))
			return i;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
		if (g_str_equal(others[i].name, folded))
			return (int)others[i].column;
	}
	return -1;
}

static gboolean
fail_heading(const Import *import, guint line, const char *what,
    const char *name, GError **error)
{
	g_autofree char *known = g_strjoinv(", ",
	    (char **)(const char *[]){ "address", "name", "company", "office",
	        "phone", "equipment", "language", "addresses", NULL });

	return td_fail(error, TD_ERROR_USAGE,
	    "%s:%u: %s \"%s\"; the first line names the columns, of: %s",
	    import->path, line, what, name, known);
}

static gboolean
read_heading(Import *import, GError **error)
{
	g_auto(GStrv) names = NULL;
	gboolean seen[COLUMNS] = { FALSE };
	guint line = 1;

	if (!td_csv_next(import->csv, &names, &line, error)) {
		g_prefix_error(error, "%s:%u: ", import->path, line);
		return FALSE;
	}
	for (gsize i = 0; names != NULL && names[i] != NULL; i++) {
		int found = find_column(names[i]);
		Column column = (Column)found;

		if (found < 0)
			return fail_heading(import, line, "there is no column",
			    names[i], error);
		if (seen[column])
			return fail_heading(
			    import, line, "twice the column", names[i], error);
		seen[column] = TRUE;
		g_array_append_val(import->columns, column);
	}
	return seen[COLUMN_ADDRESS] ||
	    fail_heading(
	        import, line, "there must be a column", "address", error);
}

/* ---- rows ---- */

static JsonArray *
split_addresses(const char *text)
{
	g_auto(GStrv) words = g_strsplit_set(text, " ;\t\r\n", -1);
	JsonArray *array = json_array_new();

	for (gsize i = 0; words[i] != NULL; i++) {
		if (*words[i] != '\0')
			json_array_add_string_element(array, words[i]);
	}
	return array;
}

static void
add_row(Import *import, GStrv fields, guint line)
{
	gsize count = g_strv_length(fields);
	JsonObject *row;

	if (count > import->columns->len) {
		g_autofree char *text = g_strdup_printf(
		    "%" G_GSIZE_FORMAT " fields, but %u columns", count,
		    import->columns->len);

		add_mistake(import, line, text);
		return;
	}
	row = json_object_new();
	for (gsize i = 0; i < count; i++) {
		Column column = g_array_index(import->columns, Column, i);

		if (column == COLUMN_ADDRESSES)
			json_object_set_array_member(row, column_names[column],
			    split_addresses(fields[i]));
		else
			json_object_set_string_member(
			    row, column_names[column], fields[i]);
	}
	json_array_add_object_element(import->batch, row);
	g_array_append_val(import->lines, line);
}

static void
take_answer(Import *import, JsonObject *answer)
{
	JsonArray *refused = td_get_array(answer, "refused");

	for (gsize i = 0; i < G_N_ELEMENTS(import->counts); i++)
		import->counts[i] += (guint64)td_get_number(
		    answer, count_names[i]);
	for (guint i = 0; i < td_get_length(answer, "refused"); i++) {
		JsonObject *one = json_array_get_object_element(refused, i);
		gint64 row = td_get_number(one, "row");

		if (row >= 0 && row < import->lines->len)
			add_mistake(import,
			    g_array_index(import->lines, guint, row),
			    td_get_text(one, "text"));
	}
}

static gboolean
send_batch(Import *import, GError **error)
{
	g_autoptr(JsonNode) node = json_node_new(JSON_NODE_ARRAY);
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(JsonObject) answer = NULL;
	JsonObject *words;
	guint64 done, total;
	char *text;

	if (import->lines->len == 0)
		return TRUE;
	json_node_set_array(node, import->batch);
	text = td_json_write(node, FALSE);
	bytes = g_bytes_new_take(text, strlen(text));
	words = td_client_words("customer-import");
	json_object_set_boolean_member(
	    words, "dry_run", td_cli_flag(import->cli, "dry-run"));
	answer = td_client_ask(import->client, words, bytes, NULL, error);
	if (answer == NULL)
		return FALSE;

	take_answer(import, answer);
	json_array_unref(import->batch);
	import->batch = json_array_new();
	g_array_set_size(import->lines, 0);
	td_csv_position(import->csv, &done, &total);
	td_progress_set(import->progress, done, total);
	return TRUE;
}

static gboolean
send_rows(Import *import, GError **error)
{
	for (;;) {
		g_autoptr(GError) mistake = NULL;
		g_auto(GStrv) fields = NULL;
		guint line = 0;

		if (!td_csv_next(import->csv, &fields, &line, &mistake)) {
			add_mistake(import, line, mistake->message);
			continue;
		}
		if (fields == NULL)
			return send_batch(import, error);
		add_row(import, fields, line);
		if (import->lines->len == BATCH && !send_batch(import, error))
			return FALSE;
	}
}

/* ---- the command ---- */

static void
print_mistakes(const Import *import)
{
	guint count = json_array_get_length(import->mistakes);

	for (guint i = 0; i < count; i++) {
		JsonObject *mistake = json_array_get_object_element(
		    import->mistakes, i);
		g_autofree char *path = td_text_printable(import->path, 0);
		g_autofree char *text = td_text_printable(
		    td_get_text(mistake, "text"), 0);

		fprintf(stderr, "%s:%d: %s\n", path,
		    (int)td_get_number(mistake, "line"), text);
	}
}

static void
print_counts(const Import *import)
{
	guint refused = json_array_get_length(import->mistakes);
	g_autoptr(JsonObject) whole = NULL;

	if (td_cli_format(import->cli, "text")) {
		for (gsize i = 0; i < G_N_ELEMENTS(import->counts); i++)
			printf("%s %" G_GUINT64_FORMAT ", ", count_names[i],
			    import->counts[i]);
		printf("refused %u%s\n", refused,
		    td_cli_flag(import->cli, "dry-run") ? " (a dry run)" : "");
		return;
	}
	whole = json_object_new();
	for (gsize i = 0; i < G_N_ELEMENTS(import->counts); i++)
		json_object_set_int_member(
		    whole, count_names[i], (gint64)import->counts[i]);
	json_object_set_int_member(whole, "refused", refused);
	json_object_set_boolean_member(
	    whole, "dry_run", td_cli_flag(import->cli, "dry-run"));
	json_object_set_array_member(
	    whole, "mistakes", json_array_ref(import->mistakes));
	td_output_json_object(whole);
}

/* What was done before a failure stays done, and is told. */
static int
run(Import *import, GError **error)
{
	gboolean done = send_rows(import, error);

	g_clear_pointer(&import->progress, td_progress_free);
	sort_mistakes(import);
	print_mistakes(import);
	print_counts(import);
	if (!done)
		return td_cli_fail(*error);
	return json_array_get_length(import->mistakes) == 0 ? EX_OK : 1;
}

int
td_cli_customer_import(const TdCli *cli)
{
	g_auto(Import) import = { .cli = cli,
		.path = td_cli_word(cli, 0),
		.columns = g_array_new(FALSE, FALSE, sizeof(Column)),
		.batch = json_array_new(),
		.lines = g_array_new(FALSE, FALSE, sizeof(guint)),
		.mistakes = json_array_new() };
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = td_input_file(import.path, "row in it");

	if (bytes == NULL)
		return EX_NOINPUT;
	import.csv = td_csv_new(bytes, &error);
	if (import.csv == NULL) {
		g_prefix_error(&error, "%s: ", import.path);
		return td_cli_fail(error);
	}
	if (!read_heading(&import, &error))
		return td_cli_fail(error);
	import.client = td_client_open(cli->conf_path, TD_CLIENT_PLAIN, &error);
	if (import.client == NULL)
		return td_cli_fail(error);
	import.progress = td_progress_new("importing");
	return run(&import, &error);
}
