/* leaves.c - which leaf parts of a mail are its text (RFC 2046, section 5.1)
 *
 * Of alternatives the plain one is the text unless it is blank; what follows
 * the text in a multipart/mixed without a name of its own (a footer, say)
 * belongs to it. */

#include "config.h"

#include <string.h>

#include "message/mime.h"

/* What may become of texts in a part of the tree. */
typedef enum {
	MAY_BE_TEXT,
	IS_SHADOW, /* of the chosen alternative */
	IS_ATTACHED,
} Mode;

typedef struct {
	gboolean have_text;
	gboolean text_is_html;
	gboolean have_shadow;
} Walk;

/* The tree is at most TD_LIMIT_DEPTH deep. */
static void walk(Walk *state, TdPart *part, Mode mode);

static TdPart *
child_at(const TdPart *part, guint index)
{
	return g_ptr_array_index(part->children, index);
}

/* A text that its writer's program shows with the mail. */
static gboolean
is_inline_text(const TdPart *part)
{
	const char *word = NULL;

	if (part->children != NULL ||
	    (!td_part_is(part, "text/plain") && !td_part_is(part, "text/html")))
		return FALSE;
	if (part->disposition != NULL)
		word = td_params_value(part->disposition);
	return word == NULL || strcmp(word, "attachment") != 0;
}

static gboolean
is_candidate(const TdPart *part)
{
	return is_inline_text(part) && td_part_name(part) == NULL;
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

/* Whether a text of this type is what the part shows: the part itself, or one
 * in it. */
static gboolean
shows(const TdPart *part, const char *type)
{
	if (part->children == NULL)
		return is_candidate(part) && td_part_is(part, type);
	for (guint i = 0; i < part->children->len; i++)
		if (shows(child_at(part, i), type))
			return TRUE;
	return FALSE;
}

/* Which of the alternatives is the text: NULL when none is one. */
static const TdPart *
choose_alternative(const TdPart *part)
{
	const TdPart *blank = NULL;

	for (guint i = 0; i < part->children->len; i++) {
		const TdPart *child = child_at(part, i);

		if (!is_candidate(child) || !td_part_is(child, "text/plain"))
			continue;
		if (!is_blank(child))
			return child;
		blank = blank == NULL ? child : blank;
	}
	/* The last is the one the writer liked best. */
	for (guint i = part->children->len; i > 0; i--)
		if (shows(child_at(part, i - 1), "text/html"))
			return child_at(part, i - 1);
	for (guint i = part->children->len; i > 0; i--)
		if (child_at(part, i - 1) != blank &&
		    shows(child_at(part, i - 1), "text/plain"))
			return child_at(part, i - 1);
	return blank;
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

		state->have_shadow = FALSE;
		walk(state, child, other ? IS_SHADOW : mode);
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

/* The root of a multipart/related (RFC 2387, section 3.2). */
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
	return child_at(part, 0);
}

static void
walk_multipart(Walk *state, TdPart *part, Mode mode)
{
	if (part->children->len == 0)
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
role_of(Walk *state, const TdPart *part, Mode mode)
{
	gboolean html;

	if (mode == IS_ATTACHED || !is_candidate(part))
		return TD_PART_ATTACHMENT;
	if (mode == IS_SHADOW) {
		if (state->have_shadow)
			return TD_PART_ATTACHMENT;
		state->have_shadow = TRUE;
		return TD_PART_SHADOW;
	}
	html = td_part_is(part, "text/html");
	if (state->have_text && html && !state->text_is_html)
		return TD_PART_ATTACHMENT;
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
		part->role = role_of(state, part, mode);
}

/* A mail without a text as such may still be one: a text with a name that is
 * its first part, or a text of another kind. */
static gboolean
may_stand_in(const TdPart *part)
{
	static const char *const types[] = { "text/enriched", "text/richtext",
		"text/markdown", "text/x-markdown" };

	if (is_inline_text(part))
		return TRUE;
	for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
		if (td_part_is(part, types[i]))
			return TRUE;
	return FALSE;
}

void
td_leaves_find(TdMime *mime)
{
	Walk state = { FALSE, FALSE, FALSE };
	TdPart *first;

	walk(&state, mime->root, MAY_BE_TEXT);
	if (state.have_text || mime->leaves->len == 0)
		return;

	first = g_ptr_array_index(mime->leaves, 0);
	if (may_stand_in(first))
		first->role = TD_PART_TEXT;
}
