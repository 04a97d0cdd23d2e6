/* progress.c - a bar on the terminal for what takes a while */

#include "config.h"

#include <unistd.h>

#include "cli/cli.h"

#define BAR_COLUMNS 30u
#define REDRAW_US (100 * G_TIME_SPAN_MILLISECOND)

struct TdProgress {
	const char *label;
	gint64 drawn; /* monotonic us, 0: never */
	gboolean terminal;
};

TdProgress *
td_progress_new(const char *label)
{
	TdProgress *progress = g_new0(TdProgress, 1);

	progress->label = label;
	progress->terminal = isatty(STDERR_FILENO) == 1;
	return progress;
}

void
td_progress_set(TdProgress *progress, guint64 done, guint64 total)
{
	gint64 now = g_get_monotonic_time();
	guint64 full = total == 0 ? 0 : MIN(done, total) * BAR_COLUMNS / total;
	char bar[BAR_COLUMNS + 1];

	if (!progress->terminal ||
	    (progress->drawn != 0 && now - progress->drawn < REDRAW_US))
		return;

	for (guint i = 0; i < BAR_COLUMNS; i++)
		bar[i] = i < full ? '#' : '.';
	bar[BAR_COLUMNS] = '\0';
	fprintf(stderr,
	    "\r%s [%s] %" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT "\033[K",
	    progress->label, bar, MIN(done, total), total);
	fflush(stderr);
	progress->drawn = now;
}

void
td_progress_free(TdProgress *progress)
{
	if (progress == NULL)
		return;
	if (progress->drawn != 0) {
		fputs("\r\033[K", stderr);
		fflush(stderr);
	}
	g_free(progress);
}
