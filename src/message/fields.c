/* fields.c - see message/fields.h */

#include "config.h"

#include <string.h>

#include "message/fields.h"
#include "message/limits.h"
#include "message/words.h"

/* Behind the line end of the line at @at. */
static const char *
next_line(const char *at, const char *end)
{
	const char *newline = memchr(at, '\n', (gsize)(end - at));

	return newline == NULL ? end : newline + 1;
}

static gboolean
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static gboolean
is_empty_line(const char *at, const char *end)
{
	return *at == '\n' || (*at == '\r' && at + 1 < end && at[1] == '\n');
}

/* Reads the name at @at: printable ASCII but the colon (RFC 5322, 2.2), maybe
 * blanks, and the colon.  FALSE if it is none. */
static gboolean
read_name(const char *at, const char *end, TdField *field)
{
	const char *name = at;

	while (at<end && * at> ' ' && *at < 0x7f && *at != ':')
		at++;
	field->name = name;
	field->name_size = (gsize)(at - name);
	while (at < end && is_blank(*at))
		at++;
	if (field->name_size == 0 || at == end || *at != ':')
		return FALSE;
	field->value = at + 1;
	return TRUE;
}

/* Whether the line at @at, of blanks only, ends the header.  By the letter it
 * continues the field above, but where no field follows it was meant to be
 * empty. */
static gboolean
is_meant_empty(const char *at, const char *end)
{
	TdField field;

	while (at < end && is_blank(*at))
		at++;
	if (at == end || !is_empty_line(at, end))
		return FALSE;
	at = next_line(at, end);
	return at < end && !is_blank(*at) && !is_empty_line(at, end) &&
	    !read_name(at, next_line(at, end), &field);
}

gsize
td_fields_scan(
    const char *block, gsize size, guint max, GArray *fields, gboolean *cut)
{
	const char *at = block, *end = block + size;

	while (at < end && !is_empty_line(at, end)) {
		TdField field;
		const char *stop = next_line(at, end);

		if (is_blank(*at) && is_meant_empty(at, end))
			break;
		while (
		    stop < end && is_blank(*stop) && !is_meant_empty(stop, end))
			stop = next_line(stop, end);
		if (!is_blank(*at) && read_name(at, stop, &field)) {
			const char *last = stop;

			if (last > field.value && last[-1] == '\n')
				last--;
			if (last > field.value && last[-1] == '\r')
				last--;
			field.value_size = (gsize)(last - field.value);
			if (fields->len < max)
				g_array_append_val(fields, field);
			else if (cut != NULL)
				*cut = TRUE;
		}
		at = stop;
	}
	return at < end ? (gsize)(next_line(at, end) - block) : size;
}

gsize
td_fields_start(const char *block, gsize size)
{
	const char *at = block, *end = block + size;
	TdField field;

	while (at < end && !is_empty_line(at, end)) {
		if (!is_blank(*at) && read_name(at, end, &field))
			return (gsize)(at - block);
		at = next_line(at, end);
	}
	return size;
}

const TdField *
td_fields_find(const GArray *fields, const char *name)
{
	gsize size = strlen(name);

	for (guint i = 0; i < fields->len; i++) {
		const TdField *field = &g_array_index(fields, TdField, i);

		if (field->name_size == size &&
		    g_ascii_strncasecmp(field->name, name, size) == 0)
			return field;
	}
	return NULL;
}

char *
td_field_unfold(const TdField *field)
{
	gsize size = MIN(field->value_size, TD_LIMIT_VALUE);
	char *line = g_malloc(size + 1);
	gsize used = 0;

	for (gsize i = 0; i < size; i++) {
		char c = field->value[i];

		if (c == '\0' || c == '\r' || c == '\n') {
			while (used > 0 && is_blank(line[used - 1]))
				used--;
			while (i + 1 < size &&
			    strchr("\r\n\t ", field->value[i + 1]) != NULL)
				i++;
			c = ' ';
		}
		if (used > 0 || !is_blank(c))
			line[used++] = c;
	}
	while (used > 0 && is_blank(line[used - 1]))
		used--;
	line[used] = '\0';
	return line;
}

char *
td_fields_line(const GArray *fields, const char *name)
{
	const TdField *field = td_fields_find(fields, name);
	g_autofree char *line = NULL;

	if (field == NULL)
		return g_strdup("");
	line = td_field_unfold(field);
	return td_words_utf8(line, NULL);
}

char *
td_fields_value(const GArray *fields, const char *name)
{
	g_autofree char *line = td_fields_line(fields, name);

	return g_strstrip(td_words_decode(line));
}
