/* customer.c - ticket customer: the people who ask */

#include "config.h"

#include <sysexits.h>

#include "cli/cli.h"

/* ---- printing ---- */

static void
print_customer(const TdCli *cli, JsonObject *customer)
{
	static const char *const names[] = { "name", "company", "office",
		"phone", "equipment", "language" };
	g_autofree char *addresses = td_output_joined(customer, "addresses");
	g_autofree char *created = td_output_time(
	    td_get_text(customer, "created"));
	g_autofree char *updated = td_output_time(
	    td_get_text(customer, "updated"));

	td_output_line(cli->colour, "addresses", addresses);
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		td_output_line(
		    cli->colour, names[i], td_get_text(customer, names[i]));
	td_output_line(cli->colour, "created", created);
	td_output_line(cli->colour, "updated", updated);
}

/* Asks, and prints the customer that is answered; @words are taken over. */
static int
ask_and_print(const TdCli *cli, JsonObject *words)
{
	int status = EX_OK;
	g_autoptr(JsonObject)
	    customer = td_client_once(cli, words, NULL, &status);

	if (customer == NULL)
		return status;
	if (td_cli_format(cli, "json"))
		td_output_json_object(customer);
	else
		print_customer(cli, customer);
	return EX_OK;
}

/* ---- add, set, show, remove ---- */

static JsonObject *
make_words(const TdCli *cli, const char *verb)
{
	JsonObject *words = td_client_words(verb);

	json_object_set_string_member(words, "address", td_cli_word(cli, 0));
	return words;
}

static void
copy_options(const TdCli *cli, JsonObject *words)
{
	static const char *const names[] = { "name", "company", "office",
		"phone", "equipment", "language" };

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		td_client_copy_text(cli, names[i], words, names[i]);
	td_client_copy_texts(cli, "address", words, "addresses");
}

int
td_cli_customer_add(const TdCli *cli)
{
	JsonObject *words = make_words(cli, "customer-add");

	copy_options(cli, words);
	return ask_and_print(cli, words);
}

int
td_cli_customer_set(const TdCli *cli)
{
	JsonObject *words = make_words(cli, "customer-set");

	copy_options(cli, words);
	td_client_copy_texts(cli, "remove-address", words, "remove_addresses");
	if (json_object_get_size(words) == 2) {
		json_object_unref(words);
		fprintf(stderr,
		    "ticket: nothing to set; try: ticket help customer set\n");
		return EX_USAGE;
	}
	return ask_and_print(cli, words);
}

int
td_cli_customer_show(const TdCli *cli)
{
	return ask_and_print(cli, make_words(cli, "customer-show"));
}

int
td_cli_customer_remove(const TdCli *cli)
{
	int status = EX_OK;
	g_autoptr(JsonObject) customer = td_client_once(
	    cli, make_words(cli, "customer-remove"), NULL, &status);
	g_autofree char *addresses = NULL;

	if (customer == NULL)
		return status;
	addresses = td_output_joined(customer, "addresses");
	if (td_cli_format(cli, "json")) {
		td_output_json_object(customer);
	} else {
		td_output_text(addresses);
		printf(" is not kept any more; the tickets stay\n");
	}
	return EX_OK;
}

/* ---- list ---- */

static void
add_row(TdTable *table, JsonObject *customer)
{
	g_autofree char *addresses = td_output_joined(customer, "addresses");

	td_table_add(table,
	    (const char *const[]){ td_get_text(customer, "name"),
	        td_get_text(customer, "company"),
	        td_get_text(customer, "office"), td_get_text(customer, "phone"),
	        td_get_text(customer, "language"), addresses, NULL });
}

static void
print_page(const TdCli *cli, TdTable *table, JsonObject *page, guint64 *printed)
{
	JsonArray *customers = td_get_array(page, "customers");

	for (guint i = 0; i < td_get_length(page, "customers"); i++) {
		JsonObject *customer = json_array_get_object_element(
		    customers, i);

		if (td_cli_format(cli, "json"))
			td_output_json_element(*printed, customer);
		else
			add_row(table, customer);
		(*printed)++;
	}
}

static gboolean
print_all(const TdCli *cli, TdClient *client, TdTable *table, guint64 *printed,
    GError **error)
{
	g_autofree char *next = NULL;

	do {
		JsonObject *words = td_client_words("customer-list");
		g_autoptr(JsonObject) page = NULL;

		td_client_copy_text(cli, "company", words, "company");
		if (next != NULL)
			json_object_set_string_member(words, "next", next);
		page = td_client_ask(client, words, NULL, NULL, error);
		if (page == NULL)
			return FALSE;
		print_page(cli, table, page, printed);
		g_free(next);
		next = g_strdup(json_object_get_string_member_with_default(
		    page, "next", NULL));
	} while (next != NULL);
	return TRUE;
}

int
td_cli_customer_list(const TdCli *cli)
{
	static const char *const headings[] = { "NAME", "COMPANY", "OFFICE",
		"PHONE", "LANGUAGE", "ADDRESSES", NULL };
	g_autoptr(TdTable) table = td_table_new(headings, cli->colour);
	g_autoptr(GError) error = NULL;
	g_autoptr(TdClient)
	    client = td_client_open(cli->conf_path, TD_CLIENT_PLAIN, &error);
	guint64 printed = 0;

	if (client == NULL || !print_all(cli, client, table, &printed, &error))
		return td_cli_fail(error);
	if (td_cli_format(cli, "json"))
		td_output_json_end(printed);
	return EX_OK;
}
