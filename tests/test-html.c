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
		{ "<h1>T</h1>text<hr>rest", "T\n\ntext\n---\nrest\n" },
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
test_layout_suits_a_telephone(void)
{
	static const struct {
		const char *html;
		const char *want;
	} rows[] = {
		/* Lists. */
		{ "<ol><li>a<li>b<ul><li>c</ul><li>d</ol>e",
		    "1. a\n2. b\n   - c\n3. d\n\ne\n" },
		{ "<ol start=9><li>a<br>b<li>c</ol>", "9. a\n   b\n10. c\n" },
		{ "<ul><li></li><li><p>a</p><p>b</p></li></ul>",
		    "- a\n\n  b\n" },
		{ "<dl><dt>a<dd>b<dt>c<dd>d</dl>", "a\nb\nc\nd\n" },
		/* Tables of data, of labels, of layout. */
		{ "<table><tr><th>Item<th>Price<tr><td>Tea<td>2"
		  "<tr><td><td>3</table>",
		    "Item | Price\nTea | 2\n3\n" },
		{ "<table><tr><td>Name:<td>Jane<tr><td>Town:<td>Oslo</table>",
		    "Name: Jane\nTown: Oslo\n" },
		{ "<table><tr><th>Name<td>Jane</table>", "Name: Jane\n" },
		{ "<table><tr><td><p>Left<p>column<p>here<td>Right</table>",
		    "Left\n\ncolumn\n\nhere\n\nRight\n" },
		{ "<table><tr><td><table><tr><td>a<td>b</table><td>c</table>",
		    "a | b\n\nc\n" },
		{ "<table><tr><td>a<br>b<td>c</table>", "a b | c\n" },
		{ "<table><tr><td>one<tr><td>two</table>", "one\ntwo\n" },
		{ "<table><tr><td>a<td>b</table></table>c", "a | b\n\nc\n" },
		/* Lines of Word and of those who write with hard blanks. */
		{ "<p class=MsoNormal>a</p><p class=MsoNormal>b</p>"
		  "<p class=MsoNormal><o:p>&nbsp;</o:p></p>"
		  "<p class=MsoNormal>c</p>",
		    "a\nb\n\nc\n" },
		{ "<p style='margin: 0'>a</p><p style='margin:0px'>b</p>",
		    "a\nb\n" },
		{ "<div>a</div><div><br></div><div>b</div>", "a\n\nb\n" },
		{ "<p>a <br>\n<b>b</b>", "a\nb\n" },
		{ "<div style='white-space:pre-wrap'>a\n  b</div>",
		    "a\n  b\n" },
		/* Links. */
		{ "<a href='https://www.example.org/a'>www.example.org/a</a>",
		    "www.example.org/a\n" },
		{ "<a href='https://example.org/?a=1&amp;copy=2'>here</a>",
		    "here <https://example.org/?a=1&copy=2>\n" },
		{ "<a href=http://a.org><img src=x alt=Logo></a>"
		  "<a href=http://a.org>Shop</a>",
		    "[image: Logo] <http://a.org>Shop\n" },
		{ "<a href=http://a.org>one</a> <a href=http://b.org>two</a>",
		    "one <http://a.org> two <http://b.org>\n" },
		{ "<a href=tel:+4912>call</a>", "call <tel:+4912>\n" },
		/* Images. */
		{ "a<img alt='A chart' src=x>b", "a[image: A chart]b\n" },
		{ "a<img alt='x' width=1 height=1>b", "ab\n" },
		{ "a <img alt='😀'>", "a 😀\n" },
		{ "<img alt=''><img>a", "a\n" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = text_of(rows[i].html);

		g_assert_cmpstr(got, ==, rows[i].want);
	}
}

static void
test_what_nobody_sees_is_left_out(void)
{
	static const char *const rows[] = {
		"<div style='display:none'>no</div>yes",
		"<div style='DISPLAY : NONE !important'>no</div>yes",
		"<span style=\"visibility:hidden\">no</span>yes",
		"<div style='max-height:0;overflow:hidden'>no<div>no</div></div"
		">yes",
		"<div style='font-size:1px;line-height:1px'>no</div>yes",
		"<td style='font-size:0'>yes</td>",
		"<p hidden>no</p>yes",
		"<div style=display:none><table><tr><td>no<td>no</table></div>"
		"<p>yes",
		"<xml><o:x>no</o:x></xml>yes",
		"<!--[if mso]><p>no</p><![endif]-->yes",
		"<![if !mso]>yes<![endif]>",
		"<style>p{}</style><p>yes",
		"<title>no</title>yes",
		"<title/><style>p{}</style><p>yes",
		/* But a mail that hides all of it is shown. */
		"<div style='display:none'>yes</div>",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = text_of(rows[i]);

		g_assert_cmpstr(got, ==, "yes\n");
	}
}

static void
test_references_to_characters_are_replaced(void)
{
	static const char *const rows[][2] = {
		{ "&amp;&AMP;&lt&gt;&quot;", "&&AMP;<>\"\n" },
		{ "&eacute;&rarr;&mdash;&euro;&hellip;", "é→—€…\n" },
		{ "&eacutes &notit; &nosuch; &", "és ¬it; &nosuch; &\n" },
		{ "&#233;&#xE9;&#xe9 x", "éé\303\251 x\n" },
		{ "&#150;&#128;", "–€\n" },
		{ "a&#0;b&#7;c", "a b c\n" },
		{ "<pre>a&#13;b</pre>", "a\nb\n" },
		{ "&#xd800;&#x110000;&#99999999999999999999;",
		    "\357\277\275\357\277\275\357\277\275\n" },
		{ "&#;&#x;&#xg;", "&#;&#x;&#xg;\n" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = text_of(rows[i][0]);

		g_assert_cmpstr(got, ==, rows[i][1]);
	}
}

static void
test_broken_html_loses_no_text(void)
{
	static const char *const rows[] = { "<p>word", "<b><i>word</b></i>",
		"</p></p>word", "<p <b>>word", "<td>word", "word<", "word&",
		"<html><body><p>word</body></html><p>", "<a href=>word</a>",
		"<unknown>word</unknown>", "<p>word<!-- open",
		"word<script>open", "<a title=\"open>word", "<title>word",
		"a <word", "1 < 2 word", "<p a='>'>word",
		"<table><tr></table></td>word", "</>word", "<!>word",
		"<!-->word", "<div =>word", "<div =\"x>word" };

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
		{ "", "<a x='>' " },
		{ "<x><table>", "</x>" },
		{ "<ul>", "<div><li>" },
		{ "", "<p>x<b>" },
		{ "", "<title>" },
		{ "", "<ol><li>" },
		{ "", "<img alt=x>" },
		{ "", "&nbsp;x" },
		{ "", "<p style='a:b;c:d;e' class='a b c d'>x" },
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
test_text_below_many_elements_is_kept(void)
{
	g_autoptr(GString) html = g_string_new(NULL);
	g_autofree char *got = NULL;

	for (int i = 0; i < 5000; i++)
		g_string_append(html, "<div><span>");
	g_string_append(html, "deep");
	for (int i = 0; i < 5000; i++)
		g_string_append(html, "</span></div>");
	g_string_append(html, "<p>below");
	got = text_of(html->str);
	g_assert_cmpstr(got, ==, "deep\n\nbelow\n");
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
	g_test_add_func("/html/layout", test_layout_suits_a_telephone);
	g_test_add_func("/html/hidden", test_what_nobody_sees_is_left_out);
	g_test_add_func(
	    "/html/references", test_references_to_characters_are_replaced);
	g_test_add_func("/html/deep", test_text_below_many_elements_is_kept);
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
