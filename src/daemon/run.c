/* run.c - the daemon proper: start, signals, end */

#include "config.h"

#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <glib-unix.h>

#include <ticketd/clock.h>
#include <ticketd/error.h>
#include <ticketd/log.h>
#include <ticketd/message.h>
#include <ticketd/outbox.h>

#include "daemon/daemon.h"
#include "daemon/sandbox.h"

/* A `ticketd --deliver` that has the store is done in less. */
#define LOCK_WAIT_S 10
/* Looks for a signal to stop so often meanwhile. */
#define LOCK_SLICE_MS 500u
#define FULL_RETRY_S 5
/* For messages whose end was received, and requests. */
#define GRACE_MS 30000u
/* Then whoever waits for the outbox has waited enough. */
#define OUTBOX_GRACE_MS 500u
/* How often the desk looks at its clock. */
#define TICK_S 30u
/* ... and whether reading a mail takes too long. */
#define LOOK_S 3u

typedef struct {
	GMainLoop *loop;
	TdService *service;
	TdOutbox *outbox;
	TdServer *server;
	TdTicker *ticker;
	TdSandbox sandbox;
	gboolean stopping;
	int status; /* to exit with */
} Daemon;

/* Before the main loop runs. */
static volatile sig_atomic_t stop_asked;

static void
ask_to_stop(int signal_number G_GNUC_UNUSED)
{
	stop_asked = 1;
}

static int
fail_start(const GError *error)
{
	fprintf(stderr, "ticketd: %s\n", error->message);
	return td_error_to_exit(error);
}

/* ---- opening the store ---- */

static void
sleep_unless_stopped(gint64 until)
{
	while (!stop_asked && g_get_monotonic_time() < until)
		g_usleep(LOCK_SLICE_MS * 1000 / 5);
}

/* Waits for the disk to have room, and for another process to let go of the
 * store.  NULL without an error: told to stop. */
static TdService *
open_patiently(TdConf *conf, GError **error)
{
	gint64 until = g_get_monotonic_time() + LOCK_WAIT_S * G_USEC_PER_SEC;

	while (!stop_asked) {
		g_autoptr(GError) failed = NULL;
		TdService *service = td_service_open(
		    conf, LOCK_SLICE_MS, &failed);
		gint64 now = g_get_monotonic_time();

		if (service != NULL)
			return service;
		if (!g_error_matches(failed, TD_ERROR, TD_ERROR_AGAIN) ||
		    (now >= until && !td_store_is_full(conf->store))) {
			g_propagate_error(error, g_steal_pointer(&failed));
			return NULL;
		}
		if (!td_store_is_full(conf->store)) {
			sleep_unless_stopped(now + G_USEC_PER_SEC / 10);
			continue;
		}
		td_log_error("start", failed);
		td_notify("STATUS=waiting for room on the disk\n"
		          "EXTEND_TIMEOUT_USEC=15000000");
		sleep_unless_stopped(now + FULL_RETRY_S * G_USEC_PER_SEC);
	}
	return NULL;
}

/* ---- the outbox ---- */

static TdFate
worst_fate(const TdDelivery *delivery, const char **answer)
{
	TdFate worst = TD_FATE_SENT;

	*answer = "";
	for (guint i = 0; delivery->row->recipients[i] != NULL; i++) {
		if (i > 0 && delivery->fates[i] <= worst)
			continue;
		worst = delivery->fates[i];
		*answer = delivery->answers[i];
	}
	return worst;
}

static void
log_sent(const TdDelivery *delivery)
{
	static const char *const names[] = {
		[TD_FATE_SENT] = "sent",
		[TD_FATE_DEFERRED] = "deferred",
		[TD_FATE_FAILED] = "failed",
	};
	g_autofree char *to = g_strjoinv(",", delivery->row->recipients);
	const char *answer;
	TdFate fate = worst_fate(delivery, &answer);
	char ticket[24];

	g_snprintf(ticket, sizeof(ticket), "%" G_GUINT64_FORMAT,
	    delivery->row->ticket);
	td_log(fate == TD_FATE_FAILED ? TD_LOG_WARNING : TD_LOG_INFO, "sent",
	    "ticket", ticket, "to", to, "result", names[fate], "answer", answer,
	    NULL);
}

/* TdOutboxReport */
static gboolean
report(TdTxn *txn, const TdDelivery *delivery, gpointer data, GError **error)
{
	Daemon *daemon = data;
	g_autoptr(TdDesk) desk = td_service_desk(daemon->service);

	if (!td_desk_delivered(desk, txn, delivery, td_clock_now(), error))
		return FALSE;
	log_sent(delivery);
	return TRUE;
}

static void
wake_outbox(gpointer data)
{
	td_outbox_wake(data);
}

static gboolean
flush_outbox(gpointer data, gboolean all, gboolean wait, GError **error)
{
	return td_outbox_flush(data, all, wait, error);
}

static gboolean
start_outbox(Daemon *daemon, GError **error)
{
	g_autoptr(TdDesk) desk = td_service_desk(daemon->service);

	daemon->outbox = td_outbox_new(td_desk_conf(desk),
	    td_service_store(daemon->service),
	    td_service_writer(daemon->service), report, daemon, error);
	if (daemon->outbox == NULL)
		return FALSE;
	td_service_set_outbox(
	    daemon->service, wake_outbox, flush_outbox, daemon->outbox);
	return TRUE;
}

/* ---- the clock ---- */

static gboolean
tick(gpointer data)
{
	Daemon *daemon = data;

	if (daemon->ticker != NULL)
		td_ticker_run(daemon->ticker);
	return G_SOURCE_CONTINUE;
}

/* A thread cannot be ended from outside.  What was answered is on disk. */
static gboolean
end_if_stuck(gpointer data)
{
	Daemon *daemon = data;
	g_autofree char *digest = td_service_stuck(daemon->service);

	if (digest == NULL)
		return G_SOURCE_CONTINUE;
	td_log(TD_LOG_CRITICAL, "poison", "digest", digest, "result",
	    "takes too long to read; ends, to try it in another process", NULL);
	_exit(EX_SOFTWARE);
}

static void
start_clock(Daemon *daemon)
{
	daemon->ticker = td_ticker_new(daemon->service);
	td_ticker_run(daemon->ticker);
	g_timeout_add_seconds(TICK_S, tick, daemon);
	g_timeout_add_seconds(LOOK_S, end_if_stuck, daemon);
}

/* ---- signals ---- */

static void
quit(gpointer data)
{
	Daemon *daemon = data;

	g_main_loop_quit(daemon->loop);
}

static gboolean
end_outbox(gpointer data)
{
	Daemon *daemon = data;

	g_clear_pointer(&daemon->outbox, td_outbox_free);
	return G_SOURCE_REMOVE;
}

/* The second time at once. */
static gboolean
stop(gpointer data)
{
	Daemon *daemon = data;

	if (daemon->stopping) {
		quit(daemon);
		return G_SOURCE_CONTINUE;
	}
	daemon->stopping = TRUE;
	td_log(TD_LOG_NOTICE, "stop", NULL);
	td_notify("STOPPING=1");
	g_clear_pointer(&daemon->ticker, td_ticker_free);
	/* What is queued from here on is for the next start. */
	td_service_set_outbox(daemon->service, NULL, NULL, NULL);
	g_timeout_add(OUTBOX_GRACE_MS, end_outbox, daemon);
	td_server_stop(daemon->server, GRACE_MS, quit, daemon);
	return G_SOURCE_CONTINUE;
}

static gboolean
stop_at_once(gpointer data)
{
	stop(data);
	return G_SOURCE_REMOVE;
}

static gboolean
end_lost(gpointer data)
{
	Daemon *daemon = data;

	td_log(TD_LOG_CRITICAL, "store", "error",
	    "the disk or the store failed: to be started again, to find out by "
	    "recovery what is on the disk",
	    NULL);
	daemon->status = EX_TEMPFAIL;
	if (!daemon->stopping)
		stop(daemon);
	return G_SOURCE_REMOVE;
}

/* TdLostFunc, on any thread. */
static void
lose_store(gpointer data)
{
	g_idle_add(end_lost, data);
}

/* Who is in it may do less than was meant, which nothing else shows. */
static void
tell_unknown_group(const Daemon *daemon)
{
	g_autoptr(TdDesk) desk = td_service_desk(daemon->service);
	const char *name = td_desk_conf(desk)->admin_group;
	g_autofree char *text = NULL;

	if (name == NULL || getgrnam(name) != NULL)
		return;
	text = g_strdup_printf(
	    "there is no group \"%s\", which admin-group names: none of its "
	    "members may do what takes it",
	    name);
	td_log(TD_LOG_WARNING, "control", "error", text, NULL);
}

/* Of a place that the configuration did not name at the start the system says
 * that reading is not permitted, whatever its mode is. */
static void
tell_failed_reload(const Daemon *daemon, const GError *error)
{
	td_log_error("reload", error);
	if (daemon->sandbox.landlock > 0 &&
	    strstr(error->message, g_strerror(EACCES)) != NULL)
		td_log(TD_LOG_WARNING, "reload", "error",
		    "what was not named when ticketd started is closed to it: "
		    "restart it to read another place",
		    NULL);
}

static gboolean
reload(gpointer data)
{
	Daemon *daemon = data;
	g_autoptr(GError) error = NULL;
	g_autofree char *state = g_strdup_printf(
	    "RELOADING=1\nMONOTONIC_USEC=%" G_GINT64_FORMAT,
	    g_get_monotonic_time());

	if (daemon->stopping)
		return G_SOURCE_CONTINUE;
	td_notify(state);
	if (td_service_reload(daemon->service, &error)) {
		td_log(TD_LOG_NOTICE, "reload", "result", "ok", NULL);
		tell_unknown_group(daemon);
	} else
		tell_failed_reload(daemon, error);
	td_notify("READY=1");
	return G_SOURCE_CONTINUE;
}

static gboolean
feed_watchdog(gpointer unused G_GNUC_UNUSED)
{
	td_notify("WATCHDOG=1");
	return G_SOURCE_CONTINUE;
}

static void
watch_signals(Daemon *daemon)
{
	guint watchdog_ms = td_notify_watchdog_ms();

	g_unix_signal_add(SIGTERM, stop, daemon);
	g_unix_signal_add(SIGINT, stop, daemon);
	g_unix_signal_add(SIGHUP, reload, daemon);
	if (watchdog_ms > 0)
		g_timeout_add(watchdog_ms, feed_watchdog, NULL);
	/* It may have come before. */
	if (stop_asked)
		g_idle_add(stop_at_once, daemon);
}

/* ---- from start to end ---- */

static void
prepare_process(gboolean debug)
{
	const struct sigaction asked = { .sa_handler = ask_to_stop };

	td_privileges_begin(debug);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	sigaction(SIGTERM, &asked, NULL);
	sigaction(SIGINT, &asked, NULL);
	td_log_open("ticketd", debug ? TD_LOG_DEBUG : TD_LOG_INFO);
	td_message_init();
}

static TdService *
open_service(TdSandbox *sandbox, const char *conf_path, GError **error)
{
	g_autoptr(TdConf) conf = td_conf_load(conf_path, error);
	TdService *service;

	if (conf == NULL || !td_owner_become(conf, error) ||
	    !td_sandbox_close_files(sandbox, conf, error))
		return NULL;
	service = open_patiently(conf, error);
	if (service != NULL)
		conf = NULL; /* the service's now */
	return service;
}

static gboolean
close_up(Daemon *daemon, GError **error)
{
#ifndef TD_SANITIZED
	/* Its own handlers say more. */
	td_service_catch_faults(daemon->service);
#endif
	if (!td_sandbox_close_calls(&daemon->sandbox, error))
		return FALSE;
	td_sandbox_log(&daemon->sandbox);
	td_service_set_parser_start(
	    daemon->service, td_sandbox_enter_parser, &daemon->sandbox);
	return TRUE;
}

static void
work(Daemon *daemon)
{
	daemon->loop = g_main_loop_new(NULL, FALSE);
	td_log(TD_LOG_NOTICE, "start", "version", PACKAGE_VERSION, NULL);
	tell_unknown_group(daemon);
	td_notify("READY=1\nSTATUS=");
	fputs("ready\n", stderr);
	watch_signals(daemon);
	td_store_on_lost(td_service_store(daemon->service), lose_store, daemon);
	start_clock(daemon);
	g_main_loop_run(daemon->loop);
}

static void
finish(Daemon *daemon)
{
	td_service_set_outbox(daemon->service, NULL, NULL, NULL);
	g_clear_pointer(&daemon->outbox, td_outbox_free);
	td_server_free(daemon->server);
	td_ticker_free(daemon->ticker);
	td_service_free(daemon->service);
	g_clear_pointer(&daemon->loop, g_main_loop_unref);
}

int
td_daemon_run(const char *conf_path, gboolean debug)
{
	Daemon daemon = { .loop = NULL };
	g_autoptr(GError) error = NULL;

	prepare_process(debug);
	daemon.sandbox.audit = debug;
	daemon.service = open_service(&daemon.sandbox, conf_path, &error);
	if (daemon.service == NULL)
		return error == NULL ? EX_OK : fail_start(error);

	if (start_outbox(&daemon, &error))
		daemon.server = td_server_new(daemon.service, &error);
	if (daemon.server != NULL && close_up(&daemon, &error))
		work(&daemon);
	else
		daemon.status = fail_start(error);
	finish(&daemon);
	return daemon.status;
}
