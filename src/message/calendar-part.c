/* calendar-part.c - see message/calendar-part.h */

#include "config.h"

#include <string.h>

#include "message/calendar-part.h"
#include "message/calendar-time.h"
#include "message/summary.h"

#define EVENTS_MAX 3
#define ATTENDEES_NAMED 5
#define DESCRIPTION_LINES 200
#define DESCRIPTION_MAX 10000
#define LINE_MAX_SIZE 65536

/* "NAME;PARAMETERS:VALUE", unfolded. */
typedef struct {
	char *line;
	char *name; /* these point into it */
	char *parameters;
	char *value;
} Property;

typedef struct {
	char *kind; /* "VEVENT", "VTODO" ...; owned */
	char *what;
	char *where;
	char *description;
	char *organizer;
	char *status;
	char *rule;
	char *duration;
	char *comment;
	GPtrArray *attendees; /* of char *: their names */
	guint attending;
	char *answer; /* "NAME: accepted", of a reply */
	TdCalendarTime start;
	TdCalendarTime end;
} Event;

typedef struct {
	GString *text;
	char *method;
	gboolean whole;
	guint depth;  /* components around what is read */
	Event *event; /* the one that is read, or NULL */
	guint told;   /* events in the text */
	guint more;   /* those that were too many */
} Reader;

static void
free_event(Event *event)
{
	if (event == NULL)
		return;

	g_free(event->kind);
	g_free(event->what);
	g_free(event->where);
	g_free(event->description);
	g_free(event->organizer);
	g_free(event->status);
	g_free(event->rule);
	g_free(event->duration);
	g_free(event->comment);
	g_ptr_array_unref(event->attendees);
	g_free(event->answer);
	td_calendar_time_clear(&event->start);
	td_calendar_time_clear(&event->end);
	g_free(event);
}

static Event *
new_event(const char *kind)
{
	Event *event = g_new0(Event, 1);

	event->kind = g_ascii_strup(kind, -1);
	event->attendees = g_ptr_array_new_with_free_func(g_free);
	return event;
}

/* The next line with those that continue it (RFC 5545, section 3.1); NULL at
 * the end.  The caller owns it. */
static char *
next_line(const char **at)
{
	GString *line;

	if (**at == '\0')
		return NULL;
	line = g_string_new(NULL);
	do {
		gsize size = strcspn(*at, "\r\n");

		if (line->len < LINE_MAX_SIZE)
			g_string_append_len(line, *at, (gssize)size);
		*at += size;
		if (**at == '\r')
			(*at)++;
		if (**at == '\n')
			(*at)++;
		if (**at != ' ' && **at != '\t')
			break;
		(*at)++;
	} while (**at != '\0');
	return g_string_free(line, FALSE);
}

/* Splits a line, in place; FALSE if it is none. */
static gboolean
split(Property *property)
{
	gboolean quoted = FALSE;
	char *at = property->line;

	property->name = at;
	property->parameters = NULL;
	for (; *at != '\0' && (quoted || *at != ':'); at++) {
		if (*at == '"')
			quoted = !quoted;
		if (*at == ';' && property->parameters == NULL) {
			*at = '\0';
			property->parameters = at + 1;
		}
	}
	if (*at != ':') {
		return FALSE;
	}
	*at = '\0';
	property->value = at + 1;
	if (property->parameters == NULL)
		property->parameters = at;
	return *property->name != '\0';
}

/* The parameter @name; NULL when there is none.  The caller owns it. */
static char *
parameter(const Property *property, const char *name)
{
	const char *at = property->parameters;
	gsize length = strlen(name);

	while (*at != '\0') {
		gsize size = strcspn(at, "=;");
		gboolean same = size == length &&
		    g_ascii_strncasecmp(at, name, length) == 0;

		at += size;
		if (*at != '=') {
			at += *at == ';';
			continue;
		}
		at++;
		size = *at == '"' ? strcspn(at + 1, "\"") : strcspn(at, ";");
		at += *at == '"';
		if (same)
			return g_strndup(at, size);
		at += size;
		at += strcspn(at, ";");
		at += *at == ';';
	}
	return NULL;
}

/* A text value without its escapes (section 3.3.11).  The caller owns it. */
static char *
unescape(const char *value)
{
	GString *text = g_string_new(NULL);

	for (; *value != '\0'; value++) {
		if (*value != '\\' || value[1] == '\0') {
			g_string_append_c(text, *value);
			continue;
		}
		value++;
		g_string_append_c(
		    text, *value == 'n' || *value == 'N' ? '\n' : *value);
	}
	return g_string_free(text, FALSE);
}

/* "NAME <ADDRESS>" of a calendar user.  The caller owns it. */
static char *
person(const Property *property, gboolean address)
{
	g_autofree char *name = parameter(property, "CN");
	const char *mail = property->value;

	if (g_ascii_strncasecmp(mail, "mailto:", 7) == 0)
		mail += 7;
	if (name == NULL || *g_strstrip(name) == '\0' ||
	    g_ascii_strcasecmp(name, mail) == 0)
		return g_strdup(mail);
	if (!address)
		return g_steal_pointer(&name);
	return g_strdup_printf("%s <%s>", name, mail);
}

/* What an attendee says; NULL for one who has not spoken yet. */
static const char *
partstat_words(const char *partstat)
{
	static const char *const words[][2] = { { "ACCEPTED", "accepted" },
		{ "DECLINED", "declined" },
		{ "TENTATIVE", "accepted tentatively" },
		{ "DELEGATED", "delegated" }, { "COMPLETED", "completed" },
		{ "IN-PROCESS", "in process" } };

	for (gsize i = 0; partstat != NULL && i < G_N_ELEMENTS(words); i++)
		if (g_ascii_strcasecmp(partstat, words[i][0]) == 0)
			return words[i][1];
	return NULL;
}

static void
read_attendee(Event *event, const Property *property)
{
	g_autofree char *partstat = parameter(property, "PARTSTAT");
	const char *words = partstat_words(partstat);

	event->attending++;
	if (event->attendees->len < ATTENDEES_NAMED)
		g_ptr_array_add(event->attendees, person(property, FALSE));
	if (event->answer == NULL && words != NULL) {
		g_autofree char *name = person(property, TRUE);

		event->answer = g_strdup_printf("%s: %s", name, words);
	}
}

/* The first of a kind counts. */
static void
read_text(char **text, const Property *property)
{
	if (*text == NULL)
		*text = unescape(property->value);
}

static void
read_time(TdCalendarTime *time, const Property *property)
{
	g_autofree char *zone = parameter(property, "TZID");

	if (!time->known)
		td_calendar_time_read(time, property->value, zone);
}

static void
read_property(Event *event, const Property *property)
{
	const struct {
		const char *name;
		char **text;
	} texts[] = { { "SUMMARY", &event->what },
		{ "LOCATION", &event->where },
		{ "DESCRIPTION", &event->description },
		{ "STATUS", &event->status }, { "RRULE", &event->rule },
		{ "DURATION", &event->duration },
		{ "COMMENT", &event->comment } };
	const char *name = property->name;

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		if (g_ascii_strcasecmp(name, texts[i].name) == 0)
			read_text(texts[i].text, property);
	if (g_ascii_strcasecmp(name, "ORGANIZER") == 0 &&
	    event->organizer == NULL)
		event->organizer = person(property, TRUE);
	else if (g_ascii_strcasecmp(name, "ATTENDEE") == 0)
		read_attendee(event, property);
	else if (g_ascii_strcasecmp(name, "DTSTART") == 0)
		read_time(&event->start, property);
	else if (g_ascii_strcasecmp(name, "DTEND") == 0 ||
	    g_ascii_strcasecmp(name, "DUE") == 0)
		read_time(&event->end, property);
}

/* What the whole is called. */
static const char *
title_of(const Reader *reader, const Event *event)
{
	static const char *const titles[][2] = { { "REQUEST", "Invitation" },
		{ "CANCEL", "Cancelled" },
		{ "REPLY", "Answer to an invitation" },
		{ "COUNTER", "Another time is proposed" },
		{ "DECLINECOUNTER", "The proposed time is declined" },
		{ "ADD", "Further dates" } };
	const char *method = reader->method == NULL ? "" : reader->method;

	if (event->status != NULL &&
	    g_ascii_strcasecmp(event->status, "CANCELLED") == 0)
		method = "CANCEL";
	for (gsize i = 0; i < G_N_ELEMENTS(titles); i++)
		if (g_ascii_strcasecmp(method, titles[i][0]) == 0)
			return titles[i][1];
	return strcmp(event->kind, "VTODO") == 0 ? "Task" : "Calendar";
}

static void
tell_people(GString *text, const Event *event)
{
	g_autoptr(GString) names = g_string_new(NULL);

	td_summary_line(text, "Organiser", event->organizer);
	for (guint i = 0; i < event->attendees->len; i++)
		g_string_append_printf(names, "%s%s", i > 0 ? ", " : "",
		    (const char *)g_ptr_array_index(event->attendees, i));
	if (event->attending > event->attendees->len)
		g_string_append_printf(names, " and %u more",
		    event->attending - event->attendees->len);
	td_summary_line(text, "Attendees", names->str);
}

static void
tell(Reader *reader, const Event *event)
{
	g_autofree char *when = td_calendar_span(
	    &event->start, &event->end, event->duration);
	g_autofree char *rule = td_calendar_rule(event->rule);
	gboolean reply = reader->method != NULL &&
	    g_ascii_strcasecmp(reader->method, "REPLY") == 0;
	GString *text = reader->text;

	td_summary_begin(text, title_of(reader, event));
	td_summary_line(text, "What", event->what);
	td_summary_line(text, "When", when);
	td_summary_line(text, "Repeats", rule);
	td_summary_line(text, "Where", event->where);
	if (reply)
		td_summary_line(text, "Answer", event->answer);
	else
		tell_people(text, event);
	td_summary_line(text, "Comment", event->comment);
	if (reader->whole && event->description != NULL)
		td_summary_lines(text, event->description, DESCRIPTION_LINES,
		    DESCRIPTION_MAX);
	reader->told++;
}

static gboolean
is_event(const char *kind)
{
	return g_ascii_strcasecmp(kind, "VEVENT") == 0 ||
	    g_ascii_strcasecmp(kind, "VTODO") == 0 ||
	    g_ascii_strcasecmp(kind, "VJOURNAL") == 0;
}

static void
end_event(Reader *reader)
{
	if (reader->told < EVENTS_MAX)
		tell(reader, reader->event);
	else
		reader->more++;
	g_clear_pointer(&reader->event, free_event);
}

/* Alarms stand in events, and have descriptions of their own. */
static void
read_line(Reader *reader, const Property *property)
{
	gboolean begins = g_ascii_strcasecmp(property->name, "BEGIN") == 0;
	gboolean ends = g_ascii_strcasecmp(property->name, "END") == 0;

	if (begins) {
		reader->depth++;
		if (reader->depth == 2 && is_event(property->value))
			reader->event = new_event(property->value);
	} else if (ends) {
		if (reader->depth == 2 && reader->event != NULL)
			end_event(reader);
		reader->depth -= reader->depth > 0;
	} else if (reader->depth == 2 && reader->event != NULL) {
		read_property(reader->event, property);
	} else if (reader->depth == 1 &&
	    g_ascii_strcasecmp(property->name, "METHOD") == 0) {
		g_free(reader->method);
		reader->method = g_strdup(property->value);
	}
}

char *
td_calendar_summary(const char *calendar, const char *method, gboolean whole)
{
	Reader reader = { .whole = whole, .method = g_strdup(method) };
	Property property;

	reader.text = g_string_new(NULL);
	while ((property.line = next_line(&calendar)) != NULL) {
		if (split(&property))
			read_line(&reader, &property);
		g_free(property.line);
	}
	/* One that was cut off is told as far as it goes. */
	if (reader.event != NULL)
		end_event(&reader);
	if (reader.more > 0)
		g_string_append_printf(
		    reader.text, "\nEvents not shown: %u\n", reader.more);
	g_free(reader.method);
	if (reader.told == 0) {
		g_string_free(reader.text, TRUE);
		return NULL;
	}
	return g_string_free(reader.text, FALSE);
}
