/* failure.c - why a mail did not get to a recipient */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/text.h>

#include "desk/undelivered.h"

#define ADDRESS_MAX 200
#define DIAGNOSTIC_MAX 300

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
	static const char *const others[] = { "5.1.7", "5.1.8", "5.1.9", NULL };
	static const char *const hard[] = { "5.2.1", "5.4.4", NULL };

	if (g_strv_contains(others, failure->status))
		return FALSE;
	return g_str_has_prefix(failure->status, "5.1.") ||
	    g_strv_contains(hard, failure->status);
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
