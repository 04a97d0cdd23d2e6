/* bounce-fixture.c - see bounce-fixture.h */

#include "config.h"

#include <string.h>

#include "bounce-fixture.h"

static gboolean
goes_to(const TdOutboxRow *row, const char *to)
{
	return g_strv_contains((const char *const *)row->recipients, to);
}

TdOutboxRow *
bounce_row(Office *office, const char *kind, const char *to)
{
	g_autoptr(TdTxn) txn = td_txn_read(office->fixture.store);
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) rows = NULL;

	td_outbox_rows(txn, 0, 0, G_MAXINT64, TD_READ_MAX, &rows, &error);
	g_assert_no_error(error);
	for (guint i = rows->len; i > 0; i--) {
		TdOutboxRow *row = g_ptr_array_index(rows, i - 1);

		if (!g_str_equal(row->kind, kind) || !goes_to(row, to))
			continue;
		return g_ptr_array_steal_index(rows, i - 1);
	}
	g_test_message("no %s to %s", kind, to);
	g_assert_not_reached();
}

char *
bounce_block(const char *address, const char *action, const char *status)
{
	return g_strdup_printf("Final-Recipient: rfc822; %s\nAction: %s\n"
	                       "Status: %s\n"
	                       "Diagnostic-Code: smtp; 550 %s as it is\n",
	    address, action, status, status);
}

Filing
bounce_file(Office *office, const Bounce *bounce)
{
	const char *type = bounce->type == NULL ? "delivery-status"
	                                        : bounce->type;
	const char *to = bounce->to == NULL ? "support@example.com"
	                                    : bounce->to;
	g_autofree char *envid = bounce->envid == NULL
	    ? g_strdup("")
	    : g_strdup_printf("Original-Envelope-Id: %s\n", bounce->envid);
	g_autofree char *returned = bounce->message_id == NULL
	    ? g_strdup("")
	    : g_strdup_printf("--b\nContent-Type: text/rfc822-headers\n\n"
	                      "Message-ID: <%s>\n\n",
	          bounce->message_id);
	g_autofree char *raw = g_strdup_printf(
	    "From: MAILER-DAEMON@mx.example.net\nTo: %s\n"
	    "Subject: Undelivered\nMessage-ID: <report-%u@mx.example.net>\n"
	    "MIME-Version: 1.0\n"
	    "Content-Type: multipart/report; report-type=%s; boundary=b\n\n"
	    "--b\n\nThis is the mail system.\n\n"
	    "--b\nContent-Type: message/%s\n\nReporting-MTA: dns; "
	    "mx.example.net\n"
	    "%s\n%s\n%s--b--\n",
	    to, ++office->count, type, type, envid,
	    bounce->blocks == NULL ? "" : bounce->blocks, returned);

	return fixture_file(&office->fixture, "", to, raw);
}

TdOutboxRow *
bounce_reply(Office *office)
{
	Filing filing = office_olga(office, "Have you tried water?\n");

	g_assert_false(filing.refused);
	return bounce_row(office, "reply", ANNA);
}

char *
bounce_message_id(Office *office, const TdOutboxRow *row)
{
	g_autoptr(TdTxn) txn = td_txn_read(office->fixture.store);
	g_autoptr(GError) error = NULL;
	g_autoptr(TdFiled) filed = NULL;

	td_filed_get(txn, row->ticket, row->sequence, &filed, NULL, &error);
	g_assert_no_error(error);
	g_assert_nonnull(filed);
	return g_strdup(filed->message_id);
}

void
bounce_fate(
    Office *office, const TdOutboxRow *row, TdFate fate, const char *answer)
{
	guint count = g_strv_length(row->recipients);
	g_autofree TdFate *fates = g_new(TdFate, count);
	g_autofree const char **answers = g_new(const char *, count);
	const TdDelivery delivery = {
		.row = row,
		.fates = fates,
		.answers = answers,
		.next_due = office->fixture.now + 60,
	};
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(office->fixture.store, &error);

	for (guint i = 0; i < count; i++) {
		fates[i] = fate;
		answers[i] = answer;
	}
	td_desk_delivered(
	    office->fixture.desk, txn, &delivery, office->fixture.now, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

guint
bounce_count(Office *office, guint64 number, TdEventKind kind, const char *to)
{
	g_autoptr(GPtrArray) events = fixture_events(&office->fixture, number);
	guint count = 0;

	for (guint i = 0; i < events->len; i++) {
		const TdEvent *event = g_ptr_array_index(events, i);

		count += event->kind == kind &&
		    (to == NULL || g_str_equal(td_event_get(event, "to"), to));
	}
	return count;
}

TdEvent *
bounce_event(Office *office, guint64 number, TdEventKind kind)
{
	g_autoptr(GPtrArray) events = fixture_events(&office->fixture, number);

	for (guint i = events->len; i > 0; i--) {
		const TdEvent *event = g_ptr_array_index(events, i - 1);

		if (event->kind == kind)
			return g_ptr_array_steal_index(events, i - 1);
	}
	return NULL;
}

TdSuppression *
bounce_suppressed(Office *office, const char *address)
{
	g_autoptr(TdTxn) txn = td_txn_read(office->fixture.store);
	g_autoptr(GError) error = NULL;
	TdSuppression *found = NULL;

	td_suppression_get(txn, TD_SUPPRESSED_BOUNCED, address, &found, &error);
	g_assert_no_error(error);
	return found;
}
