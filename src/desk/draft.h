/* draft.h - a plan in the making, and the tickets as it leaves them
 *
 * Whatever decides (mail, command line, clock) adds events and letters to a
 * draft and reads tickets through it, so that each step sees what the one
 * before it did.  Nothing is written to the store. */

#ifndef TICKETD_DESK_DRAFT_H
#define TICKETD_DESK_DRAFT_H

#include "desk/desk-private.h"

typedef struct {
	const TdDesk *desk;
	TdTxn *txn;
	gint64 now;
	TdPlan *plan;         /* borrowed */
	const char *actor;    /* of the events that are added; borrowed */
	const char *evidence; /* likewise */
	GPtrArray *tickets;   /* of TdTicket: as the plan leaves them */
	guint folded;         /* events of the plan that .tickets know of */
	guint64 newest;    /* number of the newest ticket of the plan, or 0 */
	GPtrArray *agents; /* of TdPerson, or NULL: not read yet */
} TdDraft;

void td_draft_init(
    TdDraft *draft, const TdDesk *desk, TdTxn *txn, TdPlan *plan, gint64 now);
void td_draft_clear(TdDraft *draft);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TdDraft, td_draft_clear)

/* An empty plan; td_plan_free() it. */
TdPlan *td_plan_new(gint64 now);

/* A rule of the configuration fired, see TdFired; takes over the texts. */
void td_plan_fired(TdPlan *plan, char *name, char *why, char *what);

/* A memo for a plan; takes over @key and @value. */
TdMemo *td_memo_new(char *key, GBytes *value);

/* Adds an event of @kind on ticket @number (a new one of the plan too), whose
 * details the caller sets before the next call of this room; borrowed from the
 * plan. */
TdEvent *td_draft_add(TdDraft *draft, TdEventKind kind, guint64 number);

/* Ticket @number as the plan leaves it so far; borrowed.  It stays where it is
 * until td_draft_undo(), and is brought up to date by the next call of
 * td_draft_ticket(), which may free its texts.  *@ticket is NULL if there is
 * none; merged ones are not followed. */
gboolean td_draft_ticket(
    TdDraft *draft, guint64 number, const TdTicket **ticket, GError **error);
/* The same where there must be one: TD_ERROR_BROKEN. */
const TdTicket *td_draft_need(TdDraft *draft, guint64 number, GError **error);

/* A number for one more new ticket of the plan. */
guint64 td_draft_new_ticket(TdDraft *draft);

/* Adds @letter, which is taken over; its event ("message" with kind and to) is
 * made here; an acknowledgement's is "acknowledged".  Letters without anybody
 * to get them are dropped. */
void td_draft_letter(TdDraft *draft, TdLetter *letter);

/* All agents by name, read once; borrowed. */
gboolean td_draft_agents(TdDraft *draft, GPtrArray **agents, GError **error);
/* Agent @name; NULL if there is none (removed ones are none); borrowed. */
gboolean td_draft_agent(
    TdDraft *draft, const char *name, const TdPerson **agent, GError **error);
/* Whether folded @address is an agent's. */
gboolean td_draft_is_agent(
    const TdDraft *draft, const char *address, gboolean *agent, GError **error);
/* What the plan changes of @person: a copy to be changed, borrowed from the
 * plan. */
TdPerson *td_draft_change_person(TdDraft *draft, const TdPerson *person);

/* A point to go back to: all that was added since is taken back. */
typedef struct {
	guint events, letters, moves, people, holds, suppressions, lifts, memos,
	    objects, drops;
	guint64 newest;
} TdDraftMark;

TdDraftMark td_draft_mark(const TdDraft *draft);
void td_draft_undo(TdDraft *draft, const TdDraftMark *mark);

#endif
