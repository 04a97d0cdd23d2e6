/* intake-log.c - a line for each recipient of a mail that was filed, or not */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/log.h>
#include <ticketd/text.h>

#include "server/service-private.h"

/* Longest text of a mail in a log line. */
#define LOG_MAX 200

/* @text, or a cut copy of it in *@copy. */
static const char *
cut(const char *text, char **copy)
{
	if (text == NULL || strlen(text) <= LOG_MAX)
		return text;
	*copy = td_text_printable(text, LOG_MAX);
	return *copy;
}

static TdLogLevel
level_of(const GError *error)
{
	if (error == NULL ||
	    g_error_matches(error, TD_ERROR, TD_ERROR_NOT_OURS))
		return TD_LOG_INFO;
	if (g_error_matches(error, TD_ERROR, TD_ERROR_BROKEN))
		return TD_LOG_CRITICAL;
	return TD_LOG_WARNING;
}

static void
log_recipient(const TdIntake *intake, const TdMessage *message,
    const TdIntakeRecipient *recipient)
{
	const GError *error = recipient->error;
	g_autofree char *message_id = NULL;
	g_autofree char *sender = NULL;
	g_autofree char *address = NULL;
	char ticket[24], commands[16], size[24], delay[32];

	g_snprintf(ticket, sizeof(ticket), "%" G_GUINT64_FORMAT,
	    recipient->outcome.ticket);
	g_snprintf(commands, sizeof(commands), "%u", recipient->commands);
	g_snprintf(size, sizeof(size), "%zu", g_bytes_get_size(intake->raw));
	g_snprintf(delay, sizeof(delay), "%.3f",
	    (double)(g_get_monotonic_time() - intake->started) / 1e6);
	td_log(level_of(error), "filed", "ticket",
	    error == NULL ? ticket : NULL, "as", recipient->rule, "class",
	    recipient->class_name, "commands",
	    recipient->agent ? commands : NULL, "refused",
	    recipient->agent ? (recipient->refused ? "yes" : "no") : NULL,
	    "from", message == NULL ? NULL : td_message_from(message), "sender",
	    cut(intake->sender, &sender), "recipient",
	    cut(recipient->recipient, &address), "queue_id", intake->queue_id,
	    "message_id",
	    message == NULL ? NULL : cut(message->message_id, &message_id),
	    "size", size, "delay", delay, "result",
	    error == NULL ? "ok" : error->message, "token",
	    recipient->guess ? "wrong" : NULL, NULL);
}

void
td_intake_note(TdIntakeRecipient *recipient, const TdPlan *plan)
{
	recipient->rule = g_strdup(td_rule_name(plan->rule));
	recipient->class_name = g_strdup(td_class_name(plan->class.class));
	recipient->agent = plan->speaker != NULL && *plan->speaker != '\0';
	recipient->commands = plan->results->len;
	recipient->refused = plan->refused;
}

void
td_intake_log(const TdIntake *intake, const TdMessage *message)
{
	GPtrArray *recipients = intake->recipients;

	for (guint i = 0; i < recipients->len; i++)
		log_recipient(
		    intake, message, g_ptr_array_index(recipients, i));
}
