/* talk-fixture.h - a draft over a desk with agents, for tests of who is told
 * what */

#ifndef TICKETD_TESTS_TALK_FIXTURE_H
#define TICKETD_TESTS_TALK_FIXTURE_H

#include "desk-fixture.h"

#include "desk/talk.h"

/* Times and files of a test: UTC, whatever the machine thinks. */
#define TALK_UTC "timezone = UTC\n"

typedef struct {
	Fixture fixture;
	guint64 number; /* ticket of Anna's, with Boris as a participant */
	TdTxn *txn;     /* a read turn, once the draft is begun */
	TdPlan *plan;
	TdDraft draft;
} Talk;

/* For g_test_add(), with @extra as fixture_open() takes it, or NULL: UTC.
 * Agents olga and ivan of queue support, petr of sales; a ticket of Anna's
 * opened before they came. */
void talk_open(Talk *talk, gconstpointer extra);
void talk_close(Talk *talk, gconstpointer extra);

/* An agent's record as it shall be: away until @away, with a deputy, his
 * language; NULL and 0 leave things empty. */
void talk_agent(Talk *talk, const char *name, gint64 away, const char *deputy,
    const char *language);
/* Files a follow-up of Anna's on the ticket. */
void talk_customer_writes(Talk *talk, const char *text);
/* An event on the ticket, written before the draft begins. */
void talk_event(
    Talk *talk, TdEventKind kind, const char *key, const char *value);

/* Begins the draft; no more may be written to the store. */
TdDraft *talk_begin(Talk *talk);

/* Who speaks; td_who_clear() it.  Name and address of an agent are those of
 * talk_open(). */
TdWho talk_customer(const char *name, const char *address);
TdWho talk_speaker(Talk *talk, const char *agent);
TdWho talk_tool(void);

/* @text in a mail with these header @fields ("To: ...\n") and attachments, each
 * "name|type|content", NULL at the end.  What it holds lives until the test
 * ends. */
TdSaid talk_said(const char *text, const char *fields, ...);
/* The same without a mail. */
TdSaid talk_words(const char *text);

/* "new-ticket:ivan@example.com note:olga@example.com": kind and readers (with
 * ',' between) of all letters of the plan, sorted; the caller's. */
char *talk_told(const Talk *talk);
void talk_assert_told(const Talk *talk, const char *want);
/* The letter of @kind to @address; the test fails if there is none. */
const TdLetter *talk_letter(
    const Talk *talk, TdLetterKind kind, const char *address);
/* How many events of @kind the plan has for the ticket, and the value of @key
 * in the last. */
guint talk_count(const Talk *talk, TdEventKind kind);
const char *talk_value(const Talk *talk, TdEventKind kind, const char *key);

#endif
