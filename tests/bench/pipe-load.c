/* pipe-load.c - starts a program for each of many mails, as pipe(8) does
 *
 * pipe-load -r RUN -n MAILS -j JOBS -t RECIPIENT -- PROGRAM ARGUMENT...
 *
 * The mail comes through a pipe, its lines ending in LF; what the program
 *prints is thrown away.  In the arguments, "%s" stands for the sender and "%q"
 *for a queue id, each a word of its own.  Prints figures alone, in one line:
 *
 *	SECONDS MAILS/S CPU-MS FAILED MIB
 *
 * CPU-MS is the user and system time of a process and of those that it waited
 * for, starting it included; MIB the most memory that one of them had. */

#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "bench.h"

extern char **environ;

typedef struct {
	const char *run;
	const char *recipient; /* in the header */
	char **words;
	long mails;
	long jobs;
	long failed;
	double cpu; /* seconds */
	long most;  /* KiB of memory */
} Load;

static void
start_process(const Load *load, int input, long number)
{
	posix_spawn_file_actions_t actions;
	char sender[128], id[32];
	char *words[64];
	size_t count = 0;
	pid_t pid;

	snprintf(sender, sizeof sender, "customer-%s-%ld@example.net",
	    load->run, number);
	snprintf(id, sizeof id, "4Rt%08lX", number);
	for (; load->words[count] != NULL && count < 63; count++) {
		char *word = load->words[count];

		words[count] = strcmp(word, "%s") == 0 ? sender
		    : strcmp(word, "%q") == 0          ? id
		                                       : word;
	}
	words[count] = NULL;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	posix_spawn_file_actions_addopen(
	    &actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	errno = posix_spawn(
	    &pid, load->words[0], &actions, NULL, words, environ);
	if (errno != 0)
		die(load->words[0]);
	posix_spawn_file_actions_destroy(&actions);
}

/* Takes the CRs out of @mail; what is left. */
static ssize_t
unix_lines(char *mail)
{
	char *to = mail;

	for (const char *at = mail; *at != '\0'; at++)
		if (*at != '\r')
			*to++ = *at;
	return to - mail;
}

/* A mail fits into the buffer of a pipe, so nobody has to wait. */
static void
start_mail(const Load *load, long number)
{
	char mail[MAIL_ROOM];
	ssize_t size;
	int ends[2];

	write_mail(mail, load->recipient, load->run, number);
	size = unix_lines(mail);
	if (pipe2(ends, O_CLOEXEC) < 0 || write(ends[1], mail, size) != size)
		die("pipe");
	close(ends[1]);
	start_process(load, ends[0], number);
	close(ends[0]);
}

static void
end_one(Load *load)
{
	struct rusage usage;
	int status;

	if (wait4(-1, &status, 0, &usage) < 0)
		die("wait4");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		load->failed++;
	load->cpu += (double)usage.ru_utime.tv_sec +
	    (double)usage.ru_stime.tv_sec +
	    (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
	if (usage.ru_maxrss > load->most)
		load->most = usage.ru_maxrss;
}

static void
run_load(Load *load)
{
	long running = 0;

	for (long i = 0; i < load->mails; i++) {
		if (running == load->jobs) {
			end_one(load);
			running--;
		}
		start_mail(load, i);
		running++;
	}
	for (; running > 0; running--)
		end_one(load);
}

static int
usage(void)
{
	fprintf(stderr,
	    "usage: pipe-load [-r run] [-n mails] [-j jobs] [-t recipient]"
	    " -- program [argument ...]\n");
	return 1;
}

int
main(int argc, char **argv)
{
	Load load = { .run = "pipe",
		.recipient = "support@example.org",
		.mails = 1000,
		.jobs = 1 };
	double seconds;
	int option;

	while ((option = getopt(argc, argv, "+r:n:j:t:")) != -1) {
		if (option == 'r')
			load.run = optarg;
		else if (option == 'n')
			load.mails = read_number(optarg, 1);
		else if (option == 'j')
			load.jobs = read_number(optarg, 1);
		else if (option == 't')
			load.recipient = optarg;
		else
			return usage();
	}
	if (optind == argc)
		return usage();
	load.words = argv + optind;

	seconds = now_seconds();
	run_load(&load);
	seconds = now_seconds() - seconds;
	printf("%.3f %.0f %.3f %ld %ld\n", seconds,
	    (double)load.mails / seconds, 1000 * load.cpu / (double)load.mails,
	    load.failed, (load.most + 1023) / 1024);
	return load.failed > 0;
}
