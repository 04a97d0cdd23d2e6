/* who.h - who speaks, how we know, and what he may do (design of tokens and
 * evidence: ticketd(7)) */

#ifndef TICKETD_DESK_WHO_H
#define TICKETD_DESK_WHO_H

#include "desk/draft.h"

/* How sure it is that the mail is by whom From names, weakest first. */
typedef enum {
	TD_PROOF_FALSE,     /* DMARC says no, or a token of somebody else */
	TD_PROOF_NONE,      /* From alone */
	TD_PROOF_ANSWER,    /* thread address, or a signed id sent to him */
	TD_PROOF_ADDRESS,   /* personal address, action link */
	TD_PROOF_CONFIRMED, /* a one-time link */
	TD_PROOF_DMARC,     /* or aligned DKIM, by our own authserv-id */
	TD_PROOF_SIGNATURE, /* OpenPGP or S/MIME by a known key */
	TD_PROOF_CONTROL,   /* command line */
} TdProof;

const char *td_proof_name(TdProof proof); /* "address", for evidence */

typedef struct {
	TdPerson *person; /* owned; NULL: From is not in people */
	gboolean agent;   /* speaks as an agent (on that ticket) */
	gboolean control; /* a tool: may do all that an agent may */
	gboolean own;     /* the personal address or action link that the mail
	                   * came to is good and his own */
	TdProof proof;
	char *address;        /* folded From, or the agent's main address; "" */
	char *name;           /* what people call him: for letters; never "" */
	char *actor;          /* "agent:olga", "customer:a@b", "control:root" */
	const char *language; /* borrowed from .person or the queue's */
} TdWho;

void td_who_clear(TdWho *who);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TdWho, td_who_clear)

/* Whether @who may act as an agent on @ticket: works in its queue, owns or
 * watches it, is a lead, or is a tool. */
gboolean td_who_may_act(const TdWho *who, const TdTicket *ticket);

/* What agents are called to customers: full name, else name; borrowed. */
const char *td_agent_shown_name(const TdPerson *agent);

#endif
