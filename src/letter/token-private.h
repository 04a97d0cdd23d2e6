/* token-private.h - what the makers of tokens share */

#ifndef TICKETD_LETTER_TOKEN_PRIVATE_H
#define TICKETD_LETTER_TOKEN_PRIVATE_H

#include <ticketd/token.h>

#define TD_TOKEN_ALPHABET "abcdefghijklmnopqrstuvwxyz234567"

#define TD_TOKEN_FIELDS_MAX 4

/* What a mac covers: numbers, then a text unless it is NULL; borrowed. */
typedef struct {
	guint64 numbers[TD_TOKEN_FIELDS_MAX];
	guint count;
	const char *text; /* at most TD_TOKEN_VERB_MAX long */
} TdTokenFields;

/* What stands in front of a token of @kind: 't' for a thread address. */
char td_token_letter(TdTokenKind kind);

/* The token of @kind for @fields by the newest key; the caller's. */
char *td_token_seal(
    const TdKeys *keys, TdTokenKind kind, const TdTokenFields *fields);

/* Whether the TD_TOKEN_LENGTH characters at @token are that, in constant
 * time. */
TdTokenState td_token_verify(const TdKeys *keys, TdTokenKind kind,
    const TdTokenFields *fields, const char *token);

/* Reads a decimal number that ends with @end; where to go on behind it, NULL
 * if it is none.  No sign, no leading zero but for 0 itself, so each number has
 * one text. */
const char *td_token_read_number(const char *text, char end, guint64 *number);

#endif
