/* bounce-gate.c - whether a mail looks like a bounce, see
 * message/bounce-private.h
 *
 * Nothing here proves anything: it keeps the words of persons from being read
 * as those of a mail system, and nearly all mail from being read at all. */

#include "config.h"

#include <string.h>

#include "message/bounce-private.h"

/* Names that mail systems have, in From. */
static const TdPhrase names[] = {
	{ "mailer-daemon", TD_LOOKS_DAEMON },
	{ "mailer daemon", TD_LOOKS_DAEMON },
	{ "mailerdaemon", TD_LOOKS_DAEMON },
	{ "mail-daemon", TD_LOOKS_DAEMON },
	{ "mdaemon", TD_LOOKS_DAEMON },
	{ "mail deliver", TD_LOOKS_DAEMON },
	{ "mail-delivery-s", TD_LOOKS_DAEMON },
	{ "maildelivery", TD_LOOKS_DAEMON },
	{ "mail.delivery", TD_LOOKS_DAEMON },
	{ "delivery subsystem", TD_LOOKS_DAEMON },
	{ "delivery service", TD_LOOKS_OFFICE },
	{ "jetmail system", TD_LOOKS_DAEMON },
	{ "mail system", TD_LOOKS_OFFICE },
	{ "mailsystem", TD_LOOKS_OFFICE },
	{ "mail_service", TD_LOOKS_OFFICE },
	{ "mail service", TD_LOOKS_OFFICE },
	{ "mail server", TD_LOOKS_OFFICE },
	{ "mailserver", TD_LOOKS_OFFICE },
	{ "mail gateway", TD_LOOKS_OFFICE },
	{ "smtp_gateway", TD_LOOKS_OFFICE },
	{ "postmaster", TD_LOOKS_OFFICE },
	{ "post_master", TD_LOOKS_OFFICE },
	{ "system administrator", TD_LOOKS_OFFICE },
	{ "system attendant", TD_LOOKS_OFFICE },
	{ "ndr administrator", TD_LOOKS_OFFICE },
	{ "microsoft outlook", TD_LOOKS_OFFICE },
	{ "microsoft exchange", TD_LOOKS_OFFICE },
	{ "microsoftexchange", TD_LOOKS_OFFICE },
	{ "почтовая система", TD_LOOKS_OFFICE },
	{ "почтовый сервер", TD_LOOKS_OFFICE },
	{ "система доставки", TD_LOOKS_DAEMON },
	{ "служба доставки почты", TD_LOOKS_DAEMON },
	{ "подсистема доставки", TD_LOOKS_DAEMON },
	{ "системный администратор", TD_LOOKS_OFFICE },
	{ "поштова система", TD_LOOKS_OFFICE },
	{ "systemadministrator", TD_LOOKS_OFFICE },
	{ "mailzustell", TD_LOOKS_DAEMON },
	{ "mail-zustell", TD_LOOKS_DAEMON },
	{ "administrateur système", TD_LOOKS_OFFICE },
	{ "remise du courrier", TD_LOOKS_DAEMON },
	{ "administrador del sistema", TD_LOOKS_OFFICE },
	{ "administrador do sistema", TD_LOOKS_OFFICE },
	{ "entrega de correo", TD_LOOKS_DAEMON },
	{ "entrega de e-mail", TD_LOOKS_DAEMON },
	{ "amministratore di sistema", TD_LOOKS_OFFICE },
	{ "consegna della posta", TD_LOOKS_DAEMON },
	{ "administrator systemu", TD_LOOKS_OFFICE },
	{ "dostarczania poczty", TD_LOOKS_DAEMON },
	{ "systeembeheerder", TD_LOOKS_OFFICE },
	{ "メール配信", TD_LOOKS_DAEMON },
	{ "システム管理者", TD_LOOKS_OFFICE },
	{ "系统管理员", TD_LOOKS_OFFICE },
	{ "邮件系统", TD_LOOKS_OFFICE },
	{ "郵件系統", TD_LOOKS_OFFICE },
};

static const TdPhrases *
get_names(void)
{
	static TdPhrases *set;
	static gsize done = 0;

	if (g_once_init_enter(&done)) {
		set = td_phrases_new(names, G_N_ELEMENTS(names));
		g_once_init_leave(&done, 1);
	}
	return set;
}

/* ---- the Subject ---- */

/* Marks in front of a Subject, without the number that some add (Re[2]:); as
 * td_phrase_fold() leaves them. */
static const char *const answers[] = { "re", "aw", "antw", "antwort", "sv",
	"vs", "odp", "ang", "ref", "rif", "r", "ynt", "отв", "ответ", "на",
	"ha", "回复", "回覆", "答复", "答覆", "返信", "fwd", "fw", "wg", "tr",
	"rv", "enc", "i", "vb", "vl", "vid", "pd", "doorst", "пересл", "fs",
	"转发", "轉寄", "転送" };

gboolean
td_bounce_is_answer(const char *subject)
{
	g_autofree char *head = g_strndup(subject, strnlen(subject, 40));
	g_autofree char *valid = g_utf8_make_valid(head, -1);
	g_autofree char *folded = td_phrase_fold(valid);
	const char *at = folded + strspn(folded, " \t");
	gsize size = strcspn(at, ":[( \t");
	gboolean known = FALSE;

	for (gsize i = 0; i < G_N_ELEMENTS(answers) && !known; i++)
		known = strlen(answers[i]) == size &&
		    strncmp(at, answers[i], size) == 0;
	at += size;
	at += strspn(at, "[]()0123456789 \t");
	return known && *at == ':';
}

static void
look_at_subject(const TdMessage *message, TdBounceLook *look)
{
	g_autofree char *folded = td_phrase_fold(message->subject);
	guint flags = td_subject_flags(folded);
	const char *last = strrchr(folded, ':');

	look->answer = td_bounce_is_answer(message->subject);
	look->automatic = (flags & TD_NOTICE_CHALLENGE) != 0;
	look->delayed = (flags & TD_NOTICE_DELAYED) != 0;
	look->subject = (flags & (TD_NOTICE_FAILED | TD_NOTICE_DELAYED)) != 0;
	/* "RE: lunch : non remis": some say it at the end. */
	if (look->answer && look->subject)
		look->subject = last != NULL &&
		    (td_subject_flags(last) & TD_NOTICE_FAILED) != 0 &&
		    last > strchr(folded, ':');
	if (look->answer && look->subject)
		look->answer = FALSE;
}

/* ---- who it is from ---- */

static guint
sender_of(const TdAddress *address)
{
	g_autofree char *both = NULL;
	g_autofree char *folded = NULL;
	const char *at = strrchr(address->address, '@');
	gsize size, where;
	const TdPhrase *name;

	/* The domain says nothing: mailserver.example.org. */
	size = at == NULL ? strlen(address->address)
	                  : (gsize)(at - address->address);
	both = g_strdup_printf(
	    "%s\n%.*s", address->name, (int)size, address->address);
	folded = td_phrase_fold(both);
	if (*address->address == '\0')
		return TD_LOOKS_DAEMON;
	name = td_phrases_first(get_names(), folded, &where);
	return name == NULL ? TD_LOOKS_PERSON : name->meaning;
}

/* The field where no address can be read in it: "<>", "mailer-daemon". */
static guint
sender_of_field(const TdMessage *message)
{
	const char *from = td_message_header(message, "From", 0);
	g_autofree char *folded = NULL;
	const TdPhrase *name;
	gsize where;

	if (from == NULL)
		return TD_LOOKS_PERSON;
	if (strstr(from, "<>") != NULL)
		return TD_LOOKS_DAEMON;
	folded = td_phrase_fold(from);
	name = td_phrases_first(get_names(), folded, &where);
	return name == NULL ? TD_LOOKS_PERSON : name->meaning;
}

static void
look_at_sender(const TdMessage *message, TdBounceLook *look)
{
	const char *path = td_message_header(message, "Return-Path", 0);

	look->null = path != NULL && strncmp(path, "<>", 2) == 0;
	look->sender = message->from->len == 0
	    ? sender_of_field(message)
	    : sender_of(g_ptr_array_index(message->from, 0));
	if (look->null && look->sender == TD_LOOKS_PERSON)
		look->sender = TD_LOOKS_NULL;
}

void
td_bounce_look(const TdMessage *message, TdBounceLook *look)
{
	*look = (TdBounceLook){ .sender = TD_LOOKS_PERSON };
	look_at_sender(message, look);
	look_at_subject(message, look);
	look->named = td_message_header(message, "X-Failed-Recipients", 0) !=
	    NULL;
	look->cloud = *message->text == '{' &&
	    (td_message_header(message, "X-Amz-Sns-Message-Id", 0) != NULL ||
	        strstr(td_message_from(message), "no-reply@") != NULL);
}

gboolean
td_bounce_may_be(const TdBounceLook *look)
{
	if (look->automatic && !look->subject && !look->named)
		return FALSE;
	return look->sender != TD_LOOKS_PERSON || look->subject ||
	    look->named || look->cloud;
}

/* ---- and what it says ---- */

#define SAYS (TD_NOTICE_FAILED | TD_NOTICE_DELAYED | TD_NOTICE_ARRIVED)

static gboolean
is_blank(const TdNotice *notice)
{
	for (guint i = 0; i < notice->lines->len; i++)
		if (!g_array_index(notice->lines, TdNoticeLine, i).blank)
			return FALSE;
	return TRUE;
}

static gboolean
asks(const TdNotice *notice)
{
	for (guint i = 0; i < notice->lines->len; i++) {
		const char *text = g_array_index(notice->lines, TdNoticeLine, i)
		                       .text;

		if (g_str_has_suffix(text, "?") || strstr(text, "? ") != NULL)
			return TRUE;
	}
	return FALSE;
}

/* A person's mail with such a Subject: the whole of it must be a bounce, from
 * the first line on, or with the returned mail. */
static gboolean
is_bounce_of_person(const TdBounceLook *look, const TdNotice *notice,
    gboolean finds, gboolean returned)
{
	if (!look->subject || look->answer)
		return FALSE;
	if (is_blank(notice))
		return TRUE;
	if ((notice->flags & TD_NOTICE_PERSON) != 0 || asks(notice))
		return FALSE;
	if ((notice->first & SAYS) != 0)
		return finds || returned;
	return (notice->opening & SAYS) != 0 && finds && returned;
}

/* Nobody is to answer it: a bounce, or an automatic answer. */
static gboolean
is_bounce_of_null(
    const TdBounceLook *look, const TdNotice *notice, gboolean finds)
{
	gboolean opens = (notice->opening & SAYS) != 0;

	if (look->subject && !look->answer)
		return opens || finds || is_blank(notice);
	return opens && finds && !look->automatic;
}

static gboolean
is_bounce_of_office(
    const TdBounceLook *look, const TdNotice *notice, gboolean finds)
{
	gboolean opens = (notice->opening & SAYS) != 0;

	if (look->subject && !look->answer)
		return TRUE;
	/* Some postmasters are people. */
	return opens && finds && (notice->flags & TD_NOTICE_PERSON) == 0;
}

/* Whether a reason is told for one of them. */
static gboolean
has_reason(const TdReport *report)
{
	for (guint i = 0; i < report->recipients->len; i++) {
		const TdDsnRecipient *one = g_ptr_array_index(
		    report->recipients, i);

		if (*one->diagnostic != '\0')
			return TRUE;
	}
	return FALSE;
}

gboolean
td_bounce_is(const TdBounceLook *look, const TdNotice *notice,
    const TdReport *report, gboolean finds, gboolean returned)
{
	if (look->named)
		return TRUE;
	if ((notice->flags & TD_NOTICE_CHALLENGE) != 0 && !look->subject)
		return FALSE;
	switch (look->sender) {
	case TD_LOOKS_DAEMON:
		/* They send statistics as well. */
		return look->subject || (notice->flags & SAYS) != 0 ||
		    (finds && has_reason(report));
	case TD_LOOKS_OFFICE:
		return is_bounce_of_office(look, notice, finds);
	case TD_LOOKS_NULL:
		return is_bounce_of_null(look, notice, finds);
	case TD_LOOKS_PERSON:
		return is_bounce_of_person(look, notice, finds, returned);
	}
	return FALSE;
}
