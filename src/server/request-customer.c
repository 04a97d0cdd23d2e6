/* request-customer.c - the verbs customer-add, -set, -list, -show, -remove */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/clock.h>
#include <ticketd/error.h>
#include <ticketd/text.h>

#include "server/request-people.h"

/* One job of the writer on one customer. */
typedef struct {
	const TdCall *call;
	TdPeopleRules rules;
	TdPerson *customer; /* as he is now */
} Job;

/* ---- finding ---- */

static gboolean
fail_is_agent(const TdPerson *person, const char *address, GError **error)
{
	return td_fail(error, TD_ERROR_REFUSED,
	    "%s is an address of agent %s; try: ticket agent show \"%s\"",
	    address, person->name, person->name);
}

/* The customer with the address @text; the caller's. */
static gboolean
need_customer(TdTxn *txn, const char *text, TdPerson **customer, GError **error)
{
	g_autofree char *folded = td_address_fold(text);
	g_autoptr(TdPerson) found = NULL;

	if (folded == NULL)
		return td_fail(error, TD_ERROR_USAGE,
		    "\"%s\" is not a mail address; customers go by one of "
		    "theirs",
		    text);
	if (!td_person_by_address(txn, folded, &found, error))
		return FALSE;
	if (found == NULL)
		return td_fail(error, TD_ERROR_REFUSED,
		    "there is no customer with the address %s; try: ticket "
		    "customer add %s",
		    folded, folded);
	if (td_person_is_agent(found))
		return fail_is_agent(found, folded, error);
	*customer = g_steal_pointer(&found);
	return TRUE;
}

/* ---- add and set ---- */

static gboolean
write_customer(
    Job *job, TdTxn *txn, TdPerson *customer, const char *what, GError **error)
{
	customer->updated = td_clock_now();
	if (!td_person_put(txn, customer, error) ||
	    !td_people_record(txn, job->call->actor, td_people_called(customer),
	        what, customer->updated, error))
		return FALSE;
	job->customer = td_person_copy(customer);
	return TRUE;
}

static gboolean
take_words(Job *job, TdPerson *customer, GString *what, GError **error)
{
	JsonObject *words = job->call->words;

	return td_people_add_addresses(
	           &job->rules, words, "addresses", customer, what, error) &&
	    td_people_remove_addresses(
	        words, "remove_addresses", customer, what, error) &&
	    td_people_take_fields(&job->rules, words, customer, what, error);
}

/* TdWriteFunc; may run twice, as those below. */
static gboolean
add_customer(TdTxn *txn, gpointer data, GError **error)
{
	Job *job = data;
	g_autoptr(TdPerson) customer = td_person_new();
	g_autoptr(TdPerson) there = NULL;
	g_autoptr(GString) what = g_string_new(NULL);
	g_autofree char *address = NULL;

	g_clear_pointer(&job->customer, td_person_free);
	address = td_people_address(
	    &job->rules, td_call_text(job->call, "address"), error);
	if (address == NULL ||
	    !td_person_by_address(txn, address, &there, error))
		return FALSE;
	if (there != NULL && td_person_is_agent(there))
		return fail_is_agent(there, address, error);
	if (there != NULL)
		return td_fail(error, TD_ERROR_REFUSED,
		    "there is a customer with the address %s; try: ticket "
		    "customer set %s",
		    address, address);

	customer->created = td_clock_now();
	td_people_add_address(customer, address, what);
	return take_words(job, customer, what, error) &&
	    write_customer(job, txn, customer, "added", error);
}

static gboolean
set_customer(TdTxn *txn, gpointer data, GError **error)
{
	Job *job = data;
	g_autoptr(TdPerson) customer = NULL;
	g_autoptr(GString) what = g_string_new(NULL);

	g_clear_pointer(&job->customer, td_person_free);
	if (!need_customer(
	        txn, td_call_text(job->call, "address"), &customer, error) ||
	    !take_words(job, customer, what, error))
		return FALSE;
	if (what->len == 0) {
		job->customer = g_steal_pointer(&customer);
		return TRUE;
	}
	return write_customer(job, txn, customer, what->str, error);
}

/* What he asked for stays; what he is called goes with his addresses. */
static gboolean
remove_customer(TdTxn *txn, gpointer data, GError **error)
{
	Job *job = data;
	g_autoptr(TdPerson) customer = NULL;
	g_autofree char *called = NULL;

	g_clear_pointer(&job->customer, td_person_free);
	if (!need_customer(
	        txn, td_call_text(job->call, "address"), &customer, error))
		return FALSE;
	called = g_strdup(td_people_called(customer));
	job->customer = td_person_copy(customer);
	customer->removed = TRUE;
	customer->updated = td_clock_now();
	g_strfreev(customer->addresses);
	customer->addresses = g_new0(char *, 1);
	return td_person_put(txn, customer, error) &&
	    td_people_record(txn, job->call->actor, called, "removed",
	        customer->updated, error);
}

static gboolean
run(const TdCall *call, TdWriteFunc work, GError **error)
{
	g_autoptr(TdDesk) desk = td_service_desk(call->service);
	g_autoptr(TdLetters) letters = NULL;
	g_autoptr(TdPerson) customer = NULL;
	Job job = { .call = call, .rules = { .desk = desk } };
	gboolean done;

	letters = td_letters_new(td_desk_conf(desk), NULL, error);
	if (letters == NULL)
		return FALSE;
	job.rules.letters = letters;
	done = td_writer_run(
	    td_service_writer(call->service), work, &job, error);
	customer = job.customer;
	if (done)
		td_call_answer(call, td_json_person(customer));
	return done;
}

gboolean
td_request_customer_add(const TdCall *call, GError **error)
{
	return run(call, add_customer, error);
}

gboolean
td_request_customer_set(const TdCall *call, GError **error)
{
	return run(call, set_customer, error);
}

gboolean
td_request_customer_remove(const TdCall *call, GError **error)
{
	return run(call, remove_customer, error);
}

/* ---- list and show ---- */

static gboolean
is_of_company(const TdPerson *customer, const char *company)
{
	g_autofree char *folded = NULL;

	if (company == NULL)
		return TRUE;
	folded = td_text_fold(customer->company);
	return g_str_equal(folded, company);
}

/* One page: those of TD_READ_MAX that are wanted. */
static gboolean
read_page(const TdCall *call, guint64 *after, JsonArray *array, gboolean *more,
    GError **error)
{
	const char *given = td_call_text(call, "company");
	g_autofree char *company = given == NULL ? NULL : td_text_fold(given);
	guint limit = td_call_limit(call);
	g_autoptr(GPtrArray) people = NULL;
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(call->service));

	if (!td_person_customers(txn, *after, limit, &people, error))
		return FALSE;
	g_clear_pointer(&txn, td_txn_free);

	*more = people->len == limit;
	for (guint i = 0; i < people->len; i++) {
		const TdPerson *customer = g_ptr_array_index(people, i);

		*after = customer->id;
		if (is_of_company(customer, company))
			json_array_add_object_element(
			    array, td_json_person(customer));
	}
	return TRUE;
}

gboolean
td_request_customer_list(const TdCall *call, GError **error)
{
	const char *next = td_call_text(call, "next");
	g_autoptr(JsonArray) array = json_array_new();
	JsonObject *result;
	guint64 after = 0;
	gboolean more = FALSE;

	if (next != NULL &&
	    !g_ascii_string_to_unsigned(next, 10, 1, G_MAXINT64, &after, NULL))
		return td_fail(error, TD_ERROR_USAGE, "bad value of \"next\"");
	if (!read_page(call, &after, array, &more, error))
		return FALSE;

	result = json_object_new();
	json_object_set_array_member(
	    result, "customers", g_steal_pointer(&array));
	if (more) {
		g_autofree char *cursor = g_strdup_printf(
		    "%" G_GUINT64_FORMAT, after);

		json_object_set_string_member(result, "next", cursor);
	}
	td_call_answer(call, result);
	return TRUE;
}

gboolean
td_request_customer_show(const TdCall *call, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(call->service));
	g_autoptr(TdPerson) customer = NULL;

	if (!need_customer(
	        txn, td_call_text(call, "address"), &customer, error))
		return FALSE;
	g_clear_pointer(&txn, td_txn_free);
	td_call_answer(call, td_json_person(customer));
	return TRUE;
}
