/* ticket-tail.c - what tickets learned to keep later: the tail of their record
 *
 * A dictionary, so that records without an entry stay readable.  Entries that
 * would say nothing are left out: most tickets have few. */

#include "config.h"

#include <string.h>

#include "store/store-private.h"

#define TYPE_CLOCKS "a(yyyuxxxxss)"
#define TYPE_FIELDS "a(ss)"

static void
put(GVariantBuilder *tail, const char *key, GVariant *value)
{
	g_variant_builder_add(tail, "{sv}", key, value);
}

static void
put_number(GVariantBuilder *tail, const char *key, gint64 number)
{
	if (number != 0)
		put(tail, key, g_variant_new_int64(number));
}

static gboolean
is_blank(const TdClock *clock)
{
	return clock->state == TD_CLOCK_NONE && !clock->warned &&
	    !clock->breached && clock->step == 0 && clock->due == 0 &&
	    clock->next == 0 && clock->left == 0 && clock->total == 0 &&
	    (clock->rule == NULL || *clock->rule == '\0') &&
	    (clock->calendar == NULL || *clock->calendar == '\0');
}

static gboolean
has_clocks(const TdTicket *ticket)
{
	for (guint i = 0; i < TD_CLOCKS; i++)
		if (!is_blank(&ticket->clocks[i]))
			return TRUE;
	return FALSE;
}

/* A clock up to its texts, as it lies in a value of TYPE_CLOCKS.  Records with
 * clocks are read and written often: to take each number by its type costs ten
 * times as much. */
typedef struct {
	guint8 state;
	guint8 warned;
	guint8 breached;
	guint32 step;
	gint64 due;
	gint64 next;
	gint64 left;
	gint64 total;
} FixedClock;

G_STATIC_ASSERT(sizeof(FixedClock) == 40);

static GVariant *
encode_clock(const TdClock *clock)
{
	GVariant *members[] = {
		g_variant_new_byte((guchar)clock->state),
		g_variant_new_byte(clock->warned != 0),
		g_variant_new_byte(clock->breached != 0),
		g_variant_new_uint32(clock->step),
		g_variant_new_int64(clock->due),
		g_variant_new_int64(clock->next),
		g_variant_new_int64(clock->left),
		g_variant_new_int64(clock->total),
		td_value_text(clock->rule),
		td_value_text(clock->calendar),
	};

	return g_variant_new_tuple(members, G_N_ELEMENTS(members));
}

/* Most clocks of a ticket do not run: one value serves them all. */
static GVariant *
blank_clock(void)
{
	static GVariant *blank;
	static const TdClock none;

	if (g_once_init_enter(&blank))
		g_once_init_leave(
		    &blank, g_variant_ref_sink(encode_clock(&none)));
	return blank;
}

static GVariant *
encode_clocks(const TdTicket *ticket)
{
	GVariant *clocks[TD_CLOCKS];

	for (guint i = 0; i < TD_CLOCKS; i++)
		clocks[i] = is_blank(&ticket->clocks[i])
		    ? blank_clock()
		    : encode_clock(&ticket->clocks[i]);
	return g_variant_new_array(NULL, clocks, TD_CLOCKS);
}

static GVariant *
encode_fields(const TdTicket *ticket)
{
	GVariantBuilder list;

	g_variant_builder_init(&list, G_VARIANT_TYPE(TYPE_FIELDS));
	for (guint i = 0; i < ticket->fields->len; i++) {
		const TdField *field = g_ptr_array_index(ticket->fields, i);

		g_variant_builder_add(&list, "(@s@s)",
		    td_value_text(field->name), td_value_text(field->value));
	}
	return g_variant_builder_end(&list);
}

GVariant *
td_ticket_tail(const TdTicket *ticket)
{
	gboolean clocks = has_clocks(ticket);
	GVariantBuilder tail;

	if (!clocks && ticket->fields->len == 0 && ticket->due == 0 &&
	    ticket->answered == 0 && ticket->reopened == 0 &&
	    ticket->returned == 0 && ticket->asked == 0 && ticket->purged == 0)
		return td_value_tail();
	g_variant_builder_init(&tail, G_VARIANT_TYPE_VARDICT);
	put_number(&tail, "agreed", ticket->due);
	put_number(&tail, "answered", ticket->answered);
	put_number(&tail, "reopened", ticket->reopened);
	put_number(&tail, "returned", ticket->returned);
	put_number(&tail, "asked", ticket->asked);
	put_number(&tail, "purged", ticket->purged);
	if (clocks)
		put(&tail, "clocks", encode_clocks(ticket));
	if (ticket->fields->len > 0)
		put(&tail, "fields", encode_fields(ticket));
	return g_variant_builder_end(&tail);
}

/* Whether @tail has no @key, or one that is a @type: then *@value is the
 * caller's, NULL in the first case. */
static gboolean
take(GVariant *tail, const char *key, const char *type, GVariant **value)
{
	*value = g_variant_lookup_value(tail, key, NULL);
	return *value == NULL ||
	    g_variant_is_of_type(*value, G_VARIANT_TYPE(type));
}

static gboolean
take_time(GVariant *tail, const char *key, gint64 *time)
{
	g_autoptr(GVariant) value = NULL;

	if (!take(tail, key, "x", &value))
		return FALSE;
	*time = value == NULL ? 0 : g_variant_get_int64(value);
	return TRUE;
}

static gboolean
take_count(GVariant *tail, const char *key, guint *count)
{
	gint64 number;

	if (!take_time(tail, key, &number) || number < 0 || number > G_MAXUINT)
		return FALSE;
	*count = (guint)number;
	return TRUE;
}

/* Takes @value, which is in normal form, into @clock. */
static gboolean
decode_clock(GVariant *value, TdClock *clock)
{
	const char *bytes = g_variant_get_data(value);
	const char *rule = bytes + sizeof(FixedClock);
	FixedClock fixed;

	memcpy(&fixed, bytes, sizeof(fixed));
	td_clock_clear(clock);
	*clock = (TdClock){
		.state = fixed.state,
		.warned = fixed.warned != 0,
		.breached = fixed.breached != 0,
		.step = fixed.step,
		.due = fixed.due,
		.next = fixed.next,
		.left = fixed.left,
		.total = fixed.total,
		.rule = g_strdup(rule),
		.calendar = g_strdup(rule + strlen(rule) + 1),
	};
	return fixed.state <= TD_CLOCK_STATE_LAST && fixed.warned <= 1 &&
	    fixed.breached <= 1;
}

static gboolean
decode_clocks(TdTicket *ticket, GVariant *list)
{
	gsize count = g_variant_n_children(list);

	if (count > TD_CLOCKS)
		return FALSE;
	for (gsize i = 0; i < count; i++) {
		g_autoptr(GVariant) value = g_variant_get_child_value(list, i);

		if (!decode_clock(value, &ticket->clocks[i]))
			return FALSE;
	}
	return TRUE;
}

static void
decode_fields(TdTicket *ticket, GVariant *list)
{
	GVariantIter iter;
	char *name;
	char *value;

	g_variant_iter_init(&iter, list);
	while (g_variant_iter_next(&iter, "(ss)", &name, &value)) {
		TdField *field = g_new0(TdField, 1);

		field->name = name;
		field->value = value;
		g_ptr_array_add(ticket->fields, field);
	}
}

gboolean
td_ticket_tail_read(TdTicket *ticket, GVariant *tail)
{
	g_autoptr(GVariant) clocks = NULL;
	g_autoptr(GVariant) fields = NULL;

	if (g_variant_n_children(tail) == 0)
		return TRUE;
	if (!take_time(tail, "agreed", &ticket->due) ||
	    !take_time(tail, "answered", &ticket->answered) ||
	    !take_count(tail, "reopened", &ticket->reopened) ||
	    !take_count(tail, "returned", &ticket->returned) ||
	    !take_count(tail, "asked", &ticket->asked) ||
	    !take_time(tail, "purged", &ticket->purged) ||
	    !take(tail, "clocks", TYPE_CLOCKS, &clocks) ||
	    !take(tail, "fields", TYPE_FIELDS, &fields) ||
	    (clocks != NULL && !decode_clocks(ticket, clocks)))
		return FALSE;
	if (fields != NULL)
		decode_fields(ticket, fields);
	return TRUE;
}
