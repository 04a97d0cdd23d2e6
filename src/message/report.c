/* report.c - see message/report.h */

#include "config.h"

#include <string.h>

#include "message/fields.h"
#include "message/ids.h"
#include "message/limits.h"
#include "message/report.h"
#include "message/words.h"

#define RECIPIENTS_MAX 1000

static void
free_recipient(gpointer data)
{
	TdDsnRecipient *recipient = data;

	g_free(recipient->address);
	g_free(recipient->action);
	g_free(recipient->status);
	g_free(recipient->diagnostic);
	g_free(recipient);
}

void
td_report_free(TdReport *report)
{
	if (report == NULL)
		return;

	g_free(report->envid);
	g_ptr_array_unref(report->recipients);
	g_free(report->returned_message_id);
	g_free(report);
}

/* The value of field @name as UTF-8 on one line; "" when there is none. */
static char *
value_of(const GArray *fields, const char *name)
{
	const TdField *field = td_fields_find(fields, name);
	g_autofree char *line = NULL;
	g_autofree char *utf8 = NULL;

	if (field == NULL)
		return g_strdup("");
	line = td_field_unfold(field);
	utf8 = td_words_utf8(line, NULL);
	return g_strstrip(td_words_decode(utf8));
}

/* The value behind its type ("rfc822; a@example.org"). */
static char *
typed_value_of(const GArray *fields, const char *name)
{
	g_autofree char *value = value_of(fields, name);
	char *mark = strchr(value, ';');

	return g_strstrip(g_strdup(mark == NULL ? value : mark + 1));
}

static char *
address_of(const GArray *fields, const char *name)
{
	char *address = typed_value_of(fields, name);
	gsize size = strlen(address);

	if (size > 1 && address[0] == '<' && address[size - 1] == '>') {
		memmove(address, address + 1, size - 2);
		address[size - 2] = '\0';
	}
	return g_strstrip(address);
}

/* The first word in lower case: comments and other text may follow. */
static char *
word_of(const GArray *fields, const char *name)
{
	g_autofree char *value = value_of(fields, name);

	value[strcspn(value, " \t;(/")] = '\0';
	return g_ascii_strdown(value, -1);
}

/* "5.1.1" out of "5.1.1 (unknown user)"; "" if it does not look like one (RFC
 * 3463, section 2). */
static char *
status_of(const GArray *fields)
{
	g_autofree char *value = value_of(fields, "Status");
	gsize size = strspn(value, "0123456789.");

	if (size < 5 || size > 9 || strchr("245", *value) == NULL ||
	    value[1] != '.')
		return g_strdup("");
	return g_strndup(value, size);
}

/* xtext (RFC 3461, section 4): "+" and two capital hexadecimal digits. */
static char *
decode_xtext(const char *text)
{
	g_autofree char *bytes = g_malloc(strlen(text) + 1);
	char *to = bytes;

	for (; *text != '\0'; text++) {
		*to = *text;
		if (*text == '+' && g_ascii_isxdigit(text[1]) &&
		    g_ascii_isxdigit(text[2])) {
			*to = (char)(g_ascii_xdigit_value(text[1]) * 16 +
			    g_ascii_xdigit_value(text[2]));
			text += 2;
		}
		to += *to != '\0';
	}
	*to = '\0';
	return g_utf8_make_valid(bytes, -1);
}

static void
take_envid(TdReport *report, const GArray *fields)
{
	g_autofree char *value = value_of(fields, "Original-Envelope-Id");

	if (*value == '\0' || *report->envid != '\0')
		return;
	g_free(report->envid);
	report->envid = decode_xtext(value);
}

/* Takes the id in field @name if none was taken yet. */
static void
take_returned_id(TdReport *report, const GArray *fields, const char *name)
{
	g_autofree char *id = td_id_read(td_fields_find(fields, name));

	if (id == NULL || *report->returned_message_id != '\0')
		return;
	g_free(report->returned_message_id);
	report->returned_message_id = g_steal_pointer(&id);
}

/* Takes ownership of @address, @action, @status and @diagnostic. */
static void
add_recipient(TdReport *report, char *address, char *action, char *status,
    char *diagnostic)
{
	TdDsnRecipient *recipient = g_new(TdDsnRecipient, 1);

	recipient->address = address;
	recipient->action = action;
	recipient->status = status;
	recipient->diagnostic = diagnostic;
	g_ptr_array_add(report->recipients, recipient);
}

/* The address in the first of these fields that has one. */
static char *
first_address(const GArray *fields, const char *const *names)
{
	char *address = address_of(fields, names[0]);

	for (guint i = 1; *address == '\0' && names[i] != NULL; i++) {
		g_free(address);
		address = address_of(fields, names[i]);
	}
	return address;
}

/* One block of a message/delivery-status: about the mail, or about one
 * recipient, or (careless mailers) both. */
static void
read_delivery_block(TdReport *report, const GArray *fields)
{
	static const char *const names[] = { "Final-Recipient",
		"Original-Recipient", NULL };
	g_autofree char *address = first_address(fields, names);

	take_envid(report, fields);
	if (*address == '\0' && td_fields_find(fields, "Action") == NULL)
		return;
	add_recipient(report, g_steal_pointer(&address),
	    word_of(fields, "Action"), status_of(fields),
	    typed_value_of(fields, "Diagnostic-Code"));
}

/* "automatic-action/MDN-sent-automatically; displayed" (RFC 8098, 3.2.6). */
static void
read_disposition_block(TdReport *report, const GArray *fields)
{
	static const char *const names[] = { "Final-Recipient",
		"Original-Recipient", NULL };
	g_autofree char *address = first_address(fields, names);
	g_autofree char *action = typed_value_of(fields, "Disposition");

	take_envid(report, fields);
	take_returned_id(report, fields, "Original-Message-ID");
	if (*address == '\0')
		return;
	action[strcspn(action, " \t/,")] = '\0';
	add_recipient(report, g_steal_pointer(&address),
	    g_ascii_strdown(action, -1), g_strdup(""),
	    typed_value_of(fields, "Error"));
}

/* RFC 5965, section 3. */
static void
read_feedback_block(TdReport *report, const GArray *fields)
{
	static const char *const names[] = { "Original-Rcpt-To",
		"Removal-Recipient", NULL };
	g_autofree char *address = first_address(fields, names);

	take_envid(report, fields);
	if (*address == '\0')
		return;
	add_recipient(report, g_steal_pointer(&address),
	    word_of(fields, "Feedback-Type"), g_strdup(""), g_strdup(""));
}

static void
read_returned_block(TdReport *report, const GArray *fields)
{
	take_returned_id(report, fields, "Message-ID");
}

typedef void (*BlockReader)(TdReport *report, const GArray *fields);

static const struct {
	const char *type;
	BlockReader read;
	gboolean many; /* blocks, not only the first */
} readers[] = {
	{ "message/delivery-status", read_delivery_block, TRUE },
	{ "message/global-delivery-status", read_delivery_block, TRUE },
	{ "message/disposition-notification", read_disposition_block, TRUE },
	{ "message/global-disposition-notification", read_disposition_block,
	    TRUE },
	{ "message/feedback-report", read_feedback_block, TRUE },
	{ "message/rfc822", read_returned_block, FALSE },
	{ "message/global", read_returned_block, FALSE },
	{ "text/rfc822-headers", read_returned_block, FALSE },
	{ "message/rfc822-headers", read_returned_block, FALSE },
	{ "message/global-headers", read_returned_block, FALSE },
};

static void
read_blocks(
    TdReport *report, const TdPart *part, BlockReader read, gboolean many)
{
	g_autoptr(GByteArray) bytes = NULL;
	g_autoptr(GArray) fields = g_array_new(FALSE, FALSE, sizeof(TdField));
	const char *at;
	gsize left;

	bytes = td_part_read(part, TD_LIMIT_REPORT, NULL);
	at = (const char *)bytes->data;
	left = bytes->len;
	while (left > 0 && report->recipients->len < RECIPIENTS_MAX) {
		gsize size;

		g_array_set_size(fields, 0);
		size = td_fields_scan(at, left, TD_LIMIT_HEADERS, fields, NULL);
		if (fields->len > 0) {
			read(report, fields);
			if (!many)
				return;
		}
		at += size;
		left -= size;
	}
}

static void
read_part(TdReport *report, const TdPart *part)
{
	for (gsize i = 0; i < G_N_ELEMENTS(readers); i++)
		if (td_part_is(part, readers[i].type))
			read_blocks(
			    report, part, readers[i].read, readers[i].many);
}

TdReport *
td_report_read(const TdMime *mime)
{
	TdReport *report;

	if (!td_part_is(mime->root, "multipart/report") &&
	    !td_part_is(mime->root, "message/delivery-status"))
		return NULL;

	report = g_new(TdReport, 1);
	report->envid = g_strdup("");
	report->returned_message_id = g_strdup("");
	report->recipients = g_ptr_array_new_with_free_func(free_recipient);
	for (guint i = 0; i < mime->leaves->len; i++)
		read_part(report, g_ptr_array_index(mime->leaves, i));
	return report;
}
