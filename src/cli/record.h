/* record.h - what commands about records share: agents, customers, suppressed
 * addresses, answers and templates */

#ifndef TICKETD_CLI_RECORD_H
#define TICKETD_CLI_RECORD_H

#include "cli/cli.h"

/* ---- record.c: agents, customers, suppressed addresses ---- */

typedef void (*TdRecordFunc)(const TdCli *cli, JsonObject *record);
/* Adds a row of a list to @table. */
typedef void (*TdRowFunc)(TdTable *table, JsonObject *row);

/* The time @name of @record: local on a terminal, as stored in a pipe; the
 * caller's. */
char *td_record_time(JsonObject *record, const char *name);

/* The words of @verb about the record that the first word of the command line
 * names, as the member @name; the caller owns them. */
JsonObject *td_record_words(
    const TdCli *cli, const char *verb, const char *name);

/* Asks, and prints the record that is answered by @print, or as JSON.  @words
 * are taken over.  The exit status.  td_record_set() wants something to set
 * beside the record's name. */
int td_record_print(const TdCli *cli, JsonObject *words, TdRecordFunc print);
int td_record_set(const TdCli *cli, JsonObject *words, TdRecordFunc print);

/* Asks page by page, and prints the rows in the member @array of each as
 * --format says.  @words are taken over.  The exit status. */
int td_record_list(const TdCli *cli, JsonObject *words, const char *array,
    const char *const *headings, TdRowFunc add);

/* ---- canned.c: what ticket canned and ticket template share ---- */

/* The rows in the member @array of the answer to @words, which are taken over,
 * as --format says.  No store is needed.  The exit status. */
int td_text_list(const TdCli *cli, JsonObject *words, const char *array,
    const char *const *headings, TdRowFunc add);
/* The same for one record, printed by @print. */
int td_text_show(const TdCli *cli, JsonObject *words, TdRecordFunc print);
/* Prints @text as it is, for a file, or safe, on a terminal. */
void td_text_print(const char *text);

/* td_letters_check() and the like. */
typedef GPtrArray *(*TdTextCheckFunc)(
    const TdConf *conf, const char *directory, guint *files);
/* Prints what @check finds in the directory that the command line names, else
 * in that which is @configured (NULL: none), files of a @what.  The exit
 * status: 1 if there is a mistake. */
int td_text_check(const TdCli *cli, const TdConf *conf, const char *configured,
    const char *what, TdTextCheckFunc check);

/* ---- suppress.c: what ticket suppress and ticket ban share ---- */

/* Adds --days and --why to @words.  TD_ERROR_USAGE. */
gboolean td_suppressed_words(
    const TdCli *cli, JsonObject *words, GError **error);

/* All words of the command line in the member @name of @words. */
void td_suppressed_all(const TdCli *cli, JsonObject *words, const char *name);

/* Prints that the record @row "is banned", and until when. */
void td_suppressed_said(JsonObject *row, const char *what);

/* Prints of each that was cleared what is @said. */
void td_suppressed_cleared(JsonObject *result, const char *said);

#endif
