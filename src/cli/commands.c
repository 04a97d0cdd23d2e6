/* commands.c - the commands of `ticket` and their options
 *
 * tests/check-options.sh reads these tables and compares them with ticket(1):
 * keep one option a line, its name first. */

#include "config.h"

#include <string.h>

#include "cli/cli.h"

const TdOption td_global_options[] = {
	{ "config", 'c', "FILE", "read FILE rather than TICKETD_CONF names" },
	{ "color", 0, "auto|always|never", "colours (auto: on a terminal)" },
	{ "help", 'h', NULL, "say how to use ticket, or a command" },
	{ "version", 0, NULL, "print the version" },
	{ NULL, 0, NULL, NULL },
};

static const TdOption no_options[] = {
	{ NULL, 0, NULL, NULL },
};

static const TdOption format_options[] = {
	{ "format", 0, "text|json", "how to print" },
	{ NULL, 0, NULL, NULL },
};

static const TdOption init_options[] = {
	{ "user", 0, "USER", "who is to own the store (root only)" },
	{ "first-number", 0, "N", "number of the first ticket" },
	{ NULL, 0, NULL, NULL },
};

static const TdOption list_options[] = {
	{ "queue", 0, "QUEUE", "of this queue only" },
	{ "status", 0, "STATUS", "of this status only" },
	{ "active", 0, NULL, "leave out closed ones" },
	{ "requester", 0, "ADDRESS", "of this customer only" },
	{ "owner", 0, "OWNER", "of this agent only" },
	{ "subject", 0, "WORDS", "each begins a word of the subject" },
	{ "spam", 0, NULL, "those marked as spam, and no others" },
	{ "all", 0, NULL, "all that match: the same as --limit 0" },
	{ "limit", 0, "N", "at most N (20 unless given; 0: all)" },
	{ "format", 0, "text|json|csv|ids", "how to print" },
	{ NULL, 0, NULL, NULL },
};

static const TdOption attachment_options[] = {
	{ "output", 'o', "FILE", "write to FILE, or into that directory" },
	{ "force", 0, NULL, "overwrite FILE" },
	{ NULL, 0, NULL, NULL },
};

static const TdOption new_options[] = {
	{ "queue", 0, "QUEUE", "the queue (required)" },
	{ "requester", 0, "ADDRESS", "the customer (required)" },
	{ "subject", 0, "SUBJECT", "the subject (required)" },
	{ "name", 0, "NAME", "the customer's name" },
	{ "quiet", 0, NULL, "send no acknowledgement" },
	{ "format", 0, "text|json", "how to print" },
	{ NULL, 0, NULL, NULL },
};

static const TdOption log_options[] = {
	{ "limit", 0, "N", "the newest N only (0: all)" },
	{ "format", 0, "text|json", "how to print" },
	{ NULL, 0, NULL, NULL },
};

static const TdOption explain_options[] = {
	{ "sender", 0, "ADDRESS", "the envelope's; '' is the null sender" },
	{ "recipient", 0, "ADDRESS", "the envelope's" },
	{ "format", 0, "text|json", "how to print" },
	{ NULL, 0, NULL, NULL },
};

static const TdOption flush_options[] = {
	{ "all", 0, NULL, "try what was put off, too" },
	{ "wait", 0, NULL, "return when each was tried" },
	{ NULL, 0, NULL, NULL },
};

static const TdOption check_options[] = {
	{ "mail", 0, NULL, "ask the mail server about each queue, too" },
	{ "rebuild", 0, NULL, "write wrong records anew from their events" },
	{ "upgrade", 0, NULL, "bring the store to the newest schema" },
	{ "format", 0, "text|json", "how to print" },
	{ NULL, 0, NULL, NULL },
};

const TdCommand td_commands[] = {
	{ "init", td_cli_init, init_options, 0, 0, "", "make the store" },
	{ "list", td_cli_list, list_options, 0, 0, "",
	    "list tickets, newest first" },
	{ "show", td_cli_show, format_options, 1, 1, "N",
	    "print a ticket, its messages and events" },
	{ "raw", td_cli_raw, no_options, 1, 1, "N[/SEQ]",
	    "print a message as it came" },
	{ "attachment", td_cli_attachment, attachment_options, 1, 1,
	    "N/SEQ/PART", "take an attachment out of a message" },
	{ "new", td_cli_new, new_options, 0, 0, "",
	    "open a ticket with the text on the standard input" },
	{ "log", td_cli_log, log_options, 0, 1, "[N]",
	    "print what happened, to a ticket or to all" },
	{ "explain", td_cli_explain, explain_options, 1, 1, "FILE",
	    "say how a mail would be taken, and why" },
	{ "reprocess", td_cli_reprocess, format_options, 1, 1, "N/SEQ",
	    "decide again where a message belongs" },
	{ "outbox list", td_cli_outbox_list, format_options, 0, 0, "",
	    "list the mail that waits to go out" },
	{ "outbox retry", td_cli_outbox_retry, format_options, 0, 1, "[ID]",
	    "make waiting mail due now" },
	{ "outbox drop", td_cli_outbox_drop, format_options, 1, G_MAXUINT,
	    "ID...", "give mail up" },
	{ "outbox flush", td_cli_outbox_flush, flush_options, 0, 0, "",
	    "try to send what is due" },
	{ "secret rotate", td_cli_secret_rotate, format_options, 0, 0, "",
	    "add a key that signs addresses" },
	{ "stat", td_cli_stat, format_options, 0, 0, "",
	    "count tickets and waiting mail" },
	{ "check", td_cli_check, check_options, 0, 0, "",
	    "look whether all is well" },
	{ "help", td_cli_help, no_options, 0, 2, "[COMMAND]",
	    "say how to use a command" },
	{ NULL, NULL, NULL, 0, 0, NULL, NULL },
};

const TdCommand *
td_command_find(const char *name)
{
	for (const TdCommand *c = td_commands; c->name != NULL; c++) {
		if (g_str_equal(c->name, name))
			return c;
	}
	return NULL;
}

/* How many letters must be changed, added or taken away (Levenshtein). */
static guint
distance(const char *a, const char *b)
{
	gsize columns = strlen(b) + 1;
	g_autofree guint *row = g_new(guint, columns);

	for (gsize j = 0; j < columns; j++)
		row[j] = (guint)j;
	for (gsize i = 0; a[i] != '\0'; i++) {
		guint corner = row[0];

		row[0]++;
		for (gsize j = 1; j < columns; j++) {
			guint change = corner + (a[i] != b[j - 1]);

			corner = row[j];
			row[j] = MIN(change, MIN(row[j], row[j - 1]) + 1);
		}
	}
	return row[columns - 1];
}

const char *
td_command_nearest(const char *name)
{
	const char *nearest = NULL;
	guint least = 3;

	if (strlen(name) > 40)
		return NULL;
	for (const TdCommand *c = td_commands; c->name != NULL; c++) {
		g_autofree char *group = g_strndup(
		    c->name, strcspn(c->name, " "));
		guint here = MIN(
		    distance(name, c->name), distance(name, group));

		if (here < least) {
			least = here;
			nearest = c->name;
		}
	}
	return nearest;
}
