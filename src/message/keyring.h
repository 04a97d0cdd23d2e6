/* keyring.h - public keys in a directory of their own, for gpg and gpgsm
 *
 * No agent is started, nothing is asked of the network, and no key counts but
 * those that were put in.  The directory goes with the TdKeyring. */

#ifndef TICKETD_MESSAGE_KEYRING_H
#define TICKETD_MESSAGE_KEYRING_H

#include <glib.h>

#include "message/signed.h"

typedef struct TdKeyring TdKeyring;

/* A public key, one of the subkeys of such a key, or a certificate. */
typedef struct {
	char *fingerprint; /* as the program names it in its answers */
	char *name;        /* what we call it: "openpgp:..." with that of the
	                    * primary key, "smime:..." with SHA-256 */
	char *user;        /* who it says it belongs to, printable; maybe "" */
	gboolean primary;  /* no subkey */
	gint64 begins;     /* of a certificate, seconds UTC */
	gint64 ends;       /* of a certificate */
} TdKey;

/* What kind of key the file holds, by a first look at its bytes; FALSE: it is
 * none, or a secret one. */
gboolean td_keyring_guess(GBytes *bytes, TdSignedBy *by);

/* An empty one below @scratch.  The caller owns it.  TD_ERROR_AGAIN: no
 * directory can be made. */
TdKeyring *td_keyring_new(const char *scratch, TdSignedBy by, GError **error);
void td_keyring_free(TdKeyring *keyring);

/* Puts the public key of a file in; what cannot be used is passed over.
 * TD_ERROR_AGAIN: the program cannot be run. */
gboolean td_keyring_add(TdKeyring *keyring, GBytes *bytes, GError **error);

/* All keys in it (of TdKey), the caller's; NULL on error.  TD_ERROR_AGAIN: the
 * program cannot be run, or fails. */
GPtrArray *td_keyring_list(TdKeyring *keyring, GError **error);

/* All keys of a file (of TdKey), which may be more than td_keyring_add() would
 * take: secret ones too, *@secret tells of them. */
GPtrArray *td_keyring_look(
    TdKeyring *keyring, GBytes *bytes, gboolean *secret, GError **error);

/* Its directory; borrowed. */
const char *td_keyring_home(const TdKeyring *keyring);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdKeyring, td_keyring_free)

#endif
