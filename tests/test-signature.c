/* test-signature.c - mails signed by OpenPGP and S/MIME
 *
 * The keys are made here, in a directory that goes again.  Where gpg, gpgsm or
 * openssl is not installed the tests are skipped. */

#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include <ticketd/error.h>

#include "message-fixture.h"

#define TEXT "Content-Type: text/plain; charset=utf-8\r\n\r\nclose\r\n"

static char *folder;  /* of all below */
static char *scratch; /* for td_message_verify() */

static char *
path_of(const char *name)
{
	return g_build_filename(folder, name, NULL);
}

/* Runs the words of a shell in the directory; they must succeed. */
static void shell(const char *format, ...) G_GNUC_PRINTF(1, 2);

static void
shell(const char *format, ...)
{
	g_autofree char *script = NULL;
	const char *argv[] = { "/bin/sh", "-ec", NULL, NULL };
	g_autoptr(GError) error = NULL;
	g_autofree char *out = NULL;
	g_autofree char *complaints = NULL;
	va_list args;
	int status;

	va_start(args, format);
	script = g_strdup_vprintf(format, args);
	va_end(args);
	argv[2] = script;
	g_spawn_sync(folder, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL,
	    &out, &complaints, &status, &error);
	g_assert_no_error(error);
	if (!g_spawn_check_wait_status(status, &error))
		g_error("%s: %s", script, complaints);
}

static char *
load(const char *name, gsize *size)
{
	g_autofree char *path = path_of(name);
	g_autoptr(GError) error = NULL;
	char *data;

	g_file_get_contents(path, &data, size, &error);
	g_assert_no_error(error);
	return data;
}

static GBytes *
load_bytes(const char *name)
{
	gsize size;
	char *data = load(name, &size);

	return g_bytes_new_take(data, size);
}

static void
save(const char *name, const char *text)
{
	g_autofree char *path = path_of(name);
	g_autoptr(GError) error = NULL;

	g_file_set_contents(path, text, -1, &error);
	g_assert_no_error(error);
}

static gboolean
has(const char *program)
{
	g_autofree char *path = g_find_program_in_path(program);

	return path != NULL;
}

static gboolean
misses_openpgp(void)
{
	if (has("gpg"))
		return FALSE;
	g_test_skip("gpg is not installed");
	return TRUE;
}

static gboolean
misses_smime(void)
{
	if (has("gpgsm") && has("openssl"))
		return FALSE;
	g_test_skip("gpgsm or openssl is not installed");
	return TRUE;
}

/* anna has a subkey for signing; old's key is expired, gone's revoked. */
static void
make_openpgp_keys(void)
{
	shell(
	    "mkdir -m 700 gpg; export GNUPGHOME=\"$PWD/gpg\"\n"
	    "gen() { gpg -q --batch --passphrase '' \"$@\"; }\n"
	    "for n in anna bob gone; do gen --quick-gen-key "
	    "\"$n <$n@example.org>\" ed25519 sign never; "
	    "gen -u $n@example.org --armor -o $n.sig --detach-sign text; "
	    "done\n"
	    "gen --faked-system-time 20200101T000000 --quick-gen-key "
	    "'old <old@example.org>' ed25519 sign 30d\n"
	    "gen --faked-system-time 20200102T000000 -u old@example.org "
	    "--armor -o old.sig --detach-sign text\n"
	    "fpr=$(gpg --with-colons --list-keys anna@example.org | "
	    "awk -F: '$1 == \"fpr\" { print $10; exit }')\n"
	    "printf openpgp:%%s $fpr >anna.fpr\n"
	    "gen --quick-add-key $fpr ed25519 sign never\n"
	    "gen -u anna@example.org --armor -o sub.sig --detach-sign text\n"
	    "gen -u anna@example.org --armor -o inside.sig --sign text\n"
	    "gen -u anna@example.org --textmode --armor -o mode.sig "
	    "--detach-sign text\n"
	    "gone=$(gpg --with-colons --list-keys gone@example.org | "
	    "awk -F: '$1 == \"fpr\" { print $10; exit }')\n"
	    "sed 's/^:---/---/' gpg/openpgp-revocs.d/$gone.rev | gen --import\n"
	    "for n in anna bob gone old; do "
	    "gpg --export $n@example.org >$n.gpg; done\n"
	    "gpg --export --armor anna@example.org >anna.asc\n"
	    "gpg --export anna@example.org bob@example.org >both.gpg\n"
	    "gen --export-secret-keys anna@example.org >anna.sec\n"
	    "gen --armor --export-secret-keys anna@example.org >anna.sec.asc\n"
	    "gpgconf --kill gpg-agent");
}

/* carl's certificate is his own, dora's is of an authority, eve's expired. */
static void
make_certificates(void)
{
	save("ca.cnf",
	    "[ca]\ndefault_ca = c\n[c]\ndatabase = index\nserial = serial\n"
	    "new_certs_dir = .\ndefault_md = sha256\npolicy = p\n"
	    "[p]\ncommonName = supplied\n");
	shell("request() { n=$1; shift; openssl req -newkey ec -pkeyopt "
	      "ec_paramgen_curve:prime256v1 -nodes -keyout $n.key -subj "
	      "\"/CN=$n Test/emailAddress=$n@example.org\" \"$@\"; }\n"
	      "exec 2>complaints; : >index; echo 01 >serial\n"
	      "request carl -x509 -days 30 -out carl.pem\n"
	      "request ca -x509 -days 30 -out ca.pem\n"
	      "request dora -out dora.csr\n"
	      "openssl x509 -req -in dora.csr -CA ca.pem -CAkey ca.key "
	      "-set_serial 2 -days 30 -out dora.pem\n"
	      "request eve -out eve.csr\n"
	      "openssl ca -batch -config ca.cnf -selfsign -keyfile eve.key "
	      "-in eve.csr -startdate 200101000000Z -enddate 200201000000Z "
	      "-notext -out eve.pem\n"
	      "openssl x509 -in carl.pem -outform DER -out carl.der\n"
	      "cat carl.pem ca.pem >both.pem\n"
	      "for n in carl dora eve; do s=\"openssl smime -sign -binary -in "
	      "text -signer $n.pem -inkey $n.key -outform DER\"; "
	      "$s -out $n.p7s; $s -nodetach -out $n.p7m; done\n"
	      "openssl cms -sign -binary -nodetach -stream -indef -in text "
	      "-signer carl.pem -inkey carl.key -outform DER -out pieces.p7m\n"
	      "sha=$(sha256sum carl.der | cut -d' ' -f1 | tr a-f A-F)\n"
	      "printf smime:%%s $sha >carl.fpr");
}

/* A mail of two parts, or three if @third is given. */
static char *
mail_of(const char *text, const char *type, const char *encoding,
    const char *signature, const char *third)
{
	return g_strdup_printf(
	    "From: anna@example.org\r\n"
	    "Content-Type: multipart/signed; boundary=b; protocol=\"%s\"\r\n"
	    "\r\n--b\r\n%s\r\n--b\r\nContent-Type: %s\r\n"
	    "Content-Transfer-Encoding: %s\r\n\r\n%s\r\n%s%s--b--\r\n",
	    type, text, type, encoding, signature,
	    third == NULL ? "" : "--b\r\n", third == NULL ? "" : third);
}

static char *
openpgp_mail(const char *text, const char *signature)
{
	g_autofree char *armored = load(signature, NULL);

	return mail_of(
	    text, "application/pgp-signature", "7bit", armored, NULL);
}

static char *
base64_of(const char *name)
{
	gsize size;
	g_autofree char *data = load(name, &size);

	return g_base64_encode((const guchar *)data, size);
}

static char *
smime_mail(const char *text, const char *signature)
{
	g_autofree char *coded = base64_of(signature);

	return mail_of(
	    text, "application/pkcs7-signature", "base64", coded, NULL);
}

static char *
opaque_mail(const char *name)
{
	g_autofree char *coded = base64_of(name);

	return g_strdup_printf(
	    "From: carl@example.org\r\n"
	    "Content-Type: application/pkcs7-mime; "
	    "smime-type=signed-data; name=smime.p7m\r\n"
	    "Content-Transfer-Encoding: base64\r\n\r\n%s\r\n",
	    coded);
}

typedef struct {
	char *fingerprint;
	char *digest;
	gint64 time;
} Found;

static void
clear(Found *found)
{
	g_free(found->fingerprint);
	g_free(found->digest);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Found, clear)

/* Verifies with the keys in the files named, "a b c". */
static Found
verify(const char *mail, const char *names)
{
	g_auto(GStrv) each = g_strsplit(names, " ", -1);
	g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)g_bytes_unref);
	g_autoptr(GError) error = NULL;
	g_autoptr(GDir) left = NULL;
	gsize size = strlen(mail);
	g_autofree char *copy = g_memdup2(mail, size);
	Found found;

	for (char **name = each; *name != NULL && **name != '\0'; name++)
		g_ptr_array_add(keys, load_bytes(*name));
	td_message_verify(copy, size, keys, scratch, &found.fingerprint,
	    &found.digest, &found.time, &error);
	g_assert_no_error(error);

	left = g_dir_open(scratch, 0, NULL);
	g_assert_null(g_dir_read_name(left));
	return found;
}

static void
check_good(const char *mail, const char *names, const char *fingerprint)
{
	g_autoptr(TdMessage) message = parse_text(mail);
	g_autofree char *want = load(fingerprint, NULL);
	g_auto(Found) found = verify(mail, names);

	g_assert_true(td_message_is_signed(message));
	g_assert_cmpstr(message->reply_text, ==, "close\n");
	g_assert_cmpstr(found.fingerprint, ==, want);
	g_assert_cmpuint(strlen(found.digest), ==, 64);
	g_assert_cmpint(found.time, >, 1600000000);
}

static void
check_bad(const char *mail, const char *names)
{
	g_auto(Found) found = verify(mail, names);

	g_assert_null(found.fingerprint);
	g_assert_null(found.digest);
	g_assert_cmpint(found.time, ==, 0);
}

static void
test_good_signatures_name_the_primary_key(void)
{
	g_autofree char *mail = NULL;
	g_autofree char *by_subkey = NULL;
	g_autofree char *mode = NULL;

	if (misses_openpgp())
		return;
	mail = openpgp_mail(TEXT, "anna.sig");
	by_subkey = openpgp_mail(TEXT, "sub.sig");
	mode = openpgp_mail(TEXT, "mode.sig");
	check_good(mail, "anna.gpg", "anna.fpr");
	check_good(mail, "bob.gpg anna.asc", "anna.fpr");
	check_good(by_subkey, "anna.gpg", "anna.fpr");
	check_good(mode, "anna.gpg", "anna.fpr");
}

/* Mails are kept with any line ends; what was signed has CR LF. */
static void
test_line_ends_do_not_matter(void)
{
	g_autofree char *mail = NULL;
	g_auto(GStrv) lines = NULL;
	g_autofree char *unix_mail = NULL;
	g_autofree char *in_mbox = NULL;

	if (misses_openpgp())
		return;
	mail = openpgp_mail(TEXT, "anna.sig");
	lines = g_strsplit(mail, "\r\n", -1);
	unix_mail = g_strjoinv("\n", lines);
	in_mbox = g_strconcat(
	    "From a@b Mon Nov  2 10:00:00 2026\n", unix_mail, NULL);
	check_good(unix_mail, "anna.gpg", "anna.fpr");
	check_good(in_mbox, "anna.gpg", "anna.fpr");
}

/* Who sends a signed mail again with other blanks at the ends of its lines is
 * found out, where the signature does not cover them. */
static void
test_same_text_has_the_same_digest(void)
{
	static const char blanks[] =
	    "Content-Type: text/plain; charset=utf-8\n\nclose \t\r\n";
	g_autofree char *mail = NULL;
	g_autofree char *other = NULL;
	g_auto(Found) one = { NULL, NULL, 0 };
	g_auto(Found) two = { NULL, NULL, 0 };
	g_auto(Found) three = { NULL, NULL, 0 };

	if (misses_openpgp())
		return;
	mail = openpgp_mail(TEXT, "anna.sig");
	other = openpgp_mail(blanks, "mode.sig");
	one = verify(mail, "anna.gpg");
	two = verify(mail, "anna.gpg");
	three = verify(other, "anna.gpg");
	g_assert_cmpstr(one.digest, ==, two.digest);
	if (three.digest != NULL)
		g_assert_cmpstr(one.digest, ==, three.digest);
}

static void
test_bad_signatures_name_nobody(void)
{
	static const char changed[] =
	    "Content-Type: text/plain; charset=utf-8\r\n\r\nclosed\r\n";
	static const char header[] =
	    "Content-Type: text/html; charset=utf-8\r\n\r\nclose\r\n";
	const char *const texts[] = { changed, header, "", TEXT "\r\n" };

	if (misses_openpgp())
		return;
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *mail = openpgp_mail(texts[i], "anna.sig");

		check_bad(mail, "anna.gpg");
	}
}

static void
test_keys_that_are_not_given_or_not_good_count_nothing(void)
{
	static const char *const rows[][2] = {
		{ "anna.sig", "" },
		{ "anna.sig", "bob.gpg" },
		{ "bob.sig", "anna.gpg" },
		{ "old.sig", "old.gpg" },
		{ "gone.sig", "gone.gpg" },
		{ "text", "anna.gpg" },
		/* It verifies, but what it brings inside. */
		{ "inside.sig", "anna.gpg" },
	};

	if (misses_openpgp())
		return;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *mail = openpgp_mail(TEXT, rows[i][0]);

		check_bad(mail, rows[i][1]);
	}
}

static void
test_signature_of_a_part_is_none_of_the_mail(void)
{
	g_autofree char *inner = NULL;
	g_autofree char *armored = NULL;
	g_autofree char *trailing = NULL;
	g_autofree char *around = NULL;
	const char *mails[2];

	if (misses_openpgp())
		return;
	inner = openpgp_mail(TEXT, "anna.sig");
	armored = load("anna.sig", NULL);
	around = g_strdup_printf(
	    "Content-Type: multipart/mixed; boundary=a\r\n"
	    "\r\n--a\r\n\r\ntake\r\n--a\r\n%s\r\n--a--\r\n",
	    inner);
	trailing = mail_of(TEXT, "application/pgp-signature", "7bit", armored,
	    "Content-Type: text/plain\r\n\r\ntake\r\n");
	mails[0] = around;
	mails[1] = trailing;
	for (gsize i = 0; i < 2; i++) {
		g_autoptr(TdMessage) message = parse_text(mails[i]);

		g_assert_false(td_message_is_signed(message));
		check_bad(mails[i], "anna.gpg");
	}
}

static void
test_mails_without_signature_have_none(void)
{
	static const char *const mails[] = { "", "Subject: x\r\n\r\ntext\r\n",
		"Content-Type: multipart/signed; boundary=b\r\n\r\n",
		"Content-Type: multipart/signed; boundary=b\r\n\r\n"
		"--b\r\n\r\ntext\r\n--b--\r\n",
		"Content-Type: multipart/signed; boundary=b\r\n\r\n"
		"--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\n",
		"Content-Type: application/pkcs7-mime; "
		"smime-type=enveloped-data"
		"\r\n\r\nx\r\n",
		"Content-Type: application/pkcs7-mime\r\n\r\nx\r\n" };

	for (gsize i = 0; i < G_N_ELEMENTS(mails); i++) {
		g_autoptr(TdMessage) message = parse_text(mails[i]);

		g_assert_false(td_message_is_signed(message));
		check_bad(mails[i], "");
	}
}

static void
test_certificates_given_are_trusted(void)
{
	static const struct {
		const char *signature;
		const char *keys;
		gboolean good;
	} rows[] = {
		{ "carl.p7s", "carl.pem", TRUE },
		{ "carl.p7s", "carl.der", TRUE },
		{ "carl.p7s", "dora.pem carl.pem", TRUE },
		{ "carl.p7s", "", FALSE },
		{ "carl.p7s", "dora.pem", FALSE },
		{ "dora.p7s", "dora.pem", TRUE },
		{ "dora.p7s", "ca.pem", FALSE },
		{ "eve.p7s", "eve.pem", FALSE },
		{ "text", "carl.pem", FALSE },
		{ "carl.p7m", "carl.pem", FALSE },
	};

	if (misses_smime())
		return;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *mail = smime_mail(TEXT, rows[i].signature);
		g_autofree char *other = smime_mail(
		    "\r\ntake\r\n", rows[i].signature);
		g_auto(Found) found = verify(mail, rows[i].keys);

		g_assert_cmpint(found.fingerprint != NULL, ==, rows[i].good);
		check_bad(other, rows[i].keys);
	}
}

static void
test_certificate_is_named_by_its_digest(void)
{
	g_autofree char *mail = NULL;

	if (misses_smime())
		return;
	mail = smime_mail(TEXT, "carl.p7s");
	check_good(mail, "carl.pem", "carl.fpr");
}

static void
test_mail_in_one_piece_is_read(void)
{
	static const char *const names[] = { "carl.p7m", "pieces.p7m" };

	if (misses_smime())
		return;
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *mail = opaque_mail(names[i]);
		g_autoptr(TdMessage) message = parse_text(mail);

		g_assert_cmpstr(message->text, ==, "close\n");
		g_assert_cmpuint(message->attachments->len, ==, 0);
		check_good(mail, "carl.pem", "carl.fpr");
		check_bad(mail, "dora.pem");
	}
}

static void
test_what_cannot_be_opened_is_attached(void)
{
	g_autoptr(TdMessage) message = parse_text(
	    "Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n"
	    "Content-Transfer-Encoding: "
	    "base64\r\n\r\nMIAGCSqGSIb3DQEHAqCA\r\n");

	g_assert_false(td_message_is_signed(message));
	g_assert_cmpuint(message->attachments->len, ==, 1);
	g_assert_true(has_problem(message, "signed text"));
}

/* Each cut and each changed byte must end well. */
static void
test_broken_pieces_do_no_harm(void)
{
	gsize size;
	g_autofree char *data = NULL;

	if (misses_smime())
		return;
	data = load("pieces.p7m", &size);
	for (gsize i = 0; i < MIN(size, 200) * 2; i++) {
		gsize length = i % 2 == 0 ? i / 2 : size;
		g_autofree char *copy = g_memdup2(data, size);
		g_autofree char *coded = NULL;
		g_autofree char *mail = NULL;
		g_autoptr(TdMessage) message = NULL;

		if (i % 2 == 1)
			copy[i / 2] = (char)~copy[i / 2];
		coded = g_base64_encode((const guchar *)copy, length);
		mail = g_strconcat("Content-Type: application/pkcs7-mime\r\n"
		                   "Content-Transfer-Encoding: base64\r\n\r\n",
		    coded, NULL);
		message = parse_text(mail);
		g_assert_nonnull(message->text);
	}
}

static void
test_files_of_keys_are_read(void)
{
	static const struct {
		const char *file;
		const char *fingerprint;
		const char *user;
	} rows[] = {
		{ "anna.gpg", "anna.fpr", "anna <anna@example.org>" },
		{ "anna.asc", "anna.fpr", "anna <anna@example.org>" },
		{ "carl.pem", "carl.fpr", "carl Test <carl@example.org>" },
		{ "carl.der", "carl.fpr", "carl Test <carl@example.org>" },
	};

	if (misses_openpgp() || misses_smime())
		return;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) bytes = load_bytes(rows[i].file);
		g_autofree char *want = load(rows[i].fingerprint, NULL);
		g_autoptr(GError) error = NULL;
		g_autofree char *key = NULL;
		g_autofree char *user = NULL;

		g_assert_true(
		    td_message_read_key(bytes, scratch, &key, &user, &error));
		g_assert_no_error(error);
		g_assert_cmpstr(key, ==, want);
		g_assert_cmpstr(user, ==, rows[i].user);
	}
}

static void
test_other_files_are_no_keys(void)
{
	static const char *const files[] = { "text", "both.gpg", "both.pem",
		"anna.sec", "anna.sec.asc", "carl.key", "anna.sig", "empty",
		"junk" };

	if (misses_openpgp() || misses_smime())
		return;
	save("empty", "");
	save("junk", "\x99\x01\x02");
	for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autoptr(GBytes) bytes = load_bytes(files[i]);
		g_autoptr(GError) error = NULL;
		char *key = NULL, *user = NULL;

		g_assert_false(
		    td_message_read_key(bytes, scratch, &key, &user, &error));
		g_assert_error(error, TD_ERROR, TD_ERROR_USAGE);
		g_assert_null(key);
		g_assert_null(user);
	}
}

static void
test_no_directory_is_told_as_passing(void)
{
	g_autoptr(GBytes) bytes = g_bytes_new_static("\x99", 1);
	g_autofree char *missing = path_of("missing");
	g_autoptr(GError) error = NULL;
	char *key = NULL, *user = NULL;

	g_assert_false(
	    td_message_read_key(bytes, missing, &key, &user, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_AGAIN);
	g_assert_null(key);
}

static void
add_tests(void)
{
	g_test_add_func(
	    "/signature/good", test_good_signatures_name_the_primary_key);
	g_test_add_func("/signature/line-ends", test_line_ends_do_not_matter);
	g_test_add_func(
	    "/signature/digest", test_same_text_has_the_same_digest);
	g_test_add_func("/signature/bad", test_bad_signatures_name_nobody);
	g_test_add_func("/signature/keys",
	    test_keys_that_are_not_given_or_not_good_count_nothing);
	g_test_add_func(
	    "/signature/part", test_signature_of_a_part_is_none_of_the_mail);
	g_test_add_func(
	    "/signature/none", test_mails_without_signature_have_none);
	g_test_add_func(
	    "/signature/certificates", test_certificates_given_are_trusted);
	g_test_add_func(
	    "/signature/name", test_certificate_is_named_by_its_digest);
	g_test_add_func("/signature/opaque", test_mail_in_one_piece_is_read);
	g_test_add_func(
	    "/signature/closed", test_what_cannot_be_opened_is_attached);
	g_test_add_func("/signature/broken", test_broken_pieces_do_no_harm);
	g_test_add_func("/signature/files", test_files_of_keys_are_read);
	g_test_add_func("/signature/no-keys", test_other_files_are_no_keys);
	g_test_add_func(
	    "/signature/scratch", test_no_directory_is_told_as_passing);
}

int
main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	td_message_init();
	folder = g_dir_make_tmp("signature-XXXXXX", NULL);
	scratch = path_of("scratch");
	g_mkdir(scratch, 0700);
	save("text", TEXT);
	if (has("gpg"))
		make_openpgp_keys();
	if (has("gpgsm") && has("openssl"))
		make_certificates();
	add_tests();

	status = g_test_run();
	shell("rm -rf \"%s\"", folder);
	g_free(scratch);
	g_free(folder);
	return status;
}
