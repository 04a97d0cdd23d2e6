/* test-attachments.c - the parts of a mail: its text and what else is in it */

#include "config.h"

#include <string.h>

#include "message-fixture.h"
#include "message/limits.h"

static void
test_plain_alternative_is_the_text(void)
{
	g_autoptr(TdMessage) message = parse_file("alternative.eml");

	g_assert_cmpstr(
	    message->text, ==, "the plain one\n\nfooter of the list");
	g_assert_cmpuint(message->attachments->len, ==, 2);
	g_assert_cmpstr(attachment_at(message, 0)->name, ==, "logo.png");
	g_assert_cmpstr(attachment_at(message, 0)->type, ==, "image/png");
	g_assert_cmpuint(attachment_at(message, 0)->size, ==, 72);
	g_assert_cmpuint(attachment_at(message, 0)->part, ==, 1);
	g_assert_cmpstr(attachment_at(message, 1)->name, ==, "notes.txt");
	g_assert_cmpstr(message->content_type, ==, "multipart/mixed");
}

static void
test_blank_alternative_gives_way_to_html(void)
{
	g_autoptr(TdMessage) message = parse_file("blank-alternative.eml");

	g_assert_cmpstr(message->text, ==, "only here\n");
	g_assert_cmpuint(message->attachments->len, ==, 0);
}

/* One after the other, from a mail taken apart once: the bytes are those that
 * their sums were made of. */
static void
test_several_come_from_one_unpacking(void)
{
	gsize size;
	g_autofree char *raw = load_file("alternative.eml", &size);
	g_autoptr(TdMessage) message = td_message_parse(raw, size);
	g_autoptr(TdUnpacked) unpacked = td_unpacked_new(raw, size);

	for (guint i = 2; i-- > 0;) {
		g_autoptr(GBytes)
		    bytes = td_unpacked_attachment(unpacked, i + 1);
		g_autofree char *sum = g_compute_checksum_for_bytes(
		    G_CHECKSUM_SHA256, bytes);

		g_assert_cmpstr(sum, ==, attachment_at(message, i)->sha256);
	}
	g_assert_null(td_unpacked_attachment(unpacked, 3));
	g_assert_null(td_unpacked_attachment(unpacked, 0));
}

static void
test_attached_mail_is_one_attachment(void)
{
	gsize size;
	g_autofree char *raw = load_file("attached-message.eml", &size);
	g_autoptr(TdMessage) message = td_message_parse(raw, size);
	g_autoptr(TdMessage) inner = NULL;
	g_autoptr(GBytes) bytes = NULL;
	gsize inner_size;
	const char *inner_raw;

	g_assert_true(g_str_has_prefix(message->text, "see below\n\n"));
	g_assert_cmpstr(message->reply_text, ==, "see below\n");
	g_assert_cmpuint(message->attachments->len, ==, 1);
	g_assert_cmpstr(attachment_at(message, 0)->type, ==, "message/rfc822");
	g_assert_cmpstr(
	    attachment_at(message, 0)->name, ==, "Caf\xc3\xa9 _ menu.eml");

	bytes = td_message_attachment(raw, size, 1);
	inner_raw = g_bytes_get_data(bytes, &inner_size);
	inner = td_message_parse(inner_raw, inner_size);
	g_assert_cmpstr(inner->message_id, ==, "inner@example.net");
	g_assert_cmpstr(attachment_at(inner, 0)->name, ==, "inner.pdf");
}

static void
test_file_names_are_decoded_and_harmless(void)
{
	static const char *const names[] = { "отчёт.pdf", "отчет.doc",
		"отчет.xls", "passwd", "hidden.txt", "part-6", "gpj.exe" };
	g_autoptr(TdMessage) message = parse_file("file-names.eml");

	g_assert_cmpuint(message->attachments->len, ==, G_N_ELEMENTS(names));
	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		g_assert_cmpstr(attachment_at(message, i)->name, ==, names[i]);
}

static void
test_attachments_without_names_are_called_by_their_type(void)
{
	static const char *const rows[][2] = {
		{ "application/pdf", "part-1.pdf" },
		{ "image/jpeg", "part-1.jpg" },
		{ "application/vnd.openxmlformats-officedocument.spreadsheetml"
		  ".sheet",
		    "part-1.xlsx" },
		{ "message/rfc822", "part-1.eml" },
		{ "application/octet-stream", "part-1" },
		{ "application/x-nobody-knows", "part-1" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *raw = g_strdup_printf(
		    "Content-Type: %s\n\nx", rows[i][0]);
		g_autoptr(TdMessage) message = parse_text(raw);

		g_assert_cmpstr(
		    attachment_at(message, 0)->name, ==, rows[i][1]);
	}
}

static void
test_long_file_names_are_cut_at_a_character(void)
{
	g_autofree char *name = g_strnfill(99, 'x');
	g_autofree char *raw = g_strdup_printf(
	    "Content-Type: application/pdf; name=\"%s%s\xc3\xa9\xc3\xa9.pdf\""
	    "\n\nx",
	    name, name);
	g_autoptr(TdMessage) message = parse_text(raw);
	const char *got = attachment_at(message, 0)->name;

	g_assert_cmpuint(strlen(got), ==, 200);
	g_assert_true(g_str_has_suffix(got, "x\xc3\xa9"));
}

static void
test_decoded_bytes_are_summed_and_handed_out(void)
{
	static const struct {
		const char *encoding;
		const char *content;
		const char *want;
	} rows[] = {
		{ "base64", "aGVs\r\nbG8=\r\n", "hello" },
		{ "quoted-printable", "hel=\nlo =3D\n", "hello =\n" },
		{ "7bit", "hello\r\n", "hello\r\n" },
		{ "x-nonsense", "hello", "hello" },
		{ "x-uuencode", "begin 644 x\n%:&5L;&\\`\n`\nend\n", "hello" },
		{ "base64", "", "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *raw = g_strdup_printf(
		    "Content-Type: application/pdf\n"
		    "Content-Transfer-Encoding: %s\n\n%s",
		    rows[i].encoding, rows[i].content);
		g_autoptr(TdMessage) message = parse_text(raw);
		g_autofree char *sum = g_compute_checksum_for_string(
		    G_CHECKSUM_SHA256, rows[i].want, -1);
		g_autoptr(GBytes)
		    bytes = td_message_attachment(raw, strlen(raw), 1);

		g_assert_cmpuint(
		    attachment_at(message, 0)->size, ==, strlen(rows[i].want));
		g_assert_cmpstr(attachment_at(message, 0)->sha256, ==, sum);
		g_assert_cmpmem(g_bytes_get_data(bytes, NULL),
		    g_bytes_get_size(bytes), rows[i].want,
		    strlen(rows[i].want));
		g_assert_null(td_message_attachment(raw, strlen(raw), 2));
		g_assert_null(td_message_attachment(raw, strlen(raw), 0));
	}
}

/* A multipart in CRLF form: @lines with each "|" a line end. */
static TdMessage *
parse_lines(const char *lines)
{
	g_auto(GStrv) split = g_strsplit(lines, "|", -1);
	g_autofree char *raw = g_strjoinv("\r\n", split);

	return parse_text(raw);
}

static void
test_broken_multiparts_still_give_text(void)
{
	static const struct {
		const char *lines;
		const char *want;
	} rows[] = {
		{ "Content-Type: multipart/mixed; boundary=b||--b||text|--b--|",
		    "text" },
		{ "Content-Type: multipart/mixed; boundary=b||--b||no end|",
		    "no end\n" },
		{ "Content-Type: multipart/mixed; boundary=b||--b \t||text|--b"
		  "--  |rest|",
		    "text" },
		{ "Content-Type: multipart/mixed; boundary=b||--b|no header|"
		  "|here|--b--|",
		    "no header\n\nhere" },
		{ "Content-Type: multipart/mixed; boundary=b||all in front|",
		    "all in front\n" },
		{ "Content-Type: multipart/mixed||no boundary|",
		    "no boundary\n" },
		{ "Content-Type: multipart/mixed; boundary=b||--bb||x|--b||y|"
		  "--b--|",
		    "y" },
		{ "Content-Type: multipart/mixed; boundary=wrong||--b|"
		  "Content-Type: text/plain||text|--b--|",
		    "text" },
		{ "Content-Type: multipart/mixed; boundary=b||--b|Content-Type:"
		  " text/plain| |text|--b--|",
		    "text" },
		{ "Content-Type: text||text|", "text\n" },
		{ "Content-Type: multipart/mixed; boundary=b||--b--|", "" },
		{ "Content-Type: multipart/mixed; boundary=b||--b", "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(TdMessage) message = parse_lines(rows[i].lines);

		g_assert_cmpstr(message->text, ==, rows[i].want);
	}
}

static void
test_parts_have_limits(void)
{
	g_autoptr(GString) many = g_string_new(
	    "Content-Type: multipart/mixed; boundary=b\n\n");
	g_autoptr(GString) deep = g_string_new(NULL);
	g_autoptr(TdMessage) wide_message = NULL;
	g_autoptr(TdMessage) deep_message = NULL;

	for (int i = 0; i < 5000; i++) {
		g_string_append(many, "--b\nContent-Type: image/png\n\nx\n");
		g_string_append_printf(deep,
		    "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i,
		    i);
	}
	wide_message = parse_text(many->str);
	deep_message = parse_text(deep->str);

	g_assert_cmpuint(wide_message->attachments->len, ==, 999);
	g_assert_true(has_problem(wide_message, "1000 parts"));
	g_assert_true(has_problem(deep_message, "Multiparts are nested"));
}

static void
test_text_has_a_limit(void)
{
	g_autoptr(GString)
	    raw = g_string_new("Content-Type: text/plain; charset=koi8-r\n\n");
	g_autoptr(TdMessage) message = NULL;

	for (int i = 0; i < 3 * 1024 * 1024; i++)
		g_string_append_c(raw, '\xc1');
	message = parse_text(raw->str);

	g_assert_cmpuint(strlen(message->text), <=, 1024 * 1024);
	g_assert_true(g_utf8_validate(message->text, -1, NULL));
	g_assert_true(has_problem(message, "text was cut"));
}

static void
test_attachments_are_whole(void)
{
	static const char raw[] = "Content-Type: application/pdf\n\n0123456789";
	const TdMessageLimits *now = td_limits();
	TdMessageLimits limits = *now, before = *now;
	g_auto(GStrv) charsets = g_strdupv((GStrv)now->charsets);
	g_autoptr(TdMessage) message = NULL;
	g_autoptr(GBytes) bytes = NULL;

	before.charsets = limits.charsets = (const char *const *)charsets;
	limits.decoded = 4;
	td_message_set_limits(&limits);
	message = parse_text(raw);
	bytes = td_message_attachment(raw, strlen(raw), 1);
	td_message_set_limits(&before);

	/* The limit is for what has to be opened. */
	g_assert_cmpuint(attachment_at(message, 0)->size, ==, 10);
	g_assert_cmpmem(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes),
	    "0123456789", 10);
}

static void
test_flowed_lines_are_joined(void)
{
	g_autoptr(TdMessage) message = parse_file("flowed.eml");
	g_autoptr(TdMessage) delsp = parse_text(
	    "Content-Type: text/plain; format=flowed; delsp=yes\n\n"
	    "one \nword\n");

	g_assert_cmpstr(message->text, ==,
	    "> this quote goes on in one line\n"
	    ">> deeper\n"
	    "This paragraph is one line.\n"
	    "From was stuffed.\n"
	    "-- \n"
	    "a signature\n");
	g_assert_cmpstr(delsp->text, ==, "oneword\n");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	g_test_add_func(
	    "/parts/alternative", test_plain_alternative_is_the_text);
	g_test_add_func(
	    "/parts/several attachments", test_several_come_from_one_unpacking);
	g_test_add_func("/parts/blank-alternative",
	    test_blank_alternative_gives_way_to_html);
	g_test_add_func(
	    "/parts/attached-mail", test_attached_mail_is_one_attachment);
	g_test_add_func(
	    "/parts/names", test_file_names_are_decoded_and_harmless);
	g_test_add_func(
	    "/parts/long-names", test_long_file_names_are_cut_at_a_character);
	g_test_add_func(
	    "/parts/decoded", test_decoded_bytes_are_summed_and_handed_out);
	g_test_add_func(
	    "/parts/broken", test_broken_multiparts_still_give_text);
	g_test_add_func("/parts/limits", test_parts_have_limits);
	g_test_add_func("/parts/long-text", test_text_has_a_limit);
	g_test_add_func("/parts/whole", test_attachments_are_whole);
	g_test_add_func("/parts/unnamed",
	    test_attachments_without_names_are_called_by_their_type);
	g_test_add_func("/parts/flowed", test_flowed_lines_are_joined);

	return g_test_run();
}
