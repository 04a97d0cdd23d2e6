/* fuzz-deliver.c - any bytes as what ticket-deliver reads: the beginning of a
 * mail, an address, the daemon's answers */

#include "config.h"

#include <string.h>

#include "deliver/deliver.h"
#include "fuzz.h"

static void
check_replies(const char *data, size_t size)
{
	TdReply reply;
	long used;

	while ((used = td_reply_parse(data, size, &reply)) > 0) {
		TdVerdict verdict;

		g_assert_cmpuint((size_t)used, <=, size);
		g_assert_cmpint(reply.code, >=, 100);
		g_assert_cmpint(reply.code, <=, 599);
		g_assert_true(reply.text >= data);
		g_assert_true(reply.text + reply.size <= data + used);
		memset(&verdict, 0, sizeof(verdict));
		td_verdict_add_reply(
		    &verdict, reply.code, reply.text, reply.size);
		data += used;
		size -= (size_t)used;
	}
	g_assert_true(used == 0 || used == -1);
}

static void
check_envelope(const char *data, size_t size)
{
	char sender[TD_ADDRESS_MAX + 1];
	char line[TD_COMMAND_MAX];
	g_autofree char *address = g_strndup(data, MIN(size, TD_ADDRESS_MAX));
	char *recipients[] = { address };
	TdDeliverEnvelope envelope = { .recipients = recipients, .count = 1 };
	size_t used;

	td_envelope_find_sender(data, size, sender);
	g_assert_true(*sender == '\0' || td_envelope_fits(sender));
	if (!td_envelope_fits(address))
		return;
	envelope.sender = address;
	envelope.original_recipient = address;
	envelope.queue_id = address;
	used = td_envelope_mail(&envelope, line);
	g_assert_cmpuint(used, <=, sizeof(line));
	g_assert_true(memchr(line, '\n', used) == line + used - 1);
	used = td_envelope_rcpt(&envelope, 0, line);
	g_assert_cmpuint(used, <=, sizeof(line));
	g_assert_true(memchr(line, '\n', used) == line + used - 1);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
	check_replies(fuzz_bytes(data, size), size);
	check_envelope(fuzz_bytes(data, size), size);
	return 0;
}
