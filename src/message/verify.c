/* verify.c - signatures of whole mails, see ticketd/message.h
 *
 * GMime asks gpg and gpgsm, in a directory that holds the keys given and no
 * others.  Trust is decided here: a key is trusted because it was given.  Ages
 * are those of the programs' own clock, which cannot be set from outside. */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/message.h>

#include "message/cms.h"
#include "message/digest.h"
#include "message/gmime-auto.h"
#include "message/keyring.h"
#include "message/mime.h"
#include "message/signed.h"

/* In what gpgme returns: an errno of the system, not the mail's fault. */
#define SYSTEM_ERROR 0x8000

/* All keys of this kind among @keys in a keyring; the caller owns it. */
static TdKeyring *
make_keyring(
    const GPtrArray *keys, TdSignedBy by, const char *scratch, GError **error)
{
	g_autoptr(TdKeyring) keyring = td_keyring_new(scratch, by, error);

	for (guint i = 0; keyring != NULL && i < keys->len; i++) {
		GBytes *bytes = g_ptr_array_index(keys, i);
		TdSignedBy kind;

		if (!td_keyring_guess(bytes, &kind) || kind != by)
			continue;
		if (!td_keyring_add(keyring, bytes, error))
			return NULL;
	}
	return g_steal_pointer(&keyring);
}

static GMimeStream *
stream_of(const GByteArray *bytes)
{
	return g_mime_stream_mem_new_with_buffer(
	    (const char *)bytes->data, bytes->len);
}

/* Whether what gpgsm took out of the signature is what we read. */
static gboolean
is_same(const TdSigned *what, GMimeStream *stream)
{
	const GByteArray *got = g_mime_stream_mem_get_byte_array(
	    GMIME_STREAM_MEM(stream));

	return got->len == what->text->raw_size &&
	    memcmp(got->data, what->text->raw, got->len) == 0;
}

/* Asks about the signature.  *@list stays NULL if it cannot be read or is of
 * something else. */
static gboolean
ask(GMimeCryptoContext *context, const TdSigned *what,
    GMimeSignatureList **list, GError **error)
{
	g_autoptr(GByteArray)
	    signature = td_part_read(what->signature, G_MAXINT32, NULL);
	g_autoptr(GByteArray) text = td_signed_bytes(what);
	g_autoptr(GMimeStream) signature_stream = stream_of(signature);
	g_autoptr(GMimeStream) text_stream = stream_of(text);
	g_autoptr(GMimeStream) out = g_mime_stream_mem_new();
	g_autoptr(GMimeSignatureList) found = NULL;
	g_autoptr(GError) cause = NULL;

	/* A signature that brings a text of its own would be asked about that
	 * one. */
	if (what->by == TD_SIGNED_SMIME && !what->opaque &&
	    td_cms_read(signature->data, signature->len, NULL) !=
	        TD_CMS_DETACHED)
		return TRUE;
	if (what->opaque)
		found = g_mime_crypto_context_verify(context, GMIME_VERIFY_NONE,
		    signature_stream, NULL, out, &cause);
	else
		found = g_mime_crypto_context_verify(context, GMIME_VERIFY_NONE,
		    text_stream, signature_stream, NULL, &cause);
	if (found == NULL && (cause == NULL || cause->code & SYSTEM_ERROR))
		return td_fail(error, TD_ERROR_AGAIN, "%s",
		    cause == NULL ? "no answer about a signature"
		                  : cause->message);
	if (found == NULL || (what->opaque && !is_same(what, out)))
		return TRUE;
	*list = g_steal_pointer(&found);
	return TRUE;
}

/* The same in the directory of @keyring, which the programs learn from the
 * environment. */
static gboolean
ask_there(const TdKeyring *keyring, const TdSigned *what,
    GMimeSignatureList **list, GError **error)
{
	g_autofree char *before = g_strdup(g_getenv("GNUPGHOME"));
	g_autoptr(GMimeCryptoContext) context = NULL;
	gboolean done;

	g_setenv("GNUPGHOME", td_keyring_home(keyring), TRUE);
	context = what->by == TD_SIGNED_OPENPGP ? g_mime_gpg_context_new()
	                                        : g_mime_pkcs7_context_new();
	if (context == NULL)
		done = td_fail(error, TD_ERROR_AGAIN,
		    "GMime cannot check signatures here");
	else
		done = ask(context, what, list, error);
	if (before == NULL)
		g_unsetenv("GNUPGHOME");
	else
		g_setenv("GNUPGHOME", before, TRUE);
	return done;
}

/* The key that made this signature, if it is a good one; else NULL.  That the
 * issuer of a certificate is not known here is no complaint; any other is. */
static const TdKey *
find_signer(GMimeSignature *signature, const GPtrArray *keys)
{
	GMimeCertificate *certificate = g_mime_signature_get_certificate(
	    signature);
	const char *fingerprint = certificate == NULL
	    ? NULL
	    : g_mime_certificate_get_fingerprint(certificate);
	gint64 now = g_get_real_time() / G_USEC_PER_SEC;

	if (fingerprint == NULL ||
	    (g_mime_signature_get_status(signature) &
	        ~(GMimeSignatureStatus)(GMIME_SIGNATURE_STATUS_VALID |
	            GMIME_SIGNATURE_STATUS_GREEN)) != 0)
		return NULL;
	for (guint i = 0; i < keys->len; i++) {
		const TdKey *key = g_ptr_array_index(keys, i);

		if (g_ascii_strcasecmp(key->fingerprint, fingerprint) == 0 &&
		    key->begins <= now && (key->ends == 0 || now < key->ends))
			return key;
	}
	return NULL;
}

/* Checks @what and sets *@signer, a key in *@known, and *@time if it is a good
 * signature by one of @keys. */
static gboolean
check(const TdSigned *what, const GPtrArray *keys, const char *scratch,
    GPtrArray **known, const TdKey **signer, gint64 *time, GError **error)
{
	g_autoptr(TdKeyring)
	    keyring = make_keyring(keys, what->by, scratch, error);
	g_autoptr(GMimeSignatureList) list = NULL;
	int count;

	if (keyring == NULL)
		return FALSE;
	*known = td_keyring_list(keyring, error);
	if (*known == NULL)
		return FALSE;
	if ((*known)->len > 0 && !ask_there(keyring, what, &list, error))
		return FALSE;
	count = list == NULL ? 0 : g_mime_signature_list_length(list);
	for (int i = 0; i < count && *signer == NULL; i++) {
		GMimeSignature *signature = g_mime_signature_list_get_signature(
		    list, i);

		*signer = find_signer(signature, *known);
		*time = g_mime_signature_get_created64(signature);
	}
	return TRUE;
}

gboolean
td_message_verify(const char *raw, gsize size, const GPtrArray *keys,
    const char *scratch, char **fingerprint, char **digest, gint64 *time,
    GError **error)
{
	g_autoptr(TdMime) mime = NULL;
	g_autoptr(GPtrArray) known = NULL;
	const TdKey *signer = NULL;
	gsize start = td_digest_start(raw, size);
	gint64 made = 0;
	TdSigned what;

	size = MIN(size, G_MAXINT32);
	mime = td_mime_parse(raw + start, size - start, NULL);
	if (td_signed_find(mime, &what) &&
	    !check(&what, keys, scratch, &known, &signer, &made, error))
		return FALSE;
	*fingerprint = signer == NULL ? NULL : g_strdup(signer->name);
	*digest = signer == NULL ? NULL : td_signed_digest(&what);
	*time = signer == NULL ? 0 : made;
	return TRUE;
}

gboolean
td_message_read_key(
    GBytes *bytes, const char *scratch, char **key, char **user, GError **error)
{
	g_autoptr(TdKeyring) keyring = NULL;
	g_autoptr(GPtrArray) found = NULL;
	const TdKey *only = NULL;
	gboolean secret;
	guint count = 0;
	TdSignedBy by;

	if (!td_keyring_guess(bytes, &by))
		return td_fail(error, TD_ERROR_USAGE,
		    "this is no public key of OpenPGP and no certificate");
	keyring = td_keyring_new(scratch, by, error);
	if (keyring == NULL)
		return FALSE;
	found = td_keyring_look(keyring, bytes, &secret, error);
	if (found == NULL)
		return FALSE;
	for (guint i = 0; i < found->len; i++) {
		const TdKey *one = g_ptr_array_index(found, i);

		count += one->primary;
		if (one->primary)
			only = one;
	}
	if (secret)
		return td_fail(error, TD_ERROR_USAGE, "this is a secret key");
	if (count != 1 || only == NULL)
		return td_fail(error, TD_ERROR_USAGE,
		    "it does not hold exactly one public key or certificate");
	*key = g_strdup(only->name);
	*user = g_strdup(only->user);
	return TRUE;
}
