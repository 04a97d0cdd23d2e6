/* recipient.c - which queue an address belongs to, and what its extension is */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>

#include "desk/desk-private.h"

void
td_door_free(TdDoor *door)
{
	if (door == NULL)
		return;

	g_free(door->address);
	g_free(door->local);
	g_free(door->domain);
	g_free(door->prefix);
	g_free(door->suffix);
	g_free(door);
}

/* reply-address with {local} and {domain} filled in; {extension} stays. */
static char *
fill_pattern(const char *pattern, const char *local, const char *domain)
{
	g_autoptr(GString) text = g_string_new(pattern);

	g_string_replace(text, "{local}", local, 1);
	g_string_replace(text, "{domain}", domain, 1);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static void
add_door(TdDesk *desk, const TdQueue *queue, const char *address)
{
	static const char mark[] = "{extension}";
	TdDoor *door = g_new0(TdDoor, 1);
	g_autofree char *pattern = NULL;
	const char *at;

	door->queue = queue;
	door->address = g_strdup(address);
	door->local = td_address_local(address);
	door->domain = g_strdup(td_address_domain(address));

	pattern = fill_pattern(
	    desk->conf->reply_address, door->local, door->domain);
	at = strstr(pattern, mark);
	if (at != NULL) {
		door->prefix = g_strndup(pattern, (gsize)(at - pattern));
		door->suffix = g_strdup(at + strlen(mark));
	}
	g_ptr_array_add(desk->doors, door);
}

void
td_doors_build(TdDesk *desk)
{
	GPtrArray *queues = desk->conf->queues;

	desk->doors = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_door_free);
	for (guint i = 0; i < queues->len; i++) {
		const TdQueue *queue = g_ptr_array_index(queues, i);

		add_door(desk, queue, queue->address);
		for (guint j = 0; queue->aliases[j] != NULL; j++)
			add_door(desk, queue, queue->aliases[j]);
	}
}

/* What stands behind the delimiter when @address is @door's with an
 * extension, NULL when it is not; the caller's. */
static char *
read_extension(const TdDesk *desk, const TdDoor *door, const char *address)
{
	gsize length = strlen(address);
	gsize local = strlen(door->local);
	gsize before;
	gsize behind;

	if (strncmp(address, door->local, local) == 0 &&
	    address[local] != '\0' &&
	    strchr(desk->conf->recipient_delimiter, address[local]) != NULL &&
	    strcmp(td_address_domain(address), door->domain) == 0) {
		g_autofree char *whole = td_address_local(address);

		return g_strdup(whole + local + 1);
	}

	if (door->prefix == NULL)
		return NULL;
	before = strlen(door->prefix);
	behind = strlen(door->suffix);
	if (length <= before + behind ||
	    !g_str_has_prefix(address, door->prefix) ||
	    !g_str_has_suffix(address, door->suffix))
		return NULL;
	return g_strndup(address + before, length - before - behind);
}

/* The door whose address with an extension @address is: of several the one
 * with the longest local part, so that support-eu- is not read as support-. */
static const TdDoor *
find_extended(const TdDesk *desk, const char *address, char **extension)
{
	const TdDoor *best = NULL;

	for (guint i = 0; i < desk->doors->len; i++) {
		const TdDoor *door = g_ptr_array_index(desk->doors, i);
		g_autofree char *found = NULL;

		if (best != NULL && strlen(door->local) <= strlen(best->local))
			continue;
		found = read_extension(desk, door, address);
		if (found == NULL)
			continue;
		best = door;
		g_free(*extension);
		*extension = g_steal_pointer(&found);
	}
	return best;
}

const TdDoor *
td_desk_door(const TdDesk *desk, const char *address, char **extension)
{
	g_autofree char *found = NULL;
	const TdDoor *door;

	if (extension != NULL)
		*extension = NULL;
	if (address == NULL || strchr(address, '@') == NULL)
		return NULL;

	for (guint i = 0; i < desk->doors->len; i++) {
		door = g_ptr_array_index(desk->doors, i);
		if (strcmp(address, door->address) == 0)
			return door;
	}
	door = find_extended(desk, address, &found);
	if (extension != NULL)
		*extension = g_steal_pointer(&found);
	return door;
}

gboolean
td_desk_recipient(
    const TdDesk *desk, const char *recipient, const TdQueue **queue)
{
	g_autofree char *folded = td_address_fold(recipient);
	const TdDoor *door;

	door = folded == NULL ? NULL : td_desk_door(desk, folded, NULL);
	if (door == NULL)
		return FALSE;
	if (queue != NULL)
		*queue = door->queue;
	return TRUE;
}

gboolean
td_desk_is_own(const TdDesk *desk, const char *address)
{
	return td_desk_door(desk, address, NULL) != NULL ||
	    g_strv_contains(
	        (const char *const *)desk->conf->own_aliases, address);
}

gboolean
td_desk_is_guess(const TdDesk *desk, const char *recipient)
{
	g_autofree char *folded = td_address_fold(recipient);
	g_autofree char *text = NULL;
	TdExtension read;

	return folded != NULL && td_desk_door(desk, folded, &text) != NULL &&
	    text != NULL && td_token_has_form(text) &&
	    !td_token_read_extension(desk->keys, text, &read);
}

gboolean
td_desk_extension(
    const TdDesk *desk, const char *address, TdExtension *extension)
{
	g_autofree char *folded = NULL;
	g_autofree char *text = NULL;

	folded = address == NULL ? NULL : td_address_fold(address);
	return folded != NULL && td_desk_door(desk, folded, &text) != NULL &&
	    text != NULL &&
	    td_token_read_extension(desk->keys, text, extension);
}
