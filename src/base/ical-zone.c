/* ical-zone.c - times of iCalendar files as seconds UTC, see ical-private.h */

#include "config.h"

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "base/conf-private.h"
#include "base/ical-private.h"

/* 2100-01-03: no change of a clock after it is looked for; and the year that
 * libical works them out to, which adds some. */
#define LAST_TIME (G_GINT64_CONSTANT(4102444800) + 2 * TD_DAY)
#define LAST_YEAR 2106

/* Of the system, or of the file. */
typedef struct {
	GTimeZone *known;
	icaltimezone *own;
} Zone;

static const char *
read_tzid(icalcomponent *component)
{
	icalproperty *property = icalcomponent_get_first_property(
	    component, ICAL_TZID_PROPERTY);

	return property == NULL ? NULL : icalproperty_get_tzid(property);
}

/* Whether it tells an offset. */
static gboolean
has_offset(icalcomponent *component)
{
	icalcomponent *part = icalcomponent_get_first_component(
	    component, ICAL_ANY_COMPONENT);

	while (part != NULL &&
	    (icalcomponent_count_properties(part, ICAL_DTSTART_PROPERTY) != 1 ||
	        icalcomponent_count_properties(
	            part, ICAL_TZOFFSETFROM_PROPERTY) != 1 ||
	        icalcomponent_count_properties(
	            part, ICAL_TZOFFSETTO_PROPERTY) != 1))
		part = icalcomponent_get_next_component(
		    component, ICAL_ANY_COMPONENT);
	return part != NULL;
}

/* The times of an observance that libical works out, up to the last year. */
static gint64
weigh_part(icalcomponent *part)
{
	icalproperty *start = icalcomponent_get_first_property(
	    part, ICAL_DTSTART_PROPERTY);
	icalproperty *each = icalcomponent_get_first_property(
	    part, ICAL_RRULE_PROPERTY);
	gint64 from = start == NULL ? 0 : icalproperty_get_dtstart(start).year;
	gint64 count = 1 +
	    icalcomponent_count_properties(part, ICAL_RDATE_PROPERTY);

	for (; each != NULL; each = icalcomponent_get_next_property(
	                         part, ICAL_RRULE_PROPERTY)) {
		struct icalrecurrencetype rule = icalproperty_get_rrule(each);
		gint64 to = LAST_YEAR;

		if (!icaltime_is_null_time(rule.until))
			to = MIN(to, (gint64)rule.until.year);
		count += (MAX(to - from, 0) + 1) * (1 + td_ical_yearly(&rule));
	}
	return count;
}

/* Has libical work out the times of all changes, as it would do anew for later
 * and later years. */
static gboolean
work_out(TdIcalFile *file, guint line, icalcomponent *component,
    icaltimezone *zone, GError **error)
{
	struct icaltimetype last = icaltime_from_timet_with_zone(
	    (time_t)LAST_TIME, 0, NULL);
	gint64 count = 0;

	for (icalcomponent *part = icalcomponent_get_first_component(
	         component, ICAL_ANY_COMPONENT);
	     part != NULL; part = icalcomponent_get_next_component(
	                       component, ICAL_ANY_COMPONENT))
		count += weigh_part(part);
	if (!td_ical_spend(file, line, count, error))
		return FALSE;
	icaltimezone_get_utc_offset(zone, &last, NULL);
	return TRUE;
}

gboolean
td_ical_zone_add(TdIcalFile *file, guint line, const char *text, GError **error)
{
	icalcomponent *component = icalparser_parse_string(text);
	icaltimezone *zone;
	const char *tzid;

	if (component == NULL ||
	    icalcomponent_isa(component) != ICAL_VTIMEZONE_COMPONENT ||
	    (tzid = read_tzid(component)) == NULL || !has_offset(component)) {
		if (component != NULL)
			icalcomponent_free(component);
		return td_ical_fail(file, line, error,
		    "a time zone that tells no time; expected TZID, and "
		    "DTSTART, TZOFFSETFROM and TZOFFSETTO in STANDARD");
	}
	zone = icaltimezone_new();
	g_hash_table_replace(file->zones, g_strdup(tzid), zone);
	icaltimezone_set_component(zone, component);
	return work_out(file, line, component, zone, error);
}

/* FALSE if nobody knows it. */
static gboolean
find_zone(TdIcalFile *file, const TdIcalTime *time, Zone *zone)
{
	g_autofree char *name = NULL;

	*zone = (Zone){ file->zone, NULL };
	if (time->tzid == NULL)
		return TRUE;
	zone->own = g_hash_table_lookup(file->zones, time->tzid);
	if (zone->own != NULL)
		return TRUE;
	zone->known = g_hash_table_lookup(file->known, time->tzid);
	if (zone->known != NULL)
		return TRUE;
	/* A slash in front means that the name is known everywhere. */
	name = td_conf_take_timezone(time->tzid + (*time->tzid == '/'));
	if (name == NULL)
		return FALSE;
	zone->known = g_time_zone_new_identifier(name);
	g_hash_table_insert(file->known, (char *)time->tzid, zone->known);
	return TRUE;
}

static gint64
offset_at(GTimeZone *zone, gint64 utc)
{
	return g_time_zone_get_offset(
	    zone, g_time_zone_find_interval(zone, G_TIME_TYPE_UNIVERSAL, utc));
}

/* By the offsets of the day before and the day after; RFC 5545 3.3.5. */
static gint64
find_moment(GTimeZone *zone, gint64 wall)
{
	gint64 before = wall - offset_at(zone, wall - TD_DAY);
	gint64 after = wall - offset_at(zone, wall + TD_DAY);

	if (before + offset_at(zone, before) == wall)
		return before;
	if (after + offset_at(zone, after) == wall)
		return after;
	return before;
}

gboolean
td_ical_utc(
    TdIcalFile *file, const TdIcalTime *time, gint64 *utc, GError **error)
{
	struct icaltimetype wall;
	Zone zone;

	if (time->is_utc) {
		*utc = time->wall;
		return TRUE;
	}
	if (!find_zone(file, time, &zone)) {
		g_autofree char *shown = td_text_printable(time->tzid, 60);

		return td_ical_fail(file, time->line, error,
		    "no time zone \"%s\"; expected one that the file or the "
		    "system describes",
		    shown);
	}
	if (zone.own == NULL) {
		*utc = find_moment(zone.known, time->wall);
		return TRUE;
	}
	wall = icaltime_from_timet_with_zone(
	    (time_t)MIN(time->wall, LAST_TIME), 0, NULL);
	*utc = time->wall - icaltimezone_get_utc_offset(zone.own, &wall, NULL);
	return TRUE;
}

gint64
td_ical_wall(TdIcalFile *file, const TdIcalTime *time, gint64 utc)
{
	struct icaltimetype at;
	Zone zone;

	if (time->is_utc || !find_zone(file, time, &zone))
		return utc;
	if (zone.own == NULL)
		return utc + offset_at(zone.known, utc);
	at = icaltime_from_timet_with_zone(
	    (time_t)MIN(utc, LAST_TIME), 0, NULL);
	return utc +
	    icaltimezone_get_utc_offset_of_utc_time(zone.own, &at, NULL);
}
