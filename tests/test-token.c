/* test-token.c - texts that only the desk can have made */

#include "config.h"

#include <string.h>

#include "desk/token.h"

typedef struct {
	TdStore *store;
	TdKeys *keys;
} Safe;

static void
read_keys(Safe *safe)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(safe->store, &error);

	g_assert_no_error(error);
	td_keys_free(safe->keys);
	safe->keys = td_keys_read(txn, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

static void
rotate(Safe *safe)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(safe->store, &error);
	guint version;

	g_assert_no_error(error);
	td_keys_add(txn, &version, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
	td_txn_free(g_steal_pointer(&txn));
	read_keys(safe);
}

static void
open_safe(Safe *safe, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;

	safe->store = td_store_open_memory(&error);
	g_assert_no_error(error);
	safe->keys = NULL;
	read_keys(safe);
}

static void
close_safe(Safe *safe, gconstpointer unused G_GNUC_UNUSED)
{
	td_keys_free(safe->keys);
	td_store_close(safe->store);
}

static void
test_token_proves_its_own_fields_alone(
    Safe *safe, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *token = NULL;

	token = td_token_make(safe->keys, TD_TOKEN_REPLY, 42, 0);
	g_assert_cmpuint(strlen(token), ==, TD_TOKEN_LENGTH);
	g_assert_cmpint(
	    td_token_check(safe->keys, TD_TOKEN_REPLY, 42, 0, token), ==,
	    TD_TOKEN_GOOD);
	g_assert_cmpint(
	    td_token_check(safe->keys, TD_TOKEN_REPLY, 43, 0, token), ==,
	    TD_TOKEN_BAD);
	g_assert_cmpint(
	    td_token_check(safe->keys, TD_TOKEN_REPLY, 42, 1, token), ==,
	    TD_TOKEN_BAD);
}

static void
test_token_of_one_kind_is_no_other(
    Safe *safe, gconstpointer unused G_GNUC_UNUSED)
{
	for (TdTokenKind made = 0; made < TD_TOKEN_KINDS; made++)
		for (TdTokenKind read = 0; read < TD_TOKEN_KINDS; read++) {
			g_autofree char *token = td_token_make(
			    safe->keys, made, 7, 3);

			g_assert_cmpint(
			    td_token_check(safe->keys, read, 7, 3, token), ==,
			    made == read ? TD_TOKEN_GOOD : TD_TOKEN_BAD);
		}
}

static void
test_rotated_key_makes_older_tokens_old(
    Safe *safe, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *token = NULL;

	token = td_token_make(safe->keys, TD_TOKEN_REPLY, 42, 0);
	rotate(safe);
	g_assert_cmpint(
	    td_token_check(safe->keys, TD_TOKEN_REPLY, 42, 0, token), ==,
	    TD_TOKEN_OLD);
}

static void
test_keys_beyond_the_thirty_second_push_out_the_first(
    Safe *safe, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *first = NULL;
	g_autofree char *second = NULL;

	first = td_token_make(safe->keys, TD_TOKEN_REPLY, 42, 0);
	rotate(safe);
	second = td_token_make(safe->keys, TD_TOKEN_REPLY, 42, 0);
	for (guint i = 0; i < 31; i++)
		rotate(safe);
	g_assert_cmpint(
	    td_token_check(safe->keys, TD_TOKEN_REPLY, 42, 0, first), ==,
	    TD_TOKEN_BAD);
	g_assert_cmpint(
	    td_token_check(safe->keys, TD_TOKEN_REPLY, 42, 0, second), ==,
	    TD_TOKEN_OLD);
}

static void
test_keys_are_kept_in_the_store(Safe *safe, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *token = NULL;

	token = td_token_make(safe->keys, TD_TOKEN_ENVID, 1, 2);
	read_keys(safe);
	g_assert_cmpint(td_token_check(safe->keys, TD_TOKEN_ENVID, 1, 2, token),
	    ==, TD_TOKEN_GOOD);
}

static void
test_extension_is_read_only_as_it_was_written(
    Safe *safe, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *token = td_token_make(
	    safe->keys, TD_TOKEN_REPLY, 42, 0);
	static const struct {
		const char *format;
		TdTokenState want;
	} cases[] = {
		{ "42-t%s", TD_TOKEN_GOOD },
		{ "42-b%s", TD_TOKEN_BAD },
		{ "42-x%s", TD_TOKEN_BAD },
		{ "042-t%s", TD_TOKEN_BAD },
		{ "+42-t%s", TD_TOKEN_BAD },
		{ " 42-t%s", TD_TOKEN_BAD },
		{ "42-t%sx", TD_TOKEN_BAD },
		{ "42-t%s.close", TD_TOKEN_BAD },
		{ "42t%s", TD_TOKEN_BAD },
		{ "-t%s", TD_TOKEN_BAD },
		{ "43-t%s", TD_TOKEN_BAD },
		{ "18446744073709551658-t%s", TD_TOKEN_BAD },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GString) text = g_string_new(cases[i].format);
		TdTokenKind kind = TD_TOKEN_KINDS;
		guint64 ticket = 99;

		g_string_replace(text, "%s", token, 1);
		g_assert_cmpint(td_token_read_extension(
		                    safe->keys, text->str, &kind, &ticket),
		    ==, cases[i].want);
		g_assert_cmpuint(
		    ticket, ==, cases[i].want == TD_TOKEN_GOOD ? 42 : 99);
	}
}

static void
test_every_changed_character_breaks_a_message_id(
    Safe *safe, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *id = NULL;
	TdPlace place = { 0, 0 };
	const char *end;

	id = td_token_message_id(safe->keys, "example.com", 42, 3);
	g_assert_cmpint(td_token_read_message_id(safe->keys, id, &place), ==,
	    TD_TOKEN_GOOD);
	g_assert_cmpuint(place.ticket, ==, 42);
	g_assert_cmpuint(place.sequence, ==, 3);

	end = strchr(id, '@');
	for (gsize i = 0; i < (gsize)(end - id); i++) {
		g_autofree char *bad = g_strdup(id);

		bad[i] = bad[i] == 'a' ? 'b' : 'a';
		g_assert_cmpint(
		    td_token_read_message_id(safe->keys, bad, &place), ==,
		    TD_TOKEN_BAD);
	}
}

static void
test_garbage_is_no_token(Safe *safe, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const garbage[] = { "", "@", ".", "1.2", "1.2.",
		"1.2.m", "1.2.maaaaaaaaaaaaaaaaa", "x.y.z@example.com", "1..m",
		"99999999999999999999.1.m", "1.2.m\xff\xff" };
	TdPlace place = { 5, 6 };

	for (guint i = 0; i < G_N_ELEMENTS(garbage); i++) {
		g_autofree char *copy = g_strdup(garbage[i]);

		g_assert_cmpint(
		    td_token_read_message_id(safe->keys, copy, &place), ==,
		    TD_TOKEN_BAD);
	}
	g_assert_cmpuint(place.ticket, ==, 5);
}

#define ADD(path, test)                                                        \
	g_test_add(path, Safe, NULL, open_safe, test, close_safe)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);

	ADD("/token/fields", test_token_proves_its_own_fields_alone);
	ADD("/token/kinds", test_token_of_one_kind_is_no_other);
	ADD("/token/rotated", test_rotated_key_makes_older_tokens_old);
	ADD("/token/slots",
	    test_keys_beyond_the_thirty_second_push_out_the_first);
	ADD("/token/kept", test_keys_are_kept_in_the_store);
	ADD("/token/extension", test_extension_is_read_only_as_it_was_written);
	ADD("/token/message-id",
	    test_every_changed_character_breaks_a_message_id);
	ADD("/token/garbage", test_garbage_is_no_token);

	return g_test_run();
}
