/* test-address.c - mail addresses as keys */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>

typedef struct {
	const char *text;
	const char *want;
} Row;

/* Folds a copy of exactly the size, so that ASan sees a byte read too many. */
static char *
fold_copy(const char *text)
{
	g_autofree char *copy = g_memdup2(text, strlen(text) + 1);

	return td_address_fold(copy);
}

static void
check_rows(const Row *rows, gsize count)
{
	for (gsize i = 0; i < count; i++) {
		g_autofree char *got = fold_copy(rows[i].text);

		g_assert_cmpstr(got, ==, rows[i].want);
	}
}

static void
test_case_and_surroundings_do_not_count(void)
{
	static const Row rows[] = {
		{ "anna@example.com", "anna@example.com" },
		{ "Anna@Example.COM", "anna@example.com" },
		{ " \t<Anna@Example.COM>\r\n", "anna@example.com" },
		{ "< anna@example.com >", "anna@example.com" },
		{ "anna@example.com.", "anna@example.com" },
		{ "anna@[192.0.2.1]", "anna@[192.0.2.1]" },
		{ "anna@[IPv6:2001:DB8::1]", "anna@[ipv6:2001:db8::1]" },
		{ "Support+42-TABC@x.example", "support+42-tabc@x.example" },
		{ "root@localhost", "root@localhost" },
		{ "a..b.@example.jp", "a..b.@example.jp" },
		{ "o'brien/x=y!%@example.com", "o'brien/x=y!%@example.com" },
	};

	check_rows(rows, G_N_ELEMENTS(rows));
}

static void
test_quotes_stay_only_where_needed(void)
{
	static const Row rows[] = {
		{ "\"anna\"@example.com", "anna@example.com" },
		{ "\"Anna Berg\"@example.com", "\"anna berg\"@example.com" },
		{ "\"a@b\"@example.com", "\"a@b\"@example.com" },
		{ "\"a\\\"b\"@example.com", "\"a\\\"b\"@example.com" },
		{ "\"a\\b\"@example.com", "ab@example.com" },
		{ "anna.\"b c\"@example.com", "\"anna.b c\"@example.com" },
		{ "\"a>\"@example.com", "\"a>\"@example.com" },
	};

	check_rows(rows, G_N_ELEMENTS(rows));
}

static void
test_international_domains_become_a_labels(void)
{
	static const Row rows[] = {
		{ "anna@B\xc3\xbc"
		  "cher.example",
		    "anna@xn--bcher-kva.example" },
		{ "anna@XN--BCHER-KVA.example", "anna@xn--bcher-kva.example" },
		{ "\xd0\x90\xd0\xbd\xd0\xbd\xd0\xb0@example.com",
		    "\xd0\xb0\xd0\xbd\xd0\xbd\xd0\xb0@example.com" },
		/* One letter, or a letter and its dots. */
		{ "u\xcc\x88@example.com", "\xc3\xbc@example.com" },
		{ "\xc3\x9c@example.com", "\xc3\xbc@example.com" },
	};

	check_rows(rows, G_N_ELEMENTS(rows));
}

static void
test_nobody_gets_the_address_of_somebody_else(void)
{
	static const Row rows[] = {
		/* IDNA2003 would make fass.de of it. */
		{ "anna@fa\xc3\x9f.de", NULL },
		/* Unicode's tables make k of the Kelvin sign. */
		{ "\xe2\x84\xaa@example.com", NULL },
		{ "stra\xc3\x9f"
		  "e@example.com",
		    "stra\xc3\x9f"
		    "e@example.com" },
	};

	check_rows(rows, G_N_ELEMENTS(rows));
}

static void
test_what_is_no_address_is_null(void)
{
	static const char *const rows[] = { "", "@", "anna", "anna@",
		"@example.com", "<>", "< >", "a b@example.com",
		"anna@exam ple.com", "a@b@example.com", "a,b@example.com",
		"Anna <anna@example.com>", "<anna@example.com",
		"anna@example.com>", "\"anna@example.com", "\"\"@example.com",
		"anna@.", "a\nb@example.com", "\"a\x01\"@example.com",
		"\"a\nb\"@example.com", "anna@example.com\nBcc: x",
		"anna@exa\x7fmple.com",
		"a\xc2\xa0"
		"b@example.com",
		"a\xe2\x80\xa8@example.com", "a\xff@example.com",
		"anna@ex\xff"
		"ample.com",
		"anna@[", "anna@[x y]", "anna@<example.com>", "anna@a,b",
		"\"a\\", "\"a\\\"@example.com", "anna@\xe2\x80\xae" };

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = fold_copy(rows[i]);

		g_assert_cmpstr(got, ==, NULL);
	}
	g_assert_null(td_address_fold(NULL));
}

static void
test_at_most_254_octets(void)
{
	g_autofree char *local = g_strnfill(254 - strlen("@example.com"), 'a');
	g_autofree char *fits = g_strconcat(local, "@example.com", NULL);
	g_autofree char *over = g_strconcat("a", fits, NULL);
	g_autofree char *blanks = g_strnfill(100000, ' ');
	g_autofree char *padded = g_strconcat(blanks, fits, blanks, NULL);
	g_autofree char *huge = g_strnfill(1000000, '@');
	g_autofree char *got = td_address_fold(fits);
	g_autofree char *trimmed = td_address_fold(padded);

	g_assert_cmpstr(got, ==, fits);
	g_assert_cmpstr(trimmed, ==, fits);
	g_assert_null(td_address_fold(over));
	g_assert_null(td_address_fold(huge));
}

static void
test_a_key_folds_to_itself(void)
{
	static const char *const rows[] = { "Anna@Example.com",
		"\"a \\\"B\\\\\"@X.example", "\"a\"@b", "a.\"b;c\".d@e",
		"\xc3\x9c@B\xc3\xbc"
		"cher.example",
		"a@[1.2.3.4]" };

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *once = fold_copy(rows[i]);
		g_autofree char *twice = fold_copy(once);

		g_assert_nonnull(once);
		g_assert_cmpstr(twice, ==, once);
	}
}

static void
test_parts_are_split_at_the_last_at(void)
{
	g_autofree char *local = td_address_local("\"a@b\"@example.com");
	g_autofree char *none = td_address_local("anna");

	g_assert_cmpstr(local, ==, "\"a@b\"");
	g_assert_cmpstr(
	    td_address_domain("\"a@b\"@example.com"), ==, "example.com");
	g_assert_cmpstr(none, ==, "anna");
	g_assert_cmpstr(td_address_domain("anna"), ==, "");
	g_assert_cmpstr(td_address_domain(NULL), ==, "");
}

static void
test_same_is_the_same_key(void)
{
	g_assert_true(
	    td_address_same("Anna@Example.com", " <anna@example.com>"));
	g_assert_false(td_address_same("anna@example.com", "anna@example.org"));
	g_assert_false(td_address_same("nobody", "nobody"));
	g_assert_false(td_address_same(NULL, NULL));
}

static void
test_utf8_is_needed_by_what_is_not_ascii(void)
{
	g_assert_true(td_address_needs_utf8("\xc3\xbc@example.com"));
	g_assert_true(td_address_needs_utf8("a@b\xc3\xbc"
	                                    "cher.example"));
	g_assert_false(td_address_needs_utf8("a@xn--bcher-kva.example"));
	g_assert_false(td_address_needs_utf8(NULL));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);

	g_test_add_func(
	    "/address/fold/case", test_case_and_surroundings_do_not_count);
	g_test_add_func(
	    "/address/fold/quotes", test_quotes_stay_only_where_needed);
	g_test_add_func(
	    "/address/fold/idn", test_international_domains_become_a_labels);
	g_test_add_func("/address/fold/deviation",
	    test_nobody_gets_the_address_of_somebody_else);
	g_test_add_func("/address/fold/none", test_what_is_no_address_is_null);
	g_test_add_func("/address/fold/length", test_at_most_254_octets);
	g_test_add_func("/address/fold/again", test_a_key_folds_to_itself);
	g_test_add_func("/address/parts", test_parts_are_split_at_the_last_at);
	g_test_add_func("/address/same", test_same_is_the_same_key);
	g_test_add_func(
	    "/address/utf8", test_utf8_is_needed_by_what_is_not_ascii);

	return g_test_run();
}
