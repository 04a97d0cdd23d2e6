/* talk-said.c - what goes into letters: texts, addresses, threads */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/text.h>

#include "desk/talk-private.h"

#define NAME_SHOWN 100

void
td_said_clear(TdSaid *said)
{
	g_clear_pointer(&said->text, g_free);
}

char *
td_talk_trim(const char *text, gsize max)
{
	g_autofree char *trimmed = g_strstrip(td_text_utf8(text, -1));
	const char *end;

	if (max == 0 || strlen(trimmed) <= max)
		return g_steal_pointer(&trimmed);
	g_utf8_validate_len(trimmed, max, &end);
	return g_strdup_printf("%.*s\n[...]", (int)(end - trimmed), trimmed);
}

char *
td_talk_text(const TdSaid *said)
{
	g_autofree char *text = td_talk_trim(said->text, TD_TALK_TEXT_MAX);

	if (*text != '\0' || said->message == NULL)
		return g_steal_pointer(&text);
	return td_talk_trim(said->message->text, TD_TALK_TEXT_MAX);
}

char *
td_talk_new_text(const TdMessage *message)
{
	return td_talk_trim(
	    *message->reply_text != '\0' ? message->reply_text : message->text,
	    TD_TALK_TEXT_MAX);
}

static void
add_addressees(GHashTable *set, const GPtrArray *field)
{
	for (guint i = 0; i < field->len; i++) {
		const TdAddress *each = g_ptr_array_index(field, i);
		char *folded = td_address_fold(each->address);

		if (folded != NULL)
			g_hash_table_add(set, folded);
	}
}

char *
td_talk_author(const TdFiled *filed)
{
	return td_text_printable(
	    *filed->from_name != '\0' ? filed->from_name : filed->from,
	    NAME_SHOWN);
}

GHashTable *
td_talk_addressees(const TdMessage *message)
{
	GHashTable *set = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, NULL);

	if (message != NULL) {
		add_addressees(set, message->to);
		add_addressees(set, message->cc);
	}
	return set;
}

void
td_talk_answer(TdLetter *letter, const TdMessage *message)
{
	if (message == NULL)
		return;

	if (message->has_message_id)
		td_talk_set(&letter->in_reply_to, message->message_id);
	g_strfreev(letter->references);
	letter->references = td_desk_references(message);
}

const TdQueue *
td_talk_queue(const TdDraft *draft, const TdTicket *ticket)
{
	const TdConf *conf = draft->desk->conf;
	const TdQueue *queue = td_conf_queue(conf, ticket->queue);

	return queue != NULL ? queue : g_ptr_array_index(conf->queues, 0);
}

const char *
td_talk_language(
    const TdDraft *draft, const char *language, const TdQueue *queue)
{
	const TdLetters *letters = draft->desk->letters;
	g_autofree char *main = g_strndup(language, strcspn(language, "-_"));

	return *main != '\0' &&
	        (td_letters_speak(letters, language) ||
	            td_letters_speak(letters, main))
	    ? language
	    : queue->language;
}

void
td_talk_set(char **field, const char *value)
{
	char *copy = g_strdup(value);

	g_free(*field);
	*field = copy;
}

TdLetter *
td_talk_letter(const TdDraft *draft, TdLetterKind kind, const TdTicket *ticket,
    const char *language)
{
	TdLetter *letter = td_letter_new(kind, ticket->number);

	td_talk_set(&letter->queue, td_talk_queue(draft, ticket)->name);
	td_talk_set(&letter->language, language);
	td_talk_set(&letter->subject, ticket->subject);
	return letter;
}
