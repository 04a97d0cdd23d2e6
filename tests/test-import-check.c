/* test-import-check.c - a ticket that ticket export wrote: is it what it was?
 */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/server.h>
#include <ticketd/sha256.h>
#include <ticketd/store.h>
#include <ticketd/text.h>

#include "server/request-import.h"

/* The first event by itself, and its SHA-256: the payload is the time, the
 * kind, the actor, the evidence, the message and the details. */
#define PLAIN                                                                  \
	"{\"sequence\":1,\"ticket\":7,\"time\":\"1970-01-01T00:00:05Z\","      \
	"\"kind\":\"%s\",\"actor\":\"x\",\"evidence\":\"\",\"message\":null,"  \
	"\"detail\":{}%s}"

/* Byte by byte as each kind of machine keeps it. */
static const guint8 little_payload[] = { 5, 0, 0, 0, 0, 0, 0, 0, TD_EVENT_TYPE,
	'x', 0, 0, 0, 0, 0, 0, /* and padding */
	0, 0, 0, 0, 0, 0, 0, 0, 12, 11 };
static const guint8 big_payload[] = { 0, 0, 0, 0, 0, 0, 0, 5, TD_EVENT_TYPE,
	'x', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12, 11 };

/* What an event with that payload makes of the chain of ticket 7; the
 * caller's. */
static char *
chain_of(const guint8 *payload, gsize size)
{
	guint8 link[32 + 8 + 8 + 32] = { 0 };
	guint8 chain[32];

	link[32 + 7] = 7;
	link[32 + 15] = 1;
	td_sha256(payload, size, link + 48);
	td_sha256(link, sizeof(link), chain);
	return td_text_hex(chain, sizeof(chain));
}

/* Whether an event of that kind is what the payload was. */
static gboolean
is_chain(const guint8 *payload, gsize size, gboolean swapped, const char *kind,
    const char *more)
{
	g_autoptr(TdImportCheck) check = td_import_check_new(7, swapped);
	g_autofree char *chain = chain_of(payload, size);
	g_autofree char *text = g_strdup_printf(PLAIN, kind, more);
	g_autoptr(GError) error = NULL;
	gboolean same;

	g_assert_true(td_import_check_event(check, text, &error));
	same = td_import_check_end(check, chain, &error);
	if (!same)
		g_assert_error(error, TD_ERROR, TD_ERROR_REFUSED);
	return same;
}

static void
test_the_chain_of_each_byte_order_is_known(void)
{
	gboolean little = G_BYTE_ORDER == G_LITTLE_ENDIAN;
	gsize size = sizeof(big_payload);

	g_assert_true(is_chain(little_payload, size, !little, "type", ""));
	g_assert_true(is_chain(big_payload, size, little, "type", ""));
	g_assert_false(is_chain(little_payload, size, !little, "tag", ""));
	g_assert_false(is_chain(big_payload, size, little, "tag", ""));
	g_assert_false(is_chain(little_payload, size, little, "type", ""));
}

/* An event that says that another one stood in its place. */
static void
test_what_was_erased_must_be_told(void)
{
	g_autoptr(TdImportCheck) check = td_import_check_new(7, FALSE);
	g_autofree char *text = g_strdup_printf(PLAIN, "tag",
	    ",\"hash\":\"00112233445566778899aabbccddeeff"
	    "00112233445566778899aabbccddeeff\"");
	g_autoptr(GError) error = NULL;

	g_assert_true(td_import_check_event(check, text, &error));
	g_assert_false(td_import_check_end(check, NULL, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_REFUSED);
	g_assert_nonnull(strstr(error->message, "event 1 is not what is said"));
}

/* An event that tells of the first one that it was replaced, without what by.
 */
#define MARKS                                                                  \
	"{\"sequence\":2,\"ticket\":7,\"time\":\"2020-01-01T00:00:00Z\","      \
	"\"kind\":\"note\",\"actor\":\"x\",\"detail\":{\"marks\":{\"bytes\":"  \
	"\"AAAAAAAAAAFmkSGI83Xifdfjv0xjJj1BSnv7/RUVJEDrEB6vOlrpMg==\"}}}"

/* Whether such a history passes, whose first event has @more. */
static gboolean
is_believed(gboolean old, const char *more)
{
	g_autoptr(TdImportCheck) check = td_import_check_new(7, FALSE);
	g_autofree char *chain = chain_of(little_payload, 8);
	g_autofree char *text = g_strdup_printf(PLAIN, "type", more);
	g_autoptr(GError) error = NULL;
	gboolean good;

	if (old)
		td_import_check_old(check);
	g_assert_true(td_import_check_event(check, text, &error));
	g_assert_true(td_import_check_event(check, MARKS, &error));
	good = td_import_check_end(check, chain, &error);
	if (!good)
		g_assert_error(error, TD_ERROR, TD_ERROR_REFUSED);
	return good;
}

static void
test_the_first_form_had_no_hashes(void)
{
	g_assert_true(is_believed(TRUE, ""));
	g_assert_false(is_believed(FALSE, ""));
	g_assert_false(is_believed(TRUE,
	    ",\"hash\":\"00112233445566778899aabbccddeeff"
	    "00112233445566778899aabbccddeeff\""));
}

#define SECOND                                                                 \
	"{\"sequence\":2,\"ticket\":7,\"time\":\"2020-01-01T00:00:00Z\","      \
	"\"kind\":\"tag\",\"actor\":\"x\",\"detail\":{}}"
#define MAIL "From: anna@example.net\n\nHello\n"
#define FILED "{\"sequence\":%d,\"direction\":\"in\",\"visibility\":\"public\"}"
#define CAME                                                                   \
	"{\"sequence\":1,\"ticket\":7,\"time\":\"2020-01-01T00:00:00Z\","      \
	"\"kind\":\"created\",\"actor\":\"x\",\"message\":%d,"                 \
	"\"detail\":{\"sha256\":\"%s\",\"noted\":\"%s\"}}"

/* What is said when a message @given comes with an event that speaks of message
 * @told with that mail; NULL: all is well; the caller's. */
static char *
check_mail(guint given, guint told, const char *mail)
{
	g_autoptr(TdImportCheck) check = td_import_check_new(7, FALSE);
	g_autofree char *text = g_strdup_printf(FILED, (int)given);
	g_autoptr(TdFiled) filed = td_import_filed(text, 7, NULL);
	g_autoptr(TdEvent) want = td_event_new(TD_EVENT_NOTE, 7, 0, "");
	g_autoptr(GBytes) raw = g_bytes_new_static(MAIL, strlen(MAIL));
	g_autofree char *event = NULL;
	g_autoptr(GError) error = NULL;

	td_filed_vouch(filed, mail, strlen(mail), want);
	event = g_strdup_printf(CAME, (int)told, td_event_get(want, "sha256"),
	    td_event_get(want, "noted"));
	if (td_import_check_message(check, text, raw, &error) &&
	    td_import_check_event(check, event, &error) &&
	    td_import_check_end(check, NULL, &error))
		return NULL;
	g_assert_error(error, TD_ERROR, TD_ERROR_REFUSED);
	return g_strdup(error->message);
}

static void
test_mails_must_be_what_was_filed(void)
{
	g_autofree char *good = check_mail(1, 1, MAIL);
	g_autofree char *changed = check_mail(1, 1, MAIL "PS\n");
	g_autofree char *untold = check_mail(2, 1, MAIL);
	g_autofree char *missing = check_mail(1, 2, MAIL);

	g_assert_null(good);
	g_assert_nonnull(strstr(changed, "message 1 is not what event 1"));
	g_assert_nonnull(strstr(untold, "no event speaks of message 2"));
	g_assert_nonnull(strstr(missing, "message 2, which is missing"));
}

static void
test_messages_must_be_in_order(void)
{
	g_autoptr(TdImportCheck) check = td_import_check_new(7, FALSE);
	g_autofree char *text = g_strdup_printf(FILED, 1);
	g_autoptr(GBytes) raw = g_bytes_new_static(MAIL, strlen(MAIL));
	g_autoptr(GError) error = NULL;

	g_assert_true(td_import_check_message(check, text, raw, &error));
	g_assert_false(td_import_check_message(check, text, raw, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_REFUSED);
}

static void
test_events_must_be_in_order(void)
{
	g_autoptr(TdImportCheck) check = td_import_check_new(7, FALSE);
	g_autoptr(GError) error = NULL;

	g_assert_false(td_import_check_event(check, SECOND, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_REFUSED);
	g_assert_nonnull(strstr(error->message, "event 1 is missing"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/check/the chain of each byte order is known",
	    test_the_chain_of_each_byte_order_is_known);
	g_test_add_func("/check/what was erased must be told",
	    test_what_was_erased_must_be_told);
	g_test_add_func("/check/the first form had no hashes",
	    test_the_first_form_had_no_hashes);
	g_test_add_func("/check/mails must be what was filed",
	    test_mails_must_be_what_was_filed);
	g_test_add_func(
	    "/check/messages must be in order", test_messages_must_be_in_order);
	g_test_add_func(
	    "/check/events must be in order", test_events_must_be_in_order);
	return g_test_run();
}
