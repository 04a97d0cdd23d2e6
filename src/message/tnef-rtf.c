/* tnef-rtf.c - see message/tnef-rtf.h */

#include "config.h"

#include <string.h>

#include "message/tnef-rtf.h"

#define HEAD_SIZE 16
#define PACKED 0x75465a4cu
#define UNPACKED 0x414c454du
#define WINDOW 4096u

/* What the window holds at first, by the format. */
static const char first[] =
    "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}"
    "{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    "MS Sans SerifSymbolArialTimes New RomanCourier"
    "{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    "\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

static guint32
number_at(const guint8 *at)
{
	return (guint32)at[0] | (guint32)at[1] << 8 | (guint32)at[2] << 16 |
	    (guint32)at[3] << 24;
}

/* The bytes unpacked so far, the last of them in a window too. */
typedef struct {
	GByteArray *out;
	gsize max;
	guint8 window[WINDOW];
	guint end; /* where the next byte goes */
} Unpacker;

static void
put(Unpacker *unpacker, guint8 byte)
{
	unpacker->window[unpacker->end] = byte;
	unpacker->end = (unpacker->end + 1) % WINDOW;
	if (unpacker->out->len < unpacker->max)
		g_byte_array_append(unpacker->out, &byte, 1);
}

/* Copies from the window.  FALSE: that was the mark of the end. */
static gboolean
repeat(Unpacker *unpacker, const guint8 *at)
{
	guint from = (guint)at[0] << 4 | at[1] >> 4;
	guint count = (at[1] & 0xfu) + 2;

	if (from == unpacker->end)
		return FALSE;
	for (guint i = 0; i < count; i++)
		put(unpacker, unpacker->window[(from + i) % WINDOW]);
	return TRUE;
}

static void
unpack(Unpacker *unpacker, const guint8 *at, const guint8 *end)
{
	while (at < end && unpacker->out->len < unpacker->max) {
		guint flags = *at++;

		for (guint bit = 0; bit < 8; bit++) {
			if (at >= end)
				return;
			if ((flags & 1u << bit) == 0) {
				put(unpacker, *at++);
				continue;
			}
			if (end - at < 2 || !repeat(unpacker, at))
				return;
			at += 2;
		}
	}
}

GByteArray *
td_tnef_unpack_rtf(const guint8 *bytes, gsize size, gsize max)
{
	Unpacker unpacker = { .end = sizeof(first) - 1 };
	guint32 magic;

	if (size < HEAD_SIZE)
		return NULL;
	magic = number_at(bytes + 8);
	max = MIN(max, number_at(bytes + 4));
	if (magic != PACKED && magic != UNPACKED)
		return NULL;
	unpacker.out = g_byte_array_new();
	unpacker.max = max;
	if (magic == UNPACKED) {
		g_byte_array_append(unpacker.out, bytes + HEAD_SIZE,
		    (guint)MIN(max, size - HEAD_SIZE));
		return unpacker.out;
	}
	memcpy(unpacker.window, first, sizeof(first) - 1);
	unpack(&unpacker, bytes + HEAD_SIZE, bytes + size);
	return unpacker.out;
}
