/* report.c - see message/report.h */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/text.h>

#include "message/bounce-private.h"
#include "message/ids.h"
#include "message/limits.h"
#include "message/report.h"

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

TdReport *
td_report_new(TdReportKind kind, gboolean formal)
{
	TdReport *report = g_new0(TdReport, 1);

	report->kind = kind;
	report->formal = formal;
	report->envid = g_strdup("");
	report->returned_message_id = g_strdup("");
	report->recipients = g_ptr_array_new_with_free_func(free_recipient);
	return report;
}

/* Takes ownership of all. */
static TdDsnRecipient *
add_recipient(TdReport *report, char *address, char *action, char *status,
    char *diagnostic)
{
	TdDsnRecipient *recipient = g_new(TdDsnRecipient, 1);

	recipient->address = address;
	recipient->action = action;
	recipient->status = status;
	recipient->diagnostic = diagnostic;
	g_ptr_array_add(report->recipients, recipient);
	return recipient;
}

TdDsnRecipient *
td_report_add(TdReport *report, const char *address)
{
	if (report->recipients->len >= TD_REPORT_RECIPIENTS)
		return NULL;
	return add_recipient(report, g_strdup(address), g_strdup(""),
	    g_strdup(""), g_strdup(""));
}

void
td_report_take_id(TdReport *report, const TdField *field)
{
	g_autofree char *id = td_id_read(field);

	if (id == NULL || *report->returned_message_id != '\0')
		return;
	g_free(report->returned_message_id);
	report->returned_message_id = g_steal_pointer(&id);
}

static void
take_envid(TdReport *report, const GArray *fields)
{
	g_autofree char *value = NULL;

	value = td_fields_value(fields, "Original-Envelope-Id");
	if (*value == '\0' || *report->envid != '\0')
		return;
	g_free(report->envid);
	report->envid = td_report_xtext(value);
}

/* Whether others can write to it: not a name that is known inside a mail system
 * alone. */
static gboolean
is_public_address(const char *address)
{
	g_autofree char *folded = td_address_fold(address);

	return folded != NULL && strchr(td_address_domain(folded), '.') != NULL;
}

/* The first of these fields that has a mail address, else the first that has
 * anything. */
static char *
first_address(const GArray *fields, const char *const *names)
{
	g_autofree char *any = g_strdup("");

	for (; *names != NULL; names++) {
		g_autofree char *address = td_report_address(fields, *names);

		if (is_public_address(address))
			return g_steal_pointer(&address);
		if (*any == '\0') {
			g_free(any);
			any = g_steal_pointer(&address);
		}
	}
	return g_steal_pointer(&any);
}

/* Puts @value in the place of @old, unless there is one. */
static void
replace_empty(char **old, char *value)
{
	if (**old != '\0') {
		g_free(value);
		return;
	}
	g_free(*old);
	*old = value;
}

/* What is told of a recipient, or of the last one: some put an empty line
 * between its fields. */
static void
read_recipient(TdReport *report, const GArray *fields)
{
	static const char *const names[] = { "Final-Recipient",
		"Original-Recipient", "X-Actual-Recipient", NULL };
	g_autofree char *address = first_address(fields, names);
	TdDsnRecipient *last = NULL;

	if (*address == '\0' && td_fields_find(fields, "Action") == NULL &&
	    td_fields_find(fields, "Status") == NULL)
		return;
	if (report->recipients->len > 0)
		last = g_ptr_array_index(
		    report->recipients, report->recipients->len - 1);
	if (last != NULL && *last->address == '\0')
		replace_empty(&last->address, g_strdup(address));
	else if (*address != '\0' || last == NULL || *last->action != '\0')
		last = td_report_add(report, address);
	if (last == NULL)
		return;
	replace_empty(&last->action, td_report_action(fields));
	replace_empty(&last->status, td_report_status(fields));
	replace_empty(
	    &last->diagnostic, td_report_typed(fields, "Diagnostic-Code"));
}

static gboolean
is_field(const TdField *field, const char *name)
{
	return field->name_size == strlen(name) &&
	    g_ascii_strncasecmp(field->name, name, field->name_size) == 0;
}

/* One block of a message/delivery-status: about the mail, or about one
 * recipient, or (careless mailers) both, or about several. */
static void
read_delivery_block(TdReport *report, const GArray *fields)
{
	g_autoptr(GArray) some = g_array_new(FALSE, FALSE, sizeof(TdField));
	gboolean have = FALSE;

	take_envid(report, fields);
	td_report_take_id(
	    report, td_fields_find(fields, "X-Original-Message-ID"));
	for (guint i = 0; i < fields->len; i++) {
		const TdField *field = &g_array_index(fields, TdField, i);
		gboolean final = is_field(field, "Final-Recipient");

		if (final && have) {
			read_recipient(report, some);
			g_array_set_size(some, 0);
		}
		have = have || final;
		g_array_append_vals(some, field, 1);
	}
	read_recipient(report, some);
}

/* "automatic-action/MDN-sent-automatically; displayed" (RFC 8098, 3.2.6). */
static void
read_disposition_block(TdReport *report, const GArray *fields)
{
	static const char *const names[] = { "Final-Recipient",
		"Original-Recipient", NULL };
	g_autofree char *address = first_address(fields, names);
	g_autofree char *value = td_fields_value(fields, "Disposition");
	char *action = strchr(value, ';');

	take_envid(report, fields);
	td_report_take_id(
	    report, td_fields_find(fields, "Original-Message-ID"));
	if (*address == '\0')
		return;
	action = g_strstrip(action == NULL ? value : action + 1);
	action[strcspn(action, " \t/,")] = '\0';
	add_recipient(report, g_steal_pointer(&address),
	    g_ascii_strdown(action, -1), g_strdup(""),
	    td_report_typed(fields, "Error"));
}

/* RFC 5965, section 3. */
static void
read_feedback_block(TdReport *report, const GArray *fields)
{
	static const char *const names[] = { "Original-Rcpt-To",
		"Removal-Recipient", NULL };
	g_autofree char *address = first_address(fields, names);
	g_autofree char *type = NULL;

	take_envid(report, fields);
	if (*address == '\0')
		return;
	type = td_fields_value(fields, "Feedback-Type");
	type[strcspn(type, " \t;(/")] = '\0';
	add_recipient(report, g_steal_pointer(&address),
	    g_ascii_strdown(type, -1), g_strdup(""), g_strdup(""));
}

static void
read_returned_block(TdReport *report, const GArray *fields)
{
	g_autofree char *complained = NULL;

	td_report_take_id(report, td_fields_find(fields, "Message-ID"));
	complained = td_report_address(fields, "X-HmXmrOriginalRecipient");
	if (report->kind == TD_REPORT_FEEDBACK && *complained != '\0' &&
	    report->recipients->len == 0)
		add_recipient(report, g_steal_pointer(&complained),
		    g_strdup("abuse"), g_strdup(""), g_strdup(""));
}

typedef void (*BlockReader)(TdReport *report, const GArray *fields);

typedef struct {
	const char *type;
	BlockReader read;
	gboolean formal; /* makes a report: it is for programs */
	TdReportKind kind;
} PartReader;

static const PartReader readers[] = {
	{ "message/delivery-status", read_delivery_block, TRUE,
	    TD_REPORT_DELIVERY },
	{ "message/global-delivery-status", read_delivery_block, TRUE,
	    TD_REPORT_DELIVERY },
	{ "message/disposition-notification", read_disposition_block, TRUE,
	    TD_REPORT_DISPOSITION },
	{ "message/global-disposition-notification", read_disposition_block,
	    TRUE, TD_REPORT_DISPOSITION },
	{ "message/feedback-report", read_feedback_block, TRUE,
	    TD_REPORT_FEEDBACK },
	{ "message/rfc822", read_returned_block, FALSE, TD_REPORT_DELIVERY },
	{ "message/global", read_returned_block, FALSE, TD_REPORT_DELIVERY },
	{ "text/rfc822-headers", read_returned_block, FALSE,
	    TD_REPORT_DELIVERY },
	{ "message/rfc822-headers", read_returned_block, FALSE,
	    TD_REPORT_DELIVERY },
	{ "message/global-headers", read_returned_block, FALSE,
	    TD_REPORT_DELIVERY },
};

/* A block of fields, or with @many all blocks. */
static void
read_blocks(TdReport *report, const char *at, gsize left, BlockReader read,
    gboolean many)
{
	g_autoptr(GArray) fields = g_array_new(FALSE, FALSE, sizeof(TdField));

	while (left > 0 && report->recipients->len < TD_REPORT_RECIPIENTS) {
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

void
td_report_read_delivery(TdReport *report, const char *blocks, gsize size)
{
	read_blocks(report, blocks, size, read_delivery_block, TRUE);
}

static const PartReader *
find_reader(const TdPart *part)
{
	for (gsize i = 0; i < G_N_ELEMENTS(readers); i++)
		if (td_part_is(part, readers[i].type))
			return &readers[i];
	return NULL;
}

static void
read_part(TdReport *report, const TdPart *part)
{
	static const char start[] = "Reporting-MTA:";
	const PartReader *reader = find_reader(part);
	BlockReader read = reader == NULL ? NULL : reader->read;
	g_autoptr(GByteArray) bytes = NULL;
	gboolean text = reader == NULL && part->role != TD_PART_TEXT &&
	    td_part_is(part, "text/plain");

	if (reader == NULL && !text)
		return;
	bytes = td_part_read(part, TD_LIMIT_REPORT, NULL);
	/* Gateways make plain text of what they do not know. */
	if (text && bytes->len > sizeof(start) &&
	    g_ascii_strncasecmp(
	        (const char *)bytes->data, start, sizeof(start) - 1) == 0)
		read = read_delivery_block;
	if (read != NULL)
		read_blocks(report, (const char *)bytes->data, bytes->len, read,
		    text || reader->formal);
}

/* What the parts say that the report is: 1 or more when they do. */
static guint
kind_of_parts(const TdMime *mime, TdReportKind *kind)
{
	guint count = 0;

	for (guint i = 0; i < mime->leaves->len; i++) {
		const PartReader *reader = find_reader(
		    g_ptr_array_index(mime->leaves, i));

		if (reader != NULL && reader->formal && count++ == 0)
			*kind = reader->kind;
	}
	return count;
}

static TdReportKind
kind_of_type(const TdPart *root)
{
	static const struct {
		const char *type;
		TdReportKind kind;
	} types[] = {
		{ "disposition", TD_REPORT_DISPOSITION },
		{ "feedback", TD_REPORT_FEEDBACK },
		{ "dmarc", TD_REPORT_FEEDBACK },
		{ "tlsrpt", TD_REPORT_FEEDBACK },
	};
	const char *type = td_part_parameter(root, "report-type");
	g_autofree char *lower = g_ascii_strdown(type == NULL ? "" : type, -1);

	for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
		if (strstr(lower, types[i].type) != NULL)
			return types[i].kind;
	return TD_REPORT_DELIVERY;
}

static char *
subject_of(const TdMime *mime)
{
	g_autoptr(GArray) fields = g_array_new(FALSE, FALSE, sizeof(TdField));
	g_autofree char *value = NULL;
	const TdPart *root = mime->root;

	td_fields_scan(root->raw, root->raw_size - root->size, TD_LIMIT_HEADERS,
	    fields, NULL);
	value = td_fields_value(fields, "Subject");
	return td_text_fold(value);
}

/* Whether a person's mail passes on the parts of a report: programs for mail
 * attach each of them when they forward one. */
static gboolean
is_passed_on(const TdMime *mime)
{
	g_autofree char *subject = subject_of(mime);

	return td_bounce_is_answer(subject);
}

/* Aggregates of DMARC (RFC 7489, 7.2.1.1) and of TLS (RFC 8460, 5.3): one file
 * in a mail whose Subject has a form of its own. */
static gboolean
is_aggregate(const TdMime *mime)
{
	static const char *const types[] = { "application/zip",
		"application/gzip", "application/x-gzip",
		"application/x-zip-compressed", "application/octet-stream",
		"application/x-zip", "application/xml", "text/xml" };
	gboolean file = FALSE;

	for (guint i = 0; i < mime->leaves->len; i++) {
		const TdPart *leaf = g_ptr_array_index(mime->leaves, i);

		if (g_str_has_prefix(leaf->type, "application/tlsrpt+"))
			return TRUE;
		for (gsize j = 0; j < G_N_ELEMENTS(types); j++)
			file = file || td_part_is(leaf, types[j]);
	}
	if (file) {
		g_autofree char *subject = subject_of(mime);

		return strstr(subject, "report domain:") != NULL &&
		    strstr(subject, "submitter:") != NULL &&
		    !td_bounce_is_answer(subject);
	}
	return FALSE;
}

/* A complaint by the form of Microsoft, older than RFC 5965: the mail it is
 * about, under a Subject that always begins the same. */
static gboolean
is_complaint(const TdMime *mime)
{
	const TdPart *first = mime->leaves->len == 0
	    ? NULL
	    : g_ptr_array_index(mime->leaves, 0);
	g_autofree char *subject = NULL;

	if (first == NULL || !td_part_is(first, "message/rfc822"))
		return FALSE;
	subject = subject_of(mime);
	return g_str_has_prefix(subject, "complaint about message from");
}

/* Some send the same part twice. */
static void
drop_repeated(TdReport *report)
{
	g_autoptr(GHashTable)
	    seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < report->recipients->len;) {
		const TdDsnRecipient *one = g_ptr_array_index(
		    report->recipients, i);
		char *key = g_strjoin("\n", one->address, one->action,
		    one->status, one->diagnostic, NULL);

		if (g_hash_table_add(seen, key))
			i++;
		else
			g_ptr_array_remove_index(report->recipients, i);
	}
}

TdReport *
td_report_read(const TdMime *mime)
{
	TdReportKind kind = kind_of_type(mime->root);
	TdReport *report;

	if (td_part_is(mime->root, "multipart/report")) {
		kind_of_parts(mime, &kind);
	} else if (kind_of_parts(mime, &kind) > 0) {
		if (mime->root->children != NULL && is_passed_on(mime))
			return NULL;
	} else if (is_complaint(mime) || is_aggregate(mime)) {
		kind = TD_REPORT_FEEDBACK;
	} else {
		return NULL;
	}

	report = td_report_new(kind, TRUE);
	for (guint i = 0; i < mime->leaves->len; i++)
		read_part(report, g_ptr_array_index(mime->leaves, i));
	drop_repeated(report);
	return report;
}
