/* media.c - see message/media.h */

#include "config.h"

#include <string.h>

#include "message/media.h"

/* Of several types of one ending, and of several endings of one type, the first
 * is the one to use. */
static const struct {
	const char *type;
	const char *ending;
} media[] = {
	{ "application/pdf", ".pdf" },
	{ "application/msword", ".doc" },
	{ "application/vnd.ms-excel", ".xls" },
	{ "application/vnd.ms-powerpoint", ".ppt" },
	{ "application/vnd.ms-outlook", ".msg" },
	{ "application/"
	  "vnd.openxmlformats-officedocument.wordprocessingml.document",
	    ".docx" },
	{ "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	    ".xlsx" },
	{ "application/"
	  "vnd.openxmlformats-officedocument.presentationml.presentation",
	    ".pptx" },
	{ "application/vnd.oasis.opendocument.text", ".odt" },
	{ "application/vnd.oasis.opendocument.spreadsheet", ".ods" },
	{ "application/vnd.oasis.opendocument.presentation", ".odp" },
	{ "application/rtf", ".rtf" },
	{ "text/rtf", ".rtf" },
	{ "application/zip", ".zip" },
	{ "application/x-zip-compressed", ".zip" },
	{ "application/gzip", ".gz" },
	{ "application/x-gzip", ".gz" },
	{ "application/x-bzip2", ".bz2" },
	{ "application/x-xz", ".xz" },
	{ "application/zstd", ".zst" },
	{ "application/x-tar", ".tar" },
	{ "application/x-7z-compressed", ".7z" },
	{ "application/vnd.rar", ".rar" },
	{ "application/x-rar-compressed", ".rar" },
	{ "application/java-archive", ".jar" },
	{ "application/json", ".json" },
	{ "application/xml", ".xml" },
	{ "text/xml", ".xml" },
	{ "application/javascript", ".js" },
	{ "text/javascript", ".js" },
	{ "application/x-sh", ".sh" },
	{ "application/sql", ".sql" },
	{ "application/x-sqlite3", ".sqlite" },
	{ "application/vnd.ms-tnef", ".tnef" },
	{ "application/ms-tnef", ".tnef" },
	{ "application/pgp-encrypted", ".pgp" },
	{ "application/pgp-signature", ".asc" },
	{ "application/pgp-keys", ".asc" },
	{ "application/pkcs7-signature", ".p7s" },
	{ "application/x-pkcs7-signature", ".p7s" },
	{ "application/pkcs7-mime", ".p7m" },
	{ "application/x-pkcs7-mime", ".p7m" },
	{ "application/x-x509-ca-cert", ".crt" },
	{ "application/x-msdownload", ".exe" },
	{ "application/vnd.android.package-archive", ".apk" },
	{ "application/ics", ".ics" },
	{ "text/calendar", ".ics" },
	{ "text/vcard", ".vcf" },
	{ "text/x-vcard", ".vcf" },
	{ "text/directory", ".vcf" },
	{ "text/plain", ".txt" },
	{ "text/x-log", ".log" },
	{ "text/html", ".html" },
	{ "application/xhtml+xml", ".xhtml" },
	{ "text/css", ".css" },
	{ "text/csv", ".csv" },
	{ "text/tab-separated-values", ".tsv" },
	{ "text/markdown", ".md" },
	{ "text/x-markdown", ".md" },
	{ "text/enriched", ".txt" },
	{ "text/richtext", ".txt" },
	{ "text/x-patch", ".patch" },
	{ "text/x-diff", ".diff" },
	{ "text/rfc822-headers", ".txt" },
	{ "message/rfc822", ".eml" },
	{ "message/global", ".eml" },
	{ "message/partial", ".eml" },
	{ "message/news", ".eml" },
	{ "message/delivery-status", ".txt" },
	{ "message/global-delivery-status", ".txt" },
	{ "message/disposition-notification", ".txt" },
	{ "message/feedback-report", ".txt" },
	{ "message/external-body", ".txt" },
	{ "image/jpeg", ".jpg" },
	{ "image/jpg", ".jpg" },
	{ "image/pjpeg", ".jpg" },
	{ "image/png", ".png" },
	{ "image/x-png", ".png" },
	{ "image/gif", ".gif" },
	{ "image/bmp", ".bmp" },
	{ "image/x-ms-bmp", ".bmp" },
	{ "image/tiff", ".tif" },
	{ "image/webp", ".webp" },
	{ "image/heic", ".heic" },
	{ "image/heif", ".heif" },
	{ "image/avif", ".avif" },
	{ "image/svg+xml", ".svg" },
	{ "image/x-icon", ".ico" },
	{ "image/vnd.microsoft.icon", ".ico" },
	{ "image/x-emf", ".emf" },
	{ "image/emf", ".emf" },
	{ "image/x-wmf", ".wmf" },
	{ "image/wmf", ".wmf" },
	{ "audio/mpeg", ".mp3" },
	{ "audio/mp3", ".mp3" },
	{ "audio/mp4", ".m4a" },
	{ "audio/x-m4a", ".m4a" },
	{ "audio/wav", ".wav" },
	{ "audio/x-wav", ".wav" },
	{ "audio/ogg", ".ogg" },
	{ "audio/opus", ".opus" },
	{ "audio/amr", ".amr" },
	{ "audio/flac", ".flac" },
	{ "audio/midi", ".mid" },
	{ "video/mp4", ".mp4" },
	{ "video/mpeg", ".mpg" },
	{ "video/quicktime", ".mov" },
	{ "video/webm", ".webm" },
	{ "video/x-msvideo", ".avi" },
	{ "video/x-matroska", ".mkv" },
	{ "video/3gpp", ".3gp" },
	{ "font/ttf", ".ttf" },
	{ "image/vnd.adobe.photoshop", ".psd" },
	{ "application/postscript", ".ps" },
	{ "application/dwg", ".dwg" },
	{ "application/acad", ".dwg" },
	{ "image/vnd.dwg", ".dwg" },
	{ "image/vnd.dxf", ".dxf" },
	/* Only for names: */
	{ "image/jpeg", ".jpeg" },
	{ "image/tiff", ".tiff" },
	{ "text/html", ".htm" },
	{ "text/plain", ".text" },
	{ "text/plain", ".cfg" },
	{ "text/plain", ".conf" },
	{ "text/plain", ".ini" },
	{ "application/gzip", ".tgz" },
	{ "application/x-msdownload", ".dll" },
};

gboolean
td_media_ends_with(const char *name, const char *ending)
{
	gsize size = name == NULL ? 0 : strlen(name);
	gsize length = strlen(ending);

	return size >= length &&
	    g_ascii_strcasecmp(name + size - length, ending) == 0;
}

const char *
td_media_type(const char *name)
{
	const char *dot = strrchr(name, '.');

	for (gsize i = 0; dot != NULL && i < G_N_ELEMENTS(media); i++)
		if (g_ascii_strcasecmp(dot, media[i].ending) == 0)
			return media[i].type;
	return "application/octet-stream";
}

const char *
td_media_ending(const char *type)
{
	for (gsize i = 0; i < G_N_ELEMENTS(media); i++)
		if (strcmp(type, media[i].type) == 0)
			return media[i].ending;
	return "";
}
