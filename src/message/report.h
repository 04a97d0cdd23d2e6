/* report.h - what delivery reports, receipts and complaints say */

#ifndef TICKETD_MESSAGE_REPORT_H
#define TICKETD_MESSAGE_REPORT_H

#include <ticketd/message.h>

#include "message/mime.h"

/* The report in @mime, or NULL when it is none: neither a multipart/report nor
 * a bare message/delivery-status.  The caller owns it. */
TdReport *td_report_read(const TdMime *mime);
void td_report_free(TdReport *report);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdReport, td_report_free)

#endif
