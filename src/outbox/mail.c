/* mail.c - see outbox/mail.h */

#include "config.h"

#include <string.h>

#include <ticketd/outbox.h>
#include <ticketd/text.h>

#include "outbox/mail.h"

#define ANSWER_MAX 300u

#define BACKOFF_FIRST 60 /* seconds */
#define BACKOFF_LAST 14400
/* A mail is not given up after fewer, however old it seems. */
#define TRIES_LEAST 5u

/* ---- addresses ---- */

/* Why SMTP cannot carry @address, or NULL.  The store folds addresses, so a
 * domain is A-labels already and all that is left is the local part. */
static const char *
address_fault(const char *address)
{
	gboolean quoted = *address == '"';

	if (*address == '\0')
		return "5.1.3 the address is empty";
	for (const char *at = address; *at != '\0'; at++) {
		guchar c = (guchar)*at;

		if (c >= 0x80)
			return "5.6.7 address needs SMTPUTF8, which is not "
			       "supported";
		if (c < 0x20 || c == 0x7f ||
		    (!quoted && strchr(" <>", c) != NULL))
			return "5.1.3 the address has a character that SMTP "
			       "does not allow";
	}
	return NULL;
}

static void
judge_addresses(TdMail *mail)
{
	const TdOutboxRow *row = mail->row;

	if (*row->mail_from != '\0' && address_fault(row->mail_from) != NULL)
		td_mail_judge_rest(
		    mail, TD_FATE_FAILED, address_fault(row->mail_from));
	for (guint i = 0; i < mail->count; i++) {
		const char *fault = address_fault(row->recipients[i]);

		if (fault != NULL && !td_mail_is_judged(mail, i))
			td_mail_judge(mail, i, TD_FATE_FAILED, fault);
	}
	mail->tried = td_mail_is_settled(mail);
}

TdMail *
td_mail_new(TdOutboxRow *row)
{
	TdMail *mail = g_new0(TdMail, 1);

	mail->row = row;
	mail->count = row->recipients == NULL ? 0
	                                      : g_strv_length(row->recipients);
	mail->fates = g_new0(TdFate, mail->count + 1);
	mail->answers = g_new0(char *, mail->count + 1);
	for (guint i = 0; i < mail->count; i++)
		mail->fates[i] = TD_FATE_DEFERRED;
	judge_addresses(mail);
	return mail;
}

void
td_mail_free(TdMail *mail)
{
	if (mail == NULL)
		return;

	for (guint i = 0; i < mail->count; i++)
		g_free(mail->answers[i]);
	g_free(mail->answers);
	g_free(mail->fates);
	g_clear_pointer(&mail->text, g_bytes_unref);
	td_outbox_row_free(mail->row);
	g_free(mail);
}

/* ---- text ---- */

/* Length of the line end at @at, 0 if there is none. */
static gsize
line_end(const char *at, const char *end)
{
	if (*at == '\r')
		return at + 1 < end && at[1] == '\n' ? 2 : 1;
	return *at == '\n' ? 1 : 0;
}

static gboolean
has_bare_line_end(const char *at, const char *end)
{
	while (at < end) {
		gsize length = line_end(at, end);

		if (length == 1)
			return TRUE;
		at += length == 2 ? 2 : 1;
	}
	return FALSE;
}

static GBytes *
mend_line_ends(const char *at, const char *end)
{
	GByteArray *mended = g_byte_array_sized_new(end - at + 64);

	while (at < end) {
		gsize length = line_end(at, end);

		if (length > 0)
			g_byte_array_append(mended, (const guint8 *)"\r\n", 2);
		else
			g_byte_array_append(mended, (const guint8 *)at, 1);
		at += MAX(length, 1);
	}
	return g_byte_array_free_to_bytes(mended);
}

void
td_mail_set_text(TdMail *mail, GBytes *text)
{
	gsize size;
	const char *data = g_bytes_get_data(text, &size);

	g_clear_pointer(&mail->text, g_bytes_unref);
	if (size > 0 && has_bare_line_end(data, data + size))
		mail->text = mend_line_ends(data, data + size);
	else
		mail->text = g_bytes_ref(text);
}

/* ---- fates ---- */

gboolean
td_mail_is_judged(const TdMail *mail, guint i)
{
	return mail->answers[i] != NULL;
}

gboolean
td_mail_is_settled(const TdMail *mail)
{
	for (guint i = 0; i < mail->count; i++) {
		if (!td_mail_is_judged(mail, i))
			return FALSE;
	}
	return TRUE;
}

void
td_mail_judge(TdMail *mail, guint i, TdFate fate, const char *answer)
{
	g_autofree char *printable = td_text_printable(answer, ANSWER_MAX);

	g_free(mail->answers[i]);
	mail->answers[i] = g_strdup(g_strstrip(printable));
	mail->fates[i] = fate;
}

void
td_mail_judge_rest(TdMail *mail, TdFate fate, const char *answer)
{
	for (guint i = 0; i < mail->count; i++) {
		if (!td_mail_is_judged(mail, i))
			td_mail_judge(mail, i, fate, answer);
	}
}

gboolean
td_mail_is_expired(const TdMail *mail, gint64 now, gint64 give_up)
{
	return now - mail->row->created > give_up;
}

void
td_mail_close(TdMail *mail, gint64 now, gint64 give_up, guint32 random)
{
	/* When the clock was put forward, age alone says nothing. */
	gboolean expired = td_mail_is_expired(mail, now, give_up) &&
	    mail->row->attempts + 1 >= TRIES_LEAST;

	for (guint i = 0; i < mail->count; i++) {
		if (expired && mail->fates[i] == TD_FATE_DEFERRED)
			mail->fates[i] = TD_FATE_FAILED;
	}
	if (mail->next_due == 0)
		mail->next_due = now +
		    td_outbox_backoff(mail->row->attempts + 1, random);
}

gint64
td_outbox_backoff(guint attempts, guint32 random)
{
	gint64 delay = BACKOFF_FIRST;

	for (guint i = 1; i < attempts && delay < BACKOFF_LAST; i++)
		delay *= 2;
	delay = MIN(delay, BACKOFF_LAST);
	return delay - delay / 10 + random % (delay / 5 + 1);
}
