/* limits.h - how much of a mail is read: hostile mail must cost little
 *
 * What is left out for a limit is told in TdMessage.problems; the raw bytes
 * keep all of it. */

#ifndef TICKETD_MESSAGE_LIMITS_H
#define TICKETD_MESSAGE_LIMITS_H

#include <ticketd/message.h>

#define TD_LIMIT_HEADERS 1000   /* header fields kept */
#define TD_LIMIT_VALUE 65536    /* bytes of one header field */
#define TD_LIMIT_SUBJECT 2000   /* characters */
#define TD_LIMIT_ADDRESSES 1000 /* addresses of one kind */
#define TD_LIMIT_REFERENCES 200 /* ids in references, the newest kept */
#define TD_LIMIT_REPORT 262144  /* bytes of a report part */
#define TD_LIMIT_HEAD 65536     /* bytes of an attached header */
#define TD_LIMIT_NAME 200       /* bytes of an attachment's name */
#define TD_LIMIT_PROBLEMS 50    /* sentences in problems */

/* The limits that the configuration may change: see TdMessageLimits.  Until
 * td_limits_set() the defaults of ticketd.conf. */
const TdMessageLimits *td_limits(void);
void td_limits_set(const TdMessageLimits *limits);

#endif
