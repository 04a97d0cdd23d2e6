/* charset-guess.c - which charset are bytes in that say nothing about it */

#include "config.h"

#include <string.h>

#include "message/charset.h"

/* A sample tells enough. */
#define SAMPLE_SIZE 16384

enum {
	FOREIGN,
	NEUTRAL,
	LOWER,
	UPPER
};

/* What a byte beyond ASCII is in a charset. */
typedef struct {
	guint8 kind;
	guint8 weight; /* how common the letter is, per mille */
} Letter;

/* Russian, per mille of a usual text, in the order of the alphabet. */
static const guint8 frequency[32] = { 80, 16, 45, 17, 30, 85, 9, 16, 74, 12, 35,
	44, 32, 67, 110, 28, 47, 55, 63, 26, 3, 10, 5, 14, 7, 4, 1, 19, 17, 3,
	6, 20 };

/* KOI8-R has the letters in the order of the Latin ones they sound like:
 * places in the alphabet for 0xC0 to 0xDF. */
static const guint8 koi8_order[32] = { 30, 0, 1, 22, 4, 5, 20, 3, 21, 8, 9, 10,
	11, 12, 13, 14, 15, 31, 16, 17, 18, 19, 6, 2, 28, 27, 7, 24, 29, 25, 23,
	26 };

static void
fill_windows_1251(Letter letters[256])
{
	/* Quotes, dashes, the number sign, the hard blank. */
	static const guint8 neutral[] = { 0x84, 0x85, 0x91, 0x92, 0x93, 0x94,
		0x95, 0x96, 0x97, 0xa0, 0xa9, 0xab, 0xae, 0xb0, 0xb9, 0xbb,
		0xa8, 0xb8, 0xb2, 0xb3, 0xaf, 0xbf, 0xaa, 0xba };

	for (guint i = 0; i < G_N_ELEMENTS(neutral); i++)
		letters[neutral[i]].kind = NEUTRAL;
	for (guint i = 0; i < 32; i++) {
		letters[0xc0 + i] = (Letter){ UPPER, frequency[i] };
		letters[0xe0 + i] = (Letter){ LOWER, frequency[i] };
	}
}

static void
fill_koi8_r(Letter letters[256])
{
	static const guint8 neutral[] = { 0x95, 0x9a, 0x9c, 0x9e, 0xa3, 0xb3,
		0xbf };

	for (guint i = 0; i < G_N_ELEMENTS(neutral); i++)
		letters[neutral[i]].kind = NEUTRAL;
	for (guint i = 0; i < 32; i++) {
		guint8 weight = frequency[koi8_order[i]];

		letters[0xc0 + i] = (Letter){ LOWER, weight };
		letters[0xe0 + i] = (Letter){ UPPER, weight };
	}
}

/* Russian words are all of letters beyond ASCII, capitals stand in front, and
 * common letters are common. */
static gint64
score_cyrillic(const guchar *bytes, gsize size, const Letter letters[256])
{
	gint64 score = 0;

	for (gsize i = 0; i < size; i++) {
		const Letter *letter = &letters[bytes[i]];
		guchar before = i > 0 ? bytes[i - 1] : ' ';
		guchar after = i + 1 < size ? bytes[i + 1] : ' ';

		if (bytes[i] < 0x80)
			continue;
		if (letter->kind == FOREIGN)
			score -= 40;
		if (letter->kind == LOWER)
			score += letter->weight;
		if (letter->kind == UPPER)
			score += letter->weight * 85 / 100;
		if (letter->kind == UPPER && letters[before].kind == LOWER)
			score -= 60;
		if (letter->kind >= LOWER)
			score -= 30 *
			    (g_ascii_isalpha(before) + g_ascii_isalpha(after));
	}
	return score;
}

/* Western words are of ASCII letters with here and there another among
 * them. */
static gint64
score_western(const guchar *bytes, gsize size)
{
	gint64 score = 0;

	for (gsize i = 0; i < size; i++) {
		guchar before = i > 0 ? bytes[i - 1] : ' ';
		guchar after = i + 1 < size ? bytes[i + 1] : ' ';

		if (bytes[i] < 0x80)
			continue;
		if (bytes[i] >= 0xc0)
			score += 20;
		if (g_ascii_isalpha(before) || g_ascii_isalpha(after))
			score += 40;
		score -= 30 * ((before >= 0xc0) + (after >= 0xc0));
		if (memchr("\x80\x85\x91\x92\x93\x94\x96\x97\xa0\xa3\xa7\xb0",
		        bytes[i], 12) != NULL)
			score += 20;
	}
	return score;
}

const char *
td_charset_guess(const char *bytes, gsize size)
{
	Letter windows[256] = { 0 }, koi8[256] = { 0 };
	const guchar *sample = (const guchar *)bytes;
	gsize sampled;
	gint64 in_windows, in_koi8, in_western;

	if (!td_charset_has_high(bytes, size)) {
		if (memmem(bytes, size, "\033$", 2) != NULL ||
		    memmem(bytes, size, "\033(J", 3) != NULL)
			return "iso-2022-jp";
		return "utf-8";
	}
	if (g_utf8_validate_len(bytes, size, NULL))
		return "utf-8";

	/* The sample begins where the text leaves ASCII. */
	while (*sample < 0x80)
		sample++;
	sampled = MIN(
	    (gsize)((const guchar *)bytes + size - sample), SAMPLE_SIZE);
	fill_windows_1251(windows);
	fill_koi8_r(koi8);
	in_windows = score_cyrillic(sample, sampled, windows);
	in_koi8 = score_cyrillic(sample, sampled, koi8);
	in_western = score_western(sample, sampled);

	if (in_western > in_windows && in_western > in_koi8)
		return "iso-8859-1";
	return in_koi8 > in_windows ? "koi8-r" : "windows-1251";
}
