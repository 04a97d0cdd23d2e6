/* talk.h - listens to a session, for what libesmtp does not tell: the answers
 * to the greeting, EHLO, STARTTLS and AUTH, and where a connection broke off */

#ifndef OUTBOX_TALK_H
#define OUTBOX_TALK_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
	gboolean tls_asked;     /* STARTTLS went out */
	gboolean authenticated; /* 235 came back */
	gboolean tampered;      /* something follows the answer to STARTTLS: it
	                         * would be taken for what is said under TLS */
	char *auth_refusal;     /* the last no to AUTH, or NULL */
	char command[9];        /* the last verb but QUIT that went out */
	gboolean quitting;      /* QUIT went out */
	char *refusal;          /* what ended the session: a refusal before the
	                         * first MAIL, or 421; or NULL */
	gint64 heard; /* monotonic microseconds: last byte either way */

	gsize column;   /* in the reply to EHLO */
	gboolean named; /* the line's keyword was seen */

	/* The reply that is being read. */
	GString *line;
	GString *text;
} TdTalk;

void td_talk_init(TdTalk *talk);
void td_talk_clear(TdTalk *talk);

/* Commands went out.  Nothing of them is kept but the verb: AUTH and what
 * follows it are secret. */
void td_talk_sent(TdTalk *talk, const char *bytes, gsize size);

/* Changes bytes of replies before they are read, in whatever pieces they come:
 * in the answer to EHLO the keywords PIPELINING, CHUNKING and
 * ENHANCEDSTATUSCODES become others. */
void td_talk_hide(TdTalk *talk, char *bytes, gsize size);

/* Bytes of replies came in, in pieces of any size. */
void td_talk_received(TdTalk *talk, const char *bytes, gsize size);

G_END_DECLS

#endif
