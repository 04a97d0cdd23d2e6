/* ical-file.c - the lines of an iCalendar file, see ical-private.h */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include <glib/gstdio.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "base/ical-private.h"

#define FILE_MAX ((gsize)4 << 20)
#define DEPTH_MAX 16

/* A component that has begun. */
typedef struct {
	char *name;
	guint line;
} Open;

typedef struct {
	TdIcalFile *file;
	const char *at;
	guint line;         /* that begins at .at */
	GArray *open;       /* of Open */
	TdIcalEvent *event; /* or NULL */
	GString *zone;      /* lines of a VTIMEZONE, or NULL */
	gboolean found;
} Reader;

gboolean
td_ical_fail(
    const TdIcalFile *file, guint line, GError **error, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list values;

	va_start(values, format);
	text = g_strdup_vprintf(format, values);
	va_end(values);
	return td_fail(
	    error, TD_ERROR_CONFIG, "%s:%u: %s", file->path, line, text);
}

gboolean
td_ical_spend(TdIcalFile *file, guint line, gint64 steps, GError **error)
{
	if (steps > (gint64)(TD_ICAL_WORK_MAX - *file->work)) {
		*file->work = TD_ICAL_WORK_MAX;
		return td_ical_fail(file, line, error,
		    "too much to work out: more than %u steps for this and the "
		    "files before it; expected fewer events that come again, "
		    "or an UNTIL",
		    TD_ICAL_WORK_MAX);
	}
	*file->work += (guint)steps;
	return TRUE;
}

/* ---- bytes ---- */

/* Nothing but a regular file: others may have no end. */
static char *
read_bytes(const char *path, GError **error)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat status;
	g_autofree char *bytes = NULL;
	gsize size = 0;
	gssize got = 1;

	if (descriptor < 0) {
		td_fail(
		    error, TD_ERROR_CONFIG, "%s: %s", path, g_strerror(errno));
		return NULL;
	}
	if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode)) {
		bytes = g_malloc(FILE_MAX + 2);
		while (got > 0 && size <= FILE_MAX) {
			got = read(
			    descriptor, bytes + size, FILE_MAX + 1 - size);
			size += (gsize)MAX(got, 0);
		}
	}
	g_close(descriptor, NULL);
	if (bytes == NULL || got < 0 || size > FILE_MAX) {
		td_fail(error, TD_ERROR_CONFIG,
		    "%s: cannot be read; expected a file of at most %d MiB",
		    path, (int)(FILE_MAX >> 20));
		return NULL;
	}
	bytes[size] = '\0';
	if (strlen(bytes) != size) {
		td_fail(error, TD_ERROR_CONFIG,
		    "%s: holds a NUL byte; expected an iCalendar file", path);
		return NULL;
	}
	return g_steal_pointer(&bytes);
}

/* The next line, unfolded, the caller's; NULL at the end. */
static char *
next_line(Reader *reader, guint *line)
{
	g_autoptr(GString) text = NULL;

	*line = reader->line;
	while (*reader->at != '\0') {
		gsize length = strcspn(reader->at, "\n"), size = length;

		if (text == NULL)
			text = g_string_new(NULL);
		else if (*reader->at != ' ' && *reader->at != '\t')
			break;
		if (length > 0 && reader->at[length - 1] == '\r')
			size--;
		/* The blank of a folded line is none of its. */
		if (text->len > 0 && size > 0)
			g_string_append_len(
			    text, reader->at + 1, (gssize)size - 1);
		else
			g_string_append_len(text, reader->at, (gssize)size);
		reader->at += length + (reader->at[length] == '\n');
		reader->line++;
	}
	return text == NULL ? NULL
	                    : g_string_free(g_steal_pointer(&text), FALSE);
}

/* ---- components ---- */

static void
clear_open(gpointer data)
{
	g_free(((Open *)data)->name);
}

static const Open *
innermost(const Reader *reader)
{
	return reader->open->len == 0
	    ? NULL
	    : &g_array_index(reader->open, Open, reader->open->len - 1);
}

/* Whether the component that was begun last is @name in a VCALENDAR. */
static gboolean
is_in(const Reader *reader, const char *name)
{
	return reader->open->len == 2 &&
	    strcmp(innermost(reader)->name, name) == 0;
}

static gboolean
begin(Reader *reader, guint line, const char *name, GError **error)
{
	Open open = { g_ascii_strup(name, -1), line };

	g_strchomp(open.name);
	g_array_append_val(reader->open, open);
	if (reader->open->len > DEPTH_MAX)
		return td_ical_fail(reader->file, line, error,
		    "components inside each other; expected at most %d",
		    DEPTH_MAX);
	if (reader->open->len == 1 && strcmp(open.name, "VCALENDAR") != 0)
		return td_ical_fail(reader->file, line, error,
		    "no iCalendar file; expected BEGIN:VCALENDAR");
	reader->found = TRUE;
	if (is_in(reader, "VEVENT"))
		reader->event = td_ical_event_new(line);
	if (is_in(reader, "VTIMEZONE"))
		reader->zone = g_string_new("BEGIN:VTIMEZONE\r\n");
	else if (reader->zone != NULL)
		g_string_append_printf(reader->zone, "BEGIN:%s\r\n", open.name);
	return TRUE;
}

static gboolean
end_event(Reader *reader, GError **error)
{
	g_autoptr(TdIcalEvent) event = g_steal_pointer(&reader->event);

	if (event->period.start.line == 0)
		return td_ical_fail(reader->file, event->line, error,
		    "an event without DTSTART; expected one");
	g_ptr_array_add(reader->file->events, g_steal_pointer(&event));
	return TRUE;
}

static gboolean
end(Reader *reader, guint line, const char *name, GError **error)
{
	g_autofree char *upper = g_strchomp(g_ascii_strup(name, -1));
	const Open *open = innermost(reader);
	gboolean done = TRUE;

	if (open == NULL || strcmp(open->name, upper) != 0) {
		g_autofree char *shown = td_text_printable(upper, 40);

		return td_ical_fail(reader->file, line, error,
		    "END:%s; expected the end of what was begun last", shown);
	}
	if (reader->zone != NULL)
		g_string_append_printf(reader->zone, "END:%s\r\n", upper);
	if (is_in(reader, "VEVENT")) {
		done = end_event(reader, error);
	} else if (is_in(reader, "VTIMEZONE")) {
		g_assert(reader->zone != NULL);
		done = td_ical_zone_add(
		    reader->file, open->line, reader->zone->str, error);
		g_string_free(g_steal_pointer(&reader->zone), TRUE);
	}
	g_array_set_size(reader->open, reader->open->len - 1);
	return done;
}

/* One of a VTIMEZONE, or of what that is made of. */
static gboolean
take_zone_line(Reader *reader, guint line, const char *text, GError **error)
{
	gboolean taken;

	if (!td_ical_zone_takes(reader->file, line, text, &taken, error))
		return FALSE;
	if (taken)
		g_string_append_printf(reader->zone, "%s\r\n", text);
	return TRUE;
}

static gboolean
take_line(Reader *reader, guint line, const char *text, GError **error)
{
	if (g_ascii_strncasecmp(text, "BEGIN:", 6) == 0)
		return begin(reader, line, text + 6, error);
	if (g_ascii_strncasecmp(text, "END:", 4) == 0)
		return end(reader, line, text + 4, error);
	if (reader->open->len == 0)
		return td_text_is_blank(text)
		    ? TRUE
		    : td_ical_fail(reader->file, line, error,
		          "no iCalendar file; expected BEGIN:VCALENDAR");
	if (is_in(reader, "VEVENT"))
		return td_ical_event_take(
		    reader->file, reader->event, line, text, error);
	if (reader->zone != NULL)
		return take_zone_line(reader, line, text, error);
	return TRUE;
}

static gboolean
read_lines(Reader *reader, GError **error)
{
	gboolean done = TRUE;
	guint line;

	while (done) {
		g_autofree char *text = next_line(reader, &line);

		if (text == NULL)
			break;
		done = take_line(reader, line, text, error);
	}
	if (done && reader->open->len > 0)
		return td_ical_fail(reader->file, innermost(reader)->line,
		    error, "BEGIN without END; expected a whole file");
	if (done && !reader->found)
		return td_ical_fail(reader->file, 1, error,
		    "no iCalendar file; expected BEGIN:VCALENDAR");
	return done;
}

/* ---- the file ---- */

static void
free_zone(gpointer zone)
{
	icaltimezone_free(zone, 1);
}

TdIcalFile *
td_ical_file_read(
    const char *path, GTimeZone *zone, guint *work, GError **error)
{
	g_autofree char *bytes = read_bytes(path, error);
	g_autoptr(TdIcalFile) file = NULL;
	Reader reader = { .line = 1 };
	gboolean done;

	if (bytes == NULL)
		return NULL;
	file = g_new0(TdIcalFile, 1);
	file->path = path;
	file->zone = zone;
	file->work = work;
	file->strings = g_string_chunk_new(1024);
	file->events = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_ical_event_free);
	file->zones = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, free_zone);
	file->known = g_hash_table_new_full(
	    g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_time_zone_unref);
	reader.file = file;
	reader.at = g_str_has_prefix(bytes, "\xef\xbb\xbf") ? bytes + 3 : bytes;
	reader.open = g_array_new(FALSE, FALSE, sizeof(Open));
	g_array_set_clear_func(reader.open, clear_open);
	done = read_lines(&reader, error);
	g_array_unref(reader.open);
	td_ical_event_free(reader.event);
	if (reader.zone != NULL)
		g_string_free(reader.zone, TRUE);
	return done ? g_steal_pointer(&file) : NULL;
}

void
td_ical_file_free(TdIcalFile *file)
{
	if (file == NULL)
		return;
	g_ptr_array_unref(file->events);
	g_hash_table_unref(file->zones);
	g_hash_table_unref(file->known);
	g_string_chunk_free(file->strings);
	g_free(file);
}
