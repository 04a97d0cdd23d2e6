/* bounce-recipients.c - whom a bounce is about, see message/bounce-private.h
 *
 * All addresses of the notice are gathered with a level that tells how likely
 * each is the one; those of the highest level that occurs are taken. */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>

#include "message/bounce-candidates.h"
#include "message/report.h"

#define NAME_CHARACTERS                                                        \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"

/* Whom the returned mail was for, if that was one. */
static char *
single_to(const GArray *returned)
{
	g_autoptr(GPtrArray) to = td_addresses_new();
	g_autofree char *value = td_fields_value(returned, "To");
	const TdAddress *first;
	g_autofree char *folded = NULL;

	td_addresses_read(value, to);
	if (to->len != 1)
		return NULL;
	first = g_ptr_array_index(to, 0);
	folded = td_address_fold(first->address);
	return folded == NULL ? NULL : g_strdup(first->address);
}

/* ---- what is said of each ---- */

/* The line where the next one begins: where the words about @index end. */
static guint
block_end(const TdCandidates *all, guint index)
{
	const TdCandidate *this = td_candidate_at(all, index);

	for (guint i = index + 1; i < all->list->len; i++) {
		const TdCandidate *next = td_candidate_at(all, i);

		if (next->level == this->level && next->line > this->line &&
		    strcmp(next->key, this->key) != 0)
			return next->line;
	}
	return all->notice->lines->len;
}

static gboolean
has_code(const char *text)
{
	char status[TD_STATUS_SIZE];

	return td_reason_reply(text) != 0 || td_reason_status(text, status);
}

/* Another line with the same address and a code: of a transcript, say. */
static char *
find_elsewhere(const TdCandidates *all, const TdCandidate *this)
{
	for (guint i = 0; i < all->list->len; i++) {
		const TdCandidate *other = td_candidate_at(all, i);
		g_autofree char *found = NULL;

		if (other->line == this->line ||
		    strcmp(other->key, this->key) != 0)
			continue;
		found = td_diagnostic_find(
		    all->notice, other->line, 0, other->line + 1);
		if (has_code(found))
			return td_diagnostic_find(all->notice, other->line, 0,
			    all->notice->lines->len);
	}
	return g_strdup("");
}

/* Whether a sentence names another: then it may be about that one. */
static gboolean
names_another(
    const TdCandidates *all, const TdCandidate *this, const char *sentence)
{
	for (guint i = 0; i < all->list->len; i++) {
		const TdCandidate *other = td_candidate_at(all, i);

		if (strcmp(other->key, this->key) != 0 &&
		    strstr(sentence, other->address) != NULL)
			return TRUE;
	}
	return FALSE;
}

static char *
diagnose(const TdCandidates *all, guint index)
{
	const TdCandidate *this = td_candidate_at(all, index);
	gsize offset = this->level == TD_CANDIDATE_SURE ? this->end : 0;
	g_autofree char *own = td_diagnostic_find(
	    all->notice, this->line, offset, block_end(all, index));
	g_autofree char *other = NULL;

	if (has_code(own) && !names_another(all, this, own))
		return g_steal_pointer(&own);
	/* "Unknown user: a@example.org" has it in front. */
	if (*own == '\0') {
		g_free(own);
		own = td_diagnostic_find(
		    all->notice, this->line, 0, this->line + 1);
	}
	other = find_elsewhere(all, this);
	return *other != '\0' ? g_steal_pointer(&other) : g_steal_pointer(&own);
}

/* Those for which nothing was found have the reason of the next, with whom they
 * share a list; else the only one that the notice tells, else the Subject's. */
static void
share_diagnostics(
    TdReport *report, const TdNotice *notice, const TdMessage *message)
{
	const char *next = "";
	g_autofree char *any = NULL;
	gboolean told = FALSE;

	for (guint i = report->recipients->len; i > 0; i--) {
		TdDsnRecipient *one = g_ptr_array_index(
		    report->recipients, i - 1);

		told = told || *one->diagnostic != '\0';
		if (*one->diagnostic == '\0' && *next != '\0') {
			g_free(one->diagnostic);
			one->diagnostic = g_strdup(next);
		}
		next = one->diagnostic;
	}
	if (!told) {
		any = td_diagnostic_find(notice, 0, 0, notice->lines->len);
		if (*any == '\0') {
			g_autofree char *folded = td_phrase_fold(
			    message->subject);

			g_free(any);
			any = g_strdup(
			    td_reason_is(folded) ? message->subject : "");
		}
	}
	for (guint i = 0; i < report->recipients->len && !told; i++) {
		TdDsnRecipient *one = g_ptr_array_index(report->recipients, i);

		g_free(one->diagnostic);
		one->diagnostic = g_strdup(any);
	}
}

/* ---- choosing ---- */

static void
add(TdReport *report, GHashTable *seen, const char *address, const char *key,
    const char *action, char *diagnostic)
{
	TdDsnRecipient *one = NULL;

	if (report->recipients->len < TD_BOUNCE_RECIPIENTS &&
	    g_hash_table_add(seen, g_strdup(key)))
		one = td_report_add(report, address);
	if (one == NULL) {
		g_free(diagnostic);
		return;
	}
	g_free(one->action);
	one->action = g_strdup(action);
	g_free(one->diagnostic);
	one->diagnostic = diagnostic;
}

static void
add_level(TdReport *report, const TdCandidates *all, TdCandidateLevel level)
{
	g_autoptr(GHashTable)
	    seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < all->list->len; i++) {
		const TdCandidate *one = td_candidate_at(all, i);

		if (one->level != level ||
		    g_hash_table_contains(seen, one->key) ||
		    report->recipients->len >= TD_BOUNCE_RECIPIENTS)
			continue;
		add(report, seen,
		    one->original == NULL ? one->address : one->original,
		    one->key, one->action, diagnose(all, i));
	}
}

/* The addresses that the header itself calls failed, and what the notice says
 * of them. */
static void
add_named(TdReport *report, const TdCandidates *all, const TdMessage *message)
{
	g_autoptr(GPtrArray) named = td_addresses_new();
	g_autoptr(GHashTable)
	    seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	const char *value;

	for (guint i = 0; i < 20 &&
	     (value = td_message_header(message, "X-Failed-Recipients", i)) !=
	         NULL;
	     i++)
		td_addresses_read(value, named);
	for (guint i = 0; i < MIN(named->len, TD_BOUNCE_RECIPIENTS); i++) {
		const TdAddress *name = g_ptr_array_index(named, i);
		g_autofree char *key = td_address_fold(name->address);
		const TdCandidate *one = NULL;
		guint at;

		if (key == NULL || g_hash_table_contains(seen, key))
			continue;
		at = td_candidates_find(all, key);
		if (at < all->list->len)
			one = td_candidate_at(all, at);
		add(report, seen,
		    one == NULL || one->original == NULL ? name->address
		                                         : one->original,
		    key, one == NULL ? "" : one->action,
		    one == NULL ? g_strdup("") : diagnose(all, at));
	}
}

/* A list may have names where the mail system knows the domain: its own. */
static char *
find_name(const TdNotice *notice, const TdMessage *message)
{
	const char *domain = strrchr(td_message_from(message), '@');
	gboolean listing = FALSE;

	for (guint i = 0; i < notice->lines->len && domain != NULL; i++) {
		const TdNoticeLine *line = &g_array_index(
		    notice->lines, TdNoticeLine, i);
		const char *name = line->text + strspn(line->text, " \t");
		gsize size = strspn(name, NAME_CHARACTERS);

		if (line->blank)
			continue;
		if (listing && size > 1 && name > line->text &&
		    (name[size] == '\0' ||
		        g_str_has_prefix(name + size, " ("))) {
			g_autofree char *word = g_strndup(name, size);

			return g_strconcat(word, domain, NULL);
		}
		listing = (line->flags & TD_NOTICE_LISTS) != 0;
	}
	return NULL;
}

/* The last resorts: the Subject, a name, the returned mail, the only address
 * that is mentioned at all. */
static void
add_guess(TdReport *report, const TdCandidates *all, const TdMessage *message,
    const GArray *returned)
{
	gsize at = 0;
	TdFound found;
	g_autofree char *address = NULL;

	if (td_address_find(message->subject, &at, &found)) {
		address = found.address;
		if (td_candidates_is_own(all, address))
			g_clear_pointer(&address, g_free);
	}
	if (address == NULL)
		address = find_name(all->notice, message);
	if (address == NULL)
		address = single_to(returned);
	if (address == NULL)
		address = g_strdup(td_candidates_only(all));
	if (address != NULL)
		td_report_add(report, address);
}

gboolean
td_bounce_recipients(TdReport *report, const TdNotice *notice,
    const TdMessage *message, const GArray *returned)
{
	g_autoptr(TdCandidates) all = td_candidates_read(notice, message);
	gboolean found;

	add_named(report, all, message);
	for (guint level = TD_CANDIDATE_SURE;
	     level > TD_CANDIDATE_MENTIONED && report->recipients->len == 0;
	     level--)
		add_level(report, all, level);
	found = report->recipients->len > 0;
	if (!found)
		add_guess(report, all, message, returned);
	share_diagnostics(report, notice, message);
	return found;
}
