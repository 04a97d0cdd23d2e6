/* moment.c - a time in the past, as an option says it */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>

#include "cli/cli.h"

/* Further back there was no desk. */
#define DAYS_MAX 36500u

/* "-2d": 2 days before @now. */
static gboolean
read_ago(const char *text, gint64 now, gint64 *time)
{
	static const struct {
		const char *unit;
		gint64 seconds;
	} units[] = {
		{ "w", 7 * 86400 },
		{ "d", 86400 },
		{ "h", 3600 },
		{ "m", 60 },
		{ "min", 60 },
	};
	gsize digits = strspn(text + 1, "0123456789");
	g_autofree char *number = g_strndup(text + 1, digits);
	guint64 count;

	if (!g_ascii_string_to_unsigned(
	        number, 10, 0, DAYS_MAX * 24 * 60, &count, NULL))
		return FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS(units); i++)
		if (g_str_equal(units[i].unit, text + 1 + digits)) {
			*time = now - (gint64)count * units[i].seconds;
			return *time >= 0;
		}
	return FALSE;
}

/* "2026-11-22", or NULL; the caller's. */
static GDateTime *
read_date(const char *text)
{
	g_autofree char *whole = g_strconcat(text, "T00:00:00", NULL);
	g_autoptr(GTimeZone) here = g_time_zone_new_local();

	if (strlen(text) != strlen("2026-11-22"))
		return NULL;
	return g_date_time_new_from_iso8601(whole, here);
}

/* "2026-11-22 10:00", with seconds or without, with a zone or without; NULL if
 * it is none; the caller's. */
static GDateTime *
read_time(const char *text)
{
	g_autoptr(GTimeZone) here = g_time_zone_new_local();
	g_autofree char *whole = g_strdup(text);
	char *gap = strpbrk(whole, " t");

	if (gap != NULL)
		*gap = 'T';
	if (strlen(whole) == strlen("2026-11-22T10:00")) {
		g_autofree char *longer = g_strconcat(whole, ":00", NULL);

		return g_date_time_new_from_iso8601(longer, here);
	}
	return g_date_time_new_from_iso8601(whole, here);
}

/* The day that the text names, NULL if it names none; the caller's. */
static GDateTime *
read_day(const char *text, gint64 now)
{
	g_autoptr(GDateTime) at = g_date_time_new_from_unix_local(now);
	g_autoptr(GDateTime) day = NULL;
	gboolean yesterday = g_str_equal(text, "yesterday");

	if (!yesterday && !g_str_equal(text, "today"))
		return read_date(text);
	day = yesterday ? g_date_time_add_days(at, -1) : g_date_time_ref(at);
	return g_date_time_new_local(g_date_time_get_year(day),
	    g_date_time_get_month(day), g_date_time_get_day_of_month(day), 0, 0,
	    0);
}

static gboolean
read_moment(const char *text, gboolean end, gint64 now, gint64 *time)
{
	g_autoptr(GDateTime) day = NULL;
	g_autoptr(GDateTime) date = NULL;

	if (g_str_equal(text, "now")) {
		*time = now;
		return TRUE;
	}
	if (*text == '-')
		return read_ago(text, now, time);
	day = read_day(text, now);
	if (day != NULL)
		date = end ? g_date_time_add_days(day, 1)
		           : g_date_time_ref(day);
	else
		date = read_time(text);
	if (date == NULL || g_date_time_to_unix(date) < 0)
		return FALSE;
	*time = g_date_time_to_unix(date);
	return TRUE;
}

gboolean
td_cli_moment(const TdCli *cli, const char *option, gboolean end, gint64 now,
    gint64 *time, GError **error)
{
	const char *text = td_cli_text(cli, option);

	if (text == NULL || read_moment(text, end, now, time))
		return TRUE;
	return td_fail(error, TD_ERROR_USAGE,
	    "--%s %s: it must be a time, as in 2026-11-22, \"2026-11-22 "
	    "10:00\", yesterday or -2d",
	    option, text);
}
