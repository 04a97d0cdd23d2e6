/* mail.h - one row of the outbox on its way: the text and what became of it */

#ifndef OUTBOX_MAIL_H
#define OUTBOX_MAIL_H

#include <ticketd/store.h>

G_BEGIN_DECLS

typedef struct {
	TdOutboxRow *row; /* owned */
	GBytes *text;     /* owned; NULL if it could not be read */
	guint count;      /* of recipients */
	TdFate *fates;    /* TD_FATE_DEFERRED until judged */
	char **answers;   /* NULL until judged; NULL-terminated */
	gboolean tried;   /* has something to report */
	gint64 next_due;  /* seconds UTC; 0: by the number of attempts */
} TdMail;

/* Takes @row.  Recipients that SMTP cannot carry are judged at once. */
TdMail *td_mail_new(TdOutboxRow *row);
void td_mail_free(TdMail *mail);

/* Gives @mail its text; lines that end in a bare CR or LF are mended, for
 * "LF . CR LF" inside a text would end the mail for some servers. */
void td_mail_set_text(TdMail *mail, GBytes *text);

/* Whether recipient number @i has its fate; whether all of them have. */
gboolean td_mail_is_judged(const TdMail *mail, guint i);
gboolean td_mail_is_settled(const TdMail *mail);

/* @answer is made printable and cut to 300 characters. */
void td_mail_judge(TdMail *mail, guint i, TdFate fate, const char *answer);

/* The same for all recipients that have no fate yet. */
void td_mail_judge_rest(TdMail *mail, TdFate fate, const char *answer);

/* Whether it is too old to be put off again at @now; @give_up in seconds. */
gboolean td_mail_is_expired(const TdMail *mail, gint64 now, gint64 give_up);

/* Makes what is judged ready to be reported: sets next_due, and what was put
 * off for too long, and five times, has failed. */
void td_mail_close(TdMail *mail, gint64 now, gint64 give_up, guint32 random);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdMail, td_mail_free)

G_END_DECLS

#endif
