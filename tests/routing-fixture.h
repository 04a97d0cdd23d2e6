/* routing-fixture.h - a desk with rules, and mail to it by anna@bank.example */

#ifndef TICKETD_TESTS_ROUTING_FIXTURE_H
#define TICKETD_TESTS_ROUTING_FIXTURE_H

#include <string.h>

#include <ticketd/people.h>

#include "desk-fixture.h"

/* Behind the first queue's keys. */
#define RULES "|"

static inline char *
mail(const char *fields, const char *text)
{
	static guint count;

	return g_strdup_printf("From: Anna <anna@bank.example>\n"
	                       "To: support@example.com\n"
	                       "Message-ID: <%u@bank.example>\n"
	                       "Content-Type: text/plain; charset=UTF-8\n"
	                       "%s\n"
	                       "%s\n",
	    ++count, fields, text);
}

/* What would be done with a mail of these header fields and that text; the
 * caller's. */
static inline TdPlan *
plan(Fixture *fixture, const char *recipient, const char *fields,
    const char *text)
{
	g_autofree char *raw = mail(fields, text);
	g_autoptr(TdMessage) message = td_message_parse(raw, strlen(raw));
	g_autoptr(GBytes) bytes = g_bytes_new(raw, strlen(raw));
	const TdEnvelope envelope = { .sender = "anna@bank.example",
		.recipient = recipient,
		.raw = bytes };
	g_autoptr(TdTxn) txn = td_txn_read(fixture->store);
	g_autoptr(GError) error = NULL;
	TdPlan *result = NULL;

	td_desk_decide(fixture->desk, txn, message, &envelope, fixture->now,
	    &result, &error);
	g_assert_no_error(error);
	return result;
}

/* The rules that fired: "name[why](what) ..."; the caller's. */
static inline char *
told(const TdPlan *made)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < made->rules->len; i++) {
		const TdFired *fired = g_ptr_array_index(made->rules, i);

		g_string_append_printf(text, "%s%s[%s](%s)", i > 0 ? " " : "",
		    fired->name, fired->why, fired->what);
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static inline void
assert_told(
    Fixture *fixture, const char *fields, const char *text, const char *want)
{
	g_autoptr(TdPlan)
	    made = plan(fixture, "support@example.com", fields, text);
	g_autofree char *got = told(made);

	g_assert_cmpstr(got, ==, want);
}

static inline TdTicket *
file(Fixture *fixture, const char *fields, const char *text)
{
	g_autofree char *raw = mail(fields, text);
	Filing filing = fixture_file(
	    fixture, "anna@bank.example", "support@example.com", raw);

	return fixture_ticket(fixture, filing.outcome.ticket);
}

static inline void
change_person(
    Fixture *fixture, const char *address, gint64 away, const char *company)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(fixture->store, &error);
	g_autoptr(TdPerson) person = NULL;
	char *addresses[] = { (char *)address, NULL };

	td_person_by_address(txn, address, &person, &error);
	if (person == NULL) {
		person = td_person_new();
		g_strfreev(person->addresses);
		person->addresses = g_strdupv(addresses);
	}
	person->away = away;
	g_free(person->company);
	person->company = g_strdup(company);
	td_person_put(txn, person, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

/* The first event of @kind with @key among @events. */
static inline const TdEvent *
find_event(const GPtrArray *events, TdEventKind kind, const char *key)
{
	for (guint i = 0; i < events->len; i++) {
		const TdEvent *event = g_ptr_array_index(events, i);
		guint64 number;

		if (event->kind == kind &&
		    (*td_event_get(event, key) != '\0' ||
		        td_event_find_number(event, key, &number)))
			return event;
	}
	g_assert_not_reached();
}

/* A test of a desk with these groups. */
#define T(path, test, rules)                                                   \
	g_test_add("/routing/" path, Fixture, RULES rules, fixture_open, test, \
	    fixture_close)

#endif
