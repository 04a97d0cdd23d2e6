/* log.c - see ticketd/log.h */

#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ticketd/log.h>
#include <ticketd/text.h>

/* Longest value, in characters: a Message-ID fits. */
#define VALUE_MAX 1000

static const char *program_name = "ticketd";
static int lowest_level = TD_LOG_INFO;
static gboolean to_journal;

/* Whether JOURNAL_STREAM ("device:inode") is our stderr, see systemd.exec(5);
 * it is inherited by programs whose stderr goes elsewhere. */
static gboolean
is_journal(void)
{
	const char *stream = g_getenv("JOURNAL_STREAM");
	g_autofree char *ours = NULL;
	struct stat status;

	if (stream == NULL || fstat(STDERR_FILENO, &status) != 0)
		return FALSE;
	ours = g_strdup_printf("%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT,
	    (guint64)status.st_dev, (guint64)status.st_ino);
	return strcmp(stream, ours) == 0;
}

void
td_log_open(const char *program, TdLogLevel lowest)
{
	program_name = program;
	to_journal = is_journal();
	g_atomic_int_set(&lowest_level, (int)lowest);
}

static int
syslog_level(TdLogLevel level)
{
	switch (level) {
	case TD_LOG_DEBUG:
		return 7;
	case TD_LOG_INFO:
		return 6;
	case TD_LOG_NOTICE:
		return 5;
	case TD_LOG_WARNING:
		return 4;
	case TD_LOG_CRITICAL:
		return 2;
	}
	return 2;
}

static gboolean
needs_quotes(const char *value)
{
	for (const char *at = value; *at != '\0'; at++)
		if (!g_ascii_isalnum(*at) &&
		    strchr("-_.,:/@+<>#[]", *at) == NULL)
			return TRUE;
	return *value == '\0';
}

/* Appends a pair; quotes and backslashes inside a quoted value are escaped by
 * a backslash. */
static void
append_pair(GString *line, const char *key, const char *value)
{
	g_autofree char *shown = td_text_printable(value, VALUE_MAX);

	g_string_append_printf(line, "%s=", key);
	if (!needs_quotes(shown)) {
		g_string_append(line, shown);
		return;
	}

	g_string_append_c(line, '"');
	for (const char *at = shown; *at != '\0'; at++) {
		if (*at == '"' || *at == '\\')
			g_string_append_c(line, '\\');
		g_string_append_c(line, *at);
	}
	g_string_append_c(line, '"');
}

/* There is nobody to tell when stderr is gone, so failure ends it. */
static void
write_line(const GString *line)
{
	gsize done = 0;

	while (done < line->len) {
		ssize_t n = write(
		    STDERR_FILENO, line->str + done, line->len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		done += (gsize)n;
	}
}

static GString *
begin_line(TdLogLevel level, const char *event)
{
	GString *line = g_string_new(NULL);

	if (to_journal)
		g_string_append_printf(line, "<%d>", syslog_level(level));
	else
		g_string_append_printf(line, "%s: ", program_name);
	append_pair(line, "event", event);
	return line;
}

void
td_log(TdLogLevel level, const char *event, ...)
{
	GString *line;
	va_list pairs;
	const char *key;

	if ((int)level < g_atomic_int_get(&lowest_level))
		return;

	line = begin_line(level, event);
	va_start(pairs, event);
	while ((key = va_arg(pairs, const char *)) != NULL) {
		const char *value = va_arg(pairs, const char *);

		if (value == NULL)
			continue;
		g_string_append_c(line, ' ');
		append_pair(line, key, value);
	}
	va_end(pairs);
	g_string_append_c(line, '\n');
	write_line(line);
	g_string_free(line, TRUE);
}

void
td_log_error(const char *event, const GError *error)
{
	g_auto(GStrv) lines = NULL;

	lines = g_strsplit(error == NULL ? "unknown" : error->message, "\n", 0);
	for (gsize i = 0; lines[i] != NULL; i++)
		if (i == 0 || *lines[i] != '\0')
			td_log(TD_LOG_WARNING, event, "error", lines[i], NULL);
}
