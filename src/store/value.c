/* value.c - values of the tables as GVariants
 *
 * Native byte order: meta records which one.  What is read is checked for
 * normal form, so a damaged value is an error and never a crash. */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "store/store-private.h"

static const char *const types[] = { TD_TYPE_TICKET, TD_TYPE_PAYLOAD,
	TD_TYPE_FILED, TD_TYPE_OUTBOX, TD_TYPE_PERSON, TD_TYPE_HOLD,
	TD_TYPE_SUPPRESSED, TD_TYPE_OBJECT };

/* GLib forgets a type with the last value of it, and looks through its string
 * again for the next one.  Nobody reads these: volatile keeps the compiler from
 * leaving them out. */
static GVariant *volatile kept[G_N_ELEMENTS(types)];

void
td_value_keep_types(void)
{
	static gsize done;
	guint i;

	if (!g_once_init_enter(&done))
		return;
	for (i = 0; i < G_N_ELEMENTS(types); i++)
		kept[i] = g_variant_ref_sink(g_variant_new_from_data(
		    G_VARIANT_TYPE(types[i]), NULL, 0, FALSE, NULL, NULL));
	g_once_init_leave(&done, 1);
}

/* Half of all texts are: one serves them all. */
static GVariant *
empty_text(void)
{
	static GVariant *text;

	if (g_once_init_enter(&text))
		g_once_init_leave(
		    &text, g_variant_ref_sink(g_variant_new_string("")));
	return text;
}

GVariant *
td_value_text(const char *text)
{
	if (text == NULL || *text == '\0')
		return empty_text();
	if (!g_utf8_validate(text, -1, NULL))
		return g_variant_new_take_string(td_text_utf8(text, -1));
	return g_variant_new_string(text);
}

GVariant *
td_value_none(GVariant **kept_one, const char *type)
{
	if (g_once_init_enter(kept_one))
		g_once_init_leave(kept_one,
		    g_variant_ref_sink(g_variant_new_array(
		        g_variant_type_element(G_VARIANT_TYPE(type)), NULL,
		        0)));
	return *kept_one;
}

GVariant *
td_value_texts(char *const *texts)
{
	static GVariant *none;
	GVariantBuilder list;

	if (texts == NULL || *texts == NULL)
		return td_value_none(&none, "as");
	g_variant_builder_init(&list, G_VARIANT_TYPE_STRING_ARRAY);
	for (; *texts != NULL; texts++)
		g_variant_builder_add_value(&list, td_value_text(*texts));
	return g_variant_builder_end(&list);
}

GVariant *
td_value_tail(void)
{
	static GVariant *tail;

	return td_value_none(&tail, "a{sv}");
}

GVariant *
td_value_read(const char *type, const void *data, gsize size)
{
	g_autoptr(GBytes) bytes = g_bytes_new(data, size);
	g_autoptr(GVariant) value = g_variant_ref_sink(
	    g_variant_new_from_bytes(G_VARIANT_TYPE(type), bytes, FALSE));

	if (!g_variant_is_normal_form(value))
		return NULL;
	return g_steal_pointer(&value);
}

void
td_value_write(GVariant *value, gsize room, TdRow *row)
{
	g_autoptr(GVariant) own = g_variant_ref_sink(value);
	gsize size = g_variant_get_size(own);

	/* Zeroed: g_variant_store() may leave padding as it is. */
	row->data = g_malloc0(room + size);
	row->size = room + size;
	/* An offset that is no multiple of 8 is fine for storing bytes, but
	 * g_variant_store() wants aligned memory. */
	if (room % 8 == 0)
		g_variant_store(own, row->data + room);
	else
		memcpy(row->data + room, g_variant_get_data(own), size);
}
