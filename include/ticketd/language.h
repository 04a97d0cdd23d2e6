/* language.h - which language a text is in */

#ifndef TICKETD_LANGUAGE_H
#define TICKETD_LANGUAGE_H

#include <glib.h>

G_BEGIN_DECLS

/* The language that the UTF-8 @text is most likely in, by its script and its
 * common words: "en", "ru", "uk", "de" ... (ISO 639-1); NULL if it is too short
 * or too mixed to tell.  Static. */
const char *td_language_guess(const char *text);

G_END_DECLS

#endif
