/* tamper-fixture.c - see tamper-fixture.h */

#include "config.h"

#include "tamper-fixture.h"

/* ---- a store that is well ---- */

TdFiled *
make_filed(guint64 number, guint64 sequence)
{
	TdFiled *filed = td_filed_new();

	filed->ticket = number;
	filed->sequence = sequence;
	filed->received = NOW;
	replace_text(&filed->from, "a@example.com");
	replace_text(&filed->subject, "Printer");
	return filed;
}

/* Files a message, of which an event of @kind tells. */
void
file_message(TdTxn *txn, TdTicket *ticket, TdEventKind kind, const char *raw)
{
	g_autoptr(TdFiled)
	    filed = make_filed(ticket->number, ticket->messages + 1);
	g_autoptr(TdEvent) event = td_event_new(
	    kind, ticket->number, NOW, "customer:a@example.com");

	g_assert_true(td_filed_put(txn, filed, raw, strlen(raw), NULL));
	event->message = filed->sequence;
	if (kind == TD_EVENT_CREATED)
		td_event_set(event, "queue", "support");
	td_filed_vouch(filed, raw, strlen(raw), event);
	append(txn, ticket, event);
	put_ticket(txn, ticket);
}

void
set_priority(TdTxn *txn, TdTicket *ticket, guint64 priority)
{
	g_autoptr(TdEvent) event = td_event_new(
	    TD_EVENT_PRIORITY, ticket->number, NOW, "agent:olga");

	td_event_set_number(event, "to", priority);
	td_event_set(event, "raw", "3/1");
	append(txn, ticket, event);
	put_ticket(txn, ticket);
}

void
fill_ticket(TdTxn *txn)
{
	guint64 number = 0;
	g_autoptr(TdTicket) ticket = NULL;

	g_assert_true(td_ticket_allot(txn, &number, NULL));
	ticket = td_ticket_new(number);
	file_message(txn, ticket, TD_EVENT_CREATED, "first\n");
	if (number != BUSY)
		return;
	set_priority(txn, ticket, 1);
	file_message(txn, ticket, TD_EVENT_MESSAGE, "second\n");
	set_priority(txn, ticket, 2);
	set_priority(txn, ticket, 4);
	g_assert_cmpuint(ticket->events, ==, BUSY_EVENTS);
}

/* ---- below the store's functions ---- */

void
get_row(TdTxn *txn, TdTable table, guint64 number, guint64 sequence, TdRow *row)
{
	guint8 key[TD_KEY_PLACE];

	td_key_place(key, number, sequence);
	g_assert_true(td_row_get(txn, table, key,
	    table == TD_TABLE_TICKETS ? TD_KEY_NUMBER : TD_KEY_PLACE, 0, row,
	    NULL));
	g_assert_nonnull(row->data);
}

void
put_row(TdTxn *txn, TdTable table, guint64 number, guint64 sequence,
    const TdRow *row)
{
	guint8 key[TD_KEY_PLACE];

	td_key_place(key, number, sequence);
	g_assert_true(td_row_put(txn, table, key,
	    table == TD_TABLE_TICKETS ? TD_KEY_NUMBER : TD_KEY_PLACE, row->data,
	    row->size, NULL));
}

void
delete_row(TdTxn *txn, TdTable table, guint64 number, guint64 sequence)
{
	guint8 key[TD_KEY_PLACE];

	td_key_place(key, number, sequence);
	g_assert_true(td_row_delete(txn, table, key,
	    table == TD_TABLE_TICKETS ? TD_KEY_NUMBER : TD_KEY_PLACE, NULL));
}

/* Another priority in the payload of an event; its hash is made anew. */
static void
write_priority(TdTxn *txn, guint64 number, guint64 sequence, TdRow *row)
{
	guint8 key[TD_KEY_PLACE];
	g_autoptr(TdEvent) event = NULL;
	g_autoptr(TdTicket) scratch = td_ticket_new(G_MAXINT64);

	get_row(txn, TD_TABLE_EVENTS, number, sequence, row);
	td_key_place(key, number, sequence);
	event = td_event_decode(key, row->data, row->size, NULL);
	g_assert_nonnull(event);
	g_assert_cmpint(event->kind, ==, TD_EVENT_PRIORITY);
	td_event_set_number(event, "to", 5);
	event->ticket = scratch->number;
	td_row_clear(row);
	append(txn, scratch, event);
	get_row(txn, TD_TABLE_EVENTS, scratch->number, 1, row);
	delete_row(txn, TD_TABLE_EVENTS, scratch->number, 1);
}

static void
change_payload(TdTxn *txn)
{
	g_auto(TdRow) row = { 0 };

	get_row(txn, TD_TABLE_EVENTS, BUSY, 2, &row);
	row.data[TD_EVENT_PAYLOAD] ^= 1;
	put_row(txn, TD_TABLE_EVENTS, BUSY, 2, &row);
}

static void
cut_payload(TdTxn *txn)
{
	g_auto(TdRow) row = { 0 };

	get_row(txn, TD_TABLE_EVENTS, BUSY, 2, &row);
	row.size = TD_EVENT_PAYLOAD + 8;
	put_row(txn, TD_TABLE_EVENTS, BUSY, 2, &row);
}

static void
cut_hashes(TdTxn *txn)
{
	g_auto(TdRow) row = { 0 };

	get_row(txn, TD_TABLE_EVENTS, BUSY, 5, &row);
	row.size = 20;
	put_row(txn, TD_TABLE_EVENTS, BUSY, 5, &row);
}

/* What it says and its hash fit, its place in the chain does not. */
static void
change_detail(TdTxn *txn)
{
	g_auto(TdRow) was = { 0 };
	g_auto(TdRow) row = { 0 };

	get_row(txn, TD_TABLE_EVENTS, BUSY, 4, &was);
	write_priority(txn, BUSY, 4, &row);
	memcpy(row.data + TD_HASH_SIZE, was.data + TD_HASH_SIZE, TD_HASH_SIZE);
	put_row(txn, TD_TABLE_EVENTS, BUSY, 4, &row);
}

/* The chain was made anew up to this event, and no further. */
static void
change_link(TdTxn *txn)
{
	g_auto(TdRow) before = { 0 };
	g_auto(TdRow) row = { 0 };

	get_row(txn, TD_TABLE_EVENTS, BUSY, 3, &before);
	write_priority(txn, BUSY, 4, &row);
	memcpy(
	    row.data + TD_HASH_SIZE, before.data + TD_HASH_SIZE, TD_HASH_SIZE);
	td_event_chain(row.data + TD_HASH_SIZE, BUSY, 4, row.data);
	put_row(txn, TD_TABLE_EVENTS, BUSY, 4, &row);
}

/* All events from @sequence on get the chain that belongs to them. */
static void
mend_chain(TdTxn *txn, guint64 sequence, gboolean with_record)
{
	g_autoptr(TdTicket) sum = NULL;
	guint8 chain[TD_HASH_SIZE];

	for (; sequence <= BUSY_EVENTS; sequence++) {
		g_auto(TdRow) before = { 0 };
		g_auto(TdRow) row = { 0 };

		get_row(txn, TD_TABLE_EVENTS, BUSY, sequence - 1, &before);
		get_row(txn, TD_TABLE_EVENTS, BUSY, sequence, &row);
		memcpy(chain, before.data + TD_HASH_SIZE, TD_HASH_SIZE);
		td_event_chain(chain, BUSY, sequence, row.data);
		memcpy(row.data + TD_HASH_SIZE, chain, TD_HASH_SIZE);
		put_row(txn, TD_TABLE_EVENTS, BUSY, sequence, &row);
	}
	g_assert_true(td_ticket_rebuild(txn, BUSY, &sum, NULL));
	if (with_record)
		put_ticket(txn, sum);
}

static void
change_chain(TdTxn *txn)
{
	change_link(txn);
	mend_chain(txn, 4, FALSE);
}

static void
change_all(TdTxn *txn)
{
	change_link(txn);
	mend_chain(txn, 4, TRUE);
}

static void
delete_middle(TdTxn *txn)
{
	delete_row(txn, TD_TABLE_EVENTS, BUSY, 2);
}

static void
delete_two(TdTxn *txn)
{
	delete_row(txn, TD_TABLE_EVENTS, BUSY, 2);
	delete_row(txn, TD_TABLE_EVENTS, BUSY, 3);
}

static void
delete_first(TdTxn *txn)
{
	delete_row(txn, TD_TABLE_EVENTS, BUSY, 1);
}

static void
delete_last(TdTxn *txn)
{
	delete_row(txn, TD_TABLE_EVENTS, BUSY, BUSY_EVENTS);
}

/* As if it had never been: found by a seal alone. */
static void
forget_last(TdTxn *txn)
{
	g_autoptr(TdTicket) sum = NULL;

	delete_last(txn);
	g_assert_true(td_ticket_rebuild(txn, BUSY, &sum, NULL));
	put_ticket(txn, sum);
}

static void
delete_events(TdTxn *txn)
{
	delete_row(txn, TD_TABLE_EVENTS, 2, 1);
}

void
swap_events(TdTxn *txn)
{
	g_auto(TdRow) one = { 0 };
	g_auto(TdRow) other = { 0 };

	get_row(txn, TD_TABLE_EVENTS, BUSY, 2, &one);
	get_row(txn, TD_TABLE_EVENTS, BUSY, 4, &other);
	put_row(txn, TD_TABLE_EVENTS, BUSY, 2, &other);
	put_row(txn, TD_TABLE_EVENTS, BUSY, 4, &one);
}

/* Those behind it move on by one. */
static void
insert_event(TdTxn *txn)
{
	for (guint64 sequence = BUSY_EVENTS; sequence >= 4; sequence--) {
		g_auto(TdRow) row = { 0 };

		get_row(txn, TD_TABLE_EVENTS, BUSY, sequence, &row);
		put_row(txn, TD_TABLE_EVENTS, BUSY, sequence + 1, &row);
	}
}

/* With all its hashes, and the record as it was. */
static void
add_event(TdTxn *txn)
{
	g_autoptr(TdTicket) ticket = get_ticket(txn, BUSY);
	g_autoptr(TdEvent)
	    event = td_event_new(TD_EVENT_NOTE, BUSY, NOW, "agent:olga");

	append(txn, ticket, event);
}

static void
add_odd_key(TdTxn *txn)
{
	guint8 key[TD_KEY_PLACE + 1];

	memset(key, 0, sizeof(key));
	td_key_place(key, BUSY, 2);
	g_assert_true(
	    td_row_put(txn, TD_TABLE_EVENTS, key, sizeof(key), "x", 1, NULL));
}

static void
add_last_odd_key(TdTxn *txn)
{
	guint8 key[TD_KEY_PLACE + 1];

	memset(key, 0, sizeof(key));
	td_key_place(key, BUSY, BUSY_EVENTS + 4);
	g_assert_true(
	    td_row_put(txn, TD_TABLE_EVENTS, key, sizeof(key), "x", 1, NULL));
}

/* Before the first number and behind the last. */
static void
add_short_keys(TdTxn *txn)
{
	static const guint8 first[3] = { 0, 0, 0 };
	static const guint8 last[4] = { 0, 0, 0, 1 };

	g_assert_true(td_row_put(
	    txn, TD_TABLE_EVENTS, first, sizeof(first), "x", 1, NULL));
	g_assert_true(td_row_put(
	    txn, TD_TABLE_MESSAGES, last, sizeof(last), "x", 1, NULL));
}

/* With a chain of nothing, which fits what comes behind it. */
static void
copy_event_to_zero(TdTxn *txn, guint64 from, guint64 to)
{
	g_auto(TdRow) row = { 0 };

	get_row(txn, TD_TABLE_EVENTS, from, 1, &row);
	memset(row.data + TD_HASH_SIZE, 0, TD_HASH_SIZE);
	put_row(txn, TD_TABLE_EVENTS, to, 0, &row);
}

static void
hide_changed_record(TdTxn *txn)
{
	copy_event_to_zero(txn, BUSY, BUSY);
	change_record(txn);
}

static void
leave_event_zero(TdTxn *txn)
{
	copy_event_to_zero(txn, 2, 2);
	delete_events(txn);
}

static void
delete_record(TdTxn *txn)
{
	delete_row(txn, TD_TABLE_TICKETS, 2, 0);
}

static void
delete_ticket(TdTxn *txn, guint64 number)
{
	delete_row(txn, TD_TABLE_TICKETS, number, 0);
	delete_row(txn, TD_TABLE_EVENTS, number, 1);
	delete_row(txn, TD_TABLE_MESSAGES, number, 1);
}

static void
delete_ticket_middle(TdTxn *txn)
{
	delete_ticket(txn, 2);
}

static void
delete_tickets(TdTxn *txn)
{
	delete_ticket(txn, 1);
	delete_ticket(txn, 2);
}

void
delete_ticket_end(TdTxn *txn)
{
	delete_ticket(txn, TICKETS);
}

static void
set_counter(TdTxn *txn, guint64 number)
{
	guint8 wire[TD_KEY_NUMBER];
	g_autoptr(GBytes) value = NULL;

	td_key_number(wire, number);
	value = g_bytes_new(wire, sizeof(wire));
	g_assert_true(td_meta_put(txn, "store/last-ticket", value, NULL));
}

static void
lower_counter(TdTxn *txn)
{
	set_counter(txn, TICKETS - 1);
}

static void
raise_counter(TdTxn *txn)
{
	set_counter(txn, TICKETS + 1);
}

static void
raise_counter_far(TdTxn *txn)
{
	set_counter(txn, G_GUINT64_CONSTANT(4000000000));
}

static void
raise_first(TdTxn *txn)
{
	g_assert_true(td_meta_put_number(txn, TD_META_FIRST, 2, NULL));
}

/* As if it had never been: found by a seal alone. */
static void
forget_ticket(TdTxn *txn)
{
	delete_ticket(txn, TICKETS);
	set_counter(txn, TICKETS - 1);
}

void
change_record(TdTxn *txn)
{
	g_autoptr(TdTicket) ticket = get_ticket(txn, BUSY);

	ticket->priority = 1;
	replace_text(&ticket->owner, "eve");
	put_ticket(txn, ticket);
}

static void
change_record_lists(TdTxn *txn)
{
	g_autoptr(TdTicket) ticket = get_ticket(txn, BUSY);

	g_strfreev(ticket->tags);
	ticket->tags = g_strsplit("vip", ",", 0);
	put_ticket(txn, ticket);
}

static void
change_record_chain(TdTxn *txn)
{
	g_autoptr(TdTicket) ticket = get_ticket(txn, BUSY);

	ticket->chain[0] ^= 1;
	put_ticket(txn, ticket);
}

static void
cut_record(TdTxn *txn)
{
	g_auto(TdRow) row = { 0 };

	get_row(txn, TD_TABLE_TICKETS, 2, 0, &row);
	row.size -= 3;
	put_row(txn, TD_TABLE_TICKETS, 2, 0, &row);
}

static void
write_message(TdTxn *txn, guint64 sequence, const char *from, const char *raw)
{
	g_autoptr(TdFiled) filed = make_filed(BUSY, sequence);

	replace_text(&filed->from, from);
	g_assert_true(td_filed_put(txn, filed, raw, strlen(raw), NULL));
}

static void
change_message(TdTxn *txn)
{
	write_message(txn, 2, "a@example.com", "Second\n");
}

static void
change_notes(TdTxn *txn)
{
	write_message(txn, 2, "eve@example.com", "second\n");
}

/* That is the store's own to write. */
static void
move_message(TdTxn *txn)
{
	g_autoptr(TdFiled) filed = NULL;

	g_assert_true(td_filed_get(txn, BUSY, 2, &filed, NULL, NULL));
	replace_text(&filed->moved_to, "4/2");
	g_assert_true(td_filed_update(txn, filed, NULL));
}

static void
cut_message(TdTxn *txn)
{
	g_auto(TdRow) row = { 0 };

	get_row(txn, TD_TABLE_MESSAGES, BUSY, 2, &row);
	row.size -= 2;
	put_row(txn, TD_TABLE_MESSAGES, BUSY, 2, &row);
}

static void
delete_message(TdTxn *txn)
{
	delete_row(txn, TD_TABLE_MESSAGES, BUSY, 2);
}

static void
delete_source(TdTxn *txn)
{
	delete_row(txn, TD_TABLE_MESSAGES, BUSY, 1);
}

static void
add_message(TdTxn *txn)
{
	write_message(txn, 3, "a@example.com", "third\n");
}

static void
add_lost_message(TdTxn *txn)
{
	g_autoptr(TdFiled) filed = make_filed(TICKETS + 2, 1);

	g_assert_true(td_filed_put(txn, filed, "x", 1, NULL));
}

static void
change_nothing(TdTxn *txn)
{
	g_autoptr(TdTicket) ticket = get_ticket(txn, BUSY);

	set_priority(txn, ticket, 5);
}

/* ---- each of them ---- */

#define OTHER_END                                                              \
	"3 has a record with another end of the chain than its last event"
#define NO_SUM "3 has a record that is not the sum of its events: "
#define NO_EVENT(ticket)                                                       \
	ticket " has an event with the number 0, which none can have"
#define SEALED(event)                                                          \
	event " is not what was sealed: this event, or one before it, was "    \
	      "changed since"

const Tamper tampers[] = {
	{ "a further event is no finding", change_nothing, "", NULL },
	{ "a message that moved is no finding", move_message, "", NULL },
	{ "a changed byte of an event", change_payload,
	    "3/2 was changed: it does not match its hash", NULL },
	{ "an event that was cut", cut_payload,
	    "3/2 was changed: it does not match its hash\n"
	    "3/2 cannot be read",
	    NULL },
	{ "an event without its hashes", cut_hashes,
	    "3/5 cannot be read\n" OTHER_END,
	    "3/5 cannot be read\n" OTHER_END "\n"
	    "3/5 was sealed, and is missing with all behind event 5" },
	{ "a detail with a new hash", change_detail,
	    "3/4 does not fit the chain", NULL },
	{ "a detail with a new hash and link", change_link,
	    "3/5 does not fit the chain", NULL },
	{ "a chain made anew", change_chain, OTHER_END,
	    SEALED("3/5") "\n" OTHER_END },
	{ "a chain and a record made anew", change_all, "", SEALED("3/5") },
	{ "the first event deleted", delete_first, "3/1 is missing", NULL },
	{ "an event deleted in the middle", delete_middle, "3/2 is missing",
	    NULL },
	{ "two events deleted", delete_two,
	    "3/2 is missing, and so are all up to 3\n"
	    "3 has a message that no event speaks of: 2",
	    NULL },
	{ "the last event deleted", delete_last,
	    "3/5 is missing: the record was written after it",
	    "3/5 is missing: the record was written after it\n"
	    "3/5 was sealed, and is missing with all behind event 4" },
	{ "the last event forgotten", forget_last, "",
	    "3/5 was sealed, and is missing with all behind event 4" },
	{ "all events deleted", delete_events,
	    "2 has no events\n"
	    "2 has a message that no event speaks of: 1",
	    "2 has no events\n"
	    "2 has a message that no event speaks of: 1\n"
	    "2/1 was sealed, and is missing with all behind event 0" },
	{ "two events swapped", swap_events,
	    "3/2 does not fit the chain\n3/3 does not fit the chain\n"
	    "3/4 does not fit the chain\n3/5 does not fit the chain",
	    NULL },
	{ "an event inserted", insert_event,
	    "3/5 does not fit the chain\n3/6 does not fit the chain\n"
	    "3/6 is one too many: the record knows of 5",
	    "3/5 does not fit the chain\n" SEALED(
	        "3/5") "\n"
	               "3/6 does not fit the chain\n"
	               "3/6 is one too many: the record knows of 5" },
	{ "an event added", add_event,
	    "3/6 is one too many: the record knows of 5", NULL },
	{ "a row that is no event", add_odd_key,
	    "3 has a row among its events that is none", NULL },
	{ "a row that is no event behind the last one", add_last_odd_key,
	    "3 has a row among its events that is none", NULL },
	{ "an event before the first hides no changed record",
	    hide_changed_record, NO_EVENT("3") "\n" NO_SUM "priority, owner",
	    NULL },
	{ "rows whose key is no number", add_short_keys,
	    "0 has a row that is of no ticket: damaged record 000000 in table "
	    "events\n"
	    "0 has a row that is of no ticket: damaged record 00000001 in "
	    "table messages",
	    NULL },
	{ "an event before the first alone", leave_event_zero,
	    NO_EVENT("2") "\n"
	                  "2 has no events\n"
	                  "2 has a message that no event speaks of: 1",
	    NO_EVENT(
	        "2") "\n"
	             "2 has no events\n"
	             "2 has a message that no event speaks of: 1\n"
	             "2/1 was sealed, and is missing with all behind event 0" },
	{ "a record deleted", delete_record, "2 has no record", NULL },
	{ "a ticket deleted in the middle", delete_ticket_middle,
	    "2 is missing: the number was handed out",
	    "2 is missing: the number was handed out\n"
	    "2/1 was sealed, and nothing of the ticket is there" },
	{ "the first tickets deleted", delete_tickets,
	    "1 is missing, and so are all up to 2: these numbers were handed "
	    "out",
	    "1 is missing, and so are all up to 2: these numbers were handed "
	    "out\n"
	    "1/1 was sealed, and nothing of the ticket is there\n"
	    "2/1 was sealed, and nothing of the ticket is there" },
	{ "the last ticket deleted", delete_ticket_end,
	    "5 is missing: the number was handed out",
	    "5 is missing: the number was handed out\n"
	    "5/1 was sealed, and nothing of the ticket is there" },
	{ "the last ticket forgotten", forget_ticket, "",
	    "5/1 was sealed, and nothing of the ticket is there" },
	{ "the counter lowered", lower_counter,
	    "5 has a number above the last one that was handed out, 4", NULL },
	{ "the counter raised", raise_counter,
	    "6 is missing: the number was handed out", NULL },
	{ "the counter raised far", raise_counter_far,
	    "6 is missing, and so are all up to 4000000000: these numbers were "
	    "handed out",
	    NULL },
	{ "the first number raised", raise_first,
	    "1 has a number below the first one, 2", NULL },
	{ "members of a record changed", change_record,
	    NO_SUM "priority, owner", NULL },
	{ "a list of a record changed", change_record_lists,
	    NO_SUM "lists, fields or "
	           "clocks",
	    NULL },
	{ "the chain of a record changed", change_record_chain, OTHER_END,
	    NULL },
	{ "a record that was cut", cut_record,
	    "2 cannot be read: damaged record 2 in table tickets", NULL },
	{ "a message changed", change_message,
	    "3/3 filed message 2, which was changed: it has another SHA-256 "
	    "than "
	    "when it was filed",
	    NULL },
	{ "what was noted of a message changed", change_notes,
	    "3/3 filed message 2, which is whole, but what was noted of it was "
	    "changed",
	    NULL },
	{ "a message that was cut", cut_message,
	    "3/3 filed message 2, which cannot be read", NULL },
	{ "a message deleted", delete_message, "3 lacks message 2", NULL },
	{ "a message deleted that events came from", delete_source,
	    "3/2 came from message 3/1, which is missing\n"
	    "3/4 came from message 3/1, which is missing\n"
	    "3/5 came from message 3/1, which is missing\n"
	    "3 lacks message 1",
	    NULL },
	{ "a message added", add_message,
	    "3 has a message that no event speaks of: 3", NULL },
	{ "a message without a ticket", add_lost_message,
	    "7 has a number above the last one that was handed out, 5\n"
	    "7 has no record\n"
	    "7 has a message that no event speaks of: 1",
	    NULL },
};

const guint tampers_count = G_N_ELEMENTS(tampers);
