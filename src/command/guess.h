/* guess.h - what a line may have been meant to be */

#ifndef TICKETD_COMMAND_GUESS_H
#define TICKETD_COMMAND_GUESS_H

#include "command/sentence.h"

/* The command that @head, whose word is none, may have been meant to be: all of
 * it, as it should be written; NULL if nothing is near.  @sure: it is a command
 * of some sort; else everyday words are left alone.  The caller's. */
char *td_guess_command(const TdReader *reader, const TdLine *line,
    const TdHead *head, gboolean sure);

/* The same for a command whose arguments do not fit. */
char *td_guess_arguments(const TdReader *reader, const TdLine *line,
    const TdHead *head, gboolean sure);

/* The same for a whole line typed in the wrong keyboard layout. */
char *td_guess_layout(const TdReader *reader, const TdLine *line);

#endif
