/* distribute-fixture.c - see distribute-fixture.h */

#include "config.h"

#include <string.h>

#include "distribute-fixture.h"

#include "desk/policy.h"

void
change_agent(Fixture *fixture, const char *name,
    void (*how)(TdPerson *, gpointer), gpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(fixture->store, &error);
	g_autoptr(TdPerson) person = NULL;

	g_assert_no_error(error);
	td_person_find_agent(txn, name, &person, NULL, &error);
	g_assert_no_error(error);
	g_assert_nonnull(person);
	how(person, data);
	td_person_put(txn, person, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

static void
put_text(char **field, const char *text)
{
	g_free(*field);
	*field = g_strdup(text);
}

static void
set_away(TdPerson *person, gpointer data)
{
	person->away = *(gint64 *)data;
}

void
set_deputy(TdPerson *person, gpointer data)
{
	put_text(&person->deputy, data);
}

void
set_calendar(TdPerson *person, gpointer data)
{
	put_text(&person->calendar, data);
}

void
set_skills(TdPerson *person, gpointer data)
{
	g_strfreev(person->skills);
	person->skills = g_strsplit(data, ",", -1);
}

void
set_queues(TdPerson *person, gpointer data)
{
	g_strfreev(person->queues);
	person->queues = g_strsplit(data, ",", -1);
}

void
set_removed(TdPerson *person, gpointer unused G_GNUC_UNUSED)
{
	person->removed = TRUE;
}

void
away(Fixture *fixture, const char *name, gint64 until)
{
	change_agent(fixture, name, set_away, &until);
}

void
deputy(Fixture *fixture, const char *name, const char *other)
{
	change_agent(fixture, name, set_deputy, (gpointer)other);
}

void
hire(Fixture *fixture, const char *names)
{
	g_auto(GStrv) list = g_strsplit(names, ",", -1);

	for (guint i = 0; list[i] != NULL; i++) {
		g_autofree char *address = g_strconcat(
		    list[i], "@example.com", NULL);

		fixture_agent(fixture, list[i], address);
	}
}

/* ---- tickets ---- */

char *
owner_of(Fixture *fixture, guint64 number)
{
	g_autoptr(TdTicket) ticket = fixture_ticket(fixture, number);

	return g_strdup(ticket->owner);
}

void
assert_owners(Fixture *fixture, const char *want)
{
	g_auto(GStrv) list = g_strsplit(want, " ", -1);
	g_autoptr(GString) got = g_string_new(NULL);

	for (guint i = 0; list[i] != NULL; i++) {
		guint64 number = fixture_open_ticket(fixture);
		g_autofree char *owner = owner_of(fixture, number);

		g_string_append_printf(got, "%s%s", i == 0 ? "" : " ",
		    *owner == '\0' ? "-" : owner);
	}
	g_assert_cmpstr(got->str, ==, want);
}

gint64
assign_time(Fixture *fixture, guint64 number)
{
	g_autoptr(TdTicket) ticket = fixture_ticket(fixture, number);
	const TdClock *clock = &ticket->clocks[TD_CLOCK_ASSIGN];

	g_assert_cmpint(clock->state, ==,
	    clock->due == 0 ? TD_CLOCK_NONE : TD_CLOCK_RUNNING);
	g_assert_cmpint(clock->next, ==, clock->due);
	return clock->due;
}

static const char *
letters_of(const TdPlan *plan)
{
	static char *text;
	g_autoptr(GString) list = g_string_new(NULL);

	for (guint i = 0; i < plan->letters->len; i++) {
		const TdLetter *letter = g_ptr_array_index(plan->letters, i);

		g_string_append_printf(list, "%s%s:%s", i == 0 ? "" : " ",
		    td_letter_kind_name(letter->kind),
		    td_event_get(
		        g_ptr_array_index(plan->letter_events, i), "to"));
	}
	g_free(text);
	text = g_string_free(g_steal_pointer(&list), FALSE);
	return text;
}

const char *
distribute(Fixture *fixture, guint64 first, guint64 second, const char *former)
{
	const guint64 numbers[] = { first, second };
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(fixture->store, &error);
	g_autoptr(TdPlan) plan = td_plan_new(fixture->now);
	g_auto(TdDraft) draft = { 0 };
	const char *letters;
	TdOutcome outcome;

	g_assert_no_error(error);
	plan->silence = g_strdup("");
	plan->evidence = g_strdup("");
	td_draft_init(&draft, fixture->desk, txn, plan, fixture->now);
	for (guint i = 0; i < 2 && numbers[i] != 0; i++) {
		if (former != NULL) {
			TdEvent *event = td_draft_add(
			    &draft, TD_EVENT_OWNER, numbers[i]);

			td_event_set(event, "from", former);
			td_event_set(event, "to", "");
		}
		td_distribute(&draft, numbers[i], &error);
		g_assert_no_error(error);
	}
	letters = letters_of(plan);
	td_desk_apply(
	    fixture->desk, txn, plan, NULL, NULL, NULL, 0, &outcome, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
	return letters;
}
