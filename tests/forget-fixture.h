/* forget-fixture.h - a desk that is to forget tickets and people */

#ifndef TICKETD_TESTS_FORGET_FIXTURE_H
#define TICKETD_TESTS_FORGET_FIXTURE_H

#include <ticketd/privacy.h>

#include "store/store-private.h"

#include "request-fixture.h"

#define ANNA "anna@example.net"

#define PURGE "{\"verb\":\"purge\",\"seconds\":86400"

/* ---- what the store has ---- */

typedef struct {
	guint64 number;
	guint64 sequence;
	TdStatus status;
} Change;

/* TdWriteFunc: the ticket has been closed for long. */
static inline gboolean
close_long_ago(TdTxn *txn, gpointer data, GError **error)
{
	const Change *change = data;
	g_autoptr(TdTicket) ticket = NULL;
	g_autoptr(TdEvent) event = td_event_new(
	    TD_EVENT_STATUS, change->number, 1000, "agent:olga");

	td_event_set(event, "to", td_status_name(change->status));
	return td_ticket_get(txn, change->number, &ticket, error) &&
	    td_event_append(txn, ticket, event, error) &&
	    td_ticket_put(txn, ticket, error);
}

static inline void
run(const Desk *desk, TdWriteFunc work, gpointer data)
{
	g_autoptr(GError) error = NULL;

	td_writer_run(td_service_writer(desk->service), work, data, &error);
	g_assert_no_error(error);
}

static inline void
make_old(const Desk *desk, guint64 number, TdStatus status)
{
	Change change = { .number = number, .status = status };

	run(desk, close_long_ago, &change);
}

/* TdWriteFunc: a bit of an event is another. */
static inline gboolean
flip(TdTxn *txn, gpointer data, GError **error)
{
	const Change *change = data;
	g_auto(TdRow) row = { 0 };
	guint8 key[TD_KEY_PLACE];

	td_key_place(key, change->number, change->sequence);
	if (!td_row_get(txn, TD_TABLE_EVENTS, key, sizeof(key), 0, &row, error))
		return FALSE;
	row.data[TD_EVENT_PAYLOAD] ^= 1;
	return td_row_put(
	    txn, TD_TABLE_EVENTS, key, sizeof(key), row.data, row.size, error);
}

static inline void
damage(const Desk *desk, guint64 number, guint64 sequence)
{
	Change change = { .number = number, .sequence = sequence };

	run(desk, flip, &change);
}

/* No mail waits any more. */
static inline void
drop_mail(const Desk *desk)
{
	g_autoptr(JsonObject) list = ask(desk, "{\"verb\":\"outbox-list\"}");
	JsonArray *rows = json_object_get_array_member(list, "rows");

	for (guint i = 0; i < json_array_get_length(rows); i++) {
		g_autofree char *drop = g_strdup_printf(
		    "{\"verb\":\"outbox-drop\",\"ids\":[%" G_GINT64_FORMAT "]}",
		    json_object_get_int_member(
		        json_array_get_object_element(rows, i), "id"));
		g_autoptr(JsonObject) done = ask(desk, drop);

		g_assert_nonnull(done);
	}
}

static inline guint
count_of(JsonObject *result, const char *member)
{
	return json_array_get_length(
	    json_object_get_array_member(result, member));
}

static inline gint64
number_of(JsonObject *result, const char *member, guint i, const char *name)
{
	return json_object_get_int_member(
	    json_array_get_object_element(
	        json_object_get_array_member(result, member), i),
	    name);
}

static inline const char *
text_of(JsonObject *result, const char *member, guint i, const char *name)
{
	return json_object_get_string_member_with_default(
	    json_array_get_object_element(
	        json_object_get_array_member(result, member), i),
	    name, NULL);
}

/* What `ticket log --verify` finds. */
static inline void
assert_unchanged(const Desk *desk)
{
	g_autoptr(JsonObject) result = ask(desk, "{\"verb\":\"verify\"}");

	g_assert_cmpint(json_object_get_int_member(result, "wrong"), ==, 0);
}

#endif
