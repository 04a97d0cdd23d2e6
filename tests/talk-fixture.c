/* talk-fixture.c - see talk-fixture.h */

#include "config.h"

#include <stdarg.h>
#include <string.h>

#include "talk-fixture.h"

/* What talk_said() made, until the test ends. */
static GPtrArray *messages;
static GPtrArray *raws;

void
talk_open(Talk *talk, gconstpointer extra)
{
	fixture_open(&talk->fixture, extra == NULL ? TALK_UTC : extra);
	talk->number = fixture_open_ticket(&talk->fixture);
	fixture_agent(&talk->fixture, "ivan", "ivan@example.com");
	fixture_agent(&talk->fixture, "olga", "olga@example.com");
	fixture_agent(&talk->fixture, "petr", "petr@example.com");
	talk_agent(talk, "olga", 0, NULL, NULL);
	talk_agent(talk, "petr", 0, NULL, NULL);
	messages = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_message_free);
	raws = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
}

void
talk_close(Talk *talk, gconstpointer extra)
{
	if (talk->txn != NULL) {
		td_draft_clear(&talk->draft);
		td_plan_free(talk->plan);
		td_txn_free(talk->txn);
	}
	g_clear_pointer(&messages, g_ptr_array_unref);
	g_clear_pointer(&raws, g_ptr_array_unref);
	fixture_close(&talk->fixture, extra);
}

static void
set(char **field, const char *value)
{
	g_free(*field);
	*field = g_strdup(value == NULL ? "" : value);
}

void
talk_agent(Talk *talk, const char *name, gint64 away, const char *deputy,
    const char *language)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = td_txn_begin(talk->fixture.store, &error);
	g_autoptr(TdPerson) person = NULL;

	g_assert_no_error(error);
	td_person_find_agent(txn, name, &person, NULL, &error);
	g_assert_no_error(error);
	person->away = away;
	set(&person->deputy, deputy);
	set(&person->language, language);
	set(&person->full_name, strcmp(name, "olga") == 0 ? "Olga P." : "");
	if (strcmp(name, "petr") == 0)
		set(&person->queues[0], "sales");
	td_person_put(txn, person, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

void
talk_customer_writes(Talk *talk, const char *text)
{
	static guint count;
	g_autofree char *thread = NULL;
	g_autofree char *raw = NULL;

	thread = td_desk_thread_address(talk->fixture.desk,
	    td_conf_queue(talk->fixture.conf, "support"), talk->number);
	raw = g_strdup_printf("From: Anna <anna@example.net>\nTo: %s\n"
	                      "Subject: Re: Printer on fire\n"
	                      "Message-ID: <second-%u@example.net>\n"
	                      "In-Reply-To: <older@example.net>\n\n%s\n",
	    thread, ++count, text);
	fixture_file(&talk->fixture, "anna@example.net", thread, raw);
}

void
talk_event(Talk *talk, TdEventKind kind, const char *key, const char *value)
{
	fixture_event(&talk->fixture, talk->number, kind, key, value);
}

TdDraft *
talk_begin(Talk *talk)
{
	talk->txn = td_txn_read(talk->fixture.store);
	talk->plan = td_plan_new(talk->fixture.now);
	td_draft_init(&talk->draft, talk->fixture.desk, talk->txn, talk->plan,
	    talk->fixture.now);
	return &talk->draft;
}

TdWho
talk_customer(const char *name, const char *address)
{
	return (TdWho){
		.proof = TD_PROOF_ANSWER,
		.address = g_strdup(address),
		.name = g_strdup(name),
		.actor = g_strconcat("customer:", address, NULL),
		.language = "en",
	};
}

TdWho
talk_speaker(Talk *talk, const char *agent)
{
	g_autoptr(GError) error = NULL;
	TdWho who = {
		.agent = TRUE, .proof = TD_PROOF_ADDRESS, .language = "en"
	};

	td_person_find_agent(talk->txn, agent, &who.person, NULL, &error);
	g_assert_no_error(error);
	who.address = g_strdup(who.person->addresses[0]);
	who.name = g_strdup(td_agent_shown_name(who.person));
	who.actor = g_strconcat("agent:", agent, NULL);
	return who;
}

TdWho
talk_tool(void)
{
	return (TdWho){
		.control = TRUE,
		.proof = TD_PROOF_CONTROL,
		.address = g_strdup(""),
		.name = g_strdup("Example Support"),
		.actor = g_strdup("control:root"),
		.language = "en",
	};
}

TdSaid
talk_said(const char *text, const char *fields, ...)
{
	g_autoptr(GString) raw = g_string_new(NULL);
	const char *attachment;
	TdMessage *message;
	va_list list;

	g_string_append_printf(raw,
	    "From: Somebody <somebody@example.net>\n%s"
	    "Subject: Re: [support #1] Printer on fire\n"
	    "Message-ID: <in-hand@example.net>\nMIME-Version: 1.0\n"
	    "Content-Type: multipart/mixed; boundary=b\n\n"
	    "--b\nContent-Type: text/plain\n\n%s\n",
	    fields, text);
	va_start(list, fields);
	while ((attachment = va_arg(list, const char *)) != NULL) {
		g_auto(GStrv) parts = g_strsplit(attachment, "|", 3);

		g_string_append_printf(raw,
		    "--b\nContent-Type: %s\n"
		    "Content-Disposition: attachment; filename=\"%s\"\n\n%s\n",
		    parts[1], parts[0], parts[2]);
	}
	va_end(list);
	g_string_append(raw, "--b--\n");

	message = td_message_parse(raw->str, raw->len);
	g_ptr_array_add(messages, message);
	g_ptr_array_add(raws, g_bytes_new(raw->str, raw->len));
	return (TdSaid){
		.text = g_strdup(text),
		.message = message,
		.raw = g_ptr_array_index(raws, raws->len - 1),
	};
}

TdSaid
talk_words(const char *text)
{
	return (TdSaid){ .text = g_strdup(text) };
}

static int
compare(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "kind:address,address" */
static char *
describe(const TdLetter *letter)
{
	g_autoptr(GString) text = g_string_new(NULL);

	g_string_append_printf(text, "%s:", td_letter_kind_name(letter->kind));
	if (letter->recipients != NULL) {
		g_autofree char *all = g_strjoinv(",", letter->recipients);

		g_string_append(text, all);
		return g_string_free(g_steal_pointer(&text), FALSE);
	}
	for (guint i = 0; i < letter->to->len; i++) {
		const TdAddress *to = g_ptr_array_index(letter->to, i);

		g_string_append_printf(
		    text, "%s%s", i == 0 ? "" : ",", to->address);
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

char *
talk_told(const Talk *talk)
{
	const GPtrArray *letters = talk->plan->letters;
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < letters->len; i++)
		g_ptr_array_add(lines, describe(g_ptr_array_index(letters, i)));
	g_ptr_array_sort(lines, compare);
	g_ptr_array_add(lines, NULL);
	return g_strjoinv(" ", (char **)lines->pdata);
}

void
talk_assert_told(const Talk *talk, const char *want)
{
	g_autofree char *told = talk_told(talk);

	g_assert_cmpstr(told, ==, want);
}

const TdLetter *
talk_letter(const Talk *talk, TdLetterKind kind, const char *address)
{
	const GPtrArray *letters = talk->plan->letters;

	for (guint i = 0; i < letters->len; i++) {
		const TdLetter *letter = g_ptr_array_index(letters, i);
		const TdAddress *to = g_ptr_array_index(letter->to, 0);

		if (letter->kind == kind && strcmp(to->address, address) == 0)
			return letter;
	}
	g_assert_not_reached();
}

static const TdEvent *
find_event(const Talk *talk, TdEventKind kind, guint *count)
{
	const GPtrArray *events = talk->plan->events;
	const TdEvent *found = NULL;

	*count = 0;
	for (guint i = 0; i < events->len; i++) {
		const TdEvent *event = g_ptr_array_index(events, i);

		if (event->kind != kind || event->ticket != talk->number)
			continue;
		(*count)++;
		found = event;
	}
	return found;
}

guint
talk_count(const Talk *talk, TdEventKind kind)
{
	guint count;

	find_event(talk, kind, &count);
	return count;
}

const char *
talk_value(const Talk *talk, TdEventKind kind, const char *key)
{
	guint count;
	const TdEvent *event = find_event(talk, kind, &count);

	g_assert_nonnull(event);
	return td_event_get(event, key);
}
