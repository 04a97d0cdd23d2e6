/* corpus-labels.c - what others say of the mails, see corpus.h */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "corpus.h"

/* A file of fields with tabs between them, under a row of their names. */
typedef struct {
	GPtrArray *rows; /* of GStrv, the names not among them */
	GStrv names;
} Table;

static void
free_row(gpointer data)
{
	g_strfreev(data);
}

static void
table_free(Table *table)
{
	g_ptr_array_unref(table->rows);
	g_strfreev(table->names);
	g_free(table);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Table, table_free)

static Table *
table_read(const char *path, GError **error)
{
	g_autofree char *bytes = NULL;
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;
	Table *table;
	gsize size;

	if (!g_file_get_contents(path, &bytes, &size, error))
		return NULL;

	text = td_text_utf8(bytes, (gssize)size);
	lines = g_strsplit(text, "\n", -1);
	table = g_new(Table, 1);
	table->rows = g_ptr_array_new_with_free_func(free_row);
	table->names = g_strsplit(lines[0] == NULL ? "" : lines[0], "\t", -1);
	for (guint i = 1; lines[0] != NULL && lines[i] != NULL; i++)
		if (*lines[i] != '\0' && *lines[i] != '#')
			g_ptr_array_add(
			    table->rows, g_strsplit(lines[i], "\t", -1));
	return table;
}

static gboolean
table_has(const Table *table, const char *name)
{
	return g_strv_contains((const char *const *)table->names, name);
}

/* The field called @name; "" if the row has none. */
static const char *
table_field(const Table *table, guint row, const char *name)
{
	GStrv fields = g_ptr_array_index(table->rows, row);

	for (guint i = 0; table->names[i] != NULL && fields[i] != NULL; i++)
		if (g_str_equal(table->names[i], name))
			return fields[i];
	return "";
}

static void
free_recipient(gpointer data)
{
	CorpusRecipient *recipient = data;

	g_free(recipient->address);
	g_free(recipient->action);
	g_free(recipient->status);
	g_free(recipient);
}

static void
free_mail(gpointer data)
{
	CorpusMail *mail = data;

	g_free(mail->path);
	g_free(mail->kind);
	g_free(mail->expected_subject);
	g_free(mail->expected_reply);
	g_free(mail->features);
	g_free(mail->note);
	g_free(mail->complaint);
	g_free(mail->invalid);
	g_free(mail->subject);
	g_free(mail->text);
	g_free(mail->reply);
	g_free(mail->class);
	g_free(mail->reason);
	g_ptr_array_unref(mail->recipients);
	g_free(mail);
}

static void
free_bounce(gpointer data)
{
	CorpusBounce *bounce = data;

	g_free(bounce->path);
	g_free(bounce->address);
	g_free(bounce->status);
	g_free(bounce->permanence);
	g_free(bounce);
}

static CorpusMail *
new_mail(const Table *labels, guint row)
{
	CorpusMail *mail = g_new0(CorpusMail, 1);
	const char *subject = table_field(labels, row, "expected_subject");

	mail->path = g_strdup(table_field(labels, row, "path"));
	mail->kind = g_strdup(table_field(labels, row, "kind"));
	mail->expected_subject = g_strdup(subject);
	mail->expected_reply = g_strdup(
	    table_field(labels, row, "expected_reply"));
	mail->features = g_strdup(table_field(labels, row, "features"));
	mail->note = g_strdup(table_field(labels, row, "note"));
	mail->complaint = g_strdup("");
	mail->invalid = g_strdup("");
	mail->subject = g_strdup("");
	mail->text = g_strdup("");
	mail->reply = g_strdup("");
	mail->class = g_strdup("");
	mail->reason = g_strdup("");
	mail->recipients = g_ptr_array_new_with_free_func(free_recipient);
	return mail;
}

static void
add_bounces(Corpus *corpus, const Table *table)
{
	for (guint i = 0; i < table->rows->len; i++) {
		CorpusBounce *bounce = g_new(CorpusBounce, 1);

		bounce->path = g_strdup(table_field(table, i, "path"));
		bounce->address = g_strdup(
		    table_field(table, i, "failed_recipient"));
		bounce->status = g_strdup(table_field(table, i, "dsn"));
		bounce->permanence = g_strdup(
		    table_field(table, i, "permanence"));
		g_ptr_array_add(corpus->bounces, bounce);
	}
}

/* The file expected.tsv of each folder, where it tells of bounces. */
static gboolean
read_bounces(Corpus *corpus, GError **error)
{
	g_autoptr(GDir) directory = g_dir_open(corpus->folder, 0, error);
	const char *name;

	if (directory == NULL)
		return FALSE;
	while ((name = g_dir_read_name(directory)) != NULL) {
		g_autofree char *path = g_build_filename(
		    corpus->folder, name, "expected.tsv", NULL);
		g_autoptr(Table) table = NULL;

		if (!g_file_test(path, G_FILE_TEST_EXISTS))
			continue;
		table = table_read(path, error);
		if (table == NULL)
			return FALSE;
		if (table_has(table, "failed_recipient") ||
		    table_has(table, "dsn"))
			add_bounces(corpus, table);
	}
	return TRUE;
}

static gboolean
read_exceptions(Corpus *corpus, const char *path, GError **error)
{
	g_autoptr(Table) table = table_read(path, error);

	if (table == NULL)
		return FALSE;
	for (guint i = 0; i < table->rows->len; i++)
		g_hash_table_insert(corpus->exceptions,
		    g_strconcat(table_field(table, i, "section"), " ",
		        table_field(table, i, "path"), NULL),
		    g_strdup(table_field(table, i, "reason")));
	return TRUE;
}

Corpus *
corpus_open(const char *folder, const char *exceptions, GError **error)
{
	g_autofree char *path = g_build_filename(folder, "labels.tsv", NULL);
	g_autoptr(Corpus) corpus = g_new0(Corpus, 1);
	g_autoptr(Table) labels = NULL;

	corpus->folder = g_strdup(folder);
	corpus->mails = g_ptr_array_new_with_free_func(free_mail);
	corpus->bounces = g_ptr_array_new_with_free_func(free_bounce);
	corpus->exceptions = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, g_free);
	labels = table_read(path, error);
	if (labels == NULL)
		return NULL;
	for (guint i = 0; i < labels->rows->len; i++)
		g_ptr_array_add(corpus->mails, new_mail(labels, i));
	if (!read_bounces(corpus, error))
		return NULL;
	if (exceptions != NULL && !read_exceptions(corpus, exceptions, error))
		return NULL;
	return g_steal_pointer(&corpus);
}

void
corpus_free(Corpus *corpus)
{
	if (corpus == NULL)
		return;
	corpus_desk_close(corpus);
	g_ptr_array_unref(corpus->mails);
	g_ptr_array_unref(corpus->bounces);
	g_hash_table_unref(corpus->exceptions);
	g_free(corpus->folder);
	g_free(corpus);
}

CorpusMail *
corpus_find(const Corpus *corpus, const char *path)
{
	for (guint i = 0; i < corpus->mails->len; i++) {
		CorpusMail *mail = g_ptr_array_index(corpus->mails, i);

		if (g_str_equal(mail->path, path))
			return mail;
	}
	return NULL;
}

/* A header for what is a body alone. */
static char *
header_for(const CorpusMail *mail, const char *body, gsize size)
{
	gboolean html = g_str_has_suffix(mail->path, ".html");
	gboolean utf8 = g_utf8_validate(body, (gssize)size, NULL);

	return g_strdup_printf("From: Anna <anna@example.net>\n"
	                       "To: support@example.org\n"
	                       "Subject: Printer\n"
	                       "Message-ID: <body-alone@example.net>\n"
	                       "MIME-Version: 1.0\n"
	                       "Content-Type: text/%s%s\n"
	                       "Content-Transfer-Encoding: 8bit\n"
	                       "\n",
	    html ? "html" : "plain", utf8 ? "; charset=utf-8" : "");
}

GBytes *
corpus_bytes(const Corpus *corpus, const CorpusMail *mail, GError **error)
{
	g_autofree char *path = g_build_filename(
	    corpus->folder, mail->path, NULL);
	g_autofree char *bytes = NULL;
	g_autofree char *header = NULL;
	GString *whole;
	gsize size;

	if (!g_file_get_contents(path, &bytes, &size, error))
		return NULL;
	if (!corpus_has(mail, "body-only"))
		return g_bytes_new_take(g_steal_pointer(&bytes), size);

	header = header_for(mail, bytes, size);
	whole = g_string_new(header);
	g_string_append_len(whole, bytes, (gssize)size);
	return g_string_free_to_bytes(whole);
}

char *
corpus_text(const Corpus *corpus, const char *path, GError **error)
{
	g_autofree char *whole = g_build_filename(corpus->folder, path, NULL);
	g_autofree char *bytes = NULL;
	gsize size;

	if (!g_file_get_contents(whole, &bytes, &size, error))
		return NULL;
	return td_text_utf8(bytes, (gssize)size);
}

gboolean
corpus_has(const CorpusMail *mail, const char *feature)
{
	g_auto(GStrv) features = g_strsplit(mail->features, ",", -1);

	return g_strv_contains((const char *const *)features, feature);
}

const char *
corpus_exception(
    const Corpus *corpus, const char *section, const CorpusMail *mail)
{
	g_autofree char *key = g_strconcat(section, " ", mail->path, NULL);

	return g_hash_table_lookup(corpus->exceptions, key);
}

char *
corpus_squeeze(const char *text)
{
	GString *squeezed = g_string_new(NULL);

	for (; *text != '\0'; text++) {
		if (!g_ascii_isspace(*text))
			g_string_append_c(squeezed, *text);
		else if (squeezed->len > 0 &&
		    squeezed->str[squeezed->len - 1] != ' ')
			g_string_append_c(squeezed, ' ');
	}
	if (squeezed->len > 0 && squeezed->str[squeezed->len - 1] == ' ')
		g_string_truncate(squeezed, squeezed->len - 1);
	return g_string_free(squeezed, FALSE);
}
