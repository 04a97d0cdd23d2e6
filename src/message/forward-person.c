/* forward-person.c - who wrote a mail, as programs show it to readers */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/text.h>

#include "message/forward-text.h"

/* Bytes of a value that is read. */
#define VALUE_MAX 1000

/* Where the address begins, with or without a bracket; NULL when there is
 * none. */
static const char *
find_address(const char *value, gsize size, gsize *length)
{
	const char *at = memchr(value, '@', size), *end = value + size;
	const char *from = at, *to = at;

	if (at == NULL)
		return NULL;
	while (from > value && strchr("<>[]() \t,;\"':", from[-1]) == NULL)
		from--;
	while (to < end && strchr("<>[]() \t,;\"'", *to) == NULL)
		to++;
	while (to > at && strchr(".:", to[-1]) != NULL)
		to--;
	*length = (gsize)(to - from);
	return from;
}

/* @text without quotes, brackets and commas around it. */
static char *
bare_name(const char *text, gsize size)
{
	g_autofree char *name = g_strndup(text, size);
	char *from, *to;

	from = name;
	to = name + strlen(name);
	while (*from != '\0' && strchr(" \t\"'<[(,;*", *from) != NULL)
		from++;
	while (to > from && strchr(" \t\"'<[(,;:*", to[-1]) != NULL)
		to--;
	*to = '\0';
	if (g_str_has_suffix(from, "mailto"))
		return bare_name(from, strlen(from) - strlen("mailto"));
	return td_text_utf8(from, -1);
}

/* "Anna [mailto:anna@example.org] On Behalf Of Team <team@example.org>": the
 * one who is spoken for wrote it. */
static void
skip_deputy(const char **value, gsize *size)
{
	static const char *const words[] = { " On Behalf Of ", " on behalf of ",
		" от имени ", " im Auftrag von ", " de la part de " };

	for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
		const char *at = g_strstr_len(*value, (gssize)*size, words[i]);

		if (at == NULL)
			continue;
		at += strlen(words[i]);
		if (memchr(at, '@', *size - (gsize)(at - *value)) == NULL)
			continue;
		*size -= (gsize)(at - *value);
		*value = at;
		return;
	}
}

void
td_forward_read_person(const char *value, gsize size, TdAddress *person)
{
	gsize length = 0;
	const char *address;
	g_autofree char *found = NULL;
	g_autofree char *key = NULL;

	size = MIN(size, VALUE_MAX);
	skip_deputy(&value, &size);
	address = find_address(value, size, &length);
	if (address == NULL) {
		person->name = bare_name(value, size);
		person->address = g_strdup("");
		return;
	}
	found = g_strndup(address, length);
	key = td_address_fold(found);
	person->address = g_strdup(key == NULL ? "" : found);
	person->name = bare_name(value, (gsize)(address - value));
	if (*person->name == '\0' && address + length < value + size &&
	    address[length] == ' ') {
		/* "anna@example.org (Anna)" */
		g_free(person->name);
		person->name = bare_name(
		    address + length, (gsize)(value + size - address) - length);
		g_strdelimit(person->name, ")>]", ' ');
		g_strstrip(person->name);
	}
	/* An address for a name is none. */
	if (strchr(person->name, '@') != NULL)
		*person->name = '\0';
}
