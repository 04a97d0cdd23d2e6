/* test-token.c - texts that only the desk can have made */

#include "config.h"

#include <string.h>

#include <ticketd/token.h>

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

/* As after a restore: tickets from @number on are others. */
static void
raise_keys(Safe *safe, guint64 number)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(safe->store, &error);
	guint version;

	g_assert_no_error(error);
	td_keys_raise(txn, number, &version, &error);
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

#define EXPIRES (G_GINT64_CONSTANT(29932320) * 60)

/* What a guess is told by. */
static void
test_a_wrong_token_has_the_form_of_one(
    Safe *safe, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const forms[] = { "42-taaaaaaaaaaaaaaaaa",
		"42-paaaaaaaaaaaaaaaaa.7", "42-c77777777777777777.1.2" };
	static const char *const others[] = { "", "42", "42-sales", "sales",
		"42-taaaaaaaaaaaaaaaa", "42-taaaaaaaaaaaaaaaa1",
		"42-paaaaaaaaaaaaaaaaa" };
	TdExtension read;

	for (gsize i = 0; i < G_N_ELEMENTS(forms); i++) {
		g_assert_true(td_token_has_form(forms[i]));
		g_assert_false(
		    td_token_read_extension(safe->keys, forms[i], &read));
	}
	for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
		g_assert_false(td_token_has_form(others[i]));
}

static void
test_extension_is_read_only_as_it_was_written(
    Safe *safe, gconstpointer unused G_GNUC_UNUSED)
{
	static const struct {
		TdTokenKind kind;
		guint64 second;
		const char *format;
		gboolean want;
	} cases[] = {
		{ TD_TOKEN_REPLY, 0, "42-t%s", TRUE },
		{ TD_TOKEN_REPLY, 0, "42-b%s", FALSE },
		{ TD_TOKEN_REPLY, 0, "42-x%s", FALSE },
		{ TD_TOKEN_REPLY, 0, "042-t%s", FALSE },
		{ TD_TOKEN_REPLY, 0, "+42-t%s", FALSE },
		{ TD_TOKEN_REPLY, 0, " 42-t%s", FALSE },
		{ TD_TOKEN_REPLY, 0, "42-t%sx", FALSE },
		{ TD_TOKEN_REPLY, 0, "42-t%s.close", FALSE },
		{ TD_TOKEN_REPLY, 0, "42t%s", FALSE },
		{ TD_TOKEN_REPLY, 0, "-t%s", FALSE },
		{ TD_TOKEN_REPLY, 0, "43-t%s", FALSE },
		{ TD_TOKEN_REPLY, 0, "18446744073709551658-t%s", FALSE },
		{ TD_TOKEN_BOUNCE, 0, "42-b%s", TRUE },
		{ TD_TOKEN_PERSONAL, 7, "42-p%s.7", TRUE },
		{ TD_TOKEN_PERSONAL, 7, "42-p%s.7.close", TRUE },
		{ TD_TOKEN_PERSONAL, 7, "42-p%s.7.priority-1", TRUE },
		{ TD_TOKEN_PERSONAL, 7, "42-p%s.8", FALSE },
		{ TD_TOKEN_PERSONAL, 7, "43-p%s.7", FALSE },
		{ TD_TOKEN_PERSONAL, 7, "42-p%s", FALSE },
		{ TD_TOKEN_PERSONAL, 7, "42-p%s7", FALSE },
		{ TD_TOKEN_PERSONAL, 7, "42-p%s.07", FALSE },
		{ TD_TOKEN_PERSONAL, 7, "42-p%s.7.", FALSE },
		{ TD_TOKEN_PERSONAL, 7, "42-p%s.7.Close", FALSE },
		{ TD_TOKEN_PERSONAL, 7, "42-p%s.7.a_b", FALSE },
		{ TD_TOKEN_PERSONAL, 7, "42-p%s.7.close.x", FALSE },
		{ TD_TOKEN_PERSONAL, 7, "42-p%s.7.abcdefghijklmnopqrstu",
		    FALSE },
		{ TD_TOKEN_PERSONAL, 7, "42-t%s.7", FALSE },
		{ TD_TOKEN_PERSONAL, 7, "42-c%s.7.0", FALSE },
		{ TD_TOKEN_PERSONAL, 0, "42-p%s.0", TRUE },
		{ TD_TOKEN_PERSONAL, 0, "42-t%s", FALSE },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *token = td_token_make(
		    safe->keys, cases[i].kind, 42, cases[i].second);
		g_autoptr(GString) text = g_string_new(cases[i].format);
		TdExtension read = { .ticket = 99 };

		g_string_replace(text, "%s", token, 1);
		g_test_message("%s", text->str);
		g_assert_cmpint(
		    td_token_read_extension(safe->keys, text->str, &read), ==,
		    cases[i].want);
		g_assert_cmpuint(read.ticket, ==, cases[i].want ? 42 : 99);
		if (cases[i].want) {
			g_assert_cmpint(read.kind, ==, cases[i].kind);
			g_assert_cmpint(read.state, ==, TD_TOKEN_GOOD);
			g_assert_cmpuint(read.person, ==, cases[i].second);
		}
	}
}

static void
test_extensions_of_each_kind_are_read_back(
    Safe *safe, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *thread = td_token_thread(safe->keys, 42);
	g_autofree char *bounce = td_token_bounce(safe->keys, 42);
	g_autofree char *personal = NULL;
	g_autofree char *confirm = NULL;
	TdExtension read = { 0 };

	g_assert_true(td_token_read_extension(safe->keys, thread, &read));
	g_assert_cmpint(read.kind, ==, TD_TOKEN_REPLY);
	g_assert_true(td_token_read_extension(safe->keys, bounce, &read));
	g_assert_cmpint(read.kind, ==, TD_TOKEN_BOUNCE);

	personal = td_token_personal(safe->keys, 42, 7, "pending-1d");
	g_assert_true(td_token_read_extension(safe->keys, personal, &read));
	g_assert_cmpint(read.kind, ==, TD_TOKEN_PERSONAL);
	g_assert_cmpuint(read.person, ==, 7);
	g_assert_cmpstr(read.verb, ==, "pending-1d");

	confirm = td_token_confirm(safe->keys, 42, 7, 3);
	g_assert_true(td_token_read_extension(safe->keys, confirm, &read));
	g_assert_cmpint(read.kind, ==, TD_TOKEN_CONFIRM);
	g_assert_cmpuint(read.person, ==, 7);
	g_assert_cmpuint(read.hold, ==, 3);
	g_assert_cmpstr(read.verb, ==, "");
}

static void
test_confirmation_is_for_one_person_and_hold(
    Safe *safe, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *confirm = td_token_confirm(safe->keys, 42, 7, 3);
	static const char *const tails[] = { ".7.3", ".7.4", ".8.3", ".7.03",
		".7", ".7.3.1" };
	char *tail = strchr(confirm, '.');

	*tail = '\0';
	for (guint i = 0; i < G_N_ELEMENTS(tails); i++) {
		g_autofree char *text = g_strconcat(confirm, tails[i], NULL);
		TdExtension read;

		g_assert_cmpint(
		    td_token_read_extension(safe->keys, text, &read), ==,
		    i == 0);
	}
}

static void
test_action_link_is_one_persons_until_the_ticket_changes(
    Safe *safe, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *text = td_token_action(
	    safe->keys, 42, 7, 5, "pending-1d", EXPIRES + 59);
	TdExtension read = { 0 };
	TdExtension other;

	g_assert_true(td_token_read_extension(safe->keys, text, &read));
	g_assert_cmpint(read.kind, ==, TD_TOKEN_ACTION);
	g_assert_cmpint(read.state, ==, TD_TOKEN_BAD);
	g_assert_cmpuint(read.ticket, ==, 42);
	g_assert_cmpstr(read.verb, ==, "pending-1d");
	g_assert_cmpint(read.expires, ==, EXPIRES);

	g_assert_cmpint(
	    td_token_check_action(safe->keys, &read, 7, 5), ==, TD_TOKEN_GOOD);
	g_assert_cmpint(
	    td_token_check_action(safe->keys, &read, 8, 5), ==, TD_TOKEN_BAD);
	g_assert_cmpint(
	    td_token_check_action(safe->keys, &read, 7, 6), ==, TD_TOKEN_BAD);

	other = read;
	other.ticket = 43;
	g_assert_cmpint(
	    td_token_check_action(safe->keys, &other, 7, 5), ==, TD_TOKEN_BAD);
	other = read;
	strcpy(other.verb, "close");
	g_assert_cmpint(
	    td_token_check_action(safe->keys, &other, 7, 5), ==, TD_TOKEN_BAD);
	other = read;
	other.expires += 60;
	g_assert_cmpint(
	    td_token_check_action(safe->keys, &other, 7, 5), ==, TD_TOKEN_BAD);
	other = read;
	other.kind = TD_TOKEN_PERSONAL;
	g_assert_cmpint(
	    td_token_check_action(safe->keys, &other, 7, 5), ==, TD_TOKEN_BAD);
}

static void
test_action_link_of_bad_form_is_none(
    Safe *safe, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const texts[] = { "", "42-a",
		"42-abaaaaaaaaaaaaaaaa", "42-abaaaaaaaaaaaaaaaa.close",
		"42-abaaaaaaaaaaaaaaaa.close.", "42-abaaaaaaaaaaaaaaaa..5",
		"42-abaaaaaaaaaaaaaaaa.close.05",
		"42-abaaaaaaaaaaaaaaaa.close.5x",
		"42-abaaaaaaaaaaaaaaaa.close.-5",
		"42-abaaaaaaaaaaaaaaaa.close.9223372036854775807",
		"42-abaaaaaaaaaaaaaaa0.close.5",
		"42-abaaaaaaaaaaaaaaaA.close.5",
		"42-abaaaaaaaaaaaaaaaa.clo se.5" };
	TdExtension read = { .ticket = 99 };

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *copy = g_strdup(texts[i]);

		g_test_message("%s", copy);
		g_assert_false(
		    td_token_read_extension(safe->keys, copy, &read));
	}
	g_assert_cmpuint(read.ticket, ==, 99);
	g_assert_true(td_token_read_extension(
	    safe->keys, "42-abaaaaaaaaaaaaaaaa.close.5", &read));
	g_assert_cmpint(
	    td_token_check_action(safe->keys, &read, 7, 5), ==, TD_TOKEN_BAD);
}

static void
test_addresses_of_an_older_key_are_old(
    Safe *safe, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *personal = td_token_personal(safe->keys, 42, 7, NULL);
	g_autofree char *action = td_token_action(
	    safe->keys, 42, 7, 5, "close", EXPIRES);
	g_autofree char *confirm = td_token_confirm(safe->keys, 42, 7, 3);
	TdExtension read = { 0 };

	rotate(safe);
	g_assert_true(td_token_read_extension(safe->keys, personal, &read));
	g_assert_cmpint(read.state, ==, TD_TOKEN_OLD);
	g_assert_true(td_token_read_extension(safe->keys, confirm, &read));
	g_assert_cmpint(read.state, ==, TD_TOKEN_OLD);
	g_assert_true(td_token_read_extension(safe->keys, action, &read));
	g_assert_cmpint(
	    td_token_check_action(safe->keys, &read, 7, 5), ==, TD_TOKEN_OLD);
}

static void
test_every_address_fits_a_local_part(
    Safe *safe, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *action = td_token_action(
	    safe->keys, 4200000, 700, 5, "priority-1", EXPIRES);
	g_autofree char *confirm = td_token_confirm(
	    safe->keys, 4200000, 70000, 3000000);

	g_assert_cmpuint(strlen("support+") + strlen(action), <=, 64);
	g_assert_cmpuint(strlen("support+") + strlen(confirm), <=, 64);
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

/* Each key older than a restore, of each restore there was. */
static void
test_after_a_restore_older_keys_know_no_new_tickets(
    Safe *safe, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *old = td_token_make(
	    safe->keys, TD_TOKEN_REPLY, 100, 0);
	g_autofree char *lost = td_token_make(
	    safe->keys, TD_TOKEN_REPLY, 101, 0);
	g_autofree char *again = NULL;

	raise_keys(safe, 101);
	g_assert_cmpint(td_token_check(safe->keys, TD_TOKEN_REPLY, 100, 0, old),
	    ==, TD_TOKEN_OLD);
	g_assert_cmpint(
	    td_token_check(safe->keys, TD_TOKEN_REPLY, 101, 0, lost), ==,
	    TD_TOKEN_BAD);
	again = td_token_make(safe->keys, TD_TOKEN_REPLY, 101, 0);
	g_assert_cmpint(
	    td_token_check(safe->keys, TD_TOKEN_REPLY, 101, 0, again), ==,
	    TD_TOKEN_GOOD);

	raise_keys(safe, 201);
	rotate(safe);
	g_assert_cmpint(
	    td_token_check(safe->keys, TD_TOKEN_REPLY, 101, 0, lost), ==,
	    TD_TOKEN_BAD);
	g_assert_cmpint(
	    td_token_check(safe->keys, TD_TOKEN_REPLY, 101, 0, again), ==,
	    TD_TOKEN_OLD);
	g_assert_cmpint(td_token_check(safe->keys, TD_TOKEN_REPLY, 100, 0, old),
	    ==, TD_TOKEN_OLD);
}

/* More restores than keys are kept. */
static void
test_every_restore_counts(Safe *safe, gconstpointer unused G_GNUC_UNUSED)
{
	for (guint64 i = 1; i <= 40; i++) {
		g_autofree char *lost = td_token_make(
		    safe->keys, TD_TOKEN_REPLY, 10 * i, 0);
		g_autofree char *kept = td_token_make(
		    safe->keys, TD_TOKEN_REPLY, 10 * i - 1, 0);

		raise_keys(safe, 10 * i);
		g_assert_cmpint(
		    td_token_check(safe->keys, TD_TOKEN_REPLY, 10 * i, 0, lost),
		    ==, TD_TOKEN_BAD);
		g_assert_cmpint(td_token_check(safe->keys, TD_TOKEN_REPLY,
		                    10 * i - 1, 0, kept),
		    ==, TD_TOKEN_OLD);
	}
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
	ADD("/token/restored",
	    test_after_a_restore_older_keys_know_no_new_tickets);
	ADD("/token/restored/often", test_every_restore_counts);
	ADD("/token/kept", test_keys_are_kept_in_the_store);
	ADD("/token/extension", test_extension_is_read_only_as_it_was_written);
	ADD("/token/extension/guess", test_a_wrong_token_has_the_form_of_one);
	ADD("/token/extension/back",
	    test_extensions_of_each_kind_are_read_back);
	ADD("/token/confirm", test_confirmation_is_for_one_person_and_hold);
	ADD("/token/action",
	    test_action_link_is_one_persons_until_the_ticket_changes);
	ADD("/token/action/form", test_action_link_of_bad_form_is_none);
	ADD("/token/extension/old", test_addresses_of_an_older_key_are_old);
	ADD("/token/extension/length", test_every_address_fits_a_local_part);
	ADD("/token/message-id",
	    test_every_changed_character_breaks_a_message_id);
	ADD("/token/garbage", test_garbage_is_no_token);

	return g_test_run();
}
