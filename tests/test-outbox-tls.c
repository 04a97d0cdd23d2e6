/* test-outbox-tls.c - TLS and AUTH on the way out, and what [smtp] may say */

#include "config.h"

#include <string.h>

#include <glib.h>

#include <ticketd/error.h>

#include "outbox-fixture.h"

/* ---- TLS ---- */

static void
use_tls(Outbox *outbox, const char *name, TdStarttls starttls, const char *rule)
{
	g_autofree char *files = make_certificate(outbox, name);

	if (rule == NULL)
		server_start(outbox, "--tls", files, NULL);
	else
		server_start(outbox, "--tls", files, "--on", rule, NULL);
	outbox->conf.smtp_starttls = starttls;
	outbox->conf.smtp_server = g_strdup_printf(
	    "localhost:%u", outbox->port);
	row_queue_to(outbox, "anna@example.net");
}

/* What the system trusts, for this outbox. */
static void
trust_certificate(Outbox *outbox)
{
	g_autofree char *path = g_build_filename(
	    outbox->directory, "cert.pem", NULL);

	g_setenv("SSL_CERT_FILE", path, TRUE);
	outbox_start(outbox);
	g_unsetenv("SSL_CERT_FILE");
}

static void
test_tls_that_may_be_takes_any_certificate(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	use_tls(outbox, "DNS:elsewhere.example", TD_STARTTLS_MAY, NULL);
	outbox_start(outbox);
	wait_reports(outbox, 1);

	assert_report(outbox, "anna@example.net sent 250 2.0.0 taken");
	g_assert_cmpuint(count_log(outbox, "^tls$"), ==, 1);
	g_assert_cmpuint(count_log(outbox, "^EHLO example\\.com$"), ==, 2);
}

static void
test_tls_that_may_be_is_done_without_where_it_fails(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	use_tls(outbox, "DNS:localhost", TD_STARTTLS_MAY,
	    "STARTTLS=454 4.7.0 not now");
	outbox_start(outbox);
	wait_reports(outbox, 1);

	assert_report(outbox, "anna@example.net sent");
	g_assert_cmpuint(count_log(outbox, "^connect$"), ==, 2);
}

static void
test_tls_that_must_be_takes_a_trusted_certificate(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	use_tls(outbox, "DNS:localhost", TD_STARTTLS_MUST, NULL);
	trust_certificate(outbox);
	wait_reports(outbox, 1);

	assert_report(outbox, "anna@example.net sent");
	g_assert_cmpuint(count_log(outbox, "^tls$"), ==, 1);
}

static void
test_tls_that_must_be_refuses_a_self_signed_certificate(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	use_tls(outbox, "DNS:localhost", TD_STARTTLS_MUST, NULL);
	outbox_start(outbox);
	wait_reports(outbox, 1);

	assert_report(
	    outbox, "anna@example.net deferred 4.7.5 TLS: self-signed cert");
	g_assert_cmpuint(count_log(outbox, "^MAIL"), ==, 0);
}

static void
test_tls_that_must_be_refuses_another_name(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	use_tls(outbox, "DNS:elsewhere.example", TD_STARTTLS_MUST, NULL);
	trust_certificate(outbox);
	wait_reports(outbox, 1);

	assert_report(
	    outbox, "anna@example.net deferred 4.7.5 TLS: hostname mismatch");
	g_assert_cmpuint(count_log(outbox, "^MAIL"), ==, 0);
}

static void
test_tls_that_must_be_is_not_done_without(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	server_start(outbox, NULL);
	outbox->conf.smtp_starttls = TD_STARTTLS_MUST;
	row_queue_to(outbox, "anna@example.net");
	outbox_start(outbox);
	wait_reports(outbox, 1);

	assert_report(outbox,
	    "anna@example.net deferred 4.7.5 TLS: the server does not offer");
	g_assert_cmpuint(count_log(outbox, "^MAIL"), ==, 0);
}

static void
test_answers_from_before_tls_count_for_nothing(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	use_tls(outbox, "DNS:localhost", TD_STARTTLS_MUST,
	    "STARTTLS=220 ready\r\n250 x\r\n250 x\r\n250 x\r\n354 x\r\n250 x");
	trust_certificate(outbox);
	wait_reports(outbox, 1);

	assert_report(
	    outbox, "anna@example.net deferred 4.7.5 TLS: somebody answers");
}

/* As in a daemon that was started by root and is somebody else now. */
static void
test_home_that_is_closed_does_not_hinder_tls(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *closed = make_file(outbox, "closed", "", 0600);
	g_autofree char *home = g_strdup(g_getenv("HOME"));

	g_setenv("HOME", closed, TRUE);
	use_tls(outbox, "DNS:localhost", TD_STARTTLS_MUST, NULL);
	trust_certificate(outbox);
	wait_reports(outbox, 1);
	if (home != NULL)
		g_setenv("HOME", home, TRUE);
	g_unsetenv("XDG_CONFIG_DIR");

	assert_report(outbox, "anna@example.net sent");
}

/* ---- AUTH ---- */

static void
use_password(Outbox *outbox, const char *password)
{
	server_start(outbox, "--auth", "desk:secret", NULL);
	outbox->conf.smtp_user = g_strdup("desk");
	outbox->conf.smtp_password_file = make_file(
	    outbox, "password", password, 0600);
	row_queue_to(outbox, "anna@example.net");
	outbox_start(outbox);
	wait_reports(outbox, 1);
}

static void
test_user_and_password_open_the_server(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	use_password(outbox, "secret\nnot this\n");

	assert_report(outbox, "anna@example.net sent");
	g_assert_cmpuint(count_log(outbox, "^AUTH PLAIN$"), ==, 1);
}

static void
test_wrong_password_puts_mail_off(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	use_password(outbox, "wrong\n");

	assert_report(outbox, "anna@example.net deferred 530 5.7.0 ");
	g_assert_cmpuint(count_log(outbox, "^AUTH "), ==, 2);
}

static void
test_password_goes_over_tls(Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *files = make_certificate(outbox, "DNS:localhost");

	server_start(outbox, "--tls", files, "--auth", "desk:secret", NULL);
	outbox->conf.smtp_starttls = TD_STARTTLS_MUST;
	outbox->conf.smtp_server = g_strdup_printf(
	    "localhost:%u", outbox->port);
	outbox->conf.smtp_user = g_strdup("desk");
	outbox->conf.smtp_password_file = make_file(
	    outbox, "password", "secret", 0400);
	row_queue_to(outbox, "anna@example.net");
	trust_certificate(outbox);
	wait_reports(outbox, 1);

	assert_report(outbox, "anna@example.net sent");
	g_assert_cmpuint(count_log(outbox, "^tls$"), ==, 1);
}

static void
check_mistake(Outbox *outbox, const char *want)
{
	g_autoptr(GError) error = NULL;

	outbox->outbox = td_outbox_new(
	    &outbox->conf, outbox->store, outbox->writer, NULL, NULL, &error);
	g_assert_null(outbox->outbox);
	g_assert_error(error, TD_ERROR, TD_ERROR_CONFIG);
	g_assert_nonnull(strstr(error->message, want));
}

static void
test_mistakes_in_the_configuration_are_told(
    Outbox *outbox, gconstpointer unused G_GNUC_UNUSED)
{
	TdConf *conf = &outbox->conf;

	conf->smtp_server = g_strdup("[::1]:25");
	check_mistake(outbox, "give a host name");
	g_free(conf->smtp_server);
	conf->smtp_server = g_strdup("relay.example.net:587");
	conf->smtp_user = g_strdup("desk");
	check_mistake(outbox, "needs password-file");

	conf->smtp_password_file = make_file(outbox, "open", "secret", 0644);
	check_mistake(outbox, "in clear text");
	conf->smtp_starttls = TD_STARTTLS_MUST;
	check_mistake(outbox, "/open: other users can read it");
	g_free(conf->smtp_password_file);
	conf->smtp_password_file = g_strdup("/nonexistent/password");
	check_mistake(outbox, "/nonexistent/password: No such file");
	g_free(conf->smtp_password_file);
	conf->smtp_password_file = make_file(outbox, "empty", "\nx\n", 0600);
	check_mistake(outbox, "/empty: its first line is empty");
}

#define ADD(path, test)                                                        \
	g_test_add(                                                            \
	    "/outbox/" path, Outbox, NULL, outbox_open, test, outbox_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);

	ADD("tls/may", test_tls_that_may_be_takes_any_certificate);
	ADD("tls/may-fail",
	    test_tls_that_may_be_is_done_without_where_it_fails);
	ADD("tls/must", test_tls_that_must_be_takes_a_trusted_certificate);
	ADD("tls/must-self-signed",
	    test_tls_that_must_be_refuses_a_self_signed_certificate);
	ADD("tls/must-name", test_tls_that_must_be_refuses_another_name);
	ADD("tls/must-none", test_tls_that_must_be_is_not_done_without);
	ADD("tls/injection", test_answers_from_before_tls_count_for_nothing);
	ADD("tls/home", test_home_that_is_closed_does_not_hinder_tls);
	ADD("auth/right", test_user_and_password_open_the_server);
	ADD("auth/wrong", test_wrong_password_puts_mail_off);
	ADD("auth/tls", test_password_goes_over_tls);
	ADD("conf/mistakes", test_mistakes_in_the_configuration_are_told);

	return g_test_run();
}
