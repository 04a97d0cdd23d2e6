/* outbox.h - sends what waits in the store to the SMTP server
 *
 * A thread of its own (libesmtp blocks): reads the rows that are due, submits
 * many over one connection, and hands the fate of each to a report function
 * inside a write transaction, which deletes the row or puts it off.  A crash in
 * between means that a mail goes out twice with the same Message-ID, never that
 * it does not go out.
 *
 * What becomes of a recipient:
 *   sent      2xx to RCPT and to the text
 *   failed    5xx to RCPT or to the text; an address that SMTP cannot carry
 *             ("5.6.7 address needs SMTPUTF8, which is not supported"); a row
 *             without a text in the store; put off for longer than
 *             conf->smtp_give_up
 *   deferred  all else: 4xx, no answer, no connection, trouble with TLS; and
 *             what is ours to mend: 5xx to the greeting, to MAIL, to AUTH, to
 *             anything without the AUTH that is configured, and 530
 * Answers are one printable line of at most 300 characters.
 *
 * TLS, of version 1.2, is by [smtp] starttls.  must: a certificate of the
 * host's name that the system's authorities vouch for, else the mail waits.
 * may: whatever there is, a certificate is not looked at, and where the
 * handshake fails the mail goes in clear text: this helps against eavesdroppers
 * only.  A password goes over TLS, or to 127.0.0.0/8 and localhost; to be sure
 * who gets it, use must.
 *
 * A server that does nothing for us is left alone for 5 s, doubling up to 5
 * minutes; td_outbox_flush() tries it at once, td_outbox_wake() does not.  Rows
 * that wait for it are due again when it is, whatever their number of attempts;
 * only the first failure is written into all rows of its session, later ones
 * into one row each.
 *
 * It logs "smtp-trouble" (server, error) and "outbox-trouble" (error) at
 * warning level, rarely more than once a minute, and "smtp-reached" when that
 * is over; what became of mails is the report function's to log.
 *
 * The program must ignore SIGPIPE: libesmtp writes to sockets that may be shut.
 * libesmtp shows a client certificate that is in $HOME/.config/libesmtp, if it
 * is allowed to look there. */

#ifndef TICKETD_OUTBOX_H
#define TICKETD_OUTBOX_H

#include <ticketd/conf.h>
#include <ticketd/store.h>
#include <ticketd/writer.h>

G_BEGIN_DECLS

typedef struct TdOutbox TdOutbox;

/* Called on the writer thread in a write transaction. */
typedef gboolean (*TdOutboxReport)(
    TdTxn *txn, const TdDelivery *delivery, gpointer data, GError **error);

/* Starts the thread.  All arguments are borrowed and must outlive the result,
 * which the caller owns.  TD_ERROR_CONFIG: the password file cannot be read or
 * TLS cannot be set up; the password file can be read by others; the password
 * would go out in clear text; libesmtp lacks its plugins for PLAIN and LOGIN;
 * the server is an IPv6 address (libesmtp takes names and IPv4 alone).  May set
 * an environment variable, so it is best called early. */
TdOutbox *td_outbox_new(const TdConf *conf, TdStore *store, TdWriter *writer,
    TdOutboxReport report, gpointer data, GError **error);

/* Ends the thread: the mail in hand is finished or given up within 5 s (its
 * row stays).  NULL is fine.  When libesmtp hangs for longer the thread is left
 * to itself, which does no harm: it does not use what was borrowed any more,
 * and ends when the connection does, or with the process.  Waits for a report
 * that is being made, so the writer must still run. */
void td_outbox_free(TdOutbox *outbox);

/* Something may be due.  Any thread, cheap. */
void td_outbox_wake(TdOutbox *outbox);

/* Tries all rows now, those put off too, if @all; returns at once, or with
 * @wait when each row that was due at the call was tried.  To find that the
 * server cannot be reached counts as a try of all of them: that is no failure
 * but told by the rows.  Not on a thread of the writer's.  Fails with
 * TD_ERROR_AGAIN (td_outbox_free() was called, the writer does not take
 * reports) or as td_outbox_rows(). */
gboolean td_outbox_flush(
    TdOutbox *outbox, gboolean all, gboolean wait, GError **error);

/* Seconds until the next try after @attempts (>= 1) tries: 60 s doubling up to
 * 4 h, +- 10 % of jitter from @random. */
gint64 td_outbox_backoff(guint attempts, guint32 random);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdOutbox, td_outbox_free)

G_END_DECLS

#endif
