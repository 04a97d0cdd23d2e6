/* addresses.c - see message/addresses.h */

#include "config.h"

#include <ticketd/message.h>

#include "message/addresses.h"
#include "message/gmime-auto.h"
#include "message/limits.h"
#include "message/words.h"

/* GMime makes objects of all it finds and goes one call deeper for each group
 * in a group: what cannot be of use is not shown to it. */
#define COMMAS_MAX (4 * TD_LIMIT_ADDRESSES)
#define COLONS_MAX 200

/* Shared by all threads and never changed after td_addresses_init(). */
static GMimeParserOptions *options;

void
td_addresses_init(void)
{
	if (options != NULL)
		return;

	options = g_mime_parser_options_new();
	g_mime_parser_options_set_address_compliance_mode(
	    options, GMIME_RFC_COMPLIANCE_LOOSE);
	g_mime_parser_options_set_allow_addresses_without_domain(options, TRUE);
	g_mime_parser_options_set_rfc2047_compliance_mode(
	    options, GMIME_RFC_COMPLIANCE_LOOSE);
}

static void
free_address(gpointer data)
{
	TdAddress *address = data;

	g_free(address->name);
	g_free(address->address);
	g_free(address);
}

GPtrArray *
td_addresses_new(void)
{
	return g_ptr_array_new_with_free_func(free_address);
}

/* What GMime hands out, with the hidden words in it and valid UTF-8. */
static char *
shown(const char *text, const GPtrArray *hidden)
{
	g_autofree char *valid = td_words_utf8(text == NULL ? "" : text, NULL);

	return td_words_show(valid, hidden);
}

static gboolean
append_mailbox(
    InternetAddress *mailbox, const GPtrArray *hidden, GPtrArray *addresses)
{
	g_autofree char *name = NULL;
	TdAddress *address;

	if (addresses->len >= TD_LIMIT_ADDRESSES)
		return FALSE;

	/* An address has no encoded words: decoding one could put another
	 * address in its place. */
	name = shown(internet_address_get_name(mailbox), hidden);
	address = g_new(TdAddress, 1);
	address->name = g_strstrip(td_words_decode(name));
	address->address = g_strstrip(
	    shown(internet_address_mailbox_get_addr(
	              INTERNET_ADDRESS_MAILBOX(mailbox)),
	        hidden));
	g_ptr_array_add(addresses, address);
	return TRUE;
}

/* @depth: a group in a group is no RFC 5322, but costs nothing to refuse. */
static gboolean
append_list(InternetAddressList *list, const GPtrArray *hidden,
    GPtrArray *addresses, int depth)
{
	int length = internet_address_list_length(list);
	gboolean all = TRUE;

	for (int i = 0; i < length && all; i++) {
		InternetAddress *item;

		item = internet_address_list_get_address(list, i);
		if (INTERNET_ADDRESS_IS_MAILBOX(item))
			all = append_mailbox(item, hidden, addresses);
		else if (INTERNET_ADDRESS_IS_GROUP(item) && depth == 0)
			all = append_list(internet_address_group_get_members(
			                      INTERNET_ADDRESS_GROUP(item)),
			    hidden, addresses, depth + 1);
	}
	return all;
}

/* Cuts @line behind the commas that are allowed, FALSE if there are more, and
 * takes colons beyond reason out. */
static gboolean
limit_line(char *line)
{
	guint commas = 0, colons = 0;

	for (char *at = line; *at != '\0'; at++) {
		if (*at == ':' && ++colons > COLONS_MAX)
			*at = ' ';
		if (*at == ',' && ++commas > COMMAS_MAX) {
			*at = '\0';
			return FALSE;
		}
	}
	return TRUE;
}

gboolean
td_addresses_read(const char *line, GPtrArray *addresses)
{
	g_autoptr(GPtrArray) hidden = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(InternetAddressList) list = NULL;
	g_autofree char *marked = NULL;
	gboolean all;

	/* GMime would decode the words itself, and keep the names of their
	 * charsets for ever. */
	marked = td_words_hide(line, hidden);
	all = limit_line(marked);
	list = internet_address_list_parse(options, marked);
	return (list == NULL || append_list(list, hidden, addresses, 0)) && all;
}
