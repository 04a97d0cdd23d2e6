/* interrupt.c - to stop where nothing is left half done */

#include "config.h"

#include <signal.h>
#include <sysexits.h>

#include "cli/transfer.h"

static volatile sig_atomic_t interrupted;

static void
take_signal(int number G_GNUC_UNUSED)
{
	interrupted = 1;
}

void
td_interrupt_watch(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = take_signal,
		.sa_flags = SA_RESTART };

	sigemptyset(&action.sa_mask);
	for (gsize i = 0; i < G_N_ELEMENTS(signals); i++)
		sigaction(signals[i], &action, NULL);
}

gboolean
td_interrupted(void)
{
	return interrupted != 0;
}

int
td_interrupt_fail(void)
{
	fflush(stdout);
	fprintf(stderr, "ticket: stopped; the same command goes on\n");
	return EX_TEMPFAIL;
}
