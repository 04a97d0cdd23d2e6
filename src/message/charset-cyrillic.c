/* charset-cyrillic.c - which of the Cyrillic charsets are bytes in
 *
 * Five charsets have the same letters at different places, so each makes
 * letters of what was written in another; but only one of them makes words.
 * What stands for a word here: which letter follows which how often in Russian,
 * Ukrainian and Bulgarian, and where capitals may stand.  That tells four
 * letters already, where statistics of bytes want fifty. */

#include "config.h"

#include <string.h>

#include "message/charset.h"

/* A letter is a number from 1 on, in this order; 0 is no letter. */
#define LETTERS "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґў"
#define LETTERS_MAX 40

/* Each row: a letter, then digits, each with the letters that follow it so
 * often, 6 the most; "." is where a word begins or ends.  Those that are not
 * named hardly ever follow. */
static const char *const followers[] = {
	".6пс5овнкдзтм4браиучглфэх3еяжшщці2юїё1єґыъьй0.ў",
	"а6.5нвт4лрскмдпейз3бячжшцєг2хюуфї1щои0ўґёэь",
	"б4о3рулаеы.2іищък1ябню0хсєжьёэмздїгв",
	"в5.а4еоиі3ылткснруя2зчгьд1ъмцхбж0пёщґўїєюй",
	"г4о3ар.и2улдеі1нт0вшюэъфґўьыщчхйз",
	"д4еоаи.н3руі2пкьтмдвёсял1жызъ0шхэщгїфюб",
	"е5н.рт4лсмдв3кгйшчез2бщпцхфо1жаёи0яіґїєюыўу",
	"ё3т2в.нл1мжд0рэюхуїєяшцспкй",
	"ж4е3нида2.к1уобіёг0мшювяжэьцфтйз",
	"з5а3нд.в2оимеыяу1кіргжлб0ъчьпїшстўёцх",
	"и5.тн4слкмей3ярвзшдхч2цбгюпожи1фаї0ґьщіыъу",
	"й5.2тслд1онкз0чцфбмрпжваїєше",
	"к5оа4.ирл3утс2евц1ін0ъгэьйзждщчхпмкышб",
	"л5а4оиье.3уяюік2нёлг1тжысм0дчйбрзв",
	"м4.аоеи3ун2іпыялк1сьвм0бэърчгётйдґюцз",
	"н5оиа4е.нят3ыьуікд2с1цвфгшзёж0ючъбщмлрпй",
	"о5в.трл4мсднбкгчйеж3пзшо2фяицхщ1уїюэа0єё",
	"п5ор4еиа3.2ліуяы1тнпскмд0ёюьъшфїєщцзж",
	"р5оаеи4.у3ынітяь2жмсгвкдп1флъёюшхб0щєчцїз",
	"с5т4коле.ая3ьпирнувс2іыдхбъчм1ё0южшгэц",
	"т5.еоаь4ривск3упын2ляміч1дъгб0ёэзцфт",
	"у4.д3чтскбюрвхж2нлпгемйзє1ща0шфэяцїіьо",
	"ф3оаи2еу.р1ё0ітысйїяьфнлкўэъхгв",
	"х4о3.2аирлеі1нутгв0мъфэчпїєюьыщцсйжб",
	"ц3иеі2.ьюа1ояву0ыхфкнзжґїчпйб",
	"ч4еа3инт2.ёу1ьокші0цсрблячфпзэыщхйд",
	"ш3еи2ауолк.1ёнті0чящфьцхрпмгвєсзд",
	"щ3еи2ао1ёуь.0пніыцряшфлїєъчйзв",
	"ъ2е1ящртлв0мюпокзжгёчф.хсдбышцу",
	"ы4й.3лт2скехшчр1пвмьндб0уъцыижгящоз",
	"ь5.3н2кеяшсмтз1гюывёо0фйичцупбіэъщхда",
	"э3т1кхдрлв0фшсгьмыъщцп.іёяючна",
	"ю3.т2чщлн1дбєрк0сзгвэьшяъжїіюцхупой",
	"я5.3тнквзб2щлр1мдюечся0хжышцийэьуіъ",
	"і3дя.лнст2вкйїрчаб1мозцєжш0ющпьхугўёэы",
	"ї2.х1нмзї0вюієёяйждэщшспк",
	"є3.0тмдвяькёэсрнґўючфиж",
	"ґ1а0р.ўхуеїєёьщ",
	"ў0.їнлґіюэъцс",
};

/* What a digit counts is this less; what is not named counts NEVER. */
#define COMMON 2
#define NEVER (-4)
/* Marks against a reading: a sign that no text has; a letter of a rarer
 * language; a Latin letter or a sign beside a Cyrillic one; a capital behind a
 * small letter. */
#define COST_FOREIGN 16
#define COST_STRANGE 5
#define COST_MIXED 5
#define COST_CAPITAL 6

/* What a letter counts on average, in tenths: in three of four short Russian
 * texts more than 20, in nearly all more than 7.  Hebrew read so counts 10,
 * Greek less than 7, and Chinese nothing. */
#define SURE 17
#define LIKELY 7

typedef enum {
	BREAK,   /* blanks, digits, signs: words end here */
	LATIN,   /* a letter of ASCII */
	LETTER,  /* of the table */
	STRANGE, /* another letter */
	SIGN,    /* one that touches no word: a paragraph's, a degree's */
	FOREIGN, /* boxes, controls, nothing at all */
} Kind;

/* What a byte is in a charset. */
typedef struct {
	guint8 kind;
	guint8 letter;
	guint8 upper;
} Code;

/* In the order of preference where two say the same. */
static const struct {
	const char *name;
	int handicap; /* for what hardly anybody uses */
} charsets[] = {
	{ "windows-1251", 0 },
	{ "koi8-r", 0 },
	{ "cp866", 0 },
	{ "iso-8859-5", 0 },
	{ "koi8-u", 0 },
	{ "cp1125", 0 },
	{ "mac-cyrillic", 10 },
};

typedef struct {
	gint8 score[LETTERS_MAX][LETTERS_MAX]; /* first, second */
	Code codes[G_N_ELEMENTS(charsets)][256];
} Tables;

static guint8
letter_number(gunichar c)
{
	const char *at = LETTERS;

	for (guint8 i = 1; *at != '\0'; i++, at = g_utf8_next_char(at))
		if (g_utf8_get_char(at) == c)
			return i;
	return 0;
}

static void
read_row(Tables *tables, const char *row)
{
	guint8 first = letter_number(g_utf8_get_char(row));
	int value = NEVER;

	for (guint i = 0; i < LETTERS_MAX; i++)
		tables->score[first][i] = NEVER;
	for (row = g_utf8_next_char(row); *row != '\0';
	     row = g_utf8_next_char(row)) {
		guint8 second = letter_number(g_utf8_get_char(row));

		if (g_ascii_isdigit(*row))
			value = g_ascii_digit_value(*row) - COMMON;
		else
			tables->score[first][second] = (gint8)value;
	}
}

static Code
read_code(gunichar c)
{
	gunichar lower = g_unichar_tolower(c);
	Code code = { BREAK, letter_number(lower), lower != c };

	if (code.letter != 0)
		code.kind = LETTER;
	else if (g_unichar_isalpha(c))
		code.kind = c < 0x80 ? LATIN : STRANGE;
	else if (g_unichar_iscntrl(c) ? c >= 0x7f : c >= 0x2200)
		code.kind = FOREIGN;
	else if (c >= 0x80 && c != 0xa0 && c != 0xab && c != 0xbb && c < 0x2010)
		code.kind = SIGN;
	return code;
}

static void
read_charset(Code codes[256], const char *name)
{
	for (guint i = 0; i < 256; i++) {
		char byte = (char)i;
		g_autofree char *utf8 = NULL;

		codes[i].kind = FOREIGN;
		if (i == 0)
			continue;
		utf8 = g_convert(&byte, 1, "UTF-8", name, NULL, NULL, NULL);
		if (utf8 != NULL)
			codes[i] = read_code(g_utf8_get_char(utf8));
	}
}

static gpointer
make_tables(G_GNUC_UNUSED gpointer data)
{
	static Tables tables;

	for (gsize i = 0; i < G_N_ELEMENTS(followers); i++)
		read_row(&tables, followers[i]);
	for (gsize i = 0; i < G_N_ELEMENTS(charsets); i++)
		read_charset(tables.codes[i], charsets[i].name);
	return &tables;
}

static const Tables *
get_tables(void)
{
	static GOnce once = G_ONCE_INIT;

	return g_once(&once, make_tables, NULL);
}

static gboolean
touches_no_word(const Code *code)
{
	return code->kind == LATIN || code->kind == STRANGE ||
	    code->kind == SIGN;
}

/* What a byte counts behind the one before it. */
static gint64
step_score(const Tables *tables, const Code *before, const Code *code)
{
	gint64 score = tables->score[before->letter][code->letter];

	if (code->kind == FOREIGN)
		score -= COST_FOREIGN;
	if (code->kind == STRANGE)
		score -= COST_STRANGE;
	if (code->kind == LETTER && before->kind == LETTER && code->upper &&
	    !before->upper)
		score -= COST_CAPITAL;
	if ((code->kind == LETTER && touches_no_word(before)) ||
	    (before->kind == LETTER && touches_no_word(code)))
		score -= COST_MIXED;
	return score;
}

static TdCyrillic
score_in(const Tables *tables, gsize index, const char *bytes, gsize size)
{
	static const Code outside = { BREAK, 0, FALSE };
	const Code *before = &outside;
	TdCyrillic found = { .name = charsets[index].name,
		.score = -charsets[index].handicap };

	for (gsize i = 0; i < size; i++) {
		const Code *code = &tables->codes[index][(guchar)bytes[i]];

		if ((guchar)bytes[i] >= 0x80) {
			found.high++;
			found.letters += code->kind == LETTER;
			found.joined += code->kind == LETTER &&
			    before->kind == LETTER;
		}
		if (before->letter != 0 || code->letter != 0 ||
		    code->kind == FOREIGN || code->kind == STRANGE)
			found.score += step_score(tables, before, code);
		before = code;
	}
	if (before->letter != 0)
		found.score += tables->score[before->letter][0];
	return found;
}

TdCyrillic
td_cyrillic_best(const char *bytes, gsize size)
{
	const Tables *tables = get_tables();
	TdCyrillic best = { .name = NULL };

	for (gsize i = 0; i < G_N_ELEMENTS(charsets); i++) {
		TdCyrillic found = score_in(tables, i, bytes, size);

		if (best.name == NULL || found.score > best.score ||
		    (found.score == best.score && found.letters > best.letters))
			best = found;
	}
	return best;
}

TdCyrillic
td_cyrillic_in(const char *bytes, gsize size, const char *name)
{
	TdCyrillic none = { .name = NULL };

	for (gsize i = 0; i < G_N_ELEMENTS(charsets); i++)
		if (strcmp(charsets[i].name, name) == 0)
			return score_in(get_tables(), i, bytes, size);
	return none;
}

/* Whether the letters are words, and count at least so much each, in tenths. */
static gboolean
counts(const TdCyrillic *found, gint64 tenths)
{
	return found->name != NULL && found->letters >= 3 &&
	    found->joined * 3 >= found->letters &&
	    found->letters * 10 >= found->high * 9 &&
	    found->score * 10 >= found->letters * tenths;
}

gboolean
td_cyrillic_is_sure(const TdCyrillic *found)
{
	return counts(found, SURE);
}

gboolean
td_cyrillic_is_likely(const TdCyrillic *found)
{
	return counts(found, LIKELY);
}
