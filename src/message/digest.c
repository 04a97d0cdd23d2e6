/* digest.c - see message/digest.h */

#include "config.h"

#include <string.h>

#include <ticketd/sha256.h>

#include "message/digest.h"

/* Fields that each delivery puts on top anew. */
static const char *const trace[] = { "Return-Path", "Delivered-To",
	"X-Original-To", "Received" };

static const char *
next_line(const char *at, const char *end)
{
	const char *newline = memchr(at, '\n', (gsize)(end - at));

	return newline == NULL ? end : newline + 1;
}

gsize
td_digest_start(const char *raw, gsize size)
{
	if (size < 5 || memcmp(raw, "From ", 5) != 0)
		return 0;
	return (gsize)(next_line(raw, raw + size) - raw);
}

static gboolean
is_trace(const char *at, const char *end)
{
	for (gsize i = 0; i < G_N_ELEMENTS(trace); i++) {
		gsize size = strlen(trace[i]);
		const char *colon = at + size;

		if ((gsize)(end - at) <= size ||
		    g_ascii_strncasecmp(at, trace[i], size) != 0)
			continue;
		while (colon < end && (*colon == ' ' || *colon == '\t'))
			colon++;
		if (colon < end && *colon == ':')
			return TRUE;
	}
	return FALSE;
}

static const char *
skip_trace(const char *at, const char *end)
{
	while (is_trace(at, end)) {
		at = next_line(at, end);
		while (at < end && (*at == ' ' || *at == '\t'))
			at = next_line(at, end);
	}
	return at;
}

/* Each CR that stands before a LF is left out; others stay. */
static void
update_lf(TdSha256 *checksum, const char *at, const char *end)
{
	while (at < end) {
		const char *stop = memchr(at, '\r', (gsize)(end - at));

		while (stop != NULL && (stop + 1 == end || stop[1] != '\n'))
			stop = memchr(stop + 1, '\r', (gsize)(end - stop - 1));
		if (stop == NULL)
			stop = end;
		td_sha256_update(checksum, at, (gsize)(stop - at));
		at = stop < end ? stop + 1 : end;
	}
}

char *
td_digest(const char *raw, gsize size, gboolean with_trace)
{
	g_autoptr(TdSha256) checksum = td_sha256_new();
	const char *end = raw + size;
	const char *at = raw + td_digest_start(raw, size);

	if (!with_trace)
		at = skip_trace(at, end);
	update_lf(checksum, at, end);

	/* LMTP always ends a message with a line end, a pipe need not. */
	if (at < end && end[-1] != '\n')
		td_sha256_update(checksum, "\n", 1);
	return td_sha256_finish_hex(checksum);
}
