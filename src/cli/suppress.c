/* suppress.c - ticket suppress: addresses that get no automatic mail */

#include "config.h"

#include <sysexits.h>

#include "cli/cli.h"
#include "cli/record.h"

/* ---- what ticket ban shares ---- */

gboolean
td_suppressed_words(const TdCli *cli, JsonObject *words, GError **error)
{
	guint64 days;

	if (!td_cli_number(cli, "days", 0, &days, error))
		return FALSE;
	if (td_cli_flag(cli, "days"))
		json_object_set_int_member(words, "days", (gint64)days);
	td_client_copy_text(cli, "why", words, "why");
	return TRUE;
}

void
td_suppressed_all(const TdCli *cli, JsonObject *words, const char *name)
{
	JsonArray *all = json_array_new();

	for (guint i = 0; i < cli->words->len; i++)
		json_array_add_string_element(all, td_cli_word(cli, i));
	json_object_set_array_member(words, name, all);
}

void
td_suppressed_said(JsonObject *row, const char *what)
{
	g_autofree char *expires = td_output_time(td_get_text(row, "expires"));

	td_output_text(td_get_text(row, "what"));
	printf(" %s%s%s\n", what, *expires == '\0' ? "" : " until ", expires);
}

void
td_suppressed_cleared(JsonObject *result, const char *said)
{
	JsonArray *cleared = td_get_array(result, "cleared");

	for (guint i = 0; i < td_get_length(result, "cleared"); i++) {
		td_output_text(json_array_get_string_element(cleared, i));
		printf(" %s\n", said);
	}
}

/* ---- list ---- */

/* The mail that is the reason, as other commands take it. */
static char *
mail_of(JsonObject *row)
{
	if (td_get_number(row, "message") == 0)
		return g_strdup("");
	return g_strdup_printf("%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT,
	    td_get_number(row, "ticket"), td_get_number(row, "message"));
}

/* TdRowFunc */
static void
add_row(TdTable *table, JsonObject *row)
{
	g_autofree char *count = g_strdup_printf(
	    "%" G_GINT64_FORMAT, td_get_number(row, "count"));
	g_autofree char *updated = td_record_time(row, "updated");
	g_autofree char *expires = td_record_time(row, "expires");
	g_autofree char *mail = mail_of(row);

	td_table_add(table,
	    (const char *const[]){ td_get_text(row, "what"),
	        td_get_text(row, "kind"), count, updated, expires, mail,
	        td_get_text(row, "why"), NULL });
}

int
td_cli_suppress_list(const TdCli *cli)
{
	static const char *const headings[] = { "ADDRESS", "KIND", "TIMES",
		"LAST", "UNTIL", "MAIL", "WHY", NULL };
	JsonObject *words = td_client_words("suppress-list");

	td_client_copy_text(cli, "kind", words, "kind");
	return td_record_list(cli, words, "rows", headings, add_row);
}

/* ---- add, clear ---- */

/* TdRecordFunc */
static void
print_added(const TdCli *cli G_GNUC_UNUSED, JsonObject *row)
{
	td_suppressed_said(row, "gets no automatic mail");
}

int
td_cli_suppress_add(const TdCli *cli)
{
	g_autoptr(JsonObject)
	    words = td_record_words(cli, "suppress-add", "address");
	g_autoptr(GError) error = NULL;

	if (!td_suppressed_words(cli, words, &error))
		return td_cli_fail(error);
	return td_record_print(cli, g_steal_pointer(&words), print_added);
}

/* TdRecordFunc */
static void
print_cleared(const TdCli *cli G_GNUC_UNUSED, JsonObject *result)
{
	td_suppressed_cleared(result, "gets automatic mail again");
}

int
td_cli_suppress_clear(const TdCli *cli)
{
	JsonObject *words = td_client_words("suppress-clear");

	td_suppressed_all(cli, words, "addresses");
	return td_record_print(cli, words, print_cleared);
}
