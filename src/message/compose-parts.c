/* compose-parts.c - see message/compose-parts.h
 *
 * Attachments come from strangers and go on to others, so nothing of what they
 * say about themselves is taken over but a name and a plain media type. */

#include "config.h"

#include <string.h>

#include <ticketd/message.h>
#include <ticketd/sha256.h>

#include "message/attachments.h"
#include "message/body.h"
#include "message/compose-parts.h"
#include "message/words.h"

/* RFC 6838, section 4.2: longest type or subtype. */
#define TYPE_MAX 127
/* RFC 5322, section 2.1.1, without CR LF. */
#define WIRE_LINE_MAX 998
/* Bytes of a name in one piece. */
#define NAME_PIECE_MAX 54
/* Hexadecimal digits of the Message-ID's digest in a boundary. */
#define STEM_DIGITS 40

#define UNKNOWN_TYPE "application/octet-stream"

/* Multiparts of one mail, the letters that end their boundaries. */
#define MIXED 'm'
#define ALTERNATIVE 'a'

TdComposeAttachment *
td_compose_attachment_new(const char *name, const char *type, GBytes *bytes)
{
	TdComposeAttachment *attachment = g_new(TdComposeAttachment, 1);

	attachment->name = g_strdup(name == NULL ? "" : name);
	attachment->type = g_strdup(type == NULL ? "" : type);
	attachment->bytes = g_bytes_ref(bytes);
	return attachment;
}

void
td_compose_attachment_free(TdComposeAttachment *attachment)
{
	if (attachment == NULL)
		return;

	g_free(attachment->name);
	g_free(attachment->type);
	g_bytes_unref(attachment->bytes);
	g_free(attachment);
}

/* What all boundaries of the mail begin with.  "=_" never is in base64 or
 * quoted-printable (RFC 2045, section 6.7). */
static char *
make_stem(const TdCompose *compose)
{
	g_autoptr(TdSha256) checksum = td_sha256_new();
	g_autofree char *digest = NULL;

	td_sha256_update(
	    checksum, compose->message_id, strlen(compose->message_id));
	digest = td_sha256_finish_hex(checksum);
	return g_strdup_printf("=_%.*s", STEM_DIGITS, digest);
}

static void
open_multipart(GString *out, const char *subtype, const char *stem, char kind)
{
	g_string_append_printf(out,
	    "Content-Type: multipart/%s;\r\n boundary=\"%s%c\"\r\n\r\n",
	    subtype, stem, kind);
}

static void
open_part(GString *out, const char *stem, char kind)
{
	g_string_append_printf(out, "--%s%c\r\n", stem, kind);
}

/* Each part ends in a line end of its own, as the text of a mail does; the one
 * that belongs to the delimiter comes on top. */
static void
end_part(GString *out)
{
	g_string_append(out, "\r\n");
}

static void
close_multipart(GString *out, const char *stem, char kind)
{
	g_string_append_printf(out, "--%s%c--\r\n", stem, kind);
}

static void
append_texts(GString *out, const TdCompose *compose, const char *stem)
{
	if (compose->html == NULL) {
		td_body_append(out, "text/plain", compose->text, stem);
		return;
	}
	open_multipart(out, "alternative", stem, ALTERNATIVE);
	open_part(out, stem, ALTERNATIVE);
	td_body_append(out, "text/plain", compose->text, stem);
	end_part(out);
	open_part(out, stem, ALTERNATIVE);
	td_body_append(out, "text/html", compose->html, stem);
	end_part(out);
	close_multipart(out, stem, ALTERNATIVE);
}

/* A token of RFC 2045, section 5.1, of at most TYPE_MAX. */
static gboolean
is_token(const char *at, gsize size)
{
	for (gsize i = 0; i < size; i++)
		if (at[i] <= ' ' || at[i] >= 0x7f ||
		    strchr("()<>@,;:\\\"/[]?=", at[i]) != NULL)
			return FALSE;
	return size > 0 && size <= TYPE_MAX;
}

/* The type in lower case and without what follows it.  Types whose parts must
 * not be encoded (RFC 2046, sections 5.1 and 5.2) become a plain file. */
static char *
safe_type(const char *type)
{
	gsize size = strcspn(type, "; \t\r\n");
	const char *slash = memchr(type, '/', size);
	g_autofree char *lower = NULL;

	if (slash == NULL || !is_token(type, (gsize)(slash - type)) ||
	    !is_token(slash + 1, size - (gsize)(slash - type) - 1))
		return g_strdup(UNKNOWN_TYPE);
	lower = g_ascii_strdown(type, (gssize)size);
	if (g_str_has_prefix(lower, "multipart/") ||
	    (g_str_has_prefix(lower, "message/") &&
	        strcmp(lower, "message/rfc822") != 0))
		return g_strdup(UNKNOWN_TYPE);
	return g_steal_pointer(&lower);
}

/* The mail in @bytes as it can stand in ours without an encoding: 7 bits, lines
 * of a length that all servers take.  NULL if it cannot. */
static GString *
plain_mail(GBytes *bytes, const char *stem)
{
	gsize size, line = 0;
	const char *data = g_bytes_get_data(bytes, &size);
	GString *out;

	if (size == 0 || (size > 4 && memcmp(data, "From ", 5) == 0) ||
	    memmem(data, size, stem, strlen(stem)) != NULL)
		return NULL;
	out = g_string_sized_new(size + size / 32);
	for (gsize i = 0; i < size; i++) {
		gboolean ends = data[i] == '\n' ||
		    (data[i] == '\r' && i + 1 < size && data[i + 1] == '\n');

		if (!ends &&
		    (data[i] == '\r' || data[i] == '\0' ||
		        (guchar)data[i] > 0x7f || ++line > WIRE_LINE_MAX)) {
			g_string_free(out, TRUE);
			return NULL;
		}
		if (!ends) {
			g_string_append_c(out, data[i]);
			continue;
		}
		i += data[i] == '\r';
		g_string_append(out, "\r\n");
		line = 0;
	}
	if (line > 0)
		g_string_append(out, "\r\n");
	return out;
}

static void
append_quoted_string(GString *out, const char *text)
{
	g_string_append_c(out, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			g_string_append_c(out, '\\');
		g_string_append_c(out, *text);
	}
	g_string_append_c(out, '"');
}

/* RFC 2231, sections 3 and 4: attribute characters stay. */
static void
append_escaped(GString *out, const char *name)
{
	gsize column = 0;
	guint section = 0;
	gboolean whole = strlen(name) * 3 <= NAME_PIECE_MAX;

	g_string_append(out,
	    whole ? ";\r\n filename*=utf-8''" : ";\r\n filename*0*=utf-8''");
	for (; *name != '\0'; name++) {
		gboolean plain = g_ascii_isalnum(*name) ||
		    strchr("-._~", *name) != NULL;

		if (!whole && column > NAME_PIECE_MAX) {
			g_string_append_printf(
			    out, ";\r\n filename*%u*=", ++section);
			column = 0;
		}
		if (plain)
			g_string_append_c(out, *name);
		else
			g_string_append_printf(out, "%%%02X", (guchar)*name);
		column += plain ? 1 : 3;
	}
}

/* The name once more for programs that do not know RFC 2231: encoded words in
 * quotes, against RFC 2047, section 5, but what all of them read.  It is not
 * called "filename", for some would take that and not look further. */
static void
append_old_name(GString *out, const char *name)
{
	g_autofree char *plain = g_strdup(name);

	if (g_str_is_ascii(name))
		return;
	g_strdelimit(plain, "\"\\", '_');
	g_string_append(out, ";\r\n name=\"");
	td_words_encode(out, plain, 7);
	g_string_append_c(out, '"');
}

static void
append_disposition(GString *out, const char *name)
{
	g_string_append(out, "Content-Disposition: attachment");
	if (!g_str_is_ascii(name)) {
		append_escaped(out, name);
	} else if (*name != '\0') {
		g_string_append(out, ";\r\n filename=");
		append_quoted_string(out, name);
	}
	g_string_append(out, "\r\n");
}

/* The same name, so that a double click finds a program for mails. */
static char *
mail_name(const char *name)
{
	gsize size = strlen(name);

	if (size >= 4 && g_ascii_strcasecmp(name + size - 4, ".eml") == 0)
		return g_strdup(name);
	return g_strconcat(size == 0 ? "message" : name, ".eml", NULL);
}

/* What is not said to be of a charset is read in any, so texts that can be
 * nothing else are told to be UTF-8. */
static const char *
charset_of(const char *type, GBytes *bytes)
{
	gsize size;
	const char *data = g_bytes_get_data(bytes, &size);

	if (!g_str_has_prefix(type, "text/") || size == 0 ||
	    !g_utf8_validate_len(data, size, NULL))
		return "";
	for (gsize i = 0; i < size; i++)
		if ((guchar)data[i] > 0x7f)
			return "; charset=utf-8";
	return "";
}

static void
append_file(GString *out, const char *type, const char *name, GBytes *bytes)
{
	gsize size;
	const guint8 *data = g_bytes_get_data(bytes, &size);

	g_string_append_printf(
	    out, "Content-Type: %s%s", type, charset_of(type, bytes));
	append_old_name(out, name);
	g_string_append(out, "\r\nContent-Transfer-Encoding: base64\r\n");
	append_disposition(out, name);
	g_string_append(out, "\r\n");
	td_body_append_base64(out, data, size);
}

static void
append_attachment(
    GString *out, const TdComposeAttachment *attachment, const char *stem)
{
	g_autofree char *type = safe_type(attachment->type);
	g_autofree char *utf8 = td_words_utf8(attachment->name, NULL);
	g_autofree char *name = td_attachment_safe_name(utf8);
	g_autofree char *eml = NULL;
	GString *mail;

	if (strcmp(type, "message/rfc822") != 0) {
		append_file(out, type, name, attachment->bytes);
		return;
	}
	mail = plain_mail(attachment->bytes, stem);
	eml = mail_name(name);
	if (mail == NULL) {
		append_file(out, UNKNOWN_TYPE, eml, attachment->bytes);
		return;
	}
	g_string_append(out, "Content-Type: message/rfc822");
	append_old_name(out, eml);
	g_string_append(out, "\r\n");
	append_disposition(out, eml);
	g_string_append(out, "\r\n");
	g_string_append_len(out, mail->str, (gssize)mail->len);
	g_string_free(mail, TRUE);
}

void
td_compose_parts_append(GString *out, const TdCompose *compose)
{
	g_autofree char *stem = make_stem(compose);
	const GPtrArray *attachments = compose->attachments;

	if (attachments == NULL || attachments->len == 0) {
		append_texts(out, compose, stem);
		return;
	}
	open_multipart(out, "mixed", stem, MIXED);
	open_part(out, stem, MIXED);
	append_texts(out, compose, stem);
	end_part(out);
	for (guint i = 0; i < attachments->len; i++) {
		open_part(out, stem, MIXED);
		append_attachment(out, g_ptr_array_index(attachments, i), stem);
		end_part(out);
	}
	close_multipart(out, stem, MIXED);
}
