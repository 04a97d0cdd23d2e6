/* mutate-record.c - changes rows of the store in ways that keep their form
 *
 * For libFuzzer, which calls this in place of its own mutations.  A value is
 * read as the GVariant that it is, one of its members made another, and all of
 * it written again: hardly any byte of one can be changed alone without making
 * nonsense of all the others, which the first look at it would find. */

#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "records.h"

#define TEXT_MOST 64u
#define DEPTH_MOST 16u

/* Of libFuzzer. */
size_t LLVMFuzzerMutate(guint8 *data, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(
    guint8 *data, size_t size, size_t most, unsigned int seed);

static const char *const words[] = { "", "to", "add", "remove", "name", "queue",
	"status", "clock", "state", "response", "running", "into", "field",
	"value", "agent", "at", "done", "requester", "subject", "spam",
	"clocks", "fields", "agreed", "answered", "reopened", "skills",
	"calendar", "support", "olga", "anna@example.net", "open", "sha256",
	"noted", "raw", "type", "unanswered", "until", "printer" };

static const guint64 numbers[] = { 0, 1, 2, 3, 5, 6, 255, 1795305600,
	G_MAXINT32, G_MAXUINT32, (guint64)1 << 62, G_MAXINT64, (guint64)1 << 63,
	G_MAXUINT64 - 1, G_MAXUINT64 };

static guint64
some_number(GRand *rand)
{
	if (g_rand_boolean(rand))
		return (guint64)g_rand_int_range(rand, 0, 32);
	return numbers[g_rand_int_range(rand, 0, G_N_ELEMENTS(numbers))];
}

static GVariant *
some_text(GRand *rand, const char *text)
{
	char bytes[TEXT_MOST + 1];
	gsize size = MIN(strlen(text), TEXT_MOST);

	if (g_rand_boolean(rand))
		return g_variant_new_string(
		    words[g_rand_int_range(rand, 0, G_N_ELEMENTS(words))]);
	memcpy(bytes, text, size);
	size = LLVMFuzzerMutate((guint8 *)bytes, size, TEXT_MOST);
	bytes[size] = '\0';
	return g_variant_new_take_string(g_utf8_make_valid(bytes, -1));
}

/* Nothing in particular of @type, as GVariant reads it out of no bytes. */
static GVariant *
plain_value(const GVariantType *type)
{
	g_autoptr(GVariant) nothing = g_variant_ref_sink(
	    g_variant_new_from_data(type, NULL, 0, FALSE, NULL, NULL));

	return g_variant_get_normal_form(nothing);
}

static GVariant *change(GVariant *value, GRand *rand, guint depth);

/* What a list may hold besides; a new one is changed at once. */
static GVariant *
new_member(const GVariantType *type, GRand *rand, guint depth)
{
	g_autoptr(GVariant) plain = plain_value(type);

	if (g_variant_type_equal(type, G_VARIANT_TYPE("{sv}"))) {
		const char *word =
		    words[g_rand_int_range(rand, 0, G_N_ELEMENTS(words))];
		GVariant *value = g_rand_boolean(rand)
		    ? g_variant_new_uint64(some_number(rand))
		    : some_text(rand, "");

		return g_variant_ref_sink(g_variant_new_dict_entry(
		    g_variant_new_string(word), g_variant_new_variant(value)));
	}
	return g_variant_ref_sink(change(plain, rand, depth + 1));
}

static GVariant *
change_list(GVariant *value, GRand *rand, guint depth)
{
	const GVariantType *element = g_variant_type_element(
	    g_variant_get_type(value));
	g_autoptr(GPtrArray) members = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)g_variant_unref);
	gsize count = g_variant_n_children(value);
	gsize at = count == 0
	    ? 0
	    : (gsize)g_rand_int_range(rand, 0, (gint32)MIN(count, 1000));
	int way = count == 0 ? 0 : g_rand_int_range(rand, 0, 5);

	for (gsize i = 0; i < count; i++) {
		g_autoptr(GVariant) each = g_variant_get_child_value(value, i);

		if (i == at && way == 1)
			continue;
		if (i == at && way > 2)
			g_ptr_array_add(members,
			    g_variant_ref_sink(change(each, rand, depth + 1)));
		else
			g_ptr_array_add(members, g_variant_ref(each));
		if (i == at && way == 2)
			g_ptr_array_add(members, g_variant_ref(each));
	}
	if (way == 0)
		g_ptr_array_add(members, new_member(element, rand, depth));
	return g_variant_new_array(
	    element, (GVariant *const *)members->pdata, members->len);
}

static GVariant *
change_tuple(GVariant *value, GRand *rand, guint depth)
{
	g_autoptr(GPtrArray) members = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)g_variant_unref);
	gsize count = g_variant_n_children(value);
	gsize at;

	if (count == 0)
		return value;
	at = (gsize)g_rand_int_range(rand, 0, (gint32)count);
	for (gsize i = 0; i < count; i++) {
		GVariant *each = g_variant_get_child_value(value, i);

		if (i == at) {
			g_autoptr(GVariant) before = each;

			each = g_variant_ref_sink(
			    change(before, rand, depth + 1));
		}
		g_ptr_array_add(members, each);
	}
	if (g_variant_is_of_type(value, G_VARIANT_TYPE_DICT_ENTRY))
		return g_variant_new_dict_entry(
		    members->pdata[0], members->pdata[1]);
	return g_variant_new_tuple(
	    (GVariant *const *)members->pdata, members->len);
}

static GVariant *
change_variant(GVariant *value, GRand *rand, guint depth)
{
	static const char *const types[] = { "s", "t", "x", "y", "u", "as",
		"a(ss)", "a(yyyuxxxxss)", "a{sv}", "v" };
	g_autoptr(GVariant) inner = g_variant_get_variant(value);

	if (g_rand_int_range(rand, 0, 4) == 0) {
		const char *type =
		    types[g_rand_int_range(rand, 0, G_N_ELEMENTS(types))];

		g_variant_unref(inner);
		inner = plain_value(G_VARIANT_TYPE(type));
	}
	return g_variant_new_variant(change(inner, rand, depth + 1));
}

/* One member of @value another; floating. */
static GVariant *
change(GVariant *value, GRand *rand, guint depth)
{
	if (depth > DEPTH_MOST)
		return g_variant_new_variant(g_variant_new_string(""));
	switch (g_variant_classify(value)) {
	case G_VARIANT_CLASS_BYTE:
		return g_variant_new_byte((guint8)some_number(rand));
	case G_VARIANT_CLASS_UINT32:
		return g_variant_new_uint32((guint32)some_number(rand));
	case G_VARIANT_CLASS_INT64:
		return g_variant_new_int64((gint64)some_number(rand));
	case G_VARIANT_CLASS_UINT64:
		return g_variant_new_uint64(some_number(rand));
	case G_VARIANT_CLASS_STRING:
		return some_text(rand, g_variant_get_string(value, NULL));
	case G_VARIANT_CLASS_ARRAY:
		return change_list(value, rand, depth);
	case G_VARIANT_CLASS_TUPLE:
	case G_VARIANT_CLASS_DICT_ENTRY:
		return change_tuple(value, rand, depth);
	case G_VARIANT_CLASS_VARIANT:
		return change_variant(value, rand, depth);
	case G_VARIANT_CLASS_BOOLEAN:
	case G_VARIANT_CLASS_INT16:
	case G_VARIANT_CLASS_UINT16:
	case G_VARIANT_CLASS_INT32:
	case G_VARIANT_CLASS_HANDLE:
	case G_VARIANT_CLASS_DOUBLE:
	case G_VARIANT_CLASS_OBJECT_PATH:
	case G_VARIANT_CLASS_SIGNATURE:
	case G_VARIANT_CLASS_MAYBE:
		break;
	}
	/* The store has none of these. */
	return value;
}

/* ---- rows ---- */

static GBytes *
change_bytes(GBytes *bytes, gsize most)
{
	gsize size = MIN(g_bytes_get_size(bytes), most);
	g_autofree guint8 *copy = g_malloc0(most);

	if (size > 0)
		memcpy(copy, g_bytes_get_data(bytes, NULL), size);
	size = LLVMFuzzerMutate(copy, size, most);
	return g_bytes_new_take(g_steal_pointer(&copy), size);
}

static void
take_bytes(GBytes **place, GBytes *bytes)
{
	g_bytes_unref(*place);
	*place = bytes;
}

/* The GVariant in @record, of which one member is made another. */
static void
change_value(FuzzRecord *record, GRand *rand)
{
	const char *type = fuzz_record_type(record->table);
	gboolean fits = (record->flags & FUZZ_RECORD_FITS) != 0;
	gsize offset = fits ? 0 : fuzz_record_offset(record->table);
	gsize size;
	const guint8 *data = g_bytes_get_data(record->value, &size);
	g_autoptr(GBytes) body = NULL;
	g_autoptr(GVariant) before = NULL;
	g_autoptr(GVariant) value = NULL;
	GByteArray *row;

	/* Behind the headers of a message, as it is kept, are other bytes. */
	if (type == NULL || size < offset ||
	    (!fits && record->table == TD_TABLE_MESSAGES)) {
		take_bytes(&record->value, change_bytes(record->value, 1024));
		return;
	}
	body = g_bytes_new_from_bytes(record->value, offset, size - offset);
	before = g_variant_ref_sink(
	    g_variant_new_from_bytes(G_VARIANT_TYPE(type), body, FALSE));
	value = g_variant_get_normal_form(before);
	g_variant_unref(before);
	before = g_steal_pointer(&value);
	value = g_variant_ref_sink(change(before, rand, 0));
	row = g_byte_array_new();
	g_byte_array_append(row, data, (guint)offset);
	g_byte_array_append(
	    row, g_variant_get_data(value), (guint)g_variant_get_size(value));
	take_bytes(&record->value, g_byte_array_free_to_bytes(row));
}

/* The number that most keys begin with. */
static void
change_key(FuzzRecord *record, GRand *rand)
{
	guint8 key[TD_KEY_PLACE];
	gsize size = g_bytes_get_size(record->key);

	if (size != TD_KEY_NUMBER && size != TD_KEY_PLACE) {
		take_bytes(&record->key, change_bytes(record->key, 64));
		return;
	}
	memcpy(key, g_bytes_get_data(record->key, NULL), size);
	td_key_number(key + (g_rand_boolean(rand) ? size - TD_KEY_NUMBER : 0),
	    some_number(rand));
	take_bytes(&record->key, g_bytes_new(key, size));
}

static FuzzRecord *
copy(const FuzzRecord *record)
{
	FuzzRecord *other = g_new(FuzzRecord, 1);

	*other = *record;
	g_bytes_ref(other->key);
	g_bytes_ref(other->value);
	return other;
}

static void
change_records(GPtrArray *records, GRand *rand)
{
	guint at = (guint)g_rand_int_range(rand, 0, (gint32)records->len);
	FuzzRecord *record = g_ptr_array_index(records, at);

	switch (g_rand_int_range(rand, 0, 16)) {
	case 0:
		g_ptr_array_remove_index(records, at);
		break;
	case 1:
		g_ptr_array_add(records, copy(record));
		break;
	case 2:
	case 3:
		change_key(record, rand);
		break;
	case 4:
		take_bytes(&record->value, change_bytes(record->value, 1024));
		break;
	case 5:
		record->flags ^= FUZZ_RECORD_FITS;
		break;
	default:
		change_value(record, rand);
		break;
	}
}

size_t
LLVMFuzzerCustomMutator(
    guint8 *data, size_t size, size_t most, unsigned int seed)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
	g_autoptr(GPtrArray) records = fuzz_records_read(data, size);
	g_autoptr(GByteArray) bytes = NULL;

	if (records->len == 0 || g_rand_int_range(rand, 0, 8) == 0)
		return LLVMFuzzerMutate(data, size, most);
	for (int times = g_rand_int_range(rand, 1, 5);
	     times > 0 && records->len > 0; times--)
		change_records(records, rand);
	bytes = fuzz_records_write(records);
	if (bytes->len == 0 || bytes->len > most)
		return LLVMFuzzerMutate(data, size, most);
	memcpy(data, bytes->data, bytes->len);
	return bytes->len;
}
