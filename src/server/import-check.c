/* import-check.c - a ticket that another desk exported: is it what it was
 * there? */

#include "config.h"

#include <string.h>

#include <ticketd/erase.h>
#include <ticketd/error.h>
#include <ticketd/sha256.h>
#include <ticketd/text.h>

#include "server/request-import.h"

struct TdImportCheck {
	guint64 number;
	TdHistory *history;
	guint64 events;
	gboolean old;    /* see td_import_check_old() */
	gboolean hashed; /* a hash was told */
	/* the last message */
	guint64 messages;
	TdEvent *vouched;
	gboolean told; /* an event speaks of it */
};

TdImportCheck *
td_import_check_new(guint64 number, gboolean swapped)
{
	TdImportCheck *check = g_new0(TdImportCheck, 1);

	check->number = number;
	check->history = td_history_new(number, swapped);
	check->told = TRUE;
	return check;
}

void
td_import_check_old(TdImportCheck *check)
{
	check->old = TRUE;
}

void
td_import_check_free(TdImportCheck *check)
{
	if (check == NULL)
		return;
	td_history_free(check->history);
	td_event_free(check->vouched);
	g_free(check);
}

gboolean
td_import_check_message(
    TdImportCheck *check, const char *text, GBytes *raw, GError **error)
{
	g_autoptr(TdFiled) filed = td_import_filed(text, check->number, error);
	gsize size;
	const char *bytes = g_bytes_get_data(raw, &size);

	if (filed == NULL)
		return FALSE;
	if (filed->sequence <= check->messages)
		return td_fail(error, TD_ERROR_REFUSED,
		    "message %" G_GUINT64_FORMAT " is there twice",
		    filed->sequence);
	check->messages = filed->sequence;
	check->told = FALSE;
	td_event_free(check->vouched);
	check->vouched = td_event_new(TD_EVENT_NOTE, check->number, 0, "");
	td_filed_vouch(filed, bytes, size, check->vouched);
	return TRUE;
}

static gboolean
same_text(const TdEvent *a, const TdEvent *b, const char *key)
{
	return strcmp(td_event_get(a, key), td_event_get(b, key)) == 0;
}

/* What it says of the last message. */
static gboolean
check_vouched(TdImportCheck *check, const TdEvent *event, GError **error)
{
	if (event->message > check->messages)
		return td_fail(error, TD_ERROR_REFUSED,
		    "event %" G_GUINT64_FORMAT " speaks of message "
		    "%" G_GUINT64_FORMAT ", which is missing",
		    event->sequence, event->message);
	if (event->message < check->messages || check->messages == 0)
		return TRUE;
	check->told = TRUE;
	return *td_event_get(event, "sha256") == '\0' ||
	    (same_text(check->vouched, event, "sha256") &&
	        same_text(check->vouched, event, "noted")) ||
	    td_fail(error, TD_ERROR_REFUSED,
	        "message %" G_GUINT64_FORMAT " is not what event "
	        "%" G_GUINT64_FORMAT " says was filed: it was changed",
	        event->message, event->sequence);
}

gboolean
td_import_check_event(TdImportCheck *check, const char *text, GError **error)
{
	g_autoptr(GBytes) hash = NULL;
	g_autoptr(TdEvent) event = td_import_event(text, &hash, error);

	if (event == NULL)
		return FALSE;
	if (event->sequence != check->events + 1)
		return td_fail(error, TD_ERROR_REFUSED,
		    "event %" G_GUINT64_FORMAT " is missing",
		    check->events + 1);
	if (!check_vouched(check, event, error))
		return FALSE;
	check->events++;
	check->hashed = check->hashed || hash != NULL;
	td_history_add(check->history, event,
	    hash == NULL ? NULL : g_bytes_get_data(hash, NULL));
	return TRUE;
}

gboolean
td_import_check_end(
    const TdImportCheck *check, const char *chain, GError **error)
{
	guint64 odd = td_history_odd(check->history);
	g_autofree char *made = td_text_hex(
	    td_history_chain(check->history), TD_SHA256_SIZE);

	if (!check->told)
		return td_fail(error, TD_ERROR_REFUSED,
		    "no event speaks of message %" G_GUINT64_FORMAT,
		    check->messages);
	/* Of a chain with gaps nothing can be said. */
	if (odd != 0 && check->old && !check->hashed)
		return TRUE;
	if (odd != 0)
		return td_fail(error, TD_ERROR_REFUSED,
		    "event %" G_GUINT64_FORMAT
		    " is not what is said to be left of what was erased: it "
		    "was changed",
		    odd);
	return chain == NULL || strcmp(made, chain) == 0 ||
	    td_fail(error, TD_ERROR_REFUSED,
	        "the events do not make the chain that the file tells of: it "
	        "was changed");
}
