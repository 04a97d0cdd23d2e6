/* routing-match.c - whether a rule of the configuration fires for a mail */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/text.h>

#include "desk/routing.h"

/* How much of the text is looked at, and of all instances of a header field or
 * all attachments together, in bytes. */
#define TEXT_MAX 65536
#define LIST_MAX 16384

/* Longest piece of a mail that is told, in characters. */
#define TOLD_MAX 60

/* ---- the mail ---- */

/* @address without its extension, folded; the caller's, NULL if there is none.
 */
static char *
cut_extension(const TdDesk *desk, const char *address)
{
	g_autofree char *folded = NULL;
	g_autofree char *extension = NULL;
	const TdDoor *door;

	folded = address == NULL ? NULL : td_address_fold(address);
	if (folded == NULL)
		return NULL;
	door = td_desk_door(desk, folded, &extension);
	return g_strdup(extension == NULL ? folded : door->address);
}

/* The company that people has for whose ticket it is, else the domain of his
 * address where that tells something; "" if not. */
static gboolean
find_company(const TdDecision *decision, char **company, GError **error)
{
	const TdConf *conf = decision->desk->conf;
	g_autoptr(TdPerson) person = NULL;
	const char *domain;

	*company = NULL;
	if (*decision->customer == '\0') {
		*company = g_strdup("");
		return TRUE;
	}
	if (!td_person_by_address(
	        decision->txn, decision->customer, &person, error))
		return FALSE;
	if (person != NULL && *person->company != '\0') {
		*company = g_strdup(person->company);
		return TRUE;
	}
	domain = td_address_domain(decision->customer);
	*company = g_strdup(
	    g_strv_contains((const char *const *)conf->public_domains, domain)
	        ? ""
	        : domain);
	return TRUE;
}

static gboolean
rules_ask_for_company(const TdConf *conf)
{
	for (guint i = 0; i < conf->rules->len; i++) {
		const TdRoutingRule *rule = g_ptr_array_index(conf->rules, i);

		if (rule->company != NULL)
			return TRUE;
	}
	return FALSE;
}

/* The start of @text, whole characters. */
static char *
cut_text(const char *text)
{
	gsize size = strlen(text);

	if (size > TEXT_MAX)
		size = (gsize)(g_utf8_find_prev_char(
		                   text, text + TEXT_MAX + 1) -
		    text);
	return g_strndup(text, size);
}

gboolean
td_routing_mail_open(
    TdRoutingMail *mail, const TdDecision *decision, GError **error)
{
	const TdDesk *desk = decision->desk;
	const TdMessage *message = decision->message;
	char **texts = mail->texts;

	mail->decision = decision;
	mail->queue = decision->queue;
	texts[0] = cut_extension(desk, decision->envelope->recipient);
	texts[1] = cut_extension(desk, decision->envelope->original_recipient);
	texts[2] = cut_text(message->text);
	if (rules_ask_for_company(desk->conf) &&
	    !find_company(decision, &texts[3], error))
		return FALSE;
	mail->recipients[0].text = texts[0];
	mail->recipients[1].text = texts[1];
	mail->text.text = texts[2];
	mail->company.text = texts[3];
	mail->sender.text = decision->customer;
	mail->subject.text = td_desk_bare_subject(desk, decision->title);
	return TRUE;
}

static void
clear_list(TdPatternText *list, guint count)
{
	for (guint i = 0; list != NULL && i < count; i++)
		td_pattern_text_clear(&list[i]);
	g_free(list);
}

void
td_routing_mail_clear(TdRoutingMail *mail)
{
	TdPatternText *const texts[] = { &mail->recipients[0],
		&mail->recipients[1], &mail->sender, &mail->company,
		&mail->subject, &mail->text };
	const TdMessage *message;

	if (mail->decision == NULL)
		return;
	message = mail->decision->message;
	clear_list(mail->headers, message->headers->len);
	clear_list(mail->attachments, message->attachments->len * 2);
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		td_pattern_text_clear(texts[i]);
	for (guint i = 0; i < G_N_ELEMENTS(mail->texts); i++)
		g_free(mail->texts[i]);
	mail->decision = NULL;
}

/* ---- conditions ---- */

/* One rule being looked at. */
typedef struct {
	TdRoutingMail *mail;
	const TdRoutingRule *rule;
	TdCaptures *captures;
	GString *why;
	gboolean *cut;
} Trial;

static void tell(const Trial *trial, const char *format, ...)
    G_GNUC_PRINTF(2, 3);

static void
tell(const Trial *trial, const char *format, ...)
{
	va_list arguments;

	if (trial->why->len > 0)
		g_string_append(trial->why, ", ");
	va_start(arguments, format);
	g_string_append_vprintf(trial->why, format, arguments);
	va_end(arguments);
}

/* Whether @text has @pattern.  @name is what is told of it, for a part with
 * what was found there. */
static gboolean
search(const Trial *trial, const TdPattern *pattern, TdPatternText *text,
    const char *name, gboolean part)
{
	g_autofree char *found = NULL;
	g_autofree char *shown = NULL;
	gboolean cut = FALSE;

	if (!td_pattern_search(pattern, text, trial->captures, &found, &cut)) {
		if (cut) {
			*trial->cut = TRUE;
			g_string_printf(
			    trial->why, "the expression for %s ran away", name);
		}
		return FALSE;
	}
	shown = td_text_printable(part ? found : text->text, TOLD_MAX);
	if (part)
		tell(trial, "%s has \"%s\"", name, shown);
	else
		tell(trial, "%s is %s", name, shown);
	return TRUE;
}

/* The same where there may be nothing to be looked at, which is never a match.
 */
static gboolean
is_one(const Trial *trial, const TdPattern *pattern, TdPatternText *text,
    const char *name)
{
	return text->text != NULL && *text->text != '\0' &&
	    search(trial, pattern, text, name, FALSE);
}

static gboolean
fits_class(const Trial *trial)
{
	TdClass class = trial->mail->decision->plan->class.class;
	const char *name = td_class_name(class);
	GStrv classes = trial->rule->classes;

	/* Nobody sees such mail, and no rule that does not mean it brings it to
	 * light. */
	if (classes[0] == NULL)
		return class != TD_CLASS_SPAM;
	if (!g_strv_contains((const char *const *)classes, name))
		return FALSE;
	tell(trial, "class is %s", name);
	return TRUE;
}

static gboolean
fits_queue(const Trial *trial)
{
	const char *name = trial->mail->queue->name;
	GStrv queues = trial->rule->in_queues;

	if (queues[0] == NULL)
		return TRUE;
	if (!g_strv_contains((const char *const *)queues, name))
		return FALSE;
	tell(trial, "queue is %s", name);
	return TRUE;
}

static gboolean
fits_size(const Trial *trial)
{
	const TdRoutingRule *rule = trial->rule;
	GBytes *raw = trial->mail->decision->envelope->raw;
	gsize size;

	if (rule->larger == 0 && rule->smaller == 0)
		return TRUE;
	if (raw == NULL)
		return FALSE;
	size = g_bytes_get_size(raw);
	if (size <= rule->larger ||
	    (rule->smaller != 0 && size >= rule->smaller))
		return FALSE;
	tell(trial, "size is %" G_GSIZE_FORMAT, size);
	return TRUE;
}

static gboolean
fits_recipient(const Trial *trial)
{
	TdPatternText *recipients = trial->mail->recipients;

	for (guint i = 0; i < G_N_ELEMENTS(trial->mail->recipients); i++)
		if (is_one(trial, trial->rule->recipient, &recipients[i],
		        "recipient"))
			return TRUE;
	return FALSE;
}

/* Those attachments, and instances of a field, that are beyond LIST_MAX
 * altogether are not looked at. */
static gboolean
spend(gsize *left, const char *text)
{
	gsize size = strlen(text);

	if (size > *left)
		return FALSE;
	*left -= size;
	return TRUE;
}

static gboolean
fits_attachments(const Trial *trial)
{
	TdRoutingMail *mail = trial->mail;
	const GPtrArray *list = mail->decision->message->attachments;
	gsize left = LIST_MAX;

	if (mail->attachments == NULL)
		mail->attachments = g_new0(TdPatternText, list->len * 2);
	for (guint i = 0; i < list->len * 2 && !*trial->cut; i++) {
		const TdAttachment *each = g_ptr_array_index(list, i / 2);
		TdPatternText *text = &mail->attachments[i];

		text->text = i % 2 == 0 ? each->name : each->type;
		if (!spend(&left, text->text))
			return FALSE;
		if (is_one(trial, trial->rule->attachments, text, "attachment"))
			return TRUE;
	}
	return FALSE;
}

static gboolean
fits_header(const Trial *trial, const TdHeaderPattern *wanted)
{
	TdRoutingMail *mail = trial->mail;
	const GPtrArray *list = mail->decision->message->headers;
	gsize left = LIST_MAX;

	for (guint i = 0; i < list->len && !*trial->cut; i++) {
		const TdHeader *header = g_ptr_array_index(list, i);

		if (g_ascii_strcasecmp(header->name, wanted->field) != 0)
			continue;
		if (!spend(&left, header->value))
			return FALSE;
		mail->headers[i].text = header->value;
		if (search(trial, wanted->pattern, &mail->headers[i],
		        wanted->field, TRUE))
			return TRUE;
	}
	return FALSE;
}

static gboolean
fits_headers(const Trial *trial)
{
	const GPtrArray *wanted = trial->rule->headers;
	TdRoutingMail *mail = trial->mail;

	if (mail->headers == NULL)
		mail->headers = g_new0(
		    TdPatternText, mail->decision->message->headers->len);
	for (guint i = 0; i < wanted->len; i++)
		if (!fits_header(trial, g_ptr_array_index(wanted, i)))
			return FALSE;
	return TRUE;
}

/* What costs little comes first. */
gboolean
td_routing_matches(TdRoutingMail *mail, const TdRoutingRule *rule,
    TdCaptures *captures, GString *why, gboolean *cut)
{
	const Trial trial = { mail, rule, captures, why, cut };

	*cut = FALSE;
	if (!fits_class(&trial) || !fits_queue(&trial) || !fits_size(&trial))
		return FALSE;
	if (rule->recipient != NULL && !fits_recipient(&trial))
		return FALSE;
	if (rule->sender != NULL &&
	    !is_one(&trial, rule->sender, &mail->sender, "sender"))
		return FALSE;
	if (rule->company != NULL &&
	    !is_one(&trial, rule->company, &mail->company, "company"))
		return FALSE;
	if (rule->subject != NULL &&
	    !search(&trial, rule->subject, &mail->subject, "subject", TRUE))
		return FALSE;
	if (rule->attachments != NULL && !fits_attachments(&trial))
		return FALSE;
	if (!fits_headers(&trial))
		return FALSE;
	if (rule->text != NULL &&
	    !search(&trial, rule->text, &mail->text, "text", TRUE))
		return FALSE;
	if (why->len == 0)
		g_string_append(why, "always");
	return TRUE;
}
