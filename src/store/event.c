/* event.c - an event as a value */

#include "config.h"

#include <string.h>

#include "store/store-private.h"

static const char *const kind_names[TD_EVENT_LAST + 1] = {
	[TD_EVENT_CREATED] = "created",
	[TD_EVENT_MESSAGE] = "message",
	[TD_EVENT_ACKNOWLEDGED] = "acknowledged",
	[TD_EVENT_SENT] = "sent",
	[TD_EVENT_NOT_DELIVERED] = "not-delivered",
	[TD_EVENT_STATUS] = "status",
	[TD_EVENT_OWNER] = "owner",
	[TD_EVENT_QUEUE] = "queue",
	[TD_EVENT_PRIORITY] = "priority",
	[TD_EVENT_TYPE] = "type",
	[TD_EVENT_TAG] = "tag",
	[TD_EVENT_TITLE] = "title",
	[TD_EVENT_PARTICIPANT] = "participant",
	[TD_EVENT_REQUESTER] = "requester",
	[TD_EVENT_NOTE] = "note",
	[TD_EVENT_MERGED] = "merged",
	[TD_EVENT_SPLIT] = "split",
	[TD_EVENT_LINKED] = "linked",
	[TD_EVENT_RATED] = "rated",
	[TD_EVENT_TIME] = "time",
	[TD_EVENT_DUE] = "due",
	[TD_EVENT_REMINDER] = "reminder",
	[TD_EVENT_ESCALATED] = "escalated",
	[TD_EVENT_SUPPRESSED] = "suppressed",
	[TD_EVENT_REFUSED] = "refused",
	[TD_EVENT_REPORT] = "report",
	[TD_EVENT_AUTO_REPLY] = "auto-reply",
};

const char *
td_event_kind_name(TdEventKind kind)
{
	g_return_val_if_fail(kind <= TD_EVENT_LAST, NULL);

	return kind_names[kind];
}

gboolean
td_event_kind_from_name(const char *name, TdEventKind *kind)
{
	guint i;

	for (i = 0; i <= TD_EVENT_LAST; i++)
		if (strcmp(kind_names[i], name) == 0) {
			*kind = i;
			return TRUE;
		}
	return FALSE;
}

TdEvent *
td_event_new(TdEventKind kind, guint64 ticket, gint64 time, const char *actor)
{
	TdEvent *event = g_new0(TdEvent, 1);

	event->kind = kind;
	event->ticket = ticket;
	event->time = time;
	event->actor = g_strdup(actor != NULL ? actor : "");
	event->evidence = g_strdup("");
	event->detail = g_variant_ref_sink(td_value_tail());
	return event;
}

void
td_event_free(TdEvent *event)
{
	if (event == NULL)
		return;

	g_free(event->actor);
	g_free(event->evidence);
	g_clear_pointer(&event->detail, g_variant_unref);
	g_clear_pointer(&event->merged, g_variant_unref);
	g_clear_pointer(&event->notes, g_ptr_array_unref);
	g_free(event);
}

/* ---- details ---- */

/* A detail that was set here.  Most events are told several, and to make a
 * GVariant of all anew for each costs more than to write the event. */
typedef struct {
	char *key;
	GVariant *value;
} Note;

static void
free_note(gpointer data)
{
	Note *note = data;

	g_free(note->key);
	g_variant_unref(note->value);
	g_free(note);
}

/* Its index among the notes, or -1. */
static gint
find_note(const TdEvent *event, const char *key)
{
	guint count = event->notes == NULL ? 0 : event->notes->len;

	for (guint i = 0; i < count; i++)
		if (strcmp(((Note *)event->notes->pdata[i])->key, key) == 0)
			return (gint)i;
	return -1;
}

/* Spends floating @value. */
static void
set(TdEvent *event, const char *key, GVariant *value)
{
	gint old = find_note(event, key);
	Note *note = g_new(Note, 1);

	if (event->notes == NULL)
		event->notes = g_ptr_array_new_with_free_func(free_note);
	if (old >= 0)
		g_ptr_array_remove_index(event->notes, (guint)old);
	note->key = g_strdup(key);
	note->value = g_variant_ref_sink(value);
	g_ptr_array_add(event->notes, note);
	g_clear_pointer(&event->merged, g_variant_unref);
}

/* The value of that key, if it is of @type: then the caller's. */
static GVariant *
find(const TdEvent *event, const char *key, const GVariantType *type)
{
	gint i = find_note(event, key);
	const Note *note;

	if (i < 0)
		return g_variant_lookup_value(event->detail, key, type);
	note = event->notes->pdata[i];
	return g_variant_is_of_type(note->value, type)
	    ? g_variant_ref(note->value)
	    : NULL;
}

static gboolean
is_noted(const TdEvent *event, GVariant *entry)
{
	g_autoptr(GVariant) name = g_variant_get_child_value(entry, 0);

	return find_note(event, g_variant_get_string(name, NULL)) >= 0;
}

/* Entries that stay are not made anew, and values of notes are those of the
 * entries: text that was borrowed lives on. */
static GVariant *
merge(const TdEvent *event)
{
	gsize old = g_variant_n_children(event->detail);
	g_autoptr(GPtrArray) entries = g_ptr_array_new_full(
	    old + event->notes->len, (GDestroyNotify)g_variant_unref);

	for (gsize i = 0; i < old; i++) {
		GVariant *entry = g_variant_get_child_value(event->detail, i);

		if (is_noted(event, entry))
			g_variant_unref(entry);
		else
			g_ptr_array_add(entries, entry);
	}
	for (guint i = 0; i < event->notes->len; i++) {
		const Note *note = event->notes->pdata[i];

		g_ptr_array_add(entries,
		    g_variant_ref_sink(g_variant_new_dict_entry(
		        g_variant_new_string(note->key),
		        g_variant_new_variant(note->value))));
	}
	return g_variant_new_array(G_VARIANT_TYPE("{sv}"),
	    (GVariant *const *)entries->pdata, entries->len);
}

/* .merged is kept for the next time.  Who reads the event at the same moment
 * finds it as it was, or the same. */
GVariant *
td_event_detail(const TdEvent *event)
{
	GVariant **kept = &((TdEvent *)event)->merged;
	GVariant *merged;

	if (event->notes == NULL)
		return event->detail;
	merged = g_atomic_pointer_get(kept);
	if (merged != NULL)
		return merged;
	merged = g_variant_ref_sink(merge(event));
	if (!g_atomic_pointer_compare_and_exchange(kept, NULL, merged)) {
		g_variant_unref(merged);
		merged = g_atomic_pointer_get(kept);
	}
	return merged;
}

void
td_event_set(TdEvent *event, const char *key, const char *value)
{
	set(event, key, td_value_text(value));
}

void
td_event_set_number(TdEvent *event, const char *key, guint64 value)
{
	set(event, key, g_variant_new_uint64(value));
}

void
td_event_set_bytes(
    TdEvent *event, const char *key, const void *bytes, gsize size)
{
	set(event, key,
	    g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, bytes, size, 1));
}

const guint8 *
td_event_get_bytes(const TdEvent *event, const char *key, gsize *size)
{
	g_autoptr(GVariant) value = find(event, key, G_VARIANT_TYPE_BYTESTRING);

	/* As those of a text, they belong to detail. */
	return value != NULL ? g_variant_get_fixed_array(value, size, 1) : NULL;
}

const char *
td_event_find(const TdEvent *event, const char *key)
{
	g_autoptr(GVariant) value = find(event, key, G_VARIANT_TYPE_STRING);

	/* The bytes belong to detail, which lives on. */
	return value != NULL ? g_variant_get_string(value, NULL) : NULL;
}

const char *
td_event_get(const TdEvent *event, const char *key)
{
	const char *value = td_event_find(event, key);

	return value != NULL ? value : "";
}

gboolean
td_event_find_number(const TdEvent *event, const char *key, guint64 *value)
{
	g_autoptr(GVariant) found = find(event, key, G_VARIANT_TYPE_UINT64);

	if (found != NULL)
		*value = g_variant_get_uint64(found);
	return found != NULL;
}

guint64
td_event_get_number(const TdEvent *event, const char *key)
{
	guint64 value = 0;

	td_event_find_number(event, key, &value);
	return value;
}
