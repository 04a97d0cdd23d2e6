/* corpus-bounces.c - whether recipients of bounces are right, see corpus.h */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>

#include "corpus.h"

typedef struct {
	guint addresses, right_address;
	guint permanences, right_permanence;
	guint statuses, right_status; /* as the mail has it */
	guint classes, right_class;   /* the first digit of it */
} Counts;

/* "5.0.9xx" is made up by those who expect it, for mails that have none. */
static gboolean
is_made_up(const char *status)
{
	return strlen(status) >= strlen("5.0.900") &&
	    strncmp(status + 1, ".0.9", strlen(".0.9")) == 0;
}

/* What follows for the sender, as far as a recipient tells. */
static const char *
permanence_of(const CorpusRecipient *recipient)
{
	if (g_str_equal(recipient->action, "delayed"))
		return "temporary";
	if (g_str_equal(recipient->action, "failed"))
		return "permanent";
	if (*recipient->status == '5')
		return "permanent";
	return *recipient->status == '4' ? "temporary" : "";
}

static const CorpusRecipient *
find_recipient(const CorpusMail *mail, const char *address)
{
	for (guint i = 0; i < mail->recipients->len; i++) {
		const CorpusRecipient *recipient = g_ptr_array_index(
		    mail->recipients, i);

		if (td_address_same(recipient->address, address))
			return recipient;
	}
	return NULL;
}

static char *
list_recipients(const CorpusMail *mail)
{
	GString *list = g_string_new(NULL);

	if (!mail->report)
		return g_string_free(g_string_append(list, "no report"), FALSE);
	for (guint i = 0; i < mail->recipients->len; i++) {
		const CorpusRecipient *recipient = g_ptr_array_index(
		    mail->recipients, i);

		g_string_append_printf(list, "%s<%s> %s %s", i == 0 ? "" : ", ",
		    recipient->address, recipient->action, recipient->status);
	}
	return g_string_free(
	    list->len == 0 ? g_string_append(list, "no recipient") : list,
	    FALSE);
}

static void
fault(CorpusReport *report, const CorpusMail *mail, const char *what,
    const char *expected)
{
	g_autofree char *got = list_recipients(mail);

	corpus_report_fault(report, what, mail->path, expected, got);
}

static void
judge_address(const CorpusMail *mail, const CorpusBounce *bounce,
    gboolean excused, Counts *counts, CorpusReport *report)
{
	const CorpusRecipient *recipient = find_recipient(
	    mail, bounce->address);
	gboolean right;

	counts->addresses++;
	counts->right_address += recipient != NULL;
	if (recipient == NULL && !excused)
		fault(report, mail, "a recipient is missing", bounce->address);
	if (*bounce->permanence == '\0')
		return;
	right = recipient != NULL &&
	    g_str_equal(permanence_of(recipient), bounce->permanence);
	counts->permanences++;
	counts->right_permanence += right;
	if (!right && recipient != NULL && !excused)
		fault(report, mail, "another permanence", bounce->permanence);
}

/* The recipients come in the order of the mail, without their addresses; each
 * of ours is used for one of them. */
static gboolean
take_status(
    const CorpusMail *mail, const char *status, gsize length, GByteArray *used)
{
	for (guint i = 0; i < mail->recipients->len; i++) {
		const CorpusRecipient *recipient = g_ptr_array_index(
		    mail->recipients, i);

		if (used->data[i] ||
		    strncmp(recipient->status, status, length) != 0 ||
		    (length > 1 && recipient->status[length] != '\0'))
			continue;
		used->data[i] = 1;
		return TRUE;
	}
	return FALSE;
}

static GByteArray *
nothing_used(const CorpusMail *mail)
{
	GByteArray *used = g_byte_array_new();

	g_byte_array_set_size(used, mail->recipients->len + 1);
	memset(used->data, 0, used->len);
	return used;
}

static void
judge_statuses(const CorpusMail *mail, const GPtrArray *bounces,
    gboolean excused, Counts *counts, CorpusReport *report)
{
	g_autoptr(GByteArray) exact = nothing_used(mail);
	g_autoptr(GByteArray) rough = nothing_used(mail);

	for (guint i = 0; i < bounces->len; i++) {
		const CorpusBounce *bounce = g_ptr_array_index(bounces, i);
		const char *status = bounce->status;
		gboolean right;

		if (*status == '\0')
			continue;
		right = take_status(mail, status, 1, rough);
		counts->classes++;
		counts->right_class += right;
		if (!right && !excused)
			fault(report, mail, "another class of status", status);
		if (is_made_up(status))
			continue;
		right = take_status(mail, status, strlen(status), exact);
		counts->statuses++;
		counts->right_status += right;
		if (!right && !excused)
			fault(report, mail, "another status", status);
	}
}

static GPtrArray *
bounces_of(const Corpus *corpus, const CorpusMail *mail)
{
	GPtrArray *bounces = g_ptr_array_new();

	for (guint i = 0; i < corpus->bounces->len; i++) {
		CorpusBounce *bounce = g_ptr_array_index(corpus->bounces, i);

		if (g_str_equal(bounce->path, mail->path))
			g_ptr_array_add(bounces, bounce);
	}
	return bounces;
}

static void
judge_mail(const Corpus *corpus, const CorpusMail *mail, Counts *counts,
    CorpusReport *report)
{
	g_autoptr(GPtrArray) bounces = bounces_of(corpus, mail);
	gboolean excused = corpus_exception(corpus, "bounces", mail) != NULL;

	for (guint i = 0; i < bounces->len; i++) {
		const CorpusBounce *bounce = g_ptr_array_index(bounces, i);

		if (*bounce->address != '\0')
			judge_address(mail, bounce, excused, counts, report);
	}
	judge_statuses(mail, bounces, excused, counts, report);
}

static void
report_counts(const Counts *counts, CorpusReport *report)
{
	corpus_report_share(report, "right_recipient",
	    "expected recipients that we name", counts->right_address,
	    counts->addresses);
	corpus_report_share(report, "right_permanence",
	    "  of the right permanence", counts->right_permanence,
	    counts->permanences);
	corpus_report_share(report, "right_status",
	    "expected status codes, exactly", counts->right_status,
	    counts->statuses);
	corpus_report_share(report, "right_status_class",
	    "expected status codes, the first digit", counts->right_class,
	    counts->classes);
}

void
corpus_judge_bounces(const Corpus *corpus, CorpusReport *report)
{
	Counts counts = { 0 };
	guint all = 0, with_report = 0, with_recipient = 0, with_status = 0;

	corpus_report_section(report, "bounces", "Bounces");
	for (guint i = 0; i < corpus->mails->len; i++) {
		const CorpusMail *mail = g_ptr_array_index(corpus->mails, i);
		const CorpusRecipient *first = mail->recipients->len == 0
		    ? NULL
		    : g_ptr_array_index(mail->recipients, 0);

		if (!g_str_equal(mail->kind, "dsn-bounce"))
			continue;
		all++;
		with_report += mail->report;
		with_recipient += first != NULL && *first->address != '\0';
		with_status += first != NULL && *first->status != '\0';
		judge_mail(corpus, mail, &counts, report);
	}
	corpus_report_share(
	    report, "reports", "bounces read as reports", with_report, all);
	corpus_report_share(
	    report, "with_recipient", "with a recipient", with_recipient, all);
	corpus_report_share(
	    report, "with_status", "with a status", with_status, all);
	report_counts(&counts, report);
}
