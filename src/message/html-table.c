/* html-table.c - see message/html-table.h */

#include "config.h"

#include <string.h>

#include "message/html-table.h"
#include "message/html-token.h"

/* Tables inside each other; those deeper are no data. */
#define DEPTH_MAX 100
/* Bytes of text in a cell of data, and of the label in front of a value. */
#define CELL_MAX 400
#define LABEL_MAX 60

/* An open table. */
typedef struct {
	guint index;     /* in the result */
	gboolean layout; /* it has what data has not */
	guint rows;      /* that have text in two cells or more */
	guint pairs;     /* of them those that are a label and a value */
	/* Of the row: */
	guint cells; /* that have text */
	gboolean labelled;
	/* Of the cell: */
	gboolean open;
	gboolean heading;
	gsize ink; /* bytes of text */
	char last; /* of them */
	gboolean broken;
	guint lines; /* begun after the first */
} Open;

typedef struct {
	GArray *tables; /* of TdHtmlTable */
	GArray *open;   /* of Open */
	guint beyond;   /* open tables that are too deep */
} Survey;

static Open *
innermost(Survey *survey)
{
	if (survey->open->len == 0 || survey->beyond > 0)
		return NULL;
	return &g_array_index(survey->open, Open, survey->open->len - 1);
}

static void
end_cell(Open *table)
{
	if (table->open && table->ink > 0) {
		table->cells++;
		if (table->cells == 1)
			table->labelled = table->ink <= LABEL_MAX &&
			    (table->heading || table->last == ':');
		else if (table->cells == 2 && table->heading)
			table->labelled = FALSE;
	}
	if (table->ink > CELL_MAX || table->lines > 1)
		table->layout = TRUE;
	table->open = FALSE;
}

static void
end_row(Open *table)
{
	end_cell(table);
	table->rows += table->cells > 1;
	table->pairs += table->cells == 2 && table->labelled;
	table->cells = 0;
	table->labelled = FALSE;
}

static void
begin_cell(Open *table, const TdHtmlTag *tag)
{
	end_cell(table);
	table->open = TRUE;
	table->heading = g_ascii_tolower(tag->name[1]) == 'h';
	table->ink = 0;
	table->lines = 0;
	table->broken = FALSE;
}

static void
begin_table(Survey *survey)
{
	TdHtmlTable none = { FALSE, FALSE };
	Open table = { .index = survey->tables->len };
	Open *around = innermost(survey);

	if (around != NULL)
		around->layout = TRUE;
	g_array_append_val(survey->tables, none);
	if (survey->open->len < DEPTH_MAX)
		g_array_append_val(survey->open, table);
	else
		survey->beyond++;
}

static void
end_table(Survey *survey)
{
	Open *table = innermost(survey);
	TdHtmlTable *result;

	if (table == NULL) {
		survey->beyond -= survey->beyond > 0;
		return;
	}
	end_row(table);
	result = &g_array_index(survey->tables, TdHtmlTable, table->index);
	result->data = !table->layout && table->rows > 0;
	result->pairs = result->data && table->pairs == table->rows;
	g_array_set_size(survey->open, survey->open->len - 1);
}

static void
add_ink(Open *table, const char *text, gsize size)
{
	static const char nbsp[] = "&nbsp;";

	for (gsize i = 0; i < size; i++) {
		gsize left = size - i;

		if (strchr(" \t\r\n\f", text[i]) != NULL)
			continue;
		if (text[i] == '&' && left >= sizeof(nbsp) - 1 &&
		    memcmp(text + i, nbsp, sizeof(nbsp) - 1) == 0) {
			i += sizeof(nbsp) - 2;
			continue;
		}
		if (left > 1 && memcmp(text + i, "\302\240", 2) == 0) {
			i++;
			continue;
		}
		table->lines += table->broken && table->ink > 0;
		table->broken = FALSE;
		table->ink++;
		table->last = text[i];
	}
}

static void
begin(Survey *survey, const TdHtmlToken *token)
{
	Open *table = innermost(survey);

	if (token->element == TD_HTML_TABLE) {
		begin_table(survey);
		return;
	}
	if (table == NULL)
		return;
	if (token->element == TD_HTML_ROW)
		end_row(table);
	else if (token->element == TD_HTML_CELL)
		begin_cell(table, &token->tag);
	else if (token->element == TD_HTML_HEADING ||
	    token->element == TD_HTML_LIST || token->element == TD_HTML_PRE ||
	    token->element == TD_HTML_QUOTE || token->element == TD_HTML_RULE)
		table->layout = table->layout || table->open;
	else if (token->element == TD_HTML_BREAKS ||
	    token->element == TD_HTML_PARAGRAPH ||
	    token->element == TD_HTML_P || token->element == TD_HTML_NEWLINE)
		table->broken = TRUE;
}

static void
end(Survey *survey, const TdHtmlToken *token)
{
	Open *table = innermost(survey);

	if (token->element == TD_HTML_TABLE)
		end_table(survey);
	else if (table != NULL && token->element == TD_HTML_CELL)
		end_cell(table);
	else if (table != NULL && token->element == TD_HTML_ROW)
		end_row(table);
}

/* A first look, for most mails have none. */
static gboolean
has_tables(const char *html, gsize size)
{
	static const char tag[] = "<table";
	const char *end = html + size;

	while ((html = memchr(html, '<', (gsize)(end - html))) != NULL) {
		if ((gsize)(end - html) >= sizeof(tag) - 1 &&
		    g_ascii_strncasecmp(html, tag, sizeof(tag) - 1) == 0)
			return TRUE;
		html++;
	}
	return FALSE;
}

GArray *
td_html_tables(const char *html, gsize size)
{
	Survey survey = { .beyond = 0 };
	TdHtmlReader reader;
	TdHtmlToken token;

	survey.tables = g_array_new(FALSE, FALSE, sizeof(TdHtmlTable));
	if (!has_tables(html, size))
		return survey.tables;
	survey.open = g_array_new(FALSE, FALSE, sizeof(Open));
	td_html_reader_init(&reader, html, size);
	while (td_html_reader_next(&reader, &token)) {
		Open *table = innermost(&survey);

		if (token.kind == TD_HTML_START)
			begin(&survey, &token);
		else if (token.kind == TD_HTML_END)
			end(&survey, &token);
		else if (table != NULL && table->open)
			add_ink(table, token.text, token.size);
	}
	while (survey.open->len > 0) {
		survey.beyond = 0;
		end_table(&survey);
	}
	g_array_unref(survey.open);
	return survey.tables;
}
