/* verify.h - signatures of agents, checked by `ticketd --verify`
 *
 * gpg and gpgsm read what strangers wrote, so they run in a child process, with
 * little time and memory, at most two at once.
 *
 * The child reads blocks from its standard input: a line "mail SIZE" or "key
 * SIZE", then so many bytes.  It answers in lines: "key" and a fingerprint,
 * "digest", "time"; with --read-key "key" and "user"; or "error" and a text,
 * "usage" where it is the file's fault; at last "end". */

#ifndef TICKETD_SERVER_VERIFY_H
#define TICKETD_SERVER_VERIFY_H

#include <ticketd/server.h>

G_BEGIN_DECLS

/* A good one; all NULL and 0: there is none. */
typedef struct {
	char *key; /* "openpgp:..." or "smime:..." */
	char *digest;
	gint64 time;
} TdSignature;

void td_signature_clear(TdSignature *signature);

/* The keys to check @message with, the caller's; NULL where there is nothing to
 * check: it is not signed, or not from an agent who has keys.  Takes a read
 * turn, but not for mail that is not signed. */
GPtrArray *td_verify_keys(
    TdService *service, const TdDesk *desk, const TdMessage *message);

/* Checks @raw, the bytes of @message; a failure is logged and means that there
 * is no signature.  *@signature is the caller's.  May wait for seconds: not on
 * the main loop's thread or one of the writer's. */
void td_verify_mail(TdService *service, const TdMessage *message, GBytes *raw,
    const GPtrArray *keys, TdSignature *signature);

/* Both. */
void td_verify_message(TdService *service, const TdDesk *desk,
    const TdMessage *message, GBytes *raw, TdSignature *signature);

/* See td_message_read_key(). */
gboolean td_verify_read_key(
    TdService *service, GBytes *bytes, char **key, char **user, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TdSignature, td_signature_clear)

G_END_DECLS

#endif
