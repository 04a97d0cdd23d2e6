/* params.h - Content-Type and Content-Disposition with their parameters
 *
 * GMime reads these too, but it keeps each name of a charset it ever met, for
 * ever: strangers would fill the memory of a daemon with made-up ones. */

#ifndef TICKETD_MESSAGE_PARAMS_H
#define TICKETD_MESSAGE_PARAMS_H

#include <glib.h>

typedef struct TdParams TdParams;

/* Reads @line (UTF-8, unfolded): "text/plain; charset=utf-8".  Never fails. The
 * caller owns the result. */
TdParams *td_params_parse(const char *line);
void td_params_free(TdParams *params);

/* What stands in front of the parameters, in lower case; "" if nothing does.
 * Borrowed. */
const char *td_params_value(const TdParams *params);

/* The parameter @name (lower case), put together and decoded (RFC 2231, and RFC
 * 2047, which many mailers use instead); NULL when there is none.  Borrowed. */
const char *td_params_get(const TdParams *params, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdParams, td_params_free)

#endif
