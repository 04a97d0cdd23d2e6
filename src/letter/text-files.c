/* text-files.c - see letter/text-files.h */

#include "config.h"

#include <stdarg.h>
#include <string.h>

#include <glib/gstdio.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "letter/text-files.h"

#define FILE_MAX_SIZE (64 * 1024)

/* More are of no use to anybody. */
#define MISTAKES_MAX 200u

/* Some editors begin a text with this byte order mark. */
#define MARK "\xef\xbb\xbf"

#define NAME_MAX_SIZE 200
#define SUFFIX ".txt"

/* ---- what is wrong ---- */

GPtrArray *
td_mistakes_new(void)
{
	return g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_text_mistake_free);
}

gboolean
td_mistakes_full(const GPtrArray *mistakes)
{
	return mistakes->len >= MISTAKES_MAX;
}

/* Counts one that is not told, by the last of @mistakes. */
static void
count_more(GPtrArray *mistakes, gboolean stops)
{
	TdTextMistake *last;

	if (mistakes->len == MISTAKES_MAX) {
		last = g_new0(TdTextMistake, 1);
		last->file = g_strdup("");
		g_ptr_array_add(mistakes, last);
	}
	last = g_ptr_array_index(mistakes, MISTAKES_MAX);
	last->more++;
	last->stops = last->stops || stops;
	g_free(last->what);
	last->what = g_strdup_printf("and %u more", last->more);
}

/* Whether there is room for one more, which @stops: it is told in place of one
 * that does not. */
static gboolean
make_room(GPtrArray *mistakes, gboolean stops)
{
	if (mistakes->len < MISTAKES_MAX)
		return TRUE;
	for (guint i = MISTAKES_MAX; stops && i > 0; i--) {
		const TdTextMistake *other = g_ptr_array_index(mistakes, i - 1);

		if (other->stops)
			continue;
		count_more(mistakes, FALSE);
		g_ptr_array_remove_index(mistakes, i - 1);
		return TRUE;
	}
	count_more(mistakes, stops);
	return FALSE;
}

void
td_mistake_add(GPtrArray *mistakes, const char *file, guint line,
    gboolean stops, const char *format, ...)
{
	TdTextMistake *mistake;
	va_list arguments;

	if (!make_room(mistakes, stops))
		return;
	mistake = g_new0(TdTextMistake, 1);
	mistake->file = g_filename_display_name(file);
	mistake->line = line;
	mistake->stops = stops;
	va_start(arguments, format);
	mistake->what = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_ptr_array_insert(
	    mistakes, (int)MIN(mistakes->len, MISTAKES_MAX - 1), mistake);
}

void
td_text_mistake_free(TdTextMistake *mistake)
{
	if (mistake == NULL)
		return;
	g_free(mistake->file);
	g_free(mistake->what);
	g_free(mistake);
}

char *
td_text_mistake_say(const TdTextMistake *mistake)
{
	g_autofree char *line = mistake->line == 0
	    ? g_strdup("")
	    : g_strdup_printf("%u:", mistake->line);
	g_autofree char *whole = mistake->more > 0
	    ? g_strdup(mistake->what)
	    : g_strdup_printf("%s:%s %s", mistake->file, line, mistake->what);

	return td_text_printable(whole, 0);
}

gboolean
td_mistakes_good(const GPtrArray *mistakes, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < mistakes->len; i++) {
		const TdTextMistake *mistake = g_ptr_array_index(mistakes, i);
		g_autofree char *line = NULL;

		if (!mistake->stops)
			continue;
		line = td_text_mistake_say(mistake);
		g_string_append_printf(
		    text, "%s%s", text->len == 0 ? "" : "\n", line);
	}
	return text->len == 0 ||
	    td_fail(error, TD_ERROR_CONFIG, "%s", text->str);
}

/* ---- names ---- */

gboolean
td_text_is_language(const char *name)
{
	gsize letters = strspn(name, "abcdefghijklmnopqrstuvwxyz");

	if (letters < 2 || letters > 3)
		return FALSE;
	for (const char *at = name + letters; *at != '\0'; at++)
		if (!g_ascii_isalnum(*at) &&
		    (strchr("-_@", *at) == NULL || !g_ascii_isalnum(at[1])))
			return FALSE;
	return name[letters] == '\0' || !g_ascii_isalnum(name[letters]);
}

/* How many letters must be changed, added, taken away or swapped with the next
 * (Damerau and Levenshtein). */
static guint
distance(const gunichar *a, glong rows, const gunichar *b, glong columns)
{
	gsize width = (gsize)columns + 1;
	g_autofree guint *cells = g_new0(guint, (gsize)(rows + 1) * width);

	for (glong i = 0; i <= rows; i++) {
		guint *row = cells + (gsize)i * width;

		row[0] = (guint)i;
		for (glong j = 1; j <= columns; j++) {
			if (i == 0) {
				row[j] = (guint)j;
				continue;
			}
			row[j] = MIN(row[j - 1], (row - width)[j]) + 1;
			row[j] = MIN(row[j],
			    (row - width)[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				row[j] = MIN(
				    row[j], (row - 2 * width)[j - 2] + 1);
		}
	}
	return cells[(gsize)rows * width + (gsize)columns];
}

/* The letters of @name, whatever their case; NULL if they are too many. */
static gunichar *
read_letters(const char *name, glong *count)
{
	g_autofree char *folded = td_text_fold(name);

	if (strlen(folded) > NAME_MAX_SIZE)
		return NULL;
	return g_utf8_to_ucs4_fast(folded, -1, count);
}

const char *
td_text_nearest(const char *name, const char *const *names)
{
	glong length = 0;
	g_autofree gunichar *letters = read_letters(name, &length);
	guint least = (guint)MIN(4, 1 + length / 3);
	const char *nearest = NULL;

	for (; letters != NULL && *names != NULL; names++) {
		glong count = 0;
		g_autofree gunichar *other = read_letters(*names, &count);
		guint far;

		if (other == NULL || ABS(count - length) >= (glong)least)
			continue;
		far = distance(letters, length, other, count);
		if (far < least) {
			least = far;
			nearest = *names;
		}
	}
	return nearest;
}

char *
td_text_key(const char *queue, const char *language, const char *name)
{
	return g_strjoin(
	    "\n", queue == NULL ? "" : queue, language, name, NULL);
}

/* ---- files ---- */

static void
free_file(TdTextFile *file)
{
	g_free(file->queue);
	g_free(file->language);
	g_free(file->name);
	g_free(file->path);
	g_free(file);
}

typedef struct {
	const TdConf *conf;
	gboolean stops;
	GPtrArray *mistakes;
	GPtrArray *files;
} Scan;

static gint
compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in @directory that count, in order; NULL, and a mistake, if it
 * cannot be read. */
static GPtrArray *
list_names(const Scan *scan, const char *directory)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GDir) dir = g_dir_open(directory, 0, &error);
	GPtrArray *names;
	const char *name;

	if (dir == NULL) {
		td_mistake_add(scan->mistakes, directory, 0, scan->stops,
		    "the directory cannot be read: %s", error->message);
		return NULL;
	}
	names = g_ptr_array_new_with_free_func(g_free);
	while ((name = g_dir_read_name(dir)) != NULL)
		if (name[0] != '.')
			g_ptr_array_add(names, g_strdup(name));
	g_ptr_array_sort(names, compare_names);
	return names;
}

static gboolean
is_text(const char *name)
{
	return g_str_has_suffix(name, SUFFIX) && strlen(name) > strlen(SUFFIX);
}

static void
add_file(const Scan *scan, const char *queue, const char *language,
    const char *directory, const char *name)
{
	TdTextFile *file = g_new0(TdTextFile, 1);

	file->queue = g_strdup(queue);
	file->language = g_strdup(language);
	file->name = g_strndup(name, strlen(name) - strlen(SUFFIX));
	file->path = g_build_filename(directory, name, NULL);
	if (g_utf8_validate(file->name, -1, NULL)) {
		g_ptr_array_add(scan->files, file);
		return;
	}
	td_mistake_add(scan->mistakes, file->path, 0, FALSE,
	    "the name of the file is not UTF-8");
	free_file(file);
}

/* The texts in @names, of @directory; how many there are. */
static guint
take_texts(const Scan *scan, const char *queue, const char *language,
    const char *directory, const GPtrArray *names)
{
	guint count = 0;

	for (guint i = 0; i < names->len; i++) {
		const char *name = g_ptr_array_index(names, i);

		if (!is_text(name))
			continue;
		count++;
		if (language != NULL)
			add_file(scan, queue, language, directory, name);
	}
	return count;
}

static gboolean
is_queue(const Scan *scan, const char *name)
{
	return scan->conf != NULL && td_conf_queue(scan->conf, name) != NULL;
}

static void
say_no_language(const Scan *scan, const char *path, const char *name)
{
	g_autofree char *shown = td_text_printable(name, 40);

	td_mistake_add(scan->mistakes, path, 0, FALSE,
	    is_queue(scan, name)
	        ? "texts of queue \"%s\" stand one folder deeper, in one "
	          "called by their language, such as en"
	        : "\"%s\" is no language such as en or pt-BR",
	    shown);
}

static void
say_no_queue(const Scan *scan, const char *path, const char *name)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	g_autofree char *shown = td_text_printable(name, 40);
	const char *near;

	for (guint i = 0; scan->conf != NULL && i < scan->conf->queues->len;
	     i++) {
		const TdQueue *queue = g_ptr_array_index(scan->conf->queues, i);

		g_ptr_array_add(names, queue->name);
	}
	g_ptr_array_add(names, NULL);
	near = td_text_nearest(name, (const char *const *)names->pdata);
	td_mistake_add(scan->mistakes, path, 0, FALSE,
	    "there is no queue \"%s\"%s%s%s", shown,
	    near == NULL ? "" : "; did you mean \"", near == NULL ? "" : near,
	    near == NULL ? "" : "\"?");
}

/* The folder @path is that of a language of @queue, or (NULL) of a queue that
 * there is not.  Whether it has texts. */
static gboolean
scan_queue(
    const Scan *scan, const char *queue, const char *path, const char *language)
{
	g_autoptr(GPtrArray) names = list_names(scan, path);
	gboolean good = td_text_is_language(language);

	if (names == NULL ||
	    take_texts(scan, queue, queue != NULL && good ? language : NULL,
	        path, names) == 0)
		return FALSE;
	if (queue != NULL && !good)
		say_no_language(scan, path, language);
	return TRUE;
}

/* The folder @name at the top of all: a language, a queue or both. */
static void
scan_top(const Scan *scan, const char *path, const char *name)
{
	g_autoptr(GPtrArray) names = list_names(scan, path);
	const char *queue = is_queue(scan, name) ? name : NULL;
	gboolean good = td_text_is_language(name);
	gboolean lost = FALSE;

	if (names == NULL)
		return;
	if (take_texts(scan, NULL, good ? name : NULL, path, names) > 0 &&
	    !good)
		say_no_language(scan, path, name);
	for (guint i = 0; i < names->len; i++) {
		const char *inner = g_ptr_array_index(names, i);
		g_autofree char *below = g_build_filename(path, inner, NULL);

		if (g_file_test(below, G_FILE_TEST_IS_DIR) &&
		    scan_queue(scan, queue, below, inner))
			lost = queue == NULL;
	}
	if (lost)
		say_no_queue(scan, path, name);
}

GPtrArray *
td_text_files(const char *directory, const TdConf *conf, gboolean stops,
    GPtrArray *mistakes)
{
	Scan scan = { .conf = conf, .stops = stops, .mistakes = mistakes };
	g_autoptr(GPtrArray) names = NULL;

	scan.files = g_ptr_array_new_with_free_func((GDestroyNotify)free_file);
	names = list_names(&scan, directory);
	for (guint i = 0; names != NULL && i < names->len; i++) {
		const char *name = g_ptr_array_index(names, i);
		g_autofree char *path = g_build_filename(directory, name, NULL);

		if (g_file_test(path, G_FILE_TEST_IS_DIR))
			scan_top(&scan, path, name);
		else if (is_text(name))
			td_mistake_add(mistakes, path, 0, FALSE,
			    "texts stand one folder deeper, in one called by "
			    "their language, such as en");
	}
	return scan.files;
}

/* The line that @at is in. */
static guint
count_lines(const char *text, const char *at)
{
	guint line = 1;

	for (; text < at; text++)
		line += *text == '\n';
	return line;
}

char *
td_text_file_read(const TdTextFile *file, gboolean stops, GPtrArray *mistakes)
{
	g_autofree char *content = NULL;
	g_autoptr(GError) error = NULL;
	GStatBuf status;
	const char *bad;
	gsize size;

	/* A pipe would never end. */
	if (!g_file_test(file->path, G_FILE_TEST_IS_REGULAR))
		td_mistake_add(mistakes, file->path, 0, stops, "is no file");
	else if (g_stat(file->path, &status) == 0 &&
	    status.st_size > FILE_MAX_SIZE)
		td_mistake_add(mistakes, file->path, 1, stops,
		    "larger than %d bytes", FILE_MAX_SIZE);
	else if (!g_file_get_contents(file->path, &content, &size, &error))
		td_mistake_add(
		    mistakes, file->path, 0, stops, "%s", error->message);
	else if (strlen(content) != size)
		td_mistake_add(mistakes, file->path,
		    count_lines(content, content + strlen(content)), stops,
		    "holds a NUL byte; it must be text");
	else if (!g_utf8_validate(content, -1, &bad))
		td_mistake_add(mistakes, file->path, count_lines(content, bad),
		    stops, "not UTF-8");
	else
		return g_strdup(content +
		    (g_str_has_prefix(content, MARK) ? strlen(MARK) : 0));
	return NULL;
}

GStrv
td_text_lines(const char *text)
{
	GStrv lines = g_strsplit(text, "\n", -1);

	for (guint i = 0; lines[i] != NULL; i++)
		if (g_str_has_suffix(lines[i], "\r"))
			lines[i][strlen(lines[i]) - 1] = '\0';
	return lines;
}
