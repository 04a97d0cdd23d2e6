/* conf-private.h - the parts that ticketd.conf is read by
 *
 * conf-file.c finds groups and lines, conf-keys.c says which keys there are,
 * conf-value.c and conf-things.c turn a value into a field, conf-check.c and
 * conf-rules.c look at what several keys say together, conf.c is the way
 * through all of them.  A mistake is noted in the TdConfFile and reading goes
 * on, so that all are told at once. */

#ifndef BASE_CONF_PRIVATE_H
#define BASE_CONF_PRIVATE_H

#include <ticketd/conf.h>

G_BEGIN_DECLS

/* ---- conf-file.c ---- */

typedef struct {
	char *name; /* as between the brackets */
	guint line;
	GHashTable *lines; /* key (char *) -> line (GUINT_TO_POINTER) */
} TdConfGroup;

typedef struct {
	char *path;
	GPtrArray *groups;   /* of TdConfGroup, in the order of the file */
	GKeyFile *values;    /* without the blanks round them */
	GPtrArray *mistakes; /* opaque */
} TdConfFile;

/* Reads the lines of @path.  NULL with TD_ERROR_CONFIG only if there is nothing
 * to read; mistakes in lines are noted. */
TdConfFile *td_conf_file_read(const char *path, GError **error);
void td_conf_file_free(TdConfFile *file);

/* The group of that name, or NULL. */
const TdConfGroup *td_conf_file_group(const TdConfFile *file, const char *name);

/* NAME in a group "@kind NAME" ("queue", "calendar"), borrowed from @group;
 * NULL if it is none. */
const char *td_conf_group_name(const char *group, const char *kind);

/* The @index-th group of that kind, or NULL. */
const TdConfGroup *td_conf_group_at(
    const TdConfFile *file, const char *kind, guint index);

/* The line of @key in @group, else that of the group, else 1. */
guint td_conf_file_line(
    const TdConfFile *file, const char *group, const char *key);

/* Notes a mistake in @line: what is wrong; what was expected. */
void td_conf_file_complain(
    TdConfFile *file, guint line, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* FALSE with TD_ERROR_CONFIG if there was any mistake: one a line, by line. */
gboolean td_conf_file_finish(TdConfFile *file, GError **error);

/* ---- conf-keys.c ---- */

typedef enum {
	/* Fields char *. */
	TD_CONF_NAME,      /* word that people type */
	TD_CONF_DOMAIN,    /* A-labels */
	TD_CONF_LANGUAGE,  /* "en" */
	TD_CONF_PATH,      /* absolute */
	TD_CONF_TEMPLATES, /* directory that exists; NULL if empty */
	TD_CONF_TIMEZONE,
	TD_CONF_WORD, /* without blanks */
	TD_CONF_TEXT,
	TD_CONF_DELIMITER,
	TD_CONF_REPLY_ADDRESS,
	TD_CONF_ADDRESS, /* folded */
	TD_CONF_SERVER,  /* "host:port", no IPv6 address */
	TD_CONF_AGENT_EVIDENCE,
	/* Fields guint64. */
	TD_CONF_SIZE, /* bytes; K, M, G behind the number */
	TD_CONF_COUNT,
	/* Fields guint. */
	TD_CONF_NUMBER,
	TD_CONF_DURATION, /* seconds; s, m, h, d behind the number */
	TD_CONF_MODE,     /* octal */
	TD_CONF_CLOCK,    /* minutes after midnight, or TD_DIGEST_NONE */
	/* Fields gboolean and enum. */
	TD_CONF_BOOLEAN,
	TD_CONF_RETURN_PATH,
	TD_CONF_CUSTOMER_EVIDENCE,
	TD_CONF_STARTTLS,
	TD_CONF_SANDBOX,
	TD_CONF_ACKNOWLEDGE,
	TD_CONF_CLOSED,
	TD_CONF_DISTRIBUTE,
	TD_CONF_CHILDREN,
	TD_CONF_ESCALATE_AT,
	TD_CONF_MONITOR_EVIDENCE,
	TD_CONF_MONITOR_FORMAT,
	TD_CONF_RECOVERY,
	/* Fields GStrv. */
	TD_CONF_TEXTS,
	TD_CONF_ADDRESSES, /* folded */
	TD_CONF_LISTS,     /* folded addresses or List-Ids */
	TD_CONF_DOMAINS,   /* A-labels */
	TD_CONF_PATHS,     /* absolute; NULL if not set */
	TD_CONF_MARKS,     /* "field: glob" */
	TD_CONF_CHARSETS,  /* that iconv knows */
	TD_CONF_SERVERS,   /* "host:port", "[::1]:24" too */
	TD_CONF_NAMES,     /* of groups and fields */
	TD_CONF_CLASSES,   /* of mail that opens tickets: "human" */
	TD_CONF_FIELDS,    /* "name: value" */
	/* Fields TdPattern *. */
	TD_CONF_PATTERN_WHOLE,
	TD_CONF_PATTERN_PART,
	/* Fields GPtrArray * of TdHeaderPattern and of TdEscalationStep. */
	TD_CONF_HEADERS,
	TD_CONF_STEPS,
	/* Fields GArray * of guint. */
	TD_CONF_NUMBERS,
	TD_CONF_MATRIX, /* five by five */
	/* Fields GArray * of TdSpan. */
	TD_CONF_HOURS, /* see td_calendar_read_hours() */
	/* Fields GRegex * and GPtrArray * of those. */
	TD_CONF_REGEX,
	TD_CONF_REGEXES,
} TdConfKind;

/* The default of a key that must be there. */
extern const char td_conf_required[];

typedef struct {
	const char *group; /* "queue" for [queue NAME], so "calendar" */
	const char *key;
	TdConfKind kind;
	const char *fallback; /* as it would stand in the file; NULL: none */
	gsize offset;         /* in TdConf; in TdQueue or TdCalendar for their
	                       * keys */
	guint64 least;        /* of numbers */
	guint64 most;
} TdConfKey;

/* All keys; the last one has no group. */
extern const TdConfKey td_conf_keys[];

/* Groups with names; what they are read into begins with a char *, the name. */
typedef struct {
	const char *kind;
	gsize size;
	gsize offset; /* in TdConf: GPtrArray * of them */
} TdConfNamed;

/* The last one has no kind. */
extern const TdConfNamed td_conf_named[];

/* Whether groups of that kind have names: [queue NAME]. */
gboolean td_conf_kind_is_named(const char *kind);

/* The key of that name in a group ("desk", "queue"), or NULL. */
const TdConfKey *td_conf_key_find(const char *group, const char *key);

/* ---- conf-take.c: one value each ----
 *
 * What is kept of @text, the caller's; NULL if it will not do. */

char *td_conf_take_name(const char *text);
char *td_conf_take_domain(const char *text);
char *td_conf_take_language(const char *text);
char *td_conf_take_path(const char *text);
char *td_conf_take_templates(const char *text);
char *td_conf_take_timezone(const char *text);
char *td_conf_take_word(const char *text);
char *td_conf_take_text(const char *text);
char *td_conf_take_delimiter(const char *text);
char *td_conf_take_reply_address(const char *text);
char *td_conf_take_listener(const char *text);
char *td_conf_take_server(const char *text);
char *td_conf_take_list(const char *text);
char *td_conf_take_mark(const char *text);
char *td_conf_take_charset(const char *text);

/* Whole numbers; FALSE leaves *@number. */
gboolean td_conf_take_count(const char *text, guint64 *number);
gboolean td_conf_take_octal(const char *text, guint64 *number);
/* "08:00" as minutes, "none" as TD_DIGEST_NONE. */
gboolean td_conf_take_clock(const char *text, guint64 *number);
gboolean td_conf_take_size(const char *text, guint64 *bytes);
gboolean td_conf_take_duration(const char *text, guint64 *seconds);

/* ---- conf-value.c ---- */

/* Sets the field of @key in @base (a TdConf, TdQueue or TdCalendar) to its
 * value in
 * @group, else to its default; a mistake is noted and leaves the field. */
void td_conf_value_read(
    TdConfFile *file, const TdConfKey *key, const char *group, gpointer base);

/* Frees what td_conf_value_read() made. */
void td_conf_value_clear(const TdConfKey *key, gpointer base);

/* ---- conf-things.c: values that are more than a word ---- */

char *td_conf_take_class(const char *text);
/* "name: value" of a ticket's field, without blanks that do not count. */
char *td_conf_take_field(const char *text);
/* "Field: pattern"; NULL with TD_ERROR_CONFIG. */
TdHeaderPattern *td_conf_take_header(const char *text, GError **error);
void td_header_pattern_free(TdHeaderPattern *header);
/* "owner", "leads 30m", "queue 1h", "anna 2h", "boss@example.com 1d": who, and
 * how long after the step before (0 unless told); NULL if it will not do. */
TdEscalationStep *td_conf_take_step(const char *text);
void td_escalation_step_free(TdEscalationStep *step);
/* "1 1 2 3 3": adds its numbers, which must be @count from 1 to 5, to @numbers
 * (of guint). */
gboolean td_conf_take_numbers(const char *text, guint count, GArray *numbers);

/* ---- conf-rules.c ---- */

/* Notes what the groups of rules.h say wrong together: names of queues,
 * calendars, fields and escalations that there are not, groups twice, groups of
 * expressions that there are not, and what can never come to anything. */
void td_conf_check_rules(TdConfFile *file, const TdConf *conf);

/* ---- conf-check.c ---- */

/* What reads the events of calendars: td_calendar_read_events(), or NULL for
 * nothing. */
typedef gboolean (*TdEventsReader)(
    GStrv files, GTimeZone *zone, GArray **stretches, GError **error);

/* Fills fields whose default is another field, and notes what does not go
 * together.  Fields of keys with mistakes may be NULL. */
void td_conf_check(TdConfFile *file, TdConf *conf, TdEventsReader reader);

/* ---- conf.c ---- */

TdConf *td_conf_load_by(
    const char *path, TdEventsReader reader, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdConfFile, td_conf_file_free)

G_END_DECLS

#endif
