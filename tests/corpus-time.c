/* corpus-time.c - how long a mail takes, see corpus.h
 *
 * In one process, one mail after the other.  A whole mbox file counts as one
 * mail, which is how it is read. */

#include "config.h"

#include <time.h>

#include "corpus.h"

/* A mail is read several times, and as often as there is time for. */
#define TURNS_LEAST 3
#define TURNS_MOST 15
#define ENOUGH_MS 5.0

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

typedef struct {
	double ms;
	const char *path;
} Time;

static double
cpu_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int
compare_ms(gconstpointer a, gconstpointer b)
{
	double one = *(const double *)a, other = *(const double *)b;

	return (one > other) - (one < other);
}

static int
compare_times(gconstpointer a, gconstpointer b)
{
	const Time *one = a, *other = b;

	return (one->ms > other->ms) - (one->ms < other->ms);
}

/* Other processes disturb even the CPU's time, so the median of some turns. */
static double
measure(GBytes *bytes)
{
	double turns[TURNS_MOST];
	double all = 0;
	guint count = 0;
	gsize size;
	const char *raw = g_bytes_get_data(bytes, &size);

	while (count < TURNS_MOST && (count < TURNS_LEAST || all < ENOUGH_MS)) {
		double start = cpu_ms();
		g_autoptr(TdMessage) message = td_message_parse(raw, size);

		turns[count] = cpu_ms() - start;
		all += turns[count++];
	}
	qsort(turns, count, sizeof(*turns), compare_ms);
	return turns[count / 2];
}

static void
report_times(GArray *times, CorpusReport *report)
{
	const Time *time = (const Time *)(gpointer)times->data;
	guint last = times->len - 1;
	double all = 0;

	g_array_sort(times, compare_times);
	for (guint i = 0; i < times->len; i++)
		all += time[i].ms;
	corpus_report_time(
	    report, "median", "CPU of a mail, median", time[last / 2].ms, "");
	corpus_report_time(report, "mean", "mean", all / times->len, "");
	corpus_report_time(report, "percentile_99", "99th percentile",
	    time[(guint)(last * 0.99)].ms, "");
	for (guint i = 0; i < 5 && i <= last; i++) {
		g_autofree char *name = i == 0
		    ? g_strdup("worst")
		    : g_strdup_printf("worst_%u", i + 1);

		corpus_report_time(report, name, i == 0 ? "worst" : "  then",
		    time[last - i].ms, time[last - i].path);
	}
}

void
corpus_judge_times(const Corpus *corpus, CorpusReport *report)
{
	g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(Time));

	if (SANITIZED)
		return;
	corpus_report_section(report, "times", "Times");
	for (guint i = 0; i < corpus->mails->len; i++) {
		const CorpusMail *mail = g_ptr_array_index(corpus->mails, i);
		g_autoptr(GBytes) bytes = NULL;
		Time time = { .path = mail->path };

		/* What ended another process would end this one. */
		if (mail->fate != CORPUS_FINE)
			continue;
		bytes = corpus_bytes(corpus, mail, NULL);
		if (bytes == NULL)
			continue;
		time.ms = measure(bytes);
		g_array_append_val(times, time);
	}
	if (times->len > 0)
		report_times(times, report);
}
