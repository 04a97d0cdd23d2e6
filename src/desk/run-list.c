/* run-list.c - list: tickets in a few words each */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "desk/run-verbs.h"

/* Pages of TD_READ_MAX tickets that one list looks at: all else waits. */
#define PAGES_MAX 5

/* What is asked for. */
typedef struct {
	const TdStep *step;
	TdTicketQuery query;
	GPtrArray *tickets; /* of TdTicket, newest first */
	gboolean more;
} Search;

static void
clear_search(Search *search)
{
	g_clear_pointer(&search->tickets, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Search, clear_search)

static gboolean
is_wanted(const Search *search, const TdTicket *ticket)
{
	const TdRun *run = search->step->run;
	gboolean agent = run->who->agent || run->who->control;

	return ticket->merged_into == 0 &&
	    (!agent || td_who_may_act(run->who, ticket));
}

static void
take_page(Search *search, GPtrArray *page)
{
	for (guint i = 0; i < page->len; i++) {
		TdTicket *ticket = g_ptr_array_index(page, i);

		if (!is_wanted(search, ticket))
			continue;
		if (search->tickets->len == TD_RUN_LINES_MAX) {
			search->more = TRUE;
			return;
		}
		g_ptr_array_add(search->tickets, td_ticket_copy(ticket));
	}
}

static gboolean
collect(Search *search, GError **error)
{
	TdTxn *txn = search->step->run->draft->txn;
	TdTicketQuery query = search->query;
	guint pages = 0;

	query.limit = TD_READ_MAX;
	do {
		g_autoptr(GPtrArray) page = NULL;
		guint64 next;

		if (!td_ticket_list(txn, &query, &page, &next, error))
			return FALSE;
		take_page(search, page);
		query.before = next;
	} while (query.before != 0 && !search->more && ++pages < PAGES_MAX);
	search->more = search->more || query.before != 0;
	return TRUE;
}

/* ---- as text ---- */

static void
add_cell(GString *line, const char *text, gsize columns)
{
	g_autofree char *shown = td_text_printable(text, 0);
	g_autofree char *cell = td_text_pad(shown, columns);

	g_string_append(line, cell);
	g_string_append_c(line, ' ');
}

static char *
describe(const Search *search, const TdTicket *ticket)
{
	const TdWho *who = search->step->run->who;
	g_autofree char *status = td_step_short_status(
	    search->step, ticket->status);
	g_autofree char *number = g_strdup_printf(
	    "#%" G_GUINT64_FORMAT, ticket->number);
	g_autofree char *priority = g_strdup_printf("%u", ticket->priority);
	g_autoptr(GString) line = g_string_new(NULL);

	add_cell(line, number, 7);
	if (who->agent || who->control)
		add_cell(line, priority, 1);
	add_cell(line, status, 10);
	if (who->agent || who->control)
		add_cell(line, *ticket->owner == '\0' ? "-" : ticket->owner, 8);
	add_cell(line, ticket->subject, 44);
	g_strchomp(line->str);
	return g_string_free(g_steal_pointer(&line), FALSE);
}

static gboolean
answer(const Search *search)
{
	const TdStep *step = search->step;
	g_autoptr(GString) text = g_string_new(NULL);

	if (search->tickets->len == 0 && !search->more)
		return td_step_done(step, "list-empty", NULL);
	for (guint i = 0; i < search->tickets->len; i++) {
		g_autofree char *line = describe(
		    search, g_ptr_array_index(search->tickets, i));

		g_string_append_printf(text, "%s%s", i == 0 ? "" : "\n", line);
	}
	if (search->more) {
		g_autofree char *more = td_step_say(step, "list-more", NULL);

		g_string_append_printf(
		    text, "%s%s", text->len == 0 ? "" : "\n", more);
	}
	return td_step_answer(
	    step, g_string_free(g_steal_pointer(&text), FALSE));
}

/* ---- what is asked for ---- */

/* The queue that "list queue X" names, whether X stands in the word or behind
 * it; NULL if that is not asked. */
static const char *
named_queue(const TdCommand *command)
{
	if (strcmp(command->word, "queue") == 0)
		return command->text;
	if (g_str_has_prefix(command->word, "queue "))
		return command->word + strlen("queue ");
	return NULL;
}

static gboolean
ask_queue(Search *search, const char *name)
{
	const TdStep *step = search->step;
	const TdWho *who = step->run->who;
	const TdConf *conf = step->run->draft->desk->conf;
	g_autoptr(GString) names = g_string_new(NULL);
	g_autofree char *wanted = td_text_fold(name);

	g_strstrip(wanted);
	for (guint i = 0; i < conf->queues->len; i++) {
		const TdQueue *queue = g_ptr_array_index(conf->queues, i);
		g_autofree char *folded = td_text_fold(queue->name);

		if (who->person != NULL && !who->control &&
		    who->person->role != TD_ROLE_LEAD &&
		    !td_person_has_queue(who->person, queue->name))
			continue;
		if (strcmp(folded, wanted) == 0)
			search->query.queue = queue->name;
		g_string_append_printf(
		    names, "%s%s", names->len == 0 ? "" : ", ", queue->name);
	}
	if (search->query.queue != NULL)
		return TRUE;
	return td_step_refuse(
	    step, "no-queue", "name", name, "names", names->str, NULL);
}

/* Lists that are the same for all. */
static gboolean
ask_state(TdTicketQuery *query, const char *word, gint64 now)
{
	if (strcmp(word, "new") == 0)
		query->status = TD_STATUS_NEW;
	else if (strcmp(word, "waiting") == 0)
		query->status = TD_STATUS_WAITING;
	else if (strcmp(word, "overdue") == 0)
		query->overdue = now;
	else if (strcmp(word, "breached") == 0)
		query->breached = TRUE;
	else if (strcmp(word, "unowned") == 0)
		query->owner = "";
	else
		return FALSE;
	return TRUE;
}

/* What an agent asks for; without a word his own tickets, a tool all. */
static gboolean
ask(Search *search)
{
	const TdStep *step = search->step;
	const TdPerson *person = step->run->who->person;
	const char *word = step->command->word;
	const char *queue = named_queue(step->command);

	search->query.active = TRUE;
	if (queue != NULL)
		return ask_queue(search, queue);
	if (ask_state(&search->query, word, step->run->draft->now))
		return TRUE;
	if (strcmp(word, "mine") == 0 || *word == '\0') {
		if (person != NULL)
			search->query.owner = person->name;
		else if (*word != '\0')
			return td_step_refuse(step, "no-name", NULL);
	} else {
		return td_step_refuse(step, "no-list", "word", word, NULL);
	}
	return TRUE;
}

/* A customer's tickets, by all of his addresses. */
static gboolean
collect_own(Search *search, GError **error)
{
	const TdWho *who = search->step->run->who;
	GStrv addresses = who->person == NULL ? NULL : who->person->addresses;
	guint count = addresses == NULL ? 0 : g_strv_length(addresses);

	search->query.requester = who->address;
	if (*who->address != '\0' && !collect(search, error))
		return FALSE;
	for (guint i = 0; i < count && !search->more; i++) {
		search->query.requester = addresses[i];
		if (strcmp(addresses[i], who->address) != 0 &&
		    !collect(search, error))
			return FALSE;
	}
	return TRUE;
}

gboolean
td_run_list(const TdStep *step, GError **error)
{
	const TdWho *who = step->run->who;
	g_auto(Search) search = {
		.step = step,
		.query = { .status = -1 },
		.tickets = g_ptr_array_new_with_free_func(
		    (GDestroyNotify)td_ticket_free),
	};

	if (who->agent || who->control)
		ask(&search);
	else if (!collect_own(&search, error))
		return FALSE;
	if (*step->refused)
		return TRUE;
	if ((who->agent || who->control) && !collect(&search, error))
		return FALSE;
	return answer(&search);
}
