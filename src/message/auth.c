/* auth.c - what our own mail server found out about a sender (RFC 8601) */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/message.h>

/* Fields and results read; more is noise. */
#define FIELDS_MAX 20
#define RESULTS_MAX 100
/* Longest word taken from a field. */
#define WORD_MAX 512
#define RESULT_MAX 20

/* One result: "dkim=pass reason="..." header.d=example.org". */
typedef struct {
	char *method; /* lower case, without version */
	char *result;
	char *domain;   /* header.d, or the domain of header.i */
	char *identity; /* header.i's */
	char *policy;   /* of DMARC, or NULL */
} Result;

void
td_auth_free(TdAuth *auth)
{
	if (auth == NULL)
		return;

	g_free(auth->spf);
	g_free(auth->dkim);
	g_free(auth->dmarc);
	g_free(auth->dmarc_policy);
	g_free(auth);
}

/* Passes over white space and comments, which may be nested (RFC 5322,
 * 3.2.2). */
static const char *
skip_comments(const char *at)
{
	gsize depth = 0;

	for (; *at != '\0'; at++) {
		if (depth > 0 && *at == '\\' && at[1] != '\0')
			at++;
		else if (*at == '(')
			depth++;
		else if (depth > 0 && *at == ')')
			depth--;
		else if (depth == 0 && !g_ascii_isspace(*at))
			break;
	}
	return at;
}

/* Reads a word or a quoted string up to one of @stops, white space or a
 * comment.  The caller owns *@word, which is "" at the end. */
static const char *
read_word(const char *at, const char *stops, char **word)
{
	GString *out = g_string_new(NULL);
	gboolean quoted = FALSE;

	for (; *at != '\0'; at++) {
		if (*at == '"') {
			quoted = !quoted;
			continue;
		}
		if (!quoted &&
		    (g_ascii_isspace(*at) || *at == '(' ||
		        strchr(stops, *at) != NULL))
			break;
		if (quoted && *at == '\\' && at[1] != '\0')
			at++;
		if (out->len < WORD_MAX)
			g_string_append_c(out, *at);
	}
	*word = g_string_free(out, FALSE);
	return skip_comments(at);
}

static void
clear_result(Result *result)
{
	g_free(result->method);
	g_free(result->result);
	g_free(result->domain);
	g_free(result->identity);
	g_free(result->policy);
	memset(result, 0, sizeof(*result));
}

/* The policies of DMARC, the mildest first (RFC 7489, section 6.3). */
static const char *const policies[] = { "none", "quarantine", "reject" };

/* The number from 1 of the policy that the @size bytes at @word name; 0 if they
 * name none. */
static guint
rank_policy(const char *word, gsize size)
{
	for (guint i = 0; i < G_N_ELEMENTS(policies); i++)
		if (strlen(policies[i]) == size &&
		    g_ascii_strncasecmp(policies[i], word, size) == 0)
			return i + 1;
	return 0;
}

/* Keeps the policy at @word, unless a property told one before. */
static void
take_policy(Result *result, const char *word, gsize size)
{
	guint rank = rank_policy(word, size);

	if (rank > 0 && result->policy == NULL)
		result->policy = g_strdup(policies[rank - 1]);
}

/* Where the field has no property for it, a comment tells the policy:
 * "(p=REJECT sp=NONE dis=NONE)", "(policy=reject)".  @at and @end are the ends
 * of what is looked through. */
static void
search_comments(Result *result, const char *at, const char *end)
{
	static const char *const names[] = { "p=", "policy=" };
	gboolean quoted = FALSE;
	gsize depth = 0;

	for (; at < end; at++) {
		gboolean begins = depth > 0 && strchr("( ,;\t", *at) != NULL;

		if (*at == '\\' && at + 1 < end)
			at++;
		else if (depth == 0 && *at == '"')
			quoted = !quoted;
		else if (!quoted && *at == '(')
			begins = ++depth > 0;
		else if (depth > 0 && *at == ')')
			depth--;
		for (gsize i = 0; begins && i < G_N_ELEMENTS(names); i++) {
			gsize size = strlen(names[i]);

			if (g_ascii_strncasecmp(at + 1, names[i], size) == 0)
				take_policy(result, at + 1 + size,
				    strcspn(at + 1 + size, " ,;)\t"));
		}
	}
}

/* Keeps what the property says about the signing domain, or the policy. */
static void
take_property(Result *result, const char *name, const char *value)
{
	const char *at = strrchr(value, '@');
	const char *domain = at == NULL ? value : at + 1;

	if (g_ascii_strcasecmp(name, "policy.dmarc") == 0 ||
	    g_ascii_strcasecmp(name, "policy.published-domain-policy") == 0)
		take_policy(result, value, strlen(value));
	if (g_ascii_strcasecmp(name, "header.d") == 0) {
		g_free(result->domain);
		result->domain = g_ascii_strdown(domain, -1);
	}
	if (g_ascii_strcasecmp(name, "header.i") == 0) {
		g_free(result->identity);
		result->identity = g_ascii_strdown(domain, -1);
	}
}

/* Reads one result with its properties, up to the semicolon that ends it. */
static const char *
read_result(const char *at, Result *result)
{
	const char *start = at;
	g_autofree char *method = NULL;

	at = read_word(skip_comments(at), "=;", &method);
	method[strcspn(method, "/")] = '\0';
	result->method = g_ascii_strdown(method, -1);
	if (*at == '=') {
		g_autofree char *word = NULL;

		at = read_word(skip_comments(at + 1), ";", &word);
		result->result = g_ascii_strdown(word, -1);
	}
	while (*at != '\0' && *at != ';') {
		g_autofree char *name = NULL;
		g_autofree char *value = NULL;

		at = read_word(at, "=;", &name);
		if (*at == '=') {
			at = read_word(skip_comments(at + 1), ";", &value);
			take_property(result, name, value);
		}
	}
	if (strcmp(result->method, "dmarc") == 0)
		search_comments(result, start, at);
	return *at == ';' ? at + 1 : at;
}

/* Whether @inner is @outer or lies below it. */
static gboolean
is_within(const char *inner, const char *outer)
{
	gsize inner_size = strlen(inner), outer_size = strlen(outer);

	if (outer_size == 0 || inner_size < outer_size)
		return FALSE;
	if (g_ascii_strcasecmp(inner + inner_size - outer_size, outer) != 0)
		return FALSE;
	return inner_size == outer_size ||
	    inner[inner_size - outer_size - 1] == '.';
}

/* Equal, or one below the other; a bare top-level domain is nobody's. */
static gboolean
is_aligned(const char *domain, const char *from_domain)
{
	if (domain == NULL || strchr(domain, '.') == NULL ||
	    strchr(from_domain, '.') == NULL)
		return FALSE;
	return is_within(domain, from_domain) || is_within(from_domain, domain);
}

static gboolean
is_fail(const char *result)
{
	return strcmp(result, "fail") == 0 || strcmp(result, "hardfail") == 0;
}

/* A fail wins over all; the first result over what follows. */
static void
take(char **slot, const char *result)
{
	if (**slot != '\0' && (is_fail(*slot) || !is_fail(result)))
		return;
	g_free(*slot);
	*slot = g_strdup(result);
}

/* The policy goes with the result that counts. */
static void
take_dmarc(TdAuth *auth, const Result *result)
{
	const char *policy = result->policy == NULL ? "" : result->policy;
	gboolean first = *auth->dmarc == '\0';
	gboolean worse = !is_fail(auth->dmarc) && is_fail(result->result);
	gboolean stricter = is_fail(result->result) &&
	    rank_policy(policy, strlen(policy)) >
	        rank_policy(auth->dmarc_policy, strlen(auth->dmarc_policy));

	take(&auth->dmarc, result->result);
	if (!first && !worse && !stricter)
		return;
	g_free(auth->dmarc_policy);
	auth->dmarc_policy = g_strdup(policy);
}

/* A mail often bears several signatures, and a broken one of a mailing list
 * says nothing against the author's: an aligned result goes before the others,
 * and only a fail of an aligned one wins. */
static void
take_dkim(TdAuth *auth, const Result *result, const char *from_domain,
    gboolean *aligned_seen)
{
	const char *domain = result->domain;
	gboolean aligned;

	if (domain == NULL)
		domain = result->identity;
	aligned = is_aligned(domain, from_domain);
	if (aligned && !*aligned_seen) {
		g_free(auth->dkim);
		auth->dkim = g_strdup("");
		*aligned_seen = TRUE;
	}
	if (aligned)
		take(&auth->dkim, result->result);
	else if (!*aligned_seen)
		take(&auth->dkim,
		    strcmp(result->result, "pass") == 0 ? "none"
		                                        : result->result);
}

/* A result is one word of letters ("pass"); all else says nothing. */
static gboolean
is_result(const char *result)
{
	gsize size = 0;

	while (result != NULL && g_ascii_islower(result[size]))
		size++;
	return size > 0 && size <= RESULT_MAX && result[size] == '\0';
}

/* Reads the results behind the id at @at. */
static void
read_results(TdAuth *auth, const char *at, const char *from_domain,
    gboolean *aligned_seen)
{
	for (guint i = 0; i < RESULTS_MAX && *at != '\0'; i++) {
		Result result = { NULL, NULL, NULL, NULL, NULL };

		at = read_result(at, &result);
		if (!is_result(result.result))
			; /* "none" alone: the field has no result */
		else if (strcmp(result.method, "spf") == 0)
			take(&auth->spf, result.result);
		else if (strcmp(result.method, "dmarc") == 0)
			take_dmarc(auth, &result);
		else if (strcmp(result.method, "dkim") == 0)
			take_dkim(auth, &result, from_domain, aligned_seen);
		clear_result(&result);
	}
}

/* Passes over the version at @at, if there is one.  Only version 1 is known
 * (RFC 8601, section 2.6): NULL if it is another. */
static const char *
skip_version(const char *at)
{
	g_autofree char *version = NULL;

	if (*at == ';' || *at == '\0')
		return at;
	at = read_word(at, ";", &version);
	return strcmp(version, "1") == 0 ? at : NULL;
}

/* Behind the id and its semicolon if @value bears @authserv_id; else NULL. */
static const char *
after_own_id(const char *value, const char *authserv_id)
{
	g_autofree char *id = NULL;
	const char *at = read_word(skip_comments(value), ";", &id);

	if (g_ascii_strcasecmp(id, authserv_id) != 0)
		return NULL;
	at = skip_version(at);
	if (at == NULL)
		return "";
	return *at == ';' ? at + 1 : at;
}

TdAuth *
td_message_auth(const TdMessage *message, const char *authserv_id)
{
	TdAuth *auth = g_new(TdAuth, 1);
	const char *from_domain = td_address_domain(td_message_from(message));
	gboolean aligned_seen = FALSE;

	auth->spf = g_strdup("");
	auth->dkim = g_strdup("");
	auth->dmarc = g_strdup("");
	auth->dmarc_policy = g_strdup("");
	if (authserv_id == NULL || *authserv_id == '\0')
		return auth;

	for (guint i = 0; i < FIELDS_MAX; i++) {
		const char *value, *results;

		value = td_message_header(message, "Authentication-Results", i);
		if (value == NULL)
			break;
		results = after_own_id(value, authserv_id);
		if (results == NULL)
			break;
		read_results(auth, results, from_domain, &aligned_seen);
	}
	return auth;
}
