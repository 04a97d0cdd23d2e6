/* csv.h - RFC 4180, read */

#ifndef TICKETD_CLI_CSV_H
#define TICKETD_CLI_CSV_H

#include "cli/cli.h"

typedef struct TdCsv TdCsv;

/* @bytes in UTF-8 (with a byte order mark or without), UTF-16 with one, or
 * windows-1251.  The columns are parted by a comma, a semicolon or a TAB,
 * whichever the first line has most of.  TD_ERROR_USAGE: it is no text.  The
 * caller owns the result. */
TdCsv *td_csv_new(GBytes *bytes, GError **error);
void td_csv_free(TdCsv *csv);

/* The next row that is not empty: *@fields, the caller's, NULL at the end, and
 * the line that it begins in.  TD_ERROR_USAGE: its quotes are wrong; the next
 * call goes on behind it. */
gboolean td_csv_next(TdCsv *csv, GStrv *fields, guint *line, GError **error);
/* Bytes read so far, and all. */
void td_csv_position(const TdCsv *csv, guint64 *done, guint64 *total);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdCsv, td_csv_free)

#endif
