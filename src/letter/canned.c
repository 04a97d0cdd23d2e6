/* canned.c - canned answers: files of an administrator, by queue and language
 *
 * A file is UTF-8 text with {word}s.  Lines that begin with '#' at its top are
 * comments; a line "Commands: resolve; tag +x" there, with an empty line below,
 * says what is done besides.  A file with a mistake is not offered. */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "letter/letter-private.h"

#define HEAD "Commands:"

struct TdCannedSet {
	GPtrArray *all;    /* of TdCanned, by path */
	GHashTable *table; /* td_text_key() with a folded name -> TdCanned */
};

static void
free_canned(TdCanned *canned)
{
	g_free(canned->name);
	g_free(canned->queue);
	g_free(canned->language);
	g_free(canned->path);
	g_free(canned->commands);
	g_free(canned->text);
	g_free(canned);
}

/* ---- commands ---- */

/* The words of the desk, of the queue and of the language that the file is in
 * are understood. */
static TdCommands *
read_commands(const TdConf *conf, const TdCanned *canned, const char *lines,
    gint64 now, GTimeZone *zone)
{
	const TdQueue *queue = canned->queue == NULL
	    ? NULL
	    : td_conf_queue(conf, canned->queue);
	const char *languages[] = { canned->language, conf->language,
		queue == NULL ? NULL : queue->language, NULL };

	return td_command_parse(lines,
	    &(TdCommandContext){
	        .languages = languages,
	        .now = now,
	        .zone = zone,
	        .strict = TRUE,
	    });
}

TdCommands *
td_letters_canned_commands(
    const TdLetters *letters, const TdCanned *canned, gint64 now)
{
	return read_commands(
	    letters->conf, canned, canned->commands, now, letters->zone);
}

/* Whether @verb can be a part of an answer: what has to do with the reading of
 * a mail cannot. */
static gboolean
is_allowed(TdVerb verb)
{
	return verb != TD_VERB_CANNED && verb != TD_VERB_GO &&
	    verb != TD_VERB_STOP && verb != TD_VERB_UNDO;
}

static gboolean
check_command(const TdCommand *command, TdOrigin *origin)
{
	if (command->ticket != 0)
		return td_origin_say(origin,
		    "\"%s\" is about another ticket than the answer",
		    command->line);
	if (!is_allowed(command->verb))
		return td_origin_say(
		    origin, "\"%s\" has no use here", command->line);
	return TRUE;
}

/* Values are not put into commands: a mail could then write some. */
static gboolean
check_commands(const TdConf *conf, const TdCanned *canned, const char *line,
    TdOrigin *origin)
{
	g_autoptr(TdCommands) commands = NULL;
	gboolean good = TRUE;

	if (strchr(line, '{') != NULL)
		return td_origin_say(
		    origin, "commands take no {words}: only the text does");
	/* Any moment will do to see whether a time is one. */
	commands = read_commands(conf, canned, line, 0, NULL);
	if (commands->commands->len + commands->mistakes->len == 0)
		return td_origin_say(origin, "there is no command");
	for (guint i = 0; i < commands->mistakes->len; i++) {
		const TdMistake *mistake = g_ptr_array_index(
		    commands->mistakes, i);

		good = td_origin_say(origin,
		    "\"%s\" is not understood as a command%s%s", mistake->line,
		    *mistake->want == '\0' ? "" : "; expected: ",
		    mistake->want);
	}
	for (guint i = 0; i < commands->commands->len; i++)
		if (!check_command(
		        g_ptr_array_index(commands->commands, i), origin))
			good = FALSE;
	return good;
}

/* ---- one file ---- */

/* Reads the lines at the top; *@at is the first of the text. */
static gboolean
read_head(TdCanned *canned, GStrv lines, const TdConf *conf, guint *at,
    TdOrigin *origin)
{
	g_autoptr(GString) commands = g_string_new(NULL);
	gboolean head = FALSE;
	gboolean good = TRUE;
	guint i;

	for (i = 0; lines[i] != NULL; i++) {
		g_autofree char *line = NULL;

		origin->line = i + 1;
		if (lines[i][0] == '#')
			continue;
		if (g_ascii_strncasecmp(lines[i], "Subject:", 8) == 0)
			return td_origin_say(origin,
			    "an answer has no Subject: that of the ticket "
			    "stays");
		if (g_ascii_strncasecmp(lines[i], HEAD, strlen(HEAD)) != 0)
			break;
		line = g_strstrip(g_strdup(lines[i] + strlen(HEAD)));
		good = check_commands(conf, canned, line, origin) && good;
		g_string_append_printf(
		    commands, "%s%s", commands->len == 0 ? "" : "\n", line);
		head = TRUE;
	}
	if (head && lines[i] != NULL && lines[i][0] != '\0')
		return td_origin_say(
		    origin, "expected an empty line behind Commands");
	g_free(canned->commands);
	canned->commands = g_string_free(g_steal_pointer(&commands), FALSE);
	*at = i;
	return good;
}

/* @lines from @at on, without empty ones at the beginning and at the end. */
static char *
join_text(GStrv lines, guint at)
{
	g_autofree char *whole = NULL;

	while (lines[at] != NULL && td_text_is_blank(lines[at]))
		at++;
	whole = g_strjoinv("\n", lines + at);
	return g_strdup(g_strchomp(whole));
}

gboolean
td_canned_parse(
    TdCanned *canned, GStrv lines, const TdConf *conf, TdOrigin *origin)
{
	gboolean good;
	guint at = 0;

	canned->commands = g_strdup("");
	canned->text = g_strdup("");
	if (!read_head(canned, lines, conf, &at, origin))
		return FALSE;
	good = TRUE;
	for (guint i = at; lines[i] != NULL; i++) {
		origin->line = i + 1;
		if (!td_template_check_line(lines[i], conf, TRUE, origin))
			good = FALSE;
	}
	g_free(canned->text);
	canned->text = join_text(lines, at);
	if (*canned->text == '\0' && *canned->commands == '\0')
		return td_origin_say(origin, "the text is empty");
	return good;
}

/* ---- all of them ---- */

/* Whether a mail can say "canned NAME". */
static gboolean
is_name(const char *name)
{
	g_autofree char *line = g_strdup_printf("canned \"%s\"", name);
	g_autoptr(TdCommands) commands = td_command_parse(
	    line, &(TdCommandContext){ .strict = TRUE });
	const TdCommand *command;

	if (commands->commands->len != 1)
		return FALSE;
	command = g_ptr_array_index(commands->commands, 0);
	return command->verb == TD_VERB_CANNED &&
	    strcmp(command->word, name) == 0;
}

static TdCanned *
read_file(const TdTextFile *file, const TdConf *conf, GPtrArray *mistakes)
{
	TdOrigin origin = { .file = file->path, .mistakes = mistakes };
	g_autofree char *text = td_text_file_read(file, FALSE, mistakes);
	g_auto(GStrv) lines = NULL;
	TdCanned *canned;

	if (text == NULL)
		return NULL;
	if (!is_name(file->name)) {
		td_origin_say(&origin,
		    "no command can name it: a name has letters, digits and "
		    "-_.@+&, and begins with a letter or digit");
		return NULL;
	}
	lines = td_text_lines(text);
	canned = g_new0(TdCanned, 1);
	canned->name = g_strdup(file->name);
	canned->queue = g_strdup(file->queue);
	canned->language = g_strdup(file->language);
	canned->path = g_strdup(file->path);
	if (!td_canned_parse(canned, lines, conf, &origin))
		g_clear_pointer(&canned, free_canned);
	return canned;
}

static char *
make_key(const char *queue, const char *language, const char *name)
{
	g_autofree char *folded = td_text_fold(name);

	return td_text_key(queue, language, folded);
}

static void
add_canned(TdCannedSet *set, TdCanned *canned, GPtrArray *mistakes)
{
	g_autofree char *key = make_key(
	    canned->queue, canned->language, canned->name);
	const TdCanned *other = g_hash_table_lookup(set->table, key);

	if (other != NULL) {
		td_mistake_add(mistakes, canned->path, 0, FALSE,
		    "the same name as %s, but for the case of its letters",
		    other->path);
		free_canned(canned);
		return;
	}
	g_ptr_array_add(set->all, canned);
	g_hash_table_insert(set->table, g_steal_pointer(&key), canned);
}

TdCannedSet *
td_canned_load(const TdConf *conf, const char *directory, GPtrArray *mistakes,
    guint *files)
{
	TdCannedSet *set = g_new0(TdCannedSet, 1);
	g_autoptr(GPtrArray) found = directory == NULL
	    ? g_ptr_array_new()
	    : td_text_files(directory, conf, FALSE, mistakes);

	set->all = g_ptr_array_new_with_free_func((GDestroyNotify)free_canned);
	set->table = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < found->len; i++) {
		TdCanned *canned = read_file(
		    g_ptr_array_index(found, i), conf, mistakes);

		if (canned != NULL)
			add_canned(set, canned, mistakes);
	}
	if (files != NULL)
		*files = found->len;
	return set;
}

void
td_canned_free(TdCannedSet *set)
{
	if (set == NULL)
		return;
	g_hash_table_unref(set->table);
	g_ptr_array_unref(set->all);
	g_free(set);
}

/* ---- which one ---- */

static const TdCanned *
find_in(const TdCannedSet *set, const char *queue, const char *language,
    const char *folded)
{
	g_autofree char *own = td_text_key(queue, language, folded);
	g_autofree char *common = td_text_key(NULL, language, folded);
	const TdCanned *canned = g_hash_table_lookup(set->table, own);

	return canned != NULL ? canned
	                      : g_hash_table_lookup(set->table, common);
}

static gboolean
is_called(const TdCanned *canned, const char *folded)
{
	g_autofree char *name = td_text_fold(canned->name);

	return strcmp(name, folded) == 0;
}

/* In whatever language it is; those of the queue first. */
static const TdCanned *
find_any(const TdCannedSet *set, const char *queue, const char *folded)
{
	const TdCanned *common = NULL;

	for (guint i = 0; i < set->all->len; i++) {
		const TdCanned *canned = g_ptr_array_index(set->all, i);

		if (!is_called(canned, folded))
			continue;
		if (g_strcmp0(canned->queue, queue) == 0 && queue != NULL)
			return canned;
		if (canned->queue == NULL && common == NULL)
			common = canned;
	}
	return common;
}

const TdCanned *
td_letters_canned(const TdLetters *letters, const char *queue,
    const char *language, const char *name)
{
	const TdConf *conf = letters->conf;
	const TdQueue *found = queue == NULL ? NULL
	                                     : td_conf_queue(conf, queue);
	g_autofree char *folded = td_text_fold(name);
	g_autofree char *stem = language == NULL
	    ? NULL
	    : g_strndup(language, strcspn(language, "-_"));
	const char *languages[] = { language, stem,
		found == NULL ? NULL : found->language, conf->language, "en" };

	for (guint i = 0; i < G_N_ELEMENTS(languages); i++) {
		const TdCanned *canned = languages[i] == NULL
		    ? NULL
		    : find_in(letters->canned, queue, languages[i], folded);

		if (canned != NULL)
			return canned;
	}
	return find_any(letters->canned, queue, folded);
}

static gint
compare_canned(gconstpointer a, gconstpointer b)
{
	const TdCanned *one = *(TdCanned *const *)a;
	const TdCanned *other = *(TdCanned *const *)b;
	gint order = strcmp(one->name, other->name);

	if (order == 0)
		order = g_strcmp0(one->queue, other->queue);
	return order != 0 ? order : strcmp(one->language, other->language);
}

GPtrArray *
td_letters_canned_list(
    const TdLetters *letters, const char *queue, const char *language)
{
	const GPtrArray *all = letters->canned->all;
	GPtrArray *list = g_ptr_array_new();

	for (guint i = 0; i < all->len; i++) {
		TdCanned *canned = g_ptr_array_index(all, i);

		if (queue == NULL ||
		    td_letters_canned(letters, queue, language, canned->name) ==
		        canned)
			g_ptr_array_add(list, canned);
	}
	g_ptr_array_sort(list, compare_canned);
	return list;
}

const char *
td_letters_canned_nearest(
    const TdLetters *letters, const char *queue, const char *name)
{
	g_autoptr(GPtrArray)
	    names = td_letters_canned_list(letters, queue, NULL);

	for (guint i = 0; i < names->len; i++)
		names->pdata[i] = ((TdCanned *)names->pdata[i])->name;
	g_ptr_array_add(names, NULL);
	return td_text_nearest(name, (const char *const *)names->pdata);
}

/* ---- its text ---- */

static TdLetter *
make_letter(const TdTicket *ticket, const char *author)
{
	TdLetter *letter = td_letter_new(TD_LETTER_REPLY, ticket->number);

	letter->from_name = g_strdup(author);
	letter->author = g_strdup(author);
	if (*ticket->requester != '\0')
		td_letter_to(letter, ticket->requester_name, ticket->requester);
	return letter;
}

char *
td_letters_canned_fill(const TdLetters *letters, const TdCanned *canned,
    const TdTicket *ticket, const char *author, const char *owner, gint64 now,
    char **hole)
{
	g_autoptr(TdLetter) letter = make_letter(ticket, author);
	const TdQueue *queue = td_conf_queue(letters->conf, ticket->queue);
	const TdDraftLetter draft = {
		.letters = letters,
		.letter = letter,
		.ticket = ticket,
		.queue = queue != NULL
		    ? queue
		    : g_ptr_array_index(letters->conf->queues, 0),
		.language = td_templates_language(
		    letters->templates, canned->language),
		.now = now,
	};
	g_auto(GStrv) lines = g_strsplit(canned->text, "\n", -1);
	g_auto(TdLetterWords) words = { 0 };
	g_autoptr(GPtrArray) parts = NULL;
	g_autofree char *text = NULL;

	td_letter_words_canned(&words, &draft, owner);
	*hole = td_template_hole(lines, &words.values);
	if (*hole != NULL)
		return NULL;
	parts = td_template_fill_lines(lines, &words.values);
	text = td_parts_join(parts);
	return g_strdup(g_strstrip(text));
}
