/* bounce-candidates.c - see message/bounce-candidates.h */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>

#include "message/bounce-candidates.h"

#define PER_LINE 20 /* addresses of a line */
#define ALL 600     /* addresses of a notice */
#define TAIL 48     /* bytes in front of an address that tell whose it is */

/* Where in the notice the reading is. */
typedef struct {
	TdCandidates *all;
	gboolean listing;     /* behind "... the following addresses:" */
	const char *action;   /* of what is listed */
	guint before;         /* flags of the line above that is not blank */
	gboolean asks;        /* that line ends with a colon */
	TdCandidate *current; /* the last sure one; NULL */
} Reading;

TdCandidate *
td_candidate_at(const TdCandidates *all, guint index)
{
	return g_ptr_array_index(all->list, index);
}

static void
free_candidate(gpointer data)
{
	TdCandidate *one = data;

	g_free(one->address);
	g_free(one->key);
	g_free(one->original);
	g_free(one);
}

void
td_candidates_free(TdCandidates *all)
{
	if (all == NULL)
		return;

	g_ptr_array_unref(all->list);
	g_hash_table_unref(all->own);
	g_free(all);
}

/* ---- the place in the line ---- */

static gboolean
is_only(const char *text, gsize size, const char *marks)
{
	for (gsize i = 0; i < size; i++)
		if (strchr(marks, text[i]) == NULL)
			return FALSE;
	return TRUE;
}

/* Only bullets, brackets or a number in front of it. */
static gboolean
opens_line(const char *line, gsize size)
{
	gsize digits;

	while (size > 0 && (*line == ' ' || *line == '\t')) {
		line++;
		size--;
	}
	digits = strspn(line, "0123456789");
	if (digits > 0 && digits < size && strchr(".)", line[digits]) != NULL) {
		line += digits + 1;
		size -= digits + 1;
	}
	if (size >= 3 && strncmp(line, "\342\200\242", 3) == 0) {
		line += 3;
		size -= 3;
	}
	return is_only(line, size, " \t<\"'*-|[(:.#=");
}

/* Nothing behind it that belongs to a sentence. */
static gboolean
closes_line(const char *rest)
{
	gsize size;

	rest += strspn(rest, ">\"')]");
	size = strlen(rest);
	return is_only(rest, size, " \t.,;:*|<>()[]-=\"'") ||
	    g_str_has_prefix(rest, "<mailto:");
}

/* What follows an address that stands in front of what is said of it. */
static gboolean
is_headed(const char *rest)
{
	static const char *const ways[] = { ":", ";", ",", "...", " ...",
		" on ", " - ", " -- ", " (", "(", "\t", " :", " <", "  ", " =>",
		" ->", " [" };

	rest += strspn(rest, ">\"')]");
	for (gsize i = 0; i < G_N_ELEMENTS(ways); i++)
		if (g_str_has_prefix(rest, ways[i]))
			return TRUE;
	return closes_line(rest);
}

/* ---- what is said of it ---- */

static gboolean
tells_failure(const TdNoticeLine *line)
{
	return (line->flags & TD_NOTICE_FAILED) != 0 ||
	    td_reason_is(line->folded) || td_reason_reply(line->text) != 0;
}

/* A field of the mail that was sent, which some notices show.  The names are as
 * td_phrase_fold() leaves them. */
static gboolean
is_shown_field(const char *folded)
{
	static const char *const names[] = { "to:", "cc:", "bcc:", "from:",
		"subject:", "an:", "von:", "betreff:", "кому:", "от:", "тема:",
		"копия:", "para:", "de:", "asunto:", "a:", "da:", "oggetto:",
		"objet:", "do:", "od:", "temat:", "aan:", "van:", "宛先:",
		"差出人:", "件名:", "收件人:", "发件人:", "主题:", "sent:",
		"reply-to:", "sender:", "return-path:", "mail from:" };

	folded += strspn(folded, " \t*-|");
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		if (g_str_has_prefix(folded, names[i]))
			return TRUE;
	return FALSE;
}

static char *
fold_part(const char *start, gsize size)
{
	g_autofree char *part = g_strndup(start, size);
	g_autofree char *valid = g_utf8_make_valid(part, -1);

	return td_phrase_fold(valid);
}

/* Behind "Failed recipient:", "Unknown user:". */
static gboolean
is_named(const char *folded, guint flags)
{
	gsize size = strlen(folded);

	while (size > 0 && strchr(" \t<\"'", folded[size - 1]) != NULL)
		size--;
	if (size == 0 || folded[size - 1] != ':')
		return FALSE;
	return (flags &
	           (TD_NOTICE_FAILED | TD_NOTICE_LISTS |
	               TD_NOTICE_RECIPIENT)) != 0 ||
	    td_reason_is(folded) || strstr(folded, "recipient") != NULL;
}

static TdCandidateLevel
level_of_opening(const Reading *reading, const TdNoticeLine *line,
    const TdFound *found, const char *rest)
{
	gboolean own = td_candidates_is_own(reading->all, found->address);

	if ((reading->before & TD_NOTICE_CONTACT) != 0 && !reading->listing)
		return TD_CANDIDATE_NONE;
	if ((reading->before & TD_NOTICE_SENDER) != 0 && reading->asks)
		return TD_CANDIDATE_NONE;
	if (own && !reading->listing)
		return TD_CANDIDATE_NONE;
	if (is_headed(rest) || tells_failure(line))
		return TD_CANDIDATE_SURE;
	return TD_CANDIDATE_MENTIONED;
}

/* @before is the folded text in front of it, @near its end. */
static TdCandidateLevel
level_of_inner(const Reading *reading, const TdNoticeLine *line,
    const TdFound *found, const char *before, const char *near)
{
	guint flags = td_notice_flags(before);
	guint close = td_notice_flags(near);
	const char *rest = found->start + found->size;
	gboolean ends = closes_line(rest);

	if ((close & TD_NOTICE_CONTACT) != 0 ||
	    ((close & TD_NOTICE_SENDER) != 0 &&
	        (close & TD_NOTICE_RECIPIENT) == 0))
		return TD_CANDIDATE_NONE;
	/* "c=US;a= ;dda:SMTP=anna@example.org; on ...". */
	if (g_str_has_suffix(before, "smtp=") && is_headed(rest))
		return TD_CANDIDATE_SURE;
	if (is_shown_field(line->folded))
		return TD_CANDIDATE_MENTIONED;
	if (ends && is_named(before, flags))
		return TD_CANDIDATE_SURE;
	if (td_candidates_is_own(reading->all, found->address))
		return TD_CANDIDATE_NONE;
	if (ends && reading->listing && strlen(before) < 60 &&
	    !tells_failure(line) && strchr(before, ':') == NULL)
		return TD_CANDIDATE_SURE;
	if (((flags | close) & TD_NOTICE_RECIPIENT) != 0)
		return TD_CANDIDATE_BEHIND;
	return tells_failure(line) ? TD_CANDIDATE_BESIDE
	                           : TD_CANDIDATE_MENTIONED;
}

static void
add(Reading *reading, const TdNoticeLine *line, guint index,
    const TdFound *found, TdCandidateLevel level)
{
	TdCandidate *one = g_new0(TdCandidate, 1);

	one->address = g_strdup(found->address);
	one->key = td_address_fold(found->address);
	one->level = level;
	one->line = index;
	one->end = (gsize)(found->start - line->text) + found->size;
	one->action = reading->action;
	g_ptr_array_add(reading->all->list, one);
	if (level == TD_CANDIDATE_SURE)
		reading->current = one;
}

static void
read_address(Reading *reading, const TdNoticeLine *line, guint index,
    const TdFound *found)
{
	gsize size = (gsize)(found->start - line->text);
	gsize tail = MIN(size, TAIL);
	g_autofree char *before = NULL;
	g_autofree char *near = NULL;
	TdCandidateLevel level;

	if (opens_line(line->text, size)) {
		level = level_of_opening(
		    reading, line, found, found->start + found->size);
		add(reading, line, index, found, level);
		return;
	}
	before = fold_part(line->text, size);
	near = fold_part(found->start - tail, tail);
	if ((td_notice_flags(near) & TD_NOTICE_ORIGINAL) == 0) {
		level = level_of_inner(reading, line, found, before, near);
		add(reading, line, index, found, level);
	} else if (reading->current != NULL &&
	    index - reading->current->line <= 3) {
		/* We know what we wrote to, not what became of it. */
		if (reading->current->original == NULL)
			reading->current->original = g_strdup(found->address);
	} else {
		add(reading, line, index, found, TD_CANDIDATE_BEHIND);
	}
}

static const char *
action_of_section(guint flags)
{
	if ((flags & TD_NOTICE_ARRIVED) != 0)
		return "delivered";
	if ((flags & TD_NOTICE_DELAYED) != 0)
		return "delayed";
	return (flags & TD_NOTICE_FINAL) != 0 ? "failed" : "";
}

static void
read_line(Reading *reading, const TdNoticeLine *line, guint index)
{
	gsize at = 0, size = strlen(line->text);
	TdFound found;

	if (line->blank)
		return;
	if ((line->flags & TD_NOTICE_LISTS) != 0) {
		reading->listing = TRUE;
		reading->action = action_of_section(line->flags);
	}
	for (guint i = 0; i < PER_LINE && reading->all->list->len < ALL &&
	     td_address_find(line->text, &at, &found);
	     i++) {
		read_address(reading, line, index, &found);
		g_free(found.address);
	}
	reading->before = line->flags;
	reading->asks = line->text[size - 1] == ':';
}

static void
take_own(TdCandidates *all, const GPtrArray *addresses)
{
	for (guint i = 0; i < addresses->len; i++) {
		const TdAddress *address = g_ptr_array_index(addresses, i);
		char *key = td_address_fold(address->address);

		if (key != NULL)
			g_hash_table_add(all->own, key);
	}
}

TdCandidates *
td_candidates_read(const TdNotice *notice, const TdMessage *message)
{
	TdCandidates *all = g_new0(TdCandidates, 1);
	Reading reading = { .all = all, .action = "" };

	all->notice = notice;
	all->list = g_ptr_array_new_with_free_func(free_candidate);
	all->own = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	take_own(all, message->to);
	take_own(all, message->from);
	for (guint i = 0; i < notice->lines->len; i++)
		read_line(&reading,
		    &g_array_index(notice->lines, TdNoticeLine, i), i);
	return all;
}

gboolean
td_candidates_is_own(const TdCandidates *all, const char *address)
{
	g_autofree char *key = td_address_fold(address);

	return key != NULL && g_hash_table_contains(all->own, key);
}

guint
td_candidates_find(const TdCandidates *all, const char *key)
{
	guint best = all->list->len;

	for (guint i = 0; i < all->list->len; i++) {
		const TdCandidate *one = td_candidate_at(all, i);

		if (strcmp(one->key, key) == 0 &&
		    (best == all->list->len ||
		        one->level > td_candidate_at(all, best)->level))
			best = i;
	}
	return best;
}

/* Whether one place shows that it is not the one. */
static gboolean
is_anothers(const TdCandidates *all, const char *key)
{
	for (guint i = 0; i < all->list->len; i++) {
		const TdCandidate *one = td_candidate_at(all, i);

		if (one->level == TD_CANDIDATE_NONE &&
		    strcmp(one->key, key) == 0)
			return TRUE;
	}
	return FALSE;
}

const char *
td_candidates_only(const TdCandidates *all)
{
	const TdCandidate *only = NULL;

	for (guint i = 0; i < all->list->len; i++) {
		const TdCandidate *one = td_candidate_at(all, i);

		if (is_anothers(all, one->key) ||
		    td_candidates_is_own(all, one->address))
			continue;
		if (only != NULL && strcmp(only->key, one->key) != 0)
			return NULL;
		only = one;
	}
	return only == NULL ? NULL : only->address;
}
