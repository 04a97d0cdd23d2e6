/* input.c - the message on stdin, in chunks */

#include "config.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "deliver/deliver.h"

/* Reads once behind what is there.  Waits first: a writer that hangs must not
 * keep us, and with us a process of the mail server, for ever. */
static bool
read_more(TdInput *input, TdVerdict *verdict)
{
	struct pollfd ready = { .fd = input->fd, .events = POLLIN };
	ssize_t size;
	int count;

	do
		count = poll(&ready, 1, TD_ANSWER_MS);
	while (count < 0 && errno == EINTR);
	if (count == 0)
		return td_verdict_defer(
		    verdict, "4.4.2", "no more input for five minutes", 0);

	do
		size = read(input->fd, input->data + input->size,
		    sizeof input->data - input->size);
	while (size < 0 && errno == EINTR);
	if (size < 0)
		return td_verdict_defer(
		    verdict, "4.3.0", "cannot read the message", errno);
	if (size == 0)
		input->ended = true;
	input->size += (size_t)size;
	return true;
}

static bool
fill_up(TdInput *input, TdVerdict *verdict)
{
	while (!input->ended && input->size < sizeof input->data)
		if (!read_more(input, verdict))
			return false;
	return true;
}

/* Whether the data begins with the line that parts mails in a mbox file.
 * "From :" is a header field in the syntax of old (RFC 5322 4.5.2). */
static bool
begins_with_mbox_line(const TdInput *input)
{
	size_t i = strlen("From ");

	if (input->size < i || memcmp(input->data, "From ", i) != 0)
		return false;
	while (i < input->size &&
	    (input->data[i] == ' ' || input->data[i] == '\t'))
		i++;
	return i == input->size || input->data[i] != ':';
}

/* Drops the data up to the first line end, however far that is. */
static bool
cut_line(TdInput *input, TdVerdict *verdict)
{
	const char *end;
	size_t cut;

	while ((end = memchr(input->data, '\n', input->size)) == NULL) {
		input->size = 0;
		if (input->ended)
			return true;
		if (!fill_up(input, verdict))
			return false;
	}
	cut = (size_t)(end + 1 - input->data);
	input->size -= cut;
	memmove(input->data, end + 1, input->size);
	return fill_up(input, verdict);
}

bool
td_input_fill(TdInput *input, TdVerdict *verdict)
{
	input->size = 0;
	if (!fill_up(input, verdict))
		return false;
	if (!input->begun) {
		input->begun = true;
		if (begins_with_mbox_line(input) && !cut_line(input, verdict))
			return false;
	}
	if (input->size > 0) {
		input->any = true;
		input->last = input->data[input->size - 1];
	}
	return true;
}

bool
td_input_whole(const TdInput *input, TdVerdict *verdict)
{
	if (!input->any)
		return td_verdict_defer(
		    verdict, "4.3.0", "there is no message", 0);
	if (input->ends_in_line && input->last != '\n')
		return td_verdict_defer(
		    verdict, "4.3.0", "the message was cut off", 0);
	if (getppid() != input->parent)
		return td_verdict_defer(
		    verdict, "4.3.0", "the mail server went away", 0);
	return true;
}
