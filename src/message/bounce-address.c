/* bounce-address.c - mail addresses in a line of prose, see
 * message/bounce-private.h */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>

#include "message/bounce-private.h"

/* RFC 5321, 4.5.3.1: 64 and 255 bytes, and some more for what is stripped. */
#define SIDE_MAX 320

/* Whether a character is written without blanks between words, so that what
 * touches an address need not be part of it. */
static gboolean
is_letter_of_words(gunichar c)
{
	return g_unichar_isalnum(c) && !g_unichar_iswide(c) && c != 0xfffd;
}

static gboolean
is_atom(gunichar c)
{
	if (c >= 0x80)
		return is_letter_of_words(c);
	return g_ascii_isalnum((char)c) ||
	    (c != 0 && strchr(".!#$%&'*+-/=?^_`{|}~", (int)c) != NULL);
}

static gboolean
is_domain(gunichar c)
{
	if (c >= 0x80)
		return is_letter_of_words(c);
	return g_ascii_isalnum((char)c) || c == '.' || c == '-' || c == '_';
}

/* Where the local part that ends at @at begins. */
static const char *
local_start(const char *line, const char *at)
{
	const char *start = at;

	if (at > line && at[-1] == '"') {
		for (start = at - 1; start > line && at - start < SIDE_MAX;) {
			start--;
			if (*start == '"')
				return start;
		}
		return at;
	}
	while (start > line && at - start < SIDE_MAX) {
		const char *before = g_utf8_prev_char(start);

		if (!is_atom(g_utf8_get_char(before)))
			break;
		start = before;
	}
	return start;
}

static const char *
domain_end(const char *at)
{
	const char *end = at;

	if (*at == '[') {
		end = strchr(at, ']');
		return end == NULL || end - at > SIDE_MAX ? at : end + 1;
	}
	while (*end != '\0' && end - at < SIDE_MAX &&
	    is_domain(g_utf8_get_char(end)))
		end = g_utf8_next_char(end);
	while (end > at && (end[-1] == '.' || end[-1] == '-' || end[-1] == '_'))
		end--;
	return end;
}

/* What stands in front of an address without a blank: quotes, "smtp=",
 * bullets. */
static const char *
skip_decoration(const char *start, const char *at)
{
	static const char *const marks[] = { "smtp=", "to=", "rcpt=", "mailto=",
		"recipient=", "address=", "email=", "for=" };

	while (start < at && strchr("'`*|-=/.{~#!", *start) != NULL)
		start++;
	for (gsize i = 0; i < G_N_ELEMENTS(marks); i++) {
		gsize size = strlen(marks[i]);

		if ((gsize)(at - start) > size &&
		    g_ascii_strncasecmp(start, marks[i], size) == 0)
			return start + size;
	}
	return start;
}

/* Whether the word that @at is in is a link to a page: no address. */
static gboolean
is_in_link(const char *line, const char *at)
{
	const char *start = at;

	while (start > line && at - start < SIDE_MAX &&
	    !g_ascii_isspace(start[-1]) && start[-1] != '<')
		start--;
	return g_strstr_len(start, at - start, "://") != NULL;
}

gboolean
td_address_find(const char *line, gsize *at, TdFound *found)
{
	const char *mark = line + *at;

	while ((mark = strchr(mark, '@')) != NULL) {
		const char *start = local_start(line + *at, mark);
		const char *end = domain_end(mark + 1);
		g_autofree char *address = NULL;
		g_autofree char *folded = NULL;

		*at = (gsize)(MAX(end, mark + 1) - line);
		start = skip_decoration(start, mark);
		address = g_strndup(start, (gsize)(end - start));
		folded = end > mark + 1 && start < mark
		    ? td_address_fold(address)
		    : NULL;
		if (folded != NULL && !is_in_link(line, start)) {
			found->start = start;
			found->size = (gsize)(end - start);
			found->address = g_steal_pointer(&address);
			return TRUE;
		}
		mark = line + *at;
	}
	return FALSE;
}
