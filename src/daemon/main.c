/* main.c - ticketd: options, exit status */

#include "config.h"

#include <getopt.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "daemon/daemon.h"

/* Memory that is not used should go back to the system: few arenas, and large
 * blocks (mails) mapped, so that they do not leave holes in the heap. */
#define ARENAS 2
#define MAP_THRESHOLD (128 * 1024)
#define TRIM_THRESHOLD (1024 * 1024)

/* For --parse, where the parent does not say. */
#define PARSE_SECONDS 60

static int
usage(FILE *to)
{
	fputs("usage: ticketd [-d] [-c file]\n"
	      "       ticketd --deliver [-c file] [-f sender] [-o recipient]"
	      " [-q queue-id]\n"
	      "               [--] recipient ... < message\n"
	      "       ticketd -h | -V\n",
	    to);
	return to == stdout ? EX_OK : EX_USAGE;
}

static int
version(void)
{
	printf("ticketd %s\n", PACKAGE_VERSION);
	return EX_OK;
}

static int
run(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "conf", required_argument, NULL, 'c' },
		{ "debug", no_argument, NULL, 'd' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	const char *conf = NULL;
	gboolean debug = FALSE;
	int option;

	while ((option = getopt_long(argc, argv, "c:dhV", longs, NULL)) != -1) {
		if (option == 'c')
			conf = optarg;
		else if (option == 'd')
			debug = TRUE;
		else if (option == 'h')
			return usage(stdout);
		else if (option == 'V')
			return version();
		else
			return usage(stderr);
	}
	if (optind < argc)
		return usage(stderr);
	return td_daemon_run(td_conf_path(conf), debug);
}

static gboolean
has_word(char **argv, const char *word)
{
	for (; *argv != NULL; argv++)
		if (strcmp(*argv, word) == 0)
			return TRUE;
	return FALSE;
}

/* What stands behind @option, which a parent wrote, or @absent. */
static guint
number_of(char **argv, const char *option, guint absent)
{
	for (; *argv != NULL; argv++)
		if (strncmp(*argv, option, strlen(option)) == 0)
			return (guint)strtoul(*argv + strlen(option), NULL, 10);
	return absent;
}

static int
work_for_parent(char **argv)
{
	pid_t parent = (pid_t)number_of(argv, "--parent=", 0);
	TdSandboxUse sandbox = TD_SANDBOX_AUTO;

	if (has_word(argv, "--no-sandbox"))
		sandbox = TD_SANDBOX_OFF;
	else if (has_word(argv, "--sandbox=must"))
		sandbox = TD_SANDBOX_MUST;

	if (strcmp(argv[1], "--verify") == 0)
		return td_daemon_verify(
		    parent, has_word(argv, "--read-key"), sandbox);
	return td_daemon_parse(
	    parent, number_of(argv, "--seconds=", PARSE_SECONDS), sandbox);
}

int
main(int argc, char **argv)
{
	mallopt(M_ARENA_MAX, ARENAS);
	mallopt(M_MMAP_THRESHOLD, MAP_THRESHOLD);
	mallopt(M_TRIM_THRESHOLD, TRIM_THRESHOLD);

	if (argc > 1 && strcmp(argv[1], "--deliver") == 0)
		return td_daemon_deliver(argc - 1, argv + 1);
	if (argc > 1 &&
	    (strcmp(argv[1], "--parse") == 0 ||
	        strcmp(argv[1], "--verify") == 0))
		return work_for_parent(argv);
	return run(argc, argv);
}
