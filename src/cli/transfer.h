/* transfer.h - what ticket export and ticket import share */

#ifndef TICKETD_CLI_TRANSFER_H
#define TICKETD_CLI_TRANSFER_H

#include <stdio.h>

#include "cli/cli.h"

/* The first member of the file of a ticket and of that of people, and the
 * version of their form. */
#define TD_EXPORT_MEMBER "ticketd-export"
#define TD_PEOPLE_MEMBER "ticketd-people"
#define TD_EXPORT_VERSION 2
/* From that one on the hashes of what was erased are in it. */
#define TD_EXPORT_HASHED 2
#define TD_PEOPLE_NAME "people.json"

/* ---- interrupt.c ---- */

/* From now on SIGINT, SIGTERM and SIGHUP only ask to stop. */
void td_interrupt_watch(void);
/* Whether one came. */
gboolean td_interrupted(void);
/* Says that the same command goes on; the exit status. */
int td_interrupt_fail(void);

/* ---- export-file.c: files that are whole, or not there ---- */

typedef struct TdExportFile TdExportFile;

/* Opens @path, making it if need be, for this process alone: a descriptor, -1
 * with the exit status if that failed, and was said. */
int td_export_directory(const char *path, int *status);

/* A file that will be called @name in @directory, which is borrowed.  NULL with
 * what is wrong said. */
TdExportFile *td_export_file_new(int directory, const char *name);
/* Where to write to; what fails shows when it is added to a batch. */
FILE *td_export_file_stream(TdExportFile *file);
/* Without a name of its own it is gone. */
void td_export_file_free(TdExportFile *file);

/* Files that are written, and get their names when they are on disk, in the
 * order in which they were added. */
typedef struct TdExportBatch TdExportBatch;

TdExportBatch *td_export_batch_new(int directory);
void td_export_batch_free(TdExportBatch *batch);
/* Takes over @file, which is whole; when it has its name, *@count (if not NULL)
 * goes up by @many.  FALSE with what is wrong said: that of the first write
 * that failed. */
gboolean td_export_batch_add(
    TdExportBatch *batch, TdExportFile *file, guint64 *count, guint64 many);
gboolean td_export_batch_flush(TdExportBatch *batch);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdExportFile, td_export_file_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdExportBatch, td_export_batch_free)

/* ---- export-ticket.c ---- */

/* An export in hand. */
typedef struct {
	const TdCli *cli;
	TdClient *client;
	TdProgress *progress;
	int directory;
	TdExportBatch *batch;
	gint64 since;    /* seconds UTC; 0: from the first on */
	gboolean update; /* leave alone what is right */
	guint64 exported, unchanged, people;
} TdExport;

/* The elements of @array, each on a line of its own; *@any says whether there
 * were some before. */
void td_export_write_elements(FILE *stream, JsonArray *array, gboolean *any);

/* Writes the files of ticket @number, if there is one and it is wanted.  With
 * @must there must be one.  *@last, which may be NULL, is the last number of
 * all.  FALSE without an error: what is wrong was said. */
gboolean td_export_ticket(TdExport *export, guint64 number, gboolean must,
    guint64 *last, GError **error);

/* ---- mbox-write.c ---- */

/* Writes one mail as mboxrd does: a line "From @sender @time", a '>' before
 * each line that begins as such a line would, or with '>' and such a
 * beginning; a line end if there is none, and an empty line. */
void td_mbox_write(
    FILE *stream, const char *sender, gint64 time, const char *raw, gsize size);

/* ---- mbox-read.c: a mailbox in one file ---- */

typedef struct TdMbox TdMbox;

typedef struct {
	guint64 index;  /* from 1 */
	guint64 offset; /* of its From_ line in the file */
	guint64 size;   /* bytes of the mail */
	GBytes *raw;    /* NULL: it is larger than was asked for */
	gint64 time;    /* what the From_ line tells, seconds UTC; 0 */
} TdMboxMail;

void td_mbox_mail_clear(TdMboxMail *mail);

/* Opens @path.  Mails of more than @largest bytes are passed over.  With @exact
 * it is one that td_mbox_write() wrote, and each mail is given with what was
 * added at its end.  TD_ERROR_REFUSED: cannot be read. */
TdMbox *td_mbox_open(
    const char *path, gsize largest, gboolean exact, GError **error);
void td_mbox_free(TdMbox *mbox);

/* The next one; *@found is FALSE at the end.  A mail ends before an empty line
 * with a From_ line behind it (or where Content-Length says, if there is such a
 * line, or the end); a '>' before "From " is cut.  TD_ERROR_REFUSED: it is no
 * mailbox, or cannot be read. */
gboolean td_mbox_next(
    TdMbox *mbox, TdMboxMail *mail, gboolean *found, GError **error);
/* Bytes read so far, and all. */
void td_mbox_position(const TdMbox *mbox, guint64 *done, guint64 *total);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdMbox, td_mbox_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TdMboxMail, td_mbox_mail_clear)

/* ---- from-line.c ---- */

/* Whether @line, of @size bytes, is one that begins a mail of a mailbox: "From
 * ", somebody, and a date as asctime(3) writes it, or nearly.  *@time is it,
 * seconds UTC. */
gboolean td_from_line_read(const char *line, gsize size, gint64 *time);

/* ---- json-pieces.c: a large file of JSON, member by member ---- */

typedef struct TdPieces TdPieces;

/* Opens @path, which holds one object.  TD_ERROR_REFUSED: cannot be read. */
TdPieces *td_pieces_open(const char *path, GError **error);
void td_pieces_free(TdPieces *pieces);

/* The next member of the object, or element of a member that is an array:
 * *@member and *@text (JSON) are borrowed until the next call; *@index is that
 * of the element from 0, or -1.  *@member is NULL at the end.
 * TD_ERROR_REFUSED: it is no such file; says where. */
gboolean td_pieces_next(TdPieces *pieces, const char **member, gint64 *index,
    const char **text, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdPieces, td_pieces_free)

/* ---- import.c ---- */

/* An import in hand. */
typedef struct {
	const TdCli *cli;
	TdClient *client;
	TdProgress *progress;
	gboolean dry_run;
	JsonArray *mistakes;     /* objects with place and text */
	guint64 read, all;       /* bytes, for the progress */
	gboolean mails, exports; /* there was such a thing */
	guint64 filed, opened, duplicates;
	guint64 tickets, renumbered, there;
	guint64 people, known;
} TdImport;

/* Something is left out; it is told at once.  @format is the reason. */
void td_import_refuse(TdImport *import, const char *place, const char *format,
    ...) G_GNUC_PRINTF(3, 4);
/* How many bytes may be sent at once: @most, or less where the desk takes no
 * mails of that size, and so no requests. */
gsize td_import_bytes(const TdImport *import, gsize most);
/* So many bytes more are done. */
void td_import_progress(TdImport *import, guint64 bytes);

/* ---- import-mail.c ---- */

/* Old mails on their way to the desk, some at a time. */
typedef struct TdMailBatch TdMailBatch;

TdMailBatch *td_mail_batch_new(TdImport *import);
void td_mail_batch_free(TdMailBatch *batch);
/* Adds a mail, which is called @place and takes @bytes of the progress; @raw
 * and @place are taken over. */
gboolean td_mail_batch_add(TdMailBatch *batch, GBytes *raw, gint64 time,
    char *place, guint64 bytes, GError **error);
/* Sends what is left. */
gboolean td_mail_batch_end(TdMailBatch *batch, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdMailBatch, td_mail_batch_free)

gboolean td_import_mbox(
    TdImport *import, TdMailBatch *batch, const char *path, GError **error);

/* ---- import-maildir.c ---- */

gboolean td_maildir_is(const char *path);
/* Bytes of all mails of it. */
guint64 td_maildir_size(const char *path, gboolean subfolders);
gboolean td_import_maildir(TdImport *import, TdMailBatch *batch,
    const char *path, gboolean subfolders, GError **error);

/* ---- import-export.c: what ticket export wrote ---- */

/* Whether @path is called as such a file, and so no mailbox. */
gboolean td_export_is_file(const char *path);
/* The files in the directory @path that ticket export may have written, of
 * char *, the caller's; empty if it is none. */
GPtrArray *td_export_list(const char *path);
/* Brings back what is in the files @paths, of char *. */
gboolean td_import_exports(
    TdImport *import, const GPtrArray *paths, GError **error);

/* ---- import-head.c ---- */

typedef struct {
	char *path;
	gboolean people; /* it is not of a ticket */
	guint64 number;
	guint64 revision;
	char *chain;      /* NULL: it is not told */
	gboolean swapped; /* that is of a machine of the other byte order */
	guint64 version;  /* of its form */
	char *first;      /* its first event, JSON */
	char *identity;   /* of the two: see td_desk_replay() */
	gboolean renumber;
	guint64 size; /* of the file, bytes */
} TdExported;

void td_exported_free(TdExported *exported);
/* What a file is.  TD_ERROR_REFUSED. */
TdExported *td_exported_read(const char *path, GError **error);

/* ---- import-people.c ---- */

/* Brings back the agents and customers in the file @path. */
gboolean td_import_people(TdImport *import, const char *path, GError **error);

/* ---- import-source.c: the two files of a ticket, read in order ---- */

typedef struct {
	char *name; /* of the file, printable */
	TdPieces *events;
	TdPieces *messages; /* the same file */
	TdMbox *mbox;
	gboolean over;       /* there are no more messages */
	JsonObject *message; /* the next one; NULL: not read yet, or over */
	guint64 sequence;    /* of it */
	GBytes *raw;         /* its bytes */
} TdSource;

/* @path is that of the JSON; messages of more than @largest bytes are refused.
 * The errors of all: TD_ERROR_REFUSED, which names the file. */
gboolean td_source_open(
    TdSource *source, const char *path, gsize largest, GError **error);
void td_source_clear(TdSource *source);
/* The next event, the caller's; NULL at the end. */
gboolean td_source_event(TdSource *source, JsonObject **event, GError **error);
/* Reads the next message, without its text, unless there is one that was not
 * taken yet. */
gboolean td_source_message(TdSource *source, GError **error);
void td_source_taken(TdSource *source);
gboolean td_source_fail(
    const TdSource *source, const char *why, GError **error);

gboolean td_json_is_number(JsonObject *object, const char *name);
/* Bytes that @text takes within a text of JSON, at most. */
gsize td_json_size(const char *text);

/* ---- import-verify.c ---- */

/* Whether the ticket is what was exported.  TD_ERROR_REFUSED. */
gboolean td_import_verify(
    const TdImport *import, const TdExported *exported, GError **error);

/* ---- import-ticket.c ---- */

/* Sends the ticket; @kept are the numbers (of guint64 *) that are the same
 * tickets here as there: what is told of others is only kept as text. */
gboolean td_import_ticket(TdImport *import, const TdExported *exported,
    GHashTable *kept, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdExported, td_exported_free)

#endif
