/* policy.h - the rules that an administrator gave the desk, at work
 *
 * Each adds events and letters to a plan in the making; nothing is written.
 * What the rules are is in ticketd/rules.h. */

#ifndef TICKETD_DESK_POLICY_H
#define TICKETD_DESK_POLICY_H

#include "desk/plan.h"

/* ---- routing.c: [rule NAME], and X-Ticketd-* fields of trusted senders ----
 */

/* Looks which rules fire for the mail, which opens a ticket, and then what its
 * sender says himself, if he is trusted; fills decision->routing and with it
 * decision->queue, plan->queue and plan->rules.  Mail that is taken for spam
 * is for rules that name this class alone. */
gboolean td_route(TdDecision *decision, GError **error);
/* What they say of the new ticket beside its queue: events on it, behind
 * "created". */
gboolean td_route_apply(TdDecision *decision, GError **error);

/* ---- fields.c: what a ticket of its type must tell ---- */

/* Sets the fields that lines of @text (new text: no quotes) such as "Equipment:
 * PC-17" tell, in any language the desk speaks, on ticket @number; only those
 * that its type requires and that it lacks.  A new ticket gets what people know
 * of the customer besides.  *@taken, which may be NULL, says whether a line
 * told one. */
gboolean td_fields_take(TdDecision *decision, guint64 number, const char *text,
    gboolean *taken, GError **error);
/* Sets decision->missing to the labels of those that it still lacks, in the
 * customer's language, a line each: td_plan_answer() then asks for them.  NULL
 * if it lacks none, was asked often enough, or the mail is not the customer's
 * own. */
gboolean td_fields_missing(
    TdDecision *decision, guint64 number, GError **error);
/* The same for a mail on a ticket that waits for its fields. */
gboolean td_fields_ask_again(TdDecision *decision, GError **error);
/* Behind td_plan_answer(): if the question goes out, the ticket waits for the
 * answer.  *@asked says so. */
gboolean td_fields_asked(TdDecision *decision, gboolean *asked, GError **error);
/* Behind all letters to agents: they read what the ticket lacks. */
gboolean td_fields_tell(TdDecision *decision, GError **error);
/* Whether a line that was read as a command of a customer's tells a field that
 * the type of decision->ticket requires: then it is no command. */
gboolean td_fields_are_told(
    const TdDecision *decision, const TdCommands *commands);
/* What people call field @name, in @language; the caller's. */
char *td_field_label(
    const TdDesk *desk, const char *language, const char *name);

/* ---- distribute.c: who gets a ticket ---- */

/* Gives ticket @number, if it is active and nobody owns it, an owner as its
 * queue says, and tells him, but of a new one: td_talk_new() does.  If nobody
 * is at work the clock TD_CLOCK_ASSIGN is set; of a ticket that needs nobody
 * (any more) it is taken away.  Who lost the ticket by an event of the plan
 * does not get it back while there is somebody else; who did not answer in
 * time, not at all until the customer writes. */
gboolean td_distribute(TdDraft *draft, guint64 number, GError **error);

/* ---- monitor.c: mail of systems that watch others ---- */

/* If the mail is of a [monitor NAME], decides all of it; *@done says so. */
gboolean td_plan_monitor(TdDecision *decision, gboolean *done, GError **error);
/* Ticket @number, as the draft has it, was taken: its monitor is told. */
gboolean td_monitor_taken(
    TdDraft *draft, const TdWho *who, guint64 number, GError **error);

/* ---- deadlines.c, escalation.c: clocks ---- */

/* Brings the clocks of all tickets that the plan touches to where they should
 * be; the last step of each decision. */
gboolean td_clocks_settle(TdDraft *draft, GError **error);
/* What time brings to the clocks of @ticket: warnings, breaches, steps of an
 * escalation, owners who did not answer, somebody at work. */
gboolean td_clocks_look(TdDraft *draft, const TdTicket *ticket, GError **error);
/* @who acknowledges what runs on ticket @number; *@done: there was something.
 */
gboolean td_clocks_acknowledge(TdDraft *draft, const TdWho *who, guint64 number,
    gboolean *done, GError **error);

/* ---- family.c: parents and children ---- */

/* In all of these a damaged ticket that another one is linked to is left out,
 * and a walk looks at a bounded number of tickets. */

/* Ticket @number, as the draft has it, was resolved or closed: its children are
 * closed with it, or their owners told, as its queue says (those of the first
 * 199 that are active); and who works on what it blocked hears that it does no
 * more.  A customer ends his own ticket alone, whatever the queue says. */
gboolean td_family_finished(
    TdDraft *draft, const TdWho *who, guint64 number, GError **error);
/* The second half of that, for an end that says nothing of its children. */
gboolean td_family_unblocked(
    TdDraft *draft, const TdWho *who, guint64 number, GError **error);
/* It was opened again: the owners of its parents that are over hear it. */
gboolean td_family_reopened(
    TdDraft *draft, const TdWho *who, guint64 number, GError **error);

/* Which tickets below ticket @number (its children, theirs ...) are active, and
 * which active ones block it: *@numbers is of guint64, the caller's.  *@cut:
 * there are too many below it, active or not, to look at all of them. */
gboolean td_family_open(TdDraft *draft, guint64 number, GArray **numbers,
    gboolean *cut, GError **error);
gboolean td_family_blockers(
    TdDraft *draft, guint64 number, GArray **numbers, GError **error);
/* Whether @below would be its own ancestor if @above was linked above it by
 * links of @type ("parent" or "blocked-by").  *@cut: there are too many above
 * it to be sure that it would not. */
gboolean td_family_is_circle(TdDraft *draft, const char *type, guint64 above,
    guint64 below, gboolean *circle, gboolean *cut, GError **error);

#endif
