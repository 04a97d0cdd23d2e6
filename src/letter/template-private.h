/* template-private.h - what the readers of templates and phrases share */

#ifndef TICKETD_LETTER_TEMPLATE_PRIVATE_H
#define TICKETD_LETTER_TEMPLATE_PRIVATE_H

#include "letter/template.h"
#include "letter/text-files.h"

/* Keys are those of td_text_key(). */
struct TdTemplates {
	GHashTable *table;     /* key -> TdTemplate */
	GHashTable *phrases;   /* key -> text, as it was written */
	GHashTable *languages; /* set of "en" */
	GPtrArray *files;      /* of TdTemplateFile, by name */
	GHashTable *origins;   /* key -> index in .files + 1 */
};

/* Where a text came from, and where what is wrong in it is told. */
typedef struct {
	const char *file;
	guint line;
	GPtrArray *mistakes; /* of TdTextMistake */
	gboolean stops;      /* of these */
} TdOrigin;

/* Adds a mistake on the line of @origin.  Always FALSE. */
gboolean td_origin_say(TdOrigin *origin, const char *format, ...)
    G_GNUC_PRINTF(2, 3);

/* ---- words.c ---- */

/* The value of the word at @word, of @length bytes; NULL: there is no such
 * word. */
typedef const char *(*TdWordFunc)(
    const char *word, gsize length, gconstpointer data);

/* Whether every {word} of one line is closed and known to @value; @known lists
 * all, for the mistakes. */
gboolean td_words_check(const char *line, TdWordFunc value, gconstpointer data,
    const char *known, TdOrigin *origin);

/* Appends @text, which was checked, with values for its words. */
void td_words_fill(
    GString *out, const char *text, TdWordFunc value, gconstpointer data);

/* The next {word} at or behind *@at, which is moved behind it; NULL when there
 * are no more.  Ends at a word that is not closed. */
const char *td_words_next(const char **at, gsize *length);

/* ---- template-words.c: the words of templates and canned answers ---- */

/* Whether every word of one line is one of a template's, or, if @canned, one
 * that canned answers may have. */
gboolean td_template_check_line(
    const char *line, const TdConf *conf, gboolean canned, TdOrigin *origin);

/* TdWordFunc; @data are TdTemplateValues. */
const char *td_template_value(
    const char *word, gsize length, gconstpointer data);

/* Whether @line is one word and nothing else: *@value (borrowed), which may be
 * "", and where it goes. */
gboolean td_template_lone_word(const char *line, const TdTemplateValues *values,
    const char **value, TdPartKind *kind);

/* ---- template.c ---- */

struct TdTemplate {
	char *language;
	char *subject;
	GStrv lines;
	gboolean tells; /* has {text} */
	gboolean links; /* has {links} */
};

void td_template_free(TdTemplate *template);

/* Reads the lines of a template; NULL if there is a mistake. */
TdTemplate *td_template_parse(
    GStrv lines, const TdConf *conf, TdOrigin *origin);

/* ---- template-check.c ---- */

/* Whether @file, which is not of the built-in ones, may be read: a name that is
 * none is a mistake, and one that stops if it looks mistyped. */
gboolean td_template_check_name(
    const TdConf *conf, const TdTextFile *file, GPtrArray *mistakes);

/* What @template leaves out that its kind must say. */
void td_template_check_kind(const TdTemplates *templates,
    const TdTemplate *template, const char *name, TdOrigin *origin);

/* Templates that rules name and that are not there, and languages of queues
 * that the desk does not speak; once all are read. */
void td_templates_check(const TdTemplates *templates, const TdConf *conf,
    const GPtrArray *files, GPtrArray *mistakes);

/* ---- phrase.c ---- */

/* Whether files of that name hold phrases. */
gboolean td_phrase_is_file(const char *name);

/* Adds the phrases in @lines.  @define: of keys that are new too. */
void td_phrase_parse(TdTemplates *templates, const char *language, GStrv lines,
    gboolean define, TdOrigin *origin);

#endif
