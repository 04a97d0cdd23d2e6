/* stream.h - one connected socket on the main loop, with buffers both ways
 *
 * Main thread only.  No callback but those from the main loop itself, from
 * td_stream_release() and none from td_stream_free(). */

#ifndef TICKETD_STREAM_H
#define TICKETD_STREAM_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct TdStream TdStream;

typedef struct {
	/* Takes bytes from the front and says how many; all of them, unless it
	 * called td_stream_hold() or td_stream_finish().  What it appends to
	 * @out is sent. */
	gsize (*take)(
	    const char *bytes, gsize size, GString *out, gpointer data);
	/* Nothing came or went for the time given, and the stream is not held.
	 * May append to @out; the stream is finished afterwards. */
	void (*idle)(GString *out, gpointer data);
	/* The stream is over.  Frees it. */
	void (*over)(gpointer data);
	/* Bytes alone do not count as coming or going, but what
	 * td_stream_touch() is told. */
	gboolean paced;
} TdStreamOps;

/* @fd, a non-blocking socket, is taken over; @ops is borrowed for ever. Watches
 * it on the default main context.  The caller owns the result. */
TdStream *td_stream_new(
    int fd, guint timeout_s, const TdStreamOps *ops, gpointer data);
void td_stream_free(TdStream *stream);

/* When something last came or went, monotonic. */
gint64 td_stream_touched(const TdStream *stream);
void td_stream_touch(TdStream *stream, gint64 when);

/* Another time for @idle, from what last came or went. */
void td_stream_set_timeout(TdStream *stream, guint timeout_s);

/* What waits to be sent; append to it, then td_stream_flush(). */
GString *td_stream_out(TdStream *stream);
void td_stream_flush(TdStream *stream);

/* Reads no further, until td_stream_release(), which first gives take() what
 * came meanwhile. */
void td_stream_hold(TdStream *stream);
void td_stream_release(TdStream *stream);

/* Reads no more, sends what waits, then is over. */
void td_stream_finish(TdStream *stream);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdStream, td_stream_free)

G_END_DECLS

#endif
