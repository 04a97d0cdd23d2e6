/* mime.h - the parts of a mail, and which of them are its text
 *
 * GMime undoes the encodings, but the mail is cut into parts here.  GMime's
 * parser takes attached messages apart as well and cannot say afterwards which
 * bytes they were, and the objects it makes for a part of five bytes take some
 * thousand, without a limit. */

#ifndef TICKETD_MESSAGE_MIME_H
#define TICKETD_MESSAGE_MIME_H

#include <glib.h>

#include "message/gmime-auto.h"
#include "message/params.h"

typedef enum {
	TD_PART_ATTACHMENT,
	TD_PART_TEXT,   /* the text, or a further piece of it */
	TD_PART_SHADOW, /* the same text in another form, not used */
} TdPartRole;

/* A part; the root of the tree is the mail itself. */
typedef struct {
	char *type; /* media type, lower case */
	TdParams *content_type;
	TdParams *disposition; /* NULL when there is none */
	GMimeContentEncoding encoding;
	char *id;        /* Content-ID without brackets; may be NULL */
	const char *raw; /* the whole part as it came, its header too */
	gsize raw_size;
	const char *content; /* borrowed from the raw bytes, still encoded */
	gsize size;
	GPtrArray *children; /* of TdPart; NULL for a leaf */
	TdPartRole role;     /* of a leaf */
} TdPart;

/* A mail taken apart.  It borrows the raw bytes. */
typedef struct {
	TdPart *root;
	GPtrArray *leaves;  /* of TdPart in the order of the mail, borrowed */
	GByteArray *opaque; /* what an S/MIME mail in one piece has signed (RFC
	                     * 8551, 3.5.2): its root then has this as its only
	                     * child; NULL for all others */
} TdMime;

/* Takes the @size bytes at @raw (without mbox line) apart. */
TdMime *td_mime_parse(const char *raw, gsize size, GPtrArray *problems);
void td_mime_free(TdMime *mime);

/* Sets the roles of the leaves, once td_mime_parse() has made the tree. */
void td_leaves_find(TdMime *mime);

/* Whether the media type is @type: "text/plain". */
gboolean td_part_is(const TdPart *part, const char *type);

/* A parameter of Content-Type; NULL when there is none.  Borrowed. */
const char *td_part_parameter(const TdPart *part, const char *name);

/* The file name it came with, of Content-Disposition or Content-Type; NULL when
 * it has none.  Borrowed. */
const char *td_part_name(const TdPart *part);

/* Gets the decoded bytes of a part in pieces; FALSE: wants no more. */
typedef gboolean (*TdPartSink)(const char *bytes, gsize size, gpointer data);
void td_part_decode(const TdPart *part, TdPartSink sink, gpointer data);

/* At most @max decoded bytes of @part.  *@cut (may be NULL) becomes TRUE if
 * there are more.  The caller owns the result. */
GByteArray *td_part_read(const TdPart *part, gsize max, gboolean *cut);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdMime, td_mime_free)

#endif
