/* ticket.h - what a ticket is, and what its events make of it
 *
 * Pure: nothing here knows of the database, see store.h. */

#ifndef TICKETD_TICKET_H
#define TICKETD_TICKET_H

#include <glib.h>

G_BEGIN_DECLS

/* Number 0 is the desk's own record; tickets start at 1.  In a plan, the
 * number that will be allotted. */
#define TD_TICKET_DESK ((guint64)0)
#define TD_TICKET_NEW G_MAXUINT64
/* Further tickets of one plan are TD_TICKET_NEW - 1, - 2 ... */
#define TD_TICKETS_NEW_MAX 100
#define TD_TICKET_IS_NEW(number) ((number) > TD_TICKET_NEW - TD_TICKETS_NEW_MAX)

typedef enum {
	TD_STATUS_NEW,
	TD_STATUS_OPEN,
	TD_STATUS_PENDING,
	TD_STATUS_WAITING,
	TD_STATUS_RESOLVED,
	TD_STATUS_CLOSED,
	TD_STATUS_LAST = TD_STATUS_CLOSED,
} TdStatus;

const char *td_status_name(TdStatus status);
gboolean td_status_from_name(const char *name, TdStatus *status);

typedef struct {
	char *address; /* folded */
	char *name;
} TdParticipant;

/* The other end of a link: "parent" means that .number is the parent. */
typedef struct {
	char *type; /* parent, child, related, duplicate, blocks, blocked-by */
	guint64 number;
} TdLink;

typedef struct {
	gint64 time; /* when it is due, seconds UTC */
	char *agent; /* whose it is: name in people */
	char *text;
} TdReminder;

/* What runs on a ticket and is looked at when its time comes. */
typedef enum {
	/* deadlines: the first answer, the next word to the customer who
	 * waits, the solution, and what was agreed with "due" */
	TD_CLOCK_RESPONSE,
	TD_CLOCK_UPDATE,
	TD_CLOCK_SOLUTION,
	TD_CLOCK_AGREED,
	/* other clocks: the next step of an escalation, an owner who does not
	 * answer, a ticket that waits for somebody to be at work */
	TD_CLOCK_ESCALATION,
	TD_CLOCK_RELEASE,
	TD_CLOCK_ASSIGN,
	TD_CLOCKS,
} TdClockKind;

#define TD_CLOCK_IS_DEADLINE(kind) ((kind) <= TD_CLOCK_AGREED)

const char *td_clock_name(TdClockKind kind); /* "response" */
gboolean td_clock_from_name(const char *name, TdClockKind *kind);

typedef enum {
	TD_CLOCK_NONE,    /* there is no such clock */
	TD_CLOCK_RUNNING, /* .due is set */
	TD_CLOCK_STOPPED, /* .left is set, .due is 0 */
	TD_CLOCK_MET,     /* over: answered, solved ...; .left as it was */
	TD_CLOCK_STATE_LAST = TD_CLOCK_MET,
} TdClockState;

const char *td_clock_state_name(TdClockState state); /* "running" */

/* Seconds of a calendar are those in which it is open. */
typedef struct {
	TdClockState state;
	gboolean warned;
	gboolean breached; /* stays, even if what was due came late */
	guint step;        /* of the escalation: the next one, from 0 */
	gint64 due;        /* seconds UTC; 0: it does not run */
	gint64 next;    /* when the desk must look: the warning, then .due; 0:
	                 * never */
	gint64 left;    /* while it does not run: seconds of its calendar until
	                 * .due, 0 once that is passed */
	gint64 total;   /* seconds of its calendar that it was set to */
	char *rule;     /* name of the [sla NAME] or [escalation NAME]; "" */
	char *calendar; /* name, by which it runs; "": always open */
} TdClock;

/* What is known of a ticket's matter: "service" is "mail". */
typedef struct {
	char *name;
	char *value;
} TdField;

/* The sum of a ticket's events.  Strings are never NULL. */
typedef struct {
	guint64 number;
	TdStatus status;
	gboolean spam;
	guint8 priority; /* 1 (urgent) to 5, 3 default */
	char *queue;
	char *owner;     /* "" for none */
	char *requester; /* folded address, "" for none */
	char *requester_name;
	char *subject;
	char *language; /* of the requester, "" if unknown */
	char *type;     /* "" for none */
	gint64 created;
	gint64 updated;
	gint64 due;          /* as agreed with "due"; 0 for none */
	guint64 events;      /* sequence of the newest event; the revision */
	guint64 messages;    /* sequence of the newest message */
	guint64 merged_into; /* 0 unless merged */
	GPtrArray *participants; /* of TdParticipant, without the requester */
	GStrv watching_queues;   /* names; may be empty */
	GStrv tags;
	guint64 state; /* sequence of the newest event that changed a field: not
	                * raised by mail that comes or goes */
	GStrv watchers;   /* agents, by name in people */
	GStrv muted;      /* folded addresses that want no more mail of it */
	GPtrArray *links; /* of TdLink */
	GPtrArray *reminders; /* of TdReminder, soonest first */
	gint64 until;   /* when the status ends by itself: pending wakes up,
	                 * resolved is closed; 0: it does not */
	gint64 timer;   /* soonest of until, reminders and .next of the clocks;
	                 * 0 for none: the next moment at which the desk must
	                 * look at it */
	guint8 urgency; /* 1 (high) to 5, 0 for none */
	guint8 impact;
	guint8 rating;     /* 1 to 5, 0 for none */
	guint64 minutes;   /* of work, summed up */
	gint64 deadline;   /* soonest .due of the deadlines that run, breached
	                    * ones too; 0 for none */
	gboolean breached; /* one of its deadlines is or was, since it was
	                    * opened last */
	gint64 answered;   /* when an agent first answered the customer; 0 */
	guint reopened;    /* times it went from closed to open */
	guint returned;    /* times from resolved to open: not solved at all */
	guint asked;       /* times the customer was asked for fields */
	gint64 purged;     /* when all that was on it was thrown away; 0: it
	                    * was not */
	GPtrArray *fields; /* of TdField, by name; no value is "" */
	TdClock clocks[TD_CLOCKS];
	guint8 chain[32]; /* SHA-256 of the chain of events so far */
} TdTicket;

/* An empty ticket (status new, priority 3); free functions take NULL. */
TdTicket *td_ticket_new(guint64 number);
void td_ticket_free(TdTicket *ticket);
TdTicket *td_ticket_copy(const TdTicket *ticket);
gboolean td_ticket_equal(const TdTicket *a, const TdTicket *b);
/* The value of field @name, "" if it has none; borrowed. */
const char *td_ticket_field(const TdTicket *ticket, const char *name);
/* Whether @ticket is new, open, pending or waiting, not merged and no spam. */
gboolean td_ticket_is_active(const TdTicket *ticket);
/* Whether folded @address is the requester or a participant. */
gboolean td_ticket_has_participant(const TdTicket *ticket, const char *address);

/* ---- events ---- */

typedef enum {
	TD_EVENT_CREATED,
	TD_EVENT_MESSAGE,
	TD_EVENT_ACKNOWLEDGED,
	TD_EVENT_SENT,
	TD_EVENT_NOT_DELIVERED,
	TD_EVENT_STATUS,
	TD_EVENT_OWNER,
	TD_EVENT_QUEUE,
	TD_EVENT_PRIORITY,
	TD_EVENT_TYPE,
	TD_EVENT_TAG,
	TD_EVENT_TITLE,
	TD_EVENT_PARTICIPANT,
	TD_EVENT_REQUESTER,
	TD_EVENT_NOTE,
	TD_EVENT_MERGED,
	TD_EVENT_SPLIT,
	TD_EVENT_LINKED,
	TD_EVENT_RATED,
	TD_EVENT_TIME,
	TD_EVENT_DUE,
	TD_EVENT_REMINDER,
	TD_EVENT_ESCALATED,
	TD_EVENT_SUPPRESSED,
	TD_EVENT_REFUSED,
	TD_EVENT_REPORT,
	TD_EVENT_AUTO_REPLY,
	TD_EVENT_LAST = TD_EVENT_AUTO_REPLY,
} TdEventKind;

const char *td_event_kind_name(TdEventKind kind); /* "not-delivered" */
gboolean td_event_kind_from_name(const char *name, TdEventKind *kind);

typedef struct {
	guint64 ticket; /* which ticket it belongs to; TD_TICKET_NEW in plans */
	guint64 sequence; /* from 1; set by td_event_append() */
	gint64 time;
	TdEventKind kind;
	char *actor;     /* "desk", "customer:a@b", "control:root" */
	char *evidence;  /* why we believe the actor; "" */
	guint64 message; /* SEQ of the message it came from, 0 for none */
	/* These for event.c, who asks td_event_detail(): */
	GVariant *detail;
	GPtrArray *notes; /* what was set here, or NULL */
	GVariant *merged; /* both, once somebody asked */
} TdEvent;

/* The caller owns the result. */
TdEvent *td_event_new(
    TdEventKind kind, guint64 ticket, gint64 time, const char *actor);
void td_event_free(TdEvent *event);
/* All details, borrowed until one is set: a{sv}; s, t and as, and ay, which
 * nobody is shown.  An event that nobody changes may be read by any number of
 * threads. */
GVariant *td_event_detail(const TdEvent *event);
/* Adds a key to detail; invalid UTF-8 and NULL are made valid. */
void td_event_set(TdEvent *event, const char *key, const char *value);
void td_event_set_number(TdEvent *event, const char *key, guint64 value);
void td_event_set_bytes(
    TdEvent *event, const char *key, const void *bytes, gsize size);
/* "" or 0 when there is no such key of that type; borrowed from @event. */
const char *td_event_get(const TdEvent *event, const char *key);
guint64 td_event_get_number(const TdEvent *event, const char *key);
/* NULL when there is no such key of type ay; borrowed from @event. */
const guint8 *td_event_get_bytes(
    const TdEvent *event, const char *key, gsize *size);
/* FALSE, and *@value untouched, if there is no such key of type t. */
gboolean td_event_find_number(
    const TdEvent *event, const char *key, guint64 *value);

/* Tells what clock @kind is from now on. */
void td_event_set_clock(TdEvent *event, TdClockKind kind, const TdClock *clock);
/* FALSE if @event tells of no clock; else *@kind, and *@clock, which is the
 * caller's to td_clock_clear(). */
gboolean td_event_get_clock(
    const TdEvent *event, TdClockKind *kind, TdClock *clock);
void td_clock_clear(TdClock *clock);
void td_clock_copy(TdClock *to, const TdClock *from);
gboolean td_clock_equal(const TdClock *a, const TdClock *b);

/* What an event does to the ticket it belongs to: the one place where the
 * record is the sum of its events.  Pure.  Keys that count:
 *   created      queue requester requester_name subject language [status]
 *   any kind     .message raises messages
 *   message      letter "reply": sets answered, if it is not set
 *   not-delivered
 *                unanswered (number, seconds UTC): the first answer, of that
 *                time, was taken back: answered is not set any more
 *   status       to (name of a status), until (number, seconds UTC: when it
 *                ends by itself; absent: never)
 *   owner, queue, type, title, requester (and name)     to
 *   type         field and value set a field, "" clears it; asked (number)
 *   priority     to, urgency, impact (numbers; each alone or together)
 *   due          to (number, seconds UTC): what was agreed
 *   due, escalated
 *                clock (its name): all of that clock as it is from now on, by
 *                td_event_set_clock()
 *   tag          add, remove
 *   participant  add (address) with name; remove (address);
 *                watch (a queue's name); watcher, unwatch (an agent's name);
 *                mute, unmute (address)
 *   merged       into (number): closes it; into 0 takes that back, with status
 *   suppressed   spam (number 0 or 1)
 *   linked       type and to (number) adds a link; with remove (number) 1 it
 *                takes it away.  Type "moved" is none.
 *   rated        score (number 1 to 5; 0 takes it back)
 *   time         minutes (number) are added; less (number) are taken away
 *   reminder     agent, at (number, seconds UTC), text add one; done (agent)
 *                and at (number) take away those of the agent up to that time
 *   note         hashes (bytes): the ticket was purged; closes it, with created
 *                (number, seconds UTC) and into (number)
 * All others leave the record as it is but for events, updated and chain.
 * reopened, returned and breached follow from the status.
 * state is raised by created, status, owner, queue, priority, type, tag, title,
 * requester, merged and split, by due without a clock, by suppressed with the
 * key spam, and when it is purged. */
void td_ticket_fold(TdTicket *ticket, const TdEvent *event);
/* Sets .timer to what the other fields say; td_ticket_fold() does so too. */
void td_ticket_set_timer(TdTicket *ticket);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdTicket, td_ticket_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdEvent, td_event_free)

G_END_DECLS

#endif
