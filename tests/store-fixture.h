/* store-fixture.h - a store in a directory of its own, for tests */

#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

#include <string.h>

#include <glib/gstdio.h>

#include <ticketd/error.h>
#include <ticketd/people.h>
#include <ticketd/store.h>

#define CACHE_SIZE ((guint64)8 * 1024 * 1024)
/* Of all events in tests: 2026-11-22. */
#define NOW G_GINT64_CONSTANT(1795305600)

typedef struct {
	char *top; /* made for this test, and removed after it */
	char *home;
	TdStore *store; /* NULL while a test has it closed */
} Desk;

/* Removes @path and all in it. */
static inline void
remove_tree(const char *path)
{
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	const char *name;

	while (
	    directory != NULL && (name = g_dir_read_name(directory)) != NULL) {
		g_autofree char *whole = g_build_filename(path, name, NULL);

		remove_tree(whole);
	}
	g_remove(path);
}

static inline void
make_home(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;

	desk->top = g_dir_make_tmp("ticketd-test-XXXXXX", &error);
	g_assert_no_error(error);
	desk->home = g_build_filename(desk->top, "store", NULL);
}

static inline void
open_store(Desk *desk)
{
	g_autoptr(GError) error = NULL;

	desk->store = td_store_open(desk->home, CACHE_SIZE, 0, &error);
	g_assert_no_error(error);
}

static inline void
close_store(Desk *desk)
{
	td_store_close(g_steal_pointer(&desk->store));
}

static inline void
make_desk(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;

	make_home(desk, NULL);
	td_store_create(desk->home, 1, &error);
	g_assert_no_error(error);
	open_store(desk);
}

static inline void
remove_desk(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	close_store(desk);
	remove_tree(desk->top);
	g_free(desk->home);
	g_free(desk->top);
}

static inline TdTxn *
begin(Desk *desk)
{
	g_autoptr(GError) error = NULL;
	TdTxn *txn = td_txn_begin(desk->store, &error);

	g_assert_no_error(error);
	return txn;
}

static inline void
commit(TdTxn *txn)
{
	g_autoptr(GError) error = NULL;

	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

/* Gives a text of a record another value. */
static inline void
replace_text(char **text, const char *value)
{
	g_free(*text);
	*text = g_strdup(value);
}

static inline void
append(TdTxn *txn, TdTicket *ticket, TdEvent *event)
{
	g_autoptr(GError) error = NULL;

	td_event_append(txn, ticket, event, &error);
	g_assert_no_error(error);
}

static inline void
put_ticket(TdTxn *txn, const TdTicket *ticket)
{
	g_autoptr(GError) error = NULL;

	td_ticket_put(txn, ticket, &error);
	g_assert_no_error(error);
}

static inline TdTicket *
get_ticket(TdTxn *txn, guint64 number)
{
	g_autoptr(GError) error = NULL;
	TdTicket *ticket = NULL;

	td_ticket_get(txn, number, &ticket, &error);
	g_assert_no_error(error);
	return ticket;
}

/* Opens a ticket by an event, as the desk does; the record is written. */
static inline TdTicket *
new_ticket(
    TdTxn *txn, const char *queue, const char *requester, const char *subject)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdEvent) event = NULL;
	TdTicket *ticket;
	guint64 number = 0;

	g_assert_true(td_ticket_allot(txn, &number, &error));
	g_assert_no_error(error);
	ticket = td_ticket_new(number);
	event = td_event_new(TD_EVENT_CREATED, number, NOW, requester);
	td_event_set(event, "queue", queue);
	td_event_set(event, "requester", requester);
	td_event_set(event, "subject", subject);
	append(txn, ticket, event);
	put_ticket(txn, ticket);
	return ticket;
}

/* A person that is not stored yet; @addresses are "a@b;c@d". */
static inline TdPerson *
make_person(TdRole role, const char *name, const char *addresses)
{
	TdPerson *person = td_person_new();

	person->role = role;
	replace_text(&person->name, name);
	g_strfreev(person->addresses);
	person->addresses = g_strsplit(addresses, ";", 0);
	person->created = NOW;
	person->updated = NOW;
	return person;
}

static inline void
put_person(TdTxn *txn, TdPerson *person)
{
	g_autoptr(GError) error = NULL;

	td_person_put(txn, person, &error);
	g_assert_no_error(error);
}

/* The same, stored. */
static inline TdPerson *
new_person(TdTxn *txn, TdRole role, const char *name, const char *addresses)
{
	TdPerson *person = make_person(role, name, addresses);

	put_person(txn, person);
	return person;
}

static inline TdPerson *
get_person(TdTxn *txn, guint64 id)
{
	g_autoptr(GError) error = NULL;
	TdPerson *person = NULL;

	td_person_get(txn, id, &person, &error);
	g_assert_no_error(error);
	return person;
}

/* The stored person of @address; NULL if there is none. */
static inline TdPerson *
person_of(TdTxn *txn, const char *address)
{
	g_autoptr(GError) error = NULL;
	TdPerson *person = NULL;

	td_person_by_address(txn, address, &person, &error);
	g_assert_no_error(error);
	return person;
}

/* Ids of the people in a list. */
static inline char *
ids_of(const GPtrArray *people)
{
	GString *text = g_string_new(NULL);
	guint i;

	for (i = 0; i < people->len; i++)
		g_string_append_printf(text, "%u ",
		    (guint)((const TdPerson *)people->pdata[i])->id);
	return g_string_free(text, FALSE);
}

/* Ids of all agents, each with a blank behind it. */
static inline void
assert_agents(TdTxn *txn, const char *want)
{
	g_autoptr(GPtrArray) people = NULL;
	g_autoptr(GError) error = NULL;
	g_autofree char *got = NULL;

	td_person_agents(txn, &people, &error);
	g_assert_no_error(error);
	got = ids_of(people);
	g_assert_cmpstr(got, ==, want);
}

/* Stores one that waits from NOW until @expires. */
static inline TdHold *
new_hold(TdTxn *txn, guint64 ticket, const char *from, gint64 expires)
{
	g_autoptr(GError) error = NULL;
	TdHold *hold = td_hold_new();

	hold->ticket = ticket;
	replace_text(&hold->from, from);
	replace_text(&hold->kind, "confirm");
	hold->created = NOW;
	hold->expires = expires;
	td_hold_put(txn, hold, &error);
	g_assert_no_error(error);
	return hold;
}

/* Writes one event of a single key and the record with it. */
static inline void
change_ticket(TdTxn *txn, TdTicket *ticket, TdEventKind kind, const char *key,
    const char *value)
{
	g_autoptr(TdEvent)
	    event = td_event_new(kind, ticket->number, NOW, "desk");

	td_event_set(event, key, value);
	append(txn, ticket, event);
	put_ticket(txn, ticket);
}

#endif
