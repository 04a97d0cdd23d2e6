/* html-entity.c - see message/html-entity.h */

#include "config.h"

#include <string.h>

#include <libxml/HTMLparser.h>

#include "message/charset.h"
#include "message/html-entity.h"

#define NAME_MAX_SIZE 14
/* Names as long as this or shorter may come without their semicolon, if they
 * are of Latin-1. */
#define BARE_MAX 6
/* The last character that HTML 4 has a name for, a suit of cards. */
#define LAST_ENTITY 9830u

/* Name -> character.  libxml2 knows them, but looks them up one by one. */
static GHashTable *entities;

static gunichar
find_entity(const char *name, gsize size)
{
	char key[NAME_MAX_SIZE + 1];

	if (size > NAME_MAX_SIZE)
		return 0;
	memcpy(key, name, size);
	key[size] = '\0';
	return GPOINTER_TO_UINT(g_hash_table_lookup(entities, key));
}

void
td_html_entities_init(void)
{
	if (entities != NULL)
		return;
	entities = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint value = '"'; value <= LAST_ENTITY; value++) {
		const htmlEntityDesc *entity = htmlEntityValueLookup(value);

		if (entity != NULL)
			g_hash_table_insert(entities, (gpointer)entity->name,
			    GUINT_TO_POINTER(value));
	}
}

static gunichar
harmless(guint64 number)
{
	/* What these numbers are taken for everywhere. */
	if (number >= 0x80 && number < 0xa0)
		return td_charset_windows((guint8)number);
	if (number == '\r')
		return '\n';
	if (number == '\t' || number == '\n')
		return (gunichar)number;
	if (number < ' ' || number == 0x7f)
		return ' ';
	if (number > 0x10ffff || !g_unichar_validate((gunichar)number))
		return 0xfffd;
	return (gunichar)number;
}

/* "#65;" or "#x41;" at @at; returns the bytes it takes, 0 if it is none. */
static gsize
read_number(const char *at, gsize size, gunichar *character)
{
	gboolean hex = size > 1 && (at[1] == 'x' || at[1] == 'X');
	gsize start = hex ? 2 : 1, end = start;
	guint64 number = 0;

	while (end < size) {
		int digit = hex ? g_ascii_xdigit_value(at[end])
		                : g_ascii_digit_value(at[end]);

		if (digit < 0)
			break;
		/* Too large stays too large. */
		number = MIN(number * (hex ? 16 : 10) + (guint64)digit,
		    (guint64)G_MAXINT32);
		end++;
	}
	if (end == start)
		return 0;
	*character = harmless(number);
	return end + (end < size && at[end] == ';' ? 1 : 0);
}

/* "eacute;" at @at, the same way. */
static gsize
read_name(const char *at, gsize size, gboolean attribute, gunichar *character)
{
	gsize length = 0;

	while (length < MIN(size, NAME_MAX_SIZE + 1) &&
	    g_ascii_isalnum(at[length]))
		length++;
	if (length < size && at[length] == ';' && length <= NAME_MAX_SIZE) {
		*character = find_entity(at, length);
		if (*character != 0)
			return length + 1;
	}
	if (attribute && length < size && at[length] == '=')
		return 0;
	if (attribute && length > BARE_MAX)
		return 0;
	for (gsize end = MIN(length, BARE_MAX); end > 1; end--) {
		if (attribute && end < length)
			return 0;
		*character = find_entity(at, end);
		if (*character != 0 && *character < 0x100)
			return end;
	}
	return 0;
}

void
td_html_unescape(GString *out, const char *text, gsize size, gboolean attribute)
{
	const char *end = text + size;

	while (text < end) {
		const char *mark = memchr(text, '&', (gsize)(end - text));
		const char *stop = mark == NULL ? end : mark;
		gunichar character = 0;
		gsize taken = 0, left;

		g_string_append_len(out, text, stop - text);
		if (mark == NULL)
			return;
		left = (gsize)(end - mark) - 1;
		if (left > 0 && mark[1] == '#')
			taken = read_number(mark + 1, left, &character);
		else if (left > 0)
			taken = read_name(
			    mark + 1, left, attribute, &character);
		if (taken == 0)
			g_string_append_c(out, '&');
		else
			g_string_append_unichar(out, character);
		text = mark + 1 + taken;
	}
}
