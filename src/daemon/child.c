/* child.c - a process that ticketd started ends with it, see daemon/daemon.h */

#include "config.h"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "daemon/daemon.h"

/* Of a group that is somebody else's only itself. */
static void
end_group(int number G_GNUC_UNUSED)
{
	kill(getpgrp() == getpid() ? 0 : getpid(), SIGKILL);
}

/* What it started itself hears nothing of its parent's end, so it tells. */
static void
lead_group(void)
{
	const struct sigaction end = { .sa_handler = end_group };

	sigaction(SIGTERM, &end, NULL);
	sigaction(SIGALRM, &end, NULL);
}

gboolean
td_child_begin(pid_t parent, guint seconds, gboolean leader)
{
	if (leader)
		lead_group();
	if (prctl(PR_SET_PDEATHSIG, leader ? SIGTERM : SIGKILL, 0, 0, 0) < 0)
		return FALSE;
	/* It may have ended before that. */
	if (parent != 0 && getppid() != parent)
		return FALSE;
	alarm(seconds);
	return TRUE;
}
