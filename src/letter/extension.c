/* extension.c - the signed extensions of our addresses, see ticketd/token.h */

#include "config.h"

#include <string.h>

#include "letter/token-private.h"

/* "42-t<token>". */
static char *
join_extension(guint64 ticket, TdTokenKind kind, const char *token)
{
	return g_strdup_printf(
	    "%" G_GUINT64_FORMAT "-%c%s", ticket, td_token_letter(kind), token);
}

char *
td_token_thread(const TdKeys *keys, guint64 ticket)
{
	g_autofree char *token = td_token_make(keys, TD_TOKEN_REPLY, ticket, 0);

	return join_extension(ticket, TD_TOKEN_REPLY, token);
}

char *
td_token_bounce(const TdKeys *keys, guint64 ticket)
{
	g_autofree char *token = td_token_make(
	    keys, TD_TOKEN_BOUNCE, ticket, 0);

	return join_extension(ticket, TD_TOKEN_BOUNCE, token);
}

char *
td_token_personal(
    const TdKeys *keys, guint64 ticket, guint64 person, const char *verb)
{
	g_autofree char *token = NULL;
	g_autofree char *front = NULL;

	token = td_token_make(keys, TD_TOKEN_PERSONAL, ticket, person);
	front = join_extension(ticket, TD_TOKEN_PERSONAL, token);
	return g_strdup_printf("%s.%" G_GUINT64_FORMAT "%s%s", front, person,
	    verb == NULL ? "" : ".", verb == NULL ? "" : verb);
}

/* What the mac of an action link covers; the expiry in minutes, as it is
 * written. */
static TdTokenFields
action_fields(guint64 ticket, guint64 person, guint64 state, const char *verb,
    gint64 minutes)
{
	return (TdTokenFields){ { ticket, person, state, (guint64)minutes }, 4,
		verb };
}

char *
td_token_action(const TdKeys *keys, guint64 ticket, guint64 person,
    guint64 state, const char *verb, gint64 expires)
{
	gint64 minutes = MAX(expires, 0) / 60;
	const TdTokenFields fields = action_fields(
	    ticket, person, state, verb, minutes);
	g_autofree char *token = td_token_seal(keys, TD_TOKEN_ACTION, &fields);
	g_autofree char *front = join_extension(ticket, TD_TOKEN_ACTION, token);

	return g_strdup_printf("%s.%s.%" G_GINT64_FORMAT, front, verb, minutes);
}

char *
td_token_confirm(
    const TdKeys *keys, guint64 ticket, guint64 person, guint64 hold)
{
	const TdTokenFields fields = { { ticket, person, hold }, 3, NULL };
	g_autofree char *token = td_token_seal(keys, TD_TOKEN_CONFIRM, &fields);
	g_autofree char *front = join_extension(
	    ticket, TD_TOKEN_CONFIRM, token);

	return g_strdup_printf(
	    "%s.%" G_GUINT64_FORMAT ".%" G_GUINT64_FORMAT, front, person, hold);
}

/* Reads a verb that ends with @end into @verb; NULL if it is none. */
static const char *
read_verb(const char *text, char end, char verb[TD_TOKEN_VERB_MAX + 1])
{
	gsize length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");

	if (length == 0 || length > TD_TOKEN_VERB_MAX || text[length] != end)
		return NULL;
	memcpy(verb, text, length);
	verb[length] = '\0';
	return text + length + 1;
}

/* <person> or <person>.<verb> */
static gboolean
read_personal(const char *rest, TdExtension *read)
{
	if (*rest++ != '.')
		return FALSE;
	if (td_token_read_number(rest, '\0', &read->person) != NULL)
		return TRUE;
	rest = td_token_read_number(rest, '.', &read->person);
	return rest != NULL && read_verb(rest, '\0', read->verb) != NULL;
}

/* <verb>.<expiry> */
static gboolean
read_action(const char *rest, TdExtension *read)
{
	guint64 minutes = 0;

	if (*rest++ != '.')
		return FALSE;
	rest = read_verb(rest, '.', read->verb);
	if (rest == NULL ||
	    td_token_read_number(rest, '\0', &minutes) == NULL ||
	    minutes > G_MAXINT64 / 60)
		return FALSE;
	read->expires = (gint64)minutes * 60;
	return TRUE;
}

/* <person>.<hold> */
static gboolean
read_confirm(const char *rest, TdExtension *read)
{
	if (*rest++ != '.')
		return FALSE;
	rest = td_token_read_number(rest, '.', &read->person);
	return rest != NULL &&
	    td_token_read_number(rest, '\0', &read->hold) != NULL;
}

/* Reads what stands behind the token, by the kind that its letter tells. */
static gboolean
read_rest(char letter, const char *rest, TdExtension *read)
{
	switch (letter) {
	case 't':
		read->kind = TD_TOKEN_REPLY;
		return *rest == '\0';
	case 'b':
		read->kind = TD_TOKEN_BOUNCE;
		return *rest == '\0';
	case 'p':
		read->kind = TD_TOKEN_PERSONAL;
		return read_personal(rest, read);
	case 'a':
		read->kind = TD_TOKEN_ACTION;
		return read_action(rest, read);
	case 'c':
		read->kind = TD_TOKEN_CONFIRM;
		return read_confirm(rest, read);
	default:
		return FALSE;
	}
}

/* All but whether the token is a good one. */
static gboolean
read_form(const char *extension, TdExtension *found)
{
	const char *at = td_token_read_number(extension, '-', &found->ticket);

	if (at == NULL || strlen(at) < 1 + TD_TOKEN_LENGTH ||
	    !read_rest(*at, at + 1 + TD_TOKEN_LENGTH, found))
		return FALSE;
	memcpy(found->token, at + 1, TD_TOKEN_LENGTH);
	return strspn(found->token, TD_TOKEN_ALPHABET) == TD_TOKEN_LENGTH;
}

gboolean
td_token_has_form(const char *extension)
{
	TdExtension found = { .state = TD_TOKEN_BAD };

	return read_form(extension, &found);
}

gboolean
td_token_read_extension(
    const TdKeys *keys, const char *extension, TdExtension *read)
{
	TdExtension found = { .state = TD_TOKEN_BAD };
	TdTokenFields fields = { .count = 2 };

	if (!read_form(extension, &found))
		return FALSE;

	/* Unused numbers are 0, as they are when the token is made. */
	fields.numbers[0] = found.ticket;
	fields.numbers[1] = found.person;
	if (found.kind == TD_TOKEN_CONFIRM)
		fields.numbers[fields.count++] = found.hold;
	if (found.kind != TD_TOKEN_ACTION) {
		found.state = td_token_verify(
		    keys, found.kind, &fields, found.token);
		if (found.state == TD_TOKEN_BAD)
			return FALSE;
	}
	*read = found;
	return TRUE;
}

TdTokenState
td_token_check_action(
    const TdKeys *keys, const TdExtension *read, guint64 person, guint64 state)
{
	const TdTokenFields fields = action_fields(
	    read->ticket, person, state, read->verb, read->expires / 60);

	if (read->kind != TD_TOKEN_ACTION)
		return TD_TOKEN_BAD;
	return td_token_verify(keys, TD_TOKEN_ACTION, &fields, read->token);
}
