/* marks-date.c - dates as mail programs write them for readers */

#include "config.h"

#include <string.h>

#include "message/marks.h"

/* Digits that a date has at least. */
#define DIGITS_MIN 4
/* Words of a text that are looked at. */
#define WORDS_MAX 200
#define YEAR_MIN 1970
#define YEAR_MAX 2099
#define WEEKDAY 13

/* Names and abbreviations, lower case, without the dot. */
static const char *const months[] = {
	"january jan januar jänner janvier janv enero ene gennaio genn gen "
	"januari janeiro ianuarie ian января январь янв січня січень січ "
	"студзеня styczeń stycznia sty leden ledna január janvāris sausis "
	"tammikuu tammikuuta tammi ocak ιανουαρίου ιαν януари siječanj "
	"siječnja gener jaanuar tháng1",
	"february feb februar febr février févr fév febrero febbraio febb "
	"februari fevereiro fev februarie февраля февраль февр фев лютого "
	"лютий лют лютага luty lutego lut únor února február helmikuu "
	"helmikuuta helmi şubat şub φεβρουαρίου φεβ февруари veljača veljače "
	"febrer veebruar februāris vasaris",
	"march mar märz mrz mär mars marzo maart mrt março martie марта март "
	"мар березня березень бер сакавіка marzec marca březen března "
	"március márc maaliskuu maaliskuuta maalis mart μαρτίου μαρ ožujak "
	"ožujka març märts marts kovas",
	"april apr avril avr abril abr aprile aprilie апреля апрель апр "
	"квітня квітень квіт красавіка kwiecień kwietnia kwi duben dubna "
	"apríl április ápr huhtikuu huhtikuuta huhti nisan nis απριλίου απρ "
	"април travanj travnja aprill aprīlis balandis",
	"may mai mayo maggio mag mei maj maio mei мая май травня травень "
	"трав траўня maja květen května máj május toukokuu toukokuuta touko "
	"mayıs μαΐου μαι μαϊ svibanj svibnja maig maijs gegužė",
	"june jun juni juin junio giugno giu junho jun iunie iun июня июнь "
	"июн червня червень черв чэрвеня czerwiec czerwca cze červen června "
	"jún június jún kesäkuu kesäkuuta kesä haziran haz ιουνίου ιουν юни "
	"lipanj lipnja juny juuni jūnijs birželis",
	"july jul juli juillet juil julio luglio lug julho iulie iul июля "
	"июль июл липня липень лип ліпеня lipiec lipca červenec července "
	"júl július heinäkuu heinäkuuta heinä temmuz tem ιουλίου ιουλ юли "
	"srpanj srpnja juliol juuli jūlijs liepa",
	"august aug août aoû agosto ago agosto ags augustus augusti августа "
	"август авг серпня серпень серп жніўня sierpień sierpnia sie srpen "
	"srpna augusztus elokuu elokuuta elo ağustos ağu αυγούστου αυγ "
	"kolovoz kolovoza agost augusts rugpjūtis",
	"september sept sep septembre septiembre settembre sett set setembro "
	"septembrie сентября сентябрь сент сен вересня вересень вер верасня "
	"wrzesień września wrz září szeptember szept syyskuu syyskuuta syys "
	"eylül eyl σεπτεμβρίου σεπ септември сеп rujan rujna setembre "
	"septembris rugsėjis",
	"october oct oktober okt octobre octubre ottobre ott outubro out "
	"octombrie октября октябрь окт жовтня жовтень жовт кастрычніка "
	"październik października paź říjen října október október lokakuu "
	"lokakuuta loka ekim eki οκτωβρίου οκτ октомври listopad octubre "
	"oktoober oktobris spalis",
	"november nov novembre noviembre novembro noiembrie noi ноября "
	"ноябрь нояб ноя листопада листопад лист лістапада listopada lis "
	"listopadu marraskuu marraskuuta marras kasım kas νοεμβρίου νοε "
	"ноември ное studeni studenoga novembris lapkritis",
	"december dec dezember dez décembre déc diciembre dic dicembre "
	"dezembro decembrie декабря декабрь дек грудня грудень груд снежня "
	"grudzień grudnia gru prosinec prosince desember des joulukuu "
	"joulukuuta joulu aralık ara δεκεμβρίου δεκ декември prosinac "
	"prosinca desembre detsember decembris gruodis",
};

static const char weekdays[] =
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues "
    "wed thu thur thurs fri sat sun "
    "понедельник вторник среда среду четверг пятница пятницу суббота "
    "субботу воскресенье пн вт ср чт пт сб вс "
    "понеділок вівторок середа середу четвер п'ятниця п'ятницю субота "
    "суботу неділя неділю нд "
    "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag "
    "mo di mi do fr sa so lundi mardi mercredi jeudi vendredi samedi "
    "dimanche lun mer jeu ven sam dim lunes martes miércoles jueves "
    "viernes sábado domingo mié jue vie sáb dom lunedì martedì mercoledì "
    "giovedì venerdì sabato domenica gio maandag dinsdag woensdag "
    "donderdag vrijdag zaterdag zondag ma wo vr za zo poniedziałek wtorek "
    "środa środę czwartek piątek sobota sobotę niedziela niedzielę pon "
    "wt śr czw pt sob niedz segunda-feira terça-feira quarta-feira "
    "quinta-feira sexta-feira seg ter qua qui sex måndag tisdag onsdag "
    "torsdag fredag lördag söndag mån tis ons tors fre lör sön mandag "
    "tirsdag lørdag søndag man tir tor lør søn maanantai tiistai "
    "keskiviikko torstai perjantai lauantai sunnuntai ke to pe la su po út "
    "st čt pá ne pondělí úterý středa čtvrtek pátek pazartesi salı "
    "çarşamba perşembe cuma cumartesi pazar pzt çar cum cmt "
    "hétfő kedd szerda csütörtök péntek szombat vasárnap luni marți "
    "miercuri joi vineri sâmbătă duminică понеделник вторник сряда "
    "четвъртък петък събота неделя";

static const struct {
	const char *name;
	int hours;
} zones[] = {
	{ "utc", 0 },
	{ "gmt", 0 },
	{ "z", 0 },
	{ "msk", 3 },
	{ "мск", 3 },
	{ "cet", 1 },
	{ "cest", 2 },
	{ "mez", 1 },
	{ "mesz", 2 },
	{ "eet", 2 },
	{ "eest", 3 },
	{ "bst", 1 },
	{ "est", -5 },
	{ "edt", -4 },
	{ "cst", -6 },
	{ "cdt", -5 },
	{ "mst", -7 },
	{ "mdt", -6 },
	{ "pst", -8 },
	{ "pdt", -7 },
};

static void
add_words(GHashTable *table, const char *words, int value)
{
	g_auto(GStrv) split = g_strsplit(words, " ", -1);

	/* A word of two languages is the one of the first. */
	for (char **word = split; *word != NULL; word++)
		if (!g_hash_table_contains(table, *word))
			g_hash_table_insert(
			    table, g_strdup(*word), GINT_TO_POINTER(value));
}

/* Months 1 to 12, weekdays 13; made once. */
static GHashTable *
all_names(void)
{
	static GHashTable *table = NULL;

	if (g_once_init_enter(&table)) {
		GHashTable *made = g_hash_table_new_full(
		    g_str_hash, g_str_equal, g_free, NULL);

		for (gsize i = 0; i < G_N_ELEMENTS(months); i++)
			add_words(made, months[i], (int)i + 1);
		add_words(made, weekdays, WEEKDAY);
		g_once_init_leave(&table, made);
	}
	return table;
}

/* ---- words ---- */

typedef struct {
	const char *at; /* in the folded text */
	gsize size;
	gboolean number;
} Word;

/* Letters, but for the signs of year, month and day that stand behind numbers
 * without a blank. */
static gboolean
is_word_char(gunichar c)
{
	if (c == 0x5e74 || c == 0x6708 || c == 0x65e5 || c == 0xb144 ||
	    c == 0xc6d4 || c == 0xc77c)
		return FALSE;
	return g_unichar_isalpha(c) || g_unichar_ismark(c) || c == '\'';
}

/* The next run of digits or of letters from @at on; FALSE: there is none.
 * Passes over addresses and links. */
static gboolean
next_word(const char *at, Word *word)
{
	while (*at != '\0') {
		gunichar c = g_utf8_get_char(at);
		gsize size = 0;

		if (*at == '<' && strcspn(at, "@") < strcspn(at, ">")) {
			at += strcspn(at, ">");
			continue;
		}
		if (g_ascii_isdigit(*at))
			size = strspn(at, "0123456789");
		else
			for (const char *end = at; is_word_char(c);
			     size = (gsize)(end - at)) {
				end = g_utf8_next_char(end);
				c = g_utf8_get_char(end);
			}
		if (size > 0) {
			word->at = at;
			word->size = size;
			word->number = g_ascii_isdigit(*at);
			return TRUE;
		}
		at = g_utf8_next_char(at);
	}
	return FALSE;
}

/* The number of a month, WEEKDAY, or 0. */
static int
name_of(const Word *word)
{
	char name[64];

	if (word->number || word->size >= sizeof(name))
		return 0;
	memcpy(name, word->at, word->size);
	name[word->size] = '\0';
	return GPOINTER_TO_INT(g_hash_table_lookup(all_names(), name));
}

/* Whether the word is part of an address or a link that has no brackets. */
static gboolean
in_address(const char *text, const Word *word)
{
	const char *from = word->at, *to = word->at + word->size;

	while (from > text && strchr(" <>\",;()[]", from[-1]) == NULL)
		from--;
	to += strcspn(to, " <>\",;()[]");
	return memchr(from, '@', (gsize)(to - from)) != NULL ||
	    g_strstr_len(from, to - from, "://") != NULL;
}

void
td_mark_when(const char *folded, TdMarkWhen *when)
{
	const char *at = folded;
	guint digits = 0, count = 0;
	gboolean named = FALSE;
	Word word;

	memset(when, 0, sizeof(*when));
	while (count++ < WORDS_MAX && next_word(at, &word)) {
		int name = name_of(&word);

		at = word.at + word.size;
		if ((!word.number && name == 0) || in_address(folded, &word))
			continue;
		if (word.number) {
			digits += (guint)word.size;
			if (word.size <= 2 && at[0] == ':' &&
			    g_ascii_isdigit(at[1]))
				when->timed = TRUE;
		}
		named = named || name != 0;
		if (when->to == 0)
			when->from = (gsize)(word.at - folded);
		when->to = (gsize)(at - folded);
	}
	when->dated = digits >= DIGITS_MIN || (named && digits > 0);
}

/* ---- reading ---- */

typedef struct {
	int year, month, day;
	int hour, minute, second;
	int offset; /* of the zone, minutes */
	gboolean timed;
	gboolean afternoon, forenoon;
	gboolean doubtful;
} Moment;

static int
number(const Word *word)
{
	int value = 0;

	if (word->size > 6)
		return -1;
	for (gsize i = 0; i < word->size; i++)
		value = value * 10 + (word->at[i] - '0');
	return value;
}

/* Numbers with @sign between them, at most @max; how many there are. */
static guint
numbers(const char *at, char sign, guint max, int *values, const char **behind)
{
	guint count = 0;

	while (count < max && g_ascii_isdigit(*at)) {
		Word word = { at, strspn(at, "0123456789"), TRUE };

		values[count++] = number(&word);
		*behind = at + word.size;
		at = *behind;
		if (*at != sign || !g_ascii_isdigit(at[1]))
			break;
		at++;
	}
	return count;
}

static gboolean
is_year(int value)
{
	return value >= YEAR_MIN && value <= YEAR_MAX;
}

static int
full_year(int value)
{
	return value >= 0 && value < 100 ? 2000 + value : value;
}

/* A date of three numbers. */
static void
take_triple(Moment *moment, char sign, const int *values)
{
	gboolean first_is_day = sign == '.' || values[0] > 12;

	if (moment->year != 0)
		return;
	if (is_year(values[0])) {
		moment->year = values[0];
		moment->month = values[1];
		moment->day = values[2];
		return;
	}
	moment->year = full_year(values[2]);
	moment->month = first_is_day ? values[1] : values[0];
	moment->day = first_is_day ? values[0] : values[1];
	/* Half of the world begins with the month. */
	if (sign != '.' && values[0] <= 12 && values[1] <= 12 &&
	    values[0] != values[1])
		moment->doubtful = TRUE;
}

/* "+0300", "+03:00", "+3" behind a blank or the name of a zone. */
static const char *
take_offset(Moment *moment, const char *at)
{
	int sign = *at == '-' ? -1 : 1;
	int values[2] = { 0, 0 };
	const char *behind = at;
	guint count = numbers(at + 1, ':', 2, values, &behind);

	if (count == 1 && behind - at == 5) {
		values[1] = values[0] % 100;
		values[0] /= 100;
	}
	if (values[0] <= 14 && values[1] < 60)
		moment->offset = sign * (values[0] * 60 + values[1]);
	return behind;
}

static void
take_time(Moment *moment, const int *values, guint count)
{
	if (moment->timed)
		return;
	moment->timed = TRUE;
	moment->hour = values[0];
	moment->minute = values[1];
	moment->second = count > 2 ? values[2] : 0;
}

/* A number that stands alone: a year, a day, or one of either with a sign of
 * Chinese, Japanese or Korean behind it. */
static void
take_number(Moment *moment, int value, const char *behind)
{
	if (g_str_has_prefix(behind, "年") || g_str_has_prefix(behind, "년"))
		moment->year = value;
	else if (g_str_has_prefix(behind, "月") ||
	    g_str_has_prefix(behind, "월"))
		moment->month = value;
	else if (is_year(value) && moment->year == 0)
		moment->year = value;
	else if (value >= 1 && value <= 31 && moment->day == 0)
		moment->day = value;
}

/* Takes the numbers at @at; returns what is behind them. */
static const char *
take_numbers(Moment *moment, const char *at)
{
	static const char signs[] = ":.-/";
	int values[3];
	const char *behind = at;

	for (const char *sign = signs; *sign != '\0'; sign++) {
		guint count = numbers(at, *sign, 3, values, &behind);

		if (*sign == ':' && count >= 2) {
			take_time(moment, values, count);
			return behind;
		}
		if (count == 3) {
			take_triple(moment, *sign, values);
			return behind;
		}
		/* Some write the time with a dot, behind the date. */
		if (*sign == '.' && count == 2 && moment->year != 0) {
			take_time(moment, values, count);
			return behind;
		}
	}
	if (numbers(at, 'h', 2, values, &behind) == 2) {
		take_time(moment, values, 2);
		return behind;
	}
	take_number(moment, values[0], behind);
	return behind;
}

static gboolean
word_is(const Word *word, const char *text)
{
	return strlen(text) == word->size &&
	    memcmp(word->at, text, word->size) == 0;
}

/* Takes a word; returns what is behind it. */
static const char *
take_word(Moment *moment, const Word *word)
{
	const char *behind = word->at + word->size;
	int name = name_of(word);

	/* "mar. 3 nov.": a Tuesday in some language. */
	if (name >= 1 && name <= 12)
		moment->month = name;
	if (word_is(word, "pm") || word_is(word, "下午") ||
	    word_is(word, "午後") || word_is(word, "오후"))
		moment->afternoon = TRUE;
	if (word_is(word, "am") || word_is(word, "上午") ||
	    word_is(word, "午前") || word_is(word, "오전"))
		moment->forenoon = TRUE;
	if (word_is(word, "p") && g_str_has_prefix(behind, ".m"))
		moment->afternoon = TRUE;
	if (word_is(word, "a") && g_str_has_prefix(behind, ".m"))
		moment->forenoon = TRUE;
	for (gsize i = 0; i < G_N_ELEMENTS(zones) && moment->timed; i++)
		if (word_is(word, zones[i].name))
			moment->offset = zones[i].hours * 60;
	return behind;
}

/* What the numbers come to; 0 when they are no date. */
static gint64
finish(Moment *moment)
{
	g_autoptr(GDateTime) time = NULL;

	if (moment->afternoon && moment->hour < 12)
		moment->hour += 12;
	if (moment->forenoon && moment->hour == 12)
		moment->hour = 0;
	if (moment->doubtful || !is_year(moment->year) || moment->hour > 23 ||
	    moment->minute > 59)
		return 0;
	time = g_date_time_new_utc(moment->year, moment->month, moment->day,
	    moment->hour, moment->minute, MIN(moment->second, 59));
	if (time == NULL)
		return 0;
	return MAX(g_date_time_to_unix(time) - moment->offset * 60, 0);
}

gint64
td_mark_date(const char *text, gsize size)
{
	char folded[TD_MARK_ROOM];
	Moment moment = { 0 };
	const char *at = folded;
	guint count = 0;
	Word word;

	if (td_mark_fold(text, size, folded) == 0)
		return 0;
	while (count++ < WORDS_MAX && next_word(at, &word)) {
		char before = word.at > folded ? word.at[-1] : ' ';

		if (word.number && moment.timed &&
		    (before == '+' || before == '-'))
			at = take_offset(&moment, word.at - 1);
		else if (word.number)
			at = take_numbers(&moment, word.at);
		else
			at = take_word(&moment, &word);
	}
	return finish(&moment);
}
