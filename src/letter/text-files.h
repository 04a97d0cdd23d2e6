/* text-files.h - directories of texts that an administrator wrote: templates
 * and canned answers
 *
 * DIRECTORY/LANGUAGE/NAME.txt is for all queues, DIRECTORY/QUEUE/LANGUAGE/
 * NAME.txt for one.  A folder may be both, if a queue is called "en": what it
 * holds tells.  Names that begin with a dot or do not end in .txt are passed
 * over. */

#ifndef TICKETD_LETTER_TEXT_FILES_H
#define TICKETD_LETTER_TEXT_FILES_H

#include <ticketd/letter.h>

/* ---- what is wrong ---- */

/* An empty list of TdTextMistake; the caller's. */
GPtrArray *td_mistakes_new(void);

/* Adds one; @line is 0 for the whole of @file.  Once there are very many, one
 * that @stops takes the place of one that does not, and the others are only
 * counted, by one more at the end (.more). */
void td_mistake_add(GPtrArray *mistakes, const char *file, guint line,
    gboolean stops, const char *format, ...) G_GNUC_PRINTF(5, 6);

/* Whether there are so many that nobody wants to know much of more. */
gboolean td_mistakes_full(const GPtrArray *mistakes);

/* FALSE, with a line for each mistake that stops, if there is one. */
gboolean td_mistakes_good(const GPtrArray *mistakes, GError **error);

/* ---- files ---- */

typedef struct {
	char *queue; /* name of one of the configuration; NULL: for all */
	char *language;
	char *name; /* without ".txt" */
	char *path;
} TdTextFile;

/* The files of @directory by path, of TdTextFile; the caller's.  @conf, which
 * may be NULL, tells the queues.  What is in the wrong place is left out, and a
 * mistake; what cannot be read is one that @stops. */
GPtrArray *td_text_files(const char *directory, const TdConf *conf,
    gboolean stops, GPtrArray *mistakes);

/* What is in @file, UTF-8; the caller's.  NULL, and a mistake that @stops, if
 * it is no text, too large, or cannot be read. */
char *td_text_file_read(
    const TdTextFile *file, gboolean stops, GPtrArray *mistakes);

/* The lines of @text without their ends; the caller's. */
GStrv td_text_lines(const char *text);

/* ---- names ---- */

/* Whether @name may be a language: "en", "pt-BR". */
gboolean td_text_is_language(const char *name);

/* The one of @names, ended by NULL, that is most like @name, NULL when none is
 * near; borrowed. */
const char *td_text_nearest(const char *name, const char *const *names);

/* A key for what is called @name in @language, of @queue or (NULL) of all; the
 * caller's. */
char *td_text_key(const char *queue, const char *language, const char *name);

#endif
