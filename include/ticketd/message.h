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
	char *name; /* file name without directories; "part-3.pdf" where none */
	char *type; /* "image/png" */
	gsize size; /* bytes once decoded */
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

typedef enum {
	TD_REPORT_DELIVERY,    /* RFC 3464, and bounces of any form */
	TD_REPORT_DISPOSITION, /* a receipt, RFC 8098 */
	TD_REPORT_FEEDBACK,    /* a complaint, RFC 5965 */
} TdReportKind;

/* What a report tells of the mail it is about. */
typedef struct {
	TdReportKind kind;
	gboolean formal; /* FALSE: no parts made for programs; read out of the
	                  * words of a mail that reads as a bounce.  Anybody can
	                  * write such words: only what else is known of the
	                  * sender makes it one. */
	char *envid;     /* Original-Envelope-Id, xtext decoded, or "" */
	GPtrArray *recipients;     /* of TdDsnRecipient; may be empty */
	char *returned_message_id; /* of the returned headers or message, or "";
	                            * for an MDN, Original-Message-ID */
} TdReport;

/* Results of an Authentication-Results field (RFC 8601): "pass", "fail",
 * "none" ...; "" where the field has no such method. */
typedef struct {
	char *spf;
	char *dkim; /* "pass" only if aligned with From's domain */
	char *dmarc;
	char *dmarc_policy; /* that of From's domain, if the field tells:
	                     * "none", "quarantine", "reject"; of several that
	                     * fail the strictest */
} TdAuth;

/* A mail that passes on another one. */
typedef struct {
	TdAddress *from;  /* who wrote the other one; .address "" if it does not
	                   * tell, or tells only a name */
	char *subject;    /* of the other one; "" */
	char *message_id; /* of the other one, without brackets; "" */
	gint64 date;      /* of the other one, seconds UTC; 0 */
	char *text; /* what it said, as far as it stands in the text; "" */
	char *note; /* what was written above it; "" */
	guint part; /* number of the attached message, 0: it stands in the text
	             */
} TdForward;

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
	char *reply_text;           /* what the writer added */
	const char *reply_language; /* of it, as td_language_guess() says */
	char *quoted_text;          /* the rest: quotes, signature */
	TdForward *forward;         /* NULL: it forwards nothing */
	char *reaction; /* the emoji, if the mail is but a reaction (RFC 9078)
	                 * or the text that stands for one; else "" */
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

/* How much of a mail is read, and how text is read that does not say in which
 * charset it is.  What is left out for a limit is told in .problems; the raw
 * bytes have all of it. */
typedef struct {
	guint depth;                 /* multiparts inside each other */
	guint parts;                 /* parts, multiparts too */
	gsize header;                /* bytes of all header fields together */
	gsize text;                  /* bytes of text, decoded, also as UTF-8 */
	gsize decoded;               /* bytes of one attachment, decoded */
	const char *const *charsets; /* tried in this order where neither the
	                              * label nor a guess fits; NULL-ended */
} TdMessageLimits;

/* From now on these hold (@limits is copied, its charsets too); the defaults of
 * ticketd.conf until then.  Before a second thread runs. */
void td_message_set_limits(const TdMessageLimits *limits);

/* Reads the @size bytes at @raw (CRLF or LF, with or without a leading mbox
 * "From " line) as one RFC 5322 message.  The caller owns the result. */
TdMessage *td_message_parse(const char *raw, gsize size);
void td_message_free(TdMessage *message);

/* A message that is filed without being understood (poison): no headers, the
 * subject given, digest and made-up id of the bytes. */
TdMessage *td_message_unreadable(
    const char *raw, gsize size, const char *subject);
/* Gives such a one the Message-ID and digest that parsing would, for which the
 * fields of its header are looked at: by them it is known if it was filed when
 * it could be read.  One that was filed without that is known by its bytes. */
void td_message_identify(TdMessage *message, const char *raw, gsize size);

/* The value (raw form) of the @index-th field (0: topmost) called @name, case
 * ignored; NULL when there is none.  Borrowed from @message. */
const char *td_message_header(
    const TdMessage *message, const char *name, guint index);

/* The first address of From, folded; "" when there is none that can be used.
 * Borrowed, for as long as @message lives. */
const char *td_message_from(const TdMessage *message);

/* When the topmost Received field says that the mail came, seconds UTC; 0 if
 * there is none or it does not tell. */
gint64 td_message_delivered(const TdMessage *message);

/* Decoded bytes of attachment @part; NULL if there is none of that number.  The
 * whole mail is taken apart for it. */
GBytes *td_message_attachment(const char *raw, gsize size, guint part);

/* A mail taken apart once, for whoever wants several of its attachments.
 * td_unpacked_new() borrows the bytes; the caller owns the result. */
typedef struct TdUnpacked TdUnpacked;
TdUnpacked *td_unpacked_new(const char *raw, gsize size);
void td_unpacked_free(TdUnpacked *unpacked);

/* As td_message_attachment(). */
GBytes *td_unpacked_attachment(const TdUnpacked *unpacked, guint part);

/* One attachment of a mail as it will be sent on: its name, type and decoded
 * bytes; NULL if there is none of that number.  The caller owns the result. */
typedef struct {
	char *name; /* UTF-8; may be "" */
	char *type; /* "image/png"; "" is application/octet-stream */
	GBytes *bytes;
} TdComposeAttachment;

TdComposeAttachment *td_compose_attachment_new(
    const char *name, const char *type, GBytes *bytes);
void td_compose_attachment_free(TdComposeAttachment *attachment);

/* Splits a text into what its writer added and the rest (quotes, attribution
 * lines, signature; below something written also all from a line on that begins
 * with eight U+2500, as our mails have above history and footer).  *@reply and
 * *@quoted are the caller's. */
void td_message_split_reply(const char *text, char **reply, char **quoted);

/* What the writer added, and those quotes that he answered one by one: marked
 * lines between two pieces of his text, and when there are such, those right
 * above his first.  Attribution lines and what stands below the line of eight
 * U+2500 in a quote are left out; a mail with nothing but a quote on top or
 * below gives the same as td_message_split_reply().  The caller owns it. */
char *td_message_inline_reply(const char *text);

/* What the writer added, in two parts: what stands *@above all that he quoted,
 * and what stands *@below some of it, with the quotes that he answered one by
 * one if @quotes is set.  A mail program that breaks long lines of a quote may
 * leave a piece of one without a mark, which anybody may have written: commands
 * are for the part above.  The caller owns both. */
void td_message_split_written(
    const char *text, gboolean quotes, char **above, char **below);

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
	const char *html;             /* the same for those who want it: a whole
	                               * document, UTF-8; NULL: none */
	const GPtrArray *attachments; /* of TdComposeAttachment, or NULL */
} TdCompose;

/* The mail as it goes over the wire: CRLF, 7bit (RFC 2047, quoted-printable or
 * base64), complete with Date and MIME-Version: text/plain, with .html
 * multipart/alternative, with attachments multipart/mixed around it. Boundaries
 * come from the Message-ID, so that the same mail has the same bytes.  The
 * caller owns the result. */
GBytes *td_message_compose(const TdCompose *compose);

/* ---- signatures ---- */

/* Whether the whole of @message is signed by OpenPGP (RFC 3156) or S/MIME
 * (RFC 8551, detached or in one piece): only then all that is read of its body
 * is; the header (Subject, From) never is.  Nothing is verified here. */
gboolean td_message_is_signed(const TdMessage *message);

/* Checks the signature of the mail with these keys and no others.  Runs gpg or
 * gpgsm in a directory of its own below @scratch, without network: to be called
 * in a helper process.  @keys are bytes of public keys or certificates (of
 * GBytes).  *@fingerprint is "openpgp:..." or "smime:..." of the key that made
 * a good signature, *@digest the SHA-256 of what was signed (hex, so that the
 * same signed text is known again), *@time when it was made (0: it does not
 * say); fingerprint and digest NULL if the signature is bad, expired, or by no
 * such key, or the mail is not signed as a whole.  A certificate is trusted
 * because it is given, its issuer is not asked.  The caller owns both.  Sets
 * GNUPGHOME in the environment of the process while it works.
 * TD_ERROR_AGAIN: gpg is not there, or failed. */
gboolean td_message_verify(const char *raw, gsize size, const GPtrArray *keys,
    const char *scratch, char **fingerprint, char **digest, gint64 *time,
    GError **error);

/* What a file of a public key or certificate holds: *@key is "openpgp:..." or
 * "smime:...", *@user who it says it belongs to (printable).  TD_ERROR_USAGE:
 * it holds none, a secret one, or more than one. */
gboolean td_message_read_key(GBytes *bytes, const char *scratch, char **key,
    char **user, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdMessage, td_message_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdUnpacked, td_unpacked_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdAuth, td_auth_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdComposeAttachment, td_compose_attachment_free)

G_END_DECLS

#endif
