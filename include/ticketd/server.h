/* server.h - a desk at work: mail in by LMTP, requests in by the control socket
 *
 * TdService is the open desk (store, writer, rules).  The daemon puts sockets
 * in front of it; `ticketd --deliver` and `ticket` without a daemon use it in
 * their own process. */

#ifndef TICKETD_SERVER_H
#define TICKETD_SERVER_H

#include <json-glib/json-glib.h>

#include <ticketd/conf.h>
#include <ticketd/desk.h>
#include <ticketd/store.h>
#include <ticketd/writer.h>

G_BEGIN_DECLS

/* ---- service.c ---- */

typedef struct TdService TdService;

/* Tries to send what is due now (@all: what was put off too); @wait: returns
 * when each such row was tried. */
typedef gboolean (*TdFlushFunc)(
    gpointer data, gboolean all, gboolean wait, GError **error);
typedef void (*TdWakeFunc)(gpointer data);

/* Opens the store of @conf (td_store_open()'s errors), starts the writer and
 * reads the desk.  @conf is taken over on success.  The caller owns the
 * result. */
TdService *td_service_open(TdConf *conf, guint wait_ms, GError **error);

/* A service over a store in memory, for explain where there is no store. */
TdService *td_service_open_empty(TdConf *conf, GError **error);

void td_service_free(TdService *service);

/* The parts; borrowed.  The desk may be replaced (reload, rotated key): hold a
 * reference (td_desk_ref) for as long as it is used; td_service_desk() returns
 * one that the caller owns. */
TdStore *td_service_store(TdService *service);
TdWriter *td_service_writer(TdService *service);
TdDesk *td_service_desk(TdService *service);

/* Reads the configuration again and replaces the desk; on FALSE all stays as
 * it was.  Sockets and [store], [lmtp] keys need a restart. */
gboolean td_service_reload(TdService *service, GError **error);

/* Reads keys and templates again, the configuration stays. */
gboolean td_service_renew_desk(TdService *service, GError **error);

/* How the outbox is woken (after each commit that queued mail) and flushed:
 * the programs set it, for server and outbox do not know each other. */
void td_service_set_outbox(
    TdService *service, TdWakeFunc wake, TdFlushFunc flush, gpointer data);
void td_service_wake_outbox(TdService *service);
gboolean td_service_flush_outbox(
    TdService *service, gboolean all, gboolean wait, GError **error);

/* The digest of a mail that is being read for longer than [message] allows, the
 * caller's; NULL: there is none.  Nothing but the end of the process ends that;
 * the mail is a suspect then. */
char *td_service_stuck(TdService *service);

/* From here on the process notes at which mail one of its threads faults, by
 * handlers of signals: one at which it did three times is filed unread.  For a
 * program, before the first mail. */
void td_service_catch_faults(TdService *service);

/* What each thread that does nothing but read mail does first, so that a
 * program can take from it what that does not need: files, sockets, processes.
 * Before the first mail. */
typedef void (*TdThreadFunc)(gpointer data);
void td_service_set_parser_start(
    TdService *service, TdThreadFunc start, gpointer data);

/* ---- intake.c: one mail, all its recipients, one transaction ---- */

typedef struct {
	char *recipient;
	char *original_recipient; /* ORCPT without "rfc822;", or NULL */
	/* set when done: */
	GError *error; /* NULL: on disk */
	TdOutcome outcome;
	char *rule; /* for the log */
	char *class_name;
	gboolean agent;   /* the mail is an agent's: with */
	guint commands;   /* so many, of which one was */
	gboolean refused; /* refused or mistaken, so that none was done */
	gboolean guess;   /* see td_desk_is_guess() */
} TdIntakeRecipient;

typedef struct TdIntake TdIntake;
typedef void (*TdIntakeDone)(TdIntake *intake, gpointer data);

struct TdIntake {
	char *sender;   /* "" null; NULL not known */
	char *queue_id; /* or NULL */
	char *actor;    /* see TdEnvelope, or NULL */
	gboolean quiet;
	GPtrArray *recipients; /* of TdIntakeRecipient */
	GBytes *raw;
	gint64 received; /* seconds UTC */
	gint64 started;  /* monotonic, us: for delay= in the log */
};

TdIntake *td_intake_new(void);
void td_intake_free(TdIntake *intake);
void td_intake_add_recipient(
    TdIntake *intake, const char *recipient, const char *original);

/* Parses @intake in the pool, decides and applies it on the writer thread for
 * each recipient (those with a token first, so that the order in the envelope
 * does not count), logs one line a recipient ("filed"), wakes the outbox, then
 * calls @done on a thread of the writer's.  @intake is taken over by @done. */
void td_service_take(
    TdService *service, TdIntake *intake, TdIntakeDone done, gpointer data);

/* The same, waiting until it is done; @intake stays the caller's. */
void td_service_take_wait(TdService *service, TdIntake *intake);

/* ---- tick.c: what the clock brings ---- */

typedef struct TdTicker TdTicker;

/* @service is borrowed: it must not be freed before td_ticker_free() was
 * called.  The caller owns the result. */
TdTicker *td_ticker_new(TdService *service);

/* Does all that is due by now, in jobs of the writer; returns at once, but for
 * the desk being made anew when a ban has ended.  Nothing happens while the
 * last call's jobs are not done.  Logs a line "tick" if something was due, and
 * one when a ticket turns out to be damaged: its turn is behind all others from
 * then on. */
void td_ticker_run(TdTicker *ticker);

/* No further job begins; one that is with the writer is finished. */
void td_ticker_free(TdTicker *ticker);

/* ---- request.c: what `ticket` asks ---- */

/* @words: {"verb":"list", ...}; @bytes: what a verb brings or gives besides
 * (a mail), or NULL. */
typedef struct {
	JsonObject *words;
	GBytes *bytes;
} TdRequest;

typedef struct {
	JsonNode *result; /* NULL: null */
	GBytes *bytes;
} TdAnswer;

void td_request_clear(TdRequest *request);
void td_answer_clear(TdAnswer *answer);

/* Does @request.  @actor ("control:root") goes into events.  May wait for the
 * writer, so not on the main loop's thread or one of the writer's.  Long lists
 * come in pages: result then has "next" to be given again.  Fails with
 * TD_ERROR_USAGE, TD_ERROR_REFUSED and what store.h says. */
gboolean td_request_run(TdService *service, const TdRequest *request,
    const char *actor, TdAnswer *answer, GError **error);

/* @node as JSON text (RFC 8259); the caller owns the result.  JSON-GLib alone
 * leaves the control character U+001F as it is, which no other reader takes. */
char *td_json_write(JsonNode *node, gboolean pretty);

/* ---- control.c: requests over a Unix socket ----
 *
 * Either direction: one line of JSON, LF, then as many bytes as its member
 * "bytes" says (absent: none).  Request: the words.  Answer: {"ok":true,
 * "result":..., "bytes":N} or {"ok":false,"code":"refused","error":"..."} with
 * code one of the TD_ERROR names in lower case. */

/* Connects to the daemon's control socket and does one request after another.
 * NULL without an error: nobody listens. */
typedef struct TdControl TdControl;
gboolean td_control_connect(
    const TdConf *conf, TdControl **control, GError **error);
gboolean td_control_call(TdControl *control, const TdRequest *request,
    TdAnswer *answer, GError **error);
void td_control_free(TdControl *control);

/* Asks over @fd, a socket that a process of our own answers; it is closed by
 * td_control_free(). */
TdControl *td_control_adopt(int fd);
/* That process: answers over @fd until the other side closes it.  @actor as in
 * td_request_run(). */
void td_control_serve(TdService *service, int fd, const char *actor);
/* The same if there is no service: the first request fails by @error. */
void td_control_serve_error(int fd, const GError *error);

/* ---- import-check.c: a ticket in the form of ticket export ----
 *
 * Its messages and events are given in order, each event behind the message
 * that it speaks of.  TD_ERROR_REFUSED: it is not what it should be. */

typedef struct TdImportCheck TdImportCheck;

/* @swapped: it was written on a machine of the other byte order. */
TdImportCheck *td_import_check_new(guint64 number, gboolean swapped);
void td_import_check_free(TdImportCheck *check);
/* The file is of the first form, which had no hashes of what was erased.  If it
 * has none indeed, and tells that something was, it is believed, and the chain,
 * which cannot be made without them, is not asked for. */
void td_import_check_old(TdImportCheck *check);
gboolean td_import_check_message(
    TdImportCheck *check, const char *text, GBytes *raw, GError **error);
gboolean td_import_check_event(
    TdImportCheck *check, const char *text, GError **error);
/* All was given.  @chain is what the events must make, in hexadecimal; NULL: it
 * is not told. */
gboolean td_import_check_end(
    const TdImportCheck *check, const char *chain, GError **error);

/* ---- the listening side; all on the default main context ---- */

typedef struct TdServer TdServer;

/* Binds and listens on all sockets of the configuration: LMTP Unix and TCP,
 * control.  Stale sockets are replaced, live ones are an error.  @service is
 * borrowed. */
TdServer *td_server_new(TdService *service, GError **error);

/* Stops accepting; finishes messages whose end was received, answers the rest
 * 421; calls @done (may be at once) when no connection is left or after
 * @grace_ms. */
void td_server_stop(
    TdServer *server, guint grace_ms, void (*done)(gpointer), gpointer data);
void td_server_free(TdServer *server);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdService, td_service_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdIntake, td_intake_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdImportCheck, td_import_check_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdTicker, td_ticker_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdControl, td_control_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdServer, td_server_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TdRequest, td_request_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TdAnswer, td_answer_clear)

G_END_DECLS

#endif
