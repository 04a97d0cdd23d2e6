/* monitor-read-nagios.c - mail of Nagios, Icinga and their kin
 *
 * Subjects that they write:
 *   ** PROBLEM Service Alert: web01/HTTP is CRITICAL **
 *   ** RECOVERY Host Alert: db1 is UP **
 *   [PROBLEM] HTTP on web01 is CRITICAL!
 *   [PROBLEM] Host db1 is DOWN!
 *   PROBLEM - web01 - HTTP is CRITICAL
 * Where the subject was made otherwise, the text has lines such as
 * "Notification Type: PROBLEM". */

#include "config.h"

#include <string.h>

#include "desk/monitor.h"

/* Gateways put tags of their own in front. */
#define TAGS_MAX 3

static const struct {
	const char *word;
	TdSignalKind kind;
} types[] = {
	{ "PROBLEM", TD_SIGNAL_PROBLEM },
	{ "RECOVERY", TD_SIGNAL_RECOVERY },
	{ "ACKNOWLEDGEMENT", TD_SIGNAL_NOTED },
	{ "FLAPPINGSTART", TD_SIGNAL_NOTED },
	{ "FLAPPINGSTOP", TD_SIGNAL_NOTED },
	{ "FLAPPINGEND", TD_SIGNAL_NOTED },
	{ "FLAPPINGDISABLED", TD_SIGNAL_NOTED },
	{ "DOWNTIMESTART", TD_SIGNAL_NOTED },
	{ "DOWNTIMESTOP", TD_SIGNAL_NOTED },
	{ "DOWNTIMEEND", TD_SIGNAL_NOTED },
	{ "DOWNTIMECANCELLED", TD_SIGNAL_NOTED },
	{ "DOWNTIMEREMOVED", TD_SIGNAL_NOTED },
	{ "CUSTOM", TD_SIGNAL_NOTED },
};

typedef enum {
	OF_HOST,
	OF_SERVICE
} Subject;

static const struct {
	const char *word;
	Subject of;
	gboolean well;
} states[] = {
	{ "OK", OF_SERVICE, TRUE },
	{ "WARNING", OF_SERVICE, FALSE },
	{ "CRITICAL", OF_SERVICE, FALSE },
	{ "UNKNOWN", OF_SERVICE, FALSE },
	{ "PENDING", OF_SERVICE, FALSE },
	{ "UP", OF_HOST, TRUE },
	{ "DOWN", OF_HOST, FALSE },
	{ "UNREACHABLE", OF_HOST, FALSE },
};

/* The first word of *@text, which moves behind it, if it is a type. */
static gboolean
take_type(const char **text, TdSignalKind *kind)
{
	gsize size = strspn(
	    *text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

	for (guint i = 0; i < G_N_ELEMENTS(types); i++)
		if (strlen(types[i].word) == size &&
		    g_ascii_strncasecmp(*text, types[i].word, size) == 0) {
			*kind = types[i].kind;
			*text += size;
			return TRUE;
		}
	return FALSE;
}

/* Number of the state that @word names, -1 if none. */
static int
find_state(const char *word)
{
	for (guint i = 0; i < G_N_ELEMENTS(states); i++)
		if (g_ascii_strcasecmp(word, states[i].word) == 0)
			return (int)i;
	return -1;
}

/* Cuts " is STATE", with what is for the eye behind it, off @text. */
static int
cut_state(char *text)
{
	static const char between[] = " is ";
	char *found = NULL;
	char *at = text;

	while ((at = strstr(at, between)) != NULL)
		found = at++;
	if (found == NULL)
		return -1;
	*found = '\0';
	at = found + strlen(between);
	at[strcspn(at, " !*.(")] = '\0';
	return find_state(at);
}

/* ---- the three ways of naming host and service ---- */

typedef enum {
	BY_SLASH, /* "web01/HTTP" */
	BY_ON,    /* "HTTP on web01" */
	BY_DASH,  /* "web01 - HTTP" */
} Layout;

/* Cuts @text in two at @between, the last or the first one. */
static gboolean
split(char *text, const char *between, gboolean last, char **behind)
{
	char *found = last ? g_strrstr(text, between) : strstr(text, between);

	if (found == NULL)
		return FALSE;
	*found = '\0';
	*behind = found + strlen(between);
	return TRUE;
}

/* @text as "host" or as both. */
static gboolean
take_names(char *text, Layout layout, Subject of, const char **host,
    const char **service)
{
	const char *bare = td_signal_behind(text, "Host ");
	char *behind = NULL;

	*service = "";
	*host = layout == BY_ON && bare != NULL ? bare : text;
	if (of == OF_HOST)
		return TRUE;
	switch (layout) {
	case BY_SLASH:
		*host = text;
		*service = split(text, "/", FALSE, &behind) ? behind : "";
		break;
	case BY_ON:
		*service = text;
		*host = split(text, " on ", TRUE, &behind) ? behind : "";
		break;
	case BY_DASH:
		*host = text;
		*service = split(text, " - ", FALSE, &behind) ? behind : "";
		break;
	}
	return behind != NULL;
}

static gboolean
read_object(
    GPtrArray *signals, TdSignalKind kind, Layout layout, const char *rest)
{
	g_autofree char *text = g_strdup(rest);
	const char *host, *service;
	guint count = signals->len;
	int state = cut_state(text);

	if (state < 0 ||
	    !take_names(text, layout, states[state].of, &host, &service))
		return FALSE;
	if (kind == TD_SIGNAL_PROBLEM && states[state].well)
		kind = TD_SIGNAL_RECOVERY;
	td_signal_add(signals, kind, host, service, states[state].word, NULL);
	return signals->len > count;
}

/* ---- subjects ---- */

/* Behind "Service Alert:", "Host Alert:", "alert -"; NULL if that is not at
 * @text. */
static const char *
skip_alert(const char *text)
{
	static const char *const kinds[] = { "Service ", "Host " };
	const char *at = text + strspn(text, " ");

	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		const char *behind = td_signal_behind(at, kinds[i]);

		if (behind != NULL) {
			at = behind;
			break;
		}
	}
	at = td_signal_behind(at, "Alert");
	if (at == NULL)
		return NULL;
	at += strspn(at, " ");
	return *at == ':' || *at == '-' ? at + 1 + strspn(at + 1, " ") : NULL;
}

static gboolean
read_line(GPtrArray *signals, const char *subject)
{
	const char *at = subject;
	TdSignalKind kind;

	if (*at == '*') {
		at += strspn(at, "* ");
		if (!take_type(&at, &kind))
			return FALSE;
		at = skip_alert(at);
		return at != NULL && read_object(signals, kind, BY_SLASH, at);
	}
	if (*at == '[') {
		at++;
		return take_type(&at, &kind) && *at == ']' &&
		    read_object(
		        signals, kind, BY_ON, at + 1 + strspn(at + 1, " "));
	}
	if (!take_type(&at, &kind))
		return FALSE;
	at = td_signal_behind(at, " - ");
	return at != NULL && read_object(signals, kind, BY_DASH, at);
}

/* ---- texts ---- */

/* @text above what the plugin said, which is not the monitor's word. */
static char *
cut_output(const char *text)
{
	static const char *const heads[] = { "Additional Info",
		"Info:", "Output:", "Comment" };
	const char *line = text;

	while (*line != '\0') {
		const char *start = td_signal_skip(line);

		for (guint i = 0; i < G_N_ELEMENTS(heads); i++)
			if (td_signal_behind(start, heads[i]) != NULL)
				return g_strndup(text, (gsize)(line - text));
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	return g_strdup(text);
}

static void
read_text(GPtrArray *signals, const char *whole)
{
	g_autofree char *text = cut_output(whole);
	g_autofree char *type = td_signal_field(text, "Notification Type");
	g_autofree char *host = td_signal_field(text, "Host");
	g_autofree char *service = td_signal_field(text, "Service");
	g_autofree char *state = td_signal_field(text, "State");
	const char *at = type;
	TdSignalKind kind;
	int known;

	if (type == NULL || host == NULL || *host == '\0' ||
	    !take_type(&at, &kind))
		return;
	known = state == NULL ? -1 : find_state(state);
	if (kind == TD_SIGNAL_PROBLEM && known >= 0 && states[known].well)
		kind = TD_SIGNAL_RECOVERY;
	td_signal_add(signals, kind, host, service, state, NULL);
}

void
td_read_nagios(GPtrArray *signals, const char *subject, const char *text)
{
	const char *at = subject;

	for (guint i = 0; i < TAGS_MAX; i++) {
		if (read_line(signals, at))
			return;
		if (*at != '[' || strchr(at, ']') == NULL)
			break;
		at = strchr(at, ']') + 1;
		at += strspn(at, " ");
	}
	read_text(signals, text);
}
