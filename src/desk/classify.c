/* classify.c - person or machine, and whether it may be answered at all
 *
 * One function a rule.  A rule looks at one kind of evidence and, if it fires,
 * says why no automatic answer may go out; most also name the class.  The first
 * that names a class decides it, the first reason for silence is kept.
 */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/text.h>

#include "desk/desk-private.h"

/* The mail under examination. */
typedef struct {
	const TdDesk *desk;
	const TdMessage *message;
	const TdEnvelope *envelope;
	TdClassified *out;
	gboolean classed;
} Case;

/* Rule @number fired because of @why: no answer, whatever the class. */
static void
silence(Case *mail, const char *why)
{
	if (mail->out->silence == NULL)
		mail->out->silence = td_text_printable(why, 200);
}

static void
fire(Case *mail, TdClass class, const char *why)
{
	silence(mail, why);
	if (mail->classed)
		return;
	mail->classed = TRUE;
	mail->out->class = class;
	mail->out->reason = td_text_printable(why, 200);
}

static void
fire_value(
    Case *mail, TdClass class, int rule, const char *name, const char *value)
{
	g_autofree char *why = NULL;

	why = g_strdup_printf("rule %d: %s: %s", rule, name, value);
	fire(mail, class, why);
}

static void
fire_header(Case *mail, TdClass class, int rule, const char *name)
{
	fire_value(
	    mail, class, rule, name, td_message_header(mail->message, name, 0));
}

static gboolean
has_header(const Case *mail, const char *name)
{
	return td_message_header(mail->message, name, 0) != NULL;
}

/* The first word of a structured field, lower case, without comments and
 * parameters: "auto-replied" of "(x) Auto-Replied; foo=bar". */
static char *
read_keyword(const char *value)
{
	const char *start;
	guint depth = 0;

	for (; *value != '\0'; value++) {
		if (*value == '(')
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

/* Rule 8: our own mail came back, by a mark that only we can have made. */
static void
rule_own(Case *mail)
{
	const TdKeys *keys = mail->desk->keys;
	const char *loop;
	TdPlace place;

	if (td_token_read_message_id(keys, mail->message->message_id, &place) !=
	    TD_TOKEN_BAD)
		fire_header(mail, TD_CLASS_OWN, 8, "Message-ID");
	for (guint i = 0; (loop = td_message_header(
	                       mail->message, "X-Ticketd-Loop", i)) != NULL;
	     i++)
		if (td_token_read_message_id(keys, loop, &place) !=
		    TD_TOKEN_BAD)
			fire_value(
			    mail, TD_CLASS_OWN, 8, "X-Ticketd-Loop", loop);
}

/* Rule 3: formal reports (RFC 3464, RFC 8098, RFC 5965). */
static void
rule_report(Case *mail)
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
	const TdMessage *message = mail->message;
	const char *type = td_message_header(message, "Content-Type", 0);
	TdClass class = TD_CLASS_BOUNCE;

	/* The field itself: a report that was cut off has no parts left. */
	for (guint i = 0; type != NULL && i < G_N_ELEMENTS(types); i++)
		if (strcasestr(type, types[i].type) != NULL)
			class = types[i].class;

	if (type != NULL &&
	    g_ascii_strncasecmp(
	        type, "multipart/report", strlen("multipart/report")) == 0)
		fire_header(mail, class, 3, "Content-Type");
	else if (strcmp(message->content_type, "message/delivery-status") == 0)
		fire_header(mail, TD_CLASS_BOUNCE, 3, "Content-Type");
	else if (message->report != NULL)
		fire(mail, TD_CLASS_BOUNCE,
		    "rule 3: a message/delivery-status part");
	else if (has_header(mail, "TLS-Report-Domain"))
		fire_header(mail, TD_CLASS_REPORT, 3, "TLS-Report-Domain");
	else if (has_header(mail, "X-Failed-Recipients"))
		fire_header(mail, TD_CLASS_BOUNCE, 3, "X-Failed-Recipients");
}

/* Rule 1: the null sender is never answered (RFC 3834, RFC 5230 4.6). */
static void
rule_null_sender(Case *mail)
{
	if (mail->envelope->sender == NULL || *mail->envelope->sender != '\0')
		return;
	fire(mail,
	    td_desk_reads_as_bounce(mail->message) ? TD_CLASS_BOUNCE
	                                           : TD_CLASS_AUTO_REPLY,
	    "rule 1: null envelope sender");
}

/* Rule 2: Auto-Submitted other than "no" in any instance (RFC 3834 5). */
static void
rule_auto_submitted(Case *mail)
{
	const char *value;

	for (guint i = 0; (value = td_message_header(
	                       mail->message, "Auto-Submitted", i)) != NULL;
	     i++) {
		g_autofree char *keyword = read_keyword(value);

		if (strcmp(keyword, "no") == 0)
			continue;
		fire_value(mail,
		    strcmp(keyword, "auto-replied") == 0
		        ? TD_CLASS_AUTO_REPLY
		        : TD_CLASS_NOTIFICATION,
		    2, "Auto-Submitted", value);
		return;
	}
}

/* Whether one of @names occurs in @value as a whole address or list id. */
static gboolean
names_one_of(const char *value, GStrv names)
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

/* A group mailbox that only carries a desk's address does not count. */
static gboolean
is_transparent_list(const Case *mail)
{
	static const char *const fields[] = { "List-Id", "List-Post",
		"X-BeenThere", "Mailing-List", "To" };
	GStrv names = mail->desk->conf->transparent_lists;

	for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
		if (names_one_of(
		        td_message_header(mail->message, fields[i], 0), names))
			return TRUE;
	return FALSE;
}

/* Rule 4: mailing lists.  List-Unsubscribe alone is no list: many firms add it
 * to ordinary mail. */
static void
rule_list(Case *mail)
{
	static const char *const fields[] = { "List-Id", "List-Post",
		"List-Help", "List-Owner", "List-Archive", "Mailing-List",
		"X-Mailman-Version", "X-BeenThere" };

	for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
		if (has_header(mail, fields[i])) {
			fire_header(mail, TD_CLASS_LIST, 4, fields[i]);
			return;
		}
}

static void
look_at_precedence(
    Case *mail, const char *name, const char *value, gboolean transparent)
{
	static const char *const lists[] = { "bulk", "junk", "list", NULL };
	g_autofree char *keyword = read_keyword(value);

	if (strcmp(keyword, "auto_reply") == 0)
		fire_value(mail, TD_CLASS_AUTO_REPLY, 5, name, value);
	else if (!transparent && g_strv_contains(lists, keyword))
		fire_value(mail, TD_CLASS_LIST, 5, name, value);
}

/* Rule 5: only these values of Precedence speak of a machine. */
static void
rule_precedence(Case *mail, gboolean transparent)
{
	static const char *const fields[] = { "Precedence", "X-Precedence" };
	const char *value;

	for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
		for (guint j = 0; (value = td_message_header(
		                       mail->message, fields[i], j)) != NULL;
		     j++)
			look_at_precedence(mail, fields[i], value, transparent);
}

/* Whether X-Auto-Response-Suppress asks for no answers of our kind. */
static gboolean
suppresses_answers(const char *value)
{
	static const char *const all[] = { "all", "oof", "autoreply", NULL };
	g_auto(GStrv) words = NULL;

	words = g_strsplit_set(value, ",; \t", -1);
	for (guint i = 0; words[i] != NULL; i++) {
		g_autofree char *word = g_ascii_strdown(words[i], -1);

		if (g_strv_contains(all, word))
			return TRUE;
	}
	return FALSE;
}

/* Rule 6: fields that programs add to what they send by themselves. */
static void
rule_fields(Case *mail)
{
	static const struct {
		const char *name;
		TdClass class;
	} fields[] = {
		{ "X-Autoreply", TD_CLASS_AUTO_REPLY },
		{ "X-Autorespond", TD_CLASS_AUTO_REPLY },
		{ "X-Autoresponse", TD_CLASS_AUTO_REPLY },
		{ "X-AutoReply-From", TD_CLASS_AUTO_REPLY },
		{ "X-Mail-Autoreply", TD_CLASS_AUTO_REPLY },
		{ "X-Autogenerated", TD_CLASS_NOTIFICATION },
		{ "X-FC-Machinegenerated", TD_CLASS_NOTIFICATION },
		{ "X-Loop", TD_CLASS_NOTIFICATION },
		{ "X-No-Loop", TD_CLASS_NOTIFICATION },
		{ "X-OTRS-Loop", TD_CLASS_NOTIFICATION },
		{ "X-RT-Loop-Prevention", TD_CLASS_NOTIFICATION },
		{ "X-ServiceNow-Generated", TD_CLASS_NOTIFICATION },
		{ "X-JIRA-FingerPrint", TD_CLASS_NOTIFICATION },
		{ "X-MS-Exchange-Generated-Message-Source",
		    TD_CLASS_NOTIFICATION },
	};
	const char *value;

	for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
		if (has_header(mail, fields[i].name))
			fire_header(mail, fields[i].class, 6, fields[i].name);

	for (guint i = 0; (value = td_message_header(mail->message,
	                       "X-Auto-Response-Suppress", i)) != NULL;
	     i++)
		if (suppresses_answers(value))
			fire_value(mail, TD_CLASS_NOTIFICATION, 6,
			    "X-Auto-Response-Suppress", value);
	value = td_message_header(mail->message, "X-Amazon-Mail-Relay-Type", 0);
	if (value != NULL && g_ascii_strcasecmp(value, "notification") == 0)
		fire_header(
		    mail, TD_CLASS_NOTIFICATION, 6, "X-Amazon-Mail-Relay-Type");
	value = td_message_header(
	    mail->message, "X-MS-Exchange-Inbox-Rules-Loop", 0);
	if (value != NULL && !names_one_of(value, mail->desk->conf->forwarders))
		fire_header(mail, TD_CLASS_NOTIFICATION, 6,
		    "X-MS-Exchange-Inbox-Rules-Loop");
}

static gboolean
is_machine_address(const TdDesk *desk, const char *address)
{
	g_autofree char *folded = td_address_fold(address);
	g_autofree char *local = NULL;

	local = folded == NULL ? td_text_fold(address)
	                       : td_address_local(folded);
	return g_regex_match(desk->conf->machine_senders, local, 0, NULL);
}

/* Rule 7: local parts that no person has.  In the envelope they say that the
 * writer does not wait for an answer there, not what the mail is: a person's
 * mail may go out by way of a service that sends for many. */
static void
rule_local_part(Case *mail)
{
	const TdAddress *speaker = td_desk_speaker(mail->desk, mail->message);
	const char *sender = mail->envelope->sender;

	if (is_machine_address(mail->desk, speaker->address)) {
		g_autofree char *folded = td_address_fold(speaker->address);
		gboolean bounce = folded != NULL &&
		    (g_str_has_prefix(folded, "mailer-daemon@") ||
		        g_str_has_prefix(folded, "postmaster@")) &&
		    td_desk_reads_as_bounce(mail->message);

		fire_value(mail,
		    bounce ? TD_CLASS_BOUNCE : TD_CLASS_NOTIFICATION, 7, "From",
		    speaker->address);
	}
	if (sender != NULL && is_machine_address(mail->desk, sender)) {
		g_autofree char *why = NULL;

		why = g_strdup_printf("rule 7: envelope sender %s", sender);
		silence(mail, why);
	}
}

static gboolean
lists_own(const TdDesk *desk, GPtrArray *addresses)
{
	for (guint i = 0; i < addresses->len; i++) {
		const TdAddress *address = g_ptr_array_index(addresses, i);
		g_autofree char *folded = td_address_fold(address->address);

		if (folded != NULL && td_desk_is_own(desk, folded))
			return TRUE;
	}
	return FALSE;
}

/* Whether a field with one address or several names one of ours.  The Resent
 * fields are not in TdMessage, so they are looked through as text. */
static gboolean
field_names_own(const Case *mail, const char *name)
{
	const char *value = td_message_header(mail->message, name, 0);
	g_auto(GStrv) words = NULL;

	if (value == NULL)
		return FALSE;
	words = g_strsplit_set(value, ",<>; \t", -1);
	for (guint i = 0; words[i] != NULL; i++) {
		g_autofree char *folded = td_address_fold(words[i]);

		if (folded != NULL && td_desk_is_own(mail->desk, folded))
			return TRUE;
	}
	return FALSE;
}

static gboolean
lists_address(GPtrArray *addresses, const char *wanted)
{
	for (guint i = 0; i < addresses->len; i++) {
		const TdAddress *address = g_ptr_array_index(addresses, i);

		if (td_address_same(address->address, wanted))
			return TRUE;
	}
	return FALSE;
}

/* Rule 9: nobody wrote to us: a blind copy, or an alias that nobody told us of
 * (RFC 5230 4.5).  An alias that the mail server resolved is known to us as the
 * original recipient, and it counts if To or Cc names it. */
static void
rule_not_addressed(Case *mail, gboolean transparent)
{
	const TdMessage *message = mail->message;
	const char *originals[] = { mail->envelope->original_recipient,
		td_desk_original_to(message) };

	if (transparent || mail->envelope->actor != NULL ||
	    lists_own(mail->desk, message->to) ||
	    lists_own(mail->desk, message->cc) ||
	    field_names_own(mail, "Resent-To") ||
	    field_names_own(mail, "Resent-Cc"))
		return;
	for (guint i = 0; i < G_N_ELEMENTS(originals); i++)
		if (originals[i] != NULL &&
		    (lists_address(message->to, originals[i]) ||
		        lists_address(message->cc, originals[i])))
			return;
	silence(mail, "rule 9: none of our addresses in To or Cc");
}

/* Our bare address as From without a declared web form: nobody to answer. */
static void
rule_from_own(Case *mail)
{
	const TdAddress *speaker = td_desk_speaker(mail->desk, mail->message);
	g_autofree char *folded = td_address_fold(speaker->address);

	if (folded == NULL)
		silence(mail, "no address to answer to in From");
	else if (td_desk_is_own(mail->desk, folded))
		silence(mail, "rule 8: From is an address of this desk");
}

void
td_desk_classify(const TdDesk *desk, const TdMessage *message,
    const TdEnvelope *envelope, TdClassified *classified)
{
	Case mail = { .desk = desk,
		.message = message,
		.envelope = envelope,
		.out = classified };
	gboolean transparent;

	*classified = (TdClassified){ .class = TD_CLASS_HUMAN };
	transparent = is_transparent_list(&mail);

	if (message->unreadable)
		fire(&mail, TD_CLASS_HUMAN, TD_REASON_UNREADABLE);
	rule_own(&mail);
	rule_report(&mail);
	rule_null_sender(&mail);
	rule_auto_submitted(&mail);
	if (!transparent)
		rule_list(&mail);
	rule_precedence(&mail, transparent);
	rule_fields(&mail);
	rule_local_part(&mail);
	rule_not_addressed(&mail, transparent);
	rule_from_own(&mail);

	if (classified->reason == NULL)
		classified->reason = g_strdup("no rule for machines fires");
	if (classified->silence == NULL)
		classified->silence = g_strdup("");
}
