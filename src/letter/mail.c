/* mail.c - a letter as a mail: composed, filed, put into the outbox */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>

#include "letter/letter-private.h"

/* How many of the references that a letter brings its mail repeats. */
#define REFERENCES_KEPT 10

/* A text of more bytes goes without its HTML, which says nothing else. */
#define HTML_MAX (256 * 1024)

/* Name, value, ..., NULL: at most four fields. */
#define HEADERS_MAX (2 * 4 + 1)

static const TdQueue *
find_queue(
    const TdLetters *letters, const TdLetter *letter, const TdTicket *ticket)
{
	const TdQueue *queue = NULL;

	if (letter->queue != NULL)
		queue = td_conf_queue(letters->conf, letter->queue);
	if (queue == NULL && *ticket->queue != '\0')
		queue = td_conf_queue(letters->conf, ticket->queue);
	return queue != NULL ? queue
	                     : g_ptr_array_index(letters->conf->queues, 0);
}

/* The letter's own template, if it is there and says what there is to say; else
 * that of its kind. */
static const TdTemplate *
pick_template(
    const TdLetters *letters, const TdLetter *letter, const TdQueue *queue)
{
	const char *language = letter->language == NULL ||
	        *letter->language == '\0'
	    ? queue->language
	    : letter->language;
	const TdTemplate *own = letter->template == NULL
	    ? NULL
	    : td_template_find(letters->templates, letter->template,
	          queue->name, language, queue->language);

	if (own != NULL &&
	    (letter->text == NULL || *letter->text == '\0' ||
	        td_template_tells(own)))
		return own;
	return td_template_find(letters->templates,
	    td_letter_kind_name(letter->kind), queue->name, language,
	    queue->language);
}

static TdDraftLetter
begin(const TdLetters *letters, const TdLetter *letter, const TdTicket *ticket,
    gint64 now)
{
	const TdQueue *queue = find_queue(letters, letter, ticket);
	const TdTemplate *template = pick_template(letters, letter, queue);

	return (TdDraftLetter){
		.letters = letters,
		.letter = letter,
		.ticket = ticket,
		.queue = queue,
		.template = template,
		.language = td_templates_language(
		    letters->templates, td_template_language(template)),
		.now = now,
	};
}

static TdManner
manner_of(const TdDraftLetter *draft)
{
	return td_letter_manner(draft->letter->kind);
}

static gboolean
contains(const GPtrArray *ids, const char *id)
{
	for (guint i = 0; i < ids->len; i++)
		if (strcmp(g_ptr_array_index(ids, i), id) == 0)
			return TRUE;
	return FALSE;
}

/* Root of the ticket, the letter's references, the mail it answers: the root is
 * the same in each mail of the ticket, so that mail programs show one
 * conversation, and the rest is RFC 5322 3.6.4.  Mails of the desk's own record
 * have nothing in common. */
static GPtrArray *
make_references(const TdDraftLetter *draft)
{
	const TdLetter *letter = draft->letter;
	const TdLetters *letters = draft->letters;
	GPtrArray *ids = g_ptr_array_new_with_free_func(g_free);
	guint count = letter->references == NULL
	    ? 0
	    : g_strv_length(letter->references);

	if (draft->ticket->number != TD_TICKET_DESK)
		g_ptr_array_add(ids,
		    td_token_message_id(letters->keys, letters->conf->domain,
		        draft->ticket->number, 0));
	for (guint i = count - MIN(count, REFERENCES_KEPT); i < count; i++)
		if (!contains(ids, letter->references[i]))
			g_ptr_array_add(ids, g_strdup(letter->references[i]));
	if (letter->in_reply_to != NULL && !contains(ids, letter->in_reply_to))
		g_ptr_array_add(ids, g_strdup(letter->in_reply_to));
	g_ptr_array_add(ids, NULL);
	return ids;
}

/* What is inside is answered inside, even by a mail program, or through a mail
 * server, that loses the references. */
static const char *
answer_verb(const TdDraftLetter *draft)
{
	return draft->ticket->number != TD_TICKET_DESK &&
	        td_letter_kind_is_internal(draft->letter->kind)
	    ? "note"
	    : NULL;
}

/* Whether who reads has no part in the ticket: a machine, or an address that is
 * nobody's here. */
static gboolean
is_bare(const TdDraftLetter *draft)
{
	const TdLetter *letter = draft->letter;

	return letter->kind == TD_LETTER_MONITOR ||
	    ((manner_of(draft) & TD_MANNER_BARE) != 0 && letter->person == 0 &&
	        !letter->team);
}

/* Where answers go; NULL is From.  An address that proves a person goes to that
 * person alone; one that proves the ticket, to who is on it; and who is neither
 * gets none. */
static char *
make_reply_to(const TdDraftLetter *draft)
{
	const TdLetter *letter = draft->letter;
	const TdKeys *keys = draft->letters->keys;
	guint64 number = draft->ticket->number;
	char *extension;

	if (letter->kind == TD_LETTER_CONFIRM)
		return td_letter_confirm_address(draft);
	if (is_bare(draft))
		return NULL;
	if (!td_letter_kind_is_public(letter->kind) &&
	    (letter->person != 0 || letter->team))
		extension = td_token_personal(keys, number,
		    letter->team ? 0 : letter->person, answer_verb(draft));
	else if (number != TD_TICKET_DESK)
		extension = td_token_thread(keys, number);
	else
		return NULL;
	return td_letters_address(draft->letters, draft->queue, extension);
}

/* Marks that keep other programs from answering (RFC 3834 5.1).  Agents'
 * programs may: their absence is worth knowing. */
static void
set_headers(const TdDraftLetter *draft, const char *message_id,
    const char *headers[HEADERS_MAX])
{
	const TdLetter *letter = draft->letter;
	TdManner manner = manner_of(draft);
	gboolean plain = (manner & TD_MANNER_PLAIN) != 0;
	guint count = 0;

	if ((manner & TD_MANNER_PERSON) == 0) {
		headers[count++] = "Auto-Submitted";
		headers[count++] = plain || letter->automatic
		    ? "auto-replied"
		    : "auto-generated";
		if (plain) {
			headers[count++] = "Precedence";
			headers[count++] = "bulk";
		}
		if ((letter->person == 0 && !letter->team) ||
		    letter->kind == TD_LETTER_CONFIRM ||
		    letter->kind == TD_LETTER_TRANSCRIPT) {
			headers[count++] = "X-Auto-Response-Suppress";
			headers[count++] = "OOF, AutoReply, DR, RN";
		}
	}
	headers[count++] = "X-Ticketd-Loop";
	headers[count++] = message_id;
	headers[count] = NULL;
}

/* Whether @name is just @address once more, be it in quotes or brackets. */
static gboolean
is_address(const char *name, const char *address)
{
	g_autofree char *bare = g_strdup(name);
	g_autofree char *folded = NULL;

	g_strstrip(g_strdelimit(bare, "\"'<>", ' '));
	folded = td_address_fold(bare);
	return folded != NULL && g_ascii_strcasecmp(folded, address) == 0;
}

/* @list as TdCompose wants it: borrowed, ended by an empty one. */
static TdAddress *
list_addresses(const GPtrArray *list)
{
	guint count = list == NULL ? 0 : list->len;
	TdAddress *addresses = g_new0(TdAddress, count + 1);

	for (guint i = 0; i < count; i++) {
		addresses[i] = *(TdAddress *)g_ptr_array_index(list, i);
		if (is_address(addresses[i].name, addresses[i].address))
			addresses[i].name = NULL;
	}
	return addresses;
}

static void
replace(char **field, const char *value)
{
	g_free(*field);
	*field = g_strdup(value);
}

/* The texts of a mail. */
typedef struct {
	char *from_name;
	char *subject;
	char *text;
	char *html; /* or NULL */
} Content;

static void
content_clear(Content *content)
{
	g_free(content->from_name);
	g_free(content->subject);
	g_free(content->text);
	g_free(content->html);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Content, content_clear)

static void
fill(const TdDraftLetter *draft, Content *content)
{
	g_autoptr(GPtrArray) taps = td_letter_taps(draft);
	g_autoptr(GPtrArray) parts = NULL;
	g_auto(TdLetterWords) words = { 0 };

	td_letter_words_init(&words, draft, taps);
	td_template_fill(
	    draft->template, &words.values, &content->subject, &parts);
	content->from_name = is_address(words.from_name, draft->queue->address)
	    ? g_strdup("")
	    : g_steal_pointer(&words.from_name);
	content->text = td_parts_join(parts);
	if ((manner_of(draft) & TD_MANNER_PLAIN) == 0 &&
	    strlen(content->text) <= HTML_MAX)
		content->html = td_html_body(
		    draft->language, content->subject, parts, taps);
}

static GBytes *
compose(const TdDraftLetter *draft, guint64 sequence, TdFiled *filed)
{
	const TdLetters *letters = draft->letters;
	const TdLetter *letter = draft->letter;
	g_auto(Content) content = { 0 };
	g_autofree char *message_id = NULL;
	g_autofree char *reply_to = make_reply_to(draft);
	g_autofree TdAddress *to = list_addresses(letter->to);
	g_autofree TdAddress *cc = list_addresses(letter->cc);
	g_autoptr(GPtrArray) references = make_references(draft);
	const char *headers[HEADERS_MAX];

	fill(draft, &content);
	message_id = td_token_message_id(letters->keys, letters->conf->domain,
	    draft->ticket->number, sequence);
	set_headers(draft, message_id, headers);
	replace(&filed->subject, content.subject);
	replace(&filed->message_id, message_id);
	replace(&filed->from_name, content.from_name);

	return td_message_compose(&(TdCompose){
	    .from_name = content.from_name,
	    .from = draft->queue->address,
	    .to = to,
	    .cc = cc,
	    .reply_to = reply_to,
	    .subject = content.subject,
	    .message_id = message_id,
	    .in_reply_to = letter->in_reply_to,
	    .references = (const char *const *)references->pdata,
	    .date = draft->now,
	    .headers = headers,
	    .text = content.text,
	    .html = content.html,
	    .attachments = letter->attachments,
	});
}

GBytes *
td_letter_compose(const TdLetters *letters, const TdLetter *letter,
    const TdTicket *ticket, guint64 sequence, gint64 now, TdFiled *filed)
{
	const TdDraftLetter draft = begin(letters, letter, ticket, now);

	return compose(&draft, sequence, filed);
}

/* ---- filed and sent ---- */

static void
add_recipients(GPtrArray *list, const GPtrArray *addresses)
{
	for (guint i = 0; addresses != NULL && i < addresses->len; i++) {
		const TdAddress *each = g_ptr_array_index(addresses, i);

		if (!contains(list, each->address))
			g_ptr_array_add(list, g_strdup(each->address));
	}
}

/* Who gets the mail; each once. */
static GStrv
list_recipients(const TdLetter *letter)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new();

	for (guint i = 0;
	     letter->recipients != NULL && letter->recipients[i] != NULL; i++)
		if (!contains(list, letter->recipients[i]))
			g_ptr_array_add(list, g_strdup(letter->recipients[i]));
	if (letter->recipients == NULL) {
		add_recipients(list, letter->to);
		add_recipients(list, letter->cc);
	}
	g_ptr_array_add(list, NULL);
	return (GStrv)g_ptr_array_free(g_steal_pointer(&list), FALSE);
}

/* "a@b, c@d": who is told from whom an answer is believed, so an envelope's
 * "prvs=TAG=a@b" (BATV) is a@b. */
static char *
join_recipients(const GStrv recipients)
{
	g_autoptr(GString) list = g_string_new(NULL);

	for (guint i = 0; recipients[i] != NULL; i++) {
		const char *address = recipients[i];

		if (g_str_has_prefix(address, "prvs=") &&
		    strchr(address + 5, '=') != NULL)
			address = strchr(address + 5, '=') + 1;
		g_string_append_printf(
		    list, "%s%s", i == 0 ? "" : ", ", address);
	}
	return g_string_free(g_steal_pointer(&list), FALSE);
}

/* The row that makes the outbox send message @sequence; spends @recipients. */
static TdOutboxRow *
make_row(const TdDraftLetter *draft, guint64 sequence, GStrv recipients)
{
	const TdLetters *letters = draft->letters;
	const TdLetter *letter = draft->letter;
	guint64 number = draft->ticket->number;
	TdOutboxRow *row = td_outbox_row_new();

	row->due = letter->due == 0 ? draft->now : letter->due;
	row->created = draft->now;
	row->ticket = number;
	row->sequence = sequence;
	replace(&row->kind, td_letter_kind_name(letter->kind));
	g_strfreev(row->recipients);
	row->recipients = recipients;
	if ((manner_of(draft) & TD_MANNER_PLAIN) != 0 &&
	    !letters->conf->ack_return_path) {
		replace(&row->notify, "NEVER");
		return row;
	}
	g_free(row->mail_from);
	row->mail_from = td_letters_address(
	    letters, draft->queue, td_token_bounce(letters->keys, number));
	g_free(row->envid);
	row->envid = td_token_envid(letters->keys, number, sequence);
	replace(&row->notify, "FAILURE,DELAY");
	return row;
}

static gboolean
put_filed(const TdDraftLetter *draft, TdTxn *txn, TdFiled *filed, GBytes *mail,
    const GStrv recipients, GError **error)
{
	gsize size;
	const char *bytes = g_bytes_get_data(mail, &size);
	TdEvent *event = draft->letter->event;

	filed->ticket = draft->ticket->number;
	filed->sequence = draft->ticket->messages + 1;
	filed->outgoing = TRUE;
	filed->internal = !td_letter_kind_is_public(draft->letter->kind);
	replace(&filed->rule, td_letter_kind_name(draft->letter->kind));
	replace(&filed->from, draft->queue->address);
	g_free(filed->to);
	filed->to = join_recipients(recipients);
	filed->date = draft->now;
	filed->received = draft->now;
	filed->size = size;
	if (event != NULL)
		td_filed_vouch(filed, bytes, size, event);
	return td_filed_put(txn, filed, bytes, size, error);
}

gboolean
td_letter_write(const TdLetters *letters, TdTxn *txn, const TdLetter *letter,
    const TdTicket *ticket, gint64 now, guint64 *outbox, GError **error)
{
	const TdDraftLetter draft = begin(letters, letter, ticket, now);
	guint64 sequence = ticket->messages + 1;
	g_autoptr(TdFiled) filed = td_filed_new();
	g_autoptr(GBytes) mail = compose(&draft, sequence, filed);
	g_auto(GStrv) recipients = list_recipients(letter);
	g_autoptr(TdOutboxRow) row = NULL;

	if (!put_filed(&draft, txn, filed, mail, recipients, error))
		return FALSE;
	row = make_row(&draft, sequence, g_steal_pointer(&recipients));
	if (!td_outbox_row_put(txn, row, error))
		return FALSE;

	if (letter->event != NULL) {
		letter->event->message = sequence;
		td_event_set(letter->event, "message_id", filed->message_id);
	}
	*outbox = row->id;
	return TRUE;
}
