/* report.h - what delivery reports, receipts and complaints say */

#ifndef TICKETD_MESSAGE_REPORT_H
#define TICKETD_MESSAGE_REPORT_H

#include <ticketd/message.h>

#include "message/fields.h"
#include "message/mime.h"

/* Recipients of one report; the others are left out. */
#define TD_REPORT_RECIPIENTS 1000

/* The formal report in @mime: parts made for programs, wherever they stand.
 * NULL when there is none, or when a person's mail passes on those of another
 * (its Subject says so).  The caller owns it. */
TdReport *td_report_read(const TdMime *mime);
void td_report_free(TdReport *report);

/* A report that tells nothing yet.  The caller owns it. */
TdReport *td_report_new(TdReportKind kind, gboolean formal);

/* Adds a recipient, all but its address ""; NULL if there are too many.
 * Borrowed from @report. */
TdDsnRecipient *td_report_add(TdReport *report, const char *address);

/* Reads the blocks of a message/delivery-status. */
void td_report_read_delivery(TdReport *report, const char *blocks, gsize size);

/* Takes the Message-ID in @field unless one is known or @field is NULL. */
void td_report_take_id(TdReport *report, const TdField *field);

/* ---- report-fields.c: values of the fields of a report ---- */

/* The value behind its type ("rfc822; a@example.org"), if it has one; the
 * caller owns this and the next ones. */
char *td_report_typed(const GArray *fields, const char *name);

/* The address in it: without type, brackets, comments; decoded (RFC 6533,
 * section 3).  Anything that is no mail address (X.400) stays as it is. */
char *td_report_address(const GArray *fields, const char *name);

/* "failed" or another word of RFC 3464, section 2.3.3; else what it says, lower
 * case. */
char *td_report_action(const GArray *fields);

/* "5.1.1" of "5.1.1 (unknown user)"; "" if it does not look like one (RFC 3463,
 * section 2). */
char *td_report_status(const GArray *fields);

/* xtext (RFC 3461, section 4) decoded. */
char *td_report_xtext(const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdReport, td_report_free)

#endif
