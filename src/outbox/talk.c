/* talk.c - see outbox/talk.h */

#include "config.h"

#include <string.h>

#include "outbox/talk.h"

/* More of one reply is not kept. */
#define REPLY_MAX 1000u

void
td_talk_init(TdTalk *talk)
{
	memset(talk, 0, sizeof(*talk));
	talk->line = g_string_new(NULL);
	talk->text = g_string_new(NULL);
	talk->heard = g_get_monotonic_time();
}

void
td_talk_clear(TdTalk *talk)
{
	g_free(talk->auth_refusal);
	g_free(talk->refusal);
	g_string_free(talk->line, TRUE);
	g_string_free(talk->text, TRUE);
	memset(talk, 0, sizeof(*talk));
}

/* ---- commands ---- */

static void
note_command(TdTalk *talk, const char *line, gsize size)
{
	static const char *const verbs[] = { "EHLO", "HELO", "STARTTLS", "AUTH",
		"MAIL", "RCPT", "DATA", "BDAT", "RSET" };

	if (size >= 4 && memcmp(line, "QUIT", 4) == 0)
		talk->quitting = TRUE;
	for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++) {
		gsize length = strlen(verbs[i]);

		if (size < length || memcmp(line, verbs[i], length) != 0 ||
		    (size > length && strchr(" \r\n", line[length]) == NULL))
			continue;
		g_strlcpy(talk->command, verbs[i], sizeof(talk->command));
		if (strcmp(verbs[i], "STARTTLS") == 0)
			talk->tls_asked = TRUE;
		if (strcmp(verbs[i], "MAIL") == 0)
			g_clear_pointer(&talk->refusal, g_free);
	}
}

void
td_talk_sent(TdTalk *talk, const char *bytes, gsize size)
{
	const char *end = bytes + size;

	talk->heard = g_get_monotonic_time();
	while (bytes < end) {
		const char *next = memchr(bytes, '\n', end - bytes);

		next = next == NULL ? end : next + 1;
		note_command(talk, bytes, next - bytes);
		bytes = next;
	}
}

/* ---- what is not to be read ---- */

/* Whether @at, up to @size bytes, may be the beginning of an unwanted keyword.
 * No other keyword that matters begins with these letters. */
static gboolean
is_unwanted(const char *at, gsize size)
{
	static const char *const keywords[] = { "PIPELINING", "CHUNKING",
		"ENHANCEDSTATUSCODES" };

	for (gsize i = 0; i < G_N_ELEMENTS(keywords); i++) {
		gsize length = MIN(size, strlen(keywords[i]));

		if (g_ascii_strncasecmp(at, keywords[i], length) == 0)
			return TRUE;
	}
	return FALSE;
}

/* A line is "250-KEYWORD ..." (RFC 5321 4.1.1.1). */
static void
hide_keywords(TdTalk *talk, char *bytes, gsize size)
{
	for (gsize i = 0; i < size; i++) {
		if (bytes[i] == '\n') {
			talk->column = 0;
			talk->named = FALSE;
			continue;
		}
		if (talk->column++ < 4 || talk->named ||
		    g_ascii_isspace(bytes[i]))
			continue;
		talk->named = TRUE;
		if (is_unwanted(bytes + i, size - i))
			bytes[i] = 'X';
	}
}

void
td_talk_hide(TdTalk *talk, char *bytes, gsize size)
{
	if (strcmp(talk->command, "EHLO") == 0)
		hide_keywords(talk, bytes, size);
}

/* ---- replies ---- */

/* The greeting and what is answered up to AUTH are never pipelined, so the last
 * command is the one that is answered. */
static gboolean
is_early(const TdTalk *talk)
{
	static const char *const verbs[] = { "", "EHLO", "HELO", "STARTTLS",
		"AUTH", NULL };

	return g_strv_contains(verbs, talk->command);
}

static void
note_reply(TdTalk *talk)
{
	gint64 code = g_ascii_strtoll(talk->text->str, NULL, 10);

	/* The answer to QUIT says nothing about why it was said. */
	if (talk->quitting)
		return;
	if (code == 235)
		talk->authenticated = TRUE;
	if (code >= 400 && strcmp(talk->command, "AUTH") == 0) {
		g_free(talk->auth_refusal);
		talk->auth_refusal = g_strdup(talk->text->str);
	}
	if (code == 421 || is_early(talk))
		g_clear_pointer(&talk->refusal, g_free);
	if (code == 421 || (is_early(talk) && code >= 400))
		talk->refusal = g_strdup(talk->text->str);
}

/* A line "ddd-..." goes on, "ddd ..." or "ddd" ends the reply (RFC 5321
 * 4.2.1): then TRUE.  Lines that are neither are no reply. */
static gboolean
note_line(TdTalk *talk)
{
	const char *line = talk->line->str;

	for (gsize i = 0; i < 3; i++) {
		if (!g_ascii_isdigit(line[i]))
			return FALSE;
	}
	if (talk->text->len == 0)
		g_string_printf(talk->text, "%.3s %s", line,
		    line[3] == '\0' ? "" : line + 4);
	else if (talk->text->len < REPLY_MAX && line[3] != '\0')
		g_string_append_printf(talk->text, " %s", line + 4);
	if (line[3] == '-')
		return FALSE;
	note_reply(talk);
	g_string_truncate(talk->text, 0);
	return TRUE;
}

void
td_talk_received(TdTalk *talk, const char *bytes, gsize size)
{
	gboolean before_tls = strcmp(talk->command, "STARTTLS") == 0 &&
	    !talk->quitting;

	talk->heard = g_get_monotonic_time();
	for (gsize i = 0; i < size; i++) {
		if (bytes[i] == '\n') {
			if (note_line(talk) && before_tls && i + 1 < size)
				talk->tampered = TRUE;
			g_string_truncate(talk->line, 0);
		} else if (bytes[i] != '\r' && bytes[i] != '\0' &&
		    talk->line->len < REPLY_MAX) {
			g_string_append_c(talk->line, bytes[i]);
		}
	}
}
