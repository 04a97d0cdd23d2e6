/* test-store-agents.c - lists of people, and whom a typed name means */

#include "config.h"

#include "store/store-private.h"
#include "store-fixture.h"

/* ---- lists ---- */

static void
test_agents_by_name(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);

	td_person_free(new_person(txn, TD_ROLE_AGENT, "eve", "e@x"));
	td_person_free(new_person(txn, TD_ROLE_CUSTOMER, "carl", "c@x"));
	td_person_free(new_person(txn, TD_ROLE_LEAD, "Борис", "b@x"));
	td_person_free(new_person(txn, TD_ROLE_AGENT, "Anna", "a@x"));
	assert_agents(txn, "4 1 3 ");
}

static void
test_customers_in_turns(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdPerson) gone = NULL;
	GString *got = g_string_new(NULL);
	guint64 after = 0;
	guint i;

	for (i = 1; i <= 12; i++) {
		g_autofree char *name = g_strdup_printf("p%u", i);

		td_person_free(new_person(txn,
		    i % 3 == 0 ? TD_ROLE_AGENT : TD_ROLE_CUSTOMER, name, ""));
	}
	gone = get_person(txn, 5);
	gone->removed = TRUE;
	put_person(txn, gone);
	for (;;) {
		g_autoptr(GPtrArray) people = NULL;
		g_autofree char *turn = NULL;

		g_assert_true(
		    td_person_customers(txn, after, 3, &people, NULL));
		turn = ids_of(people);
		g_string_append_printf(got, "%s| ", turn);
		if (people->len == 0)
			break;
		after = ((TdPerson *)people->pdata[people->len - 1])->id;
	}
	g_assert_cmpstr(got->str, ==, "1 2 4 | 7 8 10 | 11 | | ");
	g_string_free(got, TRUE);
}

/* ---- finding an agent ---- */

typedef struct {
	const char *text;
	guint64 id; /* 0: none */
	gboolean several;
} Find;

static const Find finds[] = {
	/* By name, whole and of any case. */
	{ "anna", 1, FALSE },
	{ " ANNA ", 1, FALSE },
	{ "Annabel", 2, FALSE },
	{ "Пётр", 3, FALSE },
	{ "ПЕТР", 3, FALSE },
	/* By address. */
	{ "b@x", 1, FALSE },
	{ "B@X", 1, FALSE },
	{ "<b@x>", 1, FALSE },
	/* By the beginning of a word. */
	{ "annab", 2, FALSE },
	{ "ann", 0, TRUE },
	{ "пе", 3, FALSE },
	{ "сидор", 3, FALSE },
	{ "smi", 2, FALSE },
	{ "belle sm", 2, FALSE },
	{ "ltd", 4, FALSE },
	/* By none. */
	{ "mith", 0, FALSE },
	{ "carl", 0, FALSE },
	{ "c@x", 0, FALSE },
	{ "gone", 0, FALSE },
	{ "", 0, FALSE },
	{ " ", 0, FALSE },
	{ "\xff", 0, FALSE },
};

static void
fill_agents(Desk *desk, gconstpointer unused)
{
	static const struct {
		TdRole role;
		const char *name;
		const char *full_name;
		const char *addresses;
	} people[] = {
		{ TD_ROLE_AGENT, "anna", "", "a@x;b@x" },
		{ TD_ROLE_AGENT, "Annabel", "A. Belle Smith", "ab@x" },
		{ TD_ROLE_LEAD, "пётр", "Пётр Сидоров", "p@x" },
		{ TD_ROLE_AGENT, "night.ltd", "", "n@x" },
		{ TD_ROLE_CUSTOMER, "carl", "", "c@x" },
		{ TD_ROLE_AGENT, "gone", "", "g@x" },
	};
	g_autoptr(TdTxn) txn = NULL;
	guint i;

	make_desk(desk, unused);
	txn = begin(desk);
	for (i = 0; i < G_N_ELEMENTS(people); i++) {
		g_autoptr(TdPerson) person = new_person(
		    txn, people[i].role, people[i].name, people[i].addresses);

		replace_text(&person->full_name, people[i].full_name);
		person->removed = strcmp(person->name, "gone") == 0;
		put_person(txn, person);
	}
	commit(txn);
}

static void
test_find_agent(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = td_txn_read(desk->store);
	guint i;

	for (i = 0; i < G_N_ELEMENTS(finds); i++) {
		g_autoptr(TdPerson) person = NULL;
		g_autoptr(TdPerson) again = NULL;
		g_autoptr(GError) error = NULL;
		gboolean several = !finds[i].several;

		g_test_message("\"%s\"", finds[i].text);
		td_person_find_agent(
		    txn, finds[i].text, &person, &several, &error);
		g_assert_no_error(error);
		g_assert_cmpuint(
		    person != NULL ? person->id : 0, ==, finds[i].id);
		g_assert_cmpint(several, ==, finds[i].several);
		g_assert_true(td_person_find_agent(
		    txn, finds[i].text, &again, NULL, NULL));
	}
}

#define MADE(name, function)                                                   \
	g_test_add("/store/agents/" name, Desk, NULL, make_desk, function,     \
	    remove_desk)
#define FILLED(name, function)                                                 \
	g_test_add("/store/agents/" name, Desk, NULL, fill_agents, function,   \
	    remove_desk)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	MADE("agents are listed by name", test_agents_by_name);
	MADE("customers are listed in turns", test_customers_in_turns);
	FILLED("an agent is found by what is typed", test_find_agent);
	return g_test_run();
}
