/* test-erase-event.c - what becomes of events when somebody is erased */

#include "config.h"

#include <string.h>

#include "erased-fixture.h"

typedef struct {
	const char *name;
	TdEventKind kind;
	const char *actor;
	const char *details; /* "key=value;key=value" */
	gboolean his_words;
	const char *want; /* NULL: stays; "actor;key=value..." in the order of
	                   * @details */
} EventRow;

static TdEvent *
make_event(const EventRow *row)
{
	TdEvent *event = td_event_new(row->kind, 42, NOW, row->actor);
	g_auto(GStrv) pairs = g_strsplit(row->details, ";", 0);

	event->sequence = 3;
	event->message = 2;
	for (guint i = 0; pairs[i] != NULL; i++) {
		char *value = strchr(pairs[i], '=');

		*value = '\0';
		td_event_set(event, pairs[i], value + 1);
	}
	td_event_set_number(event, "number", 5);
	return event;
}

static char *
describe(const EventRow *row, const TdEvent *event)
{
	GString *text = g_string_new(event->actor);
	g_auto(GStrv) pairs = g_strsplit(row->details, ";", 0);

	for (guint i = 0; pairs[i] != NULL; i++) {
		*strchr(pairs[i], '=') = '\0';
		g_string_append_printf(
		    text, ";%s=%s", pairs[i], td_event_get(event, pairs[i]));
	}
	return g_string_free(text, FALSE);
}

/* What he called it, or told of it. */
static char *const texts[] = { (char *)"Support", (char *)"resolved",
	(char *)"invoice", (char *)"5550100", (char *)"Fields are missing",
	(char *)"sales desk", NULL };
static char *const values[] = { (char *)"phone=5550100", (char *)"pin=101",
	NULL };
static const TdSecrets said = { texts, values };

static void
test_events(void)
{
	static const EventRow rows[] = {
		{ "a ticket of his", TD_EVENT_CREATED,
		    "customer:anna@example.com",
		    "requester=anna@example.com;requester_name=Anna;"
		    "subject=Help;queue=support",
		    TRUE,
		    "customer:erased-7;requester=erased-7;requester_name=;"
		    "subject=(erased);queue=support" },
		{ "one that an agent opened for him", TD_EVENT_CREATED,
		    "agent:olga",
		    "requester=anna@example.com;requester_name=A;subject=Help",
		    FALSE,
		    "agent:olga;requester=erased-7;requester_name=;"
		    "subject=(erased)" },
		{ "somebody else's", TD_EVENT_CREATED,
		    "customer:boris@example.com",
		    "requester=boris@example.com;requester_name=Boris;"
		    "subject=Help",
		    FALSE, NULL },
		{ "he is copied", TD_EVENT_PARTICIPANT,
		    "customer:boris@example.com",
		    "add=anna@example.com;name=Anna", FALSE,
		    "customer:boris@example.com;add=erased-7;name=" },
		{ "he copies somebody", TD_EVENT_PARTICIPANT,
		    "customer:anna@example.com",
		    "add=boris@example.com;name=Boris", TRUE,
		    "customer:erased-7;add=boris@example.com;name=Boris" },
		{ "an agent calls it otherwise", TD_EVENT_TITLE, "agent:olga",
		    "from=Help;to=Printer of Anna Quokka", FALSE,
		    "agent:olga;from=Help;to=Printer of erased-7" },
		{ "he does", TD_EVENT_TITLE, "customer:anna@example.com",
		    "from=Help;to=Printer", TRUE,
		    "customer:erased-7;from=(erased);to=(erased)" },
		{ "a field out of his mail", TD_EVENT_TYPE, "desk",
		    "field=phone;value=5550100", TRUE,
		    "desk;field=phone;value=" },
		{ "that an agent mended", TD_EVENT_TYPE, "agent:olga",
		    "field=phone;field_from=x;value=5550111", TRUE,
		    "agent:olga;field=phone;field_from=;value=" },
		{ "a field of an agent", TD_EVENT_TYPE, "agent:olga",
		    "field=room;value=101", FALSE, NULL },
		{ "his opinion", TD_EVENT_RATED, "customer:anna@example.com",
		    "text=Never again", TRUE, "customer:erased-7;text=" },
		{ "a note that names him", TD_EVENT_NOTE, "agent:olga",
		    "text=Called a.quokka@example.org", FALSE,
		    "agent:olga;text=Called erased-7" },
		{ "what says nothing of him", TD_EVENT_STATUS, "agent:olga",
		    "from=new;to=open", TRUE, NULL },
		/* What the ticket is made of, though he called it so. */
		{ "a queue", TD_EVENT_CREATED, "customer:anna@example.com",
		    "queue=support;subject=Support;requester=boris@b.example;"
		    "requester_name=Support;language=support;status=resolved",
		    FALSE,
		    "customer:erased-7;queue=support;subject=(erased);"
		    "requester=boris@b.example;requester_name=Support;"
		    "language=support;status=resolved" },
		{ "another queue", TD_EVENT_QUEUE, "agent:olga",
		    "from=support;to=invoice", FALSE, NULL },
		{ "a status", TD_EVENT_STATUS, "agent:olga",
		    "from=resolved;to=resolved;why=fields are missing", TRUE,
		    NULL },
		{ "an owner", TD_EVENT_OWNER, "agent:olga",
		    "from=support;to=invoice", FALSE, NULL },
		{ "a tag", TD_EVENT_TAG, "agent:olga",
		    "add=invoice;remove=support", FALSE, NULL },
		{ "a participant", TD_EVENT_PARTICIPANT, "agent:olga",
		    "add=invoice@supplier.example;name=Invoice;watch=support;"
		    "watcher=resolved",
		    FALSE, NULL },
		{ "a type", TD_EVENT_TYPE, "agent:olga",
		    "from=support;to=invoice", FALSE, NULL },
		{ "a field of that value", TD_EVENT_TYPE, "agent:olga",
		    "field=product;field_from=support;value=invoice", FALSE,
		    NULL },
		{ "a link", TD_EVENT_LINKED, "agent:olga", "type=support",
		    FALSE, NULL },
		{ "a clock", TD_EVENT_DUE, "desk",
		    "clock=support;state=resolved;rule=invoice;"
		    "calendar=support",
		    FALSE, NULL },
		{ "a letter", TD_EVENT_MESSAGE, "desk",
		    "letter=invoice;class=support;rule=resolved;"
		    "message_id=invoice@example.org;to=support@example.org",
		    TRUE,
		    "desk;letter=invoice;class=support;rule=resolved;"
		    "message_id=;to=support@example.org" },
		{ "a reminder", TD_EVENT_REMINDER, "agent:olga",
		    "agent=support;done=invoice;text=the Invoice of today",
		    FALSE,
		    "agent:olga;agent=support;done=invoice;"
		    "text=the (erased) of today" },
		{ "a rule by his name", TD_EVENT_DUE, "desk",
		    "clock=response;rule=Anna Quokka", FALSE, NULL },
		{ "and an owner", TD_EVENT_OWNER, "agent:olga",
		    "from=;to=Anna Quokka", TRUE, NULL },
		/* And what is not. */
		{ "a title", TD_EVENT_TITLE, "agent:olga",
		    "from=Support;to=Invoice 7", FALSE,
		    "agent:olga;from=(erased);to=(erased) 7" },
		{ "what a machine said", TD_EVENT_NOT_DELIVERED, "desk",
		    "to=boris@b.example;status=5.1.1;diagnostic=no Invoice",
		    FALSE,
		    "desk;to=boris@b.example;status=5.1.1;"
		    "diagnostic=no (erased)" },
		{ "a field that he filled, mended", TD_EVENT_TYPE, "agent:olga",
		    "field=phone;field_from=5550100;value=5550111", FALSE,
		    "agent:olga;field=phone;field_from=;value=5550111" },
		{ "and mended back", TD_EVENT_TYPE, "agent:olga",
		    "field=phone;field_from=5550111;value=5550100", FALSE,
		    "agent:olga;field=phone;field_from=5550111;value=" },
		{ "one of few letters", TD_EVENT_TYPE, "agent:olga",
		    "field=pin;field_from=101;value=101", FALSE,
		    "agent:olga;field=pin;field_from=;value=101" },
		{ "a requester who is not him any more", TD_EVENT_REQUESTER,
		    "agent:olga",
		    "from=anna@example.com;from_name=Anna;to=boris@b.example;"
		    "name=Boris",
		    FALSE,
		    "agent:olga;from=erased-7;from_name=;to=boris@b.example;"
		    "name=Boris" },
		{ "he is copied no more", TD_EVENT_PARTICIPANT, "agent:olga",
		    "remove=anna@example.com;name=Anna", FALSE,
		    "agent:olga;remove=erased-7;name=" },
		{ "what is as it should be", TD_EVENT_CREATED,
		    "customer:erased-7",
		    "requester=erased-7;requester_name=;subject=(erased)", TRUE,
		    NULL },
	};
	g_autoptr(TdErased) erased = make_erased();

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(TdEvent) event = make_event(&rows[i]);
		g_autoptr(TdEvent) got = td_erase_event(
		    erased, &said, event, rows[i].his_words);
		g_autofree char *text = got == NULL ? NULL
		                                    : describe(&rows[i], got);

		g_test_message("%s", rows[i].name);
		g_assert_cmpstr(text, ==, rows[i].want);
		if (got == NULL)
			continue;
		g_assert_cmpuint(got->ticket, ==, 42);
		g_assert_cmpuint(got->sequence, ==, 3);
		g_assert_cmpuint(got->message, ==, 2);
		g_assert_cmpint(got->time, ==, NOW);
		g_assert_cmpuint(td_event_get_number(got, "number"), ==, 5);
	}
}

static void
test_lists(void)
{
	static const char *const addresses[] = { "boris@example.com",
		"anna@example.com", NULL };
	g_autoptr(TdErased) erased = make_erased();
	g_autoptr(TdEvent) event = td_event_new(TD_EVENT_SENT, 1, NOW, "desk");
	g_autoptr(TdEvent) got = NULL;
	g_autoptr(GVariant) value = NULL;
	g_autofree const char **list = NULL;
	g_autoptr(GVariantBuilder)
	    details = g_variant_builder_new(G_VARIANT_TYPE_VARDICT);

	g_variant_builder_add(
	    details, "{sv}", "all", g_variant_new_strv(addresses, -1));
	g_variant_unref(event->detail);
	event->detail = g_variant_ref_sink(g_variant_builder_end(details));
	got = td_erase_event(erased, &said, event, FALSE);
	g_assert_nonnull(got);
	value = g_variant_lookup_value(
	    td_event_detail(got), "all", G_VARIANT_TYPE_STRING_ARRAY);
	list = g_variant_get_strv(value, NULL);
	g_assert_cmpstr(list[0], ==, "boris@example.com");
	g_assert_cmpstr(list[1], ==, "erased-7");
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/erase/event/it goes on without him, and does what it "
	                "did",
	    test_events);
	g_test_add_func("/erase/event/so does a list in one", test_lists);
	return g_test_run();
}
