/* ids.c - see message/ids.h */

#include "config.h"

#include <string.h>

#include <ticketd/message.h>

#include "message/ids.h"
#include "message/limits.h"

/* More of a field than the ids that are kept can take. */
#define VALUE_MAX ((gsize)TD_LIMIT_REFERENCES * (TD_MESSAGE_ID_MAX + 8))

/* Ids gathered so far, each once. */
typedef struct {
	GPtrArray *list;
	GHashTable *seen; /* borrows from list */
} Ids;

static gboolean
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

gboolean
td_id_is_usable(const char *id, gsize size)
{
	if (size == 0 || size > TD_MESSAGE_ID_MAX ||
	    !g_utf8_validate_len(id, size, NULL))
		return FALSE;
	for (const char *at = id; at < id + size; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);

		if (g_unichar_isspace(c) || g_unichar_iscntrl(c) ||
		    c == 0x2028 || c == 0x2029)
			return FALSE;
	}
	return TRUE;
}

char *
td_id_read(const TdField *field)
{
	const char *at, *end, *stop;

	if (field == NULL)
		return NULL;
	at = field->value;
	end = at + field->value_size;
	while (at < end && is_space(*at))
		at++;
	while (end > at && is_space(end[-1]))
		end--;

	/* Brackets are often left out; what follows them is a comment. */
	if (at < end && *at == '<') {
		at++;
		stop = memchr(at, '>', (gsize)(end - at));
		end = stop == NULL ? end : stop;
	}
	if (!td_id_is_usable(at, (gsize)(end - at)))
		return NULL;
	return g_strndup(at, (gsize)(end - at));
}

static void
add_id(Ids *ids, const char *at, gsize size)
{
	char *id;

	while (size > 0 && strchr(",;", at[size - 1]) != NULL)
		size--;
	if (!td_id_is_usable(at, size))
		return;
	id = g_strndup(at, size);
	if (g_hash_table_contains(ids->seen, id)) {
		g_free(id);
		return;
	}
	g_ptr_array_add(ids->list, id);
	g_hash_table_add(ids->seen, id);
}

/* Adds what stands between brackets.  Blanks there come from a fold inside an
 * id and are dropped, unless each piece is an id itself: then it was the
 * brackets that got lost. */
static void
add_bracketed(Ids *ids, const char *at, gsize size)
{
	g_autoptr(GString) joined = g_string_sized_new(MIN(size, 1024));
	guint ats = 0;

	for (gsize i = 0; i < size && joined->len <= TD_MESSAGE_ID_MAX; i++) {
		if (!is_space(at[i]))
			g_string_append_c(joined, at[i]);
		ats += at[i] == '@';
	}
	if (ats <= 1) {
		add_id(ids, joined->str, joined->len);
		return;
	}
	while (size > 0) {
		gsize word = 0;

		while (word < size && !is_space(at[word]))
			word++;
		if (memchr(at, '@', word) != NULL)
			add_id(ids, at, word);
		word = MIN(word + 1, size);
		at += word;
		size -= word;
	}
}

/* Adds a word outside brackets if it can only be an id. */
static void
add_bare(Ids *ids, const char *at, gsize size)
{
	while (size > 0 && strchr(",;\"'(", *at) != NULL) {
		at++;
		size--;
	}
	if (memchr(at, '@', size) != NULL)
		add_id(ids, at, size);
}

static void
add_ids(Ids *ids, const TdField *field, gboolean bare)
{
	const char *at = field->value, *end = at + field->value_size;

	/* The newest stand last. */
	if (field->value_size > VALUE_MAX)
		at = end - VALUE_MAX;
	while (at < end) {
		const char *start = at;

		if (is_space(*at) || *at == '>') {
			at++;
			continue;
		}
		if (*at == '<') {
			at = ++start;
			while (at < end && *at != '<' && *at != '>')
				at++;
			add_bracketed(ids, start, (gsize)(at - start));
			continue;
		}
		while (at < end && !is_space(*at) && *at != '<' && *at != '>')
			at++;
		if (bare)
			add_bare(ids, start, (gsize)(at - start));
	}
}

/* Old mailers wrote prose into In-Reply-To ("Your message of ...", with the
 * writer's address): a bare word counts only if it is alone. */
static gboolean
is_one_word(const TdField *field)
{
	const char *at = field->value, *end = at + field->value_size;

	while (at < end && is_space(*at))
		at++;
	while (at < end && !is_space(*at))
		at++;
	while (at < end && is_space(*at))
		at++;
	return at == end;
}

GStrv
td_ids_read_references(const GArray *fields, gboolean *cut)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);
	Ids ids = { list, seen };
	const TdField *field;

	field = td_fields_find(fields, "References");
	if (field != NULL)
		add_ids(&ids, field, TRUE);
	field = td_fields_find(fields, "In-Reply-To");
	if (field != NULL)
		add_ids(&ids, field, is_one_word(field));

	g_hash_table_remove_all(seen);
	if (list->len > TD_LIMIT_REFERENCES) {
		*cut = TRUE;
		g_ptr_array_remove_range(
		    list, 0, list->len - TD_LIMIT_REFERENCES);
	}
	g_ptr_array_set_free_func(list, NULL);
	g_ptr_array_add(list, NULL);
	return (GStrv)g_ptr_array_free(g_steal_pointer(&list), FALSE);
}
