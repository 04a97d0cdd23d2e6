/* classify.c - person or machine, and whether it may be answered at all
 *
 * The rules in their order; what each looks at stands in classify-*.c, one
 * function a rule. */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/text.h>

#include "desk/classify-private.h"

/* Longest reason kept, in bytes. */
#define REASON_MAX 200

void
td_case_silence(TdCase *mail, const char *why)
{
	if (mail->out->silence == NULL)
		mail->out->silence = td_text_printable(why, REASON_MAX);
}

void
td_case_fire(TdCase *mail, TdClass class, const char *why)
{
	td_case_silence(mail, why);
	if (mail->classed)
		return;
	mail->classed = TRUE;
	mail->out->class = class;
	mail->out->reason = td_text_printable(why, REASON_MAX);
}

void
td_case_fire_value(
    TdCase *mail, TdClass class, int rule, const char *name, const char *value)
{
	g_autofree char *why = NULL;

	if (mail->classed && mail->out->silence != NULL)
		return;
	why = g_strdup_printf("rule %d: %s: %s", rule, name, value);
	td_case_fire(mail, class, why);
}

void
td_case_fire_machine(
    TdCase *mail, TdClass class, int rule, const char *name, const char *value)
{
	const TdReport *report = mail->message->report;
	const char *more = "";
	g_autofree char *shown = NULL;
	g_autofree char *why = NULL;

	if (mail->classed) {
		td_case_fire_value(mail, class, rule, name, value);
		return;
	}
	if (td_case_has_bounce_words(mail)) {
		class = TD_CLASS_BOUNCE;
		more = "; it reads as a bounce";
	} else if (report != NULL && report->kind == TD_REPORT_FEEDBACK) {
		class = TD_CLASS_REPORT;
		more = "; it reads as a complaint";
	} else if (td_case_reads_as_reply(mail, TRUE)) {
		class = TD_CLASS_AUTO_REPLY;
		more = "; it reads as an automatic reply";
	}
	shown = td_text_printable(value, REASON_MAX / 2);
	why = g_strdup_printf("rule %d: %s: %s%s", rule, name, shown, more);
	td_case_fire(mail, class, why);
}

const char *
td_case_next(const TdCase *mail, const char *name, guint *index)
{
	const GPtrArray *headers = mail->message->headers;

	while (*index < headers->len) {
		const TdHeader *header = g_ptr_array_index(headers, (*index)++);

		if (g_ascii_strcasecmp(header->name, name) == 0)
			return header->raw;
	}
	return NULL;
}

const char *
td_case_header(const TdCase *mail, const char *name)
{
	guint index = 0;

	return td_case_next(mail, name, &index);
}

char *
td_case_keyword(const char *value)
{
	const char *start;
	guint depth = 0;

	/* Comments may be nested and hold quoted pairs (RFC 5322, 3.2.2). */
	for (; *value != '\0'; value++) {
		if (*value == '\\' && depth > 0 && value[1] != '\0')
			value++;
		else if (*value == '(')
			depth++;
		else if (*value == ')' && depth > 0)
			depth--;
		else if (depth == 0 && !g_ascii_isspace(*value))
			break;
	}
	start = value;
	while (*value != '\0' && !g_ascii_isspace(*value) &&
	    strchr(";(,", *value) == NULL)
		value++;
	return g_ascii_strdown(start, value - start);
}

gboolean
td_case_names(const char *value, GStrv names)
{
	g_autofree char *folded = NULL;

	if (value == NULL || names[0] == NULL)
		return FALSE;
	folded = td_text_fold(value);
	for (guint i = 0; names[i] != NULL; i++) {
		gsize length = strlen(names[i]);
		const char *at = folded;

		while ((at = strstr(at, names[i])) != NULL) {
			gboolean begins = at == folded ||
			    strchr("<: ,\"", at[-1]) != NULL;

			if (begins && strchr(">, \"?;", at[length]) != NULL)
				return TRUE;
			at += length;
		}
	}
	return FALSE;
}

/* A thumbs-up is a person's, but no question. */
static void
look_at_reaction(TdCase *mail)
{
	static const char why[] = "a reaction (RFC 9078)";

	if (*mail->message->reaction == '\0')
		return;
	td_case_silence(mail, why);
	if (!mail->classed)
		mail->out->reason = g_strdup(why);
	mail->classed = TRUE;
}

static void
run_rules(TdCase *mail)
{
	if (mail->message->unreadable)
		td_case_fire(mail, TD_CLASS_HUMAN, TD_REASON_UNREADABLE);
	/* What nobody else can have made goes first, then what only programs
	 * write for programs; spam may bear any other mark. */
	td_case_own(mail);
	td_case_report(mail);
	td_case_mail_system(mail);
	td_case_null_sender(mail);
	td_case_auto_submitted(mail);
	td_case_list(mail);
	td_case_precedence(mail);
	td_case_fields(mail);
	td_case_away(mail);
	td_case_local_part(mail);
	td_case_spam(mail);
	td_case_not_addressed(mail);
	td_case_from_own(mail);
	look_at_reaction(mail);
}

void
td_desk_classify(const TdDesk *desk, const TdMessage *message,
    const TdEnvelope *envelope, TdClassified *classified)
{
	TdCase mail = { .desk = desk,
		.message = message,
		.envelope = envelope,
		.speaker = td_desk_speaker(desk, message),
		.out = classified };

	*classified = (TdClassified){ .class = TD_CLASS_HUMAN };
	mail.from = td_address_fold(mail.speaker->address);
	mail.form = message->reply_to->len > 0 &&
	    mail.speaker == g_ptr_array_index(message->reply_to, 0);
	mail.transparent = td_case_is_transparent(&mail);
	run_rules(&mail);
	g_free(mail.from);

	if (classified->reason == NULL)
		classified->reason = g_strdup("no rule for machines fires");
	if (classified->silence == NULL)
		classified->silence = g_strdup("");
}
