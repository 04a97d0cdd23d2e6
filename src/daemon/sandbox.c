/* sandbox.c - how the process closes itself up, see daemon/sandbox.h */

#include "config.h"

#include <errno.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <ticketd/error.h>
#include <ticketd/log.h>

#include "daemon/sandbox.h"

/* [desk] sandbox = must wants all of it. */
static gboolean
fail_unless_optional(const TdSandbox *sandbox, const char *what, GError **error)
{
	int saved = errno;

	return sandbox->use != TD_SANDBOX_MUST ||
	    td_fail(error, TD_ERROR_CONFIG,
	        "[desk] sandbox = must, and %s cannot be had here: %s", what,
	        g_strerror(saved));
}

gboolean
td_sandbox_close_files(TdSandbox *sandbox, const TdConf *conf, GError **error)
{
	g_auto(TdPlaces) places = { NULL };

	sandbox->use = conf->sandbox;
	if (sandbox->use == TD_SANDBOX_OFF)
		return TRUE;
	/* Where that is not allowed, who listens there will tell. */
	if (mkdir(conf->run, 0755) == 0)
		chmod(conf->run, 0755);
	td_places_init(&places);
	td_places_of_desk(&places, conf);
	if (!td_landlock_enter(&places))
		return fail_unless_optional(sandbox, "Landlock", error);
	sandbox->landlock = td_landlock_version();
	return TRUE;
}

gboolean
td_sandbox_close_calls(TdSandbox *sandbox, GError **error)
{
	if (sandbox->use == TD_SANDBOX_OFF)
		return TRUE;
	sandbox->seccomp = td_calls_enter(TD_CAGE_DESK, TRUE, sandbox->audit);
	return sandbox->seccomp ||
	    fail_unless_optional(sandbox, "seccomp", error);
}

void
td_sandbox_log(const TdSandbox *sandbox)
{
	gboolean off = sandbox->use == TD_SANDBOX_OFF;
	gboolean whole = sandbox->landlock > 0 && sandbox->seccomp;
	char version[16];

	g_snprintf(version, sizeof(version), "%d", sandbox->landlock);
	td_log(off || whole ? TD_LOG_NOTICE : TD_LOG_WARNING, "sandbox",
	    "landlock", sandbox->landlock > 0 ? version : "no", "seccomp",
	    sandbox->seccomp ? "yes" : "no", "reason",
	    off ? "sandbox = off" : NULL, NULL);
}

/* Who wants all of it would rather have his mail later. */
static void
complain_of_parser(const TdSandbox *sandbox)
{
	gboolean must = sandbox->use == TD_SANDBOX_MUST;

	td_log(must ? TD_LOG_CRITICAL : TD_LOG_WARNING, "sandbox", "error",
	    "a thread that parses mail is not closed up", NULL);
	if (must)
		_exit(EX_TEMPFAIL);
}

void
td_sandbox_enter_parser(gpointer data)
{
	const TdSandbox *sandbox = data;
	g_auto(TdPlaces) places = { NULL };

	td_places_init(&places);
	td_places_of_parser(&places);
	if ((sandbox->landlock > 0 && !td_landlock_enter(&places)) ||
	    (sandbox->seccomp &&
	        !td_calls_enter(TD_CAGE_PARSER, FALSE, sandbox->audit)))
		complain_of_parser(sandbox);
}

gboolean
td_sandbox_enter_child(TdCage cage, const char *scratch, TdSandboxUse use)
{
	g_auto(TdPlaces) places = { NULL };
	gboolean closed;

	if (use == TD_SANDBOX_OFF)
		return TRUE;
	td_places_init(&places);
	if (cage == TD_CAGE_PARSER)
		td_places_of_parser(&places);
	else
		td_places_of_verifier(&places, scratch);
	closed = td_landlock_enter(&places);
	closed = td_calls_enter(cage, FALSE, FALSE) && closed;
	/* The parent has told what does not work on this system. */
	return closed || use != TD_SANDBOX_MUST;
}
