/* suppress.h - addresses that get no automatic mail, and senders that are
 * banned
 *
 * Part of the store: what store.h says of transactions and errors holds here
 * too. */

#ifndef TICKETD_SUPPRESS_H
#define TICKETD_SUPPRESS_H

#include <ticketd/store.h>

G_BEGIN_DECLS

typedef enum {
	TD_SUPPRESSED_BOUNCED, /* mail to it comes back */
	TD_SUPPRESSED_MUTED,   /* answers ours by itself */
	TD_SUPPRESSED_BANNED,  /* an administrator wants no mail from it */
	TD_SUPPRESSED_LAST = TD_SUPPRESSED_BANNED,
} TdSuppressedKind;

const char *td_suppressed_kind_name(TdSuppressedKind kind); /* "bounced" */
gboolean td_suppressed_kind_from_name(const char *name, TdSuppressedKind *kind);

/* Strings are never NULL. */
typedef struct {
	TdSuppressedKind kind;
	char *what; /* a folded address; if banned also "@example.org", which
	             * includes the domains below it, or "/REGEX/" */
	char *why;  /* one line, printable: "5.1.1 no such user" */
	char *by;   /* an event's actor: "desk", "control:root" */
	TdPlace evidence; /* the mail that it comes from; ticket and sequence 0:
	                   * none */
	gint64 created;   /* the first time */
	gint64 updated;   /* the last time */
	gint64 expires;   /* seconds UTC; 0: never; who asks compares */
	guint64 count;    /* how often it happened */
} TdSuppression;

TdSuppression *td_suppression_new(TdSuppressedKind kind, const char *what);
void td_suppression_free(TdSuppression *suppression);

/* Writes it.  If there is one of the same kind and what, .created of that stays
 * and .count is added to its count; one whose record is damaged is replaced. */
gboolean td_suppression_put(
    TdTxn *txn, const TdSuppression *suppression, GError **error);

/* *@suppression is the caller's, NULL if there is none; expired ones too. */
gboolean td_suppression_get(TdTxn *txn, TdSuppressedKind kind, const char *what,
    TdSuppression **suppression, GError **error);

/* *@found says whether there was one, though it be damaged. */
gboolean td_suppression_delete(TdTxn *txn, TdSuppressedKind kind,
    const char *what, gboolean *found, GError **error);

/* Those of @kind (-1: all) in order of kind and what, behind @after (of the
 * same kind; NULL: from the first), at most @limit (<= TD_READ_MAX), damaged
 * ones left out; *@suppressions is of TdSuppression, the caller's.  With kind
 * -1 @after must be NULL unless @after_kind tells of which kind it is. */
gboolean td_suppression_list(TdTxn *txn, int kind, TdSuppressedKind after_kind,
    const char *after, guint limit, GPtrArray **suppressions, GError **error);

/* How many of @kind there are, expired ones too; counted without reading them.
 */
gboolean td_suppression_count(
    TdTxn *txn, TdSuppressedKind kind, guint64 *count, GError **error);

/* Deletes up to @limit that expired before @before. */
gboolean td_suppression_expire(
    TdTxn *txn, gint64 before, guint limit, guint *count, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdSuppression, td_suppression_free)

G_END_DECLS

#endif
