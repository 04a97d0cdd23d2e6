/* test-erase.c - finding somebody in texts and messages, and what becomes of
 * them */

#include "config.h"

#include <string.h>

#include "erased-fixture.h"

/* ---- texts ---- */

static void
test_texts(void)
{
	static const struct {
		const char *text;
		const char *want; /* NULL: nothing is found */
	} rows[] = {
		{ "", NULL },
		{ "nobody", NULL },
		{ "anna@example.com", "erased-7" },
		{ "<Anna@Example.COM>,", "<erased-7>," },
		{ "mail anna@example.com.", "mail erased-7." },
		{ "anna@example.com and a.quokka@example.org",
		    "erased-7 and erased-7" },
		{ "customer:anna@example.com", "customer:erased-7" },
		{ "prvs=1234=anna@example.com", "prvs=1234=erased-7" },
		/* Others'. */
		{ "joanna@example.com", NULL },
		{ "jo.anna@example.com", NULL },
		{ "jo+anna@example.com", NULL },
		{ "anna@example.company", NULL },
		{ "anna@example.com.au", NULL },
		{ "anna@example.com-pany.net", NULL },
		{ "Анна"
		  "anna@example.com",
		    NULL },
		/* Names. */
		{ "Dear Anna Quokka,", "Dear erased-7," },
		{ "ANNA QUOKKA's printer", "erased-7's printer" },
		{ "Anna", NULL },
		{ "Anna Quokkason", NULL },
		{ "Susanna Quokka", NULL },
		{ "anna@example.comanna@example.com", NULL },
		{ "anna@example.com anna@example.com", "erased-7 erased-7" },
	};
	g_autoptr(TdErased) erased = make_erased();

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		/* To the byte, so that a sanitizer sees what is read behind. */
		gsize size = strlen(rows[i].text);
		g_autofree char *bytes = g_memdup2(rows[i].text, size);
		g_autofree char *got = td_erase_replace(
		    erased, NULL, rows[i].text);

		g_test_message("%s", rows[i].text);
		g_assert_cmpstr(got, ==, rows[i].want);
		g_assert_cmpint(td_erase_is_in(erased, bytes, size), ==,
		    rows[i].want != NULL);
	}
}

static void
test_secrets(void)
{
	static char *const secrets[] = { (char *)"Printer broken", NULL };
	g_autoptr(TdErased) erased = make_erased();
	g_autofree char *got = td_erase_replace(
	    erased, secrets, "Re: printer broken (anna@example.com)");
	g_autofree char *none = td_erase_replace(
	    erased, secrets, "Printer brokenness");

	g_assert_cmpstr(got, ==, "Re: (erased) (erased-7)");
	g_assert_null(none);
}

static void
test_names(void)
{
	static const struct {
		const char *name;
		guint count;
	} rows[] = {
		{ "Anna", 1 },
		{ "", 1 },
		{ "anna quokka", 1 },
		{ "anna@example.com at home", 1 },
		{ "Dr. Anna Quokka", 2 },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(TdErased) erased = make_erased();

		td_erase_add_name(erased, rows[i].name);
		g_assert_cmpuint(
		    g_strv_length(erased->names), ==, rows[i].count);
	}
}

static void
test_him(void)
{
	g_autoptr(TdErased) erased = make_erased();

	g_assert_true(td_erase_is_him(erased, "anna@example.com"));
	g_assert_true(td_erase_is_him(erased, "<A.Quokka@Example.Org>"));
	g_assert_true(td_erase_is_him(erased, "erased-7"));
	g_assert_false(td_erase_is_him(erased, "erased-77"));
	g_assert_false(td_erase_is_him(erased, ""));
	g_assert_false(td_erase_is_him(erased, "boris@example.com"));
}

/* ---- messages ---- */

static void
set(char **field, const char *value)
{
	g_free(*field);
	*field = g_strdup(value);
}

typedef struct {
	const char *name;
	gboolean outgoing;
	const char *from;       /* or whom it goes to */
	const char *class_name; /* of ours the kind of letter */
	const char *raw;
	gboolean his, caused;
	TdTraceOfHim want;
} MessageRow;

static void
test_messages(void)
{
	static const MessageRow rows[] = {
		{ "his mail", FALSE, "Anna@Example.com", "human", "x", TRUE,
		    FALSE, TD_TRACE_OF_HIM_OWN },
		{ "somebody else's", FALSE, "boris@example.com", "human", "x",
		    TRUE, FALSE, TD_TRACE_OF_HIM_NONE },
		{ "that names him", FALSE, "boris@example.com", "human",
		    "Cc: anna@example.com\n\nx\n", FALSE, FALSE,
		    TD_TRACE_OF_HIM_NAMED },
		{ "in a code", FALSE, "boris@example.com", "human",
		    "Content-Transfer-Encoding: base64\n\n"
		    "YW5uYUBleGFtcGxlLmNvbQo=\n",
		    FALSE, FALSE, TD_TRACE_OF_HIM_NAMED },
		{ "in a field's code", FALSE, "boris@example.com", "human",
		    "Subject: =?utf-8?q?for_Anna_Quokka?=\n\nx\n", FALSE, FALSE,
		    TD_TRACE_OF_HIM_NAMED },
		{ "a bounce of mail to him", FALSE, "mailer-daemon@example.net",
		    "bounce", "\nanna@example.com: no such user\n", FALSE,
		    FALSE, TD_TRACE_OF_HIM_LETTER },
		{ "an answer to him", TRUE, "anna@example.com", "reply", "x",
		    FALSE, FALSE, TD_TRACE_OF_HIM_LETTER },
		{ "to others too", TRUE, "boris@example.com, anna@example.com",
		    "reply", "x", FALSE, FALSE, TD_TRACE_OF_HIM_NAMED },
		{ "on his ticket", TRUE, "anna@example.com, boris@example.com",
		    "reply", "x", TRUE, FALSE, TD_TRACE_OF_HIM_LETTER },
		{ "what an agent is told of him", TRUE, "olga@example.net",
		    "new-ticket", "From Anna Quokka\n", FALSE, FALSE,
		    TD_TRACE_OF_HIM_LETTER },
		{ "because of his mail", TRUE, "olga@example.net", "new-ticket",
		    "x", FALSE, TRUE, TD_TRACE_OF_HIM_LETTER },
		{ "of something else", TRUE, "olga@example.net", "new-ticket",
		    "x", TRUE, FALSE, TD_TRACE_OF_HIM_NONE },
	};
	g_autoptr(TdErased) erased = make_erased();

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		const MessageRow *row = &rows[i];
		g_autoptr(TdFiled) filed = td_filed_new();
		g_autoptr(GBytes) raw = g_bytes_new(row->raw, strlen(row->raw));

		filed->outgoing = row->outgoing;
		set(row->outgoing ? &filed->to : &filed->from, row->from);
		set(row->outgoing ? &filed->rule : &filed->class_name,
		    row->class_name);
		g_test_message("%s", row->name);
		g_assert_cmpint(
		    td_erase_judge(erased, filed, raw, row->his, row->caused),
		    ==, row->want);
	}
}

static TdFiled *
make_filed(void)
{
	TdFiled *filed = td_filed_new();

	filed->ticket = 42;
	filed->sequence = 2;
	filed->size = 100;
	filed->received = NOW;
	set(&filed->from, "anna@example.com");
	set(&filed->from_name, "Anna");
	set(&filed->to, "support@example.org, a.quokka@example.org");
	set(&filed->subject, "Help");
	set(&filed->message_id, "1@pc.example");
	set(&filed->class_name, "human");
	return filed;
}

static void
test_emptied(void)
{
	g_autoptr(TdErased) erased = make_erased();
	g_autoptr(TdFiled) filed = make_filed();
	g_autoptr(TdFiled) got = td_erase_filed(erased, NULL, filed, TRUE);
	g_autoptr(TdFiled) again = NULL;

	g_assert_nonnull(got);
	g_assert_cmpuint(got->ticket, ==, 42);
	g_assert_cmpuint(got->sequence, ==, 2);
	g_assert_cmpuint(got->size, ==, 0);
	g_assert_cmpint(got->received, ==, NOW);
	g_assert_cmpstr(got->from, ==, "erased-7");
	g_assert_cmpstr(got->from_name, ==, "");
	g_assert_cmpstr(got->to, ==, "support@example.org, erased-7");
	g_assert_cmpstr(got->subject, ==, "(erased)");
	g_assert_cmpstr(got->message_id, ==, "");
	g_assert_cmpstr(got->class_name, ==, "human");
	again = td_erase_filed(erased, NULL, got, TRUE);
	g_assert_null(again);
}

static void
test_noted(void)
{
	static char *const secrets[] = { (char *)"Printer broken", NULL };
	g_autoptr(TdErased) erased = make_erased();
	g_autoptr(TdFiled) filed = make_filed();
	g_autoptr(TdFiled) got = NULL;
	g_autoptr(TdFiled) none = NULL;

	set(&filed->from, "boris@example.com");
	set(&filed->from_name, "Boris");
	set(&filed->subject, "Re: Printer broken");
	set(&filed->recipient, "printer.broken@example.org");
	set(&filed->message_id, "1.printer broken@pc.example");
	set(&filed->class_reason, "rule 1: Subject: printer broken");
	got = td_erase_filed(erased, secrets, filed, FALSE);
	g_assert_nonnull(got);
	g_assert_cmpuint(got->size, ==, 100);
	g_assert_cmpstr(got->from, ==, "boris@example.com");
	g_assert_cmpstr(got->from_name, ==, "Boris");
	g_assert_cmpstr(got->subject, ==, "Re: (erased)");
	g_assert_cmpstr(got->recipient, ==, "printer.broken@example.org");
	g_assert_cmpstr(got->message_id, ==, "1.printer broken@pc.example");
	g_assert_cmpstr(got->class_reason, ==, "rule 1: Subject: (erased)");
	none = td_erase_filed(erased, secrets, got, FALSE);
	g_assert_null(none);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();
	g_test_add_func(
	    "/erase/he is found in a text, and nobody else", test_texts);
	g_test_add_func("/erase/so is what he called it", test_secrets);
	g_test_add_func("/erase/a name has two words", test_names);
	g_test_add_func("/erase/an address is his in any case", test_him);
	g_test_add_func(
	    "/erase/a message is his, about him, or names him", test_messages);
	g_test_add_func("/erase/his message keeps its place", test_emptied);
	g_test_add_func("/erase/that of another its text", test_noted);
	return g_test_run();
}
