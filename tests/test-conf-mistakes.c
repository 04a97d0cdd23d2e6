/* test-conf-mistakes.c - how mistakes in ticketd.conf are told */

#include "config.h"

#include <string.h>

#include <ticketd/conf.h>
#include <ticketd/error.h>

#include "conf-fixture.h"

/* The mistakes in @text, without the file's name: "4: ...\n7: ...". */
static char *
mistakes(Fixture *fixture, const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdConf) conf = load_bytes(fixture, text, -1, &error);
	g_autofree char *prefix = g_strconcat(fixture->path, ":", NULL);
	g_auto(GStrv) lines = NULL;

	g_assert_null(conf);
	g_assert_error(error, TD_ERROR, TD_ERROR_CONFIG);
	lines = g_strsplit(error->message, "\n", 0);
	for (gsize i = 0; lines[i] != NULL; i++) {
		char *bare;

		g_assert_true(g_str_has_prefix(lines[i], prefix));
		bare = g_strdup(lines[i] + strlen(prefix));
		g_free(lines[i]);
		lines[i] = bare;
	}
	return g_strjoinv("\n", lines);
}

/* Asserts that @text has one mistake, in @line, and that it is told with
 * @words in it, and that it says what was expected. */
static void
assert_mistake(
    Fixture *fixture, const char *text, guint line, const char *words)
{
	g_autofree char *got = mistakes(fixture, text);
	g_autofree char *begin = g_strdup_printf("%u: ", line);

	if (!g_str_has_prefix(got, begin) || strstr(got, words) == NULL ||
	    strstr(got, "; expected ") == NULL || strchr(got, '\n') != NULL)
		g_error("wanted line %u, \"%s\"; got \"%s\" for:\n%s", line,
		    words, got, text);
}

/* A line put behind DESK (line 4), which it spoils. */
static const struct {
	const char *text;
	const char *words;
} bad_desk_lines[] = {
	{ "colour = red", "unknown key \"colour\" in [desk]" },
	{ "server = 127.0.0.1:25", "expected it in [smtp]" },
	{ "aliases = a@b", "expected it in [queue NAME]" },
	{ "name = again", "key \"name\" again in [desk]" },
	{ "nothing", "\"nothing\" is neither" },
	{ "= nothing", "is neither" },
	{ "; comment", "is neither" },
	{ "name[de] = x", "bad key \"name[de]\"" },
	{ "[extra]", "unknown group [extra]" },
	{ "[Desk]", "unknown group [Desk]" },
	{ "[queue]", "unknown group [queue]" },
	{ "[desk]", "group [desk] again" },
	{ "[store] # x", "is no group" },
	{ "[a]b]", "bad group name" },
	{ "[]", "bad group name" },
	{ "[", "is no group" },
	{ "bad\xff = x", "expected UTF-8" },
	{ "# \xc3", "expected UTF-8" },
	{ "admin-group = wheel", "without \"control-group\"" },
	{ "language = english", "bad value \"english\" of \"language\"" },
	{ "language = e1", "two or three letters" },
	{ "language =", "bad value \"\" of \"language\"" },
	{ "store = lib/ticketd", "expected a path that begins with /" },
	{ "run = run", "of \"run\"" },
	{ "run = /run/x # here", "a comment stands on a line of its own" },
	{ "run = /a\\tb", "a control character" },
	{ "run = /a\\q", "a backslash that escapes nothing" },
	{ "run = /a\\q\\", "a backslash that escapes nothing" },
	{ "templates = /no/such/directory", "a directory that exists" },
	{ "templates = templates", "a directory that exists" },
	{ "admin = root", "expected a mail address" },
	{ "admin = a@b;c@d", "expected a mail address" },
	{ "admin = support@EXAMPLE.com", "is a queue's address" },
	{ "admin = support+x@example.com", "is a queue's address" },
	{ "timezone = Mars/Olympus", "expected a time zone" },
	{ "timezone = /etc/passwd", "expected a time zone" },
	{ "authserv-id = a b", "a word without blanks" },
	{ "max-message-size = big", "of \"max-message-size\"" },
	{ "max-message-size = 0", "from 1 to 1073741824" },
	{ "max-message-size = 1T", "K, M or G" },
	{ "max-message-size = -1", "K, M or G" },
	{ "max-message-size = 18014398509481984K", "K, M or G" },
	{ "first-number = 0", "from 1 to" },
	{ "first-number = 1K", "a whole number" },
	{ "first-number = 99999999999999999999", "a whole number" },
	{ "recipient-delimiter = @", "expected one or more of" },
	{ "recipient-delimiter = a", "expected one or more of" },
	{ "recipient-delimiter =", "expected one or more of" },
	{ "reply-address = {local}+{extension}@example.com", "once each" },
	{ "reply-address = {local}@{domain}", "once each" },
	{ "reply-address = {extension}@{domain}", "once each" },
	{ "reply-address = {local}{local}+{extension}@{domain}", "once each" },
	{ "reply-address = {local}@{extension}.{domain}", "once each" },
	{ "reply-address = {domain}+{local}+{extension}@x", "once each" },
	{ "reply-address = {local}+{extension}+{x}@{domain}", "once each" },
	{ "reply-address = {local}+{extension}{domain}", "once each" },
	{ "reply-address = {local} {extension}@{domain}", "once each" },
	{ "deliver-fallback = maybe", "expected true or false" },
	{ "customer-evidence = trust", "expected answer or dmarc" },
	{ "agent-evidence = x", "expected address or dmarc or signature" },
	{ "ack-return-path = x", "expected null or bounce" },
	{ "reply-hold = 2x", "s, m, h or d" },
	{ "reply-hold = m", "s, m, h or d" },
	{ "reply-hold = 2d", "from 0 to 86400" },
	{ "reopen-days = 1d", "a whole number" },
	{ "reopen-days = 1 2", "a whole number" },
	{ "transparent-lists = a b", "List-Ids" },
	{ "forwarders = a@b;c", "bad value \"c\" of \"forwarders\"" },
	{ "forwarders = a@b\\", "a backslash that escapes nothing" },
	{ "forwarders = a\\q@b\\", "a backslash that escapes nothing" },
	{ "public-domains = a..b", "expected domains" },
	{ "public-domains = a@b", "expected domains" },
	{ "machine-senders = a(b", "at char" },
	{ "machine-senders = a)|(b", "a regular expression" },
	{ "spam-marks = X-Spam", "expected FIELD: TEXT" },
	{ "spam-marks = X Spam: yes", "expected FIELD: TEXT" },
	{ "spam-marks = X-Spam: ", "expected FIELD: TEXT" },
	{ "answers-per-day = 0", "from 1 to" },
	{ "calendar = office", "no calendar \"office\"" },
	{ "trusted-senders = ;", "no word in it" },
	{ "trusted-senders = /a(/", "at char" },
	{ "trusted-senders = /(*UTF)a/", "must not begin with (*" },
	{ "priority-matrix = 1 2 3 4 5", "not five rows" },
	{ "priority-matrix = 1 2 3 4 5;1 2 3 4 6", "\"1 2 3 4 6\"" },
	{ "priority-matrix =", "not five rows" },
	{ "canned = canned", "a directory that exists" },
	{ "[colour red]", "unknown group [colour red]" },
	{ "[rule]", "unknown group [rule]" },
	{ "steps = owner", "expected it in [escalation NAME]" },
	{ "[calendar a b]\nhours = Mon 09:00-10:00", "bad calendar name" },
	{ "[calendar]", "unknown group [calendar]" },
	{ "hours = Mon 09:00-10:00", "expected it in [calendar NAME]" },
	{ "tag-patterns = RT ([0-9]+", "at char" },
	{ "tag-patterns = RT [0-9]+", "one pair of parentheses" },
	{ "tag-patterns = (R)T ([0-9]+)", "one pair of parentheses" },
};

static void
test_a_mistake_in_desk_is_told_with_its_line(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	for (gsize i = 0; i < G_N_ELEMENTS(bad_desk_lines); i++) {
		g_autofree char *text = g_strdup_printf(
		    DESK "%s\n" QUEUE, bad_desk_lines[i].text);

		assert_mistake(fixture, text, 4, bad_desk_lines[i].words);
	}
}

static void
test_a_mistake_elsewhere_is_told_with_its_line(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const struct {
		const char *text;
		guint line;
		const char *words;
	} rows[] = {
		{ "[desk]\nname = a\n" QUEUE, 1, "no key \"domain\"" },
		{ "\n[desk]\ndomain = a\n" QUEUE, 2, "no key \"name\"" },
		{ DESK, 1, "no queue; expected at least one" },
		{ "[desk]\nname = a b\ndomain = c\n" QUEUE, 2, "1 to 32" },
		{ "[desk]\nname = a]\ndomain = c\n" QUEUE, 2, "1 to 32" },
		{ "[desk]\nname = a\ndomain = b c\n" QUEUE, 3, "a domain" },
		{ "[desk]\nname = a\ndomain = -b.c\n" QUEUE, 3, "a domain" },
		{ "[desk]\nname = a\ndomain = [1.2.3.4]\n" QUEUE, 3,
		    "a domain" },
		{ "name = x\n" DESK QUEUE, 1, "is in no group" },
		{ DESK "[queue a]\n", 4, "no key \"address\" in [queue a]" },
		{ DESK "[queue a]\naddress = a\n", 5, "a mail address" },
		{ DESK "[queue a]\naddress =\n", 5, "a mail address" },
		{ DESK "[queue a b]\naddress = a@b\n", 4, "bad queue name" },
		{ DESK "[queue ]\naddress = a@b\n", 4, "bad queue name" },
		{ DESK "[queue "
		       "x12345678901234567890123456789012]\naddress = a@b\n",
		    4, "bad queue name" },
		{ DESK QUEUE "[queue support]\naddress = b@c\n", 6,
		    "group [queue support] again" },
		{ DESK QUEUE "[queue  support]\naddress = b@c\n", 6,
		    "queue \"support\" again" },
		{ DESK QUEUE "[queue Support]\naddress = b@c\n", 6,
		    "queue \"Support\" again" },
		{ DESK QUEUE "[queue b]\n\naddress = Support@Example.com\n", 8,
		    "is in [queue support] too" },
		{ DESK QUEUE "[queue b]\naddress = b@c\n"
		             "aliases = x@y;support@example.com\n",
		    8, "is in [queue support] too" },
		{ DESK QUEUE "aliases = b@c\n[queue b]\naddress = B@C\n", 8,
		    "is in [queue support] too" },
		{ DESK "[queue b]\naddress = b+c@d\n", 5,
		    "has a character of recipient-delimiter" },
		{ DESK "[queue b]\naddress = \"b c\"@d\n", 5,
		    "cannot be extended" },
		{ DESK "[queue b]\naddress = \xd0\xb6@d\n", 5,
		    "cannot be extended" },
		{ DESK QUEUE "acknowledge = yes\n", 6,
		    "expected new or always or never" },
		{ DESK QUEUE "closed = no\n", 6,
		    "expected reopen or new or answer" },
		{ DESK QUEUE "notify = a@b;support@example.com\n", 6,
		    "notify support@example.com comes back" },
		{ DESK QUEUE "notify = support+x@example.com\n", 6,
		    "comes back to this desk" },
		{ DESK "own-aliases = help@b\n" QUEUE "notify = Help@B\n", 7,
		    "notify help@b comes back" },
		{ DESK QUEUE "notify = b@c\n[queue b]\naddress = d@c\n"
		             "aliases = b@c\n",
		    6, "notify b@c comes back" },
		{ DESK QUEUE "from-name = a\\nb\n", 6, "a control character" },
		{ DESK QUEUE "distribute = all\n", 6,
		    "expected first or none or round-robin or least-loaded or "
		    "skill" },
		{ DESK QUEUE "children = kill\n", 6,
		    "expected ask or close or keep" },
		{ DESK QUEUE "release = 1y\n", 6, "s, m, h or d" },
		{ DESK QUEUE "working-hours = office\n", 6, "true or false" },
		{ DESK QUEUE "[lmtp]\nsockets = lmtp\n", 7, "begin with /" },
		{ DESK QUEUE "[lmtp]\nmode = 0999\n", 7, "octal digits" },
		{ DESK QUEUE "[lmtp]\nmode = 01777\n", 7, "up to 0777" },
		{ DESK QUEUE "[lmtp]\nlisten = localhost\n", 7, "HOST:PORT" },
		{ DESK QUEUE "[lmtp]\nlisten = a:1;b:\n", 7, "\"b:\"" },
		{ DESK QUEUE "[lmtp]\nlisten = ::1:24\n", 7, "HOST:PORT" },
		{ DESK QUEUE "[lmtp]\nlisten = [a]:24\n", 7, "HOST:PORT" },
		{ DESK QUEUE "[lmtp]\ntimeout = 0\n", 7, "from 1 to" },
		{ DESK QUEUE "[smtp]\nserver = 127.0.0.1\n", 7, "HOST:PORT" },
		{ DESK QUEUE "[smtp]\nserver = [::1]:25\n", 7, "HOST:PORT" },
		{ DESK QUEUE "[smtp]\nserver = a:65536\n", 7, "HOST:PORT" },
		{ DESK QUEUE "[smtp]\nserver = :25\n", 7, "HOST:PORT" },
		{ DESK "sandbox = yes\n" QUEUE, 4,
		    "expected auto or must or off" },
		{ DESK QUEUE "[smtp]\nstarttls = always\n", 7,
		    "expected none or may or must" },
		{ DESK QUEUE "[smtp]\nuser = a\n", 7, "without" },
		{ DESK QUEUE "[smtp]\npassword-file = /a\n", 7, "without" },
		{ DESK QUEUE "[store]\ncache-size = 0\n", 7, "from 1048576" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		assert_mistake(
		    fixture, rows[i].text, rows[i].line, rows[i].words);
}

static void
test_all_mistakes_are_told_by_line(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *got = mistakes(fixture,
	    "[desk]\nname = support\nb = 1\njunk\na = 1\n"
	    "[lmtp]\nmode = 9\n" QUEUE "closed = x\n");
	g_auto(GStrv) lines = g_strsplit(got, "\n", 0);

	g_assert_cmpuint(g_strv_length(lines), ==, 6);
	g_assert_true(g_str_has_prefix(lines[0], "1: no key \"domain\""));
	g_assert_true(g_str_has_prefix(lines[1], "3: unknown key \"b\""));
	g_assert_true(g_str_has_prefix(lines[2], "4: \"junk\""));
	g_assert_true(g_str_has_prefix(lines[3], "5: unknown key \"a\""));
	g_assert_true(g_str_has_prefix(lines[4], "7: bad value \"9\""));
	g_assert_true(g_str_has_prefix(lines[5], "10: bad value \"x\""));
}

static void
test_mistakes_are_safe_to_show(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *huge = g_strnfill(100000, 'x');
	g_autofree char *text = g_strdup_printf(
	    DESK "language = \x1b[31m%s\n" QUEUE, huge);
	g_autofree char *got = mistakes(fixture, text);

	g_assert_null(strchr(got, '\x1b'));
	g_assert_cmpuint(strlen(got), <, 300);
}

static void
test_reply_address_fits_64_octets_for_each_queue(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	/* 18 and "+" and 45. */
	g_autoptr(TdConf) conf = load(
	    fixture, DESK "[queue a]\naddress = abcdefghijklmnopqr@b\n");

	g_assert_nonnull(conf);
	assert_mistake(fixture,
	    DESK QUEUE "[queue a]\naddress = abcdefghijklmnopqrs@b\n", 7,
	    "of up to 65 octets before the @");
	assert_mistake(fixture,
	    DESK "reply-address = tickets.{local}+{extension}@{domain}\n"
	         "[queue a]\naddress = abcdefghijklmnopqr@b\n",
	    6, "of up to 72 octets before the @");
}

static void
test_paths_of_sockets_fit_their_address(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *fill = g_strnfill(98, 'r');
	g_autofree char *fits = g_strdup_printf(DESK "run = /%s\n" QUEUE, fill);
	g_autofree char *over = g_strdup_printf(
	    DESK "run = /x%s\n" QUEUE, fill);
	g_autofree char *socket = g_strdup_printf(
	    DESK QUEUE "[lmtp]\nsockets = /%s/012345678\n", fill);
	g_autoptr(TdConf) conf = load(fixture, fits);

	g_assert_nonnull(conf);
	assert_mistake(fixture, over, 4, "of 108 octets; expected at most 107");
	assert_mistake(fixture, socket, 7, "of 109 octets");
}

static void
test_what_cannot_be_read_is_told(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const char nul[] = DESK "run = /a\0b\n" QUEUE;
	g_autoptr(GError) error = NULL;
	g_autofree char *want = NULL;

	g_assert_null(load_bytes(fixture, nul, sizeof(nul) - 1, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_CONFIG);
	want = g_strdup_printf("%s:4: bytes", fixture->path);
	g_assert_true(g_str_has_prefix(error->message, want));
	g_clear_error(&error);

	g_assert_null(td_conf_load("/no/such/ticketd.conf", &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_CONFIG);
	g_assert_true(
	    g_str_has_prefix(error->message, "/no/such/ticketd.conf: "));
	g_assert_null(td_conf_load("/no/such/ticketd.conf", NULL));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);

	ADD("/conf/mistake/desk", test_a_mistake_in_desk_is_told_with_its_line);
	ADD("/conf/mistake/elsewhere",
	    test_a_mistake_elsewhere_is_told_with_its_line);
	ADD("/conf/mistake/all", test_all_mistakes_are_told_by_line);
	ADD("/conf/mistake/safe", test_mistakes_are_safe_to_show);
	ADD("/conf/mistake/unreadable", test_what_cannot_be_read_is_told);
	ADD("/conf/mistake/reply-address",
	    test_reply_address_fits_64_octets_for_each_queue);
	ADD("/conf/mistake/sockets", test_paths_of_sockets_fit_their_address);

	return g_test_run();
}
