/* lmtp-syntax.h - the arguments of MAIL and RCPT: paths and parameters
 *
 * All strings given are NUL-terminated; what is returned is valid UTF-8 and the
 * caller's. */

#ifndef TICKETD_LMTP_SYNTAX_H
#define TICKETD_LMTP_SYNTAX_H

#include <glib.h>

G_BEGIN_DECLS

/* Reads "@word:<path>" (white space after the colon is borne) at *@text, where
 * @word is FROM or TO, case ignored.  *@path is the address without brackets
 * and source route, "" for "<>"; *@text moves behind the bracket.  FALSE: it is
 * none, and nothing was set. */
gboolean td_lmtp_path(const char **text, const char *word, char **path);

typedef struct {
	char *name;  /* upper case */
	char *value; /* NULL: there was no '=' */
} TdLmtpParameter;

void td_lmtp_parameter_clear(TdLmtpParameter *parameter);

/* Reads the next parameter (RFC 5321 4.1.2, Esmtp-param) at *@text, which moves
 * behind it.  At the end *@parameter is empty, name NULL.  FALSE: syntax. */
gboolean td_lmtp_parameter(const char **text, TdLmtpParameter *parameter);

/* Decodes xtext (RFC 3461 4); NULL if it is none. */
char *td_lmtp_xtext(const char *text);

/* Decodes the value of ORCPT, "rfc822;xtext" or "utf-8;..." (RFC 6533 3).
 * FALSE: syntax.  An address of another type is left out: *@address NULL. */
gboolean td_lmtp_orcpt(const char *value, char **address);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TdLmtpParameter, td_lmtp_parameter_clear)

G_END_DECLS

#endif
