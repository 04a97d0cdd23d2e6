/* problems.h - the sentences that become TdMessage.problems */

#ifndef TICKETD_MESSAGE_PROBLEMS_H
#define TICKETD_MESSAGE_PROBLEMS_H

#include <glib.h>

/* Adds the sentence to @problems (of char *) unless it is there already or
 * there are too many.  NULL for @problems: nobody wants to know. */
void td_problem_add(GPtrArray *problems, const char *format, ...)
    G_GNUC_PRINTF(2, 3);

#endif
