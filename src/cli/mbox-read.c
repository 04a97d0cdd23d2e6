/* mbox-read.c - a mailbox in one file, mail by mail
 *
 * There are four kinds, and no mark that tells which one a file is.  In all a
 * line "From " begins a mail.  mboxo writes '>' before such a line of a text,
 * mboxrd before one with any number of '>' in front; both are read alike, for
 * the lines in which they differ are rare.  mboxcl and mboxcl2 have a
 * Content-Length, which others have by mistake: it counts where a mail ends if
 * the next one, or the end, is there.  mboxcl2 writes no '>': a text with a
 * line "From " in that length tells. */

#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "cli/transfer.h"

#define BUFFER_SIZE ((gsize)64 * 1024)
/* So much of a line is looked at; the rest is only passed on. */
#define PIECE_MAX ((gsize)4096)
#define FROM "From "
#define LENGTH_NAME "content-length:"

struct TdMbox {
	FILE *stream;
	char *path;
	guint64 size;
	guint64 offset; /* behind what was read */
	gsize largest;
	gboolean exact;
	gboolean plain; /* mboxcl2: no '>' was written */
	guint64 count;
	gboolean over;
	/* the From_ line that was read last */
	gboolean pending;
	guint64 pending_offset;
	gint64 pending_time;
};

/* A mail being read. */
typedef struct {
	GString *raw; /* NULL: too large */
	guint64 size;
	gboolean header;
	gboolean empty; /* the line before was */
	guint64 length; /* Content-Length, G_MAXUINT64: none */
	guint64 until;  /* no mail ends before this offset */
} Reading;

void
td_mbox_mail_clear(TdMboxMail *mail)
{
	g_clear_pointer(&mail->raw, g_bytes_unref);
}

static gboolean
fail_read(const TdMbox *mbox, int errnum, GError **error)
{
	return td_fail(error, TD_ERROR_REFUSED, "%s: cannot be read: %s",
	    mbox->path, g_strerror(errnum));
}

TdMbox *
td_mbox_open(const char *path, gsize largest, gboolean exact, GError **error)
{
	g_autoptr(TdMbox) mbox = g_new0(TdMbox, 1);
	struct stat status;

	mbox->path = td_text_printable(path, 0);
	mbox->largest = largest;
	mbox->exact = exact;
	mbox->stream = fopen(path, "re");
	if (mbox->stream == NULL || fstat(fileno(mbox->stream), &status) != 0) {
		fail_read(mbox, errno, error);
		return NULL;
	}
	if (!S_ISREG(status.st_mode)) {
		td_fail(error, TD_ERROR_REFUSED,
		    "%s: it is no file, so no mailbox", mbox->path);
		return NULL;
	}
	setvbuf(mbox->stream, NULL, _IOFBF, BUFFER_SIZE);
	mbox->size = (guint64)status.st_size;
	return g_steal_pointer(&mbox);
}

void
td_mbox_free(TdMbox *mbox)
{
	if (mbox == NULL)
		return;
	if (mbox->stream != NULL)
		fclose(mbox->stream);
	g_free(mbox->path);
	g_free(mbox);
}

void
td_mbox_position(const TdMbox *mbox, guint64 *done, guint64 *total)
{
	*done = mbox->offset;
	*total = mbox->size;
}

/* Up to the end of the line, but at most PIECE_MAX bytes; 0 at the end. */
static gsize
read_piece(TdMbox *mbox, char *piece)
{
	gsize length = 0;
	int c = 0;

	while (length < PIECE_MAX && c != '\n' &&
	    (c = getc_unlocked(mbox->stream)) != EOF)
		piece[length++] = (char)c;
	mbox->offset += length;
	return length;
}

/* ---- where a mail ends ---- */

static gboolean
is_empty(const char *line, gsize length)
{
	return (length == 1 && line[0] == '\n') ||
	    (length == 2 && line[0] == '\r' && line[1] == '\n');
}

static gboolean
is_from_line(const TdMbox *mbox, const char *line, gsize length, gint64 *time)
{
	*time = 0;
	if (length < strlen(FROM) || memcmp(line, FROM, strlen(FROM)) != 0)
		return FALSE;
	return td_from_line_read(line, length, time) || mbox->exact;
}

/* Whether the file ends at @offset, or a mail begins there. */
static gboolean
is_end(const TdMbox *mbox, guint64 offset)
{
	char text[512];
	ssize_t got;
	gsize at = 0;
	const char *end;
	gint64 time;

	if (offset > mbox->size)
		return FALSE;
	got = pread(fileno(mbox->stream), text, sizeof(text), (off_t)offset);
	if (got < 0)
		return FALSE;
	while (
	    at < (gsize)got && at < 4 && (text[at] == '\r' || text[at] == '\n'))
		at++;
	if (at == (gsize)got)
		return TRUE;
	end = memchr(text + at, '\n', (gsize)got - at);
	return end != NULL &&
	    is_from_line(mbox, text + at, (gsize)(end - text) - at, &time);
}

/* What a line of the header says of the length; the empty one ends it. */
static void
look_at_header(TdMbox *mbox, Reading *reading, const char *line, gsize length)
{
	gsize name = strlen(LENGTH_NAME);
	g_autofree char *value = NULL;

	if (is_empty(line, length)) {
		reading->header = FALSE;
		if (reading->length <= mbox->size &&
		    is_end(mbox, mbox->offset + reading->length))
			reading->until = mbox->offset + reading->length;
		return;
	}
	if (length <= name || g_ascii_strncasecmp(line, LENGTH_NAME, name) != 0)
		return;
	value = g_strstrip(g_strndup(line + name, length - name));
	if (!g_ascii_string_to_unsigned(
	        value, 10, 0, G_MAXINT64, &reading->length, NULL))
		reading->length = G_MAXUINT64;
}

/* ---- what it says ---- */

static void
append(const TdMbox *mbox, Reading *reading, const char *bytes, gsize size)
{
	reading->size += size;
	if (reading->raw == NULL)
		return;
	/* With the empty line that is not of the mail. */
	if (reading->size > mbox->largest + 2) {
		g_string_free(reading->raw, TRUE);
		reading->raw = NULL;
	} else {
		g_string_append_len(reading->raw, bytes, (gssize)size);
	}
}

/* Whether "From " is behind all '>' from @offset on: a line may have more of
 * them than were read of it. */
static gboolean
is_quoted_from(const TdMbox *mbox, guint64 offset)
{
	char text[PIECE_MAX];
	ssize_t got;
	gsize quotes;

	do {
		got = pread(
		    fileno(mbox->stream), text, sizeof(text), (off_t)offset);
		quotes = 0;
		while (got > 0 && quotes < (gsize)got && text[quotes] == '>')
			quotes++;
		offset += quotes;
	} while (got > 0 && quotes == (gsize)got);
	/* It may be cut by the end of what was read. */
	got = pread(fileno(mbox->stream), text, strlen(FROM), (off_t)offset);
	return got == (ssize_t)strlen(FROM) &&
	    memcmp(text, FROM, strlen(FROM)) == 0;
}

/* The '>' that the writer put before "From ", behind however many others. */
static gsize
count_quote(const TdMbox *mbox, const char *line, gsize length)
{
	gsize quotes = 0;
	gboolean quoted;

	while (quotes < length && line[quotes] == '>')
		quotes++;
	if (quotes == 0 || mbox->plain)
		return 0;
	if (length < PIECE_MAX || length - quotes >= strlen(FROM))
		quoted = length - quotes >= strlen(FROM) &&
		    memcmp(line + quotes, FROM, strlen(FROM)) == 0;
	else
		quoted = is_quoted_from(mbox, mbox->offset - length);
	return quoted ? 1 : 0;
}

/* The empty line before the next mail is not of this one. */
static void
cut_end(Reading *reading)
{
	GString *raw = reading->raw;
	gsize cut = 0;

	if (raw == NULL) {
		reading->size--;
		return;
	}
	if (g_str_has_suffix(raw->str, "\n\n") ||
	    (raw->len == 1 && raw->str[0] == '\n'))
		cut = 1;
	else if (raw->len >= 4 &&
	    memcmp(raw->str + raw->len - 4, "\r\n\r\n", 4) == 0)
		cut = 2;
	else if (raw->len >= 3 &&
	    memcmp(raw->str + raw->len - 3, "\n\r\n", 3) == 0)
		cut = 2;
	g_string_truncate(raw, raw->len - cut);
	reading->size -= cut;
}

/* One line, or the next piece of a long one.  FALSE: the mail is over. */
static gboolean
take_line(TdMbox *mbox, Reading *reading, const char *line, gsize length,
    gboolean start)
{
	guint64 offset = mbox->offset - length;
	gboolean inside = offset < reading->until;
	gint64 time;
	gsize quote;

	if (!start) {
		append(mbox, reading, line, length);
		return TRUE;
	}
	if (is_from_line(mbox, line, length, &time)) {
		if (!inside &&
		    (reading->empty || mbox->exact ||
		        offset == reading->until)) {
			mbox->pending = TRUE;
			mbox->pending_offset = offset;
			mbox->pending_time = time;
			return FALSE;
		}
		mbox->plain = mbox->plain || inside;
	}
	if (reading->header && !mbox->exact)
		look_at_header(mbox, reading, line, length);
	reading->empty = is_empty(line, length);
	quote = count_quote(mbox, line, length);
	append(mbox, reading, line + quote, length - quote);
	return TRUE;
}

static gboolean
read_mail(TdMbox *mbox, Reading *reading, GError **error)
{
	char line[PIECE_MAX];
	gboolean start = TRUE;
	gsize length;

	mbox->pending = FALSE;
	while ((length = read_piece(mbox, line)) > 0) {
		if (!take_line(mbox, reading, line, length, start))
			break;
		start = line[length - 1] == '\n';
	}
	if (ferror(mbox->stream))
		return fail_read(mbox, errno, error);
	mbox->over = !mbox->pending;
	if (!mbox->exact && (mbox->over || reading->empty))
		cut_end(reading);
	return TRUE;
}

/* Up to the first From_ line, before which may be nothing but empty lines. */
static gboolean
read_first(TdMbox *mbox, GError **error)
{
	char line[PIECE_MAX];
	gsize length;

	do
		length = read_piece(mbox, line);
	while (length > 0 && is_empty(line, length));
	if (ferror(mbox->stream))
		return fail_read(mbox, errno, error);
	mbox->over = length == 0;
	if (mbox->over)
		return TRUE;
	mbox->pending = is_from_line(mbox, line, length, &mbox->pending_time);
	mbox->pending_offset = mbox->offset - length;
	return mbox->pending ||
	    td_fail(error, TD_ERROR_REFUSED,
	        "%s: it is no mailbox: one begins with a line as \"From "
	        "anna@example.net Sat Nov 21 10:00:00 2026\"",
	        mbox->path);
}

gboolean
td_mbox_next(TdMbox *mbox, TdMboxMail *mail, gboolean *found, GError **error)
{
	Reading reading = { .header = TRUE, .length = G_MAXUINT64 };
	gboolean well;

	if (!mbox->pending && !mbox->over && !read_first(mbox, error))
		return FALSE;
	*found = mbox->pending;
	if (!*found)
		return TRUE;

	*mail = (TdMboxMail){ .index = ++mbox->count,
		.offset = mbox->pending_offset,
		.time = mbox->pending_time };
	reading.raw = g_string_new(NULL);
	well = read_mail(mbox, &reading, error);
	mail->size = reading.size;
	if (reading.raw != NULL)
		mail->raw = g_string_free_to_bytes(reading.raw);
	if (!well || mail->size > mbox->largest)
		td_mbox_mail_clear(mail);
	return well;
}
