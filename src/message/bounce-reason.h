/* bounce-reason.h - the table of reasons */

#ifndef TICKETD_MESSAGE_BOUNCE_REASON_H
#define TICKETD_MESSAGE_BOUNCE_REASON_H

#include "message/bounce-private.h"

/* "5.1.1" as a number; its class is that for which no code tells another. */
#define TD_REASON(class, subject, detail)                                      \
	((class) * 10000 + (subject)*100 + (detail))

#define TD_WHY_USER TD_REASON(5, 1, 1)
#define TD_WHY_HOST TD_REASON(5, 1, 2)
#define TD_WHY_SYNTAX TD_REASON(5, 1, 3)
#define TD_WHY_MOVED TD_REASON(5, 1, 6)
#define TD_WHY_SENDER TD_REASON(5, 1, 8)
#define TD_WHY_OFF TD_REASON(5, 2, 1)
#define TD_WHY_FULL TD_REASON(5, 2, 2)
#define TD_WHY_SYSTEM TD_REASON(5, 3, 0)
#define TD_WHY_NO_ROOM TD_REASON(4, 3, 1)
#define TD_WHY_BIG TD_REASON(5, 3, 4)
#define TD_WHY_CONNECT TD_REASON(4, 4, 1)
#define TD_WHY_BROKE TD_REASON(4, 4, 2)
#define TD_WHY_DNS TD_REASON(4, 4, 3)
#define TD_WHY_ROUTE TD_REASON(5, 4, 4)
#define TD_WHY_BUSY TD_REASON(4, 4, 5)
#define TD_WHY_LOOP TD_REASON(5, 4, 6)
#define TD_WHY_EXPIRED TD_REASON(4, 4, 7)
#define TD_WHY_PROTOCOL TD_REASON(5, 5, 0)
#define TD_WHY_CROWD TD_REASON(5, 5, 3)
#define TD_WHY_CONTENT TD_REASON(5, 6, 0)
#define TD_WHY_SAFETY TD_REASON(5, 7, 0)
#define TD_WHY_POLICY TD_REASON(5, 7, 1)
#define TD_WHY_RATE TD_REASON(4, 7, 0)

/* In order of what tells most, those of the second table after those of the
 * first: "mailbox size limit" is a full mailbox, "size limit" a mail that is
 * too big, and a sender on a blacklist is told "mailbox unavailable" too. */
extern const TdPhrase td_bounce_reasons[];
extern const gsize td_bounce_reasons_count;
extern const TdPhrase td_bounce_reasons_more[];
extern const gsize td_bounce_reasons_more_count;

#endif
