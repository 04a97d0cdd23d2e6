/* marks-field.c - names of header fields as mail programs show them */

#include "config.h"

#include <string.h>

#include "message/marks.h"

/* Bytes before the colon. */
#define KEY_MAX_SIZE 60

/* Keys of each field, as td_mark_fold() leaves them, divided by commas. */
static const struct {
	TdMarkField field;
	const char *keys;
} fields[] = {
	{ TD_MARK_FROM,
	    "from,sender,"
	    "от,от кого,отправитель,автор,"
	    "від,від кого,відправник,ад,ад каго,"
	    "von,absender,de,de la part de,expéditeur,remitente,"
	    "da,mittente,van,afzender,od,nadawca,odosílatel,odesílatel,"
	    "odosielateľ,från,avsändare,fra,afsender,avsender,lähettäjä,"
	    "feladó,de la,expeditor,kimden,gönderen,kimdən,από,αποστολέας,"
	    "šalje,pošiljatelj,pošiljalac,шаље,пошиљалац,saatja,nuo,"
	    "siuntėjas,sūtītājs,frá,sendandi,từ,người gửi,dari,pengirim,"
	    "จาก,发件人,寄件者,寄件人,差出人,送信者,送信元,发送人,"
	    "보낸 사람,보낸사람,발신자,מאת,من,المرسل,از,فرستنده" },
	{ TD_MARK_DATE,
	    "sent,date,sent at,sent on,date sent,"
	    "отправлено,отправленные,отправлен,дата отправки,дата,"
	    "дата и время,послано,время,"
	    "надіслано,відправлено,дата надсилання,адпраўлена,изпратено,"
	    "gesendet,gesendet am,datum,message du,envoyé,envoyé le,"
	    "date d'envoi,enviado,enviada,enviado el,enviado em,enviada em,"
	    "fecha,fecha de envío,data,data de envio,inviato,inviata,"
	    "data invio,verzonden,verstuurd,wysłano,wysłane,data wysłania,"
	    "skickat,sendt,dato,lähetetty,päivä,päiväys,päivämäärä,odesláno,"
	    "odoslané,dátum,elküldve,küldve,küldés dátuma,trimis,"
	    "data trimiterii,gönderildi,gönderme tarihi,gönderilme tarihi,"
	    "tarih,göndərildi,στάλθηκε,ημερομηνία,poslano,poslato,послато,"
	    "датум,saadetud,kuupäev,nosūtīts,datums,išsiųsta,sent þann,"
	    "đã gửi,ngày,ngày gửi,dikirim,tanggal,ส่ง,วันที่,发送时间,"
	    "发送日期,日期,时间,寄件日期,傳送時間,送信日時,送信日,日時,日付,"
	    "보낸 날짜,보낸날짜,날짜,보냄,발신일,נשלח,תאריך,"
	    "تاريخ الإرسال,تم الإرسال,التاريخ,إرسال,ارسال شده,تاریخ" },
	{ TD_MARK_TO,
	    "to,recipient,recipients,"
	    "кому,получатель,получатели,адресат,одержувач,каму,до,"
	    "an,empfänger,à,destinataire,para,destinatario,a,aan,do,"
	    "adresat,komu,till,til,vastaanottaja,címzett,către,kime,alıcı,"
	    "kimə,προς,prima,za,примa,за,adressaat,kellele,kam,gavėjas,"
	    "per a,tới,đến,kepada,ke,untuk,ถึง,收件人,收件者,宛先,受信者,"
	    "받는 사람,받는사람,수신자,אל,إلى,المستلم,به,گیرنده" },
	{ TD_MARK_SUBJECT,
	    "subject,re,тема,тема письма,тема сообщения,относно,тэма,"
	    "betreff,objet,sujet,asunto,oggetto,onderwerp,temat,assunto,"
	    "ämne,emne,aihe,předmět,predmet,tárgy,subiect,konu,mövzu,θέμα,"
	    "предмет,naslov,zadeva,teema,temats,tēma,assumpte,efni,"
	    "chủ đề,tiêu đề,subjek,perihal,เรื่อง,主题,主旨,件名,"
	    "제목,נושא,الموضوع,موضوع" },
	{ TD_MARK_ID, "message-id,message id" },
	{ TD_MARK_OTHER,
	    "cc,bcc,reply-to,reply to,importance,priority,attachments,"
	    "on behalf of,organization,"
	    "копия,копии,скрытая копия,ск,важность,приоритет,вложения,"
	    "вложение,ответить,обратный адрес,копія,копие,копија,"
	    "kopie,blindkopie,antwort an,wichtigkeit,anlagen,anhang,"
	    "copie,copie à,cci,répondre à,pièces jointes,pièce jointe,"
	    "con copia,cco,copia,importancia,datos adjuntos,ccn,"
	    "priorità,allegati,kopia,dw,ważność,załączniki,"
	    "com cópia,cópia,importância,anexos,bijlagen,urgentie,kopi,"
	    "svar til,vedhæftede filer,viktigt,kopio,liitteet,přílohy,"
	    "kópia,másolatot kap,másolat,fontosság,bilgi,κοιν,κοινοποίηση,"
	    "抄送,密送,副本,附件,重要性,添付ファイル,参照,참조,첨부,"
	    "עותק,نسخة,رونوشت" },
};

/* Which field a key is; made once, read by all threads. */
static GHashTable *
all_keys(void)
{
	static GHashTable *table = NULL;

	if (g_once_init_enter(&table)) {
		GHashTable *made = g_hash_table_new_full(
		    g_str_hash, g_str_equal, g_free, NULL);

		for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
			g_auto(GStrv)
			    keys = g_strsplit(fields[i].keys, ",", -1);

			for (char **key = keys; *key != NULL; key++)
				g_hash_table_insert(made, g_strdup(*key),
				    GINT_TO_POINTER(fields[i].field));
		}
		g_once_init_leave(&table, made);
	}
	return table;
}

static TdMarkField
field_of(const char *key)
{
	return (TdMarkField)GPOINTER_TO_INT(
	    g_hash_table_lookup(all_keys(), key));
}

/* Where the colon stands, and behind it; NULL when there is none. */
static const char *
find_colon(const char *line, gsize size, const char **behind)
{
	gsize max = MIN(size, KEY_MAX_SIZE);

	for (gsize i = 0; i < max; i++) {
		if (line[i] == ':') {
			*behind = line + i + 1;
			return line + i;
		}
		if (size - i > 2 && memcmp(line + i, "\357\274\232", 3) == 0) {
			*behind = line + i + 3;
			return line + i;
		}
	}
	return NULL;
}

TdMarkField
td_mark_field(const char *line, gsize size)
{
	char key[TD_MARK_ROOM];
	const char *behind = NULL;
	const char *colon = find_colon(line, size, &behind);

	/* A link or a time of day is no field. */
	if (colon == NULL || colon == line ||
	    td_mark_fold(line, (gsize)(colon - line), key) == 0)
		return TD_MARK_NONE;
	return field_of(key);
}

/* Cuts white space and the asterisks of bold text off both ends, and the stroke
 * that divides the cells of a table off the first. */
static void
trim(const char **value, gsize *size)
{
	const char *at = *value, *end = at + *size;
	gsize blanks;

	while (at < end &&
	    ((blanks = td_mark_blanks(at, (gsize)(end - at))) > 0 ||
	        *at == '*' || *at == '|'))
		at += MAX(blanks, 1);
	while (end > at) {
		if (strchr(" \t*", end[-1]) != NULL)
			end--;
		else if (end - at > 1 && memcmp(end - 2, "\302\240", 2) == 0)
			end -= 2;
		else
			break;
	}
	*value = at;
	*size = (gsize)(end - at);
}

gboolean
td_mark_value(
    const char *line, gsize size, const char **value, gsize *value_size)
{
	const char *behind = NULL;

	if (find_colon(line, size, &behind) == NULL)
		return FALSE;
	*value = behind;
	*value_size = (gsize)(line + size - behind);
	trim(value, value_size);
	return TRUE;
}

TdMarkField
td_mark_bare_field(
    const char *line, gsize size, const char **value, gsize *value_size)
{
	char key[TD_MARK_ROOM];
	const char *blank = memchr(line, ' ', MIN(size, KEY_MAX_SIZE));
	TdMarkField field;

	if (blank == NULL ||
	    td_mark_fold(line, (gsize)(blank - line), key) == 0)
		return TD_MARK_NONE;
	field = field_of(key);
	if (field == TD_MARK_NONE)
		return field;
	*value = blank;
	*value_size = (gsize)(line + size - blank);
	trim(value, value_size);
	return field;
}
