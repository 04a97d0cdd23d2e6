/* files.c - ticket raw and ticket attachment: bytes out of a message */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <ticketd/error.h>
#include <ticketd/io.h>
#include <ticketd/text.h>

#include "cli/cli.h"

/* As long as most file systems allow, with room for multi-byte characters. */
#define MAX_NAME 100u

/* ---- writing ---- */

static int
print_bytes(GBytes *bytes)
{
	gsize size = 0;
	const char *data = g_bytes_get_data(bytes, &size);

	/* Of no bytes there is no address. */
	if (size > 0 && fwrite(data, 1, size, stdout) != size)
		return EX_IOERR;
	return EX_OK;
}

static int
fail_file(const char *path)
{
	int errnum = errno;
	g_autofree char *safe = td_text_printable(path, 0);

	fprintf(stderr, "ticket: cannot write %s: %s%s\n", safe,
	    g_strerror(errnum),
	    errnum == EEXIST ? "; try: --force, or another name" : "");
	return errnum == EEXIST ? 1 : EX_CANTCREAT;
}

/* Makes a file of that name; one that is there, or a link, is an error. */
static gboolean
write_new(const char *path, const char *data, gsize size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	gboolean written;
	int errnum;

	if (fd < 0)
		return FALSE;
	written = td_write_all(fd, data, size) && fsync(fd) == 0;
	errnum = errno;
	if (close(fd) != 0 && written) {
		errnum = errno;
		written = FALSE;
	}
	if (!written)
		unlink(path);
	errno = errnum;
	return written;
}

static int
write_file(const char *path, GBytes *bytes, gboolean force)
{
	gsize size = 0;
	const char *data = g_bytes_get_data(bytes, &size);
	g_autoptr(GError) error = NULL;

	if (!force)
		return write_new(path, data, size) ? EX_OK : fail_file(path);

	if (!g_file_set_contents_full(path, size == 0 ? "" : data, (gssize)size,
	        G_FILE_SET_CONTENTS_CONSISTENT, 0666, &error)) {
		g_autofree char *safe = td_text_printable(error->message, 0);

		fprintf(stderr, "ticket: %s\n", safe);
		return EX_CANTCREAT;
	}
	return EX_OK;
}

/* The mail's name for an attachment as a file name: no directory, not hidden,
 * no option. */
static char *
file_name(const char *given)
{
	g_autofree char *name = td_text_printable(given, MAX_NAME);
	char *at = g_strdelimit(name, "/\\", '_');

	at += strspn(at, ".- ");
	return g_strdup(*at == '\0' ? "attachment" : at);
}

/* ---- the commands ---- */

static JsonObject *
place_words(const char *verb, const guint64 numbers[3], guint count)
{
	static const char *const names[] = { "number", "sequence", "part" };
	JsonObject *words = td_client_words(verb);

	for (guint i = 0; i < count; i++)
		json_object_set_int_member(words, names[i], (gint64)numbers[i]);
	return words;
}

int
td_cli_raw(const TdCli *cli)
{
	guint64 numbers[3] = { 0, 1, 0 };
	g_autoptr(GError) error = NULL;
	g_autoptr(TdClient) client = NULL;
	g_autoptr(JsonObject) result = NULL;
	g_autoptr(GBytes) bytes = NULL;

	if (!td_cli_handle(td_cli_word(cli, 0), 1, 2, numbers, &error))
		return td_cli_fail(error);
	client = td_client_open(cli->conf_path, TD_CLIENT_PLAIN, &error);
	if (client == NULL)
		return td_cli_fail(error);
	result = td_client_ask(
	    client, place_words("raw", numbers, 2), NULL, &bytes, &error);
	if (result == NULL)
		return td_cli_fail(error);
	if (bytes == NULL)
		return EX_OK;
	/* A terminal would obey what a mail tells it. */
	if (isatty(STDOUT_FILENO) == 1) {
		gsize size = 0;
		const char *data = g_bytes_get_data(bytes, &size);
		g_autofree char *text = td_text_utf8(data, (gssize)size);

		td_output_block(text);
		return EX_OK;
	}
	return print_bytes(bytes);
}

/* @path may be a directory. */
static int
save(const TdCli *cli, const char *path, const char *name, GBytes *bytes)
{
	g_autofree char *whole = g_strdup(path);
	g_autofree char *safe = NULL;
	int status;

	if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
		g_autofree char *file = file_name(name);

		g_free(whole);
		whole = g_build_filename(path, file, NULL);
	}
	status = write_file(whole, bytes, td_cli_flag(cli, "force"));
	safe = td_text_printable(whole, 0);
	if (status == EX_OK)
		printf("%s\n", safe);
	return status;
}

int
td_cli_attachment(const TdCli *cli)
{
	const char *path = td_cli_text(cli, "output");
	guint64 numbers[3] = { 0 };
	g_autoptr(GError) error = NULL;
	g_autoptr(TdClient) client = NULL;
	g_autoptr(JsonObject) result = NULL;
	g_autoptr(GBytes) bytes = NULL;

	if (!td_cli_handle(td_cli_word(cli, 0), 3, 3, numbers, &error))
		return td_cli_fail(error);
	if (path == NULL && td_output_terminal()) {
		fprintf(stderr,
		    "ticket: the attachment is not printed on a "
		    "terminal; try: -o FILE, or -o .\n");
		return EX_USAGE;
	}
	client = td_client_open(cli->conf_path, TD_CLIENT_PLAIN, &error);
	if (client == NULL)
		return td_cli_fail(error);
	result = td_client_ask(client, place_words("attachment", numbers, 3),
	    NULL, &bytes, &error);
	if (result == NULL)
		return td_cli_fail(error);

	if (bytes == NULL)
		bytes = g_bytes_new_static("", 0);
	if (path == NULL)
		return print_bytes(bytes);
	return save(cli, path, td_get_text(result, "name"), bytes);
}
