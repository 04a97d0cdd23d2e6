/* vacation.h - the words and numbers of a text that may tell a date */

#ifndef TICKETD_DESK_VACATION_H
#define TICKETD_DESK_VACATION_H

#include <glib.h>

typedef enum {
	TD_PIECE_END,
	TD_PIECE_WORD,
	TD_PIECE_NUMBER,
	TD_PIECE_SIGN,
	TD_PIECE_BREAK, /* an empty line */
} TdPieceKind;

/* A word, a number or a sign of the text. */
typedef struct {
	TdPieceKind kind;
	const char *text; /* a slice of it */
	gsize size;
	int number;     /* -1: more than four digits */
	gboolean glued; /* no white space in front */
} TdPiece;

/* What a date means. */
typedef enum {
	TD_ROLE_NONE,
	TD_ROLE_START, /* away from then on */
	TD_ROLE_UNTIL, /* away up to that day, and on it */
	TD_ROLE_BACK,  /* here again on that day */
} TdDateRole;

/* Kinds of words. */
typedef enum {
	TD_WORDS_MONTH,    /* 1 to 12 */
	TD_WORDS_WEEKDAY,  /* 1, Monday, to 7 */
	TD_WORDS_CUE,      /* TdDateRole of the next date */
	TD_WORDS_RANGE,    /* 1: stands between two dates */
	TD_WORDS_TOMORROW, /* 1 */
	TD_WORDS_FILLER,   /* 1: may stand inside of a date */
} TdWords;

/* The pieces of folded @text, of TdPiece, the last one TD_PIECE_END; they
 * borrow from it.  The caller's. */
GArray *td_pieces_split(const char *text);

/* What the word means; 0 if it is none of that kind. */
int td_piece_word(const TdPiece *piece, TdWords words);

/* Whether it is one of the ASCII @signs. */
gboolean td_piece_is_sign(const TdPiece *piece, const char *signs);
/* A hyphen, or a dash of any length. */
gboolean td_piece_is_dash(const TdPiece *piece);
/* A number of up to @digits digits. */
gboolean td_piece_is_number(const TdPiece *piece, gsize digits);

#endif
