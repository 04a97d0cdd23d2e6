/* verify.c - ticket log --verify, --seal and --against
 *
 * A file of seals has the line "ticketd-seal 1 TIME", then "N SEQ CHAIN" for
 * each ticket in order, where CHAIN is what event SEQ, the newest then, made of
 * the chain, and "sha256 HEX" of all lines before. */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <ticketd/clock.h>
#include <ticketd/error.h>
#include <ticketd/sha256.h>
#include <ticketd/store.h>
#include <ticketd/text.h>

#include "cli/cli.h"

#define HEAD "ticketd-seal 1 "
#define END "sha256 "
/* Longer lines are none of ours. */
#define LINE_MAX_SIZE 200
/* Seals sent with one request. */
#define SEALS_MAX TD_READ_MAX

typedef struct {
	const TdCli *cli;
	gboolean one; /* ticket */
	guint64 number;

	FILE *out; /* of --seal; NULL: none */
	const char *out_path;
	TdSha256 *sum;

	FILE *in;         /* of --against; NULL: none */
	GPtrArray *seals; /* of char *: read, and not checked yet */
	gboolean read;    /* all of them */

	TdProgress *progress;
	guint64 tickets, events, messages, unvouched, wrong;
} Audit;

static void
clear_audit(Audit *audit)
{
	/* What is not whole is no seal. */
	if (audit->out != NULL) {
		fclose(audit->out);
		unlink(audit->out_path);
	}
	if (audit->in != NULL)
		fclose(audit->in);
	td_sha256_free(audit->sum);
	g_clear_pointer(&audit->seals, g_ptr_array_unref);
	td_progress_free(audit->progress);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Audit, clear_audit)

/* ---- --seal ---- */

static gboolean
fail_path(GError **error, const char *doing, const char *path)
{
	return td_fail(error, TD_ERROR_REFUSED, "cannot %s %s: %s", doing, path,
	    g_strerror(errno));
}

static void
write_line(Audit *audit, const char *line)
{
	td_sha256_update(audit->sum, line, strlen(line));
	td_sha256_update(audit->sum, "\n", 1);
	fprintf(audit->out, "%s\n", line);
}

static gboolean
begin_seal(Audit *audit, GError **error)
{
	const char *path = td_cli_text(audit->cli, "seal");
	g_autofree char *now = td_text_rfc3339(td_clock_now());
	g_autofree char *head = g_strconcat(HEAD, now, NULL);
	int fd;

	if (path == NULL)
		return TRUE;
	if (audit->one)
		return td_fail(error, TD_ERROR_USAGE,
		    "--seal is of all tickets, not of one");
	/* An older seal is not written over. */
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0)
		return fail_path(error, "write", path);
	audit->out = fdopen(fd, "w");
	audit->out_path = path;
	audit->sum = td_sha256_new();
	write_line(audit, head);
	return TRUE;
}

static gboolean
end_seal(Audit *audit, GError **error)
{
	g_autofree char *sum = NULL;
	gboolean well;

	if (audit->out == NULL || audit->wrong > 0)
		return TRUE;
	sum = td_sha256_finish_hex(audit->sum);
	fprintf(audit->out, END "%s\n", sum);
	well = fflush(audit->out) == 0 && fsync(fileno(audit->out)) == 0 &&
	    !ferror(audit->out);
	if (!well)
		return fail_path(error, "write", audit->out_path);
	fclose(g_steal_pointer(&audit->out));
	return TRUE;
}

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

	if (!read_line(file, line) || !g_str_has_prefix(line, HEAD))
		return FALSE;
	while (!g_str_has_prefix(line, END)) {
		td_sha256_update(sum, line, strlen(line));
		td_sha256_update(sum, "\n", 1);
		if (!read_line(file, line))
			return FALSE;
	}
	hex = td_sha256_finish_hex(sum);
	if (strcmp(line + strlen(END), hex) != 0 || fgetc(file) != EOF)
		return FALSE;
	rewind(file);
	return read_line(file, line);
}

static gboolean
begin_against(Audit *audit, GError **error)
{
	const char *path = td_cli_text(audit->cli, "against");

	audit->seals = g_ptr_array_new_with_free_func(g_free);
	audit->read = path == NULL;
	if (path == NULL)
		return TRUE;
	audit->in = fopen(path, "re");
	if (audit->in == NULL)
		return fail_path(error, "read", path);
	if (!check_file(audit->in))
		return td_fail(error, TD_ERROR_REFUSED,
		    "%s is no seal of ticketd, or was changed", path);
	return TRUE;
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
		    g_str_has_prefix(line, END);
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
		write_line(audit, json_array_get_string_element(heads, i));
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
	if (audit->out_path != NULL && audit->wrong > 0)
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
read_number(Audit *audit, GError **error)
{
	guint64 numbers[3] = { 0 };

	audit->one = td_cli_word(audit->cli, 0) != NULL;
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

	/* The files are the user's own: root without a daemon becomes the
	 * store's owner. */
	if (!read_number(&audit, &error) || !begin_against(&audit, &error) ||
	    !begin_seal(&audit, &error))
		return td_cli_fail(error);
	client = td_client_open(cli->conf_path, TD_CLIENT_PLAIN, &error);
	if (client == NULL)
		return td_cli_fail(error);
	audit.progress = td_progress_new("verifying");
	done = verify_all(&audit, client, &error);
	g_clear_pointer(&audit.progress, td_progress_free);
	if (!done || !end_seal(&audit, &error))
		return td_cli_fail(error);
	print_end(&audit);
	return audit.wrong > 0 ? 1 : EX_OK;
}
