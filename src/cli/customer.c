/* customer.c - ticket customer: the people who ask */

#include "config.h"

#include <sysexits.h>

#include "cli/cli.h"
#include "cli/record.h"

/* ---- printing ---- */

/* TdRecordFunc */
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

/* ---- add, set, show, remove ---- */

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
	JsonObject *words = td_record_words(cli, "customer-add", "address");

	copy_options(cli, words);
	return td_record_print(cli, words, print_customer);
}

int
td_cli_customer_set(const TdCli *cli)
{
	JsonObject *words = td_record_words(cli, "customer-set", "address");

	copy_options(cli, words);
	td_client_copy_texts(cli, "remove-address", words, "remove_addresses");
	return td_record_set(cli, words, print_customer);
}

int
td_cli_customer_show(const TdCli *cli)
{
	return td_record_print(cli,
	    td_record_words(cli, "customer-show", "address"), print_customer);
}

int
td_cli_customer_remove(const TdCli *cli)
{
	int status = EX_OK;
	g_autoptr(JsonObject) customer = td_client_once(cli,
	    td_record_words(cli, "customer-remove", "address"), NULL, &status);
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

/* TdRowFunc */
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

int
td_cli_customer_list(const TdCli *cli)
{
	static const char *const headings[] = { "NAME", "COMPANY", "OFFICE",
		"PHONE", "LANGUAGE", "ADDRESSES", NULL };
	JsonObject *words = td_client_words("customer-list");

	td_client_copy_text(cli, "company", words, "company");
	return td_record_list(cli, words, "customers", headings, add_row);
}
