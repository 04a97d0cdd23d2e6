/* test-store-people.c - people: the record, addresses, names, keys */

#include "config.h"

#include "store/store-private.h"
#include "store-fixture.h"

/* Every field is set. */
static TdPerson *
full_person(void)
{
	TdPerson *person = make_person(
	    TD_ROLE_LEAD, "Анна", "anna@example.com;a@example.org");

	replace_text(&person->full_name, "Анна Петрова");
	replace_text(&person->language, "ru");
	replace_text(&person->company, "Example");
	replace_text(&person->office, "3.14");
	replace_text(&person->phone, "+49 1");
	replace_text(&person->equipment, "Printer 7");
	replace_text(&person->deputy, "eve");
	g_strfreev(person->queues);
	person->queues = g_strsplit("support;sales", ";", 0);
	g_strfreev(person->keys);
	person->keys = g_strsplit("openpgp:AB;smime:CD", ";", 0);
	g_strfreev(person->skills);
	person->skills = g_strsplit("printer;сеть", ";", 0);
	replace_text(&person->calendar, "early");
	person->echo = TRUE;
	person->away = NOW + 5;
	person->created = NOW - 9;
	person->updated = NOW - 4;
	return person;
}

static void
assert_same_list(GStrv got, GStrv want)
{
	g_autofree char *got_text = g_strjoinv(";", got);
	g_autofree char *want_text = g_strjoinv(";", want);

	g_assert_cmpstr(got_text, ==, want_text);
}

static void
assert_same(const TdPerson *got, const TdPerson *want)
{
	g_assert_cmpuint(got->id, ==, want->id);
	g_assert_cmpuint(got->role, ==, want->role);
	g_assert_cmpint(got->removed, ==, want->removed);
	g_assert_cmpstr(got->name, ==, want->name);
	g_assert_cmpstr(got->full_name, ==, want->full_name);
	assert_same_list(got->addresses, want->addresses);
	g_assert_cmpstr(got->language, ==, want->language);
	g_assert_cmpstr(got->company, ==, want->company);
	g_assert_cmpstr(got->office, ==, want->office);
	g_assert_cmpstr(got->phone, ==, want->phone);
	g_assert_cmpstr(got->equipment, ==, want->equipment);
	assert_same_list(got->queues, want->queues);
	assert_same_list(got->keys, want->keys);
	g_assert_cmpint(got->echo, ==, want->echo);
	g_assert_cmpint(got->away, ==, want->away);
	g_assert_cmpstr(got->deputy, ==, want->deputy);
	assert_same_list(got->skills, want->skills);
	g_assert_cmpstr(got->calendar, ==, want->calendar);
	g_assert_cmpint(got->created, ==, want->created);
	g_assert_cmpint(got->updated, ==, want->updated);
}

/* @id 0: nobody has it. */
static void
assert_address(TdTxn *txn, const char *address, guint64 id)
{
	g_autoptr(TdPerson) person = person_of(txn, address);

	g_assert_cmpuint(person != NULL ? person->id : 0, ==, id);
}

static void
assert_refused(TdTxn *txn, TdPerson *person, const char *message)
{
	g_autoptr(GError) error = NULL;
	guint64 id = person->id;

	g_assert_false(td_person_put(txn, person, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_REFUSED);
	g_assert_cmpstr(error->message, ==, message);
	g_assert_cmpuint(person->id, ==, id);
}

/* ---- the value ---- */

static void
test_roles(void)
{
	TdRole role = TD_ROLE_LAST;
	guint i;

	for (i = 0; i <= TD_ROLE_LAST; i++) {
		g_assert_true(td_role_from_name(td_role_name(i), &role));
		g_assert_cmpuint(role, ==, i);
	}
	g_assert_cmpstr(td_role_name(TD_ROLE_LEAD), ==, "lead");
	g_assert_false(td_role_from_name("boss", &role));
	g_assert_cmpuint(role, ==, TD_ROLE_LAST);
}

static void
test_copy(void)
{
	g_autoptr(TdPerson) person = full_person();
	g_autoptr(TdPerson) copy = td_person_copy(person);

	assert_same(copy, person);
	replace_text(&copy->addresses[0], "new@example.com");
	g_assert_cmpstr(person->addresses[0], ==, "anna@example.com");
}

static void
test_rights(void)
{
	g_autoptr(TdPerson) person = full_person();

	g_assert_true(td_person_is_agent(person));
	g_assert_true(td_person_has_address(person, "a@example.org"));
	g_assert_false(td_person_has_address(person, "b@example.org"));
	g_assert_false(td_person_has_address(person, ""));
	g_assert_true(td_person_has_queue(person, "sales"));
	g_assert_false(td_person_has_queue(person, "billing"));
	g_strfreev(person->queues);
	person->queues = g_new0(char *, 1);
	g_assert_true(td_person_has_queue(person, "billing"));
	person->role = TD_ROLE_CUSTOMER;
	g_assert_false(td_person_is_agent(person));
	g_assert_false(td_person_has_queue(person, "billing"));
}

static void
test_removed_has_no_rights(void)
{
	g_autoptr(TdPerson) person = full_person();

	person->removed = TRUE;
	g_assert_false(td_person_is_agent(person));
	g_assert_false(td_person_has_address(person, "a@example.org"));
	g_assert_false(td_person_has_queue(person, "sales"));
}

/* ---- the table ---- */

static void
test_reads_what_was_put(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdPerson) person = full_person();
	g_autoptr(TdPerson) empty = td_person_new();
	g_autoptr(TdPerson) read = NULL;
	g_autoptr(TdPerson) read_empty = NULL;

	put_person(txn, person);
	put_person(txn, empty);
	commit(txn);
	g_clear_pointer(&txn, td_txn_free);
	close_store(desk);
	open_store(desk);
	txn = td_txn_read(desk->store);
	g_assert_cmpuint(person->id, ==, 1);
	read = get_person(txn, 1);
	assert_same(read, person);
	read_empty = get_person(txn, 2);
	assert_same(read_empty, empty);
	g_assert_null(get_person(txn, 3));
	g_assert_null(get_person(txn, 0));
}

static void
test_ids_never_again(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdPerson) one = new_person(txn, TD_ROLE_AGENT, "anna", "a@x");
	g_autoptr(TdPerson) two = NULL;
	g_autoptr(TdPerson) unknown = make_person(TD_ROLE_AGENT, "eve", "");
	g_autoptr(GError) error = NULL;

	one->removed = TRUE;
	put_person(txn, one);
	two = new_person(txn, TD_ROLE_AGENT, "anna", "a@x");
	g_assert_cmpuint(two->id, ==, 2);
	unknown->id = 3;
	g_assert_false(td_person_put(txn, unknown, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_BROKEN);
}

static void
test_found_by_each_address(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdPerson)
	    anna = new_person(txn, TD_ROLE_AGENT, "anna", "a@x;b@x;a@x");
	g_autoptr(TdPerson) eve = new_person(txn, TD_ROLE_CUSTOMER, "", "c@x");

	assert_address(txn, "a@x", anna->id);
	assert_address(txn, "b@x", anna->id);
	assert_address(txn, "c@x", eve->id);
	assert_address(txn, "d@x", 0);
	assert_address(txn, "", 0);
	/* One goes, one comes. */
	g_strfreev(anna->addresses);
	anna->addresses = g_strsplit("d@x;a@x", ";", 0);
	put_person(txn, anna);
	assert_address(txn, "a@x", anna->id);
	assert_address(txn, "b@x", 0);
	assert_address(txn, "d@x", anna->id);
	/* What was let go is free. */
	g_strfreev(eve->addresses);
	eve->addresses = g_strsplit("b@x", ";", 0);
	put_person(txn, eve);
	assert_address(txn, "b@x", eve->id);
	assert_address(txn, "c@x", 0);
}

static void
test_taken_is_refused(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdPerson)
	    anna = new_person(txn, TD_ROLE_AGENT, "Alёna", "a@x;b@x");
	g_autoptr(TdPerson)
	    eve = make_person(TD_ROLE_CUSTOMER, "E\nve", "c@x;b@x");
	g_autoptr(TdPerson) other = make_person(TD_ROLE_LEAD, "aLЕNA", "d@x");
	g_autoptr(TdPerson) nameless = make_person(TD_ROLE_AGENT, "", "e@x");

	assert_refused(txn, eve,
	    "E?ve cannot have the address b@x, which is one of Alёna");
	replace_text(&eve->name, "");
	assert_refused(
	    txn, eve, "c@x cannot have the address b@x, which is one of Alёna");
	assert_address(txn, "c@x", 0);
	assert_refused(
	    txn, other, "the name aLЕNA is too like that of agent Alёna");
	assert_address(txn, "d@x", 0);
	assert_refused(txn, nameless, "an agent needs a name");
	/* Nobody was in the way of himself, and no id was spent. */
	put_person(txn, anna);
	replace_text(&eve->addresses[1], "f@x");
	put_person(txn, eve);
	g_assert_cmpuint(eve->id, ==, 2);
}

/* Names of customers are what they call themselves. */
static void
test_customers_share_names(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdPerson) agent = new_person(txn, TD_ROLE_AGENT, "eve", "");
	g_autoptr(TdPerson) one = new_person(txn, TD_ROLE_CUSTOMER, "eve", "");
	g_autoptr(TdPerson) two = new_person(txn, TD_ROLE_CUSTOMER, "eve", "");

	assert_agents(txn, "1 ");
	one->role = TD_ROLE_AGENT;
	assert_refused(txn, one, "the name eve is too like that of agent eve");
	agent->role = TD_ROLE_CUSTOMER;
	put_person(txn, agent);
	put_person(txn, one);
	assert_agents(txn, "2 ");
}

static void
test_removed_lets_go(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdPerson)
	    anna = new_person(txn, TD_ROLE_AGENT, "anna", "a@x;b@x");
	g_autoptr(TdPerson) read = NULL;
	g_autoptr(TdPerson) found = NULL;
	gboolean several = TRUE;

	anna->removed = TRUE;
	put_person(txn, anna);
	assert_address(txn, "a@x", 0);
	assert_address(txn, "b@x", 0);
	assert_agents(txn, "");
	g_assert_true(
	    td_person_find_agent(txn, "anna", &found, &several, NULL));
	g_assert_null(found);
	g_assert_false(several);
	read = get_person(txn, 1);
	g_assert_true(read->removed);
	g_assert_cmpstr(read->name, ==, "anna");
	g_assert_null(read->addresses[0]);
	td_person_free(new_person(txn, TD_ROLE_AGENT, "Anna", "b@x"));
	assert_agents(txn, "2 ");
}

static void
test_undone(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);

	td_person_free(new_person(txn, TD_ROLE_AGENT, "anna", "a@x"));
	g_clear_pointer(&txn, td_txn_free);
	txn = begin(desk);
	assert_address(txn, "a@x", 0);
	assert_agents(txn, "");
	td_person_free(new_person(txn, TD_ROLE_AGENT, "eve", "a@x"));
	assert_address(txn, "a@x", 1);
}

/* ---- keys ---- */

static void
test_keys(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(GBytes) bytes = g_bytes_new("\0key", 4);
	g_autoptr(GBytes) read = NULL;
	g_autoptr(GBytes) gone = NULL;

	g_assert_true(td_person_key_get(txn, "openpgp:AB", &read, NULL));
	g_assert_null(read);
	g_assert_true(td_person_key_put(txn, "openpgp:AB", bytes, NULL));
	g_assert_true(td_person_key_get(txn, "openpgp:AB", &read, NULL));
	g_assert_true(g_bytes_equal(read, bytes));
	g_assert_true(td_person_key_put(txn, "openpgp:AB", NULL, NULL));
	g_assert_true(td_person_key_put(txn, "openpgp:AB", NULL, NULL));
	g_assert_true(td_person_key_get(txn, "openpgp:AB", &gone, NULL));
	g_assert_null(gone);
}

/* ---- damage ---- */

static void
test_damaged_is_error(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdPerson) person = full_person();
	g_auto(TdRow) row = { 0 };
	guint8 key[TD_KEY_NUMBER];
	gsize size;

	put_person(txn, person);
	td_key_number(key, 1);
	g_assert_true(
	    td_row_get(txn, TD_TABLE_PEOPLE, key, sizeof(key), 0, &row, NULL));
	for (size = 0; size < row.size; size++) {
		g_autoptr(GError) error = NULL;
		TdPerson *read = NULL;

		g_assert_true(td_row_put(txn, TD_TABLE_PEOPLE, key, sizeof(key),
		    row.data, size, NULL));
		g_assert_false(td_person_get(txn, 1, &read, &error));
		g_assert_error(error, TD_ERROR, TD_ERROR_BROKEN);
		g_assert_cmpstr(
		    error->message, ==, "damaged record 1 in table people");
		g_assert_null(read);
	}
	/* Its addresses are nobody's now. */
	assert_address(txn, "anna@example.com", 0);
	assert_agents(txn, "");
	put_person(txn, person);
	assert_address(txn, "anna@example.com", 1);
}

/* Any byte may be wrong: an error or another person, but no crash. */
static void
test_flipped_is_survived(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdPerson) person = full_person();
	g_auto(TdRow) row = { 0 };
	guint8 key[TD_KEY_NUMBER];
	gsize i;

	put_person(txn, person);
	td_key_number(key, 1);
	g_assert_true(
	    td_row_get(txn, TD_TABLE_PEOPLE, key, sizeof(key), 0, &row, NULL));
	for (i = 0; i < row.size; i++) {
		guint8 kept = row.data[i];
		TdPerson *read = NULL;

		row.data[i] ^= g_test_rand_int_range(1, 256);
		td_row_put(txn, TD_TABLE_PEOPLE, key, sizeof(key), row.data,
		    row.size, NULL);
		if (td_person_get(txn, 1, &read, NULL))
			td_person_free(read);
		row.data[i] = kept;
	}
}

#define PURE(name, function) g_test_add_func("/store/people/" name, function)
#define MADE(name, function)                                                   \
	g_test_add("/store/people/" name, Desk, NULL, make_desk, function,     \
	    remove_desk)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	PURE("names of roles go both ways", test_roles);
	PURE("a copy is equal and apart", test_copy);
	PURE("what a person may is told", test_rights);
	PURE("who was removed may nothing", test_removed_has_no_rights);
	MADE("a person is read as it was put", test_reads_what_was_put);
	MADE("an id is given once", test_ids_never_again);
	MADE("people are found by each address", test_found_by_each_address);
	MADE("what is another's is refused", test_taken_is_refused);
	MADE("customers may share a name", test_customers_share_names);
	MADE("who is removed lets address and name go", test_removed_lets_go);
	MADE("what is not committed is undone", test_undone);
	MADE("keys are kept", test_keys);
	MADE("a cut record is an error that names it", test_damaged_is_error);
	MADE("a wrong byte crashes nothing", test_flipped_is_survived);
	return g_test_run();
}
