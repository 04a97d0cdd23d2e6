/* office-fixture.h - a desk with two agents and a ticket of Anna's */

#ifndef TICKETD_TESTS_OFFICE_FIXTURE_H
#define TICKETD_TESTS_OFFICE_FIXTURE_H

#include "desk-fixture.h"

#define OLGA "olga@example.com"
#define IVAN "ivan@example.com"

typedef struct {
	Fixture fixture;
	guint64 ticket;
	char *address; /* Olga's personal address of it */
	guint count;   /* of mails, for their ids */
} Office;

void office_open(Office *office, gconstpointer extra);
void office_close(Office *office, gconstpointer extra);

/* A test of that name, with further lines of configuration or NULL. */
void office_add(const char *name, gconstpointer extra,
    void (*test)(Office *, gconstpointer));

/* A mail with our tag in its Subject; @fields are further lines. */
Filing office_mail(Office *office, const char *from, const char *to,
    const char *fields, const char *text);
/* The same from Olga to her personal address. */
Filing office_olga(Office *office, const char *text);
/* The same from Anna to the thread address. */
Filing office_anna(Office *office, const char *text);

TdTicket *office_ticket(Office *office);
void office_assert_status(Office *office, TdStatus status);
void office_assert_owner(Office *office, const char *owner);

/* How many letters of @kind went out for the ticket. */
guint office_count(Office *office, const char *kind);
/* How many refused events ticket @number has. */
guint office_refusals(Office *office, guint64 number);
/* The newest letter of @kind to @to; the test fails if there is none. */
TdMessage *office_letter(Office *office, const char *kind, const char *to);
/* The confirmation's link in the newest letter of that kind to Olga. */
char *office_confirmation(Office *office);

#endif
