/* await-lines.c - runs a command, and waits for what it does to be done
 *
 * await-lines -n COUNT TEXT FILE COMMAND ARGUMENT...
 *
 * Runs COMMAND, its output thrown away, until FILE, a log, has COUNT more lines
 * with TEXT than before, and prints the seconds that this took.  Fails if
 * COMMAND does, or if no such line comes for a minute. */

#define _GNU_SOURCE

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include "bench.h"

#define LOOK_EVERY 2000 /* microseconds */
#define PATIENCE 60.0   /* seconds */

extern char **environ;

typedef struct {
	int fd;
	const char *text;
	size_t used;
	char line[65536];
} Log;

/* Lines with the text that came since. */
static long
count_new(Log *log)
{
	long found = 0;
	ssize_t size;

	while ((size = read(log->fd, log->line + log->used,
	            sizeof log->line - 1 - log->used)) > 0) {
		char *line = log->line, *end;

		log->used += (size_t)size;
		log->line[log->used] = '\0';
		while ((end = strchr(line, '\n')) != NULL) {
			*end = '\0';
			found += strstr(line, log->text) != NULL;
			line = end + 1;
		}
		log->used = strlen(line);
		memmove(log->line, line, log->used + 1);
	}
	return found;
}

static void
await(Log *log, long count)
{
	double last = now_seconds();

	while (count > 0) {
		long found = count_new(log);

		count -= found;
		if (found > 0)
			last = now_seconds();
		if (now_seconds() - last > PATIENCE) {
			fprintf(stderr, "%ld lines are missing\n", count);
			exit(1);
		}
		if (count > 0)
			usleep(LOOK_EVERY);
	}
}

static pid_t
start(char **words)
{
	posix_spawn_file_actions_t actions;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(
	    &actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	if (posix_spawn(&pid, words[0], &actions, NULL, words, environ) != 0)
		die(words[0]);
	posix_spawn_file_actions_destroy(&actions);
	return pid;
}

int
main(int argc, char **argv)
{
	static Log log;
	double begin;
	long count;
	int status;
	pid_t pid;

	if (argc < 6 || strcmp(argv[1], "-n") != 0) {
		fprintf(stderr,
		    "usage: await-lines -n count text file command ...\n");
		return 64;
	}
	count = read_number(argv[2], 1);
	log.text = argv[3];
	log.fd = open(argv[4], O_RDONLY | O_CLOEXEC);
	if (log.fd < 0 || lseek(log.fd, 0, SEEK_END) < 0)
		die(argv[4]);

	begin = now_seconds();
	pid = start(argv + 5);
	await(&log, count);
	printf("%.3f\n", now_seconds() - begin);
	return waitpid(pid, &status, 0) < 0 || !WIFEXITED(status) ||
	    WEXITSTATUS(status) != 0;
}
