/* erase-text.c - finding somebody in a text
 *
 * By address and by name, as bytes: letters of ASCII in either case.  A piece
 * of a longer address or word is somebody else's. */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/text.h>

#include "desk/erase.h"

/* Whether @c can be part of a word; bytes of other letters than ASCII's can. */
static gboolean
in_word(char c)
{
	return g_ascii_isalnum(c) || ((guchar)c & 0x80) != 0;
}

/* Whether the address at @at of @length ends there, and begins: "joanna@" has
 * no "anna@", but the form that tag validation makes of it ("prvs=tag=anna@")
 * has.
 */
static gboolean
is_whole_address(const char *bytes, gsize size, const char *at, gsize length)
{
	const char *end = at + length;
	const char *limit = bytes + size;

	if (at > bytes && (in_word(at[-1]) || strchr("._%+-", at[-1]) != NULL))
		return FALSE;
	if (end == limit)
		return TRUE;
	if (*end == '.')
		return end + 1 == limit || !in_word(end[1]);
	return !in_word(*end) && *end != '-';
}

static gboolean
is_whole_name(const char *bytes, gsize size, const char *at, gsize length)
{
	const char *end = at + length;

	return (at == bytes || !in_word(at[-1])) &&
	    (end == bytes + size || !in_word(*end));
}

typedef gboolean (*WholeFunc)(
    const char *bytes, gsize size, const char *at, gsize length);

/* The first place from @from on where @text stands in the bytes; NULL if there
 * is none.  NUL is a byte as any other. */
static const char *
find(const char *bytes, gsize size, const char *from, const char *text,
    WholeFunc is_whole)
{
	const char first[] = { g_ascii_tolower(*text), g_ascii_toupper(*text) };
	const char *end = bytes + size;
	gsize length = strlen(text);

	for (const char *at = from; (gsize)(end - at) >= length; at++) {
		if (*at != first[0] && *at != first[1])
			continue;
		if (g_ascii_strncasecmp(at, text, length) == 0 &&
		    is_whole(bytes, size, at, length))
			return at;
	}
	return NULL;
}

/* Replaces @what in *@text by @with; TRUE if it was there. */
static gboolean
replace(char **text, const char *what, const char *with, WholeFunc is_whole)
{
	g_autoptr(GString) result = NULL;
	gsize size = strlen(*text);
	const char *from = *text;
	const char *at;

	if (*what == '\0')
		return FALSE;
	while ((at = find(*text, size, from, what, is_whole)) != NULL) {
		if (result == NULL)
			result = g_string_sized_new(size);
		g_string_append_len(result, from, at - from);
		g_string_append(result, with);
		from = at + strlen(what);
	}
	if (result == NULL)
		return FALSE;
	g_string_append(result, from);
	g_free(*text);
	*text = g_string_free(g_steal_pointer(&result), FALSE);
	return TRUE;
}

static gboolean
replace_addresses(const TdErased *erased, char **text)
{
	gboolean any = FALSE;

	for (guint i = 0; erased->addresses[i] != NULL; i++)
		any |= replace(text, erased->addresses[i], erased->alias,
		    is_whole_address);
	return any;
}

char *
td_erase_replace_address(const TdErased *erased, const char *text)
{
	g_autofree char *copy = g_strdup(text);

	return replace_addresses(erased, &copy) ? g_steal_pointer(&copy) : NULL;
}

char *
td_erase_replace(const TdErased *erased, char *const *secrets, const char *text)
{
	g_autofree char *copy = g_strdup(text);
	gboolean any = FALSE;

	for (; secrets != NULL && *secrets != NULL; secrets++)
		any |= replace(&copy, *secrets, TD_ERASED_TEXT, is_whole_name);
	any |= replace_addresses(erased, &copy);
	for (guint i = 0; erased->names[i] != NULL; i++)
		any |= replace(
		    &copy, erased->names[i], erased->alias, is_whole_name);
	return any ? g_steal_pointer(&copy) : NULL;
}

gboolean
td_erase_is_in(const TdErased *erased, const char *bytes, gsize size)
{
	for (guint i = 0; erased->addresses[i] != NULL; i++)
		if (find(bytes, size, bytes, erased->addresses[i],
		        is_whole_address) != NULL)
			return TRUE;
	for (guint i = 0; erased->names[i] != NULL; i++)
		if (find(bytes, size, bytes, erased->names[i], is_whole_name) !=
		    NULL)
			return TRUE;
	return FALSE;
}

gboolean
td_erase_is_him(const TdErased *erased, const char *text)
{
	if (strcmp(text, erased->alias) == 0)
		return TRUE;
	for (guint i = 0; *text != '\0' && erased->addresses[i] != NULL; i++)
		if (td_address_same(text, erased->addresses[i]))
			return TRUE;
	return FALSE;
}

void
td_erase_add_name(TdErased *erased, const char *name)
{
	g_autofree char *plain = g_strstrip(td_text_printable(name, 0));
	guint count = g_strv_length(erased->names);

	if (strchr(plain, ' ') == NULL || strchr(plain, '@') != NULL)
		return;
	for (guint i = 0; i < count; i++)
		if (g_ascii_strcasecmp(erased->names[i], plain) == 0)
			return;
	erased->names = g_renew(char *, erased->names, count + 2);
	erased->names[count] = g_steal_pointer(&plain);
	erased->names[count + 1] = NULL;
}
