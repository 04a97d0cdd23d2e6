/* conf-file.c - the lines of ticketd.conf
 *
 * The format is GKeyFile's.  GKeyFile itself keeps no line numbers, takes the
 * last of two equal keys in silence, and leaves blanks behind a value; so lines
 * are found here, and it gets the values, whose escapes and lists it knows. */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "base/conf-private.h"

/* The last line of the message counts what is not told any more. */
#define MISTAKES_TOLD 50

typedef struct {
	guint line;
	char *text;
} Mistake;

/* Where in the file we are. */
typedef struct {
	TdConfFile *file;
	TdConfGroup *group; /* NULL before the first; borrowed */
	gboolean skip;      /* the group is there twice or its line is bad */
	guint line;
} Scanner;

static void
mistake_free(gpointer data)
{
	Mistake *mistake = data;

	g_free(mistake->text);
	g_free(mistake);
}

static void
group_free(gpointer data)
{
	TdConfGroup *group = data;

	g_free(group->name);
	g_hash_table_unref(group->lines);
	g_free(group);
}

void
td_conf_file_free(TdConfFile *file)
{
	if (file == NULL)
		return;

	g_free(file->path);
	g_ptr_array_unref(file->groups);
	g_key_file_unref(file->values);
	g_ptr_array_unref(file->mistakes);
	g_free(file);
}

static TdConfFile *
file_new(const char *path)
{
	TdConfFile *file = g_new0(TdConfFile, 1);

	file->path = g_strdup(path);
	file->groups = g_ptr_array_new_with_free_func(group_free);
	file->values = g_key_file_new();
	file->mistakes = g_ptr_array_new_with_free_func(mistake_free);
	return file;
}

const TdConfGroup *
td_conf_file_group(const TdConfFile *file, const char *name)
{
	for (guint i = 0; i < file->groups->len; i++) {
		const TdConfGroup *group = g_ptr_array_index(file->groups, i);

		if (strcmp(group->name, name) == 0)
			return group;
	}
	return NULL;
}

const char *
td_conf_group_name(const char *group, const char *kind)
{
	gsize length = strlen(kind);
	const char *name = group + length;

	if (!g_str_has_prefix(group, kind) || *name != ' ')
		return NULL;
	return name + strspn(name, " ");
}

const TdConfGroup *
td_conf_group_at(const TdConfFile *file, const char *kind, guint index)
{
	for (guint i = 0; i < file->groups->len; i++) {
		const TdConfGroup *group = g_ptr_array_index(file->groups, i);

		if (td_conf_group_name(group->name, kind) != NULL &&
		    index-- == 0)
			return group;
	}
	return NULL;
}

guint
td_conf_file_line(const TdConfFile *file, const char *group, const char *key)
{
	const TdConfGroup *found = td_conf_file_group(file, group);
	gpointer line = NULL;

	if (found == NULL)
		return 1;
	if (key != NULL)
		line = g_hash_table_lookup(found->lines, key);
	return line == NULL ? found->line : GPOINTER_TO_UINT(line);
}

void
td_conf_file_complain(TdConfFile *file, guint line, const char *format, ...)
{
	Mistake *mistake = g_new0(Mistake, 1);
	g_autofree char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	mistake->line = line;
	mistake->text = td_text_printable(text, 0);
	g_ptr_array_add(file->mistakes, mistake);
}

static gint
compare_mistakes(gconstpointer a, gconstpointer b)
{
	const Mistake *const *left = a;
	const Mistake *const *right = b;

	if ((*left)->line == (*right)->line)
		return 0;
	return (*left)->line < (*right)->line ? -1 : 1;
}

gboolean
td_conf_file_finish(TdConfFile *file, GError **error)
{
	g_autoptr(GString) told = g_string_new(NULL);
	guint count = file->mistakes->len;

	if (count == 0)
		return TRUE;

	g_ptr_array_sort(file->mistakes, compare_mistakes);
	for (guint i = 0; i < MIN(count, MISTAKES_TOLD); i++) {
		const Mistake *mistake = g_ptr_array_index(file->mistakes, i);

		g_string_append_printf(told, "%s%s:%u: %s", i > 0 ? "\n" : "",
		    file->path, mistake->line, mistake->text);
	}
	if (count > MISTAKES_TOLD)
		g_string_append_printf(told, "\n%s: and %u mistakes more",
		    file->path, count - MISTAKES_TOLD);
	return td_fail(error, TD_ERROR_CONFIG, "%s", told->str);
}

static gboolean
is_group_name(const char *name)
{
	for (const char *at = name; *at != '\0'; at = g_utf8_next_char(at))
		if (*at == '[' || *at == ']' ||
		    g_unichar_iscntrl(g_utf8_get_char(at)))
			return FALSE;
	return *name != '\0';
}

/* A line that begins with '['. */
static void
scan_group(Scanner *scanner, char *line)
{
	TdConfFile *file = scanner->file;
	gsize length = strlen(line);
	const TdConfGroup *before;
	TdConfGroup *group;

	scanner->skip = TRUE;
	if (line[length - 1] != ']') {
		td_conf_file_complain(file, scanner->line,
		    "\"%s\" is no group; expected [NAME] and nothing behind it",
		    line);
		return;
	}
	line[length - 1] = '\0';
	line++;
	if (!is_group_name(line)) {
		td_conf_file_complain(file, scanner->line,
		    "bad group name \"%s\"; expected no brackets inside", line);
		return;
	}
	before = td_conf_file_group(file, line);
	if (before != NULL) {
		td_conf_file_complain(file, scanner->line,
		    "group [%s] again; expected it once, and it is in line %u",
		    line, before->line);
		return;
	}

	group = g_new0(TdConfGroup, 1);
	group->name = g_strdup(line);
	group->line = scanner->line;
	group->lines = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, NULL);
	g_ptr_array_add(file->groups, group);
	scanner->group = group;
	scanner->skip = FALSE;
}

/* Whether GKeyFile takes @key for one. */
static gboolean
is_key_name(const char *key)
{
	return *key != '\0' && strpbrk(key, "[]") == NULL;
}

static void
scan_pair(Scanner *scanner, char *line)
{
	TdConfFile *file = scanner->file;
	char *equals = strchr(line, '=');
	const char *key;
	gpointer before;

	if (equals == NULL || equals == line) {
		td_conf_file_complain(file, scanner->line,
		    "\"%s\" is neither; expected [GROUP], KEY = VALUE, "
		    "or a comment that begins with #",
		    line);
		return;
	}
	*equals = '\0';
	key = g_strstrip(line);
	if (scanner->group == NULL && !scanner->skip)
		td_conf_file_complain(file, scanner->line,
		    "\"%s\" is in no group; expected [desk] above it", key);
	if (scanner->group == NULL || scanner->skip)
		return;
	if (!is_key_name(key)) {
		td_conf_file_complain(file, scanner->line,
		    "bad key \"%s\"; expected no brackets in it", key);
		return;
	}

	before = g_hash_table_lookup(scanner->group->lines, key);
	if (before != NULL) {
		td_conf_file_complain(file, scanner->line,
		    "key \"%s\" again in [%s]; expected it once, and it is in "
		    "line %u",
		    key, scanner->group->name, GPOINTER_TO_UINT(before));
		return;
	}
	g_hash_table_insert(scanner->group->lines, g_strdup(key),
	    GUINT_TO_POINTER(scanner->line));
	g_key_file_set_value(
	    file->values, scanner->group->name, key, g_strstrip(equals + 1));
}

static void
scan_line(Scanner *scanner, const char *bytes, gsize length)
{
	g_autofree char *copy = NULL;
	char *line;

	if (!g_utf8_validate(bytes, (gssize)length, NULL)) {
		td_conf_file_complain(scanner->file, scanner->line,
		    "bytes that are no text; expected UTF-8");
		return;
	}
	copy = g_strndup(bytes, length);
	line = g_strstrip(copy);
	if (*line == '\0' || *line == '#')
		return;
	if (*line == '[')
		scan_group(scanner, line);
	else
		scan_pair(scanner, line);
}

TdConfFile *
td_conf_file_read(const char *path, GError **error)
{
	Scanner scanner = { .line = 0 };
	g_autoptr(TdConfFile) file = NULL;
	g_autoptr(GError) reason = NULL;
	g_autofree char *text = NULL;
	gsize size;

	if (!g_file_get_contents(path, &text, &size, &reason)) {
		td_fail(error, TD_ERROR_CONFIG, "%s: cannot be read: %s", path,
		    reason->message);
		return NULL;
	}

	file = file_new(path);
	scanner.file = file;
	for (const char *at = text; at < text + size;) {
		gsize left = size - (gsize)(at - text);
		const char *end = memchr(at, '\n', left);
		gsize length = end == NULL ? left : (gsize)(end - at);

		scanner.line++;
		scan_line(&scanner, at, length);
		at += length + 1;
	}
	return g_steal_pointer(&file);
}
