/* admin.c - ticket reprocess, secret rotate, stat */

#include "config.h"

#include <sysexits.h>

#include <ticketd/store.h>

#include "cli/cli.h"

int
td_cli_reprocess(const TdCli *cli)
{
	guint64 numbers[3] = { 0 };
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) result = NULL;
	JsonObject *words;
	int status = EX_OK;

	if (!td_cli_handle(td_cli_word(cli, 0), 2, 2, numbers, &error))
		return td_cli_fail(error);
	words = td_client_words("reprocess");
	json_object_set_int_member(words, "number", (gint64)numbers[0]);
	json_object_set_int_member(words, "sequence", (gint64)numbers[1]);
	result = td_client_once(cli, words, NULL, &status);
	if (result == NULL)
		return status;

	if (td_cli_format(cli, "json"))
		td_output_json_object(result);
	else
		printf("%s %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT
		       "  rule %s\n",
		    td_get_flag(result, "moved") ? "moved to" : "stays",
		    td_get_number(result, "number"),
		    td_get_number(result, "sequence"),
		    td_get_text(result, "rule"));
	return EX_OK;
}

int
td_cli_secret_rotate(const TdCli *cli)
{
	int status = EX_OK;
	g_autoptr(JsonObject) result = td_client_once(
	    cli, td_client_words("secret-rotate"), NULL, &status);

	if (result == NULL)
		return status;
	if (td_cli_format(cli, "json"))
		td_output_json_object(result);
	else
		printf("key %" G_GINT64_FORMAT " signs from now on; older "
		       "keys count for threading only\n",
		    td_get_number(result, "version"));
	return EX_OK;
}

/* ---- stat ---- */

static void
print_queues(JsonObject *stat)
{
	JsonArray *queues = td_get_array(stat, "queues");

	printf("%-16s", "queue");
	for (int i = 0; i <= TD_STATUS_LAST; i++)
		printf(" %9s", td_status_name((TdStatus)i));
	printf(" %9s\n", "spam");
	for (guint i = 0; i < td_get_length(stat, "queues"); i++) {
		JsonObject *queue = json_array_get_object_element(queues, i);

		printf("%-16s", td_get_text(queue, "queue"));
		for (int s = 0; s <= TD_STATUS_LAST; s++)
			printf(" %9" G_GINT64_FORMAT,
			    td_get_number(queue, td_status_name((TdStatus)s)));
		printf(
		    " %9" G_GINT64_FORMAT "\n", td_get_number(queue, "spam"));
	}
}

static void
print_stat(JsonObject *stat)
{
	JsonObject *outbox = td_get_object(stat, "outbox");
	JsonObject *suppressed = td_get_object(stat, "suppressed");
	g_autofree char *space = g_format_size(
	    (guint64)td_get_number(stat, "disk_free"));
	g_autofree char *oldest = td_output_time(
	    td_get_text(outbox, "oldest_due"));

	print_queues(stat);
	printf("\nlast number  %" G_GINT64_FORMAT "\n",
	    td_get_number(stat, "last"));
	printf("outbox       %" G_GINT64_FORMAT " waiting, %" G_GINT64_FORMAT
	       " of them due%s%s\n",
	    td_get_number(outbox, "waiting"), td_get_number(outbox, "due"),
	    *oldest == '\0' ? "" : " since ", oldest);
	printf("suppressed   %" G_GINT64_FORMAT " bounced, %" G_GINT64_FORMAT
	       " muted, %" G_GINT64_FORMAT " banned\n",
	    td_get_number(suppressed, "bounced"),
	    td_get_number(suppressed, "muted"),
	    td_get_number(suppressed, "banned"));
	printf("disk free    ");
	td_output_text(space);
	putchar('\n');
}

int
td_cli_stat(const TdCli *cli)
{
	int status = EX_OK;
	g_autoptr(JsonObject) result = td_client_once(
	    cli, td_client_words("stat"), NULL, &status);

	if (result == NULL)
		return status;
	if (td_cli_format(cli, "json"))
		td_output_json_object(result);
	else
		print_stat(result);
	return EX_OK;
}
