/* token.h - texts that only this desk can have made
 *
 * A token is <v><mac>: the key's version as one base32 character, then 16
 * characters, the first 80 bits of HMAC-SHA256 under a key that is derived for
 * the one kind, over length-prefixed fields.  Knowing a token of one kind tells
 * nothing about another. */

#ifndef TICKETD_TOKEN_H
#define TICKETD_TOKEN_H

#include <ticketd/store.h>

#define TD_TOKEN_LENGTH 17

typedef enum {
	TD_TOKEN_REPLY,      /* thread address 42-t<v><mac> */
	TD_TOKEN_BOUNCE,     /* bounce address 42-b<v><mac> */
	TD_TOKEN_MESSAGE_ID, /* 42.3.m<v><mac>@domain */
	TD_TOKEN_ENVID,      /* 42.3.e<v><mac> */
	TD_TOKEN_PERSONAL, /* personal address 42-p<v><mac>.<person>[.<verb>] */
	TD_TOKEN_ACTION,   /* action link 42-a<v><mac>.<verb>.<expiry> */
	TD_TOKEN_CONFIRM,  /* confirmation 42-c<v><mac>.<person>.<hold> */
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

/* The same, and for tickets from @number on no older key counts, not even for
 * threading: what was given out under these numbers was another ticket's. */
gboolean td_keys_raise(
    TdTxn *txn, guint64 number, guint *version, GError **error);

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

/* The extensions of our addresses; the caller's.  @verb may be NULL for a
 * personal address; it is of [a-z0-9-] and at most TD_TOKEN_VERB_MAX long, a
 * command with '-' for blanks: "close", "priority-1".  A thread address proves
 * the ticket; a personal one ticket and person (not the verb); an action link
 * ticket, person, verb, expiry and @state, the ticket's state revision, so that
 * any change spends it. */
#define TD_TOKEN_VERB_MAX 20
char *td_token_thread(const TdKeys *keys, guint64 ticket);
char *td_token_bounce(const TdKeys *keys, guint64 ticket);
char *td_token_personal(
    const TdKeys *keys, guint64 ticket, guint64 person, const char *verb);
char *td_token_action(const TdKeys *keys, guint64 ticket, guint64 person,
    guint64 state, const char *verb, gint64 expires);
char *td_token_confirm(
    const TdKeys *keys, guint64 ticket, guint64 person, guint64 hold);

/* An extension taken apart. */
typedef struct {
	TdTokenKind kind;   /* REPLY, BOUNCE, PERSONAL, ACTION or CONFIRM */
	TdTokenState state; /* of ACTION always TD_TOKEN_BAD: see below */
	guint64 ticket;
	guint64 person; /* PERSONAL, CONFIRM */
	guint64 hold;   /* CONFIRM */
	gint64 expires; /* ACTION: seconds UTC, written as decimal minutes */
	char verb[TD_TOKEN_VERB_MAX + 1]; /* PERSONAL (may be ""), ACTION */
	char token[TD_TOKEN_LENGTH + 1];
} TdExtension;

/* Reads @extension (folded).  FALSE if it has not the form of one of ours, or
 * (but for an action link, of which only its person and state tell) its token
 * is bad.  *@read is written on success alone. */
gboolean td_token_read_extension(
    const TdKeys *keys, const char *extension, TdExtension *read);
/* Whether @extension (folded) has the form of one of ours, whatever its
 * token. */
gboolean td_token_has_form(const char *extension);

/* Whether the action link @read is @person's at @state.  Its expiry is the
 * caller's to compare. */
TdTokenState td_token_check_action(
    const TdKeys *keys, const TdExtension *read, guint64 person, guint64 state);

/* Whether @text holds, anywhere, what looks like the secret of a personal
 * address, action link or confirmation, in clear or as an URL or header
 * encodes it ("%2B", "=2B").  td_token_redact() gives the text with each such
 * address (the whole addr-spec around it) replaced by @address; the caller's.
 */
gboolean td_token_leaks(const char *text, gsize size);
char *td_token_redact(const char *text, const char *address);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdKeys, td_keys_free)

#endif
