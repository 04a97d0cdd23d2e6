/* main.c - ticket-deliver: options, exit status */

#include "config.h"

#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "deliver/deliver.h"

/* pipe(8) bounces a mail whose command takes longer than command_time_limit,
 * 1000 s unless set, but defers one whose command a signal ends. */
#define WHOLE_LIMIT 800 /* seconds */

typedef struct {
	const char *conf;
	TdDeliverEnvelope envelope;
} Options;

/* NULL for "", which pipe(8) writes for what it does not know. */
static const char *
or_null(const char *text)
{
	return text[0] != '\0' ? text : NULL;
}

static const char *
default_conf(void)
{
	const char *path = getenv("TICKETD_CONF");

	return path != NULL && path[0] != '\0' ? path
	                                       : TD_SYSCONFDIR
	    "/ticketd/ticketd.conf";
}

static bool
usage(TdVerdict *verdict)
{
	return td_verdict_defer(verdict, "4.3.5",
	    "usage: ticket-deliver [-c file] [-f sender] [-o recipient]"
	    " [-q queue-id] [--] recipient ...",
	    0);
}

static bool
check_options(const Options *options, TdVerdict *verdict)
{
	const TdDeliverEnvelope *envelope = &options->envelope;

	if (envelope->count == 0)
		return usage(verdict);
	if (envelope->count > 1 && envelope->original_recipient != NULL)
		return td_verdict_defer(verdict, "4.3.5",
		    "usage: -o is for one recipient alone", 0);
	if (envelope->sender != NULL && !td_envelope_fits(envelope->sender))
		return td_verdict_defer(
		    verdict, "4.3.5", "usage: the sender is no address", 0);
	for (unsigned i = 0; i < envelope->count; i++)
		if (envelope->recipients[i][0] == '\0' ||
		    !td_envelope_fits(envelope->recipients[i]))
			return td_verdict_defer(verdict, "4.3.5",
			    "usage: a recipient is no address", 0);
	if ((envelope->queue_id != NULL &&
	        strlen(envelope->queue_id) > TD_ADDRESS_MAX) ||
	    (envelope->original_recipient != NULL &&
	        strlen(envelope->original_recipient) > TD_ADDRESS_MAX))
		return td_verdict_defer(
		    verdict, "4.3.5", "usage: an argument is too long", 0);
	return true;
}

static bool
read_options(int argc, char **argv, Options *options, TdVerdict *verdict)
{
	TdDeliverEnvelope *envelope = &options->envelope;
	int option;

	opterr = 0;
	while ((option = getopt(argc, argv, "+c:f:o:q:")) != -1)
		switch (option) {
		case 'c':
			options->conf = optarg;
			break;
		case 'f':
			envelope->sender = optarg;
			break;
		case 'o':
			envelope->original_recipient = or_null(optarg);
			break;
		case 'q':
			envelope->queue_id = or_null(optarg);
			break;
		default:
			return usage(verdict);
		}
	/* What pipe(8) calls the null sender where null_sender= is not set. */
	if (envelope->sender != NULL &&
	    strcmp(envelope->sender, "MAILER-DAEMON") == 0)
		envelope->sender = "";
	if (options->conf == NULL)
		options->conf = default_conf();
	envelope->recipients = argv + optind;
	envelope->count = (unsigned)(argc - optind);
	return check_options(options, verdict);
}

/* Whether @program starts at all.  Once it is executed nobody looks at its exit
 * status but pipe(8), to whom 127, for a library that is being upgraded, means
 * a bounce. */
static bool
starts(const char *program)
{
	int status = -1;
	pid_t child = fork();

	if (child == 0) {
		int null = open("/dev/null", O_RDWR);

		if (null >= 0 && dup2(null, STDIN_FILENO) >= 0 &&
		    dup2(null, STDOUT_FILENO) >= 0 &&
		    dup2(null, STDERR_FILENO) >= 0)
			execl(program, program, "--version", (char *)NULL);
		_exit(TD_EXIT_DEFER);
	}
	return child > 0 && waitpid(child, &status, 0) == child &&
	    WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Becomes `ticketd --deliver` with our arguments, which finds stdin untouched,
 * and our alarm running.  Returns where that cannot be. */
static void
fall_back(int argc, char **argv, TdVerdict *verdict)
{
	const char *program = getenv("TICKETD_PROGRAM");
	char **arguments = calloc((size_t)argc + 2, sizeof *arguments);

	if (program == NULL || program[0] == '\0')
		program = TD_SBINDIR "/ticketd";
	if (arguments != NULL && starts(program)) {
		arguments[0] = (char *)program;
		arguments[1] = (char *)"--deliver";
		for (int i = 1; i < argc; i++)
			arguments[i + 1] = argv[i];
		execv(program, arguments);
	}
	free(arguments);
	td_verdict_defer(
	    verdict, "4.3.2", "ticketd does not run, nor start", 0);
}

/* The connection, or -1. */
static int
reach_daemon(
    int argc, char **argv, const TdDeliverConf *conf, TdVerdict *verdict)
{
	bool absent;
	int fd = td_lmtp_connect(conf->run, &absent, verdict);

	if (fd > STDERR_FILENO)
		return fd;
	/* A socket in the place of stdin would be read as the message. */
	if (fd >= 0)
		td_verdict_defer(verdict, "4.3.0", "stdin is closed", 0);
	else if (absent && conf->fallback)
		fall_back(argc, argv, verdict);
	else if (absent)
		td_verdict_defer(verdict, "4.3.2", "ticketd does not run", 0);
	return -1;
}

static void
deliver(int argc, char **argv, TdInput *input, TdVerdict *verdict)
{
	Options options = { 0 };
	TdDeliverConf conf;
	char sender[TD_ADDRESS_MAX + 1];
	int fd;

	if (geteuid() == 0 || getuid() == 0) {
		td_verdict_defer(verdict, "4.3.5", "not to be run as root", 0);
		return;
	}
	if (!read_options(argc, argv, &options, verdict) ||
	    !td_deliver_conf_load(options.conf, &conf, verdict))
		return;
	fd = reach_daemon(argc, argv, &conf, verdict);
	if (fd < 0)
		return;

	input->ends_in_line = options.envelope.queue_id != NULL;
	if (!td_input_fill(input, verdict))
		return;
	if (options.envelope.sender == NULL) {
		td_envelope_find_sender(input->data, input->size, sender);
		options.envelope.sender = sender;
	}
	td_lmtp_deliver(fd, &options.envelope, input, verdict);
}

int
main(int argc, char **argv)
{
	static TdInput input = { .fd = STDIN_FILENO };
	TdVerdict verdict = { .status = TD_EXIT_DEFER };

	alarm(WHOLE_LIMIT);
	input.parent = getppid();
	deliver(argc, argv, &input, &verdict);
	td_verdict_print(&verdict);
	_exit(verdict.status);
}
