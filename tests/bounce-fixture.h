/* bounce-fixture.h - an office whose mail comes back */

#ifndef TICKETD_TESTS_BOUNCE_FIXTURE_H
#define TICKETD_TESTS_BOUNCE_FIXTURE_H

#include "office-fixture.h"

#define ANNA "anna@example.net"
#define BORIS "boris@example.org"
#define ADMIN "admin@example.org"
/* For office_add(): the administrator of the office. */
#define WITH_ADMIN "admin = " ADMIN "\n"

/* The newest row of the outbox of that @kind to @to; the caller's.  The test
 * fails if there is none. */
TdOutboxRow *bounce_row(Office *office, const char *kind, const char *to);

/* A report about a mail: what it has of it, and of whom. */
typedef struct {
	const char *to;         /* envelope recipient; NULL: the queue */
	const char *envid;      /* or NULL */
	const char *message_id; /* or NULL */
	const char *blocks; /* of message/delivery-status, behind the first; or
	                     * NULL */
	const char *type;   /* report-type; NULL: delivery-status */
} Bounce;

Filing bounce_file(Office *office, const Bounce *bounce);

/* "Final-Recipient: ...", for Bounce.blocks; the caller's. */
char *bounce_block(const char *address, const char *action, const char *status);

/* Olga answers the customer; the row of her reply. */
TdOutboxRow *bounce_reply(Office *office);
/* The Message-ID of the mail of @row; the caller's. */
char *bounce_message_id(Office *office, const TdOutboxRow *row);

/* What became of @row at the SMTP server, the same for all recipients. */
void bounce_fate(
    Office *office, const TdOutboxRow *row, TdFate fate, const char *answer);

/* How many events of @kind ticket @number has for @to (NULL: any); the newest
 * one, the caller's, NULL if there is none. */
guint bounce_count(
    Office *office, guint64 number, TdEventKind kind, const char *to);
TdEvent *bounce_event(Office *office, guint64 number, TdEventKind kind);

/* Why @address gets no automatic mail; NULL if it does; the caller's. */
TdSuppression *bounce_suppressed(Office *office, const char *address);

#endif
