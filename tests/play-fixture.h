/* play-fixture.h - plays what is written in a file on a desk of its own, and
 * tells what came of it
 *
 * A play is a text file.  Lines that begin with '#' and empty ones are skipped.
 * A line "2026-03-23 09:05 ACT" is something that happens then, by the clock of
 * the desk's zone; lines that begin with a tab are its text, "\t@Field: value"
 * a field of its header.  Between two acts the desk's clock ticks each minute.
 * Acts:
 *
 *	mail FROM TO: SUBJECT    a new mail
 *	answer FROM #N           answers the newest letter that FROM got about
 *	                         ticket N, to the address that it names
 *	order AGENT #N           the text is a line of commands of a tool
 *	down                     the clock does not tick until the next act
 *	end                      nothing
 *
 * What came of it is a text too: for each act, and each minute that brought
 * something, a line that tells when, below it a line for each event and each
 * mail.  Numbers that are moments are told in the desk's zone; nothing in it
 * depends on the keys that sign addresses. */

#ifndef TICKETD_TESTS_PLAY_FIXTURE_H
#define TICKETD_TESTS_PLAY_FIXTURE_H

#include <ticketd/desk.h>

typedef struct {
	const char *name;
	TdRole role;
	const char *queues; /* "support;network", "" for all */
	const char *skills;
	const char *calendar;
	const char *language;
} PlayAgent;

/* Plays FOLDER/play of tests/data by FOLDER/ticketd.conf, in which @DATA@
 * stands for the folder, with @agents (the last has no name), whose addresses
 * are NAME@example.com.  The caller owns the result.  The test fails if the
 * play makes no sense or the store is not what its events say. */
char *play(const char *folder, const PlayAgent *agents);

#endif
