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
	{ "mine", 0, NULL, "of the agent who is called as you are" },
	{ "as", 0, "AGENT", "who --mine is" },
	{ "unowned", 0, NULL, "of nobody, and not done yet" },
	{ "waiting", 0, NULL, "that wait for the customer" },
	{ "overdue", 0, NULL, "whose deadline is past" },
	{ "breached", 0, NULL, "that broke a deadline, and are not done yet" },
	{ "subject", 0, "WORDS", "each begins a word of the subject" },
	{ "spam", 0, NULL, "those marked as spam, and no others" },
	{ "all", 0, NULL, "all that match: the same as --limit 0" },
	{ "limit", 0, "N", "at most N (20 unless given; 0: all)" },
	{ "format", 0, "text|json|csv|ids", "how to print" },
	{ NULL, 0, NULL, NULL },
};

static const TdOption show_options[] = {
	{ "all", 0, NULL, "what went to agents alone, too" },
	{ "format", 0, "text|json", "how to print" },
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

static const TdOption do_options[] = {
	{ "as", 0, "AGENT", "in the name of this agent" },
	{ "format", 0, "text|json", "how to print" },
	{ NULL, 0, NULL, NULL },
};

static const TdOption agent_add_options[] = {
	{ "queue", 0, "QUEUE", "works in this one; may be repeated" },
	{ "role", 0, "agent|lead", "agent unless given" },
	{ "language", 0, "LANGUAGE", "of the mails he or she gets" },
	{ "full-name", 0, "TEXT", "as customers see it" },
	{ "skills", 0, "TAG,...", "gets tickets with these tags first" },
	{ "calendar", 0, "CALENDAR", "the hours at work; else the queue's" },
	{ "format", 0, "text|json", "how to print" },
	{ NULL, 0, NULL, NULL },
};

static const TdOption agent_set_options[] = {
	{ "add-address", 0, "ADDRESS", "one more; may be repeated" },
	{ "remove-address", 0, "ADDRESS", "not any more; may be repeated" },
	{ "queue", 0, "QUEUE", "works in these alone; all: in every one" },
	{ "role", 0, "agent|lead", "a lead answers for the queues" },
	{ "language", 0, "LANGUAGE", "of the mails; none: the queue's" },
	{ "full-name", 0, "TEXT", "as customers see it" },
	{ "skills", 0, "TAG,...", "gets tickets with these first; none" },
	{ "calendar", 0, "CALENDAR", "the hours at work; none: the queue's" },
	{ "echo", 0, "on|off", "an answer to every command mail" },
	{ "away", 0, "UNTIL", "until then; none: is here" },
	{ "deputy", 0, "AGENT", "who stands in meanwhile; none: nobody" },
	{ "format", 0, "text|json", "how to print" },
	{ NULL, 0, NULL, NULL },
};

static const TdOption agent_key_options[] = {
	{ "list", 0, NULL, "print the keys" },
	{ "remove", 0, "KEY", "take this one away" },
	{ "format", 0, "text|json", "how to print" },
	{ NULL, 0, NULL, NULL },
};

static const TdOption customer_add_options[] = {
	{ "name", 0, "NAME", "what they call themselves" },
	{ "company", 0, "COMPANY", "whom they work for" },
	{ "office", 0, "OFFICE", "where they sit" },
	{ "phone", 0, "PHONE", "where to call" },
	{ "equipment", 0, "EQUIPMENT", "what they have" },
	{ "language", 0, "LANGUAGE", "of the mails they get" },
	{ "address", 0, "ADDRESS", "one more; may be repeated" },
	{ "format", 0, "text|json", "how to print" },
	{ NULL, 0, NULL, NULL },
};

static const TdOption customer_set_options[] = {
	{ "name", 0, "NAME", "what they call themselves" },
	{ "company", 0, "COMPANY", "whom they work for" },
	{ "office", 0, "OFFICE", "where they sit" },
	{ "phone", 0, "PHONE", "where to call" },
	{ "equipment", 0, "EQUIPMENT", "what they have" },
	{ "language", 0, "LANGUAGE", "of the mails; none: the queue's" },
	{ "address", 0, "ADDRESS", "one more; may be repeated" },
	{ "remove-address", 0, "ADDRESS", "not any more; may be repeated" },
	{ "format", 0, "text|json", "how to print" },
	{ NULL, 0, NULL, NULL },
};

static const TdOption customer_list_options[] = {
	{ "company", 0, "COMPANY", "of this company only" },
	{ "format", 0, "text|json", "how to print" },
	{ NULL, 0, NULL, NULL },
};

static const TdOption import_options[] = {
	{ "dry-run", 0, NULL, "change nothing, say what would be done" },
	{ "format", 0, "text|json", "how to print" },
	{ NULL, 0, NULL, NULL },
};

static const TdOption log_options[] = {
	{ "person", 0, "WHO", "by this person only: name or address" },
	{ "kind", 0, "KINDS", "of these kinds only, with commas between" },
	{ "since", 0, "TIME", "not before that" },
	{ "until", 0, "TIME", "before that; a date: up to its end" },
	{ "limit", 0, "N", "the newest N only (0: all)" },
	{ "verify", 0, NULL, "look whether anything was changed" },
	{ "seal", 0, "FILE", "write the ends of all chains to FILE" },
	{ "against", 0, "FILE", "compare with a file of --seal" },
	{ "format", 0, "text|json", "how to print" },
	{ NULL, 0, NULL, NULL },
};

static const TdOption stat_options[] = {
	{ "as", 0, "AGENT", "count the tickets of this agent, too" },
	{ "format", 0, "text|json", "how to print" },
	{ NULL, 0, NULL, NULL },
};

static const TdOption explain_options[] = {
	{ "sender", 0, "ADDRESS", "the envelope's; '' is the null sender" },
	{ "recipient", 0, "ADDRESS", "the envelope's" },
	{ "format", 0, "text|json", "how to print" },
	{ NULL, 0, NULL, NULL },
};

static const TdOption suppress_list_options[] = {
	{ "kind", 0, "bounced|muted", "of this kind only" },
	{ "format", 0, "text|json", "how to print" },
	{ NULL, 0, NULL, NULL },
};

static const TdOption suppress_add_options[] = {
	{ "days", 0, "N", "for so many days; for ever unless given" },
	{ "why", 0, "TEXT", "the reason, for the list" },
	{ "format", 0, "text|json", "how to print" },
	{ NULL, 0, NULL, NULL },
};

static const TdOption ban_options[] = {
	{ "days", 0, "N", "for so many days; for ever unless given" },
	{ "why", 0, "TEXT", "the reason, for the list" },
	{ "force", 0, NULL, "though many people have their mail there" },
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

static const TdOption export_options[] = {
	{ "output", 'o', "DIR", "write to DIR (here unless given)" },
	{ "queue", 0, "QUEUE", "of this queue only" },
	{ "status", 0, "STATUS", "of this status only" },
	{ "active", 0, NULL, "leave out closed ones" },
	{ "requester", 0, "ADDRESS", "of this customer only" },
	{ "owner", 0, "OWNER", "of this agent only" },
	{ "subject", 0, "WORDS", "each begins a word of the subject" },
	{ "spam", 0, NULL, "those marked as spam, and no others" },
	{ "since", 0, "TIME", "of which something happened since then" },
	{ "update", 0, NULL, "leave files alone that are right" },
	{ "format", 0, "text|json", "how to print" },
	{ NULL, 0, NULL, NULL },
};

static const TdOption import_mail_options[] = {
	{ "queue", 0, "QUEUE", "the queue; else the one it was sent to" },
	{ "status", 0, "open|closed", "of new tickets; closed unless given" },
	{ "subfolders", 0, NULL, "of a Maildir its folders, too" },
	{ "dry-run", 0, NULL, "change nothing, say what would be done" },
	{ "quiet", 0, NULL, "print nothing but what was refused" },
	{ "format", 0, "text|json", "how to print" },
	{ NULL, 0, NULL, NULL },
};

static const TdOption purge_options[] = {
	{ "older-than", 0, "AGE",
	    "done, and untouched for so long (required)" },
	{ "queue", 0, "QUEUE", "of this queue only" },
	{ "status", 0, "closed|resolved", "closed unless given" },
	{ "dry-run", 0, NULL, "change nothing, say what would be done" },
	{ "yes", 0, NULL, "do not ask" },
	{ "format", 0, "text|json", "how to print" },
	{ NULL, 0, NULL, NULL },
};

static const TdOption erase_options[] = {
	{ "whole-tickets", 0, NULL, "what others wrote on them, too" },
	{ "dry-run", 0, NULL, "change nothing, say what would be done" },
	{ "yes", 0, NULL, "do not ask" },
	{ "format", 0, "text|json", "how to print" },
	{ NULL, 0, NULL, NULL },
};

static const TdOption canned_list_options[] = {
	{ "queue", 0, "QUEUE", "what the names stand for there" },
	{ "language", 0, "LANGUAGE", "for customers of this language" },
	{ "format", 0, "text|json", "how to print" },
	{ NULL, 0, NULL, NULL },
};

static const TdOption canned_show_options[] = {
	{ "queue", 0, "QUEUE", "as in this queue" },
	{ "language", 0, "LANGUAGE", "for a customer of this language" },
	{ "ticket", 0, "N", "as the customer of ticket N would get it" },
	{ "format", 0, "text|json", "how to print" },
	{ NULL, 0, NULL, NULL },
};

static const TdOption template_show_options[] = {
	{ "queue", 0, "QUEUE", "for mail of this queue" },
	{ "language", 0, "LANGUAGE", "for a reader of this language" },
	{ "format", 0, "text|json", "how to print" },
	{ NULL, 0, NULL, NULL },
};

static const TdOption outbox_retry_options[] = {
	{ "held", 0, NULL, "those that a restore holds" },
	{ "format", 0, "text|json", "how to print" },
	{ NULL, 0, NULL, NULL },
};

static const TdOption backup_options[] = {
	{ "incremental", 0, NULL, "add log to the newest backup" },
	{ "keep", 0, "N", "then remove all but the newest N" },
	{ "format", 0, "text|json", "how to print" },
	{ NULL, 0, NULL, NULL },
};

static const TdOption restore_options[] = {
	{ "dry-run", 0, NULL, "only look whether the backup is whole" },
	{ "replace", 0, NULL, "move a store that is there aside" },
	{ "skip", 0, "N", "leave out so many ticket numbers" },
	{ "user", 0, "USER", "who is to own the store (root only)" },
	{ "format", 0, "text|json", "how to print" },
	{ NULL, 0, NULL, NULL },
};

const TdCliCommand td_cli_commands[] = {
	{ "init", td_cli_init, init_options, 0, 0, "", "make the store" },
	{ "list", td_cli_list, list_options, 0, 0, "",
	    "list tickets, newest first" },
	{ "show", td_cli_show, show_options, 1, 1, "N",
	    "print a ticket, its messages and events" },
	{ "raw", td_cli_raw, no_options, 1, 1, "N[/SEQ]",
	    "print a message as it came" },
	{ "attachment", td_cli_attachment, attachment_options, 1, 1,
	    "N/SEQ/PART", "take an attachment out of a message" },
	{ "new", td_cli_new, new_options, 0, 0, "",
	    "open a ticket with the text on the standard input" },
	{ "do", td_cli_do, do_options, 2, G_MAXUINT, "N COMMANDS",
	    "do commands, as in mail" },
	{ "note", td_cli_note, do_options, 1, 1, "N",
	    "add a note with the text on the standard input" },
	{ "reply", td_cli_reply, do_options, 1, 1, "N",
	    "send the customer the text on the standard input" },
	{ "log", td_cli_log, log_options, 0, 1, "[N]",
	    "print what happened, to a ticket or to all" },
	{ "explain", td_cli_explain, explain_options, 1, 1, "FILE",
	    "say how a mail would be taken, and why" },
	{ "reprocess", td_cli_reprocess, format_options, 1, 1, "N/SEQ",
	    "decide again where a message belongs" },
	{ "agent add", td_cli_agent_add, agent_add_options, 2, G_MAXUINT,
	    "NAME ADDRESS...", "make somebody an agent" },
	{ "agent set", td_cli_agent_set, agent_set_options, 1, 1, "NAME",
	    "change what is known of an agent" },
	{ "agent list", td_cli_agent_list, format_options, 0, 0, "",
	    "list the agents" },
	{ "agent show", td_cli_agent_show, format_options, 1, 1, "NAME",
	    "print what is known of an agent" },
	{ "agent remove", td_cli_agent_remove, format_options, 1, 1, "NAME",
	    "make somebody no agent any more" },
	{ "agent key", td_cli_agent_key, agent_key_options, 1, 2, "NAME [FILE]",
	    "add a key that an agent signs mail with" },
	{ "customer add", td_cli_customer_add, customer_add_options, 1, 1,
	    "ADDRESS", "keep what is known of a customer" },
	{ "customer set", td_cli_customer_set, customer_set_options, 1, 1,
	    "ADDRESS", "change what is known of a customer" },
	{ "customer list", td_cli_customer_list, customer_list_options, 0, 0,
	    "", "list the customers" },
	{ "customer show", td_cli_customer_show, format_options, 1, 1,
	    "ADDRESS", "print what is known of a customer" },
	{ "customer remove", td_cli_customer_remove, format_options, 1, 1,
	    "ADDRESS", "forget a customer" },
	{ "customer import", td_cli_customer_import, import_options, 1, 1,
	    "FILE", "add and change customers out of a table" },
	{ "outbox list", td_cli_outbox_list, format_options, 0, 0, "",
	    "list the mail that waits to go out" },
	{ "outbox retry", td_cli_outbox_retry, outbox_retry_options, 0, 1,
	    "[ID]", "make waiting mail due now" },
	{ "outbox drop", td_cli_outbox_drop, format_options, 1, G_MAXUINT,
	    "ID...", "give mail up" },
	{ "outbox flush", td_cli_outbox_flush, flush_options, 0, 0, "",
	    "try to send what is due" },
	{ "suppress list", td_cli_suppress_list, suppress_list_options, 0, 0,
	    "", "list addresses that get no automatic mail" },
	{ "suppress add", td_cli_suppress_add, suppress_add_options, 1, 1,
	    "ADDRESS", "send an address no automatic mail" },
	{ "suppress clear", td_cli_suppress_clear, format_options, 1, G_MAXUINT,
	    "ADDRESS...", "send addresses automatic mail again" },
	{ "ban", td_cli_ban, ban_options, 0, G_MAXUINT, "[WHAT...]",
	    "take mail of an address, domain or /regex/ for spam" },
	{ "unban", td_cli_unban, format_options, 1, G_MAXUINT, "WHAT...",
	    "end bans" },
	{ "export", td_cli_export, export_options, 0, G_MAXUINT, "[N...]",
	    "write tickets to files: mailboxes and JSON" },
	{ "import", td_cli_import, import_mail_options, 1, G_MAXUINT, "PATH...",
	    "file old mail, or tickets of another desk" },
	{ "canned list", td_cli_canned_list, canned_list_options, 0, 0, "",
	    "list the prepared answers" },
	{ "canned show", td_cli_canned_show, canned_show_options, 1, 1, "NAME",
	    "print a prepared answer" },
	{ "canned check", td_cli_canned_check, format_options, 0, 1, "[DIR]",
	    "look for mistakes in prepared answers" },
	{ "template list", td_cli_template_list, format_options, 0, 0, "",
	    "list the texts that mails are made by" },
	{ "template show", td_cli_template_show, template_show_options, 1, 1,
	    "NAME", "print such a text" },
	{ "template check", td_cli_template_check, format_options, 0, 1,
	    "[DIR]", "look for mistakes in such texts" },
	{ "purge", td_cli_purge, purge_options, 0, 0, "",
	    "throw old tickets away" },
	{ "erase", td_cli_erase, erase_options, 1, 1, "ADDRESS",
	    "forget all that tells of a person" },
	{ "secret rotate", td_cli_secret_rotate, format_options, 0, 0, "",
	    "add a key that signs addresses" },
	{ "stat", td_cli_stat, stat_options, 0, 0, "",
	    "count tickets and waiting mail" },
	{ "backup", td_cli_backup, backup_options, 1, 1, "DIR",
	    "write a copy of the store, whether ticketd runs or not" },
	{ "restore", td_cli_restore, restore_options, 1, 1, "DIR",
	    "make a store of a backup" },
	{ "check", td_cli_check, check_options, 0, 0, "",
	    "look whether all is well" },
	{ "help", td_cli_help, no_options, 0, 2, "[COMMAND]",
	    "say how to use a command" },
	{ NULL, NULL, NULL, 0, 0, NULL, NULL },
};

const TdCliCommand *
td_cli_command_find(const char *name)
{
	for (const TdCliCommand *c = td_cli_commands; c->name != NULL; c++) {
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
td_cli_command_nearest(const char *name)
{
	const char *nearest = NULL;
	guint least = 3;

	if (strlen(name) > 40)
		return NULL;
	for (const TdCliCommand *c = td_cli_commands; c->name != NULL; c++) {
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
