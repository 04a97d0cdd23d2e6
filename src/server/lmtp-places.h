/* lmtp-places.h - how many connections there may be, and whose
 *
 * A peer is the user at the other end of a Unix socket, or the address at that
 * of a TCP one (the first half of it with IPv6, for that is one subscriber's).
 * Main thread only. */

#ifndef TICKETD_LMTP_PLACES_H
#define TICKETD_LMTP_PLACES_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct TdLmtpPlaces TdLmtpPlaces;

/* @all at once, @one of them for each peer.  The caller owns the result. */
TdLmtpPlaces *td_lmtp_places_new(guint all, guint one);
void td_lmtp_places_free(TdLmtpPlaces *places);

/* Whom the connected socket @fd belongs to: "uid 33", "192.0.2.1"; the
 * caller's. */
char *td_lmtp_peer(int fd);

/* Whether @peer has its share. */
gboolean td_lmtp_places_has_share(const TdLmtpPlaces *places, const char *peer);

/* Takes one for @peer.  FALSE: there is none, or @peer has its share. */
gboolean td_lmtp_places_take(TdLmtpPlaces *places, const char *peer);
/* Gives one back. */
void td_lmtp_places_leave(TdLmtpPlaces *places, const char *peer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdLmtpPlaces, td_lmtp_places_free)

G_END_DECLS

#endif
