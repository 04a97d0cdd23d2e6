/* writer.c - see ticketd/writer.h
 *
 * The writer runs jobs and commits them, many at once; the flusher then puts on
 * disk what was committed, one flush for all of it, and answers, while the
 * writer is at the next jobs: a slow disk holds up nobody's work.  A job that
 * came alone is flushed and answered by the writer, which saves waking the
 * other.
 *
 * If a job fails, its batch is undone and each job tried in a transaction of
 * its own, so that each gets its own error. */

#include "config.h"

#include <ticketd/error.h>
#include <ticketd/writer.h>

#define MOST_JOBS 64u

struct TdWriter {
	TdStore *store; /* borrowed */
	GThread *writer;
	GThread *flusher;
	GMutex mutex;   /* guards what follows */
	GCond work;     /* for the writer: jobs wait, or all is answered */
	GCond answer;   /* for the flusher: jobs are committed, or all ended */
	GQueue waiting; /* of Job */
	GPtrArray *written; /* of Job: committed or failed, to be answered */
	gboolean answering; /* some are just now */
	gboolean stopping;
	gboolean ended; /* the writer */
	guint64 jobs;
	guint64 commits;
};

typedef struct {
	TdWriteFunc work;
	TdWrittenFunc done;
	gpointer data;
	GError *error;
} Job;

static void
free_job(gpointer data)
{
	Job *job = data;

	g_clear_error(&job->error);
	g_free(job);
}

static gboolean
run_job(TdTxn *txn, const Job *job, GError **error)
{
	GError *problem = NULL;

	if (job->work(txn, job->data, &problem))
		return TRUE;
	if (problem == NULL)
		td_fail(&problem, TD_ERROR_AGAIN, "the work was not done");
	g_propagate_error(error, problem);
	return FALSE;
}

/* Begins, runs all of @jobs, commits. */
static gboolean
commit_together(TdWriter *writer, Job *const *jobs, guint count, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_begin(writer->store, error);
	guint i;

	if (txn == NULL)
		return FALSE;
	for (i = 0; i < count; i++)
		if (!run_job(txn, jobs[i], error))
			return FALSE;
	if (!td_txn_commit(txn, error))
		return FALSE;
	g_mutex_lock(&writer->mutex);
	writer->commits++;
	g_mutex_unlock(&writer->mutex);
	return TRUE;
}

static void
commit_each(TdWriter *writer, const GPtrArray *jobs)
{
	guint i;

	for (i = 0; i < jobs->len; i++) {
		Job *job = jobs->pdata[i];

		commit_together(writer, &job, 1, &job->error);
	}
}

static void
write_batch(TdWriter *writer, const GPtrArray *jobs)
{
	Job **first = (Job **)jobs->pdata;
	g_autoptr(GError) error = NULL;

	if (commit_together(writer, first, jobs->len, &error))
		return;
	if (jobs->len == 1)
		first[0]->error = g_steal_pointer(&error);
	else
		commit_each(writer, jobs);
}

/* ---- answers ---- */

static gboolean
is_any_done(const GPtrArray *jobs)
{
	for (guint i = 0; i < jobs->len; i++)
		if (((const Job *)jobs->pdata[i])->error == NULL)
			return TRUE;
	return FALSE;
}

/* Nothing may be answered as done before it is on disk. */
static void
flush(TdWriter *writer, const GPtrArray *jobs)
{
	g_autoptr(GError) error = NULL;

	if (!is_any_done(jobs) || td_store_flush(writer->store, &error))
		return;
	for (guint i = 0; i < jobs->len; i++) {
		Job *job = jobs->pdata[i];

		if (job->error == NULL)
			job->error = g_error_copy(error);
	}
}

static void
answer(TdWriter *writer, const GPtrArray *jobs)
{
	flush(writer, jobs);
	g_mutex_lock(&writer->mutex);
	for (guint i = 0; i < jobs->len; i++)
		writer->jobs += ((const Job *)jobs->pdata[i])->error == NULL;
	g_mutex_unlock(&writer->mutex);

	for (guint i = 0; i < jobs->len; i++) {
		const Job *job = jobs->pdata[i];

		if (job->done != NULL)
			job->done(job->data, job->error);
	}
}

/* With the mutex held, and nobody answering: answers all that are written. */
static void
answer_written(TdWriter *writer)
{
	writer->answering = TRUE;
	while (writer->written->len > 0) {
		g_autoptr(GPtrArray) jobs = g_steal_pointer(&writer->written);

		writer->written = g_ptr_array_new_with_free_func(free_job);
		g_mutex_unlock(&writer->mutex);
		answer(writer, jobs);
		g_mutex_lock(&writer->mutex);
	}
	writer->answering = FALSE;
	if (writer->stopping)
		g_cond_signal(&writer->work);
}

static gpointer
run_flusher(gpointer data)
{
	TdWriter *writer = data;

	g_mutex_lock(&writer->mutex);
	while (!writer->ended) {
		if (writer->written->len > 0 && !writer->answering)
			answer_written(writer);
		else
			g_cond_wait(&writer->answer, &writer->mutex);
	}
	g_mutex_unlock(&writer->mutex);
	return NULL;
}

/* ---- jobs ---- */

static void
hand_over(TdWriter *writer, GPtrArray *jobs)
{
	gboolean alone;

	g_mutex_lock(&writer->mutex);
	alone = jobs->len == 1 && !writer->answering &&
	    g_queue_is_empty(&writer->waiting);
	g_ptr_array_extend_and_steal(writer->written, jobs);
	if (alone)
		answer_written(writer);
	else
		g_cond_signal(&writer->answer);
	g_mutex_unlock(&writer->mutex);
}

/* Whoever gets his answer may push another job. */
static gboolean
is_over(const TdWriter *writer)
{
	return writer->stopping && writer->written->len == 0 &&
	    !writer->answering;
}

/* Waits for jobs and takes up to MOST_JOBS; none at the end. */
static GPtrArray *
take_batch(TdWriter *writer)
{
	GPtrArray *jobs = g_ptr_array_new_with_free_func(free_job);

	g_mutex_lock(&writer->mutex);
	while (g_queue_is_empty(&writer->waiting) && !is_over(writer))
		g_cond_wait(&writer->work, &writer->mutex);
	while (jobs->len < MOST_JOBS && !g_queue_is_empty(&writer->waiting))
		g_ptr_array_add(jobs, g_queue_pop_head(&writer->waiting));
	if (jobs->len == 0) {
		writer->ended = TRUE;
		g_cond_signal(&writer->answer);
	}
	g_mutex_unlock(&writer->mutex);
	return jobs;
}

static gpointer
run_writer(gpointer data)
{
	TdWriter *writer = data;
	GPtrArray *jobs;

	while ((jobs = take_batch(writer))->len > 0) {
		write_batch(writer, jobs);
		hand_over(writer, jobs);
	}
	g_ptr_array_unref(jobs);
	return NULL;
}

TdWriter *
td_writer_new(TdStore *store)
{
	TdWriter *writer = g_new0(TdWriter, 1);

	writer->store = store;
	g_mutex_init(&writer->mutex);
	g_cond_init(&writer->work);
	g_cond_init(&writer->answer);
	g_queue_init(&writer->waiting);
	writer->written = g_ptr_array_new_with_free_func(free_job);
	writer->writer = g_thread_new("writer", run_writer, writer);
	writer->flusher = g_thread_new("flusher", run_flusher, writer);
	return writer;
}

void
td_writer_free(TdWriter *writer)
{
	if (writer == NULL)
		return;

	g_mutex_lock(&writer->mutex);
	writer->stopping = TRUE;
	g_cond_signal(&writer->work);
	g_mutex_unlock(&writer->mutex);
	g_thread_join(writer->writer);
	g_thread_join(writer->flusher);
	g_ptr_array_unref(writer->written);
	g_mutex_clear(&writer->mutex);
	g_cond_clear(&writer->work);
	g_cond_clear(&writer->answer);
	g_free(writer);
}

void
td_writer_push(
    TdWriter *writer, TdWriteFunc work, TdWrittenFunc done, gpointer data)
{
	Job *job = g_new0(Job, 1);

	job->work = work;
	job->done = done;
	job->data = data;
	g_mutex_lock(&writer->mutex);
	g_queue_push_tail(&writer->waiting, job);
	g_cond_signal(&writer->work);
	g_mutex_unlock(&writer->mutex);
}

typedef struct {
	TdWriteFunc work;
	gpointer data;
	GMutex mutex;
	GCond cond;
	gboolean finished;
	GError *error;
} Wait;

static gboolean
run_waited(TdTxn *txn, gpointer data, GError **error)
{
	Wait *wait = data;

	return wait->work(txn, wait->data, error);
}

static void
finish_waited(gpointer data, const GError *error)
{
	Wait *wait = data;

	g_mutex_lock(&wait->mutex);
	wait->finished = TRUE;
	if (error != NULL)
		wait->error = g_error_copy(error);
	g_cond_signal(&wait->cond);
	g_mutex_unlock(&wait->mutex);
}

gboolean
td_writer_run(TdWriter *writer, TdWriteFunc work, gpointer data, GError **error)
{
	Wait wait = { .work = work, .data = data };

	g_return_val_if_fail(g_thread_self() != writer->writer &&
	        g_thread_self() != writer->flusher,
	    FALSE);

	g_mutex_init(&wait.mutex);
	g_cond_init(&wait.cond);
	td_writer_push(writer, run_waited, finish_waited, &wait);
	g_mutex_lock(&wait.mutex);
	while (!wait.finished)
		g_cond_wait(&wait.cond, &wait.mutex);
	g_mutex_unlock(&wait.mutex);
	g_mutex_clear(&wait.mutex);
	g_cond_clear(&wait.cond);
	if (wait.error == NULL)
		return TRUE;
	g_propagate_error(error, wait.error);
	return FALSE;
}

void
td_writer_count(TdWriter *writer, guint64 *jobs, guint64 *commits)
{
	g_mutex_lock(&writer->mutex);
	*jobs = writer->jobs;
	*commits = writer->commits;
	g_mutex_unlock(&writer->mutex);
}
