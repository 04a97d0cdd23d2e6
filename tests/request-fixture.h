/* request-fixture.h - a service that requests are put to
 *
 * On top of server-fixture.h, which opens the desk. */

#ifndef TICKETD_TESTS_REQUEST_FIXTURE_H
#define TICKETD_TESTS_REQUEST_FIXTURE_H

#include <ticketd/server.h>

#include "server-fixture.h"

/* Puts the request @json, with @bytes or NULL; the result is the caller's,
 * NULL with an error.  @got, the bytes of the answer, may be NULL. */
JsonObject *ask_with(const Desk *desk, const char *json, GBytes *bytes,
    GBytes **got, GError **error);

/* The same; the test fails if that fails. */
JsonObject *ask(const Desk *desk, const char *json);

/* The test fails unless the request fails with @code and a text that has
 * @part. */
void ask_refused(
    const Desk *desk, const char *json, int code, const char *part);

/* Files a mail from @from to support@ ("\n" line ends): @headers, then an
 * empty line and @text.  The test fails if that fails. */
TdOutcome file_mail(
    const Desk *desk, const char *from, const char *headers, const char *text);

/* A ticket by anna@example.net with a Message-ID <N@example.net>; its
 * number. */
guint64 file_ticket(const Desk *desk, guint n);

#endif
