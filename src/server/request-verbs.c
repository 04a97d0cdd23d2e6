/* request-verbs.c - which verbs there are, and what words they take */

#include "config.h"

#include "server/request.h"

static const TdArgument no_arguments[] = { { NULL, 0, FALSE } };

static const TdArgument list_arguments[] = {
	{ "queue", TD_ARGUMENT_TEXT, FALSE },
	{ "status", TD_ARGUMENT_TEXT, FALSE },
	{ "requester", TD_ARGUMENT_TEXT, FALSE },
	{ "owner", TD_ARGUMENT_TEXT, FALSE },
	{ "words", TD_ARGUMENT_TEXT, FALSE },
	{ "active", TD_ARGUMENT_FLAG, FALSE },
	{ "spam", TD_ARGUMENT_FLAG, FALSE },
	{ "overdue", TD_ARGUMENT_FLAG, FALSE },
	{ "breached", TD_ARGUMENT_FLAG, FALSE },
	{ "unowned", TD_ARGUMENT_FLAG, FALSE },
	{ "mine", TD_ARGUMENT_FLAG, FALSE },
	{ "waiting", TD_ARGUMENT_FLAG, FALSE },
	{ "as", TD_ARGUMENT_TEXT, FALSE },
	{ "limit", TD_ARGUMENT_NUMBER, FALSE },
	{ "next", TD_ARGUMENT_TEXT, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument log_arguments[] = {
	{ "number", TD_ARGUMENT_NUMBER, FALSE },
	{ "newest", TD_ARGUMENT_NUMBER, FALSE },
	{ "person", TD_ARGUMENT_TEXT, FALSE },
	{ "kinds", TD_ARGUMENT_TEXTS, FALSE },
	{ "since", TD_ARGUMENT_NUMBER, FALSE },
	{ "until", TD_ARGUMENT_NUMBER, FALSE },
	{ "limit", TD_ARGUMENT_NUMBER, FALSE },
	{ "next", TD_ARGUMENT_TEXT, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument verify_arguments[] = {
	{ "number", TD_ARGUMENT_NUMBER, FALSE },
	{ "until", TD_ARGUMENT_NUMBER, FALSE },
	{ "seals", TD_ARGUMENT_TEXTS, FALSE },
	{ "heads", TD_ARGUMENT_FLAG, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument stat_arguments[] = {
	{ "as", TD_ARGUMENT_TEXT, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument show_arguments[] = {
	{ "number", TD_ARGUMENT_NUMBER, TRUE },
	{ "next", TD_ARGUMENT_TEXT, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument place_arguments[] = {
	{ "number", TD_ARGUMENT_NUMBER, TRUE },
	{ "sequence", TD_ARGUMENT_NUMBER, TRUE },
	{ NULL, 0, FALSE },
};

static const TdArgument attachment_arguments[] = {
	{ "number", TD_ARGUMENT_NUMBER, TRUE },
	{ "sequence", TD_ARGUMENT_NUMBER, TRUE },
	{ "part", TD_ARGUMENT_NUMBER, TRUE },
	{ NULL, 0, FALSE },
};

static const TdArgument new_arguments[] = {
	{ "queue", TD_ARGUMENT_TEXT, TRUE },
	{ "requester", TD_ARGUMENT_TEXT, TRUE },
	{ "name", TD_ARGUMENT_TEXT, FALSE },
	{ "subject", TD_ARGUMENT_TEXT, TRUE },
	{ "quiet", TD_ARGUMENT_FLAG, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument explain_arguments[] = {
	{ "sender", TD_ARGUMENT_TEXT, FALSE },
	{ "recipient", TD_ARGUMENT_TEXT, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument outbox_list_arguments[] = {
	{ "limit", TD_ARGUMENT_NUMBER, FALSE },
	{ "next", TD_ARGUMENT_TEXT, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument outbox_retry_arguments[] = {
	{ "id", TD_ARGUMENT_NUMBER, FALSE },
	{ "held", TD_ARGUMENT_FLAG, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument outbox_drop_arguments[] = {
	{ "ids", TD_ARGUMENT_NUMBERS, TRUE },
	{ NULL, 0, FALSE },
};

static const TdArgument outbox_flush_arguments[] = {
	{ "all", TD_ARGUMENT_FLAG, FALSE },
	{ "wait", TD_ARGUMENT_FLAG, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument check_arguments[] = {
	{ "number", TD_ARGUMENT_NUMBER, FALSE },
	{ "rebuild", TD_ARGUMENT_FLAG, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument order_arguments[] = {
	{ "number", TD_ARGUMENT_NUMBER, TRUE },
	{ "commands", TD_ARGUMENT_TEXT, TRUE },
	{ "as", TD_ARGUMENT_TEXT, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument agent_add_arguments[] = {
	{ "name", TD_ARGUMENT_TEXT, TRUE },
	{ "addresses", TD_ARGUMENT_TEXTS, TRUE },
	{ "queues", TD_ARGUMENT_TEXTS, FALSE },
	{ "role", TD_ARGUMENT_TEXT, FALSE },
	{ "language", TD_ARGUMENT_TEXT, FALSE },
	{ "full_name", TD_ARGUMENT_TEXT, FALSE },
	{ "skills", TD_ARGUMENT_TEXT, FALSE },
	{ "calendar", TD_ARGUMENT_TEXT, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument agent_set_arguments[] = {
	{ "name", TD_ARGUMENT_TEXT, TRUE },
	{ "addresses", TD_ARGUMENT_TEXTS, FALSE },
	{ "remove_addresses", TD_ARGUMENT_TEXTS, FALSE },
	{ "queues", TD_ARGUMENT_TEXTS, FALSE },
	{ "role", TD_ARGUMENT_TEXT, FALSE },
	{ "language", TD_ARGUMENT_TEXT, FALSE },
	{ "full_name", TD_ARGUMENT_TEXT, FALSE },
	{ "echo", TD_ARGUMENT_FLAG, FALSE },
	{ "away", TD_ARGUMENT_TEXT, FALSE },
	{ "deputy", TD_ARGUMENT_TEXT, FALSE },
	{ "skills", TD_ARGUMENT_TEXT, FALSE },
	{ "calendar", TD_ARGUMENT_TEXT, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument agent_arguments[] = {
	{ "name", TD_ARGUMENT_TEXT, TRUE },
	{ NULL, 0, FALSE },
};

static const TdArgument agent_key_remove_arguments[] = {
	{ "name", TD_ARGUMENT_TEXT, TRUE },
	{ "key", TD_ARGUMENT_TEXT, TRUE },
	{ NULL, 0, FALSE },
};

/* "address" is which customer; "addresses" are added. */
static const TdArgument customer_set_arguments[] = {
	{ "address", TD_ARGUMENT_TEXT, TRUE },
	{ "addresses", TD_ARGUMENT_TEXTS, FALSE },
	{ "remove_addresses", TD_ARGUMENT_TEXTS, FALSE },
	{ "name", TD_ARGUMENT_TEXT, FALSE },
	{ "company", TD_ARGUMENT_TEXT, FALSE },
	{ "office", TD_ARGUMENT_TEXT, FALSE },
	{ "phone", TD_ARGUMENT_TEXT, FALSE },
	{ "equipment", TD_ARGUMENT_TEXT, FALSE },
	{ "language", TD_ARGUMENT_TEXT, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument customer_arguments[] = {
	{ "address", TD_ARGUMENT_TEXT, TRUE },
	{ NULL, 0, FALSE },
};

static const TdArgument customer_list_arguments[] = {
	{ "company", TD_ARGUMENT_TEXT, FALSE },
	{ "limit", TD_ARGUMENT_NUMBER, FALSE },
	{ "next", TD_ARGUMENT_TEXT, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument customer_import_arguments[] = {
	{ "dry_run", TD_ARGUMENT_FLAG, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument suppress_list_arguments[] = {
	{ "kind", TD_ARGUMENT_TEXT, FALSE },
	{ "limit", TD_ARGUMENT_NUMBER, FALSE },
	{ "next", TD_ARGUMENT_TEXT, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument suppress_add_arguments[] = {
	{ "address", TD_ARGUMENT_TEXT, TRUE },
	{ "why", TD_ARGUMENT_TEXT, FALSE },
	{ "days", TD_ARGUMENT_NUMBER, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument suppress_clear_arguments[] = {
	{ "addresses", TD_ARGUMENT_TEXTS, TRUE },
	{ NULL, 0, FALSE },
};

static const TdArgument ban_add_arguments[] = {
	{ "what", TD_ARGUMENT_TEXTS, TRUE },
	{ "why", TD_ARGUMENT_TEXT, FALSE },
	{ "days", TD_ARGUMENT_NUMBER, FALSE },
	{ "force", TD_ARGUMENT_FLAG, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument ban_clear_arguments[] = {
	{ "what", TD_ARGUMENT_TEXTS, TRUE },
	{ NULL, 0, FALSE },
};

static const TdArgument canned_list_arguments[] = {
	{ "queue", TD_ARGUMENT_TEXT, FALSE },
	{ "language", TD_ARGUMENT_TEXT, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument canned_show_arguments[] = {
	{ "name", TD_ARGUMENT_TEXT, TRUE },
	{ "queue", TD_ARGUMENT_TEXT, FALSE },
	{ "language", TD_ARGUMENT_TEXT, FALSE },
	{ "number", TD_ARGUMENT_NUMBER, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument template_show_arguments[] = {
	{ "name", TD_ARGUMENT_TEXT, TRUE },
	{ "queue", TD_ARGUMENT_TEXT, FALSE },
	{ "language", TD_ARGUMENT_TEXT, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument export_arguments[] = {
	{ "number", TD_ARGUMENT_NUMBER, TRUE },
	{ NULL, 0, FALSE },
};

static const TdArgument export_piece_arguments[] = {
	{ "number", TD_ARGUMENT_NUMBER, TRUE },
	{ "after", TD_ARGUMENT_NUMBER, FALSE },
	{ "until", TD_ARGUMENT_NUMBER, TRUE },
	{ NULL, 0, FALSE },
};

static const TdArgument export_people_arguments[] = {
	{ "after", TD_ARGUMENT_NUMBER, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument import_mail_arguments[] = {
	{ "queue", TD_ARGUMENT_TEXT, FALSE },
	{ "status", TD_ARGUMENT_TEXT, FALSE },
	{ "sizes", TD_ARGUMENT_NUMBERS, TRUE },
	{ "times", TD_ARGUMENT_NUMBERS, TRUE },
	{ "dry_run", TD_ARGUMENT_FLAG, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument import_look_arguments[] = {
	{ "first", TD_ARGUMENT_TEXTS, TRUE },
	{ "identities", TD_ARGUMENT_TEXTS, TRUE },
	{ NULL, 0, FALSE },
};

static const TdArgument import_ticket_arguments[] = {
	{ "number", TD_ARGUMENT_NUMBER, TRUE },
	{ "identity", TD_ARGUMENT_TEXT, FALSE },
	{ "events", TD_ARGUMENT_TEXTS, TRUE },
	{ "messages", TD_ARGUMENT_TEXTS, TRUE },
	{ "more", TD_ARGUMENT_FLAG, FALSE },
	{ "chain", TD_ARGUMENT_TEXT, FALSE },
	{ "erased", TD_ARGUMENT_FLAG, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument import_people_arguments[] = {
	{ "people", TD_ARGUMENT_TEXTS, TRUE },
	{ "sizes", TD_ARGUMENT_NUMBERS, TRUE },
	{ "dry_run", TD_ARGUMENT_FLAG, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument purge_arguments[] = {
	{ "seconds", TD_ARGUMENT_NUMBER, TRUE },
	{ "before", TD_ARGUMENT_NUMBER, FALSE },
	{ "numbers", TD_ARGUMENT_NUMBERS, FALSE },
	{ "queue", TD_ARGUMENT_TEXT, FALSE },
	{ "status", TD_ARGUMENT_TEXT, FALSE },
	{ "dry_run", TD_ARGUMENT_FLAG, FALSE },
	{ "next", TD_ARGUMENT_TEXT, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument erase_look_arguments[] = {
	{ "address", TD_ARGUMENT_TEXT, TRUE },
	{ "whole", TD_ARGUMENT_FLAG, FALSE },
	{ "next", TD_ARGUMENT_TEXT, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument erase_arguments[] = {
	{ "address", TD_ARGUMENT_TEXT, TRUE },
	{ "whole", TD_ARGUMENT_FLAG, FALSE },
	{ "numbers", TD_ARGUMENT_NUMBERS, TRUE },
	{ NULL, 0, FALSE },
};

static const TdArgument erase_end_arguments[] = {
	{ "address", TD_ARGUMENT_TEXT, TRUE },
	{ "tickets", TD_ARGUMENT_NUMBER, FALSE },
	{ "events", TD_ARGUMENT_NUMBER, FALSE },
	{ "messages", TD_ARGUMENT_NUMBER, FALSE },
	{ "dropped", TD_ARGUMENT_NUMBER, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument wipe_arguments[] = {
	{ "file", TD_ARGUMENT_NUMBER, FALSE },
	{ "page", TD_ARGUMENT_NUMBER, FALSE },
	{ "due", TD_ARGUMENT_NUMBER, FALSE },
	{ "indexes", TD_ARGUMENT_NUMBER, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument backup_begin_arguments[] = {
	{ "log", TD_ARGUMENT_NUMBER, FALSE },
	{ "offset", TD_ARGUMENT_NUMBER, FALSE },
	{ "tail", TD_ARGUMENT_TEXT, FALSE },
	{ NULL, 0, FALSE },
};

static const TdArgument backup_arguments[] = {
	{ "id", TD_ARGUMENT_NUMBER, TRUE },
	{ NULL, 0, FALSE },
};

static gboolean
request_ping(const TdCall *call, GError **error G_GNUC_UNUSED)
{
	JsonObject *result = json_object_new();

	json_object_set_string_member(result, "version", PACKAGE_VERSION);
	td_call_answer(call, result);
	return TRUE;
}

/* Keepers alone: what brings out the key that signs or makes another, destroys
 * mail, or writes as another time's what nobody did here.  Members: the work
 * with tickets, agents and their public keys, customers, and mail that waits.
 */
static const TdVerbEntry verbs[] = {
	{ "ping", request_ping, no_arguments, TD_VERB_MEMBERS },
	{ "list", td_request_list, list_arguments, TD_VERB_MEMBERS },
	{ "show", td_request_show, show_arguments, TD_VERB_MEMBERS },
	{ "raw", td_request_raw, place_arguments, TD_VERB_MEMBERS },
	{ "attachment", td_request_attachment, attachment_arguments,
	    TD_VERB_MEMBERS },
	{ "new", td_request_new, new_arguments, TD_VERB_MEMBERS },
	{ "log", td_request_log, log_arguments, TD_VERB_MEMBERS },
	{ "order", td_request_order, order_arguments, TD_VERB_MEMBERS },
	{ "explain", td_request_explain, explain_arguments, TD_VERB_MEMBERS },
	{ "reprocess", td_request_reprocess, place_arguments, TD_VERB_MEMBERS },
	{ "agent-add", td_request_agent_add, agent_add_arguments,
	    TD_VERB_MEMBERS },
	{ "agent-set", td_request_agent_set, agent_set_arguments,
	    TD_VERB_MEMBERS },
	{ "agent-list", td_request_agent_list, no_arguments, TD_VERB_MEMBERS },
	{ "agent-show", td_request_agent_show, agent_arguments,
	    TD_VERB_MEMBERS },
	{ "agent-remove", td_request_agent_remove, agent_arguments,
	    TD_VERB_MEMBERS },
	{ "agent-key-add", td_request_agent_key_add, agent_arguments,
	    TD_VERB_MEMBERS },
	{ "agent-key-remove", td_request_agent_key_remove,
	    agent_key_remove_arguments, TD_VERB_MEMBERS },
	{ "customer-add", td_request_customer_add, customer_set_arguments,
	    TD_VERB_MEMBERS },
	{ "customer-set", td_request_customer_set, customer_set_arguments,
	    TD_VERB_MEMBERS },
	{ "customer-list", td_request_customer_list, customer_list_arguments,
	    TD_VERB_MEMBERS },
	{ "customer-show", td_request_customer_show, customer_arguments,
	    TD_VERB_MEMBERS },
	{ "customer-remove", td_request_customer_remove, customer_arguments,
	    TD_VERB_MEMBERS },
	{ "customer-import", td_request_customer_import,
	    customer_import_arguments, TD_VERB_MEMBERS },
	{ "outbox-list", td_request_outbox_list, outbox_list_arguments,
	    TD_VERB_MEMBERS },
	{ "outbox-retry", td_request_outbox_retry, outbox_retry_arguments,
	    TD_VERB_MEMBERS },
	{ "outbox-drop", td_request_outbox_drop, outbox_drop_arguments,
	    TD_VERB_MEMBERS },
	{ "outbox-flush", td_request_outbox_flush, outbox_flush_arguments,
	    TD_VERB_MEMBERS },
	{ "suppress-list", td_request_suppress_list, suppress_list_arguments,
	    TD_VERB_MEMBERS },
	{ "suppress-add", td_request_suppress_add, suppress_add_arguments,
	    TD_VERB_MEMBERS },
	{ "suppress-clear", td_request_suppress_clear, suppress_clear_arguments,
	    TD_VERB_MEMBERS },
	{ "ban-add", td_request_ban_add, ban_add_arguments, TD_VERB_MEMBERS },
	{ "ban-clear", td_request_ban_clear, ban_clear_arguments,
	    TD_VERB_MEMBERS },
	{ "stat", td_request_stat, stat_arguments, TD_VERB_MEMBERS },
	{ "verify", td_request_verify, verify_arguments, TD_VERB_MEMBERS },
	{ "check", td_request_check, check_arguments, TD_VERB_MEMBERS },
	{ "canned-list", td_request_canned_list, canned_list_arguments,
	    TD_VERB_MEMBERS },
	{ "canned-show", td_request_canned_show, canned_show_arguments,
	    TD_VERB_MEMBERS },
	{ "export", td_request_export, export_arguments, TD_VERB_MEMBERS },
	{ "export-messages", td_request_export_messages, export_piece_arguments,
	    TD_VERB_MEMBERS },
	{ "export-events", td_request_export_events, export_piece_arguments,
	    TD_VERB_MEMBERS },
	{ "export-people", td_request_export_people, export_people_arguments,
	    TD_VERB_MEMBERS },
	{ "template-list", td_request_template_list, no_arguments,
	    TD_VERB_MEMBERS },
	{ "template-show", td_request_template_show, template_show_arguments,
	    TD_VERB_MEMBERS },
	{ "secret-rotate", td_request_secret_rotate, no_arguments,
	    TD_VERB_KEEPERS },
	{ "purge", td_request_purge, purge_arguments, TD_VERB_KEEPERS },
	{ "erase-look", td_request_erase_look, erase_look_arguments,
	    TD_VERB_KEEPERS },
	{ "erase", td_request_erase, erase_arguments, TD_VERB_KEEPERS },
	{ "erase-end", td_request_erase_end, erase_end_arguments,
	    TD_VERB_KEEPERS },
	{ "wipe", td_request_wipe, wipe_arguments, TD_VERB_KEEPERS },
	{ "backup-begin", td_request_backup_begin, backup_begin_arguments,
	    TD_VERB_KEEPERS },
	{ "backup-next", td_request_backup_next, backup_arguments,
	    TD_VERB_KEEPERS },
	{ "backup-cancel", td_request_backup_cancel, backup_arguments,
	    TD_VERB_KEEPERS },
	{ "backup-end", td_request_backup_end, backup_arguments,
	    TD_VERB_KEEPERS },
	{ "import-mail", td_request_import_mail, import_mail_arguments,
	    TD_VERB_KEEPERS },
	{ "import-look", td_request_import_look, import_look_arguments,
	    TD_VERB_KEEPERS },
	{ "import-ticket", td_request_import_ticket, import_ticket_arguments,
	    TD_VERB_KEEPERS },
	{ "import-people", td_request_import_people, import_people_arguments,
	    TD_VERB_KEEPERS },
};

const TdVerbEntry *
td_verb_table(gsize *count)
{
	*count = G_N_ELEMENTS(verbs);
	return verbs;
}

const TdVerbEntry *
td_verb_find(const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++)
		if (g_str_equal(verbs[i].name, name))
			return &verbs[i];
	return NULL;
}

gboolean
td_verb_is_guarded(const char *name)
{
	const TdVerbEntry *verb = td_verb_find(name);

	return verb != NULL && verb->who != TD_VERB_MEMBERS;
}
