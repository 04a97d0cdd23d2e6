/* classify-sender.c - who wrote, and to whom */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/pattern.h>
#include <ticketd/text.h>

#include "desk/classify-private.h"

/* ---- rule 7 ---- */

gboolean
td_desk_is_machine(const TdDesk *desk, const char *address)
{
	g_autofree char *folded = td_address_fold(address);
	g_autofree char *local = NULL;

	local = folded == NULL ? td_text_fold(address)
	                       : td_address_local(folded);
	return td_pattern_match(desk->conf->machine_senders, local, NULL, NULL);
}

/* Rule 7: local parts that no person has.  In the envelope they say that the
 * writer does not wait for an answer there, not what the mail is: a person's
 * mail may go out by way of a service that sends for many.  Forms and lists
 * that we know have envelopes of their own. */
void
td_case_local_part(TdCase *mail)
{
	const char *address = mail->speaker->address;
	const char *sender = mail->envelope->sender;

	if (td_desk_is_machine(mail->desk, address))
		td_case_fire_machine(
		    mail, TD_CLASS_NOTIFICATION, 7, "From", address);
	if (sender != NULL && !mail->form && !mail->transparent &&
	    td_desk_is_machine(mail->desk, sender)) {
		g_autofree char *why = NULL;

		why = g_strdup_printf("rule 7: envelope sender %s", sender);
		td_case_silence(mail, why);
	}
}

/* ---- rule 8 ---- */

/* Our own mail came back, by a mark that only we can have made. */
void
td_case_own(TdCase *mail)
{
	static const char loop[] = "X-Ticketd-Loop";
	const TdKeys *keys = mail->desk->keys;
	const char *value;
	guint index = 0;
	TdPlace place;

	if (td_token_read_message_id(keys, mail->message->message_id, &place) !=
	    TD_TOKEN_BAD)
		td_case_fire_value(mail, TD_CLASS_OWN, 8, "Message-ID",
		    mail->message->message_id);
	while (!mail->classed &&
	    (value = td_case_next(mail, loop, &index)) != NULL)
		if (td_token_read_message_id(keys, value, &place) !=
		    TD_TOKEN_BAD)
			td_case_fire_value(mail, TD_CLASS_OWN, 8, loop, value);
}

/* Our bare address as From without a declared web form, or that of a list which
 * leads to us: nobody to answer. */
void
td_case_from_own(TdCase *mail)
{
	GStrv lists = mail->desk->conf->transparent_lists;

	if (mail->from == NULL)
		td_case_silence(mail, "no address to answer to in From");
	else if (td_desk_is_own(mail->desk, mail->from))
		td_case_silence(
		    mail, "rule 8: From is an address of this desk");
	else if (g_strv_contains((const char *const *)lists, mail->from))
		td_case_silence(
		    mail, "rule 8: From is a list that leads to this desk");
}

/* ---- rule 9 ---- */

/* Whether mail to @address means us: ours, or a mailbox that passes it on. */
static gboolean
leads_here(const TdCase *mail, const char *address)
{
	GStrv forwarders = mail->desk->conf->forwarders;
	g_autofree char *folded = td_address_fold(address);

	return folded != NULL &&
	    (td_desk_is_own(mail->desk, folded) ||
	        g_strv_contains((const char *const *)forwarders, folded));
}

static gboolean
lists_own(const TdCase *mail, GPtrArray *addresses)
{
	for (guint i = 0; i < addresses->len; i++) {
		const TdAddress *address = g_ptr_array_index(addresses, i);

		if (leads_here(mail, address->address))
			return TRUE;
	}
	return FALSE;
}

/* Whether a field with one address or several names one of ours.  The Resent
 * fields are not in TdMessage, so they are looked through as text. */
static gboolean
field_names_own(const TdCase *mail, const char *name)
{
	const char *value;
	guint index = 0;

	while ((value = td_case_next(mail, name, &index)) != NULL) {
		g_auto(GStrv) words = g_strsplit_set(value, ",<>; \t", -1);

		for (guint i = 0; words[i] != NULL; i++)
			if (leads_here(mail, words[i]))
				return TRUE;
	}
	return FALSE;
}

static gboolean
lists_address(GPtrArray *addresses, const char *wanted)
{
	for (guint i = 0; i < addresses->len; i++) {
		const TdAddress *address = g_ptr_array_index(addresses, i);

		if (td_address_same(address->address, wanted))
			return TRUE;
	}
	return FALSE;
}

/* Rule 9: nobody wrote to us: a blind copy, or an alias that nobody told us of
 * (RFC 5230 4.5).  An alias that the mail server resolved is known to us as the
 * original recipient, and it counts if To or Cc names it. */
void
td_case_not_addressed(TdCase *mail)
{
	static const char *const resent[] = { "Resent-To", "Resent-Cc",
		"Resent-Bcc" };
	const TdMessage *message = mail->message;
	const char *originals[] = { mail->envelope->original_recipient,
		td_desk_original_to(message) };

	if (mail->transparent || mail->envelope->actor != NULL ||
	    lists_own(mail, message->to) || lists_own(mail, message->cc))
		return;
	for (guint i = 0; i < G_N_ELEMENTS(resent); i++)
		if (field_names_own(mail, resent[i]))
			return;
	for (guint i = 0; i < G_N_ELEMENTS(originals); i++)
		if (originals[i] != NULL &&
		    (lists_address(message->to, originals[i]) ||
		        lists_address(message->cc, originals[i])))
			return;
	td_case_silence(mail, "rule 9: none of our addresses in To or Cc");
}
