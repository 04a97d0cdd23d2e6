/* tamper-fixture.h - a store that is well, and every way to change it below its
 * functions */

#ifndef TESTS_TAMPER_FIXTURE_H
#define TESTS_TAMPER_FIXTURE_H

#include "store/store-private.h"
#include "store-fixture.h"

#define TICKETS 5
/* Ticket 3 has five events, two of them with a message. */
#define BUSY 3
#define BUSY_EVENTS 5

TdFiled *make_filed(guint64 number, guint64 sequence);
/* Files a message, of which an event of @kind tells. */
void file_message(
    TdTxn *txn, TdTicket *ticket, TdEventKind kind, const char *raw);
void set_priority(TdTxn *txn, TdTicket *ticket, guint64 priority);
/* Opens the next ticket by a message. */
void fill_ticket(TdTxn *txn);

/* Rows of events and messages by their place, of tickets by number. */
void get_row(
    TdTxn *txn, TdTable table, guint64 number, guint64 sequence, TdRow *row);
void put_row(TdTxn *txn, TdTable table, guint64 number, guint64 sequence,
    const TdRow *row);
void delete_row(TdTxn *txn, TdTable table, guint64 number, guint64 sequence);

/* Three of those below. */
void swap_events(TdTxn *txn);
void change_record(TdTxn *txn);
void delete_ticket_end(TdTxn *txn);

typedef struct {
	const char *name;
	void (*tamper)(TdTxn *txn);
	const char *want;   /* findings, one a line */
	const char *sealed; /* findings with seals; NULL: the same */
} Tamper;

extern const Tamper tampers[];
extern const guint tampers_count;

#endif
