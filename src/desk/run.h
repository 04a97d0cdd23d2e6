/* run.h - doing what commands say, on a draft
 *
 * One function a verb, in run-*.c, listed in run.c's table.  Each adds events
 * and letters to the draft and says what it did; a refusal undoes all. */

#ifndef TICKETD_DESK_RUN_H
#define TICKETD_DESK_RUN_H

#include <ticketd/command.h>

#include "desk/talk.h"
#include "desk/who.h"

/* What the text of the mail is to be. */
typedef enum {
	TD_TEXT_DEFAULT, /* no command said: see talk.h */
	TD_TEXT_REPLY,
	TD_TEXT_NOTE,
} TdTextUse;

/* All is borrowed but what is said to be filled in. */
typedef struct {
	TdDraft *draft;
	const TdWho *who;
	guint64 ticket;  /* the mail's own; TD_TICKET_DESK: none (a digest's
	                  * answer, a customer's list) */
	guint64 answers; /* message of it that the mail answers, or 0: split */
	TdSaid *said;    /* text and attachments: close: TEXT sets the text */
	/* filled in: */
	const TdCommands *commands; /* all that run together, those of canned
	                             * answers too; NULL when they are done */
	gsize canned; /* bytes of canned answers at the start of .said */
	TdTextUse use;
	gboolean changed;  /* something is different now */
	gboolean answered; /* a command that answers was among them */
	gboolean
	    silent; /* customers are not told of the end: duplicate, spam */
} TdRun;

/* Runs @commands in the order fields, people, text, links, status, answers; for
 * each a TdResult is added to the plan's, in the order as written.  The text of
 * the mail is not sent here, and the end of run->ticket not told.  *@refused
 * (the draft and the run are as they were, plan->refused is set) says that one
 * was refused: then the results tell which and why, and of the others that they
 * were not done. */
gboolean td_run_commands(
    TdRun *run, const TdCommands *commands, gboolean *refused, GError **error);

/* One verb: works on ticket @number (the aim, merges followed, rights checked).
 * *@result is what it did, in the speaker's language, or, if *@refused is set,
 * why not; the caller's. */
typedef struct {
	TdRun *run;
	const TdCommand *command;
	guint64 number;
	const TdTicket *ticket; /* NULL for verbs that need none */
	char **result;
	gboolean *refused;
} TdStep;

typedef gboolean (*TdRunFunc)(const TdStep *step, GError **error);

/* In run-result.c: sets the result by a phrase of
 * conf/templates/XX/results.txt. Always TRUE. */
gboolean td_step_done(
    const TdStep *step, const char *key, ...) G_GNUC_NULL_TERMINATED;
gboolean td_step_refuse(
    const TdStep *step, const char *key, ...) G_GNUC_NULL_TERMINATED;

#endif
