/* test-pattern.c - what rules look for in texts */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/pattern.h>

static TdPattern *
make(const char *text, TdPatternUse use)
{
	g_autoptr(GError) error = NULL;
	TdPattern *pattern = td_pattern_new(text, use, &error);

	g_assert_no_error(error);
	return pattern;
}

typedef struct {
	const char *pattern;
	const char *text;
	gboolean matches;
} Row;

static void
assert_rows(const Row *rows, gsize count, TdPatternUse use)
{
	for (gsize i = 0; i < count; i++) {
		g_autoptr(TdPattern) pattern = make(rows[i].pattern, use);
		gboolean cut = FALSE;

		/* Of its exact size, so that no reader goes beyond it. */
		g_autofree char *text = g_strdup(rows[i].text);

		if (td_pattern_match(pattern, text, NULL, &cut) !=
		        rows[i].matches ||
		    cut)
			g_error("\"%s\" and \"%s\": wanted %s", rows[i].pattern,
			    rows[i].text, rows[i].matches ? "a match" : "none");
	}
}

static void
test_words_are_found_anywhere_in_a_text(void)
{
	static const Row rows[] = {
		{ "printer", "The printer burns", TRUE },
		{ "printer", "PRINTERS", TRUE },
		{ "printer", "print", FALSE },
		{ "printer", "", FALSE },
		{ "toner;printer", "my Printer", TRUE },
		{ " toner ; printer;", "my Printer", TRUE },
		{ "toner;scanner", "my Printer", FALSE },
		{ "paper jam", "a paper\n  jam again", TRUE },
		{ "paper jam", "a paperjam", FALSE },
		{ "paper jam", "paper\xc2\xa0jam", TRUE },
		{ "no*paper", "there is no more\nPAPER", TRUE },
		{ "no*paper", "paper: no", FALSE },
		{ "a*a", "a", FALSE },
		{ "*", "", TRUE },
		{ "what?", "what?", TRUE },
		{ "what?", "whats", FALSE },
		{ "a.c", "abc", FALSE },
		/* Cyrillic; "ё" is "е". */
		{ "принтер", "ПРИНТЕР сломан", TRUE },
		{ "еще", "ЕЩЁ раз", TRUE },
		{ "ещё", "еще раз", TRUE },
		{ "straße", "STRASSE 5", TRUE },
		{ "ﬁle", "File", TRUE },
	};

	assert_rows(rows, G_N_ELEMENTS(rows), TD_PATTERN_PART);
}

static void
test_words_are_the_whole_of_a_name(void)
{
	static const Row rows[] = {
		{ "anna@example.org", "anna@example.org", TRUE },
		{ "Anna@Example.ORG", "anna@example.org", TRUE },
		{ "anna@example.org", "joanna@example.org", FALSE },
		{ "anna@example.org", "anna@example.org.uk", FALSE },
		{ "@example.org", "anna@example.org", TRUE },
		{ "@Example.org", "boris@example.org", TRUE },
		{ "@example.org", "anna@mail.example.org", FALSE },
		{ "@example.org", "anna@notexample.org", FALSE },
		{ "@*.example.org", "anna@mail.example.org", TRUE },
		{ "@*.example.org", "anna@example.org", FALSE },
		{ "@*example.org", "anna@notexample.org", TRUE },
		{ "anna@*", "anna@example.org", TRUE },
		{ "anna*@example.org", "anna.b@example.org", TRUE },
		{ "@b\xc3\xbc"
		  "cher.example",
		    "a@xn--bcher-kva.example", TRUE },
		{ "a@\xd1\x91\xd0\xb6.\xd1\x80\xd1\x84", "a@xn--f1a7c.xn--p1ai",
		    TRUE },
		{ "*.pdf;image/*", "Scan.PDF", TRUE },
		{ "*.pdf;image/*", "image/png", TRUE },
		{ "*.pdf;image/*", "scan.pdf.exe", FALSE },
		{ "a*b*c", "aXbYc", TRUE },
		{ "a*b*c", "abc", TRUE },
		{ "a*b*c", "acb", FALSE },
		{ "a*a", "a", FALSE },
		{ "a*a", "aa", TRUE },
		{ "ab*ba", "aba", FALSE },
		{ "a*b*b", "ab", FALSE },
		{ "Great Bank", "great  bank", TRUE },
		{ "Great Bank", "Great Bank Ltd", FALSE },
		{ "банк «Ёлка»", "Банк «ЕЛКА»", TRUE },
	};

	assert_rows(rows, G_N_ELEMENTS(rows), TD_PATTERN_WHOLE);
}

static void
test_expressions_are_found_anywhere_or_are_all(void)
{
	static const Row part[] = {
		{ "/pr[io]nter/", "My PRONTER", TRUE },
		{ "/^urgent/", "not urgent", FALSE },
		{ "/^urgent/", "first\nUrgent: this", TRUE },
		{ "/urgent$/", "urgent\nmore", TRUE },
		{ "/(?-i)URGENT/", "urgent", FALSE },
		{ "/(?-i)URGENT/", "URGENT", TRUE },
		{ "/a;b/", "a;b", TRUE },
		{ "/a;b/", "b", FALSE },
		{ "/a.c/", "a\nc", FALSE },
		{ "/\\bпринтер\\w?\\b/", "Нет ПРИНТЕРА тут", TRUE },
		/* As it is, without folding. */
		{ "/ещё/", "еще", FALSE },
		{ "/ещ[её]/", "ЕЩЁ", TRUE },
		{ "/", "a/b", TRUE },
	};
	static const Row whole[] = {
		{ "/.*@example\\.org/", "anna@example.org", TRUE },
		{ "/.*@example\\.org/", "anna@example.org.uk", FALSE },
		{ "/example\\.org/", "anna@example.org", FALSE },
		{ "/anna|boris/", "anna", TRUE },
		{ "/anna|boris/", "boris", TRUE },
		{ "/anna|boris/", "annas", FALSE },
		{ "/anna|boris/", "xboris", FALSE },
		{ "/^anna$/", "anna\n", FALSE },
	};

	assert_rows(part, G_N_ELEMENTS(part), TD_PATTERN_PART);
	assert_rows(whole, G_N_ELEMENTS(whole), TD_PATTERN_WHOLE);
}

static void
test_what_is_no_pattern_is_told(void)
{
	static const struct {
		const char *text;
		const char *words;
	} rows[] = {
		{ "", "no word" },
		{ " ; ", "no word" },
		{ "//", "nothing between the slashes" },
		{ "/a(b/", "at char 3" },
		{ "/a)|(b/", "at char" },
		{ "/[/", "at char" },
		{ "/(*LIMIT_MATCH=1000000000)a/", "must not begin with (*" },
		{ "/(*UTF)a/", "must not begin with (*" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		for (int use = TD_PATTERN_WHOLE; use <= TD_PATTERN_PART;
		     use++) {
			g_autoptr(GError) error = NULL;

			g_assert_null(td_pattern_new(
			    rows[i].text, (TdPatternUse)use, &error));
			g_assert_error(error, TD_ERROR, TD_ERROR_CONFIG);
			if (strstr(error->message, rows[i].words) == NULL)
				g_error("%s: %s", rows[i].text, error->message);
		}
}

static void
test_groups_are_caught_by_number_and_name(void)
{
	g_autoptr(TdPattern) pattern = make(
	    "/\\[(?<site>[a-z]+)-(\\d+)(x)?\\]/", TD_PATTERN_PART);
	g_autoptr(GHashTable) captures = td_captures_new();

	g_hash_table_insert(captures, g_strdup("1"), g_strdup("before"));
	g_hash_table_insert(captures, g_strdup("other"), g_strdup("stays"));
	g_assert_false(td_pattern_match(pattern, "none", captures, NULL));
	g_assert_cmpstr(g_hash_table_lookup(captures, "1"), ==, "before");

	g_assert_true(
	    td_pattern_match(pattern, "see [Berlin-17]!", captures, NULL));
	g_assert_cmpstr(g_hash_table_lookup(captures, "0"), ==, "[Berlin-17]");
	g_assert_cmpstr(g_hash_table_lookup(captures, "1"), ==, "Berlin");
	g_assert_cmpstr(g_hash_table_lookup(captures, "site"), ==, "Berlin");
	g_assert_cmpstr(g_hash_table_lookup(captures, "2"), ==, "17");
	g_assert_cmpstr(g_hash_table_lookup(captures, "3"), ==, "");
	g_assert_null(g_hash_table_lookup(captures, "4"));
	g_assert_cmpstr(g_hash_table_lookup(captures, "other"), ==, "stays");
}

static void
test_it_is_known_which_groups_there_are(void)
{
	g_autoptr(TdPattern) pattern = make(
	    "/(?<=x)(?<a>.)(?P<b_2>.)(?'c'.)(.)\\(?<d>(?:e)(?#<f>)/",
	    TD_PATTERN_PART);
	g_autoptr(TdPattern) words = make("a;b", TD_PATTERN_PART);
	static const char *const there[] = { "0", "1", "4", "a", "b_2", "c" };
	static const char *const gone[] = { "5", "01", "-1", "d", "e", "f", "",
		"=x)(?<a" };

	for (guint i = 0; i < G_N_ELEMENTS(there); i++)
		g_assert_true(td_pattern_has_group(pattern, there[i]));
	for (guint i = 0; i < G_N_ELEMENTS(gone); i++)
		g_assert_false(td_pattern_has_group(pattern, gone[i]));
	g_assert_false(td_pattern_has_group(words, "0"));
	g_assert_false(td_pattern_has_group(words, "1"));
}

static void
test_what_was_found_is_told(void)
{
	g_autoptr(TdPattern) words = make("Toner;PRINTER*", TD_PATTERN_PART);
	g_autoptr(TdPattern) regex = make("/b+/", TD_PATTERN_PART);
	g_auto(TdPatternText) text = { .text = "aBBc printers" };
	g_autofree char *first = NULL;
	g_autofree char *second = NULL;
	const char *folded;

	g_assert_true(td_pattern_search(words, &text, NULL, &first, NULL));
	g_assert_cmpstr(first, ==, "PRINTER*");
	/* Made once. */
	folded = text.folded;
	g_assert_nonnull(folded);
	g_assert_true(td_pattern_search(words, &text, NULL, NULL, NULL));
	g_assert_true(text.folded == folded);
	g_assert_true(td_pattern_search(regex, &text, NULL, &second, NULL));
	g_assert_cmpstr(second, ==, "BB");
}

static void
test_texts_are_filled_with_what_was_caught(void)
{
	static const struct {
		const char *text;
		const char *want;
	} rows[] = {
		{ "plain", "plain" },
		{ "", "" },
		{ "{1}", "one" },
		{ "x{1}y{site}z", "xoney{1}z" },
		{ "{none}", "" },
		{ "{empty}.", "." },
		{ "{{1}", "{1}" },
		{ "{{{1}", "{one" },
		{ "a}b", "a}b" },
		{ "a{b", "a{b" },
		{ "{", "{" },
	};
	g_autoptr(GHashTable) captures = td_captures_new();

	g_hash_table_insert(captures, g_strdup("1"), g_strdup("one"));
	/* What was caught is not looked at again. */
	g_hash_table_insert(captures, g_strdup("site"), g_strdup("{1}"));
	g_hash_table_insert(captures, g_strdup("empty"), g_strdup(""));
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = td_captures_fill(captures, rows[i].text);

		g_assert_cmpstr(got, ==, rows[i].want);
	}
}

static void
test_names_to_be_filled_in_are_found(void)
{
	static const struct {
		const char *text;
		const char *want; /* NULL: braces that do not fit */
	} rows[] = {
		{ "", "" },
		{ "plain }", "" },
		{ "{1} and {site}", "1,site" },
		{ "{{1} {2}", "2" },
		{ "{1", NULL },
		{ "{}", NULL },
		{ "a {1} {", NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(GStrv) names = td_captures_names(rows[i].text);
		g_autofree char *got = NULL;

		if (names != NULL)
			got = g_strjoinv(",", names);
		g_assert_cmpstr(got, ==, rows[i].want);
	}
}

static void
test_expressions_that_run_away_are_cut(void)
{
	static const char *const bombs[] = { "/(a+)+$/", "/(a|a)*[bc]/",
		"/(a*)*[bc]/", "/(?:a|b|ab)+$/",
		"/^(([a-z])+.)+[A-Z]([a-z])+$/" };
	g_autofree char *text = g_strnfill(TD_PATTERN_TEXT - 1, 'a');
	g_autofree char *bait = g_strconcat(text, "!", NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(bombs); i++) {
		g_autoptr(TdPattern) pattern = make(bombs[i], TD_PATTERN_PART);
		g_autoptr(GHashTable) captures = td_captures_new();
		gboolean cut = FALSE;

		g_assert_false(td_pattern_match(pattern, bait, captures, &cut));
		if (!cut)
			g_error("%s was not cut", bombs[i]);
		g_assert_cmpuint(g_hash_table_size(captures), ==, 0);
		/* It is well with another text. */
		cut = FALSE;
		td_pattern_match(pattern, "aab", NULL, &cut);
		g_assert_false(cut);
		g_assert_false(td_pattern_match(pattern, bait, NULL, NULL));
	}
}

static char *
repeat(const char *piece)
{
	GString *text = g_string_new(NULL);

	while (text->len < TD_PATTERN_TEXT)
		g_string_append(text, piece);
	return g_string_free(text, FALSE);
}

static void
test_expressions_that_are_slow_from_each_place_are_cut(void)
{
	static const char *const slow[] = { "/[ab].{0,130}[ab].{0,130}\\d/",
		"/[ab].*[ab].*\\d/", "/(a|b)+!?\\d/" };
	g_autofree char *text = repeat("ab");

	for (gsize i = 0; i < G_N_ELEMENTS(slow); i++) {
		g_autoptr(TdPattern) pattern = make(slow[i], TD_PATTERN_PART);
		gboolean cut = FALSE;

		g_assert_false(td_pattern_match(pattern, text, NULL, &cut));
		if (!cut)
			g_error("%s was not cut", slow[i]);
	}
}

static void
test_expressions_that_are_slow_from_few_places_are_not_cut(void)
{
	static const char *const slow[] = { "/^.*urgent/", "/b.*urgent/",
		"/^(.*) is (?<what>urgent)/", "/\\Ba(\\s|\\S)*urgent/",
		"/urgent.*/", "/(?<=x)b(\\w|\\W)*urgent$/" };
	g_autofree char *filler = g_strnfill(1500, 'a');
	g_autofree char *text = g_strconcat(
	    "first\n", "xb ", filler, " it is urgent\n", filler, NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(slow); i++) {
		g_autoptr(TdPattern) pattern = make(slow[i], TD_PATTERN_PART);
		g_autoptr(GHashTable) captures = td_captures_new();
		gboolean cut = FALSE;

		if (!td_pattern_match(pattern, text, captures, &cut) || cut)
			g_error("%s did not match", slow[i]);
		if (td_pattern_has_group(pattern, "what"))
			g_assert_cmpstr(g_hash_table_lookup(captures, "what"),
			    ==, "urgent");
	}
}

static void
test_whole_names_may_take_many_steps(void)
{
	g_autoptr(TdPattern) pattern = make("/(.)*@x/", TD_PATTERN_WHOLE);
	g_autofree char *name = g_strnfill(1000, 'a');
	g_autofree char *good = g_strconcat(name, "@x", NULL);
	gboolean cut = FALSE;

	g_assert_true(td_pattern_match(pattern, good, NULL, &cut));
	g_assert_false(td_pattern_match(pattern, name, NULL, &cut));
	g_assert_false(cut);
}

static void
test_expressions_see_the_beginning_of_a_long_text(void)
{
	g_autoptr(TdPattern) part = make("/z/", TD_PATTERN_PART);
	g_autoptr(TdPattern) whole = make("/a*/", TD_PATTERN_WHOLE);
	g_autofree char *text = g_strnfill(TD_PATTERN_TEXT + 1, 'a');
	gboolean cut = FALSE;

	text[TD_PATTERN_TEXT - 1] = 'z';
	g_assert_true(td_pattern_match(part, text, NULL, NULL));
	text[TD_PATTERN_TEXT - 1] = 'a';
	text[TD_PATTERN_TEXT] = 'z';
	g_assert_false(td_pattern_match(part, text, NULL, NULL));
	g_assert_false(td_pattern_match(whole, text, NULL, &cut));
	text[TD_PATTERN_TEXT] = '\0';
	g_assert_true(td_pattern_match(whole, text, NULL, NULL));
	g_assert_false(cut);

	/* A character that is cut in two is not seen. */
	memcpy(text + TD_PATTERN_TEXT - 1, "\xc3\xa9", 3);
	g_assert_false(td_pattern_match(part, text, NULL, &cut));
	g_assert_false(cut);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);

	g_test_add_func(
	    "/pattern/words/part", test_words_are_found_anywhere_in_a_text);
	g_test_add_func(
	    "/pattern/words/whole", test_words_are_the_whole_of_a_name);
	g_test_add_func("/pattern/expressions",
	    test_expressions_are_found_anywhere_or_are_all);
	g_test_add_func("/pattern/mistakes", test_what_is_no_pattern_is_told);
	g_test_add_func("/pattern/groups/caught",
	    test_groups_are_caught_by_number_and_name);
	g_test_add_func(
	    "/pattern/groups/known", test_it_is_known_which_groups_there_are);
	g_test_add_func("/pattern/found", test_what_was_found_is_told);
	g_test_add_func(
	    "/pattern/fill", test_texts_are_filled_with_what_was_caught);
	g_test_add_func("/pattern/names", test_names_to_be_filled_in_are_found);
	g_test_add_func(
	    "/pattern/bombs", test_expressions_that_run_away_are_cut);
	g_test_add_func("/pattern/slow/everywhere",
	    test_expressions_that_are_slow_from_each_place_are_cut);
	g_test_add_func("/pattern/slow/somewhere",
	    test_expressions_that_are_slow_from_few_places_are_not_cut);
	g_test_add_func(
	    "/pattern/slow/whole", test_whole_names_may_take_many_steps);
	g_test_add_func(
	    "/pattern/long", test_expressions_see_the_beginning_of_a_long_text);

	return g_test_run();
}
