/* conf.h - ticketd.conf, read and checked whole
 *
 * The keys, their types and defaults stand in one table, src/base/conf-keys.c;
 * ticketd.conf(5) describes them. */

#ifndef TICKETD_CONF_H
#define TICKETD_CONF_H

#include <glib.h>

#include <ticketd/calendar.h>
#include <ticketd/rules.h>

G_BEGIN_DECLS

typedef enum {
	TD_ACKNOWLEDGE_NEW,    /* the mail that opens a ticket */
	TD_ACKNOWLEDGE_ALWAYS, /* follow-ups too, by a shorter text */
	TD_ACKNOWLEDGE_NEVER,
} TdAcknowledge;

typedef enum {
	TD_CLOSED_REOPEN, /* within reopen-days, then as TD_CLOSED_NEW */
	TD_CLOSED_NEW,    /* a new ticket linked to the closed one */
	TD_CLOSED_ANSWER, /* filed, and told how to write anew */
} TdClosed;

typedef enum {
	TD_STARTTLS_NONE,
	TD_STARTTLS_MAY,
	TD_STARTTLS_MUST
} TdStarttls;

typedef enum {
	TD_SANDBOX_AUTO, /* as far as the kernel goes */
	TD_SANDBOX_MUST, /* or nothing starts */
	TD_SANDBOX_OFF,
} TdSandboxUse;

typedef enum {
	TD_EVIDENCE_ANSWER,
	TD_EVIDENCE_DMARC
} TdCustomerEvidence;

#define TD_DIGEST_NONE G_MAXUINT

typedef struct {
	char *name;
	char *address;   /* folded */
	GStrv aliases;   /* folded; may be empty */
	char *from_name; /* of the mails that go out */
	char *language;  /* the desk's unless set */
	TdAcknowledge acknowledge;
	TdClosed closed;
	GStrv notify; /* folded addresses of the team: told instead of agents */
	char *team_evidence; /* what makes an answer to such a mail an agent's:
	                      * "address" (From is enough), "dmarc" or
	                      * "signature" */
	gboolean quote;      /* customers see the history below a reply */
	gboolean rate;       /* closing asks for a rating */
	char *calendar; /* name, the desk's unless set; NULL: always open */
	TdDistribute distribute; /* who gets a new ticket */
	gboolean working_hours;  /* only those who are at work */
	guint release; /* seconds of the calendar after which an owner who has
	                * not answered loses the ticket; 0: never */
	TdChildren children; /* what closing a parent does */
} TdQueue;

typedef struct {
	char *path; /* of the file this was read from */

	/* [desk] */
	char *name;          /* the word in [support #42] */
	char *domain;        /* right side of our Message-IDs, A-labels */
	char *language;      /* "en" */
	char *store;         /* directory */
	char *run;           /* directory of the sockets */
	char *templates;     /* directory, or NULL: the built-in ones alone */
	char *admin;         /* folded address, or NULL */
	char *timezone;      /* TZ name, or NULL: the system's */
	char *authserv_id;   /* RFC 8601, or NULL: no field is believed */
	char *control_group; /* or NULL */
	char *admin_group;   /* the same; then there is one for control */
	TdSandboxUse sandbox;
	guint64 max_message_size; /* bytes */
	guint64 first_number;
	char *recipient_delimiter; /* one or more characters, each of which may
	                            * part the extension */
	char *reply_address;       /* "{local}+{extension}@{domain}" */
	gboolean
	    deliver_fallback; /* ticket-deliver may run ticketd --deliver */
	TdCustomerEvidence customer_evidence;
	char *agent_evidence;     /* the least that agents' mail must bring:
	                           * "address" (a personal address), "dmarc",
	                           * "signature" */
	gboolean ack_return_path; /* TRUE: the ticket's bounce address */
	guint reply_hold;         /* seconds until agents' replies go out */
	guint reopen_days;
	guint resolve_days;
	guint link_days;         /* how long one-tap links are good */
	guint digest;            /* minutes after midnight, or TD_DIGEST_NONE */
	guint64 attach_limit;    /* bytes of attachments in notifications */
	GStrv ignore_lines;      /* globs of lines that gateways put on top */
	GStrv transparent_lists; /* folded addresses or List-Ids */
	GStrv forwarders;        /* folded addresses */
	GStrv form_senders;      /* folded addresses */
	GStrv public_domains;    /* lower case */
	GStrv own_aliases; /* folded addresses that forward to a queue: mail
	                    * to them counts as written to the desk */
	TdPattern *machine_senders; /* all of a folded local part */
	GPtrArray *tag_patterns;    /* of TdPattern, each with one group: the
	                             * number */

	GStrv spam_marks; /* "field: glob": header fields by which a scanner in
	                   * front of us says spam */
	guint suppress_days;        /* how long an address that bounced gets no
	                             * automatic mail; 0: for ever */
	guint mute;                 /* seconds for which a machine that plays
	                             * ping-pong with us gets none */
	guint answers_per_day;      /* automatic answers to one address */
	guint answers_per_hour;     /* automatic answers to one domain */
	char *calendar;             /* name, or NULL: always open */
	char *canned;               /* directory of canned answers, or NULL */
	TdPattern *trusted_senders; /* whose X-Ticketd-* fields count; NULL:
	                             * nobody's */
	GArray *priority_matrix;    /* of guint: 25 priorities, five impacts for
	                             * each urgency, high ones first */

	/* [message]: see TdMessageLimits */
	guint mail_depth;
	guint mail_parts;
	guint64 mail_header;
	guint64 mail_text;
	guint64 mail_decoded;
	guint mail_seconds; /* of a processor, for reading one mail */
	GStrv mail_charsets;

	/* [store] */
	guint64 cache_size; /* bytes */

	/* [lmtp] */
	GStrv lmtp_sockets; /* absolute paths; run/lmtp unless set */
	guint lmtp_mode;
	char *lmtp_group;  /* or NULL */
	GStrv lmtp_listen; /* "host:port"; may be empty */
	guint
	    lmtp_timeout; /* seconds without a byte until the connection ends */
	guint lmtp_connections;      /* at once */
	guint lmtp_peer_connections; /* of them of one peer */
	guint64 lmtp_memory; /* bytes of mail held in memory at once; more goes
	                      * to a temporary file */

	/* [smtp] */
	char *smtp_server; /* "host:port" */
	TdStarttls smtp_starttls;
	char *smtp_user;          /* or NULL */
	char *smtp_password_file; /* or NULL */
	guint smtp_timeout;       /* seconds for each command */
	guint smtp_give_up;       /* seconds until a deferred mail fails */

	GPtrArray
	    *queues; /* of TdQueue, in the order of the file; at least 1 */
	/* In the order of the file: */
	GPtrArray *calendars;   /* of TdCalendar */
	GPtrArray *rules;       /* of TdRoutingRule */
	GPtrArray *types;       /* of TdTicketType */
	GPtrArray *fields;      /* of TdFieldKind */
	GPtrArray *slas;        /* of TdSla */
	GPtrArray *escalations; /* of TdEscalation */
	GPtrArray *monitors;    /* of TdMonitor */
} TdConf;

/* Reads and checks @path.  NULL with TD_ERROR_CONFIG says file, line, what is
 * wrong and what was expected ("FILE:12: unknown key "colour" in [desk]").
 * The caller owns the result. */
TdConf *td_conf_load(const char *path, GError **error);
/* The same, but nobody looks at the files of calendars: they have no holidays
 * and no openings, so that no business time is to be reckoned by them. */
TdConf *td_conf_load_without_events(const char *path, GError **error);
void td_conf_free(TdConf *conf);

/* The queue of that name, or NULL; borrowed from @conf. */
const TdQueue *td_conf_queue(const TdConf *conf, const char *name);

/* The hours that hold for @queue; NULL: it is always open.  Borrowed. */
const TdCalendar *td_conf_calendar(const TdConf *conf, const TdQueue *queue);

/* Calendar @name; NULL for NULL, "always" and one that is gone. */
const TdCalendar *td_conf_calendar_named(const TdConf *conf, const char *name);

/* What the group of that name says; NULL if there is none; borrowed. */
const TdTicketType *td_conf_type(const TdConf *conf, const char *name);
const TdFieldKind *td_conf_field(const TdConf *conf, const char *name);
const TdSla *td_conf_sla(const TdConf *conf, const char *name);
const TdEscalation *td_conf_escalation(const TdConf *conf, const char *name);

/* Whether tickets have a field @name: service, equipment, or a [field]. */
gboolean td_conf_has_field(const TdConf *conf, const char *name);

/* The priority of @urgency and @impact (1 to 5; 0 counts as 3). */
guint td_conf_priority(const TdConf *conf, guint urgency, guint impact);

/* The zone of conf->timezone, else the system's; the caller owns a reference.
 */
GTimeZone *td_conf_zone(const TdConf *conf);

/* The path that -c, else TICKETD_CONF, else the build names; borrowed. */
const char *td_conf_path(const char *option);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdConf, td_conf_free)

G_END_DECLS

#endif
