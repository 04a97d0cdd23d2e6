/* ical-value.c - what a line of an iCalendar file says, see ical-private.h
 *
 * libical reads each line by itself, so that a mistake has a line. */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "base/ical-private.h"

/* Nothing lasts longer. */
#define DAYS_MAX ((gint64)200 * 366)
/* Occurrences a day. */
#define DAILY_MAX 24
#define INTERVAL_MAX 1000
/* Bytes of a line in a VTIMEZONE, where libical takes lists as they are. */
#define ZONE_LINE_MAX 4096

typedef struct {
	TdIcalFile *file;
	guint line;
	const char *text;
	GError **error;
} Line;

static gboolean
refuse(const Line *line, const char *want)
{
	g_autofree char *shown = td_text_printable(line->text, 70);

	return td_ical_fail(line->file, line->line, line->error,
	    "\"%s\"; expected %s", shown, want);
}

/* ---- events ---- */

TdIcalEvent *
td_ical_event_new(guint line)
{
	TdIcalEvent *event = g_new0(TdIcalEvent, 1);

	event->line = line;
	event->rules = g_array_new(FALSE, FALSE, sizeof(TdIcalRule));
	event->exrules = g_array_new(FALSE, FALSE, sizeof(TdIcalRule));
	event->additions = g_array_new(FALSE, FALSE, sizeof(TdIcalPeriod));
	event->exceptions = g_array_new(FALSE, FALSE, sizeof(TdIcalTime));
	return event;
}

void
td_ical_event_free(TdIcalEvent *event)
{
	if (event == NULL)
		return;
	g_array_unref(event->rules);
	g_array_unref(event->exrules);
	g_array_unref(event->additions);
	g_array_unref(event->exceptions);
	g_free(event);
}

/* ---- values ---- */

/* Such a time is @at; FALSE if there is no such time. */
static gboolean
read_time(const Line *line, struct icaltimetype at, TdIcalTime *time)
{
	g_autoptr(GDateTime) moment = g_date_time_new_utc(at.year, at.month,
	    at.day, at.is_date ? 0 : at.hour, at.is_date ? 0 : at.minute,
	    /* A leap second is the last one again. */
	    at.is_date ? 0 : MIN(at.second, 59));

	if (moment == NULL) {
		refuse(line, "a date that there is");
		return FALSE;
	}
	*time = (TdIcalTime){ .line = line->line,
		.wall = g_date_time_to_unix(moment),
		.is_date = at.is_date != 0,
		.is_utc = icaltime_is_utc(at) != 0 };
	return TRUE;
}

static gboolean
read_length(
    const Line *line, struct icaldurationtype from, TdIcalLength *length)
{
	*length = (TdIcalLength){ .line = line->line,
		.days = (gint64)from.weeks * 7 + from.days,
		.seconds = ((gint64)from.hours * 60 + from.minutes) * 60 +
		    from.seconds };
	if (from.is_neg || length->days > DAYS_MAX ||
	    length->seconds > DAYS_MAX * TD_DAY)
		return refuse(line,
		    "a duration above zero, of 200 years at "
		    "most");
	return TRUE;
}

static const char *
find_tzid(const Line *line, icalproperty *property)
{
	icalparameter *parameter = icalproperty_get_first_parameter(
	    property, ICAL_TZID_PARAMETER);
	const char *tzid = parameter == NULL
	    ? NULL
	    : icalparameter_get_tzid(parameter);

	return tzid == NULL
	    ? NULL
	    : g_string_chunk_insert_const(line->file->strings, tzid);
}

/* A property whose value is one time. */
static gboolean
take_time(const Line *line, icalproperty *property, TdIcalTime *time)
{
	icalvalue *value = icalproperty_get_value(property);
	icalvalue_kind kind = icalvalue_isa(value);
	struct icaltimetype at;

	if (kind == ICAL_DATE_VALUE)
		at = icalvalue_get_date(value);
	else if (kind == ICAL_DATETIME_VALUE)
		at = icalvalue_get_datetime(value);
	else
		return refuse(line, "a date or a time");
	if (!read_time(line, at, time))
		return FALSE;
	if (!time->is_date && !time->is_utc)
		time->tzid = find_tzid(line, property);
	return TRUE;
}

static gboolean
take_period(const Line *line, icalproperty *property, TdIcalPeriod *period)
{
	icalvalue *value = icalproperty_get_value(property);
	struct icalperiodtype from;

	*period = (TdIcalPeriod){ .start = { 0 } };
	if (icalvalue_isa(value) != ICAL_PERIOD_VALUE)
		return take_time(line, property, &period->start);
	from = icalvalue_get_period(value);
	if (!read_time(line, from.start, &period->start))
		return FALSE;
	if (!period->start.is_utc)
		period->start.tzid = find_tzid(line, property);
	if (icaltime_is_null_time(from.end))
		return read_length(line, from.duration, &period->length);
	if (!read_time(line, from.end, &period->end))
		return FALSE;
	if (!period->end.is_utc)
		period->end.tzid = period->start.tzid;
	return TRUE;
}

/* ---- rules ---- */

static gboolean
take_rule(const Line *line, icalproperty *property, GArray *rules)
{
	TdIcalRule rule = { .line = line->line,
		.rule = icalvalue_get_recur(icalproperty_get_value(property)) };

	if (rule.rule.rscale != NULL)
		return refuse(line, "a rule without RSCALE");
	if (rule.rule.freq < ICAL_DAILY_RECURRENCE ||
	    rule.rule.freq > ICAL_YEARLY_RECURRENCE)
		return refuse(
		    line, "a FREQ of DAILY, WEEKLY, MONTHLY or YEARLY");
	if (rule.rule.interval > INTERVAL_MAX ||
	    td_ical_daily(&rule.rule) > DAILY_MAX)
		return refuse(line,
		    "an INTERVAL of 1000 at most, and 24 times "
		    "a day");
	if (rules != NULL)
		g_array_append_val(rules, rule);
	return TRUE;
}

/* ---- lines ---- */

/* Whether @text is a property @name. */
static gboolean
is_property(const char *text, const char *name)
{
	gsize size = strlen(name);

	return g_ascii_strncasecmp(text, name, size) == 0 &&
	    (text[size] == ':' || text[size] == ';');
}

/* Where the value of a property begins; NULL if there is none. */
static const char *
find_value(const char *text)
{
	gboolean quoted = FALSE;

	for (; *text != '\0'; text++) {
		if (*text == '"')
			quoted = !quoted;
		else if (*text == ':' && !quoted)
			return text + 1;
	}
	return NULL;
}

/* The component that has nothing but the property @text, with up to @most
 * values, the caller's, by icalcomponent_free(); NULL if libical does not take
 * it. */
static icalcomponent *
parse_line(const Line *line, const char *text, int most)
{
	g_autofree char *whole = NULL;
	icalcomponent *component;
	int count;

	if (!td_ical_spend(line->file, line->line, 1, line->error))
		return NULL;
	whole = g_strdup_printf("BEGIN:VEVENT\r\n%s\r\nEND:VEVENT\r\n", text);
	component = icalparser_parse_string(whole);
	count = component == NULL
	    ? 0
	    : icalcomponent_count_properties(component, ICAL_ANY_PROPERTY);
	if (count >= 1 && count <= most &&
	    icalcomponent_isa(component) == ICAL_VEVENT_COMPONENT &&
	    icalcomponent_count_properties(
	        component, ICAL_XLICERROR_PROPERTY) == 0)
		return component;
	if (component != NULL)
		icalcomponent_free(component);
	refuse(line, "a value as in RFC 5545");
	return NULL;
}

static gboolean
take_first(const Line *line, icalproperty *property, TdIcalTime *time)
{
	if (time->line != 0)
		return refuse(line, "it once in an event");
	return take_time(line, property, time);
}

static gboolean
take_replaced(const Line *line, icalproperty *property, TdIcalEvent *event)
{
	if (icalproperty_get_first_parameter(property, ICAL_RANGE_PARAMETER) !=
	    NULL)
		return refuse(line, "an event of its own for what follows");
	return take_first(line, property, &event->replaces);
}

static gboolean
take_value(const Line *line, icalproperty *property, TdIcalEvent *event)
{
	TdIcalPeriod addition;
	TdIcalTime exception;
	icalproperty_kind kind = icalproperty_isa(property);

	if (kind == ICAL_DTSTART_PROPERTY)
		return take_first(line, property, &event->period.start);
	if (kind == ICAL_DTEND_PROPERTY)
		return take_first(line, property, &event->period.end);
	if (kind == ICAL_DURATION_PROPERTY)
		return read_length(line, icalproperty_get_duration(property),
		    &event->period.length);
	if (kind == ICAL_RRULE_PROPERTY)
		return take_rule(line, property, event->rules);
	if (kind == ICAL_EXRULE_PROPERTY)
		return take_rule(line, property, event->exrules);
	if (kind == ICAL_RECURRENCEID_PROPERTY)
		return take_replaced(line, property, event);
	if (kind == ICAL_RDATE_PROPERTY) {
		if (!take_period(line, property, &addition))
			return FALSE;
		g_array_append_val(event->additions, addition);
		return TRUE;
	}
	if (!take_time(line, property, &exception))
		return FALSE;
	g_array_append_val(event->exceptions, exception);
	return TRUE;
}

static gboolean
take_property(const Line *line, const char *text, TdIcalEvent *event)
{
	icalcomponent *component = parse_line(line, text, 1);
	gboolean done;

	if (component == NULL)
		return FALSE;
	done = take_value(line,
	    icalcomponent_get_first_property(component, ICAL_ANY_PROPERTY),
	    event);
	icalcomponent_free(component);
	return done;
}

/* RDATE and EXDATE: values by themselves, for libical takes a time that grows
 * with the square of a list. */
static gboolean
take_list(const Line *line, TdIcalEvent *event)
{
	const char *value = find_value(line->text);
	g_autofree char *head = NULL;
	g_auto(GStrv) items = NULL;

	if (value == NULL)
		return refuse(line, "a value");
	head = g_strndup(line->text, (gsize)(value - line->text));
	items = g_strsplit(value, ",", -1);
	for (gsize i = 0; items[i] != NULL; i++) {
		g_autofree char *one = g_strconcat(head, items[i], NULL);

		if (!take_property(line, one, event))
			return FALSE;
	}
	return TRUE;
}

gboolean
td_ical_event_take(TdIcalFile *file, TdIcalEvent *event, guint number,
    const char *text, GError **error)
{
	static const char *const single[] = { "DTSTART", "DTEND", "DURATION",
		"RRULE", "EXRULE", "RECURRENCE-ID" };
	const Line line = { file, number, text, error };
	const char *value = find_value(text);

	if (is_property(text, "RDATE") || is_property(text, "EXDATE"))
		return take_list(&line, event);
	for (gsize i = 0; i < G_N_ELEMENTS(single); i++)
		if (is_property(text, single[i]))
			return take_property(&line, text, event);
	if (value != NULL && is_property(text, "UID"))
		event->uid = g_string_chunk_insert_const(file->strings, value);
	if (value != NULL && is_property(text, "STATUS"))
		event->cancelled = g_ascii_strcasecmp(value, "CANCELLED") == 0;
	return TRUE;
}

/* ---- of time zones ---- */

/* A rule of a VTIMEZONE is followed to the end of time by libical. */
static gboolean
check_zone_value(const Line *line, icalproperty *property)
{
	icalproperty_kind kind = icalproperty_isa(property);
	struct icalrecurrencetype rule;
	TdIcalTime time;

	if (kind == ICAL_DTSTART_PROPERTY)
		return take_time(line, property, &time);
	if (kind != ICAL_RRULE_PROPERTY)
		return TRUE;
	if (!take_rule(line, property, NULL))
		return FALSE;
	rule = icalproperty_get_rrule(property);
	if (rule.freq != ICAL_YEARLY_RECURRENCE || td_ical_daily(&rule) > 1)
		return refuse(line, "a change of the clock once a year");
	return TRUE;
}

gboolean
td_ical_zone_takes(TdIcalFile *file, guint number, const char *text,
    gboolean *taken, GError **error)
{
	static const char *const names[] = { "TZID", "DTSTART", "RRULE",
		"RDATE", "TZOFFSETFROM", "TZOFFSETTO" };
	const Line line = { file, number, text, error };
	icalcomponent *component;
	gboolean done;

	*taken = FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		*taken = *taken || is_property(text, names[i]);
	if (!*taken)
		return TRUE;
	if (strlen(text) > ZONE_LINE_MAX)
		return refuse(&line, "a shorter line");
	/* No time is shorter. */
	if (!td_ical_spend(file, number, (gint64)strlen(text) / 8, error))
		return FALSE;
	component = parse_line(&line, text, ZONE_LINE_MAX);
	if (component == NULL)
		return FALSE;
	done = check_zone_value(&line,
	    icalcomponent_get_first_property(component, ICAL_ANY_PROPERTY));
	icalcomponent_free(component);
	return done;
}
