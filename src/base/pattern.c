/* pattern.c - see ticketd/pattern.h */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/pattern.h>
#include <ticketd/text.h>

/* PCRE2 takes its limits in front of an expression.  They count anew for each
 * place where a match may begin, hence two of them, see search_deep(). */
#define LIMIT(steps) "(*LIMIT_MATCH=" G_STRINGIFY(steps) ")"

typedef struct {
	char *shown;  /* as written */
	GStrv pieces; /* folded, without the stars between them */
} Word;

struct TdPattern {
	TdPatternUse use;
	GRegex *regex;    /* or NULL; of TD_PATTERN_FEW steps ... */
	GRegex *deep;     /* ... the same of TD_PATTERN_STEPS ... */
	GPtrArray *names; /* ... with the names of its groups, char * */
	GPtrArray *words; /* ... of Word */
};

/* ---- reading ---- */

static void
free_word(gpointer data)
{
	Word *word = data;

	g_free(word->shown);
	g_strfreev(word->pieces);
	g_free(word);
}

/* A line that was broken in the middle of what somebody looks for is the same
 * to him. */
static char *
fold(const char *text)
{
	g_autofree char *folded = td_text_fold(text);
	char *to = folded;
	gboolean blank = FALSE;

	for (const char *at = folded, *next; *at != '\0'; at = next) {
		next = g_utf8_next_char(at);
		if (g_unichar_isspace(g_utf8_get_char(at))) {
			if (!blank)
				*to++ = ' ';
			blank = TRUE;
			continue;
		}
		blank = FALSE;
		memmove(to, at, (gsize)(next - at));
		to += next - at;
	}
	*to = '\0';
	return g_steal_pointer(&folded);
}

/* Addresses are compared with folded ones, whose domains are A-labels. */
static char *
write_domain(const char *word)
{
	const char *at = strrchr(word, '@');
	g_autofree char *domain = NULL;

	if (at == NULL || g_str_is_ascii(at))
		return g_strdup(word);
	domain = g_hostname_to_ascii(at + 1);
	if (domain == NULL)
		return g_strdup(word);
	return g_strdup_printf("%.*s@%s", (int)(at - word), word, domain);
}

static void
add_word(TdPattern *pattern, const char *text)
{
	gboolean whole = pattern->use == TD_PATTERN_WHOLE;
	g_autofree char *written = whole ? write_domain(text) : g_strdup(text);
	g_autofree char *folded = fold(written);
	g_autofree char *any = NULL;
	Word *word = g_new(Word, 1);

	if (whole && *folded == '@')
		any = g_strconcat("*", folded, NULL);
	word->shown = g_strdup(text);
	word->pieces = g_strsplit(any == NULL ? folded : any, "*", 0);
	g_ptr_array_add(pattern->words, word);
}

static gboolean
read_words(TdPattern *pattern, const char *text, GError **error)
{
	g_auto(GStrv) words = g_strsplit(text, ";", 0);

	for (gsize i = 0; words[i] != NULL; i++)
		if (*g_strstrip(words[i]) != '\0')
			add_word(pattern, words[i]);
	if (pattern->words->len == 0)
		return td_fail(error, TD_ERROR_CONFIG, "no word in it");
	return TRUE;
}

static gboolean
is_expression(const char *text)
{
	gsize length = strlen(text);

	return length >= 2 && text[0] == '/' && text[length - 1] == '/';
}

static GRegex *
compile(const char *text, GError **error)
{
	g_autoptr(GError) reason = NULL;
	GRegex *regex;

	/* Not G_REGEX_OPTIMIZE: a step of compiled ones may be very long. */
	regex = g_regex_new(
	    text, G_REGEX_CASELESS | G_REGEX_MULTILINE, 0, &reason);
	if (regex == NULL)
		td_fail(error, TD_ERROR_CONFIG, "%s", reason->message);
	return regex;
}

/* GRegex does not tell them, but knows whether a word is one. */
static void
find_names(TdPattern *pattern, const char *expression)
{
	for (const char *at = expression; (at = strstr(at, "(?")) != NULL;) {
		g_autofree char *name = NULL;
		gsize size;

		at += strlen("(?");
		at += *at == 'P';
		if (*at != '<' && *at != '\'')
			continue;
		at++;
		size = strcspn(at, ">'");
		name = g_strndup(at, size);
		if (g_regex_get_string_number(pattern->regex, name) > 0)
			g_ptr_array_add(pattern->names, g_steal_pointer(&name));
	}
}

/* @inner within @limit; NULL with @error. */
static GRegex *
compile_within(const TdPattern *pattern, const char *limit, const char *inner,
    GError **error)
{
	gboolean whole = pattern->use == TD_PATTERN_WHOLE;
	g_autofree char *text = g_strconcat(
	    limit, whole ? "\\A(?:" : "", inner, whole ? ")\\z" : "", NULL);

	return compile(text, error);
}

static gboolean
read_expression(TdPattern *pattern, const char *text, GError **error)
{
	g_autofree char *inner = g_strndup(text + 1, strlen(text) - 2);
	g_autoptr(GRegex) alone = NULL;

	if (*inner == '\0')
		return td_fail(
		    error, TD_ERROR_CONFIG, "nothing between the slashes");
	/* Only ours count of those that hold for all of it. */
	if (g_str_has_prefix(inner, "(*"))
		return td_fail(error, TD_ERROR_CONFIG,
		    "it must not begin with (*, a verb of PCRE");
	/* By itself first, for "a)|(b" would be well within parentheses, and
	 * so that mistakes are told by the right place. */
	alone = compile(inner, error);
	if (alone == NULL)
		return FALSE;
	pattern->regex = compile_within(
	    pattern, LIMIT(TD_PATTERN_FEW), inner, error);
	pattern->deep = pattern->regex == NULL
	    ? NULL
	    : compile_within(pattern, LIMIT(TD_PATTERN_STEPS), inner, error);
	if (pattern->deep == NULL)
		return FALSE;
	find_names(pattern, inner);
	return TRUE;
}

TdPattern *
td_pattern_new(const char *text, TdPatternUse use, GError **error)
{
	g_autoptr(TdPattern) pattern = g_new0(TdPattern, 1);

	pattern->use = use;
	pattern->names = g_ptr_array_new_with_free_func(g_free);
	pattern->words = g_ptr_array_new_with_free_func(free_word);
	if (is_expression(text) ? !read_expression(pattern, text, error)
	                        : !read_words(pattern, text, error))
		return NULL;
	return g_steal_pointer(&pattern);
}

void
td_pattern_free(TdPattern *pattern)
{
	if (pattern == NULL)
		return;
	g_clear_pointer(&pattern->regex, g_regex_unref);
	g_clear_pointer(&pattern->deep, g_regex_unref);
	g_ptr_array_unref(pattern->names);
	g_ptr_array_unref(pattern->words);
	g_free(pattern);
}

/* ---- matching ---- */

void
td_pattern_text_clear(TdPatternText *text)
{
	g_clear_pointer(&text->folded, g_free);
}

/* Whether @pieces are in @text in their order, with anything between them; the
 * first at its start and the last at its end if they are the @whole of it.
 * Each is taken where it comes first, so no text is looked at twice. */
static gboolean
has_pieces(const GStrv pieces, const char *text, gboolean whole)
{
	gsize count = g_strv_length(pieces);
	const char *end = text + strlen(text);
	gsize first = 0, last = count;

	if (whole && count == 1)
		return strcmp(text, pieces[0]) == 0;
	if (whole) {
		gsize tail = strlen(pieces[count - 1]);

		if (!g_str_has_prefix(text, pieces[0]))
			return FALSE;
		text += strlen(pieces[0]);
		if ((gsize)(end - text) < tail ||
		    strcmp(end - tail, pieces[count - 1]) != 0)
			return FALSE;
		end -= tail;
		first = 1;
		last = count - 1;
	}
	for (gsize i = first; i < last; i++) {
		text = strstr(text, pieces[i]);
		if (text == NULL)
			return FALSE;
		text += strlen(pieces[i]);
	}
	return text <= end;
}

static gboolean
match_words(const TdPattern *pattern, TdPatternText *text, char **found)
{
	if (text->folded == NULL)
		text->folded = fold(text->text);
	for (guint i = 0; i < pattern->words->len; i++) {
		const Word *word = g_ptr_array_index(pattern->words, i);

		if (!has_pieces(word->pieces, text->folded,
		        pattern->use == TD_PATTERN_WHOLE))
			continue;
		if (found != NULL)
			*found = g_strdup(word->shown);
		return TRUE;
	}
	return FALSE;
}

static void
capture(TdCaptures *captures, char *name, char *text)
{
	g_hash_table_replace(
	    captures, name, text == NULL ? g_strdup("") : text);
}

static void
take_groups(
    const TdPattern *pattern, const GMatchInfo *match, TdCaptures *captures)
{
	int count = g_regex_get_capture_count(pattern->regex);

	for (int i = 0; i <= count; i++)
		capture(captures, g_strdup_printf("%d", i),
		    g_match_info_fetch(match, i));
	for (guint i = 0; i < pattern->names->len; i++) {
		const char *name = g_ptr_array_index(pattern->names, i);

		capture(captures, g_strdup(name),
		    g_match_info_fetch_named(match, name));
	}
}

/* How many bytes of @text an expression sees: whole characters. */
static gssize
seen_size(const char *text)
{
	gsize size = strlen(text);

	if (size <= TD_PATTERN_TEXT)
		return (gssize)size;
	return g_utf8_find_prev_char(text, text + TD_PATTERN_TEXT + 1) - text;
}

/* @match and @cut are set; whether @regex matches from @start on. */
static gboolean
try_regex(const GRegex *regex, const char *text, gssize size, int start,
    GRegexMatchFlags flags, GMatchInfo **match, gboolean *cut)
{
	g_autoptr(GError) error = NULL;
	gboolean found;

	g_clear_pointer(match, g_match_info_free);
	found = g_regex_match_full(
	    regex, text, size, start, flags, match, &error);
	*cut = error != NULL;
	return found;
}

/* What few steps did not do is done place by place, so that those where more
 * are needed can be counted. */
static gboolean
search_deep(const TdPattern *pattern, const char *text, gssize size,
    GMatchInfo **match, gboolean *cut)
{
	guint left = TD_PATTERN_PLACES;
	const char *at = text;

	while (at <= text + size) {
		int start = (int)(at - text);

		if (try_regex(pattern->regex, text, size, start,
		        G_REGEX_MATCH_ANCHORED, match, cut))
			return TRUE;
		if (*cut && left-- == 0)
			return FALSE;
		if (*cut &&
		    try_regex(pattern->deep, text, size, start,
		        G_REGEX_MATCH_ANCHORED, match, cut))
			return TRUE;
		/* The others begin no whole one. */
		if (*cut || pattern->use == TD_PATTERN_WHOLE || at[0] == '\0')
			return FALSE;
		at = g_utf8_next_char(at);
	}
	return FALSE;
}

static gboolean
match_expression(const TdPattern *pattern, const char *text,
    TdCaptures *captures, char **found, gboolean *cut)
{
	g_autoptr(GMatchInfo) match = NULL;
	gboolean away = FALSE;
	gssize size = seen_size(text);

	/* What is not seen is part of the whole. */
	if (pattern->use == TD_PATTERN_WHOLE && text[size] != '\0')
		return FALSE;
	if (!try_regex(pattern->regex, text, size, 0, 0, &match, &away) &&
	    !(away && search_deep(pattern, text, size, &match, &away))) {
		if (away && cut != NULL)
			*cut = TRUE;
		return FALSE;
	}
	if (captures != NULL)
		take_groups(pattern, match, captures);
	if (found != NULL)
		*found = g_match_info_fetch(match, 0);
	return TRUE;
}

gboolean
td_pattern_search(const TdPattern *pattern, TdPatternText *text,
    TdCaptures *captures, char **found, gboolean *cut)
{
	if (pattern->regex == NULL)
		return match_words(pattern, text, found);
	return match_expression(pattern, text->text, captures, found, cut);
}

gboolean
td_pattern_match(const TdPattern *pattern, const char *text,
    TdCaptures *captures, gboolean *cut)
{
	g_auto(TdPatternText) once = { .text = text };

	return td_pattern_search(pattern, &once, captures, NULL, cut);
}

/* ---- groups ---- */

gboolean
td_pattern_has_group(const TdPattern *pattern, const char *name)
{
	guint64 number;

	if (pattern->regex == NULL)
		return FALSE;
	if (g_ascii_string_to_unsigned(name, 10, 0,
	        (guint64)g_regex_get_capture_count(pattern->regex), &number,
	        NULL))
		/* "01" is not how it is called. */
		return *name != '0' || name[1] == '\0';
	return g_ptr_array_find_with_equal_func(
	    pattern->names, name, g_str_equal, NULL);
}

TdCaptures *
td_captures_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

char *
td_captures_fill(const TdCaptures *captures, const char *text)
{
	g_autoptr(GString) filled = g_string_new(NULL);
	const char *brace;

	while ((brace = strchr(text, '{')) != NULL) {
		const char *end = strchr(brace, '}');
		g_autofree char *name = NULL;
		const char *caught;

		g_string_append_len(filled, text, brace - text);
		if (brace[1] == '{' || end == NULL) {
			g_string_append_c(filled, '{');
			text = brace + (brace[1] == '{' ? 2 : 1);
			continue;
		}
		name = g_strndup(brace + 1, (gsize)(end - brace) - 1);
		caught = g_hash_table_lookup((GHashTable *)captures, name);
		g_string_append(filled, caught == NULL ? "" : caught);
		text = end + 1;
	}
	g_string_append(filled, text);
	return g_string_free(g_steal_pointer(&filled), FALSE);
}

GStrv
td_captures_names(const char *text)
{
	g_autoptr(GStrvBuilder) names = g_strv_builder_new();

	while ((text = strchr(text, '{')) != NULL) {
		const char *end = strchr(text, '}');
		g_autofree char *name = NULL;

		if (text[1] == '{') {
			text += 2;
			continue;
		}
		if (end == NULL || end == text + 1)
			return NULL;
		name = g_strndup(text + 1, (gsize)(end - text) - 1);
		g_strv_builder_add(names, name);
		text = end + 1;
	}
	return g_strv_builder_end(names);
}
