/* test-server-verify.c - signatures by a child process, which is a script */

#include "config.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ticketd/error.h>
#include <ticketd/log.h>

#include "request-fixture.h"
#include "server/helper.h"

/* ---- the child ---- */

/* What TICKETD_PROGRAM names, and where it leaves what it was asked. */
static char *program;
static char *question;

/* Makes it a script that reads all and does @body. */
static void
write_program(const char *body)
{
	g_autofree char *text = g_strdup_printf(
	    "#!/bin/sh\ncat >'%s'\n%s\n", question, body);

	g_assert_true(g_file_set_contents(program, text, -1, NULL));
	g_assert_cmpint(chmod(program, 0700), ==, 0);
}

static void
make_program(const char *directory)
{
	program = g_build_filename(directory, "program", NULL);
	question = g_build_filename(directory, "question", NULL);
	g_setenv("TICKETD_PROGRAM", program, TRUE);
	g_setenv("TD_SECRET", "x", TRUE);
}

static void
remove_program(const char *directory)
{
	unlink(program);
	unlink(question);
	rmdir(directory);
	g_free(program);
	g_free(question);
}

static gboolean
run(const Desk *desk, const char *body, guint timeout_ms, char **output,
    GError **error)
{
	char word[] = "--verify";
	char *argv[] = { program, word, NULL };
	g_autoptr(GBytes) input = g_bytes_new_static("abc", 3);

	write_program(body);
	return td_helper_run(
	    argv, input, desk->directory, timeout_ms, output, error);
}

static void
test_child_gets_its_input_and_nothing_else(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *output = NULL;
	g_autofree char *input = NULL;
	g_autofree char *tmp = g_strconcat(
	    "TMPDIR=", desk->directory, "\n", NULL);

	run(desk, "env; echo end", 60000, &output, &error);
	g_assert_no_error(error);
	g_assert_nonnull(strstr(output, tmp));
	g_assert_null(strstr(output, "TD_SECRET"));
	g_assert_false(g_str_has_suffix(output, "end\n"));
	g_assert_true(g_file_get_contents(question, &input, NULL, NULL));
	g_assert_cmpstr(input, ==, "abc");
}

static void
test_child_that_says_no_end_has_failed(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const bodies[] = { "", "echo key x", "printf end",
		"echo the end", "kill -9 $$", "exit 1" };

	for (gsize i = 0; i < G_N_ELEMENTS(bodies); i++) {
		g_autoptr(GError) error = NULL;
		char *output = NULL;

		g_test_message("case %zu", i);
		g_assert_false(run(desk, bodies[i], 60000, &output, &error));
		g_assert_error(error, TD_ERROR, TD_ERROR_AGAIN);
		g_assert_null(output);
	}
}

static void
test_child_that_hangs_is_ended_with_all_it_started(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;
	char *output = NULL;

	g_assert_false(
	    run(desk, "sleep 600 & sleep 600", 100, &output, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_AGAIN);
}

/* ---- signed mail ---- */

#define KEY "openpgp:0123456789ABCDEF0123456789ABCDEF01234567"
#define SIGNED(from)                                                           \
	"From: " from "\nTo: support@example.com\nSubject: Printer\n"          \
	"Message-ID: <1@example.net>\nMIME-Version: 1.0\n"                     \
	"Content-Type: multipart/signed; boundary=b; micalg=pgp-sha256;\n"     \
	" protocol=\"application/pgp-signature\"\n\n--b\n"                     \
	"Content-Type: text/plain\n\nHello.\n\n--b\n"                          \
	"Content-Type: application/pgp-signature\n\n"                          \
	"-----BEGIN PGP SIGNATURE-----\n\niHUEABYKAB0=\n"                      \
	"-----END PGP SIGNATURE-----\n\n--b--\n"

static void
add_olga(const Desk *desk)
{
	g_autoptr(GBytes) file = g_bytes_new_static("a key\n", 6);
	g_autoptr(JsonObject) added = ask(desk,
	    "{\"verb\":\"agent-add\",\"name\":\"olga\",\"addresses\":"
	    "[\"olga@example.net\"]}");
	g_autoptr(JsonObject) key = NULL;

	g_assert_nonnull(added);
	write_program("echo 'key " KEY "'\necho 'user Olga'\necho end");
	key = ask_with(desk, "{\"verb\":\"agent-key-add\",\"name\":\"olga\"}",
	    file, NULL, NULL);
	g_assert_nonnull(key);
	g_assert_cmpstr(json_object_get_string_member(key, "key"), ==, KEY);
	g_assert_cmpstr(json_object_get_string_member(key, "user"), ==, "Olga");
}

static char *
explained_signature(const Desk *desk, const char *mail)
{
	g_autoptr(GBytes) bytes = g_bytes_new(mail, strlen(mail));
	g_autoptr(JsonObject)
	    whole = ask_with(desk, "{\"verb\":\"explain\"}", bytes, NULL, NULL);

	g_assert_nonnull(whole);
	return g_strdup(json_object_get_string_member(
	    json_object_get_object_member(whole, "auth"), "signature"));
}

static void
test_signature_of_an_agent_is_checked_with_the_keys_that_are_kept(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *input = NULL;
	g_autofree char *found = NULL;

	add_olga(desk);
	write_program(
	    "echo 'key " KEY "'\necho 'digest 00'\necho 'time 1'\necho end");
	found = explained_signature(desk, SIGNED("olga@example.net"));
	g_assert_cmpstr(found, ==, KEY);
	g_assert_true(g_file_get_contents(question, &input, NULL, NULL));
	g_assert_true(g_str_has_prefix(input, "mail "));
	g_assert_nonnull(strstr(input, "key 6\na key\n"));
}

static void
test_signature_that_cannot_be_checked_is_none(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const bodies[] = { "echo end", "exit 1",
		"echo 'error gpg is not there'\necho end" };

	add_olga(desk);
	for (gsize i = 0; i < G_N_ELEMENTS(bodies); i++) {
		g_autofree char *found = NULL;

		write_program(bodies[i]);
		found = explained_signature(desk, SIGNED("olga@example.net"));
		g_assert_cmpstr(found, ==, "none");
	}
}

static void
test_other_mail_starts_no_child(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *stranger = NULL;
	g_autofree char *plain = NULL;

	add_olga(desk);
	g_assert_cmpint(unlink(question), ==, 0);
	stranger = explained_signature(desk, SIGNED("anna@example.net"));
	plain = explained_signature(desk,
	    "From: olga@example.net\nTo: support@example.com\n\nHello.\n");
	g_assert_cmpstr(stranger, ==, "none");
	g_assert_cmpstr(plain, ==, "none");
	g_assert_false(g_file_test(question, G_FILE_TEST_EXISTS));
}

/* The way of mail that comes in, by the pool of threads. */
static void
test_signed_mail_is_filed(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const char mail[] = SIGNED("olga@example.net");
	g_autoptr(TdIntake) intake = td_intake_new();
	const TdIntakeRecipient *recipient;

	add_olga(desk);
	write_program("echo 'key " KEY "'\necho end");
	g_assert_cmpint(unlink(question), ==, 0);
	intake->sender = g_strdup("olga@example.net");
	intake->raw = g_bytes_new_static(mail, strlen(mail));
	td_intake_add_recipient(intake, "support@example.com", NULL);
	td_service_take_wait(desk->service, intake);
	recipient = g_ptr_array_index(intake->recipients, 0);
	g_assert_no_error(recipient->error);
	g_assert_true(g_file_test(question, G_FILE_TEST_EXISTS));
}

static void
test_scratch_is_left_clean(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *scratch = server_path(desk, "store/tmp");
	g_autoptr(GDir) directory = NULL;
	g_autofree char *found = NULL;
	const char *name;

	add_olga(desk);
	write_program("mkdir \"$TMPDIR/a\"; ln -s / \"$TMPDIR/a/b\"; echo end");
	found = explained_signature(desk, SIGNED("olga@example.net"));
	directory = g_dir_open(scratch, 0, NULL);
	g_assert_nonnull(directory);
	while ((name = g_dir_read_name(directory)) != NULL)
		g_assert_false(g_str_has_prefix(name, "verify-"));
}

#define ADD(path, function)                                                    \
	g_test_add(                                                            \
	    "/verify/" path, Desk, NULL, server_open, function, server_close)

int
main(int argc, char **argv)
{
	g_autofree char *directory = g_dir_make_tmp(
	    "ticketd-test-XXXXXX", NULL);
	int status;

	g_test_init(&argc, &argv, NULL);
	make_program(directory);
	td_log_open("test", (TdLogLevel)(TD_LOG_CRITICAL + 1));
	td_message_init();
	ADD("child/input", test_child_gets_its_input_and_nothing_else);
	ADD("child/no-end", test_child_that_says_no_end_has_failed);
	ADD("child/hangs", test_child_that_hangs_is_ended_with_all_it_started);
	ADD("mail/good",
	    test_signature_of_an_agent_is_checked_with_the_keys_that_are_kept);
	ADD("mail/bad", test_signature_that_cannot_be_checked_is_none);
	ADD("mail/other", test_other_mail_starts_no_child);
	ADD("mail/filed", test_signed_mail_is_filed);
	ADD("mail/clean", test_scratch_is_left_clean);
	status = g_test_run();
	remove_program(directory);
	return status;
}
