/* fuzz-holidays.c - any bytes as an iCalendar file of holidays
 *
 * The first byte picks the zone. */

#include "config.h"

#include <sys/mman.h>
#include <unistd.h>

#include <ticketd/calendar.h>
#include <ticketd/error.h>

#include "fuzz.h"

static const char *const zones[] = { "UTC", "Europe/Berlin",
	"Australia/Lord_Howe", "America/New_York" };

static void
check_error(const GError *error)
{
	g_assert_nonnull(error);
	g_assert_true(error->domain == TD_ERROR);
	g_assert_cmpint(error->code, ==, TD_ERROR_CONFIG);
	fuzz_check_text(error->message);
}

/* In order, without overlap; and counting takes them. */
static void
check_stretches(GTimeZone *zone, GArray *stretches)
{
	g_autoptr(GArray) hours = g_array_new(FALSE, FALSE, sizeof(TdSpan));
	const TdCalendar calendar = {
		.hours = hours, .zone = zone, .openings = stretches
	};
	gint64 end = G_MININT64, total = 0;

	for (guint i = 0; i < stretches->len; i++) {
		const TdStretch *stretch = &g_array_index(
		    stretches, TdStretch, i);

		g_assert_cmpint(stretch->start, >, end);
		g_assert_cmpint(stretch->end, >, stretch->start);
		end = stretch->end;
		total += stretch->end - MAX(stretch->start, 0);
	}
	if (stretches->len > 0 &&
	    g_array_index(stretches, TdStretch, 0).start >= 0)
		g_assert_cmpint(
		    td_calendar_between(&calendar, 0, end), ==, total);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
	g_autoptr(GTimeZone) zone = NULL;
	g_autoptr(GArray) stretches = NULL;
	g_autoptr(GError) error = NULL;
	g_autofree char *path = NULL;
	char *files[] = { NULL, NULL };
	int file;

	if (size == 0)
		return 0;
	zone = g_time_zone_new_identifier(zones[data[0] % G_N_ELEMENTS(zones)]);
	file = memfd_create("fuzz-holidays", MFD_CLOEXEC);
	g_assert_cmpint(file, >=, 0);
	g_assert_cmpint(write(file, data + 1, size - 1), ==, (gssize)size - 1);
	path = g_strdup_printf("/proc/self/fd/%d", file);
	files[0] = path;
	if (td_calendar_read_events(files, zone, &stretches, &error))
		check_stretches(zone, stretches);
	else
		check_error(error);
	close(file);
	return 0;
}
