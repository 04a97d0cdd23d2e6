/* limits.h - how much of a mail is read: hostile mail must cost little
 *
 * What is left out for a limit is told in TdMessage.problems; the raw bytes
 * keep all of it. */

#ifndef TICKETD_MESSAGE_LIMITS_H
#define TICKETD_MESSAGE_LIMITS_H

#define TD_LIMIT_DEPTH 100            /* multiparts inside each other */
#define TD_LIMIT_PARTS 1000           /* parts, multiparts too */
#define TD_LIMIT_HEADERS 1000         /* header fields kept */
#define TD_LIMIT_VALUE 65536          /* bytes of one header field */
#define TD_LIMIT_HEADER (1024 * 1024) /* bytes of all fields together */
#define TD_LIMIT_ADDRESSES 1000       /* addresses of one kind */
#define TD_LIMIT_REFERENCES 200       /* ids in references, the newest kept */
#define TD_LIMIT_TEXT (1024 * 1024)   /* decoded bytes of text, also as UTF-8 */
#define TD_LIMIT_REPORT 262144        /* bytes of a report part */
#define TD_LIMIT_HEAD 65536           /* bytes of an attached header */
#define TD_LIMIT_NAME 200             /* bytes of an attachment's name */
#define TD_LIMIT_PROBLEMS 50          /* sentences in problems */

#endif
