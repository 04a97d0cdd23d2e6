/* conf-value.c - from the text of a key to the field that keeps it */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/text.h>

#include "base/conf-value.h"

/* Longest piece of a value that a message repeats, in characters. */
#define TOLD_MAX 80

typedef enum {
	SHAPE_TEXT,    /* char * by take */
	SHAPE_LIST,    /* GStrv of the same */
	SHAPE_LONG,    /* guint64 by number */
	SHAPE_INT,     /* guint by number */
	SHAPE_WORD,    /* an enum: the place of the word in words */
	SHAPE_HOURS,   /* GArray * of TdSpan */
	SHAPE_PATTERN, /* TdPattern * */
	SHAPE_HEADERS, /* GPtrArray * of TdHeaderPattern */
	SHAPE_STEPS,   /* GPtrArray * of TdEscalationStep */
	SHAPE_NUMBERS, /* GArray * of guint */
	SHAPE_MATRIX,  /* the same */
	SHAPE_REGEX,   /* TdPattern * */
	SHAPE_REGEXES, /* GPtrArray * of them */
} Shape;

struct TdConfShape {
	Shape shape;
	char *(*take)(const char *text);
	gboolean (*number)(const char *text, guint64 *number);
	const char *words; /* "false|true" */
	const char *expected;
};

static char *take_agent_evidence(const char *text);

/* clang-format off */
static const struct TdConfShape kinds[] = {
	[TD_CONF_NAME] = { SHAPE_TEXT, td_conf_take_name, NULL, NULL,
	    "1 to 32 letters, digits, - and _" },
	[TD_CONF_DOMAIN] = { SHAPE_TEXT, td_conf_take_domain, NULL, NULL,
	    "a domain such as example.com" },
	[TD_CONF_LANGUAGE] = { SHAPE_TEXT, td_conf_take_language, NULL, NULL,
	    "a language of two or three letters such as en" },
	[TD_CONF_PATH] = { SHAPE_TEXT, td_conf_take_path, NULL, NULL,
	    "a path that begins with /" },
	[TD_CONF_TEMPLATES] = { SHAPE_TEXT, td_conf_take_templates, NULL, NULL,
	    "a directory that exists, by a path that begins with /" },
	[TD_CONF_TIMEZONE] = { SHAPE_TEXT, td_conf_take_timezone, NULL, NULL,
	    "a time zone such as UTC or Europe/Berlin" },
	[TD_CONF_WORD] = { SHAPE_TEXT, td_conf_take_word, NULL, NULL,
	    "a word without blanks" },
	[TD_CONF_TEXT] = { SHAPE_TEXT, td_conf_take_text, NULL, NULL,
	    "a text" },
	[TD_CONF_DELIMITER] = { SHAPE_TEXT, td_conf_take_delimiter, NULL, NULL,
	    "one or more of + - = _ ~ ! # $ % & ' * / ? ^ ` |" },
	[TD_CONF_REPLY_ADDRESS] = {
	    SHAPE_TEXT, td_conf_take_reply_address, NULL, NULL,
	    "{local}, {extension} and {domain} once each, such as "
	    "{local}+{extension}@{domain}" },
	[TD_CONF_ADDRESS] = { SHAPE_TEXT, td_address_fold, NULL, NULL,
	    "a mail address such as support@example.com" },
	[TD_CONF_SERVER] = { SHAPE_TEXT, td_conf_take_server, NULL, NULL,
	    "HOST:PORT such as 127.0.0.1:25, and no IPv6 address" },
	[TD_CONF_AGENT_EVIDENCE] = {
	    SHAPE_TEXT, take_agent_evidence, NULL,
	    "address|dmarc|signature", NULL },
	[TD_CONF_SIZE] = { SHAPE_LONG, NULL, td_conf_take_size, NULL,
	    "bytes, or a number with K, M or G behind it," },
	[TD_CONF_COUNT] = { SHAPE_LONG, NULL, td_conf_take_count, NULL,
	    "a whole number" },
	[TD_CONF_NUMBER] = { SHAPE_INT, NULL, td_conf_take_count, NULL,
	    "a whole number" },
	[TD_CONF_DURATION] = { SHAPE_INT, NULL, td_conf_take_duration, NULL,
	    "seconds, or a number with s, m, h or d behind it," },
	[TD_CONF_MODE] = { SHAPE_INT, NULL, td_conf_take_octal, NULL,
	    "octal digits" },
	[TD_CONF_CLOCK] = { SHAPE_INT, NULL, td_conf_take_clock, NULL,
	    "a time of day such as 08:00, or none" },
	[TD_CONF_BOOLEAN] = { SHAPE_WORD, NULL, NULL, "false|true",
	    "true or false" },
	[TD_CONF_RETURN_PATH] = { SHAPE_WORD, NULL, NULL, "null|bounce", NULL },
	[TD_CONF_CUSTOMER_EVIDENCE] = { SHAPE_WORD, NULL, NULL,
	    "answer|dmarc", NULL },
	[TD_CONF_SANDBOX] = { SHAPE_WORD, NULL, NULL, "auto|must|off", NULL },
	[TD_CONF_STARTTLS] = { SHAPE_WORD, NULL, NULL, "none|may|must", NULL },
	[TD_CONF_ACKNOWLEDGE] = { SHAPE_WORD, NULL, NULL,
	    "new|always|never", NULL },
	[TD_CONF_CLOSED] = { SHAPE_WORD, NULL, NULL,
	    "reopen|new|answer", NULL },
	[TD_CONF_TEXTS] = { SHAPE_LIST, td_conf_take_text, NULL, NULL,
	    "texts with ; between them" },
	[TD_CONF_ADDRESSES] = { SHAPE_LIST, td_address_fold, NULL, NULL,
	    "mail addresses with ; between them" },
	[TD_CONF_LISTS] = { SHAPE_LIST, td_conf_take_list, NULL, NULL,
	    "mail addresses and List-Ids with ; between them" },
	[TD_CONF_DOMAINS] = { SHAPE_LIST, td_conf_take_domain, NULL, NULL,
	    "domains with ; between them" },
	[TD_CONF_PATHS] = { SHAPE_LIST, td_conf_take_path, NULL, NULL,
	    "paths that begin with /, with ; between them" },
	[TD_CONF_MARKS] = { SHAPE_LIST, td_conf_take_mark, NULL, NULL,
	    "FIELD: TEXT such as X-Spam-Flag: yes* with ; between them" },
	[TD_CONF_CHARSETS] = { SHAPE_LIST, td_conf_take_charset, NULL, NULL,
	    "names of charsets such as koi8-r with ; between them" },
	[TD_CONF_SERVERS] = { SHAPE_LIST, td_conf_take_listener, NULL, NULL,
	    "HOST:PORT such as [::1]:24 with ; between them" },
	[TD_CONF_HOURS] = { SHAPE_HOURS, NULL, NULL, NULL,
	    "days and times such as Mon-Fri 09:00-13:00,14:00-18:00 that do "
	    "not overlap, with ; between them" },
	[TD_CONF_DISTRIBUTE] = { SHAPE_WORD, NULL, NULL,
	    "first|none|round-robin|least-loaded|skill", NULL },
	[TD_CONF_CHILDREN] = { SHAPE_WORD, NULL, NULL,
	    "ask|close|keep", NULL },
	[TD_CONF_ESCALATE_AT] = { SHAPE_WORD, NULL, NULL,
	    "breach|warning", NULL },
	[TD_CONF_MONITOR_EVIDENCE] = { SHAPE_WORD, NULL, NULL,
	    "from|dmarc", NULL },
	[TD_CONF_MONITOR_FORMAT] = { SHAPE_WORD, NULL, NULL,
	    "nagios|zabbix|alertmanager|pattern", NULL },
	[TD_CONF_RECOVERY] = { SHAPE_WORD, NULL, NULL,
	    "close|resolve|note", NULL },
	[TD_CONF_NAMES] = { SHAPE_LIST, td_conf_take_name, NULL, NULL,
	    "names with ; between them" },
	[TD_CONF_CLASSES] = { SHAPE_LIST, td_conf_take_class, NULL, NULL,
	    "human, notification, list or spam with ; between them" },
	[TD_CONF_FIELDS] = { SHAPE_LIST, td_conf_take_field, NULL, NULL,
	    "FIELD: TEXT such as service: mail with ; between them" },
	[TD_CONF_PATTERN_WHOLE] = { SHAPE_PATTERN, NULL, NULL, NULL,
	    "words with ; between them, or a regular expression between "
	    "slashes with each \\ written as \\\\" },
	[TD_CONF_PATTERN_PART] = { SHAPE_PATTERN, NULL, NULL, NULL,
	    "words with ; between them, or a regular expression between "
	    "slashes with each \\ written as \\\\" },
	[TD_CONF_HEADERS] = { SHAPE_HEADERS, NULL, NULL, NULL,
	    "FIELD: TEXT or FIELD: /EXPRESSION/ with ; between them" },
	[TD_CONF_STEPS] = { SHAPE_STEPS, NULL, NULL, NULL,
	    "owner, leads, queue, an agent or an address, each with a time "
	    "such as 30m behind it, with ; between them" },
	[TD_CONF_NUMBERS] = { SHAPE_NUMBERS, NULL, NULL, NULL,
	    "numbers from 1 to 5 with ; between them" },
	[TD_CONF_MATRIX] = { SHAPE_MATRIX, NULL, NULL, NULL,
	    "five rows of five numbers from 1 to 5 such as 1 1 2 3 3 with ; "
	    "between them" },
	[TD_CONF_REGEX] = { SHAPE_REGEX, NULL, NULL, NULL,
	    "a regular expression with each \\ written as \\\\" },
	[TD_CONF_REGEXES] = { SHAPE_REGEXES, NULL, NULL, NULL,
	    "regular expressions with one pair of parentheses each, round "
	    "the number, with ; between them and each \\ written as \\\\" },
};
/* clang-format on */

/* The place of @text in @words, -1 if it is not there. */
static int
find_word(const char *words, const char *text)
{
	g_auto(GStrv) list = g_strsplit(words, "|", 0);

	for (int i = 0; list[i] != NULL; i++)
		if (strcmp(list[i], text) == 0)
			return i;
	return -1;
}

static char *
take_agent_evidence(const char *text)
{
	if (find_word(kinds[TD_CONF_AGENT_EVIDENCE].words, text) < 0)
		return NULL;
	return g_strdup(text);
}

/* What the key wants, in words; the caller's. */
static char *
describe_expected(const TdConfReading *reading)
{
	const TdConfKey *key = reading->key;
	const struct TdConfShape *kind = reading->kind;
	g_auto(GStrv) words = NULL;

	if (kind->words != NULL && kind->expected == NULL) {
		words = g_strsplit(kind->words, "|", 0);
		return g_strjoinv(" or ", words);
	}
	if (key->kind == TD_CONF_MODE)
		return g_strdup_printf(
		    "%s up to 0%o", kind->expected, (unsigned)key->most);
	if (kind->number != NULL && key->kind != TD_CONF_CLOCK)
		return g_strdup_printf("%s from %" G_GUINT64_FORMAT
		                       " to %" G_GUINT64_FORMAT,
		    kind->expected, key->least, key->most);
	return g_strdup(kind->expected);
}

void
td_conf_reading_complain(
    const TdConfReading *reading, const char *text, const char *problem)
{
	g_autofree char *told = td_text_printable(text, TOLD_MAX);
	g_autofree char *expected = describe_expected(reading);
	const char *hint = "";

	/* In GKeyFile what stands behind a value is part of it. */
	if (strstr(text, " #") != NULL && reading->kind->shape != SHAPE_REGEXES)
		hint = " (a comment stands on a line of its own)";
	td_conf_file_complain(reading->file,
	    td_conf_file_line(reading->file, reading->group, reading->key->key),
	    "bad value \"%s\" of \"%s\"%s%s%s; expected %s", told,
	    reading->key->key, hint, problem == NULL ? "" : ": ",
	    problem == NULL ? "" : problem, expected);
}

static gboolean
has_control(const char *text)
{
	for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at))
		if (g_unichar_iscntrl(g_utf8_get_char(at)))
			return TRUE;
	return FALSE;
}

/* Whether a backslash at the end of @raw escapes what is not there.  GLib 2.74
 * tells that with an error over the one of another bad escape before it. */
static gboolean
ends_in_escape(const char *raw)
{
	gsize size = strlen(raw), at = size;

	while (at > 0 && raw[at - 1] == '\\')
		at--;
	return (size - at) % 2 == 1;
}

char *
td_conf_reading_string(const TdConfReading *reading)
{
	GKeyFile *values = reading->file->values;
	const char *key = reading->key->key;
	g_autofree char *text = NULL, *raw = NULL;
	g_autoptr(GError) error = NULL;

	/* With a bad escape there are both a text and an error. */
	raw = g_key_file_get_value(values, reading->group, key, NULL);
	if (!ends_in_escape(raw))
		text = g_key_file_get_string(
		    values, reading->group, key, &error);
	if (text == NULL || error != NULL)
		td_conf_reading_complain(
		    reading, raw, "a backslash that escapes nothing");
	else if (has_control(text))
		td_conf_reading_complain(reading, raw, "a control character");
	else
		return g_steal_pointer(&text);
	return NULL;
}

GStrv
td_conf_reading_items(const TdConfReading *reading)
{
	GKeyFile *values = reading->file->values;
	const char *key = reading->key->key;
	g_autoptr(GStrvBuilder) items = g_strv_builder_new();
	g_auto(GStrv) list = NULL;
	g_autofree char *raw = NULL;
	g_autoptr(GError) error = NULL;

	raw = g_key_file_get_value(values, reading->group, key, NULL);
	if (!ends_in_escape(raw))
		list = g_key_file_get_string_list(
		    values, reading->group, key, NULL, &error);
	if (list == NULL || error != NULL)
		td_conf_reading_complain(
		    reading, raw, "a backslash that escapes nothing");
	for (gsize i = 0; list != NULL && list[i] != NULL; i++) {
		if (has_control(list[i]))
			td_conf_reading_complain(
			    reading, list[i], "a control character");
		else if (*g_strstrip(list[i]) != '\0')
			g_strv_builder_add(items, list[i]);
	}
	return g_strv_builder_end(items);
}

static void
read_text(const TdConfReading *reading)
{
	g_autofree char *text = td_conf_reading_string(reading);
	char **field = &G_STRUCT_MEMBER(
	    char *, reading->base, reading->key->offset);

	if (text == NULL)
		return;
	*field = reading->kind->take(text);
	if (*field == NULL)
		td_conf_reading_complain(reading, text, NULL);
}

static void
read_list(const TdConfReading *reading)
{
	g_autoptr(GStrvBuilder) taken = g_strv_builder_new();
	g_auto(GStrv) items = td_conf_reading_items(reading);

	for (gsize i = 0; items[i] != NULL; i++) {
		g_autofree char *item = reading->kind->take(items[i]);

		if (item == NULL)
			td_conf_reading_complain(reading, items[i], NULL);
		else
			g_strv_builder_add(taken, item);
	}
	G_STRUCT_MEMBER(GStrv, reading->base,
	    reading->key->offset) = g_strv_builder_end(taken);
}

static void
read_number(const TdConfReading *reading)
{
	const TdConfKey *key = reading->key;
	g_autofree char *text = td_conf_reading_string(reading);
	guint64 number;

	if (text == NULL)
		return;
	if (!reading->kind->number(text, &number) || number < key->least ||
	    number > key->most)
		td_conf_reading_complain(reading, text, NULL);
	else if (reading->kind->shape == SHAPE_LONG)
		G_STRUCT_MEMBER(guint64, reading->base, key->offset) = number;
	else
		G_STRUCT_MEMBER(
		    guint, reading->base, key->offset) = (guint)number;
}

static void
read_word(const TdConfReading *reading)
{
	g_autofree char *text = td_conf_reading_string(reading);
	int place;

	if (text == NULL)
		return;
	place = find_word(reading->kind->words, text);
	/* GKeyFile's other two words for a boolean. */
	if (reading->key->kind == TD_CONF_BOOLEAN && place < 0)
		place = find_word("0|1", text);
	if (place < 0)
		td_conf_reading_complain(reading, text, NULL);
	else
		G_STRUCT_MEMBER(
		    guint, reading->base, reading->key->offset) = (guint)place;
}

static void
read_shape(const TdConfReading *reading)
{
	switch (reading->kind->shape) {
	case SHAPE_TEXT:
		read_text(reading);
		break;
	case SHAPE_LIST:
		read_list(reading);
		break;
	case SHAPE_LONG:
	case SHAPE_INT:
		read_number(reading);
		break;
	case SHAPE_WORD:
		read_word(reading);
		break;
	case SHAPE_HOURS:
		td_conf_read_hours(reading);
		break;
	case SHAPE_PATTERN:
		td_conf_read_pattern(reading);
		break;
	case SHAPE_HEADERS:
		td_conf_read_headers(reading);
		break;
	case SHAPE_STEPS:
		td_conf_read_steps(reading);
		break;
	case SHAPE_NUMBERS:
		td_conf_read_numbers(reading);
		break;
	case SHAPE_MATRIX:
		td_conf_read_matrix(reading);
		break;
	case SHAPE_REGEX:
		td_conf_read_regex(reading);
		break;
	case SHAPE_REGEXES:
		td_conf_read_regexes(reading);
		break;
	}
}

/* Whether the key says nothing, which where there is no default means none. */
static gboolean
is_none(const TdConfReading *reading, gboolean given)
{
	const TdConfKey *key = reading->key;
	g_autofree char *raw = NULL;

	if (!given && key->kind == TD_CONF_TEMPLATES)
		return !g_file_test(key->fallback, G_FILE_TEST_IS_DIR);
	if (!given)
		return key->fallback == NULL;
	raw = g_key_file_get_value(
	    reading->file->values, reading->group, key->key, NULL);
	return *raw == '\0' &&
	    (key->fallback == NULL || key->kind == TD_CONF_TEMPLATES);
}

void
td_conf_value_read(
    TdConfFile *file, const TdConfKey *key, const char *group, gpointer base)
{
	const TdConfReading reading = { file, key, &kinds[key->kind], group,
		base };
	gboolean given;

	given = g_key_file_has_key(file->values, group, key->key, NULL);
	if (!given && key->fallback == td_conf_required) {
		g_autofree char *expected = describe_expected(&reading);

		td_conf_file_complain(file,
		    td_conf_file_line(file, group, NULL),
		    "no key \"%s\" in [%s]; expected %s", key->key, group,
		    expected);
		return;
	}
	if (is_none(&reading, given))
		return;
	if (!given)
		g_key_file_set_value(
		    file->values, group, key->key, key->fallback);
	read_shape(&reading);
}

void
td_conf_value_clear(const TdConfKey *key, gpointer base)
{
	gpointer *field = &G_STRUCT_MEMBER(gpointer, base, key->offset);

	switch (kinds[key->kind].shape) {
	case SHAPE_TEXT:
		g_clear_pointer(field, g_free);
		break;
	case SHAPE_LIST:
		g_clear_pointer((GStrv *)field, g_strfreev);
		break;
	case SHAPE_HOURS:
	case SHAPE_NUMBERS:
	case SHAPE_MATRIX:
		g_clear_pointer((GArray **)field, g_array_unref);
		break;
	case SHAPE_PATTERN:
	case SHAPE_REGEX:
		g_clear_pointer((TdPattern **)field, td_pattern_free);
		break;
	case SHAPE_HEADERS:
	case SHAPE_STEPS:
	case SHAPE_REGEXES:
		g_clear_pointer((GPtrArray **)field, g_ptr_array_unref);
		break;
	case SHAPE_LONG:
	case SHAPE_INT:
	case SHAPE_WORD:
		break;
	}
}
