/* keyring.c - see message/keyring.h */

#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>

#include <glib/gstdio.h>

#include <ticketd/error.h>
#include <ticketd/sha256.h>

#include "message/cms.h"
#include "message/keyring.h"
#include "message/keys.h"

#define PEM_BEGIN "-----BEGIN CERTIFICATE-----"
#define PEM_END "-----END CERTIFICATE-----"
#define PGP_BEGIN "-----BEGIN PGP PUBLIC KEY BLOCK-----"

struct TdKeyring {
	TdSignedBy by;
	char *home;
	guint files;
	GHashTable *names; /* what gpgsm calls a certificate -> SHA-256 */
};

static const struct {
	const char *program;
	const char *conf;
	const char *options;
} tools[] = {
	[TD_SIGNED_OPENPGP] = { "gpg", "gpg.conf",
	    "no-autostart\n"
	    "disable-dirmngr\n"
	    "no-auto-key-retrieve\n"
	    "no-auto-check-trustdb\n"
	    "trust-model always\n" },
	/* Whose certificate we were given is trusted, whoever issued it. */
	[TD_SIGNED_SMIME] = { "gpgsm", "gpgsm.conf",
	    "no-autostart\n"
	    "disable-dirmngr\n"
	    "disable-crl-checks\n"
	    "no-common-certs-import\n" },
};

static gboolean
contains(const char *data, gsize size, const char *words)
{
	return memmem(data, size, words, strlen(words)) != NULL;
}

gboolean
td_keyring_guess(GBytes *bytes, TdSignedBy *by)
{
	gsize size;
	const char *data = g_bytes_get_data(bytes, &size);

	if (size == 0 || contains(data, size, "PRIVATE KEY"))
		return FALSE;
	if (contains(data, size, PEM_BEGIN))
		*by = TD_SIGNED_SMIME;
	else if (contains(data, size, PGP_BEGIN))
		*by = TD_SIGNED_OPENPGP;
	else if (td_cms_is_certificate((const guint8 *)data, size))
		*by = TD_SIGNED_SMIME;
	else if ((guchar)*data >= 0x80)
		*by = TD_SIGNED_OPENPGP;
	else
		return FALSE;
	return TRUE;
}

/* The certificate of a file, PEM or not, as it is signed (DER); NULL if there
 * is none or more than one.  The caller owns it. */
static GBytes *
read_certificate(GBytes *bytes)
{
	gsize size, decoded;
	const char *data = g_bytes_get_data(bytes, &size);
	const char *begin = memmem(data, size, PEM_BEGIN, strlen(PEM_BEGIN));
	g_autofree char *text = NULL;
	const char *end;
	guint8 *der;

	if (begin == NULL)
		return td_cms_is_certificate((const guint8 *)data, size)
		    ? g_bytes_ref(bytes)
		    : NULL;
	begin += strlen(PEM_BEGIN);
	size -= (gsize)(begin - data);
	end = memmem(begin, size, PEM_END, strlen(PEM_END));
	if (end == NULL || contains(begin, size, PEM_BEGIN))
		return NULL;
	text = g_strndup(begin, (gsize)(end - begin));
	der = g_base64_decode(text, &decoded);
	if (!td_cms_is_certificate(der, decoded)) {
		g_free(der);
		return NULL;
	}
	return g_bytes_new_take(der, decoded);
}

TdKeyring *
td_keyring_new(const char *scratch, TdSignedBy by, GError **error)
{
	g_autofree char *folder = g_canonicalize_filename(scratch, NULL);
	g_autofree char *home = g_build_filename(folder, "keys-XXXXXX", NULL);
	g_autofree char *conf = NULL;
	TdKeyring *keyring;

	if (g_mkdtemp_full(home, 0700) == NULL) {
		td_fail(error, TD_ERROR_AGAIN,
		    "cannot make a directory for keys: %s", g_strerror(errno));
		return NULL;
	}
	keyring = g_new0(TdKeyring, 1);
	keyring->by = by;
	keyring->home = g_steal_pointer(&home);
	keyring->names = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, g_free);
	conf = g_build_filename(keyring->home, tools[by].conf, NULL);
	if (!g_file_set_contents(conf, tools[by].options, -1, NULL)) {
		td_keyring_free(keyring);
		td_fail(error, TD_ERROR_AGAIN,
		    "cannot write to the directory for keys");
		return NULL;
	}
	return keyring;
}

static void
remove_tree(const char *path)
{
	g_autoptr(GDir) folder = NULL;
	const char *name;

	/* What is behind a link is not ours. */
	if (!g_file_test(path, G_FILE_TEST_IS_SYMLINK))
		folder = g_dir_open(path, 0, NULL);
	while (folder != NULL && (name = g_dir_read_name(folder)) != NULL) {
		g_autofree char *inside = g_build_filename(path, name, NULL);

		remove_tree(inside);
	}
	g_remove(path);
}

void
td_keyring_free(TdKeyring *keyring)
{
	if (keyring == NULL)
		return;

	remove_tree(keyring->home);
	g_free(keyring->home);
	g_hash_table_unref(keyring->names);
	g_free(keyring);
}

const char *
td_keyring_home(const TdKeyring *keyring)
{
	return keyring->home;
}

/* Runs the program with one or two words more; @word and @file may be NULL.
 * *@exit is its exit status. */
static gboolean
run(const TdKeyring *keyring, const char *verb, const char *file, char **out,
    int *exit_status, GError **error)
{
	const char *argv[] = { tools[keyring->by].program, "--homedir",
		keyring->home, "--batch", "--quiet", "--no-tty",
		"--with-colons", verb, file, NULL };
	g_autoptr(GError) cause = NULL;
	int status;

	if (!g_spawn_sync(NULL, (char **)argv, NULL,
	        G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
	        out, NULL, &status, &cause))
		return td_fail(error, TD_ERROR_AGAIN, "%s", cause->message);
	if (!WIFEXITED(status))
		return td_fail(error, TD_ERROR_AGAIN, "%s died",
		    tools[keyring->by].program);
	*exit_status = WEXITSTATUS(status);
	return TRUE;
}

/* Writes the bytes to a file in its directory; the caller owns the name. */
static char *
put_file(TdKeyring *keyring, GBytes *bytes, GError **error)
{
	g_autofree char *name = g_strdup_printf("key-%u", ++keyring->files);
	g_autofree char *path = g_build_filename(keyring->home, name, NULL);
	gsize size;
	const char *data = g_bytes_get_data(bytes, &size);

	if (!g_file_set_contents(path, data, (gssize)size, NULL)) {
		td_fail(error, TD_ERROR_AGAIN,
		    "cannot write to the directory for keys");
		return NULL;
	}
	return g_steal_pointer(&path);
}

/* gpgsm names certificates by SHA-1, which is no name to trust for long. */
static void
note_name(TdKeyring *keyring, GBytes *certificate)
{
	g_autoptr(TdSha256) checksum = td_sha256_new();
	g_autofree char *sha1 = NULL;
	g_autofree char *sha256 = NULL;
	gsize size;
	const guint8 *data = g_bytes_get_data(certificate, &size);

	sha1 = g_compute_checksum_for_bytes(G_CHECKSUM_SHA1, certificate);
	td_sha256_update(checksum, data, size);
	sha256 = td_sha256_finish_hex(checksum);
	g_hash_table_replace(
	    keyring->names, g_ascii_strup(sha1, -1), g_ascii_strup(sha256, -1));
}

gboolean
td_keyring_add(TdKeyring *keyring, GBytes *bytes, GError **error)
{
	g_autoptr(GBytes) key = NULL;
	g_autofree char *path = NULL;
	g_autofree char *out = NULL;
	int status;

	if (keyring->by == TD_SIGNED_OPENPGP)
		key = g_bytes_ref(bytes);
	else
		key = read_certificate(bytes);
	if (key == NULL)
		return TRUE;
	path = put_file(keyring, key, error);
	if (path == NULL)
		return FALSE;
	if (keyring->by == TD_SIGNED_SMIME)
		note_name(keyring, key);
	return run(keyring, "--import", path, &out, &status, error);
}

GPtrArray *
td_keyring_list(TdKeyring *keyring, GError **error)
{
	g_autofree char *out = NULL;
	int status;

	if (!run(keyring, "--list-keys", NULL, &out, &status, error))
		return NULL;
	if (status != 0) {
		td_fail(error, TD_ERROR_AGAIN, "%s ended with status %d",
		    tools[keyring->by].program, status);
		return NULL;
	}
	return td_key_listing_read(out, keyring->names, NULL);
}

GPtrArray *
td_keyring_look(
    TdKeyring *keyring, GBytes *bytes, gboolean *secret, GError **error)
{
	g_autofree char *path = NULL;
	g_autofree char *out = NULL;
	int status;

	*secret = FALSE;
	if (keyring->by == TD_SIGNED_SMIME) {
		if (!td_keyring_add(keyring, bytes, error))
			return NULL;
		return td_keyring_list(keyring, error);
	}
	path = put_file(keyring, bytes, error);
	if (path == NULL ||
	    !run(keyring, "--show-keys", path, &out, &status, error))
		return NULL;
	return td_key_listing_read(out, keyring->names, secret);
}
