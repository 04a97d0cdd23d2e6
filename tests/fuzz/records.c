/* records.c - see records.h */

#include "config.h"

#include "records.h"

void
fuzz_record_free(FuzzRecord *record)
{
	g_bytes_unref(record->key);
	g_bytes_unref(record->value);
	g_free(record);
}

GPtrArray *
fuzz_records_read(const guint8 *data, gsize size)
{
	GPtrArray *records = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)fuzz_record_free);

	while (size >= FUZZ_RECORD_HEAD && records->len < FUZZ_RECORDS) {
		gsize key = data[2];
		gsize value = data[3] + (gsize)data[4] * 256;
		FuzzRecord *record;

		if (size - FUZZ_RECORD_HEAD < key + value)
			break;
		record = g_new0(FuzzRecord, 1);
		record->table = data[0] % TD_INDEX_QUEUE;
		record->flags = data[1];
		record->key = g_bytes_new(data + FUZZ_RECORD_HEAD, key);
		record->value = g_bytes_new(
		    data + FUZZ_RECORD_HEAD + key, value);
		g_ptr_array_add(records, record);
		data += FUZZ_RECORD_HEAD + key + value;
		size -= FUZZ_RECORD_HEAD + key + value;
	}
	return records;
}

GByteArray *
fuzz_records_write(const GPtrArray *records)
{
	GByteArray *bytes = g_byte_array_new();

	for (guint i = 0; i < MIN(records->len, FUZZ_RECORDS); i++) {
		const FuzzRecord *record = g_ptr_array_index(records, i);
		gsize key_size, value_size;
		const guint8 *key = g_bytes_get_data(record->key, &key_size);
		const guint8 *value = g_bytes_get_data(
		    record->value, &value_size);
		guint8 head[FUZZ_RECORD_HEAD];

		key_size = MIN(key_size, G_MAXUINT8);
		value_size = MIN(value_size, G_MAXUINT16);
		head[0] = (guint8)record->table;
		head[1] = record->flags;
		head[2] = (guint8)key_size;
		head[3] = (guint8)(value_size & 0xff);
		head[4] = (guint8)(value_size >> 8);
		g_byte_array_append(bytes, head, sizeof(head));
		g_byte_array_append(bytes, key, (guint)key_size);
		g_byte_array_append(bytes, value, (guint)value_size);
	}
	return bytes;
}

const char *
fuzz_record_type(TdTable table)
{
	static const char *const types[TD_INDEX_QUEUE] = {
		[TD_TABLE_TICKETS] = TD_TYPE_TICKET,
		[TD_TABLE_EVENTS] = TD_TYPE_PAYLOAD,
		[TD_TABLE_MESSAGES] = TD_TYPE_FILED,
		[TD_TABLE_OUTBOX] = TD_TYPE_OUTBOX,
		[TD_TABLE_PEOPLE] = TD_TYPE_PERSON,
		[TD_TABLE_HOLDS] = TD_TYPE_HOLD,
		[TD_TABLE_SUPPRESSED] = TD_TYPE_SUPPRESSED,
		[TD_TABLE_OBJECTS] = TD_TYPE_OBJECT,
	};

	return types[table];
}

gsize
fuzz_record_offset(TdTable table)
{
	/* filed.c: two sizes. */
	if (table == TD_TABLE_MESSAGES)
		return 12;
	return table == TD_TABLE_EVENTS ? TD_EVENT_PAYLOAD : 0;
}
