/* verify.c - ticket log --verify, --seal and --against */

#include "config.h"

#include <string.h>
#include <sysexits.h>

#include <ticketd/error.h>
#include <ticketd/sha256.h>
#include <ticketd/store.h>

#include "cli/cli.h"
#include "cli/verify.h"

/* Longer lines are none of ours. */
#define LINE_MAX_SIZE 200
/* Seals sent with one request. */
#define SEALS_MAX TD_READ_MAX

typedef struct {
	const TdCli *cli;
	gboolean one; /* ticket */
	guint64 number;

	TdSealFile *out; /* of --seal; NULL: none */

	FILE *in;         /* of --against; NULL: none */
	GPtrArray *seals; /* of char *: read, and not checked yet */
	gboolean read;    /* all of them */

	TdProgress *progress;
	guint64 tickets, events, messages, unvouched, wrong;
} Audit;

static void
clear_audit(Audit *audit)
{
	td_seal_free(audit->out);
	if (audit->in != NULL)
		fclose(audit->in);
	g_clear_pointer(&audit->seals, g_ptr_array_unref);
	td_progress_free(audit->progress);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Audit, clear_audit)

/* ---- --against ---- */

/* The next line without its end; FALSE at the end of the file, or where no line
 * of ours comes. */
static gboolean
read_line(FILE *file, char line[LINE_MAX_SIZE])
{
	char *end;

	if (fgets(line, LINE_MAX_SIZE, file) == NULL)
		return FALSE;
	end = strchr(line, '\n');
	if (end == NULL)
		return FALSE;
	*end = '\0';
	return TRUE;
}

/* Whether the file is as it was written; stands behind the first line then. */
static gboolean
check_file(FILE *file)
{
	g_autoptr(TdSha256) sum = td_sha256_new();
	char line[LINE_MAX_SIZE];
	g_autofree char *hex = NULL;

	if (!read_line(file, line) || !g_str_has_prefix(line, TD_SEAL_HEAD))
		return FALSE;
	while (!g_str_has_prefix(line, TD_SEAL_END)) {
		td_sha256_update(sum, line, strlen(line));
		td_sha256_update(sum, "\n", 1);
		if (!read_line(file, line))
			return FALSE;
	}
	hex = td_sha256_finish_hex(sum);
	if (strcmp(line + strlen(TD_SEAL_END), hex) != 0 || fgetc(file) != EOF)
		return FALSE;
	rewind(file);
	return read_line(file, line);
}

/* The exit status. */
static int
begin_against(Audit *audit)
{
	const char *path = td_cli_text(audit->cli, "against");
	g_autoptr(GError) error = NULL;

	audit->seals = g_ptr_array_new_with_free_func(g_free);
	audit->read = path == NULL;
	if (path == NULL)
		return EX_OK;
	audit->in = fopen(path, "re");
	if (audit->in == NULL)
		return td_cli_fail_path("read", path, EX_NOINPUT);
	if (check_file(audit->in))
		return EX_OK;
	td_fail(&error, TD_ERROR_REFUSED,
	    "%s is no seal of ticketd, or was changed", path);
	return td_cli_fail(error);
}

static guint64
number_of(const char *seal)
{
	return g_ascii_strtoull(seal, NULL, 10);
}

/* Reads so many that one request can be made. */
static void
read_seals(Audit *audit)
{
	char line[LINE_MAX_SIZE];

	while (!audit->read && audit->seals->len < SEALS_MAX) {
		audit->read = !read_line(audit->in, line) ||
		    g_str_has_prefix(line, TD_SEAL_END);
		if (!audit->read &&
		    (!audit->one || number_of(line) == audit->number))
			g_ptr_array_add(audit->seals, g_strdup(line));
	}
}

/* Those below @number were checked. */
static void
drop_seals(Audit *audit, guint64 number)
{
	guint count = 0;

	while (count < audit->seals->len &&
	    number_of(audit->seals->pdata[count]) < number)
		count++;
	g_ptr_array_remove_range(audit->seals, 0, count);
}

/* ---- printing ---- */

static void
print_finding(Audit *audit, JsonObject *finding)
{
	gint64 sequence = td_get_number(finding, "sequence");

	if (td_output_terminal()) {
		td_progress_free(audit->progress);
		audit->progress = td_progress_new("verifying");
	}
	if (td_cli_format(audit->cli, "json")) {
		td_output_json_element(audit->wrong++, finding);
		return;
	}
	audit->wrong++;
	if (sequence != 0)
		printf("event %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT " ",
		    td_get_number(finding, "ticket"), sequence);
	else
		printf("ticket %" G_GINT64_FORMAT " ",
		    td_get_number(finding, "ticket"));
	td_output_text(td_get_text(finding, "finding"));
	putchar('\n');
}

static void
take_page(Audit *audit, JsonObject *page)
{
	JsonArray *findings = td_get_array(page, "findings");
	JsonArray *heads = td_get_array(page, "heads");

	audit->tickets += (guint64)td_get_number(page, "tickets");
	audit->events += (guint64)td_get_number(page, "events");
	audit->messages += (guint64)td_get_number(page, "messages");
	audit->unvouched += (guint64)td_get_number(page, "unvouched");
	for (guint i = 0; i < td_get_length(page, "findings"); i++)
		print_finding(
		    audit, json_array_get_object_element(findings, i));
	for (guint i = 0;
	     audit->out != NULL && i < td_get_length(page, "heads"); i++)
		td_seal_write(
		    audit->out, json_array_get_string_element(heads, i));
}

static void
print_end(const Audit *audit)
{
	if (td_cli_format(audit->cli, "json")) {
		td_output_json_end(audit->wrong);
		return;
	}
	printf("%" G_GUINT64_FORMAT " tickets, %" G_GUINT64_FORMAT
	       " events, %" G_GUINT64_FORMAT " messages: ",
	    audit->tickets, audit->events, audit->messages);
	if (audit->wrong == 0)
		printf("nothing was changed\n");
	else
		printf("%" G_GUINT64_FORMAT " findings\n", audit->wrong);
	if (audit->unvouched > 0)
		printf("%" G_GUINT64_FORMAT " of the messages were filed "
		       "without a checksum, by an older ticketd\n",
		    audit->unvouched);
	if (audit->out != NULL && audit->wrong > 0)
		printf("no seal was written\n");
}

/* ---- asking ---- */

static JsonObject *
make_words(const Audit *audit, guint64 number)
{
	JsonObject *words = td_client_words("verify");
	JsonArray *seals = json_array_new();

	json_object_set_int_member(words, "number", (gint64)number);
	for (guint i = 0; i < audit->seals->len; i++)
		json_array_add_string_element(seals, audit->seals->pdata[i]);
	json_object_set_array_member(words, "seals", seals);
	if (audit->out != NULL)
		json_object_set_boolean_member(words, "heads", TRUE);
	/* No further than seals are known. */
	if (audit->one)
		json_object_set_int_member(
		    words, "until", (gint64)audit->number);
	else if (!audit->read)
		json_object_set_int_member(words, "until",
		    (gint64)number_of(
		        audit->seals->pdata[audit->seals->len - 1]));
	return words;
}

/* Where to go on behind @page, which began at @number; FALSE at the end. */
static gboolean
find_next(Audit *audit, JsonObject *page, guint64 *number)
{
	guint64 next = (guint64)td_get_number(page, "next");

	if (next == 0 && !audit->read && !audit->one)
		next = 1 +
		    number_of(audit->seals->pdata[audit->seals->len - 1]);
	drop_seals(audit, next == 0 ? G_MAXUINT64 : next);
	*number = next;
	return next != 0;
}

static gboolean
verify_all(Audit *audit, TdClient *client, GError **error)
{
	guint64 number = audit->number;
	gboolean more;

	do {
		g_autoptr(JsonObject) page = NULL;

		read_seals(audit);
		page = td_client_ask(
		    client, make_words(audit, number), NULL, NULL, error);
		if (page == NULL)
			return FALSE;
		take_page(audit, page);
		more = find_next(audit, page, &number);
		td_progress_set(audit->progress, number,
		    (guint64)td_get_number(page, "last"));
	} while (more);
	return TRUE;
}

static gboolean
read_options(Audit *audit, GError **error)
{
	static const char *const others[] = { "person", "kind", "since",
		"until", "limit" };
	guint64 numbers[3] = { 0 };

	for (guint i = 0; i < G_N_ELEMENTS(others); i++)
		if (td_cli_flag(audit->cli, others[i]))
			return td_fail(error, TD_ERROR_USAGE,
			    "--%s picks events to be printed: --verify, --seal "
			    "and --against print none",
			    others[i]);
	audit->one = td_cli_word(audit->cli, 0) != NULL;
	if (audit->one && td_cli_flag(audit->cli, "seal"))
		return td_fail(error, TD_ERROR_USAGE,
		    "--seal is of all tickets, not of one");
	if (audit->one &&
	    !td_cli_handle(td_cli_word(audit->cli, 0), 1, 1, numbers, error))
		return FALSE;
	audit->number = numbers[0];
	return TRUE;
}

int
td_cli_verify(const TdCli *cli)
{
	g_auto(Audit) audit = { .cli = cli };
	g_autoptr(TdClient) client = NULL;
	g_autoptr(GError) error = NULL;
	gboolean done;
	int status;

	if (!read_options(&audit, &error))
		return td_cli_fail(error);
	/* The files are the user's own: root without a daemon becomes the
	 * store's owner. */
	status = begin_against(&audit);
	if (status == EX_OK)
		status = td_seal_new(td_cli_text(cli, "seal"), &audit.out);
	if (status != EX_OK)
		return status;
	client = td_client_open(cli->conf_path, TD_CLIENT_PLAIN, &error);
	if (client == NULL)
		return td_cli_fail(error);
	audit.progress = td_progress_new("verifying");
	done = verify_all(&audit, client, &error);
	g_clear_pointer(&audit.progress, td_progress_free);
	if (!done)
		return td_cli_fail(error);
	if (audit.out != NULL && audit.wrong == 0)
		status = td_seal_publish(audit.out);
	if (status != EX_OK)
		return status;
	print_end(&audit);
	return audit.wrong > 0 ? 1 : EX_OK;
}
