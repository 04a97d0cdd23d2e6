/* run-verbs.h - what the files of the verbs share */

#ifndef TICKETD_DESK_RUN_VERBS_H
#define TICKETD_DESK_RUN_VERBS_H

#include "desk/run.h"

/* Most people that one ticket takes, and lines that a list has. */
#define TD_RUN_PARTICIPANTS_MAX 100
#define TD_RUN_LINES_MAX 50

/* ---- run-result.c: what is said and written by every verb ---- */

/* @number as text; the caller's. */
char *td_run_number(guint64 number);
/* @time in the desk's time zone, "2026-12-01 10:00"; the caller's. */
char *td_run_time(const TdStep *step, gint64 time);
/* A phrase in the speaker's language; the caller's. */
char *td_step_say(
    const TdStep *step, const char *key, ...) G_GNUC_NULL_TERMINATED;
/* What the speaker calls the step's command; the caller's. */
char *td_step_verb(const TdStep *step);
/* What @status is called in the speaker's language, and in one word; the
 * caller's. */
char *td_step_status(const TdStep *step, TdStatus status);
char *td_step_short_status(const TdStep *step, TdStatus status);
/* One more sentence behind the result.  Always TRUE. */
gboolean td_step_more(
    const TdStep *step, const char *key, ...) G_GNUC_NULL_TERMINATED;
/* The result is @text, which is taken over.  Always TRUE. */
gboolean td_step_answer(const TdStep *step, char *text);
/* An event of @kind on the step's ticket. */
TdEvent *td_step_add(const TdStep *step, TdEventKind kind);

/* ---- run.c ---- */

/* Ticket *@number as the plan leaves it, merges followed; *@ticket is NULL if
 * there is none. */
gboolean td_run_find_ticket(
    TdDraft *draft, guint64 *number, const TdTicket **ticket, GError **error);
/* The same of the ticket that the command names, on whose queue the speaker
 * must have rights and which must be another one: else *@ticket is NULL, and
 * the step refused. */
gboolean td_step_other(const TdStep *step, guint64 *number,
    const TdTicket **ticket, GError **error);

/* ---- verbs ---- */

/* run-matter.c */
gboolean td_run_priority(const TdStep *step, GError **error);
gboolean td_run_urgency(const TdStep *step, GError **error);
gboolean td_run_impact(const TdStep *step, GError **error);
gboolean td_run_type(const TdStep *step, GError **error);
gboolean td_run_service(const TdStep *step, GError **error);
gboolean td_run_equipment(const TdStep *step, GError **error);
gboolean td_run_field(const TdStep *step, GError **error);

/* run-fields.c */
gboolean td_run_due(const TdStep *step, GError **error);
gboolean td_run_tag(const TdStep *step, GError **error);
gboolean td_run_title(const TdStep *step, GError **error);
gboolean td_run_minutes(const TdStep *step, GError **error);

/* run-people.c */
gboolean td_run_assign(const TdStep *step, GError **error);
gboolean td_run_take(const TdStep *step, GError **error);
gboolean td_run_drop(const TdStep *step, GError **error);
gboolean td_run_queue(const TdStep *step, GError **error);
/* When all lines are done: the step's ticket, if a line moved it to another
 * queue, gets an owner there as that says, else its agents are told. */
gboolean td_run_arrive(const TdStep *step, GError **error);
gboolean td_run_watch(const TdStep *step, GError **error);
gboolean td_run_unwatch(const TdStep *step, GError **error);

/* run-copies.c */
gboolean td_run_cc(const TdStep *step, GError **error);
gboolean td_run_requester(const TdStep *step, GError **error);

/* run-text.c */
gboolean td_run_reply(const TdStep *step, GError **error);
gboolean td_run_note(const TdStep *step, GError **error);
gboolean td_run_forward(const TdStep *step, GError **error);
gboolean td_run_canned(const TdStep *step, GError **error);
/* The commands that come with the canned answer which the step names, aimed at
 * the step's ticket; the caller's.  NULL, and the step refused, if there is no
 * such answer. */
gboolean td_canned_commands(
    const TdStep *step, TdCommands **commands, GError **error);
/* Whether the text of the mail goes with the step's ticket. */
gboolean td_step_is_own(const TdStep *step);
/* The text behind ':' of a status, once the status is set: joins that of the
 * mail, or goes out by itself. */
gboolean td_step_speak(const TdStep *step, GError **error);

/* run-status.c */
gboolean td_run_close(const TdStep *step, GError **error);
gboolean td_run_resolve(const TdStep *step, GError **error);
gboolean td_run_reopen(const TdStep *step, GError **error);
gboolean td_run_pending(const TdStep *step, GError **error);
gboolean td_run_spam(const TdStep *step, GError **error);
gboolean td_run_rate(const TdStep *step, GError **error);
/* status: to @to until @until (0: it does not end by itself). */
void td_step_set_status(const TdStep *step, TdStatus to, gint64 until);

/* run-family.c: behind the result of a step that ended its ticket, which was
 * @before: those that are tied to it are ended, or who works on them told; and
 * an agent hears which. */
gboolean td_step_finished(const TdStep *step, TdStatus before, GError **error);
/* The same where the end says nothing of its parts: spam, duplicate. */
gboolean td_step_left(const TdStep *step, TdStatus before, GError **error);
/* The step opened it again: its parents' owners are told. */
gboolean td_step_reopened(const TdStep *step, TdStatus before, GError **error);

/* run-links.c */
gboolean td_run_merge(const TdStep *step, GError **error);
gboolean td_run_link(const TdStep *step, GError **error);
gboolean td_run_duplicate(const TdStep *step, GError **error);

/* run-split.c */
gboolean td_run_split(const TdStep *step, GError **error);

/* run-answers.c */
gboolean td_run_status(const TdStep *step, GError **error);
gboolean td_run_history(const TdStep *step, GError **error);
gboolean td_run_help(const TdStep *step, GError **error);

/* run-list.c */
gboolean td_run_list(const TdStep *step, GError **error);

/* run-self.c */
gboolean td_run_remind(const TdStep *step, GError **error);
gboolean td_run_ack(const TdStep *step, GError **error);
gboolean td_run_away(const TdStep *step, GError **error);
gboolean td_run_echo(const TdStep *step, GError **error);
gboolean td_run_add_address(const TdStep *step, GError **error);
gboolean td_run_go(const TdStep *step, GError **error);
gboolean td_run_stop(const TdStep *step, GError **error);
gboolean td_run_unsubscribe(const TdStep *step, GError **error);
gboolean td_run_lang(const TdStep *step, GError **error);

/* run-undo.c */
gboolean td_run_undo(const TdStep *step, GError **error);

/* run-inverse.c: one event on its way to be taken back */
typedef struct {
	TdDraft *draft;
	const TdTicket *ticket; /* of the event, as the plan leaves it */
	const TdEvent *event;
} TdTakeBack;
/* Whether there is an inverse of events like @event. */
gboolean td_run_has_inverse(const TdEvent *event);
/* Adds what takes the event back to the plan: events with the number "undone",
 * which is its sequence.  FALSE, with nothing added, if what it did was changed
 * since. */
gboolean td_run_take_back(const TdTakeBack *back);

#endif
