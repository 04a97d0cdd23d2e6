/* privileges.c - nothing that a desk does not need, see daemon/sandbox.h */

#include "config.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "daemon/sandbox.h"

void
td_privileges_begin(gboolean debug)
{
	const struct rlimit none = { 0, 0 };

	umask(077);
	if (debug)
		return;
	/* A limit can always be lowered. */
	setrlimit(RLIMIT_CORE, &none);
#ifndef TD_SANITIZED
	/* The search for leaks at exit attaches to the process. */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

void
td_privileges_bound(void)
{
	/* Up to the last there is, or none if we may not. */
	for (int i = 0;; i++)
		if (prctl(PR_CAPBSET_DROP, i, 0, 0, 0) < 0)
			return;
}

/* Whether nothing is left to us, whoever gave it. */
static gboolean
is_dropped(struct __user_cap_header_struct *header)
{
	struct __user_cap_data_struct left[2] = { 0 };

	if (syscall(SYS_capget, header, left) < 0)
		return FALSE;
	errno = EPERM;
	for (gsize i = 0; i < G_N_ELEMENTS(left); i++)
		if (left[i].effective != 0 || left[i].permitted != 0 ||
		    left[i].inheritable != 0)
			return FALSE;
	return TRUE;
}

gboolean
td_privileges_drop(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	const struct __user_cap_data_struct none[2] = { 0 };

	/* A kernel without ambient ones has none to clear. */
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return FALSE;
	/* A service manager that left us nothing may have taken the call too.
	 */
	return is_dropped(&header) ||
	    (syscall(SYS_capset, &header, none) == 0 && is_dropped(&header));
}
