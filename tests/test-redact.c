/* test-redact.c - secret addresses of ours in texts that go out */

#include "config.h"

#include <string.h>

#include <ticketd/token.h>

#define TOKEN "babcdefghij234567"
#define SUPPORT "support@example.com"

typedef struct {
	const char *text;
	const char *want; /* redacted; NULL: nothing is found */
} Case;

static const Case cases[] = {
	{ "support+42-p" TOKEN ".7@example.com", SUPPORT },
	{ "support+42-p" TOKEN ".7.close@example.com", SUPPORT },
	{ "support+42-a" TOKEN ".priority-1.29921760@example.com", SUPPORT },
	{ "support+42-c" TOKEN ".7.3@example.com", SUPPORT },
	{ "SUPPORT+42-PBABCDEFGHIJ234567.7@EXAMPLE.COM", SUPPORT },
	{ "<support+42-p" TOKEN ".7@example.com>,", "<" SUPPORT ">," },
	{ "Write to support+42-p" TOKEN ".7@example.com. Bye.",
	    "Write to " SUPPORT ". Bye." },
	{ "\xd0\xbd\xd0\xb0 support+42-p" TOKEN ".7@example.com\xd0\xbd",
	    "\xd0\xbd\xd0\xb0 " SUPPORT "\xd0\xbd" },
	{ "a support+42-p" TOKEN ".7@example.com b support+43-a" TOKEN
	  ".close.1@example.com c",
	    "a " SUPPORT " b " SUPPORT " c" },
	/* Other patterns of reply-address. */
	{ "support-42-p" TOKEN ".7@example.com", SUPPORT },
	{ "42-p" TOKEN ".7.support@example.com", SUPPORT },
	/* Without all of the address. */
	{ "42-p" TOKEN, SUPPORT },
	{ "(42-p" TOKEN ".7).", "(" SUPPORT ")." },
	{ "42-p" TOKEN ".7@", SUPPORT },
	/* Links, and addresses in links. */
	{ "mailto:support+42-a" TOKEN ".close.2@example.com?subject=x&body=y",
	    "mailto:" SUPPORT "?subject=x&body=y" },
	{ "mailto:support%2B42%2Dp" TOKEN "%2E7%40example.com?body=z",
	    "mailto:" SUPPORT "?body=z" },
	{ "https://example.org/?to=support%2b42-p" TOKEN ".7%40example.com&a=b",
	    "https://example.org/?to=" SUPPORT "&a=b" },
	{ "https://example.org/?u=mailto%3Asupport%252B42-p" TOKEN
	  ".7%2540example.com%26x",
	    "https://example.org/?u=mailto%3A" SUPPORT "%26x" },
	{ "https://example.org/?to=42-p" TOKEN ".7.support@example.com",
	    "https://example.org/?to=" SUPPORT },
	{ "href=3D\"mailto:support=2B42=2Dp" TOKEN "=2E7=40example.com\"",
	    "href=3D\"mailto:" SUPPORT "\"" },
	{ "<a href=\"mailto:support&#43;42&#x2d;p" TOKEN
	  "&#46;7&#64;example.com\">",
	    "<a href=\"mailto:" SUPPORT "\">" },
	{ "%34%32-p" TOKEN ".7@example.com", SUPPORT },
	/* Folded by quoted-printable. */
	{ "x support+42-pbabcde=\nfghij234567.7@exam=\nple.com y",
	    "x " SUPPORT " y" },
	{ "x support+42=\r\n-p=\r\nbabcdefghij234567=\r\n.7@example.com",
	    "x " SUPPORT },
	/* What is none. */
	{ "", NULL },
	{ "support+42-t" TOKEN "@example.com", NULL },
	{ "support+42-b" TOKEN "@example.com", NULL },
	{ "42.3.m" TOKEN "@example.com", NULL },
	{ "support-p" TOKEN ".7@example.com", NULL },
	{ "42-pbabcdefghij23456", NULL },
	{ "42-pbabcdefghij2345677", NULL },
	{ "42-pbabcdefghij2345670", NULL },
	{ "2026-programmverantwortung", NULL },
	{ "42-p"
	  "babcdefghi\nj234567",
	    NULL },
	{ "%20-p" TOKEN, NULL },
	{ "550e8400-e29b-41d4-a716-446655440000", NULL },
	{ "42-p", NULL },
	{ "42-", NULL },
	{ "%", NULL },
	{ "=", NULL },
	{ "&#", NULL },
	{ "&#45", NULL },
	{ "1=", NULL },
	{ "1=\r", NULL },
};

static void
test_secret_addresses_are_found_and_replaced(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *got = NULL;
		gsize size = strlen(cases[i].text);
		g_autofree char *exact = g_memdup2(cases[i].text, size);

		g_test_message("%s", cases[i].text);
		g_assert_cmpint(
		    td_token_leaks(exact, size), ==, cases[i].want != NULL);
		got = td_token_redact(cases[i].text, SUPPORT);
		g_assert_cmpstr(got, ==,
		    cases[i].want == NULL ? cases[i].text : cases[i].want);
		g_assert_false(td_token_leaks(got, strlen(got)));
	}
}

static void
test_secret_is_found_in_bytes_that_are_no_text(void)
{
	static const char bytes[] = "\0\xff\0 1-p" TOKEN "\0@";

	g_assert_true(td_token_leaks(bytes, sizeof(bytes) - 1));
	g_assert_false(td_token_leaks(bytes, 10));
	g_assert_false(td_token_leaks(NULL, 0));
}

/* The looks are counted in no way, but a square of this size would show. */
static void
test_long_texts_of_halves_are_looked_at_once(void)
{
	static const char *const pieces[] = { "=\n", "=\r\n", "1-", "1-p",
		"-=", "%25", "%2", "&#", "1-paaaaaaaaaaaaaaaa", "=\n-",
		"&#45;" };

	for (guint i = 0; i < G_N_ELEMENTS(pieces); i++) {
		g_autoptr(GString) text = g_string_new(NULL);
		g_autofree char *redacted = NULL;

		while (text->len < 100000)
			g_string_append(text, pieces[i]);
		g_assert_false(td_token_leaks(text->str, text->len));
		redacted = td_token_redact(text->str, SUPPORT);
		g_assert_cmpstr(redacted, ==, text->str);
	}
}

static void
test_nothing_is_redacted_to_nothing(void)
{
	g_autofree char *got = td_token_redact(NULL, SUPPORT);

	g_assert_cmpstr(got, ==, "");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);

	g_test_add_func(
	    "/redact/table", test_secret_addresses_are_found_and_replaced);
	g_test_add_func(
	    "/redact/bytes", test_secret_is_found_in_bytes_that_are_no_text);
	g_test_add_func(
	    "/redact/long", test_long_texts_of_halves_are_looked_at_once);
	g_test_add_func("/redact/nothing", test_nothing_is_redacted_to_nothing);

	return g_test_run();
}
