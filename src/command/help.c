/* help.c - the table of commands for people */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "command/words.h"

#define COLUMNS 72
#define LEFT 29 /* of them for the command, blanks included */

/* Appends @text in lines of COLUMNS - LEFT, each behind a column of blanks. */
static void
append_wrapped(GString *table, const char *text)
{
	g_auto(GStrv) words = g_strsplit(text, " ", -1);
	gsize column = LEFT;

	for (guint i = 0; words[i] != NULL; i++) {
		gsize width = td_text_columns(words[i]);

		if (column > LEFT && column + 1 + width > COLUMNS) {
			g_string_append_printf(table, "\n%*s", LEFT, "");
			column = LEFT;
		} else if (column > LEFT) {
			g_string_append_c(table, ' ');
			column++;
		}
		g_string_append(table, words[i]);
		column += width;
	}
	g_string_append_c(table, '\n');
}

static void
append_row(GString *table, const char *left, const char *right)
{
	gsize columns = td_text_columns(left);

	g_string_append(table, left);
	if (columns + 1 < LEFT)
		g_string_append_printf(table, "%*s", (int)(LEFT - columns), "");
	else
		g_string_append_printf(table, "\n%*s", LEFT, "");
	append_wrapped(table, right);
}

static void
append_verb(
    GString *table, const TdLanguage *language, TdVerb verb, gboolean customer)
{
	const TdVerbText *text = &language->verbs[verb];
	const char *takes = text->takes, *help = text->help;
	g_autofree char *first = NULL;
	g_autofree char *left = NULL;

	if (customer && text->customers != NULL)
		help = text->customers;
	if (customer && verb == TD_VERB_LIST)
		takes = "";
	first = g_strndup(text->words, strcspn(text->words, ","));
	if (customer && verb == TD_VERB_CLOSE)
		left = g_strconcat(first, ", ", language->solved, takes, NULL);
	else
		left = g_strconcat(first, takes, NULL);
	append_row(table, left, help);
}

char *
td_command_help(const char *language, gboolean customer)
{
	const TdLanguage *known = td_language_find(language);
	guint wanted = customer ? TD_RULE_CUSTOMER : TD_RULE_AGENT;
	GString *table = g_string_new(NULL);

	if (known == NULL)
		known = &td_language_en;
	for (guint i = TD_VERB_NONE + 1; i < TD_VERBS; i++) {
		guint flags = td_rule((TdVerb)i)->flags;

		if ((flags & wanted) == 0 || (flags & TD_RULE_NOT_YET) != 0 ||
		    (customer && i == TD_VERB_RESOLVE))
			continue;
		append_verb(table, known, (TdVerb)i, customer);
	}
	return g_string_free(table, FALSE);
}
