/* marks-device.c - lines that telephones and programs put under a text */

#include "config.h"

#include <string.h>

#include "message/marks.h"

#define LINE_MAX_SIZE 160
/* Bytes of the shortest such line. */
#define LINE_MIN 9
/* Words of a line that has "sent" at its end. */
#define WORDS_MAX 9
/* Words of one that tells of no sending, less what it links to. */
#define BARE_WORDS_MAX 5

/* How such lines begin, as td_mark_fold() leaves them. */
static const char *const beginnings[] = { "sent from ", "sent via ",
	"sent using ", "sent with ", "sent by ", "sent through ",
	"sent on the go", "written on my ", "typed on my ", "envoyé de ",
	"envoyé depuis ", "envoyé avec ", "envoyé via ", "envoyé par ",
	"envoyé à partir d", "envoyé du ", "gesendet von ", "gesendet mit ",
	"gesendet über ", "gesendet aus ", "gesendet vom ",
	"holen sie sich outlook für ", "laden sie outlook für ",
	"enviado desde ", "enviado con ", "enviado mediante ", "enviado de ",
	"enviado do ", "enviado via ", "enviado pelo ", "enviado por ",
	"enviado a partir ", "enviada do ", "inviato da ", "inviato dal ",
	"inviato con ", "inviato tramite ", "verstuurd vanaf ",
	"verstuurd met ", "verstuurd via ", "verzonden vanaf ",
	"verzonden met ", "verzonden via ", "verzonden van ", "wysłano z ",
	"wysłane z ", "wysłano za pomocą ", "wysłano przy użyciu ",
	"skickat från ", "skickades från ", "skickat med ", "sendt fra ",
	"sendt med ", "sendt via ", "lähetetty ", "odesláno z", "odesláno ",
	"odoslané z", "odoslané ", "trimis de pe ", "trimis din ", "poslano z",
	"poslano s ", "poslano iz ", "poslato sa ", "poslato iz ",
	"послато са ", "изпратено от ", "надіслано з ", "надіслано із ",
	"надіслано зі ", "відправлено з ", "відправлено із ", "відправлено зі ",
	"адпраўлена з ", "отправлено с ", "отправлено со ", "отправлено из ",
	"отправлено от ", "отправлено через ", "отправлено при помощи ",
	"отправлено в ", "отправлено мобильн", "послано с ", "послано из ",
	"отправил с ", "отправила с ", "письмо отправлено с ",
	"сообщение отправлено с ", "saadetud ", "nosūtīts ", "išsiųsta ",
	"στάλθηκε από ", "enviat des ", "gửi từ ", "được gửi từ ", "đã gửi từ ",
	"dikirim dari ", "terkirim dari ", "ส่งจาก", "发自我的", "发自",
	"发送自", "傳送自", "寄自", "נשלח מ", "أرسلت من", "أُرسلت من", "مرسل من",
	"تم الإرسال من", "ارسال شده از", "yahoo mail: search, organize",
	"yahoo почта: ", "virus-free", "без вирусов", "virenfrei",
	"garanti sans virus", "libre de virus", "sans virus", "privo di virus",
	"virusvrij", "wolny od wirusów", "livre de vírus" };

/* Others that sentences have as well. */
static const char *const bare_beginnings[] = { "get outlook for ",
	"get bluemail for ", "download outlook for ", "from my ",
	"obtenir outlook pour ", "télécharger ", "provenance : ", "von meinem ",
	"von unterwegs ", "mit der ", "mit meinem ", "vanaf mijn ",
	"diese nachricht wurde von ", "diese e-mail wurde von ", "outlook für ",
	"obtener outlook para ", "descargar outlook para ",
	"obter o outlook para ", "obter outlook para ", "obtenga outlook para ",
	"baixar o outlook para ", "ottieni outlook per ",
	"scarica outlook per ", "outlook voor ", "download outlook voor ",
	"pobierz outlook dla ", "pobierz aplikację outlook ",
	"uzyskaj aplikację outlook ", "hämta outlook för ", "hent outlook til ",
	"hent outlook for ", "få outlook til ", "skaff outlook for ",
	"hanki outlook", "hae outlook", "získejte outlook", "získať outlook",
	"stáhnout outlook", "obține outlook ", "получить outlook для ",
	"получите outlook для ", "скачать outlook для ",
	"скачайте outlook для ", "загрузить outlook для ",
	"загрузите outlook для ", "отримати outlook для ",
	"завантажити outlook для ", "από το ", "αποκτήστε το outlook", "从我的",
	"從我的", "获取适用于", "取得 outlook", "outlook for " };

/* What makes a footer of one of them, at its end. */
static const char *const verbs[] = { " gesendet", " versendet", " verschickt",
	" geschickt", " geschrieben", " geprüft", " verzonden", " verstuurd",
	"发送", "發送", "傳送" };

/* And how those end that have the verb there. */
static const char *const endings[] = { " küldve", " gönderildi",
	" gönderilmiştir", "から送信", "より送信", "から送信しました", "發送",
	"发送", "傳送", "에서 보냄", "에서 보냈습니다", "에서 전송",
	"에서 발송" };

/* What such a line names: without one of these it may be the writer's, unless
 * it says "my". */
static const char *const machines[] = { "iphon", "ipad", "ipod", "айфон",
	"apple watch", "macbook", " ios", "ios<", "android", "андроид",
	"samsung", "galaxy", "huawei", "honor", "xiaomi", "redmi", "oneplus",
	"realme", "nokia", "motorola", " pixel", "sony ", "xperia", " htc",
	"blackberry", "windows phone", "smartphone", "phone", "tablet",
	"mobile", "mobil", "móvil", "móvel", "movil", "mobiele", "handy",
	"cellul", "teléfono", "telefon", "telefoon", "téléphone", "komórk",
	"outlook", "windows", "gmail", "yahoo", "yandex", "яндекс", "mail.ru",
	"mail ru", "рамблер", "proton", "tutanota", "tuta ", "samsung",
	"bluemail", "blue mail", "spark", "typeapp", "type app", "mymail",
	"my mail", "airmail", "aqua mail", "aquamail", "k-9", "fairemail",
	"nine", "newton", "mailbird", "em client", "zoho", "thunderbird",
	"mailspring", "gmx", "web.de", "freenet", "t-online", "orange",
	"laposte", "libero", "aol", "mailbox", "sparrow", "superhuman", "front",
	"webmail", "смартфон", "планшет", "телефон", "мобильн", "мобільн",
	"мобилн", "почты для", "пошти для", "почта для", "устройств", "пристро",
	"avast", "avg.", "手机", "スマートフォン", "携帯", "휴대", "手機" };

static gboolean
has_machine(const char *folded)
{
	for (gsize i = 0; i < G_N_ELEMENTS(machines); i++)
		if (strstr(folded, machines[i]) != NULL)
			return TRUE;
	return FALSE;
}

/* First bytes of the beginnings, so that most lines need not be compared. */
static gboolean
may_begin(guchar c)
{
	static gsize ready = 0;
	static guint8 firsts[256];

	if (g_once_init_enter(&ready)) {
		for (gsize i = 0; i < G_N_ELEMENTS(beginnings); i++)
			firsts[(guchar)*beginnings[i]] = TRUE;
		for (gsize i = 0; i < G_N_ELEMENTS(bare_beginnings); i++)
			firsts[(guchar)*bare_beginnings[i]] = TRUE;
		g_once_init_leave(&ready, 1);
	}
	return firsts[c] != 0;
}

static gboolean
has_beginning(const char *folded, const char *const *list, gsize count)
{
	for (gsize i = 0; i < count; i++)
		if (list[i][0] == folded[0] && list[i][1] == folded[1] &&
		    g_str_has_prefix(folded, list[i]))
			return TRUE;
	return FALSE;
}

/* Whether a line with one of the bare beginnings is no sentence: it ends with
 * its verb, or is short and without a full stop. */
static gboolean
is_footer(const char *folded)
{
	const char *link = strpbrk(folded, "<(");
	const char *address = strstr(folded, "http");
	gsize size = strlen(folded);
	guint words = 1;

	if (link != NULL)
		size = (gsize)(link - folded);
	if (address != NULL)
		size = MIN(size, (gsize)(address - folded));
	while (size > 0 && strchr(" ])-_", folded[size - 1]) != NULL)
		size--;
	for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++) {
		gsize verb = strlen(verbs[i]);
		gsize stop = size > 0 && folded[size - 1] == '.';

		if (verb + stop < size &&
		    memcmp(folded + size - stop - verb, verbs[i], verb) == 0)
			return TRUE;
	}
	for (gsize i = 0; i < size; i++) {
		words += folded[i] == ' ';
		if (folded[i] == '.' && (i + 1 == size || folded[i + 1] == ' '))
			return FALSE;
	}
	return words <= BARE_WORDS_MAX &&
	    g_strstr_len(folded, (gssize)size, "。") == NULL;
}

static gboolean
begins(const char *folded)
{
	if (!may_begin((guchar)*folded))
		return FALSE;
	if (has_beginning(folded, beginnings, G_N_ELEMENTS(beginnings)))
		return TRUE;
	return has_beginning(
	           folded, bare_beginnings, G_N_ELEMENTS(bare_beginnings)) &&
	    is_footer(folded);
}

static gboolean
ends(const char *folded)
{
	guint blanks = 0;

	for (const char *at = folded; *at != '\0'; at++)
		blanks += *at == ' ';
	if (blanks >= WORDS_MAX)
		return FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS(endings); i++)
		if (g_str_has_suffix(folded, endings[i]))
			return TRUE;
	return FALSE;
}

/* "sent from my" and a name as makers give them to machines: with a capital
 * letter or a digit. */
static gboolean
is_my_machine(const char *line, gsize size, const char *folded)
{
	static const char *const mine[] = { "sent from my ", "envoyé de mon ",
		"enviado desde mi ", "enviado do meu ", "von meinem ",
		"inviato dal mio ", "verstuurd vanaf mijn ",
		"skickat från min ", "sendt fra min ", "из моего ",
		"отправлено с моего " };
	gboolean my = FALSE;
	guint words = 0;

	for (gsize i = 0; i < G_N_ELEMENTS(mine) && !my; i++)
		my = g_str_has_prefix(folded, mine[i]);
	for (gsize i = 0; my && i < size; i++) {
		if (line[i] != ' ')
			continue;
		words++;
		if (words >= 3 && i + 1 < size &&
		    (g_ascii_isupper(line[i + 1]) ||
		        g_ascii_isdigit(line[i + 1])))
			return TRUE;
	}
	return FALSE;
}

gboolean
td_mark_is_device(const char *line, gsize size)
{
	char folded[TD_MARK_ROOM];
	char *words = folded;
	gsize length;

	if (size < LINE_MIN || size > LINE_MAX_SIZE)
		return FALSE;
	length = td_mark_fold(line, size, folded);
	if (length < LINE_MIN)
		return FALSE;
	/* "[Sent from ...]", "- Sent from ..." */
	while (*words == '[' || *words == '(' || *words == '-' ||
	    *words == ' ' || *words == '_')
		words++;
	if (!begins(words) && !ends(words))
		return FALSE;
	/* A sentence that begins so is the writer's. */
	if (strchr("?!:,;", words[strlen(words) - 1]) != NULL ||
	    (strchr(words, ',') != NULL && !g_str_has_prefix(words, "yahoo ") &&
	        !g_str_has_prefix(words, "sent via the ")))
		return FALSE;
	if (has_machine(words))
		return TRUE;
	return !g_str_has_suffix(words, ".") &&
	    is_my_machine(line, size, words);
}
