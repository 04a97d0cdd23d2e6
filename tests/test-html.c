/* test-html.c - HTML mails as plain text */

#include "config.h"

#include <string.h>

#include "message-fixture.h"

/* The text of a mail whose body is @html in UTF-8. */
static char *
text_of(const char *html)
{
	g_autofree char *raw = g_strconcat(
	    "Content-Type: text/html; charset=utf-8\n\n", html, NULL);
	g_autoptr(TdMessage) message = parse_text(raw);

	g_assert_true(g_utf8_validate(message->text, -1, NULL));
	return g_strdup(message->text);
}

static void
test_what_a_reader_sees_is_kept(void)
{
	static const struct {
		const char *html;
		const char *want;
	} rows[] = {
		{ "hello", "hello\n" },
		{ "<p>one</p><p>two</p>", "one\n\ntwo\n" },
		{ "<div>one</div><div>two</div>", "one\ntwo\n" },
		{ "one<br>two<br><br>three", "one\ntwo\n\nthree\n" },
		{ "a  \n b&nbsp;c", "a b c\n" },
		{ "<b>bold</b> and <i>thin</i>", "bold and thin\n" },
		{ "<ul><li>one<li><p>two</p></ul>", "- one\n- two\n" },
		{ "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td>"
		  "<td>d</td></tr></table>",
		    "a | b\nc | d\n" },
		{ "<a href='http://example.org/x'>here</a>",
		    "here <http://example.org/x>\n" },
		{ "<a href='http://example.org/'>example.org</a>",
		    "example.org\n" },
		{ "<a href='mailto:a@example.org'>a@example.org</a>",
		    "a@example.org\n" },
		{ "<a href='javascript:x()'>here</a>", "here\n" },
		{ "<a href='http://example.org/'><img src=x></a>y", "y\n" },
		{ "<pre>a\n  b\n</pre>c", "a\n  b\n\nc\n" },
		{ "x<blockquote>one<br>two<blockquote>deep</blockquote>"
		  "</blockquote>y",
		    "x\n\n> one\n> two\n>\n> > deep\n\ny\n" },
		{ "<head><title>t</title><style>p{}</style></head><body>x",
		    "x\n" },
		{ "<script>alert('<p>no')</script>x", "x\n" },
		{ "&lt;&amp;&eacute;&#1103;&#x44f;", "<&\xc3\xa9яя\n" },
		{ "<!-- no --><p>x<!-- <p>no --></p>", "x\n" },
		{ "<h1>T</h1>text<hr>rest",
		    "T\n\ntext\n________________________________\nrest\n" },
		{ "zero\xe2\x80\x8bwidth\xc2\xad", "zerowidth\n" },
		{ "<p>", "" },
		{ "", "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = text_of(rows[i].html);

		g_assert_cmpstr(got, ==, rows[i].want);
	}
}

static void
test_broken_html_loses_no_text(void)
{
	static const char *const rows[] = { "<p>word", "<b><i>word</b></i>",
		"</p></p>word", "<p <b>>word", "<td>word", "word<", "word&",
		"<html><body><p>word</body></html><p>", "<a href=>word</a>",
		"<unknown>word</unknown>", "<p>word<!-- open",
		"word<script>open" };

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = text_of(rows[i]);

		g_assert_nonnull(strstr(got, "word"));
	}
}

static void
test_charset_is_found_in_the_html(void)
{
	g_autoptr(TdMessage) message = parse_text(
	    "Content-Type: text/html\n\n"
	    "<html><head><meta http-equiv=Content-Type content=\"text/html; "
	    "charset=koi8-r\"></head>\xf0\xd2\xc9\xd7\xc5\xd4");

	g_assert_cmpstr(message->text, ==, "Привет\n");
	g_assert_cmpstr(message->charset_guess, ==, "");
}

static void
test_declared_charset_goes_before_that_of_the_html(void)
{
	g_autofree char *got = text_of(
	    "<meta charset=koi8-r><p>\xd0\x9f\xd1\x80</p>");

	g_assert_cmpstr(got, ==, "Пр\n");
}

/* @before, then @piece again and again up to 1 MB. */
static char *
repeat(const char *before, const char *piece)
{
	GString *html = g_string_new(before);

	while (html->len < 1000 * 1000)
		g_string_append(html, piece);
	return g_string_free(html, FALSE);
}

static void
test_hostile_html_gives_a_bounded_text(void)
{
	static const char *const rows[][2] = {
		{ "", "<div>" },
		{ "", "<b></i>" },
		{ "<a", " a" },
		{ "<p title=\"", "x" },
		{ "", "<" },
		{ "", "&" },
		{ "<!--", "<!--" },
		{ "<script>", "</" },
		{ "", "<blockquote>x<br>" },
		{ "", "<a href=http://example.org>x" },
		{ "", "<table><tr><td>" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *html = repeat(rows[i][0], rows[i][1]);
		g_autofree char *got = text_of(html);

		g_assert_cmpuint(strlen(got), <=, 1024 * 1024 + 100);
	}
}

static void
test_what_is_left_out_is_told(void)
{
	g_autofree char *html = repeat("Content-Type: text/html\n\n", "<div>");
	g_autoptr(TdMessage) message = parse_text(html);

	g_assert_true(has_problem(message, "HTML"));
}

/* Programs that send no plain text, and how they say what they quote: each
 * answer is "close", each quote has "take" in it. */
static void
test_nothing_quoted_reads_as_written(void)
{
	static const char *const rows[] = {
		"close<blockquote>take</blockquote>",
		"<div>close</div><blockquote type=cite><div>On x, y "
		"wrote:</div>"
		"take</blockquote>",
		"<div dir=ltr>close</div><br><div class=\"gmail_quote "
		"gmail_quote_container\"><div dir=ltr class=gmail_attr>El x, y "
		"z:<br></div><blockquote class=gmail_quote>take</blockquote>"
		"</div>",
		"<div>close</div><div class=gmail_quote><div class=gmail_attr>"
		"---------- Videresendt ---------<br>X: y</div><div>take</div>"
		"<p>take</p></div>",
		"close<div id=yahoo_quoted_1234 class=yahoo_quoted><div>Someone"
		" said:</div><div><p>take</p></div></div>",
		"close<div class=OutlookMessageHeader lang=en-us><hr>"
		"<b>Lähde:</b> x</div><p>take</p><div>take</div>",
		"<div>close</div><div id=appendonsend></div><hr>"
		"<div id=divRplyFwdMsg dir=ltr><b>Lähde:</b> x</div><div>take"
		"</div><p>take",
		"<div>close</div><div id=x_x_divRplyFwdMsg>x</div>take",
		"<p>close</p><div id=mail-editor-reference-message-container>"
		"<div>take</div></div>",
		"<p>close</p><div><div style='border:none;border-top:solid "
		"#E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p><b>X:</b> y</p>"
		"</div></div><p>take</p>",
		"<p>close</p><div class=moz-cite-prefix>Am x schrieb y<br>take"
		"</div><blockquote type=cite>take</blockquote>",
		"close<div class=protonmail_quote>x y z<br><blockquote>take"
		"</blockquote></div>",
		"close<blockquote>x<hr id=divRplyFwdMsg>take</blockquote>",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *raw = g_strconcat(
		    "Content-Type: text/html; charset=utf-8\n\n", rows[i],
		    NULL);
		g_autoptr(TdMessage) message = parse_text(raw);

		g_assert_cmpstr(message->reply_text, ==, "close\n");
		g_assert_nonnull(strstr(message->quoted_text, "take"));
	}
}

static void
test_answers_between_quotes_of_html_stay(void)
{
	static const char *const rows[] = {
		"<div class=gmail_quote><div class=gmail_attr>x wrote:</div>"
		"<blockquote>take</blockquote><div>one</div><blockquote>take"
		"</blockquote>two</div>",
		"<blockquote>take<div "
		"class=yahoo_quoted>take</div></blockquote>"
		"one<blockquote><div id=divRplyFwdMsg>take</div></blockquote>"
		"<p>two",
		"<div "
		"class=moz-cite-prefix>x</div><blockquote>take</blockquote>"
		"one<blockquote>take<blockquote>take</blockquote>take"
		"</blockquote>two",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *raw = g_strconcat(
		    "Content-Type: text/html; charset=utf-8\n\n", rows[i],
		    NULL);
		g_autoptr(TdMessage) message = parse_text(raw);

		g_assert_cmpstr(message->reply_text, ==, "one\n\ntwo\n");
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	g_test_add_func("/html/seen", test_what_a_reader_sees_is_kept);
	g_test_add_func("/html/broken", test_broken_html_loses_no_text);
	g_test_add_func("/html/meta", test_charset_is_found_in_the_html);
	g_test_add_func("/html/declared",
	    test_declared_charset_goes_before_that_of_the_html);
	g_test_add_func(
	    "/html/hostile", test_hostile_html_gives_a_bounded_text);
	g_test_add_func("/html/told", test_what_is_left_out_is_told);
	g_test_add_func("/html/quoted", test_nothing_quoted_reads_as_written);
	g_test_add_func(
	    "/html/between", test_answers_between_quotes_of_html_stay);

	return g_test_run();
}
