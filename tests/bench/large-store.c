/* large-store.c - see large-store.h */

#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <ticketd/people.h>

#include "large-store.h"

#define BATCH 500u
/* Batches after which the log is flushed, so that a checkpoint empties it. */
#define FLUSH_BATCHES 20u
#define YEARS ((gint64)3 * 365 * 86400)
#define CUSTOMERS 150000
#define BAR 30

typedef struct {
	TdStore *store;
	const LargeShape *shape;
	GRand *random;
	guint64 done;
	gint64 started; /* monotonic, microseconds */
} Builder;

/* What one ticket is made of. */
typedef struct {
	TdTxn *txn;
	TdTicket *ticket;
	gint64 created;
	char *requester;
	char *subject;
	const char *queue;
	const char *owner;
	gboolean open;
	gboolean soon;
} Making;

static const char *const queues[] = { "support", "support", "support",
	"network", "sales", "billing" };
static const char *const agents[] = { "anna", "boris", "clara", "daniel",
	"elena", "felix", "greta", "hugo", "irina", "jonas", "karin", "lukas" };
static const char *const names[] = { "Mara", "Nils", "Oleg", "Paula", "Quentin",
	"Rosa", "Stefan", "Tanja", "Ulrich", "Vera", "Walter", "Yana" };
static const char *const families[] = { "Adler", "Berg", "Conrad", "Dorn",
	"Engel", "Frank", "Grau", "Hahn", "Ivanov", "Jung", "Krause", "Lang",
	"Meier", "Neumann", "Orlov", "Petrov", "Reich", "Sokolov", "Thaler",
	"Vogel" };
static const char *const things[] = { "Printer", "Projector", "Mailbox",
	"Invoice", "Laptop", "Password", "Network drive", "Telephone", "Screen",
	"Backup", "Calendar", "Account", "Order", "Router", "Scanner",
	"Certificate", "Database", "Licence", "Keyboard", "Web shop" };
static const char *const troubles[] = { "does not start", "is very slow",
	"has expired", "shows an error", "was delivered twice", "is missing",
	"makes a noise", "cannot be opened", "is full", "asks for a password",
	"loses its settings", "needs to be moved", "is wrong", "hangs" };
static const char *const sentences[] = { "It began this morning.",
	"Nobody here changed anything.", "I have tried it three times.",
	"My colleague has the same.", "Yesterday it still worked.",
	"The message says that access is denied.", "It is urgent for us.",
	"Please call me back before noon.", "We have restarted it already.",
	"The number of the contract is on the last page." };

#define PICK(builder, list)                                                    \
	(list)[g_rand_int_range((builder)->random, 0, G_N_ELEMENTS(list))]

/* ---- progress ---- */

static void
show_progress(const Builder *builder)
{
	double part = (double)builder->done / (double)builder->shape->tickets;
	double seconds = (double)(g_get_monotonic_time() - builder->started) /
	    G_USEC_PER_SEC;
	int filled = (int)(part * BAR);

	if (!isatty(STDERR_FILENO))
		return;
	fprintf(stderr,
	    "\r[%.*s%*s] %3.0f %%  %" G_GUINT64_FORMAT
	    " tickets, %.0f s left \033[K",
	    filled, "##############################", BAR - filled, "",
	    100 * part, builder->done, seconds / part - seconds);
	if (builder->done == builder->shape->tickets)
		fputs("\r\033[K", stderr);
}

/* ---- one ticket ---- */

static TdEvent *
new_event(const Making *making, TdEventKind kind, gint64 after)
{
	return td_event_new(
	    kind, making->ticket->number, making->created + after, "desk");
}

/* Takes the event. */
static gboolean
append(Making *making, TdEvent *event, GError **error)
{
	gboolean done = td_event_append(
	    making->txn, making->ticket, event, error);

	td_event_free(event);
	return done;
}

static gboolean
append_change(Making *making, TdEventKind kind, gint64 after, const char *to,
    GError **error)
{
	TdEvent *event = new_event(making, kind, after);

	td_event_set(event, "to", to);
	return append(making, event, error);
}

/* A mail of about a kilobyte. */
static char *
write_mail(Builder *builder, const Making *making, const char *message_id)
{
	GString *mail = g_string_new(NULL);

	g_string_append_printf(mail,
	    "Received: from mx.example.net (mx.example.net [192.0.2.1])\r\n"
	    "\tby mail.example.org (Postfix) with ESMTPS id %08X\r\n"
	    "From: <%s>\r\nTo: <%s@example.org>\r\nSubject: %s\r\n"
	    "Message-ID: %s\r\nMIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=UTF-8\r\n\r\nHello,\r\n\r\n",
	    g_rand_int(builder->random), making->requester, making->queue,
	    making->subject, message_id);
	for (gint32 left = g_rand_int_range(builder->random, 5, 20); left > 0;
	     left--)
		g_string_append_printf(
		    mail, "%s\r\n", PICK(builder, sentences));
	g_string_append(mail, "\r\nRegards\r\n");
	return g_string_free(mail, FALSE);
}

static void
set(char **field, const char *value)
{
	g_free(*field);
	*field = g_strdup(value);
}

/* Files the mail that opens the ticket, and the event that tells of it. */
static gboolean
file_mail(Builder *builder, Making *making, TdEvent *event, GError **error)
{
	guint64 number = making->ticket->number;
	const TdPlace place = { number, 1 };
	g_autoptr(TdFiled) filed = td_filed_new();
	g_autofree char *raw = NULL;

	g_free(filed->message_id);
	filed->message_id = g_strdup_printf("<%" G_GUINT64_FORMAT
	                                    ".%08x@client.example.net>",
	    number, g_rand_int(builder->random));
	raw = write_mail(builder, making, filed->message_id);
	g_free(filed->digest);
	filed->digest = g_compute_checksum_for_string(
	    G_CHECKSUM_SHA256, raw, -1);
	filed->ticket = number;
	filed->sequence = 1;
	set(&filed->class_name, "human");
	set(&filed->rule, "new");
	set(&filed->evidence, "from");
	set(&filed->from, making->requester);
	set(&filed->subject, making->subject);
	set(&filed->sender, making->requester);
	filed->date = filed->received = making->created;
	filed->size = strlen(raw);
	event->message = 1;
	td_filed_vouch(filed, raw, strlen(raw), event);
	return td_filed_put(making->txn, filed, raw, strlen(raw), error) &&
	    td_id_bind(
	        making->txn, filed->message_id, filed->digest, &place, error);
}

static gboolean
append_created(Builder *builder, Making *making, GError **error)
{
	g_autoptr(TdEvent) event = new_event(making, TD_EVENT_CREATED, 0);

	td_event_set(event, "queue", making->queue);
	td_event_set(event, "requester", making->requester);
	td_event_set(event, "requester_name", PICK(builder, names));
	td_event_set(event, "subject", making->subject);
	td_event_set(event, "language", "en");
	return file_mail(builder, making, event, error) &&
	    append(making, g_steal_pointer(&event), error);
}

/* The first answer was in time, or is awaited; the solution is due. */
static gboolean
append_clocks(
    Builder *builder, Making *making, gboolean answered, GError **error)
{
	gint64 now = builder->shape->now;
	TdClock response = { .state = TD_CLOCK_MET,
		.left = 3600,
		.total = 14400,
		.rule = (char *)"ordinary",
		.calendar = (char *)"office" };
	TdClock solution = response;
	TdEvent *event = new_event(making, TD_EVENT_DUE, 60);

	solution.state = TD_CLOCK_RUNNING;
	solution.left = 0;
	solution.total = 80 * 3600;
	solution.due = now + LARGE_LATER +
	    g_rand_int_range(builder->random, 30, 90) * (gint64)86400;
	solution.next = solution.due - 20 * (gint64)86400;
	if (making->soon) {
		solution.due = solution.next = now + LARGE_SOON;
		solution.warned = TRUE;
	}
	if (!answered) {
		response.state = TD_CLOCK_RUNNING;
		response.left = 0;
		response.due = solution.due;
		response.next = solution.next;
	}
	td_event_set_clock(event, TD_CLOCK_RESPONSE, &response);
	if (!append(making, event, error))
		return FALSE;
	event = new_event(making, TD_EVENT_DUE, 60);
	td_event_set_clock(event, TD_CLOCK_SOLUTION, &solution);
	return append(making, event, error);
}

/* What became of it. */
static gboolean
append_rest(Builder *builder, Making *making, GError **error)
{
	gboolean answered = g_rand_int_range(builder->random, 0, 10) > 0;
	gint64 later = g_rand_int_range(builder->random, 600, 172800);

	if (answered || !making->open) {
		if (!append_change(making, TD_EVENT_OWNER, later / 2,
		        making->owner, error))
			return FALSE;
	}
	if (!making->open)
		return append_change(
		    making, TD_EVENT_STATUS, later, "closed", error);
	if (answered &&
	    !append_change(making, TD_EVENT_STATUS, later, "open", error))
		return FALSE;
	return append_clocks(builder, making, answered, error);
}

static gboolean
add_events(Builder *builder, Making *making, GError **error)
{
	return append_created(builder, making, error) &&
	    append(
	        making, new_event(making, TD_EVENT_ACKNOWLEDGED, 0), error) &&
	    append_rest(builder, making, error) &&
	    td_ticket_put(making->txn, making->ticket, error);
}

/* Nine of ten open ones are the newest, the others lie between the old ones;
 * those that are due soon are spread over the newest. */
static void
find_state(const LargeShape *shape, guint64 index, Making *making)
{
	guint64 newest = shape->open - shape->open / 10;
	guint64 older = shape->tickets - newest, rest = shape->open - newest;
	guint64 behind = shape->tickets - 1 - index;
	guint64 every = newest / MAX(shape->soon, 1);

	making->open = index >= older ||
	    index * rest / older != (index + 1) * rest / older;
	making->soon = index >= older && every > 0 && behind % every == 0 &&
	    behind / every < shape->soon;
}

static gboolean
add_ticket(Builder *builder, TdTxn *txn, GError **error)
{
	const LargeShape *shape = builder->shape;
	guint64 index = builder->done;
	gint32 customer = g_rand_int_range(builder->random, 0, CUSTOMERS);
	Making making = { .txn = txn };
	guint64 number;
	gboolean done;

	if (!td_ticket_allot(txn, &number, error))
		return FALSE;
	making.ticket = td_ticket_new(number);
	making.created = shape->now - YEARS +
	    (gint64)((double)YEARS * (double)index / (double)shape->tickets);
	making.requester = g_strdup_printf(
	    "customer-%d@company-%d.example", customer, customer % 4000);
	making.subject = g_strdup_printf("%s of %s %s, room %d",
	    PICK(builder, things), PICK(builder, families),
	    PICK(builder, troubles), g_rand_int_range(builder->random, 1, 500));
	making.queue = PICK(builder, queues);
	making.owner = PICK(builder, agents);
	find_state(shape, index, &making);
	done = add_events(builder, &making, error);
	g_free(making.requester);
	g_free(making.subject);
	td_ticket_free(making.ticket);
	return done;
}

/* ---- all of them ---- */

static gboolean
add_batch(Builder *builder, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_begin(builder->store, error);
	guint64 end = MIN(builder->done + BATCH, builder->shape->tickets);

	if (txn == NULL)
		return FALSE;
	for (; builder->done < end; builder->done++)
		if (!add_ticket(builder, txn, error))
			return FALSE;
	return td_txn_commit(txn, error);
}

static gboolean
add_agents(TdStore *store, gint64 now, GError **error)
{
	static const char *const all[] = { "support", "network", "sales",
		"billing" };
	g_autoptr(TdTxn) txn = td_txn_begin(store, error);

	for (gsize i = 0; txn != NULL && i < G_N_ELEMENTS(agents); i++) {
		g_autoptr(TdPerson) person = td_person_new();

		person->role = i < G_N_ELEMENTS(all) ? TD_ROLE_LEAD
		                                     : TD_ROLE_AGENT;
		set(&person->name, agents[i]);
		g_strfreev(person->addresses);
		person->addresses = g_new0(char *, 2);
		person->addresses[0] = g_strconcat(
		    agents[i], "@example.org", NULL);
		g_strfreev(person->queues);
		person->queues = g_new0(char *, 2);
		person->queues[0] = g_strdup(all[i % G_N_ELEMENTS(all)]);
		person->created = person->updated = now - YEARS;
		if (!td_person_put(txn, person, error))
			return FALSE;
	}
	return txn != NULL && td_txn_commit(txn, error);
}

gboolean
large_build(TdStore *store, const LargeShape *shape, GError **error)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(5);
	Builder builder = { store, shape, random, 0, g_get_monotonic_time() };
	guint batches = 0;

	if (!add_agents(store, shape->now, error))
		return FALSE;
	while (builder.done < shape->tickets) {
		if (!add_batch(&builder, error) ||
		    (++batches % FLUSH_BATCHES == 0 &&
		        !td_store_flush(store, error)))
			return FALSE;
		show_progress(&builder);
	}
	return td_store_flush(store, error);
}
