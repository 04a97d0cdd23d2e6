/* fuzz-csv.c - any bytes as a table of customers */

#include "config.h"

#include <ticketd/error.h>

#include "cli/cli.h"
#include "cli/csv.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
	g_autoptr(GBytes) bytes = g_bytes_new(data, size);
	g_autoptr(GError) error = NULL;
	g_autoptr(TdCsv) csv = td_csv_new(bytes, &error);
	guint last = 0;

	if (csv == NULL) {
		g_assert_error(error, TD_ERROR, TD_ERROR_USAGE);
		return 0;
	}
	for (;;) {
		g_autoptr(GError) mistake = NULL;
		g_auto(GStrv) fields = NULL;
		guint64 done, all;
		guint line = 0;

		if (!td_csv_next(csv, &fields, &line, &mistake)) {
			g_assert_error(mistake, TD_ERROR, TD_ERROR_USAGE);
			continue;
		}
		if (fields == NULL)
			break;
		for (guint i = 0; fields[i] != NULL; i++)
			fuzz_check_text(fields[i]);
		g_assert_cmpuint(line, >, last);
		last = line;
		td_csv_position(csv, &done, &all);
		g_assert_cmpuint(done, <=, all);
	}
	return 0;
}
