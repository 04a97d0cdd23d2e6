/* address.h - mail addresses as keys: addr-spec of RFC 5322 3.4.1 without
 * comments, UTF-8 allowed (RFC 6532)
 *
 * Nothing here fails with a GError; a bad address is NULL or FALSE. */

#ifndef TICKETD_ADDRESS_H
#define TICKETD_ADDRESS_H

#include <glib.h>

G_BEGIN_DECLS

/* @address as a key: case folded (the local part too: mail systems that tell
 * Anna from anna are not met any more), domain as A-labels where it is not
 * ASCII, surrounding white space and one pair of angle brackets cut.  NULL if
 * it has no '@' with something on both sides, holds a control character, white
 * space outside quotes, or exceeds 254 octets (RFC 5321 4.5.3.1.3 less the
 * brackets).  NULL as well if it is no addr-spec otherwise (a second '@', a
 * comma or brackets outside quotes, bad UTF-8), and where folding would make
 * another person's address of it.  Quotes that are not needed are cut.  The
 * caller owns the result. */
char *td_address_fold(const char *address);

/* The part behind the last '@' of a folded address; borrowed from it. */
const char *td_address_domain(const char *address);

/* The part before it; the caller owns the result. */
char *td_address_local(const char *address);

/* Whether two addresses, folded or not, are the same key. */
gboolean td_address_same(const char *a, const char *b);

/* Whether @address is what stands for a person who was erased, "erased-7": no
 * mail address, and nobody gets mail by it. */
gboolean td_address_is_erased(const char *address);

/* Whether the local part or the domain needs SMTPUTF8 (is not ASCII). */
gboolean td_address_needs_utf8(const char *address);

G_END_DECLS

#endif
