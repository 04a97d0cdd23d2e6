/* check-mail.c - whether a mail came out as message.h promises, see fuzz.h */

#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "message/limits.h"

/* Attachments of one mail that are read; each is a parse of its own. */
#define ATTACHMENTS 4
/* More than the limits say: what is written in place of what was left out. */
#define SPARE 4096

void
fuzz_init(void)
{
	td_message_init();
}

static void
check_addresses(const GPtrArray *addresses)
{
	g_assert_cmpuint(addresses->len, <=, TD_LIMIT_ADDRESSES);
	for (guint i = 0; i < addresses->len; i++) {
		const TdAddress *address = g_ptr_array_index(addresses, i);

		fuzz_check_text(address->name);
		fuzz_check_text(address->address);
		g_assert_null(strpbrk(address->address, "\r\n"));
		g_assert_null(strpbrk(address->name, "\r\n"));
	}
}

static void
check_headers(const TdMessage *message)
{
	gsize all = 0;

	g_assert_cmpuint(message->headers->len, <=, TD_LIMIT_HEADERS);
	for (guint i = 0; i < message->headers->len; i++) {
		const TdHeader *header = g_ptr_array_index(message->headers, i);

		fuzz_check_text(header->name);
		fuzz_check_text(header->value);
		fuzz_check_text(header->raw);
		g_assert_null(strpbrk(header->raw, "\r\n"));
		g_assert_null(strpbrk(header->value, "\r\n"));
		all += strlen(header->name) + strlen(header->raw);
	}
	/* A byte that is none of UTF-8 becomes up to three. */
	g_assert_cmpuint(all, <=, 4 * td_limits()->header + SPARE);
}

static void
check_ids(const TdMessage *message)
{
	fuzz_check_text(message->message_id);
	g_assert_cmpuint(strlen(message->message_id), >, 0);
	g_assert_cmpuint(strlen(message->message_id), <=, TD_MESSAGE_ID_MAX);
	fuzz_check_text(message->digest);
	g_assert_cmpuint(strlen(message->digest), ==, 64);
	g_assert_cmpuint(
	    g_strv_length(message->references), <=, TD_LIMIT_REFERENCES);
	for (guint i = 0; message->references[i] != NULL; i++) {
		const char *id = message->references[i];

		fuzz_check_text(id);
		g_assert_cmpuint(strlen(id), >, 0);
		g_assert_cmpuint(strlen(id), <=, TD_MESSAGE_ID_MAX);
		g_assert_null(strpbrk(id, " \t\r\n"));
	}
}

static void
check_report(const TdReport *report)
{
	g_assert_true(report->kind == TD_REPORT_DELIVERY ||
	    report->kind == TD_REPORT_DISPOSITION ||
	    report->kind == TD_REPORT_FEEDBACK);
	fuzz_check_text(report->envid);
	fuzz_check_text(report->returned_message_id);
	g_assert_cmpuint(
	    strlen(report->returned_message_id), <=, TD_MESSAGE_ID_MAX);
	for (guint i = 0; i < report->recipients->len; i++) {
		const TdDsnRecipient *recipient = g_ptr_array_index(
		    report->recipients, i);

		fuzz_check_text(recipient->address);
		fuzz_check_text(recipient->action);
		fuzz_check_text(recipient->status);
		fuzz_check_text(recipient->diagnostic);
	}
}

static void
check_forward(const TdMessage *message)
{
	const TdForward *forward = message->forward;

	fuzz_check_text(forward->from->name);
	fuzz_check_text(forward->from->address);
	fuzz_check_text(forward->subject);
	fuzz_check_text(forward->message_id);
	fuzz_check_text(forward->text);
	fuzz_check_text(forward->note);
	g_assert_cmpuint(
	    strlen(forward->note), <=, strlen(message->text) + SPARE);
	g_assert_cmpint(forward->date, >=, 0);
}

static void
check_attachments(const TdMessage *message, const char *raw, gsize size)
{
	g_assert_cmpuint(message->attachments->len, <=, td_limits()->parts);
	for (guint i = 0; i < message->attachments->len; i++) {
		const TdAttachment *attachment = g_ptr_array_index(
		    message->attachments, i);
		g_autoptr(GBytes) bytes = NULL;

		g_assert_cmpuint(attachment->part, ==, i + 1);
		fuzz_check_text(attachment->name);
		g_assert_cmpuint(strlen(attachment->name), >, 0);
		g_assert_cmpuint(
		    strlen(attachment->name), <=, TD_LIMIT_NAME + 16);
		g_assert_null(strpbrk(attachment->name, "/\\\r\n"));
		g_assert_true(*attachment->name != '.');
		fuzz_check_text(attachment->type);
		fuzz_check_text(attachment->sha256);
		g_assert_cmpuint(strlen(attachment->sha256), ==, 64);
		if (i >= ATTACHMENTS)
			continue;
		bytes = td_message_attachment(raw, size, attachment->part);
		g_assert_nonnull(bytes);
		g_assert_cmpuint(g_bytes_get_size(bytes), ==, attachment->size);
	}
	g_assert_null(td_message_attachment(raw, size, 0));
}

static void
check_message(const TdMessage *message)
{
	check_ids(message);
	check_addresses(message->from);
	check_addresses(message->sender);
	check_addresses(message->reply_to);
	check_addresses(message->to);
	check_addresses(message->cc);
	check_headers(message);
	fuzz_check_text(message->subject);
	g_assert_null(strpbrk(message->subject, "\r\n"));
	g_assert_cmpint(message->date, >=, 0);
	fuzz_check_text(message->text);
	g_assert_cmpuint(strlen(message->text), <=, td_limits()->text + SPARE);
	fuzz_check_text(message->reply_text);
	fuzz_check_text(message->quoted_text);
	fuzz_check_text(message->reaction);
	fuzz_check_text(message->charset_guess);
	fuzz_check_text(message->content_type);
	fuzz_check_text(message->report_type);
	g_assert_cmpuint(
	    g_strv_length(message->problems), <=, TD_LIMIT_PROBLEMS);
	for (guint i = 0; message->problems[i] != NULL; i++)
		fuzz_check_text(message->problems[i]);
	fuzz_check_text(td_message_from(message));
	if (message->report != NULL)
		check_report(message->report);
	if (message->forward != NULL)
		check_forward(message);
}

void
fuzz_check_mail(const char *raw, gsize size)
{
	g_autoptr(TdMessage) message = NULL;
	g_autoptr(TdAuth) auth = NULL;

	fuzz_init();
	message = td_message_parse(raw, size);
	check_message(message);
	check_attachments(message, raw, size);
	auth = td_message_auth(message, "mx.example.org");
	fuzz_check_text(auth->spf);
	fuzz_check_text(auth->dkim);
	fuzz_check_text(auth->dmarc);
}

void
fuzz_check_body(const char *header, const guint8 *data, size_t size)
{
	g_autofree char *encoded = g_base64_encode(data, size);
	g_autoptr(GString) mail = g_string_new("From: anna@example.net\n"
	                                       "To: support@example.org\n"
	                                       "Subject: Printer\n"
	                                       "Message-ID: <1@example.net>\n"
	                                       "MIME-Version: 1.0\n");

	g_string_append_printf(
	    mail, "%sContent-Transfer-Encoding: base64\n\n", header);
	for (gsize at = 0; encoded[at] != '\0';) {
		gsize length = strnlen(encoded + at, 76);

		g_string_append_len(mail, encoded + at, (gssize)length);
		g_string_append_c(mail, '\n');
		at += length;
	}
	fuzz_check_mail(mail->str, mail->len);
}
