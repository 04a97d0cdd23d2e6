/* routing-trusted.c - what trusted senders say of a new ticket in the header of
 * their mail: X-Ticketd-Priority and its kin */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/text.h>

#include "desk/routing.h"

#define PREFIX "X-Ticketd-"

/* So many fields of such names are looked at, whoever sends them. */
#define FIELDS_MAX 50

#define TOLD_MAX 60

/* Takes the value of one field. */
typedef gboolean (*Take)(TdSaying *saying, const char *text, GError **error);

static gboolean
take_queue(TdSaying *saying, const char *text, GError **error G_GNUC_UNUSED)
{
	td_routing_set_queue(saying, text);
	return TRUE;
}

static gboolean
take_priority(TdSaying *saying, const char *text, GError **error G_GNUC_UNUSED)
{
	g_autofree char *shown = td_text_printable(text, TOLD_MAX);
	guint64 grade;

	if (g_ascii_string_to_unsigned(text, 10, 1, 5, &grade, NULL))
		td_routing_set_grade(saying, "priority", (guint)grade);
	else
		td_routing_tell(saying, "no priority \"%s\"", shown);
	return TRUE;
}

static gboolean
take_type(TdSaying *saying, const char *text, GError **error G_GNUC_UNUSED)
{
	td_routing_set_type(saying, text);
	return TRUE;
}

static gboolean
take_tags(TdSaying *saying, const char *text, GError **error G_GNUC_UNUSED)
{
	g_auto(GStrv) tags = g_strsplit_set(text, ",;", FIELDS_MAX);

	for (guint i = 0; tags[i] != NULL; i++)
		if (!td_text_is_blank(tags[i]))
			td_routing_add_tag(saying, tags[i]);
	return TRUE;
}

static gboolean
take_service(TdSaying *saying, const char *text, GError **error G_GNUC_UNUSED)
{
	td_routing_set_field(saying, TD_FIELD_SERVICE, text);
	return TRUE;
}

static gboolean
take_equipment(TdSaying *saying, const char *text, GError **error G_GNUC_UNUSED)
{
	td_routing_set_field(saying, TD_FIELD_EQUIPMENT, text);
	return TRUE;
}

/* "name: value" */
static gboolean
take_field(TdSaying *saying, const char *text, GError **error G_GNUC_UNUSED)
{
	const char *colon = strchr(text, ':');
	g_autofree char *name = NULL;
	g_autofree char *shown = NULL;

	if (colon == NULL) {
		shown = td_text_printable(text, TOLD_MAX);
		td_routing_tell(saying, "no \"NAME: VALUE\" in \"%s\"", shown);
		return TRUE;
	}
	name = g_strndup(text, (gsize)(colon - text));
	td_routing_set_field(saying, name, colon + 1);
	return TRUE;
}

static const struct {
	const char *name; /* behind the prefix */
	Take take;
} fields[] = {
	{ "Queue", take_queue },
	{ "Priority", take_priority },
	{ "Type", take_type },
	{ "Tags", take_tags },
	{ "Owner", td_routing_set_owner },
	{ "Service", take_service },
	{ "Equipment", take_equipment },
	{ "Field", take_field },
};

/* ---- who may ---- */

/* Whether the mail comes from the domain in From on the last way too: what DKIM
 * alone proves may have come by others, who can put fields in front that its
 * signature does not name (RFC 6376 5.4, 8.15). */
static gboolean
is_from_there(const TdDecision *decision)
{
	const TdAuth *auth = decision->plan->auth;
	const char *sender = decision->envelope->sender;
	g_autofree char *folded = sender == NULL ? NULL
	                                         : td_address_fold(sender);

	return strcmp(auth->dmarc, "pass") == 0 &&
	    strcmp(auth->spf, "pass") == 0 && folded != NULL &&
	    strcmp(td_address_domain(folded),
	        td_address_domain(decision->from)) == 0;
}

/* Why the fields of this mail do not count; NULL if they do.  *@told, the
 * caller's, is who sent it and how that is known.  Nor does a signature of the
 * text prove a header. */
static const char *
find_doubt(const TdDecision *decision, char **told)
{
	const TdPattern *trusted = decision->desk->conf->trusted_senders;
	TdProof proof = decision->who.proof;

	*told = NULL;
	if (decision->plan->class.class == TD_CLASS_SPAM)
		return "the mail is taken for spam";
	if (trusted == NULL)
		return "there are no trusted-senders";
	if (*decision->from == '\0' ||
	    !td_pattern_match(trusted, decision->from, NULL, NULL))
		return "the sender is not in trusted-senders";
	if (proof == TD_PROOF_CONTROL) {
		*told = g_strdup_printf("%s is in trusted-senders, by %s",
		    decision->from, td_proof_name(proof));
		return NULL;
	}
	if (proof < TD_PROOF_DMARC)
		return "only From says that it is by a trusted sender";
	if (!is_from_there(decision))
		return "others may have added it: DMARC and SPF do not both "
		       "pass for the domain in From";
	*told = g_strdup_printf(
	    "%s is in trusted-senders, by dmarc and spf", decision->from);
	return NULL;
}

/* ---- all of them ---- */

/* Whether @header is called @name with the prefix. */
static gboolean
is_field(const TdHeader *header, const char *name)
{
	return g_ascii_strncasecmp(header->name, PREFIX, strlen(PREFIX)) == 0 &&
	    g_ascii_strcasecmp(header->name + strlen(PREFIX), name) == 0;
}

/* Does what the instances of the @index-th field say, from the lowest to the
 * topmost, which so is the last word where there can be but one.  *@count is
 * how many there are. */
static gboolean
take_all(TdSaying *saying, guint index, gboolean trusted, guint *count,
    GError **error)
{
	const GPtrArray *headers = saying->decision->message->headers;

	*count = 0;
	for (guint i = headers->len; i > 0 && *count < FIELDS_MAX; i--) {
		const TdHeader *header = g_ptr_array_index(headers, i - 1);

		if (!is_field(header, fields[index].name))
			continue;
		++*count;
		if (trusted &&
		    !fields[index].take(saying, header->value, error))
			return FALSE;
	}
	return TRUE;
}

gboolean
td_route_trusted(TdDecision *decision, GError **error)
{
	g_autofree char *told = NULL;
	const char *doubt = find_doubt(decision, &told);

	for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
		g_autofree char *by = g_strconcat(PREFIX, fields[i].name, NULL);
		g_autoptr(GString) what = g_string_new(NULL);
		TdSaying saying = { decision, by, what };
		guint count;

		if (!take_all(&saying, i, doubt == NULL, &count, error))
			return FALSE;
		if (count == 0)
			continue;
		if (doubt != NULL)
			td_routing_tell(&saying, "ignored");
		td_routing_fired(&saying,
		    g_strdup(doubt != NULL ? doubt : told), doubt == NULL);
	}
	return TRUE;
}
