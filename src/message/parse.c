/* parse.c - a whole mail, see ticketd/message.h */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/language.h>
#include <ticketd/message.h>

#include "message/addresses.h"
#include "message/attachments.h"
#include "message/bounce.h"
#include "message/charset.h"
#include "message/date.h"
#include "message/digest.h"
#include "message/fields.h"
#include "message/forward.h"
#include "message/html.h"
#include "message/ids.h"
#include "message/limits.h"
#include "message/mime.h"
#include "message/problems.h"
#include "message/reaction.h"
#include "message/report.h"
#include "message/signed.h"
#include "message/text.h"
#include "message/words.h"

/* What is behind a TdMessage; it stands first, so one is the other. */
typedef struct {
	TdMessage message;
	char *from; /* folded, for td_message_from() */
	gboolean is_signed;
} Private;

/* Bytes of the header that its charset is guessed from. */
#define SAMPLE_SIZE 2048

void
td_message_init(void)
{
	static gboolean done = FALSE;

	if (done)
		return;
	done = TRUE;
	g_mime_init();
	td_addresses_init();
	td_html_init();
}

void
td_message_set_limits(const TdMessageLimits *limits)
{
	td_limits_set(limits);
}

static void
free_header(gpointer data)
{
	TdHeader *header = data;

	g_free(header->name);
	g_free(header->value);
	g_free(header->raw);
	g_free(header);
}

void
td_message_free(TdMessage *message)
{
	if (message == NULL)
		return;

	g_free(message->message_id);
	g_free(message->digest);
	g_ptr_array_unref(message->from);
	g_ptr_array_unref(message->sender);
	g_ptr_array_unref(message->reply_to);
	g_ptr_array_unref(message->to);
	g_ptr_array_unref(message->cc);
	g_free(message->subject);
	g_strfreev(message->references);
	g_free(message->text);
	g_free(message->reply_text);
	g_free(message->quoted_text);
	g_free(message->charset_guess);
	g_ptr_array_unref(message->attachments);
	g_ptr_array_unref(message->headers);
	g_free(message->content_type);
	g_free(message->report_type);
	td_report_free(message->report);
	td_forward_free(message->forward);
	g_free(message->reaction);
	g_strfreev(message->problems);
	g_free(((Private *)message)->from);
	g_free(message);
}

/* With all lists there and empty, strings still NULL. */
static TdMessage *
new_message(void)
{
	TdMessage *message = (TdMessage *)g_new0(Private, 1);

	message->from = td_addresses_new();
	message->sender = td_addresses_new();
	message->reply_to = td_addresses_new();
	message->to = td_addresses_new();
	message->cc = td_addresses_new();
	message->attachments = td_attachments_new();
	message->headers = g_ptr_array_new_with_free_func(free_header);
	return message;
}

/* A hint for header fields with bytes beyond ASCII that say nothing about their
 * charset: that of the text, unless it cannot be; else all of them together
 * tell more than each.  Static, or borrowed from @of_text. */
static const char *
guess_header_charset(const GArray *fields, const char *of_text)
{
	g_autofree char *name = td_charset_name(of_text);
	g_autoptr(GString) sample = NULL;

	if (*name != '\0' && strcmp(name, "utf-8") != 0)
		return of_text;
	sample = g_string_new(NULL);
	for (guint i = 0; i < fields->len && sample->len < SAMPLE_SIZE; i++) {
		const TdField *field = &g_array_index(fields, TdField, i);
		gsize size = MIN(field->value_size, SAMPLE_SIZE);

		if (!td_charset_has_high(field->value, size) ||
		    td_charset_is_mostly_utf8(field->value, size))
			continue;
		g_string_append_len(sample, field->value, (gssize)size);
		g_string_append_c(sample, '\n');
	}
	return sample->len > 0 ? td_charset_guess(sample->str, sample->len)
	                       : NULL;
}

static void
add_header(TdMessage *message, const TdField *field, const char *charset)
{
	g_autofree char *line = td_field_unfold(field);
	TdHeader *header = g_new(TdHeader, 1);

	header->name = g_strndup(field->name, field->name_size);
	header->raw = td_words_utf8(line, charset);
	header->value = g_strstrip(td_words_decode(header->raw));
	g_ptr_array_add(message->headers, header);
}

static void
read_headers(TdMessage *message, const GArray *fields, const char *of_text,
    GPtrArray *problems)
{
	const char *charset = guess_header_charset(fields, of_text);
	gsize max = td_limits()->header, total = 0;

	for (guint i = 0; i < fields->len; i++) {
		const TdField *field = &g_array_index(fields, TdField, i);

		total += MIN(field->value_size, TD_LIMIT_VALUE);
		if (total > max) {
			td_problem_add(problems,
			    "The header was cut at %" G_GSIZE_FORMAT
			    " bytes: the fields behind are left out.",
			    max);
			return;
		}
		if (field->value_size > TD_LIMIT_VALUE)
			td_problem_add(problems,
			    "A header field was cut at %d bytes.",
			    TD_LIMIT_VALUE);
		add_header(message, field, charset);
	}
}

static const TdHeader *
find_header(const TdMessage *message, const char *name, guint index)
{
	for (guint i = 0; i < message->headers->len; i++) {
		const TdHeader *header = g_ptr_array_index(message->headers, i);

		if (g_ascii_strcasecmp(header->name, name) == 0 && index-- == 0)
			return header;
	}
	return NULL;
}

const char *
td_message_header(const TdMessage *message, const char *name, guint index)
{
	const TdHeader *header = find_header(message, name, index);

	return header == NULL ? NULL : header->raw;
}

/* Reads the first @max fields called @name. */
static void
read_addresses(TdMessage *message, const char *name, guint max,
    GPtrArray *addresses, GPtrArray *problems)
{
	const char *line;
	gboolean all = TRUE;

	for (guint i = 0; i < max && all; i++) {
		line = td_message_header(message, name, i);
		if (line == NULL)
			return;
		all = td_addresses_read(line, addresses);
	}
	if (!all)
		td_problem_add(problems, "More than %d addresses in %s.",
		    TD_LIMIT_ADDRESSES, name);
	/* Who says he is two persons is believed to be the first. */
	if (td_message_header(message, name, max) != NULL)
		td_problem_add(problems, "There are several %s fields.", name);
}

static void
read_people(TdMessage *message, GPtrArray *problems)
{
	Private *private = (Private *)message;

	read_addresses(message, "From", 1, message->from, problems);
	read_addresses(message, "Sender", 1, message->sender, problems);
	read_addresses(message, "Reply-To", 1, message->reply_to, problems);
	read_addresses(message, "To", 20, message->to, problems);
	read_addresses(message, "Cc", 20, message->cc, problems);

	if (message->from->len > 0) {
		const TdAddress *first = g_ptr_array_index(message->from, 0);

		private->from = td_address_fold(first->address);
	}
}

const char *
td_message_from(const TdMessage *message)
{
	const char *from = ((const Private *)message)->from;

	return from == NULL ? "" : from;
}

gboolean
td_message_is_signed(const TdMessage *message)
{
	return ((const Private *)message)->is_signed;
}

static void
read_identity(
    TdMessage *message, const char *raw, gsize size, const GArray *fields)
{
	message->message_id = td_id_read(td_fields_find(fields, "Message-ID"));
	message->has_message_id = message->message_id != NULL;
	message->digest = td_digest(raw, size, !message->has_message_id);
	if (!message->has_message_id)
		message->message_id = g_strconcat(
		    "sha256:", message->digest, NULL);
}

/* It is compared, folded and shown again and again. */
static void
read_subject(TdMessage *message, GPtrArray *problems)
{
	const TdHeader *header = find_header(message, "Subject", 0);
	const char *subject = header == NULL ? "" : header->value;

	if (g_utf8_strlen(subject, -1) <= TD_LIMIT_SUBJECT) {
		message->subject = g_strdup(subject);
		return;
	}
	message->subject = g_utf8_substring(subject, 0, TD_LIMIT_SUBJECT);
	td_problem_add(problems, "The subject was cut at %d characters.",
	    TD_LIMIT_SUBJECT);
}

/* What the header says. */
static void
read_header(TdMessage *message, const GArray *fields, const char *of_text,
    GPtrArray *problems)
{
	gboolean cut = FALSE;

	read_headers(message, fields, of_text, problems);
	read_people(message, problems);
	read_subject(message, problems);
	message->date = td_date_read(td_message_header(message, "Date", 0));
	message->references = td_ids_read_references(fields, &cut);
	if (cut)
		td_problem_add(problems,
		    "More than %d references: the newest are kept.",
		    TD_LIMIT_REFERENCES);
}

/* The text stands alone: in what charset it is helps with the header.  Returns
 * that; borrowed. */
static const char *
read_text(TdMessage *message, const TdMime *mime, GPtrArray *problems)
{
	const char *guess;

	message->text = td_text_read(mime, problems, &guess);
	message->charset_guess = g_strdup(guess);
	return *guess != '\0' ? guess : td_text_charset(mime);
}

/* What the parts say. */
static void
read_body(TdMessage *message, const TdMime *mime)
{
	const char *type = NULL;
	TdSigned what;

	td_message_split_reply(
	    message->text, &message->reply_text, &message->quoted_text);
	td_attachments_read(mime, message->attachments);
	message->report = td_report_read(mime);
	if (message->report == NULL)
		message->report = td_bounce_read(message, mime);
	else if (message->report->kind == TD_REPORT_DELIVERY)
		td_bounce_complete(message->report, message, mime);
	message->forward = td_forward_read(message, mime);
	message->reaction = td_reaction_read(message, mime);
	((Private *)message)->is_signed = td_signed_find(mime, &what);
	message->content_type = g_strdup(mime->root->type);
	if (td_part_is(mime->root, "multipart/report"))
		type = td_part_parameter(mime->root, "report-type");
	message->report_type = g_ascii_strdown(type == NULL ? "" : type, -1);
}

static GStrv
take_problems(GPtrArray *problems)
{
	g_ptr_array_set_free_func(problems, NULL);
	g_ptr_array_add(problems, NULL);
	return (GStrv)g_ptr_array_free(problems, FALSE);
}

TdMessage *
td_message_parse(const char *raw, gsize size)
{
	g_autoptr(GArray) fields = g_array_new(FALSE, FALSE, sizeof(TdField));
	g_autoptr(TdMime) mime = NULL;
	GPtrArray *problems = g_ptr_array_new_with_free_func(g_free);
	TdMessage *message = new_message();
	gsize start = td_digest_start(raw, size);
	const char *of_text;
	gboolean cut = FALSE;

	/* Lengths in GLib's arrays are guint; no server takes such mails. */
	size = MIN(size, G_MAXINT32);
	td_charset_begin();
	mime = td_mime_parse(raw + start, size - start, problems);
	if (mime->root == NULL) {
		td_message_free(message);
		g_ptr_array_unref(problems);
		return td_message_unreadable(raw, size, NULL);
	}
	td_fields_scan(
	    raw + start, size - start, TD_LIMIT_HEADERS, fields, &cut);
	if (cut)
		td_problem_add(problems,
		    "More than %d header fields: the rest is left out.",
		    TD_LIMIT_HEADERS);

	read_identity(message, raw, size, fields);
	of_text = read_text(message, mime, problems);
	read_header(message, fields, of_text, problems);
	read_body(message, mime);
	message->reply_language = td_language_guess(message->reply_text);
	message->problems = take_problems(problems);
	return message;
}

TdMessage *
td_message_unreadable(const char *raw, gsize size, const char *subject)
{
	TdMessage *message = new_message();
	g_autofree char *utf8 = td_words_utf8(
	    subject == NULL ? "" : subject, NULL);

	message->digest = td_digest(raw, size, TRUE);
	message->message_id = g_strconcat("sha256:", message->digest, NULL);
	message->subject = g_strdup(utf8);
	message->references = g_new0(char *, 1);
	message->text = g_strdup("");
	message->reply_text = g_strdup("");
	message->quoted_text = g_strdup("");
	message->charset_guess = g_strdup("");
	message->reaction = g_strdup("");
	message->unreadable = TRUE;
	message->content_type = g_strdup("application/octet-stream");
	message->report_type = g_strdup("");
	message->problems = g_new0(char *, 2);
	message->problems[0] = g_strdup("The mail was filed without being "
	                                "read.");
	return message;
}

void
td_message_identify(TdMessage *message, const char *raw, gsize size)
{
	g_autoptr(GArray) fields = g_array_new(FALSE, FALSE, sizeof(TdField));
	gsize start = td_digest_start(raw, size);
	gboolean cut = FALSE;

	td_fields_scan(
	    raw + start, size - start, TD_LIMIT_HEADERS, fields, &cut);
	g_clear_pointer(&message->message_id, g_free);
	g_clear_pointer(&message->digest, g_free);
	read_identity(message, raw, size, fields);
}

/* ---- attachments ---- */

struct TdUnpacked {
	TdMime *mime;
};

TdUnpacked *
td_unpacked_new(const char *raw, gsize size)
{
	TdUnpacked *unpacked = g_new(TdUnpacked, 1);
	gsize start = td_digest_start(raw, size);

	size = MIN(size, G_MAXINT32);
	unpacked->mime = td_mime_parse(raw + start, size - start, NULL);
	return unpacked;
}

void
td_unpacked_free(TdUnpacked *unpacked)
{
	if (unpacked == NULL)
		return;
	td_mime_free(unpacked->mime);
	g_free(unpacked);
}

GBytes *
td_unpacked_attachment(const TdUnpacked *unpacked, guint part)
{
	const TdPart *found = td_attachments_find(unpacked->mime, part);

	if (found == NULL)
		return NULL;
	return g_byte_array_free_to_bytes(
	    td_part_read(found, G_MAXINT32, NULL));
}

GBytes *
td_message_attachment(const char *raw, gsize size, guint part)
{
	g_autoptr(TdUnpacked) unpacked = td_unpacked_new(raw, size);

	return td_unpacked_attachment(unpacked, part);
}
