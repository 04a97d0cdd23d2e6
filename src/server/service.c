/* service.c - the open desk: store, writer, rules */

#include "config.h"

#include <ticketd/error.h>

#include "server/fault.h"
#include "server/helper.h"
#include "server/service-private.h"

/* Of the memory for mail that comes in, this part of it may be read at once;
 * read, it takes eight times its size at the very most. */
#define READING_SHARE 4
#define READING_MIN ((gsize)1024 * 1024)

struct TdService {
	TdStore *store;
	TdWriter *writer;
	TdReading *reading;
	char *scratch;    /* directory for files that need not last, or NULL */
	GMutex changing;  /* held while a desk takes another's place */
	GPtrArray *confs; /* of TdConf, the newest last: desks that somebody
	                   * still uses borrow the older ones */
	GMutex lock;      /* of all below */
	TdDesk *desk;
	TdParsers *parsers;
	TdPoison *poison;
	gboolean poison_opened;
	TdBackup *backup; /* the last one, or NULL */
	guint64 backup_id;
	TdWakeFunc wake;
	TdFlushFunc flush;
	gpointer outbox;
	TdThreadFunc parser_start;
	gpointer parser_data;
};

/* ---- the desk ---- */

typedef struct {
	const TdConf *conf;
	TdDesk *desk;
} DeskJob;

/* TdWriteFunc; may run twice. */
static gboolean
make_desk(TdTxn *txn, gpointer data, GError **error)
{
	DeskJob *job = data;

	g_clear_pointer(&job->desk, td_desk_unref);
	job->desk = td_desk_new(job->conf, txn, error);
	return job->desk != NULL;
}

static gboolean
replace_desk(TdService *service, const TdConf *conf, GError **error)
{
	DeskJob job = { .conf = conf };
	TdDesk *before;

	if (!td_writer_run(service->writer, make_desk, &job, error)) {
		td_desk_unref(job.desk);
		return FALSE;
	}
	g_mutex_lock(&service->lock);
	before = service->desk;
	service->desk = job.desk;
	g_mutex_unlock(&service->lock);
	g_clear_pointer(&before, td_desk_unref);
	return TRUE;
}

TdDesk *
td_service_desk(TdService *service)
{
	TdDesk *desk;

	g_mutex_lock(&service->lock);
	desk = td_desk_ref(service->desk);
	g_mutex_unlock(&service->lock);
	return desk;
}

static gboolean
reload(TdService *service, GError **error)
{
	const TdConf *newest = g_ptr_array_index(
	    service->confs, service->confs->len - 1);
	g_autoptr(TdConf) conf = td_conf_load(newest->path, error);

	if (conf == NULL || !replace_desk(service, conf, error))
		return FALSE;
	g_ptr_array_add(service->confs, g_steal_pointer(&conf));
	return TRUE;
}

gboolean
td_service_reload(TdService *service, GError **error)
{
	gboolean done;

	g_mutex_lock(&service->changing);
	done = reload(service, error);
	g_mutex_unlock(&service->changing);
	return done;
}

gboolean
td_service_renew_desk(TdService *service, GError **error)
{
	gboolean done;

	g_mutex_lock(&service->changing);
	done = replace_desk(service,
	    g_ptr_array_index(service->confs, service->confs->len - 1), error);
	g_mutex_unlock(&service->changing);
	return done;
}

/* ---- open and close ---- */

static TdService *
finish_open(TdStore *store, TdConf *conf, GError **error)
{
	g_autoptr(TdService) service = g_new0(TdService, 1);

	td_desk_limit_mail(conf);
	g_mutex_init(&service->lock);
	g_mutex_init(&service->changing);
	service->confs = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_conf_free);
	service->store = store;
	service->writer = td_writer_new(store);
	service->reading = td_reading_new(
	    MAX((gsize)conf->lmtp_memory / READING_SHARE, READING_MIN));
	if (!replace_desk(service, conf, error))
		return NULL;
	g_ptr_array_add(service->confs, conf);
	return g_steal_pointer(&service);
}

TdService *
td_service_open(TdConf *conf, guint wait_ms, GError **error)
{
	TdStore *store = td_store_open(
	    conf->store, conf->cache_size, wait_ms, error);
	TdService *service;

	if (store == NULL)
		return NULL;
	service = finish_open(store, conf, error);
	if (service != NULL)
		service->scratch = g_build_filename(conf->store, "tmp", NULL);
	return service;
}

TdService *
td_service_open_empty(TdConf *conf, GError **error)
{
	TdStore *store = td_store_open_memory(error);

	return store == NULL ? NULL : finish_open(store, conf, error);
}

void
td_service_free(TdService *service)
{
	if (service == NULL)
		return;

	td_backup_unref(service->backup);
	td_parsers_free(service->parsers);
	td_writer_free(service->writer);
	td_reading_free(service->reading);
	td_poison_free(service->poison);
	g_clear_pointer(&service->desk, td_desk_unref);
	td_store_close(service->store);
	g_ptr_array_unref(service->confs);
	g_mutex_clear(&service->lock);
	g_mutex_clear(&service->changing);
	g_free(service->scratch);
	g_free(service);
}

/* ---- parts ---- */

TdStore *
td_service_store(TdService *service)
{
	return service->store;
}

TdWriter *
td_service_writer(TdService *service)
{
	return service->writer;
}

const char *
td_service_scratch(TdService *service)
{
	return service->scratch;
}

TdReading *
td_service_reading(TdService *service)
{
	return service->reading;
}

TdParsers *
td_service_parsers(TdService *service)
{
	TdParsers *parsers;

	g_mutex_lock(&service->lock);
	if (service->parsers == NULL)
		service->parsers = td_parsers_new();
	parsers = service->parsers;
	g_mutex_unlock(&service->lock);
	return parsers;
}

void
td_service_set_parser_start(
    TdService *service, TdThreadFunc start, gpointer data)
{
	service->parser_start = start;
	service->parser_data = data;
}

void
td_service_start_parser(TdService *service)
{
	if (service->parser_start != NULL)
		service->parser_start(service->parser_data);
}

TdPoison *
td_service_poison(TdService *service)
{
	TdPoison *poison;

	g_mutex_lock(&service->lock);
	if (!service->poison_opened && service->scratch != NULL) {
		const TdConf *conf = td_desk_conf(service->desk);
		g_autofree char *seconds = g_strdup_printf(
		    "--seconds=%u", conf->mail_seconds);
		g_auto(GStrv)
		    parser = td_helper_arguments(conf, "--parse", seconds);

		service->poison = td_poison_open(
		    service->scratch, (const char *const *)parser);
		service->poison_opened = TRUE;
	}
	poison = service->poison;
	g_mutex_unlock(&service->lock);
	return poison;
}

void
td_service_catch_faults(TdService *service)
{
	td_service_poison(service);
	td_faults_catch();
}

char *
td_service_stuck(TdService *service)
{
	TdPoison *poison;
	guint seconds;

	g_mutex_lock(&service->lock);
	poison = service->poison;
	seconds = td_desk_conf(service->desk)->mail_seconds;
	g_mutex_unlock(&service->lock);
	return poison == NULL ? NULL : td_poison_stuck(poison, seconds);
}

/* ---- backup ---- */

guint64
td_service_set_backup(TdService *service, TdBackup *backup)
{
	g_autoptr(TdBackup) before = NULL;
	guint64 id;

	g_mutex_lock(&service->lock);
	before = service->backup;
	service->backup = backup;
	id = ++service->backup_id;
	g_mutex_unlock(&service->lock);
	return id;
}

TdBackup *
td_service_backup(TdService *service, guint64 id)
{
	TdBackup *backup = NULL;

	g_mutex_lock(&service->lock);
	if (service->backup != NULL && service->backup_id == id)
		backup = td_backup_ref(service->backup);
	g_mutex_unlock(&service->lock);
	return backup;
}

void
td_service_cancel_backup(TdService *service, guint64 id)
{
	g_mutex_lock(&service->lock);
	if (service->backup != NULL && service->backup_id == id)
		td_backup_cancel(service->backup);
	g_mutex_unlock(&service->lock);
}

/* ---- outbox ---- */

void
td_service_set_outbox(
    TdService *service, TdWakeFunc wake, TdFlushFunc flush, gpointer data)
{
	g_mutex_lock(&service->lock);
	service->wake = wake;
	service->flush = flush;
	service->outbox = data;
	g_mutex_unlock(&service->lock);
}

void
td_service_wake_outbox(TdService *service)
{
	/* Under the lock, so that the outbox is not freed meanwhile. */
	g_mutex_lock(&service->lock);
	if (service->wake != NULL)
		service->wake(service->outbox);
	g_mutex_unlock(&service->lock);
}

gboolean
td_service_flush_outbox(
    TdService *service, gboolean all, gboolean wait, GError **error)
{
	TdFlushFunc flush;
	gpointer outbox;

	g_mutex_lock(&service->lock);
	flush = service->flush;
	outbox = service->outbox;
	g_mutex_unlock(&service->lock);
	if (flush == NULL)
		return td_fail(error, TD_ERROR_REFUSED,
		    "nothing is sent while ticketd does not run");
	return flush(outbox, all, wait, error);
}
