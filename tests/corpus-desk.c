/* corpus-desk.c - a desk that looks at mails of the corpus, see corpus.h */

#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include <ticketd/address.h>
#include <ticketd/text.h>

#include "corpus.h"

#define CONFIGURATION                                                          \
	"[desk]\nname = support\ndomain = example.org\n"                       \
	"store = /nonexistent/store\nrun = /nonexistent/run\n"                 \
	"[queue support]\naddress = support@example.org\n"

/* The configuration is read from a file, which is gone afterwards. */
static TdConf *
load_conf(GError **error)
{
	g_autofree char *path = NULL;
	TdConf *conf = NULL;
	int file = g_file_open_tmp("ticketd-corpus-XXXXXX", &path, error);

	if (file < 0)
		return NULL;
	g_close(file, NULL);
	if (g_file_set_contents(path, CONFIGURATION, -1, error))
		conf = td_conf_load(path, error);
	g_remove(path);
	return conf;
}

gboolean
corpus_desk_open(Corpus *corpus, GError **error)
{
	g_autoptr(TdTxn) txn = NULL;

	corpus->conf = load_conf(error);
	if (corpus->conf == NULL)
		return FALSE;
	corpus->store = td_store_open_memory(error);
	if (corpus->store == NULL)
		return FALSE;
	txn = td_txn_begin(corpus->store, error);
	if (txn == NULL)
		return FALSE;
	corpus->desk = td_desk_new(corpus->conf, txn, error);
	if (corpus->desk == NULL || !td_txn_commit(txn, error))
		return FALSE;
	td_desk_limit_mail(corpus->conf);
	return TRUE;
}

void
corpus_desk_close(Corpus *corpus)
{
	if (corpus->desk != NULL)
		td_desk_unref(corpus->desk);
	if (corpus->store != NULL)
		td_store_close(corpus->store);
	td_conf_free(corpus->conf);
}

/* ---- whether all strings are what message.h promises ---- */

/* Keeps the name of the first that is not. */
static void
check(CorpusMail *mail, const char *name, const char *text)
{
	if (*mail->invalid != '\0')
		return;
	if (text != NULL && g_utf8_validate(text, -1, NULL))
		return;
	g_free(mail->invalid);
	mail->invalid = g_strdup(name);
}

static void
check_addresses(CorpusMail *mail, const char *name, const GPtrArray *addresses)
{
	for (guint i = 0; i < addresses->len; i++) {
		const TdAddress *address = g_ptr_array_index(addresses, i);

		check(mail, name, address->name);
		check(mail, name, address->address);
	}
}

static void
check_lists(CorpusMail *mail, const TdMessage *message)
{
	check_addresses(mail, "from", message->from);
	check_addresses(mail, "sender", message->sender);
	check_addresses(mail, "reply_to", message->reply_to);
	check_addresses(mail, "to", message->to);
	check_addresses(mail, "cc", message->cc);
	for (guint i = 0; message->references[i] != NULL; i++)
		check(mail, "references", message->references[i]);
	for (guint i = 0; message->problems[i] != NULL; i++)
		check(mail, "problems", message->problems[i]);
	for (guint i = 0; i < message->headers->len; i++) {
		const TdHeader *header = g_ptr_array_index(message->headers, i);

		check(mail, "header name", header->name);
		check(mail, "header value", header->value);
		check(mail, "raw header value", header->raw);
	}
	for (guint i = 0; i < message->attachments->len; i++) {
		const TdAttachment *attachment = g_ptr_array_index(
		    message->attachments, i);

		check(mail, "attachment name", attachment->name);
		check(mail, "attachment type", attachment->type);
		check(mail, "attachment digest", attachment->sha256);
	}
}

static void
check_report(CorpusMail *mail, const TdReport *report)
{
	check(mail, "report envid", report->envid);
	check(mail, "returned Message-ID", report->returned_message_id);
	for (guint i = 0; i < report->recipients->len; i++) {
		const TdDsnRecipient *recipient = g_ptr_array_index(
		    report->recipients, i);

		check(mail, "recipient", recipient->address);
		check(mail, "recipient's action", recipient->action);
		check(mail, "recipient's status", recipient->status);
		check(mail, "recipient's diagnostic", recipient->diagnostic);
	}
}

static void
check_forward(CorpusMail *mail, const TdForward *forward)
{
	check(mail, "forward from", forward->from->name);
	check(mail, "forward from", forward->from->address);
	check(mail, "forward subject", forward->subject);
	check(mail, "forward Message-ID", forward->message_id);
	check(mail, "forward text", forward->text);
	check(mail, "forward note", forward->note);
}

static void
check_strings(CorpusMail *mail, const TdMessage *message)
{
	check(mail, "Message-ID", message->message_id);
	check(mail, "digest", message->digest);
	check(mail, "subject", message->subject);
	check(mail, "text", message->text);
	check(mail, "reply_text", message->reply_text);
	check(mail, "quoted_text", message->quoted_text);
	check(mail, "reaction", message->reaction);
	check(mail, "charset_guess", message->charset_guess);
	check(mail, "content_type", message->content_type);
	check(mail, "report_type", message->report_type);
	check_lists(mail, message);
	if (message->report != NULL)
		check_report(mail, message->report);
	if (message->forward != NULL)
		check_forward(mail, message->forward);
}

/* ---- the way of a mail ---- */

/* Every attachment is read, as the store's reader would. */
static void
read_attachments(const TdMessage *message, const char *raw, gsize size)
{
	for (guint i = 0; i < message->attachments->len && i < 20; i++) {
		const TdAttachment *attachment = g_ptr_array_index(
		    message->attachments, i);
		g_autoptr(GBytes)
		    bytes = td_message_attachment(raw, size, attachment->part);

		if (bytes == NULL)
			g_warning(
			    "there is no attachment %u", attachment->part);
	}
}

/* As the mail server would have told it: the topmost Return-Path, else From;
 * NULL, not known, if there is neither. */
static char *
guess_sender(const TdMessage *message)
{
	const char *path = td_message_header(message, "Return-Path", 0);
	const char *from = td_message_from(message);
	g_autofree char *trimmed = NULL;
	char *sender = NULL;

	if (path != NULL) {
		trimmed = g_strstrip(g_strdup(path));
		if (g_str_equal(trimmed, "<>") || *trimmed == '\0')
			return g_strdup("");
		sender = td_address_fold(trimmed);
	}
	if (sender == NULL && *from != '\0')
		sender = g_strdup(from);
	return sender;
}

static char *
valid(const char *text)
{
	return text == NULL ? g_strdup("") : g_utf8_make_valid(text, -1);
}

static void
take(char **field, const char *text)
{
	g_free(*field);
	*field = valid(text);
}

static void
take_recipients(CorpusMail *mail, const TdReport *report)
{
	for (guint i = 0; i < report->recipients->len; i++) {
		const TdDsnRecipient *from = g_ptr_array_index(
		    report->recipients, i);
		CorpusRecipient *to = g_new(CorpusRecipient, 1);

		to->address = valid(from->address);
		to->action = valid(from->action);
		to->status = valid(from->status);
		g_ptr_array_add(mail->recipients, to);
	}
}

void
corpus_look(const Corpus *corpus, CorpusMail *mail, GBytes *bytes)
{
	gsize size;
	const char *raw = g_bytes_get_data(bytes, &size);
	g_autoptr(TdMessage) message = td_message_parse(raw, size);
	g_autoptr(TdAuth) auth = td_message_auth(message, "mx.example.org");
	g_autofree char *sender = guess_sender(message);
	g_auto(TdClassified) class = { 0 };
	const TdEnvelope envelope = { .sender = sender,
		.recipient = "support@example.org" };

	td_desk_classify(corpus->desk, message, &envelope, &class);
	check_strings(mail, message);
	read_attachments(message, raw, size);
	take(&mail->subject, message->subject);
	take(&mail->text, message->text);
	take(&mail->reply, message->reply_text);
	take(&mail->class, td_class_name(class.class));
	take(&mail->reason, class.reason);
	mail->report = message->report != NULL;
	if (mail->report)
		take_recipients(mail, message->report);
	mail->fate = CORPUS_FINE;
}
