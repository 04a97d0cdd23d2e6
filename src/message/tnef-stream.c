/* tnef-stream.c - see message/tnef-stream.h and [MS-OXTNEF] */

#include "config.h"

#include <string.h>

#include "message/tnef-stream.h"

#define SIGNATURE 0x223e9f78u
/* Level, id and length of an attribute. */
#define HEAD_SIZE 9
#define CHECKSUM_SIZE 2
/* Properties in a block, and values in one of them, that are looked at. */
#define PROPERTIES_MAX 1000
#define VALUES_MAX 1000
/* More than this libytnef does not take. */
#define BODY_MAX 99000
#define TITLE_MAX 100
#define CODEPAGE_MAX 8

#define LEVEL_ATTACHMENT 2
#define ATTRIBUTE_BODY 0x0002800cu
#define ATTRIBUTE_CODEPAGE 0x00069007u
#define ATTRIBUTE_PROPERTIES 0x00069003u
#define ATTRIBUTE_RENDERING 0x00069002u
#define ATTRIBUTE_TITLE 0x00018010u
#define ATTRIBUTE_DATA 0x0006800fu
#define ATTRIBUTE_ATTACHMENT 0x00069005u

#define TYPE_UNICODE 0x001f
#define TYPE_MULTIPLE 0x1000

/* Attributes that are kept, and once in a message or attachment. */
static const guint32 wanted[] = { ATTRIBUTE_BODY, ATTRIBUTE_CODEPAGE,
	ATTRIBUTE_PROPERTIES, ATTRIBUTE_RENDERING, ATTRIBUTE_TITLE,
	ATTRIBUTE_DATA, ATTRIBUTE_ATTACHMENT };

static const guint16 properties[] = { TD_TNEF_BODY, TD_TNEF_RTF, TD_TNEF_HTML,
	TD_TNEF_DISPLAY_NAME, TD_TNEF_DATA, TD_TNEF_FILENAME,
	TD_TNEF_LONG_FILENAME, TD_TNEF_MEDIA_TYPE, TD_TNEF_CONTENT_ID,
	TD_TNEF_CODEPAGE };

typedef struct {
	GByteArray *out;
	guint attachments; /* that there may still be */
	guint seen;        /* bits of wanted[]: those of the message */
	guint seen_inside; /* and those of the last attachment */
	gboolean inside;   /* of an attachment */
	gboolean dropped;  /* an attachment too many */
	gboolean whole;
} Cleaner;

/* Bytes that are read one after the other; a read beyond them fails all
 * others. */
typedef struct {
	const guint8 *at;
	gsize left;
	gboolean failed;
} Bytes;

static const guint8 *
take(Bytes *bytes, gsize size)
{
	const guint8 *at = bytes->at;

	if (bytes->failed || size > bytes->left) {
		bytes->failed = TRUE;
		return NULL;
	}
	bytes->at += size;
	bytes->left -= size;
	return at;
}

static guint32
take_number(Bytes *bytes)
{
	const guint8 *at = take(bytes, 4);

	return at == NULL ? 0
	                  : (guint32)at[0] | (guint32)at[1] << 8 |
	        (guint32)at[2] << 16 | (guint32)at[3] << 24;
}

/* Takes @size bytes and what fills them up to a multiple of four; at the end of
 * a block that may be left out. */
static const guint8 *
take_padded(Bytes *bytes, gsize size)
{
	const guint8 *at = take(bytes, size);

	take(bytes, MIN((4 - size % 4) % 4, bytes->left));
	return at;
}

static void
put_number(GByteArray *out, guint32 number)
{
	guint8 bytes[4] = { (guint8)number, (guint8)(number >> 8),
		(guint8)(number >> 16), (guint8)(number >> 24) };

	g_byte_array_append(out, bytes, 4);
}

static guint16
checksum_of(const guint8 *bytes, gsize size)
{
	guint16 sum = 0;

	for (gsize i = 0; i < size; i++)
		sum = (guint16)(sum + bytes[i]);
	return sum;
}

static gboolean
is_of_attachment(guint32 id)
{
	return id == ATTRIBUTE_RENDERING || id == ATTRIBUTE_TITLE ||
	    id == ATTRIBUTE_DATA || id == ATTRIBUTE_ATTACHMENT;
}

static void
put_attribute(GByteArray *out, guint32 id, const guint8 *bytes, gsize size)
{
	guint8 level = is_of_attachment(id) ? LEVEL_ATTACHMENT : 1;
	guint16 sum = checksum_of(bytes, size);
	guint8 checksum[2] = { (guint8)sum, (guint8)(sum >> 8) };

	g_byte_array_append(out, &level, 1);
	put_number(out, id);
	put_number(out, (guint32)size);
	g_byte_array_append(out, bytes, (guint)size);
	g_byte_array_append(out, checksum, 2);
}

/* A block of properties in the making. */
typedef struct {
	GByteArray *bytes;
	guint32 count;
} Block;

/* A property with one value, or a piece of one. */
static void
put_piece(
    Block *block, guint16 type, guint16 number, const guint8 *bytes, gsize size)
{
	static const guint8 none[4] = { 0 };
	GByteArray *out = block->bytes;

	put_number(out, (guint32)number << 16 | type);
	if (type != TD_TNEF_NUMBER) {
		put_number(out, 1);
		put_number(out, (guint32)size);
	}
	g_byte_array_append(out, bytes, (guint)size);
	g_byte_array_append(out, none, (guint)((4 - size % 4) % 4));
	block->count++;
}

static void
put_property(
    Block *block, guint16 type, guint16 number, const guint8 *bytes, gsize size)
{
	for (gsize at = 0; at < size; at += TD_TNEF_PIECE)
		put_piece(block, type, number, bytes + at,
		    MIN(size - at, TD_TNEF_PIECE));
}

/* Strings of 16 bits come as UTF-8, for the library halves some characters and
 * refuses long ones. */
static void
put_unicode(Block *out, guint16 number, const guint8 *bytes, gsize size)
{
	g_autofree gunichar2 *units = g_new(gunichar2, size / 2 + 1);
	g_autofree char *text = NULL;
	gsize count = 0;

	for (gsize i = 0; i + 1 < size; i += 2) {
		gunichar2 unit = (gunichar2)(bytes[i] | bytes[i + 1] << 8);

		if (unit == 0)
			break;
		/* Half a pair would make all of it unreadable. */
		if ((unit & 0xfc00) == 0xdc00 &&
		    (count == 0 || (units[count - 1] & 0xfc00) != 0xd800))
			unit = 0xfffd;
		if ((unit & 0xfc00) != 0xdc00 && count > 0 &&
		    (units[count - 1] & 0xfc00) == 0xd800)
			units[count - 1] = 0xfffd;
		units[count++] = unit;
	}
	if (count > 0 && (units[count - 1] & 0xfc00) == 0xd800)
		count--;
	text = g_utf16_to_utf8(units, (glong)count, NULL, NULL, NULL);
	if (text != NULL && *text != '\0')
		put_property(out, TD_TNEF_BINARY, number, (const guint8 *)text,
		    strlen(text));
}

static gboolean
is_wanted(guint32 number)
{
	for (gsize i = 0; i < G_N_ELEMENTS(properties); i++)
		if (properties[i] == number)
			return TRUE;
	return FALSE;
}

/* Bytes of a value of a type whose values are all of one size; 0 for others. */
static gsize
size_of_type(guint16 type)
{
	switch (type) {
	case 0x0002: /* PtypInteger16 */
	case 0x0003: /* PtypInteger32 */
	case 0x0004: /* PtypFloating32 */
	case 0x000a: /* PtypErrorCode */
	case 0x000b: /* PtypBoolean */
		return 4;
	case 0x0005: /* PtypFloating64 */
	case 0x0006: /* PtypCurrency */
	case 0x0007: /* PtypFloatingTime */
	case 0x0014: /* PtypInteger64 */
	case 0x0040: /* PtypTime */
		return 8;
	case 0x0048: /* PtypGuid */
		return 16;
	default:
		return 0;
	}
}

/* Passes over what names a property of its own kind. */
static void
skip_name(Bytes *bytes)
{
	take(bytes, 16);
	if (take_number(bytes) == 0)
		take(bytes, 4);
	else
		take_padded(bytes, take_number(bytes));
}

/* One value of a type whose values have a length of their own.  @number: of
 * its property, if it is wanted. */
static void
take_variable(Bytes *bytes, guint16 type, guint16 number, Block *out)
{
	gsize size = take_number(bytes);
	const guint8 *value = take_padded(bytes, size);

	if (value == NULL || size == 0 || number == 0)
		return;
	if (type == TYPE_UNICODE)
		put_unicode(out, number, value, size);
	else
		put_property(out, type, number, value, size);
}

/* Reads one property, and writes it to @out if it is wanted.  FALSE: it is of
 * an unknown type, so that nobody knows where the next one begins. */
static gboolean
clean_property(Bytes *bytes, Block *out)
{
	guint32 tag = take_number(bytes);
	guint16 type = (guint16)(tag & 0xffff & ~TYPE_MULTIPLE);
	guint16 number = (guint16)(tag >> 16);
	gboolean multiple = (tag & TYPE_MULTIPLE) != 0;
	gboolean variable = type == TD_TNEF_STRING || type == TYPE_UNICODE ||
	    type == TD_TNEF_OBJECT || type == TD_TNEF_BINARY;
	gsize size = size_of_type(type);
	guint32 count = 1;

	if (number >= 0x8000)
		skip_name(bytes);
	if (multiple || variable)
		count = take_number(bytes);
	if ((size == 0 && !variable) || count > VALUES_MAX)
		return FALSE;
	if (!is_wanted(number) || multiple || count != 1)
		number = 0;
	for (guint32 i = 0; i < count && !bytes->failed; i++) {
		const guint8 *value;

		if (variable) {
			take_variable(bytes, type, number, out);
			continue;
		}
		value = take(bytes, size);
		if (value != NULL && number != 0 && type == TD_TNEF_NUMBER)
			put_property(out, type, number, value, size);
	}
	return !bytes->failed;
}

/* The same block with the properties that are wanted. */
static void
clean_properties(Cleaner *cleaner, guint32 id, const guint8 *block, gsize size)
{
	Bytes bytes = { block, size, FALSE };
	g_autoptr(GByteArray) made = g_byte_array_new();
	Block out = { made, 0 };
	guint32 count = take_number(&bytes);

	put_number(made, 0);
	for (guint32 i = 0; i < count; i++) {
		if (i == PROPERTIES_MAX || !clean_property(&bytes, &out)) {
			cleaner->whole = FALSE;
			break;
		}
	}
	if (out.count == 0 || out.count > PROPERTIES_MAX)
		return;
	made->data[0] = (guint8)out.count;
	made->data[1] = (guint8)(out.count >> 8);
	put_attribute(cleaner->out, id, made->data, made->len);
}

/* Notes that an attachment begins, and writes so unless there are too many. */
static void
begin_attachment(Cleaner *cleaner, const guint8 *bytes, gsize size)
{
	static const guint8 none[14] = { 1 };

	cleaner->inside = TRUE;
	cleaner->seen_inside = 0;
	cleaner->dropped = cleaner->attachments == 0;
	if (cleaner->dropped) {
		cleaner->whole = FALSE;
		return;
	}
	cleaner->attachments--;
	if (size == 0)
		put_attribute(
		    cleaner->out, ATTRIBUTE_RENDERING, none, sizeof(none));
	else
		put_attribute(cleaner->out, ATTRIBUTE_RENDERING, bytes, size);
}

static void
put_cut(
    Cleaner *cleaner, guint32 id, const guint8 *bytes, gsize size, gsize max)
{
	if (size > max)
		cleaner->whole = FALSE;
	put_attribute(cleaner->out, id, bytes, MIN(size, max));
}

static void
clean_attribute(Cleaner *cleaner, guint32 id, const guint8 *bytes, gsize size)
{
	gboolean inside = is_of_attachment(id);
	guint *seen = inside ? &cleaner->seen_inside : &cleaner->seen;
	guint bit = 0;

	while (bit < G_N_ELEMENTS(wanted) && wanted[bit] != id)
		bit++;
	if (bit == G_N_ELEMENTS(wanted) || size == 0)
		return;
	if (id == ATTRIBUTE_RENDERING) {
		begin_attachment(cleaner, bytes, size);
		return;
	}
	/* Some writers leave out what begins an attachment. */
	if (inside && !cleaner->inside)
		begin_attachment(cleaner, NULL, 0);
	if (inside && cleaner->dropped)
		return;
	if ((*seen & 1u << bit) != 0) {
		cleaner->whole = FALSE;
		return;
	}
	*seen |= 1u << bit;
	if (id == ATTRIBUTE_PROPERTIES || id == ATTRIBUTE_ATTACHMENT)
		clean_properties(cleaner, id, bytes, size);
	else if (id == ATTRIBUTE_BODY)
		put_cut(cleaner, id, bytes, size, BODY_MAX);
	else if (id == ATTRIBUTE_TITLE)
		put_cut(cleaner, id, bytes, size, TITLE_MAX);
	else if (id == ATTRIBUTE_CODEPAGE)
		put_cut(cleaner, id, bytes, size, CODEPAGE_MAX);
	else
		put_attribute(cleaner->out, id, bytes, size);
}

gboolean
td_tnef_is(const guint8 *bytes, gsize size)
{
	Bytes head = { bytes, size, FALSE };

	return take_number(&head) == SIGNATURE && size > 6;
}

GByteArray *
td_tnef_clean(const guint8 *raw, gsize size, guint attachments, gboolean *whole)
{
	static const guint8 start[6] = { 0x78, 0x9f, 0x3e, 0x22, 1, 0 };
	Cleaner cleaner = { .attachments = attachments, .whole = TRUE };
	Bytes bytes = { raw, size, FALSE };

	take(&bytes, sizeof(start));
	cleaner.out = g_byte_array_new();
	g_byte_array_append(cleaner.out, start, sizeof(start));
	/* Line ends that a relay added at the end are no attribute. */
	while (!bytes.failed && bytes.left >= HEAD_SIZE) {
		const guint8 *level = take(&bytes, 1);
		guint32 id = take_number(&bytes);
		guint32 length = take_number(&bytes);
		const guint8 *value = take(&bytes, length);
		const guint8 *sum = take(&bytes, CHECKSUM_SIZE);

		if (value == NULL || sum == NULL || *level < 1 ||
		    *level > LEVEL_ATTACHMENT) {
			cleaner.whole = FALSE;
			break;
		}
		if (checksum_of(value, length) != (sum[0] | sum[1] << 8))
			cleaner.whole = FALSE;
		clean_attribute(&cleaner, id, value, length);
	}
	*whole = cleaner.whole;
	if (cleaner.out->len == sizeof(start))
		g_clear_pointer(&cleaner.out, g_byte_array_unref);
	return cleaner.out;
}
