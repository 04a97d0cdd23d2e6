/* classify-private.h - what the files of classification share
 *
 * A rule looks at one kind of evidence and, if it fires, says why no automatic
 * answer may go out; most also name the class.  The first that names a class
 * decides it, the first reason for silence is kept. */

#ifndef TICKETD_DESK_CLASSIFY_PRIVATE_H
#define TICKETD_DESK_CLASSIFY_PRIVATE_H

#include "desk/desk-private.h"

/* The mail under examination. */
typedef struct {
	const TdDesk *desk;
	const TdMessage *message;
	const TdEnvelope *envelope;
	const TdAddress *speaker; /* see td_desk_speaker() */
	char *from;               /* the speaker's address, folded; or NULL */
	gboolean form;            /* a web form wrote it for the speaker */
	gboolean transparent;     /* by a list that only carries our address */
	TdClassified *out;
	gboolean classed;
} TdCase;

/* ---- classify.c ---- */

/* A rule fired because of @why: no answer, whatever the class. */
void td_case_silence(TdCase *mail, const char *why);

/* The same, and the class, unless an earlier rule named one. */
void td_case_fire(TdCase *mail, TdClass class, const char *why);

/* td_case_fire() with "rule 2: NAME: VALUE". */
void td_case_fire_value(
    TdCase *mail, TdClass class, int rule, const char *name, const char *value);

/* Likewise where the evidence is a machine's, but not which: a bounce and an
 * automatic reply are what they read as, whatever else they bear. */
void td_case_fire_machine(
    TdCase *mail, TdClass class, int rule, const char *name, const char *value);

/* The next field called @name (case ignored) from *@index on, which is moved
 * behind it (0 at first): its raw value, or NULL; borrowed. */
const char *td_case_next(const TdCase *mail, const char *name, guint *index);

/* The topmost one. */
const char *td_case_header(const TdCase *mail, const char *name);

/* The first word of a structured field, lower case, without comments and
 * parameters: "auto-replied" of "(x) Auto-Replied; foo=bar"; the caller's. */
char *td_case_keyword(const char *value);

/* Whether one of @names occurs in @value (NULL: no) as a whole address or list
 * id. */
gboolean td_case_names(const char *value, GStrv names);

/* ---- classify-report.c: rules 1 and 3, and bounces of any form ---- */

void td_case_report(TdCase *mail);
void td_case_null_sender(TdCase *mail);

/* A mail system wrote it, and it reads as a bounce. */
void td_case_mail_system(TdCase *mail);

/* Whether the words of the mail were read as a bounce's. */
gboolean td_case_has_bounce_words(const TdCase *mail);

/* ---- classify-fields.c: rules 2 and 6 ---- */

void td_case_auto_submitted(TdCase *mail);
void td_case_fields(TdCase *mail);

/* ---- classify-list.c: rules 4 and 5 ---- */

/* Whether the mail came by a list that only carries our address. */
gboolean td_case_is_transparent(const TdCase *mail);
void td_case_list(TdCase *mail);
void td_case_precedence(TdCase *mail);

/* ---- classify-away.c: automatic replies that bear no mark ---- */

/* Whether the mail reads as an automatic reply, which must be unmistakable
 * unless something else (@machine) says that a machine wrote it. */
gboolean td_case_reads_as_reply(const TdCase *mail, gboolean machine);

void td_case_away(TdCase *mail);

/* ---- classify-sender.c: rules 7, 8 and 9 ---- */

void td_case_own(TdCase *mail);
void td_case_local_part(TdCase *mail);
void td_case_not_addressed(TdCase *mail);
void td_case_from_own(TdCase *mail);

/* ---- classify-spam.c: rule 10 ---- */

void td_case_spam(TdCase *mail);

#endif
