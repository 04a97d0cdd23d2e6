/* error.h - why a call failed, told by what the caller can do about it */

#ifndef TICKETD_ERROR_H
#define TICKETD_ERROR_H

#include <glib.h>

G_BEGIN_DECLS

#define TD_ERROR (td_error_quark())

typedef enum {
	TD_ERROR_AGAIN, /* may work later: disk full, lock held, no answer */
	TD_ERROR_TOO_LARGE, /* over max-message-size: it should bounce */
	TD_ERROR_NOT_OURS,  /* the recipient is no queue's: it should bounce */
	TD_ERROR_DENIED,    /* the caller may not do this */
	TD_ERROR_CONFIG,    /* ticketd.conf is wrong; says file, line, want */
	TD_ERROR_BROKEN,    /* the store wants help by hand */
	TD_ERROR_NO_STORE,  /* there is no store; says how to make one */
	TD_ERROR_USAGE,     /* the words of the request are off */
	TD_ERROR_REFUSED,   /* understood, but not to be done: no such ticket */
} TdError;

GQuark td_error_quark(void);

/* The <sysexits.h> status to hand a mail server for this error.  Postfix keeps
 * the message on EX_TEMPFAIL alone and bounces it on all others, so that is the
 * answer to everything which is not the message's own fault: 65, 67 or 75. */
int td_error_to_mta_exit(const GError *error);

/* The <sysexits.h> status to hand a person or a script: EX_CONFIG and its kin,
 * 1 for TD_ERROR_REFUSED, EX_SOFTWARE for errors that are not ours. */
int td_error_to_exit(const GError *error);

/* Sets *@error, unless @error is NULL, to @code with the formatted text.
 * Always FALSE, so that a check is two lines. */
gboolean td_fail(GError **error, TdError code, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
/* Compilers that look at one file at a time know it too. */
#ifdef __GNUC__
#define td_fail(...)                                                           \
	__extension__({                                                        \
		td_fail(__VA_ARGS__);                                          \
		FALSE;                                                         \
	})
#endif

G_END_DECLS

#endif
