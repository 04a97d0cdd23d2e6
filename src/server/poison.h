/* poison.h - mails that kill the process that reads them
 *
 * While a mail is in hand its digest stands in a small file, which outlives a
 * crash (not a power cut, and need not).  What is found there at the next start
 * is a suspect: when such a mail comes again it is first parsed in a child
 * process, and if it kills that child, or keeps it waiting twice, it is not
 * parsed any more.  Nor is one at which the process itself faulted three times
 * (see server/fault.h), be it in parsing or in what is done after that: of it
 * the fields of the header are looked at, once, to know whether it is filed
 * already.  After a fault there it is filed under a made-up Message-ID, a
 * second time perhaps, for lost it may not be; after one fault more it is not
 * taken at all. */

#ifndef TICKETD_POISON_H
#define TICKETD_POISON_H

#include <ticketd/message.h>

G_BEGIN_DECLS

typedef struct TdPoison TdPoison;

/* Reads the suspects from the file "in-hand" in @directory, which is made if
 * need be; each stays there until its mail came again.  @parser is the argument
 * vector of a program that parses the mail on its standard input; NULL: ticketd
 * itself.  NULL if there can be no such file: then nothing is noted.  The
 * caller owns the result. */
TdPoison *td_poison_open(const char *directory, const char *const *parser);
void td_poison_free(TdPoison *poison);

/* Whether td_poison_parse() would start a program for @raw.  Any thread. */
gboolean td_poison_is_suspect(TdPoison *poison, GBytes *raw);

/* The digest of a mail that a thread has been parsing for more than @seconds of
 * a processor's time, the caller's; NULL: there is none.  Any thread. */
char *td_poison_stuck(TdPoison *poison, guint seconds);

/* Parses @raw, noting it as in hand; an unreadable one (see
 * td_message_unreadable()) is logged.  *@note is for td_poison_done(), to be
 * called once the mail is filed or given up, whatever comes back.  NULL with
 * TD_ERROR_AGAIN, logged too: it is a suspect that no child could try or read
 * to its end, or there were too many faults at it.  @poison may be NULL.  Any
 * thread. */
TdMessage *td_poison_take(
    TdPoison *poison, GBytes *raw, guint *note, GError **error);
/* The same for mail that nobody would send again: such a one is unreadable. */
TdMessage *td_poison_parse(TdPoison *poison, GBytes *raw, guint *note);
void td_poison_done(TdPoison *poison, guint note);

/* What the calling thread does from here on to td_poison_leave() is for the
 * mail of @note, which counts against it if the thread faults. */
void td_poison_enter(TdPoison *poison, guint note);
void td_poison_leave(void);
/* It is filed: nothing counts against it any more, but if it was not read. */
void td_poison_spare(TdPoison *poison, guint note);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdPoison, td_poison_free)

G_END_DECLS

#endif
