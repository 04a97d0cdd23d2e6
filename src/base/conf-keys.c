/* conf-keys.c - the keys of ticketd.conf, their types and their defaults
 *
 * One line a key begins with its group and its name: tests/check-conf-keys.sh
 * compares them with ticketd.conf(5) and the sample. */

#include "config.h"

#include <string.h>

#include "base/conf-private.h"

const char td_conf_required[] = "";

#define REQUIRED td_conf_required
#define DESK(field) G_STRUCT_OFFSET(TdConf, field)
#define QUEUE(field) G_STRUCT_OFFSET(TdQueue, field)
#define CALENDAR(field) G_STRUCT_OFFSET(TdCalendar, field)
#define RULE(field) G_STRUCT_OFFSET(TdRoutingRule, field)
#define TYPE(field) G_STRUCT_OFFSET(TdTicketType, field)
#define FIELD(field) G_STRUCT_OFFSET(TdFieldKind, field)
#define SLA(field) G_STRUCT_OFFSET(TdSla, field)
#define ESCALATION(field) G_STRUCT_OFFSET(TdEscalation, field)
#define MONITOR(field) G_STRUCT_OFFSET(TdMonitor, field)

/* Five impacts for each urgency, high ones first. */
#define MATRIX "1 1 2 3 3;1 2 2 3 4;2 2 3 4 4;3 3 4 4 5;3 4 4 5 5"

/* What the usual scanners write into a header. */
#define SPAM_MARKS                                                             \
	"X-Spam-Flag: yes*;X-Spam-Status: yes*;X-Spam: yes*;"                  \
	"X-Rspamd-Action: reject*;X-Rspamd-Action: add header*;"               \
	"X-Rspamd-Action: rewrite subject*;X-Spam-Action: spam*"

#define CHARSETS "windows-1251;koi8-r;cp866;iso-8859-1"

#define KIB G_GUINT64_CONSTANT(1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)
#define DAY 86400

/* Local parts behind which nobody reads; the whole of one must match. */
#define MACHINE_SENDERS                                                        \
	"mailer-daemon|postmaster|abuse|root|daemon|listserv|majordomo|"       \
	"owner-.*|.*-request|.*-owner|.*-bounces|bounces[+].*|"                \
	"no[-_.]?reply.*|do[-_.]?not[-_.]?reply.*|notifications"

/* Mailbox providers: two people there are not of one company. */
#define PUBLIC_DOMAINS                                                         \
	"gmail.com;googlemail.com;outlook.com;hotmail.com;live.com;msn.com;"   \
	"yahoo.com;yahoo.co.uk;yahoo.de;yahoo.fr;ymail.com;rocketmail.com;"    \
	"icloud.com;me.com;mac.com;aol.com;proton.me;protonmail.com;"          \
	"tutanota.com;tuta.io;zoho.com;fastmail.com;mail.com;gmx.com;gmx.net;" \
	"gmx.de;gmx.at;gmx.ch;web.de;t-online.de;freenet.de;posteo.de;"        \
	"mailbox.org;mail.ru;bk.ru;inbox.ru;list.ru;internet.ru;yandex.ru;"    \
	"yandex.com;ya.ru;rambler.ru;ukr.net;i.ua;meta.ua;tut.by;mail.kz;"     \
	"seznam.cz;wp.pl;o2.pl;interia.pl;onet.pl;orange.fr;free.fr;wanadoo."  \
	"fr;"                                                                  \
	"laposte.net;libero.it;qq.com;163.com;126.com"

/* clang-format off */
const TdConfKey td_conf_keys[] = {
	{ "desk", "name", TD_CONF_NAME, REQUIRED, DESK(name), 0, 0 },
	{ "desk", "domain", TD_CONF_DOMAIN, REQUIRED, DESK(domain), 0, 0 },
	{ "desk", "language", TD_CONF_LANGUAGE, "en", DESK(language), 0, 0 },
	{ "desk", "store", TD_CONF_PATH, "/var/lib/ticketd", DESK(store), 0, 0 },
	{ "desk", "run", TD_CONF_PATH, "/run/ticketd", DESK(run), 0, 0 },
	{ "desk", "templates", TD_CONF_TEMPLATES, TD_SYSCONFDIR "/ticketd/templates", DESK(templates), 0, 0 },
	{ "desk", "admin", TD_CONF_ADDRESS, NULL, DESK(admin), 0, 0 },
	{ "desk", "timezone", TD_CONF_TIMEZONE, NULL, DESK(timezone), 0, 0 },
	{ "desk", "authserv-id", TD_CONF_WORD, NULL, DESK(authserv_id), 0, 0 },
	{ "desk", "control-group", TD_CONF_WORD, NULL, DESK(control_group), 0, 0 },
	{ "desk", "admin-group", TD_CONF_WORD, NULL, DESK(admin_group), 0, 0 },
	{ "desk", "sandbox", TD_CONF_SANDBOX, "auto", DESK(sandbox), 0, 0 },
	{ "desk", "max-message-size", TD_CONF_SIZE, "33554432", DESK(max_message_size), 1, GIB },
	{ "desk", "first-number", TD_CONF_COUNT, "1", DESK(first_number), 1, G_MAXINT64 },
	{ "desk", "recipient-delimiter", TD_CONF_DELIMITER, "+", DESK(recipient_delimiter), 0, 0 },
	{ "desk", "reply-address", TD_CONF_REPLY_ADDRESS, "{local}+{extension}@{domain}", DESK(reply_address), 0, 0 },
	{ "desk", "deliver-fallback", TD_CONF_BOOLEAN, "true", DESK(deliver_fallback), 0, 0 },
	{ "desk", "customer-evidence", TD_CONF_CUSTOMER_EVIDENCE, "answer", DESK(customer_evidence), 0, 0 },
	{ "desk", "agent-evidence", TD_CONF_AGENT_EVIDENCE, "address", DESK(agent_evidence), 0, 0 },
	{ "desk", "ack-return-path", TD_CONF_RETURN_PATH, "null", DESK(ack_return_path), 0, 0 },
	{ "desk", "reply-hold", TD_CONF_DURATION, "0", DESK(reply_hold), 0, DAY },
	{ "desk", "reopen-days", TD_CONF_NUMBER, "14", DESK(reopen_days), 0, 36500 },
	{ "desk", "resolve-days", TD_CONF_NUMBER, "7", DESK(resolve_days), 0, 36500 },
	{ "desk", "link-days", TD_CONF_NUMBER, "7", DESK(link_days), 1, 365 },
	{ "desk", "digest", TD_CONF_CLOCK, "08:00", DESK(digest), 0, TD_DIGEST_NONE },
	{ "desk", "attach-limit", TD_CONF_SIZE, "2M", DESK(attach_limit), 0, GIB },
	{ "desk", "ignore-lines", TD_CONF_TEXTS, "", DESK(ignore_lines), 0, 0 },
	{ "desk", "transparent-lists", TD_CONF_LISTS, "", DESK(transparent_lists), 0, 0 },
	{ "desk", "forwarders", TD_CONF_ADDRESSES, "", DESK(forwarders), 0, 0 },
	{ "desk", "form-senders", TD_CONF_ADDRESSES, "", DESK(form_senders), 0, 0 },
	{ "desk", "own-aliases", TD_CONF_ADDRESSES, "", DESK(own_aliases), 0, 0 },
	{ "desk", "public-domains", TD_CONF_DOMAINS, PUBLIC_DOMAINS, DESK(public_domains), 0, 0 },
	{ "desk", "machine-senders", TD_CONF_REGEX, MACHINE_SENDERS, DESK(machine_senders), 0, 0 },
	{ "desk", "tag-patterns", TD_CONF_REGEXES, "", DESK(tag_patterns), 0, 0 },
	{ "desk", "spam-marks", TD_CONF_MARKS, SPAM_MARKS, DESK(spam_marks), 0, 0 },
	{ "desk", "suppress-days", TD_CONF_NUMBER, "30", DESK(suppress_days), 0, 36500 },
	{ "desk", "mute", TD_CONF_DURATION, "1d", DESK(mute), 0, 365 * DAY },
	{ "desk", "answers-per-day", TD_CONF_NUMBER, "50", DESK(answers_per_day), 1, 1000000 },
	{ "desk", "answers-per-hour", TD_CONF_NUMBER, "200", DESK(answers_per_hour), 1, 1000000 },
	{ "desk", "calendar", TD_CONF_NAME, NULL, DESK(calendar), 0, 0 },
	{ "desk", "canned", TD_CONF_TEMPLATES, TD_SYSCONFDIR "/ticketd/canned", DESK(canned), 0, 0 },
	{ "desk", "trusted-senders", TD_CONF_PATTERN_WHOLE, NULL, DESK(trusted_senders), 0, 0 },
	{ "desk", "priority-matrix", TD_CONF_MATRIX, MATRIX, DESK(priority_matrix), 1, 5 },
	{ "message", "depth", TD_CONF_NUMBER, "100", DESK(mail_depth), 1, 1000 },
	{ "message", "parts", TD_CONF_NUMBER, "1000", DESK(mail_parts), 1, 100000 },
	{ "message", "header", TD_CONF_SIZE, "1M", DESK(mail_header), KIB, GIB },
	{ "message", "text", TD_CONF_SIZE, "1M", DESK(mail_text), KIB, GIB },
	{ "message", "decoded", TD_CONF_SIZE, "32M", DESK(mail_decoded), KIB, GIB },
	{ "message", "seconds", TD_CONF_NUMBER, "60", DESK(mail_seconds), 1, 3600 },
	{ "message", "charsets", TD_CONF_CHARSETS, CHARSETS, DESK(mail_charsets), 0, 0 },
	{ "store", "cache-size", TD_CONF_SIZE, "24M", DESK(cache_size), MIB, 1024 * GIB },
	{ "lmtp", "sockets", TD_CONF_PATHS, NULL, DESK(lmtp_sockets), 0, 0 },
	{ "lmtp", "mode", TD_CONF_MODE, "0660", DESK(lmtp_mode), 0, 0777 },
	{ "lmtp", "group", TD_CONF_WORD, NULL, DESK(lmtp_group), 0, 0 },
	{ "lmtp", "listen", TD_CONF_SERVERS, "", DESK(lmtp_listen), 0, 0 },
	{ "lmtp", "timeout", TD_CONF_DURATION, "300", DESK(lmtp_timeout), 1, DAY },
	{ "lmtp", "connections", TD_CONF_NUMBER, "1000", DESK(lmtp_connections), 1, 100000 },
	{ "lmtp", "connections-per-peer", TD_CONF_NUMBER, "500", DESK(lmtp_peer_connections), 1, 100000 },
	{ "lmtp", "memory", TD_CONF_SIZE, "16M", DESK(lmtp_memory), 1, 1024 * GIB },
	{ "smtp", "server", TD_CONF_SERVER, "127.0.0.1:25", DESK(smtp_server), 0, 0 },
	{ "smtp", "starttls", TD_CONF_STARTTLS, "may", DESK(smtp_starttls), 0, 0 },
	{ "smtp", "user", TD_CONF_TEXT, NULL, DESK(smtp_user), 0, 0 },
	{ "smtp", "password-file", TD_CONF_PATH, NULL, DESK(smtp_password_file), 0, 0 },
	{ "smtp", "timeout", TD_CONF_DURATION, "60", DESK(smtp_timeout), 1, DAY },
	{ "smtp", "give-up", TD_CONF_DURATION, "5d", DESK(smtp_give_up), 1, 365 * DAY },
	{ "queue", "address", TD_CONF_ADDRESS, REQUIRED, QUEUE(address), 0, 0 },
	{ "queue", "aliases", TD_CONF_ADDRESSES, "", QUEUE(aliases), 0, 0 },
	{ "queue", "from-name", TD_CONF_TEXT, NULL, QUEUE(from_name), 0, 0 },
	{ "queue", "language", TD_CONF_LANGUAGE, NULL, QUEUE(language), 0, 0 },
	{ "queue", "acknowledge", TD_CONF_ACKNOWLEDGE, "new", QUEUE(acknowledge), 0, 0 },
	{ "queue", "closed", TD_CONF_CLOSED, "reopen", QUEUE(closed), 0, 0 },
	{ "queue", "notify", TD_CONF_ADDRESSES, "", QUEUE(notify), 0, 0 },
	{ "queue", "team-evidence", TD_CONF_AGENT_EVIDENCE, "dmarc", QUEUE(team_evidence), 0, 0 },
	{ "queue", "quote", TD_CONF_BOOLEAN, "true", QUEUE(quote), 0, 0 },
	{ "queue", "rate", TD_CONF_BOOLEAN, "true", QUEUE(rate), 0, 0 },
	{ "queue", "calendar", TD_CONF_NAME, NULL, QUEUE(calendar), 0, 0 },
	{ "queue", "distribute", TD_CONF_DISTRIBUTE, "first", QUEUE(distribute), 0, 0 },
	{ "queue", "working-hours", TD_CONF_BOOLEAN, "false", QUEUE(working_hours), 0, 0 },
	{ "queue", "release", TD_CONF_DURATION, "0", QUEUE(release), 0, 365 * DAY },
	{ "queue", "children", TD_CONF_CHILDREN, "ask", QUEUE(children), 0, 0 },
	{ "calendar", "hours", TD_CONF_HOURS, REQUIRED, CALENDAR(hours), 0, 0 },
	{ "calendar", "timezone", TD_CONF_TIMEZONE, NULL, CALENDAR(timezone), 0, 0 },
	{ "calendar", "holidays", TD_CONF_PATHS, NULL, CALENDAR(holiday_files), 0, 0 },
	{ "calendar", "openings", TD_CONF_PATHS, NULL, CALENDAR(opening_files), 0, 0 },
	{ "rule", "recipient", TD_CONF_PATTERN_WHOLE, NULL, RULE(recipient), 0, 0 },
	{ "rule", "sender", TD_CONF_PATTERN_WHOLE, NULL, RULE(sender), 0, 0 },
	{ "rule", "company", TD_CONF_PATTERN_WHOLE, NULL, RULE(company), 0, 0 },
	{ "rule", "subject", TD_CONF_PATTERN_PART, NULL, RULE(subject), 0, 0 },
	{ "rule", "text", TD_CONF_PATTERN_PART, NULL, RULE(text), 0, 0 },
	{ "rule", "attachments", TD_CONF_PATTERN_WHOLE, NULL, RULE(attachments), 0, 0 },
	{ "rule", "headers", TD_CONF_HEADERS, "", RULE(headers), 0, 0 },
	{ "rule", "larger", TD_CONF_SIZE, "0", RULE(larger), 0, G_MAXUINT64 },
	{ "rule", "smaller", TD_CONF_SIZE, "0", RULE(smaller), 0, G_MAXUINT64 },
	{ "rule", "class", TD_CONF_CLASSES, "", RULE(classes), 0, 0 },
	{ "rule", "in-queue", TD_CONF_NAMES, "", RULE(in_queues), 0, 0 },
	{ "rule", "queue", TD_CONF_TEXT, NULL, RULE(queue), 0, 0 },
	{ "rule", "priority", TD_CONF_NUMBER, "0", RULE(priority), 0, 5 },
	{ "rule", "urgency", TD_CONF_NUMBER, "0", RULE(urgency), 0, 5 },
	{ "rule", "impact", TD_CONF_NUMBER, "0", RULE(impact), 0, 5 },
	{ "rule", "type", TD_CONF_TEXT, NULL, RULE(type), 0, 0 },
	{ "rule", "tags", TD_CONF_TEXTS, "", RULE(tags), 0, 0 },
	{ "rule", "owner", TD_CONF_TEXT, NULL, RULE(owner), 0, 0 },
	{ "rule", "fields", TD_CONF_FIELDS, "", RULE(fields), 0, 0 },
	{ "rule", "watch", TD_CONF_TEXTS, "", RULE(watch), 0, 0 },
	{ "rule", "template", TD_CONF_NAME, NULL, RULE(template), 0, 0 },
	{ "rule", "acknowledge", TD_CONF_BOOLEAN, "true", RULE(acknowledge), 0, 0 },
	{ "rule", "stop", TD_CONF_BOOLEAN, "false", RULE(stop), 0, 0 },
	{ "type", "required", TD_CONF_NAMES, "", TYPE(required), 0, 0 },
	{ "field", "labels", TD_CONF_MARKS, "", FIELD(labels), 0, 0 },
	{ "field", "values", TD_CONF_TEXTS, "", FIELD(values), 0, 0 },
	{ "sla", "queues", TD_CONF_NAMES, "", SLA(queues), 0, 0 },
	{ "sla", "types", TD_CONF_TEXTS, "", SLA(types), 0, 0 },
	{ "sla", "priorities", TD_CONF_NUMBERS, "", SLA(priorities), 1, 5 },
	{ "sla", "first-response", TD_CONF_DURATION, "0", SLA(response), 0, 3650 * DAY },
	{ "sla", "next-update", TD_CONF_DURATION, "0", SLA(update), 0, 3650 * DAY },
	{ "sla", "solution", TD_CONF_DURATION, "0", SLA(solution), 0, 3650 * DAY },
	{ "sla", "warn", TD_CONF_NUMBER, "80", SLA(warn), 0, 100 },
	{ "sla", "calendar", TD_CONF_NAME, NULL, SLA(calendar), 0, 0 },
	{ "sla", "escalation", TD_CONF_NAME, NULL, SLA(escalation), 0, 0 },
	{ "sla", "escalate-at", TD_CONF_ESCALATE_AT, "breach", SLA(at_warning), 0, 0 },
	{ "escalation", "steps", TD_CONF_STEPS, REQUIRED, ESCALATION(steps), 0, 0 },
	{ "monitor", "sender", TD_CONF_PATTERN_WHOLE, REQUIRED, MONITOR(sender), 0, 0 },
	{ "monitor", "evidence", TD_CONF_MONITOR_EVIDENCE, "from", MONITOR(dmarc), 0, 0 },
	{ "monitor", "format", TD_CONF_MONITOR_FORMAT, REQUIRED, MONITOR(format), 0, 0 },
	{ "monitor", "problem", TD_CONF_PATTERN_PART, NULL, MONITOR(problem), 0, 0 },
	{ "monitor", "recovery", TD_CONF_PATTERN_PART, NULL, MONITOR(recovery), 0, 0 },
	{ "monitor", "queue", TD_CONF_NAME, NULL, MONITOR(queue), 0, 0 },
	{ "monitor", "type", TD_CONF_TEXT, NULL, MONITOR(type), 0, 0 },
	{ "monitor", "priority", TD_CONF_NUMBER, "0", MONITOR(priority), 0, 5 },
	{ "monitor", "on-recovery", TD_CONF_RECOVERY, "resolve", MONITOR(on_recovery), 0, 0 },
	{ "monitor", "flap-changes", TD_CONF_NUMBER, "6", MONITOR(flap_changes), 0, 50 },
	{ "monitor", "flap-window", TD_CONF_DURATION, "30m", MONITOR(flap_window), 1, 30 * DAY },
	{ "monitor", "answer", TD_CONF_ADDRESS, NULL, MONITOR(answer), 0, 0 },
	{ NULL, NULL, TD_CONF_TEXT, NULL, 0, 0, 0 },
};
/* clang-format on */

const TdConfNamed td_conf_named[] = {
	{ "queue", sizeof(TdQueue), DESK(queues) },
	{ "calendar", sizeof(TdCalendar), DESK(calendars) },
	{ "rule", sizeof(TdRoutingRule), DESK(rules) },
	{ "type", sizeof(TdTicketType), DESK(types) },
	{ "field", sizeof(TdFieldKind), DESK(fields) },
	{ "sla", sizeof(TdSla), DESK(slas) },
	{ "escalation", sizeof(TdEscalation), DESK(escalations) },
	{ "monitor", sizeof(TdMonitor), DESK(monitors) },
	{ NULL, 0, 0 },
};

gboolean
td_conf_kind_is_named(const char *kind)
{
	for (const TdConfNamed *at = td_conf_named; at->kind != NULL; at++)
		if (strcmp(at->kind, kind) == 0)
			return TRUE;
	return FALSE;
}

const TdConfKey *
td_conf_key_find(const char *group, const char *key)
{
	for (const TdConfKey *at = td_conf_keys; at->group != NULL; at++)
		if (strcmp(at->group, group) == 0 && strcmp(at->key, key) == 0)
			return at;
	return NULL;
}
