/* helper.h - ticketd as a child process, for work that may die or hang */

#ifndef TICKETD_SERVER_HELPER_H
#define TICKETD_SERVER_HELPER_H

#include <ticketd/conf.h>

G_BEGIN_DECLS

/* The program to run: this one if it is ticketd, else what TICKETD_PROGRAM
 * names, else the one that was installed.  NULL: there is none.  The caller
 * owns the result. */
char *td_helper_program(void);

/* The arguments that run it so as a child of this process, with @option unless
 * that is NULL, and what its [desk] sandbox asks for where @conf is given; NULL
 * if there is no such program.  The caller owns the result. */
char **td_helper_arguments(
    const TdConf *conf, const char *job, const char *option);

/* A file without a name that holds the @size bytes, to be read from its start;
 * -1: errno says why. */
int td_helper_input(const char *bytes, gsize size);

/* What became of a child. */
typedef enum {
	TD_TRIAL_WELL,
	TD_TRIAL_KILLED,  /* by a fault of its own, or for what it took */
	TD_TRIAL_WAITED,  /* until SIGALRM: its time was over */
	TD_TRIAL_UNTRIED, /* could not begin, or was killed from outside */
} TdTrial;

/* Runs @argv to its end, with @bytes on its standard input. */
TdTrial td_helper_try(char **argv, const char *bytes, gsize size);

/* Runs @argv in an environment that has nothing but a path, a language and the
 * directory @scratch, @input on its standard input, and reads what it prints up
 * to a line "end".  It and all it started are killed then, or after
 * @timeout_ms.  *@output, without that line, is the caller's.  TD_ERROR_AGAIN:
 * it could not be run, said no "end", or took too long. */
gboolean td_helper_run(char **argv, GBytes *input, const char *scratch,
    guint timeout_ms, char **output, GError **error);

/* Removes @path with all that is in it. */
void td_helper_remove(const char *path);

G_END_DECLS

#endif
