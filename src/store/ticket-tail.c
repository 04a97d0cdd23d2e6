/* ticket-tail.c - what tickets learned to keep later: the tail of their record
 *
 * A dictionary, so that records without an entry stay readable.  Entries that
 * would say nothing are left out: most tickets have few. */

#include "config.h"

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
has_clocks(const TdTicket *ticket)
{
	for (guint i = 0; i < TD_CLOCKS; i++)
		if (ticket->clocks[i].state != TD_CLOCK_NONE)
			return TRUE;
	return FALSE;
}

static GVariant *
encode_clocks(const TdTicket *ticket)
{
	GVariantBuilder list;

	g_variant_builder_init(&list, G_VARIANT_TYPE(TYPE_CLOCKS));
	for (guint i = 0; i < TD_CLOCKS; i++) {
		const TdClock *clock = &ticket->clocks[i];

		g_variant_builder_add(&list, "(yyyuxxxx@s@s)",
		    (guchar)clock->state, (guchar)(clock->warned != 0),
		    (guchar)(clock->breached != 0), clock->step, clock->due,
		    clock->next, clock->left, clock->total,
		    td_value_text(clock->rule), td_value_text(clock->calendar));
	}
	return g_variant_builder_end(&list);
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
	    ticket->returned == 0 && ticket->asked == 0)
		return td_value_tail();
	g_variant_builder_init(&tail, G_VARIANT_TYPE_VARDICT);
	put_number(&tail, "agreed", ticket->due);
	put_number(&tail, "answered", ticket->answered);
	put_number(&tail, "reopened", ticket->reopened);
	put_number(&tail, "returned", ticket->returned);
	put_number(&tail, "asked", ticket->asked);
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

/* Takes the next of @iter into @clock. */
static gboolean
decode_clock(GVariantIter *iter, TdClock *clock)
{
	TdClock read = { 0 };
	guchar state, warned, breached;

	if (!g_variant_iter_next(iter, "(yyyuxxxxss)", &state, &warned,
	        &breached, &read.step, &read.due, &read.next, &read.left,
	        &read.total, &read.rule, &read.calendar))
		return FALSE;
	read.state = state;
	read.warned = warned != 0;
	read.breached = breached != 0;
	td_clock_clear(clock);
	*clock = read;
	return state <= TD_CLOCK_STATE_LAST && warned <= 1 && breached <= 1;
}

static gboolean
decode_clocks(TdTicket *ticket, GVariant *list)
{
	gsize count = g_variant_n_children(list);
	GVariantIter iter;

	if (count > TD_CLOCKS)
		return FALSE;
	g_variant_iter_init(&iter, list);
	for (gsize i = 0; i < count; i++)
		if (!decode_clock(&iter, &ticket->clocks[i]))
			return FALSE;
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
	    !take(tail, "clocks", TYPE_CLOCKS, &clocks) ||
	    !take(tail, "fields", TYPE_FIELDS, &fields) ||
	    (clocks != NULL && !decode_clocks(ticket, clocks)))
		return FALSE;
	if (fields != NULL)
		decode_fields(ticket, fields);
	return TRUE;
}
