/* search.h - the rules of threading share this: thread.c and its like */

#ifndef TICKETD_DESK_SEARCH_H
#define TICKETD_DESK_SEARCH_H

#include "desk/desk-private.h"

/* What the rules look at. */
typedef struct {
	const TdDesk *desk;
	TdTxn *txn;
	const TdMessage *message;
	const TdEnvelope *envelope;
	const char *from; /* folded address of who speaks; "" */
	gint64 now;
	TdThread *out;
} TdSearch;

/* The rule's answer, with the reason. */
void td_search_answer(TdSearch *search, TdRule rule, guint64 ticket,
    const char *evidence, const char *format, ...) G_GNUC_PRINTF(5, 6);

/* Follows merges from @number.  *@exists is FALSE if there is no such ticket
 * any more, or it is the desk's own record. */
gboolean td_search_resolve(
    TdSearch *search, guint64 *number, gboolean *exists, GError **error);

/* Rules 1 to 3; *@done if one of them answered. */
gboolean td_search_duplicate(TdSearch *search, gboolean *done, GError **error);
gboolean td_search_other_content(
    TdSearch *search, gboolean *done, GError **error);
gboolean td_search_address(TdSearch *search, gboolean *done, GError **error);
gboolean td_search_report(TdSearch *search, gboolean *done, GError **error);

/* The first of our addresses with an extension that the mail came to, and whose
 * kind is one of @kinds (1 << TdTokenKind): the recipient, what it was before
 * an alias, what our mail server says on top.  @found is written on success
 * alone.
 */
gboolean td_search_extension(const TdDesk *desk, const TdMessage *message,
    const TdEnvelope *envelope, guint kinds, TdExtension *found);

#endif
