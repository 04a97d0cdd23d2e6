/* clocks.h - what the files of deadlines, escalations and releases share
 *
 * A clock is changed in a copy, and an event then tells what it is from now
 * on: td_event_set_clock(). */

#ifndef TICKETD_DESK_CLOCKS_H
#define TICKETD_DESK_CLOCKS_H

#include "desk/policy.h"
#include "desk/talk-private.h"

/* At how many percent of the time until an agreed date is warned where no
 * [sla NAME] tells. */
#define TD_WARN_DEFAULT 80

/* ---- clocks.c: one clock ---- */

/* What a clock is set to.  Strings are borrowed. */
typedef struct {
	gint64 total;         /* seconds of .calendar */
	const char *rule;     /* name of a group, "" */
	const char *calendar; /* "": always open */
	guint warn;           /* percent; 0, 100: not */
} TdTerms;

gboolean td_clock_has_terms(const TdClock *clock, const TdTerms *terms);
/* Seconds of its calendar that @clock has left at @now. */
gint64 td_clock_rest(const TdConf *conf, const TdClock *clock, gint64 now);
/* It runs from now on with @left seconds of @terms; 0: it is due now, and, with
 * @broken, known to be broken.  One that would never be due stands still. */
void td_clock_run(const TdConf *conf, TdClock *clock, const TdTerms *terms,
    gint64 left, gboolean broken, gint64 now);
/* It stands still at @now with what it has left, if it runs. */
void td_clock_halt(const TdConf *conf, TdClock *clock, gint64 now);
/* It stands still with @left seconds of @terms. */
void td_clock_stop(TdClock *clock, const TdTerms *terms, gint64 left);
/* What it was set for is done; late if it was due by @now. */
void td_clock_finish(const TdConf *conf, TdClock *clock, gint64 now);
/* There is no such clock any more. */
void td_clock_drop(TdClock *clock);
/* A deadline that is due, and nobody was told of it yet. */
gboolean td_clock_is_late(const TdClock *clock, gint64 now);
/* A deadline that was due, is not met, and was told of. */
gboolean td_clock_is_broken(const TdClock *clock, gint64 now);
/* Such a one, or, where its [sla NAME] escalates at the warning, one that was
 * warned of: what an escalation on @ticket is about. */
gboolean td_clock_is_pressing(
    const TdConf *conf, const TdTicket *ticket, TdClockKind kind, gint64 now);

/* ---- deadlines.c ---- */

/* As td_clocks_settle(), for what the plan got since it had @events events and
 * @letters letters. */
gboolean td_clocks_settle_since(
    TdDraft *draft, guint events, guint letters, GError **error);
gboolean td_clocks_settle_one(TdDraft *draft, guint64 number, GError **error);
/* The [sla NAME] that holds for @ticket; NULL: none. */
const TdSla *td_clocks_sla(const TdConf *conf, const TdTicket *ticket);

/* The name of the hours that count, "" for always; @sla may be NULL. */
const char *td_clocks_calendar(const TdSla *sla, const TdQueue *queue);

/* ---- clocks-follow.c ---- */

/* A ticket whose clocks are looked at. */
typedef struct {
	TdDraft *draft;
	const TdConf *conf;
	TdTicket *ticket; /* owned: as the plan leaves it, clocks being changed
	                   */
	const TdQueue *queue;
	const TdSla *sla; /* or NULL */
	const char *calendar;
	gint64 now;
	/* what the plan does: */
	gboolean replied;   /* an agent answers the customer */
	gboolean acted;     /* an agent does anything */
	gboolean wrote;     /* the customer wrote */
	gboolean owned;     /* the owner is another one */
	gboolean reopened;  /* from closed */
	gboolean undone;    /* a status was taken back */
	gboolean revived;   /* that it was resolved or closed was taken back */
	gint64 unanswered;  /* when the first answer was given that is taken
	                     * back; 0 */
	gboolean unreplied; /* an answer is taken back, the first or not */
	guint64 taken_back; /* the first event of the change that is taken
	                     * back, by its sequence; 0 */
	/* As they were before that change; of no state if they stay. */
	TdClock old_update;
	TdClock old_escalation;
} TdScene;

/* Whether a deadline of it stands still from now on, unanswered. */
gboolean td_scene_stops(const TdScene *scene, TdClockKind kind);
/* Changes the clocks of scene->ticket to what they should be. */
void td_scene_follow(TdScene *scene);

/* ---- clocks-look.c ---- */

/* An event of @kind that tells of @clock; its actor is the desk. */
TdEvent *td_clocks_add(TdDraft *draft, TdEventKind kind, guint64 number,
    TdClockKind which, const TdClock *clock);
/* Deadline @kind of ticket @number is broken: event, and escalation or
 * letters. */
gboolean td_clocks_break(
    TdDraft *draft, guint64 number, TdClockKind kind, GError **error);

/* ---- escalation.c ---- */

/* Escalation @name begins on ticket @number, by the hours of @deadline. */
gboolean td_escalation_start(TdDraft *draft, guint64 number,
    const TdClock *deadline, const char *name, GError **error);
/* Its steps that are due. */
gboolean td_escalation_look(TdDraft *draft, guint64 number, GError **error);
/* Whether one is under way on @ticket. */
gboolean td_escalation_runs(const TdTicket *ticket);
/* Brings @clock, that of @ticket, to where it should be.  While a ticket is
 * merged or spam it stands still. */
void td_escalation_follow(
    const TdDraft *draft, const TdTicket *ticket, TdClock *clock);

/* ---- release.c ---- */

/* Who owns ticket @number did not answer in time, and loses it. */
gboolean td_clocks_release(TdDraft *draft, guint64 number, GError **error);
/* Adds to @losers (of char *, names) who lost ticket @number that way since the
 * customer wrote last: each agent gets it once, then nobody has it. */
gboolean td_clocks_losers(
    const TdDraft *draft, guint64 number, GPtrArray *losers, GError **error);
/* Somebody is at work now who may get ticket @number. */
gboolean td_clocks_assign(TdDraft *draft, guint64 number, GError **error);

/* ---- clocks-words.c: letters ---- */

/* @text (NULL: none) becomes one more line. */
void td_clocks_add_line(GString *lines, char *text);
/* "The solution is due by ..." of @ticket; the caller's. */
char *td_clocks_say_deadline(const TdDraft *draft, const char *language,
    const TdTicket *ticket, TdClockKind kind);
/* How clock @kind of @ticket stands, for the answer to "status": "Solution by:
 * ..."; NULL if that is of no interest; the caller's. */
char *td_clocks_say_clock(const TdDraft *draft, const char *language,
    const TdTicket *ticket, TdClockKind kind);
/* What an event "escalated" tells; the caller's. */
char *td_clocks_say_event(
    const TdDraft *draft, const char *language, const TdEvent *event);
/* Who is told by @step: "the leads of the queue"; the caller's. */
char *td_clocks_say_step(
    const TdDraft *draft, const char *language, const TdEscalationStep *step);
/* Tells @audience what @write says, and below what the customer said last. */
gboolean td_clocks_tell(TdAudience *audience, TdLetterKind kind,
    TdNewsWriter write, gconstpointer data, GError **error);
/* The same in a letter to @address, which proves nothing. */
gboolean td_clocks_tell_address(TdAudience *audience, TdLetterKind kind,
    const char *address, TdNewsWriter write, gconstpointer data,
    GError **error);
/* Deadline @kind comes near, or, if @clock is broken, is so: to the owner, else
 * the queue, and of a broken one to the leads of the queue too. */
gboolean td_clocks_tell_deadline(
    TdDraft *draft, guint64 number, TdClockKind kind, GError **error);

#endif
