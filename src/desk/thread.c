/* thread.c - which ticket a mail belongs to
 *
 * One function a rule, strongest first; the first that answers wins.  Nothing
 * is written here.
 */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/erase.h>
#include <ticketd/error.h>
#include <ticketd/text.h>

#include "desk/search.h"

/* How many ids of a mail are looked up, nearest first: a hostile mail may name
 * thousands. */
#define IDS_MAX 60

void
td_thread_clear(TdThread *thread)
{
	g_clear_pointer(&thread->reason, g_free);
}

void
td_search_answer(TdSearch *search, TdRule rule, guint64 ticket,
    const char *evidence, const char *format, ...)
{
	g_autofree char *reason = NULL;
	va_list args;

	va_start(args, format);
	reason = g_strdup_vprintf(format, args);
	va_end(args);

	g_free(search->out->reason);
	search->out->reason = td_text_printable(reason, 300);
	search->out->rule = rule;
	search->out->ticket = ticket;
	search->out->evidence = evidence;
}

gboolean
td_search_resolve(
    TdSearch *search, guint64 *number, gboolean *exists, GError **error)
{
	guint64 first;
	guint64 last;
	gboolean skipped;
	gboolean purged;

	*exists = FALSE;
	if (!td_ticket_range(search->txn, &first, &last, error))
		return FALSE;
	if (*number == TD_TICKET_DESK || *number < first || *number > last)
		return TRUE;
	if (!td_ticket_resolve(search->txn, number, error) ||
	    !td_ticket_skipped(search->txn, *number, &skipped, error) ||
	    !td_ticket_is_purged(search->txn, *number, &purged, error))
		return FALSE;
	*exists = !skipped && !purged;
	return TRUE;
}

/* ---- references ---- */

/* One way of looking up an id.  *@ticket stays as it is when the id is not
 * known so; *@proof is set if to know the id proves who speaks. */
typedef gboolean (*LookUp)(TdSearch *search, const char *id, guint64 *ticket,
    gboolean *proof, GError **error);

/* Our own id proves something only if its key still counts and that very mail
 * went to the one who speaks; the root (sequence 0) went to all. */
static gboolean
look_up_own(TdSearch *search, const char *id, guint64 *ticket, gboolean *proof,
    GError **error)
{
	g_autoptr(TdFiled) filed = NULL;
	TdTokenState state;
	TdPlace place;

	state = td_token_read_message_id(search->desk->keys, id, &place);
	if (state == TD_TOKEN_BAD)
		return TRUE;
	*ticket = place.ticket;
	if (state == TD_TOKEN_OLD || place.sequence == 0)
		return TRUE;
	if (!td_filed_get(
	        search->txn, place.ticket, place.sequence, &filed, NULL, error))
		return FALSE;
	*proof = filed != NULL && td_address_same(filed->to, search->from);
	return TRUE;
}

static gboolean
look_up_stored(TdSearch *search, const char *id, guint64 *ticket,
    gboolean *proof G_GNUC_UNUSED, GError **error)
{
	TdPlace place;
	gboolean found;

	if (!td_id_find(search->txn, id, NULL, &found, &place, error))
		return FALSE;
	if (found)
		*ticket = place.ticket;
	return TRUE;
}

static gboolean
look_up_seen(TdSearch *search, const char *id, guint64 *ticket,
    gboolean *proof G_GNUC_UNUSED, GError **error)
{
	TdPlace place;
	gboolean found;

	if (!td_id_find_seen(search->txn, id, &found, &place, error))
		return FALSE;
	if (found)
		*ticket = place.ticket;
	return TRUE;
}

/* Looks each id up in one way, nearest first (RFC 5322 3.6.4). */
static gboolean
search_ids(TdSearch *search, LookUp look_up, const char *what, gboolean *done,
    GError **error)
{
	GStrv ids = search->message->references;
	guint count = g_strv_length(ids);

	for (guint i = 0; i < MIN(count, IDS_MAX); i++) {
		const char *id = ids[count - 1 - i];
		guint64 ticket = TD_TICKET_DESK;
		gboolean proof = FALSE;
		gboolean exists;

		if (!look_up(search, id, &ticket, &proof, error) ||
		    !td_search_resolve(search, &ticket, &exists, error))
			return FALSE;
		if (!exists)
			continue;
		*done = TRUE;
		td_search_answer(search, TD_RULE_REFERENCES, ticket,
		    proof ? "message-id" : "from",
		    "<%s> is %s ticket %" G_GUINT64_FORMAT, id, what, ticket);
		return TRUE;
	}
	return TRUE;
}

static gboolean
rule_references(TdSearch *search, gboolean *done, GError **error)
{
	static const struct {
		LookUp look_up;
		const char *what;
	} ways[] = {
		{ look_up_own, "our own message of" },
		{ look_up_stored, "a message of" },
		{ look_up_seen, "spoken of in" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(ways) && !*done; i++)
		if (!search_ids(
		        search, ways[i].look_up, ways[i].what, done, error))
			return FALSE;
	return TRUE;
}

/* ---- tag ---- */

/* Whether the domain of who speaks is the requester's, and none of those that
 * the whole world shares. */
static gboolean
same_company(const TdSearch *search, const TdTicket *ticket)
{
	GStrv public_domains = search->desk->conf->public_domains;
	const char *domain;

	if (strchr(search->from, '@') == NULL ||
	    strchr(ticket->requester, '@') == NULL)
		return FALSE;
	domain = td_address_domain(search->from);
	return strcmp(domain, td_address_domain(ticket->requester)) == 0 &&
	    !g_strv_contains((const char *const *)public_domains, domain);
}

/* How who speaks belongs to @ticket; NULL if he does not. */
static gboolean
find_relation(const TdSearch *search, const TdTicket *ticket,
    const char **relation, GError **error)
{
	g_autoptr(TdPerson) person = NULL;

	*relation = NULL;
	if (td_ticket_has_participant(ticket, search->from)) {
		*relation = "somebody on it";
	} else if (same_company(search, ticket)) {
		*relation = "somebody on it (same company)";
	} else if (*search->from != '\0') {
		if (!td_person_by_address(
		        search->txn, search->from, &person, error))
			return FALSE;
		if (person != NULL && td_agent_works_on(person, ticket))
			*relation = "an agent";
	}
	return TRUE;
}

static gboolean
rule_tag(TdSearch *search, gboolean *done, GError **error)
{
	g_autoptr(TdTicket) ticket = NULL;
	const char *relation;
	guint64 number;
	gboolean exists;

	number = td_desk_subject_tag(search->desk, search->message->subject);
	if (number == 0)
		return TRUE;
	if (!td_search_resolve(search, &number, &exists, error))
		return FALSE;
	if (!exists)
		return TRUE;
	if (!td_ticket_get(search->txn, number, &ticket, error))
		return FALSE;
	if (ticket == NULL)
		return TRUE;

	if (!find_relation(search, ticket, &relation, error))
		return FALSE;
	if (relation == NULL) {
		search->out->mentions = number;
		return TRUE;
	}
	*done = TRUE;
	td_search_answer(search, TD_RULE_TAG, number, "from",
	    "tag of ticket %" G_GUINT64_FORMAT " from %s", number, relation);
	return TRUE;
}

/* Rules 2 to 5 in order. */
static gboolean
run_rules(TdSearch *search, TdClass class, gboolean *done, GError **error)
{
	/* A mail that a tool made is a new ticket, whatever it says. */
	if (class == TD_CLASS_OWN ||
	    (search->envelope->actor != NULL &&
	        search->envelope->again == NULL))
		return TRUE;
	if (td_class_is_report(class))
		return td_search_report(search, done, error);
	if (!td_search_address(search, done, error))
		return FALSE;
	if (!*done && !rule_references(search, done, error))
		return FALSE;
	/* The numbers in old mail may be those of another desk. */
	if (!*done && search->envelope->import == NULL &&
	    !rule_tag(search, done, error))
		return FALSE;
	return TRUE;
}

/* Why nothing says that it belongs to a ticket. */
static const char *
why_new(const TdSearch *search)
{
	if (search->out->mentions == 0)
		return "no signed address, known reference or tag that counts";
	if (td_desk_subject_tag(search->desk, search->message->subject) != 0)
		return "the number in its subject is a ticket's that its "
		       "writer is not on";
	return "answers nothing, whatever ticket it speaks of";
}

gboolean
td_desk_thread(const TdDesk *desk, TdTxn *txn, const TdMessage *message,
    const TdEnvelope *envelope, TdClass class, gint64 now, TdThread *thread,
    GError **error)
{
	const TdAddress *speaker = td_desk_speaker(desk, message);
	g_autofree char *from = td_address_fold(speaker->address);
	TdSearch search = { .desk = desk,
		.txn = txn,
		.message = message,
		.envelope = envelope,
		.from = from == NULL ? "" : from,
		.now = now,
		.out = thread };
	gboolean done = FALSE;

	*thread = (TdThread){ .evidence = "from" };
	if (!td_search_duplicate(&search, &done, error))
		return FALSE;
	if (done)
		return TRUE;
	if (!run_rules(&search, class, &done, error) ||
	    !td_search_other_content(&search, &done, error))
		return FALSE;
	if (done)
		return TRUE;

	if (td_class_is_event(class))
		td_search_answer(&search,
		    td_class_is_report(class) ? TD_RULE_REPORT : TD_RULE_NEW,
		    TD_TICKET_DESK, "from",
		    "belongs to no ticket: the desk's own record");
	else
		td_search_answer(&search, TD_RULE_NEW, TD_TICKET_NEW, "from",
		    "%s", why_new(&search));
	return TRUE;
}
