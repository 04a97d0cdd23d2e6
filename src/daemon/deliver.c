/* deliver.c - `ticketd --deliver`: files one mail, alone
 *
 * What ticket-deliver falls back on when no daemon listens.  The mail server
 * reads our exit status, and quotes stderr to people outside: one line that
 * begins with an enhanced status code and names nothing of ours.  What an
 * administrator should know goes to the system's log. */

#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <syslog.h>
#include <unistd.h>

#include <ticketd/error.h>
#include <ticketd/log.h>
#include <ticketd/text.h>

#include "daemon/daemon.h"
#include "daemon/sandbox.h"

/* For a short-lived other --deliver to be done with the store. */
#define LOCK_WAIT_MS 3000u
#define READ_SIZE ((gsize)64 * 1024)

typedef struct {
	const char *conf;
	const char *sender; /* NULL: not told */
	const char *original;
	const char *queue_id;
	char **recipients;
	int count;
} Options;

/* ---- arguments ---- */

static gboolean
read_options(int argc, char **argv, Options *options, GError **error)
{
	int option;

	opterr = 0;
	optind = 1;
	while ((option = getopt(argc, argv, "+:c:f:o:q:")) != -1) {
		if (option == 'c')
			options->conf = optarg;
		else if (option == 'f')
			options->sender = optarg;
		else if (option == 'o')
			options->original = optarg;
		else if (option == 'q')
			options->queue_id = optarg;
		else
			return td_fail(
			    error, TD_ERROR_USAGE, "--deliver: wrong option");
	}
	options->recipients = argv + optind;
	options->count = argc - optind;
	if (options->count < 1)
		return td_fail(
		    error, TD_ERROR_USAGE, "--deliver: no recipient");
	if (options->count > 1 && options->original != NULL)
		return td_fail(error, TD_ERROR_USAGE,
		    "--deliver: -o with several recipients");
	return TRUE;
}

static TdIntake *
make_intake(const Options *options)
{
	TdIntake *intake = td_intake_new();
	g_autofree char *original = options->original == NULL
	    ? NULL
	    : td_text_printable(options->original, 0);

	/* pipe(8) writes the null sender so, without null_sender=. */
	if (options->sender != NULL)
		intake->sender = g_str_equal(options->sender, "MAILER-DAEMON")
		    ? g_strdup("")
		    : td_text_printable(options->sender, 0);
	if (options->queue_id != NULL)
		intake->queue_id = td_text_printable(options->queue_id, 0);
	for (int i = 0; i < options->count; i++) {
		g_autofree char *recipient = td_text_printable(
		    options->recipients[i], 0);

		td_intake_add_recipient(intake, recipient, original);
	}
	return intake;
}

/* ---- the mail ---- */

/* Reads to the end even what is too much, so that the mail server does not
 * find the pipe broken.  @raw then holds more than @max bytes. */
static gboolean
read_mail(GByteArray *raw, guint64 max, GError **error)
{
	g_autofree guint8 *buffer = g_malloc(READ_SIZE);

	for (;;) {
		ssize_t size = read(STDIN_FILENO, buffer, READ_SIZE);

		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0)
			return td_fail(error, TD_ERROR_AGAIN,
			    "read the mail: %s", g_strerror(errno));
		if (size == 0)
			return TRUE;
		if (raw->len <= max)
			g_byte_array_append(raw, buffer, (guint)size);
	}
}

/* The line that parts mails in a mbox file; "From :" is a header field in the
 * syntax of old (RFC 5322 4.5.2). */
static void
cut_mbox_line(GByteArray *raw)
{
	const char *text = (const char *)raw->data;
	const char *end;
	gsize at = strlen("From ");

	if (raw->len < at || memcmp(text, "From ", at) != 0)
		return;
	while (at < raw->len && (text[at] == ' ' || text[at] == '\t'))
		at++;
	if (at < raw->len && text[at] == ':')
		return;
	end = memchr(text, '\n', raw->len);
	g_byte_array_remove_range(
	    raw, 0, end == NULL ? raw->len : (guint)(end + 1 - text));
}

/* A pipe(8) that dies in the midst of it leaves what looks like an end; it
 * never leaves out the last line end. */
static gboolean
is_whole(const GByteArray *raw, pid_t parent, gboolean from_pipe)
{
	if (raw->len == 0 || getppid() != parent)
		return FALSE;
	return !from_pipe || raw->data[raw->len - 1] == '\n';
}

static gboolean
take_mail(const TdConf *conf, pid_t parent, TdIntake *intake, GError **error)
{
	g_autoptr(GByteArray) raw = g_byte_array_new();

	if (!read_mail(raw, conf->max_message_size, error))
		return FALSE;
	if (raw->len > conf->max_message_size)
		return td_fail(
		    error, TD_ERROR_TOO_LARGE, "the mail is too large");
	cut_mbox_line(raw);
	if (!is_whole(raw, parent, intake->queue_id != NULL))
		return td_fail(
		    error, TD_ERROR_AGAIN, "the mail is empty or was cut off");
	intake->raw = g_byte_array_free_to_bytes(g_steal_pointer(&raw));
	return TRUE;
}

/* ---- filing ---- */

/* Files the mail in this process, or hands it to a daemon that came up in the
 * meantime. */
static gboolean
file_mail(TdConf *conf, TdIntake *intake, GError **error)
{
	g_autofree char *socket = g_strdup(conf->lmtp_sockets[0]);
	g_autoptr(TdConf) owned = conf;
	g_autoptr(TdService) service = NULL;
	g_autoptr(GError) locked = NULL;

	service = td_service_open(conf, LOCK_WAIT_MS, &locked);
	if (service != NULL) {
		owned = NULL; /* the service's now */
#ifndef TD_SANITIZED
		td_service_catch_faults(service);
#endif
		td_service_take_wait(service, intake);
		return TRUE;
	}
	if (g_error_matches(locked, TD_ERROR, TD_ERROR_AGAIN) &&
	    socket != NULL && td_client_deliver(socket, intake, NULL))
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&locked));
	return FALSE;
}

/* The worst that happened to a recipient: what may work later counts more than
 * what never will, for the mail server knows one answer for all. */
static const GError *
worst(const TdIntake *intake)
{
	const GError *found = NULL;

	for (guint i = 0; i < intake->recipients->len; i++) {
		const TdIntakeRecipient *recipient = g_ptr_array_index(
		    intake->recipients, i);
		const GError *error = recipient->error;

		if (error == NULL)
			continue;
		if (td_error_to_mta_exit(error) == EX_TEMPFAIL)
			return error;
		if (found == NULL)
			found = error;
	}
	return found;
}

/* Nothing that we bind, and nobody reads what holds: the first mail's words are
 * not in hand yet. */
static gboolean
close_up(const TdConf *conf, GError **error)
{
	TdSandbox sandbox = { .landlock = 0 };

	return td_sandbox_close_files(&sandbox, conf, error) &&
	    td_sandbox_close_calls(&sandbox, error);
}

static gboolean
deliver(const Options *options, pid_t parent, TdIntake *intake, GError **error)
{
	TdConf *conf = td_conf_load(td_conf_path(options->conf), error);
	const GError *failed;

	if (conf == NULL)
		return FALSE;
	if (!td_owner_become(conf, error) || !close_up(conf, error) ||
	    !take_mail(conf, parent, intake, error)) {
		td_conf_free(conf);
		return FALSE;
	}
	td_message_init();
	if (!file_mail(conf, intake, error))
		return FALSE;
	failed = worst(intake);
	if (failed != NULL)
		g_propagate_error(error, g_error_copy(failed));
	return failed == NULL;
}

/* ---- the answer ---- */

static const char *
words_for(const GError *error)
{
	if (error->domain != TD_ERROR)
		return "4.3.0 internal trouble, try again later";
	switch ((TdError)error->code) {
	case TD_ERROR_TOO_LARGE:
		return "5.3.4 the message is too large";
	case TD_ERROR_NOT_OURS:
		return "5.1.1 no such recipient here";
	case TD_ERROR_USAGE:
		return "4.3.5 called with wrong arguments";
	case TD_ERROR_CONFIG:
	case TD_ERROR_NO_STORE:
	case TD_ERROR_DENIED:
		return "4.3.5 the help desk is not set up correctly";
	case TD_ERROR_AGAIN:
	case TD_ERROR_BROKEN:
	case TD_ERROR_REFUSED:
		break;
	}
	return "4.3.0 cannot file the message now, try again later";
}

int
td_daemon_deliver(int argc, char **argv)
{
	pid_t parent = getppid();
	Options options = { .conf = NULL };
	g_autoptr(TdIntake) intake = NULL;
	g_autoptr(GError) error = NULL;
	g_autofree char *line = NULL;

	td_privileges_begin(FALSE);
	signal(SIGPIPE, SIG_IGN);
	/* Nothing but our own line on stderr. */
	td_log_open("ticketd", (TdLogLevel)(TD_LOG_CRITICAL + 1));
	openlog("ticketd", LOG_PID, LOG_MAIL);

	if (read_options(argc, argv, &options, &error)) {
		intake = make_intake(&options);
		if (deliver(&options, parent, intake, &error)) {
			syslog(LOG_INFO, "%s: filed without a daemon",
			    intake->queue_id != NULL ? intake->queue_id
			                             : "a mail");
			return EX_OK;
		}
	}
	line = td_text_printable(error->message, 400);
	syslog(LOG_WARNING, "--deliver: %s", line);
	fprintf(stderr, "%s\n", words_for(error));
	return td_error_to_mta_exit(error);
}
