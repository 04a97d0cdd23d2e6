/* routing.h - what rules and trusted senders say of a new ticket */

#ifndef TICKETD_DESK_ROUTING_H
#define TICKETD_DESK_ROUTING_H

#include "desk/plan.h"

/* ---- routing-match.c: whether a rule fires ---- */

/* The mail as rules see it.  What is costly is made when a rule asks for it
 * first, and once. */
typedef struct {
	const TdDecision *decision;
	const TdQueue *queue;        /* before any rule */
	TdPatternText recipients[2]; /* that came with the envelope; .text NULL:
	                              * there is none */
	TdPatternText sender;        /* whose ticket it is */
	TdPatternText company;
	TdPatternText subject;
	TdPatternText text;
	TdPatternText *headers;     /* as many as the mail has */
	TdPatternText *attachments; /* name and type of each */
	char *texts[4];             /* what those above are borrowed from */
} TdRoutingMail;

gboolean td_routing_mail_open(
    TdRoutingMail *mail, const TdDecision *decision, GError **error);
void td_routing_mail_clear(TdRoutingMail *mail);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TdRoutingMail, td_routing_mail_clear)

/* Whether all conditions of @rule hold.  What its expressions caught is added
 * to @captures; @why says what matched, or with *@cut, whose expression ran
 * away (the rule does not fire then). */
gboolean td_routing_matches(TdRoutingMail *mail, const TdRoutingRule *rule,
    TdCaptures *captures, GString *why, gboolean *cut);

/* ---- routing-set.c: what is said of the ticket ---- */

/* Who says something of the ticket, and what came of it. */
typedef struct {
	TdDecision *decision;
	const char *by; /* "rule vip", "X-Ticketd-Queue" */
	GString *what;  /* what was set, and why something was not */
} TdSaying;

/* Each takes @text as it comes from the configuration or out of a mail; what
 * will not do changes nothing, and .what tells it. */
void td_routing_set_queue(TdSaying *saying, const char *text);
void td_routing_set_type(TdSaying *saying, const char *text);
void td_routing_add_tag(TdSaying *saying, const char *text);
void td_routing_set_field(TdSaying *saying, const char *name, const char *text);
gboolean td_routing_set_owner(
    TdSaying *saying, const char *text, GError **error);
gboolean td_routing_add_watcher(
    TdSaying *saying, const char *text, GError **error);
/* @what is "priority", "urgency" or "impact"; @grade is 1 to 5. */
void td_routing_set_grade(TdSaying *saying, const char *what, guint grade);

/* Adds a piece to .what. */
void td_routing_tell(TdSaying *saying, const char *format, ...)
    G_GNUC_PRINTF(2, 3);

/* ---- routing-trusted.c ---- */

/* Takes the X-Ticketd-* fields of the mail, if its sender may set them. */
gboolean td_route_trusted(TdDecision *decision, GError **error);

/* ---- routing.c ---- */

/* Notes that @saying->by fired, see TdFired; @taken: it counts, and stands in
 * the ticket's record.  Takes over @why. */
void td_routing_fired(TdSaying *saying, char *why, gboolean taken);

#endif
