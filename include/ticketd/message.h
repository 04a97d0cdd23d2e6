/* message.h - what a mail says, decoded to UTF-8; and mails of our own
 *
 * Parsing never fails: whatever cannot be understood is left empty, for no
 * mail is refused for its content.  All strings in the structures are valid
 * UTF-8 without NUL, never NULL unless it says so, and owned by them.  All
 * functions may be called in any thread after td_message_init(). */

#ifndef TICKETD_MESSAGE_H
#define TICKETD_MESSAGE_H

#include <glib.h>

G_BEGIN_DECLS

/* Longest Message-ID taken, in bytes without the NUL (RFC 5322, 2.1.1). */
#define TD_MESSAGE_ID_MAX 996

typedef struct {
	char *name;    /* display name, decoded; "" when there is none */
	char *address; /* as written; compare by td_address_same() */
} TdAddress;

typedef struct {
	char *name;  /* as written, less the colon */
	char *value; /* unfolded, decoded (RFC 2047), white space trimmed */
	char *raw;   /* unfolded, not decoded: for structured fields */
} TdHeader;

typedef struct {
	char *name;   /* file name without directories; "part-3" where none */
	char *type;   /* "image/png" */
	gsize size;   /* bytes once decoded */
	char *sha256; /* of the decoded bytes, hex */
	guint part;   /* number from 1 in order of the mail, for
	               * td_message_attachment() */
} TdAttachment;

typedef struct {
	char *address;    /* Final-Recipient, else Original-Recipient */
	char *action;     /* lower case: "failed", "delayed", "delivered" ... */
	char *status;     /* "5.1.1" */
	char *diagnostic; /* text without its type */
} TdDsnRecipient;

/* What a report (RFC 3464, 8098, 5965) tells of the mail it is about. */
typedef struct {
	char *envid;           /* Original-Envelope-Id, xtext decoded, or "" */
	GPtrArray *recipients; /* of TdDsnRecipient; may be empty */
	char *returned_message_id; /* of the returned headers or message, or "";
	                            * for an MDN, Original-Message-ID */
} TdReport;

/* Results of an Authentication-Results field (RFC 8601): "pass", "fail",
 * "none" ...; "" where the field has no such method. */
typedef struct {
	char *spf;
	char *dkim; /* "pass" only if aligned with From's domain */
	char *dmarc;
} TdAuth;

typedef struct {
	char *message_id; /* without the angle brackets; made from the bytes
	                   * ("sha256:...") where the sender gave none that can
	                   * be used */
	gboolean has_message_id; /* FALSE: it was made */
	char *digest; /* hex SHA-256 of the content: LF form, without the trace
	               * fields on top (Return-Path, Delivered-To,
	               * X-Original-To, Received), without a leading mbox From
	               * line.  Without a Message-ID, of all bytes. */

	GPtrArray *from; /* of TdAddress, as are the next four; may be empty */
	GPtrArray *sender;
	GPtrArray *reply_to;
	GPtrArray *to;
	GPtrArray *cc;
	char *subject;
	gint64 date;      /* seconds UTC, 0 when there is none */
	GStrv references; /* ids without brackets, oldest first: References,
	                   * then what In-Reply-To adds; at most 200, the newest
	                   * kept */

	char *text; /* LF line ends; from text/plain, else from the HTML */
	char *reply_text;  /* what the writer added */
	char *quoted_text; /* the rest: quotes, signature */
	char *
	    charset_guess; /* of text when declared wrongly or not at all; "" */
	GPtrArray *attachments; /* of TdAttachment */

	GPtrArray *headers; /* of TdHeader, topmost first; at most 1000 */
	char *content_type; /* of the whole mail, lower case, "text/plain" */
	char *report_type; /* lower case parameter of multipart/report, or "" */
	TdReport *report;  /* NULL when it is none */
	gboolean unreadable; /* made by td_message_unreadable() */
	GStrv problems;      /* sentences: what was cut, limited, guessed */
} TdMessage;

/* Once before all else, in the main thread. */
void td_message_init(void);

/* Reads the @size bytes at @raw (CRLF or LF, with or without a leading mbox
 * "From " line) as one RFC 5322 message.  The caller owns the result. */
TdMessage *td_message_parse(const char *raw, gsize size);
void td_message_free(TdMessage *message);

/* A message that is filed without being understood (poison): no headers, the
 * subject given, digest and made-up id of the bytes. */
TdMessage *td_message_unreadable(
    const char *raw, gsize size, const char *subject);

/* The value (raw form) of the @index-th field (0: topmost) called @name, case
 * ignored; NULL when there is none.  Borrowed from @message. */
const char *td_message_header(
    const TdMessage *message, const char *name, guint index);

/* The first address of From, folded; "" when there is none that can be used.
 * Borrowed, for as long as @message lives. */
const char *td_message_from(const TdMessage *message);

/* Decoded bytes of attachment @part; NULL if there is none of that number. */
GBytes *td_message_attachment(const char *raw, gsize size, guint part);

/* Splits a text into what its writer added and the rest (quotes, attribution
 * lines, signature).  *@reply and *@quoted are the caller's. */
void td_message_split_reply(const char *text, char **reply, char **quoted);

/* Reads the Authentication-Results fields that bear @authserv_id (NULL: none
 * is believed) for a mail whose From has @from_domain.  Of several a fail wins.
 * Fields below the first that is not ours are the sender's and not read. */
TdAuth *td_message_auth(const TdMessage *message, const char *authserv_id);
void td_auth_free(TdAuth *auth);

/* A mail of our own.  All strings are borrowed and may be NULL unless it says
 * so; header injection is impossible: line breaks in values become blanks. */
typedef struct {
	const char *from_name;
	const char *from;    /* required */
	const TdAddress *to; /* array, ended by .address NULL; required */
	const TdAddress *cc; /* the same, or NULL */
	const char *reply_to;
	const char *subject;
	const char *message_id;        /* without brackets; required */
	const char *in_reply_to;       /* one id without brackets */
	const char *const *references; /* ids without brackets, oldest first */
	gint64 date;                   /* seconds UTC */
	const char *const *headers;    /* name, value, name, value, ..., NULL:
	                                * further fields, ASCII */
	const char *text;              /* UTF-8, LF */
} TdCompose;

/* The mail as it goes over the wire: CRLF, 7bit (RFC 2047, quoted-printable or
 * base64), complete with Date and MIME-Version.  The caller owns the result. */
GBytes *td_message_compose(const TdCompose *compose);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdMessage, td_message_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdAuth, td_auth_free)

G_END_DECLS

#endif
