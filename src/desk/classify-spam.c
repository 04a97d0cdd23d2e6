/* classify-spam.c - mail that nobody wants, by the word of others */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>

#include "desk/classify-private.h"

/* Whether @glob ('*' for anything, '?' for one character; case ignored) is the
 * whole of @text.  Goes back to the last star alone, so that hostile text costs
 * no more than its length times the glob's. */
static gboolean
matches(const char *glob, const char *text)
{
	const char *star = NULL;
	const char *again = NULL;

	while (*text != '\0') {
		if (*glob == '*') {
			star = ++glob;
			again = text;
		} else if (*glob == '?') {
			glob++;
			text = g_utf8_next_char(text);
		} else if (*glob != '\0' &&
		    g_ascii_tolower(*glob) == g_ascii_tolower(*text)) {
			glob++;
			text++;
		} else if (star != NULL) {
			glob = star;
			text = ++again;
		} else {
			return FALSE;
		}
	}
	while (*glob == '*')
		glob++;
	return *glob == '\0';
}

/* The field that bears the mark "field: glob", NULL if none does; borrowed. */
static const TdHeader *
find_mark(const TdCase *mail, const char *mark)
{
	const GPtrArray *headers = mail->message->headers;
	gsize size = strcspn(mark, ":");
	const char *glob = mark + size + (mark[size] == ':' ? 1 : 0);

	glob += strspn(glob, " \t");
	for (guint i = 0; i < headers->len; i++) {
		const TdHeader *header = g_ptr_array_index(headers, i);

		if (strlen(header->name) == size &&
		    g_ascii_strncasecmp(header->name, mark, size) == 0 &&
		    matches(glob, header->value))
			return header;
	}
	return NULL;
}

static char *
say_marked(const TdCase *mail)
{
	GStrv marks = mail->desk->conf->spam_marks;

	for (guint i = 0; marks[i] != NULL; i++) {
		const TdHeader *header = find_mark(mail, marks[i]);

		if (header != NULL)
			return g_strdup_printf(
			    "rule 10: %s: %s", header->name, header->value);
	}
	return NULL;
}

/* Banned as who speaks, by From, or by the envelope. */
static char *
say_banned(const TdCase *mail)
{
	const char *addresses[] = { mail->from, td_message_from(mail->message),
		mail->envelope->sender };

	for (guint i = 0; i < G_N_ELEMENTS(addresses); i++) {
		g_autofree char *folded = NULL;
		const char *ban;

		if (addresses[i] != NULL)
			folded = td_address_fold(addresses[i]);
		ban = folded == NULL ? NULL
		                     : td_desk_banned(mail->desk, folded);
		if (ban != NULL)
			return g_strdup_printf("rule 10: banned: %s", ban);
	}
	return NULL;
}

/* Whoever owns the domain of From wants such mail not to be believed (RFC 7489,
 * section 6.3). */
static char *
say_unbelieved(const TdCase *mail)
{
	g_autoptr(TdAuth) auth = NULL;

	auth = td_message_auth(mail->message, mail->desk->conf->authserv_id);
	if (strcmp(auth->dmarc, "fail") != 0 ||
	    (strcmp(auth->dmarc_policy, "quarantine") != 0 &&
	        strcmp(auth->dmarc_policy, "reject") != 0))
		return NULL;
	return g_strdup_printf(
	    "rule 10: DMARC fails under p=%s", auth->dmarc_policy);
}

/* Rule 10.  What is sent to many and by programs may be spam; what tells of our
 * own mail (bounces and the like) stays what it is, for it is no more than an
 * event anyway. */
void
td_case_spam(TdCase *mail)
{
	TdClassified *out = mail->out;
	g_autofree char *why = NULL;

	if (mail->envelope->actor != NULL || mail->message->unreadable ||
	    td_class_is_event(out->class))
		return;
	why = say_banned(mail);
	if (why == NULL)
		why = say_marked(mail);
	if (why == NULL)
		why = say_unbelieved(mail);
	if (why == NULL)
		return;
	mail->classed = FALSE;
	g_clear_pointer(&out->reason, g_free);
	td_case_fire(mail, TD_CLASS_SPAM, why);
}
