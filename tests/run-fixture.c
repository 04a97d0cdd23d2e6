/* run-fixture.c - see run-fixture.h */

#include "config.h"

#include <string.h>

#include "run-fixture.h"

#include "desk/policy.h"

/* What tests look at until they end. */
static GPtrArray *events;

static void
change_agent(Run *run, const char *name, void (*change)(TdPerson *, gpointer),
    gpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(run->fixture.store, &error);
	g_autoptr(TdPerson) person = NULL;

	g_assert_no_error(error);
	td_person_find_agent(txn, name, &person, NULL, &error);
	g_assert_no_error(error);
	g_assert_nonnull(person);
	change(person, data);
	td_person_put(txn, person, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

static void
set_queue(TdPerson *person, gpointer data)
{
	char *queues[] = { data, NULL };

	g_strfreev(person->queues);
	person->queues = g_strdupv(queues);
	if (data == NULL)
		person->role = TD_ROLE_LEAD;
}

/* A ticket of Anna's at @address. */
static guint64
open_ticket(Run *run, const char *address)
{
	static guint count;
	g_autofree char *raw = NULL;

	raw = g_strdup_printf("From: Anna <anna@example.net>\nTo: %s\n"
	                      "Subject: Another matter\n"
	                      "Message-ID: <other-%u@example.net>\n\nHello.\n",
	    address, ++count);
	return fixture_file(&run->fixture, "anna@example.net", address, raw)
	    .outcome.ticket;
}

void
run_open(Run *run, gconstpointer extra)
{
	g_autofree char *lines = g_strconcat(
	    "timezone = UTC\n", (const char *)extra, NULL);

	fixture_open(&run->fixture, lines);
	run->results = g_ptr_array_new_with_free_func(g_free);
	events = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)g_ptr_array_unref);
	run->number = fixture_open_ticket(&run->fixture);
	run->other = open_ticket(run, "support@example.com");
	run->foreign = open_ticket(run, "sales@example.com");
	run->ticket = run->number;
	run->said = "";
	run->language = "en";
	fixture_agent(&run->fixture, "olga", "olga@example.com");
	fixture_agent(&run->fixture, "ivan", "ivan@example.com");
	fixture_agent(&run->fixture, "petr", "petr@example.com");
	fixture_agent(&run->fixture, "rita", "rita@example.com");
	change_agent(run, "petr", set_queue, (char *)"sales");
	change_agent(run, "rita", set_queue, NULL);
}

void
run_close(Run *run, gconstpointer extra)
{
	g_clear_pointer(&run->results, g_ptr_array_unref);
	g_clear_pointer(&run->text, g_free);
	g_clear_pointer(&run->letters, g_free);
	g_clear_pointer(&events, g_ptr_array_unref);
	fixture_close(&run->fixture, extra);
}

/* ---- running ---- */

static TdWho
make_who(const Run *run, TdTxn *txn, const char *speaker)
{
	g_autoptr(GError) error = NULL;
	TdWho who = { .language = run->language };

	if (strcmp(speaker, "tool") == 0) {
		who.control = TRUE;
		who.proof = TD_PROOF_CONTROL;
		who.address = g_strdup("");
		who.name = g_strdup("tool");
		who.actor = g_strdup("control:tool");
	} else if (strchr(speaker, '@') != NULL) {
		td_person_by_address(txn, speaker, &who.person, &error);
		who.proof = TD_PROOF_ANSWER;
		who.address = g_strdup(speaker);
		who.name = g_strdup(speaker);
		who.actor = g_strconcat("customer:", speaker, NULL);
	} else {
		td_person_find_agent(txn, speaker, &who.person, NULL, &error);
		g_assert_nonnull(who.person);
		who.agent = TRUE;
		who.proof = TD_PROOF_ADDRESS;
		who.address = g_strdup(who.person->addresses[0]);
		who.name = g_strdup(speaker);
		who.actor = g_strconcat("agent:", speaker, NULL);
	}
	g_assert_no_error(error);
	return who;
}

static TdCommands *
parse(const Run *run, const TdWho *who, const char *commands)
{
	const char *languages[] = { run->language, NULL };
	TdCommandContext context = {
		.customer = !who->agent && !who->control,
		.languages = languages,
		.now = run->fixture.now,
		.strict = TRUE,
	};
	TdCommands *parsed = td_command_parse(commands, &context);

	if (parsed->mistakes->len > 0)
		g_test_message("not understood: %s", commands);
	g_assert_cmpuint(parsed->mistakes->len, ==, 0);
	return parsed;
}

static void
keep_results(Run *run, const TdPlan *plan)
{
	g_ptr_array_set_size(run->results, 0);
	for (guint i = 0; i < plan->results->len; i++) {
		const TdResult *result = g_ptr_array_index(plan->results, i);

		g_ptr_array_add(run->results,
		    g_strconcat(
		        result->refused ? "! " : "", result->text, NULL));
	}
}

static void
keep_letters(Run *run, const TdPlan *plan)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < plan->letters->len; i++) {
		const TdLetter *letter = g_ptr_array_index(plan->letters, i);
		const TdEvent *event = g_ptr_array_index(
		    plan->letter_events, i);

		g_string_append_printf(text, "%s%s:%s", i == 0 ? "" : " ",
		    td_letter_kind_name(letter->kind),
		    td_event_get(event, "to"));
	}
	g_free(run->letters);
	run->letters = g_string_free(g_steal_pointer(&text), FALSE);
}

/* What is left of a plan is written, as by the desk. */
static void
apply(Run *run, TdTxn *txn, TdPlan *plan)
{
	g_autoptr(GError) error = NULL;
	TdOutcome outcome;

	td_desk_apply(run->fixture.desk, txn, plan, NULL, NULL, NULL, 0,
	    &outcome, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
	run->fixture.now += RUN_MINUTE;
}

static TdPlan *
begin(Run *run, TdDraft *draft, TdTxn *txn, const TdWho *who)
{
	TdPlan *plan = td_plan_new(run->fixture.now);

	plan->ticket = run->ticket;
	plan->file_under = run->ticket;
	plan->evidence = g_strdup(td_proof_name(who->proof));
	td_draft_init(draft, run->fixture.desk, txn, plan, run->fixture.now);
	draft->actor = who->actor;
	draft->evidence = plan->evidence;
	return plan;
}

static void
do_commands(Run *run, TdTxn *txn, const TdWho *who, const TdCommands *commands)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdPlan) plan = NULL;
	g_auto(TdDraft) draft = { 0 };
	g_auto(TdSaid) said = { .text = g_strdup(run->said) };
	TdRun step = {
		.draft = &draft,
		.who = who,
		.ticket = run->ticket,
		.answers = run->answers,
		.said = &said,
	};

	plan = begin(run, &draft, txn, who);
	g_assert_true(td_run_commands(&step, commands, &run->refused, &error));
	g_assert_no_error(error);
	/* Canned answers bring lines of their own. */
	g_assert_cmpuint(plan->results->len, >=, commands->commands->len);
	g_assert_true(plan->refused == run->refused);
	keep_results(run, plan);
	keep_letters(run, plan);
	g_free(run->text);
	run->text = g_strdup(said.text);
	run->use = step.use;
	run->changed = step.changed;
	run->answered = step.answered;
	run->silent = step.silent;
	run->events = plan->events->len;
	td_clocks_settle(&draft, &error);
	g_assert_no_error(error);
	apply(run, txn, plan);
}

void
run_do(Run *run, const char *speaker, const char *commands)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(run->fixture.store, &error);
	g_auto(TdWho) who = make_who(run, txn, speaker);
	g_autoptr(TdCommands) parsed = parse(run, &who, commands);

	g_assert_no_error(error);
	do_commands(run, txn, &who, parsed);
}

void
run_verb(Run *run, const char *speaker, TdVerb verb)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(run->fixture.store, &error);
	g_auto(TdWho) who = make_who(run, txn, speaker);
	char *none[] = { NULL };
	TdCommand command = { .verb = verb,
		.line = (char *)td_verb_name(verb),
		.word = (char *)"me",
		.text = (char *)"",
		.add = none,
		.remove = none,
		.set = none,
		.number = 1 };
	g_autoptr(GPtrArray) list = g_ptr_array_new();
	TdCommands commands = { .commands = list };

	g_assert_no_error(error);
	g_ptr_array_add(list, &command);
	do_commands(run, txn, &who, &commands);
}

void
run_reply(Run *run, const char *speaker, const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(run->fixture.store, &error);
	g_auto(TdWho) who = make_who(run, txn, speaker);
	g_autoptr(TdPlan) plan = NULL;
	g_auto(TdDraft) draft = { 0 };
	g_auto(TdSaid) said = { .text = g_strdup(text) };
	g_autofree char *held = NULL;

	g_assert_no_error(error);
	plan = begin(run, &draft, txn, &who);
	td_talk_reply(&draft, &who, run->ticket, &said, FALSE, &held, &error);
	g_assert_no_error(error);
	keep_letters(run, plan);
	td_clocks_settle(&draft, &error);
	g_assert_no_error(error);
	apply(run, txn, plan);
}

/* ---- looking ---- */

const char *
run_result(const Run *run, guint line)
{
	g_assert_cmpuint(line, <, run->results->len);
	return g_ptr_array_index(run->results, line);
}

void
run_assert_done(const Run *run, const char *want)
{
	g_assert_cmpstr(run_result(run, 0), ==, want);
	g_assert_false(run->refused);
}

void
run_assert_refused(const Run *run, const char *want)
{
	g_autofree char *text = g_strconcat("! ", want, NULL);

	g_assert_cmpstr(run_result(run, 0), ==, text);
	g_assert_true(run->refused);
	g_assert_false(run->changed);
	g_assert_cmpuint(run->events, ==, 0);
	g_assert_cmpstr(run->letters, ==, "");
}

TdTicket *
run_ticket(Run *run, guint64 number)
{
	return fixture_ticket(&run->fixture, number);
}

const TdEvent *
run_event(Run *run, guint64 number, TdEventKind kind)
{
	GPtrArray *list = fixture_events(&run->fixture, number);

	g_ptr_array_add(events, list);
	for (guint i = list->len; i > 0; i--) {
		const TdEvent *event = g_ptr_array_index(list, i - 1);

		if (event->kind == kind)
			return event;
	}
	return NULL;
}

typedef struct {
	gint64 until;
	const char *deputy;
} Absence;

static void
set_absence(TdPerson *person, gpointer data)
{
	const Absence *absence = data;

	person->away = absence->until;
	g_free(person->deputy);
	person->deputy = g_strdup(
	    absence->deputy == NULL ? "" : absence->deputy);
}

void
run_agent(Run *run, const char *name, gint64 away, const char *deputy)
{
	Absence absence = { away, deputy };

	change_agent(run, name, set_absence, &absence);
}

TdPerson *
run_person(Run *run, const char *address)
{
	g_autoptr(TdTxn) txn = td_txn_read(run->fixture.store);
	g_autoptr(GError) error = NULL;
	TdPerson *person = NULL;

	td_person_by_address(txn, address, &person, &error);
	g_assert_no_error(error);
	return person;
}

guint64
run_mail(Run *run, guint64 number, const char *from)
{
	static guint count;
	g_autofree char *to = td_desk_thread_address(run->fixture.desk,
	    td_conf_queue(run->fixture.conf, "support"), number);
	g_autofree char *raw = NULL;
	Filing filing;

	raw = g_strdup_printf("From: %s\nTo: %s\nSubject: Re: The scanner too\n"
	                      "Message-ID: <more-%u@example.net>\n"
	                      "In-Reply-To: <older@example.net>\n\nMore.\n",
	    from, to, ++count);
	filing = fixture_file(&run->fixture, "anna@example.net", to, raw);
	g_assert_cmpuint(filing.outcome.filed.ticket, ==, number);
	return filing.outcome.filed.sequence;
}

void
run_wait(Run *run, gint64 seconds)
{
	run->fixture.now += seconds;
}
