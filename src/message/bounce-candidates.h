/* bounce-candidates.h - the addresses in a notice, and how likely each is the
 * one that a mail did not reach */

#ifndef TICKETD_MESSAGE_BOUNCE_CANDIDATES_H
#define TICKETD_MESSAGE_BOUNCE_CANDIDATES_H

#include "message/addresses.h"
#include "message/bounce-private.h"

typedef enum {
	TD_CANDIDATE_NONE,      /* known to be another's */
	TD_CANDIDATE_MENTIONED, /* no more than that */
	TD_CANDIDATE_BESIDE,    /* in a line that tells of a failure */
	TD_CANDIDATE_BEHIND,    /* behind "... could not be delivered to" */
	TD_CANDIDATE_SURE,      /* alone in its line, or named as one */
} TdCandidateLevel;

typedef struct {
	char *address;  /* as written */
	char *key;      /* folded */
	char *original; /* what it was before an alias; NULL */
	TdCandidateLevel level;
	guint line;         /* of the notice */
	gsize end;          /* the byte of the line behind it */
	const char *action; /* of the section it stands in; "" when none tells;
	                     * static */
} TdCandidate;

typedef struct {
	const TdNotice *notice; /* borrowed */
	GPtrArray *list;        /* of TdCandidate in order of the lines */
	GHashTable *own;        /* folded addresses of the bounce itself */
} TdCandidates;

TdCandidates *td_candidates_read(
    const TdNotice *notice, const TdMessage *message);
void td_candidates_free(TdCandidates *all);

TdCandidate *td_candidate_at(const TdCandidates *all, guint index);

/* The first with folded @key, the most likely first; the number of all when
 * there is none. */
guint td_candidates_find(const TdCandidates *all, const char *key);

gboolean td_candidates_is_own(const TdCandidates *all, const char *address);

/* The only address there is but those of the bounce itself; NULL: none, or
 * several.  Borrowed. */
const char *td_candidates_only(const TdCandidates *all);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdCandidates, td_candidates_free)

#endif
