/* thread.c - which ticket a mail belongs to
 *
 * One function a rule, strongest first; the first that answers wins.  Nothing
 * is written here.
 */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/error.h>
#include <ticketd/text.h>

#include "desk/desk-private.h"

/* How many ids of a mail are looked up, nearest first: a hostile mail may name
 * thousands. */
#define IDS_MAX 60

void
td_thread_clear(TdThread *thread)
{
	g_clear_pointer(&thread->reason, g_free);
}

/* What the rules look at. */
typedef struct {
	const TdDesk *desk;
	TdTxn *txn;
	const TdMessage *message;
	const TdEnvelope *envelope;
	const char *from; /* folded address of who speaks; "" */
	gint64 now;
	TdThread *out;
} Search;

static void G_GNUC_PRINTF(5, 6) answer(Search *search, TdRule rule,
    guint64 ticket, const char *evidence, const char *format, ...)
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

/* Follows merges from @number.  *@exists is FALSE if there is no such ticket,
 * or it is the desk's own record. */
static gboolean
resolve(Search *search, guint64 *number, gboolean *exists, GError **error)
{
	guint64 first;
	guint64 last;

	*exists = FALSE;
	if (!td_ticket_range(search->txn, &first, &last, error))
		return FALSE;
	if (*number == TD_TICKET_DESK || *number < first || *number > last)
		return TRUE;
	*exists = TRUE;
	return td_ticket_resolve(search->txn, number, error);
}

/* ---- address ---- */

typedef struct {
	TdTokenState state;
	TdTokenKind kind;
	guint64 ticket;
} Ticketed;

/* The token in @address, if it is one of ours with a good token. */
static gboolean
read_ticketed(const TdDesk *desk, const char *address, Ticketed *found)
{
	g_autofree char *folded = NULL;
	g_autofree char *extension = NULL;

	folded = address == NULL ? NULL : td_address_fold(address);
	if (folded == NULL || td_desk_door(desk, folded, &extension) == NULL ||
	    extension == NULL)
		return FALSE;
	found->state = td_token_read_extension(
	    desk->keys, extension, &found->kind, &found->ticket);
	return found->state != TD_TOKEN_BAD;
}

/* The first ticketed address of @kind that the mail came to: the recipient,
 * what it was before an alias, and what our mail server says on top. */
static gboolean
find_ticketed(const Search *search, TdTokenKind kind, Ticketed *found)
{
	const char *addresses[] = { search->envelope->recipient,
		search->envelope->original_recipient,
		td_desk_original_to(search->message) };

	for (guint i = 0; i < G_N_ELEMENTS(addresses); i++)
		if (read_ticketed(search->desk, addresses[i], found) &&
		    found->kind == kind)
			return TRUE;
	return FALSE;
}

static gboolean
rule_address(Search *search, gboolean *done, GError **error)
{
	const TdMessage *message = search->message;
	Ticketed found;
	gboolean exists;

	if (!find_ticketed(search, TD_TOKEN_REPLY, &found))
		return TRUE;
	if (!resolve(search, &found.ticket, &exists, error))
		return FALSE;
	if (!exists)
		return TRUE;
	/* Address books learn such addresses: a mail that answers nothing is
	 * a new matter. */
	if (message->references[0] == NULL &&
	    td_desk_subject_tag(search->desk, message->subject) == 0) {
		search->out->mentions = found.ticket;
		return TRUE;
	}

	*done = TRUE;
	answer(search, TD_RULE_ADDRESS, found.ticket,
	    found.state == TD_TOKEN_GOOD ? "address" : "from",
	    "signed address of ticket %" G_GUINT64_FORMAT "%s", found.ticket,
	    found.state == TD_TOKEN_GOOD ? "" : " (of an older key)");
	return TRUE;
}

/* ---- report ---- */

/* The ticket that a report is about, by what only we can have signed. */
static gboolean
rule_report(Search *search, gboolean *done, GError **error)
{
	const TdReport *report = search->message->report;
	const TdKeys *keys = search->desk->keys;
	const char *by = "signed ENVID";
	Ticketed bounce;
	TdPlace place = { 0, 0 };
	gboolean exists = FALSE;

	if (report == NULL ||
	    td_token_read_envid(keys, report->envid, &place) == TD_TOKEN_BAD) {
		by = "bounce address";
		if (find_ticketed(search, TD_TOKEN_BOUNCE, &bounce)) {
			place.ticket = bounce.ticket;
		} else {
			by = "our Message-ID in the returned headers";
			if (report == NULL ||
			    td_token_read_message_id(keys,
			        report->returned_message_id,
			        &place) == TD_TOKEN_BAD)
				return TRUE;
		}
	}
	if (!resolve(search, &place.ticket, &exists, error))
		return FALSE;
	if (!exists)
		return TRUE;

	*done = TRUE;
	answer(search, TD_RULE_REPORT, place.ticket, "message-id",
	    "%s names ticket %" G_GUINT64_FORMAT, by, place.ticket);
	return TRUE;
}

/* ---- references ---- */

/* One way of looking up an id.  *@ticket stays as it is when the id is not
 * known so; *@proof is set if to know the id proves who speaks. */
typedef gboolean (*LookUp)(Search *search, const char *id, guint64 *ticket,
    gboolean *proof, GError **error);

/* Our own id proves something only if its key still counts and that very mail
 * went to the one who speaks; the root (sequence 0) went to all. */
static gboolean
look_up_own(Search *search, const char *id, guint64 *ticket, gboolean *proof,
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
look_up_stored(Search *search, const char *id, guint64 *ticket,
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
look_up_seen(Search *search, const char *id, guint64 *ticket,
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
search_ids(Search *search, LookUp look_up, const char *what, gboolean *done,
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
		    !resolve(search, &ticket, &exists, error))
			return FALSE;
		if (!exists)
			continue;
		*done = TRUE;
		answer(search, TD_RULE_REFERENCES, ticket,
		    proof ? "message-id" : "from",
		    "<%s> is %s ticket %" G_GUINT64_FORMAT, id, what, ticket);
		return TRUE;
	}
	return TRUE;
}

static gboolean
rule_references(Search *search, gboolean *done, GError **error)
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
same_company(const Search *search, const TdTicket *ticket)
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

static gboolean
rule_tag(Search *search, gboolean *done, GError **error)
{
	g_autoptr(TdTicket) ticket = NULL;
	guint64 number;
	gboolean exists;

	number = td_desk_subject_tag(search->desk, search->message->subject);
	if (number == 0)
		return TRUE;
	if (!resolve(search, &number, &exists, error))
		return FALSE;
	if (!exists)
		return TRUE;
	if (!td_ticket_get(search->txn, number, &ticket, error))
		return FALSE;
	if (ticket == NULL)
		return TRUE;

	if (!td_ticket_has_participant(ticket, search->from) &&
	    !same_company(search, ticket)) {
		search->out->mentions = number;
		return TRUE;
	}
	*done = TRUE;
	answer(search, TD_RULE_TAG, number, "from",
	    "tag of ticket %" G_GUINT64_FORMAT " from somebody on it%s", number,
	    td_ticket_has_participant(ticket, search->from)
	        ? ""
	        : " (same company)");
	return TRUE;
}

/* ---- duplicate ---- */

static gboolean
same_place(const TdPlace *a, const TdPlace *b)
{
	return a->ticket == b->ticket && a->sequence == b->sequence;
}

/* The mail is at @place already.  If it comes to the signed address of another
 * ticket now, that is where it belongs; but what a machine says stays where it
 * is, and so does a mail that a signed address brought there. */
static gboolean
rule_duplicate(
    Search *search, const TdPlace *place, gboolean *done, GError **error)
{
	TdThread *thread = search->out;
	g_autoptr(TdFiled) filed = NULL;
	guint64 there = place->ticket;
	gboolean exists;

	if (!resolve(search, &there, &exists, error) ||
	    !td_filed_get(search->txn, place->ticket, place->sequence, &filed,
	        NULL, error))
		return FALSE;
	thread->first = *place;
	thread->first_marked = filed != NULL && filed->marked;
	if (place->ticket != TD_TICKET_DESK && filed != NULL &&
	    strcmp(filed->rule, td_rule_name(TD_RULE_ADDRESS)) != 0 &&
	    !rule_address(search, done, error))
		return FALSE;
	if (*done && thread->ticket != there) {
		thread->stronger = TRUE;
		thread->there = there;
		return TRUE;
	}

	*done = TRUE;
	answer(search, TD_RULE_DUPLICATE, there, "from",
	    "these bytes are message %" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT
	    " already",
	    place->ticket, place->sequence);
	return TRUE;
}

/* Whether @filed came so lately that it can be a first, cut off try of the mail
 * that comes now: mail systems try for five days. */
static gboolean
is_recent(const Search *search, const TdFiled *filed)
{
	return search->now - filed->received <= 5 * 24 * 60 * 60;
}

/* The same Message-ID came before with other content: a truncated first copy,
 * or a cheat.  It joins that ticket only if the same person wrote it. */
static gboolean
look_for_other_content(Search *search, gboolean *done, GError **error)
{
	const TdMessage *message = search->message;
	g_autoptr(TdFiled) filed = NULL;
	TdPlace place;
	gboolean found;
	guint64 ticket;
	gboolean exists;

	if (!message->has_message_id)
		return TRUE;
	if (!td_id_find(
	        search->txn, message->message_id, NULL, &found, &place, error))
		return FALSE;
	if (!found ||
	    (search->envelope->again != NULL &&
	        same_place(&place, search->envelope->again)))
		return TRUE;
	search->out->other_content = TRUE;
	if (*done)
		return TRUE;

	ticket = place.ticket;
	if (!td_filed_get(search->txn, place.ticket, place.sequence, &filed,
	        NULL, error) ||
	    !resolve(search, &ticket, &exists, error))
		return FALSE;
	if (filed == NULL || !exists || !is_recent(search, filed) ||
	    !td_address_same(filed->from, search->from))
		return TRUE;
	*done = TRUE;
	answer(search, TD_RULE_REFERENCES, ticket, "from",
	    "its own Message-ID is that of message %" G_GUINT64_FORMAT
	    "/%" G_GUINT64_FORMAT ", with other content",
	    place.ticket, place.sequence);
	return TRUE;
}

static gboolean
look_for_duplicate(Search *search, gboolean *done, GError **error)
{
	const TdMessage *message = search->message;
	const TdPlace *again = search->envelope->again;
	TdPlace place;
	gboolean found;

	if (!td_id_find(search->txn, message->message_id, message->digest,
	        &found, &place, error))
		return FALSE;
	if (!found || (again != NULL && same_place(&place, again)))
		return TRUE;
	return rule_duplicate(search, &place, done, error);
}

/* Rules 2 to 5 in order. */
static gboolean
run_rules(Search *search, TdClass class, gboolean *done, GError **error)
{
	/* A mail that a tool made is a new ticket, whatever it says. */
	if (class == TD_CLASS_OWN ||
	    (search->envelope->actor != NULL &&
	        search->envelope->again == NULL))
		return TRUE;
	if (td_class_is_report(class))
		return rule_report(search, done, error);
	if (!rule_address(search, done, error))
		return FALSE;
	if (!*done && !rule_references(search, done, error))
		return FALSE;
	if (!*done && !rule_tag(search, done, error))
		return FALSE;
	return TRUE;
}

gboolean
td_desk_thread(const TdDesk *desk, TdTxn *txn, const TdMessage *message,
    const TdEnvelope *envelope, TdClass class, gint64 now, TdThread *thread,
    GError **error)
{
	const TdAddress *speaker = td_desk_speaker(desk, message);
	g_autofree char *from = td_address_fold(speaker->address);
	Search search = { .desk = desk,
		.txn = txn,
		.message = message,
		.envelope = envelope,
		.from = from == NULL ? "" : from,
		.now = now,
		.out = thread };
	gboolean done = FALSE;

	*thread = (TdThread){ .evidence = "from" };
	if (!look_for_duplicate(&search, &done, error))
		return FALSE;
	if (done)
		return TRUE;
	if (!run_rules(&search, class, &done, error) ||
	    !look_for_other_content(&search, &done, error))
		return FALSE;
	if (done)
		return TRUE;

	if (td_class_is_event(class))
		answer(&search,
		    td_class_is_report(class) ? TD_RULE_REPORT : TD_RULE_NEW,
		    TD_TICKET_DESK, "from",
		    "belongs to no ticket: the desk's own record");
	else
		answer(&search, TD_RULE_NEW, TD_TICKET_NEW, "from",
		    "no signed address, known reference or tag that counts");
	return TRUE;
}
