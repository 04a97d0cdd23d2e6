/* bounce-reason.c - reasons for which mail does not arrive, as numbers of RFC
 * 3463, see message/bounce-private.h */

#include "config.h"

#include <string.h>

#include "message/bounce-reason.h"

/* The reason that @folded tells first in order of the tables; NULL: none. */
static const TdPhrase *
find_reason(const char *folded)
{
	static TdPhrases *most, *more;
	static gsize done = 0;
	const TdPhrase *reason;
	gsize where;

	if (g_once_init_enter(&done)) {
		most = td_phrases_new(
		    td_bounce_reasons, td_bounce_reasons_count);
		more = td_phrases_new(
		    td_bounce_reasons_more, td_bounce_reasons_more_count);
		g_once_init_leave(&done, 1);
	}
	reason = td_phrases_first(most, folded, &where);
	return reason != NULL ? reason : td_phrases_first(more, folded, &where);
}

/* ---- status codes ---- */

/* Whether @c may stand in front of a code: "(#5.1.1", "550-5.7.1". */
static gboolean
may_precede(const char *text, const char *at)
{
	char c = at == text ? ' ' : at[-1];

	if (g_ascii_isspace(c) || strchr("(#[<:=;,\"'/*>{", c) != NULL)
		return TRUE;
	return c == '-' && at - text >= 4 && g_ascii_isdigit(at[-2]) &&
	    g_ascii_isdigit(at[-3]) && g_ascii_isdigit(at[-4]);
}

/* Reads one to three digits; NULL if there are none. */
static const char *
read_digits(const char *at, gsize max)
{
	gsize digits = strspn(at, "0123456789");

	return digits < 1 || digits > max ? NULL : at + digits;
}

/* Where the status at @at ends; NULL if it is none.  Addresses of hosts and
 * versions of programs look much the same. */
static const char *
read_status(const char *at)
{
	if (*at != '5' && *at != '4' && *at != '2')
		return NULL;
	if (at[1] != '.' || at[2] < '0' || at[2] > '7' || at[3] != '.')
		return NULL;
	at = read_digits(at + 4, 3);
	if (at == NULL || g_ascii_isalpha(*at) || *at == '@' || *at == '%')
		return NULL;
	if (*at == '.' && g_ascii_isdigit(at[1]))
		return NULL;
	return at;
}

gboolean
td_reason_status(const char *text, char status[TD_STATUS_SIZE])
{
	for (const char *at = text; (at = strpbrk(at, "245")) != NULL; at++) {
		const char *end;

		if (at[1] != '.' || !may_precede(text, at))
			continue;
		end = read_status(at);
		if (end == NULL || end - at >= TD_STATUS_SIZE)
			continue;
		g_strlcpy(status, at, (gsize)(end - at) + 1);
		return TRUE;
	}
	return FALSE;
}

/* ---- reply codes ---- */

/* A number there is a reply code if it opens the line or a server's words. */
static gboolean
is_opening(const char *text, const char *at)
{
	static const char *const words[] = { "said", "code", "error", "replied",
		"responded", "response", "returned", "reply", "status", "was",
		"answered", "with", "follows", "smtp" };
	const char *end = at;
	gsize blanks = 0;

	while (end > text && strchr(" \t'\"(<[*#", end[-1]) != NULL) {
		end--;
		blanks++;
	}
	if (end == text || strchr(":;>=)-|.", end[-1]) != NULL)
		return TRUE;
	if (blanks == 0)
		return FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
		gsize size = strlen(words[i]);

		if ((gsize)(end - text) >= size &&
		    g_ascii_strncasecmp(end - size, words[i], size) == 0)
			return TRUE;
	}
	return end >= text + 3 && g_ascii_isdigit(end[-1]) &&
	    g_ascii_isdigit(end[-2]) && g_ascii_isdigit(end[-3]);
}

guint
td_reason_reply(const char *text)
{
	for (const char *at = text; (at = strpbrk(at, "45")) != NULL; at++) {
		if (at > text &&
		    (g_ascii_isalnum(at[-1]) ||
		        strchr(".@/%=_", at[-1]) != NULL))
			continue;
		/* A telephone number. */
		if (at > text + 1 && at[-1] == '-' && g_ascii_isdigit(at[-2]))
			continue;
		if (at[1] < '0' || at[1] > '7' || !g_ascii_isdigit(at[2]) ||
		    g_ascii_isalnum(at[3]) || at[3] == '@' ||
		    (at[3] == '.' && g_ascii_isalnum(at[4])))
			continue;
		if (is_opening(text, at))
			return (guint)((at[0] - '0') * 100 +
			    (at[1] - '0') * 10 + (at[2] - '0'));
	}
	return 0;
}

/* ---- words ---- */

gboolean
td_reason_is(const char *folded)
{
	return find_reason(folded) != NULL;
}

/* The codes of SMTP that have a meaning of their own (RFC 5321, 4.2.3). */
static guint
reason_of_reply(guint reply)
{
	switch (reply) {
	case 552:
		return TD_REASON(5, 2, 2);
	case 551:
		return TD_REASON(5, 1, 6);
	case 530:
	case 535:
		return TD_REASON(5, 7, 0);
	case 500:
	case 501:
	case 502:
	case 503:
	case 504:
		return TD_REASON(5, 5, 0);
	default:
		return 0;
	}
}

gboolean
td_reason_guess(const char *text, gboolean delayed, char status[TD_STATUS_SIZE])
{
	g_autofree char *folded = NULL;
	const TdPhrase *phrase;
	guint reply = td_reason_reply(text);
	guint reason, class;
	char own[TD_STATUS_SIZE] = "";

	if (td_reason_status(text, own) && !g_str_has_suffix(own, ".0.0")) {
		g_strlcpy(status, own, TD_STATUS_SIZE);
		return TRUE;
	}
	folded = td_phrase_fold(text);
	phrase = find_reason(folded);
	reason = phrase != NULL ? phrase->meaning : reason_of_reply(reply);
	if (reason == 0 && reply == 0 && *own == '\0')
		return FALSE;

	class = *own != '\0' ? (guint)(*own - '0') : reply / 100;
	if (class == 0)
		class = delayed ? 4 : reason / 10000;
	g_snprintf(status, TD_STATUS_SIZE, "%u.%u.%u", class,
	    reason / 100 % 100, reason % 100);
	return TRUE;
}
