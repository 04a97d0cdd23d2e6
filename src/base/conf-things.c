/* conf-things.c - values of ticketd.conf that are more than a word or a number
 */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/error.h>

#include "base/conf-value.h"

/* Five impacts for each of five urgencies. */
#define MATRIX_SIDE 5

/* ---- one of them ---- */

char *
td_conf_take_class(const char *text)
{
	/* Mail of the others opens no ticket. */
	static const char *const classes[] = { "human", "notification", "list",
		"spam", NULL };

	return g_strv_contains(classes, text) ? g_strdup(text) : NULL;
}

char *
td_conf_take_field(const char *text)
{
	const char *colon = strchr(text, ':');
	g_autofree char *bare = NULL;
	g_autofree char *name = NULL;

	if (colon == NULL)
		return NULL;
	bare = g_strchomp(g_strndup(text, (gsize)(colon - text)));
	name = td_conf_take_name(bare);
	colon += 1 + strspn(colon + 1, " ");
	if (name == NULL || *colon == '\0')
		return NULL;
	return g_strdup_printf("%s: %s", name, colon);
}

TdHeaderPattern *
td_conf_take_header(const char *text, GError **error)
{
	g_autofree char *mark = td_conf_take_mark(text);
	TdHeaderPattern *header;
	TdPattern *pattern;
	const char *colon;

	if (mark == NULL) {
		td_fail(error, TD_ERROR_CONFIG,
		    "no FIELD: in front of what it is to have");
		return NULL;
	}
	colon = strchr(mark, ':');
	pattern = td_pattern_new(
	    colon + 1 + strspn(colon + 1, " "), TD_PATTERN_PART, error);
	if (pattern == NULL)
		return NULL;
	header = g_new0(TdHeaderPattern, 1);
	header->field = g_ascii_strdown(mark, colon - mark);
	header->pattern = pattern;
	return header;
}

void
td_header_pattern_free(TdHeaderPattern *header)
{
	if (header == NULL)
		return;
	g_free(header->field);
	td_pattern_free(header->pattern);
	g_free(header);
}

/* Who is meant by what stands in front of a step's time.  A time alone is
 * nobody. */
static gboolean
take_who(TdEscalationStep *step, const char *who)
{
	static const struct {
		const char *word;
		TdStepKind kind;
	} words[] = {
		{ "owner", TD_STEP_OWNER },
		{ "leads", TD_STEP_LEADS },
		{ "lead", TD_STEP_LEADS },
		{ "queue", TD_STEP_QUEUE },
	};
	guint64 time;

	if (td_conf_take_duration(who, &time))
		return FALSE;
	for (guint i = 0; i < G_N_ELEMENTS(words); i++)
		if (strcmp(words[i].word, who) == 0) {
			step->kind = words[i].kind;
			step->who = g_strdup("");
			return TRUE;
		}
	step->kind = strchr(who, '@') != NULL ? TD_STEP_ADDRESS : TD_STEP_AGENT;
	step->who = step->kind == TD_STEP_ADDRESS ? td_address_fold(who)
	                                          : g_strdup(who);
	return step->who != NULL && *step->who != '\0';
}

/* The time at the end of "@who @time", which is cut off; FALSE if it is none.
 */
static gboolean
take_after(TdEscalationStep *step, char *text)
{
	char *blank = strrchr(text, ' ');
	guint64 after;

	if (blank == NULL)
		return TRUE;
	if (!td_conf_take_duration(blank + 1, &after) || after > G_MAXINT32)
		return FALSE;
	step->after = (guint)after;
	*blank = '\0';
	g_strchomp(text);
	return TRUE;
}

TdEscalationStep *
td_conf_take_step(const char *text)
{
	g_autofree char *own = g_strstrip(g_strdup(text));
	TdEscalationStep *step = g_new0(TdEscalationStep, 1);

	if (take_after(step, own) && take_who(step, own))
		return step;
	td_escalation_step_free(step);
	return NULL;
}

void
td_escalation_step_free(TdEscalationStep *step)
{
	if (step == NULL)
		return;
	g_free(step->who);
	g_free(step);
}

gboolean
td_conf_take_numbers(const char *text, guint count, GArray *numbers)
{
	g_auto(GStrv) words = g_strsplit_set(text, " \t", 0);
	guint length = numbers->len;
	gboolean good = TRUE;

	for (gsize i = 0; words[i] != NULL && good; i++) {
		guint64 number;
		guint grade;

		if (*words[i] == '\0')
			continue;
		good = td_conf_take_count(words[i], &number) && number >= 1 &&
		    number <= 5;
		grade = good ? (guint)number : 0;
		g_array_append_val(numbers, grade);
	}
	if (good && numbers->len - length == count)
		return TRUE;
	g_array_set_size(numbers, length);
	return FALSE;
}

/* ---- the field of a key ---- */

static void
set_array(const TdConfReading *reading, GArray *array)
{
	G_STRUCT_MEMBER(GArray *, reading->base, reading->key->offset) = array;
}

static void
set_list(const TdConfReading *reading, GPtrArray *list)
{
	G_STRUCT_MEMBER(
	    GPtrArray *, reading->base, reading->key->offset) = list;
}

void
td_conf_read_hours(const TdConfReading *reading)
{
	g_auto(GStrv) items = td_conf_reading_items(reading);
	GArray *hours = g_array_new(FALSE, FALSE, sizeof(TdSpan));

	for (gsize i = 0; items[i] != NULL; i++)
		if (!td_calendar_read_hours(items[i], hours))
			td_conf_reading_complain(reading, items[i], NULL);
	set_array(reading, hours);
}

void
td_conf_read_pattern(const TdConfReading *reading)
{
	g_autofree char *text = td_conf_reading_string(reading);
	gboolean part = reading->key->kind == TD_CONF_PATTERN_PART;
	g_autoptr(GError) error = NULL;
	TdPattern *pattern;

	if (text == NULL)
		return;
	pattern = td_pattern_new(
	    text, part ? TD_PATTERN_PART : TD_PATTERN_WHOLE, &error);
	if (pattern == NULL)
		td_conf_reading_complain(reading, text, error->message);
	else
		G_STRUCT_MEMBER(
		    TdPattern *, reading->base, reading->key->offset) = pattern;
}

void
td_conf_read_headers(const TdConfReading *reading)
{
	g_auto(GStrv) items = td_conf_reading_items(reading);
	GPtrArray *headers = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_header_pattern_free);

	for (gsize i = 0; items[i] != NULL; i++) {
		g_autoptr(GError) error = NULL;
		TdHeaderPattern *header;

		header = td_conf_take_header(items[i], &error);
		if (header == NULL)
			td_conf_reading_complain(
			    reading, items[i], error->message);
		else
			g_ptr_array_add(headers, header);
	}
	set_list(reading, headers);
}

void
td_conf_read_steps(const TdConfReading *reading)
{
	g_auto(GStrv) items = td_conf_reading_items(reading);
	GPtrArray *steps = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_escalation_step_free);

	for (gsize i = 0; items[i] != NULL; i++) {
		TdEscalationStep *step = td_conf_take_step(items[i]);

		if (step == NULL)
			td_conf_reading_complain(reading, items[i], NULL);
		else
			g_ptr_array_add(steps, step);
	}
	if (items[0] == NULL)
		td_conf_reading_complain(reading, "", "no step");
	set_list(reading, steps);
}

void
td_conf_read_numbers(const TdConfReading *reading)
{
	g_auto(GStrv) items = td_conf_reading_items(reading);
	GArray *numbers = g_array_new(FALSE, FALSE, sizeof(guint));

	for (gsize i = 0; items[i] != NULL; i++)
		if (!td_conf_take_numbers(items[i], 1, numbers))
			td_conf_reading_complain(reading, items[i], NULL);
	set_array(reading, numbers);
}

void
td_conf_read_matrix(const TdConfReading *reading)
{
	g_auto(GStrv) items = td_conf_reading_items(reading);
	GArray *numbers = g_array_new(FALSE, TRUE, sizeof(guint));
	gboolean good = TRUE;

	for (gsize i = 0; items[i] != NULL; i++)
		if (!td_conf_take_numbers(items[i], MATRIX_SIDE, numbers)) {
			td_conf_reading_complain(reading, items[i], NULL);
			good = FALSE;
		}
	if (good && numbers->len != MATRIX_SIDE * MATRIX_SIDE)
		td_conf_reading_complain(reading, "", "not five rows");
	g_array_set_size(numbers, MATRIX_SIDE * MATRIX_SIDE);
	set_array(reading, numbers);
}

/* An expression without the slashes of other patterns, which runs away no
 * further than they do; NULL after a complaint. */
static TdPattern *
read_regex(const TdConfReading *reading, const char *text, TdPatternUse use)
{
	g_autofree char *pattern = g_strdup_printf(
	    "/%s/", *text == '\0' ? "(?:)" : text);
	g_autoptr(GError) error = NULL;
	TdPattern *regex = td_pattern_new(pattern, use, &error);

	if (regex == NULL)
		td_conf_reading_complain(reading, text, error->message);
	return regex;
}

void
td_conf_read_regex(const TdConfReading *reading)
{
	g_autofree char *text = td_conf_reading_string(reading);

	if (text != NULL)
		G_STRUCT_MEMBER(TdPattern *, reading->base,
		    reading->key->offset) = read_regex(reading, text,
		    TD_PATTERN_WHOLE);
}

void
td_conf_read_regexes(const TdConfReading *reading)
{
	g_auto(GStrv) items = td_conf_reading_items(reading);
	GPtrArray *taken = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_pattern_free);

	for (gsize i = 0; items[i] != NULL; i++) {
		g_autoptr(TdPattern)
		    regex = read_regex(reading, items[i], TD_PATTERN_PART);

		if (regex == NULL)
			continue;
		if (!td_pattern_has_group(regex, "1") ||
		    td_pattern_has_group(regex, "2"))
			td_conf_reading_complain(reading, items[i], NULL);
		else
			g_ptr_array_add(taken, g_steal_pointer(&regex));
	}
	set_list(reading, taken);
}
