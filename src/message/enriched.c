/* enriched.c - see message/enriched.h */

#include "config.h"

#include <string.h>

#include "message/enriched.h"
#include "message/html-lines.h"
#include "message/limits.h"

#define COMMAND_MAX 60

typedef struct {
	TdHtmlLines lines;
	gboolean richtext;
	guint unfilled; /* open <nofill>: line ends stay */
	guint skipped;  /* open <param> and <comment> */
} State;

/* Deeper ones count as one. */
static void
nest(guint *depth, gboolean closes)
{
	if (closes)
		*depth -= *depth > 0;
	else if (*depth < 100)
		(*depth)++;
}

static void
break_lines(State *state, guint breaks)
{
	for (guint i = 0; i < breaks; i++)
		td_html_lines_newline(&state->lines);
}

static void
obey(State *state, const char *command)
{
	gboolean closes = *command == '/';
	const char *name = command + closes;

	if (strcmp(name, "param") == 0 || strcmp(name, "comment") == 0)
		nest(&state->skipped, closes);
	else if (strcmp(name, "nofill") == 0)
		nest(&state->unfilled, closes);
	else if (strcmp(name, "excerpt") == 0) {
		td_html_lines_break(&state->lines, 1);
		nest(&state->lines.quotes, closes);
	} else if (state->richtext && strcmp(command, "lt") == 0)
		td_html_lines_word(&state->lines, "<", 1);
	else if (state->richtext && strcmp(command, "nl") == 0)
		break_lines(state, 1);
	else if (state->richtext &&
	    (strcmp(name, "paragraph") == 0 || strcmp(command, "np") == 0))
		td_html_lines_break(&state->lines, 2);
}

/* The command at @at, which is "<"; returns what it takes, 0 if it is none. */
static gsize
read_command(State *state, const char *at)
{
	char command[COMMAND_MAX + 1];
	gsize size = 0;

	while (size < COMMAND_MAX &&
	    (g_ascii_isalnum(at[size + 1]) || at[size + 1] == '-' ||
	        (at[size + 1] == '/' && size == 0))) {
		command[size] = g_ascii_tolower(at[size + 1]);
		size++;
	}
	if (size == 0 || at[size + 1] != '>')
		return 0;
	command[size] = '\0';
	obey(state, command);
	return size + 2;
}

/* Line ends at @at; one alone is a blank, of more one is (RFC 1896, section
 * 2).  Returns what they take. */
static gsize
read_breaks(State *state, const char *at)
{
	gsize count = strspn(at, "\n");

	if (state->skipped > 0)
		return count;
	if (state->richtext || (count == 1 && state->unfilled == 0))
		state->lines.blank = TRUE;
	else
		break_lines(state,
		    (guint)MIN(count, 4) - (state->unfilled > 0 ? 0 : 1));
	return count;
}

char *
td_enriched_to_text(const char *text, gboolean richtext)
{
	State state = { .richtext = richtext };

	state.lines.out = g_string_new(NULL);
	state.lines.max = td_limits()->text;
	while (*text != '\0') {
		gsize size = strcspn(text, "<\n");

		if (size > 0 && state.skipped == 0)
			td_html_lines_text(&state.lines, text, size);
		text += size;
		if (*text == '\n') {
			text += read_breaks(&state, text);
		} else if (*text == '<') {
			size = !richtext && text[1] == '<'
			    ? 0
			    : read_command(&state, text);
			if (size == 0 && state.skipped == 0)
				td_html_lines_word(&state.lines, "<", 1);
			if (size == 0)
				size = !richtext && text[1] == '<' ? 2 : 1;
			text += size;
		}
	}
	if (state.lines.out->len > 0)
		g_string_append_c(state.lines.out, '\n');
	return g_string_free(state.lines.out, FALSE);
}
