/* forward-text.h - a mail that stands inside the text of another */

#ifndef TICKETD_MESSAGE_FORWARD_TEXT_H
#define TICKETD_MESSAGE_FORWARD_TEXT_H

#include <ticketd/message.h>

/* Whether @text (UTF-8, LF) is first of all, but for a note, a mail that is
 * passed on; fills @forward (its strings are NULL) then.  @claimed: the Subject
 * says so; else a line above it has to, and nothing may be written below. */
gboolean td_forward_read_text(
    const char *text, gboolean claimed, TdForward *forward);

/* The person that "NAME <ADDRESS>", as programs show it to readers, tells. */
void td_forward_read_person(const char *value, gsize size, TdAddress *person);

/* What is written above the first line of eight U+2500: below it stand
 * summaries of attached mails.  The caller owns it. */
char *td_forward_own_text(const char *text);

#endif
