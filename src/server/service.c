/* service.c - the open desk: store, writer, rules */

#include "config.h"

#include <ticketd/error.h>

#include "server/service-private.h"

struct TdService {
	TdStore *store;
	TdWriter *writer;
	char *scratch;    /* directory for files that need not last, or NULL */
	GMutex changing;  /* held while a desk takes another's place */
	GPtrArray *confs; /* of TdConf, the newest last: desks that somebody
	                   * still uses borrow the older ones */
	GMutex lock;      /* of all below */
	TdDesk *desk;
	TdParsers *parsers;
	TdPoison *poison;
	gboolean poison_opened;
	TdWakeFunc wake;
	TdFlushFunc flush;
	gpointer outbox;
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

	td_parsers_free(service->parsers);
	td_writer_free(service->writer);
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

TdPoison *
td_service_poison(TdService *service)
{
	TdPoison *poison;

	g_mutex_lock(&service->lock);
	if (!service->poison_opened && service->scratch != NULL) {
		service->poison = td_poison_open(service->scratch, NULL);
		service->poison_opened = TRUE;
	}
	poison = service->poison;
	g_mutex_unlock(&service->lock);
	return poison;
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
