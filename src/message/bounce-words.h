/* bounce-words.h - short names for the tables of words of bounces */

#ifndef TICKETD_MESSAGE_BOUNCE_WORDS_H
#define TICKETD_MESSAGE_BOUNCE_WORDS_H

#include "message/bounce-private.h"

#define FAILED TD_NOTICE_FAILED
#define LISTS (TD_NOTICE_FAILED | TD_NOTICE_LISTS)
#define WHOM TD_NOTICE_LISTS
#define TO (TD_NOTICE_FAILED | TD_NOTICE_RECIPIENT)
#define DELAYED TD_NOTICE_DELAYED
#define FINAL (TD_NOTICE_FAILED | TD_NOTICE_FINAL)
#define ARRIVED TD_NOTICE_ARRIVED
#define RETURNED TD_NOTICE_RETURNED
#define CONTACT TD_NOTICE_CONTACT
#define PERSON TD_NOTICE_PERSON
#define CHALLENGE TD_NOTICE_CHALLENGE
#define RECIPIENT TD_NOTICE_RECIPIENT
#define SENDER TD_NOTICE_SENDER
#define ORIGINAL TD_NOTICE_ORIGINAL

/* What is looked for in the text alone, not in the Subject. */
extern const TdPhrase td_bounce_sentences[];
extern const gsize td_bounce_sentences_count;

#endif
