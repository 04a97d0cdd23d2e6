/* fuzz-keys.c - any bytes as what gpg and gpgsm print of keys, and as a key */

#include "config.h"

#include "fuzz.h"
#include "message/keyring.h"
#include "message/keys.h"

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
	g_autofree char *listing = g_strndup(fuzz_bytes(data, size), size);
	g_autoptr(GBytes) bytes = g_bytes_new(data, size);
	g_autoptr(GHashTable)
	    certificates = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GPtrArray) keys = NULL;
	gboolean secret = FALSE;
	TdSignedBy by;

	g_hash_table_insert(
	    certificates, (gpointer) "ABCDEF", (gpointer) "abcdef");
	keys = td_key_listing_read(listing, certificates, &secret);
	for (guint i = 0; keys != NULL && i < keys->len; i++) {
		const TdKey *key = g_ptr_array_index(keys, i);

		g_assert_nonnull(key->name);
		g_assert_nonnull(key->fingerprint);
		fuzz_check_text(key->user);
	}
	td_keyring_guess(bytes, &by);
	return 0;
}
