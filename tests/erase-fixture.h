/* erase-fixture.h - a store that is well, of which something is taken out */

#ifndef TESTS_ERASE_FIXTURE_H
#define TESTS_ERASE_FIXTURE_H

#include "tamper-fixture.h"

static inline void
fill(Desk *desk)
{
	g_autoptr(TdTxn) txn = begin(desk);

	for (guint i = 0; i < TICKETS; i++)
		fill_ticket(txn);
	commit(txn);
}

static inline void
fill_memory(Desk *desk, gconstpointer unused)
{
	make_home(desk, unused);
	desk->store = td_store_open_memory(NULL);
	fill(desk);
}

static inline void
fill_disk(Desk *desk, gconstpointer unused)
{
	make_desk(desk, unused);
	fill(desk);
}

/* ---- looking ---- */

static inline void
take_finding(
    guint64 ticket, guint64 sequence, const char *finding, gpointer data)
{
	GString *findings = data;

	g_string_append_printf(
	    findings, "%s%u", findings->len > 0 ? "\n" : "", (guint)ticket);
	if (sequence > 0)
		g_string_append_printf(findings, "/%u", (guint)sequence);
	g_string_append_printf(findings, " %s", finding);
}

/* All findings, one a line; with those of @seals, which may be NULL. */
static inline char *
verify(Desk *desk, const GArray *seals, GArray *heads)
{
	g_autoptr(GString) findings = g_string_new(NULL);
	TdVerify verification = {
		.until = G_MAXUINT64,
		.seals = seals == NULL ? NULL : (const TdSeal *)seals->data,
		.seals_count = seals == NULL ? 0 : seals->len,
		.heads = heads,
		.finding = take_finding,
		.data = findings,
	};

	do {
		g_autoptr(GError) error = NULL;

		td_store_verify(desk->store, &verification, &error);
		g_assert_no_error(error);
	} while (verification.number != 0);
	return g_string_free(g_steal_pointer(&findings), FALSE);
}

static inline void
assert_findings(Desk *desk, const GArray *seals, const char *want)
{
	g_autofree char *found = verify(desk, seals, NULL);

	g_assert_cmpstr(found, ==, want);
}

/* The ends of all chains as they are. */
static inline GArray *
seal(Desk *desk)
{
	GArray *heads = g_array_new(FALSE, FALSE, sizeof(TdSeal));

	g_free(verify(desk, NULL, heads));
	return heads;
}

static inline void
take_text(const char *finding, gpointer data)
{
	g_string_append_printf(data, "%s\n", finding);
}

/* td_store_check() finds nothing. */
static inline void
assert_well(Desk *desk)
{
	g_autoptr(TdTxn) txn = td_txn_read(desk->store);
	g_autoptr(GString) findings = g_string_new(NULL);
	guint64 number = 0;
	guint64 wrong = 0;

	do {
		g_autoptr(GError) error = NULL;

		td_store_check(
		    txn, FALSE, &number, &wrong, take_text, findings, &error);
		g_assert_no_error(error);
	} while (number != 0);
	g_assert_cmpstr(findings->str, ==, "");
	g_assert_cmpuint(wrong, ==, 0);
}

/* ---- erasing ---- */

static inline TdEvent *
get_event(TdTxn *txn, guint64 number, guint64 sequence)
{
	g_autoptr(GPtrArray) events = NULL;
	g_autoptr(GError) error = NULL;

	td_event_list(txn, number, sequence - 1, 1, &events, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(events->len, ==, 1);
	return g_ptr_array_steal_index(events, 0);
}

/* Replaces a text of an event. */
static inline void
replace(TdErasure *erasure, TdTxn *txn, guint64 number, guint64 sequence,
    const char *key, const char *value)
{
	g_autoptr(TdEvent) event = get_event(txn, number, sequence);
	g_autoptr(GError) error = NULL;

	td_event_set(event, key, value);
	td_erasure_replace(erasure, txn, event, &error);
	g_assert_no_error(error);
}

/* Ends an erasure: the record anew, and the event that tells of it. */
static inline void
tell(TdErasure *erasure, TdTxn *txn, guint64 number)
{
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(TdEvent)
	    event = td_event_new(TD_EVENT_NOTE, number, NOW, "control:root");
	g_autoptr(GError) error = NULL;

	td_erasure_rebuild(erasure, txn, &ticket, &error);
	g_assert_no_error(error);
	td_erasure_tell(erasure, event);
	append(txn, ticket, event);
	put_ticket(txn, ticket);
}

/* The queue of ticket @number becomes @queue, as if it had never been another.
 */
static inline void
erase_queue(Desk *desk, guint64 number, const char *queue)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdErasure) erasure = td_erasure_new(number);

	replace(erasure, txn, number, 1, "queue", queue);
	g_assert_cmpuint(td_erasure_count(erasure), ==, 1);
	tell(erasure, txn, number);
	commit(txn);
}

/* ---- purging ---- */

static inline void
purge(Desk *desk, guint64 number)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdTicket) ticket = get_ticket(txn, number);
	g_autoptr(GError) error = NULL;

	td_ticket_purge(txn, ticket, NOW + 1, "control:root", &error);
	g_assert_no_error(error);
	commit(txn);
}

#endif
