/* test-store-wipe.c - what was deleted is not on the disk any more, nor is
 * anything left that leads to it */

#include "config.h"

#include "erase-fixture.h"

#define SECRET "wombat@example.com"

/* ---- what else there is ---- */

static void
test_numbers(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = td_txn_read(desk->store);
	g_autoptr(GArray) numbers = NULL;
	g_autoptr(GArray) two = NULL;

	g_assert_true(td_ticket_numbers(txn, 0, 100, &numbers, NULL));
	g_assert_cmpuint(numbers->len, ==, TICKETS + 1);
	g_assert_true(td_ticket_numbers(txn, 2, 2, &two, NULL));
	g_assert_cmpuint(two->len, ==, 2);
	g_assert_cmpuint(g_array_index(two, guint64, 1), ==, 3);
}

static void
test_ids(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const digest = "00112233445566778899aabbccddeeff";
	const TdPlace place = { 1, 1 };
	g_autoptr(TdTxn) txn = begin(desk);
	TdPlace there;
	gboolean found = FALSE;

	g_assert_true(td_id_bind(txn, "a@b", digest, &place, NULL));
	g_assert_true(td_id_seen(txn, "c@d", &place, NULL));
	/* Of another ticket. */
	g_assert_true(td_id_forget(txn, "a@b", digest, 2, NULL));
	g_assert_true(td_id_find(txn, "a@b", digest, &found, &there, NULL));
	g_assert_true(found);
	g_assert_true(td_id_forget(txn, "a@b", digest, 1, NULL));
	g_assert_true(td_id_find(txn, "a@b", digest, &found, &there, NULL));
	g_assert_false(found);
	g_assert_true(td_id_forget(txn, "c@d", NULL, 1, NULL));
	g_assert_true(td_id_find_seen(txn, "c@d", &found, &there, NULL));
	g_assert_false(found);
}

static void
test_holds(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(GPtrArray) first = NULL;
	g_autoptr(GPtrArray) rest = NULL;
	guint64 next = 0;

	for (guint i = 1; i <= 3; i++)
		td_hold_free(new_hold(txn, i, "a@example.com", NOW));
	g_assert_true(td_hold_list(txn, 0, 2, &first, &next, NULL));
	g_assert_cmpuint(first->len, ==, 2);
	g_assert_true(td_hold_list(txn, next, 2, &rest, &next, NULL));
	g_assert_cmpuint(rest->len, ==, 1);
	g_assert_cmpuint(((TdHold *)rest->pdata[0])->ticket, ==, 3);
	g_assert_cmpuint(next, ==, 0);
}

static void
test_meta(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static char *texts[] = { (char *)SECRET, NULL };
	static const char *const keys[] = { "memo/wombat@example.com", "memo/a",
		"memo/b" };
	static const char *const values[] = { "x", "of Wombat@Example.com.",
		"of somebody" };
	g_autoptr(TdTxn) txn = begin(desk);

	for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
		g_autoptr(GBytes)
		    value = g_bytes_new(values[i], strlen(values[i]));

		g_assert_true(td_meta_put(txn, keys[i], value, NULL));
	}
	g_assert_true(td_meta_forget(txn, texts, NULL));
	for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
		g_autoptr(GBytes) value = NULL;

		g_assert_true(td_meta_get(txn, keys[i], &value, NULL));
		g_assert_cmpint(value != NULL, ==, i == 2);
	}
}

static void
test_number_of_erased(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static char *both[] = { (char *)"a@b", (char *)"c@d", NULL };
	static char *one[] = { (char *)"c@d", NULL };
	static char *other[] = { (char *)"e@f", NULL };
	g_autoptr(TdTxn) txn = begin(desk);
	guint64 number = 99;

	g_assert_true(td_erased_begun(txn, both, &number, NULL));
	g_assert_cmpuint(number, ==, 0);
	g_assert_true(td_erased_number(txn, both, &number, NULL));
	g_assert_cmpuint(number, ==, 1);
	g_assert_true(td_erased_number(txn, other, &number, NULL));
	g_assert_cmpuint(number, ==, 2);
	g_assert_true(td_erased_begun(txn, one, &number, NULL));
	g_assert_cmpuint(number, ==, 1);
	g_assert_true(td_erased_done(txn, both, NULL));
	g_assert_true(td_erased_begun(txn, one, &number, NULL));
	g_assert_cmpuint(number, ==, 0);
	g_assert_true(td_erased_number(txn, one, &number, NULL));
	g_assert_cmpuint(number, ==, 3);
}

/* ---- the disk ---- */

/* How many files of the store match @pattern, in any case. */
static guint
count_files_with(const Desk *desk, const char *folder, const char *pattern)
{
	g_autoptr(GRegex) regex = g_regex_new(pattern,
	    G_REGEX_RAW | G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, NULL);
	g_autofree char *path = g_build_filename(desk->home, folder, NULL);
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	const char *name;
	guint count = 0;

	while ((name = g_dir_read_name(directory)) != NULL) {
		g_autofree char *file = g_build_filename(path, name, NULL);
		g_autofree char *bytes = NULL;
		gsize size = 0;

		g_assert_true(g_file_get_contents(file, &bytes, &size, NULL));
		if (!g_regex_match_full(
		        regex, bytes, (gssize)size, 0, 0, NULL, NULL))
			continue;
		g_test_message("%s", file);
		count++;
	}
	return count;
}

static guint
count_files(const Desk *desk, const char *folder)
{
	return count_files_with(desk, folder, "wombat@example\\.com");
}

static void
checkpoint(Desk *desk)
{
	g_autoptr(GError) error = NULL;

	td_store_flush(desk->store, &error);
	g_assert_no_error(error);
	td_store_checkpoint(desk->store, TRUE, &error);
	g_assert_no_error(error);
}

static void
begin_wipe(Desk *desk, TdWipe *at)
{
	g_autoptr(TdTxn) txn = begin(desk);

	g_assert_true(td_wipe_begin(txn, at, NULL));
	commit(txn);
}

static void
end_wipe(Desk *desk, const TdWipe *at)
{
	g_autoptr(TdTxn) txn = begin(desk);

	g_assert_true(td_wipe_done(txn, at->due, NULL));
	commit(txn);
}

/* How many indexes are to be made anew. */
static guint
wipe(Desk *desk)
{
	TdWipe at;
	guint64 before = 0;

	begin_wipe(desk, &at);
	do {
		g_autoptr(GError) error = NULL;

		td_store_wipe(desk->store, &at, &error);
		g_assert_no_error(error);
		g_assert_true(at.able);
		g_assert_cmpuint(at.done, <=, at.total);
		g_assert_true(at.file == 0 || at.done > before);
		before = at.done;
	} while (at.file != 0 || at.page != 0);
	end_wipe(desk, &at);
	return at.indexes;
}

static void
forget_log(Desk *desk)
{
	g_autoptr(GError) error = NULL;
	guint left = 99;

	td_store_forget_log(desk->store, &left, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(left, ==, 0);
}

/* So many tickets of the same requester that inner pages of the index have
 * him, with others on both sides, whose pages stay. */
static void
open_many(Desk *desk)
{
	g_autoptr(TdTxn) txn = begin(desk);

	for (guint i = 0; i < 400; i++)
		td_ticket_free(new_ticket(txn, "support", SECRET, SECRET));
	for (guint i = 0; i < 200; i++)
		td_ticket_free(new_ticket(txn, "support",
		    i % 2 == 0 ? "wombat@example.aaa" : "wombat@example.zzz",
		    "Printer"));
	commit(txn);
}

static void
suppress_many(Desk *desk)
{
	g_autoptr(TdTxn) txn = begin(desk);

	for (guint i = 0; i < 300; i++) {
		g_autofree char *address = g_strdup_printf(
		    "%s%03u.example", SECRET, i);
		g_autoptr(TdSuppression) suppression = td_suppression_new(
		    TD_SUPPRESSED_BOUNCED, address);

		g_assert_true(td_suppression_put(txn, suppression, NULL));
	}
	commit(txn);
}

static void
clear_many(Desk *desk)
{
	g_autoptr(TdTxn) txn = begin(desk);

	for (guint i = 0; i < 300; i++) {
		g_autofree char *address = g_strdup_printf(
		    "%s%03u.example", SECRET, i);
		gboolean found;

		g_assert_true(td_suppression_delete(
		    txn, TD_SUPPRESSED_BOUNCED, address, &found, NULL));
	}
	commit(txn);
}

static void
erase_many(Desk *desk)
{
	g_autoptr(TdTxn) txn = begin(desk);

	for (guint64 i = TICKETS + 1; i <= TICKETS + 400; i++) {
		g_autoptr(TdErasure) erasure = td_erasure_new(i);
		g_autoptr(TdEvent) event = get_event(txn, i, 1);

		td_event_set(event, "requester", "erased-1");
		td_event_set(event, "subject", "(erased)");
		g_free(event->actor);
		event->actor = g_strdup("erased-1");
		g_assert_true(td_erasure_replace(erasure, txn, event, NULL));
		tell(erasure, txn, i);
	}
	commit(txn);
}

static void
test_wiped(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	open_many(desk);
	suppress_many(desk);
	checkpoint(desk);
	g_assert_cmpuint(count_files(desk, "db"), >, 0);
	g_assert_cmpuint(count_files(desk, "log"), >, 0);
	erase_many(desk);
	clear_many(desk);
	checkpoint(desk);
	/* Forgotten, and still there. */
	g_assert_cmpuint(count_files(desk, "db"), >, 0);
	g_assert_cmpuint(wipe(desk), >, 0);
	forget_log(desk);
	assert_findings(desk, NULL, "");
	/* In inner pages of an index alone, which is made anew. */
	g_assert_cmpuint(count_files(desk, "log"), ==, 0);
	close_store(desk);
	open_store(desk);
	g_assert_cmpuint(wipe(desk), ==, 0);
	forget_log(desk);
	g_assert_cmpuint(count_files(desk, "db"), ==, 0);
	g_assert_cmpuint(count_files(desk, "log"), ==, 0);
	assert_findings(desk, NULL, "");
	assert_well(desk);
	close_store(desk);
	g_assert_cmpuint(count_files(desk, "db"), ==, 0);
	g_assert_cmpuint(count_files(desk, "log"), ==, 0);
	open_store(desk);
	assert_findings(desk, NULL, "");
}

/* Words of which every other one goes, so that the pages stay, and between two
 * of them a beginning of one that nobody can look for: "w0007b". */
static void
open_neighbours(Desk *desk, guint pairs)
{
	g_autoptr(TdTxn) txn = begin(desk);

	for (guint i = 0; i < pairs; i++) {
		g_autofree char *stays = g_strdup_printf("w%04ua", i);
		g_autofree char *goes = g_strdup_printf("w%04ubcdef", i);

		td_ticket_free(
		    new_ticket(txn, "support", "anna@example.com", stays));
		td_ticket_free(
		    new_ticket(txn, "support", "anna@example.com", goes));
	}
	commit(txn);
}

static void
test_words_are_gone(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	const guint pairs = 300;
	g_autoptr(TdTxn) txn = NULL;

	open_neighbours(desk, pairs);
	checkpoint(desk);
	txn = begin(desk);
	for (guint64 i = 1; i <= pairs; i++) {
		g_autoptr(TdTicket) ticket = get_ticket(txn, TICKETS + 2 * i);

		g_assert_true(td_ticket_purge(
		    txn, ticket, NOW + 1, "control:root", NULL));
	}
	commit(txn);
	g_clear_pointer(&txn, td_txn_free);
	g_assert_cmpuint(wipe(desk), >, 0);
	forget_log(desk);
	g_assert_cmpuint(count_files_with(desk, "log", "w[0-9]{4}b"), ==, 0);
	close_store(desk);
	open_store(desk);
	g_assert_cmpuint(wipe(desk), ==, 0);
	g_assert_cmpuint(count_files_with(desk, "db", "w[0-9]{4}b"), ==, 0);
	assert_well(desk);
}

static void
test_no_such_file(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	TdWipe far = { .file = 1, .page = G_MAXUINT32 };
	TdWipe wrong = { .file = 100000 };
	g_autoptr(GError) error = NULL;

	g_assert_false(td_store_wipe(desk->store, &wrong, &error));
	g_assert_error(error, TD_ERROR, TD_ERROR_USAGE);
	/* Behind the last page, whatever their number. */
	g_assert_true(td_store_wipe(desk->store, &far, NULL));
}

/* Nothing but what is free is overwritten. */
static void
test_wiped_is_well(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdTxn) txn = begin(desk);
	g_autoptr(TdTicket) ticket = get_ticket(txn, 1);
	g_autofree char *large = g_strnfill(100000, 'x');
	g_autoptr(GArray) seals = NULL;

	/* Pages of every kind. */
	for (guint i = 0; i < 60; i++)
		file_message(txn, ticket, TD_EVENT_MESSAGE, large);
	for (guint i = 0; i < 100; i++) {
		g_autofree char *noise = g_strdup_printf(
		    "%u%s", g_test_rand_int(), large + 90000);

		file_message(txn, ticket, TD_EVENT_MESSAGE, noise);
		change_ticket(txn, ticket, TD_EVENT_NOTE, "text", noise);
	}
	commit(txn);
	g_clear_pointer(&txn, td_txn_free);
	purge(desk, 2);
	seals = seal(desk);
	wipe(desk);
	assert_findings(desk, seals, "");
	assert_well(desk);
	close_store(desk);
	open_store(desk);
	assert_findings(desk, seals, "");
	assert_well(desk);
}

/* A store in memory has no files. */
static void
test_nothing_to_wipe(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	TdWipe at = { 0 };
	guint left = 99;

	begin_wipe(desk, &at);
	g_assert_true(td_store_wipe(desk->store, &at, NULL));
	g_assert_cmpuint(at.file, ==, 0);
	g_assert_true(td_store_forget_log(desk->store, &left, NULL));
	g_assert_cmpuint(left, ==, 0);
}

#define MEMORY(name, function)                                                 \
	g_test_add("/store/wipe/" name, Desk, NULL, fill_memory, function,     \
	    remove_desk)
#define DISK(name, function)                                                   \
	g_test_add(                                                            \
	    "/store/wipe/" name, Desk, NULL, fill_disk, function, remove_desk)

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	MEMORY("numbers are listed", test_numbers);
	MEMORY("ids are forgotten of one ticket alone", test_ids);
	MEMORY("holds are listed", test_holds);
	MEMORY("single values that have a text are forgotten", test_meta);
	MEMORY("a number stays until all is done", test_number_of_erased);
	DISK("what was deleted is overwritten", test_wiped);
	DISK("words of subjects are", test_words_are_gone);
	DISK("and nothing else", test_wiped_is_well);
	DISK("no file that is not there", test_no_such_file);
	MEMORY("in memory there is nothing to overwrite", test_nothing_to_wipe);
	return g_test_run();
}
