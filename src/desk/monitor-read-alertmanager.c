/* monitor-read-alertmanager.c - mail of Prometheus' Alertmanager
 *
 * One mail tells of several alerts: below "[2] Firing" and "[1] Resolved", a
 * list of "name = value" below "Labels" for each.  A mail without such lists is
 * read by its subject: "[FIRING:1] HighLatency (job=api instance=a:9090)". */

#include "config.h"

#include <string.h>

#include "desk/monitor.h"

/* Alerts that are looked at: many may be of one thing. */
#define ALERTS_MAX 1000

/* The labels that tell what it is about: hosts, the best first, then others. */
enum {
	HOSTS = 5,
	ALERT = HOSTS,
	SEVERITY,
	LABELS,
};

static const char *const names[LABELS] = { "instance", "host", "hostname",
	"node", "job", "alertname", "severity" };

typedef struct {
	GPtrArray *signals;
	TdSignalKind kind;
	gboolean listing; /* below "Labels" */
	guint alerts;     /* that were listed */
	char *values[LABELS];
} Reading;

static void
take_label(Reading *reading, const char *name, gsize size, const char *value)
{
	for (guint i = 0; i < LABELS; i++)
		if (strlen(names[i]) == size &&
		    strncmp(names[i], name, size) == 0 &&
		    reading->values[i] == NULL)
			reading->values[i] = g_strdup(value);
}

/* What was listed is one alert. */
static void
finish(Reading *reading)
{
	gboolean firing = reading->kind == TD_SIGNAL_PROBLEM;
	const char *severity = reading->values[SEVERITY];
	const char *host = NULL;

	for (guint i = 0; i < HOSTS && host == NULL; i++)
		host = reading->values[i];
	if (reading->values[ALERT] != NULL) {
		reading->alerts++;
		td_signal_add(reading->signals, reading->kind, host,
		    reading->values[ALERT],
		    !firing                ? "RESOLVED"
		        : severity == NULL ? "FIRING"
		                           : severity,
		    NULL);
	}
	for (guint i = 0; i < LABELS; i++)
		g_clear_pointer(&reading->values[i], g_free);
	reading->listing = FALSE;
}

/* ---- the text ---- */

/* Whether @line is "[2] Firing", "Alerts Firing:" or the like. */
static gboolean
read_heading(const char *line, TdSignalKind *kind)
{
	static const struct {
		const char *word;
		TdSignalKind kind;
	} words[] = {
		{ "Firing", TD_SIGNAL_PROBLEM },
		{ "Resolved", TD_SIGNAL_RECOVERY },
	};
	const char *at = line;
	const char *behind;

	if (*at == '[') {
		at += 1 + strspn(at + 1, "0123456789");
		if (*at != ']')
			return FALSE;
		at += 1 + strspn(at + 1, " ");
	} else {
		behind = td_signal_behind(at, "Alerts ");
		at = behind == NULL ? at : behind;
	}
	for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
		behind = td_signal_behind(at, words[i].word);
		if (behind == NULL || behind[strspn(behind, " :*_")] != '\0')
			continue;
		*kind = words[i].kind;
		return TRUE;
	}
	return FALSE;
}

/* Whether @line is the heading @word, with a colon or without. */
static gboolean
is_heading(const char *line, const char *word)
{
	const char *behind = td_signal_behind(line, word);

	return behind != NULL && behind[strspn(behind, " :*_")] == '\0';
}

static void
read_line(Reading *reading, const char *line)
{
	TdSignalKind kind;
	const char *equals;

	if (read_heading(line, &kind)) {
		finish(reading);
		reading->kind = kind;
	} else if (is_heading(line, "Labels")) {
		finish(reading);
		reading->listing = TRUE;
	} else if (is_heading(line, "Annotations") ||
	    td_signal_behind(line, "Source") != NULL) {
		reading->listing = FALSE;
	} else if (reading->listing) {
		equals = strstr(line, " = ");
		if (equals != NULL)
			take_label(
			    reading, line, (gsize)(equals - line), equals + 3);
	}
}

static void
read_text(Reading *reading, const char *text)
{
	const char *line = text;

	while (*line != '\0' && reading->signals->len < TD_SIGNALS_MAX &&
	    reading->alerts < ALERTS_MAX) {
		gsize size = strcspn(line, "\n");
		g_autofree char *whole = g_strndup(line, size);

		read_line(reading, td_signal_skip(g_strchomp(whole)));
		line += size;
		line += *line == '\n';
	}
	finish(reading);
}

/* ---- the subject ---- */

/* Behind "[FIRING:2] " or "[RESOLVED] " in @subject, where gateways may have
 * put their own in front; NULL if that is not there. */
static const char *
read_status(const char *subject, TdSignalKind *kind)
{
	static const struct {
		const char *status;
		TdSignalKind kind;
	} words[] = {
		{ "FIRING", TD_SIGNAL_PROBLEM },
		{ "RESOLVED", TD_SIGNAL_RECOVERY },
	};
	const char *at = subject;

	while (*at == '[') {
		const char *end = strchr(at, ']');

		if (end == NULL)
			return NULL;
		end += 1 + strspn(end + 1, " ");
		for (guint i = 0; i < G_N_ELEMENTS(words); i++)
			if (td_signal_behind(at + 1, words[i].status) != NULL) {
				*kind = words[i].kind;
				return end;
			}
		at = end;
	}
	return NULL;
}

/* "job=api instance=a:9090" */
static void
read_pairs(Reading *reading, const char *text)
{
	g_auto(GStrv) words = g_strsplit_set(text, " ()", -1);

	for (guint i = 0; words[i] != NULL; i++) {
		const char *equals = strchr(words[i], '=');

		if (equals != NULL)
			take_label(reading, words[i],
			    (gsize)(equals - words[i]), equals + 1);
	}
}

static void
read_subject(Reading *reading, const char *rest)
{
	const char *open = *rest == '(' ? rest : strstr(rest, " (");
	gsize size = open == NULL ? strlen(rest) : (gsize)(open - rest);
	g_autofree char *name = g_strndup(rest, size);

	read_pairs(reading, rest);
	if (reading->values[ALERT] == NULL && *g_strstrip(name) != '\0')
		reading->values[ALERT] = g_steal_pointer(&name);
	finish(reading);
}

void
td_read_alertmanager(GPtrArray *signals, const char *subject, const char *text)
{
	Reading reading = { .signals = signals };
	const char *rest = read_status(subject, &reading.kind);

	if (rest == NULL)
		return;
	read_text(&reading, text);
	if (signals->len > 0)
		return;
	/* Headings of lists without an alert have changed it. */
	rest = read_status(subject, &reading.kind);
	read_subject(&reading, rest);
}
