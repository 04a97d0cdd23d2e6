/* cms.h - the text inside a signature of the Cryptographic Message Syntax
 *
 * Only so much of RFC 5652 as is needed to find it; nothing is verified. */

#ifndef TICKETD_MESSAGE_CMS_H
#define TICKETD_MESSAGE_CMS_H

#include <glib.h>

typedef enum {
	TD_CMS_NONE,     /* no SignedData, or not to be read */
	TD_CMS_DETACHED, /* a signature of what stands elsewhere */
	TD_CMS_OPAQUE,   /* it holds what it signs */
} TdCms;

/* Reads the BER at @data.  *@content (may be NULL) is what it holds, the
 * caller's, if it is TD_CMS_OPAQUE. */
TdCms td_cms_read(const guint8 *data, gsize size, GByteArray **content);

/* Whether the bytes look like one certificate (RFC 5280, 4.1) and nothing
 * more. */
gboolean td_cms_is_certificate(const guint8 *data, gsize size);

#endif
