/* distribute-fixture.h - agents who get tickets, and tickets for them */

#ifndef TICKETD_TESTS_DISTRIBUTE_FIXTURE_H
#define TICKETD_TESTS_DISTRIBUTE_FIXTURE_H

#include "desk-fixture.h"

/* The fixture begins on Tuesday, 2023-11-14 22:13:20 UTC. */
#define START ((gint64)1700000000)
#define MIDNIGHT ((gint64)1699920000) /* of that Tuesday */
#define HOUR 3600
#define DAY (24 * HOUR)

#define UTC "timezone = UTC\n|"
#define ROUND UTC "distribute = round-robin\n"
#define LOAD UTC "distribute = least-loaded\n"
#define SKILL UTC "distribute = skill\n"
/* Tuesday 9:00 is MIDNIGHT + 9 * HOUR. */
#define HOURS                                                                  \
	"working-hours = true\ncalendar = day\n"                               \
	"[calendar day]\nhours = Mon-Fri 09:00-17:00\n"                        \
	"[calendar early]\nhours = Mon-Fri 06:00-14:00\n"

/* Agents of queue support, "anna,boris". */
void hire(Fixture *fixture, const char *names);

/* What @how does to the record of agent @name is written. */
void change_agent(Fixture *fixture, const char *name,
    void (*how)(TdPerson *, gpointer), gpointer data);
/* For it; @data is a text, of those in the plural with ',' between. */
void set_deputy(TdPerson *person, gpointer data);
void set_calendar(TdPerson *person, gpointer data);
void set_skills(TdPerson *person, gpointer data);
void set_queues(TdPerson *person, gpointer data);
void set_removed(TdPerson *person, gpointer data);
/* The same for what is wanted most. */
void away(Fixture *fixture, const char *name, gint64 until);
void deputy(Fixture *fixture, const char *name, const char *other);

/* Who owns the ticket; the caller's. */
char *owner_of(Fixture *fixture, guint64 number);
/* So many new tickets go to "anna boris"; "-" is nobody. */
void assert_owners(Fixture *fixture, const char *want);
/* When the desk looks for somebody at work, 0 if it does not. */
gint64 assign_time(Fixture *fixture, guint64 number);

/* Distributes tickets in one plan, the second if it is not 0; before that each
 * is taken from @former, if that is not NULL.  The letters of the plan,
 * "assigned:anna@example.com"; good until the next call. */
const char *distribute(
    Fixture *fixture, guint64 first, guint64 second, const char *former);

#endif
