/* keys.c - see message/keys.h */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "message/keyring.h"
#include "message/keys.h"

/* Longest name of a key's owner, in characters. */
#define USER_MAX 200

/* Fields of a line, from 0 (GnuPG, doc/DETAILS). */
enum {
	FIELD_TYPE = 0,
	FIELD_VALIDITY = 1,
	FIELD_CREATED = 5,
	FIELD_EXPIRES = 6,
	FIELD_NAME = 9,
	FIELDS_MIN = 10,
};

typedef struct {
	GPtrArray *keys;
	GHashTable *certificates;
	char *primary;  /* fingerprint of the key whose subkeys follow */
	TdKey *current; /* whose name is not known yet; borrowed */
	TdKey *owner;   /* last one that is no subkey; borrowed */
	gboolean secret;
} Reading;

static void
free_key(gpointer data)
{
	TdKey *key = data;

	g_free(key->fingerprint);
	g_free(key->name);
	g_free(key->user);
	g_free(key);
}

/* "20261122T100000"; 0 if there is none. */
static gint64
read_time(const char *field)
{
	g_autofree char *utc = g_strconcat(field, "Z", NULL);
	g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(utc, NULL);

	return time == NULL ? 0 : g_date_time_to_unix(time);
}

static void
begin_key(Reading *reading, char **fields, gboolean primary)
{
	TdKey *key = g_new0(TdKey, 1);

	key->primary = primary;
	key->user = g_strdup("");
	key->begins = read_time(fields[FIELD_CREATED]);
	key->ends = read_time(fields[FIELD_EXPIRES]);
	reading->current = key;
	if (primary)
		reading->owner = key;
	if (primary)
		g_clear_pointer(&reading->primary, g_free);
	g_ptr_array_add(reading->keys, key);
}

/* The field without its escapes ("\x3a"). */
static char *
unescape(const char *field)
{
	GString *out = g_string_new(NULL);

	while (*field != '\0') {
		if (field[0] == '\\' && field[1] == 'x' &&
		    g_ascii_isxdigit(field[2]) && g_ascii_isxdigit(field[3])) {
			g_string_append_c(out,
			    (char)(g_ascii_xdigit_value(field[2]) * 16 +
			        g_ascii_xdigit_value(field[3])));
			field += 4;
			continue;
		}
		g_string_append_c(out, *field++);
	}
	return g_string_free(out, FALSE);
}

/* The common name of "1.2.840...=#...,CN=Anna Petrova,O=Example"; the caller
 * owns it. */
static char *
common_name(const char *subject)
{
	const char *at = strstr(subject, "CN=");
	GString *out;

	if (at == NULL || (at > subject && at[-1] != ','))
		return g_strdup(subject);
	out = g_string_new(NULL);
	for (at += 3; *at != '\0' && *at != ','; at++) {
		if (*at == '\\' && at[1] != '\0')
			at++;
		g_string_append_c(out, *at);
	}
	return g_string_free(out, FALSE);
}

/* A certificate has a line for its subject and one for each address. */
static void
take_user(Reading *reading, char **fields, gboolean certificate)
{
	TdKey *owner = reading->owner;
	g_autofree char *text = unescape(fields[FIELD_NAME]);
	g_autofree char *name = NULL;
	g_autofree char *whole = NULL;

	if (owner == NULL || *fields[FIELD_VALIDITY] == 'r')
		return;
	if (*owner->user == '\0')
		name = certificate ? common_name(text) : g_strdup(text);
	else if (certificate && *text == '<' &&
	    strchr(owner->user, '<') == NULL)
		name = g_strconcat(owner->user, " ", text, NULL);
	if (name == NULL)
		return;
	whole = td_text_printable(name, USER_MAX);
	g_free(owner->user);
	owner->user = g_steal_pointer(&whole);
}

/* The fingerprint of the key that the last lines were about. */
static void
take_fingerprint(Reading *reading, const char *fingerprint, gboolean smime)
{
	TdKey *key = reading->current;

	reading->current = NULL;
	if (key == NULL)
		return;
	key->fingerprint = g_strdup(fingerprint);
	if (smime) {
		const char *sha256 = g_hash_table_lookup(
		    reading->certificates, fingerprint);

		if (sha256 != NULL)
			key->name = g_strconcat("smime:", sha256, NULL);
		return;
	}
	if (key->primary)
		reading->primary = g_strdup(fingerprint);
	if (reading->primary != NULL)
		key->name = g_strconcat("openpgp:", reading->primary, NULL);
}

static void
take_line(Reading *reading, char **fields, gboolean *smime)
{
	const char *type = fields[FIELD_TYPE];
	gboolean secret = g_str_equal(type, "sec");

	reading->secret = reading->secret || secret;
	if (g_str_equal(type, "crt") || g_str_equal(type, "crs")) {
		*smime = TRUE;
		begin_key(reading, fields, TRUE);
	} else if (secret || g_str_equal(type, "pub")) {
		*smime = FALSE;
		begin_key(reading, fields, TRUE);
	} else if (g_str_equal(type, "sub") || g_str_equal(type, "ssb")) {
		begin_key(reading, fields, FALSE);
	} else if (g_str_equal(type, "fpr")) {
		take_fingerprint(reading, fields[FIELD_NAME], *smime);
	} else if (g_str_equal(type, "uid")) {
		take_user(reading, fields, *smime);
	}
}

GPtrArray *
td_key_listing_read(
    const char *listing, GHashTable *certificates, gboolean *secret)
{
	g_auto(GStrv) lines = g_strsplit(listing, "\n", -1);
	Reading reading = { .certificates = certificates };
	gboolean smime = FALSE;

	reading.keys = g_ptr_array_new_with_free_func(free_key);
	for (char **line = lines; *line != NULL; line++) {
		g_auto(GStrv) fields = g_strsplit(*line, ":", -1);

		if (g_strv_length(fields) >= FIELDS_MIN)
			take_line(&reading, fields, &smime);
	}
	/* Without a name it is not one of ours. */
	for (guint i = reading.keys->len; i > 0; i--) {
		const TdKey *key = g_ptr_array_index(reading.keys, i - 1);

		if (key->name == NULL)
			g_ptr_array_remove_index(reading.keys, i - 1);
	}
	if (secret != NULL)
		*secret = reading.secret;
	g_free(reading.primary);
	return reading.keys;
}
