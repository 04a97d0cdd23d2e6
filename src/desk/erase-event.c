/* erase-event.c - an event without somebody */

#include "config.h"

#include <string.h>

#include "desk/erase.h"

/* Keys whose value stands for a person whose name is in another key; of a
 * requester who is "from" that is "from_name". */
static const struct {
	const char *person;
	const char *name;
} pairs[] = {
	{ "requester", "requester_name" },
	{ "from", "from_name" },
	{ "add", "name" },
	{ "remove", "name" },
	{ "to", "name" },
};

/* Keys whose value somebody wrote, or a machine about him.  Of all others the
 * desk makes up the ticket again, and what must be done with it. */
static const struct {
	const char *key;
	int kind;      /* TdEventKind, -1: any */
	gboolean his;  /* if he wrote the mail that the event comes from */
	gboolean free; /* anything can be said there */
} words[] = {
	{ "subject", -1, TRUE, TRUE },
	{ "text", -1, TRUE, TRUE },
	{ "problems", -1, TRUE, TRUE },
	{ "reaction", -1, TRUE, TRUE },
	{ "diagnostic", -1, TRUE, TRUE },
	{ "to", TD_EVENT_TITLE, TRUE, TRUE },
	{ "from", TD_EVENT_TITLE, TRUE, TRUE },
	{ "why", TD_EVENT_REFUSED, TRUE, TRUE },
	{ "why", TD_EVENT_SUPPRESSED, FALSE, TRUE },
	{ "answer", TD_EVENT_SENT, FALSE, TRUE },
	{ "message_id", -1, TRUE, FALSE },
	{ "value", TD_EVENT_TYPE, TRUE, FALSE },
	{ "field_from", TD_EVENT_TYPE, TRUE, FALSE },
};

/* ---- one value ---- */

/* What is said of @key in the table, -1 if nothing. */
static int
find_words(const TdEvent *event, const char *key)
{
	for (guint i = 0; i < G_N_ELEMENTS(words); i++)
		if ((words[i].kind < 0 || words[i].kind == (int)event->kind) &&
		    strcmp(key, words[i].key) == 0)
			return (int)i;
	return -1;
}

/* Whether the text of @key is his, if the mail is. */
static gboolean
is_words(const TdEvent *event, const char *key)
{
	int row = find_words(event, key);

	return row >= 0 && words[row].his;
}

static gboolean
is_free(const TdEvent *event, const char *key)
{
	int row = find_words(event, key);

	return row >= 0 && words[row].free;
}

/* Whether @key has a name, or a value of a field: people are called by their
 * names there, but it is no place for what he wrote. */
static gboolean
may_name(const TdEvent *event, const char *key)
{
	return strcmp(key, "name") == 0 || strcmp(key, "from_name") == 0 ||
	    strcmp(key, "requester_name") == 0 || find_words(event, key) >= 0;
}

/* Whether @text is what he wrote in that field.  What was there before does not
 * count for the ticket. */
static gboolean
is_his_value(const TdSecrets *secrets, const TdEvent *event, const char *key,
    const char *text)
{
	gboolean before = strcmp(key, "field_from") == 0;
	g_autofree char *value = NULL;

	if (event->kind != TD_EVENT_TYPE || secrets->values == NULL ||
	    (!before &&
	        (strcmp(key, "value") != 0 || strlen(text) < TD_SECRET_MIN)))
		return FALSE;
	value = g_strconcat(td_event_get(event, "field"), "=", text, NULL);
	return g_strv_contains((const char *const *)secrets->values, value);
}

/* What is left of a text of his: a title must be one, all else is nothing. */
static const char *
stand_in(const TdEvent *event, const char *key)
{
	return strcmp(key, "subject") == 0 || event->kind == TD_EVENT_TITLE
	    ? TD_ERASED_TEXT
	    : "";
}

/* Whether @key has the name of one whose address is his. */
static gboolean
is_name_of_him(const TdErased *erased, const TdEvent *event, const char *key)
{
	for (guint i = 0; i < G_N_ELEMENTS(pairs); i++)
		if (strcmp(key, pairs[i].name) == 0 &&
		    td_erase_is_him(
		        erased, td_event_get(event, pairs[i].person)))
			return TRUE;
	return FALSE;
}

/* The subject that a mail of his gave the ticket. */
static gboolean
is_his_subject(const TdErased *erased, const TdEvent *event, const char *key)
{
	return event->kind == TD_EVENT_CREATED && strcmp(key, "subject") == 0 &&
	    td_erase_is_him(erased, td_event_get(event, "requester"));
}

/* The text of @key as it will be, the caller's; NULL if it stays. */
static char *
redact_text(const TdErased *erased, const TdSecrets *secrets,
    const TdEvent *event, const char *key, const char *text, gboolean his_words)
{
	const char *fixed = NULL;

	if (is_name_of_him(erased, event, key))
		fixed = "";
	else if (is_his_subject(erased, event, key) ||
	    (his_words && is_words(event, key) && *text != '\0') ||
	    is_his_value(secrets, event, key, text))
		fixed = stand_in(event, key);
	if (fixed != NULL)
		return strcmp(text, fixed) == 0 ? NULL : g_strdup(fixed);
	if (may_name(event, key))
		return td_erase_replace(
		    erased, is_free(event, key) ? secrets->texts : NULL, text);
	return td_erase_replace_address(erased, text);
}

/* The texts of a list as they will be; NULL if they stay. */
static GVariant *
redact_list(const TdErased *erased, GVariant *value)
{
	g_auto(GStrv) texts = g_variant_dup_strv(value, NULL);
	gboolean changed = FALSE;

	for (guint i = 0; texts[i] != NULL; i++) {
		char *redacted = td_erase_replace_address(erased, texts[i]);

		if (redacted == NULL)
			continue;
		changed = TRUE;
		g_free(texts[i]);
		texts[i] = redacted;
	}
	return changed ? g_variant_ref_sink(
	                     g_variant_new_strv((const char *const *)texts, -1))
	               : NULL;
}

/* ---- the event ---- */

/* The value of @key as it will be, the caller's; NULL if it stays. */
static GVariant *
redact_value(const TdErased *erased, const TdSecrets *secrets,
    const TdEvent *event, const char *key, GVariant *value, gboolean his_words)
{
	g_autofree char *text = NULL;

	if (g_variant_is_of_type(value, G_VARIANT_TYPE_STRING_ARRAY))
		return redact_list(erased, value);
	if (!g_variant_is_of_type(value, G_VARIANT_TYPE_STRING))
		return NULL;
	text = redact_text(erased, secrets, event, key,
	    g_variant_get_string(value, NULL), his_words);
	return text == NULL ? NULL
	                    : g_variant_ref_sink(g_variant_new_string(text));
}

/* The details as they will be, the caller's; NULL if they stay. */
static GVariant *
redact_detail(const TdErased *erased, const TdSecrets *secrets,
    const TdEvent *event, gboolean his_words)
{
	g_autoptr(GVariantBuilder)
	    details = g_variant_builder_new(G_VARIANT_TYPE_VARDICT);
	gboolean changed = FALSE;
	GVariantIter iter;
	const char *key;
	GVariant *value;

	g_variant_iter_init(&iter, td_event_detail(event));
	while (g_variant_iter_loop(&iter, "{&sv}", &key, &value)) {
		g_autoptr(GVariant) redacted = redact_value(
		    erased, secrets, event, key, value, his_words);

		changed = changed || redacted != NULL;
		g_variant_builder_add(
		    details, "{sv}", key, redacted != NULL ? redacted : value);
	}
	return changed ? g_variant_ref_sink(g_variant_builder_end(details))
	               : NULL;
}

TdEvent *
td_erase_copy(const TdEvent *event)
{
	TdEvent *result = td_event_new(
	    event->kind, event->ticket, event->time, event->actor);

	result->sequence = event->sequence;
	result->message = event->message;
	g_free(result->evidence);
	result->evidence = g_strdup(event->evidence);
	g_variant_unref(result->detail);
	result->detail = g_variant_ref(td_event_detail(event));
	return result;
}

TdEvent *
td_erase_event(const TdErased *erased, const TdSecrets *secrets,
    const TdEvent *event, gboolean his_words)
{
	g_autoptr(TdEvent) result = td_erase_copy(event);
	GVariant *detail = redact_detail(erased, secrets, event, his_words);
	char *actor = td_erase_replace_address(erased, event->actor);
	char *evidence = td_erase_replace(erased, NULL, event->evidence);

	if (detail == NULL && actor == NULL && evidence == NULL)
		return NULL;
	if (detail != NULL) {
		g_variant_unref(result->detail);
		result->detail = detail;
	}
	if (actor != NULL) {
		g_free(result->actor);
		result->actor = actor;
	}
	if (evidence != NULL) {
		g_free(result->evidence);
		result->evidence = evidence;
	}
	return g_steal_pointer(&result);
}
