/* fuzz.h - what the entries for fuzzing share
 *
 * An entry takes any bytes and gives them to one parser; what comes out is
 * checked against what its header promises.  A broken promise ends the program.
 * No entry keeps anything from one input to the next.  They link with libFuzzer
 * (configure --enable-fuzzing), or with run-standalone.c. */

#ifndef TICKETD_TESTS_FUZZ_H
#define TICKETD_TESTS_FUZZ_H

#include <ticketd/message.h>

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

/* Before anything of the room message; the first call does it. */
void fuzz_init(void);

/* The input as a text; libFuzzer gives NULL for one of no bytes. */
static inline const char *
fuzz_bytes(const guint8 *data, size_t size)
{
	return size == 0 ? "" : (const char *)data;
}

/* Valid UTF-8, and there. */
void fuzz_check_text(const char *text);

/* The first line of the input: what is up to a line end or @most bytes, the
 * caller's.  *@data and *@size become the rest. */
char *fuzz_take_line(const guint8 **data, size_t *size, size_t most);

/* Parses @raw and checks everything in the message, its attachments too. */
void fuzz_check_mail(const char *raw, gsize size);

/* The same for a mail made of @header (its fields, "\n" line ends) and the
 * bytes as the body in base64, which the header must not tell. */
void fuzz_check_body(const char *header, const guint8 *data, size_t size);

/* Splits @text as a reply and checks that nothing is made up or lost. */
void fuzz_check_reply(const char *text);

#endif
