/* address.c - see ticketd/address.h */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>

/* RFC 5321 4.5.3.1.3 less the brackets. */
#define ADDRESS_MAX 254

/* What is longer than this before folding is not looked at. */
#define INPUT_MAX (4 * ADDRESS_MAX)

/* RFC 5322 3.2.3 less the dot, which may stand anywhere: some providers gave
 * out addresses like "a..b.@example.jp". */
#define SPECIALS "()<>[]:;@\\,\""

/* @address without what surrounds it; NULL if it is too long or no UTF-8. */
static char *
take_bare(const char *address)
{
	g_autofree char *copy = NULL;
	char *start;
	gsize length;

	if (address == NULL || !g_utf8_validate(address, -1, NULL))
		return NULL;
	copy = g_strdup(address);
	start = g_strstrip(copy);
	length = strlen(start);
	if (length >= 2 && start[0] == '<' && start[length - 1] == '>') {
		start[length - 1] = '\0';
		start = g_strstrip(start + 1);
	}
	if (strlen(start) > INPUT_MAX)
		return NULL;
	return g_strdup(start);
}

/* Each letter in lower case.  By letters, not by g_utf8_strdown(), which asks
 * the locale, nor g_utf8_casefold(), which makes other letters of some. */
static char *
lower_letters(const char *text)
{
	GString *lower = g_string_new(NULL);

	for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at))
		g_string_append_unichar(
		    lower, g_unichar_tolower(g_utf8_get_char(at)));
	return g_string_free(lower, FALSE);
}

/* Appends the character at @at to @content unless it cannot stand in a local
 * part. */
static gboolean
take_character(GString *content, const char *at, gboolean quoted)
{
	gunichar c = g_utf8_get_char(at);

	if (g_unichar_iscntrl(c) || c == 0x2028 || c == 0x2029)
		return FALSE;
	if (!quoted &&
	    (g_unichar_isspace(c) ||
	        (c < 0x80 && strchr(SPECIALS, (int)c) != NULL)))
		return FALSE;
	g_string_append_unichar(content, c);
	return TRUE;
}

/* What the local part says once its quotes are gone; *@end is set to the '@'
 * behind it.  NULL if there is no local part. */
static char *
read_local(const char *text, const char **end)
{
	g_autoptr(GString) content = g_string_new(NULL);
	gboolean quoted = FALSE;
	const char *at = text;

	for (; *at != '\0' && (quoted || *at != '@');
	     at = g_utf8_next_char(at)) {
		if (*at == '"') {
			quoted = !quoted;
			continue;
		}
		if (quoted && *at == '\\' && at[1] != '\0')
			at++;
		if (!take_character(content, at, quoted))
			return NULL;
	}
	if (quoted || *at != '@' || content->len == 0)
		return NULL;
	*end = at;
	return g_string_free(g_steal_pointer(&content), FALSE);
}

/* Appends @content, in quotes if it cannot do without. */
static void
append_local(GString *folded, const char *content)
{
	if (strpbrk(content, SPECIALS " ") == NULL) {
		g_string_append(folded, content);
		return;
	}
	g_string_append_c(folded, '"');
	for (const char *at = content; *at != '\0'; at++) {
		if (*at == '"' || *at == '\\')
			g_string_append_c(folded, '\\');
		g_string_append_c(folded, *at);
	}
	g_string_append_c(folded, '"');
}

/* Whether @domain has letters that g_hostname_to_ascii(), which knows IDNA2003
 * alone, turns into others: the result would be somebody else's domain. */
static gboolean
has_deviation(const char *domain)
{
	static const char *const letters[] = { "\xc3\x9f", "\xe1\xba\x9e",
		"\xcf\x82", "\xe2\x80\x8c", "\xe2\x80\x8d" };

	for (gsize i = 0; i < G_N_ELEMENTS(letters); i++)
		if (strstr(domain, letters[i]) != NULL)
			return TRUE;
	return FALSE;
}

static gboolean
is_domain_literal(const char *domain)
{
	gsize length = strlen(domain);

	return length > 2 && domain[0] == '[' && domain[length - 1] == ']' &&
	    strspn(domain + 1,
	        "0123456789abcdefghijklmnopqrstuvwxyz"
	        "ABCDEFGHIJKLMNOPQRSTUVWXYZ:.-") == length - 2;
}

/* The domain in lower case and ASCII, one final dot cut; NULL if it is none. */
static char *
fold_domain(const char *domain)
{
	g_autofree char *ascii = NULL;
	gsize length;

	if (is_domain_literal(domain))
		return g_ascii_strdown(domain, -1);
	if (g_str_is_ascii(domain))
		ascii = g_ascii_strdown(domain, -1);
	else if (!has_deviation(domain))
		ascii = g_hostname_to_ascii(domain);
	if (ascii == NULL)
		return NULL;

	length = strlen(ascii);
	if (length > 0 && ascii[length - 1] == '.')
		ascii[--length] = '\0';
	if (length == 0 || strpbrk(ascii, SPECIALS) != NULL)
		return NULL;
	for (gsize i = 0; i < length; i++)
		if (!g_ascii_isgraph(ascii[i]))
			return NULL;
	return g_steal_pointer(&ascii);
}

/* The local part as a key.  NULL where folding would turn it into the ASCII
 * address of somebody else (the Kelvin sign is "k" by Unicode's tables). */
static char *
fold_local(const char *content)
{
	g_autofree char *composed = NULL, *lower = NULL, *local = NULL;

	composed = g_utf8_normalize(content, -1, G_NORMALIZE_NFC);
	lower = lower_letters(composed);
	local = g_utf8_normalize(lower, -1, G_NORMALIZE_NFC);
	if (g_str_is_ascii(local) && !g_str_is_ascii(content))
		return NULL;
	return g_steal_pointer(&local);
}

/* The key of an address made of the usual characters alone, as nearly all are;
 * NULL if it has to be taken apart. */
static char *
fold_plain(const char *address)
{
	static const char usual[] = "abcdefghijklmnopqrstuvwxyz"
	                            "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                            "0123456789._+=-";
	gsize local = strspn(address, usual);
	gsize domain;

	if (local == 0 || address[local] != '@')
		return NULL;
	domain = strspn(address + local + 1, usual);
	if (domain == 0 || address[local + 1 + domain] != '\0' ||
	    address[local + domain] == '.' || local + 1 + domain > ADDRESS_MAX)
		return NULL;
	return g_ascii_strdown(address, (gssize)(local + 1 + domain));
}

char *
td_address_fold(const char *address)
{
	g_autofree char *plain = address == NULL ? NULL : fold_plain(address);
	g_autofree char *bare = NULL;
	g_autofree char *content = NULL, *local = NULL, *domain = NULL;
	g_autoptr(GString) folded = NULL;
	const char *end = NULL;

	if (plain != NULL)
		return g_steal_pointer(&plain);
	bare = take_bare(address);
	if (bare == NULL)
		return NULL;
	content = read_local(bare, &end);
	if (content == NULL)
		return NULL;

	local = fold_local(content);
	domain = fold_domain(end + 1);
	if (local == NULL || domain == NULL)
		return NULL;

	folded = g_string_new(NULL);
	append_local(folded, local);
	g_string_append_printf(folded, "@%s", domain);
	if (folded->len > ADDRESS_MAX)
		return NULL;
	return g_string_free(g_steal_pointer(&folded), FALSE);
}

const char *
td_address_domain(const char *address)
{
	const char *at;

	if (address == NULL)
		return "";
	at = strrchr(address, '@');
	return at == NULL ? address + strlen(address) : at + 1;
}

char *
td_address_local(const char *address)
{
	const char *at;

	if (address == NULL)
		return g_strdup("");
	at = strrchr(address, '@');
	return at == NULL ? g_strdup(address)
	                  : g_strndup(address, (gsize)(at - address));
}

gboolean
td_address_same(const char *a, const char *b)
{
	g_autofree char *left = td_address_fold(a);
	g_autofree char *right = td_address_fold(b);

	return left != NULL && right != NULL && strcmp(left, right) == 0;
}

gboolean
td_address_needs_utf8(const char *address)
{
	return address != NULL && !g_str_is_ascii(address);
}

gboolean
td_address_is_erased(const char *address)
{
	const char *number = address + strlen("erased-");

	return g_str_has_prefix(address, "erased-") && *number != '\0' &&
	    strspn(number, "0123456789") == strlen(number);
}
