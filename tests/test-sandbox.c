/* test-sandbox.c - what a process in a cage can do, and what not */

#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/sandbox.h"
#include "sandbox-fixture.h"

/* An outcome: ended by this signal. */
#define KILLED (-SIGSYS)
#define NO_CAGE (-1)

/* ---- cages ---- */

/* In a child: what became of it. */
static void
enter(const Place *place, TdCage cage)
{
	TdSandbox sandbox = { .landlock = 0 };

	if (cage == TD_CAGE_DESK) {
		if (!td_sandbox_close_files(&sandbox, place->conf, NULL) ||
		    !td_sandbox_close_calls(&sandbox, NULL))
			abort();
	} else {
		if (!td_sandbox_enter_child(
		        cage, place->store, TD_SANDBOX_AUTO))
			abort();
	}
}

/* What came out of it; of a child that was killed, minus the signal. */
static int
try_in(const Place *place, int cage, Attempt attempt)
{
	pid_t child = fork();
	int status;

	g_assert_cmpint(child, >=, 0);
	if (child == 0) {
		if (cage != NO_CAGE)
			enter(place, (TdCage)cage);
		_exit(attempt(place));
	}
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

/* What is needed for the outcome that is expected. */
typedef enum {
	BY_NONE,
	BY_FILES,   /* Landlock */
	BY_RENAMES, /* Landlock 2, and so on */
	BY_SIZES,
	BY_PORTS,
	BY_SIGNALS,
	BY_CALLS, /* seccomp */
} By;

static gboolean
has(By by)
{
	static const int versions[] = {
		[BY_FILES] = 1,
		[BY_RENAMES] = 2,
		[BY_SIZES] = 3,
		[BY_PORTS] = 4,
		[BY_SIGNALS] = 6,
	};

	if (by == BY_NONE)
		return TRUE;
	if (by != BY_CALLS)
		return td_landlock_version() >= versions[by];
#ifdef TD_SANITIZED
	return FALSE;
#else
	return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0;
#endif
}

typedef struct {
	const char *name;
	Attempt attempt;
	By by;
	int outcomes[3]; /* of TdCage */
} Try;

static const Try tries[] = {
	{ "read /etc/passwd", read_system, BY_FILES, { 0, EACCES, 0 } },
	{ "read outside", read_outside, BY_FILES, { EACCES, EACCES, EACCES } },
	{ "remove outside", remove_outside, BY_FILES, { EACCES, -1, EACCES } },
	{ "remove", remove_outside, BY_CALLS, { EACCES, ENOSYS, EACCES } },
	{ "write outside", write_outside, BY_FILES, { EACCES, -1, EACCES } },
	{ "write", write_outside, BY_CALLS, { EACCES, ENOSYS, EACCES } },
	{ "empty outside", empty_outside, BY_SIZES, { EACCES, -1, EACCES } },
	{ "move out", move_outside, BY_RENAMES, { EACCES, -1, EACCES } },
	{ "read own", read_own, BY_FILES, { 0, EACCES, 0 } },
	{ "write own", write_own, BY_NONE, { 0, -1, 0 } },
	{ "write own", write_own, BY_CALLS, { 0, ENOSYS, 0 } },
	{ "read configuration", read_conf, BY_FILES, { 0, EACCES, EACCES } },
	{ "write configuration", write_conf, BY_FILES, { EACCES, -1, EACCES } },
	{ "make a socket", make_socket_in_run, BY_CALLS,
	    { ENOSYS, ENOSYS, ENOSYS } },
	{ "run a program", run_system, BY_FILES, { 0, -1, EACCES } },
	{ "run gpgconf", run_gpg, BY_NONE, { 0, -1, 0 } },
	{ "run what was written", run_written, BY_FILES,
	    { EACCES, -1, EACCES } },
	{ "fork", fork_once, BY_CALLS, { 0, ENOSYS, 0 } },
	{ "make a TCP socket", make_tcp, BY_CALLS, { 0, ENOSYS, ENOSYS } },
	{ "make a netlink socket", make_netlink, BY_CALLS,
	    { ENOSYS, ENOSYS, ENOSYS } },
	{ "connect to an agent", connect_to_agent, BY_CALLS,
	    { ENOENT, ENOSYS, ECONNREFUSED } },
	{ "make a datagram socket", make_datagram, BY_CALLS,
	    { 0, ENOSYS, ENOSYS } },
	{ "connect to SMTP", connect_to_smtp, BY_NONE,
	    { ECONNREFUSED, -1, -1 } },
	{ "connect elsewhere", connect_elsewhere, BY_PORTS,
	    { EACCES, -1, -1 } },
	{ "bind", bind_tcp, BY_CALLS, { ENOSYS, ENOSYS, ENOSYS } },
	{ "map writable code", map_writable_code, BY_CALLS,
	    { EACCES, EACCES, EACCES } },
	{ "make a user namespace", make_user_namespace, BY_CALLS,
	    { ENOSYS, ENOSYS, ENOSYS } },
	{ "call what does not exist", call_unknown, BY_CALLS,
	    { ENOSYS, ENOSYS, ENOSYS } },
	{ "ptrace", trace_itself, BY_CALLS, { KILLED, KILLED, KILLED } },
	{ "mount", mount_something, BY_CALLS, { KILLED, KILLED, KILLED } },
	{ "unshare", unshare_user, BY_CALLS, { KILLED, KILLED, KILLED } },
	{ "signal the parent", signal_parent, BY_SIGNALS,
	    { EPERM, -1, EPERM } },
	{ "convert a charset", convert_charset, BY_NONE, { 0, 0, 0 } },
	{ "load a time zone", load_zone, BY_NONE, { 0, 0, 0 } },
};

static void
test_cage(Place *place, gconstpointer data)
{
	int cage = GPOINTER_TO_INT(data);
	gboolean whole = TRUE;

	for (gsize i = 0; i < G_N_ELEMENTS(tries); i++) {
		const Try *one = &tries[i];
		int want = one->outcomes[cage];
		int got;

		if (want == -1)
			continue;
		whole = whole && has(one->by);
		if (!has(one->by))
			continue;
		got = try_in(place, cage, one->attempt);
		g_test_message("%s: %d", one->name, got);
		if (got != want)
			g_error("%s: outcome %d, expected %d", one->name, got,
			    want);
	}
	if (!whole)
		g_test_skip("Landlock or seccomp is not whole here");
}

static void
test_the_attempts_work_outside_of_a_cage(
    Place *place, gconstpointer unused G_GNUC_UNUSED)
{
	g_assert_cmpint(read_outside(place), ==, 0);
	g_assert_cmpint(write_outside(place), ==, 0);
	g_assert_cmpint(empty_outside(place), ==, 0);
	g_assert_cmpint(remove_outside(place), ==, 0);
	g_assert_cmpint(write_conf(place), ==, 0);
	g_assert_cmpint(run_system(place), ==, 0);
	/* No program, but that it is not is found out late. */
	g_assert_cmpint(run_written(place), ==, ENOEXEC);
	g_assert_cmpint(connect_elsewhere(place), ==, ECONNREFUSED);
	g_assert_cmpint(bind_tcp(place), ==, 0);
	g_assert_cmpint(signal_parent(place), ==, 0);
	g_assert_cmpint(move_outside(place), ==, 0);
}

/* Exit status: which of these went wrong. */
static gpointer
parse_in_thread(gpointer data)
{
	const Place *place = data;
	TdSandbox sandbox = { .landlock = td_landlock_version() };

	sandbox.seccomp = has(BY_CALLS);
	td_sandbox_enter_parser(&sandbox);
	return GINT_TO_POINTER(read_system(place));
}

static void
test_a_thread_that_parses_is_alone_in_its_cage(
    Place *place, gconstpointer unused G_GNUC_UNUSED)
{
	GThread *thread;

	if (!has(BY_FILES)) {
		g_test_skip("no Landlock");
		return;
	}
	thread = g_thread_new("parser", parse_in_thread, place);
	g_assert_cmpint(GPOINTER_TO_INT(g_thread_join(thread)), ==, EACCES);
	g_assert_cmpint(read_system(place), ==, 0);
	g_assert_cmpint(write_outside(place), ==, 0);
}

static int
close_nothing(const Place *place)
{
	TdSandbox sandbox = { .landlock = 0 };

	place->conf->sandbox = TD_SANDBOX_OFF;
	return !td_sandbox_close_files(&sandbox, place->conf, NULL) ||
	    !td_sandbox_close_calls(&sandbox, NULL) || sandbox.landlock != 0 ||
	    sandbox.seccomp || read_outside(place) != 0 || bind_tcp(place) != 0;
}

static void
test_sandbox_off_closes_nothing(
    Place *place, gconstpointer unused G_GNUC_UNUSED)
{
	g_assert_cmpint(try_in(place, NO_CAGE, close_nothing), ==, 0);
}

/* A kernel without Landlock, for who asks: the call that makes rules fails in a
 * cage already full of them, and so would it there. */
static int
must_without_landlock(const Place *place)
{
	TdSandbox sandbox = { .landlock = 0 };
	TdPlaces none;
	g_autoptr(GError) error = NULL;

	td_places_init(&none);
	place->conf->sandbox = TD_SANDBOX_MUST;
	while (td_landlock_enter(&none))
		continue;
	return td_sandbox_close_files(&sandbox, place->conf, &error) ||
	    strstr(error->message, "Landlock") == NULL || sandbox.landlock != 0;
}

static void
test_sandbox_must_fails_where_it_cannot_be(
    Place *place, gconstpointer unused G_GNUC_UNUSED)
{
	g_assert_cmpint(try_in(place, NO_CAGE, must_without_landlock), ==, 0);
}

/* The same for children, who read nothing then. */
static int
child_must_without_landlock(const Place *place)
{
	TdPlaces none;

	td_places_init(&none);
	while (td_landlock_enter(&none))
		continue;
	return td_sandbox_enter_child(
	           TD_CAGE_VERIFIER, place->store, TD_SANDBOX_MUST) ||
	    !td_sandbox_enter_child(
	        TD_CAGE_VERIFIER, place->store, TD_SANDBOX_AUTO);
}

static void
test_child_that_must_be_closed_up_says_that_it_is_not(
    Place *place, gconstpointer unused G_GNUC_UNUSED)
{
	g_assert_cmpint(
	    try_in(place, NO_CAGE, child_must_without_landlock), ==, 0);
}

#define ADD(path, data, test)                                                  \
	g_test_add(path, Place, data, open_place, test, close_place)
#define CAGE(cage) GINT_TO_POINTER(cage)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("/sandbox/attempts", NULL,
	    test_the_attempts_work_outside_of_a_cage);
	ADD("/sandbox/desk", CAGE(TD_CAGE_DESK), test_cage);
	ADD("/sandbox/parser", CAGE(TD_CAGE_PARSER), test_cage);
	ADD("/sandbox/verifier", CAGE(TD_CAGE_VERIFIER), test_cage);
	ADD("/sandbox/thread", NULL,
	    test_a_thread_that_parses_is_alone_in_its_cage);
	ADD("/sandbox/off", NULL, test_sandbox_off_closes_nothing);
	ADD("/sandbox/must", NULL, test_sandbox_must_fails_where_it_cannot_be);
	ADD("/sandbox/must-child", NULL,
	    test_child_that_must_be_closed_up_says_that_it_is_not);
	return g_test_run();
}
