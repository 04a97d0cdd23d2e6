/* test-privileges.c - what the program gives up first */

#include "config.h"

#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/sandbox.h"

static int
read_status(const char *name)
{
	g_autofree char *status = NULL;
	g_autofree char *key = g_strconcat("\n", name, ":", NULL);
	const char *found;

	if (!g_file_get_contents("/proc/self/status", &status, NULL, NULL))
		return -1;
	found = strstr(status, key);
	return found == NULL
	    ? -1
	    : (int)MIN(g_ascii_strtoull(found + strlen(key), NULL, 16), 99u);
}

/* What the kernel says of a process without privileges; 0 if it is right. */
static int
give_up_privileges(void)
{
	struct rlimit core;

	umask(0);
	td_privileges_begin(FALSE);
	td_privileges_bound();
	if (!td_privileges_drop())
		return 1;
	getrlimit(RLIMIT_CORE, &core);
	if (umask(0) != 077 || core.rlim_cur != 0 || core.rlim_max != 0)
		return 2;
#ifndef TD_SANITIZED
	if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0)
		return 3;
#endif
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return 4;
	if (geteuid() == 0 && prctl(PR_CAPBSET_READ, 0, 0, 0, 0) != 0)
		return 5;
	/* A process that is not dumpable may not read its own. */
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	return read_status("CapEff") + read_status("CapPrm") +
	    read_status("CapInh") + read_status("CapAmb");
}

static int
begin_with_debug(void)
{
	struct rlimit before, after;

	getrlimit(RLIMIT_CORE, &before);
	td_privileges_begin(TRUE);
	getrlimit(RLIMIT_CORE, &after);
	return before.rlim_cur != after.rlim_cur ||
	    before.rlim_max != after.rlim_max ||
	    prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 1 || umask(0) != 077;
}

static int
in_child(int (*attempt)(void))
{
	pid_t child = fork();
	int status;

	g_assert_cmpint(child, >=, 0);
	if (child == 0)
		_exit(attempt());
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
test_no_privilege_is_left(void)
{
	g_assert_cmpint(in_child(give_up_privileges), ==, 0);
}

static void
test_core_files_are_kept_to_debug(void)
{
	g_assert_cmpint(in_child(begin_with_debug), ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/privileges/none", test_no_privilege_is_left);
	g_test_add_func("/privileges/debug", test_core_files_are_kept_to_debug);
	return g_test_run();
}
