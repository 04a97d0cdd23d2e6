/* test-bans.c - whose mail is not wanted, and whose always is */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>

#include "desk-fixture.h"
#include "desk/desk-private.h"

/* Bans @what until @expires; the desk sees it after renew(). */
static void
ban_until(Fixture *fixture, const char *what, gint64 expires)
{
	g_autoptr(TdSuppression)
	    ban = td_suppression_new(TD_SUPPRESSED_BANNED, what);
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(fixture->store, &error);

	g_assert_no_error(error);
	ban->expires = expires;
	td_suppression_put(txn, ban, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

static void
renew(Fixture *fixture)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(fixture->store, &error);

	g_assert_no_error(error);
	td_desk_unref(fixture->desk);
	fixture->desk = td_desk_new(fixture->conf, txn, &error);
	g_assert_no_error(error);
}

static void
ban(Fixture *fixture, const char *const *all)
{
	for (; *all != NULL; all++)
		ban_until(fixture, *all, 0);
	renew(fixture);
}

/* ---- matching ---- */

static void
test_matching(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const bans[] = { "eve@example.net", "@example.org",
		"@xn--e1afmkfd.xn--p1ai", "/^info[0-9]+@/", "/Casino/", "@top",
		NULL };
	static const struct {
		const char *address;
		const char *what;
	} cases[] = {
		{ "eve@example.net", "eve@example.net" },
		{ "steve@example.net", NULL },
		{ "eve@sub.example.net", NULL },
		{ "anybody@example.org", "@example.org" },
		{ "anybody@mail.eu.example.org", "@example.org" },
		{ "anybody@notexample.org", NULL },
		{ "anybody@example.org.uk", NULL },
		{ "example.org@example.net", NULL },
		{ "\"a@example.org\"@example.net", NULL },
		{ "a@xn--e1afmkfd.xn--p1ai", "@xn--e1afmkfd.xn--p1ai" },
		{ "a@mail.top", "@top" },
		{ "info17@example.net", "/^info[0-9]+@/" },
		{ "info@example.net", NULL },
		{ "best-casino@example.net", "/Casino/" },
		{ "x@casino.example.net", "/Casino/" },
		{ "", NULL },
		{ NULL, NULL },
		{ "nobody", NULL },
		{ "@", NULL },
	};

	ban(fixture, bans);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpstr(td_desk_banned(fixture->desk, cases[i].address),
		    ==, cases[i].what);
}

static void
test_nothing_banned(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_assert_null(td_desk_banned(fixture->desk, "eve@example.net"));
	g_assert_cmpint(td_desk_fresh_until(fixture->desk), ==, 0);
}

static void
test_many(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < 3 * TD_READ_MAX + 1; i++)
		g_ptr_array_add(all, g_strdup_printf("user%u@example.net", i));
	g_ptr_array_add(all, NULL);
	ban(fixture, (const char *const *)all->pdata);
	g_assert_nonnull(td_desk_banned(fixture->desk, "user0@example.net"));
	g_assert_nonnull(td_desk_banned(fixture->desk, "user600@example.net"));
	g_assert_null(td_desk_banned(fixture->desk, "user601@example.net"));
}

/* What backtracks for ever is given up, and what follows it is looked for. */
static void
test_slow_regex(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const bans[] = { "/^((a+)+)+$/", "/aa@b/", NULL };
	g_autofree char *as = g_strnfill(240, 'a');
	g_autofree char *address = g_strconcat(as, "@b", NULL);

	ban(fixture, bans);
	g_assert_cmpstr(td_desk_banned(fixture->desk, address), ==, "/aa@b/");
}

static void
test_bad_regex_in_the_store(
    Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const bans[] = { "/(/", "/eve/", NULL };

	ban(fixture, bans);
	g_assert_cmpstr(
	    td_desk_banned(fixture->desk, "eve@example.net"), ==, "/eve/");
}

static void
test_end_is_known(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	ban_until(fixture, "a@example.net", 0);
	ban_until(fixture, "b@example.net", 1700000900);
	ban_until(fixture, "c@example.net", 1700000500);
	renew(fixture);
	g_assert_cmpint(td_desk_fresh_until(fixture->desk), ==, 1700000500);
	g_assert_nonnull(td_desk_banned(fixture->desk, "c@example.net"));
}

/* The clock deletes what ended; a new desk does not know it any more. */
static void
test_end_comes(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	ban_until(fixture, "a@example.net", 0);
	ban_until(fixture, "b@example.net", fixture->now + 100);
	fixture_tick(fixture, 50);
	renew(fixture);
	g_assert_nonnull(td_desk_banned(fixture->desk, "b@example.net"));
	fixture_tick(fixture, 100);
	renew(fixture);
	g_assert_null(td_desk_banned(fixture->desk, "b@example.net"));
	g_assert_nonnull(td_desk_banned(fixture->desk, "a@example.net"));
	g_assert_cmpint(td_desk_fresh_until(fixture->desk), ==, 0);
}

/* ---- what is given ---- */

static void
test_reading(void)
{
	static const struct {
		const char *text;
		const char *what; /* NULL: refused, ... */
		const char *says; /* ... saying so */
	} cases[] = {
		{ " Eve@Example.NET ", "eve@example.net", NULL },
		{ "<eve@example.net>", "eve@example.net", NULL },
		{ "Example.ORG", "@example.org", NULL },
		{ "@example.org.", "@example.org", NULL },
		{ "*.example.org", "@example.org", NULL },
		{ "*@example.org", "@example.org", NULL },
		{ "пример.рф", "@xn--e1afmkfd.xn--p1ai", NULL },
		{ "@top", "@top", NULL },
		{ "/^Info/", "/^Info/", NULL },
		{ "/a/b/", "/a/b/", NULL },
		{ "top", NULL, "no mail address" },
		{ "", NULL, "no mail address" },
		{ "@", NULL, "no mail address" },
		{ "*", NULL, "no mail address" },
		{ "eve*@example.org", NULL, "no mail address" },
		{ "a b@example.org", NULL, "no mail address" },
		{ "a@b@c.org", NULL, "no mail address" },
		{ "eve@example.net,bob@example.net", NULL, "no mail address" },
		{ "/", NULL, "between slashes" },
		{ "//", NULL, "between slashes" },
		{ "/x", NULL, "between slashes" },
		{ "/a\nb/", NULL, "one line" },
		{ "/a\033b/", NULL, "one line" },
		{ "/(/", NULL, "(" },
		{ "/a{99999}/", NULL, "99999" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *what = td_ban_read(cases[i].text, &error);

		g_test_message("case %zu", i);
		g_assert_cmpstr(what, ==, cases[i].what);
		if (cases[i].what != NULL) {
			g_assert_no_error(error);
			continue;
		}
		g_assert_error(error, TD_ERROR, TD_ERROR_USAGE);
		g_assert_nonnull(strstr(error->message, cases[i].says));
	}
}

static void
test_long_regex(void)
{
	g_autofree char *as = g_strnfill(199, 'a');
	g_autofree char *text = g_strconcat("/", as, "/", NULL);
	g_autoptr(GError) error = NULL;

	g_assert_null(td_ban_read(text, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_USAGE);
}

/* ---- what must not be banned ---- */

#define PROTECTED                                                              \
	"admin = root@admin.example\n"                                         \
	"own-aliases = desk@alias.example\n"                                   \
	"forwarders = relay@forward.example\n"                                 \
	"form-senders = web@form.example\n"                                    \
	"public-domains = public.example;free.example.net\n"                   \
	"|notify = team@team.example\n"

static void
test_what_the_desk_needs(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	static const struct {
		const char *what;
		const char *says; /* NULL: it may be banned */
		const char *forced;
	} cases[] = {
		{ "eve@example.net", NULL, NULL },
		{ "support@example.com", "an address of this desk",
		    "an address of this desk" },
		{ "support+42@example.com", "an address of this desk",
		    "an address of this desk" },
		{ "help@example.com", "help@example.com", "help@example.com" },
		{ "@example.com", "an address of this desk",
		    "an address of this desk" },
		{ "@com", "an address of this desk",
		    "an address of this desk" },
		{ "/./", "an address of this desk", "an address of this desk" },
		{ "/^HELP@/", "help@example.com", "help@example.com" },
		{ "desk@alias.example", "of this desk", "of this desk" },
		{ "@alias.example", "of this desk", "of this desk" },
		{ "root@admin.example", "administrator", "administrator" },
		{ "@admin.example", "administrator", "administrator" },
		{ "team@team.example", "notify", "notify" },
		{ "relay@forward.example", "forwarders", "forwarders" },
		{ "web@form.example", "form-senders", "form-senders" },
		{ "olga@agents.example", "agent olga", "agent olga" },
		{ "@agents.example", "agent olga", "agent olga" },
		{ "/olga/", "agent olga", "agent olga" },
		{ "other@agents.example", NULL, NULL },
		{ "eve@public.example", NULL, NULL },
		{ "@public.example", "--force", NULL },
		{ "@sub.public.example", NULL, NULL },
		{ "@example.net", "--force", NULL },
		{ "/@public[.]example$/", "--force", NULL },
		{ "/^casino/", NULL, NULL },
		{ "/^([a-z]+)+$/", NULL, NULL },
	};
	g_autoptr(TdTxn) txn = NULL;

	fixture_agent(fixture, "olga", "olga@agents.example");
	txn = td_txn_read(fixture->store);
	for (gsize i = 0; i < 2 * G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		gboolean force = i % 2 == 1;
		const char *says = force ? cases[i / 2].forced
		                         : cases[i / 2].says;
		gboolean may = td_ban_check(
		    fixture->desk, txn, cases[i / 2].what, force, &error);

		g_test_message("%s", cases[i / 2].what);
		g_assert_cmpint(may, ==, says == NULL);
		if (says == NULL)
			continue;
		g_assert_error(error, TD_ERROR, TD_ERROR_REFUSED);
		g_assert_nonnull(strstr(error->message, says));
	}
}

static void
test_so_many_regexes(Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = NULL;

	for (guint i = 0; i < TD_BANS_REGEX_MAX; i++)
		g_ptr_array_add(all, g_strdup_printf("/^x%uy/", i));
	g_ptr_array_add(all, g_strdup("@example.org"));
	g_ptr_array_add(all, NULL);
	ban(fixture, (const char *const *)all->pdata);
	g_assert_cmpstr(
	    td_desk_banned(fixture->desk, "x999y@example.net"), ==, "/^x999y/");
	txn = td_txn_read(fixture->store);
	g_assert_true(
	    td_ban_check(fixture->desk, txn, "@example.net", FALSE, NULL));
	g_assert_false(td_ban_check(fixture->desk, txn, "/eve/", TRUE, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_REFUSED);
	g_assert_nonnull(strstr(error->message, "1000"));
}

#define TEST(name, extra, test)                                                \
	g_test_add(                                                            \
	    "/bans/" name, Fixture, extra, fixture_open, test, fixture_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	TEST("addresses, domains and what is below, expressions", NULL,
	    test_matching);
	TEST("nobody is banned at first", NULL, test_nothing_banned);
	TEST("there may be many", NULL, test_many);
	TEST("an expression that backtracks for ever is given up", NULL,
	    test_slow_regex);
	TEST("an expression that is none any more harms no other", NULL,
	    test_bad_regex_in_the_store);
	TEST("a desk knows when its first ban ends", NULL, test_end_is_known);
	TEST("a ban ends by the clock", NULL, test_end_comes);
	g_test_add_func(
	    "/bans/what is given is folded or refused", test_reading);
	g_test_add_func("/bans/an expression is not too long", test_long_regex);
	TEST("what the desk needs is not banned", PROTECTED,
	    test_what_the_desk_needs);
	TEST("expressions are not too many", NULL, test_so_many_regexes);
	return g_test_run();
}
