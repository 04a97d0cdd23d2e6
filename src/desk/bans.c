/* bans.c - whose mail is not wanted
 *
 * A ban is kept as an address, as "@" and a domain (with those below it), or as
 * a regular expression between slashes, which is looked for in the address.
 * The expressions are an administrator's; but one that takes long must not hold
 * up the mail, so each may go so far and no further. */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/error.h>
#include <ticketd/log.h>
#include <ticketd/text.h>

#include "desk/desk-private.h"

/* Bytes of an expression, its slashes too. */
#define REGEX_SIZE 200u

/* Steps of one search, some ten nanoseconds each (pcre2pattern(3)). */
#define REGEX_LIMIT "(*LIMIT_MATCH=10000)"

typedef struct {
	char *what;
	GRegex *regex;
} Pattern;

struct TdBans {
	GHashTable *addresses; /* set of what */
	GHashTable *domains;   /* domain, within its what -> what */
	GPtrArray *patterns;   /* of Pattern */
	gint64 until;          /* when the first one ends; 0: none does */
};

static void
free_pattern(gpointer data)
{
	Pattern *pattern = data;

	g_free(pattern->what);
	g_regex_unref(pattern->regex);
	g_free(pattern);
}

static TdBans *
new_bans(void)
{
	TdBans *bans = g_new0(TdBans, 1);

	bans->addresses = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, NULL);
	bans->domains = g_hash_table_new_full(
	    g_str_hash, g_str_equal, NULL, g_free);
	bans->patterns = g_ptr_array_new_with_free_func(free_pattern);
	return bans;
}

void
td_bans_free(TdBans *bans)
{
	if (bans == NULL)
		return;
	g_hash_table_unref(bans->addresses);
	g_hash_table_unref(bans->domains);
	g_ptr_array_unref(bans->patterns);
	g_free(bans);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdBans, td_bans_free)

/* ---- reading ---- */

/* Of "/REGEX/"; NULL with an error of GLib's if it is none. */
static GRegex *
compile(const char *what, GError **error)
{
	g_autofree char *text = g_strndup(what + 1, strlen(what) - 2);
	g_autofree char *limited = g_strconcat(REGEX_LIMIT, text, NULL);
	g_autoptr(GRegex) alone = g_regex_new(text, G_REGEX_CASELESS, 0, error);

	/* First without the limit, which would be in the error's text. */
	if (alone == NULL)
		return NULL;
	return g_regex_new(limited, G_REGEX_CASELESS, 0, error);
}

static gboolean
add_pattern(TdBans *bans, const char *what, GError **error)
{
	GRegex *regex = compile(what, error);
	Pattern *pattern;

	if (regex == NULL)
		return FALSE;
	pattern = g_new0(Pattern, 1);
	pattern->what = g_strdup(what);
	pattern->regex = regex;
	g_ptr_array_add(bans->patterns, pattern);
	return TRUE;
}

static gboolean
add_ban(TdBans *bans, const char *what, GError **error)
{
	if (*what == '/')
		return add_pattern(bans, what, error);
	if (*what == '@') {
		char *own = g_strdup(what);

		g_hash_table_replace(bans->domains, own + 1, own);
		return TRUE;
	}
	g_hash_table_add(bans->addresses, g_strdup(what));
	return TRUE;
}

/* A later PCRE may read an expression otherwise: the others hold still. */
static void
take_ban(TdBans *bans, const TdSuppression *ban)
{
	g_autoptr(GError) error = NULL;

	if (*ban->what == '/' && bans->patterns->len >= TD_BANS_REGEX_MAX)
		return;
	if (!add_ban(bans, ban->what, &error))
		td_log(TD_LOG_WARNING, "ban", "what", ban->what, "error",
		    error->message, NULL);
	if (ban->expires != 0 &&
	    (bans->until == 0 || ban->expires < bans->until))
		bans->until = ban->expires;
}

TdBans *
td_bans_read(TdTxn *txn, GError **error)
{
	g_autoptr(TdBans) bans = new_bans();
	g_autofree char *after = NULL;
	guint read;

	do {
		g_autoptr(GPtrArray) page = NULL;

		if (!td_suppression_list(txn, TD_SUPPRESSED_BANNED,
		        TD_SUPPRESSED_BANNED, after, TD_READ_MAX, &page, error))
			return NULL;
		read = page->len;
		for (guint i = 0; i < read; i++)
			take_ban(bans, g_ptr_array_index(page, i));
		if (read > 0) {
			const TdSuppression *last = g_ptr_array_index(
			    page, read - 1);

			g_free(after);
			after = g_strdup(last->what);
		}
	} while (read == TD_READ_MAX);
	return g_steal_pointer(&bans);
}

gint64
td_desk_fresh_until(const TdDesk *desk)
{
	return desk->bans->until;
}

/* ---- matching ---- */

/* The ban of @domain or of one above it. */
static const char *
find_domain(const TdBans *bans, const char *domain)
{
	while (domain != NULL) {
		const char *what = g_hash_table_lookup(bans->domains, domain);

		if (what != NULL)
			return what;
		domain = strchr(domain, '.');
		if (domain != NULL)
			domain++;
	}
	return NULL;
}

/* An expression that goes too far does not match; *@error then tells. */
static const char *
find_ban(const TdBans *bans, const char *address, GError **error)
{
	const char *at = strrchr(address, '@');
	const char *what = g_hash_table_lookup(bans->addresses, address);

	if (what == NULL && at != NULL && g_hash_table_size(bans->domains) > 0)
		what = find_domain(bans, at + 1);
	for (guint i = 0; what == NULL && i < bans->patterns->len; i++) {
		const Pattern *pattern = g_ptr_array_index(bans->patterns, i);

		if (g_regex_match_full(pattern->regex, address, -1, 0, 0, NULL,
		        error != NULL && *error != NULL ? NULL : error))
			what = pattern->what;
	}
	return what;
}

const char *
td_desk_banned(const TdDesk *desk, const char *address)
{
	if (address == NULL || *address == '\0')
		return NULL;
	return find_ban(desk->bans, address, NULL);
}

/* ---- what is given for a ban ---- */

static char *
read_regex(const char *text, GError **error)
{
	g_autofree char *line = td_text_printable(text, 0);
	g_autoptr(GError) problem = NULL;
	g_autoptr(GRegex) regex = NULL;

	if (strlen(text) < 3 || !g_str_has_suffix(text, "/")) {
		td_fail(error, TD_ERROR_USAGE,
		    "\"%s\" is no regular expression between slashes, as in "
		    "/^info[0-9]+@/",
		    line);
		return NULL;
	}
	if (strlen(text) > REGEX_SIZE || !g_str_equal(line, text)) {
		td_fail(error, TD_ERROR_USAGE,
		    "a regular expression is one line of at most %u bytes",
		    REGEX_SIZE);
		return NULL;
	}
	regex = compile(text, &problem);
	if (regex == NULL) {
		td_fail(error, TD_ERROR_USAGE, "%s", problem->message);
		return NULL;
	}
	return g_strdup(text);
}

/* The domain in "example.org", "@example.org", "*.example.org" and
 * "*@example.org", which all mean the same; NULL: it is none. */
static const char *
find_given_domain(const char *text)
{
	if (g_str_has_prefix(text, "*@") || g_str_has_prefix(text, "*."))
		return text + 2;
	if (*text == '@')
		return text + 1;
	/* A top-level domain is meant if it is written "@top". */
	return strchr(text, '@') == NULL && strchr(text, '.') != NULL ? text
	                                                              : NULL;
}

/* NULL: @domain is none. */
static char *
read_domain(const char *domain)
{
	g_autofree char *address = g_strconcat("x@", domain, NULL);
	g_autofree char *folded = td_address_fold(address);

	return folded == NULL
	    ? NULL
	    : g_strconcat("@", td_address_domain(folded), NULL);
}

char *
td_ban_read(const char *text, GError **error)
{
	g_autofree char *bare = g_strstrip(g_strdup(text));
	const char *domain = find_given_domain(bare);
	g_autofree char *what = NULL;
	g_autofree char *line = NULL;

	if (*bare == '/')
		return read_regex(bare, error);
	what = domain != NULL ? read_domain(domain) : td_address_fold(bare);
	/* An asterisk may stand in an address, but is not meant so. */
	if (what != NULL && strchr(what, '*') == NULL)
		return g_steal_pointer(&what);
	line = td_text_printable(bare, 80);
	td_fail(error, TD_ERROR_USAGE,
	    "\"%s\" is no mail address, domain or /regular expression/", line);
	return NULL;
}

/* ---- what must not be banned ---- */

typedef struct {
	const TdBans *ban; /* the one in question */
	const char *what;
	GError **error;
} Question;

/* FALSE if @address, which is @whose, would be banned. */
static gboolean
spares(const Question *question, const char *address, const char *whose)
{
	g_autoptr(GError) problem = NULL;

	if (find_ban(question->ban, address, &problem) != NULL)
		return td_fail(question->error, TD_ERROR_REFUSED,
		    "a ban of %s would hit %s, %s", question->what, address,
		    whose);
	if (problem != NULL)
		return td_fail(question->error, TD_ERROR_REFUSED,
		    "%s takes too long to look for in %s; try a simpler one",
		    question->what, address);
	return TRUE;
}

static gboolean
spares_all(const Question *question, GStrv addresses, const char *whose)
{
	for (gsize i = 0; addresses[i] != NULL; i++)
		if (!spares(question, addresses[i], whose))
			return FALSE;
	return TRUE;
}

static gboolean
spares_desk(const Question *question, const TdDesk *desk)
{
	const TdConf *conf = desk->conf;

	/* Those with an extension are not to be counted up. */
	if (td_desk_is_own(desk, question->what))
		return spares(
		    question, question->what, "an address of this desk");
	for (guint i = 0; i < conf->queues->len; i++) {
		const TdQueue *queue = g_ptr_array_index(conf->queues, i);

		if (!spares(
		        question, queue->address, "an address of this desk") ||
		    !spares_all(
		        question, queue->aliases, "an address of this desk") ||
		    !spares_all(question, queue->notify,
		        "which is told of new tickets (notify)"))
			return FALSE;
	}
	return spares_all(
	           question, conf->own_aliases, "an address of this desk") &&
	    spares_all(question, conf->forwarders,
	        "which forwards mail to this desk (forwarders)") &&
	    spares_all(question, conf->form_senders,
	        "which writes for customers (form-senders)") &&
	    (conf->admin == NULL ||
	        spares(question, conf->admin,
	            "the administrator of this desk (admin)"));
}

static gboolean
spares_agents(const Question *question, TdTxn *txn)
{
	g_autoptr(GPtrArray) agents = NULL;

	if (!td_person_agents(txn, &agents, question->error))
		return FALSE;
	for (guint i = 0; i < agents->len; i++) {
		const TdPerson *agent = g_ptr_array_index(agents, i);
		g_autofree char *whose = g_strdup_printf(
		    "an address of agent %s", agent->name);

		if (!spares_all(question, agent->addresses, whose))
			return FALSE;
	}
	return TRUE;
}

/* Where many people have their mail who have nothing to do with each other. */
static gboolean
spares_public(const Question *question, const TdDesk *desk)
{
	const GStrv domains = desk->conf->public_domains;

	for (gsize i = 0; domains[i] != NULL; i++) {
		g_autofree char *address = g_strconcat(
		    "anybody@", domains[i], NULL);

		if (!spares(question, address,
		        "where many people have their mail (public-domains); "
		        "with --force it is banned all the same"))
			return FALSE;
	}
	return TRUE;
}

/* How many expressions are banned already; they stand together. */
static gboolean
count_patterns(TdTxn *txn, guint *count, GError **error)
{
	g_autofree char *after = g_strdup("/");

	*count = 0;
	while (after != NULL) {
		g_autoptr(GPtrArray) page = NULL;

		if (!td_suppression_list(txn, TD_SUPPRESSED_BANNED,
		        TD_SUPPRESSED_BANNED, after, TD_READ_MAX, &page, error))
			return FALSE;
		g_clear_pointer(&after, g_free);
		for (guint i = 0; i < page->len; i++) {
			const TdSuppression *ban = g_ptr_array_index(page, i);

			if (*ban->what != '/')
				return TRUE;
			++*count;
			if (i + 1 == TD_READ_MAX)
				after = g_strdup(ban->what);
		}
	}
	return TRUE;
}

gboolean
td_ban_check(const TdDesk *desk, TdTxn *txn, const char *what, gboolean force,
    GError **error)
{
	g_autoptr(TdBans) ban = new_bans();
	const Question question = { ban, what, error };
	g_autoptr(GError) problem = NULL;
	guint count;

	if (!add_ban(ban, what, &problem))
		return td_fail(error, TD_ERROR_USAGE, "%s", problem->message);
	if (!spares_desk(&question, desk) || !spares_agents(&question, txn))
		return FALSE;
	if (!force && !spares_public(&question, desk))
		return FALSE;
	if (*what != '/')
		return TRUE;
	if (!count_patterns(txn, &count, error))
		return FALSE;
	if (count >= TD_BANS_REGEX_MAX)
		return td_fail(error, TD_ERROR_REFUSED,
		    "there are %u regular expressions already, which is as "
		    "many as there may be",
		    TD_BANS_REGEX_MAX);
	return TRUE;
}
