/* erase-message.c - what a filed message has of somebody */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "desk/erase.h"

/* ---- searching ---- */

/* Whether the bytes can hide a text from who looks at them as they are. */
static gboolean
is_coded(const char *bytes, gsize size)
{
	static char *const marks[] = { (char *)"base64",
		(char *)"quoted-printable", (char *)"=?", (char *)"utf-16",
		NULL };

	return td_bytes_have(bytes, size, marks);
}

static gboolean
is_in_text(const TdErased *erased, const char *text)
{
	return text != NULL && td_erase_is_in(erased, text, strlen(text));
}

static gboolean
is_in_addresses(const TdErased *erased, const GPtrArray *addresses)
{
	for (guint i = 0; i < addresses->len; i++) {
		const TdAddress *each = g_ptr_array_index(addresses, i);

		if (is_in_text(erased, each->address) ||
		    is_in_text(erased, each->name))
			return TRUE;
	}
	return FALSE;
}

/* In what the mail says, decoded. */
static gboolean
is_in_message(const TdErased *erased, const TdMessage *message)
{
	const GPtrArray *fields[] = { message->from, message->sender,
		message->reply_to, message->to, message->cc };

	for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
		if (is_in_addresses(erased, fields[i]))
			return TRUE;
	for (guint i = 0; i < message->headers->len; i++) {
		const TdHeader *header = g_ptr_array_index(message->headers, i);

		if (is_in_text(erased, header->value))
			return TRUE;
	}
	for (guint i = 0; i < message->attachments->len; i++) {
		const TdAttachment *each = g_ptr_array_index(
		    message->attachments, i);

		if (is_in_text(erased, each->name))
			return TRUE;
	}
	return is_in_text(erased, message->text) ||
	    (message->forward != NULL &&
	        is_in_text(erased, message->forward->text));
}

static gboolean
is_named(const TdErased *erased, const TdFiled *filed, GBytes *raw)
{
	g_autoptr(TdMessage) message = NULL;
	gsize size = 0;
	const char *bytes = g_bytes_get_data(raw, &size);

	if (size == 0)
		return FALSE;
	if (td_erase_is_in(erased, bytes, size))
		return TRUE;
	if (!is_coded(bytes, size) ||
	    strcmp(filed->class_reason, TD_REASON_UNREADABLE) == 0)
		return FALSE;
	message = td_message_parse(bytes, size);
	return is_in_message(erased, message);
}

/* ---- judging ---- */

/* Whether a machine wrote it, so that nobody's words are lost. */
static gboolean
is_machines(const TdFiled *filed)
{
	static const TdClass classes[] = { TD_CLASS_AUTO_REPLY, TD_CLASS_BOUNCE,
		TD_CLASS_RECEIPT, TD_CLASS_REPORT };

	for (guint i = 0; i < G_N_ELEMENTS(classes); i++)
		if (strcmp(filed->class_name, td_class_name(classes[i])) == 0)
			return TRUE;
	return FALSE;
}

/* Whether an agent's words are in a mail of ours. */
static gboolean
is_agents(const TdFiled *filed)
{
	TdLetterKind kind;

	return td_letter_kind_from_name(filed->rule, &kind) &&
	    (kind == TD_LETTER_REPLY || kind == TD_LETTER_FORWARD);
}

/* Whether nobody but him got it. */
static gboolean
is_his_alone(const TdErased *erased, const TdFiled *filed)
{
	g_auto(GStrv) to = g_strsplit(filed->to, ",", 0);

	for (guint i = 0; to[i] != NULL; i++)
		if (!td_erase_is_him(erased, g_strstrip(to[i])))
			return FALSE;
	return *filed->to != '\0';
}

static TdTraceOfHim
judge_ours(const TdErased *erased, const TdFiled *filed, GBytes *raw,
    gboolean his, gboolean caused)
{
	gboolean named;

	if (caused || is_his_alone(erased, filed))
		return TD_TRACE_OF_HIM_LETTER;
	named = is_in_text(erased, filed->to) || is_named(erased, filed, raw);
	if (!named)
		return TD_TRACE_OF_HIM_NONE;
	/* On somebody else's ticket an agent's answer is for that one too. */
	return is_agents(filed) && !his ? TD_TRACE_OF_HIM_NAMED
	                                : TD_TRACE_OF_HIM_LETTER;
}

TdTraceOfHim
td_erase_judge(const TdErased *erased, const TdFiled *filed, GBytes *raw,
    gboolean his, gboolean caused)
{
	if (filed->outgoing)
		return judge_ours(erased, filed, raw, his, caused);
	if (td_erase_is_him(erased, filed->from) ||
	    td_erase_is_him(erased, filed->sender))
		return TD_TRACE_OF_HIM_OWN;
	if (!is_named(erased, filed, raw))
		return TD_TRACE_OF_HIM_NONE;
	return is_machines(filed) ? TD_TRACE_OF_HIM_LETTER
	                          : TD_TRACE_OF_HIM_NAMED;
}

/* ---- what stays ---- */

static void
set(char **field, const char *value)
{
	g_free(*field);
	*field = g_strdup(value);
}

/* TRUE if @field was another; @redacted is spent. */
static gboolean
put(char **field, char *redacted)
{
	if (redacted == NULL)
		return FALSE;
	g_free(*field);
	*field = redacted;
	return TRUE;
}

static TdFiled *
copy(const TdFiled *filed)
{
	TdFiled *result = td_filed_new();

	result->ticket = filed->ticket;
	result->sequence = filed->sequence;
	result->outgoing = filed->outgoing;
	result->internal = filed->internal;
	result->marked = filed->marked;
	result->date = filed->date;
	result->received = filed->received;
	result->size = filed->size;
	set(&result->class_name, filed->class_name);
	set(&result->class_reason, filed->class_reason);
	set(&result->rule, filed->rule);
	set(&result->evidence, filed->evidence);
	set(&result->message_id, filed->message_id);
	set(&result->digest, filed->digest);
	set(&result->from, filed->from);
	set(&result->from_name, filed->from_name);
	set(&result->to, filed->to);
	set(&result->subject, filed->subject);
	set(&result->sender, filed->sender);
	set(&result->recipient, filed->recipient);
	set(&result->original_recipient, filed->original_recipient);
	set(&result->queue_id, filed->queue_id);
	set(&result->moved_to, filed->moved_to);
	return result;
}

/* What is noted of a mail that is gone. */
static void
empty(TdFiled *filed)
{
	filed->size = 0;
	set(&filed->class_reason, TD_ERASED_REASON);
	set(&filed->subject, TD_ERASED_TEXT);
	set(&filed->digest, "");
	set(&filed->queue_id, "");
	/* Ours is made of the place alone. */
	if (!filed->outgoing)
		set(&filed->message_id, "");
}

static gboolean
redact_all(const TdErased *erased, char *const *secrets, TdFiled *filed)
{
	char **places[] = { &filed->message_id, &filed->from, &filed->to,
		&filed->sender, &filed->recipient, &filed->original_recipient };
	gboolean changed = FALSE;

	if (td_erase_is_him(erased, filed->from)) {
		changed = *filed->from_name != '\0';
		set(&filed->from_name, "");
	}
	for (guint i = 0; i < G_N_ELEMENTS(places); i++)
		changed |= put(
		    places[i], td_erase_replace_address(erased, *places[i]));
	changed |= put(&filed->from_name,
	    td_erase_replace(erased, NULL, filed->from_name));
	changed |= put(
	    &filed->subject, td_erase_replace(erased, secrets, filed->subject));
	/* By that one it is known that nobody could read the mail. */
	if (strcmp(filed->class_reason, TD_REASON_UNREADABLE) != 0)
		changed |= put(&filed->class_reason,
		    td_erase_replace(erased, secrets, filed->class_reason));
	return changed;
}

TdFiled *
td_erase_filed(const TdErased *erased, char *const *secrets,
    const TdFiled *filed, gboolean emptied)
{
	g_autoptr(TdFiled) result = copy(filed);
	gboolean changed = redact_all(erased, secrets, result);

	if (emptied && strcmp(filed->class_reason, TD_ERASED_REASON) != 0) {
		empty(result);
		changed = TRUE;
	}
	return changed ? g_steal_pointer(&result) : NULL;
}
