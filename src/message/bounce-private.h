/* bounce-private.h - the steps of reading a bounce out of its words
 *
 * Look at the header (gate), cut the text into lines and find where the
 * returned mail begins (notice), find the addresses in the lines (address),
 * choose whom it is about and what is said of each (recipients), and say that
 * in numbers (reason). */

#ifndef TICKETD_MESSAGE_BOUNCE_PRIVATE_H
#define TICKETD_MESSAGE_BOUNCE_PRIVATE_H

#include <ticketd/message.h>

#include "message/fields.h"
#include "message/mime.h"

#define TD_BOUNCE_TEXT 65536     /* bytes of the text that are looked at */
#define TD_BOUNCE_LINES 1000     /* lines of the notice */
#define TD_BOUNCE_RECIPIENTS 200 /* recipients of one bounce */
#define TD_BOUNCE_DIAGNOSTIC 500 /* bytes of what is said of one */
#define TD_STATUS_SIZE 12        /* "5.123.456" and its NUL */

/* ---- bounce-phrases.c: words to look for ---- */

typedef struct {
	const char *text; /* in any case, with or without accents */
	guint meaning;
} TdPhrase;

typedef struct TdPhrases TdPhrases;

/* @text as phrases are compared: lower case without accents, typographic
 * apostrophes plain.  The caller owns it. */
char *td_phrase_fold(const char *text);

/* The @count phrases at @table made ready to be found all at once.  Made once
 * and never freed. */
TdPhrases *td_phrases_new(const TdPhrase *table, gsize count);

/* The meanings of all phrases in @folded, or-ed. */
guint td_phrases_find(const TdPhrases *phrases, const char *folded);

/* The first phrase in order of the table that is in @folded, and where it
 * begins; NULL when none is.  Borrowed. */
const TdPhrase *td_phrases_first(
    const TdPhrases *phrases, const char *folded, gsize *at);

/* ---- bounce-notice.c: the words of the mail system ---- */

enum {
	TD_NOTICE_FAILED = 1 << 0,    /* says that a mail did not arrive */
	TD_NOTICE_LISTS = 1 << 1,     /* whom it did not reach follows */
	TD_NOTICE_DELAYED = 1 << 2,   /* it is still being tried */
	TD_NOTICE_FINAL = 1 << 3,     /* it is not tried any more */
	TD_NOTICE_ARRIVED = 1 << 4,   /* it did arrive */
	TD_NOTICE_RETURNED = 1 << 5,  /* the returned mail follows, maybe */
	TD_NOTICE_CONTACT = 1 << 6,   /* whom to ask for help */
	TD_NOTICE_PERSON = 1 << 7,    /* as people write, not programs */
	TD_NOTICE_CHALLENGE = 1 << 8, /* the sender is to do something first */
	TD_NOTICE_RECIPIENT = 1 << 9, /* the address behind it is the one */
	TD_NOTICE_SENDER = 1 << 10,   /* the address behind it is not */
	TD_NOTICE_ORIGINAL = 1 << 11, /* what it was before an alias */
};

typedef struct {
	char *text;   /* without white space at its end */
	char *folded; /* by td_phrase_fold() */
	guint flags;  /* TD_NOTICE_ */
	gboolean blank;
	gboolean decorated; /* "----- ... -----" */
} TdNoticeLine;

typedef struct {
	GArray *lines;        /* of TdNoticeLine: what stands above .returned */
	guint flags;          /* of all lines, or-ed */
	const char *returned; /* the returned mail, borrowed from the text;
	                       * NULL: it is not there */
	guint opening;        /* flags of the first lines that are not blank */
	guint first;          /* of the very first one */
} TdNotice;

/* bounce-words.c: what the words of @folded say: TD_NOTICE_ flags. */
guint td_notice_flags(const char *folded);

/* The same of a Subject. */
guint td_subject_flags(const char *folded);

TdNotice *td_notice_read(const char *text);
void td_notice_free(TdNotice *notice);

/* The part that is a returned mail or its header; NULL: none. */
const TdPart *td_returned_part(const TdMime *mime);

/* The fields of the returned mail: of an attached one, else of those in the
 * text.  They borrow from *@owner, which the caller frees. */
GArray *td_notice_returned(
    const TdNotice *notice, const TdMime *mime, GByteArray **owner);

/* ---- bounce-gate.c: does it look like a bounce? ---- */

typedef enum {
	TD_LOOKS_PERSON, /* from somebody with a name */
	TD_LOOKS_NULL,   /* nobody is to answer: Return-Path: <> */
	TD_LOOKS_OFFICE, /* postmaster, "System Administrator" */
	TD_LOOKS_DAEMON, /* mailer-daemon, "Mail Delivery System" */
} TdBounceSender;

typedef struct {
	TdBounceSender sender;
	gboolean null;      /* Return-Path: <> */
	gboolean subject;   /* says that a mail did not arrive */
	gboolean delayed;   /* the same, but may yet */
	gboolean answer;    /* Re:, Fwd: ... */
	gboolean automatic; /* says that it is an automatic answer */
	gboolean named;     /* X-Failed-Recipients */
	gboolean cloud;     /* a notification in JSON */
} TdBounceLook;

/* Whether @subject (any case) begins with the mark of answers or forwards. */
gboolean td_bounce_is_answer(const char *subject);

void td_bounce_look(const TdMessage *message, TdBounceLook *look);

/* By the header alone: whether it is worth reading the words. */
gboolean td_bounce_may_be(const TdBounceLook *look);

/* What is known once they are read.  @finds: they name somebody; @returned: the
 * mail itself is there. */
gboolean td_bounce_is(const TdBounceLook *look, const TdNotice *notice,
    const TdReport *report, gboolean finds, gboolean returned);

/* ---- bounce-address.c: addresses in a line ---- */

typedef struct {
	const char *start; /* borrowed from the line */
	gsize size;
	char *address;
} TdFound;

/* Finds the next mail address in @line from *@at on, which moves behind it;
 * FALSE: there is none.  The caller owns found->address. */
gboolean td_address_find(const char *line, gsize *at, TdFound *found);

/* ---- bounce-recipients.c: whom it is about ---- */

/* Adds those of @notice to @report, with what is said of each and the action,
 * if that is told ("" otherwise).  @message is the bounce, whose own addresses
 * are no recipients unless it says so; @returned has the fields of what came
 * back: whom that was for is the last resort.  FALSE if it had to guess. */
gboolean td_bounce_recipients(TdReport *report, const TdNotice *notice,
    const TdMessage *message, const GArray *returned);

/* ---- bounce-diagnostic.c: what is said of them ---- */

/* The sentence from line @from (from its byte @offset) to before line @to that
 * tells the reason best: a reply of a server, else a phrase.  "" when none
 * does; the caller owns it. */
char *td_diagnostic_find(
    const TdNotice *notice, guint from, gsize offset, guint to);

/* ---- bounce-reason.c: reasons as numbers ---- */

/* The reply code of SMTP in @text; 0 when there is none. */
guint td_reason_reply(const char *text);

/* Copies the status of RFC 3463 in @text; FALSE when there is none. */
gboolean td_reason_status(const char *text, char status[TD_STATUS_SIZE]);

/* Whether @folded has words that tell a reason. */
gboolean td_reason_is(const char *folded);

/* The status that @text tells: its own, else by its reply code and words; with
 * @delayed of class 4.  FALSE when it tells nothing. */
gboolean td_reason_guess(
    const char *text, gboolean delayed, char status[TD_STATUS_SIZE]);

/* ---- bounce-json.c ---- */

/* Adds what a notification of a mail service in JSON tells.  FALSE if @text is
 * none. */
gboolean td_bounce_read_json(TdReport *report, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdNotice, td_notice_free)

#endif
