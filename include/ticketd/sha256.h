/* sha256.h - SHA-256 by the processor's own instructions where it has them
 *
 * GLib's GChecksum takes some eight times as long; a mail is hashed a dozen
 * times on its way.  Nothing here fails. */

#ifndef TICKETD_SHA256_H
#define TICKETD_SHA256_H

#include <glib.h>

G_BEGIN_DECLS

#define TD_SHA256_SIZE 32

/* A digest in the making; the caller owns it. */
typedef struct TdSha256 TdSha256;

TdSha256 *td_sha256_new(void);
void td_sha256_free(TdSha256 *sha256);
void td_sha256_update(TdSha256 *sha256, const void *data, gsize size);

/* Ends it: only td_sha256_free() may follow. */
void td_sha256_finish(TdSha256 *sha256, guint8 digest[TD_SHA256_SIZE]);

/* The same as hexadecimal text, which is the caller's. */
char *td_sha256_finish_hex(TdSha256 *sha256);

/* All at once. */
void td_sha256(const void *data, gsize size, guint8 digest[TD_SHA256_SIZE]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdSha256, td_sha256_free)

G_END_DECLS

#endif
