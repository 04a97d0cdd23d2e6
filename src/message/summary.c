/* summary.c - see message/summary.h */

#include "config.h"

#include <string.h>

#include "message/calendar-part.h"
#include "message/charset.h"
#include "message/fields.h"
#include "message/limits.h"
#include "message/media.h"
#include "message/mime.h"
#include "message/summary.h"
#include "message/text.h"

/* Of either kind no more are summarised. */
#define MAILS_MAX 3
#define CALENDARS_MAX 3
/* So much of an attached mail or calendar is read for it. */
#define MAIL_MAX 65536
#define CALENDAR_MAX 262144
#define VALUE_MAX 300
#define MAIL_LINES 6
#define MAIL_BYTES 500

/* Cuts @text at a whole character of at most @max bytes; whether it was. */
static gboolean
cut(char *text, gsize max)
{
	if (strlen(text) <= max)
		return FALSE;
	while (max > 0 && ((guchar)text[max] & 0xc0) == 0x80)
		max--;
	text[max] = '\0';
	return TRUE;
}

void
td_summary_begin(GString *text, const char *title)
{
	while (text->len > 0 && text->str[text->len - 1] == '\n')
		g_string_truncate(text, text->len - 1);
	g_string_append_printf(text,
	    "%s\342\224\200\342\224\200\342\224\200\342\224\200\342\224\200"
	    "\342\224\200\342\224\200\342\224\200 %s\n",
	    text->len > 0 ? "\n\n" : "", title);
}

void
td_summary_line(GString *text, const char *label, const char *value)
{
	g_autofree char *line = g_strdup(value == NULL ? "" : value);
	gboolean shortened;

	g_strdelimit(line, "\r\n\t", ' ');
	g_strstrip(line);
	shortened = cut(line, VALUE_MAX);
	if (*line != '\0')
		g_string_append_printf(text, "%s: %s%s\n", label, line,
		    shortened ? "\342\200\246" : "");
}

void
td_summary_lines(GString *text, const char *body, guint lines, gsize max)
{
	gboolean gap = TRUE;

	while (*body != '\0' && lines > 0 && max > 0) {
		gsize size = strcspn(body, "\n");
		g_autofree char *line = g_strchomp(g_strndup(body, size));
		gboolean shortened = cut(line, max);

		body += size;
		body += *body == '\n';
		if (*line == '\0') {
			gap = TRUE;
			continue;
		}
		g_string_append_printf(text, "%s%s%s\n", gap ? "\n" : "", line,
		    shortened ? "\342\200\246" : "");
		gap = FALSE;
		max -= MIN(max, strlen(line));
		lines--;
	}
	if (body[strspn(body, " \n")] != '\0' && max > 0)
		g_string_append(text, "\342\200\246\n");
}

static void
append_field(GString *text, const GArray *fields, const char *name)
{
	g_autofree char *value = td_fields_value(fields, name);

	td_summary_line(text, name, value);
}

/* The first words of the mail in @bytes. */
static void
append_first_lines(GString *text, const GByteArray *bytes)
{
	g_autoptr(TdMime) inner = NULL;

	inner = td_mime_parse((const char *)bytes->data, bytes->len, NULL);
	for (guint i = 0; i < inner->leaves->len; i++) {
		const TdPart *leaf = g_ptr_array_index(inner->leaves, i);
		g_autofree char *body = NULL;

		if (leaf->role != TD_PART_TEXT)
			continue;
		body = td_text_of_part(leaf, NULL);
		if (body[strspn(body, " \t\n")] == '\0')
			continue;
		td_summary_lines(text, body, MAIL_LINES, MAIL_BYTES);
		return;
	}
}

static void
append_mail(GString *text, const TdPart *part)
{
	g_autoptr(GArray) fields = g_array_new(FALSE, FALSE, sizeof(TdField));
	g_autoptr(GByteArray) bytes = td_part_read(part, MAIL_MAX, NULL);

	td_fields_scan((const char *)bytes->data, bytes->len, TD_LIMIT_HEADERS,
	    fields, NULL);
	if (fields->len == 0)
		return;
	td_summary_begin(text, "Attached mail");
	append_field(text, fields, "From");
	append_field(text, fields, "To");
	append_field(text, fields, "Date");
	append_field(text, fields, "Subject");
	append_first_lines(text, bytes);
}

static gboolean
is_mail(const TdPart *part)
{
	return td_part_is(part, "message/rfc822") ||
	    td_part_is(part, "message/global");
}

/* Appends the attached mails in @part, @left of them at most. */
static void
append_mails(GString *text, const TdPart *part, guint *left)
{
	if (part->children == NULL) {
		if (*left > 0 && part->role == TD_PART_ATTACHMENT &&
		    is_mail(part)) {
			(*left)--;
			append_mail(text, part);
		}
		return;
	}
	if (td_part_is(part, "multipart/report"))
		return;
	for (guint i = 0; i < part->children->len; i++)
		append_mails(text, g_ptr_array_index(part->children, i), left);
}

static gboolean
is_calendar(const TdPart *part)
{
	if (part->role != TD_PART_ATTACHMENT)
		return FALSE;
	return td_part_is(part, "text/calendar") ||
	    td_part_is(part, "application/ics") ||
	    td_media_ends_with(td_part_name(part), ".ics");
}

/* A line may go on in the next in the midst of a character (RFC 5545, section
 * 3.1): joins them while they are bytes.  With NULs they are of UTF-16, where
 * nothing is split. */
static void
unfold(GByteArray *bytes)
{
	const guint8 *at = bytes->data, *end = at + bytes->len;
	guint8 *to = bytes->data;

	if (bytes->len == 0 || memchr(at, '\0', bytes->len) != NULL)
		return;
	while (at < end) {
		const guint8 *next = at;

		next += *next == '\r';
		if (end - next > 1 && *next == '\n' &&
		    (next[1] == ' ' || next[1] == '\t'))
			at = next + 2;
		else
			*to++ = *at++;
	}
	g_byte_array_set_size(bytes, (guint)(to - bytes->data));
}

static char *
read_calendar(const TdPart *part, gboolean whole)
{
	g_autoptr(GByteArray) bytes = td_part_read(part, CALENDAR_MAX, NULL);
	const char *charset = td_part_parameter(part, "charset");
	g_autofree char *text = NULL;
	const char *guess;

	unfold(bytes);
	/* RFC 5545, section 3.1.4. */
	text = td_charset_decode((const char *)bytes->data, bytes->len,
	    charset == NULL ? "utf-8" : charset, &guess);
	return td_calendar_summary(
	    text, td_part_parameter(part, "method"), whole);
}

/* An invitation often comes twice in a mail, to be read and to be saved. */
static void
append_calendars(GString *text, const TdMime *mime)
{
	gboolean whole = text->str[strspn(text->str, " \t\n")] == '\0';
	g_autoptr(GPtrArray) told = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < mime->leaves->len && told->len < CALENDARS_MAX;
	     i++) {
		const TdPart *leaf = g_ptr_array_index(mime->leaves, i);
		char *summary;

		if (!is_calendar(leaf))
			continue;
		summary = read_calendar(leaf, whole);
		if (summary == NULL ||
		    g_ptr_array_find_with_equal_func(
		        told, summary, g_str_equal, NULL)) {
			g_free(summary);
			continue;
		}
		g_ptr_array_add(told, summary);
		while (text->len > 0 && text->str[text->len - 1] == '\n')
			g_string_truncate(text, text->len - 1);
		g_string_append_printf(
		    text, "%s%s", text->len > 0 ? "\n\n" : "", summary);
	}
}

void
td_summary_append(const TdMime *mime, GString *text)
{
	guint mails = MAILS_MAX;

	append_calendars(text, mime);
	append_mails(text, mime->root, &mails);
}
