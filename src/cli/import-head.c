/* import-head.c - what a file of ticket export is, by its beginning */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/server.h>
#include <ticketd/sha256.h>
#include <ticketd/text.h>

#include "cli/transfer.h"

void
td_exported_free(TdExported *exported)
{
	if (exported == NULL)
		return;
	g_free(exported->path);
	g_free(exported->chain);
	g_free(exported->first);
	g_free(exported->identity);
	g_free(exported);
}

/* ---- what a file is ---- */

static JsonNode *
parse(const char *text)
{
	return g_utf8_validate(text, -1, NULL) ? json_from_string(text, NULL)
	                                       : NULL;
}

static gboolean
read_number(const char *text, guint64 *number)
{
	return g_ascii_string_to_unsigned(
	    text, 10, 0, G_MAXINT64, number, NULL);
}

/* The text in @json; NULL if it is none; the caller's. */
static char *
read_text(const char *json)
{
	g_autoptr(JsonNode) node = parse(json);

	if (node == NULL || json_node_get_value_type(node) != G_TYPE_STRING)
		return NULL;
	return json_node_dup_string(node);
}

static gboolean
refuse(const char *path, GError **error, const char *why)
{
	g_autofree char *safe = td_text_printable(path, 0);

	return td_fail(error, TD_ERROR_REFUSED, "%s: %s", safe, why);
}

typedef struct {
	TdExported *exported;
	gboolean has_number, has_revision;
	char *order; /* of bytes */
} Head;

/* *@good is FALSE if the member is not what it should be. */
static void
take_member(Head *head, const char *member, gint64 index, const char *text,
    gboolean *good)
{
	TdExported *exported = head->exported;
	gboolean people = g_str_equal(member, TD_PEOPLE_MEMBER);

	*good = TRUE;
	if (people || g_str_equal(member, TD_EXPORT_MEMBER)) {
		exported->people = people;
		*good = read_number(text, &exported->version);
	} else if (g_str_equal(member, "number")) {
		*good = read_number(text, &exported->number);
		head->has_number = TRUE;
	} else if (g_str_equal(member, "revision")) {
		*good = read_number(text, &exported->revision);
		head->has_revision = TRUE;
	} else if (g_str_equal(member, "chain")) {
		g_free(exported->chain);
		exported->chain = read_text(text);
		*good = exported->chain != NULL;
	} else if (g_str_equal(member, "byte_order")) {
		g_free(head->order);
		head->order = read_text(text);
		*good = head->order != NULL;
	} else if (g_str_equal(member, "events") && index == 0) {
		exported->first = g_strdup(text);
	}
}

/* Up to the first event: what is behind is read when its turn comes. */
static gboolean
read_head(Head *head, TdPieces *pieces, GError **error)
{
	TdExported *exported = head->exported;
	const char *member, *text;
	gint64 index;
	gboolean good;

	while (exported->first == NULL &&
	    !(exported->people && exported->version != 0)) {
		if (!td_pieces_next(pieces, &member, &index, &text, error))
			return FALSE;
		if (member == NULL)
			return TRUE;
		take_member(head, member, index, text, &good);
		if (!good) {
			g_autofree char *why = g_strdup_printf(
			    "member \"%s\" is not what ticket export writes",
			    member);

			return refuse(exported->path, error, why);
		}
	}
	return TRUE;
}

static gboolean
check_head(const Head *head, GError **error)
{
	const TdExported *exported = head->exported;

	if (exported->version == 0)
		return refuse(exported->path, error,
		    "it is not a file that ticket export wrote: member "
		    "\"" TD_EXPORT_MEMBER "\" is missing");
	if (exported->version > TD_EXPORT_VERSION)
		return refuse(exported->path, error,
		    "it was written by a newer ticketd, whose form this one "
		    "does not know");
	if (exported->people)
		return TRUE;
	/* The bytes of which the chain is the sum are those of a machine. */
	if (head->order != NULL ? !g_str_equal(head->order, "little") &&
	            !g_str_equal(head->order, "big")
	                        : exported->chain != NULL)
		return refuse(exported->path, error,
		    "member \"byte_order\" must be \"little\" or \"big\"");
	if (!head->has_number || !head->has_revision)
		return refuse(exported->path, error,
		    "member \"number\" or \"revision\" is missing");
	return exported->first != NULL || exported->number == 0 ||
	    refuse(exported->path, error, "it has no events");
}

static void
identify(TdExported *exported)
{
	g_autoptr(TdSha256) sha256 = td_sha256_new();
	g_autofree char *number = g_strdup_printf(
	    "%" G_GUINT64_FORMAT "\n", exported->number);
	g_autoptr(JsonNode) node = parse(exported->first);
	g_autofree char *plain = node == NULL ? g_strdup(exported->first)
	                                      : td_json_write(node, FALSE);

	/* However its blanks are. */
	td_sha256_update(sha256, number, strlen(number));
	td_sha256_update(sha256, plain, strlen(plain));
	exported->identity = td_sha256_finish_hex(sha256);
}

TdExported *
td_exported_read(const char *path, GError **error)
{
	g_autoptr(TdExported) exported = g_new0(TdExported, 1);
	g_autoptr(TdPieces) pieces = NULL;
	Head head = { .exported = exported };
	gboolean good;

	exported->path = g_strdup(path);
	pieces = td_pieces_open(path, error);
	if (pieces == NULL)
		return NULL;
	good = read_head(&head, pieces, error) && check_head(&head, error);
	exported->swapped = head.order != NULL &&
	    !g_str_equal(
	        head.order, G_BYTE_ORDER == G_LITTLE_ENDIAN ? "little" : "big");
	g_free(head.order);
	if (!good)
		return NULL;
	if (exported->first != NULL)
		identify(exported);
	return g_steal_pointer(&exported);
}
