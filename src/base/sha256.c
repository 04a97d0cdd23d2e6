/* sha256.c - see ticketd/sha256.h */

#include "config.h"

#include <stdlib.h>

#include <openssl/evp.h>

#include <ticketd/sha256.h>
#include <ticketd/text.h>

struct TdSha256 {
	EVP_MD_CTX *context;
};

/* Looked up once: OpenSSL 3 searches its providers each time. */
static const EVP_MD *
algorithm(void)
{
	static gsize once;

	if (g_once_init_enter(&once))
		g_once_init_leave(
		    &once, (gsize)EVP_MD_fetch(NULL, "SHA256", NULL));
	return (const EVP_MD *)once;
}

/* Digests fail for want of memory alone, and so this ends as GLib ends. */
static void
must(int rc)
{
	if (rc != 1)
		abort();
}

TdSha256 *
td_sha256_new(void)
{
	TdSha256 *sha256 = g_new0(TdSha256, 1);

	sha256->context = EVP_MD_CTX_new();
	must(sha256->context != NULL);
	must(EVP_DigestInit_ex2(sha256->context, algorithm(), NULL));
	return sha256;
}

void
td_sha256_free(TdSha256 *sha256)
{
	if (sha256 == NULL)
		return;
	EVP_MD_CTX_free(sha256->context);
	g_free(sha256);
}

void
td_sha256_update(TdSha256 *sha256, const void *data, gsize size)
{
	must(EVP_DigestUpdate(sha256->context, data, size));
}

void
td_sha256_finish(TdSha256 *sha256, guint8 digest[TD_SHA256_SIZE])
{
	must(EVP_DigestFinal_ex(sha256->context, digest, NULL));
}

char *
td_sha256_finish_hex(TdSha256 *sha256)
{
	guint8 digest[TD_SHA256_SIZE];

	td_sha256_finish(sha256, digest);
	return td_text_hex(digest, sizeof(digest));
}

void
td_sha256(const void *data, gsize size, guint8 digest[TD_SHA256_SIZE])
{
	must(EVP_Digest(data, size, digest, NULL, algorithm(), NULL));
}
