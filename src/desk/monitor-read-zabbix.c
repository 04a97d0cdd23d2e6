/* monitor-read-zabbix.c - mail of Zabbix
 *
 * Subjects: "Problem: NAME", "Resolved in 5m 3s: NAME", "Updated problem in 5m:
 * NAME"; up to version 4 "PROBLEM: NAME" and "OK: NAME".  The text has lines
 * such as "Problem name: NAME", "Host: srv1", "Severity: High" and "Original
 * problem ID: 4711", which finds the problem again whose name has changed. */

#include "config.h"

#include <string.h>

#include "desk/monitor.h"

/* How subjects and texts begin. */
static const struct {
	const char *start;
	TdSignalKind kind;
} subjects[] = {
	{ "Problem:", TD_SIGNAL_PROBLEM },
	{ "Resolved:", TD_SIGNAL_RECOVERY },
	{ "Resolved in ", TD_SIGNAL_RECOVERY },
	{ "OK:", TD_SIGNAL_RECOVERY },
	{ "Updated problem:", TD_SIGNAL_NOTED },
	{ "Updated problem in ", TD_SIGNAL_NOTED },
}, texts[] = {
	{ "Problem started", TD_SIGNAL_PROBLEM },
	{ "Problem has been resolved", TD_SIGNAL_RECOVERY },
};

/* Behind tags of gateways, and signs that catch the eye. */
static const char *
skip_front(const char *subject)
{
	const char *at = subject;

	while (*at != '\0') {
		const char *end = *at == '[' ? strchr(at, ']') : NULL;

		if (end != NULL)
			at = end + 1;
		else if (g_unichar_isalnum(g_utf8_get_char(at)))
			break;
		else
			at = g_utf8_next_char(at);
	}
	return at;
}

/* The name of the problem in @subject; NULL if it is none of Zabbix. */
static const char *
read_subject(const char *subject, TdSignalKind *kind)
{
	const char *at = skip_front(subject);

	for (guint i = 0; i < G_N_ELEMENTS(subjects); i++) {
		const char *name = td_signal_behind(at, subjects[i].start);

		if (name == NULL)
			continue;
		if (g_str_has_suffix(subjects[i].start, " ")) {
			/* How long it took. */
			name = strchr(name, ':');
			if (name == NULL)
				continue;
			name++;
		}
		*kind = subjects[i].kind;
		return name + strspn(name, " ");
	}
	return NULL;
}

/* Whether @text says by itself what it tells. */
static gboolean
read_kind(const char *text, TdSignalKind *kind)
{
	g_autofree char *status = td_signal_field(text, "Trigger status");
	const char *start = td_signal_skip(text);

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		if (td_signal_behind(start, texts[i].start) != NULL) {
			*kind = texts[i].kind;
			return TRUE;
		}
	if (status == NULL)
		return FALSE;
	*kind = g_ascii_strcasecmp(status, "OK") == 0 ? TD_SIGNAL_RECOVERY
	                                              : TD_SIGNAL_PROBLEM;
	return g_ascii_strcasecmp(status, "OK") == 0 ||
	    g_ascii_strcasecmp(status, "PROBLEM") == 0;
}

/* The first line of @text that has one of @names, NULL-ended, and a value. */
static char *
find_field(const char *text, const char *const *names)
{
	for (guint i = 0; names[i] != NULL; i++) {
		g_autofree char *value = td_signal_field(text, names[i]);

		if (value != NULL && *value != '\0')
			return g_steal_pointer(&value);
	}
	return NULL;
}

/* Where no line names the host: "1. CPU load (srv1:system.cpu.load): 5.2" does,
 * else a name that ends in "on srv1". */
static char *
guess_host(const char *text, const char *name)
{
	const char *item = strstr(text, "\n1. ");
	const char *on = g_strrstr(name, " on ");

	if (item != NULL) {
		gsize line = strcspn(item + 1, "\n");
		g_autofree char *whole = g_strndup(item + 1, line);
		const char *open = strchr(whole, '(');
		gsize size = open == NULL ? 0 : strcspn(open + 1, ":() ");

		if (size > 0 && open[1 + size] == ':')
			return g_strndup(open + 1, size);
	}
	if (on == NULL || strchr(on + 4, ' ') != NULL)
		return NULL;
	return g_strdup(on + 4);
}

void
td_read_zabbix(GPtrArray *signals, const char *subject, const char *text)
{
	static const char *const names[] = { "Problem name", "Trigger",
		"Trigger name", NULL };
	static const char *const hosts[] = { "Host", "Hostname", "Host name",
		"Trigger host", NULL };
	static const char *const severities[] = { "Severity",
		"Trigger severity", NULL };
	static const char *const ids[] = { "Original problem ID",
		"Original event ID", "Problem ID", "Event ID", NULL };
	g_autofree char *name = find_field(text, names);
	g_autofree char *host = find_field(text, hosts);
	g_autofree char *severity = find_field(text, severities);
	g_autofree char *id = find_field(text, ids);
	TdSignalKind kind;
	const char *said = read_subject(subject, &kind);

	if (said == NULL && (name == NULL || !read_kind(text, &kind)))
		return;
	if (name == NULL)
		name = g_strdup(said);
	if (*name == '\0')
		return;
	if (host == NULL)
		host = guess_host(text, name);
	if (kind == TD_SIGNAL_RECOVERY)
		g_clear_pointer(&severity, g_free);
	td_signal_add(signals, kind, host, name,
	    kind == TD_SIGNAL_RECOVERY ? "OK" : severity, id);
}
