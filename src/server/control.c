/* control.c - the asking side of the control socket */

#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ticketd/error.h>
#include <ticketd/io.h>

#include "server/control-frame.h"
#include "server/listen.h"

#define READ_SIZE ((gsize)64 * 1024)
/* No answer has a line longer than this. */
#define LINE_MAX_SIZE ((gsize)1024 * 1024 * 1024)

struct TdControl {
	int fd;
	GString *buffer; /* read, not yet used */
};

static gboolean
fail_lost(GError **error)
{
	return td_fail(error, TD_ERROR_AGAIN,
	    "the connection to ticketd broke before it answered; see whether "
	    "it was done, and if not run the same command again");
}

TdControl *
td_control_adopt(int fd)
{
	TdControl *control = g_new0(TdControl, 1);

	control->fd = fd;
	control->buffer = g_string_new(NULL);
	return control;
}

gboolean
td_control_connect(const TdConf *conf, TdControl **control, GError **error)
{
	g_autofree char *path = g_build_filename(conf->run, "control", NULL);
	int fd = td_connect_unix(path);

	if (fd < 0 && (errno == ENOENT || errno == ECONNREFUSED)) {
		*control = NULL;
		return TRUE;
	}
	if (fd < 0)
		return td_fail(error,
		    errno == EACCES || errno == EPERM ? TD_ERROR_DENIED
		                                      : TD_ERROR_AGAIN,
		    "connect to %s: %s", path, g_strerror(errno));

	*control = td_control_adopt(fd);
	return TRUE;
}

void
td_control_free(TdControl *control)
{
	if (control == NULL)
		return;
	close(control->fd);
	g_string_free(control->buffer, TRUE);
	g_free(control);
}

/* Reads more into the buffer; FALSE at the end. */
static gboolean
receive(TdControl *control)
{
	gsize before = control->buffer->len;
	ssize_t size;

	g_string_set_size(control->buffer, before + READ_SIZE);
	do {
		size = recv(
		    control->fd, control->buffer->str + before, READ_SIZE, 0);
	} while (size < 0 && errno == EINTR);
	g_string_set_size(
	    control->buffer, before + (size > 0 ? (gsize)size : 0));
	return size > 0;
}

static gboolean
read_line(TdControl *control, JsonObject **head, gint64 *size, GError **error)
{
	GString *buffer = control->buffer;
	gsize looked = 0;
	const char *end;

	while ((end = memchr(buffer->str + looked, '\n',
	            buffer->len - looked)) == NULL) {
		looked = buffer->len;
		if (looked > LINE_MAX_SIZE || !receive(control))
			return fail_lost(error);
	}
	if (!td_frame_read(buffer->str, end - buffer->str, head, size, error))
		return FALSE;
	g_string_erase(buffer, 0, end + 1 - buffer->str);
	return TRUE;
}

static gboolean
read_bytes(TdControl *control, gsize size, GBytes **bytes, GError **error)
{
	while (control->buffer->len < size)
		if (!receive(control))
			return fail_lost(error);
	*bytes = g_bytes_new(control->buffer->str, size);
	g_string_erase(control->buffer, 0, (gssize)size);
	return TRUE;
}

static gboolean
take_answer(JsonObject *head, TdAnswer *answer, GError **error)
{
	if (!json_object_get_boolean_member_with_default(head, "ok", FALSE))
		return td_frame_fail(error,
		    json_object_get_string_member_with_default(
		        head, "code", "again"),
		    json_object_get_string_member_with_default(
		        head, "error", "ticketd gave no reason"));

	if (json_object_has_member(head, "result"))
		answer->result = json_object_dup_member(head, "result");
	return TRUE;
}

gboolean
td_control_call(TdControl *control, const TdRequest *request, TdAnswer *answer,
    GError **error)
{
	g_autoptr(GString)
	    frame = td_frame_write(request->words, request->bytes);
	g_autoptr(JsonObject) head = NULL;
	g_autoptr(GBytes) bytes = NULL;
	gint64 size = -1;

	/* A daemon that hangs up in the midst of it may have said why. */
	td_send_all(control->fd, frame->str, frame->len);
	if (!read_line(control, &head, &size, error))
		return FALSE;
	if (size >= 0 && !read_bytes(control, (gsize)size, &bytes, error))
		return FALSE;
	if (!take_answer(head, answer, error))
		return FALSE;
	answer->bytes = g_steal_pointer(&bytes);
	return TRUE;
}
