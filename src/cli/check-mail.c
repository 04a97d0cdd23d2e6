/* check-mail.c - whether the mail server hands each queue its mail
 *
 * Asked by SMTP, as a sender would; the advice is for Postfix. */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/error.h>

#include "cli/check.h"
#include "cli/cli.h"

/* Long enough for a server that thinks, short enough for a person. */
#define TIMEOUT_SECONDS 20u

/* ---- the size of mails ---- */

static void
check_size(const TdProbe *probe, const TdConf *conf, GPtrArray *findings)
{
	guint64 size = 0;

	if (!td_probe_size(probe, &size)) {
		td_finding_add(findings, TD_LEVEL_OK, "mail size",
		    "the server tells no limit");
	} else if (size == 0 || size > conf->max_message_size) {
		g_autofree char *limit = size == 0
		    ? g_strdup("mail of any size")
		    : g_strdup_printf(
		          "mail of up to %" G_GUINT64_FORMAT " bytes", size);

		td_finding_add(findings, TD_LEVEL_WARNING, "mail size",
		    "the server takes %s, ticketd %" G_GUINT64_FORMAT
		    " (max-message-size): what is larger bounces after the "
		    "server took it; try: postconf -e "
		    "message_size_limit=%" G_GUINT64_FORMAT,
		    limit, conf->max_message_size, conf->max_message_size);
	} else {
		td_finding_add(findings, TD_LEVEL_OK, "mail size",
		    "the server takes up to %" G_GUINT64_FORMAT
		    " bytes (message_size_limit), ticketd %" G_GUINT64_FORMAT,
		    size, conf->max_message_size);
	}
}

/* ---- addresses ---- */

/* What in Postfix refuses @address with @answer. */
static const char *
advise(guint code, const char *answer)
{
	if (strstr(answer, "STARTTLS") != NULL || code == 530)
		return "the server wants TLS or a login before it says: "
		       "smtpd_tls_security_level, "
		       "smtpd_recipient_restrictions";
	if (strcasestr(answer, "relay") != NULL)
		return "its domain is none of the server's: name it in "
		       "virtual_mailbox_domains, relay_domains or "
		       "mydestination";
	if (strcasestr(answer, "unknown") != NULL ||
	    strstr(answer, "5.1.1") != NULL)
		return "the server does not know it: add it to "
		       "virtual_alias_maps (or virtual_mailbox_maps, "
		       "relay_recipient_maps, local_recipient_maps), and send "
		       "it to ticketd by transport_maps";
	if (code >= 400 && code < 500)
		return "the server puts it off: look for the reason in the "
		       "mail log (a table that cannot be read, greylisting)";
	return "look for the reason in the mail log";
}

/* The queue's own address with an extension that nobody has. */
static char *
with_extension(const TdConf *conf, const char *address)
{
	g_autofree char *local = td_address_local(address);

	return g_strdup_printf("%s%ccheck@%s", local,
	    conf->recipient_delimiter[0], td_address_domain(address));
}

static gboolean
check_plain(TdProbe *probe, const TdQueue *queue, const char *address,
    gboolean *known, GPtrArray *findings, GError **error)
{
	g_autofree char *answer = NULL;
	g_autofree char *what = g_strconcat("mail to ", address, NULL);
	guint code = 0;

	if (!td_probe_recipient(probe, address, &code, &answer, error))
		return FALSE;
	*known = code >= 200 && code < 300;
	if (*known)
		td_finding_add(findings, TD_LEVEL_OK, what,
		    "the server takes it (queue %s)", queue->name);
	else
		td_finding_add(findings, TD_LEVEL_CRITICAL, what, "\"%s\": %s",
		    answer, advise(code, answer));
	return TRUE;
}

static gboolean
check_extension(TdProbe *probe, const TdConf *conf, const TdQueue *queue,
    GPtrArray *findings, GError **error)
{
	g_autofree char *address = with_extension(conf, queue->address);
	g_autofree char *what = g_strconcat("mail to ", address, NULL);
	g_autofree char *answer = NULL;
	guint code = 0;

	if (!td_probe_recipient(probe, address, &code, &answer, error))
		return FALSE;
	if (code >= 200 && code < 300)
		td_finding_add(findings, TD_LEVEL_OK, what,
		    "the server takes addresses with an extension");
	else
		td_finding_add(findings, TD_LEVEL_CRITICAL, what,
		    "\"%s\": answers of customers go to such addresses; try: "
		    "postconf -e 'recipient_delimiter = %s', and an entry for "
		    "%s that holds for its extensions too",
		    answer, conf->recipient_delimiter, queue->address);
	return TRUE;
}

/* Whether the addresses of our answers have an extension behind the
 * delimiter, as by default. */
static gboolean
uses_extensions(const TdConf *conf)
{
	return g_str_has_prefix(conf->reply_address, "{local}+{extension}@") ||
	    (g_str_has_prefix(conf->reply_address, "{local}") &&
	        conf->reply_address[strlen("{local}")] ==
	            conf->recipient_delimiter[0]);
}

static gboolean
check_queue(TdProbe *probe, const TdConf *conf, const TdQueue *queue,
    GPtrArray *findings, GError **error)
{
	gboolean known = FALSE;

	if (!check_plain(probe, queue, queue->address, &known, findings, error))
		return FALSE;
	if (known && uses_extensions(conf) &&
	    !check_extension(probe, conf, queue, findings, error))
		return FALSE;
	for (gsize i = 0; queue->aliases[i] != NULL; i++) {
		if (!check_plain(probe, queue, queue->aliases[i], &known,
		        findings, error))
			return FALSE;
	}
	return TRUE;
}

void
td_check_mail(const TdConf *conf, GPtrArray *findings)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdProbe) probe = td_probe_open(
	    conf->smtp_server, conf->domain, TIMEOUT_SECONDS, &error);

	if (probe == NULL) {
		td_finding_add(findings, TD_LEVEL_CRITICAL, "mail server",
		    "%s: %s; see [smtp] server", conf->smtp_server,
		    error->message);
		return;
	}

	td_finding_add(findings, TD_LEVEL_OK, "mail server", "%s answers",
	    conf->smtp_server);
	if (conf->smtp_starttls == TD_STARTTLS_MUST &&
	    !td_probe_wants_tls(probe))
		td_finding_add(findings, TD_LEVEL_CRITICAL, "mail server",
		    "[smtp] starttls is must, but the server offers none; "
		    "try: postconf -e smtpd_tls_security_level=may");
	check_size(probe, conf, findings);
	for (guint i = 0; i < conf->queues->len; i++) {
		if (check_queue(probe, conf, g_ptr_array_index(conf->queues, i),
		        findings, &error))
			continue;
		td_finding_add(findings, TD_LEVEL_CRITICAL, "mail server",
		    "%s: %s", conf->smtp_server, error->message);
		return;
	}
}
