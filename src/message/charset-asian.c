/* charset-asian.c - charsets of East Asia: guessed, and those iconv lacks */

#include "config.h"

#include <string.h>

#include "message/charset.h"

/* ---- which of them is it? ---- */

typedef enum {
	WRONG,
	RARE,
	COMMON,
	KANA, /* common, and no other language has it */
} Pair;

typedef struct {
	guint pairs, common, kana, wrong;
	guint runs; /* of pairs without anything between them */
	guint gaps; /* of a blank between two runs */
	guint low;  /* pairs whose first byte is low, where Hangul is */
} Tally;

static gboolean
is_between(guchar c, guchar first, guchar last)
{
	return c >= first && c <= last;
}

/* GB 2312 with the additions of GBK; the common characters are in front. */
static Pair
read_chinese(guchar lead, guchar trail)
{
	if (!is_between(lead, 0x81, 0xfe) || trail < 0x40 || trail == 0x7f ||
	    trail == 0xff)
		return WRONG;
	if (trail >= 0xa1 &&
	    (lead == 0xa1 || lead == 0xa3 || is_between(lead, 0xb0, 0xd7)))
		return COMMON;
	return RARE;
}

static Pair
read_big5(guchar lead, guchar trail)
{
	if (!is_between(lead, 0x87, 0xfe) ||
	    (!is_between(trail, 0x40, 0x7e) && !is_between(trail, 0xa1, 0xfe)))
		return WRONG;
	return lead == 0xa1 || is_between(lead, 0xa4, 0xc6) ? COMMON : RARE;
}

static Pair
read_korean(guchar lead, guchar trail)
{
	if (!is_between(lead, 0x81, 0xfd) || trail < 0x41 || trail == 0xff)
		return WRONG;
	if (trail >= 0xa1 &&
	    (lead == 0xa1 || lead == 0xa3 || is_between(lead, 0xb0, 0xc8)))
		return COMMON;
	return RARE;
}

static Pair
read_euc_jp(guchar lead, guchar trail)
{
	if (lead == 0x8e)
		return is_between(trail, 0xa1, 0xdf) ? RARE : WRONG;
	if (!is_between(lead, 0xa1, 0xf4) || !is_between(trail, 0xa1, 0xfe))
		return WRONG;
	if (lead == 0xa4 || lead == 0xa5)
		return KANA;
	return lead == 0xa1 || lead == 0xa3 || is_between(lead, 0xb0, 0xcf)
	    ? COMMON
	    : RARE;
}

static Pair
read_shift_jis(guchar lead, guchar trail)
{
	if ((!is_between(lead, 0x81, 0x9f) && !is_between(lead, 0xe0, 0xfc)) ||
	    !is_between(trail, 0x40, 0xfc) || trail == 0x7f)
		return WRONG;
	if ((lead == 0x82 && is_between(trail, 0x9f, 0xf1)) ||
	    (lead == 0x83 && trail <= 0x96))
		return KANA;
	return is_between(lead, 0x81, 0x97) ? COMMON : RARE;
}

static const struct {
	const char *name;
	Pair (*read)(guchar lead, guchar trail);
} families[] = {
	{ "gb18030", read_chinese },
	{ "big5", read_big5 },
	{ "euc-kr", read_korean },
	{ "euc-jp", read_euc_jp },
	{ "shift_jis", read_shift_jis },
};

static Tally
count_pairs(const guchar *bytes, gsize size, gsize family)
{
	Tally tally = { 0 };
	gsize i = 0, end = size;

	while (i < size) {
		Pair pair;

		/* A character may be cut off by the end. */
		if (bytes[i] < 0x80 || i + 1 == size) {
			i++;
			continue;
		}
		pair = families[family].read(bytes[i], bytes[i + 1]);
		if (pair == WRONG) {
			tally.wrong++;
			i++;
			continue;
		}
		tally.pairs++;
		tally.common += pair >= COMMON;
		tally.kana += pair == KANA;
		tally.low += is_between(bytes[i], 0xa1, 0xc8);
		tally.runs += end != i;
		tally.gaps += end + 1 == i && bytes[end] == ' ';
		i += 2;
		end = i;
	}
	return tally;
}

/* Words of the West and of Russia make pairs too, but uncommon or lone ones. */
static gboolean
is_text(const Tally *tally)
{
	return tally->wrong * 50 <= tally->pairs && tally->pairs >= 2 &&
	    tally->common * 10 >= tally->pairs * 9 &&
	    tally->pairs >= tally->runs * 2;
}

const char *
td_asian_guess(const char *bytes, gsize size)
{
	const char *best = NULL;
	guint most = 0;

	for (gsize i = 0; i < G_N_ELEMENTS(families); i++) {
		Tally tally = count_pairs((const guchar *)bytes, size, i);
		guint score;

		if (!is_text(&tally))
			continue;
		score = tally.common * 4 + tally.kana * 4;
		/* A third of Chinese characters stand behind where Hangul
		 * ends, and Korean alone has blanks between words. */
		if (families[i].read == read_korean &&
		    tally.low == tally.pairs &&
		    (tally.pairs >= 6 || tally.gaps > 0))
			score += tally.common;
		if (score > most) {
			most = score;
			best = families[i].name;
		}
	}
	return best;
}

/* ---- ISO-2022-JP ---- */

typedef enum {
	LATIN,
	KANJI,      /* JIS X 0208 */
	SUPPLEMENT, /* JIS X 0212 */
	HALF_KANA,  /* JIS X 0201 */
} JisSet;

/* An escape without its ESC, and the set that it calls. */
static const struct {
	const char *text;
	JisSet set;
} escapes[] = {
	{ "$(D", SUPPLEMENT },
	{ "$(@", KANJI },
	{ "$(B", KANJI },
	{ "$(O", KANJI },
	{ "$(Q", KANJI },
	{ "$@", KANJI },
	{ "$B", KANJI },
	{ "(B", LATIN },
	{ "(H", LATIN },
	{ "(I", HALF_KANA },
	{ "(J", LATIN },
};

/* How long the escape at @at is, without its ESC; 0: none is there. */
static gsize
read_escape(const char *at, const char *end, JisSet *set)
{
	for (gsize i = 0; i < G_N_ELEMENTS(escapes); i++) {
		gsize size = strlen(escapes[i].text);

		if ((gsize)(end - at) >= size &&
		    memcmp(at, escapes[i].text, size) == 0) {
			*set = escapes[i].set;
			return size;
		}
	}
	return 0;
}

/* Whether "$B" at @at has lost the ESC in front: pairs follow on the line, and
 * then the way back, which has lost its ESC or not.  *@looked is how far a
 * search without success went, so that none goes there again. */
static gboolean
has_lost_escape(const char *at, const char *end, const char **looked)
{
	const char *start = at + 2;

	if (at < *looked || end - at < 4 || at[0] != '$' ||
	    (at[1] != 'B' && at[1] != '@'))
		return FALSE;
	for (at = start; end - at >= 2; at += 2) {
		if (at > start &&
		    (*at == '\033' ||
		        (*at == '(' && (at[1] == 'B' || at[1] == 'J'))))
			return TRUE;
		if (!g_ascii_isgraph(at[0]) || !g_ascii_isgraph(at[1]))
			break;
	}
	*looked = at;
	return FALSE;
}

/* Appends what stands at @at in @set; returns how long that is. */
static gsize
take_jis(GByteArray *out, const char *at, const char *end, JisSet set)
{
	guint8 bytes[3] = { 0x8f, (guint8)*at | 0x80, 0 };

	if (set == HALF_KANA && is_between((guchar)*at, 0x21, 0x5f)) {
		bytes[0] = 0x8e;
		g_byte_array_append(out, bytes, 2);
		return 1;
	}
	if ((set == KANJI || set == SUPPLEMENT) && end - at >= 2 &&
	    g_ascii_isgraph(at[0]) && g_ascii_isgraph(at[1])) {
		bytes[2] = (guint8)at[1] | 0x80;
		if (set == SUPPLEMENT)
			g_byte_array_append(out, bytes, 3);
		else
			g_byte_array_append(out, bytes + 1, 2);
		return 2;
	}
	g_byte_array_append(out, (const guint8 *)at, 1);
	return 1;
}

GByteArray *
td_asian_from_jis(const char *bytes, gsize size, gboolean *lost)
{
	GByteArray *out = g_byte_array_sized_new((guint)size + 16);
	const char *at = bytes, *end = bytes + size, *looked = bytes;
	JisSet set = LATIN;

	*lost = FALSE;
	while (at < end) {
		gsize escape = 0;

		/* Each line begins anew (RFC 1468). */
		if (*at == '\n' && set != LATIN) {
			set = LATIN;
			*lost = TRUE;
		}
		/* No character of the row "(" ends in B, so without ESC too it
		 * can only be the way back. */
		if (*at == '\033') {
			escape = read_escape(at + 1, end, &set);
			escape += escape > 0;
		} else if (set == LATIN ? has_lost_escape(at, end, &looked)
		                        : *at == '(') {
			escape = read_escape(at, end, &set);
			*lost = *lost || escape > 0;
		}
		at += escape > 0 ? escape : take_jis(out, at, end, set);
	}
	return out;
}

/* ---- HZ ---- */

GByteArray *
td_asian_from_hz(const char *bytes, gsize size)
{
	GByteArray *out = g_byte_array_sized_new((guint)size + 1);
	gboolean chinese = FALSE;

	for (gsize i = 0; i < size; i++) {
		char next = i + 1 < size ? bytes[i + 1] : '\0';
		guint8 pair[2] = { (guint8)bytes[i] | 0x80,
			(guint8)next | 0x80 };

		if (bytes[i] == '\n')
			chinese = FALSE;
		if (bytes[i] == '~' && (next == '{' || next == '}')) {
			chinese = next == '{';
			i++;
		} else if (bytes[i] == '~' && next == '\n' && !chinese) {
			i++;
		} else if (chinese && g_ascii_isgraph(bytes[i]) &&
		    g_ascii_isgraph(next)) {
			g_byte_array_append(out, pair, 2);
			i++;
		} else {
			g_byte_array_append(out, (const guint8 *)bytes + i, 1);
			i += bytes[i] == '~' && next == '~';
		}
	}
	return out;
}
