/* bounce-json.c - what mail services tell by a notification in JSON, see
 * message/bounce-private.h
 *
 * Such a mail is one object, cut by mailers anywhere and maybe incomplete: its
 * pairs of names and strings are taken in order, at whatever depth. */

#include "config.h"

#include <string.h>

#include "message/bounce-private.h"
#include "message/report.h"

#define PAIRS_MAX 2000

/* The string behind the quote at *@at, which moves behind it; NULL if it does
 * not end.  Line ends within it come from the mail. */
static char *
read_string(const char **at, const char *end)
{
	GString *out = g_string_new(NULL);
	const char *in = *at + 1;

	for (; in < end && *in != '"'; in++) {
		if (*in == '\\' && in + 1 < end) {
			in++;
			g_string_append_c(
			    out, strchr("nrtbfu", *in) != NULL ? ' ' : *in);
		} else if (*in != '\n' && *in != '\r') {
			g_string_append_c(out, *in);
		}
	}
	if (in >= end) {
		g_string_free(out, TRUE);
		return NULL;
	}
	*at = in + 1;
	return g_string_free(out, FALSE);
}

/* The next name with a string as its value. */
static gboolean
next_pair(const char **at, const char *end, char **name, char **value)
{
	while (*at < end) {
		g_autofree char *word = NULL;

		*at = memchr(*at, '"', (gsize)(end - *at));
		if (*at == NULL)
			return FALSE;
		word = read_string(at, end);
		if (word == NULL)
			return FALSE;
		while (*at < end && g_ascii_isspace(**at))
			(*at)++;
		if (*at == end || **at != ':')
			continue;
		for ((*at)++; *at < end && g_ascii_isspace(**at);)
			(*at)++;
		if (*at == end || **at != '"')
			continue;
		*value = read_string(at, end);
		if (*value == NULL)
			return FALSE;
		*name = g_steal_pointer(&word);
		return TRUE;
	}
	return FALSE;
}

static void
set(char **place, const char *value)
{
	g_free(*place);
	*place = g_utf8_make_valid(value, -1);
}

static gboolean
take_type(TdReport *report, const char *value)
{
	if (g_ascii_strcasecmp(value, "Complaint") == 0)
		report->kind = TD_REPORT_FEEDBACK;
	return g_ascii_strcasecmp(value, "Bounce") == 0 ||
	    g_ascii_strcasecmp(value, "Delivery") == 0 ||
	    g_ascii_strcasecmp(value, "DeliveryDelay") == 0 ||
	    g_ascii_strcasecmp(value, "Complaint") == 0;
}

static void
take_action(TdDsnRecipient *one, const char *value)
{
	g_autofree char *action = g_ascii_strdown(value, -1);

	set(&one->action, action);
}

static void
take_status(TdDsnRecipient *one, const char *value)
{
	char status[TD_STATUS_SIZE];

	if (td_reason_status(value, status))
		set(&one->status, status);
}

static void
take_pair(TdReport *report, TdDsnRecipient **last, const char *name,
    const char *value)
{
	if (strcmp(name, "emailAddress") == 0)
		*last = td_report_add(report, value);
	else if (strcmp(name, "messageId") == 0 && strchr(value, '@') != NULL)
		set(&report->returned_message_id, value);
	else if (*last == NULL)
		return;
	else if (strcmp(name, "status") == 0)
		take_status(*last, value);
	else if (strcmp(name, "action") == 0)
		take_action(*last, value);
	else if (strcmp(name, "diagnosticCode") == 0)
		set(&(*last)->diagnostic, value);
}

/* Whom a mail was for stands in an array, the names in none of its pairs. */
static void
take_delivered(
    TdReport *report, const char *text, const char *end, const char *reply)
{
	static const char mark[] = "\"recipients\"";
	char status[TD_STATUS_SIZE];
	const char *at = g_strstr_len(text, end - text, mark);
	const char *stop;

	at = at == NULL ? NULL : memchr(at, '[', (gsize)(end - at));
	stop = at == NULL ? NULL : memchr(at, ']', (gsize)(end - at));
	while (stop != NULL &&
	    (at = memchr(at, '"', (gsize)(stop - at))) != NULL &&
	    report->recipients->len < TD_BOUNCE_RECIPIENTS) {
		g_autofree char *address = read_string(&at, stop);
		TdDsnRecipient *one = NULL;

		if (address == NULL)
			return;
		one = td_report_add(report, address);
		set(&one->action, "delivered");
		set(&one->diagnostic, reply);
		if (td_reason_status(reply, status) && *status == '2')
			set(&one->status, status);
	}
}

gboolean
td_bounce_read_json(TdReport *report, const char *text)
{
	const char *at = text + strspn(text, " \t\n");
	const char *end = at + strnlen(at, TD_BOUNCE_TEXT);
	TdDsnRecipient *last = NULL;
	g_autofree char *reply = g_strdup("");
	gboolean known = FALSE;

	if (*at != '{')
		return FALSE;
	for (guint i = 0;
	     i < PAIRS_MAX && report->recipients->len < TD_BOUNCE_RECIPIENTS;
	     i++) {
		g_autofree char *name = NULL;
		g_autofree char *value = NULL;

		if (!next_pair(&at, end, &name, &value))
			break;
		if (strcmp(name, "notificationType") == 0 ||
		    strcmp(name, "eventType") == 0)
			known = take_type(report, value) || known;
		else if (strcmp(name, "smtpResponse") == 0)
			set(&reply, value);
		else if (known)
			take_pair(report, &last, name, value);
	}
	if (known && report->recipients->len == 0)
		take_delivered(report, text, end, reply);
	return known;
}
