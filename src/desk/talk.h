/* talk.h - who is told what: the conversation between customers and agents
 *
 * Each function adds letters (and the events that go with them) to the draft.
 * Nobody gets a copy of what he has: those who stand in the To and Cc of the
 * mail in hand, who wrote it, or who muted the ticket. */

#ifndef TICKETD_DESK_TALK_H
#define TICKETD_DESK_TALK_H

#include "desk/who.h"

/* What somebody said.  All is borrowed but .text. */
typedef struct {
	char *text; /* owned; new text without commands; "" for nothing */
	const TdMessage *message; /* it came in, or NULL: a tool */
	GBytes *raw;              /* its bytes, for attachments, or NULL */
	guint64 sequence; /* of it on the ticket, if it is filed; else 0 */
	guint64 same; /* a ticket of the same customer and title, opened just
	               * now; or 0 */
} TdSaid;

void td_said_clear(TdSaid *said);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TdSaid, td_said_clear)

/* ---- talk-agents.c: to agents ---- */

/* A customer opened ticket @number: its owner, else the queue's agents or team
 * are told. */
gboolean td_talk_new(TdDraft *draft, const TdWho *who, guint64 number,
    const TdSaid *said, GError **error);
/* A customer (@marked: somebody who is not on the ticket) wrote on: owner and
 * watchers, without an owner the queue's agents. */
gboolean td_talk_message(TdDraft *draft, const TdWho *who, guint64 number,
    const TdSaid *said, gboolean marked, GError **error);
/* An agent's note: event "note", letters to owner and watchers but himself. */
gboolean td_talk_note(TdDraft *draft, const TdWho *who, guint64 number,
    const TdSaid *said, GError **error);
/* The owner is new (as the draft has it), and is told unless it was himself.
 * @who is NULL where the desk chose him. */
gboolean td_talk_assigned(
    TdDraft *draft, const TdWho *who, guint64 number, GError **error);
/* The ticket came to another queue: its agents are told, if nobody owns it. */
gboolean td_talk_moved(
    TdDraft *draft, const TdWho *who, guint64 number, GError **error);
/* The clock: @kind is TD_LETTER_REMINDER (to agent @name, @text what of) or
 * TD_LETTER_AWAKE (to the owner, else as for a new one). */
gboolean td_talk_clock(TdDraft *draft, TdLetterKind kind, guint64 number,
    const char *name, const char *text, GError **error);
/* What the plan changes of the ticket beside its text: the owner is told, if it
 * was not himself, and in the letter that he gets about it anyway if there is
 * one.  To be called when all else is decided. */
gboolean td_talk_changed(
    TdDraft *draft, const TdWho *who, guint64 number, GError **error);
/* The daily digests of all agents that have something in theirs. */
gboolean td_talk_digests(TdDraft *draft, GError **error);

/* ---- talk-customers.c: to customers ---- */

/* An agent's public reply: letter to the requester (To) and the participants
 * (Cc) in the customer's thread; a "message" event; status waiting unless
 * resolved, closed or pending; first answer takes the ticket if nobody owns it
 * (unless the queue distributes to nobody);
 * other watchers and the owner are told.  *@held: an attachment has a secret
 * address of ours in it: nothing was added, @held names it (the caller's);
 * with @drop_leaks such attachments stay behind. */
gboolean td_talk_reply(TdDraft *draft, const TdWho *who, guint64 number,
    const TdSaid *said, gboolean drop_leaks, char **held, GError **error);
/* The ticket was resolved or closed, as the draft has it: the requester is
 * told, with links for a rating. */
gboolean td_talk_finished(
    TdDraft *draft, const TdWho *who, guint64 number, GError **error);
/* Message @sequence of the ticket to @address, @text (or NULL) above it. */
gboolean td_talk_forward(TdDraft *draft, const TdWho *who, guint64 number,
    guint64 sequence, const char *address, const char *text, GError **error);

/* ---- talk-notice.c: to the administrator and to authors ---- */

/* Tells the administrator @text (lines of his language: see td_talk_say()),
 * once a day for each @about ("muted a@b"); nobody if there is no admin. */
gboolean td_talk_notice(
    TdDraft *draft, const char *about, const char *text, GError **error);
/* The mail in hand broke the program that reads mail, and is filed unread. */
gboolean td_talk_unreadable(
    TdDraft *draft, const TdMessage *message, GError **error);

/* ---- talk-answers.c: to who wrote ---- */

/* Results and mistakes, to the speaker; @heading is a phrase's key, or NULL.
 * Not more than a few an hour to an address that is nobody's in people. */
gboolean td_talk_transcript(TdDraft *draft, const TdWho *who, guint64 number,
    const TdSaid *said, const TdCommands *commands, const char *heading,
    GError **error);
/* Asks for a confirmation of what @said holds (@asked: lines of commands or
 * the start of the text); adds the hold of @kind to the plan. */
gboolean td_talk_confirm(TdDraft *draft, const TdWho *who, guint64 number,
    const TdSaid *said, const char *kind, const char *asked, GError **error);

#endif
