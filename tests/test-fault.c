/* test-fault.c - of which mail it is known that the process faulted at it */

#include "config.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "server/fault.h"

/* The first byte of the file is somebody else's. */
#define AT 1

typedef struct {
	char *path;
	int fd;
} Place;

static const guint8 one[TD_FAULT_DIGEST] = "one";
static const guint8 other[TD_FAULT_DIGEST] = "other";

static void
open_place(Place *place, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;

	place->fd = g_file_open_tmp("ticketd-XXXXXX", &place->path, &error);
	g_assert_no_error(error);
}

static void
close_place(Place *place, gconstpointer unused G_GNUC_UNUSED)
{
	close(place->fd);
	g_remove(place->path);
	g_free(place->path);
}

static guint
count(const Place *place, const guint8 *digest)
{
	g_autoptr(TdFaults) faults = td_faults_new(place->fd, AT);

	return td_faults_count(faults, digest);
}

/* ---- ways to end ---- */

static void
write_nowhere(void)
{
	volatile char *nowhere = mmap(
	    NULL, 1, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	*nowhere = 0;
}

/* Deeper with each turn; what is added last keeps it from being a loop. */
static int
overrun(volatile int depth)
{
	volatile char room[4096];

	room[0] = (char)depth;
	return depth == G_MAXINT ? 0 : overrun(depth + 1) + room[0];
}

static void
overrun_stack(void)
{
	overrun(0);
}

static void
trap(void)
{
	raise(SIGTRAP);
}

static void
kill_itself(void)
{
	kill(getpid(), SIGKILL);
}

static void
be_sent_a_fault(void)
{
	kill(getpid(), SIGSEGV);
	for (;;)
		pause();
}

static gpointer
crash_elsewhere(gpointer unused G_GNUC_UNUSED)
{
	write_nowhere();
	return NULL;
}

static void
crash_in_another_thread(void)
{
	g_thread_join(g_thread_new("other", crash_elsewhere, NULL));
}

static void
crash_afterwards(void)
{
	td_faults_leave();
	write_nowhere();
}

static void
crash_at_the_other(void)
{
	td_faults_enter(other);
	write_nowhere();
}

static void
end_well(void)
{
	_exit(0);
}

/* A process that handles @one and ends like that; what it died of. */
static int
end_by(const Place *place, void (*end)(void))
{
	const struct rlimit no_core = { 0, 0 };
	const struct rlimit stack = { 1 << 20, 1 << 20 };
	pid_t child = fork();
	int status;

	g_assert_cmpint(child, >=, 0);
	if (child == 0) {
		setrlimit(RLIMIT_CORE, &no_core);
		setrlimit(RLIMIT_STACK, &stack);
		td_faults_new(place->fd, AT);
		td_faults_catch();
		td_faults_enter(one);
		end();
		_exit(1);
	}
	while (waitpid(child, &status, 0) < 0)
		g_assert_cmpint(errno, ==, EINTR);
	return WIFSIGNALED(status) ? WTERMSIG(status) : -WEXITSTATUS(status);
}

static void
test_fault_counts_against_the_mail_of_its_thread(
    Place *place, gconstpointer u G_GNUC_UNUSED)
{
	static const struct {
		void (*end)(void);
		int signal;
		guint ones;
		guint others;
	} cases[] = {
		{ write_nowhere, SIGSEGV, 1, 0 },
		{ overrun_stack, SIGSEGV, 1, 0 },
		{ abort, SIGABRT, 1, 0 },
		{ crash_at_the_other, SIGSEGV, 0, 1 },
		{ crash_in_another_thread, SIGSEGV, 0, 0 },
		{ crash_afterwards, SIGSEGV, 0, 0 },
		{ be_sent_a_fault, SIGSEGV, 0, 0 },
		{ kill_itself, SIGKILL, 0, 0 },
		{ trap, SIGTRAP, 0, 0 },
		{ end_well, 0, 0, 0 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_assert_cmpint(ftruncate(place->fd, 0), ==, 0);
		g_test_message("case %zu", i);
		g_assert_cmpint(
		    end_by(place, cases[i].end), ==, cases[i].signal);
		g_assert_cmpuint(count(place, one), ==, cases[i].ones);
		g_assert_cmpuint(count(place, other), ==, cases[i].others);
	}
}

static void
test_faults_add_up_from_process_to_process(
    Place *place, gconstpointer u G_GNUC_UNUSED)
{
	for (guint i = 1; i <= 3; i++) {
		end_by(place, write_nowhere);
		end_by(place, crash_at_the_other);
		g_assert_cmpuint(count(place, one), ==, i);
		g_assert_cmpuint(count(place, other), ==, i);
	}
}

static void
test_mail_that_was_handled_has_no_faults(
    Place *place, gconstpointer u G_GNUC_UNUSED)
{
	g_autoptr(TdFaults) faults = NULL;

	end_by(place, write_nowhere);
	end_by(place, crash_at_the_other);
	end_by(place, write_nowhere);
	faults = td_faults_new(place->fd, AT);
	td_faults_forget(faults, one);
	g_assert_cmpuint(td_faults_count(faults, one), ==, 0);
	g_assert_cmpuint(td_faults_count(faults, other), ==, 1);
	g_clear_pointer(&faults, td_faults_free);
	g_assert_cmpuint(count(place, one), ==, 0);
	g_assert_cmpuint(count(place, other), ==, 1);
}

static void
test_file_that_is_full_begins_anew(Place *place, gconstpointer u G_GNUC_UNUSED)
{
	const guint all = TD_FAULT_SIZE / TD_FAULT_DIGEST;

	for (guint i = 0; i < all; i++)
		g_assert_cmpint(pwrite(place->fd, other, sizeof(other),
		                    (off_t)(AT + i * sizeof(other))),
		    ==, sizeof(other));
	g_assert_cmpint(end_by(place, write_nowhere), ==, SIGSEGV);
	g_assert_cmpuint(count(place, one), ==, 1);
	g_assert_cmpuint(count(place, other), ==, 0);
}

static void
test_faults_that_cannot_be_read_are_none(
    Place *place, gconstpointer u G_GNUC_UNUSED)
{
	g_assert_cmpint(pwrite(place->fd, one, 20, AT), ==, 20);
	g_assert_cmpuint(count(place, one), ==, 0);
	close(place->fd);
	place->fd = -1;
	g_assert_cmpuint(count(place, one), ==, 0);
}

#define ADD(path, test)                                                        \
	g_test_add(path, Place, NULL, open_place, test, close_place)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("/fault/whose", test_fault_counts_against_the_mail_of_its_thread);
	ADD("/fault/add", test_faults_add_up_from_process_to_process);
	ADD("/fault/forget", test_mail_that_was_handled_has_no_faults);
	ADD("/fault/full", test_file_that_is_full_begins_anew);
	ADD("/fault/unreadable", test_faults_that_cannot_be_read_are_none);
	return g_test_run();
}
