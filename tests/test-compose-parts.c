/* test-compose-parts.c - mails of our own with HTML and attachments */

#include "config.h"

#include <string.h>

#include "message-fixture.h"

static const TdAddress anna[] = { { NULL, (char *)"anna@example.org" },
	{ NULL, NULL } };

static TdCompose
usual(const GPtrArray *attachments)
{
	return (TdCompose){ .from = "support@example.com",
		.to = anna,
		.subject = "Printer",
		.message_id = "42.1.token@example.com",
		.date = 1793613600,
		.text = "Hello,\n\nit is number 42.\n",
		.attachments = attachments };
}

static char *
compose(const TdCompose *mail)
{
	g_autoptr(GBytes) bytes = td_message_compose(mail);
	gsize size;
	const char *data = g_bytes_get_data(bytes, &size);

	return g_strndup(data, size);
}

static GPtrArray *
no_attachments(void)
{
	return g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_compose_attachment_free);
}

static void
attach_bytes(GPtrArray *attachments, const char *name, const char *type,
    const void *data, gsize size)
{
	g_autoptr(GBytes) bytes = g_bytes_new(data, size);

	g_ptr_array_add(
	    attachments, td_compose_attachment_new(name, type, bytes));
}

static void
attach(GPtrArray *attachments, const char *name, const char *type,
    const char *text)
{
	attach_bytes(attachments, name, type, text, strlen(text));
}

/* A mail with this one attachment. */
static char *
compose_with(const char *name, const char *type, const char *text)
{
	g_autoptr(GPtrArray) attachments = no_attachments();
	TdCompose mail = usual(attachments);

	attach(attachments, name, type, text);
	return compose(&mail);
}

/* Each line ends with CR LF, is of printable ASCII, and not too long. */
static void
check_wire(const char *mail, gsize longest)
{
	g_auto(GStrv) lines = g_strsplit(mail, "\r\n", -1);

	g_assert_true(g_str_has_suffix(mail, "\r\n"));
	for (char **line = lines; *line != NULL; line++) {
		g_assert_cmpuint(strlen(*line), <=, longest);
		for (char *at = *line; *at != '\0'; at++)
			g_assert_true(
			    *at == '\t' || (*at >= ' ' && *at < 0x7f));
	}
}

static void
test_mail_with_html_looks_like_this(void)
{
	TdCompose mail = usual(NULL);
	g_autofree char *got = NULL;

	mail.html = "<p>It is <b>42</b>.</p>\n";
	got = compose(&mail);
	g_assert_cmpstr(strstr(got, "MIME-Version"), ==,
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: multipart/alternative;\r\n"
	    " boundary=\"=_5a3ce38b6315764d0daec76ac549a0ba818b7cb4a\"\r\n"
	    "\r\n"
	    "--=_5a3ce38b6315764d0daec76ac549a0ba818b7cb4a\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: 7bit\r\n"
	    "\r\n"
	    "Hello,\r\n\r\nit is number 42.\r\n"
	    "\r\n"
	    "--=_5a3ce38b6315764d0daec76ac549a0ba818b7cb4a\r\n"
	    "Content-Type: text/html; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: 7bit\r\n"
	    "\r\n"
	    "<p>It is <b>42</b>.</p>\r\n"
	    "\r\n"
	    "--=_5a3ce38b6315764d0daec76ac549a0ba818b7cb4a--\r\n");
}

static void
test_all_parts_come_back(void)
{
	g_autoptr(GPtrArray) attachments = no_attachments();
	TdCompose mail = usual(attachments);
	g_autofree char *got = NULL;
	g_autoptr(TdMessage) message = NULL;
	g_autoptr(GBytes) second = NULL;
	guint8 all[256 * 3];

	for (gsize i = 0; i < sizeof(all); i++)
		all[i] = (guint8)i;
	attach(attachments, "one.txt", "text/plain", "first\n");
	attach_bytes(attachments, "two.png", "image/png", all, sizeof(all));
	attach(attachments, "", "", "");
	mail.html = "<p>Привет</p>";
	mail.text = "Привет\n";
	got = compose(&mail);
	check_wire(got, 76);
	message = parse_text(got);

	g_assert_cmpstr(message->content_type, ==, "multipart/mixed");
	g_assert_cmpstr(message->text, ==, "Привет\n");
	g_assert_cmpuint(message->attachments->len, ==, 3);
	g_assert_cmpstr(attachment_at(message, 0)->name, ==, "one.txt");
	g_assert_cmpstr(attachment_at(message, 0)->type, ==, "text/plain");
	g_assert_cmpuint(attachment_at(message, 0)->size, ==, 6);
	g_assert_cmpstr(attachment_at(message, 1)->type, ==, "image/png");
	g_assert_cmpuint(attachment_at(message, 2)->size, ==, 0);
	second = td_message_attachment(got, strlen(got), 2);
	g_assert_cmpmem(all, sizeof(all), g_bytes_get_data(second, NULL),
	    g_bytes_get_size(second));
}

static void
test_same_mail_has_the_same_bytes(void)
{
	g_autofree char *one = compose_with("a", "image/png", "x");
	g_autofree char *two = compose_with("a", "image/png", "x");
	g_autoptr(GPtrArray) attachments = no_attachments();
	TdCompose mail = usual(attachments);
	g_autofree char *other = NULL;
	g_autofree char *boundary = NULL;

	g_assert_cmpstr(one, ==, two);
	attach(attachments, "a", "image/png", "x");
	mail.message_id = "42.2.token@example.com";
	other = compose(&mail);
	boundary = g_strndup(strstr(one, "boundary="), 40);
	g_assert_null(strstr(other, boundary));
}

static void
test_names_survive(void)
{
	static const struct {
		const char *name;
		const char *want;
	} rows[] = {
		{ "plain.pdf", "plain.pdf" },
		{ "with blank.pdf", "with blank.pdf" },
		{ "C:\\temp\\a.pdf", "a.pdf" },
		{ "it's (50%) \"done\".pdf", "it's (50%) \"done\".pdf" },
		{ "отчёт.pdf", "отчёт.pdf" },
		{ "Очень длинное название документа, которое никак не "
		  "помещается в одну строку.docx",
		    "Очень длинное название документа, которое никак не "
		    "помещается в одну строку.docx" },
		{ "\"отчёт\" \\ 2.pdf", "2.pdf" },
		{ "\"отчёт\" (2).pdf", "\"отчёт\" (2).pdf" },
		{ "../../etc/passwd", "passwd" },
		{ "a\r\nBcc: x", "aBcc: x" },
		{ "\xe2\x80\xaegnp.exe", "gnp.exe" },
		{ "bad\xff.txt", "badÿ.txt" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = compose_with(
		    rows[i].name, "image/png", "x");
		g_autoptr(TdMessage) message = parse_text(got);

		check_wire(got, 120);
		g_assert_null(strstr(got, "\nBcc"));
		g_assert_cmpuint(message->attachments->len, ==, 1);
		g_assert_cmpstr(
		    attachment_at(message, 0)->name, ==, rows[i].want);
	}
}

static void
test_old_programs_get_a_name_too(void)
{
	g_autofree char *russian = compose_with(
	    "отчёт.pdf", "application/pdf", "x");
	g_autofree char *plain = compose_with(
	    "report.pdf", "application/pdf", "x");

	g_assert_nonnull(strstr(russian,
	    "Content-Type: application/pdf;\r\n"
	    " name=\"=?UTF-8?B?0L7RgtGH0ZHRgi5wZGY=?=\"\r\n"));
	g_assert_nonnull(strstr(russian,
	    "Content-Disposition: attachment;\r\n"
	    " filename*=utf-8''%D0%BE%D1%82%D1%87%D1%91%D1%82.pdf\r\n"));
	g_assert_nonnull(strstr(plain,
	    "Content-Disposition: attachment;\r\n"
	    " filename=\"report.pdf\"\r\n"));
}

static void
test_types_are_taken_without_what_follows(void)
{
	static const struct {
		const char *type;
		const char *want;
	} rows[] = {
		{ "image/png", "image/png" },
		{ "Image/PNG", "image/png" },
		{ "text/html; charset=x; name=\"y\"", "text/html" },
		{ "", "application/octet-stream" },
		{ "image", "application/octet-stream" },
		{ "image/", "application/octet-stream" },
		{ "/png", "application/octet-stream" },
		{ "image/p ng", "image/p" },
		{ "image/png/x", "application/octet-stream" },
		{ "image/\xd1\x8f", "application/octet-stream" },
		{ "image/png\r\nBcc: x", "image/png" },
		{ "im:age/png", "application/octet-stream" },
		{ "multipart/mixed", "application/octet-stream" },
		{ "Multipart/Related; boundary=x", "application/octet-stream" },
		{ "message/partial", "application/octet-stream" },
		{ "message/external-body", "application/octet-stream" },
		{ "message/delivery-status", "application/octet-stream" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = compose_with("a", rows[i].type, "x");
		g_autoptr(TdMessage) message = parse_text(got);

		check_wire(got, 200);
		g_assert_null(strstr(got, "Bcc"));
		g_assert_cmpuint(message->attachments->len, ==, 1);
		g_assert_cmpstr(
		    attachment_at(message, 0)->type, ==, rows[i].want);
	}
}

static void
test_attached_text_says_that_it_is_utf_8(void)
{
	g_autofree char *utf8 = compose_with("a", "text/csv", "да\n");
	g_autofree char *ascii = compose_with("a", "text/csv", "yes\n");
	g_autofree char *other = compose_with("a", "text/csv", "\xe4\xe0\n");

	g_assert_nonnull(
	    strstr(utf8, "Content-Type: text/csv; charset=utf-8\r\n"));
	g_assert_nonnull(strstr(ascii, "Content-Type: text/csv\r\n"));
	g_assert_nonnull(strstr(other, "Content-Type: text/csv\r\n"));
}

/* RFC 2046, section 5.2.1. */
static void
test_attached_mail_is_not_encoded(void)
{
	g_autofree char *got = compose_with("Re: it", "message/rfc822",
	    "Subject: inner\nContent-Type: multipart/mixed; boundary=b\n\n"
	    "--b\n\ntext\n--b--\n");
	g_autoptr(TdMessage) message = parse_text(got);
	g_autoptr(GBytes) inner = td_message_attachment(got, strlen(got), 1);

	check_wire(got, 200);
	g_assert_cmpuint(message->attachments->len, ==, 1);
	g_assert_cmpstr(attachment_at(message, 0)->type, ==, "message/rfc822");
	g_assert_cmpstr(attachment_at(message, 0)->name, ==, "Re: it.eml");
	g_assert_nonnull(strstr(got,
	    "\r\n\r\nSubject: inner\r\n"
	    "Content-Type: multipart/mixed; boundary=b\r\n"
	    "\r\n--b\r\n\r\ntext\r\n--b--\r\n"));
	g_assert_cmpuint(g_bytes_get_size(inner), ==, 81);
}

static void
test_mail_that_must_be_encoded_goes_as_a_file(void)
{
	g_autofree char *x = g_strnfill(999, 'x');
	g_autofree char *long_line = g_strconcat("A: b\n\n", x, "\n", NULL);
	const char *const rows[] = { "Subject: \xd0\xb4\n\n", "",
		"A: b\n\nx\ry\n", long_line,
		"From a@example.org\nA: b\n\nx\n" };

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = compose_with(
		    "inner.EML", "message/rfc822", rows[i]);
		g_autoptr(TdMessage) message = parse_text(got);
		const TdAttachment *file = attachment_at(message, 0);

		check_wire(got, 200);
		g_assert_cmpuint(message->attachments->len, ==, 1);
		g_assert_cmpstr(file->type, ==, "application/octet-stream");
		g_assert_cmpstr(file->name, ==, "inner.EML");
		g_assert_cmpuint(file->size, ==, strlen(rows[i]));
	}
}

/* The boundary of the mail that compose_with() makes; the caller owns it. */
static char *
boundary_of_all(void)
{
	g_autofree char *mail = compose_with("a", "image/png", "x");
	const char *start = strstr(mail, "boundary=\"") + 10;

	return g_strndup(start, strcspn(start, "\""));
}

static void
test_no_part_has_the_boundary_in_it(void)
{
	g_autofree char *boundary = boundary_of_all();
	g_autofree char *evil = g_strdup_printf(
	    "A: b\n\n--%s\nContent-Type: text/plain\n\nforged\n--%s--\n",
	    boundary, boundary);
	g_autoptr(GPtrArray) attachments = no_attachments();
	TdCompose mail = usual(attachments);
	g_autofree char *got = NULL;
	g_autoptr(TdMessage) message = NULL;

	attach(attachments, "one", "text/plain", evil);
	attach(attachments, "two", "message/rfc822", evil);
	attach(attachments, boundary, "image/png", evil);
	mail.text = evil;
	mail.html = evil;
	got = compose(&mail);
	message = parse_text(got);

	g_assert_cmpstr(message->text, ==, evil);
	g_assert_cmpuint(message->attachments->len, ==, 3);
	for (guint i = 0; i < 3; i++)
		g_assert_cmpuint(
		    attachment_at(message, i)->size, ==, strlen(evil));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	g_test_add_func(
	    "/compose-parts/html", test_mail_with_html_looks_like_this);
	g_test_add_func("/compose-parts/all", test_all_parts_come_back);
	g_test_add_func(
	    "/compose-parts/same", test_same_mail_has_the_same_bytes);
	g_test_add_func("/compose-parts/names", test_names_survive);
	g_test_add_func(
	    "/compose-parts/old-names", test_old_programs_get_a_name_too);
	g_test_add_func(
	    "/compose-parts/types", test_types_are_taken_without_what_follows);
	g_test_add_func(
	    "/compose-parts/charset", test_attached_text_says_that_it_is_utf_8);
	g_test_add_func(
	    "/compose-parts/mail", test_attached_mail_is_not_encoded);
	g_test_add_func("/compose-parts/mail-as-file",
	    test_mail_that_must_be_encoded_goes_as_a_file);
	g_test_add_func(
	    "/compose-parts/boundary", test_no_part_has_the_boundary_in_it);

	return g_test_run();
}
