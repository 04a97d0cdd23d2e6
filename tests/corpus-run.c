/* corpus-run.c - reads the mails in processes that may fail, see corpus.h
 *
 * A process reads some dozens of mails, one after the other, and sends what it
 * found of each.  If it ends, or says nothing for too long, the mail that it
 * was at is to blame and another goes on behind it. */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "corpus.h"

/* Mails that one process reads; at its end leaks are looked for. */
#define BATCH 50
/* Milliseconds for one mail: so long it takes if it hangs. */
#define PATIENCE 10000
/* Bytes kept of what a mail made others complain. */
#define COMPLAINT 2000
#define SIZE_MOST (64 * 1024 * 1024)

#define PACKED "(tssssssba(sss))"

/* A process at work. */
typedef struct {
	pid_t pid;
	int output;         /* of what it found */
	int complaints;     /* a file that is its standard error */
	guint64 complained; /* how much of it belongs to mails that are done */
} Worker;

/* ---- what is sent ---- */

GVariant *
corpus_mail_pack(const CorpusMail *mail, guint64 complained)
{
	GVariantBuilder recipients;

	g_variant_builder_init(&recipients, G_VARIANT_TYPE("a(sss)"));
	for (guint i = 0; i < mail->recipients->len; i++) {
		const CorpusRecipient *recipient = g_ptr_array_index(
		    mail->recipients, i);

		g_variant_builder_add(&recipients, "(sss)", recipient->address,
		    recipient->action, recipient->status);
	}
	return g_variant_ref_sink(g_variant_new(PACKED, complained,
	    mail->invalid, mail->subject, mail->text, mail->reply, mail->class,
	    mail->reason, mail->report, &recipients));
}

gboolean
corpus_mail_unpack(CorpusMail *mail, GVariant *packed, guint64 *complained)
{
	g_autoptr(GVariantIter) recipients = NULL;
	char *address, *action, *status;
	gboolean report;

	if (!g_variant_is_normal_form(packed))
		return FALSE;
	g_free(mail->invalid);
	g_free(mail->subject);
	g_free(mail->text);
	g_free(mail->reply);
	g_free(mail->class);
	g_free(mail->reason);
	g_variant_get(packed, PACKED, complained, &mail->invalid,
	    &mail->subject, &mail->text, &mail->reply, &mail->class,
	    &mail->reason, &report, &recipients);
	mail->report = report;
	while (g_variant_iter_next(
	    recipients, "(sss)", &address, &action, &status)) {
		CorpusRecipient *recipient = g_new(CorpusRecipient, 1);

		recipient->address = address;
		recipient->action = action;
		recipient->status = status;
		g_ptr_array_add(mail->recipients, recipient);
	}
	mail->fate = CORPUS_FINE;
	return TRUE;
}

static gboolean
write_all(int fd, gconstpointer data, gsize size)
{
	const char *at = data;

	while (size > 0) {
		gssize done = write(fd, at, size);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return FALSE;
		at += done;
		size -= (gsize)done;
	}
	return TRUE;
}

/* FALSE at the end, or when nothing came for too long: then *@hung is set. */
static gboolean
read_all(int fd, gpointer data, gsize size, gboolean *hung)
{
	char *at = data;

	while (size > 0) {
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		int ready = poll(&wait, 1, PATIENCE);
		gssize done;

		if (ready < 0 && errno == EINTR)
			continue;
		*hung = ready == 0;
		if (ready <= 0)
			return FALSE;
		done = read(fd, at, size);
		if (done <= 0)
			return FALSE;
		at += done;
		size -= (gsize)done;
	}
	return TRUE;
}

/* ---- the worker's side ---- */

static guint64
file_size(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 ? (guint64)status.st_size : 0;
}

static gboolean
send_mail(int fd, const CorpusMail *mail)
{
	g_autoptr(GVariant)
	    packed = corpus_mail_pack(mail, file_size(STDERR_FILENO));
	guint64 size = g_variant_get_size(packed);

	return write_all(fd, &size, sizeof(size)) &&
	    write_all(fd, g_variant_get_data(packed), size);
}

static void
work(const Corpus *corpus, guint from, guint to, int output)
{
	for (guint i = from; i < to; i++) {
		CorpusMail *mail = g_ptr_array_index(corpus->mails, i);
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) bytes = corpus_bytes(corpus, mail, &error);

		if (bytes == NULL)
			g_warning("%s", error->message);
		else
			corpus_look(corpus, mail, bytes);
		if (!send_mail(output, mail))
			_exit(1);
	}
}

/* ---- our side ---- */

static gboolean
fail_errno(GError **error, const char *what)
{
	g_set_error(
	    error, TD_ERROR, TD_ERROR_AGAIN, "%s: %s", what, g_strerror(errno));
	return FALSE;
}

static gboolean
worker_start(
    Worker *worker, Corpus *corpus, guint from, guint to, GError **error)
{
	g_autofree char *path = NULL;
	int ends[2];

	worker->complained = 0;
	worker->complaints = g_file_open_tmp(
	    "ticketd-corpus-XXXXXX", &path, error);
	if (worker->complaints < 0)
		return FALSE;
	g_remove(path);
	fcntl(worker->complaints, F_SETFL, O_APPEND);
	if (pipe(ends) < 0) {
		close(worker->complaints);
		return fail_errno(error, "pipe");
	}
	fflush(NULL);
	worker->pid = fork();
	if (worker->pid == 0) {
		close(ends[0]);
		dup2(worker->complaints, STDERR_FILENO);
		work(corpus, from, to, ends[1]);
		/* The sanitizers look for leaks at the end, and would take the
		 * store for one. */
		corpus_desk_close(corpus);
		exit(0);
	}
	close(ends[1]);
	worker->output = ends[0];
	if (worker->pid < 0) {
		close(ends[0]);
		close(worker->complaints);
		return fail_errno(error, "fork");
	}
	return TRUE;
}

/* What was complained since the last time, up to @end. */
static void
take_complaint(Worker *worker, CorpusMail *mail, guint64 end)
{
	char complaint[COMPLAINT];
	g_autofree char *printable = NULL;
	gssize size;

	if (end <= worker->complained)
		return;
	size = pread(worker->complaints, complaint,
	    MIN(sizeof(complaint), end - worker->complained),
	    (off_t)worker->complained);
	worker->complained = end;
	if (size <= 0)
		return;
	printable = td_text_utf8(complaint, size);
	g_free(mail->complaint);
	mail->complaint = td_text_printable(printable, COMPLAINT);
}

/* FALSE: it did not come. */
static gboolean
receive(Worker *worker, CorpusMail *mail, gboolean *hung)
{
	g_autoptr(GVariant) packed = NULL;
	g_autofree char *data = NULL;
	guint64 size, complained;

	if (!read_all(worker->output, &size, sizeof(size), hung) ||
	    size > SIZE_MOST)
		return FALSE;
	data = g_malloc(size);
	if (!read_all(worker->output, data, size, hung))
		return FALSE;
	packed = g_variant_ref_sink(g_variant_new_from_data(
	    G_VARIANT_TYPE(PACKED), data, size, FALSE, NULL, NULL));
	if (!corpus_mail_unpack(mail, packed, &complained))
		return FALSE;
	take_complaint(worker, mail, complained);
	return TRUE;
}

/* Waits for its end, and puts what it said last down to @mail. */
static void
worker_end(Worker *worker, CorpusMail *mail, gboolean killed)
{
	g_autofree char *how = NULL;
	int status = 0;

	while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFSIGNALED(status))
		how = g_strdup_printf("signal %d", WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0)
		how = g_strdup_printf("status %d", WEXITSTATUS(status));
	take_complaint(worker, mail, file_size(worker->complaints));
	if (how != NULL && !killed && *mail->complaint == '\0') {
		g_free(mail->complaint);
		mail->complaint = g_steal_pointer(&how);
	}
	close(worker->output);
	close(worker->complaints);
}

/* Reads mails from *@index on; it ends behind the last that was dealt with. */
static gboolean
run_batch(Corpus *corpus, guint *index, GError **error)
{
	guint to = MIN(*index + BATCH, corpus->mails->len);
	CorpusMail *mail = NULL;
	gboolean hung = FALSE;
	Worker worker;

	if (!worker_start(&worker, corpus, *index, to, error))
		return FALSE;
	while (*index < to) {
		mail = g_ptr_array_index(corpus->mails, (*index)++);
		if (receive(&worker, mail, &hung))
			continue;
		mail->fate = hung ? CORPUS_HUNG : CORPUS_CRASHED;
		break;
	}
	if (hung)
		kill(worker.pid, SIGKILL);
	worker_end(&worker, mail, hung);
	return TRUE;
}

gboolean
corpus_run(Corpus *corpus, GError **error)
{
	guint index = 0;

	while (index < corpus->mails->len)
		if (!run_batch(corpus, &index, error))
			return FALSE;
	return TRUE;
}
