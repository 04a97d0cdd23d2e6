/* test-marks.c - single lines that mail programs write around what they quote
 */

#include "config.h"

#include <string.h>

#include "message/marks.h"

#define AT_TEN 1793613600 /* 2 November 2026, 10:00 UTC */
#define AT_SEVEN (AT_TEN - 3 * 3600)

static void
test_dates_are_read_or_left_open(void)
{
	static const struct {
		const char *text;
		gint64 want;
	} rows[] = {
		{ "Mon, 2 Nov 2026 10:00:00 +0000", AT_TEN },
		{ "Mon, 2 Nov 2026 10:00:00 +0300 (MSK)", AT_SEVEN },
		{ "2 Nov 2026 10:00 GMT+03:00", AT_SEVEN },
		{ "Nov 2, 2026, at 10:00\u202fAM", AT_TEN },
		{ "Monday, November 2nd, 2026 at 12:00 AM",
		    AT_TEN - 10 * 3600 },
		{ "2026-11-02T10:00:00Z", AT_TEN },
		{ "2026-11-02 10:00", AT_TEN },
		{ "02.11.2026, 10:00", AT_TEN },
		{ "2.11.26 10:00", AT_TEN },
		{ "10:00, 2 ноября 2026 г.", AT_TEN },
		{ "пн, 2 нояб. 2026 г. в 10:00", AT_TEN },
		{ "понедельник, 2 ноября 2026 г. 10:00:00 МСК", AT_SEVEN },
		{ "11/22/2026 10:00", AT_TEN + 20 * 86400 },
		{ "22/11/2026 10:00", AT_TEN + 20 * 86400 },
		{ "mar. 3 nov. 2026 à 10h00", AT_TEN + 86400 },
		{ "2026年11月2日 下午10:00", AT_TEN + 12 * 3600 },
		{ "2026년 11월 2일 월요일 오전 10:00", AT_TEN },
		{ "2. marraskuuta 2026 klo 10.00", AT_TEN },
		/* Either of two, or none. */
		{ "02/11/2026 10:00", 0 },
		{ "Monday", 0 },
		{ "10:00", 0 },
		{ "31.02.2026", 0 },
		{ "2 Nov 1812", 0 },
		{ "99999999999999999999", 0 },
		{ "", 0 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		gsize size = strlen(rows[i].text);
		g_autofree char *copy = g_memdup2(rows[i].text, size);

		if (td_mark_date(copy, size) != rows[i].want)
			g_test_message("%s", rows[i].text);
		g_assert_cmpint(td_mark_date(copy, size), ==, rows[i].want);
	}
}

/* Of lines that end in the middle of a character, or of nothing. */
static void
test_bytes_behind_a_line_are_not_read(void)
{
	static const char *const rows[] = { "", "-", "--", "---", "\xd0",
		"-\xe2\x94", "От:", "От", "|", "|\xd0", "АП>", "А", "<", ":",
		"\xef\xbc", "wrote:", "On 2 Nov 2026 10:00, Anna <a@b> wrote:",
		"---- On 2 Nov 2026 Anna <a@b> wrote ----", "mailto",
		"Sent from my iPhone", "\xe2\x94\x80", "\xff\xff\xff\xff\xff",
		"-----\xff-----" };

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		gsize size = strlen(rows[i]);
		g_autofree char *line = size == 0 ? g_new(char, 1)
		                                  : g_memdup2(rows[i], size);
		char folded[TD_MARK_ROOM];
		const char *value;
		gsize value_size;

		td_mark_fold(line, size, folded);
		td_mark_separator(line, size);
		td_mark_is_dashed_attribution(line, size);
		td_mark_is_history(line, size);
		td_mark_is_rule(line, size);
		td_mark_blanks(line, size);
		td_mark_prefix(line, size);
		td_mark_field(line, size);
		td_mark_bare_field(line, size, &value, &value_size);
		td_mark_value(line, size, &value, &value_size);
		td_mark_date(line, size);
		td_mark_attribution(line, size);
		td_mark_begins_attribution(line, size, TRUE, TRUE);
		td_mark_ends_attribution(line, size);
		td_mark_is_mail_link(line, size);
		td_mark_is_device(line, size);
	}
}

static void
test_lines_are_folded_for_comparing(void)
{
	static const char *const rows[][2] = {
		{ "  From:\tAnna ", "from: anna" },
		{ "*\u041e\u0422:*\u00a0\u0410", "\u043e\u0442: \u0430" },
		{ "a\u200e\u00adb", "ab" },
		{ "l\u2019objet\uff1a", "l'objet:" },
		{ "\u0130LT", "ilt" },
		{ " \u3000 ", "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		char folded[TD_MARK_ROOM] = "";
		gsize size = td_mark_fold(
		    rows[i][0], strlen(rows[i][0]), folded);

		g_assert_cmpuint(size, ==, strlen(rows[i][1]));
		g_assert_cmpstr(folded, ==, rows[i][1]);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/marks/dates", test_dates_are_read_or_left_open);
	g_test_add_func("/marks/edges", test_bytes_behind_a_line_are_not_read);
	g_test_add_func("/marks/folded", test_lines_are_folded_for_comparing);

	return g_test_run();
}
