/* failure.c - why a mail did not get to a recipient, and which mail it was */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/text.h>

#include "desk/undelivered.h"

#define ADDRESS_MAX 200
#define DIAGNOSTIC_MAX 300
#define WHY_MAX 200

/* Mails of a ticket that are looked through for those lost, from the newest on.
 */
#define LETTERS_MAX 60u

#define DAY (24 * 60 * 60)

char *
td_failure_address(const char *address)
{
	const char *tag = strncmp(address, "prvs=", 5) == 0
	    ? strchr(address + 5, '=')
	    : NULL;
	const char *bare = tag == NULL ? address : tag + 1;
	char *folded = td_address_fold(bare);

	return folded != NULL ? folded : td_text_printable(bare, ADDRESS_MAX);
}

TdFailure *
td_failure_new(const char *to, const char *action, const char *status,
    const char *diagnostic)
{
	TdFailure *failure = g_new0(TdFailure, 1);

	failure->to = td_failure_address(to);
	failure->action = td_text_printable(action, 40);
	failure->status = td_text_printable(status, 20);
	failure->diagnostic = td_text_printable(diagnostic, DIAGNOSTIC_MAX);
	return failure;
}

void
td_failure_free(TdFailure *failure)
{
	if (failure == NULL)
		return;

	g_free(failure->to);
	g_free(failure->action);
	g_free(failure->status);
	g_free(failure->diagnostic);
	g_free(failure);
}

gboolean
td_failure_is_complaint(const TdFailure *failure)
{
	return strcmp(failure->action, "failed") != 0;
}

gboolean
td_failure_is_hard(const TdFailure *failure)
{
	static const char *const hard[] = { "5.1.1", "5.1.2", "5.1.3", "5.1.6",
		"5.1.10", "5.2.1", "5.4.4", NULL };

	return g_strv_contains(hard, failure->status);
}

/* ---- what follows from it ---- */

TdSuppression *
td_failure_suppression(
    const TdFailure *failure, const char *address, gint64 now, guint days)
{
	TdSuppression *suppression = td_suppression_new(
	    TD_SUPPRESSED_BOUNCED, address);
	g_autofree char *why = td_failure_is_complaint(failure)
	    ? g_strdup_printf("complaint: %s", failure->action)
	    : g_strdup_printf("%s %s", failure->status, failure->diagnostic);

	g_free(suppression->why);
	suppression->why = g_strchomp(td_text_printable(why, WHY_MAX));
	g_free(suppression->by);
	suppression->by = g_strdup("desk");
	suppression->created = suppression->updated = now;
	suppression->expires = days == 0 ? 0 : now + (gint64)days * DAY;
	return suppression;
}

/* Why, by the enhanced status code (RFC 3463), and what can be done. */
static const struct {
	const char *status; /* how it begins, less its class */
	const char *why;
	const char *todo;
} reasons[] = {
	{ ".1.2", "lost-host", "lost-do-address" },
	{ ".1.10", "lost-host", "lost-do-address" },
	{ ".1.7", "lost-other", "lost-do-other" },
	{ ".1.8", "lost-other", "lost-do-other" },
	{ ".1.", "lost-unknown", "lost-do-address" },
	{ ".2.1", "lost-disabled", "lost-do-address" },
	{ ".2.2", "lost-full", "lost-do-later" },
	{ ".2.3", "lost-large", "lost-do-smaller" },
	{ ".3.4", "lost-large", "lost-do-smaller" },
	{ ".4.4", "lost-host", "lost-do-address" },
	{ ".4.", "lost-expired", "lost-do-later" },
	{ ".6.7", "lost-letters", "lost-do-other" },
	{ ".7.", "lost-refused", "lost-do-other" },
};

void
td_failure_explain(
    const TdFailure *failure, const char **why, const char **todo)
{
	const char *rest = *failure->status == '\0' ? "" : failure->status + 1;

	*why = "lost-other";
	*todo = "lost-do-other";
	if (g_str_has_suffix(failure->diagnostic, TD_DROPPED)) {
		*why = "lost-dropped";
		return;
	}
	/* Put off until it was too late. */
	if (*failure->status == '4' && strcmp(rest, ".2.2") != 0) {
		*why = "lost-expired";
		*todo = "lost-do-later";
		return;
	}
	for (guint i = 0; i < G_N_ELEMENTS(reasons); i++)
		if (g_str_has_prefix(rest, reasons[i].status)) {
			*why = reasons[i].why;
			*todo = reasons[i].todo;
			return;
		}
}

/* ---- which mail it was ---- */

gboolean
td_failure_mail(
    TdTxn *txn, const TdPlace *place, TdFiled **filed, GError **error)
{
	g_autoptr(TdFiled) found = NULL;

	*filed = NULL;
	if (!td_filed_get(
	        txn, place->ticket, place->sequence, &found, NULL, error))
		return FALSE;
	if (found != NULL && found->outgoing)
		*filed = g_steal_pointer(&found);
	return TRUE;
}

static void
add_newest(GHashTable *newest, TdFiled *filed)
{
	g_auto(GStrv) readers = g_strsplit(filed->to, ", ", -1);
	TdLetterKind kind;

	for (guint i = 0; readers[i] != NULL; i++) {
		g_autofree char *reader = td_failure_address(readers[i]);

		if (*reader != '\0' && !g_hash_table_contains(newest, reader))
			g_hash_table_insert(
			    newest, g_steal_pointer(&reader), filed);
	}
	if (td_letter_kind_from_name(filed->rule, &kind) &&
	    (kind == TD_LETTER_REPLY || kind == TD_LETTER_FORWARD) &&
	    !g_hash_table_contains(newest, ""))
		g_hash_table_insert(newest, g_strdup(""), filed);
}

gboolean
td_failure_mails(TdTxn *txn, guint64 number, GHashTable *newest,
    GPtrArray *letters, GError **error)
{
	g_autoptr(TdTicket) ticket = NULL;
	guint64 last;

	if (!td_ticket_get(txn, number, &ticket, error))
		return FALSE;
	last = ticket == NULL ? 0 : ticket->messages;
	for (guint64 i = 0; i < MIN(last, LETTERS_MAX); i++) {
		const TdPlace place = { number, last - i };
		TdFiled *filed = NULL;

		if (!td_failure_mail(txn, &place, &filed, error))
			return FALSE;
		if (filed == NULL)
			continue;
		g_ptr_array_add(letters, filed);
		add_newest(newest, filed);
	}
	return TRUE;
}

const TdFiled *
td_failure_find(GHashTable *newest, const TdFailure *failure)
{
	const TdFiled *filed = g_hash_table_lookup(newest, failure->to);

	return filed != NULL ? filed : g_hash_table_lookup(newest, "");
}
