/* test-auth.c - what our own mail server found out about a sender */

#include "config.h"

#include <string.h>

#include "message-fixture.h"

#define OURS "mx.example.com"

typedef struct {
	const char *fields; /* "AR: " begins an Authentication-Results field */
	const char *want;   /* spf dkim dmarc, "-" for none */
} Row;

static char *
results_of(const char *fields, const char *authserv_id)
{
	g_auto(GStrv) split = g_strsplit(fields, "AR:", -1);
	g_autofree char *joined = g_strjoinv("Authentication-Results:", split);
	g_autofree char *raw = g_strconcat(
	    joined, "\nFrom: Anna <anna@example.org>\n\nx\n", NULL);
	g_autoptr(TdMessage) message = parse_text(raw);
	g_autoptr(TdAuth) auth = td_message_auth(message, authserv_id);

	return g_strdup_printf("%s %s %s", *auth->spf ? auth->spf : "-",
	    *auth->dkim ? auth->dkim : "-", *auth->dmarc ? auth->dmarc : "-");
}

static void
check_rows(const Row *rows, gsize count)
{
	for (gsize i = 0; i < count; i++) {
		g_autofree char *got = results_of(rows[i].fields, OURS);

		g_assert_cmpstr(got, ==, rows[i].want);
	}
}

static void
test_results_are_read(void)
{
	static const Row rows[] = {
		{ "X: y", "- - -" },
		{ "AR: " OURS "; none", "- - -" },
		{ "AR: " OURS, "- - -" },
		{ "AR: " OURS "; spf=pass smtp.mailfrom=a@example.org",
		    "pass - -" },
		{ "AR: MX.Example.COM 1; spf=Fail; dkim=pass\n"
		  " header.d=example.org; dmarc=pass header.from=example.org",
		    "fail pass pass" },
		{ "AR: " OURS " (our own) ; dmarc=pass (p=none; dis=none)\n"
		  "\theader.from=example.org; spf = softfail (a;b(c)d)",
		    "softfail - pass" },
		{ "AR: " OURS "; dmarc=fail reason=\"no; dkim=pass\"; spf=none",
		    "none - fail" },
		{ "AR: \"mx.example.com\"; spf=pass", "pass - -" },
		{ "AR: " OURS "; spf/1=pass", "pass - -" },
		{ "AR: " OURS "; ;;=;spf;spf=;dmarc=pass", "- - pass" },
		{ "AR: " OURS " 2; spf=pass", "- - -" },
	};

	check_rows(rows, G_N_ELEMENTS(rows));
}

static void
test_dkim_counts_only_if_aligned(void)
{
	static const Row rows[] = {
		{ "AR: " OURS "; dkim=pass header.d=example.org", "- pass -" },
		{ "AR: " OURS "; dkim=pass header.d=mail.example.org",
		    "- pass -" },
		{ "AR: " OURS "; dkim=pass header.i=@example.org", "- pass -" },
		{ "AR: " OURS "; dkim=pass header.i=a@EXAMPLE.org",
		    "- pass -" },
		{ "AR: " OURS "; dkim=pass header.d=example.net", "- none -" },
		{ "AR: " OURS "; dkim=pass header.d=badexample.org",
		    "- none -" },
		{ "AR: " OURS "; dkim=pass header.d=org", "- none -" },
		{ "AR: " OURS "; dkim=pass", "- none -" },
		{ "AR: " OURS "; dkim=pass header.d=example.net "
		  "header.i=@example.org",
		    "- none -" },
		{ "AR: " OURS "; dkim=fail header.d=list.example.net;\n"
		  " dkim=pass header.d=example.org",
		    "- pass -" },
		{ "AR: " OURS "; dkim=pass header.d=example.org;\n"
		  " dkim=fail header.d=example.org",
		    "- fail -" },
		{ "AR: " OURS "; dkim=fail header.d=example.net", "- fail -" },
	};

	check_rows(rows, G_N_ELEMENTS(rows));
}

static void
test_only_our_fields_on_top_are_believed(void)
{
	static const Row rows[] = {
		{ "AR: other.example.net; dmarc=pass", "- - -" },
		{ "AR: " OURS ".example.net; dmarc=pass", "- - -" },
		{ "AR: other.example.net; spf=none\nAR: " OURS "; dmarc=pass",
		    "- - -" },
		{ "AR: " OURS "; dmarc=pass\nAR: other.example.net; spf=pass\n"
		  "AR: " OURS "; spf=pass",
		    "- - pass" },
		{ "AR: " OURS "; dmarc=pass\nAR: " OURS "; dmarc=fail",
		    "- - fail" },
		{ "AR: " OURS "; dmarc=fail\nX: y\nAR: " OURS "; dmarc=pass",
		    "- - fail" },
		{ "AR: (x) " OURS "; spf=pass\nAR: " OURS "; dmarc=pass",
		    "pass - pass" },
	};

	check_rows(rows, G_N_ELEMENTS(rows));
}

static void
test_without_an_id_nothing_is_believed(void)
{
	static const char fields[] = "AR: " OURS "; dmarc=pass";
	g_autofree char *none = results_of(fields, NULL);
	g_autofree char *empty = results_of("AR: ; dmarc=pass", "");

	g_assert_cmpstr(none, ==, "- - -");
	g_assert_cmpstr(empty, ==, "- - -");
}

static void
test_the_policy_is_that_of_the_result_which_counts(void)
{
	static const Row rows[] = {
		{ "AR: " OURS "; dmarc=fail header.from=example.org", "" },
		{ "AR: " OURS "; dmarc=fail policy.dmarc=reject", "reject" },
		{ "AR: " OURS "; dmarc=fail (p=reject dis=none)\n"
		  " header.from=example.org",
		    "reject" },
		{ "AR: " OURS "; dmarc=fail (p=QUARANTINE sp=REJECT dis=NONE)",
		    "quarantine" },
		{ "AR: " OURS "; dmarc=fail reason=\"SPF (relaxed)\"\n"
		  " header.from=example.org (policy=quarantine)",
		    "quarantine" },
		{ "AR: " OURS
		  "; dmarc=fail policy.published-domain-policy=none",
		    "none" },
		{ "AR: " OURS "; dmarc=pass (p=none dis=none)", "none" },
		{ "AR: " OURS "; dmarc=fail reason=\"(p=reject)\"", "" },
		{ "AR: " OURS "; dmarc=fail (sp=reject)", "" },
		{ "AR: " OURS "; dmarc=fail (p=rejected)", "" },
		{ "AR: " OURS "; dmarc=fail; spf=none (p=reject)", "" },
		{ "AR: " OURS "; dmarc=pass (p=reject)\nAR: " OURS
		  "; dmarc=fail (p=none)",
		    "none" },
		{ "AR: " OURS "; dmarc=fail (p=none)\nAR: " OURS
		  "; dmarc=fail (p=reject)",
		    "reject" },
		{ "AR: other.example.net; dmarc=fail (p=reject)", "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(GStrv) split = g_strsplit(rows[i].fields, "AR:", -1);
		g_autofree char *joined = g_strjoinv(
		    "Authentication-Results:", split);
		g_autofree char *raw = g_strconcat(
		    joined, "\nFrom: Anna <anna@example.org>\n\nx\n", NULL);
		g_autoptr(TdMessage) message = parse_text(raw);
		g_autoptr(TdAuth) auth = td_message_auth(message, OURS);

		g_assert_cmpstr(auth->dmarc_policy, ==, rows[i].want);
	}
}

static void
test_hostile_fields_end(void)
{
	static const char *const pieces[] = { "(", ")", "\"", "\\", "=", ";",
		"dkim=", "a=b ", "(\\", "dmarc=(p=" };

	for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
		g_autoptr(GString) fields = g_string_new("AR: " OURS "; ");
		g_autofree char *got = NULL;

		while (fields->len < 60000)
			g_string_append(fields, pieces[i]);
		got = results_of(fields->str, OURS);
		g_assert_cmpstr(got, ==, "- - -");
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	g_test_add_func("/auth/results", test_results_are_read);
	g_test_add_func("/auth/aligned", test_dkim_counts_only_if_aligned);
	g_test_add_func("/auth/ours", test_only_our_fields_on_top_are_believed);
	g_test_add_func("/auth/no-id", test_without_an_id_nothing_is_believed);
	g_test_add_func(
	    "/auth/policy", test_the_policy_is_that_of_the_result_which_counts);
	g_test_add_func("/auth/hostile", test_hostile_fields_end);

	return g_test_run();
}
