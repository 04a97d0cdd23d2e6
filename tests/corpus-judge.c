/* corpus-judge.c - what is right and what is not: health, subjects, classes
 *
 * See corpus.h. */

#include "config.h"

#include <string.h>

#include "corpus.h"

static CorpusMail *
mail_at(const Corpus *corpus, guint index)
{
	return g_ptr_array_index(corpus->mails, index);
}

/* ---- health ---- */

typedef struct {
	guint crashed;
	guint hung;
	guint sanitizer;
	guint warned;
	guint invalid;
} Health;

static gboolean
is_sanitizer(const char *complaint)
{
	return strstr(complaint, "Sanitizer") != NULL ||
	    strstr(complaint, "runtime error") != NULL;
}

static void
judge_health(const CorpusMail *mail, Health *health, CorpusReport *report)
{
	if (is_sanitizer(mail->complaint)) {
		health->sanitizer++;
		corpus_report_fault(
		    report, "sanitizer", mail->path, NULL, mail->complaint);
	}
	if (mail->fate == CORPUS_CRASHED) {
		health->crashed++;
		corpus_report_fault(
		    report, "crashed", mail->path, NULL, mail->complaint);
	} else if (mail->fate == CORPUS_HUNG) {
		health->hung++;
		corpus_report_fault(report, "hung", mail->path, NULL, NULL);
	} else if (*mail->complaint != '\0' && !is_sanitizer(mail->complaint)) {
		health->warned++;
		corpus_report_fault(
		    report, "warning", mail->path, NULL, mail->complaint);
	}
	if (*mail->invalid != '\0') {
		health->invalid++;
		corpus_report_fault(report, "a text that is no UTF-8",
		    mail->path, NULL, mail->invalid);
	}
}

gboolean
corpus_judge_mails(const Corpus *corpus, CorpusReport *report)
{
	Health health = { 0 };

	corpus_report_section(report, "mails", "Mails");
	for (guint i = 0; i < corpus->mails->len; i++)
		judge_health(mail_at(corpus, i), &health, report);
	corpus_report_count(report, "read", "read", corpus->mails->len);
	corpus_report_count(report, "crashed", "crashed", health.crashed);
	corpus_report_count(report, "hung", "hung", health.hung);
	corpus_report_count(
	    report, "sanitizer", "with a sanitizer's report", health.sanitizer);
	corpus_report_count(
	    report, "warned", "with a warning of a library", health.warned);
	corpus_report_count(
	    report, "invalid", "with a text that is no UTF-8", health.invalid);
	return health.crashed + health.hung + health.sanitizer + health.warned +
	    health.invalid ==
	    0;
}

/* ---- subjects ---- */

void
corpus_judge_subjects(const Corpus *corpus, CorpusReport *report)
{
	guint labelled = 0, equal = 0, excused = 0;

	corpus_report_section(report, "subjects", "Subjects");
	for (guint i = 0; i < corpus->mails->len; i++) {
		const CorpusMail *mail = mail_at(corpus, i);
		const char *wanted = mail->expected_subject;
		g_autofree char *want = NULL;
		g_autofree char *got = NULL;

		if (*wanted == '\0')
			continue;
		labelled++;
		want = corpus_squeeze(
		    g_str_equal(wanted, "(empty)") ? "" : wanted);
		got = corpus_squeeze(mail->subject);
		if (g_str_equal(want, got))
			equal++;
		else if (corpus_exception(corpus, "subjects", mail) != NULL)
			excused++;
		else
			corpus_report_fault(
			    report, "another subject", mail->path, want, got);
	}
	corpus_report_share(
	    report, "equal", "as in the label", equal, labelled);
	corpus_report_count(
	    report, "excused", "others for a written reason", excused);
	corpus_report_count(report, "different", "others, without a reason",
	    labelled - equal - excused);
}

/* ---- classes ---- */

static const char *const classes[] = { "human", "auto-reply", "notification",
	"list", "bounce", "receipt", "report", "own", "spam", NULL };

/* Which classes are right for a kind; what else is known of the mail may
 * explain others. */
static const struct {
	const char *kind;
	const char *right[4];
} kinds[] = {
	{ "ordinary", { "human" } },
	{ "reply", { "human" } },
	{ "signed", { "human" } },
	{ "encrypted", { "human" } },
	{ "malformed", { "human" } },
	{ "spam", { "human", "spam" } },
	{ "list", { "list" } },
	{ "autoreply", { "auto-reply" } },
	{ "dsn-bounce", { "bounce" } },
	{ "report", { "report", "receipt" } },
};

/* Kinds of mails that people wrote. */
#define HUMAN_KINDS 6

/* What the header says of itself, in the words of the labels, and the classes
 * that it explains. */
static const struct {
	const char *feature;
	const char *classes[4];
} explanations[] = {
	{ "list-headers", { "list" } },
	{ "precedence", { "list", "auto-reply" } },
	{ "auto-submitted", { "auto-reply", "notification" } },
	{ "x-auto-response-suppress", { "auto-reply", "notification" } },
	{ "null-return-path", { "auto-reply", "bounce", "notification" } },
};

static gboolean
is_among(const char *const *names, guint count, const char *name)
{
	for (guint i = 0; i < count && names[i] != NULL; i++)
		if (g_str_equal(names[i], name))
			return TRUE;
	return FALSE;
}

/* Index into kinds; -1: not judged. */
static int
kind_of(const CorpusMail *mail)
{
	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (g_str_equal(kinds[i].kind, mail->kind))
			return (int)i;
	return -1;
}

static int
class_of(const CorpusMail *mail)
{
	for (int i = 0; classes[i] != NULL; i++)
		if (g_str_equal(classes[i], mail->class))
			return i;
	return -1;
}

/* A scanner's verdict makes nobody a machine. */
static gboolean
is_explained(const CorpusMail *mail)
{
	if (g_str_equal(mail->class, "spam"))
		return TRUE;
	for (guint i = 0; i < G_N_ELEMENTS(explanations); i++)
		if (corpus_has(mail, explanations[i].feature) &&
		    is_among(explanations[i].classes,
		        G_N_ELEMENTS(explanations[i].classes), mail->class))
			return TRUE;
	return FALSE;
}

typedef struct {
	guint table[G_N_ELEMENTS(kinds)][G_N_ELEMENTS(classes)];
	guint all[G_N_ELEMENTS(kinds)];
	guint right[G_N_ELEMENTS(kinds)];
	guint explained; /* people's mails that call themselves a machine's */
	guint excused;
	guint machine; /* people's mails taken for a machine's without that */
	guint people;
	guint unseen; /* machines' mails taken for a person's */
	guint machines;
} Verdicts;

static void
judge_people(const Corpus *corpus, const CorpusMail *mail, gboolean right,
    Verdicts *verdicts)
{
	verdicts->people++;
	if (right)
		return;
	if (is_explained(mail))
		verdicts->explained++;
	else if (corpus_exception(corpus, "classes", mail) != NULL)
		verdicts->excused++;
	else
		verdicts->machine++;
}

static void
judge_class(const Corpus *corpus, const CorpusMail *mail, Verdicts *verdicts,
    CorpusReport *report)
{
	int kind = kind_of(mail);
	int class = class_of(mail);
	gboolean right;

	if (kind < 0 || class < 0)
		return;
	right = is_among(
	    kinds[kind].right, G_N_ELEMENTS(kinds[kind].right), mail->class);
	verdicts->table[kind][class]++;
	verdicts->all[kind]++;
	verdicts->right[kind] += right;
	if (kind < HUMAN_KINDS) {
		judge_people(corpus, mail, right, verdicts);
	} else {
		verdicts->machines++;
		verdicts->unseen += class == 0;
	}
	if (!right && (kind >= HUMAN_KINDS || !is_explained(mail)) &&
	    corpus_exception(corpus, "classes", mail) == NULL) {
		g_autofree char *got = g_strdup_printf(
		    "%s (%s)", mail->class, mail->reason);

		corpus_report_fault(
		    report, "another class", mail->path, mail->kind, got);
	}
}

static void
add_cell(GStrvBuilder *cells, guint count)
{
	g_autofree char *cell = g_strdup_printf("%u", count);

	g_strv_builder_add(cells, cell);
}

static void
report_table(const Verdicts *verdicts, CorpusReport *report)
{
	g_autoptr(GStrvBuilder) names = g_strv_builder_new();
	g_auto(GStrv) first = NULL;

	g_strv_builder_addv(names, (const char **)classes);
	g_strv_builder_add(names, "right");
	first = g_strv_builder_end(names);
	corpus_report_row(report, NULL, first);
	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_autoptr(GStrvBuilder) cells = g_strv_builder_new();
		g_auto(GStrv) row = NULL;

		for (guint j = 0; classes[j] != NULL; j++)
			add_cell(cells, verdicts->table[i][j]);
		add_cell(cells, verdicts->right[i]);
		row = g_strv_builder_end(cells);
		corpus_report_row(report, kinds[i].kind, row);
	}
}

static guint
kind_index(const char *name)
{
	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (g_str_equal(kinds[i].kind, name))
			return i;
	g_assert_not_reached();
}

static void
report_kind(const Verdicts *verdicts, const char *kind, const char *name,
    const char *title, CorpusReport *report)
{
	guint i = kind_index(kind);

	corpus_report_share(
	    report, name, title, verdicts->right[i], verdicts->all[i]);
}

void
corpus_judge_classes(const Corpus *corpus, CorpusReport *report)
{
	Verdicts verdicts = { 0 };

	corpus_report_section(report, "classes", "Classes");
	for (guint i = 0; i < corpus->mails->len; i++)
		judge_class(corpus, mail_at(corpus, i), &verdicts, report);
	report_kind(
	    &verdicts, "dsn-bounce", "bounces", "bounces recognised", report);
	report_kind(&verdicts, "autoreply", "auto_replies",
	    "auto-replies recognised", report);
	report_kind(
	    &verdicts, "report", "reports", "reports recognised", report);
	report_kind(&verdicts, "list", "lists", "lists recognised", report);
	corpus_report_share(report, "machines_unseen",
	    "machines' mails taken for a person's", verdicts.unseen,
	    verdicts.machines);
	corpus_report_share(report, "people_as_machines",
	    "people's mails taken for a machine's", verdicts.machine,
	    verdicts.people);
	corpus_report_count(report, "people_explained",
	    "  besides, their header says so", verdicts.explained);
	corpus_report_count(report, "people_excused",
	    "  besides, for a written reason", verdicts.excused);
	report_table(&verdicts, report);
}
