/* classify-report.c - what mail systems write: bounces, receipts, complaints
 */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/text.h>

#include "desk/classify-private.h"

/* ---- rule 3: formal reports ---- */

static TdClass
class_by_kind(TdReportKind kind)
{
	switch (kind) {
	case TD_REPORT_DISPOSITION:
		return TD_CLASS_RECEIPT;
	case TD_REPORT_FEEDBACK:
		return TD_CLASS_REPORT;
	case TD_REPORT_DELIVERY:
		break;
	}
	return TD_CLASS_BOUNCE;
}

/* The class that the header names, or -1.  The field itself is looked at: a
 * report that was cut off has no parts left. */
static int
class_by_type(const TdCase *mail)
{
	static const struct {
		const char *type;
		TdClass class;
	} types[] = {
		{ "delivery-status", TD_CLASS_BOUNCE },
		{ "disposition-notification", TD_CLASS_RECEIPT },
		{ "feedback-report", TD_CLASS_REPORT },
		{ "tlsrpt", TD_CLASS_REPORT },
		{ "dmarc", TD_CLASS_REPORT },
	};
	static const char name[] = "multipart/report";
	const char *value = td_case_header(mail, "Content-Type");
	const TdReport *report = mail->message->report;
	const char *type = mail->message->report_type;

	if (value == NULL ||
	    g_ascii_strncasecmp(value, name, strlen(name)) != 0)
		return -1;
	if (*type == '\0')
		type = value;
	for (guint i = 0; i < G_N_ELEMENTS(types); i++)
		if (strcasestr(type, types[i].type) != NULL)
			return (int)types[i].class;
	return (int)class_by_kind(
	    report == NULL ? TD_REPORT_DELIVERY : report->kind);
}

/* "google.com!example.org!1669507200!1669593599.zip" (RFC 7489, 7.2.1.1). */
static gboolean
is_dmarc_name(const char *name)
{
	g_auto(GStrv) parts = g_strsplit(name, "!", 6);
	guint count = g_strv_length(parts);

	if (count < 4 || count > 5)
		return FALSE;
	for (guint i = 2; i < 4; i++) {
		gsize digits = strspn(parts[i], "0123456789");

		if (digits < 8 ||
		    (parts[i][digits] != '\0' && parts[i][digits] != '.'))
			return FALSE;
	}
	return strchr(parts[0], '.') != NULL && strchr(parts[1], '.') != NULL;
}

/* An aggregate report has no type of its own.  Somebody who asks about one
 * writes another Subject. */
static gboolean
is_dmarc_report(const TdCase *mail)
{
	const GPtrArray *attachments = mail->message->attachments;
	const char *subject = mail->message->subject;

	if (attachments->len == 0 || strcasestr(subject, "report") == NULL ||
	    strcasestr(subject, "domain:") == NULL ||
	    strcasestr(subject, "submitter:") == NULL ||
	    td_desk_bare_subject(mail->desk, subject) != subject ||
	    g_ascii_strncasecmp(subject, "fw", 2) == 0)
		return FALSE;
	for (guint i = 0; i < attachments->len; i++) {
		const TdAttachment *attachment = g_ptr_array_index(
		    attachments, i);

		if (is_dmarc_name(attachment->name))
			return TRUE;
	}
	return FALSE;
}

/* Outlook.com's complaints are the mail and no more. */
static gboolean
is_bare_complaint(const TdCase *mail)
{
	static const char start[] = "complaint about message from ";

	return g_ascii_strncasecmp(
	           mail->message->subject, start, strlen(start)) == 0 &&
	    td_text_is_blank(mail->message->text) &&
	    mail->message->attachments->len > 0;
}

/* Whether nobody wrote anything beside the report's parts: who passes one on
 * says why, or his mail program does in Subject. */
static gboolean
is_bare_report(const TdCase *mail)
{
	const TdMessage *message = mail->message;

	if (strcmp(message->content_type, "multipart/report") == 0 ||
	    strcmp(message->content_type, "message/delivery-status") == 0)
		return TRUE;
	return message->forward == NULL &&
	    g_strv_length(message->references) == 0;
}

/* Rule 3: formal reports (RFC 3464, RFC 8098, RFC 5965, RFC 7489, RFC 8460). */
void
td_case_report(TdCase *mail)
{
	static const char *const fields[] = { "TLS-Report-Domain",
		"X-Failed-Recipients" };
	static const TdClass classes[] = { TD_CLASS_REPORT, TD_CLASS_BOUNCE };
	const TdMessage *message = mail->message;
	const TdReport *report = message->report;
	int class = class_by_type(mail);

	if (class < 0 && strcmp(message->content_type, "multipart/report") == 0)
		class = (int)class_by_kind(
		    report == NULL ? TD_REPORT_DELIVERY : report->kind);
	if (class >= 0)
		td_case_fire_value(mail, (TdClass) class, 3, "Content-Type",
		    td_case_header(mail, "Content-Type"));
	else if (report != NULL && report->formal && is_bare_report(mail))
		td_case_fire(mail, class_by_kind(report->kind),
		    "rule 3: its parts are a report's");
	else if (is_dmarc_report(mail) || is_bare_complaint(mail))
		td_case_fire_value(
		    mail, TD_CLASS_REPORT, 3, "Subject", message->subject);
	for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
		const char *value = td_case_header(mail, fields[i]);

		if (value != NULL)
			td_case_fire_value(
			    mail, classes[i], 3, fields[i], value);
	}
}

/* ---- bounces of any form ---- */

gboolean
td_case_has_bounce_words(const TdCase *mail)
{
	const TdReport *report = mail->message->report;

	/* A postmaster may write of delivery problems; a bounce names those who
	 * did not get a mail. */
	return report != NULL && report->kind == TD_REPORT_DELIVERY &&
	    report->recipients->len > 0 && mail->message->forward == NULL;
}

/* Whether Subject is that of a bounce: enough if who wrote it is no person for
 * sure, for nobody can say in which words a bounce tells the rest. */
static gboolean
has_bounce_subject(const TdCase *mail)
{
	static const char *const phrases[] = { "undeliver", "not delivered",
		"non-delivery", "nondelivery", "delivery status notification",
		"delivery fail", "delivery has failed", "delivery problem",
		"delivery delayed", "delivery error", "delivery report",
		"mail delivery", "returned mail", "returned to sender",
		"returning message to sender", "failure notice",
		"could not be delivered", "message not sent", "delayed mail",
		"warning: message", "mail system error", "unzustellbar",
		"nicht zugestellt", "nicht zustellbar", "non remis",
		"no entregado", "no se puede entregar", "non recapitabile",
		"não entregue", "niedostarcz", "nie dostarczon", "не доставлен",
		"не может быть доставлен", "недоставленное",
		"невозможно доставить", "ошибка доставки", "возврат письма",
		"не доставлено" };
	g_autofree char *start = g_strndup(mail->message->subject, 300);
	g_autofree char *subject = td_text_fold(start);

	for (guint i = 0; i < G_N_ELEMENTS(phrases); i++)
		if (strstr(subject, phrases[i]) != NULL)
			return TRUE;
	return FALSE;
}

/* ---- rule 1: the null sender ---- */

/* RFC 3834; RFC 5230, section 4.6. */
void
td_case_null_sender(TdCase *mail)
{
	gboolean bounce;

	if (mail->envelope->sender == NULL || *mail->envelope->sender != '\0')
		return;
	/* Out of office about a mail called "delivery problem". */
	bounce = td_case_has_bounce_words(mail) ||
	    (!td_case_reads_as_reply(mail, TRUE) && has_bounce_subject(mail));
	td_case_fire(mail, bounce ? TD_CLASS_BOUNCE : TD_CLASS_AUTO_REPLY,
	    "rule 1: null envelope sender");
}

/* ---- rule 7, as far as mail systems go ---- */

/* The letters and digits of @text up to its last '@', lower case. */
static char *
squeeze(const char *text)
{
	const char *at = strrchr(text, '@');
	gsize length = at == NULL ? strlen(text) : (gsize)(at - text);
	g_autofree char *local = g_strndup(text, MIN(length, 200));
	char *folded = td_text_fold(local);
	char *to = folded;

	for (const char *from = folded; *from != '\0'; from++)
		if (g_ascii_isalnum(*from) || (guchar)*from >= 0x80)
			*to++ = *from;
	*to = '\0';
	return folded;
}

/* Whether @text, a name or a local part, is what mail systems call themselves.
 * "Mailer-Daemon" alone is sure. */
static gboolean
is_system_name(const char *text, gboolean *sure)
{
	static const char *const begins[] = { "mailerdaemon", "maildaemon",
		"postmaster", "mdaemon", "maildeliverysystem",
		"maildeliverysubsystem", "maildeliveryservice", "mailsystem",
		"systemadministrator", "mailadministrator",
		"internetmaildelivery", "microsoftexchange", "postoffice" };
	static const char *const within[] = { "smtp", "mailgateway",
		"mailrelay" };
	g_autofree char *bare = squeeze(text);

	for (guint i = 0; i < G_N_ELEMENTS(begins); i++)
		if (g_str_has_prefix(bare, begins[i])) {
			*sure = *sure || i < 2;
			return TRUE;
		}
	for (guint i = 0; i < G_N_ELEMENTS(within); i++)
		if (strstr(bare, within[i]) != NULL)
			return TRUE;
	return FALSE;
}

/* "From: MAILER-DAEMON <>": a mail system does not want to be answered, and
 * nobody else leaves the brackets empty. */
static gboolean
has_empty_from(const TdCase *mail)
{
	const char *value = td_case_header(mail, "From");
	const char *bracket = value == NULL ? NULL : strrchr(value, '<');

	return bracket != NULL && bracket[1 + strspn(bracket + 1, " ")] == '>';
}

/* Whether a field is there that mail systems alone write. */
static gboolean
has_system_field(const TdCase *mail)
{
	static const char *const fields[] = { "X-MS-Embedded-Report",
		"X-MDSend-Notifications-To", "X-MDaemon-Deliver-To" };
	const char *mailer = td_case_header(mail, "X-Mailer");

	for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
		if (td_case_header(mail, fields[i]) != NULL)
			return TRUE;
	return mailer != NULL && g_str_has_prefix(mailer, "<SMTP32");
}

/* What some servers put in place of the null sender. */
static gboolean
has_daemon_sender(const TdCase *mail)
{
	static const char daemon[] = "mailer-daemon";
	const char *sender = mail->envelope->sender;

	return sender != NULL &&
	    g_ascii_strncasecmp(sender, daemon, strlen(daemon)) == 0;
}

/* Rule 7, as far as bounces go: before the marks of lists, for bounces get
 * them on their way, and before Auto-Submitted, which bounces bear as well. */
void
td_case_mail_system(TdCase *mail)
{
	const char *value = td_case_header(mail, "From");
	const TdAddress *speaker = mail->speaker;
	gboolean sure = has_empty_from(mail);
	gboolean system = sure;

	if (mail->form)
		return;
	sure = has_daemon_sender(mail) || sure;
	system = is_system_name(speaker->address, &sure) || system;
	system = is_system_name(speaker->name, &sure) || system;
	if (*speaker->address == '\0' && value != NULL)
		system = is_system_name(value, &sure) || system;
	if (!td_case_has_bounce_words(mail) &&
	    !(sure && has_bounce_subject(mail)))
		return;
	if (system)
		td_case_fire_value(mail, TD_CLASS_BOUNCE, 7, "From",
		    value == NULL ? "" : value);
	else if (has_daemon_sender(mail))
		td_case_fire_value(mail, TD_CLASS_BOUNCE, 7, "envelope sender",
		    mail->envelope->sender);
	else if (has_system_field(mail))
		td_case_fire(mail, TD_CLASS_BOUNCE,
		    "rule 7: the fields of a mail system, and it reads as a "
		    "bounce");
}
