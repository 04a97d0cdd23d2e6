/* corpus.c - reads a folder of labelled mails and prints what became of them
 *
 * corpus [--only=SECTION,...] [--failures] [--format=table|json]
 *     [--exceptions=FILE] FOLDER
 *
 * FOLDER has a file labels.tsv: a row for each mail, with what others say of it
 * (path, kind, expected_subject, expected_reply, features, note), and folders
 * with files expected.tsv of bounces.  Sections: mails (always judged),
 * subjects, replies, classes, bounces, times.
 *
 * Ends with 0 unless a mail crashes or hangs, makes a sanitizer or a library
 * complain, or gives text that is no UTF-8; 1 then, 64 for a mistake in the
 * options, 66 if the corpus cannot be read. */

#include "config.h"

#include <stdio.h>
#include <string.h>

#include "corpus.h"

static const struct {
	const char *name;
	void (*judge)(const Corpus *corpus, CorpusReport *report);
} sections[] = {
	{ "subjects", corpus_judge_subjects },
	{ "replies", corpus_judge_replies },
	{ "classes", corpus_judge_classes },
	{ "bounces", corpus_judge_bounces },
	{ "times", corpus_judge_times },
};

typedef struct {
	char *only;
	gboolean failures;
	char *format;
	char *exceptions;
	char *folder;
} Options;

static void
options_clear(Options *options)
{
	g_free(options->only);
	g_free(options->format);
	g_free(options->exceptions);
	g_free(options->folder);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static gboolean
is_section(const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(sections); i++)
		if (g_str_equal(sections[i].name, name))
			return TRUE;
	return g_str_equal(name, "mails");
}

static gboolean
options_are_good(const Options *options)
{
	g_auto(GStrv) only = g_strsplit(
	    options->only == NULL ? "" : options->only, ",", -1);

	for (guint i = 0; only[i] != NULL; i++)
		if (!is_section(only[i]))
			return FALSE;
	return options->format == NULL ||
	    g_str_equal(options->format, "table") ||
	    g_str_equal(options->format, "json");
}

static gboolean
options_read(Options *options, int argc, char **argv)
{
	const GOptionEntry entries[] = {
		{ "only", 0, 0, G_OPTION_ARG_STRING, &options->only,
		    "These sections alone", "SECTION,..." },
		{ "failures", 0, 0, G_OPTION_ARG_NONE, &options->failures,
		    "Name the mails that differ, and how", NULL },
		{ "format", 0, 0, G_OPTION_ARG_STRING, &options->format,
		    "table or json", "FORMAT" },
		{ "exceptions", 0, 0, G_OPTION_ARG_FILENAME,
		    &options->exceptions, "Mails that may differ, and why",
		    "FILE" },
		{ NULL, 0, 0, 0, NULL, NULL, NULL },
	};
	g_autoptr(GOptionContext) context = g_option_context_new("FOLDER");
	g_autoptr(GError) error = NULL;

	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, &argc, &argv, &error)) {
		fprintf(stderr, "corpus: %s\n", error->message);
		return FALSE;
	}
	if (argc != 2 || !options_are_good(options)) {
		g_autofree char *help = g_option_context_get_help(
		    context, TRUE, NULL);

		fprintf(stderr, "%s", help);
		return FALSE;
	}
	options->folder = g_strdup(argv[1]);
	return TRUE;
}

static gboolean
is_wanted(const Options *options, const char *name)
{
	g_auto(GStrv) only = NULL;

	if (options->only == NULL)
		return TRUE;
	only = g_strsplit(options->only, ",", -1);
	return g_strv_contains((const char *const *)only, name);
}

int
main(int argc, char **argv)
{
	g_auto(Options) options = { 0 };
	g_autoptr(CorpusReport) report = corpus_report_new();
	g_autoptr(Corpus) corpus = NULL;
	g_autoptr(GError) error = NULL;
	gboolean whole;

	if (!options_read(&options, argc, argv))
		return 64;
	td_message_init();
	corpus = corpus_open(options.folder, options.exceptions, &error);
	if (corpus == NULL || !corpus_desk_open(corpus, &error) ||
	    !corpus_run(corpus, &error)) {
		fprintf(stderr, "corpus: %s\n", error->message);
		return 66;
	}
	whole = corpus_judge_mails(corpus, report);
	for (gsize i = 0; i < G_N_ELEMENTS(sections); i++)
		if (is_wanted(&options, sections[i].name))
			sections[i].judge(corpus, report);
	if (options.format != NULL && g_str_equal(options.format, "json"))
		corpus_report_print_json(report, options.failures);
	else
		corpus_report_print(report, options.failures);
	return whole ? 0 : 1;
}
