/* outbox-fixture.h - an outbox over a store of its own, and SMTP servers for it
 * to talk to */

#ifndef TICKETD_TESTS_OUTBOX_FIXTURE_H
#define TICKETD_TESTS_OUTBOX_FIXTURE_H

#include <ticketd/outbox.h>

#define MAIL_HEADER                                                            \
	"Date: Sun, 22 Nov 2026 10:00:00 +0000\r\n"                            \
	"From: Support <support@example.com>\r\n"                              \
	"To: Anna <anna@example.net>\r\n"                                      \
	"Message-ID: <1@example.com>\r\n"                                      \
	"Subject: hello\r\n"
#define MAIL_TEXT MAIL_HEADER "\r\nHello.\r\n"

typedef struct {
	char *directory;
	char *home; /* of the store */
	TdConf conf;
	TdStore *store;
	TdWriter *writer;
	TdOutbox *outbox; /* NULL until outbox_start() */
	guint64 messages;

	GPid server; /* 0 for none */
	guint port;

	/* Of the report function. */
	GMutex lock;
	GCond reported;
	GPtrArray *reports;        /* "anna@example.net sent 250 2.0.0 taken" */
	gint64 next_due;           /* of the last report */
	GError *refusal;           /* what reports are answered with, or NULL */
	const char *bad_recipient; /* reports on this one are refused; NULL */
	void (*on_report)(void);
} Outbox;

void outbox_open(Outbox *outbox, gconstpointer unused);
void outbox_close(Outbox *outbox, gconstpointer unused);

/* Closes the store, so that another process can have it; and opens that of
 * @home again. */
void outbox_let_go(Outbox *outbox);
void outbox_reopen(Outbox *outbox, const char *home);

/* What reports are answered with from now on; takes @refusal, NULL: all well.
 */
void outbox_refuse(Outbox *outbox, GError *refusal);

/* Makes the TdOutbox; the test fails if that fails. */
void outbox_start(Outbox *outbox);
void outbox_stop(Outbox *outbox);

/* Tries all rows once, those put off too. */
void outbox_flush(Outbox *outbox);

/* ---- rows ---- */

/* A row with a null return path that is due. */
TdOutboxRow *row_new(const char *recipient);
/* Stores @row (taken) with @text. */
void row_queue(Outbox *outbox, TdOutboxRow *row, const char *text, gsize size);
/* The same with MAIL_TEXT, for a row_new() of @recipients ("a@x b@x"). */
void row_queue_to(Outbox *outbox, const char *recipients);
/* A mail of that size; the caller's. */
char *large_text(guint mebibytes);
/* All rows; the caller's. */
GPtrArray *rows_left(Outbox *outbox);
guint count_rows(Outbox *outbox);

/* ---- reports ---- */

/* Waits until there are @count of them, a few seconds at most. */
void wait_reports(Outbox *outbox, guint count);
guint count_reports(Outbox *outbox);
/* Whether a report begins with @text. */
gboolean has_report(Outbox *outbox, const char *text);
#define assert_report(outbox, text) g_assert_true(has_report(outbox, text))

/* ---- servers ---- */

/* Starts tests/smtp-server.pl with further options up to NULL, on outbox->port
 * if that is set. */
void server_start(Outbox *outbox, ...) G_GNUC_NULL_TERMINATED;
/* Starts Postfix's smtp-sink; FALSE if there is none. */
gboolean sink_start(Outbox *outbox);
void server_stop(Outbox *outbox);
/* A port that nobody listens on. */
guint free_port(void);

/* How many lines of what the server saw match the pattern. */
guint count_log(Outbox *outbox, const char *regex);
/* The text number @number that the server took; the caller's. */
char *server_mail(Outbox *outbox, guint number, gsize *size);

/* Makes a certificate for @name ("DNS:localhost"); "CERT,KEY", the caller's. */
char *make_certificate(Outbox *outbox, const char *name);
/* Writes a file of that mode into the directory; its path, the caller's. */
char *make_file(Outbox *outbox, const char *name, const char *text, int mode);

#endif
