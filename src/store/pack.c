/* pack.c - raw messages, compressed by zstd */

#include "config.h"

#include <ticketd/error.h>

#include "store/store-private.h"

#define LEVEL 3

gboolean
td_pack(ZSTD_CCtx *packer, const char *raw, gsize size, guint8 *data,
    gsize room, gsize *packed, GError **error)
{
	gsize used = ZSTD_compressCCtx(packer, data, room, raw, size, LEVEL);

	if (ZSTD_isError(used))
		return td_fail(error, TD_ERROR_AGAIN, "compress: %s",
		    ZSTD_getErrorName(used));
	*packed = used;
	return TRUE;
}

static void
free_packer(gpointer packer)
{
	ZSTD_freeCCtx(packer);
}

static void
free_unpacker(gpointer unpacker)
{
	ZSTD_freeDCtx(unpacker);
}

/* These two are kept for each thread: making one costs more than to pack or
 * unpack a mail. */
static ZSTD_CCtx *
own_packer(void)
{
	static GPrivate packers = G_PRIVATE_INIT(free_packer);
	ZSTD_CCtx *packer = g_private_get(&packers);

	if (packer == NULL) {
		packer = ZSTD_createCCtx();
		g_private_set(&packers, packer);
	}
	return packer;
}

static ZSTD_DCtx *
own_unpacker(void)
{
	static GPrivate unpackers = G_PRIVATE_INIT(free_unpacker);
	ZSTD_DCtx *unpacker = g_private_get(&unpackers);

	if (unpacker == NULL) {
		unpacker = ZSTD_createDCtx();
		g_private_set(&unpackers, unpacker);
	}
	return unpacker;
}

GBytes *
td_filed_pack(const char *raw, gsize size)
{
	gsize room = ZSTD_compressBound(size);
	g_autofree guint8 *data = g_malloc(room);
	ZSTD_CCtx *packer = own_packer();
	gsize packed;

	if (packer == NULL ||
	    !td_pack(packer, raw, size, data, room, &packed, NULL))
		return NULL;
	return g_bytes_new(data, packed);
}

GBytes *
td_unpack(const guint8 *packed, gsize packed_size, guint64 size)
{
	g_autofree char *raw = NULL;
	gsize got;

	if (ZSTD_getFrameContentSize(packed, packed_size) != size)
		return NULL;
	raw = g_malloc(size + 1);
	got = ZSTD_decompressDCtx(
	    own_unpacker(), raw, size, packed, packed_size);
	if (ZSTD_isError(got) || got != size)
		return NULL;
	raw[size] = '\0';
	return g_bytes_new_take(g_steal_pointer(&raw), size);
}
