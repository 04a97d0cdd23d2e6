/* filtered.c - runs a program with no system calls but those of a list
 *
 *	filtered FILE PROGRAM [WORD...]
 *
 * FILE has names of system calls, parted by blanks.  Any other fails with
 * EPERM, as it does for a service whose unit has SystemCallErrorNumber=EPERM,
 * and the program gets no privileges that we have not. */

#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <glib.h>
#include <seccomp.h>

static gboolean
load(char **names)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	gboolean done = filter != NULL;

	for (; done && *names != NULL; names++) {
		int number = seccomp_syscall_resolve_name(*names);

		/* A list is for all kinds of machines. */
		if (number >= 0)
			done = seccomp_rule_add(
			           filter, SCMP_ACT_ALLOW, number, 0) == 0;
	}
	done = done && seccomp_load(filter) == 0;
	seccomp_release(filter);
	return done;
}

int
main(int argc, char **argv)
{
	g_autofree char *text = NULL;
	g_auto(GStrv) names = NULL;

	if (argc < 3 || !g_file_get_contents(argv[1], &text, NULL, NULL)) {
		fprintf(stderr, "usage: filtered FILE PROGRAM [WORD...]\n");
		return EX_USAGE;
	}
	names = g_strsplit_set(text, " \n", -1);
	if (!load(names)) {
		fprintf(stderr, "filtered: the filter cannot be loaded\n");
		return EX_OSERR;
	}
	execvp(argv[2], argv + 2);
	fprintf(stderr, "filtered: %s: %s\n", argv[2], g_strerror(errno));
	return EX_OSERR;
}
