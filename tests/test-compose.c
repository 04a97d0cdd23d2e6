/* test-compose.c - mails of our own, as they go over the wire */

#include "config.h"

#include <string.h>

#include "message-fixture.h"

static const TdAddress anna[] = {
	{ (char *)"Анна Петрова", (char *)"anna@example.org" }, { NULL, NULL }
};

/* What every test starts from. */
static TdCompose
usual(void)
{
	return (TdCompose){ .from_name = "Example support",
		.from = "support@example.com",
		.to = anna,
		.subject = "Printer [support #42]",
		.message_id = "42.1.token@example.com",
		.date = 1793613600,
		.text = "Hello,\n\nit is number 42.\n" };
}

static char *
compose(const TdCompose *mail)
{
	g_autoptr(GBytes) bytes = td_message_compose(mail);
	gsize size;
	const char *data = g_bytes_get_data(bytes, &size);

	return g_strndup(data, size);
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

/* The value of the field of that name as it stands in the mail. */
static char *
field_of(const char *mail, const char *name)
{
	g_autoptr(TdMessage) message = parse_text(mail);

	return g_strdup(td_message_header(message, name, 0));
}

static void
test_usual_mail_looks_like_this(void)
{
	static const char *const references[] = { "root@example.com",
		"one@example.org", NULL };
	static const char *const headers[] = { "Auto-Submitted", "auto-replied",
		NULL };
	static const TdAddress cc[] = { { NULL, (char *)"b@example.net" },
		{ (char *)"Carla, C.", (char *)"c@example.net" },
		{ NULL, NULL } };
	TdCompose mail = usual();
	g_autofree char *got = NULL;

	mail.cc = cc;
	mail.reply_to = "support+42-tx@example.com";
	mail.in_reply_to = "one@example.org";
	mail.references = references;
	mail.headers = headers;
	got = compose(&mail);

	g_assert_cmpstr(got, ==,
	    "Date: Mon, 02 Nov 2026 10:00:00 +0000\r\n"
	    "From: Example support <support@example.com>\r\n"
	    "To: =?UTF-8?B?0JDQvdC90LAg0J/QtdGC0YDQvtCy0LA=?= "
	    "<anna@example.org>\r\n"
	    "Cc: b@example.net, \"Carla, C.\" <c@example.net>\r\n"
	    "Reply-To: support+42-tx@example.com\r\n"
	    "Subject: Printer [support #42]\r\n"
	    "Message-ID: <42.1.token@example.com>\r\n"
	    "In-Reply-To: <one@example.org>\r\n"
	    "References: <root@example.com> <one@example.org>\r\n"
	    "Auto-Submitted: auto-replied\r\n"
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: 7bit\r\n"
	    "\r\n"
	    "Hello,\r\n\r\nit is number 42.\r\n");
}

/* Composes with this subject and text, and parses it again. */
static void
check_round_trip(const char *subject, const char *text)
{
	TdCompose mail = usual();
	g_autofree char *got = NULL;
	g_autoptr(TdMessage) message = NULL;

	mail.subject = subject;
	mail.text = text;
	got = compose(&mail);
	check_wire(got, 998);
	message = parse_text(got);

	g_assert_cmpstr(message->subject, ==, subject);
	g_assert_cmpstr(message->text, ==, text);
	g_assert_cmpstr(message->message_id, ==, mail.message_id);
	g_assert_cmpint(message->date, ==, mail.date);
	g_assert_cmpstr(address_at(message->to, 0)->name, ==, "Анна Петрова");
}

static void
test_subjects_and_texts_survive(void)
{
	g_autofree char *no_blank = g_strnfill(2000, 'x');
	g_autofree char *word = g_strnfill(70, 'y');
	g_autofree char *long_line = g_strconcat(no_blank, "\n", NULL);
	g_autoptr(GString) russian = g_string_new(NULL);
	g_autoptr(GString) words = g_string_new("first");

	for (int i = 0; i < 25; i++) {
		g_string_append(russian, "Принтер не печатает. ");
		g_string_append_printf(words, " %s", word);
	}
	g_string_append(russian, "Конец.");
	check_round_trip("plain", "plain\n");
	check_round_trip("Принтер", "Привет\n");
	check_round_trip("caf\xc3\xa9", "One caf\xc3\xa9, please.\n");
	check_round_trip("not =?utf-8?Q?encoded?= yet", "=?utf-8?Q?x?=\n");
	check_round_trip(no_blank, long_line);
	check_round_trip(words->str, "trailing blank \n\ttab\n=3D\n.\n");
	check_round_trip(russian->str, "From here\n\n\n");
	check_round_trip("\xf0\x9f\x96\xa8 emoji \xf0\x9f\x94\xa5",
	    "\xf0\x9f"
	    "\x94\xa5\n");
}

static void
test_encoding_is_the_shortest(void)
{
	static const struct {
		const char *text;
		const char *want;
	} rows[] = {
		{ "plain\n", "7bit" },
		{ "", "7bit" },
		{ NULL, "7bit" },
		{ "A line of seventy-six characters, as they are in most "
		  "mails, passes as it is\n",
		    "7bit" },
		{ "A caf\xc3\xa9 in a text that is ASCII but for it.\n",
		    "quoted-printable" },
		{ "Здравствуйте, это по-русски.\n", "base64" },
		{ "a line that is longer than what may pass without being "
		  "broken by somebody on the way\n",
		    "quoted-printable" },
		{ "bell \x07\n", "quoted-printable" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		TdCompose mail = usual();
		g_autofree char *got = NULL;
		g_autofree char *encoding = NULL;

		mail.text = rows[i].text;
		got = compose(&mail);
		check_wire(got, 200);
		encoding = field_of(got, "Content-Transfer-Encoding");
		g_assert_cmpstr(encoding, ==, rows[i].want);
	}
}

static void
test_no_value_begins_a_new_field(void)
{
	static const TdAddress to[] = { { (char *)"a\r\nBcc: x@example.net",
		                            (char *)"a@example.org\r\nBcc: x" },
		{ (char *)"\n\n<body>", (char *)"a>, b@example.net" },
		{ NULL, NULL } };
	static const char *const references[] = { "a@x>\r\nBcc: <b@y",
		"ok@example.org", "white space@x", "\xc3\xa9@example.org",
		NULL };
	static const char *const headers[] = { "X-One", "a\r\nBcc: x",
		"X-Two:\r\nBcc", "x", "", "x", "X Three", "x", NULL };
	TdCompose mail = usual();
	g_autofree char *got = NULL;
	g_autofree char *kept = NULL;
	g_autoptr(TdMessage) message = NULL;

	mail.from_name = "x\nBcc: y";
	mail.to = to;
	mail.reply_to = "r@example.com\nBcc: z";
	mail.subject = "s\r\nBcc: s\n\nbody";
	mail.in_reply_to = "i@x\r\nBcc: i";
	mail.references = references;
	mail.headers = headers;
	got = compose(&mail);
	check_wire(got, 200);
	message = parse_text(got);

	g_assert_null(td_message_header(message, "Bcc", 0));
	g_assert_null(strstr(got, "\nBcc"));
	g_assert_cmpstr(message->text, ==, mail.text);
	kept = field_of(got, "References");
	g_assert_cmpstr(kept, ==, "<ok@example.org>");
	g_assert_null(td_message_header(message, "In-Reply-To", 0));
	g_assert_cmpuint(message->to->len, ==, 2);
}

static void
test_display_names_do_not_lie(void)
{
	static const struct {
		const char *name;
		const char *want;
	} rows[] = {
		{ "\"Anna\" 'Petrova'", "Anna Petrova" },
		{ "anna@example.org via support",
		    "annaexample.org via "
		    "support" },
		{ "Anna, Petrova", "Anna, Petrova" },
		{ "Dr. Anna (boss)", "Dr. Anna (boss)" },
		{ "<b@example.net>", "bexample.net" },
		{ "\"@\"", "" },
		{ "  ", "" },
		{ "Анна \"П\"", "Анна П" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		TdCompose mail = usual();
		g_autofree char *got = NULL;
		g_autoptr(TdMessage) message = NULL;

		mail.from_name = rows[i].name;
		got = compose(&mail);
		message = parse_text(got);
		g_assert_cmpstr(
		    address_at(message->from, 0)->name, ==, rows[i].want);
		g_assert_cmpstr(
		    td_message_from(message), ==, "support@example.com");
	}
}

static void
test_addresses_beyond_ascii_stay_seven_bit(void)
{
	static const TdAddress to[] = { { NULL,
		                            (char *)"a@пример.example.org" },
		{ (char *)"Анна", (char *)"анна@example.org" },
		{ NULL, (char *)"\"odd local\"@example.org" }, { NULL, NULL } };
	TdCompose mail = usual();
	g_autofree char *got = NULL;
	g_autofree char *line = NULL;

	mail.to = to;
	got = compose(&mail);
	check_wire(got, 200);
	line = field_of(got, "To");
	g_assert_nonnull(strstr(line, "a@xn--e1afmkfd.example.org"));
	g_assert_nonnull(strstr(line, "\"odd local\"@example.org"));
	g_assert_nonnull(strstr(line, ":;"));
}

static void
test_long_fields_are_folded(void)
{
	g_autoptr(GPtrArray)
	    references = g_ptr_array_new_with_free_func(g_free);
	TdAddress many[60] = { { NULL, NULL } };
	g_autofree char *longest = g_strnfill(995, 'x');
	g_autofree char *too_long = g_strnfill(996, 'z');
	TdCompose mail = usual();
	g_autofree char *got = NULL;
	g_autoptr(TdMessage) message = NULL;

	for (int i = 0; i < 100; i++)
		g_ptr_array_add(references,
		    g_strdup_printf("%d.reference@mail.example.org", i));
	g_ptr_array_add(references, g_strdup_printf("%s", too_long));
	g_ptr_array_add(references, g_strdup_printf("%s", longest));
	g_ptr_array_add(references, NULL);
	for (int i = 0; i < 59; i++) {
		many[i].name = (char *)"Анна Петрова";
		many[i].address = (char *)"anna@example.org";
	}
	mail.references = (const char *const *)references->pdata;
	mail.cc = many;
	got = compose(&mail);
	check_wire(got, 998);
	message = parse_text(got);

	g_assert_cmpuint(message->cc->len, ==, 59);
	g_assert_nonnull(strstr(got, "<99.reference@mail.example.org>"));
	g_assert_nonnull(strstr(got, longest));
	g_assert_null(strstr(got, too_long));
}

static void
test_lines_of_any_kind_go_out_with_crlf(void)
{
	TdCompose mail = usual();
	g_autofree char *got = NULL;

	mail.text = "one\r\ntwo\rthree\nfour";
	got = compose(&mail);
	check_wire(got, 200);
	g_assert_true(
	    g_str_has_suffix(got, "\r\n\r\none\r\ntwo\r\nthree\r\nfour\r\n"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	g_test_add_func("/compose/usual", test_usual_mail_looks_like_this);
	g_test_add_func("/compose/survive", test_subjects_and_texts_survive);
	g_test_add_func("/compose/encoding", test_encoding_is_the_shortest);
	g_test_add_func("/compose/injection", test_no_value_begins_a_new_field);
	g_test_add_func("/compose/names", test_display_names_do_not_lie);
	g_test_add_func("/compose/beyond-ascii",
	    test_addresses_beyond_ascii_stay_seven_bit);
	g_test_add_func("/compose/folds", test_long_fields_are_folded);
	g_test_add_func(
	    "/compose/line-ends", test_lines_of_any_kind_go_out_with_crlf);

	return g_test_run();
}
