/* when.h - times as people write them: +2h, fri 10:00, 2026-12-01 */

#ifndef TICKETD_COMMAND_WHEN_H
#define TICKETD_COMMAND_WHEN_H

#include "command/words.h"

/* All is borrowed. */
typedef struct {
	const TdLanguages *languages;
	gint64 now;
	GTimeZone *zone;
	int hour; /* of a day without a time */
} TdWhen;

/* Reads all @count folded @words; *@time is set on success. */
gboolean td_when_read(
    const TdWhen *when, char *const *words, guint count, gint64 *time);

/* A length of time, "2h", "1d 4h", "90": *@minutes of it, a number alone being
 * minutes.  Days are eight hours of work. */
gboolean td_when_minutes(const TdLanguages *languages, char *const *words,
    guint count, guint64 *minutes);

#endif
