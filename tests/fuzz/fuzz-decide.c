/* fuzz-decide.c - any bytes as a mail to a desk at work: the whole way
 *
 * The first line is the recipient, the second the sender ("<>" the null one),
 * the rest the mail.  A byte 0x1a and the one behind it stand for an address
 * that a letter of the desk named, 0x1c likewise for a Message-ID of one: these
 * are signed, so no input could guess them. */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/error.h>

#include "desk-at-work.h"
#include "desk/desk-private.h"
#include "fuzz.h"

#define MARK_ADDRESS 0x1a
#define MARK_ID 0x1c
#define LINE_MOST 998u

typedef struct {
	char *recipient;
	char *sender;
	char *raw;
	gsize size;
	gboolean proves; /* has something that proves something */
} Mail;

/* How many messages each ticket had before. */
typedef struct {
	TdService *service;
	guint64 counts[64];
} Before;

/* ---- the input ---- */

static void
append_one(GString *out, char *const *texts, guint8 index)
{
	guint count = g_strv_length((char **)texts);

	if (count > 0)
		g_string_append(out, texts[index % count]);
}

static void
read_mail(const guint8 *data, size_t size, Mail *mail)
{
	g_autoptr(GString) out = g_string_new(NULL);
	const guint8 *rest;
	size_t left;

	for (size_t i = 0; i < size; i++) {
		gboolean address = data[i] == MARK_ADDRESS;

		if ((!address && data[i] != MARK_ID) || i + 1 == size) {
			g_string_append_c(out, (char)data[i]);
			continue;
		}
		append_one(out,
		    address ? fuzz_desk_addresses() : fuzz_desk_ids(),
		    data[++i]);
		mail->proves = TRUE;
	}
	rest = (const guint8 *)out->str;
	left = out->len;
	mail->recipient = fuzz_take_line(&rest, &left, 400);
	mail->sender = fuzz_take_line(&rest, &left, 400);
	if (g_str_equal(mail->sender, "<>"))
		*mail->sender = '\0';
	mail->raw = g_memdup2(fuzz_bytes(rest, left), MAX(left, 1));
	mail->size = left;
	/* Its own results are believed. */
	if (g_strstr_len(mail->raw, (gssize)left, "mx.example.com") != NULL)
		mail->proves = TRUE;
}

static void
clear_mail(Mail *mail)
{
	g_free(mail->recipient);
	g_free(mail->sender);
	g_free(mail->raw);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Mail, clear_mail)

/* ---- what is to happen ---- */

static void
check_event(const TdEvent *event, const Mail *mail)
{
	fuzz_check_text(event->actor);
	fuzz_check_text(event->evidence);
	g_assert_nonnull(td_event_kind_name(event->kind));
	/* A From field is no proof. */
	if (!mail->proves)
		g_assert_false(g_str_has_prefix(event->actor, "agent:"));
}

static void
check_plan(const TdPlan *plan, const Mail *mail)
{
	gboolean machine = td_class_is_event(plan->class.class);

	g_assert_nonnull(td_class_name(plan->class.class));
	g_assert_nonnull(td_rule_name(plan->rule));
	fuzz_check_text(plan->rule_reason);
	fuzz_check_text(plan->class.reason);
	fuzz_check_text(plan->silence);
	fuzz_check_text(plan->evidence);
	g_assert_cmpuint(plan->letters->len, ==, plan->letter_events->len);
	for (guint i = 0; i < plan->events->len; i++)
		check_event(g_ptr_array_index(plan->events, i), mail);
	for (guint i = 0; i < plan->results->len; i++) {
		const TdResult *each = g_ptr_array_index(plan->results, i);

		fuzz_check_text(each->line);
		fuzz_check_text(each->text);
	}
	/* A machine gives no orders, and gets no answers. */
	if (machine) {
		g_assert_cmpuint(plan->results->len, ==, 0);
		g_assert_false(plan->acknowledge);
		g_assert_false(plan->follow_up);
	}
}

/* Deciding changes nothing: once more it comes to the same. */
static void
decide(TdService *service, const Mail *mail)
{
	g_autoptr(TdMessage) message = td_message_parse(mail->raw, mail->size);
	g_autoptr(GBytes) bytes = g_bytes_new_static(mail->raw, mail->size);
	const TdEnvelope envelope = { .sender = mail->sender,
		.recipient = mail->recipient,
		.raw = bytes };
	g_autoptr(TdDesk) desk = td_service_desk(service);
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(service));
	g_autoptr(TdPlan) plan = NULL;
	g_autoptr(TdPlan) again = NULL;
	g_autoptr(GError) error = NULL;

	if (!td_desk_decide(
	        desk, txn, message, &envelope, FUZZ_NOW, &plan, &error)) {
		g_assert_error(error, TD_ERROR, TD_ERROR_NOT_OURS);
		return;
	}
	check_plan(plan, mail);
	td_desk_decide(desk, txn, message, &envelope, FUZZ_NOW, &again, &error);
	g_assert_no_error(error);
	g_assert_cmpint(plan->rule, ==, again->rule);
	g_assert_cmpuint(plan->ticket, ==, again->ticket);
	g_assert_cmpuint(plan->events->len, ==, again->events->len);
	g_assert_cmpuint(plan->letters->len, ==, again->letters->len);
	g_assert_cmpstr(plan->class.reason, ==, again->class.reason);
	g_assert_cmpstr(plan->rule_reason, ==, again->rule_reason);
}

/* ---- what went out ---- */

static const char *const fields[] = { "Date", "From", "To", "Cc", "Reply-To",
	"Subject", "Message-ID", "In-Reply-To", "References", "Auto-Submitted",
	"Precedence", "X-Auto-Response-Suppress", "X-Ticketd-Loop",
	"MIME-Version", "Content-Type", "Content-Transfer-Encoding",
	"Content-Disposition", NULL };

/* Nobody's mail brings a field of its own into ours, or one twice. */
static void
check_fields(const TdMessage *letter)
{
	for (guint i = 0; i < letter->headers->len; i++) {
		const TdHeader *header = g_ptr_array_index(letter->headers, i);

		if (!g_strv_contains(fields, header->name))
			g_error("a letter has the field %s", header->name);
		g_assert_null(td_message_header(letter, header->name, 1));
	}
	g_assert_cmpuint(letter->from->len, ==, 1);
	/* Whom no header of 7 bits can name is a group of nobody there. */
	g_assert_nonnull(td_message_header(letter, "To", 0));
}

/* Seven bits in the header, and nowhere a line that no server takes. */
static void
check_lines(const char *raw, gsize size)
{
	const char *body = g_strstr_len(raw, (gssize)size, "\r\n\r\n");
	gsize length = 0;

	g_assert_nonnull(body);
	for (gsize i = 0; i < size; i++) {
		guchar c = (guchar)raw[i];

		g_assert_true(raw + i >= body || c < 0x7f);
		g_assert_cmpint(c, !=, '\0');
		if (c == '\n') {
			g_assert_true(i > 0 && raw[i - 1] == '\r');
			length = 0;
			continue;
		}
		g_assert_true(
		    c != '\r' || (i + 1 < size && raw[i + 1] == '\n'));
		g_assert_cmpuint(++length, <=, LINE_MOST + 1);
	}
}

/* Customers learn of no address that proves more than the ticket. */
static void
check_secrets(const TdMessage *letter)
{
	char *const *each = fuzz_desk_addresses();

	for (; *each != NULL; each++)
		if (strstr(*each, "-p") != NULL || strstr(*each, "-a") != NULL)
			g_assert_null(strstr(letter->text, *each));
}

static void
check_letter(const TdFiled *filed, GBytes *raw)
{
	gsize size;
	const char *bytes = g_bytes_get_data(raw, &size);
	g_autoptr(TdMessage) letter = td_message_parse(bytes, size);

	check_lines(bytes, size);
	check_fields(letter);
	if (!filed->internal)
		check_secrets(letter);
}

static void
look_back(TdService *service, Before *before)
{
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(service));

	before->service = service;
	for (guint i = 0; i < G_N_ELEMENTS(before->counts); i++) {
		g_autoptr(TdTicket) ticket = NULL;
		g_autoptr(GError) error = NULL;

		td_ticket_get(txn, i, &ticket, &error);
		g_assert_no_error(error);
		before->counts[i] = ticket == NULL ? 0 : ticket->messages;
	}
}

/* All messages that came to each ticket since. */
static void
check_new_letters(const Before *before)
{
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(before->service));

	for (guint i = 0; i < G_N_ELEMENTS(before->counts); i++) {
		g_autoptr(TdTicket) ticket = NULL;
		g_autoptr(GError) error = NULL;

		td_ticket_get(txn, i, &ticket, &error);
		for (guint64 sequence = before->counts[i] + 1;
		     ticket != NULL && sequence <= ticket->messages;
		     sequence++) {
			g_autoptr(TdFiled) filed = NULL;
			g_autoptr(GBytes) raw = NULL;

			td_filed_get(txn, i, sequence, &filed, &raw, &error);
			g_assert_no_error(error);
			g_assert_nonnull(filed);
			if (filed->outgoing)
				check_letter(filed, raw);
		}
	}
}

/* The desk writes to nobody that is itself. */
static void
check_outbox(TdService *service)
{
	g_autoptr(TdDesk) desk = td_service_desk(service);
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(service));
	g_autoptr(GPtrArray) rows = NULL;
	g_autoptr(GError) error = NULL;

	td_outbox_rows(txn, 0, 0, G_MAXINT64, TD_READ_MAX, &rows, &error);
	g_assert_no_error(error);
	for (guint i = 0; i < rows->len; i++) {
		const TdOutboxRow *row = g_ptr_array_index(rows, i);

		g_assert_nonnull(row->recipients[0]);
		for (char **each = row->recipients; *each != NULL; each++) {
			g_assert_null(strpbrk(*each, "\r\n <>"));
			g_assert_false(td_desk_recipient(desk, *each, NULL));
		}
	}
}

static guint64
count_outbox(TdService *service)
{
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(service));
	g_autoptr(GPtrArray) rows = NULL;
	g_autoptr(GError) error = NULL;

	td_outbox_rows(txn, 0, 0, G_MAXINT64, TD_READ_MAX, &rows, &error);
	g_assert_no_error(error);
	return rows->len;
}

/* ---- the entry ---- */

static gboolean
file(TdService *service, const Mail *mail, gint64 now, TdOutcome *outcome)
{
	return fuzz_desk_file(service, mail->sender, mail->recipient, mail->raw,
	    mail->size, now, outcome);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
	TdService *service = fuzz_desk();
	g_auto(Mail) mail = { 0 };
	Before before = { 0 };
	TdOutcome outcome, second;
	guint64 rows;

	read_mail(data, size, &mail);
	look_back(service, &before);
	decide(service, &mail);
	if (!file(service, &mail, FUZZ_NOW, &outcome))
		return 0;
	/* The same once more: the mail server did not hear the answer. */
	rows = count_outbox(service);
	g_assert_true(file(service, &mail, FUZZ_NOW + 60, &second));
	g_assert_cmpuint(count_outbox(service), ==, rows);
	fuzz_desk_tick(service, FUZZ_NOW + 86400);
	check_new_letters(&before);
	check_outbox(service);
	fuzz_desk_check(service);
	return 0;
}
