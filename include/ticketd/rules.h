/* rules.h - the rules that an administrator gives a desk: groups with names in
 * ticketd.conf
 *
 * Read and checked with the rest of it; ticketd.conf(5) describes the keys.
 * Strings and lists are NULL where a key is not set, unless told otherwise. */

#ifndef TICKETD_RULES_H
#define TICKETD_RULES_H

#include <glib.h>

#include <ticketd/pattern.h>

G_BEGIN_DECLS

/* "Field: pattern" */
typedef struct {
	char *field; /* lower case */
	TdPattern *pattern;
} TdHeaderPattern;

/* ---- [rule NAME]: what becomes of a mail that opens a ticket ---- */

typedef struct {
	char *name;
	/* fires if all of these match */
	TdPattern *recipient;   /* folded, of the envelope, without extension */
	TdPattern *sender;      /* folded address of whose ticket it is */
	TdPattern *company;     /* his in people, else his domain */
	TdPattern *subject;     /* as the ticket will have it */
	TdPattern *text;        /* of the whole mail */
	TdPattern *attachments; /* name or type of one of them */
	GPtrArray *headers;     /* of TdHeaderPattern; all must match, each
	                         * in one of the fields of that name */
	guint64 larger;         /* than that many bytes; 0: any */
	guint64 smaller;        /* than that; 0: any */
	GStrv classes;          /* "human" ...; may be empty: all but spam */
	GStrv in_queues;        /* that it would be in without rules; may be
	                         * empty: any */
	/* what it does; texts may have {1} and {name} of expressions */
	char *queue;
	guint priority; /* 1 to 5; 0: not set */
	guint urgency;
	guint impact;
	char *type;
	GStrv tags; /* may be empty */
	char *owner;
	GStrv fields;         /* "name: value"; may be empty */
	GStrv watch;          /* agents and queues; may be empty */
	char *template;       /* of the acknowledgement */
	gboolean acknowledge; /* FALSE: no acknowledgement */
	gboolean stop;        /* rules below are not looked at */
} TdRoutingRule;

/* ---- [type NAME] and [field NAME] ---- */

typedef struct {
	char *name;
	GStrv required; /* names of fields; may be empty */
} TdTicketType;

typedef struct {
	char *name;
	GStrv labels; /* "ru: text" what customers and agents call it, the first
	               * of a language is shown; may be empty: the name */
	GStrv values; /* that it may have; may be empty: any */
} TdFieldKind;

/* Fields there are without a group. */
#define TD_FIELD_SERVICE "service"
#define TD_FIELD_EQUIPMENT "equipment"

/* ---- [sla NAME]: by when; the first that fits a ticket holds ---- */

#define TD_CALENDAR_ALWAYS "always"

typedef struct {
	char *name;
	GStrv queues;       /* may be empty: any */
	GStrv types;        /* likewise */
	GArray *priorities; /* of guint, 1 to 5; may be empty: any */
	guint response;     /* seconds of the calendar; 0: none */
	guint update;
	guint solution;
	guint warn;       /* percent of the time at which it is warned; 0, 100:
	                   * not */
	char *calendar;   /* name, "always"; NULL: the queue's */
	char *escalation; /* name, or NULL: the owner, else the queue, hears */
	gboolean at_warning; /* it begins at the warning, not at the breach */
} TdSla;

/* ---- [escalation NAME] ---- */

typedef enum {
	TD_STEP_OWNER,
	TD_STEP_LEADS, /* of the queue */
	TD_STEP_QUEUE, /* all its agents, or its team */
	TD_STEP_AGENT,
	TD_STEP_ADDRESS,
} TdStepKind;

typedef struct {
	TdStepKind kind;
	char *who;   /* name or folded address; "" */
	guint after; /* seconds of the clock's calendar after the step before,
	              * of the first: after the breach */
} TdEscalationStep;

typedef struct {
	char *name;
	GPtrArray *steps; /* of TdEscalationStep; at least one */
} TdEscalation;

/* ---- [monitor NAME]: a system that watches others and writes mail ---- */

typedef enum {
	TD_MONITOR_NAGIOS, /* and Icinga */
	TD_MONITOR_ZABBIX,
	TD_MONITOR_ALERTMANAGER,
	TD_MONITOR_PATTERN,
} TdMonitorFormat;

typedef enum {
	TD_RECOVERY_CLOSE,
	TD_RECOVERY_RESOLVE,
	TD_RECOVERY_NOTE,
} TdRecovery;

typedef struct {
	char *name;
	TdPattern *sender; /* required */
	gboolean dmarc;    /* From alone is not enough */
	TdMonitorFormat format;
	TdPattern *problem;  /* expressions for subject, then text, with the */
	TdPattern *recovery; /* groups host and service, maybe state */
	char *queue;         /* NULL: that the mail came in by */
	char *type;          /* of its tickets, or NULL */
	guint priority;      /* of a problem; 0: by its state */
	TdRecovery on_recovery;
	guint flap_changes; /* that many within ...; 0: not looked at */
	guint flap_window;  /* ... seconds are flapping */
	char *answer;       /* folded: who is told that somebody took it */
} TdMonitor;

/* ---- who gets a new ticket ---- */

typedef enum {
	TD_DISTRIBUTE_FIRST, /* who answers first owns it */
	TD_DISTRIBUTE_NONE,
	TD_DISTRIBUTE_ROUND_ROBIN,
	TD_DISTRIBUTE_LEAST_LOADED,
	TD_DISTRIBUTE_SKILL,
} TdDistribute;

/* ---- what the end of a parent does to its children ---- */

typedef enum {
	TD_CHILDREN_ASK,
	TD_CHILDREN_CLOSE,
	TD_CHILDREN_KEEP,
} TdChildren;

G_END_DECLS

#endif
