/* options.c - the words of the command line, by the tables of commands.c */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "cli/cli.h"

/* Where the reading of argv stands. */
typedef struct {
	TdCli *cli;
	char **at; /* what comes next */
	gboolean ended;
} Reader;

/* ---- options ---- */

static const TdOption *
find_in(const TdOption *options, const char *name, gsize length, char letter)
{
	for (const TdOption *o = options; o->name != NULL; o++) {
		if (letter != 0 && o->letter == letter)
			return o;
		if (letter == 0 && strlen(o->name) == length &&
		    strncmp(o->name, name, length) == 0)
			return o;
	}
	return NULL;
}

static const TdOption *
find_option(const TdCli *cli, const char *name, gsize length, char letter)
{
	const TdOption *found = find_in(
	    td_global_options, name, length, letter);

	if (found == NULL && cli->command != NULL)
		found = find_in(cli->command->options, name, length, letter);
	return found;
}

static gboolean
fail_unknown(const TdCli *cli, const char *word, GError **error)
{
	const char *name = cli->command == NULL ? NULL : cli->command->name;

	return td_fail(error, TD_ERROR_USAGE,
	    "unknown option %s%s%s; try: ticket help%s%s", word,
	    name == NULL ? "" : " of ticket ", name == NULL ? "" : name,
	    name == NULL ? "" : " ", name == NULL ? "" : name);
}

/* Whether @value is one of the words of "text|json"; any is, where @choice is
 * one word alone. */
static gboolean
is_choice(const char *choice, const char *value)
{
	g_auto(GStrv) words = NULL;

	if (strchr(choice, '|') == NULL)
		return TRUE;
	words = g_strsplit(choice, "|", -1);
	return g_strv_contains((const char *const *)words, value);
}

static gboolean
keep_option(
    TdCli *cli, const TdOption *option, const char *value, GError **error)
{
	GPtrArray *values;

	if (option->value != NULL && !is_choice(option->value, value))
		return td_fail(error, TD_ERROR_USAGE,
		    "--%s %s: it must be one of %s", option->name, value,
		    option->value);
	if (!g_utf8_validate(value, -1, NULL))
		return td_fail(error, TD_ERROR_USAGE,
		    "the value of --%s is not UTF-8", option->name);
	values = g_hash_table_lookup(cli->options, option->name);
	if (values == NULL) {
		values = g_ptr_array_new_with_free_func(g_free);
		g_hash_table_insert(
		    cli->options, g_strdup(option->name), values);
	}
	g_ptr_array_add(values, g_strdup(value));
	return TRUE;
}

/* @attached is the value in the same word, or NULL. */
static gboolean
take_value(Reader *reader, const TdOption *option, const char *attached,
    GError **error)
{
	if (option->value == NULL) {
		if (attached != NULL)
			return td_fail(error, TD_ERROR_USAGE,
			    "--%s takes no value", option->name);
		return keep_option(reader->cli, option, "", error);
	}
	if (attached == NULL) {
		if (*reader->at == NULL)
			return td_fail(error, TD_ERROR_USAGE,
			    "--%s needs a value: --%s %s", option->name,
			    option->name, option->value);
		attached = *reader->at++;
	}
	return keep_option(reader->cli, option, attached, error);
}

static gboolean
read_long(Reader *reader, const char *word, GError **error)
{
	const char *name = word + 2;
	const char *equals = strchr(name, '=');
	gsize length = equals == NULL ? strlen(name) : (gsize)(equals - name);
	const TdOption *option = find_option(reader->cli, name, length, 0);

	if (option == NULL)
		return fail_unknown(reader->cli, word, error);
	return take_value(
	    reader, option, equals == NULL ? NULL : equals + 1, error);
}

static gboolean
read_short(Reader *reader, const char *word, GError **error)
{
	const TdOption *option = find_option(reader->cli, "", 0, word[1]);

	if (option == NULL)
		return fail_unknown(reader->cli, word, error);
	return take_value(
	    reader, option, word[2] == '\0' ? NULL : word + 2, error);
}

/* ---- words ---- */

/* "outbox" and the like are half a command. */
static gboolean
is_group(const char *word)
{
	gsize length = strlen(word);

	for (const TdCliCommand *c = td_cli_commands; c->name != NULL; c++) {
		if (strncmp(c->name, word, length) == 0 &&
		    c->name[length] == ' ')
			return TRUE;
	}
	return FALSE;
}

static gboolean
fail_group(const char *word, GError **error)
{
	g_autoptr(GString) names = g_string_new(NULL);
	gsize length = strlen(word);

	for (const TdCliCommand *c = td_cli_commands; c->name != NULL; c++) {
		if (strncmp(c->name, word, length) == 0 &&
		    c->name[length] == ' ')
			g_string_append_printf(names, "%sticket %s",
			    names->len == 0 ? "" : ", ", c->name);
	}
	return td_fail(error, TD_ERROR_USAGE,
	    "ticket %s wants another word; try: %s", word, names->str);
}

static gboolean
fail_no_command(const char *name, GError **error)
{
	const char *nearest = td_cli_command_nearest(name);

	if (nearest != NULL)
		return td_fail(error, TD_ERROR_USAGE,
		    "unknown command \"%s\"; did you mean: ticket %s", name,
		    nearest);
	return td_fail(error, TD_ERROR_USAGE,
	    "unknown command \"%s\"; try: ticket help", name);
}

static gboolean
read_command(Reader *reader, const char *word, GError **error)
{
	g_autofree char *name = g_strdup(word);

	if (is_group(word)) {
		if (*reader->at == NULL || (*reader->at)[0] == '-')
			return fail_group(word, error);
		g_free(name);
		name = g_strdup_printf("%s %s", word, *reader->at++);
	}
	reader->cli->command = td_cli_command_find(name);
	if (reader->cli->command == NULL)
		return fail_no_command(name, error);
	return TRUE;
}

static gboolean
read_word(Reader *reader, GError **error)
{
	const char *word = *reader->at++;

	if (!reader->ended && g_str_equal(word, "--")) {
		reader->ended = TRUE;
		return TRUE;
	}
	if (!reader->ended && g_str_has_prefix(word, "--"))
		return read_long(reader, word, error);
	if (!reader->ended && word[0] == '-' && word[1] != '\0')
		return read_short(reader, word, error);
	if (reader->cli->command == NULL)
		return read_command(reader, word, error);

	g_ptr_array_add(reader->cli->words, g_strdup(word));
	return TRUE;
}

static gboolean
check_words(const TdCli *cli, GError **error)
{
	const TdCliCommand *command = cli->command;

	if (command == NULL || td_cli_flag(cli, "help") ||
	    (cli->words->len >= command->min_words &&
	        cli->words->len <= command->max_words))
		return TRUE;

	if (cli->words->len < command->min_words)
		return td_fail(error, TD_ERROR_USAGE,
		    "ticket %s needs %s; try: ticket help %s", command->name,
		    command->words, command->name);
	return td_fail(error, TD_ERROR_USAGE,
	    "\"%s\" is one word too many; try: ticket help %s",
	    (const char *)cli->words->pdata[command->max_words], command->name);
}

gboolean
td_cli_parse(TdCli *cli, char **argv, GError **error)
{
	Reader reader = { cli, argv + (argv[0] == NULL ? 0 : 1), FALSE };

	cli->command = NULL;
	cli->argv = argv;
	cli->options = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
	cli->words = g_ptr_array_new_with_free_func(g_free);
	while (*reader.at != NULL) {
		if (!read_word(&reader, error))
			return FALSE;
	}
	if (!check_words(cli, error))
		return FALSE;

	cli->conf_path = td_conf_path(td_cli_text(cli, "config"));
	cli->colour = td_output_colour(td_cli_text(cli, "color"));
	return TRUE;
}

void
td_cli_clear(TdCli *cli)
{
	g_clear_pointer(&cli->options, g_hash_table_unref);
	g_clear_pointer(&cli->words, g_ptr_array_unref);
}

/* ---- what was said ---- */

const char *
td_cli_word(const TdCli *cli, guint index)
{
	return index < cli->words->len ? cli->words->pdata[index] : NULL;
}

const char *
td_cli_text(const TdCli *cli, const char *option)
{
	const GPtrArray *values = td_cli_texts(cli, option);

	return values == NULL ? NULL
	                      : g_ptr_array_index(values, values->len - 1);
}

const GPtrArray *
td_cli_texts(const TdCli *cli, const char *option)
{
	return g_hash_table_lookup(cli->options, option);
}

gboolean
td_cli_flag(const TdCli *cli, const char *option)
{
	return g_hash_table_contains(cli->options, option);
}

gboolean
td_cli_number(const TdCli *cli, const char *option, guint64 otherwise,
    guint64 *number, GError **error)
{
	const char *text = td_cli_text(cli, option);

	if (text == NULL) {
		*number = otherwise;
		return TRUE;
	}
	if (!g_ascii_string_to_unsigned(text, 10, 0, G_MAXINT64, number, NULL))
		return td_fail(error, TD_ERROR_USAGE,
		    "--%s %s: it must be a number", option, text);
	return TRUE;
}

gboolean
td_cli_format(const TdCli *cli, const char *format)
{
	const char *given = td_cli_text(cli, "format");

	return g_str_equal(given == NULL ? "text" : given, format);
}

gboolean
td_cli_handle(const char *word, guint least, guint most, guint64 numbers[3],
    GError **error)
{
	static const char *const forms[] = { "N", "N/SEQ", "N/SEQ/PART" };
	g_auto(GStrv) parts = g_strsplit(word + (*word == '#'), "/", -1);
	guint count = g_strv_length(parts);
	gboolean good = count >= least && count <= most;

	for (guint i = 0; good && i < count; i++)
		good = g_ascii_string_to_unsigned(parts[i], 10, i == 0 ? 0 : 1,
		    G_MAXINT64, &numbers[i], NULL);
	if (!good)
		return td_fail(error, TD_ERROR_USAGE,
		    "\"%s\" is not %s, as in %s", word, forms[most - 1],
		    most == 1       ? "42"
		        : most == 2 ? "42/1"
		                    : "42/1/2");
	return TRUE;
}

int
td_cli_fail(const GError *error)
{
	g_autofree char *message = td_text_printable(error->message, 0);

	fflush(stdout);
	fprintf(stderr, "ticket: %s\n", message);
	return td_error_to_exit(error);
}

int
td_cli_fail_path(const char *doing, const char *path, int status)
{
	int errnum = errno;
	g_autofree char *safe = td_text_printable(path, 0);

	fflush(stdout);
	fprintf(stderr, "ticket: cannot %s %s: %s\n", doing, safe,
	    g_strerror(errnum));
	return errnum == EEXIST ? 1 : status;
}
