/* vacation-words.c - see desk/vacation.h */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "desk/vacation.h"

/* Pieces of a text that are looked at. */
#define PIECES_MAX 3000u

/* ---- words ---- */

/* A '*' stands for any ending. */
typedef struct {
	const char *word;
	int value;
} Word;

static const Word months[] = { { "jan", 1 }, { "januar*", 1 }, { "jänner", 1 },
	{ "янв", 1 }, { "январ*", 1 }, { "feb", 2 }, { "februar*", 2 },
	{ "фев", 2 }, { "феврал*", 2 }, { "mar", 3 }, { "march", 3 },
	{ "märz", 3 }, { "maerz", 3 }, { "mrz", 3 }, { "мар", 3 },
	{ "март*", 3 }, { "apr", 4 }, { "april*", 4 }, { "апр", 4 },
	{ "апрел*", 4 }, { "may", 5 }, { "mai", 5 }, { "май", 5 }, { "мая", 5 },
	{ "мае", 5 }, { "jun", 6 }, { "june", 6 }, { "juni", 6 }, { "июн*", 6 },
	{ "jul", 7 }, { "july", 7 }, { "juli", 7 }, { "июл*", 7 }, { "aug", 8 },
	{ "august*", 8 }, { "авг", 8 }, { "август*", 8 }, { "sep", 9 },
	{ "sept", 9 }, { "september*", 9 }, { "сен", 9 }, { "сент", 9 },
	{ "сентябр*", 9 }, { "oct", 10 }, { "october", 10 }, { "okt", 10 },
	{ "oktober*", 10 }, { "окт", 10 }, { "октябр*", 10 }, { "nov", 11 },
	{ "november*", 11 }, { "ноя", 11 }, { "нояб", 11 }, { "ноябр*", 11 },
	{ "dec", 12 }, { "december", 12 }, { "dez", 12 }, { "dezember*", 12 },
	{ "дек", 12 }, { "декабр*", 12 }, { NULL, 0 } };

static const Word weekdays[] = { { "mon", 1 }, { "monday", 1 },
	{ "montag*", 1 }, { "понедельник*", 1 }, { "tue", 2 }, { "tues", 2 },
	{ "tuesday", 2 }, { "dienstag*", 2 }, { "вторник*", 2 }, { "wed", 3 },
	{ "wednesday", 3 }, { "mittwoch*", 3 }, { "среда", 3 }, { "среду", 3 },
	{ "среды", 3 }, { "thu", 4 }, { "thurs", 4 }, { "thursday", 4 },
	{ "donnerstag*", 4 }, { "четверг*", 4 }, { "fri", 5 }, { "friday", 5 },
	{ "freitag*", 5 }, { "пятниц*", 5 }, { "sat", 6 }, { "saturday", 6 },
	{ "samstag*", 6 }, { "sonnabend*", 6 }, { "суббот*", 6 }, { "sun", 7 },
	{ "sunday", 7 }, { "sonntag*", 7 }, { "воскресень*", 7 }, { NULL, 0 } };

static const Word cues[] = { { "until", TD_ROLE_UNTIL },
	{ "till", TD_ROLE_UNTIL }, { "til", TD_ROLE_UNTIL },
	{ "through", TD_ROLE_UNTIL }, { "thru", TD_ROLE_UNTIL },
	{ "до", TD_ROLE_UNTIL }, { "bis", TD_ROLE_UNTIL },
	{ "out", TD_ROLE_UNTIL }, { "away", TD_ROLE_UNTIL },
	{ "absent", TD_ROLE_UNTIL }, { "off", TD_ROLE_UNTIL },
	{ "holiday*", TD_ROLE_UNTIL }, { "vacation*", TD_ROLE_UNTIL },
	{ "leave", TD_ROLE_UNTIL }, { "отсутств*", TD_ROLE_UNTIL },
	{ "отпуск*", TD_ROLE_UNTIL }, { "urlaub*", TD_ROLE_UNTIL },
	{ "abwesen*", TD_ROLE_UNTIL }, { "from", TD_ROLE_START },
	{ "since", TD_ROLE_START }, { "starting", TD_ROLE_START },
	{ "с", TD_ROLE_START }, { "со", TD_ROLE_START },
	{ "vom", TD_ROLE_START }, { "von", TD_ROLE_START },
	{ "ab", TD_ROLE_START }, { "seit", TD_ROLE_START },
	{ "back", TD_ROLE_BACK }, { "return*", TD_ROLE_BACK },
	{ "again", TD_ROLE_BACK }, { "resume*", TD_ROLE_BACK },
	{ "reachable", TD_ROLE_BACK }, { "верн*", TD_ROLE_BACK },
	{ "возвращ*", TD_ROLE_BACK }, { "выйду", TD_ROLE_BACK },
	{ "выхожу", TD_ROLE_BACK }, { "выход*", TD_ROLE_BACK },
	{ "буду", TD_ROLE_BACK }, { "снова", TD_ROLE_BACK },
	{ "zurück*", TD_ROLE_BACK }, { "zurueck*", TD_ROLE_BACK },
	{ "rückkehr*", TD_ROLE_BACK }, { "wieder", TD_ROLE_BACK },
	{ "erreichbar*", TD_ROLE_BACK }, { NULL, 0 } };

/* Between the two ends of a range; signs are looked at elsewhere. */
static const Word ranges[] = { { "to", 1 }, { "until", 1 }, { "till", 1 },
	{ "through", 1 }, { "по", 1 }, { "до", 1 }, { "bis", 1 }, { NULL, 0 } };

static const Word tomorrows[] = { { "tomorrow", 1 }, { "завтра", 1 },
	{ "morgen", 1 }, { NULL, 0 } };

/* What may stand between a day and its month, or between a weekday and its
 * date. */
static const Word fillers[] = { { "st", 1 }, { "nd", 1 }, { "rd", 1 },
	{ "th", 1 }, { "of", 1 }, { "the", 1 }, { "го", 1 }, { "е", 1 },
	{ "ое", 1 }, { "den", 1 }, { "dem", 1 }, { "der", 1 }, { NULL, 0 } };

static const Word *const lists[] = {
	[TD_WORDS_MONTH] = months,
	[TD_WORDS_WEEKDAY] = weekdays,
	[TD_WORDS_CUE] = cues,
	[TD_WORDS_RANGE] = ranges,
	[TD_WORDS_TOMORROW] = tomorrows,
	[TD_WORDS_FILLER] = fillers,
};

int
td_piece_word(const TdPiece *piece, TdWords words)
{
	if (piece->kind != TD_PIECE_WORD)
		return 0;
	for (const Word *word = lists[words]; word->word != NULL; word++) {
		gsize size = strlen(word->word);
		gboolean open = word->word[size - 1] == '*';

		if (open ? piece->size >= size - 1 &&
		            strncmp(piece->text, word->word, size - 1) == 0
		         : piece->size == size &&
		            strncmp(piece->text, word->word, size) == 0)
			return word->value;
	}
	return 0;
}

/* ---- pieces ---- */

/* The size of what @at begins with, which is all digits or all letters; 0 if it
 * is neither. */
static gsize
measure(const char *at, gboolean *number)
{
	const char *end = at;

	*number = g_ascii_isdigit(*at);
	if (*number)
		return strspn(at, "0123456789");
	while (g_unichar_isalpha(g_utf8_get_char(end)))
		end = g_utf8_next_char(end);
	return (gsize)(end - at);
}

static gsize
skip_blanks(const char *at, gboolean *broken)
{
	const char *start = at;
	guint lines = 0;

	while (*at != '\0' && g_unichar_isspace(g_utf8_get_char(at))) {
		lines += *at == '\n';
		at = g_utf8_next_char(at);
	}
	*broken = lines > 1;
	return (gsize)(at - start);
}

static void
add_piece(GArray *pieces, TdPieceKind kind, const char *text, gsize size,
    gboolean glued)
{
	TdPiece piece = {
		.kind = kind,
		.text = text,
		.size = size,
		.glued = glued,
	};

	if (kind == TD_PIECE_NUMBER)
		piece.number = size > 4 ? -1
		                        : (int)g_ascii_strtoll(text, NULL, 10);
	g_array_append_val(pieces, piece);
}

GArray *
td_pieces_split(const char *text)
{
	GArray *pieces = g_array_new(FALSE, FALSE, sizeof(TdPiece));

	while (*text != '\0' && pieces->len < PIECES_MAX) {
		gboolean broken, number;
		gsize blanks = skip_blanks(text, &broken);
		gsize size;

		text += blanks;
		if (broken)
			add_piece(pieces, TD_PIECE_BREAK, text, 0, FALSE);
		if (*text == '\0')
			break;
		size = measure(text, &number);
		if (size > 0) {
			add_piece(pieces,
			    number ? TD_PIECE_NUMBER : TD_PIECE_WORD, text,
			    size, blanks == 0);
		} else {
			size = (gsize)(g_utf8_next_char(text) - text);
			add_piece(
			    pieces, TD_PIECE_SIGN, text, size, blanks == 0);
		}
		text += size;
	}
	add_piece(pieces, TD_PIECE_END, text, 0, FALSE);
	return pieces;
}

gboolean
td_piece_is_sign(const TdPiece *piece, const char *signs)
{
	return piece->kind == TD_PIECE_SIGN && piece->size == 1 &&
	    strchr(signs, *piece->text) != NULL;
}

gboolean
td_piece_is_dash(const TdPiece *piece)
{
	return piece->kind == TD_PIECE_SIGN &&
	    g_unichar_type(g_utf8_get_char(piece->text)) ==
	    G_UNICODE_DASH_PUNCTUATION;
}

gboolean
td_piece_is_number(const TdPiece *piece, gsize digits)
{
	return piece->kind == TD_PIECE_NUMBER && piece->size <= digits;
}
