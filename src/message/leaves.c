/* leaves.c - which leaf parts of a mail are its text (RFC 2046, section 5.1)
 *
 * Of alternatives the plain one is the text unless it is blank; what follows
 * the text in a multipart/mixed without a name of its own (a footer, the text
 * between two pictures) belongs to it. */

#include "config.h"

#include <string.h>

#include "message/limits.h"
#include "message/mime.h"
#include "message/packed.h"
#include "message/text.h"

/* Encoded bytes of a text that may only ask for HTML to be read. */
#define NOTICE_MAX 1000
/* So many pieces of HTML behind a plain text are compared with it. */
#define DOUBTS_MAX 5

/* What may become of texts in a part of the tree. */
typedef enum {
	MAY_BE_TEXT,
	IS_SHADOW, /* of the chosen alternative */
	IS_ATTACHED,
} Mode;

typedef struct {
	const TdPart *first; /* leaf of the mail */
	gboolean have_text;
	gboolean text_is_html;
	GPtrArray *doubtful; /* HTML behind a plain text: more of it, or the
	                      * same once more */
} Walk;

/* The tree is at most [message] depth deep. */
static void walk(Walk *state, TdPart *part, Mode mode);

/* @alternative: the leaf is one of several forms of a text. */
static TdPartRole role_of(
    Walk *state, TdPart *part, Mode mode, gboolean alternative);

static TdPart *
child_at(const TdPart *part, guint index)
{
	return g_ptr_array_index(part->children, index);
}

static gboolean
is_one_of(const TdPart *part, const char *const *types)
{
	for (; *types != NULL; types++)
		if (td_part_is(part, *types))
			return TRUE;
	return FALSE;
}

/* Texts that are written as they are read, or nearly so. */
static gboolean
is_plain(const TdPart *part)
{
	static const char *const types[] = { "text/plain", "text/markdown",
		"text/x-markdown", "text/enriched", "text/richtext", NULL };

	return is_one_of(part, types);
}

/* A text that its writer's program shows with the mail. */
static gboolean
is_inline_text(const TdPart *part)
{
	const char *word = NULL;

	if (part->children != NULL ||
	    (!is_plain(part) && !td_part_is(part, "text/html")))
		return FALSE;
	if (part->disposition != NULL)
		word = td_params_value(part->disposition);
	return word == NULL || strcmp(word, "attachment") != 0;
}

/* A text with a name is a file, as a rule. */
static gboolean
is_candidate(const TdPart *part)
{
	return is_inline_text(part) && td_part_name(part) == NULL;
}

/* One of several forms is no file, whatever it is called; nor is the first part
 * if nothing says that it is to be shown in some other way than as the mail. */
static gboolean
may_have_name(const Walk *state, const TdPart *part, gboolean alternative)
{
	return is_inline_text(part) &&
	    (alternative ||
	        (part == state->first && part->disposition == NULL));
}

static gboolean
look_for_ink(const char *bytes, gsize size, gpointer data)
{
	gboolean *blank = data;

	for (gsize i = 0; i < size && *blank; i++)
		if (memchr(" \t\r\n\f\v\302\240", bytes[i], 8) == NULL)
			*blank = FALSE;
	return *blank;
}

/* No text in it: blanks, line ends, hard blanks (as UTF-8 or Latin-1). */
static gboolean
is_blank(const TdPart *part)
{
	gboolean blank = TRUE;

	td_part_decode(part, look_for_ink, &blank);
	return blank;
}

/* Whether a text of this kind is what the part shows: the part itself, or one
 * in it. */
static gboolean
shows(const TdPart *part, gboolean html)
{
	if (part->children == NULL)
		return is_inline_text(part) &&
		    td_part_is(part, "text/html") == html;
	for (guint i = 0; i < part->children->len; i++)
		if (shows(child_at(part, i), html))
			return TRUE;
	return FALSE;
}

/* The first plain text among the alternatives that says something; *@blank
 * becomes the first of those that do not.  What was written as plain text goes
 * before what has commands in it. */
static const TdPart *
choose_plain(const TdPart *part, const TdPart **blank)
{
	const TdPart *chosen = NULL;

	for (guint i = 0; i < part->children->len; i++) {
		const TdPart *child = child_at(part, i);

		if (!is_inline_text(child) || !is_plain(child))
			continue;
		if (is_blank(child))
			*blank = *blank == NULL ? child : *blank;
		else if (td_part_is(child, "text/plain"))
			return child;
		else if (chosen == NULL)
			chosen = child;
	}
	return chosen;
}

/* Whether it may only say that HTML is to be read instead; who wrote it himself
 * wrote the same in the HTML. */
static gboolean
is_notice(const TdPart *part)
{
	g_autoptr(GByteArray) bytes = NULL;
	g_autofree char *lower = NULL;

	if (part->size > NOTICE_MAX)
		return FALSE;
	bytes = td_part_read(part, NOTICE_MAX, NULL);
	g_byte_array_append(bytes, (const guint8 *)"", 1);
	lower = g_ascii_strdown((const char *)bytes->data, -1);
	return strstr(lower, "html") != NULL;
}

/* Which of the alternatives is the text: NULL when none is one. */
static const TdPart *
choose_alternative(const TdPart *part)
{
	const TdPart *blank = NULL;
	const TdPart *plain = choose_plain(part, &blank);

	if (plain != NULL && td_part_is(plain, "text/plain") &&
	    !is_notice(plain))
		return plain;
	/* The last is the one the writer liked best. */
	for (guint i = part->children->len; i > 0; i--)
		if (shows(child_at(part, i - 1), TRUE))
			return child_at(part, i - 1);
	for (guint i = part->children->len; plain == NULL && i > 0; i--)
		if (child_at(part, i - 1) != blank &&
		    shows(child_at(part, i - 1), FALSE))
			return child_at(part, i - 1);
	return plain == NULL ? blank : plain;
}

static void
walk_alternative(Walk *state, TdPart *part, Mode mode)
{
	const TdPart *chosen = NULL;

	if (mode == MAY_BE_TEXT)
		chosen = choose_alternative(part);
	for (guint i = 0; i < part->children->len; i++) {
		TdPart *child = child_at(part, i);
		gboolean other = mode == MAY_BE_TEXT && child != chosen;
		Mode its = other ? IS_SHADOW : mode;

		if (child->children != NULL)
			walk(state, child, its);
		else
			child->role = role_of(state, child, its, TRUE);
	}
}

/* Only @root can be text; the others are pictures in it, signatures of it,
 * reports, returned messages. */
static void
walk_around(Walk *state, TdPart *part, const TdPart *root, Mode mode)
{
	for (guint i = 0; i < part->children->len; i++) {
		TdPart *child = child_at(part, i);

		walk(state, child, child == root ? mode : IS_ATTACHED);
	}
}

static void
walk_mixed(Walk *state, TdPart *part, Mode mode)
{
	for (guint i = 0; i < part->children->len; i++)
		walk(state, child_at(part, i), mode);
}

/* The root of a multipart/related (RFC 2387, section 3.2); or, where the first
 * part is a picture, the first that is a text. */
static const TdPart *
find_root(const TdPart *part)
{
	const char *start = td_part_parameter(part, "start");
	g_autofree char *id = NULL;

	if (start != NULL)
		id = g_mime_utils_decode_message_id(start);
	for (guint i = 0; id != NULL && i < part->children->len; i++) {
		const TdPart *child = child_at(part, i);

		if (child->id != NULL && strcmp(child->id, id) == 0)
			return child;
	}
	for (guint i = 0; i < part->children->len; i++)
		if (shows(child_at(part, i), TRUE) ||
		    shows(child_at(part, i), FALSE))
			return child_at(part, i);
	return child_at(part, 0);
}

static void
walk_multipart(Walk *state, TdPart *part, Mode mode)
{
	/* What was packed in a part has its roles already. */
	if (part->children->len == 0 ||
	    !g_str_has_prefix(part->type, "multipart/"))
		return;
	if (td_part_is(part, "multipart/alternative"))
		walk_alternative(state, part, mode);
	else if (td_part_is(part, "multipart/related"))
		walk_around(state, part, find_root(part), mode);
	else if (td_part_is(part, "multipart/signed") ||
	    td_part_is(part, "multipart/report"))
		walk_around(state, part, child_at(part, 0), mode);
	else if (td_part_is(part, "multipart/encrypted") ||
	    td_part_is(part, "multipart/digest"))
		walk_mixed(state, part, IS_ATTACHED);
	else
		walk_mixed(state, part, mode);
}

static TdPartRole
role_of(Walk *state, TdPart *part, Mode mode, gboolean alternative)
{
	gboolean html = td_part_is(part, "text/html");

	if (mode == IS_ATTACHED ||
	    !(is_candidate(part) || may_have_name(state, part, alternative)))
		return TD_PART_ATTACHMENT;
	if (mode == IS_SHADOW)
		return TD_PART_SHADOW;
	if (state->have_text && html && !state->text_is_html) {
		g_ptr_array_add(state->doubtful, part);
		return TD_PART_TEXT;
	}
	/* A blank text in front does not keep the HTML from being read. */
	if (!state->have_text && !is_blank(part)) {
		state->text_is_html = html;
		state->have_text = TRUE;
	}
	return TD_PART_TEXT;
}

static void
walk(Walk *state, TdPart *part, Mode mode)
{
	if (part->children != NULL)
		walk_multipart(state, part, mode);
	else
		part->role = role_of(state, part, mode, FALSE);
}

/* A mail without a text as such may still be one: a text with a name that is
 * its first part, or a text of another kind, which a reader may take for plain
 * (RFC 2046, section 4.1.4).  A plain text that is attached to the mail @root
 * is a file, though; only as the mail itself it is one. */
static gboolean
may_stand_in(const TdPart *part, const TdPart *root)
{
	static const char *const others[] = { "text/calendar", "text/vcard",
		"text/x-vcard", "text/directory", "text/css", "text/csv",
		"text/rtf", "text/x-amp-html", "text/rfc822-headers", NULL };
	const char *word = NULL;

	if (part->disposition != NULL)
		word = td_params_value(part->disposition);
	if (word != NULL && strcmp(word, "attachment") == 0)
		return part == root && is_plain(part);
	return is_inline_text(part) || is_plain(part) ||
	    (g_str_has_prefix(part->type, "text/") && !is_one_of(part, others));
}

/* The letters of a text, which are the same whatever its form. */
static char *
letters_of(const TdPart *part)
{
	g_autofree char *text = td_text_of_part(part, NULL);
	char *to = text;

	for (const char *at = text, *next; *at != '\0'; at = next) {
		next = g_utf8_next_char(at);
		if (g_unichar_isalnum(g_utf8_get_char(at)))
			while (at < next)
				*to++ = *at++;
	}
	*to = '\0';
	return g_steal_pointer(&text);
}

/* Whether two texts are the same: most of the longer is the shorter. */
static gboolean
say_the_same(const char *one, const char *other)
{
	gsize shorter = MIN(strlen(one), strlen(other));
	gsize longer = MAX(strlen(one), strlen(other));

	return longer == 0 ||
	    (shorter >= longer - longer / 5 &&
	        memcmp(one, other, shorter - shorter / 5) == 0);
}

/* Some programs write two forms of a text one behind the other. */
static void
settle_doubts(const TdMime *mime, const GPtrArray *doubtful)
{
	g_autofree char *text = NULL;

	for (guint i = 0; i < mime->leaves->len && text == NULL; i++) {
		const TdPart *leaf = g_ptr_array_index(mime->leaves, i);

		if (leaf->role == TD_PART_TEXT && !is_blank(leaf))
			text = letters_of(leaf);
	}
	for (guint i = 0; i < MIN(doubtful->len, DOUBTS_MAX); i++) {
		TdPart *html = g_ptr_array_index(doubtful, i);
		g_autofree char *same = letters_of(html);

		if (text != NULL && say_the_same(text, same))
			html->role = TD_PART_SHADOW;
	}
}

/* For a mail that has no text yet. */
static void
find_stand_in(TdMime *mime, TdPart *packed)
{
	TdPart *first = NULL;

	if (mime->leaves->len > 0)
		first = g_ptr_array_index(mime->leaves, 0);
	if (packed != NULL)
		packed->role = TD_PART_TEXT;
	else if (first != NULL && may_stand_in(first, mime->root))
		first->role = TD_PART_TEXT;
}

void
td_leaves_find(TdMime *mime)
{
	g_autoptr(GPtrArray) doubtful = g_ptr_array_new();
	Walk state = { .doubtful = doubtful };
	gsize left = td_limits()->decoded;
	TdPart *packed = td_packed_open_tnef(mime, &left);

	if (mime->leaves->len > 0)
		state.first = g_ptr_array_index(mime->leaves, 0);
	walk(&state, mime->root, MAY_BE_TEXT);
	if (!state.have_text)
		find_stand_in(mime, packed);
	if (doubtful->len > 0)
		settle_doubts(mime, doubtful);
	td_packed_open_texts(mime, &left);
}
