/* test-spool.c - mail on its way in: memory, files, suspects */

#include "config.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include <ticketd/error.h>

#include "server/fault.h"
#include "server/poison.h"
#include "server/spool.h"

#define BUDGET ((guint64)64 * 1024)

typedef struct {
	char *directory;
	char *scratch; /* below it; not made yet */
	TdSpoolRoom *room;
} Place;

static void
open_place(Place *place, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;

	place->directory = g_dir_make_tmp("ticketd-test-XXXXXX", &error);
	g_assert_no_error(error);
	place->scratch = g_build_filename(place->directory, "tmp", NULL);
	place->room = td_spool_room_new(BUDGET, place->scratch);
}

static void
close_place(Place *place, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *notes = g_build_filename(
	    place->scratch, "in-hand", NULL);

	g_assert_cmpuint(td_spool_room_used(place->room), ==, 0);
	td_spool_room_unref(place->room);
	g_remove(notes);
	g_rmdir(place->scratch);
	g_rmdir(place->directory);
	g_free(place->scratch);
	g_free(place->directory);
}

/* ---- spool ---- */

/* Appends @count pieces of 1000 bytes that tell their place. */
static void
fill(TdSpool *spool, guint count)
{
	for (guint i = 0; i < count; i++) {
		g_autofree char *piece = g_strdup_printf("%01000u", i);

		g_assert_true(td_spool_append(spool, piece, 1000));
	}
}

static void
assert_filled(GBytes *bytes, guint count)
{
	gsize size;
	const char *text = g_bytes_get_data(bytes, &size);

	g_assert_cmpuint(size, ==, count * 1000);
	for (guint i = 0; i < count; i++) {
		g_autofree char *piece = g_strdup_printf("%01000u", i);

		g_assert_cmpmem(text + i * 1000, 1000, piece, 1000);
	}
}

static void
test_small_mail_stays_in_memory(Place *place, gconstpointer u G_GNUC_UNUSED)
{
	g_autoptr(TdSpool) spool = td_spool_new(place->room);
	g_autoptr(GBytes) bytes = NULL;

	fill(spool, 20);
	g_assert_cmpuint(td_spool_room_used(place->room), >=, 20000);
	bytes = td_spool_take(spool);
	assert_filled(bytes, 20);
	g_assert_cmpuint(td_spool_room_used(place->room), >=, 20000);
	g_clear_pointer(&bytes, g_bytes_unref);
	g_assert_cmpuint(td_spool_room_used(place->room), ==, 0);
	g_assert_false(g_file_test(place->scratch, G_FILE_TEST_EXISTS));
}

static void
test_mail_over_the_budget_goes_to_a_nameless_file(
    Place *place, gconstpointer u G_GNUC_UNUSED)
{
	g_autoptr(TdSpool) first = td_spool_new(place->room);
	g_autoptr(TdSpool) second = td_spool_new(place->room);
	g_autoptr(GBytes) one = NULL;
	g_autoptr(GBytes) two = NULL;
	g_autoptr(GDir) scratch = NULL;

	fill(first, 30);
	fill(second, 500);
	g_assert_cmpuint(td_spool_room_used(place->room), <=, BUDGET);
	scratch = g_dir_open(place->scratch, 0, NULL);
	g_assert_nonnull(scratch);
	g_assert_null(g_dir_read_name(scratch));
	one = td_spool_take(first);
	two = td_spool_take(second);
	assert_filled(one, 30);
	assert_filled(two, 500);
}

static void
test_cleared_spool_begins_anew(Place *place, gconstpointer u G_GNUC_UNUSED)
{
	g_autoptr(TdSpool) spool = td_spool_new(place->room);
	g_autoptr(GBytes) bytes = NULL;

	fill(spool, 300);
	td_spool_clear(spool);
	fill(spool, 3);
	bytes = td_spool_take(spool);
	assert_filled(bytes, 3);
}

static void
test_no_directory_is_no_room(Place *place, gconstpointer u G_GNUC_UNUSED)
{
	g_autofree char *below = g_build_filename(
	    place->directory, "not", "there", NULL);
	TdSpoolRoom *room = td_spool_room_new(1, below);
	TdSpool *spool = td_spool_new(room);

	g_assert_false(td_spool_append(spool, "text", 4));
	td_spool_free(spool);
	td_spool_room_unref(room);
}

/* ---- poison ---- */

static const char mail[] = "From: a@b.example\nSubject: hello\n\nhi\n";

/* Leaves @mail in hand, as a crash does. */
static void
leave_in_hand(const Place *place)
{
	g_autoptr(TdPoison) poison = td_poison_open(place->scratch, NULL);
	g_autoptr(GBytes) raw = g_bytes_new_static(mail, strlen(mail));
	g_autoptr(TdMessage) message = NULL;
	guint note;

	g_assert_nonnull(poison);
	message = td_poison_parse(poison, raw, &note);
	g_assert_cmpstr(message->subject, ==, "hello");
}

/* The subject that the mail has when @script stands for the parser; whether
 * that was run is in *@tried.  The caller's. */
static char *
parse_with(const Place *place, const char *script, gboolean *tried)
{
	g_autofree char *mark = g_build_filename(
	    place->directory, "tried", NULL);
	g_autofree char *command = g_strdup_printf(
	    "cat >'%s'; %s", mark, script);
	const char *const parser[] = { "/bin/sh", "-c", command, NULL };
	g_autoptr(TdPoison) poison = td_poison_open(place->scratch, parser);
	g_autoptr(GBytes) raw = g_bytes_new_static(mail, strlen(mail));
	g_autoptr(TdMessage) message = NULL;
	guint note;

	message = td_poison_parse(poison, raw, &note);
	td_poison_done(poison, note);
	*tried = g_remove(mark) == 0;
	return g_strdup(message->subject);
}

static void
test_mail_that_was_filed_is_no_suspect(
    Place *place, gconstpointer u G_GNUC_UNUSED)
{
	g_autofree char *first = NULL;
	g_autofree char *second = NULL;
	gboolean tried;

	first = parse_with(place, "kill -SEGV $$", &tried);
	g_assert_false(tried);
	second = parse_with(place, "kill -SEGV $$", &tried);
	g_assert_false(tried);
	g_assert_cmpstr(second, ==, "hello");
}

static void
test_suspect_that_kills_the_child_is_not_parsed(
    Place *place, gconstpointer u G_GNUC_UNUSED)
{
	static const char *const deaths[] = { "kill -SEGV $$", "kill -ABRT $$",
		"kill -XCPU $$" };

	for (gsize i = 0; i < G_N_ELEMENTS(deaths); i++) {
		g_autofree char *subject = NULL;
		gboolean tried;

		leave_in_hand(place);
		subject = parse_with(place, deaths[i], &tried);
		g_assert_true(tried);
		g_assert_cmpstr(subject, ==, "unreadable message");
	}
}

static void
test_suspect_that_spares_the_child_is_parsed(
    Place *place, gconstpointer u G_GNUC_UNUSED)
{
	g_autofree char *subject = NULL;
	gboolean tried;

	leave_in_hand(place);
	subject = parse_with(place, "exit 0", &tried);
	g_assert_true(tried);
	g_assert_cmpstr(subject, ==, "hello");
}

/* The subject that @mail has when it is taken; NULL: it was not.  The
 * caller's. */
static char *
take_from(TdPoison *poison)
{
	g_autoptr(GBytes) raw = g_bytes_new_static(mail, strlen(mail));
	g_autoptr(TdMessage) message = NULL;
	g_autoptr(GError) error = NULL;
	guint note;

	message = td_poison_take(poison, raw, &note, &error);
	td_poison_done(poison, note);
	if (message == NULL)
		g_assert_error(error, TD_ERROR, TD_ERROR_AGAIN);
	return message == NULL ? NULL : g_strdup(message->subject);
}

static void
test_suspect_that_no_child_could_try_is_deferred(
    Place *place, gconstpointer u G_GNUC_UNUSED)
{
	static const char *const parsers[][4] = {
		{ "/bin/sh", "-c", "exit 71", NULL },
		{ "/bin/sh", "-c", "kill -KILL $$", NULL },
		{ "/bin/sh", "-c", "kill -TERM $$", NULL },
		{ "/nonexistent/program", NULL },
	};
	static const char *const well[] = { "/bin/true", NULL };
	g_autoptr(TdPoison) tried = NULL;
	g_autofree char *subject = NULL;

	leave_in_hand(place);
	for (gsize i = 0; i < G_N_ELEMENTS(parsers); i++) {
		g_autoptr(TdPoison)
		    poison = td_poison_open(place->scratch, parsers[i]);

		for (guint turn = 0; turn < 3; turn++)
			g_assert_null(take_from(poison));
	}
	tried = td_poison_open(place->scratch, well);
	subject = take_from(tried);
	g_assert_cmpstr(subject, ==, "hello");
}

static void
test_suspect_that_keeps_the_child_waiting_twice_is_not_parsed(
    Place *place, gconstpointer u G_GNUC_UNUSED)
{
	static const char *const parser[] = { "/bin/sh", "-c", "kill -ALRM $$",
		NULL };
	g_autoptr(TdPoison) poison = NULL;

	leave_in_hand(place);
	poison = td_poison_open(place->scratch, parser);
	g_assert_null(take_from(poison));
	for (guint turn = 0; turn < 2; turn++) {
		g_autofree char *subject = take_from(poison);

		g_assert_cmpstr(subject, ==, "unreadable message");
	}
}

/* In a process that ends by a fault of what is done with @mail then, or tells
 * how it was taken. */
enum {
	READ,
	UNREAD,
	DEFERRED
};

static int
take_and(const Place *place, gboolean fault)
{
	g_autoptr(GBytes) raw = g_bytes_new_static(mail, strlen(mail));
	const struct rlimit no_core = { 0, 0 };
	pid_t child = fork();
	int status;

	g_assert_cmpint(child, >=, 0);
	if (child == 0) {
		static const char *const well[] = { "/bin/true", NULL };
		TdPoison *poison = td_poison_open(place->scratch, well);
		TdMessage *message;
		guint note;

		setrlimit(RLIMIT_CORE, &no_core);
		td_faults_catch();
		message = td_poison_take(poison, raw, &note, NULL);
		if (message == NULL)
			_exit(DEFERRED);
		td_poison_enter(poison, note);
		if (fault)
			abort();
		td_poison_leave();
		td_poison_spare(poison, note);
		td_poison_done(poison, note);
		_exit(g_str_equal(message->subject, "hello") ? READ : UNREAD);
	}
	while (waitpid(child, &status, 0) < 0)
		g_assert_cmpint(errno, ==, EINTR);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static void
test_mail_that_faults_unread_too_is_not_taken(
    Place *place, gconstpointer u G_GNUC_UNUSED)
{
	for (guint fault = 1; fault <= 5; fault++)
		g_assert_cmpint(take_and(place, TRUE), ==, -SIGABRT);
	for (guint turn = 0; turn < 2; turn++)
		g_assert_cmpint(take_and(place, TRUE), ==, DEFERRED);
}

static void
test_mail_that_was_filed_unread_stays_a_convict(
    Place *place, gconstpointer u G_GNUC_UNUSED)
{
	for (guint fault = 1; fault <= 3; fault++)
		g_assert_cmpint(take_and(place, TRUE), ==, -SIGABRT);
	for (guint turn = 0; turn < 3; turn++)
		g_assert_cmpint(take_and(place, FALSE), ==, UNREAD);
}

#define ADD(path, test)                                                        \
	g_test_add(path, Place, NULL, open_place, test, close_place)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();
	ADD("/spool/memory", test_small_mail_stays_in_memory);
	ADD("/spool/file", test_mail_over_the_budget_goes_to_a_nameless_file);
	ADD("/spool/clear", test_cleared_spool_begins_anew);
	ADD("/spool/no-room", test_no_directory_is_no_room);
	ADD("/poison/filed", test_mail_that_was_filed_is_no_suspect);
	ADD("/poison/guilty", test_suspect_that_kills_the_child_is_not_parsed);
	ADD("/poison/innocent", test_suspect_that_spares_the_child_is_parsed);
	ADD("/poison/untried",
	    test_suspect_that_no_child_could_try_is_deferred);
	ADD("/poison/waiting",
	    test_suspect_that_keeps_the_child_waiting_twice_is_not_parsed);
	ADD("/poison/unread", test_mail_that_faults_unread_too_is_not_taken);
	ADD("/poison/convict", test_mail_that_was_filed_unread_stays_a_convict);
	return g_test_run();
}
