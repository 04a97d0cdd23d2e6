/* envelope.c - who sent the mail to whom, as LMTP commands */

#include "config.h"

#include <string.h>

#include "deliver/deliver.h"

bool
td_envelope_fits(const char *address)
{
	bool quoted = false, escaped = false;
	size_t size = strlen(address);

	if (size > TD_ADDRESS_MAX)
		return false;
	for (const char *c = address; *c != '\0'; c++) {
		/* Not even behind a backslash (RFC 5321 4.1.2). */
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return false;
		if (escaped)
			escaped = false;
		else if (*c == '"')
			quoted = !quoted;
		else if (quoted && *c == '\\')
			escaped = true;
		else if (!quoted && strchr(" <>", *c) != NULL)
			return false;
	}
	return !quoted;
}

/* The value of @line if it is a field called @name, with the colon; else
 * NULL. */
static const char *
field_value(const char *line, size_t size, const char *name, size_t *left)
{
	size_t skip = strlen(name);

	if (size < skip || strncasecmp(line, name, skip) != 0)
		return NULL;
	while (skip < size && (line[skip] == ' ' || line[skip] == '\t'))
		skip++;
	*left = size - skip;
	return line + skip;
}

/* "<path>" at the start of @size bytes, without the brackets. */
static bool
read_path(const char *text, size_t size, char *path)
{
	const char *end = memchr(text, '>', size);

	if (end == NULL || text[0] != '<' || end - text - 1 > TD_ADDRESS_MAX)
		return false;
	memcpy(path, text + 1, (size_t)(end - text - 1));
	path[end - text - 1] = '\0';
	return td_envelope_fits(path);
}

void
td_envelope_find_sender(const char *data, size_t size, char *sender)
{
	while (size > 0 && data[0] != '\n' && data[0] != '\r') {
		const char *end = memchr(data, '\n', size);
		size_t line = end ? (size_t)(end + 1 - data) : size;
		size_t left;
		const char *value = field_value(
		    data, line, "Return-Path:", &left);

		if (value != NULL && read_path(value, left, sender))
			return;
		data += line;
		size -= line;
	}
	strcpy(sender, "unknown@localhost");
}

static bool
is_ascii(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text > '~')
			return false;
	return true;
}

static bool
needs_utf8(const TdDeliverEnvelope *envelope)
{
	if (!is_ascii(envelope->sender))
		return true;
	if (envelope->original_recipient != NULL &&
	    !is_ascii(envelope->original_recipient))
		return true;
	for (unsigned i = 0; i < envelope->count; i++)
		if (!is_ascii(envelope->recipients[i]))
			return true;
	return false;
}

static char *
put(char *to, const char *text)
{
	return stpcpy(to, text);
}

/* Two hexadecimal digits. */
static char *
put_hex(char *to, char c)
{
	static const char digits[] = "0123456789ABCDEF";

	*to++ = digits[(unsigned char)c >> 4];
	*to++ = digits[(unsigned char)c & 15];
	return to;
}

/* RFC 3461 section 4. */
static char *
put_xtext(char *to, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text > ' ' && *text <= '~' && *text != '+' &&
		    *text != '=') {
			*to++ = *text;
		} else {
			*to++ = '+';
			to = put_hex(to, *text);
		}
	}
	return to;
}

/* RFC 6533 section 3, the form for sessions that may use UTF-8. */
static char *
put_unitext(char *to, const char *text)
{
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text > ' ' && *text != 0x7f &&
		    strchr("+=\\", *text) == NULL) {
			*to++ = *text;
		} else {
			to = put(to, "\\x{");
			to = put_hex(to, *text);
			*to++ = '}';
		}
	}
	return to;
}

size_t
td_envelope_mail(const TdDeliverEnvelope *envelope, char *line)
{
	char *to = put(line, "MAIL FROM:<");

	to = put(to, envelope->sender);
	to = put(to, "> BODY=8BITMIME");
	if (needs_utf8(envelope))
		to = put(to, " SMTPUTF8");
	if (envelope->queue_id != NULL) {
		to = put(to, " ENVID=");
		to = put_xtext(to, envelope->queue_id);
	}
	to = put(to, "\r\n");
	return (size_t)(to - line);
}

size_t
td_envelope_rcpt(
    const TdDeliverEnvelope *envelope, unsigned recipient, char *line)
{
	const char *original = envelope->original_recipient;
	char *to = put(line, "RCPT TO:<");

	to = put(to, envelope->recipients[recipient]);
	to = put(to, ">");
	if (original != NULL && is_ascii(original)) {
		to = put(to, " ORCPT=rfc822;");
		to = put_xtext(to, original);
	} else if (original != NULL) {
		to = put(to, " ORCPT=utf-8;");
		to = put_unitext(to, original);
	}
	to = put(to, "\r\n");
	return (size_t)(to - line);
}
