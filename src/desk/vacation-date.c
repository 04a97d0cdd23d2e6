/* vacation-date.c - until when somebody is away, as an automatic reply says it
 *
 * Read as a list of words and numbers: a word such as "until", "back" or "from"
 * tells what the next date means.  English, Russian and German; dates without
 * such a word are somebody's telephone number, or of an older mail. */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "desk/undelivered.h"
#include "desk/vacation.h"

/* Bytes of a text that are looked at. */
#define TEXT_MAX ((gsize)8192)

/* Pieces for which a word tells what a date means. */
#define REACH 9u

#define DAY (24 * 60 * 60)

/* A date without a year that would come only so late is one that is over. */
#define YEARLESS_MAX (183 * DAY)
#define AHEAD_MAX (366 * DAY)

typedef struct {
	int day;
	int month;
	int year;         /* 0: not told */
	gboolean swapped; /* may be month and day as well */
	int weekday;      /* 1 Monday to 7, 0: a date */
	int ahead;        /* days, where it is but "tomorrow"; 0: a date */
} Date;

typedef struct {
	GArray *pieces; /* of TdPiece */
	GDateTime *written;
} Reading;

static const TdPiece *
piece_at(const Reading *reading, guint at)
{
	return &g_array_index(
	    reading->pieces, TdPiece, MIN(at, reading->pieces->len - 1));
}

/* ---- dates ---- */

/* A year behind a date, after a separator if it has one: "2024", "24". */
static guint
read_year(const Reading *reading, guint at, gboolean glued, int *year)
{
	const TdPiece *piece = piece_at(reading, at);

	if (piece->kind != TD_PIECE_NUMBER || (glued && !piece->glued))
		return at;
	if (piece->size == 4 && piece->number >= 1900)
		*year = piece->number;
	else if (glued && piece->size == 2)
		*year = 2000 + piece->number;
	else
		return at;
	return at + 1;
}

/* "2024-05-13": the one order that everybody writes with the year first. */
static guint
read_iso(const Reading *reading, guint at, Date *date)
{
	const TdPiece *year = piece_at(reading, at);
	const TdPiece *month = piece_at(reading, at + 2);
	const TdPiece *day = piece_at(reading, at + 4);

	if (year->kind != TD_PIECE_NUMBER || year->size != 4 ||
	    !td_piece_is_sign(piece_at(reading, at + 1), "-/.") ||
	    !td_piece_is_number(month, 2) ||
	    !td_piece_is_sign(piece_at(reading, at + 3), "-/.") ||
	    !td_piece_is_number(day, 2))
		return at;
	*date = (Date){ day->number, month->number, year->number, FALSE, 0, 0 };
	return at + 5;
}

/* Whether the numbers from @at to @end are part of a longer row: a version, an
 * address. */
static gboolean
is_part_of_row(const Reading *reading, guint at, guint end)
{
	const TdPiece *next = piece_at(reading, end);

	if (next->kind == TD_PIECE_NUMBER && next->glued)
		return TRUE;
	return at > 1 && piece_at(reading, at)->glued &&
	    td_piece_is_sign(piece_at(reading, at - 1), "./") &&
	    piece_at(reading, at - 1)->glued &&
	    piece_at(reading, at - 2)->kind == TD_PIECE_NUMBER;
}

/* "13.05.2024", "13.05.24", "13.05.", "5/13/2024", "13-05-2024". */
static guint
read_numbers(const Reading *reading, guint at, Date *date)
{
	const TdPiece *first = piece_at(reading, at);
	const TdPiece *sign = piece_at(reading, at + 1);
	const TdPiece *second = piece_at(reading, at + 2);
	guint end = at + 3;
	Date read = { 0 };

	if (!td_piece_is_number(first, 2) || !td_piece_is_sign(sign, "./-") ||
	    !sign->glued || !td_piece_is_number(second, 2) || !second->glued)
		return at;
	read.day = first->number;
	read.month = second->number;
	if (td_piece_is_sign(piece_at(reading, end), "./-") &&
	    *piece_at(reading, end)->text == *sign->text &&
	    piece_at(reading, end)->glued) {
		end = read_year(reading, end + 1, TRUE, &read.year);
	}
	/* "1-12" is a range, or a house. */
	if ((td_piece_is_sign(sign, "-") && read.year == 0) ||
	    is_part_of_row(reading, at, end))
		return at;
	if (td_piece_is_sign(sign, "/") && read.month > 12) {
		read.day = second->number;
		read.month = first->number;
	} else if (td_piece_is_sign(sign, "/") && read.day <= 12) {
		read.swapped = TRUE;
	}
	*date = read;
	return end;
}

static guint
skip_fillers(const Reading *reading, guint at, const char *signs)
{
	for (guint i = 0; i < 3; i++) {
		const TdPiece *piece = piece_at(reading, at);

		if (!td_piece_is_sign(piece, signs) &&
		    td_piece_word(piece, TD_WORDS_FILLER) == 0)
			break;
		at++;
	}
	return at;
}

static guint
read_named_year(const Reading *reading, guint at, int *year)
{
	guint behind = at +
	    (td_piece_is_sign(piece_at(reading, at), ",.") ? 1 : 0);
	guint end = read_year(reading, behind, FALSE, year);

	return end == behind ? at : end;
}

/* "12 May", "12th of May, 2024", "12. Mai", "12-го мая". */
static guint
read_day_month(const Reading *reading, guint at, Date *date)
{
	const TdPiece *day = piece_at(reading, at);
	guint month;
	Date read = { 0 };

	if (!td_piece_is_number(day, 2))
		return at;
	month = skip_fillers(reading, at + 1, ".-");
	read.day = day->number;
	read.month = td_piece_word(piece_at(reading, month), TD_WORDS_MONTH);
	if (read.month == 0)
		return at;
	*date = read;
	return read_named_year(reading, month + 1, &date->year);
}

/* "May 12", "May 12th, 2024". */
static guint
read_month_day(const Reading *reading, guint at, Date *date)
{
	guint day = at +
	    (td_piece_is_sign(piece_at(reading, at + 1), ".") ? 2 : 1);
	guint end;
	Date read = { 0 };

	read.month = td_piece_word(piece_at(reading, at), TD_WORDS_MONTH);
	if (read.month == 0 || !td_piece_is_number(piece_at(reading, day), 2))
		return at;
	read.day = piece_at(reading, day)->number;
	end = day + 1;
	if (td_piece_word(piece_at(reading, end), TD_WORDS_FILLER) != 0)
		end++;
	*date = read;
	return read_named_year(reading, end, &date->year);
}

static guint
read_any(const Reading *reading, guint at, Date *date)
{
	static guint (*const ways[])(const Reading *, guint, Date *) = {
		read_iso, read_numbers, read_day_month, read_month_day
	};

	for (guint i = 0; i < G_N_ELEMENTS(ways); i++) {
		guint end = ways[i](reading, at, date);

		if (end != at)
			return end;
	}
	return at;
}

/* The date at @at: the index behind it, @at if there is none. */
static guint
read_date(const Reading *reading, guint at, Date *date)
{
	const TdPiece *piece = piece_at(reading, at);
	int weekday = td_piece_word(piece, TD_WORDS_WEEKDAY);
	guint end = read_any(reading, at, date);

	if (end != at)
		return end;
	if (weekday != 0) {
		/* "Monday, 13 May" is what stands behind it. */
		guint behind = skip_fillers(reading, at + 1, ",(.");

		end = read_any(reading, behind, date);
		if (end != behind)
			return end;
		*date = (Date){ .weekday = weekday };
		return at + 1;
	}
	if (td_piece_word(piece, TD_WORDS_TOMORROW) != 0) {
		*date = (Date){ .ahead = 1 };
		return at + 1;
	}
	return at;
}

/* ---- time ---- */

/* The start of that day, @days later; 0 if there is none. */
static gint64
start_of(const Reading *reading, int year, int month, int day, int days)
{
	GTimeZone *zone = g_date_time_get_timezone(reading->written);
	g_autoptr(GDateTime) start = NULL;
	g_autoptr(GDateTime) later = NULL;

	if (year < 1970 || year > 9000 || month < 1 || month > 12 || day < 1 ||
	    day > 31 ||
	    !g_date_valid_dmy(
	        (GDateDay)day, (GDateMonth)month, (GDateYear)year))
		return 0;
	start = g_date_time_new(zone, year, month, day, 0, 0, 0);
	if (start != NULL)
		later = g_date_time_add_days(start, days);
	return later == NULL ? 0 : g_date_time_to_unix(later);
}

/* When that day is over or (@back) begins, if that is to come within a year;
 * else 0. */
static gint64
place_day(const Reading *reading, int year, int month, int day, gboolean back)
{
	gint64 written = g_date_time_to_unix(reading->written);
	int this = g_date_time_get_year(reading->written);
	int later = back ? 0 : 1;
	gint64 time;

	if (year != 0) {
		time = start_of(reading, year, month, day, later);
		return time > written && time <= written + AHEAD_MAX ? time : 0;
	}
	time = start_of(reading, this, month, day, later);
	if (time <= written)
		time = start_of(reading, this + 1, month, day, later);
	return time > written && time <= written + YEARLESS_MAX ? time : 0;
}

static gint64
place_ahead(const Reading *reading, int days, gboolean back)
{
	g_autoptr(GDateTime)
	    date = g_date_time_add_days(reading->written, days);

	return start_of(reading, g_date_time_get_year(date),
	    g_date_time_get_month(date), g_date_time_get_day_of_month(date),
	    back ? 0 : 1);
}

static gint64
place(const Reading *reading, const Date *date, gboolean back)
{
	int today = g_date_time_get_day_of_week(reading->written);
	gint64 time;
	gint64 other;

	if (date->ahead != 0)
		return place_ahead(reading, date->ahead, back);
	if (date->weekday != 0) {
		int days = (date->weekday - today + 7) % 7;

		return place_ahead(reading, days == 0 && back ? 7 : days, back);
	}
	time = place_day(reading, date->year, date->month, date->day, back);
	if (!date->swapped)
		return time;
	/* Of the two orders that which comes sooner. */
	other = place_day(reading, date->year, date->day, date->month, back);
	return other != 0 && (time == 0 || other < time) ? other : time;
}

/* ---- meaning ---- */

/* Whether the date that ends at @end is the first of two. */
static gboolean
begins_range(const Reading *reading, guint end)
{
	const TdPiece *piece = piece_at(reading, end);
	Date date;

	return (td_piece_is_dash(piece) ||
	           td_piece_word(piece, TD_WORDS_RANGE) != 0) &&
	    read_date(reading, end + 1, &date) != end + 1;
}

/* Whether the date at @at is the second of two: "1-12 May", "1 по 12 мая". */
static gboolean
ends_range(const Reading *reading, guint at)
{
	const TdPiece *piece = at == 0 ? NULL : piece_at(reading, at - 1);

	if (piece == NULL)
		return FALSE;
	return td_piece_word(piece, TD_WORDS_RANGE) != 0 ||
	    (td_piece_is_dash(piece) && at > 1 &&
	        piece_at(reading, at - 2)->kind != TD_PIECE_BREAK);
}

static gboolean
says_back(const Reading *reading, guint at)
{
	for (guint i = at; i < at + 4; i++) {
		const TdPiece *piece = piece_at(reading, i);

		if (piece->kind == TD_PIECE_BREAK ||
		    td_piece_is_sign(piece, ".!?;"))
			return FALSE;
		if (td_piece_word(piece, TD_WORDS_CUE) == TD_ROLE_BACK)
			return TRUE;
	}
	return FALSE;
}

/* The words in front of a date, as far as they reach. */
typedef struct {
	TdDateRole role;
	guint left; /* pieces */
	guint back; /* pieces since a word of coming back, up to REACH */
} Cue;

/* What the date from @at to @end means. */
static TdDateRole
find_role(const Reading *reading, const Cue *cue, guint at, guint end)
{
	if (begins_range(reading, end))
		return TD_ROLE_NONE;
	if (ends_range(reading, at))
		return TD_ROLE_UNTIL;
	/* "Back from", "ab 13. Mai wieder da", "с 13 мая снова здесь". */
	if (cue->left == 0 || cue->role == TD_ROLE_START)
		return (cue->left > 0 && cue->back < REACH) ||
		        says_back(reading, end)
		    ? TD_ROLE_BACK
		    : TD_ROLE_NONE;
	return cue->role;
}

static void
pass_token(Cue *cue, const Reading *reading, guint at)
{
	const TdPiece *piece = piece_at(reading, at);
	int role = td_piece_word(piece, TD_WORDS_CUE);
	gboolean ends = piece->kind == TD_PIECE_BREAK ||
	    td_piece_is_sign(piece, "!?;") ||
	    (td_piece_is_sign(piece, ".") && !piece_at(reading, at + 1)->glued);

	if (ends) {
		*cue = (Cue){ TD_ROLE_NONE, 0, REACH };
		return;
	}
	cue->left -= cue->left > 0;
	cue->back += cue->back < REACH;
	if (role == TD_ROLE_NONE)
		return;
	cue->role = (TdDateRole)role;
	cue->left = REACH;
	if (role == TD_ROLE_BACK)
		cue->back = 0;
}

gint64
td_vacation_until(const char *text, gint64 written, GTimeZone *zone)
{
	g_autofree char *start = td_text_utf8(
	    text, (gssize)MIN(strlen(text), TEXT_MAX));
	g_autofree char *folded = td_text_fold(start);
	g_autoptr(GArray) pieces = td_pieces_split(folded);
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(written);
	g_autoptr(GDateTime)
	    local = utc == NULL ? NULL : g_date_time_to_timezone(utc, zone);
	const Reading reading = { pieces, local };
	Cue cue = { TD_ROLE_NONE, 0, REACH };
	guint at = 0;

	while (local != NULL && at < pieces->len) {
		Date date;
		guint end = read_date(&reading, at, &date);
		TdDateRole role;
		gint64 time;

		if (end == at) {
			pass_token(&cue, &reading, at++);
			continue;
		}
		role = find_role(&reading, &cue, at, end);
		time = role == TD_ROLE_NONE
		    ? 0
		    : place(&reading, &date, role == TD_ROLE_BACK);
		if (time > written)
			return time;
		at = end;
	}
	return 0;
}
