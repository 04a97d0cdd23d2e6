/* packed.h - parts that are made of what is packed in another one
 *
 * A part that was opened has what was in it as children, which are leaves of
 * the mail in its place, with their roles. */

#ifndef TICKETD_MESSAGE_PACKED_H
#define TICKETD_MESSAGE_PACKED_H

#include "message/mime.h"

/* Whether the part is a TNEF stream ("winmail.dat"), by type and name. */
gboolean td_packed_is_tnef(const TdPart *part);

/* Opens the TNEF streams of @mime, *@left bytes of them in all, which becomes
 * less.  One of which not all could be opened stays an attachment too.  Their
 * texts are shadows; the first one of them is returned, NULL if there is none.
 * Borrowed. */
TdPart *td_packed_open_tnef(TdMime *mime, gsize *left);

/* Whether @part, an attachment, is such a stream with something in it that
 * cannot be read. */
gboolean td_packed_is_broken(const TdPart *part);

/* Makes attachments of the uuencoded files in the texts of @mime. */
void td_packed_open_texts(TdMime *mime, gsize *left);

#endif
