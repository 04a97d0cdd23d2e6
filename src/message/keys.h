/* keys.h - lists of keys as gpg and gpgsm print them with colons */

#ifndef TICKETD_MESSAGE_KEYS_H
#define TICKETD_MESSAGE_KEYS_H

#include <glib.h>

/* The keys in @listing (of TdKey), the caller's.  Of certificates only those
 * count whose fingerprint is in @certificates, which has their SHA-256.
 * *@secret (may be NULL) becomes TRUE if one of them is secret. */
GPtrArray *td_key_listing_read(
    const char *listing, GHashTable *certificates, gboolean *secret);

#endif
