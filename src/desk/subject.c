/* subject.c - the tag in a Subject, and what stands around it */

#include "config.h"

#include <string.h>

#include <ticketd/pattern.h>

#include "desk/desk-private.h"

/* How many prefixes and gateway tags are skipped. */
#define PREFIXES_MAX 12

/* The longest tag of a gateway: "[EXTERNAL SENDER]", "[SPAM?]". */
#define GATEWAY_TAG_MAX 40

/* What mail programs put in front of the subject of a reply.  "Ha" twice: in
 * Cyrillic, and in the Latin letters that look like it. */
static const char *const prefixes[] = { "re", "aw", "antw", "antwort", "sv",
	"vs", "rif", "odp", "ynt", "res", "отв", "ответ", "на", "ha", "нa",
	"hа", "відп", "回复", "答复", "回覆" };

/* Whether @text begins with @word, case folded; if so *@rest is behind it. */
static gboolean
begins_with(const char *text, const char *word, const char **rest)
{
	while (*word != '\0') {
		gunichar a = g_unichar_tolower(g_utf8_get_char(text));
		gunichar b = g_unichar_tolower(g_utf8_get_char(word));

		if (a != b)
			return FALSE;
		text = g_utf8_next_char(text);
		word = g_utf8_next_char(word);
	}
	*rest = text;
	return TRUE;
}

static const char *
skip_blanks(const char *text)
{
	while (*text != '\0' && g_unichar_isspace(g_utf8_get_char(text)))
		text = g_utf8_next_char(text);
	return text;
}

/* Behind "[2]", "(2)" or "^2" if @text begins with it. */
static const char *
skip_counter(const char *text)
{
	const char *at = text;
	gboolean bracket = *at == '[' || *at == '(';

	if (!bracket && *at != '^')
		return text;
	at++;
	if (!g_ascii_isdigit(*at))
		return text;
	while (g_ascii_isdigit(*at))
		at++;
	if (!bracket)
		return at;
	return *at == ']' || *at == ')' ? at + 1 : text;
}

/* Behind one "Re:", "RE[2]:", "Отв:" or the like at @text, else NULL. */
static const char *
skip_prefix(const char *text)
{
	for (guint i = 0; i < G_N_ELEMENTS(prefixes); i++) {
		const char *rest;
		const char *colon;

		if (!begins_with(text, prefixes[i], &rest))
			continue;
		rest = skip_blanks(skip_counter(rest));
		if (*rest == ':')
			return skip_blanks(rest + 1);
		if (begins_with(rest, "\uff1a", &colon))
			return skip_blanks(colon);
	}
	return NULL;
}

/* Behind one short tag in brackets without '#' at @text: what gateways put in
 * front.  A tag with a number is another ticket system's and ends the search.
 */
static const char *
skip_gateway(const char *text)
{
	const char *end;

	if (g_str_has_prefix(text, "***")) {
		end = strstr(text + 3, "***");
		return end == NULL || end - text > GATEWAY_TAG_MAX
		    ? NULL
		    : skip_blanks(end + 3);
	}
	if (*text != '[')
		return NULL;
	end = strchr(text, ']');
	if (end == NULL || end - text > GATEWAY_TAG_MAX ||
	    memchr(text, '#', (gsize)(end - text)) != NULL)
		return NULL;
	return skip_blanks(end + 1);
}

/* Reads "[name #42]" at @text, blanks and case as a person may type them;
 * 0 if it is none. */
static guint64
read_tag(const TdDesk *desk, const char *text, const char **rest)
{
	guint64 number;
	const char *at;
	char *end;

	if (*text != '[')
		return 0;
	at = skip_blanks(text + 1);
	if (!begins_with(at, desk->conf->name, &at))
		return 0;
	at = skip_blanks(at);
	if (*at != '#')
		return 0;
	at = skip_blanks(at + 1);
	if (!g_ascii_isdigit(*at))
		return 0;
	number = g_ascii_strtoull(at, &end, 10);
	at = skip_blanks(end);
	if (*at != ']' || number == G_MAXUINT64)
		return 0;
	*rest = skip_blanks(at + 1);
	return number;
}

/* A tag of an older system, by a pattern whose first group is the number. */
static guint64
read_pattern(const TdDesk *desk, const char *subject)
{
	GPtrArray *patterns = desk->conf->tag_patterns;

	for (guint i = 0; i < patterns->len; i++) {
		g_autoptr(GHashTable) captures = td_captures_new();
		guint64 number;

		if (td_pattern_match(g_ptr_array_index(patterns, i), subject,
		        captures, NULL) &&
		    g_ascii_string_to_unsigned(
		        g_hash_table_lookup(captures, "1"), 10, 1,
		        G_MAXUINT64 - 1, &number, NULL))
			return number;
	}
	return 0;
}

guint64
td_desk_subject_tag(const TdDesk *desk, const char *subject)
{
	const char *at = skip_blanks(subject);

	for (guint i = 0; i < PREFIXES_MAX; i++) {
		const char *next;
		guint64 number = read_tag(desk, at, &next);

		if (number != 0)
			return number;
		next = skip_prefix(at);
		if (next == NULL)
			next = skip_gateway(at);
		if (next == NULL)
			break;
		at = next;
	}
	return read_pattern(desk, subject);
}

/* Behind our tag or one reply prefix at @text, else NULL. */
static const char *
skip_one(const TdDesk *desk, const char *text)
{
	const char *next;

	return read_tag(desk, text, &next) != 0 ? next : skip_prefix(text);
}

const char *
td_desk_bare_subject(const TdDesk *desk, const char *subject)
{
	const char *at = skip_blanks(subject);

	for (guint i = 0; i < PREFIXES_MAX; i++) {
		const char *next = skip_one(desk, at);

		/* The tag of a gateway goes only with what stands behind it:
		 * "[Urgent] printer" is the customer's own. */
		if (next == NULL) {
			const char *gateway = skip_gateway(at);

			if (gateway != NULL)
				next = skip_one(desk, gateway);
		}
		if (next == NULL)
			break;
		at = next;
	}
	return at;
}
