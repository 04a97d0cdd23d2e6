/* erase.h - what the files about erasing share */

#ifndef TICKETD_DESK_ERASE_H
#define TICKETD_DESK_ERASE_H

#include <ticketd/privacy.h>

#include "desk/desk-private.h"

/* What stands where there was a text of his. */
#define TD_ERASED_TEXT "(erased)"
/* .class_reason of a message that lost its text. */
#define TD_ERASED_REASON "erased"

/* ---- erase-text.c ---- */

/* @text, which somebody wrote freely, with .alias for each of his addresses and
 * names, and TD_ERASED_TEXT for each of @secrets (or NULL: none), which is the
 * caller's; NULL if there is none in it. */
char *td_erase_replace(
    const TdErased *erased, char *const *secrets, const char *text);
/* The same of his addresses alone: for what the desk goes by. */
char *td_erase_replace_address(const TdErased *erased, const char *text);
/* Whether one of his addresses or names is in the @size @bytes; in any case of
 * ASCII letters, and not as part of a longer word. */
gboolean td_erase_is_in(const TdErased *erased, const char *bytes, gsize size);
/* Whether @text is one of his addresses, folded or not, or .alias. */
gboolean td_erase_is_him(const TdErased *erased, const char *text);
/* Adds @name to .names if it has two words or more and is not there yet. */
void td_erase_add_name(TdErased *erased, const char *name);

/* ---- erase-message.c ---- */

typedef enum {
	TD_TRACE_OF_HIM_NONE,
	TD_TRACE_OF_HIM_NAMED,  /* somebody else's, that names him */
	TD_TRACE_OF_HIM_LETTER, /* the desk's own, to him or about him */
	TD_TRACE_OF_HIM_OWN,    /* he wrote it */
} TdTraceOfHim;

/* What a message has of him.  @his: he asked for the ticket.  @caused: it was
 * written because of a mail of his. */
TdTraceOfHim td_erase_judge(const TdErased *erased, const TdFiled *filed,
    GBytes *raw, gboolean his, gboolean caused);

/* @filed as it will be, the caller's; NULL if it stays as it is.  @emptied: it
 * loses its text. */
TdFiled *td_erase_filed(const TdErased *erased, char *const *secrets,
    const TdFiled *filed, gboolean emptied);

/* ---- erase-event.c ---- */

/* What he wrote that others may have repeated; each ends with NULL, or is NULL:
 * none. */
typedef struct {
	char *const *texts;  /* wherever somebody wrote freely */
	char *const *values; /* "FIELD=VALUE": where that field is told of */
} TdSecrets;

/* A shorter text ("Hello") is replaced only where it is his for sure. */
#define TD_SECRET_MIN 6u

TdEvent *td_erase_copy(const TdEvent *event);
/* @event as it will be, the caller's; NULL if it stays as it is.  @his_words:
 * it comes from a mail of his, so what it quotes is his.  What it does to its
 * ticket stays: a queue, a status, an owner, a tag, a rule are never other
 * ones, whatever he called his matter. */
TdEvent *td_erase_event(const TdErased *erased, const TdSecrets *secrets,
    const TdEvent *event, gboolean his_words);

#endif
