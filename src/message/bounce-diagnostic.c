/* bounce-diagnostic.c - the sentence that tells why, see
 * message/bounce-private.h */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "message/bounce-private.h"

static const TdNoticeLine *
line_at(const TdNotice *notice, guint index)
{
	return &g_array_index(notice->lines, TdNoticeLine, index);
}

/* What we sent, in a transcript of a session. */
static gboolean
is_command(const char *text)
{
	text += strspn(text, " \t");
	return g_str_has_prefix(text, ">>>") ||
	    g_ascii_strncasecmp(text, "in: ", 4) == 0;
}

static gboolean
has_code(const char *text)
{
	char status[TD_STATUS_SIZE];

	if (is_command(text))
		return FALSE;
	return td_reason_reply(text) != 0 ||
	    (td_reason_status(text, status) && *status != '2');
}

static gboolean
has_reason(const char *text)
{
	g_autofree char *folded = td_phrase_fold(text);

	return !is_command(text) && td_reason_is(folded);
}

/* The reply code that opens the line: 0 when none does.  *@more says whether
 * its text goes on in the next line (RFC 5321, 4.2.1). */
static guint
opening_code(const char *text, gboolean *more)
{
	text += strspn(text, " \t");
	*more = FALSE;
	if ((*text != '4' && *text != '5') || !g_ascii_isdigit(text[1]) ||
	    !g_ascii_isdigit(text[2]) || g_ascii_isalnum(text[3]))
		return 0;
	*more = text[3] == '-';
	return (guint)((text[0] - '0') * 100 + (text[1] - '0') * 10 +
	    (text[2] - '0'));
}

static gboolean
goes_on(const char *text, const TdNoticeLine *next)
{
	gboolean more, ignored;
	guint code = opening_code(text, &more);
	const char *start = next->text + strspn(next->text, " \t");

	if (next->blank || next->decorated || is_command(start) ||
	    g_str_has_prefix(start, "<<<") ||
	    g_str_has_prefix(next->folded, "giving up on"))
		return FALSE;
	if (opening_code(next->text, &ignored) == 0)
		return TRUE;
	return code == 0 || more;
}

/* Without what only surrounds it: "(reason: ...)", "<<< ...". */
static char *
clean(const char *text)
{
	static const char *const starts[] = { "(reason:", "reason:", "<<<",
		"error:", "diagnostic:", "out:" };
	g_autofree char *line = td_text_printable(text, TD_BOUNCE_DIAGNOSTIC);
	const char *at = line + strspn(line, " :;-.,=>\"'");
	gsize size;

	for (gsize i = 0; i < G_N_ELEMENTS(starts); i++)
		if (g_ascii_strncasecmp(at, starts[i], strlen(starts[i])) ==
		    0) {
			at += strlen(starts[i]);
			at += strspn(at, " ");
			break;
		}
	size = strlen(at);
	while (size > 0 && at[size - 1] == ' ')
		size--;
	if (size > 0 && at[size - 1] == ')' && memchr(at, '(', size) == NULL)
		size--;
	return g_strndup(at, size);
}

static char *
take(const TdNotice *notice, guint from, gsize offset, guint to)
{
	g_autoptr(GString)
	    text = g_string_new(line_at(notice, from)->text + offset);

	for (guint i = from + 1; i < to; i++) {
		if (text->len > TD_BOUNCE_DIAGNOSTIC ||
		    !goes_on(line_at(notice, i - 1)->text, line_at(notice, i)))
			break;
		g_string_append_c(text, ' ');
		g_string_append(text, line_at(notice, i)->text);
	}
	return clean(text->str);
}

char *
td_diagnostic_find(const TdNotice *notice, guint from, gsize offset, guint to)
{
	gboolean (*const tests[])(const char *text) = { has_code, has_reason };

	for (gsize test = 0; test < G_N_ELEMENTS(tests); test++)
		for (guint i = from; i < to; i++) {
			const TdNoticeLine *line = line_at(notice, i);
			gsize at = i == from ? offset : 0;

			if (!line->blank && tests[test](line->text + at))
				return take(notice, i, at, to);
		}
	return g_strdup("");
}
