/* error.c - see ticketd/error.h */

#include "config.h"

#include <stdarg.h>
#include <sysexits.h>

#include <ticketd/error.h>

GQuark
td_error_quark(void)
{
	return g_quark_from_static_string("td-error");
}

int
td_error_to_mta_exit(const GError *error)
{
	if (g_error_matches(error, TD_ERROR, TD_ERROR_TOO_LARGE))
		return EX_DATAERR;
	if (g_error_matches(error, TD_ERROR, TD_ERROR_NOT_OURS))
		return EX_NOUSER;
	return EX_TEMPFAIL;
}

int
td_error_to_exit(const GError *error)
{
	if (error == NULL || error->domain != TD_ERROR)
		return EX_SOFTWARE;

	switch ((TdError)error->code) {
	case TD_ERROR_AGAIN:
		return EX_TEMPFAIL;
	case TD_ERROR_TOO_LARGE:
		return EX_DATAERR;
	case TD_ERROR_NOT_OURS:
		return EX_NOUSER;
	case TD_ERROR_DENIED:
		return EX_NOPERM;
	case TD_ERROR_CONFIG:
		return EX_CONFIG;
	case TD_ERROR_BROKEN:
		return EX_IOERR;
	case TD_ERROR_NO_STORE:
		return EX_NOINPUT;
	case TD_ERROR_USAGE:
		return EX_USAGE;
	case TD_ERROR_REFUSED:
		return 1;
	}
	return EX_SOFTWARE;
}

#undef td_fail

gboolean
td_fail(GError **error, TdError code, const char *format, ...)
{
	va_list arguments;

	if (error == NULL)
		return FALSE;

	va_start(arguments, format);
	*error = g_error_new_valist(TD_ERROR, (int)code, format, arguments);
	va_end(arguments);
	return FALSE;
}
