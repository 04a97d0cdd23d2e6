/* office-fixture.c - see office-fixture.h */

#include "config.h"

#include <string.h>

#include "office-fixture.h"

void
office_open(Office *office, gconstpointer extra)
{
	fixture_open(&office->fixture, extra);
	fixture_agent(&office->fixture, "olga", OLGA);
	fixture_agent(&office->fixture, "ivan", IVAN);
	office->ticket = fixture_open_ticket(&office->fixture);
	office->address = fixture_reply_address(
	    &office->fixture, office->ticket, "new-ticket", OLGA);
}

void
office_close(Office *office, gconstpointer extra)
{
	g_free(office->address);
	fixture_close(&office->fixture, extra);
}

void
office_add(const char *name, gconstpointer extra,
    void (*test)(Office *, gconstpointer))
{
	g_autofree char *path = g_strconcat("/agent/", name, NULL);

	g_test_add(path, Office, extra, office_open, test, office_close);
}

/* A mail that answers our newest notification. */
Filing
office_mail(Office *office, const char *from, const char *to,
    const char *fields, const char *text)
{
	g_autofree char *raw = g_strdup_printf(
	    "%sFrom: <%s>\nTo: <%s>\nSubject: Re: [support #%" G_GUINT64_FORMAT
	    "] Printer on fire\nMessage-ID: <mail-%u@agents.example>\n\n%s",
	    fields, from, to, office->ticket, ++office->count, text);

	return fixture_file(&office->fixture, from, to, raw);
}

Filing
office_olga(Office *office, const char *text)
{
	return office_mail(office, OLGA, office->address, "", text);
}

TdTicket *
office_ticket(Office *office)
{
	return fixture_ticket(&office->fixture, office->ticket);
}

void
office_assert_status(Office *office, TdStatus status)
{
	g_autoptr(TdTicket) now = office_ticket(office);

	g_assert_cmpstr(
	    td_status_name(now->status), ==, td_status_name(status));
}

void
office_assert_owner(Office *office, const char *owner)
{
	g_autoptr(TdTicket) now = office_ticket(office);

	g_assert_cmpstr(now->owner, ==, owner);
}

guint
office_count(Office *office, const char *kind)
{
	return fixture_count(&office->fixture, office->ticket, kind);
}

/* How many refused events ticket @number has. */
guint
office_refusals(Office *office, guint64 number)
{
	g_autoptr(GPtrArray) events = fixture_events(&office->fixture, number);
	guint found = 0;

	for (guint i = 0; i < events->len; i++) {
		const TdEvent *event = g_ptr_array_index(events, i);

		found += event->kind == TD_EVENT_REFUSED;
	}
	return found;
}

TdMessage *
office_letter(Office *office, const char *kind, const char *to)
{
	TdMessage *found = fixture_letter(
	    &office->fixture, office->ticket, kind, to);

	g_assert_nonnull(found);
	return found;
}

Filing
office_anna(Office *office, const char *text)
{
	g_autofree char *thread = fixture_reply_address(&office->fixture,
	    office->ticket, "acknowledgement", "anna@example.net");

	return office_mail(office, "anna@example.net", thread, "", text);
}

char *
office_confirmation(Office *office)
{
	g_autoptr(TdMessage) asked = office_letter(office, "confirm", OLGA);
	char *link = fixture_link(asked, "-c");

	g_assert_nonnull(link);
	return link;
}
