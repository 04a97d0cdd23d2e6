/* test-tnef.c - winmail.dat opened as attachments and text */

#include "config.h"

#include <string.h>

#include "message-fixture.h"
#include "message/enclosed.h"
#include "message/tnef.h"

#define BUDGET (1024 * 1024)

#define BODY 0x0002800cu
#define CODEPAGE 0x00069007u
#define PROPERTIES 0x00069003u
#define RENDERING 0x00069002u
#define TITLE 0x00018010u
#define DATA 0x0006800fu
#define ATTACHMENT 0x00069005u

static void
put16(GByteArray *out, guint number)
{
	guint8 bytes[2] = { (guint8)number, (guint8)(number >> 8) };

	g_byte_array_append(out, bytes, 2);
}

static void
put32(GByteArray *out, guint32 number)
{
	put16(out, number & 0xffff);
	put16(out, number >> 16);
}

static void
put(GByteArray *out, const void *bytes, gsize size)
{
	g_byte_array_append(out, bytes, (guint)size);
}

static GByteArray *
stream(void)
{
	GByteArray *out = g_byte_array_new();

	put32(out, 0x223e9f78);
	put16(out, 1);
	return out;
}

static void
attribute(GByteArray *out, guint32 id, const void *bytes, gsize size)
{
	gboolean inside = id == RENDERING || id == TITLE || id == DATA ||
	    id == ATTACHMENT;
	guint8 level = inside ? 2 : 1;
	guint sum = 0;

	put(out, &level, 1);
	put32(out, id);
	put32(out, (guint32)size);
	put(out, bytes, size);
	for (gsize i = 0; i < size; i++)
		sum += ((const guint8 *)bytes)[i];
	put16(out, sum & 0xffff);
}

/* A block of properties, which property() adds to. */
static GByteArray *
block(void)
{
	GByteArray *out = g_byte_array_new();

	put32(out, 0);
	return out;
}

static void
property(
    GByteArray *out, guint type, guint number, const void *bytes, gsize size)
{
	static const guint8 none[4] = { 0 };

	out->data[0]++;
	put32(out, number << 16 | type);
	if (type != 0x0003 && type != 0x0040) {
		put32(out, 1);
		put32(out, (guint32)size);
	}
	put(out, bytes, size);
	put(out, none, (4 - size % 4) % 4);
}

static void
unicode(GByteArray *out, guint number, const char *text)
{
	glong count;
	g_autofree gunichar2 *units = g_utf8_to_utf16(
	    text, -1, NULL, &count, NULL);

	property(out, 0x001f, number, units, ((gsize)count + 1) * 2);
}

static void
end_block(GByteArray *out, guint32 id, GByteArray *properties)
{
	attribute(out, id, properties->data, properties->len);
	g_byte_array_unref(properties);
}

static void
rendering(GByteArray *out)
{
	guint8 bytes[14] = { 1 };

	attribute(out, RENDERING, bytes, sizeof(bytes));
}

/* What is found in a stream, of which a copy of exact size is read. */
static GPtrArray *
open_stream(const GByteArray *raw, gboolean *whole)
{
	GPtrArray *found = g_ptr_array_new_with_free_func(td_enclosed_free);
	g_autofree guint8 *copy = g_memdup2(raw->data, raw->len);

	*whole = td_tnef_open(copy, raw->len, BUDGET, found);
	return found;
}

static void
check(const GPtrArray *found, guint index, const char *name, const char *type,
    const char *content)
{
	const TdEnclosed *enclosed;

	g_assert_cmpuint(index, <, found->len);
	enclosed = g_ptr_array_index(found, index);
	g_assert_cmpstr(enclosed->name, ==, name);
	g_assert_cmpstr(enclosed->type, ==, type);
	g_assert_cmpmem(g_bytes_get_data(enclosed->bytes, NULL),
	    g_bytes_get_size(enclosed->bytes), content, strlen(content));
}

/* Two attachments and a text in the code page of Cyrillic. */
static GByteArray *
ordinary(void)
{
	static const guint8 page[8] = { 0xe3, 4, 0, 0, 0xe3, 4, 0, 0 };
	GByteArray *out = stream();
	GByteArray *properties = block();

	attribute(out, CODEPAGE, page, sizeof(page));
	attribute(out, BODY, "\xcf\xf0\xe8\xe2\xe5\xf2", 7);
	property(properties, 0x0040, 0x0039, "12345678", 8);
	unicode(properties, 0x0037, "a subject");
	end_block(out, PROPERTIES, properties);

	rendering(out);
	attribute(out, TITLE, "SHORT~1.PDF", 12);
	attribute(out, DATA, "%PDF", 4);
	properties = block();
	unicode(properties, 0x3707, "Отчёт за март.pdf");
	unicode(properties, 0x370e, "Application/PDF");
	end_block(out, ATTACHMENT, properties);

	rendering(out);
	attribute(out, TITLE, "\xf4\xe0\xe9\xeb.txt", 9);
	attribute(out, DATA, "text", 4);
	return out;
}

static void
test_text_and_attachments_are_found(void)
{
	g_autoptr(GByteArray) raw = ordinary();
	gboolean whole;
	g_autoptr(GPtrArray) found = open_stream(raw, &whole);

	g_assert_true(whole);
	g_assert_cmpuint(found->len, ==, 3);
	check(found, 0, "", "text/plain", "Привет");
	g_assert_true(
	    ((const TdEnclosed *)g_ptr_array_index(found, 0))->is_text);
	check(found, 1, "Отчёт за март.pdf", "application/pdf", "%PDF");
	check(found, 2, "файл.txt", "text/plain", "text");
}

static void
test_a_name_of_many_properties_is_passed_over(void)
{
	g_autoptr(GByteArray) raw = stream();
	GByteArray *properties = block();
	gboolean whole;
	g_autoptr(GPtrArray) found = NULL;

	/* One named by a string, longer than libytnef allows. */
	properties->data[0]++;
	put32(properties, 0x8001001e);
	put(properties, "0123456789abcdef", 16);
	put32(properties, 1);
	put32(properties, 204);
	for (int i = 0; i < 51; i++)
		put32(properties, 0x00410041);
	put32(properties, 1);
	put32(properties, 5);
	put(properties, "four\0\0\0\0", 8);
	/* Two values of one property, and a currency. */
	properties->data[0]++;
	put32(properties, 0x1234101e);
	put32(properties, 2);
	for (int i = 0; i < 2; i++) {
		put32(properties, 2);
		put(properties, "x\0\0\0", 4);
	}
	properties->data[0]++;
	put32(properties, 0x12350006);
	put(properties, "12345678", 8);
	unicode(properties, 0x1000, "the text \360\237\221\215");
	end_block(raw, PROPERTIES, properties);

	found = open_stream(raw, &whole);
	g_assert_true(whole);
	g_assert_cmpuint(found->len, ==, 1);
	check(found, 0, "", "text/plain", "the text \360\237\221\215");
}

/* libytnef gives up at each of these. */
static void
test_long_values_are_read(void)
{
	g_autoptr(GByteArray) raw = stream();
	g_autofree char *title = g_strnfill(150, 't');
	g_autofree char *body = g_strnfill(120000, 'b');
	g_autofree char *long_text = g_strnfill(600000, 'x');
	GByteArray *properties = block();
	g_autoptr(GPtrArray) found = NULL;
	gboolean whole;

	unicode(properties, 0x0037, body);
	end_block(raw, PROPERTIES, properties);
	attribute(raw, BODY, body, strlen(body));
	rendering(raw);
	attribute(raw, TITLE, title, strlen(title));
	properties = block();
	property(properties, 0x0102, 0x3701, long_text, strlen(long_text));
	unicode(properties, 0x3707, "long.bin");
	end_block(raw, ATTACHMENT, properties);

	found = open_stream(raw, &whole);
	g_assert_false(whole);
	g_assert_cmpuint(found->len, ==, 2);
	check(found, 1, "long.bin", "application/octet-stream", long_text);
}

static void
test_attached_mail_is_opened_once(void)
{
	g_autoptr(GByteArray) deepest = stream();
	g_autoptr(GByteArray) deep = stream();
	g_autoptr(GByteArray) raw = stream();
	g_autoptr(GPtrArray) found = NULL;
	GByteArray *levels[] = { deepest, deep, raw };
	static const char *const texts[] = { "three", "two", "one" };
	gboolean whole;

	for (int i = 0; i < 3; i++) {
		GByteArray *properties;

		attribute(levels[i], BODY, texts[i], strlen(texts[i]) + 1);
		if (i == 0)
			continue;
		rendering(levels[i]);
		properties = block();
		unicode(properties, 0x3001, i == 2 ? "A mail" : "Inner");
		g_byte_array_prepend(
		    levels[i - 1], (const guint8 *)"0123456789abcdef", 16);
		property(properties, 0x000d, 0x3701, levels[i - 1]->data,
		    levels[i - 1]->len);
		end_block(levels[i], ATTACHMENT, properties);
	}
	found = open_stream(raw, &whole);
	g_assert_true(whole);
	g_assert_cmpuint(found->len, ==, 3);
	check(found, 0, "", "text/plain", "one");
	check(found, 1, "A mail.txt", "text/plain", "two");
	g_assert_cmpstr(((const TdEnclosed *)g_ptr_array_index(found, 2))->name,
	    ==, "Inner.tnef");
}

static void
test_empty_rtf_is_no_text(void)
{
	static const guint8 unpacked[16] = { 12, 0, 0, 0, 0, 0, 0, 0, 'M', 'E',
		'L', 'A' };
	g_autoptr(GByteArray) raw = stream();
	g_autoptr(GPtrArray) found = NULL;
	GByteArray *properties = block();
	gboolean whole;

	property(properties, 0x0102, 0x1009, unpacked, sizeof(unpacked));
	end_block(raw, PROPERTIES, properties);
	found = open_stream(raw, &whole);
	g_assert_true(whole);
	g_assert_cmpuint(found->len, ==, 0);
}

static void
test_what_is_cut_off_gives_what_stands_before(void)
{
	g_autoptr(GByteArray) raw = ordinary();
	guint size = raw->len;

	for (guint i = 0; i < size; i++) {
		gboolean whole;
		g_autoptr(GByteArray) part = g_byte_array_new();
		g_autoptr(GPtrArray) found = NULL;

		put(part, raw->data, i);
		found = open_stream(part, &whole);
		g_assert_cmpuint(found->len, <=, 3);
		if (i + 8 < size && found->len == 3)
			g_assert_false(whole);
	}
}

static void
test_no_changed_byte_does_harm(void)
{
	static const guint8 changes[] = { 0xff, 0x7f, 0x80, 0x01 };
	g_autoptr(GByteArray) raw = ordinary();

	for (guint i = 0; i < raw->len; i++)
		for (gsize k = 0; k < G_N_ELEMENTS(changes); k++) {
			guint8 byte = raw->data[i];
			gboolean whole;
			g_autoptr(GPtrArray) found = NULL;

			raw->data[i] ^= changes[k];
			found = open_stream(raw, &whole);
			g_assert_cmpuint(found->len, <=, 3);
			raw->data[i] = byte;
		}
}

static void
test_attachments_have_a_limit(void)
{
	g_autoptr(GByteArray) raw = stream();
	g_autoptr(GPtrArray) few = NULL;
	g_autoptr(GPtrArray) found = NULL;
	gboolean whole;

	for (int i = 0; i < 300; i++) {
		rendering(raw);
		attribute(raw, TITLE, "a.txt", 6);
		attribute(raw, DATA, "0123456789", 10);
	}
	found = open_stream(raw, &whole);
	g_assert_cmpuint(found->len, ==, 200);
	g_assert_false(whole);

	few = g_ptr_array_new_with_free_func(td_enclosed_free);
	g_assert_false(td_tnef_open(raw->data, raw->len, 25, few));
	g_assert_cmpuint(few->len, ==, 2);
}

static void
test_wrong_checksum_is_told_but_read(void)
{
	g_autoptr(GByteArray) raw = stream();
	g_autoptr(GPtrArray) found = NULL;
	gboolean whole;

	attribute(raw, BODY, "text", 5);
	raw->data[raw->len - 1] ^= 1;
	found = open_stream(raw, &whole);
	g_assert_false(whole);
	check(found, 0, "", "text/plain", "text");
}

/* A mail of Outlook: a text, if @text is not NULL, and a winmail.dat. */
static char *
mail_with(const GByteArray *raw, const char *text)
{
	g_autofree char *base64 = g_base64_encode(raw->data, raw->len);

	return g_strdup_printf(
	    "Content-Type: multipart/mixed; boundary=b\n\n%s%s%s"
	    "--b\nContent-Type: application/ms-tnef; name=\"winmail.dat\"\n"
	    "Content-Transfer-Encoding: base64\n\n%s\n--b--\n",
	    text == NULL ? "" : "--b\n\n", text == NULL ? "" : text,
	    text == NULL ? "" : "\n", base64);
}

static void
test_mail_shows_what_is_packed(void)
{
	g_autoptr(GByteArray) raw = ordinary();
	g_autofree char *with = mail_with(raw, "the text of the mail");
	g_autofree char *without = mail_with(raw, NULL);
	g_autoptr(TdMessage) one = parse_text(with);
	g_autoptr(TdMessage) other = parse_text(without);
	g_autoptr(GBytes) bytes = NULL;

	g_assert_cmpstr(one->text, ==, "the text of the mail");
	g_assert_cmpstr(other->text, ==, "Привет");
	g_assert_cmpuint(one->attachments->len, ==, 2);
	g_assert_cmpuint(other->attachments->len, ==, 2);
	g_assert_cmpstr(attachment_at(one, 0)->name, ==, "Отчёт за март.pdf");
	g_assert_cmpstr(attachment_at(one, 1)->type, ==, "text/plain");
	g_assert_cmpuint(attachment_at(one, 0)->size, ==, 4);
	bytes = td_message_attachment(with, strlen(with), 2);
	g_assert_cmpmem(
	    g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), "text", 4);
	g_assert_false(has_problem(one, "TNEF"));
}

static void
test_what_cannot_be_opened_stays(void)
{
	g_autoptr(GByteArray) raw = ordinary();
	g_autofree char *some = NULL;
	g_autofree char *none = NULL;
	g_autoptr(TdMessage) broken = NULL;
	g_autoptr(TdMessage) empty = NULL;

	g_byte_array_set_size(raw, raw->len - 6);
	some = mail_with(raw, "x");
	broken = parse_text(some);
	g_assert_cmpuint(broken->attachments->len, ==, 2);
	g_assert_cmpstr(attachment_at(broken, 1)->name, ==, "winmail.dat");
	g_assert_true(has_problem(broken, "TNEF"));

	g_byte_array_set_size(raw, 5);
	none = mail_with(raw, "x");
	empty = parse_text(none);
	g_assert_cmpuint(empty->attachments->len, ==, 1);
	g_assert_cmpstr(attachment_at(empty, 0)->name, ==, "winmail.dat");
}

static void
test_broken_one_keeps_the_name_of_its_disposition(void)
{
	g_autoptr(GByteArray) raw = ordinary();
	g_autofree char *base64 = NULL;
	g_autofree char *mail = NULL;
	g_autoptr(TdMessage) message = NULL;

	g_byte_array_set_size(raw, raw->len - 6);
	base64 = g_base64_encode(raw->data, raw->len);
	mail = g_strdup_printf(
	    "Content-Type: application/octet-stream\nContent-Disposition: "
	    "attachment; filename=winmail.dat\n"
	    "Content-Transfer-Encoding: base64\n\n%s\n",
	    base64);
	message = parse_text(mail);
	g_assert_cmpuint(message->attachments->len, ==, 2);
	g_assert_cmpstr(attachment_at(message, 1)->name, ==, "winmail.dat");
}

static void
test_packed_text_with_files_is_opened(void)
{
	static const char text[] = "hello\nbegin 644 a.txt\n%:&5L;&\\`\n`\n"
	                           "end\n";
	g_autoptr(GByteArray) raw = stream();
	g_autofree char *mail = NULL;
	g_autoptr(TdMessage) message = NULL;

	attribute(raw, BODY, text, sizeof(text));
	mail = mail_with(raw, NULL);
	message = parse_text(mail);
	g_assert_cmpstr(message->text, ==, "hello\n[attachment: a.txt]\n");
	g_assert_cmpuint(message->attachments->len, ==, 1);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	g_test_add_func("/tnef/found", test_text_and_attachments_are_found);
	g_test_add_func(
	    "/tnef/properties", test_a_name_of_many_properties_is_passed_over);
	g_test_add_func("/tnef/long", test_long_values_are_read);
	g_test_add_func("/tnef/attached", test_attached_mail_is_opened_once);
	g_test_add_func("/tnef/rtf", test_empty_rtf_is_no_text);
	g_test_add_func(
	    "/tnef/cut", test_what_is_cut_off_gives_what_stands_before);
	g_test_add_func("/tnef/changed", test_no_changed_byte_does_harm);
	g_test_add_func("/tnef/limit", test_attachments_have_a_limit);
	g_test_add_func("/tnef/checksum", test_wrong_checksum_is_told_but_read);
	g_test_add_func("/tnef/mail", test_mail_shows_what_is_packed);
	g_test_add_func("/tnef/stays", test_what_cannot_be_opened_stays);
	g_test_add_func(
	    "/tnef/name", test_broken_one_keeps_the_name_of_its_disposition);
	g_test_add_func(
	    "/tnef/uuencode", test_packed_text_with_files_is_opened);

	return g_test_run();
}
