/* test-talk-answers.c - what is told to who wrote */

#include "config.h"

#include <string.h>

#include "talk-fixture.h"

static const char anna[] = "anna@example.net";

/* ---- commands as the parser would make them ---- */

static void
free_mistake(TdMistake *mistake)
{
	g_free(mistake->line);
	g_free(mistake->suggest);
	g_free(mistake->want);
	g_free(mistake);
}

static void
add_mistake(GPtrArray *mistakes, TdMistakeKind kind, const char *line,
    const char *suggest, const char *want)
{
	TdMistake *mistake = g_new0(TdMistake, 1);

	mistake->kind = kind;
	mistake->line = g_strdup(line);
	mistake->suggest = g_strdup(suggest);
	mistake->want = g_strdup(want);
	g_ptr_array_add(mistakes, mistake);
}

static void
add_result(Talk *talk, const char *line, const char *text)
{
	TdResult *result = g_new0(TdResult, 1);

	result->line = g_strdup(line);
	result->text = g_strdup(text);
	g_ptr_array_add(talk->plan->results, result);
}

static void
transcribe(Talk *talk, const TdWho *who, guint64 number,
    const TdCommands *commands, const char *heading)
{
	g_autoptr(GError) error = NULL;
	g_auto(TdSaid) said = talk_said("close", "", NULL);

	td_talk_transcript(
	    &talk->draft, who, number, &said, commands, heading, &error);
	g_assert_no_error(error);
}

/* ---- the transcript ---- */

static void
test_results(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = { 0 };
	const TdLetter *letter;

	talk_begin(talk);
	who = talk_speaker(talk, "olga");
	add_result(talk, "close", "closed");
	add_result(talk, "priority 1", "priority 1");
	transcribe(talk, &who, talk->number, NULL, NULL);
	talk_assert_told(talk, "transcript:olga@example.com");
	letter = g_ptr_array_index(talk->plan->letters, 0);
	g_assert_cmpstr(
	    letter->text, ==, "> close\nclosed\n\n> priority 1\npriority 1");
	g_assert_cmpuint(letter->person, ==, who.person->id);
	g_assert_cmpuint(letter->ticket, ==, talk->number);
	g_assert_true(letter->automatic);
	g_assert_cmpstr(letter->in_reply_to, ==, "in-hand@example.net");
	g_assert_cmpstr(letter->subject, ==, "Printer on fire");
}

static void
test_mistakes(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_autoptr(GPtrArray) mistakes = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)free_mistake);
	const TdCommands commands = { .mistakes = mistakes };
	g_auto(TdWho) who = { 0 };
	const char *text;

	add_mistake(mistakes, TD_MISTAKE_DOUBT, "clsoe", "close", "");
	add_mistake(
	    mistakes, TD_MISTAKE_ARGUMENT, "priority 9", "", "priority 1-5");
	add_mistake(mistakes, TD_MISTAKE_TOO_MANY, "", "", "");
	talk_begin(talk);
	who = talk_speaker(talk, "olga");
	transcribe(talk, &who, talk->number, &commands, "mistaken");
	text = talk_letter(talk, TD_LETTER_TRANSCRIPT, "olga@example.com")
	           ->text;
	g_assert_nonnull(strstr(text, "> clsoe\n"));
	g_assert_nonnull(strstr(text, "Did you mean: close\n"));
	g_assert_nonnull(strstr(text, "> priority 9\n"));
	g_assert_nonnull(strstr(text, "Expected: priority 1-5\n"));
	g_assert_nonnull(strstr(text, "\n    go\n    close\n    ...\n\n"));
	g_assert_nonnull(strstr(text, "reply with go alone"));
}

static void
test_russian(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_autoptr(GPtrArray) mistakes = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)free_mistake);
	const TdCommands commands = { .mistakes = mistakes };
	g_auto(TdWho) who = { 0 };
	const TdLetter *letter;

	add_mistake(mistakes, TD_MISTAKE_UNKNOWN, "#цвет", "", "");
	talk_begin(talk);
	who = talk_speaker(talk, "olga");
	who.language = "ru";
	transcribe(talk, &who, talk->number, &commands, "mistaken");
	letter = talk_letter(talk, TD_LETTER_TRANSCRIPT, "olga@example.com");
	g_assert_cmpstr(letter->language, ==, "ru");
	g_assert_nonnull(strstr(letter->text, "> #цвет\nТакой команды нет.\n"));
	g_assert_nonnull(strstr(letter->text, "\n    давай\n    ..."));
	g_assert_nonnull(strstr(letter->text, "словом «давай»"));
	g_assert_null(strstr(letter->text, "одним словом"));
}

/* A customer's mail is filed whatever its commands are: nothing waits. */
static void
test_customer_mistakes(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_autoptr(GPtrArray) mistakes = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)free_mistake);
	const TdCommands commands = { .mistakes = mistakes };
	g_auto(TdWho) who = talk_customer("Anna", anna);
	const TdLetter *letter;

	add_mistake(mistakes, TD_MISTAKE_ARGUMENT, "rate 9", "", "rate 1-5");
	talk_begin(talk);
	transcribe(talk, &who, talk->number, &commands, "mistaken");
	letter = talk_letter(talk, TD_LETTER_TRANSCRIPT, anna);
	g_assert_cmpuint(letter->person, ==, 0);
	g_assert_null(strstr(letter->text, "    go\n"));
	g_assert_nonnull(strstr(letter->text, "\n    ..."));
}

/* What is not for customers cannot be mended by writing it otherwise. */
static void
test_agents_words(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_autoptr(GPtrArray) mistakes = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)free_mistake);
	const TdCommands commands = { .mistakes = mistakes };
	g_auto(TdWho) who = talk_customer("Anna", anna);
	const TdLetter *letter;

	add_mistake(mistakes, TD_MISTAKE_CUSTOMER, "#assign olga", "", "");
	talk_begin(talk);
	transcribe(talk, &who, talk->number, &commands, "mistaken");
	letter = talk_letter(talk, TD_LETTER_TRANSCRIPT, anna);
	g_assert_cmpstr(letter->text, ==,
	    "A command in your mail could not be carried out, so none was.\n\n"
	    "> #assign olga\nOnly agents can use this command.");
}

/* Beside what can be mended it is not among the lines to write anew. */
static void
test_agents_words_and_others(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_autoptr(GPtrArray) mistakes = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)free_mistake);
	const TdCommands commands = { .mistakes = mistakes };
	g_auto(TdWho) who = talk_customer("Anna", anna);
	const TdLetter *letter;

	add_mistake(mistakes, TD_MISTAKE_CUSTOMER, "#assign olga", "", "");
	add_mistake(mistakes, TD_MISTAKE_DOUBT, "#clsoe", "close", "");
	talk_begin(talk);
	transcribe(talk, &who, talk->number, &commands, "mistaken");
	letter = talk_letter(talk, TD_LETTER_TRANSCRIPT, anna);
	g_assert_nonnull(strstr(letter->text, "could not be understood"));
	g_assert_true(g_str_has_suffix(letter->text, ":\n\n    close"));
}

static void
test_nothing(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = { 0 };

	talk_begin(talk);
	who = talk_speaker(talk, "olga");
	transcribe(talk, &who, talk->number, NULL, NULL);
	talk_assert_told(talk, "");
}

static void
test_tool(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = talk_tool();

	talk_begin(talk);
	add_result(talk, "close", "closed");
	transcribe(talk, &who, talk->number, NULL, NULL);
	talk_assert_told(talk, "");
}

/* Neither the title of the ticket nor its address is for strangers. */
static void
test_stranger(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = talk_customer("Eve", "eve@evil.example");
	const TdLetter *letter;

	talk_begin(talk);
	transcribe(talk, &who, talk->number, NULL, "bad-link");
	talk_assert_told(talk, "transcript:eve@evil.example");
	letter = g_ptr_array_index(talk->plan->letters, 0);
	g_assert_cmpuint(letter->ticket, ==, TD_TICKET_DESK);
}

static void
test_own_address(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = talk_customer("Us", "help@example.com");

	talk_begin(talk);
	transcribe(talk, &who, talk->number, NULL, "bad-link");
	talk_assert_told(talk, "");
}

/* Counts what the desk would have of a transcript that went to @to. */
static void
file_transcript(Talk *talk, const char *to)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(talk->fixture.store, &error);

	g_assert_no_error(error);
	td_cap_raise(txn, to, talk->fixture.now, &error);
	g_assert_no_error(error);
	td_cap_raise(txn, NULL, talk->fixture.now, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

static void
assert_after(Talk *talk, guint count, gint64 seconds, const char *want)
{
	g_auto(TdWho) who = talk_customer("Eve", "eve@evil.example");

	for (guint i = 0; i < count; i++)
		file_transcript(talk, "eve@evil.example");
	file_transcript(talk, "another@evil.example");
	talk->fixture.now += seconds;
	talk_begin(talk);
	transcribe(talk, &who, talk->number, NULL, "bad-link");
	talk_assert_told(talk, want);
}

static void
test_fifth(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	assert_after(talk, 4, 0, "transcript:eve@evil.example");
}

static void
test_sixth(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	assert_after(talk, 5, 3599, "");
}

static void
test_hour_later(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	assert_after(talk, 5, 3600, "transcript:eve@evil.example");
}

static void
test_flood(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	for (guint i = 0; i < 50; i++) {
		g_autofree char *to = g_strdup_printf("%u@evil.example", i);

		file_transcript(talk, to);
	}
	assert_after(talk, 0, 0, "");
}

/* An agent whom From alone names may be anybody's victim. */
static void
assert_claim(Talk *talk, guint count, TdProof proof, const char *want)
{
	g_auto(TdWho) who = { 0 };

	for (guint i = 0; i < count; i++)
		file_transcript(talk, "olga@example.com");
	talk_begin(talk);
	who = talk_speaker(talk, "olga");
	who.proof = proof;
	transcribe(talk, &who, talk->number, NULL, "unsigned");
	talk_assert_told(talk, want);
}

static void
test_claim(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	assert_claim(talk, 9, TD_PROOF_NONE, "transcript:olga@example.com");
}

static void
test_claims(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	assert_claim(talk, 10, TD_PROOF_NONE, "");
}

static void
test_proven(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	assert_claim(talk, 59, TD_PROOF_ADDRESS, "transcript:olga@example.com");
}

static void
test_customer_refused(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = talk_customer("Anna", anna);

	talk_begin(talk);
	transcribe(talk, &who, talk->number, NULL, "refused");
	g_assert_null(strstr(
	    talk_letter(talk, TD_LETTER_TRANSCRIPT, anna)->text, "word go"));
}

/* ---- the question ---- */

static void
ask(Talk *talk, const TdWho *who, const char *kind, const char *asked)
{
	g_autoptr(GError) error = NULL;
	g_auto(TdSaid) said = talk_said("close", "", NULL);

	td_talk_confirm(
	    &talk->draft, who, talk->number, &said, kind, asked, &error);
	g_assert_no_error(error);
}

static void
test_confirm(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = { 0 };
	const TdLetter *letter;
	const TdHold *hold;

	talk_begin(talk);
	who = talk_speaker(talk, "olga");
	ask(talk, &who, "confirm", "close\npriority 1\n");
	talk_assert_told(talk, "confirm:olga@example.com");
	letter = g_ptr_array_index(talk->plan->letters, 0);
	g_assert_cmpstr(letter->text, ==, "> close\n> priority 1");
	g_assert_cmpint(letter->until, ==, talk->fixture.now + 3600);
	g_assert_cmpuint(letter->hold, ==, 0);
	g_assert_cmpuint(letter->person, ==, who.person->id);
	g_assert_cmpuint(talk->plan->holds->len, ==, 1);
	hold = g_ptr_array_index(talk->plan->holds, 0);
	g_assert_cmpstr(hold->kind, ==, "confirm");
	g_assert_cmpstr(hold->from, ==, "olga@example.com");
	g_assert_cmpuint(hold->person, ==, who.person->id);
	g_assert_cmpuint(hold->ticket, ==, talk->number);
	g_assert_cmpint(hold->expires, ==, talk->fixture.now + 3600);
	g_assert_cmpuint(hold->mail.sequence, ==, 0);
	g_assert_cmpuint(hold->id, ==, 0);
}

/* Whose the address is must answer from there. */
static void
test_add_address(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = { 0 };
	const TdLetter *letter;
	const TdHold *hold;

	talk_begin(talk);
	who = talk_speaker(talk, "olga");
	ask(talk, &who, "add-address", "olga@home.example");
	talk_assert_told(talk, "confirm:olga@home.example");
	letter = g_ptr_array_index(talk->plan->letters, 0);
	g_assert_nonnull(strstr(letter->text, "olga@home.example"));
	g_assert_nonnull(strstr(letter->text, "Olga P."));
	hold = g_ptr_array_index(talk->plan->holds, 0);
	g_assert_cmpstr(hold->from, ==, "olga@home.example");
	g_assert_cmpstr(hold->text, ==, "olga@home.example");
	g_assert_cmpuint(hold->person, ==, who.person->id);
}

static void
test_confirm_flood(Talk *talk, gconstpointer extra G_GNUC_UNUSED)
{
	g_auto(TdWho) who = talk_customer("Eve", "eve@evil.example");

	for (guint i = 0; i < 5; i++)
		file_transcript(talk, "eve@evil.example");
	talk_begin(talk);
	ask(talk, &who, "confirm", "close");
	talk_assert_told(talk, "");
	g_assert_cmpuint(talk->plan->holds->len, ==, 0);
}

#define ADD(name, test)                                                        \
	g_test_add(                                                            \
	    "/talk-answers/" name, Talk, NULL, talk_open, test, talk_close)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	ADD("results go to who wrote", test_results);
	ADD("mistakes come with what to answer", test_mistakes);
	ADD("mistakes are told in the agent's language", test_russian);
	ADD("nothing of a customer's waits", test_customer_mistakes);
	ADD("agents' words cannot be mended", test_agents_words);
	ADD("others beside them can", test_agents_words_and_others);
	ADD("where there is nothing to tell nothing is sent", test_nothing);
	ADD("a tool gets no mail", test_tool);
	ADD("a stranger learns nothing of the ticket", test_stranger);
	ADD("the desk does not answer itself", test_own_address);
	ADD("a stranger gets five answers an hour", test_fifth);
	ADD("a stranger gets no more answers", test_sixth);
	ADD("an hour later a stranger is answered again", test_hour_later);
	ADD("many strangers together are not answered", test_flood);
	ADD("an agent named by From alone is answered", test_claim);
	ADD("but not without end", test_claims);
	ADD("who is proven is answered for longer", test_proven);
	ADD("a customer is not told to try again", test_customer_refused);
	ADD("a confirmation holds the mail", test_confirm);
	ADD("a new address is asked itself", test_add_address);
	ADD("a stranger is not asked without end", test_confirm_flood);
	return g_test_run();
}
