/* message-fixture.h - mails for the tests of the room message */

#ifndef TICKETD_TESTS_MESSAGE_FIXTURE_H
#define TICKETD_TESTS_MESSAGE_FIXTURE_H

#include <ticketd/message.h>

/* Parses a copy of @raw of exactly its size, so that ASan sees a byte read too
 * many.  The caller owns the result. */
TdMessage *parse_text(const char *raw);

/* The same for the mail data/mail/@name. */
TdMessage *parse_file(const char *name);

/* The bytes of that mail; the caller owns them. */
char *load_file(const char *name, gsize *size);

const TdAddress *address_at(const GPtrArray *addresses, guint index);
const TdAttachment *attachment_at(const TdMessage *message, guint index);

/* Whether one of the problems has @words in it. */
gboolean has_problem(const TdMessage *message, const char *words);

#endif
