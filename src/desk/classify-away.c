/* classify-away.c - automatic replies that bear no mark
 *
 * Many of them can be told by their Subject alone.  A person who is taken for a
 * machine is not heard, so what a person may have written as well needs more
 * evidence than that: the mail answers one of ours, or its text says what such
 * texts say. */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "desk/classify-private.h"

/* How much of a text and of a Subject is looked at, in bytes. */
#define TEXT_MAX 4000
#define SUBJECT_MAX 300
/* The longest tag of a gateway in front of the Subject. */
#define TAG_MAX 40

/* All lists are as td_text_fold() leaves them: lower case, no yo. */

/* What programs put in front of the Subject they answer, or write instead. */
static const char *const replies[] = { "automatic reply", "automatic response",
	"automated reply", "automated response", "automatic answer",
	"auto reply", "auto-reply", "autoreply", "auto response",
	"auto-response", "autoresponse", "auto responder", "auto-responder",
	"autoresponder", "out of office autoreply", "out of office auto-reply",
	"out of office reply", "vacation reply", "vacation response",
	"automatische antwort", "abwesenheitsnotiz", "abwesenheitsmeldung",
	"abwesenheitsnachricht", "automatische rückantwort",
	"réponse automatique", "message d'absence", "message d’absence",
	"respuesta automática", "respuesta automatica", "risposta automatica",
	"resposta automática", "resposta automatica", "automatisch antwoord",
	"automatische beantwoording", "afwezigheidsbericht", "automatiskt svar",
	"automatisk svar", "autosvar", "frånvaromeddelande",
	"automaattinen vastaus", "poissaoloilmoitus", "automaatvastus",
	"automātiskā atbilde", "automātiska atbilde", "automatinis atsakymas",
	"odpowiedź automatyczna", "automatyczna odpowiedź", "autoodpowiedź",
	"automatická odpověď", "automatická odpoveď", "automatikus válasz",
	"răspuns automat", "otomatik yanıt", "otomatik cevap",
	"automatski odgovor", "samodejni odgovor", "αυτόματη απάντηση",
	"автоответ", "автоответчик", "автоматический ответ",
	"автоматическое уведомление об отсутствии", "автоматична відповідь",
	"автовідповідь", "автаматычны адказ", "автоматичен отговор",
	"аутоматски одговор", "自动答复", "自動回覆", "自动回复", "自動回復",
	"自動応答", "自動返信", "자동 회신", "자동 응답", "trả lời tự động",
	"תשובה אוטומטית", "رد تلقائي" };

/* What people write as well. */
static const char *const absences[] = { "out of office", "out of the office",
	"out-of-office", "i am out of", "away from", "on vacation", "vacation",
	"on holiday", "on leave", "absence", "abwesend", "abwesenheit",
	"nicht im büro", "im urlaub", "urlaub", "absent", "absence du bureau",
	"en congé", "en vacances", "fuera de la oficina", "ausente",
	"fuori ufficio", "fuori sede", "assente", "fora do escritório",
	"ausência", "afwezig", "niet op kantoor", "frånvarande", "fraværende",
	"ikke til stede", "poissa", "poza biurem", "nieobecność", "nieobecny",
	"mimo kancelář", "nepřítomnost", "házon kívül", "ofis dışında",
	"вне офиса", "нет на рабочем месте", "нет на месте", "отсутствую",
	"отсутствие", "в отпуске", "отпуск", "в командировке", "поза офісом",
	"у відпустці", "відпустка", "不在", "休暇", "外出" };

/* What the texts of such replies say, one kind of thing a row. */
#define SAYINGS_MAX 24
static const char *const sayings[][SAYINGS_MAX] = {
	{ "out of the office", "out of office", "on vacation", "on holiday",
	    "on leave", "be away", "am away", "nicht im büro", "urlaub",
	    "abwesend", "absent", "congé", "fuera de la oficina", "vacaciones",
	    "ausente", "ferie", "assente", "férias", "afwezig", "vakantie",
	    "urlop", "nieobecn", "отпуск", "отсутств" },
	{ "until", "return", "be back", "available again", "zurück", "wieder",
	    "retour", "jusqu'au", "volver", "hasta el", "rientr", "fino al",
	    "até", "regress", "terug", "tot en met", "powrót", "powrocie",
	    "вернусь", "буду с", "выйду", "возвращ", "повернусь" },
	{ "urgent", "emergency", "immediate", "in my absence", "limited access",
	    "please contact", "dringend", "wenden sie sich", "adressez",
	    "veuillez contacter", "urgente", "contacte", "contattare",
	    "contacter", "dringende", "pilnych", "pilne", "срочн",
	    "обращайтесь", "обратитесь", "свяжитесь", "терміново" },
	{ "automatic reply", "automated response", "automated reply",
	    "automatically generated", "this is an automat", "auto-reply",
	    "thank you for your e", "thank you for your m",
	    "have received your", "automatisch", "vielen dank für ihre",
	    "automatique", "merci pour votre", "automático", "automática",
	    "gracias por su", "automatic", "obrigado", "automatyczn",
	    "автоматическ", "автоответ", "ваше письмо получ",
	    "ваше сообщение получ", "автоматичн" },
};

typedef enum {
	FORM_NONE,
	FORM_ALL,    /* the phrase is the whole Subject */
	FORM_PREFIX, /* a colon follows it */
	FORM_START,  /* more words follow it */
} Form;

/* Behind what gateways put in front of a Subject: "[EXTERNAL] ". */
static const char *
skip_tags(const char *subject)
{
	while (*subject == '[') {
		const char *end = strchr(subject, ']');

		if (end == NULL || end - subject > TAG_MAX || end[1] == '\0')
			return subject;
		subject = end + 1;
		subject += strspn(subject, " ");
	}
	return subject;
}

/* How folded @subject begins with one of @phrases; the longest counts.  *@rest
 * is what follows. */
static Form
find_form(const char *subject, const char *const *phrases, gsize count,
    const char **rest)
{
	const char *behind = NULL;

	for (gsize i = 0; i < count; i++) {
		gsize size = strlen(phrases[i]);

		if (g_str_has_prefix(subject, phrases[i]) &&
		    subject + size > (behind == NULL ? subject : behind))
			behind = subject + size;
	}
	if (behind == NULL)
		return FORM_NONE;
	*rest = behind + strspn(behind, " ");
	if (**rest == '\0' || strcmp(*rest, ".") == 0 ||
	    strcmp(*rest, "!") == 0)
		return FORM_ALL;
	if (**rest == ':') {
		(*rest)++;
		*rest += strspn(*rest, " ");
		return FORM_PREFIX;
	}
	/* "vacationer" is another word; Chinese has no blanks. */
	if (*rest == behind && g_unichar_isalnum(g_utf8_get_char(behind)) &&
	    g_utf8_get_char(behind) < 0x2e80)
		return FORM_NONE;
	return FORM_START;
}

/* How many kinds of things such texts say the mail's does. */
static guint
count_sayings(const TdMessage *message)
{
	g_autofree char *start = g_strndup(message->text, TEXT_MAX);
	g_autofree char *text = td_text_fold(start);
	g_autofree char *subject = td_text_fold(message->subject);
	guint count = 0;

	for (gsize i = 0; i < G_N_ELEMENTS(sayings); i++) {
		gboolean said = FALSE;
		gboolean topic = FALSE;

		for (gsize j = 0; j < SAYINGS_MAX && sayings[i][j] != NULL;
		     j++) {
			said = said || strstr(text, sayings[i][j]) != NULL;
			topic = topic || strstr(subject, sayings[i][j]) != NULL;
		}
		/* What the mail is about says nothing of who wrote it. */
		count += said && !topic;
	}
	return count;
}

/* How much a text must say.  A mail that answers nothing may be a person's
 * first one, and is not to be lost for its words. */
static guint
enough(const TdMessage *message, guint count)
{
	return message->references[0] != NULL ? count : count + 1;
}

/* Whether what follows the phrase is the Subject of a mail of ours, or of an
 * answer. */
static gboolean
is_answered_subject(const TdCase *mail, const char *rest)
{
	const char *bare = td_desk_bare_subject(mail->desk, rest);

	return bare != rest;
}

/* Whether the mail answers another one, and quotes nothing of it. */
static gboolean
answers_without_quote(const TdMessage *message)
{
	return message->references[0] != NULL &&
	    strchr(message->quoted_text, '>') == NULL;
}

static gboolean
is_question(const TdCase *mail)
{
	const char *subject = mail->message->subject;
	gsize length = strlen(subject);

	return length > 0 &&
	    (subject[length - 1] == '?' || g_str_has_suffix(subject, "？"));
}

/* A Subject that begins with a phrase of @replies. */
static gboolean
is_reply(const TdCase *mail, Form form, const char *rest)
{
	const TdMessage *message = mail->message;
	gboolean question = is_question(mail);
	gboolean sure = form != FORM_START && !question;

	/* "Automatic reply: how do I turn it off?" */
	if (form == FORM_PREFIX && (sure || is_answered_subject(mail, rest)))
		return TRUE;
	if (answers_without_quote(message) && (form != FORM_START || !question))
		return TRUE;
	return count_sayings(message) >= enough(message, sure ? 1 : 2);
}

/* A Subject that begins with a phrase of @absences. */
static gboolean
is_absence(const TdCase *mail, Form form, const char *rest)
{
	if (form == FORM_PREFIX && is_answered_subject(mail, rest))
		return TRUE;
	if (is_question(mail))
		return FALSE;
	return answers_without_quote(mail->message) ||
	    count_sayings(mail->message) >= enough(mail->message, 3);
}

/* A server keeps the mail until its sender proves to be a person. */
static gboolean
is_challenge(const TdMessage *message)
{
	static const char *const lists[] = { "allowed list", "allow list",
		"whitelist", "white list", "approved sender", "guest list",
		"allowed sender", "unknown sender", "sender verification",
		"verify your address", "verify that you are",
		"confirm that you are", "белый список", "белого списка" };
	static const char *const ends[] = { "delivery of your",
		"deliver your message", "deliver your e", "messages will go",
		"message will be delivered", "mail will be delivered",
		"message is being held", "has been waitlisted",
		"ваше письмо будет доставлено",
		"ваше сообщение будет доставлено" };
	g_autofree char *text = NULL;
	gboolean list = FALSE;
	gboolean end = FALSE;

	if (strnlen(message->text, TEXT_MAX + 1) > TEXT_MAX ||
	    strstr(message->text, "http") == NULL)
		return FALSE;
	text = g_ascii_strdown(message->text, -1);
	for (char *at = text; *at != '\0'; at++)
		if (*at == '\n')
			*at = ' ';
	for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
		list = list || strstr(text, lists[i]) != NULL;
	for (gsize i = 0; i < G_N_ELEMENTS(ends); i++)
		end = end || strstr(text, ends[i]) != NULL;
	return list && end;
}

gboolean
td_case_reads_as_reply(const TdCase *mail, gboolean machine)
{
	g_autofree char *start = g_strndup(mail->message->subject, SUBJECT_MAX);
	g_autofree char *folded = td_text_fold(start);
	const char *subject = skip_tags(g_strstrip(folded));
	const char *rest;
	Form form;

	form = find_form(subject, replies, G_N_ELEMENTS(replies), &rest);
	if (form != FORM_NONE)
		return machine || is_reply(mail, form, rest);
	form = find_form(subject, absences, G_N_ELEMENTS(absences), &rest);
	return form != FORM_NONE && (machine || is_absence(mail, form, rest));
}

/* Rule 6, for replies whose only mark is what they say. */
void
td_case_away(TdCase *mail)
{
	if (mail->classed)
		return;
	if (td_case_reads_as_reply(mail, FALSE))
		td_case_fire_value(mail, TD_CLASS_AUTO_REPLY, 6, "Subject",
		    mail->message->subject);
	else if (is_challenge(mail->message))
		td_case_fire(mail, TD_CLASS_AUTO_REPLY,
		    "rule 6: its text asks to prove that a person wrote");
}
