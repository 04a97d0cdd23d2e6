/* control-serve.c - requests over a pipe between two processes of one tool
 *
 * The same frames as on the control socket: who opens the store is another
 * process, and another user, than who reads and writes files. */

#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ticketd/error.h>
#include <ticketd/io.h>

#include "server/control-frame.h"

#define READ_SIZE ((gsize)64 * 1024)

typedef struct {
	int fd;
	GByteArray *buffer; /* read, not yet used */
} Pipe;

/* Reads more; FALSE at the end. */
static gboolean
receive(Pipe *pipe)
{
	guint before = pipe->buffer->len;
	ssize_t size;

	g_byte_array_set_size(pipe->buffer, before + READ_SIZE);
	do
		size = recv(
		    pipe->fd, pipe->buffer->data + before, READ_SIZE, 0);
	while (size < 0 && errno == EINTR);
	g_byte_array_set_size(
	    pipe->buffer, before + (size > 0 ? (guint)size : 0));
	return size > 0;
}

static gboolean
read_request(Pipe *pipe, TdRequest *request, GError **error)
{
	guint looked = 0;
	const guint8 *end;
	gint64 size = -1;
	guint length;

	while ((end = pipe->buffer->len == looked
	               ? NULL
	               : memchr(pipe->buffer->data + looked, '\n',
	                     pipe->buffer->len - looked)) == NULL) {
		looked = pipe->buffer->len;
		if (!receive(pipe))
			return TRUE;
	}
	length = (guint)(end - pipe->buffer->data);
	if (!td_frame_read((const char *)pipe->buffer->data, length,
	        &request->words, &size, error))
		return FALSE;
	g_byte_array_remove_range(pipe->buffer, 0, length + 1);
	while (size > 0 && pipe->buffer->len < (guint64)size)
		if (!receive(pipe))
			return td_fail(error, TD_ERROR_AGAIN, "cut short");
	if (size >= 0)
		request->bytes = g_bytes_new(pipe->buffer->data, (gsize)size);
	if (size > 0)
		g_byte_array_remove_range(pipe->buffer, 0, (guint)size);
	return TRUE;
}

/* FALSE at the end of all. */
static gboolean
serve_one(TdService *service, Pipe *pipe, const char *actor)
{
	g_auto(TdRequest) request = { NULL, NULL };
	g_auto(TdAnswer) answer = { NULL, NULL };
	g_autoptr(GError) error = NULL;
	GString *frame;
	gboolean sent;

	if (read_request(pipe, &request, &error) && request.words == NULL)
		return FALSE;
	if (error == NULL)
		td_request_run(service, &request, actor, &answer, &error);
	frame = error == NULL ? td_frame_answer(&answer)
	                      : td_frame_error(error);
	sent = td_send_all(pipe->fd, frame->str, frame->len);
	g_string_free(frame, TRUE);
	return sent;
}

void
td_control_serve(TdService *service, int fd, const char *actor)
{
	Pipe pipe = { fd, g_byte_array_new() };

	while (serve_one(service, &pipe, actor))
		;
	g_byte_array_unref(pipe.buffer);
}

void
td_control_serve_error(int fd, const GError *error)
{
	Pipe pipe = { fd, g_byte_array_new() };
	GString *frame = td_frame_error(error);
	g_auto(TdRequest) request = { NULL, NULL };

	if (read_request(&pipe, &request, NULL))
		td_send_all(pipe.fd, frame->str, frame->len);
	g_string_free(frame, TRUE);
	g_byte_array_unref(pipe.buffer);
}
