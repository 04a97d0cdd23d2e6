/* test-body.c - which parts of a mail are its text, and how they are read */

#include "config.h"

#include <string.h>

#include "message-fixture.h"

#define LINE "────────"

/* A mail of @lines, with each "|" a line end. */
static TdMessage *
parse_lines(const char *lines)
{
	g_auto(GStrv) split = g_strsplit(lines, "|", -1);
	g_autofree char *raw = g_strjoinv("\r\n", split);

	return parse_text(raw);
}

/* The text, less line ends behind it, and the attachments' names. */
typedef struct {
	const char *lines;
	const char *text;
	const char *names; /* with blanks between */
} Row;

static void
check_rows(const Row *rows, gsize count)
{
	for (gsize i = 0; i < count; i++) {
		g_autoptr(TdMessage) message = parse_lines(rows[i].lines);
		g_autoptr(GString) names = g_string_new(NULL);

		for (guint k = 0; k < message->attachments->len; k++)
			g_string_append_printf(names, "%s%s", k > 0 ? " " : "",
			    attachment_at(message, k)->name);
		g_strchomp(message->text);
		g_assert_cmpstr(message->text, ==, rows[i].text);
		g_assert_cmpstr(names->str, ==, rows[i].names);
	}
}

#define MIXED "Content-Type: multipart/mixed; boundary=m||"
#define ALTERNATIVE "Content-Type: multipart/alternative; boundary=a||"
#define RELATED "Content-Type: multipart/related; boundary=r||"
#define PLAIN "Content-Type: text/plain||"
#define HTML "Content-Type: text/html||"
#define PDF "Content-Type: application/pdf||x|"
#define PNG "Content-Type: image/png|Content-ID: <i@x>||x|"

static void
test_trees_of_real_programs_are_understood(void)
{
	static const Row rows[] = {
		/* Outlook, Thunderbird, Gmail. */
		{ MIXED "--m|" ALTERNATIVE "--a|" PLAIN "plain|--a|" RELATED
		        "--r|" HTML "<p>html|--r|" PNG "--r--|--a--|--m|" PDF
		        "--m--|",
		    "plain", "part-1.png part-2.pdf" },
		{ RELATED "--r|" ALTERNATIVE "--a|" PLAIN "plain|--a|" HTML
		          "html|--a--|--r|" PNG "--r--|",
		    "plain", "part-1.png" },
		/* Apple Mail: a file in the middle of the text. */
		{ ALTERNATIVE "--a|" PLAIN "one two|--a|" MIXED "--m|" HTML
		              "one|--m|" PDF "--m|" HTML "two|--m--|--a--|",
		    "one two", "part-1.pdf" },
		{ MIXED "--m|" PLAIN "one|--m|" PDF "--m|" PLAIN "two|--m--|",
		    "one\n\ntwo", "part-1.pdf" },
		{ MIXED "--m|" HTML "one|--m|" PDF "--m|" HTML "two|--m--|",
		    "one\n\ntwo", "part-1.pdf" },
		/* A picture in front of the text it belongs to. */
		{ RELATED "--r|" PNG "--r|" HTML "html|--r--|", "html",
		    "part-1.png" },
		{ "Content-Type: multipart/parallel; boundary=p||--p|" PLAIN
		  "text|--p|" PNG "--p--|",
		    "text", "part-1.png" },
		{ "Content-Type: multipart/x-unheard-of; boundary=p||--p|" PLAIN
		  "text|--p|" PDF "--p--|",
		    "text", "part-1.pdf" },
		/* A notice in front of the mail, a footer behind it. */
		{ MIXED "--m|" PLAIN "notice|--m|" HTML "<p>the mail itself"
		        "|--m--|",
		    "notice\n\nthe mail itself", "" },
		{ MIXED "--m|" ALTERNATIVE "--a|" PLAIN "plain|--a|" HTML
		        "html|--a--|--m|" PLAIN "footer|--m--|",
		    "plain\n\nfooter", "" },
		/* Two forms of one text, wrongly called mixed. */
		{ MIXED "--m|" PLAIN "the same words|--m|" HTML
		        "<p>the <b>same</b> words|--m--|",
		    "the same words", "" },
		{ MIXED "--m|Content-Type: text/plain; charset=utf-8||"
		        "שלום לך|--m|Content-Type: text/html; charset=utf-8||"
		        "<p>תודה רב|--m--|",
		    "שלום לך\n\nתודה רב", "" },
		{ MIXED "--m|" PLAIN "text|--m|"
		        "Content-Type: text/plain; name=log.txt|"
		        "Content-Disposition: inline||log|--m--|",
		    "text", "log.txt" },
		{ "Content-Type: text/plain; name=log.txt||log|", "log", "" },
		/* A file is no text, even if there is no other. */
		{ MIXED "--m|Content-Type: text/plain; name=log.txt|"
		        "Content-Disposition: attachment||close|--m--|",
		    "", "log.txt" },
		{ "Content-Type: text/plain|Content-Disposition: attachment||"
		  "text|",
		    "text", "" },
		/* A text that is only called a file. */
		{ MIXED "--m|Content-Type: text/plain; name=message.txt||text"
		        "|--m|" PLAIN "footer|--m--|",
		    "text\n\nfooter", "" },
		{ ALTERNATIVE "--a|Content-Type: text/plain; name=a.txt||plain"
		              "|--a|Content-Type: text/html; name=a.html||html"
		              "|--a--|",
		    "plain", "" },
		/* A plain text that only asks for another program. */
		{ ALTERNATIVE "--a|" PLAIN
		              "Please read the HTML part.|--a|" HTML
		              "<p>the offer|--a--|",
		    "the offer", "" },
		{ ALTERNATIVE "--a|" PLAIN "the HTML is broken|--a|" PDF
		              "--a--|",
		    "the HTML is broken", "part-1.pdf" },
		{ MIXED "--m|Content-Type: message/partial; id=a; number=1|"
		        "|x|--m--|",
		    "", "part-1.eml" },
	};

	check_rows(rows, G_N_ELEMENTS(rows));
}

static void
test_empty_mails_and_parts_are_empty(void)
{
	static const Row rows[] = {
		{ "", "", "" },
		{ "Subject: x", "", "" },
		{ "Subject: x||", "", "" },
		{ MIXED "--m||--m|" PLAIN "|--m|" HTML "|--m--|", "", "" },
		{ ALTERNATIVE "--a|" PLAIN "|--a|" HTML "html|--a--|", "html",
		    "" },
		{ ALTERNATIVE "--a--|", "", "" },
		{ MIXED "--m|--m|--m|--m--|", "", "" },
		{ "Content-Type: message/rfc822||", "", "part-1.eml" },
	};

	check_rows(rows, G_N_ELEMENTS(rows));
}

static void
test_other_kinds_of_text_are_read(void)
{
	static const Row rows[] = {
		{ "Content-Type: text/enriched||"
		  "<bold>One</bold> line|goes on.||<param>red</param>"
		  "Two<<3|<excerpt>old</excerpt>new|",
		    "One line goes on.\nTwo<3\n> old\nnew", "" },
		{ "Content-Type: text/richtext||"
		  "one<nl>two <lt>b> <comment>no</comment>|three<np>four",
		    "one\ntwo <b> three\n\nfour", "" },
		{ "Content-Type: text/enriched||<nofill>a|b|</nofill>c",
		    "a\nb\nc", "" },
		{ "Content-Type: text/enriched||<nothing ends <b",
		    "<nothing ends <b", "" },
		{ "Content-Type: text/markdown||# A *title*|", "# A *title*",
		    "" },
		{ "Content-Type: text/x-unknown||shown|", "shown", "" },
		{ "Content-Type: text/csv||a,b|", "", "part-1.csv" },
		{ ALTERNATIVE "--a|Content-Type: text/enriched||<b>x</b>|--a|"
		              "Content-Type: application/pdf||x|--a--|",
		    "x", "part-1.pdf" },
		{ ALTERNATIVE "--a|" PLAIN "plain|--a|"
		              "Content-Type: text/enriched||<b>rich|--a--|",
		    "plain", "" },
		{ ALTERNATIVE
		    "--a|Content-Type: text/markdown||*mark*|--a|" HTML
		    "<b>mark</b>|--a--|",
		    "mark", "" },
	};

	check_rows(rows, G_N_ELEMENTS(rows));
}

static void
test_mail_of_pictures_names_them(void)
{
	static const Row rows[] = {
		{ RELATED "--r|" HTML "<img src=cid:i@x>|--r|" PNG "--r--|",
		    "[image: part-1.png]", "part-1.png" },
		{ RELATED "--r|" HTML "<img src=cid:i@x alt='A chart'>|--r|" PNG
		          "--r--|",
		    "[image: A chart]", "part-1.png" },
		{ RELATED "--r|" HTML "text<img src=cid:i@x>|--r|" PNG "--r--|",
		    "text", "part-1.png" },
		{ "Content-Type: image/png||x|", "", "part-1.png" },
	};

	check_rows(rows, G_N_ELEMENTS(rows));
}

static void
test_flowed_text_is_joined(void)
{
	static const char type[] = "Content-Type: text/plain; format=flowed";
	static const struct {
		const char *more;
		const char *body;
		const char *want;
	} rows[] = {
		{ "", "one |line||next|", "one line\n\nnext\n" },
		{ "; delsp=yes", "one |word|", "oneword\n" },
		{ "; delsp=yes", "> one |> word|", "> oneword\n" },
		{ "", "> quote |> goes on|>> deeper |> ends|",
		    "> quote goes on\n>> deeper \n> ends\n" },
		{ "", "  two blanks|  >no quote|",
		    " two blanks\n >no quote\n" },
		{ "", "text |-- |name|", "text \n-- \nname\n" },
		{ "", "> -- |> name|", "> -- \n> name\n" },
		{ "", "soft at the end ", "soft at the end " },
		{ "", "From |>here|", "From \n> here\n" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *lines = g_strdup_printf(
		    "%s%s||%s", type, rows[i].more, rows[i].body);
		g_autoptr(TdMessage) message = parse_lines(lines);

		g_assert_cmpstr(message->text, ==, rows[i].want);
	}
}

static void
test_attached_mails_are_summarised_below(void)
{
	g_autoptr(TdMessage) message = parse_lines(
	    MIXED "--m||see below|--m|Content-Type: message/rfc822||"
	          "From: =?utf-8?q?J=C3=A9?= <j@example.net>|Subject: old|"
	          " news|X-Other: no||first|second||third|--m--|");

	g_assert_cmpstr(message->text, ==,
	    "see below\n\n" LINE " Attached mail\n"
	    "From: Jé <j@example.net>\n"
	    "Subject: old news\n\n"
	    "first\nsecond\n\nthird\n");
	g_assert_cmpstr(message->reply_text, ==, "see below\n");
	g_assert_cmpstr(attachment_at(message, 0)->name, ==, "old news.eml");
}

static void
test_summary_alone_is_not_the_writers(void)
{
	g_autoptr(TdMessage) message = parse_lines(MIXED
	    "--m|Content-Type: message/rfc822||From: a@example.net|"
	    "Date: Mon, 2 Mar 2026 10:00:00 +0000|Subject: x||close|--m--|");

	g_assert_nonnull(strstr(message->text, "Subject: x"));
	g_assert_null(strstr(message->reply_text, "close"));
}

static void
test_reports_have_no_summary(void)
{
	g_autoptr(TdMessage) message = parse_lines(
	    "Content-Type: multipart/report; report-type=delivery-status;"
	    " boundary=m||--m||failed|--m|Content-Type: "
	    "message/delivery-status||Reporting-MTA: dns; x||"
	    "Final-Recipient: rfc822; a@b|Action: failed|Status: 5.0.0|"
	    "--m|Content-Type: message/rfc822||Subject: x||y|--m--|");

	g_assert_cmpstr(message->text, ==, "failed");
}

static void
test_many_attached_mails_are_not_all_told(void)
{
	g_autoptr(GString) raw = g_string_new(
	    "Content-Type: multipart/digest; boundary=m\n\n");
	g_autoptr(TdMessage) message = NULL;
	guint told = 0;

	for (int i = 0; i < 20; i++)
		g_string_append(raw, "--m\n\nSubject: one of many\n\ntext\n");
	message = parse_text(raw->str);
	for (const char *at = message->text;
	     (at = strstr(at, "Attached mail")) != NULL; at++)
		told++;
	g_assert_cmpuint(told, ==, 3);
	g_assert_cmpuint(message->attachments->len, ==, 20);
}

static void
test_uuencoded_files_are_attachments(void)
{
	static const Row rows[] = {
		{ "Subject: x||text|begin 644 a.txt|%:&5L;&\\`|`|end|more|",
		    "text\n[attachment: a.txt]\nmore", "a.txt" },
		{ "Subject: x||begin 644 a.txt|%:&5L;&\\`| |end|begin 0600 "
		  "/tmp/b c|%:&5L;&\\|`|end",
		    "[attachment: a.txt]\n[attachment: b c]", "a.txt b c" },
		/* What is broken, or only looks like it, stays. */
		{ "Subject: x||begin 644 a.txt|%:&5L;&\\`|no more",
		    "begin 644 a.txt\n%:&5L;&\\`\nno more", "" },
		{ "Subject: x||begin 644 a.txt|we end|end|",
		    "begin 644 a.txt\nwe end\nend", "" },
		{ "Subject: x||begin 644 a.txt|`|end|",
		    "begin 644 a.txt\n`\nend", "" },
		{ "Subject: x||begin at once|and end|",
		    "begin at once\nand end", "" },
		{ MIXED "--m|Content-Type: text/plain|Content-Transfer-Encoding"
		        ": quoted-printable||a=C3=A9=20|begin 644 a.gif|%:&5L;&"
		        "\\`|`|end|--m|" PDF "--m--|",
		    "aé \n[attachment: a.gif]", "a.gif part-2.pdf" },
		{ "Content-Type: text/html||<pre>|begin 644 a.txt|%:&5L;&\\`|`|"
		  "end|</pre>|",
		    "begin 644 a.txt\n%:&5L;&\\`\n`\nend", "" },
	};
	g_autoptr(TdMessage) message = parse_lines(rows[0].lines);

	check_rows(rows, G_N_ELEMENTS(rows));
	g_assert_cmpstr(attachment_at(message, 0)->type, ==, "text/plain");
	g_assert_cmpuint(attachment_at(message, 0)->size, ==, 5);
}

static void
test_uuencoded_bytes_are_handed_out(void)
{
	static const char raw[] = "Subject: x\n\nbegin 644 a\n%:&5L;&\\`\n`\n"
	                          "end\n";
	g_autoptr(GBytes) bytes = td_message_attachment(raw, strlen(raw), 1);

	g_assert_cmpmem(
	    g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), "hello", 5);
	g_assert_null(td_message_attachment(raw, strlen(raw), 2));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	g_test_add_func(
	    "/body/trees", test_trees_of_real_programs_are_understood);
	g_test_add_func("/body/empty", test_empty_mails_and_parts_are_empty);
	g_test_add_func("/body/kinds", test_other_kinds_of_text_are_read);
	g_test_add_func("/body/pictures", test_mail_of_pictures_names_them);
	g_test_add_func("/body/flowed", test_flowed_text_is_joined);
	g_test_add_func(
	    "/body/attached", test_attached_mails_are_summarised_below);
	g_test_add_func("/body/alone", test_summary_alone_is_not_the_writers);
	g_test_add_func("/body/report", test_reports_have_no_summary);
	g_test_add_func(
	    "/body/many", test_many_attached_mails_are_not_all_told);
	g_test_add_func("/body/uuencode", test_uuencoded_files_are_attachments);
	g_test_add_func(
	    "/body/uuencode/bytes", test_uuencoded_bytes_are_handed_out);

	return g_test_run();
}
