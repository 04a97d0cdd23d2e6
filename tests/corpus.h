/* corpus.h - a folder of labelled mails, and what becomes of them
 *
 * The parts of the program corpus: see corpus.c. */

#ifndef TICKETD_TESTS_CORPUS_H
#define TICKETD_TESTS_CORPUS_H

#include <ticketd/desk.h>

typedef enum {
	CORPUS_UNREAD, /* its turn has not come */
	CORPUS_FINE,
	CORPUS_CRASHED,
	CORPUS_HUNG,
} CorpusFate;

/* A recipient that a bounce tells of; all are never NULL. */
typedef struct {
	char *address;
	char *action;
	char *status;
} CorpusRecipient;

/* A mail with its row of labels.tsv ("" where that says nothing) and what we
 * made of it ("" until CORPUS_FINE). */
typedef struct {
	char *path; /* from the corpus on */
	char *kind;
	char *expected_subject;
	char *expected_reply; /* path of a file */
	char *features;
	char *note;

	CorpusFate fate;
	char *complaint; /* of a sanitizer or GLib, or how it ended */
	char *invalid;   /* which of its strings is no UTF-8 */
	char *subject;
	char *text;
	char *reply;
	char *class;
	char *reason;
	gboolean report;
	GPtrArray *recipients; /* of CorpusRecipient */
} CorpusMail;

/* What others say of a recipient of a bounce. */
typedef struct {
	char *path;
	char *address;    /* or "" */
	char *status;     /* or "" */
	char *permanence; /* "permanent", "temporary" or "" */
} CorpusBounce;

typedef struct {
	char *folder;
	GPtrArray *mails;   /* of CorpusMail */
	GPtrArray *bounces; /* of CorpusBounce, those of one mail together */
	GHashTable *exceptions; /* "SECTION PATH", why */
	TdConf *conf;
	TdStore *store;
	TdDesk *desk;
} Corpus;

/* ---- corpus-labels.c ---- */

/* Reads the labels in @folder, and the file @exceptions (or NULL).  The caller
 * owns the result; NULL on error. */
Corpus *corpus_open(const char *folder, const char *exceptions, GError **error);
void corpus_free(Corpus *corpus);

/* The mail called @path; NULL if there is none. */
CorpusMail *corpus_find(const Corpus *corpus, const char *path);

/* The bytes of @mail, those that are a body alone with a header in front. */
GBytes *corpus_bytes(
    const Corpus *corpus, const CorpusMail *mail, GError **error);

/* A file of the corpus as valid UTF-8. */
char *corpus_text(const Corpus *corpus, const char *path, GError **error);

/* Whether @feature is among the mail's features. */
gboolean corpus_has(const CorpusMail *mail, const char *feature);

/* Why @mail may differ in @section; NULL: it may not. */
const char *corpus_exception(
    const Corpus *corpus, const char *section, const CorpusMail *mail);

/* @text with each run of white space as one blank, none around it. */
char *corpus_squeeze(const char *text);

/* ---- corpus-desk.c ---- */

/* Sets corpus->desk up: support@example.org, with a store in memory. */
gboolean corpus_desk_open(Corpus *corpus, GError **error);
void corpus_desk_close(Corpus *corpus);

/* Reads @bytes as the desk would and fills @mail in. */
void corpus_look(const Corpus *corpus, CorpusMail *mail, GBytes *bytes);

/* ---- corpus-run.c ---- */

/* Reads all mails, in processes that may fail. */
gboolean corpus_run(Corpus *corpus, GError **error);

/* What corpus_look() found, to be sent from one process to another; and back,
 * FALSE if the bytes are damaged. */
GVariant *corpus_mail_pack(const CorpusMail *mail, guint64 complained);
gboolean corpus_mail_unpack(
    CorpusMail *mail, GVariant *packed, guint64 *complained);

/* ---- corpus-report.c ---- */

typedef struct CorpusReport CorpusReport;

CorpusReport *corpus_report_new(void);
void corpus_report_free(CorpusReport *report);

/* What follows belongs to this section. */
void corpus_report_section(
    CorpusReport *report, const char *name, const char *title);

/* A figure; @name is its key in JSON.  Of a share also the whole is told. */
void corpus_report_count(
    CorpusReport *report, const char *name, const char *title, guint count);
void corpus_report_share(CorpusReport *report, const char *name,
    const char *title, guint count, guint of);
void corpus_report_time(CorpusReport *report, const char *name,
    const char *title, double ms, const char *path);

/* A row of the section's table of numbers; @title NULL: the row of the names of
 * the columns. */
void corpus_report_row(CorpusReport *report, const char *title, GStrv cells);

/* A mail that is not as it should be. */
void corpus_report_fault(CorpusReport *report, const char *what,
    const char *path, const char *expected, const char *got);

void corpus_report_print(const CorpusReport *report, gboolean faults);
void corpus_report_print_json(const CorpusReport *report, gboolean faults);

/* ---- what is judged: each fills in one section ---- */

/* FALSE if a mail broke us: crashed, hung, made a sanitizer complain, or gave
 * text that is no UTF-8. */
gboolean corpus_judge_mails(const Corpus *corpus, CorpusReport *report);
void corpus_judge_subjects(const Corpus *corpus, CorpusReport *report);
void corpus_judge_replies(const Corpus *corpus, CorpusReport *report);
void corpus_judge_classes(const Corpus *corpus, CorpusReport *report);
void corpus_judge_bounces(const Corpus *corpus, CorpusReport *report);
void corpus_judge_times(const Corpus *corpus, CorpusReport *report);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Corpus, corpus_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CorpusReport, corpus_report_free)

#endif
