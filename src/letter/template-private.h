/* template-private.h - what the readers of templates and phrases share */

#ifndef TICKETD_LETTER_TEMPLATE_PRIVATE_H
#define TICKETD_LETTER_TEMPLATE_PRIVATE_H

#include "letter/template.h"

struct TdTemplates {
	GHashTable *table;     /* "en/acknowledgement" -> TdTemplate */
	GHashTable *phrases;   /* "en/via" -> text, as it was written */
	GHashTable *languages; /* set of "en" */
};

/* Where a text came from, for messages. */
typedef struct {
	const char *file;
	guint line;
} TdOrigin;

/* Sets TD_ERROR_CONFIG with "FILE:LINE: @what".  Always FALSE. */
gboolean td_origin_fail(
    GError **error, const TdOrigin *origin, const char *what);

/* The value of the word at @word, of @length bytes; NULL: there is no such
 * word. */
typedef const char *(*TdWordFunc)(
    const char *word, gsize length, gconstpointer data);

/* Whether every {word} of one line is closed and known to @value; @known lists
 * all, for the message. */
gboolean td_words_check(const char *line, TdWordFunc value, gconstpointer data,
    const char *known, const TdOrigin *origin, GError **error);

/* Appends @text, which was checked, with values for its words. */
void td_words_fill(
    GString *out, const char *text, TdWordFunc value, gconstpointer data);

/* ---- template.c ---- */

typedef struct TdTemplate TdTemplate;

void td_template_free(TdTemplate *template);

/* Reads the lines of a template, from origin->line on; NULL on failure. */
TdTemplate *td_template_parse(GStrv lines, TdOrigin *origin, GError **error);

/* ---- phrase.c ---- */

/* Whether files of that name hold phrases. */
gboolean td_phrase_is_file(const char *name);

/* Adds the phrases in @lines.  @define: of keys that are new too. */
gboolean td_phrase_parse(TdTemplates *templates, const char *language,
    GStrv lines, gboolean define, TdOrigin *origin, GError **error);

#endif
