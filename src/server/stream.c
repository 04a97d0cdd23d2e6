/* stream.c - see server/stream.h */

#include "config.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib-unix.h>

#include "server/stream.h"

#define READ_SIZE ((gsize)64 * 1024)
/* With more than this unsent, the client is to read before it writes. */
#define UNSENT_MAX ((gsize)64 * 1024)
/* A buffer above this is not kept for the next time. */
#define KEEP_MAX ((gsize)16 * 1024)
/* How long the last reply to a silent client may take. */
#define LINGER_S 5

struct TdStream {
	GSource source; /* must be first */
	int fd;
	gpointer tag; /* of fd in source */
	GIOCondition watched;
	const TdStreamOps *ops;
	gpointer data;
	gint64 timeout_us;
	gint64 touched;   /* monotonic: when something last came or went */
	GString *pending; /* read, not yet taken */
	GString *out;
	gsize sent; /* of out */
	gboolean held;
	gboolean finishing;
	gboolean ended;  /* the peer sends no more */
	gboolean broken; /* nothing can be sent any more */
};

static gsize
unsent(const TdStream *stream)
{
	return stream->out->len - stream->sent;
}

static gboolean
may_read(const TdStream *stream)
{
	return !stream->held && !stream->finishing && !stream->ended &&
	    !stream->broken && unsent(stream) <= UNSENT_MAX;
}

static gboolean
is_over(const TdStream *stream)
{
	if (stream->broken)
		return TRUE;
	return unsent(stream) == 0 &&
	    (stream->finishing || (stream->ended && !stream->held));
}

static void
watch(TdStream *stream, GIOCondition wanted)
{
	if (wanted != stream->watched)
		g_source_modify_unix_fd(&stream->source, stream->tag, wanted);
	stream->watched = wanted;
}

/* Watches for what is wanted now.  An end that was noticed outside of the main
 * loop's own call is seen to at its next turn.  Each change wakes the loop, and
 * most clients say nothing while they are held: they are watched as before
 * until they do. */
static void
update(TdStream *stream)
{
	GIOCondition wanted = 0;

	if (stream->held)
		wanted |= stream->watched & G_IO_IN;
	else if (may_read(stream))
		wanted |= G_IO_IN;
	if (unsent(stream) > 0)
		wanted |= G_IO_OUT;
	watch(stream, wanted);
	if (is_over(stream))
		g_source_set_ready_time(&stream->source, 0);
}

static void
clear_buffer(GString **buffer)
{
	if ((*buffer)->allocated_len > KEEP_MAX) {
		g_string_free(*buffer, TRUE);
		*buffer = g_string_new(NULL);
	}
	g_string_truncate(*buffer, 0);
}

static void
note_byte(TdStream *stream)
{
	if (!stream->ops->paced)
		stream->touched = g_get_monotonic_time();
}

static void
send_out(TdStream *stream)
{
	while (unsent(stream) > 0 && !stream->broken) {
		ssize_t sent = send(stream->fd, stream->out->str + stream->sent,
		    unsent(stream), MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent >= 0) {
			stream->sent += (gsize)sent;
			note_byte(stream);
		} else if (errno == EAGAIN || errno == EWOULDBLOCK) {
			return;
		} else if (errno != EINTR) {
			stream->broken = TRUE;
		}
	}
	clear_buffer(&stream->out);
	stream->sent = 0;
}

/* Gives take() what is pending, while it may. */
static void
pump(TdStream *stream)
{
	gsize used = 0;

	while (used < stream->pending->len && !stream->held &&
	    !stream->finishing && unsent(stream) <= UNSENT_MAX) {
		gsize taken = stream->ops->take(stream->pending->str + used,
		    stream->pending->len - used, stream->out, stream->data);

		used += taken;
		if (taken == 0)
			break;
	}
	if (used == stream->pending->len)
		clear_buffer(&stream->pending);
	else
		g_string_erase(stream->pending, 0, (gssize)used);
}

/* Sends what waits and takes what is pending, until either stops. */
static void
work(TdStream *stream)
{
	gsize before;

	send_out(stream);
	do {
		before = stream->pending->len;
		if (before == 0 || stream->broken)
			return;
		pump(stream);
		send_out(stream);
	} while (stream->pending->len < before);
}

static void
receive(TdStream *stream)
{
	static char buffer[READ_SIZE]; /* one thread, one read at a time */
	ssize_t size = recv(stream->fd, buffer, sizeof(buffer), MSG_DONTWAIT);
	gsize taken = 0;

	if (size < 0) {
		if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
			stream->broken = TRUE;
		return;
	}
	if (size == 0) {
		stream->ended = TRUE;
		return;
	}

	note_byte(stream);
	if (stream->pending->len == 0)
		taken = stream->ops->take(
		    buffer, (gsize)size, stream->out, stream->data);
	if (taken < (gsize)size)
		g_string_append_len(
		    stream->pending, buffer + taken, size - (gssize)taken);
}

/* The timer may go off too early, but not too late: moving it wakes the loop.
 */
static void
set_timer(TdStream *stream)
{
	gint64 due = stream->touched + stream->timeout_us;
	gint64 set = g_source_get_ready_time(&stream->source);

	if (set < 0 || set > due)
		g_source_set_ready_time(&stream->source, due);
}

/* Looks whether the peer is silent for too long. */
static void
check_idle(TdStream *stream)
{
	gint64 now = g_get_monotonic_time();

	if (stream->held)
		stream->touched = now;
	if (now - stream->touched >= stream->timeout_us) {
		if (stream->finishing) {
			stream->broken = TRUE;
			return;
		}
		stream->ops->idle(stream->out, stream->data);
		stream->finishing = TRUE;
		stream->timeout_us = LINGER_S * G_USEC_PER_SEC;
		stream->touched = now;
		send_out(stream);
	}
	g_source_set_ready_time(
	    &stream->source, stream->touched + stream->timeout_us);
}

static gboolean
dispatch(GSource *source, GSourceFunc callback G_GNUC_UNUSED,
    gpointer data G_GNUC_UNUSED)
{
	TdStream *stream = (TdStream *)source;
	GIOCondition got = g_source_query_unix_fd(source, stream->tag);

	if ((got & (G_IO_HUP | G_IO_ERR)) != 0 &&
	    (stream->watched & G_IO_IN) == 0)
		stream->broken = TRUE;
	else if ((got & (G_IO_IN | G_IO_HUP | G_IO_ERR)) != 0 && stream->held)
		watch(stream, stream->watched & ~(GIOCondition)G_IO_IN);
	else if ((got & (G_IO_IN | G_IO_HUP | G_IO_ERR)) != 0)
		receive(stream);
	work(stream);
	if (g_source_get_ready_time(source) <= g_get_monotonic_time())
		check_idle(stream);

	if (is_over(stream))
		stream->ops->over(stream->data);
	else
		update(stream);
	return G_SOURCE_CONTINUE;
}

static void
finalize(GSource *source)
{
	TdStream *stream = (TdStream *)source;

	g_string_free(stream->pending, TRUE);
	g_string_free(stream->out, TRUE);
}

TdStream *
td_stream_new(int fd, guint timeout_s, const TdStreamOps *ops, gpointer data)
{
	static GSourceFuncs funcs = {
		.dispatch = dispatch,
		.finalize = finalize,
	};
	TdStream *stream = (TdStream *)g_source_new(&funcs, sizeof(TdStream));

	stream->fd = fd;
	stream->ops = ops;
	stream->data = data;
	stream->timeout_us = (gint64)timeout_s * G_USEC_PER_SEC;
	stream->touched = g_get_monotonic_time();
	stream->pending = g_string_new(NULL);
	stream->out = g_string_new(NULL);
	stream->watched = G_IO_IN;
	stream->tag = g_source_add_unix_fd(&stream->source, fd, G_IO_IN);
	/* Nobody runs the loop within it.  Else GLib would take it off the list
	 * for each turn and put it back, waking the loop both times. */
	g_source_set_can_recurse(&stream->source, TRUE);
	set_timer(stream);
	g_source_attach(&stream->source, NULL);
	return stream;
}

void
td_stream_free(TdStream *stream)
{
	if (stream == NULL)
		return;
	g_source_destroy(&stream->source);
	close(stream->fd);
	g_source_unref(&stream->source);
}

gint64
td_stream_touched(const TdStream *stream)
{
	return stream->touched;
}

void
td_stream_touch(TdStream *stream, gint64 when)
{
	stream->touched = when;
}

void
td_stream_set_timeout(TdStream *stream, guint timeout_s)
{
	gint64 timeout_us = (gint64)timeout_s * G_USEC_PER_SEC;

	if (stream->finishing || stream->timeout_us == timeout_us)
		return;
	stream->timeout_us = timeout_us;
	set_timer(stream);
}

GString *
td_stream_out(TdStream *stream)
{
	return stream->out;
}

void
td_stream_flush(TdStream *stream)
{
	send_out(stream);
	update(stream);
}

void
td_stream_hold(TdStream *stream)
{
	stream->held = TRUE;
}

void
td_stream_release(TdStream *stream)
{
	stream->held = FALSE;
	stream->touched = g_get_monotonic_time();
	work(stream);
	update(stream);
}

void
td_stream_finish(TdStream *stream)
{
	stream->finishing = TRUE;
	update(stream);
}
