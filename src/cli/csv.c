/* csv.c - RFC 4180 as spreadsheets write it: any of three separators, UTF-8 or
 * what Excel takes for text */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>

#include "cli/cli.h"
#include "cli/csv.h"

struct TdCsv {
	char *text; /* UTF-8 */
	const char *at;
	char separator;
	guint line;
};

/* ---- decoding ---- */

static char *
convert(const char *bytes, gsize size, const char *charset, GError **error)
{
	gsize written = 0;
	char *text = g_convert(
	    bytes, (gssize)size, "UTF-8", charset, NULL, &written, NULL);

	if (text != NULL && strlen(text) == written)
		return text;
	g_free(text);
	td_fail(error, TD_ERROR_USAGE,
	    "it is neither UTF-8 nor %s; save it as \"CSV UTF-8\"", charset);
	return NULL;
}

static char *
decode(const char *bytes, gsize size, GError **error)
{
	if (size == 0)
		return g_strdup("");
	if (size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
		bytes += 3;
		size -= 3;
	}
	if (size >= 2 && memcmp(bytes, "\xff\xfe", 2) == 0)
		return convert(bytes + 2, size - 2, "UTF-16LE", error);
	if (size >= 2 && memcmp(bytes, "\xfe\xff", 2) == 0)
		return convert(bytes + 2, size - 2, "UTF-16BE", error);
	/* No NUL is valid either. */
	if (g_utf8_validate(bytes, (gssize)size, NULL))
		return g_strndup(bytes, size);
	return convert(bytes, size, "windows-1251", error);
}

/* What the first line has most of, outside of quotes. */
static char
find_separator(const char *text)
{
	guint commas = 0, semicolons = 0, tabs = 0;
	gboolean quoted = FALSE;

	for (; *text != '\0' && (quoted || (*text != '\n' && *text != '\r'));
	     text++) {
		if (*text == '"')
			quoted = !quoted;
		else if (quoted)
			continue;
		else if (*text == ',')
			commas++;
		else if (*text == ';')
			semicolons++;
		else if (*text == '\t')
			tabs++;
	}
	if (tabs > commas && tabs > semicolons)
		return '\t';
	return semicolons > commas ? ';' : ',';
}

TdCsv *
td_csv_new(GBytes *bytes, GError **error)
{
	gsize size;
	const char *data = g_bytes_get_data(bytes, &size);
	char *text = decode(data, size, error);
	TdCsv *csv;

	if (text == NULL)
		return NULL;
	csv = g_new0(TdCsv, 1);
	csv->text = text;
	csv->at = text;
	csv->line = 1;
	csv->separator = find_separator(text);
	return csv;
}

void
td_csv_free(TdCsv *csv)
{
	if (csv == NULL)
		return;
	g_free(csv->text);
	g_free(csv);
}

void
td_csv_position(const TdCsv *csv, guint64 *done, guint64 *total)
{
	*done = (guint64)(csv->at - csv->text);
	*total = *done + strlen(csv->at);
}

/* ---- rows ---- */

static gboolean
is_line_end(char c)
{
	return c == '\n' || c == '\r' || c == '\0';
}

/* Moves behind a line end: LF, CR LF, or a CR alone. */
static void
take_line_end(TdCsv *csv)
{
	if (*csv->at == '\0')
		return;
	if (csv->at[0] == '\r' && csv->at[1] == '\n')
		csv->at++;
	csv->at++;
	csv->line++;
}

/* A field in quotes, at the first of them, into @field. */
static gboolean
take_quoted(TdCsv *csv, GString *field, GError **error)
{
	for (csv->at++; *csv->at != '\0'; csv->at++) {
		if (*csv->at == '"' && csv->at[1] == '"') {
			csv->at++;
		} else if (*csv->at == '"') {
			csv->at++;
			if (is_line_end(*csv->at) || *csv->at == csv->separator)
				return TRUE;
			return td_fail(error, TD_ERROR_USAGE,
			    "something follows the closing quote of a field; a "
			    "quote inside is written twice");
		} else if (*csv->at == '\n' ||
		    (*csv->at == '\r' && csv->at[1] != '\n')) {
			csv->line++;
		}
		g_string_append_c(field, *csv->at);
	}
	return td_fail(error, TD_ERROR_USAGE,
	    "a field that begins with a quote does not end with one");
}

static void
take_plain(TdCsv *csv, GString *field)
{
	while (!is_line_end(*csv->at) && *csv->at != csv->separator)
		g_string_append_c(field, *csv->at++);
}

/* The next field, trimmed. */
static char *
take_field(TdCsv *csv, GError **error)
{
	g_autoptr(GString) field = g_string_new(NULL);

	if (*csv->at != '"')
		take_plain(csv, field);
	else if (!take_quoted(csv, field, error))
		return NULL;
	return g_strstrip(g_string_free(g_steal_pointer(&field), FALSE));
}

/* One row, its line end too. */
static GStrv
take_row(TdCsv *csv, GError **error)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

	for (;;) {
		g_autofree char *field = take_field(csv, error);

		if (field == NULL)
			break;
		g_strv_builder_add(builder, field);
		if (is_line_end(*csv->at)) {
			take_line_end(csv);
			return g_strv_builder_end(builder);
		}
		csv->at++;
	}
	while (!is_line_end(*csv->at))
		csv->at++;
	take_line_end(csv);
	return NULL;
}

static gboolean
is_empty(GStrv fields)
{
	for (gsize i = 0; fields[i] != NULL; i++) {
		if (*fields[i] != '\0')
			return FALSE;
	}
	return TRUE;
}

gboolean
td_csv_next(TdCsv *csv, GStrv *fields, guint *line, GError **error)
{
	while (*csv->at != '\0') {
		guint first = csv->line;
		g_auto(GStrv) row = NULL;

		*line = first;
		row = take_row(csv, error);
		if (row == NULL)
			return FALSE;
		if (!is_empty(row)) {
			*fields = g_steal_pointer(&row);
			return TRUE;
		}
	}
	*fields = NULL;
	return TRUE;
}
