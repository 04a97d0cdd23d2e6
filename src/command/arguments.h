/* arguments.h - what stands behind the word of a command */

#ifndef TICKETD_COMMAND_ARGUMENTS_H
#define TICKETD_COMMAND_ARGUMENTS_H

#include "command/line.h"
#include "command/words.h"

/* Bytes .from to .to of the line, behind the word and ':' or '='.  All is
 * borrowed. */
typedef struct {
	const TdLanguages *languages;
	gint64 now;
	GTimeZone *zone;
	const TdLine *line;
	gsize from, to;
	char separator; /* ':', '=' or '\0' */
} TdArguments;

/* Reads all of it for command->verb into @command; FALSE if it does not fit:
 * then @command may be half filled in.  *@text_from is where free text begins,
 * 0 if there is none. */
gboolean td_arguments_read(
    const TdArguments *arguments, TdCommand *command, gsize *text_from);

TdCommand *td_command_new(TdVerb verb);
void td_command_free(TdCommand *command);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdCommand, td_command_free)

/* Bytes @from to @to of @line as words; one in quotes may have blanks in it;
 * @comma: ',' parts them too.  A final dot is cut.  The caller's. */
GStrv td_arguments_words(
    const TdLine *line, gsize from, gsize to, gboolean comma);

#endif
