/* test-store-list.c - lists by index say what looking at each ticket says */

#include "config.h"

#include <ticketd/text.h>

#include "store/store-private.h"
#include "store-fixture.h"

#define TICKETS 150

static const char *const queues[] = { "a", "ab", "support", "\xc3\xa4" };
static const char *const people[] = { "a@example.com", "a@example.co",
	"b@example.com", "" };
static const char *const subjects[] = { "Printer burns", "printing press",
	"Invoice 4711", "Re: PRINTER (again)", "Принтер сломался", "Ёлка", "",
	"a-b c/d e.f", "print print print" };
static const char *const words[] = { NULL, "print", "PRINTER", "принтер",
	"ЕЛКА", "4711 inv", "b d", "nothing", "", "- -", "p r" };

static const char *
any_of(const char *const *list, guint count)
{
	return list[g_test_rand_int_range(0, count)];
}

#define ANY(list) any_of(list, G_N_ELEMENTS(list))

static void
randomise_clocks(TdTicket *ticket)
{
	ticket->deadline = g_test_rand_int_range(-2, 3);
	ticket->breached = g_test_rand_int_range(0, 3) == 0;
	for (guint i = 0; i < TD_CLOCKS; i++) {
		TdClock *clock = &ticket->clocks[i];

		clock->state = g_test_rand_int_range(
		    0, TD_CLOCK_STATE_LAST + 1);
		clock->breached = g_test_rand_bit();
		clock->due = g_test_rand_int_range(-2, 3);
		replace_text(&clock->rule, ANY(queues));
	}
}

static void
randomise(TdTicket *ticket)
{
	replace_text(&ticket->queue, ANY(queues));
	replace_text(&ticket->requester, ANY(people));
	replace_text(&ticket->owner, ANY(people));
	replace_text(&ticket->subject, ANY(subjects));
	ticket->status = g_test_rand_int_range(0, TD_STATUS_LAST + 1);
	ticket->priority = g_test_rand_int_range(1, 6);
	ticket->spam = g_test_rand_int_range(0, 5) == 0;
	ticket->due = g_test_rand_int_range(-2, 3);
	ticket->timer = g_test_rand_int_range(-3, 4);
	ticket->merged_into = g_test_rand_int_range(0, 6) == 0 ? 1 : 0;
	randomise_clocks(ticket);
}

/* One of what indexes go by, or nothing of it: they are written only when their
 * keys change. */
static void
change_little(TdTicket *ticket)
{
	switch (g_test_rand_int_range(0, 11)) {
	case 0:
		replace_text(&ticket->queue, ANY(queues));
		break;
	case 1:
		replace_text(&ticket->requester, ANY(people));
		break;
	case 2:
		replace_text(&ticket->owner, ANY(people));
		break;
	case 3:
		replace_text(&ticket->subject, ANY(subjects));
		break;
	case 4:
		ticket->status = g_test_rand_int_range(0, TD_STATUS_LAST + 1);
		break;
	case 5:
		ticket->priority = g_test_rand_int_range(1, 6);
		break;
	case 6:
		ticket->spam = !ticket->spam;
		break;
	case 7:
		ticket->deadline = g_test_rand_int_range(-2, 3);
		break;
	case 8:
		ticket->timer = g_test_rand_int_range(-3, 4);
		break;
	case 9:
		ticket->merged_into = ticket->merged_into == 0;
		break;
	default:
		ticket->minutes++;
		break;
	}
}

static void
put_changed(TdTxn *txn, guint64 number)
{
	g_autoptr(TdTicket) ticket = get_ticket(txn, number);

	if (ticket == NULL || g_test_rand_int_range(0, 4) == 0) {
		td_ticket_free(ticket);
		ticket = td_ticket_new(number);
		randomise(ticket);
	} else {
		change_little(ticket);
	}
	put_ticket(txn, ticket);
}

/* Tickets that were changed many times, some turns undone. */
static void
fill(Desk *desk)
{
	guint turn;

	for (turn = 0; turn < 40; turn++) {
		g_autoptr(TdTxn) txn = begin(desk);
		guint i;

		for (i = 0; i < 20; i++) {
			put_changed(txn, g_test_rand_int_range(1, TICKETS));
		}
		if (turn % 4 != 3)
			commit(txn);
	}
}

static void
fill_desk(Desk *desk, gconstpointer unused)
{
	make_desk(desk, unused);
	fill(desk);
}

static void
fill_memory(Desk *desk, gconstpointer unused)
{
	guint number;

	make_home(desk, unused);
	desk->store = td_store_open_memory(NULL);
	for (number = 1; number < TICKETS; number++) {
		g_autoptr(TdTxn) txn = begin(desk);
		g_autoptr(TdTicket) ticket = td_ticket_new(number);

		randomise(ticket);
		put_ticket(txn, ticket);
		randomise(ticket);
		put_ticket(txn, ticket);
		commit(txn);
	}
}

/* ---- the naive way ---- */

static gboolean
subject_has(const char *subject, const char *wanted)
{
	g_autofree char *folded = td_text_fold(subject);
	g_autofree char *folded_wanted = td_text_fold(wanted);
	g_auto(GStrv)
	    have = g_regex_split_simple("[^\\p{L}\\p{N}]+", folded, 0, 0);
	g_auto(GStrv) want = g_regex_split_simple(
	    "[^\\p{L}\\p{N}]+", folded_wanted, 0, 0);
	guint i;
	guint j;

	for (i = 0; want[i] != NULL; i++) {
		for (j = 0; have[j] != NULL; j++)
			if (g_str_has_prefix(have[j], want[i]))
				break;
		if (have[j] == NULL && *want[i] != '\0')
			return FALSE;
	}
	return TRUE;
}

/* Of what is late, and has something to do. */
static gboolean
is_late(const TdTicket *ticket, const TdTicketQuery *query)
{
	if (query->overdue == 0 && !query->breached)
		return TRUE;
	if (query->breached && !ticket->breached)
		return FALSE;
	if (query->overdue != 0 &&
	    (ticket->deadline == 0 || ticket->deadline > query->overdue))
		return FALSE;
	return td_ticket_is_active(ticket);
}

static gboolean
fits(const TdTicket *ticket, const TdTicketQuery *query)
{
	if (!query->spam != !ticket->spam)
		return FALSE;
	if (query->queue != NULL && strcmp(query->queue, ticket->queue) != 0)
		return FALSE;
	if (query->status >= 0 && (int)ticket->status != query->status)
		return FALSE;
	if (query->active &&
	    (ticket->status == TD_STATUS_CLOSED || ticket->merged_into != 0))
		return FALSE;
	if (query->requester != NULL &&
	    strcmp(query->requester, ticket->requester) != 0)
		return FALSE;
	if (query->owner != NULL && strcmp(query->owner, ticket->owner) != 0)
		return FALSE;
	/* Nobody's tickets count while there is something to do. */
	if (query->owner != NULL && *query->owner == '\0' &&
	    !td_ticket_is_active(ticket))
		return FALSE;
	return is_late(ticket, query) &&
	    (query->words == NULL ||
	        subject_has(ticket->subject, query->words));
}

static char *
scan(TdTxn *txn, const TdTicketQuery *query)
{
	GString *numbers = g_string_new(NULL);
	guint64 number;

	for (number = TICKETS; number > 0; number--) {
		g_autoptr(TdTicket) ticket = get_ticket(txn, number);

		if (ticket != NULL && fits(ticket, query) &&
		    (query->before == 0 || number < query->before))
			g_string_append_printf(numbers, "%u ", (guint)number);
	}
	return g_string_free(numbers, FALSE);
}

/* ---- the way of the store ---- */

static char *
list_all(TdTxn *txn, TdTicketQuery query)
{
	GString *numbers = g_string_new(NULL);
	guint64 next;

	do {
		g_autoptr(GPtrArray) tickets = NULL;
		g_autoptr(GError) error = NULL;
		guint i;

		g_assert_true(
		    td_ticket_list(txn, &query, &tickets, &next, &error));
		g_assert_no_error(error);
		g_assert_cmpuint(tickets->len, <=, query.limit);
		for (i = 0; i < tickets->len; i++) {
			const TdTicket *ticket = tickets->pdata[i];

			g_string_append_printf(
			    numbers, "%u ", (guint)ticket->number);
		}
		g_assert_true(
		    next == 0 || query.before == 0 || next < query.before);
		query.before = next;
	} while (next != 0);
	return g_string_free(numbers, FALSE);
}

static void
randomise_query(TdTicketQuery *query)
{
	memset(query, 0, sizeof(*query));
	query->status = -1;
	query->limit = g_test_rand_int_range(1, 40);
	if (g_test_rand_bit())
		query->queue = ANY(queues);
	if (g_test_rand_bit())
		query->status = g_test_rand_int_range(0, TD_STATUS_LAST + 1);
	if (g_test_rand_int_range(0, 4) == 0)
		query->requester = ANY(people);
	if (g_test_rand_int_range(0, 4) == 0)
		query->owner = ANY(people);
	if (g_test_rand_bit())
		query->words = ANY(words);
	query->active = g_test_rand_int_range(0, 3) == 0;
	query->spam = g_test_rand_int_range(0, 4) == 0;
	query->breached = g_test_rand_int_range(0, 4) == 0;
	if (g_test_rand_int_range(0, 3) == 0)
		query->overdue = g_test_rand_int_range(-3, 4);
	if (g_test_rand_bit())
		query->before = g_test_rand_int_range(1, TICKETS + 5);
}

static void
test_lists_as_scan(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = td_txn_read(desk->store);
	guint i;

	for (i = 0; i < 300; i++) {
		TdTicketQuery query;
		g_autofree char *want = NULL;
		g_autofree char *got = NULL;

		randomise_query(&query);
		/* An empty address is nobody's, as a query it finds none. */
		if (query.requester != NULL && *query.requester == '\0')
			continue;
		want = scan(txn, &query);
		got = list_all(txn, query);
		g_assert_cmpstr(got, ==, want);
	}
}

static void
test_counts_as_scan(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = td_txn_read(desk->store);
	guint i;

	for (i = 0; i <= G_N_ELEMENTS(queues); i++) {
		const char *queue = i < G_N_ELEMENTS(queues) ? queues[i] : NULL;
		guint64 want[TD_STATUS_LAST + 1] = { 0 };
		guint64 got[TD_STATUS_LAST + 1];
		guint64 number;

		for (number = 1; number <= TICKETS; number++) {
			g_autoptr(TdTicket) ticket = get_ticket(txn, number);

			if (ticket != NULL && !ticket->spam &&
			    ticket->merged_into == 0 &&
			    (queue == NULL ||
			        strcmp(queue, ticket->queue) == 0))
				want[ticket->status]++;
		}
		g_assert_true(td_ticket_count(txn, queue, got, NULL));
		g_assert_cmpmem(got, sizeof(got), want, sizeof(want));
	}
}

/* How many active tickets of @queue (NULL: all) fit. */
static TdLate
scan_late(TdTxn *txn, const char *queue, gint64 now)
{
	TdLate late = { 0 };

	for (guint64 number = 1; number <= TICKETS; number++) {
		g_autoptr(TdTicket) ticket = get_ticket(txn, number);

		if (ticket == NULL || !td_ticket_is_active(ticket) ||
		    (queue != NULL && strcmp(queue, ticket->queue) != 0))
			continue;
		late.unowned += *ticket->owner == '\0';
		late.breached += ticket->breached != 0;
		late.overdue += ticket->deadline != 0 &&
		    ticket->deadline <= now;
	}
	return late;
}

static void
test_late_as_scan(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = td_txn_read(desk->store);
	g_autoptr(GHashTable) late = NULL;

	for (gint64 now = -3; now <= 3; now++) {
		g_autoptr(GBytes) cursor = NULL;

		g_clear_pointer(&late, g_hash_table_unref);
		late = g_hash_table_new_full(
		    g_str_hash, g_str_equal, g_free, g_free);
		do
			g_assert_true(td_ticket_count_late(
			    txn, now, &cursor, late, NULL));
		while (cursor != NULL);
		for (guint i = 0; i < G_N_ELEMENTS(queues); i++) {
			TdLate want = scan_late(txn, queues[i], now);
			const TdLate none = { 0 };
			const TdLate *got = g_hash_table_lookup(
			    late, queues[i]);

			got = got == NULL ? &none : got;
			g_assert_cmpmem(got, sizeof(*got), &want, sizeof(want));
		}
	}
}

static void
test_active_as_scan(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = td_txn_read(desk->store);

	for (guint i = 0; i <= G_N_ELEMENTS(queues); i++) {
		const char *queue = i < G_N_ELEMENTS(queues) ? queues[i] : NULL;

		for (guint j = 0; j < G_N_ELEMENTS(people); j++) {
			guint64 want = 0;
			guint64 got;

			for (guint64 number = 1; number <= TICKETS; number++) {
				g_autoptr(TdTicket)
				    ticket = get_ticket(txn, number);

				want += ticket != NULL &&
				    td_ticket_is_active(ticket) &&
				    strcmp(ticket->owner, people[j]) == 0 &&
				    (queue == NULL ||
				        strcmp(ticket->queue, queue) == 0);
			}
			g_assert_true(td_ticket_count_active(
			    txn, people[j], queue, &got, NULL));
			g_assert_cmpuint(got, ==, want);
		}
	}
}

/* More than one call looks at. */
static void
test_late_in_turns(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(GHashTable) late = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, g_free);
	g_autoptr(GBytes) cursor = NULL;
	guint calls = 0;

	for (guint i = 0; i < 2 * TD_READ_MAX + 1; i++)
		td_ticket_free(
		    new_ticket(txn, "support", "a@example.com", "x"));
	do {
		g_assert_true(
		    td_ticket_count_late(txn, NOW, &cursor, late, NULL));
		calls++;
	} while (cursor != NULL);
	g_assert_cmpuint(calls, ==, 3);
	g_assert_cmpuint(
	    ((TdLate *)g_hash_table_lookup(late, "support"))->unowned, ==,
	    2 * TD_READ_MAX + 1);
}

/* The second of the deadline itself is late. */
static void
test_overdue_at_its_edge(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	TdTicketQuery query = { .status = -1, .limit = 9 };
	static const char *const want[] = { "", "1 ", "1 " };

	td_ticket_free(new_ticket(txn, "support", "a@example.com", "x"));
	{
		g_autoptr(TdTicket) ticket = get_ticket(txn, 1);

		ticket->deadline = NOW;
		put_ticket(txn, ticket);
	}
	for (int i = 0; i < 3; i++) {
		g_autofree char *got = NULL;

		query.overdue = NOW - 1 + i;
		got = list_all(txn, query);
		g_assert_cmpstr(got, ==, want[i]);
	}
}

/* So many that the index of deadlines is no help: found all the same. */
static void
test_very_many_overdue(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	TdTicketQuery query = { .status = -1, .overdue = NOW, .limit = 200 };
	g_autofree char *all = NULL;
	g_autofree char *of_queue = NULL;
	g_auto(GStrv) numbers = NULL;

	for (guint i = 0; i < 1100; i++) {
		g_autoptr(TdTicket) ticket = td_ticket_new(i + 1);

		replace_text(&ticket->queue, queues[i % 2]);
		replace_text(&ticket->owner, people[i % 3]);
		ticket->deadline = NOW + (i % 50 == 0);
		put_ticket(txn, ticket);
	}
	all = list_all(txn, query);
	numbers = g_strsplit(g_strchomp(all), " ", -1);
	g_assert_cmpuint(g_strv_length(numbers), ==, 1100 - 22);
	g_assert_cmpstr(numbers[0], ==, "1100");
	query.queue = "ab";
	query.owner = people[0];
	query.before = 20;
	of_queue = list_all(txn, query);
	g_assert_cmpstr(of_queue, ==, "16 10 4 ");
}

static void
test_queues(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = td_txn_read(desk->store);
	g_auto(GStrv) names = NULL;
	g_autofree char *joined = NULL;

	g_assert_true(td_ticket_queues(txn, &names, NULL));
	joined = g_strjoinv(" ", names);
	g_assert_cmpstr(joined, ==, "a ab support \xc3\xa4");
}

static void
test_indexes_agree(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = td_txn_read(desk->store);
	TdTable index;

	/* Each entry of each index leads to a record: one that does not fails
	 * to be read. */
	for (index = TD_INDEX_QUEUE; index < TD_TABLES; index++) {
		g_auto(TdCursor) cursor = { 0 };
		gboolean found;

		g_assert_true(td_cursor_open(txn, index, FALSE, &cursor, NULL));
		do {
			g_autoptr(GError) error = NULL;

			td_cursor_step(&cursor, DB_NEXT, &found, &error);
			g_assert_no_error(error);
		} while (found);
	}
}

/* ---- timers ---- */

/* In order of timer, then number. */
static char *
scan_timers(TdTxn *txn, gint64 until)
{
	GString *numbers = g_string_new(NULL);
	gint64 timer;
	guint64 number;

	for (timer = -3; timer <= until; timer++)
		for (number = 1; number < TICKETS; number++) {
			g_autoptr(TdTicket) ticket = get_ticket(txn, number);

			if (timer != 0 && ticket != NULL &&
			    ticket->timer == timer)
				g_string_append_printf(
				    numbers, "%u ", (guint)number);
		}
	return g_string_free(numbers, FALSE);
}

static void
test_timers_as_scan(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = td_txn_read(desk->store);
	gint64 until;

	for (until = -4; until <= 4; until++) {
		g_autofree char *want = scan_timers(txn, until);
		g_autoptr(GArray) numbers = NULL;
		GString *got = g_string_new(NULL);
		guint i;

		g_assert_true(
		    td_ticket_timers(txn, until, TICKETS, &numbers, NULL));
		for (i = 0; i < numbers->len; i++)
			g_string_append_printf(got, "%u ",
			    (guint)g_array_index(numbers, guint64, i));
		g_assert_cmpstr(got->str, ==, want);
		g_string_free(got, TRUE);
	}
}

static void
test_timers_limited(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = td_txn_read(desk->store);
	g_autoptr(GArray) all = NULL;
	g_autoptr(GArray) some = NULL;

	g_assert_true(td_ticket_timers(txn, 4, TICKETS, &all, NULL));
	g_assert_true(td_ticket_timers(txn, 4, 5, &some, NULL));
	g_assert_cmpuint(all->len, >, 5);
	g_assert_cmpmem(some->data, some->len * sizeof(guint64), all->data,
	    5 * sizeof(guint64));
}

/* ---- damage ---- */

/* The row is cut to @size. */
static void
cut_ticket(TdTxn *txn, guint64 number, gsize size)
{
	g_auto(TdRow) row = { 0 };
	guint8 key[TD_KEY_NUMBER];

	td_key_number(key, number);
	g_assert_true(
	    td_row_get(txn, TD_TABLE_TICKETS, key, sizeof(key), 0, &row, NULL));
	g_assert_cmpuint(size, <, row.size);
	g_assert_true(td_row_put(
	    txn, TD_TABLE_TICKETS, key, sizeof(key), row.data, size, NULL));
}

static void
test_damaged_is_left_out(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	TdTicketQuery all = { .status = -1, .limit = 9 };
	TdTicketQuery of_queue = {
		.status = -1, .queue = "support", .limit = 9
	};
	g_autofree char *got = NULL;
	g_autofree char *got_of_queue = NULL;
	TdTicket *read = NULL;
	guint i;

	for (i = 0; i < 5; i++)
		td_ticket_free(
		    new_ticket(txn, "support", "a@example.com", "x"));
	/* The head of one is whole, so that indexes have it. */
	cut_ticket(txn, 2, 3);
	cut_ticket(txn, 4, sizeof(TdTicketFixed) + 40);
	got = list_all(txn, all);
	g_assert_cmpstr(got, ==, "5 3 1 ");
	got_of_queue = list_all(txn, of_queue);
	g_assert_cmpstr(got_of_queue, ==, "5 3 1 ");
	g_assert_false(td_ticket_get(txn, 4, &read, NULL));
	g_assert_null(read);
}

/* ---- bounds ---- */

static void
test_misses_are_bounded(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	TdTicketQuery query = { .status = -1,
		.requester = "a@example.com",
		.owner = "nobody",
		.limit = 10 };
	guint64 number;
	guint64 next = 0;
	guint calls = 0;

	for (number = 1; number <= 2 * TD_READ_MAX + 10; number++)
		td_ticket_free(
		    new_ticket(txn, "support", "a@example.com", "x"));
	do {
		g_autoptr(GPtrArray) tickets = NULL;

		query.before = next;
		g_assert_true(
		    td_ticket_list(txn, &query, &tickets, &next, NULL));
		g_assert_cmpuint(tickets->len, ==, 0);
		calls++;
	} while (next != 0);
	g_assert_cmpuint(calls, ==, 3);
}

/* More words than ranges are kept for: found all the same. */
static void
test_common_beginning(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	TdTicketQuery query = { .status = -1, .words = "w", .limit = 200 };
	g_autoptr(GPtrArray) tickets = NULL;
	guint64 next;
	guint i;

	for (i = 0; i < 300; i++) {
		g_autofree char *subject = g_strdup_printf("x w%u", i);

		td_ticket_free(
		    new_ticket(txn, "support", "a@example.com", subject));
	}
	g_assert_true(td_ticket_list(txn, &query, &tickets, &next, NULL));
	g_assert_cmpuint(tickets->len, ==, 200);
	g_assert_cmpuint(next, ==, 101);
}

typedef struct {
	const char *text;
	const char *want;
} Words;

static const Words word_table[] = {
	{ "", "" },
	{ NULL, "" },
	{ " - ", "" },
	{ "Hello, World", "hello world" },
	{ "a A b", "a b" },
	{ "[support #42] Re: x", "support 42 re x" },
	{ "abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwx" },
	{ "ääääääääääääääää", "ääääääääääää" },
	{ "xääääääääääääääää", "xäääääääääää" },
	{ "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18",
	    "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16" },
};

static void
test_word_table(void)
{
	guint i;

	for (i = 0; i < G_N_ELEMENTS(word_table); i++) {
		g_autofree char *got = td_ticket_words(word_table[i].text);

		g_assert_cmpstr(got, ==, word_table[i].want);
	}
}

#define FILLED(name, function)                                                 \
	g_test_add(                                                            \
	    "/store/list/" name, Desk, NULL, fill_desk, function, remove_desk)
#define IN_MEMORY(name, function)                                              \
	g_test_add("/store/list/" name " in memory", Desk, NULL, fill_memory,  \
	    function, remove_desk)
#define MADE(name, function)                                                   \
	g_test_add(                                                            \
	    "/store/list/" name, Desk, NULL, make_desk, function, remove_desk)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	FILLED("lists are what a scan finds", test_lists_as_scan);
	IN_MEMORY("lists are what a scan finds", test_lists_as_scan);
	FILLED("counts are what a scan counts", test_counts_as_scan);
	IN_MEMORY("counts are what a scan counts", test_counts_as_scan);
	FILLED("what is late is what a scan counts", test_late_as_scan);
	FILLED("an owner has what a scan counts", test_active_as_scan);
	MADE("what is late is counted in turns", test_late_in_turns);
	MADE("overdue begins at the deadline", test_overdue_at_its_edge);
	MADE("very many overdue ones are found", test_very_many_overdue);
	FILLED("timers are what a scan finds", test_timers_as_scan);
	IN_MEMORY("timers are what a scan finds", test_timers_as_scan);
	FILLED("timers are listed up to a limit", test_timers_limited);
	MADE("lists leave damaged records out", test_damaged_is_left_out);
	FILLED("queues with tickets are named", test_queues);
	FILLED("indexes lead to records", test_indexes_agree);
	MADE("what does not match is looked at in turns",
	    test_misses_are_bounded);
	MADE("a common beginning of words is found", test_common_beginning);
	g_test_add_func(
	    "/store/list/words are folded and cut", test_word_table);
	return g_test_run();
}
