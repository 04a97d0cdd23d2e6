/* corpus-report.c - the figures as a table or as JSON, see corpus.h */

#include "config.h"

#include <stdio.h>

#include <json-glib/json-glib.h>

#include <ticketd/text.h>

#include "corpus.h"

#define TITLE_WIDTH 46
#define CELL_WIDTH 13
/* Characters shown of what was expected, and what came. */
#define SHOWN 160

typedef struct {
	char *name;
	char *title;
	guint count;
	gboolean share; /* of .of */
	guint of;
	gboolean time; /* .ms, by the mail .path ("") */
	double ms;
	char *path;
} Figure;

typedef struct {
	char *title;
	GStrv cells;
} Row;

typedef struct {
	char *what;
	char *path;
	char *expected;
	char *got;
} Fault;

typedef struct {
	char *name;
	char *title;
	GPtrArray *figures;
	GPtrArray *rows;
	GPtrArray *faults;
} Section;

struct CorpusReport {
	GPtrArray *sections;
};

static void
free_figure(gpointer data)
{
	Figure *figure = data;

	g_free(figure->name);
	g_free(figure->title);
	g_free(figure->path);
	g_free(figure);
}

static void
free_row(gpointer data)
{
	Row *row = data;

	g_free(row->title);
	g_strfreev(row->cells);
	g_free(row);
}

static void
free_fault(gpointer data)
{
	Fault *fault = data;

	g_free(fault->what);
	g_free(fault->path);
	g_free(fault->expected);
	g_free(fault->got);
	g_free(fault);
}

static void
free_section(gpointer data)
{
	Section *section = data;

	g_free(section->name);
	g_free(section->title);
	g_ptr_array_unref(section->figures);
	g_ptr_array_unref(section->rows);
	g_ptr_array_unref(section->faults);
	g_free(section);
}

CorpusReport *
corpus_report_new(void)
{
	CorpusReport *report = g_new(CorpusReport, 1);

	report->sections = g_ptr_array_new_with_free_func(free_section);
	return report;
}

void
corpus_report_free(CorpusReport *report)
{
	if (report == NULL)
		return;
	g_ptr_array_unref(report->sections);
	g_free(report);
}

void
corpus_report_section(CorpusReport *report, const char *name, const char *title)
{
	Section *section = g_new(Section, 1);

	section->name = g_strdup(name);
	section->title = g_strdup(title);
	section->figures = g_ptr_array_new_with_free_func(free_figure);
	section->rows = g_ptr_array_new_with_free_func(free_row);
	section->faults = g_ptr_array_new_with_free_func(free_fault);
	g_ptr_array_add(report->sections, section);
}

static Section *
current(CorpusReport *report)
{
	return g_ptr_array_index(report->sections, report->sections->len - 1);
}

static Figure *
add_figure(CorpusReport *report, const char *name, const char *title)
{
	Figure *figure = g_new0(Figure, 1);

	figure->name = g_strdup(name);
	figure->title = g_strdup(title);
	g_ptr_array_add(current(report)->figures, figure);
	return figure;
}

void
corpus_report_count(
    CorpusReport *report, const char *name, const char *title, guint count)
{
	add_figure(report, name, title)->count = count;
}

void
corpus_report_share(CorpusReport *report, const char *name, const char *title,
    guint count, guint of)
{
	Figure *figure = add_figure(report, name, title);

	figure->count = count;
	figure->share = TRUE;
	figure->of = of;
}

void
corpus_report_time(CorpusReport *report, const char *name, const char *title,
    double ms, const char *path)
{
	Figure *figure = add_figure(report, name, title);

	figure->time = TRUE;
	figure->ms = ms;
	figure->path = g_strdup(path);
}

void
corpus_report_row(CorpusReport *report, const char *title, GStrv cells)
{
	Row *row = g_new(Row, 1);

	row->title = g_strdup(title);
	row->cells = g_strdupv(cells);
	g_ptr_array_add(current(report)->rows, row);
}

void
corpus_report_fault(CorpusReport *report, const char *what, const char *path,
    const char *expected, const char *got)
{
	Fault *fault = g_new(Fault, 1);

	fault->what = g_strdup(what);
	fault->path = g_strdup(path);
	fault->expected = expected == NULL ? NULL
	                                   : td_text_printable(expected, SHOWN);
	fault->got = got == NULL ? NULL : td_text_printable(got, SHOWN);
	g_ptr_array_add(current(report)->faults, fault);
}

/* ---- as a table ---- */

static double
percent(guint count, guint of)
{
	return of == 0 ? 100.0 : 100.0 * count / of;
}

static void
print_figure(const Figure *figure)
{
	printf("  %-*s", TITLE_WIDTH, figure->title);
	if (figure->time)
		printf(" %9.3f ms%s%s\n", figure->ms,
		    *figure->path == '\0' ? "" : "  ", figure->path);
	else if (figure->share)
		printf(" %6u of %5u  %5.1f %%\n", figure->count, figure->of,
		    percent(figure->count, figure->of));
	else
		printf(" %6u\n", figure->count);
}

static void
print_row(const Row *row)
{
	printf("  %-12s", row->title == NULL ? "" : row->title);
	for (guint i = 0; row->cells[i] != NULL; i++)
		printf(" %*s", CELL_WIDTH, row->cells[i]);
	printf("\n");
}

static void
print_fault(const Fault *fault)
{
	printf("  %s: %s\n", fault->path, fault->what);
	if (fault->expected != NULL)
		printf("      expected: %s\n", fault->expected);
	if (fault->got != NULL)
		printf("      got:      %s\n", fault->got);
}

static void
print_section(const Section *section, gboolean faults)
{
	printf("%s\n", section->title);
	for (guint i = 0; i < section->figures->len; i++)
		print_figure(g_ptr_array_index(section->figures, i));
	for (guint i = 0; i < section->rows->len; i++)
		print_row(g_ptr_array_index(section->rows, i));
	for (guint i = 0; faults && i < section->faults->len; i++)
		print_fault(g_ptr_array_index(section->faults, i));
}

void
corpus_report_print(const CorpusReport *report, gboolean faults)
{
	for (guint i = 0; i < report->sections->len; i++) {
		if (i > 0)
			printf("\n");
		print_section(g_ptr_array_index(report->sections, i), faults);
	}
}

/* ---- as JSON ---- */

static void
build_text(JsonBuilder *json, const char *name, const char *text)
{
	if (text == NULL)
		return;
	json_builder_set_member_name(json, name);
	json_builder_add_string_value(json, text);
}

static void
build_number(JsonBuilder *json, const char *name, gint64 number)
{
	json_builder_set_member_name(json, name);
	json_builder_add_int_value(json, number);
}

static void
build_figure(JsonBuilder *json, const Figure *figure)
{
	json_builder_set_member_name(json, figure->name);
	if (!figure->time && !figure->share) {
		json_builder_add_int_value(json, figure->count);
		return;
	}
	json_builder_begin_object(json);
	if (figure->time) {
		json_builder_set_member_name(json, "ms");
		json_builder_add_double_value(json, figure->ms);
		if (*figure->path != '\0')
			build_text(json, "path", figure->path);
	} else {
		build_number(json, "count", figure->count);
		build_number(json, "of", figure->of);
	}
	json_builder_end_object(json);
}

/* The first row has the names of the columns. */
static void
build_rows(JsonBuilder *json, const GPtrArray *rows)
{
	const Row *names;

	if (rows->len == 0)
		return;
	names = g_ptr_array_index(rows, 0);
	json_builder_set_member_name(json, "table");
	json_builder_begin_object(json);
	for (guint i = 1; i < rows->len; i++) {
		const Row *row = g_ptr_array_index(rows, i);

		json_builder_set_member_name(json, row->title);
		json_builder_begin_object(json);
		for (guint j = 0; row->cells[j] != NULL; j++)
			build_number(json, names->cells[j],
			    g_ascii_strtoll(row->cells[j], NULL, 10));
		json_builder_end_object(json);
	}
	json_builder_end_object(json);
}

static void
build_faults(JsonBuilder *json, const GPtrArray *faults)
{
	json_builder_set_member_name(json, "failures");
	json_builder_begin_array(json);
	for (guint i = 0; i < faults->len; i++) {
		const Fault *fault = g_ptr_array_index(faults, i);

		json_builder_begin_object(json);
		build_text(json, "path", fault->path);
		build_text(json, "what", fault->what);
		build_text(json, "expected", fault->expected);
		build_text(json, "got", fault->got);
		json_builder_end_object(json);
	}
	json_builder_end_array(json);
}

void
corpus_report_print_json(const CorpusReport *report, gboolean faults)
{
	g_autoptr(JsonBuilder) json = json_builder_new();
	g_autoptr(JsonNode) root = NULL;
	g_autofree char *text = NULL;

	json_builder_begin_object(json);
	for (guint i = 0; i < report->sections->len; i++) {
		const Section *section = g_ptr_array_index(report->sections, i);

		json_builder_set_member_name(json, section->name);
		json_builder_begin_object(json);
		for (guint j = 0; j < section->figures->len; j++)
			build_figure(
			    json, g_ptr_array_index(section->figures, j));
		build_rows(json, section->rows);
		if (faults)
			build_faults(json, section->faults);
		json_builder_end_object(json);
	}
	json_builder_end_object(json);
	root = json_builder_get_root(json);
	text = json_to_string(root, TRUE);
	printf("%s\n", text);
}
