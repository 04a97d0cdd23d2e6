/* thread-address.c - the rules that go by addresses which only we can have made
 */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>

#include "desk/search.h"

/* How many addresses of To and of Cc are looked at. */
#define ADDRESSES_MAX 100u

/* ---- address ---- */

gboolean
td_search_extension(const TdDesk *desk, const TdMessage *message,
    const TdEnvelope *envelope, guint kinds, TdExtension *found)
{
	const char *addresses[] = { envelope->recipient,
		envelope->original_recipient, td_desk_original_to(message) };
	TdExtension extension;

	for (guint i = 0; i < G_N_ELEMENTS(addresses); i++)
		if (td_desk_extension(desk, addresses[i], &extension) &&
		    (kinds & 1u << extension.kind) != 0) {
			*found = extension;
			return TRUE;
		}
	return FALSE;
}

/* One that the writer put into To or Cc: of a mail to several addresses of ours
 * each copy knows so much, in whatever order they come.  What proves something
 * is to know the token. */
static gboolean
find_written(const TdSearch *search, TdExtension *found)
{
	const GPtrArray *fields[] = { search->message->to,
		search->message->cc };

	for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
		for (guint j = 0; j < MIN(fields[i]->len, ADDRESSES_MAX); j++) {
			const TdAddress *to = g_ptr_array_index(fields[i], j);

			if (td_desk_extension(
			        search->desk, to->address, found) &&
			    (found->kind == TD_TOKEN_PERSONAL ||
			        found->kind == TD_TOKEN_REPLY))
				return TRUE;
		}
	return FALSE;
}

/* Whether a mail to such an address may stand alone: one that answers nothing
 * and came to an address which address books learn is a new matter. */
static gboolean
may_stand_alone(const TdExtension *extension)
{
	return extension->kind == TD_TOKEN_ACTION ||
	    extension->kind == TD_TOKEN_CONFIRM || *extension->verb != '\0';
}

static const char *
kind_of_address(TdTokenKind kind)
{
	switch (kind) {
	case TD_TOKEN_PERSONAL:
		return "personal address";
	case TD_TOKEN_ACTION:
		return "action link";
	case TD_TOKEN_CONFIRM:
		return "confirmation";
	case TD_TOKEN_REPLY:
	case TD_TOKEN_BOUNCE:
	case TD_TOKEN_MESSAGE_ID:
	case TD_TOKEN_ENVID:
	case TD_TOKEN_KINDS:
		break;
	}
	return "signed address";
}

gboolean
td_search_address(TdSearch *search, gboolean *done, GError **error)
{
	const TdMessage *message = search->message;
	TdExtension found;
	guint64 ticket;
	gboolean exists;

	if (!td_search_extension(search->desk, message, search->envelope,
	        ~(1u << TD_TOKEN_BOUNCE), &found) &&
	    !find_written(search, &found))
		return TRUE;
	ticket = found.ticket;
	if (!td_search_resolve(search, &ticket, &exists, error))
		return FALSE;
	/* The desk's own record is nobody's ticket, but digests of it can be
	 * answered. */
	if (!exists &&
	    (ticket != TD_TICKET_DESK || found.kind == TD_TOKEN_REPLY))
		return TRUE;
	if (message->references[0] == NULL && !may_stand_alone(&found) &&
	    td_desk_subject_tag(search->desk, message->subject) == 0) {
		search->out->mentions = ticket;
		return TRUE;
	}

	*done = TRUE;
	search->out->addressed = TRUE;
	search->out->extension = found;
	td_search_answer(search, TD_RULE_ADDRESS, ticket,
	    found.state == TD_TOKEN_GOOD && found.kind != TD_TOKEN_CONFIRM
	        ? "address"
	        : "from",
	    "%s of ticket %" G_GUINT64_FORMAT "%s", kind_of_address(found.kind),
	    ticket, found.state == TD_TOKEN_OLD ? " (of an older key)" : "");
	return TRUE;
}
