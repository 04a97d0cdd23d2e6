/* monitor-read.c - what a monitoring system says in its mail
 *
 * What stands in a subject is the monitor's own; what stands in a text may come
 * from whom it watches.  So a subject that says all is believed first, and of
 * several lines of one name the first. */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "desk/monitor.h"

/* Of subject and text, in bytes: what tells stands at the start. */
#define SUBJECT_READ 1000
#define TEXT_READ (64 * 1024)

const char *
td_signal_kind_name(TdSignalKind kind)
{
	static const char *const names[] = {
		[TD_SIGNAL_PROBLEM] = "problem",
		[TD_SIGNAL_RECOVERY] = "recovery",
		[TD_SIGNAL_NOTED] = "noted",
	};

	return names[kind];
}

static void
free_signal(TdSignal *signal)
{
	g_free(signal->host);
	g_free(signal->service);
	g_free(signal->state);
	g_free(signal->reference);
	g_free(signal->same);
	g_free(signal);
}

char *
td_monitor_name(const char *host, const char *service)
{
	if (*host == '\0' || *service == '\0')
		return g_strconcat(host, service, NULL);
	return g_strconcat(host, "/", service, NULL);
}

guint
td_monitor_grade(const char *state)
{
	static const struct {
		const char *state;
		guint grade;
	} grades[] = {
		{ "disaster", 1 },
		{ "down", 2 },
		{ "critical", 2 },
		{ "high", 2 },
		{ "warning", 3 },
		{ "average", 3 },
		/* These say no more than that something is wrong. */
		{ "", 3 },
		{ "problem", 3 },
		{ "firing", 3 },
	};
	g_autofree char *folded = td_text_fold(state);

	for (guint i = 0; i < G_N_ELEMENTS(grades); i++)
		if (strcmp(grades[i].state, folded) == 0)
			return grades[i].grade;
	return 4;
}

/* ---- for all formats ---- */

static char *
clean(const char *text)
{
	char *shown = td_text_printable(
	    text == NULL ? "" : text, TD_SIGNAL_NAME_MAX);

	return g_strstrip(shown);
}

/* Names are of one line. */
static char *
fold_names(const TdSignal *signal)
{
	g_autofree char *host = td_text_fold(signal->host);
	g_autofree char *service = td_text_fold(signal->service);

	return g_strconcat(host, "\n", service, NULL);
}

void
td_signal_add(GPtrArray *signals, TdSignalKind kind, const char *host,
    const char *service, const char *state, const char *reference)
{
	TdSignal *signal = g_new0(TdSignal, 1);

	signal->kind = kind;
	signal->host = clean(host);
	signal->service = clean(service);
	signal->state = clean(state);
	signal->reference = clean(reference);
	if ((*signal->host == '\0' && *signal->service == '\0') ||
	    signals->len >= TD_SIGNALS_MAX) {
		free_signal(signal);
		return;
	}
	signal->same = fold_names(signal);
	for (guint i = 0; i < signals->len; i++) {
		TdSignal *other = signals->pdata[i];

		if (strcmp(other->same, signal->same) != 0)
			continue;
		if (signal->kind < other->kind) {
			signals->pdata[i] = signal;
			signal = other;
		}
		free_signal(signal);
		return;
	}
	g_ptr_array_add(signals, signal);
}

const char *
td_signal_skip(const char *line)
{
	for (;;) {
		if (*line != '\0' && strchr(" \t*_-|", *line) != NULL)
			line++;
		else if (g_str_has_prefix(line, "\u2022") ||
		    g_str_has_prefix(line, "\u00a0"))
			line = g_utf8_next_char(line);
		else
			return line;
	}
}

const char *
td_signal_behind(const char *text, const char *word)
{
	gsize size = strlen(word);

	return g_ascii_strncasecmp(text, word, size) == 0 ? text + size : NULL;
}

/* The value, if the line at @line is "@name: VALUE". */
static char *
read_field(const char *line, const char *name)
{
	const char *at = td_signal_behind(td_signal_skip(line), name);
	gsize size;

	if (at == NULL)
		return NULL;
	at += strspn(at, " \t*_");
	if (*at != ':')
		return NULL;
	at += 1 + strspn(at + 1, " \t*_");
	size = strcspn(at, "\n");
	return g_strstrip(g_strndup(at, size));
}

char *
td_signal_field(const char *text, const char *name)
{
	const char *line = text;

	while (*line != '\0') {
		char *value = read_field(line, name);

		if (value != NULL)
			return value;
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	return NULL;
}

/* ---- own expressions ---- */

/* Whether @pattern finds a thing in @text. */
static gboolean
read_pattern(GPtrArray *signals, const TdPattern *pattern, TdSignalKind kind,
    const char *text)
{
	g_autoptr(GHashTable) caught = td_captures_new();
	guint count = signals->len;

	if (pattern == NULL || !td_pattern_match(pattern, text, caught, NULL))
		return FALSE;
	td_signal_add(signals, kind, g_hash_table_lookup(caught, "host"),
	    g_hash_table_lookup(caught, "service"),
	    g_hash_table_lookup(caught, "state"),
	    g_hash_table_lookup(caught, "reference"));
	return signals->len > count;
}

/* A recovery says what the problem said and one word more: it is looked for
 * first. */
static void
read_patterns(GPtrArray *signals, const TdMonitor *monitor, const char *subject,
    const char *text)
{
	const char *sources[] = { subject, text };

	for (guint i = 0; i < G_N_ELEMENTS(sources); i++)
		if (read_pattern(signals, monitor->recovery, TD_SIGNAL_RECOVERY,
		        sources[i]) ||
		    read_pattern(signals, monitor->problem, TD_SIGNAL_PROBLEM,
		        sources[i]))
			return;
}

/* ---- all ---- */

/* The first @max bytes of @text, whole characters. */
static char *
cut(const char *text, gsize max)
{
	const char *end;

	if (strlen(text) <= max)
		return g_strdup(text);
	g_utf8_validate_len(text, max, &end);
	return g_strndup(text, (gsize)(end - text));
}

GPtrArray *
td_monitor_read(const TdMonitor *monitor, const char *subject, const char *text)
{
	GPtrArray *signals = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)free_signal);
	g_autofree char *head = cut(subject, SUBJECT_READ);
	g_autofree char *body = cut(text, TEXT_READ);

	g_strstrip(head);
	switch (monitor->format) {
	case TD_MONITOR_NAGIOS:
		td_read_nagios(signals, head, body);
		break;
	case TD_MONITOR_ZABBIX:
		td_read_zabbix(signals, head, body);
		break;
	case TD_MONITOR_ALERTMANAGER:
		td_read_alertmanager(signals, head, body);
		break;
	case TD_MONITOR_PATTERN:
		read_patterns(signals, monitor, head, body);
		break;
	}
	return signals;
}
