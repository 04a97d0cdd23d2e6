/* admin.c - ticket reprocess, secret rotate, stat */

#include "config.h"

#include <sysexits.h>

#include <ticketd/store.h>
#include <ticketd/text.h>

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

/* Behind the statuses. */
static const char *const counts[] = { "spam", "overdue", "breached", "unowned",
	"mine", NULL };

/* What is counted; without an agent nothing is mine. */
static gboolean
has_count(JsonObject *stat, const char *name)
{
	return json_object_has_member(td_get_object(stat, "total"), name);
}

static void
print_counts(JsonObject *stat, const char *name, JsonObject *queue)
{
	g_autofree char *safe = td_text_printable(name, 0);
	g_autofree char *padded = td_text_pad(safe, 16);

	printf("%s", padded);
	for (int s = 0; s <= TD_STATUS_LAST; s++)
		printf(" %8" G_GINT64_FORMAT,
		    td_get_number(queue, td_status_name((TdStatus)s)));
	for (gsize i = 0; counts[i] != NULL; i++)
		if (has_count(stat, counts[i]))
			printf(" %8" G_GINT64_FORMAT,
			    td_get_number(queue, counts[i]));
	putchar('\n');
}

static void
print_queues(const TdCli *cli, JsonObject *stat)
{
	JsonArray *queues = td_get_array(stat, "queues");

	printf("%s%-16s", cli->colour ? "\033[1m" : "", "queue");
	for (int i = 0; i <= TD_STATUS_LAST; i++)
		printf(" %8s", td_status_name((TdStatus)i));
	for (gsize i = 0; counts[i] != NULL; i++)
		if (has_count(stat, counts[i]))
			printf(" %8s", counts[i]);
	printf("%s\n", cli->colour ? "\033[0m" : "");
	for (guint i = 0; i < td_get_length(stat, "queues"); i++) {
		JsonObject *queue = json_array_get_object_element(queues, i);

		print_counts(stat, td_get_text(queue, "queue"), queue);
	}
	if (td_get_length(stat, "queues") > 1)
		print_counts(stat, "all", td_get_object(stat, "total"));
}

static void
print_stat(const TdCli *cli, JsonObject *stat)
{
	JsonObject *outbox = td_get_object(stat, "outbox");
	JsonObject *suppressed = td_get_object(stat, "suppressed");
	g_autofree char *space = g_format_size(
	    (guint64)td_get_number(stat, "disk_free"));
	g_autofree char *oldest = td_output_time(
	    td_get_text(outbox, "oldest_due"));

	print_queues(cli, stat);
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
	JsonObject *words = td_client_words("stat");
	int status = EX_OK;
	g_autoptr(JsonObject) result = NULL;

	td_client_copy_text(cli, "as", words, "as");
	result = td_client_once(cli, words, NULL, &status);
	if (result == NULL)
		return status;
	if (td_cli_format(cli, "json"))
		td_output_json_object(result);
	else
		print_stat(cli, result);
	return EX_OK;
}
