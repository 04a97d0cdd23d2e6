/* output.c - how `ticket` prints: safe text, columns, colours, JSON, CSV */

#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <ticketd/server.h>
#include <ticketd/text.h>

#include "cli/cli.h"

/* ---- members of a result ---- */

const char *
td_get_text(JsonObject *object, const char *name)
{
	return json_object_get_string_member_with_default(object, name, "");
}

gint64
td_get_number(JsonObject *object, const char *name)
{
	return json_object_get_int_member_with_default(object, name, 0);
}

gboolean
td_get_flag(JsonObject *object, const char *name)
{
	return json_object_get_boolean_member_with_default(object, name, FALSE);
}

JsonArray *
td_get_array(JsonObject *object, const char *name)
{
	JsonNode *node = json_object_get_member(object, name);

	if (node == NULL || !JSON_NODE_HOLDS_ARRAY(node))
		return NULL;
	return json_node_get_array(node);
}

JsonObject *
td_get_object(JsonObject *object, const char *name)
{
	JsonNode *node = json_object_get_member(object, name);

	if (node == NULL || !JSON_NODE_HOLDS_OBJECT(node))
		return NULL;
	return json_node_get_object(node);
}

guint
td_get_length(JsonObject *object, const char *name)
{
	JsonArray *array = td_get_array(object, name);

	return array == NULL ? 0 : json_array_get_length(array);
}

/* ---- the terminal ---- */

gboolean
td_output_terminal(void)
{
	return isatty(STDOUT_FILENO) == 1;
}

gsize
td_output_width(void)
{
	struct winsize size = { 0 };
	const char *columns = g_getenv("COLUMNS");
	guint64 width = 0;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	if (columns != NULL &&
	    g_ascii_string_to_unsigned(columns, 10, 20, 1000, &width, NULL))
		return width;
	return 80;
}

gboolean
td_output_colour(const char *when)
{
	const char *no_color = g_getenv("NO_COLOR");
	const char *term = g_getenv("TERM");

	if (g_strcmp0(when, "always") == 0)
		return TRUE;
	if (g_strcmp0(when, "never") == 0)
		return FALSE;
	return td_output_terminal() &&
	    (no_color == NULL || *no_color == '\0') && term != NULL &&
	    !g_str_equal(term, "dumb");
}

/* ---- text ---- */

void
td_output_text(const char *text)
{
	g_autofree char *safe = td_text_printable(text, 0);

	fputs(safe, stdout);
}

void
td_output_block(const char *text)
{
	g_autofree char *safe = td_text_block(text);
	gsize length = strlen(safe);

	while (length > 0 && safe[length - 1] == '\n')
		length--;
	fwrite(safe, 1, length, stdout);
	putchar('\n');
}

void
td_output_fields(const char *const *fields)
{
	const char *gap = td_output_terminal() ? "  " : "\t";

	for (gsize i = 0; fields[i] != NULL; i++) {
		if (i > 0)
			fputs(gap, stdout);
		td_output_text(fields[i]);
	}
	putchar('\n');
}

void
td_output_line(gboolean colour, const char *name, const char *value)
{
	if (*value == '\0')
		return;
	printf("%s%-14s%s", colour ? "\033[1m" : "", name,
	    colour ? "\033[0m" : "");
	td_output_text(value);
	putchar('\n');
}

char *
td_output_joined(JsonObject *object, const char *name)
{
	JsonArray *array = td_get_array(object, name);
	GString *joined = g_string_new(NULL);

	for (guint i = 0; i < td_get_length(object, name); i++)
		g_string_append_printf(joined, "%s%s", i == 0 ? "" : ", ",
		    json_array_get_string_element(array, i));
	return g_string_free(joined, FALSE);
}

char *
td_output_mailbox(const char *name, const char *address)
{
	if (*name == '\0')
		return g_strdup(address);
	return g_strdup_printf("%s <%s>", name, address);
}

/* ---- JSON ---- */

/* json-glib leaves DEL, the C1 controls and the format characters as they are;
 * a terminal would obey them.  They stand in strings alone, so they may be
 * written as escapes. */
static char *
escape_controls(const char *json)
{
	GString *safe = g_string_new(NULL);

	for (const char *at = json; *at != '\0'; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);
		/* GLib takes the separators of lines and paragraphs for
		 * something to print. */
		gboolean harmless = c < 0x7f ||
		    (g_unichar_isprint(c) && c != 0x2028 && c != 0x2029);

		if (harmless)
			g_string_append_unichar(safe, c);
		else if (c < 0x10000)
			g_string_append_printf(safe, "\\u%04x", c);
		else
			g_string_append_printf(safe, "\\u%04x\\u%04x",
			    0xd800 + ((c - 0x10000) >> 10),
			    0xdc00 + ((c - 0x10000) & 0x3ff));
	}
	return g_string_free(safe, FALSE);
}

static void
print_json(JsonObject *object, gboolean pretty)
{
	g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
	g_autofree char *json = NULL;

	json_node_set_object(node, object);
	json = td_json_write(node, pretty);
	if (td_output_terminal()) {
		g_autofree char *safe = escape_controls(json);

		fputs(safe, stdout);
	} else {
		fputs(json, stdout);
	}
}

void
td_output_json_element(guint64 index, JsonObject *object)
{
	fputs(index == 0 ? "[\n" : ",\n", stdout);
	print_json(object, FALSE);
}

void
td_output_json_end(guint64 count)
{
	fputs(count == 0 ? "[]\n" : "\n]\n", stdout);
}

void
td_output_json_object(JsonObject *object)
{
	print_json(object, TRUE);
	putchar('\n');
}

/* ---- CSV ---- */

char *
td_output_csv_field(const char *text)
{
	g_autofree char *safe = td_text_printable(text, 0);
	GString *field;

	/* A spreadsheet takes such a field for a formula. */
	field = g_string_new(
	    *safe != '\0' && strchr("=+-@", *safe) != NULL ? "'" : "");
	g_string_append(field, safe);
	if (strpbrk(field->str, ",\"") == NULL)
		return g_string_free(field, FALSE);

	g_string_replace(field, "\"", "\"\"", 0);
	g_string_prepend_c(field, '"');
	g_string_append_c(field, '"');
	return g_string_free(field, FALSE);
}

/* ---- times ---- */

char *
td_output_age(const char *time, gint64 now)
{
	g_autoptr(GDateTime) date = g_date_time_new_from_iso8601(time, NULL);
	gint64 age;

	if (date == NULL)
		return g_strdup("");

	age = MAX(now - g_date_time_to_unix(date), 0);
	if (age < 60)
		return g_strdup("now");
	if (age < 60 * 60)
		return g_strdup_printf("%d min", (int)(age / 60));
	if (age < 48 * 60 * 60)
		return g_strdup_printf("%d h", (int)(age / 3600));
	if (age < 30 * 24 * 60 * 60)
		return g_strdup_printf("%d d", (int)(age / 86400));
	return g_date_time_format(date, "%Y-%m-%d");
}

char *
td_output_time(const char *time)
{
	g_autoptr(GDateTime) date = g_date_time_new_from_iso8601(time, NULL);
	g_autoptr(GDateTime) local = NULL;

	if (date == NULL)
		return g_strdup("");
	local = g_date_time_to_local(date);
	return g_date_time_format(local, "%Y-%m-%d %H:%M");
}

/* ---- details of an event ---- */

/* In double quotes, where it would not be one word. */
static void
add_quoted(GString *line, const char *text)
{
	if (text != NULL && *text != '\0' && strpbrk(text, " \"\\") == NULL) {
		g_string_append(line, text);
		return;
	}
	g_string_append_c(line, '"');
	for (const char *at = text; at != NULL && *at != '\0'; at++) {
		if (*at == '"' || *at == '\\')
			g_string_append_c(line, '\\');
		g_string_append_c(line, *at);
	}
	g_string_append_c(line, '"');
}

/* Checksums are for `ticket log --verify`; that an event came by the control
 * socket its source tells. */
static gboolean
is_hidden(const char *name, JsonNode *node)
{
	return g_str_equal(name, "sha256") || g_str_equal(name, "noted") ||
	    (g_str_equal(name, "raw") &&
	        g_str_has_prefix(json_node_get_string(node), "order/"));
}

/* Numbers of that size are times, in seconds. */
static gboolean
is_time(const char *name, gint64 number)
{
	static const char *const names[] = { "due", "next", "until", "at",
		"from", "to", NULL };

	return number > G_GINT64_CONSTANT(1000000000) &&
	    g_strv_contains(names, name);
}

static void
add_number(GString *line, const char *name, gint64 number)
{
	g_autofree char *time = NULL;
	g_autofree char *local = NULL;

	if (!is_time(name, number)) {
		g_string_append_printf(line, "%" G_GINT64_FORMAT, number);
		return;
	}
	time = td_text_rfc3339(number);
	local = td_output_time(time);
	add_quoted(line, td_output_terminal() ? local : time);
}

static void
add_value(GString *line, const char *name, JsonNode *node)
{
	JsonArray *array;

	if (JSON_NODE_HOLDS_NULL(node)) {
		g_string_append(line, "new");
	} else if (JSON_NODE_HOLDS_ARRAY(node)) {
		array = json_node_get_array(node);
		for (guint i = 0; i < json_array_get_length(array); i++)
			g_string_append_printf(line, "%s%s", i == 0 ? "" : ",",
			    json_array_get_string_element(array, i));
	} else if (json_node_get_value_type(node) == G_TYPE_INT64) {
		add_number(line, name, json_node_get_int(node));
	} else {
		add_quoted(line, json_node_get_string(node));
	}
}

char *
td_output_detail(JsonObject *detail)
{
	GString *line = g_string_new(NULL);
	JsonObjectIter iter;
	const char *name;
	JsonNode *node;

	if (detail == NULL)
		return g_string_free(line, FALSE);
	json_object_iter_init_ordered(&iter, detail);
	while (json_object_iter_next_ordered(&iter, &name, &node)) {
		if (is_hidden(name, node))
			continue;
		if (line->len > 0)
			g_string_append_c(line, ' ');
		g_string_append_printf(line, "%s=", name);
		add_value(line, name, node);
	}
	return g_string_free(line, FALSE);
}
