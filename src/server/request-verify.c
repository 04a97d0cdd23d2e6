/* request-verify.c - the verb verify: was anything changed?  A page of tickets
 */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "server/request.h"

/* ---- seals: "N SEQ CHAIN" ---- */

static gboolean
read_chain(const char *hex, guint8 chain[32])
{
	if (strlen(hex) != 64)
		return FALSE;
	for (gsize i = 0; i < 32; i++) {
		int high = g_ascii_xdigit_value(hex[2 * i]);
		int low = g_ascii_xdigit_value(hex[2 * i + 1]);

		if (high < 0 || low < 0)
			return FALSE;
		chain[i] = (guint8)(high * 16 + low);
	}
	return TRUE;
}

static gboolean
read_seal(const char *text, TdSeal *seal)
{
	g_auto(GStrv) words = g_strsplit(text, " ", 4);

	return g_strv_length(words) == 3 &&
	    g_ascii_string_to_unsigned(
	        words[0], 10, 0, G_MAXINT64, &seal->ticket, NULL) &&
	    g_ascii_string_to_unsigned(
	        words[1], 10, 0, G_MAXINT64, &seal->sequence, NULL) &&
	    read_chain(words[2], seal->chain);
}

/* Whether @seal comes behind the last of @seals. */
static gboolean
is_in_order(const GArray *seals, const TdSeal *seal)
{
	const TdSeal *last;

	if (seals->len == 0)
		return TRUE;
	last = &g_array_index(seals, TdSeal, seals->len - 1);
	return last->ticket < seal->ticket ||
	    (last->ticket == seal->ticket && last->sequence < seal->sequence);
}

static gboolean
read_seals(const TdCall *call, GArray *seals, GError **error)
{
	g_auto(GStrv) texts = td_call_texts(call, "seals");

	for (gsize i = 0; texts[i] != NULL; i++) {
		TdSeal seal;

		if (!read_seal(texts[i], &seal))
			return td_fail(error, TD_ERROR_USAGE,
			    "\"%s\" is no seal", texts[i]);
		if (!is_in_order(seals, &seal))
			return td_fail(error, TD_ERROR_USAGE,
			    "seal \"%s\" is out of order", texts[i]);
		g_array_append_val(seals, seal);
	}
	return TRUE;
}

static JsonArray *
heads_json(const GArray *heads)
{
	JsonArray *array = json_array_sized_new(heads->len);

	for (guint i = 0; i < heads->len; i++) {
		const TdSeal *head = &g_array_index(heads, TdSeal, i);
		g_autofree char *chain = td_text_hex(
		    head->chain, sizeof(head->chain));
		g_autofree char *text = g_strdup_printf(
		    "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %s",
		    head->ticket, head->sequence, chain);

		json_array_add_string_element(array, text);
	}
	return array;
}

/* ---- the verb ---- */

static void
add_finding(
    guint64 ticket, guint64 sequence, const char *finding, gpointer data)
{
	JsonObject *object = json_object_new();

	td_json_set_number(object, "ticket", ticket);
	if (sequence != 0)
		td_json_set_number(object, "sequence", sequence);
	else
		json_object_set_null_member(object, "sequence");
	json_object_set_string_member(object, "finding", finding);
	json_array_add_object_element(data, object);
}

/* A single number that was never handed out has nothing to be wrong. */
static gboolean
check_single(const TdCall *call, const TdVerify *verify, guint64 *last_number,
    GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(td_service_store(call->service));
	guint64 first = 0, last = 0;

	if (!td_ticket_range(txn, &first, &last, error))
		return FALSE;
	*last_number = last;
	if (verify->number == verify->until && verify->seals_count == 0 &&
	    verify->number != TD_TICKET_DESK &&
	    (verify->number < first || verify->number > last))
		return td_fail(error, TD_ERROR_REFUSED,
		    "there is no ticket %" G_GUINT64_FORMAT, verify->number);
	return TRUE;
}

static JsonObject *
answer_json(const TdVerify *verify, guint64 last)
{
	JsonObject *result = json_object_new();

	td_json_set_number(result, "wrong", verify->wrong);
	td_json_set_number(result, "tickets", verify->tickets);
	td_json_set_number(result, "events", verify->events);
	td_json_set_number(result, "messages", verify->messages);
	td_json_set_number(result, "unvouched", verify->unvouched);
	td_json_set_number(result, "last", last);
	if (verify->number != 0)
		td_json_set_number(result, "next", verify->number);
	if (verify->heads != NULL)
		json_object_set_array_member(
		    result, "heads", heads_json(verify->heads));
	return result;
}

gboolean
td_request_verify(const TdCall *call, GError **error)
{
	g_autoptr(GArray) seals = g_array_new(FALSE, FALSE, sizeof(TdSeal));
	g_autoptr(GArray) heads = g_array_new(FALSE, FALSE, sizeof(TdSeal));
	g_autoptr(JsonArray) findings = json_array_new();
	TdVerify verify = {
		.number = td_call_number(call, "number", 0),
		.until = td_call_number(call, "until", G_MAXUINT64),
		.heads = td_call_flag(call, "heads") ? heads : NULL,
		.finding = add_finding,
		.data = findings,
	};
	JsonObject *result;
	guint64 last;

	if (!read_seals(call, seals, error))
		return FALSE;
	verify.seals = (const TdSeal *)seals->data;
	verify.seals_count = seals->len;
	if (!check_single(call, &verify, &last, error) ||
	    !td_store_verify(td_service_store(call->service), &verify, error))
		return FALSE;

	result = answer_json(&verify, last);
	json_object_set_array_member(
	    result, "findings", g_steal_pointer(&findings));
	td_call_answer(call, result);
	return TRUE;
}
