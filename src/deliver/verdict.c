/* verdict.c - the exit status and the one line for the mail server */

#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "deliver/deliver.h"

bool
td_verdict_defer(
    TdVerdict *verdict, const char *code, const char *text, int number)
{
	verdict->status = TD_EXIT_DEFER;
	snprintf(verdict->line, sizeof verdict->line,
	    "%s ticket-deliver: %s%s%s", code, text, number != 0 ? ": " : "",
	    number != 0 ? strerror(number) : "");
	return false;
}

/* Whether a word of the daemon's answer may be shown: pipe(8) quotes our line
 * to the sender of a mail that bounces, who is nobody we know. */
static bool
showable(const char *word, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (word[i] <= ' ' || word[i] > '~' || word[i] == '/')
			return false;
	return true;
}

static void
append_words(TdVerdict *verdict, const char *text, size_t size)
{
	const char *end = text + size;
	size_t used = strlen(verdict->line);

	while (text < end) {
		const char *blank = memchr(text, ' ', (size_t)(end - text));
		size_t word = (size_t)((blank ? blank : end) - text);

		if (used + word + 2 > sizeof verdict->line)
			return;
		if (word > 0 && showable(text, word)) {
			verdict->line[used++] = ' ';
			memcpy(verdict->line + used, text, word);
			used += word;
			verdict->line[used] = '\0';
		}
		text += word + 1;
	}
}

void
td_verdict_defer_reply(
    TdVerdict *verdict, int code, const char *text, size_t size)
{
	char answer[32];

	if (verdict->status == TD_EXIT_DEFER)
		return;
	snprintf(answer, sizeof answer, "ticketd answered %d", code);
	td_verdict_defer(verdict, "4.3.0", answer, 0);
	append_words(verdict, text, size);
}

static void
set_permanent(TdVerdict *verdict, int status, const char *line)
{
	verdict->status = status;
	snprintf(verdict->line, sizeof verdict->line, "%s", line);
}

void
td_verdict_add_reply(
    TdVerdict *verdict, int code, const char *text, size_t size)
{
	if (code / 100 == 2)
		return;
	if (code != 550 && code != 552)
		td_verdict_defer_reply(verdict, code, text, size);
	else if (verdict->status != TD_EXIT_DELIVERED)
		return;
	else if (code == 550)
		set_permanent(verdict, TD_EXIT_NOT_OURS,
		    "5.1.1 ticket-deliver: no such recipient here");
	else
		set_permanent(verdict, TD_EXIT_TOO_LARGE,
		    "5.3.4 ticket-deliver: the message is too large");
}

void
td_verdict_print(const TdVerdict *verdict)
{
	char line[sizeof verdict->line + 1];
	size_t size = strlen(verdict->line);

	if (size == 0)
		return;
	memcpy(line, verdict->line, size);
	line[size++] = '\n';
	/* Nobody is left to be told that telling failed, and dying of it would
	 * change the exit status. */
	signal(SIGPIPE, SIG_IGN);
	if (write(STDERR_FILENO, line, size) < 0)
		return;
}
