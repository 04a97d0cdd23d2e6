/* object.h - what monitoring systems watch: hosts and their services
 *
 * Part of the store: what store.h says of transactions and errors holds here
 * too. */

#ifndef TICKETD_OBJECT_H
#define TICKETD_OBJECT_H

#include <ticketd/store.h>

G_BEGIN_DECLS

/* Changes of state that are remembered. */
#define TD_OBJECT_CHANGES 50

/* Strings are never NULL. */
typedef struct {
	char *monitor;   /* name of the [monitor NAME] */
	char *host;      /* as written last; "" if mails name a service alone */
	char *service;   /* "" for the host itself */
	char *reference; /* what the monitor calls this problem: "4711"; "" */
	guint64 ticket;  /* of the problem that there is or was; 0 for none */
	guint64 home;    /* where that was opened, before any merge */
	gboolean problem; /* FALSE: it is well */
	gboolean flapping;
	gboolean taken; /* the monitor heard that somebody took the problem */
	char *state;    /* as written last: "CRITICAL" */
	guint grade;    /* of the problem at its worst: a priority, 1 to 5; 0 */
	guint64 repeats; /* mails about this problem behind the first */
	gint64 since;    /* when .problem changed, seconds UTC */
	gint64 updated;
	GArray *changes; /* of gint64: when .problem changed, the newest last */
} TdObject;

TdObject *td_object_new(void);
void td_object_free(TdObject *object);
TdObject *td_object_copy(const TdObject *object);

/* Whether both are the same thing: monitor, and host and service as
 * td_text_fold() sees them. */
gboolean td_object_same(const TdObject *a, const TdObject *b);

/* By monitor, and host and service as td_text_fold() sees them; *@object is the
 * caller's, NULL if there is none. */
gboolean td_object_get(TdTxn *txn, const char *monitor, const char *host,
    const char *service, TdObject **object, GError **error);
/* The first whose problem @monitor calls @reference, which is not "";
 * likewise. */
gboolean td_object_find(TdTxn *txn, const char *monitor, const char *reference,
    TdObject **object, GError **error);
/* Up to @limit (<= TD_READ_MAX) that are a problem and belong to @ticket;
 * *@objects is of TdObject, the caller's.  Damaged ones are left out. */
gboolean td_object_problems(TdTxn *txn, guint64 ticket, guint limit,
    GPtrArray **objects, GError **error);

/* A damaged record is replaced. */
gboolean td_object_put(TdTxn *txn, const TdObject *object, GError **error);
/* The monitors of all problems of @ticket heard that somebody took it; those of
 * which they heard before are not written again. */
gboolean td_object_take(TdTxn *txn, guint64 ticket, GError **error);
/* @from was merged into @to: what belongs to the one belongs to the other. */
gboolean td_object_merge(TdTxn *txn, guint64 from, guint64 to, GError **error);
/* That is taken back: what belongs to @to and has its home at @from, or at one
 * that was merged into that, belongs to @from again. */
gboolean td_object_unmerge(
    TdTxn *txn, guint64 from, guint64 to, GError **error);
/* Deletes up to @limit that are well and were last spoken of before @before;
 * *@count is how many. */
gboolean td_object_expire(
    TdTxn *txn, gint64 before, guint limit, guint *count, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdObject, td_object_free)

G_END_DECLS

#endif
