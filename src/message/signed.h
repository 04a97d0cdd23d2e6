/* signed.h - whether a whole mail is signed, and what exactly was */

#ifndef TICKETD_MESSAGE_SIGNED_H
#define TICKETD_MESSAGE_SIGNED_H

#include "message/mime.h"

typedef enum {
	TD_SIGNED_OPENPGP, /* RFC 3156 */
	TD_SIGNED_SMIME,   /* RFC 8551 */
} TdSignedBy;

typedef struct {
	TdSignedBy by;
	const TdPart *text;      /* the part that is signed */
	const TdPart *signature; /* the root itself: it is in one piece */
	gboolean opaque;
} TdSigned;

/* FALSE: the mail is not signed, or not all of it.  *@found borrows from
 * @mime. */
gboolean td_signed_find(const TdMime *mime, TdSigned *found);

/* The bytes that were signed: as they came, but with the line ends of the wire
 * (RFC 1847, section 2.1).  The caller owns the result. */
GByteArray *td_signed_bytes(const TdSigned *found);

/* SHA-256, hex, of the signed text.  Blanks at the ends of lines, which some
 * signatures do not cover, do not change it.  The caller owns it. */
char *td_signed_digest(const TdSigned *found);

#endif
