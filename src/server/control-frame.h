/* control-frame.h - requests and answers as bytes, for both sides of the
 * control socket (the framing is told in ticketd/server.h) */

#ifndef TICKETD_CONTROL_FRAME_H
#define TICKETD_CONTROL_FRAME_H

#include <ticketd/server.h>

G_BEGIN_DECLS

/* "refused"; "internal" for errors that are none of TD_ERROR. */
const char *td_frame_code(const GError *error);

/* Sets *@error to what an answer says; an unknown code counts as
 * TD_ERROR_AGAIN.  Always FALSE. */
gboolean td_frame_fail(GError **error, const char *code, const char *text);

/* @head, with its member "bytes" set if @bytes are there, as a line, then the
 * bytes; the caller owns the result. */
GString *td_frame_write(JsonObject *head, GBytes *bytes);

/* Whether @line nests deeper than a parser that calls itself should follow. */
gboolean td_frame_is_too_deep(const char *line, gsize length);

/* Reads a line.  *@size is what its member "bytes" says, or -1; the member
 * is taken out of *@head, which is the caller's.  TD_ERROR_USAGE: no such line.
 */
gboolean td_frame_read(const char *line, gsize length, JsonObject **head,
    gint64 *size, GError **error);

/* Frames of the two kinds of answers; the caller owns the result. */
GString *td_frame_answer(const TdAnswer *answer);
GString *td_frame_error(const GError *error);

G_END_DECLS

#endif
