/* test-text.c - text made safe to show, and the errors' exit statuses */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

typedef struct {
	const char *text;
	gsize max;
	const char *want;
} Row;

typedef char *(*Change)(const char *text, gsize number);

/* Runs @change over a copy of each text of exactly its size, so that ASan sees
 * a byte read too many. */
static void
check_rows(const Row *rows, gsize count, Change change)
{
	for (gsize i = 0; i < count; i++) {
		gsize size = strlen(rows[i].text) + 1;
		g_autofree char *copy = g_memdup2(rows[i].text, size);
		g_autofree char *got = change(copy, rows[i].max);

		g_assert_cmpstr(got, ==, rows[i].want);
		g_assert_true(g_utf8_validate(got, -1, NULL));
	}
}

static void
test_printable_is_one_safe_line(void)
{
	static const Row rows[] = {
		{ "", 0, "" },
		{ "plain", 0, "plain" },
		{ "a  \t b", 0, "a b" },
		{ "no\xc2\xa0 break", 0, "no break" },
		{ "a\r\nb", 0, "a??b" },
		{ "\x1b[31mred\x07", 0, "?[31mred?" },
		{ "bad\xff\xc3", 0, "bad??" },
		{ "cut \xd0", 0, "cut ?" },
		{ "surrogate \xed\xa0\x80", 0, "surrogate ???" },
		{ "csi \xc2\x9b", 0, "csi ?" },
		{ "bidi \xe2\x80\xae.exe", 0, "bidi ?.exe" },
		{ "zero\xe2\x80\x8bwidth\xef\xbb\xbf", 0, "zero?width?" },
		{ "sep\xe2\x80\xa8line\xe2\x80\xa9", 0, "sep?line?" },
		{ "\xd0\x81\xd0\xb6", 0, "\xd0\x81\xd0\xb6" },
		{ "del\x7f", 0, "del?" },
	};

	check_rows(rows, G_N_ELEMENTS(rows), td_text_printable);
}

static void
test_printable_is_cut_with_dots(void)
{
	static const Row rows[] = {
		{ "12345678", 8, "12345678" },
		{ "123456789", 8, "12345..." },
		{ "\xd0\xb0\xd0\xb1\xd0\xb2\xd0\xb3\xd0\xb4", 4,
		    "\xd0\xb0..." },
		{ "ab    ", 3, "ab " },
		{ "abcd", 3, "..." },
		{ "abcd", 2, "ab" },
		{ "abcd", 1, "a" },
	};

	check_rows(rows, G_N_ELEMENTS(rows), td_text_printable);
}

static char *
block(const char *text, gsize unused G_GNUC_UNUSED)
{
	return td_text_block(text);
}

static void
test_block_keeps_lines_and_tabs(void)
{
	static const Row rows[] = {
		{ "a\r\nb\nc", 0, "a\nb\nc" },
		{ "\tfour    blanks", 0, "\tfour    blanks" },
		{ "lone\rreturn\r", 0, "lone?return?" },
		{ "esc\x1b[0m\xff", 0, "esc?[0m?" },
		{ "\xe2\x80\xae\x0c", 0, "??" },
	};

	check_rows(rows, G_N_ELEMENTS(rows), block);
}

static void
test_utf8_replaces_each_bad_byte(void)
{
	static const struct {
		const char *bytes;
		gssize size;
		const char *want;
	} rows[] = {
		{ "abc", -1, "abc" },
		{ "abc", 2, "ab" },
		{ "a\0b", 3,
		    "a\xef\xbf\xbd"
		    "b" },
		{ "\xff\xfe", -1, "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xd0\xb6", 1, "\xef\xbf\xbd" },
		{ "x", 0, "" },
		{ NULL, -1, "" },
		{ NULL, 0, "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = td_text_utf8(
		    rows[i].bytes, rows[i].size);

		g_assert_cmpstr(got, ==, rows[i].want);
	}
}

static char *
fold(const char *text, gsize unused G_GNUC_UNUSED)
{
	return td_text_fold(text);
}

static void
test_fold_makes_equal_what_people_take_for_equal(void)
{
	static const Row rows[] = {
		{ "Assign", 0, "assign" },
		{ "\xd0\x81\xd0\x9b\xd0\x9a\xd0\x90", 0,
		    "\xd0\xb5\xd0\xbb\xd0\xba\xd0\xb0" },
		/* The letter with its dots as a character of their own. */
		{ "\xd0\xb5\xcc\x88", 0, "\xd0\xb5" },
		{ "\xef\xbc\xa1\xef\xbc\x91", 0, "a1" },
		{ "\xef\xac\x81", 0, "fi" },
		{ "Stra\xc3\x9f"
		  "e",
		    0, "strasse" },
		{ "bad\xff", 0, "bad\xef\xbf\xbd" },
		{ "", 0, "" },
	};

	check_rows(rows, G_N_ELEMENTS(rows), fold);
}

static char *
write_marks(guint count)
{
	GString *text = g_string_new("a");

	for (guint i = 0; i < count; i++)
		g_string_append(text, i % 2 == 0 ? "\xcc\x81" : "\xcc\x96");
	return g_string_free(text, FALSE);
}

/* All of them in order would take minutes. */
static void
test_fold_leaves_a_letter_thirty_marks(void)
{
	g_autofree char *few = write_marks(30);
	g_autofree char *many = write_marks(500000);
	g_autofree char *folded_few = td_text_fold(few);
	g_autofree char *folded_many = td_text_fold(many);

	g_assert_cmpint(g_utf8_strlen(folded_few, -1), ==, 30);
	g_assert_cmpstr(folded_many, ==, folded_few);
}

static void
test_columns_count_what_a_terminal_shows(void)
{
	g_assert_cmpuint(td_text_columns(NULL), ==, 0);
	g_assert_cmpuint(td_text_columns("abc"), ==, 3);
	g_assert_cmpuint(td_text_columns("\xe4\xb8\x96\xe7\x95\x8c"), ==, 4);
	g_assert_cmpuint(td_text_columns("e\xcc\x81"), ==, 1);
	g_assert_cmpuint(td_text_columns("\xff"), ==, 1);
}

static void
test_pad_fills_exactly_the_columns(void)
{
	static const Row rows[] = {
		{ "abc", 5, "abc  " },
		{ "abc", 3, "abc" },
		{ "abcd", 3, "ab\xe2\x80\xa6" },
		{ "abcd", 1, "\xe2\x80\xa6" },
		{ "abcd", 0, "" },
		{ "", 2, "  " },
		/* A wide character that does not fit leaves a blank. */
		{ "\xe4\xb8\x96\xe7\x95\x8c\xe4\xb8\x96", 4,
		    "\xe4\xb8\x96\xe2\x80\xa6 " },
		{ "e\xcc\x81tat", 3, "e\xcc\x81t\xe2\x80\xa6" },
	};

	check_rows(rows, G_N_ELEMENTS(rows), td_text_pad);
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = td_text_pad(rows[i].text, rows[i].max);

		g_assert_cmpuint(td_text_columns(got), ==, rows[i].max);
	}
}

static void
test_times_are_rfc3339(void)
{
	static const struct {
		gint64 time;
		const char *want;
	} rows[] = {
		{ 0, "1970-01-01T00:00:00Z" },
		{ 1795341600, "2026-11-22T10:00:00Z" },
		{ -1, "1969-12-31T23:59:59Z" },
		{ G_MAXINT64, "9999-12-31T23:59:59Z" },
		{ G_MININT64, "0001-01-01T00:00:00Z" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = td_text_rfc3339(rows[i].time);

		g_assert_cmpstr(got, ==, rows[i].want);
	}
}

static void
test_base32_is_rfc4648_in_lower_case(void)
{
	/* RFC 4648, section 10, less the padding. */
	static const char *const rows[][2] = {
		{ "", "" },
		{ "f", "my" },
		{ "fo", "mzxq" },
		{ "foo", "mzxw6" },
		{ "foob", "mzxw6yq" },
		{ "fooba", "mzxw6ytb" },
		{ "foobar", "mzxw6ytboi" },
		{ "\xff\xff\xff\xff\xff", "77777777" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = td_text_base32(
		    (const guint8 *)rows[i][0], strlen(rows[i][0]));

		g_assert_cmpstr(got, ==, rows[i][1]);
	}
}

static void
test_hex_is_lower_case(void)
{
	static const guint8 bytes[] = { 0x00, 0x0f, 0xab, 0xff };
	g_autofree char *some = td_text_hex(bytes, sizeof(bytes));
	g_autofree char *none = td_text_hex(bytes, 0);

	g_assert_cmpstr(some, ==, "000fabff");
	g_assert_cmpstr(none, ==, "");
}

static void
test_secrets_are_the_same_only_if_equal(void)
{
	g_assert_true(td_text_same_secret("abc", "abc"));
	g_assert_true(td_text_same_secret("", NULL));
	g_assert_false(td_text_same_secret("abc", "abd"));
	g_assert_false(td_text_same_secret("abc", "ab"));
	g_assert_false(td_text_same_secret("", "a"));
	g_assert_false(td_text_same_secret("a", NULL));
}

static void
test_exit_status_says_what_to_do(void)
{
	static const struct {
		TdError code;
		int tool;
		int mta;
	} rows[] = {
		{ TD_ERROR_AGAIN, 75, 75 },
		{ TD_ERROR_TOO_LARGE, 65, 65 },
		{ TD_ERROR_NOT_OURS, 67, 67 },
		{ TD_ERROR_DENIED, 77, 75 },
		{ TD_ERROR_CONFIG, 78, 75 },
		{ TD_ERROR_BROKEN, 74, 75 },
		{ TD_ERROR_NO_STORE, 66, 75 },
		{ TD_ERROR_USAGE, 64, 75 },
		{ TD_ERROR_REFUSED, 1, 75 },
	};
	g_autoptr(GError) foreign = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_false(td_fail(&error, rows[i].code, "row %d", 1));
		g_assert_error(error, TD_ERROR, (int)rows[i].code);
		g_assert_cmpstr(error->message, ==, "row 1");
		g_assert_cmpint(td_error_to_exit(error), ==, rows[i].tool);
		g_assert_cmpint(td_error_to_mta_exit(error), ==, rows[i].mta);
	}
	foreign = g_error_new_literal(G_FILE_ERROR, 0, "not ours");
	g_assert_cmpint(td_error_to_exit(foreign), ==, 70);
	g_assert_cmpint(td_error_to_mta_exit(foreign), ==, 75);
	g_assert_cmpint(td_error_to_exit(NULL), ==, 70);
	g_assert_false(td_fail(NULL, TD_ERROR_AGAIN, "nobody asks"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);

	g_test_add_func(
	    "/text/printable/safe", test_printable_is_one_safe_line);
	g_test_add_func("/text/printable/cut", test_printable_is_cut_with_dots);
	g_test_add_func("/text/block", test_block_keeps_lines_and_tabs);
	g_test_add_func("/text/utf8", test_utf8_replaces_each_bad_byte);
	g_test_add_func(
	    "/text/fold", test_fold_makes_equal_what_people_take_for_equal);
	g_test_add_func(
	    "/text/fold-marks", test_fold_leaves_a_letter_thirty_marks);
	g_test_add_func(
	    "/text/columns", test_columns_count_what_a_terminal_shows);
	g_test_add_func("/text/pad", test_pad_fills_exactly_the_columns);
	g_test_add_func("/text/rfc3339", test_times_are_rfc3339);
	g_test_add_func("/text/base32", test_base32_is_rfc4648_in_lower_case);
	g_test_add_func("/text/hex", test_hex_is_lower_case);
	g_test_add_func(
	    "/text/secret", test_secrets_are_the_same_only_if_equal);
	g_test_add_func("/error/exit", test_exit_status_says_what_to_do);

	return g_test_run();
}
