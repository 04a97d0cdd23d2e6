/* bounce-notice.c - the words of a mail system, and the returned mail below
 * them, see message/bounce-private.h */

#include "config.h"

#include <string.h>

#include "message/bounce-private.h"
#include "message/limits.h"
#include "message/marks.h"

#define LINE_MAX_SIZE 1000 /* bytes of a line that are looked at */
#define OPENING 8          /* lines that tell what a mail is */
#define ATTACHED_MAX 10    /* attached texts that are looked at */
#define BLOCKS 4           /* until one has the returned fields */

static void
clear_line(gpointer data)
{
	TdNoticeLine *line = data;

	g_free(line->text);
	g_free(line->folded);
}

void
td_notice_free(TdNotice *notice)
{
	if (notice == NULL)
		return;

	g_array_unref(notice->lines);
	g_free(notice);
}

static gboolean
is_rule_mark(char c)
{
	return c != '\0' && strchr("-=_*|#", c) != NULL;
}

/* "----- Transcript of session follows -----". */
static gboolean
is_decorated(const char *line)
{
	line += strspn(line, " \t");
	return is_rule_mark(line[0]) && is_rule_mark(line[1]);
}

static gboolean
is_blank(const char *line)
{
	for (; *line != '\0'; line = g_utf8_next_char(line))
		if (!g_unichar_isspace(g_utf8_get_char(line)))
			return FALSE;
	return TRUE;
}

/* A line that only stands above a returned mail, or between its fields. */
static gboolean
is_returned_field(const char *folded)
{
	static const char *const fields[] = { "received: ", "return-path: ",
		"message-id: <", "dkim-signature: ", "x-sender: ",
		"content-type: message/rfc822", "content-type: text/rfc822",
		"x-originating-ip: ", "delivered-to: " };

	for (gsize i = 0; i < G_N_ELEMENTS(fields); i++)
		if (g_str_has_prefix(folded, fields[i]))
			return TRUE;
	return FALSE;
}

/* Quotes, but not the transcript of a session (">>> RCPT"), nor an address that
 * has such a mark in front. */
static gboolean
is_quoted(const char *line)
{
	const char *rest = line + 1;
	gsize size;

	if (line[0] != '>' || line[1] == '>')
		return FALSE;
	rest += strspn(rest, " \t");
	size = strcspn(rest, " \t");
	return rest[size] != '\0' || memchr(rest, '@', size) == NULL;
}

/* Whether the returned mail begins behind the line, as it says: a title, not a
 * sentence that speaks of it. */
static gboolean
is_mark(const TdNoticeLine *line)
{
	const char *folded = line->folded;
	gsize size = strlen(folded);

	/* So our own text shows where an attached mail begins. */
	if (td_mark_is_history(line->text, strlen(line->text)))
		return TRUE;
	if ((line->flags & TD_NOTICE_RETURNED) == 0 ||
	    (line->flags & TD_NOTICE_LISTS) != 0)
		return FALSE;
	if (line->decorated)
		return TRUE;
	if ((line->flags & TD_NOTICE_FAILED) != 0 ||
	    strstr(folded, "was received") != NULL)
		return FALSE;
	return size <= 40 || folded[size - 1] == ':' ||
	    strstr(folded, "follow") != NULL;
}

static TdNoticeLine
make_line(const char *start, gsize size)
{
	g_autofree char *cut = g_strndup(start, MIN(size, LINE_MAX_SIZE));
	TdNoticeLine line;

	line.text = g_strchomp(g_utf8_make_valid(cut, -1));
	line.folded = td_phrase_fold(line.text);
	line.flags = td_notice_flags(line.folded);
	line.blank = is_blank(line.text);
	line.decorated = is_decorated(line.text);
	return line;
}

static void
add_line(TdNotice *notice, const TdNoticeLine *line, guint *inked)
{
	g_array_append_vals(notice->lines, line, 1);
	notice->flags |= line->flags;
	if (line->blank)
		return;
	if (*inked == 0 && !line->decorated)
		notice->first = line->flags;
	*inked += !line->decorated;
	if (*inked <= OPENING)
		notice->opening |= line->flags;
}

TdNotice *
td_notice_read(const char *text)
{
	TdNotice *notice = g_new0(TdNotice, 1);
	const char *end = text + strnlen(text, TD_BOUNCE_TEXT);
	guint inked = 0;

	notice->lines = g_array_new(FALSE, FALSE, sizeof(TdNoticeLine));
	g_array_set_clear_func(notice->lines, clear_line);
	while (text < end && notice->lines->len < TD_BOUNCE_LINES) {
		const char *stop = memchr(text, '\n', (gsize)(end - text));
		TdNoticeLine line;

		stop = stop == NULL ? end : stop;
		line = make_line(text, (gsize)(stop - text));
		if (inked > 0 && is_mark(&line)) {
			notice->returned = stop;
			notice->flags |= TD_NOTICE_RETURNED;
			clear_line(&line);
			return notice;
		}
		if (is_quoted(line.text) || is_returned_field(line.folded)) {
			notice->returned = text;
			clear_line(&line);
			return notice;
		}
		add_line(notice, &line, &inked);
		text = stop + (stop < end);
	}
	/* A title that is not above a mail is only a sentence. */
	notice->flags &= ~(guint)TD_NOTICE_RETURNED;
	return notice;
}

/* ---- the fields of the returned mail ---- */

static gboolean
has_fields(const GArray *fields)
{
	return td_fields_find(fields, "Message-ID") != NULL ||
	    td_fields_find(fields, "To") != NULL ||
	    td_fields_find(fields, "From") != NULL;
}

/* Whether an attached text is a header: some send it as that. */
static gboolean
is_header(const TdPart *part)
{
	g_autoptr(GArray) fields = g_array_new(FALSE, FALSE, sizeof(TdField));
	g_autoptr(GByteArray) bytes = NULL;

	if (part->role != TD_PART_ATTACHMENT || !td_part_is(part, "text/plain"))
		return FALSE;
	bytes = td_part_read(part, TD_LIMIT_HEAD, NULL);
	td_fields_scan((const char *)bytes->data, bytes->len, TD_LIMIT_HEADERS,
	    fields, NULL);
	return td_fields_find(fields, "Message-ID") != NULL &&
	    td_fields_find(fields, "From") != NULL;
}

const TdPart *
td_returned_part(const TdMime *mime)
{
	static const char *const types[] = { "message/rfc822", "message/global",
		"text/rfc822-headers", "message/rfc822-headers",
		"message/global-headers" };

	for (guint i = 0; i < mime->leaves->len; i++)
		for (gsize j = 0; j < G_N_ELEMENTS(types); j++)
			if (td_part_is(
			        g_ptr_array_index(mime->leaves, i), types[j]))
				return g_ptr_array_index(mime->leaves, i);
	for (guint i = 0; i < MIN(mime->leaves->len, ATTACHED_MAX); i++)
		if (is_header(g_ptr_array_index(mime->leaves, i)))
			return g_ptr_array_index(mime->leaves, i);
	return NULL;
}

/* @text without the quote marks in front of its lines. */
static GByteArray *
unquote(const char *text)
{
	gsize size = strnlen(text, TD_LIMIT_HEAD);
	GByteArray *out = g_byte_array_sized_new((guint)size + 1);
	const char *end = text + size;

	while (text < end) {
		const char *stop = memchr(text, '\n', (gsize)(end - text));

		stop = stop == NULL ? end : stop + 1;
		if (*text == '>')
			text += text + 1 < stop && text[1] == ' ' ? 2 : 1;
		g_byte_array_append(
		    out, (const guint8 *)text, (guint)(stop - text));
		text = stop;
	}
	return out;
}

GArray *
td_notice_returned(
    const TdNotice *notice, const TdMime *mime, GByteArray **owner)
{
	GArray *fields = g_array_new(FALSE, FALSE, sizeof(TdField));
	const TdPart *part = td_returned_part(mime);
	const char *at;
	gsize left;

	if (part != NULL)
		*owner = td_part_read(part, TD_LIMIT_HEAD, NULL);
	else
		*owner = unquote(
		    notice->returned == NULL ? "" : notice->returned);
	at = (const char *)(*owner)->data;
	left = (*owner)->len;
	for (guint i = 0; i < BLOCKS && left > 0; i++) {
		gsize size = 0;

		/* Lines that are empty, or only drawn, come first. */
		while (size < left && strchr(" \t\r\n-_=*|", at[size]) != NULL)
			size++;
		g_array_set_size(fields, 0);
		size += td_fields_scan(
		    at + size, left - size, TD_LIMIT_HEADERS, fields, NULL);
		if (has_fields(fields))
			return fields;
		at += size;
		left -= size;
	}
	g_array_set_size(fields, 0);
	return fields;
}
