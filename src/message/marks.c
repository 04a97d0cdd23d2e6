/* marks.c - see message/marks.h */

#include "config.h"

#include <string.h>

#include "message/marks.h"

/* Longer lines are nothing that a program wrote around a quote. */
#define LINE_MAX_SIZE 500
#define KEY_MAX_SIZE 60
#define RULE_MIN 3
/* Bytes of the shortest of the beginnings below. */
#define BEGINNING_MIN 20

/* All words here are case folded. */
static const char *const separators[] = { "original message",
	"original appointment", "forwarded message", "reply message",
	"исходное сообщение", "пересылаемое сообщение", "исходное письмо",
	"пересланное сообщение", "пересылаемое письмо",
	"переадресованное сообщение", "переадресовано",
	"оригинальное сообщение", "первоначальное сообщение",
	"вихідне повідомлення", "переслане повідомлення",
	"ursprüngliche nachricht", "originalnachricht",
	"weitergeleitete nachricht", "ursprüngliche mail", "message d'origine",
	"message d’origine", "message original", "message transféré",
	"message initial", "mensaje original", "mensaje reenviado",
	"messaggio originale", "messaggio inoltrato", "oorspronkelijk bericht",
	"origineel bericht", "doorgestuurd bericht", "oryginalna wiadomość",
	"wiadomość oryginalna", "wiadomość przekazana",
	"treść przekazanej wiadomości", "mensagem original",
	"mensagem encaminhada", "ursprungligt meddelande", "oprindelig besked",
	"oprindelig meddelelse", "original meddelelse", "opprinnelig melding",
	"alkuperäinen viesti", "původní zpráva", "původní e-mail" };

/* Words that begin a forwarded mail without dashes. */
static const char *const beginnings[] = { "begin forwarded message:",
	"начало переадресованного сообщения:",
	"anfang der weitergeleiteten nachricht:",
	"début du message réexpédié :", "début du message transféré :",
	"inicio del mensaje reenviado:", "inizio messaggio inoltrato:" };

static const struct {
	const char *key;
	TdMarkField field;
} fields[] = {
	{ "from", TD_MARK_FROM },
	{ "от", TD_MARK_FROM },
	{ "от кого", TD_MARK_FROM },
	{ "від", TD_MARK_FROM },
	{ "von", TD_MARK_FROM },
	{ "de", TD_MARK_FROM },
	{ "da", TD_MARK_FROM },
	{ "van", TD_MARK_FROM },
	{ "od", TD_MARK_FROM },
	{ "från", TD_MARK_FROM },
	{ "fra", TD_MARK_FROM },
	{ "lähettäjä", TD_MARK_FROM },
	{ "sent", TD_MARK_DATE },
	{ "date", TD_MARK_DATE },
	{ "отправлено", TD_MARK_DATE },
	{ "дата отправки", TD_MARK_DATE },
	{ "дата", TD_MARK_DATE },
	{ "надіслано", TD_MARK_DATE },
	{ "gesendet", TD_MARK_DATE },
	{ "message du", TD_MARK_DATE },
	{ "datum", TD_MARK_DATE },
	{ "envoyé", TD_MARK_DATE },
	{ "envoyé le", TD_MARK_DATE },
	{ "enviado", TD_MARK_DATE },
	{ "enviado el", TD_MARK_DATE },
	{ "enviada em", TD_MARK_DATE },
	{ "fecha", TD_MARK_DATE },
	{ "data", TD_MARK_DATE },
	{ "inviato", TD_MARK_DATE },
	{ "verzonden", TD_MARK_DATE },
	{ "wysłano", TD_MARK_DATE },
	{ "skickat", TD_MARK_DATE },
	{ "sendt", TD_MARK_DATE },
	{ "dato", TD_MARK_DATE },
	{ "lähetetty", TD_MARK_DATE },
	{ "to", TD_MARK_TO },
	{ "кому", TD_MARK_TO },
	{ "an", TD_MARK_TO },
	{ "à", TD_MARK_TO },
	{ "para", TD_MARK_TO },
	{ "aan", TD_MARK_TO },
	{ "a", TD_MARK_TO },
	{ "do", TD_MARK_TO },
	{ "till", TD_MARK_TO },
	{ "til", TD_MARK_TO },
	{ "vastaanottaja", TD_MARK_TO },
	{ "subject", TD_MARK_SUBJECT },
	{ "тема", TD_MARK_SUBJECT },
	{ "betreff", TD_MARK_SUBJECT },
	{ "objet", TD_MARK_SUBJECT },
	{ "sujet", TD_MARK_SUBJECT },
	{ "asunto", TD_MARK_SUBJECT },
	{ "oggetto", TD_MARK_SUBJECT },
	{ "onderwerp", TD_MARK_SUBJECT },
	{ "temat", TD_MARK_SUBJECT },
	{ "assunto", TD_MARK_SUBJECT },
	{ "ämne", TD_MARK_SUBJECT },
	{ "emne", TD_MARK_SUBJECT },
	{ "aihe", TD_MARK_SUBJECT },
	{ "cc", TD_MARK_OTHER },
	{ "копия", TD_MARK_OTHER },
	{ "копія", TD_MARK_OTHER },
	{ "kopie", TD_MARK_OTHER },
	{ "bcc", TD_MARK_OTHER },
	{ "скрытая копия", TD_MARK_OTHER },
	{ "reply-to", TD_MARK_OTHER },
	{ "важность", TD_MARK_OTHER },
	{ "importance", TD_MARK_OTHER },
};

/* How an attribution begins and what verb it has; NULL: begins anyhow. */
static const struct {
	const char *start;
	const char *verb;
} attributions[] = {
	{ "on ", "wrote" },
	{ "on ", "writes" },
	{ "on ", "sent" },
	{ "am ", "schrieb" },
	{ "le ", "a écrit" },
	{ "el ", "escribió" },
	{ "il ", "ha scritto" },
	{ "op ", "schreef" },
	{ "w dniu ", "pisze" },
	{ "w dniu ", "napisał" },
	{ "em ", "escreveu" },
	{ "den ", "skrev" },
	{ "dne ", "napsal" },
	{ NULL, "wrote" },
	{ NULL, "writes" },
	{ NULL, "написал" },
	{ NULL, "написав" },
	{ NULL, "писал" },
	{ NULL, "пишет" },
	{ NULL, "пише:" },
	{ NULL, "schrieb" },
	{ NULL, "a écrit" },
	{ NULL, "escribió" },
	{ NULL, "ha scritto" },
	{ NULL, "schreef" },
	{ NULL, "pisze" },
	{ NULL, "napisał" },
	{ NULL, "escreveu" },
	{ NULL, "skrev" },
	{ NULL, "kirjoitti" },
	{ NULL, "napsal" },
};

static const char *const devices[] = { "sent from my ", "sent from outlook",
	"sent from mail for windows", "sent from mail.ru", "sent from gmail",
	"sent from samsung", "sent from yandex", "sent from mymail",
	"sent from yahoo", "sent from proton", "sent with proton",
	"sent from a phone", "sent from mobile", "sent from typeapp",
	"sent from bluemail", "sent from spark", "sent via ",
	"get outlook for ", "get bluemail for ", "отправлено с ",
	"отправлено из ", "отправлено через mail", "послано с ",
	"получить outlook для ", "получите outlook для ",
	"скачать outlook для ", "відправлено з ", "надіслано з ",
	"надіслано із ", "von meinem ", "gesendet von ", "gesendet von meinem ",
	"gesendet mit der ", "envoyé de mon ", "envoyé depuis mon ",
	"envoyé à partir d", "enviado desde mi ", "enviado do meu ",
	"inviato da ", "verstuurd vanaf mijn ", "wysłano z ",
	"skickat från min ", "sendt fra min ", "lähetetty " };

/* Of a line that ends like a sentence one of these makes it a program's. */
static const char *const machines[] = { "iphone", "ipad", "android", "samsung",
	"galaxy", "huawei", "xiaomi", "redmi", "blackberry", "smartphone",
	"tablet", "mobile", "proton", "яндекс", "mail.ru", "смартфон",
	"планшет", "телефон", "мобильн" };

/* @line case folded, hard blanks as blanks, trimmed of blanks and asterisks
 * (bold); NULL when it is too long.  The caller owns it. */
static char *
fold(const char *line, gsize size)
{
	g_autofree char *copy = NULL;
	char *folded, *at;

	if (size > LINE_MAX_SIZE || !g_utf8_validate_len(line, size, NULL))
		return NULL;
	copy = g_strndup(line, size);
	folded = g_utf8_casefold(copy, -1);
	for (at = folded; (at = strstr(at, "\302\240")) != NULL;)
		memcpy(at, "  ", 2);
	for (at = folded; *at == '*' || *at == ' ' || *at == '\t'; at++)
		;
	memmove(folded, at, strlen(at) + 1);
	for (at = folded + strlen(folded);
	     at > folded && strchr("* \t", at[-1]) != NULL; at--)
		at[-1] = '\0';
	return folded;
}

static gboolean
is_dash(gunichar c)
{
	return c == '-' || c == '_' || c == '*' || c == '=' || c == '~' ||
	    c == '#' || c == 0x2013 || c == 0x2014 || c == 0x2015 ||
	    c == 0x2500;
}

gboolean
td_mark_is_history(const char *line, gsize size)
{
	static const char dashes[] = "\342\224\200\342\224\200"
	                             "\342\224\200\342\224\200"
	                             "\342\224\200\342\224\200"
	                             "\342\224\200\342\224\200";

	for (; size > 0; line++, size--) {
		if (size > 1 && memcmp(line, "\302\240", 2) == 0) {
			line++;
			size--;
		} else if (*line != ' ' && *line != '\t') {
			break;
		}
	}
	return size >= sizeof(dashes) - 1 &&
	    memcmp(line, dashes, sizeof(dashes) - 1) == 0;
}

gboolean
td_mark_is_mail_link(const char *line, gsize size)
{
	return g_strstr_len(line, (gssize)size, "mailto:") != NULL;
}

gboolean
td_mark_is_rule(const char *line, gsize size)
{
	const char *end = line + size;
	guint dashes = 0;

	if (size > LINE_MAX_SIZE)
		return FALSE;
	for (; line < end; line = g_utf8_next_char(line)) {
		gunichar c = g_utf8_get_char(line);

		if (is_dash(c))
			dashes++;
		else if (c != ' ' && c != '\t')
			return FALSE;
	}
	return dashes >= RULE_MIN;
}

/* Whether @line begins with a dash or ends with a colon: all other lines need
 * not be folded to know that they are no separators. */
static gboolean
may_be_separator(const char *line, gsize size)
{
	const char *end = line + size;

	while (line < end && (*line == ' ' || *line == '\t'))
		line++;
	while (end > line && strchr("* \t", end[-1]) != NULL)
		end--;
	return line < end &&
	    (is_dash(g_utf8_get_char_validated(line, end - line)) ||
	        (end[-1] == ':' && end - line >= BEGINNING_MIN));
}

gboolean
td_mark_is_separator(const char *line, gsize size)
{
	g_autofree char *folded = NULL;
	const char *words;
	gboolean dashed;

	if (size == 0 || size > 200 || !may_be_separator(line, size))
		return FALSE;
	folded = fold(line, size);
	if (folded == NULL)
		return FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS(beginnings); i++)
		if (strcmp(folded, beginnings[i]) == 0)
			return TRUE;

	words = folded;
	while (*words == ' ' || is_dash(g_utf8_get_char(words)))
		words = g_utf8_next_char(words);
	dashed = words - folded >= 2;
	if (dashed && g_str_has_prefix(words, "on ") &&
	    strstr(words, " wrote ---") != NULL)
		return TRUE;
	for (gsize i = 0; dashed && i < G_N_ELEMENTS(separators); i++)
		if (g_str_has_prefix(words, separators[i]))
			return TRUE;
	return FALSE;
}

TdMarkField
td_mark_field(const char *line, gsize size)
{
	const char *colon = memchr(line, ':', MIN(size, KEY_MAX_SIZE));
	g_autofree char *key = NULL;

	/* A link or a time of day is no field. */
	if (colon == NULL || colon == line)
		return TD_MARK_NONE;
	key = fold(line, (gsize)(colon - line));
	if (key == NULL)
		return TD_MARK_NONE;
	for (gsize i = 0; i < G_N_ELEMENTS(fields); i++)
		if (strcmp(key, fields[i].key) == 0)
			return fields[i].field;
	return TD_MARK_NONE;
}

/* Digits outside of addresses, one of which may have been cut off in front. */
static guint
count_digits(const char *text)
{
	guint digits = 0;
	gboolean inside = FALSE;

	for (; *text != '\0'; text++) {
		if (*text == '>' && !inside)
			digits = 0;
		if (*text == '<' || *text == '>')
			inside = *text == '<';
		else if (!inside && g_ascii_isdigit(*text))
			digits++;
	}
	return digits;
}

TdMarkAttribution
td_mark_attribution(const char *line, gsize size)
{
	g_autofree char *folded = size < 8 ? NULL : fold(line, size);
	TdMarkAttribution best = TD_MARK_NO_ATTRIBUTION;
	gsize length = folded == NULL ? 0 : strlen(folded);
	gboolean dated, addressed;

	if (length < 8 || folded[length - 1] != ':')
		return TD_MARK_NO_ATTRIBUTION;
	dated = count_digits(folded) >= 4;
	addressed = strchr(folded, '@') != NULL;
	/* "30.09.2017, 18:30, "NAME" <a@example.org>:" needs no verb. */
	if (dated && addressed && folded[length - 2] == '>')
		return TD_MARK_STRONG;
	for (gsize i = 0; i < G_N_ELEMENTS(attributions); i++) {
		const char *start = attributions[i].start;

		if (start != NULL && !g_str_has_prefix(folded, start))
			continue;
		if (strstr(folded, attributions[i].verb) == NULL)
			continue;
		best = MAX(best, TD_MARK_WEAK);
		if (dated && (addressed || start != NULL))
			return TD_MARK_STRONG;
	}
	return best;
}

gboolean
td_mark_is_device(const char *line, gsize size)
{
	g_autofree char *folded = NULL;
	gboolean sentence, known = FALSE;

	if (size == 0 || size > 100)
		return FALSE;
	folded = fold(line, size);
	if (folded == NULL)
		return FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS(devices) && !known; i++)
		known = g_str_has_prefix(folded, devices[i]);
	/* A sentence that begins so is the writer's. */
	sentence = g_str_has_suffix(folded, ".");
	if (!known || !sentence)
		return known;
	for (gsize i = 0; i < G_N_ELEMENTS(machines); i++)
		if (strstr(folded, machines[i]) != NULL &&
		    strchr(folded, ',') == NULL)
			return TRUE;
	return FALSE;
}
