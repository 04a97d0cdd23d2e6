/* marks.c - see message/marks.h */

#include "config.h"

#include <string.h>

#include "message/marks.h"

#define RULE_MIN 3
/* Dashes on both sides of words that are in no table. */
#define DASHES_MIN 3
/* So many behind such words end them, whatever follows on the line. */
#define DASHES_SURE 5
/* Bytes of a line with words between dashes. */
#define DASHED_MAX 400
/* Bytes of the shortest of the beginnings below. */
#define BEGINNING_MIN 16
#define INITIALS_MAX 4

/* All words are as td_mark_fold() leaves them. */
static const char *const originals[] = { "original message",
	"original appointment", "original mail", "original email",
	"original text", "original besked", "original-e-mail", "originalmail",
	"mail original", "courriel d'origine", "e-mail d'origine",
	"reply message", "reply to message", "исходное сообщение",
	"исходное письмо", "исходный текст", "исходный контент",
	"оригинал сообщения", "оригинальное сообщение", "оригинальное письмо",
	"первоначальное сообщение", "початкове повідомлення",
	"вихідне повідомлення", "оригінал листа", "зыходнае паведамленне",
	"ursprüngliche nachricht", "ursprüngliche mail", "originalnachricht",
	"original-nachricht", "urspr. nachricht", "message d'origine",
	"message original", "message initial", "message originel",
	"courriel original", "mensaje original", "messaggio originale",
	"messaggio originario", "oorspronkelijk bericht", "origineel bericht",
	"oorspronkelijke e-mail", "oryginalna wiadomość",
	"wiadomość oryginalna", "mensagem original", "missatge original",
	"ursprungligt meddelande", "originalmeddelande", "oprindelig besked",
	"oprindelig meddelelse", "original meddelelse", "opprinnelig melding",
	"opprinnelig e-post", "alkuperäinen viesti", "původní zpráva",
	"původní e-mail", "pôvodná správa", "eredeti üzenet", "eredeti levél",
	"mesaj original", "mesajul original", "orijinal mesaj", "özgün ileti",
	"orijinal ileti", "αρχικό μήνυμα", "оригинално съобщение",
	"изворна порука", "izvorna poruka", "originalna poruka",
	"izvirno sporočilo", "izvorno sporočilo", "algne kiri", "algsõnum",
	"originaalsõnum", "sākotnējais ziņojums", "pradinis laiškas",
	"originalus laiškas", "upprunaleg skeyti", "thư gốc", "tin nhắn gốc",
	"pesan asli", "pesan asal", "ข้อความต้นฉบับ", "原始邮件", "原始郵件",
	"原始消息", "邮件原件", "元のメッセージ", "元のメール",
	"オリジナルメッセージ", "원본 메시지", "원본 이메일", "원본메일",
	"ההודעה המקורית", "הודעה מקורית", "الرسالة الأصلية", "رسالة أصلية",
	"پیام اصلی" };

/* Between dashes, or alone as Apple's programs write it. */
static const char *const forwards[] = { "forwarded message", "forwarded by",
	"forwarded mail", "forwarded email", "begin forwarded message",
	"begin message", "begin forwarded", "start of forwarded message",
	"пересылаемое сообщение", "пересылаемое письмо",
	"пересланное сообщение", "пересланное письмо",
	"перенаправленное сообщение", "перенаправленное письмо",
	"переадресованное сообщение", "переадресованное письмо",
	"переадресовано", "переслано пользователем", "переслано",
	"начало переадресованного сообщения", "начало пересылаемого сообщения",
	"начало пересылаемого письма", "начало перенаправленного сообщения",
	"переслане повідомлення", "переспрямоване повідомлення",
	"повідомлення, що пересилається",
	"початок переспрямованого повідомлення",
	"початок пересланого повідомлення", "початок листа, що пересилається",
	"перасланае паведамленне", "weitergeleitete nachricht",
	"weitergeleitete mail", "weitergeleitet von", "weitergeleitet durch",
	"anfang der weitergeleiteten nachricht",
	"anfang weitergeleitete nachricht", "message transféré",
	"message réexpédié", "transféré par", "courriel transféré",
	"début du message réexpédié", "début du message transféré",
	"mensaje reenviado", "reenviado por", "inicio del mensaje reenviado",
	"messaggio inoltrato", "inoltrato da", "inizio messaggio inoltrato",
	"inizio del messaggio inoltrato", "doorgestuurd bericht",
	"doorgestuurd door", "begin doorgestuurd bericht",
	"wiadomość przekazana", "przekazana wiadomość",
	"treść przekazanej wiadomości", "przesłana wiadomość",
	"wiadomość przesłana", "początek przekazywanej wiadomości",
	"początek przekazanej wiadomości", "mensagem encaminhada",
	"mensagem reencaminhada", "encaminhado por",
	"início da mensagem encaminhada", "início da mensagem reencaminhada",
	"início da mensagem reenviada", "missatge reenviat",
	"vidarebefordrat meddelande", "vidarebefordrat brev",
	"vidarebefordrat mail", "vidarebefordrat e-postmeddelande",
	"videresendt besked", "videresendt meddelelse", "videresendt melding",
	"videresendt e-post", "start på videresendt besked",
	"start på videresendt meddelelse", "begynnelse på videresendt melding",
	"välitetty viesti", "edelleenlähetetty viesti",
	"välitetty viesti alkaa", "přeposlaná zpráva", "přeposílaná zpráva",
	"začátek přeposlané zprávy", "začátek přeposílané zprávy",
	"preposlaná správa", "začiatok preposlanej správy",
	"továbbított üzenet", "továbbított levél", "továbbított levél kezdete",
	"továbbított üzenet kezdete", "mesaj redirecționat",
	"mesaj redirectionat", "începutul mesajului redirecționat",
	"iletilen mesaj", "yönlendirilen mesaj", "iletilen ileti",
	"başlangıç iletilen ileti", "iletilmiş mesaj", "προωθημένο μήνυμα",
	"προωθούμενο μήνυμα", "αρχή προωθημένου μηνύματος",
	"препратено съобщение", "прослеђена порука", "proslijeđena poruka",
	"prosleđena poruka", "posredovano sporočilo", "edastatud kiri",
	"pārsūtītais ziņojums", "persiųstas laiškas", "áframsent skeyti",
	"thư được chuyển tiếp", "thư đã chuyển tiếp",
	"tin nhắn được chuyển tiếp", "pesan terusan", "pesan diteruskan",
	"转发的邮件", "转发邮件信息", "转发消息", "转发邮件", "开始转发的邮件",
	"以下是转发的邮件", "轉寄的郵件", "轉寄郵件", "開始轉寄郵件",
	"開始轉寄訊息", "転送されたメッセージ", "転送メッセージ", "転送メール",
	"전달된 메시지", "전달 메시지", "전달된 이메일", "הודעה שהועברה",
	"תחילת ההודעה שהועברה", "رسالة معاد توجيهها",
	"بداية الرسالة المعاد توجيهها", "پیام فرستاده شده" };

static const char *const ends[] = { "end of forwarded message",
	"end forwarded message", "end of original message",
	"end original message", "конец пересылаемого сообщения",
	"конец пересылаемого письма", "конец переадресованного сообщения",
	"конец перенаправленного сообщения", "завершение пересылаемого",
	"кінець пересланого повідомлення",
	"ende der weitergeleiteten nachricht", "fin du message transféré",
	"fin del mensaje reenviado", "fine messaggio inoltrato",
	"fine del messaggio inoltrato", "einde doorgestuurd bericht",
	"koniec przekazanej wiadomości", "fim da mensagem encaminhada" };

/* ---- characters ---- */

/* White space of any kind. */
static gboolean
is_space(gunichar c)
{
	return c == ' ' || c == '\t' || c == 0xa0 ||
	    (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x205f ||
	    c == 0x3000;
}

/* Takes room and shows nothing: directions, joiners, soft hyphens. */
static gboolean
is_unseen(gunichar c)
{
	return c == 0xad || (c >= 0x200b && c <= 0x200f) ||
	    (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x2069) ||
	    c == 0xfeff;
}

static gboolean
is_dash(gunichar c)
{
	return c == '-' || c == '_' || c == '*' || c == '=' || c == '~' ||
	    c == '#' || c == 0x2013 || c == 0x2014 || c == 0x2015 ||
	    c == 0x2500;
}

static gunichar
fold_char(gunichar c)
{
	switch (c) {
	case 0x2018:
	case 0x2019:
	case 0x02bc:
	case 0xb4:
		return '\'';
	case 0xff1a:
	case 0xfe55:
		return ':';
	case 0xff0c:
		return ',';
	case 0x130:
		return 'i';
	default:
		return g_unichar_tolower(c);
	}
}

/* The character at @at and, in *@next, where the next one begins; 0 at @end and
 * for bytes that are no UTF-8. */
static gunichar
char_at(const char *at, const char *end, const char **next)
{
	gunichar c;

	if (at >= end)
		return 0;
	if ((guchar)*at < 0x80) {
		*next = at + 1;
		return (guchar)*at;
	}
	c = g_utf8_get_char_validated(at, end - at);
	if (c == (gunichar)-1 || c == (gunichar)-2)
		return 0;
	*next = g_utf8_next_char(at);
	return c;
}

gsize
td_mark_fold(const char *line, gsize size, char *out)
{
	const char *end = line + size;
	gsize used = 0;
	gunichar c;

	if (size > TD_MARK_LINE_MAX)
		return 0;
	while ((c = char_at(line, end, &line)) != 0) {
		if (used + 8 >= TD_MARK_ROOM)
			return 0;
		if (is_space(c)) {
			if (used > 0 && out[used - 1] != ' ')
				out[used++] = ' ';
		} else if (c < 0x80) {
			if (c != '*')
				out[used++] = g_ascii_tolower((char)c);
		} else if (!is_unseen(c)) {
			used += (gsize)g_unichar_to_utf8(
			    fold_char(c), out + used);
		}
	}
	while (used > 0 && out[used - 1] == ' ')
		used--;
	out[used] = '\0';
	return line < end ? 0 : used;
}

gsize
td_mark_blanks(const char *line, gsize size)
{
	const char *at = line, *end = line + size;

	while (at < end) {
		const char *next = at;
		gunichar c = char_at(at, end, &next);

		if (!is_space(c) && !is_unseen(c))
			break;
		at = next;
	}
	return (gsize)(at - line);
}

/* ---- rules ---- */

gboolean
td_mark_is_history(const char *line, gsize size)
{
	static const char dashes[] = "\342\224\200\342\224\200"
	                             "\342\224\200\342\224\200"
	                             "\342\224\200\342\224\200"
	                             "\342\224\200\342\224\200";
	gsize blanks = td_mark_blanks(line, size);

	return size - blanks >= sizeof(dashes) - 1 &&
	    memcmp(line + blanks, dashes, sizeof(dashes) - 1) == 0;
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
	gunichar c;

	if (size > TD_MARK_LINE_MAX)
		return FALSE;
	while ((c = char_at(line, end, &line)) != 0) {
		if (is_dash(c))
			dashes++;
		else if (!is_space(c))
			return FALSE;
	}
	return line == end && dashes >= RULE_MIN;
}

/* ---- separators ---- */

/* Dashes at the beginning of the line, and where the words behind begin. */
static guint
leading_dashes(const char *line, gsize size, gsize *words)
{
	const char *at = line, *end = line + size;
	guint dashes = 0;

	*words = 0;
	while (at < end) {
		const char *next = at;
		gunichar c = char_at(at, end, &next);

		if (is_dash(c))
			dashes++;
		else if (!is_space(c))
			break;
		at = next;
		*words = (gsize)(at - line);
	}
	return dashes;
}

/* Dashes at the end of it. */
static guint
trailing_dashes(const char *line, gsize size)
{
	const char *at = line + size;
	guint dashes = 0;

	while (at > line) {
		const char *from = g_utf8_find_prev_char(line, at), *next = at;
		gunichar c;

		if (from == NULL)
			break;
		c = char_at(from, at, &next);
		if (is_dash(c))
			dashes++;
		else if (!is_space(c))
			break;
		at = from;
	}
	return dashes;
}

/* Whether one of @words stands at the beginning of @folded and is all of it
 * (but for a colon), or dashes end it; @more: anything may follow. */
static gboolean
begins(const char *folded, const char *const *words, gsize count, gboolean more)
{
	for (gsize i = 0; i < count; i++) {
		const char *rest = folded;
		const char *word = words[i];

		if (*rest != *word || !g_str_has_prefix(rest, word))
			continue;
		rest += strlen(word);
		rest += strspn(rest, " :");
		if (more || strspn(rest, "-_=~#") >= DASHES_SURE)
			return TRUE;
		rest += strspn(rest, " :-_=~#");
		if (*rest == '\0')
			return TRUE;
	}
	return FALSE;
}

static TdMarkSeparator
words_between(const char *folded, gboolean closed)
{
	if (begins(folded, ends, G_N_ELEMENTS(ends), closed))
		return TD_MARK_FORWARD_END;
	if (begins(folded, forwards, G_N_ELEMENTS(forwards), closed))
		return TD_MARK_FORWARD;
	if (begins(folded, originals, G_N_ELEMENTS(originals), closed))
		return TD_MARK_ORIGINAL;
	return TD_MARK_NO_SEPARATOR;
}

/* Bytes that a line ends with which may be a colon. */
static gboolean
ends_with_colon(const char *line, gsize size)
{
	while (size > 0 && strchr("* \t", line[size - 1]) != NULL)
		size--;
	while (size > 1 && memcmp(line + size - 2, "\302\240", 2) == 0)
		size -= 2;
	return size > 0 &&
	    (line[size - 1] == ':' ||
	        (size > 2 && memcmp(line + size - 3, "\357\274\232", 3) == 0));
}

TdMarkSeparator
td_mark_separator(const char *line, gsize size)
{
	char folded[TD_MARK_ROOM];
	TdMarkSeparator found;
	gsize words;
	guint before, behind;

	if (size < BEGINNING_MIN / 2 || size > DASHED_MAX)
		return TD_MARK_NO_SEPARATOR;
	before = leading_dashes(line, size, &words);
	if (before < 2) {
		if (size < BEGINNING_MIN || !ends_with_colon(line, size) ||
		    td_mark_fold(line, size, folded) == 0 ||
		    !begins(folded, forwards, G_N_ELEMENTS(forwards), FALSE))
			return TD_MARK_NO_SEPARATOR;
		return TD_MARK_FORWARD;
	}
	if (td_mark_fold(line + words, size - words, folded) == 0)
		return TD_MARK_NO_SEPARATOR;
	behind = trailing_dashes(line, size);
	found = words_between(folded, behind >= 2);
	if (found == TD_MARK_NO_SEPARATOR && before >= DASHES_MIN &&
	    behind >= DASHES_MIN)
		return TD_MARK_DASHED;
	return found;
}

static gboolean
has_digit(const char *line, gsize size)
{
	for (gsize i = 0; i < size; i++)
		if (g_ascii_isdigit(line[i]))
			return TRUE;
	return FALSE;
}

gboolean
td_mark_is_dashed_attribution(const char *line, gsize size)
{
	char folded[TD_MARK_ROOM];
	TdMarkWhen when;
	gsize words;

	if (size > TD_MARK_LINE_MAX ||
	    leading_dashes(line, size, &words) < DASHES_MIN ||
	    trailing_dashes(line, size) < DASHES_MIN ||
	    !has_digit(line + words, size - words) ||
	    td_mark_fold(line + words, size - words, folded) == 0)
		return FALSE;
	td_mark_when(folded, &when);
	return when.dated &&
	    (strchr(folded, '@') != NULL || strstr(folded, " wrote -") != NULL);
}

/* ---- marks of quoted lines ---- */

/* "АП>", "JD>>" with a blank or the end behind it. */
static gsize
initials(const char *line, const char *end)
{
	const char *at = line, *next = line;
	guint letters = 0;
	gunichar c;

	while ((c = char_at(at, end, &next)) != 0 && g_unichar_isupper(c)) {
		at = next;
		if (++letters > INITIALS_MAX)
			return 0;
	}
	if (letters == 0 || at >= end || *at != '>')
		return 0;
	while (at < end && *at == '>')
		at++;
	return at == end || *at == ' ' ? (gsize)(at - line) : 0;
}

gsize
td_mark_prefix(const char *line, gsize size)
{
	const char *at = line, *end = line + size;
	gsize blanks, length;

	while (at < end && *at == ' ')
		at++;
	blanks = (gsize)(at - line);
	if (blanks > 3 || at >= end)
		return 0;
	if (*at == '|') {
		while (end > at && strchr(" \t", end[-1]) != NULL)
			end--;
		/* "| cell | cell |" */
		if (end - at > 1 &&
		    (at[1] != ' ' || end[-1] == '|' ||
		        g_strstr_len(at + 2, end - at - 2, " | ") != NULL))
			return 0;
		return blanks + 1;
	}
	length = initials(at, end);
	return length == 0 ? 0 : blanks + length;
}
