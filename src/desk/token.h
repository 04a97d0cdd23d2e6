/* token.h - texts that only this desk can have made
 *
 * A token is <v><mac>: the key's version as one base32 character, then 16
 * characters, the first 80 bits of HMAC-SHA256 under a key that is derived for
 * the one kind, over length-prefixed fields.  Knowing a token of one kind tells
 * nothing about another. */

#ifndef TICKETD_DESK_TOKEN_H
#define TICKETD_DESK_TOKEN_H

#include <ticketd/store.h>

#define TD_TOKEN_LENGTH 17

typedef enum {
	TD_TOKEN_REPLY,      /* thread address 42-t<v><mac> */
	TD_TOKEN_BOUNCE,     /* bounce address 42-b<v><mac> */
	TD_TOKEN_MESSAGE_ID, /* 42.3.m<v><mac>@domain */
	TD_TOKEN_ENVID,      /* 42.3.e<v><mac> */
	TD_TOKEN_KINDS,
} TdTokenKind;

/* Every key that is kept, newest last. */
typedef struct TdKeys TdKeys;

/* Reads the keys from the store; makes the first one if there is none, which
 * needs a write transaction.  The caller owns the result. */
TdKeys *td_keys_read(TdTxn *txn, GError **error);
void td_keys_free(TdKeys *keys);

/* Adds a key of random bytes; *@version counts from 1. */
gboolean td_keys_add(TdTxn *txn, guint *version, GError **error);

/* The token of @kind for up to two fields; the caller's. */
char *td_token_make(
    const TdKeys *keys, TdTokenKind kind, guint64 first, guint64 second);

typedef enum {
	TD_TOKEN_BAD,
	TD_TOKEN_OLD, /* made with a key that was rotated away */
	TD_TOKEN_GOOD,
} TdTokenState;

/* Looks at the TD_TOKEN_LENGTH characters at @token.  Takes the same time
 * whatever they are. */
TdTokenState td_token_check(const TdKeys *keys, TdTokenKind kind, guint64 first,
    guint64 second, const char *token);

/* Our own Message-ID (or loop mark) of message @sequence of @ticket; sequence 0
 * is the root that all mails of the ticket name.  The caller's. */
char *td_token_message_id(
    const TdKeys *keys, const char *domain, guint64 ticket, guint64 sequence);

/* Reads such an id back, with or without "@domain". */
TdTokenState td_token_read_message_id(
    const TdKeys *keys, const char *id, TdPlace *place);

/* The same for the ENVID of a mail we send (RFC 3461 5.4). */
char *td_token_envid(const TdKeys *keys, guint64 ticket, guint64 sequence);
TdTokenState td_token_read_envid(
    const TdKeys *keys, const char *envid, TdPlace *place);

/* Reads the extension of an address: number, '-', kind letter, token.  *@kind
 * is TD_TOKEN_REPLY or TD_TOKEN_BOUNCE. */
TdTokenState td_token_read_extension(const TdKeys *keys, const char *extension,
    TdTokenKind *kind, guint64 *ticket);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdKeys, td_keys_free)

#endif
