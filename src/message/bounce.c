/* bounce.c - see message/bounce.h */

#include "config.h"

#include <string.h>

#include "message/bounce-private.h"
#include "message/bounce.h"
#include "message/limits.h"
#include "message/report.h"

static void
replace(char **place, const char *value)
{
	char *copy = g_strdup(value);

	g_free(*place);
	*place = copy;
}

/* ---- status and action ---- */

static const char *
action_of_status(const char *status)
{
	switch (*status) {
	case '2':
		return "delivered";
	case '4':
		return "delayed";
	case '5':
		return "failed";
	default:
		return "";
	}
}

static const char *
status_of_action(const char *action)
{
	if (strcmp(action, "failed") == 0)
		return "5.0.0";
	if (strcmp(action, "delayed") == 0)
		return "4.0.0";
	return *action == '\0' ? "" : "2.0.0";
}

/* What a status that tells no more than its class gives way to: one in the
 * words, but none that is only guessed from them. */
static gboolean
refine(const TdDsnRecipient *one, char status[TD_STATUS_SIZE])
{
	return g_str_has_suffix(one->status, ".0.0") &&
	    td_reason_status(one->diagnostic, status) &&
	    *status == *one->status;
}

/* Fills what is open of one from what its diagnostic says. */
static void
settle(TdDsnRecipient *one)
{
	gboolean delayed = strcmp(one->action, "delayed") == 0;
	gboolean arrived = *one->status == '2' ||
	    (*one->action != '\0' && !delayed &&
	        strcmp(one->action, "failed") != 0);
	char status[TD_STATUS_SIZE];

	if (!arrived && *one->status == '\0' &&
	    td_reason_guess(one->diagnostic, delayed, status)) {
		if (delayed)
			status[0] = '4';
		replace(&one->status, status);
	} else if (!arrived && refine(one, status)) {
		replace(&one->status, status);
	}
	if (*one->action == '\0')
		replace(&one->action, action_of_status(one->status));
	if (*one->status == '\0')
		replace(&one->status, status_of_action(one->action));
}

static void
settle_all(TdReport *report)
{
	for (guint i = 0; i < report->recipients->len; i++)
		settle(g_ptr_array_index(report->recipients, i));
}

/* ---- the words ---- */

/* The text of the notice from the first line on that is a field of a delivery
 * report: mails whose parts got lost show them as text.  NULL if there is none.
 * The caller owns it. */
static char *
shown_report(const TdNotice *notice)
{
	static const char *const names[] = {
		"reporting-mta:", "final-recipient:", "original-recipient:"
	};
	g_autoptr(GString) text = g_string_new(NULL);
	gboolean found = FALSE;

	for (guint i = 0; i < notice->lines->len; i++) {
		const TdNoticeLine *line = &g_array_index(
		    notice->lines, TdNoticeLine, i);

		for (gsize j = 0; j < G_N_ELEMENTS(names) && !found; j++)
			found = g_str_has_prefix(line->folded, names[j]);
		if (found)
			g_string_append_printf(text, "%s\n", line->text);
	}
	return found ? g_strdup(text->str) : NULL;
}

/* The action where none is told: all are still tried, or none. */
static void
set_actions(TdReport *report, const TdBounceLook *look, const TdNotice *notice)
{
	gboolean final = (notice->flags & TD_NOTICE_FINAL) != 0;
	gboolean delayed = look->delayed ||
	    (notice->flags & TD_NOTICE_DELAYED) != 0;

	for (guint i = 0; i < report->recipients->len; i++) {
		TdDsnRecipient *one = g_ptr_array_index(report->recipients, i);

		if (*one->action == '\0')
			replace(&one->action,
			    delayed && !final ? "delayed" : "failed");
	}
}

/* FALSE: whom it is about had to be guessed. */
static gboolean
read_words(TdReport *report, const TdMessage *message, const TdMime *mime,
    const TdBounceLook *look, const TdNotice *notice)
{
	g_autoptr(GByteArray) owner = NULL;
	g_autoptr(GArray) returned = NULL;
	g_autofree char *shown = shown_report(notice);
	gboolean found;

	returned = td_notice_returned(notice, mime, &owner);
	if (shown != NULL)
		td_report_read_delivery(report, shown, strlen(shown));
	found = report->recipients->len > 0 ||
	    td_bounce_recipients(report, notice, message, returned);
	td_report_take_id(report, td_fields_find(returned, "Message-ID"));
	set_actions(report, look, notice);
	settle_all(report);
	return found;
}

/* Some refer to the mail as an answer does (RFC 5322, 3.6.4). */
static void
take_referred(TdReport *report, const TdMessage *message)
{
	const char *value = td_message_header(message, "In-Reply-To", 0);
	TdField field = { .value = value };
	guint count = g_strv_length(message->references);

	if (value != NULL) {
		field.value_size = strlen(value);
		td_report_take_id(report, &field);
	}
	if (*report->returned_message_id == '\0' && count > 0)
		replace(&report->returned_message_id,
		    message->references[count - 1]);
}

/* The report that some gateway put into a mail of its own. */
static gboolean
read_wrapped(TdReport *report, const TdMime *mime)
{
	const TdPart *part = td_returned_part(mime);
	g_autoptr(GByteArray) bytes = NULL;
	g_autoptr(TdMime) inner = NULL;
	g_autoptr(TdReport) wrapped = NULL;

	if (part == NULL || !td_part_is(part, "message/rfc822"))
		return FALSE;
	bytes = td_part_read(part, TD_LIMIT_REPORT, NULL);
	inner = td_mime_parse((const char *)bytes->data, bytes->len, NULL);
	if (!td_part_is(inner->root, "multipart/report"))
		return FALSE;
	wrapped = td_report_read(inner);
	if (wrapped->kind != TD_REPORT_DELIVERY ||
	    wrapped->recipients->len == 0)
		return FALSE;
	replace(&report->envid, wrapped->envid);
	replace(&report->returned_message_id, wrapped->returned_message_id);
	g_ptr_array_extend_and_steal(
	    report->recipients, g_steal_pointer(&wrapped->recipients));
	wrapped->recipients = g_ptr_array_new();
	return TRUE;
}

TdReport *
td_bounce_read(const TdMessage *message, const TdMime *mime)
{
	g_autoptr(TdReport) report = NULL;
	g_autoptr(TdNotice) notice = NULL;
	TdBounceLook look;
	gboolean finds;

	td_bounce_look(message, &look);
	if (!td_bounce_may_be(&look))
		return NULL;
	report = td_report_new(TD_REPORT_DELIVERY, FALSE);
	if (look.cloud && td_bounce_read_json(report, message->text)) {
		settle_all(report);
		return g_steal_pointer(&report);
	}
	if (look.sender >= TD_LOOKS_OFFICE && look.subject && !look.answer &&
	    read_wrapped(report, mime)) {
		settle_all(report);
		return g_steal_pointer(&report);
	}
	notice = td_notice_read(message->text);
	finds = read_words(report, message, mime, &look, notice);
	if (!td_bounce_is(&look, notice, report, finds,
	        notice->returned != NULL || td_returned_part(mime) != NULL))
		return NULL;
	take_referred(report, message);
	return g_steal_pointer(&report);
}

/* ---- formal reports ---- */

static const TdDsnRecipient *
find_recipient(const TdReport *report, const char *address)
{
	for (guint i = 0; i < report->recipients->len; i++) {
		const TdDsnRecipient *one = g_ptr_array_index(
		    report->recipients, i);

		if (g_ascii_strcasecmp(one->address, address) == 0)
			return one;
	}
	return report->recipients->len == 1
	    ? g_ptr_array_index(report->recipients, 0)
	    : NULL;
}

/* What the words say of those of whom the report says too little. */
static void
take_words(TdReport *report, const TdReport *words)
{
	for (guint i = 0; i < report->recipients->len; i++) {
		TdDsnRecipient *one = g_ptr_array_index(report->recipients, i);
		const TdDsnRecipient *same = find_recipient(
		    words, one->address);

		if (same == NULL ||
		    (words->recipients->len == 1 &&
		        report->recipients->len > 1))
			continue;
		if (*one->address == '\0')
			replace(&one->address, same->address);
		if (*one->diagnostic == '\0')
			replace(&one->diagnostic, same->diagnostic);
		if (*one->action == '\0' && *one->status == '\0')
			replace(&one->action, same->action);
	}
	for (guint i = 0;
	     report->recipients->len == i && i < words->recipients->len; i++) {
		const TdDsnRecipient *same = g_ptr_array_index(
		    words->recipients, i);
		TdDsnRecipient *one = td_report_add(report, same->address);

		replace(&one->action, same->action);
		replace(&one->status, same->status);
		replace(&one->diagnostic, same->diagnostic);
	}
}

static gboolean
is_complete(const TdReport *report)
{
	for (guint i = 0; i < report->recipients->len; i++) {
		const TdDsnRecipient *one = g_ptr_array_index(
		    report->recipients, i);

		if (*one->address == '\0' || *one->diagnostic == '\0' ||
		    (*one->action == '\0' && *one->status == '\0'))
			return FALSE;
	}
	return report->recipients->len > 0 &&
	    *report->returned_message_id != '\0';
}

void
td_bounce_complete(
    TdReport *report, const TdMessage *message, const TdMime *mime)
{
	if (!is_complete(report)) {
		g_autoptr(TdNotice) notice = td_notice_read(message->text);
		g_autoptr(TdReport)
		    words = td_report_new(TD_REPORT_DELIVERY, FALSE);
		TdBounceLook look;

		td_bounce_look(message, &look);
		read_words(words, message, mime, &look, notice);
		take_words(report, words);
		if (*report->returned_message_id == '\0')
			replace(&report->returned_message_id,
			    words->returned_message_id);
	}
	settle_all(report);
	take_referred(report, message);
}
