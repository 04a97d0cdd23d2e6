/* compose.c - mails of our own, their header, see ticketd/message.h
 *
 * The header is written by hand: building GMime's objects for it costs more
 * than all the rest of an acknowledgement, and this runs for each of them. */

#include "config.h"

#include <string.h>

#include <ticketd/message.h>

#include "message/compose-parts.h"
#include "message/ids.h"
#include "message/words.h"

#define LINE_MAX_SIZE 76
/* What is left in a line of 998 (RFC 5322, 2.1.1) for an id behind the blank
 * of the fold and in its brackets. */
#define ID_MAX_SIZE 995

/* @value on one line and without what could begin a new field. */
static char *
one_line(const char *value)
{
	char *line = td_words_utf8(value == NULL ? "" : value, NULL);

	for (char *at = line; *at != '\0'; at++)
		if ((guchar)*at < ' ' || *at == 0x7f)
			*at = ' ';
	return g_strstrip(line);
}

static void
append_text_field(GString *out, const char *name, const char *value)
{
	g_autofree char *line = one_line(value);

	g_string_append(out, name);
	g_string_append(out, ": ");
	td_words_encode(out, line, strlen(name) + 2);
	g_string_append(out, "\r\n");
}

static gboolean
is_atom(char c)
{
	return g_ascii_isalnum(c) || strchr("!#$%&'*+-/=?^_`{|}~.", c) != NULL;
}

/* A local part as it may stand in front of the '@': as it is, or quoted. */
static void
append_local(GString *out, const char *local, gsize size)
{
	gboolean plain = size > 0;

	if (size > 1 && local[0] == '"' && local[size - 1] == '"') {
		local++;
		size -= 2;
		plain = FALSE;
	}
	for (gsize i = 0; i < size; i++)
		plain = plain && is_atom(local[i]);
	if (plain) {
		g_string_append_len(out, local, (gssize)size);
		return;
	}
	g_string_append_c(out, '"');
	for (gsize i = 0; i < size; i++) {
		if (local[i] == '\\' && i + 1 < size)
			i++;
		if (local[i] == '"' || local[i] == '\\')
			g_string_append_c(out, '\\');
		g_string_append_c(out, local[i]);
	}
	g_string_append_c(out, '"');
}

/* The domain as A-labels, up to what no domain has in it. */
static void
append_domain(GString *out, const char *domain)
{
	const char *allowed = *domain == '[' ? "-._[]:" : "-._";

	for (; *domain != '\0'; domain++) {
		if (!g_ascii_isalnum(*domain) &&
		    strchr(allowed, *domain) == NULL)
			return;
		g_string_append_c(out, *domain);
	}
}

/* "local@domain"; NULL for an address that 7 bits cannot tell. */
static char *
safe_address(const char *address)
{
	g_autofree char *line = one_line(address);
	g_autofree char *ascii = NULL;
	char *domain = strrchr(line, '@');
	GString *out;

	if (domain != NULL)
		*domain++ = '\0';
	if (domain != NULL)
		ascii = g_hostname_to_ascii(domain);
	if (!g_str_is_ascii(line) || (domain != NULL && ascii == NULL))
		return NULL;

	out = g_string_sized_new(strlen(line) + 64);
	append_local(out, line, strlen(line));
	if (ascii != NULL) {
		g_string_append_c(out, '@');
		append_domain(out, ascii);
	}
	return g_string_free(out, FALSE);
}

/* A display name without quotes and '@', which fool people about who writes,
 * and without what has a meaning in the field. */
static char *
safe_name(const char *name)
{
	char *line = one_line(name);
	char *to = line;

	for (const char *at = line; *at != '\0'; at++)
		if (strchr("\"'@<>\\", *at) == NULL)
			*to++ = *at;
	*to = '\0';
	return g_strstrip(line);
}

/* Starts a new line unless @size more fit into this one. */
static gsize
fold(GString *out, gsize column, gsize size)
{
	if (column + 1 + size <= LINE_MAX_SIZE) {
		g_string_append_c(out, ' ');
		return column + 1;
	}
	g_string_append(out, "\r\n ");
	return 1;
}

/* An unquoted phrase is of atoms and blanks; the dot is obsolete there. */
static gboolean
is_phrase(const char *name)
{
	for (; *name != '\0'; name++)
		if (*name != ' ' && (*name == '.' || !is_atom(*name)))
			return FALSE;
	return TRUE;
}

static gsize
append_name(GString *out, const char *name, gsize column)
{
	gsize size = strlen(name);

	if (!td_words_are_plain(name) || size > 900)
		return td_words_encode(out, name, column);
	if (is_phrase(name))
		g_string_append(out, name);
	else
		g_string_append_printf(out, "\"%s\"", name);
	return column + size + 2;
}

/* Appends one mailbox behind ": " or ",". */
static gsize
append_mailbox(
    GString *out, const char *name, const char *address, gsize column)
{
	g_autofree char *phrase = safe_name(name);
	g_autofree char *mailbox = safe_address(address);

	/* RFC 6857, section 3.1.5: a name for what cannot be written. */
	if (mailbox == NULL) {
		g_autofree char *line = safe_name(address);

		column = fold(out, column, 30);
		column = td_words_encode(out, line, column);
		g_string_append(out, ":;");
		return column + 2;
	}
	if (*phrase == '\0') {
		column = fold(out, column, strlen(mailbox));
		g_string_append(out, mailbox);
		return column + strlen(mailbox);
	}
	column = fold(out, column, MIN(strlen(phrase), 40));
	column = append_name(out, phrase, column);
	column = fold(out, column, strlen(mailbox) + 2);
	g_string_append_printf(out, "<%s>", mailbox);
	return column + strlen(mailbox) + 2;
}

static void
append_mailboxes(GString *out, const char *field, const TdAddress *addresses)
{
	gsize column = strlen(field) + 1;

	if (addresses == NULL || addresses->address == NULL)
		return;
	g_string_append_printf(out, "%s:", field);
	for (gsize i = 0; addresses[i].address != NULL; i++) {
		if (i > 0) {
			g_string_append_c(out, ',');
			column++;
		}
		column = append_mailbox(
		    out, addresses[i].name, addresses[i].address, column);
	}
	g_string_append(out, "\r\n");
}

static void
append_date(GString *out, gint64 seconds)
{
	static const char days[][4] = { "Mon", "Tue", "Wed", "Thu", "Fri",
		"Sat", "Sun" };
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(seconds);

	/* Names of the locale would be wrong here (RFC 5322, 3.3). */
	if (date == NULL)
		date = g_date_time_new_from_unix_utc(0);
	g_string_append_printf(out,
	    "Date: %s, %02d %s %04d %02d:%02d:%02d +0000\r\n",
	    days[g_date_time_get_day_of_week(date) - 1],
	    g_date_time_get_day_of_month(date),
	    months[g_date_time_get_month(date) - 1], g_date_time_get_year(date),
	    g_date_time_get_hour(date), g_date_time_get_minute(date),
	    g_date_time_get_second(date));
}

/* Whether @id can stand in brackets in a header of 7 bits. */
static gboolean
is_writable_id(const char *id)
{
	return g_str_is_ascii(id) && strlen(id) <= ID_MAX_SIZE &&
	    strpbrk(id, "<>") == NULL && td_id_is_usable(id, strlen(id));
}

/* Appends the ids, one a line where they are many; nothing if none can be
 * written. */
static void
append_ids(GString *out, const char *name, const char *const *ids)
{
	gsize column = strlen(name) + 1;
	gboolean begun = FALSE;

	for (gsize i = 0; ids != NULL && ids[i] != NULL; i++) {
		if (!is_writable_id(ids[i]))
			continue;
		if (!begun)
			g_string_append_printf(out, "%s:", name);
		begun = TRUE;
		column = fold(out, column, strlen(ids[i]) + 2);
		g_string_append_printf(out, "<%s>", ids[i]);
		column += strlen(ids[i]) + 2;
	}
	if (begun)
		g_string_append(out, "\r\n");
}

static gboolean
is_field_name(const char *name)
{
	for (const char *at = name; *at != '\0'; at++)
		if (*at <= ' ' || *at >= 0x7f || *at == ':')
			return FALSE;
	return *name != '\0' && strlen(name) < 70;
}

static void
append_header(GString *out, const TdCompose *compose)
{
	const TdAddress from[] = { { (char *)compose->from_name,
		                       (char *)compose->from },
		{ NULL, NULL } };
	const TdAddress reply_to[] = { { NULL, (char *)compose->reply_to },
		{ NULL, NULL } };
	const char *const id[] = { compose->message_id, NULL };
	const char *const in_reply_to[] = { compose->in_reply_to, NULL };

	append_date(out, compose->date);
	append_mailboxes(out, "From", from);
	append_mailboxes(out, "To", compose->to);
	append_mailboxes(out, "Cc", compose->cc);
	append_mailboxes(out, "Reply-To", reply_to);
	append_text_field(out, "Subject", compose->subject);
	append_ids(out, "Message-ID", id);
	append_ids(out, "In-Reply-To", in_reply_to);
	append_ids(out, "References", compose->references);
	for (gsize i = 0; compose->headers != NULL &&
	     compose->headers[i] != NULL && compose->headers[i + 1] != NULL;
	     i += 2)
		if (is_field_name(compose->headers[i]))
			append_text_field(
			    out, compose->headers[i], compose->headers[i + 1]);
	g_string_append(out, "MIME-Version: 1.0\r\n");
}

GBytes *
td_message_compose(const TdCompose *compose)
{
	GString *out;

	g_return_val_if_fail(compose->from != NULL, NULL);
	g_return_val_if_fail(compose->to != NULL, NULL);
	g_return_val_if_fail(compose->message_id != NULL, NULL);

	out = g_string_sized_new(2048);
	append_header(out, compose);
	td_compose_parts_append(out, compose);
	return g_string_free_to_bytes(out);
}
