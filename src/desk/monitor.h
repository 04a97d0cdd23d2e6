/* monitor.h - mail of systems that watch others, taken apart
 *
 * Reading is pure; monitor-follow.c adds what follows to the plan. */

#ifndef TICKETD_DESK_MONITOR_H
#define TICKETD_DESK_MONITOR_H

#include "desk/plan.h"

/* Things that one mail may tell of; what is told of more is not read. */
#define TD_SIGNALS_MAX 100

/* Longest name of a host or service, in characters. */
#define TD_SIGNAL_NAME_MAX 200

typedef enum {
	TD_SIGNAL_PROBLEM,
	TD_SIGNAL_RECOVERY,
	TD_SIGNAL_NOTED, /* acknowledged, downtime and the like */
} TdSignalKind;

const char *td_signal_kind_name(TdSignalKind kind); /* "problem" */

/* What a mail tells of one thing.  Strings are printable, trimmed, never NULL;
 * host and service are not both "". */
typedef struct {
	TdSignalKind kind;
	char *host;
	char *service;   /* "": the host itself */
	char *state;     /* "CRITICAL"; "" if it tells none */
	char *reference; /* what the monitor calls the problem; "" */
	char *same;      /* of one thing if equal: both names, folded */
} TdSignal;

/* ---- monitor-read.c ---- */

/* What a mail of @monitor tells, by the subject, then by the text, both valid
 * UTF-8; of TdSignal, each thing once; the caller's.  Empty: it cannot be read.
 */
GPtrArray *td_monitor_read(
    const TdMonitor *monitor, const char *subject, const char *text);

/* The priority of a problem in @state: 1 for Disaster, 2 for down, critical and
 * high, 3 for warning, average and what tells no gravity, 4 for others. */
guint td_monitor_grade(const char *state);

/* "web01/HTTP"; the caller's. */
char *td_monitor_name(const char *host, const char *service);

/* For the readers below.  Adds a signal (NULL is "") if it names anything; of
 * one thing a problem stands above a recovery, that above what is noted. */
void td_signal_add(GPtrArray *signals, TdSignalKind kind, const char *host,
    const char *service, const char *state, const char *reference);
/* The value of the first line "@name: VALUE" of @text, case and marks of bold
 * type ignored; the caller's, NULL if there is none. */
char *td_signal_field(const char *text, const char *name);
/* Behind white space, bullets and marks of bold type at @line; borrowed. */
const char *td_signal_skip(const char *line);
/* Behind @word, if @text begins with it, case ignored; else NULL. */
const char *td_signal_behind(const char *text, const char *word);

/* ---- monitor-read-nagios.c, -zabbix.c, -alertmanager.c ---- */

void td_read_nagios(GPtrArray *signals, const char *subject, const char *text);
void td_read_zabbix(GPtrArray *signals, const char *subject, const char *text);
void td_read_alertmanager(
    GPtrArray *signals, const char *subject, const char *text);

/* ---- monitor-object.c: what is known of a thing ---- */

/* One signal, and the object that it is of. */
typedef struct {
	const TdSignal *signal; /* borrowed */
	TdObject *object;  /* of the plan, changed as the signal says; NULL if
	                    * nothing is known and nothing is to be */
	guint64 ticket;    /* of the object, merges followed; 0 for none, or if
	                    * it cannot be read */
	gint64 well_since; /* if it was well until now; else 0 */
	gboolean again;    /* a problem that was one before; a recovery of what
	                    * was well */
	gboolean worse;    /* a problem, graver than it was ever */
	gboolean flaps;    /* it begins to flap */
	gboolean calms;    /* it flaps no more */
} TdSighting;

/* Finds the object (in the plan, then the store) and changes it as the signal
 * says. */
gboolean td_monitor_sight(TdDecision *decision, const TdMonitor *monitor,
    const TdSignal *signal, TdSighting *sighting, GError **error);

/* Whether nothing that belongs to ticket @number is a problem, as the plan
 * leaves things. */
gboolean td_monitor_all_well(
    TdDraft *draft, guint64 number, gboolean *well, GError **error);

/* ---- monitor-ticket.c: what one mail does to one ticket ---- */

typedef struct {
	guint64 number; /* TD_TICKET_NEW: one is opened; 0: the desk's record */
	guint64 before; /* a new one follows this, which is over; or 0 */
	guint signals;  /* of the mail that are about it */
	TdSighting first; /* of these */
	guint grade;      /* gravest of its problems, 5 for none */
	gboolean reopen;
	gboolean raise;     /* its priority, to the grade */
	gboolean recovered; /* something of it, which does not flap */
	gboolean flaps;     /* likewise begins to flap, or does so no more */
	gboolean calms;
	const char *tell; /* a phrase above the mail; NULL: nobody is told */
} TdCourse;

typedef struct {
	TdDecision *decision;
	const TdMonitor *monitor;
	GPtrArray *courses;  /* of TdCourse, a new ticket's first */
	const TdQueue *home; /* which the mail is for, by whatever door */
} TdFollow;

gboolean td_course_run(
    const TdFollow *follow, const TdCourse *course, GError **error);

/* ---- monitor-follow.c: what becomes of the mail ---- */

/* Decides where the mail goes and what becomes of the tickets; what was done is
 * told in plan->rules. */
gboolean td_monitor_follow(TdDecision *decision, const TdMonitor *monitor,
    const GPtrArray *signals, GError **error);

#endif
