/* log.h - one line per thing that happened
 *
 * A line is "key=value key=value"; a value with anything but letters, digits
 * and -_.,:/@+<>#[] is put in double quotes.  Every value goes through
 * td_text_printable(), so text from mail may be passed as it is.  Lines go to
 * stderr; under systemd (JOURNAL_STREAM names our stderr) each begins with its
 * level as <N> (sd-daemon(3)).  Thread-safe: one write(2) a line. */

#ifndef TICKETD_LOG_H
#define TICKETD_LOG_H

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
	TD_LOG_DEBUG,    /* for us */
	TD_LOG_INFO,     /* per message */
	TD_LOG_NOTICE,   /* start and stop */
	TD_LOG_WARNING,  /* an administrator should look */
	TD_LOG_CRITICAL, /* a bug, or the store is broken */
} TdLogLevel;

/* Lines below @lowest are dropped from now on; TD_LOG_INFO before the first
 * call.  @program ("ticketd") is borrowed for ever and begins lines that do
 * not go to the journal. */
void td_log_open(const char *program, TdLogLevel lowest);

/* td_log(TD_LOG_INFO, "filed", "ticket", number, "from", from, NULL):
 * @event is the value of the first key, "event"; then pairs of key and value
 * (both const char *) up to NULL.  A pair whose value is NULL is left out. */
void td_log(TdLogLevel level, const char *event, ...) G_GNUC_NULL_TERMINATED;

/* A line "event=@event error=..." at warning level, for @error; one for each
 * line of its message when that has several, as the mistakes in ticketd.conf
 * have. */
void td_log_error(const char *event, const GError *error);

G_END_DECLS

#endif
