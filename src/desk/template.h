/* template.h - texts of outgoing mail, by name and language
 *
 * A template is a UTF-8 file LANGUAGE/NAME.txt: a line "Subject: ...", an empty
 * line, the text.  {word} stands for a value, {{ for a brace.  Lines that begin
 * with '#' before the Subject are comments.  Values are put in once and never
 * read again, so a mail cannot smuggle a word in. */

#ifndef TICKETD_DESK_TEMPLATE_H
#define TICKETD_DESK_TEMPLATE_H

#include <ticketd/conf.h>

typedef struct TdTemplates TdTemplates;

/* Reads all templates: the built-in ones, over them those of @directory (NULL:
 * none).  TD_ERROR_CONFIG names the file, the line and what was expected. */
TdTemplates *td_templates_load(const char *directory, GError **error);
void td_templates_free(TdTemplates *templates);

/* Values for the words of a template; NULL counts as "". */
typedef struct {
	const char *number;    /* {number}: 42 */
	const char *tag;       /* {tag}: [support #42] */
	const char *subject;   /* {subject}: of the ticket */
	const char *requester; /* {requester}: who wrote; name, else address */
	const char *queue;     /* {queue}: what the queue calls itself */
	const char *desk;      /* {desk}: name of the desk */
	const char *address;   /* {address}: of the queue */
} TdTemplateValues;

/* Fills the template @name in @language, else in English.  *@subject (one
 * line) and *@text are the caller's.  Only for names that are built in. */
void td_template_fill(const TdTemplates *templates, const char *name,
    const char *language, const TdTemplateValues *values, char **subject,
    char **text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdTemplates, td_templates_free)

/* ---- builtin-templates.c, made from conf/templates by the build ---- */

typedef struct {
	const char *language;
	const char *name;
	const char *text;
} TdBuiltinTemplate;

extern const TdBuiltinTemplate td_builtin_templates[]; /* ends with NULLs */

#endif
