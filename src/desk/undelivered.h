/* undelivered.h - mail of ours that did not arrive: which one, why, and who is
 * told
 *
 * Bounces, refusals at the SMTP server and complaints all come here. */

#ifndef TICKETD_DESK_UNDELIVERED_H
#define TICKETD_DESK_UNDELIVERED_H

#include "desk/plan.h"

/* ---- thread-report.c: which mail a report is about ---- */

/* What tells it. */
typedef enum {
	TD_TRACE_NONE,           /* nothing does */
	TD_TRACE_RECIPIENT,      /* whose customer the recipient is: a guess */
	TD_TRACE_MESSAGE_ID,     /* ours, in the returned headers */
	TD_TRACE_BOUNCE_ADDRESS, /* that it came to */
	TD_TRACE_ENVID,
	TD_TRACE_SMTP, /* we were told to our face */
} TdTraceBy;

const char *td_trace_name(TdTraceBy by); /* "bounce-address", for events */

typedef struct {
	TdTraceBy by;
	gboolean is_signed; /* only we can have made it, by a key that counts */
	TdPlace place; /* the mail; merges are not followed.  Sequence 0: only
	                * the ticket is known */
} TdTrace;

/* Which mail of ours the report @message is about. */
gboolean td_trace_report(const TdDesk *desk, TdTxn *txn,
    const TdMessage *message, const TdEnvelope *envelope, gint64 now,
    TdTrace *trace, GError **error);

/* The newest mail on ticket @number that went out to folded @address; if that
 * is "", the newest that an agent wrote.  *@filed is the caller's, NULL if
 * there is none among the last ones. */
gboolean td_trace_letter(TdTxn *txn, guint64 number, const char *address,
    TdFiled **filed, GError **error);

/* Whether the outgoing mail @filed went to folded @address. */
gboolean td_trace_went_to(const TdFiled *filed, const char *address);

/* How the diagnostic of a mail ends that an administrator dropped. */
#define TD_DROPPED "dropped by the administrator"

/* ---- failure.c ---- */

/* What became of a mail for one recipient.  Strings are owned, never NULL. */
typedef struct {
	char *to;         /* folded if it is an address; "" if nobody tells */
	char *action;     /* "failed"; of a complaint its type, "abuse" */
	char *status;     /* "5.1.1" or "" */
	char *diagnostic; /* one printable line */
} TdFailure;

/* @to may be in the form that an envelope has: see td_failure_address(). */
TdFailure *td_failure_new(const char *to, const char *action,
    const char *status, const char *diagnostic);
void td_failure_free(TdFailure *failure);
gboolean td_failure_is_complaint(const TdFailure *failure);

/* "a@b" of what an envelope may have for it, "prvs=TAG=a@b" (BATV): folded, or
 * else as it is; the caller's. */
char *td_failure_address(const char *address);

/* Whether the status says that the address is no good, and will not be: no such
 * mailbox or domain, moved, switched off (RFC 3463).  A full mailbox, a refusal
 * by rules, or what is wrong with the sender (x.1.7, x.1.8) is not its fault.
 */
gboolean td_failure_is_hard(const TdFailure *failure);

/* Keys of the phrases for why it is, and for what can be done; static. */
void td_failure_explain(
    const TdFailure *failure, const char **why, const char **todo);

/* No automatic mail to @address from @now on, for @days (0: no end), because of
 * @failure; the caller's. */
TdSuppression *td_failure_suppression(
    const TdFailure *failure, const char *address, gint64 now, guint days);

/* The mail of ours at @place; NULL if there is none that can be read; the
 * caller's. */
gboolean td_failure_mail(
    TdTxn *txn, const TdPlace *place, TdFiled **filed, GError **error);

/* Of each reader the newest mail that went to him on ticket @number, and for ""
 * the newest that an agent wrote: into @newest, of char * to TdFiled, which are
 * borrowed from @letters; those are added there, the newest first. */
gboolean td_failure_mails(TdTxn *txn, guint64 number, GHashTable *newest,
    GPtrArray *letters, GError **error);

/* The one that @failure is about: the newest that went to its recipient; where
 * that is nobody we wrote to (he had it forwarded), the newest that an agent
 * wrote.  NULL if there is none. */
const TdFiled *td_failure_find(GHashTable *newest, const TdFailure *failure);

/* ---- undelivered.c ---- */

/* The mail that @trace tells did not get to those of @failures (of TdFailure),
 * or they complain of it: events on ticket @number; who wrote it hears, or the
 * administrator, once for each mail and recipient; addresses that are no good
 * are suppressed, if it is sure that it was that mail, and nobody but its only
 * reader can have made the report.  @letter is the name of its kind, and
 * @recipients who got it; both NULL: as it is filed. */
gboolean td_plan_undelivered(TdDraft *draft, const TdTrace *trace,
    guint64 number, const char *letter, const GStrv recipients,
    const GPtrArray *failures, GError **error);

/* Whoever writes from an address of his, and is proven to, can be written to:
 * @suppression of kind bounced ends. */
void td_plan_lift(TdDraft *draft, const TdSuppression *suppression);

/* ---- talk-notice.c ---- */

/* A mail that agent @author (NULL: nobody knows) wrote on ticket @number did
 * not get to those of @failures: he is told, else the owner, else the queue. */
gboolean td_talk_undelivered(TdDraft *draft, guint64 number, const char *author,
    const GPtrArray *failures, GError **error);

/* The administrator is told of @failure: of mail to an agent or a team, or a
 * complaint about mail on ticket @number, which went to that address if
 * @is_reader.  Once a day: of each reader, of the others for each ticket. */
gboolean td_talk_mail_trouble(TdDraft *draft, guint64 number,
    const TdFailure *failure, gboolean is_reader, GError **error);

/* ---- vacation.c ---- */

/* An automatic answer of an agent's own: he is away, and his team is told. */
gboolean td_plan_vacation(TdDecision *decision, GError **error);

/* ---- vacation-date.c ---- */

/* Until when the writer of @text, written at @written, says that he is away:
 * seconds UTC, by the clock of @zone.  0 if no date can be read, or none that
 * is to come within a year.  Pure. */
gint64 td_vacation_until(const char *text, gint64 written, GTimeZone *zone);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdFailure, td_failure_free)

#endif
