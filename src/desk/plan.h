/* plan.h - deciding about one mail: its parts, and the events they make */

#ifndef TICKETD_DESK_PLAN_H
#define TICKETD_DESK_PLAN_H

#include "desk/draft.h"
#include "desk/talk.h"
#include "desk/who.h"

/* What the rules that fired say of a new ticket: see td_route().  NULL and 0
 * where they say nothing. */
typedef struct {
	guint priority, urgency, impact;
	char *type;
	char *owner;         /* name of an agent */
	char *template;      /* of the acknowledgement */
	gboolean silent;     /* no acknowledgement */
	GPtrArray *tags;     /* of char *; or NULL */
	GPtrArray *fields;   /* of TdField; or NULL */
	GPtrArray *watch;    /* of char *: agents and queues; or NULL */
	const TdQueue *home; /* where it was to go before; NULL: it stays */
	GString *rules;      /* names of those that fired, for the record */
	GHashTable *by; /* "priority ", "tag vip" -> who said it: "rule vip" */
} TdRouting;

void td_routing_clear(TdRouting *routing);

/* All that deciding about one mail looks at and fills in. */
typedef struct {
	const TdDesk *desk;
	TdTxn *txn;
	const TdMessage *message;
	const TdEnvelope *envelope;
	const TdQueue *queue;     /* whose rules hold: the ticket's */
	const TdQueue *door;      /* that the mail came in by */
	const TdAddress *speaker; /* see td_desk_speaker() */
	gboolean is_event;        /* see td_class_is_event() */
	char *from;               /* the speaker's address, folded; "" */
	char *customer;           /* whose ticket a new one is, folded; .from
	                           * unless an agent forwards */
	char *customer_name;
	const char *title; /* of a new ticket; borrowed from .message */
	char *language;    /* of the customer, where it is known or can be
	                    * guessed and there are texts in it; or NULL */
	TdTicket *ticket;  /* as it is now; NULL for a new one and for 0 */
	TdThread thread;
	TdWho who;
	TdRouting routing; /* of a new ticket */
	char *missing;     /* labels of fields that it lacks: asked for; NULL */
	TdPlan *plan;
	TdDraft draft; /* of .plan */
} TdDecision;

void td_decision_clear(TdDecision *decision);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TdDecision, td_decision_clear)

/* ---- decide.c ---- */

/* The queue of a new ticket.  A mail to two queues comes once for each, in an
 * order that nobody knows, so what the writer put first decides. */
const TdQueue *td_plan_home(const TdDecision *decision);

/* ---- who.c ---- */

/* Who speaks, once the ticket is known. */
gboolean td_who_find(const TdDecision *decision, TdWho *who, GError **error);

/* What he is called in events; the caller's. */
char *td_who_actor(const TdDecision *decision, const TdWho *who);

/* Whether an agent's mail brings the evidence that the desk wants; and whether
 * a one-time link could make up for it. */
gboolean td_who_is_proven(const TdDecision *decision);
gboolean td_who_may_confirm(const TdDecision *decision);

/* How the ids know a signed text again; the caller's. */
char *td_signed_id(const char *digest);

/* ---- plan.c ---- */

/* created: a ticket of its own, with its participants. */
void td_plan_created(TdDecision *decision);

/* message, report or auto-reply: the mail itself, on @ticket. */
void td_plan_message(TdDecision *decision, guint64 ticket);

/* participant: everybody in To and Cc who is not on the ticket (NULL: a new
 * one) yet and not the desk itself nor an agent. */
gboolean td_plan_participants(
    TdDecision *decision, const TdTicket *ticket, GError **error);

/* participant: the queue that the mail came in by watches, if it is not that of
 * the ticket (NULL: a new one). */
void td_plan_watch(TdDecision *decision, const TdTicket *ticket);

/* linked: @from speaks of, or goes on, @to. */
void td_plan_link(
    TdDecision *decision, guint64 from, const char *type, guint64 to);

/* status: from @status to open, if the mail of a customer means that. */
void td_plan_reopen(TdDecision *decision, TdStatus status);

/* refused: @why in a few words, on @ticket. */
void td_plan_refuse(TdDecision *decision, guint64 ticket, const char *why);

/* Decides whether, to whom and by which text the desk answers; adds the
 * letter. */
gboolean td_plan_answer(TdDecision *decision, GError **error);

/* ---- limits.c: rules 11 and 12 ---- */

/* Whether an automatic answer to plan->answer_to would be one too many, or goes
 * to an address that is suppressed: *@why, the caller's, is NULL if it may go.
 * A machine found out is muted, and the administrator told, by the plan. */
gboolean td_plan_limit(TdDecision *decision, char **why, GError **error);

/* ---- forwarded.c ---- */

/* Whether the mail passes on another one, and so opens a ticket of its own
 * whatever it answers: not what comes to an agent's own address of a ticket. */
gboolean td_plan_is_forward(const TdDecision *decision);
/* The same of a mail that is filed already and comes once more, by a signed
 * address: it has its own ticket. */
gboolean td_plan_forwards(const TdDecision *decision);

/* Whose ticket a new one would be, its title, and the language of the customer.
 * Of an agent's forward they are those of the mail that he forwards. */
gboolean td_plan_find_customer(TdDecision *decision, GError **error);

/* Whether the mail is but a reaction: an event, whoever sent it. */
gboolean td_plan_is_reaction(const TdDecision *decision);
void td_plan_reaction(TdDecision *decision);

/* Characters of a ticket's subject. */
#define TD_SUBJECT_MAX 200

/* The newest ticket that the same customer opened within the hour under the
 * same title, 0 if there is none. */
gboolean td_plan_find_same(
    TdDecision *decision, guint64 *number, GError **error);

/* ---- moved.c: a mail that is here already ---- */

/* A second copy: nothing happens, or another queue watches. */
gboolean td_plan_duplicate(TdDecision *decision, GError **error);

/* The mail is at @from and belongs elsewhere now. */
gboolean td_plan_move(
    TdDecision *decision, const TdPlace *from, GError **error);

/* ---- customer.c: mail of customers, strangers and machines ---- */

/* Whether a mail to @ticket, which may be closed, opens a new one instead. */
gboolean td_plan_is_over(TdDecision *decision, const TdTicket *ticket,
    gboolean *over, GError **error);

/* Whether the proof lets a participant change who is on the ticket. */
gboolean td_plan_customer_proven(const TdDecision *decision);
/* Whether a participant may speak without being marked. */
gboolean td_plan_customer_credible(const TdDecision *decision);

gboolean td_plan_new_ticket(TdDecision *decision, GError **error);
gboolean td_plan_follow_up(TdDecision *decision, GError **error);

/* ---- import.c: mail that came before there was this desk ---- */

/* The whole plan of an old mail: see TdPlan.silent. */
gboolean td_plan_import(TdDecision *decision, GError **error);

/* ---- machine.c: what machines say of tickets ---- */

/* An event: bounce, receipt, report, auto-reply, our own mail. */
gboolean td_plan_machine(TdDecision *decision, GError **error);

/* ---- agent.c: mail of agents ---- */

gboolean td_plan_agent(TdDecision *decision, GError **error);

/* The verb of an address that its mail came to; NULL if there is none.  The
 * verb "note" says (*@inside) that the text stays inside unless it says
 * otherwise: letters for agents alone are answered there. */
const char *td_plan_verb(const TdExtension *extension, gboolean *inside);

/* The new text of an agent's mail, with the quotes that he answered one by one
 * unless it is an answer to what was @inside; the caller's. */
char *td_plan_agent_text(const TdMessage *message, gboolean inside);

/* Whether @message answers a mail that was for agents alone. */
gboolean td_plan_answers_inside(const TdDecision *decision,
    const TdMessage *message, gboolean *inside, GError **error);

/* A link or address that gives nobody anything: spent, expired, somebody
 * else's.  The mail is kept under number 0. */
gboolean td_plan_bad_link(TdDecision *decision, GError **error);

/* ---- execute.c: commands and text of an agent or customer ---- */

/* What is to be executed: a mail in hand, or one that was held. */
typedef struct {
	TdSaid
	    *said; /* its new text; with commands, unless there is a source */
	const TdMessage *source; /* the mail that is read for commands, where
	                          * they may stand: above all quotes; or NULL */
	gboolean quotes;         /* answered quotes are part of the text */
	const char *mended;      /* see TdCommandContext, or NULL */
	const char *verb;        /* of the address, or NULL */
	gboolean strict;         /* a command line: see TdCommandContext */
	guint64 ticket;          /* the mail's own, or TD_TICKET_DESK */
	gboolean internal;   /* its text stays inside unless it says reply */
	gboolean released;   /* the writer was asked, and said go */
	gboolean drop_leaks; /* attachments that leak stay behind */
	const TdMessage *answers; /* the mail whose references tell which
	                           * message is answered; or NULL */
	const TdHold *hold;       /* it was held: stays so if this fails too */
} TdBlock;

/* Reads the commands of @block in the languages of @who.  The caller's. */
TdCommands *td_block_parse(
    TdDecision *decision, const TdBlock *block, gboolean customer);

/* Runs them and sends the text on.  Mistakes, refusals and leaks hold the mail
 * and go to the speaker; *@done says whether all was done. */
gboolean td_block_execute(TdDecision *decision, const TdBlock *block,
    const TdCommands *commands, gboolean *done, GError **error);

/* Nothing was done: the mail is held as @kind, and its writer hears why by the
 * phrase @heading. */
gboolean td_block_give_back(TdDecision *decision, const TdBlock *block,
    const TdCommands *commands, const char *kind, const char *heading,
    GError **error);

/* Whether @commands change something. */
gboolean td_commands_change(const TdCommands *commands);
gboolean td_commands_have(const TdCommands *commands, TdVerb verb);

/* ---- held.c: mail that waited for a word ---- */

/* An agent's mail says `go`. */
gboolean td_plan_go(TdDecision *decision, const TdBlock *block,
    const TdCommands *commands, GError **error);

/* A mail to a confirmation's address. */
gboolean td_plan_confirmed(TdDecision *decision, GError **error);

/* ---- apply.c ---- */

/* Remembers the mail's own id, and those it speaks of: somebody who got a copy
 * of an earlier mail may answer that one.  Of @plan count rule, evidence, and
 * whether it is marked or internal. */
gboolean td_plan_remember_ids(const TdDesk *desk, TdTxn *txn,
    const TdPlan *plan, const TdMessage *message, const TdPlace *place,
    GError **error);

/* ---- apply-rest.c ---- */

/* Writes what the plan says of people, holds, the outbox, suppressed addresses
 * and what is to be remembered; @place is where its mail is (sequence 0: it has
 * none), @envelope may be NULL.  Ids that are allotted go into the plan. */
gboolean td_plan_put(const TdPlan *plan, TdTxn *txn, const TdEnvelope *envelope,
    const TdPlace *place, GError **error);

/* ---- settle.c ---- */

/* Gives each new ticket of the plan its number, which it has from now on in all
 * parts of the plan; new, empty tickets are added to @tickets (of TdTicket). */
gboolean td_plan_settle(
    TdPlan *plan, TdTxn *txn, GPtrArray *tickets, GError **error);

#endif
