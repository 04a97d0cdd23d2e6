/* thanks.h - the words that thank, and those that go with them */

#ifndef TICKETD_COMMAND_THANKS_H
#define TICKETD_COMMAND_THANKS_H

typedef enum {
	TD_PHRASE_THANKS,
	TD_PHRASE_ALONG,   /* "very much", "it works", "best regards" */
	TD_PHRASE_TROUBLE, /* written with a capital, and yet no name */
	TD_PHRASES,
} TdPhrase;

/* Phrases separated by ", ", of at most six words each. */
typedef struct {
	TdPhrase kind;
	const char *words;
} TdPhrases;

/* Ends with .words NULL. */
extern const TdPhrases td_phrases[];

#endif
