/* letter-fixture.h - a desk that only writes letters, for tests */

#ifndef TICKETD_TESTS_LETTER_FIXTURE_H
#define TICKETD_TESTS_LETTER_FIXTURE_H

#include <string.h>

#include <glib/gstdio.h>

#include <ticketd/letter.h>

/* 2026-11-22 08:00 UTC */
#define NOW G_GINT64_CONSTANT(1795334400)

#define PERSON 7

#define ANNA "anna@example.net"
#define OLGA "olga@example.com"
#define SUPPORT "support@example.com"
#define DESK_NAME "Example Support"

typedef struct {
	char *directory;
	TdConf *conf;
	TdStore *store;
	TdKeys *keys;
	TdLetters *letters;
	TdTicket *ticket;
} Desk;

static inline void
set_text(char **field, const char *value)
{
	g_free(*field);
	*field = g_strdup(value);
}

static inline TdConf *
load_conf(const char *directory, const char *keys)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_build_filename(
	    directory, "ticketd.conf", NULL);
	g_autofree char *text = NULL;
	TdConf *conf;

	text = g_strdup_printf(
	    "[desk]\nname = support\ndomain = example.com\n"
	    "timezone = UTC\nstore = /nonexistent/store\n"
	    "run = /nonexistent/run\n%s"
	    "[queue support]\naddress = support@example.com\n"
	    "from-name = Example Support\n"
	    "[queue answer]\naddress = answer@example.com\nclosed = answer\n",
	    keys);
	g_file_set_contents(path, text, -1, &error);
	g_assert_no_error(error);
	conf = td_conf_load(path, &error);
	g_assert_no_error(error);
	g_remove(path);
	return conf;
}

static inline TdTicket *
make_ticket(guint64 number)
{
	TdTicket *ticket = td_ticket_new(number);

	ticket->status = TD_STATUS_OPEN;
	ticket->state = 5;
	ticket->messages = 3;
	set_text(&ticket->queue, "support");
	set_text(&ticket->requester, "anna@example.net");
	set_text(&ticket->requester_name, "Anna");
	set_text(&ticket->subject, "Printer on fire");
	return ticket;
}

/* @extra: further keys of [desk], or NULL. */
static inline void
open_desk(Desk *desk, gconstpointer extra)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = NULL;

	desk->directory = g_dir_make_tmp("ticketd-test-XXXXXX", &error);
	g_assert_no_error(error);
	desk->conf = load_conf(desk->directory, extra == NULL ? "" : extra);
	desk->store = td_store_open_memory(&error);
	g_assert_no_error(error);
	txn = td_txn_begin(desk->store, &error);
	g_assert_no_error(error);
	desk->keys = td_keys_read(txn, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
	desk->letters = td_letters_new(desk->conf, desk->keys, &error);
	g_assert_no_error(error);
	desk->ticket = make_ticket(42);
}

static inline void
close_desk(Desk *desk, gconstpointer extra G_GNUC_UNUSED)
{
	td_ticket_free(desk->ticket);
	td_letters_free(desk->letters);
	td_keys_free(desk->keys);
	td_store_close(desk->store);
	td_conf_free(desk->conf);
	g_rmdir(desk->directory);
	g_free(desk->directory);
}

/* A letter of @kind as the desk would make it about the ticket. */
static inline TdLetter *
make_letter(TdLetterKind kind, const char *language)
{
	TdLetter *letter = td_letter_new(kind, 42);

	letter->queue = g_strdup("support");
	letter->language = g_strdup(language);
	letter->subject = g_strdup("Printer on fire");
	if (td_letter_kind_is_public(kind)) {
		td_letter_to(letter, "Anna", "anna@example.net");
	} else if (kind == TD_LETTER_MONITOR) {
		td_letter_to(letter, NULL, "olga@example.com");
	} else {
		letter->person = PERSON;
		td_letter_to(letter, "Olga", "olga@example.com");
		letter->author = g_strdup("Anna");
		letter->author_address = g_strdup("anna@example.net");
	}
	if (kind == TD_LETTER_RESOLVED || kind == TD_LETTER_CONFIRM ||
	    kind == TD_LETTER_OUT_OF_HOURS)
		letter->until = NOW + 7 * 24 * 60 * 60;
	if (kind == TD_LETTER_RESOLVED || kind == TD_LETTER_FINISHED)
		letter->rate = TRUE;
	if (kind == TD_LETTER_CONFIRM)
		letter->hold = 3;
	if (kind == TD_LETTER_REPLY || kind == TD_LETTER_FORWARD)
		letter->from_name = g_strdup("Olga Petrova");
	if (kind == TD_LETTER_DIGEST || kind == TD_LETTER_NOTICE)
		letter->ticket = TD_TICKET_DESK;
	if (kind > TD_LETTER_FINISHED || kind == TD_LETTER_MISSING)
		letter->text = g_strdup("It burns.\n\nPlease come.");
	return letter;
}

/* The mail of @letter, read back. */
static inline TdMessage *
compose(Desk *desk, const TdLetter *letter)
{
	g_autoptr(TdFiled) filed = td_filed_new();
	g_autoptr(GBytes) mail = NULL;
	TdMessage *message;
	gsize size;
	const char *bytes;

	mail = td_letter_compose(
	    desk->letters, letter, desk->ticket, 4, NOW, filed);
	bytes = g_bytes_get_data(mail, &size);
	message = td_message_parse(bytes, size);
	g_assert_cmpstr(message->subject, ==, filed->subject);
	g_assert_cmpstr(message->message_id, ==, filed->message_id);
	g_assert_cmpuint(g_strv_length(message->problems), ==, 0);
	return message;
}

static inline const char *
header(const TdMessage *message, const char *name)
{
	const char *value = td_message_header(message, name, 0);

	return value == NULL ? "" : value;
}

static inline const TdAddress *
first(const GPtrArray *addresses)
{
	g_assert_cmpuint(addresses->len, ==, 1);
	return g_ptr_array_index(addresses, 0);
}

static inline void
assert_has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		g_test_message("no \"%s\" in:\n%s", part, text);
	g_assert_nonnull(strstr(text, part));
}

static inline void
assert_lacks(const char *text, const char *part)
{
	if (strstr(text, part) != NULL)
		g_test_message("\"%s\" in:\n%s", part, text);
	g_assert_null(strstr(text, part));
}

#define ADD(path, extra, test)                                                 \
	g_test_add("/letter/" path, Desk, extra, open_desk, test, close_desk)

#endif
