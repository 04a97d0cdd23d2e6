/* letter.c - kinds of letters, phrases, addresses; see ticketd/letter.h */

#include "config.h"

#include <stdarg.h>
#include <string.h>

#include <ticketd/address.h>
#include <ticketd/log.h>

#include "letter/letter-private.h"

/* Words that a phrase may be given. */
#define PAIRS_MAX 16

#define ANSWER (TD_MANNER_PUBLIC | TD_MANNER_PLAIN)
#define PERSON (TD_MANNER_PUBLIC | TD_MANNER_PERSON)
#define NEWS (TD_MANNER_VIA | TD_MANNER_ACTIONS)

static const struct {
	const char *name;
	TdManner manner;
} kinds[TD_LETTER_KINDS] = {
	[TD_LETTER_ACKNOWLEDGEMENT] = { "acknowledgement", ANSWER },
	[TD_LETTER_OUT_OF_HOURS] = { "out-of-hours", ANSWER },
	[TD_LETTER_FOLLOW_UP] = { "follow-up", ANSWER },
	[TD_LETTER_CLOSED] = { "closed", ANSWER },
	[TD_LETTER_MISSING] = { "missing", ANSWER },
	[TD_LETTER_RESOLVED] = { "resolved", TD_MANNER_PUBLIC },
	[TD_LETTER_FINISHED] = { "finished", TD_MANNER_PUBLIC },
	[TD_LETTER_REPLY] = { "reply", PERSON },
	[TD_LETTER_FORWARD] = { "forward", PERSON },
	[TD_LETTER_NEW_TICKET] = { "new-ticket", NEWS | TD_MANNER_TICKET },
	[TD_LETTER_MESSAGE] = { "message", NEWS | TD_MANNER_TICKET },
	/* An answer would go to others than who wrote: not by mistake. */
	[TD_LETTER_STRANGER] = { "stranger", NEWS | TD_MANNER_INSIDE },
	[TD_LETTER_REPLIED] = { "replied", NEWS },
	[TD_LETTER_NOTE] = { "note", NEWS | TD_MANNER_INSIDE },
	[TD_LETTER_ASSIGNED] = { "assigned", NEWS | TD_MANNER_TICKET },
	[TD_LETTER_CHANGED] = { "changed", NEWS | TD_MANNER_INSIDE },
	[TD_LETTER_REMINDER] = { "reminder", NEWS | TD_MANNER_INSIDE },
	[TD_LETTER_AWAKE] = { "awake", NEWS | TD_MANNER_TICKET },
	[TD_LETTER_DEADLINE] = { "deadline",
	    NEWS | TD_MANNER_INSIDE | TD_MANNER_BARE },
	[TD_LETTER_ESCALATION] = { "escalation",
	    NEWS | TD_MANNER_INSIDE | TD_MANNER_BARE },
	[TD_LETTER_DIGEST] = { "digest", TD_MANNER_INSIDE },
	[TD_LETTER_TRANSCRIPT] = { "transcript", TD_MANNER_INSIDE },
	[TD_LETTER_CONFIRM] = { "confirm", TD_MANNER_INSIDE },
	[TD_LETTER_UNDELIVERED] = { "undelivered",
	    TD_MANNER_INSIDE | TD_MANNER_ACTIONS },
	[TD_LETTER_NOTICE] = { "notice", TD_MANNER_INSIDE },
	[TD_LETTER_MONITOR] = { "monitor", TD_MANNER_INSIDE | TD_MANNER_BARE },
};

const char *
td_letter_kind_name(TdLetterKind kind)
{
	g_return_val_if_fail(kind < TD_LETTER_KINDS, "");
	return kinds[kind].name;
}

gboolean
td_letter_kind_from_name(const char *name, TdLetterKind *kind)
{
	for (TdLetterKind i = 0; name != NULL && i < TD_LETTER_KINDS; i++)
		if (strcmp(kinds[i].name, name) == 0) {
			*kind = i;
			return TRUE;
		}
	return FALSE;
}

TdManner
td_letter_manner(TdLetterKind kind)
{
	g_return_val_if_fail(kind < TD_LETTER_KINDS, TD_MANNER_INSIDE);
	return kinds[kind].manner;
}

gboolean
td_letter_kind_is_internal(TdLetterKind kind)
{
	return (td_letter_manner(kind) & TD_MANNER_INSIDE) != 0;
}

gboolean
td_letter_kind_is_public(TdLetterKind kind)
{
	return (td_letter_manner(kind) & TD_MANNER_PUBLIC) != 0;
}

/* ---- one letter ---- */

static void
free_address(TdAddress *address)
{
	g_free(address->name);
	g_free(address->address);
	g_free(address);
}

TdLetter *
td_letter_new(TdLetterKind kind, guint64 ticket)
{
	TdLetter *letter = g_new0(TdLetter, 1);

	letter->kind = kind;
	letter->ticket = ticket;
	letter->to = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)free_address);
	letter->cc = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)free_address);
	return letter;
}

void
td_letter_free(TdLetter *letter)
{
	if (letter == NULL)
		return;
	g_free(letter->queue);
	g_free(letter->language);
	g_free(letter->template);
	g_free(letter->reader);
	g_clear_pointer(&letter->to, g_ptr_array_unref);
	g_clear_pointer(&letter->cc, g_ptr_array_unref);
	g_strfreev(letter->recipients);
	g_free(letter->from_name);
	g_free(letter->author);
	g_free(letter->author_address);
	g_free(letter->subject);
	g_free(letter->text);
	g_free(letter->quote);
	g_free(letter->quote_author);
	g_free(letter->warning);
	g_clear_pointer(&letter->attachments, g_ptr_array_unref);
	g_free(letter->in_reply_to);
	g_strfreev(letter->references);
	g_free(letter);
}

static void
add_address(GPtrArray *list, const char *name, const char *address)
{
	TdAddress *added;

	/* There is nobody behind it. */
	if (td_address_is_erased(address))
		return;
	added = g_new0(TdAddress, 1);
	added->name = g_strdup(name == NULL ? "" : name);
	added->address = g_strdup(address);
	g_ptr_array_add(list, added);
}

void
td_letter_to(TdLetter *letter, const char *name, const char *address)
{
	add_address(letter->to, name, address);
}

void
td_letter_cc(TdLetter *letter, const char *name, const char *address)
{
	add_address(letter->cc, name, address);
}

/* ---- what letters are made with ---- */

/* What is wrong and stops nobody is told where the administrator looks. */
static void
log_mistakes(const GPtrArray *mistakes)
{
	for (guint i = 0; i < mistakes->len; i++) {
		g_autofree char *line = td_text_mistake_say(
		    g_ptr_array_index(mistakes, i));

		td_log(TD_LOG_NOTICE, "text", "error", line, NULL);
	}
}

TdLetters *
td_letters_new(const TdConf *conf, const TdKeys *keys, GError **error)
{
	g_autoptr(TdLetters) letters = g_new0(TdLetters, 1);
	g_autoptr(GPtrArray) mistakes = td_mistakes_new();

	letters->conf = conf;
	letters->keys = keys;
	letters->templates = td_templates_load(
	    conf, conf->templates, mistakes, NULL, error);
	if (letters->templates == NULL)
		return NULL;
	letters->canned = td_canned_load(conf, conf->canned, mistakes, NULL);
	letters->zone = td_conf_zone(conf);
	log_mistakes(mistakes);
	return g_steal_pointer(&letters);
}

void
td_letters_free(TdLetters *letters)
{
	if (letters == NULL)
		return;
	td_templates_free(letters->templates);
	td_canned_free(letters->canned);
	g_clear_pointer(&letters->zone, g_time_zone_unref);
	g_free(letters);
}

GPtrArray *
td_letters_check(const TdConf *conf, const char *directory, guint *files)
{
	GPtrArray *mistakes = td_mistakes_new();
	g_autoptr(TdTemplates) templates = NULL;

	*files = 0;
	templates = td_templates_load(conf, directory, mistakes, files, NULL);
	return mistakes;
}

GPtrArray *
td_letters_check_canned(const TdConf *conf, const char *directory, guint *files)
{
	GPtrArray *mistakes = td_mistakes_new();

	td_canned_free(td_canned_load(conf, directory, mistakes, files));
	return mistakes;
}

const GPtrArray *
td_letters_templates(const TdLetters *letters)
{
	return td_templates_files(letters->templates);
}

const TdTemplateFile *
td_letters_template(const TdLetters *letters, const char *name,
    const char *queue, const char *language)
{
	const TdQueue *found = queue == NULL
	    ? NULL
	    : td_conf_queue(letters->conf, queue);

	return td_templates_file(letters->templates, name, queue, language,
	    found == NULL ? letters->conf->language : found->language);
}

static char *
say(const TdLetters *letters, const char *language, const char *key,
    const char *const *pairs)
{
	char *text = td_phrase_fill(letters->templates, language, key, pairs);

	if (text != NULL)
		return text;
	g_critical("there is no phrase \"%s\"", key);
	return g_strdup(key);
}

char *
td_letters_say(
    const TdLetters *letters, const char *language, const char *key, ...)
{
	const char *pairs[2 * PAIRS_MAX + 1] = { NULL };
	va_list list;
	guint count = 0;

	va_start(list, key);
	while (count < 2 * PAIRS_MAX) {
		const char *word = va_arg(list, const char *);

		if (word == NULL)
			break;
		pairs[count++] = word;
		pairs[count++] = va_arg(list, const char *);
	}
	va_end(list);
	return say(letters, language, key, pairs);
}

char *
td_letters_phrase(
    const TdLetters *letters, const char *language, const char *key)
{
	return say(letters, language, key, NULL);
}

gboolean
td_letters_speak(const TdLetters *letters, const char *language)
{
	return td_templates_have(letters->templates, language);
}

char *
td_letters_languages(const TdLetters *letters)
{
	return td_templates_list(letters->templates);
}

char *
td_letters_address(
    const TdLetters *letters, const TdQueue *queue, char *extension)
{
	g_autofree char *owned = extension;
	g_autofree char *local = td_address_local(queue->address);
	g_autoptr(GString) text = g_string_new(letters->conf->reply_address);

	g_string_replace(text, "{local}", local, 1);
	g_string_replace(
	    text, "{domain}", td_address_domain(queue->address), 1);
	g_string_replace(text, "{extension}", owned, 1);
	return g_string_free(g_steal_pointer(&text), FALSE);
}
