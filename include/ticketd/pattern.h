/* pattern.h - what a rule of the configuration looks for in a text
 *
 * A pattern is a list of words, any of which may match, or a regular expression
 * between slashes, "/.../" (PCRE; case does not count, "(?-i)" makes it; '^'
 * and '$' are the ends of a line).  Words are compared as td_text_fold() sees
 * them, any white space as one blank; '*' in them stands for any text.
 * Expressions see the text as it is.
 *
 * Expressions that run away are cut off, after some hundredths of a second, a
 * tenth or two at the worst: that counts as no match.  Nothing here
 * changes a pattern, so one may be used in any thread. */

#ifndef TICKETD_PATTERN_H
#define TICKETD_PATTERN_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct TdPattern TdPattern;

typedef enum {
	TD_PATTERN_WHOLE, /* a word, or the expression, is all of the text:
	                   * names, addresses; "@example.org" is any address
	                   * there, and domains may be written in Unicode */
	TD_PATTERN_PART,  /* it is anywhere in the text */
} TdPatternUse;

/* How many bytes of a text an expression sees, and what it may cost to look for
 * it: from each place of the text a few steps (each try to go on in another way
 * is one), from so many places most steps.  Beyond that it has run away. */
#define TD_PATTERN_TEXT 4096
#define TD_PATTERN_FEW 128
#define TD_PATTERN_PLACES 25
#define TD_PATTERN_STEPS 20000

/* Reads @text; the caller owns the result.  NULL with TD_ERROR_CONFIG says what
 * is wrong with it. */
TdPattern *td_pattern_new(const char *text, TdPatternUse use, GError **error);
void td_pattern_free(TdPattern *pattern);

/* What the groups of an expression caught: name ("1", "site"; "0" is all that
 * it matched) -> text, "" for a group that took no part. */
typedef GHashTable TdCaptures;
TdCaptures *td_captures_new(void);

/* Whether @text (valid UTF-8) matches.  The groups of an expression are added
 * to @captures, which may be NULL, in place of others of these names.  *@cut,
 * which may be NULL, is set if the expression ran away. */
gboolean td_pattern_match(const TdPattern *pattern, const char *text,
    TdCaptures *captures, gboolean *cut);

/* A text that more than one pattern looks at: it is folded once, when that is
 * needed first.  Set .text, leave .folded NULL. */
typedef struct {
	const char *text; /* borrowed, valid UTF-8 */
	char *folded;
} TdPatternText;

void td_pattern_text_clear(TdPatternText *text);

/* The same for such a text.  *@found, which may be NULL, is what matched: the
 * word as it was written, or what the expression found; the caller's, and left
 * alone if nothing matches. */
gboolean td_pattern_search(const TdPattern *pattern, TdPatternText *text,
    TdCaptures *captures, char **found, gboolean *cut);

/* Whether @name ("1", "site") is a group that an expression of @pattern may
 * catch. */
gboolean td_pattern_has_group(const TdPattern *pattern, const char *name);

/* @text with each "{1}" and "{site}" replaced by what was caught ("" if
 * nothing); "{{" is a brace; the caller's. */
char *td_captures_fill(const TdCaptures *captures, const char *text);

/* The names in braces that td_captures_fill() would look for in @text, in
 * order; the caller's.  NULL if a brace has no other, or there is nothing in
 * between. */
GStrv td_captures_names(const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdPattern, td_pattern_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TdPatternText, td_pattern_text_clear)

G_END_DECLS

#endif
