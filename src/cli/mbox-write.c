/* mbox-write.c - a mail in a mailbox of one file (mboxrd) */

#include "config.h"

#include <string.h>

#include "cli/transfer.h"

/* Longer than addresses are.  A reader looks at some KiB of a line. */
#define SENDER_MAX 1000

/* Names that do not depend on where we are. */
static void
write_from_line(FILE *stream, const char *sender, gint64 time)
{
	static const char days[][4] = { "Mon", "Tue", "Wed", "Thu", "Fri",
		"Sat", "Sun" };
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(time);
	g_autofree char *who = g_strndup(
	    sender == NULL || *sender == '\0' ? "MAILER-DAEMON" : sender,
	    SENDER_MAX);

	for (char *at = who; *at != '\0'; at++)
		if ((guchar)*at <= ' ' || *at == 0x7f)
			*at = '_';
	if (date == NULL)
		date = g_date_time_new_from_unix_utc(0);
	fprintf(stream, "From %s %s %s %2d %02d:%02d:%02d %04d\n", who,
	    days[g_date_time_get_day_of_week(date) - 1],
	    months[g_date_time_get_month(date) - 1],
	    g_date_time_get_day_of_month(date), g_date_time_get_hour(date),
	    g_date_time_get_minute(date), g_date_time_get_second(date),
	    g_date_time_get_year(date));
}

static gboolean
is_like_from(const char *line, gsize size)
{
	gsize quotes = 0;

	while (quotes < size && line[quotes] == '>')
		quotes++;
	return size - quotes >= 5 && memcmp(line + quotes, "From ", 5) == 0;
}

void
td_mbox_write(
    FILE *stream, const char *sender, gint64 time, const char *raw, gsize size)
{
	const char *end = raw + size;

	write_from_line(stream, sender, time);
	while (raw < end) {
		const char *line_end = memchr(raw, '\n', (gsize)(end - raw));
		gsize length = line_end == NULL ? (gsize)(end - raw)
		                                : (gsize)(line_end - raw) + 1;

		if (is_like_from(raw, length))
			putc('>', stream);
		fwrite(raw, 1, length, stream);
		raw += length;
	}
	if (size > 0 && end[-1] != '\n')
		putc('\n', stream);
	putc('\n', stream);
}
