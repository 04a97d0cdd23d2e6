/* erase-event.c - an event without somebody */

#include "config.h"

#include <string.h>

#include "desk/erase.h"

/* Keys whose value stands for a person whose name is in another key. */
static const struct {
	const char *person;
	const char *name;
} pairs[] = {
	{ "requester", "requester_name" },
	{ "from", "from_name" },
	{ "add", "name" },
	{ "to", "name" },
	{ "from", "name" },
	{ "address", "name" },
};

/* Keys whose value is a text that somebody wrote, if he wrote the mail that the
 * event comes from. */
static const char *const words[] = { "subject", "text", "message_id",
	"problems", "reaction", "diagnostic", "value", "field_from" };

/* ---- one value ---- */

/* Whether the text of @key is his. */
static gboolean
is_words(const TdEvent *event, const char *key)
{
	if (event->kind == TD_EVENT_TITLE &&
	    (strcmp(key, "to") == 0 || strcmp(key, "from") == 0))
		return TRUE;
	if (event->kind == TD_EVENT_REFUSED && strcmp(key, "why") == 0)
		return TRUE;
	for (guint i = 0; i < G_N_ELEMENTS(words); i++)
		if (strcmp(key, words[i]) == 0)
			return TRUE;
	return FALSE;
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
redact_text(const TdErased *erased, char *const *secrets, const TdEvent *event,
    const char *key, const char *text, gboolean his_words)
{
	const char *fixed = NULL;

	if (is_name_of_him(erased, event, key))
		fixed = "";
	else if (is_his_subject(erased, event, key) ||
	    (his_words && is_words(event, key) && *text != '\0'))
		fixed = stand_in(event, key);
	if (fixed != NULL)
		return strcmp(text, fixed) == 0 ? NULL : g_strdup(fixed);
	return td_erase_replace(erased, secrets, text);
}

/* The texts of a list as they will be; NULL if they stay. */
static GVariant *
redact_list(const TdErased *erased, char *const *secrets, GVariant *value)
{
	g_auto(GStrv) texts = g_variant_dup_strv(value, NULL);
	gboolean changed = FALSE;

	for (guint i = 0; texts[i] != NULL; i++) {
		char *redacted = td_erase_replace(erased, secrets, texts[i]);

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
redact_value(const TdErased *erased, char *const *secrets, const TdEvent *event,
    const char *key, GVariant *value, gboolean his_words)
{
	g_autofree char *text = NULL;

	if (g_variant_is_of_type(value, G_VARIANT_TYPE_STRING_ARRAY))
		return redact_list(erased, secrets, value);
	if (!g_variant_is_of_type(value, G_VARIANT_TYPE_STRING))
		return NULL;
	text = redact_text(erased, secrets, event, key,
	    g_variant_get_string(value, NULL), his_words);
	return text == NULL ? NULL
	                    : g_variant_ref_sink(g_variant_new_string(text));
}

/* The details as they will be, the caller's; NULL if they stay. */
static GVariant *
redact_detail(const TdErased *erased, char *const *secrets,
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
td_erase_event(const TdErased *erased, char *const *secrets,
    const TdEvent *event, gboolean his_words)
{
	g_autoptr(TdEvent) result = td_erase_copy(event);
	GVariant *detail = redact_detail(erased, secrets, event, his_words);
	char *actor = td_erase_replace(erased, NULL, event->actor);
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
