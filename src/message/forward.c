/* forward.c - see message/forward.h */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "message/addresses.h"
#include "message/date.h"
#include "message/fields.h"
#include "message/forward-text.h"
#include "message/forward.h"
#include "message/gmime-auto.h"
#include "message/ids.h"
#include "message/limits.h"
#include "message/marks.h"
#include "message/text.h"

/* So much of an attached mail is read. */
#define ATTACHED_MAX ((gsize)2 * 1024 * 1024)
/* Characters of "[...]" in front of a prefix. */
#define TAG_MAX 80
/* Prefixes that are looked at. */
#define PREFIXES_MAX 6
/* ---- the Subject ---- */

typedef enum {
	NO_PREFIX,
	ANSWER,
	FORWARD,
	EITHER, /* in one language a forward, in another an answer */
} Prefix;

/* Folded, without the colon. */
static const char *const forwards[] = { "fwd", "fw", "forward", "forwarded",
	"wg", "weitergeleitet", "wtr", "tr", "transf", "rv", "reenv", "enc",
	"encaminhado", "i", "inoltro", "inoltra", "doorst", "doorgestuurd",
	"pd", "podaj dalej", "vb", "vbf", "vl", "ilt", "ylt", "iletildi",
	"továbbítás", "tov", "továbbítva", "redir", "redirecționat", "πρθ",
	"προωθ", "pošalji", "prosl", "posr", "přepos", "přeposlat", "preposl",
	"fs", "edasi", "pārs", "pers", "persiųsta", "пересл", "перес", "пер",
	"переслано", "пересылка", "перенапр", "перенаправлено", "переадр",
	"переадресация", "переадресовано", "перад", "прп", "препр", "прпр",
	"прослеђено", "转发", "轉寄", "转寄", "轉發", "転送", "전달", "הועבר",
	"إعادة توجيه", "chuyển tiếp", "terusan" };

/* "VS" is "videresendt", but for Finns "vastaus". */
static const char *const either[] = { "vs" };

static gboolean
in_list(const char *const *list, gsize count, const char *word)
{
	for (gsize i = 0; i < count; i++)
		if (strcmp(list[i], word) == 0)
			return TRUE;
	return FALSE;
}

/* Passes over blanks and "[EXTERNAL]", "[support #42]" in front. */
static const char *
skip_tags(const char *at)
{
	for (;;) {
		gsize size;

		at += strspn(at, " \t");
		if (*at != '[' && *at != '(')
			return at;
		size = strcspn(at, *at == '[' ? "]" : ")");
		if (at[size] == '\0' || size > TAG_MAX)
			return at;
		at += size + 1;
	}
}

/* The prefix that @at begins with; what is behind it in *@behind. */
static Prefix
prefix_at(const char *at, const char **behind)
{
	char folded[TD_MARK_ROOM];
	gsize size = 0, words = 1;
	const char *wide = strstr(at, "\357\274\232");
	const char *colon = strchr(at, ':');

	*behind = at;
	if (wide != NULL && (colon == NULL || wide < colon)) {
		size = (gsize)(wide - at);
		*behind = wide + 3;
	} else if (colon != NULL) {
		size = (gsize)(colon - at);
		*behind = colon + 1;
	}
	if (size == 0 || size > 40 || td_mark_fold(at, size, folded) == 0)
		return NO_PREFIX;
	/* "Fwd[2]", "Fw (3)" */
	folded[strcspn(folded, "[(")] = '\0';
	g_strchomp(folded);
	for (const char *c = folded; *c != '\0'; c++)
		words += *c == ' ';
	if (in_list(forwards, G_N_ELEMENTS(forwards), folded))
		return FORWARD;
	if (in_list(either, G_N_ELEMENTS(either), folded))
		return EITHER;
	return words == 1 && g_utf8_strlen(folded, -1) <= 8 ? ANSWER
	                                                    : NO_PREFIX;
}

/* What the Subject says of the mail: the first prefix counts. */
static Prefix
read_prefix(const char *subject)
{
	const char *at = subject + strspn(subject, " \t"), *behind;
	Prefix found;

	/* "[Fwd: Printer]" */
	if (*at == '[' && prefix_at(at + 1, &behind) == FORWARD)
		return FORWARD;
	found = prefix_at(skip_tags(at), &behind);
	if (found == NO_PREFIX && g_str_has_suffix(subject, "(fwd)"))
		return FORWARD;
	return found;
}

/* Whether an answer's Subject tells of a forward further behind: "Re: Fwd:". */
static gboolean
has_later_prefix(const char *subject)
{
	const char *at = subject;

	for (guint i = 0; i < PREFIXES_MAX; i++) {
		Prefix found = prefix_at(skip_tags(at), &at);

		if (found == NO_PREFIX)
			return FALSE;
		if (found == FORWARD)
			return TRUE;
	}
	return FALSE;
}

/* ---- attached mails ---- */

/* The first attached mail and its number; NULL when there is none. */
static const TdPart *
find_attached(const TdMime *mime, guint *number)
{
	guint count = 0;

	for (guint i = 0; i < mime->leaves->len; i++) {
		const TdPart *leaf = g_ptr_array_index(mime->leaves, i);

		if (leaf->role != TD_PART_ATTACHMENT)
			continue;
		count++;
		if (td_part_is(leaf, "message/rfc822") ||
		    td_part_is(leaf, "message/global")) {
			*number = count;
			return leaf;
		}
	}
	return NULL;
}

static void
read_from(const GArray *fields, TdAddress *from)
{
	g_autofree char *line = td_fields_line(fields, "From");
	g_autoptr(GPtrArray) addresses = td_addresses_new();

	td_addresses_read(line, addresses);
	if (addresses->len > 0) {
		const TdAddress *first = g_ptr_array_index(addresses, 0);

		from->name = g_strdup(first->name);
		from->address = g_strdup(first->address);
	} else {
		from->name = g_strdup("");
		from->address = g_strdup("");
	}
}

static TdForward *
new_forward(void)
{
	TdForward *forward = g_new0(TdForward, 1);

	forward->from = g_new0(TdAddress, 1);
	return forward;
}

/* What the attached mail says; NULL if it does not tell who wrote it. */
static TdForward *
read_attached(const TdMessage *message, const TdPart *part, guint number)
{
	g_autoptr(GArray) fields = g_array_new(FALSE, FALSE, sizeof(TdField));
	g_autoptr(GByteArray) bytes = td_part_read(part, ATTACHED_MAX, NULL);
	g_autoptr(TdMime) inner = NULL;
	g_autofree char *own = NULL;
	g_autofree char *quoted = NULL;
	g_autofree char *date = NULL;
	const char *raw = (const char *)bytes->data, *guess;
	TdForward *forward;

	td_fields_scan(raw, bytes->len, TD_LIMIT_HEADERS, fields, NULL);
	if (td_fields_find(fields, "From") == NULL)
		return NULL;
	forward = new_forward();
	read_from(fields, forward->from);
	forward->subject = td_fields_value(fields, "Subject");
	forward->message_id = td_id_read(td_fields_find(fields, "Message-ID"));
	if (forward->message_id == NULL)
		forward->message_id = g_strdup("");
	date = td_fields_line(fields, "Date");
	forward->date = td_date_read(date);
	inner = td_mime_parse(raw, bytes->len, NULL);
	forward->text = td_text_read(inner, NULL, &guess);
	own = td_forward_own_text(message->text);
	td_message_split_reply(own, &forward->note, &quoted);
	forward->part = number;
	return forward;
}

/* ---- all ---- */

/* A digest has many mails and passes on none of them. */
static gboolean
is_digest(const TdPart *part, guint depth)
{
	if (td_part_is(part, "multipart/digest"))
		return TRUE;
	for (guint i = 0;
	     depth > 0 && part->children != NULL && i < part->children->len;
	     i++)
		if (is_digest(g_ptr_array_index(part->children, i), depth - 1))
			return TRUE;
	return FALSE;
}

/* Whether the mail is nothing but an attached one. */
static gboolean
is_nothing_else(const TdMessage *message)
{
	g_autofree char *own = NULL;
	g_autofree char *reply = NULL;
	g_autofree char *quoted = NULL;

	if (message->attachments->len != 1)
		return FALSE;
	own = td_forward_own_text(message->text);
	td_message_split_reply(own, &reply, &quoted);
	return td_text_is_blank(reply);
}

static TdForward *
read_inline(const TdMessage *message, gboolean claimed)
{
	TdForward *forward = new_forward();

	if (td_forward_read_text(message->text, claimed, forward))
		return forward;
	td_forward_free(forward);
	return NULL;
}

TdForward *
td_forward_read(const TdMessage *message, const TdMime *mime)
{
	Prefix prefix = read_prefix(message->subject);
	gboolean claimed = prefix == FORWARD || prefix == EITHER;
	const TdPart *attached;
	TdForward *forward = NULL;
	guint number = 0;

	if (message->report != NULL ||
	    td_part_is(mime->root, "multipart/report") ||
	    is_digest(mime->root, 8))
		return NULL;
	if (prefix != ANSWER || has_later_prefix(message->subject))
		forward = read_inline(message, claimed);
	if (forward != NULL || prefix == ANSWER)
		return forward;
	attached = find_attached(mime, &number);
	if (attached == NULL || (!claimed && !is_nothing_else(message)))
		return NULL;
	return read_attached(message, attached, number);
}

void
td_forward_free(TdForward *forward)
{
	if (forward == NULL)
		return;

	if (forward->from != NULL) {
		g_free(forward->from->name);
		g_free(forward->from->address);
		g_free(forward->from);
	}
	g_free(forward->subject);
	g_free(forward->message_id);
	g_free(forward->text);
	g_free(forward->note);
	g_free(forward);
}
