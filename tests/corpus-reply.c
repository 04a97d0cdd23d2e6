/* corpus-reply.c - whether replies are cut as others cut them, see corpus.h
 *
 * Projects disagree on signatures, so lines of those are counted apart. */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "corpus.h"

typedef struct {
	guint all;
	guint equal;
	guint excused;
	guint kept_mails, kept_lines;
	guint lost_mails, lost_lines;
	guint kept_signature_lines, lost_signature_lines;
} Counts;

/* Lines of a text, squeezed, how often each. */
static GHashTable *
count_lines(const char *text)
{
	GHashTable *lines = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, NULL);
	g_auto(GStrv) split = g_strsplit(text, "\n", -1);

	for (guint i = 0; split[i] != NULL; i++) {
		char *line = corpus_squeeze(split[i]);
		guint count;

		if (*line == '\0') {
			g_free(line);
			continue;
		}
		count = GPOINTER_TO_UINT(g_hash_table_lookup(lines, line));
		g_hash_table_replace(lines, line, GUINT_TO_POINTER(count + 1));
	}
	return lines;
}

/* Takes @line out of @lines; FALSE if it is not there. */
static gboolean
take_line(GHashTable *lines, const char *line)
{
	guint count = GPOINTER_TO_UINT(g_hash_table_lookup(lines, line));

	if (count == 0)
		return FALSE;
	g_hash_table_insert(lines, g_strdup(line), GUINT_TO_POINTER(count - 1));
	return TRUE;
}

/* The lines of @text that @others lacks, in order, squeezed. */
static GPtrArray *
missing_lines(const char *text, const char *others)
{
	g_autoptr(GHashTable) there = count_lines(others);
	g_auto(GStrv) split = g_strsplit(text, "\n", -1);
	GPtrArray *missing = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; split[i] != NULL; i++) {
		g_autofree char *line = corpus_squeeze(split[i]);

		if (*line != '\0' && !take_line(there, line))
			g_ptr_array_add(missing, g_steal_pointer(&line));
	}
	return missing;
}

/* "--", "___", "Sent from my telephone" */
static gboolean
begins_signature(const char *line)
{
	static const char *const phrases[] = { "sent from my ",
		"envoyé de mon ", "von meinem ", "отправлено с ",
		"verzonden vanaf ", "inviato da ", "enviado desde ",
		"sent using ", "get outlook for " };
	g_autofree char *folded = NULL;

	if (*line != '\0' && strspn(line, "-_") == strlen(line) &&
	    strlen(line) >= 2)
		return TRUE;
	folded = td_text_fold(line);
	for (guint i = 0; i < G_N_ELEMENTS(phrases); i++)
		if (g_str_has_prefix(folded, phrases[i]))
			return TRUE;
	return FALSE;
}

/* The lines of signatures in @text: from their beginning up to a quote or the
 * end. */
static GHashTable *
signature_lines(const char *text)
{
	g_autoptr(GString) lines = g_string_new(NULL);
	g_auto(GStrv) split = g_strsplit(text, "\n", -1);
	gboolean inside = FALSE;

	for (guint i = 0; split[i] != NULL; i++) {
		g_autofree char *line = corpus_squeeze(split[i]);

		if (*line == '>')
			inside = FALSE;
		else if (begins_signature(line))
			inside = TRUE;
		if (inside)
			g_string_append_printf(lines, "%s\n", line);
	}
	return count_lines(lines->str);
}

/* Counts lines, those of signatures apart, and tells of them. */
static void
count_faults(const char *what, const CorpusMail *mail, const GPtrArray *lines,
    guint *count, guint *signature, CorpusReport *report)
{
	g_autoptr(GHashTable) signatures = signature_lines(mail->text);

	for (guint i = 0; i < lines->len; i++) {
		const char *line = g_ptr_array_index(lines, i);
		g_autofree char *text = NULL;

		if (g_hash_table_contains(signatures, line)) {
			(*signature)++;
			text = g_strdup_printf("%s, of a signature", what);
		} else {
			(*count)++;
		}
		corpus_report_fault(
		    report, text == NULL ? what : text, mail->path, NULL, line);
	}
}

static void
judge_reply(const Corpus *corpus, const CorpusMail *mail, const char *expected,
    Counts *counts, CorpusReport *report)
{
	g_autofree char *want = corpus_squeeze(expected);
	g_autofree char *got = corpus_squeeze(mail->reply);
	g_autoptr(GPtrArray) kept = NULL;
	g_autoptr(GPtrArray) lost = NULL;
	guint kept_lines = 0, lost_lines = 0;

	counts->all++;
	if (g_str_equal(want, got)) {
		counts->equal++;
		return;
	}
	if (corpus_exception(corpus, "replies", mail) != NULL) {
		counts->excused++;
		return;
	}
	kept = missing_lines(mail->reply, expected);
	lost = missing_lines(expected, mail->reply);
	if (kept->len == 0 && lost->len == 0)
		corpus_report_fault(
		    report, "in another order", mail->path, want, got);
	count_faults("kept", mail, kept, &kept_lines,
	    &counts->kept_signature_lines, report);
	count_faults("lost", mail, lost, &lost_lines,
	    &counts->lost_signature_lines, report);
	counts->kept_mails += kept_lines > 0;
	counts->kept_lines += kept_lines;
	counts->lost_mails += lost_lines > 0;
	counts->lost_lines += lost_lines;
}

static void
report_counts(const Counts *counts, CorpusReport *report)
{
	corpus_report_share(
	    report, "equal", "as expected", counts->equal, counts->all);
	corpus_report_count(
	    report, "excused", "others for a written reason", counts->excused);
	corpus_report_count(
	    report, "kept_mails", "mails with quotes kept", counts->kept_mails);
	corpus_report_count(
	    report, "kept_lines", "  lines of them", counts->kept_lines);
	corpus_report_count(report, "lost_mails",
	    "mails whose writer lost lines", counts->lost_mails);
	corpus_report_count(
	    report, "lost_lines", "  lines of them", counts->lost_lines);
	corpus_report_count(report, "kept_signature_lines",
	    "lines of signatures kept besides", counts->kept_signature_lines);
	corpus_report_count(report, "lost_signature_lines",
	    "lines of signatures removed besides",
	    counts->lost_signature_lines);
}

void
corpus_judge_replies(const Corpus *corpus, CorpusReport *report)
{
	Counts counts = { 0 };

	corpus_report_section(report, "replies", "Replies");
	for (guint i = 0; i < corpus->mails->len; i++) {
		const CorpusMail *mail = g_ptr_array_index(corpus->mails, i);
		g_autofree char *expected = NULL;

		if (*mail->expected_reply == '\0')
			continue;
		expected = corpus_text(corpus, mail->expected_reply, NULL);
		if (expected != NULL)
			judge_reply(corpus, mail, expected, &counts, report);
	}
	report_counts(&counts, report);
}
