/* from-line.c - the line before each mail of a mailbox in one file
 *
 * Nobody ever said how it looks: "From ", the envelope's sender, and a date as
 * asctime(3) writes it; some have a zone behind, some write the date as mail
 * does.  A text may have such a line too: all of the date must be there. */

#include "config.h"

#include <string.h>

#include "cli/transfer.h"

#define LINE_SIZE_MAX 1000u
/* Words that a date takes, with zones. */
#define WORDS_MAX 8u

typedef struct {
	int day, month, year;
	int hour, minute, second;
	gint64 zone; /* seconds east of UTC */
	gboolean time;
} Moment;

static int
find_name(const char *word, const char *names)
{
	g_autofree char *low = NULL;
	const char *at;

	if (strlen(word) != 3)
		return -1;
	low = g_ascii_strdown(word, -1);
	at = strstr(names, low);
	return at == NULL || (at - names) % 3 != 0 ? -1 : (int)(at - names) / 3;
}

/* Digits alone; -1. */
static int
read_number(const char *word, gsize least, gsize most)
{
	gsize length = strlen(word);

	if (length < least || length > most ||
	    strspn(word, "0123456789") != length)
		return -1;
	return (int)g_ascii_strtoull(word, NULL, 10);
}

static gboolean
read_time(const char *word, Moment *moment)
{
	g_auto(GStrv) parts = g_strsplit(word, ":", 4);
	guint count = g_strv_length(parts);

	if (count < 2 || count > 3)
		return FALSE;
	moment->hour = read_number(parts[0], 1, 2);
	moment->minute = read_number(parts[1], 2, 2);
	moment->second = count == 3 ? read_number(parts[2], 2, 2) : 0;
	return moment->hour >= 0 && moment->hour < 24 && moment->minute >= 0 &&
	    moment->minute < 60 && moment->second >= 0 && moment->second <= 60;
}

static gboolean
read_zone(const char *word, gint64 *zone)
{
	int digits;

	if (*word != '+' && *word != '-')
		return FALSE;
	digits = read_number(word + 1, 4, 4);
	if (digits < 0)
		return FALSE;
	*zone = (digits / 100 * 60 + digits % 100) * 60;
	if (*word == '-')
		*zone = -*zone;
	return TRUE;
}

static void
take_word(Moment *moment, const char *word)
{
	int month = find_name(word, "janfebmaraprmayjunjulaugsepoctnovdec");
	int number;

	if (month >= 0 && moment->month == 0) {
		moment->month = month + 1;
		return;
	}
	if (!moment->time && read_time(word, moment)) {
		moment->time = TRUE;
		return;
	}
	if (read_zone(word, &moment->zone))
		return;
	number = read_number(word, 1, 2);
	if (number >= 1 && number <= 31 && moment->day == 0)
		moment->day = number;
	number = read_number(word, 4, 4);
	if (number >= 1970 && number < 2100 && moment->year == 0)
		moment->year = number;
}

/* The words from that of the day of the week on. */
static gboolean
read_date(char *const *words, gint64 *time)
{
	Moment moment = { 0 };
	g_autoptr(GDateTime) date = NULL;

	for (guint i = 0; i < WORDS_MAX && words[i] != NULL; i++)
		take_word(&moment, words[i]);
	if (!moment.time || moment.day == 0 || moment.month == 0 ||
	    moment.year == 0)
		return FALSE;
	date = g_date_time_new_utc(moment.year, moment.month, moment.day,
	    moment.hour, moment.minute, MIN(moment.second, 59));
	if (date == NULL)
		return FALSE;
	*time = MAX(g_date_time_to_unix(date) - moment.zone, 1);
	return TRUE;
}

gboolean
td_from_line_read(const char *line, gsize size, gint64 *time)
{
	g_autofree char *text = NULL;
	g_auto(GStrv) words = NULL;
	g_autoptr(GPtrArray) full = NULL;

	if (size < 5 || size > LINE_SIZE_MAX || memcmp(line, "From ", 5) != 0)
		return FALSE;
	text = g_strndup(line + 5, size - 5);
	words = g_strsplit_set(text, " \t\r\n,", -1);
	full = g_ptr_array_new();
	for (guint i = 0; words[i] != NULL; i++)
		if (*words[i] != '\0')
			g_ptr_array_add(full, words[i]);
	g_ptr_array_add(full, NULL);
	/* The sender may be missing, or have blanks in it. */
	for (guint i = 0; i + 1 < full->len; i++)
		if (find_name(full->pdata[i], "montuewedthufrisatsun") >= 0 &&
		    read_date((char **)&full->pdata[i + 1], time))
			return TRUE;
	return FALSE;
}
