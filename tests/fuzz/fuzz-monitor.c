/* fuzz-monitor.c - any text as what a monitoring system says
 *
 * The first byte chooses the format; the first line is the subject, the rest
 * the text. */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "desk/monitor.h"

#include "fuzz.h"

/* Printable, bounded, and no blanks around. */
static void
check_name(const char *text)
{
	g_autofree char *shown = td_text_printable(text, 0);
	g_autofree char *bare = g_strstrip(g_strdup(text));

	fuzz_check_text(text);
	g_assert_cmpstr(text, ==, shown);
	g_assert_cmpstr(text, ==, bare);
	g_assert_cmpint(g_utf8_strlen(text, -1), <=, TD_SIGNAL_NAME_MAX);
}

static void
check(const GPtrArray *signals)
{
	g_assert_cmpuint(signals->len, <=, TD_SIGNALS_MAX);
	for (guint i = 0; i < signals->len; i++) {
		const TdSignal *signal = signals->pdata[i];
		g_autofree char *name = td_monitor_name(
		    signal->host, signal->service);

		check_name(signal->host);
		check_name(signal->service);
		check_name(signal->state);
		check_name(signal->reference);
		g_assert_cmpint(*name, !=, '\0');
		g_assert_nonnull(td_signal_kind_name(signal->kind));
		g_assert_cmpuint(td_monitor_grade(signal->state), <=, 4);
	}
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
	g_autofree char *text = NULL;
	g_autofree char *subject = NULL;
	g_autoptr(GPtrArray) signals = NULL;
	TdMonitor monitor = { .format = TD_MONITOR_NAGIOS };
	char *line;

	if (size == 0)
		return 0;
	/* Own expressions are the administrator's. */
	monitor.format = data[0] % TD_MONITOR_PATTERN;
	text = td_text_utf8((const char *)data + 1, (gssize)size - 1);
	line = strchr(text, '\n');
	subject = g_strndup(
	    text, line == NULL ? strlen(text) : (gsize)(line - text));
	signals = td_monitor_read(
	    &monitor, subject, line == NULL ? "" : line + 1);
	check(signals);
	return 0;
}
